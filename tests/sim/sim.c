#include "sim.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#include "audit.h"
#include "bot/store/sqlite.h"
#include "episodes.h"
#include "judge.h"
#include "people.h"
#include "platform.h"
#include "systems.h"
#include "taken.h"

#define SECOND INSTANT_SECOND
#define HOUR   INSTANT_HOUR
#define DAY    (24 * HOUR)
/* An engine that still has something to do after so many steps at one instant will never rest. */
#define STEPS_MAX 20000
/* How far the wall clock may be from the truth. */
#define SKEW_MAX (2 * DAY)

typedef enum Fault {
    FAULT_KILL, /* between two steps */
    FAULT_DIE,  /* at some call of the store */
    FAULT_LATE, /* behind a commit, before anybody hears of it */
    FAULT_FAIL, /* one call of the store fails */
    FAULT_DOWN, /* not running for a while */
    FAULT_UP,
    FAULT_STEP,   /* the wall clock is stepped */
    FAULT_OUTAGE, /* the platform is out of order */
    FAULT_STRIKE, /* down at the worst moment: the next card stands in its channel, and nobody knows
                   */
    FAULT_CALM,   /* no fault at all: all is delivered, and looked at */
} Fault;

/* --- what the parts use --- */

Instant sim_now(const Sim *sim)
{
    return (Instant){sim->time + sim->skew};
}

void sim_fail(Sim *sim, const char *format, ...)
{
    va_list args;

    if (sim->failure != NULL) {
        return;
    }
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_strdelimit(what, "\n", ' '); /* one line, whatever people wrote */
    g_autofree char *when = instant_iso(sim_now(sim));
    sim->failure = g_strdup_printf("%s: %s", when, what);
}

static void add_to_trace(Sim *sim, const char *bytes)
{
    for (const char *p = bytes; p != NULL && *p != '\0'; p++) {
        sim->trace = (sim->trace ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    }
}

void sim_note(Sim *sim, const char *what, int64_t a, int64_t b, const char *text)
{
    sim->trace = (sim->trace ^ (uint64_t)(sim_now(sim).us + a * 31 + b)) * UINT64_C(0x100000001b3);
    add_to_trace(sim, what);
    add_to_trace(sim, text);
    if (sim->options.verbose) {
        g_autofree char *when = instant_iso(sim_now(sim));

        printf("%s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s\n", when, what, a, b,
               text != NULL ? text : "");
    }
}

int64_t sim_soon(Sim *sim, int64_t low_seconds, int64_t high_seconds)
{
    return sim->time + rng_between(&sim->rng, low_seconds * SECOND, high_seconds * SECOND);
}

static void set_clock(Sim *sim)
{
    clock_set(sim->clock, sim_now(sim));
    sim->latest = MAX(sim->latest, sim_now(sim).us);
}

/* --- the daemon's life --- */

static void on_saved(void *arg, const Change *change)
{
    books_saved(((Sim *)arg)->books, change);
}

static void on_put(void *arg, int64_t row, const Card *card)
{
    platform_put(arg, row, card);
    judge_put(arg, card);
}

static void on_committed(void *arg)
{
    books_committed(((Sim *)arg)->books);
    episodes_committed(arg);
}

static void on_undone(void *arg)
{
    books_undone(((Sim *)arg)->books);
}

static bool open_daemon(Sim *sim)
{
    const FrailTap tap = {sim, on_saved, on_put, on_committed, on_undone};
    const EngineOut out = {.arg = sim,
                           .replied = platform_replied,
                           .deliver = platform_deliver,
                           .reached = platform_reached};
    g_autoptr(GError) error = NULL;
    Store *real = sqlite_open(sim->path, &error);

    if (real == NULL) {
        sim_fail(sim, "opening the store: %s", error->message);
        return false;
    }
    sim->store = frail_new(real, &tap);
    sim->timer_calls = -1;
    sim->engine = engine_new(&sim->store->base, sim->clock, &policy_default, &out, &error);
    if (sim->engine == NULL || !engine_workspace(sim->engine, "west", &sim->workspace, &error)) {
        sim_fail(sim, "starting the engine: %s", error->message);
        return false;
    }
    sim->life++;
    sim->down = false;
    return true;
}

static void close_daemon(Sim *sim)
{
    platform_cut(sim);
    engine_free(sim->engine);
    sim->engine = NULL;
    if (sim->store != NULL) {
        sim->stats->store_calls += sim->store->calls;
    }
    frail_free(sim->store);
    sim->store = NULL;
    books_undone(sim->books);
    sim->down = true;
}

void sim_restart(Sim *sim)
{
    close_daemon(sim);
    if (open_daemon(sim)) {
        platform_resume(sim);
        audit_dirty(sim);
    }
}

static void put_fault(Sim *sim, int64_t after, Fault fault)
{
    agenda_put(sim->agenda, sim->time + after, HAPPENS_FAULT, (int)fault, NULL, 0);
}

/* Mostly it is back at once; now and then nobody notices for hours. */
static void crash(Sim *sim)
{
    sim->stats->crashes++;
    sim_note(sim, "crash", 0, 0, NULL);
    if (sim->calm || rng_chance(&sim->rng, 850)) {
        sim_restart(sim);
    } else {
        close_daemon(sim);
        put_fault(sim, rng_between(&sim->rng, SECOND, 30 * HOUR), FAULT_UP);
    }
}

void sim_settle(Sim *sim)
{
    for (int i = 0; sim->failure == NULL && !sim->down; i++) {
        int64_t calls = sim->store->calls;
        bool did = engine_step(sim->engine);

        sim->stats->engine_steps++;
        if (sim->store->dead) {
            crash(sim);
            did = true;
        } else if (sim->store->calls != calls) {
            sim->store->failed = false;
            audit_step(sim);
        }
        if (!did) {
            return;
        }
        if (i > STEPS_MAX) {
            sim_fail(sim, "the engine does not come to rest");
        }
    }
}

/* --- faults --- */

/* Some runs are rough, some quiet: how often something goes wrong is the seed's. */
static void next_fault(Sim *sim)
{
    static const Fault often[] = {FAULT_KILL,   FAULT_DIE,    FAULT_DIE,   FAULT_LATE, FAULT_LATE,
                                  FAULT_FAIL,   FAULT_FAIL,   FAULT_DOWN,  FAULT_STEP, FAULT_STEP,
                                  FAULT_OUTAGE, FAULT_STRIKE, FAULT_STRIKE};
    int64_t roughness = 1 + (int64_t)(sim->seed % 7);

    put_fault(sim, rng_between(&sim->rng, 0, roughness * 2 * DAY),
              often[rng_below(&sim->rng, G_N_ELEMENTS(often))]);
}

static void step_clock(Sim *sim)
{
    static const int64_t sizes[] = {120, 900, 3600, 21600, 86400};
    int64_t size = sizes[rng_below(&sim->rng, G_N_ELEMENTS(sizes))] * SECOND;
    int64_t by = rng_between(&sim->rng, -size, size);

    if (ABS(sim->skew + by) > SKEW_MAX || rng_chance(&sim->rng, 250)) {
        by = -sim->skew; /* set right again */
    }
    sim->skew += by;
    set_clock(sim);
    sim->stats->steps_forth += by > 0;
    sim->stats->steps_back += by < 0;
    sim_note(sim, "clock", by / SECOND, 0, NULL);
}

static void go_down(Sim *sim)
{
    int64_t hours =
        rng_chance(&sim->rng, 700) ? rng_between(&sim->rng, 0, 8) : rng_between(&sim->rng, 8, 80);

    sim->stats->downtimes++;
    sim_note(sim, "down", hours, 0, NULL);
    close_daemon(sim);
    put_fault(sim, hours * HOUR + rng_between(&sim->rng, 1, HOUR), FAULT_UP);
}

bool sim_struck(Sim *sim)
{
    if (!sim->strike || sim->calm) {
        return false;
    }
    sim->strike = false;
    go_down(sim);
    return true;
}

static void come_up(Sim *sim)
{
    sim_note(sim, "up", 0, 0, NULL);
    if (rng_chance(&sim->rng, 500)) {
        systems_import(sim);
    }
    if (open_daemon(sim)) {
        platform_resume(sim);
        audit_dirty(sim);
    }
}

static void arm(Sim *sim, FrailMode mode)
{
    sim->stats->failures += mode == FRAIL_FAILS;
    frail_arm(sim->store, mode, rng_between(&sim->rng, 1, 120));
}

static void break_something(Sim *sim, Fault fault)
{
    switch (fault) {
    case FAULT_KILL:
        crash(sim);
        break;
    case FAULT_DIE:
        arm(sim, FRAIL_DIES);
        break;
    case FAULT_LATE:
        arm(sim, FRAIL_DIES_LATE);
        break;
    case FAULT_FAIL:
        arm(sim, FRAIL_FAILS);
        break;
    case FAULT_DOWN:
        go_down(sim);
        break;
    case FAULT_STEP:
        step_clock(sim);
        break;
    case FAULT_OUTAGE:
        sim->stats->outages++;
        platform_outage(sim, sim_soon(sim, 60, rng_chance(&sim->rng, 800) ? 4 * 3600 : 40 * 3600));
        break;
    case FAULT_STRIKE:
        sim->strike = true;
        break;
    case FAULT_UP:
    case FAULT_CALM:
        break;
    }
}

static void on_fault(Sim *sim, Fault fault)
{
    if (fault == FAULT_UP) {
        come_up(sim);
    } else if (sim->down) {
        put_fault(sim, HOUR, fault);
    } else if (fault == FAULT_CALM) {
        sim->calm_due = true;
        put_fault(sim, rng_between(&sim->rng, 10 * DAY, 30 * DAY), FAULT_CALM);
    } else {
        break_something(sim, fault);
        next_fault(sim);
    }
}

/* --- time --- */

static void handle(Sim *sim, const Happening *happening)
{
    bool waits = sim->calm && (happening->kind == HAPPENS_PERSON ||
                               happening->kind == HAPPENS_DAY || happening->kind == HAPPENS_FAULT);

    if (waits) {
        agenda_put(sim->agenda, sim->time + HOUR, happening->kind, happening->what, happening->whom,
                   happening->which);
        return;
    }
    switch (happening->kind) {
    case HAPPENS_ARRIVAL:
        platform_arrival(sim, happening);
        break;
    case HAPPENS_DELIVERY:
        platform_delivery(sim, happening);
        break;
    case HAPPENS_PERSON:
        people_act(sim, happening);
        break;
    case HAPPENS_DAY:
        people_day(sim, happening);
        audit_dirty(sim);
        if (rng_chance(&sim->rng, 250)) {
            audit_timers(sim);
        }
        break;
    case HAPPENS_FAULT:
        on_fault(sim, (Fault)happening->what);
        break;
    }
}

static void ask_for_timer(Sim *sim)
{
    g_autoptr(GError) error = NULL;
    Instant due = {0};
    bool any = false;

    if (!sim->store->real->ops->timer_next(sim->store->real, &any, &due, &error)) {
        sim_fail(sim, "asking for the next timer: %s", error->message);
    }
    sim->timer = any ? due.us : INT64_MAX;
    sim->timer_calls = sim->store->calls;
}

/* When the next of the engine's timers is due, in true time; INT64_MAX: none. */
static int64_t next_timer(Sim *sim)
{
    if (sim->down) {
        return INT64_MAX;
    }
    if (sim->timer_calls != sim->store->calls) {
        ask_for_timer(sim);
    }
    return sim->timer != INT64_MAX ? sim->timer - sim->skew : INT64_MAX;
}

/* Goes on to the next thing that happens, and lets it. */
static void advance(Sim *sim)
{
    int64_t timer = next_timer(sim), next = INT64_MAX;
    Happening happening;

    agenda_next(sim->agenda, &next);
    sim->time = MAX(sim->time, MIN(timer, next));
    set_clock(sim);
    if (next <= sim->time && agenda_take(sim->agenda, sim->time, &happening)) {
        handle(sim, &happening);
    }
    sim_settle(sim);
}

/* Everything is delivered, undisturbed; then it is looked at. */
static void calm(Sim *sim)
{
    int64_t limit = sim->time + 2 * HOUR;

    sim_settle(sim);
    frail_arm(sim->store, FRAIL_DIES, 0);
    sim->calm_due = false;
    sim->calm = true;
    while (sim->failure == NULL && !platform_idle(sim)) {
        advance(sim);
        if (sim->time > limit) {
            sim_fail(sim, "two quiet hours were not enough to deliver everything");
        }
    }
    if (sim->failure == NULL) {
        audit_calm(sim);
    }
    sim->calm = false;
}

/* --- a run --- */

/* In memory where the system offers that: the store is real, the disk need not be. */
static bool make_folder(Sim *sim)
{
    sim->folder = g_strdup("/dev/shm/anchord-sim-XXXXXX");
    if (g_mkdtemp(sim->folder) == NULL) {
        g_free(sim->folder);
        sim->folder = g_dir_make_tmp("anchord-sim-XXXXXX", NULL);
    }
    sim->path = sim->folder != NULL ? g_build_filename(sim->folder, "sim.db", NULL) : NULL;
    return sim->path != NULL;
}

static void remove_folder(Sim *sim)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-lock"};

    for (size_t i = 0; sim->path != NULL && i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *file = g_strconcat(sim->path, endings[i], NULL);

        g_unlink(file);
    }
    if (sim->folder != NULL) {
        g_rmdir(sim->folder);
    }
}

static void sim_init(Sim *sim)
{
    static const Day first = {2024, 1, 1};
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

    rng_seed(&sim->rng, sim->seed);
    int days = sim->options.days > 0 ? sim->options.days : (int)rng_between(&sim->rng, 60, 360);
    int teams = sim->options.teams > 0 ? sim->options.teams : (int)rng_between(&sim->rng, 3, 6);
    sim->start = day_instant(day_plus(first, rng_below(&sim->rng, 900)), 0, utc).us;
    sim->time = sim->start;
    sim->until = sim->start + days * DAY;
    sim->trace = UINT64_C(0xcbf29ce484222325);
    sim->clock = clock_manual((Instant){sim->time});
    sim->agenda = agenda_new();
    sim->books = books_new();
    sim->platform = platform_new();
    sim->judge = judge_new();
    sim->taken = taken_new();
    sim->feeds = feeds_new();
    sim->episodes = episodes_new();
    sim->people = people_new(sim, teams);
    sim->down = true;
}

static void sim_clear(Sim *sim)
{
    close_daemon(sim);
    remove_folder(sim);
    platform_free(sim->platform);
    people_free(sim->people);
    judge_free(sim->judge);
    taken_free(sim->taken);
    feeds_free(sim->feeds);
    episodes_free(sim->episodes);
    books_free(sim->books);
    agenda_free(sim->agenda);
    clock_free(sim->clock);
    g_free(sim->folder);
    g_free(sim->path);
}

static void play(Sim *sim)
{
    if (!sim->options.sound) {
        put_fault(sim, 2 * HOUR, FAULT_KILL);
    }
    put_fault(sim, rng_between(&sim->rng, 10 * DAY, 40 * DAY), FAULT_CALM);
    while (sim->failure == NULL && (sim->time < sim->until || sim->down)) {
        advance(sim);
        if (sim->calm_due && !sim->down && sim->failure == NULL) {
            calm(sim);
        }
    }
    if (sim->failure == NULL) {
        calm(sim);
    }
}

static void count_sprints(Sim *sim)
{
    sim->stats->opened += sim->books->all->len;
    for (guint i = 0; i < sim->books->all->len; i++) {
        const BookSprint *sprint = g_ptr_array_index(sim->books->all, i);

        sim->stats->closed += sprint->state == SPRINT_CLOSED;
        sim->stats->follow_ups += __builtin_popcountll(sprint->follow_ups);
    }
}

bool sim_run(uint64_t seed, const SimOptions *options, SimStats *stats, uint64_t *trace,
             char **failure)
{
    Sim sim = {.seed = seed, .options = *options, .stats = stats};

    sim_init(&sim);
    if (make_folder(&sim) && open_daemon(&sim)) {
        play(&sim);
    } else {
        sim_fail(&sim, "there is no folder for the store");
    }
    count_sprints(&sim);
    stats->runs++;
    stats->team_days += people_teams(sim.people) * (sim.time - sim.start) / DAY;
    sim_clear(&sim);
    *trace = sim.trace;
    *failure = sim.failure;
    return sim.failure == NULL;
}
