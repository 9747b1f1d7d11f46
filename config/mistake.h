#pragma once

/* What is wrong with a configuration, each with its place; told all at once and in the order of the
 * file. */

#include <stdint.h>

#include <glib.h>

/* From 1, columns in characters. All zero: nowhere. */
typedef struct Place {
    int32_t line, column;
} Place;

#define PLACE_FIRST ((Place){1, 1})

typedef struct Mistakes {
    GArray *list;  /* of Mistake */
    guint dropped; /* found beyond what is worth telling */
} Mistakes;

typedef struct Mistake {
    Place at;
    char *text; /* "defaults.check_in_minutes: 90 is above 60 (minutes)" */
} Mistake;

void mistakes_init(Mistakes *m);
void mistakes_clear(Mistakes *m);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mistakes, mistakes_clear)

void mistake(Mistakes *m, Place at, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Appends "FILE:LINE:COLUMN: text" lines (char *) in the order of the file. */
void mistakes_tell(Mistakes *m, const char *file, GPtrArray *lines);

/* What stands in the file, fit to be quoted back: one line, short, nothing invisible, and no token
 * even where somebody put one in the wrong place. Caller frees. */
char *mistake_quote(const char *text);
