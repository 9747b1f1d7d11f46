#include "core/chart_parts.h"

#include <string.h>

#include "core/forecast.h"
#include "core/text.h"
#include "core/words.h"

void chart_put_texts(ChartPanel *panel, const Track *track, const Unit *unit)
{
    const Kr *kr = track->kr;
    bool read = track_current(track) != NULL;

    panel->metric = g_strdup(kr->metric);
    panel->now = read ? value_text(track_value(track), unit) : g_strdup("");
    panel->base_text = value_text(kr->baseline, unit);
    panel->target_text = chart_target_text(kr, kr->target, kr->target_high, unit);
}

void chart_put_heading(ChartPanel *panel, const Track *track, Day last, const Unit *unit)
{
    Forecast forecast;

    if (!track_forecast(track, last, &forecast)) {
        return;
    }
    g_autofree char *low = value_text_rounded(forecast.low, unit);
    g_autofree char *high = value_text_rounded(forecast.high, unit);

    panel->forecast = true;
    panel->low = forecast.low;
    panel->high = forecast.high;
    panel->heading = strcmp(low, high) == 0 ? say(W_KR_HEADING_TO, S("value", low))
                                            : say(W_KR_HEADING, S("low", low), S("high", high));
}

void chart_put_reading(ChartPanel *panel, ChartPoint point)
{
    GArray *points = panel->readings;
    guint last = points->len - 1;

    if (points->len > 0 && g_array_index(points, ChartPoint, last).at == point.at) {
        g_array_index(points, ChartPoint, last) = point;
    } else {
        g_array_append_val(points, point);
    }
}

char *chart_target_text(const Kr *kr, Decimal target, Decimal target_high, const Unit *unit)
{
    g_autofree char *low = value_text(target, unit);
    g_autofree char *high = value_text(target_high, unit);

    return kr->direction == DIRECTION_WITHIN ? say(W_CHART_BAND, S("low", low), S("high", high))
                                             : g_steal_pointer(&low);
}

char *chart_pace_text(PaceStatus status, Decimal pace)
{
    const char *name = pace_status_name(status);

    switch (status) {
    case PACE_BEHIND:
    case PACE_AT_RISK:
    case PACE_ON_TRACK:
    case PACE_AHEAD: {
        g_autofree char *number = decimal_text(decimal_round(pace, 2));
        return say(W_CHART_PACE, S("pace", number), S("status", name));
    }
    case PACE_TOO_EARLY:
    case PACE_DONE:
    case PACE_STALE:
        return g_strdup(name);
    case PACE_NONE:
        break;
    }
    return g_strdup("");
}

/* --- in words --- */

/* How a value that was good from the start is to be kept; false where it is to be reached. */
static bool keep_word(const Kr *kr, WordId *word)
{
    static const WordId words[] = {
        [DIRECTION_AT_LEAST] = W_CHART_KEEP_AT_LEAST,
        [DIRECTION_AT_MOST] = W_CHART_KEEP_AT_MOST,
        [DIRECTION_WITHIN] = W_CHART_KEEP_WITHIN,
    };

    if (kr->direction < DIRECTION_AT_LEAST || !kr_reached(kr, kr->baseline)) {
        return false;
    }
    *word = words[kr->direction];
    return true;
}

void chart_tell_value(GString *alt, const ChartPanel *panel, const Kr *kr, ChartWhen when,
                      size_t max)
{
    enum { NONE = CHART_END + 1, COUNT };
    static const WordId words[2][COUNT] = {
        {W_CHART_ALT_NOW, W_CHART_ALT_END, W_CHART_ALT_NONE},
        {W_CHART_ALT_NOW_KEEP, W_CHART_ALT_END_KEEP, W_CHART_ALT_NONE_KEEP},
    };
    WordId keep = W_COUNT;
    bool kept = keep_word(kr, &keep);
    int told = *panel->now == '\0' ? NONE : (int)when;
    g_autofree char *metric = text_cut(panel->metric, max);
    g_autofree char *target =
        kept ? say(keep, S("target", panel->target_text)) : g_strdup(panel->target_text);

    say_to(alt, words[kept][told],
           (const Arg[]){S("label", panel->label),
                         S("metric", metric),
                         S("now", panel->now),
                         S("base", panel->base_text),
                         S("target", target),
                         {0}});
}

void chart_tell_part(GString *alt, const char *part)
{
    if (part != NULL && *part != '\0') {
        say_to(alt, W_CHART_ALT_PART, (const Arg[]){S("part", part), {0}});
    }
}
