/* The search over retrospectives: words, filters in any place, whose are searched, and what is said
 * where nothing is found. */

#include "core/learnings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

/* Opens a sprint in the scene's channel and closes it with what it learned. */
static void close_one(Scene *scene, const char *trigger, const char *anchor, const char *learned)
{
    g_autofree char *open = g_strdup_printf(
        "/sprint open\ntrigger: %s\nsituation: 3 of 9 are late\nanchor: %s\n"
        "window: 14 July - 28 July\nobjective: Restore momentum before the mid-review\n"
        "kr: Increase ICP meeting acceptance rate from 22%% to 35%%\n"
        "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\n"
        "kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days",
        trigger, anchor);
    g_autofree char *retro = g_strdup_printf(
        "/sprint retro\nkr1: 35%%\nkr2: 6\nkr3: 7 days\nanchor: %s\nmoved: partly, it did\n"
        "learned: %s\nchange: keep\ncomplete: yes",
        strcmp(anchor, "1") == 0 ? "$24.1M" : "20%", learned);

    expect_has("it opens", scene_command(scene, "maria", open), "is open until");
    scene_command(scene, "maria", "/sprint close\nreason: it is settled already");
    expect_has("it closes", scene_command(scene, "maria", retro), "closed");
}

static void found_team(Scene *scene, const char *who, const char *name, const char *channel)
{
    g_autofree char *setup = g_strdup_printf("/sprint setup %s", name);

    scene->channel = channel;
    scene_command(scene, who, setup);
    scene_command(scene, who,
                  "/okr objective\nobjective: Build the pipeline that carries the year\n"
                  "period: FY Q3, 2025-06-02 - 2025-08-31");
    scene_command(scene, who, "/okr kr\nkr: Increase qualified pipeline from $20M to $30M");
}

/* West has closed three, East and Marketing one each. Maria is in West and East, Ines in Marketing
 * alone. */
static Scene *scene_learned(void)
{
    Scene *scene = scene_west();

    close_one(scene, "KR at Risk", "1", "invoices depend on one signature");
    close_one(scene, "Emergent Opportunity", "1", "short invitations are accepted");
    close_one(scene, "KR at Risk", "2", "a demo is won in its first week; invoices help");
    found_team(scene, "maria", "East", "east");
    close_one(scene, "KR at Risk", "1", "East had no invoices before May");
    found_team(scene, "ines", "Marketing", "marketing");
    found_team(scene, "ines", "Research and Design", "research");
    scene->channel = "marketing";
    scene_command(scene, "ines", "/sprint setup Marketing");
    scene->channel = SCENE_HOME;
    scene_forget(scene);
    return scene;
}

typedef struct Case {
    const char *promise, *text, *says, *lacks;
} Case;

static void expect_cases(Scene *scene, const Case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *command = g_strconcat("/sprint learnings", cases[i].text, NULL);
        const char *said = scene_command(scene, "maria", command);

        expect_has(cases[i].promise, said, cases[i].says);
        expect_lacks(cases[i].promise, said, cases[i].lacks);
    }
}

#define CASES(scene, cases) expect_cases(scene, cases, G_N_ELEMENTS(cases))

static void words_and_filters_narrow_it(void **state)
{
    static const Case cases[] = {
        {"no words: all, the last closed first", "", "3 a demo is won", "East"},
        {"one word", " invoices", "1 invoices depend on one signature", "short invitations"},
        {"all words", " invoices signature", "1 invoices depend", "a demo"},
        {"in any case, whatever stands around them", " \"INVOICES\", (Signature)!",
         "1 invoices depend", "a demo"},
        {"by trigger", " trigger: Emergent Opportunity", "2 short invitations", "invoices"},
        {"by a part of the trigger", " trigger: emergent", "2 short invitations", "invoices"},
        {"wherever in it", " trigger: risk demo", "3 a demo", "signature"},
        {"words behind a filter", " trigger: KR at Risk signature", "1 invoices depend", "a demo"},
        {"words before it", " signature trigger: KR at Risk", "1 invoices depend", "a demo"},
        {"without a blank", " trigger:emergent", "2 short invitations", "invoices"},
        {"on a line of its own", "\ninvoices\nTrigger: kr at risk\nanchor: 2", "3 a demo",
         "signature"},
        {"by the anchor's number", " anchor: 2", "3 a demo", "short"},
        {"with words behind it", " anchor: 1 short", "2 short invitations", "invoices"},
        {"as it is called", " anchor: KR 2 demo", "3 a demo", "short"},
        {"by a part of its sentence", " anchor: win rate", "3 a demo", "short"},
        {"quoted", " anchor: \"win rate\"", "3 a demo", "short"},
        {"own team, named", " team: West invoices", "1 invoices depend", "East had"},
        {"given twice, the later counts", " anchor: 1 anchor: 2", "3 a demo", "short"},
        {"with what it moved", " signature",
         "invoices depend on one signature (14 July 2025 - 28 July 2025; anchor moved: partly",
         "East"},
    };
    g_autoptr(Scene) scene = scene_learned();

    (void)state;
    CASES(scene, cases);
}

static void what_finds_nothing_says_what_to_drop(void **state)
{
    static const Case cases[] = {
        {"words alone", " zebra", "No learning of West has all of this: “zebra”.", "Without"},
        {"other teams may have it", " zebra", "team: all looks through all your teams", "Fewer"},
        {"everywhere", " zebra team: all", "West and East has all of this: “zebra”. Fewer words",
         "team: all looks"},
        {"the filter that hides it", " demo trigger: emergent",
         "“demo”, trigger “Emergent Opportunity”. Without trigger: there is 1.", "Fewer"},
        {"of two, the one that helps", " demo trigger: KR at Risk anchor: 1",
         "Without anchor: there is 1.", "Without trigger"},
        {"an anchor that none served", " anchor: 7", "anchor “7”. Without anchor: there are 3.",
         "Fewer"},
        {"a trigger that is none", " trigger: Tuesday", "“Tuesday” is none of the triggers", "No "},
        {"a part that two of them have", " trigger: g", "“g” is none of the triggers", "No "},
        {"a filter without a value", " invoices trigger:", "trigger: has nothing behind it", "No "},
        {"each of them", " team:", "team: has nothing behind it", "No "},
        {"and this one", " anchor:   ", "anchor: has nothing behind it", "No "},
    };
    g_autoptr(Scene) scene = scene_learned();

    (void)state;
    CASES(scene, cases);
    scene->channel = "marketing";
    expect_has("a team that closed none says so", scene_command(scene, "ines", "/sprint learnings"),
               "Marketing has not closed a sprint yet");
}

static void other_teams_are_searched_only_by_who_is_in_them(void **state)
{
    static const Case cases[] = {
        {"a team that is not theirs", " team: Marketing invoices", "You are not in Marketing",
         "depend"},
        {"nor together with their own", " team: West, Marketing", "You are not in Marketing",
         "depend"},
        {"whatever it is called", " team: Research and Design",
         "You are not in Research and Design", "depend"},
        {"the longer name is meant", " team: research and design invoices",
         "You are not in Research and Design", "depend"},
        {"one that is none", " team: Atlantis",
         "There is no team “Atlantis” here. Yours: West, East", "depend"},
        {"commas without names are nobody's", " team: ,", "1 invoices depend", "East had"},
    };
    g_autoptr(Scene) scene = scene_learned();

    (void)state;
    CASES(scene, cases);
    scene->conversation = false; /* replies are for the asker's eyes */
    static const Case several[] = {
        {"all of theirs", " team: all invoices", "4 East had no invoices before May (East, ",
         "Marketing"},
        {"and their own beside", " team: all invoices", "(West, 14 July", "Marketing"},
        {"by name", " team: East invoices", "4 East had", "depend"},
        {"several", " team: East, West invoices", "1 invoices depend", "short"},
        {"several in words", " teams: East and West invoices", "1 invoices depend", "short"},
        {"no words: the last closed first", " team: all", "What West and East learned:\n4 East had",
         "Marketing"},
    };
    CASES(scene, several);
}

/* Where there are no forms a reply stands in the channel, and others read along. */
static void another_teams_learnings_are_told_alone(void **state)
{
    g_autoptr(Scene) scene = scene_learned();

    (void)state;
    expect_has("the answer is sent on",
               scene_command(scene, "maria", "/sprint learnings team: East"),
               "sent it to you alone");
    expect_lacks("nothing of it stands here", scene->said, "invoices");
    assert_int_equal(scene_count(scene, CARD_NOTICE, "maria"), 1);
    g_autofree char *alone = scene_last(scene, CARD_NOTICE);
    expect_has("it is there", alone, "East had no invoices");
    assert_null(scene_card(scene, CARD_NOTICE)->channel);
    scene_forget(scene);
    expect_has("the team's own stay where they were asked for",
               scene_command(scene, "maria", "/sprint learnings signature"), "1 invoices depend");
    assert_int_equal(scene_count(scene, CARD_NOTICE, "maria"), 0);
}

static const char *direct(Scene *scene, const char *who, const char *text)
{
    Event *event = scene_new_event(scene, EVENT_COMMAND, who);

    g_clear_pointer(&event->channel, g_free);
    event->direct = true;
    event_set_text(event, text, strlen(text));
    return scene_event(scene, event);
}

static void in_a_direct_conversation_all_teams_are_meant(void **state)
{
    g_autoptr(Scene) scene = scene_learned();

    (void)state;
    expect_has("of both", direct(scene, "maria", "sprint learnings invoices"), "(East, ");
    expect_has("of both", scene->said, "(West, ");
    expect_has("the only one", direct(scene, "tom", "sprint learnings invoices"),
               "1 invoices depend");
    expect_lacks("needs no name", scene->said, "(West, ");
    expect_has("none", direct(scene, "mallory", "sprint learnings invoices"), "in no team");
    scene->channel = "nowhere";
    expect_has("where no team lives a stranger is told so",
               scene_command(scene, "mallory", "/sprint learnings team: West"), "in no team");
}

static void a_joint_sprint_is_found_once(void **state)
{
    g_autoptr(Scene) scene = scene_learned();

    (void)state;
    scene->conversation = false;
    close_one(scene, "Cross-Functional Gap\nowner: West, East", "1",
              "invoices went missing between");
    const char *said = scene_command(scene, "maria", "/sprint learnings team: all missing");
    const char *first = strstr(said, "5 invoices went missing");
    assert_non_null(first);
    assert_null(strstr(first + 1, "5 invoices went missing"));
}

static void a_long_list_is_cut_and_counted(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    g_autofree char *novel = g_strnfill(900, 'n');

    (void)state;
    for (int i = 0; i < 10; i++) {
        g_autofree char *learned = g_strdup_printf("invoices, the %d time", i);

        close_one(scene, "KR at Risk", "1", i == 9 ? novel : learned);
    }
    const char *said = scene_command(scene, "maria", "/sprint learnings");
    expect_has("eight at most", said, "2 more: narrow it with another word.");
    expect_has("each in brief", said, "nnn… (");
    expect_lacks("each in brief", said, novel);
}

static void words_are_only_words(void **state)
{
    static const Case cases[] = {
        {"signs are none", " *** \"\" -- ()", "3 a demo", "No "},
        {"a search engine's own are", " OR NOT NEAR", "“or not near”", "depend"},
        {"a key that is none of ours", " who: maria", "“who maria”", "depend"},
        {"marks cannot be typed", " \x01zebra\x03", "“zebra”", "depend"},
        {"placeholders stay", " {team}", "“team”", "{"},
    };
    g_autoptr(Scene) scene = scene_learned();
    g_autofree char *novel = g_strnfill(7000, 'x');
    g_autofree char *long_word = g_strconcat("/sprint learnings invoices ", novel, NULL);
    g_autofree char *long_filter = g_strconcat("/sprint learnings anchor: ", novel, NULL);

    (void)state;
    CASES(scene, cases);
    expect_has("ten words are searched for",
               scene_command(scene, "maria",
                             "/sprint learnings invoices on one on one on one on one on zebra"),
               "1 invoices depend");
    expect_has("and that is said", scene->said,
               "Searched for the first words only: invoices on one on one on one on one on");
    expect_has("a word of 7000 letters is none", scene_command(scene, "maria", long_word),
               "1 invoices depend");
    expect_has("a filter of 7000 is quoted in brief", scene_command(scene, "maria", long_filter),
               "xxx…”");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_filters_narrow_it),
        cmocka_unit_test(what_finds_nothing_says_what_to_drop),
        cmocka_unit_test(other_teams_are_searched_only_by_who_is_in_them),
        cmocka_unit_test(another_teams_learnings_are_told_alone),
        cmocka_unit_test(in_a_direct_conversation_all_teams_are_meant),
        cmocka_unit_test(a_joint_sprint_is_found_once),
        cmocka_unit_test(a_long_list_is_cut_and_counted),
        cmocka_unit_test(words_are_only_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
