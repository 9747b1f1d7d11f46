#pragma once

/* Judges what people get to see.
 *
 * The rules for what the clock says unasked: a prompt, its summary, a nudge, a reminder or a call
 * for the retrospective reaches people at most once for its day, and never when that day is over in
 * the team's zone by the clock as it stands at that moment. Where the team's zone has just changed,
 * a day is over when it is over in both. A clock that was stepped back makes an earlier day today
 * again; what was sent for the later day is not sent again when that day comes a second time, and
 * what was held up for either may still come. A joint sprint's retrospective is called for by the
 * days of its first team: two calls are the same where both teams have the same day. Somebody who
 * belongs to several teams may be nudged by any of them, but not twice on what is one day for all.
 */

#include "core/words.h"
#include "platform.h"

typedef struct Posted {
    const OutboxRow *row;
    bool edit;
    GTimeZone *zone; /* of the team, when the card was put in the outbox; NULL: of none */
} Posted;

Judge *judge_new(void);
void judge_free(Judge *judge);

void judge_post(Sim *sim, const Posted *posted);
/* Any card: it is there for something, and its texts are clean and complete. */
void judge_card(Sim *sim, const Card *card);
/* What a message of that kind begins with, up to what is put into it. Caller frees. */
char *judge_beginning(WordId word);
/* A card was put in the outbox. */
void judge_put(Sim *sim, const Card *card);
/* The proposal's card as people see it still asks. */
bool judge_asks(const Sim *sim, ProposalId id);
/* People in that home have seen the day's reminder of the sprint's end. */
bool judge_reminded(const Sim *sim, int32_t sprint, Day day, const char *home);
