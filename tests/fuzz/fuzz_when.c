/* Days, windows, spans and absences as people write them. */

#include "core/date.h"
#include "core/when.h"

#include "fuzz.h"

static const Day today = {2025, 7, 14};
static const WindowLimits limits = {7, 28};

static bool same_window(Window a, Window b)
{
    return day_cmp(a.first, b.first) == 0 && day_cmp(a.last, b.last) == 0;
}

static void check_fault(WhenFault fault, WhenKind kind, const char *text, Window read)
{
    g_autofree char *said = when_fault_say(fault, kind, text, limits, read);

    fuzz_that("a fault is said, and nothing else", (said == NULL) == (fault == WHEN_OK), text);
    fuzz_said("what is said of a date is clean", said);
}

static void check_day(const char *text)
{
    Day read = DAY_NONE, again = DAY_NONE;
    WhenFault fault = when_day(text, today, &read);

    check_fault(fault, WHEN_A_DAY, text, (Window){0});
    if (fault != WHEN_OK) {
        return;
    }
    g_autofree char *iso = day_iso(read);
    g_autofree char *words = day_text(read);

    fuzz_that("a day exists", day_valid(read), text);
    fuzz_that("a day reads back",
              when_day(iso, today, &again) == WHEN_OK && day_cmp(read, again) == 0, iso);
    fuzz_that("a day in words reads back",
              when_day(words, today, &again) == WHEN_OK && day_cmp(read, again) == 0, words);
}

static void check_window(const char *text)
{
    Window read = {DAY_NONE, DAY_NONE}, again = read;
    WhenFault fault = when_window(text, today, limits, &read);

    check_fault(fault, WHEN_A_WINDOW, text, read);
    if (fault != WHEN_OK) {
        return;
    }
    g_autofree char *shown = window_text(read);

    fuzz_that("a window keeps its limits", window_days(read) >= 7 && window_days(read) <= 28, text);
    fuzz_that("a window reads back",
              when_window(shown, today, limits, &again) == WHEN_OK && same_window(read, again),
              shown);
}

static void check_span(const char *text)
{
    Window read = {DAY_NONE, DAY_NONE}, again = read;
    WhenFault fault = when_span(text, today, &read);

    check_fault(fault, WHEN_A_SPAN, text, read);
    if (fault != WHEN_OK) {
        return;
    }
    g_autofree char *shown = window_text(read);

    fuzz_that("a period ends after it begins", day_cmp(read.first, read.last) <= 0, text);
    fuzz_that("a period reads back",
              when_span(shown, today, &again) == WHEN_OK && same_window(read, again), shown);
}

static void check_absence(const char *text)
{
    Absence read = {0}, again = {0};
    WhenFault fault = when_absence(text, today, &read);

    check_fault(fault, WHEN_AN_ABSENCE, text, (Window){0});
    if (fault != WHEN_OK || read.back) {
        return;
    }
    g_autofree char *shown = absence_text(&read);

    fuzz_that("an absence reads back",
              when_absence(shown, today, &again) == WHEN_OK && read.weekly == again.weekly &&
                  (read.weekly != 0 || same_window(read.days, again.days)),
              shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_message(data, size);
    Day day = DAY_NONE;

    if (text == NULL) {
        return 0;
    }
    check_day(text);
    check_window(text);
    check_span(text);
    check_absence(text);
    fuzz_that("a date that is read exists", date_parse(text, &day) != DATE_OK || day_valid(day),
              text);
    return 0;
}
