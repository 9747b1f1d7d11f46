#include "platform.h"

#include <string.h>

#include "audit.h"
#include "judge.h"
#include "systems.h"
#include "taken.h"

#define SECOND INSTANT_SECOND

/* A card in the adapter's hands. */
typedef struct Job {
    OutboxRow *row;
    char *message; /* where it stands, when it is an edit; NULL */
    char *target;
    int tries;
} Job;

struct Platform {
    GHashTable *sent; /* key -> Sent */
    GPtrArray
        *in_flight;   /* of Sent: posted to this life's engine, without an answer yet, in order */
    GHashTable *jobs; /* target -> Job */
    GHashTable *standing; /* row id -> message, of cards that stand in a channel */
    GHashTable *zones;    /* row id -> GTimeZone: its team's when the row was made */
    GHashTable *last_row; /* target -> the last row that was posted there */
    int64_t out_until;    /* the platform is out of order */
    int64_t keys;
};

static void job_free(gpointer data)
{
    Job *job = data;

    outbox_row_free(job->row);
    g_free(job->message);
    g_free(job->target);
    g_free(job);
}

static void sent_free(gpointer data)
{
    Sent *sent = data;

    event_free(sent->event);
    g_array_unref(sent->values);
    g_free(sent->reason);
    g_free(sent);
}

Platform *platform_new(void)
{
    Platform *platform = g_new0(Platform, 1);

    platform->sent = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, sent_free);
    platform->in_flight = g_ptr_array_new();
    platform->jobs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, job_free);
    platform->standing = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    platform->zones = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                            (GDestroyNotify)g_time_zone_unref);
    platform->last_row = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return platform;
}

void platform_free(Platform *platform)
{
    if (platform == NULL) {
        return;
    }
    g_hash_table_unref(platform->sent);
    g_ptr_array_unref(platform->in_flight);
    g_hash_table_unref(platform->jobs);
    g_hash_table_unref(platform->standing);
    g_hash_table_unref(platform->zones);
    g_hash_table_unref(platform->last_row);
    g_free(platform);
}

static bool out_of_order(const Sim *sim)
{
    return !sim->calm && sim->time < sim->platform->out_until;
}

void platform_outage(Sim *sim, int64_t until)
{
    sim->platform->out_until = until;
}

/* --- events --- */

Sent *sent_new(EventKind kind, const char *channel, const char *member, const char *text)
{
    Sent *sent = g_new0(Sent, 1);

    sent->event = event_new(kind, NULL);
    sent->event->channel = g_strdup(channel);
    sent->event->member = g_strdup(member);
    if (text != NULL) {
        event_set_text(sent->event, text, strlen(text));
    }
    sent->values = g_array_new(FALSE, FALSE, sizeof(SaidValue));
    return sent;
}

/* What another system sends has no key of its own: its readings have. */
static Event *copy_event(const Sim *sim, Sent *sent)
{
    Event *copy = event_copy(sent->event);

    copy->workspace = sim->workspace;
    copy->tag = sent;
    if (copy->kind == EVENT_READINGS) {
        g_clear_pointer(&copy->key, g_free);
    }
    return copy;
}

static void arrive_in(Sim *sim, Sent *sent, int64_t delay, bool again)
{
    sent->arrivals++;
    agenda_put(sim->agenda, sim->time + delay, HAPPENS_ARRIVAL, again, sent, 0);
}

/* Mostly at once; now and then so slow that what was sent later overtakes it. */
static int64_t latency(Sim *sim)
{
    return sim->calm || rng_chance(&sim->rng, 850) ? rng_between(&sim->rng, SECOND / 20, SECOND)
                                                   : rng_between(&sim->rng, SECOND, 25 * SECOND);
}

void platform_send(Sim *sim, Sent *take_sent)
{
    Platform *platform = sim->platform;
    Sent *sent = take_sent;

    sent->event->key = g_strdup_printf("event/%" G_GINT64_FORMAT, ++platform->keys);
    g_hash_table_insert(platform->sent, sent->event->key, sent);
    sim->stats->sent++;
    arrive_in(sim, sent, latency(sim), false);
    if (!sim->options.sound && rng_chance(&sim->rng, 40)) {
        int64_t later = rng_chance(&sim->rng, 100) ? 6 * 3600 : 40;

        sim->stats->duplicates++;
        arrive_in(sim, sent, rng_between(&sim->rng, 1, later) * SECOND, true);
    }
}

void platform_send_now(Sim *sim, Sent *take_sent)
{
    Platform *platform = sim->platform;

    take_sent->event->key = g_strdup_printf("audit/%" G_GINT64_FORMAT, ++platform->keys);
    g_hash_table_insert(platform->sent, take_sent->event->key, take_sent);
    g_ptr_array_add(platform->in_flight, take_sent);
    if (!engine_post(sim->engine, copy_event(sim, take_sent))) {
        sim_fail(sim, "the inbox is full, though nobody speaks");
    }
    sim_settle(sim);
}

static bool is_in_flight(const Platform *platform, const Sent *sent)
{
    return g_ptr_array_find(platform->in_flight, sent, NULL);
}

static void forget_when_done(Sim *sim, Sent *sent)
{
    if (sent->acknowledged && sent->arrivals == 0 && !is_in_flight(sim->platform, sent)) {
        g_hash_table_remove(sim->platform->sent, sent->event->key);
    }
}

static void send_again_later(Sim *sim, Sent *sent)
{
    static const int64_t gaps[] = {3, 10, 60, 600, 3600};
    int64_t gap = gaps[MIN(sent->tries, (int)G_N_ELEMENTS(gaps) - 1)];

    sent->tries++;
    arrive_in(sim, sent, gap * SECOND, false);
}

void platform_arrival(Sim *sim, const Happening *happening)
{
    Platform *platform = sim->platform;
    Sent *sent = happening->whom;
    bool again = happening->what;

    sent->arrivals--;
    if (sent->acknowledged && !again) {
        forget_when_done(sim, sent);
        return;
    }
    if (!again) {
        send_again_later(sim, sent);
    }
    if (sim->down) {
        return;
    }
    if (!again && !sim->options.sound && !sim->calm && rng_chance(&sim->rng, 20)) {
        sim->stats->lost++;
        return;
    }
    g_ptr_array_add(platform->in_flight, sent);
    if (!engine_post(sim->engine, copy_event(sim, sent))) {
        sim->stats->refused_inbox++;
        g_ptr_array_set_size(platform->in_flight, (gint)platform->in_flight->len - 1);
    }
}

static void no_more_in_flight(Platform *platform, const Sent *sent)
{
    guint i = 0;

    if (g_ptr_array_find(platform->in_flight, sent, &i)) {
        g_ptr_array_remove_index(platform->in_flight, i);
    }
}

static void heard(Sim *sim, Sent *sent, Card *reply, bool repeated)
{
    if (repeated) {
        sim->stats->repeated++;
        if (!sent->acknowledged) {
            sim_fail(sim, "%s was called repeated, but had never been committed", sent->event->key);
        }
        return;
    }
    if (sent->feed != NULL) {
        systems_replied(sim, sent, reply);
    } else if (sent->acknowledged) {
        sim_fail(sim, "%s was taken twice", sent->event->key);
        return;
    }
    sent->acknowledged = true;
    sim->stats->acknowledged++;
    if (sent->wants != NULL) {
        *sent->wants = reply != NULL ? card_plain(reply) : g_strdup("");
    }
    taken_reply(sim, sent, reply);
}

void platform_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                      const GError *failure)
{
    Sim *sim = arg;
    g_autoptr(Card) reply = take_reply;

    if (sim->store->dead) {
        return; /* the process died before it could say so */
    }
    Sent *sent = event->tag;
    no_more_in_flight(sim->platform, sent);
    if (failure == NULL) {
        heard(sim, sent, reply, repeated);
    } else if (!sim->store->failed) {
        sim_fail(sim, "%s failed, though the store did not: %s", event->key, failure->message);
    }
    forget_when_done(sim, sent);
}

void platform_reached(void *arg, int64_t token)
{
    (void)arg, (void)token;
}

void platform_cut(Sim *sim)
{
    g_hash_table_remove_all(sim->platform->jobs);
}

/* True when the store has seen the event. */
static bool was_committed(Sim *sim, const Event *event)
{
    Store *real = sim->store->real;
    bool fresh = true;
    g_autoptr(GError) error = NULL;

    if (!real->ops->begin(real, &error) ||
        !real->ops->note_event(real, event->key, sim_now(sim), &fresh, &error)) {
        sim_fail(sim, "asking for %s: %s", event->key, error->message);
    }
    real->ops->rollback(real);
    return !fresh;
}

void platform_resume(Sim *sim)
{
    Platform *platform = sim->platform;

    for (guint i = 0; i < platform->in_flight->len; i++) {
        Sent *sent = g_ptr_array_index(platform->in_flight, i);

        if (!sent->acknowledged && sent->feed == NULL && was_committed(sim, sent->event)) {
            sent->acknowledged =
                true; /* as far as the store is concerned: it will be called repeated */
            taken_unheard(sim, sent);
            arrive_in(sim, sent, latency(sim), true);
        }
    }
    g_ptr_array_set_size(platform->in_flight, 0);
}

/* --- cards --- */

static const BookTeam *team_of_target(const Sim *sim, const Card *card)
{
    if (card->channel != NULL) {
        return books_home(sim->books, card->channel);
    }
    const char *dot = strchr(card->member, '.');
    g_autofree char *home =
        g_strdup_printf("c%.*s", (int)(dot != NULL ? dot - card->member - 1 : 0), card->member + 1);
    return books_home(sim->books, home);
}

void platform_put(Sim *sim, int64_t row, const Card *card)
{
    const BookTeam *team = team_of_target(sim, card);

    if (team != NULL) {
        g_hash_table_replace(sim->platform->zones, g_memdup2(&row, sizeof(int64_t)),
                             g_time_zone_ref(team->zone));
    }
}

static void try_in(Sim *sim, Job *job, int64_t delay)
{
    agenda_put(sim->agenda, sim->time + delay, HAPPENS_DELIVERY, 0, job, sim->life);
}

void platform_deliver(void *arg, OutboxRow *take_row, const MessageRef *ref,
                      const MessageRef *thread)
{
    Sim *sim = arg;
    Platform *platform = sim->platform;
    g_autoptr(OutboxRow) row = take_row;

    (void)thread; /* the card names it by its key */
    if (sim->store->dead) {
        return;
    }
    g_autofree char *target = outbox_target(row->card);
    if (g_hash_table_contains(platform->jobs, target)) {
        sim_fail(sim, "two cards were out at once for %s", target);
        return;
    }
    Job *job = g_new0(Job, 1);
    *job = (Job){.row = g_steal_pointer(&row),
                 .message = ref != NULL ? g_strdup(ref->message) : NULL,
                 .target = g_steal_pointer(&target)};
    g_hash_table_insert(platform->jobs, job->target, job);
    try_in(sim, job, latency(sim));
}

static void settle(Sim *sim, Job *job, OutboxEnd end, const char *message)
{
    MessageRef ref = {.channel = job->target, .message = (char *)(uintptr_t)message};
    int64_t row = job->row->id;

    engine_settle(sim->engine, sim->workspace, row, end, message != NULL ? &ref : NULL);
    if (!sim->options.sound && rng_chance(&sim->rng, 10)) {
        engine_settle(sim->engine, sim->workspace, row, end, message != NULL ? &ref : NULL);
    }
    g_hash_table_remove(sim->platform->jobs, job->target);
}

static void check_order(Sim *sim, const Job *job)
{
    const int64_t *last = g_hash_table_lookup(sim->platform->last_row, job->target);

    if (last != NULL && *last > job->row->id) {
        sim_fail(sim, "card %" G_GINT64_FORMAT " came to %s after card %" G_GINT64_FORMAT,
                 job->row->id, job->target, *last);
    }
    g_hash_table_replace(sim->platform->last_row, g_strdup(job->target),
                         g_memdup2(&job->row->id, sizeof(int64_t)));
}

/* The card now stands in its channel. The message's name is the caller's. */
static const char *post(Sim *sim, Job *job)
{
    Platform *platform = sim->platform;
    GTimeZone *zone = g_hash_table_lookup(platform->zones, &job->row->id);
    const Posted posted = {.row = job->row, .edit = job->message != NULL, .zone = zone};
    char *message = job->message != NULL ? g_strdup(job->message)
                                         : g_strdup_printf("p%" G_GINT64_FORMAT, job->row->id);

    check_order(sim, job);
    g_hash_table_replace(platform->standing, g_memdup2(&job->row->id, sizeof(int64_t)), message);
    sim->stats->posts += job->message == NULL;
    sim->stats->edits_in_place += job->message != NULL;
    judge_post(sim, &posted);
    return message;
}

/* It cannot be delivered for good; the team hears of it. */
static void give_up(Sim *sim, Job *job)
{
    const BookTeam *team = team_of_target(sim, job->row->card);
    Sent *sent = sent_new(EVENT_UNDELIVERABLE, team != NULL ? team->home : NULL, NULL, "");

    sent->event->action = g_strdup("the conversation is closed");
    sim->stats->dead++;
    settle(sim, job, OUTBOX_DEAD, NULL);
    platform_send(sim, sent);
}

static bool try_fails(Sim *sim, Job *job)
{
    bool out = out_of_order(sim);

    if (!out && (sim->calm || sim->options.sound || !rng_chance(&sim->rng, 15))) {
        return false;
    }
    bool first =
        job->row->attempts == 1 && job->tries == 0; /* later the adapter looks before it posts */
    if (first && job->message == NULL && rng_chance(&sim->rng, 300)) {
        post(sim, job); /* it got through, but the adapter never learns */
    }
    job->tries++;
    try_in(sim, job,
           (out ? rng_between(&sim->rng, 60, 900) : rng_between(&sim->rng, 1, 60)) * SECOND);
    return true;
}

void platform_delivery(Sim *sim, const Happening *happening)
{
    if (happening->which != sim->life || sim->down) {
        return; /* the adapter that held it is gone */
    }
    Job *job = happening->whom;
    const Card *card = job->row->card;
    const char *standing = g_hash_table_lookup(sim->platform->standing, &job->row->id);
    bool may_stand = job->row->attempts > 1 || job->tries > 0;

    if (standing != NULL && !may_stand) {
        sim_fail(sim, "card %" G_GINT64_FORMAT " was handed out again as if for the first time",
                 job->row->id);
    } else if (standing != NULL && !out_of_order(sim)) {
        sim->stats->found_again++;
        settle(sim, job, OUTBOX_DELIVERED, standing);
    } else if (card->expires.us != 0 && sim_now(sim).us >= card->expires.us && !out_of_order(sim)) {
        sim->stats->expired++;
        settle(sim, job, OUTBOX_EXPIRED, NULL);
    } else if (card->channel == NULL && !sim->calm && !sim->options.sound &&
               rng_chance(&sim->rng, 3)) {
        give_up(sim, job);
    } else if (!try_fails(sim, job)) {
        const char *message = post(sim, job);

        if (!sim_struck(sim)) {
            settle(sim, job, OUTBOX_DELIVERED, message);
        }
    }
}

bool platform_idle(const Sim *sim)
{
    GHashTableIter iter;
    gpointer value = NULL;

    if (g_hash_table_size(sim->platform->jobs) > 0 || sim->platform->in_flight->len > 0) {
        return false;
    }
    g_hash_table_iter_init(&iter, sim->platform->sent);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        if (!((const Sent *)value)->acknowledged) {
            return false;
        }
    }
    return true;
}
