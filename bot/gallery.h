#pragma once

/* Which picture each card showed last, so that one that has not changed is not uploaded again. What
 * was not looked at for longest is forgotten first. Pure. Thread: one at a time. */

#include <stdint.h>

#include <glib.h>

typedef struct Gallery Gallery;

Gallery *gallery_new(guint max);
void gallery_free(Gallery *gallery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Gallery, gallery_free)

/* The file that shows this very picture (named by its digest), if it is what that card showed last;
 * NULL. Borrowed until the gallery changes. */
const char *gallery_find(Gallery *gallery, const char *key, const char *digest);
/* What that card showed last, whichever picture it was; NULL. Borrowed likewise. */
const char *gallery_last(Gallery *gallery, const char *key);
void gallery_put(Gallery *gallery, const char *key, const char *digest, const char *file);
void gallery_forget(Gallery *gallery, const char *key);
guint gallery_size(const Gallery *gallery);
