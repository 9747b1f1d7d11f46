#pragma once

/* The field of a form that takes a key result as a sentence: read, measured, and challenged where
 * it counts the team's own doings (framework: Telling an outcome from an activity). A form that has
 * it names its keys "kr", "keep" and, where activities belong, "initiative". */

#include "core/form.h"
#include "core/statement.h"

/* Field checks. */
CheckResult kr_field_check(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult kr_field_check_keep(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
/* "move", "keep: reason", or a bare value where the baseline was asked for. */
bool kr_field_take(FormValues *values, FormEntry *entry, const char *answer, GString *why);
/* What else settles its fault: move it to the initiatives, keep it with a reason. */
void kr_field_answers(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row);
/* The nth KR of checked values, complete, numbered `number`; with the reason where it was kept. */
Kr *kr_field_kr(const FormValues *values, size_t n, int32_t number);
