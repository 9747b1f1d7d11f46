/* Every request has a number, which its readings carry in their source: so an audit can tell for
 * each reading where it came from, and for each request how much of it is on the books. */

#include "systems.h"

#include <string.h>

#include "bot/store/sqlite.h"
#include "bot/transfer/merge.h"
#include "core/readings.h"
#include "core/token.h"
#include "core/words.h"
#include "script.h"

#define SYSTEM_NAME "HubSpot"
#define RUN_MARK    "run #"

struct System {
    char *told;  /* the reply that showed its token; NULL until it came */
    char *ended; /* the reply to its revocation; NULL until it came */
};

typedef struct FeedRow {
    KrId kr;
    Decimal value;
    char *key; /* NULL */
} FeedRow;

/* A request. */
typedef struct Feed {
    int64_t number;
    TeamId team;
    GPtrArray *rows; /* of FeedRow */
    bool broken;     /* something is wrong with it: nothing of it may be taken */
    bool stranger;   /* its token is nobody's */
    bool fresh;      /* each row has a key that came never before: all of it is new */
    bool said;       /* a receipt said that it was taken */
    int64_t taken;   /* how much of it the receipts said is new */
    int64_t found;   /* by an audit that goes on */
} Feed;

/* A row of a file that was imported. */
typedef struct FiledRow {
    KrId kr;
    Day day;
    Decimal value;
} FiledRow;

struct Feeds {
    GPtrArray *all; /* of Feed, by number - 1 */
    GArray *filed;  /* of FiledRow */
};

void system_free(System *system)
{
    if (system != NULL) {
        g_free(system->told);
        g_free(system->ended);
        g_free(system);
    }
}

static void row_free(gpointer data)
{
    FeedRow *row = data;

    g_free(row->key);
    g_free(row);
}

static void feed_free(gpointer data)
{
    Feed *feed = data;

    g_ptr_array_unref(feed->rows);
    g_free(feed);
}

Feeds *feeds_new(void)
{
    Feeds *feeds = g_new0(Feeds, 1);

    feeds->all = g_ptr_array_new_with_free_func(feed_free);
    feeds->filed = g_array_new(FALSE, FALSE, sizeof(FiledRow));
    return feeds;
}

void feeds_free(Feeds *feeds)
{
    if (feeds != NULL) {
        g_ptr_array_unref(feeds->all);
        g_array_unref(feeds->filed);
        g_free(feeds);
    }
}

/* --- tokens --- */

static Sent *lead_says(const Crew *crew, const char *text)
{
    g_autofree char *lead = g_strdup_printf("m%d.1", crew->number);

    return crew_command(crew, lead, g_strdup(text));
}

static bool is_revoked(const System *system)
{
    return system->ended != NULL && strstr(system->ended, "can send nothing more") != NULL;
}

void systems_make(Sim *sim, Crew *crew)
{
    Sent *sent = NULL;

    if (crew->system != NULL && !is_revoked(crew->system)) {
        return;
    }
    crew->system = crew->system != NULL ? crew->system : g_new0(System, 1);
    g_clear_pointer(&crew->system->told, g_free);
    g_clear_pointer(&crew->system->ended, g_free);
    sent = lead_says(crew, "okr token " SYSTEM_NAME);
    sent->wants = &crew->system->told;
    platform_send(sim, sent);
}

void systems_revoke(Sim *sim, Crew *crew)
{
    if (crew->system == NULL || crew->system->told == NULL || is_revoked(crew->system)) {
        return;
    }
    Sent *sent = lead_says(crew, "okr token revoke " SYSTEM_NAME);
    g_clear_pointer(&crew->system->ended, g_free);
    sent->wants = &crew->system->ended;
    platform_send(sim, sent);
}

/* What the token is known by; of one that nobody made where it was never told. Caller frees. */
static char *hash_of(const System *system)
{
    const char *text =
        system != NULL && system->told != NULL ? strstr(system->told, TOKEN_PREFIX) : NULL;
    size_t len = text != NULL ? strcspn(text, " \n") : 0;
    g_autofree char *token =
        text != NULL ? g_strndup(text, len) : g_strdup(TOKEN_PREFIX "of nobody");

    return token_hash(token);
}

/* --- requests --- */

static Feed *earlier(Sim *sim, TeamId team)
{
    const GPtrArray *all = sim->feeds->all;
    guint from = all->len > 20 ? all->len - 20 : 0;
    Feed *feed =
        all->len > 0 ? g_ptr_array_index(all, rng_between(&sim->rng, from, all->len - 1)) : NULL;

    return feed != NULL && ID_EQ(feed->team, team) && feed->rows->len > 0 ? feed : NULL;
}

/* One that came before: once more as it was, or with another value. It may overtake the first. */
static bool repeat_row(Sim *sim, Feed *feed, FeedRow *row)
{
    Feed *before = earlier(sim, feed->team);
    const FeedRow *first = before != NULL ? g_ptr_array_index(before->rows, 0) : NULL;

    if (first == NULL || first->key == NULL || !rng_chance(&sim->rng, 150)) {
        return false;
    }
    row->kr = first->kr;
    row->value = first->value;
    row->key = g_strdup(first->key);
    if (rng_chance(&sim->rng, 200)) {
        row->value.millionths += DECIMAL_ONE;
    }
    before->fresh = false;
    feed->fresh = false;
    return true;
}

static void new_row(Sim *sim, const BookKr *kr, Day day, Feed *feed, FeedRow *row)
{
    row->kr = kr->id;
    row->value = script_course(kr, day);
    if (rng_chance(&sim->rng, 750)) {
        row->key = g_strdup_printf("k%" G_GINT64_FORMAT "-%u", feed->number, feed->rows->len);
    } else {
        feed->fresh = false;
    }
}

/* Now, on a day, or at an instant: in order of time or not. */
static void tell_time(Sim *sim, Day today, SentReading *sent)
{
    int64_t back = rng_chance(&sim->rng, 800) ? 0 : rng_between(&sim->rng, 1, 12);
    int64_t shape = rng_below(&sim->rng, 100);

    if (shape < 40) {
        Instant at = {sim_now(sim).us - rng_between(&sim->rng, 0, 3) * INSTANT_HOUR};

        sent->at = instant_iso(at);
    } else if (shape < 60) {
        sent->day = day_iso(day_plus(today, -back));
    }
}

static void break_row(Sim *sim, SentReading *sent)
{
    static const char *const values[] = {"", "soon", "+2", "1e9", "\xC3"};

    if (rng_chance(&sim->rng, 300)) {
        g_free(sent->kr);
        sent->kr = g_strdup("9999");
    } else {
        g_free(sent->value);
        sent->value = g_strdup(values[rng_below(&sim->rng, G_N_ELEMENTS(values))]);
    }
}

static bool is_told(const Feed *feed, KrId kr)
{
    for (guint i = 0; i < feed->rows->len; i++) {
        if (ID_EQ(((const FeedRow *)g_ptr_array_index(feed->rows, i))->kr, kr)) {
            return true;
        }
    }
    return false;
}

/* Mostly one value for each. */
static void add_row(Sim *sim, const Crew *crew, Feed *feed, GPtrArray *sent)
{
    const BookTeam *team = crew_book(sim, crew);
    const BookKr *kr = crew_kr(sim, crew);

    if (is_told(feed, kr->id) && rng_chance(&sim->rng, 900)) {
        return;
    }
    FeedRow *row = g_new0(FeedRow, 1);
    SentReading *reading = g_new0(SentReading, 1);

    if (!repeat_row(sim, feed, row)) {
        new_row(sim, kr, crew_today(sim, crew), feed, row);
    }
    kr = book_tactical(team, row->kr);
    g_ptr_array_add(feed->rows, row);
    reading->kr = g_strdup_printf(rng_chance(&sim->rng, 500) ? "%d" : "KR %d", kr->number);
    reading->value = script_amount(kr, row->value);
    reading->key = g_strdup(row->key);
    reading->source = g_strdup_printf(RUN_MARK "%" G_GINT64_FORMAT, feed->number);
    tell_time(sim, crew_today(sim, crew), reading);
    g_ptr_array_add(sent, reading);
}

static void free_sent_reading(gpointer sent)
{
    sent_reading_free(sent);
}

static Feed *feed_new(Sim *sim, TeamId team)
{
    Feed *feed = g_new0(Feed, 1);

    feed->number = sim->feeds->all->len + 1;
    feed->team = team;
    feed->rows = g_ptr_array_new_with_free_func(row_free);
    feed->fresh = true;
    g_ptr_array_add(sim->feeds->all, feed);
    return feed;
}

void systems_feed(Sim *sim, Crew *crew)
{
    bool known = crew->system != NULL && crew->system->told != NULL;

    if (crew_kr(sim, crew) == NULL || (!known && !rng_chance(&sim->rng, 30))) {
        return;
    }
    Feed *feed = feed_new(sim, crew_book(sim, crew)->id);
    Sent *sent = sent_new(EVENT_READINGS, NULL, NULL, NULL);

    bool nobodys = !known || rng_chance(&sim->rng, 20);
    feed->stranger = nobodys || is_revoked(crew->system);
    sent->feed = feed;
    sent->event->value = hash_of(nobodys ? NULL : crew->system);
    sent->event->sent = g_ptr_array_new_with_free_func(free_sent_reading);
    for (int64_t i = rng_between(&sim->rng, 1, 4); i > 0; i--) {
        add_row(sim, crew, feed, sent->event->sent);
    }
    if (rng_chance(&sim->rng, 70)) {
        feed->broken = true;
        break_row(sim, g_ptr_array_index(sent->event->sent, 0));
    }
    sim->stats->feeds++;
    sim_note(sim, "feed", feed->number, feed->rows->len, crew->home);
    platform_send(sim, sent);
}

/* --- receipts --- */

static const char *fact_of(const Card *receipt, const char *name)
{
    for (guint i = 0; i < receipt->blocks->len; i++) {
        const Block *block = g_ptr_array_index(receipt->blocks, i);

        if (block->kind == BLOCK_FACT && strcmp(block->label, name) == 0) {
            return block->text;
        }
    }
    return NULL;
}

static void take_receipt(Sim *sim, Feed *feed, const char *taken, const char *repeated)
{
    int64_t n = g_ascii_strtoll(taken, NULL, 10), known = g_ascii_strtoll(repeated, NULL, 10);

    if (feed->broken || feed->stranger) {
        sim_fail(sim, "request %" G_GINT64_FORMAT " was taken", feed->number);
    } else if (n + known != feed->rows->len) {
        sim_fail(sim, "request %" G_GINT64_FORMAT " has %u readings, and its receipt %s and %s",
                 feed->number, feed->rows->len, taken, repeated);
    } else if (feed->said && n > 0 && feed->fresh) {
        sim_fail(sim, "request %" G_GINT64_FORMAT " was taken twice", feed->number);
    }
    sim_note(sim, "fed", feed->number, n, repeated);
    feed->said = true;
    feed->taken += n;
    sim->stats->fed += n;
    sim->stats->fed_again += known;
}

void systems_replied(Sim *sim, Sent *sent, const Card *receipt)
{
    Feed *feed = sent->feed;
    const char *taken = receipt != NULL ? fact_of(receipt, RECEIPT_TAKEN) : NULL;
    const char *repeated = receipt != NULL ? fact_of(receipt, RECEIPT_REPEATED) : NULL;

    if (receipt == NULL || receipt->kind != CARD_RECEIPT) {
        sim_fail(sim, "request %" G_GINT64_FORMAT " has no receipt", feed->number);
    } else if (taken != NULL && repeated != NULL) {
        take_receipt(sim, feed, taken, repeated);
    } else if (fact_of(receipt, RECEIPT_STRANGER) != NULL) {
        sim->stats->strangers++;
    } else if (fact_of(receipt, RECEIPT_ERROR) != NULL && !feed->stranger) {
        sim->stats->feeds_refused++;
    } else {
        sim_fail(sim, "the receipt of request %" G_GINT64_FORMAT " says nothing", feed->number);
    }
}

/* --- audits --- */

/* The request that a reading came with; NULL. */
static Feed *feed_of(const Sim *sim, const Reading *reading)
{
    const char *mark = reading->system != NULL ? strstr(reading->system, RUN_MARK) : NULL;
    int64_t number = mark != NULL ? g_ascii_strtoll(mark + strlen(RUN_MARK), NULL, 10) : 0;

    return number > 0 && number <= sim->feeds->all->len
               ? g_ptr_array_index(sim->feeds->all, number - 1)
               : NULL;
}

static bool was_sent(const Feed *feed, const Reading *reading)
{
    for (guint i = 0; i < feed->rows->len; i++) {
        const FeedRow *row = g_ptr_array_index(feed->rows, i);

        if (ID_EQ(row->kr, reading->kr) && g_strcmp0(row->key, reading->message) == 0 &&
            decimal_cmp(row->value, reading->value) == 0) {
            return true;
        }
    }
    return false;
}

static void audit_reading(Sim *sim, const BookTeam *team, const Reading *reading, GHashTable *keys)
{
    Feed *feed = feed_of(sim, reading);
    g_autofree char *value = decimal_text(reading->value);

    if (feed == NULL || !ID_EQ(feed->team, team->id) || !was_sent(feed, reading)) {
        sim_fail(sim, "%s has a reading of %s from %s that nobody sent", team->home, value,
                 reading->system);
        return;
    }
    feed->found++;
    if (reading->message != NULL && !g_hash_table_add(keys, reading->message)) {
        sim_fail(sim, "%s is on the books of %s twice", reading->message, team->home);
    }
}

static void audit_feed(Sim *sim, const Feed *feed)
{
    int64_t n = feed->rows->len;
    bool whole = feed->found == 0 || feed->found == n;

    if ((feed->broken || feed->stranger) && feed->found > 0) {
        sim_fail(sim, "request %" G_GINT64_FORMAT " left readings, and was refused", feed->number);
    } else if (feed->found < feed->taken) { /* more, where it was taken once and nobody heard */
        sim_fail(sim,
                 "request %" G_GINT64_FORMAT ": %" G_GINT64_FORMAT
                 " readings were taken, and %" G_GINT64_FORMAT " are there",
                 feed->number, feed->taken, feed->found);
    } else if (feed->fresh && (!whole || (feed->said && feed->found == 0))) {
        sim_fail(sim,
                 "of request %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                 " readings are there",
                 feed->number, feed->found, n);
    }
}

static bool is_there(const GPtrArray *readings, const FiledRow *row)
{
    for (guint i = 0; i < readings->len; i++) {
        const Reading *reading = g_ptr_array_index(readings, i);

        if (day_cmp(reading->day, row->day) == 0 && decimal_cmp(reading->value, row->value) == 0) {
            return true;
        }
    }
    return false;
}

/* Every row of a file is there, and no more of them than it said. */
static void audit_imported(Sim *sim, const BookKr *kr, const GPtrArray *readings, guint found)
{
    if (found != kr->imported) {
        sim_fail(sim, "%u readings of KR %d were imported, and %u are there", kr->imported,
                 kr->number, found);
    }
    for (guint i = 0; i < sim->feeds->filed->len; i++) {
        const FiledRow *row = &g_array_index(sim->feeds->filed, FiledRow, i);

        if (ID_EQ(row->kr, kr->id) && !is_there(readings, row)) {
            g_autofree char *day = day_iso(row->day);

            sim_fail(sim, "a file's reading of KR %d on %s is not there", kr->number, day);
        }
    }
}

void systems_audit(Sim *sim, const BookTeam *team, const GPtrArray *tracks)
{
    for (guint i = 0; i < sim->feeds->all->len; i++) {
        ((Feed *)g_ptr_array_index(sim->feeds->all, i))->found = 0;
    }
    for (guint i = 0; i < tracks->len; i++) {
        const GPtrArray *readings = g_ptr_array_index(tracks, i);
        g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
        guint imported = 0;

        for (guint j = 0; j < readings->len; j++) {
            const Reading *reading = g_ptr_array_index(readings, j);

            if (reading->source == READING_SYSTEM && reading->system != NULL) {
                audit_reading(sim, team, reading, keys);
            }
            imported += reading->source == READING_SYSTEM && reading->system == NULL;
        }
        audit_imported(sim, g_ptr_array_index(team->tacticals, i), readings, imported);
    }
    for (guint i = 0; i < sim->feeds->all->len; i++) {
        const Feed *feed = g_ptr_array_index(sim->feeds->all, i);

        if (ID_EQ(feed->team, team->id)) {
            audit_feed(sim, feed);
        }
    }
}

/* --- files --- */

/* Some days' values; what it says is appended to `rows`, of FiledRow. */
static char *file_text(Sim *sim, const BookTeam *team, const BookKr *kr, GArray *rows)
{
    GString *out = g_string_new("workspace,team,kr_number,day,value\n");
    Day today = instant_day(sim_now(sim), team->zone);

    for (int64_t back = rng_between(&sim->rng, 0, 5); back >= 0; back--) {
        Day day = day_plus(today, -back);
        const FiledRow row = {kr->id, day, script_course(kr, day)};
        g_autofree char *on = day_iso(day);
        g_autofree char *value = decimal_text(row.value);

        g_array_append_val(rows, row);
        g_string_append_printf(out, "west,%s,%d,%s,%s\n", team->name, kr->number, on, value);
    }
    if (rng_chance(&sim->rng, 100)) {
        g_string_append_printf(out, "west,%s,%d,someday,much\n", team->name, kr->number);
    }
    return g_string_free(out, FALSE);
}

/* How many readings it added; -1 where it was refused. */
static int64_t import(Sim *sim, Store *store, const char *text, bool dry)
{
    const MergeAsk ask = {
        .store = store, .policy = &policy_default, .now = sim_now(sim), .dry_run = dry};
    g_auto(Records) records = {0};
    g_auto(Merged) merged = {0};
    g_autoptr(GError) error = NULL;

    records_init(&records);
    merged_init(&merged);
    records_take(&records, "west.csv", text, strlen(text));
    if (!merge(&ask, &records, &merged, &error)) {
        sim_fail(sim, "an import failed: %s", error->message);
        return -1;
    }
    if (sim->options.verbose && faults_any(&records.faults)) {
        g_autofree char *why = faults_text(&records.faults);

        sim_note(sim, "import refused", 0, 0, why);
    }
    return faults_any(&records.faults) ? -1 : (int64_t)merged.readings;
}

/* A dry run changes nothing, and the same file again adds nothing. */
static void import_into(Sim *sim, Store *store, BookTeam *team, BookKr *kr)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(FiledRow));
    g_autofree char *text = file_text(sim, team, kr, rows);
    int64_t would = import(sim, store, text, true), n = import(sim, store, text, false);
    int64_t again = import(sim, store, text, false);

    sim_note(sim, "import", kr->number, n, team->home);
    team->dirty = true;
    sim->stats->imports++;
    if (n >= 0) {
        kr->imported += (guint)n;
        sim->stats->imported += n;
        g_array_append_vals(sim->feeds->filed, rows->data, rows->len);
    }
    if (would != n || again != (n < 0 ? -1 : 0)) {
        sim_fail(sim,
                 "a file would bring %" G_GINT64_FORMAT " readings, brought %" G_GINT64_FORMAT
                 ", and then %" G_GINT64_FORMAT,
                 would, n, again);
    }
}

void systems_import(Sim *sim)
{
    const GPtrArray *teams = sim->books->teams;
    BookTeam *team =
        teams->len > 0 ? g_ptr_array_index(teams, rng_below(&sim->rng, teams->len)) : NULL;
    g_autoptr(GError) error = NULL;

    if (team == NULL || team->tacticals->len == 0) {
        return;
    }
    Store *store = sqlite_open(sim->path, &error);

    if (store == NULL) {
        sim_fail(sim, "opening the store for an import: %s", error->message);
        return;
    }
    import_into(sim, store, team,
                g_ptr_array_index(team->tacticals, rng_below(&sim->rng, team->tacticals->len)));
    store_close(store);
}
