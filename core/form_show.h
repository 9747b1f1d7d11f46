#pragma once

/* A form as a platform that has forms shows it: the rows of what is there, of what is missing, and
 * of what is wrong (form_view.h). */

#include "core/form.h"

/* `faults` (of FormFault) may be NULL. Where the turn comes to need something, the result is void,
 * and the caller returns. */
FormView *form_show(Turn *turn, const FormValues *values, const GPtrArray *faults);

/* Dresses a row as the value of a key result: a number between its unit's signs where `typed`
 * ("$21.2M") is one; what is there as it is where it can't be split. `typed` NULL: an empty row in
 * the unit of `like`. */
/* "KR1 ICP meeting acceptance rate (%)": the label of such a row. Caller frees. */
char *form_row_value_label(const FormRow *row, int32_t number, const char *metric);
void form_row_value(FormRow *row, const char *typed, const char *like);
