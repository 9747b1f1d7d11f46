/* Lines are read one at a time and with a bound, so that a file of any size, or one without lines,
 * costs little. */

#include "bot/lint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/challenge.h"
#include "core/text.h"
#include "core/words.h"

#define NOT_TEXT "not-text"

/* A character has at most four bytes: a longer line is too long, whatever it holds. */
#define LINE_BYTES_MAX (4 * (size_t)TEXT_MESSAGE_MAX)

enum { EXIT_PASSED = 0, EXIT_FOUND = 1, EXIT_UNUSABLE = 2 };

typedef struct Lint {
    LintFormat format;
    bool passed;
} Lint;

static bool is_mark_end(char c)
{
    return c == ' ' || c == '\0';
}

/* "- ", "* ", "3. ", "2) ", "[x] " */
static size_t list_mark(const char *text)
{
    static const char *const marks[] = {"-", "*", "+", "•", "[ ]", "[x]"};
    size_t digits = strspn(text, "0123456789");

    if (digits > 0 && digits < 4 && (text[digits] == '.' || text[digits] == ')') &&
        text[digits + 1] == ' ') {
        return digits + 1;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        size_t len = strlen(marks[i]);

        if (g_str_has_prefix(text, marks[i]) && is_mark_end(text[len])) {
            return len;
        }
    }
    return 0;
}

/* "kr: ", "KR 2: ", "key result 1: " */
static size_t kr_mark(const char *text)
{
    static const char *const names[] = {"key result", "kr"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        size_t len = strlen(names[i]);

        if (g_ascii_strncasecmp(text, names[i], len) == 0) {
            len += strspn(text + len, " ");
            len += strspn(text + len, "0123456789");
            return text[len] == ':' ? len + 1 : 0;
        }
    }
    return 0;
}

/* The sentence of a line, from its first character that is no blank, list mark or prefix. */
static const char *sentence_of(const char *line)
{
    size_t mark;

    do {
        line += strspn(line, " ");
        mark = list_mark(line);
        mark = mark > 0 ? mark : kr_mark(line);
        line += mark;
    } while (mark > 0);
    return line;
}

static void add_verdict(GString *out, const Lint *lint, LintPlace place, const Judgement *judgement,
                        const char *sentence)
{
    const char *verdict = verdict_name(judgement->verdict);

    if (lint->format == LINT_TSV) {
        g_string_append_printf(out, "%s\t%s\t%s\n", verdict, judgement->rule, sentence);
    } else {
        g_string_append_printf(out, "%s:%zu: %s: %s: %s\n", place.file, place.line, verdict,
                               judgement->rule, judgement->why);
    }
}

static void add_not_text(GString *out, const Lint *lint, LintPlace place, const char *bytes,
                         size_t len, char *take_why)
{
    g_auto(Judgement) judgement = {.verdict = VERDICT_REFUSE, .rule = NOT_TEXT, .why = take_why};
    g_autofree char *valid = g_utf8_make_valid(bytes, (gssize)MIN(len, LINE_BYTES_MAX));
    g_autofree char *line = text_squeeze(valid);
    g_autofree char *shown = text_cut(line, 200);

    add_verdict(out, lint, place, &judgement, shown);
}

static char *trimmed(const char *bytes, size_t len)
{
    char *line = g_strdelimit(g_strndup(bytes, len), "\t\r", ' ');

    return g_strchomp(line);
}

bool lint_line(GString *out, LintFormat format, LintPlace place, const char *bytes, size_t len)
{
    Lint lint = {.format = format};
    g_autofree char *clean = NULL;
    size_t at = 0;
    TextFault fault = text_clean(bytes, len, TEXT_MESSAGE_MAX, &clean, &at);

    if (fault != TEXT_OK) {
        add_not_text(out, &lint, place, bytes, len, text_fault_say(fault, at, TEXT_MESSAGE_MAX));
        return false;
    }
    g_autofree char *line = trimmed(bytes, len);
    const char *sentence = sentence_of(line);

    if (line[strspn(line, " ")] == '#' || *sentence == '\0') {
        return true;
    }
    g_auto(Judgement) judgement = challenge_kr(sentence_of(clean), NULL);

    add_verdict(out, &lint, place, &judgement, sentence);
    return judgement.verdict == VERDICT_PASS;
}

/* One line without its newline; what is over the bound is read and dropped, all but one byte. False
 * at the end. */
static bool read_line(FILE *in, GString *line)
{
    int c = getc(in);

    g_string_truncate(line, 0);
    if (c == EOF) {
        return false;
    }
    for (; c != EOF && c != '\n'; c = getc(in)) {
        if (line->len <= LINE_BYTES_MAX) {
            g_string_append_c(line, (char)c);
        }
    }
    return true;
}

static bool print(const char *text)
{
    return fputs(text, stdout) >= 0;
}

static void complain(char *take_message)
{
    g_autofree char *message = take_message;

    (void)fprintf(stderr, "%s\n", message);
}

static int cannot_read(const char *file)
{
    complain(say(W_LINT_CANNOT_READ, S("file", file), S("reason", g_strerror(errno))));
    return EXIT_UNUSABLE;
}

static int lint_stream(Lint *lint, const char *file, FILE *in)
{
    g_autoptr(GString) line = g_string_new(NULL), out = g_string_new(NULL);
    LintPlace place = {.file = file};

    errno = 0;
    while (read_line(in, line)) {
        place.line++;
        g_string_truncate(out, 0);
        lint->passed = lint_line(out, lint->format, place, line->str, line->len) && lint->passed;
        if (!print(out->str)) {
            return EXIT_UNUSABLE; /* said once, at the end */
        }
    }
    return ferror(in) ? cannot_read(file) : EXIT_PASSED;
}

static int lint_file(Lint *lint, const char *file)
{
    if (strcmp(file, "-") == 0) {
        return lint_stream(lint, file, stdin);
    }
    FILE *in = fopen(file, "re");

    if (in == NULL) {
        return cannot_read(file);
    }
    int status = lint_stream(lint, file, in);

    (void)fclose(in);
    return status;
}

static int lint_files(Lint *lint, char **files)
{
    char standard_input[] = "-";
    char *none[] = {standard_input, NULL};
    int worst = EXIT_PASSED;

    for (char **file = files != NULL ? files : none; *file != NULL; file++) {
        int status = lint_file(lint, *file);

        worst = MAX(worst, status);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain(say(W_LINT_CANNOT_WRITE, S("reason", g_strerror(errno))));
        return EXIT_UNUSABLE;
    }
    return worst == EXIT_PASSED && !lint->passed ? EXIT_FOUND : worst;
}

static bool format_named(const char *name, LintFormat *format)
{
    if (name == NULL || strcmp(name, "text") == 0) {
        *format = LINT_TEXT;
        return true;
    }
    *format = LINT_TSV;
    return strcmp(name, "tsv") == 0;
}

int lint_main(int argc, char **argv)
{
    g_autofree char *format = NULL;
    g_auto(GStrv) files = NULL;
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_STRING, &format, words_template(W_LINT_FORMAT), "FORMAT"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL},
        {NULL},
    };
    g_autoptr(GOptionContext) options = g_option_context_new("[FILE...]");
    Lint lint = {.passed = true};

    g_set_prgname("anchord lint");
    g_option_context_set_summary(options, words_template(W_LINT_ABOUT));
    g_option_context_add_main_entries(options, entries, NULL);
    if (!g_option_context_parse(options, &argc, &argv, &error)) {
        complain(g_strdup_printf("anchord lint: %s", error->message));
        return EXIT_UNUSABLE;
    }
    if (!format_named(format, &lint.format)) {
        complain(say(W_LINT_UNKNOWN_FORMAT, S("format", format)));
        return EXIT_UNUSABLE;
    }
    return lint_files(&lint, files);
}
