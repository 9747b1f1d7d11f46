/* What a team sets about its time: zone, working days, holidays, times of the day and the week. */

#include "core/calendar.h"
#include "core/weekly_days.h"

#include "fuzz.h"

static void check_weekdays(const char *text)
{
    Weekdays read = 0, again = 0;

    if (!weekdays_parse(text, &read)) {
        return;
    }
    g_autofree char *shown = weekdays_text(read);

    fuzz_that("a week has days", read != 0 && (read & ~WEEKDAYS_ALL) == 0, text);
    fuzz_that("working days read back", weekdays_parse(shown, &again) && read == again, shown);
}

static void check_holidays(const char *text)
{
    g_auto(Holidays) read = {0}, again = {0};
    g_autofree char *wrong = NULL, *no_more = NULL;

    if (!holidays_parse(text, &read, &wrong)) {
        fuzz_clean("a mistake is said cleanly", wrong);
        fuzz_that("a mistake is named", *wrong != '\0' || *text == '\0', text);
        return;
    }
    g_autofree char *shown = holidays_text(&read);
    bool reads = holidays_parse(shown, &again, &no_more);
    g_autofree char *shown_again = holidays_text(&again);

    fuzz_that("holidays read back", reads, shown);
    fuzz_same("holidays read back as they were", shown, shown_again);
    for (int64_t i = 0; i < 400; i++) {
        const char *name = NULL;
        Day day = day_plus((Day){2025, 1, 1}, i);

        fuzz_that("a holiday has a name", !holidays_on(&read, day, &name) || name != NULL, shown);
    }
}

static void check_zone(const char *text)
{
    GTimeZone *zone = zone_open(text);
    g_auto(GStrv) near = zone_suggest(text, 3);

    fuzz_that("no more is offered than was asked for", g_strv_length(near) <= 3, text);
    for (char **name = near; *name != NULL; name++) {
        GTimeZone *offered = zone_open(*name);

        fuzz_that("a zone that is offered is there", offered != NULL, *name);
        g_time_zone_unref(offered);
    }
    g_clear_pointer(&zone, g_time_zone_unref);
}

static void check_times(const char *text)
{
    int minute = 0, again = 0;
    WeeklyTime weekly = {0};
    Instant at = {0}, same = {0};

    if (minute_parse(text, &minute)) {
        g_autofree char *shown = minute_text(minute);

        fuzz_that("a time is in its day", minute >= 0 && minute < DAY_MINUTES, text);
        fuzz_that("a time reads back", minute_parse(shown, &again) && minute == again, shown);
    }
    if (weekly_time_parse(text, &weekly)) {
        fuzz_that("a weekly time is in its week",
                  weekly.at >= WEEKLY_AT_CHECK_IN && weekly.at < DAY_MINUTES &&
                      (weekly.at == -1 || weekly.day < WEEKDAY_COUNT),
                  text);
    }
    if (instant_parse_iso(text, &at)) {
        g_autofree char *shown = instant_iso(at);

        fuzz_that("an instant reads back to the second",
                  instant_parse_iso(shown, &same) && at.us - same.us < INSTANT_SECOND &&
                      same.us - at.us < INSTANT_SECOND,
                  shown);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_message(data, size);

    if (text == NULL) {
        return 0;
    }
    check_weekdays(text);
    check_holidays(text);
    check_zone(text);
    check_times(text);
    return 0;
}
