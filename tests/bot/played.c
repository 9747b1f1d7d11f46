#include "played.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <glib.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/console/console.h"
#include "store_place.h"

static Place *once; /* the one that a group of tests copies */

static const char script[] =
    ":as maria\n:in #west\n:zone Europe/Berlin\n:time 2025-06-30 08:00\n"
    "/sprint setup\\\nname: West\\\ntimezone: Europe/Berlin\\\nlead: @maria\\\n"
    "escalation: @ines\\\nweekly: Monday 10:00\n"
    "/okr objective\\\nobjective: Build the pipeline that carries the year\\\n"
    "period: FY Q3, 2025-06-02 - 2025-08-31\n"
    "/okr kr Increase qualified B2B pipeline from $20M to $30M by Q3 close\n"
    "/okr kr Raise win rate from 18% to 25%\n"
    "/okr update 1 $21.2M confidence 4\n"
    "/okr link 2 feeds 1\n"
    "/okr token HubSpot\n"
    "/okr target 2 24%: @maria heard it from the board\n"
    "/okr target 2 23%: and once more\n"
    ":time 2025-07-07 10:01\n"
    "$21.4M, 19%; confidence 6; learned: maria's weekly secret\n"
    ":time 2025-07-14 08:00\n"
    "/sprint open\\\ntrigger: KR at Risk\\\n"
    "situation: Qualified pipeline stands at $21.2M of $30M, says @maria\\\n"
    "anchor: 1\\\nwindow: 14 July - 28 July\\\n"
    "objective: Restore qualified pipeline momentum in the region\\\n"
    "kr: Increase ICP meeting acceptance rate from 22% to 35%\\\n"
    "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\\\n"
    "kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days\\\n"
    "initiative: Conduct 30 targeted outreach calls\n"
    ":time 09:31\n"
    "24%, 1, 11 days; confidence 6; blocked: maria's own obstacle; learned: maria's daily secret\n"
    ":as jonas\nconfidence 4; learned: @maria knows the accounts\n"
    ":as lena\nconfidence 8\n"
    ":as maria\n"
    ":time 2025-07-15 09:31\n26%, 2, 11 days\n26%, +1, 10 days\n"
    "/sprint away 2025-07-21 - 2025-07-22\n"
    ":time 2025-07-16 12:00\n"
    "/sprint close\\\nsprint: 1\\\nreason: the window of opportunity is over\n"
    "/sprint retro\\\nsprint: 1\\\nkr1: 31%\\\nkr2: 5\\\nkr3: 7 days\\\nanchor: $24.1M\\\n"
    "moved: partly, two large accounts slipped\\\n"
    "learned: acceptance rose once the invitation named the account, as @maria saw\\\n"
    "worked: 1\\\nchange: keep\\\n"
    "action: Hand the new invitation on; owner: @maria; by: 2025-08-15\\\ncomplete: yes\n"
    ":time 2025-08-04 12:00\n"
    "/sprint open\\\ntrigger: KR at Risk\\\nsituation: It stands at $24.1M of $30M\\\n"
    "anchor: 1\\\nwindow: 4 August - 18 August\\\n"
    "objective: Restore qualified pipeline momentum once more\\\n"
    "kr: Increase ICP meeting acceptance rate from 31% to 35%\\\n"
    "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\\\n"
    "kr: Reduce median time-to-first-meeting for ICP accounts from 8 days to 7 days\n"
    ":time 2025-08-05 09:31\n32%, 1, 8 days\n"
    "/sprint open\\\ntrigger: KR at Risk\\\nsituation: maria's unfinished words\n"
    ":as jonas\n"
    ":quit\n";

/* What it says is of no interest; that it was heard, the tests see in the store. */
static int play(const char *path, int input)
{
    const char *words[] = {"console", "--plain", "--db", path, NULL};
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    dup2(input, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    return console_main(4, (char **)(uintptr_t)words);
}

static void play_store(const char *path)
{
    g_autofree char *typed = NULL;
    int status = 0;
    int input = g_file_open_tmp("played-XXXXXX", &typed, NULL);

    assert_true(input >= 0);
    unlink(typed);
    assert_int_equal(write(input, script, strlen(script)), strlen(script));
    assert_int_equal(lseek(input, 0, SEEK_SET), 0);
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        exit(play(path, input));
    }
    close(input);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int played_set_up(void **state)
{
    void *place = NULL;

    (void)state;
    place_make(&place);
    once = place;
    play_store(once->path);
    return 0;
}

int played_clean_up(void **state)
{
    void *place = once;

    (void)state;
    return place_drop(&place);
}

void played_copy(const char *path)
{
    g_autoptr(GBytes) bytes = place_read(once->path);

    place_write(path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void drop_triggers(sqlite3 *db)
{
    static const char all[] = "SELECT group_concat('DROP TRIGGER ' || name, ';')"
                              " FROM sqlite_schema WHERE type = 'trigger'";
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_prepare_v2(db, all, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    g_autofree char *drop = g_strdup((const char *)sqlite3_column_text(statement, 0));

    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_exec(db, drop, NULL, NULL, NULL), SQLITE_OK);
}

void played_break(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    drop_triggers(db);
    if (sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    sqlite3_close(db);
}
