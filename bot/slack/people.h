#pragma once

/* Users as Slack describes them: known from memory, or asked for with users.info, a few at a time.
 * At most PEOPLE_MAX are kept; the ones that nobody asked about for longest are forgotten first.
 * Thread: the loop's. */

#include "bot/slack/api.h"

#define PEOPLE_MAX        20000
#define PEOPLE_WANTED_MAX 1000
#define PEOPLE_NAME_MAX   80

typedef struct People People;

typedef struct Person {
    char *name;  /* clean, one line, at most PEOPLE_NAME_MAX characters; "" where there is none */
    char *zone;  /* IANA name; NULL */
    bool member; /* neither a bot nor deactivated */
} Person;

/* `told` after each question, whatever came of it. */
typedef void (*PeopleTold)(void *arg, const char *user);

People *people_new(Loop *loop, SlackApi *api, PeopleTold told, void *arg);
void people_free(People *people);
/* NULL while not known. Borrowed until anything else is learnt. */
const Person *people_find(People *people, const char *user);
/* Not known, and not refused a short while ago. */
bool people_lacks(const People *people, const char *user);
/* Asks, unless it is under way; `soon`: before those who can wait. Nothing is asked from inside. */
void people_want(People *people, const char *user, bool soon);
/* So many are waited for already that another one had better be asked for later. */
bool people_busy(const People *people);
/* A user object that an event brought: of those who are known or asked for. */
void people_changed(People *people, const Json *user);
