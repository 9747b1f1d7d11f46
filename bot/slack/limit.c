/* Each method has lines: one of its own, and one for each channel where its rule counts by channel.
 * A line is two, of what somebody waits for and of the rest. Lines that could go on now stand in a
 * ring of their method, so that looking for the next call never walks past one that cannot go.
 *
 * The allowance is a bucket kept as one number, the time at which it will be full again (GCRA). Its
 * rate is what the allowance leaves beside the burst, so that burst and rate together stay within
 * it in every minute, and not on the average. */

#include "bot/slack/limit.h"

#define MINUTE_US INT64_C(60000000)

typedef enum Rank { RANK_SOON, RANK_QUEUE, RANK_COUNT } Rank;

typedef struct Method {
    LimitRule rule;
    int64_t interval_us, slack_us; /* between two; how far ahead of that a burst may run */
    int64_t full_us;               /* when the bucket is full again */
    int running;
    GQueue ready[RANK_COUNT]; /* of LimitLane, by `at`; longest ready first */
    struct LimitLane *own;    /* of what no channel holds back */
} Method;

typedef struct LimitLane {
    Method *method;
    struct Channel *channel; /* NULL: no spacing */
    GSequence *line[RANK_COUNT];
    GList at[RANK_COUNT]; /* in `ready`; data is NULL while it is not */
} LimitLane;

/* Lives while somebody waits for it or its second is not over. */
typedef struct Channel {
    char *id;
    GPtrArray
        *lanes;   /* of LimitLane, one for each method that was used there: two at most, so far */
    size_t users; /* entries that wait for it or are under way in it */
    bool spaced;  /* in `spaced`, by `at` */
    int64_t free_ms;
    GList at;
} Channel;

struct Limit {
    Method *methods;
    size_t count;
    size_t turn;          /* the method that is asked first, so that each has its turn */
    GHashTable *channels; /* id -> Channel */
    GQueue spaced;        /* of Channel; in order of free_ms, as the spacing is always the same */
    GSequence *resting;   /* by not_before_ms */
    GSequence *deadlines;
    int64_t last_number;
    size_t waiting;
    int running;
};

static Rank rank_of(const LimitEntry *entry)
{
    return entry->soon ? RANK_SOON : RANK_QUEUE;
}

/* Orders ------------------------------------------------------------------------------------- */

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_number(gconstpointer a, gconstpointer b, gpointer unused)
{
    (void)unused;
    return compare(((const LimitEntry *)a)->number, ((const LimitEntry *)b)->number);
}

static int by_rest(gconstpointer a, gconstpointer b, gpointer unused)
{
    int order =
        compare(((const LimitEntry *)a)->not_before_ms, ((const LimitEntry *)b)->not_before_ms);

    return order != 0 ? order : by_number(a, b, unused);
}

static int by_deadline(gconstpointer a, gconstpointer b, gpointer unused)
{
    int order = compare(((const LimitEntry *)a)->deadline_ms, ((const LimitEntry *)b)->deadline_ms);

    return order != 0 ? order : by_number(a, b, unused);
}

static LimitEntry *first_of(GSequence *sequence)
{
    return g_sequence_is_empty(sequence) ? NULL
                                         : g_sequence_get(g_sequence_get_begin_iter(sequence));
}

static void leave(GSequenceIter **iter)
{
    if (*iter != NULL) {
        g_sequence_remove(*iter);
        *iter = NULL;
    }
}

/* Lines -------------------------------------------------------------------------------------- */

static LimitLane *lane_new(Method *method, Channel *channel)
{
    LimitLane *lane = g_new0(LimitLane, 1);

    lane->method = method;
    lane->channel = channel;
    for (Rank rank = 0; rank < RANK_COUNT; rank++) {
        lane->line[rank] = g_sequence_new(NULL);
    }
    return lane;
}

static void lane_unready(LimitLane *lane, Rank rank)
{
    if (lane->at[rank].data != NULL) {
        g_queue_unlink(&lane->method->ready[rank], &lane->at[rank]);
        lane->at[rank].data = NULL;
    }
}

/* Puts it where it belongs: among those that could go on, or not. */
static void lane_settle(LimitLane *lane, Rank rank)
{
    bool can =
        !g_sequence_is_empty(lane->line[rank]) && (lane->channel == NULL || !lane->channel->spaced);

    if (!can) {
        lane_unready(lane, rank);
    } else if (lane->at[rank].data == NULL) {
        lane->at[rank].data = lane;
        g_queue_push_tail_link(&lane->method->ready[rank], &lane->at[rank]);
    }
}

static void lane_free(gpointer data)
{
    LimitLane *lane = data;

    for (Rank rank = 0; rank < RANK_COUNT; rank++) {
        lane_unready(lane, rank);
        g_sequence_free(lane->line[rank]);
    }
    g_free(lane);
}

static void channel_free(gpointer data)
{
    Channel *channel = data;

    g_ptr_array_unref(channel->lanes);
    g_free(channel->id);
    g_free(channel);
}

static Channel *channel_of(Limit *limit, const char *id)
{
    Channel *channel = g_hash_table_lookup(limit->channels, id);

    if (channel == NULL) {
        channel = g_new0(Channel, 1);
        channel->id = g_strdup(id);
        channel->lanes = g_ptr_array_new_with_free_func(lane_free);
        channel->at.data = channel;
        g_hash_table_insert(limit->channels, channel->id, channel);
    }
    return channel;
}

static LimitLane *lane_of(Limit *limit, Method *method, const char *id)
{
    if (!method->rule.per_channel || id == NULL || *id == '\0') {
        return method->own;
    }
    Channel *channel = channel_of(limit, id);
    for (guint i = 0; i < channel->lanes->len; i++) {
        LimitLane *lane = g_ptr_array_index(channel->lanes, i);

        if (lane->method == method) {
            return lane;
        }
    }
    LimitLane *lane = lane_new(method, channel);
    g_ptr_array_add(channel->lanes, lane);
    return lane;
}

static void channel_settle(Channel *channel)
{
    for (guint i = 0; i < channel->lanes->len; i++) {
        for (Rank rank = 0; rank < RANK_COUNT; rank++) {
            lane_settle(g_ptr_array_index(channel->lanes, i), rank);
        }
    }
}

static void channel_space(Limit *limit, Channel *channel, int64_t now_ms)
{
    channel->spaced = true;
    channel->free_ms = now_ms + LIMIT_SPACING_MS;
    g_queue_push_tail_link(&limit->spaced, &channel->at);
    channel_settle(channel);
}

/* The methods -------------------------------------------------------------------------------- */

static void method_init(Method *method, const LimitRule *rule)
{
    int64_t at_once = rule->waited_for ? rule->per_minute / 2 : rule->per_minute / 10;
    int64_t burst = rule->per_minute < 6 ? 1 : MAX(at_once, 3);

    method->rule = *rule;
    if (rule->per_minute > 0) {
        method->interval_us = MINUTE_US / MAX(rule->per_minute - burst, 1) + 1;
        method->slack_us = (burst - 1) * method->interval_us;
    }
    method->own = lane_new(method, NULL);
}

static void method_count(Method *method, int64_t now_ms)
{
    method->full_us = MAX(method->full_us, now_ms * 1000) + method->interval_us; /* 0: stays open */
}

/* When there is something in its bucket. */
static int64_t method_open_ms(const Method *method)
{
    return (method->full_us - method->slack_us + 999) / 1000;
}

static bool has_room(const Limit *limit, const Method *method, Rank rank)
{
    return rank == RANK_SOON
               ? limit->running < LIMIT_RUNNING_MAX
               : limit->running < LIMIT_QUEUE_MAX && method->running < LIMIT_METHOD_MAX;
}

Limit *limit_new(const LimitRule *rules, size_t count)
{
    Limit *limit = g_new0(Limit, 1);

    limit->methods = g_new0(Method, count);
    limit->count = count;
    for (size_t i = 0; i < count; i++) {
        method_init(&limit->methods[i], &rules[i]);
    }
    limit->channels = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, channel_free);
    limit->resting = g_sequence_new(NULL);
    limit->deadlines = g_sequence_new(NULL);
    return limit;
}

void limit_free(Limit *limit)
{
    if (limit == NULL) {
        return;
    }
    g_hash_table_unref(limit->channels);
    for (size_t i = 0; i < limit->count; i++) {
        lane_free(limit->methods[i].own);
    }
    g_sequence_free(limit->resting);
    g_sequence_free(limit->deadlines);
    g_free(limit->methods);
    g_free(limit);
}

/* Entries ------------------------------------------------------------------------------------ */

static void entry_stand(LimitEntry *entry)
{
    LimitLane *lane = entry->lane;
    Rank rank = rank_of(entry);

    entry->in_line = g_sequence_insert_sorted(lane->line[rank], entry, by_number, NULL);
    lane_settle(lane, rank);
}

static void entry_wait(Limit *limit, LimitEntry *entry)
{
    limit->waiting++;
    entry->in_deadlines = g_sequence_insert_sorted(limit->deadlines, entry, by_deadline, NULL);
}

static void entry_unwait(Limit *limit, LimitEntry *entry)
{
    limit->waiting--;
    leave(&entry->in_deadlines);
    leave(&entry->in_resting);
    leave(&entry->in_line);
    lane_settle(entry->lane, rank_of(entry));
}

static void entry_stop(Limit *limit, LimitEntry *entry)
{
    entry->running = false;
    limit->running--;
    entry->lane->method->running--;
}

/* The entry is none of the limiter's any more; its channel goes when nothing else holds it. */
static void channel_drop(Limit *limit, Channel *channel)
{
    if (channel != NULL && channel->users == 0 && !channel->spaced) {
        g_hash_table_remove(limit->channels, channel->id);
    }
}

static void entry_forget(Limit *limit, LimitEntry *entry)
{
    Channel *channel = entry->lane->channel;

    entry->lane = NULL;
    if (channel != NULL) {
        channel->users--;
        channel_drop(limit, channel);
    }
}

void limit_add(Limit *limit, LimitEntry *entry, const char *channel)
{
    g_assert(entry->method < limit->count && entry->lane == NULL);
    entry->lane = lane_of(limit, &limit->methods[entry->method], channel);
    entry->number = ++limit->last_number;
    if (entry->lane->channel != NULL) {
        entry->lane->channel->users++;
    }
    entry_wait(limit, entry);
    entry_stand(entry);
}

void limit_remove(Limit *limit, LimitEntry *entry)
{
    if (entry->lane == NULL) {
        return;
    }
    if (entry->running) {
        entry_stop(limit, entry);
    } else {
        entry_unwait(limit, entry);
    }
    entry_forget(limit, entry);
}

void limit_again(Limit *limit, LimitEntry *entry, int64_t not_before_ms)
{
    g_assert(entry->running);
    entry_stop(limit, entry);
    entry->not_before_ms = not_before_ms;
    entry_wait(limit, entry);
    entry->in_resting = g_sequence_insert_sorted(limit->resting, entry, by_rest, NULL);
}

void limit_pause(Limit *limit, size_t method, int64_t until_ms)
{
    Method *paused = &limit->methods[method];

    paused->full_us = MAX(paused->full_us, until_ms * 1000 + paused->slack_us);
}

/* Turns -------------------------------------------------------------------------------------- */

/* What has waited out its second or its rest stands in line again. */
static void release(Limit *limit, int64_t now_ms)
{
    Channel *channel = NULL;
    LimitEntry *entry = NULL;

    while ((channel = g_queue_peek_head(&limit->spaced)) != NULL && channel->free_ms <= now_ms) {
        g_queue_unlink(&limit->spaced, &channel->at);
        channel->spaced = false;
        channel_settle(channel);
        channel_drop(limit, channel);
    }
    while ((entry = first_of(limit->resting)) != NULL && entry->not_before_ms <= now_ms) {
        leave(&entry->in_resting);
        entry_stand(entry);
    }
}

static bool is_waited_for(const Limit *limit, const Method *method, Rank rank)
{
    return method->ready[rank].length > 0 && has_room(limit, method, rank);
}

/* The first call of the line that has been ready longest; its line goes to the end of the ring. */
static LimitEntry *take(Limit *limit, Method *method, Rank rank, int64_t now_ms)
{
    LimitLane *lane = g_queue_peek_head(&method->ready[rank]);
    LimitEntry *entry = lane != NULL ? first_of(lane->line[rank]) : NULL;

    g_assert(entry != NULL);
    entry_unwait(limit, entry);
    entry->running = true;
    limit->running++;
    method->running++;
    method_count(method, now_ms);
    if (lane->channel != NULL) {
        channel_space(limit, lane->channel, now_ms);
    } else {
        lane_unready(lane, rank);
        lane_settle(lane, rank);
    }
    return entry;
}

LimitEntry *limit_next(Limit *limit, int64_t now_ms)
{
    release(limit, now_ms);
    for (Rank rank = 0; rank < RANK_COUNT; rank++) {
        for (size_t i = 0; i < limit->count; i++) {
            size_t index = (limit->turn + i) % limit->count;
            Method *method = &limit->methods[index];

            if (is_waited_for(limit, method, rank) && method_open_ms(method) <= now_ms) {
                limit->turn = index + 1;
                return take(limit, method, rank, now_ms);
            }
        }
    }
    return NULL;
}

LimitEntry *limit_overdue(Limit *limit, int64_t now_ms)
{
    LimitEntry *entry = first_of(limit->deadlines);

    if (entry == NULL || entry->deadline_ms > now_ms) {
        return NULL;
    }
    limit_remove(limit, entry);
    return entry;
}

static int64_t methods_when(const Limit *limit)
{
    int64_t at = LIMIT_NEVER;

    for (size_t i = 0; i < limit->count; i++) {
        const Method *method = &limit->methods[i];

        if (is_waited_for(limit, method, RANK_SOON) || is_waited_for(limit, method, RANK_QUEUE)) {
            at = MIN(at, method_open_ms(method));
        }
    }
    return at;
}

int64_t limit_when(const Limit *limit, int64_t now_ms)
{
    const Channel *channel = limit->spaced.head != NULL ? limit->spaced.head->data : NULL;
    const LimitEntry *rested = first_of(limit->resting);
    const LimitEntry *due = first_of(limit->deadlines);

    if (limit->waiting == 0) { /* a channel whose second is over can go at any later time */
        return LIMIT_NEVER;
    }
    int64_t at = MIN(methods_when(limit), due->deadline_ms);
    at = channel != NULL ? MIN(at, channel->free_ms) : at;
    at = rested != NULL ? MIN(at, rested->not_before_ms) : at;
    return MAX(at, now_ms);
}

size_t limit_waiting(const Limit *limit)
{
    return limit->waiting;
}
