/* The life of Socket Mode connections, promise by promise. Random histories are in
 * test_link_histories.c. */

#include "bot/slack/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "link_rig.h"

static const char *const act_names[] = {
    [LINK_ASK_URL] = "ask", [LINK_CONNECT] = "connect", [LINK_PING] = "ping",
    [LINK_CLOSE] = "close", [LINK_DROP] = "drop",
};

/* "close1 ask2": what is to be done, pings left out. */
static char *take_steps(Rig *rig)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < rig->steps->len; i++) {
        const LinkStep *step = &g_array_index(rig->steps, LinkStep, i);

        if (step->act != LINK_PING) {
            g_string_append_printf(text, "%s%s%d", text->len > 0 ? " " : "", act_names[step->act],
                                   (int)step->epoch);
        }
    }
    g_array_set_size(rig->steps, 0);
    return g_string_free(text, FALSE);
}

static void expect_steps(Rig *rig, const char *name, const char *expected)
{
    g_autofree char *found = take_steps(rig);

    if (strcmp(found, expected) != 0) {
        fail_msg("%s: \"%s\" instead of \"%s\"", name, found, expected);
    }
}

static void expect_state(const Rig *rig, const char *name, LinkState expected)
{
    if (link_state(rig->link) != expected) {
        fail_msg("%s: state %d instead of %d", name, (int)link_state(rig->link), (int)expected);
    }
}

static void start(Rig *rig)
{
    link_start(rig->link, rig->now, rig->steps);
}

static void url(Rig *rig, uint64_t epoch)
{
    link_url(rig->link, epoch, "wss://example.org/link?ticket=1", rig->now, rig->steps);
}

static void opened(Rig *rig, uint64_t epoch)
{
    link_opened(rig->link, epoch, rig->now, rig->steps);
}

static void hello(Rig *rig, uint64_t epoch)
{
    link_hello(rig->link, epoch, 0, 0, rig->now, rig->steps);
}

static void disconnect(Rig *rig, uint64_t epoch, const char *reason)
{
    link_disconnect(rig->link, epoch, reason, rig->now, rig->steps);
}

static void closed(Rig *rig, uint64_t epoch)
{
    link_closed(rig->link, epoch, rig->now, rig->steps);
}

static void refuse(Rig *rig, uint64_t epoch)
{
    link_url_failed(rig->link, epoch, true, -1, rig->now, rig->steps);
}

static void forget(Rig *rig)
{
    g_array_set_size(rig->steps, 0);
}

/* The whole way to hello. */
static void bring_up(Rig *rig, uint64_t epoch)
{
    url(rig, epoch);
    opened(rig, epoch);
    hello(rig, epoch);
    forget(rig);
}

static bool is_heard(const Rig *rig, uint64_t epoch)
{
    return link_is_open(rig->link, epoch);
}

/* Time passes while every ready connection up to `last` is heard of. */
static void pass(Rig *rig, int64_t ms, uint64_t last)
{
    int64_t end = rig->now + ms;

    while (link_next_ms(rig->link) <= end) {
        assert_true(link_next_ms(rig->link) > rig->now);
        rig->now = link_next_ms(rig->link);
        for (uint64_t epoch = 1; epoch <= last; epoch++) {
            if (is_heard(rig, epoch)) {
                link_heard(rig->link, epoch, rig->now);
            }
        }
        link_tick(rig->link, rig->now, rig->steps);
    }
    rig->now = end;
}

/* How long until the next one is asked for; it is left in the steps. -1: not within `most`. */
static int64_t until_ask(Rig *rig, int64_t most, uint64_t last)
{
    int64_t begun = rig->now;

    while (rig->now - begun <= most) {
        for (guint i = 0; i < rig->steps->len; i++) {
            if (g_array_index(rig->steps, LinkStep, i).act == LINK_ASK_URL) {
                return rig->now - begun;
            }
        }
        int64_t next = MIN(link_next_ms(rig->link), begun + most + 1);
        pass(rig, next - rig->now, last);
    }
    return -1;
}

static void expect_ask_within(Rig *rig, const char *name, int64_t least, int64_t most,
                              uint64_t last)
{
    int64_t found = until_ask(rig, most, last);

    if (found < least || found > most) {
        fail_msg("%s: asked after %d ms, not within %d to %d", name, (int)found, (int)least,
                 (int)most);
    }
}

/* Beginning ----------------------------------------------------------------------------------- */

static void test_the_first_attempt_is_at_once(void **state)
{
    (void)state;
    for (int wanted = 1; wanted <= 10; wanted++) {
        g_auto(Rig) rig = rig_new(wanted, 7);

        assert_true(link_next_ms(rig.link) == NEVER);
        expect_state(&rig, "before", LINK_STARTING);
        start(&rig);
        expect_steps(&rig, "at start", "ask1");
        start(&rig);
        expect_steps(&rig, "started once", "");
    }
}

static void test_the_way_to_ready(void **state)
{
    g_auto(Rig) rig = rig_new(1, 1);

    (void)state;
    start(&rig);
    expect_steps(&rig, "start", "ask1");
    link_url(rig.link, 1, "wss://a/1", rig.now, rig.steps);
    assert_int_equal(rig.steps->len, 1);
    assert_string_equal(g_array_index(rig.steps, LinkStep, 0).url, "wss://a/1");
    expect_steps(&rig, "url", "connect1");
    opened(&rig, 1);
    expect_state(&rig, "upgraded is not ready", LINK_STARTING);
    assert_int_equal(link_ready(rig.link), 0);
    assert_true(link_any(rig.link) == 0);
    hello(&rig, 1);
    expect_state(&rig, "hello", LINK_READY);
    expect_steps(&rig, "hello", "");
    assert_int_equal(link_ready(rig.link), 1);
    assert_true(link_any(rig.link) == 1 && link_is_open(rig.link, 1));
}

static void test_a_number_that_cannot_be_is_brought_into_range(void **state)
{
    static const struct {
        int wanted;
        int asks;
    } cases[] = {{-3, 1}, {0, 1}, {1, 1}, {10, 10}, {11, 10}, {1000, 10}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Rig) rig = rig_new(cases[i].wanted, 3);
        guint asks = 0;

        start(&rig);
        pass(&rig, 25 * SECOND, 0); /* within the limit on a URL */
        asks = rig.steps->len;
        assert_int_equal(asks, cases[i].asks);
    }
}

static void test_several_do_not_begin_together(void **state)
{
    g_auto(Rig) rig = rig_new(5, 11);

    (void)state;
    start(&rig);
    for (int i = 0; i < 4; i++) {
        forget(&rig);
        expect_ask_within(&rig, "the next one", 1, 2 * SECOND, 0);
        expect_steps(&rig, "one at a time", (const char *[]){"ask2", "ask3", "ask4", "ask5"}[i]);
    }
}

/* Every reason in every phase ----------------------------------------------------------------- */

typedef enum When { ASKING, CONNECTING, GREETING, YOUNG, STABLE, CLOSING } When;

static void bring_to(Rig *rig, When when)
{
    start(rig);
    if (when >= CONNECTING) {
        url(rig, 1);
    }
    if (when >= GREETING) {
        opened(rig, 1);
    }
    if (when >= YOUNG) {
        hello(rig, 1);
    }
    if (when >= STABLE) {
        pass(rig, 61 * SECOND, 1);
    }
    if (when >= CLOSING) { /* a replaced one that is being closed; 2 serves */
        disconnect(rig, 1, "warning");
        bring_up(rig, 2);
        pass(rig, 30 * SECOND, 2);
        expect_steps(rig, "drained", "close1");
    }
    forget(rig);
}

static void test_disconnect_is_legal_in_every_phase(void **state)
{
    static const struct {
        const char *name;
        When when;
        const char *reason;
        const char *steps;
        LinkState state;
        int64_t least, most; /* until the next is asked for; most -1: it is not */
    } cases[] = {
        {"before a URL is a lie", ASKING, "warning", "", LINK_STARTING, 0, -1},
        {"warned while it connects", CONNECTING, "warning", "close1", LINK_BROKEN, 0, SECOND},
        {"warned before hello", GREETING, "warning", "close1", LINK_BROKEN, 0, SECOND},
        {"warned just after hello", YOUNG, "warning", "", LINK_READY, 0, SECOND},
        {"warned when it stands", STABLE, "warning", "ask2", LINK_READY, 0, 0},
        {"warned when it is closing", CLOSING, "warning", "", LINK_READY, 0, -1},
        {"recycled before hello", GREETING, "refresh_requested", "close1", LINK_BROKEN, 0, SECOND},
        {"recycled just after hello", YOUNG, "refresh_requested", "", LINK_READY, 0, SECOND},
        {"recycled when it stands", STABLE, "refresh_requested", "ask2", LINK_READY, 0, 0},
        {"recycled when it is closing", CLOSING, "refresh_requested", "", LINK_READY, 0, -1},
        {"off while it connects", CONNECTING, "link_disabled", "close1", LINK_DISABLED, MINUTE,
         66 * SECOND},
        {"off before hello", GREETING, "link_disabled", "close1", LINK_DISABLED, MINUTE,
         66 * SECOND},
        {"off just after hello", YOUNG, "link_disabled", "close1", LINK_DISABLED, MINUTE,
         66 * SECOND},
        {"off when it stands", STABLE, "link_disabled", "close1", LINK_DISABLED, MINUTE,
         66 * SECOND},
        {"off when it is closing", CLOSING, "link_disabled", "", LINK_READY, 0, -1},
        {"crowded instead of hello", GREETING, "too_many_websockets", "close1", LINK_CROWDED,
         30 * SECOND, 33 * SECOND},
        {"crowded: the only one stays", STABLE, "too_many_websockets", "", LINK_READY, 30 * SECOND,
         33 * SECOND},
        {"crowded when it is closing", CLOSING, "too_many_websockets", "", LINK_READY, 0, -1},
        {"unknown before hello", GREETING, "because", "close1", LINK_BROKEN, 0, SECOND},
        {"unknown when it stands", STABLE, "because", "", LINK_READY, 0, SECOND},
        {"empty when it stands", STABLE, "", "", LINK_READY, 0, SECOND},
        {"none when it stands", STABLE, NULL, "", LINK_READY, 0, SECOND},
        {"case counts", STABLE, "WARNING", "", LINK_READY, 0, SECOND},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int at_once = 0;

        for (uint32_t seed = 0; seed < 20; seed++) {
            g_auto(Rig) rig = rig_new(1, seed);

            bring_to(&rig, cases[i].when);
            disconnect(&rig, 1, cases[i].reason);
            g_autofree char *found = take_steps(&rig);
            bool asked = strstr(found, "ask") != NULL; /* full jitter may be nothing at all */
            if (!g_str_has_prefix(found, cases[i].steps) || (asked && cases[i].least > 0)) {
                fail_msg("%s: \"%s\"", cases[i].name, found);
            }
            expect_state(&rig, cases[i].name, cases[i].state);
            at_once += asked;
            if (cases[i].most < 0) {
                assert_int_equal(until_ask(&rig, 20 * SECOND, 2), -1);
            } else if (!asked) {
                expect_ask_within(&rig, cases[i].name, cases[i].least, cases[i].most, 1);
            }
        }
        assert_true(at_once == 20 || at_once <= 2);
        assert_true((at_once == 20) == (strstr(cases[i].steps, "ask") != NULL));
    }
}

static void test_a_disconnect_repeated_changes_nothing(void **state)
{
    g_auto(Rig) rig = rig_new(1, 5);

    (void)state;
    bring_to(&rig, STABLE);
    disconnect(&rig, 1, "refresh_requested");
    expect_steps(&rig, "first", "ask2");
    for (int i = 0; i < 100; i++) {
        disconnect(&rig, 1, i % 2 == 0 ? "warning" : "refresh_requested");
        expect_steps(&rig, "again", "");
    }
}

static void test_a_disconnect_repeated_puts_nothing_off(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 20; seed++) {
        g_auto(Rig) rig = rig_new(1, seed);

        bring_to(&rig, YOUNG);
        for (int i = 0; i < 100; i++) {
            disconnect(&rig, 1, "because");
        }
        expect_ask_within(&rig, "as after the first", 0, SECOND, 1);
    }
}

/* Replacing ----------------------------------------------------------------------------------- */

static void test_the_new_one_is_up_before_the_old_one_goes(void **state)
{
    g_auto(Rig) rig = rig_new(1, 5);

    (void)state;
    bring_to(&rig, STABLE);
    disconnect(&rig, 1, "warning");
    expect_steps(&rig, "at once", "ask2");
    url(&rig, 2);
    opened(&rig, 2);
    expect_steps(&rig, "the old one stays", "connect2");
    assert_true(link_any(rig.link) == 1);
    hello(&rig, 2);
    expect_steps(&rig, "the old one is still read", "");
    assert_int_equal(link_ready(rig.link), 2);
    assert_true(link_any(rig.link) == 2);
    pass(&rig, 29 * SECOND, 2);
    expect_steps(&rig, "still read", "");
    pass(&rig, SECOND, 2);
    expect_steps(&rig, "not for ever", "close1");
    assert_int_equal(link_ready(rig.link), 1);
    closed(&rig, 1);
    expect_steps(&rig, "nothing follows", "");
    expect_state(&rig, "and all is well", LINK_READY);
}

static void test_the_old_one_may_close_by_itself(void **state)
{
    g_auto(Rig) rig = rig_new(1, 5);

    (void)state;
    bring_to(&rig, STABLE);
    disconnect(&rig, 1, "warning");
    bring_up(&rig, 2);
    pass(&rig, 10 * SECOND, 2);
    closed(&rig, 1);
    pass(&rig, HOUR, 2);
    expect_steps(&rig, "nothing follows", "");
}

static void test_a_replacement_that_fails_leaves_the_old_one(void **state)
{
    g_auto(Rig) rig = rig_new(1, 5);

    (void)state;
    bring_to(&rig, STABLE);
    disconnect(&rig, 1, "refresh_requested");
    for (uint64_t epoch = 2; epoch < 8; epoch++) {
        forget(&rig);
        switch (epoch % 3) {
        case 0:
            link_url_failed(rig.link, epoch, false, -1, rig.now, rig.steps);
            break;
        case 1:
            url(&rig, epoch);
            closed(&rig, epoch);
            break;
        default:
            url(&rig, epoch);
            opened(&rig, epoch);
            disconnect(&rig, epoch, "warning");
            closed(&rig, epoch);
            break;
        }
        assert_true(link_is_open(rig.link, 1));
        expect_state(&rig, "the old one serves", LINK_READY);
        expect_ask_within(&rig, "tried again", 0, MINUTE, 1);
    }
    bring_up(&rig, 8);
    assert_int_equal(link_ready(rig.link), 2);
}

static void test_a_replacement_that_dies_gives_the_place_back(void **state)
{
    g_auto(Rig) rig = rig_new(1, 5);

    (void)state;
    bring_to(&rig, STABLE);
    disconnect(&rig, 1, "refresh_requested");
    bring_up(&rig, 2);
    pass(&rig, 5 * SECOND, 2);
    forget(&rig);
    closed(&rig, 2);
    expect_ask_within(&rig, "another one", 0, SECOND, 1);
    forget(&rig);
    pass(&rig, 29 * SECOND,
         1); /* its URL does not come; the old one would have been closed by now */
    assert_true(link_is_open(rig.link, 1));
}

static void test_an_old_one_that_goes_too_soon_is_no_failure(void **state)
{
    g_auto(Rig) rig = rig_new(1, 5);

    (void)state;
    bring_to(&rig, STABLE);
    disconnect(&rig, 1, "warning");
    forget(&rig);
    closed(&rig, 1);
    expect_steps(&rig, "the one under way is enough", "");
    expect_state(&rig, "but nothing is connected", LINK_BROKEN);
    bring_up(&rig, 2);
    expect_state(&rig, "again", LINK_READY);
}

static void test_one_that_has_its_age_is_replaced_in_time(void **state)
{
    static const struct {
        const char *name;
        int64_t lifetime_s;
        int64_t least, most; /* after hello; -1: never */
    } cases[] = {
        {"an hour", 3600, 3186 * SECOND, 3540 * SECOND},
        {"five hours", 18060, 16200 * SECOND, 18000 * SECOND},
        {"the rehearsal", 360, 270 * SECOND, 300 * SECOND},
        {"a minute and a bit", 100, 36 * SECOND, 41 * SECOND},
        {"as short as our own margin", 60, 30 * SECOND, 31 * SECOND},
        {"a second", 1, 30 * SECOND, 31 * SECOND},
        {"not said", 0, -1, -1},
        {"nonsense", -5, -1, -1},
        {"for ever", INT64_MAX, -1, -1},
        {"for ever backwards", INT64_MIN, -1, -1},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Rig) rig = rig_new(1, (uint32_t)i);

        start(&rig);
        url(&rig, 1);
        opened(&rig, 1);
        link_hello(rig.link, 1, cases[i].lifetime_s, 1, rig.now, rig.steps);
        forget(&rig);
        if (cases[i].most < 0) {
            assert_int_equal(until_ask(&rig, 24 * HOUR, 1), -1);
            continue;
        }
        expect_ask_within(&rig, cases[i].name, cases[i].least, cases[i].most, 1);
        forget(&rig);
        url(&rig, 2);
        opened(&rig, 2);
        hello(&rig, 2);
        expect_steps(&rig, "nobody else would close it", "connect2 close1");
    }
}

static void test_one_that_aged_and_is_told_to_go_is_read_to_its_end(void **state)
{
    g_auto(Rig) rig = rig_new(1, 3);

    (void)state;
    start(&rig);
    url(&rig, 1);
    opened(&rig, 1);
    link_hello(rig.link, 1, 360, 1, rig.now, rig.steps);
    forget(&rig);
    assert_true(until_ask(&rig, 6 * MINUTE, 1) >= 0);
    disconnect(&rig, 1, "warning");
    expect_steps(&rig, "asked once", "ask2");
    url(&rig, 2);
    opened(&rig, 2);
    hello(&rig, 2);
    expect_steps(&rig, "Slack closes it itself", "connect2");
}

static void test_those_that_began_together_do_not_age_together(void **state)
{
    g_auto(Rig) rig = rig_new(4, 5);
    int64_t asked[4];

    (void)state;
    start(&rig);
    pass(&rig, 8 * SECOND, 0);
    for (uint64_t epoch = 1; epoch <= 4; epoch++) {
        url(&rig, epoch);
        opened(&rig, epoch);
        link_hello(rig.link, epoch, 18000, 4, rig.now, rig.steps);
    }
    forget(&rig);
    for (int i = 0; i < 4; i++) {
        assert_true(until_ask(&rig, 6 * HOUR, 8) >= 0);
        asked[i] = rig.now;
        bring_up(&rig, 5 + (uint64_t)i);
        for (uint64_t epoch = 1; epoch <= 4; epoch++) { /* they answer the close frame */
            if (!link_is_open(rig.link, epoch)) {
                closed(&rig, epoch);
            }
        }
    }
    assert_true(asked[3] - asked[0] > MINUTE);
    assert_int_equal(link_ready(rig.link), 4);
}

/* Ten are all that Slack lets in: nothing fits beside them. */
static void test_ten_are_replaced_one_after_the_other(void **state)
{
    g_auto(Rig) rig = rig_new(10, 5);
    uint64_t last = 10;

    (void)state;
    start(&rig);
    pass(&rig, 20 * SECOND, 0);
    for (uint64_t epoch = 1; epoch <= 10; epoch++) {
        bring_up(&rig, epoch);
    }
    pass(&rig, 2 * MINUTE, last);
    assert_int_equal(link_ready(rig.link), 10);
    forget(&rig);
    for (uint64_t epoch = 1; epoch <= 10; epoch++) {
        disconnect(&rig, epoch, "refresh_requested");
    }
    for (int i = 0; i < 10; i++) {
        assert_true(link_ready(rig.link) >= 9);
        assert_int_equal(rig.steps->len, 1);
        LinkStep step = g_array_index(rig.steps, LinkStep, 0);
        assert_int_equal(step.act, LINK_CLOSE);
        forget(&rig);
        closed(&rig, step.epoch);
        expect_ask_within(&rig, "one in its place", 0, MINUTE, last);
        forget(&rig);
        last++;
        url(&rig, last);
        opened(&rig, last);
        forget(&rig);
        hello(&rig, last);
    }
    expect_steps(&rig, "all are new", "");
    assert_int_equal(link_ready(rig.link), 10);
}

static void test_one_that_is_still_read_makes_room_for_others(void **state)
{
    g_auto(Rig) rig = rig_new(2, 5);

    (void)state;
    start(&rig);
    pass(&rig, 5 * SECOND, 0);
    bring_up(&rig, 1);
    bring_up(&rig, 2);
    pass(&rig, 2 * MINUTE, 2);
    forget(&rig);
    disconnect(&rig, 1, "warning");
    disconnect(&rig, 2, "warning");
    expect_steps(&rig, "one more at a time", "ask3");
    url(&rig, 3);
    opened(&rig, 3);
    forget(&rig);
    hello(&rig, 3);
    expect_steps(&rig, "the replaced one goes at once", "close1");
    closed(&rig, 1);
    expect_steps(&rig, "and the other is replaced", "ask4");
    assert_true(link_is_open(rig.link, 2));
}

static void test_room_is_made_for_one_at_a_time(void **state)
{
    g_auto(Rig) rig = rig_new(3, 5);

    (void)state;
    start(&rig);
    pass(&rig, 8 * SECOND, 0);
    for (uint64_t epoch = 1; epoch <= 3; epoch++) {
        bring_up(&rig, epoch);
    }
    pass(&rig, 2 * MINUTE, 3);
    forget(&rig);
    closed(&rig, 3);
    disconnect(&rig, 1, "warning");
    disconnect(&rig, 2, "warning");
    expect_steps(&rig, "the third comes back a little later", "ask4 ask5");
    bring_up(&rig, 4);
    bring_up(&rig, 5);
    pass(&rig, 2 * SECOND, 5);
    link_tick(rig.link, rig.now, rig.steps); /* for nothing */
    g_autofree char *found = take_steps(&rig);
    assert_true(strcmp(found, "close1") == 0 || strcmp(found, "close2") == 0);
    closed(&rig, strcmp(found, "close1") == 0 ? 1 : 2);
    expect_steps(&rig, "the third", "ask6");
}

/* Limits -------------------------------------------------------------------------------------- */

static void test_each_phase_has_its_limit(void **state)
{
    static const struct {
        const char *name;
        When when;
        int64_t limit;
        const char *steps;
    } cases[] = {
        {"a URL that never comes", ASKING, 30 * SECOND, "drop1"},
        {"an upgrade that never ends", CONNECTING, 10 * SECOND, "drop1"},
        {"a hello that never comes", GREETING, 10 * SECOND, "close1"},
        {"silence", YOUNG, 30 * SECOND, "drop1"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Rig) rig = rig_new(1, 5);

        bring_to(&rig, cases[i].when);
        pass(&rig, cases[i].limit - 1, 0);
        expect_steps(&rig, cases[i].name, "");
        pass(&rig, 1, 0);
        g_autofree char *found = take_steps(&rig);
        if (!g_str_has_prefix(found, cases[i].steps)) {
            fail_msg("%s: \"%s\"", cases[i].name, found);
        }
        expect_state(&rig, cases[i].name, LINK_BROKEN);
    }
}

static void test_pings_do_not_save_one_that_says_no_hello(void **state)
{
    g_auto(Rig) rig = rig_new(1, 5);

    (void)state;
    bring_to(&rig, GREETING);
    for (int i = 0; i < 9; i++) {
        pass(&rig, SECOND, 0);
        link_heard(rig.link, 1, rig.now);
    }
    expect_steps(&rig, "not yet", "");
    pass(&rig, SECOND, 0);
    expect_steps(&rig, "no hello", "close1");
}

static void test_a_close_that_is_not_answered_ends(void **state)
{
    g_auto(Rig) rig = rig_new(1, 5);

    (void)state;
    bring_to(&rig, CLOSING);
    link_heard(rig.link, 1, rig.now);
    pass(&rig, 2999, 2);
    expect_steps(&rig, "it has its time", "");
    pass(&rig, 1, 2);
    expect_steps(&rig, "and no more", "drop1");
    closed(&rig, 1);
    expect_steps(&rig, "a late word", "");
}

static void test_pings_go_out_and_any_frame_is_life(void **state)
{
    g_auto(Rig) rig = rig_new(1, 5);
    int pings = 0;

    (void)state;
    bring_to(&rig, YOUNG);
    for (int i = 0; i < 60; i++) {
        rig.now += SECOND;
        link_heard(rig.link, 1, rig.now - (i % 25) * SECOND);
        link_tick(rig.link, rig.now, rig.steps);
    }
    for (guint i = 0; i < rig.steps->len; i++) {
        pings += g_array_index(rig.steps, LinkStep, i).act == LINK_PING;
    }
    assert_int_equal(pings, 6);
    expect_steps(&rig, "it lives", "");
}

/* Trying again -------------------------------------------------------------------------------- */

/* The delay before the n-th repetition is anything from nothing to 1 s, 2 s, 4 s … 60 s. */
static void test_backoff_grows_with_full_jitter_and_an_end(void **state)
{
    static const int64_t most[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
    int64_t least_seen[G_N_ELEMENTS(most)], most_seen[G_N_ELEMENTS(most)] = {0};

    (void)state;
    memset(least_seen, 0x7f, sizeof(least_seen));
    for (uint32_t seed = 0; seed < 200; seed++) {
        g_auto(Rig) rig = rig_new(1, seed);

        start(&rig);
        for (uint64_t n = 0; n < G_N_ELEMENTS(most); n++) {
            forget(&rig);
            link_url_failed(rig.link, n + 1, false, -1, rig.now, rig.steps);
            int64_t found = until_ask(&rig, 2 * MINUTE, 0);
            assert_true(found >= 0);
            if (n < 6) { /* beyond, the limit of opens a minute may add to it */
                assert_true(found <= most[n]);
            }
            least_seen[n] = MIN(least_seen[n], found);
            most_seen[n] = MAX(most_seen[n], found);
        }
        expect_state(&rig, "failing", LINK_BROKEN);
    }
    for (size_t n = 0; n < G_N_ELEMENTS(most); n++) {
        assert_true(least_seen[n] < most[n] / 10);
        assert_true(most_seen[n] > most[n] * 9 / 10);
    }
}

static int64_t longest_wait_after(int failures, int64_t ready_ms)
{
    int64_t longest = 0;

    for (uint32_t seed = 0; seed < 60; seed++) {
        g_auto(Rig) rig = rig_new(1, seed);
        uint64_t epoch = 1;

        start(&rig);
        for (; epoch <= (uint64_t)failures; epoch++) {
            forget(&rig);
            link_url_failed(rig.link, epoch, false, -1, rig.now, rig.steps);
            if (until_ask(&rig, 2 * MINUTE, 0) < 0) {
                return -1;
            }
        }
        bring_up(&rig, epoch);
        pass(&rig, ready_ms, epoch);
        forget(&rig);
        closed(&rig, epoch);
        int64_t found = until_ask(&rig, 2 * MINUTE, 0);
        longest = MAX(longest, found);
    }
    return longest;
}

static void test_failures_are_forgotten_only_after_a_minute_of_peace(void **state)
{
    (void)state;
    assert_true(longest_wait_after(5, 0) > 16 * SECOND);
    assert_true(longest_wait_after(5, 59 * SECOND) > 16 * SECOND);
    assert_true(longest_wait_after(5, 60 * SECOND) <= SECOND);
    assert_true(longest_wait_after(0, 0) <= SECOND);
}

static guint asks_in(const Rig *rig)
{
    guint asks = 0;

    for (guint i = 0; i < rig->steps->len; i++) {
        asks += g_array_index(rig->steps, LinkStep, i).act == LINK_ASK_URL;
    }
    return asks;
}

/* Answers each question of the link at once, by `answer`, for so long; how many there were. */
static guint play(Rig *rig, int64_t ms, void (*answer)(Rig *rig, uint64_t epoch))
{
    int64_t end = rig->now + ms;
    guint asks = 0, done = 0;

    while (true) {
        for (; done < rig->steps->len; done++) {
            LinkStep step = g_array_index(rig->steps, LinkStep, done);

            if (step.act == LINK_ASK_URL) {
                asks++;
                answer(rig, step.epoch);
            } else if (step.act == LINK_CLOSE) {
                closed(rig, step.epoch);
            }
        }
        if (link_next_ms(rig->link) > end) {
            rig->now = end;
            return asks;
        }
        assert_true(link_next_ms(rig->link) > rig->now);
        rig->now = link_next_ms(rig->link);
        link_tick(rig->link, rig->now, rig->steps);
    }
}

static void answer_flapping(Rig *rig, uint64_t epoch)
{
    url(rig, epoch);
    opened(rig, epoch);
    hello(rig, epoch);
    closed(rig, epoch);
}

static void answer_disabled(Rig *rig, uint64_t epoch)
{
    url(rig, epoch);
    opened(rig, epoch);
    disconnect(rig, epoch, "link_disabled");
}

static void answer_crowded(Rig *rig, uint64_t epoch)
{
    url(rig, epoch);
    opened(rig, epoch);
    disconnect(rig, epoch, "too_many_websockets");
}

static void answer_disabled_then_errors(Rig *rig, uint64_t epoch)
{
    if (epoch == 1) {
        answer_disabled(rig, epoch);
    } else {
        link_url_failed(rig->link, epoch, false, -1, rig->now, rig->steps);
    }
}

static void test_what_is_hopeless_is_tried_rarely(void **state)
{
    static const struct {
        const char *name;
        void (*answer)(Rig *rig, uint64_t epoch);
        guint least, most; /* attempts in an hour, however many are wanted */
        LinkState state;
    } cases[] = {
        {"a refused token: every five minutes", refuse, 11, 12, LINK_REFUSED},
        {"Socket Mode off: a minute, then up to five", answer_disabled, 11, 15, LINK_DISABLED},
        {"off, and the open call fails too", answer_disabled_then_errors, 11, 15, LINK_DISABLED},
        {"crowded: not within half a minute", answer_crowded, 30, 120, LINK_CROWDED},
        {"flapping: ten a minute at most", answer_flapping, 60, 600, LINK_BROKEN},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (int wanted = 1; wanted <= 10; wanted += 3) {
            g_auto(Rig) rig = rig_new(wanted, (uint32_t)wanted);

            start(&rig);
            guint asks = play(&rig, HOUR, cases[i].answer);
            if (asks < cases[i].least || asks > cases[i].most) {
                fail_msg("%s: %u attempts for %d", cases[i].name, asks, wanted);
            }
            expect_state(&rig, cases[i].name, cases[i].state);
        }
    }
}

static void test_a_disabled_app_is_asked_at_growing_distances(void **state)
{
    static const int64_t least[] = {60, 120, 240, 300, 300};
    g_auto(Rig) rig = rig_new(1, 9);

    (void)state;
    start(&rig);
    for (uint64_t n = 0; n < G_N_ELEMENTS(least); n++) {
        answer_disabled(&rig, n + 1);
        closed(&rig, n + 1);
        forget(&rig);
        expect_ask_within(&rig, "later and later", least[n] * SECOND, least[n] * SECOND * 11 / 10,
                          0);
    }
    bring_up(&rig, 6);
    expect_state(&rig, "switched on again", LINK_READY);
    disconnect(&rig, 6, "link_disabled");
    closed(&rig, 6);
    forget(&rig);
    expect_ask_within(&rig, "hello forgave", MINUTE, 66 * SECOND, 0);
}

static void test_each_connection_says_that_it_is_off_and_it_counts_once(void **state)
{
    g_auto(Rig) rig = rig_new(3, 9);

    (void)state;
    start(&rig);
    pass(&rig, 8 * SECOND, 0);
    for (uint64_t epoch = 1; epoch <= 3; epoch++) {
        bring_up(&rig, epoch);
    }
    pass(&rig, 2 * MINUTE, 3);
    for (uint64_t epoch = 1; epoch <= 3; epoch++) {
        disconnect(&rig, epoch, "link_disabled");
        closed(&rig, epoch);
    }
    expect_steps(&rig, "all go", "close1 close2 close3");
    expect_ask_within(&rig, "one asks", MINUTE, 66 * SECOND, 0);
    expect_steps(&rig, "and only one", "ask4");
    pass(&rig, 20 * SECOND, 0);
    expect_steps(&rig, "until it knows", "");
    url(&rig, 4);
    opened(&rig, 4);
    expect_steps(&rig, "still only one", "connect4");
    hello(&rig, 4);
    assert_true(asks_in(&rig) <= 1);
    pass(&rig, 5 * SECOND, 4);
    expect_steps(&rig, "then the others follow, one by one", "ask5 ask6");
}

static void test_a_refused_token_that_is_taken_again_is_forgiven(void **state)
{
    g_auto(Rig) rig = rig_new(1, 9);

    (void)state;
    start(&rig);
    refuse(&rig, 1);
    expect_state(&rig, "refused", LINK_REFUSED);
    forget(&rig);
    expect_ask_within(&rig, "probed", 5 * MINUTE, 6 * MINUTE, 0);
    forget(&rig);
    url(&rig, 2);
    expect_state(&rig, "taken", LINK_BROKEN);
    closed(&rig, 2);
    expect_ask_within(&rig, "an ordinary failure by now", 0, 2 * SECOND, 0);
}

static void test_a_refusal_does_not_touch_what_is_connected(void **state)
{
    g_auto(Rig) rig = rig_new(1, 9);

    (void)state;
    bring_to(&rig, STABLE);
    disconnect(&rig, 1, "refresh_requested");
    refuse(&rig, 2);
    expect_state(&rig, "the old one serves", LINK_READY);
    forget(&rig);
    pass(&rig, 299 * SECOND, 1);
    expect_steps(&rig, "not hammered", "");
    closed(&rig, 1);
    expect_state(&rig, "now it shows", LINK_REFUSED);
}

static void test_retry_after_is_kept(void **state)
{
    static const struct {
        int64_t said, least, most;
    } cases[] = {
        {-1, 0, SECOND},
        {0, 0, SECOND},
        {45 * SECOND, 45 * SECOND, 50 * SECOND},
        {INT64_MAX, HOUR, HOUR + 6 * MINUTE},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Rig) rig = rig_new(1, 9);

        start(&rig);
        forget(&rig);
        link_url_failed(rig.link, 1, false, cases[i].said, rig.now, rig.steps);
        expect_ask_within(&rig, "as Slack said", cases[i].least, cases[i].most, 0);
    }
}

static void test_a_crowd_costs_what_is_only_read(void **state)
{
    g_auto(Rig) rig = rig_new(2, 9);

    (void)state;
    start(&rig);
    pass(&rig, 5 * SECOND, 0);
    bring_up(&rig, 1);
    bring_up(&rig, 2);
    pass(&rig, 2 * MINUTE, 2);
    disconnect(&rig, 1, "warning");
    bring_up(&rig, 3);
    closed(&rig, 2);
    expect_ask_within(&rig, "the lost one", 0, SECOND, 3);
    forget(&rig);
    url(&rig, 4);
    opened(&rig, 4);
    forget(&rig);
    disconnect(&rig, 4, "too_many_websockets");
    expect_steps(&rig, "the one that may not, and the one that need not", "close4 close1");
    expect_state(&rig, "one serves", LINK_READY);
}

static void test_those_that_a_crowd_kept_out_come_back_one_by_one(void **state)
{
    g_auto(Rig) rig = rig_new(3, 9);

    (void)state;
    start(&rig);
    pass(&rig, 5 * SECOND, 0);
    for (uint64_t epoch = 1; epoch <= 3; epoch++) {
        url(&rig, epoch);
        opened(&rig, epoch);
    }
    for (uint64_t epoch = 2; epoch <= 3; epoch++) {
        disconnect(&rig, epoch, "too_many_websockets");
        closed(&rig, epoch);
    }
    hello(&rig, 1); /* says nothing of whether others fit */
    forget(&rig);
    expect_ask_within(&rig, "not sooner for that", 30 * SECOND, 36 * SECOND, 1);
    assert_int_equal(asks_in(&rig), 1);
}

static void test_a_crowd_does_not_cost_the_last_one(void **state)
{
    g_auto(Rig) rig = rig_new(1, 9);

    (void)state;
    bring_to(&rig, STABLE);
    disconnect(&rig, 1, "warning");
    bring_up(&rig, 2);
    disconnect(&rig, 2, "too_many_websockets");
    expect_steps(&rig, "the old one takes its place again", "close2");
    assert_true(link_is_open(rig.link, 1));
}

static void test_a_common_failure_makes_no_herd(void **state)
{
    g_auto(Rig) rig = rig_new(8, 21);
    int64_t first = 0, last = 0;

    (void)state;
    start(&rig);
    pass(&rig, 20 * SECOND, 0);
    for (uint64_t epoch = 1; epoch <= 8; epoch++) {
        bring_up(&rig, epoch);
    }
    pass(&rig, 5 * MINUTE, 8);
    forget(&rig);
    for (uint64_t epoch = 1; epoch <= 8; epoch++) {
        closed(&rig, epoch);
    }
    expect_state(&rig, "all gone", LINK_BROKEN);
    while (asks_in(&rig) < 8) {
        pass(&rig, link_next_ms(rig.link) - rig.now, 0);
        first = first == 0 ? rig.now : first;
        last = rig.now;
    }
    assert_true(last - first > 300);
}

/* Others -------------------------------------------------------------------------------------- */

static void test_connections_that_are_not_ours_are_counted(void **state)
{
    static const struct {
        const char *name;
        int counted;
        int foreign;
    } cases[] = {
        {"not said", 0, 0},      {"nonsense", -7, 0}, {"ours alone", 1, 0},
        {"one more", 2, 1},      {"ghosts", 10, 9},   {"absurd", INT32_MAX, INT32_MAX - 1},
        {"least", INT32_MIN, 0},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Rig) rig = rig_new(1, 9);

        start(&rig);
        url(&rig, 1);
        opened(&rig, 1);
        link_hello(rig.link, 1, 3600, cases[i].counted, rig.now, rig.steps);
        if (link_foreign(rig.link) != cases[i].foreign) {
            fail_msg("%s: %d", cases[i].name, link_foreign(rig.link));
        }
    }
}

static void test_the_one_that_is_replaced_is_ours(void **state)
{
    g_auto(Rig) rig = rig_new(1, 9);

    (void)state;
    bring_to(&rig, STABLE);
    disconnect(&rig, 1, "warning");
    url(&rig, 2);
    opened(&rig, 2);
    link_hello(rig.link, 2, 3600, 2, rig.now, rig.steps);
    assert_int_equal(link_foreign(rig.link), 0);
}

static void test_one_that_is_closing_is_ours(void **state)
{
    g_auto(Rig) rig = rig_new(2, 9);

    (void)state;
    start(&rig);
    pass(&rig, 5 * SECOND, 0);
    bring_up(&rig, 1);
    bring_up(&rig, 2);
    pass(&rig, 2 * MINUTE, 2);
    disconnect(&rig, 1, "warning");
    bring_up(&rig, 3);
    pass(&rig, 30 * SECOND, 3);
    expect_steps(&rig, "drained", "close1");
    closed(&rig, 2);
    expect_ask_within(&rig, "another", 0, SECOND, 3);
    url(&rig, 4);
    opened(&rig, 4);
    link_hello(rig.link, 4, 3600, 4, rig.now, rig.steps);
    assert_int_equal(link_foreign(rig.link), 1);
}

/* Lies and lateness --------------------------------------------------------------------------- */

static void test_what_comes_too_late_changes_nothing(void **state)
{
    static const uint64_t strangers[] = {0, 1, 3, 4, 1000, UINT64_MAX};
    g_auto(Rig) rig = rig_new(1, 9);

    (void)state;
    start(&rig);
    link_url_failed(rig.link, 1, false, -1, rig.now, rig.steps);
    forget(&rig);
    assert_true(until_ask(&rig, MINUTE, 0) >= 0);
    bring_up(&rig, 2);
    int64_t next = link_next_ms(rig.link);
    for (size_t i = 0; i < G_N_ELEMENTS(strangers); i++) {
        rig_say_all(&rig, strangers[i]);
        expect_steps(&rig, "a stranger", "");
        expect_state(&rig, "a stranger", LINK_READY);
        assert_true(link_next_ms(rig.link) == next);
        assert_int_equal(link_foreign(rig.link), 0);
    }
}

static void test_what_comes_in_the_wrong_order_changes_nothing(void **state)
{
    g_auto(Rig) rig = rig_new(1, 9);

    (void)state;
    start(&rig);
    forget(&rig);
    opened(&rig, 1); /* it has no URL yet */
    hello(&rig, 1);
    closed(&rig, 1);
    expect_steps(&rig, "too soon", "");
    expect_state(&rig, "too soon", LINK_STARTING);
    url(&rig, 1);
    expect_steps(&rig, "the URL", "connect1");
    url(&rig, 1);
    refuse(&rig, 1);
    expect_steps(&rig, "a second one", "");
    opened(&rig, 1);
    opened(&rig, 1);
    hello(&rig, 1);
    hello(&rig, 1);
    expect_steps(&rig, "twice", "");
    assert_int_equal(link_ready(rig.link), 1);
}

static void test_a_url_that_is_none_is_a_failure(void **state)
{
    static const char *const urls[] = {NULL, ""};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_auto(Rig) rig = rig_new(1, 9);

        start(&rig);
        forget(&rig);
        link_url(rig.link, 1, urls[i], rig.now, rig.steps);
        expect_state(&rig, "nothing to connect to", LINK_BROKEN);
        expect_ask_within(&rig, "another one", 0, SECOND, 0);
    }
}

/* Stopping ------------------------------------------------------------------------------------ */

static void test_stopping_ends_every_phase(void **state)
{
    static const struct {
        When when;
        const char *steps;
    } cases[] = {
        {ASKING, "drop1"}, {CONNECTING, "drop1"}, {GREETING, "close1"},
        {YOUNG, "close1"}, {STABLE, "close1"},    {CLOSING, "close2"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Rig) rig = rig_new(1, 9);

        bring_to(&rig, cases[i].when);
        link_stop(rig.link, rig.now, rig.steps);
        expect_steps(&rig, "stop", cases[i].steps);
        assert_int_equal(link_ready(rig.link), 0);
        start(&rig);
        rig_say_all(&rig, 1);
        expect_steps(&rig, "stopped for good", "");
        pass(&rig, HOUR, 0);
        assert_int_equal(asks_in(&rig), 0);
        assert_true(link_next_ms(rig.link) == NEVER);
        link_stop(rig.link, rig.now, rig.steps);
    }
}

static void test_stopping_before_the_start(void **state)
{
    g_auto(Rig) rig = rig_new(1, 9);

    (void)state;
    link_stop(rig.link, rig.now, rig.steps);
    start(&rig);
    pass(&rig, HOUR, 0);
    expect_steps(&rig, "nothing", "");
    link_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_attempt_is_at_once),
        cmocka_unit_test(test_the_way_to_ready),
        cmocka_unit_test(test_a_number_that_cannot_be_is_brought_into_range),
        cmocka_unit_test(test_several_do_not_begin_together),
        cmocka_unit_test(test_disconnect_is_legal_in_every_phase),
        cmocka_unit_test(test_a_disconnect_repeated_changes_nothing),
        cmocka_unit_test(test_a_disconnect_repeated_puts_nothing_off),
        cmocka_unit_test(test_the_new_one_is_up_before_the_old_one_goes),
        cmocka_unit_test(test_the_old_one_may_close_by_itself),
        cmocka_unit_test(test_a_replacement_that_fails_leaves_the_old_one),
        cmocka_unit_test(test_a_replacement_that_dies_gives_the_place_back),
        cmocka_unit_test(test_an_old_one_that_goes_too_soon_is_no_failure),
        cmocka_unit_test(test_one_that_has_its_age_is_replaced_in_time),
        cmocka_unit_test(test_one_that_aged_and_is_told_to_go_is_read_to_its_end),
        cmocka_unit_test(test_those_that_began_together_do_not_age_together),
        cmocka_unit_test(test_ten_are_replaced_one_after_the_other),
        cmocka_unit_test(test_one_that_is_still_read_makes_room_for_others),
        cmocka_unit_test(test_room_is_made_for_one_at_a_time),
        cmocka_unit_test(test_each_phase_has_its_limit),
        cmocka_unit_test(test_pings_do_not_save_one_that_says_no_hello),
        cmocka_unit_test(test_a_close_that_is_not_answered_ends),
        cmocka_unit_test(test_pings_go_out_and_any_frame_is_life),
        cmocka_unit_test(test_backoff_grows_with_full_jitter_and_an_end),
        cmocka_unit_test(test_failures_are_forgotten_only_after_a_minute_of_peace),
        cmocka_unit_test(test_what_is_hopeless_is_tried_rarely),
        cmocka_unit_test(test_a_disabled_app_is_asked_at_growing_distances),
        cmocka_unit_test(test_each_connection_says_that_it_is_off_and_it_counts_once),
        cmocka_unit_test(test_a_refused_token_that_is_taken_again_is_forgiven),
        cmocka_unit_test(test_a_refusal_does_not_touch_what_is_connected),
        cmocka_unit_test(test_retry_after_is_kept),
        cmocka_unit_test(test_a_crowd_costs_what_is_only_read),
        cmocka_unit_test(test_those_that_a_crowd_kept_out_come_back_one_by_one),
        cmocka_unit_test(test_a_crowd_does_not_cost_the_last_one),
        cmocka_unit_test(test_a_common_failure_makes_no_herd),
        cmocka_unit_test(test_connections_that_are_not_ours_are_counted),
        cmocka_unit_test(test_the_one_that_is_replaced_is_ours),
        cmocka_unit_test(test_one_that_is_closing_is_ours),
        cmocka_unit_test(test_what_comes_too_late_changes_nothing),
        cmocka_unit_test(test_what_comes_in_the_wrong_order_changes_nothing),
        cmocka_unit_test(test_a_url_that_is_none_is_a_failure),
        cmocka_unit_test(test_stopping_ends_every_phase),
        cmocka_unit_test(test_stopping_before_the_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
