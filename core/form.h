#pragma once

/* Forms: typed fields with help, limits and checks. One table row per field serves the text form,
 * the conversation that stands in for a form, and a platform's modal (design: Text forms).
 *
 *     /sprint open
 *     trigger: KR at Risk
 *     kr: Increase ICP meeting acceptance rate from 22% to 35%
 *
 * Keys are case-insensitive and forgiving ("check in", "check-in"); a line that begins with a blank
 * goes on. */

#include "core/form_view.h"
#include "core/turn.h"
#include "core/words.h"

typedef struct Form Form;
typedef struct FormValues FormValues;
typedef struct FormEntry FormEntry;

typedef enum CheckResult {
    CHECK_OK,
    CHECK_WRONG, /* `why` says what, why the rule is there, and what to do */
    CHECK_NEED,  /* the turn asked for something; take it again */
} CheckResult;

typedef struct Field {
    const char *key;     /* as it is printed: "kr" */
    const char *aliases; /* other spellings, comma-separated; NULL */
    bool required;
    bool repeat;   /* may stand several times */
    bool quiet;    /* a conversation asks for it only where it is required */
    bool numbered; /* "kr1", "cause kr3": a number belongs to the key */
    bool behind;   /* speaks of the line before it, and goes when that line goes or is rewritten */
    bool movement; /* takes a value, so that "+2" is an answer to it and not one to a check-in */
    size_t max;    /* characters */
    WordId question; /* what the conversation asks */
    WordId help;     /* an example; shown when an answer was not understood */
    /* Checks one entry, and may write a better text into it (entry_set). NULL: any text will do. */
    CheckResult (*check)(Turn *turn, FormValues *values, FormEntry *entry, GString *why);
    /* Takes an answer that is no value but says what to do with the entry ("move", "keep: reason"):
     * true when it was one; one that was refused writes `why`. NULL: none. */
    bool (*take)(FormValues *values, FormEntry *entry, const char *answer, GString *why);
    /* Adds to the question what there is to choose from; `number` as in FormEntry. NULL: nothing.
     */
    void (*choices)(Turn *turn, const FormValues *values, int32_t number, Card *card);

    /* How a platform that has forms asks for it (form_show.h). */
    RowKind row;
    bool hidden; /* shown only where something is there */
    /* Makes the row fit what it asks for: its choices, a number's unit, a better label, what is
     * known already. `entry`: what is there; NULL: an empty row. NULL: as the rest of this table
     * says. */
    void (*dress)(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row);
    /* Adds to row->answers what else than a better text would settle the fault of this entry. NULL:
     * nothing. */
    void (*answers)(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row);
} Field;

struct Form {
    const char *name;    /* "sprint open": the command that it belongs to */
    const Field *fields; /* ends with a NULL key */
    const char *first; /* key for text that stands before any key on the command's own line; NULL */
    /* What is only wrong as a whole (two sprints are active): writes `why`, returns CHECK_WRONG.
     * NULL: nothing. Asked first, so that nobody fills in a form in vain. */
    CheckResult (*allow)(Turn *turn, GString *why);
    /* How many entries of a field there must be at least; NULL: one where `required` says so. */
    int32_t (*at_least)(const Turn *turn, const FormValues *values, const Field *field);
    /* Which numbers of a numbered field are wanted (of int32_t); NULL: none is. */
    void (*numbers)(const Turn *turn, const FormValues *values, const Field *field, GArray *out);
    /* How many there may be at most; NULL: one, or any number where `repeat` says so. */
    int32_t (*at_most)(const Turn *turn, const Field *field);
    bool
        sittings; /* a text form may be incomplete: what is there is taken, the rest another time */
    WordId done;  /* what the summary says that "yes" will do */
    WordId
        title; /* of a platform's form, at most 24 characters; the button that sends it likewise */
    WordId send;
    bool fleeting; /* closed unsent, nothing of it is kept: it is filled in again in a moment */
    /* Adds what is good to know above a platform's form; NULL: nothing. */
    void (*intro)(Turn *turn, const FormValues *values, Card *card);
    /* Adds what is known already to values that lack it; NULL: nothing is. */
    CheckResult (*prefill)(Turn *turn, FormValues *values);
    /* Carries out the form; every entry has been checked. False when it was refused (with a reply)
     * after all: what was typed is kept as a draft then. */
    bool (*submit)(Turn *turn, FormValues *values);
};

struct FormEntry {
    const Field *field;
    int32_t number; /* as it was typed behind the key; 0: none. Only numbered keys are printed with
                       it */
    char *text;
    int32_t line; /* in the message, from 1; 0 when it did not come from one */
};

struct FormValues {
    const Form *form;
    GPtrArray *entries; /* of FormEntry, in order */
    bool whole;         /* everything is asked for, also where the form allows sittings */
};

/* A mistake at one place. */
typedef struct FormFault {
    const Field *field; /* NULL: the key was not known */
    size_t entry;       /* index into entries; SIZE_MAX when it is missing */
    int32_t line;
    int32_t number; /* of a missing numbered entry, else 0 */
    char *lost;     /* the line as it was typed, where it belongs to no entry; NULL */
    char *why;
} FormFault;

FormValues *form_values_new(const Form *form);
void form_values_free(FormValues *values);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FormValues, form_values_free)

/* Reads a text form. Mistakes (unknown keys with the nearest known one, a text too long, a key
 * twice) are added to `faults` (of FormFault); what could be read is in the result all the same. */
FormValues *form_read(const Form *form, const char *text, GPtrArray *faults);
/* Answers to faults ("answer: move" right behind the entry that it is about) are taken, and leave
 * the values; one that is refused is a fault of its entry. */
void form_take_answers(FormValues *values, GPtrArray *faults);
/* Prints values so that form_read reads them back. With the command in front: "/sprint open\n…".
 * Caller frees. */
char *form_text(const FormValues *values, bool with_command);
GPtrArray *form_faults_new(void);
void form_fault_add(GPtrArray *faults, const Field *field, size_t entry, int32_t line,
                    char *take_why);

/* The first entry of that key, its text; NULL when absent, or when `key` is NULL. */
const char *form_get(const FormValues *values, const char *key);
FormEntry *form_entry(const FormValues *values, const char *key,
                      size_t n); /* the nth of that key; NULL */
FormEntry *form_entry_numbered(const FormValues *values, const char *key, int32_t number);
size_t form_count(const FormValues *values, const char *key);
FormEntry *form_put(FormValues *values, const char *key, int32_t number,
                    const char *text); /* appends */
FormEntry *form_put_after(FormValues *values, const FormEntry *after, const char *key,
                          const char *text);
FormEntry *form_after(const FormValues *values,
                      const FormEntry *entry);          /* the entry behind it; NULL */
void form_remove(FormValues *values, FormEntry *entry); /* with what stands behind it */
void form_rewrite(FormValues *values, FormEntry *entry,
                  char *take_text); /* what stood behind it goes */
void entry_set(FormEntry *entry, char *take_text);
const Field *form_field(const Form *form, const char *key);

/* Checks every entry and what is missing; faults are added in the order of the fields. CHECK_NEED:
 * take the turn again. CHECK_OK: there were none. */
CheckResult form_check(Turn *turn, FormValues *values, GPtrArray *faults);
/* Checks one entry: length and the field's own check. */
CheckResult form_check_entry(Turn *turn, FormValues *values, FormEntry *entry, GString *why);

/* How many entries of a field there must be at least, as things stand. */
int32_t form_at_least(const Turn *turn, const FormValues *values, const Field *field);
/* The numbers of a numbered field that are wanted now (of int32_t); empty for other fields. */
void form_wanted(const Turn *turn, const FormValues *values, const Field *field, GArray *numbers);

const Form *form_named(const char *name);
