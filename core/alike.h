#pragma once

/* Which earlier sprints are like the one that is being opened (framework: The retrospective asks).
 * Pure: digests in, the likest out, each with the reason why it is shown. */

#include "core/world.h"

typedef enum AlikeWhy {
    ALIKE_ANCHOR,  /* it served the same tactical KR */
    ALIKE_WORDS,   /* its retrospective speaks of the same things */
    ALIKE_TRIGGER, /* it answered the same kind of signal */
    ALIKE_TEAM,    /* it was this team's */
} AlikeWhy;

/* What is known of the new one so far. Borrowed. */
typedef struct Occasion {
    KrId anchor;         /* none: not known yet */
    const char *trigger; /* NULL: likewise, as all below */
    const char *situation, *objective;
} Occasion;

typedef struct Alike {
    const Digest *digest; /* borrowed */
    AlikeWhy why;
    char *words; /* ALIKE_WORDS: the most telling that they share: "invoices", "invoices and
                    freight" */
} Alike;

/* At most `max` of the digests (of Digest, newest first), the likest first: by the reasons in their
 * order; within one by the telling words that they share, the rarer among the digests the more;
 * then the newer. Gives Alike; caller frees. */
GArray *alike_find(const GPtrArray *digests, const Occasion *occasion, guint max);
/* "same anchor", "also about invoices". Caller frees. */
char *alike_say(const Alike *alike);
