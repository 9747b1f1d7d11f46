/* A machine without any font: charts have no words then, and are still drawn. A program of its own,
 * since fonts are looked for once. */

#include "bot/chart/png.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "bot/chart/palette.h"
#include "bot/chart/scale.h"
#include "chart_sheet.h"

static const char no_fonts[] = "<?xml version=\"1.0\"?>\n<fontconfig></fontconfig>\n";

static char *folder;
static char *file;

/* Before anything looks for a font. */
static int hide_fonts(void **state)
{
    (void)state;
    folder = g_dir_make_tmp("anchord-fonts-XXXXXX", NULL);
    file = g_build_filename(folder, "fonts.conf", NULL);
    g_setenv("FONTCONFIG_FILE", file, TRUE);
    g_setenv("XDG_CACHE_HOME", folder, TRUE);
    return g_file_set_contents(file, no_fonts, -1, NULL) ? 0 : -1;
}

static int show_fonts(void **state)
{
    (void)state;
    g_unlink(file);
    g_rmdir(folder);
    g_free(file);
    g_free(folder);
    return 0;
}

static void test_a_chart_is_drawn_without_any_font(void **state)
{
    g_autoptr(Chart) chart = chart_blank();
    ChartPanel *panel = chart_add(chart, "accepted invitations \U0001f680 نسبة");

    (void)state;
    assert_false(chart_has_fonts()); /* which anchord-chart says, once */
    chart_read(panel, 2, 40);
    g_autoptr(GBytes) png = chart_drawn(chart);
    g_auto(Seen) seen = seen_of(png);
    Sheet sheet = chart_sheet(chart);
    Frame plot = sheet_plot(&sheet, 0);
    Scale scale = scale_of(panel, plot.top, plot.bottom);

    assert_int_equal(seen.width, SHEET_WIDTH);
    assert_int_equal(seen.height, sheet.height);
    assert_int_equal(seen_at(&seen, sheet_x(&sheet, 2000), scale_y(&scale, DECIMAL(40), NULL)),
                     COLOUR_READING);
    g_autoptr(GBytes) again = chart_drawn(chart);
    assert_true(g_bytes_equal(png, again));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_chart_is_drawn_without_any_font),
    };

    return cmocka_run_group_tests(tests, hide_fonts, show_fonts);
}
