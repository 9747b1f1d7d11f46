#include "engine_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "bot/store/sqlite.h"
#include "bot/store/sqlite_parts.h"
#include "store_fixture.h"
#include "store_told.h"

/* More steps than any test needs. */
#define STEPS_MAX 20000

/* The platform -------------------------------------------------------------------------------- */

static void post_free(gpointer data)
{
    Post *post = data;

    g_free(post->id);
    g_free(post->target);
    g_free(post->key);
    g_free(post->text);
    g_free(post->thread);
    g_free(post);
}

static void told_free(gpointer data)
{
    Told *told = data;

    g_free(told->key);
    g_free(told->reply);
    g_free(told->failure);
    g_free(told);
}

static void held_free(gpointer data)
{
    Held *held = data;

    outbox_row_free(held->row);
    g_free(held->edits);
    g_free(held->begins);
    g_free(held);
}

/* Where the outbox id has been posted, or the message of that id. */
static Post *find_post(const Rig *rig, int64_t row, const char *id)
{
    for (guint i = 0; i < rig->posts->len; i++) {
        Post *post = g_ptr_array_index(rig->posts, i);

        if (id != NULL ? strcmp(post->id, id) == 0 : post->row == row) {
            return post;
        }
    }
    return NULL;
}

static Post *add_post(Rig *rig, const OutboxRow *row)
{
    Post *post = g_new0(Post, 1);

    post->id = g_strdup_printf("m%u", rig->posts->len + 1);
    post->row = row->id;
    post->target = outbox_target(row->card);
    post->key = g_strdup(row->card->key);
    post->thread = g_strdup(row->card->thread);
    post->kind = row->card->kind;
    g_ptr_array_add(rig->posts, post);
    return post;
}

/* What a good adapter does: edits what stands there; after an unclear end it looks before it posts,
 * and what has expired it does not post. */
static void deliver(Rig *rig, const OutboxRow *row, const char *edits)
{
    Post *post = find_post(rig, row->id, edits);
    bool over = row->card->expires.us != 0 && clock_now(rig->clock).us >= row->card->expires.us;

    assert_true(row->attempts > 0);
    if (post == NULL && over) {
        engine_settle(rig->engine, row->workspace, row->id, OUTBOX_EXPIRED, NULL);
        return;
    }
    if (post != NULL && edits != NULL) {
        post->edits++;
    } else if (post == NULL || row->attempts == 1) {
        assert_null(edits); /* what is edited stands somewhere */
        post = add_post(rig, row);
    }
    g_free(post->text);
    post->text = card_plain(row->card);
    engine_settle(rig->engine, row->workspace, row->id, OUTBOX_DELIVERED,
                  &(MessageRef){post->target, post->id});
}

static Held *held_for(const Rig *rig, const char *target)
{
    for (guint i = 0; i < rig->held->len; i++) {
        Held *held = g_ptr_array_index(rig->held, i);
        g_autofree char *its = outbox_target(held->row->card);

        if (strcmp(its, target) == 0) {
            return held;
        }
    }
    return NULL;
}

const Held *rig_held(const Rig *rig, const char *target)
{
    return held_for(rig, target);
}

void rig_deliver(Rig *rig, const char *target)
{
    Held *held = held_for(rig, target);

    assert_non_null(held);
    deliver(rig, held->row, held->edits);
    g_ptr_array_remove(rig->held, held);
}

/* What the engine tells ----------------------------------------------------------------------- */

/* Nothing may be told while it could still be undone. */
static bool hears(const Rig *rig)
{
    if (rig->store->dead) {
        return false;
    }
    if (rig->store->transaction) {
        fail_msg("something was told inside a transaction");
    }
    return true;
}

static void on_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                       const GError *failure)
{
    Rig *rig = arg;
    g_autoptr(Card) reply = take_reply;
    Told *told = NULL;

    if (!hears(rig)) {
        return;
    }
    if (failure == NULL && rig->store->commits == rig->commits_at_post) {
        fail_msg("event %s was replied to before a commit", event->key);
    }
    told = g_new0(Told, 1);
    told->key = g_strdup(event->key);
    told->reply = reply != NULL ? card_plain(reply) : NULL;
    told->failure = failure != NULL ? g_strdup(failure->message) : NULL;
    told->repeated = repeated;
    g_ptr_array_add(rig->told, told);
}

/* At once, so that whatever the engine still does with it shows. */
static void on_told(void *arg, void *take_spent, GDestroyNotify free_spent)
{
    if (take_spent != NULL) {
        (void)hears(arg);
        free_spent(take_spent);
    }
}

static void on_deliver(void *arg, OutboxRow *take_row, const MessageRef *ref,
                       const MessageRef *thread)
{
    Rig *rig = arg;
    g_autoptr(OutboxRow) row = take_row;

    if (!hears(rig)) {
        return;
    }
    if (thread != NULL && thread->message == NULL) {
        fail_msg("a thread that begins nowhere");
    }
    if (!rig->hold) {
        deliver(rig, row, ref != NULL ? ref->message : NULL);
        return;
    }
    g_autofree char *target = outbox_target(row->card);
    Held *held = g_new0(Held, 1);

    if (held_for(rig, target) != NULL) {
        fail_msg("two cards for %s are out at once", target);
    }
    held->row = g_steal_pointer(&row);
    held->edits = ref != NULL ? g_strdup(ref->message) : NULL;
    held->begins = thread != NULL ? g_strdup(thread->message) : NULL;
    g_ptr_array_add(rig->held, held);
}

static void on_home(void *arg, WorkspaceId workspace, const char *channel, const char *roster)
{
    Rig *rig = arg;

    assert_true(ID_SET(workspace));
    if (hears(rig)) {
        g_ptr_array_add(rig->homes, g_strdup_printf("%s %s", channel, roster));
    }
}

static void on_stored(void *arg, WorkspaceId workspace, void *tag, const GError *failure)
{
    Rig *rig = arg;

    assert_int_equal(workspace.v, rig->workspace.v);
    if (!hears(rig)) {
        return;
    }
    if (failure == NULL && rig->store->commits == rig->commits_at_post) {
        fail_msg("a piece was told stored before a commit");
    }
    g_ptr_array_add(rig->stored,
                    g_strdup_printf("%s%s%s", (const char *)tag, failure != NULL ? ": " : "",
                                    failure != NULL ? failure->message : ""));
}

static void on_unwell(void *arg, const GError *failure)
{
    Rig *rig = arg;

    if (hears(rig)) {
        g_ptr_array_add(rig->unwell, g_strdup(failure != NULL ? failure->message : ""));
    }
}

static void on_reached(void *arg, int64_t token)
{
    Rig *rig = arg;

    if (hears(rig)) {
        g_array_append_val(rig->reached, token);
    }
}

/* The two teams ------------------------------------------------------------------------------- */

static Track *make_track(int64_t id, int32_t number, const char *metric, Unit unit, int64_t from,
                         int64_t to)
{
    Kr *kr = kr_new();

    kr->id = (KrId){id};
    kr->number = number;
    kr->statement = g_strdup(metric);
    kr->metric = g_strdup(metric);
    kr->unit = unit;
    kr->direction = from < to ? DIRECTION_INCREASE : DIRECTION_DECREASE;
    kr->kind = unit.kind == UNIT_COUNT ? KR_COUNT : KR_LEVEL;
    kr->baseline = DECIMAL(from);
    kr->target = kr->target_high = DECIMAL(to);
    return track_new(kr);
}

static void add_plan(Team *team, int64_t first)
{
    Period *period = g_new0(Period, 1);
    Objective *objective = g_new0(Objective, 1);
    Tactical *tactical = NULL;

    *period = (Period){{first + 1}, g_strdup("FY Q3"), {{2025, 6, 2}, {2025, 8, 31}}};
    *objective = (Objective){{first + 2}, period->id, 1, g_strdup("Build the pipeline")};
    tactical = tactical_new(make_track(first + 3, 1, "qualified B2B pipeline",
                                       (Unit){UNIT_MONEY, "$"}, 20000000, 30000000),
                            objective->id);
    g_ptr_array_add(team->periods, period);
    g_ptr_array_add(team->objectives, objective);
    g_ptr_array_add(team->tacticals, tactical);
}

static Team *make_team(WorkspaceId workspace, int64_t n)
{
    Team *team = team_new();
    Member *maria = member_new("maria");

    team->id = (TeamId){n * 1000 + 100};
    team->workspace = workspace;
    team->name = g_strdup_printf("West %d", (int)n);
    team->home = g_strdup_printf("west-%d", (int)n);
    team->zone_name = g_strdup("Europe/Berlin");
    team->zone = zone_open(team->zone_name);
    team->check_in = 9 * 60 + 30;
    team->check_in_minutes = 15;
    team->working = 0x1f;
    maria->present = true;
    g_ptr_array_add(team->members, maria);
    add_plan(team, team->id.v);
    return team;
}

static Sprint *make_sprint(const Team *team, int32_t n)
{
    Sprint *sprint = sprint_new();
    int64_t first = RIG_SPRINT(n).v;

    sprint->id = (SprintId){first};
    sprint->workspace = team->workspace;
    sprint->number = n;
    sprint->state = SPRINT_ACTIVE;
    sprint->trigger = g_strdup("KR at Risk");
    sprint->situation = g_strdup("Qualified pipeline stands at $21.2M");
    sprint->anchor_team = team->id;
    sprint->anchor = (KrId){team->id.v + 3};
    sprint->anchor_statement = g_strdup("qualified B2B pipeline");
    sprint->anchor_unit = (Unit){UNIT_MONEY, "$"};
    sprint->anchor_open = DECIMAL(21200000);
    sprint->anchor_target = DECIMAL(30000000);
    sprint->window = (Window){{2025, 7, 14}, {2025, 7, 28}};
    sprint->objective = g_strdup("Restore qualified pipeline momentum");
    sprint->facilitator = g_strdup("maria");
    sprint->opened = rig_at(11, 16, 0);
    g_array_append_val(sprint->owners, team->id);
    g_ptr_array_add(sprint->krs,
                    sprint_kr_new(make_track(first + 1, 1, "ICP meeting acceptance rate",
                                             (Unit){UNIT_PERCENT, ""}, 22, 35)));
    g_ptr_array_add(sprint->krs,
                    sprint_kr_new(make_track(first + 2, 2, "accounts in Proposal stage",
                                             (Unit){UNIT_COUNT, "accounts"}, 0, 6)));
    g_ptr_array_add(sprint->krs,
                    sprint_kr_new(make_track(first + 3, 3, "median time-to-first-meeting",
                                             (Unit){UNIT_DURATION, "day"}, 12, 7)));
    return sprint;
}

static void set_timer(Store *store, TimerKind kind, const Sprint *sprint, Instant due)
{
    fixture_save(store, CHANGE_TIMER, NULL,
                 &(Timer){kind, sprint->anchor_team, sprint->id, 0, due});
}

static void seed_team(Store *store, WorkspaceId workspace, int32_t n)
{
    g_autoptr(Team) team = make_team(workspace, n);
    g_autoptr(Sprint) sprint = make_sprint(team, n);

    fixture_save_team(store, team);
    fixture_save_sprint(store, sprint);
    set_timer(store, TIMER_PROMPT, sprint, rig_at(14, 9, 30));
    set_timer(store, TIMER_REMINDER, sprint, rig_at(25, 9, 30));
    set_timer(store, TIMER_EXPIRY, sprint, rig_at(29, 0, 0));
}

static void seed(const char *path)
{
    g_autoptr(GError) error = NULL;
    Store *store = sqlite_open(path, &error);

    if (store == NULL) {
        fixture_fail("open", error);
    }
    fixture_begin(store);
    WorkspaceId workspace = fixture_workspace(store, "acme");

    seed_team(store, workspace, 1);
    seed_team(store, workspace, 2);
    MUST(store, ids_save, &(IdPool){10000});
    fixture_commit(store);
    store_close(store);
}

/* Life ---------------------------------------------------------------------------------------- */

Instant rig_at(int day, int hour, int minute)
{
    const int64_t first = INT64_C(1751320800); /* 1 July 2025, 00:00 in Berlin */

    const int64_t hours = INT64_C(24) * (day - 1) + hour;

    return (Instant){first * INSTANT_SECOND + hours * INSTANT_HOUR + minute * INSTANT_MINUTE};
}

void rig_open(Rig *rig)
{
    g_autoptr(GError) error = NULL;
    Store *inner = sqlite_open(rig->path, &error);

    if (inner == NULL) {
        fixture_fail("open", error);
    }
    sqlite3_exec(sqlite_of(inner)->db, "PRAGMA synchronous = OFF", NULL, NULL,
                 NULL); /* no power is cut here */
    rig->store = faulty_new(inner);
    rig->out = (EngineOut){.arg = rig,
                           .replied = on_replied,
                           .deliver = on_deliver,
                           .home = on_home,
                           .stored = on_stored,
                           .unwell = on_unwell,
                           .told = on_told,
                           .reached = on_reached};
    rig->engine = engine_new(&rig->store->base, rig->clock, &policy_default, &rig->out, &error);
    if (rig->engine == NULL || !engine_workspace(rig->engine, "acme", &rig->workspace, &error)) {
        fixture_fail("starting the engine", error);
    }
}

void rig_close(Rig *rig)
{
    g_clear_pointer(&rig->engine, engine_free);
    if (rig->store != NULL) {
        store_close(&rig->store->base);
        rig->store = NULL;
    }
    g_ptr_array_set_size(rig->held, 0);
}

static void remove_all(const char *folder, const char *but)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_strcmp0(name, but) != 0) {
            g_remove(path);
        }
    }
}

static void copy_file(const char *from, const char *to)
{
    g_autofree char *bytes = NULL;
    gsize len = 0;

    assert_true(g_file_get_contents(from, &bytes, &len, NULL));
    assert_true(
        g_file_set_contents_full(to, bytes, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

void rig_renew(Rig *rig)
{
    g_autofree char *seeded = g_build_filename(rig->folder, "seeded.db", NULL);

    rig_close(rig);
    remove_all(rig->folder, "seeded.db");
    copy_file(seeded, rig->path);
    clock_set(rig->clock, rig_at(14, 9, 0));
    g_ptr_array_set_size(rig->posts, 0);
    g_ptr_array_set_size(rig->told, 0);
    g_ptr_array_set_size(rig->homes, 0);
    g_ptr_array_set_size(rig->stored, 0);
    g_ptr_array_set_size(rig->unwell, 0);
    g_array_set_size(rig->reached, 0);
    rig_open(rig);
}

/* The engine warns when the store fails, and here it is made to. */
static void no_warning(const char *domain, GLogLevelFlags level, const char *message,
                       gpointer unused)
{
    if ((level & G_LOG_LEVEL_WARNING) == 0) {
        g_log_default_handler(domain, level, message, unused);
    }
}

int rig_setup(void **state)
{
    Rig *rig = g_new0(Rig, 1);

    g_log_set_default_handler(no_warning, NULL);
    rig->folder = g_dir_make_tmp("anchord-engine-XXXXXX", NULL);
    assert_non_null(rig->folder);
    rig->path = g_build_filename(rig->folder, "anchord.db", NULL);
    rig->clock = clock_manual(rig_at(14, 9, 0));
    rig->posts = g_ptr_array_new_with_free_func(post_free);
    rig->held = g_ptr_array_new_with_free_func(held_free);
    rig->told = g_ptr_array_new_with_free_func(told_free);
    rig->homes = g_ptr_array_new_with_free_func(g_free);
    rig->stored = g_ptr_array_new_with_free_func(g_free);
    rig->unwell = g_ptr_array_new_with_free_func(g_free);
    rig->reached = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autofree char *seeded = g_build_filename(rig->folder, "seeded.db", NULL);

    seed(seeded);
    rig_renew(rig);
    *state = rig;
    return 0;
}

int rig_teardown(void **state)
{
    Rig *rig = *state;

    rig_close(rig);
    remove_all(rig->folder, NULL);
    g_rmdir(rig->folder);
    g_free(rig->folder);
    g_free(rig->path);
    clock_free(rig->clock);
    g_ptr_array_unref(rig->posts);
    g_ptr_array_unref(rig->held);
    g_ptr_array_unref(rig->told);
    g_ptr_array_unref(rig->homes);
    g_ptr_array_unref(rig->stored);
    g_ptr_array_unref(rig->unwell);
    g_array_unref(rig->reached);
    g_free(rig);
    return 0;
}

/* Doing --------------------------------------------------------------------------------------- */

/* A store that fails from some call on makes the engine try for ever: then it is mended, as an
 * administrator would. */
void rig_run(Rig *rig)
{
    for (int steps = 0; !rig->store->dead && engine_step(rig->engine); steps++) {
        if (steps > 50 && rig->store->fault == FAULT_FROM) {
            faulty_set(rig->store, FAULT_NONE, 0);
        }
        if (steps > STEPS_MAX) {
            fail_msg("the engine never comes to rest");
        }
    }
}

void rig_advance(Rig *rig, Instant to)
{
    for (int tries = 0; !rig->store->dead && tries < 5 && clock_now(rig->clock).us < to.us;
         tries++) {
        rig->commits_at_post = rig->store->commits;
        engine_advance(rig->engine, to);
        rig_run(rig);
    }
    if (!rig->store->dead && clock_now(rig->clock).us != to.us) {
        fail_msg("the clock did not get there");
    }
}

Event *rig_event(Rig *rig, const char *key, const char *channel, const char *message,
                 const char *text)
{
    Event *event = event_new(EVENT_TEXT, key);
    const Post *prompt = rig_newest(rig, channel, CARD_PROMPT);

    event->workspace = rig->workspace;
    event->channel = g_strdup(channel);
    event->member = g_strdup("maria");
    event->message = g_strdup(message);
    event->thread = prompt != NULL ? g_strdup(prompt->key) : NULL;
    event_set_text(event, text, strlen(text));
    return event;
}

void rig_post(Rig *rig, Event *take_event)
{
    rig->commits_at_post = rig->store->commits;
    assert_true(engine_post(rig->engine, take_event));
}

void rig_text(Rig *rig, const char *channel, const char *message, const char *text)
{
    g_autofree char *key = g_strdup_printf("event/%d", ++rig->next_key);

    rig_post(rig, rig_event(rig, key, channel, message, text));
    rig_run(rig);
}

int64_t rig_put_card(Rig *rig, const char *channel, const char *key, const char *text,
                     Instant expires)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    int64_t id = 0;

    card->channel = g_strdup(channel);
    card->key = g_strdup(key);
    card->expires = expires;
    card_text(card, g_strdup(text));
    MUST(rig->store->inner, outbox_put, rig->workspace, card, clock_now(rig->clock), &id);
    return id;
}

/* Reading back -------------------------------------------------------------------------------- */

const Told *rig_told(const Rig *rig, const char *key)
{
    for (guint i = rig->told->len; i > 0; i--) {
        const Told *told = g_ptr_array_index(rig->told, i - 1);

        if (strcmp(told->key, key) == 0) {
            return told;
        }
    }
    return NULL;
}

const Told *rig_last(const Rig *rig)
{
    assert_true(rig->told->len > 0);
    return g_ptr_array_index(rig->told, rig->told->len - 1);
}

const Post *rig_newest(const Rig *rig, const char *target, CardKind kind)
{
    for (guint i = rig->posts->len; i > 0; i--) {
        const Post *post = g_ptr_array_index(rig->posts, i - 1);

        if (post->kind == kind && (target == NULL || strcmp(post->target, target) == 0)) {
            return post;
        }
    }
    return NULL;
}

int rig_posted(const Rig *rig, const char *target, CardKind kind)
{
    int n = 0;

    for (guint i = 0; i < rig->posts->len; i++) {
        const Post *post = g_ptr_array_index(rig->posts, i);

        n += post->kind == kind && (target == NULL || strcmp(post->target, target) == 0);
    }
    return n;
}

static void tell_rows(GString *out, Sqlite *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        g_string_append_printf(out, "%s\n", (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
}

static Sqlite *database(const Rig *rig)
{
    return sqlite_of(rig->store->inner);
}

char *rig_store_text(Rig *rig)
{
    Store *store = rig->store->inner;
    GString *out = g_string_new(NULL);

    for (int32_t n = 1; n <= 2; n++) {
        g_autoptr(Sprint) sprint = fixture_load_sprint(store, RIG_SPRINT(n));
        g_autoptr(Team) team = fixture_load_team(store, sprint->anchor_team);
        g_autofree char *team_text = fixture_team_text(team);
        g_autofree char *sprint_text = fixture_sprint_text(sprint);

        g_string_append_printf(out, "%s\n%s\n", team_text, sprint_text);
    }
    tell_rows(out, database(rig),
              "SELECT 'timer ' || kind || ' ' || sprint || ' ' || subject || ' ' || due"
              " FROM timer ORDER BY sprint, kind, subject");
    tell_rows(out, database(rig),
              "SELECT 'card ' || id || ' ' || target || ' ' || hex(card) FROM outbox ORDER BY id");
    tell_rows(out, database(rig),
              "SELECT 'message ' || card_key || ' ' || message FROM message ORDER BY card_key");
    tell_rows(out, database(rig), "SELECT 'event ' || key FROM event_key ORDER BY key");
    tell_rows(out, database(rig), "SELECT 'next id ' || next FROM ids");
    return g_string_free(out, FALSE);
}

char *rig_platform_text(const Rig *rig)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < rig->posts->len; i++) {
        const Post *post = g_ptr_array_index(rig->posts, i);

        g_string_append_printf(out, "%s in %s, row %d:\n%s\n", post->id, post->target,
                               (int)post->row, post->text);
    }
    return g_string_free(out, FALSE);
}

void rig_sql(Rig *rig, const char *sql)
{
    assert_int_equal(sqlite3_exec(database(rig)->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

int64_t rig_count(Rig *rig, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    if (!sqlite_ask(database(rig), sql, &text, &error)) {
        fixture_fail(sql, error);
    }
    return g_ascii_strtoll(text, NULL, 10);
}
