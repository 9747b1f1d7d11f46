#pragma once

/* A daemon that waits most of the day holds little: gives back to the system the memory that
 * starting or a rush took and waiting does not need. Whatever is needed again comes back by
 * itself. */

#include <stdint.h>

/* Free heap, and the code and constants of the program and its libraries, which the system reads
 * again from their files. Costs about a millisecond, and a little more when the work goes on:
 * not while somebody waits for an answer. Thread: any. */
void footprint_shrink(void);

/* Bytes of the heap that are in use. What is never given back shows here; what the system counts
 * holds gaps as well. Thread: any. */
int64_t footprint_heap(void);
