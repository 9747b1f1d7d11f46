#pragma once

/* Commands: one row each; help, parsing and permission read the same row. */

#include "core/form.h"
#include "core/words.h"

typedef enum CommandWho {
    WHO_ANYONE, /* also where no team lives yet */
    WHO_MEMBER, /* in a team's home */
} CommandWho;

typedef struct Command {
    const char *family; /* "sprint" or "okr" */
    const char *name;
    const char *aliases; /* comma-separated; NULL */
    const char *usage;   /* what follows the name */
    WordId help;         /* one line */
    WordId example;      /* what to type, and what happens */
    CommandWho who;
    const Form *form;                          /* begins this form with what follows the name … */
    char *(*short_form)(const char *rest);     /* a line written in a way of its own, as the form's
                                                  lines; NULL, or returns NULL: it is in no such way */
    void (*run)(Turn *turn, const char *rest); /* … unless it has a way of its own */
} Command;

/* Ends with a NULL name; in the order in which help shows them. */
extern const Command *const commands[];

/* Begins the form of that name with `text`, as its command would. */
void command_form(Turn *turn, const char *form, const char *text);

/* A platform's form of that name was sent, or closed unsent, with these values. */
void command_take(Turn *turn, const char *form, const char *text, bool shut);

/* The command that "sprint status …" (cleaned, text.h) names, however it is spelled; NULL: none. */
const Command *command_of(const char *text);
/* Is "sprint status …" the name of a command? */
bool command_known(const char *text);
/* "1.2: reason" as "first: 1.2" and "second: reason"; NULL where `rest` is more than a line, or
 * does not begin with some of these characters. For Command.short_form. */
char *command_two(const char *rest, const char *characters, const char *first, const char *second);
/* EVENT_COMMAND: "sprint open …": finds the row and runs it; unknown ones get the nearest, and
 * help. */
void command_run(Turn *turn, const char *text);
