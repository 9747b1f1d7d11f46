/* One transaction changes the rows (sqlite_forgets.def, sqlite_texts.def), the cards on their way
 * and the index for searching; then the whole file is written anew, since what a row held before
 * stays in the file's free corners, and the log is emptied. Until that is done, a setting says so:
 * whatever comes in between, the next call makes up for it. */

#include "bot/store/sqlite_forget.h"

#include "bot/card_codec.h"
#include "bot/store/sqlite_parts.h"
#include "bot/unnamed.h"

#define REST "forget.rest"

#define FORGOTTEN_NONE FORGOTTEN_COUNT

typedef struct Step {
    Forgotten what; /* FORGOTTEN_NONE: counted elsewhere */
    const char *sql;
} Step;

static const Step steps[] = {
#define F(what, sql) {FORGOTTEN_##what, sql},
#include "bot/store/sqlite_forgets.def"
#undef F
#define T(table, column, rows)                                                                     \
    {FORGOTTEN_MENTIONS, "UPDATE " #table " SET " #column " = unnamed(" #column ", ?1, ?2) WHERE " \
                         "(" #rows ") AND unnamed(" #column ", ?1, ?2) IS NOT NULL"},
#include "bot/store/sqlite_texts.def"
#undef T
};

/* What the steps speak of. */
static const char *const tables[] = {
    "CREATE TEMP TABLE its_workspace AS SELECT id FROM workspace WHERE name = ?4",
    "CREATE TEMP TABLE its_team AS SELECT id FROM team WHERE workspace IN its_workspace",
    "CREATE TEMP TABLE its_sprint AS SELECT id FROM sprint WHERE workspace IN its_workspace",
    "CREATE TEMP TABLE its_kr AS SELECT id FROM kr WHERE team IN its_team OR sprint IN its_sprint",
    "CREATE TEMP TABLE its_checkin AS SELECT id FROM checkin WHERE team IN its_team",
    ("CREATE TEMP TABLE said AS SELECT place, checkin, message FROM answer"
     " WHERE member = ?1 AND checkin IN its_checkin"),
};

static const char drop_tables[] = "DROP TABLE its_workspace; DROP TABLE its_team;"
                                  "DROP TABLE its_sprint; DROP TABLE its_kr;"
                                  "DROP TABLE its_checkin; DROP TABLE said";

typedef struct Forget {
    Sqlite *store;
    const char *workspace, *member;
    char *somebody; /* owned */
    int64_t *counts;
} Forget;

/* SQL ----------------------------------------------------------------------------------------- */

static bool run(const Forget *forget, const char *sql, int *changed, GError **error)
{
    sqlite3 *db = forget->store->db;
    const char *const values[] = {forget->member, forget->somebody,
                                  words_template(W_FORGET_REMOVED), forget->workspace};
    sqlite3_stmt *statement = NULL;
    bool done = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK;

    for (int i = 0; done && i < sqlite3_bind_parameter_count(statement); i++) {
        done = sqlite3_bind_text(statement, i + 1, values[i], -1, SQLITE_STATIC) == SQLITE_OK;
    }
    done = done && sqlite3_step(statement) == SQLITE_DONE;
    if (done && changed != NULL) {
        *changed = sqlite3_changes(db);
    }
    if (!done) {
        sqlite_failed(forget->store, W_STORE_FORGETTING, error);
    }
    sqlite3_finalize(statement);
    return done;
}

static bool exec(const Forget *forget, const char *sql, GError **error)
{
    return sqlite_exec(forget->store, W_STORE_FORGETTING, sql, error);
}

/* unnamed(text, member, somebody): NULL where it does not name them. */
static void sql_unnamed(sqlite3_context *context, int n, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);

    g_assert(n == 3);
    if (text != NULL) {
        char *unnamed = unnamed_text(text, (const char *)sqlite3_value_text(values[1]),
                                     (const char *)sqlite3_value_text(values[2]));

        sqlite3_result_text(context, unnamed, -1, g_free);
    }
}

/* Who stands in ------------------------------------------------------------------------------- */

/* Two members who were forgotten stay two: else one check-in's answers would become fewer. */
static bool pick_somebody(Forget *forget, GError **error)
{
    for (int64_t n = 1; forget->somebody == NULL; n++) {
        g_autofree char *name =
            n == 1 ? say(W_FORGET_SOMEBODY) : say(W_FORGET_SOMEBODY_ELSE, N("n", n));
        g_auto(Query) q = query_of(forget->store, Q_SOMEBODY);

        query_put_text(&q, name);
        bool taken = query_next(&q) && query_get_bool(&q);

        if (!query_done(&q, error)) {
            return false;
        }
        if (!taken) {
            forget->somebody = g_steal_pointer(&name);
        }
    }
    return true;
}

/* Triggers ------------------------------------------------------------------------------------ */

/* History and readings are only ever added to, and triggers see to it. They are taken off for this
 * transaction alone; appends what puts them back. */
static bool lift_triggers(const Forget *forget, GPtrArray *back, GError **error)
{
    g_autoptr(GString) drop = g_string_new(NULL);
    {
        g_auto(Query) q = query_of(forget->store, Q_TRIGGERS_FIXED);

        while (query_next(&q)) {
            g_autofree char *name = query_get_text(&q);

            g_string_append_printf(drop, "DROP TRIGGER \"%s\";", name);
            g_ptr_array_add(back, query_get_text(&q));
        }
        if (!query_done(&q, error)) {
            return false;
        }
    }
    return exec(forget, drop->str, error);
}

static bool put_back(const Forget *forget, const GPtrArray *triggers, GError **error)
{
    for (guint i = 0; i < triggers->len; i++) {
        if (!exec(forget, g_ptr_array_index(triggers, i), error)) {
            return false;
        }
    }
    return true;
}

/* Cards on their way -------------------------------------------------------------------------- */

static bool drop_card(const Forget *forget, int64_t id, GError **error)
{
    g_auto(Query) q = query_of(forget->store, Q_OUTBOX_DROP);

    forget->counts[FORGOTTEN_CARDS]++;
    query_put_int(&q, id);
    return query_run(&q, error);
}

static bool save_card(const Forget *forget, int64_t id, const Card *card, GError **error)
{
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    g_auto(Query) q = query_of(forget->store, Q_OUTBOX_REWRITE);

    forget->counts[FORGOTTEN_MENTIONS]++;
    query_put_bytes(&q, bytes);
    query_put_int(&q, id);
    return query_run(&q, error);
}

static bool forget_card(const Forget *forget, const OutboxRow *row, GError **error)
{
    if (g_strcmp0(row->card->member, forget->member) == 0) {
        return drop_card(forget, row->id, error);
    }
    return !unnamed_card(row->card, forget->member, forget->somebody) ||
           save_card(forget, row->id, row->card, error);
}

static void free_row(gpointer row)
{
    outbox_row_free(row);
}

static bool forget_cards(const Forget *forget, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    Store *store = &forget->store->base;
    WorkspaceId id = {0};

    if (!store->ops->workspace(store, forget->workspace, &id, error) ||
        !store->ops->outbox_pending(store, id, 0, INT32_MAX, rows, error)) {
        return false;
    }
    for (guint i = 0; i < rows->len; i++) {
        if (!forget_card(forget, g_ptr_array_index(rows, i), error)) {
            return false;
        }
    }
    return true;
}

/* Together ------------------------------------------------------------------------------------ */

static bool take_steps(const Forget *forget, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        if (!run(forget, tables[i], NULL, error)) {
            return false;
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        int changed = 0;

        if (!run(forget, steps[i].sql, &changed, error)) {
            return false;
        }
        if (steps[i].what != FORGOTTEN_NONE) {
            forget->counts[steps[i].what] += changed;
        }
    }
    return true;
}

/* What is searched is another copy of the sprints' words. */
static bool learn_anew(const Forget *forget, GError **error)
{
    return exec(forget,
                "INSERT OR REPLACE INTO learning (team, sprint, objective, signal, anchor,"
                " situation, learned, moved_how, initiatives, causes, actions) SELECT o.team,"
                " l.sprint, l.objective, l.signal, l.anchor, l.situation, l.learned, l.moved_how,"
                " l.initiatives, l.causes, l.actions FROM learned AS l"
                " JOIN sprint_owner AS o ON o.sprint = l.sprint WHERE l.sprint IN its_sprint",
                error);
}

static bool forget_rows(Forget *forget, GError **error)
{
    g_autoptr(GPtrArray) triggers = g_ptr_array_new_with_free_func(g_free);
    Store *store = &forget->store->base;

    return pick_somebody(forget, error) && lift_triggers(forget, triggers, error) &&
           take_steps(forget, error) && forget_cards(forget, error) && learn_anew(forget, error) &&
           put_back(forget, triggers, error) && exec(forget, drop_tables, error) &&
           store->ops->setting_set(store, REST, "1", error);
}

static bool settle(Store *store, GError **error)
{
    if (!store->ops->begin(store, error)) {
        return false;
    }
    if (!store->ops->setting_set(store, REST, NULL, error) || !store->ops->commit(store, error)) {
        store->ops->rollback(store);
        return false;
    }
    return true;
}

bool sqlite_forget_rest(Store *store, bool *owed, GError **error)
{
    g_autofree char *rest = NULL;

    if (!store->ops->setting_get(store, REST, &rest, error)) {
        return false;
    }
    *owed = rest != NULL;
    return !*owed ||
           (sqlite_exec(sqlite_of(store), W_STORE_REWRITING, "VACUUM", error) &&
            sqlite_empty_log(sqlite_of(store), W_STORE_REWRITING, error) && settle(store, error));
}

static bool prepare(Sqlite *store, GError **error)
{
    if (sqlite3_create_function(store->db, "unnamed", 3,
                                SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                sql_unnamed, NULL, NULL) != SQLITE_OK) {
        return sqlite_failed(store, W_STORE_FORGETTING, error);
    }
    return sqlite_exec(store, W_STORE_FORGETTING, "PRAGMA secure_delete = ON", error);
}

bool sqlite_forget(Store *store, const char *workspace, const char *member, bool pretend,
                   int64_t counts[FORGOTTEN_COUNT], GError **error)
{
    Forget forget = {sqlite_of(store), workspace, member, NULL, counts};

    if (!prepare(forget.store, error) || !store->ops->begin(store, error)) {
        return false;
    }
    bool done = forget_rows(&forget, error);

    g_free(forget.somebody);
    if (pretend || !done) {
        store->ops->rollback(store);
        return done;
    }
    if (!store->ops->commit(store, error)) {
        store->ops->rollback(store);
        return false;
    }
    return sqlite_forget_rest(store, &(bool){false}, error);
}
