#include "bot/transfer/merge_parts.h"
#include "core/text.h"

#define NOON (12 * 60)

static char *read_at(const Record *record, When *when)
{
    const char *cell = record_get(record, COL_AT);

    when->timed = cell != NULL;
    if (cell == NULL || instant_parse_iso(cell, &when->at)) {
        return NULL;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    return say(W_IMPORT_AT, S("text", quoted));
}

static char *read_day(const Record *record, const Team *team, WordId missing, When *when)
{
    const char *cell = record_get(record, COL_DAY);

    if (cell == NULL) {
        when->day = when->timed ? team_day(team, when->at) : DAY_NONE;
        return when->timed ? NULL : say(missing, S("column", column_name(COL_DAY)));
    }
    if (day_parse_iso(cell, &when->day)) {
        return NULL;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    return say(W_IMPORT_DAY, S("column", column_name(COL_DAY)), S("text", quoted));
}

/* A day that is still to come; and where the row tells no time, that day's noon, or now. */
static char *settle_time(const Team *team, Instant now, When *when)
{
    Day today = team_day(team, now);

    if (day_cmp(when->day, today) > 0 || (when->timed && when->at.us > now.us)) {
        g_autofree char *day = day_iso(when->day), *current = day_iso(today);

        return say(W_IMPORT_FUTURE, S("day", day), S("today", current), S("team", team->name));
    }
    if (!when->timed) {
        when->at.us = MIN(day_instant(when->day, NOON, team->zone).us, now.us);
    }
    return NULL;
}

char *merge_when(const Merge *merge, const Record *record, const Team *team, WordId missing,
                 When *when)
{
    char *fault = read_at(record, when);

    fault = fault != NULL ? fault : read_day(record, team, missing, when);
    return fault != NULL ? fault : settle_time(team, merge->ask->now, when);
}
