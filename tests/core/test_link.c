/* Links: which key result feeds which. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proposals.h"

typedef struct Case {
    const char *promise, *who, *text, *says;
} Case;

static void expect_cases(Scene *scene, const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_has(cases[i].promise, scene_command(scene, cases[i].who, cases[i].text),
                   cases[i].says);
    }
}

#define CASES(scene, cases) expect_cases(scene, cases, G_N_ELEMENTS(cases))

static void test_the_ways_to_name_a_key_result(void **state)
{
    static const char *const texts[] = {
        "/okr link 1 feeds Marketing 1",
        "/okr link kr 1 feeds Marketing KR 1",
        "/okr link KR1 feeds KR 1 of Marketing",
        "/okr link #1 FEEDS marketing 1",
        "/okr link West 1 feeds 1 of Marketing",
        "/okr link paying customers feeds qualified leads",
        "/okr link   customers   feeds\nMarketing 1",
        "/okr links customers feeds leads",
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Scene) scene = proposals_scene();

        expect_has(texts[i], scene_command(scene, "maria", texts[i]), "Linked.");
        assert_int_equal(proposals_team(scene, "west")->links->len, 1);
        assert_int_equal(proposals_team(scene, "marketing")->links->len, 1);
        const KrLink *link = g_ptr_array_index(proposals_team(scene, "marketing")->links, 0);
        assert_int_equal(link->fed_team.v, proposals_team(scene, "marketing")->id.v);
        assert_string_equal(link->who, "maria");
    }
}

static void test_both_homes_are_told(void **state)
{
    g_autoptr(Scene) scene = proposals_scene();

    (void)state;
    scene_command(scene, "maria", "/okr link 1 feeds Marketing 1");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 2);
    const Card *card = scene_card(scene, CARD_NOTICE);
    g_autofree char *text = card_plain(card);
    assert_string_equal(card->channel, "marketing");
    expect_has("who linked what", text,
               "@maria linked two key results: KR 1 of West “Increase paying customers from 0 to "
               "130” feeds KR 1 “Increase qualified leads from 0 to 130”.");
    scene_forget(scene);
    scene->channel = "marketing";
    expect_has("either team takes it back",
               scene_command(scene, "ines", "/okr unlink West 1 feeds 1"), "No longer linked.");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 2);
    assert_int_equal(proposals_team(scene, "west")->links->len, 0);
    assert_int_equal(proposals_team(scene, "marketing")->links->len, 0);
}

static void test_links_are_listed(void **state)
{
    static const Case cases[] = {
        {"none yet", "tom", "/okr link", "No key result of West feeds another yet."},
        {"one within", "tom", "/okr link 2 feeds 1", "Linked."},
        {"one between", "maria", "/okr link 1 feeds Marketing 1", "Linked."},
        {"each with its sentence", "tom", "/okr link",
         "KR 2 “Raise win rate from 18% to 25%” feeds KR 1 “Increase paying customers"},
        {"and its team", "tom", "/okr link", "feeds KR 1 of Marketing “Increase qualified leads"},
    };
    g_autoptr(Scene) scene = proposals_scene();

    (void)state;
    CASES(scene, cases);
    team_tactical_number(proposals_team(scene, "marketing"), 1)->dropped = true;
    expect_lacks("not what is over", scene_command(scene, "tom", "/okr link"), "Marketing");
}

/* The order is the store's, which knows no other than when each was made. */
static void test_links_are_listed_by_age_though_the_clock_was_stepped_back(void **state)
{
    g_autoptr(Scene) scene = proposals_scene();

    (void)state;
    scene_command(scene, "maria", "/okr link 2 feeds 1");
    scene->now.us -= INSTANT_HOUR;
    scene_command(scene, "maria", "/okr link 1 feeds Marketing 1");
    const KrLink *first = g_ptr_array_index(proposals_team(scene, "west")->links, 0);
    const KrLink *second = g_ptr_array_index(proposals_team(scene, "west")->links, 1);
    assert_true(first->at.us < second->at.us);
}

static void test_refusals(void **state)
{
    static const Case cases[] = {
        {"half a link", "maria", "/okr link 1 feeds", "I look for two key results"},
        {"no link at all", "maria", "/okr link everything", "/okr link 1 feeds Marketing 2"},
        {"a number that is none", "maria", "/okr link 7 feeds 1",
         "“7” names no key result that I know of here"},
        {"with what there is", "maria", "/okr link 7 feeds 1", "2. Raise win rate"},
        {"another team's number that is none", "maria", "/okr link 1 feeds Marketing 7",
         "“Marketing 7” names no key result"},
        {"a team that is none", "maria", "/okr link 1 feeds Atlantis 1",
         "“Atlantis 1” names no key result"},
        {"a number is no part of a sentence", "maria", "/okr link 130 feeds 1",
         "“130” names no key result"},
        {"words that fit two", "maria", "/okr link 1 feeds win rate",
         "“win rate” fits more than one"},
        {"nothing but signs", "maria", "/okr link ... feeds 1", "“...” names no key result"},
        {"itself", "maria", "/okr link 1 feeds customers", "cannot feed itself"},
        {"neither is ours", "maria", "/okr link Marketing 1 feeds Marketing 2",
         "Neither of the two is West's"},
        {"who is not in the other team", "tom", "/okr link 1 feeds Marketing 1",
         "You are not in Marketing"},
        {"nor hears which numbers it has", "tom", "/okr link 1 feeds Marketing 7",
         "You are not in Marketing"},
        {"nor finds its sentences", "tom", "/okr link 1 feeds qualified leads",
         "names no key result"},
        {"one is fine", "maria", "/okr link 1 feeds Marketing 1", "Linked."},
        {"the same twice", "maria", "/okr link customers feeds leads", "already, and once"},
        {"a circle of two", "maria", "/okr link Marketing 1 feeds 1", "none comes first"},
        {"what is not there is not taken back", "tom", "/okr unlink 2 feeds 1",
         "does not feed KR 1"},
        {"nor in the other direction", "tom", "/okr unlink Marketing 1 feeds 1", "does not feed"},
        {"half a link, again", "tom", "/okr unlink", "/okr unlink 1 feeds Marketing 2"},
    };
    g_autoptr(Scene) scene = proposals_scene();

    (void)state;
    CASES(scene, cases);
    expect_lacks("the list shows nobody else's", scene_command(scene, "tom", "/okr link 7 feeds 1"),
                 "qualified leads");
    team_tactical_number(scene_team(scene), 2)->dropped = true;
    expect_has("a dropped one", scene_command(scene, "maria", "/okr link 2 feeds 1"),
               "is not pursued any more");
    scene_until(scene, "2025-09-01 10:00");
    expect_has("one of a period that is over",
               scene_command(scene, "maria", "/okr link Marketing 2 feeds 1"),
               "is not pursued any more");
    assert_int_equal(scene_team(scene)->links->len, 1);
}

static void test_where_a_group_says_who_belongs_the_home_is_not_enough(void **state)
{
    g_autoptr(Scene) scene = proposals_scene();

    (void)state;
    scene_team(scene)->roster = g_strdup("a group");
    team_member(scene_team(scene), "maria")->present = false;
    expect_has("to show its key results elsewhere",
               scene_command(scene, "maria", "/okr link 1 feeds Marketing 1"),
               "You are not in West");
}

static void test_twenty_are_the_most(void **state)
{
    g_autoptr(Scene) scene = proposals_scene();
    g_autoptr(GString) text = g_string_new(NULL);

    (void)state;
    scene_command(scene, "maria", "/okr objective\nobjective: Win the regions one by one");
    for (int32_t n = 3; n <= 7; n++) {
        g_string_printf(text,
                        "/okr kr\nobjective: 2\n"
                        "kr: Raise share of region %c from 18%% to 25%%",
                        'A' + n);
        scene_command(scene, "maria", text->str);
    }
    for (int32_t n = 0; n < 21; n++) {
        int32_t feeder = n / 6 + 1, fed = n % 6 + 1;

        g_string_printf(text, "/okr link %d feeds %d", feeder, fed < feeder ? fed : fed + 1);
        scene_command(scene, "maria", text->str);
    }
    guint links = scene_team(scene)->links->len;
    for (int32_t feeder = 1; feeder <= 7; feeder++) {
        for (int32_t fed = feeder + 1; fed <= 7 && links < 20; fed++) {
            g_string_printf(text, "/okr link %d feeds %d", feeder, fed);
            scene_command(scene, "maria", text->str);
            links = scene_team(scene)->links->len;
        }
    }
    assert_int_equal(links, 20);
    expect_has("with more nobody knows what is watched",
               scene_command(scene, "maria", "/okr link 1 feeds Marketing 1"), "West has 20 links");
    team_tactical_number(scene_team(scene), 1)->dropped = true;
    expect_has("what is over takes no room",
               scene_command(scene, "maria", "/okr link 2 feeds Marketing 1"), "Linked.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_ways_to_name_a_key_result),
        cmocka_unit_test(test_both_homes_are_told),
        cmocka_unit_test(test_links_are_listed),
        cmocka_unit_test(test_links_are_listed_by_age_though_the_clock_was_stepped_back),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_where_a_group_says_who_belongs_the_home_is_not_enough),
        cmocka_unit_test(test_twenty_are_the_most),
    };

    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
