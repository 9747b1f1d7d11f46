#pragma once

/* What the commands on whole stores are asked for: which store, and a few words. */

#include "bot/transfer/open.h"
#include "core/words.h"

typedef struct Asked {
    const char *name;  /* of the command */
    WordId about;      /* its help */
    const char *words; /* what follows the options, as --help shows it */
    WordId missing;    /* said where less than `least` words follow */
    int least, most;
    const GOptionEntry *entries; /* its own options */
} Asked;

/* True: all of it is there, and `argv[1]` is the first word. Else it has been said what is wrong,
 * and the exit code is 2. */
bool asked_read(const Asked *asked, Opened *opened, int *argc, char ***argv);
/* The path of the store, which is there; NULL: it was said why not, and `*code` is the exit code.
 * Borrowed from `opened`. */
const char *asked_store(Opened *opened, int *code);
/* To standard error; both return 1, the exit code of what failed. */
int asked_fail(char *take_text);
int asked_fail_with(const GError *error);
