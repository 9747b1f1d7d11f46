#pragma once

/* Queries: every statement is a row of sqlite_queries.def, prepared when first used and kept as
 * long as the store. Values go in and come out in order, so that a row is written and read like a
 * list:
 *
 *     g_auto(Query) q = query_of(store, Q_TIMER_DUE);
 *
 *     query_put_int(&q, now.us);
 *     while (query_next(&q)) {
 *         timer.due = query_get_instant(&q);
 *         ...
 *     }
 *     return query_done(&q, error);
 *
 * The first failure sticks: it ends the loop, and query_done tells it. Texts that are put are
 * borrowed until the query is cleared. Two queries of one id may not be in use at once. */

#include <glib.h>
#include <sqlite3.h>

#include "bot/store/sqlite_names.h"
#include "bot/store/store.h"
#include "core/value.h"
#include "core/words.h"

typedef enum QueryId {
#define Q(name, doing, sql) Q_##name,
#include "bot/store/sqlite_queries.def"
#undef Q
    QUERY_COUNT
} QueryId;

typedef struct Sqlite {
    Store base;
    sqlite3 *db;
    char *path;                            /* as it was named */
    char *lock_path;                       /* NULL when nothing is locked */
    int lock;                              /* the descriptor that holds the lock; -1 */
    int log_pages;                         /* what the log holds that the file does not */
    int round_in;                          /* so many event keys until the round goes on */
    char *round;                           /* the last of them that was looked at; NULL: none */
    sqlite3_stmt *statements[QUERY_COUNT]; /* NULL until used */
} Sqlite;

typedef struct Query {
    Sqlite *store;
    sqlite3_stmt *statement;
    QueryId id;
    int put, got; /* the last parameter and column dealt with */
    int result;   /* SQLITE_OK until something failed */
    bool odd;     /* a column held what we never write */
} Query;

Query query_of(Sqlite *store, QueryId id);
void query_clear(Query *q);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Query, query_clear)

bool query_next(Query *q);                 /* true: there is a row to get from */
bool query_done(Query *q, GError **error); /* false when anything failed since query_of */
bool query_run(Query *q, GError **error);  /* for a statement without rows */

void query_put_int(Query *q, int64_t value);
void query_put_id(Query *q, int64_t id);                 /* none (0) is NULL */
void query_put_instant(Query *q, Instant at);            /* none (0) is NULL */
void query_put_confidence(Query *q, int32_t confidence); /* none (-1) is NULL */
void query_put_minute(Query *q, int32_t minute);         /* none (-1) is NULL */
void query_put_day(Query *q, Day day);                   /* DAY_NONE is NULL */
void query_put_text(Query *q, const char *text);         /* NULL is NULL; borrowed */
void query_put_bytes(Query *q, GBytes *bytes);           /* borrowed */
void query_put_name(Query *q, const Names *names, int value);
void query_put_unit(Query *q, const Unit *unit); /* two values; borrowed */
void query_put_null(Query *q);

/* NULL gives what put made NULL of: 0, -1, DAY_NONE. A text that should be there and is not is odd:
 * it fails. */
int64_t query_get_int(Query *q);
int32_t query_get_int32(Query *q);
bool query_get_bool(Query *q);
Instant query_get_instant(Query *q);
Decimal query_get_decimal(Query *q);
int32_t query_get_confidence(Query *q);
int32_t query_get_minute(Query *q);
Day query_get_day(Query *q);
char *query_get_text(Query *q);
char *query_get_optional(Query *q);                 /* a text, or NULL */
const void *query_get_bytes(Query *q, size_t *len); /* borrowed until the next step */
int query_get_name(Query *q, const Names *names);
void query_get_unit(Query *q, Unit *unit);
bool query_get_null(Query *q); /* looks, and stays before the value */

/* Sets `error` to that text; returns false. */
bool sqlite_refuse(StoreError code, char *take_text, GError **error);
/* Sets `error` from the database's last failure; returns false. */
bool sqlite_failed(Sqlite *store, WordId doing, GError **error);
/* The same for a failure of the system outside SQLite. */
bool sqlite_failed_errno(Sqlite *store, int errsv, GError **error);
/* The statement's SQL, for tests. */
const char *query_sql(QueryId id);
