#pragma once

/* How sprints, KRs and lists of them look as cards and texts. Values in, blocks out. */

#include "core/form.h"
#include "core/pace.h"

/* How a sprint's KR stands today, as a row; movement counts from the last check-in day before
 * `today`. `asked`: a day without a value says "not updated". */
Block *show_kr(const Sprint *sprint, const SprintKr *kr, const Team *team, Day today,
               const Policy *policy, bool asked);
/* All of them, in a card. */
void show_krs(Card *card, const Sprint *sprint, const Team *team, Day today, const Policy *policy,
              bool asked);
/* A tactical KR in its period. */
Block *show_tactical(const Team *team, const Tactical *tactical, Day today, const Policy *policy);

/* A movement that was computed, rounded as far as a reader needs: "+$2.5M", "+1.33 pp". Caller
 * frees. */
char *show_change(Decimal change, const Unit *unit);

/* Day n of m of the window, in working days of that team: today counts. */
void show_day_of(const Sprint *sprint, const Team *team, Day today, int32_t *n, int32_t *m);

/* The sprint card of one home. */
Card *show_sprint_card(const World *world, const Sprint *sprint, const Team *team, Instant now,
                       const Policy *policy);
/* Puts the sprint card of every owner's home in the outbox, in place. */
void show_refresh(Turn *turn, Sprint *sprint);
/* That of one home, with nothing new but today's figures: quietly. */
void show_today(Turn *turn, const Sprint *sprint, const Team *team);

/* "West", "West and Marketing". Caller frees. */
char *show_owners(const World *world, const Sprint *sprint);
/* The sprint as the text form that opens it: `/sprint open` reads it back. Caller frees. */
char *show_text_form(const World *world, const Sprint *sprint);
/* A team's tactical KRs as items to choose from. */
void show_choices(Card *card, const Team *team, const char *prefix);
