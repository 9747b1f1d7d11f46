/* Answers from many teams, all the way: inbox, engine, store, outbox, and the delivery settled.
 * Each is a late answer, so each gets its echo, and edits the summary of its team. */

#include "bench.h"

#include <string.h>
#include <time.h>

#include "bot/engine.h"
#include "bot/store/sqlite.h"
#include "fill.h"
#include "generate.h"

#define TEAMS      2000
#define IN_BATCHES 20000
#define ONE_BY_ONE 2000
/* Neighbours in time are not neighbours in the store, and no team comes twice before all others
 * have come. */
#define STRIDE 1237

static const char answer[] = "kr1 27%, kr2 +2, kr3 9.5 days, confidence 6";

/* The platform's side. */
typedef struct Side {
    Engine *engine;
    GMutex lock;
    GCond news;
    int64_t replied, failed, delivered, reached;
    double busy_ms; /* what the engine's thread had used of a processor at the last barrier */
} Side;

static void on_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                       const GError *failure)
{
    Side *side = arg;
    bool taken = failure == NULL && !repeated && take_reply != NULL;

    (void)event;
    card_free(take_reply);
    g_mutex_lock(&side->lock);
    side->replied += taken;
    side->failed += !taken;
    g_cond_signal(&side->news);
    g_mutex_unlock(&side->lock);
}

static void on_deliver(void *arg, OutboxRow *take_row, const MessageRef *ref,
                       const MessageRef *thread)
{
    Side *side = arg;

    (void)thread; /* the card names it by its key */
    if (ref == NULL) {
        bench_fail("the summary of a check-in is no edit", NULL);
    }
    engine_settle(side->engine, take_row->workspace, take_row->id, OUTBOX_DELIVERED, ref);
    outbox_row_free(take_row);
    side->delivered++;
}

static void on_reached(void *arg, int64_t token)
{
    Side *side = arg;

    struct timespec used;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    g_mutex_lock(&side->lock);
    side->busy_ms = (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
    side->reached = token;
    g_cond_signal(&side->news);
    g_mutex_unlock(&side->lock);
}

static void await(Side *side, const int64_t *count, int64_t wanted)
{
    g_mutex_lock(&side->lock);
    while (*count < wanted && side->failed == 0) {
        g_cond_wait(&side->news, &side->lock);
    }
    g_mutex_unlock(&side->lock);
}

static Event *make_event(const Generated *what, WorkspaceId workspace, int64_t number)
{
    g_autofree char *key = g_strdup_printf("bench/%" G_GINT64_FORMAT, number);
    int64_t team = number * STRIDE % what->teams + 1;
    Event *event = event_new(EVENT_TEXT, key);

    event->workspace = workspace;
    event->channel = g_strdup_printf("c%" G_GINT64_FORMAT, team);
    event->member = g_strdup_printf("u%d-%d", (int)team, (int)(number / what->teams % 5) + 1);
    event->thread = g_strdup_printf("prompt/%" G_GINT64_FORMAT, generated_checkin(what, team));
    event->message = g_strdup(key);
    event_set_text(event, answer, strlen(answer));
    return event;
}

static void *run(void *arg)
{
    engine_run(arg);
    return NULL;
}

static void send_in_batches(Side *side, const Generated *what, WorkspaceId workspace)
{
    int64_t start = g_get_monotonic_time();

    for (int64_t i = 0; i < IN_BATCHES; i++) {
        while (!engine_post(side->engine, make_event(what, workspace, i))) {
            g_usleep(500); /* full: as a platform would, again in a moment */
        }
    }
    await(side, &side->replied, IN_BATCHES);
    engine_barrier(side->engine, 1);
    await(side, &side->reached, 1);
    table_row("answers from 2,000 teams, in batches", IN_BATCHES / seconds_since(start),
              BOUND_AT_LEAST, 10000, "/s");
    table_row("one answer in batches: time of a processor", side->busy_ms / IN_BATCHES, BOUND_NONE,
              0, "ms");
}

static void send_one_by_one(Side *side, const Generated *what, WorkspaceId workspace)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));

    for (int64_t i = IN_BATCHES; i < IN_BATCHES + ONE_BY_ONE; i++) {
        int64_t start = g_get_monotonic_time();

        if (!engine_post(side->engine, make_event(what, workspace, i))) {
            bench_fail("an empty inbox is full", NULL);
        }
        await(side, &side->replied, i + 1);
        double ms = milliseconds_since(start);

        g_array_append_val(times, ms);
    }
    engine_barrier(side->engine, 2);
    await(side, &side->reached, 2);
    table_row("one answer at a time, median", percentile(times, 50), BOUND_NONE, 0, "ms");
    table_row("one answer at a time, p99", percentile(times, 99), BOUND_BELOW, 5, "ms");
}

/* What was acknowledged is there, all of it and once. */
static void read_back(const char *path, const Side *side)
{
    const int64_t sent = IN_BATCHES + ONE_BY_ONE;

    table_check("answers acknowledged, of those sent", side->replied, sent);
    table_check(
        "answers found in the store",
        fill_ask(
            path,
            "SELECT count(DISTINCT message) FROM answer WHERE message LIKE 'bench/%' AND late"),
        sent);
    table_check("readings found in the store",
                fill_ask(path, "SELECT count(*) FROM reading WHERE message LIKE 'bench/%'"),
                3 * sent);
    table_check("summaries edited", side->delivered, sent);
    table_check("cards left in the outbox", fill_ask(path, "SELECT count(*) FROM outbox"), 0);
}

void measure_events(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "events.db", NULL);
    const Generated what = {.teams = TEAMS, .sprints = TEAMS, .asked = true};
    g_autoptr(Clock) clock = clock_manual(GENERATED_NOW);
    g_autoptr(GError) error = NULL;
    Side side = {0};
    const EngineOut out = {
        .arg = &side, .replied = on_replied, .deliver = on_deliver, .reached = on_reached};
    WorkspaceId workspace = {0};

    generate(path, &what);
    Store *store = sqlite_open(path, &error);

    side.engine = store != NULL ? engine_new(store, clock, &policy_default, &out, &error) : NULL;
    if (side.engine == NULL ||
        !engine_workspace(side.engine, GENERATED_SPACE, &workspace, &error)) {
        bench_fail("starting the engine", error);
    }
    GThread *thread = g_thread_new("engine", run, side.engine);

    send_in_batches(&side, &what, workspace);
    send_one_by_one(&side, &what, workspace);
    table_row("resident memory after answers from 2,000 teams", resident_mb(0), BOUND_NONE, 0,
              "MB");
    engine_stop(side.engine);
    g_thread_join(thread);
    engine_free(side.engine);
    store_close(store);
    read_back(path, &side);
}
