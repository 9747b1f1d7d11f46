/* One row for the period, then a row for each sprint, cause and key result, in one table. */

#include "core/csv_write.h"
#include "core/followup_reading.h"
#include "core/rollup_text.h"

typedef enum Column {
#define C(name, text, holds) COL_##name,
#include "core/rollup_columns.def"
#undef C
    COL_COUNT
} Column;

static const char *const names[COL_COUNT] = {
#define C(name, text, holds) text,
#include "core/rollup_columns.def"
#undef C
};

typedef struct Row {
    char *cells[COL_COUNT];
} Row;

static void put(Row *row, Column column, const char *text)
{
    g_free(row->cells[column]);
    row->cells[column] = g_strdup(text);
}

static void put_number(Row *row, Column column, int64_t n)
{
    g_free(row->cells[column]);
    row->cells[column] = g_strdup_printf("%" G_GINT64_FORMAT, n);
}

static void put_decimal(Row *row, Column column, bool known, Decimal value)
{
    if (known) {
        g_free(row->cells[column]);
        row->cells[column] = decimal_text(value);
    }
}

static void put_days(Row *row, Window days)
{
    g_autofree char *first = day_iso(days.first), *last = day_iso(days.last);

    put(row, COL_FIRST_DAY, first);
    put(row, COL_LAST_DAY, last);
}

static Row row_begin(const Rollup *rollup, const char *record)
{
    Row row = {0};

    put(&row, COL_RECORD, record);
    put(&row, COL_TEAM, rollup->team->name);
    put(&row, COL_PERIOD, rollup->period->name);
    return row;
}

static void row_end(GString *out, Row *row)
{
    csv_write_row(out, (const char *const *)row->cells, COL_COUNT);
    for (size_t i = 0; i < COL_COUNT; i++) {
        g_clear_pointer(&row->cells[i], g_free);
    }
}

static void add_period(GString *out, const Rollup *rollup)
{
    Row row = row_begin(rollup, "period");

    put_days(&row, rollup->period->days);
    put_number(&row, COL_OPENED, rollup->opened);
    put_number(&row, COL_CLOSED, rollup->closed);
    put_number(&row, COL_ENDED_EARLY, rollup->ended_early);
    put_number(&row, COL_CHECK_INS_DUE, rollup->due);
    put_number(&row, COL_CHECK_INS_HELD, rollup->held);
    put_number(&row, COL_KRS, rollup->krs);
    put_number(&row, COL_KRS_REACHED, rollup->reached);
    row_end(out, &row);
}

static void put_result(Row *row, const RollupSprint *of)
{
    const Sprint *sprint = of->sprint;
    const Movement *movement = &of->movement;
    const FollowUp *soon = followup_reading_of(sprint, 14), *late = followup_reading_of(sprint, 28);

    put_number(row, COL_KRS, of->krs);
    put_number(row, COL_KRS_REACHED, of->reached);
    put(row, COL_MOVED, moved_name(sprint->retro.moved));
    put_decimal(row, COL_VALUE, sprint->retro.anchor_known, sprint->retro.anchor_close);
    put_decimal(row, COL_MOVEMENT, of->moved, movement->moved);
    put_decimal(row, COL_SHARE_OF_GAP, of->moved && movement->share_known, movement->share);
    put_decimal(row, COL_LIFT, of->moved && movement->lift_known, movement->lift);
    put_decimal(row, COL_AFTER_14_DAYS, soon != NULL, soon != NULL ? soon->value : (Decimal){0});
    put_decimal(row, COL_AFTER_28_DAYS, late != NULL, late != NULL ? late->value : (Decimal){0});
}

static void add_sprint(GString *out, const Rollup *rollup, const RollupSprint *of)
{
    const Sprint *sprint = of->sprint;
    Row row = row_begin(rollup, "sprint");

    put_number(&row, COL_NUMBER, sprint->number);
    put(&row, COL_NAME, sprint->trigger);
    put_days(&row, sprint->window);
    put_number(&row, COL_OPENED, 1);
    put_number(&row, COL_CLOSED, sprint->state == SPRINT_CLOSED);
    put_number(&row, COL_ENDED_EARLY, sprint->ended_early);
    put_number(&row, COL_CHECK_INS_DUE, of->due);
    put_number(&row, COL_CHECK_INS_HELD, of->held);
    put(&row, COL_ANCHOR, sprint->anchor_statement);
    put(&row, COL_UNIT, unit_cell(&sprint->anchor_unit));
    put_decimal(&row, COL_FROM, true, sprint->anchor_open);
    put_decimal(&row, COL_TARGET, true, sprint->anchor_target);
    if (sprint->state == SPRINT_CLOSED) {
        put_result(&row, of);
    }
    row_end(out, &row);
}

static void add_cause(GString *out, const Rollup *rollup, Cause cause)
{
    Row row = row_begin(rollup, "cause");

    put(&row, COL_NAME, cause_name(cause));
    put_number(&row, COL_TIMES, rollup->causes[cause]);
    row_end(out, &row);
}

static char *targets_before(const Tactical *tactical)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < tactical->recalibrations->len; i++) {
        const Recalibration *change = g_ptr_array_index(tactical->recalibrations, i);
        g_autofree char *was = decimal_text(change->was);

        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", was);
    }
    return g_string_free(list, FALSE);
}

static void add_kr(GString *out, const Rollup *rollup, const RollupKr *of)
{
    const Kr *kr = of->tactical->track->kr;
    Row row = row_begin(rollup, "key result");
    g_autofree char *before = targets_before(of->tactical);

    put_number(&row, COL_NUMBER, kr->number);
    put(&row, COL_NAME, kr->statement);
    put(&row, COL_UNIT, unit_cell(&kr->unit));
    put_decimal(&row, COL_FROM, true, kr->baseline);
    put_decimal(&row, COL_VALUE, of->read, of->value);
    put_decimal(&row, COL_TARGET, true, kr->target);
    put_decimal(&row, COL_TARGET_HIGH, true, kr->target_high);
    put(&row, COL_TARGETS_BEFORE, before);
    put_decimal(&row, COL_PROGRESS, of->progress_known, of->progress);
    if (!of->tactical->dropped) {
        put_number(&row, COL_REACHED, of->reached);
    }
    row_end(out, &row);
}

char *rollup_text_csv(const Rollup *rollup)
{
    GString *out = g_string_new(NULL);

    csv_write_row(out, names, COL_COUNT);
    add_period(out, rollup);
    for (guint i = 0; i < rollup->sprints->len; i++) {
        add_sprint(out, rollup, &g_array_index(rollup->sprints, RollupSprint, i));
    }
    for (Cause cause = CAUSE_UNSAID + 1; cause < CAUSE_COUNT; cause++) {
        if (rollup->causes[cause] > 0) {
            add_cause(out, rollup, cause);
        }
    }
    for (guint i = 0; i < rollup->krs_of_period->len; i++) {
        add_kr(out, rollup, &g_array_index(rollup->krs_of_period, RollupKr, i));
    }
    g_string_replace(out, "\r\n", "\n", 0); /* in a message lines end as the message's do */
    return g_string_free(out, FALSE);
}
