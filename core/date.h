#pragma once

/* Dates as people write them, before anybody asks which year is meant: a text becomes a few tokens,
 * and a date is read from where the reader stands. What the words mean beside today is when.h's
 * business. */

#include <stdbool.h>
#include <stdint.h>

#include "core/day.h"

#define DATE_TOKEN_MAX 24 /* more words than that are no date */
#define DATE_WORD_MAX  15

typedef enum DateTokenKind { DATE_END, DATE_NUMBER, DATE_WORD, DATE_MARK } DateTokenKind;

typedef struct DateToken {
    DateTokenKind kind;
    int32_t number; /* at most 999,999; larger ones stop there */
    int digits;
    char word[DATE_WORD_MAX + 1]; /* lower case; of a mark its character: - / . , + */
} DateToken;

typedef struct DateReader {
    DateToken tokens[DATE_TOKEN_MAX + 1]; /* the last is DATE_END */
    int at;                               /* may be set back to try another reading */
} DateReader;

/* Cuts the text into tokens; every kind of dash and ".." is '-'. False when something in it belongs
 * to no date. */
bool date_reader_init(DateReader *reader, const char *text);
const DateToken *date_peek(const DateReader *reader);
bool date_at_end(const DateReader *reader);
/* Steps over the word or mark if it is next. */
bool date_skip(DateReader *reader, const char *word);
/* Steps over any of these; `words` ends with NULL. */
bool date_skip_any(DateReader *reader, const char *const *words);
/* "Mon" to "Monday", and "Mondays" when `plural` is given. */
bool date_weekday(DateReader *reader, Weekday *out, bool *plural);

/* As much of a date as was said, DATE_UNSAID for the rest: "28" is a day alone, "Monday" a weekday
 * alone; a month never comes without its day. */
#define DATE_UNSAID (-1)
typedef struct WrittenDate {
    int year, month, day, weekday;
} WrittenDate;

typedef enum DateFault {
    DATE_OK,
    DATE_NOT_UNDERSTOOD,
    DATE_AMBIGUOUS,   /* 07/08, or a year of two digits */
    DATE_NO_SUCH_DAY, /* the 31st of February, the 14th of the 13th */
} DateFault;

/* "2025-07-14", "2025/07/14", "14 July", "14th of July 2025", "July 14", "Jul 14, 2025", "Mon 14
 * July", "14.7.", "14.7.2025", "14/7", "7/14/2025", "14-7-2025", "14", "Monday". Numbers alone are
 * day first when dotted; with slashes or dashes one of the two must be above 12, or both the same.
 * The reader stands behind the date when DATE_OK. */
DateFault date_read(DateReader *reader, WrittenDate *out) __attribute__((warn_unused_result));

/* A whole text that is one date with its year, for lists of dates. */
DateFault date_parse(const char *text, Day *out) __attribute__((warn_unused_result));
