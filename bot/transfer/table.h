#pragma once

/* The tables that an export has and the columns they have in common (columns.def). One description
 * serves what is written, what is read and what --help tells.
 *
 * No column is a person's: nothing is exported per person (framework: Governance rules). */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

typedef enum Column {
#define C(name, text, help) COL_##name,
#include "bot/transfer/columns.def"
#undef C
    COL_COUNT
} Column;

typedef enum TableId {
    TABLE_TEAMS,
    TABLE_PERIODS,
    TABLE_OBJECTIVES,
    TABLE_KRS,
    TABLE_RECALIBRATIONS,
    TABLE_LINKS,
    TABLE_READINGS,
    TABLE_WEEKLY_CHECKINS,
    TABLE_PROPOSALS,
    TABLE_SPRINTS,
    TABLE_SPRINT_KRS,
    TABLE_SPRINT_READINGS,
    TABLE_INITIATIVES,
    TABLE_CHECKINS,
    TABLE_BLOCKERS,
    TABLE_ACTIONS,
    TABLE_STATES,
    TABLE_FOLLOW_UPS,
    TABLE_ROLLUPS,
    TABLE_COUNT,
} TableId;

typedef struct Table {
    const char *name; /* of its file, without ".csv", and in JSON */
    const char *about;
    const Column *columns;
    size_t count;
    bool comes_in; /* can be imported */
} Table;

extern const Table tables[TABLE_COUNT];

const char *column_name(Column column);
/* By its letters and digits: "KR number" is kr_number. COL_COUNT when there is none, or no table
 * that can be imported has it. */
Column column_named(const char *text);
/* The nearest to what was meant; NULL when none is near. */
const char *column_near(const char *text);
/* Does this table have exactly these columns, whatever their order? */
bool table_has_header(const Table *table, const GPtrArray *names);
/* The tables with their columns, then what each column holds. Caller frees. */
char *tables_help(bool import);
