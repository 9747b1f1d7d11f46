#include "bot/console/moment.h"

#include <string.h>

#include "core/text.h"
#include "core/when.h"

#define AHEAD_MAX_DAYS 3653
#define TEXT_BYTES_MAX 64 /* longer than any moment is written */
#define DIGITS_MAX     6

/* Lengths of time; one of whole days keeps the time of day, whatever the clocks do in between. */
static const struct {
    const char *name;
    int64_t us;
    int32_t days;
} units[] = {
    {"m", INSTANT_MINUTE, 0},
    {"min", INSTANT_MINUTE, 0},
    {"minute", INSTANT_MINUTE, 0},
    {"minutes", INSTANT_MINUTE, 0},
    {"h", INSTANT_HOUR, 0},
    {"hour", INSTANT_HOUR, 0},
    {"hours", INSTANT_HOUR, 0},
    {"d", 0, 1},
    {"day", 0, 1},
    {"days", 0, 1},
    {"w", 0, 7},
    {"week", 0, 7},
    {"weeks", 0, 7},
};

/* A whole number of at most DIGITS_MAX digits; moves `*p` past it. */
static bool read_number(const char **p, int64_t *n)
{
    int digits = 0;

    for (*n = 0; g_ascii_isdigit(**p); (*p)++) {
        if (++digits > DIGITS_MAX) {
            return false;
        }
        *n = *n * 10 + (**p - '0');
    }
    return digits > 0;
}

/* "+1d", "+2 hours", "+1d 09:30": `p` is behind the plus. */
static bool read_step(const char *p, Instant now, GTimeZone *zone, Instant *out)
{
    int64_t n;
    size_t len = 0;
    int minute = instant_minute(now, zone);

    if (!read_number(&p, &n)) {
        return false;
    }
    p += *p == ' ' ? 1 : 0;
    while (g_ascii_isalpha(p[len])) {
        len++;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strlen(units[i].name) != len || g_ascii_strncasecmp(units[i].name, p, len) != 0) {
            continue;
        }
        p += len;
        if (units[i].days == 0 || n == 0) {
            *out = (Instant){now.us + n * units[i].us};
            return *p == '\0';
        }
        if (*p != '\0' && (*p != ' ' || !minute_parse(p + 1, &minute))) {
            return false;
        }
        *out = day_instant(day_plus(instant_day(now, zone), n * units[i].days), minute, zone);
        return true;
    }
    return false;
}

static bool read_day(const char *text, Day today, Day *day)
{
    return day_parse_iso(text, day) || when_day(text, today, day) == WHEN_OK;
}

/* "09:30": the next time it is that. */
static Instant next_time(int minute, Instant now, GTimeZone *zone)
{
    Day today = instant_day(now, zone);
    Instant at = day_instant(today, minute, zone);

    return at.us >= now.us ? at : day_instant(day_plus(today, 1), minute, zone);
}

/* A day with or without a time behind it; either may hold blanks. */
static bool read_day_and_time(const char *text, Instant now, GTimeZone *zone, Instant *out)
{
    Day today = instant_day(now, zone);
    Day day;
    int minute;

    if (read_day(text, today, &day)) {
        *out = day_instant(day, 0, zone);
        return true;
    }
    for (const char *blank = strchr(text, ' '); blank != NULL; blank = strchr(blank + 1, ' ')) {
        g_autofree char *head = g_strndup(text, (gsize)(blank - text));

        if (minute_parse(blank + 1, &minute) && read_day(head, today, &day)) {
            *out = day_instant(day, minute, zone);
            return true;
        }
    }
    return false;
}

static bool read_any(const char *text, Instant now, GTimeZone *zone, Instant *out)
{
    int minute;

    if (*text == '+') {
        return read_step(text + 1, now, zone, out);
    }
    if (minute_parse(text, &minute)) {
        *out = next_time(minute, now, zone);
        return true;
    }
    return read_day_and_time(text, now, zone, out);
}

MomentFault moment_read(const char *text, Instant now, GTimeZone *zone, Instant *out)
{
    Instant at;

    if (strlen(text) > TEXT_BYTES_MAX) {
        return MOMENT_NOT_UNDERSTOOD;
    }
    g_autofree char *squeezed = text_squeeze(text);
    if (!read_any(squeezed, now, zone, &at)) {
        return MOMENT_NOT_UNDERSTOOD;
    }
    if (at.us - now.us > AHEAD_MAX_DAYS * INSTANT_HOUR * 24) {
        return MOMENT_TOO_FAR;
    }
    *out = at;
    return MOMENT_OK;
}
