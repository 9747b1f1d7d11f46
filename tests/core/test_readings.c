/* Readings that other systems send: what is taken, what is repeated, and that a request with a
 * fault in it changes nothing. */

#include "core/readings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/token.h"
#include "scene.h"

#define ROWS 4

/* What a system sends, as SentReading. */
typedef struct Sent {
    const char *kr, *value, *day, *at, *source, *key, *fault;
} Sent;

/* West with a token; KR 1 (pipeline, $20M to $30M) was read at 08:00 on 14 July as $21.2M; KR 2
 * (win rate, 18% to 25%) never was. It is 12:00 on 15 July. */
static Scene *begin(Scene *scene)
{
    scene_command(scene, "lena", "/okr token HubSpot");
    scene_until(scene, "2025-07-15 12:00");
    scene_forget(scene);
    return scene;
}

static const char *hash_of(const Scene *scene)
{
    return ((const Token *)g_ptr_array_index(scene_team(scene)->tokens, 0))->hash;
}

static void free_sent(gpointer sent)
{
    sent_reading_free(sent);
}

static SentReading *sent_of(const Sent *sent)
{
    SentReading *copy = g_new0(SentReading, 1);

    *copy = (SentReading){.kr = g_strdup(sent->kr),
                          .value = g_strdup(sent->value),
                          .day = g_strdup(sent->day),
                          .at = g_strdup(sent->at),
                          .source = g_strdup(sent->source),
                          .key = g_strdup(sent->key),
                          .fault = g_strdup(sent->fault)};
    return copy;
}

static Event *event_with(const char *hash)
{
    Event *event = event_new(EVENT_READINGS, NULL);

    event->value = g_strdup(hash);
    event->sent = g_ptr_array_new_with_free_func(free_sent);
    return event;
}

/* Sends the rows that have any field, and gives the receipt as text. */
static const char *send_rows(Scene *scene, const Sent *rows, size_t n)
{
    Event *event = event_with(hash_of(scene));

    for (size_t i = 0; i < n; i++) {
        const Sent *row = &rows[i];

        if (row->kr != NULL || row->value != NULL || row->fault != NULL) {
            g_ptr_array_add(event->sent, sent_of(row));
        }
    }
    return scene_event(scene, event);
}

static const char *send_one(Scene *scene, Sent row)
{
    return send_rows(scene, &row, 1);
}

static guint count_readings(const Scene *scene)
{
    const Team *team = scene_team(scene);
    guint n = 0;

    for (guint i = 0; i < team->tacticals->len; i++) {
        n += ((const Tactical *)g_ptr_array_index(team->tacticals, i))->track->readings->len;
    }
    for (guint i = 0; i < team->sprints->len; i++) {
        const Sprint *sprint = g_ptr_array_index(team->sprints, i);

        for (guint j = 0; j < sprint->krs->len; j++) {
            n += ((const SprintKr *)g_ptr_array_index(sprint->krs, j))->track->readings->len;
        }
    }
    return n;
}

static const Track *track_of(const Scene *scene, int32_t number)
{
    return team_tactical_number(scene_team(scene), number)->track;
}

static const Reading *last_of(const Scene *scene, int32_t number)
{
    const GPtrArray *readings = track_of(scene, number)->readings;

    return g_ptr_array_index(readings, readings->len - 1);
}

/* --- what is taken --- */

typedef struct TakenCase {
    const char *promise;
    Sent rows[ROWS];
    int taken, repeated;
    int32_t kr; /* whose last reading is looked at */
    int64_t millionths;
    const char *day, *system;
} TakenCase;

#define MILLION INT64_C(1000000)

static const TakenCase taken[] = {
    {"a value of today",
     {{.kr = "1", .value = "$21.4M"}},
     1,
     0,
     1,
     21400000 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"a KR by its sentence",
     {{.kr = "increase qualified B2B pipeline from $20M to $30M by Q3 close", .value = "$21.4M"}},
     1,
     0,
     1,
     21400000 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"a KR as people name it",
     {{.kr = "KR 2", .value = "19%"}},
     1,
     0,
     2,
     19 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"a bare number is in the KR's unit",
     {{.kr = "2", .value = "19.25"}},
     1,
     0,
     2,
     19250000,
     "2025-07-15",
     "HubSpot"},
    {"an amount written out",
     {{.kr = "1", .value = "21400000"}},
     1,
     0,
     1,
     21400000 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"a negative value",
     {{.kr = "2", .value = "= -5"}},
     1,
     0,
     2,
     -5 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"a day before",
     {{.kr = "2", .value = "19%", .day = "2025-06-02"}},
     1,
     0,
     2,
     19 * MILLION,
     "2025-06-02",
     "HubSpot"},
    {"an instant, whose day is the team's",
     {{.kr = "2", .value = "19%", .at = "2025-07-13T23:30:00Z"}},
     1,
     0,
     2,
     19 * MILLION,
     "2025-07-14",
     "HubSpot"},
    {"an instant with an offset",
     {{.kr = "2", .value = "19%", .at = "2025-07-14T23:30:00-01:00"}},
     1,
     0,
     2,
     19 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"a clock that is a little ahead",
     {{.kr = "2", .value = "19%", .at = "2025-07-15T10:04:00Z"}},
     1,
     0,
     2,
     19 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"a source that begins with the system's name",
     {{.kr = "2", .value = "19%", .source = "hubspot pipeline report"}},
     1,
     0,
     2,
     19 * MILLION,
     "2025-07-15",
     "hubspot pipeline report"},
    {"any other source stands behind it",
     {{.kr = "2", .value = "19%", .source = "the board's own figures"}},
     1,
     0,
     2,
     19 * MILLION,
     "2025-07-15",
     "HubSpot: the board's own figures"},
    {"several days in order",
     {{.kr = "2", .value = "19%", .day = "2025-07-01"},
      {.kr = "1", .value = "$21.4M"},
      {.kr = "2", .value = "20%", .day = "2025-07-08"},
      {.kr = "2", .value = "21%"}},
     4,
     0,
     2,
     21 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"the value that the day has already",
     {{.kr = "1", .value = "$21.2M", .day = "2025-07-14"}},
     0,
     1,
     1,
     21200000 * MILLION,
     "2025-07-14",
     NULL},
    {"the same value on a new day confirms it",
     {{.kr = "1", .value = "$21.2M"}},
     1,
     0,
     1,
     21200000 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"one key twice in a request",
     {{.kr = "2", .value = "19%", .key = "a"}, {.kr = "2", .value = "19%", .key = "a"}},
     1,
     1,
     2,
     19 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"one key for two key results",
     {{.kr = "2", .value = "19%", .key = "a"}, {.kr = "1", .value = "$21.4M", .key = "a"}},
     2,
     0,
     2,
     19 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"one row twice in a request",
     {{.kr = "2", .value = "19%"}, {.kr = "2", .value = "19%"}},
     1,
     1,
     2,
     19 * MILLION,
     "2025-07-15",
     "HubSpot"},
    {"two instants of one day",
     {{.kr = "2", .value = "19%", .at = "2025-07-15T06:00:00Z"},
      {.kr = "2", .value = "20%", .at = "2025-07-15T07:00:00Z"}},
     2,
     0,
     2,
     20 * MILLION,
     "2025-07-15",
     "HubSpot"},
};

static void test_what_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(taken); i++) {
        const TakenCase *c = &taken[i];
        g_autoptr(Scene) scene = begin(scene_west());
        guint before = count_readings(scene);
        g_autofree char *receipt = g_strdup_printf("taken %d\nrepeated %d", c->taken, c->repeated);

        expect_has(c->promise, send_rows(scene, c->rows, ROWS), receipt);
        const Reading *last = last_of(scene, c->kr);
        g_autofree char *day = day_iso(last->day);

        expect_that(c->promise, count_readings(scene) == before + (guint)c->taken);
        expect_that(c->promise, last->value.millionths == c->millionths);
        expect_that(c->promise, strcmp(day, c->day) == 0);
        expect_that(c->promise, g_strcmp0(last->system, c->system) == 0);
        expect_that(c->promise, last->at.us <= scene->now.us);
        expect_that("nothing is said in the home", scene->cards->len == 0);
    }
}

/* --- what is refused --- */

typedef struct FaultCase {
    const char *promise;
    Sent rows[ROWS];
    const char *item; /* the fault, with its row */
} FaultCase;

static const FaultCase faults[] = {
    {"no KR", {{.value = "1"}}, "1 There is no kr"},
    {"no value", {{.kr = "1"}}, "1 There is no value"},
    {"a KR that is unknown", {{.kr = "7", .value = "1"}}, "1 “7” names no key result of West"},
    {"a part of a sentence is no KR",
     {{.kr = "win rate", .value = "19%"}},
     "1 “win rate” names no key result"},
    {"nothing where a KR should be", {{.kr = " ", .value = "1"}}, "1 kr is empty"},
    {"a key that is empty", {{.kr = "2", .value = "19%", .key = ""}}, "1 key is empty"},
    {"a source that is too long",
     {{.kr = "2",
       .value = "19%",
       .source = "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
                 "0123456789"}},
     "1 source: That is 87 characters long"},
    {"no number", {{.kr = "2", .value = "soon"}}, "1 “soon” is not a number"},
    {"another unit", {{.kr = "2", .value = "$19"}}, "1 “$19” is in another unit"},
    {"another currency", {{.kr = "1", .value = "€21.4M"}}, "1 “€21.4M” is in another unit"},
    {"a scale that is unclear", {{.kr = "1", .value = "21.4"}}, "1 “21.4” could mean"},
    {"a decimal comma", {{.kr = "2", .value = "19,5"}}, "1 “19,5” can be read in two ways"},
    {"a movement", {{.kr = "2", .value = "+2"}}, "1 “+2” is a movement"},
    {"more than can be kept", {{.kr = "1", .value = "99999999999999"}}, "1 “99999999999999”"},
    {"a formula", {{.kr = "2", .value = "=HYPERLINK(1)"}}, "1 “=HYPERLINK(1)” is not a number"},
    {"both day and at",
     {{.kr = "2", .value = "19%", .day = "2025-07-14", .at = "2025-07-14T07:30:00Z"}},
     "1 day and at were both given"},
    {"a day as people write it",
     {{.kr = "2", .value = "19%", .day = "14 July"}},
     "1 “14 July” is not a day"},
    {"a day that does not exist",
     {{.kr = "2", .value = "19%", .day = "2025-06-31"}},
     "1 “2025-06-31” is not a day"},
    {"a time without its zone",
     {{.kr = "2", .value = "19%", .at = "2025-07-14T07:30:00"}},
     "1 “2025-07-14T07:30:00” is not a time"},
    {"tomorrow",
     {{.kr = "2", .value = "19%", .day = "2025-07-16"}},
     "1 2025-07-16 is still to come for West"},
    {"a clock that is far ahead",
     {{.kr = "2", .value = "19%", .at = "2025-07-15T10:06:00Z"}},
     "1 2025-07-15T10:06:00Z is still to come"},
    {"before the period",
     {{.kr = "2", .value = "19%", .day = "2025-06-01"}},
     "1 1 June 2025 is outside 2 June 2025 - 31 August 2025"},
    {"older than the last",
     {{.kr = "1", .value = "$21.1M", .day = "2025-07-13"}},
     "1 KR 1 stands at $21.2M of 14 July 2025 already"},
    {"earlier on the same day",
     {{.kr = "1", .value = "$21.1M", .at = "2025-07-14T05:59:00Z"}},
     "1 KR 1 stands at $21.2M of 14 July 2025 already"},
    {"out of order within the request",
     {{.kr = "2", .value = "19%", .day = "2025-07-10"},
      {.kr = "2", .value = "20%", .day = "2025-07-09"}},
     "2 KR 2 stands at 19% of 10 July 2025 already"},
    {"two values for one day",
     {{.kr = "2", .value = "19%", .day = "2025-07-10"},
      {.kr = "1", .value = "$22M"},
      {.kr = "2", .value = "20%", .day = "2025-07-10"}},
     "3 Row 1 gives KR 2 another value for the same day"},
    {"one key for two values",
     {{.kr = "2", .value = "19%", .key = "a"}, {.kr = "2", .value = "20%", .key = "a"}},
     "2 The key “a” brought 19% for KR 2 before"},
    {"a fault of its form",
     {{.kr = "2", .value = "19%"}, {.fault = "It is no object."}},
     "2 It is no object."},
    {"the first and the last of many",
     {{.kr = "9", .value = "1"}, {.kr = "2", .value = "19%"}, {.kr = "2", .value = "soon"}},
     "3 “soon” is not a number"},
    {"a sprint that is not there",
     {{.kr = "sprint 3 kr 2", .value = "1"}},
     "1 West has no active sprint 3"},
};

static void test_one_fault_and_nothing_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        const FaultCase *c = &faults[i];
        g_autoptr(Scene) scene = begin(scene_west());
        guint before = count_readings(scene);

        expect_has(c->promise, send_rows(scene, c->rows, ROWS), "error Nothing was taken");
        expect_has(c->promise, scene->said, c->item);
        expect_that(c->promise, count_readings(scene) == before);
        expect_that(c->promise, scene->cards->len == 0);
    }
}

static void test_every_fault_is_told(void **state)
{
    static const Sent rows[] = {
        {.kr = "9", .value = "1"}, {.kr = "2", .value = "19%"}, {.kr = "2", .value = "soon"}};
    g_autoptr(Scene) scene = begin(scene_west());

    (void)state;
    expect_has("how many", send_rows(scene, rows, G_N_ELEMENTS(rows)), "2 readings are wrong");
    expect_has("the first", scene->said, "1 “9” names");
    expect_lacks("not what is right", scene->said, "\n2 ");
    expect_has("the last", scene->said, "3 “soon”");
}

/* --- sending again --- */

static void test_sending_again_changes_nothing(void **state)
{
    static const Sent rows[] = {{.kr = "2", .value = "19%", .day = "2025-07-01", .key = "a"},
                                {.kr = "2", .value = "20%", .day = "2025-07-02", .key = "b"},
                                {.kr = "1", .value = "$21.4M", .day = "2025-07-15"}};
    g_autoptr(Scene) scene = begin(scene_west());

    (void)state;
    expect_has("taken", send_rows(scene, rows, 3), "taken 3\nrepeated 0");
    guint once = count_readings(scene);

    scene_until(scene, "2025-07-17 12:00");
    expect_has("repeated", send_rows(scene, rows, 3), "taken 0\nrepeated 3");
    assert_int_equal(count_readings(scene), once);
    expect_has("without keys the days tell it",
               send_one(scene, (Sent){.kr = "2", .value = "19%", .day = "2025-07-01"}),
               "repeated 1");
    expect_has("another value under an old key is none",
               send_one(scene, (Sent){.kr = "2", .value = "21%", .key = "a"}),
               "The key “a” brought 19% for KR 2 before");
    expect_has("under a new key it is",
               send_one(scene, (Sent){.kr = "2", .value = "21%", .key = "c"}), "taken 1");
}

/* A dashboard that posts every hour. */
static void test_what_does_not_change_fills_no_books(void **state)
{
    g_autoptr(Scene) scene = begin(scene_west());
    guint before = count_readings(scene);

    (void)state;
    for (int hour = 12; hour < 20; hour++) {
        g_autofree char *when = g_strdup_printf("2025-07-15 %d:00", hour);

        scene_until(scene, when);
        send_one(scene, (Sent){.kr = "2", .value = "19%"});
    }
    assert_int_equal(count_readings(scene), before + 1);
    scene_until(scene, "2025-07-16 08:00");
    expect_has("the next day it is confirmed", send_one(scene, (Sent){.kr = "2", .value = "19%"}),
               "taken 1");
}

/* A member's word after it is the last. */
static void test_members_and_systems_stand_beside_each_other(void **state)
{
    g_autoptr(Scene) scene = begin(scene_west());

    (void)state;
    send_one(scene, (Sent){.kr = "2", .value = "19%", .key = "event 9"});
    scene_command(scene, "maria", "/okr update 2 20%");
    expect_that("the later one counts", track_value(track_of(scene, 2)).millionths == 20 * MILLION);
    expect_has("what is older is refused",
               send_one(scene, (Sent){.kr = "2", .value = "19.5%", .at = "2025-07-15T09:00:00Z"}),
               "KR 2 stands at 20%");
    expect_has("what is newer is taken", send_one(scene, (Sent){.kr = "2", .value = "21%"}),
               "taken 1");
}

/* --- a sprint's own --- */

static void test_a_sprint_is_fed_as_well(void **state)
{
    static const Sent rows[] = {{.kr = "sprint 1 kr 1", .value = "24%"},
                                {.kr = "Sprint 1, KR2", .value = "1"},
                                {.kr = "sprint 1 kr2", .value = "2"}};
    g_autoptr(Scene) scene = begin(scene_sprint());

    (void)state;
    expect_has("a comma is no part of it", send_rows(scene, rows, 2), "“Sprint 1, KR2” names no");
    expect_has("taken", send_rows(scene, rows, 1), "taken 1");
    expect_has("without a blank", send_rows(scene, rows + 2, 1), "taken 1");
    expect_that("it counts", scene_value(scene, 1, 1).millionths == 24 * MILLION);
    expect_has("not before its first day",
               send_one(scene, (Sent){.kr = "sprint 1 kr 3", .value = "9", .day = "2025-07-13"}),
               "13 July 2025 is outside 14 July 2025 - 28 July 2025");
    expect_has("no such KR", send_one(scene, (Sent){.kr = "sprint 1 kr 4", .value = "9"}),
               "Sprint 1 has no KR 4");
    scene_command(scene, "maria", "/sprint close\nsprint: 1\nreason: the window is over");
    expect_has("in closing its retrospective asks",
               send_one(scene, (Sent){.kr = "sprint 1 kr 1", .value = "25%"}),
               "West has no active sprint 1");
}

/* It confirms the number as a member's answer does. */
static void test_a_system_keeps_a_number_from_being_stale(void **state)
{
    g_autoptr(Scene) scene = begin(scene_sprint());

    (void)state;
    for (int day = 15; day <= 17; day++) {
        g_autofree char *when = g_strdup_printf("2025-07-%d 12:30", day);

        scene_until(scene, when);
        send_one(scene, (Sent){.kr = "sprint 1 kr 1", .value = "24%"});
    }
    scene_command(scene, "maria", "/sprint status");
    const Block *first = NULL, *second = NULL;

    for (guint i = 0; i < scene->reply->blocks->len; i++) {
        const Block *block = g_ptr_array_index(scene->reply->blocks, i);

        first = block->kind == BLOCK_KR && strcmp(block->label, "KR1") == 0 ? block : first;
        second = block->kind == BLOCK_KR && strcmp(block->label, "KR2") == 0 ? block : second;
    }
    expect_that("what the system tells is not stale", first != NULL && first->status != PACE_STALE);
    expect_that("what nobody tells is", second != NULL && second->status == PACE_STALE);
}

/* An edit takes back what the message said, and nothing that a system sent under the same name. */
static void test_a_key_is_no_message(void **state)
{
    g_autoptr(Scene) scene = begin(scene_asked());

    (void)state;
    scene_answer(scene, "maria", 1, "m1", "kr1 23%");
    send_one(scene, (Sent){.kr = "sprint 1 kr 1", .value = "24%", .key = "m1"});
    scene_edit(scene, "maria", "m1", "");
    expect_that("it still counts", scene_value(scene, 1, 1).millionths == 24 * MILLION);
}

/* --- whose token --- */

static void test_only_a_token_in_use_lets_anything_in(void **state)
{
    g_autoptr(Scene) scene = begin(scene_west());
    guint before = count_readings(scene);
    Event *event = event_with("0000");

    (void)state;
    g_ptr_array_add(event->sent, sent_of(&(Sent){.kr = "2", .value = "19%"}));
    expect_has("one that is unknown", scene_event(scene, event),
               "stranger This token is not known");
    scene_command(scene, "lena", "/okr token revoke HubSpot");
    scene_forget(scene);
    expect_has("one that was revoked", send_one(scene, (Sent){.kr = "9", .value = "x"}),
               "stranger This token was revoked on 15 July 2025");
    expect_lacks("and nothing of the books is told", scene->said, "names no key result");
    assert_int_equal(count_readings(scene), before);
    assert_int_equal(scene->cards->len, 0);
}

static void test_a_request_has_bounds(void **state)
{
    g_autoptr(Scene) scene = begin(scene_west());
    Event *none = event_with(hash_of(scene)), *many = event_with(hash_of(scene));
    Event *most = event_with(hash_of(scene));

    (void)state;
    for (int i = 0; i <= READINGS_MAX; i++) {
        g_autofree char *value = g_strdup_printf("%d%%", i);
        g_autofree char *key = g_strdup_printf("key %d", i);
        const Sent row = {.kr = "2", .value = value, .key = key, .at = "2025-07-15T08:00:00Z"};

        g_ptr_array_add(many->sent, sent_of(&row));
        if (i < READINGS_MAX) {
            g_ptr_array_add(most->sent, sent_of(&row));
        }
    }
    expect_has("nothing", scene_event(scene, none), "There is no reading in the request");
    expect_has("too much", scene_event(scene, many), "1001 readings are more than");
    expect_has("the most", scene_event(scene, most), "taken 1000\nrepeated 0");
}

/* --- key results that nothing is counted for any more --- */

static void test_what_is_over_stays_as_it_is(void **state)
{
    g_autoptr(Scene) scene = begin(scene_west());

    (void)state;
    team_tactical_number(scene_team(scene), 1)->dropped = true;
    expect_has("dropped, by its number", send_one(scene, (Sent){.kr = "1", .value = "$22M"}),
               "KR 1 was dropped");
    scene_until(scene, "2025-08-31 23:59");
    expect_has("the last day counts", send_one(scene, (Sent){.kr = "2", .value = "24%"}),
               "taken 1");
    scene_until(scene, "2025-09-01 00:01");
    expect_has("the period is over", send_one(scene, (Sent){.kr = "2", .value = "25%"}),
               "KR 2 belongs to FY Q3, which ended on 31 August 2025");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_taken),
        cmocka_unit_test(test_one_fault_and_nothing_is_taken),
        cmocka_unit_test(test_every_fault_is_told),
        cmocka_unit_test(test_sending_again_changes_nothing),
        cmocka_unit_test(test_what_does_not_change_fills_no_books),
        cmocka_unit_test(test_members_and_systems_stand_beside_each_other),
        cmocka_unit_test(test_a_sprint_is_fed_as_well),
        cmocka_unit_test(test_a_system_keeps_a_number_from_being_stale),
        cmocka_unit_test(test_a_key_is_no_message),
        cmocka_unit_test(test_only_a_token_in_use_lets_anything_in),
        cmocka_unit_test(test_a_request_has_bounds),
        cmocka_unit_test(test_what_is_over_stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
