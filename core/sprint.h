#pragma once

/* A sprint: its record, its states and what moves it from one to the next (framework: A valid
 * sprint has, Life of a sprint). The table in sprint.c is the only way from state to state. */

#include "core/reading.h"
#include "core/when.h"

typedef struct Sprint Sprint;

typedef enum SprintState {
    SPRINT_DRAFT,
    SPRINT_ACTIVE,
    SPRINT_CLOSING,
    SPRINT_CLOSED,
    SPRINT_STATE_COUNT,
} SprintState;

typedef enum SprintEvent {
    ON_OPEN,
    ON_WINDOW_OVER,
    ON_END_EARLY,
    ON_RETRO_DONE,
    SPRINT_EVENT_COUNT,
} SprintEvent;

typedef enum SprintAct {
    DO_REFUSE, /* state unchanged: there is no other way out */
    DO_ANNOUNCE,
    DO_ASK_RETRO,
    DO_PUBLISH,
} SprintAct;

/* One check-in: a sprint asked in one owner's home on one day; or a team's weekly one on its
 * tactical KRs. */
typedef struct Checkin {
    CheckinId id;
    SprintId sprint; /* none: a weekly one (weekly.h) */
    TeamId team;
    Day day;
    Instant asked, closes;
    bool summarised;    /* its fifteen minutes are over */
    GPtrArray *answers; /* of Answer, in order of arrival */
} Checkin;

/* Weekly: were the initiatives revised since the last check-in? */
typedef enum Revised { REVISED_UNSAID, REVISED_YES, REVISED_NO } Revised;

/* Weekly: a member's confidence in one KR. */
typedef struct KrConfidence {
    KrId kr;
    int32_t confidence; /* 0 to 10 */
} KrConfidence;

/* What one message said, besides values (those are readings that name the message). Edited with the
 * message. */
typedef struct Answer {
    CheckinId checkin;
    char *message; /* its key; unique */
    char *by;      /* never exported, never shown beside a figure */
    Instant at;
    bool late;          /* after its time */
    bool withdrawn;     /* edited so that nothing is left, or deleted */
    int32_t confidence; /* 0 to 10, -1 when not given; weekly: in every KR not named below */
    char *learned;      /* NULL when not given */
    char *note;         /* what was no movement, kept as it came; NULL */
    Revised revised;
    GArray *confidences; /* of KrConfidence, one of each at most; NULL: none was told apart */
} Answer;

typedef struct Blocker {
    BlockerId id;
    SprintId sprint;
    int32_t number; /* within the sprint, as people name it */
    char *text;
    char *owner;   /* member id */
    char *message; /* the message that reported it */
    Instant since;
    Instant cleared; /* us == 0 while it stands */
} Blocker;

typedef enum Moved { MOVED_UNSAID, MOVED_YES, MOVED_PARTLY, MOVED_NO } Moved;
typedef enum TacticalChange {
    TACTICAL_UNSAID,
    TACTICAL_KEEP,
    TACTICAL_RAISE,
    TACTICAL_LOWER,
    TACTICAL_REWRITE,
    TACTICAL_DROP
} TacticalChange;
typedef enum Cause {
    CAUSE_UNSAID,
    CAUSE_AMBITION,
    CAUSE_WRONG_KR,
    CAUSE_DEPENDENCY,
    CAUSE_CAPACITY,
    CAUSE_PRIORITIES,
    CAUSE_OUTSIDE,
    CAUSE_LOST_FOCUS,
    CAUSE_RHYTHM,
    CAUSE_COUNT,
} Cause;

const char *moved_name(Moved moved); /* "yes", "partly", "no"; "" for UNSAID */
const char *tactical_change_name(TacticalChange change);
const char *cause_name(Cause cause); /* "wrong KR" and so on, as it is typed and shown */

/* A follow-up action of a retrospective: asked after until done, or dropped with a reason. */
typedef struct Action {
    ActionId id;
    SprintId sprint;
    int32_t number; /* 1 to 3 */
    char *text;
    char *owner;
    Day due;
    bool done;
    char *dropped; /* the reason; NULL */
} Action;

/* The anchor, read again so many days after the close (framework: Numbers, lift). */
typedef struct FollowUp {
    SprintId sprint;
    int32_t days; /* 14 or 28 */
    Day day;      /* of the reading */
    Decimal value;
} FollowUp;

/* The Sprint Close, as far as it has been answered (framework: The retrospective asks). */
typedef struct Retro {
    Moved moved;
    char *moved_how; /* the sentence beside it; NULL */
    char *learned;
    TacticalChange change;
    char *change_to; /* the new target or sentence, where one was given; NULL */
    bool change_applied;
    bool anchor_known; /* anchor_close has been given */
    Decimal anchor_close;
    GPtrArray *worked; /* of char *: the initiatives that moved a number, each as its text */
    GPtrArray *did_not;
    GPtrArray *actions; /* of Action */
    char *confirmed_by;
} Retro;

typedef struct SprintKr {
    Track *track;
    bool final_given; /* the retrospective named its final value (a reading with READING_RETRO) */
    Cause cause;      /* asked where progress stayed below 0.7 */
} SprintKr;

struct Sprint {
    SprintId id;
    WorkspaceId workspace;
    int32_t number; /* within the workspace, as people name it */
    SprintState state;
    char *trigger; /* a type's name, as in the policy */
    char *situation;
    TeamId anchor_team;
    KrId anchor;
    char *anchor_statement; /* as it stood at the opening */
    Unit anchor_unit;
    Decimal anchor_open; /* the anchor's value when the sprint opened */
    Decimal anchor_target;
    Window window;
    char *objective;
    GArray *owners; /* of TeamId; the first is where it was opened, which gives it no lead */
    char *facilitator;
    GPtrArray *krs;                  /* of SprintKr */
    GPtrArray *initiatives;          /* of char * */
    Instant opened, closing, closed; /* us == 0 until then */
    GArray *reminded_in; /* of Day, beside `owners`: the last day on which that team was reminded of
                            the end */
    Day reminded;        /* the last day on which its retrospective was asked after */
    bool ended_early;
    char *early_reason;
    GPtrArray *checkins; /* of Checkin, by time asked */
    GPtrArray *blockers; /* of Blocker */
    Retro retro;
    GArray *follow_ups; /* of FollowUp, by days */
};

Sprint *sprint_new(void);
void sprint_free(Sprint *sprint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sprint, sprint_free)
Checkin *checkin_new(void);
void checkin_free(Checkin *checkin);
Answer *answer_new(void);
void answer_free(Answer *answer);
Blocker *blocker_new(void);
void blocker_free(Blocker *blocker);
Action *action_new(void);
void action_free(Action *action);
SprintKr *sprint_kr_new(Track *take_track);
void sprint_kr_free(SprintKr *kr);

/* What an event does in a state; `*next` is where it leads (unchanged when DO_REFUSE). */
SprintAct sprint_step(SprintState state, SprintEvent event, SprintState *next)
    __attribute__((warn_unused_result));
const char *sprint_state_name(SprintState state); /* "draft", "active", "closing", "closed" */

/* One of them (of Sprint) is in that state. */
bool sprints_any(const GPtrArray *sprints, SprintState state);
bool sprint_owned_by(const Sprint *sprint, TeamId team);
/* The last day on which that owner was reminded of the end; DAY_NONE: never. */
Day sprint_reminded(const Sprint *sprint, TeamId team);
void sprint_set_reminded(Sprint *sprint, TeamId team, Day day);
SprintKr *sprint_kr(const Sprint *sprint,
                    int32_t number); /* NULL if there is none of that number */
SprintKr *sprint_kr_of(const Sprint *sprint, KrId id);
Checkin *sprint_checkin(const Sprint *sprint, CheckinId id);
/* The check-in of that team on that day; NULL if it was not asked. */
Checkin *sprint_checkin_on(const Sprint *sprint, TeamId team, Day day);
/* The newest check-in of that team; NULL before the first. Answers go there until the next prompt.
 */
Checkin *sprint_checkin_last(const Sprint *sprint, TeamId team);
/* The answer a message gave, and its check-in (`checkin` may be NULL); NULL if none. */
Answer *sprint_answer(const Sprint *sprint, const char *message, Checkin **checkin);
Blocker *sprint_blocker(const Sprint *sprint, int32_t number);
/* The answer that a message gave to it; NULL if none. */
Answer *checkin_answer_of(const Checkin *checkin, const char *message);
/* Anyone answered, and was not withdrawn. */
bool checkin_answered(const Checkin *checkin);
