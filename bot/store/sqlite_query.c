#include "bot/store/sqlite_query.h"

#include <errno.h>
#include <string.h>

typedef struct Row {
    WordId doing;
    const char *sql;
} Row;

static const Row rows[QUERY_COUNT] = {
#define Q(name, doing_word, text) [Q_##name] = {W_STORE_##doing_word, text},
#include "bot/store/sqlite_queries.def"
#undef Q
};

const char *query_sql(QueryId id)
{
    return rows[id].sql;
}

/* Failures ------------------------------------------------------------------------------------ */

typedef struct Fault {
    int code;
    StoreError error;
    WordId text;
} Fault;

static const Fault sqlite_faults[] = {
    {SQLITE_FULL, STORE_ERROR_FULL, W_STORE_FULL},
    {SQLITE_CORRUPT, STORE_ERROR_CORRUPT, W_STORE_CORRUPT},
    {SQLITE_NOTADB, STORE_ERROR_CORRUPT, W_STORE_CORRUPT},
    {SQLITE_READONLY, STORE_ERROR_READ_ONLY, W_STORE_READ_ONLY},
    {SQLITE_BUSY, STORE_ERROR_IN_USE, W_STORE_BUSY},
    {SQLITE_LOCKED, STORE_ERROR_IN_USE, W_STORE_BUSY},
    {SQLITE_IOERR, STORE_ERROR_DISK, W_STORE_FAILED},
    {SQLITE_CANTOPEN, STORE_ERROR_DISK, W_STORE_FAILED},
    {0, STORE_ERROR_FAILED, W_STORE_FAILED},
};

static const Fault system_faults[] = {
    {ENOSPC, STORE_ERROR_FULL, W_STORE_FULL},
    {EDQUOT, STORE_ERROR_FULL, W_STORE_FULL},
    {EFBIG, STORE_ERROR_FULL, W_STORE_FULL},
    {EROFS, STORE_ERROR_READ_ONLY, W_STORE_READ_ONLY},
    {EACCES, STORE_ERROR_READ_ONLY, W_STORE_READ_ONLY},
    {EPERM, STORE_ERROR_READ_ONLY, W_STORE_READ_ONLY},
    {0, STORE_ERROR_DISK, W_STORE_FAILED},
};

/* The row of that code, or the last. */
static const Fault *fault_of(const Fault *faults, int code)
{
    while (faults->code != 0 && faults->code != code) {
        faults++;
    }
    return faults;
}

bool sqlite_refuse(StoreError code, char *take_text, GError **error)
{
    g_set_error_literal(error, STORE_ERROR, (gint)code, take_text);
    g_free(take_text);
    return false;
}

static bool fail(Sqlite *store, const Fault *fault, WordId doing, const char *why, GError **error)
{
    return sqlite_refuse(
        fault->error,
        say(fault->text, S("path", store->path), S("doing", words_template(doing)), S("why", why)),
        error);
}

bool sqlite_failed(Sqlite *store, WordId doing, GError **error)
{
    int code = sqlite3_errcode(store->db) & 0xff;
    int system = sqlite3_system_errno(store->db);

    if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && system != 0) {
        return fail(store, fault_of(system_faults, system), doing, g_strerror(system), error);
    }
    return fail(store, fault_of(sqlite_faults, code), doing, sqlite3_errmsg(store->db), error);
}

bool sqlite_failed_errno(Sqlite *store, int errsv, GError **error)
{
    return fail(store, fault_of(system_faults, errsv), W_STORE_OPENING, g_strerror(errsv), error);
}

/* Life of a query ----------------------------------------------------------------------------- */

Query query_of(Sqlite *store, QueryId id)
{
    Query q = {.store = store, .id = id};
    sqlite3_stmt **kept = &store->statements[id];

    if (*kept == NULL) {
        q.result =
            sqlite3_prepare_v3(store->db, rows[id].sql, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL);
    }
    q.statement = *kept;
    return q;
}

void query_clear(Query *q)
{
    sqlite3_reset(q->statement); /* says again what step said, and NULL is fine */
    q->statement = NULL;
}

bool query_next(Query *q)
{
    if (q->result != SQLITE_OK || q->odd) {
        return false;
    }
    q->got = -1;
    int result = sqlite3_step(q->statement);

    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        q->result = result;
    }
    return result == SQLITE_ROW;
}

bool query_done(Query *q, GError **error)
{
    if (q->result != SQLITE_OK) {
        return sqlite_failed(q->store, rows[q->id].doing, error);
    }
    if (q->odd) {
        return fail(q->store, fault_of(sqlite_faults, SQLITE_CORRUPT), rows[q->id].doing,
                    words_template(W_STORE_ODD_VALUE), error);
    }
    return true;
}

bool query_run(Query *q, GError **error)
{
    query_next(q);
    return query_done(q, error);
}

/* In ------------------------------------------------------------------------------------------ */

static void keep(Query *q, int result)
{
    if (q->result == SQLITE_OK) {
        q->result = result;
    }
}

void query_put_int(Query *q, int64_t value)
{
    if (q->result == SQLITE_OK) {
        keep(q, sqlite3_bind_int64(q->statement, ++q->put, value));
    }
}

void query_put_null(Query *q)
{
    if (q->result == SQLITE_OK) {
        keep(q, sqlite3_bind_null(q->statement, ++q->put));
    }
}

void query_put_text(Query *q, const char *text)
{
    if (q->result == SQLITE_OK) {
        keep(q, sqlite3_bind_text(q->statement, ++q->put, text, -1, SQLITE_STATIC));
    }
}

void query_put_bytes(Query *q, GBytes *bytes)
{
    size_t len = 0;
    const void *data = g_bytes_get_data(bytes, &len);

    if (q->result == SQLITE_OK) {
        keep(q, sqlite3_bind_blob64(q->statement, ++q->put, data, len, SQLITE_STATIC));
    }
}

void query_put_id(Query *q, int64_t id)
{
    if (id == 0) {
        query_put_null(q);
    } else {
        query_put_int(q, id);
    }
}

void query_put_instant(Query *q, Instant at)
{
    query_put_id(q, at.us);
}

/* A number from 0 on, or none. */
static void put_natural(Query *q, int32_t value)
{
    if (value < 0) {
        query_put_null(q);
    } else {
        query_put_int(q, value);
    }
}

void query_put_confidence(Query *q, int32_t confidence)
{
    put_natural(q, confidence);
}

void query_put_minute(Query *q, int32_t minute)
{
    put_natural(q, minute);
}

void query_put_day(Query *q, Day day)
{
    if (!day_is_set(day)) {
        query_put_null(q);
    } else if (q->result == SQLITE_OK) {
        keep(q, sqlite3_bind_text(q->statement, ++q->put, day_iso(day), -1, g_free));
    }
}

void query_put_name(Query *q, const Names *names, int value)
{
    g_assert(value >= 0 && value < names->count);
    query_put_text(q, names->words[value]);
}

void query_put_unit(Query *q, const Unit *unit)
{
    query_put_name(q, &names_unit, (int)unit->kind);
    query_put_text(q, unit->name);
}

/* Out ----------------------------------------------------------------------------------------- */

bool query_get_null(Query *q)
{
    return sqlite3_column_type(q->statement, q->got + 1) == SQLITE_NULL;
}

int64_t query_get_int(Query *q)
{
    return sqlite3_column_int64(q->statement, ++q->got);
}

int32_t query_get_int32(Query *q)
{
    int64_t value = query_get_int(q);

    if (value < INT32_MIN || value > INT32_MAX) {
        q->odd = true;
        return 0;
    }
    return (int32_t)value;
}

bool query_get_bool(Query *q)
{
    return query_get_int(q) != 0;
}

Instant query_get_instant(Query *q)
{
    return (Instant){query_get_int(q)};
}

Decimal query_get_decimal(Query *q)
{
    return (Decimal){query_get_int(q)};
}

static int32_t get_natural(Query *q)
{
    if (query_get_null(q)) {
        q->got++;
        return -1;
    }
    return query_get_int32(q);
}

int32_t query_get_confidence(Query *q)
{
    return get_natural(q);
}

int32_t query_get_minute(Query *q)
{
    return get_natural(q);
}

/* Borrowed until the next step; NULL for NULL, and for what is no clean text. */
static const char *get_borrowed(Query *q)
{
    const char *text = (const char *)sqlite3_column_text(q->statement, ++q->got);
    int len = sqlite3_column_bytes(q->statement, q->got);

    if (text != NULL && !g_utf8_validate_len(text, (gsize)len, NULL)) {
        q->odd = true;
        return NULL;
    }
    return text;
}

char *query_get_optional(Query *q)
{
    return g_strdup(get_borrowed(q));
}

char *query_get_text(Query *q)
{
    char *text = query_get_optional(q);

    q->odd = q->odd || text == NULL;
    return text;
}

Day query_get_day(Query *q)
{
    const char *text = get_borrowed(q);
    Day day = DAY_NONE;

    if (text != NULL && !day_parse_iso(text, &day)) {
        q->odd = true;
    }
    return day;
}

const void *query_get_bytes(Query *q, size_t *len)
{
    const void *bytes = sqlite3_column_blob(q->statement, ++q->got);

    *len = (size_t)sqlite3_column_bytes(q->statement, q->got);
    return bytes;
}

int query_get_name(Query *q, const Names *names)
{
    const char *word = get_borrowed(q);

    for (int i = 0; i < names->count; i++) {
        if (g_strcmp0(word, names->words[i]) == 0) {
            return i;
        }
    }
    q->odd = true;
    return 0;
}

void query_get_unit(Query *q, Unit *unit)
{
    unit->kind = (UnitKind)query_get_name(q, &names_unit);
    const char *name = get_borrowed(q);

    if (name == NULL || g_strlcpy(unit->name, name, sizeof unit->name) >= sizeof unit->name) {
        q->odd = true;
    }
}
