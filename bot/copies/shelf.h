#pragma once

/* Putting a whole file in its place, so that at no moment half of one stands there: it is made
 * beside it under another name, written to the disk, and renamed.
 *
 * Errors are sentences for whoever runs the command. */

#include <stdbool.h>

#include <glib.h>

/* The path without links and relative parts, of what is there or will be. NULL: its folder is not
 * there. Caller frees. */
char *shelf_whole(const char *path, GError **error);
/* Both name one file that is there. */
bool shelf_same(const char *a, const char *b);

/* An empty file beside `path`, for its owner alone. Caller frees. */
char *shelf_part(const char *path, GError **error);
/* Takes its name; `over` what may stand there. From then on the part is gone. */
bool shelf_put(const char *part, const char *path, bool over, GError **error)
    __attribute__((warn_unused_result));
/* Removes a part, with what a database leaves beside it; nothing happens where there is none. */
void shelf_drop(const char *part);

/* What root makes belongs to whoever owns what it takes the place of: the file, else the folder. */
bool shelf_give(const char *part, const char *path, GError **error)
    __attribute__((warn_unused_result));
/* The part takes the place of a database, which is kept under another name with what stands beside
 * it; one of the two is there at every moment, where the file system can. Where it cannot be done,
 * all stands as it stood. No file has that other name before. */
bool shelf_swap(const char *part, const char *path, const char *aside, GError **error)
    __attribute__((warn_unused_result));
