/* What a platform tells beside commands: a member's own page, direct conversations, who belongs to
 * a team, channels that move, who may set a team up; and the press that applies a retrospective. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static Event *direct(Scene *scene, EventKind kind, const char *who, const char *text)
{
    Event *event = scene_new_event(scene, kind, who);

    g_clear_pointer(&event->channel, g_free);
    event->direct = true;
    event->conversation = false;
    event_set_text(event, text, strlen(text));
    return event;
}

static void the_page_shows_what_waits_and_what_was_answered(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    expect_has("the check-in waits", scene_event(scene, direct(scene, EVENT_HOME, "maria", "")),
               "Today's check-in of sprint 1 waits for you");
    assert_int_equal(scene->reply->kind, CARD_HOME);
    int buttons = 0;
    for (guint i = 0; i < scene->reply->blocks->len; i++) {
        const Block *block = g_ptr_array_index(scene->reply->blocks, i);

        if (block->kind == BLOCK_BUTTON) {
            assert_string_equal(block->note, SCENE_HOME);
            buttons++;
        }
    }
    assert_int_equal(buttons, 3);
    scene_answer(scene, "maria", 1, NULL, "27%");
    expect_has("answered, it does not", scene_event(scene, direct(scene, EVENT_HOME, "maria", "")),
               "You have checked in today");
    expect_has("jonas has not", scene_event(scene, direct(scene, EVENT_HOME, "jonas", "")),
               "waits for you");
    expect_lacks("a stranger sees nothing of the team",
                 scene_event(scene, direct(scene, EVENT_HOME, "mallory", "")), "West");
}

static void the_page_asks_for_the_retrospective_and_lists_closes(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-29 10:00");
    expect_has("it waits", scene_event(scene, direct(scene, EVENT_HOME, "maria", "")),
               "waits for its retrospective");
    scene_command(scene, "maria",
                  "/sprint retro\nkr1: 31%\nkr2: 5\nkr3: 8 days\nanchor: $24.1M\n"
                  "moved: partly, two large accounts slipped\nlearned: short invitations work\n"
                  "change: keep\naction: Hand the invitation to East; owner: @jonas; by: "
                  "2025-08-15\ncomplete: yes");
    const char *page = scene_event(scene, direct(scene, EVENT_HOME, "jonas", ""));

    expect_has("what is closed is listed", page,
               "Restore qualified pipeline momentum before the mid-review: anchor moved: partly");
    expect_has("an action is shown to its owner", page,
               "Yours from sprint 1: Hand the invitation to East, by Fri 15 August");
    expect_has("with no sprint left it says so", page, "West has no");
    expect_lacks("and to nobody else", scene_event(scene, direct(scene, EVENT_HOME, "maria", "")),
                 "Yours from");
    scene_command(scene, "jonas", "/sprint actions 1.1 done");
    expect_lacks("once it is done it is gone",
                 scene_event(scene, direct(scene, EVENT_HOME, "jonas", "")), "Yours from");
}

static void the_page_asks_nobody_who_is_away(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    scene_until(scene, "2025-07-14 09:31");
    scene_command(scene, "maria", "/sprint away today");
    expect_lacks("not this week's", scene_event(scene, direct(scene, EVENT_HOME, "maria", "")),
                 "This week's check-in");
    expect_has("the others are asked", scene_event(scene, direct(scene, EVENT_HOME, "tom", "")),
               "This week's check-in");
}

static void a_direct_command_means_the_members_only_team(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    expect_has("one team",
               scene_event(scene, direct(scene, EVENT_COMMAND, "maria", "sprint status")), "KR1");
    expect_has("no team",
               scene_event(scene, direct(scene, EVENT_COMMAND, "mallory", "sprint status")),
               "in no team");
    scene->channel = "east";
    scene_command(scene, "maria", "/sprint setup name: East");
    expect_has("two teams",
               scene_event(scene, direct(scene, EVENT_COMMAND, "maria", "sprint status")),
               "in several teams");
}

static void a_direct_answer_counts_like_one_in_the_thread(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    scene_event(scene, direct(scene, EVENT_TEXT, "maria", "27%, 4, 9.5"));
    assert_int_equal(scene_value(scene, 1, 1).millionths, 27000000);
    expect_has("what is not understood gets help for that place",
               scene_event(scene, direct(scene, EVENT_TEXT, "maria", "good morning")), "help");
}

static void an_answer_said_like_a_command_is_an_answer(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    Event *event = scene_new_event(scene, EVENT_COMMAND, "maria");

    (void)state;
    event->addressed = true;
    event->conversation = false;
    event_set_text(event, "sprint kr1 27%", 14);
    scene_event(scene, event);
    assert_int_equal(scene_value(scene, 1, 1).millionths, 27000000);
    Event *other = scene_new_event(scene, EVENT_COMMAND, "maria");
    other->addressed = true;
    event_set_text(other, "sprint dance", 12);
    expect_has("what is neither gets help", scene_event(scene, other), "help");
}

static void a_roster_says_who_belongs_to_the_team(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Event *event = scene_new_event(scene, EVENT_ROSTER, NULL);

    (void)state;
    event_set_text(event, "maria\nnew", 9);
    scene_event(scene, event);
    const Team *team = scene_team(scene);
    assert_true(team_member(team, "maria")->present);
    assert_true(team_member(team, "new")->present);
    assert_false(team_member(team, "jonas")->present);
}

static void a_group_decides_and_writing_in_the_channel_does_not(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene_command(scene, "maria", "/sprint setup members: <!subteam^S0123>");
    assert_string_equal(scene_team(scene)->roster, "S0123");
    scene_command(scene, "visitor", "/sprint status");
    assert_false(team_member(scene_team(scene), "visitor")->present);
    scene_command(scene, "maria", "/sprint setup members: channel");
    assert_null(scene_team(scene)->roster);
}

static void a_channel_that_moves_keeps_its_team(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();
    Event *event = scene_new_event(scene, EVENT_MOVED, NULL);

    (void)state;
    event->value = g_strdup("west-shared");
    scene_event(scene, event);
    scene->channel = "west-shared";
    assert_string_equal(scene_team(scene)->home, "west-shared");
    expect_has("it answers there", scene_command(scene, "maria", "/sprint status"), "KR1");
}

static void only_the_channels_people_set_it_up(void **state)
{
    static const struct {
        const char *promise;
        Standing standing;
        const char *has;
        bool set_up;
    } cases[] = {
        {"inside", STANDING_INSIDE, "", true},
        {"where nobody asked", STANDING_UNASKED, "", true},
        {"outside", STANDING_OUTSIDE, "You are not in this channel", false},
        {"not known yet", STANDING_UNKNOWN, "Say it again in a moment", false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = scene_new();
        Event *event = scene_new_event(scene, EVENT_COMMAND, "maria");
        static const char text[] = "sprint setup\nname: West\ntimezone: Europe/Berlin";

        event->standing = cases[i].standing;
        event->conversation = false;
        event_set_text(event, text, strlen(text));
        expect_has(cases[i].promise, scene_event(scene, event), cases[i].has);
        expect_that(cases[i].promise, (scene_team(scene) != NULL) == cases[i].set_up);
    }
}

static Scene *closed(const char *change)
{
    Scene *scene = scene_sprint();
    g_autofree char *text = g_strdup_printf(
        "sprint: 1\nkr1: 31%%\nkr2: 5\nkr3: 8 days\nanchor: $24.1M\nmoved: partly, two slipped\n"
        "learned: own figures work\ncause kr1: dependency\ncause kr3: dependency\nchange: %s\n"
        "complete: yes",
        change);

    scene_until(scene, "2025-07-29 10:00");
    g_autofree char *command = g_strconcat("/sprint retro\n", text, NULL);
    scene_command(scene, "maria", command);
    return scene;
}

static void one_press_applies_the_third_answer(void **state)
{
    static const struct {
        const char *promise, *change, *said, *statement;
        bool dropped;
    } cases[] = {
        {"raise", "raise to $32M", "Done: KR 1", "$32M", false},
        {"lower", "lower to $27M", "Done: KR 1", "$27M", false},
        {"drop", "drop", "Done: KR 1", "$30M", true},
        {"rewrite", "rewrite: Increase qualified pipeline from $20M to $31M", "Done: KR 1", "$31M",
         false},
        {"keep leaves nothing to do", "keep", "nothing left to apply", "$30M", false},
        {"another unit is refused", "rewrite: Increase win rate from 18% to 25%",
         "could not be applied", "$30M", false},
        {"no value is refused", "raise to the moon", "could not be applied", "$30M", false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scene) scene = closed(cases[i].change);
        const Tactical *anchor = g_ptr_array_index(scene_team(scene)->tacticals, 0);

        expect_has(cases[i].promise, scene_press(scene, "maria", "tactical.apply", "1"),
                   cases[i].said);
        expect_has(cases[i].promise, anchor->track->kr->statement, cases[i].statement);
        expect_that(cases[i].promise, anchor->dropped == cases[i].dropped);
    }
}

static void a_second_press_changes_nothing_more(void **state)
{
    g_autoptr(Scene) scene = closed("raise to $32M");

    (void)state;
    scene_press(scene, "maria", "tactical.apply", "1");
    scene_forget(scene);
    expect_has("it says so", scene_press(scene, "jonas", "tactical.apply", "1"),
               "nothing left to apply");
    assert_int_equal(scene_count(scene, CARD_NOTICE, NULL), 0);
}

static void presses_of_things_that_are_not_there_are_harmless(void **state)
{
    static const char *const values[] = {"", "2", "x", "-1", "99999999999999999999"};
    g_autoptr(Scene) scene = closed("drop");

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        scene_press(scene, "maria", "tactical.apply", values[i]);
        scene_press(scene, "maria", "form.open", values[i]);
        scene_press(scene, "maria", "nothing", values[i]);
    }
    assert_false(scene_sprint_of(scene, 1)->retro.change_applied);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_shows_what_waits_and_what_was_answered),
        cmocka_unit_test(the_page_asks_for_the_retrospective_and_lists_closes),
        cmocka_unit_test(the_page_asks_nobody_who_is_away),
        cmocka_unit_test(a_direct_command_means_the_members_only_team),
        cmocka_unit_test(a_direct_answer_counts_like_one_in_the_thread),
        cmocka_unit_test(an_answer_said_like_a_command_is_an_answer),
        cmocka_unit_test(a_roster_says_who_belongs_to_the_team),
        cmocka_unit_test(a_group_decides_and_writing_in_the_channel_does_not),
        cmocka_unit_test(a_channel_that_moves_keeps_its_team),
        cmocka_unit_test(only_the_channels_people_set_it_up),
        cmocka_unit_test(one_press_applies_the_third_answer),
        cmocka_unit_test(a_second_press_changes_nothing_more),
        cmocka_unit_test(presses_of_things_that_are_not_there_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
