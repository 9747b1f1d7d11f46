/* /sprint open: a sprint from its trigger to its initiatives (framework: A valid sprint has). */

#include <string.h>

#include "core/alike.h"
#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/governance.h"
#include "core/kr_field.h"
#include "core/proposal_answer.h"
#include "core/proposing.h"
#include "core/schedule.h"
#include "core/show.h"
#include "core/text.h"

#define ALIKE_SHOWN       3
#define ALIKE_LEARNED_MAX 300 /* characters */

/* --- the fields --- */

static const Trigger *trigger_named(const Turn *turn, const char *text)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (const Trigger *trigger = turn->policy->triggers; trigger->name != NULL; trigger++) {
        g_ptr_array_add(names, (gpointer)(uintptr_t)trigger->name);
    }
    guint n = names->len;
    g_ptr_array_add(names, NULL);
    int32_t number = 0;
    int i = choice_index(text, (const char *const *)names->pdata);
    if (i < 0 && is_whole_number(text, &number) && number <= (int32_t)n) {
        i = number - 1;
    }
    return i < 0 ? NULL : &turn->policy->triggers[i];
}

static void trigger_choices(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    int n = 1;

    (void)values, (void)number;
    for (const Trigger *trigger = turn->policy->triggers; trigger->name != NULL; trigger++) {
        g_autofree char *label = g_strdup_printf("%d", n++);

        card_item(
            card, label,
            say(W_OPEN_TRIGGER_ROW, S("name", trigger->name), S("evidence", trigger->evidence)));
    }
}

static CheckResult check_trigger(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const Trigger *trigger = trigger_named(turn, entry->text);
    g_autoptr(GString) list = g_string_new(NULL);

    (void)values;
    if (trigger != NULL) {
        entry_set(entry, g_strdup(trigger->name));
        return CHECK_OK;
    }
    for (trigger = turn->policy->triggers; trigger->name != NULL; trigger++) {
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", trigger->name);
    }
    g_autofree char *quoted = text_cut(entry->text, 60);
    return wrong(why, say(W_OPEN_TRIGGER_UNKNOWN, S("given", quoted), S("list", list->str)));
}

static CheckResult check_situation(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const char *named = form_get(values, "trigger");
    const Trigger *trigger = named != NULL ? trigger_named(turn, named) : NULL;

    if (strpbrk(entry->text, "0123456789") != NULL) {
        return CHECK_OK;
    }
    return wrong(why, say(W_OPEN_SITUATION,
                          S("evidence", trigger != NULL ? trigger->evidence
                                                        : turn->policy->triggers[0].evidence)));
}

/* The owners as far as they are known; on a mistake in them just the home team, since that is said
 * at its own field. */
static CheckResult owners_of(Turn *turn, const FormValues *values, GPtrArray *owners)
{
    g_autoptr(GString) unused = g_string_new(NULL);

    return governance_owners(turn, form_get(values, "owner"), owners, unused) == CHECK_NEED
               ? CHECK_NEED
               : CHECK_OK;
}

static void anchor_choices(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    g_autoptr(GPtrArray) owners = g_ptr_array_new();

    (void)number;
    if (owners_of(turn, values, owners) == CHECK_NEED) {
        return;
    }
    for (guint i = 0; i < owners->len; i++) {
        const Team *team = g_ptr_array_index(owners, i);

        for (guint j = 0; j < team->tacticals->len; j++) {
            const Tactical *tactical = g_ptr_array_index(team->tacticals, j);

            if (!tactical->dropped) {
                Block *row = show_tactical(team, tactical, turn_today(turn), turn->policy);

                g_free(row->label);
                row->label = i > 0
                                 ? g_strdup_printf("%s %d", team->name, tactical->track->kr->number)
                                 : g_strdup_printf("%d", tactical->track->kr->number);
                card_block(card, row);
            }
        }
    }
}

static CheckResult check_anchor(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_autoptr(GPtrArray) owners = g_ptr_array_new();
    Team *team = NULL;
    Tactical *anchor = NULL;

    if (owners_of(turn, values, owners) == CHECK_NEED) {
        return CHECK_NEED;
    }
    CheckResult result = governance_anchor(owners, entry->text, &team, &anchor, why);
    if (result == CHECK_OK) {
        entry_set(entry, g_strdup(anchor->track->kr->statement));
    }
    return result;
}

static void dress_trigger(Turn *turn, const FormValues *values, const FormEntry *entry,
                          FormRow *row)
{
    g_autoptr(GString) hint = g_string_new(NULL);

    (void)values, (void)entry;
    for (const Trigger *trigger = turn->policy->triggers; trigger->name != NULL; trigger++) {
        g_autofree char *line =
            say(W_OPEN_TRIGGER_ROW, S("name", trigger->name), S("evidence", trigger->evidence));

        row_choice(row->choices, g_strdup(trigger->name), g_strdup(trigger->name), NULL);
        g_string_append_printf(hint, "%s%s", hint->len > 0 ? "\n" : "", line);
    }
    g_free(row->hint);
    row->hint = say(W_OPEN_HINT_TRIGGER, S("list", hint->str));
}

/* What is chosen is the KR's number; what a draft holds is its sentence. */
static void choose_anchor(FormRow *row, const Team *team, const Tactical *tactical, bool own,
                          const Block *shown, const FormEntry *entry)
{
    const Kr *kr = tactical->track->kr;
    char *value =
        own ? g_strdup_printf("%d", kr->number) : g_strdup_printf("%s %d", team->name, kr->number);

    if (entry != NULL &&
        (strcmp(entry->text, kr->statement) == 0 || strcmp(entry->text, value) == 0)) {
        g_free(row->initial);
        row->initial = g_strdup(value);
    }
    bool named = g_str_has_suffix(shown->values, kr->metric); /* "0 → 30 → 130 paying customers" */
    row_choice(row->choices,
               named
                   ? g_strdup(shown->values)
                   : say(W_OPEN_ANCHOR_CHOICE, S("values", shown->values), S("metric", kr->metric)),
               value, g_strdup(shown->note));
}

static void dress_anchor(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    g_autoptr(GPtrArray) owners = g_ptr_array_new();

    if (owners_of(turn, values, owners) == CHECK_NEED) {
        return;
    }
    for (guint i = 0; i < owners->len; i++) {
        const Team *team = g_ptr_array_index(owners, i);

        for (guint j = 0; j < team->tacticals->len; j++) {
            const Tactical *tactical = g_ptr_array_index(team->tacticals, j);

            if (!tactical->dropped) {
                Block *shown = show_tactical(team, tactical, turn_today(turn), turn->policy);

                choose_anchor(row, team, tactical, i == 0, shown, entry);
                block_free(shown);
            }
        }
    }
    if (row->choices->len == 0) { /* nothing to choose from: the check says what to do */
        row->kind = ROW_LINE;
    }
}

static CheckResult check_window(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    Window window = {DAY_NONE, DAY_NONE};
    Day today = turn_today(turn);
    g_autoptr(GPtrArray) owners = g_ptr_array_new();
    g_autoptr(GString) unused = g_string_new(NULL);
    Team *team = NULL;
    Tactical *anchor = NULL;
    WhenFault fault = when_window(entry->text, today, turn->policy->window, &window);

    if (fault != WHEN_OK) {
        return wrong(
            why, when_fault_say(fault, WHEN_A_WINDOW, entry->text, turn->policy->window, window));
    }
    if (day_cmp(window.last, today) < 0) {
        return wrong(why, when_fault_say(WHEN_PAST, WHEN_A_WINDOW, entry->text,
                                         turn->policy->window, window));
    }
    if (day_diff(today, window.first) >= turn->policy->window.min_days) {
        g_autofree char *first = day_text(window.first);

        return wrong(why, say(W_OPEN_WINDOW_BEGAN, S("first", first),
                              N("days", day_diff(today, window.first))));
    }
    const char *named = form_get(values, "anchor");
    if (owners_of(turn, values, owners) == CHECK_NEED) {
        return CHECK_NEED;
    }
    if (named != NULL && governance_anchor(owners, named, &team, &anchor, unused) == CHECK_OK &&
        governance_window(turn, team, anchor, window, why) == CHECK_WRONG) {
        return CHECK_WRONG;
    }
    entry_set(entry, window_text(window));
    return CHECK_OK;
}

static CheckResult check_owner(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_autoptr(GPtrArray) owners = g_ptr_array_new();
    CheckResult result = governance_owners(turn, entry->text, owners, why);
    const char *named = form_get(values, "trigger");
    const Trigger *trigger = named != NULL ? trigger_named(turn, named) : NULL;

    if (result != CHECK_OK) {
        return result;
    }
    if (trigger != NULL && trigger->joint && owners->len < 2) {
        return wrong(why, say(W_OPEN_JOINT, S("trigger", trigger->name)));
    }
    for (guint i = 0; i < owners->len; i++) {
        const Team *team = g_ptr_array_index(owners, i);

        if (team != turn->team && governance_may_open(turn, team, why) == CHECK_WRONG) {
            return CHECK_WRONG;
        }
    }
    return CHECK_OK;
}

static const Field fields[] = {
    {.key = "trigger",
     .aliases = "trigger type",
     .required = true,
     .max = 60,
     .question = W_OPEN_ASK_TRIGGER,
     .help = W_OPEN_HELP_TRIGGER,
     .check = check_trigger,
     .choices = trigger_choices,
     .row = ROW_CHOICE,
     .dress = dress_trigger},
    {.key = "situation",
     .aliases = "evidence",
     .required = true,
     .max = 1000,
     .question = W_OPEN_ASK_SITUATION,
     .help = W_OPEN_HELP_SITUATION,
     .check = check_situation,
     .row = ROW_TEXT},
    {.key = "owner",
     .aliases = "owners,sprint owner,teams",
     .quiet = true,
     .max = 300,
     .question = W_OPEN_ASK_OWNER,
     .help = W_OPEN_HELP_OWNER,
     .check = check_owner},
    {.key = "anchor",
     .aliases = "anchor kr",
     .required = true,
     .max = STATEMENT_MAX,
     .question = W_OPEN_ASK_ANCHOR,
     .help = W_OPEN_HELP_ANCHOR,
     .check = check_anchor,
     .choices = anchor_choices,
     .row = ROW_CHOICE,
     .dress = dress_anchor},
    {.key = "window",
     .aliases = "sprint window,dates",
     .required = true,
     .max = 80,
     .question = W_OPEN_ASK_WINDOW,
     .help = W_OPEN_HELP_WINDOW,
     .check = check_window},
    {.key = "objective",
     .required = true,
     .max = 200,
     .question = W_OPEN_ASK_OBJECTIVE,
     .help = W_OPEN_HELP_OBJECTIVE,
     .check = check_objective},
    {.key = "kr",
     .aliases = "key result",
     .required = true,
     .repeat = true,
     .max = STATEMENT_MAX,
     .question = W_OPEN_ASK_KR,
     .help = W_OPEN_HELP_KR,
     .check = kr_field_check,
     .take = kr_field_take,
     .row = ROW_TEXT,
     .answers = kr_field_answers},
    {.key = "keep",
     .aliases = "kept because,keep because",
     .repeat = true,
     .quiet = true,
     .behind = true,
     .max = 300,
     .question = W_KR_HELP_KEEP,
     .help = W_KR_HELP_KEEP,
     .check = kr_field_check_keep},
    {.key = "initiative",
     .aliases = "supporting initiative",
     .repeat = true,
     .max = 300,
     .question = W_OPEN_ASK_INITIATIVE,
     .help = W_OPEN_HELP_INITIATIVE},
    {.key = NULL},
};

static CheckResult allow(Turn *turn, GString *why)
{
    if (governance_may_open(turn, turn->team, why) == CHECK_WRONG) {
        return CHECK_WRONG;
    }
    return turn_needs_digests(turn, turn->team->id) ? CHECK_OK : CHECK_NEED;
}

static int32_t at_least(const Turn *turn, const FormValues *values, const Field *field)
{
    const char *named = form_get(values, "trigger");
    const Trigger *trigger = named != NULL ? trigger_named(turn, named) : NULL;

    if (strcmp(field->key, "kr") == 0) {
        return turn->policy->min_key_results;
    }
    if (strcmp(field->key, "owner") == 0) {
        return trigger != NULL && trigger->joint ? 1 : 0;
    }
    return field->required ? 1 : 0;
}

static int32_t at_most(const Turn *turn, const Field *field)
{
    return strcmp(field->key, "kr") == 0 ? turn->policy->max_key_results : INT32_MAX;
}

/* Up to three earlier ones, the likest first, with what they learned. */
static void show_alike(const Turn *turn, KrId anchor, const FormValues *values, Card *card)
{
    const GPtrArray *digests = turn_digests(turn, turn->team->id);
    const Occasion occasion = {.anchor = anchor,
                               .trigger = form_get(values, "trigger"),
                               .situation = form_get(values, "situation"),
                               .objective = form_get(values, "objective")};

    if (digests == NULL || digests->len == 0) {
        return;
    }
    g_autoptr(GArray) alikes = alike_find(digests, &occasion, ALIKE_SHOWN);
    card_text(card, say(W_OPEN_ALIKE));
    for (guint i = 0; i < alikes->len; i++) {
        const Alike *alike = &g_array_index(alikes, Alike, i);
        const Digest *digest = alike->digest;
        g_autofree char *why = alike_say(alike);
        g_autofree char *learned =
            text_cut(digest->learned != NULL ? digest->learned : "", ALIKE_LEARNED_MAX);

        card_item(card, "",
                  say(W_OPEN_ALIKE_ROW, N("n", digest->number), S("objective", digest->objective),
                      S("why", why), S("moved", moved_name(digest->moved)),
                      S("movement", digest->movement != NULL ? digest->movement : "?"),
                      S("learned", learned)));
    }
}

/* What earlier sprints learned, while it can still be used. */
static void intro(Turn *turn, const FormValues *values, Card *card)
{
    g_autoptr(GPtrArray) owners = g_ptr_array_new();
    g_autoptr(GString) unused = g_string_new(NULL);
    const char *named = form_get(values, "anchor");
    Tactical *anchor = NULL;
    Team *team = NULL;

    if (owners_of(turn, values, owners) == CHECK_NEED) {
        return;
    }
    bool known =
        named != NULL && governance_anchor(owners, named, &team, &anchor, unused) == CHECK_OK;
    show_alike(turn, known ? anchor->track->kr->id : (KrId){0}, values, card);
}

/* --- opening --- */

static void add_krs(Turn *turn, Sprint *sprint, const FormValues *values)
{
    for (size_t i = 0; i < form_count(values, "kr"); i++) {
        Kr *kr = kr_field_kr(values, i, (int32_t)i + 1);

        kr->id = ID_NEW(KrId, turn->ids);
        g_ptr_array_add(sprint->krs, sprint_kr_new(track_new(kr)));
    }
    for (size_t i = 0; i < form_count(values, "initiative"); i++) {
        g_ptr_array_add(sprint->initiatives, g_strdup(form_entry(values, "initiative", i)->text));
    }
}

static void set_anchor(Sprint *sprint, const Team *team, const Tactical *anchor)
{
    sprint->anchor_team = team->id;
    sprint->anchor = anchor->track->kr->id;
    sprint->anchor_statement = g_strdup(anchor->track->kr->statement);
    sprint->anchor_unit = anchor->track->kr->unit;
    sprint->anchor_open = track_value(anchor->track);
    sprint->anchor_target = anchor->track->kr->target;
}

static Sprint *sprint_from(Turn *turn, const FormValues *values, const GPtrArray *owners,
                           const Team *anchor_team, const Tactical *anchor)
{
    Sprint *sprint = sprint_new();

    sprint->id = ID_NEW(SprintId, turn->ids);
    sprint->workspace = turn->event->workspace;
    sprint->number = turn->next_sprint;
    sprint->trigger = g_strdup(form_get(values, "trigger"));
    sprint->situation = g_strdup(form_get(values, "situation"));
    sprint->objective = g_strdup(form_get(values, "objective"));
    sprint->facilitator = g_strdup(turn->event->member);
    sprint->opened = turn->now;
    WhenFault fault = when_window(form_get(values, "window"), turn_today(turn),
                                  turn->policy->window, &sprint->window);
    g_assert(fault == WHEN_OK);
    set_anchor(sprint, anchor_team, anchor);
    for (guint i = 0; i < owners->len; i++) {
        TeamId id = ((const Team *)g_ptr_array_index(owners, i))->id;

        g_array_append_val(sprint->owners, id);
    }
    add_krs(turn, sprint, values);
    return sprint;
}

static void announce(Turn *turn, Sprint *sprint, const FormValues *values)
{
    NextDay next = schedule_next_prompt(sprint, turn->team, turn->now, false);
    Card *reply = turn_reply(turn);

    show_refresh(turn, sprint);
    g_autofree char *end = day_text_short(sprint->window.last);
    card_text(reply, say(W_OPEN_DONE, N("n", sprint->number), S("end", end)));
    if (next.any) {
        g_autofree char *first = instant_text(next.due, turn->team->zone);

        card_hint(reply, say(W_OPEN_FIRST_CHECKIN, S("when", first)));
    }
    show_alike(turn, sprint->anchor, values, reply);
}

static bool submit(Turn *turn, FormValues *values)
{
    g_autoptr(GPtrArray) owners = g_ptr_array_new();
    g_autoptr(GString) why = g_string_new(NULL);
    Team *anchor_team = NULL;
    Tactical *anchor = NULL;

    if (!turn_needs_number(turn) || !turn_needs_digests(turn, turn->team->id) ||
        governance_owners(turn, form_get(values, "owner"), owners, why) == CHECK_NEED) {
        return false;
    }
    for (guint i = 0; i < owners->len; i++) {
        if (governance_may_open(turn, g_ptr_array_index(owners, i), why) == CHECK_WRONG) {
            turn_say(turn, g_strdup(why->str));
            return false;
        }
    }
    if (governance_anchor(owners, form_get(values, "anchor"), &anchor_team, &anchor, why) !=
        CHECK_OK) {
        turn_say(turn, g_strdup(why->str));
        return false;
    }
    if (!proposal_ready(turn, anchor_team)) {
        return false;
    }
    Sprint *sprint = sprint_from(turn, values, owners, anchor_team, anchor);
    SprintAct act = turn_step(turn, sprint, ON_OPEN, turn->event->member, sprint->trigger);
    g_assert(act == DO_ANNOUNCE);
    world_add_sprint(turn->world, sprint);
    schedule_sprint(turn, sprint, false);
    proposal_taken(turn, sprint);
    announce(turn, sprint, values);
    return true;
}

const Form form_open = {
    .name = "sprint open",
    .fields = fields,
    .done = W_OPEN_YES,
    .title = W_FORM_TITLE_OPEN,
    .send = W_FORM_SEND_OPEN,
    .intro = intro,
    .allow = allow,
    .at_least = at_least,
    .at_most = at_most,
    .submit = submit,
};

const Command command_open = {
    .family = "sprint",
    .name = "open",
    .aliases = "start,new,begin",
    .usage = "",
    .help = W_HELP_OPEN,
    .example = W_EXAMPLE_OPEN,
    .who = WHO_MEMBER,
    .form = &form_open,
};
