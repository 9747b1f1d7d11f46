#include "bot/transfer/import.h"

#include <stdio.h>

#include "bot/transfer/merge.h"
#include "bot/transfer/open.h"
#include "core/words.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

typedef struct Options {
    char *workspace, *team;
    gboolean dry_run;
    char **files;
} Options;

static void options_clear(Options *options)
{
    g_free(options->workspace);
    g_free(options->team);
    g_strfreev(options->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static int tell_faults(Records *records)
{
    g_autofree char *text = faults_text(&records->faults);
    g_autofree char *sum = say(W_IMPORT_REFUSED, N("n", faults_count(&records->faults)));

    (void)fprintf(stderr, "%s%s\n", text, sum);
    return EXIT_FAILED;
}

static void tell_done(const Merged *merged, bool dry_run)
{
    g_autofree char *sum = say(W_IMPORT_SUM, N("teams", merged->teams),
                               N("periods", merged->periods), N("objectives", merged->objectives),
                               N("krs", merged->krs), N("changes", merged->changes),
                               N("links", merged->links), N("readings", merged->readings));
    g_autofree char *text =
        say(dry_run ? W_IMPORT_WOULD : W_IMPORT_DONE, S("sum", sum), N("known", merged->known));

    (void)printf("%s%s\n", merged->news->str, text);
}

static int import_records(const MergeAsk *ask, Records *records)
{
    g_auto(Merged) merged = {0};
    g_autoptr(GError) error = NULL;

    merged_init(&merged);
    if (!merge(ask, records, &merged, &error)) {
        g_autofree char *text = say(W_IMPORT_FAILED, S("why", error->message));

        (void)fprintf(stderr, "%s\n", text);
        return EXIT_FAILED;
    }
    if (faults_any(&records->faults)) {
        return tell_faults(records);
    }
    (void)fputs(records->notes->str, stderr);
    tell_done(&merged, ask->dry_run);
    return EXIT_DONE;
}

/* The store is opened last: a file that cannot be read leaves no new one behind. */
static int import_files(Opened *opened, const Options *options)
{
    g_auto(Records) records = {0};

    records_init(&records);
    for (char **file = options->files; *file != NULL; file++) {
        records_read(&records, *file);
    }
    if (records.rows->len == 0 && faults_any(&records.faults)) {
        return tell_faults(&records);
    }
    int code = opened_store(opened, options->dry_run ? OPEN_PRETEND : OPEN_MAKE);

    if (code != EXIT_DONE) {
        return code;
    }
    const MergeAsk ask = {
        .store = opened->store,
        .policy = opened->policy,
        .now = {g_get_real_time()},
        .workspace = options->workspace,
        .team = options->team,
        .dry_run = options->dry_run,
    };

    return import_records(&ask, &records);
}

static int complain(char *take_text)
{
    (void)fprintf(stderr, "%s\n", take_text);
    g_free(take_text);
    return EXIT_USAGE;
}

int import_main(int argc, char **argv)
{
    g_auto(Opened) opened = {0};
    g_auto(Options) options = {0};
    g_autofree char *help = tables_help(true);
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run, words_template(W_IMPORT_DRY_RUN),
         NULL},
        {"workspace", 'w', 0, G_OPTION_ARG_STRING, &options.workspace,
         words_template(W_IMPORT_WORKSPACE), "NAME"},
        {"team", 't', 0, G_OPTION_ARG_STRING, &options.team, words_template(W_IMPORT_TEAM), "NAME"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files, NULL, NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(words_template(W_IMPORT_ARGUMENTS));

    g_set_prgname("anchord import");
    g_option_context_set_summary(context, words_template(W_IMPORT_ABOUT));
    g_option_context_set_description(context, help);
    opened_options(&opened, context);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        return complain(g_strdup_printf("anchord import: %s", error->message));
    }
    if (options.files == NULL) {
        return complain(say(W_IMPORT_NO_FILE));
    }
    return import_files(&opened, &options);
}
