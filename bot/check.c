#include "bot/check.h"

#include <stdio.h>

#include <glib.h>

#include "config/config.h"

enum { EXIT_PASSED = 0, EXIT_FOUND = 2 };

static const char *counted(guint n)
{
    return n == 1 ? "" : "s";
}

static int tell_mistakes(const GPtrArray *mistakes)
{
    for (guint i = 0; i < mistakes->len; i++) {
        (void)fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(mistakes, i));
    }
    return EXIT_FOUND;
}

static int tell_fine(const char *file, const Config *config)
{
    guint n = config->workspaces->len;

    (void)printf("%s: no mistakes; %u workspace%s, the store is %s, and %s%s\n", file, n,
                 counted(n), config->store,
                 config->listen != NULL ? "health is on " : "health is served nowhere",
                 config->listen != NULL ? config->listen : "");
    return EXIT_PASSED;
}

static int check_file(const char *file, bool without_secrets)
{
    g_autoptr(GPtrArray) mistakes = config_mistakes_new();
    g_autoptr(Config) config =
        without_secrets ? config_read_without_secrets(file, mistakes) : config_read(file, mistakes);

    return config != NULL ? tell_fine(file, config) : tell_mistakes(mistakes);
}

int check_main(int argc, char **argv)
{
    g_autofree char *file = NULL;
    gboolean without_secrets = FALSE;
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &file,
         "the configuration; else $ANCHORD_CONFIG, else /etc/anchord/anchord.yaml", "FILE"},
        {"without-secrets", 0, 0, G_OPTION_ARG_NONE, &without_secrets,
         "leave out the tokens, where only the daemon may read them", NULL},
        {NULL},
    };
    g_autoptr(GOptionContext) options = g_option_context_new(NULL);

    g_set_prgname("anchord check");
    g_option_context_set_summary(options, "Reads the configuration and tells every mistake in it.");
    g_option_context_add_main_entries(options, entries, NULL);
    if (!g_option_context_parse(options, &argc, &argv, &error)) {
        (void)fprintf(stderr, "anchord check: %s\n", error->message);
        return EXIT_FOUND;
    }
    if (argc > 1) {
        (void)fprintf(stderr, "anchord check: %s is one word too many; name the file behind -c\n",
                      argv[1]);
        return EXIT_FOUND;
    }
    return check_file(file != NULL ? file : config_default_path(), without_secrets);
}
