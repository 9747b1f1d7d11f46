/* The steps are tried in order, and the first that fits decides; each asks the claim one question. What the lists do
 * not know never becomes an activity by its noun, only by its verb: a wrong challenge costs more than a question. */

#include "core/challenge.h"

#include <string.h>

#include "core/claim.h"
#include "core/personal.h"
#include "core/text.h"
#include "core/words.h"

#define OBJECTIVE_WORDS_MIN 4
#define OBJECTIVE_WORDS_MAX 18

typedef enum RuleId {
    THIRD_PARTY,
    MEASURES_CONDITION,
    OUTSIDE_RESULT,
    LESS_OF_IT,
    STAGE_MOVEMENT,
    SERVICE_RATE,
    TEAM_OUTCOME,
    TEAM_ACTIVITY,
    COUNTS_OWN_DOINGS,
    OWN_WORK,
    COMPLETION,
    TWO_FACED,
    UNKNOWN_NOUN,
    WORK_WITH_RESULT,
    HANDLES_OTHERS,
    OWN_PEOPLE,
    NO_NUMBER,
    NO_NUMBER_ACTIVITY,
    ONE_PERSON,
    ONE_PERSON_ACTIVITY,
    RULE_COUNT,
} RuleId;

/* Which words of the sentence the reason quotes. */
typedef enum Quoting { QUOTE_HEAD, QUOTE_COUNTED, QUOTE_VERB } Quoting;

typedef struct Rule {
    const char *name;
    Verdict verdict;
    bool activity;
    WordId why;
    WordId about;
    Quoting quoting;
    WordId instead; /* of a rule that does not say it by topic */
} Rule;

static const Rule rules[RULE_COUNT] = {
    [THIRD_PARTY] = {"third-party-acts", VERDICT_PASS, false, W_WHY_THIRD_PARTY, W_RULE_THIRD_PARTY,
                     QUOTE_COUNTED},
    [MEASURES_CONDITION] = {"measures-a-condition", VERDICT_PASS, false, W_WHY_MEASURES_CONDITION,
                            W_RULE_MEASURES_CONDITION, QUOTE_COUNTED},
    [OUTSIDE_RESULT] = {"outside-result", VERDICT_PASS, false, W_WHY_OUTSIDE_RESULT,
                        W_RULE_OUTSIDE_RESULT, QUOTE_COUNTED},
    [LESS_OF_IT] = {"less-of-it", VERDICT_PASS, false, W_WHY_LESS_OF_IT, W_RULE_LESS_OF_IT,
                    QUOTE_COUNTED},
    [STAGE_MOVEMENT] = {"stage-movement", VERDICT_PASS, false, W_WHY_STAGE_MOVEMENT,
                        W_RULE_STAGE_MOVEMENT, QUOTE_COUNTED},
    [SERVICE_RATE] = {"service-rate", VERDICT_PASS, false, W_WHY_SERVICE_RATE, W_RULE_SERVICE_RATE,
                      QUOTE_COUNTED},
    [TEAM_OUTCOME] = {"team-outcome-word", VERDICT_PASS, false, W_WHY_TEAM_OUTCOME,
                      W_RULE_TEAM_OUTCOME, QUOTE_COUNTED},
    [TEAM_ACTIVITY] = {"team-activity-word", VERDICT_CHALLENGE, true, W_WHY_TEAM_ACTIVITY,
                       W_RULE_TEAM_ACTIVITY, QUOTE_COUNTED},
    [COUNTS_OWN_DOINGS] = {"counts-own-doings", VERDICT_CHALLENGE, true, W_WHY_COUNTS_OWN_DOINGS,
                           W_RULE_COUNTS_OWN_DOINGS, QUOTE_HEAD},
    [OWN_WORK] = {"own-work", VERDICT_CHALLENGE, true, W_WHY_OWN_WORK, W_RULE_OWN_WORK, QUOTE_VERB},
    [COMPLETION] = {"completion-of-own-work", VERDICT_CHALLENGE, true, W_WHY_COMPLETION,
                    W_RULE_COMPLETION, QUOTE_COUNTED},
    [TWO_FACED] = {"two-faced-noun", VERDICT_ASK, false, W_WHY_TWO_FACED, W_RULE_TWO_FACED,
                   QUOTE_HEAD, W_INSTEAD_ASK},
    [UNKNOWN_NOUN] = {"unknown-noun", VERDICT_ASK, false, W_WHY_UNKNOWN_NOUN, W_RULE_UNKNOWN_NOUN,
                      QUOTE_COUNTED, W_INSTEAD_ASK},
    [WORK_WITH_RESULT] = {"work-with-a-result", VERDICT_ASK, false, W_WHY_WORK_WITH_RESULT,
                          W_RULE_WORK_WITH_RESULT, QUOTE_VERB, W_INSTEAD_RESULT_FIRST},
    [HANDLES_OTHERS] = {"handles-others", VERDICT_ASK, false, W_WHY_HANDLES_OTHERS,
                        W_RULE_HANDLES_OTHERS, QUOTE_VERB, W_INSTEAD_ANY},
    [OWN_PEOPLE] = {"own-people", VERDICT_ASK, false, W_WHY_OWN_PEOPLE, W_RULE_OWN_PEOPLE,
                    QUOTE_COUNTED, W_INSTEAD_HIRING},
    [NO_NUMBER] = {"no-number", VERDICT_REFUSE, false, W_WHY_NO_NUMBER, W_RULE_NO_NUMBER,
                   QUOTE_COUNTED, W_INSTEAD_NUMBER},
    [NO_NUMBER_ACTIVITY] = {"activity-without-number", VERDICT_REFUSE, true,
                            W_WHY_NO_NUMBER_ACTIVITY, W_RULE_NO_NUMBER_ACTIVITY, QUOTE_VERB},
    [ONE_PERSON] = {"one-persons-target", VERDICT_REFUSE, false, W_WHY_ONE_PERSON,
                    W_RULE_ONE_PERSON, QUOTE_COUNTED, W_INSTEAD_TEAM},
    [ONE_PERSON_ACTIVITY] = {"one-persons-activity", VERDICT_REFUSE, true,
                             W_WHY_ONE_PERSON_ACTIVITY, W_RULE_ONE_PERSON_ACTIVITY, QUOTE_COUNTED},
};

static const WordId instead_of[TOPIC_COUNT] = {
    [TOPIC_ANY] = W_INSTEAD_ANY,
    [TOPIC_CALLS] = W_INSTEAD_CALLS,
    [TOPIC_MEETINGS] = W_INSTEAD_MEETINGS,
    [TOPIC_TRAINING] = W_INSTEAD_TRAINING,
    [TOPIC_CONTENT] = W_INSTEAD_CONTENT,
    [TOPIC_CAMPAIGNS] = W_INSTEAD_CAMPAIGNS,
    [TOPIC_FEATURES] = W_INSTEAD_FEATURES,
    [TOPIC_HIRING] = W_INSTEAD_HIRING,
    [TOPIC_DOCS] = W_INSTEAD_DOCS,
    [TOPIC_TOOLS] = W_INSTEAD_TOOLS,
    [TOPIC_EVENTS] = W_INSTEAD_EVENTS,
    [TOPIC_RESEARCH] = W_INSTEAD_RESEARCH,
    [TOPIC_REVIEWS] = W_INSTEAD_REVIEWS,
    [TOPIC_SALES] = W_INSTEAD_SALES,
    [TOPIC_TICKETS] = W_INSTEAD_TICKETS,
    [TOPIC_SPEND] = W_INSTEAD_SPEND,
};

/* What a claim is asked. */

static bool is_verb(const Claim *c, VerbClass class)
{
    return c->verb.class == class;
}

static bool is_head(const Claim *c, NounClass class)
{
    return c->head.class == class;
}

static bool is_work(VerbClass class)
{
    return class == VERB_DO || class == VERB_MAKE || class == VERB_HANDLE || class == VERB_SERVE;
}

/* Own work in front: also what would be others' doing behind them ("Adopt a new framework"). */
static bool starts_with_work(const Claim *c)
{
    return is_work(c->verb.class) || (is_verb(c, VERB_THEIRS) && c->verb.form != FORM_ED);
}

static bool is_result_head(const Claim *c)
{
    return is_head(c, NOUN_MEASURE) || is_head(c, NOUN_RESULT) || is_head(c, NOUN_OUTSIDER);
}

/* An amount with nothing counted behind it: "Raise $5M by June". */
static bool is_bare_level(const Claim *c)
{
    return c->counted.last < c->counted.from && c->condition;
}

static bool team_activity(const Claim *c)
{
    return c->team_activity;
}

static bool team_outcome(const Claim *c)
{
    return c->team_outcome;
}

/* "training completion", but not "profile completion" or an event's attendance. */
static bool completes_own_work(const Claim *c)
{
    if (!is_head(c, NOUN_COMPLETION) || c->they_act) {
        return false;
    }
    return c->of.class == NOUN_DOING || c->of.class == NOUN_OURS
               ? c->of.topic != TOPIC_EVENTS && c->of.topic != TOPIC_CONTENT &&
                     c->of.topic != TOPIC_RESEARCH
               : starts_with_work(c);
}

static bool completes(const Claim *c)
{
    return is_head(c, NOUN_COMPLETION);
}

static bool arrives(const Claim *c)
{
    return is_head(c, NOUN_INCOMING) || is_head(c, NOUN_TROUBLE) || is_head(c, NOUN_RESULT) ||
           c->head.topic == TOPIC_CALLS;
}

/* "Answer 95% of calls within 20 seconds", "90% of orders delivered on time" */
static bool serves_in_time(const Claim *c)
{
    VerbClass class = c->verb.class != VERB_NONE && !c->done.class ? c->verb.class : c->done.class;

    if (!c->in_time || (c->plain_count && !c->share)) {
        return false;
    }
    if (class == VERB_SERVE) {
        return arrives(c) || is_head(c, NOUN_OUTSIDER);
    }
    return is_work(class) && c->share && (arrives(c) || is_head(c, NOUN_OUTSIDER));
}

/* "80% of employees complete the training" */
static bool own_people_do(const Claim *c)
{
    if (!is_head(c, NOUN_INSIDER) || c->done.class == VERB_NONE || starts_with_work(c)) {
        return false;
    }
    switch (c->object.class) {
    case NOUN_DOING:
    case NOUN_COMPLETION:
    case NOUN_OURS:
    case NOUN_EITHER:
        return c->done.class != VERB_THEIRS && c->done.class != VERB_SERVE;
    case NOUN_NONE:
    case NOUN_MEASURE:
    case NOUN_SHARE:
    case NOUN_COUNT:
    case NOUN_RISE:
    case NOUN_FALL:
    case NOUN_RESULT:
    case NOUN_OUTSIDER:
    case NOUN_INSIDER:
    case NOUN_TROUBLE:
    case NOUN_INCOMING:
        break;
    }
    return c->done.form == FORM_ED && is_work(c->done.class) && c->done.class != VERB_SERVE;
}

static bool own_people_use(const Claim *c)
{
    return is_head(c, NOUN_INSIDER) && c->done.class != VERB_NONE && !starts_with_work(c) &&
           (c->condition || !is_work(c->done.class));
}

/* "30% of trial users invite a colleague"; not "users contacted", which is done to them. */
static bool outsiders_act(const Claim *c)
{
    return is_head(c, NOUN_OUTSIDER) && c->done.class != VERB_NONE && !starts_with_work(c) &&
           (c->done.form != FORM_ED || !is_work(c->done.class));
}

static bool measures(const Claim *c)
{
    bool kept_spend = c->head.topic == TOPIC_SPEND && (is_verb(c, VERB_REACH) || is_verb(c, VERB_NONE));

    return !starts_with_work(c) && (is_head(c, NOUN_MEASURE) || is_bare_level(c) || kept_spend);
}

static bool goes_down(const Claim *c)
{
    if (starts_with_work(c) || is_verb(c, VERB_RAISE)) {
        return false;
    }
    bool down = is_verb(c, VERB_LOWER) || c->done.class == VERB_LOWER || c->falls;
    bool kept_low = c->limited && (is_verb(c, VERB_NONE) || is_verb(c, VERB_REACH));

    return down || kept_low;
}

static bool makes_result(const Claim *c)
{
    if (!is_verb(c, VERB_MAKE) && !is_verb(c, VERB_SERVE)) {
        return false;
    }
    return is_result_head(c) || is_bare_level(c) || (is_head(c, NOUN_INCOMING) && c->condition && !c->share);
}

static bool handles_measure(const Claim *c)
{
    return is_verb(c, VERB_HANDLE) && is_head(c, NOUN_MEASURE);
}

static bool handles_others(const Claim *c)
{
    bool part = c->share && !c->all_of_it && !is_head(c, NOUN_INSIDER);
    bool unlisted = is_head(c, NOUN_NONE) && c->verb.topic == TOPIC_ANY && c->plain_count;

    return is_verb(c, VERB_HANDLE) &&
           (is_head(c, NOUN_OUTSIDER) || is_head(c, NOUN_RESULT) || part || unlisted);
}

/* "Deliver 95% of projects on time": punctual, but the team's own. */
static bool works_on_time(const Claim *c)
{
    return is_verb(c, VERB_MAKE) && c->share && !c->all_of_it && c->in_time;
}

/* "Launch … so that churn falls to 3%", "Streamline the process to save 20 hours" */
static bool works_for_result(const Claim *c)
{
    return c->with_result && (starts_with_work(c) || (is_verb(c, VERB_RAISE) && is_head(c, NOUN_DOING)));
}

/* A level is no amount of work: what looks like a verb may be none. */
static bool works_on_level(const Claim *c)
{
    return starts_with_work(c) && c->level && !c->share &&
           (is_head(c, NOUN_NONE) || is_head(c, NOUN_MEASURE) || is_head(c, NOUN_EITHER));
}

static bool does_own_doings(const Claim *c)
{
    return starts_with_work(c) && is_head(c, NOUN_DOING);
}

/* "prospects contacted", "100% of services migrated" */
static bool work_is_done(const Claim *c)
{
    if (starts_with_work(c) || c->done.form != FORM_ED || c->they_act) {
        return false;
    }
    switch (c->done.class) {
    case VERB_DO:
        return true;
    case VERB_MAKE:
    case VERB_SERVE:
        return !is_result_head(c) && !is_head(c, NOUN_INCOMING);
    case VERB_HANDLE:
        return !is_result_head(c) && !is_head(c, NOUN_INSIDER);
    case VERB_NONE:
    case VERB_RAISE:
    case VERB_LOWER:
    case VERB_REACH:
    case VERB_WIN:
    case VERB_SHIFT:
    case VERB_THEIRS:
    case VERB_EXCEL:
        break;
    }
    return false;
}

static bool others_are_handled(const Claim *c)
{
    return c->done.class == VERB_HANDLE && c->done.form == FORM_ED && !starts_with_work(c);
}

/* "demos booked by prospects", "proposals accepted", "inbound calls" */
static bool they_act(const Claim *c)
{
    bool theirs = c->done.class == VERB_THEIRS || is_verb(c, VERB_THEIRS);
    bool used = c->per_outsider &&
                (c->head.topic == TOPIC_FEATURES || c->head.topic == TOPIC_CONTENT);

    return (c->they_act || theirs || used) && !is_result_head(c);
}

static bool shifts_others(const Claim *c)
{
    return is_verb(c, VERB_SHIFT) && (is_result_head(c) || is_head(c, NOUN_EITHER) ||
                                      is_head(c, NOUN_OURS) || is_bare_level(c));
}

static bool excels(const Claim *c)
{
    return is_verb(c, VERB_EXCEL);
}

static bool is_share_of_work(const Claim *c)
{
    return c->share && !starts_with_work(c) && !is_verb(c, VERB_REACH) &&
           (is_head(c, NOUN_DOING) || is_head(c, NOUN_OURS));
}

/* "Share of campaigns that pay for themselves": what became of the work is a condition. */
static bool work_comes_to(const Claim *c)
{
    return is_share_of_work(c) && c->done.class != VERB_NONE;
}

static bool counts_own_doings(const Claim *c)
{
    return is_head(c, NOUN_DOING);
}

/* Somebody outside gives it: "Book 50 demos", "Get 40 reviews". */
static bool is_given(const Claim *c)
{
    return (is_verb(c, VERB_WIN) || c->done.class == VERB_WIN) &&
           (is_head(c, NOUN_EITHER) || is_head(c, NOUN_OURS) || is_head(c, NOUN_INCOMING) ||
            is_head(c, NOUN_TROUBLE));
}

static bool counts_ours(const Claim *c)
{
    return is_head(c, NOUN_OURS);
}

static bool recruits(const Claim *c)
{
    return is_verb(c, VERB_WIN) && is_head(c, NOUN_INSIDER);
}


static bool counts_outside(const Claim *c)
{
    return is_head(c, NOUN_RESULT) || is_head(c, NOUN_OUTSIDER);
}

/* Bugs and tickets are named to become less, unless the sentence says more. */
static bool counts_trouble(const Claim *c)
{
    return is_head(c, NOUN_TROUBLE) && !is_verb(c, VERB_RAISE);
}

static bool is_abstract(const Claim *c)
{
    static const char *const endings[] = {"ity", "ness", "tion", "sion", "ment",
                                          "ance", "ence", "acy", "ship", NULL};

    if (c->counted.last < c->counted.from || !is_head(c, NOUN_NONE)) {
        return false;
    }
    const char *word = c->phrase->words[c->head_at.last].text;

    for (size_t i = 0; endings[i] != NULL; i++) {
        if (g_str_has_suffix(word, endings[i])) {
            return true;
        }
    }
    return false;
}

/* The noun is not known, but its unit or its form is that of a condition. */
static bool looks_like_condition(const Claim *c)
{
    return (is_head(c, NOUN_NONE) || is_head(c, NOUN_INSIDER) || is_head(c, NOUN_EITHER) ||
            is_head(c, NOUN_INCOMING)) &&
           (c->condition || c->per_outsider || is_abstract(c));
}

static bool own_people(const Claim *c)
{
    return is_head(c, NOUN_INSIDER);
}

static bool is_two_faced(const Claim *c)
{
    return is_head(c, NOUN_EITHER) || is_head(c, NOUN_INCOMING) || is_head(c, NOUN_TROUBLE);
}

static bool always(const Claim *c)
{
    (void)c;
    return true;
}

static const struct Step {
    bool (*fits)(const Claim *);
    RuleId rule;
} steps[] = {
    {team_activity, TEAM_ACTIVITY},
    {team_outcome, TEAM_OUTCOME},
    {completes_own_work, COMPLETION},
    {serves_in_time, SERVICE_RATE},
    {own_people_do, OWN_WORK},
    {own_people_use, MEASURES_CONDITION},
    {outsiders_act, THIRD_PARTY},
    {measures, MEASURES_CONDITION},
    {goes_down, LESS_OF_IT},
    {makes_result, OUTSIDE_RESULT},
    {handles_measure, MEASURES_CONDITION},
    {handles_others, HANDLES_OTHERS},
    {works_on_time, TWO_FACED},
    {works_for_result, WORK_WITH_RESULT},
    {works_on_level, UNKNOWN_NOUN},
    {does_own_doings, COUNTS_OWN_DOINGS},
    {starts_with_work, OWN_WORK},
    {work_is_done, OWN_WORK},
    {others_are_handled, HANDLES_OTHERS},
    {they_act, THIRD_PARTY},
    {shifts_others, STAGE_MOVEMENT},
    {excels, OUTSIDE_RESULT},
    {completes, MEASURES_CONDITION},
    {work_comes_to, MEASURES_CONDITION},
    {is_share_of_work, TWO_FACED},
    {counts_own_doings, COUNTS_OWN_DOINGS},
    {is_given, THIRD_PARTY},
    {counts_ours, COUNTS_OWN_DOINGS},
    {recruits, OWN_WORK},
    {counts_outside, OUTSIDE_RESULT},
    {counts_trouble, LESS_OF_IT},
    {looks_like_condition, MEASURES_CONDITION},
    {own_people, OWN_PEOPLE},
    {is_two_faced, TWO_FACED},
    {always, UNKNOWN_NOUN},
};

static RuleId decide(const Claim *claim)
{
    size_t i = 0;

    while (!steps[i].fits(claim)) {
        i++;
    }
    return steps[i].rule;
}

static bool span_is_set(Span span)
{
    return span.from <= span.last;
}

static Span verb_span(const Claim *c)
{
    if (c->verb.class != VERB_NONE && starts_with_work(c)) {
        return c->verb_at;
    }
    return span_is_set(c->done_at) ? c->done_at : c->counted;
}

static Span quote_span(const Claim *c, Quoting quoting)
{
    Span span = c->counted;

    switch (quoting) {
    case QUOTE_HEAD:
        span = c->head_at;
        break;
    case QUOTE_COUNTED:
        break;
    case QUOTE_VERB:
        span = verb_span(c);
        break;
    }
    return span_is_set(span) ? span : (Span){0, c->phrase->count > 0 ? c->phrase->count - 1 : 0};
}

static Topic topic_of(const Claim *c)
{
    if (c->head.class == NOUN_COMPLETION && c->of.topic != TOPIC_ANY) {
        return c->of.topic;
    }
    if (c->head.class == NOUN_INSIDER && c->object.topic != TOPIC_ANY) {
        return c->object.topic;
    }
    if (c->verb.topic == TOPIC_TRAINING || c->done.topic == TOPIC_TRAINING) {
        return TOPIC_TRAINING;
    }
    if (c->head.topic != TOPIC_ANY) {
        return c->head.topic;
    }
    return c->verb.topic != TOPIC_ANY ? c->verb.topic : c->done.topic;
}

static Judgement judge(const Claim *claim, RuleId id, Span words)
{
    const Rule *rule = &rules[id];
    g_autofree char *quote = claim->phrase->count > 0
                                 ? phrase_quote(claim->phrase, words.from, words.last)
                                 : g_strdup("");
    Judgement judgement = {.verdict = rule->verdict, .rule = rule->name};

    judgement.why = say(rule->why, S("words", quote));
    if (rule->verdict != VERDICT_PASS) {
        bool by_topic = rule->activity;

        judgement.instead = g_strdup(
            words_template(by_topic ? instead_of[topic_of(claim)] : rule->instead));
    }
    return judgement;
}

Judgement challenge_kr(const char *statement, const ChallengeWords *words)
{
    g_autoptr(Claim) claim = claim_read(statement, words);
    RuleId rule = decide(claim);
    bool activity = rules[rule].activity;
    Span said;

    if (personal_target(claim, &said)) {
        return judge(claim, activity ? ONE_PERSON_ACTIVITY : ONE_PERSON, said);
    }
    Span quoted = quote_span(claim, rules[rule].quoting);

    if (!phrase_has_quantity(claim->phrase)) {
        return judge(claim, activity ? NO_NUMBER_ACTIVITY : NO_NUMBER, quoted);
    }
    return judge(claim, rule, quoted);
}

/* Objectives. */

typedef enum ObjectiveFault {
    OBJECTIVE_OK,
    OBJECTIVE_SENTENCES,
    OBJECTIVE_LIST,
    OBJECTIVE_NUMBER,
    OBJECTIVE_WORK,
    OBJECTIVE_SHORT,
    OBJECTIVE_LONG,
    OBJECTIVE_TWO_GOALS,
    OBJECTIVE_FAULT_COUNT,
} ObjectiveFault;

static const Rule objective_rules[OBJECTIVE_FAULT_COUNT] = {
    [OBJECTIVE_OK] = {"objective-stands", VERDICT_PASS, false, W_OBJECTIVE_STANDS,
                      W_OBJECTIVE_RULE_STANDS},
    [OBJECTIVE_SENTENCES] = {"objective-sentences", VERDICT_REFUSE, false, W_OBJECTIVE_SENTENCES,
                             W_OBJECTIVE_RULE_SENTENCES},
    [OBJECTIVE_LIST] = {"objective-is-a-list", VERDICT_REFUSE, true, W_OBJECTIVE_IS_A_LIST,
                        W_OBJECTIVE_RULE_IS_A_LIST},
    [OBJECTIVE_NUMBER] = {"objective-has-number", VERDICT_REFUSE, false, W_OBJECTIVE_HAS_NUMBER,
                          W_OBJECTIVE_RULE_HAS_NUMBER},
    [OBJECTIVE_WORK] = {"objective-is-work", VERDICT_REFUSE, true, W_OBJECTIVE_IS_WORK,
                        W_OBJECTIVE_RULE_IS_WORK},
    [OBJECTIVE_SHORT] = {"objective-too-short", VERDICT_REFUSE, false, W_OBJECTIVE_TOO_SHORT,
                         W_OBJECTIVE_RULE_TOO_SHORT},
    [OBJECTIVE_LONG] = {"objective-too-long", VERDICT_REFUSE, false, W_OBJECTIVE_TOO_LONG,
                        W_OBJECTIVE_RULE_TOO_LONG},
    [OBJECTIVE_TWO_GOALS] = {"objective-two-goals", VERDICT_ASK, false, W_OBJECTIVE_TWO_GOALS,
                             W_OBJECTIVE_RULE_TWO_GOALS},
};

/* A full stop ends a sentence unless it belongs to something as short as "U.S." or "vs.". */
static bool ends_sentence(const char *text, const char *p)
{
    size_t before = 0;

    if (strchr(".!?", *p) == NULL || p[1] != ' ' || p[2] == '\0') {
        return false;
    }
    while (p - before > text && p[-(ptrdiff_t)before - 1] != ' ') {
        before++;
    }
    return *p != '.' || (before > 3 && memchr(p - before, '.', before) == NULL);
}

static bool has_sentences(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (ends_sentence(text, p)) {
            return true;
        }
    }
    return false;
}

/* Lines, semicolons, or work behind a comma. */
static bool is_list(const char *text, const Phrase *phrase)
{
    size_t after;

    if (strchr(text, '\n') != NULL || strchr(text, ';') != NULL) {
        return true;
    }
    for (size_t i = 0; i < phrase->count; i++) {
        VerbEntry verb = phrase_verb(phrase, i + 1, &after);

        if (phrase->words[i].kind == WORD_BREAK && *phrase->words[i].text == ',' &&
            verb.form == FORM_BASE && (verb.class == VERB_DO || verb.class == VERB_MAKE)) {
            return true;
        }
    }
    return false;
}

typedef struct Objective {
    const Phrase *phrase;
    size_t words, ands;
    size_t number; /* where a figure stands; behind the last word when there is none */
} Objective;

static Objective objective_count(const Phrase *phrase)
{
    Objective o = {.phrase = phrase, .number = phrase->count};

    for (size_t i = phrase->count; i-- > 0;) {
        const Word *word = &phrase->words[i];

        o.words += word->kind == WORD_TEXT || word->kind == WORD_NUMBER;
        o.ands += word_is(word, "and") || word_is(word, "&");
        if (word->kind == WORD_NUMBER || (word->kind == WORD_TEXT && g_ascii_isdigit(*word->text))) {
            o.number = i;
        }
    }
    return o;
}

static bool starts_making(const Phrase *phrase)
{
    size_t after, start = claim_start(phrase);
    VerbEntry verb = phrase_verb(phrase, start, &after);

    return (verb.class == VERB_DO || verb.class == VERB_MAKE) &&
           !word_is(&phrase->words[start], "make");
}

static ObjectiveFault objective_fault(const char *text, const Phrase *phrase, const Objective *o)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(text));

    if (is_list(trimmed, phrase)) {
        return OBJECTIVE_LIST;
    }
    if (has_sentences(phrase->sentence)) {
        return OBJECTIVE_SENTENCES;
    }
    if (o->number < phrase->count) {
        return OBJECTIVE_NUMBER;
    }
    if (starts_making(phrase)) {
        return OBJECTIVE_WORK;
    }
    if (o->words < OBJECTIVE_WORDS_MIN) {
        return OBJECTIVE_SHORT;
    }
    if (o->words > OBJECTIVE_WORDS_MAX) {
        return OBJECTIVE_LONG;
    }
    return o->ands > 1 ? OBJECTIVE_TWO_GOALS : OBJECTIVE_OK;
}

Judgement challenge_objective(const char *text)
{
    g_autoptr(Phrase) phrase = phrase_new(text);
    Objective o = objective_count(phrase);
    ObjectiveFault fault = objective_fault(text, phrase, &o);
    const Rule *rule = &objective_rules[fault];
    size_t at = fault == OBJECTIVE_NUMBER ? o.number : claim_start(phrase);
    g_autofree char *quote =
        at < phrase->count ? phrase_quote(phrase, at, at) : g_strdup(phrase->sentence);

    return (Judgement){
        .verdict = rule->verdict,
        .rule = rule->name,
        .why = say(rule->why, S("words", quote), N("n", (int64_t)o.words),
                   N("min", OBJECTIVE_WORDS_MIN), N("max", OBJECTIVE_WORDS_MAX)),
        .instead = fault == OBJECTIVE_OK ? NULL : g_strdup(words_template(W_OBJECTIVE_INSTEAD)),
    };
}

void judgement_clear(Judgement *judgement)
{
    g_free(judgement->why);
    g_free(judgement->instead);
    *judgement = (Judgement){0};
}

const char *verdict_name(Verdict verdict)
{
    switch (verdict) {
    case VERDICT_PASS:
        return "pass";
    case VERDICT_ASK:
        return "ask";
    case VERDICT_CHALLENGE:
        return "challenge";
    case VERDICT_REFUSE:
        return "refuse";
    }
    return NULL;
}

static const Rule *rule_at(size_t i)
{
    if (i < RULE_COUNT) {
        return &rules[i];
    }
    i -= RULE_COUNT;
    return i < OBJECTIVE_FAULT_COUNT ? &objective_rules[i] : NULL;
}

static const Rule *rule_named(const char *name)
{
    const Rule *rule;

    for (size_t i = 0; (rule = rule_at(i)) != NULL; i++) {
        if (strcmp(rule->name, name) == 0) {
            return rule;
        }
    }
    return NULL;
}

bool judgement_is_activity(const Judgement *judgement)
{
    const Rule *rule = rule_named(judgement->rule);
    return rule != NULL && rule->activity;
}

const char *challenge_rule_name(size_t i)
{
    const Rule *rule = rule_at(i);
    return rule != NULL ? rule->name : NULL;
}

const char *challenge_rule_about(const char *name)
{
    const Rule *rule = rule_named(name);
    return rule != NULL ? words_template(rule->about) : NULL;
}

const char *challenge_version(void)
{
    return LEXICON_VERSION;
}
