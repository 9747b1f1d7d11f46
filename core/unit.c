/* Spellings stand in rows, separated by blanks, and are looked up one after another: the tables are
 * short. */

#include "core/unit.h"

#include <string.h>

#include <glib.h>

typedef struct Spelling {
    const char *name;
    const char *spellings; /* behind a number, any case */
} Spelling;

typedef struct Currency {
    const char *name;   /* the symbol where there is one, else the code */
    const char *before; /* in front of a number, exactly so; the name itself too */
    const char *behind; /* words behind it, any case; NULL when only the same as in front */
} Currency;

typedef struct Duration {
    const char *name, *one, *many; /* as printed */
    const char *spellings;
} Duration;

typedef struct Scale {
    int64_t factor;
    const char *spellings; /* exactly so, and whole words in any case */
} Scale;

static const Currency currencies[] = {
    {"$", "US$ USD", "usd dollar dollars bucks"},
    {"€", "EUR", "eur euro euros"},
    {"£", "GBP", "gbp pound pounds sterling"},
    {"¥", "JPY", "jpy yen"},
    {"CHF", "Fr. SFr.", "chf"},
    {"SEK", "", "sek"},
    {"NOK", "", "nok"},
    {"DKK", "", "dkk"},
    {"PLN", "zł", "złoty zł zloty"},
    {"CZK", "Kč", "Kč"},
    {"HUF", "", NULL},
    {"RON", "", NULL},
    {"BGN", "", NULL},
    {"ISK", "", NULL},
    {"₺", "", NULL},
    {"₴", "UAH", NULL},
    {"₪", "ILS", NULL},
    {"₹", "INR Rs Rs.", "rupee rupees"},
    {"₩", "KRW", NULL},
    {"₫", "VND", NULL},
    {"₱", "", NULL},
    {"฿", "THB", "baht"},
    {"₦", "NGN", "naira"},
    {"A$", "AU$ AUD", "aud"},
    {"C$", "CA$ CAD", NULL},
    {"NZ$", "NZD", "nzd"},
    {"S$", "SG$ SGD", "sgd"},
    {"HK$", "HKD", "hkd"},
    {"R$", "BRL", NULL},
    {"MX$", "MXN", "mxn"},
    {"CNY", "RMB", "rmb yuan renminbi"},
    {"ZAR", "", NULL},
    {"AED", "", NULL},
    {"SAR", "", NULL},
    {"KES", "", NULL},
};

static const Duration durations[] = {
    {"millisecond", "ms", "ms", "ms msec msecs millisecond milliseconds"},
    {"second", "second", "seconds", "s sec secs second seconds"},
    {"minute", "minute", "minutes", "min mins minute minutes"},
    {"hour", "hour", "hours", "h hr hrs hour hours"},
    {"day", "day", "days", "d day days"},
    {"week", "week", "weeks", "w wk wks week weeks"},
    {"month", "month", "months", "mo mos month months"},
    {"year", "year", "years", "y yr yrs year years"},
};

/* Longer ones first: the first that fits is taken. */
static const char *const percents[] = {
    "percentage points",
    "percentage point",
    "percent points",
    "%-points",
    "% points",
    "%-pts",
    "% pts",
    "%pts",
    "percent",
    "per cent",
    "p.p.",
    "pct",
    "ppts",
    "ppt",
    "pps",
    "pp",
    "%",
};

static const Scale scales[] = {
    {INT64_C(100), "hundred"},
    {INT64_C(1000), "k K thousand"},
    {INT64_C(1000000), "m M mn Mn MN MM mln mio Mio million millions"},
    {INT64_C(1000000000), "B b bn Bn BN bln billion billions"},
    {INT64_C(1000000000000), "tn trillion trillions"},
};

static const char *const small_numbers[] = {
    "zero",     "one",     "two",     "three",     "four",     "five",     "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
};

static const char *const tens[] = {
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
};

static bool is_word_char(const char *p)
{
    return g_ascii_isalnum(*p) || ((*p & 0x80) != 0 && g_unichar_isalnum(g_utf8_get_char(p)));
}

static bool is_joiner(const char *p)
{
    return *p == '-' || *p == '\'' || *p == '/' || *p == '&' || *p == '_' || *p == '.' ||
           g_str_has_prefix(p, "’");
}

size_t unit_word_len(const char *text)
{
    const char *p = text;

    while (is_word_char(p) || (p > text && is_joiner(p) && is_word_char(g_utf8_next_char(p)))) {
        p = g_utf8_next_char(p);
    }
    return (size_t)(p - text);
}

/* Letters that `text` begins with. */
static size_t letters_len(const char *text)
{
    const char *p = text;

    while (*p != '\0' && g_unichar_isalpha(g_utf8_get_char(p))) {
        p = g_utf8_next_char(p);
    }
    return (size_t)(p - text);
}

/* A word of letters ends there: not "day1", not "day-one". */
static bool word_ends(const char *p)
{
    return !is_word_char(p) && !(*p == '-' && is_word_char(p + 1));
}

static bool same(const char *a, const char *b, size_t len, bool any_case)
{
    return any_case ? g_ascii_strncasecmp(a, b, len) == 0 : strncmp(a, b, len) == 0;
}

/* The word behind the one at `word`, in a list of them. Most are a few letters short, for which
 * this is quicker than strcspn. */
static const char *next_word(const char *word)
{
    while (*word != ' ' && *word != '\0') {
        word++;
    }
    while (*word == ' ') {
        word++;
    }
    return word;
}

/* Whether the `len` bytes of `text` are among the blank-separated words of `list`. */
static bool listed(const char *list, const char *text, size_t len, bool any_case)
{
    for (const char *word = list; *word != '\0'; word = next_word(word)) {
        bool begins = any_case ? g_ascii_tolower(*word) == g_ascii_tolower(*text) : *word == *text;

        if ((begins || len == 0) && strcspn(word, " ") == len && same(word, text, len, any_case)) {
            return true;
        }
    }
    return false;
}

static bool has_symbol(const char *word, size_t len)
{
    return len > 0 && !g_ascii_isalpha(word[len - 1]);
}

/* The longest of `word` and the words of `list` that `text` begins with: symbols as they stand,
 * codes as whole words. */
static size_t currency_match(const char *text, const char *list)
{
    size_t best = 0;

    for (const char *word = list; *word != '\0'; word = next_word(word)) {
        size_t len = *word == *text ? strcspn(word, " ") : 0;

        if (len > best && strncmp(text, word, len) == 0 &&
            (has_symbol(word, len) || len == letters_len(text))) {
            best = len;
        }
    }
    return best;
}

size_t unit_take_currency(const char *text, Unit *out)
{
    size_t best = 0;

    if (*text == '\0' || *text == ' ' || g_ascii_isdigit(*text)) {
        return 0; /* as none begins, and most places in a text do */
    }
    for (size_t i = 0; i < G_N_ELEMENTS(currencies); i++) {
        size_t len = MAX(currency_match(text, currencies[i].name),
                         currency_match(text, currencies[i].before));

        if (len > best) {
            best = len;
            *out = unit_named(UNIT_MONEY, currencies[i].name, strlen(currencies[i].name));
        }
    }
    return best;
}

static size_t take_money(const char *text, Unit *out)
{
    size_t len = unit_take_currency(text, out);
    size_t letters = letters_len(text);

    if (len > 0 && word_ends(text + len)) {
        return len;
    }
    if (letters == 0 || !word_ends(text + letters)) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(currencies); i++) {
        if (currencies[i].behind != NULL && listed(currencies[i].behind, text, letters, true)) {
            *out = unit_named(UNIT_MONEY, currencies[i].name, strlen(currencies[i].name));
            return letters;
        }
    }
    return 0;
}

static size_t take_percent(const char *text, Unit *out)
{
    if (*text != '%' && g_ascii_tolower(*text) != 'p') {
        return 0; /* as none begins */
    }
    for (size_t i = 0; i < G_N_ELEMENTS(percents); i++) {
        size_t len = strlen(percents[i]);

        if (g_ascii_strncasecmp(text, percents[i], len) == 0 &&
            (!g_ascii_isalpha(text[len - 1]) || word_ends(text + len))) {
            *out = unit_named(UNIT_PERCENT, "", 0);
            return len;
        }
    }
    return 0;
}

static size_t take_duration(const char *text, Unit *out)
{
    size_t letters = letters_len(text);

    if (letters == 0 || !word_ends(text + letters)) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(durations); i++) {
        /* a single capital is a name: "5 D" */
        if (listed(durations[i].spellings, text, letters, letters > 1)) {
            *out = unit_named(UNIT_DURATION, durations[i].name, strlen(durations[i].name));
            return letters;
        }
    }
    return 0;
}

size_t unit_take(const char *text, Unit *out)
{
    size_t len = take_percent(text, out);

    if (len == 0) {
        len = take_money(text, out);
    }
    if (len == 0) {
        len = take_duration(text, out);
    }
    return len;
}

size_t unit_take_scale(const char *text, int64_t *factor, bool *letter)
{
    size_t letters = letters_len(text);

    for (size_t i = 0; i < G_N_ELEMENTS(scales) && letters > 0; i++) {
        if (listed(scales[i].spellings, text, letters, letters > 3) && word_ends(text + letters)) {
            *factor = scales[i].factor;
            *letter = letters == 1;
            return letters;
        }
    }
    return 0;
}

/* The index of the word that `text` begins with; the length of the list when it is none of it. */
static size_t word_index(const char *text, const char *const *list, size_t count)
{
    size_t letters = letters_len(text);
    size_t i = 0;

    while (i < count && !(strlen(list[i]) == letters && same(list[i], text, letters, true))) {
        i++;
    }
    return i;
}

/* The "five" of "twenty-five"; 0 when there is none. */
static size_t take_ones(const char *text, int64_t *out)
{
    size_t i;

    if (*text != '-' && *text != ' ') {
        return 0;
    }
    i = word_index(text + 1, small_numbers, 10);
    if (i == 0 || i == 10) {
        return 0;
    }
    *out += (int64_t)i;
    return 1 + strlen(small_numbers[i]);
}

size_t unit_take_number_word(const char *text, int64_t *out)
{
    size_t i = word_index(text, small_numbers, G_N_ELEMENTS(small_numbers));
    size_t len;

    if (i < G_N_ELEMENTS(small_numbers)) {
        *out = (int64_t)i;
        len = strlen(small_numbers[i]);
    } else {
        i = word_index(text, tens, G_N_ELEMENTS(tens));
        if (i == G_N_ELEMENTS(tens)) {
            return 0;
        }
        *out = (int64_t)(i + 2) * 10;
        len = strlen(tens[i]);
        len += take_ones(text + len, out);
    }
    return word_ends(text + len) ? len : 0;
}

const char *unit_duration_text(const char *name, bool one)
{
    for (size_t i = 0; i < G_N_ELEMENTS(durations); i++) {
        if (strcmp(durations[i].name, name) == 0) {
            return one ? durations[i].one : durations[i].many;
        }
    }
    return NULL;
}

Unit unit_named(UnitKind kind, const char *name, size_t len)
{
    Unit unit = {.kind = kind};

    if (len > UNIT_NAME_MAX) {
        len = UNIT_NAME_MAX;
        while (len > 0 && (name[len] & 0xC0) == 0x80) {
            len--;
        }
    }
    memcpy(unit.name, name, len);
    return unit;
}

/* The name that a currency goes by here, however it was written. */
static const char *currency_name(const char *written)
{
    for (size_t i = 0; i < G_N_ELEMENTS(currencies); i++) {
        size_t len = strlen(written);

        if (strcmp(currencies[i].name, written) == 0 ||
            listed(currencies[i].before, written, len, true)) {
            return currencies[i].name;
        }
    }
    return written;
}

bool unit_same(const Unit *a, const Unit *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case UNIT_PLAIN:
    case UNIT_PERCENT:
        return true;
    case UNIT_MONEY:
        return strcmp(currency_name(a->name), currency_name(b->name)) == 0;
    case UNIT_DURATION:
        return strcmp(a->name, b->name) == 0;
    case UNIT_COUNT: {
        g_autofree char *one = g_utf8_casefold(a->name, -1);
        g_autofree char *other = g_utf8_casefold(b->name, -1);

        return strcmp(one, other) == 0;
    }
    }
    return false;
}

Unit unit_bare(const Unit *unit)
{
    const Unit plain = {.kind = UNIT_PLAIN};

    return unit->kind == UNIT_COUNT ? plain : *unit;
}

const char *unit_cell(const Unit *unit)
{
    switch (unit->kind) {
    case UNIT_PLAIN:
        return UNIT_CELL_PLAIN;
    case UNIT_PERCENT:
        return "%";
    case UNIT_DURATION:
        return unit_duration_text(unit->name, false);
    case UNIT_MONEY:
    case UNIT_COUNT:
        break;
    }
    return unit->name;
}
