#pragma once

/* `anchord lint`: judges key results from files or standard input, one a line. Nothing is started
 * and nothing kept. */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

typedef enum LintFormat {
    LINT_TEXT, /* FILE:LINE: verdict: rule: why */
    LINT_TSV,  /* verdict, rule, sentence; between them a tab */
} LintFormat;

/* Where a line came from. */
typedef struct LintPlace {
    const char *file;
    size_t line; /* from 1 */
} LintPlace;

/* Judges one line of `len` bytes, without its newline, and appends what is to be printed; nothing
 * for a line that is blank or begins with #. A list mark or "kr:" in front is no part of the
 * sentence. Bytes that are no text are refused as such. Returns whether the line passes, or is
 * passed over. */
bool lint_line(GString *out, LintFormat format, LintPlace place, const char *bytes, size_t len);

/* The subcommand; argv[0] is "lint". Returns its exit status: 0 when all lines pass, 1 when one
 * does not, 2 for wrong usage or a file that cannot be read. */
int lint_main(int argc, char **argv);
