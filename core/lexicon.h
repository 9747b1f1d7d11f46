#pragma once

/* The word lists behind the challenge: what a verb or a noun says about who acts and what is
 * counted. They are data: a word is added to a list in wordlist.c, and LEXICON_VERSION goes up, so
 * that an old verdict can be explained.
 *
 * Words come folded to lower case, inflected as they were written; two words that belong together
 * are joined by a hyphen ("set-up", "code-review"). American spellings are found under the British
 * ones. */

#include <stdbool.h>

#define LEXICON_VERSION "2025.1"

/* What the verb in front says about who acts. */
typedef enum VerbClass {
    VERB_NONE,
    VERB_DO,   /* the team's own work, whatever it is done to: launch, hold, train */
    VERB_MAKE, /* own work, unless what is made is itself a result: build pipeline, deliver savings
                */
    VERB_HANDLE, /* own work on others: onboard, migrate, enable */
    VERB_SERVE,  /* own work on what arrives; a rate of it is a result: answer, resolve, close */
    VERB_RAISE,  /* a movement up: increase, improve */
    VERB_LOWER,  /* a movement down: reduce, prevent */
    VERB_REACH,  /* a state reached or kept: achieve, maintain */
    VERB_WIN,    /* somebody outside gives it: sign, generate, book */
    VERB_SHIFT,  /* from one state to another: progress, move */
    VERB_THEIRS, /* what others do with it: use, adopt, recommend; in front of a sentence, own work
                  */
    VERB_EXCEL,  /* a result whatever follows: rank, outperform */
} VerbClass;

/* What counting this noun counts. */
typedef enum NounClass {
    NOUN_NONE,       /* not on any list */
    NOUN_MEASURE,    /* a measured condition: rate, time, cost, revenue */
    NOUN_SHARE,      /* a share of something: of what, decides */
    NOUN_COMPLETION, /* how much is done: of what, decides */
    NOUN_COUNT,      /* a number of something: of what, decides */
    NOUN_RISE,       /* a change of something: increase, growth */
    NOUN_FALL,       /* a change downwards: reduction, decrease */
    NOUN_RESULT,     /* what comes from outside: lead, contract, download */
    NOUN_OUTSIDER,   /* who is outside the team: customer, user, partner */
    NOUN_INSIDER,    /* who is inside: rep, engineer, employee */
    NOUN_TROUBLE,    /* what should become less: bug, complaint */
    NOUN_INCOMING,   /* work that arrives from outside: request, order */
    NOUN_EITHER,     /* two faces, none of them likelier: demo, trial, review */
    NOUN_OURS,       /* two faces, ours unless others act: meeting, proposal */
    NOUN_DOING,      /* the team's own doings and deliverables: call, workshop, feature */
} NounClass;

/* What an activity is about, which tells what to measure instead. */
typedef enum Topic {
    TOPIC_ANY,
    TOPIC_CALLS,
    TOPIC_MEETINGS,
    TOPIC_TRAINING,
    TOPIC_CONTENT,
    TOPIC_CAMPAIGNS,
    TOPIC_FEATURES,
    TOPIC_HIRING,
    TOPIC_DOCS,
    TOPIC_TOOLS,
    TOPIC_EVENTS,
    TOPIC_RESEARCH,
    TOPIC_REVIEWS,
    TOPIC_SALES,
    TOPIC_TICKETS,
    TOPIC_SPEND,
    TOPIC_COUNT,
} Topic;

/* Words that build the sentence. */
typedef enum SmallWord {
    SMALL_NONE,
    SMALL_DETERMINER,  /* the, our, every */
    SMALL_PREPOSITION, /* from, to, within */
    SMALL_JOIN,        /* and, or */
    SMALL_CLAUSE,      /* so, that, which */
    SMALL_AUXILIARY,   /* is, has, will */
    SMALL_FILLER,      /* in front of the verb: ensure, successfully, we */
    SMALL_ADVERB,      /* weekly, successfully: behind a noun it ends the phrase */
    SMALL_QUALIFIER,   /* around a number: least, additional, new, total */
    SMALL_THEIRS,      /* tells that somebody else acts: inbound, booked, active */
    SMALL_NUMBER,      /* six, zero, double */
    SMALL_PERCENT,     /* percent, pp */
    SMALL_MONEY,       /* dollars, EUR */
    SMALL_TIME,        /* days, minutes */
    SMALL_SCALE,       /* million */
    SMALL_MONTH,       /* july */
    SMALL_NAMED,       /* its number is a name: phase 2, ISO 27001 */
} SmallWord;

typedef enum VerbForm { FORM_BASE, FORM_S, FORM_ED, FORM_ING } VerbForm;

typedef struct VerbEntry {
    VerbClass class;
    Topic topic;
    VerbForm form; /* as it was written */
} VerbEntry;

typedef struct NounEntry {
    NounClass class;
    Topic topic;
    bool plural; /* as it was written */
} NounEntry;

VerbEntry lexicon_verb(const char *word); /* VERB_NONE when it is none we know */
/* NOUN_NONE when it is none we know. What has hyphens is known by its last part: "follow-up-call"
 * is a call. */
NounEntry lexicon_noun(const char *word);
NounEntry lexicon_noun_whole(const char *word); /* without taking it apart */
SmallWord lexicon_small(const char *word);

bool lexicon_is_department(const char *word); /* "marketing": it acts like one of the team */
/* A department or a thing that works by itself: it may begin a sentence with a capital, and is
 * nobody's name. */
bool lexicon_is_function(const char *word);
/* Whether a word can stand as a noun in front of another one, though it is a verb: "test coverage",
 * "onboarding time". */
bool lexicon_leads_noun(const char *word);
VerbForm lexicon_form(const char *word); /* by its ending alone */
/* The verb as the lists have it: "rolled" is "roll". The word itself when it is no inflected verb.
 * Caller frees. */
char *lexicon_verb_base(const char *word);
/* Singular of a noun, as the lists have it: "replies" is "reply". Caller frees. */
char *lexicon_singular(const char *word);
