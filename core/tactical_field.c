#include "core/tactical_field.h"

#include <string.h>

#include "core/field_check.h"
#include "core/show.h"
#include "core/text.h"

Tactical *tactical_named(const Team *team, const char *text)
{
    int32_t number = 0;
    g_autofree char *wanted = text_fold(text);
    Tactical *found = NULL;
    int fits = 0;

    if (is_whole_number(text, &number)) {
        return team_tactical_number(team, number);
    }
    for (guint i = 0; i < team->tacticals->len; i++) {
        Tactical *tactical = g_ptr_array_index(team->tacticals, i);
        g_autofree char *folded = text_fold(tactical->track->kr->statement);

        if (!tactical->dropped && strstr(folded, wanted) != NULL) {
            found = tactical;
            fits++;
        }
    }
    return fits == 1 ? found : NULL;
}

void tactical_field_choices(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    (void)values, (void)number;
    show_choices(card, turn->team, "");
}

void tactical_field_dress(Turn *turn, const FormValues *values, const FormEntry *entry,
                          FormRow *row)
{
    const Tactical *meant = entry != NULL ? tactical_named(turn->team, entry->text) : NULL;

    (void)values;
    for (guint i = 0; i < turn->team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(turn->team->tacticals, i);

        if (!tactical->dropped) {
            g_autofree char *number = g_strdup_printf("%d", tactical->track->kr->number);

            if (tactical == meant) {
                g_free(row->initial);
                row->initial = g_strdup(number);
            }
            row_choice(row->choices, g_strdup(tactical->track->kr->statement),
                       g_steal_pointer(&number), NULL);
        }
    }
    if (row->choices->len == 0) {
        row->kind = ROW_LINE;
    }
}

char *tactical_list(const Team *team)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < team->tacticals->len; i++) {
        const Kr *kr = ((const Tactical *)g_ptr_array_index(team->tacticals, i))->track->kr;

        g_string_append_printf(list, "%s%d. %s", list->len > 0 ? "; " : "", kr->number,
                               kr->statement);
    }
    return g_string_free(list, FALSE);
}

CheckResult tactical_field_check(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_autofree char *list = tactical_list(turn->team);
    g_autofree char *quoted = text_cut(entry->text, 60);

    (void)values;
    if (tactical_named(turn->team, entry->text) != NULL) {
        return CHECK_OK;
    }
    return wrong(why, say(W_UPDATE_UNKNOWN, S("given", quoted), S("list", list)));
}
