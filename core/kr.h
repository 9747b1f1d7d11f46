#pragma once

/* A key result: a measured condition (framework: Words). Tactical KRs and sprint KRs have the same
 * shape. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "core/decimal.h"
#include "core/ids.h"
#include "core/value.h"

typedef enum Direction {
    DIRECTION_INCREASE, /* from baseline up to target */
    DIRECTION_DECREASE, /* from baseline down to target */
    DIRECTION_AT_LEAST, /* keep or get the value to target or more */
    DIRECTION_AT_MOST,  /* keep or get the value to target or less */
    DIRECTION_WITHIN,   /* keep the value between target and target_high */
} Direction;

typedef enum KrKind {
    KR_LEVEL, /* a state of things: a rate, an amount, a duration */
    KR_COUNT, /* a running count from 0: "6 accounts progressed" */
} KrKind;

typedef struct Kr {
    KrId id;
    int32_t number;  /* as people name it: kr1 of a sprint, KR 1 of a team's period */
    char *statement; /* as it was written, cleaned */
    char *metric;    /* what is measured: "ICP meeting acceptance rate" */
    Unit unit;
    Direction direction;
    KrKind kind;
    Decimal baseline;
    Decimal target;      /* the lower edge when DIRECTION_WITHIN */
    Decimal target_high; /* the upper edge when DIRECTION_WITHIN, else equal to target */
    char *kept_because;  /* why a challenged KR was kept; NULL when it was not challenged */
} Kr;

Kr *kr_new(void); /* zeroed */
Kr *kr_copy(const Kr *kr);
void kr_free(Kr *kr); /* NULL is fine */
/* As a member would type it, such that value_read gives it again: "27%", "4", and "= -5" where the
 * bare number would be a movement, or its scale unclear. Caller frees. */
char *kr_value_typed(const Unit *unit, Decimal target, Decimal value);
/* A target of that KR's: "$30M", and of a band "40% to 60%". Caller frees. */
char *kr_target_text(const Kr *kr, Decimal target, Decimal high);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Kr, kr_free)
