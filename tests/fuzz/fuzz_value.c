/* Numbers: alone, with a unit, as an answer about a key result. */

#include <string.h>

#include "core/kr.h"

#include "fuzz.h"

static const Unit units[] = {
    {UNIT_PLAIN, ""},
    {UNIT_PERCENT, ""},
    {UNIT_MONEY, "$"},
    {UNIT_DURATION, "day"},
    {UNIT_COUNT, "stalled accounts"},
};
static const Decimal targets[] = {{6000000}, {30000000000000}};

static void check_decimal(const uint8_t *data, size_t size)
{
    Decimal read = {0}, again = {0};

    if (decimal_parse((const char *)data, size, &read) != DECIMAL_OK) {
        return;
    }
    g_autofree char *text = decimal_text(read);
    char room[DECIMAL_TEXT_MAX];

    fuzz_that("a decimal reads back",
              decimal_parse(text, strlen(text), &again) == DECIMAL_OK &&
                  decimal_cmp(read, again) == 0,
              text);
    const char *grouped = decimal_write_grouped(room, read);

    fuzz_that("a grouped decimal reads back",
              decimal_parse(grouped, strlen(grouped), &again) == DECIMAL_OK &&
                  decimal_cmp(read, again) == 0,
              grouped);
}

static void check_fault(ValueFault fault, const char *text, const Unit *unit)
{
    g_autofree char *said = value_fault_say(fault, text, unit, DECIMAL(5));

    fuzz_that("each fault is said", said != NULL, text);
    fuzz_said("what is said of a value is clean", said);
}

static void check_answer(const char *text, const Unit *unit, Decimal target)
{
    Decimal read = {0}, again = {0};
    bool delta = false;
    ValueFault fault = value_read(text, unit, DECIMAL(5), target, &read, &delta);

    if (fault != VALUE_OK) {
        check_fault(fault, text, unit);
        return;
    }
    g_autofree char *typed = kr_value_typed(unit, target, read);

    fuzz_that("a value reads back as it is shown",
              value_read(typed, unit, DECIMAL(5), target, &again, &delta) == VALUE_OK && !delta &&
                  decimal_cmp(read, again) == 0,
              typed);
    g_autofree char *rounded = value_text_rounded(read, unit);
    g_autofree char *change = value_text_change(read, unit);

    fuzz_clean("a figure is clean", rounded);
    fuzz_clean("a movement is clean", change);
}

static void check_scan(const char *text)
{
    const char *rest = NULL;
    Value read, again;
    ValueFault fault = value_scan(text, &rest, &read);

    if (fault != VALUE_OK) {
        check_fault(fault, text, NULL);
        return;
    }
    fuzz_that("reading stops inside the text", rest > text && rest <= text + strlen(text), text);
    g_autofree char *shown = value_text(read.amount, &read.unit);
    g_autofree char *both = g_strdup_printf("%s of %s", shown, text);

    fuzz_that("a value in a sentence reads back",
              value_scan(shown, &rest, &again) == VALUE_OK && *rest == '\0' &&
                  decimal_cmp(read.amount, again.amount) == 0 && unit_same(&read.unit, &again.unit),
              both);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_message(data, size);

    check_decimal(data, size);
    if (text == NULL) {
        return 0;
    }
    check_scan(text);
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(targets); k++) {
            check_answer(text, &units[i], targets[k]);
        }
    }
    return 0;
}
