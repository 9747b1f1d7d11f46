/* What a member says at a weekly check-in: a confidence for each key result, and whether
 * initiatives were revised, beside what the daily one reads. */

#include "core/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/worked_example.h"

/* Two that a team has after it dropped its second: $21.2M of $30M, and 24% of 25%. */
static Sprint *books(void)
{
    Sprint *sprint = sprint_new();

    example_add_kr(sprint, "qualified pipeline", UNIT_MONEY, "$", "20000000", "30000000");
    example_add_kr(sprint, "win rate", UNIT_PERCENT, "", "18", "25");
    sprint_kr(sprint, 1)->track->kr->id.v = 11;
    sprint_kr(sprint, 2)->track->kr->id.v = 13;
    sprint_kr(sprint, 2)->track->kr->number = 3;
    return sprint;
}

static GPtrArray *tracks_of(const Sprint *sprint)
{
    GPtrArray *tracks = g_ptr_array_new();

    for (guint i = 0; i < sprint->krs->len; i++) {
        g_ptr_array_add(tracks, ((SprintKr *)g_ptr_array_index(sprint->krs, i))->track);
    }
    return tracks;
}

static void add_confidences(GString *out, const Reply *reply, const GPtrArray *tracks)
{
    for (guint i = 0; i < reply->confidences->len; i++) {
        const KrConfidence *told = &g_array_index(reply->confidences, KrConfidence, i);

        for (guint j = 0; j < tracks->len; j++) {
            const Kr *kr = ((const Track *)g_ptr_array_index(tracks, j))->kr;

            if (ID_EQ(kr->id, told->kr)) {
                g_string_append_printf(out, "; kr%d: %d", kr->number, told->confidence);
            }
        }
    }
}

/* "kr1 $21.2M; confidence 6; kr3: 3; revised; note: …; 1 fault" */
static char *told(const Reply *reply, const GPtrArray *tracks)
{
    g_autofree char *plain = reply_text(reply);
    g_autoptr(GString) out = g_string_new(NULL);

    if (*plain != '\0') {
        g_string_append_printf(out, "; %s", plain);
    }
    add_confidences(out, reply, tracks);
    if (reply->revised != REVISED_UNSAID) {
        g_string_append(out, reply->revised == REVISED_YES ? "; revised" : "; not revised");
    }
    if (reply->note != NULL) {
        g_string_append_printf(out, "; note: %s", reply->note);
    }
    if (reply->away) {
        g_string_append(out, "; away");
    }
    if (reply->faults->len > 0) {
        g_string_append_printf(out, "; %u asked back", reply->faults->len);
    }
    return g_strdup(out->len > 0 ? out->str + 2 : "");
}

typedef struct Case {
    const char *text, *want;
} Case;

static void check(const Case *cases, size_t count)
{
    g_autoptr(Sprint) sprint = books();
    g_autoptr(GPtrArray) tracks = tracks_of(sprint);

    for (size_t i = 0; i < count; i++) {
        g_auto(Reply) reply = reply_read_weekly(cases[i].text, tracks);
        g_autofree char *got = told(&reply, tracks);

        if (strcmp(got, cases[i].want) != 0) {
            fail_msg("\"%s\" is read as \"%s\", not \"%s\"%s%s", cases[i].text, got, cases[i].want,
                     reply.faults->len > 0 ? ": " : "",
                     reply.faults->len > 0
                         ? ((const ReplyFault *)g_ptr_array_index(reply.faults, 0))->why
                         : "");
        }
    }
}

static void test_values_are_read_as_in_the_daily_one(void **state)
{
    static const Case cases[] = {
        {"$21.2M, 24%", "kr1 $21.2M; kr3 24%"},
        {"kr1 $21.2M", "kr1 $21.2M"},
        {"kr3 +2", "kr3 20%"},
        {"same", "kr1 $20M; kr3 18%"},
        {"kr1 $21.2M, rest same", "kr1 $21.2M; kr3 18%"},
        {"24%", "kr3 24%"},
        {"$21.2M, -", "kr1 $21.2M"},
        {"kr1 $21.2M; learned: shorter invitations work",
         "kr1 $21.2M; learned: shorter invitations work"},
        {"away today", "away"},
        {"the big account slipped", "note: the big account slipped"},
    };
    (void)state;
    check(cases, G_N_ELEMENTS(cases));
}

static void test_what_is_unclear_is_asked_back(void **state)
{
    static const Case cases[] = {
        {"kr2 5", "1 asked back"},
        {"kr1 24%", "1 asked back"},
        {"kr3 $24", "1 asked back"},
        {"kr1 21.2", "1 asked back"},
        {"1, 2, 3", "1 asked back"},
        {"kr1 soon, kr3 24%", "kr3 24%; 1 asked back"},
        {"kr1 about $21M", "1 asked back"},
        {"confidence 11", "1 asked back"},
        {"confidence high", "1 asked back"},
        {"confidence", "1 asked back"},
        {"confidence kr2 6", "1 asked back"},
        {"confidence kr1 60", "1 asked back"},
        {"confidence kr1 $21.2M", "1 asked back"},
        {"confidence 6, confidence 7", "1 asked back"},
        {"confidence kr1 6, kr1 7", "1 asked back"},
        {"kr1 confidence", "2 asked back"},
        {"$21.2M confidence 4, 24%", "kr1 $21.2M; kr3 24%; 1 asked back"},
        {"$21.2M confidence 4", "kr1 $21.2M; 1 asked back"},
        {"24% confidence 4", "kr3 24%; 1 asked back"},
        {"24% confidence 3, $21.2M confidence 6", "4 asked back"},
        {"$21.2M confidence 4, 24 USD confidence 8", "kr1 $21.2M; kr1: 4; 2 asked back"},
        {"sprint 9: kr1 27%", "1 asked back"},
        {"revised: maybe", "note: revised: maybe; 1 asked back"},
        {"blocked: legal review", "note: blocked: legal review; 1 asked back"},
        {"unblocked 1", "note: unblocked 1; 1 asked back"},
    };
    (void)state;
    check(cases, G_N_ELEMENTS(cases));
}

static void test_confidence_is_for_all_or_for_each(void **state)
{
    static const Case cases[] = {
        {"confidence 6", "confidence 6"},
        {"confidence: 6/10", "confidence 6"},
        {"$21.2M, 24%, confidence 6", "kr1 $21.2M; kr3 24%; confidence 6"},
        {"$21.2M, 24% confidence 6", "kr1 $21.2M; kr3 24%; confidence 6"},
        {"kr1 $21.2M, kr3 24%, confidence 6", "kr1 $21.2M; kr3 24%; confidence 6"},
        {"kr1 $21.2M\nconfidence 6", "kr1 $21.2M; confidence 6"},
        {"same, confidence 6", "kr1 $20M; kr3 18%; confidence 6"},
        {"same confidence 6", "kr1 $20M; kr3 18%; confidence 6"},
        {"$21.2M, same confidence 6", "kr1 $21.2M; kr3 18%; confidence 6"},
        {"same confidence 4, 24% confidence 8", "kr1 $20M; kr3 24%; kr1: 4; kr3: 8"},
        {"$21.2M confidence 4, 24% confidence 8", "kr1 $21.2M; kr3 24%; kr1: 4; kr3: 8"},
        {"$21.2M confidence 6, 24% confidence 6", "kr1 $21.2M; kr3 24%; kr1: 6; kr3: 6"},
        {"$21.2M confidence 4\n24% confidence 8", "kr1 $21.2M; kr3 24%; kr1: 4; kr3: 8"},
        {"$21.2M confidence 4, 24% confidence 8, confidence 5",
         "kr1 $21.2M; kr3 24%; confidence 5; kr1: 4; kr3: 8"},
        /* directly behind its value */
        {"kr1 $21.2M confidence 6", "kr1 $21.2M; kr1: 6"},
        {"kr1 $21.2M confidence 6, kr3 24% confidence 3", "kr1 $21.2M; kr3 24%; kr1: 6; kr3: 3"},
        {"kr1 $21.2M confidence 6\nkr3 24% confidence 3", "kr1 $21.2M; kr3 24%; kr1: 6; kr3: 3"},
        {"kr1 same confidence 6", "kr1 $20M; kr1: 6"},
        {"kr1 confidence 6, kr3 confidence 3", "kr1: 6; kr3: 3"},
        {"kr1 $21.2M confidence 6, kr3 24%, confidence 3",
         "kr1 $21.2M; kr3 24%; confidence 3; kr1: 6"},
        /* by name */
        {"confidence kr1 6, kr3 3", "kr1: 6; kr3: 3"},
        {"confidence kr1 6 kr3 3", "kr1: 6; kr3: 3"},
        {"confidence kr1 6 and kr3 3", "kr1: 6; kr3: 3"},
        {"confidence: kr1: 6, kr3: 3/10", "kr1: 6; kr3: 3"},
        {"confidence for kr3 3", "kr3: 3"},
        {"confidence in kr3: 3; kr3 24%", "kr3 24%; kr3: 3"},
        {"kr3 24%; confidence kr3 3", "kr3 24%; kr3: 3"},
        {"confidence kr1 6, kr3 3\nkr3 24%", "kr3 24%; kr1: 6; kr3: 3"},
        {"confidence 5, confidence kr3 3", "confidence 5; kr3: 3"},
        {"confidence kr1 6, kr1 6", "kr1: 6"},
        {"confidence kr1 6, rest same", "kr1 $20M; kr3 18%; kr1: 6"},
    };
    (void)state;
    check(cases, G_N_ELEMENTS(cases));
}

static void test_confidence_that_may_be_for_one_or_for_all_is_asked_back(void **state)
{
    static const Case cases[] = {
        {"kr1 $21.2M kr3 24% confidence 6", "kr1 $21.2M; kr3 24%; 1 asked back"},
        {"kr1 $21.2M, kr3 24% confidence 6", "kr1 $21.2M; kr3 24%; 1 asked back"},
        {"24% confidence 6", "kr3 24%; 1 asked back"},
    };
    (void)state;
    check(cases, G_N_ELEMENTS(cases));
}

static void test_all_ways_to_say_whether_initiatives_were_revised(void **state)
{
    static const Case cases[] = {
        {"revised: yes", "revised"},
        {"Revised: Yes.", "revised"},
        {"initiatives revised", "revised"},
        {"initiatives revised: yes", "revised"},
        {"initiatives were revised", "revised"},
        {"initiatives: revised", "revised"},
        {"we revised the initiatives", "revised"},
        {"revised", "revised"},
        {"revised: no", "not revised"},
        {"not revised", "not revised"},
        {"initiatives not revised", "not revised"},
        {"initiatives were not revised", "not revised"},
        {"no initiatives revised", "not revised"},
        {"initiatives: unchanged", "not revised"},
        {"$21.2M, 24%, confidence 6, not revised",
         "kr1 $21.2M; kr3 24%; confidence 6; not revised"},
        {"same, initiatives revised", "kr1 $20M; kr3 18%; revised"},
        {"kr1 $21.2M initiatives revised", "kr1 $21.2M; revised"},
        {"kr1 $21.2M; revised: yes; learned: ask earlier",
         "kr1 $21.2M; learned: ask earlier; revised"},
        {"confidence 6 revised: no", "confidence 6; not revised"},
        /* a figure may be a revised one, and other words are about something else */
        {"kr1 $21.2M revised", "1 asked back"},
        {"the contract was revised by legal", "note: the contract was revised by legal"},
        {"revised the deck", "note: revised the deck"},
    };
    (void)state;
    check(cases, G_N_ELEMENTS(cases));
}

/* Whatever is sent, it is read to its end, and nothing is made up. */
static void test_hostile_text_leads_to_no_value(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        ",;,;/",
        "confidence confidence confidence",
        "confidence kr1 kr1 kr1",
        "kr99999999999999999999 5",
        "confidence kr99999999999999999999 5",
        "confidence 99999999999999999999",
        "revised: revised: revised:",
        "initiatives:",
        "kr1 =1+1",
        "kr1 <!channel> @everyone",
        "'; DROP TABLE reading; --",
        "confidence -1",
        "confidence kr1 -1, kr3 1e9",
        "\xF0\x9F\x94\x87 \xE2\x80\xAE kr1", // NOLINT(misc-misleading-bidirectional): turns it
                                             // round
    };
    g_autoptr(Sprint) sprint = books();
    g_autoptr(GPtrArray) tracks = tracks_of(sprint);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(Reply) reply = reply_read_weekly(texts[i], tracks);

        if (reply.values->len > 0 || reply.confidence >= 0 || reply.confidences->len > 0) {
            fail_msg("\"%s\" was taken for an answer", texts[i]);
        }
    }
}

static void test_a_team_without_key_results_is_told_so(void **state)
{
    static const char *const texts[] = {"same", "27, 4", "kr1 27", "confidence kr1 6", "rest same"};
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(Reply) reply = reply_read_weekly(texts[i], none);

        assert_int_equal(reply.values->len, 0);
        assert_int_equal(reply.confidences->len, 0);
    }
}

/* The daily one keeps its own ways. */
static void test_a_sprints_check_in_knows_none_of_it(void **state)
{
    g_autoptr(Sprint) sprint = books();
    g_auto(Reply) revised = reply_read("kr1 $21.2M; revised: yes", sprint);
    g_auto(Reply) behind = reply_read("kr1 $21.2M confidence 6", sprint);

    (void)state;
    assert_int_equal(revised.revised, REVISED_UNSAID);
    assert_string_equal(revised.note, "revised: yes");
    assert_int_equal(behind.confidence, 6);
    assert_int_equal(behind.confidences->len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_read_as_in_the_daily_one),
        cmocka_unit_test(test_what_is_unclear_is_asked_back),
        cmocka_unit_test(test_confidence_is_for_all_or_for_each),
        cmocka_unit_test(test_confidence_that_may_be_for_one_or_for_all_is_asked_back),
        cmocka_unit_test(test_all_ways_to_say_whether_initiatives_were_revised),
        cmocka_unit_test(test_hostile_text_leads_to_no_value),
        cmocka_unit_test(test_a_team_without_key_results_is_told_so),
        cmocka_unit_test(test_a_sprints_check_in_knows_none_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
