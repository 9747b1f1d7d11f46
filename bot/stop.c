#include "bot/stop.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "bot/log.h"

/* What is under way may be answered until then. */
#define DRAIN_MS 400
/* Then the process ends, whatever it is at: a disk that does not answer cannot be waited for, and
 * the store is safe against that. */
#define ALL_MS 1800

static void end_process(int number)
{
    (void)number;
    _exit(0);
}

static void end_in_time(void)
{
    const struct itimerval most = {.it_value = {ALL_MS / 1000, ALL_MS % 1000 * 1000L}};

    (void)signal(SIGALRM, end_process);
    (void)setitimer(ITIMER_REAL, &most, NULL);
}

static void on_engine_ended(void *arg)
{
    loop_quit(((Daemon *)arg)->loop);
}

void stop_engine_ended(Daemon *daemon)
{
    loop_post(daemon->loop, on_engine_ended, daemon, NULL);
}

static void on_left(void *arg)
{
    engine_stop(((Daemon *)arg)->engine);
}

/* Both may come: the engine's answer, and the time. */
static void on_drained(void *arg)
{
    Daemon *daemon = arg;

    loop_stop(&daemon->draining);
    if (!daemon->drained) {
        daemon->drained = true;
        workspaces_leave_all(daemon->workspaces);
        workspaces_when_left(daemon->workspaces, on_left, daemon);
    }
}

static void pass_on(void *arg)
{
    loop_post(((Daemon *)arg)->loop, on_drained, arg, NULL);
}

void stop_begin(Daemon *daemon)
{
    if (daemon->stopping) {
        return;
    }
    daemon->stopping = true;
    log_info("stopping");
    end_in_time();
    readiness_stopping(daemon->readiness);
    daemon->draining = loop_after(daemon->loop, DRAIN_MS, on_drained, daemon);
    engine_call(daemon->engine, pass_on, daemon, NULL);
}
