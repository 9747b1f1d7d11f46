#pragma once

/* Matrix's part of `anchord doctor`: where the homeserver is and what it speaks, the login, who may
 * talk to the bot, the websocket's proxy, and the rooms where teams live. The password is not
 * tried: a homeserver counts attempts. */

#include "bot/examination.h"

void matrix_examine(Examination *examination);
