/* How a conversation begins, rests and expires. Its steps are in talk.c, what is answered in
 * dialog_answer.c. */

#include "core/dialog.h"

#include <string.h>

#include "core/form_show.h"
#include "core/talk.h"
#include "core/text.h"

/* After half an hour without a word, plain text is taken for something else again. */
#define AWAKE (30 * INSTANT_MINUTE)
/* What is shown of a list of mistakes; the rest is asked one by one anyway. */
#define FAULTS_SHOWN 5

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

/* Which line, where more than one was typed: a short form's lines are nobody's. */
static char *fault_text(const Event *event, const FormFault *fault)
{
    bool lines = event->text != NULL && memchr(event->text, '\n', event->text_len) != NULL;

    return lines && fault->line > 1
               ? say(W_FORM_AT_LINE, N("line", fault->line), S("why", fault->why))
               : g_strdup(fault->why);
}

static void show_faults(Talk *talk, GPtrArray *faults)
{
    Card *card = talk_card(talk->turn);

    g_ptr_array_sort(faults, by_line);
    card_text(card, say(W_FORM_FAULTS, N("n", faults->len)));
    for (guint i = 0; i < faults->len && i < FAULTS_SHOWN; i++) {
        const FormFault *fault = g_ptr_array_index(faults, i);

        card_item(card, "", fault_text(talk->turn->event, fault));
    }
    show_lost(card, faults);
    if (faults->len > FAULTS_SHOWN) {
        card_hint(card, say(W_FORM_FAULTS_MORE, N("n", faults->len - FAULTS_SHOWN)));
    }
}

/* What to do where the platform's form does not come up. */
static void offer_form(Turn *turn, FormView *take_view, const char *about)
{
    Card *card = talk_card(turn);

    if (card->blocks->len == 0) {
        card_text(card, say(W_FORM_REOPEN));
    }
    card_button(card, say(W_BUTTON_OPEN_FORM), "form.open", about);
    card->form = take_view;
}

/* Shows the platform's form with these values, or begins the conversation that stands in for it. */
static void ask_on(Talk *talk, const GPtrArray *faults)
{
    if (talk->turn->event->conversation) {
        talk_ask_fault(talk, faults, false);
        return;
    }
    FormView *view = form_show(talk->turn, talk->values, faults);
    if (talk->turn->needs->len > 0) {
        form_view_free(view);
        return;
    }
    talk_save(talk, NULL, 0); /* it rests; sent again, it takes the draft's place */
    offer_form(talk->turn, view, talk->values->form->name);
}

static void begin_with_values(Turn *turn, FormValues *values, GPtrArray *faults,
                              const char *refused)
{
    const Form *form = values->form;

    if (refused == NULL && form_check(turn, values, faults) == CHECK_NEED) {
        return;
    }
    Talk talk = {
        .turn = turn, .draft = talk_draft_new(turn, form), .values = values, .is_new = true};
    if (refused != NULL) {
        turn_say(turn, g_strdup(refused));
        show_lost(turn_reply(turn), faults);
        talk_save(&talk, NULL, 0);
        card_hint(turn_reply(turn),
                  say(W_FORM_KEPT, N("days", turn->policy->draft_days), S("form", form->name)));
    } else if (faults->len == 0) {
        talk_submit(&talk);
    } else if (form->fleeting && !turn->event->conversation) {
        show_faults(&talk, faults);
        offer_form(turn, form_show(turn, values, faults), form->name);
        draft_free(talk.draft);
    } else {
        show_faults(&talk, faults);
        ask_on(&talk, faults);
        if (talk.is_new) {
            draft_free(talk.draft); /* the turn asked for something */
        }
    }
}

static void begin_with_text(Turn *turn, const Form *form, const char *text, const char *refused)
{
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = form_read(form, text, faults);

    begin_with_values(turn, values, faults, refused);
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
    if (!turn->event->conversation) {
        g_autofree char *which = g_strjoin(" ", form->name, about, NULL);
        FormView *view = form_show(turn, values, NULL);

        if (turn->needs->len > 0) {
            form_view_free(view);
        } else {
            offer_form(turn, view, which);
        }
        return;
    }
    Talk talk = {
        .turn = turn, .draft = talk_draft_new(turn, form), .values = values, .is_new = true};
    talk.draft->full = true;
    talk_go_on(&talk, NULL, false);
    if (talk.is_new) {
        draft_free(talk.draft); /* the turn asked for something */
    }
}

/* Mistakes in what is there are said; what is merely not there yet is not. */
static void drop_missing(GPtrArray *faults)
{
    for (guint i = faults->len; i > 0; i--) {
        if (((const FormFault *)g_ptr_array_index(faults, i - 1))->entry == SIZE_MAX) {
            g_ptr_array_remove_index(faults, i - 1);
        }
    }
}

static void resume_form(Turn *turn, const FormValues *values, GPtrArray *faults, const char *day)
{
    drop_missing(faults);
    FormView *view = form_show(turn, values, faults);
    if (turn->needs->len > 0) {
        form_view_free(view);
        return;
    }
    card_hint(view->intro, say(W_FORM_RESUMED_FORM, S("day", day)));
    offer_form(turn, view, values->form->name);
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
    if (!turn->event->conversation) {
        resume_form(turn, values, faults, day);
        return;
    }
    card_hint(talk_card(turn), say(W_FORM_RESUMED, S("day", day)));
    talk_go_on(&talk, NULL, false);
}

/* Behind a button, and where a form takes several sittings, a text that says only what it is about
 * ("/sprint retro 2") asks for the rest. NULL when the text says more, or nothing. */
static char *about_only(const Turn *turn, const Form *form, const char *text)
{
    bool asks = form->sittings || turn->event->kind == EVENT_BUTTON;
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = asks ? form_read(form, text, faults) : form_values_new(form);

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
    g_autofree char *about = about_only(turn, form, text);
    if (text[strspn(text, " \n")] != '\0' && about == NULL) {
        begin_with_text(turn, form, text, allowed == CHECK_WRONG ? why->str : NULL);
        return;
    }
    if (allowed == CHECK_WRONG) {
        turn_say(turn, g_strdup(why->str));
        return;
    }
    Draft *draft = talk_draft(turn);
    if (draft != NULL && strcmp(draft->form, form->name) == 0 &&
        (about == NULL || is_about(draft, form, about))) {
        resume(turn, draft, form);
    } else {
        begin_empty(turn, form, about);
    }
}

static void go_on_filled(Turn *turn, FormValues *values, const GPtrArray *faults)
{
    const Form *form = values->form;
    Talk talk = {
        .turn = turn, .draft = talk_draft_new(turn, form), .values = values, .is_new = true};

    talk.draft->full = true;
    if (turn->event->conversation) {
        card_text(talk_card(turn), say(W_FORM_FILLED));
        card_code(talk_card(turn), form_text(values, true));
        talk_go_on(&talk, NULL, false);
    } else {
        ask_on(&talk, faults);
    }
    if (talk.is_new) {
        draft_free(talk.draft); /* the turn asked for something */
    }
}

void dialog_fill(Turn *turn, FormValues *values)
{
    const Form *form = values->form;
    g_autoptr(GString) why = g_string_new(NULL);
    g_autoptr(GPtrArray) faults = form_faults_new();

    if (!turn_needs_draft(turn)) {
        return;
    }
    CheckResult allowed = form->allow != NULL ? form->allow(turn, why) : CHECK_OK;
    if (allowed == CHECK_WRONG) {
        turn_say(turn, g_strdup(why->str));
    }
    values->whole = true;
    if (allowed != CHECK_OK || form_check(turn, values, faults) == CHECK_NEED) {
        return;
    }
    drop_missing(faults);
    if (form->fleeting && !turn->event->conversation) {
        offer_form(turn, form_show(turn, values, faults), form->name);
    } else {
        go_on_filled(turn, values, faults);
    }
}

void dialog_take(Turn *turn, const Form *form, const char *text)
{
    g_autoptr(GString) why = g_string_new(NULL);
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = NULL;

    if (!turn_needs_draft(turn)) {
        return;
    }
    CheckResult allowed = form->allow != NULL ? form->allow(turn, why) : CHECK_OK;
    if (allowed == CHECK_NEED) {
        return;
    }
    values = form_read(form, text, faults);
    form_take_answers(values, faults);
    begin_with_values(turn, values, faults, allowed == CHECK_WRONG ? why->str : NULL);
}

void dialog_shut(Turn *turn, const Form *form, const char *text)
{
    g_autoptr(GPtrArray) unused = form_faults_new();
    g_autoptr(FormValues) values = NULL;

    if (form->fleeting || !turn_needs_draft(turn)) {
        return;
    }
    values = form_read(form, text, unused);
    form_take_answers(values, unused);
    if (values->entries->len == 0) {
        return;
    }
    Talk talk = {
        .turn = turn, .draft = talk_draft_new(turn, form), .values = values, .is_new = true};
    talk_later(&talk);
}

bool dialog_waits(Turn *turn)
{
    const Draft *draft = turn_needs_draft(turn) ? talk_draft(turn) : NULL;

    return draft != NULL && draft->field != NULL && !turn->event->edited &&
           (draft->thread == NULL || g_strcmp0(draft->thread, turn->event->answer_under) == 0) &&
           turn->now.us - draft->updated.us <= AWAKE;
}

void dialog_hint(Turn *turn)
{
    Draft *draft = talk_draft(turn);

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
    card_text(card, say(W_FORM_DRAFT_EXPIRED, S("form", draft->form),
                        N("days", turn->policy->draft_days)));
    card_code(card, g_steal_pointer(&text));
    turn_card(turn, card);
    talk_draft_gone(turn, draft);
}
