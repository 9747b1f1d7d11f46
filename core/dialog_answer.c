/* What a member says in a conversation: words that steer it, lines with a key of their own,
 * answers. */

#include "core/dialog.h"

#include <string.h>

#include "core/checkin.h"
#include "core/reply.h"
#include "core/talk.h"
#include "core/text.h"
#include "core/weekly.h"

static void cancel(Talk *talk)
{
    Card *card = talk_card(talk->turn);

    if (talk->values->entries->len > 0) {
        card_text(card, say(W_FORM_CANCELLED));
        card_code(card, form_text(talk->values, true));
    } else {
        card_text(card, say(W_FORM_CANCELLED_EMPTY));
    }
    talk_draft_gone(talk->turn, talk->draft);
}

static void restart(Talk *talk)
{
    const Form *form = talk->values->form;
    Turn *turn = talk->turn;
    g_autoptr(FormValues) anew = form_values_new(form);

    anew->whole = true;
    if (form->prefill != NULL && form->prefill(turn, anew) == CHECK_NEED) {
        return;
    }
    if (talk->values->entries->len > 0) {
        card_text(talk_card(turn), say(W_FORM_REPLACED));
        card_code(talk_card(turn), form_text(talk->values, true));
    }
    talk->values = anew;
    talk->draft->full = true;
    talk_go_on(talk, NULL, false);
}

static void back(Talk *talk, const Field *field)
{
    const Field *fields = talk->values->form->fields;
    const Field *to = field;

    if (field == NULL) {
        for (to = fields; to[1].key != NULL; to++) {
        }
        to++;
    }
    do {
        to = to > fields ? to - 1 : fields;
    } while (to > fields && talk_passes_over(talk, to));
    size_t n = form_count(talk->values, to->key);
    FormEntry *last = n > 0 ? form_entry(talk->values, to->key, n - 1) : NULL;
    talk_ask(talk, to, to->numbered && last != NULL ? last->number : (int32_t)(n > 0 ? n - 1 : 0),
             NULL);
}

static void leave_out(Talk *talk, const Field *field, int32_t entry)
{
    FormEntry *there = talk_entry(talk, field, entry);

    if (there != NULL) {
        form_remove(talk->values, there);
        card_text(talk_card(talk->turn), say(W_FORM_LEFT_OUT));
    }
    talk_go_on(talk, field, false);
}

/* A wrong entry that the form can do without: who leaves the field leaves it out. */
static bool may_go(const Talk *talk, const FormFault *fault)
{
    int32_t least = form_at_least(talk->turn, talk->values, fault->field);

    return fault->entry != SIZE_MAX && !fault->field->numbered &&
           (int32_t)form_count(talk->values, fault->field->key) > least;
}

/* skip and done: leave this field, if it may be left. */
static void leave(Talk *talk, const Field *field)
{
    g_autoptr(GPtrArray) faults = form_faults_new();

    if (form_check(talk->turn, talk->values, faults) == CHECK_NEED) {
        return;
    }
    for (guint i = 0; i < faults->len; i++) {
        const FormFault *fault = g_ptr_array_index(faults, i);

        if (fault->field == field && may_go(talk, fault)) {
            leave_out(talk, field, talk_place(talk, fault));
            return;
        }
        if (fault->field == field) {
            g_autofree char *why =
                say(W_FORM_NOT_SKIPPED, S("key", field->key), S("why", fault->why));

            talk_ask(talk, field, talk_place(talk, fault), why);
            return;
        }
    }
    const Field *next = field + 1;
    if (talk->draft->full && next->key != NULL) {
        int32_t entry = 0;

        for (; next->key != NULL; next++) {
            if (talk_wants(talk, next, &entry)) {
                talk_ask(talk, next, entry, NULL);
                return;
            }
        }
    }
    if (faults->len > 0) {
        talk_ask_fault(talk, faults, true);
        return;
    }
    talk_summarise(talk, NULL);
}

/* After an entry was taken: more of the same where it repeats, else on. */
static void taken(Talk *talk, const Field *field)
{
    const Form *form = talk->values->form;
    int32_t n = (int32_t)form_count(talk->values, field->key);

    if (form->sittings && g_strcmp0(field->key, form->first) == 0 &&
        form->prefill(talk->turn, talk->values) == CHECK_NEED) {
        return;
    }
    if (talk->draft->full && field->repeat && !field->numbered && n < talk_most(talk, field)) {
        talk_ask(talk, field, n, NULL);
    } else {
        talk_go_on(talk, field, false);
    }
}

/* The lines of a text in which each has a key; without any when it is no such text. */
static FormValues *read_keyed(const Form *form, const char *text)
{
    g_autoptr(GPtrArray) faults = form_faults_new();
    Form bare = *form;

    bare.first = NULL; /* text without a key is an answer to the question */
    FormValues *given = form_read(&bare, text, faults);
    given->form = form;
    if (faults->len > 0) {
        g_ptr_array_set_size(given->entries, 0);
    }
    return given;
}

/* The entry that a keyed line is about: the one there is, or the nth ("kr2: …"); NULL when it is
 * one more. */
static FormEntry *entry_meant(const FormValues *values, const FormEntry *line)
{
    const char *key = line->field->key;

    if (!line->field->repeat) {
        return form_entry_numbered(values, key, line->number);
    }
    return line->number > 0 ? form_entry(values, key, (size_t)line->number - 1) : NULL;
}

/* A line with a key of its own ("window: 14 days") answers for that key wherever the conversation
 * stands. */
static bool keyed_line(Talk *talk, const char *text)
{
    g_autoptr(FormValues) given = read_keyed(talk->values->form, text);

    for (guint i = 0; i < given->entries->len; i++) {
        const FormEntry *entry = g_ptr_array_index(given->entries, i);
        FormEntry *there = entry_meant(talk->values, entry);

        if (there != NULL) {
            form_rewrite(talk->values, there, g_strdup(entry->text));
        } else {
            form_put(talk->values, entry->field->key, entry->number, entry->text);
        }
    }
    return given->entries->len > 0;
}

static void at_summary(Talk *talk, const char *text, const char *key)
{
    if (strcmp(key, "yes") == 0 || strcmp(key, "y") == 0 || strcmp(key, "ok") == 0) {
        g_autoptr(GPtrArray) faults = form_faults_new();

        switch (form_check(talk->turn, talk->values, faults)) {
        case CHECK_NEED:
            return;
        case CHECK_WRONG:
            talk_ask_fault(talk, faults, true);
            return;
        case CHECK_OK:
            talk_submit(talk);
            return;
        }
    }
    if (keyed_line(talk, text)) {
        talk_conclude(talk);
        return;
    }
    g_autofree char *why = say(W_FORM_SUMMARY_UNCLEAR, S("key", talk->values->form->fields[0].key));
    talk_summarise(talk, why);
}

/* Puts the answer at the place and checks it; false when it was wrong, with `why` said. The old
 * text stays then. */
static CheckResult put_answer(Talk *talk, const Field *field, int32_t entry, const char *text,
                              GString *why)
{
    FormEntry *there = talk_entry(talk, field, entry);
    g_autofree char *before = there != NULL ? g_strdup(there->text) : NULL;
    g_autofree char *squeezed = text_squeeze(text);

    if (there != NULL) {
        form_rewrite(talk->values, there, g_steal_pointer(&squeezed));
    } else {
        there = form_put(talk->values, field->key, field->numbered ? entry : 0, squeezed);
    }
    CheckResult result = form_check_entry(talk->turn, talk->values, there, why);
    if (result != CHECK_WRONG) {
        return result;
    }
    /* A whole but wrong answer is kept at its place, so that it can be mended; nothing of what was
     * typed is lost. */
    if (before != NULL && *before != '\0' && *there->text == '\0') {
        entry_set(there, g_steal_pointer(&before));
    }
    return CHECK_WRONG;
}

static void at_field(Talk *talk, const Field *field, const char *text)
{
    g_autoptr(GString) why = g_string_new(NULL);
    int32_t entry = talk->draft->entry;
    FormEntry *there = talk_entry(talk, field, entry);

    if (field->take != NULL && there != NULL && field->take(talk->values, there, text, why)) {
        if (why->len > 0) {
            talk_ask(talk, field, entry, why->str);
        } else {
            taken(talk, field);
        }
        return;
    }
    if (keyed_line(talk, text)) {
        talk_go_on(talk, field, true);
        return;
    }
    switch (put_answer(talk, field, entry, text, why)) {
    case CHECK_NEED:
        return;
    case CHECK_WRONG:
        talk_ask(talk, field, entry, why->str);
        return;
    case CHECK_OK:
        taken(talk, field);
        return;
    }
}

static bool steer(Talk *talk, const Field *field, const char *key)
{
    if (strcmp(key, "cancel") == 0) {
        cancel(talk);
    } else if (strcmp(key, "later") == 0) {
        talk_later(talk);
    } else if (strcmp(key, "restart") == 0) {
        restart(talk);
    } else if (strcmp(key, "back") == 0) {
        back(talk, field);
    } else if (field != NULL && (strcmp(key, "skip") == 0 || strcmp(key, "done") == 0)) {
        leave(talk, field);
    } else if (field != NULL && strcmp(key, "remove") == 0) {
        leave_out(talk, field, talk->draft->entry);
    } else {
        return false;
    }
    return true;
}

/* Is it plainly meant for the form: a line with a key of its own, a movement where a value is asked
 * for, words that begin with what is asked ("we learned that …")? "kr1: 27%" may name any form's
 * key that repeats, so that is not plain. */
static bool is_for_form(const Form *form, const Field *field, const char *text)
{
    g_autoptr(FormValues) keyed = read_keyed(form, text);

    if (keyed->entries->len > 0 &&
        !((const FormEntry *)g_ptr_array_index(keyed->entries, 0))->field->repeat) {
        return true;
    }
    const char *words = g_ascii_strncasecmp(text, "we ", 3) == 0 ? text + 3 : text;
    return field != NULL && ((field->movement && (*text == '+' || *text == '-')) ||
                             text_starts_word(words, field->key));
}

/* Could this rather be an answer to today's check-in, or to the week's? */
static bool is_checkin_answer(const Turn *turn, const Form *form, const Field *field,
                              const char *text)
{
    const char *rest = NULL;
    bool names_sprint = reply_sprint(text, &rest) > 0;

    return (checkin_awaits(turn, text) || weekly_awaits(turn)) &&
           (names_sprint || reply_likely(text)) && !is_for_form(form, field, text);
}

bool dialog_answer(Turn *turn, const char *text)
{
    if (!turn_needs_draft(turn)) {
        return true;
    }
    Draft *draft = talk_draft(turn);
    if (!dialog_waits(turn)) {
        return false;
    }
    const Form *form = form_named(draft->form);
    const Field *field =
        form != NULL && *draft->field != '\0' ? form_field(form, draft->field) : NULL;
    if (form == NULL || is_checkin_answer(turn, form, field, text)) {
        return false;
    }
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = form_read(form, draft->values, faults);
    g_autofree char *key = text_key(text);
    Talk talk = {.turn = turn, .draft = draft, .values = values};

    values->whole = draft->full || !form->sittings;
    if (steer(&talk, field, key)) {
        return true;
    }
    if (field == NULL) {
        at_summary(&talk, text, key);
    } else {
        at_field(&talk, field, text);
    }
    return true;
}
