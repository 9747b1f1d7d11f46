#include "core/lead.h"

#include <string.h>

#include "core/lexicon.h"

typedef struct Verb {
    const char *words;
    LeadKind kind;
    const char *done;
} Verb;

/* clang-format off */
static const Verb verbs[] = {
    {"increase", LEAD_UP, NULL}, {"raise", LEAD_UP, "raised"}, {"grow", LEAD_UP, NULL}, {"lift", LEAD_UP, NULL},
    {"boost", LEAD_UP, NULL}, {"expand", LEAD_UP, "expanded"}, {"extend", LEAD_UP, "extended"},
    {"strengthen", LEAD_UP, NULL}, {"elevate", LEAD_UP, NULL}, {"maximise", LEAD_UP, NULL},
    {"maximize", LEAD_UP, NULL}, {"scale", LEAD_UP, NULL}, {"scale up", LEAD_UP, NULL},
    {"ramp up", LEAD_UP, NULL}, {"drive up", LEAD_UP, NULL}, {"push up", LEAD_UP, NULL},
    {"step up", LEAD_UP, NULL}, {"build up", LEAD_UP, NULL}, {"bring up", LEAD_UP, NULL},
    {"double", LEAD_UP, NULL}, {"triple", LEAD_UP, NULL}, {"quadruple", LEAD_UP, NULL}, {"halve", LEAD_DOWN, NULL},
    {"uplift", LEAD_UP, NULL}, {"widen", LEAD_UP, NULL}, {"deepen", LEAD_UP, NULL},

    {"reduce", LEAD_DOWN, NULL}, {"decrease", LEAD_DOWN, NULL}, {"lower", LEAD_DOWN, NULL},
    {"cut", LEAD_DOWN, "cut"}, {"cut down", LEAD_DOWN, NULL}, {"shrink", LEAD_DOWN, NULL},
    {"drop", LEAD_DOWN, NULL}, {"trim", LEAD_DOWN, NULL}, {"shorten", LEAD_DOWN, NULL},
    {"slash", LEAD_DOWN, NULL}, {"bring down", LEAD_DOWN, NULL}, {"drive down", LEAD_DOWN, NULL},
    {"get down", LEAD_DOWN, NULL}, {"push down", LEAD_DOWN, NULL}, {"minimise", LEAD_DOWN, NULL},
    {"minimize", LEAD_DOWN, NULL}, {"lessen", LEAD_DOWN, NULL}, {"narrow", LEAD_DOWN, NULL},
    {"curb", LEAD_DOWN, NULL}, {"compress", LEAD_DOWN, NULL}, {"diminish", LEAD_DOWN, NULL},

    {"improve", LEAD_EITHER, NULL}, {"change", LEAD_EITHER, NULL}, {"get", LEAD_EITHER, ""},
    {"move", LEAD_EITHER, "moved"}, {"bring", LEAD_EITHER, "brought"}, {"take", LEAD_EITHER, "taken"},
    {"shift", LEAD_EITHER, "shifted"}, {"turn", LEAD_EITHER, "turned"}, {"push", LEAD_EITHER, "pushed"},
    {"drive", LEAD_EITHER, "driven"}, {"progress", LEAD_EITHER, "progressed"},
    {"advance", LEAD_EITHER, "advanced"}, {"restore", LEAD_EITHER, "restored"},
    {"recover", LEAD_EITHER, "recovered"}, {"return", LEAD_EITHER, "returned"},
    {"accelerate", LEAD_EITHER, "accelerated"}, {"speed up", LEAD_EITHER, NULL},
    {"optimise", LEAD_EITHER, NULL}, {"optimize", LEAD_EITHER, NULL}, {"enhance", LEAD_EITHER, NULL},
    {"go", LEAD_EITHER, NULL},

    {"keep", LEAD_KEEP, NULL}, {"maintain", LEAD_KEEP, NULL}, {"sustain", LEAD_KEEP, NULL},
    {"hold", LEAD_KEEP, "held"}, {"stay", LEAD_KEEP, NULL}, {"remain", LEAD_KEEP, NULL},
    {"stabilise", LEAD_KEEP, NULL}, {"stabilize", LEAD_KEEP, NULL}, {"preserve", LEAD_KEEP, NULL},
    {"protect", LEAD_KEEP, NULL},
    {"limit", LEAD_CAP, NULL}, {"cap", LEAD_CAP, NULL}, {"contain", LEAD_CAP, NULL},
    {"reach", LEAD_REACH, NULL}, {"achieve", LEAD_REACH, NULL}, {"attain", LEAD_REACH, NULL},
    {"hit", LEAD_REACH, NULL}, {"have", LEAD_REACH, NULL}, {"ensure", LEAD_REACH, NULL},
    {"exceed", LEAD_REACH, NULL}, {"surpass", LEAD_REACH, NULL},

    {"win", LEAD_COUNT, "won"}, {"win back", LEAD_COUNT, "won back"}, {"sign", LEAD_COUNT, "signed"},
    {"sign up", LEAD_COUNT, "signed up"}, {"close", LEAD_COUNT, "closed"}, {"convert", LEAD_COUNT, "converted"},
    {"book", LEAD_COUNT, "booked"}, {"secure", LEAD_COUNT, "secured"}, {"land", LEAD_COUNT, "landed"},
    {"acquire", LEAD_COUNT, "acquired"}, {"add", LEAD_COUNT, "added"}, {"generate", LEAD_COUNT, "generated"},
    {"onboard", LEAD_COUNT, "onboarded"}, {"activate", LEAD_COUNT, "activated"},
    {"reactivate", LEAD_COUNT, "reactivated"}, {"re-activate", LEAD_COUNT, "re-activated"},
    {"renew", LEAD_COUNT, "renewed"}, {"retain", LEAD_COUNT, "retained"}, {"migrate", LEAD_COUNT, "migrated"},
    {"resolve", LEAD_COUNT, "resolved"}, {"solve", LEAD_COUNT, "solved"}, {"fix", LEAD_COUNT, "fixed"},
    {"fill", LEAD_COUNT, "filled"}, {"hire", LEAD_COUNT, "hired"}, {"recruit", LEAD_COUNT, "recruited"},
    {"upgrade", LEAD_COUNT, "upgraded"}, {"qualify", LEAD_COUNT, "qualified"}, {"source", LEAD_COUNT, "sourced"},
    {"collect", LEAD_COUNT, "collected"}, {"save", LEAD_COUNT, "saved"}, {"earn", LEAD_COUNT, "earned"},
    {"sell", LEAD_COUNT, "sold"}, {"upsell", LEAD_COUNT, "upsold"}, {"cross-sell", LEAD_COUNT, "cross-sold"},
    {"re-engage", LEAD_COUNT, "re-engaged"}, {"reengage", LEAD_COUNT, "reengaged"},
    {"attract", LEAD_COUNT, "attracted"}, {"gain", LEAD_COUNT, "gained"}, {"obtain", LEAD_COUNT, "obtained"},
    {"receive", LEAD_COUNT, "received"}, {"bring in", LEAD_COUNT, "brought in"},
    {"bring back", LEAD_COUNT, "brought back"}, {"open", LEAD_COUNT, "opened"},
    {"complete", LEAD_COUNT, "completed"}, {"deliver", LEAD_COUNT, "delivered"}, {"ship", LEAD_COUNT, "shipped"},
    {"launch", LEAD_COUNT, "launched"}, {"release", LEAD_COUNT, "released"}, {"publish", LEAD_COUNT, "published"},
    {"conduct", LEAD_COUNT, "conducted"}, {"run", LEAD_COUNT, "run"}, {"train", LEAD_COUNT, "trained"},
    {"interview", LEAD_COUNT, "interviewed"}, {"create", LEAD_COUNT, "created"}, {"build", LEAD_COUNT, "built"},
    {"make", LEAD_COUNT, "made"}, {"write", LEAD_COUNT, "written"}, {"send", LEAD_COUNT, "sent"},
    {"host", LEAD_COUNT, "hosted"}, {"organise", LEAD_COUNT, "organised"}, {"organize", LEAD_COUNT, "organized"},
    {"design", LEAD_COUNT, "designed"}, {"test", LEAD_COUNT, "tested"}, {"review", LEAD_COUNT, "reviewed"},
    {"personalise", LEAD_COUNT, "personalised"}, {"personalize", LEAD_COUNT, "personalized"},
    {"answer", LEAD_COUNT, "answered"}, {"process", LEAD_COUNT, "processed"}, {"contact", LEAD_COUNT, "contacted"},
    {"enrol", LEAD_COUNT, "enrolled"}, {"enroll", LEAD_COUNT, "enrolled"}, {"promote", LEAD_COUNT, "promoted"},
    {"graduate", LEAD_COUNT, "graduated"}, {"pass", LEAD_COUNT, "passed"}, {"start", LEAD_COUNT, "started"},
    {"finish", LEAD_COUNT, "finished"}, {"remove", LEAD_COUNT, "removed"}, {"eliminate", LEAD_COUNT, "eliminated"},
    {"retire", LEAD_COUNT, "retired"}, {"clear", LEAD_COUNT, "cleared"}, {"prevent", LEAD_COUNT, "prevented"},
    {"book in", LEAD_COUNT, "booked in"}, {"roll out", LEAD_COUNT, "rolled out"}, {"find", LEAD_COUNT, "found"},
    {"identify", LEAD_COUNT, "identified"}, {"respond to", LEAD_COUNT, "responded to"},
    {"reply to", LEAD_COUNT, "replied to"},
};

/* Verbs that are nouns in front of these. */
static const char *const compounds[] = {
    "change failure", "change request", "change requests", "change lead", "hit rate", "hit ratio", "return rate",
    "return rates", "return on", "drop rate", "drop off", "hold time", "hold times", "take rate", "reach rate",
    "turn rate", "push notification", "push notifications", "drive time", "drive times",
};
/* clang-format on */

/* "increase": also increases, increased, increasing. */
static bool inflects(const char *base, size_t len, const char *word)
{
    static const char *const endings[] = {"", "s", "es", "d", "ed", "ing"};
    size_t stem = base[len - 1] == 'e' && g_str_has_suffix(word, "ing") ? len - 1 : len;

    if (strncmp(word, base, stem) != 0) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (strcmp(word + stem, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* How many tokens from `at` on are that verb. */
static size_t verb_tokens(const Sentence *sentence, size_t at, const char *words)
{
    size_t first = strcspn(words, " ");
    const char *particle = words + first + strspn(words + first, " ");

    if (!inflects(words, first, sentence->tokens[at].word)) {
        return 0;
    }
    return *particle == '\0' ? 1 : sentence_is(sentence, at + 1, particle) ? 2 : 0;
}

static const Verb *verb_at(const Sentence *sentence, size_t at, size_t *tokens)
{
    const Verb *best = NULL;

    *tokens = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        size_t n = verb_tokens(sentence, at, verbs[i].words);

        if (n > *tokens) {
            *tokens = n;
            best = &verbs[i];
        }
    }
    return best;
}

static bool is_compound(const Sentence *sentence, size_t at)
{
    for (size_t i = 0; i < G_N_ELEMENTS(compounds); i++) {
        if (sentence_has(sentence, at, compounds[i]) > 0) {
            return true;
        }
    }
    return false;
}

/* "We will successfully …" */
static size_t skip_fillers(const Sentence *sentence)
{
    size_t at = 0;

    while (at < sentence->count &&
           (sentence->tokens[at].dropped ||
            sentence_listed(sentence, at, "we will to must should successfully please - – • *"))) {
        at++;
    }
    return at;
}

Lead lead_find(const Sentence *sentence)
{
    size_t at = skip_fillers(sentence), tokens;
    const Verb *verb;

    if (at >= sentence->count || sentence->tokens[at].kind != TOKEN_WORD ||
        is_compound(sentence, at)) {
        return (Lead){.behind = at};
    }
    verb = verb_at(sentence, at, &tokens);
    if (verb != NULL) {
        return (Lead){verb->kind, verb->done, at + tokens};
    }
    if (lexicon_verb(sentence->tokens[at].word).class != VERB_NONE) {
        return (Lead){.kind = LEAD_COUNT, .behind = at + 1};
    }
    return (Lead){.behind = at};
}

bool lead_is_done(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        const char *done = verbs[i].done;

        if (done != NULL && *done != '\0' && strlen(word) == strcspn(done, " ") &&
            strncmp(done, word, strlen(word)) == 0) {
            return true;
        }
    }
    return false;
}

bool lead_is_relative(const Sentence *sentence)
{
    return sentence_listed(sentence, skip_fillers(sentence),
                           "double triple quadruple halve doubling tripling halving");
}
