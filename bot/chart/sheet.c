#include "bot/chart/sheet.h"

#include <math.h>

#include "bot/chart/lane.h"

/* From top to bottom. */
#define TITLE      76
#define FIRST      104 /* where the first panel begins */
#define HEAD       52  /* the rest of a panel, from its own top */
#define NOTE       106
#define PLOT       130
#define PLOT_SIZE  172
#define PLOT_TALL  420
#define PLOT_AFTER 28 /* below it */
#define AXIS       50 /* from the end of the last panel's plot */
#define LEGEND     116
#define END        152
#define ROW        46 /* what a line more takes */

#define GUTTER_MIN 70 /* for the baseline's value, left of the plot */
#define GUTTER_MAX 230
#define GAP        22
#define BRACKET    18 /* for the forecast's range, right of it */

/* As wide as the widest baseline. */
static double gutter_of(const Sheet *sheet, const Type *type)
{
    double widest = GUTTER_MIN;

    for (guint i = 0; i < sheet->panels; i++) {
        g_autoptr(TypeLine) line =
            type_line_fit(type, TYPE_VALUE, sheet_panel(sheet, i)->base_text, GUTTER_MAX);

        widest = fmax(widest, type_width(line));
    }
    return widest + GAP;
}

static bool has_text(const char *text)
{
    return text != NULL && *text != '\0';
}

/* What stands on a line of its own below the note; without a note it stands in its place. */
static bool takes_row(const ChartPanel *panel)
{
    return has_text(panel->expected) && (has_text(panel->pace) || has_text(panel->heading));
}

/* From a panel's top to its plot's. */
static double plot_offset(const Sheet *sheet, guint i)
{
    double lines = takes_row(sheet_panel(sheet, i)) ? ROW : 0;

    return PLOT + lines + LANE_HEIGHT * sheet->lanes[i];
}

static double plot_size(const Sheet *sheet)
{
    return sheet->chart->tall ? PLOT_TALL : PLOT_SIZE;
}

static void stack_panels(Sheet *sheet, const Type *type)
{
    sheet->tops[0] = FIRST;
    for (guint i = 0; i < sheet->panels; i++) {
        const ChartPanel *panel = sheet_panel(sheet, i);
        Lanes lanes;

        lanes_place(&lanes, type, sheet, panel);
        sheet->lanes[i] = lanes.used;
        sheet->changes = sheet->changes || panel->marks->len > 0 || panel->old_lines->len > 0;
        sheet->tops[i + 1] = sheet->tops[i] + plot_offset(sheet, i) + plot_size(sheet) + PLOT_AFTER;
    }
}

Sheet sheet_of(const Chart *chart, const Type *type)
{
    Sheet sheet = {.chart = chart, .panels = MIN(chart->panels->len, SHEET_PANELS_MAX)};

    sheet.left = SHEET_MARGIN + gutter_of(&sheet, type);
    sheet.right = SHEET_WIDTH - SHEET_MARGIN - BRACKET;
    stack_panels(&sheet, type);
    sheet.height = (int)(sheet.tops[sheet.panels] - PLOT_AFTER) + END + (sheet.changes ? ROW : 0);
    return sheet;
}

const ChartPanel *sheet_panel(const Sheet *sheet, guint i)
{
    return g_ptr_array_index(sheet->chart->panels, i);
}

double sheet_title(void)
{
    return TITLE;
}

double sheet_head(const Sheet *sheet, guint panel)
{
    return sheet->tops[panel] + HEAD;
}

double sheet_note(const Sheet *sheet, guint panel)
{
    return sheet->tops[panel] + NOTE;
}

double sheet_expected(const Sheet *sheet, guint panel)
{
    return sheet_note(sheet, panel) + (takes_row(sheet_panel(sheet, panel)) ? ROW : 0);
}

Frame sheet_plot(const Sheet *sheet, guint panel)
{
    double top = sheet->tops[panel] + plot_offset(sheet, panel);

    return (Frame){
        .left = sheet->left, .right = sheet->right, .top = top, .bottom = top + plot_size(sheet)};
}

double sheet_lane(const Sheet *sheet, guint panel, int lane)
{
    return sheet_plot(sheet, panel).top - LANE_HEIGHT * (lane + 0.5);
}

static double plots_end(const Sheet *sheet)
{
    return sheet->tops[sheet->panels] - PLOT_AFTER;
}

double sheet_axis(const Sheet *sheet)
{
    return plots_end(sheet) + AXIS;
}

double sheet_legend(const Sheet *sheet, int row)
{
    return plots_end(sheet) + LEGEND + ROW * row;
}

double sheet_x(const Sheet *sheet, int64_t at)
{
    int64_t span = MAX(sheet->chart->span, 1);
    double share = (double)CLAMP(at, 0, span) / (double)span;

    return sheet->left + share * (sheet->right - sheet->left);
}
