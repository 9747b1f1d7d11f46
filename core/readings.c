/* What was sent is read row by row; then the rows are held, in the sender's order, against the
 * books of their key results: the readings there, and the rows before them. */

#include "core/readings.h"

#include <string.h>

#include "core/field_check.h"
#include "core/slice.h"
#include "core/text.h"
#include "core/token.h"
#include "core/words.h"

/* A sender's clock may be so far ahead of ours. */
#define AHEAD_MAX (5 * INSTANT_MINUTE)
/* A day that is over, without a time: its middle. */
#define NOON (12 * 60)

typedef struct Row {
    char *kr, *value, *day, *at, *source, *key; /* cleaned; NULL where it was not sent */
    char *name;                                 /* "KR 1", "KR 2 of sprint 3" */
    Track *track;                               /* borrowed; NULL: not found */
    Window span;                                /* the days on which it counts */
    Decimal amount;
    Instant instant;
    Day on;
    bool timed; /* it tells its instant */
    bool repeated;
    char *fault; /* the first there is; NULL */
} Row;

/* A key result's last word, as the rows go by. */
typedef struct Book {
    bool any;
    Day day;
    Instant at;
    Decimal value;
    const Row *row;   /* where that comes from one */
    guint place;      /* that row's, from 1 */
    GHashTable *keys; /* of Row, by their keys: the rows before */
} Book;

typedef struct Judging {
    Turn *turn;
    Team *team;
    const Token *token;
    Day today;
    GPtrArray *rows;   /* of Row */
    GHashTable *books; /* of Book, by Track */
} Judging;

static void free_row(gpointer data)
{
    Row *row = data;

    g_free(row->kr);
    g_free(row->value);
    g_free(row->day);
    g_free(row->at);
    g_free(row->source);
    g_free(row->key);
    g_free(row->name);
    g_free(row->fault);
    g_free(row);
}

static void free_book(gpointer data)
{
    Book *book = data;

    g_hash_table_unref(book->keys);
    g_free(book);
}

/* --- a row's texts --- */

/* A text of at most `max` characters, on one line; says what is wrong with it. */
static char *clean(const char *field, const char *sent, size_t max, char **out)
{
    g_autofree char *text = NULL;
    size_t at = 0;

    if (sent == NULL) {
        return NULL;
    }
    TextFault fault = text_clean(sent, strlen(sent), max, &text, &at);

    if (fault != TEXT_OK) {
        g_autofree char *why = text_fault_say(fault, at, max);

        return say(W_READINGS_TEXT, S("field", field), S("why", why));
    }
    g_autofree char *line = text_squeeze(text);

    if (*line == '\0') {
        return say(W_READINGS_EMPTY, S("field", field));
    }
    *out = g_steal_pointer(&line);
    return NULL;
}

static char *read_texts(const SentReading *sent, Row *row)
{
    const struct {
        const char *field, *sent;
        size_t max;
        char **out;
        bool required;
    } texts[] = {
        {"kr", sent->kr, 300, &row->kr, true},
        {"value", sent->value, 60, &row->value, true},
        {"day", sent->day, 40, &row->day, false},
        {"at", sent->at, 40, &row->at, false},
        {"source", sent->source, 80, &row->source, false},
        {"key", sent->key, 200, &row->key, false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        char *fault = clean(texts[i].field, texts[i].sent, texts[i].max, texts[i].out);

        if (fault == NULL && texts[i].required && *texts[i].out == NULL) {
            fault = say(W_READINGS_MISSING, S("field", texts[i].field));
        }
        if (fault != NULL) {
            return fault;
        }
    }
    return NULL;
}

/* --- whose value it is --- */

/* "sprint 3" */
static bool take_numbered(Slice *text, const char *word, int32_t *number)
{
    const char *const words[] = {word, NULL};
    size_t named = slice_beginnings(*text, words);
    Slice rest = slice_skip_blanks(slice_from(*text, named));
    size_t digits = slice_number(rest, number);

    if (named == 0 || digits == 0) {
        return false;
    }
    *text = slice_skip_blanks(slice_from(rest, digits));
    return true;
}

static char *find_sprint_kr(const Judging *judging, Row *row, int32_t number, int32_t of)
{
    for (guint i = 0; i < judging->team->sprints->len; i++) {
        const Sprint *sprint = g_ptr_array_index(judging->team->sprints, i);
        const SprintKr *kr = sprint_kr(sprint, number);

        if (sprint->number != of || sprint->state != SPRINT_ACTIVE) {
            continue;
        }
        if (kr == NULL) {
            return say(W_READINGS_SPRINT_KR, N("sprint", of), N("n", number));
        }
        row->track = kr->track;
        row->span = sprint->window;
        row->name = say(W_READINGS_NAME_SPRINT, N("n", number), N("sprint", of));
        return NULL;
    }
    return say(W_READINGS_SPRINT, S("team", judging->team->name), N("n", of));
}

static const Tactical *tactical_stated(const Team *team, const char *statement)
{
    g_autofree char *wanted = text_key(statement);

    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);
        g_autofree char *key = text_key(tactical->track->kr->statement);

        if (!tactical->dropped && strcmp(key, wanted) == 0) {
            return tactical;
        }
    }
    return NULL;
}

static char *find_tactical(const Judging *judging, Row *row)
{
    const Team *team = judging->team;
    Slice text = slice_of(row->kr);
    int32_t number = 0;
    bool numbered = is_whole_number(row->kr, &number) ||
                    (take_numbered(&text, "kr", &number) && slice_empty(text));
    const Tactical *tactical =
        numbered ? team_tactical_number(team, number) : tactical_stated(team, row->kr);

    if (tactical == NULL) {
        g_autofree char *quoted = text_cut(row->kr, 60);

        return say(W_READINGS_KR, S("given", quoted), S("team", team->name));
    }
    const Period *period = team_tactical_period(team, tactical);

    number = tactical->track->kr->number;
    if (tactical->dropped) {
        return say(W_READINGS_DROPPED, N("n", number));
    }
    if (period != NULL && day_cmp(judging->today, period->days.last) > 0) {
        g_autofree char *last = day_text(period->days.last);

        return say(W_READINGS_OVER, N("n", number), S("period", period->name), S("day", last));
    }
    row->track = tactical->track;
    row->span = period != NULL ? period->days : (Window){DAY_FIRST, DAY_LAST};
    row->name = say(W_READINGS_NAME, N("n", number));
    return NULL;
}

static char *find_kr(const Judging *judging, Row *row)
{
    Slice text = slice_of(row->kr);
    int32_t sprint = 0, number = 0;

    return take_numbered(&text, "sprint", &sprint) && take_numbered(&text, "kr", &number) &&
                   slice_empty(text)
               ? find_sprint_kr(judging, row, number, sprint)
               : find_tactical(judging, row);
}

/* --- when, and how much --- */

static char *say_future(const Judging *judging, const char *given)
{
    g_autofree char *now = instant_text(judging->turn->now, judging->team->zone);

    return say(W_READINGS_FUTURE, S("day", given), S("team", judging->team->name), S("now", now));
}

static char *read_at(const Judging *judging, Row *row)
{
    Instant now = judging->turn->now;

    if (!instant_parse_iso(row->at, &row->instant)) {
        return say(W_READINGS_AT, S("text", row->at));
    }
    if (row->instant.us > now.us + AHEAD_MAX) {
        return say_future(judging, row->at);
    }
    row->timed = true;
    row->instant.us = MIN(row->instant.us, now.us);
    row->on = team_day(judging->team, row->instant);
    return NULL;
}

static char *read_day(const Judging *judging, Row *row)
{
    Instant noon;

    if (!day_parse_iso(row->day, &row->on)) {
        return say(W_READINGS_DAY, S("text", row->day));
    }
    if (day_cmp(row->on, judging->today) > 0) {
        return say_future(judging, row->day);
    }
    noon = day_instant(row->on, NOON, judging->team->zone);
    row->instant = day_cmp(row->on, judging->today) == 0 ? judging->turn->now : noon;
    return NULL;
}

static char *read_when(const Judging *judging, Row *row)
{
    char *fault = NULL;

    if (row->day != NULL && row->at != NULL) {
        return say(W_READINGS_BOTH);
    }
    row->on = judging->today;
    row->instant = judging->turn->now;
    if (row->at != NULL) {
        fault = read_at(judging, row);
    } else if (row->day != NULL) {
        fault = read_day(judging, row);
    }
    if (fault == NULL &&
        (day_cmp(row->on, row->span.first) < 0 || day_cmp(row->on, row->span.last) > 0)) {
        g_autofree char *day = day_text(row->on), *span = window_text(row->span);

        fault = say(W_READINGS_OUTSIDE, S("day", day), S("span", span));
    }
    return fault;
}

/* A bare whole number of things is meant as it is, however far the target; of money it is not,
 * where the key result speaks in millions. */
static bool is_literal(const char *value, const Unit *unit)
{
    return (unit->kind == UNIT_COUNT || unit->kind == UNIT_PLAIN) &&
           value[strspn(value, "0123456789")] == '\0';
}

static char *read_value(Row *row)
{
    const Kr *kr = row->track->kr;
    Decimal current = track_value(row->track);
    g_autofree char *text =
        g_strconcat(is_literal(row->value, &kr->unit) ? "= " : "", row->value, NULL);
    bool delta = false;
    ValueFault fault = value_read(text, &kr->unit, current, kr->target, &row->amount, &delta);

    if (fault != VALUE_OK) {
        return value_fault_say(fault, row->value, &kr->unit, current);
    }
    return delta ? say(W_READINGS_MOVEMENT, S("text", row->value)) : NULL;
}

static Row *read_row(const Judging *judging, const SentReading *sent)
{
    Row *row = g_new0(Row, 1);

    row->fault = sent->fault != NULL ? g_strdup(sent->fault) : read_texts(sent, row);
    row->fault = row->fault != NULL ? row->fault : find_kr(judging, row);
    row->fault = row->fault != NULL ? row->fault : read_when(judging, row);
    row->fault = row->fault != NULL ? row->fault : read_value(row);
    return row;
}

static void read_rows(Judging *judging)
{
    const GPtrArray *sent = judging->turn->event->sent;

    for (guint i = 0; i < sent->len; i++) {
        g_ptr_array_add(judging->rows, read_row(judging, g_ptr_array_index(sent, i)));
    }
}

/* --- against the books --- */

static bool needs_keys(const Judging *judging)
{
    bool known = true;

    for (guint i = 0; i < judging->rows->len; i++) {
        const Row *row = g_ptr_array_index(judging->rows, i);

        if (row->fault == NULL && row->key != NULL) {
            known = turn_needs_keyed(judging->turn, row->track->kr->id, row->key) && known;
        }
    }
    return known;
}

static Book *book_of(Judging *judging, const Row *row)
{
    Book *book = g_hash_table_lookup(judging->books, row->track);
    const Reading *last = track_current(row->track);

    if (book == NULL) {
        book = g_new0(Book, 1);
        book->keys = g_hash_table_new(g_str_hash, g_str_equal);
        if (last != NULL) {
            book->any = true;
            book->day = last->day;
            book->at = last->at;
            book->value = last->value;
        }
        g_hash_table_insert(judging->books, row->track, book);
    }
    return book;
}

/* The value that came under the row's key before; false: none did. */
static bool keyed(const Judging *judging, const Book *book, const Row *row, Decimal *value)
{
    const Reading *stored =
        row->key != NULL ? world_keyed(judging->turn->world, row->track->kr->id, row->key) : NULL;
    const Row *before = row->key != NULL ? g_hash_table_lookup(book->keys, row->key) : NULL;

    if (stored == NULL && before == NULL) {
        return false;
    }
    *value = stored != NULL ? stored->value : before->amount;
    return true;
}

/* A dashboard that posts hourly must not fill the books: the day has this value already. */
static bool is_known(const Book *book, const Row *row)
{
    const Reading *on_day = track_on(row->track, row->on);
    bool is_last_day = book->any && day_cmp(row->on, book->day) == 0;

    if (row->key != NULL) {
        return false;
    }
    return is_last_day ? decimal_cmp(book->value, row->amount) == 0
                       : on_day != NULL && decimal_cmp(on_day->value, row->amount) == 0;
}

static bool is_older(const Book *book, const Row *row)
{
    int days = book->any ? day_cmp(row->on, book->day) : 1;

    return days < 0 || (days == 0 && row->timed && row->instant.us < book->at.us);
}

/* Two values for one day in one request, of which one does not tell when. */
static bool is_torn(const Book *book, const Row *row)
{
    return book->row != NULL && day_cmp(row->on, book->day) == 0 &&
           !(book->row->timed && row->timed);
}

static void enter(Book *book, Row *row, guint place)
{
    bool same_day = book->any && day_cmp(row->on, book->day) == 0;

    row->instant.us = same_day ? MAX(row->instant.us, book->at.us) : row->instant.us;
    book->any = true;
    book->day = row->on;
    book->at = row->instant;
    book->value = row->amount;
    book->row = row;
    book->place = place;
    if (row->key != NULL) {
        g_hash_table_insert(book->keys, row->key, row);
    }
}

static char *say_key(const Row *row, Decimal value)
{
    g_autofree char *was = value_text(value, &row->track->kr->unit);

    return say(W_READINGS_KEY, S("key", row->key), S("value", was), S("kr", row->name));
}

static char *say_older(const Book *book, const Row *row)
{
    g_autofree char *value = value_text(book->value, &row->track->kr->unit);
    g_autofree char *day = day_text(book->day);

    return say(W_READINGS_OLD, S("kr", row->name), S("value", value), S("day", day));
}

static void judge(Judging *judging, Row *row, guint place)
{
    Book *book = book_of(judging, row);
    Decimal value = {0};

    if (keyed(judging, book, row, &value)) {
        row->repeated = decimal_cmp(value, row->amount) == 0;
        row->fault = row->repeated ? NULL : say_key(row, value);
    } else if (is_known(book, row)) {
        row->repeated = true;
    } else if (is_torn(book, row)) {
        row->fault = say(W_READINGS_TWICE, N("row", book->place), S("kr", row->name));
    } else if (is_older(book, row)) {
        row->fault = say_older(book, row);
    } else {
        enter(book, row, place);
    }
}

static int judge_all(Judging *judging)
{
    int faults = 0;

    for (guint i = 0; i < judging->rows->len; i++) {
        Row *row = g_ptr_array_index(judging->rows, i);

        if (row->fault == NULL) {
            judge(judging, row, i + 1);
        }
        faults += row->fault != NULL;
    }
    return faults;
}

/* --- what comes of it --- */

static Card *receipt(Turn *turn)
{
    turn->reply = turn->reply != NULL ? turn->reply : card_new(CARD_RECEIPT);
    return turn->reply;
}

static void refuse(Turn *turn, const char *as, char *take_why)
{
    card_fact(receipt(turn), g_strdup(as), take_why);
}

static void tell_faults(const Judging *judging, int faults)
{
    refuse(judging->turn, RECEIPT_ERROR, say(W_READINGS_FAULTS, N("n", faults)));
    for (guint i = 0; i < judging->rows->len; i++) {
        Row *row = g_ptr_array_index(judging->rows, i);

        if (row->fault != NULL) {
            g_autofree char *place = g_strdup_printf("%u", i + 1);

            card_item(receipt(judging->turn), place, g_steal_pointer(&row->fault));
        }
    }
}

/* Where it came from always names the token's system. */
static char *system_shown(const Token *token, const char *source)
{
    g_autofree char *name = text_fold(token->name);
    g_autofree char *said = source != NULL ? text_fold(source) : g_strdup(name);

    if (source == NULL) {
        return g_strdup(token->name);
    }
    return g_str_has_prefix(said, name) ? g_strdup(source)
                                        : g_strdup_printf("%s: %s", token->name, source);
}

static void take_row(const Judging *judging, const Row *row)
{
    Turn *turn = judging->turn;
    Reading *reading = reading_new();

    *reading = (Reading){.id = ID_NEW(ReadingId, turn->ids),
                         .kr = row->track->kr->id,
                         .value = row->amount,
                         .at = row->instant,
                         .day = row->on,
                         .source = READING_SYSTEM,
                         .message = g_strdup(row->key),
                         .system = system_shown(judging->token, row->source)};
    g_ptr_array_add(row->track->readings, reading);
    turn_change(turn, CHANGE_READING, judging->team, reading);
}

static void take_all(const Judging *judging)
{
    guint taken = 0;

    for (guint i = 0; i < judging->rows->len; i++) {
        const Row *row = g_ptr_array_index(judging->rows, i);

        if (!row->repeated) {
            take_row(judging, row);
            taken++;
        }
    }
    card_fact(receipt(judging->turn), g_strdup(RECEIPT_TAKEN), g_strdup_printf("%u", taken));
    card_fact(receipt(judging->turn), g_strdup(RECEIPT_REPEATED),
              g_strdup_printf("%u", judging->rows->len - taken));
}

static void take_rows(Turn *turn, Team *team, const Token *token)
{
    Judging judging = {
        .turn = turn, .team = team, .token = token, .today = team_day(team, turn->now)};

    judging.rows = g_ptr_array_new_with_free_func(free_row);
    judging.books = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_book);
    read_rows(&judging);
    if (needs_keys(&judging)) {
        int faults = judge_all(&judging);

        if (faults > 0) {
            tell_faults(&judging, faults);
        } else {
            take_all(&judging);
        }
    }
    g_hash_table_unref(judging.books);
    g_ptr_array_unref(judging.rows);
}

void readings_take(Turn *turn)
{
    const Event *event = turn->event;
    guint n = event->sent->len;

    if (!turn_needs_token(turn, event->value)) {
        return;
    }
    Team *team = world_team(turn->world, world_token(turn->world, event->value));
    const Token *token = team != NULL ? token_of(team, event->value) : NULL;

    if (token == NULL) {
        refuse(turn, RECEIPT_STRANGER, say(W_READINGS_TOKEN_UNKNOWN));
    } else if (!token_in_use(token)) {
        g_autofree char *day = day_text(team_day(team, token->revoked));

        refuse(turn, RECEIPT_STRANGER, say(W_READINGS_TOKEN_REVOKED, S("day", day)));
    } else if (n == 0) {
        refuse(turn, RECEIPT_ERROR, say(W_READINGS_NONE));
    } else if (n > READINGS_MAX) {
        refuse(turn, RECEIPT_ERROR, say(W_READINGS_MANY, N("n", n), N("max", READINGS_MAX)));
    } else {
        take_rows(turn, team, token);
    }
}
