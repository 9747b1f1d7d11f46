#pragma once

/* Fuzz targets: one reader of outside bytes each, fuzz_NAME.c. A target takes any bytes, and ends
 * the process where something is not as promised; that nothing crashes or leaks is promised by all.
 *
 * Built with clang's libFuzzer (./dev fuzz) a target looks for such inputs by itself. In every
 * other build replay.c calls it: with all seeds, all that was ever found, and changes of them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process with the promise, and what broke it, unless it was kept. */
void fuzz_that(const char *promise, bool kept, const char *what);
void fuzz_same(const char *promise, const char *a, const char *b);
/* What people wrote, once it came in: UTF-8 in which nothing is hidden. NULL is fine. */
void fuzz_clean(const char *promise, const char *text);
/* What people are told: the same, with marks (core/words.h) that open and close. NULL is fine. */
void fuzz_said(const char *promise, const char *text);

/* The bytes as a message: cleaned as a turn does it; NULL where that refuses them. Caller frees. */
char *fuzz_message(const uint8_t *data, size_t size);
/* The bytes as they are, with a NUL behind them. Caller frees. */
char *fuzz_bytes(const uint8_t *data, size_t size);
