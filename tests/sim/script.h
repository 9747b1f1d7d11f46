#pragma once

/* What people write: forms and answers, as text. */

#include "platform.h"

char *script_setup(Rng *rng, const char *name, const char *home, int members, const char *zone);
/* A change of the setup: the zone, the time, the days; sometimes the same again. */
char *script_change(Rng *rng, bool *zone);
char *script_objective(Day today, int64_t days, const char *period);
/* One of a few, by number. */
char *script_tactical(int number, const char *period);
/* `with`: the team that owns it too; NULL: none. `anchor`: the number of a tactical KR. */
char *script_open(Rng *rng, Day today, int32_t anchor, const char *name, const char *with);
/* A sitting of the retrospective: some of the answers, or all of them and "complete". */
char *script_retro(Rng *rng, const BookSprint *sprint, Day today, const char *home, bool whole);

/* An answer to the sprint's check-in; what it says of values is appended to `values`, of SaidValue.
 */
char *script_answer(Rng *rng, const BookSprint *sprint, GArray *values);
/* An answer that names every key result with its value: for edits, whose every value must be told.
 */
char *script_values(Rng *rng, const BookSprint *sprint, GArray *values);
/* Where a tactical KR stands on that day, as the story goes: for some weeks on its line, for some
 * behind, for some ahead. */
Decimal script_course(const BookKr *kr, Day day);
char *script_amount(const BookKr *kr, Decimal value);
/* An answer to the weekly check-in that asked these (of BookKr) for that day; `whole`: it tells the
 * value of each. */
char *script_weekly(Rng *rng, const GPtrArray *krs, Day day, bool whole, GArray *values);
/* What nobody should write. `len`: it may hold NULs. */
char *script_rubbish(Rng *rng, size_t *len);
const char *script_zone(Rng *rng);
