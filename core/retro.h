#pragma once

/* What a retrospective's form asks, checks and takes (framework: The retrospective asks). */

#include "core/form.h"

CheckResult retro_check_sprint(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult retro_check_kr(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult retro_check_anchor(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult retro_check_moved(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult retro_check_cause(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult retro_check_initiatives(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult retro_check_change(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult retro_check_action(Turn *turn, FormValues *values, FormEntry *entry, GString *why);

void retro_show_kr(Turn *turn, const FormValues *values, int32_t number, Card *card);
void retro_show_anchor(Turn *turn, const FormValues *values, int32_t number, Card *card);
void retro_show_causes(Turn *turn, const FormValues *values, int32_t number, Card *card);
void retro_show_initiatives(Turn *turn, const FormValues *values, int32_t number, Card *card);

void retro_dress_kr(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row);
void retro_dress_anchor(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row);
void retro_dress_moved(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row);
void retro_dress_how(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row);
void retro_dress_cause(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row);
void retro_dress_initiatives(Turn *turn, const FormValues *values, const FormEntry *entry,
                             FormRow *row);
void retro_dress_complete(Turn *turn, const FormValues *values, const FormEntry *entry,
                          FormRow *row);
void retro_intro(Turn *turn, const FormValues *values, Card *card);

/* The KRs whose final value is not known, and those that stayed below 0.7 and lack their cause. */
void retro_numbers(const Turn *turn, const FormValues *values, const Field *field, GArray *numbers);
int32_t retro_at_most(const Turn *turn, const Field *field);
/* Every figure and answer that is known already. */
CheckResult retro_prefill(Turn *turn, FormValues *values);
bool retro_submit(Turn *turn, FormValues *values);
