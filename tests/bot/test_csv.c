#include "bot/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Rows as they are told here: "LINE:cell|cell" each on a line, "LINE!open" and "LINE!stray" for
 * faults. */
static char *told(const char *text, size_t len)
{
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    GString *out = g_string_new(NULL);
    Csv csv;
    size_t line = 0;

    csv_init(&csv, text, len);
    for (CsvResult result; (result = csv_next(&csv, cells, &line)) != CSV_END;) {
        if (result != CSV_ROW) {
            g_string_append_printf(out, "%zu!%s\n", line,
                                   result == CSV_QUOTE_OPEN ? "open" : "stray");
            continue;
        }
        g_string_append_printf(out, "%zu:", line);
        for (guint i = 0; i < cells->len; i++) {
            g_string_append_printf(out, "%s%s", i > 0 ? "|" : "",
                                   (const char *)g_ptr_array_index(cells, i));
        }
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

typedef struct Case {
    const char *promise, *text, *rows;
} Case;

static const Case cases[] = {
    {"nothing is no row", "", ""},
    {"blank lines are no rows", "\n\r\n\r", ""},
    {"commas divide", "a,b\n1,2\n", "1:a|b\n2:1|2\n"},
    {"semicolons divide where the first row has more of them", "a;b,c;d\n1;2,5;3\n",
     "1:a|b,c|d\n2:1|2,5|3\n"},
    {"tabs divide", "a\tb\n1\t2\n", "1:a|b\n2:1|2\n"},
    {"a separator in quotes does not tell which divides", "\"a;b;c\",d\n", "1:a;b;c|d\n"},
    {"a last line needs no end", "a,b", "1:a|b\n"},
    {"an empty cell at the end is one", "a,b,\n", "1:a|b|\n"},
    {"CR LF ends a line", "a\r\nb\r\n", "1:a\n2:b\n"},
    {"CR alone does, too", "a\rb\r", "1:a\n2:b\n"},
    {"a quoted cell holds separators", "\"a,b\",c\n", "1:a,b|c\n"},
    {"a doubled quote is one", "\"say \"\"yes\"\"\",c\n", "1:say \"yes\"|c\n"},
    {"a quoted cell may be empty", "\"\",c\n", "1:|c\n"},
    {"a quoted cell holds lines, and the next row knows its own", "\"a\nb\r\nc\rd\",e\nf\n",
     "1:a\nb\r\nc\rd|e\n5:f\n"},
    {"a quote inside a bare cell stands for itself", "12\" pipe,b\n", "1:12\" pipe|b\n"},
    {"blanks around a cell stay", " a , b \n", "1: a | b \n"},
    {"a quote that is never closed is a fault of its row", "a\n\"b\nc\n", "1:a\n2!open\n"},
    {"text behind a closing quote is a fault, and reading goes on", "\"a\"b,c\nd\n",
     "1!stray\n2:d\n"},
    {"the guard of a formula comes off", "'=1+1,'+x,'@x,'-x\n", "1:=1+1|+x|@x|-x\n"},
    {"one apostrophe of several comes off", "''=1\n", "1:'=1\n"},
    {"any other apostrophe stays", "'tis,'\n", "1:'tis|'\n"},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *rows = told(cases[i].text, strlen(cases[i].text));

        if (strcmp(rows, cases[i].rows) != 0) {
            fail_msg("%s: %s", cases[i].promise, rows);
        }
    }
}

static void test_reading_stops_at_the_length(void **state)
{
    (void)state;
    g_autofree char *rows = told("a,b\nc,d", 5);

    assert_string_equal(rows, "1:a|b\n2:c\n");
}

typedef struct Written {
    const char *promise, *cell, *bytes;
} Written;

static const Written written[] = {
    {"a plain text stays as it is", "Win rate", "Win rate"},
    {"a separator is quoted", "a,b", "\"a,b\""},
    {"so are other programs' separators", "a;b", "\"a;b\""},
    {"a quote is doubled", "say \"yes\"", "\"say \"\"yes\"\"\""},
    {"a line end is quoted", "a\nb", "\"a\nb\""},
    {"outer blanks are quoted", " a", "\" a\""},
    {"a formula is text", "=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
    {"so is a sum", "+1+1", "'+1+1"},
    {"so is a name", "@SUM(A1)", "'@SUM(A1)"},
    {"so is what begins with a dash", "-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"},
    {"so is what a tab hides", "\t=1", "\"'\t=1\""},
    {"so is what a carriage return hides", "\r=1", "\"'\r=1\""},
    {"an apostrophe in front of one is kept apart", "'=1", "''=1"},
    {"a negative number stays a number", "-5.25", "-5.25"},
    {"a dash alone is none", "-", "'-"},
    {"two points are none", "-1.2.3", "'-1.2.3"},
};

static void test_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(written); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        g_autofree char *want = g_strconcat("x,", written[i].bytes, "\r\n", NULL);
        g_autofree char *back = g_strdup_printf("1:x|%s\n", written[i].cell);
        const char *cells[] = {"x", written[i].cell};

        csv_write_row(out, cells, G_N_ELEMENTS(cells));
        g_autofree char *read = told(out->str, out->len);
        if (strcmp(out->str, want) != 0 || strcmp(read, back) != 0) {
            fail_msg("%s: %s, read back as %s", written[i].promise, out->str, read);
        }
    }
}

static void test_an_empty_row_is_no_blank_line(void **state)
{
    const char *cells[] = {NULL};
    g_autoptr(GString) out = g_string_new(NULL);

    (void)state;
    csv_write_row(out, cells, 1);
    assert_string_equal(out->str, "\"\"\r\n");
}

/* Every text of some length that is made of what matters comes back. */
static void test_every_text_comes_back(void **state)
{
    static const char alphabet[] = "'=\",;\n\r\t -1";
    const size_t letters = sizeof alphabet - 1;

    (void)state;
    for (size_t n = 0; n < letters * letters * letters * letters; n++) {
        const char text[] = {alphabet[n % letters], alphabet[n / letters % letters],
                             alphabet[n / letters / letters % letters],
                             alphabet[n / letters / letters / letters], '\0'};
        const char *cells[] = {"x", text, text + 1};
        g_autoptr(GString) out = g_string_new(NULL);
        g_autofree char *want = g_strdup_printf("1:x|%s|%s\n", text, text + 1);

        csv_write_row(out, cells, G_N_ELEMENTS(cells));
        g_autofree char *read = told(out->str, out->len);
        assert_string_equal(read, want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_reading_stops_at_the_length),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_an_empty_row_is_no_blank_line),
        cmocka_unit_test(test_every_text_comes_back),
    };

    return cmocka_run_group_tests_name("bot.csv", tests, NULL, NULL);
}
