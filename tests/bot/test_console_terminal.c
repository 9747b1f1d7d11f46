/* The console on a terminal: a pseudo terminal of 60 columns, keys pressed and the screen's bytes
 * read back. */

#include "bot/console/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (INT64_C(60) * G_USEC_PER_SEC)
#define ESC      "\x1b"
#define SKIPPED  77 /* as tests/CMakeLists.txt has it */

typedef struct Terminal {
    int fd;
    pid_t child;
    GString *seen;  /* all that was written */
    size_t checked; /* what was expected already */
} Terminal;

/* `term` is what TERM says; `option` may be NULL. */
static Terminal terminal_start(const char *term, const char *option)
{
    const struct winsize size = {.ws_row = 40, .ws_col = 60};
    Terminal terminal = {.seen = g_string_new(NULL)};

    terminal.child = forkpty(&terminal.fd, NULL, NULL, &size);
    assert_true(terminal.child >= 0);
    if (terminal.child == 0) {
        char name[] = "console";
        g_autofree char *word = g_strdup(option);
        char *argv[] = {name, word, NULL};

        g_setenv("TERM", term, TRUE);
        int code = console_main(option != NULL ? 2 : 1, argv);
        g_free(g_steal_pointer(&word));
        exit(code);
    }
    return terminal;
}

static void terminal_clear(Terminal *terminal)
{
    g_string_free(terminal->seen, TRUE);
    close(terminal->fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Terminal, terminal_clear)

/* Reads what is there, waiting a little; false at the end. */
static bool read_more(Terminal *terminal)
{
    struct pollfd polled = {.fd = terminal->fd, .events = POLLIN};
    char bytes[4096];

    if (poll(&polled, 1, 100) == 0) {
        return true;
    }
    ssize_t n = read(terminal->fd, bytes, sizeof bytes);
    if (n > 0) {
        g_string_append_len(terminal->seen, bytes, n);
    }
    return n > 0;
}

/* Waits until this is written, after what was waited for before. */
static void expect(Terminal *terminal, const char *text)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE;
    const char *found;

    while ((found = strstr(terminal->seen->str + terminal->checked, text)) == NULL) {
        if (!read_more(terminal) || g_get_monotonic_time() > deadline) {
            fail_msg("\"%s\" is not written after\n%s", text, terminal->seen->str);
        }
    }
    terminal->checked = (size_t)(found - terminal->seen->str) + strlen(text);
}

static void press(const Terminal *terminal, const char *keys)
{
    assert_int_equal(write(terminal->fd, keys, strlen(keys)), strlen(keys));
}

/* Before libedit has taken the terminal over, the kernel itself would take these keys, and lose
 * them. */
static void press_until_gone(Terminal *terminal, const char *keys)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE;

    do {
        press(terminal, keys);
        assert_true(g_get_monotonic_time() < deadline);
    } while (read_more(terminal));
}

static void expect_end(Terminal *terminal, int code)
{
    int status;

    while (read_more(terminal)) {
        /* until it closes the terminal */
    }
    assert_int_equal(waitpid(terminal->child, &status, 0), terminal->child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != code) {
        fail_msg("ended with status %x, not with %d:\n%s", (unsigned)status, code,
                 terminal->seen->str);
    }
}

static void test_it_greets_and_shows_who_and_where(void **state)
{
    g_auto(Terminal) terminal = terminal_start("xterm", NULL);

    (void)state;
    expect(&terminal, "/sprint setup");
    expect(&terminal, ":help");
    expect(&terminal, "Nothing is kept");
    expect(&terminal, "maria");
    expect(&terminal, "#general");
    expect(&terminal, " > ");
    press(&terminal, ":zone UTC\r");
    press(&terminal, ":time 2025-07-14 09:30\r");
    expect(&terminal, "It is Mon 14 July 2025, 09:30 (UTC).");
    expect(&terminal, "Mon 14 July 09:30");
    expect(&terminal, " > ");
    press_until_gone(&terminal, "\x04");
    expect_end(&terminal, 0);
}

static void test_the_line_can_be_edited_and_called_back(void **state)
{
    g_auto(Terminal) terminal = terminal_start("xterm", NULL);

    (void)state;
    expect(&terminal, " > ");
    press(&terminal, ":as jonsa\177\177as\r");
    expect(&terminal, "You are jonas in #general.");
    press(&terminal, "\020x\r"); /* ^P: the line before */
    expect(&terminal, "You are jonasx in #general.");
    press(&terminal, ":quit\r");
    expect_end(&terminal, 0);
}

static void test_letters_beyond_ascii_can_be_typed(void **state)
{
    g_auto(Terminal) terminal = terminal_start("xterm", NULL);

    (void)state;
    expect(&terminal, " > ");
    press(&terminal, ":as José日本\r");
    expect(&terminal, "You are José日本 in #general.");
    press(&terminal, ":in a\377b\r");
    expect(&terminal, "cannot be a name");
    press(&terminal, ":quit\r");
    expect_end(&terminal, 0);
}

static void test_tab_completes_commands(void **state)
{
    g_auto(Terminal) terminal = terminal_start("xterm", NULL);

    (void)state;
    expect(&terminal, " > ");
    press(&terminal, ":z\tUTC\r");
    expect(&terminal, "Times are read and shown in UTC.");
    press(&terminal, ":t\t"); /* there are two */
    expect(&terminal, "  :time");
    expect(&terminal, "  :thread");
    press(&terminal, "h\t\r");
    expect(&terminal, "What you say in #general answers no message.");
    press(&terminal, ":quit\r");
    expect_end(&terminal, 0);
}

static void test_an_interrupt_clears_the_line_and_ends_nothing(void **state)
{
    static const char *const terms[] = {"xterm", "dumb"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
        g_auto(Terminal) terminal = terminal_start(terms[i], NULL);

        expect(&terminal, " > ");
        press(&terminal, ":as jonas");
        expect(&terminal, "jonas");
        press(&terminal, "\x03");
        expect(&terminal, " > ");
        press(&terminal, ":in west\r");
        expect(&terminal, "You are maria in #west.");
        press(&terminal, ":quit\r");
        expect_end(&terminal, 0);
    }
}

static void test_a_message_may_have_several_lines(void **state)
{
    g_auto(Terminal) terminal = terminal_start("xterm", NULL);

    (void)state;
    expect(&terminal, " > ");
    press(&terminal, "/sprint setup \\\r");
    expect(&terminal, "… > ");
    press(&terminal, "name: West\r");
    expect(&terminal, "┃");
    expect(&terminal, "anchord");
    expect(&terminal, "[1]");
    press(&terminal, ":quit\r");
    expect_end(&terminal, 0);
}

static void test_nothing_is_coloured_where_that_is_not_wanted(void **state)
{
    static const struct {
        const char *promise, *term, *no_color, *option;
        bool coloured;
    } cases[] = {
        {"a terminal is coloured", "xterm", NULL, NULL, true},
        {"an empty NO_COLOR says nothing", "xterm", "", NULL, true},
        {"NO_COLOR is respected", "xterm", "1", NULL, false},
        {"a dumb terminal is not coloured", "dumb", NULL, NULL, false},
        {"plain is plain", "xterm", NULL, "--plain", false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (cases[i].no_color != NULL) {
            g_setenv("NO_COLOR", cases[i].no_color, TRUE);
        }
        g_auto(Terminal) terminal = terminal_start(cases[i].term, cases[i].option);

        g_unsetenv("NO_COLOR");
        expect(&terminal, " > ");
        press(&terminal, ":help\r");
        expect(&terminal, "/sprint help");
        press(&terminal, ":quit\r");
        expect_end(&terminal, 0);
        if ((strstr(terminal.seen->str, ESC "[0;1m") != NULL) != cases[i].coloured) {
            fail_msg("broken: %s\n%s", cases[i].promise, terminal.seen->str);
        }
    }
}

static void test_a_terminal_that_goes_away_ends_it(void **state)
{
    Terminal terminal = terminal_start("xterm", NULL);
    int status;

    (void)state;
    expect(&terminal, " > ");
    terminal_clear(&terminal);
    assert_int_equal(waitpid(terminal.child, &status, 0), terminal.child);
    assert_true(WIFEXITED(status));
}

/* Some containers have no pseudo terminals. */
static bool has_terminals(void)
{
    int ours = -1, theirs = -1;

    if (openpty(&ours, &theirs, NULL, NULL, NULL) != 0) {
        return false;
    }
    close(ours);
    close(theirs);
    return true;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_greets_and_shows_who_and_where),
        cmocka_unit_test(test_the_line_can_be_edited_and_called_back),
        cmocka_unit_test(test_letters_beyond_ascii_can_be_typed),
        cmocka_unit_test(test_tab_completes_commands),
        cmocka_unit_test(test_an_interrupt_clears_the_line_and_ends_nothing),
        cmocka_unit_test(test_a_message_may_have_several_lines),
        cmocka_unit_test(test_nothing_is_coloured_where_that_is_not_wanted),
        cmocka_unit_test(test_a_terminal_that_goes_away_ends_it),
    };

    if (!has_terminals()) {
        print_message("skipped: this machine has no pseudo terminals (is /dev/pts mounted?)\n");
        return SKIPPED;
    }
    g_setenv("USER", "maria", TRUE);
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    g_setenv("HOME", "/nonexistent", TRUE); /* nobody's own key bindings */
    g_unsetenv("NO_COLOR");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
