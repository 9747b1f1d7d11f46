/* Periods and objectives. */

#include <string.h>

#include "bot/transfer/merge_parts.h"
#include "core/field_check.h"
#include "core/form.h"
#include "core/text.h"

#define PERIOD_NAME_MAX 80

/* Periods ------------------------------------------------------------------------------------- */

static Period *period_called(const Team *team, const char *name)
{
    g_autofree char *wanted = text_fold(name);

    for (guint i = 0; i < team->periods->len; i++) {
        Period *period = g_ptr_array_index(team->periods, i);
        g_autofree char *folded = text_fold(period->name);

        if (strcmp(folded, wanted) == 0) {
            return period;
        }
    }
    return NULL;
}

/* The day in that cell; DAY_NONE where it is empty. */
static bool read_day(Merge *merge, Record *record, Column column, Day *day)
{
    const char *cell = record_get(record, column);

    *day = DAY_NONE;
    if (cell == NULL || day_parse_iso(cell, day)) {
        return true;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    records_fault(merge->records, record,
                  say(W_IMPORT_DAY, S("column", column_name(column)), S("text", quoted)));
    return false;
}

static bool same_or_unsaid(Day given, Day known)
{
    return !day_is_set(given) || day_cmp(given, known) == 0;
}

static int by_first_day(gconstpointer a, gconstpointer b)
{
    const Period *pa = *(const Period *const *)a, *pb = *(const Period *const *)b;

    return day_cmp(pa->days.first, pb->days.first);
}

/* Due at once: the core then looks at the calendar and sets them right. */
static bool set_timers(Merge *merge, Record *record, Team *team, const Period *period,
                       GError **error)
{
    Timer weekly = {.kind = TIMER_WEEKLY, .team = team->id};
    Timer over = {.kind = TIMER_PERIOD, .team = team->id, .subject = period->id.v};

    return merge_save(merge, record, CHANGE_TIMER, team, &weekly, error) &&
           merge_save(merge, record, CHANGE_TIMER, team, &over, error);
}

static bool add_period(Merge *merge, Record *record, Team *team, const char *name, Window days,
                       GError **error)
{
    Period *period = g_new0(Period, 1);
    g_autofree char *first = day_iso(days.first), *last = day_iso(days.last);

    *period = (Period){.id = ID_NEW(PeriodId, &merge->ids), .name = g_strdup(name), .days = days};
    g_ptr_array_add(team->periods, period);
    g_ptr_array_sort(team->periods, by_first_day);
    merge->merged->periods++;
    say_on(merge->merged->news, W_IMPORT_NEW_PERIOD, S("team", team->name), S("name", name),
           S("first", first), S("last", last));
    g_string_append_c(merge->merged->news, '\n');
    return merge_save(merge, record, CHANGE_PERIOD, team, period, error) &&
           set_timers(merge, record, team, period, error);
}

/* What is wrong with it; NULL when nothing is. */
static char *period_fault(const char *name, Window days, const Period *known)
{
    g_autofree char *first = day_iso(known != NULL ? known->days.first : days.first);
    g_autofree char *last = day_iso(known != NULL ? known->days.last : days.last);

    if (known != NULL) {
        return same_or_unsaid(days.first, known->days.first) &&
                       same_or_unsaid(days.last, known->days.last)
                   ? NULL
                   : say(W_IMPORT_PERIOD_OTHER, S("name", known->name), S("first", first),
                         S("last", last));
    }
    if (!day_is_set(days.first) || !day_is_set(days.last)) {
        return say(W_IMPORT_DAYS_MISSING, S("name", name));
    }
    if (g_utf8_strlen(name, -1) > PERIOD_NAME_MAX) {
        return say(W_IMPORT_PERIOD_NAME, N("max", PERIOD_NAME_MAX));
    }
    return day_cmp(days.last, days.first) < 0
               ? say(W_IMPORT_PERIOD_ENDS_FIRST, S("first", first), S("last", last))
               : NULL;
}

bool merge_period(Merge *merge, Record *record, Team *team, GError **error)
{
    const char *name = record_get(record, COL_PERIOD);
    Window days;

    if (name == NULL) {
        records_fault(merge->records, record, say(W_IMPORT_PERIOD_NONE, S("team", team->name)));
        return true;
    }
    if (!read_day(merge, record, COL_FIRST_DAY, &days.first) ||
        !read_day(merge, record, COL_LAST_DAY, &days.last)) {
        return true;
    }
    const Period *known = period_called(team, name);
    char *fault = period_fault(name, days, known);

    if (fault != NULL) {
        records_fault(merge->records, record, fault);
        return true;
    }
    return known != NULL || add_period(merge, record, team, name, days, error);
}

/* The one that a row names, else the one that is under way or to come; NULL with its fault told. */
static const Period *period_of(Merge *merge, Record *record, const Team *team)
{
    const char *name = record_get(record, COL_PERIOD);
    Day today = team_day(team, merge->ask->now);
    const Period *period = name != NULL ? period_called(team, name) : team_period(team, today);

    if (period != NULL && (name != NULL || day_cmp(period->days.last, today) >= 0)) {
        return period;
    }
    g_autofree char *quoted = text_cut(name != NULL ? name : "", 60);
    records_fault(merge->records, record,
                  name != NULL
                      ? say(W_IMPORT_PERIOD_UNKNOWN, S("team", team->name), S("name", quoted))
                      : say(W_IMPORT_PERIOD_NONE, S("team", team->name)));
    return NULL;
}

/* Objectives ---------------------------------------------------------------------------------- */

/* The number in objective_number; 0 where the cell is empty. */
static bool read_number(Merge *merge, Record *record, int32_t *number)
{
    const char *cell = record_get(record, COL_OBJECTIVE_NUMBER);

    *number = 0;
    if (cell == NULL || is_whole_number(cell, number)) {
        return true;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    records_fault(
        merge->records, record,
        say(W_IMPORT_NUMBER, S("column", column_name(COL_OBJECTIVE_NUMBER)), S("text", quoted)));
    return false;
}

static Objective *objective_numbered(const Team *team, PeriodId period, int32_t number)
{
    for (guint i = 0; i < team->objectives->len; i++) {
        Objective *objective = g_ptr_array_index(team->objectives, i);

        if (ID_EQ(objective->period, period) && objective->number == number) {
            return objective;
        }
    }
    return NULL;
}

static Objective *objective_saying(const Team *team, PeriodId period, const char *text)
{
    g_autofree char *wanted = text_key(text);

    for (guint i = 0; i < team->objectives->len; i++) {
        Objective *objective = g_ptr_array_index(team->objectives, i);
        g_autofree char *key = text_key(objective->text);

        if (ID_EQ(objective->period, period) && strcmp(key, wanted) == 0) {
            return objective;
        }
    }
    return NULL;
}

/* How many there are in the period; `list` names them, `*only` is the last. */
static int32_t count_objectives(const Team *team, PeriodId period, GString *list, Objective **only)
{
    int32_t n = 0;

    for (guint i = 0; i < team->objectives->len; i++) {
        Objective *objective = g_ptr_array_index(team->objectives, i);

        if (ID_EQ(objective->period, period)) {
            g_string_append_printf(list, "%s%d. %s", n++ > 0 ? "; " : "", objective->number,
                                   objective->text);
            *only = objective;
        }
    }
    return n;
}

/* The challenge of /okr objective. */
static bool stands(Merge *merge, Record *record, Team *team, const char *text)
{
    g_autoptr(Turn) turn = merge_turn(merge, team, team->workspace, team->home);
    g_autoptr(FormValues) values = form_values_new(form_named("okr objective"));
    g_autoptr(GString) why = g_string_new(NULL);
    FormEntry *entry = form_put(values, "objective", 0, text);

    if (form_check_entry(turn, values, entry, why) == CHECK_OK) {
        return true;
    }
    records_fault(merge->records, record, g_strdup(why->str));
    return false;
}

/* Is there room for one more, of that number or (0) of any? */
static bool has_room(Merge *merge, Record *record, const Team *team, const Period *period,
                     int32_t number)
{
    g_autoptr(GString) list = g_string_new(NULL);
    Objective *last = NULL;
    int32_t max = merge->ask->policy->max_objectives;

    if (count_objectives(team, period->id, list, &last) >= max) {
        records_fault(merge->records, record,
                      say(W_IMPORT_OBJECTIVE_TOO_MANY, S("period", period->name), N("max", max),
                          S("list", list->str)));
        return false;
    }
    if (number > max) {
        records_fault(merge->records, record,
                      say(W_IMPORT_OBJECTIVE_TOO_HIGH, N("n", number), N("max", max)));
        return false;
    }
    return true;
}

static int32_t free_number(const Team *team, PeriodId period)
{
    int32_t number = 1;

    while (objective_numbered(team, period, number) != NULL) {
        number++;
    }
    return number;
}

static bool add_objective(Merge *merge, Record *record, Team *team, const Period *period,
                          int32_t number, GError **error)
{
    Objective *objective = g_new0(Objective, 1);

    *objective = (Objective){.id = ID_NEW(ObjectiveId, &merge->ids),
                             .period = period->id,
                             .number = number > 0 ? number : free_number(team, period->id),
                             .text = g_strdup(record_get(record, COL_OBJECTIVE))};
    g_ptr_array_add(team->objectives, objective);
    merge->merged->objectives++;
    say_on(merge->merged->news, W_IMPORT_NEW_OBJECTIVE, S("team", team->name),
           S("period", period->name), N("n", objective->number), S("text", objective->text));
    g_string_append_c(merge->merged->news, '\n');
    return merge_save(merge, record, CHANGE_OBJECTIVE, team, objective, error);
}

/* What the row says of an objective that is on the books does not fit; NULL where it does. */
static char *objective_fault(const Objective *numbered, const Objective *same, int32_t number,
                             const Period *period)
{
    if (same != NULL && number > 0 && same->number != number) {
        return say(W_IMPORT_OBJECTIVE_NUMBERED, N("n", same->number), S("period", period->name),
                   N("given", number));
    }
    return same == NULL && numbered != NULL
               ? say(W_IMPORT_OBJECTIVE_OTHER, N("n", number), S("period", period->name),
                     S("text", numbered->text))
               : NULL;
}

bool merge_objective(Merge *merge, Record *record, Team *team, GError **error)
{
    const char *text = record_get(record, COL_OBJECTIVE);
    int32_t number = 0;
    const Period *period =
        read_number(merge, record, &number) ? period_of(merge, record, team) : NULL;

    if (period == NULL) {
        return true;
    }
    const Objective *same = objective_saying(team, period->id, text);
    const Objective *numbered = number > 0 ? objective_numbered(team, period->id, number) : NULL;
    char *fault = objective_fault(numbered, same, number, period);

    if (fault != NULL) {
        records_fault(merge->records, record, fault);
        return true;
    }
    return same != NULL || !has_room(merge, record, team, period, number) ||
           !stands(merge, record, team, text) ||
           add_objective(merge, record, team, period, number, error);
}

Objective *merge_objective_of(Merge *merge, Record *record, Team *team)
{
    const char *text = record_get(record, COL_OBJECTIVE);
    g_autoptr(GString) list = g_string_new(NULL);
    Objective *found = NULL;
    int32_t number = 0;
    const Period *period =
        read_number(merge, record, &number) ? period_of(merge, record, team) : NULL;

    if (period == NULL) {
        return NULL;
    }
    int32_t n = count_objectives(team, period->id, list, &found);

    if (number > 0) {
        found = objective_numbered(team, period->id, number);
    } else if (text != NULL) {
        found = objective_saying(team, period->id, text);
    } else if (n > 1) {
        records_fault(merge->records, record,
                      say(W_IMPORT_OBJECTIVE_WHICH, N("n", n), S("period", period->name)));
        return NULL;
    }
    if (found == NULL) {
        records_fault(merge->records, record,
                      say(W_IMPORT_OBJECTIVE_UNKNOWN, S("period", period->name)));
    }
    return found;
}
