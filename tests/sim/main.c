/* simulate [--years N] [--seed S] [--teams T] [--days D] [--sound] [--verbose]
 *
 * Plays teams through months of sprints, seed after seed, until so many team-years have passed; a
 * seed alone is played once. Prints what happened; a broken promise ends it with one line that
 * plays the same again, and status 1. */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim.h"

#define DAYS_PER_YEAR 365
#define YEARS_SHORT   8

/* What plays the seed again, for the case that the process itself comes down. */
static char replay[256];

/* Sanitizers tell that they end the process; without one there is no such function. */
// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): that is its name
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void tell_replay(void)
{
    ssize_t written = write(STDOUT_FILENO, replay, strlen(replay));

    (void)written;
}

static void on_abort(int signal_number)
{
    tell_replay();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void be_ready_to_die(void)
{
    signal(SIGABRT, on_abort);
    signal(SIGTRAP, on_abort);
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(tell_replay);
    } else {
        signal(SIGSEGV, on_abort);
    }
}

/* Failures are what this is for: the engine need not log each of them. */
static GLogWriterOutput write_log(GLogLevelFlags level, const GLogField *fields, gsize n,
                                  gpointer unused)
{
    if ((level & G_LOG_LEVEL_WARNING) != 0) {
        return G_LOG_WRITER_HANDLED;
    }
    return g_log_writer_default(level, fields, n, unused);
}

static char *command_of(uint64_t seed, const SimOptions *options)
{
    GString *out = g_string_new("simulate");

    g_string_append_printf(out, " --seed %" G_GUINT64_FORMAT, seed);
    if (options->teams > 0) {
        g_string_append_printf(out, " --teams %d", options->teams);
    }
    if (options->days > 0) {
        g_string_append_printf(out, " --days %d", options->days);
    }
    g_string_append(out, options->sound ? " --sound" : "");
    return g_string_free(out, FALSE);
}

static bool run_seed(uint64_t seed, const SimOptions *options, SimStats *stats, uint64_t *trace)
{
    g_autofree char *command = command_of(seed, options);
    g_autofree char *failure = NULL;

    g_snprintf(replay, sizeof(replay), "%s: the process came down\n", command);
    if (sim_run(seed, options, stats, trace, &failure)) {
        return true;
    }
    printf("%s: %s\n", command, failure);
    return false;
}

/* The same seed must go the same way, or a replay shows nothing. */
static bool repeats(uint64_t seed, const SimOptions *options)
{
    SimOptions quiet = *options;
    SimStats stats = {0};
    uint64_t once = 0, again = 0;

    quiet.verbose = false;
    quiet.days = MIN(options->days > 0 ? options->days : 40, 40);
    if (!run_seed(seed, &quiet, &stats, &once) || !run_seed(seed, &quiet, &stats, &again)) {
        return false;
    }
    if (once != again) {
        g_autofree char *command = command_of(seed, &quiet);

        printf("%s: the same seed went two ways\n", command);
    }
    return once == again;
}

typedef struct Figure {
    const char *name;
    int64_t n;
} Figure;

static void print_line(const char *head, const Figure *figures, size_t n)
{
    printf("%-12s", head);
    for (size_t i = 0; i < n; i++) {
        printf("%s%" G_GINT64_FORMAT " %s", i > 0 ? ", " : "", figures[i].n, figures[i].name);
    }
    printf("\n");
}

#define LINE(head, ...)                                                                            \
    print_line(head, (const Figure[]){__VA_ARGS__},                                                \
               sizeof((const Figure[]){__VA_ARGS__}) / sizeof(Figure))

static void print_stats(const SimStats *s)
{
    printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " team-years in %" G_GINT64_FORMAT " runs\n",
           s->team_days / DAYS_PER_YEAR, s->team_days * 10 / DAYS_PER_YEAR % 10, s->runs);
    LINE("events", {"sent", s->sent}, {"acknowledged", s->acknowledged},
         {"sent twice", s->duplicates}, {"lost on the way", s->lost},
         {"known already", s->repeated});
    LINE("faults", {"crashes", s->crashes}, {"failed calls", s->failures},
         {"downtimes", s->downtimes}, {"clock steps forth", s->steps_forth},
         {"back", s->steps_back}, {"outages", s->outages});
    LINE("sprints", {"opened", s->opened}, {"closed", s->closed}, {"refused", s->refused_opens},
         {"changes of zone", s->zone_changes});
    LINE("answers", {"taken", s->answers}, {"edited", s->edits}, {"withdrawn", s->withdrawals},
         {"too late", s->late_refusals});
    LINE("weeks", {"asked", s->weeklies}, {"summed up", s->weekly_summaries},
         {"answers taken", s->weekly_answers}, {"edited", s->weekly_edits});
    LINE("signals", {"KR at Risk", s->risks}, {"Emergent Opportunity", s->opportunities},
         {"Cross-Functional Gap", s->gaps}, {"dismissed", s->dismissed}, {"taken up", s->taken_up},
         {"forms filled in", s->forms}, {"over", s->over});
    LINE("systems", {"requests", s->feeds}, {"readings taken", s->fed},
         {"known already", s->fed_again}, {"requests refused", s->feeds_refused},
         {"strangers", s->strangers}, {"files imported", s->imports},
         {"readings in these", s->imported});
    LINE("periods", {"targets changed", s->targets}, {"roll-ups", s->rollups},
         {"follow-up readings", s->follow_ups});
    LINE("cards", {"posted", s->posts}, {"edited in place", s->edits_in_place},
         {"found again", s->found_again}, {"expired", s->expired}, {"undeliverable", s->dead});
    LINE("of these", {"prompts", s->prompts}, {"summaries", s->summaries}, {"nudges", s->nudges},
         {"reminders", s->reminders}, {"calls for a retrospective", s->asks});
    LINE("checks", {"engine steps", s->engine_steps}, {"store calls", s->store_calls},
         {"records read", s->audits}, {"times of calm", s->calms});
}

typedef struct Order {
    gint64 seed;
    int years;
    SimOptions options;
} Order;

static bool read_order(int argc, char **argv, Order *order)
{
    gboolean sound = FALSE, verbose = FALSE;
    const GOptionEntry entries[] = {
        {"years", 0, 0, G_OPTION_ARG_INT, &order->years,
         "Play until so many team-years have passed", "N"},
        {"seed", 0, 0, G_OPTION_ARG_INT64, &order->seed,
         "Play this seed; with --years, begin there", "S"},
        {"teams", 0, 0, G_OPTION_ARG_INT, &order->options.teams, "So many teams instead of 3 to 6",
         "T"},
        {"days", 0, 0, G_OPTION_ARG_INT, &order->options.days, "So many days instead of 60 to 360",
         "D"},
        {"sound", 0, 0, G_OPTION_ARG_NONE, &sound, "No faults", NULL},
        {"verbose", 0, 0, G_OPTION_ARG_NONE, &verbose, "Tell everything that happens", NULL},
        {0},
    };
    g_autoptr(GOptionContext) context =
        g_option_context_new("- plays sprints under faults, on a clock of their own");
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    bool read = g_option_context_parse(context, &argc, &argv, &error);
    if (!read) {
        fprintf(stderr, "simulate: %s\n", error->message);
    }
    order->options.sound = sound;
    order->options.verbose = verbose;
    return read;
}

/* Without a seed: from 1 on. With a seed and no years: that one alone. */
static bool run_order(const Order *order, SimStats *stats)
{
    uint64_t seed = order->seed != 0 ? (uint64_t)order->seed : 1;
    bool alone = order->seed != 0 && order->years == 0;
    int64_t days = (order->years > 0 ? order->years : YEARS_SHORT) * (int64_t)DAYS_PER_YEAR;
    uint64_t trace = 0;

    if (!alone && !repeats(seed, &order->options)) {
        return false;
    }
    do {
        if (!run_seed(seed++, &order->options, stats, &trace)) {
            return false;
        }
    } while (!alone && stats->team_days < days);
    return true;
}

int main(int argc, char **argv)
{
    Order order = {0};
    SimStats stats = {0};

    if (!read_order(argc, argv, &order)) {
        return 2;
    }
    be_ready_to_die();
    g_log_set_writer_func(write_log, NULL, NULL);
    bool clean = run_order(&order, &stats);
    print_stats(&stats);
    return clean ? 0 : 1;
}
