/* Readings. All rows of a key result are gathered first and put in order of time; then they are
 * held against what is on the books. A reading is only ever added, and the last one added is the
 * one that counts, so none may be older than what is there. */

#include "bot/transfer/cell.h"
#include "bot/transfer/merge_parts.h"
#include "core/text.h"
#include "core/words.h"

#define NOON (12 * 60)

typedef struct Incoming {
    Record *record;
    Day day;
    Instant at;
    bool timed; /* the row tells when; else `at` is some time on that day */
    Decimal value;
    ReadingSource source;
    guint order;
} Incoming;

/* A key result's readings, those on the books and those that come. */
typedef struct Book {
    Team *team;
    Tactical *tactical;
    GArray *incoming;    /* of Incoming */
    GPtrArray *readings; /* of Reading */
    GHashTable *known;   /* of char *: "day value" and "instant value" */
} Book;

static void free_reading(gpointer reading)
{
    reading_free(reading);
}

void merge_book_free(gpointer data)
{
    Book *book = data;

    g_array_unref(book->incoming);
    g_ptr_array_unref(book->readings);
    g_hash_table_unref(book->known);
    g_free(book);
}

static Book *book_of(Merge *merge, Team *team, Tactical *tactical)
{
    Book *book = g_hash_table_lookup(merge->books, tactical);

    if (book == NULL) {
        book = g_new(Book, 1);
        *book = (Book){
            .team = team,
            .tactical = tactical,
            .incoming = g_array_new(FALSE, FALSE, sizeof(Incoming)),
            .readings = g_ptr_array_new_with_free_func(free_reading),
            .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        };
        g_ptr_array_add(merge->ordered, book);
        g_hash_table_insert(merge->books, tactical, book);
    }
    return book;
}

/* Rows ---------------------------------------------------------------------------------------- */

static char *read_at(const Record *record, Incoming *in)
{
    const char *cell = record_get(record, COL_AT);

    in->timed = cell != NULL;
    if (cell == NULL || instant_parse_iso(cell, &in->at)) {
        return NULL;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    return say(W_IMPORT_AT, S("text", quoted));
}

static char *read_day(const Record *record, const Team *team, Incoming *in)
{
    const char *cell = record_get(record, COL_DAY);

    if (cell == NULL) {
        in->day = in->timed ? team_day(team, in->at) : DAY_NONE;
        return in->timed ? NULL : say(W_IMPORT_VALUE_MISSING, S("column", column_name(COL_DAY)));
    }
    if (day_parse_iso(cell, &in->day)) {
        return NULL;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    return say(W_IMPORT_DAY, S("column", column_name(COL_DAY)), S("text", quoted));
}

/* A day that is still to come; and where the row tells no time, that day's noon, or now. */
static char *settle_time(const Team *team, Instant now, Incoming *in)
{
    Day today = team_day(team, now);

    if (day_cmp(in->day, today) > 0 || (in->timed && in->at.us > now.us)) {
        g_autofree char *day = day_iso(in->day), *current = day_iso(today);

        return say(W_IMPORT_FUTURE, S("day", day), S("today", current), S("team", team->name));
    }
    if (!in->timed) {
        in->at.us = MIN(day_instant(in->day, NOON, team->zone).us, now.us);
    }
    return NULL;
}

static char *read_source(const Record *record, Incoming *in)
{
    const char *cell = record_get(record, COL_SOURCE);

    in->source = READING_SYSTEM; /* a file is another system's */
    if (cell == NULL || cell_to_source(cell, &in->source)) {
        return NULL;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    return say(W_IMPORT_SOURCE, S("text", quoted));
}

static char *read_incoming(const Merge *merge, const Record *record, const Team *team, Incoming *in)
{
    char *fault = read_at(record, in);

    fault = fault != NULL ? fault : read_day(record, team, in);
    fault = fault != NULL ? fault : settle_time(team, merge->ask->now, in);
    fault = fault != NULL ? fault : read_source(record, in);
    return fault != NULL || record_get(record, COL_VALUE) != NULL
               ? fault
               : say(W_IMPORT_VALUE_MISSING, S("column", column_name(COL_VALUE)));
}

bool merge_reading(Merge *merge, Record *record, Team *team, GError **error)
{
    Tactical *tactical = merge_kr_of(merge, record, team);
    Incoming in = {.record = record};

    (void)error;
    if (tactical == NULL) {
        return true;
    }
    char *fault = read_incoming(merge, record, team, &in);

    if (fault != NULL) {
        records_fault(merge->records, record, fault);
    } else if (merge_amount(merge, record, COL_VALUE, tactical->track->kr, &in.value)) {
        Book *book = book_of(merge, team, tactical);

        in.order = book->incoming->len;
        g_array_append_val(book->incoming, in);
    }
    return true;
}

/* Books --------------------------------------------------------------------------------------- */

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_time(gconstpointer pa, gconstpointer pb)
{
    const Incoming *a = pa, *b = pb;
    int days = day_cmp(a->day, b->day);
    int instants = compare(a->at.us, b->at.us);

    return days != 0 ? days : instants != 0 ? instants : compare(a->order, b->order);
}

static char *key_of_day(Day day, Decimal value)
{
    return g_strdup_printf("%d-%d-%d %" G_GINT64_FORMAT, day.year, day.month, day.day,
                           value.millionths);
}

static char *key_of_instant(Instant at, Decimal value)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, at.us, value.millionths);
}

static void know(Book *book, Day day, Instant at, Decimal value)
{
    g_hash_table_add(book->known, key_of_day(day, value));
    g_hash_table_add(book->known, key_of_instant(at, value));
}

static bool is_known(const Book *book, const Incoming *in)
{
    g_autofree char *key =
        in->timed ? key_of_instant(in->at, in->value) : key_of_day(in->day, in->value);

    return g_hash_table_contains(book->known, key);
}

/* Two rows for one day, of which one does not tell when: nobody can say which was the later. */
static void tell_twice(Merge *merge, const Book *book)
{
    for (guint i = 1; i < book->incoming->len; i++) {
        const Incoming *before = &g_array_index(book->incoming, Incoming, i - 1);
        const Incoming *in = &g_array_index(book->incoming, Incoming, i);

        if (day_cmp(before->day, in->day) != 0 || (before->timed && in->timed)) {
            continue;
        }
        bool turned = before->record > in->record; /* the later row is the one at fault */
        const Record *first = turned ? in->record : before->record;
        g_autofree char *day = day_iso(in->day);
        g_autofree char *place = g_strdup_printf("%s:%zu", first->sheet->name, first->line);

        records_fault(merge->records, turned ? before->record : in->record,
                      say(W_IMPORT_TWICE, N("n", book->tactical->track->kr->number), S("day", day),
                          S("place", place)));
    }
}

static void tell_too_old(Merge *merge, const Book *book, const Incoming *in, const Reading *last)
{
    g_autofree char *day = day_iso(last->day);

    records_fault(merge->records, in->record,
                  say(W_IMPORT_TOO_OLD, N("n", book->tactical->track->kr->number), S("day", day)));
}

static bool add_reading(Merge *merge, const Book *book, const Incoming *in, Instant at,
                        GError **error)
{
    g_autoptr(Reading) reading = reading_new();

    *reading = (Reading){.id = ID_NEW(ReadingId, &merge->ids),
                         .kr = book->tactical->track->kr->id,
                         .value = in->value,
                         .at = at,
                         .day = in->day,
                         .source = in->source};
    merge->merged->readings++;
    return merge_save(merge, in->record, CHANGE_READING, book->team, reading, error);
}

/* The readings that were added to a key result. */
typedef struct Added {
    guint count;
    Day first, last;
    Decimal value;
} Added;

static void tell_added(Merge *merge, const Book *book, const Added *added)
{
    const Kr *kr = book->tactical->track->kr;
    g_autofree char *first = day_iso(added->first), *last = day_iso(added->last);
    g_autofree char *value = value_text(added->value, &kr->unit);

    say_on(merge->merged->news, W_IMPORT_NEW_READINGS, S("team", book->team->name),
           N("n", kr->number), N("count", added->count), S("first", first), S("last", last),
           S("value", value));
    g_string_append_c(merge->merged->news, '\n');
}

static bool is_older(const Incoming *in, const Reading *last)
{
    int days = last != NULL ? day_cmp(in->day, last->day) : 1;

    return days < 0 || (days == 0 && in->timed && in->at.us < last->at.us);
}

static bool add_incoming(Merge *merge, Book *book, GError **error)
{
    const Reading *last =
        book->readings->len > 0 ? book->readings->pdata[book->readings->len - 1] : NULL;
    Added added = {0};

    for (guint i = 0; i < book->incoming->len; i++) {
        const Incoming *in = &g_array_index(book->incoming, Incoming, i);

        if (in->record->wrong || is_known(book, in)) {
            continue;
        }
        if (is_older(in, last)) {
            tell_too_old(merge, book, in, last);
            continue;
        }
        Instant at = {last != NULL && !in->timed ? MAX(in->at.us, last->at.us) : in->at.us};

        if (!add_reading(merge, book, in, at, error)) {
            return false;
        }
        know(book, in->day, at, in->value);
        added.first = added.count++ == 0 ? in->day : added.first;
        added.last = in->day;
        added.value = in->value;
    }
    if (added.count > 0) {
        tell_added(merge, book, &added);
    }
    return true;
}

static bool finish_book(Merge *merge, Book *book, GError **error)
{
    Store *store = merge->ask->store;

    if (!store->ops->readings(store, book->tactical->track->kr->id, book->readings, error)) {
        return false;
    }
    for (guint i = 0; i < book->readings->len; i++) {
        const Reading *reading = g_ptr_array_index(book->readings, i);

        know(book, reading->day, reading->at, reading->value);
    }
    g_array_sort(book->incoming, by_time);
    tell_twice(merge, book);
    return add_incoming(merge, book, error);
}

bool merge_readings_done(Merge *merge, GError **error)
{
    for (guint i = 0; i < merge->ordered->len; i++) {
        if (!finish_book(merge, g_ptr_array_index(merge->ordered, i), error)) {
            return false;
        }
    }
    return true;
}
