#include "core/phrase.h"

#include <string.h>

#include "core/text.h"

#define QUOTE_MAX 60

bool word_is(const Word *word, const char *text)
{
    return word->kind == WORD_TEXT && strcmp(word->text, text) == 0;
}

bool word_is_quantity(const Word *word)
{
    return word->number != NUMBER_NONE && word->number != NUMBER_NAME;
}

static bool is_currency(gunichar c)
{
    return g_unichar_type(c) == G_UNICODE_CURRENCY_SYMBOL;
}

/* Characters that belong to a word only between two others: "3.5", "B2B's", "sign-up", "R&D". */
static bool joins(gunichar before, gunichar c, gunichar after)
{
    switch (c) {
    case '.':
    case ',':
    case ':':
        return g_unichar_isdigit(before) && g_unichar_isdigit(after);
    case '/':
        return g_unichar_isdigit(before) == g_unichar_isdigit(after) &&
               (g_unichar_isdigit(before) || (before == 'a' && after == 'b'));
    case '-':
    case 0x2010:
    case 0x2011:
    case '&':
    case '_':
    case '\'':
    case 0x2019:
        return g_unichar_isalnum(before) && g_unichar_isalnum(after);
    case 0x2013: /* en dash: "20–30" */
        return g_unichar_isdigit(before) && g_unichar_isdigit(after);
    default:
        return false;
    }
}

static bool starts_word(gunichar c, gunichar after)
{
    if (g_unichar_isalnum(c) || g_unichar_ismark(c)) {
        return true;
    }
    return (is_currency(c) || c == '#' || c == '@' || c == '+' || c == 0x2212) &&
           (g_unichar_isalnum(after) || (is_currency(after) && !is_currency(c)));
}

/* The end of the word that starts at `p`. */
static const char *word_end(const char *p)
{
    gunichar before = g_utf8_get_char(p);

    for (p = g_utf8_next_char(p); *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        gunichar after = g_utf8_get_char(g_utf8_next_char(p));
        gunichar low = g_unichar_tolower(before);

        if (!g_unichar_isalnum(c) && !g_unichar_ismark(c) && !is_currency(c) && c != '%' &&
            c != '+' && !joins(low, c, g_unichar_tolower(after))) {
            break;
        }
        before = c;
    }
    return p;
}

static bool is_limit(gunichar c)
{
    return c == '<' || c == '>' || c == '=' || c == 0x2264 || c == 0x2265;
}

/* Where the quotation that starts at `p` ends; NULL when it does not. */
static const char *quotation_end(const char *p)
{
    static const char *const pairs[][2] = {{"\"", "\""}, {"“", "”"}, {"„", "“"}, {"«", "»"}};

    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (g_str_has_prefix(p, pairs[i][0])) {
            const char *end = strstr(p + strlen(pairs[i][0]), pairs[i][1]);
            return end != NULL ? end + strlen(pairs[i][1]) : NULL;
        }
    }
    return NULL;
}

static const char *arrow_end(const char *p)
{
    static const char *const arrows[] = {"→", "->", "=>", "⇒"};

    for (size_t i = 0; i < G_N_ELEMENTS(arrows); i++) {
        if (g_str_has_prefix(p, arrows[i])) {
            return p + strlen(arrows[i]);
        }
    }
    return NULL;
}

typedef struct NumberEnding {
    NumberKind kind;
    const char *endings;
} NumberEnding;

/* What may follow the digits directly. */
static const NumberEnding number_endings[] = {
    {NUMBER_PERCENT, "% %+ pp pct"},
    {NUMBER_TIME, "s ms sec secs min mins h hr hrs d days day w wk weeks y yr"},
    {NUMBER_PLAIN, "+ x k m mn mio bn b k+ m+ x+ pts"},
};

static NumberKind ending_kind(const char *ending)
{
    if (*ending == '\0') {
        return NUMBER_PLAIN;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(number_endings); i++) {
        g_auto(GStrv) list = g_strsplit(number_endings[i].endings, " ", -1);

        if (g_strv_contains((const char *const *)list, ending)) {
            return number_endings[i].kind;
        }
    }
    return NUMBER_NONE;
}

/* "1:1" and "24/7" are words; so is what has letters behind its digits that are no unit: "30-day",
 * "3d". */
static NumberKind number_kind(const char *folded)
{
    const char *p = folded;
    bool money = false;

    while (*p != '\0' && !g_unichar_isdigit(g_utf8_get_char(p))) {
        gunichar c = g_utf8_get_char(p);

        if (!is_currency(c) && c != '+' && c != 0x2212 && c != '#') {
            return NUMBER_NONE;
        }
        money = money || is_currency(c);
        p = g_utf8_next_char(p);
    }
    if (*p == '\0' || strcmp(p, "1:1") == 0 || strcmp(p, "24/7") == 0) {
        return NUMBER_NONE;
    }
    const char *last = p;

    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        if (g_unichar_isdigit(g_utf8_get_char(p))) {
            last = g_utf8_next_char(p);
        } else if (g_unichar_isalpha(g_utf8_get_char(p))) {
            break; /* "30-day", "2nd", "10k" */
        }
    }
    if (money) {
        return NUMBER_MONEY;
    }
    if (is_currency(g_utf8_get_char(last))) {
        return NUMBER_MONEY;
    }
    return ending_kind(last);
}

static void word_classify(Word *word)
{
    word->number = number_kind(word->text);
    if (word->number != NUMBER_NONE) {
        word->kind = WORD_NUMBER;
        return;
    }
    word->small = lexicon_small(word->text);
    if (word->small == SMALL_NUMBER) {
        word->number = NUMBER_PLAIN;
    }
}

static const char *fold_word(GStringChunk *chunk, const char *from, size_t len)
{
    g_autofree char *raw = g_strndup(from, len);
    g_autofree char *folded = g_utf8_casefold(raw, -1);
    g_autoptr(GString) plain = g_string_new(folded);

    g_string_replace(plain, "’", "'", 0);
    g_string_replace(plain, "‐", "-", 0);
    g_string_replace(plain, "‑", "-", 0);
    if (g_str_has_suffix(plain->str, "'s")) {
        g_string_truncate(plain, plain->len - 2);
    }
    return g_string_chunk_insert(chunk, plain->str);
}

static void phrase_add(Phrase *phrase, WordKind kind, const char *text, const char *from,
                       const char *to)
{
    Word word = {.kind = kind, .from = from, .len = (size_t)(to - from)};

    if (phrase->count == PHRASE_WORDS_MAX) {
        return;
    }
    word.text = text != NULL ? text : fold_word(phrase->chunk, from, word.len);
    if (kind == WORD_TEXT) {
        word_classify(&word);
    }
    phrase->words[phrase->count++] = word;
}

/* Reads the word, mark or quotation at `p` and returns what is behind it. */
static const char *phrase_step(Phrase *phrase, const char *p)
{
    gunichar c = g_utf8_get_char(p);
    const char *next = g_utf8_next_char(p);
    const char *end = quotation_end(p);

    if (c == ' ') {
        return next;
    }
    if (end != NULL) {
        phrase_add(phrase, WORD_TEXT, "\"", p, end);
        return end;
    }
    end = arrow_end(p);
    if (end != NULL) {
        phrase_add(phrase, WORD_TEXT, "to", p, end);
        return end;
    }
    if (starts_word(c, g_utf8_get_char(next))) {
        end = word_end(p);
        phrase_add(phrase, WORD_TEXT, NULL, p, end);
        return end;
    }
    if (c == '/') {
        phrase_add(phrase, WORD_TEXT, "per", p, next);
    } else if (c == '%' || c == '&' || c == '#') {
        phrase_add(phrase, WORD_TEXT, NULL, p, next);
    } else if (is_limit(c)) {
        phrase_add(phrase, WORD_LIMIT, NULL, p, next);
    } else if (c != '~' && c != '\'' && c != 0x2019) {
        phrase_add(phrase, WORD_BREAK, NULL, p, next);
    }
    return next;
}

static bool is_year(const Word *word)
{
    return word->len == 4 && word->text[0] >= '1' && word->text[0] <= '2' &&
           (g_str_has_prefix(word->text, "19") || g_str_has_prefix(word->text, "20")) &&
           strspn(word->text, "0123456789") == 4;
}

static bool leads_year(const Word *word)
{
    static const char *const leads[] = {"by",    "in", "of",   "until", "before", "during",
                                        "since", "fy", "year", "end",   "h1",     "h2",
                                        "q1",    "q2", "q3",   "q4",    NULL};

    return word->kind == WORD_TEXT &&
           (g_strv_contains(leads, word->text) || word->small == SMALL_MONTH);
}

static bool is_named(const Word *word, const Word *before, const Word *after)
{
    if (after->small == SMALL_MONTH) {
        return true;
    }
    return before != NULL && (before->small == SMALL_NAMED || before->small == SMALL_MONTH ||
                              (is_year(word) && leads_year(before)));
}

/* A number beside a month is a date; one behind "phase" is a name; one before "days" a duration. */
static void number_settle(Word *word, const Word *before, const Word *after)
{
    if (is_named(word, before, after)) {
        word->number = NUMBER_NAME;
    } else if (after->small == SMALL_PERCENT && word->number == NUMBER_PLAIN) {
        word->number = NUMBER_PERCENT;
    } else if (after->small == SMALL_MONEY && word->number == NUMBER_PLAIN) {
        word->number = NUMBER_MONEY;
    } else if (after->small == SMALL_TIME && word->number == NUMBER_PLAIN) {
        word->number = NUMBER_TIME;
    }
}

/* "5 business days" and "2 million dollars": the unit is one word further. */
static const Word *unit_word(const Word *number)
{
    const Word *after = number + 1;

    if (after->small == SMALL_SCALE || word_is(after, "business") || word_is(after, "working") ||
        word_is(after, "calendar")) {
        return after + 1;
    }
    return after;
}

/* "a third of", "three quarters of" */
static bool is_fraction(const Word *word, const Word *before)
{
    return (word_is(word, "third") || word_is(word, "thirds") || word_is(word, "quarter") ||
            word_is(word, "quarters")) &&
           (word_is(before, "a") || before->small == SMALL_NUMBER);
}

static void phrase_settle(Phrase *phrase)
{
    for (size_t i = 0; i < phrase->count; i++) {
        Word *word = &phrase->words[i];

        if (i > 0 && is_fraction(word, word - 1) &&
            (word_is(word + 1, "of") || word[1].kind == WORD_END)) {
            word->number = NUMBER_PERCENT;
        }
        if (word->number != NUMBER_NONE) {
            number_settle(word, i > 0 ? word - 1 : NULL, unit_word(word));
        }
    }
}

Phrase *phrase_new(const char *sentence)
{
    Phrase *phrase = g_new0(Phrase, 1);

    phrase->sentence = text_squeeze(sentence);
    phrase->chunk = g_string_chunk_new(256);
    for (const char *p = phrase->sentence; *p != '\0' && phrase->count < PHRASE_WORDS_MAX;) {
        p = phrase_step(phrase, p);
    }
    phrase->words[phrase->count].text = "";
    phrase->words[phrase->count + 1].text = "";
    phrase_settle(phrase);
    return phrase;
}

void phrase_free(Phrase *phrase)
{
    if (phrase != NULL) {
        g_string_chunk_free(phrase->chunk);
        g_free(phrase->sentence);
        g_free(phrase);
    }
}

bool phrase_has_quantity(const Phrase *phrase)
{
    for (size_t i = 0; i < phrase->count; i++) {
        if (word_is_quantity(&phrase->words[i])) {
            return true;
        }
    }
    return false;
}

VerbEntry phrase_verb(const Phrase *phrase, size_t at, size_t *after)
{
    const Word *word = &phrase->words[at];
    VerbEntry found = {VERB_NONE, TOPIC_ANY, FORM_BASE};

    *after = at + 1;
    if (word->kind != WORD_TEXT) {
        return found;
    }
    if (word[1].kind == WORD_TEXT) {
        g_autofree char *both = g_strdup_printf("%s-%s", word->text, word[1].text);

        found = lexicon_verb(both);
        if (found.class == VERB_NONE) { /* "rolled out" */
            g_autofree char *stem = lexicon_verb_base(word->text);
            g_autofree char *base = g_strdup_printf("%s-%s", stem, word[1].text);

            found = lexicon_verb(base);
            found.form = lexicon_form(word->text);
        }
        if (found.class != VERB_NONE) {
            *after = at + 2;
            return found;
        }
    }
    return lexicon_verb(word->text);
}

bool phrase_has_verb(const Phrase *phrase, size_t at)
{
    size_t after;

    return phrase_verb(phrase, at, &after).class != VERB_NONE;
}

NounEntry phrase_noun(const Phrase *phrase, size_t first, size_t last, size_t *from)
{
    const Word *word = &phrase->words[last];

    *from = last;
    if (last > first && word->kind == WORD_TEXT && word[-1].kind == WORD_TEXT) {
        g_autofree char *both = g_strdup_printf("%s-%s", word[-1].text, word->text);
        NounEntry found = lexicon_noun_whole(both);

        if (found.class != NOUN_NONE) {
            *from = last - 1;
            return found;
        }
    }
    return lexicon_noun(word->text);
}

char *phrase_quote(const Phrase *phrase, size_t from, size_t last)
{
    const Word *first = &phrase->words[from], *end = &phrase->words[last];
    g_autofree char *words = g_strndup(first->from, (size_t)(end->from + end->len - first->from));

    return text_cut(words, QUOTE_MAX);
}
