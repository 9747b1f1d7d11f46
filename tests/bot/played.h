#pragma once

/* A store as a team leaves it that has lived with the bot for a while: West, with maria (who leads
 * it), jonas and lena; sprint 1 closed and read again since, sprint 2 under way; a target that was
 * changed, a link, a token, a weekly check-in, and a form that maria has begun. */

/* Around a group of tests: it is played once, in the console. */
int played_set_up(void **state);
int played_clean_up(void **state);
void played_copy(const char *path); /* for each of them */
/* Takes a file apart from all that guards it: no trigger, no CHECK, no reference is looked at. */
void played_break(const char *path, const char *sql);
