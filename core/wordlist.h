#pragma once

/* The words of the lexicon, as data: each list is one string of words between single blanks, in the
 * singular or the base form, British spelling, two words that belong together joined by a hyphen.
 */

#include <stddef.h>

#include "core/lexicon.h"

typedef struct VerbList {
    VerbClass class;
    Topic topic;
    const char *words;
} VerbList;

typedef struct NounList {
    NounClass class;
    Topic topic;
    const char *words;
} NounList;

typedef struct SmallList {
    SmallWord class;
    const char *words;
} SmallList;

typedef struct WordList {
    const VerbList *verbs;
    size_t verb_count;
    const NounList *nouns;
    size_t noun_count;
    const SmallList *smalls;
    size_t small_count;
    const char *const (*irregular)[2]; /* a past that is not regular, and its verb */
    size_t irregular_count;
    const char *departments; /* they act like one of the team: "marketing" */
    const char *functions;   /* they may begin a sentence with a capital, and are nobody's name */
    const char
        *nouns_in_front; /* verbs that also stand as a noun before another: "test coverage" */
} WordList;

extern const WordList word_list;
