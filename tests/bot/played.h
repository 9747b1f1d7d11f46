#pragma once

/* A store as a team leaves it that has lived with the bot for a while: West, with maria (who leads
 * it), jonas and lena; sprint 1 closed and read again since, sprint 2 under way; a target that was
 * changed, a link, a token, a weekly check-in, and a form that maria has begun. */

/* Plays it in the console, on the file at `path`, which is made. */
void played_store(const char *path);
/* Takes a file apart from all that guards it: no trigger, no CHECK, no reference is looked at. */
void played_break(const char *path, const char *sql);
