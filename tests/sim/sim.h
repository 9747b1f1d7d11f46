#pragma once

/* One run of the simulation: the real core, engine and store in one thread, on a clock of its own,
 * among people and a platform that are made up from a seed (people.h, platform.h), with faults
 * thrown in (faults in sim.c). What must hold is checked from outside: judge.h looks at what people
 * get to see, taken.h at what they were told, episodes.h at what is proposed, audit.h at what the
 * store holds.
 *
 * Two times are kept apart. True time only goes forward: people and the network live in it. The
 * wall clock is what the engine reads, and may be stepped either way. */

#include "agenda.h"
#include "books.h"
#include "bot/engine.h"
#include "frail.h"
#include "rng.h"

typedef struct Platform Platform;
typedef struct People People;
typedef struct Judge Judge;
typedef struct Taken Taken;
typedef struct Feeds Feeds;
typedef struct Episodes Episodes;

typedef struct SimOptions {
    int teams;  /* 0: as the seed says */
    int days;   /* 0: as the seed says */
    bool sound; /* no faults at all */
    bool verbose;
} SimOptions;

typedef struct SimStats {
    int64_t runs, team_days;
    int64_t sent, acknowledged, repeated, duplicates, lost, refused_inbox;
    int64_t crashes, failures, downtimes, steps_forth, steps_back, outages;
    int64_t opened, closed, refused_opens;
    int64_t answers, edits, withdrawals, late_refusals;
    int64_t posts, edits_in_place, found_again, expired, dead;
    int64_t prompts, summaries, nudges, reminders, asks;
    int64_t weeklies, weekly_summaries, weekly_answers, weekly_edits;
    int64_t feeds, fed, fed_again, feeds_refused, strangers, imports, imported;
    int64_t risks, opportunities, gaps, dismissed, taken_up, over, forms;
    int64_t rollups, follow_ups, targets;
    int64_t audits, calms, zone_changes;
    int64_t engine_steps, store_calls;
} SimStats;

typedef struct Sim {
    uint64_t seed;
    SimOptions options;
    Rng rng;
    SimStats *stats;
    uint64_t trace; /* a sum over everything that happened: two runs of a seed must agree */
    char *failure;  /* the first promise that was broken; NULL */

    int64_t start, time; /* true time, microseconds since 1970 */
    int64_t skew;        /* wall clock - true time */
    int64_t latest;      /* the latest that the wall clock has ever been */
    int64_t until;
    bool down;     /* the daemon is not running */
    bool calm_due; /* the next chance is one for it */
    bool calm;     /* nobody does anything, and nothing fails, until all is delivered */
    bool strike;   /* the next card to be posted is the last thing that happens */
    int life;      /* counts the daemon's starts */

    char *folder, *path;
    Clock *clock;
    Frail *store;
    int64_t timer_calls; /* the store's calls when `timer` was asked for; until the next it holds */
    int64_t timer;       /* when it is due, by the wall clock; INT64_MAX: none */
    Engine *engine;
    WorkspaceId workspace;
    Agenda *agenda;
    Books *books;
    Platform *platform;
    People *people;
    Judge *judge;
    Taken *taken;
    Feeds *feeds;
    Episodes *episodes;
} Sim;

/* Runs the seed to its end or to the first broken promise; false then, with sim_failure set. */
bool sim_run(uint64_t seed, const SimOptions *options, SimStats *stats, uint64_t *trace,
             char **failure);

/* For the simulation's parts. */

Instant sim_now(const Sim *sim); /* by the wall clock */
void sim_fail(Sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Notes what happened; with --verbose it is shown. */
void sim_note(Sim *sim, const char *what, int64_t a, int64_t b, const char *text);
int64_t sim_soon(Sim *sim, int64_t low_seconds, int64_t high_seconds); /* true time, from now */
/* Ends the daemon and starts it again. `abruptly`: as by a power cut. */
void sim_restart(Sim *sim);
/* Struck down right now, with a card posted and not settled? */
bool sim_struck(Sim *sim);
/* Lets the engine do everything it has to do now. */
void sim_settle(Sim *sim);
