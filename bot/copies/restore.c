/* The copy is copied once more, beside the store: there it is brought up to date and looked at, and
 * only then takes its place. What stood there is moved aside, never deleted. */

#include "bot/copies/restore.h"

#include <stdio.h>

#include "bot/copies/asked.h"
#include "bot/copies/shelf.h"
#include "bot/copies/verify.h"
#include "bot/store/sqlite.h"

typedef struct Restore {
    const char *copy;
    char *path, *part, *aside; /* owned; `aside` NULL: nothing stood there */
    const Policy *policy;
    bool force;
    StoreTally tally;
} Restore;

static void restore_clear(Restore *restore)
{
    if (restore->part != NULL) {
        shelf_drop(restore->part); /* where it has not taken its place */
    }
    g_free(restore->path);
    g_free(restore->part);
    g_free(restore->aside);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Restore, restore_clear)

static bool fail(char *take_text)
{
    (void)asked_fail(take_text);
    return false;
}

static bool fail_with(const GError *error)
{
    (void)asked_fail_with(error);
    return false;
}

static bool may_take_place(const Restore *restore)
{
    if (!g_file_test(restore->copy, G_FILE_TEST_IS_REGULAR)) {
        return fail(say(W_COPIES_NO_FILE, S("path", restore->copy)));
    }
    if (shelf_same(restore->copy, restore->path)) {
        return fail(say(W_RESTORE_SAME, S("path", restore->copy)));
    }
    if (g_file_test(restore->path, G_FILE_TEST_EXISTS) && !restore->force) {
        return fail(say(W_RESTORE_THERE, S("path", restore->path)));
    }
    return true;
}

static StoreHold *hold(const char *path)
{
    g_autoptr(GError) error = NULL;
    StoreHold *held = sqlite_hold(path, &error);

    if (held == NULL) {
        (void)fail(g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE)
                       ? say(W_RESTORE_IN_USE, S("path", path))
                       : g_strdup(error->message));
    }
    return held;
}

/* An older copy becomes what this program writes; its own file stays as it is. Closing says nothing
 * where the disk is full and half of it is still in the log. */
static bool bring_up_to_date(const char *part, GError **error)
{
    Store *store = sqlite_open(part, error);

    store_close(store);
    return store != NULL && sqlite_bring_home(part, error);
}

static bool make_part(Restore *restore)
{
    g_autoptr(GError) error = NULL;

    restore->part = shelf_part(restore->path, &error);
    if (restore->part == NULL ||
        !sqlite_copy(restore->copy, restore->part, restore->path, &restore->tally, &error) ||
        !bring_up_to_date(restore->part, &error) ||
        !shelf_give(restore->part, restore->path, &error)) {
        return fail_with(error);
    }
    return true;
}

static bool is_sound(Restore *restore)
{
    int faults = verify_file(restore->part, restore->policy, &restore->tally);

    if (faults > 0 && !restore->force) {
        return fail(say(W_RESTORE_FAULTS, S("path", restore->copy)));
    }
    return faults >= 0;
}

static char *name_aside(const char *path)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *when = g_date_time_format(now, "%Y%m%dT%H%M%SZ");

    return g_strconcat(path, ".before-restore-", when, NULL);
}

/* Also a log that is left of a store that is not there goes aside: it would be taken for the new
 * one's. One that cannot be brought home goes along as it is. */
static bool take_place(Restore *restore)
{
    g_autofree char *aside = name_aside(restore->path);
    g_autoptr(GError) error = NULL;
    bool there = g_file_test(restore->path, G_FILE_TEST_EXISTS);

    if (there) {
        (void)sqlite_bring_home(restore->path, NULL);
    }
    if (!shelf_swap(restore->part, restore->path, aside, &error)) {
        return fail_with(error);
    }
    restore->aside = there ? g_steal_pointer(&aside) : NULL;
    return true;
}

static void tell(const Restore *restore)
{
    g_autofree char *text =
        say(W_RESTORE_DONE, S("path", restore->path), N("teams", restore->tally.teams),
            N("sprints", restore->tally.sprints), N("readings", restore->tally.readings));

    (void)printf("%s\n", text);
    if (restore->aside != NULL) {
        g_autofree char *before = say(W_RESTORE_ASIDE, S("aside", restore->aside));

        (void)printf("%s\n", before);
    }
}

static bool restore_copy(Restore *restore)
{
    if (!may_take_place(restore)) {
        return false;
    }
    g_autoptr(StoreHold) held = hold(restore->path);

    if (held == NULL || !make_part(restore) || !is_sound(restore) || !take_place(restore)) {
        return false;
    }
    tell(restore);
    return true;
}

int restore_main(int argc, char **argv)
{
    g_auto(Opened) opened = {0};
    g_auto(Restore) restore = {0};
    g_autoptr(GError) error = NULL;
    gboolean force = FALSE;
    const GOptionEntry entries[] = {
        {"force", 0, 0, G_OPTION_ARG_NONE, &force, words_template(W_RESTORE_FORCE), NULL},
        G_OPTION_ENTRY_NULL,
    };
    const Asked asked = {
        "restore", W_RESTORE_ABOUT, words_template(W_COPIES_COPY), W_RESTORE_WHICH, 1, 1, entries};

    if (!asked_read(&asked, &opened, &argc, &argv)) {
        return 2;
    }
    const char *path = opened_path(&opened);

    if (path == NULL) {
        return 2;
    }
    restore.copy = argv[1];
    restore.policy = opened.policy;
    restore.force = force;
    restore.path = shelf_whole(path, &error);
    if (restore.path == NULL) {
        return asked_fail_with(error);
    }
    return restore_copy(&restore) ? 0 : 1;
}
