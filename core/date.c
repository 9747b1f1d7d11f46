#include "core/date.h"

#include <string.h>

/* Tokens. */

static bool is_dash(gunichar c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

static const char *read_mark(const char *p, DateToken *token)
{
    gunichar c = g_utf8_get_char(p);

    token->kind = DATE_MARK;
    if (is_dash(c) || strncmp(p, "..", 2) == 0) {
        token->word[0] = '-';
        while (p[0] == '.' && p[1] == '.') {
            p++;
        }
        return g_utf8_next_char(p);
    }
    if (c != '/' && c != '.' && c != ',' && c != '+') {
        return NULL;
    }
    token->word[0] = *p;
    return p + 1;
}

static const char *read_number(const char *p, DateToken *token)
{
    token->kind = DATE_NUMBER;
    for (; g_ascii_isdigit(*p); p++) {
        token->number = MIN(token->number * 10 + g_ascii_digit_value(*p), 999999);
        token->digits = MIN(token->digits + 1, 9);
    }
    return p;
}

static const char *read_word(const char *p, DateToken *token)
{
    size_t len = 0;

    token->kind = DATE_WORD;
    for (; g_ascii_isalpha(*p); p++) {
        if (len == DATE_WORD_MAX) {
            return NULL;
        }
        token->word[len++] = g_ascii_tolower(*p);
    }
    return p;
}

static const char *read_token(const char *p, DateToken *token)
{
    if (g_ascii_isdigit(*p)) {
        return read_number(p, token);
    }
    if (g_ascii_isalpha(*p)) {
        return read_word(p, token);
    }
    return read_mark(p, token);
}

static const char *skip_blanks(const char *p)
{
    while (*p != '\0' && g_unichar_isspace(g_utf8_get_char(p))) {
        p = g_utf8_next_char(p);
    }
    return p;
}

bool date_reader_init(DateReader *reader, const char *text)
{
    *reader = (DateReader){0};
    const char *p = skip_blanks(text);

    for (int i = 0; *p != '\0'; i++) {
        if (i == DATE_TOKEN_MAX) {
            return false;
        }
        p = read_token(p, &reader->tokens[i]);
        if (p == NULL) {
            return false;
        }
        p = skip_blanks(p);
    }
    return true;
}

/* The token `ahead` of the one that is next. */
static const DateToken *token_at(const DateReader *reader, int ahead)
{
    return &reader->tokens[MIN(reader->at + ahead, DATE_TOKEN_MAX)];
}

const DateToken *date_peek(const DateReader *reader)
{
    return token_at(reader, 0);
}

bool date_at_end(const DateReader *reader)
{
    return date_peek(reader)->kind == DATE_END;
}

static bool is_word(const DateToken *token, const char *word)
{
    return (token->kind == DATE_WORD || token->kind == DATE_MARK) && strcmp(token->word, word) == 0;
}

bool date_skip(DateReader *reader, const char *word)
{
    if (!is_word(date_peek(reader), word)) {
        return false;
    }
    reader->at++;
    return true;
}

bool date_skip_any(DateReader *reader, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (date_skip(reader, *words)) {
            return true;
        }
    }
    return false;
}

/* Names: whole, or their beginning from three letters on ("Sept", "Thurs"). */

static bool begins_name(const char *word, size_t len, const char *name)
{
    return len >= 3 && len <= strlen(name) && g_ascii_strncasecmp(word, name, len) == 0;
}

static bool token_month(const DateToken *token, int *month)
{
    for (int m = 1; m <= 12; m++) {
        if (token->kind == DATE_WORD &&
            begins_name(token->word, strlen(token->word), month_name(m))) {
            *month = m;
            return true;
        }
    }
    return false;
}

static bool word_weekday(const char *word, Weekday *out, bool *plural)
{
    size_t len = strlen(word);

    for (Weekday w = MONDAY; w <= SUNDAY; w++) {
        size_t whole = strlen(weekday_name(w));
        bool many = plural != NULL && len > 3 && word[len - 1] == 's' &&
                    (len == whole + 1 || len == 4); /* "Fridays", "Fris"; "Tues" is one */

        if (begins_name(word, len, weekday_name(w)) ||
            (many && begins_name(word, len - 1, weekday_name(w)))) {
            *out = w;
            if (plural != NULL) {
                *plural = many && !begins_name(word, len, weekday_name(w));
            }
            return true;
        }
    }
    return false;
}

bool date_weekday(DateReader *reader, Weekday *out, bool *plural)
{
    const DateToken *token = date_peek(reader);

    if (token->kind != DATE_WORD || !word_weekday(token->word, out, plural)) {
        return false;
    }
    reader->at++;
    return true;
}

/* Dates. */

static bool is_number(const DateToken *token, int min_digits, int max_digits)
{
    return token->kind == DATE_NUMBER && token->digits >= min_digits && token->digits <= max_digits;
}

static bool is_year(const DateToken *token)
{
    return is_number(token, 4, 4);
}

static bool is_day_number(const DateToken *token)
{
    return is_number(token, 1, 2);
}

/* Number, mark, number: "14/7", and the mark is this one. */
static bool is_pair(const DateReader *reader, const char *mark)
{
    return token_at(reader, 0)->kind == DATE_NUMBER && is_word(token_at(reader, 1), mark) &&
           is_day_number(token_at(reader, 2));
}

/* "2025-07-14", with either mark. */
static bool read_year_first(DateReader *reader, const char *mark, WrittenDate *out)
{
    if (!is_pair(reader, mark) || !is_year(token_at(reader, 0)) ||
        !is_word(token_at(reader, 3), mark) || !is_day_number(token_at(reader, 4))) {
        return false;
    }
    out->year = token_at(reader, 0)->number;
    out->month = token_at(reader, 2)->number;
    out->day = token_at(reader, 4)->number;
    reader->at += 5;
    return true;
}

static DateFault pair_in_order(int a, int b, WrittenDate *out)
{
    if (a <= 12 && b <= 12 && a != b) {
        return DATE_AMBIGUOUS;
    }
    bool day_first = a > 12 || b <= 12;
    out->day = day_first ? a : b;
    out->month = day_first ? b : a;
    return DATE_OK;
}

/* The year behind two numbers: a mark and a number. `mark` alone may follow too ("14.7."). */
static DateFault read_pair_year(DateReader *reader, const char *mark, WrittenDate *out)
{
    if (!is_word(date_peek(reader), mark) || token_at(reader, 1)->kind != DATE_NUMBER) {
        return DATE_OK;
    }
    if (is_day_number(token_at(reader, 1))) {
        return DATE_AMBIGUOUS;
    }
    if (!is_year(token_at(reader, 1))) {
        return DATE_NOT_UNDERSTOOD;
    }
    out->year = token_at(reader, 1)->number;
    reader->at += 2;
    return DATE_OK;
}

/* "14/7", "14-7-2025": which is the day must be plain. */
static DateFault read_pair(DateReader *reader, const char *mark, WrittenDate *out)
{
    DateFault fault = pair_in_order(token_at(reader, 0)->number, token_at(reader, 2)->number, out);

    if (fault != DATE_OK) {
        return fault;
    }
    reader->at += 3;
    return read_pair_year(reader, mark, out);
}

/* "14.7.", "14.7.2025", "14.7. 2025": the day comes first. */
static DateFault read_dotted(DateReader *reader, WrittenDate *out)
{
    out->day = token_at(reader, 0)->number;
    out->month = token_at(reader, 2)->number;
    reader->at += 3;
    DateFault fault = read_pair_year(reader, ".", out);
    if (fault == DATE_OK && out->year == DATE_UNSAID) {
        date_skip(reader, ".");
    }
    return fault;
}

static void skip_ordinal(DateReader *reader)
{
    static const char *const endings[] = {"st", "nd", "rd", "th", NULL};
    date_skip_any(reader, endings);
}

/* A year behind "14 July", with or without a comma. */
static DateFault read_year(DateReader *reader, WrittenDate *out)
{
    int comma = is_word(date_peek(reader), ",") ? 1 : 0;
    const DateToken *token = token_at(reader, comma);

    if (token->kind != DATE_NUMBER) {
        return DATE_OK;
    }
    if (!is_year(token)) {
        return is_day_number(token) ? DATE_AMBIGUOUS : DATE_NOT_UNDERSTOOD;
    }
    out->year = token->number;
    reader->at += comma + 1;
    return DATE_OK;
}

/* "July 14", "Jul. 14th, 2025"; the month is known. */
static DateFault read_month_first(DateReader *reader, WrittenDate *out)
{
    reader->at++;
    date_skip(reader, ".");
    date_skip(reader, "the");
    if (!is_day_number(date_peek(reader))) {
        return DATE_NOT_UNDERSTOOD;
    }
    out->day = date_peek(reader)->number;
    reader->at++;
    skip_ordinal(reader);
    return read_year(reader, out);
}

/* "14 July", "14th of July 2025"; "14" alone, which another date may complete ("July 14 - 28,
 * 2025"). */
static DateFault read_day_first(DateReader *reader, WrittenDate *out)
{
    out->day = date_peek(reader)->number;
    reader->at++;
    skip_ordinal(reader);
    date_skip(reader, ".");
    date_skip(reader, "of");
    if (token_month(date_peek(reader), &out->month)) {
        reader->at++;
        date_skip(reader, ".");
    }
    return read_year(reader, out);
}

static DateFault read_numbers(DateReader *reader, WrittenDate *out)
{
    bool dated = is_year(token_at(reader, 4)); /* dashes divide windows too: only with a year */

    if (read_year_first(reader, "-", out) || read_year_first(reader, "/", out) ||
        read_year_first(reader, ".", out)) {
        return DATE_OK;
    }
    if (!is_day_number(date_peek(reader))) {
        return DATE_NOT_UNDERSTOOD;
    }
    if (is_pair(reader, ".")) {
        return read_dotted(reader, out);
    }
    if (is_pair(reader, "/")) {
        return read_pair(reader, "/", out);
    }
    if (is_pair(reader, "-") && is_word(token_at(reader, 3), "-") && dated) {
        return read_pair(reader, "-", out);
    }
    return read_day_first(reader, out);
}

static int said_or(int said, int otherwise)
{
    return said == DATE_UNSAID ? otherwise : said;
}

/* Whether the day is in its month at least in some year, or in the year that was said. */
static bool exists(const WrittenDate *date)
{
    Day d = {
        .year = (int16_t)said_or(date->year, 2000), /* a leap year */
        .month = (uint8_t)said_or(date->month, 1),
        .day = (uint8_t)said_or(date->day, 1),
    };
    return day_valid(d);
}

/* "Monday", or the "Mon," before a date. */
static void read_weekday(DateReader *reader, WrittenDate *out)
{
    Weekday w = MONDAY;

    if (date_weekday(reader, &w, NULL)) {
        out->weekday = (int)w;
        date_skip(reader, ".");
        if (is_word(date_peek(reader), ",") && token_at(reader, 1)->kind != DATE_END) {
            date_skip(reader, ",");
        }
    }
}

DateFault date_read(DateReader *reader, WrittenDate *out)
{
    WrittenDate date = {DATE_UNSAID, DATE_UNSAID, DATE_UNSAID, DATE_UNSAID};
    DateFault fault = DATE_OK;

    read_weekday(reader, &date);
    date_skip(reader, "the");
    if (token_month(date_peek(reader), &date.month)) {
        fault = read_month_first(reader, &date);
    } else if (date_peek(reader)->kind == DATE_NUMBER) {
        fault = read_numbers(reader, &date);
    } else if (date.weekday == DATE_UNSAID) {
        fault = DATE_NOT_UNDERSTOOD;
    }
    if (fault == DATE_OK && !exists(&date)) {
        fault = DATE_NO_SUCH_DAY;
    }
    if (fault == DATE_OK) {
        *out = date;
    }
    return fault;
}

DateFault date_parse(const char *text, Day *out)
{
    DateReader reader;
    WrittenDate date;

    if (!date_reader_init(&reader, text)) {
        return DATE_NOT_UNDERSTOOD;
    }
    DateFault fault = date_read(&reader, &date);
    if (fault != DATE_OK) {
        return fault;
    }
    if (!date_at_end(&reader) || date.year == DATE_UNSAID || date.month == DATE_UNSAID) {
        return DATE_NOT_UNDERSTOOD;
    }
    Day d = {(int16_t)date.year, (uint8_t)date.month, (uint8_t)date.day};
    if (date.weekday != DATE_UNSAID && day_weekday(d) != (Weekday)date.weekday) {
        return DATE_AMBIGUOUS;
    }
    *out = d;
    return DATE_OK;
}
