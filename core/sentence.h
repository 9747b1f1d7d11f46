#pragma once

/* A sentence taken apart into words, figures and punctuation, for statement.h. What is understood
 * is dropped from it; what remains is the metric. */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "core/figure.h"

typedef enum TokenKind { TOKEN_WORD, TOKEN_FIGURE, TOKEN_MARK } TokenKind;

/* What the words around a figure make of it. */
typedef enum Role {
    ROLE_NONE,
    ROLE_FROM,    /* from 22% */
    ROLE_NOW,     /* now 22% */
    ROLE_TO,      /* to 35% */
    ROLE_LEAST,   /* at least 35% */
    ROLE_MOST,    /* below 35% */
    ROLE_BETWEEN, /* between 22% */
    ROLE_AND,     /* … and 35% */
    ROLE_WITHIN,  /* within 2 hours */
    ROLE_BY,      /* by 15% */
    ROLE_AT,      /* at 35% */
    ROLE_OF,      /* of 35% */
} Role;

typedef struct Token {
    TokenKind kind;
    const char *text; /* in the sentence; `len` bytes */
    size_t len;
    char *word; /* folded; "" for a figure */
    bool dropped;
    /* Of a figure: */
    Figure figure;
    ValueFault fault; /* a figure that cannot be taken: out of range, a range … */
    Role role;
    size_t first, behind; /* the tokens that belong to it: "from the current", "22%", "today" */
} Token;

typedef struct Sentence {
    char *text;
    Token *tokens;
    size_t count;
} Sentence;

void sentence_init(Sentence *sentence, const char *text); /* copies */
void sentence_clear(Sentence *sentence);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sentence, sentence_clear)

bool sentence_is(const Sentence *sentence, size_t at,
                 const char *word); /* also when `at` is behind the end */
bool sentence_listed(const Sentence *sentence, size_t at,
                     const char *list); /* among blank-separated words */
/* The words of `phrase` stand there: returns how many, or 0. */
size_t sentence_has(const Sentence *sentence, size_t at, const char *phrase);
/* The same, ending in front of `behind`. */
size_t sentence_ends(const Sentence *sentence, size_t behind, const char *phrase);
void sentence_drop(Sentence *sentence, size_t from, size_t behind);
/* What is left of the tokens in that range, as text. Caller frees. */
char *sentence_rest(const Sentence *sentence, size_t from, size_t behind);
char *sentence_quote(const Sentence *sentence, size_t from,
                     size_t behind); /* as it was written; caller frees */
bool word_listed(const char *word, const char *list);
