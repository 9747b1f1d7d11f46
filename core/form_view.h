#pragma once

/* A form as data: what a platform that has forms shows of one. The core makes it; an adapter
 * renders it, and sends what was filled in back as a text form (form.h), each row as "key: text".
 *
 * Every text is clean UTF-8; marks (words.h) are its only formatting. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

typedef struct Card Card;

typedef enum RowKind {
    ROW_LINE,    /* one line of text */
    ROW_TEXT,    /* several lines */
    ROW_NUMBER,  /* a decimal number; what is sent is `before`, the number, `after` */
    ROW_CHOICE,  /* one of `choices` */
    ROW_CHOICES, /* any of `choices`; sent as their values with ", " between */
    ROW_TIME,    /* "HH:MM" */
    ROW_MEMBER,  /* one member, sent as a mention of them */
} RowKind;

typedef struct RowChoice {
    char *text;  /* what is shown */
    char *value; /* what is sent */
    char *note;  /* a second line beside it; NULL */
} RowChoice;

typedef struct FormRow {
    const char *key; /* of the field; static */
    int32_t number;  /* of a numbered key: 1 for "kr1"; else which of the key's rows, from 1 */
    bool numbered;   /* the number is sent behind the key */
    RowKind kind;
    char *label;
    char *hint;           /* shown small, below; NULL */
    char *initial;        /* what is there: text, a number, or a choice's value; NULL: nothing */
    char *before, *after; /* ROW_NUMBER: "$", "M"; "" where there is none */
    bool required;
    bool
        guess; /* ROW_LINE: nobody chose `initial`; who knows better may put something else there */
    size_t max;         /* characters */
    GPtrArray *choices; /* of RowChoice; NULL where the kind has none */
    char *fault;        /* what is wrong with what is there; NULL */
    /* Where the fault can be answered otherwise than by a better text: of RowChoice, whose value is
     * sent as "answer: VALUE" right behind this row. A value that ends in ": " wants words behind
     * it. NULL: none. */
    GPtrArray *answers;
    /* Shown beside what is there: "KR1 22% → 27% → 35%"; NULL. */
    char *note;
} FormRow;

typedef struct FormView {
    char *form;    /* its name: "sprint open" */
    char *channel; /* where it is about; NULL: a direct conversation */
    char *title;   /* at most 24 characters */
    char *submit;  /* the button's label, at most 24 characters */
    char *about;   /* lines that are sent in front of all others as they stand ("sprint: 1"); "" */
    Card *intro;   /* blocks shown above the rows; never NULL */
    GPtrArray *rows; /* of FormRow, in the order of the form; a key's rows stand together */
    char *more;      /* comma-separated keys that may get one more empty row; "" */
    char *more_max;  /* beside `more`: how many rows each may have, "5,20" */
    bool faulty;     /* some row has a fault, or the intro says what is wrong */
} FormView;

FormView *form_view_new(const char *form, const char *channel);
void form_view_free(FormView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FormView, form_view_free)
/* Appends an empty row. */
FormRow *form_view_row(FormView *view, const char *key, int32_t number, RowKind kind);
RowChoice *row_choice(GPtrArray *choices, char *take_text, char *take_value, char *take_note);
GPtrArray *row_choices_new(void);
