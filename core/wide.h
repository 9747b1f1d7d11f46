#pragma once

/* 128-bit whole numbers, for exact fractions of decimals: two factors of 64 bits always fit. */

#include "core/decimal.h"

__extension__ typedef __int128 Wide;

static inline Wide wide_abs(Wide a)
{
    return a < 0 ? -a : a;
}

/* num / den (den above 0), rounded half away from zero to a whole number. */
static inline Wide wide_round(Wide num, Wide den)
{
    Wide quotient = num / den;
    Wide rest = wide_abs(num % den);

    if (rest < den - rest) {
        return quotient;
    }
    return num < 0 ? quotient - 1 : quotient + 1;
}

/* The number of millionths as a decimal; false when it leaves the range (`*out` untouched then). */
__attribute__((warn_unused_result)) static inline bool wide_decimal(Wide millionths, Decimal *out)
{
    if (millionths < INT64_MIN || millionths > INT64_MAX) {
        return false;
    }
    out->millionths = (int64_t)millionths;
    return true;
}
