/* anchord-chart [--dark] [--width=PIXELS]: draws what comes by its input until that ends, or
 * nothing has come for a while. Anchord starts it (bot/artist.h). */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bot/artist_frame.h"
#include "bot/card_codec.h"
#include "bot/chart/png.h"

#define REST_MS 30000
#define WIDTH   "--width="

static ChartLook look_of(int argc, char **argv)
{
    ChartLook look = CHART_LOOK_PLAIN;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--dark") == 0) {
            look.dark = true;
        } else if (g_str_has_prefix(argv[i], WIDTH)) {
            look.width = (int)g_ascii_strtoll(argv[i] + strlen(WIDTH), NULL, 10);
        }
    }
    return look;
}

static void look_for_fonts(void)
{
    if (!chart_has_fonts()) {
        (void)fputs("anchord-chart: no font is installed, so pictures have no words. "
                    "Install one, as with apt-get install " CHART_FONTS "\n",
                    stderr);
    }
}

/* Empty where it cannot be drawn. */
static GBytes *draw(GBytes *bytes, const ChartLook *look)
{
    gsize len = 0;
    const void *data = g_bytes_get_data(bytes, &len);
    g_autoptr(Card) card = card_from_bytes(data, len, NULL);
    GBytes *png = card != NULL && card->chart != NULL ? chart_png(card->chart, look, NULL) : NULL;

    return png != NULL ? png : g_bytes_new_static("", 0);
}

int main(int argc, char **argv)
{
    ChartLook look = look_of(argc, argv);
    bool there = true;

    signal(SIGPIPE, SIG_IGN);
    look_for_fonts();
    while (there) {
        g_autoptr(GBytes) card = artist_read(STDIN_FILENO, REST_MS);
        g_autoptr(GBytes) png = card != NULL ? draw(card, &look) : NULL;
        gsize len = 0;
        const void *data = png != NULL ? g_bytes_get_data(png, &len) : NULL;

        there = png != NULL && artist_write(STDOUT_FILENO, data, len, REST_MS);
    }
    _exit(0); /* what the libraries still hold is not theirs to give back */
}
