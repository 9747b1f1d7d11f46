#pragma once

/* Envelopes to chat events (core/event.h): pure. Everything of Slack that an event does not carry
 * and an answer needs stands beside it. What is not for us, or malformed, becomes INTAKE_NOTHING:
 * acknowledged and forgotten. */

#include "bot/slack/modal.h"
#include "bot/slack/socket.h"
#include "core/event.h"

typedef enum IntakeKind {
    INTAKE_NOTHING, /* acknowledge; nothing else */
    INTAKE_EVENT,   /* post `event`; acknowledge when it is committed */
    INTAKE_MORE,    /* a modal wants one more row: views.update with `view`, acknowledge at once */
    INTAKE_CHANNEL, /* the bot itself came to, or left, `channel` (`here`); archived, unarchived */
    INTAKE_USER,    /* a user changed: `user` is the whole object */
    INTAKE_GROUP,   /* a user group changed: `group` is its id */
    INTAKE_REVOKED, /* tokens_revoked, app_uninstalled */
    INTAKE_LIMITED, /* app_rate_limited */
} IntakeKind;

typedef enum AnswerBy {
    ANSWER_ACK,       /* slash command: in the ack's payload */
    ANSWER_VIEW,      /* view_submission: faults in the ack, all else as an ephemeral message */
    ANSWER_EPHEMERAL, /* in the channel (and `thread_ts`), for `user` alone */
    ANSWER_DIRECT,    /* in the direct conversation */
    ANSWER_HOME,      /* views.publish for `user` */
    ANSWER_NONE,
} AnswerBy;

typedef struct Intake {
    IntakeKind kind;
    Event *event; /* without its workspace's id */
    AnswerBy by;
    char *channel, *user, *thread_ts;
    char *trigger_id;          /* good for three seconds, once; NULL */
    char *response_url;        /* a secret; NULL */
    char *view_id, *view_hash; /* of the view it came from; NULL */
    int generation;            /* of that view; forms only */
    Json *view;                /* INTAKE_MORE: for views.update */
    const Json *user_object;   /* borrowed from the envelope */
    char *group;
    bool here;
} Intake;

void intake_clear(Intake *intake);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Intake, intake_clear)

typedef struct IntakeWho {
    const char *team_id;     /* events of other workspaces are not ours; NULL: not known yet, any */
    const char *bot_user_id; /* of auth.test; NULL: not known yet */
    const char *bot_id;
} IntakeWho;

/* Keys (core/event.h) begin with "slack/" and the workspace's team id. Slash commands and
 * interactions are named by their trigger_id (else their envelope_id), messages by channel and ts
 * (so that a message and its app_mention are one), edits by channel, ts and the edit's own ts, all
 * else by event_id. */
Intake intake_read(const SlackEnvelope *envelope, const IntakeWho *who);

/* The Events API's types that mean something here, one after the other; NULL past the last. */
const char *intake_event_name(size_t i);
