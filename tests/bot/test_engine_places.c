/* The engine and places: a card is posted before anybody here knows where it stands, answers come
 * to the message and not to the card, channels change their ids, and teams the place they live in.
 * Everything is real but the clocks and the platform. */

#include "bot/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engine_rig.h"
#include "store_fixture.h"

/* The engine's patience with an answer whose card is on its way. */
#define WAITS (2400 * G_TIME_SPAN_MILLISECOND)

/* The machine's clock, in place of GLib's: time passes when a test says so. */
static gint64 machine_us = INT64_C(1000) * G_USEC_PER_SEC;

gint64 g_get_monotonic_time(void)
{
    return machine_us;
}

/* The first morning: both teams have been asked. */
static void ask(Rig *rig)
{
    rig_advance(rig, rig_at(14, 9, 30));
    assert_int_equal(rig_posted(rig, NULL, CARD_PROMPT), 2);
}

/* The same, but that the process is gone between posting the prompts and hearing where they stand;
 * started again, it gives them to the platform, which does not answer yet. */
static void ask_and_crash(Rig *rig)
{
    rig->hold = false;
    engine_advance(rig->engine, rig_at(14, 9, 30));
    for (int steps = 0; steps < 100 && rig->posts->len < 2; steps++) {
        engine_step(rig->engine);
    }
    assert_int_equal(rig_posted(rig, NULL, CARD_PROMPT), 2);
    rig_close(rig);
    rig->hold = true;
    rig_open(rig);
}

static const char *prompt_of(const Rig *rig, const char *channel)
{
    const Post *prompt = rig_newest(rig, channel, CARD_PROMPT);

    assert_non_null(prompt);
    return prompt->id;
}

/* As an adapter makes it: it knows the message that begins the thread, and not the card. */
static Event *reply_to(const Rig *rig, const char *key, const char *channel, const char *begins)
{
    static const char text[] = "kr1 27%";
    Event *event = event_new(EVENT_TEXT, key);

    event->workspace = rig->workspace;
    event->channel = g_strdup(channel);
    event->member = g_strdup("maria");
    event->message = g_strdup(key);
    event->replies_to = g_strdup(begins);
    event->replies_to_us = begins != NULL;
    event_set_text(event, text, strlen(text));
    return event;
}

static Event *reply_to_prompt(const Rig *rig, const char *key, const char *channel)
{
    return reply_to(rig, key, channel, prompt_of(rig, channel));
}

static int64_t readings(Rig *rig)
{
    return rig_count(rig, "SELECT count(*) FROM reading WHERE source = 'check-in'");
}

/* Taken, for the first time. */
static bool is_acknowledged(const Rig *rig, const char *key)
{
    const Told *told = rig_told(rig, key);

    return told != NULL && told->failure == NULL;
}

static void expect_acknowledged(const char *promise, const Rig *rig, const char *key)
{
    const Told *told = rig_told(rig, key);

    if (told == NULL || told->failure != NULL || told->repeated) {
        fail_msg("%s: %s", promise,
                 told == NULL            ? "not told"
                 : told->failure != NULL ? told->failure
                                         : "repeated");
    }
}

/* It cannot be posted, or is not worth it any more. */
static void settle_as(Rig *rig, const char *target, OutboxEnd end)
{
    char why[] = "the channel is archived";
    const Held *held = rig_held(rig, target);
    guint at = 0;

    assert_true(g_ptr_array_find(rig->held, held, &at));
    int64_t row = held->row->id;
    g_ptr_array_remove_index(rig->held, at);
    engine_settle(rig->engine, rig->workspace, row, end, &(MessageRef){NULL, why});
}

/* Answers that come too early ----------------------------------------------------------------- */

static void test_an_answer_waits_until_it_is_known_where_its_card_stands(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to_prompt(rig, "early", "west-1"));
    rig_run(rig);
    assert_int_equal(rig->told->len, 0);
    assert_int_equal(readings(rig), 0);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    expect_acknowledged("once it is known", rig, "early");
    assert_non_null(strstr(rig_last(rig)->reply, "27%"));
    assert_int_equal(readings(rig), 1);
    assert_int_equal(rig_posted(rig, NULL, CARD_PROMPT), 2); /* none was posted again */
}

typedef struct Early {
    const char *promise;
    EventKind kind;
    const char *channel, *begins; /* NULL: the prompt of west-1 */
    bool alone, to_others, known, edited, waits;
} Early;

static Event *early_event(const Rig *rig, const Early *early)
{
    const char *begins = early->begins != NULL ? early->begins : prompt_of(rig, "west-1");
    Event *event = reply_to(rig, "it", early->channel, early->alone ? NULL : begins);

    event->kind = early->kind;
    event->replies_to_us = !early->to_others && !early->alone;
    event->thread = early->known ? g_strdup("prompt/1") : NULL;
    event->edited = early->edited;
    event->direct = early->channel == NULL;
    return event;
}

static void test_only_words_to_a_card_that_may_be_on_its_way_wait(void **state)
{
    static const Early cases[] = {
        {"an answer to the card that is out", EVENT_TEXT, "west-1", .waits = true},
        {"its edit", EVENT_TEXT, "west-1", .edited = true, .waits = true},
        {"an answer that names the bot", EVENT_COMMAND, "west-1", .waits = true},
        {"an answer to a message of ours that is none of the cards", EVENT_TEXT, "west-1", "m99",
         .waits = true},
        {"what is said in the channel, to nobody", EVENT_TEXT, "west-1", .alone = true},
        {"what is said to somebody else", EVENT_TEXT, "west-1", .to_others = true},
        {"in a channel where no card is out", EVENT_TEXT, "west-3"},
        {"in a direct conversation", EVENT_TEXT, NULL},
        {"where the adapter knew the card", EVENT_TEXT, "west-1", .known = true},
        {"a button, which names its check-in", EVENT_BUTTON, "west-1"},
        {"a member who joins", EVENT_JOINED, "west-1"},
    };
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        rig_renew(rig);
        ask_and_crash(rig);
        rig_post(rig, early_event(rig, &cases[i]));
        rig_run(rig);
        if ((rig->told->len == 0) != cases[i].waits) {
            fail_msg("%s: %s", cases[i].promise, cases[i].waits ? "was taken" : "waits");
        }
        rig_deliver(rig, "west-1");
        rig_run(rig);
        expect_acknowledged(cases[i].promise, rig, "it");
        assert_int_equal(rig->told->len, 1);
    }
}

static void test_an_early_answer_counts_also_when_it_names_the_bot(void **state)
{
    static const char text[] = "sprint kr1 27%"; /* "@anchord kr1 27%", as adapters hand it on */
    Rig *rig = *state;

    ask_and_crash(rig);
    Event *event = reply_to_prompt(rig, "named", "west-1");
    event->kind = EVENT_COMMAND;
    event->addressed = true;
    event_set_text(event, text, strlen(text));
    rig_post(rig, event);
    rig_run(rig);
    assert_int_equal(readings(rig), 0);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_int_equal(readings(rig), 1);
}

static void expect_order(const Rig *rig, const char *const *keys, guint n)
{
    assert_int_equal(rig->told->len, n);
    for (guint i = 0; i < n; i++) {
        assert_string_equal(((const Told *)g_ptr_array_index(rig->told, i))->key, keys[i]);
    }
}

static void test_early_answers_are_taken_in_order_and_before_later_ones(void **state)
{
    static const char *const keys[] = {"first", "second", "third", "later"};
    Rig *rig = *state;

    ask_and_crash(rig);
    for (guint i = 0; i < 2; i++) {
        rig_post(rig, reply_to_prompt(rig, keys[i], "west-1"));
    }
    rig_run(rig);
    rig_post(rig, reply_to_prompt(rig, keys[2], "west-1"));
    rig_run(rig);
    assert_int_equal(rig->told->len, 0);
    rig_deliver(rig, "west-1");
    rig_post(rig, reply_to_prompt(rig, keys[3], "west-1"));
    rig_run(rig);
    expect_order(rig, keys, G_N_ELEMENTS(keys));
    assert_int_equal(readings(rig), G_N_ELEMENTS(keys));
}

static void test_an_edit_that_waits_stays_behind_what_it_edits(void **state)
{
    static const char *const keys[] = {"said", "edited"};
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to_prompt(rig, keys[0], "west-1"));
    Event *edit = reply_to_prompt(rig, keys[1], "west-1");
    g_free(edit->message);
    edit->message = g_strdup(keys[0]);
    edit->edited = true;
    event_set_text(edit, "kr1 28%", strlen("kr1 28%"));
    rig_post(rig, edit);
    rig_run(rig);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    expect_order(rig, keys, G_N_ELEMENTS(keys));
    assert_non_null(strstr(rig_last(rig)->reply, "28%"));
}

static void test_one_channels_wait_is_no_others(void **state)
{
    static const char *const keys[] = {"west-2 again", "west-2", "west-1"};
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to_prompt(rig, "west-1", "west-1"));
    rig_post(rig, reply_to_prompt(rig, "west-2 again", "west-2"));
    rig_post(rig, reply_to_prompt(rig, "west-2", "west-2"));
    rig_run(rig);
    rig_deliver(rig, "west-2");
    rig_run(rig);
    assert_int_equal(rig->told->len, 2);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    expect_order(rig, keys, G_N_ELEMENTS(keys));
}

static void test_an_answer_to_a_card_that_never_stood_is_taken_for_what_it_is(void **state)
{
    static const OutboxEnd ends[] = {OUTBOX_DEAD, OUTBOX_EXPIRED};
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        rig_renew(rig);
        ask_and_crash(rig);
        rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
        rig_run(rig);
        settle_as(rig, "west-1", ends[i]);
        rig_run(rig);
        expect_acknowledged("nothing is on its way any more", rig, "it");
        assert_int_equal(readings(rig), 0);
    }
}

/* Patience ------------------------------------------------------------------------------------ */

static void test_patience_ends_in_a_failure_and_what_is_sent_again_is_taken(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
    rig_run(rig);
    machine_us += WAITS - 1;
    rig_run(rig);
    assert_int_equal(rig->told->len, 0);
    machine_us += 1;
    rig_run(rig);
    assert_int_equal(rig->told->len, 1);
    assert_non_null(rig_last(rig)->failure);
    assert_null(rig_last(rig)->reply);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM event_key"), 0);
    rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
    rig_run(rig);
    assert_int_equal(rig->told->len, 1); /* it waits as long again */
    rig_deliver(rig, "west-1");
    rig_run(rig);
    expect_acknowledged("sent again", rig, "it");
    assert_int_equal(readings(rig), 1);
}

static void test_each_has_a_patience_of_its_own(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to_prompt(rig, "first", "west-1"));
    rig_run(rig);
    machine_us += WAITS / 2;
    rig_post(rig, reply_to_prompt(rig, "second", "west-1"));
    rig_run(rig);
    machine_us += WAITS / 2;
    rig_run(rig);
    assert_int_equal(rig->told->len, 1);
    assert_non_null(rig_told(rig, "first")->failure);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    expect_acknowledged("there was time left", rig, "second");
    assert_int_equal(readings(rig), 1);
}

static void test_what_settles_at_the_last_moment_settles_it(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
    rig_run(rig);
    machine_us += 10 * WAITS;
    rig_deliver(rig, "west-1");
    rig_run(rig);
    expect_acknowledged("the card is there", rig, "it");
    assert_int_equal(readings(rig), 1);
}

static void test_what_is_sent_again_while_it_waits_counts_once(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    for (int i = 0; i < 3; i++) {
        rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
        rig_run(rig);
    }
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_int_equal(rig->told->len, 3);
    assert_false(((const Told *)g_ptr_array_index(rig->told, 0))->repeated);
    assert_true(((const Told *)g_ptr_array_index(rig->told, 1))->repeated);
    assert_true(((const Told *)g_ptr_array_index(rig->told, 2))->repeated);
    assert_int_equal(readings(rig), 1);
}

static void test_so_many_wait_and_the_next_is_to_come_again(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    for (int i = 0; i <= ENGINE_BATCH_MAX; i++) {
        g_autofree char *key = g_strdup_printf("%d", i);

        rig_post(rig, reply_to_prompt(rig, key, "west-1"));
    }
    rig_run(rig);
    assert_int_equal(rig->told->len, 1);
    assert_non_null(rig_last(rig)->failure);
    assert_int_equal(g_ascii_strtoll(rig_last(rig)->key, NULL, 10), ENGINE_BATCH_MAX);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_int_equal(rig->told->len, ENGINE_BATCH_MAX + 1);
    for (guint i = 0; i < ENGINE_BATCH_MAX; i++) {
        const Told *told = g_ptr_array_index(rig->told, i + 1);

        assert_null(told->failure);
        assert_int_equal(g_ascii_strtoll(told->key, NULL, 10), i);
    }
    assert_int_equal(readings(rig), ENGINE_BATCH_MAX);
}

static void test_a_barrier_waits_for_an_early_answer(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
    engine_barrier(rig->engine, 7);
    rig_run(rig);
    rig_deliver(rig, "west-2");
    rig_run(rig);
    assert_int_equal(rig->reached->len, 0);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    expect_acknowledged("before the barrier", rig, "it");
    assert_int_equal(rig->reached->len, 1);
}

static void test_patience_ends_also_while_the_clock_is_moved(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
    engine_advance(rig->engine, rig_at(14, 9, 36));
    rig_run(rig);
    assert_int_equal(rig->told->len, 0);
    machine_us += WAITS;
    rig_run(rig);
    assert_non_null(rig_told(rig, "it")->failure);
    rig_deliver(rig, "west-1");
    rig_deliver(rig, "west-2");
    rig_run(rig);
    assert_int_equal(clock_now(rig->clock).us, rig_at(14, 9, 36).us);
}

/* After a start ------------------------------------------------------------------------------- */

static void test_what_is_out_is_known_before_anybody_is_answered(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to(rig, "hello", "west-1", NULL));
    assert_true(engine_step(rig->engine));
    assert_int_equal(rig->told->len, 0);
    assert_int_equal(rig->held->len, 2);
    assert_true(engine_step(rig->engine));
    expect_acknowledged("then", rig, "hello");
}

static void test_a_first_batch_that_fails_was_none(void **state)
{
    Rig *rig = *state;

    for (int at = 1; at <= 20; at++) {
        rig_renew(rig);
        ask_and_crash(rig);
        faulty_set(rig->store, FAULT_FROM, at);
        rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
        for (int steps = 0; steps < 5; steps++) {
            engine_step(rig->engine);
        }
        faulty_set(rig->store, FAULT_NONE, 0);
        rig_run(rig);
        assert_int_equal(rig->held->len, 2);
        if (is_acknowledged(rig, "it")) {
            fail_msg("calls from %d on failed: it was taken before its card was known", at);
        }
    }
}

static void test_a_workspace_that_comes_later_is_looked_at_before_its_events(void **state)
{
    Rig *rig = *state;
    g_autoptr(GError) error = NULL;
    WorkspaceId acme = rig->workspace;

    rig_run(rig);
    rig->hold = true;
    rig->workspace = fixture_workspace(rig->store->inner, "later");
    rig_put_card(rig, "east", "pinned", "where does it stand", (Instant){0});
    assert_true(engine_workspace(rig->engine, "later", &rig->workspace, &error));
    assert_int_not_equal(rig->workspace.v, acme.v);
    rig_post(rig, reply_to(rig, "it", "east", "m1"));
    rig_run(rig);
    assert_non_null(rig_held(rig, "east"));
    assert_int_equal(rig->told->len, 0);
    rig_deliver(rig, "east");
    rig_run(rig);
    expect_acknowledged("its card stands", rig, "it");
}

/* Faults -------------------------------------------------------------------------------------- */

static void deliver_all(Rig *rig)
{
    rig_run(rig);
    while (!rig->store->dead && rig->held->len > 0) {
        const Held *held = g_ptr_array_index(rig->held, 0);
        g_autofree char *target = outbox_target(held->row->card);

        rig_deliver(rig, target);
        rig_run(rig);
    }
}

/* An answer comes early, its card settles; the platform sends again what was not acknowledged. The
 * calls that it took. */
static int answer_early(Rig *rig, Fault fault, int at)
{
    rig_renew(rig);
    ask_and_crash(rig);
    faulty_set(rig->store, fault, at);
    rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
    deliver_all(rig);
    int calls = rig->store->calls;

    if (rig->store->dead) {
        rig_close(rig);
        rig_open(rig);
    }
    faulty_set(rig->store, FAULT_NONE, 0);
    if (!is_acknowledged(rig, "it")) {
        rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
    }
    deliver_all(rig);
    return calls;
}

static void test_an_early_answer_counts_once_whatever_fails_or_dies(void **state)
{
    static const Fault faults[] = {FAULT_ONCE, FAULT_FROM, FAULT_KILLED, FAULT_KILLED_AFTER};
    Rig *rig = *state;
    int calls = answer_early(rig, FAULT_NONE, 0);

    assert_true(calls > 20);
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        for (int at = 1; at <= calls; at++) {
            answer_early(rig, faults[i], at);
            if (!is_acknowledged(rig, "it") || readings(rig) != 1 ||
                rig_posted(rig, NULL, CARD_PROMPT) != 2) {
                fail_msg("fault %d at call %d: %d readings, %d prompts", (int)faults[i], at,
                         (int)readings(rig), rig_posted(rig, NULL, CARD_PROMPT));
            }
        }
    }
}

static void test_an_answer_that_waited_when_the_process_ended_was_not_acknowledged(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
    rig_run(rig);
    rig_close(rig);
    assert_int_equal(rig->told->len, 0);
    rig_open(rig);
    rig_post(rig, reply_to_prompt(rig, "it", "west-1"));
    deliver_all(rig);
    expect_acknowledged("sent again", rig, "it");
    assert_int_equal(readings(rig), 1);
}

/* Threads ------------------------------------------------------------------------------------- */

static void test_a_reply_to_a_message_is_one_to_its_card(void **state)
{
    static const struct {
        const char *promise, *channel, *begins; /* NULL: the prompt of west-1 */
        const char *workspace;                  /* NULL: ours */
        bool to_us, known, counts;
    } cases[] = {
        {"the prompt's message", "west-1", NULL, NULL, true, false, true},
        {"though the adapter does not know whose it is", "west-1", NULL, NULL, false, false, true},
        {"another channel's message of that id", "west-2", NULL, NULL, true, false, false},
        {"a channel where nobody lives", "west-3", NULL, NULL, true, false, false},
        {"a message that is no card", "west-1", "m99", NULL, true, false, false},
        {"an empty id", "west-1", "", NULL, true, false, false},
        {"another workspace's channel", "west-1", NULL, "other", true, false, false},
        {"where the adapter knew better", "west-1", "m99", NULL, true, true, true},
    };
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        rig_renew(rig);
        ask(rig);
        const Post *prompt = rig_newest(rig, "west-1", CARD_PROMPT);
        Event *event = reply_to(rig, "it", cases[i].channel,
                                cases[i].begins != NULL ? cases[i].begins : prompt->id);
        event->replies_to_us = cases[i].to_us;
        event->thread = cases[i].known ? g_strdup(prompt->key) : NULL;
        if (cases[i].workspace != NULL) {
            assert_true(
                engine_workspace(rig->engine, cases[i].workspace, &event->workspace, &error));
        }
        rig_post(rig, event);
        rig_run(rig);
        expect_acknowledged(cases[i].promise, rig, "it");
        if ((readings(rig) == 1) != cases[i].counts) {
            fail_msg("%s: %d readings", cases[i].promise, (int)readings(rig));
        }
    }
}

static void put_in_thread(Rig *rig, const char *channel, const char *key, const char *thread)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    int64_t id = 0;

    card->channel = g_strdup(channel);
    card->key = g_strdup(key);
    card->thread = g_strdup(thread);
    card_text(card, g_strdup("a word"));
    MUST(rig->store->inner, outbox_put, rig->workspace, card, clock_now(rig->clock), &id);
}

static void test_a_card_goes_out_with_the_place_where_its_thread_begins(void **state)
{
    static const struct {
        const char *promise, *key, *thread;
        bool edits, threaded;
    } cases[] = {
        {"in a thread", NULL, "begin", false, true},
        {"in none", NULL, NULL, false, false},
        {"in one whose card never stood anywhere", NULL, "never", false, false},
        {"in a thread, and standing there", "pinned", "begin", true, true},
        {"standing there, in no thread", "pinned", NULL, true, false},
    };
    Rig *rig = *state;

    rig_put_card(rig, "west-1", "begin", "it begins", (Instant){0});
    rig_put_card(rig, "west-1", "pinned", "it stands", (Instant){0});
    rig_run(rig);
    rig->hold = true;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        put_in_thread(rig, "west-1", cases[i].key, cases[i].thread);
        rig_text(rig, "west-2", NULL, "hello"); /* a batch, which looks what is to go out */
        const Held *held = rig_held(rig, "west-1");

        assert_non_null(held);
        if (g_strcmp0(held->begins, cases[i].threaded ? "m1" : NULL) != 0 ||
            g_strcmp0(held->edits, cases[i].edits ? "m2" : NULL) != 0) {
            fail_msg("%s: edits %s, in %s", cases[i].promise, held->edits, held->begins);
        }
        rig_deliver(rig, "west-1");
        rig_run(rig);
    }
}

static void test_a_card_waits_for_the_place_of_the_one_that_begins_its_thread(void **state)
{
    Rig *rig = *state;

    ask_and_crash(rig);
    put_in_thread(rig, "west-1", NULL, rig_newest(rig, "west-1", CARD_PROMPT)->key);
    rig_run(rig);
    assert_int_equal(rig_held(rig, "west-1")->row->card->kind, CARD_PROMPT);
    rig_deliver(rig, "west-1");
    rig_run(rig);
    assert_string_equal(rig_held(rig, "west-1")->begins, prompt_of(rig, "west-1"));
}

/* Homes --------------------------------------------------------------------------------------- */

static void expect_homes(const char *promise, const Rig *rig, const char *wanted)
{
    g_autoptr(GString) got = g_string_new(NULL);

    for (guint i = 0; i < rig->homes->len; i++) {
        g_string_append_printf(got, "[%s]", (const char *)g_ptr_array_index(rig->homes, i));
    }
    if (strcmp(got->str, wanted) != 0) {
        fail_msg("%s: %s, not %s", promise, got->str, wanted);
    }
}

static void forget_homes(Rig *rig)
{
    g_ptr_array_set_size(rig->homes, 0);
}

static Event *command(const Rig *rig, const char *key, const char *channel, const char *text)
{
    Event *event = event_new(EVENT_COMMAND, key);

    event->workspace = rig->workspace;
    event->channel = g_strdup(channel);
    event->member = g_strdup("maria");
    event_set_text(event, text, strlen(text));
    return event;
}

static Event *moved(const Rig *rig, const char *key, const char *from, const char *to)
{
    Event *event = event_new(EVENT_MOVED, key);

    event->workspace = rig->workspace;
    event->channel = g_strdup(from);
    event->value = g_strdup(to);
    return event;
}

#define GROUP "sprint setup\nmembers: <!subteam^S0123>"

static void test_every_home_is_told_at_the_start_with_who_belongs_there(void **state)
{
    Rig *rig = *state;

    expect_homes("before anything happens", rig, "[west-1 ][west-2 ]");
    rig_post(rig, command(rig, "group", "west-2", GROUP));
    rig_run(rig);
    forget_homes(rig);
    rig_close(rig);
    rig_open(rig);
    expect_homes("after a restart", rig, "[west-1 ][west-2 S0123]");
}

static void test_a_workspace_whose_homes_cannot_be_read_is_not_known(void **state)
{
    Rig *rig = *state;
    int at = 0;
    bool known = false;

    do {
        g_autoptr(GError) error = NULL;
        WorkspaceId id = {0};

        forget_homes(rig);
        faulty_set(rig->store, FAULT_ONCE, ++at);
        known = engine_workspace(rig->engine, "acme", &id, &error);
        assert_int_equal(known, error == NULL);
        expect_homes("all or none", rig, known ? "[west-1 ][west-2 ]" : "");
        assert_false(rig->store->transaction);
    } while (!known && at < 100);
    assert_int_equal(at, 6); /* the fault has passed all five calls by */
}

static void test_a_home_is_told_when_its_team_changed_and_only_then(void **state)
{
    static const struct {
        const char *promise, *text; /* NULL: west-1 moves to `to` */
        const char *to, *homes;
    } cases[] = {
        {"a group says who belongs to it", GROUP, NULL, "[west-1 S0123]"},
        {"it moves", NULL, "west-9", "[west-9 ]"},
        {"a new name", "sprint setup\nname: Sales", NULL, "[west-1 ]"},
        {"it cannot move where a team lives", NULL, "west-2", ""},
        {"it moves nowhere", NULL, "", ""},
        {"a question changes nothing", "sprint status", NULL, ""},
        {"what is not understood changes nothing", "sprint setup\nname:", NULL, ""},
    };
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        rig_renew(rig);
        forget_homes(rig);
        rig_post(rig, cases[i].text != NULL ? command(rig, "it", "west-1", cases[i].text)
                                            : moved(rig, "it", "west-1", cases[i].to));
        rig_run(rig);
        expect_acknowledged(cases[i].promise, rig, "it");
        expect_homes(cases[i].promise, rig, cases[i].homes);
        forget_homes(rig);
        rig_text(rig, "west-1", "m1", "hello");
        expect_homes("told once", rig, "");
    }
}

static void test_changes_of_one_batch_are_told_in_order(void **state)
{
    Rig *rig = *state;

    rig_run(rig);
    forget_homes(rig);
    rig_post(rig, command(rig, "group", "west-1", GROUP));
    rig_post(rig, moved(rig, "moved", "west-1", "west-9"));
    rig_post(rig, command(rig, "other", "west-2", GROUP));
    assert_true(engine_step(rig->engine));
    expect_homes("in order", rig, "[west-1 S0123][west-9 S0123][west-2 S0123]");
}

static void test_no_home_is_told_that_is_not_committed(void **state)
{
    static const Fault faults[] = {FAULT_ONCE, FAULT_FROM, FAULT_KILLED, FAULT_KILLED_AFTER};
    Rig *rig = *state;
    bool told = false, failed = false, died = false;

    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        for (int at = 1; at <= 40; at++) {
            rig_renew(rig);
            rig_run(rig);
            forget_homes(rig);
            faulty_set(rig->store, faults[i], at);
            rig_post(rig, command(rig, "it", "west-1", GROUP));
            rig_run(rig); /* the rig fails when it is told within the transaction */
            bool dead = rig->store->dead, taken = is_acknowledged(rig, "it");

            expect_homes("as it was told of the event", rig, taken ? "[west-1 S0123]" : "");
            rig_close(rig); /* what is not committed is gone */
            rig_open(rig);
            if (taken || !dead) { /* what is kept may not have been told of: it died between */
                assert_int_equal(
                    rig_count(rig, "SELECT roster = 'S0123' FROM team WHERE id = 1100"), taken);
            }
            told = told || taken;
            failed = failed || (!taken && !dead);
            died = died || (!taken && dead);
        }
    }
    assert_true(told && failed && died);
}

static void test_what_one_event_changed_is_told_though_another_of_its_batch_is_bad(void **state)
{
    Rig *rig = *state;

    rig_run(rig);
    forget_homes(rig);
    /* A team that cannot be loaded: every batch with it fails, and is taken apart. */
    assert_int_equal(rig_count(rig, "UPDATE team SET zone = 'Europe/Nowhere' WHERE id = 2100"
                                    " RETURNING 1"),
                     1);
    rig_post(rig, command(rig, "good", "west-1", GROUP));
    rig_post(rig, command(rig, "bad", "west-2", GROUP));
    rig_run(rig);
    expect_acknowledged("the good one", rig, "good");
    assert_non_null(rig_told(rig, "bad")->failure);
    expect_homes("once, and not for the bad one", rig, "[west-1 S0123]");
}

/* Channels that get another id ---------------------------------------------------------------- */

static int64_t stand_in(Rig *rig, const char *channel)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FROM message WHERE channel = '%s'", channel);

    return rig_count(rig, sql);
}

static void test_a_moved_channels_threads_are_found_under_its_new_id(void **state)
{
    Rig *rig = *state;

    ask(rig);
    rig_post(rig, moved(rig, "moved", "west-1", "west-9"));
    rig_run(rig);
    assert_int_equal(stand_in(rig, "west-1"), 0);
    assert_int_equal(stand_in(rig, "west-9"), 1);
    assert_int_equal(stand_in(rig, "west-2"), 1);
    rig_post(rig, reply_to(rig, "it", "west-9", prompt_of(rig, "west-1")));
    rig_post(rig, reply_to_prompt(rig, "other", "west-2"));
    rig_run(rig);
    expect_acknowledged("under the new id", rig, "it");
    assert_int_equal(readings(rig), 2);
    rig_post(rig, moved(rig, "moved", "west-1", "west-9")); /* sent again */
    rig_run(rig);
    assert_true(rig_last(rig)->repeated);
    assert_int_equal(stand_in(rig, "west-9"), 1);
}

static void test_a_channel_moves_nowhere(void **state)
{
    static const char *const nowhere[] = {NULL, ""};
    Rig *rig = *state;

    ask(rig);
    for (size_t i = 0; i < G_N_ELEMENTS(nowhere); i++) {
        g_autofree char *key = g_strdup_printf("moved/%d", (int)i);

        rig_post(rig, moved(rig, key, "west-1", nowhere[i]));
        rig_run(rig);
        assert_true(is_acknowledged(rig, key));
        assert_int_equal(stand_in(rig, "west-1"), 1);
    }
}

static void test_a_move_is_whole_or_nothing(void **state)
{
    Rig *rig = *state;
    bool whole = false, nothing = false;

    for (int at = 1; at <= 20; at++) {
        rig_renew(rig);
        ask(rig);
        forget_homes(rig);
        faulty_set(rig->store, FAULT_FROM, at);
        rig_post(rig, moved(rig, "moved", "west-1", "west-9"));
        rig_run(rig);
        bool done = is_acknowledged(rig, "moved");

        assert_int_equal(stand_in(rig, "west-9"), done);
        assert_int_equal(stand_in(rig, "west-1"), !done);
        assert_int_equal(rig_count(rig, "SELECT home = 'west-9' FROM team WHERE id = 1100"), done);
        expect_homes("with its home", rig, done ? "[west-9 ]" : "");
        whole = whole || done;
        nothing = nothing || !done;
    }
    assert_true(whole && nothing);
}

/* How long it has been at it ------------------------------------------------------------------ */

typedef struct Watch {
    Engine *engine;
    int64_t stuck_ms[2]; /* as seen from within, before and after some time has passed */
} Watch;

static void watch_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                          const GError *failure)
{
    Watch *watch = arg;

    (void)event;
    (void)repeated;
    (void)failure;
    card_free(take_reply);
    watch->stuck_ms[0] = engine_stuck_ms(watch->engine);
    machine_us += 12345678;
    watch->stuck_ms[1] = engine_stuck_ms(watch->engine);
}

static void watch_delivered(void *arg, OutboxRow *take_row, const MessageRef *ref,
                            const MessageRef *thread)
{
    (void)arg;
    (void)ref;
    (void)thread;
    outbox_row_free(take_row);
}

static void test_it_tells_how_long_it_has_been_at_a_batch(void **state)
{
    Rig *rig = *state;
    Watch watch = {0};
    const EngineOut out = {.arg = &watch, .replied = watch_replied, .deliver = watch_delivered};
    g_autoptr(GError) error = NULL;
    g_autoptr(Engine) engine =
        engine_new(&rig->store->base, rig->clock, &policy_default, &out, &error);
    WorkspaceId id = {0};

    watch.engine = engine;
    assert_true(engine_workspace(engine, "acme", &id, &error)); /* nobody listens for homes */
    assert_int_equal(engine_stuck_ms(engine), 0);
    for (int round = 0; round < 2; round++) {
        g_autofree char *key = g_strdup_printf("%d", round);

        watch.stuck_ms[1] = -1;
        faulty_set(rig->store, round == 1 ? FAULT_FROM : FAULT_NONE, 1); /* also where it fails */
        assert_true(engine_post(engine, reply_to(rig, key, "west-1", NULL)));
        while (engine_step(engine) && watch.stuck_ms[1] < 0) {
        }
        assert_int_equal(watch.stuck_ms[0], 0);
        assert_int_equal(watch.stuck_ms[1], 12345);
        assert_int_equal(engine_stuck_ms(engine), 0);
        machine_us += INT64_C(10) * G_USEC_PER_SEC;
        assert_int_equal(engine_stuck_ms(engine), 0); /* resting is not being stuck */
    }
    faulty_set(rig->store, FAULT_NONE, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_an_answer_waits_until_it_is_known_where_its_card_stands),
        RIG_TEST(test_only_words_to_a_card_that_may_be_on_its_way_wait),
        RIG_TEST(test_an_early_answer_counts_also_when_it_names_the_bot),
        RIG_TEST(test_early_answers_are_taken_in_order_and_before_later_ones),
        RIG_TEST(test_an_edit_that_waits_stays_behind_what_it_edits),
        RIG_TEST(test_one_channels_wait_is_no_others),
        RIG_TEST(test_an_answer_to_a_card_that_never_stood_is_taken_for_what_it_is),
        RIG_TEST(test_patience_ends_in_a_failure_and_what_is_sent_again_is_taken),
        RIG_TEST(test_each_has_a_patience_of_its_own),
        RIG_TEST(test_what_settles_at_the_last_moment_settles_it),
        RIG_TEST(test_what_is_sent_again_while_it_waits_counts_once),
        RIG_TEST(test_so_many_wait_and_the_next_is_to_come_again),
        RIG_TEST(test_a_barrier_waits_for_an_early_answer),
        RIG_TEST(test_patience_ends_also_while_the_clock_is_moved),
        RIG_TEST(test_what_is_out_is_known_before_anybody_is_answered),
        RIG_TEST(test_a_first_batch_that_fails_was_none),
        RIG_TEST(test_a_workspace_that_comes_later_is_looked_at_before_its_events),
        RIG_TEST(test_an_early_answer_counts_once_whatever_fails_or_dies),
        RIG_TEST(test_an_answer_that_waited_when_the_process_ended_was_not_acknowledged),
        RIG_TEST(test_a_reply_to_a_message_is_one_to_its_card),
        RIG_TEST(test_a_card_goes_out_with_the_place_where_its_thread_begins),
        RIG_TEST(test_a_card_waits_for_the_place_of_the_one_that_begins_its_thread),
        RIG_TEST(test_every_home_is_told_at_the_start_with_who_belongs_there),
        RIG_TEST(test_a_workspace_whose_homes_cannot_be_read_is_not_known),
        RIG_TEST(test_a_home_is_told_when_its_team_changed_and_only_then),
        RIG_TEST(test_changes_of_one_batch_are_told_in_order),
        RIG_TEST(test_no_home_is_told_that_is_not_committed),
        RIG_TEST(test_what_one_event_changed_is_told_though_another_of_its_batch_is_bad),
        RIG_TEST(test_a_moved_channels_threads_are_found_under_its_new_id),
        RIG_TEST(test_a_channel_moves_nowhere),
        RIG_TEST(test_a_move_is_whole_or_nothing),
        RIG_TEST(test_it_tells_how_long_it_has_been_at_a_batch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
