/* A damaged file: noticed where it matters, and survived everywhere. */

#include "bot/store/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store_fixture.h"
#include "store_place.h"

static void free_digest(gpointer digest)
{
    digest_free(digest);
}

static void free_row(gpointer row)
{
    outbox_row_free(row);
}

/* Reads all there is to read, and writes a little. False with the first error. */
static bool use_all(Store *store, GError **error)
{
    g_autoptr(Team) team = NULL;
    g_autoptr(Sprint) sprint = NULL;
    g_autoptr(GPtrArray) digests = g_ptr_array_new_with_free_func(free_digest);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    g_autoptr(GArray) timers = g_array_new(FALSE, FALSE, sizeof(Timer));
    TeamId found = {0};
    bool fresh = false;

    return store->ops->team_load(store, (TeamId){100}, &team, error) &&
           store->ops->team_named(store, (WorkspaceId){1}, "w\u00e9st 100", &found, error) &&
           store->ops->sprint_load(store, (SprintId){1000}, &sprint, error) &&
           store->ops->digests(store, (TeamId){100}, 9, digests, error) &&
           store->ops->learnings(store, (TeamId){100}, "pipeline", 9, digests, error) &&
           store->ops->timers_due(store, FIXTURE_NOW, 9, timers, error) &&
           store->ops->outbox_pending(store, (WorkspaceId){1}, 0, 9, rows, error) &&
           store->ops->begin(store, error) &&
           store->ops->note_event(store, "event/new", FIXTURE_NOW, &fresh, error) &&
           store->ops->commit(store, error);
}

static void make_full_file(const char *path)
{
    Store *store = place_open(path);
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 1000, 1);
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    Timer timer = {.team = team->id, .due = FIXTURE_NOW};
    int64_t id = 0;

    card->channel = g_strdup("west");
    card_text(card, g_strdup("text"));
    fixture_save_whole(store, sprint);
    fixture_save(store, CHANGE_TIMER, NULL, &timer);
    MUST(store, outbox_put, team->workspace, card, FIXTURE_NOW, &id);
    store_close(store);
}

/* How the damaged file was taken: true where it was noticed. */
static bool try_damaged(const char *path)
{
    g_autoptr(GError) error = NULL;
    Store *store = sqlite_open(path, &error);

    if (store != NULL && use_all(store, &error)) {
        store_close(store);
        return false;
    }
    store_close(store);
    if (error == NULL || error->domain != STORE_ERROR) {
        fail_msg("damage was not said");
        return false;
    }
    return error->code == STORE_ERROR_CORRUPT;
}

static void test_damage_is_noticed_and_survived(void **state)
{
    const Place *place = *state;
    GRand *rand = g_rand_new_with_seed(7);
    int noticed = 0;

    make_full_file(place->path);
    g_autoptr(GBytes) whole = place_read(place->path);
    size_t size = g_bytes_get_size(whole);

    for (size_t page = 0; page < size / 4096; page++) {
        g_autofree char *bytes = g_memdup2(g_bytes_get_data(whole, NULL), size);

        for (size_t i = page == 0 ? 100 : 0; i < 4096; i++) {
            bytes[page * 4096 + i] = (char)g_rand_int_range(rand, 0, 256);
        }
        place_empty(place->folder);
        place_write(place->path, bytes, size);
        noticed += try_damaged(place->path);
    }
    g_rand_free(rand);
    assert_true(noticed > 20); /* each page that was looked at */
}

static void test_a_changed_byte_never_crashes(void **state)
{
    const Place *place = *state;
    GRand *rand = g_rand_new_with_seed(8);

    make_full_file(place->path);
    g_autoptr(GBytes) whole = place_read(place->path);
    size_t size = g_bytes_get_size(whole);
    int tried = 0;

    for (; tried < 150; tried++) {
        g_autofree char *bytes = g_memdup2(g_bytes_get_data(whole, NULL), size);

        for (int i = 0; i < 20; i++) {
            bytes[g_rand_int_range(rand, 100, (gint32)size)] = (char)g_rand_int_range(rand, 0, 256);
        }
        place_empty(place->folder);
        place_write(place->path, bytes, size);
        try_damaged(place->path);
    }
    g_rand_free(rand);
    assert_int_equal(tried, 150);
}

static void test_a_file_cut_short_is_refused(void **state)
{
    const Place *place = *state;

    make_full_file(place->path);
    g_autoptr(GBytes) whole = place_read(place->path);

    for (size_t pages = 1; pages < 10; pages++) {
        place_empty(place->folder);
        place_write(place->path, g_bytes_get_data(whole, NULL), pages * 4096);
        if (!try_damaged(place->path)) {
            fail_msg("%zu pages were taken for all of it", pages);
        }
    }
}

static void test_values_that_we_never_write_are_damage(void **state)
{
    static const char *const cases[] = {
        "UPDATE sprint SET state = 'archived'",
        "UPDATE sprint SET number = 5000000000",
        "UPDATE sprint SET objective = CAST(x'ff41' AS TEXT)",
        "UPDATE sprint SET objective = CAST(x'410041' AS TEXT)",
        "UPDATE sprint SET learned = CAST(x'c3' AS TEXT)",
        "UPDATE sprint SET first_day = '2025-02-30'",
        "UPDATE sprint SET anchor_unit_name = printf('%.64c', 'x')",
        "UPDATE team SET name = CAST(x'f0' AS TEXT)",
        "UPDATE kr SET direction = 'sideways'",
        "UPDATE timer SET kind = 'never'",
        "UPDATE outbox SET card = x'00'",
        "UPDATE member SET nudged = ''",
        "UPDATE team SET weekly_day = 'someday'",
        "UPDATE team SET weekly_at = 5000000000",
        "UPDATE answer SET revised = 'perhaps'",
        "UPDATE proposal SET kind = 'hunch'",
        "UPDATE proposal SET evidence = CAST(x'ff41' AS TEXT)",
        "UPDATE kr_link SET who = CAST(x'c3' AS TEXT)",
        "UPDATE token SET name = CAST(x'f0' AS TEXT)",
        "UPDATE follow_up SET day = 'soon'",
    };
    const Place *place = *state;

    make_full_file(place->path);
    g_autoptr(GBytes) whole = place_read(place->path);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *sql =
            g_strconcat("DROP TRIGGER sprint_is_fixed; DROP TRIGGER sprint_goes_on;"
                        "PRAGMA ignore_check_constraints = ON;",
                        cases[i], NULL);

        place_empty(place->folder);
        place_write(place->path, g_bytes_get_data(whole, NULL), g_bytes_get_size(whole));
        place_run(place->path, sql);
        if (!try_damaged(place->path)) {
            fail_msg("%s: was not noticed", cases[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(test_damage_is_noticed_and_survived),
        PLACE_TEST(test_a_changed_byte_never_crashes),
        PLACE_TEST(test_a_file_cut_short_is_refused),
        PLACE_TEST(test_values_that_we_never_write_are_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
