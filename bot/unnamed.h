#pragma once

/* Texts without a member: each place that names them, as platforms write it or as a card marks it,
 * says "somebody". Pure. */

#include <stdbool.h>

#include "core/card.h"

/* NULL: it does not name them. Caller frees. */
char *unnamed_text(const char *text, const char *member, const char *somebody);
/* The same with a card's texts, in place. True: something was changed. */
bool unnamed_card(Card *card, const char *member, const char *somebody);
