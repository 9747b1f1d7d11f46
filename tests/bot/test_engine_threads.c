/* The engine on a thread of its own, with others that post: the two queues between them, stopping,
 * and a clock that is stepped. Runs under ThreadSanitizer too. */

#include "bot/engine.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine_rig.h"

/* Whatever the machine is busy with, this is enough. */
#define PATIENCE_SECONDS 60

/* The loop's side: what the engine told, under a lock. */
typedef struct Loop {
    Engine *engine;
    pthread_mutex_t lock; /* which ThreadSanitizer knows, unlike GLib's */
    pthread_cond_t news;
    int replied, failed, repeated, delivered, reached, rested;
    int gathered;   /* replies of a batch that has not been told to its end */
    bool holds;     /* deliveries are never settled */
    Faulty *breaks; /* fails from the first delivery on; NULL */
} Loop;

static void note(Loop *loop, int *count)
{
    pthread_mutex_lock(&loop->lock);
    (*count)++;
    pthread_cond_broadcast(&loop->news);
    pthread_mutex_unlock(&loop->lock);
}

static void on_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                       const GError *failure)
{
    Loop *loop = arg;

    (void)event;
    card_free(take_reply);
    loop->gathered++;
    note(loop, failure != NULL ? &loop->failed : repeated ? &loop->repeated : &loop->replied);
}

static void on_deliver(void *arg, OutboxRow *take_row, const MessageRef *ref,
                       const MessageRef *thread)
{
    Loop *loop = arg;
    g_autoptr(OutboxRow) row = take_row;
    g_autofree char *target = outbox_target(row->card);
    g_autofree char *id = g_strdup_printf("m%" G_GINT64_FORMAT, row->id);

    (void)thread; /* the card names it by its key */
    if (loop->breaks != NULL) {
        faulty_set(loop->breaks, FAULT_FROM, 1);
    }
    if (!loop->holds) {
        engine_settle(loop->engine, row->workspace, row->id, OUTBOX_DELIVERED,
                      ref != NULL ? ref : &(MessageRef){target, id});
    }
    note(loop, &loop->delivered);
}

static void on_told(void *arg, void *take_spent, GDestroyNotify free_spent)
{
    Loop *loop = arg;

    loop->gathered = 0;
    if (take_spent != NULL) {
        free_spent(take_spent);
    }
}

static void on_rested(void *arg)
{
    Loop *loop = arg;

    note(loop, &loop->rested);
}

static void on_reached(void *arg, int64_t token)
{
    Loop *loop = arg;

    (void)token;
    note(loop, &loop->reached);
}

/* Until the count is there. */
static void await(Loop *loop, const int *count, int wanted)
{
    const struct timespec until = {.tv_sec = time(NULL) + PATIENCE_SECONDS};

    pthread_mutex_lock(&loop->lock);
    while (*count < wanted && pthread_cond_timedwait(&loop->news, &loop->lock, &until) == 0) {
    }
    int got = *count;
    pthread_mutex_unlock(&loop->lock);
    assert_true(got >= wanted);
}

static void *run(void *arg)
{
    engine_run(arg);
    return NULL;
}

/* Starts an engine of the loop's own on the rig's store. */
static GThread *start(Rig *rig, Loop *loop)
{
    const EngineOut out = {.arg = loop,
                           .replied = on_replied,
                           .deliver = on_deliver,
                           .told = on_told,
                           .rested = on_rested,
                           .reached = on_reached};
    g_autoptr(GError) error = NULL;
    WorkspaceId workspace = {0};

    g_clear_pointer(&rig->engine, engine_free);
    pthread_mutex_init(&loop->lock, NULL);
    pthread_cond_init(&loop->news, NULL);
    loop->engine = engine_new(&rig->store->base, rig->clock, &policy_default, &out, &error);
    assert_non_null(loop->engine);
    assert_true(engine_workspace(loop->engine, "acme", &workspace, &error));
    return g_thread_new("engine", run, loop->engine);
}

static void stop(Loop *loop, GThread *thread)
{
    engine_stop(loop->engine);
    g_thread_join(thread);
    engine_free(loop->engine);
    pthread_cond_destroy(&loop->news);
    pthread_mutex_destroy(&loop->lock);
}

static Event *answer(const Rig *rig, const char *key, const char *channel, const char *text)
{
    Event *event = event_new(EVENT_TEXT, key);

    event->workspace = rig->workspace;
    event->channel = g_strdup(channel);
    event->member = g_strdup("maria");
    event->message = g_strdup(key);
    event_set_text(event, text, strlen(text));
    return event;
}

/* Posts until it is taken: a full inbox is a matter of waiting. */
static void post(Engine *engine, const Rig *rig, const char *key, const char *channel)
{
    while (!engine_post(engine, answer(rig, key, channel, "#1 kr1 27%"))) {
        g_usleep(1000);
    }
}

/* --- */

static void test_it_stops_when_told_with_work_or_without(void **state)
{
    Rig *rig = *state;

    for (int i = 0; i < 20; i++) {
        Loop loop = {0};
        GThread *thread = start(rig, &loop);

        if (i % 2 == 1) {
            g_autofree char *key = g_strdup_printf("%d", i);

            post(loop.engine, rig, key, "west-1");
            engine_barrier(loop.engine, 1);
        }
        stop(&loop, thread);
    }
    assert_int_equal(rig_count(rig, "SELECT count(*) > 10 FROM event_key"), 0);
}

static void test_a_clock_that_is_stepped_is_noticed_without_being_told(void **state)
{
    Rig *rig = *state;
    Loop loop = {0};
    GThread *thread = start(rig, &loop);

    engine_barrier(loop.engine, 1);
    await(&loop, &loop.reached, 1);
    assert_int_equal(loop.delivered, 0);
    clock_set(rig->clock, rig_at(14, 9, 30)); /* nothing wakes the engine */
    await(&loop, &loop.delivered, 2);
    stop(&loop, thread);
}

typedef struct Poster {
    Loop *loop;
    const Rig *rig;
    int number;
} Poster;

#define POSTERS   4
#define EACH_POST 500

static void *post_many(void *arg)
{
    const Poster *poster = arg;

    for (int i = 0; i < EACH_POST; i++) {
        g_autofree char *key = g_strdup_printf("%d/%d", poster->number, i);

        post(poster->loop->engine, poster->rig, key, i % 2 == 0 ? "west-1" : "west-2");
        if (i % 10 == 0) {
            post(poster->loop->engine, poster->rig, key, "west-1"); /* again */
        }
    }
    return NULL;
}

static void test_whoever_posts_from_whichever_thread_is_answered_once(void **state)
{
    Rig *rig = *state;
    Loop loop = {0};
    GThread *engine = start(rig, &loop);
    GThread *threads[POSTERS];
    Poster posters[POSTERS];

    engine_advance(loop.engine, rig_at(14, 9, 50));
    for (int i = 0; i < POSTERS; i++) {
        posters[i] = (Poster){&loop, rig, i};
        threads[i] = g_thread_new("poster", post_many, &posters[i]);
    }
    for (int i = 0; i < POSTERS; i++) {
        g_thread_join(threads[i]);
    }
    engine_barrier(loop.engine, 1);
    await(&loop, &loop.reached, 1);
    assert_int_equal(loop.replied, POSTERS * EACH_POST);
    assert_int_equal(loop.repeated, POSTERS * EACH_POST / 10);
    assert_int_equal(loop.failed, 0);
    stop(&loop, engine);
    assert_int_equal(loop.gathered, 0); /* the end of each batch was told */
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM event_key"), POSTERS * EACH_POST);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM outbox"), 0);
}

static void test_a_card_that_is_out_keeps_no_event_waiting(void **state)
{
    Rig *rig = *state;
    Loop loop = {.holds = true};
    GThread *thread = start(rig, &loop);

    clock_set(rig->clock, rig_at(14, 9, 30));
    await(&loop, &loop.delivered, 2);
    for (int i = 0; i < 200; i++) {
        g_autofree char *key = g_strdup_printf("%d", i);

        post(loop.engine, rig, key, "west-1");
        await(&loop, &loop.replied, i + 1);
    }
    engine_barrier(loop.engine, 1);
    post(loop.engine, rig, "behind the barrier", "west-1");
    g_usleep(20000);
    stop(&loop, thread);
    assert_int_equal(loop.reached, 0); /* it waits for the cards */
    assert_int_equal(loop.replied, 200);
}

static void test_a_store_that_fails_is_not_asked_without_a_pause(void **state)
{
    Rig *rig = *state;
    Loop loop = {.breaks = rig->store};
    GThread *thread = start(rig, &loop);

    clock_set(rig->clock, rig_at(14, 9, 30));
    await(&loop, &loop.delivered, 2);
    g_usleep(300000); /* for thousands of tries, were there no pause */
    stop(&loop, thread);
    assert_true(rig->store->calls > 0 && rig->store->calls < 100);
    faulty_set(rig->store, FAULT_NONE, 0);
}

static void test_it_rests_after_work_and_works_on(void **state)
{
    Rig *rig = *state;
    Loop loop = {0};
    GThread *thread = start(rig, &loop);

    for (int i = 0; i < 3; i++) {
        g_autofree char *key = g_strdup_printf("%d", i);

        post(loop.engine, rig, key, "west-1");
        await(&loop, &loop.replied, i + 1);
        await(&loop, &loop.rested, i + 1); /* nothing more comes: it is over by itself */
    }
    assert_int_equal(loop.failed, 0);
    stop(&loop, thread);
}

typedef struct Asked {
    Loop *loop;
    WorkspaceId workspace;
    char *zone;
} Asked;

/* Engine's thread. */
static void tell_zone(void *arg)
{
    Asked *asked = arg;

    asked->zone = engine_zone_name(asked->loop->engine, asked->workspace, "west-1");
    note(asked->loop, &asked->loop->reached);
}

/* The team's zone as the engine knows it. Caller frees. */
static char *zone_known(const Rig *rig, Loop *loop)
{
    Asked asked = {loop, rig->workspace, NULL};
    int before = loop->reached; /* nobody else reaches anything */

    engine_call(loop->engine, tell_zone, &asked, NULL);
    await(loop, &loop->reached, before + 1);
    return asked.zone;
}

static bool knows_tokyo(const Rig *rig, Loop *loop)
{
    g_autofree char *zone = zone_known(rig, loop);

    return strcmp(zone, "Asia/Tokyo") == 0;
}

/* What was changed behind its back tells whether it looks again. */
static void test_what_it_knows_is_let_go_once_a_day(void **state)
{
    Rig *rig = *state;
    Loop loop = {0};
    GThread *thread = start(rig, &loop);

    post(loop.engine, rig, "first", "west-1");
    await(&loop, &loop.replied, 1);
    await(&loop, &loop.rested, 1);
    rig_sql(rig, "UPDATE team SET zone = 'Asia/Tokyo'");
    clock_set(rig->clock, (Instant){clock_now(rig->clock).us + INSTANT_HOUR});
    post(loop.engine, rig, "second", "west-1");
    await(&loop, &loop.replied, 2);
    g_usleep(300000); /* time to rest */
    assert_false(knows_tokyo(rig, &loop));
    clock_set(rig->clock, (Instant){clock_now(rig->clock).us + INSTANT_HOUR * 24});
    post(loop.engine, rig, "third", "west-1");
    for (int tries = 0; !knows_tokyo(rig, &loop); tries++) {
        assert_true(tries < 100);
        g_usleep(300000);
    }
    stop(&loop, thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_it_stops_when_told_with_work_or_without),
        RIG_TEST(test_a_clock_that_is_stepped_is_noticed_without_being_told),
        RIG_TEST(test_whoever_posts_from_whichever_thread_is_answered_once),
        RIG_TEST(test_a_card_that_is_out_keeps_no_event_waiting),
        RIG_TEST(test_a_store_that_fails_is_not_asked_without_a_pause),
        RIG_TEST(test_it_rests_after_work_and_works_on),
        RIG_TEST(test_what_it_knows_is_let_go_once_a_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
