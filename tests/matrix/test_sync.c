/* The long poll against an API, a loop and a sink that stand here: what it asks for and when, and
 * that nothing it was told is lost or handed on twice. Quotes are written as ' in answers. */

#include "bot/matrix/sync.h"

#include "stage.h"

#define ME       "@anchord:example.org"
#define SECOND   INT64_C(1000)
#define MINUTE   (60 * SECOND)
#define SYNC     "/_matrix/client/v3/sync?"
#define JOINED   "/_matrix/client/v3/joined_rooms"
#define MESSAGES "/_matrix/client/v3/rooms/!a/messages?dir=b"
#define IN_A     "{'joined_rooms':['!a']}"

static MatrixSync *sync_of_test;

static void begin(const char *since)
{
    sync_of_test = matrix_sync_new(&the_loop, the_clock, &the_api, "acme", since, &the_sink);
    matrix_sync_start(sync_of_test, ME);
    end_turn();
}

static void said(const char *quoted)
{
    g_autofree char *json = g_strdup(quoted);

    answer(g_strdelimit(json, "'", '"'));
}

static void fails(void)
{
    answer_as(MATRIX_RETRY, 502, "http_502", NULL);
}

static void taken(void)
{
    matrix_sync_taken(sync_of_test, true);
    pass(0);
}

static void is_ready(bool expected)
{
    const char *why = NULL;

    assert_int_equal(matrix_sync_ready(sync_of_test, &why), expected);
    assert_int_equal(why[0] == '\0', expected);
}

/* Goes on from s1, and is at its first poll. */
static void resume(void)
{
    begin("s1");
    asks(JOINED);
    said(IN_A);
    asks(SYNC, "since=s1");
}

static char *message(const char *id, int64_t ts)
{
    return g_strdup_printf(
        "{\"event_id\":\"%s\",\"type\":\"m.room.message\",\"origin_server_ts\":%" PRId64 "}", id,
        ts);
}

/* A page with that one message. */
static void page(const char *id, int64_t ts, const char *end)
{
    g_autofree char *event = message(id, ts);
    g_autofree char *json =
        g_strdup_printf("{\"chunk\":[%s],\"end\":\"%s\"}", event, end != NULL ? end : "");

    answer(json);
}

static int64_t now_ms(void)
{
    return clock_now(the_clock).us / 1000;
}

#define GAP(next, id)                                                                              \
    "{'next_batch':'" next "','rooms':{'join':{'!a':{'timeline':{'limited':true,"                  \
    "'prev_batch':'p1','events':[{'event_id':'" id "','type':'m.room.message'}]}}}}}"

/* Polling -------------------------------------------------------------------------------------- */

static void test_the_first_sync_is_asked_for_at_once_and_answers_nothing(void **state)
{
    (void)state;
    begin(NULL);
    is_ready(false);
    asks(SYNC, "timeout=0", "set_presence=offline", "use_state_after=true", "m.room.message",
         "\"lazy_load_members\":true", "\"limit\":50");
    asks_not("since=");
    assert_int_equal(waiting()->line, MATRIX_POLL);
    assert_true(waiting()->quiet_ms >= 10 * MINUTE); /* a large account takes its time */
    said("{'next_batch':'s1','rooms':{'join':{'!a':{'timeline':{'events':["
         "{'event_id':'$1','type':'m.room.message'}]}}}}}");
    given("HISTORY !a $1, since=s1");
    is_ready(true);
    assert_int_equal(matrix_sync_count(sync_of_test), 1);
    taken();
    asks(SYNC, "since=s1", "timeout=30000");
    assert_true(waiting()->quiet_ms > 30 * SECOND);
}

static void test_a_room_of_the_first_sync_is_known_from_then_on(void **state)
{
    (void)state;
    begin(NULL);
    said("{'next_batch':'s1','rooms':{'join':{'!a':{}}}}");
    given("since=s1");
    taken();
    said("{'next_batch':'s2','rooms':{'join':{'!a':{'timeline':{'events':["
         "{'event_id':'$1','type':'m.room.message'}]}}}}}");
    given("EVENT !a $1, since=s2");
    taken();
    said("{'next_batch':'s3','rooms':{'leave':{'!a':{}}}}");
    given("LEFT !a, since=s3");
    taken();
    said("{'next_batch':'s4','rooms':{'join':{'!a':{}}}}");
    given("JOINED !a, since=s4");
    taken();
}

static void test_it_goes_on_where_it_was_and_knows_its_rooms(void **state)
{
    (void)state;
    resume();
    asks("timeout=0");
    said("{'next_batch':'s2','rooms':{'join':{'!a':{'timeline':{'events':["
         "{'event_id':'$1','type':'m.room.message'}]}}}}}");
    given("EVENT !a $1, since=s2");
    taken();
    asks("since=s2");
}

static void test_it_polls_again_only_when_all_is_stored(void **state)
{
    (void)state;
    resume();
    said("{'next_batch':'s2','rooms':{'leave':{'!b':{}}}}");
    given("LEFT !b, since=s2");
    pass(10 * MINUTE);
    assert_true(nothing_waits());
    matrix_sync_taken(sync_of_test, false);
    pass(SECOND);
    given("LEFT !b, since=s2");
    assert_true(nothing_waits());
    taken();
    asks("since=s2");
}

static void test_a_quiet_night_stores_nothing(void **state)
{
    (void)state;
    resume();
    said("{'next_batch':'s1'}");
    for (int i = 0; i < 10; i++) {
        asks("since=s1", "timeout=30000");
        pass(30 * SECOND);
        said("{'next_batch':'s1'}");
    }
    assert_int_equal(batches, 0);
    is_ready(true);
}

static void test_a_homeserver_that_does_not_wait_is_not_asked_in_a_circle(void **state)
{
    (void)state;
    resume();
    said("{'next_batch':'s1'}");
    guint asked = the_api.calls->len;

    for (int i = 0; i < 10; i++) {
        asks("timeout=30000");
        said("{'next_batch':'s1'}");
        assert_true(nothing_waits());
        pass(SECOND);
    }
    assert_int_equal(the_api.calls->len, asked + 10);
}

static void test_failures_are_waited_out(void **state)
{
    (void)state;
    resume();
    said("{'next_batch':'s1'}");
    for (int i = 0; i < 12; i++) {
        int64_t least = MIN(SECOND << i, MINUTE);

        fails();
        is_ready(false);
        pass(least - 1);
        assert_true(nothing_waits());
        pass(least + 1);
        asks("since=s1", "timeout=0"); /* so that its recovery is noticed at once */
    }
    said("{'next_batch':'s1'}");
    is_ready(true);
    asks("timeout=30000");
    assert_int_equal(batches, 0);
    fails();
    pass(2 * SECOND);
    asks("timeout=0");
}

static void test_trouble_is_logged_when_it_begins_and_ends(void **state)
{
    (void)state;
    resume();
    for (int i = 0; i < 3; i++) {
        fails();
        pass(2 * MINUTE);
    }
    said("{'next_batch':'s1'}");
    assert_string_equal(the_log->str, "1 matrix_sync_broken workspace=acme error=http_502\n"
                                      "2 matrix_sync_ready workspace=acme\n");
}

static void test_what_the_homeserver_says_to_people_is_passed_on(void **state)
{
    const char *why = NULL;
    const MatrixAnswer refusal = {.class = MATRIX_AUTH,
                                  .status = 401,
                                  .error = "M_UNKNOWN_TOKEN",
                                  .people = "The access token is not known."};

    (void)state;
    resume();
    MatrixCall *call = waiting();
    call->over = true;
    call->done(call->arg, &refusal);
    assert_false(matrix_sync_ready(sync_of_test, &why));
    assert_string_equal(why, "The access token is not known.");
}

static void test_a_lost_place_begins_anew_and_answers_nothing(void **state)
{
    (void)state;
    resume();
    answer_as(MATRIX_REQUEST, 400, "M_UNKNOWN", "{}");
    assert_true(is_logged("matrix_sync_place_lost"));
    asks(SYNC, "timeout=0");
    asks_not("since=");
    said("{'next_batch':'s9','rooms':{'join':{'!a':{'timeline':{'limited':true,'prev_batch':'p',"
         "'events':[{'event_id':'$1','type':'m.room.message'}]}}}}}");
    given("HISTORY !a $1, since=s9");
    taken();
    asks("since=s9");
}

static void test_a_proxy_before_the_homeserver_cannot_lose_our_place(void **state)
{
    (void)state;
    resume();
    answer_as(MATRIX_REQUEST, 400, "http_400", NULL);
    pass(2 * SECOND);
    asks("since=s1");
    answer_as(MATRIX_REQUEST, 404, "M_UNRECOGNIZED", NULL);
    pass(4 * SECOND);
    asks("since=s1");
}

static void test_a_first_sync_that_is_refused_is_not_a_lost_place(void **state)
{
    (void)state;
    begin(NULL);
    answer_as(MATRIX_REQUEST, 400, "M_UNKNOWN", NULL);
    assert_true(nothing_waits());
    pass(2 * SECOND);
    asks(SYNC);
}

static void test_an_answer_that_is_too_long_is_asked_for_shorter(void **state)
{
    (void)state;
    resume();
    asks("\"limit\":50");
    answer_as(MATRIX_REQUEST, 0, "answer_too_long", NULL);
    pass(2 * SECOND);
    asks("\"limit\":25");
    for (int i = 0; i < 8; i++) {
        answer_as(MATRIX_REQUEST, 0, "answer_too_long", NULL);
        pass(2 * MINUTE);
    }
    asks("\"limit\":5,");
    said("{'next_batch':'s1'}");
    asks("\"limit\":50");
}

static void test_an_answer_that_is_none_is_a_failure(void **state)
{
    (void)state;
    resume();
    said("{'next_batch':7}");
    is_ready(false);
    pass(2 * SECOND);
    answer_as(MATRIX_OK, 200, "", NULL);
    is_ready(false);
    pass(4 * SECOND);
    asks("since=s1");
    assert_int_equal(batches, 0);
}

static void test_where_we_are_is_asked_until_it_is_told(void **state)
{
    (void)state;
    begin("s1");
    asks(JOINED);
    fails();
    pass(2 * SECOND);
    asks(JOINED);
    said("{}");
    pass(4 * SECOND);
    asks(JOINED);
    said(IN_A);
    asks(SYNC, "since=s1");
}

/* Gaps ----------------------------------------------------------------------------------------- */

static void test_a_gap_is_filled_before_the_batch_is_handed_on(void **state)
{
    (void)state;
    resume();
    said(GAP("s2", "$9"));
    asks(MESSAGES, "from=p1", "to=s1", "limit=100", "m.room.message");
    assert_int_equal(batches, 0);
    page("$3", now_ms(), "p2");
    asks(MESSAGES, "from=p2", "to=s1");
    said("{'chunk':[],'end':'p3'}"); /* an empty page is not the end */
    asks(MESSAGES, "from=p3");
    page("$2", now_ms(), "p4");
    said("{'chunk':[]}");
    given("EVENT !a $2, EVENT !a $3, EVENT !a $9, since=s2");
    taken();
    asks(SYNC, "since=s2");
}

static void test_nothing_in_a_gap_is_told_twice(void **state)
{
    (void)state;
    resume();
    said(GAP("s2", "$9"));
    page("$9", now_ms(), "p2"); /* it stands in the timeline */
    page("$3", now_ms(), "p3");
    page("$3", now_ms(), NULL);
    given("EVENT !a $3, EVENT !a $9, since=s2");
    taken();
}

static void test_a_gap_stops_where_the_pages_do(void **state)
{
    static const char *const ends[] = {"", "p1", "s1"}; /* none, no progress, where we were */

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        resume();
        said(GAP("s2", "$9"));
        page("$3", now_ms(), ends[i]);
        given("EVENT !a $3, EVENT !a $9, since=s2");
        taken();
        matrix_sync_free(sync_of_test);
        end_turn();
    }
    sync_of_test = NULL;
    assert_false(is_logged("matrix_gap"));
}

static void test_a_gap_is_followed_for_twenty_pages(void **state)
{
    (void)state;
    resume();
    said(GAP("s2", "$9"));
    for (int i = 0; i < 20; i++) {
        g_autofree char *end = g_strdup_printf("q%d", i);

        assert_int_equal(batches, 0);
        page(end, now_ms(), end);
    }
    assert_int_equal(the_batch->news->len, 21);
    assert_true(is_logged("matrix_gap_cut workspace=acme room=!a"));
    g_clear_pointer(&the_batch, matrix_batch_free);
    taken();
}

static void test_what_is_older_than_a_week_is_given_up(void **state)
{
    int64_t week_ago = now_ms() - INT64_C(7) * 24 * 60 * MINUTE;

    (void)state;
    resume();
    said(GAP("s2", "$9"));
    page("$3", week_ago + MINUTE, "p2");
    page("$2", week_ago - MINUTE, "p3");
    given("EVENT !a $3, EVENT !a $9, since=s2");
    assert_true(is_logged("matrix_gap_cut"));
    taken();
}

static void test_one_forged_time_does_not_hide_what_is_before_it(void **state)
{
    (void)state;
    resume();
    said(GAP("s2", "$9"));
    g_autofree char *real = message("$3", now_ms());
    g_autofree char *json = g_strdup_printf(
        "{\"chunk\":[{\"event_id\":\"$4\",\"type\":\"m.room.message\",\"origin_server_ts\":1},%s]}",
        real);

    answer(json);
    given("EVENT !a $3, EVENT !a $4, EVENT !a $9, since=s2");
    taken();
}

static void test_a_gap_that_is_refused_is_skipped(void **state)
{
    static const struct {
        MatrixClass class;
        int status;
        const char *error;
    } refusals[] = {
        {MATRIX_FORBIDDEN, 403, "M_FORBIDDEN"},
        {MATRIX_GONE, 404, "M_NOT_FOUND"},
        {MATRIX_REQUEST, 400, "M_UNKNOWN"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        resume();
        said(GAP("s2", "$9"));
        answer_as(refusals[i].class, refusals[i].status, refusals[i].error, NULL);
        given("EVENT !a $9, since=s2");
        assert_true(is_logged(refusals[i].error));
        taken();
        matrix_sync_free(sync_of_test);
        end_turn();
    }
    sync_of_test = NULL;
}

static void test_a_gap_that_fails_for_now_is_waited_for(void **state)
{
    (void)state;
    resume();
    said(GAP("s2", "$9"));
    page("$3", now_ms(), "p2");
    for (int i = 0; i < 10; i++) {
        fails();
        pass(2 * MINUTE);
        asks(MESSAGES, "from=p2");
        assert_int_equal(batches, 0);
    }
    said("{}"); /* no page, whoever says so */
    pass(2 * MINUTE);
    asks(MESSAGES, "from=p2");
    page("$2", now_ms(), NULL);
    given("EVENT !a $2, EVENT !a $3, EVENT !a $9, since=s2");
    taken();
}

static void test_gaps_in_several_rooms_each_get_their_own(void **state)
{
    (void)state;
    begin("s1");
    said("{'joined_rooms':['!a','!b']}");
    said("{'next_batch':'s2','rooms':{'join':{"
         "'!a':{'state':{'events':[{'event_id':'$n','type':'m.room.name','state_key':''}]},"
         "'timeline':{'limited':true,'prev_batch':'pa',"
         "'events':[{'event_id':'$a2','type':'m.room.message'}]}},"
         "'!b':{'timeline':{'limited':true,'prev_batch':'pb',"
         "'events':[{'event_id':'$b2','type':'m.room.message'}]}}}}}");
    asks("rooms/!b/messages", "from=pb");
    page("$b1", now_ms(), NULL);
    asks("rooms/!a/messages", "from=pa");
    page("$a1", now_ms(), NULL);
    given("EVENT !a $a1, STATE !a $n, EVENT !a $a2, EVENT !b $b1, EVENT !b $b2, since=s2");
    taken();
}

static void test_a_gap_in_which_we_left_and_came_back(void **state)
{
    (void)state;
    resume();
    said(GAP("s2", "$9"));
    said("{'chunk':[{'event_id':'$3','type':'m.room.member','state_key':'" ME "',"
         "'content':{'membership':'join'},'unsigned':{'prev_content':{'membership':'leave'}}},"
         "{'event_id':'$2','type':'m.room.message'}]}");
    given("JOINED !a, HISTORY !a $2, EVENT !a $3, EVENT !a $9, since=s2");
    taken();
}

/* Pauses and ends ------------------------------------------------------------------------------ */

static void test_it_pauses_and_goes_on_wherever_it_is(void **state)
{
    (void)state;
    resume();
    matrix_sync_pause(sync_of_test); /* in a poll */
    assert_true(nothing_waits());
    pass(10 * MINUTE);
    assert_true(nothing_waits());
    matrix_sync_start(sync_of_test, ME);
    asks("since=s1", "timeout=0");
    fails();
    matrix_sync_pause(sync_of_test); /* in a pause of its own */
    pass(10 * MINUTE);
    assert_true(nothing_waits());
    matrix_sync_start(sync_of_test, ME);
    matrix_sync_start(sync_of_test, ME); /* told twice */
    said(GAP("s2", "$9"));
    page("$3", now_ms(), "p2");
    matrix_sync_pause(sync_of_test); /* in a gap: what was found is not asked for again */
    assert_true(nothing_waits());
    matrix_sync_start(sync_of_test, ME);
    end_turn();
    asks(MESSAGES, "from=p2");
    page("$2", now_ms(), NULL);
    matrix_sync_pause(sync_of_test); /* while it is stored */
    given("EVENT !a $2, EVENT !a $3, EVENT !a $9, since=s2");
    taken();
    assert_true(nothing_waits());
    matrix_sync_start(sync_of_test, ME);
    asks("since=s2");
}

static void test_it_may_end_at_any_time(void **state)
{
    (void)state;
    for (int when = 0; when < 7; when++) {
        sync_of_test = matrix_sync_new(&the_loop, the_clock, &the_api, "acme", "s1", &the_sink);
        if (when > 0) {
            matrix_sync_start(sync_of_test, ME);
        }
        if (when > 1) {
            said(IN_A);
        }
        if (when == 2) {
            fails();
        }
        if (when > 3) {
            said(GAP("s2", "$9"));
        }
        if (when == 4) {
            fails();
        }
        if (when > 5) {
            page("$3", now_ms(), NULL);
            given("EVENT !a $3, EVENT !a $9, since=s2");
        }
        matrix_sync_free(sync_of_test);
        end_turn();
    }
    sync_of_test = NULL;
    matrix_sync_free(NULL);
}

static int open_stage(void **state)
{
    (void)state;
    stage_open();
    return 0;
}

static int close_stage(void **state)
{
    (void)state;
    matrix_sync_free(sync_of_test);
    sync_of_test = NULL;
    stage_close();
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        TEST(test_the_first_sync_is_asked_for_at_once_and_answers_nothing),
        TEST(test_a_room_of_the_first_sync_is_known_from_then_on),
        TEST(test_it_goes_on_where_it_was_and_knows_its_rooms),
        TEST(test_it_polls_again_only_when_all_is_stored),
        TEST(test_a_quiet_night_stores_nothing),
        TEST(test_a_homeserver_that_does_not_wait_is_not_asked_in_a_circle),
        TEST(test_failures_are_waited_out),
        TEST(test_trouble_is_logged_when_it_begins_and_ends),
        TEST(test_what_the_homeserver_says_to_people_is_passed_on),
        TEST(test_a_lost_place_begins_anew_and_answers_nothing),
        TEST(test_a_proxy_before_the_homeserver_cannot_lose_our_place),
        TEST(test_a_first_sync_that_is_refused_is_not_a_lost_place),
        TEST(test_an_answer_that_is_too_long_is_asked_for_shorter),
        TEST(test_an_answer_that_is_none_is_a_failure),
        TEST(test_where_we_are_is_asked_until_it_is_told),
        TEST(test_a_gap_is_filled_before_the_batch_is_handed_on),
        TEST(test_nothing_in_a_gap_is_told_twice),
        TEST(test_a_gap_stops_where_the_pages_do),
        TEST(test_a_gap_is_followed_for_twenty_pages),
        TEST(test_what_is_older_than_a_week_is_given_up),
        TEST(test_one_forged_time_does_not_hide_what_is_before_it),
        TEST(test_a_gap_that_is_refused_is_skipped),
        TEST(test_a_gap_that_fails_for_now_is_waited_for),
        TEST(test_gaps_in_several_rooms_each_get_their_own),
        TEST(test_a_gap_in_which_we_left_and_came_back),
        TEST(test_it_pauses_and_goes_on_wherever_it_is),
        TEST(test_it_may_end_at_any_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
