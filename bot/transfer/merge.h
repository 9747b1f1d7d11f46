#pragma once

/* Brings rows into the store: what is not there is added, by the rules of the chat; what is there
 * stays as it is. All of it is one transaction, which one mistake, or a dry run, takes back.
 *
 * A row may fill columns of several tables. So the rows are gone through once for the teams, once
 * for the periods, then for objectives, key results and what hangs from these, and the order of
 * rows and files does not matter. */

#include "bot/store/store.h"
#include "bot/transfer/records.h"

typedef struct MergeAsk {
    Store *store;
    const Policy *policy;
    Instant now;
    const char *workspace, *team; /* of rows that name none; NULL */
    bool dry_run;
} MergeAsk;

typedef struct Merged {
    guint teams, periods, objectives, krs, changes, links, readings; /* added, or to be added */
    guint known;   /* rows that said what is on the books already */
    GString *news; /* a line for each thing added */
} Merged;

void merged_init(Merged *merged);
void merged_clear(Merged *merged);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Merged, merged_clear)

/* False when the store failed. Mistakes are faults of the records, and then nothing was changed. */
bool merge(const MergeAsk *ask, Records *records, Merged *merged, GError **error)
    __attribute__((warn_unused_result));
