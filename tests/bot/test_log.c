/* The log: what is written, what never is, and that nobody waits for it. */

#include "bot/log.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

/* stderr, led into a pipe for a while: nothing is asserted meanwhile, for that goes there as well.
 */
typedef struct Ear {
    int stderr_fd, read_fd, write_fd;
} Ear;

static Ear listen_to_stderr(void)
{
    int ends[2];
    Ear ear = {.stderr_fd = dup(STDERR_FILENO)};

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    ear.read_fd = ends[0];
    ear.write_fd = ends[1];
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
    return ear;
}

static char *heard(const Ear *ear)
{
    GString *all = g_string_new(NULL);
    char some[4096];
    ssize_t n = 0;

    while ((n = read(ear->read_fd, some, sizeof(some))) > 0) {
        g_string_append_len(all, some, n);
    }
    return g_string_free(all, FALSE);
}

static void stop_listening(Ear *ear)
{
    (void)dup2(ear->stderr_fd, STDERR_FILENO);
    (void)close(ear->stderr_fd);
    (void)close(ear->write_fd);
    (void)close(ear->read_fd);
}

/* What one entry came out as. */
static char *written(LogLevel level, const char *event, const LogField *fields)
{
    Ear ear = listen_to_stderr();

    log_event(level, event, fields);
    char *text = heard(&ear);

    stop_listening(&ear);
    return text;
}

/* Without "at", which is checked for its form. */
static char *without_time(const char *line)
{
    static const char form[] = "{\"at\":\"dddd-dd-ddTdd:dd:dd.dddZ\",";
    size_t len = strlen(form);

    assert_true(strlen(line) > len);
    for (size_t i = 0; i < len; i++) {
        bool digit = form[i] == 'd' && i > 6;

        if (digit ? !g_ascii_isdigit(line[i]) : line[i] != form[i]) {
            fail_msg("no time in %s", line);
        }
    }
    return g_strdup(line + len);
}

/* One line ------------------------------------------------------------------------------------- */

typedef struct Entry {
    const char *promise;
    LogLevel level;
    LogField fields[4];
    const char *line; /* behind "at" */
} Entry;

#define HELLO(level) "\"level\":\"" level "\",\"event\":\"hello\""

static const Entry entries[] = {
    {"an event stands alone", LOG_LEVEL_INFO, {{0}}, HELLO("info") "}\n"},
    {"a text",
     LOG_LEVEL_WARNING,
     {{"workspace", "acme", 0}},
     HELLO("warning") ",\"workspace\":\"acme\"}\n"},
    {"a number",
     LOG_LEVEL_ERROR,
     {{"row", NULL, INT64_MIN}},
     HELLO("error") ",\"row\":-9223372036854775808}\n"},
    {"several, in their order",
     LOG_LEVEL_INFO,
     {{"a", "x", 0}, {"b", NULL, 2}, {"c", "", 0}},
     HELLO("info") ",\"a\":\"x\",\"b\":2,\"c\":\"\"}\n"},
    {"quotes and backslashes are escaped",
     LOG_LEVEL_INFO,
     {{"a", "\"b\\c\"", 0}},
     HELLO("info") ",\"a\":\"\\\"b\\\\c\\\"\"}\n"},
    {"an entry is one line, whatever is in it",
     LOG_LEVEL_INFO,
     {{"a", "b\n{\"level\":\"x\"}\r", 0}},
     HELLO("info") ",\"a\":\"b\\n{\\\"level\\\":\\\"x\\\"}\\u000d\"}\n"},
    {"a terminal is not steered",
     LOG_LEVEL_INFO,
     {{"a", "\x1b[31m\x7f\xc2\x9b", 0}},
     HELLO("info") ",\"a\":\"\\u001b[31m\\u007f\\u009b\"}\n"},
    {"nor is the direction of the text",
     LOG_LEVEL_INFO,
     {{"a", /* NOLINTNEXTLINE(misc-misleading-bidirectional): to be escaped */
       "\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\xe2\x80\xa8", 0}},
     HELLO("info") ",\"a\":\"\\u202e\\u2066\\u200b\\u2028\"}\n"},
    {"other scripts stay readable",
     LOG_LEVEL_INFO,
     {{"a", "Köln 東京", 0}},
     HELLO("info") ",\"a\":\"Köln 東京\"}\n"},
    {"what is no UTF-8 is replaced",
     LOG_LEVEL_INFO,
     {{"a", "caf\xe9", 0}},
     HELLO("info") ",\"a\":\"caf\xef\xbf\xbd\"}\n"},
    {"a secret is not written",
     LOG_LEVEL_INFO,
     {{"a", "using xoxb-1-2-abc", 0}},
     HELLO("info") ",\"a\":\"using [secret]\"}\n"},
    {"no field hides one of ours",
     LOG_LEVEL_INFO,
     {{"event", "x", 0}, {"level", "y", 0}},
     HELLO("info") ",\"event_\":\"x\",\"level_\":\"y\"}\n"},
};

static void test_entries(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        g_autofree char *line = written(entries[i].level, "hello", entries[i].fields);
        g_autofree char *rest = without_time(line);
        cJSON *json = cJSON_Parse(line);

        if (strcmp(rest, entries[i].line) != 0 || json == NULL) {
            fail_msg("%s:\n  expected: %s  found:    %s", entries[i].promise, entries[i].line,
                     rest);
        }
        cJSON_Delete(json);
    }
}

static void test_the_macros_end_their_lists(void **state)
{
    Ear ear = listen_to_stderr();

    (void)state;
    log_info("alone");
    log_warning("two", F_STR("a", "b"), F_INT("n", 7));
    log_error("none", F_STR("a", (const char *)NULL));
    g_autofree char *text = heard(&ear);

    stop_listening(&ear);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    assert_int_equal(g_strv_length(lines), 4);
    assert_true(g_str_has_suffix(lines[0], "\"event\":\"alone\"}"));
    assert_true(g_str_has_suffix(lines[1], "\"event\":\"two\",\"a\":\"b\",\"n\":7}"));
    assert_true(g_str_has_suffix(lines[2], "\"event\":\"none\",\"a\":\"\"}"));
}

static void test_a_field_is_cut_at_500_characters(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);

    (void)state;
    for (int i = 0; i < 501; i++) {
        g_string_append(text, "é");
    }
    const LogField fields[] = {F_STR("a", text->str), {0}};
    g_autofree char *line = written(LOG_LEVEL_INFO, "hello", fields);
    cJSON *json = cJSON_Parse(line);

    assert_non_null(json);
    const char *a = cJSON_GetObjectItemCaseSensitive(json, "a")->valuestring;

    assert_int_equal(g_utf8_strlen(a, -1), 501);
    assert_true(g_str_has_suffix(a, "é…"));
    cJSON_Delete(json);
    g_string_set_size(text, strlen("é") * 500);
    const LogField whole[] = {F_STR("a", text->str), {0}};
    g_autofree char *all = written(LOG_LEVEL_INFO, "hello", whole);

    assert_null(strstr(all, "…"));
}

static void test_a_line_is_never_longer_than_a_pipe_takes_at_once(void **state)
{
    g_autofree char *bad = g_strnfill(600, '\x01');
    g_autofree char *event = g_strnfill(100, 'e');
    const LogField fields[] = {F_STR("a", bad), F_STR("b", bad), F_INT("c", 3), {0}};
    g_autofree char *line = written(LOG_LEVEL_INFO, event, fields);
    cJSON *json = cJSON_Parse(line);

    (void)state;
    assert_true(strlen(line) <= 4096);
    assert_non_null(json);
    assert_non_null(cJSON_GetObjectItemCaseSensitive(json, "a"));
    assert_null(cJSON_GetObjectItemCaseSensitive(json, "b")); /* had no room, and it is said */
    assert_non_null(cJSON_GetObjectItemCaseSensitive(json, "c"));
    assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "cut")));
    cJSON_Delete(json);
}

static void test_a_token_that_is_cut_is_no_token_any_more(void **state)
{
    (void)state;
    for (int before = 1980; before < 2010; before++) {
        g_autofree char *blanks = g_strnfill((gsize)before, ' ');
        g_autofree char *text = g_strconcat(blanks, "xoxb-verysecret", NULL);
        const LogField fields[] = {F_STR("a", text), {0}};
        g_autofree char *line = written(LOG_LEVEL_INFO, "hello", fields);

        assert_null(strstr(line, "very"));
    }
}

static void test_levels(void **state)
{
    static const LogField none[] = {{0}};

    (void)state;
    for (LogLevel set = LOG_LEVEL_ERROR; set <= LOG_LEVEL_DEBUG; set++) {
        log_set_level(set);
        for (LogLevel level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_DEBUG; level++) {
            g_autofree char *line = written(level, "hello", none);

            assert_int_equal(*line != '\0', level <= set);
        }
    }
    log_set_level(LOG_LEVEL_INFO);
}

/* Secrets ------------------------------------------------------------------------------------- */

typedef struct Redaction {
    const char *promise, *text, *clean;
} Redaction;

static const Redaction redactions[] = {
    {"plain words stay", "opened 2 of 3 connections", "opened 2 of 3 connections"},
    {"nothing stays nothing", "", ""},
    {"a bot token", "xoxb-1-2-abc", "[secret]"},
    {"an app-level token", "token was xapp-1-A-2-b, sorry", "token was [secret], sorry"},
    {"a rotated token", "xoxe.xoxb-1-Mi0y", "[secret]"},
    {"a refresh token", "(xoxe-1-abc)", "([secret])"},
    {"a cookie's token", "d=xoxd-abc%2Fdef", "d=[secret]"},
    {"a token in capitals", "XOXB-1-2", "[secret]"},
    {"a token glued to a word", "foxoxb-1", "fo[secret]"},
    {"several", "xoxb-1 xoxp-2", "[secret] [secret]"},
    {"a system's token", "Bearer? anchord_00ff, it said", "Bearer? [secret], it said"},
    {"a Matrix token", "syt_bWFyaWE_abc_1", "[secret]"},
    {"a prefix alone tells nothing", "it begins with xapp- or xoxb-",
     "it begins with xapp- or xoxb-"},
    {"a bearer", "Authorization: Bearer abc.def-1", "Authorization: Bearer [secret]"},
    {"a bearer in lower case", "bearer  abc", "bearer  [secret]"},
    {"basic authorization", "Basic YTpiYzEyMw==", "Basic [secret]"},
    {"a basic fact stays", "the basic idea", "the basic idea"},
    {"a forbearer is none", "forbearer abc", "forbearer abc"},
    {"a websocket URL with a ticket", "at wss://wss-primary.slack.com/link/?ticket=a&app_id=b ok",
     "at [secret] ok"},
    {"an unsafe one as well", "ws://127.0.0.1:9/link?ticket=1", "[secret]"},
    {"a ticket in the path", "wss://wss.slack.com/link/ticket/abc", "[secret]"},
    {"a websocket's address stays", "wss://proxy.example.org/sync", "wss://proxy.example.org/sync"},
    {"a response URL", "https://hooks.slack.com/commands/T1/2/abc", "[secret]"},
    {"one of an emulator", "http://127.0.0.1:8080/actions/T1/2/abc failed", "[secret] failed"},
    {"one with JSON's slashes", "\"https:\\/\\/hooks.slack.com\\/actions\\/T\"", "\"[secret]\""},
    {"one without its scheme", "hooks.slack.com/services/T/B/x", "[secret]"},
    {"what stands in front of a secret is read as well",
     "https://example.org/token=a?b=c https://x.org/y?xoxb-1",
     "https://example.org/token=[secret] https://x.org/y?[secret]"},
    {"one in percents", "u=https%3A%2F%2Fhooks.slack.com%2Fservices%2Fx",
     "u=https%3A%2F%2F[secret]"},
    {"an upload URL", "PUT https://files.slack.com/upload/v1/ABC", "PUT [secret]"},
    {"a URL with a user", "https://maria:pw@example.org/x", "[secret]"},
    {"what a URL asks for", "https://slack.com/api/x?user=U1&t=abc end",
     "https://slack.com/api/x?[secret] end"},
    {"a URL itself stays", "GET https://slack.com/api/auth.test: 503",
     "GET https://slack.com/api/auth.test: 503"},
    {"a token in a path", "https://example.org/xoxb-1/a", "https://example.org/[secret]"},
    {"a token in front of a query", "https://example.org/xoxb-1/a?b=c",
     "https://example.org/[secret]"},
    {"a form's token", "channel=C1&token=abc&x=1", "channel=C1&token=[secret]&x=1"},
    {"JSON's token", "{\"token\":\"abc\",\"a\":1}", "{\"token\":\"[secret]\",\"a\":1}"},
    {"JSON's token within JSON", "{\\\"token\\\": \\\"abc\\\"}",
     "{\\\"token\\\": \\\"[secret]\\\"}"},
    {"an access token", "access_token=a", "access_token=[secret]"},
    {"a password", "password: hunter22", "password: [secret]"},
    {"an error about a token stays", "app_token: not_allowed", "app_token: not_allowed"},
    {"names alone stay", "the token was refused", "the token was refused"},
};

static void test_redactions(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(redactions); i++) {
        g_autofree char *clean = log_redact(redactions[i].text);
        g_autofree char *again = log_redact(clean);

        if (strcmp(clean, redactions[i].clean) != 0) {
            fail_msg("%s: %s became %s", redactions[i].promise, redactions[i].text, clean);
        }
        assert_string_equal(again, clean); /* once is enough, and twice does no harm */
    }
}

static void test_redaction_of_long_rubbish_ends(void **state)
{
    static const char *const units[] = {"http://", "token=",   "xoxb-", "bearer ",
                                        "\\",      "token:\"", "?"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) text = g_string_new(NULL);

        for (int n = 0; n < 2000; n++) {
            g_string_append(text, units[i]);
        }
        g_autofree char *clean = log_redact(text->str);

        assert_true(strlen(clean) <= 2 * text->len);
    }
}

/* Nobody waits -------------------------------------------------------------------------------- */

static void fill_pipe(int fd)
{
    static const char block[4096];

    int flags = fcntl(fd, F_GETFL);

    (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    while (write(fd, block, sizeof(block)) > 0) {
    }
    (void)fcntl(fd, F_SETFL, flags); /* as a real stderr: a write would wait */
}

static void drop_heard(const Ear *ear)
{
    char some[4096];

    while (read(ear->read_fd, some, sizeof(some)) > 0) {
    }
}

static void test_a_full_pipe_costs_entries_and_no_time(void **state)
{
    Ear ear = listen_to_stderr();

    (void)state;
    fill_pipe(ear.write_fd);
    for (int i = 0; i < 5; i++) {
        log_info("dropped");
    }
    drop_heard(&ear);
    log_info("through");
    log_info("after");
    g_autofree char *text = heard(&ear);

    stop_listening(&ear);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    assert_int_equal(g_strv_length(lines), 4);
    assert_true(
        g_str_has_suffix(lines[0], "\"level\":\"warning\",\"event\":\"log_lost\",\"entries\":5}"));
    assert_true(g_str_has_suffix(lines[1], "\"event\":\"through\"}"));
    assert_true(g_str_has_suffix(lines[2], "\"event\":\"after\"}"));
}

static void test_a_pipe_that_nobody_reads_kills_nobody(void **state)
{
    int saved = dup(STDERR_FILENO), ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    (void)dup2(ends[1], STDERR_FILENO);
    (void)close(ends[0]);
    log_info("into the void");
    (void)close(STDERR_FILENO);
    log_info("without any stderr");
    (void)dup2(saved, STDERR_FILENO);
    (void)close(saved);
    (void)close(ends[1]);
    static const LogField none[] = {{0}};
    g_autofree char *text = written(LOG_LEVEL_INFO, "hello", none);

    assert_non_null(strstr(text, "\"event\":\"log_lost\",\"entries\":2}"));
}

static void test_errno_survives(void **state)
{
    Ear ear = listen_to_stderr();

    (void)state;
    errno = ENOTTY;
    log_info("hello", F_STR("a", "xoxb-1"));
    int after = errno;

    fill_pipe(ear.write_fd);
    errno = EDOM;
    log_info("dropped");
    int dropped = errno;

    drop_heard(&ear);
    log_info("hello");
    stop_listening(&ear);
    assert_int_equal(after, ENOTTY);
    assert_int_equal(dropped, EDOM);
}

#define THREADS 4
#define EACH    100

static gpointer talk(gpointer data)
{
    for (int i = 0; i < EACH; i++) {
        log_info("talk", F_INT("thread", GPOINTER_TO_INT(data)), F_INT("n", i),
                 F_STR("text", "some words to make the line longer"));
    }
    return NULL;
}

static void test_entries_of_threads_do_not_mix(void **state)
{
    Ear ear = listen_to_stderr();
    GThread *threads[THREADS];
    int next[THREADS] = {0}, lines_read = 0;

    (void)state;
    (void)fcntl(ear.write_fd, F_SETPIPE_SZ, 1024 * 1024);
    for (int i = 0; i < THREADS; i++) {
        threads[i] = g_thread_new("talk", talk, GINT_TO_POINTER(i));
    }
    for (int i = 0; i < THREADS; i++) {
        g_thread_join(threads[i]);
    }
    g_autofree char *text = heard(&ear);

    stop_listening(&ear);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; **line != '\0'; line++) {
        cJSON *json = cJSON_Parse(*line);

        if (json == NULL) {
            fail_msg("this is no entry: %s", *line);
        }
        int thread = cJSON_GetObjectItemCaseSensitive(json, "thread")->valueint;

        assert_int_equal(cJSON_GetObjectItemCaseSensitive(json, "n")->valueint, next[thread]);
        next[thread]++;
        lines_read++;
        cJSON_Delete(json);
    }
    assert_int_equal(lines_read, THREADS * EACH);
}

/* GLib ---------------------------------------------------------------------------------------- */

static void test_what_glib_says_is_an_entry(void **state)
{
    Ear ear = listen_to_stderr();

    (void)state;
    log_init();
    log_init(); /* again does no harm */
    g_log("Anchor", G_LOG_LEVEL_WARNING, "found %s", "xoxb-1-2");
    g_log("Anchor", G_LOG_LEVEL_MESSAGE, "two\nlines");
    g_log("Anchor", G_LOG_LEVEL_DEBUG, "not now");
    g_autofree char *text = heard(&ear);

    stop_listening(&ear);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    assert_int_equal(g_strv_length(lines), 3);
    assert_non_null(strstr(lines[0],
                           "\"level\":\"warning\",\"event\":\"glib\",\"domain\":\"Anchor\","
                           "\"message\":\"found [secret]\"}"));
    assert_non_null(strstr(lines[1], "\"level\":\"info\""));
    assert_non_null(strstr(lines[1], "\"message\":\"two\\nlines\"}"));
}

/* The journal --------------------------------------------------------------------------------- */

typedef struct Journal {
    char *folder, *path;
    int fd;
} Journal;

static Journal open_journal(void)
{
    Journal journal = {.folder = g_dir_make_tmp("anchord-log-XXXXXX", NULL)};
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    journal.path = g_build_filename(journal.folder, "socket", NULL);
    g_strlcpy(address.sun_path, journal.path, sizeof(address.sun_path));
    journal.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(journal.fd, (struct sockaddr *)&address, sizeof(address)), 0);
    log_use_journal(journal.path);
    return journal;
}

static void close_journal(Journal *journal)
{
    log_use_journal(NULL);
    (void)close(journal->fd);
    (void)g_unlink(journal->path);
    (void)g_rmdir(journal->folder);
    g_free(journal->path);
    g_free(journal->folder);
}

static void test_the_journal_gets_fields(void **state)
{
    Journal journal = open_journal();
    char datagram[8192] = "";

    (void)state;
    log_warning("socket_closed", F_STR("workspace", "acme"), F_INT("code", 1000),
                F_STR("why", "two\nMESSAGE=forged"), F_STR("_pid", "xoxb-1"), F_STR("event", "e"));
    ssize_t n = recv(journal.fd, datagram, sizeof(datagram) - 1, 0);

    close_journal(&journal);
    assert_true(n > 0);
    assert_string_equal(datagram,
                        "SYSLOG_IDENTIFIER=anchord\n"
                        "PRIORITY=4\n"
                        "EVENT=socket_closed\n"
                        "MESSAGE=socket_closed workspace=acme code=1000 why=two\\nMESSAGE=forged "
                        "_pid=[secret] event=e\n"
                        "WORKSPACE=acme\n"
                        "CODE=1000\n"
                        "WHY=two\\nMESSAGE=forged\n"
                        "F__PID=[secret]\n"
                        "EVENT_=e\n");
}

static void test_a_journal_that_is_busy_costs_entries_and_no_time(void **state)
{
    Journal journal = open_journal();
    char datagram[8192];
    int before = 0, after = 0;
    bool told = false;

    (void)state;
    for (int i = 0; i < 5000; i++) { /* more than any queue of datagrams holds */
        log_info("many");
    }
    while (recv(journal.fd, datagram, sizeof(datagram), 0) > 0) {
        before++;
    }
    log_info("through");
    for (ssize_t n = 0; (n = recv(journal.fd, datagram, sizeof(datagram) - 1, 0)) > 0; after++) {
        datagram[n] = '\0';
        told = told || strstr(datagram, "EVENT=log_lost\n") != NULL;
    }
    close_journal(&journal);
    assert_true(before > 0 && before < 5000);
    assert_int_equal(after, 2);
    assert_true(told);
}

static void test_while_the_journal_is_away_stderr_is_told(void **state)
{
    static const LogField none[] = {{0}};

    (void)state;
    log_use_journal("/nowhere/socket");
    g_autofree char *text = written(LOG_LEVEL_INFO, "hello", none);

    log_use_journal(NULL);
    assert_non_null(strstr(text, "\"event\":\"hello\"}"));
}

/* $JOURNAL_STREAM as it is for this stderr, and as it is for another. */
static void test_only_a_stderr_that_is_the_journals_is_taken_for_it(void **state)
{
    Ear ear = listen_to_stderr();
    struct stat st = {0};

    (void)state;
    (void)fstat(STDERR_FILENO, &st);
    g_autofree char *other =
        g_strdup_printf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino + 1);
    static const char *const odd[] = {"", ":", "8", "8:", "a:b", "8:99999999999999999999999"};

    g_setenv("JOURNAL_STREAM", other, TRUE);
    log_init();
    log_info("hello");
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_setenv("JOURNAL_STREAM", odd[i], TRUE);
        log_init();
        log_info("hello");
    }
    g_unsetenv("JOURNAL_STREAM");
    log_init();
    log_info("hello");
    g_autofree char *text = heard(&ear);

    stop_listening(&ear);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    assert_int_equal(g_strv_length(lines), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_the_macros_end_their_lists),
        cmocka_unit_test(test_a_field_is_cut_at_500_characters),
        cmocka_unit_test(test_a_line_is_never_longer_than_a_pipe_takes_at_once),
        cmocka_unit_test(test_a_token_that_is_cut_is_no_token_any_more),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_redactions),
        cmocka_unit_test(test_redaction_of_long_rubbish_ends),
        cmocka_unit_test(test_a_full_pipe_costs_entries_and_no_time),
        cmocka_unit_test(test_a_pipe_that_nobody_reads_kills_nobody),
        cmocka_unit_test(test_errno_survives),
        cmocka_unit_test(test_entries_of_threads_do_not_mix),
        cmocka_unit_test(test_what_glib_says_is_an_entry),
        cmocka_unit_test(test_the_journal_gets_fields),
        cmocka_unit_test(test_a_journal_that_is_busy_costs_entries_and_no_time),
        cmocka_unit_test(test_while_the_journal_is_away_stderr_is_told),
        cmocka_unit_test(test_only_a_stderr_that_is_the_journals_is_taken_for_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
