#include "taken.h"

#include <string.h>

#include "core/form_view.h"
#include "core/words.h"
#include "judge.h"

struct Taken {
    GHashTable
        *edited; /* messages whose edit or deletion was taken: what they said before is void */
    char *withdrawn;
};

Taken *taken_new(void)
{
    Taken *taken = g_new0(Taken, 1);

    taken->edited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    taken->withdrawn = marks_strip(words_template(W_ANSWER_WITHDRAWN));
    return taken;
}

void taken_free(Taken *taken)
{
    if (taken != NULL) {
        g_hash_table_unref(taken->edited);
        g_free(taken->withdrawn);
        g_free(taken);
    }
}

static bool is_weekly(const BookCheckin *checkin)
{
    return !ID_SET(checkin->sprint);
}

/* --- taking --- */

static void forget_message(BookKr *kr, const char *message)
{
    for (guint i = kr->live->len; message != NULL && i > 0; i--) {
        if (g_strcmp0(g_array_index(kr->live, Live, i - 1).message, message) == 0) {
            g_array_remove_index(kr->live, i - 1);
        }
    }
}

/* What a sprint's key result then stands at: there is nothing else that moves it. */
static Live live_of(const BookKr *kr, const SaidValue *said, const char *message)
{
    Decimal now = book_value(kr);
    Live live = {.message = g_strdup(message), .how = HOW_IS, .value = now};

    if (said->how == HOW_IS) {
        live.value = said->value;
    } else if (said->how == HOW_BY) {
        live.value.millionths = now.millionths + said->value.millionths;
    }
    return live;
}

static void put_value(BookSprint *sprint, const SaidValue *said, const char *message)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        BookKr *kr = g_ptr_array_index(sprint->krs, i);

        if (said->kr == 0 || kr->number == said->kr) {
            Live live = live_of(kr, said, message);

            g_array_append_val(kr->live, live);
        }
    }
}

static void put_weekly(BookTeam *team, Day day, const SaidValue *said, const char *message)
{
    for (guint i = 0; i < team->tacticals->len; i++) {
        BookKr *kr = g_ptr_array_index(team->tacticals, i);

        if (book_asked(kr, day) && (said->kr == 0 || kr->number == said->kr)) {
            const Live live = {g_strdup(message), said->how, said->value};

            g_array_append_val(kr->live, live);
        }
    }
}

/* A form goes to the newest check-in; when that is a week old, it speaks for today. */
static Day day_of_answer(const Sim *sim, const Sent *sent, const BookTeam *team)
{
    const BookCheckin *last = books_last(sim->books, (SprintId){0}, team->id);
    Day today = instant_day(sim_now(sim), team->zone);

    if (sent->event->kind != EVENT_FORM) {
        return books_checkin(sim->books, sent->checkin)->day;
    }
    return day_diff(today, last->day) < WEEKDAY_COUNT ? last->day : today;
}

static void take_weekly(Sim *sim, const Sent *sent)
{
    const Event *event = sent->event;
    const BookCheckin *checkin = books_checkin(sim->books, sent->checkin);
    BookTeam *team = books_team(sim->books, checkin->team);
    Day day = day_of_answer(sim, sent, team);

    team->dirty = true;
    sim->stats->weekly_answers++;
    sim->stats->weekly_edits += event->edited;
    for (guint i = 0; event->edited && i < team->tacticals->len; i++) {
        BookKr *kr = g_ptr_array_index(team->tacticals, i);

        if (book_asked(kr, day)) { /* what was dropped stays as it was */
            forget_message(kr, event->message);
        }
    }
    for (guint i = 0; i < sent->values->len; i++) {
        put_weekly(team, day, &g_array_index(sent->values, SaidValue, i), event->message);
    }
}

static void take_daily(Sim *sim, const Sent *sent)
{
    const Event *event = sent->event;
    BookSprint *sprint = books_sprint(sim->books, sent->sprint);

    sprint->dirty = true;
    sim->stats->answers++;
    sim->stats->edits += event->edited;
    for (guint i = 0; event->edited && i < sprint->krs->len; i++) {
        forget_message(g_ptr_array_index(sprint->krs, i), event->message);
    }
    for (guint i = 0; i < sent->values->len; i++) {
        put_value(sprint, &g_array_index(sent->values, SaidValue, i), event->message);
    }
}

static void take(Sim *sim, const Sent *sent)
{
    if (sent->event->edited) {
        g_hash_table_add(sim->taken->edited, g_strdup(sent->event->message));
    }
    if (ID_SET(sent->sprint)) {
        take_daily(sim, sent);
    } else {
        take_weekly(sim, sent);
    }
}

/* A weekly one that asked nothing that is still pursued takes no answer. */
static bool asks_anything(const Sim *sim, const BookCheckin *checkin)
{
    const BookTeam *team = books_team(sim->books, checkin->team);

    for (guint i = 0; i < team->tacticals->len; i++) {
        if (book_asked(g_ptr_array_index(team->tacticals, i), checkin->day)) {
            return true;
        }
    }
    return false;
}

/* Does the check-in still take answers: its sprint is active, and nothing newer was asked? */
static bool is_open(const Sim *sim, const Sent *sent)
{
    const BookCheckin *checkin = books_checkin(sim->books, sent->checkin);
    const BookSprint *sprint = books_sprint(sim->books, sent->sprint);

    if (checkin == NULL || books_last(sim->books, checkin->sprint, checkin->team) != checkin) {
        return false;
    }
    return is_weekly(checkin) ? asks_anything(sim, checkin)
                              : sprint != NULL && sprint->state == SPRINT_ACTIVE;
}

static bool is_void(const Sim *sim, const Event *event)
{
    return !event->edited && event->message != NULL &&
           g_hash_table_contains(sim->taken->edited, event->message);
}

static bool is_deletion(const Event *event)
{
    return event->edited && event->text_len == 0;
}

static void judge_deletion(Sim *sim, const Sent *sent, const Card *reply)
{
    g_autofree char *text = reply != NULL ? card_plain(reply) : g_strdup("");

    if (strstr(text, sim->taken->withdrawn) != NULL) {
        sim->stats->withdrawals++;
        take(sim, sent);
    } else if (is_open(sim, sent)) {
        g_hash_table_add(sim->taken->edited,
                         g_strdup(sent->event->message)); /* it came before what it deletes */
    }
}

static void check_in_time(Sim *sim, const Sent *sent)
{
    const BookCheckin *checkin = books_checkin(sim->books, sent->checkin);
    const BookCheckin *last =
        checkin != NULL ? books_last(sim->books, checkin->sprint, checkin->team) : NULL;

    if (last != checkin && sent->event->kind != EVENT_FORM) {
        sim_fail(sim,
                 "an answer to check-in %" G_GINT64_FORMAT
                 " was taken after the next one was asked",
                 sent->checkin.v);
    }
}

static void judge_answer(Sim *sim, const Sent *sent, const Card *reply)
{
    bool taken = reply != NULL && reply->kind == CARD_ECHO;

    if (taken && is_void(sim, sent->event)) {
        sim_fail(sim, "%s was taken after its edit", sent->event->message);
    } else if (taken) {
        take(sim, sent);
        check_in_time(sim, sent);
    } else if (is_open(sim, sent) && !is_void(sim, sent->event) &&
               sent->event->kind != EVENT_FORM) { /* which is handed back where a KR is gone */
        g_autofree char *text = reply != NULL ? card_plain(reply) : g_strdup("nothing");

        sim_fail(sim, "“%s” was refused by an open check-in: %s", sent->event->text, text);
    } else {
        sim->stats->late_refusals++;
    }
}

/* Another target that was acknowledged is never lost. */
static void judge_target(Sim *sim, const Sent *sent, const Card *reply)
{
    g_autofree char *text = reply != NULL ? card_plain(reply) : g_strdup("");
    g_autofree char *done = judge_beginning(W_TARGET_DONE);
    BookTeam *team = books_home(sim->books, sent->event->channel);

    if (g_str_has_prefix(text, done)) {
        sim->stats->targets++;
        team->dirty = true;
        g_ptr_array_add(book_tactical(team, sent->target)->reasons, g_strdup(sent->reason));
    }
}

/* The form that a proposal opens is filled in as far as anything is known. */
static void judge_form(Sim *sim, const Card *reply)
{
    static const char *const known[] = {"trigger", "situation", "anchor"};
    const FormView *form = reply != NULL ? reply->form : NULL;

    for (guint i = 0; form != NULL && i < form->rows->len; i++) {
        const FormRow *row = g_ptr_array_index(form->rows, i);

        for (size_t j = 0; j < G_N_ELEMENTS(known); j++) {
            if (strcmp(row->key, known[j]) == 0 && row->initial == NULL) {
                sim_fail(sim, "a proposal opened its form without the %s", known[j]);
            }
        }
    }
    sim->stats->forms += form != NULL;
}

void taken_reply(Sim *sim, const Sent *sent, const Card *reply)
{
    sim_note(sim, "reply", (int64_t)sent->event->kind, reply != NULL ? (int64_t)reply->kind : -1,
             sent->event->key);
    if (reply != NULL) {
        judge_card(sim, reply);
    }
    if (sim->options.verbose && reply != NULL) {
        g_autofree char *text = card_plain(reply);

        sim_note(sim, "said", 0, 0, sent->event->text);
        sim_note(sim, "answered", 0, 0, text);
    }
    if (sent->answers && is_deletion(sent->event)) {
        judge_deletion(sim, sent, reply);
    } else if (sent->answers) {
        judge_answer(sim, sent, reply);
    } else if (sent->reason != NULL) {
        judge_target(sim, sent, reply);
    } else if (g_strcmp0(sent->event->action, "proposal.open") == 0) {
        judge_form(sim, reply);
    }
}

/* --- what was committed unheard --- */

/* Does the message's answer read as it was edited? Edits here name every key result. */
static bool reads_so(const GPtrArray *tracks, const Sent *sent)
{
    for (guint i = 0; i < sent->values->len; i++) {
        const SaidValue *said = &g_array_index(sent->values, SaidValue, i);

        for (guint j = 0; j < tracks->len; j++) {
            const Track *track = g_ptr_array_index(tracks, j);
            const Reading *reading = track_of_message(track, sent->event->message);

            if (track->kr->number == said->kr &&
                (reading == NULL || decimal_cmp(reading->value, said->value) != 0)) {
                return false;
            }
        }
    }
    return true;
}

static bool stands_so(const GPtrArray *tracks, const Answer *answer, const Sent *sent)
{
    if (answer == NULL || !sent->event->edited) {
        return answer != NULL;
    }
    return is_deletion(sent->event) ? answer->withdrawn : reads_so(tracks, sent);
}

static bool stands_daily(Sim *sim, const Sent *sent, const char *message)
{
    Store *real = sim->store->real;
    g_autoptr(GPtrArray) tracks = g_ptr_array_new();
    g_autoptr(Sprint) sprint = NULL;
    g_autoptr(GError) error = NULL;

    if (!real->ops->sprint_load(real, sent->sprint, &sprint, &error)) {
        sim_fail(sim, "loading a sprint: %s", error->message);
        return false;
    }
    for (guint i = 0; i < sprint->krs->len; i++) {
        g_ptr_array_add(tracks, ((const SprintKr *)g_ptr_array_index(sprint->krs, i))->track);
    }
    return stands_so(tracks, sprint_answer(sprint, message, NULL), sent);
}

static const Answer *weekly_answer_of(const Team *team, const char *message)
{
    for (guint i = 0; i < team->weeklies->len; i++) {
        const Checkin *checkin = g_ptr_array_index(team->weeklies, i);

        for (guint j = 0; j < checkin->answers->len; j++) {
            const Answer *answer = g_ptr_array_index(checkin->answers, j);

            if (strcmp(answer->message, message) == 0) {
                return answer;
            }
        }
    }
    return NULL;
}

static bool stands_weekly(Sim *sim, const Sent *sent, const char *message)
{
    Store *real = sim->store->real;
    const BookCheckin *checkin = books_checkin(sim->books, sent->checkin);
    g_autoptr(GPtrArray) tracks = g_ptr_array_new();
    g_autoptr(Team) team = NULL;
    g_autoptr(GError) error = NULL;

    if (!real->ops->team_load(real, checkin->team, &team, &error)) {
        sim_fail(sim, "loading a team: %s", error->message);
        return false;
    }
    for (guint i = 0; i < team->tacticals->len; i++) {
        g_ptr_array_add(tracks, ((const Tactical *)g_ptr_array_index(team->tacticals, i))->track);
    }
    return stands_so(tracks, weekly_answer_of(team, message), sent);
}

/* Where the reply cannot tell, the store does: does the message's answer stand there, as it now
 * reads? */
static bool stands(Sim *sim, const Sent *sent)
{
    const Event *event = sent->event;
    const char *message = event->message != NULL ? event->message : event->key;

    return ID_SET(sent->sprint) ? stands_daily(sim, sent, message)
                                : stands_weekly(sim, sent, message);
}

void taken_unheard(Sim *sim, const Sent *sent)
{
    if (!sent->answers || is_void(sim, sent->event)) {
        return;
    }
    if (is_deletion(sent->event)) {
        if (stands(sim, sent)) {
            take(sim, sent);
        } else {
            g_hash_table_add(sim->taken->edited, g_strdup(sent->event->message));
        }
    } else if (is_open(sim, sent) || stands(sim, sent)) {
        take(sim,
             sent); /* an open check-in takes every answer: the next audit looks whether it did */
    }
}
