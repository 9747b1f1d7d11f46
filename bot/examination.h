#pragma once

/* The examination of one workspace after the other by `anchord doctor`: what a platform's part of
 * it (slack/examine.h, matrix/examine.h) is given to look with, and how it tells what it found. A
 * part asks one question after the other, and ends with examination_done; it posts nothing and
 * changes nothing.
 *
 * Thread: the loop's. */

#include <stdio.h>

#include "bot/net/http.h"
#include "bot/store/store.h"
#include "config/config.h"

/* A question has this long to be answered; and so long until nobody waits for it any more. */
#define EXAMINATION_ANSWER_MS   INT64_C(10000)
#define EXAMINATION_PATIENCE_MS (3 * EXAMINATION_ANSWER_MS)

typedef struct Examination {
    /* Given; all borrowed. */
    Loop *loop;
    Http *http;
    Store *store;                     /* NULL: it is not open here … */
    const char *without_store;        /* … for this reason */
    const WorkspaceConfig *workspace; /* that is examined */
    FILE *out;                        /* where the lines go */
    LoopCall over;                    /* it is examined; called with `arg` */
    void *arg;
    /* The examination's own. */
    bool ill; /* something was found bad, here or in a workspace before */
    GPtrArray *held;
    LoopTimer *patience, *ending;
} Examination;

void examination_clear(Examination *examination);

/* A line each. `detail` may be "". What came from outside is cleaned for a terminal. */
void examination_good(const Examination *examination, const char *what, const char *detail);
void examination_bad(Examination *examination, const char *what, const char *why);
/* Neither good nor bad. */
void examination_note(const Examination *examination, const char *what, const char *detail);

/* Before each question: when no other is asked, and it is not done, within `ms`, it is ended. */
void examination_wait(Examination *examination, int64_t ms);
/* `state` is freed after the workspace's end, however that comes; the last one first. */
void examination_hold(Examination *examination, void *take_state, GDestroyNotify free_it);
/* Nothing is left to be asked. */
void examination_done(Examination *examination);

/* Where the workspace's teams live, as the store has it (char *, appended). Where the store is not
 * open, or fails, that is told, and there are none. */
void examination_homes(Examination *examination, GPtrArray *homes);
/* What adapters keep under names that begin with `prefix`: name -> value. Empty where the store is
 * not open; a failure is told. Caller unrefs. */
GHashTable *examination_kept(Examination *examination, const char *prefix);
