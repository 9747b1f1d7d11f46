#pragma once

/* What people type to the bot, as the core reads a command: the family ("sprint", "okr"), then the
 * rest. Pure; texts are clean of their platform's escapes already. */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

/* Does the text begin like a command? "/sprint open", "!okr list", "Sprint status", or with a
 * sprint command's own name: "status", "check-in kr1 27%". Appends it to `out` with its family in
 * front. Where it does not, `out` is left alone. */
bool spoken_command(const char *text, size_t len, GString *out);
/* The same, always: what is no command's name is one to the core, which says so ("sprint hello").
 */
void spoken_order(const char *text, size_t len, GString *out);

/* Past white space; the no-break space too, which editors put behind a mention. Borrowed. */
const char *spoken_past_blanks(const char *text, const char *end);
/* Past what people put after a name: ":", ",", blanks. Borrowed. */
const char *spoken_behind_name(const char *text);
