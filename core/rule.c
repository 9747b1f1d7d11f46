#include "core/rule.h"

#include <string.h>

static const Rule rules[RULE_COUNT] = {
    [RULE_THIRD_PARTY] = {"third-party-acts", VERDICT_PASS, false, W_WHY_THIRD_PARTY,
                          W_RULE_THIRD_PARTY, QUOTE_COUNTED},
    [RULE_MEASURES_CONDITION] = {"measures-a-condition", VERDICT_PASS, false,
                                 W_WHY_MEASURES_CONDITION, W_RULE_MEASURES_CONDITION,
                                 QUOTE_COUNTED},
    [RULE_OUTSIDE_RESULT] = {"outside-result", VERDICT_PASS, false, W_WHY_OUTSIDE_RESULT,
                             W_RULE_OUTSIDE_RESULT, QUOTE_COUNTED},
    [RULE_LESS_OF_IT] = {"less-of-it", VERDICT_PASS, false, W_WHY_LESS_OF_IT, W_RULE_LESS_OF_IT,
                         QUOTE_COUNTED},
    [RULE_STAGE_MOVEMENT] = {"stage-movement", VERDICT_PASS, false, W_WHY_STAGE_MOVEMENT,
                             W_RULE_STAGE_MOVEMENT, QUOTE_COUNTED},
    [RULE_SERVICE_RATE] = {"service-rate", VERDICT_PASS, false, W_WHY_SERVICE_RATE,
                           W_RULE_SERVICE_RATE, QUOTE_COUNTED},
    [RULE_TEAM_OUTCOME] = {"team-outcome-word", VERDICT_PASS, false, W_WHY_TEAM_OUTCOME,
                           W_RULE_TEAM_OUTCOME, QUOTE_COUNTED},
    [RULE_TEAM_ACTIVITY] = {"team-activity-word", VERDICT_CHALLENGE, true, W_WHY_TEAM_ACTIVITY,
                            W_RULE_TEAM_ACTIVITY, QUOTE_COUNTED},
    [RULE_COUNTS_OWN_DOINGS] = {"counts-own-doings", VERDICT_CHALLENGE, true,
                                W_WHY_COUNTS_OWN_DOINGS, W_RULE_COUNTS_OWN_DOINGS, QUOTE_HEAD},
    [RULE_OWN_WORK] = {"own-work", VERDICT_CHALLENGE, true, W_WHY_OWN_WORK, W_RULE_OWN_WORK,
                       QUOTE_VERB},
    [RULE_COMPLETION] = {"completion-of-own-work", VERDICT_CHALLENGE, true, W_WHY_COMPLETION,
                         W_RULE_COMPLETION, QUOTE_COUNTED},
    [RULE_TWO_FACED] = {"two-faced-noun", VERDICT_ASK, false, W_WHY_TWO_FACED, W_RULE_TWO_FACED,
                        QUOTE_HEAD, W_INSTEAD_ASK},
    [RULE_UNKNOWN_NOUN] = {"unknown-noun", VERDICT_ASK, false, W_WHY_UNKNOWN_NOUN,
                           W_RULE_UNKNOWN_NOUN, QUOTE_COUNTED, W_INSTEAD_ASK},
    [RULE_WORK_WITH_RESULT] = {"work-with-a-result", VERDICT_ASK, false, W_WHY_WORK_WITH_RESULT,
                               W_RULE_WORK_WITH_RESULT, QUOTE_VERB, W_INSTEAD_RESULT_FIRST},
    [RULE_HANDLES_OTHERS] = {"handles-others", VERDICT_ASK, false, W_WHY_HANDLES_OTHERS,
                             W_RULE_HANDLES_OTHERS, QUOTE_VERB, W_INSTEAD_ANY},
    [RULE_OWN_PEOPLE] = {"own-people", VERDICT_ASK, false, W_WHY_OWN_PEOPLE, W_RULE_OWN_PEOPLE,
                         QUOTE_COUNTED, W_INSTEAD_HIRING},
    [RULE_NO_NUMBER] = {"no-number", VERDICT_REFUSE, false, W_WHY_NO_NUMBER, W_RULE_NO_NUMBER,
                        QUOTE_COUNTED, W_INSTEAD_NUMBER},
    [RULE_NO_NUMBER_ACTIVITY] = {"activity-without-number", VERDICT_REFUSE, true,
                                 W_WHY_NO_NUMBER_ACTIVITY, W_RULE_NO_NUMBER_ACTIVITY, QUOTE_VERB},
    [RULE_ONE_PERSON] = {"one-persons-target", VERDICT_REFUSE, false, W_WHY_ONE_PERSON,
                         W_RULE_ONE_PERSON, QUOTE_COUNTED, W_INSTEAD_TEAM},
    [RULE_ONE_PERSON_ACTIVITY] = {"one-persons-activity", VERDICT_REFUSE, true,
                                  W_WHY_ONE_PERSON_ACTIVITY, W_RULE_ONE_PERSON_ACTIVITY,
                                  QUOTE_COUNTED},

    [OBJECTIVE_STANDS] = {"objective-stands", VERDICT_PASS, false, W_OBJECTIVE_STANDS,
                          W_OBJECTIVE_RULE_STANDS, QUOTE_VERB, W_OBJECTIVE_INSTEAD},
    [OBJECTIVE_SENTENCES] = {"objective-sentences", VERDICT_REFUSE, false, W_OBJECTIVE_SENTENCES,
                             W_OBJECTIVE_RULE_SENTENCES, QUOTE_VERB, W_OBJECTIVE_INSTEAD},
    [OBJECTIVE_IS_A_LIST] = {"objective-is-a-list", VERDICT_REFUSE, true, W_OBJECTIVE_IS_A_LIST,
                             W_OBJECTIVE_RULE_IS_A_LIST, QUOTE_VERB, W_OBJECTIVE_INSTEAD},
    [OBJECTIVE_HAS_NUMBER] = {"objective-has-number", VERDICT_REFUSE, false, W_OBJECTIVE_HAS_NUMBER,
                              W_OBJECTIVE_RULE_HAS_NUMBER, QUOTE_VERB, W_OBJECTIVE_INSTEAD},
    [OBJECTIVE_IS_WORK] = {"objective-is-work", VERDICT_REFUSE, true, W_OBJECTIVE_IS_WORK,
                           W_OBJECTIVE_RULE_IS_WORK, QUOTE_VERB, W_OBJECTIVE_INSTEAD},
    [OBJECTIVE_TOO_SHORT] = {"objective-too-short", VERDICT_REFUSE, false, W_OBJECTIVE_TOO_SHORT,
                             W_OBJECTIVE_RULE_TOO_SHORT, QUOTE_VERB, W_OBJECTIVE_INSTEAD},
    [OBJECTIVE_TOO_LONG] = {"objective-too-long", VERDICT_REFUSE, false, W_OBJECTIVE_TOO_LONG,
                            W_OBJECTIVE_RULE_TOO_LONG, QUOTE_VERB, W_OBJECTIVE_INSTEAD},
    [OBJECTIVE_TWO_GOALS] = {"objective-two-goals", VERDICT_ASK, false, W_OBJECTIVE_TWO_GOALS,
                             W_OBJECTIVE_RULE_TWO_GOALS, QUOTE_VERB, W_OBJECTIVE_INSTEAD},
};

const Rule *rule_of(RuleId id)
{
    g_assert(id < RULE_COUNT);
    return &rules[id];
}

const Rule *rule_named(const char *name)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (strcmp(rules[i].name, name) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}
