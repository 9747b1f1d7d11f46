/* bench-engine: how fast, how small, on this machine. One table of what was measured and what was
 * promised; a slow machine is no failure, a lost answer is. */

#include "bench.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#define SPRINTS 1000000
#define TEAMS   5000

static void empty_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_remove(path);
    }
}

/* Beside this program, so that it is the build's disk that is measured, and not one in memory. */
static char *make_folder(void)
{
    g_autofree char *beside = bench_folder();
    char *folder = g_build_filename(beside, "bench-XXXXXX", NULL);

    if (g_mkdtemp(folder) == NULL) {
        bench_fail(folder, NULL);
    }
    return folder;
}

int main(int argc, char **argv)
{
    int sprints = SPRINTS, teams = TEAMS;
    g_autofree char *keep = NULL, *keep_years = NULL;
    const GOptionEntry options[] = {
        {"sprints", 'n', 0, G_OPTION_ARG_INT, &sprints,
         "how many sprints the large store has (1000000); 0: leave it out", "N"},
        {"keep", 'k', 0, G_OPTION_ARG_FILENAME, &keep,
         "keep the large store in FILE; used again when it is there", "FILE"},
        {"teams", 't', 0, G_OPTION_ARG_INT, &teams,
         "how many teams the store of three years has (5000); 0: leave it out", "N"},
        {"keep-years", 'y', 0, G_OPTION_ARG_FILENAME, &keep_years,
         "keep the store of three years in FILE; used again when it is there", "FILE"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    if (argc > 1 && strcmp(argv[1], "--child") == 0) {
        return many_child(argc, argv);
    }
    signal(SIGPIPE, SIG_IGN);
    setlocale(LC_ALL, "C.UTF-8");
    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        bench_fail("reading the options", error);
    }
    g_autofree char *folder = make_folder();
    g_autofree char *file =
        keep != NULL ? g_strdup(keep) : g_build_filename(folder, "many.db", NULL);
    g_autofree char *years =
        keep_years != NULL ? g_strdup(keep_years) : g_build_filename(folder, "years.db", NULL);

    measure_disk(folder);
    measure_events(folder);
    if (sprints > 0) {
        measure_many(file, sprints);
    }
    if (teams > 0) {
        measure_tactical(years, folder, teams);
    }
    measure_console();
    empty_folder(folder);
    g_rmdir(folder);
    table_print();
    return table_right() ? EXIT_SUCCESS : EXIT_FAILURE;
}
