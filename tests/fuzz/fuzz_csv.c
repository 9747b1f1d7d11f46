/* CSV as a spreadsheet leaves it, and the way back. */

#include <string.h>

#include "bot/csv.h"

#include "fuzz.h"

static void check_row(const GPtrArray *cells)
{
    g_autoptr(GString) row = g_string_new(NULL);
    g_autoptr(GPtrArray) again = g_ptr_array_new_with_free_func(g_free);
    size_t line = 0;
    Csv csv;

    /* What divides cells is told by the first row, so that a row of ours stands there. */
    csv_write_row(row, (const char *const[]){"a", "b"}, 2);
    csv_write_row(row, (const char *const *)cells->pdata, cells->len);
    csv_init(&csv, row->str, row->len);
    fuzz_that("a row is read", csv_next(&csv, again, &line) == CSV_ROW && again->len == 2,
              row->str);
    fuzz_that("a row that is written is read", csv_next(&csv, again, &line) == CSV_ROW, row->str);
    fuzz_that("as many cells come back", again->len == cells->len, row->str);
    for (guint i = 0; i < cells->len; i++) {
        fuzz_same("a cell comes back", g_ptr_array_index(cells, i), g_ptr_array_index(again, i));
    }
    fuzz_that("nothing is left over", csv_next(&csv, again, &line) == CSV_END, row->str);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_bytes(data, size);
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    size_t line = 0, last = 0;
    CsvResult result = CSV_END;
    Csv csv;

    csv_init(&csv, text, size);
    while ((result = csv_next(&csv, cells, &line)) != CSV_END) {
        fuzz_that("lines are counted upwards", line > last, text);
        last = line;
        if (result == CSV_ROW) {
            fuzz_that("a row has cells", cells->len > 0, text);
            check_row(cells);
        }
    }
    return 0;
}
