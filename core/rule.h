#pragma once

/* The rules by which key results and objectives are judged: their names are stable, and stored with
 * a verdict. */

#include <stdbool.h>
#include <stddef.h>

#include "core/challenge.h"
#include "core/words.h"

typedef enum RuleId {
    RULE_THIRD_PARTY,
    RULE_MEASURES_CONDITION,
    RULE_OUTSIDE_RESULT,
    RULE_LESS_OF_IT,
    RULE_STAGE_MOVEMENT,
    RULE_SERVICE_RATE,
    RULE_TEAM_OUTCOME,
    RULE_TEAM_ACTIVITY,
    RULE_COUNTS_OWN_DOINGS,
    RULE_OWN_WORK,
    RULE_COMPLETION,
    RULE_TWO_FACED,
    RULE_UNKNOWN_NOUN,
    RULE_WORK_WITH_RESULT,
    RULE_HANDLES_OTHERS,
    RULE_OWN_PEOPLE,
    RULE_NO_NUMBER,
    RULE_NO_NUMBER_ACTIVITY,
    RULE_ONE_PERSON,
    RULE_ONE_PERSON_ACTIVITY,
    OBJECTIVE_STANDS,
    OBJECTIVE_SENTENCES,
    OBJECTIVE_IS_A_LIST,
    OBJECTIVE_HAS_NUMBER,
    OBJECTIVE_IS_WORK,
    OBJECTIVE_TOO_SHORT,
    OBJECTIVE_TOO_LONG,
    OBJECTIVE_TWO_GOALS,
    RULE_COUNT,
} RuleId;

/* Which words of the sentence the reason quotes. */
typedef enum Quoting { QUOTE_HEAD, QUOTE_COUNTED, QUOTE_VERB } Quoting;

typedef struct Rule {
    const char *name;
    Verdict verdict;
    bool activity; /* it says "activity", also where it refuses */
    WordId why;
    WordId about;
    Quoting quoting;
    WordId instead; /* of a rule that is not challenged by topic */
} Rule;

const Rule *rule_of(RuleId id);
const Rule *rule_named(const char *name); /* NULL when there is none */
