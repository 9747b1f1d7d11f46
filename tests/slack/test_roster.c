/* Who belongs to a team, against a directory that answers when the test says so. */

#include "bot/slack/roster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/log.h"

static int logs;

void log_event(LogLevel level, const char *event, const LogField *fields)
{
    (void)level, (void)event, (void)fields;
    logs++;
}

/* The directory ------------------------------------------------------------------------------- */

typedef struct Reading {
    char *what; /* "channel C1", "fresh group S1" */
    SlackMembers done;
    void *arg;
} Reading;

static GQueue readings; /* of Reading, under way */
static GString *forgotten;

static void read_list(const char *kind, const char *id, bool fresh, SlackMembers done, void *arg)
{
    Reading *reading = g_new0(Reading, 1);

    reading->what = g_strdup_printf("%s%s %s", fresh ? "fresh " : "", kind, id);
    reading->done = done;
    reading->arg = arg;
    g_queue_push_tail(&readings, reading);
}

void slack_directory_channel(SlackDirectory *directory, const char *channel, bool fresh,
                             SlackMembers done, void *arg)
{
    assert_null(directory);
    read_list("channel", channel, fresh, done, arg);
}

void slack_directory_group(SlackDirectory *directory, const char *group, bool fresh,
                           SlackMembers done, void *arg)
{
    assert_null(directory);
    read_list("group", group, fresh, done, arg);
}

void slack_directory_forget_group(SlackDirectory *directory, const char *group)
{
    assert_null(directory);
    g_string_append(forgotten, group);
}

static void reading_free(gpointer data)
{
    Reading *reading = data;

    g_free(reading->what);
    g_free(reading);
}

/* The engine ---------------------------------------------------------------------------------- */

static GString *posted; /* "C1: U1,U2; " */
static bool full;

static bool post(void *arg, Event *take_event)
{
    g_autoptr(Event) event = take_event;
    g_autofree char *text = g_strndup(event->text, event->text_len);

    assert_ptr_equal(arg, &full);
    assert_int_equal(event->kind, EVENT_ROSTER);
    assert_null(event->member);
    g_autofree char *prefix = g_strdup_printf("roster/%s/", event->channel);
    assert_true(g_str_has_prefix(event->key, prefix));
    if (full) {
        return false;
    }
    g_string_append_printf(posted, "%s: %s; ", event->channel, g_strdelimit(text, "\n", ','));
    return true;
}

static SlackRosters *rosters;

static int set_up(void **state)
{
    (void)state;
    logs = 0;
    full = false;
    posted = g_string_new(NULL);
    forgotten = g_string_new(NULL);
    g_queue_init(&readings);
    rosters = slack_rosters_new(NULL, post, &full);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slack_rosters_free(rosters);
    g_queue_clear_full(&readings, reading_free);
    g_string_free(posted, TRUE);
    g_string_free(forgotten, TRUE);
    return 0;
}

/* Ends the nth reading that is under way; `members` with blanks between, NULL: it failed. */
static void answer_nth(guint n, const char *what, const char *members)
{
    Reading *reading = g_queue_pop_nth(&readings, n);

    assert_non_null(reading);
    assert_string_equal(reading->what, what);
    g_auto(GStrv) list = g_strsplit(members != NULL ? members : "", " ", -1);
    reading->done(reading->arg, members != NULL ? (const char *const *)list : NULL,
                  members != NULL ? "" : "the channel is gone");
    reading_free(reading);
}

static void answer(const char *what, const char *members)
{
    answer_nth(0, what, members);
}

static void expect_posted(const char *what)
{
    assert_string_equal(posted->str, what);
    assert_int_equal(readings.length, 0);
}

/* What is promised ---------------------------------------------------------------------------- */

static void a_home_is_read_when_it_is_known(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    slack_rosters_home(rosters, "C2", "S2");
    answer("channel C1", "U1 U2");
    answer("group S2", "U3");
    expect_posted("C1: U1,U2; C2: U3; ");
    assert_true(slack_rosters_by_channel(rosters, "C1"));
    assert_false(slack_rosters_by_channel(rosters, "C2"));
    assert_false(slack_rosters_by_channel(rosters, "C3"));
}

static void a_home_that_is_told_again_is_not_read_again(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    slack_rosters_home(rosters, "C1", "");
    answer("channel C1", "U1");
    slack_rosters_home(rosters, "C1", "");
    expect_posted("C1: U1; ");
}

static void a_team_that_is_kept_elsewhere_now_is_read_there(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    answer("channel C1", "U1");
    slack_rosters_home(rosters, "C1", "S1");
    answer("group S1", "U2");
    slack_rosters_home(rosters, "C1", "");
    answer("channel C1", "U1");
    expect_posted("C1: U1; C1: U2; C1: U1; ");
}

/* The group's list is small and there first; the channel's must not undo it. */
static void an_answer_that_is_overtaken_says_nothing(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    slack_rosters_home(rosters, "C1", "S1");
    answer_nth(1, "group S1", "U2");
    answer("channel C1", "U1 U2 U3");
    expect_posted("C1: U2; ");
    slack_rosters_home(rosters, "C1", "S2");
    slack_rosters_home(rosters, "C1", "");
    answer("group S2", NULL); /* nor does its failure */
    answer("channel C1", "U1");
    slack_rosters_retry(rosters);
    expect_posted("C1: U2; C1: U1; ");
}

static void a_channel_without_people_empties_no_team(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    answer("channel C1", "");
    expect_posted("");
}

static void a_list_that_cannot_be_read_empties_no_team(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    answer("channel C1", NULL);
    expect_posted("");
    assert_int_equal(logs, 1);
}

static void what_could_not_be_read_is_read_again(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    slack_rosters_home(rosters, "C2", "S2");
    slack_rosters_home(rosters, "C3", "");
    answer("channel C1", "U1");
    answer("group S2", NULL);
    answer("channel C3", NULL);
    slack_rosters_retry(rosters);
    slack_rosters_retry(rosters); /* it is under way */
    assert_int_equal(readings.length, 2);
    bool group_first =
        strcmp(((Reading *)g_queue_peek_head(&readings))->what, "fresh group S2") == 0;
    answer_nth(group_first ? 0 : 1, "fresh group S2", "U2");
    answer("fresh channel C3", NULL);
    slack_rosters_retry(rosters);
    answer("fresh channel C3", "U3");
    slack_rosters_retry(rosters);
    expect_posted("C1: U1; C2: U2; C3: U3; ");
}

static void what_found_no_room_is_read_again(void **state)
{
    (void)state;
    full = true;
    slack_rosters_home(rosters, "C1", "");
    answer("channel C1", "U1");
    full = false;
    slack_rosters_retry(rosters);
    answer("fresh channel C1", "U1 U2");
    expect_posted("C1: U1,U2; ");
}

static void a_group_that_changes_is_read_for_each_of_its_teams(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "S1");
    slack_rosters_home(rosters, "C2", "S2");
    answer("group S1", "U1");
    answer("group S2", "U2");
    slack_rosters_group_changed(rosters, "S1");
    answer("fresh group S1", "U1 U3");
    expect_posted("C1: U1; C2: U2; C1: U1,U3; ");
    slack_rosters_group_changed(rosters, "S9");
    assert_string_equal(forgotten->str, "S1S9");
    assert_int_equal(readings.length, 0);
}

static void all_are_read_again_after_a_gap(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    answer("channel C1", NULL);
    slack_rosters_refresh(rosters);
    slack_rosters_retry(rosters); /* it is under way */
    answer("fresh channel C1", "U1");
    expect_posted("C1: U1; ");
}

static void one_is_read_again_when_the_app_comes_back(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    answer("channel C1", NULL);
    slack_rosters_reread(rosters, "C1");
    slack_rosters_reread(rosters, "C9"); /* no team lives there */
    answer("fresh channel C1", "U1");
    slack_rosters_retry(rosters);
    expect_posted("C1: U1; ");
}

static void the_end_may_come_while_lists_are_read(void **state)
{
    (void)state;
    slack_rosters_home(rosters, "C1", "");
    slack_rosters_home(rosters, "C2", "S2");
    answer("channel C1", NULL);
    assert_int_equal(readings.length, 1); /* the rest is torn down; a leak would be found */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_home_is_read_when_it_is_known),
        TEST(a_home_that_is_told_again_is_not_read_again),
        TEST(a_team_that_is_kept_elsewhere_now_is_read_there),
        TEST(an_answer_that_is_overtaken_says_nothing),
        TEST(a_channel_without_people_empties_no_team),
        TEST(a_list_that_cannot_be_read_empties_no_team),
        TEST(what_could_not_be_read_is_read_again),
        TEST(what_found_no_room_is_read_again),
        TEST(a_group_that_changes_is_read_for_each_of_its_teams),
        TEST(all_are_read_again_after_a_gap),
        TEST(one_is_read_again_when_the_app_comes_back),
        TEST(the_end_may_come_while_lists_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
