#include "bot/loop.h"

#include <pthread.h>
#include <signal.h>

/* One turn is one iteration of the context: wait, then dispatch all that is ready. What was retired
 * during a turn is freed when it is over, before the next wait. */

typedef struct Post {
    LoopCall call;
    void *arg;
    GDestroyNotify drop;
} Post;

typedef struct Retired {
    void *thing;
    GDestroyNotify free_it;
} Retired;

struct Loop {
    GMainContext *context;
    GSource *inbox;       /* ready while `posted` holds something */
    pthread_mutex_t lock; /* guards posted */
    GArray *posted;       /* of Post */
    GArray *taken;        /* of Post: the go under way, and where in it we are */
    guint next;
    gint waiting;    /* atomic: `posted` holds something */
    gint quit;       /* atomic */
    GArray *retired; /* of Retired */
    GQueue timers;   /* of LoopTimer, by their links */
    int64_t now_ms;  /* of this turn; -1: not read yet */
    bool in_turn;
};

struct LoopTimer {
    GList link; /* Loop.timers */
    Loop *loop;
    GSource *source;
    LoopCall call;
    void *arg;
    bool running;
};

typedef struct Inbox {
    GSource source; /* first: GLib allocates it */
    Loop *loop;
} Inbox;

/* Posting ---------------------------------------------------------------------------------------
 */

static Loop *loop_of(GSource *source)
{
    return ((Inbox *)source)->loop;
}

static gboolean inbox_ready(GSource *source)
{
    return g_atomic_int_get(&loop_of(source)->waiting) != 0;
}

static gboolean inbox_prepare(GSource *source, gint *timeout_ms)
{
    *timeout_ms = -1;
    return inbox_ready(source);
}

/* Takes all that was posted so far: what comes meanwhile waits for the next go. */
static void take_posted(Loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    GArray *posted = loop->posted;
    loop->posted = loop->taken;
    loop->taken = posted;
    g_atomic_int_set(&loop->waiting, 0);
    pthread_mutex_unlock(&loop->lock);
    loop->next = 0;
}

static gboolean inbox_dispatch(GSource *source, GSourceFunc unused, gpointer unused_too)
{
    Loop *loop = loop_of(source);

    (void)unused;
    (void)unused_too;
    take_posted(loop);
    while (loop->next < loop->taken->len) {
        Post post = g_array_index(loop->taken, Post, loop->next++);

        post.call(post.arg);
    }
    g_array_set_size(loop->taken, 0);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs inbox_funcs = {
    .prepare = inbox_prepare, .check = inbox_ready, .dispatch = inbox_dispatch};

void loop_post(Loop *loop, LoopCall call, void *arg, GDestroyNotify drop)
{
    Post post = {call, arg, drop};

    pthread_mutex_lock(&loop->lock);
    bool first = loop->posted->len == 0;
    g_array_append_val(loop->posted, post);
    g_atomic_int_set(&loop->waiting, 1);
    pthread_mutex_unlock(&loop->lock);
    /* The loop looks before it waits, so that only the first of a burst has to wake it. */
    if (first && !g_main_context_is_owner(loop->context)) {
        g_main_context_wakeup(loop->context);
    }
}

static void drop_posts(GArray *posts, guint from)
{
    for (guint i = from; i < posts->len; i++) {
        const Post *post = &g_array_index(posts, Post, i);

        if (post->drop != NULL) {
            post->drop(post->arg);
        }
    }
    g_array_set_size(posts, 0);
}

/* Life ------------------------------------------------------------------------------------------
 */

static GSource *inbox_new(Loop *loop)
{
    GSource *source = g_source_new(&inbox_funcs, sizeof(Inbox));

    ((Inbox *)source)->loop = loop;
    g_source_attach(source, loop->context);
    return source;
}

Loop *loop_new(void)
{
    Loop *loop = g_new0(Loop, 1);

    signal(SIGPIPE, SIG_IGN); /* a guest that writes over TLS to a closed connection would end us */
    loop->context = g_main_context_new();
    pthread_mutex_init(&loop->lock, NULL);
    loop->posted = g_array_new(FALSE, FALSE, sizeof(Post));
    loop->taken = g_array_new(FALSE, FALSE, sizeof(Post));
    loop->retired = g_array_new(FALSE, FALSE, sizeof(Retired));
    g_queue_init(&loop->timers);
    loop->now_ms = -1;
    loop->inbox = inbox_new(loop);
    return loop;
}

/* Freeing one thing may retire another. */
static void free_retired(Loop *loop)
{
    for (guint i = 0; i < loop->retired->len; i++) {
        Retired retired = g_array_index(loop->retired, Retired, i);

        retired.free_it(retired.thing);
    }
    g_array_set_size(loop->retired, 0);
}

static void timer_free(LoopTimer *timer)
{
    g_queue_unlink(&timer->loop->timers, &timer->link);
    g_source_destroy(timer->source);
    g_source_unref(timer->source);
    g_free(timer);
}

void loop_free(Loop *loop)
{
    if (loop == NULL) {
        return;
    }
    while (loop->timers.head != NULL) {
        timer_free(loop->timers.head->data);
    }
    drop_posts(loop->taken, loop->next);
    free_retired(loop);
    take_posted(loop);
    drop_posts(loop->taken, 0);
    free_retired(loop); /* what dropping retired */
    g_source_destroy(loop->inbox);
    g_source_unref(loop->inbox);
    g_main_context_unref(loop->context);
    g_array_unref(loop->posted);
    g_array_unref(loop->taken);
    g_array_unref(loop->retired);
    pthread_mutex_destroy(&loop->lock);
    g_free(loop);
}

GMainContext *loop_context(Loop *loop)
{
    return loop->context;
}

void loop_run(Loop *loop)
{
    g_main_context_push_thread_default(loop->context);
    while (!g_atomic_int_compare_and_exchange(&loop->quit, 1, 0)) {
        loop->in_turn = true;
        g_main_context_iteration(loop->context, TRUE);
        free_retired(loop);
        loop->in_turn = false;
        loop->now_ms = -1;
    }
    g_main_context_pop_thread_default(loop->context);
}

void loop_quit(Loop *loop)
{
    g_atomic_int_set(&loop->quit, 1);
    g_main_context_wakeup(loop->context);
}

void loop_retire(Loop *loop, void *take, GDestroyNotify free_it)
{
    Retired retired = {take, free_it};

    g_array_append_val(loop->retired, retired);
}

int64_t loop_now_ms(Loop *loop)
{
    if (!loop->in_turn || loop->now_ms < 0) {
        loop->now_ms = g_get_monotonic_time() / 1000;
    }
    return loop->now_ms;
}

/* Timers ----------------------------------------------------------------------------------------
 */

static gboolean timer_due(gpointer data)
{
    LoopTimer *timer = data;

    timer->running = true;
    timer->call(timer->arg);
    timer_free(timer);
    return G_SOURCE_REMOVE;
}

LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg)
{
    LoopTimer *timer = g_new0(LoopTimer, 1);

    timer->loop = loop;
    timer->call = call;
    timer->arg = arg;
    timer->link.data = timer;
    timer->source = g_timeout_source_new((guint)CLAMP(ms, 0, G_MAXINT));
    g_source_set_callback(timer->source, timer_due, timer, NULL);
    g_source_attach(timer->source, loop->context);
    g_queue_push_tail_link(&loop->timers, &timer->link);
    return timer;
}

void loop_stop(LoopTimer **timer)
{
    LoopTimer *stopped = *timer;

    *timer = NULL;
    if (stopped != NULL && !stopped->running) { /* a running one ends by itself */
        timer_free(stopped);
    }
}
