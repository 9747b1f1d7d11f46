#pragma once

/* A sentence as words: folded for the lexicon, with their place in the sentence for quoting,
 * numbers told from names and dates. What stands in quotation marks is one word that means nothing.
 */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "core/lexicon.h"

/* A sentence that goes on is judged by its beginning. */
#define PHRASE_WORDS_MAX 128

typedef enum WordKind {
    WORD_END, /* behind the last word, twice: looking two ahead is always allowed */
    WORD_TEXT,
    WORD_NUMBER, /* "30%", "$2M", "4.5/5"; number words are WORD_TEXT and SMALL_NUMBER */
    WORD_LIMIT,  /* < > = and their like */
    WORD_BREAK,  /* a comma, a bracket, a dash */
} WordKind;

typedef enum NumberKind {
    NUMBER_NONE, /* not a number */
    NUMBER_PLAIN,
    NUMBER_PERCENT,
    NUMBER_MONEY,
    NUMBER_TIME, /* with a unit of time */
    NUMBER_NAME, /* a date, or part of a name: 2026, SOC 2 */
} NumberKind;

typedef struct Word {
    WordKind kind;
    NumberKind number; /* of WORD_NUMBER and of number words */
    SmallWord small;   /* of WORD_TEXT */
    const char *text;  /* folded */
    const char *from;  /* as it was written: `len` bytes of the phrase's own copy */
    size_t len;
} Word;

typedef struct Phrase {
    char *sentence; /* squeezed */
    size_t count;   /* words before the first WORD_END */
    Word words[PHRASE_WORDS_MAX + 2];
    GStringChunk *chunk;
} Phrase;

Phrase *phrase_new(const char *sentence);
void phrase_free(Phrase *phrase); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Phrase, phrase_free)

bool phrase_has_quantity(const Phrase *phrase); /* a number that is neither a date nor a name */
bool word_is(const Word *word, const char *text);
bool word_is_quantity(const Word *word);
/* The verb at a word or, where it goes together with the next ("set up"), at both; `*after` is the
 * word behind. */
VerbEntry phrase_verb(const Phrase *phrase, size_t at, size_t *after);
bool phrase_has_verb(const Phrase *phrase, size_t at);
/* The noun that ends at `last`, together with the word before it where both are one ("code review")
 * and that is not before `first`; `*from` is its first word. */
NounEntry phrase_noun(const Phrase *phrase, size_t first, size_t last, size_t *from);
/* Words `from` to `last` as they were written, cut for quoting. Caller frees. */
char *phrase_quote(const Phrase *phrase, size_t from, size_t last);
