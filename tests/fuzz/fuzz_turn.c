/* Whole turns: an afternoon in the channel of a team with a sprint. A blank line divides what
 * happens; the first character tells what it is:
 *
 *     /sprint status          a command
 *     [checkin.form 1         a button, with its value
 *     {sprint checkin         a form that was sent; its values follow, a line each
 *     }sprint checkin         the same, closed unsent
 *     >kr1 27%                an answer to the daily check-in
 *     =kr1 $22M               an answer to the weekly one
 *     +3                      three days pass (1 to 9)
 *     ~jonas                  who acts from here on
 *     anything else           is said in the channel
 *
 * The scene checks every turn and every card of it (tests/core/scene.h). */

#include <string.h>

#include "tests/core/scene.h"

#include "fuzz.h"

#define EVENTS_MAX 12

typedef struct Story {
    Scene *scene;
    const char *who;
} Story;

static void pass_days(Scene *scene, int64_t days)
{
    Day day = day_plus(instant_day(scene->now, scene->zone), days);
    g_autofree char *iso = day_iso(day);
    g_autofree char *when = g_strconcat(iso, " 12:00", NULL);

    scene_until(scene, when);
}

static void press(const Story *story, char *line)
{
    char *value = strchr(line, ' ');

    if (value != NULL) {
        *value++ = '\0';
    }
    (void)scene_press(story->scene, story->who, line, value);
}

static void send_form(const Story *story, EventKind kind, char *text)
{
    char *values = strchr(text, '\n');
    Event *event = scene_new_event(story->scene, kind, story->who);

    if (values != NULL) {
        *values++ = '\0';
    }
    event->action = g_strdup(text);
    event_set_text(event, values != NULL ? values : "", values != NULL ? strlen(values) : 0);
    (void)scene_event(story->scene, event);
}

static void answer(const Story *story, const char *text)
{
    const Team *team = scene_team(story->scene);
    const Sprint *sprint = team != NULL ? scene_sprint_of(story->scene, 1) : NULL;

    if (sprint != NULL && sprint->checkins->len > 0) {
        (void)scene_answer(story->scene, story->who, 1, "m1", text);
    }
}

static void answer_week(const Story *story, const char *text)
{
    if (scene_team(story->scene) != NULL && scene_team(story->scene)->weeklies->len > 0) {
        (void)scene_answer_week(story->scene, story->who, "m2", text);
    }
}

static void act_as(Story *story, const char *name)
{
    static const char *const people[] = {"maria", "jonas", "lena", "ines", "tom"};

    for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
        story->who = strcmp(people[i], name) == 0 ? people[i] : story->who;
    }
}

static void happen(Story *story, char *text)
{
    switch (*text) {
    case '/':
        (void)scene_command(story->scene, story->who, text);
        break;
    case '[':
        press(story, text + 1);
        break;
    case '{':
        send_form(story, EVENT_FORM, text + 1);
        break;
    case '}':
        send_form(story, EVENT_SHUT, text + 1);
        break;
    case '>':
        answer(story, text + 1);
        break;
    case '=':
        answer_week(story, text + 1);
        break;
    case '+':
        pass_days(story->scene, text[1] >= '1' && text[1] <= '9' ? text[1] - '0' : 1);
        break;
    case '~':
        act_as(story, text + 1);
        break;
    default:
        (void)scene_text(story->scene, story->who, text);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *bytes = fuzz_bytes(data, size);
    g_auto(GStrv) events = g_strsplit(bytes, "\n\n", EVENTS_MAX + 1);
    Story story = {.who = "maria"};

    g_setenv("CMOCKA_TEST_ABORT", "1", TRUE); /* what the scene expects is a promise here */
    g_autoptr(Scene) scene = scene_asked();

    (void)scene_command(scene, "maria", "/sprint setup\nweekly: Monday 09:30");
    story.scene = scene;
    for (size_t i = 0; i < EVENTS_MAX && events[i] != NULL; i++) {
        happen(&story, events[i]);
    }
    return 0;
}
