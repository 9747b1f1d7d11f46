#pragma once

/* How people call the bot in Slack: by a slash command, or by its name in front. Pure; what they
 * say to it then is read by bot/spoken.h. */

/* The family a slash command stands for, however the installation calls it: "/okr" and "/west-okr"
 * are "okr", every other name is "sprint". Static. */
const char *called_family(const char *slash_command);

/* The text behind a mention of `user` that it begins with, and what people put after a name;
 * NULL where it begins otherwise. `text` still as Slack wrote it. Borrowed. */
const char *called_by_name(const char *text, const char *user);
