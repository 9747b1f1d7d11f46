#include "bench.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Quiet for so long is idle. */
#define QUIET_MS 500

/* Reads what it writes until it writes no more. */
static void read_until_quiet(int terminal)
{
    struct pollfd polled = {.fd = terminal, .events = POLLIN};
    char bytes[4096];

    while (poll(&polled, 1, QUIET_MS) > 0 && (polled.revents & POLLIN) != 0 &&
           read(terminal, bytes, sizeof bytes) > 0) {
    }
}

/* As a person starts it: on a terminal. */
void measure_console(void)
{
    g_autofree char *path = bench_anchord();
    int terminal = -1;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);

    if (child < 0) {
        bench_fail("opening a terminal", NULL);
    }
    if (child == 0) {
        execl(path, path, "console", (char *)NULL);
        _exit(127);
    }
    read_until_quiet(terminal);
    double resident = resident_mb(child);
    static const char quit[] = ":quit\r";

    if (write(terminal, quit, strlen(quit)) < 0) {
        bench_fail("leaving the console", NULL);
    }
    read_until_quiet(terminal);
    close(terminal);
    waitpid(child, NULL, 0);
    if (resident < 0.1) {
        bench_fail(path, NULL);
    }
    table_row("anchord console, idle: resident memory", resident, BOUND_BELOW, 12, "MB");
}
