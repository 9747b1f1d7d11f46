/* Commands: finding them, refusing them, helping with them; setting up a team and its objectives;
 * lists. */

#include "core/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

typedef struct Case {
    const char *promise, *text, *says;
} Case;

static void expect_cases(Scene *scene, const Case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        expect_has(cases[i].promise, scene_command(scene, "maria", cases[i].text), cases[i].says);
    }
}

#define CASES(scene, cases) expect_cases(scene, cases, G_N_ELEMENTS(cases))

static void test_commands_are_found(void **state)
{
    static const Case cases[] = {
        {"as they are written", "/sprint status", "has no open sprint"},
        {"without the slash", "sprint status", "has no open sprint"},
        {"with the other sign", "!sprint status", "has no open sprint"},
        {"in any case", "/SPRINT Status", "has no open sprint"},
        {"with blanks between", "/sprint   status  ", "has no open sprint"},
        {"with a colon behind", "/sprint status:", "has no open sprint"},
        {"by another name", "/sprint start", "Which signal"},
        {"one slip away", "/sprint opne", "Did you mean /sprint open?"},
        {"nothing near", "/sprint xylophone", "/sprint help lists them all"},
        {"a family of its own", "/okr objektive", "Did you mean /okr objective?"},
        {"another bot's", "/deploy production", "“deploy” is no command of mine"},
        {"no name at all", "/sprint", "/sprint help open shows an example"},
        {"no name of the other family", "/okr", "The period's objectives and key results"},
        {"nothing at all", "", "“” is no command of mine"},
        {"a sign alone", "/", "“” is no command of mine"},
        {"an emoji", "/sprint \U0001F680", "is no command"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    CASES(scene, cases);
}

static void test_a_command_of_8000_characters(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    g_autofree char *novel = g_strnfill(7990, 'x');
    g_autofree char *name = g_strconcat("/sprint ", novel, NULL);
    g_autofree char *text = g_strconcat(name, "way too long", NULL);

    (void)state;
    expect_has("is quoted in brief", scene_command(scene, "maria", name), "xxx…” is no command");
    expect_has("one more is too long, and says so", scene_command(scene, "maria", text),
               "8010 characters long; 8000 is the most");
}

static void test_where_no_team_lives(void **state)
{
    g_autoptr(Scene) scene = scene_new();

    (void)state;
    for (const Command *const *row = commands; *row != NULL; row++) {
        g_autofree char *command = g_strdup_printf("/%s %s", (*row)->family, (*row)->name);
        const char *said = scene_command(scene, "maria", command);

        if ((*row)->who == WHO_MEMBER) {
            expect_has(command, said, "No team lives in this channel yet");
        } else {
            expect_lacks(command, said, "No team lives");
        }
    }
    scene->channel = NULL; /* between a member and the bot alone */
    expect_has("a team lives where all can see it",
               scene_command(scene, "maria", "/sprint setup West"), "in that channel");
    expect_has("help is everywhere", scene_command(scene, "maria", "/sprint help"),
               "Begin with /sprint setup");
}

static void test_help_shows_every_command_with_an_example(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    for (const Command *const *row = commands; *row != NULL; row++) {
        g_autofree char *list = g_strdup_printf("/%s help", (*row)->family);
        g_autofree char *one = g_strdup_printf("/%s help %s", (*row)->family, (*row)->name);
        g_autofree char *line = g_strdup_printf("/%s %s", (*row)->family, (*row)->name);

        expect_has("it stands in the list", scene_command(scene, "maria", list), line);
        expect_has("and has an example", scene_command(scene, "maria", one), line);
    }
}

/* What help shows may be copied: each form among the examples is read without a fault. */
static void test_the_examples_of_help_work(void **state)
{
    g_autoptr(Scene) scene = scene_new();
    static const Case cases[] = {
        {"setup", "/sprint help setup", "lead: @maria"},
        {"open", "/sprint help open", "initiative: Conduct"},
    };

    (void)state;
    scene_command(scene, "maria", words_template(W_EXAMPLE_SETUP));
    expect_that("setup's works", scene_team(scene) != NULL);
    expect_has("the objective's works",
               scene_command(scene, "maria", words_template(W_EXAMPLE_OBJECTIVE)),
               "Objective 1 of FY Q3");
    expect_has("the key result's works",
               scene_command(scene, "maria", words_template(W_EXAMPLE_KR)),
               "KR 1, under objective 1");
    expect_has("the update's works",
               scene_command(scene, "maria", words_template(W_EXAMPLE_UPDATE)), "Noted for KR 1");
    expect_has("open's works", scene_command(scene, "maria", words_template(W_EXAMPLE_OPEN)),
               "Sprint 1 is open");
    expect_has("close's works", scene_command(scene, "maria", words_template(W_EXAMPLE_CLOSE)),
               "Sprint 1 has ended early");
    expect_has("the retrospective's is taken",
               scene_command(scene, "maria", words_template(W_EXAMPLE_RETRO)), "worked:");
    CASES(scene, cases);
}

static void test_setting_up_a_team(void **state)
{
    static const Case faults[] = {
        {"a zone that is none", "/sprint setup\nname: West\ntimezone: Atlantis/Deep",
         "no time zone “Atlantis/Deep”"},
        {"a zone one slip away", "/sprint setup\nname: West\ntimezone: Europe/Berln",
         "Did you mean Europe/Berlin"},
        {"a time that is none", "/sprint setup\nname: West\ncheck-in: 25:00", "not a time of day"},
        {"a bare hour", "/sprint setup\nname: West\ncheck-in: 9", "not a time of day"},
        {"days that are none", "/sprint setup\nname: West\nworking days: sometimes",
         "not weekdays"},
        {"holidays of nowhere", "/sprint setup\nname: West\nholidays: DE, Atlantis",
         "“Atlantis” is neither a country nor a date"},
        {"an hour and more for fifteen minutes", "/sprint setup\nname: West\nminutes: 61",
         "5 to 60 minutes"},
        {"two leads", "/sprint setup\nname: West\nlead: @maria and @jonas", "is not one member"},
        {"a name with a comma", "/sprint setup\nname: West, East", "no comma"},
        {"a slip in a key makes no name of it", "/sprint setup timezon: Europe/Berlin",
         "Did you mean timezone:?"},
    };
    g_autoptr(Scene) scene = scene_new();

    (void)state;
    CASES(scene, faults);
    assert_null(scene_team(scene));
    scene_text(scene, "maria", "cancel");
    expect_has("a name is enough",
               (scene_command(scene, "maria", "/sprint setup West"),
                scene_command(scene, "maria", "/sprint status")),
               "West has no open sprint");
    const Team *team = scene_team(scene);
    assert_string_equal(team->zone_name, scene->policy.timezone);
    assert_int_equal(team->check_in, 9 * 60 + 30);
    assert_int_equal(team->check_in_minutes, 15);
    assert_int_equal(team->working, WEEKDAYS_MON_FRI);
    scene->channel = "south";
    expect_has("no two teams of one name", scene_command(scene, "tom", "/sprint setup west"),
               "There is a team West already (in west)");
}

static void test_changing_a_setup(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    const Team *team = scene_team(scene);

    (void)state;
    scene_command(scene, "tom",
                  "/sprint setup\ncheck-in: 2:15 pm\nminutes: 30\nholidays: DE, "
                  "2025-12-24\nworking days: Mon-Thu\noutcome words: sourced deal, demo");
    assert_string_equal(team->name, "West");
    assert_int_equal(team->check_in, 14 * 60 + 15);
    assert_int_equal(team->check_in_minutes, 30);
    assert_string_equal(team->outcome_words[1], "demo");
    assert_string_equal(team->lead, "lena"); /* what was not said stays */
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("everybody sees who changed what", notice, "changed by @tom");
    expect_has("everybody sees who changed what", notice, "check-in 14:15");
    expect_has("the conversation shows what is set", scene_command(scene, "tom", "/sprint setup"),
               "check-in: 14:15");
    scene_text(scene, "tom", "cancel");
    scene_command(scene, "tom", "/sprint setup\nname: Far West");
    assert_string_equal(team->name, "Far West");
}

static void test_a_clock_that_skips_the_check_in_is_told(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria", "/sprint setup\ncheck-in: 02:30");
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("the next odd day is told: clocks go back first", notice,
               "On 26 October 2025 the clocks show 02:30 twice");
}

static void test_objectives_and_key_results(void **state)
{
    static const Case cases[] = {
        {"an objective with a figure", "/okr objective Raise the pipeline to $30M soon enough",
         "only says the direction"},
        {"of three words", "/okr objective Sell more things", "at least 4 words"},
        {"that is work", "/okr objective Launch the new partner programme everywhere",
         "names work"},
        {"a period without days",
         "/okr objective\nobjective: Win the trust of our largest accounts\nperiod: Q4",
         "does not name a period with its days"},
        {"a period that is known by other days",
         "/okr objective\nobjective: Win the trust of our largest accounts\nperiod: FY Q3, "
         "2025-07-01 - 2025-09-30",
         "is on the books already"},
        {"a period that ends first",
         "/okr objective\nobjective: Win the trust of our largest accounts\nperiod: Q4, 2025-12-31 "
         "- 2025-10-01",
         "ends before it starts"},
        {"a second objective, of the period that runs",
         "/okr objective Win the trust of our largest accounts", "Objective 2 of FY Q3"},
        {"one may be rewritten",
         "/okr objective\nnumber: 2\nobjective: Win back the trust of our largest accounts",
         "Objective 2 now reads"},
        {"not one that never was",
         "/okr objective\nnumber: 9\nobjective: Win back the trust of our largest accounts",
         "no objective 9"},
        {"with two, it has to be said which", "/okr kr Raise renewal rate from 80% to 90%",
         "objective: is missing"},
        {"by number", "/okr kr\nobjective: 2\nkr: Raise renewal rate from 80% to 90%",
         "KR 3, under objective 2"},
        {"by a part of it", "/okr kr\nobjective: trust\nkr: Cut churn from 5% to 3%",
         "KR 4, under objective 2"},
        {"the same twice", "/okr kr\nobjective: 1\nkr: raise renewal rate from 80 % to 90 %",
         "KR 3 says the same already"},
        {"an activity", "/okr kr\nobjective: 1\nkr: Make 40 calls", "keep: reason"},
        {"they are listed", "/okr list", "KR 4 churn 5% → 5% → 3%"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    CASES(scene, cases);
    assert_int_equal(scene_team(scene)->tacticals->len, 4);
}

static void test_the_next_period_may_be_planned_before_it_begins(void **state)
{
    static const Case cases[] = {
        {"its objective",
         "/okr objective\nobjective: Make renewals the easiest of choices\nperiod: Q4, 2025-09-01 "
         "- 2025-11-30",
         "Objective 1 of Q4"},
        {"its key result", "/okr kr\nobjective: renewals\nkr: Raise renewal rate from 80% to 90%",
         "KR 3, under objective 1"},
        {"the list is the period's that runs", "/okr list", "FY Q3"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    CASES(scene, cases);
    expect_lacks("and shows only that", scene->said, "renewals");
    scene_until(scene, "2025-09-01 08:00");
    expect_has("until it begins", scene_command(scene, "maria", "/okr list"),
               "renewal rate 80% → 80% → 90%");
}

static void test_updating_a_tactical_kr(void **state)
{
    static const struct {
        const char *promise, *text;
        int64_t value; /* in whole units; 0: nothing is taken */
        const char *says;
    } cases[] = {
        {"in one line", "/okr update 1 $21.4M", 21400000, "Noted for KR 1"},
        {"with confidence", "/okr update 1 $21.5M confidence 4", 21500000, "confidence 4"},
        {"as KRs are called", "/okr update kr1 $21.6M", 21600000, "Noted"},
        {"a movement", "/okr update 1 +$0.4M", 22000000, "Noted"},
        {"as a form", "/okr update\nkr: pipeline\nvalue: $23M\nconfidence: 10", 23000000,
         "confidence 10"},
        {"another currency", "/okr update 1 €23M", 0, "another unit"},
        {"a scale that is unclear", "/okr update 1 24.5", 0, "could mean $24.5M or $24.50"},
        {"a KR that never was", "/okr update 7 5", 0, "names no tactical KR"},
        {"a confidence beyond 10", "/okr update 1 $25M confidence 11", 0,
         "from 0 (no chance) to 10"},
    };
    g_autoptr(Scene) scene = scene_west();
    const Track *track = team_tactical_number(scene_team(scene), 1)->track;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint before = track->readings->len;

        expect_has(cases[i].promise, scene_command(scene, "maria", cases[i].text), cases[i].says);
        scene_text(scene, "maria", "cancel");
        expect_that(cases[i].promise, track->readings->len == before + (cases[i].value != 0));
        expect_that(cases[i].promise,
                    cases[i].value == 0 ||
                        track_value(track).millionths == DECIMAL(cases[i].value).millionths);
    }
}

static void test_what_was_dropped_takes_no_value(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Tactical *tactical = team_tactical_number(scene_team(scene), 1);
    guint before = tactical->track->readings->len;

    (void)state;
    tactical->dropped = true;
    expect_has("as from another system", scene_command(scene, "maria", "/okr update 1 $22M"),
               "KR 1 was dropped, so nothing is counted for it any more");
    assert_int_equal(tactical->track->readings->len, before);
}

/* The figures of the seed's own example, each under its own name. */
static void test_the_worked_example_at_week_six(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    const char *said = scene_command(scene, "maria", "/okr list");

    (void)state;
    expect_has("expected on the trajectory", said, "expected today $24.6M");
    expect_has("the gap to it", said, "$3.4M (13.9%) below trajectory");
    expect_has("the gap to the target", said, "$8.8M (29.3%) below target");
}

static void test_a_gap_that_rounds_to_nothing_is_none(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    g_autofree char *said = NULL;

    (void)state;
    scene_command(scene, "maria", "/okr update 2 21.2%");
    said = g_strdup(scene_command(scene, "maria", "/okr list"));
    expect_has("where it should be", said, "expected today 21.2%");
    expect_lacks("is where it is", said, "0 pp");
}

static void test_a_movement_that_ends_below_zero_reads_back(void **state)
{
    static const Case cases[] = {
        {"an NPS below zero", "/okr kr Raise NPS from -10 to 20", "KR 3"},
        {"moves by a movement", "/okr update 3 +4", "-10 → -6 → 20"},
        {"and stands where it is put", "/okr update 3 = -5", "-10 → -5 → 20"},
        {"a small step of a large count", "/okr kr Increase active users from 0 to 30,000", "KR 4"},
        {"is a step", "/okr update 4 +5", "0 → 5 → 30,000"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    CASES(scene, cases);
}

static void test_away(void **state)
{
    static const Case cases[] = {
        {"until a day", "/sprint away until Monday", "from Mon 14 July to Sun 20 July"},
        {"these days", "/sprint away 4 August - 8 August", "from Mon 4 August to Fri 8 August"},
        {"one day", "/sprint away tomorrow", "you are away on Tue 15 July"},
        {"part-time", "/sprint away every Friday", "Fri off each week"},
        {"back again", "/sprint away back", "Welcome back"},
        {"nothing said", "/sprint away", "Say until when"},
        {"nothing understood", "/sprint away soonish", "Say until when"},
        {"a day that does not exist", "/sprint away until 31 June", "does not exist"},
        {"by another name", "/sprint ooo tomorrow", "you are away on Tue 15 July"},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    CASES(scene, cases);
}

static void test_history_and_learnings(void **state)
{
    static const Case before[] = {
        {"nothing yet", "/sprint history", "West has not closed a sprint yet"},
        {"nor learned", "/sprint learnings", "West has not closed a sprint yet"},
        {"no open one", "/sprint list", "has no open sprint"},
        {"none of that number", "/sprint show 7", "no sprint “7” of West"},
        {"none at all", "/sprint show", "has no open sprint"},
        {"no number", "/sprint show everything", "no sprint “everything”"},
    };
    static const Case after[] = {
        {"what was closed", "/sprint history",
         "1 Restore qualified pipeline momentum before the mid-review (14 July - 28 July 2025 (14 "
         "days), ended early). Anchor moved: yes"},
        {"what was learned", "/sprint learnings", "short invitations are accepted"},
        {"found by its words", "/sprint learnings INVITATIONS pipeline",
         "short invitations are accepted"},
        {"all of them", "/sprint learnings invitations zebra",
         "No learning of West has all of this: “invitations zebra”. Fewer words find more."},
        {"shown with its answers", "/sprint show 1", "yes, it did"},
        {"and what was learned", "/sprint show 1", "short invitations are accepted"},
    };
    g_autoptr(Scene) scene = scene_west();
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);

    (void)state;
    CASES(scene, before);
    scene_command(scene, "maria", text);
    expect_has("the open one", scene_command(scene, "maria", "/sprint show"), "Sprint 1: Restore");
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    scene_command(scene, "maria",
                  "/sprint retro\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24M\nmoved: yes, it did\n"
                  "learned: short invitations are accepted\nchange: keep\ncomplete: yes");
    CASES(scene, after);
}

static void test_another_teams_sprint_is_not_shown(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene->channel = "south";
    scene_command(scene, "tom", "/sprint setup South");
    expect_has("by its number", scene_command(scene, "tom", "/sprint show 1"),
               "no sprint “1” of South");
    expect_has("nor closed",
               scene_command(scene, "tom", "/sprint close\nreason: we do not like it"),
               "South has no active sprint");
}

/* Every command with every odd argument: always a reply, never a crash. */
static void test_whatever_follows_a_command(void **state)
{
    static const char *const arguments[] = {"=1+1",       "-1",      "99999999999999999999",
                                            "0",          ":",       "\n",
                                            "\n:",        "a: b",    "\u202E\u202C",
                                            "\U0001F680", "%s%n{n}", "1.1",
                                            "1 2 3",      "kr1: x",  "\x01\x02",
                                            "sprint: 1",  "  "};
    g_autofree char *novel = g_strnfill(7900, '7');

    (void)state;
    for (const Command *const *row = commands; *row != NULL; row++) {
        g_autoptr(Scene) scene = scene_sprint();

        for (size_t i = 0; i <= G_N_ELEMENTS(arguments); i++) {
            g_autofree char *text =
                g_strdup_printf("/%s %s %s", (*row)->family, (*row)->name,
                                i < G_N_ELEMENTS(arguments) ? arguments[i] : novel);

            scene_command(scene, "maria", text);
            expect_that(text, scene->reply != NULL || scene->cards->len > 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands_are_found),
        cmocka_unit_test(test_a_command_of_8000_characters),
        cmocka_unit_test(test_where_no_team_lives),
        cmocka_unit_test(test_help_shows_every_command_with_an_example),
        cmocka_unit_test(test_the_examples_of_help_work),
        cmocka_unit_test(test_setting_up_a_team),
        cmocka_unit_test(test_changing_a_setup),
        cmocka_unit_test(test_a_clock_that_skips_the_check_in_is_told),
        cmocka_unit_test(test_objectives_and_key_results),
        cmocka_unit_test(test_the_next_period_may_be_planned_before_it_begins),
        cmocka_unit_test(test_updating_a_tactical_kr),
        cmocka_unit_test(test_what_was_dropped_takes_no_value),
        cmocka_unit_test(test_the_worked_example_at_week_six),
        cmocka_unit_test(test_a_gap_that_rounds_to_nothing_is_none),
        cmocka_unit_test(test_a_movement_that_ends_below_zero_reads_back),
        cmocka_unit_test(test_away),
        cmocka_unit_test(test_history_and_learnings),
        cmocka_unit_test(test_another_teams_sprint_is_not_shown),
        cmocka_unit_test(test_whatever_follows_a_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
