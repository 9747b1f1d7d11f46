#pragma once

/* How what the store holds stands in a cell, and back: units, instants, and choices as words that
 * are kept for ever, whatever people are shown. Texts that are returned are the caller's. */

#include <stdbool.h>

#include <glib.h>

#include "core/day.h"
#include "core/proposal.h"
#include "core/reading.h"
#include "core/sprint.h"

/* "%", "$", "days", "stalled accounts", "plain". Reading takes any text for a noun that is no unit.
 */
char *cell_of_unit(const Unit *unit);
Unit cell_to_unit(const char *cell);

/* "2025-07-14T07:30:00Z", with its fraction where it has one: instant_parse_iso reads it back. ""
 * for none. */
char *cell_of_instant(Instant at);

const char *cell_of_yes(bool yes); /* "yes", "no". Static, like all below */
const char *cell_of_direction(Direction direction);
const char *cell_of_kind(KrKind kind);
const char *cell_of_signal(SignalKind kind);
const char *cell_of_episode(EpisodeState state);
const char *cell_of_revised(Revised revised); /* "" where nobody said */
const char *cell_of_source(ReadingSource source);
bool cell_to_source(const char *cell, ReadingSource *source) __attribute__((warn_unused_result));
