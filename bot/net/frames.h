#pragma once

/* Frames that wait to be written, in one buffer: each is its length, room for the frame's header,
 * and the payload, so that many small ones cost neither an allocation each nor a second copy.
 * Thread: its owner's. */

#include <stddef.h>
#include <stdint.h>

#define FRAMES_ROOM ((size_t)32) /* free bytes before each payload */

typedef struct Frames {
    uint8_t *bytes;
    size_t head; /* of the first that waits */
    size_t tail;
    size_t size;
    size_t waiting; /* bytes of payload */
} Frames;

void frames_put(Frames *frames, const char *payload, size_t len);
/* The first one's payload, FRAMES_ROOM writable bytes before it; NULL: none waits. Until the next
 * put or drop. */
uint8_t *frames_first(const Frames *frames, size_t *len);
void frames_drop_first(Frames *frames);
void frames_clear(Frames *frames);
