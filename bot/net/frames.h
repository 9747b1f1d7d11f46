#pragma once

/* Text frames that wait to be written, as a client sends them (RFC 6455, 5.2): header, mask and
 * masked payload, one behind the other in one buffer, so that a burst of small ones is one write.
 * Thread: its owner's. */

#include <stddef.h>
#include <stdint.h>

#define FRAMES_MASKS 64

typedef struct Frames {
    uint8_t *bytes;
    size_t head; /* of the first that waits */
    size_t tail;
    size_t size;
    size_t waiting;                 /* bytes of payload */
    uint8_t masks[FRAMES_MASKS][4]; /* nobody may foresee one, so the kernel makes them */
    size_t masks_left;
} Frames;

/* One unfragmented frame. */
void frames_put(Frames *frames, const char *payload, size_t len);
/* What is to be written next: whole frames, as many as fit into `most` bytes, but one at least.
 * NULL: none waits. Until the next put or drop. */
uint8_t *frames_next(const Frames *frames, size_t most, size_t *len);
void frames_drop(Frames *frames, size_t len); /* what frames_next gave */
void frames_clear(Frames *frames);
