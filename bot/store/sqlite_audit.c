/* Most promises are a query each (sqlite_audits.def) that finds whatever breaks it; two need what
 * the core knows: how a sprint goes from state to state, and what a card looks like as bytes. */

#include "bot/store/sqlite_audit.h"

#include <string.h>

#include "bot/card_codec.h"
#include "bot/store/sqlite_parts.h"

/* Lines of one sort; a damaged file could bring thousands. */
#define LINES_MAX   5
#define COLUMNS_MAX 6

typedef struct Audit {
    WordId fault;
    const char *sql;
} Audit;

static const Audit audits[] = {
#define A(word, text) {W_##word, text},
#include "bot/store/sqlite_audits.def"
#undef A
};

/* One sort of fault: its first lines, and how many more there are. */
typedef struct Lines {
    GPtrArray *faults;
    int64_t n;
} Lines;

static void add(Lines *lines, WordId fault, const Arg *args)
{
    if (++lines->n <= LINES_MAX) {
        g_ptr_array_add(lines->faults, say_args(fault, args));
    }
}

static void add_rest(const Lines *lines)
{
    if (lines->n > LINES_MAX) {
        g_ptr_array_add(lines->faults, say(W_AUDIT_MORE, N("n", lines->n - LINES_MAX)));
    }
}

/* Queries ------------------------------------------------------------------------------------- */

static void add_row(Lines *lines, WordId fault, sqlite3_stmt *row)
{
    Arg args[COLUMNS_MAX + 1] = {0};

    g_assert(sqlite3_column_count(row) <= COLUMNS_MAX);
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        const char *name = sqlite3_column_name(row, i);

        args[i] = sqlite3_column_type(row, i) == SQLITE_INTEGER
                      ? N(name, sqlite3_column_int64(row, i))
                      : S(name, (const char *)sqlite3_column_text(row, i));
    }
    add(lines, fault, args);
}

static bool look(Sqlite *store, const Audit *audit, const Policy *policy, GPtrArray *faults,
                 GError **error)
{
    Lines lines = {.faults = faults};
    sqlite3_stmt *rows = NULL;
    int result = sqlite3_prepare_v2(store->db, audit->sql, -1, &rows, NULL);

    if (result == SQLITE_OK) {
        sqlite3_bind_int(rows, 1, policy->max_active_sprints); /* where it is asked for */
        while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
            add_row(&lines, audit->fault, rows);
        }
    }
    bool done = result == SQLITE_DONE || sqlite_failed(store, W_STORE_CHECKING, error);

    sqlite3_finalize(rows);
    add_rest(&lines);
    return done;
}

/* Histories ----------------------------------------------------------------------------------- */

/* A sprint, as far as its history has been read. */
typedef struct Replay {
    SprintId id;
    char *workspace;
    int32_t number;
    SprintState reached, is;
    bool broken; /* a line did not follow from what stands before it */
} Replay;

static bool leads(SprintState from, SprintState to)
{
    for (SprintEvent event = ON_OPEN; event < SPRINT_EVENT_COUNT; event++) {
        SprintState next = from;

        if (sprint_step(from, event, &next) != DO_REFUSE && next == to) {
            return true;
        }
    }
    return false;
}

/* All that there was of that sprint has been read. */
static void end_replay(Lines *lines, Replay *replay)
{
    if (ID_SET(replay->id) && (replay->broken || replay->reached != replay->is)) {
        add(lines, W_AUDIT_HISTORY,
            (const Arg[]){S("workspace", replay->workspace),
                          N("sprint", replay->number),
                          S("reached", sprint_state_name(replay->reached)),
                          S("state", sprint_state_name(replay->is)),
                          {0}});
    }
    g_clear_pointer(&replay->workspace, g_free);
}

static void replay_line(Replay *replay, SprintState from, SprintState to)
{
    if (replay->broken || from != replay->reached || !leads(from, to)) {
        replay->broken = true;
    } else {
        replay->reached = to;
    }
}

static void read_line(Query *q, Lines *lines, Replay *replay)
{
    SprintId id = {query_get_int(q)};
    g_autofree char *workspace = query_get_text(q);
    int32_t number = query_get_int32(q);
    SprintState state = (SprintState)query_get_name(q, &names_sprint_state);

    if (!ID_EQ(id, replay->id)) {
        end_replay(lines, replay);
        *replay = (Replay){id, g_steal_pointer(&workspace), number, SPRINT_DRAFT, state, false};
    }
    if (!query_get_null(q)) {
        SprintState from = (SprintState)query_get_name(q, &names_sprint_state);

        replay_line(replay, from, (SprintState)query_get_name(q, &names_sprint_state));
    }
}

static bool replay_all(Sqlite *store, GPtrArray *faults, GError **error)
{
    g_auto(Query) q = query_of(store, Q_AUDIT_HISTORIES);
    Lines lines = {.faults = faults};
    Replay replay = {0};

    while (query_next(&q)) {
        read_line(&q, &lines, &replay);
    }
    end_replay(&lines, &replay);
    add_rest(&lines);
    return query_done(&q, error);
}

/* Cards --------------------------------------------------------------------------------------- */

static bool look_at_cards(Sqlite *store, GPtrArray *faults, GError **error)
{
    g_auto(Query) q = query_of(store, Q_OUTBOX_ALL);
    Lines lines = {.faults = faults};

    while (query_next(&q)) {
        int64_t id = query_get_int(&q);
        size_t len = 0;
        const void *bytes = query_get_bytes(&q, &len);
        g_autoptr(Card) card = card_from_bytes(bytes, len, NULL);

        if (card == NULL) {
            add(&lines, W_AUDIT_CARD, (const Arg[]){N("n", id), {0}});
        }
    }
    add_rest(&lines);
    return query_done(&q, error);
}

static bool expect_newest(const Sqlite *store, int version, GError **error)
{
    return version == sqlite_migration_count ||
           sqlite_refuse(STORE_ERROR_FAILED,
                         say(W_STORE_OLDER, S("path", store->path), N("found", version),
                             N("known", sqlite_migration_count)),
                         error);
}

bool sqlite_audit(const char *path, const Policy *policy, GPtrArray *faults, StoreTally *tally,
                  GError **error)
{
    int version = 0;
    g_autoptr(Sqlite) store = sqlite_peek(path, &version, error);

    if (store == NULL || !expect_newest(store, version, error)) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(audits); i++) {
        if (!look(store, &audits[i], policy, faults, error)) {
            return false;
        }
    }
    return replay_all(store, faults, error) && look_at_cards(store, faults, error) &&
           sqlite_count(store, tally, error);
}
