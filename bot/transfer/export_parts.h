#pragma once

/* What exporting is put together from. Each part writes the rows of one thing; false only when the
 * store failed. Each row begins with whose it is. */

#include "bot/loader.h"
#include "bot/transfer/sink.h"

typedef struct Export {
    Store *store;
    Sink *sink;
    Instant now;
    const char *workspace;
    GHashTable *teams;   /* TeamId -> char *: the names of those that were written */
    GHashTable *krs;     /* KrId -> Kr *: their tactical KRs */
    GHashTable *sprints; /* SprintId -> its number */
    GPtrArray *links;    /* of KrLink: those of the workspace's teams, each at its feeder's */
} Export;

/* NULL where it is none's. Borrowed. */
const char *export_team_name(const Export *export, TeamId id);
const Kr *export_kr(const Export *export, KrId id);
/* The sprint's number; nothing where there is no such sprint. */
void export_put_sprint(const Export *export, Column column, SprintId id, SinkRow *row);
void export_begin_team_row(const Export *export, const char *team, SinkRow *row);

/* The readings that count: what was taken back is told by nobody any more. `row`: begun. */
void export_readings(Export *export, TableId table, SinkRow *row, const Kr *kr,
                     const GPtrArray *readings);

/* export_team.c: a team with its periods, objectives, key results and weekly check-ins. Its links
 * are only noted, since they may lead to a team that comes later. */
bool export_team(Export *export, TeamId id, GError **error);

/* export_rollup.c: what each of the team's periods has come to. */
bool export_rollups(Export *export, Loader *loader, const Team *team, GError **error);

/* export_signal.c, behind all teams of the workspace */
void export_links(Export *export);
bool export_proposals(Export *export, TeamId team, GError **error);

/* export_sprint.c */
bool export_sprint(Export *export, SprintId id, GError **error);
