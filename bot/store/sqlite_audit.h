#pragma once

/* Is the store as it should be? Its file first, then what the framework promises of what is in it:
 * each promise that does not hold is told as a sentence, however it came to be.
 *
 * Looks at one moment of the file, also while a daemon writes to it, and changes nothing. Thread:
 * any. */

#include "bot/store/sqlite_copy.h"
#include "core/policy.h"

/* Appends what is wrong (char *, the caller's), a few lines of each sort at most. False with
 * `error` where it cannot be looked at. */
bool sqlite_audit(const char *path, const Policy *policy, GPtrArray *faults, StoreTally *tally,
                  GError **error) __attribute__((warn_unused_result));
