#pragma once

/* What is typed or piped in, a message at a time. One line is one message; a line that ends in a
 * backslash goes on, with a line break in its place; CR LF is a line end too; "# " at the start of
 * a message begins a comment. Bytes are passed on as they are: the core judges them.
 *
 * On a terminal the line is edited (libedit), with history, completion and a prompt. */

#include <stdbool.h>

#include <glib.h>

/* The most that one message may hold, in bytes; the core allows far less, and says so. */
#define LINE_BYTES_MAX ((size_t)4 * 1024 * 1024)

typedef enum LineKind {
    LINE_PIPE,   /* read, and nothing more */
    LINE_PROMPT, /* a terminal that can do little: a prompt before each line */
    LINE_EDIT,   /* a terminal to edit the line on */
} LineKind;

typedef enum LineResult {
    LINE_MESSAGE,
    LINE_TOO_LONG, /* it was passed over */
    LINE_CLEARED,  /* interrupted on a terminal: nothing of it is left */
    LINE_END,      /* nothing more will come */
    LINE_STOPPED,  /* a signal asks for the end */
} LineResult;

/* Waits until `fd` can be read: 0; or until a signal came: its number. Other things may happen
 * meanwhile. */
typedef int (*LineWait)(void *arg, int fd);

typedef struct Line Line;

/* Reads `fd`, which is borrowed. `words` (borrowed, ended by NULL) complete what a message starts
 * with. */
Line *line_new(int fd, LineKind kind, const char *const *words, LineWait wait, void *arg);
void line_free(Line *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_free)

/* The next message, into `message`. The prompt may hold escape sequences, between bytes 1, where
 * lines are edited. */
LineResult line_read(Line *line, const char *prompt, GString *message);

/* Around anything else that is written on the terminal: takes the line away that is being edited,
 * and brings it back. Do nothing while none is. */
void line_hide(Line *line);
void line_show(Line *line);
