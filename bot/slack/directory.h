#pragma once

/* Who is who and where, as far as Slack said: members of channels and groups, names, time zones.
 * Read when it is needed, kept in memory, corrected by events; never the reason to wait with an
 * acknowledgement. Thread: the loop's. */

#include "bot/slack/api.h"
#include "core/event.h"

typedef struct SlackDirectory SlackDirectory;

SlackDirectory *slack_directory_new(Loop *loop, SlackApi *api, const char *bot_user_id);
/* Who the bot is, where auth.test said so later (again). */
void slack_directory_set_bot(SlackDirectory *directory, const char *bot_user_id);
/* Who waits for an answer is not told any more. Not from inside a callback. */
void slack_directory_free(SlackDirectory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SlackDirectory, slack_directory_free)

/* A name to show; "" while it is not known (it is asked for then). Matches SlackName (mrkdwn.h). */
const char *slack_directory_name(void *directory, const char *user);

/* Reads the members of a channel (conversations.members, every page) or of a group
 * (usergroups.users.list) without bots and deactivated users; `done` gets NULL when that failed,
 * with `why` for people ("" where nothing can be said). The array (of char *, sorted, ends with
 * NULL) is borrowed. Answers from memory when it is no older than an hour and `fresh` is false;
 * never from inside. */
typedef void (*SlackMembers)(void *arg, const char *const *members, const char *why);
void slack_directory_channel(SlackDirectory *directory, const char *channel, bool fresh,
                             SlackMembers done, void *arg);
void slack_directory_group(SlackDirectory *directory, const char *group, bool fresh,
                           SlackMembers done, void *arg);

/* The same for who cannot wait: from the list alone, where whoever is not known counts as a person.
 */
void slack_directory_list(SlackDirectory *directory, const char *channel, SlackMembers done,
                          void *arg);

/* Is the user in the channel? From memory alone: STANDING_UNKNOWN where that is silent or old. */
Standing slack_directory_standing(const SlackDirectory *directory, const char *channel,
                                  const char *user);
/* The time zone most members of the channel live in (IANA name, of at most 50 members that are
 * asked for), where as many live in two of them the user's own; NULL when nobody's is known within
 * the time. `channel` NULL: the user's. `done` is called once, never from inside, after `within_ms`
 * at the latest. */
typedef void (*SlackZone)(void *arg, const char *zone);
void slack_directory_zone(SlackDirectory *directory, const char *channel, const char *user,
                          int64_t within_ms, SlackZone done, void *arg);

/* What events told. `user` is a user object; joined and left also keep the channel's members right.
 */
void slack_directory_user(SlackDirectory *directory, const Json *user);
void slack_directory_joined(SlackDirectory *directory, const char *channel, const char *user,
                            bool here);
void slack_directory_forget_group(SlackDirectory *directory, const char *group);
