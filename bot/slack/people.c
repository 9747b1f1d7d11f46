#include "bot/slack/people.h"

#include <string.h>

#include "bot/slack/id.h"
#include "core/text.h"

#define ASKING_MAX       6
#define ASK_DEADLINE_MS  ((int64_t)60 * 1000)
#define AGAIN_SOON_MS    ((int64_t)60 * 1000)      /* Slack did not answer */
#define AGAIN_REFUSED_MS ((int64_t)60 * 60 * 1000) /* Slack does not want to say */
#define NAME_BYTES_MAX   1000                      /* of a raw name; what is behind never shows */
#define ZONE_MAX         64

typedef struct Entry {
    char *id;
    Person person;
    bool known;
    int64_t again_ms; /* not known: not asked before */
    GList link;       /* in People.recent */
} Entry;

/* A question that waits (call NULL, in People.wanted) or is under way. */
typedef struct Ask {
    People *people;
    char *id;
    bool soon;
    SlackCall *call;
} Ask;

struct People {
    Loop *loop;
    SlackApi *api;
    PeopleTold told;
    void *arg;
    GHashTable *entries; /* id -> Entry */
    GQueue recent;       /* of Entry.link: asked about last, first */
    GHashTable *asks;    /* id -> Ask */
    GQueue wanted;       /* of Ask, in turn */
    int asking;
    LoopTimer *turn;
};

static void entry_free(gpointer data)
{
    Entry *entry = data;

    g_free(entry->id);
    g_free(entry->person.name);
    g_free(entry->person.zone);
    g_free(entry);
}

static void ask_free(gpointer data)
{
    Ask *ask = data;

    if (ask->call != NULL) {
        slack_api_cancel(ask->call);
    }
    g_free(ask->id);
    g_free(ask);
}

People *people_new(Loop *loop, SlackApi *api, PeopleTold told, void *arg)
{
    People *people = g_new0(People, 1);

    people->loop = loop;
    people->api = api;
    people->told = told;
    people->arg = arg;
    people->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
    people->asks = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, ask_free);
    g_queue_init(&people->recent);
    g_queue_init(&people->wanted);
    return people;
}

void people_free(People *people)
{
    if (people == NULL) {
        return;
    }
    loop_stop(&people->turn);
    g_queue_clear(&people->wanted);
    g_hash_table_unref(people->asks);
    g_hash_table_unref(people->entries);
    g_free(people);
}

/* What is known ------------------------------------------------------------------------------ */

static void touch(People *people, Entry *entry)
{
    g_queue_unlink(&people->recent, &entry->link);
    g_queue_push_head_link(&people->recent, &entry->link);
}

static void forget_oldest(People *people)
{
    GList *last = g_queue_pop_tail_link(&people->recent);
    const Entry *entry = last->data;

    g_hash_table_remove(people->entries, entry->id);
}

static Entry *entry_of(People *people, const char *id)
{
    Entry *entry = g_hash_table_lookup(people->entries, id);

    if (entry != NULL) {
        return entry;
    }
    if (people->recent.length >= PEOPLE_MAX) {
        forget_oldest(people);
    }
    entry = g_new0(Entry, 1);
    entry->id = g_strdup(id);
    entry->link.data = entry;
    g_hash_table_insert(people->entries, entry->id, entry);
    g_queue_push_head_link(&people->recent, &entry->link);
    return entry;
}

const Person *people_find(People *people, const char *user)
{
    Entry *entry = g_hash_table_lookup(people->entries, user);

    if (entry == NULL || !entry->known) {
        return NULL;
    }
    touch(people, entry);
    return &entry->person;
}

bool people_lacks(const People *people, const char *user)
{
    const Entry *entry = g_hash_table_lookup(people->entries, user);

    return entry == NULL || (!entry->known && loop_now_ms(people->loop) >= entry->again_ms);
}

/* Learning ----------------------------------------------------------------------------------- */

/* What people call themselves is foreign text: one clean, short line of it. NULL: nothing is left.
 */
static char *clean_name(const char *raw)
{
    size_t len = strnlen(raw, NAME_BYTES_MAX + 1), at = 0;
    g_autofree char *clean = NULL;

    while (len > NAME_BYTES_MAX || (len > 0 && ((unsigned char)raw[len] & 0xC0) == 0x80)) {
        len--;
    }
    if (text_clean(raw, len, NAME_BYTES_MAX, &clean, &at) != TEXT_OK) {
        return NULL;
    }
    g_autofree char *line = text_squeeze(clean);
    return *line != '\0' ? text_cut(line, PEOPLE_NAME_MAX) : NULL;
}

/* The name that Slack itself would show. */
static char *name_of(const Json *user)
{
    const Json *profile = json_object(user, "profile");
    const char *const names[] = {
        json_text(profile, "display_name"),
        json_text(profile, "real_name"),
        json_text(user, "real_name"),
        json_text(user, "name"),
    };
    char *name = NULL;

    for (size_t i = 0; name == NULL && i < G_N_ELEMENTS(names); i++) {
        name = clean_name(names[i]);
    }
    return name;
}

static char *zone_of(const Json *user)
{
    const char *zone = json_text(user, "tz");
    size_t len = strspn(zone, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");

    return len > 0 && len <= ZONE_MAX && zone[len] == '\0' ? g_strdup(zone) : NULL;
}

/* Who was deactivated may have lost all else: what was known stays. */
static void replace(char **kept, char *take_now)
{
    if (take_now != NULL) {
        g_free(*kept);
        *kept = take_now;
    }
}

static void learn(People *people, const char *id, const Json *user)
{
    Entry *entry = entry_of(people, id);

    replace(&entry->person.name, name_of(user));
    replace(&entry->person.zone, zone_of(user));
    if (entry->person.name == NULL) {
        entry->person.name = g_strdup("");
    }
    entry->person.member = !json_bool(user, "is_bot") && !json_bool(user, "deleted") &&
                           strcmp(id, SLACK_SLACKBOT) != 0;
    entry->known = true;
}

void people_changed(People *people, const Json *user)
{
    const char *id = slack_id(user, "id");

    if (id != NULL &&
        (g_hash_table_contains(people->entries, id) || g_hash_table_contains(people->asks, id))) {
        learn(people, id, user);
    }
}

static void note_silence(People *people, const char *id, SlackClass class)
{
    Entry *entry = entry_of(people, id);
    bool passing = class == SLACK_RETRY || class == SLACK_UNSURE || class == SLACK_AUTH;

    entry->again_ms = loop_now_ms(people->loop) + (passing ? AGAIN_SOON_MS : AGAIN_REFUSED_MS);
}

/* Asking ------------------------------------------------------------------------------------- */

static void send_asks(People *people);

static void on_user(void *arg, const SlackAnswer *answer)
{
    Ask *ask = arg;
    People *people = ask->people;
    const Json *user = json_object(answer->json, "user");
    g_autofree char *id = g_strdup(ask->id);

    ask->call = NULL;
    g_hash_table_remove(people->asks, id);
    people->asking--;
    if (answer->class == SLACK_OK && user != NULL) {
        learn(people, id, user);
    } else {
        note_silence(people, id, answer->class);
    }
    send_asks(people);
    people->told(people->arg, id);
}

static void send_ask(People *people, Ask *ask)
{
    Json *args = json_new_object();

    json_put_text(args, "user", ask->id);
    people->asking++;
    ask->call = slack_api_call(people->api,
                               &(SlackAsk){.method = "users.info",
                                           .take_args = args,
                                           .hurry = ask->soon ? SLACK_SOON : SLACK_QUEUE,
                                           .deadline_ms = ASK_DEADLINE_MS},
                               on_user, ask);
}

static void send_asks(People *people)
{
    while (people->asking < ASKING_MAX && !g_queue_is_empty(&people->wanted)) {
        send_ask(people, g_queue_pop_head(&people->wanted));
    }
}

static void on_turn(void *arg)
{
    People *people = arg;

    people->turn = NULL;
    send_asks(people);
}

static void hurry(People *people, Ask *ask)
{
    if (!ask->soon && ask->call == NULL) {
        ask->soon = true;
        g_queue_remove(&people->wanted, ask);
        g_queue_push_head(&people->wanted, ask);
    }
}

void people_want(People *people, const char *user, bool soon)
{
    Ask *ask = g_hash_table_lookup(people->asks, user);

    if (ask != NULL) {
        if (soon) {
            hurry(people, ask);
        }
        return;
    }
    ask = g_new0(Ask, 1);
    ask->people = people;
    ask->id = g_strdup(user);
    ask->soon = soon;
    g_hash_table_insert(people->asks, ask->id, ask);
    if (soon) {
        g_queue_push_head(&people->wanted, ask);
    } else {
        g_queue_push_tail(&people->wanted, ask);
    }
    if (people->turn == NULL) {
        people->turn = loop_after(people->loop, 0, on_turn, people);
    }
}

bool people_busy(const People *people)
{
    return people->wanted.length >= PEOPLE_WANTED_MAX;
}
