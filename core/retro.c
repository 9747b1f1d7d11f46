/* The retrospective's form: checks first, then what is known already, then taking what was given.
 */

#include "core/retro.h"

#include <string.h>

#include "core/closing.h"
#include "core/field_check.h"
#include "core/show.h"
#include "core/text.h"

#define ACTIONS_MAX 3
/* Below this share of the way a KR is asked for its root cause: in millionths, and read to one
 * place as scores are, so that 69% counts as 0.7. */
#define SHORT_OF 700000

static const char *const moved_names[] = {"yes", "partly", "no", NULL};
static const char *const change_names[] = {"keep", "raise", "lower", "rewrite", "drop", NULL};

/* The sprint that the form is about; NULL when that is unclear (said at its own field). */
static Sprint *sprint_of(Turn *turn, const FormValues *values)
{
    g_autoptr(GString) unused = g_string_new(NULL);

    return sprint_meant(turn, values, SPRINT_CLOSING, unused);
}

/* The first word folded, and what follows it without a comma or colon: "partly, two accounts" */
static char *leading_word(const char *text, const char **rest)
{
    size_t len = strcspn(text, " ,:;.-");

    *rest = text + len + strspn(text + len, " ,:;.-");
    return g_utf8_strdown(text, (gssize)len);
}

/* --- checks --- */

CheckResult retro_check_sprint(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)entry;
    return sprint_meant(turn, values, SPRINT_CLOSING, why) != NULL ? CHECK_OK : CHECK_WRONG;
}

static CheckResult check_amount(const FormEntry *entry, const Unit *unit, Decimal now,
                                Decimal target, GString *why)
{
    Decimal value = {0};
    bool delta = false;
    ValueFault fault = value_read(entry->text, unit, now, target, &value, &delta);

    return fault == VALUE_OK ? CHECK_OK
                             : wrong(why, value_fault_say(fault, entry->text, unit, now));
}

CheckResult retro_check_kr(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const Sprint *sprint = sprint_of(turn, values);
    const SprintKr *kr = sprint != NULL ? sprint_kr(sprint, entry->number) : NULL;

    if (sprint == NULL) {
        return form_get(values, "sprint") != NULL ? CHECK_OK
                                                  : retro_check_sprint(turn, values, entry, why);
    }
    if (kr == NULL) {
        return wrong(why, say(W_RETRO_NO_KR, N("n", entry->number), N("krs", sprint->krs->len)));
    }
    return check_amount(entry, &kr->track->kr->unit, track_value(kr->track), kr->track->kr->target,
                        why);
}

CheckResult retro_check_anchor(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const Sprint *sprint = sprint_of(turn, values);

    return sprint == NULL ? CHECK_OK
                          : check_amount(entry, &sprint->anchor_unit, sprint->anchor_open,
                                         sprint->anchor_target, why);
}

CheckResult retro_check_moved(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const char *rest = NULL;
    g_autofree char *word = leading_word(entry->text, &rest);

    (void)turn;
    if (choice_index(word, moved_names) < 0) {
        return wrong(why, say(W_RETRO_MOVED));
    }
    const char *how = form_get(values, "how");
    if (*rest == '\0' && how != NULL) { /* a form has a field of its own for the sentence */
        entry_set(entry, g_strdup_printf("%s, %s", word, how));
        return CHECK_OK;
    }
    return *rest != '\0' ? CHECK_OK : wrong(why, say(W_RETRO_MOVED_HOW, S("word", word)));
}

static int cause_index(const char *text)
{
    const char *names[CAUSE_COUNT + 1] = {NULL};
    int32_t number = 0;

    for (int i = 1; i < CAUSE_COUNT; i++) {
        names[i - 1] = cause_name((Cause)i);
    }
    int i = choice_index(text, names);
    if (i < 0 && is_whole_number(text, &number) && number < CAUSE_COUNT) {
        i = number - 1;
    }
    return i < 0 ? -1 : i + 1;
}

static char *cause_list(void)
{
    GString *list = g_string_new(NULL);

    for (int i = 1; i < CAUSE_COUNT; i++) {
        g_string_append_printf(list, "%s%s", i > 1 ? ", " : "", cause_name((Cause)i));
    }
    return g_string_free(list, FALSE);
}

CheckResult retro_check_cause(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    int cause = cause_index(entry->text);
    const Sprint *sprint = sprint_of(turn, values);

    if (cause < 0) {
        g_autofree char *list = cause_list();
        g_autofree char *quoted = text_cut(entry->text, 40);

        return wrong(why, say(W_RETRO_CAUSE, S("given", quoted), S("list", list)));
    }
    if (sprint != NULL && sprint_kr(sprint, entry->number) == NULL) {
        return wrong(why, say(W_RETRO_NO_KR, N("n", entry->number), N("krs", sprint->krs->len)));
    }
    entry_set(entry, g_strdup(cause_name((Cause)cause)));
    return CHECK_OK;
}

/* Calls `take` for each initiative that a list of numbers names; false at the first that is none.
 */
static bool each_initiative(const Sprint *sprint, const char *text, GPtrArray *out)
{
    g_auto(GStrv) parts = g_strsplit_set(text, ", ", -1);
    g_autofree char *key = text_key(text);

    if (strcmp(key, "none") == 0) {
        return true;
    }
    for (char **part = parts; *part != NULL; part++) {
        int32_t number = 0;

        if (**part == '\0' || g_ascii_strcasecmp(*part, "and") == 0) {
            continue;
        }
        if (!is_whole_number(*part, &number) || number > (int32_t)sprint->initiatives->len) {
            return false;
        }
        if (out != NULL) {
            g_ptr_array_add(out, g_strdup(g_ptr_array_index(sprint->initiatives, number - 1)));
        }
    }
    return true;
}

CheckResult retro_check_initiatives(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const Sprint *sprint = sprint_of(turn, values);

    if (sprint == NULL || each_initiative(sprint, entry->text, NULL)) {
        return CHECK_OK;
    }
    return wrong(why, say(W_RETRO_INITIATIVES, S("key", entry->field->key),
                          N("n", sprint->initiatives->len)));
}

CheckResult retro_check_change(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const char *rest = NULL;
    g_autofree char *word = leading_word(entry->text, &rest);
    int change = choice_index(word, change_names);

    (void)turn, (void)values;
    if (change < 0) {
        return wrong(why, say(W_RETRO_CHANGE));
    }
    bool wants_more = change >= 1 && change <= 3;
    return !wants_more || *rest != '\0'
               ? CHECK_OK
               : wrong(why, say(W_RETRO_CHANGE_TO, S("word", change_names[change])));
}

typedef struct ActionText {
    char *text, *owner;
    Day due;
} ActionText;

static void action_text_clear(ActionText *action)
{
    g_free(action->text);
    g_free(action->owner);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ActionText, action_text_clear)

/* Adds a part of an action's text; parts that are neither owner nor day belong to it. */
static void add_part(ActionText *action, const char *part)
{
    g_autofree char *before = action->text;

    action->text = before == NULL ? g_strdup(part) : g_strconcat(before, "; ", part, NULL);
}

/* "Hand the invitation to East; owner: @jonas; by: 2025-08-15" */
static WhenFault action_read(const char *text, Day today, ActionText *out)
{
    g_auto(GStrv) parts = g_strsplit(text, ";", -1);
    WhenFault fault = WHEN_EMPTY;

    *out = (ActionText){0};
    for (char **part = parts; *part != NULL; part++) {
        g_autofree char *squeezed = text_squeeze(*part);
        const char *colon = strchr(squeezed, ':');
        g_autofree char *before =
            g_strndup(squeezed, colon != NULL ? (gsize)(colon - squeezed) : 0);
        g_autofree char *key = text_key(before);
        const char *value = colon != NULL ? colon + 1 : "";

        if (strcmp(key, "owner") == 0) {
            g_free(out->owner);
            out->owner = member_typed(value);
        } else if (strcmp(key, "by") == 0 || strcmp(key, "due") == 0) {
            fault = when_day(value + strspn(value, " "), today, &out->due);
        } else if (*squeezed != '\0') {
            add_part(out, squeezed);
        }
    }
    return fault;
}

CheckResult retro_check_action(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_auto(ActionText) action = {0};
    WhenFault fault = action_read(entry->text, turn_today(turn), &action);

    (void)values;
    if (action.text == NULL || action.owner == NULL || fault == WHEN_EMPTY) {
        return wrong(why, say(W_RETRO_ACTION));
    }
    if (fault != WHEN_OK) {
        return wrong(
            why, when_fault_say(fault, WHEN_A_DAY, entry->text, turn->policy->window, (Window){0}));
    }
    return CHECK_OK;
}

/* --- what there is to choose from --- */

void retro_show_kr(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    const Sprint *sprint = sprint_of(turn, values);
    const SprintKr *kr = sprint != NULL ? sprint_kr(sprint, number) : NULL;

    if (kr != NULL) {
        card_block(card, show_kr(sprint, kr, turn->team, day_plus(sprint->window.last, 1),
                                 turn->policy, false));
    }
}

void retro_show_anchor(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    const Sprint *sprint = sprint_of(turn, values);

    (void)number;
    if (sprint != NULL) {
        g_autofree char *open = value_text(sprint->anchor_open, &sprint->anchor_unit);

        card_item(card, "",
                  say(W_SPRINT_ANCHOR, S("statement", sprint->anchor_statement), S("value", open)));
    }
}

void retro_show_causes(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    (void)turn, (void)values, (void)number;
    for (int i = 1; i < CAUSE_COUNT; i++) {
        g_autofree char *label = g_strdup_printf("%d", i);

        card_item(card, label, g_strdup(cause_name((Cause)i)));
    }
}

void retro_show_initiatives(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    const Sprint *sprint = sprint_of(turn, values);

    (void)number;
    for (guint i = 0; sprint != NULL && i < sprint->initiatives->len; i++) {
        g_autofree char *label = g_strdup_printf("%u", i + 1);

        card_item(card, label, g_strdup(g_ptr_array_index(sprint->initiatives, i)));
    }
}

/* --- what is known, what is wanted --- */

/* The final value, as given here or known before; false when neither. */
static bool final_value(const FormValues *values, const SprintKr *kr, Decimal *value)
{
    const FormEntry *entry =
        values != NULL ? form_entry_numbered(values, "kr", kr->track->kr->number) : NULL;
    const Kr *def = kr->track->kr;
    bool delta = false;

    if (entry != NULL && value_read(entry->text, &def->unit, track_value(kr->track), def->target,
                                    value, &delta) == VALUE_OK) {
        return true;
    }
    *value = track_value(kr->track);
    return track_current(kr->track) != NULL;
}

static bool fell_short(const FormValues *values, const SprintKr *kr)
{
    Decimal value = {0}, progress = {0};

    return final_value(values, kr, &value) && kr_progress(kr->track->kr, value, &progress) &&
           decimal_round(progress, 1).millionths < SHORT_OF;
}

void retro_numbers(const Turn *turn, const FormValues *values, const Field *field, GArray *numbers)
{
    Sprint *sprint = NULL;
    int32_t wanted = 0;
    bool any =
        form_get(values, "sprint") == NULL || is_whole_number(form_get(values, "sprint"), &wanted);

    for (guint i = 0; any && i < turn->team->sprints->len; i++) {
        Sprint *other = g_ptr_array_index(turn->team->sprints, i);

        if (other->state == SPRINT_CLOSING && (wanted == 0 || other->number == wanted)) {
            sprint = other;
        }
    }
    for (guint i = 0; sprint != NULL && i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);
        int32_t number = kr->track->kr->number;
        Decimal value = {0};
        bool is_wanted = *field->key == 'k' ? !final_value(values, kr, &value)
                                            : fell_short(values, kr) && kr->cause == CAUSE_UNSAID;

        if (is_wanted) {
            g_array_append_val(numbers, number);
        }
    }
}

int32_t retro_at_most(const Turn *turn, const Field *field)
{
    (void)turn, (void)field;
    return ACTIONS_MAX;
}

static char *numbers_of(const Sprint *sprint, const GPtrArray *texts)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < texts->len; i++) {
        for (guint j = 0; j < sprint->initiatives->len; j++) {
            if (strcmp(g_ptr_array_index(texts, i), g_ptr_array_index(sprint->initiatives, j)) ==
                0) {
                g_string_append_printf(out, "%s%u", out->len > 0 ? ", " : "", j + 1);
                break;
            }
        }
    }
    return g_string_free(out, FALSE);
}

static void put(FormValues *values, const char *key, int32_t number, char *take_text)
{
    if (take_text != NULL && *take_text != '\0' &&
        form_entry_numbered(values, key, number) == NULL) {
        form_put(values, key, number, take_text);
    }
    g_free(take_text);
}

static char *with_rest(const char *word, const char *rest)
{
    return *word == '\0'  ? NULL
           : rest != NULL ? g_strdup_printf("%s, %s", word, rest)
                          : g_strdup(word);
}

static void prefill_krs(FormValues *values, const Sprint *sprint)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);
        const Kr *def = kr->track->kr;

        if (track_current(kr->track) != NULL) {
            put(values, "kr", def->number,
                kr_value_typed(&def->unit, def->target, track_value(kr->track)));
        }
        put(values, "cause kr", def->number, g_strdup(cause_name(kr->cause)));
    }
}

CheckResult retro_prefill(Turn *turn, FormValues *values)
{
    const Sprint *sprint = sprint_of(turn, values);

    if (sprint == NULL) {
        return CHECK_OK;
    }
    const Retro *retro = &sprint->retro;
    put(values, "sprint", 0, g_strdup_printf("%d", sprint->number));
    prefill_krs(values, sprint);
    if (retro->anchor_known) {
        put(values, "anchor", 0,
            kr_value_typed(&sprint->anchor_unit, sprint->anchor_target, retro->anchor_close));
    }
    put(values, "moved", 0, with_rest(moved_name(retro->moved), retro->moved_how));
    put(values, "learned", 0, g_strdup(retro->learned));
    put(values, "worked", 0, numbers_of(sprint, retro->worked));
    put(values, "did not", 0, numbers_of(sprint, retro->did_not));
    put(values, "change", 0, with_rest(tactical_change_name(retro->change), retro->change_to));
    for (guint i = 0; i < retro->actions->len; i++) {
        const Action *action = g_ptr_array_index(retro->actions, i);
        g_autofree char *due = day_iso(action->due);
        const char *sign = *action->owner == '@' ? "" : "@";
        g_autofree char *text =
            g_strdup_printf("%s; owner: %s%s; by: %s", action->text, sign, action->owner, due);

        form_put(values, "action", 0, text);
    }
    return CHECK_OK;
}

/* --- taking it --- */

static void add_reading(Turn *turn, const Team *team, Track *track, Decimal value)
{
    Reading *reading = reading_new();

    reading->id = ID_NEW(ReadingId, turn->ids);
    reading->kr = track->kr->id;
    reading->value = value;
    reading->at = turn->now;
    reading->day = team_day(team, turn->now);
    reading->source = READING_RETRO;
    g_ptr_array_add(track->readings, reading);
    turn_change(turn, CHANGE_READING, turn->team, reading);
}

static void take_krs(Turn *turn, Sprint *sprint, const FormValues *values)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        SprintKr *kr = g_ptr_array_index(sprint->krs, i);
        const FormEntry *cause = form_entry_numbered(values, "cause kr", kr->track->kr->number);
        Decimal value = {0};

        if (form_entry_numbered(values, "kr", kr->track->kr->number) != NULL &&
            final_value(values, kr, &value)) {
            const Reading *now = track_current(kr->track);

            if (now == NULL || decimal_cmp(now->value, value) != 0) {
                add_reading(turn, turn->team, kr->track, value);
            }
            kr->final_given = true;
        }
        if (cause != NULL) {
            kr->cause = (Cause)cause_index(cause->text);
        }
    }
}

static void take_anchor(Turn *turn, Sprint *sprint, const FormValues *values)
{
    const char *text = form_get(values, "anchor");
    Team *team = world_team(turn->world, sprint->anchor_team);
    Tactical *anchor = team != NULL ? team_tactical(team, sprint->anchor) : NULL;
    Decimal value = {0};
    bool delta = false;

    if (text == NULL || value_read(text, &sprint->anchor_unit, sprint->anchor_open,
                                   sprint->anchor_target, &value, &delta) != VALUE_OK) {
        return;
    }
    bool is_news =
        !sprint->retro.anchor_known || decimal_cmp(sprint->retro.anchor_close, value) != 0;
    sprint->retro.anchor_known = true;
    sprint->retro.anchor_close = value;
    if (anchor != NULL && is_news) {
        add_reading(turn, team, anchor->track, value);
    }
}

static void set_text(char **slot, const char *text)
{
    if (text != NULL && *text != '\0') {
        g_free(*slot);
        *slot = g_strdup(text);
    }
}

static void take_answers(Sprint *sprint, const FormValues *values)
{
    Retro *retro = &sprint->retro;
    const char *moved = form_get(values, "moved"), *change = form_get(values, "change"),
               *rest = NULL;

    if (moved != NULL) {
        g_autofree char *word = leading_word(moved, &rest);

        retro->moved = (Moved)(choice_index(word, moved_names) + 1);
        set_text(&retro->moved_how, rest);
    }
    if (change != NULL) {
        g_autofree char *word = leading_word(change, &rest);

        retro->change = (TacticalChange)(choice_index(word, change_names) + 1);
        g_clear_pointer(&retro->change_to, g_free);
        set_text(&retro->change_to, rest);
    }
    set_text(&retro->learned, form_get(values, "learned"));
}

static void take_initiatives(const Sprint *sprint, const FormValues *values, const char *key,
                             GPtrArray *into)
{
    const char *text = form_get(values, key);

    if (text != NULL) {
        g_ptr_array_set_size(into, 0);
        each_initiative(sprint, text, into);
    }
}

/* A form that was filled in beforehand holds all actions; a sitting in text adds to them. */
static bool holds_all(const Turn *turn, const FormValues *values)
{
    return values->whole || turn->event->kind == EVENT_FORM;
}

static Action *action_called(const Sprint *sprint, const char *text)
{
    g_autofree char *wanted = text_key(text);

    for (guint i = 0; i < sprint->retro.actions->len; i++) {
        Action *action = g_ptr_array_index(sprint->retro.actions, i);
        g_autofree char *key = text_key(action->text);

        if (strcmp(key, wanted) == 0) {
            return action;
        }
    }
    return NULL;
}

/* The action of that text, or a new one. */
static Action *action_row(Turn *turn, Sprint *sprint, const char *text)
{
    Action *action = action_called(sprint, text);

    if (action == NULL) {
        action = action_new();
        action->id = ID_NEW(ActionId, turn->ids);
        action->sprint = sprint->id;
        action->number = (int32_t)sprint->retro.actions->len + 1;
        g_ptr_array_add(sprint->retro.actions, action);
    }
    return action;
}

/* False when they would be more than anybody gets done; nothing is taken then. */
static bool actions_fit(Turn *turn, const Sprint *sprint, const FormValues *values)
{
    size_t n = holds_all(turn, values) ? 0 : sprint->retro.actions->len;

    for (size_t i = 0; i < form_count(values, "action"); i++) {
        g_auto(ActionText) given = {0};

        (void)action_read(form_entry(values, "action", i)->text, turn_today(turn), &given);
        n += holds_all(turn, values) || action_called(sprint, given.text) == NULL;
    }
    if (n > ACTIONS_MAX) {
        turn_say(turn, say(W_RETRO_ACTIONS_MAX, N("n", (int64_t)n), N("most", ACTIONS_MAX)));
    }
    return n <= ACTIONS_MAX;
}

static void take_actions(Turn *turn, Sprint *sprint, const FormValues *values)
{
    size_t n = form_count(values, "action");

    if (n > 0 && holds_all(turn, values)) {
        g_ptr_array_set_size(sprint->retro.actions, 0);
    }
    for (size_t i = 0; i < n; i++) {
        g_auto(ActionText) given = {0};
        WhenFault fault =
            action_read(form_entry(values, "action", i)->text, turn_today(turn), &given);
        Action *action = action_row(turn, sprint, given.text);

        g_assert(fault == WHEN_OK);
        g_free(action->text);
        g_free(action->owner);
        action->text = g_steal_pointer(&given.text);
        action->owner = g_steal_pointer(&given.owner);
        action->due = given.due;
    }
}

/* What must be there before it can be confirmed: 1, 2, 3 and 5 of the framework's list. "" when
 * nothing lacks. */
static char *lacking(const Sprint *sprint)
{
    const Retro *retro = &sprint->retro;
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);
        Decimal value = {0};

        if (!final_value(NULL, kr, &value)) {
            g_string_append_printf(out, "kr%d, ", kr->track->kr->number);
        } else if (fell_short(NULL, kr) && kr->cause == CAUSE_UNSAID) {
            g_string_append_printf(out, "cause kr%d, ", kr->track->kr->number);
        }
    }
    g_string_append(out, retro->anchor_known ? "" : "anchor, ");
    g_string_append(out, retro->moved != MOVED_UNSAID ? "" : "moved, ");
    g_string_append(out, retro->learned != NULL ? "" : "learned, ");
    g_string_append(out, retro->change != TACTICAL_UNSAID ? "" : "change, ");
    g_string_truncate(out, out->len >= 2 ? out->len - 2 : 0);
    return g_string_free(out, FALSE);
}

/* Where there are forms, one press goes on with what is missing. */
static void offer_again(Turn *turn, const Sprint *sprint, bool confirmed)
{
    if (confirmed && !turn->event->conversation) {
        g_autofree char *which = g_strdup_printf("sprint retro %d", sprint->number);

        card_button(turn_reply(turn), say(W_BUTTON_RETRO), "form.open", which);
    }
}

bool retro_submit(Turn *turn, FormValues *values)
{
    g_autoptr(GString) why = g_string_new(NULL);
    Sprint *sprint = sprint_meant(turn, values, SPRINT_CLOSING, why);
    const char *complete = form_get(values, "complete");

    if (sprint == NULL) {
        turn_say(turn, g_strdup(why->str));
        return false;
    }
    if (!actions_fit(turn, sprint, values)) {
        return false;
    }
    take_krs(turn, sprint, values);
    take_anchor(turn, sprint, values);
    take_answers(sprint, values);
    take_initiatives(sprint, values, "worked", sprint->retro.worked);
    take_initiatives(sprint, values, "did not", sprint->retro.did_not);
    take_actions(turn, sprint, values);

    g_autofree char *missing = lacking(sprint);
    bool confirmed = values->whole || (complete != NULL && *complete == 'y');
    if (confirmed && *missing == '\0') {
        sprint->retro.confirmed_by = g_strdup(turn->event->member);
        closing_done(turn, sprint);
        turn_say(turn, say(W_RETRO_CONFIRMED, N("n", sprint->number)));
        return true;
    }
    turn_change(turn, CHANGE_SPRINT, NULL, sprint);
    if (*missing != '\0') {
        turn_say(turn, say(confirmed ? W_RETRO_NOT_YET : W_RETRO_TAKEN, N("n", sprint->number),
                           S("missing", missing)));
        offer_again(turn, sprint, confirmed);
    } else {
        turn_say(turn, say(W_RETRO_READY, N("n", sprint->number)));
    }
    return true;
}
