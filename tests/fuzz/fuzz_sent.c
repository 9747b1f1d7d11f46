/* Readings in the body of an HTTP request. */

#include <string.h>

#include "bot/web/sent.h"
#include "core/readings.h"

#include "fuzz.h"

static void check_one(const SentReading *sent)
{
    const char *const fields[] = {sent->kr, sent->value,  sent->day,
                                  sent->at, sent->source, sent->key};

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        fuzz_that("a field is UTF-8", fields[i] == NULL || g_utf8_validate(fields[i], -1, NULL),
                  fields[i]);
    }
    fuzz_said("what is wrong with a reading is said cleanly", sent->fault);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Response refusal = {0};
    g_autoptr(GPtrArray) readings = sent_parse((const char *)data, size, "key", &refusal);

    if (readings == NULL) {
        fuzz_that("a refusal says why", refusal.status >= 400 && refusal.text != NULL, NULL);
        fuzz_clean("a refusal is clean", refusal.text);
        g_free(refusal.text);
        return 0;
    }
    fuzz_that("no more readings come than may", readings->len <= READINGS_MAX, NULL);
    for (guint i = 0; i < readings->len; i++) {
        check_one(g_ptr_array_index(readings, i));
    }
    return 0;
}
