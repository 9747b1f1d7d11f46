#pragma once

/* How a clause begins, for clause.c: each reads the start of what is left of a line. A clause's
 * text begins behind the keyword, and is ended by the caller where nothing here can tell its end.
 */

#include "core/clause.h"

/* Any clause that has a sign of its own: all but a bare value and prose. False when there is none.
 */
bool start_of(Slice line, Clause *clause);
/* "sprint 2:" in front of a later line; "#1 priority" is prose. */
bool start_of_sprint(Slice line, Clause *clause);
bool start_of_kr(Slice line, Clause *clause);
/* What may begin behind a blank and end what stood in front: a key result's name, a keyword,
 * "same". */
bool start_behind_blank(Slice line);
/* What ends even prose: it cannot be meant otherwise. */
bool start_for_sure(Slice line);
/* The words in front of `rest` are complete: it is empty, separates, or starts something. */
bool start_or_end(Slice rest);
