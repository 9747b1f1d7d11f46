#pragma once

/* What happens in a chat, as the core sees it: one of a few plain kinds, with a key that names the
 * event for ever (design: How one message travels). Adapters make these of their wire's messages;
 * nothing of a platform is left. */

#include "core/day.h"
#include "core/ids.h"

typedef enum EventKind {
    EVENT_COMMAND, /* text is "/sprint open …" without the slash: command word, then the rest */
    EVENT_TEXT,    /* plain text in a channel or thread */
    EVENT_BUTTON,  /* action and value of a pressed button */
    EVENT_FORM,    /* a form was submitted: action is its name, text its values as a text form */
    EVENT_SHUT,    /* a form was closed unsent: as EVENT_FORM; what was typed is kept as a draft */
    EVENT_HOME,    /* a member looks at their own page; the reply is a CARD_HOME */
    EVENT_JOINED,  /* somebody came to the channel */
    EVENT_LEFT,
    EVENT_ROSTER,        /* text: the ids of all who belong to the channel's team now, one a line */
    EVENT_MOVED,         /* the channel is now called by the id in `value` */
    EVENT_TIMER,         /* a timer is due */
    EVENT_UNDELIVERABLE, /* a card cannot be delivered for good: text is its key, action why */
    EVENT_READINGS, /* another system sends values: `sent`, with the hash of its token as `value`;
                       the reply is a CARD_RECEIPT */
} EventKind;

typedef enum TimerKind {
    TIMER_PROMPT,    /* ask the day's check-in; per team and sprint */
    TIMER_NUDGE,     /* half way through; subject: the check-in */
    TIMER_SUMMARY,   /* its fifteen minutes are over; subject: the check-in */
    TIMER_REMINDER,  /* the window is about to end; per sprint */
    TIMER_EXPIRY,    /* the window is over; per sprint */
    TIMER_LADDER,    /* the retrospective is asked for again; per sprint */
    TIMER_BLOCKER,   /* a blocker stands for 24 hours; subject: the blocker */
    TIMER_ACTION,    /* a follow-up action is due; subject: the action */
    TIMER_FOLLOW_UP, /* the anchor is read again 14 and 28 days after the close; subject: the days
                      */
    TIMER_DRAFT,     /* a draft expires; subject: the draft */
    TIMER_WEEKLY,    /* ask the weekly check-in; per team */
    TIMER_WEEKLY_NUDGE,   /* half way through; subject: the check-in */
    TIMER_WEEKLY_SUMMARY, /* its time is over; subject: the check-in */
    TIMER_FOLLOW_UP_TAKE, /* a follow-up reading that nobody gave is taken from what was read since;
                             subject: the days */
    TIMER_PERIOD,         /* a period is over: its roll-up; per team; subject: the period */
    TIMER_KIND_COUNT,
} TimerKind;

/* Named by kind, team, sprint and subject: setting it again moves it. */
typedef struct Timer {
    TimerKind kind;
    TeamId team;
    SprintId sprint; /* none for drafts */
    int64_t subject;
    Instant due;
} Timer;

/* Whether who sent it belongs to the channel and may change what all in it are asked, as far as the
 * platform said. */
typedef enum Standing {
    STANDING_UNASKED,
    STANDING_UNKNOWN,
    STANDING_INSIDE,
    STANDING_OUTSIDE,
    STANDING_LOW, /* inside, but without the right that this takes there */
} Standing;

/* A value from another system, as it came: nothing in it has been checked. NULL where it was not
 * sent. */
typedef struct SentReading {
    char *kr;     /* the KR's number, or its sentence; "sprint 3 kr 2" is a sprint's own */
    char *value;  /* as in chat: "$21.2M", or a bare number in the KR's unit */
    char *day;    /* "2025-07-14" */
    char *at;     /* "2025-07-14T07:30:00Z" */
    char *source; /* what the value was read off, where the token's name does not say enough */
    char *key;    /* the caller's own: the same key twice is taken once */
    char *fault;  /* what was wrong with its form already, as a sentence */
} SentReading;

void sent_reading_free(SentReading *sent);

typedef struct Event {
    EventKind kind;
    char *key; /* names the event for ever, unique over all workspaces; NULL: it cannot come twice,
                  or what it holds tells whether it did */
    char *filled; /* EVENT_FORM: names what was filled in where. Sent once more by whoever was not
                     told that it was taken, it is the same; NULL: that cannot be told */
    WorkspaceId workspace;
    char *channel;    /* where; NULL in a direct conversation */
    char *member;     /* who; NULL for timers */
    char *text;       /* raw from outside (cleaned by the core), or NULL */
    size_t text_len;  /* bytes: text may hold NULs */
    char *thread;     /* key of the card it replies to; NULL */
    char *replies_to; /* the message that begins its thread, by the platform's id, where the adapter
                         does not know the card's key: the engine finds it; NULL */
    bool replies_to_us; /* that message is the bot's own */
    char *message;      /* names the message, for edits; NULL */
    bool edited;  /* the message was seen before and now reads so; empty text: it was deleted */
    bool secret;  /* nobody else was told, as with a vote: what was taken is not said back */
    char *action; /* EVENT_BUTTON, EVENT_FORM */
    char *value;  /* EVENT_BUTTON */
    bool conversation;  /* this platform has no forms: a form is a conversation */
    bool answer_out;    /* no acknowledgement carries a reply here: it goes to the outbox */
    char *answer_under; /* where replies belong, and a conversation that begins here goes on: the
                           thread that this message begins; NULL: they stand for themselves */
    bool direct;        /* said to the bot alone: in a direct conversation */
    bool addressed;    /* said to the bot in a channel: "@anchord status"; in a direct conversation:
                          written as a command, "!sprint status" */
    Standing standing; /* asked where a rule depends on it: STANDING_UNASKED elsewhere */
    Timer timer;       /* EVENT_TIMER */
    GPtrArray *sent;   /* EVENT_READINGS: of SentReading, in the sender's order; else NULL */
    void *tag;         /* the adapter's own, handed back with the reply; nobody looks at it */
} Event;

Event *event_new(EventKind kind, const char *key);
void event_free(Event *event);
Event *event_copy(const Event *event); /* with its tag */
void event_set_text(Event *event, const char *bytes, size_t len);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Event, event_free)
const char *timer_kind_name(TimerKind kind); /* "prompt", "nudge" … */
