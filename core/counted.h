#pragma once

/* What is counted: the noun phrase that a claim is about, and its head. Used by claim.c. */

#include "core/claim.h"

const Word *claim_word(const Claim *claim, size_t i); /* WORD_END behind the last */
bool word_is_figure(const Word *word);                /* a quantity, or a sign such as < */
bool noun_is_people(NounEntry noun);
/* "Marketing delivers": whether a department stands at `i` and acts behind it. */
bool department_acts(const Claim *claim, size_t i);

/* From a verb or a sentence's beginning to the first word of what is counted; notes the figures in
 * between. */
size_t counted_skip(Claim *claim, size_t i, bool behind_verb);
/* The end of the noun phrase that starts at `first`: the word behind its last. */
size_t counted_end(const Claim *claim, size_t first);
/* Reads what is counted, from the word `i` on, into the claim; returns the word behind it. */
size_t counted_read(Claim *claim, size_t i, bool behind_verb);
