/* Every id follows from the numbers of teams (T) and sprints (S), so each statement can name the rows of the others:
 * teams 1..T, their periods T+1..2T, objectives, tactical key results; then sprints from 4T+1, their key results three
 * by three, the first day's check-ins, today's, and the readings. */

#include "generate.h"

#include <sqlite3.h>

#include "bench.h"
#include "bot/store/sqlite.h"

/* :t teams, :s sprints, :due when prompts are due. n(i) counts to whichever the statement is about. */
#define EACH_TEAM   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :t) "
#define EACH_SPRINT "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :s) "
#define EACH_KR     EACH_SPRINT ", k(j, statement, unit, unit_name, direction, kind, baseline, target, first) AS (VALUES" \
                    " (1, 'ICP meeting acceptance rate', 'percent', '', 'increase', 'level', 22000000, 35000000, 24000000)," \
                    " (2, 'accounts in Proposal stage', 'count', 'accounts', 'increase', 'count', 0, 6000000, 1000000)," \
                    " (3, 'median time-to-first-meeting', 'duration', 'day', 'decrease', 'level', 12000000, 7000000, 11000000)) "

#define TEAM_OF    "((i - 1) % :t + 1)"
#define SPRINT     "(4 * :t + i)"
#define KR         "(4 * :t + :s + 3 * (i - 1) + j)"
#define CHECKIN    "(4 * :t + 4 * :s + i)"
#define TODAY      "(4 * :t + 5 * :s + i)"
#define READING    "(4 * :t + 6 * :s + 3 * (i - 1) + j)"
#define LAST_ID    "(4 * :t + 9 * :s)"
#define AT_OPENING "1752242400000000" /* 11 July, 16:00 in Berlin */
#define AT_FIRST   "1752478200000000" /* 14 July, 09:30 */
#define AT_TODAY   "1752564600000000" /* 15 July, 09:30 */
#define QUARTER    "900000000"
#define ADD_TIMER  "INSERT INTO timer (kind, team, sprint, subject, due) "

static const char *const statements[] = {
    "INSERT INTO workspace (id, name) VALUES (1, '" GENERATED_SPACE "')",
    "UPDATE ids SET next = " LAST_ID " + 1",
    EACH_TEAM "INSERT INTO team (id, workspace, name, name_key, home, zone, check_in, check_in_minutes, working,"
              " lead, escalation) SELECT i, 1, 'West ' || i, 'west ' || i, 'c' || i, 'Europe/Berlin', 570, 15, 31, 'u' || i || '-1',"
              " NULL FROM n",
    EACH_TEAM "INSERT INTO member (team, id, present, days_off, nudged) SELECT i, 'u' || i || '-' || j, 1, 0, NULL FROM n, (SELECT 1 AS j UNION ALL VALUES (2),"
              " (3), (4), (5))",
    EACH_TEAM "INSERT INTO period (id, team, name, first_day, last_day) SELECT :t + i, i, 'FY Q3', '2025-06-02', '2025-08-31' FROM n",
    EACH_TEAM "INSERT INTO objective (id, team, period, number, text) SELECT 2 * :t + i, i, :t + i, 1, 'Build the pipeline that carries the year' FROM n",
    EACH_TEAM "INSERT INTO kr (id, number, statement, metric, unit, unit_name, direction, kind, baseline, target,"
              " target_high, team, objective, dropped) SELECT 3 * :t + i, 1, 'Increase qualified B2B pipeline from $20M to"
              " $30M by Q3 close', 'qualified B2B pipeline', 'money', '$', 'increase', 'level', 20000000000000,"
              " 30000000000000, 30000000000000, i, 2 * :t + i, 0 FROM n",
    EACH_SPRINT "INSERT INTO sprint (id, workspace, number, state, signal, situation, anchor_team, anchor,"
                " anchor_statement, anchor_unit, anchor_unit_name, anchor_open, anchor_target, first_day, last_day,"
                " objective, facilitator, opened, ended_early, change_applied) SELECT " SPRINT ", 1, i, 'active',"
                " 'KR at Risk', 'Qualified pipeline stands at $21.2M against a $30M target at week 6 of Q3. Two check-ins"
                " in a row have surfaced the gap.', " TEAM_OF ", 3 * :t + " TEAM_OF ", 'Increase qualified B2B pipeline"
                " from $20M to $30M by Q3 close', 'money', '$', 21200000000000, 30000000000000, '2025-07-14', '2025-07-28',"
                " 'Restore qualified pipeline momentum', 'u' || " TEAM_OF " || '-1', " AT_OPENING ", 0, 0 FROM n",
    EACH_SPRINT "INSERT INTO sprint_owner (sprint, team, place) SELECT " SPRINT ", " TEAM_OF ", 0 FROM n",
    EACH_SPRINT "INSERT INTO sprint_line (sprint, list, place, text) SELECT " SPRINT ", 'initiative', j, text FROM n, (SELECT 0 AS j, 'Conduct 30"
                " targeted outreach calls' AS text UNION ALL VALUES (1, 'Personalise 40 ICP email sequences'))",
    EACH_KR "INSERT INTO kr (id, number, statement, metric, unit, unit_name, direction, kind, baseline, target,"
            " target_high, sprint, final_given) SELECT " KR ", j, statement, statement, unit, unit_name, direction, kind,"
            " baseline, target, target, " SPRINT ", 0 FROM n, k",
    EACH_SPRINT "INSERT INTO checkin (id, sprint, team, day, asked, closes, summarised) SELECT " CHECKIN ", " SPRINT ", " TEAM_OF ", '2025-07-14', " AT_FIRST ", " AT_FIRST
                " + " QUARTER ", 1 FROM n",
    EACH_SPRINT "INSERT INTO answer (checkin, message, member, at, late, withdrawn, confidence) SELECT " CHECKIN ", 'first/' || i,"
                " 'u' || " TEAM_OF " || '-1', " AT_FIRST " + 60000000, 0, 0, 6 FROM n",
    EACH_KR "INSERT INTO reading (id, kr, value, at, day, source, checkin, message, retracts) SELECT " READING ", " KR ", first, " AT_FIRST " + 60000000, '2025-07-14', 'check-in', " CHECKIN
            ", 'first/' || i, NULL FROM n, k",
    EACH_SPRINT "INSERT INTO checkin (id, sprint, team, day, asked, closes, summarised) SELECT " TODAY ", " SPRINT ", " TEAM_OF ", '2025-07-15', " AT_TODAY ", " AT_TODAY " + " QUARTER
                ", 1 FROM n WHERE :asked",
    EACH_SPRINT "INSERT INTO message (workspace, card_key, channel, message) SELECT 1, 'prompt/' || " TODAY ", 'c' || " TEAM_OF ", 'm' || i FROM n WHERE :asked",
    EACH_SPRINT ADD_TIMER "SELECT 'prompt', " TEAM_OF ", " SPRINT ", 0, " AT_TODAY " + 86400000000 FROM n",
    EACH_SPRINT ADD_TIMER "SELECT 'reminder', " TEAM_OF ", " SPRINT ", 0, " AT_TODAY " + 10 * 86400000000 FROM n",
    EACH_SPRINT ADD_TIMER "SELECT 'expiry', " TEAM_OF ", " SPRINT ", 0, " AT_TODAY " + 13 * 86400000000 FROM n",
};

/* As it was before an earlier burst. */
static const char *const resets[] = {
    "DELETE FROM checkin WHERE day = '2025-07-15' AND NOT :asked",
    "DELETE FROM timer WHERE kind IN ('nudge', 'summary')",
    "UPDATE timer SET due = " AT_TODAY " + 86400000000 WHERE kind = 'prompt' AND due <> " AT_TODAY " + 86400000000",
};

static const char due_statement[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
    " UPDATE timer SET due = " AT_TODAY " WHERE kind = 'prompt' AND team IN (SELECT 1 + (i - 1) * :t / :count FROM n)";

static void fail(sqlite3 *db, const char *what)
{
    g_autoptr(GError) error = g_error_new_literal(G_FILE_ERROR, 0, sqlite3_errmsg(db));

    bench_fail(what, error);
}

static sqlite3 *open_file(const char *path)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        fail(db, path);
    }
    return db;
}

static void bind(sqlite3_stmt *statement, const char *name, int64_t value)
{
    int place = sqlite3_bind_parameter_index(statement, name);

    if (place > 0) {
        sqlite3_bind_int64(statement, place, value);
    }
}

static void run(sqlite3 *db, const char *sql, const Generated *what, int64_t due)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail(db, sql);
    }
    bind(statement, ":t", what->teams);
    bind(statement, ":s", what->sprints);
    bind(statement, ":asked", what->asked);
    bind(statement, ":count", due);
    if (sqlite3_step(statement) != SQLITE_DONE) {
        fail(db, sql);
    }
    sqlite3_finalize(statement);
}

/* The schema is the store's own; only the filling is done without its care for the disk. */
void generate(const char *path, const Generated *what)
{
    g_autoptr(GError) error = NULL;
    Store *store = sqlite_open(path, &error);

    if (store == NULL) {
        bench_fail("making a store", error);
    }
    store_close(store);
    sqlite3 *db = open_file(path);

    sqlite3_exec(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;"
                     "PRAGMA cache_size = -1000000; BEGIN", NULL, NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(statements); i++) {
        run(db, statements[i], what, 0);
    }
    if (sqlite3_exec(db, "COMMIT; PRAGMA journal_mode = WAL", NULL, NULL, NULL) != SQLITE_OK) {
        fail(db, "filling a store");
    }
    sqlite3_close(db);
}

int64_t generated_checkin(const Generated *what, int64_t team)
{
    return 4 * what->teams + 5 * what->sprints + team;
}

void generated_make_due(const char *path, const Generated *what, int64_t teams)
{
    sqlite3 *db = open_file(path);

    sqlite3_exec(db, "PRAGMA synchronous = OFF; BEGIN", NULL, NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(resets); i++) {
        run(db, resets[i], what, 0);
    }
    run(db, due_statement, what, teams);
    if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        fail(db, "making teams due");
    }
    sqlite3_close(db);
}

int64_t generated_count(const char *path, const char *sql)
{
    sqlite3 *db = open_file(path);
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW) {
        fail(db, sql);
    }
    int64_t count = sqlite3_column_int64(statement, 0);

    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}
