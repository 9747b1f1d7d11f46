#pragma once

/* A form's row as an element of an input block, each within its own limits: an initial value that
 * breaks one makes Slack refuse the whole view. */

#include "bot/slack/kit.h"

#define ELEMENT_INITIAL_MAX 3000 /* units of an input's initial value */

/* "What is there" that a kind of element cannot show makes a plain input of a number, so that it
 * stays to be corrected; a picker stays empty. */
Json *element_of(const FormRow *row, const SlackNames *names);
/* A choice between answers, and an input for words. */
Json *element_answers(const GPtrArray *answers, const SlackNames *names);
Json *element_words(void);
/* How many of the choices are shown. */
size_t element_choices_shown(const FormRow *row);
/* What of `initial` no input can hold; "" where it holds all of it. Borrowed. */
const char *element_rest(const FormRow *row);
