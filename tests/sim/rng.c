/* xoshiro256**, its state filled by splitmix64 (Blackman and Vigna, both in the public domain). */

#include "rng.h"

static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = (*x += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t turned(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

void rng_seed(Rng *rng, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        rng->state[i] = splitmix(&seed);
    }
}

uint64_t rng_next(Rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t result = turned(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = turned(s[3], 45);
    return result;
}

int64_t rng_below(Rng *rng, int64_t n)
{
    return (int64_t)(rng_next(rng) % (uint64_t)n); /* n is small: the bias is of no matter */
}

int64_t rng_between(Rng *rng, int64_t low, int64_t high)
{
    return low + rng_below(rng, high - low + 1);
}

bool rng_chance(Rng *rng, int64_t n)
{
    return rng_below(rng, 1000) < n;
}
