#include "judge.h"

#include <string.h>

#include "core/text.h"
#include "core/words.h"
#include "people.h"

struct Judge {
    GHashTable *seen; /* of char *: what may reach people only once */
    GHashTable
        *edited; /* messages whose edit or deletion was taken: what they said before is void */
    char *summary_title; /* what a summary's title begins with */
    char *withdrawn;
};

Judge *judge_new(void)
{
    Judge *judge = g_new0(Judge, 1);
    const char *title = words_template(W_CHECKIN_SUMMARY_TITLE);

    judge->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    judge->edited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    judge->summary_title = g_strndup(title, strcspn(title, "{"));
    judge->withdrawn = marks_strip(words_template(W_ANSWER_WITHDRAWN));
    return judge;
}

void judge_free(Judge *judge)
{
    if (judge != NULL) {
        g_hash_table_unref(judge->seen);
        g_hash_table_unref(judge->edited);
        g_free(judge->summary_title);
        g_free(judge->withdrawn);
        g_free(judge);
    }
}

/* --- what stands in a card --- */

/* An unfilled placeholder: a brace with a letter behind it. The people here write braces only as
 * "{zq}". */
static bool has_placeholder(const char *text)
{
    for (const char *brace = strchr(text, '{'); brace != NULL; brace = strchr(brace + 1, '{')) {
        if (g_ascii_isalpha(brace[1]) && !g_str_has_prefix(brace, "{zq}")) {
            return true;
        }
    }
    return false;
}

/* People here write "zq" behind the bytes that would be marks: none may come through. */
static bool has_foreign_mark(const char *text)
{
    return strstr(text, MARK_BOLD "zq") != NULL || strstr(text, MARK_CODE "zq") != NULL ||
           strstr(text, MARK_MEMBER "zq") != NULL;
}

static void check_text(Sim *sim, const char *text)
{
    if (text == NULL) {
        return;
    }
    if (has_placeholder(text)) {
        sim_fail(sim, "a placeholder was left in “%s”", text);
    } else if (has_foreign_mark(text)) {
        sim_fail(sim, "somebody's own mark came through in “%s”", text);
    } else if (!g_utf8_validate(text, -1, NULL)) {
        sim_fail(sim, "a card's text is not UTF-8");
    }
}

static void check_card(Sim *sim, const Card *card)
{
    if (card->blocks->len == 0) {
        sim_fail(sim, "an empty card of kind %s", card_kind_name(card->kind));
    }
    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        check_text(sim, block->text);
        check_text(sim, block->values);
        check_text(sim, block->note);
    }
}

/* --- only once, and in time --- */

static void once(Sim *sim, char *take_what)
{
    if (!g_hash_table_add(sim->judge->seen, take_what)) {
        sim_fail(sim, "%s reached people twice", take_what);
    }
}

static char *day_word(Day day)
{
    return day_iso(day);
}

/* The day that the card is for: it expires with it. */
static Day day_of(const Posted *posted, const BookTeam *team)
{
    GTimeZone *zone = posted->zone != NULL ? posted->zone : team->zone;

    return instant_day((Instant){posted->row->card->expires.us - 1}, zone);
}

static bool is_over(const Sim *sim, const BookTeam *team, const Posted *posted, Day day)
{
    Instant now = sim_now(sim);
    GTimeZone *then = posted->zone != NULL ? posted->zone : team->zone;

    return day_cmp(instant_day(now, team->zone), day) > 0 &&
           day_cmp(instant_day(now, then), day) > 0;
}

static BookCheckin *checkin_of(Sim *sim, const char *key)
{
    const char *id =
        key != NULL && g_str_has_prefix(key, "prompt/") ? key + strlen("prompt/") : "0";

    return books_checkin(sim->books, (CheckinId){g_ascii_strtoll(id, NULL, 10)});
}

/* Only the clock's own cards expire: an answer's edit does not. */
static bool by_clock(const Posted *posted)
{
    return posted->row->card->expires.us != 0;
}

static bool is_summary(const Sim *sim, const Card *card)
{
    const Block *title = g_ptr_array_index(card->blocks, 0);

    return title->kind == BLOCK_TITLE && g_str_has_prefix(title->text, sim->judge->summary_title);
}

static void post_summary(Sim *sim, const Posted *posted, BookCheckin *checkin, const BookTeam *team)
{
    g_autofree char *day = day_word(checkin->day);

    checkin->summaries++;
    sim->stats->summaries++;
    if (checkin->summaries > 1) {
        sim_fail(sim, "the summary of %s was made twice", posted->row->card->key);
    } else if (is_over(sim, team, posted, checkin->day)) {
        sim_fail(sim, "the summary of %s came when %s was over", posted->row->card->key, day);
    }
}

static void post_prompt(Sim *sim, const Posted *posted)
{
    const Card *card = posted->row->card;
    BookCheckin *checkin = checkin_of(sim, card->key);

    if (checkin == NULL) {
        sim_fail(sim, "%s asks a check-in that is not on record", card->key);
        return;
    }
    const BookTeam *team = books_team(sim->books, checkin->team);
    g_autofree char *day = day_word(checkin->day);
    if (is_summary(sim, card) && by_clock(posted)) {
        post_summary(sim, posted, checkin, team);
    }
    if (posted->edit) {
        return;
    }
    checkin->posts++;
    once(sim, g_strdup_printf("the check-in of sprint %" G_GINT64_FORMAT " on %s in %s",
                              checkin->sprint.v, day, team->home));
    if (is_over(sim, team, posted, checkin->day)) {
        sim_fail(sim, "%s came when %s was over", card->key, day);
    }
    if (!is_summary(sim, card)) {
        sim->stats->prompts++;
        people_prompted(sim, checkin);
    }
}

/* The number behind the word "sprint": reminders and calls have no other name. */
static int32_t number_in(const Card *card)
{
    g_autofree char *plain = card_plain(card);
    g_autofree char *folded = g_utf8_casefold(plain, -1);
    const char *word = strstr(folded, "sprint ");

    return word != NULL ? (int32_t)g_ascii_strtoll(word + strlen("sprint "), NULL, 10) : 0;
}

/* Members are "m3.2", the second of team 3; anybody else may belong to several teams, or to none.
 */
static bool is_shared(const Card *card)
{
    return card->member != NULL && (card->member[0] != 'm' || !g_ascii_isdigit(card->member[1]));
}

static const BookTeam *first_owner(const Sim *sim, const Card *card)
{
    const BookSprint *sprint = books_numbered(sim->books, number_in(card));

    return sprint != NULL ? books_team(sim->books, g_array_index(sprint->owners, TeamId, 0)) : NULL;
}

static const BookTeam *team_of(const Sim *sim, const Card *card)
{
    if (card->channel != NULL) {
        return books_home(sim->books, card->channel);
    }
    if (is_shared(card)) {
        return first_owner(sim, card);
    }
    g_autofree char *home = g_strdup(card->member);
    *home = 'c';
    home[strcspn(home, ".")] = '\0';
    return books_home(sim->books, home);
}

/* Today, in every team: somebody who belongs to several has as many. */
static char *days_everywhere(const Sim *sim)
{
    GString *days = g_string_new(NULL);

    for (guint i = 0; i < sim->books->teams->len; i++) {
        const BookTeam *team = g_ptr_array_index(sim->books->teams, i);
        g_autofree char *day = day_word(instant_day(sim_now(sim), team->zone));

        g_string_append_printf(days, "%s%s", i > 0 ? " " : "", day);
    }
    return g_string_free(days, FALSE);
}

/* A word to one person: one a day, over all sprints. */
static void post_nudge(Sim *sim, const Posted *posted, const BookTeam *team)
{
    const Card *card = posted->row->card;
    g_autofree char *day = is_shared(card) ? days_everywhere(sim) : day_word(day_of(posted, team));

    once(sim, g_strdup_printf("a nudge for %s on %s", card->member, day));
}

static char *reminder_of(int32_t sprint, Day day, const char *home)
{
    g_autofree char *word = day_word(day);

    return g_strdup_printf("the reminder of sprint %d on %s in %s", sprint, word, home);
}

static void post_reminder(Sim *sim, const Posted *posted, const BookTeam *team)
{
    const Card *card = posted->row->card;
    sim->stats->reminders++;
    once(sim, reminder_of(number_in(card), day_of(posted, team), team->home));
}

bool judge_reminded(const Sim *sim, int32_t sprint, Day day, const char *home)
{
    g_autofree char *key = reminder_of(sprint, day, home);

    return g_hash_table_contains(sim->judge->seen, key);
}

static void post_ask(Sim *sim, const Posted *posted, const BookTeam *team)
{
    const Card *card = posted->row->card;
    const BookTeam *first = first_owner(sim, card);
    g_autofree char *day = day_word(day_of(posted, team));
    g_autofree char *first_day =
        day_word(instant_day(sim_now(sim), (first != NULL ? first : team)->zone));
    int32_t number = number_in(card);

    sim->stats->asks++;
    if (card->member != NULL) {
        post_nudge(sim, posted, team);
    }
    if (card->key == NULL) {
        const char *target = card->member != NULL ? card->member : card->channel;

        once(sim, g_strdup_printf("the call for the retrospective of %d on %s (%s) to %s", number,
                                  day, first_day, target));
    }
    people_asked(sim, number);
}

void judge_post(Sim *sim, const Posted *posted)
{
    const Card *card = posted->row->card;
    const BookTeam *team = team_of(sim, card);

    check_card(sim, card);
    sim_note(sim, card_kind_name(card->kind), posted->row->id, posted->edit,
             card->key != NULL      ? card->key
             : card->member != NULL ? card->member
                                    : card->channel);
    if (team == NULL && is_shared(card)) {
        return; /* somebody's lead by a slip of the tongue: nobody here knows their day */
    }
    if (team == NULL) {
        sim_fail(sim, "a card went to %s, which is nobody's home",
                 card->channel != NULL ? card->channel : card->member);
        return;
    }
    if (card->key != NULL && !posted->edit) {
        once(sim, g_strdup_printf("message %s", card->key));
    }
    if (card->expires.us != 0 && is_over(sim, team, posted, day_of(posted, team))) {
        sim_fail(sim, "a card of kind %s came when its day was over", card_kind_name(card->kind));
    }
    if (card->kind == CARD_PROMPT) {
        post_prompt(sim, posted);
    } else if (card->kind == CARD_NUDGE) {
        sim->stats->nudges++;
        post_nudge(sim, posted, team);
    } else if (card->kind == CARD_REMINDER) {
        post_reminder(sim, posted, team);
    } else if (card->kind == CARD_RETRO_ASK) {
        post_ask(sim, posted, team);
    }
}

/* --- what people were told was taken --- */

static void forget_message(BookSprint *sprint, const char *message)
{
    for (guint i = 0; message != NULL && i < sprint->krs->len; i++) {
        BookKr *kr = g_ptr_array_index(sprint->krs, i);

        for (guint j = kr->live->len; j > 0; j--) {
            if (g_strcmp0(g_array_index(kr->live, Live, j - 1).message, message) == 0) {
                g_array_remove_index(kr->live, j - 1);
            }
        }
    }
}

static void put_value(BookSprint *sprint, const SaidValue *said, const char *message)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        BookKr *kr = g_ptr_array_index(sprint->krs, i);
        Decimal now = book_value(kr);
        Live live = {.message = g_strdup(message), .value = now};

        if (said->kr != 0 && kr->number != said->kr) {
            g_free(live.message);
            continue;
        }
        if (said->how == HOW_IS) {
            live.value = said->value;
        } else if (said->how == HOW_BY) {
            live.value.millionths = now.millionths + said->value.millionths;
        }
        g_array_append_val(kr->live, live);
    }
}

static void take(Sim *sim, const Sent *sent)
{
    const Event *event = sent->event;
    BookSprint *sprint = books_sprint(sim->books, sent->sprint);

    sprint->dirty = true;
    sim->stats->answers++;
    if (event->edited) {
        forget_message(sprint, event->message);
        g_hash_table_add(sim->judge->edited, g_strdup(event->message));
    }
    for (guint i = 0; i < sent->values->len; i++) {
        put_value(sprint, &g_array_index(sent->values, SaidValue, i), event->message);
    }
}

/* Does the check-in still take answers: its sprint is active, and nothing newer was asked? */
static bool is_open(const Sim *sim, const Sent *sent)
{
    const BookSprint *sprint = books_sprint(sim->books, sent->sprint);
    const BookCheckin *checkin = books_checkin(sim->books, sent->checkin);

    return sprint != NULL && sprint->state == SPRINT_ACTIVE && checkin != NULL &&
           books_last(sim->books, sprint->id, checkin->team) == checkin;
}

static bool is_void(const Sim *sim, const Event *event)
{
    return !event->edited && event->message != NULL &&
           g_hash_table_contains(sim->judge->edited, event->message);
}

static bool is_deletion(const Event *event)
{
    return event->edited && event->text_len == 0;
}

static void judge_deletion(Sim *sim, const Sent *sent, const Card *reply)
{
    g_autofree char *text = reply != NULL ? card_plain(reply) : g_strdup("");

    if (strstr(text, sim->judge->withdrawn) != NULL) {
        sim->stats->withdrawals++;
        take(sim, sent);
    } else if (is_open(sim, sent)) {
        g_hash_table_add(sim->judge->edited,
                         g_strdup(sent->event->message)); /* it came before what it deletes */
    }
}

static void judge_answer(Sim *sim, const Sent *sent, const Card *reply)
{
    bool taken = reply != NULL && reply->kind == CARD_ECHO;
    const BookCheckin *checkin = books_checkin(sim->books, sent->checkin);

    if (taken && is_void(sim, sent->event)) {
        sim_fail(sim, "%s was taken after its edit", sent->event->message);
    } else if (taken) {
        sim->stats->edits += sent->event->edited;
        take(sim, sent);
        const BookCheckin *last =
            checkin != NULL ? books_last(sim->books, checkin->sprint, checkin->team) : NULL;

        if (last != checkin) {
            sim_fail(sim,
                     "an answer to check-in %" G_GINT64_FORMAT
                     " was taken after the next one was asked",
                     sent->checkin.v);
        }
    } else if (is_open(sim, sent) && !is_void(sim, sent->event)) {
        g_autofree char *text = reply != NULL ? card_plain(reply) : g_strdup("nothing");

        sim_fail(sim, "“%s” was refused by an open check-in: %s", sent->event->text, text);
    } else {
        sim->stats->late_refusals++;
    }
}

void judge_reply(Sim *sim, const Sent *sent, const Card *reply)
{
    sim_note(sim, "reply", (int64_t)sent->event->kind, reply != NULL ? (int64_t)reply->kind : -1,
             sent->event->key);
    if (reply != NULL) {
        check_card(sim, reply);
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
    }
}

/* --- what was committed unheard --- */

/* Does the message's answer read as it was edited? Edits here name every key result. */
static bool reads_so(const Sprint *sprint, const Sent *sent)
{
    for (guint i = 0; i < sent->values->len; i++) {
        const SaidValue *said = &g_array_index(sent->values, SaidValue, i);
        const Reading *reading =
            track_of_message(sprint_kr(sprint, said->kr)->track, sent->event->message);

        if (reading == NULL || decimal_cmp(reading->value, said->value) != 0) {
            return false;
        }
    }
    return true;
}

/* Where the reply cannot tell, the store does: does the message's answer stand there, as it now
 * reads? */
static bool stands(Sim *sim, const Sent *sent)
{
    Store *real = sim->store->real;
    g_autoptr(Sprint) sprint = NULL;
    g_autoptr(GError) error = NULL;
    const Event *event = sent->event;

    if (!real->ops->sprint_load(real, sent->sprint, &sprint, &error)) {
        sim_fail(sim, "loading a sprint: %s", error->message);
        return false;
    }
    const Answer *answer =
        sprint_answer(sprint, event->message != NULL ? event->message : event->key, NULL);
    if (answer == NULL || !event->edited) {
        return answer != NULL;
    }
    return is_deletion(event) ? answer->withdrawn : reads_so(sprint, sent);
}

void judge_unheard(Sim *sim, const Sent *sent)
{
    if (!sent->answers || is_void(sim, sent->event)) {
        return;
    }
    if (is_deletion(sent->event)) {
        if (stands(sim, sent)) {
            take(sim, sent);
        } else {
            g_hash_table_add(sim->judge->edited, g_strdup(sent->event->message));
        }
    } else if (is_open(sim, sent) || stands(sim, sent)) {
        take(sim,
             sent); /* an open check-in takes every answer: the next audit looks whether it did */
    }
}
