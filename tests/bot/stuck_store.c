#include "stuck_store.h"

#include <pthread.h>

static StoreOps ops;
static const StoreOps *real;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what is below */
static pthread_cond_t change = PTHREAD_COND_INITIALIZER;
static bool held, waiting;

static bool commit(Store *store, GError **error)
{
    pthread_mutex_lock(&lock);
    while (held) {
        waiting = true;
        pthread_cond_wait(&change, &lock);
    }
    waiting = false;
    pthread_mutex_unlock(&lock);
    return real->commit(store, error);
}

void stuck_store_use(Store *store)
{
    real = store->ops;
    ops = *real;
    ops.commit = commit;
    store->ops = &ops;
    stuck_store_let_go();
}

static void set_held(bool to)
{
    pthread_mutex_lock(&lock);
    held = to;
    pthread_cond_broadcast(&change);
    pthread_mutex_unlock(&lock);
}

void stuck_store_hold(void)
{
    set_held(true);
}

void stuck_store_let_go(void)
{
    set_held(false);
}

bool stuck_store_holds(void)
{
    pthread_mutex_lock(&lock);
    bool holds = waiting;
    pthread_mutex_unlock(&lock);
    return holds;
}
