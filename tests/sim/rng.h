#pragma once

/* Chance that can be had again: the same seed gives the same numbers on every machine. */

#include <stdbool.h>
#include <stdint.h>

typedef struct Rng {
    uint64_t state[4];
} Rng;

void rng_seed(Rng *rng, uint64_t seed);
uint64_t rng_next(Rng *rng);
/* From 0 to n - 1; n is above 0. */
int64_t rng_below(Rng *rng, int64_t n);
/* From `low` to `high`, both inside. */
int64_t rng_between(Rng *rng, int64_t low, int64_t high);
/* True `n` times in a thousand. */
bool rng_chance(Rng *rng, int64_t n);
