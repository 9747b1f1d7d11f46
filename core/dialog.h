#pragma once

/* The conversation that stands in for a form where a platform has none: ask, check, ask again with
 * the reason, back, cancel, summary, confirm. The draft is the whole of its memory, so it survives
 * a restart.
 *
 * What a member can always say: back, skip, done, cancel, later, and at the end yes. */

#include "core/form.h"

/* A command for a form came in, with its text form (maybe empty): checks it; submits when
 * everything is there and right; otherwise keeps it as a draft and asks (conversation) or shows the
 * form again with its mistakes. */
void dialog_begin(Turn *turn, const Form *form, const char *text);
/* Begins the form with what is known already; what is merely missing is asked for, not said to be
 * wrong. */
void dialog_fill(Turn *turn, FormValues *values);
/* A platform's form was sent: takes it, or shows it again with its mistakes, and keeps what was
 * typed as a draft then. */
void dialog_take(Turn *turn, const Form *form, const char *text);
/* It was closed unsent: what was typed is kept as a draft, and that is said. */
void dialog_shut(Turn *turn, const Form *form, const char *text);
/* Does a conversation of this member's wait for an answer here? (turn.h, needs: the draft.) */
bool dialog_waits(Turn *turn);
/* A member's plain text. True when it belonged to a conversation of theirs in this channel. */
bool dialog_answer(Turn *turn, const char *text);
/* Plain text that nothing took: if a draft rests here, says how to take it up again. */
void dialog_hint(Turn *turn);
/* TIMER_DRAFT: the draft is over, and that is said. */
void dialog_expire(Turn *turn, DraftId id);
