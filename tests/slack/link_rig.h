#pragma once

/* A link with its clock, and what it wanted done since somebody last looked. */

#include "bot/slack/link.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define NEVER  INT64_MAX

typedef struct Rig {
    Link *link;
    int64_t now;
    GArray *steps; /* of LinkStep */
} Rig;

Rig rig_new(int wanted, uint32_t seed);
void rig_clear(Rig *rig);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rig, rig_clear)

/* Everything that can be said, of one epoch. */
void rig_say_all(Rig *rig, uint64_t epoch);
