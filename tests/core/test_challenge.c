#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "core/challenge.h"
#include "core/lexicon.h"
#include "core/wordlist.h"
#include "core/words.h"

/* The least that is asked of each set, in percent. */
#define PRECISION_MIN 95
#define RECALL_MIN    90

typedef struct Case {
    const char *promise;
    const char *sentence;
    Verdict verdict;
    const char *rule;
} Case;

static void check_case(const Case *c, const Judgement *got)
{
    if (got->verdict != c->verdict || strcmp(got->rule, c->rule) != 0) {
        fail_msg("%s: “%s” is %s by %s, not %s by %s", c->promise, c->sentence,
                 verdict_name(got->verdict), got->rule, verdict_name(c->verdict), c->rule);
    }
    assert_non_null(got->why);
    assert_int_equal(got->instead != NULL, got->verdict != VERDICT_PASS);
}

/* `words`: the team's own; NULL: it has none. */
static void check_cases(const Case *cases, size_t count, const ChallengeWords *words)
{
    for (size_t i = 0; i < count; i++) {
        g_auto(Judgement) got = challenge_kr(cases[i].sentence, words);

        check_case(&cases[i], &got);
    }
}

#define P VERDICT_PASS
#define A VERDICT_ASK
#define C VERDICT_CHALLENGE
#define R VERDICT_REFUSE

static const Case activities[] = {
    {"calls made are an activity", "Conduct 30 outreach calls", C, "counts-own-doings"},
    {"campaigns launched are an activity", "Launch 3 campaigns", C, "counts-own-doings"},
    {"people trained are an activity", "Train 40 reps", C, "own-work"},
    {"meetings without a number are refused as an activity", "Hold weekly syncs", R,
     "activity-without-number"},
    {"posts published are an activity", "Publish 5 blog posts", C, "counts-own-doings"},
    {"a movement verb does not save a count of calls", "increase sales calls from 40 to 120", C,
     "counts-own-doings"},
    {"the example's first initiative is an activity", "Conduct 30 targeted outreach calls", C,
     "counts-own-doings"},
    {"the example's second initiative is an activity", "Personalise 40 ICP email sequences", C,
     "counts-own-doings"},
    {"the example's third initiative is an activity",
     "Run pipeline review with 3 key account managers", C, "counts-own-doings"},
    {"follow-up calls made are an activity", "Follow-up calls made from 20 to 60", C,
     "counts-own-doings"},
    {"alignment meetings held are an activity", "Alignment meetings held: 8", C, "own-work"},
    {"training completions are an activity", "Training completions from 10 to 40", C,
     "completion-of-own-work"},
    {"a rate of training completion is one too", "Achieve 100% training completion", C,
     "completion-of-own-work"},
    {"campaign launches are an activity", "Campaign launches: 4", C, "counts-own-doings"},
    {"all of one's own work is an activity", "Complete the migration of 100% of services", C,
     "counts-own-doings"},
    {"a deadline does not turn repairs into a service rate", "Fix 30 bugs within 14 days", C,
     "own-work"},
    {"work without a number is refused as such", "Launch the new website", R,
     "activity-without-number"},
    {"work in the passive is an activity", "CRM implemented in 3 countries", C, "own-work"},
    {"behind a label the sentence begins again", "Sales: make 400 dials", C, "counts-own-doings"},
    {"behind a date the sentence begins again", "By Q3, launch 2 campaigns", C,
     "counts-own-doings"},
    {"American spelling is known", "Organize 4 workshops", C, "counts-own-doings"},
    {"a purpose without a number saves no work", "Launch 3 campaigns to raise awareness", C,
     "counts-own-doings"},
    {"features shipped are an activity", "Ship 5 features", C, "counts-own-doings"},
    {"a completion rate of own work is an activity",
     "Increase completion rate of onboarding calls from 40% to 70%", C, "completion-of-own-work"},
    {"people hired are an activity", "Hire 4 engineers", C, "own-work"},
    {"tickets handled are an activity", "Handle 200 tickets", C, "own-work"},
};

static const Case outcomes[] = {
    {"a change of stage is an outcome", "Progress 6 stalled accounts from Discovery to Proposal", P,
     "stage-movement"},
    {"the example's second KR is an outcome",
     "Progress 6 stalled accounts from Discovery stage to Proposal stage", P, "stage-movement"},
    {"renewals are decided by customers", "Close 12 renewals worth $400k", P, "outside-result"},
    {"fewer bugs are an outcome", "Reduce open P1 bugs from 14 to 3", P, "less-of-it"},
    {"active teams are an outcome", "Grow weekly active teams from 120 to 200", P,
     "outside-result"},
    {"the anchor is an outcome", "Increase qualified B2B pipeline from $20M to $30M by Q3 close", P,
     "outside-result"},
    {"the example's first KR is an outcome",
     "Increase ICP meeting acceptance rate from 22% to 35% within 14 days", P,
     "measures-a-condition"},
    {"the example's third KR is an outcome",
     "Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days", P,
     "measures-a-condition"},
    {"a conversion rate is an outcome", "Increase conversion rate on inbound leads from 8% to 14%",
     P, "measures-a-condition"},
    {"a time to proposal is an outcome", "Time-to-proposal from 9 days to 3 days", P,
     "measures-a-condition"},
    {"signed contracts are an outcome", "Contracts signed from 4 to 12", P, "outside-result"},
    {"a response time is an outcome", "Handoff response time from 3 days to 1 day", P,
     "measures-a-condition"},
    {"a rate named by its two ends is an outcome",
     "Qualified-lead-to-meeting conversion rate from 18% to 30%", P, "measures-a-condition"},
    {"stage progression is an outcome", "Pipeline stage progression from 12% to 20%", P,
     "measures-a-condition"},
    {"no movement is needed", "Win rate above 25%", P, "measures-a-condition"},
    {"the head decides: time", "Average ticket resolution time under 12 hours", P,
     "measures-a-condition"},
    {"the head decides: rate", "Raise demo-to-close rate to 20%", P, "measures-a-condition"},
    {"the head decides: cost", "Cost per lead under $40", P, "measures-a-condition"},
    {"a share is of what others do", "Share of deals with a second meeting from 40% to 60%", P,
     "outside-result"},
    {"fewer tickets per customer are an outcome",
     "Reduce number of support tickets per customer from 5 to 2", P, "less-of-it"},
    {"a rate of service is an outcome", "Respond to 90% of tickets within 4 hours", P,
     "service-rate"},
    {"calls that arrive can be served", "Answer 95% of calls within 20 seconds", P, "service-rate"},
    {"what users do is an outcome", "Get 30% of users to adopt feature X", P, "third-party-acts"},
    {"demos that prospects agree to are an outcome", "Book 50 demos with qualified prospects", P,
     "third-party-acts"},
    {"reviews that others write are an outcome", "Receive 50 reviews with 4+ stars on G2", P,
     "third-party-acts"},
    {"none of something bad is an outcome", "Zero P1 incidents", P, "less-of-it"},
    {"fewer of one's own doings are an outcome too", "Cut meetings from 20 to 12 a week", P,
     "less-of-it"},
    {"a verb can be a noun in front of a measure", "Test coverage of the core above 85%", P,
     "measures-a-condition"},
    {"an amount needs no noun", "Raise $5M by June", P, "measures-a-condition"},
    {"'make sure' hides no outcome", "Make sure 80% of renewals are signed before the quarter ends",
     P, "outside-result"},
    {"'our team' hides no outcome", "Our team cuts churn from 5% to 3%", P, "measures-a-condition"},
    {"what is answered in time is a service", "Answer 90% of tickets within 4 hours, up from 60%",
     P, "service-rate"},
    {"what is resolved the same day is a service",
     "Resolve 90% of incidents the same day, from 70%", P, "service-rate"},
    {"what is paid on time is a service",
     "Raise the share of invoices paid on time from 70% to 90%", P, "service-rate"},
    {"thirds are shares", "Two thirds of accounts use the new report, up from a third", P,
     "third-party-acts"},
    {"money and percent may be words", "Raise revenue per seat to 400 dollars from 350", P,
     "measures-a-condition"},
    {"who acts may stand behind 'who'", "Customers who renewed rose from 70% to 80%", P,
     "third-party-acts"},
    {"a limit may be a sign", "Keep p95 latency < 300 ms (now 450 ms)", P, "measures-a-condition"},
    {"a limit may be one of two signs", "ARR ≥ $4M from $3M", P, "measures-a-condition"},
    {"a year is no figure", "Raise on-time delivery from 82% to 95% by March 2026", P,
     "measures-a-condition"},
    {"what buyers accept is theirs", "Have 60% of meetings accepted by buyers, from 35%", P,
     "third-party-acts"},
    {"fewer defects are noticed", "Reduce defects per release from 12 to 4", P, "less-of-it"},
};

static const Case unclear[] = {
    {"a two-faced noun is asked about", "Increase demos from 10 to 25", A, "two-faced-noun"},
    {"an unknown noun is asked about", "Increase gizmos from 3 to 9", A, "unknown-noun"},
    {"work with a result behind it is asked about",
     "Launch X so that bounce rate falls from 50% to 35%", A, "work-with-a-result"},
    {"work on customers is asked about", "Onboard 30 customers", A, "handles-others"},
    {"the team's own size is asked about", "Grow the support team from 8 to 12 people", A,
     "own-people"},
    {"what stands in quotation marks is not judged", "Increase “sales calls” from 3 to 9", A,
     "unknown-noun"},
    {"other scripts are asked about", "提升 30", A, "unknown-noun"},
    {"a right-to-left sentence is asked about", "مرحبا 30 عميل", A, "unknown-noun"},
    {"a formula is asked about", "=1+1", A, "unknown-noun"},
    {"a bare number is asked about", "5", A, "unknown-noun"},
    {"work for others is asked about", "Serve 40 customers with the new process", A,
     "handles-others"},
    {"work with a result behind 'so that' is asked about",
     "Publish 12 articles so that trials rise from 200 to 300", A, "work-with-a-result"},
    {"work with a result behind 'resulting in' is asked about",
     "Train 40 people, resulting in fewer than 5 errors a week", A, "work-with-a-result"},
    {"a noun on no list is asked about", "Win 3 of 5 tenders", A, "unknown-noun"},
};

static const Case refused[] = {
    {"no number is refused", "Improve customer satisfaction", R, "no-number"},
    {"a date is no number", "Improve onboarding satisfaction by 30 June 2026", R, "no-number"},
    {"the number of a name is no number", "Keep our ISO 27001 reputation", R, "no-number"},
    {"nothing is refused", "", R, "no-number"},
    {"blanks are refused", " \n ", R, "no-number"},
    {"a smile is refused", "🙂", R, "no-number"},
    {"a name makes it personal", "Maria closes 5 deals", R, "one-persons-target"},
    {"a full name makes it personal", "Maria West signs 4 contracts", R, "one-persons-target"},
    {"a mention makes it personal", "@maria signs 3 contracts", R, "one-persons-target"},
    {"a name's quota is personal", "Maria's quota of 5 deals", R, "one-persons-target"},
    {"my target is personal", "My pipeline grows to $2M", R, "one-persons-target"},
    {"his quota is personal", "Hit his quota of $50k", R, "one-persons-target"},
    {"an individual quota is personal", "Individual quota of 5 deals", R, "one-persons-target"},
    {"per rep is personal", "Close 5 deals per rep", R, "one-persons-target"},
    {"personal work is refused as both", "Make 50 calls per rep per week", R,
     "one-persons-activity"},
    {"my work is refused as both", "I will make 20 calls", R, "one-persons-activity"},
};

static const Case numbers[] = {
    {"zero is a number", "Zero churn", P, "measures-a-condition"},
    {"double is a number", "Double daily active users", P, "outside-result"},
    {"halve is a number", "Halve the number of escalations", P, "less-of-it"},
    {"triple is a number", "Triple organic traffic", P, "measures-a-condition"},
    {"a third is a number", "A third of attendees request a trial", P, "third-party-acts"},
    {"a number word is a number", "Win six renewals", P, "outside-result"},
    {"a team's average is nobody's quota", "Increase average revenue per rep from $10k to $12k", P,
     "measures-a-condition"},
    {"a department is nobody's name", "Marketing delivers 200 MQLs", P, "measures-a-condition"},
    {"a thing is nobody's name", "Checkout converts 4% of visitors", P, "measures-a-condition"},
};

static void test_activities(void **state)
{
    (void)state;
    check_cases(activities, G_N_ELEMENTS(activities), NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(activities); i++) {
        g_auto(Judgement) got = challenge_kr(activities[i].sentence, NULL);

        assert_true(judgement_is_activity(&got));
    }
}

static void test_outcomes(void **state)
{
    (void)state;
    check_cases(outcomes, G_N_ELEMENTS(outcomes), NULL);
}

static void test_unclear(void **state)
{
    (void)state;
    check_cases(unclear, G_N_ELEMENTS(unclear), NULL);
}

static void test_refused(void **state)
{
    (void)state;
    check_cases(refused, G_N_ELEMENTS(refused), NULL);
}

static void test_numbers(void **state)
{
    (void)state;
    check_cases(numbers, G_N_ELEMENTS(numbers), NULL);
}

/* The labelled set. */

typedef struct Score {
    int sentences, right, wrong, missed; /* of activities: found, falsely found, not found */
} Score;

static void score_line(Score *score, const char *label, const char *sentence)
{
    g_auto(Judgement) got = challenge_kr(sentence, NULL);
    bool found = judgement_is_activity(&got);
    bool activity = strcmp(label, "activity") == 0;

    score->sentences++;
    if (strcmp(label, "ask") == 0) {
        return;
    }
    score->right += found && activity;
    score->wrong += found && !activity;
    score->missed += !found && activity;
    if (found != activity) {
        print_message("    %s judged %s by %s: %s\n", label, verdict_name(got.verdict), got.rule,
                      sentence);
    }
}

static Score score_set(char **lines, const char *set)
{
    Score score = {0};

    for (; *lines != NULL; lines++) {
        g_auto(GStrv) cells = g_strsplit(*lines, "\t", -1);

        if (**lines == '\0' || **lines == '#') {
            continue;
        }
        assert_int_equal(g_strv_length(cells), 3);
        if (strcmp(cells[0], set) == 0) {
            score_line(&score, cells[1], cells[2]);
        }
    }
    return score;
}

/* In tenths of a percent. */
static int rate(int part, int other)
{
    int all = part + other;

    assert_true(all > 0);
    return all > 0 ? part * 1000 / all : 0;
}

static void check_score(const char *set, const Score *s)
{
    int precision = rate(s->right, s->wrong), recall = rate(s->right, s->missed);

    print_message("key results: %s %d sentences, precision %d.%d%%, recall %d.%d%%\n", set,
                  s->sentences, precision / 10, precision % 10, recall / 10, recall % 10);
    assert_true(s->sentences >= 130);
    assert_true(precision >= PRECISION_MIN * 10);
    assert_true(recall >= RECALL_MIN * 10);
}

static void test_labelled(void **state)
{
    static const char *const sets[] = {"dev", "held"};
    g_autofree char *text = NULL;
    (void)state;

    assert_true(g_file_get_contents(TEST_DATA "/key-results.tsv", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
        Score score = score_set(lines, sets[i]);

        check_score(sets[i], &score);
    }
}

/* What is said. */

typedef struct Saying {
    const char *promise;
    const char *sentence;
    const char *why;     /* a part of it */
    const char *instead; /* a part of it; NULL when nothing is offered */
} Saying;

static const Saying sayings[] = {
    {"the counted noun is quoted", "Make 60 calls",
     "“calls” counts what the team does or makes itself", "acceptance rate"},
    {"two words that belong together are quoted so", "Create 5 landing pages", "“landing pages”",
     "organic traffic"},
    {"the verb is quoted as it was written", "Hire 5 engineers", "“Hire” says", "time to fill"},
    {"training is answered with productivity", "Train 40 reps", "“Train”", "time to productivity"},
    {"a feature is answered with use", "Ship 4 features", "“features”", "weekly use"},
    {"an event is answered with what guests do", "Attend 4 trade shows", "“trade shows”", "guests"},
    {"a tool is answered with what it changes", "Roll out the CRM to 4 teams", "“CRM”",
     "cycle time"},
    {"a document is answered with self-service", "Write 4 runbooks", "“runbooks”", "self-service"},
    {"a two-faced noun puts the question", "Increase demos from 10 to 25",
     "would this number move?", "say who else acts"},
    {"a result behind work is put first", "Launch X so that bounce rate falls from 50% to 35%",
     "a result with a number", "second half"},
    {"a missing number is asked for with an example", "Improve satisfaction", "no number",
     "from 78% to 85%"},
    {"a person's target says why it is refused", "@maria signs 3 contracts",
     "a sprint belongs to a team", "team as a whole"},
    {"an outcome is told why, and offered nothing", "Win rate above 25%",
     "“Win rate” names a condition", NULL},
};

static void test_sayings(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(sayings); i++) {
        const Saying *s = &sayings[i];
        g_auto(Judgement) got = challenge_kr(s->sentence, NULL);

        if (strstr(got.why, s->why) == NULL) {
            fail_msg("%s: %s", s->promise, got.why);
        }
        if (s->instead == NULL ? got.instead != NULL : strstr(got.instead, s->instead) == NULL) {
            fail_msg("%s: %s", s->promise, got.instead);
        }
    }
}

/* Every key result and objective that we give as an example must pass itself. */
static void test_examples_pass(void **state)
{
    (void)state;
    for (WordId id = W_INSTEAD_ANY; id <= W_INSTEAD_TEAM; id++) {
        const char *from = strstr(words_template(id), "“");
        const char *to = strstr(words_template(id), "”");

        assert_non_null(from);
        assert_non_null(to);
        g_autofree char *example = g_strndup(from + strlen("“"), (size_t)(to - from) - strlen("“"));
        g_auto(Judgement) got = challenge_kr(example, NULL);

        if (got.verdict != VERDICT_PASS) {
            fail_msg("the example “%s” does not pass: %s", example, got.rule);
        }
    }
    g_auto(Judgement) objective =
        challenge_objective("Restore qualified pipeline momentum before the mid-review");

    assert_non_null(strstr(words_template(W_OBJECTIVE_INSTEAD),
                           "“Restore qualified pipeline momentum before the mid-review”"));
    assert_int_equal(objective.verdict, VERDICT_PASS);
}

/* The team's own words. */
static void test_team_words(void **state)
{
    static const char *const outcomes_of_ours[] = {"discovery call", "sales-qualified opportunity",
                                                   NULL};
    static const char *const activities_of_ours[] = {"gizmo", "Win Rate", "", NULL};
    static const ChallengeWords words = {outcomes_of_ours, activities_of_ours};
    static const Case cases[] = {
        {"a team's outcome passes", "Hold 30 discovery calls", P, "team-outcome-word"},
        {"hyphens and number do not matter", "Add 3 sales qualified opportunities", P,
         "team-outcome-word"},
        {"another noun with the same head does not pass", "Hold 30 sales calls", C,
         "counts-own-doings"},
        {"a team's activity is challenged", "Increase gizmos from 3 to 9", C, "team-activity-word"},
        {"a team's activity wins over a measure of the lists", "Win rate above 25%", C,
         "team-activity-word"},
        {"a team's activity is only the head", "Cost per gizmo below $3", P,
         "measures-a-condition"},
        {"no number is still refused", "Hold discovery calls", R, "no-number"},
    };
    (void)state;

    check_cases(cases, G_N_ELEMENTS(cases), &words);
}

static const Case objectives[] = {
    {"the example's objective stands",
     "Restore qualified pipeline momentum and close the trajectory gap before Q3 mid-review", P,
     "objective-stands"},
    {"four words are enough", "Win back lost customers", P, "objective-stands"},
    {"three words are too few", "Delight our customers", R, "objective-too-short"},
    {"eighteen words are not too many",
     "Become the partner that every regional hospital trusts first with all of its patient records "
     "every single day",
     P, "objective-stands"},
    {"nineteen words are too many",
     "Become the partner that every regional hospital trusts first with all of its patient records "
     "on every single day",
     R, "objective-too-long"},
    {"a figure belongs to the key results", "Increase our win rate by 20% this quarter", R,
     "objective-has-number"},
    {"a name may hold a digit", "Become the first choice of B2B buyers", P, "objective-stands"},
    {"an objective does not begin with work", "Launch the new mobile app for field staff", R,
     "objective-is-work"},
    {"building is work too", "Build a great regional sales team", R, "objective-is-work"},
    {"one “and” is fine", "Become faster and calmer in every hand-off", P, "objective-stands"},
    {"a second “and” is asked about", "Become faster and calmer and cheaper in every hand-off", A,
     "objective-two-goals"},
    {"two sentences are refused", "Win back our customers. Make them stay with us", R,
     "objective-sentences"},
    {"a final full stop is fine", "Win back our lost customers.", P, "objective-stands"},
    {"an abbreviation ends no sentence", "Become the U.S. leader in calm hand-offs", P,
     "objective-stands"},
    {"lines are a list", "Win back customers\nDelight the others", R, "objective-is-a-list"},
    {"semicolons are a list", "Win back customers; delight the others", R, "objective-is-a-list"},
    {"work behind commas is a list", "Grow faster in the north, launch the app, train the reps", R,
     "objective-is-a-list"},
    {"a comma alone is no list", "Win back lost, silent and angry customers", P,
     "objective-stands"},
    {"nothing is too short", "", R, "objective-too-short"},
};

static void test_objectives(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(objectives); i++) {
        g_auto(Judgement) got = challenge_objective(objectives[i].sentence);

        check_case(&objectives[i], &got);
    }
}

static bool is_kebab(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyz-") == strlen(name) && *name != '\0';
}

static void test_rules_have_names(void **state)
{
    size_t count = 0;
    const char *name;
    (void)state;

    for (; (name = challenge_rule_name(count)) != NULL; count++) {
        assert_true(is_kebab(name));
        assert_non_null(challenge_rule_about(name));
        for (size_t k = 0; k < count; k++) {
            assert_string_not_equal(name, challenge_rule_name(k));
        }
    }
    assert_true(count > 20);
    assert_null(challenge_rule_about("no-such-rule"));
    assert_string_equal(challenge_version(), LEXICON_VERSION);
}

static void check_list(GHashTable *seen, const char *list)
{
    g_auto(GStrv) words = g_strsplit(list, " ", -1);

    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0' || !g_hash_table_add(seen, g_strdup(*word))) {
            fail_msg("“%s” stands on two lists, or between two blanks, in “%s”", *word, list);
        }
    }
}

static void test_words_stand_once(void **state)
{
    g_autoptr(GHashTable) verbs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) nouns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) smalls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    (void)state;

    for (size_t i = 0; i < word_list.verb_count; i++) {
        check_list(verbs, word_list.verbs[i].words);
    }
    for (size_t i = 0; i < word_list.noun_count; i++) {
        check_list(nouns, word_list.nouns[i].words);
    }
    for (size_t i = 0; i < word_list.small_count; i++) {
        check_list(smalls, word_list.smalls[i].words);
    }
    assert_true(g_hash_table_size(verbs) > 400 && g_hash_table_size(nouns) > 800);
}

typedef struct Inflection {
    const char *promise, *word;
    VerbClass class;
    VerbForm form;
} Inflection;

static void test_inflections(void **state)
{
    static const Inflection cases[] = {
        {"the base form is known", "launch", VERB_DO, FORM_BASE},
        {"an s is taken off", "launches", VERB_DO, FORM_S},
        {"a doubled consonant is one", "planned", VERB_DO, FORM_ED},
        {"a silent e comes back", "reducing", VERB_LOWER, FORM_ING},
        {"a y comes back", "applied", VERB_DO, FORM_ED},
        {"an irregular past is known", "held", VERB_DO, FORM_ED},
        {"American spelling is known", "standardized", VERB_DO, FORM_ED},
        {"work done again is work", "resend", VERB_DO, FORM_BASE},
        {"a noun is no verb", "customer", VERB_NONE, FORM_BASE},
        {"a letter is no verb", "s", VERB_NONE, FORM_BASE},
        {"nothing is no verb", "", VERB_NONE, FORM_BASE},
        {"a very long word is no verb",
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaing", VERB_NONE, FORM_BASE},
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        VerbEntry got = lexicon_verb(cases[i].word);

        if (got.class != cases[i].class || got.form != cases[i].form) {
            fail_msg("%s: %s", cases[i].promise, cases[i].word);
        }
    }
}

static char *repeated(const char *piece, size_t characters)
{
    GString *text = g_string_new(NULL);
    size_t each = (size_t)g_utf8_strlen(piece, -1);

    for (size_t n = 0; n + each <= characters; n += each) {
        g_string_append(text, piece);
    }
    return g_string_free(text, FALSE);
}

/* None of these may crash, hang or stay without an answer. */
static void test_odd_texts(void **state)
{
    static const char *const pieces[] = {
        "a",          "“",        "\"",       "1 ",     "%",       "number of ",
        "from 1 to ", "re",       "-",        "💥",      "by the ", "99999999999999999999999 ",
        "ة",          "$",        "so that ", "and 3 ", "per ",    "'s",
        "re-",        "\n",       "s ",       ". ",     "/",       "to reduce 5% ",
        "é",          "100% of ", "@",        "#",      "→",       "3–4 ",
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autofree char *text = repeated(pieces[i], 8000);
        g_auto(Judgement) kr = challenge_kr(text, NULL);
        g_auto(Judgement) objective = challenge_objective(text);

        assert_non_null(kr.why);
        assert_non_null(objective.why);
        assert_true(g_utf8_validate(kr.why, -1, NULL));
        assert_true(g_utf8_strlen(kr.why, -1) < 400);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_activities),       cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_unclear),          cmocka_unit_test(test_refused),
        cmocka_unit_test(test_numbers),          cmocka_unit_test(test_labelled),
        cmocka_unit_test(test_sayings),          cmocka_unit_test(test_examples_pass),
        cmocka_unit_test(test_team_words),       cmocka_unit_test(test_objectives),
        cmocka_unit_test(test_rules_have_names), cmocka_unit_test(test_words_stand_once),
        cmocka_unit_test(test_inflections),      cmocka_unit_test(test_odd_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
