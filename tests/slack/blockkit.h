#pragma once

/* Slack's own view of what we send it: every limit of the Block Kit reference, and what may stand
 * in a text. And golden files: renderings as they were last looked at by a person. */

#include "bot/json.h"

/* What Slack would refuse, or what a person could have smuggled in; NULL when nothing. Caller
 * frees. */
char *blockkit_fault_of_message(const Json *message);
char *blockkit_fault_of_view(const Json *view);
/* The same of one mrkdwn text: no < but in a member's mention, & only in an escape, no controls. */
char *blockkit_fault_of_mrkdwn(const char *text);

/* Fails the test, with the promise, unless there is no fault. */
void expect_message(const char *promise, const Json *message);
void expect_view(const char *promise, const Json *view);

/* Compares with FOLDER/NAME.json; writes it anew where ANCHORD_ACCEPT is set. */
void expect_golden(const char *folder, const char *name, const Json *value);
