#include "bot/setting.h"

#include <stdio.h>
#include <string.h>

#include "bot/store/sqlite.h"

#define EXIT_USAGE 2

static Config *read_or_print(const char *path)
{
    g_autoptr(GPtrArray) mistakes = config_mistakes_new();
    Config *config = config_read(path, mistakes);

    for (guint i = 0; i < mistakes->len; i++) {
        fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(mistakes, i));
    }
    return config;
}

Config *setting_config(int argc, char **argv, const char *summary, int *code)
{
    g_autofree char *path = NULL;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "the configuration", "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    *code = EXIT_USAGE;
    g_option_context_set_summary(context, summary);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "anchord: %s\n", error->message);
        return NULL;
    }
    if (argc > 1) {
        fprintf(stderr, "anchord: “%s” is one argument too many; --help tells which there are\n",
                argv[1]);
        return NULL;
    }
    return read_or_print(path != NULL ? path : config_default_path());
}

Store *setting_store(const Config *config, GError **error)
{
    static const char scheme[] = "sqlite:";
    const char *path = config->store;

    return sqlite_open(g_str_has_prefix(path, scheme) ? path + strlen(scheme) : path, error);
}
