#pragma once

/* Follow-up actions of a retrospective: asked after until they are done, or dropped with a reason
 * (framework: The retrospective asks, 6). */

#include "core/turn.h"

/* Sets the timers of a sprint that has just closed. */
void followup_schedule(Turn *turn, Sprint *sprint);
void followup_action_due(Turn *turn, const Timer *timer, Sprint *sprint);
/* `/sprint actions [SPRINT.N done | SPRINT.N dropped: reason]` */
void followup_command(Turn *turn, const char *text);
/* The button: "1.2" is done. */
void followup_done(Turn *turn, const char *which);

#define ACTION_REASON_MAX 300

typedef enum FollowupFound {
    FOLLOWUP_NEED,    /* the turn asked for the sprint; take it again */
    FOLLOWUP_UNCLEAR, /* not written as "1.2" */
    FOLLOWUP_NONE,    /* no open action of that number */
    FOLLOWUP_FOUND,
} FollowupFound;

/* The open action of this team's sprints that "1.2" names. Borrowed from the world. */
FollowupFound followup_find(Turn *turn, const char *which, Sprint **sprint, Action **action);
void followup_drop(Turn *turn, const Sprint *sprint, Action *action, const char *reason);
