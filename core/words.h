#pragma once

/* All words that people read, in one place, so that they can be translated: core/words/ has one
 * .def file per subject, each row
 *
 *     W(SPRINT_OPENED, "Sprint {number} is open until {end}.")
 *
 * A template names its arguments in braces; {n:day|days} gives the number with the right noun: "1
 * day", "3 days"; {n?day|days} the noun alone. A doubled brace stands for itself. Marks (below) are
 * the only formatting there is, and only templates carry them: whatever a person typed has been
 * cleaned of control characters on its way in (text.h), so it can never look like a mark. */

#include <stdint.h>

#include <glib.h>

typedef enum WordId {
#define W(name, text) W_##name,
#include "core/words/all.def"
#undef W
    W_COUNT
} WordId;

typedef struct Arg {
    const char *name; /* NULL ends a list */
    const char *text; /* borrowed for the call; NULL where it is a number */
    int64_t number;
} Arg;

#define S(arg_name, value) ((Arg){.name = (arg_name), .text = (value)})
#define N(arg_name, value) ((Arg){.name = (arg_name), .number = (value)})

/* Marks: bold and code, as bytes no clean text contains. Adapters turn them into their platform's
 * formatting. */
#define MARK_BOLD "\x01"
#define MARK_CODE "\x02"
#define MARK_END  "\x03"
#define BOLD(s)   MARK_BOLD s MARK_END
#define CODE(s)   MARK_CODE s MARK_END
/* A member, by the platform's own id: the only way a message mentions somebody. MARK_MEMBER id
 * MARK_END. */
#define MARK_MEMBER "\x04"

/* Fills the template and appends it. A placeholder without its argument is our own mistake and
 * asserts. */
void say_to(GString *out, WordId id, const Arg *args);
/* The same with its arguments written out: say_on(out, W_KR_PACE, S("pace", number)). */
#define say_on(out, ...)          say_on_pick(out, __VA_ARGS__, (Arg){0})
#define say_on_pick(out, id, ...) say_to((out), (id), (const Arg[]){__VA_ARGS__})
/* The same as a string of its own; caller frees. */
char *say_args(WordId id, const Arg *args);
#define say(...)          say_pick(__VA_ARGS__, (Arg){0})
#define say_pick(id, ...) say_args((id), (const Arg[]){__VA_ARGS__})

/* The bare template, for tests. */
const char *words_template(WordId id);
