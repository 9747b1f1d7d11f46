/* Where people talk to each other and to the bot in one room, in threads: a conversation with a
 * member stays in its own, and what is said beside it is nobody's answer. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static const char *say_in(Scene *scene, EventKind kind, const char *who, const char *thread,
                          const char *text)
{
    Event *event = scene_new_event(scene, kind, who);

    event->conversation = true;
    event->answer_under = g_strdup(thread);
    event_set_text(event, text, strlen(text));
    return scene_event(scene, event);
}

static const char *command(Scene *scene, const char *who, const char *thread, const char *text)
{
    return say_in(scene, EVENT_COMMAND, who, thread, text);
}

static const char *text(Scene *scene, const char *who, const char *thread, const char *said)
{
    return say_in(scene, EVENT_TEXT, who, thread, said);
}

static void a_conversation_goes_on_in_its_thread(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    expect_has("it asks", command(scene, "maria", "$one", "okr kr"), "Which number moves");
    assert_string_equal("", text(scene, "maria", "$other", "Are we all set for lunch?"));
    expect_has("the answer in the thread is taken",
               text(scene, "maria", "$one", "Raise the renewal rate from 80% to 90%"), "80%");
}

static void two_members_at_once_do_not_cross(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    command(scene, "maria", "$one", "okr kr");
    command(scene, "jonas", "$two", "okr kr");
    assert_string_equal("", text(scene, "jonas", "$one", "Raise the share from 10% to 20%"));
    expect_has("his own", text(scene, "jonas", "$two", "Raise the share from 10% to 20%"), "10%");
    expect_has("and hers", text(scene, "maria", "$one", "Raise the renewals from 80% to 90%"),
               "80%");
}

static void a_form_taken_up_again_goes_on_where_it_was_taken_up(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    command(scene, "maria", "$one", "okr kr");
    text(scene, "maria", "$one", "later");
    command(scene, "maria", "$two", "okr kr");
    assert_string_equal("", text(scene, "maria", "$one", "Raise the share from 10% to 20%"));
    expect_has("the new thread", text(scene, "maria", "$two", "Raise the share from 10% to 20%"),
               "10%");
}

static void chatter_is_never_answered(void **state)
{
    g_autoptr(Scene) scene = scene_asked();
    int32_t before = scene_count(scene, CARD_ECHO, NULL);

    (void)state;
    assert_string_equal("", text(scene, "maria", "$chat", "kr1 27%"));
    assert_string_equal("", text(scene, "maria", "$chat", "blocked: the lift @jonas"));
    assert_int_equal(scene_count(scene, CARD_ECHO, NULL), before);
}

static const char *alone(Scene *scene, const char *who, bool marked, const char *said)
{
    Event *event = scene_new_event(scene, EVENT_COMMAND, who);

    g_clear_pointer(&event->channel, g_free);
    event->conversation = true;
    event->direct = true;
    event->addressed = marked;
    event_set_text(event, said, strlen(said));
    return scene_event(scene, event);
}

/* Alone with the bot every line reads like a command: "list price from 4 to 5" is none. */
static void alone_with_us_a_line_answers_the_question_that_waits(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    text(scene, "maria", "$here", "hello"); /* she belongs to the team */
    expect_has("it asks", alone(scene, "maria", true, "okr kr"), "Which number moves");
    expect_lacks("an answer that begins like a command is no command",
                 alone(scene, "maria", false, "sprint list price from 4 to 5"), "No sprint");
    expect_has("and it is kept", scene->said, "4 to 5");
    expect_has("what is written as a command is one", alone(scene, "maria", true, "sprint status"),
               "West");
}

static void setting_up_takes_the_right_to(void **state)
{
    g_autoptr(Scene) scene = scene_new();
    Event *event = scene_new_event(scene, EVENT_COMMAND, "maria");

    (void)state;
    scene->channel = "east";
    event->standing = STANDING_LOW;
    event_set_text(event, "sprint setup name: East", strlen("sprint setup name: East"));
    expect_has("who may do it is said", scene_event(scene, event), "moderator");
    assert_null(scene_team(scene));
}

static void a_members_own_page_can_be_asked_for(void **state)
{
    g_autoptr(Scene) scene = scene_asked();

    (void)state;
    expect_has("what waits", command(scene, "maria", "$one", "sprint mine"), "waits for you");
    assert_int_equal(scene->reply->kind, CARD_REPLY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conversation_goes_on_in_its_thread),
        cmocka_unit_test(two_members_at_once_do_not_cross),
        cmocka_unit_test(a_form_taken_up_again_goes_on_where_it_was_taken_up),
        cmocka_unit_test(chatter_is_never_answered),
        cmocka_unit_test(alone_with_us_a_line_answers_the_question_that_waits),
        cmocka_unit_test(setting_up_takes_the_right_to),
        cmocka_unit_test(a_members_own_page_can_be_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
