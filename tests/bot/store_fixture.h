#pragma once

/* For tests of the store: a store in memory; a team and a sprint in which every field differs from
 * its default; and calls that have to succeed. */

#include "bot/store/store.h"

/* Calls a store's operation, which has to succeed. */
#define MUST(store, operation, ...)                                                                \
    do {                                                                                           \
        g_autoptr(GError) must_error = NULL;                                                       \
                                                                                                   \
        if (!(store)->ops->operation((store), __VA_ARGS__, &must_error)) {                         \
            fixture_fail(#operation, must_error);                                                  \
        }                                                                                          \
    } while (0)

/* A test with a store of its own, in memory. */
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int fixture_open(void **state);
int fixture_close(void **state);

void fixture_fail(const char *operation, const GError *error) __attribute__((noreturn));
void fixture_begin(Store *store);
void fixture_commit(Store *store);
void fixture_save(Store *store, ChangeKind kind, Team *team, void *what);

#define FIXTURE_NOW ((Instant){INT64_C(1752480000123456)}) /* 14 July 2025, 08:00 UTC and a bit */

WorkspaceId fixture_workspace(Store *store, const char *name);
/* Ids start at `first`; names end in it, so that two teams may stand beside each other. Fewer than
 * 100 ids. */
Team *fixture_team(WorkspaceId workspace, int64_t first);
/* As a team is whose key results nobody looked at weekly: no target changed, no link, proposal,
 * token or check-in. */
void fixture_forget_signals(Team *team);
/* A weekly check-in without answers; an answer in it, which is the check-in's. */
Checkin *fixture_weekly(const Team *team, int64_t id, Day day);
Answer *fixture_weekly_answer(Checkin *checkin, const char *message, Revised revised);
/* A closed sprint on the team's first tactical key result, with ids from `first` (fewer than 100).
 */
Sprint *fixture_sprint(const Team *team, int64_t first, int32_t number);
/* The same as it was on its first day: no retrospective, no check-in, no blocker. */
Sprint *fixture_sprint_active(const Team *team, int64_t first, int32_t number);

/* A workspace with a team in it, saved. */
Team *fixture_saved_team(Store *store);
void fixture_save_whole(Store *store, Sprint *sprint); /* in a transaction of its own */
/* Every part of it, in a transaction of the caller's. */
void fixture_save_team(Store *store, Team *team);
void fixture_save_sprint(Store *store, Sprint *sprint);
void fixture_save_checkins(Store *store, const GPtrArray *checkins); /* with their answers */

Team *fixture_load_team(Store *store,
                        TeamId id); /* fails the test when it cannot be loaded; NULL: none */
Sprint *fixture_load_sprint(Store *store, SprintId id);
