#pragma once

/* The words of a key result that say by when: "by Q3 close", "within 14 days", "this quarter". They
 * belong neither to the metric nor to its values: a sprint has its window, a tactical key result
 * its period. */

#include "core/sentence.h"

/* Drops those that name a time: a date, a quarter, "the next two weeks", "the end of the sprint".
 */
void deadline_drop_named(Sentence *sentence);
/* Drops those that name a length ("within 14 days"), from token `from` on, where they end the
 * sentence. Behind what was done they tell what is measured, and stay: "answered within 2 days";
 * and so do hours and less. */
void deadline_drop_lengths(Sentence *sentence, size_t from);
