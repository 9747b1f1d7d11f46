#pragma once

/* What the SQLite store is put together from: one part per subject, each with its loads and saves
 * side by side. The functions that take a Store are rows of StoreOps as they stand. */

#include "bot/store/sqlite_copy.h"
#include "bot/store/sqlite_query.h"

/* The opaque store as ours. */
Sqlite *sqlite_of(Store *store);
void sqlite_free(Sqlite *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sqlite, sqlite_free)

/* sqlite_lock.c: one daemon at a time. Nothing to do for a database in memory. */
bool sqlite_lock(Sqlite *store, GError **error);
/* The same by the whole path of a file that is not open, and may not be there. */
bool sqlite_lock_file(Sqlite *store, const char *file, GError **error);
void sqlite_unlock(Sqlite *store);

/* migrations.c, which CMake makes from migrations/NNNN_*.sql: version 1 is the first. */
extern const char *const sqlite_migrations[];
extern const int sqlite_migration_count;

/* sqlite_schema.c: whose file it is, and bringing it up to date. */
bool sqlite_identify(Sqlite *store, int *version, GError **error); /* changes nothing */
bool sqlite_migrate(Sqlite *store, int version, GError **error);
/* From here on a row may only name what is there. */
bool sqlite_guard(Sqlite *store, GError **error);
/* Runs SQL that needs no answer: pragmas and migrations. */
bool sqlite_exec(Sqlite *store, WordId doing, const char *sql, GError **error);
/* All that the log holds is in the file, and the log is empty. Fails where somebody still reads
 * what was there before, which the pragma for it would not. */
bool sqlite_empty_log(Sqlite *store, WordId doing, GError **error);
/* Asks for one value, as text; for pragmas. */
bool sqlite_ask(Sqlite *store, const char *sql, char **answer, GError **error);

/* sqlite_peek.c: one moment of a file, read alone, also while a daemon writes to it. The version is
 * one that this program knows, and not 0. */
Sqlite *sqlite_peek(const char *path, int *version, GError **error);

/* sqlite_copy.c: what is in it. */
bool sqlite_count(Sqlite *store, StoreTally *tally, GError **error);

/* sqlite_small.c: event keys, ids, workspaces, drafts, timers, settings. */
bool sqlite_note_event(Store *store, const char *key, Instant now, bool *fresh, GError **error);
bool sqlite_knows_event(Store *store, const char *key, bool *known, GError **error);
bool sqlite_forget_events(Store *store, Instant before, GError **error);
bool sqlite_ids_load(Store *store, IdPool *ids, GError **error);
bool sqlite_ids_save(Store *store, const IdPool *ids, GError **error);
bool sqlite_next_sprint_number(Store *store, WorkspaceId workspace, int32_t *number,
                               GError **error);
bool sqlite_workspace(Store *store, const char *name, WorkspaceId *id, GError **error);
bool sqlite_workspaces(Store *store, GPtrArray *names, GError **error);
bool sqlite_draft_load(Store *store, WorkspaceId workspace, const char *channel, const char *member,
                       Draft **draft, GError **error);
bool sqlite_draft_by_id(Store *store, DraftId id, Draft **draft, GError **error);
bool sqlite_timer_next(Store *store, bool *any, Instant *due, GError **error);
bool sqlite_timers_due(Store *store, Instant now, int limit, GArray *timers, GError **error);
bool sqlite_timer_clear(Store *store, const Timer *timer, GError **error);
bool sqlite_setting_get(Store *store, const char *name, char **value, GError **error);
bool sqlite_settings(Store *store, const char *prefix, GHashTable *values, GError **error);
bool sqlite_setting_set(Store *store, const char *name, const char *value, GError **error);
bool sqlite_save_draft(Sqlite *store, const Change *change, GError **error);
bool sqlite_drop_draft(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_timer(Sqlite *store, const Change *change, GError **error);
bool sqlite_drop_timer(Sqlite *store, const Change *change, GError **error);

/* sqlite_team.c */
bool sqlite_team_in(Store *store, WorkspaceId workspace, const char *channel, TeamId *id,
                    GError **error);
bool sqlite_team_named(Store *store, WorkspaceId workspace, const char *name, TeamId *id,
                       GError **error);
bool sqlite_teams(Store *store, WorkspaceId workspace, GArray *ids, GError **error);
bool sqlite_team_load(Store *store, TeamId id, Team **team, GError **error);
bool sqlite_save_team(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_member(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_period(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_objective(Sqlite *store, const Change *change, GError **error);

/* sqlite_kr.c: key results of both sorts, and readings. */
bool sqlite_load_tacticals(Sqlite *store, Team *team, GError **error);
bool sqlite_load_krs(Sqlite *store, Sprint *sprint, GError **error);
bool sqlite_save_krs(Sqlite *store, const Sprint *sprint, GError **error);
bool sqlite_save_tactical(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_reading(Sqlite *store, const Change *change, GError **error);

bool sqlite_readings(Store *store, KrId kr, GPtrArray *readings, GError **error);

bool sqlite_reading_keyed(Store *store, KrId kr, const char *key, Reading **reading,
                          GError **error);

/* sqlite_tactical.c: recalibrations, links, proposals. */
bool sqlite_load_recalibrations(Sqlite *store, Team *team, GError **error);
bool sqlite_load_links(Sqlite *store, Team *team, GError **error);
bool sqlite_load_proposals(Sqlite *store, Team *team, GError **error);
bool sqlite_proposals(Store *store, TeamId team, GPtrArray *proposals, GError **error);
bool sqlite_save_recalibration(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_link(Sqlite *store, const Change *change, GError **error);
bool sqlite_drop_link(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_proposal(Sqlite *store, const Change *change, GError **error);

/* sqlite_token.c */
bool sqlite_load_tokens(Sqlite *store, Team *team, GError **error);
bool sqlite_token_team(Store *store, const char *hash, TeamId *id, GError **error);
bool sqlite_save_token(Sqlite *store, const Change *change, GError **error);

/* sqlite_checkin.c: check-ins, answers, blockers. */
bool sqlite_load_checkins(Sqlite *store, Sprint *sprint, GError **error);
bool sqlite_load_weeklies(Sqlite *store, TeamId team, int limit, GPtrArray *checkins,
                          GError **error);
bool sqlite_weeklies(Store *store, TeamId team, GPtrArray *checkins, GError **error);
bool sqlite_load_blockers(Sqlite *store, Sprint *sprint, GError **error);
bool sqlite_save_checkin(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_answer(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_blocker(Sqlite *store, const Change *change, GError **error);

/* sqlite_sprint.c */
bool sqlite_teams_of(Store *store, WorkspaceId workspace, const char *member, GArray *ids,
                     GError **error);
bool sqlite_homes(Store *store, WorkspaceId workspace, GArray *homes, GError **error);
bool sqlite_messages_move(Store *store, WorkspaceId workspace, const char *from, const char *to,
                          GError **error);
bool sqlite_team_sprints(Store *store, TeamId id, GArray *ids, GError **error);
bool sqlite_opened(Store *store, TeamId team, Instant from, Instant until, GArray *ids,
                   GError **error);
bool sqlite_sprint_numbered(Store *store, WorkspaceId workspace, int32_t number, SprintId *id,
                            GError **error);
bool sqlite_sprint_load(Store *store, SprintId id, Sprint **sprint, GError **error);
bool sqlite_load_actions(Sqlite *store, SprintId sprint, GPtrArray *actions, GError **error);
bool sqlite_save_sprint(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_action(Sqlite *store, const Change *change, GError **error);
bool sqlite_save_state(Sqlite *store, const Change *change, GError **error);
bool sqlite_history(Store *store, SprintId sprint, GPtrArray *lines, GError **error);

bool sqlite_save_follow_up(Sqlite *store, const Change *change, GError **error);

/* sqlite_digest.c */
bool sqlite_digests(Store *store, TeamId id, int limit, GPtrArray *digests, GError **error);
bool sqlite_learnings(Store *store, TeamId team, const char *words, int limit, GPtrArray *digests,
                      GError **error);
bool sqlite_save_learning(Sqlite *store, const Sprint *sprint, GError **error);
/* Once, before any search. */
bool sqlite_prepare_search(Sqlite *store, GError **error);

/* sqlite_outbox.c: cards on their way, and where they stand. */
bool sqlite_outbox_put(Store *store, WorkspaceId workspace, const Card *card, Instant now,
                       int64_t *id, GError **error);
bool sqlite_outbox_pending(Store *store, WorkspaceId workspace, int64_t after, int limit,
                           GPtrArray *rows, GError **error);
bool sqlite_outbox_next(Store *store, WorkspaceId workspace, const char *target, OutboxRow **row,
                        GError **error);
bool sqlite_outbox_replaced(Store *store, WorkspaceId workspace, const char *target,
                            const char *key, int64_t id, bool *replaced, GError **error);
bool sqlite_outbox_depth(Store *store, WorkspaceId workspace, int64_t *cards, Instant *oldest,
                         GError **error);
bool sqlite_outbox_attempt(Store *store, int64_t id, GError **error);
bool sqlite_outbox_end(Store *store, int64_t id, OutboxEnd end, Instant now, GError **error);
bool sqlite_message_put(Store *store, WorkspaceId workspace, const char *card_key,
                        const MessageRef *ref, GError **error);
bool sqlite_message_find(Store *store, WorkspaceId workspace, const char *card_key, MessageRef *ref,
                         bool *found, GError **error);
bool sqlite_message_card(Store *store, WorkspaceId workspace, const char *channel,
                         const char *message, char **card_key, GError **error);
