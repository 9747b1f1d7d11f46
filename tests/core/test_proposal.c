/* Proposals over a quarter: when one is posted, and when not. */

#include "core/proposal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proposals.h"

#define SPRINT                                                                                     \
    "situation: 30 of 40 customers are there\nanchor: 1\nwindow: 2 weeks\n"                        \
    "objective: Win back the pace of new customers\n"                                              \
    "kr: Increase ICP meeting acceptance rate from 22% to 35%\n"                                   \
    "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\n"                     \
    "kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days"

static void dismiss(Scene *scene)
{
    expect_has("it is dismissed",
               scene_command(scene, "jonas", "/okr dismiss kr 1: the fair is in two weeks"),
               "Dismissed");
}

static void open_sprint(Scene *scene)
{
    expect_has("the sprint opens",
               scene_command(scene, "jonas", "/sprint open\ntrigger: KR at Risk\n" SPRINT),
               "is open until");
}

static void end_sprint(Scene *scene)
{
    expect_has("it is ended", scene_command(scene, "jonas", "/sprint close\nreason: it is over"),
               "ended early");
}

static void close_sprint(Scene *scene)
{
    const Track *anchor = team_tactical_number(scene_team(scene), 1)->track;
    g_autofree char *value = decimal_text(track_value(anchor));
    g_autofree char *text =
        g_strconcat("/sprint retro\nkr1: 22%\nkr2: 0\nkr3: 12 days\nanchor: ", value,
                    "\nmoved: no, it did not\nlearned: nothing of use\nchange: keep\n"
                    "cause kr1: ambition\ncause kr2: ambition\ncause kr3: ambition\n"
                    "complete: yes",
                    NULL);

    expect_has("it is closed", scene_command(scene, "jonas", text), "is closed");
}

static void drop_kr(Scene *scene)
{
    team_tactical_number(scene_team(scene), 1)->dropped = true;
}

/* What happens after the look of a week. */
static const struct {
    char letter;
    void (*happen)(Scene *scene);
} doings[] = {
    {'d', dismiss},      {'s', open_sprint}, {'e', end_sprint},
    {'c', close_sprint}, {'x', drop_kr},     {'r', proposals_reload},
};

static void happen(Scene *scene, char letter)
{
    for (size_t i = 0; i < G_N_ELEMENTS(doings); i++) {
        if (doings[i].letter == letter) {
            doings[i].happen(scene);
        }
    }
}

/* P: a proposal was posted; o: the card says that it is over; '.': nothing. */
static char seen(const Scene *scene)
{
    const Card *card = proposals_card(scene, "west");

    if (card == NULL) {
        return '.';
    }
    g_autofree char *text = card_plain(card);
    if (proposals_asks(card)) {
        return 'P';
    }
    return strstr(text, "Over: ") != NULL ? 'o' : '?';
}

typedef struct Case {
    const char *promise;
    const char *values[PROPOSALS_WEEKS + 1];
    const char *doings, *want;
} Case;

static void play(const Case *c)
{
    g_autoptr(Scene) scene = proposals_scene();
    g_autoptr(GString) got = g_string_new(NULL);

    for (int week = 0; week < PROPOSALS_WEEKS && c->values[week] != NULL; week++) {
        scene_forget(scene);
        proposals_week(scene, "west", week, c->values[week]);
        g_string_append_c(got, seen(scene));
        scene_forget(scene);
        proposals_look(scene, "west");
        expect_that("looking again says nothing new", proposals_card(scene, "west") == NULL);
        if ((size_t)week < strlen(c->doings)) {
            happen(scene, c->doings[week]);
        }
    }
    if (strcmp(got->str, c->want) != 0) {
        fail_msg("%s: %s, not %s", c->promise, got->str, c->want);
    }
}

static void test_a_proposal_is_posted_once_per_episode(void **state)
{
    static const Case cases[] = {
        {"ten each week, as expected", {"10", "20", "30", "40", "50", "60"}, "", "......"},
        {"a flat stretch within the threshold, as each summer",
         {"11", "22", "34", "45", "55", "55", "62", "75", "86", "96", "107"},
         "",
         "..........."},
        {"once, however long it lasts",
         {"10", "20", "30", "30", "30", "30", "30", "30"},
         "",
         "....P..."},
        {"back on track at two check-ins it is over, and the next stall is news",
         {"10", "20", "30", "30", "30", "60", "70", "70", "70", "70"},
         "",
         "....P.o..P"},
        {"a missing week hides nothing",
         {"10", "20", "30", "-", "30", "30", "-", "30"},
         "",
         ".....P.."},
        {"nor does it bring anything back",
         {"10", "20", "30", "30", "30", "60", "-", "-", "40", "40"},
         "",
         "....P....."},
        {"nobody answers for weeks", {"10", "20", "30", "-", "-", "-", "-"}, "", "......."},
        {"dismissed, it stays quiet until it grew by a further threshold",
         {"10", "20", "30", "30", "30", "30", "30", "30"},
         "....d",
         "....P.P."},
        {"dismissed, and quiet while it grows slowly",
         {"7", "14", "21", "28", "35", "42", "49", "56"},
         "...d",
         "...P...."},
        {"dismissed and then back on track, the next one is news",
         {"10", "20", "30", "30", "30", "60", "70", "70", "70", "70"},
         "....d",
         "....P....P"},
        {"ahead and holding it", {"10", "20", "40", "60", "80", "100"}, "", "...P.."},
        {"no longer ahead: over", {"10", "20", "40", "60", "60", "60", "70"}, "", "...P..o"},
        {"no proposal beside a sprint on the same KR",
         {"10", "20", "30", "30", "30", "30", "30"},
         "...s",
         "......."},
        {"nor while its retrospective is due",
         {"10", "20", "30", "30", "30", "30", "30", "30"},
         "...s.e",
         "........"},
        {"the sprint that it led to does not end the episode",
         {"10", "20", "30", "30", "30", "30", "30", "30", "30"},
         "....sec",
         "....P...."},
        {"back on track during the sprint does",
         {"10", "20", "30", "30", "30", "60", "70", "70", "70", "70"},
         "....s.ec",
         "....P....P"},
        {"a sprint that nobody proposed leaves the next signal news",
         {"10", "20", "30", "30", "30", "30", "30"},
         "...sec",
         "......P"},
        {"a dropped KR ends it, without a word of its own",
         {"10", "20", "30", "30", "30", "-", "-"},
         "....x",
         "....Po."},
        {"a restart changes nothing",
         {"10", "20", "30", "30", "30", "60", "70", "70", "70", "70"},
         "rrrrrrrrrr",
         "....P.o..P"},
        {"nor does one after a dismissal",
         {"10", "20", "30", "30", "30", "30", "30", "30"},
         "....drr",
         "....P.P."},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        play(&cases[i]);
    }
}

static void test_a_proposal_says_why(void **state)
{
    static const char *const values[] = {"10", "20", "30", "30", "30"};
    g_autoptr(Scene) scene = proposals_scene();

    (void)state;
    for (int week = 0; week < (int)G_N_ELEMENTS(values); week++) {
        proposals_week(scene, "west", week, values[week]);
    }
    const Card *card = proposals_card(scene, "west");
    g_autofree char *text = card_plain(card);
    assert_int_equal(card->kind, CARD_NOTICE);
    assert_int_equal(card->expires.us, 0);
    expect_has("which KR", text, "KR 1 is at risk. A sprint?");
    expect_has("in its words", text, "“Increase paying customers from 0 to 130”");
    expect_has("in numbers", text,
               "30 paying customers on Mon 7 July, where 50 was expected: 20 short, 40% of the "
               "distance expected so far.");
    expect_has("what a sprint could do", text, "A sprint could turn it.");
    expect_has("how to have peace", text, "/okr dismiss 1: reason");
    expect_lacks("nothing has to close first", text, "Close one first");
    expect_that("it goes to the team alone", proposals_card(scene, "marketing") == NULL);
}

/* A weekly check-in with one answer. */
static void answer_weekly(Scene *scene, Day day, Revised revised)
{
    Checkin *checkin = checkin_new();
    Answer *answer = answer_new();

    checkin->team = scene_team(scene)->id;
    checkin->day = day;
    answer->revised = revised;
    answer->message = g_strdup("a message");
    g_ptr_array_add(checkin->answers, answer);
    g_ptr_array_add(scene_team(scene)->weeklies, checkin);
}

static void test_whether_initiatives_were_revised_is_evidence(void **state)
{
    static const struct {
        const char *promise;
        Revised before, now;
        const char *says;
    } cases[] = {
        {"they were", REVISED_YES, REVISED_NO, "Initiatives were revised in that time."},
        {"they were not", REVISED_NO, REVISED_UNSAID, "that would be the smaller step"},
        {"nobody said", REVISED_UNSAID, REVISED_UNSAID, "isn't closing by itself.\nA sprint"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = proposals_scene();
        static const char *const values[] = {"10", "20", "30", "30", "30"};

        answer_weekly(scene, (Day){2025, 6, 23}, REVISED_YES); /* too long ago to count */
        answer_weekly(scene, (Day){2025, 6, 30}, cases[i].before);
        answer_weekly(scene, (Day){2025, 7, 7}, cases[i].now);
        for (int week = 0; week < (int)G_N_ELEMENTS(values); week++) {
            proposals_week(scene, "west", week, values[week]);
        }
        g_autofree char *text = card_plain(proposals_card(scene, "west"));
        expect_has(cases[i].promise, text, cases[i].says);
    }
}

static void put_reading(Scene *scene, Day day, int64_t value)
{
    Track *track = team_tactical_number(scene_team(scene), 1)->track;
    Reading *reading = reading_new();

    reading->id = (ReadingId){scene->ids.next++};
    reading->kr = track->kr->id;
    reading->value = DECIMAL(value);
    reading->at = scene->now;
    reading->day = day;
    reading->source = READING_CHECKIN;
    g_ptr_array_add(track->readings, reading);
}

static void test_a_late_correction_proposes_later_and_never_twice(void **state)
{
    static const char *const values[] = {"10", "20", "30", "40", "40"};
    g_autoptr(Scene) scene = proposals_scene();

    (void)state;
    for (int week = 0; week < (int)G_N_ELEMENTS(values); week++) {
        proposals_week(scene, "west", week, values[week]);
    }
    assert_int_equal(proposals_asked(scene), 0);
    put_reading(scene, (Day){2025, 6, 30}, 30);
    put_reading(scene, (Day){2025, 7, 7}, 30);
    proposals_look(scene, "west");
    assert_int_equal(proposals_asked(scene), 1);
    put_reading(scene, (Day){2025, 7, 7}, 50);
    proposals_look(scene, "west");
    put_reading(scene, (Day){2025, 7, 7}, 31);
    proposals_look(scene, "west");
    proposals_week(scene, "west", 5, "31");
    assert_int_equal(proposals_asked(scene), 1);
}

static void test_with_two_sprints_open_one_has_to_close_first(void **state)
{
    static const char *const values[] = {"10", "20", "30", "30"};
    g_autoptr(Scene) scene = proposals_scene();
    g_autoptr(GString) other = g_string_new("/sprint open\ntrigger: KR at Risk\n" SPRINT);

    (void)state;
    for (int week = 0; week < (int)G_N_ELEMENTS(values); week++) {
        proposals_week(scene, "west", week, values[week]);
    }
    g_string_replace(other, "anchor: 1", "anchor: 2", 1);
    scene_command(scene, "maria", other->str);
    scene_command(scene, "maria", other->str);
    scene_forget(scene);
    proposals_week(scene, "west", 4, "30");
    g_autofree char *text = card_plain(proposals_card(scene, "west"));
    expect_has("it says so, with their names", text, "West has 2 open sprints: sprint 1");
    expect_has("it says so, with their names", text, "Close one first");
    g_autofree char *id = proposals_id(proposals_card(scene, "west"));
    expect_has("the form says it too", scene_press(scene, "maria", "proposal.open", id),
               "Close one first");
}

static void test_the_end_of_the_period_is_quiet(void **state)
{
    static const char *const values[] = {"10", "20", "30", "30", "30"};
    g_autoptr(Scene) scene = proposals_scene();

    (void)state;
    for (int week = 0; week < (int)G_N_ELEMENTS(values); week++) {
        proposals_week(scene, "west", week, values[week]);
    }
    scene_until(scene, "2025-09-01 10:00");
    scene_forget(scene);
    proposals_look(scene, "west");
    const Card *card = proposals_card(scene, "west");
    g_autofree char *text = card_plain(card);
    expect_that("an edit that nobody has to notice", card->quiet);
    assert_int_equal(scene->cards->len, 1);
    expect_has("that says why", text, "Over: the period has ended.");
    expect_lacks("and asks no more", text, "A sprint could turn it");
    scene_forget(scene);
    proposals_look(scene, "west");
    assert_int_equal(scene->cards->len, 0);
}

static void test_without_a_weekly_check_in_nothing_is_judged(void **state)
{
    static const char *const values[] = {"10", "10", "10", "10", "10", "10"};
    g_autoptr(Scene) scene = proposals_scene();

    (void)state;
    scene_team(scene)->weekly_at = -1;
    for (int week = 0; week < (int)G_N_ELEMENTS(values); week++) {
        proposals_week(scene, "west", week, values[week]);
    }
    assert_int_equal(proposals_asked(scene), 0);
}

/* --- gaps --- */

/* What West and Marketing read week by week; West's KR 1 feeds Marketing's. */
static void play_both(Scene *scene, const char *const *west, const char *const *marketing, int from,
                      int until)
{
    for (int week = from; week < until; week++) {
        proposals_week(scene, "west", week, west[week]);
        proposals_week(scene, "marketing", week, marketing[week]);
    }
}

static Scene *linked(void)
{
    Scene *scene = proposals_scene();

    expect_has("the two are linked", scene_command(scene, "maria", "/okr link 1 feeds Marketing 1"),
               "Linked.");
    scene_forget(scene);
    return scene;
}

static const char *const even[] = {"10", "20", "30", "40", "50", "60", "70", "80"};
static const char *const stalled[] = {"10", "20", "30", "30", "30", "30", "30", "30"};

static void test_a_gap_is_shown_to_both_teams_and_is_no_second_risk(void **state)
{
    static const char *const slowing[] = {"10", "20", "30", "33", "34", "34", "34", "34"};
    g_autoptr(Scene) scene = linked();

    (void)state;
    play_both(scene, even, slowing, 0, 8);
    assert_int_equal(proposals_asked(scene), 1 + 2); /* a risk first; then the gap, in two homes */
    g_autofree char *there = card_plain(proposals_card(scene, "marketing"));
    g_autofree char *here = card_plain(proposals_card(scene, "west"));
    assert_string_not_equal(proposals_card(scene, "marketing")->key,
                            proposals_card(scene, "west")->key);
    expect_has("the fed team", there, "KR 1 is behind, and what feeds it is not. A sprint?");
    expect_has("the feeding one", here, "KR 1 of Marketing is behind");
    expect_has("what feeds it", here, "“Increase paying customers from 0 to 130”, is on its way");
    expect_has("together", here, "A joint sprint could close the gap.");
    expect_has("by its name there", here, "/okr dismiss Marketing 1: reason");
}

static void test_found_together_only_the_gap_is_posted(void **state)
{
    static const char *const sudden[] = {"10", "20", "30", "20", "20", "20", "20", "20"};
    g_autoptr(Scene) scene = linked();
    const GPtrArray *kept = proposals_team(scene, "marketing")->proposals;

    (void)state;
    play_both(scene, even, sudden, 0, 8);
    assert_int_equal(proposals_asked(scene), 2);
    assert_int_equal(kept->len, 2);
    for (guint i = 0; i < kept->len; i++) {
        const Proposal *proposal = g_ptr_array_index(kept, i);

        assert_int_equal(proposal->state, EPISODE_PROPOSED);
        assert_int_equal(*proposal->evidence == '\0', proposal->kind == SIGNAL_RISK);
    }
    scene_forget(scene);
    expect_has("without the link", scene_command(scene, "maria", "/okr unlink 1 feeds Marketing 1"),
               "No longer linked");
    assert_int_equal(proposals_asked(scene), 0);
    proposals_look(scene, "marketing");
    g_autofree char *text = card_plain(proposals_card(scene, "marketing"));
    expect_has("the risk speaks for itself", text, "KR 1 is at risk. A sprint?");
    assert_int_equal(proposals_asked(scene), 1);
}

static void test_no_gap(void **state)
{
    static const char *const missing[] = {"10", "20", "30", "-", "-", "-", "-", "-"};
    static const struct {
        const char *promise;
        const char *const *west, *const *marketing;
        int asked;
    } cases[] = {
        {"both are on track", even, even, 0},
        {"what feeds it stalls too: two risks", stalled, stalled, 2},
        {"nobody knows how what feeds it stands: a risk", missing, stalled, 1},
        {"nobody knows how the fed one stands", even, missing, 0},
        {"the fed one is the one on track: a risk", stalled, even, 1},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = linked();

        play_both(scene, cases[i].west, cases[i].marketing, 0, 8);
        if (proposals_asked(scene) != cases[i].asked) {
            fail_msg("%s: %d proposals, not %d", cases[i].promise, proposals_asked(scene),
                     cases[i].asked);
        }
    }
}

static void test_each_side_is_judged_by_its_own_check_ins(void **state)
{
    static const char *const holes[] = {"10", "-", "30", "-", "50", "60", "-", "80"};
    static const char *const sudden[] = {"10", "20", "30", "20", "-", "20", "20", "20"};
    g_autoptr(Scene) scene = linked();

    (void)state;
    play_both(scene, holes, sudden, 0, 8);
    assert_int_equal(proposals_asked(scene), 2);
    g_autofree char *text = card_plain(proposals_card(scene, "marketing"));
    expect_has("its own Wednesday", text, "20 qualified leads on Wed 16 July");
    expect_has("and the other's Monday", text, "60 paying customers on Mon 14 July");
}

static void test_the_team_that_feeds_finds_the_gap_as_well(void **state)
{
    static const char *const sudden[] = {"10", "20", "30", "20", "20"};
    g_autoptr(Scene) scene = linked();

    (void)state;
    for (int week = 0; week < 4; week++) {
        proposals_week(scene, "west", week, even[week]);
        proposals_week(scene, "marketing", week, sudden[week]);
    }
    proposals_week(scene, "west", 4, even[4]);
    scene->channel = "marketing"; /* a value, and no check-in of its own yet */
    scene_until(scene, "2025-07-09 08:00");
    scene_command(scene, "maria", "/okr update 1 20");
    scene_until(scene, "2025-07-09 08:30");
    assert_int_equal(proposals_asked(scene), 0);
    proposals_look(scene, "west");
    assert_int_equal(proposals_asked(scene), 2);
    proposals_week(scene, "marketing", 4, "-");
    assert_int_equal(proposals_asked(scene), 2);
}

static void test_a_gap_within_a_team_has_one_card(void **state)
{
    g_autoptr(Scene) scene = proposals_scene();
    static const char *const sudden[] = {"10", "20", "30", "20", "20", "20"};
    static const char *const rates[] = {"18.5%", "19%", "19.6%", "20.2%", "20.7%", "21.3%"};

    (void)state;
    expect_has("linked", scene_command(scene, "tom", "/okr link win rate feeds customers"),
               "Linked.");
    scene_forget(scene);
    for (int week = 0; week < (int)G_N_ELEMENTS(sudden); week++) {
        g_autofree char *day = day_iso(day_plus((Day){2025, 6, 9}, (int64_t)7 * week));
        g_autofree char *when = g_strconcat(day, " 09:00", NULL);
        g_autofree char *update = g_strconcat("/okr update 2 ", rates[week], NULL);

        scene_until(scene, when);
        scene_command(scene, "tom", update);
        proposals_week(scene, "west", week, sudden[week]);
    }
    assert_int_equal(proposals_asked(scene), 1);
    g_autofree char *text = card_plain(proposals_card(scene, "west"));
    expect_has("the gap", text, "what feeds it is not");
    expect_lacks("nobody to share it with", text, "joint");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_proposal_is_posted_once_per_episode),
        cmocka_unit_test(test_a_proposal_says_why),
        cmocka_unit_test(test_whether_initiatives_were_revised_is_evidence),
        cmocka_unit_test(test_a_late_correction_proposes_later_and_never_twice),
        cmocka_unit_test(test_with_two_sprints_open_one_has_to_close_first),
        cmocka_unit_test(test_the_end_of_the_period_is_quiet),
        cmocka_unit_test(test_without_a_weekly_check_in_nothing_is_judged),
        cmocka_unit_test(test_a_gap_is_shown_to_both_teams_and_is_no_second_risk),
        cmocka_unit_test(test_found_together_only_the_gap_is_posted),
        cmocka_unit_test(test_no_gap),
        cmocka_unit_test(test_each_side_is_judged_by_its_own_check_ins),
        cmocka_unit_test(test_the_team_that_feeds_finds_the_gap_as_well),
        cmocka_unit_test(test_a_gap_within_a_team_has_one_card),
    };

    return cmocka_run_group_tests_name("proposal", tests, NULL, NULL);
}
