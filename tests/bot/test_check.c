/* anchord check: what it prints where, and how it ends. */

#include "bot/check.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#define FINE                                                                                       \
    "listen: 127.0.0.1:0\n"                                                                        \
    "workspaces:\n"                                                                                \
    "- {name: acme, platform: slack, app_token: \"${T_APP}\", bot_token: \"${T_BOT}\"}\n"

typedef struct Desk {
    char *folder, *file;
    char *out, *err; /* of the last run */
} Desk;

static int open_desk(void **state)
{
    Desk *desk = g_new0(Desk, 1);

    desk->folder = g_dir_make_tmp("anchord-check-XXXXXX", NULL);
    desk->file = g_build_filename(desk->folder, "anchord.yaml", NULL);
    g_setenv("T_APP", "xapp-verysecret", TRUE);
    g_setenv("T_BOT", "xoxb-verysecret", TRUE);
    g_unsetenv("ANCHORD_CONFIG");
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    Desk *desk = *state;

    (void)g_unlink(desk->file);
    (void)g_rmdir(desk->folder);
    g_free(desk->folder);
    g_free(desk->file);
    g_free(desk->out);
    g_free(desk->err);
    g_free(desk);
    return 0;
}

/* Leads a stream into a new file without a name; what it led to before is the result. */
static int lead_away(int fd)
{
    FILE *into = tmpfile();
    int before = fcntl(fd, F_DUPFD_CLOEXEC, 0);

    assert_non_null(into);
    assert_true(dup2(fileno(into), fd) == fd);
    (void)fclose(into);
    return before;
}

static char *lead_back(int fd, int before)
{
    GString *all = g_string_new(NULL);
    char some[1024];
    ssize_t n = 0;

    (void)lseek(fd, 0, SEEK_SET);
    while ((n = read(fd, some, sizeof(some))) > 0) {
        g_string_append_len(all, some, n);
    }
    (void)dup2(before, fd);
    (void)close(before);
    return g_string_free(all, FALSE);
}

/* The words behind "check", up to NULL. */
static int run(Desk *desk, const char *first, const char *second)
{
    char *argv[] = {g_strdup("check"), g_strdup(first), g_strdup(second), NULL};
    char *given[] = {argv[0], argv[1], argv[2], NULL}; /* what is understood is taken out */
    int argc = 1 + (first != NULL) + (second != NULL);

    (void)fflush(stdout);
    int out = lead_away(STDOUT_FILENO), err = lead_away(STDERR_FILENO);
    int status = check_main(argc, given);

    (void)fflush(stdout);
    g_free(desk->out);
    g_free(desk->err);
    desk->out = lead_back(STDOUT_FILENO, out);
    desk->err = lead_back(STDERR_FILENO, err);
    for (size_t i = 0; i < G_N_ELEMENTS(argv); i++) {
        g_free(argv[i]);
    }
    return status;
}

static void put(Desk *desk, const char *text)
{
    assert_true(g_file_set_contents(desk->file, text, -1, NULL));
    assert_int_equal(chmod(desk->file, 0644), 0);
}

static void test_a_fine_file_ends_with_0(void **state)
{
    Desk *desk = *state;

    put(desk, FINE);
    assert_int_equal(run(desk, "-c", desk->file), 0);
    g_autofree char *line =
        g_strdup_printf("%s: no mistakes; 1 workspace, the store is "
                        "sqlite:/var/lib/anchord/anchord.db, and health is on 127.0.0.1:0\n",
                        desk->file);

    assert_string_equal(desk->out, line);
    assert_string_equal(desk->err, "");
}

static void test_who_may_read_no_token_can_leave_them_out(void **state)
{
    Desk *desk = *state;

    put(desk, FINE);
    g_unsetenv("T_APP");
    g_setenv("ANCHORD_CONFIG", desk->file, TRUE);
    assert_int_equal(run(desk, NULL, NULL), 2);
    assert_non_null(strstr(desk->err, "T_APP"));
    assert_int_equal(run(desk, "--without-secrets", NULL), 0);
    assert_string_equal(desk->err, "");
    put(desk, FINE "lisen: here\n");
    assert_int_equal(run(desk, "--without-secrets", NULL), 2);
}

static void test_mistakes_end_with_2_and_stand_on_stderr(void **state)
{
    Desk *desk = *state;

    put(desk, "stor: sqlite:x\n" FINE "policy: {draft_days: 0}\n");
    assert_int_equal(run(desk, "-c", desk->file), 2);
    g_autofree char *lines = g_strdup_printf("%s:1:1: stor: unknown key; did you mean store?\n"
                                             "%s:5:22: policy.draft_days: 0 is below 1 (days)\n",
                                             desk->file, desk->file);

    assert_string_equal(desk->err, lines);
    assert_string_equal(desk->out, "");
}

static void test_the_environment_names_a_file(void **state)
{
    Desk *desk = *state;

    put(desk, FINE);
    g_setenv("ANCHORD_CONFIG", desk->file, TRUE);
    assert_int_equal(run(desk, NULL, NULL), 0);
    g_unsetenv("ANCHORD_CONFIG");
    assert_true(g_str_has_prefix(desk->out, desk->file));
}

static void test_wrong_usage_ends_with_2(void **state)
{
    Desk *desk = *state;

    put(desk, FINE);
    assert_int_equal(run(desk, "--colour", NULL), 2);
    assert_true(g_str_has_prefix(desk->err, "anchord check: "));
    assert_int_equal(run(desk, desk->file, NULL), 2);
    assert_non_null(strstr(desk->err, "one word too many"));
    assert_int_equal(run(desk, "-c", "/nowhere/anchord.yaml"), 2);
    assert_string_equal(desk->err,
                        "/nowhere/anchord.yaml:1:1: the file cannot be read: No such file "
                        "or directory\n");
    assert_string_equal(desk->out, "");
}

static void test_no_token_is_printed(void **state)
{
    Desk *desk = *state;

    put(desk, FINE);
    g_setenv("T_BOT", "xapp-verysecret", TRUE);
    assert_int_equal(run(desk, "-c", desk->file), 2);
    assert_non_null(strstr(desk->err, "bot_token: this is an app-level token"));
    assert_null(strstr(desk->err, "verysecret"));
    assert_null(strstr(desk->out, "verysecret"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(test_a_fine_file_ends_with_0),
        TEST(test_mistakes_end_with_2_and_stand_on_stderr),
        TEST(test_who_may_read_no_token_can_leave_them_out),
        TEST(test_the_environment_names_a_file),
        TEST(test_wrong_usage_ends_with_2),
        TEST(test_no_token_is_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
