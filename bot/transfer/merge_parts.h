#pragma once

/* What merging is put together from. Each merge_* takes a record that has its columns, and either
 * adds something, finds it there, or tells a fault; false only when the store failed. */

#include "bot/transfer/merge.h"
#include "core/words.h"
#include "core/world.h"

typedef struct Merge {
    const MergeAsk *ask;
    Records *records;
    Merged *merged;
    IdPool ids;
    World *world;          /* the teams that were named */
    GPtrArray *workspaces; /* of char * */
    GHashTable *named;     /* as a row names it -> Team *, borrowed from the world; NULL: none */
    GHashTable *zones;     /* of GTimeZone: GLib reads a zone once for as long as somebody has it */
    GHashTable *krs;       /* team and key of the sentence -> Tactical *, none that was dropped */
    GHashTable *books;     /* Tactical * -> Book *, borrowed from `ordered` */
    GPtrArray *ordered;    /* of Book (merge_reading.c), in the order of the rows */
    GArray *changes;       /* of Incoming (merge_recalibration.c) */
    GHashTable *touched;   /* Objective * -> Team *: those that key results were added to */
} Merge;

/* Saves it; it is the team's own from here. */
bool merge_save(Merge *merge, Record *record, ChangeKind kind, Team *team, void *what,
                GError **error);
/* A turn of somebody in that team, so that the core's own forms can check. */
Turn *merge_turn(Merge *merge, Team *team, WorkspaceId workspace, const char *channel);

/* merge_team.c */
bool merge_team(Merge *merge, Record *record, GError **error);
/* The team that a row is about; NULL with its fault told. */
bool merge_team_of(Merge *merge, Record *record, Team **team, GError **error);
/* The same of the row's workspace, by its name; NULL: the one that a row is about that names none.
 */
bool merge_team_called(Merge *merge, Record *record, const char *name, Team **team, GError **error);

/* merge_plan.c */
bool merge_period(Merge *merge, Record *record, Team *team, GError **error);
bool merge_objective(Merge *merge, Record *record, Team *team, GError **error);
/* The objective that a row is about; NULL with its fault told. */
Objective *merge_objective_of(Merge *merge, Record *record, Team *team);

/* merge_kr.c */
bool merge_kr(Merge *merge, Record *record, Team *team, GError **error);
/* The key result that a row is about; NULL with its fault told. */
Tactical *merge_kr_of(Merge *merge, Record *record, const Team *team);
/* The one of that team that it feeds. */
Tactical *merge_kr_fed(Merge *merge, Record *record, const Team *team);
/* Makes the team's key results known by their sentences. */
void merge_know_krs(Merge *merge, const Team *team);
/* A cell's value in that KR's unit. False with the fault told. */
bool merge_amount(Merge *merge, Record *record, Column column, const Kr *kr, Decimal *value);
/* Those objectives that have too few key results. */
void merge_tell_counts(Merge *merge);

/* merge_when.c: which day a row is about, and which instant. */
typedef struct When {
    Day day;
    Instant at;
    bool timed; /* the row tells its instant; else `at` is some time on that day */
} When;

/* From `day` and `at`, of which one is enough. NULL, or what is wrong: `missing` ({column}) where
 * both are empty. Caller frees. */
char *merge_when(const Merge *merge, const Record *record, const Team *team, WordId missing,
                 When *when);

/* merge_recalibration.c */
bool merge_recalibration(Merge *merge, Record *record, Team *team, GError **error);
/* Behind the last row: puts the changes in order, and saves them. */
bool merge_recalibrations_done(Merge *merge, GError **error);
GArray *merge_changes_new(void);

/* merge_link.c */
bool merge_link(Merge *merge, Record *record, Team *team, GError **error);

/* merge_reading.c */
bool merge_reading(Merge *merge, Record *record, Team *team, GError **error);
/* Behind the last row: puts the readings in order, and saves them. */
bool merge_readings_done(Merge *merge, GError **error);
void merge_book_free(gpointer data);
