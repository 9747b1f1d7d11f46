#include "bot/clock.h"

struct Clock {
    GMutex lock;
    bool manual;
    Instant now;
};

Clock *clock_real(void)
{
    Clock *clock = g_new0(Clock, 1);

    g_mutex_init(&clock->lock);
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
    g_mutex_clear(&clock->lock);
    g_free(clock);
}

Instant clock_now(Clock *clock)
{
    g_mutex_lock(&clock->lock);
    Instant now = clock->manual ? clock->now : (Instant){g_get_real_time()};
    g_mutex_unlock(&clock->lock);
    return now;
}

void clock_set(Clock *clock, Instant to)
{
    g_mutex_lock(&clock->lock);
    clock->manual = true;
    clock->now = to;
    g_mutex_unlock(&clock->lock);
}

bool clock_is_manual(Clock *clock)
{
    g_mutex_lock(&clock->lock);
    bool manual = clock->manual;
    g_mutex_unlock(&clock->lock);
    return manual;
}
