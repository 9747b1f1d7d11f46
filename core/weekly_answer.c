/* Answering the weekly check-in: which one is meant, and what becomes of the message. What an
 * answer changes is in hand.c. */

#include <string.h>

#include "core/checkin.h"
#include "core/command.h"
#include "core/hand.h"
#include "core/proposing.h"
#include "core/weekly.h"
#include "core/words.h"

/* What the key of a prompt's card begins with; its check-in's id follows. */
#define WEEKLY_KEY "weekly/"

static bool is_weekly(const char *thread)
{
    return thread != NULL && g_str_has_prefix(thread, WEEKLY_KEY);
}

/* The check-in whose prompt was replied to; NULL: none that is remembered. */
static Checkin *of_thread(const Team *team, const char *thread)
{
    return is_weekly(thread)
               ? weekly_of(team,
                           (CheckinId){g_ascii_strtoll(thread + strlen(WEEKLY_KEY), NULL, 10)})
               : NULL;
}

static char *key_of(const Checkin *checkin)
{
    return g_strdup_printf(WEEKLY_KEY "%" G_GINT64_FORMAT, checkin->id.v);
}

/* The answer that the turn's message gave, and to which check-in; NULL. */
static Answer *given(const Team *team, const char *message, Checkin **checkin)
{
    for (guint i = team->weeklies->len; message != NULL && i > 0; i--) {
        *checkin = g_ptr_array_index(team->weeklies, i - 1);
        Answer *answer = checkin_answer_of(*checkin, message);

        if (answer != NULL) {
            return answer;
        }
    }
    return NULL;
}

/* --- taking it --- */

static void take_reply(Turn *turn, Checkin *checkin, const Reply *reply)
{
    Hand hand = hand_of(turn, checkin);
    g_autofree char *example = weekly_example(turn->team, hand_day(&hand));
    g_autofree char *day = day_text_short(hand_day(&hand));
    bool says_something = !reply_empty(reply) || reply->note != NULL;

    hand_echo(&hand, checkin != NULL ? key_of(checkin) : NULL, say(W_WEEKLY_HEAD, S("day", day)));
    if (says_something) {
        hand_values(&hand, reply);
        if (checkin != NULL) {
            hand_words(&hand, reply);
        } else if (reply_says_words(reply)) {
            card_text(hand.echo, say(W_WEEKLY_BEFORE));
        }
    }
    hand_rest(&hand, reply, example);
    if (checkin != NULL && (says_something || turn->event->edited)) {
        weekly_follow(turn, checkin);
    }
}

static GPtrArray *tracks_of(const Turn *turn, const Checkin *checkin)
{
    return weekly_tracks(turn->team,
                         checkin != NULL ? checkin->day : team_day(turn->team, turn->now));
}

static void take(Turn *turn, Checkin *checkin, const char *text)
{
    g_autoptr(GPtrArray) tracks = tracks_of(turn, checkin);
    g_auto(Reply) reply = reply_read_weekly(text, tracks);

    if (!proposal_ready(turn, turn->team)) {
        return;
    }
    if (tracks->len == 0) {
        turn_say(turn, say(W_WEEKLY_NONE));
        return;
    }
    if (reply.away) {
        hand_away(turn);
        if (hand_only_away(&reply)) {
            return;
        }
    }
    take_reply(turn, checkin, &reply);
}

static void too_late(Turn *turn)
{
    g_autofree char *example = weekly_example(turn->team, team_day(turn->team, turn->now));

    turn_say(turn, say(W_WEEKLY_TOO_OLD, S("example", example)));
}

void weekly_take(Turn *turn, const Reply *reply)
{
    take_reply(turn, weekly_now(turn->team, team_day(turn->team, turn->now)), reply);
}

/* --- where answers come from --- */

/* No sprint's check-in goes first, and this week's has been asked. */
static bool is_open(const Turn *turn)
{
    return turn->team != NULL && !sprints_any(turn->team->sprints, SPRINT_ACTIVE) &&
           weekly_now(turn->team, team_day(turn->team, turn->now)) != NULL;
}

bool weekly_awaits(const Turn *turn)
{
    if (turn->team == NULL) {
        return false;
    }
    if (turn->event->thread != NULL) {
        const Checkin *checkin = of_thread(turn->team, turn->event->thread);

        return checkin != NULL && checkin == weekly_last(turn->team);
    }
    return turn->event->conversation && is_open(turn);
}

/* "sprint 2: …" is for that sprint wherever it is said. */
static bool names_sprint(const Turn *turn, const char *text)
{
    const char *rest = NULL;

    return reply_sprint(text, &rest) > 0 && checkin_awaits(turn, text);
}

bool weekly_answer(Turn *turn, const char *text)
{
    const Event *event = turn->event;
    Checkin *checkin = NULL;

    if (turn->team == NULL || !is_weekly(event->thread) || names_sprint(turn, text)) {
        return false;
    }
    /* Platforms may deliver a message after its own edit or deletion. */
    if (!event->edited && given(turn->team, event->message, &checkin) != NULL) {
        return true;
    }
    checkin = of_thread(turn->team, event->thread);
    if (checkin != NULL && checkin == weekly_last(turn->team)) {
        take(turn, checkin, text);
    } else if (checkin != NULL || reply_likely(text)) {
        too_late(turn);
    }
    return true;
}

bool weekly_unasked(Turn *turn, const char *text)
{
    if (!is_open(turn) || !reply_likely(text)) {
        return false;
    }
    weekly_command(turn, text);
    return true;
}

static void take_back(Turn *turn, Checkin *checkin, Answer *answer, const GPtrArray *tracks)
{
    Hand hand = hand_of(turn, checkin);

    for (guint i = 0; i < tracks->len; i++) {
        hand_take_back(&hand, g_ptr_array_index(tracks, i));
    }
    hand_withdraw(&hand, answer);
}

/* A KR that was dropped since stays as it was. */
static void edit(Turn *turn, Checkin *checkin, Answer *answer, const char *text)
{
    g_autoptr(GPtrArray) tracks = tracks_of(turn, checkin);

    if (!proposal_ready(turn, turn->team)) {
        return;
    }
    if (tracks->len == 0) {
        turn_say(turn, say(W_WEEKLY_NONE));
        return;
    }
    take_back(turn, checkin, answer, tracks);
    if (*text != '\0') {
        take(turn, checkin, text);
    } else {
        turn_say(turn, say(W_ANSWER_WITHDRAWN));
        turn->reply->thread = key_of(checkin); /* a press that is taken back has no thread itself */
        weekly_follow(turn, checkin);
    }
}

bool weekly_edit(Turn *turn, const char *text)
{
    Team *team = turn->team;
    Checkin *checkin = NULL;
    Answer *answer = team != NULL ? given(team, turn->event->message, &checkin) : NULL;

    if (answer != NULL && checkin == weekly_last(team)) {
        edit(turn, checkin, answer, text);
        return true;
    }
    if (answer != NULL) {
        too_late(turn);
        return true;
    }
    if (team == NULL || *text != '\0') { /* not understood when it was new: perhaps it is now */
        return weekly_answer(turn, text);
    }
    checkin = of_thread(team, turn->event->thread);
    if (checkin != NULL && checkin == weekly_last(team) && turn->event->message != NULL) {
        Hand hand = hand_of(turn, checkin);

        hand_deleted(&hand);
    }
    return is_weekly(turn->event->thread);
}

static void ask_back(Turn *turn)
{
    g_autofree char *example = weekly_example(turn->team, team_day(turn->team, turn->now));

    turn_say(turn, say(W_WEEKLY_COMMAND, S("example", example)));
}

void weekly_command(Turn *turn, const char *text)
{
    Day today = team_day(turn->team, turn->now);
    g_autoptr(GPtrArray) tracks = weekly_tracks(turn->team, today);

    if (tracks->len == 0) {
        turn_say(turn, say(W_WEEKLY_NONE));
    } else if (text[strspn(text, " \n")] == '\0') {
        ask_back(turn);
    } else {
        take(turn, weekly_now(turn->team, today), text);
    }
}

/* The check-in of a button, while it takes answers; NULL when it does not, which is said unless it
 * is another team's, or one long over. */
static Checkin *of_button(Turn *turn, const char *value)
{
    g_autofree char *thread = g_strconcat(WEEKLY_KEY, value, NULL);
    Checkin *checkin = turn->team != NULL ? of_thread(turn->team, thread) : NULL;

    if (checkin != NULL && checkin != weekly_last(turn->team)) {
        too_late(turn);
        return NULL;
    }
    return checkin;
}

void weekly_same(Turn *turn, const char *value)
{
    Checkin *checkin = of_button(turn, value);

    if (checkin != NULL) {
        take(turn, checkin, "same");
    }
}

void weekly_form(Turn *turn, const char *value)
{
    if (of_button(turn, value) == NULL) {
        return;
    }
    if (!turn->event->conversation) {
        command_form(turn, "okr checkin", "");
    } else {
        ask_back(turn);
    }
}
