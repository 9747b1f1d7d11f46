#pragma once

/* Slack's ids, as they come from outside: short printable words. What is none is treated as if it
 * were not there, so that an id can stand in a key or an argument as it is. */

#include "bot/json.h"

/* The most any id or timestamp of Slack's may hold here; they have some twenty, triggers some
 * sixty. */
#define SLACK_ID_MAX 255

/* Printable ASCII without blanks and slashes, 1 to SLACK_ID_MAX bytes. */
bool slack_is_id(const char *text);
/* A message's "ts": digits and one dot. Never a number: it would lose digits. */
bool slack_is_ts(const char *text);

/* An object's member, borrowed; NULL where it is absent or no id (no ts). */
const char *slack_id(const Json *object, const char *key);
const char *slack_ts(const Json *object, const char *key);
/* The id in an object's member, which Slack writes as an object ({"id":"T1"}) or as the id alone.
 */
const char *slack_id_in(const Json *object, const char *key);

/* Slack's own bot, which its user object does not call one. */
#define SLACK_SLACKBOT "USLACKBOT"
