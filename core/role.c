/* The longest phrase that ends in front of a figure decides; then words behind it may still say "or
 * more", "today". */

#include "core/role.h"

#include <string.h>

typedef struct Phrase {
    const char *words;
    Role role;
} Phrase;

static const Phrase before[] = {
    {"from", ROLE_FROM},
    {"up from", ROLE_FROM},
    {"down from", ROLE_FROM},
    {"to", ROLE_TO},
    {"up to", ROLE_TO},
    {"down to", ROLE_TO},
    {"->", ROLE_TO},
    {"=>", ROLE_TO},
    {"→", ROLE_TO},
    {"⇒", ROLE_TO},
    {"target", ROLE_TO},
    {"target of", ROLE_TO},
    {"target is", ROLE_TO},
    {"goal", ROLE_TO},
    {"goal of", ROLE_TO},
    {"at least", ROLE_LEAST},
    {"above", ROLE_LEAST},
    {"over", ROLE_LEAST},
    {"exceed", ROLE_LEAST},
    {"exceeds", ROLE_LEAST},
    {"exceeding", ROLE_LEAST},
    {"surpass", ROLE_LEAST},
    {"beyond", ROLE_LEAST},
    {"more than", ROLE_LEAST},
    {"greater than", ROLE_LEAST},
    {"higher than", ROLE_LEAST},
    {"no less than", ROLE_LEAST},
    {"not less than", ROLE_LEAST},
    {"no fewer than", ROLE_LEAST},
    {"no lower than", ROLE_LEAST},
    {"not below", ROLE_LEAST},
    {"not under", ROLE_LEAST},
    {"minimum", ROLE_LEAST},
    {"minimum of", ROLE_LEAST},
    {"min", ROLE_LEAST},
    {">=", ROLE_LEAST},
    {"≥", ROLE_LEAST},
    {">", ROLE_LEAST},
    {"at most", ROLE_MOST},
    {"below", ROLE_MOST},
    {"under", ROLE_MOST},
    {"less than", ROLE_MOST},
    {"fewer than", ROLE_MOST},
    {"lower than", ROLE_MOST},
    {"no more than", ROLE_MOST},
    {"not more than", ROLE_MOST},
    {"no higher than", ROLE_MOST},
    {"not above", ROLE_MOST},
    {"not over", ROLE_MOST},
    {"not exceeding", ROLE_MOST},
    {"maximum", ROLE_MOST},
    {"maximum of", ROLE_MOST},
    {"max", ROLE_MOST},
    {"<=", ROLE_MOST},
    {"≤", ROLE_MOST},
    {"<", ROLE_MOST},
    {"between", ROLE_BETWEEN},
    {"and", ROLE_AND},
    {"within", ROLE_WITHIN},
    {"by", ROLE_BY},
    {"at", ROLE_AT},
    {"of", ROLE_OF},
    {"=", ROLE_OF},
    {"now", ROLE_NOW},
    {"currently", ROLE_NOW},
    {"current", ROLE_NOW},
    {"today", ROLE_NOW},
    {"today's", ROLE_NOW},
    {"presently", ROLE_NOW},
    {"baseline", ROLE_NOW},
    {"was", ROLE_NOW},
    {"were", ROLE_NOW},
    {"vs", ROLE_NOW},
    {"vs.", ROLE_NOW},
    {"versus", ROLE_NOW},
    {"compared to", ROLE_NOW},
    {"compared with", ROLE_NOW},
    {"starting at", ROLE_NOW},
    {"starting from", ROLE_NOW},
    {"starting point", ROLE_NOW},
    {"so far", ROLE_NOW},
    {"at present", ROLE_NOW},
};

static const Phrase behind[] = {
    {"or more", ROLE_LEAST},    {"or higher", ROLE_LEAST}, {"or above", ROLE_LEAST},
    {"or greater", ROLE_LEAST}, {"and above", ROLE_LEAST}, {"and more", ROLE_LEAST},
    {"+", ROLE_LEAST},          {"or less", ROLE_MOST},    {"or fewer", ROLE_MOST},
    {"or below", ROLE_MOST},    {"or lower", ROLE_MOST},   {"or under", ROLE_MOST},
    {"or shorter", ROLE_MOST},  {"today", ROLE_NOW},       {"now", ROLE_NOW},
    {"currently", ROLE_NOW},    {"so far", ROLE_NOW},      {"at present", ROLE_NOW},
    {"right now", ROLE_NOW},    {"to date", ROLE_NOW},     {"at the moment", ROLE_NOW},
};

/* Say nothing between a phrase and its figure, "now at 22%", "an additional 5". */
static const char fillers[] =
    "a an the just only its our their another additional further extra total :";
static const char now_fillers[] = "at is of : - – stands the our";
static const char about[] =
    "about around roughly approximately approx approx. circa ca ca. nearly almost ~ ≈ ± some";
/* Lead up to a phrase: "to at least", "stays below", "from the current". */
static const char links[] = "to at is are be it stay stays remain remains a the";
static const char now_links[] = "from the our its up down it is it's";

static size_t skip_back(const Sentence *sentence, size_t at, const char *list)
{
    while (at > 0 && !sentence->tokens[at - 1].dropped && sentence_listed(sentence, at - 1, list)) {
        at--;
    }
    return at;
}

/* The phrase that ends in front of `at`; `*first` is where it begins. */
static Role phrase_before(const Sentence *sentence, size_t at, size_t *first)
{
    Role role = ROLE_NONE;
    size_t best = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
        size_t n = sentence_ends(sentence, at, before[i].words);

        if (n > best) {
            best = n;
            role = before[i].role;
        }
    }
    *first = at - best;
    return role;
}

/* "now at 22%": the phrase in front of such a filler, if it is about now. */
static Role now_before(const Sentence *sentence, size_t at, size_t *first)
{
    size_t start = skip_back(sentence, at, now_fillers);

    if (start == at || phrase_before(sentence, start, first) != ROLE_NOW) {
        return ROLE_NONE;
    }
    return ROLE_NOW;
}

static bool compares(Role role)
{
    return role == ROLE_LEAST || role == ROLE_MOST;
}

/* What leads up to the phrase may change its meaning: "by at least 5", "from under 20%". */
static void look_ahead_of(Sentence *sentence, Token *token)
{
    size_t first = token->first;
    size_t before_links = skip_back(sentence, first, token->role == ROLE_NOW ? now_links : links);

    if (compares(token->role) && sentence_ends(sentence, first, "by") > 0) {
        token->role = ROLE_BY;
        token->first = first - 1;
    } else if (compares(token->role) && sentence_ends(sentence, first, "from") > 0) {
        token->role = ROLE_FROM;
        token->fault = VALUE_NOT_A_NUMBER;
        token->first = first - 1;
    } else if (token->role == ROLE_NOW || compares(token->role)) {
        token->first = before_links;
    }
}

static void look_before(Sentence *sentence, size_t at)
{
    Token *token = &sentence->tokens[at];
    size_t start = skip_back(sentence, at, fillers);
    size_t exact = skip_back(sentence, start, about);

    if (exact < start && token->fault == VALUE_OK) {
        token->fault = VALUE_NOT_A_NUMBER;
    }
    start = skip_back(sentence, exact, fillers);
    token->role = now_before(sentence, start, &token->first);
    if (token->role == ROLE_NONE) {
        token->role = phrase_before(sentence, start, &token->first);
    }
    look_ahead_of(sentence, token);
}

/* "35% or more", "22% today". */
static void look_behind(Sentence *sentence, size_t at)
{
    Token *token = &sentence->tokens[at];
    size_t best = 0;
    Role role = ROLE_NONE;

    for (size_t i = 0; i < G_N_ELEMENTS(behind); i++) {
        size_t n = sentence_has(sentence, at + 1, behind[i].words);

        if (n > best) {
            best = n;
            role = behind[i].role;
        }
    }
    token->behind = at + 1 + best;
    if (best == 0 || (role == ROLE_NOW && token->role != ROLE_NONE)) {
        return;
    }
    if (role == ROLE_NOW || token->role == ROLE_NONE || token->role == ROLE_TO ||
        token->role == ROLE_AT || token->role == ROLE_OF) {
        token->role = role;
    }
}

/* "and" belongs to an edge that came before it. */
static void pair_edges(Token *before_it, Token *token, size_t at)
{
    if (token->role != ROLE_AND) {
        return;
    }
    if (before_it != NULL && before_it->role == ROLE_WITHIN) {
        before_it->role = ROLE_BETWEEN;
    }
    if (before_it == NULL || before_it->role != ROLE_BETWEEN) {
        token->role = ROLE_NONE;
        token->first = at;
    }
}

void role_find(Sentence *sentence)
{
    Token *last = NULL;

    for (size_t i = 0; i < sentence->count; i++) {
        Token *token = &sentence->tokens[i];

        if (token->kind != TOKEN_FIGURE || token->dropped) {
            continue;
        }
        look_before(sentence, i);
        look_behind(sentence, i);
        pair_edges(last, token, i);
        last = token;
    }
}
