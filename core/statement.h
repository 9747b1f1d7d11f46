#pragma once

/* A key result read from a natural sentence (framework: A valid sprint has, 6; Numbers).
 *
 *     Increase ICP meeting acceptance rate from 22% to 35% within 14 days
 *     Progress 6 stalled accounts from Discovery stage to Proposal stage
 *     Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days
 *     Cut churn below 3% (now 4.2%)
 *     Raise NPS to 45 from 31
 *     Win rate above 25%
 *     Keep uptime between 99.5% and 100%
 *
 * What could not be understood is asked back, never guessed: the fault tells which question to put.
 */

#include "core/kr.h"

typedef enum StatementFault {
    STATEMENT_OK,
    STATEMENT_EMPTY,
    STATEMENT_TOO_LONG,     /* over STATEMENT_MAX characters, or its canonical sentence is */
    STATEMENT_NO_NUMBER,    /* nothing to measure by: refused */
    STATEMENT_NO_BASELINE,  /* a target without where it stands now: asked as its own question */
    STATEMENT_NO_TARGET,    /* "from 22%": to what? */
    STATEMENT_NO_METRIC,    /* numbers, but nothing that they measure */
    STATEMENT_SAME_VALUES,  /* baseline and target are equal */
    STATEMENT_CONTRADICTS,  /* "increase … from 35% to 22%" */
    STATEMENT_UNITS_DIFFER, /* "from 22% to 12 days" */
    STATEMENT_BAD_BAND,     /* lower edge not below the upper edge */
    STATEMENT_RELATIVE,     /* "by 15%": of what, to what? Both figures are asked for */
    STATEMENT_NO_DIRECTION, /* "Keep churn at 3%": at least or at most? */
    STATEMENT_TWO_METRICS,  /* two movements in one sentence */
    STATEMENT_UNCLEAR,   /* understood in a way that its own canonical sentence does not bear out */
    STATEMENT_BAD_VALUE, /* a number out of range, too precise, or ambiguous: `value_fault` tells
                            which */
} StatementFault;

#define STATEMENT_MAX 300

typedef struct StatementReading {
    StatementFault fault;
    ValueFault value_fault;
    char *at; /* the words that the fault is about; NULL if none. Owned */
    Kr *kr;   /* complete when STATEMENT_OK; with NO_BASELINE all but the baseline, and but for the
                 direction where   only the baseline will tell it. NULL otherwise. Owned */
} StatementReading;

/* Reads one sentence. `now` is the baseline when the sentence names none and the caller knows it
 * (from a form's own field, say); NULL otherwise. Where it has no unit, it has that of the target.
 * Never fails: the reading says what was understood. Words that say by when ("by Q3 close", "within
 * 14 days") are not part of the metric. */
StatementReading statement_read(const char *sentence, const Value *now);
void statement_reading_clear(StatementReading *reading);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StatementReading, statement_reading_clear)

/* Tells a person what to mend, in one or two sentences with an example; NULL when STATEMENT_OK.
 * Caller frees. */
char *statement_fault_say(const StatementReading *reading);

/* The canonical sentence of a KR, such that statement_read gives the same KR (but for its
 * statement) again. Caller frees. Used where a form is printed and the statement as written does
 * not carry everything (a baseline given later, for example). */
char *statement_text(const Kr *kr);
