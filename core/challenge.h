#pragma once

/* The outcome-or-activity challenge (framework: Telling an outcome from an activity). Rule-based
 * and explained: it finds what is counted, who acts, and whether a condition is meant, and names
 * the words that decided.
 *
 * The word lists are data with a version (core/lexicon.c); a team may add words of its own. */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

typedef enum Verdict {
    VERDICT_PASS,      /* an outcome */
    VERDICT_ASK,       /* unclear: one question back */
    VERDICT_CHALLENGE, /* an activity, by a named rule: move, rewrite, or keep with a reason */
    VERDICT_REFUSE,    /* no number at all, or one person's target: cannot be kept */
} Verdict;

/* What a team added: words in the singular, NULL-terminated, or NULL. Borrowed. They decide before
 * any list does; a word on both counts as an activity. */
typedef struct ChallengeWords {
    const char *const
        *outcomes; /* heads that are outcomes for this team: "sales-qualified opportunity" */
    const char *const *activities; /* heads that are activities for this team */
} ChallengeWords;

typedef struct Judgement {
    Verdict verdict;
    const char
        *rule;     /* stable, lower-case name of the deciding rule: "counts-own-doings". Static */
    char *why;     /* one or two sentences for a person; names the words that decided. Owned */
    char *instead; /* what to measure instead, one sentence; NULL when VERDICT_PASS. Owned */
} Judgement;

void judgement_clear(Judgement *judgement);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Judgement, judgement_clear)

/* Judges a key result. `words` may be NULL. */
Judgement challenge_kr(const char *statement, const ChallengeWords *words);
/* Judges an objective: one sentence, 4 to 18 words, no digits, not starting with a verb of making,
 * at most one "and", not a list of tasks. CHALLENGE is not used: PASS, ASK (a second "and") or
 * REFUSE. Digits inside a name that begins with a letter ("Q3", "B2B") are no figure. */
Judgement challenge_objective(const char *text);

const char *verdict_name(Verdict verdict); /* "pass", "ask", "challenge", "refuse" */
/* Whether a judgement says "activity": challenged, or refused by a rule that says so too. */
bool judgement_is_activity(const Judgement *judgement);
/* The rules in a fixed order, to list them; NULL behind the last. */
const char *challenge_rule_name(size_t i);
/* What a rule is, in a line; NULL when there is none of that name. Static. */
const char *challenge_rule_about(const char *name);
/* The version of the word lists, so that an old verdict can be explained. */
const char *challenge_version(void);
