#include "bot/transfer/table.h"

#include <string.h>

#include "core/text.h"

typedef struct ColumnRow {
    const char *name, *help;
} ColumnRow;

static const ColumnRow columns[COL_COUNT] = {
#define C(name, text, help_text) [COL_##name] = {text, help_text},
#include "bot/transfer/columns.def"
#undef C
};

#define COLUMNS(table, ...) static const Column table##_columns[] = {__VA_ARGS__}

COLUMNS(team, COL_WORKSPACE, COL_TEAM, COL_HOME, COL_GROUP, COL_TIMEZONE, COL_CHECK_IN, COL_MINUTES,
        COL_WORKING_DAYS, COL_WEEKLY, COL_HOLIDAYS, COL_OUTCOME_WORDS, COL_ACTIVITY_WORDS);
COLUMNS(period, COL_WORKSPACE, COL_TEAM, COL_PERIOD, COL_FIRST_DAY, COL_LAST_DAY);
COLUMNS(objective, COL_WORKSPACE, COL_TEAM, COL_PERIOD, COL_OBJECTIVE_NUMBER, COL_OBJECTIVE);
COLUMNS(kr, COL_WORKSPACE, COL_TEAM, COL_PERIOD, COL_OBJECTIVE_NUMBER, COL_KR_NUMBER, COL_KR,
        COL_KEEP, COL_METRIC, COL_DIRECTION, COL_KIND, COL_BASELINE, COL_TARGET, COL_TARGET_HIGH,
        COL_UNIT, COL_CONFIDENCE, COL_DROPPED);
COLUMNS(recalibration, COL_WORKSPACE, COL_TEAM, COL_KR_NUMBER, COL_METRIC, COL_DAY, COL_AT, COL_WAS,
        COL_WAS_HIGH, COL_TARGET, COL_TARGET_HIGH, COL_UNIT, COL_KR_WAS, COL_WHY, COL_FOR_SPRINT);
COLUMNS(link, COL_WORKSPACE, COL_TEAM, COL_KR_NUMBER, COL_METRIC, COL_FEEDS_TEAM, COL_FEEDS_NUMBER,
        COL_FEEDS, COL_AT);
COLUMNS(reading, COL_WORKSPACE, COL_TEAM, COL_KR_NUMBER, COL_METRIC, COL_DAY, COL_AT, COL_VALUE,
        COL_UNIT, COL_SOURCE, COL_SYSTEM, COL_KEY);
COLUMNS(weekly, COL_WORKSPACE, COL_TEAM, COL_DAY, COL_ASKED, COL_HELD, COL_REVISED);
COLUMNS(proposal, COL_WORKSPACE, COL_TEAM, COL_KR_NUMBER, COL_METRIC, COL_TRIGGER, COL_FEEDER_TEAM,
        COL_FEEDER_NUMBER, COL_AT, COL_DAY, COL_EVIDENCE, COL_STATE, COL_WHY, COL_SPRINT);
COLUMNS(sprint, COL_WORKSPACE, COL_SPRINT, COL_TEAMS, COL_STATE, COL_TRIGGER, COL_SITUATION,
        COL_ANCHOR_TEAM, COL_ANCHOR_NUMBER, COL_ANCHOR, COL_UNIT, COL_ANCHOR_OPEN,
        COL_ANCHOR_TARGET, COL_ANCHOR_CLOSE, COL_FIRST_DAY, COL_LAST_DAY, COL_OBJECTIVE, COL_OPENED,
        COL_CLOSING, COL_CLOSED, COL_ENDED_EARLY, COL_EARLY_REASON, COL_MOVED, COL_MOVED_HOW,
        COL_LEARNED, COL_CHANGE, COL_CHANGE_TO, COL_CHANGE_APPLIED);
COLUMNS(sprint_kr, COL_WORKSPACE, COL_SPRINT, COL_KR_NUMBER, COL_KR, COL_KEEP, COL_METRIC,
        COL_DIRECTION, COL_KIND, COL_BASELINE, COL_TARGET, COL_TARGET_HIGH, COL_UNIT, COL_VALUE,
        COL_CAUSE);
COLUMNS(sprint_reading, COL_WORKSPACE, COL_SPRINT, COL_KR_NUMBER, COL_METRIC, COL_DAY, COL_AT,
        COL_VALUE, COL_UNIT, COL_SOURCE, COL_SYSTEM, COL_KEY);
COLUMNS(initiative, COL_WORKSPACE, COL_SPRINT, COL_NUMBER, COL_INITIATIVE, COL_MOVED);
COLUMNS(checkin, COL_WORKSPACE, COL_SPRINT, COL_TEAM, COL_DAY, COL_ASKED, COL_HELD);
COLUMNS(blocker, COL_WORKSPACE, COL_SPRINT, COL_NUMBER, COL_BLOCKER, COL_SINCE, COL_CLEARED);
COLUMNS(action, COL_WORKSPACE, COL_SPRINT, COL_NUMBER, COL_ACTION, COL_DUE, COL_DONE,
        COL_DROPPED_BECAUSE);
COLUMNS(state, COL_WORKSPACE, COL_SPRINT, COL_AT, COL_FROM, COL_TO, COL_WHY);
COLUMNS(follow_up, COL_WORKSPACE, COL_SPRINT, COL_DAYS, COL_DAY, COL_VALUE, COL_UNIT);
COLUMNS(rollup, COL_WORKSPACE, COL_TEAM, COL_PERIOD, COL_FIRST_DAY, COL_LAST_DAY, COL_OVER,
        COL_SPRINTS_OPENED, COL_SPRINTS_CLOSED, COL_SPRINTS_ENDED_EARLY, COL_CHECK_INS_DUE,
        COL_CHECK_INS_HELD, COL_SPRINT_KRS, COL_SPRINT_KRS_REACHED, COL_MOVED_YES, COL_MOVED_PARTLY,
        COL_MOVED_NO, COL_CAUSES, COL_KRS, COL_KRS_REACHED);

#define TABLE(name, about, table, comes_in)                                                        \
    {                                                                                              \
        name, about, table##_columns, G_N_ELEMENTS(table##_columns), comes_in                      \
    }

const Table tables[TABLE_COUNT] = {
    [TABLE_TEAMS] = TABLE("teams", "who owns it all, and how they are asked", team, true),
    [TABLE_PERIODS] = TABLE("periods", "the OKR cycles", period, true),
    [TABLE_OBJECTIVES] = TABLE("objectives", "at most 3 per team and period", objective, true),
    [TABLE_KRS] = TABLE("key-results", "the tactical KRs", kr, true),
    [TABLE_RECALIBRATIONS] =
        TABLE("recalibrations", "the targets that they had before", recalibration, true),
    [TABLE_LINKS] = TABLE("links", "which of them feeds which", link, true),
    [TABLE_READINGS] = TABLE("readings", "their values over time", reading, true),
    [TABLE_WEEKLY_CHECKINS] =
        TABLE("weekly-check-ins", "on the tactical KRs, held or missed", weekly, false),
    [TABLE_PROPOSALS] = TABLE("proposals", "sprints that were proposed", proposal, false),
    [TABLE_SPRINTS] = TABLE("sprints", "with their retrospectives", sprint, false),
    [TABLE_SPRINT_KRS] = TABLE("sprint-key-results", "the sprints' own KRs", sprint_kr, false),
    [TABLE_SPRINT_READINGS] = TABLE("sprint-readings", "their values", sprint_reading, false),
    [TABLE_INITIATIVES] = TABLE("initiatives", "the work in sprints", initiative, false),
    [TABLE_CHECKINS] = TABLE("check-ins", "asked for, and held or missed", checkin, false),
    [TABLE_BLOCKERS] = TABLE("blockers", "told in check-ins", blocker, false),
    [TABLE_ACTIONS] = TABLE("actions", "agreed on in retrospectives", action, false),
    [TABLE_STATES] = TABLE("states", "every change of a sprint's state", state, false),
    [TABLE_FOLLOW_UPS] =
        TABLE("follow-ups", "the anchor, read again after a close", follow_up, false),
    [TABLE_ROLLUPS] = TABLE("roll-ups", "what each period came to", rollup, false),
};

const char *column_name(Column column)
{
    return columns[column].name;
}

static bool comes_in(Column column)
{
    for (int t = 0; t < TABLE_COUNT; t++) {
        for (size_t i = 0; tables[t].comes_in && i < tables[t].count; i++) {
            if (tables[t].columns[i] == column) {
                return true;
            }
        }
    }
    return false;
}

Column column_named(const char *text)
{
    g_autofree char *key = text_key(text);
    Column column = 0;

    while (column < COL_COUNT && !(comes_in(column) && text_is_key(key, columns[column].name,
                                                                   strlen(columns[column].name)))) {
        column++;
    }
    return column;
}

const char *column_near(const char *text)
{
    const char *names[COL_COUNT + 1] = {NULL};
    size_t n = 0;

    for (Column column = 0; column < COL_COUNT; column++) {
        if (comes_in(column)) {
            names[n++] = columns[column].name;
        }
    }
    return text_nearest(text, names);
}

bool table_has_header(const Table *table, const GPtrArray *names)
{
    size_t found = 0;

    for (size_t i = 0; i < table->count; i++) {
        for (guint j = 0; j < names->len; j++) {
            if (strcmp(columns[table->columns[i]].name, g_ptr_array_index(names, j)) == 0) {
                found++;
                break;
            }
        }
    }
    return found == table->count && names->len == table->count;
}

static void add_table(GString *out, const Table *table, bool used[COL_COUNT])
{
    g_string_append_printf(out, "  %s: %s\n   ", table->name, table->about);
    for (size_t i = 0; i < table->count; i++) {
        g_string_append_printf(out, " %s", columns[table->columns[i]].name);
        used[table->columns[i]] = true;
    }
    g_string_append_c(out, '\n');
}

char *tables_help(bool import)
{
    GString *out = g_string_new("Tables and their columns:\n");
    bool used[COL_COUNT] = {false};

    for (int t = 0; t < TABLE_COUNT; t++) {
        if (!import || tables[t].comes_in) {
            add_table(out, &tables[t], used);
        }
    }
    g_string_append(out, "\nColumns:\n");
    for (Column column = 0; column < COL_COUNT; column++) {
        if (used[column]) {
            g_string_append_printf(out, "  %-19s %s\n", columns[column].name, columns[column].help);
        }
    }
    return g_string_free(out, FALSE);
}
