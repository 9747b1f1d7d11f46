#pragma once

/* Slack's part of `anchord doctor`: the tokens, the scopes, Socket Mode, and the channels where
 * teams live. */

#include "bot/examination.h"

void slack_examine(Examination *examination);
