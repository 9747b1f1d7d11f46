#pragma once

/* Ids and <…> forms as Slack writes them. */

#include <stdbool.h>
#include <stddef.h>

#define SLACK_TYPED_MAX 64

/* A user's id: "U123", "W123". */
bool slack_is_member(const char *id, size_t len);

/* "<@U123>", "<@U123|maria>" or "<!subteam^S123>" as it stands in a text. */
typedef struct SlackTyped {
    char id[SLACK_TYPED_MAX + 1];
    const char *end; /* behind the > */
} SlackTyped;

bool slack_typed(const char *less, SlackTyped *typed);
