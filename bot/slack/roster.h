#pragma once

/* Who belongs to each team: kept as Slack has it, in a channel or in a user group. What changed while
 * nothing was connected is found at the start.
 * Thread: the loop's. */

#include "bot/slack/directory.h"

typedef struct SlackRosters SlackRosters;

/* `post` takes an EVENT_ROSTER without its workspace's id. Both are borrowed. */
typedef void (*RosterPost)(void *arg, Event *take_event);
SlackRosters *slack_rosters_new(SlackDirectory *directory, RosterPost post, void *arg);
/* Before its directory is freed. */
void slack_rosters_free(SlackRosters *rosters);

/* A team lives in the channel; `roster`: "" for whoever is in it, else a group's id. */
void slack_rosters_home(SlackRosters *rosters, const char *channel, const char *roster);
bool slack_rosters_is_home(const SlackRosters *rosters, const char *channel);
/* Whoever is in the channel belongs to its team. */
bool slack_rosters_by_channel(const SlackRosters *rosters, const char *channel);
void slack_rosters_group_changed(SlackRosters *rosters, const char *group);
/* Reads all of them again: after events may have been lost. */
void slack_rosters_refresh(SlackRosters *rosters);
