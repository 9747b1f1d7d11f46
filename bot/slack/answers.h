#pragma once

/* How what the engine said goes back to who asked: in the acknowledgement where that may carry it,
 * as a modal, as a message for their eyes alone, in the direct conversation, or as their home page.
 * Private answers are sent once: Slack does not keep them, and neither do we. Thread: the loop's.
 */

#include "bot/slack/directory.h"
#include "bot/slack/pending.h"

typedef struct SlackAnswers SlackAnswers;

/* All are borrowed. `workspace`: for the log. */
SlackAnswers *slack_answers_new(const char *workspace, SlackApi *api, SlackSocket *socket,
                                SlackDirectory *directory);
void slack_answers_free(SlackAnswers *answers);

/* Acknowledges, and gives the answer; NULL: there is none. */
void slack_answers_give(SlackAnswers *answers, Pending *take_pending, Card *take_reply);
/* Acknowledges alone: the answer is given later. Once; a second time does nothing. */
void slack_answers_ack(SlackAnswers *answers, Pending *pending);
/* Reads which user groups there are, for forms that let one choose. */
void slack_answers_learn_groups(SlackAnswers *answers);
