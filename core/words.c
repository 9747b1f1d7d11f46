/* Templates are read with a small scanner each time: they are short, and a message is rare beside
 * an fsync. */

#include "core/words.h"

#include <string.h>

#include "core/digits.h"
#include "core/text.h"

static const char *const templates[W_COUNT] = {
#define W(name, text) [W_##name] = text,
#include "core/words/all.def"
#undef W
};

const char *words_template(WordId id)
{
    g_assert(id >= 0 && id < W_COUNT);
    return templates[id];
}

static const Arg *arg_find(const Arg *args, const char *name, size_t len)
{
    for (; args->name != NULL; args++) {
        if (*args->name == *name && strncmp(args->name, name, len) == 0 &&
            args->name[len] == '\0') {
            return args;
        }
    }
    return NULL;
}

static void add_number(GString *out, int64_t n)
{
    char digits[DIGITS_MAX];
    const char *text = digits_text(digits, n);

    text_add(out, text, strlen(text));
}

/* `choice` is "one|many", up to the closing brace at `end`. */
static void add_noun(GString *out, int64_t n, const char *choice, const char *end)
{
    const char *bar = memchr(choice, '|', (size_t)(end - choice));

    g_assert(bar != NULL);
    if (n == 1 || n == -1) {
        text_add(out, choice, (size_t)(bar - choice));
    } else {
        text_add(out, bar + 1, (size_t)(end - bar - 1));
    }
}

static void add_arg(GString *out, const Arg *arg, const char *form, const char *end)
{
    if (*form == '?') {
        add_noun(out, arg->number, form + 1, end);
    } else if (arg->text != NULL) {
        text_add(out, arg->text, strlen(arg->text));
    } else {
        add_number(out, arg->number);
        if (*form == ':') {
            g_string_append_c(out, ' ');
            add_noun(out, arg->number, form + 1, end);
        }
    }
}

/* The placeholder whose name begins at `name`; gives its closing brace. */
static const char *add_placeholder(GString *out, const char *name, const Arg *args)
{
    size_t len = strcspn(name, ":?}");
    const Arg *arg = arg_find(args, name, len);
    const char *form = name + len;
    const char *end = *form == '}' ? form : strchr(form, '}');

    g_assert(end != NULL);
    if (arg == NULL) {
        g_error("a message names {%.*s}, which was not given", (int)len, name);
    }
    add_arg(out, arg, form, end);
    return end;
}

void say_to(GString *out, WordId id, const Arg *args)
{
    for (const char *p = words_template(id); *p != '\0'; p++) {
        size_t plain = strcspn(p, "{}");

        text_add(out, p, plain);
        p += plain;
        if (*p == '\0') {
            return;
        }
        if (*p == '{' && p[1] != '{') {
            p = add_placeholder(out, p + 1, args);
        } else { /* a doubled brace */
            g_string_append_c(out, *p);
            p += p[1] == *p ? 1 : 0;
        }
    }
}

char *say_args(WordId id, const Arg *args)
{
    GString out = text_begin(TEXT_ROOM);

    say_to(&out, id, args);
    return out.str;
}
