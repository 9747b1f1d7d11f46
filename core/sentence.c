#include "core/sentence.h"

#include <string.h>

/* Signs that say something: each is a word. Longer ones first. */
static const char *const signs[] = {"->", "=>", ">=", "<=", "→", "⇒", "≥", "≤",
                                    "≈",  "±",  "+",  ">",  "<", "=", "~", NULL};

static const char *const marks[] = {"(", ")", "[", "]", ",", ";", ":",  "!", "?",
                                    "…", "“", "”", "„", "«", "»", "\"", "•", NULL};

static size_t prefix_len(const char *p, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (g_str_has_prefix(p, *list)) {
            return strlen(*list);
        }
    }
    return 0;
}

static size_t char_len(const char *p)
{
    return (size_t)(g_utf8_next_char(p) - p);
}

static bool is_end(const char *p)
{
    return *p == '\0' || *p == ' ';
}

/* A dash or full stop that stands alone or ends a word. */
static size_t mark_len(const char *p)
{
    size_t len = prefix_len(p, marks);

    if (len > 0) {
        return len;
    }
    if (*p == '.' && is_end(p + 1)) {
        return 1;
    }
    if (g_str_has_prefix(p, "–") || g_str_has_prefix(p, "—")) {
        return char_len(p);
    }
    return *p == '-' && is_end(p + 1) ? 1 : 0;
}

/* "9:30" and "1,2,x" stay one word. */
static bool joins_digits(const char *start, const char *p)
{
    return p > start && (*p == ':' || *p == ',') && g_ascii_isdigit(p[-1]) && g_ascii_isdigit(p[1]);
}

static size_t word_len(const char *text)
{
    const char *p = text + char_len(text);

    while (!is_end(p) && (joins_digits(text, p) || mark_len(p) == 0) && !g_str_has_prefix(p, "→") &&
           !g_str_has_prefix(p, "->")) {
        p = g_utf8_next_char(p);
    }
    return (size_t)(p - text);
}

/* Whether the figure that was scanned is one; a number in a name is not. */
static bool counts(const Figure *figure, ValueFault fault)
{
    return fault != VALUE_NOT_A_NUMBER && fault != VALUE_UNKNOWN_UNIT &&
           (fault != VALUE_OK || !figure->rated || figure_is_rating(figure));
}

static char *folded(const char *text, size_t len)
{
    g_autofree char *lower = g_utf8_casefold(text, (gssize)len);
    g_auto(GStrv) parts = g_strsplit(lower, "’", -1);

    return g_strjoinv("'", parts);
}

/* A digit of another script: a number all the same, and none that we read. */
static bool foreign_digit(const char *p)
{
    return (*p & 0x80) != 0 && g_unichar_isdigit(g_utf8_get_char(p));
}

static Token token_at(const char *p)
{
    Token token = {.text = p};

    if (foreign_digit(p)) {
        size_t len = word_len(p);

        return (Token){.kind = TOKEN_FIGURE,
                       .text = p,
                       .len = len,
                       .word = g_strdup(""),
                       .fault = VALUE_NOT_A_NUMBER};
    }

    if (figure_starts(p)) {
        token.fault = figure_scan(p, false, &token.figure);
        if (counts(&token.figure, token.fault)) {
            token.kind = TOKEN_FIGURE;
            token.len = (size_t)(token.figure.end - p);
            token.word = g_strdup("");
            return token;
        }
        token = (Token){.text = p};
    }
    token.len = mark_len(p);
    token.kind = token.len > 0 ? TOKEN_MARK : TOKEN_WORD;
    if (token.len == 0) {
        token.len = prefix_len(p, signs);
    }
    if (token.len == 0) {
        token.len = word_len(p);
    }
    token.word = folded(p, token.len);
    return token;
}

void sentence_init(Sentence *sentence, const char *text)
{
    GArray *tokens = g_array_new(FALSE, TRUE, sizeof(Token));

    sentence->text = g_strdup(text);
    for (const char *p = sentence->text; *p != '\0';) {
        if (*p == ' ') {
            p++;
            continue;
        }
        Token token = token_at(p);
        token.first = tokens->len;
        token.behind = tokens->len + 1;
        p += token.len;
        g_array_append_val(tokens, token);
    }
    sentence->count = tokens->len;
    sentence->tokens = (Token *)(void *)g_array_free(tokens, FALSE);
}

void sentence_clear(Sentence *sentence)
{
    for (size_t i = 0; i < sentence->count; i++) {
        g_free(sentence->tokens[i].word);
    }
    g_free(sentence->tokens);
    g_free(sentence->text);
    *sentence = (Sentence){0};
}

bool word_listed(const char *word, const char *list)
{
    size_t wanted = strlen(word);

    for (const char *p = list; *p != '\0' && wanted > 0;) {
        size_t len = strcspn(p, " ");

        if (len == wanted && memcmp(p, word, len) == 0) {
            return true;
        }
        p += len + strspn(p + len, " ");
    }
    return false;
}

bool sentence_is(const Sentence *sentence, size_t at, const char *word)
{
    return at < sentence->count && strcmp(sentence->tokens[at].word, word) == 0;
}

bool sentence_listed(const Sentence *sentence, size_t at, const char *list)
{
    return at < sentence->count && word_listed(sentence->tokens[at].word, list);
}

size_t sentence_has(const Sentence *sentence, size_t at, const char *phrase)
{
    size_t n = 0;

    for (const char *p = phrase; *p != '\0'; n++) {
        size_t len = strcspn(p, " ");

        if (at + n >= sentence->count || sentence->tokens[at + n].dropped ||
            strlen(sentence->tokens[at + n].word) != len ||
            memcmp(sentence->tokens[at + n].word, p, len) != 0) {
            return 0;
        }
        p += len + strspn(p + len, " ");
    }
    return n;
}

size_t sentence_ends(const Sentence *sentence, size_t behind, const char *phrase)
{
    size_t words = 1;

    for (const char *p = phrase; *p != '\0'; p++) {
        words += *p == ' ' ? 1 : 0;
    }
    return words <= behind ? sentence_has(sentence, behind - words, phrase) : 0;
}

void sentence_drop(Sentence *sentence, size_t from, size_t behind)
{
    for (size_t i = from; i < behind && i < sentence->count; i++) {
        sentence->tokens[i].dropped = true;
    }
}

/* "( )" around what was dropped goes as well. */
static bool is_empty_pair(const Sentence *sentence, size_t at, size_t behind)
{
    size_t next = at + 1;

    if (!sentence_listed(sentence, at, "( [")) {
        return false;
    }
    while (next < behind && sentence->tokens[next].dropped) {
        next++;
    }
    return next < behind && sentence_listed(sentence, next, ") ]");
}

char *sentence_rest(const Sentence *sentence, size_t from, size_t behind)
{
    GString *out = g_string_new(NULL);
    const char *before = NULL; /* the end of the token before */
    size_t skip = SIZE_MAX;

    behind = MIN(behind, sentence->count);
    for (size_t i = from; i < behind; i++) {
        const Token *token = &sentence->tokens[i];

        if (token->dropped || i == skip) {
            continue;
        }
        if (is_empty_pair(sentence, i, behind)) {
            for (skip = i + 1; sentence->tokens[skip].dropped;) {
                skip++;
            }
            continue;
        }
        if (before != NULL && token->text != before) {
            bool closing = sentence_listed(sentence, i, ", ; : ) ] . ! ?");

            g_string_append(out, closing ? "" : " ");
        }
        g_string_append_len(out, token->text, (gssize)token->len);
        before = token->text + token->len;
    }
    return g_string_free(out, FALSE);
}

char *sentence_quote(const Sentence *sentence, size_t from, size_t behind)
{
    const Token *first = &sentence->tokens[from], *last = &sentence->tokens[behind - 1];

    return g_strndup(first->text, (size_t)(last->text + last->len - first->text));
}
