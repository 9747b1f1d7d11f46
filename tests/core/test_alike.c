/* Which earlier sprints are shown when one is opened, and why. */

#include "core/alike.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/form_view.h"
#include "scene.h"

/* Earlier sprints, newest first; all of one team. */
typedef struct Earlier {
    int anchor;
    const char *trigger, *learned;
} Earlier;

static void free_digest(gpointer digest)
{
    digest_free(digest);
}

static GPtrArray *digests_of(const Earlier *earlier, size_t n)
{
    GPtrArray *digests = g_ptr_array_new_with_free_func(free_digest);

    for (size_t i = 0; i < n; i++) {
        Digest *digest = g_new0(Digest, 1);

        digest->number = (int32_t)i + 1;
        digest->anchor = (KrId){earlier[i].anchor};
        digest->trigger = g_strdup(earlier[i].trigger);
        digest->learned = g_strdup(earlier[i].learned);
        digest->objective = g_strdup("");
        g_ptr_array_add(digests, digest);
    }
    return digests;
}

/* "3 same anchor; 1 also about invoices" */
static char *found(const GPtrArray *digests, Occasion occasion, guint max)
{
    g_autoptr(GArray) alikes = alike_find(digests, &occasion, max);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < alikes->len; i++) {
        const Alike *alike = &g_array_index(alikes, Alike, i);
        g_autofree char *why = alike_say(alike);

        g_string_append_printf(out, "%s%d %s", i > 0 ? "; " : "", alike->digest->number, why);
    }
    return g_string_free(out, FALSE);
}

static const Earlier earlier[] = {
    {7, "Emergent Opportunity", "the fair brought leads, and nobody called them back"},
    {8, "KR at Risk", "invoices waited for one signature"},
    {9, "Cross-Functional Gap", "freight papers and invoices were typed twice"},
    {5, "Emergent Opportunity", "short invitations are accepted"},
    {6, "KR at Risk", NULL},
};

static void the_likest_come_first(void **state)
{
    static const struct {
        const char *promise;
        Occasion occasion;
        const char *found;
    } cases[] = {
        {"nothing known: the team's own, newest first",
         {.anchor = {0}},
         "1 an earlier one of this team; 2 an earlier one of this team; 3 an earlier one of this "
         "team"},
        {"the same anchor before all",
         {.anchor = {5}, .trigger = "KR at Risk", .situation = "40 invoices wait"},
         "4 same anchor; 2 also about invoices; 3 also about invoices"},
        {"more and rarer words weigh more",
         {.situation = "40 invoices wait", .objective = "Get freight papers out at once"},
         "3 also about freight and papers; 2 also about invoices; 1 an earlier one of this team"},
        {"the same trigger before the rest",
         {.trigger = "KR at Risk"},
         "2 same trigger; 5 same trigger; 1 an earlier one of this team"},
        {"a plural is the same word",
         {.situation = "each invitation took 3 days"},
         "4 also about invitation; 1 an earlier one of this team; 2 an earlier one of this team"},
        {"in any case",
         {.situation = "INVOICES"},
         "2 also about invoices; 3 also about invoices; 1 "
         "an earlier one of this team"},
        {"words that all situations have tell nothing",
         {.situation = "The team has seen the gap for two weeks, and it was not moved"},
         "1 an earlier one of this team; 2 an earlier one of this team; 3 an earlier one of this "
         "team"},
    };
    g_autoptr(GPtrArray) digests = digests_of(earlier, G_N_ELEMENTS(earlier));

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = found(digests, cases[i].occasion, 3);

        if (strcmp(got, cases[i].found) != 0) {
            fail_msg("%s: %s", cases[i].promise, got);
        }
    }
}

static void a_word_that_all_of_them_have_tells_nothing(void **state)
{
    static const Earlier all[] = {
        {1, "KR at Risk", "pipeline: the fair helped"},
        {2, "KR at Risk", "pipeline: discounts did not"},
        {3, "KR at Risk", "pipeline: calls did not"},
    };
    g_autoptr(GPtrArray) digests = digests_of(all, G_N_ELEMENTS(all));
    g_autofree char *got =
        found(digests, (Occasion){.situation = "the pipeline lacks 3 discounts"}, 2);

    (void)state;
    assert_string_equal(got, "2 also about discounts; 1 an earlier one of this team");
}

static void what_people_write_is_only_words(void **state)
{
    static const char *const texts[] = {
        "",
        "---",
        "…",
        "100% of $5M",
        "\U0001F680\U0001F680",
        "a b c",
        "Überstunden bei der Rechnung",
        "{learned} %s",
    };
    g_autoptr(GPtrArray) digests = digests_of(earlier, G_N_ELEMENTS(earlier));
    g_autofree char *novel = g_strnfill(8000, 'x');

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *got = found(digests, (Occasion){.situation = texts[i]}, 1);

        assert_string_equal(got, "1 an earlier one of this team");
    }
    g_autofree char *got = found(digests, (Occasion){.situation = novel}, 0);
    assert_string_equal(got, "");
    g_autoptr(GPtrArray) none = digests_of(NULL, 0);
    g_autofree char *nothing = found(none, (Occasion){.situation = "invoices"}, 3);
    assert_string_equal(nothing, "");
}

static void umlauts_are_letters(void **state)
{
    static const Earlier one[] = {{1, "KR at Risk", "ÜBERSTUNDEN halfen nicht"}};
    g_autoptr(GPtrArray) digests = digests_of(one, 1);
    g_autofree char *got = found(digests, (Occasion){.objective = "Fewer überstunden"}, 1);

    (void)state;
    assert_string_equal(got, "1 also about überstunden");
}

static void an_opening_says_why_it_shows_them(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    g_autofree char *again = g_strconcat("/sprint open\n", scene_form, NULL);

    (void)state;
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    scene_command(scene, "maria",
                  "/sprint retro\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24M\nmoved: yes, it did\n"
                  "learned: short invitations are accepted\nchange: keep\ncomplete: yes");
    expect_has("in its answer", scene_command(scene, "maria", again),
               "(same anchor): anchor moved: yes");
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    scene_command(scene, "maria",
                  "/sprint retro\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: $24M\n"
                  "moved: no, it did not\nlearned: forty invoices waited for one "
                  "signature\nchange: keep\ncomplete: yes");
    expect_has("by words where the anchor is another",
               scene_command(scene, "maria",
                             "/sprint open\ntrigger: Emergent Opportunity\n"
                             "situation: 12 invoices wait again, for 9 days now\nanchor: 2\n"
                             "window: 14 July - 28 July\n"
                             "objective: Clear the desk before the fair\n"
                             "kr: Increase ICP meeting acceptance rate from 22% to 35%\n"
                             "kr: Progress 6 stalled accounts from Discovery stage to Proposal "
                             "stage\n"
                             "kr: Reduce median time-to-first-meeting from 12 days to 7 days"),
               "(also about invoices): anchor moved: no");
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    scene_command(scene, "maria",
                  "/sprint retro\nkr1: 35%\nkr2: 6\nkr3: 7 days\nanchor: 20%\nmoved: yes, it did\n"
                  "learned: the fair helped\nchange: keep\ncomplete: yes");
    scene_command(scene, "maria",
                  "/sprint open\ntrigger: Emergent Opportunity\nsituation: 3 weeks to the fair\n"
                  "anchor: 2\nobjective: Clear the desk before the fair\n"
                  "kr: Increase ICP meeting acceptance rate from 22% to 35%\n"
                  "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\n"
                  "kr: Reduce median time-to-first-meeting from 12 days to 7 days");
    scene_text(scene, "maria", "2 weeks");
    expect_has("at the end of a conversation, too", scene_text(scene, "maria", "yes"),
               "(same anchor): anchor moved: yes, ?. the fair helped");
    scene->conversation = false;
    scene_command(scene, "maria", "/sprint open");
    g_autofree char *shown = card_plain(scene->reply->form->intro);
    expect_has("in the form before anything is typed", shown, "(an earlier one of this team)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_likest_come_first),
        cmocka_unit_test(a_word_that_all_of_them_have_tells_nothing),
        cmocka_unit_test(what_people_write_is_only_words),
        cmocka_unit_test(umlauts_are_letters),
        cmocka_unit_test(an_opening_says_why_it_shows_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
