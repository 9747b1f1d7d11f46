#include "bot/chart/sheet.h"

#include <math.h>

/* From top to bottom. */
#define TITLE    76
#define FIRST    104 /* where the first panel begins */
#define PANEL    330
#define HEAD     52 /* the rest of a panel, from its own top */
#define NOTE     106
#define PLOT     130
#define PLOT_END 302
#define AXIS     50 /* from the end of the last panel's plot */
#define LEGEND   116
#define END      152

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

Sheet sheet_of(const Chart *chart, const Type *type)
{
    Sheet sheet = {.chart = chart, .panels = MIN(chart->panels->len, SHEET_PANELS_MAX)};

    sheet.left = SHEET_MARGIN + gutter_of(&sheet, type);
    sheet.right = SHEET_WIDTH - SHEET_MARGIN - BRACKET;
    sheet.height = FIRST + PANEL * ((int)sheet.panels - 1) + PLOT_END + END;
    return sheet;
}

const ChartPanel *sheet_panel(const Sheet *sheet, guint i)
{
    return g_ptr_array_index(sheet->chart->panels, i);
}

static double panel_top(guint panel)
{
    return FIRST + (double)PANEL * panel;
}

double sheet_title(void)
{
    return TITLE;
}

double sheet_head(guint panel)
{
    return panel_top(panel) + HEAD;
}

double sheet_note(guint panel)
{
    return panel_top(panel) + NOTE;
}

Frame sheet_plot(const Sheet *sheet, guint panel)
{
    return (Frame){.left = sheet->left,
                   .right = sheet->right,
                   .top = panel_top(panel) + PLOT,
                   .bottom = panel_top(panel) + PLOT_END};
}

double sheet_axis(const Sheet *sheet)
{
    return panel_top(sheet->panels - 1) + PLOT_END + AXIS;
}

double sheet_legend(const Sheet *sheet)
{
    return panel_top(sheet->panels - 1) + PLOT_END + LEGEND;
}

double sheet_x(const Sheet *sheet, int64_t at)
{
    int64_t span = MAX(sheet->chart->span, 1);
    double share = (double)CLAMP(at, 0, span) / (double)span;

    return sheet->left + share * (sheet->right - sheet->left);
}
