#pragma once

/* Who belongs to each team: kept as Slack has it, in a channel or in a user group. What changed
 * while nothing was connected is found at the start. Thread: the loop's. */

#include "bot/slack/directory.h"

typedef struct SlackRosters SlackRosters;

/* Takes an EVENT_ROSTER without its workspace's id. False: there was no room; it is read again
 * then. */
typedef bool (*RosterPost)(void *arg, Event *take_event);
/* All are borrowed. */
SlackRosters *slack_rosters_new(SlackDirectory *directory, RosterPost post, void *arg);
/* Before its directory is freed. */
void slack_rosters_free(SlackRosters *rosters);

/* A team lives in the channel; `roster`: "" for whoever is in it, else a group's id. */
void slack_rosters_home(SlackRosters *rosters, const char *channel, const char *roster);
/* Whoever is in the channel belongs to its team. */
bool slack_rosters_by_channel(const SlackRosters *rosters, const char *channel);
void slack_rosters_group_changed(SlackRosters *rosters, const char *group);
/* Reads one of them again: nobody told while the app was not in the channel. */
void slack_rosters_reread(SlackRosters *rosters, const char *channel);
/* Reads all of them again: after events may have been lost. */
void slack_rosters_refresh(SlackRosters *rosters);
/* Reads those again that could not be read. */
void slack_rosters_retry(SlackRosters *rosters);
