/* The console as a whole, in a process of its own that reads a script and writes a transcript. What
 * the bot says in it is for the core's tests; here it is enough that it is asked, and that its
 * answers come through. */

#include "bot/console/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/console/line.h"

#define SETUP                                                                                      \
    ":in west\n:as maria\n:zone Europe/Berlin\n:time 2025-07-14 09:00\n"                           \
    "/sprint setup \\\nname: West \\\ntimezone: Europe/Berlin \\\ncheck-in: 09:30\n"

#define SPRINT                                                                                     \
    "/okr objective \\\nobjective: Build the pipeline that carries the year \\\n"                  \
    "period: FY Q3, 2025-06-02 - 2025-08-31\n"                                                     \
    "/okr kr \\\nobjective: 1 \\\nkr: Increase qualified B2B pipeline from $20M to $30M by Q3 "    \
    "close\n"                                                                                      \
    "/sprint open \\\ntrigger: KR at Risk \\\nsituation: Pipeline stands at $21.2M of $30M \\\n"   \
    "anchor: Increase qualified B2B pipeline from $20M to $30M by Q3 close \\\n"                   \
    "window: 14 July - 28 July \\\nobjective: Restore qualified pipeline momentum in the West "    \
    "\\\n"                                                                                         \
    "kr: Increase ICP meeting acceptance rate from 22% to 35% \\\n"                                \
    "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage \\\n"                  \
    "kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days\n"

/* How a sitting ended, and what it wrote. */
typedef struct Sitting {
    int code; /* exit code; -1: it was killed */
    char *out, *err;
} Sitting;

static void sitting_clear(Sitting *sitting)
{
    g_free(sitting->out);
    g_free(sitting->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sitting, sitting_clear)

static int unnamed_file(void)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("console-XXXXXX", &path, NULL);

    assert_true(fd >= 0);
    unlink(path);
    return fd;
}

static int file_with(const char *bytes, size_t len)
{
    int fd = unnamed_file();

    for (size_t done = 0; done < len;) {
        ssize_t n = write(fd, bytes + done, len - done);

        assert_true(n > 0);
        done += (size_t)n;
    }
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* All that was written to a file; closes it. Caller frees. */
static char *text_of(int fd)
{
    struct stat info;

    assert_int_equal(fstat(fd, &info), 0);
    char *text = g_malloc0((size_t)info.st_size + 1);
    assert_int_equal(pread(fd, text, (size_t)info.st_size, 0), info.st_size);
    close(fd);
    return text;
}

/* Starts `anchord console` with these words (ended by NULL) on these descriptors. */
static pid_t start(const char *const *words, int in, int out, int err)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        g_autoptr(GPtrArray) argv = g_ptr_array_new();

        g_ptr_array_add(argv, (void *)(uintptr_t) "console");
        for (size_t i = 0; words[i] != NULL; i++) {
            g_ptr_array_add(argv, (void *)(uintptr_t)words[i]);
        }
        int argc = (int)argv->len;
        g_ptr_array_add(argv, NULL);
        dup2(in, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        exit(console_main(argc, (char **)argv->pdata));
    }
    return child;
}

static int exit_code(pid_t child)
{
    int status;

    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static Sitting sit_with(const char *const *words, const char *bytes, size_t len)
{
    int in = file_with(bytes, len);
    int out = unnamed_file();
    int err = unnamed_file();
    Sitting sitting = {.code = exit_code(start(words, in, out, err))};

    close(in);
    sitting.out = text_of(out);
    sitting.err = text_of(err);
    return sitting;
}

static Sitting sit(const char *script)
{
    return sit_with((const char *const[]){NULL}, script, strlen(script));
}

static Sitting sit_on(const char *db, const char *script)
{
    return sit_with((const char *const[]){"--db", db, NULL}, script, strlen(script));
}

static void expect_fine(const char *promise, const Sitting *sitting)
{
    if (sitting->code != 0 || *sitting->err != '\0') {
        fail_msg("%s: ended with %d and %s\n%s", promise, sitting->code, sitting->err,
                 sitting->out);
    }
}

static void expect_says(const char *promise, const Sitting *sitting, const char *want)
{
    if (strstr(sitting->out, want) == NULL) {
        fail_msg("%s: \"%s\" is not in\n%s", promise, want, sitting->out);
    }
}

/* Lines that steer answer by themselves, so all of the transcript is known. */
static void test_steering(void **state)
{
    static const struct {
        const char *promise, *script, *want;
    } cases[] = {
        {"nothing in, nothing out", "", ""},
        {"comments and blank lines say nothing", "# hello\n\n   \n#\n", ""},
        {"a member is spoken for", ":as jonas\n", ": You are jonas in #general.\n"},
        {"a member may be mentioned", ":as @jonas\n", ": You are jonas in #general.\n"},
        {"a channel is gone to", ":in west\n", ": You are maria in #west.\n"},
        {"a channel may have its sign", ":in #west\n", ": You are maria in #west.\n"},
        {"case does not matter in a steering word", ":IN west\n", ": You are maria in #west.\n"},
        {"the clock is put where one likes, once", ":zone Europe/Berlin\n:time 2025-07-14 09:30\n",
         ": Times are read and shown in Europe/Berlin.\n"
         ": It is Mon 14 July 2025, 09:30 (Europe/Berlin).\n"},
        {"a clock that was put stands still", ":zone UTC\n:time 2025-07-14 09:30\n:time\n",
         ": Times are read and shown in UTC.\n"
         ": It is Mon 14 July 2025, 09:30 (UTC).\n"
         ": It is Mon 14 July 2025, 09:30 (UTC), and stays so until you move it.\n"},
        {"the clock moves by steps", ":zone UTC\n:time 2025-07-14 09:30\n:time +1d\n:time 08:00\n",
         ": Times are read and shown in UTC.\n"
         ": It is Mon 14 July 2025, 09:30 (UTC).\n"
         ": It is Tue 15 July 2025, 09:30 (UTC).\n"
         ": It is Wed 16 July 2025, 08:00 (UTC).\n"},
        {"the clock does not go back",
         ":zone UTC\n:time 2025-07-14 09:30\n:time 2025-07-13 09:30\n",
         ": Times are read and shown in UTC.\n"
         ": It is Mon 14 July 2025, 09:30 (UTC).\n"
         ": \"2025-07-13 09:30\" is before Mon 14 July 2025, 09:30, where the clock stands. It "
         "only "
         "goes forward, because what has happened cannot be taken back. Say a later time, for "
         "example :time +1d.\n"},
        {"nothing said cannot be delivered again", ":again\n",
         ": You have said nothing yet that could be delivered again.\n"},
        {"nothing said cannot be edited", ":edit 27%\n",
         ": maria has said nothing in #general yet that could be changed. Commands cannot be: give "
         "them again.\n"},
        {"an edit needs a text", ":edit\n",
         ": Write the new text behind it, for example :edit kr1 27%. To take the message back: "
         ":delete.\n"},
        {"a button that is not there", ":press Same\n",
         ": No message that maria sees in #general has a button \"Same\".\n"},
        {"text answers nothing at first", ":thread\n",
         ": What you say in #general answers no message.\n"},
        {"a message that is not there cannot be answered", ":thread 7\n",
         ": \"7\" is not the number of a message that can be answered in #general. The number "
         "stands in brackets beside it: for [12], write :thread 12.\n"},
        {"nothing was written to anybody", ":dm jonas\n",
         ": Nothing has been written to jonas alone so far.\n"},
        {"an unknown word suggests the nearest", ":tiem +1d\n",
         ": There is no :tiem here, so nothing was said. Did you mean :time? To say it in the "
         "channel, put a blank in front.\n"},
        {"a word that needs nothing is not given anything", ":quit now\n",
         ": :quit stands alone; \"now\" was not read. To say it in the channel, leave out "
         ":quit.\n"},
        {"a zone that does not exist suggests one", ":zone Berlin\n",
         ": \"Berlin\" is no time zone I know. Did you mean Europe/Berlin?\n"},
        {"after :quit nothing is read", ":quit\n:as jonas\n", ""},
        {"so it is with its short form", ":q\n:as jonas\n", ""},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Sitting) sitting = sit(cases[i].script);

        expect_fine(cases[i].promise, &sitting);
        if (strcmp(sitting.out, cases[i].want) != 0) {
            fail_msg("%s: got\n%s\nnot\n%s", cases[i].promise, sitting.out, cases[i].want);
        }
    }
}

static void test_names_that_nobody_can_mention_are_refused(void **state)
{
    static const char *const scripts[] = {":as\n",      ":as two words\n", ":as @\n",
                                          ":in \x01\n", ":in a/b\n",       ":dm <b>\n"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_auto(Sitting) sitting = sit(scripts[i]);

        expect_fine(scripts[i], &sitting);
        expect_says(scripts[i], &sitting, "cannot be a name here");
    }
}

static void test_what_is_said_is_answered(void **state)
{
    static const struct {
        const char *promise, *script;
    } cases[] = {
        {"a command", "/sprint help\n"},
        {"an unknown command", "/nonsense\n"},
        {"a lone slash", "/\n"},
        {"a command that is no text", "/sprint \xFF\xFE\n"},
        {"a set-up", SETUP},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Sitting) sitting = sit(cases[i].script);

        expect_fine(cases[i].promise, &sitting);
        expect_says(cases[i].promise, &sitting, "anchord [1]");
    }
}

static void test_a_reply_is_for_who_asked(void **state)
{
    g_auto(Sitting) sitting = sit("/sprint help\n");

    (void)state;
    expect_says("the head", &sitting, "anchord [1] · only you see this\n");
}

static void test_a_message_delivered_twice_does_nothing_twice(void **state)
{
    g_auto(Sitting) sitting = sit("/sprint help\n:again\n:again\n");
    const char *first = strstr(sitting.out, "That had arrived before");

    (void)state;
    expect_fine("again", &sitting);
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "That had arrived before"));
    assert_null(strstr(sitting.out, "anchord [2]"));
}

/* Time zones, hash tables, threads: none may change what a script gives. */
static void test_a_transcript_reads_the_same_each_time(void **state)
{
    static const char script[] = SETUP SPRINT
        "/sprint help\n/okr help\n:time +1d\nkr1 27%\n:edit kr1 28%\n:delete\n:as jonas\n"
        "/sprint status\n:time +2w 09:30\n:dm maria\n:help\n";
    g_auto(Sitting) first = sit(script);

    (void)state;
    expect_fine("the first time", &first);
    for (int i = 0; i < 5; i++) {
        g_auto(Sitting) again = sit(script);

        expect_fine("again", &again);
        assert_string_equal(again.out, first.out);
    }
}

static void test_the_example_of_the_help_works(void **state)
{
    g_auto(Sitting) help = sit(":help\n");
    const char *example = strstr(help.out, "  :in west\n");

    (void)state;
    assert_non_null(example);
    g_auto(GStrv) lines = g_strsplit(example, "\n  ", -1);
    g_autofree char *script = g_strjoinv("\n", lines);
    g_auto(Sitting) sitting = sit(g_strchug(script));
    expect_fine("the example", &sitting);
    expect_says("the example goes to the channel", &sitting, ": You are maria in #west.");
    expect_says("the example is answered", &sitting, "anchord [2]");
    assert_null(strstr(sitting.out, "There is no"));
    assert_null(strstr(sitting.out, "no time I can read"));
}

static void test_nothing_in_a_pipe_drives_a_terminal(void **state)
{
    g_auto(Sitting) sitting =
        sit(SETUP "/sprint \x1b[31m\x07\xC2\x9B\n:as \x1b[31m\n:\x1b\n:help\n");

    (void)state;
    expect_fine("escape sequences", &sitting);
    for (const char *p = sitting.out; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' && *p != '\n') {
            fail_msg("byte %d stands at %zu in\n%s", *p, (size_t)(p - sitting.out), sitting.out);
        }
    }
}

static void test_input_that_is_no_text_is_answered_and_ends_nothing(void **state)
{
    static const struct {
        const char *promise;
        size_t len;
        char fill;
    } cases[] = {
        {"a megabyte on a line", 1048576, 'x'},
        {"NUL bytes", 100, '\0'},
        {"bytes that are no text", 100, '\xFF'},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) script = g_string_new("/sprint ");

        for (size_t n = 0; n < cases[i].len; n++) {
            g_string_append_c(script, cases[i].fill);
        }
        g_string_append(script, "\n:as jonas\n");
        g_auto(Sitting) sitting = sit_with((const char *const[]){NULL}, script->str, script->len);
        expect_fine(cases[i].promise, &sitting);
        expect_says(cases[i].promise, &sitting, "anchord [1]");
        expect_says(cases[i].promise, &sitting, ": You are jonas in #general.");
    }
}

static void test_a_message_beyond_all_bounds_is_passed_over(void **state)
{
    g_autofree char *line = g_strnfill(LINE_BYTES_MAX + 1, 'x');
    g_autofree char *script = g_strconcat("/", line, "\n:as jonas\n", NULL);
    g_auto(Sitting) sitting = sit(script);

    (void)state;
    expect_fine("5 MiB", &sitting);
    assert_string_equal(
        sitting.out, ": That message is longer than 4 MiB, more than any message can be, and was "
                     "passed over. Shorten it and send it again.\n"
                     ": You are jonas in #general.\n");
}

/* A place for a database. Caller frees. */
static char *new_db(void)
{
    g_autofree char *folder = g_dir_make_tmp("console-XXXXXX", NULL);

    assert_non_null(folder);
    return g_build_filename(folder, "console.db", NULL);
}

static void remove_db(const char *db)
{
    g_autofree char *folder = g_path_get_dirname(db);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(folder);
}

static void test_a_restart_goes_on_where_it_was(void **state)
{
    g_autofree char *db = new_db();
    g_auto(Sitting) first =
        sit_on(db, ":as jonas\n:in west\n:zone Europe/Berlin\n:time 2025-07-14 09:30\n");
    g_auto(Sitting) second = sit_on(db, ":time\n:in west\n:time 2025-07-14 09:00\n");

    (void)state;
    remove_db(db);
    expect_fine("the first", &first);
    expect_fine("the second", &second);
    expect_says("the clock stands", &second,
                ": It is Mon 14 July 2025, 09:30 (Europe/Berlin), and stays so");
    expect_says("the member", &second, ": You are jonas in #west.");
    expect_says("the clock does not go back", &second, "is before Mon 14 July 2025, 09:30");
}

static void test_a_check_in_from_before_the_start_can_still_be_answered(void **state)
{
    g_autofree char *db = new_db();
    g_auto(Sitting) first = sit_on(db, SETUP SPRINT ":time 09:32\n:thread\n");
    g_auto(Sitting) second = sit_on(db, ":thread\nkr1 27%\n:thread 0\n:thread\n");

    (void)state;
    remove_db(db);
    expect_fine("the first", &first);
    expect_fine("the second", &second);
    expect_says("the check-in came on its way", &first, "] · Mon 14 July 09:30\n");
    expect_says("it is answered", &first, "What you say in #west answers message [");
    expect_says("it still is", &second,
                "What you say in #west answers a message from before this start.");
    expect_says("and takes the value", &second, "22% → 27%");
    expect_says("until one says otherwise", &second, "What you say in #west answers no message.");
}

static void test_plain_text_answers_a_sprint_before_a_weekly_check_in(void **state)
{
    g_auto(Sitting) weekly = sit(SETUP SPRINT "/sprint setup weekly: Monday 10:00\n:time 10:01\n"
                                              "kr1 27%\n");

    (void)state;
    expect_fine("both were asked", &weekly);
    expect_says("the weekly one later", &weekly, "] · Mon 14 July 10:00\n");
    expect_says("the sprint's goes first", &weekly, "22% → 27%");
}

static void test_times_are_the_teams_where_one_lives(void **state)
{
    g_auto(Sitting) sitting =
        sit(":time 2025-07-14 09:00\n:in west\n/sprint setup \\\nname: West \\\n"
            "timezone: America/New_York\n:time\n:in general\n:time\n");

    (void)state;
    expect_fine("zones", &sitting);
    expect_says("the team's", &sitting, ": It is Mon 14 July 2025, 03:00 (America/New_York), and");
    expect_says("the machine's", &sitting, ": It is Mon 14 July 2025, 09:00 (Europe/Berlin), and");
}

static void test_a_button_can_be_pressed_by_number_and_by_label(void **state)
{
    static const char *const presses[] = {":press 2\n", ":press [2]\n",
                                          ":press same as yesterday\n"};
    g_auto(Sitting) first = sit(SETUP SPRINT ":time 09:32\n:press 2\n");

    (void)state;
    expect_says("there is a button", &first, "  [2] Same as yesterday\n");
    for (size_t i = 0; i < G_N_ELEMENTS(presses); i++) {
        g_autofree char *script = g_strconcat(SETUP SPRINT ":time 09:32\n", presses[i], NULL);
        g_auto(Sitting) sitting = sit(script);

        expect_fine(presses[i], &sitting);
        assert_string_equal(sitting.out, first.out);
        assert_null(strstr(sitting.out, "No message that"));
    }
    g_auto(Sitting) wrong = sit(SETUP SPRINT ":time 09:32\n:press 7\n:press same as yesterda\n");
    expect_says("a number too many", &wrong, "has a button \"7\"");
    expect_says("a label that is nearly one", &wrong, "There is \"Same as yesterday\".");
}

static void test_each_start_has_events_of_its_own(void **state)
{
    g_autofree char *db = new_db();
    g_auto(Sitting) first = sit_on(db, "/sprint help\n");
    g_auto(Sitting) second = sit_on(db, "/sprint help\n");

    (void)state;
    remove_db(db);
    expect_fine("the first", &first);
    expect_fine("the second", &second);
    assert_string_equal(first.out, second.out);
    assert_null(strstr(second.out, "That had arrived before"));
}

static void test_exit_codes(void **state)
{
    static const struct {
        const char *promise;
        const char *words[4];
        int code;
        const char *err; /* is in it */
    } cases[] = {
        {"no words are fine", {NULL}, 0, ""},
        {"plain is fine", {"--plain"}, 0, ""},
        {"an unknown option is wrong usage", {"--nonsense"}, 2, "--nonsense"},
        {"an option without its value is wrong usage", {"--db"}, 2, "--db"},
        {"further words are wrong usage", {"west"}, 2, "west"},
        {"a store that cannot be opened is a failure",
         {"--db", "/nonexistent/folder/a.db"},
         1,
         "/nonexistent/folder/a.db"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Sitting) sitting = sit_with(cases[i].words, "", 0);

        if (sitting.code != cases[i].code || strstr(sitting.err, cases[i].err) == NULL ||
            *sitting.out != '\0') {
            fail_msg("%s: ended with %d, %s%s", cases[i].promise, sitting.code, sitting.err,
                     sitting.out);
        }
    }
}

static void test_it_ends_quietly_when_nobody_reads_what_it_writes(void **state)
{
    int ends[2];
    int in = file_with(":help\n:help\n", 12);
    int err = unnamed_file();

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    assert_int_equal(exit_code(start((const char *const[]){NULL}, in, ends[1], err)), 1);
    close(ends[1]);
    close(in);
    g_autofree char *said = text_of(err);
    assert_string_equal(said, "");
}

static void test_a_signal_ends_it_in_order(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        int in[2], out[2];
        int err = unnamed_file();
        char seen[64];

        assert_int_equal(pipe2(in, O_CLOEXEC), 0);
        assert_int_equal(pipe2(out, O_CLOEXEC), 0);
        pid_t child = start((const char *const[]){NULL}, in[0], out[1], err);
        assert_int_equal(write(in[1], ":as jonas\n", 10), 10);
        assert_true(read(out[0], seen, sizeof seen) > 0); /* it is up */
        kill(child, signals[i]);
        assert_int_equal(exit_code(child), 0);
        close(in[0]);
        close(in[1]);
        close(out[0]);
        close(out[1]);
        g_autofree char *said = text_of(err);
        assert_string_equal(said, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steering),
        cmocka_unit_test(test_names_that_nobody_can_mention_are_refused),
        cmocka_unit_test(test_what_is_said_is_answered),
        cmocka_unit_test(test_a_reply_is_for_who_asked),
        cmocka_unit_test(test_a_message_delivered_twice_does_nothing_twice),
        cmocka_unit_test(test_a_transcript_reads_the_same_each_time),
        cmocka_unit_test(test_the_example_of_the_help_works),
        cmocka_unit_test(test_nothing_in_a_pipe_drives_a_terminal),
        cmocka_unit_test(test_input_that_is_no_text_is_answered_and_ends_nothing),
        cmocka_unit_test(test_a_message_beyond_all_bounds_is_passed_over),
        cmocka_unit_test(test_a_restart_goes_on_where_it_was),
        cmocka_unit_test(test_a_check_in_from_before_the_start_can_still_be_answered),
        cmocka_unit_test(test_plain_text_answers_a_sprint_before_a_weekly_check_in),
        cmocka_unit_test(test_times_are_the_teams_where_one_lives),
        cmocka_unit_test(test_a_button_can_be_pressed_by_number_and_by_label),
        cmocka_unit_test(test_each_start_has_events_of_its_own),
        cmocka_unit_test(test_exit_codes),
        cmocka_unit_test(test_it_ends_quietly_when_nobody_reads_what_it_writes),
        cmocka_unit_test(test_a_signal_ends_it_in_order),
    };

    g_setenv("USER", "maria", TRUE);
    g_setenv("TZ", "Europe/Berlin", TRUE);
    g_unsetenv("NO_COLOR");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
