#pragma once

/* 128-bit whole numbers, for exact fractions of decimals: two factors of 64 bits always fit. */

#include "core/decimal.h"

__extension__ typedef __int128 Wide;

static inline Wide wide_abs(Wide a)
{
    return a < 0 ? -a : a;
}

/* num / den, and what is left in `*rest`. Most numbers are short, and 128 bits are divided slowly.
 */
static inline Wide wide_divide(Wide num, Wide den, Wide *rest)
{
    if (num == (int64_t)num && den == (int64_t)den && num != INT64_MIN) {
        *rest = (int64_t)num % (int64_t)den;
        return (int64_t)num / (int64_t)den;
    }
    *rest = num % den;
    return num / den;
}

/* num / den (den above 0), rounded half away from zero to a whole number. */
static inline Wide wide_round(Wide num, Wide den)
{
    Wide rest;
    Wide quotient = wide_divide(num, den, &rest);

    rest = wide_abs(rest);
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
