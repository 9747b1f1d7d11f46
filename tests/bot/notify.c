#include "notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

/* Whatever the machine is busy with, this is enough. */
#define PATIENCE_S 60
#define LOOK_MS    5

struct Notify {
    char *folder, *path;
    int fd;
    GPtrArray *told; /* of char *, one a line of a datagram */
};

Notify *notify_new(void)
{
    Notify *notify = g_new0(Notify, 1);
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    notify->folder = g_dir_make_tmp("anchord-notify-XXXXXX", NULL);
    notify->path = g_build_filename(notify->folder, "socket", NULL);
    notify->told = g_ptr_array_new_with_free_func(g_free);
    notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(g_strlcpy(address.sun_path, notify->path, sizeof(address.sun_path)) <
                sizeof(address.sun_path));
    assert_int_equal(
        bind(notify->fd, (const struct sockaddr *)(const void *)&address, sizeof(address)), 0);
    g_setenv("NOTIFY_SOCKET", notify->path, TRUE);
    return notify;
}

void notify_free(Notify *notify)
{
    g_unsetenv("NOTIFY_SOCKET");
    (void)close(notify->fd);
    (void)g_unlink(notify->path);
    (void)g_rmdir(notify->folder);
    g_ptr_array_unref(notify->told);
    g_free(notify->path);
    g_free(notify->folder);
    g_free(notify);
}

static void take(Notify *notify)
{
    char bytes[4096];
    ssize_t n = 0;

    while ((n = recv(notify->fd, bytes, sizeof(bytes) - 1, 0)) > 0) {
        bytes[n] = '\0';
        g_auto(GStrv) lines = g_strsplit(bytes, "\n", -1);

        for (char **line = lines; *line != NULL; line++) {
            g_ptr_array_add(notify->told, g_strdup(*line));
        }
    }
}

int notify_count(Notify *notify, const char *message)
{
    int count = 0;

    take(notify);
    for (guint i = 0; i < notify->told->len; i++) {
        count += strcmp(g_ptr_array_index(notify->told, i), message) == 0;
    }
    return count;
}

bool notify_heard(Notify *notify, const char *message)
{
    return notify_count(notify, message) > 0;
}

const char *notify_last(Notify *notify, const char *prefix)
{
    take(notify);
    for (guint i = notify->told->len; i > 0; i--) {
        const char *line = g_ptr_array_index(notify->told, i - 1);

        if (g_str_has_prefix(line, prefix)) {
            return line;
        }
    }
    return NULL;
}

typedef struct Waiting {
    Loop *loop;
    bool (*holds)(void *arg);
    void *arg;
    bool held;
    int64_t until;
} Waiting;

static void look(void *arg)
{
    Waiting *waiting = arg;

    waiting->held = waiting->holds(waiting->arg);
    if (waiting->held || g_get_monotonic_time() > waiting->until) {
        loop_quit(waiting->loop);
    } else {
        loop_after(waiting->loop, LOOK_MS, look, waiting);
    }
}

void loop_until(Loop *loop, bool (*holds)(void *arg), void *arg, const char *what)
{
    Waiting waiting = {loop, holds, arg, false,
                       g_get_monotonic_time() + (int64_t)PATIENCE_S * G_USEC_PER_SEC};

    loop_after(loop, 0, look, &waiting);
    loop_run(loop);
    if (!waiting.held) {
        fail_msg("it never came to this: %s", what);
    }
}

typedef struct Awaited {
    Notify *notify;
    const char *message;
} Awaited;

static bool is_heard(void *arg)
{
    const Awaited *awaited = arg;

    return notify_heard(awaited->notify, awaited->message);
}

void notify_await(Notify *notify, Loop *loop, const char *message)
{
    Awaited awaited = {notify, message};

    loop_until(loop, is_heard, &awaited, message);
}
