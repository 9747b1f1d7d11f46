/* The conversation is a walk over the form's fields. A place in it is a field and an entry: the nth line of that key,
 * or its number where keys are numbered. Begun empty it asks for every field in order; begun with a text form it asks
 * only for what is missing or wrong. Either way it ends at a summary that wants a yes. */

#include "core/dialog.h"

#include <string.h>

#include "core/checkin.h"
#include "core/reply.h"
#include "core/text.h"

/* After half an hour without a word, plain text is taken for something else again. */
#define AWAKE (30 * INSTANT_MINUTE)
/* What is shown of a list of mistakes; the rest is asked one by one anyway. */
#define FAULTS_SHOWN 5

typedef struct Talk {
    Turn *turn;
    Draft *draft;       /* the saved one, or a new one that talk_save puts into the world */
    FormValues *values;
    bool is_new;
} Talk;

static const char *channel_of(const Turn *turn)
{
    return turn->event->channel != NULL ? turn->event->channel : "";
}

static Draft *draft_here(const Turn *turn)
{
    return world_draft(turn->world, turn->event->workspace, channel_of(turn), turn->event->member);
}

static Draft *draft_make(Turn *turn, const Form *form)
{
    Draft *draft = draft_new();

    draft->id = ID_NEW(DraftId, turn->ids);
    draft->workspace = turn->event->workspace;
    draft->channel = g_strdup(channel_of(turn));
    draft->member = g_strdup(turn->event->member);
    draft->form = g_strdup(form->name);
    return draft;
}

static void draft_gone(Turn *turn, Draft *draft)
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

/* The old draft makes room, since a member has one in a channel; what was typed goes back to them, unless the same
 * form was just sent again. */
static void give_back(Turn *turn, const Draft *old, const Draft *draft)
{
    if (*old->values != '\0' && (draft->full || strcmp(old->form, draft->form) != 0)) {
        card_text(turn_reply(turn), say(W_FORM_REPLACED));
        card_code(turn_reply(turn), g_strdup_printf("/%s\n%s", old->form, old->values));
    }
}

/* Saves the draft as it stands at this place; NULL field: it rests. */
static void talk_save(Talk *talk, const char *field, int32_t entry)
{
    Draft *draft = talk->draft;
    Turn *turn = talk->turn;
    char *field_copy = g_strdup(field);

    g_free(draft->values);
    g_free(draft->field);
    draft->values = form_text(talk->values, false);
    draft->field = field_copy;
    draft->entry = entry;
    draft->updated = turn->now;
    if (talk->is_new) {
        Draft *old = draft_here(turn);

        if (old != NULL) {
            give_back(turn, old, draft);
            draft_gone(turn, old);
        }
        world_put_draft(turn->world, draft);
        talk->is_new = false;
    }
    turn_change(turn, CHANGE_DRAFT, NULL, draft);
    turn_timer(turn, TIMER_DRAFT, (TeamId){0}, (SprintId){0}, draft->id.v,
               (Instant){turn->now.us + turn->policy->draft_days * 24 * INSTANT_HOUR});
}

static Card *talk_card(Turn *turn)
{
    Card *card = turn_reply(turn);

    card->kind = CARD_QUESTION;
    return card;
}

static int32_t talk_most(const Talk *talk, const Field *field)
{
    if (!field->repeat) {
        return 1;
    }
    return talk->values->form->at_most != NULL ? talk->values->form->at_most(talk->turn, field) : INT32_MAX;
}

/* The entry that a place names; NULL when it is one to be added. */
static FormEntry *entry_at(const Talk *talk, const Field *field, int32_t entry)
{
    return field->numbered ? form_entry_numbered(talk->values, field->key, entry)
                           : form_entry(talk->values, field->key, (size_t)entry);
}

/* Asks at this place. `why` says what was wrong with the last answer; NULL: it is the first time. */
static void ask(Talk *talk, const Field *field, int32_t entry, const char *why)
{
    Card *card = talk_card(talk->turn);
    int32_t n = field->numbered ? entry : entry + 1;
    const FormEntry *there = entry_at(talk, field, entry);

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

static void summarise(Talk *talk, const char *why)
{
    Card *card = talk_card(talk->turn);
    g_autofree char *done = say(talk->values->form->done);

    if (why != NULL) {
        card_text(card, g_strdup(why));
    }
    card_text(card, say(W_FORM_SUMMARY));
    card_code(card, form_text(talk->values, true));
    card_hint(card, say(W_FORM_SUMMARY_KEYS, S("done", done), S("key", talk->values->form->fields[0].key)));
    talk_save(talk, "", 0);
}

static int32_t fault_place(const Talk *talk, const FormFault *fault)
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

/* Asks for the first fault that has a place, or comes to the summary. */
static void ask_fault(Talk *talk, const GPtrArray *faults, bool with_why)
{
    for (guint i = 0; i < faults->len; i++) {
        const FormFault *fault = g_ptr_array_index(faults, i);

        if (fault->field != NULL) {
            ask(talk, fault->field, fault_place(talk, fault), with_why ? fault->why : NULL);
            return;
        }
    }
    summarise(talk, NULL);
}

static bool is_passed_over(const Talk *talk, const Field *field)
{
    return field->quiet && form_at_least(talk->turn, talk->values, field) == 0;
}

/* Whether a conversation begun empty stops at this field; `*entry` is the place then. */
static bool wants(const Talk *talk, const Field *field, int32_t *entry)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(int32_t));

    if (is_passed_over(talk, field)) {
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

/* Comes to the summary, or to the first thing that is wrong or missing. */
static void conclude(Talk *talk)
{
    g_autoptr(GPtrArray) faults = form_faults_new();

    if (form_check(talk->turn, talk->values, faults) == CHECK_NEED) {
        return;
    }
    if (faults->len > 0) {
        ask_fault(talk, faults, true);
    } else {
        summarise(talk, NULL);
    }
}

/* Goes on behind `field`, or `at` it while it still wants an answer; NULL: from the start. */
static void go_on(Talk *talk, const Field *field, bool at)
{
    int32_t entry = 0;

    if (talk->draft->full) {
        for (const Field *next = field == NULL ? talk->values->form->fields : field; next->key != NULL; next++) {
            if ((at || next != field || field->numbered) && wants(talk, next, &entry)) {
                ask(talk, next, entry, NULL);
                return;
            }
        }
    }
    conclude(talk);
}

/* Carries the form out, or keeps what was typed when that is refused. */
static void submit(Talk *talk)
{
    Turn *turn = talk->turn;
    const Form *form = talk->values->form;

    if (form->submit(turn, talk->values)) {
        Draft *here = draft_here(turn);

        if (here != NULL && strcmp(here->form, form->name) == 0) {
            draft_gone(turn, here);
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
    card_hint(turn_reply(turn), say(W_FORM_KEPT, N("days", turn->policy->draft_days), S("form", form->name)));
}

/* In the order of the lines that were typed; what is missing has no line and comes last. */
static int by_line(gconstpointer a, gconstpointer b)
{
    const FormFault *fa = *(const FormFault *const *)a, *fb = *(const FormFault *const *)b;
    uint32_t la = (uint32_t)fa->line - 1, lb = (uint32_t)fb->line - 1;

    return la < lb ? -1 : la > lb;
}

/* The lines that could not be taken go back to who typed them. */
static void show_lost(Card *card, const GPtrArray *faults)
{
    g_autoptr(GString) lost = g_string_new(NULL);

    for (guint i = 0; i < faults->len; i++) {
        const FormFault *fault = g_ptr_array_index(faults, i);

        if (fault->lost != NULL) {
            g_string_append_printf(lost, "%s%s", lost->len > 0 ? "\n" : "", fault->lost);
        }
    }
    if (lost->len > 0) {
        card_text(card, say(W_FORM_LOST));
        card_code(card, g_strdup(lost->str));
    }
}

static void show_faults(Talk *talk, GPtrArray *faults)
{
    Card *card = talk_card(talk->turn);

    g_ptr_array_sort(faults, by_line);
    card_text(card, say(W_FORM_FAULTS, N("n", faults->len)));
    for (guint i = 0; i < faults->len && i < FAULTS_SHOWN; i++) {
        const FormFault *fault = g_ptr_array_index(faults, i);

        card_item(card, "", fault->line > 1 ? say(W_FORM_AT_LINE, N("line", fault->line), S("why", fault->why)) : g_strdup(fault->why));
    }
    show_lost(card, faults);
    if (faults->len > FAULTS_SHOWN) {
        card_hint(card, say(W_FORM_FAULTS_MORE, N("n", faults->len - FAULTS_SHOWN)));
    }
}

static void begin_with_text(Turn *turn, const Form *form, const char *text, const char *refused)
{
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = form_read(form, text, faults);

    if (refused == NULL && form_check(turn, values, faults) == CHECK_NEED) {
        return;
    }
    Talk talk = {.turn = turn, .draft = draft_make(turn, form), .values = values, .is_new = true};
    if (refused != NULL) {
        turn_say(turn, g_strdup(refused));
        show_lost(turn_reply(turn), faults);
        talk_save(&talk, NULL, 0);
        card_hint(turn_reply(turn), say(W_FORM_KEPT, N("days", turn->policy->draft_days), S("form", form->name)));
    } else if (faults->len == 0) {
        submit(&talk);
    } else {
        show_faults(&talk, faults);
        ask_fault(&talk, faults, false);
        if (talk.is_new) {
            draft_free(talk.draft); /* the turn asked for something */
        }
    }
}

/* Puts what the form is about in its place; false when that is wrong, and said. */
static bool put_about(Turn *turn, FormValues *values, const char *about)
{
    g_autoptr(GString) why = g_string_new(NULL);
    FormEntry *entry = form_put(values, values->form->first, 0, about);

    if (form_check_entry(turn, values, entry, why) == CHECK_WRONG) {
        turn_say(turn, g_strdup(why->str));
        return false;
    }
    return turn->needs->len == 0;
}

/* `about`: what the form is about, where that was said; else NULL. */
static void begin_empty(Turn *turn, const Form *form, const char *about)
{
    g_autoptr(FormValues) values = form_values_new(form);

    values->whole = true;
    if (about != NULL && !put_about(turn, values, about)) {
        return;
    }
    if (form->prefill != NULL && form->prefill(turn, values) == CHECK_NEED) {
        return;
    }
    Talk talk = {.turn = turn, .draft = draft_make(turn, form), .values = values, .is_new = true};
    talk.draft->full = true;
    go_on(&talk, NULL, false);
    if (talk.is_new) {
        draft_free(talk.draft); /* the turn asked for something */
    }
}

static void resume(Turn *turn, Draft *draft, const Form *form)
{
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = form_read(form, draft->values, faults);
    g_autofree char *day = NULL;

    values->whole = true;
    if (form_check(turn, values, faults) == CHECK_NEED) {
        return;
    }
    Talk talk = {.turn = turn, .draft = draft, .values = values};
    day = day_text(instant_day(draft->updated, turn_zone(turn)));
    card_hint(talk_card(turn), say(W_FORM_RESUMED, S("day", day)));
    go_on(&talk, NULL, false);
}

/* Where a form takes several sittings, a text that says only what it is about ("/sprint retro 2") asks for the rest.
 * NULL when the text says more, or nothing. */
static char *about_only(const Form *form, const char *text)
{
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = form->sittings ? form_read(form, text, faults) : form_values_new(form);

    if (values->entries->len != 1 || faults->len > 0) {
        return NULL;
    }
    return g_strdup(form_get(values, form->first));
}

static bool is_about(const Draft *draft, const Form *form, const char *about)
{
    g_autoptr(GPtrArray) unused = form_faults_new();
    g_autoptr(FormValues) values = form_read(form, draft->values, unused);

    return g_strcmp0(form_get(values, form->first), about) == 0;
}

void dialog_begin(Turn *turn, const Form *form, const char *text)
{
    g_autoptr(GString) why = g_string_new(NULL);
    CheckResult allowed = CHECK_OK;

    if (!turn_needs_draft(turn)) {
        return;
    }
    if (form->allow != NULL) {
        allowed = form->allow(turn, why);
    }
    if (allowed == CHECK_NEED) {
        return;
    }
    g_autofree char *about = about_only(form, text);
    if (text[strspn(text, " \n")] != '\0' && about == NULL) {
        begin_with_text(turn, form, text, allowed == CHECK_WRONG ? why->str : NULL);
        return;
    }
    if (allowed == CHECK_WRONG) {
        turn_say(turn, g_strdup(why->str));
        return;
    }
    Draft *draft = draft_here(turn);
    if (draft != NULL && strcmp(draft->form, form->name) == 0 && (about == NULL || is_about(draft, form, about))) {
        resume(turn, draft, form);
    } else {
        begin_empty(turn, form, about);
    }
}

/* --- answers --- */

static void cancel(Talk *talk)
{
    Card *card = talk_card(talk->turn);

    if (talk->values->entries->len > 0) {
        card_text(card, say(W_FORM_CANCELLED));
        card_code(card, form_text(talk->values, true));
    } else {
        card_text(card, say(W_FORM_CANCELLED_EMPTY));
    }
    draft_gone(talk->turn, talk->draft);
}

static void later(Talk *talk)
{
    Turn *turn = talk->turn;
    Instant until = {turn->now.us + turn->policy->draft_days * 24 * INSTANT_HOUR};
    g_autofree char *day = day_text(instant_day(until, turn_zone(turn)));

    talk_save(talk, NULL, 0);
    card_text(talk_card(turn), say(W_FORM_LATER, S("day", day), S("form", talk->values->form->name)));
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
    go_on(talk, NULL, false);
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
    } while (to > fields && is_passed_over(talk, to));
    size_t n = form_count(talk->values, to->key);
    FormEntry *last = n > 0 ? form_entry(talk->values, to->key, n - 1) : NULL;
    ask(talk, to, to->numbered && last != NULL ? last->number : (int32_t)(n > 0 ? n - 1 : 0), NULL);
}

static void leave_out(Talk *talk, const Field *field, int32_t entry)
{
    FormEntry *there = entry_at(talk, field, entry);

    if (there != NULL) {
        form_remove(talk->values, there);
        card_text(talk_card(talk->turn), say(W_FORM_LEFT_OUT));
    }
    go_on(talk, field, false);
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
            leave_out(talk, field, fault_place(talk, fault));
            return;
        }
        if (fault->field == field) {
            g_autofree char *why = say(W_FORM_NOT_SKIPPED, S("key", field->key), S("why", fault->why));

            ask(talk, field, fault_place(talk, fault), why);
            return;
        }
    }
    const Field *next = field + 1;
    if (talk->draft->full && next->key != NULL) {
        int32_t entry = 0;

        for (; next->key != NULL; next++) {
            if (wants(talk, next, &entry)) {
                ask(talk, next, entry, NULL);
                return;
            }
        }
    }
    if (faults->len > 0) {
        ask_fault(talk, faults, true);
        return;
    }
    summarise(talk, NULL);
}

/* After an entry was taken: more of the same where it repeats, else on. */
static void taken(Talk *talk, const Field *field)
{
    const Form *form = talk->values->form;
    int32_t n = (int32_t)form_count(talk->values, field->key);

    if (form->sittings && g_strcmp0(field->key, form->first) == 0 && form->prefill(talk->turn, talk->values) == CHECK_NEED) {
        return;
    }
    if (talk->draft->full && field->repeat && !field->numbered && n < talk_most(talk, field)) {
        ask(talk, field, n, NULL);
    } else {
        go_on(talk, field, false);
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

/* The entry that a keyed line is about: the one there is, or the nth ("kr2: …"); NULL when it is one more. */
static FormEntry *entry_meant(const FormValues *values, const FormEntry *line)
{
    const char *key = line->field->key;

    if (!line->field->repeat) {
        return form_entry_numbered(values, key, line->number);
    }
    return line->number > 0 ? form_entry(values, key, (size_t)line->number - 1) : NULL;
}

/* A line with a key of its own ("window: 14 days") answers for that key wherever the conversation stands. */
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
            ask_fault(talk, faults, true);
            return;
        case CHECK_OK:
            submit(talk);
            return;
        }
    }
    if (keyed_line(talk, text)) {
        conclude(talk);
        return;
    }
    g_autofree char *why = say(W_FORM_SUMMARY_UNCLEAR, S("key", talk->values->form->fields[0].key));
    summarise(talk, why);
}

/* Puts the answer at the place and checks it; false when it was wrong, with `why` said. The old text stays then. */
static CheckResult put_answer(Talk *talk, const Field *field, int32_t entry, const char *text, GString *why)
{
    FormEntry *there = entry_at(talk, field, entry);
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
    /* A whole but wrong answer is kept at its place, so that it can be mended; nothing of what was typed is lost. */
    if (before != NULL && *before != '\0' && *there->text == '\0') {
        entry_set(there, g_steal_pointer(&before));
    }
    return CHECK_WRONG;
}

static void at_field(Talk *talk, const Field *field, const char *text)
{
    g_autoptr(GString) why = g_string_new(NULL);
    int32_t entry = talk->draft->entry;
    FormEntry *there = entry_at(talk, field, entry);

    if (field->take != NULL && there != NULL && field->take(talk->values, there, text, why)) {
        if (why->len > 0) {
            ask(talk, field, entry, why->str);
        } else {
            taken(talk, field);
        }
        return;
    }
    if (keyed_line(talk, text)) {
        go_on(talk, field, true);
        return;
    }
    switch (put_answer(talk, field, entry, text, why)) {
    case CHECK_NEED:
        return;
    case CHECK_WRONG:
        ask(talk, field, entry, why->str);
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
        later(talk);
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

/* Is it plainly meant for the form: a line with a key of its own, a movement where a value is asked for, words that
 * begin with what is asked ("we learned that …")? "kr1: 27%" may name any form's key that repeats, so that is not plain. */
static bool is_for_form(const Form *form, const Field *field, const char *text)
{
    g_autoptr(FormValues) keyed = read_keyed(form, text);

    if (keyed->entries->len > 0 && !((const FormEntry *)g_ptr_array_index(keyed->entries, 0))->field->repeat) {
        return true;
    }
    const char *words = g_ascii_strncasecmp(text, "we ", 3) == 0 ? text + 3 : text;
    return field != NULL && ((field->movement && (*text == '+' || *text == '-')) || text_starts_word(words, field->key));
}

/* Could this rather be an answer to today's check-in? */
static bool is_checkin_answer(const Turn *turn, const Form *form, const Field *field, const char *text)
{
    const char *rest = NULL;
    bool names_sprint = reply_sprint(text, &rest) > 0;

    return checkin_awaits(turn, text) && (names_sprint || reply_likely(text)) && !is_for_form(form, field, text);
}

bool dialog_waits(Turn *turn)
{
    const Draft *draft = turn_needs_draft(turn) ? draft_here(turn) : NULL;

    return draft != NULL && draft->field != NULL && !turn->event->edited && turn->now.us - draft->updated.us <= AWAKE;
}

bool dialog_answer(Turn *turn, const char *text)
{
    if (!turn_needs_draft(turn)) {
        return true;
    }
    Draft *draft = draft_here(turn);
    if (!dialog_waits(turn)) {
        return false;
    }
    const Form *form = form_named(draft->form);
    const Field *field = form != NULL && *draft->field != '\0' ? form_field(form, draft->field) : NULL;
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

void dialog_hint(Turn *turn)
{
    Draft *draft = draft_here(turn);

    if (draft != NULL) {
        g_autofree char *day = day_text(instant_day(draft->updated, turn_zone(turn)));

        turn_say(turn, say(W_FORM_DRAFT_RESTS, S("form", draft->form), S("day", day)));
    }
}

void dialog_expire(Turn *turn, DraftId id)
{
    Draft *draft = world_draft_of(turn->world, id);

    if (draft == NULL) {
        return;
    }
    Card *card = card_new(CARD_NOTICE);
    g_autofree char *text = g_strdup_printf("/%s\n%s", draft->form, draft->values);

    card->member = g_strdup(draft->member);
    card_text(card, say(W_FORM_DRAFT_EXPIRED, S("form", draft->form), N("days", turn->policy->draft_days)));
    card_code(card, g_steal_pointer(&text));
    turn_card(turn, card);
    draft_gone(turn, draft);
}
