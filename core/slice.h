#pragma once

/* A piece of somebody's text, borrowed, and fixed phrases in it. Phrases are ASCII in lower case; case does not
 * matter, a blank stands for any number of blanks, ' also for ’, and only whole words match. */

#include <stdbool.h>
#include <stddef.h>

typedef struct Slice {
    const char *at, *end;
} Slice;

Slice slice_of(const char *text);
Slice slice_from(Slice text, size_t bytes); /* without the first `bytes` */
Slice slice_trim(Slice text);               /* without blanks, quotes, backticks and asterisks around it */
bool slice_empty(Slice text);
char *slice_dup(Slice text);                /* caller frees */
bool slice_starts(Slice text, const char *bytes); /* exactly these, whatever follows */
bool slice_is(Slice text, const char *bytes);

/* How many bytes at the start of `text` are the phrase; 0: it does not start with it. */
size_t slice_phrase(Slice text, const char *phrase);
/* The longest of the phrases, which NULL ends. */
size_t slice_phrases(Slice text, const char *const *phrases);
/* Whether one of the phrases stands anywhere in the text. */
bool slice_has(Slice text, const char *const *phrases);
/* How many bytes at the start of `text` are blanks. */
size_t slice_blanks(Slice text);
