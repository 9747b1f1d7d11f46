#pragma once

/* Forms as modals: a FormView to a view, what was filled in back to a text form (core/form.h).
 * Stateless: everything a later step needs travels in the view itself (private_metadata, block
 * ids), so a restart in between loses nothing. Pure.
 *
 * Every row is one input block: block_id "KEY:NUMBER" or, once its `initial` had to be put anew,
 * with a further ":GENERATION" (what was typed stays for an unchanged block_id); action_id "value".
 * Beside it may stand its fault (a section above), its note, and the choice of answers
 * ("KEY:NUMBER:answer", radio buttons, and "KEY:NUMBER:words"). */

#include "bot/slack/blocks.h"

/* A view of type "modal". `generation` makes new block ids; 0 at first. Where there would be more
 * than 100 blocks, or more bytes than Slack takes, the rows' notes go first, then the end of the
 * intro; never an input. */
Json *slack_modal(const FormView *view, int generation, const SlackLook *look);

/* What a submitted or closed view says. */
typedef struct SlackFilled {
    char *form, *channel; /* channel NULL in a direct conversation */
    char *text; /* a text form: the view's `about` lines, then a line for each row that is not
                   empty; newlines inside a value are followed by a blank, so that it goes on */
    int generation;
    bool touched; /* something differs from what the form came with; without a state: false, and
                     `text` is what it came with */
} SlackFilled;

void slack_filled_clear(SlackFilled *filled);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SlackFilled, slack_filled_clear)
/* `view` as it stands in view_submission, view_closed and block_actions. False when it is not one
 * of ours. Tolerates state.values as [] and everything absent. */
bool slack_modal_filled(const Json *view, SlackFilled *filled);

/* The answer to view_submission where `view` has faults; `generation` is the next view's, one more
 * than that of the view which was submitted. {"response_action":"errors",…} while every fault
 * stands at a row and can be answered by a better text; {"response_action":"update","view":…} where
 * a fault has answers of its own or stands at no row, or where a key without numbers has several
 * rows: empty ones are not sent, so which row of the window it was cannot be told. */
Json *slack_modal_faults(const FormView *view, int generation, const SlackLook *look);
/* Only the "errors" form, whatever the faults are: for when the update is too long for an ack and
 * goes through views.update instead. `generation` is that of the view which was submitted: its
 * block ids are named. Never without an error, unless the form has no rows. */
Json *slack_modal_errors(const FormView *view, int generation);

/* "More rows": the same view with one more empty row of `key`, as views.update takes it; made from
 * the view in the payload alone. NULL when there are as many as there may be. The button that asks
 * for it has action_id "more/KEY". */
Json *slack_modal_more(const Json *view, const char *key);
