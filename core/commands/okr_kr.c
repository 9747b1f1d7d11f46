/* /okr kr: a tactical KR of an objective. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/kr_field.h"
#include "core/show.h"
#include "core/text.h"
#include "core/weekly.h"

/* An objective of a period that is not over: the next one may be planned before it begins. */
static bool is_to_come(const Turn *turn, const Objective *objective)
{
    const Period *period = team_period_of(turn->team, objective->period);

    return period != NULL && day_cmp(period->days.last, team_day(turn->team, turn->now)) >= 0;
}

/* The objective a text names: by number in the current period, or by a unique part in any that is
 * not over; NULL. */
static const Objective *objective_named(const Turn *turn, const char *text)
{
    const Period *period = team_period(turn->team, team_day(turn->team, turn->now));
    int32_t number = 0, fits = 0;
    bool is_number = is_whole_number(text, &number);
    g_autofree char *wanted = text_fold(text);
    const Objective *found = NULL;

    for (guint i = 0; period != NULL && i < turn->team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(turn->team->objectives, i);
        g_autofree char *folded = text_fold(objective->text);
        bool current = ID_EQ(objective->period, period->id);

        if (is_number
                ? current && objective->number == number
                : (current || is_to_come(turn, objective)) && strstr(folded, wanted) != NULL) {
            found = objective;
            fits++;
        }
    }
    return fits == 1 ? found : NULL;
}

static const Objective *only_objective(const Turn *turn)
{
    const Period *period = team_period(turn->team, team_day(turn->team, turn->now));
    const Objective *only = NULL;
    int n = 0;

    for (guint i = 0; period != NULL && i < turn->team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(turn->team->objectives, i);

        if (ID_EQ(objective->period, period->id)) {
            only = objective;
            n++;
        }
    }
    return n == 1 ? only : NULL;
}

static void objective_choices(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    const Period *period = team_period(turn->team, turn_today(turn));

    (void)values, (void)number;
    for (guint i = 0; period != NULL && i < turn->team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(turn->team->objectives, i);

        if (ID_EQ(objective->period, period->id)) {
            g_autofree char *label = g_strdup_printf("%d", objective->number);

            card_item(card, label, g_strdup(objective->text));
        }
    }
}

/* Has it as many as it may have? Says so, with all of them. */
static bool is_full(const Team *team, const Objective *objective, GString *why)
{
    g_autoptr(GString) list = g_string_new(NULL);

    if (team_tacticals_under(team, objective->id) < TACTICAL_MOST) {
        return false;
    }
    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (ID_EQ(tactical->objective, objective->id) && !tactical->dropped) {
            g_string_append_printf(list, "%s%d. %s", list->len > 0 ? "; " : "",
                                   tactical->track->kr->number, tactical->track->kr->statement);
        }
    }
    (void)wrong(why, say(W_KR_TOO_MANY, N("most", TACTICAL_MOST), N("objective", objective->number),
                         S("list", list->str)));
    return true;
}

static CheckResult check_which(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_autofree char *quoted = text_cut(entry->text, 60);
    g_autoptr(GString) list = g_string_new(NULL);
    const Objective *named = objective_named(turn, entry->text);

    (void)values;
    if (named != NULL) {
        return is_full(turn->team, named, why) ? CHECK_WRONG : CHECK_OK;
    }
    for (guint i = 0; i < turn->team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(turn->team->objectives, i);

        g_string_append_printf(list, "%s%d. %s", list->len > 0 ? "; " : "", objective->number,
                               objective->text);
    }
    return wrong(why, list->len > 0
                          ? say(W_KR_OBJECTIVE_UNKNOWN, S("given", quoted), S("list", list->str))
                          : say(W_KR_NO_OBJECTIVE));
}

static const Field fields[] = {
    {.key = "objective",
     .required = true,
     .max = 200,
     .question = W_KR_ASK_OBJECTIVE,
     .help = W_KR_HELP_OBJECTIVE,
     .check = check_which,
     .choices = objective_choices},
    {.key = "kr",
     .aliases = "key result",
     .required = true,
     .max = STATEMENT_MAX,
     .question = W_KR_ASK,
     .help = W_KR_HELP,
     .check = kr_field_check,
     .take = kr_field_take,
     .row = ROW_TEXT,
     .answers = kr_field_answers},
    {.key = "keep",
     .aliases = "kept because,keep because",
     .max = 300,
     .quiet = true,
     .behind = true,
     .question = W_KR_HELP_KEEP,
     .help = W_KR_HELP_KEEP,
     .check = kr_field_check_keep},
    {.key = NULL},
};

static CheckResult allow(Turn *turn, GString *why)
{
    if (turn->team->objectives->len == 0) {
        return wrong(why, say(W_KR_NO_OBJECTIVE));
    }
    const Objective *only = only_objective(turn);
    return only != NULL && is_full(turn->team, only, why) ? CHECK_WRONG : CHECK_OK;
}

static int32_t at_least(const Turn *turn, const FormValues *values, const Field *field)
{
    (void)values;
    if (strcmp(field->key, "objective") == 0 && only_objective(turn) != NULL) {
        return 0; /* there is only one it can belong to */
    }
    return field->required ? 1 : 0;
}

static CheckResult prefill(Turn *turn, FormValues *values)
{
    const Objective *only = only_objective(turn);

    if (only != NULL) {
        g_autofree char *number = g_strdup_printf("%d", only->number);

        form_put(values, "objective", 0, number);
    }
    return CHECK_OK;
}

static int32_t next_number(const Team *team)
{
    int32_t number = 0;

    for (guint i = 0; i < team->tacticals->len; i++) {
        number = MAX(number,
                     ((const Tactical *)g_ptr_array_index(team->tacticals, i))->track->kr->number);
    }
    return number + 1;
}

static const Tactical *same_statement(const Team *team, const char *statement)
{
    g_autofree char *wanted = text_key(statement);

    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);
        g_autofree char *key = text_key(tactical->track->kr->statement);

        if (!tactical->dropped && strcmp(key, wanted) == 0) {
            return tactical;
        }
    }
    return NULL;
}

static bool submit(Turn *turn, FormValues *values)
{
    Team *team = turn->team;
    const char *named = form_get(values, "objective");
    const Objective *objective =
        named != NULL ? objective_named(turn, named) : only_objective(turn);
    const Tactical *same = same_statement(team, form_get(values, "kr"));
    g_autoptr(GString) why = g_string_new(NULL);

    g_assert(objective != NULL);
    if (same != NULL) {
        turn_say(turn, say(W_KR_SAME, N("n", same->track->kr->number)));
        return false;
    }
    if (is_full(team, objective, why)) {
        turn_say(turn, g_strdup(why->str));
        return false;
    }
    Kr *kr = kr_field_kr(values, 0, next_number(team));
    kr->id = ID_NEW(KrId, turn->ids);
    Tactical *tactical = tactical_new(track_new(kr), objective->id);

    g_ptr_array_add(team->tacticals, tactical);
    turn_change(turn, CHANGE_TACTICAL, team, tactical);
    weekly_schedule(turn, team);

    turn_say(turn, say(W_KR_ADDED, N("n", kr->number), N("objective", objective->number)));
    card_block(turn_reply(turn), show_tactical(team, tactical, turn_today(turn), turn->policy));
    card_hint(turn_reply(turn), say(W_KR_NEXT, N("n", kr->number)));
    return true;
}

const Form form_kr = {
    .name = "okr kr",
    .fields = fields,
    .first = "kr",
    .done = W_KR_DONE,
    .title = W_FORM_TITLE_KR,
    .send = W_FORM_SEND_SAVE,
    .allow = allow,
    .at_least = at_least,
    .prefill = prefill,
    .submit = submit,
};

const Command command_okr_kr = {
    .family = "okr",
    .name = "kr",
    .aliases = "keyresult",
    .usage = "",
    .help = W_HELP_KR,
    .example = W_EXAMPLE_KR,
    .who = WHO_MEMBER,
    .form = &form_kr,
};
