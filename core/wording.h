#pragma once

/* The words around a value: what leads up to it, what says that it did not move, what takes its
 * certainty away. */

#include <stdbool.h>
#include <stddef.h>

#include "core/slice.h"

/* What leads up to a value says about it. */
typedef enum WordingLead {
    LEAD_NONE,     /* nothing: a sign means a movement */
    LEAD_ABSOLUTE, /* "is now", "->", "kr1=": the value itself, a sign belongs to it */
    LEAD_LITERAL,  /* " = ", set apart: and is to be taken at its word (value.h) */
} WordingLead;

/* Skips what leads up to a value: ":", "=", "is now", "went up to". */
WordingLead wording_skip_lead(Slice *text);
/* "same", "unchanged", "has not moved since yesterday": how many bytes of it `text` starts with. */
size_t wording_same(Slice text);
bool wording_is_same(Slice text); /* that or "=", and nothing else */
/* Begins like a value, with signs, leads and doubts in front of it allowed. */
bool wording_is_value(Slice text);
/* "about 27", "~27", "27?": not meant to be exact. */
bool wording_doubts(Slice text);

/* Speaks of the team's own doings: calls made, a deck written. */
bool wording_tells_of_work(Slice text);

/* A dash of any width at the start of `text`, in bytes. */
size_t wording_dash(Slice text);
bool wording_is_dash(Slice text); /* and nothing else */
/* "- 27": a minus, or only a dash? The bytes of the dash and its blanks; 0 when there is none. */
size_t wording_loose_dash(Slice text);
