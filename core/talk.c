/* A walk over a form's fields. Begun empty it asks for every field in order; begun with a text form
 * it asks only for what is missing or wrong. Either way it ends at a summary that wants a yes. */

#include "core/talk.h"

#include <string.h>

static const char *channel_of(const Turn *turn)
{
    return turn->event->channel != NULL ? turn->event->channel : "";
}

Draft *talk_draft(const Turn *turn)
{
    return world_draft(turn->world, turn->event->workspace, channel_of(turn), turn->event->member);
}

Draft *talk_draft_new(Turn *turn, const Form *form)
{
    Draft *draft = draft_new();

    draft->id = ID_NEW(DraftId, turn->ids);
    draft->workspace = turn->event->workspace;
    draft->channel = g_strdup(channel_of(turn));
    draft->member = g_strdup(turn->event->member);
    draft->form = g_strdup(form->name);
    return draft;
}

void talk_draft_gone(Turn *turn, Draft *draft)
{
    Draft *kept = draft_new();

    *kept = (Draft){.id = draft->id, .workspace = draft->workspace};
    kept->channel = g_strdup(draft->channel);
    kept->member = g_strdup(draft->member);
    turn_own(turn, kept, (GDestroyNotify)draft_free);
    turn_timer_gone(turn, TIMER_DRAFT, (TeamId){0}, (SprintId){0}, draft->id.v);
    turn_change(turn, CHANGE_DRAFT_GONE, NULL, kept);
    world_drop_draft(turn->world, draft);
}

/* The old draft makes room, since a member has one in a channel; what was typed goes back to them,
 * unless the same form was just sent again. */
static void give_back(Turn *turn, const Draft *old, const Draft *draft)
{
    if (*old->values != '\0' && (draft->full || strcmp(old->form, draft->form) != 0)) {
        card_text(turn_reply(turn), say(W_FORM_REPLACED));
        card_code(turn_reply(turn), g_strdup_printf("/%s\n%s", old->form, old->values));
    }
}

void talk_save(Talk *talk, const char *field, int32_t entry)
{
    Draft *draft = talk->draft;
    Turn *turn = talk->turn;
    char *field_copy = g_strdup(field);

    g_free(draft->values);
    g_free(draft->field);
    g_free(draft->thread);
    draft->thread = g_strdup(turn->event->answer_under);
    draft->values = form_text(talk->values, false);
    draft->field = field_copy;
    draft->entry = entry;
    draft->updated = turn->now;
    if (talk->is_new) {
        Draft *old = talk_draft(turn);

        if (old != NULL) {
            give_back(turn, old, draft);
            talk_draft_gone(turn, old);
        }
        world_put_draft(turn->world, draft);
        talk->is_new = false;
    }
    turn_change(turn, CHANGE_DRAFT, NULL, draft);
    turn_timer(turn, TIMER_DRAFT, (TeamId){0}, (SprintId){0}, draft->id.v,
               (Instant){turn->now.us + 24 * INSTANT_HOUR * turn->policy->draft_days});
}

Card *talk_card(Turn *turn)
{
    Card *card = turn_reply(turn);

    card->kind = CARD_QUESTION;
    return card;
}

int32_t talk_most(const Talk *talk, const Field *field)
{
    if (!field->repeat) {
        return 1;
    }
    return talk->values->form->at_most != NULL ? talk->values->form->at_most(talk->turn, field)
                                               : INT32_MAX;
}

FormEntry *talk_entry(const Talk *talk, const Field *field, int32_t entry)
{
    return field->numbered ? form_entry_numbered(talk->values, field->key, entry)
                           : form_entry(talk->values, field->key, (size_t)entry);
}

void talk_ask(Talk *talk, const Field *field, int32_t entry, const char *why)
{
    Card *card = talk_card(talk->turn);
    int32_t n = field->numbered ? entry : entry + 1;
    const FormEntry *there = talk_entry(talk, field, entry);

    if (why != NULL && *why != '\0') {
        card_text(card, g_strdup(why));
    }
    card_text(card, say(field->question, N("n", n)));
    if (there != NULL && *there->text != '\0') {
        card_quote(card, there->text);
    }
    if (field->choices != NULL) {
        field->choices(talk->turn, talk->values, field->numbered ? entry : 0, card);
    }
    if (talk->turn->needs->len > 0) {
        return; /* the choices are not known yet; the turn is taken again */
    }
    if (field->help != field->question) {
        card_hint(card, say(field->help, N("n", n)));
    }
    card_hint(card, say(field->repeat && !field->numbered ? W_FORM_KEYS_REPEAT : W_FORM_KEYS));
    talk_save(talk, field->key, entry);
}

void talk_summarise(Talk *talk, const char *why)
{
    Card *card = talk_card(talk->turn);
    g_autofree char *done = say(talk->values->form->done);

    if (why != NULL) {
        card_text(card, g_strdup(why));
    }
    card_text(card, say(W_FORM_SUMMARY));
    card_code(card, form_text(talk->values, true));
    card_hint(card, say(W_FORM_SUMMARY_KEYS, S("done", done),
                        S("key", talk->values->form->fields[0].key)));
    talk_save(talk, "", 0);
}

int32_t talk_place(const Talk *talk, const FormFault *fault)
{
    int32_t n = 0;

    if (fault->entry == SIZE_MAX) {
        return fault->field->numbered ? fault->number
               : fault->field->repeat ? (int32_t)form_count(talk->values, fault->field->key)
                                      : 0;
    }
    const FormEntry *wrong = g_ptr_array_index(talk->values->entries, fault->entry);
    if (fault->field->numbered) {
        return wrong->number;
    }
    while (form_entry(talk->values, fault->field->key, (size_t)n) != wrong) {
        n++;
    }
    return n;
}

void talk_ask_fault(Talk *talk, const GPtrArray *faults, bool with_why)
{
    for (guint i = 0; i < faults->len; i++) {
        const FormFault *fault = g_ptr_array_index(faults, i);

        if (fault->field != NULL) {
            talk_ask(talk, fault->field, talk_place(talk, fault), with_why ? fault->why : NULL);
            return;
        }
    }
    talk_summarise(talk, NULL);
}

bool talk_passes_over(const Talk *talk, const Field *field)
{
    return field->quiet && form_at_least(talk->turn, talk->values, field) == 0;
}

bool talk_wants(const Talk *talk, const Field *field, int32_t *entry)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(int32_t));

    if (talk_passes_over(talk, field)) {
        return false;
    }
    if (field->numbered) {
        form_wanted(talk->turn, talk->values, field, numbers);
        for (guint i = 0; i < numbers->len; i++) {
            *entry = g_array_index(numbers, int32_t, i);
            if (form_entry_numbered(talk->values, field->key, *entry) == NULL) {
                return true;
            }
        }
        return false;
    }
    *entry = (int32_t)form_count(talk->values, field->key);
    return *entry == 0 || *entry < form_at_least(talk->turn, talk->values, field);
}

void talk_conclude(Talk *talk)
{
    g_autoptr(GPtrArray) faults = form_faults_new();

    if (form_check(talk->turn, talk->values, faults) == CHECK_NEED) {
        return;
    }
    if (faults->len > 0) {
        talk_ask_fault(talk, faults, true);
    } else {
        talk_summarise(talk, NULL);
    }
}

void talk_go_on(Talk *talk, const Field *field, bool at)
{
    int32_t entry = 0;

    if (talk->draft->full) {
        for (const Field *next = field == NULL ? talk->values->form->fields : field;
             next->key != NULL; next++) {
            if ((at || next != field || field->numbered) && talk_wants(talk, next, &entry)) {
                talk_ask(talk, next, entry, NULL);
                return;
            }
        }
    }
    talk_conclude(talk);
}

void talk_submit(Talk *talk)
{
    Turn *turn = talk->turn;
    const Form *form = talk->values->form;

    if (form->submit(turn, talk->values)) {
        Draft *here = talk_draft(turn);

        if (here != NULL && strcmp(here->form, form->name) == 0) {
            talk_draft_gone(turn, here);
        }
        if (talk->is_new) {
            draft_free(talk->draft);
        }
        return;
    }
    if (turn->needs->len > 0) {
        if (talk->is_new) {
            draft_free(talk->draft);
        }
        return;
    }
    talk_save(talk, NULL, 0);
    card_hint(turn_reply(turn),
              say(W_FORM_KEPT, N("days", turn->policy->draft_days), S("form", form->name)));
}

void talk_later(Talk *talk)
{
    Turn *turn = talk->turn;
    Instant until = {turn->now.us + 24 * INSTANT_HOUR * turn->policy->draft_days};
    g_autofree char *day = day_text(instant_day(until, turn_zone(turn)));

    talk_save(talk, NULL, 0);
    card_text(talk_card(turn),
              say(W_FORM_LATER, S("day", day), S("form", talk->values->form->name)));
}
