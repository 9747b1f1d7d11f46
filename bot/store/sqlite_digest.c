/* What is kept of closed sprints for lists, and the search through what they learned. */

#include "bot/store/sqlite_parts.h"

/* "+$2.9M, 33% of the gap"; without the share where there was no gap; NULL where it leaves the
 * range. */
static char *movement_text(const Unit *unit, Decimal open, Decimal target, Decimal close)
{
    Decimal moved = {0};
    Decimal gap = {0};
    Decimal share = {0};

    if (!decimal_sub(close, open, &moved)) {
        return NULL;
    }
    g_autofree char *change = value_text_change(moved, unit);

    if (!decimal_sub(target, open, &gap) || !decimal_ratio(moved, gap, &share)) {
        return g_steal_pointer(&change);
    }
    g_autofree char *of_gap = ratio_text(share);

    return say(W_STORE_MOVEMENT, S("change", change), S("share", of_gap));
}

/* Five columns: unit, open, target, close. */
static char *get_movement(Query *q)
{
    Unit unit = {0};

    query_get_unit(q, &unit);
    Decimal open = query_get_decimal(q);
    Decimal target = query_get_decimal(q);
    bool known = !query_get_null(q);
    Decimal close = query_get_decimal(q);

    return known ? movement_text(&unit, open, target, close) : NULL;
}

static Digest *get_digest(Query *q)
{
    Digest *digest = g_new0(Digest, 1);

    digest->id = (SprintId){query_get_int(q)};
    digest->number = query_get_int32(q);
    digest->objective = query_get_text(q);
    digest->trigger = query_get_text(q);
    digest->anchor_statement = query_get_text(q);
    digest->situation = query_get_text(q);
    digest->anchor = (KrId){query_get_int(q)};
    digest->window.first = query_get_day(q);
    digest->window.last = query_get_day(q);
    digest->ended_early = query_get_bool(q);
    digest->moved = (Moved)query_get_name(q, &names_moved);
    digest->learned = query_get_optional(q);
    digest->change = (TacticalChange)query_get_name(q, &names_tactical_change);
    digest->movement = get_movement(q);
    digest->closed = query_get_day(q);
    return digest;
}

static void free_action(gpointer action)
{
    action_free(action);
}

static bool load_digest_actions(Sqlite *store, Digest *digest, GError **error)
{
    g_autoptr(GPtrArray) actions = g_ptr_array_new_with_free_func(free_action);

    if (!sqlite_load_actions(store, digest->id, actions, error)) {
        return false;
    }
    if (actions->len > 0) {
        digest->actions = g_steal_pointer(&actions);
    }
    return true;
}

/* Appends what the query brings. */
static bool load_digests(Query *q, GPtrArray *digests, GError **error)
{
    while (query_next(q)) {
        Digest *digest = get_digest(q);

        g_ptr_array_add(digests, digest);
        if (!load_digest_actions(q->store, digest, error)) {
            return false;
        }
    }
    return query_done(q, error);
}

/* All of them, or none. */
static bool add_digests(Query *q, GPtrArray *digests, GError **error)
{
    guint had = digests->len;

    if (!load_digests(q, digests, error)) {
        g_ptr_array_set_size(digests, (gint)had);
        return false;
    }
    return true;
}

bool sqlite_digests(Store *store, TeamId id, int limit, GPtrArray *digests, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_DIGESTS);

    query_put_int(&q, id.v);
    query_put_int(&q, limit);
    return add_digests(&q, digests, error);
}

/* Search -------------------------------------------------------------------------------------- */

/* What is left of the search where somebody pastes a page. */
#define WORDS_MAX 24

static bool in_a_word(gunichar c)
{
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* The next word of the text, and where it ends; NULL: there is no more. */
static const char *next_word(const char *text, const char **end)
{
    while (*text != '\0' && !g_unichar_isalnum(g_utf8_get_char(text))) {
        text = g_utf8_next_char(text);
    }
    for (*end = text; in_a_word(g_utf8_get_char(*end)); *end = g_utf8_next_char(*end)) {
    }
    return *end > text ? text : NULL;
}

/* Each word between quotes, where letters and digits are nothing but themselves, and with a star
 * behind them, which lets it be a beginning. All of them have to be there. NULL: no word. */
static char *query_for(const char *words)
{
    g_autofree char *clean = g_utf8_make_valid(words, -1);
    g_autoptr(GString) query = g_string_new(NULL);
    const char *end = clean;

    for (int i = 0; i < WORDS_MAX; i++) {
        const char *word = next_word(end, &end);

        if (word == NULL) {
            break;
        }
        g_string_append_printf(query, "\"%.*s\"* ", (int)(end - word), word);
    }
    return query->len > 0 ? g_string_free(g_steal_pointer(&query), FALSE) : NULL;
}

/* So many of a team's sprints are looked through, the last opened first. */
#define SEARCHED_MAX 400

/* It holds no text of its own, and stays empty between searches. */
bool sqlite_prepare_search(Sqlite *store, GError **error)
{
    return sqlite_exec(store, W_STORE_OPENING,
                       "CREATE VIRTUAL TABLE temp.search USING fts5 ("
                       " objective, signal, anchor, situation, learned, moved_how, initiatives,"
                       " causes, actions, content = '',"
                       " tokenize = 'porter unicode61 remove_diacritics 2')",
                       error);
}

static bool fill_search(Sqlite *store, TeamId team, GError **error)
{
    g_auto(Query) q = query_of(store, Q_SEARCH_FILL);

    query_put_int(&q, team.v);
    query_put_int(&q, SEARCHED_MAX);
    return query_run(&q, error);
}

static bool empty_search(Sqlite *store, GError **error)
{
    g_auto(Query) q = query_of(store, Q_SEARCH_EMPTY);

    return query_run(&q, error);
}

static bool search(Sqlite *store, const char *query, int limit, GPtrArray *digests, GError **error)
{
    g_auto(Query) q = query_of(store, Q_LEARNINGS);

    query_put_text(&q, query);
    query_put_int(&q, limit);
    return add_digests(&q, digests, error);
}

bool sqlite_learnings(Store *base, TeamId team, const char *words, int limit, GPtrArray *digests,
                      GError **error)
{
    Sqlite *store = sqlite_of(base);
    g_autofree char *query = words != NULL ? query_for(words) : NULL;

    if (query == NULL) {
        return sqlite_digests(base, team, limit, digests, error);
    }
    bool found = fill_search(store, team, error) && search(store, query, limit, digests, error);
    return empty_search(store, found ? error : NULL) && found;
}

bool sqlite_save_learning(Sqlite *store, const Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_LEARNING_SAVE);

    if (sprint->state != SPRINT_CLOSED) {
        return true;
    }
    query_put_int(&q, sprint->id.v);
    return query_run(&q, error);
}
