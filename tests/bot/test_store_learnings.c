/* The search through what closed sprints learned: what is found, in which order, and that what
 * people type is nothing but words. */

#include "bot/store/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store_fixture.h"

static void free_digest(gpointer digest)
{
    digest_free(digest);
}

/* The numbers of the sprints that were found, in order. */
static char *search(Store *store, int64_t team, const char *words, int limit)
{
    g_autoptr(GPtrArray) digests = g_ptr_array_new_with_free_func(free_digest);
    GString *got = g_string_new(NULL);

    MUST(store, learnings, (TeamId){team}, words, limit, digests);
    for (guint i = 0; i < digests->len; i++) {
        g_string_append_printf(got, "%d ", ((Digest *)g_ptr_array_index(digests, i))->number);
    }
    return g_string_free(got, FALSE);
}

static void expect_found(const char *promise, Store *store, int64_t team, const char *words,
                         const char *wanted)
{
    g_autofree char *got = search(store, team, words, 10);

    if (strcmp(got, wanted) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", promise, got, wanted);
    }
}

/* A closed sprint that says little but this. */
static Sprint *make_learned(const Team *team, int32_t number, const char *learned)
{
    Sprint *sprint = fixture_sprint(team, INT64_C(1000) * number, number);

    g_free(sprint->retro.learned);
    sprint->retro.learned = g_strdup(learned);
    return sprint;
}

static void save_learned(Store *store, const Team *team, int32_t number, const char *learned)
{
    g_autoptr(Sprint) sprint = make_learned(team, number, learned);

    fixture_save_whole(store, sprint);
}

/* Each of nine words: none is found before another for being shorter. */
static Team *with_three(Store *store)
{
    Team *team = fixture_saved_team(store);

    save_learned(store, team, 1, "Acceptance rose once the invitation named their own figures");
    save_learned(store, team, 2, "Gr\u00f6\u00dfe of a d\u00e9mo counts, near C++ 3.5%");
    save_learned(
        store, team, 3,
        "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 and nothing else that anybody could have said");
    return team;
}

static void test_words_are_found(void **state)
{
    static const struct {
        const char *promise;
        const char *words;
        const char *found;
    } cases[] = {
        {"a word", "acceptance", "1 "},
        {"the beginning of a word", "figu", "1 "},
        {"another form of it", "accepted", "1 "},
        {"in any case", "FIGURES", "1 "},
        {"without its marks", "demo", "2 "},
        {"with others", "gro\u0308\u00dfe", "2 "},
        {"in any script", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629", "3 "},
        {"a number", "3.5%", "2 "},
        {"several, apart and in any order", "own acceptance", "1 "},
        {"every one is needed", "acceptance demo", ""},
        {"the end of a word is none", "vitation", ""},
        {"a word that is not there", "weather", ""},
        {"in the objective", "momentum", "3 2 1 "},
        {"in the trigger", "risk", "3 2 1 "},
        {"in the anchor", "B2B", "3 2 1 "},
        {"in the situation", "week 6", "3 2 1 "},
        {"in how the anchor moved", "slipped", "3 2 1 "},
        {"in the initiatives, with whether they worked", "worked: review", "3 2 1 "},
        {"in those that did not", "did not outreach", "3 2 1 "},
        {"in the causes", "rhythm", "3 2 1 "},
        {"in the actions", "hand", "3 2 1 "},
        {"across all of it", "momentum figures slipped", "1 "},
        {"no words: the last closed first", NULL, "3 2 1 "},
        {"an empty line", "", "3 2 1 "},
        {"nothing but signs", " ?! \"'*^:()-+ ", "3 2 1 "},
    };
    Store *store = *state;
    g_autoptr(Team) team = with_three(store);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_found(cases[i].promise, store, team->id.v, cases[i].words, cases[i].found);
    }
}

static void test_no_word_is_a_command(void **state)
{
    static const struct {
        const char *promise;
        const char *words;
        const char *found;
    } cases[] = {
        {"a quote that is not closed", "\"acceptance", "1 "},
        {"quotes within", "\"\"accep\"\"\"", "1 "},
        {"a star alone", "* acceptance", "1 "},
        {"a caret", "^rose", "1 "},
        {"a column's name", "learned:acceptance", ""},
        {"a column set", "{learned signal} : acceptance", ""},
        {"OR is a word", "acceptance OR demo", ""},
        {"AND is a word", "acceptance AND rose", ""},
        {"NOT is a word", "demo NOT acceptance", ""},
        {"a minus takes nothing away", "-acceptance", "1 "},
        {"NEAR is a word", "NEAR(demo counts, 1)", ""},
        {"and is found as one", "near", "2 "},
        {"parentheses", "((((acceptance", "1 "},
        {"the end of a statement", "'); DROP TABLE sprint; --", ""},
        {"bytes that are no text", "\xff\xfe acceptance \xc3", "1 "},
        {"a mark that stands alone", "\u0301 acceptance", "1 "},
        {"a sign within", "own\u200bfigures", "1 "},
    };
    Store *store = *state;
    g_autoptr(Team) team = with_three(store);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_found(cases[i].promise, store, team->id.v, cases[i].words, cases[i].found);
    }
}

static void test_a_very_long_search_is_answered(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = with_three(store);
    g_autofree char *letters = g_strnfill(1000000, 'a');
    g_autofree char *quotes = g_strnfill(1000000, '"');
    g_autoptr(GString) words = g_string_new(NULL);

    for (int i = 0; i < 10000; i++) {
        g_string_append(words, "acceptance ");
    }
    expect_found("a word without an end", store, team->id.v, letters, "");
    expect_found("no word at all", store, team->id.v, quotes, "3 2 1 ");
    expect_found("a page of words", store, team->id.v, words->str, "1 ");
}

static void test_what_was_learned_counts_most(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Sprint) asked = make_learned(team, 2, "Not much");

    save_learned(store, team, 1, "Referrals carry further than outreach does");
    g_free(asked->situation);
    asked->situation = g_strdup("Referrals");
    fixture_save_whole(store, asked);
    save_learned(store, team, 3, "Nothing of the kind");
    save_learned(store, team, 4, "Referrals carry further than outreach does");
    expect_found("what was learned, the last closed first, then the rest", store, 100, "referral",
                 "4 1 2 ");
    g_autofree char *first = search(store, 100, "referral", 1);

    assert_string_equal(first, "4 ");
}

static void test_a_team_finds_its_own(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);
    g_autoptr(Team) other = fixture_team(team->workspace, 200);
    g_autoptr(Sprint) joint = make_learned(team, 2, "Referrals, together");
    g_autoptr(Sprint) open = fixture_sprint_active(team, 9000, 9);

    fixture_begin(store);
    fixture_save_team(store, other);
    fixture_commit(store);
    g_array_append_val(joint->owners, other->id);
    g_free(open->situation);
    open->situation = g_strdup("Referrals fell");
    save_learned(store, team, 1, "Referrals");
    fixture_save_whole(store, joint);
    fixture_save_whole(store, open);
    expect_found("what is under way has learned nothing yet", store, 100, "referrals", "1 2 ");
    expect_found("a joint one is each team's", store, 200, "referrals", "2 ");
    expect_found("a team without any", store, 300, "referrals", "");
}

static void test_a_sprint_saved_again_is_found_as_it_is_now(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = fixture_saved_team(store);

    save_learned(store, team, 1, "Referrals carry further");
    g_autoptr(Sprint) again = make_learned(team, 1, "Webinars do");

    fixture_save(store, CHANGE_SPRINT, NULL, again);
    expect_found("not by what it said before", store, 100, "referrals", "");
    expect_found("but by what it says", store, 100, "webinar", "1 ");
    fixture_begin(store);
    g_autoptr(Sprint) undone = make_learned(team, 1, "Podcasts");
    fixture_save(store, CHANGE_SPRINT, NULL, undone);
    store->ops->rollback(store);
    expect_found("what was taken back was never said", store, 100, "podcasts", "");
    expect_found("and the rest stands", store, 100, "webinar", "1 ");
}

static void test_what_is_found_is_told_as_in_lists(void **state)
{
    Store *store = *state;
    g_autoptr(Team) team = with_three(store);
    g_autoptr(GPtrArray) digests = g_ptr_array_new_with_free_func(free_digest);

    MUST(store, learnings, team->id, "acceptance", 10, digests);
    const Digest *digest = g_ptr_array_index(digests, 0);

    assert_int_equal(digests->len, 1);
    assert_int_equal(digest->id.v, 1000);
    assert_string_equal(digest->movement, "+$2.9M, 33% of the gap");
    assert_int_equal(day_cmp(digest->closed, (Day){2025, 7, 14}), 0);
    assert_int_equal(digest->actions->len, 2);
    MUST(store, learnings, team->id, "demo", 10, digests);
    assert_int_equal(digests->len, 2); /* added to what was there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_words_are_found),
        STORE_TEST(test_no_word_is_a_command),
        STORE_TEST(test_a_very_long_search_is_answered),
        STORE_TEST(test_what_was_learned_counts_most),
        STORE_TEST(test_a_team_finds_its_own),
        STORE_TEST(test_a_sprint_saved_again_is_found_as_it_is_now),
        STORE_TEST(test_what_is_found_is_told_as_in_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
