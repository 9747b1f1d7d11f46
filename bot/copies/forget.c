/* Ids are a workspace's own, so the same one may be two people in two of them: every workspace is
 * asked, with nothing changed, and where more than one knows the id it has to be said which. */

#include "bot/copies/forget.h"

#include <stdio.h>
#include <string.h>

#include "bot/copies/asked.h"
#include "bot/store/sqlite_forget.h"

static const WordId labels[FORGOTTEN_COUNT] = {
    [FORGOTTEN_MEMBER] = W_FORGET_MEMBER,     [FORGOTTEN_ANSWERS] = W_FORGET_ANSWERS,
    [FORGOTTEN_WORDS] = W_FORGET_WORDS,       [FORGOTTEN_NAMED] = W_FORGET_NAMED,
    [FORGOTTEN_MENTIONS] = W_FORGET_MENTIONS, [FORGOTTEN_DRAFTS] = W_FORGET_DRAFTS,
    [FORGOTTEN_CARDS] = W_FORGET_CARDS,
};

static bool fail_with(const GError *error)
{
    (void)asked_fail_with(error);
    return false;
}

static bool known_in(Store *store, const char *workspace, const char *member, bool *known,
                     GError **error)
{
    int64_t counts[FORGOTTEN_COUNT] = {0};

    if (!sqlite_forget(store, workspace, member, true, counts, error)) {
        return false;
    }
    *known = false;
    for (int i = 0; i < FORGOTTEN_COUNT; i++) {
        *known = *known || counts[i] > 0;
    }
    return true;
}

/* The workspaces, among those that are meant, that know the member. */
static bool find(Store *store, const char *meant, const char *member, GPtrArray *found,
                 GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    if (!store->ops->workspaces(store, names, error)) {
        return false;
    }
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        bool known = false;

        if ((meant == NULL || strcmp(meant, name) == 0) &&
            !known_in(store, name, member, &known, error)) {
            return false;
        }
        if (known) {
            g_ptr_array_add(found, g_strdup(name));
        }
    }
    return true;
}

/* The one workspace; NULL: it was said why there is none. Caller frees. */
static char *the_workspace(Store *store, const char *meant, const char *member)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;

    if (!find(store, meant, member, found, &error)) {
        fail_with(error);
        return NULL;
    }
    if (found->len == 0) {
        (void)asked_fail(say(W_FORGET_UNKNOWN, S("member", member)));
        return NULL;
    }
    if (found->len > 1) {
        (void)asked_fail(say(W_FORGET_WHERE, S("member", member),
                             S("one", g_ptr_array_index(found, 0)),
                             S("other", g_ptr_array_index(found, 1))));
        return NULL;
    }
    return g_strdup(g_ptr_array_index(found, 0));
}

static void tell(const char *workspace, const char *member, bool pretend, const int64_t *counts)
{
    g_autofree char *end = say(pretend ? W_FORGET_WOULD : W_FORGET_DONE, S("member", member),
                               S("workspace", workspace));

    (void)printf("%s\n", end);
    for (int i = 0; i < FORGOTTEN_COUNT; i++) {
        g_autofree char *line = say(labels[i], N("n", counts[i]));

        if (counts[i] > 0) {
            (void)printf("  %s\n", line);
        }
    }
    if (!pretend) {
        (void)printf("%s\n", words_template(W_FORGET_ELSEWHERE));
    }
}

/* Whoever asks again, since the last step had failed, hears that it is done now. */
static bool make_up(Store *store, GError **error)
{
    bool owed = false;

    if (!sqlite_forget_rest(store, &owed, error)) {
        return false;
    }
    if (owed) {
        (void)printf("%s\n", words_template(W_FORGET_MADE_UP));
    }
    return true;
}

static bool forget(Store *store, const char *meant, const char *member, bool pretend)
{
    int64_t counts[FORGOTTEN_COUNT] = {0};
    g_autoptr(GError) error = NULL;

    if (!pretend && !make_up(store, &error)) {
        return fail_with(error);
    }
    g_autofree char *workspace = the_workspace(store, meant, member);

    if (workspace == NULL) {
        return false;
    }
    if (!sqlite_forget(store, workspace, member, pretend, counts, &error)) {
        return fail_with(error);
    }
    tell(workspace, member, pretend, counts);
    return true;
}

int forget_main(int argc, char **argv)
{
    g_auto(Opened) opened = {0};
    gboolean pretend = FALSE;
    g_autofree char *workspace = NULL;
    const GOptionEntry entries[] = {
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &pretend, words_template(W_FORGET_DRY_RUN), NULL},
        {"workspace", 'w', 0, G_OPTION_ARG_STRING, &workspace, words_template(W_FORGET_WORKSPACE),
         "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    const Asked asked = {"forget", W_FORGET_ABOUT, words_template(W_FORGET_USER), W_FORGET_WHOM, 1,
                         1,        entries};

    if (!asked_read(&asked, &opened, &argc, &argv)) {
        return 2;
    }
    int code = opened_store(&opened, OPEN_NOT);

    if (code != 0) {
        return code;
    }
    return forget(opened.store, workspace, argv[1], pretend) ? 0 : 1;
}
