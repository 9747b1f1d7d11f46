#include "bot/artist_frame.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

#define HEAD 4

static bool wait_for(int fd, short events, int timeout_ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};
    int ready = 0;

    do {
        ready = poll(&poll_fd, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

static bool is_passing(int error_number)
{
    return error_number == EAGAIN || error_number == EINTR;
}

static bool write_all(int fd, const guint8 *bytes, size_t len, int timeout_ms)
{
    while (len > 0) {
        ssize_t n = wait_for(fd, POLLOUT, timeout_ms) ? write(fd, bytes, len) : 0;

        if (n == 0 || (n < 0 && !is_passing(errno))) {
            return false;
        }
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool read_all(int fd, guint8 *bytes, size_t len, int timeout_ms)
{
    while (len > 0) {
        ssize_t n = wait_for(fd, POLLIN, timeout_ms) ? read(fd, bytes, len) : 0;

        if (n == 0 || (n < 0 && !is_passing(errno))) {
            return false;
        }
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool artist_write(int fd, const void *bytes, size_t len, int timeout_ms)
{
    guint8 head[HEAD] = {0};

    for (size_t i = 0; i < HEAD; i++) {
        head[i] = (guint8)(len >> (8 * i));
    }
    return len <= ARTIST_FRAME_MAX && write_all(fd, head, HEAD, timeout_ms) &&
           write_all(fd, bytes, len, timeout_ms);
}

GBytes *artist_read(int fd, int timeout_ms)
{
    guint8 head[HEAD] = {0};
    size_t len = 0;

    if (!read_all(fd, head, HEAD, timeout_ms)) {
        return NULL;
    }
    for (size_t i = 0; i < HEAD; i++) {
        len |= (size_t)head[i] << (8 * i);
    }
    if (len > ARTIST_FRAME_MAX) {
        return NULL;
    }
    g_autofree guint8 *bytes = g_malloc(len + 1);
    return read_all(fd, bytes, len, timeout_ms) ? g_bytes_new_take(g_steal_pointer(&bytes), len)
                                                : NULL;
}
