#pragma once

/* Text as people write it, as far as a search can tell: some thousand words, of which a few are in
 * every sentence and most in hardly any (Zipf's law). The same seed gives the same text. */

#include <sqlite3.h>

#define PROSE_WORDS 8000
/* The word that comes most often, the beginning that it shares with the four hundred that come most
 * often, one of the hundred words that come most often, and one of those that come least. */
#define PROSE_MOST   "bababa"
#define PROSE_BEGINS "ba"
#define PROSE_OFTEN  "bacebe"
#define PROSE_SELDOM "zozozo"

/* Makes the SQL function prose(seed, number of words) known. */
void prose_define(sqlite3 *db);
