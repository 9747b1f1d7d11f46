#pragma once

/* Looks into the store, past the engine, and sets it against what is on record. */

#include "sim.h"

/* After each step: no team has too many sprints, none has left the books without its retrospective.
 */
void audit_step(Sim *sim);
/* The sprints that changed since their last audit: every acknowledged answer is there, and nothing
 * else. */
void audit_dirty(Sim *sim);
/* Readings of a key result against its book: none was changed or lost, and those of answers are
 * what was acknowledged. */
void audit_readings(Sim *sim, const char *whose, const GPtrArray *readings, BookKr *book);
/* Every timer has something to do, and everything open has its timers. */
void audit_timers(Sim *sim);
/* When all is delivered: the outbox is empty, no timer is left over, and a restart changes nothing
 * people see. */
void audit_calm(Sim *sim);
