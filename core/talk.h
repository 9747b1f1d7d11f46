#pragma once

/* Where a conversation stands, and its steps (dialog.h). A place in it is a field and an entry: the
 * nth line of that key, or its number where keys are numbered. */

#include "core/form.h"

typedef struct Talk {
    Turn *turn;
    Draft *draft; /* the saved one, or a new one that talk_save puts into the world */
    FormValues *values;
    bool is_new;
} Talk;

/* The draft of this member in this channel; NULL. */
Draft *talk_draft(const Turn *turn);
Draft *talk_draft_new(Turn *turn, const Form *form);
void talk_draft_gone(Turn *turn, Draft *draft);
/* Saves the draft as it stands at this place; NULL field: it rests. */
void talk_save(Talk *talk, const char *field, int32_t entry);

/* The reply, as a question. */
Card *talk_card(Turn *turn);
/* The entry that a place names; NULL when it is one to be added. */
FormEntry *talk_entry(const Talk *talk, const Field *field, int32_t entry);
/* How many entries the field may have. */
int32_t talk_most(const Talk *talk, const Field *field);
/* The place that a fault is about. */
int32_t talk_place(const Talk *talk, const FormFault *fault);
/* It is asked for only where it is required, and it is not. */
bool talk_passes_over(const Talk *talk, const Field *field);
/* Whether a conversation begun empty stops at this field; `*entry` is the place then. */
bool talk_wants(const Talk *talk, const Field *field, int32_t *entry);

/* Asks at this place. `why` says what was wrong with the last answer; NULL: it is the first time.
 */
void talk_ask(Talk *talk, const Field *field, int32_t entry, const char *why);
/* Asks for the first fault that has a place, or comes to the summary. */
void talk_ask_fault(Talk *talk, const GPtrArray *faults, bool with_why);
/* Shows what there is and what a yes will do; `why` may be NULL. */
void talk_summarise(Talk *talk, const char *why);
/* Comes to the summary, or to the first thing that is wrong or missing. */
void talk_conclude(Talk *talk);
/* Goes on behind `field`, or `at` it while it still wants an answer; NULL: from the start. */
void talk_go_on(Talk *talk, const Field *field, bool at);
/* Keeps it as a draft that rests, and says until when. */
void talk_later(Talk *talk);
/* Carries the form out, or keeps what was typed when that is refused. */
void talk_submit(Talk *talk);
