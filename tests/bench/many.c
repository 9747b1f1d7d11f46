/* A store with very many sprints: what it takes to start on it, to see that nothing is due, and to
 * ask those that are. Measured in processes of their own, which tell what they found as "name
 * value" lines. */

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/engine.h"
#include "bot/store/sqlite.h"
#include "generate.h"

#define LOOKS 2000

static const int64_t bursts[] = {1000, 10000};

/* The child ----------------------------------------------------------------------------------- */

typedef struct Daemon {
    Store *store;
    Engine *engine;
    int64_t prompts;
} Daemon;

static void on_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                       const GError *failure)
{
    (void)arg;
    (void)event;
    (void)repeated;
    (void)failure;
    card_free(take_reply);
}

static void on_deliver(void *arg, OutboxRow *take_row, const MessageRef *ref,
                       const MessageRef *thread)
{
    Daemon *daemon = arg;
    g_autoptr(OutboxRow) row = take_row;
    g_autofree char *target = outbox_target(row->card);
    g_autofree char *id = g_strdup_printf("m%" G_GINT64_FORMAT, row->id);

    (void)thread; /* the card names it by its key */
    daemon->prompts += row->card->kind == CARD_PROMPT;
    engine_settle(daemon->engine, row->workspace, row->id, OUTBOX_DELIVERED,
                  ref != NULL ? ref : &(MessageRef){target, id});
}

static void on_reached(void *arg, int64_t token)
{
    (void)arg;
    (void)token;
}

static void start(Daemon *daemon, const char *path, Clock *clock)
{
    const EngineOut out = {
        .arg = daemon, .replied = on_replied, .deliver = on_deliver, .reached = on_reached};
    g_autoptr(GError) error = NULL;
    WorkspaceId workspace = {0};

    daemon->store = sqlite_open(path, &error);
    daemon->engine = daemon->store != NULL
                         ? engine_new(daemon->store, clock, &policy_default, &out, &error)
                         : NULL;
    if (daemon->engine == NULL ||
        !engine_workspace(daemon->engine, GENERATED_SPACE, &workspace, &error)) {
        bench_fail("starting on many sprints", error);
    }
}

static void finish(Daemon *daemon)
{
    engine_free(daemon->engine);
    store_close(daemon->store);
}

/* Nothing is due. `begun`: when the parent started this process. */
static void tell_idle(const char *path, Clock *clock, int64_t begun)
{
    Daemon daemon = {0};
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GArray) timers = g_array_new(FALSE, FALSE, sizeof(Timer));

    start(&daemon, path, clock);
    while (engine_step(daemon.engine)) {
    }
    printf("ready %.3f\n", milliseconds_since(begun));
    for (int i = 0; i < LOOKS; i++) {
        int64_t from = g_get_monotonic_time();

        if (!daemon.store->ops->timers_due(daemon.store, clock_now(clock), 256, timers, NULL)) {
            bench_fail("looking for timers", NULL);
        }
        double ms = milliseconds_since(from);

        g_array_append_val(times, ms);
    }
    g_assert(timers->len == 0);
    printf("look %.6f\n", percentile(times, 99));
    printf("resident %.3f\n", resident_mb(0));
    finish(&daemon);
}

static void tell_burst(const char *path, Clock *clock)
{
    Daemon daemon = {0};

    start(&daemon, path, clock);
    int64_t from = g_get_monotonic_time();

    while (engine_step(daemon.engine)) {
    }
    printf("burst %.3f\n", milliseconds_since(from));
    printf("prompts %.0f\n", (double)daemon.prompts);
    printf("resident %.3f\n", resident_mb(0));
    finish(&daemon);
}

int many_child(int argc, char **argv)
{
    g_autoptr(Clock) clock = clock_manual(GENERATED_NOW);

    if (argc != 5) {
        return EXIT_FAILURE;
    }
    if (strcmp(argv[2], "idle") == 0) {
        tell_idle(argv[3], clock, g_ascii_strtoll(argv[4], NULL, 10));
    } else {
        tell_burst(argv[3], clock);
    }
    return EXIT_SUCCESS;
}

/* The parent ---------------------------------------------------------------------------------- */

/* Runs this program as the child; what it told. Caller frees. */
static char *run_child(const char *part, const char *path)
{
    g_autofree char *program = bench_path();
    g_autofree char *begun = g_strdup_printf("%" G_GINT64_FORMAT, g_get_monotonic_time());
    const char *const argv[] = {program, "--child", part, path, begun, NULL};
    g_autoptr(GError) error = NULL;
    char *told = NULL;
    int status = 0;

    if (!g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &told,
                      NULL, &status, &error) ||
        !g_spawn_check_wait_status(status, &error)) {
        bench_fail(part, error);
    }
    return told;
}

static double told_value(const char *told, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(told, "\n", 0);

    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(*line, name)) {
            return g_ascii_strtod(*line + strlen(name), NULL);
        }
    }
    bench_fail(name, NULL);
}

static void measure_idle(const char *file)
{
    g_autofree char *told = run_child("idle", file);

    table_row("many sprints: from start to ready", told_value(told, "ready"), BOUND_BELOW, 100,
              "ms");
    table_row("many sprints: seeing that nothing is due, p99", told_value(told, "look"),
              BOUND_BELOW, 1, "ms");
    table_row("many sprints: resident memory, idle", told_value(told, "resident"), BOUND_BELOW, 40,
              "MB");
}

/* The cost of one prompt, in ms. */
static double measure_burst(const char *file, const Generated *what, int64_t teams)
{
    g_autofree char *label =
        g_strdup_printf("many sprints: %d teams are due, per prompt", (int)teams);
    g_autofree char *memory =
        g_strdup_printf("many sprints: %d teams are due, resident memory", (int)teams);
    g_autofree char *count = g_strdup_printf("many sprints: %d teams are due, prompts", (int)teams);
    int64_t each = what->sprints / what->teams;

    generated_make_due(file, what, teams);
    g_autofree char *told = run_child("burst", file);
    double prompts = told_value(told, "prompts");
    double cost = told_value(told, "burst") / MAX(prompts, 1);

    table_row(label, cost, BOUND_NONE, 0, "ms");
    table_row(memory, told_value(told, "resident"), BOUND_BELOW, 40, "MB");
    table_check(count, (int64_t)prompts, teams * each);
    return cost;
}

void measure_many(const char *file, int64_t sprints)
{
    const Generated what = {.teams = (sprints + 1) / 2, .sprints = sprints / 2 * 2};

    if (!g_file_test(file, G_FILE_TEST_EXISTS)) {
        g_printerr("making a store with %d sprints…\n", (int)what.sprints);
        generate(file, &what);
    }
    measure_idle(file);
    double cost[G_N_ELEMENTS(bursts)];

    for (size_t i = 0; i < G_N_ELEMENTS(bursts); i++) {
        cost[i] = measure_burst(file, &what, MIN(bursts[i], what.teams));
    }
    table_row("many sprints: cost of a prompt, ten times as many due", cost[1] / cost[0],
              BOUND_BELOW, 1.5, "times");
}
