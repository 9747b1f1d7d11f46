#include "bot/net/frames.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <glib.h>

#define KEPT_MAX   ((size_t)128 * 1024) /* a larger buffer is given back when it has run empty */
#define SIZE_FIRST ((size_t)1024)

#define FINAL_TEXT   0x81
#define IS_MASKED    0x80
#define LEN_PLAIN    125 /* longer ones stand in 2 or 8 bytes of their own, told by: */
#define LEN_IN_TWO   126
#define LEN_IN_EIGHT 127
#define MASK_SIZE    ((size_t)4)
#define HEADER_MAX   (2 + sizeof(uint64_t) + MASK_SIZE)

/* Putting ---------------------------------------------------------------------------------------
 */

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

/* The kernel is asked for many at once; so few bytes it never gives in part. */
static const uint8_t *next_mask(Frames *frames)
{
    G_STATIC_ASSERT(sizeof(frames->masks) <= 256);
    if (frames->masks_left == 0) {
        if (getrandom(frames->masks, sizeof(frames->masks), 0) != (ssize_t)sizeof(frames->masks)) {
            g_error("no random bytes: %s", g_strerror(errno));
        }
        frames->masks_left = FRAMES_MASKS;
    }
    return frames->masks[--frames->masks_left];
}

static size_t put_header(uint8_t *frame, size_t len)
{
    frame[0] = FINAL_TEXT;
    if (len <= LEN_PLAIN) {
        frame[1] = (uint8_t)(IS_MASKED | len);
        return 2;
    }
    if (len <= UINT16_MAX) {
        uint16_t in_two = GUINT16_TO_BE((uint16_t)len);

        frame[1] = IS_MASKED | LEN_IN_TWO;
        memcpy(frame + 2, &in_two, sizeof(in_two));
        return 2 + sizeof(in_two);
    }
    uint64_t in_eight = GUINT64_TO_BE((uint64_t)len);

    frame[1] = IS_MASKED | LEN_IN_EIGHT;
    memcpy(frame + 2, &in_eight, sizeof(in_eight));
    return 2 + sizeof(in_eight);
}

static void put_masked(uint8_t *out, const char *payload, size_t len, const uint8_t *mask)
{
    uint64_t twice = 0, word = 0;
    size_t i = 0;

    memcpy(&twice, mask, MASK_SIZE);
    memcpy((uint8_t *)&twice + MASK_SIZE, mask, MASK_SIZE);
    for (; len - i >= sizeof(word); i += sizeof(word)) {
        memcpy(&word, payload + i, sizeof(word));
        word ^= twice;
        memcpy(out + i, &word, sizeof(word));
    }
    for (; i < len; i++) {
        out[i] = (uint8_t)((uint8_t)payload[i] ^ mask[i % MASK_SIZE]);
    }
}

void frames_put(Frames *frames, const char *payload, size_t len)
{
    const uint8_t *mask = next_mask(frames);

    make_room(frames, HEADER_MAX + len);
    uint8_t *at = frames->bytes + frames->tail;

    at += put_header(at, len);
    memcpy(at, mask, MASK_SIZE);
    at += MASK_SIZE;
    put_masked(at, payload, len, mask);
    frames->tail = (size_t)(at - frames->bytes) + len;
    frames->waiting += len;
}

/* Writing ---------------------------------------------------------------------------------------
 */

/* The frame's length in all, from what put_header wrote. */
static size_t frame_size(const uint8_t *frame, size_t *payload)
{
    size_t header = 2;

    *payload = frame[1] & (IS_MASKED - 1U);
    if (*payload == LEN_IN_TWO) {
        uint16_t in_two = 0;

        memcpy(&in_two, frame + header, sizeof(in_two));
        *payload = GUINT16_FROM_BE(in_two);
        header += sizeof(in_two);
    } else if (*payload == LEN_IN_EIGHT) {
        uint64_t in_eight = 0;

        memcpy(&in_eight, frame + header, sizeof(in_eight));
        *payload = GUINT64_FROM_BE(in_eight);
        header += sizeof(in_eight);
    }
    return header + MASK_SIZE + *payload;
}

uint8_t *frames_next(const Frames *frames, size_t most, size_t *len)
{
    size_t end = frames->head, payload = 0;

    while (end < frames->tail) {
        size_t size = frame_size(frames->bytes + end, &payload);

        if (end > frames->head && end + size - frames->head > most) {
            break;
        }
        end += size;
    }
    *len = end - frames->head;
    return *len > 0 ? frames->bytes + frames->head : NULL;
}

void frames_drop(Frames *frames, size_t len)
{
    size_t end = frames->head + len, payload = 0;

    while (frames->head < end) {
        frames->head += frame_size(frames->bytes + frames->head, &payload);
        frames->waiting -= payload;
    }
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
