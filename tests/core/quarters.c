#include "quarters.h"

#include <stdbool.h>

#define WEEK  7
#define MONTH 30

/* splitmix64 (Vigna, in the public domain) */
static uint64_t next(uint64_t *chance)
{
    uint64_t z = (*chance += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double between(uint64_t *chance, double low, double high)
{
    return low + (high - low) * (double)(next(chance) >> 11) / 9007199254740992.0; /* 2^53 */
}

static int pick(uint64_t *chance, int low, int high)
{
    return low + (int)(next(chance) % (uint64_t)(high - low + 1));
}

static bool happens(uint64_t *chance, double probability)
{
    return between(chance, 0, 1) < probability;
}

/* Deviation 1: the sum of twelve even ones. */
static double gaussian(uint64_t *chance)
{
    double sum = -6;

    for (int i = 0; i < 12; i++) {
        sum += between(chance, 0, 1);
    }
    return sum;
}

/* A wave of two arcs, 1 high and `length` days long, `day` days behind its beginning. */
static double wave(double day, double length)
{
    double x = day / length - (int)(day / length);

    return x < 0.5 ? 16 * x * (0.5 - x) : -16 * (x - 0.5) * (1 - x);
}

/* A pace in shares of even, from a day on. */
typedef struct Stretch {
    int until; /* the day behind it */
    double pace;
} Stretch;

/* The pace that covers what is left to `end` in what is left of the days. */
static double pace_to(double end, double covered, int from)
{
    return (end - covered) * QUARTER_DAYS / (QUARTER_DAYS - from);
}

/* Up to three stretches; the last reaches the end. */
static void plan(QuarterKind kind, uint64_t *chance, Stretch stretches[3])
{
    double steady = between(chance, 0.95, 1.10);

    stretches[0] = (Stretch){QUARTER_DAYS, steady};
    stretches[1] = stretches[2] = (Stretch){QUARTER_DAYS, 0};
    if (kind == QUARTER_SLOW_START) {
        int until = pick(chance, 3 * WEEK, 5 * WEEK);
        double slow = between(chance, 0.5, 0.8);
        double end = between(chance, 0.95, 1.05);

        stretches[0] = (Stretch){until, slow};
        stretches[1].pace = pace_to(end, slow * until / QUARTER_DAYS, until);
    } else if (kind == QUARTER_STALLED) {
        stretches[0].until = pick(chance, 2 * WEEK, 9 * WEEK);
        stretches[1].pace = between(chance, 0, 0.15);
    } else if (kind == QUARTER_RECOVERING) {
        int from = pick(chance, 2 * WEEK, 6 * WEEK);
        int until = from + pick(chance, 3 * WEEK, 5 * WEEK);
        double end = between(chance, 0.90, 1.05);

        stretches[0].until = from;
        stretches[1].until = until;
        stretches[2].pace = pace_to(end, steady * from / QUARTER_DAYS, until);
    } else if (kind == QUARTER_SOARING) {
        stretches[0].until = pick(chance, 3 * WEEK, 8 * WEEK);
        stretches[1].pace = between(chance, 1.5, 2.5);
    }
}

static void draw_curve(Quarter *quarter, QuarterKind kind, uint64_t *chance)
{
    Stretch stretches[3];
    bool seasonal = kind == QUARTER_SEASONAL;
    double high = seasonal ? between(chance, 0.02, 0.05) : 0;
    double phase = between(chance, 0, MONTH);
    double step = 1, covered = 0;

    plan(kind, chance, stretches);
    for (int day = 0, s = 0; day <= QUARTER_DAYS; day++) {
        quarter->curve[day] = covered + high * (wave(day + phase, MONTH) - wave(phase, MONTH));
        while (s < 2 && day >= stretches[s].until) {
            s++;
        }
        if (day % WEEK == 0) {
            step = between(chance, 0.75, 1.25);
        }
        covered += step * stretches[s].pace / QUARTER_DAYS;
    }
}

static double error_of(QuarterKind kind, uint64_t *chance)
{
    switch (kind) {
    case QUARTER_STEADY:
    case QUARTER_SEASONAL:
    case QUARTER_SPIKING:
    case QUARTER_LATE_DATA:
        return between(chance, 0.01, 0.02);
    case QUARTER_NOISY:
        return between(chance, 0.03, 0.05);
    case QUARTER_SLOW_START:
        return between(chance, 0.01, 0.03);
    case QUARTER_STALLED:
    case QUARTER_RECOVERING:
    case QUARTER_SOARING:
        return between(chance, 0.01, 0.05);
    }
    return 0;
}

static void spike(Quarter *quarter, uint64_t *chance)
{
    for (int n = pick(chance, 1, 2); n > 0; n--) {
        double off = between(chance, 0.3, 1.0);

        quarter->readings[pick(chance, 0, QUARTER_WEEKS - 1)].share +=
            happens(chance, 0.5) ? off : -off;
    }
}

static void delay(Quarter *quarter, uint64_t *chance)
{
    for (int i = 0; i < QUARTER_WEEKS; i++) {
        QuarterReading *reading = &quarter->readings[i];

        if (happens(chance, 0.1)) {
            reading->arrives = -1;
        } else if (happens(chance, 0.3)) {
            reading->arrives += pick(chance, 3, 10);
        }
    }
}

static void read_weekly(Quarter *quarter, QuarterKind kind, uint64_t *chance)
{
    double error = error_of(kind, chance);
    int first = pick(chance, 0, 4); /* the team's weekday; the quarter begins on a Monday */

    for (int i = 0; i < QUARTER_WEEKS; i++) {
        int day = quarter->checkins[i] = first + i * WEEK;

        quarter->readings[i] = (QuarterReading){
            .day = day,
            .arrives = day,
            .share = quarter->curve[day] + error * gaussian(chance),
        };
    }
}

const char *quarter_kind_name(QuarterKind kind)
{
    static const char *const names[QUARTER_KINDS] = {
        "steady",     "noisy",   "seasonal",   "spiking", "late data",
        "slow start", "stalled", "recovering", "soaring",
    };

    return names[kind];
}

void quarter_make(Quarter *quarter, QuarterKind kind, uint64_t *chance)
{
    draw_curve(quarter, kind, chance);
    read_weekly(quarter, kind, chance);
    if (kind == QUARTER_SPIKING) {
        spike(quarter, chance);
    } else if (kind == QUARTER_LATE_DATA) {
        delay(quarter, chance);
    }
}
