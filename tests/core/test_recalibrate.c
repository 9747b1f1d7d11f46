/* Targets that are changed in mid-period, and how tactical KRs stand: in lists, in full, fresh and
 * stale. The figures are those of the worked example: 91 days from 2 June, of which 42 have passed
 * on 14 July. */

#include "core/recalibrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/form_view.h"
#include "core/statement.h"
#include "scene.h"

static Tactical *tactical_of(const Scene *scene, int32_t number)
{
    return team_tactical_number(scene_team(scene), number);
}

static guint changes_of(const Scene *scene, int32_t number)
{
    return tactical_of(scene, number)->recalibrations->len;
}

static const Recalibration *change_of(const Scene *scene, int32_t number, guint i)
{
    return g_ptr_array_index(tactical_of(scene, number)->recalibrations, i);
}

/* West with three more: 3 decreases, 4 is a band, 5 is to be held. Its weekly check-in is on
 * Mondays at ten. */
static Scene *scene_five(void)
{
    static const char *const krs[] = {
        "Reduce median time-to-first-meeting from 12 days to 5 days",
        "Keep capacity utilisation rate between 40% and 60% (now 30%)",
        "Keep renewal rate at least 90% (now 85%)",
    };
    Scene *scene = scene_west();

    for (size_t i = 0; i < G_N_ELEMENTS(krs); i++) {
        g_autofree char *text = g_strconcat("/okr kr ", krs[i], NULL);

        expect_has(text, scene_command(scene, "maria", text), "under objective 1");
    }
    scene_team(scene)->weekly_day = MONDAY;
    scene_team(scene)->weekly_at = 600;
    scene_forget(scene);
    return scene;
}

/* How the row of that label stands in the last reply. */
static PaceStatus status_of(const Scene *scene, const char *label)
{
    for (guint i = 0; i < scene->reply->blocks->len; i++) {
        const Block *block = g_ptr_array_index(scene->reply->blocks, i);

        if (block->kind == BLOCK_KR && strcmp(block->label, label) == 0) {
            return block->status;
        }
    }
    fail_msg("there is no %s", label);
    return PACE_NONE;
}

/* --- /okr target --- */

static void test_a_target_is_changed(void **state)
{
    static const struct {
        const char *promise, *text;
        int32_t kr;
        const char *says, *row, *statement;
    } cases[] = {
        {"raised, in one line", "/okr target 1 $32M: two enterprise deals moved to Q4", 1,
         "Done: the target of KR 1 is $32M", "$20M → $21.2M → $32M",
         "Increase qualified B2B pipeline from $20M to $32M"},
        {"raised: nothing more is asked on the day itself",
         "/okr target kr1 $32M: two enterprise deals moved to Q4", 1, "Done",
         "expected today $24.6M · $3.4M (13.9%) below trajectory · $10.8M (33.8%) below target",
         NULL},
        {"lowered: what a straight line would ask", "/okr target 1 $26M: the market has shrunk", 1,
         "Done",
         "expected today $22.8M · $1.6M (6.9%) below trajectory · $4.8M (18.5%) below target",
         "from $20M to $26M"},
        {"the old one is told beside it", "/okr target 1 $32M: two deals moved", 1, "Done",
         "target was $30M until 14 July", NULL},
        {"by a step from the target, not from the value", "/okr target 1 +$2M: two deals moved", 1,
         "the target of KR 1 is $32M", "→ $32M", NULL},
        {"as a form", "/okr target\nkr: pipeline\ntarget: to $32M\nwhy: two deals moved to Q4", 1,
         "Done", "→ $32M", NULL},
        {"a colon in the reason is the reason's", "/okr target 1 $32M: one thing: deals moved", 1,
         "Done", "→ $32M", NULL},
        {"or with the word that people use", "/okr target 1 $32M because two deals moved", 1,
         "Done", "→ $32M", NULL},
        {"and a colon behind it", "/okr target 1 $32M Because one thing: deals moved", 1, "Done",
         "→ $32M", NULL},
        {"downwards", "/okr target 3 4 days: the new calendar helps us", 3,
         "the target of KR 3 is 4 days",
         "expected today 8.8 days · 3.2 days (36.8%) above trajectory · 8 days (200%) above target",
         "from 12 days to 4 days"},
        {"a band, by a dash", "/okr target 4 45% - 65%: two people joined us", 4,
         "the target of KR 4 is 45% to 65%", "30% → 30% → 45% to 65% expected today 34.6%",
         "between 45% and 65% (now 30%)"},
        {"a band, without blanks", "/okr target 4 45-65%: two people joined us", 4, "45% to 65%",
         "15 pp (33.3%) below target", NULL},
        {"a band, in words", "/okr target 4 between 40% and 55%: two people joined us", 4,
         "40% to 55%", "target was 40% to 60% until 14 July", NULL},
        {"a band, from to", "/okr target 4 45% to 60%: two people joined us", 4, "45% to 60%",
         "→ 45% to 60%", NULL},
        {"to be held at another height", "/okr target 5 92%: last year's customers are loyal", 5,
         "the target of KR 5 is 92%", "85% → 85% → 92%", "at least 92% (now 85%)"},
        {"where it stood already, it is to be kept",
         "/okr target 5 80%: a price change will cost some", 5, "is 80%", "85% → 85% → 80%",
         "at least 80%"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_five();
        const char *said = scene_command(scene, "maria", cases[i].text);

        expect_has(cases[i].promise, said, cases[i].says);
        expect_has(cases[i].promise, said, cases[i].row);
        assert_int_equal(changes_of(scene, cases[i].kr), 1);
        assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 1);
        if (cases[i].statement != NULL) {
            expect_has(cases[i].promise, tactical_of(scene, cases[i].kr)->track->kr->statement,
                       cases[i].statement);
        }
    }
}

static void test_what_is_no_new_target_is_refused(void **state)
{
    static const struct {
        const char *promise, *text, *says;
    } cases[] = {
        {"without a reason", "/okr target 1 $32M", "reason: is missing"},
        {"and the question says what it is for", "/okr target 1 $32M",
         "The target that was promised stays visible"},
        {"an empty reason", "/okr target 1 $32M:", "reason: is missing"},
        {"a reason that says nothing", "/okr target 1 $32M: because",
         "A few words will do: reason: two enterprise deals"},
        {"\"because\" alone", "/okr target 1 $32M because it", "A few words will do"},
        {"a colon goes before it", "/okr target 1 $32M, since: deals moved because", "$32M, since"},
        {"the same target", "/okr target 1 $30M: we still want it",
         "$30M is the target of KR 1 already"},
        {"the same, by a step of nothing", "/okr target 1 +$0: we still want it",
         "$30M is the target of KR 1 already"},
        {"below where an increase began", "/okr target 1 $19M: the market has shrunk",
         "$19M is no way up from $20M"},
        {"where it began", "/okr target 1 $20M: the market has shrunk",
         "$20M is no way up from $20M"},
        {"above where a decrease began", "/okr target 3 14 days: nobody has time",
         "14 days is no way down from 12 days"},
        {"another currency", "/okr target 1 €32M: the euro is ours now", "another unit"},
        {"another unit", "/okr target 3 40 hours: we count in hours", "another unit"},
        {"a scale that is unclear", "/okr target 1 32: two deals moved", "could mean $32M or"},
        {"no value", "/okr target 1 the moon: we like to dream", "moon"},
        {"a band for one figure", "/okr target 1 $31M - $33M: somewhere between", "$31M - $33M"},
        {"one figure for a band", "/okr target 4 45%: two people joined us",
         "It is 40% to 60%; write both, like 40% - 60%"},
        {"a band upside down", "/okr target 4 60% - 40%: two people joined us",
         "lower edge is not below the upper one"},
        {"a band of nothing", "/okr target 4 50% - 50%: two people joined us",
         "lower edge is not below the upper one"},
        {"an edge in another unit", "/okr target 4 40% - 60 days: two people joined us",
         "another unit"},
        {"the same band", "/okr target 4 40 - 60%: two people joined us",
         "40% to 60% is the target of KR 4 already"},
        {"a KR that never was", "/okr target 9 $32M: two deals moved", "names no tactical KR"},
        {"beyond every number", "/okr target 1 $99999999999999999999: two deals moved", "$9999"},
    };
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_has(cases[i].promise, scene_command(scene, "maria", cases[i].text), cases[i].says);
        scene_text(scene, "maria", "cancel");
    }
    for (int32_t kr = 1; kr <= 5; kr++) {
        assert_int_equal(changes_of(scene, kr), 0);
    }
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
}

static void test_what_is_over_or_dropped_stays_as_it_is(void **state)
{
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    tactical_of(scene, 2)->dropped = true;
    expect_has("a dropped one", scene_command(scene, "maria", "/okr target 2 30%: we can do more"),
               "KR 2 was dropped, and what was dropped stays as it was");
    scene_text(scene, "maria", "cancel");
    scene_until(scene, "2025-08-31 23:59");
    expect_has("on the last day it may",
               scene_command(scene, "maria", "/okr target 1 $31M: at the very last moment"),
               "Done");
    scene_until(scene, "2025-09-01 00:00");
    expect_has("a day later its period is over",
               scene_command(scene, "maria", "/okr target 1 $22M: so that we have made it"),
               "FY Q3 ended on 31 August 2025, and KR 1 with it");
    assert_int_equal(changes_of(scene, 1), 1);
}

static void test_the_channel_is_told_who_and_why(void **state)
{
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    scene_command(scene, "tom", "/okr target 1 $32M: two enterprise deals moved to Q4");
    g_autofree char *notice = scene_last(scene, CARD_NOTICE);
    expect_has("what it is and what it was", notice,
               "KR 1 qualified B2B pipeline: the target is $32M from today on; until now it was "
               "$30M.");
    expect_has("who", notice, "@tom changed it:");
    expect_has("and why", notice, "two enterprise deals moved to Q4");
    const Recalibration *change = change_of(scene, 1, 0);
    assert_string_equal(change->who, "tom");
    assert_string_equal(change->why, "two enterprise deals moved to Q4");
    assert_string_equal(change->statement_was,
                        "Increase qualified B2B pipeline from $20M to $30M by Q3 close");
    assert_int_equal(change->was.millionths, DECIMAL(30000000).millionths);
    assert_int_equal(change->target.millionths, DECIMAL(32000000).millionths);
    assert_int_equal(change->at.us, scene->now.us);
    assert_int_equal(day_cmp(change->from, (Day){2025, 7, 14}), 0);
    assert_false(ID_SET(change->sprint));
}

static void test_a_reason_is_only_text(void **state)
{
    static const char *const reasons[] = {
        "@channel <!channel> everybody look here",
        "*bold* _slanted_ `code` <b>loud</b>",
        "{member} {now} %s%n and more of it",
        "'; DROP TABLE kr; --",
        // NOLINTNEXTLINE(misc-misleading-bidirectional): to be cleaned away
        "\u202E\x01\x02\x04maria\x03 turned round",
        "reason: target: $99M in it",
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++) {
        g_autoptr(Scene) scene = scene_five();
        g_autofree char *text = g_strconcat("/okr target 1 $32M: ", reasons[i], NULL);

        expect_has(reasons[i], scene_command(scene, "maria", text), "Done: the target");
        const Card *notice = scene_card(scene, CARD_NOTICE);
        const Block *quote = g_ptr_array_index(notice->blocks, notice->blocks->len - 1);

        assert_int_equal(quote->kind, BLOCK_QUOTE);
        assert_string_equal(quote->text, change_of(scene, 1, 0)->why);
        expect_that("no mark of a member is forged", strchr(quote->text, '\x04') == NULL);
        assert_int_equal(tactical_of(scene, 1)->track->kr->target.millionths,
                         DECIMAL(32000000).millionths);
    }
}

static void test_a_conversation_asks_for_all_of_it(void **state)
{
    static const struct {
        const char *answer, *asks;
    } steps[] = {
        {"9", "names no tactical KR"},
        {"1", "What is the target from now on?"},
        {"$19M", "is no way up from $20M"},
        {"$32M", "Why does it change?"},
        {"because", "A few words will do"},
        {"two enterprise deals moved to Q4", "yes changes the target and tells the channel"},
        {"yes", "Done: the target of KR 1 is $32M"},
    };
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    expect_has("it begins with which", scene_command(scene, "maria", "/okr target"),
               "Which tactical KR?");
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        expect_has(steps[i].answer, scene_text(scene, "maria", steps[i].answer), steps[i].asks);
    }
}

static void test_somebody_else_was_faster(void **state)
{
    static const char *const answers[] = {"1", "$32M", "two enterprise deals moved to Q4"};
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    scene_command(scene, "maria", "/okr target");
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        scene_text(scene, "maria", answers[i]);
    }
    scene_command(scene, "tom", "/okr target 1 $32M: two deals have moved");
    expect_has("and says so", scene_text(scene, "maria", "yes"),
               "$32M is the target of KR 1 already");
    assert_int_equal(changes_of(scene, 1), 1);
}

static void test_a_platforms_form_does_the_same(void **state)
{
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    scene->conversation = false;
    scene_command(scene, "maria", "/okr target");
    assert_non_null(scene->reply->form);
    assert_string_equal(scene->reply->form->form, "okr target");
    scene_submit(scene, "maria", "okr target", "kr: 1\ntarget: $19M\nreason: nobody buys now");
    expect_has("what is wrong is said at its place", scene->said, "no way up from $20M");
    assert_int_equal(changes_of(scene, 1), 0);
    expect_has("and what is right is taken",
               scene_submit(scene, "maria", "okr target",
                            "kr: 1\ntarget: $32M\nreason: two enterprise deals moved"),
               "Done: the target of KR 1 is $32M");
}

/* What a sentence becomes with another target; "" where that is refused. */
static char *retargeted(const char *sentence, const char *target)
{
    g_auto(StatementReading) reading = statement_read(sentence, NULL);
    g_autoptr(GString) why = g_string_new(NULL);

    assert_int_equal(reading.fault, STATEMENT_OK);
    g_autoptr(Kr) kr = recalibrate_target(reading.kr, target, why);
    expect_that("a refusal says why", (kr == NULL) == (why->len > 0));
    return g_strdup(kr != NULL ? kr->statement : "");
}

static void test_targets_of_every_direction(void **state)
{
    static const struct {
        const char *sentence, *target, *becomes; /* "": refused */
    } cases[] = {
        {"Keep churn at most 3% (now 5%)", "4%", "Keep churn at most 4% (now 5%)"},
        {"Keep churn at most 3% (now 5%)", "6%", "Keep churn at most 6% (now 5%)"},
        {"Keep churn at most 3% (now 5%)", "3.0%", ""},
        {"Keep uptime at least 99.5% (now 99%)", "99.9%", "Keep uptime at least 99.9% (now 99%)"},
        {"Keep uptime at least 99.5% (now 99%)", "98%", "Keep uptime at least 98% (now 99%)"},
        {"Raise NPS from -10 to 20", "+5", "Increase NPS from -10 to 25"},
        {"Raise NPS from -10 to 20", "= -5", "Increase NPS from -10 to -5"},
        {"Raise NPS from -10 to 20", "= -10", ""},
        {"Raise NPS from -10 to 20", "= -11", ""},
        {"Reduce open tickets from 40 to 5", "0", "Reduce open tickets from 40 to 0"},
        {"Reduce open tickets from 40 to 5", "40", ""},
        {"Keep NPS between 10 and 20 (now 15)", "-5 to 5", "Keep NPS between -5 and 5 (now 15)"},
        {"Keep NPS between 10 and 20 (now 15)", "-5 - -2", "Keep NPS between -5 and -2 (now 15)"},
        {"Keep NPS between 10 and 20 (now 15)", "12–18", "Keep NPS between 12 and 18 (now 15)"},
        {"Keep NPS between 10 and 20 (now 15)", "+2 to +4", ""},
        {"Keep NPS between 10 and 20 (now 15)", "-", ""},
        {"Keep NPS between 10 and 20 (now 15)", "to", ""},
        {"Keep NPS between 10 and 20 (now 15)", "between", ""},
        {"Keep NPS between 10 and 20 (now 15)", "1 to 2 to 3", ""},
        {"Keep cash between $2M and $3M (now $1M)", "$1.5M - $2.5M",
         "Keep cash between $1.5M and $2.5M (now $1M)"},
        {"Keep cash between $2M and $3M (now $1M)", "1.5 - 2.5", ""},
        {"Raise revenue from $1M to $2M", "$9223372036854.775808", ""},
        {"Raise revenue from $1M to $2M", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *became = retargeted(cases[i].sentence, cases[i].target);

        if (strcmp(became, cases[i].becomes) != 0) {
            fail_msg("%s, to %s: became “%s”", cases[i].sentence, cases[i].target, became);
        }
    }
}

/* --- the line bends --- */

static void test_the_bent_line_is_what_counts_from_then_on(void **state)
{
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    scene_command(scene, "maria", "/okr target 1 $32M: two enterprise deals moved to Q4");
    scene_until(scene, "2025-08-04 08:00"); /* 21 of the 49 days that were left */
    expect_has(
        "24.615 + 7.385 × 21/49", scene_command(scene, "maria", "/okr update 1 $27.1M"),
        "expected today $27.8M · $680k (2.4%) below trajectory · $4.9M (15.3%) below target");
    /* 7.1 of the 7.78 that are asked for; beside a straight line to $32M it was at risk */
    assert_int_equal(status_of(scene, "KR 1"), PACE_ON_TRACK);
    expect_has("the old target stays in sight", scene->said, "target was $30M until 14 July");
    scene_command(scene, "maria", "/okr update 1 $29M");
    expect_has("beyond the line", scene->said, "$1.2M (4.4%) ahead of trajectory");
}

static void test_changes_of_one_day(void **state)
{
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    scene_command(scene, "maria", "/okr target 1 $26M: a slip of my hand");
    expect_has("taken back, it is as if nothing had been",
               scene_command(scene, "maria", "/okr target 1 $30M: that was a slip"),
               "expected today $24.6M");
    expect_lacks("and no old target is told", scene->said, "target was");
    assert_int_equal(changes_of(scene, 1), 2);
    scene_command(scene, "maria", "/okr target 1 $32M: two enterprise deals moved");
    scene_command(scene, "maria", "/okr target 1 $33M: and a third one too");
    expect_has("told is what held until that day", scene->said, "target was $30M until 14 July");
    scene_until(scene, "2025-07-21 08:00");
    scene_command(scene, "maria", "/okr target 1 $34M: and then a fourth");
    expect_has("or until the last change", scene->said, "target was $33M until 21 July");
    assert_int_equal(changes_of(scene, 1), 5);
}

/* --- a retrospective's third answer --- */

static Scene *scene_closed(int32_t anchor, const char *change)
{
    Scene *scene = scene_five();
    g_autofree char *line = g_strdup_printf("anchor: %d", anchor);
    g_auto(GStrv) parts = g_strsplit(scene_form, "anchor: 1", 2);
    g_autofree char *open = g_strconcat("/sprint open\n", parts[0], line, parts[1], NULL);
    g_autofree char *retro = g_strdup_printf(
        "/sprint retro\nkr1: 31%%\nkr2: 5\nkr3: 8 days\nanchor: %s\n"
        "moved: partly, two slipped\nlearned: own figures work\ncause kr1: dependency\n"
        "cause kr3: dependency\nchange: %s\ncomplete: yes",
        anchor == 1 ? "$24.1M" : "45%", change);

    expect_has("it opens", scene_command(scene, "maria", open), "Sprint 1 is open");
    scene_until(scene, "2025-07-29 10:00");
    expect_has("it closes", scene_command(scene, "maria", retro), "closed");
    scene_forget(scene);
    return scene;
}

static void test_one_press_recalibrates_with_what_was_learned(void **state)
{
    static const struct {
        const char *promise, *change;
        int32_t anchor;
        const char *target, *statement;
    } cases[] = {
        {"raised", "raise to $32M", 1, "$32M", "from $20M to $32M"},
        {"lowered", "lower to $27M", 1, "$27M", "from $20M to $27M"},
        {"rewritten", "rewrite: Increase qualified pipeline from $21M to $31M", 1, "$31M",
         "Increase qualified pipeline from $21M to $31M"},
        {"rewritten without its baseline, which stays", "rewrite: Qualified pipeline above $31M", 1,
         "$31M", "Qualified pipeline above $31M (now $20M)"},
        {"dropped: the target is what it was", "drop", 1, "$30M", "to $30M"},
        {"a band", "raise to 45% - 65%", 4, "45% to 65%", "between 45% and 65%"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_closed(cases[i].anchor, cases[i].change);
        g_autofree char *was = g_strdup(tactical_of(scene, cases[i].anchor)->track->kr->statement);

        expect_has(cases[i].promise, scene_press(scene, "jonas", "tactical.apply", "1"), "Done");
        const Recalibration *change = change_of(scene, cases[i].anchor, 0);
        const Kr *kr = tactical_of(scene, cases[i].anchor)->track->kr;
        g_autofree char *target = kr_target_text(kr, change->target, change->target_high);

        assert_string_equal(target, cases[i].target);
        assert_string_equal(change->statement_was, was);
        assert_string_equal(change->who, "jonas");
        assert_string_equal(change->why, "Sprint 1: own figures work");
        assert_int_equal(change->sprint.v, scene_sprint_of(scene, 1)->id.v);
        assert_int_equal(day_cmp(change->from, (Day){2025, 7, 29}), 0);
        expect_has(cases[i].promise, kr->statement, cases[i].statement);
        assert_int_equal(kr->number, cases[i].anchor);
    }
}

static void test_a_press_that_is_refused_changes_nothing(void **state)
{
    static const struct {
        const char *promise, *change, *when, *says;
    } cases[] = {
        {"work in the KR's place", "rewrite: Make 40 calls in the quarter", "2025-07-29 10:00",
         "could not be applied"},
        {"a target beyond the baseline", "lower to $15M", "2025-07-29 10:00", "no way up"},
        {"the target that it has", "raise to $30M", "2025-07-29 10:00", "already"},
        {"once the period is over", "raise to $32M", "2025-09-02 10:00",
         "FY Q3 ended on 31 August"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_closed(1, cases[i].change);

        scene_until(scene, cases[i].when);
        scene_forget(scene);
        expect_has(cases[i].promise, scene_press(scene, "maria", "tactical.apply", "1"),
                   cases[i].says);
        assert_int_equal(changes_of(scene, 1), 0);
        assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
        assert_false(scene_sprint_of(scene, 1)->retro.change_applied);
    }
}

static void test_an_open_sprint_keeps_the_anchor_it_was_opened_on(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    const Sprint *sprint = scene_sprint_of(scene, 1);

    (void)state;
    scene_command(scene, "maria", "/okr target 1 $32M: two enterprise deals moved to Q4");
    assert_int_equal(sprint->anchor_target.millionths, DECIMAL(30000000).millionths);
    assert_string_equal(sprint->anchor_statement,
                        "Increase qualified B2B pipeline from $20M to $30M by Q3 close");
}

/* --- lists --- */

static void test_a_value_is_fresh_or_it_says_so(void **state)
{
    static const struct {
        const char *promise, *when;
        int32_t weekly_at;
        PaceStatus status;
        const char *says;
    } cases[] = {
        {"the same day", "2025-07-14 18:00", 600, PACE_BEHIND, "updated today"},
        {"the day after", "2025-07-15 08:00", 600, PACE_BEHIND, "updated yesterday"},
        {"some days", "2025-07-17 08:00", 600, PACE_BEHIND, "updated 3 days ago"},
        {"while only one check-in was missed", "2025-07-28 08:00", 600, PACE_BEHIND,
         "expected today $26.2M · $5M (18.9%) below trajectory · $8.8M (29.3%) below target · "
         "updated 14 days ago"},
        {"two were missed", "2025-07-29 08:00", 600, PACE_STALE,
         "expected today $26.3M · $5.1M (19.3%) below trajectory · $8.8M (29.3%) below target · "
         "no reading for 15 days"},
        {"without a weekly check-in, two weeks", "2025-07-28 08:00", -1, PACE_BEHIND,
         "updated 14 days ago"},
        {"and no more", "2025-07-29 08:00", -1, PACE_STALE, "no reading for 15 days"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_five();

        scene_team(scene)->weekly_at = cases[i].weekly_at;
        scene_sleep_until(scene, cases[i].when);
        expect_has(cases[i].promise, scene_command(scene, "maria", "/okr list"), cases[i].says);
        assert_int_equal(status_of(scene, "KR 1"), cases[i].status);
    }
}

static void test_stale_is_never_good(void **state)
{
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    scene_command(scene, "maria", "/okr update 1 $29M");
    assert_int_equal(status_of(scene, "KR 1"), PACE_AHEAD);
    scene_command(scene, "maria", "/okr update 5 91%");
    assert_int_equal(status_of(scene, "KR 5"), PACE_DONE);
    scene_sleep_until(scene, "2025-07-29 08:00");
    scene_command(scene, "maria", "/okr list");
    assert_int_equal(status_of(scene, "KR 1"), PACE_STALE);
    assert_int_equal(status_of(scene, "KR 5"), PACE_STALE);
    assert_int_equal(status_of(scene, "KR 2"), PACE_NONE); /* nobody has ever read it */
}

static void test_another_systems_value_names_it(void **state)
{
    g_autoptr(Scene) scene = scene_five();
    Reading *reading = g_ptr_array_index(tactical_of(scene, 1)->track->readings, 0);

    (void)state;
    reading->source = READING_SYSTEM;
    reading->system = g_strdup("HubSpot");
    scene_sleep_until(scene, "2025-07-17 08:00");
    expect_has("in lists", scene_command(scene, "maria", "/okr list"),
               "updated 3 days ago by HubSpot");
    expect_has("and in full", scene_command(scene, "maria", "/okr show 1"),
               "Mon 14 July: $21.2M (HubSpot)");
}

static void test_listing_periods(void **state)
{
    static const struct {
        const char *promise, *text, *says;
    } cases[] = {
        {"too few are told", "/okr list", "2 so far; 3 to 5 prove an objective."},
        {"the next one is told", "/okr list",
         "Q4 (1 September 2025 - 30 November 2025) is planned, with 1 objective. /okr list Q4"},
        {"and shown when asked for", "/okr list q4", "Make renewals the easiest of choices"},
        {"none of that name", "/okr list Q9", "“Q9” is no period of West. There are: FY Q3; Q4."},
    };
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria",
                  "/okr objective\nobjective: Make renewals the easiest of choices\n"
                  "period: Q4, 2025-09-01 - 2025-11-30");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_has(cases[i].promise, scene_command(scene, "maria", cases[i].text), cases[i].says);
    }
    scene_sleep_until(scene, "2025-09-02 08:00");
    expect_has("a period that is over shows how it ended",
               scene_command(scene, "maria", "/okr list FY Q3"),
               "$20M → $21.2M → $30M $8.8M (29.3%) below target · last read on "
               "Mon 14 July");
    expect_lacks("and expects nothing more", scene->said, "expected today");
    expect_lacks("nor anything to add", scene->said, "so far");
}

static void test_what_was_dropped_is_one_line(void **state)
{
    g_autoptr(Scene) scene = scene_closed(1, "drop");

    (void)state;
    scene_press(scene, "maria", "tactical.apply", "1");
    scene_command(scene, "maria", "/okr list");
    expect_has("with since when", scene->said,
               "Dropped: 1. qualified B2B pipeline (since Tue 29 July). /okr show 1 tells why.");
    expect_lacks("without its figures", scene->said, "→ $24.1M →");
    expect_has("in full it says why", scene_command(scene, "maria", "/okr show 1"),
               "Dropped on Tue 29 July, by @maria: Sprint 1: own figures work");
}

static void test_one_in_full(void **state)
{
    static const char *const parts[] = {
        "KR 1: Increase qualified B2B pipeline from $20M to $26M",
        "Objective 1. Build the pipeline that carries the year (FY Q3, 2 June 2025 - 31",
        "$20M → $22.1M → $26M",
        "$30M at first",
        "$32M from Mon 14 July on, by @tom: two deals moved",
        "$26M from Mon 21 July on, by @lena: the market has shrunk",
        "The last 8 of 10 readings, the latest first:",
        "Mon 21 July: $22.1M (update)",
        "feeds KR 2 of West, win rate",
        "Restore qualified pipeline momentum before the mid-review (active",
    };
    g_autoptr(Scene) scene = scene_sprint();
    const Team *team = scene_team(scene);
    KrLink *link = kr_link_new();

    (void)state;
    *link = (KrLink){.feeder_team = team->id,
                     .fed_team = team->id,
                     .feeder = tactical_of(scene, 1)->track->kr->id,
                     .fed = tactical_of(scene, 2)->track->kr->id};
    g_ptr_array_add(team->links, link);
    scene_command(scene, "tom", "/okr target 1 $32M: two deals moved");
    scene_until(scene, "2025-07-21 08:00");
    scene_command(scene, "lena", "/okr target 1 $26M: the market has shrunk");
    for (int i = 1; i < 10; i++) {
        g_autofree char *text =
            g_strdup_printf("/okr update 1 $2%d.%dM", i < 9 ? 1 : 2, i < 9 ? i : 1);
        scene_command(scene, "maria", text);
    }
    scene_command(scene, "maria", "/okr show kr1");
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        expect_has("one in full", scene->said, parts[i]);
    }
    expect_lacks("the readings before are not shown", scene->said, "$21.1M (update)");
    expect_has("from the other end", scene_command(scene, "maria", "/okr show win rate"),
               "is fed by KR 1 of West");
    expect_has("none of that name", scene_command(scene, "maria", "/okr show 7"),
               "“7” names no tactical KR");
    expect_has("which of several", scene_command(scene, "maria", "/okr show"), "Which key result?");
}

static void test_what_it_read_before_it_was_rewritten(void **state)
{
    g_autoptr(Scene) scene =
        scene_closed(1, "rewrite: Increase qualified pipeline of key accounts from $20M to $28M");

    (void)state;
    scene_press(scene, "jonas", "tactical.apply", "1");
    expect_has("is shown with its reason", scene_command(scene, "maria", "/okr show 1"),
               "$28M from Tue 29 July on, by @jonas: Sprint 1: own figures work (until then: "
               "“Increase qualified B2B pipeline from $20M to $30M by Q3 close”)");
}

static void test_a_sixth_key_result_is_refused(void **state)
{
    static const char *const forms[] = {
        "/okr kr Cut churn from 5% to 3%",
        "/okr kr\nobjective: 1\nkr: Cut churn from 5% to 3%",
    };
    g_autoptr(Scene) scene = scene_five();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        expect_has("with the five", scene_command(scene, "maria", forms[i]),
                   "Objective 1 has 5 key results already, and with more none is watched closely: "
                   "1. Increase");
        expect_has("to the last", scene->said, "5. Keep renewal rate");
        assert_int_equal(scene_team(scene)->tacticals->len, 5);
        scene_text(scene, "maria", "cancel");
    }
    tactical_of(scene, 2)->dropped = true;
    expect_has("one that was dropped makes room", scene_command(scene, "maria", forms[0]),
               "KR 6, under objective 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_target_is_changed),
        cmocka_unit_test(test_what_is_no_new_target_is_refused),
        cmocka_unit_test(test_what_is_over_or_dropped_stays_as_it_is),
        cmocka_unit_test(test_the_channel_is_told_who_and_why),
        cmocka_unit_test(test_a_reason_is_only_text),
        cmocka_unit_test(test_a_conversation_asks_for_all_of_it),
        cmocka_unit_test(test_somebody_else_was_faster),
        cmocka_unit_test(test_a_platforms_form_does_the_same),
        cmocka_unit_test(test_targets_of_every_direction),
        cmocka_unit_test(test_the_bent_line_is_what_counts_from_then_on),
        cmocka_unit_test(test_changes_of_one_day),
        cmocka_unit_test(test_one_press_recalibrates_with_what_was_learned),
        cmocka_unit_test(test_a_press_that_is_refused_changes_nothing),
        cmocka_unit_test(test_an_open_sprint_keeps_the_anchor_it_was_opened_on),
        cmocka_unit_test(test_a_value_is_fresh_or_it_says_so),
        cmocka_unit_test(test_stale_is_never_good),
        cmocka_unit_test(test_another_systems_value_names_it),
        cmocka_unit_test(test_listing_periods),
        cmocka_unit_test(test_what_was_dropped_is_one_line),
        cmocka_unit_test(test_one_in_full),
        cmocka_unit_test(test_what_it_read_before_it_was_rewritten),
        cmocka_unit_test(test_a_sixth_key_result_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
