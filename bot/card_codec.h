#pragma once

/* Cards as bytes, for the outbox, with their chart and without their form. What is read back is
 * checked whole before any of it is believed, so bytes from a damaged file are an error and nothing
 * worse. Thread: any. */

#include "core/card.h"

GBytes *card_to_bytes(const Card *card);
/* STORE_ERROR_CORRUPT when these are no card's bytes. They are borrowed for the call. */
Card *card_from_bytes(const void *bytes, size_t len, GError **error)
    __attribute__((warn_unused_result));
