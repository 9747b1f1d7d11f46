#pragma once

/* Stores made by SQL in bulk: the schema is the store's own, and only the filling is done without
 * its care for the disk. */

#include <stdint.h>

#include <glib.h>

/* What a parameter of the statements stands for. */
typedef struct FillNumber {
    const char *name; /* ":t" */
    int64_t value;
} FillNumber;

typedef struct Filling {
    const char *const *statements;
    size_t count;
    const FillNumber *numbers; /* up to one without a name */
} Filling;

/* A new store. `path` must not be there yet. */
void fill_new(const char *path, const Filling *filling);
/* All of it in one transaction, in a store that is there. */
void fill_more(const char *path, const Filling *filling);
/* Asks the file for one number. */
int64_t fill_ask(const char *path, const char *sql);
