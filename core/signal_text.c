#include "core/signal.h"

#include "core/value.h"
#include "core/words.h"

static Decimal absolute(Decimal d)
{
    if (d.millionths < 0) {
        d.millionths = -MAX(d.millionths, -INT64_MAX);
    }
    return d;
}

/* A gap is a movement without its sign: between percents it is percentage points. */
static const char *write_gap(char out[VALUE_TEXT_MAX], Decimal gap, const Unit *unit)
{
    const char *text = value_write_change(out, absolute(gap), unit);

    return *text == '+' ? text + 1 : text;
}

static WordId now_word(const Deviation *deviation)
{
    if (deviation->kept) {
        return W_SIGNAL_OUTSIDE;
    }
    return deviation->gap.millionths > 0 ? W_SIGNAL_SHORT : W_SIGNAL_AHEAD;
}

static void say_now(GString *out, const SignalWeek *now, const Unit *unit)
{
    const Deviation *deviation = &now->deviation;
    Unit bare = unit_bare(unit);
    char value[VALUE_TEXT_MAX], expected[VALUE_TEXT_MAX], gap[VALUE_TEXT_MAX];
    char share[VALUE_TEXT_MAX];
    g_autofree char *day = day_text_short(now->day);

    say_on(out, now_word(deviation), S("day", day),
           S("value", value_write(value, deviation->value, unit)),
           S("expected", value_write_rounded(expected, deviation->expected, &bare)),
           S("gap", write_gap(gap, deviation->gap, &bare)),
           S("share", ratio_write(share, absolute(now->share))));
}

static void say_before(GString *out, const Signal *signal, const Unit *unit)
{
    const Deviation *deviation = &signal->before.deviation;
    char value[VALUE_TEXT_MAX], expected[VALUE_TEXT_MAX], moved[VALUE_TEXT_MAX];
    g_autofree char *day = day_text_short(signal->before.day);

    say_on(out, deviation->kept ? W_SIGNAL_BEFORE_OUTSIDE : W_SIGNAL_BEFORE, S("day", day),
           S("value", value_write(value, deviation->value, unit)),
           S("expected", value_write_rounded(expected, deviation->expected, unit)),
           S("moved", value_write_change(moved, signal->moved, unit)));
}

/* One value, or a band. Caller frees. */
static char *target_text(const Kr *kr, const Unit *unit)
{
    char low[VALUE_TEXT_MAX], high[VALUE_TEXT_MAX];

    value_write(low, kr->target, unit);
    value_write(high, kr->target_high, unit);
    return kr->direction == DIRECTION_WITHIN ? say(W_SIGNAL_BAND, S("low", low), S("high", high))
                                             : g_strdup(low);
}

static void say_heading(GString *out, const Forecast *heading, const Kr *kr, const Unit *unit)
{
    char low[VALUE_TEXT_MAX], high[VALUE_TEXT_MAX];
    g_autofree char *target = target_text(kr, unit);

    value_write_rounded(low, heading->low, unit);
    value_write_rounded(high, heading->high, unit);
    if (g_str_equal(low, high)) {
        say_on(out, W_SIGNAL_HEADING_TO, S("value", low), S("target", target));
    } else {
        say_on(out, W_SIGNAL_HEADING, S("low", low), S("high", high), S("target", target));
    }
}

static void say_feeder(GString *out, const SignalWeek *week, const Kr *kr)
{
    char value[VALUE_TEXT_MAX], expected[VALUE_TEXT_MAX];
    Unit bare = unit_bare(&kr->unit);
    g_autofree char *day = day_text_short(week->day);

    say_on(out, W_SIGNAL_FEEDER, S("day", day), S("statement", kr->statement),
           S("value", value_write(value, week->deviation.value, &kr->unit)),
           S("expected", value_write_rounded(expected, week->deviation.expected, &bare)));
}

char *signal_say(const Signal *signal, const Kr *kr, const Kr *feeder)
{
    static const WordId asks[] = {
        [SIGNAL_RISK] = W_SIGNAL_RISK,
        [SIGNAL_OPPORTUNITY] = W_SIGNAL_OPPORTUNITY,
        [SIGNAL_GAP] = W_SIGNAL_GAP,
    };

    if (!signal->found) {
        return NULL;
    }
    GString *out = g_string_new(NULL);
    Unit bare = unit_bare(&kr->unit);

    say_now(out, &signal->now, &kr->unit);
    g_string_append_c(out, ' ');
    say_before(out, signal, &bare);
    g_string_append_c(out, ' ');
    if (signal->heading_known && !signal->now.deviation.kept) {
        say_heading(out, &signal->heading, kr, &bare);
        g_string_append_c(out, ' ');
    }
    if (feeder != NULL) {
        say_feeder(out, &signal->feeder, feeder);
        g_string_append_c(out, ' ');
    }
    say_on(out, asks[signal->kind]);
    return g_string_free(out, FALSE);
}
