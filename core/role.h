#pragma once

/* What the words around each figure of a sentence make of it: a baseline, a target, an edge, or
 * nothing. */

#include "core/sentence.h"

/* Fills `role`, `first` and `behind` of every figure that was not dropped. A figure that is only
 * about right ("about 22%", "from under 20%") gets the fault VALUE_NOT_A_NUMBER. */
void role_find(Sentence *sentence);
