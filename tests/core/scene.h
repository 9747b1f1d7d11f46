#pragma once

/* A workspace in memory, in which turns are taken one after another: what a test types, presses and
 * lets pass is what happens. There is no store and no platform; what a turn asks for is answered
 * from the world itself, and its timers wait in a list until the scene's clock comes by.
 *
 * Every turn is checked on the way for what must hold whatever a test is about: cards lead
 * somewhere, their texts are clean and complete, and nobody is nudged twice on a day. */

#include "core/turn.h"

#define SCENE_HOME "west"

/* A card, and when it was said. */
typedef struct SceneCard {
    Instant at;
    Card *card;
} SceneCard;

typedef struct Scene {
    World *world;
    Policy policy;
    IdPool ids;
    Instant now;
    GTimeZone *zone; /* in which the scene's own times are written: Europe/Berlin */
    GArray *timers; /* of Timer, by due; those of one instant in the order in which they were set */
    GPtrArray *cards;    /* of SceneCard: what was said since scene_forget */
    GPtrArray *log;      /* of char *: "1 active -> closing by maria: why", every change of state */
    GHashTable *nudged;  /* "member day" */
    GHashTable *threads; /* message -> the thread that it was said in */
    Card *reply;         /* the last turn's; NULL */
    char *said;          /* the last turn's reply as plain text; "" */
    const char *channel; /* where the next event happens */
    bool conversation;   /* this platform has no forms; true unless a test says otherwise */
    int32_t next_sprint;
    int events, timers_run;
    unsigned secrets; /* how many were handed out */
} Scene;

/* Monday 14 July 2025, 08:00 in Berlin; nobody is there, nothing is on the books. */
Scene *scene_new(void);
/* The same with the team West (09:30, Mon-Fri, lead @lena, escalation @ines, members maria, jonas,
 * lena and tom), without a weekly check-in; its objective, and two tactical KRs: the pipeline from
 * $20M to $30M, now $21.2M; and the win rate from 18% to 25%. */
Scene *scene_west(void);
/* The same with a weekly check-in, Mondays at 09:30. */
Scene *scene_weekly(void);
/* The same with a sprint open, by maria: 14 July - 28 July, three KRs (22% to 35%, 6 accounts, 12
 * days to 7 days). */
Scene *scene_sprint(void);
/* The same, half past nine: the first check-in was just asked. */
Scene *scene_asked(void);
void scene_free(Scene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

/* The text form that scene_sprint opens, without its command line. */
extern const char scene_form[];

/* What people do. Each takes one turn now, and returns the reply as plain text ("" when there is
 * none); it is the scene's until the next turn. */
const char *scene_command(Scene *scene, const char *who, const char *text);
const char *scene_text(Scene *scene, const char *who, const char *text);
/* An answer in the thread of that team's newest prompt of a sprint; `message` may be NULL. */
const char *scene_answer(Scene *scene, const char *who, int32_t sprint, const char *message,
                         const char *text);
/* The same in the thread of the team's newest weekly prompt. */
const char *scene_answer_week(Scene *scene, const char *who, const char *message, const char *text);
/* The message now reads `text`; "" when it was deleted. */
const char *scene_edit(Scene *scene, const char *who, const char *message, const char *text);
const char *scene_press(Scene *scene, const char *who, const char *action, const char *value);
const char *scene_submit(Scene *scene, const char *who, const char *form, const char *values);
/* Any event at all; takes it. */
const char *scene_event(Scene *scene, Event *take_event);
/* A turn that does this alone, for what has no event of its own. */
void scene_act(Scene *scene, void (*act)(Turn *turn));
Event *scene_new_event(Scene *scene, EventKind kind, const char *who);

/* Lets time pass until "2025-07-14 09:30" in the scene's zone: timers run at their instants. */
void scene_until(Scene *scene, const char *when);
/* The same, but nothing runs on the way: what is overdue then runs once, late. */
void scene_sleep_until(Scene *scene, const char *when);
Instant scene_instant(const Scene *scene, const char *when);

/* What is there. */
Team *scene_team(const Scene *scene);
Sprint *scene_sprint_of(const Scene *scene, int32_t number);
/* The newest check-in of the scene's team in that sprint; asserts that there is one. */
Checkin *scene_checkin(const Scene *scene, int32_t sprint);
/* The value that counts now, of a sprint's KR. */
Decimal scene_value(const Scene *scene, int32_t sprint, int32_t kr);
/* The timer of that kind that is due first; NULL. */
const Timer *scene_timer(const Scene *scene, TimerKind kind);

/* What was said. */
void scene_forget(Scene *scene);
/* How many cards of that kind, to that member alone, or to everybody where `member` is NULL. */
int scene_count(const Scene *scene, CardKind kind, const char *member);
/* The last card of that kind as plain text; "" when there is none. Caller frees. */
char *scene_last(const Scene *scene, CardKind kind);
/* The last prompt or summary, as plain text; the scene's, like a reply. */
const char *scene_prompt(Scene *scene);
/* The last card of that kind itself; NULL. */
const Card *scene_card(const Scene *scene, CardKind kind);

/* Fails with the promise unless `text` holds `part` (or unless it does not). */
void expect_has(const char *promise, const char *text, const char *part);
void expect_lacks(const char *promise, const char *text, const char *part);
void expect_that(const char *promise, bool kept);
