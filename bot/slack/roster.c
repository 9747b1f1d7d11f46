#include "bot/slack/roster.h"

#include <string.h>

#include "bot/log.h"

struct SlackRosters {
    SlackDirectory *directory;
    RosterPost post;
    void *arg;
    GHashTable *homes;  /* channel -> group's id, "" */
    GHashTable *unread; /* channels whose list could not be read */
    GHashTable *asks;   /* of Ask: under way */
};

/* One list that was asked for. */
typedef struct Ask {
    SlackRosters *rosters;
    char *channel;
    char *group; /* as in `homes`, when it was asked for */
} Ask;

static void ask_free(gpointer data)
{
    Ask *ask = data;

    g_free(ask->channel);
    g_free(ask->group);
    g_free(ask);
}

SlackRosters *slack_rosters_new(SlackDirectory *directory, RosterPost post, void *arg)
{
    SlackRosters *rosters = g_new0(SlackRosters, 1);

    rosters->directory = directory;
    rosters->post = post;
    rosters->arg = arg;
    rosters->homes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    rosters->unread = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    rosters->asks = g_hash_table_new_full(NULL, NULL, ask_free, NULL);
    return rosters;
}

void slack_rosters_free(SlackRosters *rosters)
{
    if (rosters == NULL) {
        return;
    }
    g_hash_table_unref(rosters->homes);
    g_hash_table_unref(rosters->unread);
    g_hash_table_unref(rosters->asks);
    g_free(rosters);
}

/* False where it has to be read again. */
static bool tell(const Ask *ask, const char *const *members)
{
    g_autofree char *list = g_strjoinv("\n", (char **)(uintptr_t)members);
    g_autofree char *key =
        g_strdup_printf("roster/%s/%" G_GINT64_FORMAT, ask->channel, g_get_real_time());
    Event *event = event_new(EVENT_ROSTER, key);

    event->channel = g_strdup(ask->channel);
    event_set_text(event, list, strlen(list));
    return ask->rosters->post(ask->rosters->arg, event);
}

/* A channel without people says more of the app than of the team. */
static bool take_members(const Ask *ask, const char *const *members, const char *why)
{
    if (members == NULL) {
        log_info("roster_not_read", F_STR("channel", ask->channel), F_STR("why", why));
    }
    return members != NULL && *members != NULL && tell(ask, members);
}

/* An answer may come when the team is kept elsewhere by now: it says nothing of it then. */
static void on_members(void *arg, const char *const *members, const char *why)
{
    Ask *ask = arg;
    SlackRosters *rosters = ask->rosters;

    if (g_strcmp0(g_hash_table_lookup(rosters->homes, ask->channel), ask->group) == 0 &&
        !take_members(ask, members, why)) {
        g_hash_table_add(rosters->unread, g_strdup(ask->channel));
    }
    g_hash_table_remove(rosters->asks, ask);
}

static void read_one(SlackRosters *rosters, const char *channel, const char *group, bool fresh)
{
    Ask *ask = g_new0(Ask, 1);

    *ask = (Ask){rosters, g_strdup(channel), g_strdup(group)};
    g_hash_table_add(rosters->asks, ask);
    if (*group != '\0') {
        slack_directory_group(rosters->directory, group, fresh, on_members, ask);
    } else {
        slack_directory_channel(rosters->directory, channel, fresh, on_members, ask);
    }
}

void slack_rosters_home(SlackRosters *rosters, const char *channel, const char *roster)
{
    const char *before = g_hash_table_lookup(rosters->homes, channel);

    if (before != NULL && strcmp(before, roster) == 0) {
        return;
    }
    g_hash_table_replace(rosters->homes, g_strdup(channel), g_strdup(roster));
    read_one(rosters, channel, roster, false);
}

bool slack_rosters_by_channel(const SlackRosters *rosters, const char *channel)
{
    const char *roster = g_hash_table_lookup(rosters->homes, channel);

    return roster != NULL && *roster == '\0';
}

void slack_rosters_group_changed(SlackRosters *rosters, const char *group)
{
    GHashTableIter iter;
    gpointer channel = NULL, roster = NULL;

    slack_directory_forget_group(rosters->directory, group);
    g_hash_table_iter_init(&iter, rosters->homes);
    while (g_hash_table_iter_next(&iter, &channel, &roster)) {
        if (strcmp(roster, group) == 0) {
            read_one(rosters, channel, roster, true);
        }
    }
}

void slack_rosters_reread(SlackRosters *rosters, const char *channel)
{
    const char *roster = g_hash_table_lookup(rosters->homes, channel);

    if (roster != NULL) {
        g_hash_table_remove(rosters->unread, channel);
        read_one(rosters, channel, roster, true);
    }
}

void slack_rosters_retry(SlackRosters *rosters)
{
    GHashTableIter iter;
    gpointer channel = NULL;

    g_hash_table_iter_init(&iter, rosters->unread);
    while (g_hash_table_iter_next(&iter, &channel, NULL)) {
        read_one(rosters, channel, g_hash_table_lookup(rosters->homes, channel), true);
    }
    g_hash_table_remove_all(rosters->unread); /* those that fail once more come back */
}

void slack_rosters_refresh(SlackRosters *rosters)
{
    GHashTableIter iter;
    gpointer channel = NULL, roster = NULL;

    g_hash_table_remove_all(rosters->unread);
    g_hash_table_iter_init(&iter, rosters->homes);
    while (g_hash_table_iter_next(&iter, &channel, &roster)) {
        read_one(rosters, channel, roster, true);
    }
}
