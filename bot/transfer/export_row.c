#include "bot/transfer/export_row.h"

#include "bot/transfer/cell.h"

void row_put(SinkRow *row, Column column, const char *text)
{
    row_take(row, column, g_strdup(text));
}

void row_take(SinkRow *row, Column column, char *take_text)
{
    g_free(row->cells[column]);
    row->cells[column] = take_text;
}

void row_number(SinkRow *row, Column column, int64_t number)
{
    row_take(row, column, g_strdup_printf("%" G_GINT64_FORMAT, number));
}

void row_decimal(SinkRow *row, Column column, Decimal value)
{
    row_take(row, column, decimal_text(value));
}

void row_day(SinkRow *row, Column column, Day day)
{
    row_take(row, column, day_is_set(day) ? day_iso(day) : NULL);
}

void row_instant(SinkRow *row, Column column, Instant at)
{
    row_take(row, column, cell_of_instant(at));
}

void row_yes(SinkRow *row, Column column, bool yes)
{
    row_put(row, column, cell_of_yes(yes));
}

void row_list(SinkRow *row, Column column, char **words)
{
    row_take(row, column, words != NULL ? g_strjoinv(", ", words) : NULL);
}

void row_unit(SinkRow *row, const Unit *unit)
{
    row_take(row, COL_UNIT, cell_of_unit(unit));
}

void row_of_kr(SinkRow *row, const Kr *kr)
{
    row_number(row, COL_KR_NUMBER, kr->number);
    row_put(row, COL_METRIC, kr->metric);
}

void row_kr(SinkRow *row, const Kr *kr)
{
    row_of_kr(row, kr);
    row_put(row, COL_KR, kr->statement);
    row_put(row, COL_KEEP, kr->kept_because);
    row_put(row, COL_DIRECTION, cell_of_direction(kr->direction));
    row_put(row, COL_KIND, cell_of_kind(kr->kind));
    row_decimal(row, COL_BASELINE, kr->baseline);
    row_decimal(row, COL_TARGET, kr->target);
    row_decimal(row, COL_TARGET_HIGH, kr->target_high);
    row_unit(row, &kr->unit);
}
