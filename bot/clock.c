#include "bot/clock.h"

#include <pthread.h>

struct Clock {
    pthread_mutex_t lock; /* a lock that ThreadSanitizer knows */
    bool manual;
    Instant now;
    int64_t ahead_us; /* of the system's, while it runs */
};

Clock *clock_real(void)
{
    Clock *clock = g_new0(Clock, 1);

    pthread_mutex_init(&clock->lock, NULL);
    return clock;
}

Clock *clock_manual(Instant start)
{
    Clock *clock = clock_real();

    clock_set(clock, start);
    return clock;
}

void clock_free(Clock *clock)
{
    if (clock == NULL) {
        return;
    }
    pthread_mutex_destroy(&clock->lock);
    g_free(clock);
}

Instant clock_now(Clock *clock)
{
    pthread_mutex_lock(&clock->lock);
    Instant now = clock->manual ? clock->now : (Instant){g_get_real_time() + clock->ahead_us};
    pthread_mutex_unlock(&clock->lock);
    return now;
}

void clock_set(Clock *clock, Instant to)
{
    pthread_mutex_lock(&clock->lock);
    clock->manual = true;
    clock->now = to;
    pthread_mutex_unlock(&clock->lock);
}

void clock_shift(Clock *clock, Instant to)
{
    pthread_mutex_lock(&clock->lock);
    clock->ahead_us = to.us - g_get_real_time();
    pthread_mutex_unlock(&clock->lock);
}

bool clock_is_manual(Clock *clock)
{
    pthread_mutex_lock(&clock->lock);
    bool manual = clock->manual;
    pthread_mutex_unlock(&clock->lock);
    return manual;
}
