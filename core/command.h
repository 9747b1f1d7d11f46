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
/* EVENT_COMMAND: "sprint open …": finds the row and runs it; unknown ones get the nearest, and
 * help. */
void command_run(Turn *turn, const char *text);
