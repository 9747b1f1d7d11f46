/* Key results as sentences that are read back to the same, and what is wrong with a sentence, said
 * to a person. */

#include "core/statement.h"

#include <string.h>

#include "core/figure.h"
#include "core/metric.h"
#include "core/noun.h"
#include "core/text.h"
#include "core/words.h"

#define QUOTE_MAX 80

/* A bare number, where the metric itself tells what it counts. */
static char *amount_text(const Kr *kr, Decimal amount)
{
    Unit unit = kr->unit, told = noun_unit(kr->metric);

    if (unit.kind == UNIT_COUNT && unit_same(&unit, &told)) {
        unit = (Unit){.kind = UNIT_PLAIN};
    }
    return value_text(amount, &unit);
}

/* "6 stalled accounts progressed"; "5 of 8 largest accounts won", where the metric would be taken
 * for part of the number. */
static char *count_text(const Kr *kr)
{
    Unit unit = unit_bare(&kr->unit);
    g_autofree char *number = value_text(kr->target, &unit);
    g_autofree char *text = g_strconcat("Get ", number, " ", kr->metric, NULL);
    Figure figure;
    bool clear = figure_scan(text + strlen("Get "), false, &figure) == VALUE_OK &&
                 figure.end == text + strlen("Get ") + strlen(number);

    if (kr->unit.kind == UNIT_COUNT && clear && !g_ascii_isdigit(kr->metric[0])) {
        return g_steal_pointer(&text);
    }
    return g_strconcat("Get ", number, " of ", kr->metric, NULL);
}

static char *counted_text(const Kr *kr)
{
    g_autofree char *text = count_text(kr);
    g_autofree char *now = amount_text(kr, kr->baseline);

    if (kr->baseline.millionths == 0) {
        return g_steal_pointer(&text);
    }
    return g_strconcat(text, " (now ", now, ")", NULL);
}

char *statement_text(const Kr *kr)
{
    static const WordId forms[] = {
        [DIRECTION_INCREASE] = W_STATEMENT_INCREASE, [DIRECTION_DECREASE] = W_STATEMENT_DECREASE,
        [DIRECTION_AT_LEAST] = W_STATEMENT_AT_LEAST, [DIRECTION_AT_MOST] = W_STATEMENT_AT_MOST,
        [DIRECTION_WITHIN] = W_STATEMENT_WITHIN,
    };

    if (kr->kind == KR_COUNT) {
        return counted_text(kr);
    }
    g_autofree char *from = amount_text(kr, kr->baseline);
    g_autofree char *to = amount_text(kr, kr->target);
    g_autofree char *high = amount_text(kr, kr->target_high);

    return say(forms[kr->direction], S("metric", kr->metric), S("from", from), S("to", to),
               S("high", high));
}

static char *say_value(const StatementReading *reading, const char *at)
{
    if (reading->value_fault == VALUE_RANGE) {
        return say(W_STATEMENT_RANGE, S("at", at));
    }
    if (reading->value_fault == VALUE_SCALE_UNCLEAR) {
        return say(W_STATEMENT_SCALE, S("at", at));
    }
    return value_fault_say(reading->value_fault, at, NULL, DECIMAL(0));
}

/* With the target that is known, so that nobody takes the question for a refusal. */
static char *say_no_baseline(const Kr *kr)
{
    g_autofree char *target = value_text(kr->target, &kr->unit);

    return say(W_STATEMENT_NO_BASELINE, S("metric", kr->metric), S("target", target));
}

static char *say_no_target(const char *at)
{
    return *at == '\0' ? say(W_STATEMENT_WHICH_TARGET) : say(W_STATEMENT_NO_TARGET, S("at", at));
}

char *statement_fault_say(const StatementReading *reading)
{
    g_autofree char *at = text_cut(reading->at != NULL ? reading->at : "", QUOTE_MAX);

    switch (reading->fault) {
    case STATEMENT_OK:
        return NULL;
    case STATEMENT_EMPTY:
        return say(W_STATEMENT_EMPTY);
    case STATEMENT_TOO_LONG:
        return say(W_STATEMENT_TOO_LONG, N("max", STATEMENT_MAX), S("at", at));
    case STATEMENT_NO_NUMBER:
        return say(W_STATEMENT_NO_NUMBER);
    case STATEMENT_NO_BASELINE:
        return say_no_baseline(reading->kr);
    case STATEMENT_NO_TARGET:
        return say_no_target(at);
    case STATEMENT_NO_METRIC:
        return say(W_STATEMENT_NO_METRIC, S("at", at));
    case STATEMENT_SAME_VALUES:
        return say(W_STATEMENT_SAME_VALUES, S("at", at));
    case STATEMENT_CONTRADICTS:
        return say(W_STATEMENT_CONTRADICTS, S("at", at));
    case STATEMENT_UNITS_DIFFER:
        return say(W_STATEMENT_UNITS_DIFFER, S("at", at));
    case STATEMENT_BAD_BAND:
        return say(W_STATEMENT_BAD_BAND, S("at", at));
    case STATEMENT_RELATIVE:
        return *at == '\0' ? say(W_STATEMENT_RELATIVE_VERB)
                           : say(W_STATEMENT_RELATIVE, S("at", at));
    case STATEMENT_NO_DIRECTION:
        return say(W_STATEMENT_NO_DIRECTION, S("at", at));
    case STATEMENT_TWO_METRICS:
        return say(W_STATEMENT_TWO_METRICS);
    case STATEMENT_UNCLEAR:
        return say(W_STATEMENT_UNCLEAR, S("at", at));
    case STATEMENT_BAD_VALUE:
        return say_value(reading, at);
    }
    return NULL;
}
