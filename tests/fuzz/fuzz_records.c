/* Files that are imported, CSV or JSON: as far as their rows. */

#include "bot/transfer/records.h"

#include "fuzz.h"

static void check_row(const Record *record)
{
    for (int column = 0; column < COL_COUNT; column++) {
        const char *cell = record_get(record, (Column)column);

        fuzz_clean("a cell is clean", cell);
        fuzz_that("an empty cell is none", cell == NULL || *cell != '\0', NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_auto(Records) records = {0};

    records_init(&records);
    records_take(&records, "okrs", (const char *)data, size);
    for (guint i = 0; i < records.rows->len; i++) {
        check_row(&g_array_index(records.rows, Record, i));
    }
    fuzz_clean("what was passed over is said cleanly", records.notes->str);
    if (faults_any(&records.faults)) {
        g_autofree char *told = faults_text(&records.faults);

        fuzz_clean("what is wrong with a file is said cleanly", told);
        fuzz_that("a fault has its place", g_str_has_prefix(told, "okrs"), told);
    }
    return 0;
}
