#include "core/deadline.h"

#include <string.h>

#include "core/lead.h"

static const char prepositions[] =
    "by within in before until till during over for at on through throughout";

/* These are a time by themselves. */
static const char times[] = "january february march april may june july august september october "
                            "november december jan feb mar apr jun jul "
                            "aug sep sept oct nov dec monday tuesday wednesday thursday friday "
                            "saturday sunday tomorrow tonight christmas "
                            "eod eow eom eoq eoy month-end quarter-end year-end half-year";

/* These are one with a word that says which: "this quarter", "week 6", "the end of the sprint". */
static const char spans[] = "day days week weeks fortnight month months quarter quarters year "
                            "years sprint period cycle half";

static const char which[] = "this next coming current following end close start beginning middle "
                            "mid early late rest remainder course";

static const char glue[] =
    "the of our a and fiscal calendar financial business working review mid-review planning "
    "mid-point midpoint kick-off kickoff";

/* "Q3", "H1", "FY26", "Q3/2025", "mid-July", "end-Q3". */
static bool is_code(const char *word)
{
    static const char *const heads[] = {"q", "h", "fy"};

    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
        size_t len = strlen(heads[i]);

        if (strncmp(word, heads[i], len) == 0 && g_ascii_isdigit(word[len]) &&
            (i == 2 || !g_ascii_isdigit(word[len + 1]))) {
            return true;
        }
    }
    return false;
}

static bool is_time(const char *word)
{
    static const char *const heads[] = {"mid-", "end-", "early-", "late-", NULL};

    for (size_t i = 0; heads[i] != NULL; i++) {
        word += g_str_has_prefix(word, heads[i]) ? strlen(heads[i]) : 0;
    }
    return word_listed(word, times) || is_code(word);
}

/* "2025-09-30" */
static bool is_date(const char *word)
{
    return strlen(word) == 10 && g_ascii_isdigit(word[0]) && word[4] == '-' && word[7] == '-';
}

/* "30th", "1st" */
static bool is_ordinal(const char *word)
{
    size_t digits = strspn(word, "0123456789");

    return digits > 0 && digits <= 2 && word_listed(word + digits, "st nd rd th");
}

static bool bare_between(const Token *token, int64_t low, int64_t high)
{
    int64_t millionths = token->figure.amount.millionths;

    return token->kind == TOKEN_FIGURE && token->fault == VALUE_OK && !token->figure.grouped &&
           !token->figure.scaled && token->figure.unit.kind == UNIT_PLAIN &&
           millionths % DECIMAL_ONE == 0 && millionths >= low * DECIMAL_ONE &&
           millionths <= high * DECIMAL_ONE;
}

static bool is_year(const Token *token)
{
    return bare_between(token, 2000, 2100);
}

/* Days and longer. */
static bool is_length(const Token *token)
{
    return token->kind == TOKEN_FIGURE && token->fault == VALUE_OK &&
           token->figure.unit.kind == UNIT_DURATION &&
           word_listed(token->figure.unit.name, "day week month year");
}

/* What has been seen of a time. */
typedef struct Seen {
    bool time;  /* a date, a month, a quarter with its number, "the sprint" */
    bool span;  /* "week", "quarter" */
    bool which; /* "this", "end", or a number behind "by" */
    bool ahead; /* "next": a length is ahead of us */
    bool length;
    bool limit; /* behind "by", not "in": "retention in week 4" is a metric */
} Seen;

/* Takes one more word of a time; false when it is none. */
static bool see(const Sentence *sentence, size_t at, Seen *seen)
{
    const Token *token = &sentence->tokens[at];
    bool number = bare_between(token, 1, 53);

    if (token->dropped) {
        return false;
    }
    if (is_time(token->word) || is_date(token->word) || is_year(token)) {
        seen->time = true;
    } else if (word_listed(token->word, spans)) {
        seen->span = true;
        seen->time = seen->time || (sentence_is(sentence, at - 1, "the") &&
                                    word_listed(token->word, "quarter sprint period cycle"));
    } else if (word_listed(token->word, which)) {
        seen->which = true;
        seen->ahead = seen->ahead || word_listed(token->word, "next coming following");
    } else if (number || is_ordinal(token->word)) {
        seen->which = seen->which || (seen->span && seen->limit);
    } else if (is_length(token) && seen->ahead) {
        seen->length = true;
    } else {
        return word_listed(token->word, glue);
    }
    return true;
}

/* Whether this is a time already; `strict`: not by a span of time alone. */
static bool is_seen(const Seen *seen, bool strict)
{
    return seen->time || seen->length || (seen->span && (strict ? seen->ahead : seen->which));
}

/* The end of the time that begins at `at`; `at` when there is none. */
static size_t time_end(const Sentence *sentence, size_t at, bool strict)
{
    Seen seen = {.limit = sentence_listed(sentence, at - 1, "by before until till")};
    size_t end = at;

    for (size_t i = at; i < sentence->count && see(sentence, i, &seen); i++) {
        bool loose = word_listed(sentence->tokens[i].word, "the of our a and");

        if (!loose && is_seen(&seen, strict)) {
            end = i + 1;
        }
    }
    return end;
}

/* "this quarter", without a preposition. */
static size_t bare_end(const Sentence *sentence, size_t at)
{
    if (sentence_listed(sentence, at, "this next") &&
        sentence_listed(sentence, at + 1, "quarter month week year sprint period cycle half")) {
        return at + 2;
    }
    if (sentence_is(sentence, at, "last") && at > 0 &&
        sentence->tokens[at - 1].kind == TOKEN_FIGURE &&
        sentence_listed(sentence, at + 1, "quarter month week year sprint period")) {
        return at + 2; /* "up from 22% last quarter" */
    }
    return sentence_is(sentence, at, "tomorrow") ? at + 1 : at;
}

/* "(users active in week 1)" is part of the metric; "(in Q3)" is not. */
static bool within_brackets(const Sentence *sentence, size_t at)
{
    size_t open = at;

    while (open > 0 && !sentence_listed(sentence, open - 1, "( )")) {
        open--;
    }
    return open > 0 && open < at && sentence_is(sentence, open - 1, "(") &&
           sentence->tokens[at - 1].kind == TOKEN_WORD && !sentence->tokens[at - 1].dropped;
}

static size_t named_end(const Sentence *sentence, size_t at)
{
    size_t end;

    if (within_brackets(sentence, at)) {
        return at;
    }
    if (!sentence_listed(sentence, at, prepositions)) {
        return bare_end(sentence, at);
    }
    /* "month over month" is a way to measure */
    end = time_end(sentence, at + 1, sentence_listed(sentence, at, "over for"));
    return end > at + 1 ? end : at;
}

/* A comma that set the time apart: "By Q3 close, …", "…, by Q3 close". */
static void drop_commas(Sentence *sentence, size_t at, size_t end)
{
    if (at == 0 && sentence_is(sentence, end, ",")) {
        sentence_drop(sentence, end, end + 1);
    }
    if (at > 0 && sentence_is(sentence, at - 1, ",")) {
        sentence_drop(sentence, at - 1, at);
    }
}

void deadline_drop_named(Sentence *sentence)
{
    for (size_t at = 0; at < sentence->count; at++) {
        size_t end = named_end(sentence, at);

        if (end > at) {
            sentence_drop(sentence, at, end);
            drop_commas(sentence, at, end);
            at = end - 1;
        }
    }
}

/* Nothing but punctuation and what was dropped comes behind. */
static bool ends_there(const Sentence *sentence, size_t at)
{
    while (at < sentence->count &&
           (sentence->tokens[at].dropped || sentence->tokens[at].kind == TOKEN_MARK)) {
        at++;
    }
    return at >= sentence->count;
}

static bool follows_done(const Sentence *sentence, size_t at)
{
    const char *word = at > 0 ? sentence->tokens[at - 1].word : "";

    return lead_is_done(word) || g_str_has_suffix(word, "ed");
}

void deadline_drop_lengths(Sentence *sentence, size_t from)
{
    for (size_t at = from; at + 1 < sentence->count; at++) {
        if (!sentence->tokens[at].dropped &&
            sentence_listed(sentence, at, "within in over during for") &&
            is_length(&sentence->tokens[at + 1]) && ends_there(sentence, at + 2) &&
            !follows_done(sentence, at)) {
            sentence_drop(sentence, at, at + 2);
            drop_commas(sentence, at, at + 2);
        }
    }
}
