#pragma once

/* What people type to the bot, as the core reads a command: the family ("sprint", "okr"), then the
 * rest. Pure; texts are clean of Slack's escapes already (mrkdwn.h). */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

/* The family a slash command stands for, however the installation calls it: "/okr" and "/west-okr"
 * are "okr", every other name is "sprint". Static. */
const char *spoken_family(const char *slash_command);

/* Does the text begin like a command? "/sprint open", "!okr list", "Sprint status", or with a
 * sprint command's own name: "status", "check-in kr1 27%". Appends it to `out` with its family in
 * front. Where it does not, `out` is left alone. */
bool spoken_command(const char *text, size_t len, GString *out);

/* The text behind a mention of `user` that it begins with, and what people put after a name
 * (blanks, ":",
 * ","); NULL where it begins otherwise. `text` still as Slack wrote it. Borrowed. */
const char *spoken_to(const char *text, const char *user);
