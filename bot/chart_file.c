#include "bot/chart_file.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bot/artist.h"
#include "bot/chart_pick.h"
#include "bot/transfer/open.h"
#include "core/words.h"

enum { EXIT_DRAWN = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* What the options gave. */
typedef struct Asked {
    char *workspace, *team, *today, *out;
    int kr, sprint;
    ChartLook look;
} Asked;

static void asked_clear(Asked *asked)
{
    g_free(asked->workspace);
    g_free(asked->team);
    g_free(asked->today);
    g_free(asked->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

static int complain(int code, char *take_text)
{
    (void)fprintf(stderr, "anchord chart: %s\n", take_text);
    g_free(take_text);
    return code;
}

/* --- writing --- */

static bool to_stdout(const Asked *asked)
{
    return strcmp(asked->out, "-") == 0;
}

static int write_stdout(GBytes *png)
{
    gsize len = 0;
    const void *data = g_bytes_get_data(png, &len);

    if (fwrite(data, 1, len, stdout) != len || fflush(stdout) != 0) {
        return complain(EXIT_FAILED, say(W_EXPORT_CANNOT_WRITE, S("path", "standard output"),
                                         S("reason", g_strerror(errno))));
    }
    return EXIT_DRAWN;
}

/* Whole or not at all; readable for its owner alone, as the store is. */
static int write_file(GBytes *png, const char *path)
{
    g_autoptr(GError) error = NULL;
    gsize len = 0;
    const char *data = g_bytes_get_data(png, &len);

    if (!g_file_set_contents_full(path, data, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                  &error)) {
        return complain(EXIT_FAILED,
                        say(W_EXPORT_CANNOT_WRITE, S("path", path), S("reason", error->message)));
    }
    return EXIT_DRAWN;
}

/* --- drawing --- */

static int draw(const Asked *asked, Artist *artist, const Chart *chart)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) png = artist_draw(artist, chart, &error);

    if (png == NULL) {
        return complain(EXIT_FAILED, g_strdup(error->message));
    }
    return to_stdout(asked) ? write_stdout(png) : write_file(png, asked->out);
}

static int draw_from(const Asked *asked, Artist *artist, const Opened *opened, Day today)
{
    const ChartAsk ask = {.workspace = asked->workspace,
                          .team = asked->team,
                          .kr = asked->kr,
                          .sprint = asked->sprint,
                          .today = today,
                          .policy = opened->policy};
    g_autoptr(GError) error = NULL;
    g_autoptr(Chart) chart = NULL;
    g_autofree char *refusal = NULL;

    if (!chart_pick(opened->store, &ask, &chart, &refusal, &error)) {
        return complain(EXIT_FAILED, g_strdup(error->message));
    }
    return chart != NULL ? draw(asked, artist, chart)
                         : complain(EXIT_USAGE, g_steal_pointer(&refusal));
}

/* --- what was asked for --- */

/* What is wrong with the options; NULL: nothing. */
static char *fault_in(const Asked *asked, Day *today)
{
    g_autofree char *folder = asked->out != NULL ? g_path_get_dirname(asked->out) : NULL;

    if (asked->out == NULL) {
        return say(W_CHART_FILE_NO_OUT);
    }
    if (asked->kr < 0 || asked->sprint < 0 || (asked->kr != 0 && asked->sprint != 0)) {
        return say(W_CHART_FILE_KR_OR_SPRINT);
    }
    if (asked->look.width < CHART_WIDTH_MIN || asked->look.width > CHART_WIDTH_MAX) {
        return say(W_CHART_FILE_WIDTH, N("min", CHART_WIDTH_MIN), N("max", CHART_WIDTH_MAX));
    }
    if (asked->today != NULL && !day_parse_iso(asked->today, today)) {
        return say(W_CHART_FILE_DAY, S("text", asked->today));
    }
    if (to_stdout(asked)) {
        return isatty(STDOUT_FILENO) ? say(W_CHART_FILE_TERMINAL) : NULL;
    }
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        return say(W_CHART_FILE_NO_FOLDER, S("path", asked->out), S("folder", folder));
    }
    return g_file_test(asked->out, G_FILE_TEST_IS_DIR)
               ? say(W_CHART_FILE_IS_FOLDER, S("path", asked->out))
               : NULL;
}

static bool parse(Asked *asked, Opened *opened, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"team", 't', 0, G_OPTION_ARG_STRING, &asked->team, words_template(W_CHART_FILE_TEAM),
         "NAME"},
        {"workspace", 0, 0, G_OPTION_ARG_STRING, &asked->workspace,
         words_template(W_CHART_FILE_WORKSPACE), "NAME"},
        {"kr", 0, 0, G_OPTION_ARG_INT, &asked->kr, words_template(W_CHART_FILE_KR), "N"},
        {"sprint", 0, 0, G_OPTION_ARG_INT, &asked->sprint, words_template(W_CHART_FILE_SPRINT),
         "N"},
        {"today", 0, 0, G_OPTION_ARG_STRING, &asked->today, words_template(W_CHART_FILE_TODAY),
         "DAY"},
        {"dark", 0, 0, G_OPTION_ARG_NONE, &asked->look.dark, words_template(W_CHART_FILE_DARK),
         NULL},
        {"width", 0, 0, G_OPTION_ARG_INT, &asked->look.width, words_template(W_CHART_FILE_PIXELS),
         "PX"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &asked->out, words_template(W_CHART_FILE_OUT),
         "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_set_summary(context, words_template(W_CHART_FILE_ABOUT));
    opened_options(opened, context);
    g_option_context_add_main_entries(context, entries, NULL);
    return g_option_context_parse(context, argc, argv, error);
}

int chart_main(int argc, char **argv)
{
    g_auto(Opened) opened = {0};
    g_auto(Asked) asked = {.look = CHART_LOOK_PLAIN};
    g_autoptr(GError) error = NULL;
    Day today = DAY_NONE;

    signal(SIGPIPE, SIG_IGN); /* a write that fails tells it as well */
    g_set_prgname("anchord chart");
    if (!parse(&asked, &opened, &argc, &argv, &error)) {
        return complain(EXIT_USAGE, g_strdup(error->message));
    }
    if (argc > 1) {
        return complain(EXIT_USAGE, say(W_CHART_FILE_NOTHING, S("word", argv[1])));
    }
    char *fault = fault_in(&asked, &today);
    if (fault != NULL) {
        return complain(EXIT_USAGE, fault);
    }
    g_autoptr(Artist) artist = artist_new(NULL);

    artist_look(artist, &asked.look);
    artist_start(artist); /* it finds its fonts while the store is read */
    int code = opened_store(&opened, OPEN_NOT);

    return code != EXIT_DRAWN ? code : draw_from(&asked, artist, &opened, today);
}
