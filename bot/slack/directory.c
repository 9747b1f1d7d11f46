/* Rosters (who is in a channel or group) are read when somebody wants them, a few at a time: first
 * the list, then who of it is not known. Whoever wants the same roster meanwhile waits for the same
 * reading. Callers are told from the loop, never from inside their own call. */

#include "bot/slack/directory.h"

#include <string.h>

#include "bot/slack/id.h"
#include "bot/slack/people.h"
#include "bot/slack/typed.h"

#define ROSTERS_MAX      2000
#define ENTRIES_MAX      200000 /* of all rosters together */
#define MEMBERS_MAX      5000   /* of one */
#define PAGE             200
#define PAGES_MAX        100 /* pages may be short, and even empty; but not for ever */
#define READING_MAX      4
#define ASKED_MAX        200 /* unknown members of one roster; beyond that they are taken as people */
#define ZONES_MAX        64
#define ZONE_MEMBERS_MAX 50
#define LIST_DEADLINE_MS ((int64_t)60 * 1000)
#define FRESH_MS         ((int64_t)60 * 60 * 1000)

typedef struct RosterKind {
    const char *method, *subject, *list;
    int64_t page; /* 0: all at once */
} RosterKind;

static const RosterKind channel_kind = {"conversations.members", "channel", "members", PAGE};
static const RosterKind group_kind = {"usergroups.users.list", "usergroup", "users", 0};

typedef enum RosterState {
    ROSTER_IDLE,
    ROSTER_QUEUED,
    ROSTER_LISTING, /* its pages are read */
    ROSTER_ASKING,  /* about who is not known */
} RosterState;

typedef struct Waiter {
    SlackMembers done;
    void *arg;
    bool quick; /* content with the list */
} Waiter;

typedef struct Roster {
    SlackDirectory *directory;
    const RosterKind *kind;
    char *id;
    RosterState state;
    GHashTable *members; /* ids; NULL: not known */
    int64_t listed_ms;   /* -1: must be listed again */
    bool cut;            /* there are more than are kept */
    bool relist;         /* this reading begins, or began, with the list */
    bool urgent;
    GArray *waiters; /* of Waiter */
    GList link;      /* in SlackDirectory.recent */
    /* While it is listed: */
    SlackCall *call;
    GHashTable *coming; /* ids */
    GHashTable *late;   /* id -> came (1) or went (0) meanwhile */
    bool outdated;      /* it changed meanwhile, nobody said how */
    int pages;
    bool restarted;
    /* While it is asked about: */
    GHashTable *awaited; /* ids */
} Roster;

typedef struct ZoneWish {
    SlackDirectory *directory;
    char *channel, *user;
    SlackZone done;
    void *arg;
    LoopTimer *over;
    bool listed;         /* the channel's members are known, or cannot be */
    GHashTable *awaited; /* ids */
} ZoneWish;

struct SlackDirectory {
    Loop *loop;
    SlackApi *api;
    char *bot;
    People *people;
    GHashTable *rosters; /* id -> Roster */
    GQueue recent;       /* of Roster.link: wanted last, first */
    size_t entries;      /* members of all rosters */
    GQueue queued;       /* of Roster */
    GPtrArray *reading;  /* of Roster: LISTING and ASKING */
    GPtrArray *zones;    /* of ZoneWish */
    LoopTimer *turn;
};

static void on_turn(void *arg);
static void on_told(void *arg, const char *user);

static GHashTable *ids_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void arm(SlackDirectory *directory)
{
    if (directory->turn == NULL) {
        directory->turn = loop_after(directory->loop, 0, on_turn, directory);
    }
}

/* Rosters in memory -------------------------------------------------------------------------- */

static void drop_members(Roster *roster)
{
    if (roster->members != NULL) {
        roster->directory->entries -= g_hash_table_size(roster->members);
    }
    g_clear_pointer(&roster->members, g_hash_table_unref);
    roster->listed_ms = -1;
}

static void end_list(Roster *roster)
{
    g_clear_pointer(&roster->coming, g_hash_table_unref);
    g_clear_pointer(&roster->late, g_hash_table_unref);
    roster->outdated = false;
    roster->restarted = false;
    roster->pages = 0;
}

static void roster_free(gpointer data)
{
    Roster *roster = data;

    if (roster->call != NULL) {
        slack_api_cancel(roster->call);
    }
    drop_members(roster);
    end_list(roster);
    g_clear_pointer(&roster->awaited, g_hash_table_unref);
    g_array_unref(roster->waiters);
    g_free(roster->id);
    g_free(roster);
}

static void zone_free(gpointer data)
{
    ZoneWish *wish = data;

    loop_stop(&wish->over);
    g_hash_table_unref(wish->awaited);
    g_free(wish->channel);
    g_free(wish->user);
    g_free(wish);
}

SlackDirectory *slack_directory_new(Loop *loop, SlackApi *api, const char *bot_user_id)
{
    SlackDirectory *directory = g_new0(SlackDirectory, 1);

    directory->loop = loop;
    directory->api = api;
    directory->bot = g_strdup(bot_user_id);
    directory->people = people_new(loop, api, on_told, directory);
    directory->rosters = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, roster_free);
    g_queue_init(&directory->recent);
    g_queue_init(&directory->queued);
    directory->reading = g_ptr_array_new();
    directory->zones = g_ptr_array_new_with_free_func(zone_free);
    return directory;
}

void slack_directory_free(SlackDirectory *directory)
{
    if (directory == NULL) {
        return;
    }
    loop_stop(&directory->turn);
    g_ptr_array_unref(directory->zones);
    g_ptr_array_unref(directory->reading);
    g_queue_clear(&directory->queued);
    g_hash_table_unref(directory->rosters);
    people_free(directory->people);
    g_free(directory->bot);
    g_free(directory);
}

void slack_directory_set_bot(SlackDirectory *directory, const char *bot_user_id)
{
    g_free(directory->bot);
    directory->bot = g_strdup(bot_user_id);
}

static Roster *roster_find(const SlackDirectory *directory, const char *id)
{
    return id != NULL ? g_hash_table_lookup(directory->rosters, id) : NULL;
}

static bool is_above_bounds(const SlackDirectory *directory)
{
    return directory->recent.length > ROSTERS_MAX || directory->entries > ENTRIES_MAX;
}

/* Forgets what nobody wanted for longest; what is being read stays. */
static void keep_bounds(SlackDirectory *directory)
{
    GList *link = directory->recent.tail;

    while (link != NULL && is_above_bounds(directory)) {
        Roster *roster = link->data;

        link = link->prev;
        if (roster->state == ROSTER_IDLE) {
            g_queue_unlink(&directory->recent, &roster->link);
            g_hash_table_remove(directory->rosters, roster->id);
        }
    }
}

static Roster *roster_of(SlackDirectory *directory, const RosterKind *kind, const char *id)
{
    Roster *roster = roster_find(directory, id);

    if (roster != NULL) {
        g_queue_unlink(&directory->recent, &roster->link);
        g_queue_push_head_link(&directory->recent, &roster->link);
        return roster;
    }
    roster = g_new0(Roster, 1);
    roster->directory = directory;
    roster->kind = kind;
    roster->id = g_strdup(id);
    roster->listed_ms = -1;
    roster->waiters = g_array_new(FALSE, FALSE, sizeof(Waiter));
    roster->link.data = roster;
    g_hash_table_insert(directory->rosters, roster->id, roster);
    g_queue_push_head_link(&directory->recent, &roster->link);
    return roster;
}

static bool is_current(const Roster *roster)
{
    return roster->members != NULL && roster->listed_ms >= 0 &&
           loop_now_ms(roster->directory->loop) - roster->listed_ms < FRESH_MS;
}

/* Which of a roster's members are people; who is not known is taken for one. Slack's own bot, and
 * ourselves, never are. */
static bool is_member(const SlackDirectory *directory, const char *user)
{
    const Person *person = people_find(directory->people, user);

    return strcmp(user, SLACK_SLACKBOT) != 0 && g_strcmp0(user, directory->bot) != 0 &&
           (person == NULL || person->member);
}

static int compare_ids(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that the same roster always reads the same; ends with NULL; ids are borrowed. */
static GPtrArray *people_in(const Roster *roster)
{
    GPtrArray *ids = g_ptr_array_new();
    GHashTableIter iter;
    gpointer id = NULL;

    if (roster != NULL && roster->members != NULL) {
        g_hash_table_iter_init(&iter, roster->members);
        while (g_hash_table_iter_next(&iter, &id, NULL)) {
            if (is_member(roster->directory, id)) {
                g_ptr_array_add(ids, id);
            }
        }
    }
    g_ptr_array_sort(ids, compare_ids);
    g_ptr_array_add(ids, NULL);
    return ids;
}

/* Reading ------------------------------------------------------------------------------------ */

static void stop_reading(Roster *roster)
{
    g_ptr_array_remove_fast(roster->directory->reading, roster);
    g_clear_pointer(&roster->awaited, g_hash_table_unref);
    end_list(roster);
    roster->state = ROSTER_IDLE;
    roster->relist = false;
    roster->urgent = false;
}

/* Takes the waiters that are content with what is there: the quick ones, or all. */
static GArray *take_waiters(Roster *roster, bool all)
{
    GArray *taken = g_array_new(FALSE, FALSE, sizeof(Waiter));
    GArray *left = g_array_new(FALSE, FALSE, sizeof(Waiter));

    for (guint i = 0; i < roster->waiters->len; i++) {
        const Waiter *waiter = &g_array_index(roster->waiters, Waiter, i);

        g_array_append_vals(all || waiter->quick ? taken : left, waiter, 1);
    }
    g_array_unref(roster->waiters);
    roster->waiters = left;
    return taken;
}

/* `members` NULL: it failed. The roster may be gone, or be read again, once the first is told. */
static void tell(const GArray *waiters, const char *const *members, const char *why)
{
    for (guint i = 0; i < waiters->len; i++) {
        const Waiter *waiter = &g_array_index(waiters, Waiter, i);

        waiter->done(waiter->arg, members, why);
    }
}

static bool is_read(const Roster *roster)
{
    return roster->state == ROSTER_ASKING && g_hash_table_size(roster->awaited) == 0;
}

static bool has_quick(const Roster *roster)
{
    for (guint i = 0; i < roster->waiters->len; i++) {
        if (g_array_index(roster->waiters, Waiter, i).quick) {
            return true;
        }
    }
    return false;
}

static void settle(Roster *roster)
{
    g_autoptr(GPtrArray) ids = people_in(roster);
    g_auto(GStrv) members = g_strdupv((char **)ids->pdata); /* they outlive what is told */
    g_autoptr(GArray) waiters = take_waiters(roster, is_read(roster));

    if (is_read(roster)) {
        stop_reading(roster);
    }
    tell(waiters, (const char *const *)members, "");
}

static void queue(Roster *roster, bool relist)
{
    SlackDirectory *directory = roster->directory;

    if (roster->state == ROSTER_ASKING && relist && (!roster->relist || !is_current(roster))) {
        stop_reading(roster); /* it was asked about from memory, or has changed since its list */
    }
    if (roster->state == ROSTER_LISTING && relist && roster->outdated) {
        g_clear_pointer(&roster->call, slack_api_cancel); /* it is from before the change */
        stop_reading(roster);
    }
    if (roster->state == ROSTER_IDLE) {
        roster->state = ROSTER_QUEUED;
        g_queue_push_tail(&directory->queued, roster);
    }
    if (roster->state == ROSTER_QUEUED) {
        roster->relist = roster->relist || relist;
    }
    arm(directory);
}

static void hurry(Roster *roster)
{
    SlackDirectory *directory = roster->directory;

    if (roster->state == ROSTER_QUEUED && !roster->urgent) {
        g_queue_remove(&directory->queued, roster);
        g_queue_push_head(&directory->queued, roster);
    }
    roster->urgent = true;
}

static bool is_awaited(const Roster *roster)
{
    for (guint i = 0; i < roster->waiters->len; i++) {
        if (!g_array_index(roster->waiters, Waiter, i).quick) {
            return true;
        }
    }
    return false;
}

/* Where nobody waits for it, nobody needs to know who they are. */
static void ask_about(Roster *roster)
{
    g_autoptr(GPtrArray) ids = people_in(roster);
    People *people = roster->directory->people;
    bool asks = is_awaited(roster);

    roster->state = ROSTER_ASKING;
    roster->awaited = ids_new();
    for (guint i = 0; asks && i + 1 < ids->len && g_hash_table_size(roster->awaited) < ASKED_MAX;
         i++) {
        const char *id = g_ptr_array_index(ids, i);

        if (people_lacks(people, id)) {
            people_want(people, id, false);
            g_hash_table_add(roster->awaited, g_strdup(id));
        }
    }
}

static void list_page(Roster *roster, const char *cursor);

static void begin(Roster *roster)
{
    g_ptr_array_add(roster->directory->reading, roster);
    if (roster->relist) {
        roster->state = ROSTER_LISTING;
        roster->coming = ids_new();
        roster->late = ids_new();
        list_page(roster, "");
    } else {
        ask_about(roster);
    }
}

static void begin_queued(SlackDirectory *directory)
{
    Roster *next = NULL;

    while ((next = g_queue_peek_head(&directory->queued)) != NULL &&
           (next->urgent || directory->reading->len < READING_MAX)) {
        begin(g_queue_pop_head(&directory->queued));
    }
}

static Roster *find_telling(const SlackDirectory *directory)
{
    for (guint i = 0; i < directory->reading->len; i++) {
        Roster *roster = g_ptr_array_index(directory->reading, i);

        if (is_read(roster) || (roster->state == ROSTER_ASKING && has_quick(roster))) {
            return roster;
        }
    }
    return NULL;
}

static ZoneWish *find_fulfilled(const SlackDirectory *directory)
{
    for (guint i = 0; i < directory->zones->len; i++) {
        ZoneWish *wish = g_ptr_array_index(directory->zones, i);

        if (wish->listed && g_hash_table_size(wish->awaited) == 0) {
            return wish;
        }
    }
    return NULL;
}

static void tell_zone(ZoneWish *wish);

/* Whatever can go on goes on; who is told may want something new meanwhile, which waits for the
 * next turn. */
static void go_on(SlackDirectory *directory)
{
    Roster *roster = NULL;
    ZoneWish *wish = NULL;

    while ((roster = find_telling(directory)) != NULL) {
        settle(roster);
    }
    while ((wish = find_fulfilled(directory)) != NULL) {
        tell_zone(wish);
    }
    if (!g_queue_is_empty(&directory->queued) && directory->reading->len < READING_MAX) {
        arm(directory);
    }
}

static void on_turn(void *arg)
{
    SlackDirectory *directory = arg;

    directory->turn = NULL;
    begin_queued(directory);
    go_on(directory);
    keep_bounds(directory);
}

static void on_told(void *arg, const char *user)
{
    SlackDirectory *directory = arg;

    for (guint i = 0; i < directory->reading->len; i++) {
        const Roster *roster = g_ptr_array_index(directory->reading, i);

        if (roster->awaited != NULL) {
            g_hash_table_remove(roster->awaited, user);
        }
    }
    for (guint i = 0; i < directory->zones->len; i++) {
        const ZoneWish *wish = g_ptr_array_index(directory->zones, i);

        g_hash_table_remove(wish->awaited, user);
    }
    go_on(directory);
}

/* Lists -------------------------------------------------------------------------------------- */

static void apply(Roster *roster, const char *user, bool here)
{
    size_t before = g_hash_table_size(roster->members);

    if (!here) {
        g_hash_table_remove(roster->members, user);
    } else if (before < MEMBERS_MAX) {
        g_hash_table_add(roster->members, g_strdup(user));
    } else {
        roster->cut = true;
    }
    roster->directory->entries += g_hash_table_size(roster->members) - before;
}

static void apply_late(Roster *roster)
{
    GHashTableIter iter;
    gpointer user = NULL, here = NULL;

    g_hash_table_iter_init(&iter, roster->late);
    while (g_hash_table_iter_next(&iter, &user, &here)) {
        apply(roster, user, GPOINTER_TO_INT(here) != 0);
    }
}

static void pick_members(ZoneWish *wish, const Roster *roster);

static void tell_listed(const Roster *roster)
{
    const SlackDirectory *directory = roster->directory;

    for (guint i = 0; i < directory->zones->len; i++) {
        ZoneWish *wish = g_ptr_array_index(directory->zones, i);

        if (!wish->listed && g_strcmp0(wish->channel, roster->id) == 0) {
            pick_members(wish, roster);
        }
    }
}

static void take_list(Roster *roster, bool cut)
{
    SlackDirectory *directory = roster->directory;

    drop_members(roster);
    roster->members = g_steal_pointer(&roster->coming);
    directory->entries += g_hash_table_size(roster->members);
    roster->cut = cut;
    roster->listed_ms = roster->outdated ? -1 : loop_now_ms(directory->loop);
    apply_late(roster);
    end_list(roster);
    tell_listed(roster);
    ask_about(roster);
    keep_bounds(directory);
}

static void fail(Roster *roster, const char *why)
{
    g_autoptr(GArray) waiters = take_waiters(roster, true);

    stop_reading(roster);
    tell_listed(roster); /* from what was known before */
    tell(waiters, NULL, why);
}

/* Does the list go on? */
static bool take_page(Roster *roster, const Json *list)
{
    JSON_EACH (item, list) {
        if (g_hash_table_size(roster->coming) >= MEMBERS_MAX) {
            return false;
        }
        if (slack_is_id(json_string(item))) {
            g_hash_table_add(roster->coming, g_strdup(json_string(item)));
        }
    }
    return ++roster->pages < PAGES_MAX && g_hash_table_size(roster->coming) < MEMBERS_MAX;
}

static size_t length(const Json *list)
{
    size_t n = 0;

    JSON_EACH (item, list) {
        n++;
    }
    return n;
}

static void take_answer(Roster *roster, const Json *json, const Json *list)
{
    const char *cursor = json_string(json_at(json, "response_metadata", "next_cursor", NULL));
    bool room = g_hash_table_size(roster->coming) + length(list) <= MEMBERS_MAX;
    bool goes_on = take_page(roster, list);

    if (goes_on && *cursor != '\0' && roster->kind->page > 0) {
        list_page(roster, cursor);
    } else {
        take_list(roster, !room || *cursor != '\0');
    }
}

/* A cursor can be too old already: once more from the beginning. */
static bool restarts(Roster *roster, const SlackAnswer *answer)
{
    if (strcmp(answer->error, "invalid_cursor") != 0 || roster->restarted) {
        return false;
    }
    roster->restarted = true;
    roster->pages = 0;
    g_hash_table_remove_all(roster->coming);
    list_page(roster, "");
    return true;
}

static void on_page(void *arg, const SlackAnswer *answer)
{
    Roster *roster = arg;
    SlackDirectory *directory = roster->directory;
    const Json *list = json_array(answer->json, roster->kind->list);

    roster->call = NULL;
    if (answer->class == SLACK_OK && list != NULL) {
        take_answer(roster, answer->json, list);
    } else if (!restarts(roster, answer)) {
        fail(roster, answer->people != NULL ? answer->people : "");
    }
    go_on(directory);
}

static void list_page(Roster *roster, const char *cursor)
{
    SlackDirectory *directory = roster->directory;
    Json *args = json_new_object();

    json_put_text(args, roster->kind->subject, roster->id);
    if (roster->kind->page > 0) {
        json_put_int(args, "limit", roster->kind->page);
    }
    if (*cursor != '\0') {
        json_put_text(args, "cursor", cursor);
    }
    roster->call = slack_api_call(directory->api,
                                  &(SlackAsk){.method = roster->kind->method,
                                              .take_args = args,
                                              .hurry = roster->urgent ? SLACK_SOON : SLACK_QUEUE,
                                              .deadline_ms = LIST_DEADLINE_MS},
                                  on_page, roster);
}

/* Questions ---------------------------------------------------------------------------------- */

static void want_roster(Roster *roster, bool fresh, const Waiter *waiter)
{
    g_array_append_vals(roster->waiters, waiter, 1);
    queue(roster, fresh || !is_current(roster));
}

void slack_directory_channel(SlackDirectory *directory, const char *channel, bool fresh,
                             SlackMembers done, void *arg)
{
    want_roster(roster_of(directory, &channel_kind, channel), fresh, &(Waiter){done, arg, false});
}

void slack_directory_group(SlackDirectory *directory, const char *group, bool fresh,
                           SlackMembers done, void *arg)
{
    want_roster(roster_of(directory, &group_kind, group), fresh, &(Waiter){done, arg, false});
}

void slack_directory_list(SlackDirectory *directory, const char *channel, SlackMembers done,
                          void *arg)
{
    Roster *roster = roster_of(directory, &channel_kind, channel);

    want_roster(roster, false, &(Waiter){done, arg, true});
    hurry(roster);
}

const char *slack_directory_name(void *directory, const char *user)
{
    People *people = ((SlackDirectory *)directory)->people;
    const Person *person = people_find(people, user);

    if (person != NULL) {
        return person->name;
    }
    if (slack_is_member(user, strlen(user)) && people_lacks(people, user) && !people_busy(people)) {
        people_want(people, user, false);
    }
    return "";
}

Standing slack_directory_standing(const SlackDirectory *directory, const char *channel,
                                  const char *user)
{
    const Roster *roster = roster_find(directory, channel);

    if (roster == NULL || roster->members == NULL || user == NULL) {
        return STANDING_UNKNOWN;
    }
    if (g_hash_table_contains(roster->members, user)) {
        return STANDING_INSIDE;
    }
    return is_current(roster) && !roster->cut ? STANDING_OUTSIDE : STANDING_UNKNOWN;
}

/* Zones -------------------------------------------------------------------------------------- */

static void want_for_zone(ZoneWish *wish, const char *user)
{
    People *people = wish->directory->people;

    if (user != NULL && slack_is_id(user) && people_lacks(people, user)) {
        people_want(people, user, true);
        g_hash_table_add(wish->awaited, g_strdup(user));
    }
}

static void pick_members(ZoneWish *wish, const Roster *roster)
{
    g_autoptr(GPtrArray) ids = people_in(roster);

    wish->listed = true;
    for (guint i = 0; i + 1 < ids->len && i < ZONE_MEMBERS_MAX; i++) {
        want_for_zone(wish, g_ptr_array_index(ids, i));
    }
}

/* The zone's votes, and the most any has by now. */
typedef struct Tally {
    GHashTable *votes; /* zone, borrowed -> count */
    int most;
    const char *zone; /* that has so many, the first one; NULL */
} Tally;

static void vote(Tally *tally, const Person *person)
{
    if (person == NULL || person->zone == NULL) {
        return;
    }
    int votes = GPOINTER_TO_INT(g_hash_table_lookup(tally->votes, person->zone)) + 1;

    g_hash_table_insert(tally->votes, person->zone, GINT_TO_POINTER(votes));
    if (votes > tally->most) {
        tally->most = votes;
        tally->zone = person->zone;
    }
}

/* The user counts as one of the channel's, though its list may not be known. Caller frees. */
static char *most_common(const ZoneWish *wish)
{
    const SlackDirectory *directory = wish->directory;
    const Roster *roster = roster_find(directory, wish->channel);
    g_autoptr(GPtrArray) ids = people_in(roster);
    g_autoptr(GHashTable) votes = g_hash_table_new(g_str_hash, g_str_equal);
    const Person *own = wish->user != NULL ? people_find(directory->people, wish->user) : NULL;
    Tally tally = {votes, 0, NULL};

    if (own != NULL && (roster == NULL || roster->members == NULL ||
                        !g_hash_table_contains(roster->members, wish->user) ||
                        !is_member(directory, wish->user))) {
        vote(&tally, own);
    }
    for (guint i = 0; i + 1 < ids->len; i++) {
        vote(&tally, people_find(directory->people, g_ptr_array_index(ids, i)));
    }
    if (own != NULL && own->zone != NULL &&
        GPOINTER_TO_INT(g_hash_table_lookup(votes, own->zone)) == tally.most) {
        return g_strdup(own->zone);
    }
    return g_strdup(tally.zone);
}

static void tell_zone(ZoneWish *wish)
{
    g_autofree char *zone = most_common(wish);
    SlackZone done = wish->done;
    void *arg = wish->arg;

    g_ptr_array_remove_fast(wish->directory->zones, wish);
    done(arg, zone);
}

static void on_zone_over(void *arg)
{
    ZoneWish *wish = arg;

    wish->over = NULL;
    tell_zone(wish);
}

static void list_for_zone(ZoneWish *wish)
{
    Roster *roster = roster_of(wish->directory, &channel_kind, wish->channel);

    if (is_current(roster) || roster->state == ROSTER_ASKING) { /* listed just now */
        pick_members(wish, roster);
    } else {
        queue(roster, true);
        hurry(roster);
    }
}

void slack_directory_zone(SlackDirectory *directory, const char *channel, const char *user,
                          int64_t within_ms, SlackZone done, void *arg)
{
    ZoneWish *wish = g_new0(ZoneWish, 1);
    bool room = directory->zones->len < ZONES_MAX;

    wish->directory = directory;
    wish->channel = g_strdup(channel);
    wish->user = g_strdup(user);
    wish->done = done;
    wish->arg = arg;
    wish->awaited = ids_new();
    wish->listed = channel == NULL;
    wish->over = loop_after(directory->loop, room ? within_ms : 0, on_zone_over, wish);
    g_ptr_array_add(directory->zones, wish);
    if (room && channel != NULL) {
        list_for_zone(wish);
    }
    if (room) {
        want_for_zone(wish, user); /* last: whoever is wanted last is asked for first */
    }
    arm(directory);
}

/* Events ------------------------------------------------------------------------------------- */

void slack_directory_user(SlackDirectory *directory, const Json *user)
{
    people_changed(directory->people, user);
}

static void outdate(Roster *roster)
{
    roster->listed_ms = -1;
    roster->outdated = roster->state == ROSTER_LISTING;
}

void slack_directory_joined(SlackDirectory *directory, const char *channel, const char *user,
                            bool here)
{
    Roster *roster = roster_find(directory, channel);

    if (roster == NULL || user == NULL) {
        return;
    }
    if (!here && g_strcmp0(user, directory->bot) == 0) {
        outdate(roster); /* from here on nobody tells us who comes and goes */
    }
    if (roster->members != NULL) {
        apply(roster, user, here);
    }
    if (roster->late != NULL) {
        g_hash_table_replace(roster->late, g_strdup(user), GINT_TO_POINTER(here ? 1 : 0));
    }
}

void slack_directory_forget_group(SlackDirectory *directory, const char *group)
{
    Roster *roster = roster_find(directory, group);

    if (roster != NULL) {
        outdate(roster);
    }
}
