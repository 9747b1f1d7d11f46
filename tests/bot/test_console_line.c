#include "bot/console/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "bot/console/render.h"

static const char *const no_words[] = {NULL};

static int ready(void *arg, int fd)
{
    (void)arg;
    (void)fd;
    return 0;
}

static int signalled(void *arg, int fd)
{
    (void)fd;
    return *(const int *)arg;
}

/* A file with these bytes, to be read from its start. */
static int file_with(const char *bytes, size_t len)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("line-XXXXXX", &path, NULL);

    assert_true(fd >= 0);
    unlink(path);
    for (size_t done = 0; done < len;) {
        ssize_t n = write(fd, bytes + done, len - done);

        assert_true(n > 0);
        done += (size_t)n;
    }
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* All messages of an input, each in brackets; a line that was too long is "[!]". Caller frees. */
static char *all_messages(const char *bytes, size_t len)
{
    int fd = file_with(bytes, len);
    g_autoptr(Line) line = line_new(fd, LINE_PIPE, no_words, ready, NULL);
    g_autoptr(GString) message = g_string_new(NULL);
    GString *all = g_string_new(NULL);
    LineResult result;

    while ((result = line_read(line, "", message)) != LINE_END) {
        g_string_append_c(all, '[');
        if (result == LINE_TOO_LONG) {
            g_string_append_c(all, '!');
        } else {
            assert_int_equal(result, LINE_MESSAGE);
            g_string_append_len(all, message->str, (gssize)message->len);
        }
        g_string_append_c(all, ']');
    }
    assert_int_equal(line_read(line, "", message), LINE_END);
    close(fd);
    return g_string_free(all, FALSE);
}

static void test_lines_become_messages(void **state)
{
    static const struct {
        const char *promise, *input, *want;
    } cases[] = {
        {"nothing is no message", "", ""},
        {"one line is one message", "one\ntwo\n", "[one][two]"},
        {"the last line may lack its end", "one\ntwo", "[one][two]"},
        {"an empty line is an empty message", "\none\n", "[][one]"},
        {"CR LF ends a line too", "one\r\ntwo\r\n", "[one][two]"},
        {"a CR inside is kept", "a\rb\n", "[a\rb]"},
        {"a backslash goes on with a line break", "one\\\ntwo\n", "[one\ntwo]"},
        {"the blank before a backslash is for its looks", "one \\\ntwo\n", "[one\ntwo]"},
        {"a backslash goes on before CR LF", "one\\\r\ntwo\r\n", "[one\ntwo]"},
        {"blanks at the start of a line are kept", "a:\\\n  b\n", "[a:\n  b]"},
        {"three lines are one message", "1\\\n2\\\n3\n4\n", "[1\n2\n3][4]"},
        {"an empty line can be in between", "1\\\n\\\n3\n", "[1\n\n3]"},
        {"the end of the input ends what goes on", "one\\\n", "[one]"},
        {"a lone backslash at the end is an empty message", "\\", "[]"},
        {"a backslash inside is kept", "a\\b\n", "[a\\b]"},
        {"a blank behind the backslash ends the message", "a\\ \nb\n", "[a\\ ][b]"},
        {"a hash and a blank begin a comment", "# one\ntwo\n", "[two]"},
        {"a lone hash is a comment", "#\ntwo\n", "[two]"},
        {"a comment does not go on", "# one\\\ntwo\n", "[two]"},
        {"sprint 2 can be answered", "#2 27%\n", "[#2 27%]"},
        {"a comment inside a message is part of it", "a\\\n# b\n", "[a\n# b]"},
        {"a comment can be the last line", "one\n# two", "[one]"},
        {"bytes that are no text pass through", "a\xFF\x01\n", "[a\xFF\x01]"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = all_messages(cases[i].input, strlen(cases[i].input));

        if (strcmp(got, cases[i].want) != 0) {
            fail_msg("%s: got %s, not %s", cases[i].promise, got, cases[i].want);
        }
    }
}

static void test_a_nul_byte_passes_through(void **state)
{
    int fd = file_with("a\0b\n", 4);
    g_autoptr(Line) line = line_new(fd, LINE_PIPE, no_words, ready, NULL);
    g_autoptr(GString) message = g_string_new(NULL);

    (void)state;
    assert_int_equal(line_read(line, "", message), LINE_MESSAGE);
    assert_int_equal(message->len, 3);
    assert_memory_equal(message->str, "a\0b", 3);
    close(fd);
}

/* What `show` prints on a terminal is read as the one message that it came from. */
static void test_a_text_form_that_was_shown_can_be_typed_again(void **state)
{
    static const char *const forms[] = {
        "/sprint status",
        "/sprint open\ntrigger: KR at Risk\nsituation: it stands\n  at \"22%\" \\ 35%\nkr: x",
        "/okr kr\nobjective: 1\n\nkr: Win rate above 25%",
    };
    const RenderStyle terminal = {.terminal = true, .width = 40};
    const RenderHead head = {0};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autoptr(Card) card = card_new(CARD_REPLY);
        g_autofree char *want = g_strdup_printf("[%s][]", forms[i]);

        card_code(card, g_strdup(forms[i]));
        g_autofree char *shown = render_card(card, &head, &terminal);
        const char *code = strchr(shown, '/');
        g_autofree char *got = all_messages(code, strlen(code));
        if (strcmp(got, want) != 0) {
            fail_msg("%s is read as %s", want, got);
        }
    }
}

/* A line of `len` letters, then `rest`. Caller frees. */
static char *long_line(size_t len, const char *rest)
{
    g_autofree char *letters = g_strnfill(len, 'x');

    return g_strconcat(letters, rest, NULL);
}

static void test_the_longest_line_is_taken_and_the_next_longer_is_not(void **state)
{
    static const struct {
        const char *promise;
        size_t len;
        const char *rest, *want;
    } cases[] = {
        {"4 MiB are taken", LINE_BYTES_MAX, "\nnext\n", NULL},
        {"one byte more is passed over", LINE_BYTES_MAX + 1, "\nnext\n", "[!][next]"},
        {"also at the end of the input", LINE_BYTES_MAX + 1, "", "[!]"},
        {"far more is passed over", 3 * LINE_BYTES_MAX, "\nnext\n", "[!][next]"},
        {"what goes on behind it is passed over too", LINE_BYTES_MAX + 1, "\\\nmore\nnext\n",
         "[!][next]"},
        {"many lines together can be too long", LINE_BYTES_MAX - 1, "\\\nmore\nnext\n",
         "[!][next]"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *input = long_line(cases[i].len, cases[i].rest);
        g_autofree char *got = all_messages(input, strlen(input));
        bool right = cases[i].want != NULL ? strcmp(got, cases[i].want) == 0
                                           : strlen(got) == LINE_BYTES_MAX + strlen("[][next]");

        if (!right) {
            fail_msg("%s: got %.40s… of %zu bytes", cases[i].promise, got, strlen(got));
        }
    }
}

static void test_a_closed_descriptor_is_the_end(void **state)
{
    int fd = file_with("one\n", 4);
    g_autoptr(Line) line = line_new(fd, LINE_PIPE, no_words, ready, NULL);
    g_autoptr(GString) message = g_string_new(NULL);

    (void)state;
    close(fd);
    assert_int_equal(line_read(line, "", message), LINE_END);
}

static void test_signals_end_a_pipe(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        int fd = file_with("one\n", 4);
        int signal = signals[i];
        g_autoptr(Line) line = line_new(fd, LINE_PIPE, no_words, signalled, &signal);
        g_autoptr(GString) message = g_string_new(NULL);

        assert_int_equal(line_read(line, "", message), LINE_STOPPED);
        close(fd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_become_messages),
        cmocka_unit_test(test_a_nul_byte_passes_through),
        cmocka_unit_test(test_a_text_form_that_was_shown_can_be_typed_again),
        cmocka_unit_test(test_the_longest_line_is_taken_and_the_next_longer_is_not),
        cmocka_unit_test(test_a_closed_descriptor_is_the_end),
        cmocka_unit_test(test_signals_end_a_pipe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
