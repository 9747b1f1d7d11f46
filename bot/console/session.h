#pragma once

/* One sitting at the console: messages become events on the same way that a chat platform's take,
 * and what the engine says is shown. A message is finished when everything that followed from it
 * has been shown, so that a transcript reads the same each time. */

#include <stdio.h>

#include "bot/console/keep.h"
#include "bot/console/line.h"
#include "bot/console/mail.h"
#include "bot/console/render.h"
#include "bot/console/shown.h"

/* Open to steer.c. Everything but what is marked as owned belongs to the caller. */
typedef struct Session {
    Engine *engine;
    Clock *clock;
    Mail *mail;
    WorkspaceId workspace;
    Keep *keep;  /* who speaks, where, in which zone */
    int signals; /* a signalfd */
    RenderStyle style;
    bool echo; /* what was read is shown too: a transcript */
    FILE *out;

    Line *line; /* owned, like all below */
    Shown *shown;
    GHashTable *said; /* "member\nchannel" -> Said: the last thing they said there */
    Event *last;      /* for `:again` */
    int64_t events;   /* counts keys */
    int64_t barrier, reached;
    char *team_zone; /* of the team in this channel, at the last barrier; NULL: none lives here */
    bool moving;     /* the clock: what comes says when it came */
    bool ended;
    bool broken; /* what is written is not read any more */
} Session;

typedef struct Said {
    char *message; /* its id */
    char *thread;  /* the key it answered; NULL */
} Said;

/* `input` is read; `kind` as for line_new. */
void session_init(Session *session, int input, LineKind kind);
void session_clear(Session *session);

/* Reads and answers until the input or the session ends. False when what it writes is not read any
 * more. */
bool session_run(Session *session) __attribute__((warn_unused_result));
/* Shows what the engine still told before it stopped. */
void session_finish(Session *session);
void session_banner(Session *session, const char *file);

/* For steer.c. */

/* An event by whoever speaks, where they are, with a key of its own. */
Event *session_event(Session *session, EventKind kind);
/* Posts it, and shows all that follows. */
void session_post(Session *session, Event *take_event);
/* Waits until all that was posted has been done and shown. */
void session_settle(Session *session);
void session_note(Session *session, char *take_text);
void session_put(Session *session, char *take_rendered);
/* Shows a message, perhaps again; `when` NULL: now. */
void session_show(Session *session, const Message *message, const char *when, bool edited);
/* What `:zone` set, else the team's of this channel, else the machine's. Caller frees. */
GTimeZone *session_zone(const Session *session);
/* The last thing that whoever speaks said in this channel; NULL. */
const Said *session_said(const Session *session);
