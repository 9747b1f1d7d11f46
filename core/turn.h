#pragma once

/* One event's turn through the core: given what is loaded, the event and the instant, what changes,
 * and what is said? The turn collects the answer as values; the engine saves it, in one
 * transaction, and only then shows it.
 *
 * Purity: a turn calls nothing outside. It changes what the world holds in memory and records each
 * change; when the save fails, the engine forgets the world and nothing has happened. What a turn
 * misses (a team that somebody named, a closed sprint) it asks for as a need; the engine loads it
 * and takes the turn again from the start, so needs are asked for before anything is changed. */

#include "core/card.h"
#include "core/event.h"
#include "core/policy.h"
#include "core/world.h"

typedef enum ChangeKind {
    CHANGE_TEAM,      /* Team: its own row, with its words and holidays */
    CHANGE_MEMBER,    /* Member of `team` */
    CHANGE_PERIOD,    /* Period of `team` */
    CHANGE_OBJECTIVE, /* Objective of `team` */
    CHANGE_TACTICAL,  /* Tactical of `team`: its KR, not its readings */
    CHANGE_SPRINT, /* Sprint: its own row, KRs, initiatives, owners and retrospective; not readings,
                      check-ins, blockers */
    CHANGE_STATE,  /* StateLog: a line of a sprint's history */
    CHANGE_READING,       /* Reading: added */
    CHANGE_CHECKIN,       /* Checkin: its own row */
    CHANGE_ANSWER,        /* Answer */
    CHANGE_BLOCKER,       /* Blocker */
    CHANGE_ACTION,        /* Action: one that is there already */
    CHANGE_DRAFT,         /* Draft: saved */
    CHANGE_DRAFT_GONE,    /* Draft: removed */
    CHANGE_TIMER,         /* Timer: set */
    CHANGE_TIMER_GONE,    /* Timer: cleared, by its name; nothing happens when there is none */
    CHANGE_RECALIBRATION, /* Recalibration: added */
    CHANGE_LINK,          /* KrLink: added */
    CHANGE_LINK_GONE,     /* KrLink: removed; nothing happens when there is none */
    CHANGE_PROPOSAL,      /* Proposal */
    CHANGE_TOKEN,         /* Token */
    CHANGE_FOLLOW_UP,     /* FollowUp: added */
    CHANGE_KIND_COUNT,
} ChangeKind;

/* Every change of state, with who, when and why (framework: Life of a sprint). */
typedef struct StateLog {
    SprintId sprint;
    SprintState from, to;
    Instant at;
    char *who; /* member id, "" for the clock */
    char *why;
} StateLog;

void state_log_free(StateLog *line);

typedef struct Change {
    ChangeKind kind;
    Team *team; /* where the kind says "of `team`" */
    void *what; /* as the kind says; borrowed from the world, or owned by the turn (StateLog, Timer,
                   Draft gone) */
} Change;

typedef struct Need {
    NeedKind kind;
    char *text;
    int64_t id;
} Need;

typedef struct Turn {
    World *world;
    const Event *event;
    Instant now;
    const Policy *policy;
    IdPool *ids;         /* new entities take their ids here */
    int32_t next_sprint; /* the number of the workspace's next sprint; 0 until it was asked for */

    GArray *needs;    /* of Need: when not empty, all below is void */
    GArray *changes;  /* of Change, in order */
    GPtrArray *cards; /* of Card, for the outbox, in order */
    Card *reply;      /* for the asker, with the acknowledgement; NULL */
    GPtrArray *owned; /* what changes borrow from the turn itself */

    Team
        *team; /* of the event's channel, or the timer's; NULL when the channel is no team's home */
    int teams; /* in a direct conversation: how many teams the member is in; `team` is the only one
                */
    char *text;      /* the event's text, cleaned; "" */
    GTimeZone *zone; /* the default's, once it was asked for where there is no team */
} Turn;

Turn *turn_new(World *world, const Event *event, Instant now, const Policy *policy, IdPool *ids);
void turn_free(Turn *turn);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Turn, turn_free)

/* For the core's own modules. */

/* True when it is loaded; otherwise notes the need, and the caller returns at once. */
bool turn_needs_team_named(Turn *turn, const char *name);
bool turn_needs_sprint(Turn *turn, int32_t number);
bool turn_needs_digests(Turn *turn, TeamId team);
bool turn_needs_draft(Turn *turn);
bool turn_needs_member(Turn *turn, const char *id);
bool turn_needs_number(Turn *turn);
bool turn_needs_team(Turn *turn, TeamId id);
bool turn_needs_learnings(Turn *turn, TeamId team, const char *words);
bool turn_needs_opened(Turn *turn, TeamId team, Window days);
bool turn_needs_token(Turn *turn, const char *hash);
bool turn_needs_keyed(Turn *turn, KrId kr, const char *key);
bool turn_needs_secret(Turn *turn);
/* What came of NEED_OPENED: of SprintId, by age. Borrowed. */
const GArray *turn_opened(const Turn *turn, TeamId team, Window days);
/* What came of NEED_DIGESTS: of Digest, newest first. Borrowed. */
const GPtrArray *turn_digests(const Turn *turn, TeamId team);

void turn_change(Turn *turn, ChangeKind kind, Team *team, void *what);
void turn_timer(Turn *turn, TimerKind kind, TeamId team, SprintId sprint, int64_t subject,
                Instant due);
void turn_timer_gone(Turn *turn, TimerKind kind, TeamId team, SprintId sprint, int64_t subject);
/* Moves the sprint along the table, logs it, and returns what to do; DO_REFUSE changes nothing. */
SprintAct turn_step(Turn *turn, Sprint *sprint, SprintEvent event, const char *who, const char *why)
    __attribute__((warn_unused_result));

/* Keeps something that a change borrows until the turn is freed. */
void turn_own(Turn *turn, gpointer take, GDestroyNotify free_it);
/* The team's zone; where there is no team, the default's. Borrowed from the turn. */
GTimeZone *turn_zone(Turn *turn);
/* The team's date now. */
Day turn_today(Turn *turn);
/* The team's member who sent the event, noted when new. Only where there is a team. */
Member *turn_member(Turn *turn);
void turn_card(Turn *turn, Card *take_card);
/* The reply, made when first asked for. */
Card *turn_reply(Turn *turn);
/* A reply of one paragraph. */
void turn_say(Turn *turn, char *take_text);
