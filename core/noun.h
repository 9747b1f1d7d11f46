#pragma once

/* The noun phrase that a metric or a counted thing begins with: "weekly active teams" in "weekly
 * active teams in EMEA". */

#include <stdbool.h>
#include <stddef.h>

#include "core/unit.h"

/* Bytes of the noun phrase at the beginning of `text`: up to a preposition, a comma, or the
 * participle that tells what became of it ("stalled accounts | progressed from …"). */
size_t noun_phrase_len(const char *text);
/* Whether the phrase is about several things: its last word is a plural. */
bool noun_is_plural(const char *phrase, size_t len);
/* What a bare number of `metric` counts: UNIT_COUNT with the noun where that is a plural, else
 * UNIT_PLAIN. */
Unit noun_unit(const char *metric);
Unit noun_count(const char *phrase,
                size_t len); /* UNIT_COUNT; a phrase too long loses its first words */
