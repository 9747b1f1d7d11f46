#pragma once

/* Every id is its own type, so that two ids cannot be swapped by mistake.
 *
 * Ids are positive and unique in one store, whatever they name; 0 means "none". They are handed out
 * by the engine in increasing order, and are never shown to people: those see numbers (sprint 3,
 * key result 2). */

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t v;
} WorkspaceId;
typedef struct {
    int64_t v;
} TeamId;
typedef struct {
    int64_t v;
} PeriodId;
typedef struct {
    int64_t v;
} ObjectiveId;
typedef struct {
    int64_t v;
} SprintId;
typedef struct {
    int64_t v;
} KrId;
typedef struct {
    int64_t v;
} ReadingId;
typedef struct {
    int64_t v;
} CheckinId;
typedef struct {
    int64_t v;
} BlockerId;
typedef struct {
    int64_t v;
} ActionId;
typedef struct {
    int64_t v;
} DraftId;
typedef struct {
    int64_t v;
} TimerId;
typedef struct {
    int64_t v;
} RecalibrationId;
typedef struct {
    int64_t v;
} ProposalId;
typedef struct {
    int64_t v;
} TokenId;

/* The same thing? Works for any two ids of one type. */
#define ID_EQ(a, b) ((a).v == (b).v)
#define ID_SET(a)   ((a).v != 0)

/* Where new ids come from: `next` counts up. The caller keeps it between turns. */
typedef struct {
    int64_t next;
} IdPool;

#define ID_NEW(type, pool) ((type){(pool)->next++})
