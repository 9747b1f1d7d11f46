#pragma once

/* A roll-up as a message: one screen on a phone, the numbers first. */

#include "core/card.h"
#include "core/rollup.h"

void rollup_show(Card *card, const Rollup *rollup);

/* What its other forms say in the same words. All are the caller's. */
char *rollup_show_anchor(const Rollup *rollup, const Sprint *sprint); /* "KR 1", "KR 2 of East" */
char *rollup_show_state(const Sprint *sprint); /* "closed", "ended early" … */
char *rollup_show_target(const Kr *kr, Decimal target, Decimal high); /* "$30M", "40% to 60%" */
/* The targets that a tactical KR had before, oldest first: "$30M, $32M"; "" when it has its first.
 */
char *rollup_show_targets(const Tactical *tactical);
