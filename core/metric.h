#pragma once

/* What a sentence measures: what is left of it when its verb, figures and deadlines are taken out.
 */

#include "core/pick.h"

/* Takes the picked figures out of the sentence and gives the metric (caller frees; "" when nothing
 * is left). `*noun` is what bare numbers count: UNIT_COUNT, or UNIT_PLAIN. */
char *metric_take(Sentence *sentence, Pick *pick, Unit *noun);
/* The noun of the metric of a KR_COUNT. */
Unit metric_counted_noun(const char *metric);
