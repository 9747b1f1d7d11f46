#pragma once

/* A check-in reply as clauses: a key result by its name, a bare value, a keyword with its words, or
 * prose. Only the form is looked at; what a clause means for a sprint is decided in reply.c.
 *
 * Clauses are separated by a newline, ";", ", ", and by the blank before a keyword. What is told in
 * free words (blocked, learned, note) runs to the end of its line, or to a ";" with a keyword
 * behind it. Prose is left alone: only what cannot be meant otherwise ends it ("kr1 27%",
 * "confidence 6", "blocked:"). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/slice.h"
#include "core/wording.h"

typedef enum ClauseKind {
    CLAUSE_PROSE,
    CLAUSE_VALUE,      /* a number, or what wants to be one */
    CLAUSE_SKIP,       /* "-": not told */
    CLAUSE_SAME,       /* "same", "no change" */
    CLAUSE_REST,       /* "rest same", "same except …" */
    CLAUSE_KR,         /* text: its value */
    CLAUSE_CONFIDENCE, /* text: the number */
    CLAUSE_BLOCKED,    /* text: what blocks */
    CLAUSE_UNBLOCKED,  /* text: numbers */
    CLAUSE_LEARNED,
    CLAUSE_NOTE,
    CLAUSE_REVISED, /* number: 1 initiatives were revised, 0 they were not, -1 unclear */
    CLAUSE_AWAY,    /* text: until when, if it was said */
    CLAUSE_SPRINT,  /* "sprint 2:" in front of a later line */
    CLAUSE_KINDS,
} ClauseKind;

typedef struct Clause {
    ClauseKind kind;
    int32_t number;   /* of KR, SPRINT and REVISED */
    WordingLead lead; /* of KR and VALUE: what stood in front of the value */
    bool marked;      /* the keyword cannot be meant otherwise: "blocked:", "learned that" */
    Slice text;       /* without the keyword and what leads up to the words; trimmed */
    Slice whole;      /* with it, for quoting */
} Clause;

typedef struct ClauseReader {
    const char *at; /* the text to read: ends with NUL, blanks are all ' ' (clause_blanks) */
    bool inside;    /* not at the start of a line */
} ClauseReader;

bool clause_next(ClauseReader *reader, Clause *clause) __attribute__((warn_unused_result));
/* Leaves out the rest of the line. */
void clause_skip_line(ClauseReader *reader);
/* The text of a KR clause read on over keywords ("4 blocked tickets"), some words far; the reader
 * is not moved. */
Slice clause_longer(const Clause *clause);

/* "sprint 2: …", "#2 …": the number, and what follows; 0 when there is none (`*rest` is the text
 * then). */
int32_t clause_sprint(const char *text, const char **rest);
/* A copy in which blanks of any width and number are one ' '; newlines stay. Caller frees. */
char *clause_blanks(const char *text);
