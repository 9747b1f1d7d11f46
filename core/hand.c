#include "core/hand.h"

#include "core/text.h"
#include "core/words.h"

Hand hand_of(Turn *turn, Checkin *checkin)
{
    const char *message = turn->event->message;

    return (Hand){.turn = turn, .checkin = checkin, .message = message != NULL ? message : ""};
}

void hand_echo(Hand *hand, char *take_thread, char *take_head)
{
    hand->echo = turn_reply(hand->turn);
    hand->echo->kind = CARD_ECHO;
    g_free(hand->echo->thread);
    hand->echo->thread = take_thread;
    card_text(hand->echo, take_head);
}

Day hand_day(const Hand *hand)
{
    return hand->checkin != NULL ? hand->checkin->day : team_day(hand->turn->team, hand->turn->now);
}

/* --- values --- */

static Reading *add_reading(Hand *hand, Track *track, Decimal value, ReadingId retracts)
{
    Turn *turn = hand->turn;
    Reading *reading = reading_new();

    reading->id = ID_NEW(ReadingId, turn->ids);
    reading->kr = track->kr->id;
    reading->value = value;
    reading->at = turn->now;
    reading->day = hand_day(hand);
    reading->source = READING_CHECKIN;
    reading->checkin = hand->checkin != NULL ? hand->checkin->id : (CheckinId){0};
    reading->message = *hand->message != '\0' ? g_strdup(hand->message) : NULL;
    reading->retracts = retracts;
    g_ptr_array_add(track->readings, reading);
    turn_change(turn, CHANGE_READING, turn->team, reading);
    return reading;
}

void hand_values(Hand *hand, const Reply *reply)
{
    for (guint i = 0; i < reply->values->len; i++) {
        const ReplyValue *given = &g_array_index(reply->values, ReplyValue, i);
        Track *track = given->track;
        Unit unit = unit_bare(&track->kr->unit);
        Decimal before = track_value(track), change = {0};
        g_autofree char *before_text = value_text(before, &unit);
        g_autofree char *now_text = value_text(given->value, &unit);

        if (given->same || decimal_cmp(before, given->value) == 0 ||
            !decimal_sub(given->value, before, &change)) {
            card_item(hand->echo, "",
                      say(W_ANSWER_SAME, N("n", track->kr->number), S("now", now_text)));
        } else {
            g_autofree char *change_text = value_text_change(change, &unit);

            card_item(hand->echo, "",
                      say(W_ANSWER_VALUE, N("n", track->kr->number), S("before", before_text),
                          S("now", now_text), S("change", change_text)));
        }
        add_reading(hand, track, given->value, (ReadingId){0});
    }
}

void hand_take_back(Hand *hand, Track *track)
{
    const Reading *reading = NULL;

    while ((reading = track_of_message(track, hand->message)) != NULL) {
        Reading *retraction = add_reading(hand, track, reading->value, reading->id);

        retraction->value = track_value(track); /* what counts now */
    }
}

/* --- words --- */

static Answer *add_answer(Hand *hand)
{
    const Event *event = hand->turn->event;
    Answer *answer = answer_new();

    answer->checkin = hand->checkin->id;
    answer->message = g_strdup(*hand->message != '\0' ? hand->message : event->key);
    answer->by = g_strdup(event->member != NULL ? event->member : "");
    answer->at = hand->turn->now;
    g_ptr_array_add(hand->checkin->answers, answer);
    return answer;
}

/* The row of this message: the one there is, or a new one. */
static Answer *answer_row(Hand *hand)
{
    Answer *answer =
        *hand->message != '\0' ? checkin_answer_of(hand->checkin, hand->message) : NULL;

    if (answer == NULL) {
        answer = add_answer(hand);
        answer->late = hand->checkin->summarised && hand->turn->now.us >= hand->checkin->closes.us;
    }
    return answer;
}

static void say_confidences(Hand *hand, const Reply *reply)
{
    if (reply->confidence >= 0) {
        card_item(hand->echo, "", say(W_ANSWER_CONFIDENCE, N("n", reply->confidence)));
    }
    for (guint i = 0; i < reply->confidences->len; i++) {
        const KrConfidence *told = &g_array_index(reply->confidences, KrConfidence, i);
        const Tactical *tactical = team_tactical(hand->turn->team, told->kr);

        card_item(hand->echo, "",
                  say(W_WEEKLY_CONFIDENCE, N("kr", tactical->track->kr->number),
                      N("n", told->confidence)));
    }
}

static void say_words(Hand *hand, const Reply *reply)
{
    say_confidences(hand, reply);
    if (reply->revised != REVISED_UNSAID) {
        card_item(hand->echo, "",
                  say(reply->revised == REVISED_YES ? W_WEEKLY_REVISED : W_WEEKLY_NOT_REVISED));
    }
    if (reply->learned != NULL) {
        card_item(hand->echo, "", say(W_ANSWER_LEARNED, S("text", reply->learned)));
    }
}

Answer *hand_words(Hand *hand, const Reply *reply)
{
    Answer *answer = answer_row(hand);

    answer->withdrawn = false;
    answer->confidence = reply->confidence;
    answer->revised = reply->revised;
    g_clear_pointer(&answer->confidences, g_array_unref);
    if (reply->confidences->len > 0) {
        answer->confidences = g_array_ref(reply->confidences);
    }
    g_free(answer->learned);
    g_free(answer->note);
    answer->learned = g_strdup(reply->learned);
    answer->note = g_strdup(reply->note);
    say_words(hand, reply);
    turn_change(hand->turn, CHANGE_ANSWER, hand->turn->team, answer);
    if (answer->late) {
        card_hint(hand->echo, say(W_ANSWER_LATE));
    }
    return answer;
}

void hand_withdraw(Hand *hand, Answer *answer)
{
    answer->withdrawn = true;
    turn_change(hand->turn, CHANGE_ANSWER, hand->turn->team, answer);
}

void hand_deleted(Hand *hand)
{
    hand_withdraw(hand, add_answer(hand));
}

void hand_rest(Hand *hand, const Reply *reply, const char *example)
{
    for (guint i = 0; i < reply->faults->len; i++) {
        const ReplyFault *fault = g_ptr_array_index(reply->faults, i);

        card_item(hand->echo, "",
                  say(W_ANSWER_NOT_TAKEN, S("part", fault->part), S("why", fault->why)));
    }
    if (reply->note != NULL) {
        card_text(hand->echo,
                  say(reply->tasks ? W_ANSWER_TASKS : W_ANSWER_NOTE, S("example", example)));
    }
    if (hand->turn->event->edited) {
        card_hint(hand->echo, say(W_ANSWER_EDITED));
    }
}

/* --- away --- */

void hand_away(Turn *turn)
{
    Day today = team_day(turn->team, turn->now);
    Member *member = turn_member(turn);
    Window days = {today, today};

    if (!member_away_on(member, today)) {
        g_array_append_val(member->away, days);
        turn_change(turn, CHANGE_MEMBER, turn->team, member);
    }
    turn_say(turn, say(W_ANSWER_AWAY));
}

bool hand_only_away(const Reply *reply)
{
    Reply rest = *reply; /* borrows */

    rest.away = false;
    return reply_empty(&rest) && reply->note == NULL && reply->faults->len == 0;
}
