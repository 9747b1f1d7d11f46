#pragma once

/* The field of a form that names one of the team's tactical KRs: by its number, or by a part of its
 * sentence that no other has. */

#include "core/form.h"

Tactical *tactical_named(const Team *team, const char *text); /* NULL: none, or more than one */
char *tactical_list(const Team *team); /* "1. Increase …; 2. Raise …"; caller frees */

CheckResult tactical_field_check(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
void tactical_field_choices(Turn *turn, const FormValues *values, int32_t number, Card *card);
void tactical_field_dress(Turn *turn, const FormValues *values, const FormEntry *entry,
                          FormRow *row);
