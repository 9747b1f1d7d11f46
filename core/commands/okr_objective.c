/* /okr objective: an objective of the period. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/rollup_timer.h"
#include "core/text.h"

/* "FY Q3, 2025-06-02 - 2025-08-31": the name is what stands before the first comma. */
static bool period_read(const char *text, Day today, char **name, Window *days, WhenFault *fault)
{
    const char *comma = strchr(text, ',');

    *fault = WHEN_NOT_UNDERSTOOD;
    if (comma == NULL || comma == text) {
        return false;
    }
    *fault = when_span(comma + 1 + strspn(comma + 1, " "), today, days);
    if (*fault != WHEN_OK) {
        return false;
    }
    g_autofree char *before = g_strndup(text, (gsize)(comma - text));
    *name = text_squeeze(before);
    return true;
}

static CheckResult check_period(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    Window days;
    WhenFault fault = WHEN_OK;
    g_autofree char *name = NULL;
    g_autofree char *quoted = text_cut(entry->text, 80);

    (void)values;
    if (team_period_called(turn->team, entry->text) != NULL) {
        return CHECK_OK;
    }
    if (!period_read(entry->text, turn_today(turn), &name, &days, &fault)) {
        g_autofree char *said =
            when_fault_say(fault, WHEN_A_SPAN, entry->text, turn->policy->window, (Window){0});

        return wrong(why, fault == WHEN_NOT_UNDERSTOOD || said == NULL
                              ? say(W_PERIOD_FORM, S("text", quoted))
                              : g_steal_pointer(&said));
    }
    const Period *other = team_period_called(turn->team, name);
    if (other != NULL && (day_cmp(other->days.first, days.first) != 0 ||
                          day_cmp(other->days.last, days.last) != 0)) {
        g_autofree char *dates = window_text(other->days);

        return wrong(why, say(W_PERIOD_OTHER_DATES, S("name", name), S("dates", dates)));
    }
    return CHECK_OK;
}

static const Field fields[] = {
    {.key = "objective",
     .required = true,
     .max = 200,
     .question = W_OBJECTIVE_ASK,
     .help = W_OBJECTIVE_HELP,
     .check = check_objective},
    {.key = "period",
     .required = true,
     .max = 120,
     .question = W_PERIOD_ASK,
     .help = W_PERIOD_HELP,
     .check = check_period},
    {.key = "number",
     .max = 4,
     .quiet = true,
     .question = W_OBJECTIVE_HELP,
     .help = W_OBJECTIVE_HELP},
    {.key = NULL},
};

/* Once there is a period that is not over, it need not be named again. */
static int32_t at_least(const Turn *turn, const FormValues *values, const Field *field)
{
    (void)values;
    if (strcmp(field->key, "period") == 0) {
        const Period *period = turn->team->periods->len > 0
                                   ? team_period(turn->team, team_day(turn->team, turn->now))
                                   : NULL;

        return period == NULL || day_cmp(period->days.last, team_day(turn->team, turn->now)) < 0
                   ? 1
                   : 0;
    }
    return field->required ? 1 : 0;
}

static int by_first_day(gconstpointer a, gconstpointer b)
{
    const Period *pa = *(const Period *const *)a, *pb = *(const Period *const *)b;

    return day_cmp(pa->days.first, pb->days.first);
}

static PeriodId period_for(Turn *turn, const char *given)
{
    Team *team = turn->team;
    Window days;
    WhenFault fault = WHEN_OK;
    g_autofree char *name = NULL;

    if (given == NULL) {
        return team_period(team, turn_today(turn))->id;
    }
    const Period *known = team_period_called(team, given);
    if (known == NULL && period_read(given, turn_today(turn), &name, &days, &fault)) {
        known = team_period_called(team, name);
    }
    if (known != NULL) {
        return known->id;
    }
    Period *period = g_new0(Period, 1);
    *period =
        (Period){.id = ID_NEW(PeriodId, turn->ids), .name = g_steal_pointer(&name), .days = days};
    g_ptr_array_add(team->periods, period);
    turn_change(turn, CHANGE_PERIOD, team, period);
    rollup_timer_set(turn, team, period);
    PeriodId id = period->id;
    g_ptr_array_sort(team->periods, by_first_day);
    return id;
}

static int32_t count_in(const Team *team, PeriodId period, GString *list)
{
    int32_t n = 0;

    for (guint i = 0; i < team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(team->objectives, i);

        if (ID_EQ(objective->period, period)) {
            n++;
            g_string_append_printf(list, "%s%d. %s", list->len > 0 ? "; " : "", objective->number,
                                   objective->text);
        }
    }
    return n;
}

static bool rewrite(Turn *turn, const FormValues *values)
{
    int32_t number = 0;
    const Period *period = team_period(turn->team, turn_today(turn));

    for (guint i = 0; is_whole_number(form_get(values, "number"), &number) && period != NULL &&
                      i < turn->team->objectives->len;
         i++) {
        Objective *objective = g_ptr_array_index(turn->team->objectives, i);

        if (objective->number == number && ID_EQ(objective->period, period->id)) {
            g_free(objective->text);
            objective->text = g_strdup(form_get(values, "objective"));
            turn_change(turn, CHANGE_OBJECTIVE, turn->team, objective);
            turn_say(turn, say(W_OBJECTIVE_REWRITTEN, N("n", number), S("text", objective->text)));
            return true;
        }
    }
    turn_say(turn, say(W_OBJECTIVE_UNKNOWN, S("given", form_get(values, "number"))));
    return false;
}

static bool submit(Turn *turn, FormValues *values)
{
    Team *team = turn->team;
    g_autoptr(GString) list = g_string_new(NULL);

    if (form_get(values, "number") != NULL) {
        return rewrite(turn, values);
    }
    const char *given = form_get(values, "period");
    const Period *known =
        given == NULL ? team_period(team, turn_today(turn)) : team_period_called(team, given);
    int32_t n = known != NULL ? count_in(team, known->id, list) : 0;
    if (n >= turn->policy->max_objectives) {
        turn_say(turn, say(W_OBJECTIVE_TOO_MANY, N("max", turn->policy->max_objectives),
                           S("list", list->str)));
        return false;
    }
    PeriodId period = period_for(turn, given);
    g_string_truncate(list, 0);
    n = count_in(team, period, list);
    if (n >= turn->policy->max_objectives) {
        turn_say(turn, say(W_OBJECTIVE_TOO_MANY, N("max", turn->policy->max_objectives),
                           S("list", list->str)));
        return false;
    }
    Objective *objective = g_new0(Objective, 1);
    *objective = (Objective){.id = ID_NEW(ObjectiveId, turn->ids),
                             .period = period,
                             .number = n + 1,
                             .text = g_strdup(form_get(values, "objective"))};
    g_ptr_array_add(team->objectives, objective);
    turn_change(turn, CHANGE_OBJECTIVE, team, objective);
    const Period *saved = team_period_of(team, period);
    g_autofree char *dates = window_text(saved->days);
    turn_say(turn, say(W_OBJECTIVE_ADDED, N("n", objective->number), S("text", objective->text),
                       S("period", saved->name), S("dates", dates)));
    card_hint(turn_reply(turn), say(W_OBJECTIVE_NEXT, N("n", objective->number)));
    return true;
}

const Form form_objective = {
    .name = "okr objective",
    .fields = fields,
    .first = "objective",
    .done = W_OBJECTIVE_DONE,
    .title = W_FORM_TITLE_OBJECTIVE,
    .send = W_FORM_SEND_SAVE,
    .at_least = at_least,
    .submit = submit,
};

const Command command_okr_objective = {
    .family = "okr",
    .name = "objective",
    .usage = "",
    .help = W_HELP_OBJECTIVE,
    .example = W_EXAMPLE_OBJECTIVE,
    .who = WHO_MEMBER,
    .form = &form_objective,
};
