/* How a retrospective looks as a platform's form. */

#include "core/retro.h"

#include <string.h>

#include "core/field_check.h"
#include "core/form_show.h"
#include "core/show.h"
#include "core/text.h"

static const Sprint *sprint_of(Turn *turn, const FormValues *values)
{
    g_autoptr(GString) unused = g_string_new(NULL);

    return sprint_meant(turn, values, SPRINT_CLOSING, unused);
}

void retro_dress_kr(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    const Sprint *sprint = sprint_of(turn, values);
    const SprintKr *kr = sprint != NULL ? sprint_kr(sprint, row->number) : NULL;

    if (kr == NULL) {
        return;
    }
    const Kr *own = kr->track->kr;
    g_autofree char *now = kr_value_typed(&own->unit, own->target, track_value(kr->track));
    Block *shown =
        show_kr(sprint, kr, turn->team, day_plus(sprint->window.last, 1), turn->policy, false);

    form_row_value(row, entry != NULL ? entry->text : now, now);
    g_free(row->label);
    row->label = form_row_value_label(row, own->number, own->metric);
    row->note = g_steal_pointer(&shown->values);
    g_clear_pointer(&row->hint, g_free);
    block_free(shown);
}

void retro_dress_anchor(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    const Sprint *sprint = sprint_of(turn, values);

    if (sprint == NULL) {
        return;
    }
    const Team *team = world_team(turn->world, sprint->anchor_team);
    const Tactical *anchor = team != NULL ? team_tactical(team, sprint->anchor) : NULL;
    Decimal known = anchor != NULL ? track_value(anchor->track) : sprint->anchor_open;
    g_autofree char *now = kr_value_typed(&sprint->anchor_unit, sprint->anchor_target, known);
    g_autofree char *open = value_text(sprint->anchor_open, &sprint->anchor_unit);

    form_row_value(row, entry != NULL ? entry->text : now, now);
    row->note = say(W_SPRINT_ANCHOR, S("statement", sprint->anchor_statement), S("value", open));
    g_clear_pointer(&row->hint, g_free);
}

void retro_dress_moved(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    static const Moved choices[] = {MOVED_YES, MOVED_PARTLY, MOVED_NO};

    (void)turn, (void)values;
    for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
        const char *name = moved_name(choices[i]);

        if (entry != NULL && text_starts_word(entry->text, name)) {
            g_free(row->initial);
            row->initial = g_strdup(name);
        }
        row_choice(row->choices, g_strdup(name), g_strdup(name), NULL);
    }
    g_free(row->label);
    row->label = say(W_CLOSED_Q_MOVED);
    g_clear_pointer(&row->hint, g_free);
}

/* The sentence stands in one line with its word everywhere else. */
void retro_dress_how(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    const char *moved = form_get(values, "moved");
    const char *comma = moved != NULL ? strchr(moved, ',') : NULL;

    (void)turn;
    if (entry == NULL && comma != NULL) {
        row->initial = g_strdup(comma + 1 + strspn(comma + 1, " "));
    }
}

void retro_dress_cause(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    (void)turn, (void)values, (void)entry;
    for (int i = 1; i < CAUSE_COUNT; i++) {
        row_choice(row->choices, g_strdup(cause_name((Cause)i)), g_strdup(cause_name((Cause)i)),
                   NULL);
    }
}

void retro_dress_initiatives(Turn *turn, const FormValues *values, const FormEntry *entry,
                             FormRow *row)
{
    const Sprint *sprint = sprint_of(turn, values);

    (void)entry;
    for (guint i = 0; sprint != NULL && i < sprint->initiatives->len; i++) {
        row_choice(row->choices, g_strdup(g_ptr_array_index(sprint->initiatives, i)),
                   g_strdup_printf("%u", i + 1), NULL);
    }
    if (row->choices->len == 0) {
        row->kind = ROW_LINE;
    }
}

void retro_dress_complete(Turn *turn, const FormValues *values, const FormEntry *entry,
                          FormRow *row)
{
    (void)turn, (void)values, (void)entry;
    row_choice(row->choices, say(W_RETRO_CHOICE_COMPLETE), g_strdup("yes"), NULL);
    g_free(row->label);
    row->label = say(W_RETRO_LABEL_COMPLETE);
    g_free(row->hint);
    row->hint = say(W_RETRO_HINT_COMPLETE);
}

void retro_intro(Turn *turn, const FormValues *values, Card *card)
{
    const Sprint *sprint = sprint_of(turn, values);

    if (sprint != NULL) {
        card_text(card,
                  say(W_SPRINT_TITLE, N("n", sprint->number), S("objective", sprint->objective)));
        card_hint(card, say(W_RETRO_INTRO));
    }
}
