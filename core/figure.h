#pragma once

/* One figure in running text: a number with its scale and unit, and how it was written. What values
 * (value.h) and statements (statement.h) are read with. */

#include <stdbool.h>
#include <stddef.h>

#include "core/value.h"

typedef struct Figure {
    Decimal amount; /* scaled and signed */
    Unit unit;      /* UNIT_PLAIN when none was written */
    char sign;      /* '+', '-', or 0 when none was written */
    bool worded;    /* "six" */
    bool grouped;   /* 21,200 */
    bool scaled;    /* 21.2k */
    bool rated;     /* "4.2/5": `of` is the 5 */
    Decimal of;
    const char *bare; /* behind number and scale, in front of the unit */
    const char
        *end; /* behind everything; where a fault was found, behind the words that it is about */
} Figure;

/* Reads the figure that `text` begins with (after blanks). `money`: it is known to be an amount of
 * money, so that "21.2 M" needs no currency. A number that is part of a name is none:
 * VALUE_NOT_A_NUMBER for "3+" and "30-day", VALUE_UNKNOWN_UNIT for "3D" and "1st". `out->end` is
 * set in any case. */
ValueFault figure_scan(const char *text, bool money, Figure *out)
    __attribute__((warn_unused_result));

/* Whether a figure may begin there. */
bool figure_starts(const char *text);
/* Whether the `of` of a rated figure is one that ratings are given on: 5, 10 or 100. */
bool figure_is_rating(const Figure *figure);
/* Whether a figure leaves open if thousands or millions are meant: bare, and below a thousandth of
 * `target`, which is 1,000 or more. */
bool figure_scale_unclear(const Figure *figure, Decimal target);
