#pragma once

/* Which figures of a sentence are its baseline and its target, and what form the sentence has. */

#include "core/lead.h"
#include "core/sentence.h"
#include "core/statement.h"

typedef struct Pick {
    Lead lead;
    bool counted;  /* a number of things done: "Sign 5 contracts" */
    bool compared; /* at least, at most, between: `direction` says which */
    bool kept;     /* "at 45" of something that is kept, without a comparison */
    Direction direction;
    Token *base; /* NULL: not named */
    Token *target;
    Token *high; /* the upper edge; NULL: there is none */
} Pick;

/* STATEMENT_OK, or what is missing or unclear; `*at` is then the words that it is about (caller
 * frees) or NULL. A bad value is a range ("Sign 5 to 10 contracts"); other figures that cannot be
 * taken are picked all the same. */
StatementFault pick_figures(Sentence *sentence, Pick *out, char **at)
    __attribute__((warn_unused_result));
