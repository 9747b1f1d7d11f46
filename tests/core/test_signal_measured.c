/* How well the signals tell a stall from the ups and downs of healthy numbers, over simulated
 * quarters (quarters.h says what they are).
 *
 * What is true is told by the curve under the readings, by the rule's own words, and apart from the
 * code that is measured. A stall: below its trajectory by more than 15 % of the distance expected
 * so far at two weekly check-ins in a row, none of them in the first fifth, and at the pace of the
 * last three weeks not back within 15 % by the quarter's end. Soaring: above by as much at two in a
 * row. It lasts where it is still true at the next two check-ins, and by then it has to have been
 * proposed; what passes sooner, or begins when fewer are left, is counted apart. Where it is never
 * true, a proposal is a false alarm. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/episode.h"
#include "quarters.h"

#define QUARTERS_OF_A_KIND 3000
#define IN_TIME            2
#define NEVER              (-1)

/* Of one signal over the quarters of a kind. */
typedef struct Tally {
    int lasting, in_time;
    int passing, proposed; /* true for a check-in or two */
    int never, false_alarms;
} Tally;

/* The truth, told by the curve. */

static double even(int day)
{
    return (double)day / QUARTER_DAYS;
}

static bool judged(int day)
{
    return even(day) >= 0.2;
}

static bool truly_short(const Quarter *quarter, int day)
{
    return judged(day) && quarter->curve[day] < 0.85 * even(day);
}

static bool truly_ahead(const Quarter *quarter, int day)
{
    return judged(day) && quarter->curve[day] > 1.15 * even(day);
}

static bool truly_recovering(const Quarter *quarter, int day)
{
    double pace = (quarter->curve[day] - quarter->curve[day - 21]) / 21;

    return quarter->curve[day] + pace * (QUARTER_DAYS - day) >= 0.85;
}

typedef bool Truth(const Quarter *quarter, int before, int now);

static bool is_stalled(const Quarter *quarter, int before, int now)
{
    return truly_short(quarter, before) && truly_short(quarter, now) &&
           !truly_recovering(quarter, now);
}

static bool is_opportune(const Quarter *quarter, int before, int now)
{
    return truly_ahead(quarter, before) && truly_ahead(quarter, now);
}

/* The first check-in from which on it is true at `in_a_row`. */
static int true_from(const Quarter *quarter, Truth *truth, int in_a_row)
{
    for (int i = 1, row = 0; i < QUARTER_WEEKS; i++) {
        row = truth(quarter, quarter->checkins[i - 1], quarter->checkins[i]) ? row + 1 : 0;
        if (row == in_a_row) {
            return i - in_a_row + 1;
        }
    }
    return NEVER;
}

/* What the signals make of the readings. */

static const Window days = {{2025, 9, 29}, {2025, 12, 28}};

static Track *track_towards(Direction direction)
{
    Kr *kr = kr_new();

    kr->direction = direction;
    kr->baseline = direction == DIRECTION_INCREASE ? DECIMAL(20) : DECIMAL(300);
    kr->target = kr->target_high = direction == DIRECTION_INCREASE ? DECIMAL(30) : DECIMAL(40);
    return track_new(kr);
}

static void read_value(Track *track, const QuarterReading *from)
{
    const Kr *kr = track->kr;
    Reading *reading = reading_new();
    double distance = (double)(kr->target.millionths - kr->baseline.millionths);

    reading->id.v = (int64_t)track->readings->len + 1;
    reading->day = day_plus(days.first, from->day);
    reading->value.millionths = kr->baseline.millionths + (int64_t)(distance * from->share);
    g_ptr_array_add(track->readings, reading);
}

/* What arrived since the check-in before. */
static void read_arrived(Track *track, const Quarter *quarter, int i)
{
    int after = i > 0 ? quarter->checkins[i - 1] : -1;

    for (int r = 0; r <= i; r++) {
        const QuarterReading *reading = &quarter->readings[r];

        if (reading->arrives > after && reading->arrives <= quarter->checkins[i]) {
            read_value(track, reading);
        }
    }
}

typedef struct Proposals {
    bool risk[QUARTER_WEEKS], opportunity[QUARTER_WEEKS];
} Proposals;

static Proposals play(const Quarter *quarter, Direction direction)
{
    g_autoptr(Track) track = track_towards(direction);
    Episode risk = {0}, opportunity = {0};
    Day checkins[QUARTER_WEEKS];
    Course course = {.track = track, .line.period = days, .checkins = checkins};
    Proposals proposals = {0};

    for (int i = 0; i < QUARTER_WEEKS; i++) {
        course.today = checkins[i] = day_plus(days.first, quarter->checkins[i]);
        course.checkin_count = (size_t)i + 1;
        read_arrived(track, quarter, i);

        Signal found = signal_risk(&course, &policy_default);
        proposals.risk[i] = episode_step(&risk, &found, &policy_default);
        found = signal_opportunity(&course, &policy_default);
        proposals.opportunity[i] = episode_step(&opportunity, &found, &policy_default);
    }
    return proposals;
}

static bool any_between(const bool proposed[QUARTER_WEEKS], int from, int to)
{
    for (int i = MAX(from, 0); i <= MIN(to, QUARTER_WEEKS - 1); i++) {
        if (proposed[i]) {
            return true;
        }
    }
    return false;
}

static void count(Tally *tally, const Quarter *quarter, Truth *truth,
                  const bool proposed[QUARTER_WEEKS])
{
    int lasting = true_from(quarter, truth, 1 + IN_TIME);
    bool ever = any_between(proposed, 0, QUARTER_WEEKS);

    if (lasting != NEVER) {
        tally->lasting++;
        tally->in_time += any_between(proposed, lasting - 1, lasting + IN_TIME);
    } else if (true_from(quarter, truth, 1) != NEVER) {
        tally->passing++;
        tally->proposed += ever;
    } else {
        tally->never++;
        tally->false_alarms += ever;
    }
}

static void add(Tally *sum, const Tally *tally)
{
    sum->lasting += tally->lasting;
    sum->in_time += tally->in_time;
    sum->passing += tally->passing;
    sum->proposed += tally->proposed;
    sum->never += tally->never;
    sum->false_alarms += tally->false_alarms;
}

static double percent(int part, int whole)
{
    return whole > 0 ? 100.0 * part / whole : 0;
}

static void print(const char *name, const Tally *t)
{
    print_message("  %-10s  lasting %5d, in time %5.1f %%   passing %5d, proposed %5.1f %%   "
                  "never %5d, false alarms %4.1f %%\n",
                  name, t->lasting, percent(t->in_time, t->lasting), t->passing,
                  percent(t->proposed, t->passing), t->never, percent(t->false_alarms, t->never));
}

static Tally print_all(const char *heading, const Tally tallies[QUARTER_KINDS])
{
    Tally sum = {0};

    print_message("%s\n", heading);
    for (int kind = 0; kind < QUARTER_KINDS; kind++) {
        print(quarter_kind_name((QuarterKind)kind), &tallies[kind]);
        add(&sum, &tallies[kind]);
    }
    print("all", &sum);
    return sum;
}

static void measure(Tally risks[QUARTER_KINDS], Tally opportunities[QUARTER_KINDS])
{
    uint64_t chance = 20250714;

    for (int i = 0; i < QUARTERS_OF_A_KIND * QUARTER_KINDS; i++) {
        int kind = i % QUARTER_KINDS;
        Quarter quarter;

        quarter_make(&quarter, (QuarterKind)kind, &chance);
        Proposals proposals = play(&quarter, i % 2 == 0 ? DIRECTION_INCREASE : DIRECTION_DECREASE);
        count(&risks[kind], &quarter, is_stalled, proposals.risk);
        count(&opportunities[kind], &quarter, is_opportune, proposals.opportunity);
    }
}

static void expect_in_time(const char *what, const Tally *tally)
{
    if (tally->in_time * 100 < tally->lasting * 95) {
        fail_msg("%s: %d of %d in time", what, tally->in_time, tally->lasting);
    }
}

static void expect_few(const char *what, int alarms, int quarters)
{
    if (alarms * 20 > quarters) {
        fail_msg("%s: %d proposals in %d quarters", what, alarms, quarters);
    }
}

static void test_stalls_are_proposed_in_time_and_healthy_quarters_left_alone(void **state)
{
    Tally risks[QUARTER_KINDS] = {0}, opportunities[QUARTER_KINDS] = {0};
    Tally healthy = {0};
    (void)state;

    measure(risks, opportunities);
    Tally risk = print_all("KR at Risk", risks);
    Tally opportunity = print_all("Emergent Opportunity", opportunities);
    expect_in_time("stalls", &risk);
    expect_in_time("stalled", &risks[QUARTER_STALLED]);
    expect_in_time("recovering", &risks[QUARTER_RECOVERING]);
    expect_in_time("soaring", &opportunities[QUARTER_SOARING]);
    expect_few("risks", risk.false_alarms, risk.never);
    expect_few("opportunities", opportunity.false_alarms, opportunity.never);
    expect_few("both", risk.false_alarms + opportunity.false_alarms,
               MIN(risk.never, opportunity.never));
    for (int kind = QUARTER_STEADY; kind <= QUARTER_LATE_DATA; kind++) {
        const char *name = quarter_kind_name((QuarterKind)kind);

        expect_few(name, risks[kind].false_alarms, risks[kind].never);
        add(&healthy, &risks[kind]);
    }
    /* Also when what passes by itself is called healthy, as who made these quarters would. */
    expect_few("healthy by their making", healthy.false_alarms + healthy.proposed,
               healthy.never + healthy.passing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stalls_are_proposed_in_time_and_healthy_quarters_left_alone),
    };

    return cmocka_run_group_tests_name("signal measured", tests, NULL, NULL);
}
