/* Readings. All rows of a key result are gathered first and put in order of time; then they are
 * held against what is on the books. A reading is only ever added, and the last one added is the
 * one that counts, so none may be older than what is there. */

#include "bot/transfer/cell.h"
#include "bot/transfer/merge_parts.h"
#include "core/text.h"
#include "core/words.h"

#define SENT_MAX 200 /* characters of a system, and of its key */

typedef struct Incoming {
    Record *record;
    When when;
    Decimal value;
    ReadingSource source;
    const char *system, *key; /* NULL; the record's */
    guint order;
} Incoming;

/* A key result's readings, those on the books and those that come. */
typedef struct Book {
    Team *team;
    Tactical *tactical;
    GArray *incoming;    /* of Incoming */
    GPtrArray *readings; /* of Reading */
    GHashTable *known;   /* of char *: "day value" and "instant value" */
    GHashTable *keys;    /* of another system -> the value that came under it, Decimal * */
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
    g_hash_table_unref(book->keys);
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
            .keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        };
        g_ptr_array_add(merge->ordered, book);
        g_hash_table_insert(merge->books, tactical, book);
    }
    return book;
}

/* Rows ---------------------------------------------------------------------------------------- */

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

/* What only another system gives. */
static char *read_sent(const Record *record, Column column, const Incoming *in, const char **out)
{
    const char *cell = record_get(record, column);

    *out = cell;
    if (cell != NULL && in->source != READING_SYSTEM) {
        return say(W_IMPORT_NOT_SENT, S("column", column_name(column)));
    }
    return cell != NULL && g_utf8_strlen(cell, -1) > SENT_MAX
               ? say(W_IMPORT_LONG, S("column", column_name(column)), N("max", SENT_MAX))
               : NULL;
}

static char *read_incoming(const Merge *merge, const Record *record, const Team *team, Incoming *in)
{
    char *fault = merge_when(merge, record, team, W_IMPORT_VALUE_MISSING, &in->when);

    fault = fault != NULL ? fault : read_source(record, in);
    fault = fault != NULL ? fault : read_sent(record, COL_SYSTEM, in, &in->system);
    fault = fault != NULL ? fault : read_sent(record, COL_KEY, in, &in->key);
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
    int days = day_cmp(a->when.day, b->when.day);
    int instants = compare(a->when.at.us, b->when.at.us);

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

/* Its key names another value already. */
static void tell_key(Merge *merge, const Book *book, const Incoming *in, Decimal value)
{
    const Kr *kr = book->tactical->track->kr;
    g_autofree char *quoted = text_cut(in->key, 60);
    g_autofree char *was = value_text(value, &kr->unit);

    records_fault(merge->records, in->record,
                  say(W_IMPORT_KEY, S("key", quoted), S("value", was), N("n", kr->number)));
}

static void know(Book *book, Day day, Instant at, Decimal value)
{
    g_hash_table_add(book->known, key_of_day(day, value));
    g_hash_table_add(book->known, key_of_instant(at, value));
}

static void know_key(Book *book, const char *key, Decimal value)
{
    if (key != NULL) {
        g_hash_table_insert(book->keys, g_strdup(key), g_memdup2(&value, sizeof value));
    }
}

/* One that has a key is known by that alone. */
static bool is_known(Merge *merge, const Book *book, const Incoming *in)
{
    const Decimal *keyed = in->key != NULL ? g_hash_table_lookup(book->keys, in->key) : NULL;

    if (keyed != NULL && decimal_cmp(*keyed, in->value) != 0) {
        tell_key(merge, book, in, *keyed);
    }
    if (in->key != NULL) {
        return keyed != NULL;
    }
    g_autofree char *key = in->when.timed ? key_of_instant(in->when.at, in->value)
                                          : key_of_day(in->when.day, in->value);

    return g_hash_table_contains(book->known, key);
}

/* Two rows for one day, of which one does not tell when: nobody can say which was the later. */
static void tell_twice(Merge *merge, const Book *book)
{
    for (guint i = 1; i < book->incoming->len; i++) {
        const Incoming *before = &g_array_index(book->incoming, Incoming, i - 1);
        const Incoming *in = &g_array_index(book->incoming, Incoming, i);

        if (day_cmp(before->when.day, in->when.day) != 0 ||
            (before->when.timed && in->when.timed)) {
            continue;
        }
        bool turned = before->record > in->record; /* the later row is the one at fault */
        const Record *first = turned ? in->record : before->record;
        g_autofree char *day = day_iso(in->when.day);
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
                         .day = in->when.day,
                         .source = in->source,
                         .message = g_strdup(in->key),
                         .system = g_strdup(in->system)};
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
    int days = last != NULL ? day_cmp(in->when.day, last->day) : 1;

    return days < 0 || (days == 0 && in->when.timed && in->when.at.us < last->at.us);
}

static bool add_incoming(Merge *merge, Book *book, GError **error)
{
    const Reading *last =
        book->readings->len > 0 ? book->readings->pdata[book->readings->len - 1] : NULL;
    Added added = {0};

    for (guint i = 0; i < book->incoming->len; i++) {
        const Incoming *in = &g_array_index(book->incoming, Incoming, i);

        if (in->record->wrong || is_known(merge, book, in)) {
            continue;
        }
        if (is_older(in, last)) {
            tell_too_old(merge, book, in, last);
            continue;
        }
        Instant at = {last != NULL && !in->when.timed ? MAX(in->when.at.us, last->at.us)
                                                      : in->when.at.us};

        if (!add_reading(merge, book, in, at, error)) {
            return false;
        }
        know(book, in->when.day, at, in->value);
        know_key(book, in->key, in->value);
        added.first = added.count++ == 0 ? in->when.day : added.first;
        added.last = in->when.day;
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
        know_key(book, reading->source == READING_SYSTEM ? reading->message : NULL, reading->value);
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
