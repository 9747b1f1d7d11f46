#include "bot/artist.h"

#include <string.h>
#include <unistd.h>

#include <glib-unix.h>

#include "bot/artist_frame.h"
#include "bot/card_codec.h"

struct Artist {
    char *program;
    ChartLook look;
    int to, from; /* the process's ends; -1: none runs */
};

/* Where the libraries find fonts and keep what they know of them; nothing else of ours goes along.
 */
static const char *const passed[] = {"HOME",
                                     "LANG",
                                     "LC_ALL",
                                     "XDG_CACHE_HOME",
                                     "XDG_DATA_HOME",
                                     "XDG_CONFIG_HOME",
                                     "XDG_DATA_DIRS",
                                     "FONTCONFIG_FILE",
                                     "FONTCONFIG_PATH",
                                     "ASAN_OPTIONS",
                                     "UBSAN_OPTIONS"};

static GQuark artist_error(void)
{
    return g_quark_from_static_string("anchord-artist-error");
}

/* Beside this program, as it was built; else where it is installed. */
static char *find_program(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname(self != NULL ? self : "./anchord");
    g_autofree char *beside = g_build_filename(folder, "anchord-chart", NULL);

    return g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE)
               ? g_steal_pointer(&beside)
               : g_build_filename(folder, "..", "libexec", "anchord", "anchord-chart", NULL);
}

Artist *artist_new(const char *program)
{
    Artist *artist = g_new0(Artist, 1);

    *artist =
        (Artist){program != NULL ? g_strdup(program) : find_program(), CHART_LOOK_PLAIN, -1, -1};
    return artist;
}

void artist_look(Artist *artist, const ChartLook *look)
{
    artist->look = *look;
}

/* Its input ends, and so does it. */
static void dismiss(Artist *artist)
{
    if (artist->to >= 0) {
        close(artist->to);
        close(artist->from);
    }
    artist->to = artist->from = -1;
}

void artist_free(Artist *artist)
{
    if (artist == NULL) {
        return;
    }
    dismiss(artist);
    g_free(artist->program);
    g_free(artist);
}

static char **environment(void)
{
    g_autoptr(GStrvBuilder) out = g_strv_builder_new();

    for (size_t i = 0; i < G_N_ELEMENTS(passed); i++) {
        const char *value = g_getenv(passed[i]);

        if (value != NULL) {
            g_autofree char *entry = g_strdup_printf("%s=%s", passed[i], value);

            g_strv_builder_add(out, entry);
        }
    }
    return g_strv_builder_end(out);
}

static bool engage(Artist *artist, GError **error)
{
    g_autofree char *width = g_strdup_printf("--width=%d", artist->look.width);
    char dark[] = "--dark";
    char *argv[] = {artist->program, width, artist->look.dark ? dark : NULL, NULL};
    g_auto(GStrv) envp = environment();

    if (artist->to >= 0) {
        return true;
    }
    if (!g_spawn_async_with_pipes(NULL, argv, envp, G_SPAWN_CLOEXEC_PIPES, NULL, NULL, NULL,
                                  &artist->to, &artist->from, NULL, error)) {
        artist->to = artist->from = -1;
        return false;
    }
    return g_unix_set_fd_nonblocking(artist->to, TRUE, error) &&
           g_unix_set_fd_nonblocking(artist->from, TRUE, error);
}

void artist_start(Artist *artist)
{
    if (!engage(artist, NULL)) {
        dismiss(artist);
    }
}

static GBytes *try_to_draw(Artist *artist, GBytes *card, GError **error)
{
    gsize len = 0;
    const void *bytes = g_bytes_get_data(card, &len);

    if (!engage(artist, error)) {
        g_prefix_error(error, "starting %s: ", artist->program);
        return NULL;
    }
    GBytes *png = artist_write(artist->to, bytes, len, ARTIST_PATIENCE_MS)
                      ? artist_read(artist->from, ARTIST_PATIENCE_MS)
                      : NULL;
    if (png == NULL) {
        g_set_error(error, artist_error(), 0, "the drawing process ended or took too long");
        dismiss(artist);
    }
    return png;
}

static bool is_png(GBytes *bytes)
{
    static const char signature[] = "\x89PNG\r\n\x1a\n";
    gsize len = 0;
    const void *data = g_bytes_get_data(bytes, &len);

    return len > strlen(signature) && memcmp(data, signature, strlen(signature)) == 0;
}

GBytes *artist_draw(Artist *artist, const Chart *chart, GError **error)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    bool was_there = artist->to >= 0;

    card->channel = g_strdup("chart");
    card->chart = chart_copy(chart);
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    g_autoptr(GBytes) png = try_to_draw(artist, bytes, was_there ? NULL : error);
    if (png == NULL && was_there) { /* it had gone to rest meanwhile */
        png = try_to_draw(artist, bytes, error);
    }
    if (png != NULL && !is_png(png)) {
        g_set_error(error, artist_error(), 0, "this chart can't be drawn");
        return NULL;
    }
    return g_steal_pointer(&png);
}
