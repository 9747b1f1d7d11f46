#include "bot/watchdog.h"

#include <systemd/sd-daemon.h>

#include "bot/log.h"

/* So many looks in an interval, so that one that comes late does no harm. */
#define LOOKS 4

struct Watchdog {
    Loop *loop;
    Engine *engine;
    LoopTimer *timer;
    int64_t interval_ms;
    bool hungry; /* it was not fed the last time: said once */
};

static void look(void *arg)
{
    Watchdog *watchdog = arg;
    int64_t stuck_ms = engine_stuck_ms(watchdog->engine);
    bool hungry = stuck_ms > watchdog->interval_ms / 2;

    if (!hungry) {
        (void)sd_notify(0, "WATCHDOG=1");
    } else if (!watchdog->hungry) {
        log_error("engine_stuck", F_INT("for_ms", stuck_ms));
    }
    watchdog->hungry = hungry;
    watchdog->timer = loop_after(watchdog->loop, watchdog->interval_ms / LOOKS, look, watchdog);
}

Watchdog *watchdog_new(Loop *loop, Engine *engine)
{
    uint64_t interval_us = 0;

    if (sd_watchdog_enabled(0, &interval_us) <= 0) {
        return NULL;
    }
    Watchdog *watchdog = g_new0(Watchdog, 1);

    *watchdog =
        (Watchdog){.loop = loop, .engine = engine, .interval_ms = (int64_t)(interval_us / 1000)};
    watchdog->timer = loop_after(loop, 0, look, watchdog);
    return watchdog;
}

void watchdog_free(Watchdog *watchdog)
{
    if (watchdog != NULL) {
        loop_stop(&watchdog->timer);
        g_free(watchdog);
    }
}
