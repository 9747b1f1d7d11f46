/* Three years of many teams: how long a list, a search or a chart takes to answer. Cold is a team
 * that nobody asked about since the start, on a file that the machine has not read lately; warm is
 * one that has just asked the same. Timed from the event's arrival until its answer is committed.
 */

#include "bench.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "bot/artist.h"
#include "bot/engine.h"
#include "bot/store/sqlite.h"
#include "prose.h"
#include "years.h"

#define SAMPLES  200
#define LIMIT_MS 50
#define LATEST   G_STRINGIFY(YEARS_KR)

typedef struct Question {
    const char *text; /* a command; NULL: what a member sees on their own page */
    const char *what; /* as it stands in the table */
} Question;

static const Question questions[] = {
    {"okr list", "/okr list"},
    {"okr list Year 1 Q2", "/okr list, of a past period"},
    {"okr show " LATEST, "/okr show"},
    {"okr chart " LATEST, "/okr chart of one, as data"},
    {"okr chart", "/okr chart of all, as data"},
    {"okr rollup", "/okr rollup"},
    {"okr rollup Year 2 Q3 markdown", "/okr rollup of a past period, markdown"},
    {"sprint list", "/sprint list"},
    {"sprint history", "/sprint history"},
    {"sprint status", "/sprint status"},
    {"sprint learnings", "/sprint learnings"},
    {"sprint learnings " PROSE_MOST, "/sprint learnings, the commonest word"},
    {"sprint learnings " PROSE_OFTEN, "/sprint learnings, a common word"},
    {"sprint learnings " PROSE_SELDOM, "/sprint learnings, a rare word"},
    {"sprint learnings " PROSE_MOST " " PROSE_OFTEN " " PROSE_SELDOM,
     "/sprint learnings, three words"},
    {"sprint learnings " PROSE_BEGINS, "/sprint learnings, a beginning"},
    {"sprint learnings " PROSE_OFTEN " trigger: KR at Risk anchor: churn",
     "/sprint learnings, a word and filters"},
    {"sprint decide", "/sprint help me decide"},
    {"sprint open", "/sprint open, the form with three like it"},
    {NULL, "a member's own page"},
};

/* A daemon in this process, and its platform --------------------------------------------------- */

typedef struct Desk {
    const char *path;
    Clock *clock;
    Store *store;
    Engine *engine;
    WorkspaceId workspace;
    int64_t asked; /* events so far: their keys count up */
    bool answered;
    Chart *chart; /* of the last card that had one */
} Desk;

static void on_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                       const GError *failure)
{
    Desk *desk = arg;
    g_autoptr(Card) reply = take_reply;

    if (failure != NULL || repeated || reply == NULL || reply->blocks->len == 0) {
        bench_fail(event->text != NULL ? event->text : "a member's page", failure);
    }
    desk->answered = true;
}

static void on_deliver(void *arg, OutboxRow *take_row, const MessageRef *ref,
                       const MessageRef *thread)
{
    Desk *desk = arg;
    g_autoptr(OutboxRow) row = take_row;
    g_autofree char *target = outbox_target(row->card);
    g_autofree char *id = g_strdup_printf("m%" G_GINT64_FORMAT, row->id);

    (void)thread;
    if (row->card->chart != NULL) {
        chart_free(desk->chart);
        desk->chart = g_steal_pointer(&row->card->chart);
    }
    engine_settle(desk->engine, row->workspace, row->id, OUTBOX_DELIVERED,
                  ref != NULL ? ref : &(MessageRef){target, id});
}

static void on_reached(void *arg, int64_t token)
{
    (void)arg, (void)token;
}

static void settle(Desk *desk)
{
    while (engine_step(desk->engine)) {
    }
}

static void desk_open(Desk *desk)
{
    const EngineOut out = {
        .arg = desk, .replied = on_replied, .deliver = on_deliver, .reached = on_reached};
    g_autoptr(GError) error = NULL;

    desk->store = sqlite_open(desk->path, &error);
    desk->engine = desk->store != NULL
                       ? engine_new(desk->store, desk->clock, &policy_default, &out, &error)
                       : NULL;
    if (desk->engine == NULL ||
        !engine_workspace(desk->engine, YEARS_SPACE, &desk->workspace, &error)) {
        bench_fail("starting on three years", error);
    }
}

static void desk_close(Desk *desk)
{
    engine_free(g_steal_pointer(&desk->engine));
    store_close(g_steal_pointer(&desk->store));
}

/* As far as a program may: what others hold stays. */
static void forget_pages(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fdatasync(fd) != 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0) {
        bench_fail(path, NULL);
    }
    close(fd);
}

/* Asking --------------------------------------------------------------------------------------- */

static Event *make_event(Desk *desk, const Question *question, int64_t team)
{
    g_autofree char *key =
        g_strdup_printf("bench/%" G_GINT64_FORMAT "/%d", g_get_real_time(), (int)desk->asked++);
    Event *event = event_new(question->text != NULL ? EVENT_COMMAND : EVENT_HOME, key);

    event->workspace = desk->workspace;
    event->member = g_strdup_printf("u%d-1", (int)team);
    if (question->text != NULL) {
        event->channel = g_strdup_printf("c%d", (int)team);
        event->message = g_strdup(key);
        event_set_text(event, question->text, strlen(question->text));
    }
    return event;
}

static double ask(Desk *desk, const Question *question, int64_t team)
{
    Event *event = make_event(desk, question, team);
    int64_t start = g_get_monotonic_time();

    desk->answered = false;
    if (!engine_post(desk->engine, event)) {
        bench_fail("an empty inbox is full", NULL);
    }
    while (!desk->answered && engine_step(desk->engine)) {
    }
    double ms = milliseconds_since(start);

    settle(desk);
    return ms;
}

static void measure_cold(Desk *desk, const Question *question, GRand *dice, int teams)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
    g_autofree char *label = g_strconcat(question->what, ", cold", NULL);

    for (int i = 0; i < SAMPLES; i++) {
        desk_open(desk);
        settle(desk);
        forget_pages(desk->path);
        double ms = ask(desk, question, g_rand_int_range(dice, 1, teams + 1));

        desk_close(desk);
        g_array_append_val(times, ms);
    }
    table_spread(label, times, LIMIT_MS, "ms");
}

static void measure_warm(Desk *desk, const Question *question, GRand *dice, int teams)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
    g_autofree char *label = g_strconcat(question->what, ", warm", NULL);

    desk_open(desk);
    for (int i = 0; i < SAMPLES; i++) {
        int64_t team = g_rand_int_range(dice, 1, teams + 1);

        (void)ask(desk, question, team);
        double ms = ask(desk, question, team);

        g_array_append_val(times, ms);
    }
    desk_close(desk);
    table_spread(label, times, LIMIT_MS, "ms");
}

/* Nobody asks: a week's check-in is over, and proposals come of it. */
static void measure_summary(Desk *desk, GRand *dice, int teams)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));

    for (int i = 0; i < SAMPLES; i++) {
        years_make_due(desk->path, teams, g_rand_int_range(dice, 1, teams + 1));
        desk_open(desk);
        forget_pages(desk->path);
        int64_t start = g_get_monotonic_time();

        settle(desk);
        double ms = milliseconds_since(start);

        desk_close(desk);
        g_array_append_val(times, ms);
    }
    table_spread("a weekly check-in is summed up, cold", times, LIMIT_MS, "ms");
}

/* Pictures ------------------------------------------------------------------------------------- */

/* The program that draws lies beside the daemon. */
static char *artist_path(void)
{
    g_autofree char *anchord = bench_anchord();
    g_autofree char *folder = g_path_get_dirname(anchord);

    return g_build_filename(folder, "anchord-chart", NULL);
}

static double draw(Artist *artist, const Chart *chart)
{
    g_autoptr(GError) error = NULL;
    int64_t start = g_get_monotonic_time();
    g_autoptr(GBytes) png = artist_draw(artist, chart, &error);

    if (png == NULL) {
        bench_fail("drawing a chart", error);
    }
    return milliseconds_since(start);
}

/* The program's first picture, with its start, and its second. */
static void measure_drawing(Desk *desk, GRand *dice, int teams)
{
    const Question question = {"okr chart", NULL};
    g_autoptr(GArray) first = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GArray) next = g_array_new(FALSE, FALSE, sizeof(double));
    g_autofree char *program = artist_path();

    desk_open(desk);
    for (int i = 0; i < SAMPLES; i++) {
        g_autoptr(Artist) artist = artist_new(program);

        (void)ask(desk, &question, g_rand_int_range(dice, 1, teams + 1));
        double ms = draw(artist, desk->chart);

        g_array_append_val(first, ms);
        ms = draw(artist, desk->chart);
        g_array_append_val(next, ms);
    }
    desk_close(desk);
    table_spread("that chart as PNG, the program just started", first, LIMIT_MS, "ms");
    table_spread("that chart as PNG, the next one", next, LIMIT_MS, "ms");
}

static double run_chart(const char *anchord, const char *path, const char *out, int64_t team)
{
    g_autofree char *name = g_strdup_printf("West %d", (int)team);
    const char *const argv[] = {anchord, "chart",   "--db",      path, "--team", name, "--kr",
                                LATEST,  "--today", YEARS_TODAY, "-o", out,      NULL};
    g_autoptr(GError) error = NULL;
    int status = 0;
    int64_t start = g_get_monotonic_time();

    if (!g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                      &status, &error) ||
        !g_spawn_check_wait_status(status, &error)) {
        bench_fail("anchord chart", error);
    }
    return milliseconds_since(start);
}

static void measure_chart_file(const char *path, const char *folder, GRand *dice, int teams)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
    g_autofree char *anchord = bench_anchord();
    g_autofree char *out = g_build_filename(folder, "chart.png", NULL);

    for (int i = 0; i < SAMPLES; i++) {
        forget_pages(path);
        double ms = run_chart(anchord, path, out, g_rand_int_range(dice, 1, teams + 1));

        g_array_append_val(times, ms);
    }
    g_remove(out);
    table_spread("anchord chart, from its start to the file", times, LIMIT_MS, "ms");
}

/* All of it ------------------------------------------------------------------------------------ */

static void describe(const char *path, int teams)
{
    g_autofree char *label = g_strdup_printf("three years of %d teams: the store", teams);
    GStatBuf info;

    if (g_stat(path, &info) != 0) {
        bench_fail(path, NULL);
    }
    table_row(label, (double)info.st_size / 1e9, BOUND_NONE, 0, "GB");
}

void measure_tactical(const char *path, const char *folder, int teams)
{
    g_autoptr(Clock) clock = clock_manual(YEARS_NOW);
    g_autoptr(GRand) dice = g_rand_new_with_seed(1);
    Desk desk = {.path = path, .clock = clock};

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_printerr("making a store with three years of %d teams…\n", teams);
        years_make(path, teams);
    }
    describe(path, teams);
    for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
        measure_cold(&desk, &questions[i], dice, teams);
        measure_warm(&desk, &questions[i], dice, teams);
    }
    measure_summary(&desk, dice, teams);
    measure_drawing(&desk, dice, teams);
    measure_chart_file(path, folder, dice, teams);
    chart_free(desk.chart);
}
