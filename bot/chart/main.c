/* anchord-chart: draws what comes by its input until that ends, or nothing has come for a while. */

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bot/artist_frame.h"
#include "bot/card_codec.h"
#include "bot/chart/png.h"

#define REST_MS 30000

/* Empty where it cannot be drawn. */
static GBytes *draw(GBytes *bytes)
{
    gsize len = 0;
    const void *data = g_bytes_get_data(bytes, &len);
    g_autoptr(Card) card = card_from_bytes(data, len, NULL);
    GBytes *png = card != NULL && card->chart != NULL ? chart_png(card->chart, NULL) : NULL;

    return png != NULL ? png : g_bytes_new_static("", 0);
}

int main(void)
{
    bool there = true;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    while (there) {
        g_autoptr(GBytes) card = artist_read(STDIN_FILENO, REST_MS);
        g_autoptr(GBytes) png = card != NULL ? draw(card) : NULL;
        gsize len = 0;
        const void *data = png != NULL ? g_bytes_get_data(png, &len) : NULL;

        there = png != NULL && artist_write(STDOUT_FILENO, data, len, REST_MS);
    }
    _exit(0); /* what the libraries still hold is not theirs to give back */
}
