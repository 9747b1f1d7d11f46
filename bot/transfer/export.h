#pragma once

/* anchord export: everything that teams own, out of the store (docs/export.md). */

#include "bot/store/store.h"
#include "bot/transfer/sink.h"

/* Everything that the store holds, row by row; roll-ups as of `now`. */
bool export_store(Store *store, Instant now, Sink *sink, GError **error)
    __attribute__((warn_unused_result));

/* The subcommand; argv[0] is "export". 0: written; 1: failed; 2: wrong usage. */
int export_main(int argc, char **argv);
