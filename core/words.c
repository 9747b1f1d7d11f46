/* Templates are read with a small scanner each time: they are short, and a message is rare beside
 * an fsync. */

#include "core/words.h"

#include <string.h>

#include "core/digits.h"

/* Room for what most templates become. */
#define SAID_LEN 80

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
        if (strlen(args->name) == len && memcmp(args->name, name, len) == 0) {
            return args;
        }
    }
    return NULL;
}

/* `choice` is "one|many", up to the closing brace at `end`. */
static void add_noun(GString *out, int64_t n, const char *choice, const char *end)
{
    const char *bar = memchr(choice, '|', (size_t)(end - choice));

    g_assert(bar != NULL);
    if (n == 1 || n == -1) {
        g_string_append_len(out, choice, bar - choice);
    } else {
        g_string_append_len(out, bar + 1, end - bar - 1);
    }
}

static void add_number(GString *out, int64_t n)
{
    char digits[DIGITS_MAX];

    g_string_append(out, digits_text(digits, n));
}

/* One placeholder, without its braces. */
static void add_placeholder(GString *out, const char *p, const char *end, const Arg *args)
{
    size_t name_len = strcspn(p, ":?}");
    const Arg *arg = arg_find(args, p, name_len);
    const char *rest = p + name_len;

    if (arg == NULL) {
        g_error("a message names {%.*s}, which was not given", (int)name_len, p);
    }
    if (*rest == '?') {
        add_noun(out, arg->number, rest + 1, end);
        return;
    }
    if (arg->text != NULL) {
        g_string_append(out, arg->text);
        return;
    }
    add_number(out, arg->number);
    if (*rest == ':') {
        g_string_append_c(out, ' ');
        add_noun(out, arg->number, rest + 1, end);
    }
}

void say_to(GString *out, WordId id, const Arg *args)
{
    for (const char *p = words_template(id); *p != '\0';) {
        size_t plain = strcspn(p, "{}");

        g_string_append_len(out, p, (gssize)plain);
        p += plain;
        if (*p == '\0') {
            return;
        }
        if (*p == '{' && p[1] != '{') {
            const char *end = strchr(p, '}');

            g_assert(end != NULL);
            add_placeholder(out, p + 1, end, args);
            p = end + 1;
        } else {
            g_string_append_c(out, *p); /* a doubled brace */
            p += p[1] == *p ? 2 : 1;
        }
    }
}

char *say_args(WordId id, const Arg *args)
{
    GString *out = g_string_sized_new(SAID_LEN);

    say_to(out, id, args);
    return g_string_free(out, FALSE);
}
