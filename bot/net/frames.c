#include "bot/net/frames.h"

#include <string.h>

#include <glib.h>

#define KEPT_MAX   ((size_t)64 * 1024) /* a larger buffer is given back when it has run empty */
#define SIZE_FIRST ((size_t)1024)

static size_t record_size(size_t len)
{
    return (sizeof(size_t) + FRAMES_ROOM + len + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1);
}

/* Moves what waits to the front once the front is the larger part; else grows. */
static void make_room(Frames *frames, size_t need)
{
    size_t used = frames->tail - frames->head;

    if (frames->size - frames->tail >= need) {
        return;
    }
    if (frames->head > used && frames->size - used >= need) {
        memmove(frames->bytes, frames->bytes + frames->head, used);
        frames->head = 0;
        frames->tail = used;
        return;
    }
    frames->size = MAX(MAX(frames->size * 2, frames->tail + need), SIZE_FIRST);
    frames->bytes = g_realloc(frames->bytes, frames->size);
}

void frames_put(Frames *frames, const char *payload, size_t len)
{
    size_t need = record_size(len);

    make_room(frames, need);
    uint8_t *record = frames->bytes + frames->tail;

    memcpy(record, &len, sizeof(len));
    if (len > 0) {
        memcpy(record + sizeof(len) + FRAMES_ROOM, payload, len);
    }
    frames->tail += need;
    frames->waiting += len;
}

uint8_t *frames_first(const Frames *frames, size_t *len)
{
    if (frames->head == frames->tail) {
        return NULL;
    }
    memcpy(len, frames->bytes + frames->head, sizeof(*len));
    return frames->bytes + frames->head + sizeof(*len) + FRAMES_ROOM;
}

void frames_drop_first(Frames *frames)
{
    size_t len = 0;

    if (frames_first(frames, &len) == NULL) {
        return;
    }
    frames->head += record_size(len);
    frames->waiting -= len;
    if (frames->head < frames->tail) {
        return;
    }
    frames->head = 0;
    frames->tail = 0;
    if (frames->size > KEPT_MAX) {
        frames_clear(frames);
    }
}

void frames_clear(Frames *frames)
{
    g_free(frames->bytes);
    *frames = (Frames){0};
}
