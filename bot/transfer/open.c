#include "bot/transfer/open.h"

#include <stdio.h>
#include <string.h>

#include "bot/store/sqlite.h"
#include "core/words.h"

#define SCHEME "sqlite:"

enum { EXIT_OPENED = 0, EXIT_FAILED = 1, EXIT_MISTAKEN = 2 };

void opened_options(Opened *opened, GOptionContext *context)
{
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &opened->config_path,
         words_template(W_TRANSFER_CONFIG), "FILE"},
        {"db", 0, 0, G_OPTION_ARG_FILENAME, &opened->db, words_template(W_TRANSFER_DB), "FILE"},
        G_OPTION_ENTRY_NULL,
    };

    g_option_context_add_main_entries(context, entries, NULL);
}

static void complain(char *take_message)
{
    (void)fprintf(stderr, "anchord: %s\n", take_message);
    g_free(take_message);
}

const char *opened_path(Opened *opened)
{
    g_autoptr(GPtrArray) mistakes = config_mistakes_new();

    opened->policy = &policy_default;
    if (opened->db != NULL) {
        return opened->db;
    }
    const char *file = opened->config_path != NULL ? opened->config_path : config_default_path();

    opened->config = config_read_without_secrets(file, mistakes);
    for (guint i = 0; i < mistakes->len; i++) {
        (void)fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(mistakes, i));
    }
    if (opened->config == NULL) {
        return NULL;
    }
    opened->policy = &opened->config->policy;
    const char *store = opened->config->store;
    return store + (g_str_has_prefix(store, SCHEME) ? strlen(SCHEME) : 0);
}

int opened_store(Opened *opened, OpenNew when_new)
{
    g_autoptr(GError) error = NULL;
    const char *path = opened_path(opened);

    if (path == NULL) {
        return EXIT_MISTAKEN;
    }
    bool is_new = !g_file_test(path, G_FILE_TEST_EXISTS);

    if (is_new && when_new == OPEN_NOT) {
        complain(say(W_TRANSFER_NO_STORE, S("path", path)));
        return EXIT_FAILED;
    }
    opened->store = sqlite_open(is_new && when_new == OPEN_PRETEND ? ":memory:" : path, &error);
    if (opened->store == NULL) {
        complain(g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE)
                     ? say(W_TRANSFER_IN_USE, S("path", path))
                     : g_strdup(error->message));
    }
    return opened->store != NULL ? EXIT_OPENED : EXIT_FAILED;
}

void opened_clear(Opened *opened)
{
    store_close(opened->store);
    g_clear_pointer(&opened->config, config_free);
    g_free(opened->config_path);
    g_free(opened->db);
}
