/* Days are counted from 1 January 1970; years begin in March while we count, so that the leap day
 * comes last. */

#include "core/day.h"

#include <string.h>

#include "core/words.h"

#define SECONDS_A_DAY  INT64_C(86400)
#define DAYS_ANY_MONTH 28 /* that every month has */
#define DAYS_A_YEAR    365
#define DAYS_A_CENTURY 36524
#define DAYS_AN_ERA    146097 /* 400 years, after which the calendar repeats */
#define EPOCH          719468 /* from 1 March of year 0 to 1 January 1970 */

static const uint8_t month_days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool day_valid(Day d)
{
    if (d.year < 1 || d.year > DAY_LAST.year || d.month < 1 || d.month > 12) {
        return false;
    }
    int leap_day = d.month == 2 && is_leap(d.year) ? 1 : 0;
    return d.day >= 1 && d.day <= month_days[d.month - 1] + leap_day;
}

bool day_is_set(Day d)
{
    return d.year != 0 || d.month != 0 || d.day != 0;
}

static int32_t day_key(Day d)
{
    return d.year * 0x10000 + d.month * 0x100 + d.day;
}

int day_cmp(Day a, Day b)
{
    return (day_key(a) > day_key(b)) - (day_key(a) < day_key(b));
}

/* Division that rounds down, for times before the epoch. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

static int64_t day_number(Day d)
{
    bool last_year = d.month <= 2;
    uint32_t year = (uint32_t)(d.year + 400 - (last_year ? 1 : 0)); /* an era on: never below 0 */
    uint32_t month = (uint32_t)(d.month + (last_year ? 9 : -3));    /* March is 0 */
    uint32_t leap_days = year / 4 - year / 100 + year / 400;
    uint32_t days = year * DAYS_A_YEAR + leap_days + (153 * month + 2) / 5 + d.day;

    return (int64_t)days - 1 - DAYS_AN_ERA - EPOCH;
}

static Day day_of_number(int64_t number)
{
    number = CLAMP(number, day_number(DAY_FIRST), day_number(DAY_LAST)) + EPOCH;
    int64_t era = number / DAYS_AN_ERA;
    int64_t rest = number % DAYS_AN_ERA;
    int64_t year = (rest - rest / ((int64_t)4 * DAYS_A_YEAR) + rest / DAYS_A_CENTURY -
                    rest / (DAYS_AN_ERA - 1)) /
                   DAYS_A_YEAR;
    int64_t day = rest - (DAYS_A_YEAR * year + year / 4 - year / 100);
    int64_t month = (5 * day + 2) / 153; /* March is 0 */
    int64_t january = month >= 10 ? 1 : 0;

    return (Day){
        .year = (int16_t)(year + era * 400 + january),
        .month = (uint8_t)(month + 3 - 12 * january),
        .day = (uint8_t)(day - (153 * month + 2) / 5 + 1),
    };
}

Day day_plus(Day d, int64_t days)
{
    int64_t span = day_number(DAY_LAST) - day_number(DAY_FIRST);

    if (!day_is_set(d)) {
        return DAY_NONE;
    }
    if (days > -d.day && days <= DAYS_ANY_MONTH - d.day) { /* most steps are small */
        return (Day){d.year, d.month, (uint8_t)(d.day + days)};
    }
    return day_of_number(day_number(d) + CLAMP(days, -span, span));
}

int64_t day_diff(Day later, Day earlier)
{
    return day_number(later) - day_number(earlier);
}

Weekday day_weekday(Day d)
{
    int64_t since_monday = day_number(d) + THURSDAY; /* 1 January 1970 was a Thursday */
    return (Weekday)(since_monday - floor_div(since_monday, WEEKDAY_COUNT) * WEEKDAY_COUNT);
}

char *day_iso(Day d)
{
    return g_strdup_printf("%04d-%02d-%02d", d.year, d.month, d.day);
}

static bool read_digits(const char **p, int count, int *out)
{
    int value = 0;

    for (; count > 0; count--, (*p)++) {
        if (!g_ascii_isdigit(**p)) {
            return false;
        }
        value = value * 10 + g_ascii_digit_value(**p);
    }
    *out = value;
    return true;
}

static bool read_char(const char **p, char c)
{
    if (**p != c) {
        return false;
    }
    (*p)++;
    return true;
}

bool day_parse_iso(const char *text, Day *out)
{
    int year = 0, month = 0, day = 0;

    if (!read_digits(&text, 4, &year) || !read_char(&text, '-') || !read_digits(&text, 2, &month) ||
        !read_char(&text, '-') || !read_digits(&text, 2, &day) || *text != '\0') {
        return false;
    }
    Day d = {(int16_t)year, (uint8_t)month, (uint8_t)day};
    if (!day_valid(d)) {
        return false;
    }
    *out = d;
    return true;
}

const char *weekday_name(Weekday w)
{
    g_assert(w >= MONDAY && w <= SUNDAY);
    return words_template((WordId)(W_WEEKDAY_MONDAY + (int)w));
}

const char *month_name(int month)
{
    g_assert(month >= 1 && month <= 12);
    return words_template((WordId)(W_MONTH_JANUARY + month - 1));
}

char *day_text(Day d)
{
    if (!day_valid(d)) {
        return say(W_DATE_NONE);
    }
    char year[5]; /* four digits: 28 would be asked back */

    (void)g_snprintf(year, sizeof(year), "%04d", d.year);
    return say(W_DATE_TEXT, N("day", d.day), S("month", month_name(d.month)), S("year", year));
}

#define SHORT_LETTERS 3
#define SHORT_MAX     (SHORT_LETTERS * 6 + 1) /* as many bytes as they may take */

/* Three letters, as everybody writes them. */
static const char *weekday_short(char out[SHORT_MAX], Weekday w)
{
    return g_utf8_strncpy(out, weekday_name(w), SHORT_LETTERS);
}

char *day_text_short(Day d)
{
    if (!day_valid(d)) {
        return say(W_DATE_NONE);
    }
    char weekday[SHORT_MAX];
    return say(W_DATE_SHORT, S("weekday", weekday_short(weekday, day_weekday(d))), N("day", d.day),
               S("month", month_name(d.month)));
}

/* GLib is only asked for the offset of an instant: its own way back from local time guesses in gaps
 * and folds. */
static int interval_at(GTimeZone *zone, int64_t utc)
{
    return g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, utc);
}

/* What the clock on the wall shows, in seconds since 1970 as if it hung in UTC. */
static int64_t wall_seconds(Instant at, GTimeZone *zone)
{
    int64_t utc = floor_div(at.us, INSTANT_SECOND);
    return utc + g_time_zone_get_offset(zone, interval_at(zone, utc));
}

Day instant_day(Instant at, GTimeZone *zone)
{
    return day_of_number(floor_div(wall_seconds(at, zone), SECONDS_A_DAY));
}

int instant_minute(Instant at, GTimeZone *zone)
{
    int64_t wall = wall_seconds(at, zone);
    return (int)((wall - floor_div(wall, SECONDS_A_DAY) * SECONDS_A_DAY) / 60);
}

/* The first second after `from`'s interval; `to` is known to lie behind it. */
static int64_t interval_end(GTimeZone *zone, int64_t from, int64_t to)
{
    int interval = interval_at(zone, from);

    while (to - from > 1) {
        int64_t middle = from + (to - from) / 2;

        if (interval_at(zone, middle) == interval) {
            from = middle;
        } else {
            to = middle;
        }
    }
    return to;
}

/* Walks the intervals of equal offset in order, from one in which the wall clock was surely before
 * `wall`. */
static int64_t wall_to_utc(int64_t wall, GTimeZone *zone)
{
    int64_t start = wall - 2 * SECONDS_A_DAY;

    for (;;) {
        int interval = interval_at(zone, start);
        int64_t utc = wall - g_time_zone_get_offset(zone, interval);

        if (utc <= start) { /* the clock was put forward past it: a gap */
            return start;
        }
        if (interval_at(zone, utc) == interval) {
            return utc;
        }
        start = interval_end(zone, start, utc);
    }
}

Instant day_instant(Day d, int minute, GTimeZone *zone)
{
    g_assert(minute >= 0 && minute <= DAY_MINUTES);
    int64_t wall = day_number(d) * SECONDS_A_DAY + minute * INT64_C(60);

    return (Instant){wall_to_utc(wall, zone) * INSTANT_SECOND};
}

char *instant_text(Instant at, GTimeZone *zone)
{
    Day d = instant_day(at, zone);
    char weekday[SHORT_MAX];
    g_autofree char *day = day_text(d);
    g_autofree char *time = minute_text(instant_minute(at, zone));

    return say(W_DATE_AND_TIME, S("weekday", weekday_short(weekday, day_weekday(d))), S("day", day),
               S("time", time));
}

char *instant_iso(Instant at)
{
    int64_t utc = floor_div(at.us, INSTANT_SECOND);
    int64_t days = floor_div(utc, SECONDS_A_DAY);
    int second = (int)(utc - days * SECONDS_A_DAY);
    g_autofree char *day = day_iso(day_of_number(days));

    return g_strdup_printf("%sT%02d:%02d:%02dZ", day, second / 3600, second / 60 % 60, second % 60);
}

/* ".123456": taken out of the text by hand, since GLib reads it through a float. */
static int64_t take_fraction(char *text)
{
    char *point = strchr(text, '.');
    int64_t us = 0;

    if (point == NULL) {
        return 0;
    }
    char *end = point + 1;
    for (int64_t place = INSTANT_SECOND / 10; g_ascii_isdigit(*end); end++, place /= 10) {
        us += (*end - '0') * place;
    }
    memmove(point, end, strlen(end) + 1);
    return us;
}

bool instant_parse_iso(const char *text, Instant *out)
{
    g_autofree char *copy = g_strdup(text);
    int64_t fraction = take_fraction(copy);
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(copy, NULL);

    if (time == NULL) {
        return false;
    }
    out->us = g_date_time_to_unix(time) * INSTANT_SECOND + fraction;
    return true;
}

/* One or two digits. */
static bool read_number(const char **p, int *out)
{
    return read_digits(p, g_ascii_isdigit((*p)[0]) && g_ascii_isdigit((*p)[1]) ? 2 : 1, out);
}

/* ":30", ".30" or "h30", and a bare "h". */
static bool read_minutes(const char **p, int *minutes, bool *said)
{
    bool hour = **p == 'h' || **p == 'H';

    *minutes = 0;
    *said = hour || ((**p == ':' || **p == '.') && g_ascii_isdigit((*p)[1]));
    if (!*said) {
        return true;
    }
    (*p)++;
    if (hour && !g_ascii_isdigit(**p)) {
        return true;
    }
    return read_digits(p, 2, minutes) && *minutes < 60;
}

typedef enum HalfDay { HALF_NONE, HALF_AM, HALF_PM, HALF_UNREADABLE } HalfDay;

/* What is left of the text. */
static HalfDay read_half(const char *p)
{
    static const struct {
        const char *text;
        HalfDay half;
    } rows[] = {
        {"", HALF_NONE}, {"am", HALF_AM},   {"a.m.", HALF_AM}, {"a.m", HALF_AM},
        {"pm", HALF_PM}, {"p.m.", HALF_PM}, {"p.m", HALF_PM},
    };
    p += strspn(p, " ");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_ascii_strcasecmp(p, rows[i].text) == 0) {
            return rows[i].half;
        }
    }
    return HALF_UNREADABLE;
}

static bool hour_of(int shown, HalfDay half, bool minutes_said, int *hour)
{
    switch (half) {
    case HALF_NONE:
        *hour = shown;
        return minutes_said && shown < 24;
    case HALF_AM:
    case HALF_PM:
        *hour = shown % 12 + (half == HALF_PM ? 12 : 0);
        return shown >= 1 && shown <= 12;
    case HALF_UNREADABLE:
        return false;
    }
    return false;
}

static bool clock_parse(const char *p, int *minute)
{
    int shown = 0, minutes = 0, hour = 0;
    bool said = false;

    if (!read_number(&p, &shown) || !read_minutes(&p, &minutes, &said) ||
        !hour_of(shown, read_half(p), said, &hour)) {
        return false;
    }
    *minute = hour * 60 + minutes;
    return true;
}

bool minute_parse(const char *text, int *minute)
{
    g_autofree char *trimmed = g_strstrip(g_strndup(text, 64)); /* no time of day is longer */

    if (strlen(text) > 64) {
        return false;
    }
    if (g_ascii_strcasecmp(trimmed, "noon") == 0) {
        *minute = DAY_MINUTES / 2;
        return true;
    }
    if (g_ascii_strcasecmp(trimmed, "midnight") == 0) {
        *minute = 0;
        return true;
    }
    return clock_parse(trimmed, minute);
}

char *minute_text(int minute)
{
    return g_strdup_printf("%02d:%02d", minute / 60, minute % 60);
}
