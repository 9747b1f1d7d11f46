#pragma once

/* anchord verify: is a store, or a copy of one, as it should be? */

#include "bot/store/sqlite_copy.h"
#include "core/policy.h"

int verify_main(int argc, char **argv);

/* Prints what is wrong with the file, and how many faults those are; nothing where there is none.
 * Returns how many, or -1 where it could not be looked at, which has been said. */
int verify_file(const char *path, const Policy *policy, StoreTally *tally);
