#pragma once

/* Cells of a row that is written: what the store holds, as it stands in one. Each replaces what
 * stood there before; what is not known leaves the cell empty. */

#include "bot/transfer/sink.h"
#include "core/day.h"
#include "core/kr.h"

void row_put(SinkRow *row, Column column, const char *text);
void row_take(SinkRow *row, Column column, char *take_text);
void row_number(SinkRow *row, Column column, int64_t number);
void row_decimal(SinkRow *row, Column column, Decimal value);
void row_day(SinkRow *row, Column column, Day day);
void row_instant(SinkRow *row, Column column, Instant at);
void row_yes(SinkRow *row, Column column, bool yes);
void row_list(SinkRow *row, Column column, char **words); /* "a, b"; of none where NULL */
void row_unit(SinkRow *row, const Unit *unit);
/* Which KR it is, for rows about one: its number and what it measures. */
void row_of_kr(SinkRow *row, const Kr *kr);
/* All that a key result says of itself, tactical or a sprint's. */
void row_kr(SinkRow *row, const Kr *kr);
