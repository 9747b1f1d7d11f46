#pragma once

/* One message's answer to a check-in, daily or weekly: the readings and words that it leaves, what
 * takes them back when it is edited, and what is said back at once. Which check-in is meant is
 * decided in answer.c and weekly_answer.c. */

#include "core/reply.h"
#include "core/turn.h"

typedef struct Hand {
    Turn *turn;
    Checkin *checkin;    /* NULL before a sprint's first prompt */
    const char *message; /* names the message; "" when the platform has none */
    Card *echo;          /* what is said back; NULL until hand_echo */
} Hand;

/* For the turn's message. */
Hand hand_of(Turn *turn, Checkin *checkin);
/* Begins the echo, in the thread of the card with this key; NULL: none. */
void hand_echo(Hand *hand, char *take_thread, char *take_head);
/* The day that the answer speaks for. */
Day hand_day(const Hand *hand);

/* Readings for the values. */
void hand_values(Hand *hand, const Reply *reply);
/* The row of this message in the check-in, with what the reply says beside values; there must be a
 * check-in. */
Answer *hand_words(Hand *hand, const Reply *reply);
/* What was not understood, and what stays a note, with an answer that shows what may be typed. */
void hand_rest(Hand *hand, const Reply *reply, const char *example);

/* Takes back every reading that the message brought for that KR. */
void hand_take_back(Hand *hand, Track *track);
/* Takes back the rest of its answer. */
void hand_withdraw(Hand *hand, Answer *answer);
/* A deletion came before the message that it deletes: that must find no ear any more. */
void hand_deleted(Hand *hand);

/* Whoever sent it is away today. */
void hand_away(Turn *turn);
/* Nothing was said but that one is away. */
bool hand_only_away(const Reply *reply);
