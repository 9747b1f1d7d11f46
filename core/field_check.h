#pragma once

/* Checks that several forms share: people, days, numbers of sprints and KRs, choices. Each writes
 * the refusal. */

#include "core/form.h"

/* "@maria", "maria": a member id. Rewritten without the @; one word. */
CheckResult check_member(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult check_yes(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
CheckResult check_objective(Turn *turn, FormValues *values, FormEntry *entry, GString *why);

/* Writes `take_text` into `why`, frees it, and returns CHECK_WRONG. */
CheckResult wrong(GString *why, char *take_text);

/* The index of `text` in `names` (ends with NULL) by its key, or by a unique beginning; -1 when
 * none fits. */
int choice_index(const char *text, const char *const *names);
/* The sprint of this team that a form's "sprint" entry names, or the only one in that state; NULL
 * with `why` said. */
Sprint *sprint_meant(Turn *turn, const FormValues *values, SprintState state, GString *why);
bool is_whole_number(const char *text, int32_t *n);
/* A member's id from what was typed: without @, <@…> or blanks; NULL when it is not one word.
 * Caller frees. */
char *member_typed(const char *text);
