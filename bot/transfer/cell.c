#include "bot/transfer/cell.h"

#include <string.h>

char *cell_of_unit(const Unit *unit)
{
    return g_strdup(unit_cell(unit));
}

Unit cell_to_unit(const char *cell)
{
    size_t len = strlen(cell);
    Unit unit = {.kind = UNIT_PLAIN};

    if (strcmp(cell, UNIT_CELL_PLAIN) == 0 || unit_take(cell, &unit) == len ||
        unit_take_currency(cell, &unit) == len) {
        return unit;
    }
    return unit_named(UNIT_COUNT, cell, len);
}

char *cell_of_instant(Instant at)
{
    int64_t fraction = at.us % INSTANT_SECOND;

    if (at.us == 0) {
        return g_strdup("");
    }
    fraction += fraction < 0 ? INSTANT_SECOND : 0;
    g_autofree char *iso = instant_iso((Instant){at.us - fraction});
    size_t whole = strlen(iso) - strlen("Z");

    return fraction == 0
               ? g_steal_pointer(&iso)
               : g_strdup_printf("%.*s.%06" G_GINT64_FORMAT "Z", (int)whole, iso, fraction);
}

const char *cell_of_yes(bool yes)
{
    return yes ? "yes" : "no";
}

const char *cell_of_direction(Direction direction)
{
    switch (direction) {
    case DIRECTION_INCREASE:
        return "increase";
    case DIRECTION_DECREASE:
        return "decrease";
    case DIRECTION_AT_LEAST:
        return "at least";
    case DIRECTION_AT_MOST:
        return "at most";
    case DIRECTION_WITHIN:
        break;
    }
    return "within";
}

const char *cell_of_kind(KrKind kind)
{
    return kind == KR_COUNT ? "count" : "level";
}

const char *cell_of_signal(SignalKind kind)
{
    switch (kind) {
    case SIGNAL_RISK:
        return "KR at Risk";
    case SIGNAL_OPPORTUNITY:
        return "Emergent Opportunity";
    case SIGNAL_GAP:
        break;
    }
    return "Cross-Functional Gap";
}

const char *cell_of_episode(EpisodeState state)
{
    switch (state) {
    case EPISODE_NONE:
        return "over";
    case EPISODE_PROPOSED:
        return "proposed";
    case EPISODE_DISMISSED:
        break;
    }
    return "dismissed";
}

const char *cell_of_revised(Revised revised)
{
    return revised == REVISED_UNSAID ? "" : cell_of_yes(revised == REVISED_YES);
}

const char *cell_of_source(ReadingSource source)
{
    switch (source) {
    case READING_OPENING:
        return "opening";
    case READING_CHECKIN:
        return "check-in";
    case READING_UPDATE:
        return "update";
    case READING_RETRO:
        return "retrospective";
    case READING_SYSTEM:
        break;
    }
    return "system";
}

bool cell_to_source(const char *cell, ReadingSource *source)
{
    for (ReadingSource known = READING_OPENING; known <= READING_SYSTEM; known++) {
        if (strcmp(cell, cell_of_source(known)) == 0) {
            *source = known;
            return true;
        }
    }
    return false;
}
