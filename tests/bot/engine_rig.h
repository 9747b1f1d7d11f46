#pragma once

/* For tests of the engine: a database file, a clock that is moved by hand, and a platform that
 * remembers what was posted there, as a real one does while the daemon is down. Two teams live in
 * it, West 1 in channel "west-1" and West 2 in "west-2", in Berlin, asked at 09:30 for 15 minutes,
 * Monday to Friday; each has one active sprint with three key results, which begins on Monday, 14
 * July 2025. maria is in both. */

#include "bot/engine.h"
#include "faulty_store.h"

/* A message on the platform. */
typedef struct Post {
    char *id;
    int64_t row; /* the outbox id it was posted with */
    char *target, *key, *text;
    char *thread;
    CardKind kind;
    int edits;
} Post;

/* What came of an event. */
typedef struct Told {
    char *key;
    char *reply;   /* its text; NULL */
    char *failure; /* NULL */
    bool repeated;
} Told;

/* A card that was given to the platform and has not been settled. */
typedef struct Held {
    OutboxRow *row;
    char *edits;  /* the message that it edits; NULL */
    char *begins; /* the message that begins its thread; NULL */
} Held;

typedef struct Rig {
    char *folder, *path;
    Clock *clock;
    Faulty *store;
    Engine *engine;
    EngineOut out;
    WorkspaceId workspace;
    bool hold;         /* deliveries wait for rig_deliver */
    GPtrArray *posts;  /* of Post: the platform, which no crash forgets */
    GPtrArray *held;   /* of Held */
    GPtrArray *told;   /* of Told */
    GPtrArray *homes;  /* of char *: "channel roster", each time one was told */
    GPtrArray *stored; /* of char *: "tag" or "tag: failure", for each piece */
    GPtrArray *unwell; /* of char *: what was told of the store; "": it takes things again */
    GArray *reached;   /* of int64_t */
    int64_t last_token;
    int commits_at_post;
    int next_key;
} Rig;

#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
int rig_setup(void **state);
int rig_teardown(void **state);

/* 2025-07-DAY HOUR:MINUTE in Berlin. */
Instant rig_at(int day, int hour, int minute);

/* Closes the engine and the store, as a kill does, or opens them again; the clock and the platform
 * go on. */
void rig_close(Rig *rig);
void rig_open(Rig *rig);
/* The seeded file again, and an empty platform; open. */
void rig_renew(Rig *rig);

/* Steps until there is nothing to do, or the process is gone. */
void rig_run(Rig *rig);
/* Moves the clock through every timer, and runs until it is there. */
void rig_advance(Rig *rig, Instant to);
/* Posts and runs. The key is a new one. */
void rig_text(Rig *rig, const char *channel, const char *message, const char *text);
/* An event that is made and not posted: a text in the thread of the channel's newest prompt. */
Event *rig_event(Rig *rig, const char *key, const char *channel, const char *message,
                 const char *text);
void rig_post(Rig *rig, Event *take_event); /* which must be taken */
/* A notice in the outbox, as if a turn had put it there. */
int64_t rig_put_card(Rig *rig, const char *channel, const char *key, const char *text,
                     Instant expires);
/* Settles the oldest card that is held for this target. */
void rig_deliver(Rig *rig, const char *target);
const Held *rig_held(const Rig *rig, const char *target); /* NULL: none */

const Told *rig_told(const Rig *rig, const char *key); /* the last of that event; NULL */
const Told *rig_last(const Rig *rig);                  /* the last of any */
/* Of that kind, in that channel or to that member; anywhere when `target` is NULL. */
const Post *rig_newest(const Rig *rig, const char *target, CardKind kind); /* NULL: none */
int rig_posted(const Rig *rig, const char *target, CardKind kind);

/* All that the store has, but for times of day at which things were tried: a difference reads like
 * a diff. */
char *rig_store_text(Rig *rig);
char *rig_platform_text(const Rig *rig);
/* Asks the database for one number. */
int64_t rig_count(Rig *rig, const char *sql);
/* Changes the store behind the engine's back. */
void rig_sql(Rig *rig, const char *sql);

#define RIG_SPRINT(n) ((SprintId){(n)*1000 + 200}) /* of West n */
