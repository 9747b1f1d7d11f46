#pragma once

/* How anchord and anchord-chart speak: a length of four bytes, little-endian, then so many bytes.
 * To the artist goes a card that holds the chart (card_codec.h); back comes the PNG, or nothing
 * where it could not be drawn. Thread: any. */

#include <stdbool.h>

#include <glib.h>

#define ARTIST_FRAME_MAX ((size_t)4 * 1024 * 1024)

/* False when the other side is gone, or `timeout_ms` (-1: none) is over. The descriptor may block
 * or not. */
bool artist_write(int fd, const void *bytes, size_t len, int timeout_ms);
/* NULL likewise, and for more than ARTIST_FRAME_MAX. Caller unrefs. */
GBytes *artist_read(int fd, int timeout_ms);
