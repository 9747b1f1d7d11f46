#include "bot/copies/verify.h"

#include <stdio.h>

#include "bot/copies/asked.h"
#include "bot/store/sqlite_audit.h"

int verify_file(const char *path, const Policy *policy, StoreTally *tally)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;

    if (!sqlite_audit(path, policy, faults, tally, &error)) {
        (void)asked_fail_with(error);
        return -1;
    }
    for (guint i = 0; i < faults->len; i++) {
        (void)printf("%s\n", (const char *)g_ptr_array_index(faults, i));
    }
    return (int)faults->len;
}

static int tell(int faults, const StoreTally *tally)
{
    g_autofree char *text =
        faults == 0
            ? say(W_VERIFY_FINE, N("sprints", tally->sprints), N("readings", tally->readings))
            : say(W_VERIFY_FAULTS, N("sprints", tally->sprints), N("readings", tally->readings));

    if (faults >= 0) {
        (void)printf("%s\n", text);
    }
    return faults == 0 ? 0 : 1;
}

/* A file that is named needs no configuration; one that is named too tells the policy. */
static const char *store_named(Opened *opened, const char *file, int *code)
{
    if (file != NULL && opened->config_path == NULL) {
        g_free(opened->db);
        opened->db = g_strdup(file);
    }
    const char *store = opened_path(opened);

    if (store == NULL) {
        return NULL; /* exit code 2 */
    }
    if (file != NULL) {
        store = file;
    }
    if (!g_file_test(store, G_FILE_TEST_IS_REGULAR)) {
        *code = asked_fail(say(W_COPIES_NO_FILE, S("path", store)));
        return NULL;
    }
    return store;
}

int verify_main(int argc, char **argv)
{
    g_auto(Opened) opened = {0};
    const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
    const Asked asked = {"verify", W_VERIFY_ABOUT, words_template(W_VERIFY_FILE), W_VERIFY_ABOUT, 0,
                         1,        entries};
    StoreTally tally = {0};
    int code = 2;

    if (!asked_read(&asked, &opened, &argc, &argv)) {
        return code;
    }
    const char *store = store_named(&opened, argc > 1 ? argv[1] : NULL, &code);

    return store != NULL ? tell(verify_file(store, opened.policy, &tally), &tally) : code;
}
