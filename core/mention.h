#pragma once

/* Members named in free text, as the platforms write them: "@jonas", "<@U123>", "<@U123|jonas>",
 * "@jonas:example.org". */

#include "core/slice.h"

/* The first member named in the text: the id as its platform knows it (Matrix ids keep their "@";
 * caller frees), and the place in the text. NULL when nobody is named; an e-mail address names
 * nobody. */
char *mention_first(Slice text, Slice *place);

/* The text without a mention that only stands behind it: "legal review @jonas", "legal review
 * (@jonas)". A mention that belongs to the sentence stays: "waiting for @jonas". Slices are of the
 * text itself. */
Slice mention_behind(Slice text, Slice place);

/* The group that the text begins with, as platforms write one ("<!subteam^S0123|@sales>"): its id;
 * NULL when it names none. Caller frees. */
char *mention_group(const char *text);
/* The same the other way, so that it can be read back. Caller frees. */
char *mention_of_group(const char *id);
