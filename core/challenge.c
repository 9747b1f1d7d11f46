/* The steps are tried in order, and the first that fits decides; each asks the claim one question.
 * What the lists do not know never becomes an activity by its noun, only by its verb: a wrong
 * challenge costs more than a question. */

#include "core/challenge.h"

#include <string.h>

#include "core/claim.h"
#include "core/objective.h"
#include "core/personal.h"
#include "core/rule.h"
#include "core/text.h"
#include "core/words.h"

static const WordId instead_of[TOPIC_COUNT] = {
    [TOPIC_ANY] = W_INSTEAD_ANY,           [TOPIC_CALLS] = W_INSTEAD_CALLS,
    [TOPIC_MEETINGS] = W_INSTEAD_MEETINGS, [TOPIC_TRAINING] = W_INSTEAD_TRAINING,
    [TOPIC_CONTENT] = W_INSTEAD_CONTENT,   [TOPIC_CAMPAIGNS] = W_INSTEAD_CAMPAIGNS,
    [TOPIC_FEATURES] = W_INSTEAD_FEATURES, [TOPIC_HIRING] = W_INSTEAD_HIRING,
    [TOPIC_DOCS] = W_INSTEAD_DOCS,         [TOPIC_TOOLS] = W_INSTEAD_TOOLS,
    [TOPIC_EVENTS] = W_INSTEAD_EVENTS,     [TOPIC_RESEARCH] = W_INSTEAD_RESEARCH,
    [TOPIC_REVIEWS] = W_INSTEAD_REVIEWS,   [TOPIC_SALES] = W_INSTEAD_SALES,
    [TOPIC_TICKETS] = W_INSTEAD_TICKETS,   [TOPIC_SPEND] = W_INSTEAD_SPEND,
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
        return c->done.class != VERB_THEIRS && c->done.class != VERB_WIN &&
               (c->done.class != VERB_SERVE || c->object.class == NOUN_DOING);
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
           (c->condition || !is_work(c->done.class) || c->object.class == NOUN_RESULT ||
            c->object.class == NOUN_MEASURE || c->object.class == NOUN_OUTSIDER);
}

/* "30% of trial users invite a colleague"; not "users contacted", which is done to them. */
static bool outsiders_act(const Claim *c)
{
    return is_head(c, NOUN_OUTSIDER) && c->done.class != VERB_NONE && !starts_with_work(c) &&
           (c->done.form != FORM_ED || !is_work(c->done.class));
}

static bool measures(const Claim *c)
{
    bool kept_spend =
        c->head.topic == TOPIC_SPEND && (is_verb(c, VERB_REACH) || is_verb(c, VERB_NONE));

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
    return is_result_head(c) || is_bare_level(c) ||
           (is_head(c, NOUN_INCOMING) && c->condition && !c->share);
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
    return c->with_result &&
           (starts_with_work(c) || (is_verb(c, VERB_RAISE) && is_head(c, NOUN_DOING)));
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
        return !is_result_head(c) && !is_head(c, NOUN_INCOMING);
    case VERB_SERVE:
        return !is_result_head(c) && !is_head(c, NOUN_INCOMING) && (!c->condition || c->share);
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
    bool used =
        c->per_outsider && (c->head.topic == TOPIC_FEATURES || c->head.topic == TOPIC_CONTENT);

    return (c->they_act || theirs || used) && !is_result_head(c);
}

static bool shifts_others(const Claim *c)
{
    return is_verb(c, VERB_SHIFT) &&
           (is_result_head(c) || is_head(c, NOUN_OURS) || is_bare_level(c));
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
    return is_head(c, NOUN_DOING) && !c->unlisted_deed;
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
    static const char *const endings[] = {"ity",  "ness", "tion", "sion", "ment",
                                          "ance", "ence", "acy",  "ship", NULL};

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
            is_head(c, NOUN_INCOMING) || is_head(c, NOUN_TROUBLE)) &&
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
    {team_activity, RULE_TEAM_ACTIVITY},
    {team_outcome, RULE_TEAM_OUTCOME},
    {completes_own_work, RULE_COMPLETION},
    {serves_in_time, RULE_SERVICE_RATE},
    {own_people_do, RULE_OWN_WORK},
    {own_people_use, RULE_MEASURES_CONDITION},
    {outsiders_act, RULE_THIRD_PARTY},
    {measures, RULE_MEASURES_CONDITION},
    {goes_down, RULE_LESS_OF_IT},
    {makes_result, RULE_OUTSIDE_RESULT},
    {handles_measure, RULE_MEASURES_CONDITION},
    {handles_others, RULE_HANDLES_OTHERS},
    {works_on_time, RULE_TWO_FACED},
    {works_for_result, RULE_WORK_WITH_RESULT},
    {works_on_level, RULE_UNKNOWN_NOUN},
    {does_own_doings, RULE_COUNTS_OWN_DOINGS},
    {starts_with_work, RULE_OWN_WORK},
    {work_is_done, RULE_OWN_WORK},
    {others_are_handled, RULE_HANDLES_OTHERS},
    {they_act, RULE_THIRD_PARTY},
    {shifts_others, RULE_STAGE_MOVEMENT},
    {excels, RULE_OUTSIDE_RESULT},
    {completes, RULE_MEASURES_CONDITION},
    {work_comes_to, RULE_MEASURES_CONDITION},
    {is_share_of_work, RULE_TWO_FACED},
    {counts_own_doings, RULE_COUNTS_OWN_DOINGS},
    {is_given, RULE_THIRD_PARTY},
    {counts_ours, RULE_COUNTS_OWN_DOINGS},
    {recruits, RULE_OWN_WORK},
    {counts_outside, RULE_OUTSIDE_RESULT},
    {counts_trouble, RULE_LESS_OF_IT},
    {looks_like_condition, RULE_MEASURES_CONDITION},
    {own_people, RULE_OWN_PEOPLE},
    {is_two_faced, RULE_TWO_FACED},
    {always, RULE_UNKNOWN_NOUN},
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
    if (c->verb.topic == TOPIC_TRAINING || c->done.topic == TOPIC_TRAINING) {
        return TOPIC_TRAINING;
    }
    if (is_head(c, NOUN_COMPLETION)) {
        return c->of.topic;
    }
    if (is_head(c, NOUN_INSIDER) && c->object.topic != TOPIC_ANY) {
        return c->object.topic;
    }
    if (is_head(c, NOUN_DOING) || c->head.topic != TOPIC_ANY) {
        return c->head.topic;
    }
    return c->verb.topic != TOPIC_ANY ? c->verb.topic : c->done.topic;
}

static Judgement judge(const Claim *claim, RuleId id, Span words)
{
    const Rule *rule = rule_of(id);
    g_autofree char *quote = claim->phrase->count > 0
                                 ? phrase_quote(claim->phrase, words.from, words.last)
                                 : g_strdup("");
    Judgement judgement = {.verdict = rule->verdict, .rule = rule->name};

    judgement.why = say(rule->why, S("words", quote));
    if (rule->verdict != VERDICT_PASS) {
        bool by_topic = rule->activity;

        judgement.instead =
            g_strdup(words_template(by_topic ? instead_of[topic_of(claim)] : rule->instead));
    }
    return judgement;
}

Judgement challenge_kr(const char *statement, const ChallengeWords *words)
{
    g_autoptr(Claim) claim = claim_read(statement, words);
    RuleId rule = decide(claim);
    bool activity = rule_of(rule)->activity;
    Span said;

    if (personal_target(claim, &said)) {
        return judge(claim, activity ? RULE_ONE_PERSON_ACTIVITY : RULE_ONE_PERSON, said);
    }
    if (!phrase_has_quantity(claim->phrase)) {
        rule = activity ? RULE_NO_NUMBER_ACTIVITY : RULE_NO_NUMBER;
    }
    Span quoted = quote_span(claim, rule_of(rule)->quoting);

    return judge(claim, rule, quoted);
}

Judgement challenge_objective(const char *text)
{
    return objective_judge(text);
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

bool judgement_is_activity(const Judgement *judgement)
{
    const Rule *rule = rule_named(judgement->rule);
    return rule != NULL && rule->activity;
}

const char *challenge_rule_name(size_t i)
{
    return i < RULE_COUNT ? rule_of((RuleId)i)->name : NULL;
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
