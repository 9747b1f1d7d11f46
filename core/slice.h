#pragma once

/* A piece of somebody's text, borrowed, and fixed phrases in it. Phrases are ASCII in lower case;
 * case does not matter, a blank stands for any number of blanks, ' also for ’, and only whole words
 * match. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Slice {
    const char *at, *end;
} Slice;

Slice slice_of(const char *text);
Slice slice_from(Slice text, size_t bytes); /* without the first `bytes` */
Slice slice_trim(Slice text);               /* without blanks around it */
Slice slice_unwrap(Slice text);             /* nor quotes, backticks and asterisks */
bool slice_empty(Slice text);
char *slice_dup(Slice text);                      /* caller frees */
bool slice_starts(Slice text, const char *bytes); /* exactly these, whatever follows */
bool slice_is(Slice text, const char *bytes);

/* How many bytes at the start of `text` are the phrase; 0: it does not start with it. */
size_t slice_phrase(Slice text, const char *phrase);
/* The longest of the phrases, which NULL ends. */
size_t slice_phrases(Slice text, const char *const *phrases);
/* The same, with anything behind it: "kr" of "kr1". */
size_t slice_beginnings(Slice text, const char *const *phrases);
/* Whether one of the phrases stands anywhere in the text. */
bool slice_has(Slice text, const char *const *phrases);
/* The bytes of the first of these, exact to the case and wherever it ends, that `text` starts with.
 */
size_t slice_signs(Slice text, const char *const *signs);
/* How many bytes at the start of `text` are blanks; the text without them. */
size_t slice_blanks(Slice text);
Slice slice_skip_blanks(Slice text);
/* A whole number at the start of `text`, in bytes; one that is too large becomes INT32_MAX. */
size_t slice_number(Slice text, int32_t *number);
