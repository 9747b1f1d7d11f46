#pragma once

/* One line edited on a terminal: libedit, made to wait where the console waits. */

#include "bot/console/line.h"

typedef struct Edit Edit;

/* NULL when the terminal cannot be driven. All arguments as for line_new. */
Edit *edit_new(int fd, const char *const *words, LineWait wait, void *arg);
void edit_free(Edit *edit);

/* One line without its end. */
LineResult edit_read(Edit *edit, const char *prompt, GString *line);
void edit_hide(Edit *edit);
void edit_show(Edit *edit);
