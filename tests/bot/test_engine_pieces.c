/* Pieces: events that came together are stored together, with how far they go, or not at all; and
 * where no acknowledgement carries a reply it goes out as a card. */

#include "bot/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engine_rig.h"

static void free_event(gpointer event)
{
    event_free(event);
}

static GPtrArray *events_new(void)
{
    return g_ptr_array_new_with_free_func(free_event);
}

static GArray *memos_new(const char *name, const char *value)
{
    GArray *memos = g_array_new(FALSE, FALSE, sizeof(Memo));
    Memo memo = {g_strdup(name), g_strdup(value)};

    g_array_set_clear_func(memos, memo_clear);
    g_array_append_val(memos, memo);
    return memos;
}

static Event *command(const Rig *rig, const char *key, const char *text)
{
    Event *event = event_new(EVENT_COMMAND, key);

    event->workspace = rig->workspace;
    event->channel = g_strdup("west-1");
    event->member = g_strdup("maria");
    event->message = g_strdup(key);
    event->conversation = true;
    event->answer_out = true;
    event->answer_under = g_strdup("$root");
    event_set_text(event, text, strlen(text));
    return event;
}

/* Two events, and "s2" as how far they go. */
static void post_two(Rig *rig, char *tag)
{
    GPtrArray *events = events_new();

    rig->commits_at_post = rig->store->commits;
    g_ptr_array_add(events, command(rig, "$one", "sprint away today"));
    g_ptr_array_add(events, command(rig, "$two", "sprint status"));
    engine_post_all(rig->engine, rig->workspace, events, memos_new("test/since", "s2"), tag);
}

static int64_t kept(Rig *rig)
{
    return rig_count(rig,
                     "SELECT count(*) FROM setting WHERE name = 'test/since' AND value = 's2'");
}

static int64_t away(Rig *rig)
{
    return rig_count(rig, "SELECT count(*) FROM member_away");
}

static char tag[] = "tag";

static void a_piece_is_stored_with_how_far_it_goes(void **state)
{
    Rig *rig = *state;

    rig_run(rig);
    post_two(rig, tag);
    int before = rig->store->commits;
    assert_true(engine_step(rig->engine));
    assert_int_equal(rig->store->commits, before + 1);
    assert_int_equal(kept(rig), 1);
    assert_int_equal(away(rig), 1);
    assert_int_equal(rig->stored->len, 1);
    assert_string_equal(g_ptr_array_index(rig->stored, 0), "tag");
}

static void its_replies_go_out_as_cards(void **state)
{
    Rig *rig = *state;

    rig->hold = true;
    post_two(rig, tag);
    rig_run(rig);
    assert_int_equal(rig->told->len, 0);
    const Held *held = rig_held(rig, "west-1");
    assert_non_null(held);
    assert_string_equal(held->row->card->under, "$root");
    assert_string_equal(held->row->card->answers, "$one");
    assert_null(held->row->card->key);
    assert_true(held->row->card->expires.us > 0);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_string_equal(rig_held(rig, "west-1")->row->card->answers, "$two");
}

/* Whichever call fails: all of it is stored, or nothing is, and that is told. */
static void a_piece_is_stored_whole_or_not_at_all(void **state)
{
    Rig *rig = *state;
    bool through = false;

    for (int at = 1; !through; at++) {
        rig_renew(rig);
        post_two(rig, tag);
        faulty_set(rig->store, FAULT_ONCE, at);
        rig_run(rig);
        through = rig->store->calls < at;
        assert_int_equal(rig->stored->len, 1);
        bool failed = strcmp(g_ptr_array_index(rig->stored, 0), "tag") != 0;
        assert_int_equal(kept(rig), failed ? 0 : 1);
        assert_int_equal(away(rig), failed ? 0 : 1);
    }
}

/* Killed at any call and handed on again: everything happened once. */
static void a_piece_that_comes_again_changes_nothing(void **state)
{
    Rig *rig = *state;
    bool through = false;

    for (int at = 1; !through; at++) {
        rig_renew(rig);
        post_two(rig, tag);
        faulty_set(rig->store, FAULT_KILLED_AFTER, at);
        rig_run(rig);
        through = rig->store->calls < at;
        rig_close(rig);
        rig_open(rig);
        post_two(rig, tag);
        rig_run(rig);
        assert_int_equal(kept(rig), 1);
        assert_int_equal(away(rig), 1);
        assert_int_equal(rig_posted(rig, "west-1", CARD_REPLY), 2);
    }
}

static void what_is_kept_can_be_forgotten(void **state)
{
    Rig *rig = *state;

    post_two(rig, tag);
    rig_run(rig);
    engine_post_all(rig->engine, rig->workspace, events_new(), memos_new("test/since", NULL), tag);
    rig_run(rig);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM setting WHERE name = 'test/since'"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(a_piece_is_stored_with_how_far_it_goes),
        RIG_TEST(its_replies_go_out_as_cards),
        RIG_TEST(a_piece_is_stored_whole_or_not_at_all),
        RIG_TEST(a_piece_that_comes_again_changes_nothing),
        RIG_TEST(what_is_kept_can_be_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
