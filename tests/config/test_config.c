/* The configuration: what it becomes, and what is said when something is wrong with it. */

#include "config/config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "config/listen.h"
#include "config/schema.h"
#include "config/secret.h"
#include "config/yaml.h"

#define APP_TOKEN "xapp-1-A1-2-abc"
#define BOT_TOKEN "xoxb-1-2-abc"
#define EXAMPLE   TEST_DATA "/../../config/anchord.yaml"

/* A workspace with nothing wrong: five lines. */
#define ACME                                                                                       \
    "workspaces:\n"                                                                                \
    "- name: acme\n"                                                                               \
    "  platform: slack\n"                                                                          \
    "  app_token: ${T_APP}\n"                                                                      \
    "  bot_token: ${T_BOT}\n"
#define MATRIX                                                                                     \
    "workspaces:\n"                                                                                \
    "- name: a\n"                                                                                  \
    "  platform: matrix\n"                                                                         \
    "  access_token: ${T_MATRIX}\n"                                                                \
    "  allow: \"*\"\n"
#define MATRIX_BOT                                                                                 \
    "workspaces:\n"                                                                                \
    "- name: a\n"                                                                                  \
    "  platform: matrix\n"                                                                         \
    "  access_token: ${T_MATRIX}\n"                                                                \
    "  user: \"@anchord:example.org\"\n"

/* A folder for files, and the file that is read. */
typedef struct Desk {
    char *folder, *file;
    GPtrArray *mistakes;
} Desk;

static int open_desk(void **state)
{
    Desk *desk = g_new0(Desk, 1);

    desk->folder = g_dir_make_tmp("anchord-config-XXXXXX", NULL);
    assert_non_null(desk->folder);
    desk->file = g_build_filename(desk->folder, "anchord.yaml", NULL);
    desk->mistakes = config_mistakes_new();
    g_setenv("T_APP", APP_TOKEN, TRUE);
    g_setenv("T_APP_2", APP_TOKEN "2", TRUE);
    g_setenv("T_BOT", BOT_TOKEN, TRUE);
    g_setenv("T_MATRIX", "syt_a", TRUE);
    g_setenv("T_EMPTY", "", TRUE);
    g_setenv("T_BLANK", "xoxb-1 2", TRUE);
    g_setenv("T_USER", "xoxp-1-2", TRUE);
    g_setenv("T_ODD", "hunter2", TRUE);
    g_unsetenv("T_UNSET");
    g_setenv("CREDENTIALS_DIRECTORY", desk->folder, TRUE);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    Desk *desk = *state;
    g_autoptr(GDir) dir = g_dir_open(desk->folder, 0, NULL);
    const char *name = NULL;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(desk->folder, name, NULL);

        (void)g_remove(path);
    }
    (void)g_rmdir(desk->folder);
    g_ptr_array_unref(desk->mistakes);
    g_free(desk->folder);
    g_free(desk->file);
    g_free(desk);
    return 0;
}

static char *put_file(Desk *desk, const char *name, const char *bytes, size_t len, mode_t mode)
{
    char *path = g_build_filename(desk->folder, name, NULL);

    (void)g_unlink(path); /* a new file: writing over an old one takes an fsync */
    assert_true(g_file_set_contents(path, bytes, (gssize)len, NULL));
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static Config *read_bytes(Desk *desk, const char *bytes, size_t len, mode_t mode)
{
    g_autofree char *path = put_file(desk, "anchord.yaml", bytes, len, mode);

    g_ptr_array_set_size(desk->mistakes, 0);
    return config_read(path, desk->mistakes);
}

static Config *read_text(Desk *desk, const char *text)
{
    return read_bytes(desk, text, strlen(text), 0644);
}

/* The mistakes as "LINE:COLUMN: text" lines. */
static char *told(Desk *desk)
{
    GString *all = g_string_new(NULL);
    g_autofree char *begin = g_strconcat(desk->file, ":", NULL);

    for (guint i = 0; i < desk->mistakes->len; i++) {
        const char *line = g_ptr_array_index(desk->mistakes, i);

        assert_true(g_str_has_prefix(line, begin));
        g_string_append_printf(all, "%s\n", line + strlen(begin));
    }
    return g_string_free(all, FALSE);
}

static void expect_mistakes(Desk *desk, const char *promise, const Config *config,
                            const char *expected)
{
    g_autofree char *found = told(desk);

    if (config != NULL || strcmp(found, expected) != 0) {
        fail_msg("%s:\n  expected:\n%s  found:\n%s", promise, expected, found);
    }
}

static Config *expect_fine(Desk *desk, const char *promise, const char *text)
{
    Config *config = read_text(desk, text);
    g_autofree char *found = told(desk);

    if (config == NULL || *found != '\0') {
        fail_msg("%s: not fine:\n%s", promise, found);
    }
    return config;
}

/* What it becomes ----------------------------------------------------------------------------- */

static void expect_policy(const Policy *found, const Policy *expected)
{
    assert_int_equal(found->max_active_sprints, expected->max_active_sprints);
    assert_int_equal(found->min_key_results, expected->min_key_results);
    assert_int_equal(found->max_key_results, expected->max_key_results);
    assert_int_equal(found->max_objectives, expected->max_objectives);
    assert_int_equal(found->window.min_days, expected->window.min_days);
    assert_int_equal(found->window.max_days, expected->window.max_days);
    assert_int_equal(found->window_past_period_days, expected->window_past_period_days);
    assert_int_equal(found->ahead, expected->ahead);
    assert_int_equal(found->on_track, expected->on_track);
    assert_int_equal(found->at_risk, expected->at_risk);
    assert_int_equal(found->too_early, expected->too_early);
    assert_int_equal(found->signal, expected->signal);
    assert_int_equal(found->draft_days, expected->draft_days);
    assert_int_equal(found->blocker_hours, expected->blocker_hours);
    assert_string_equal(found->timezone, expected->timezone);
    assert_int_equal(found->check_in, expected->check_in);
    assert_int_equal(found->check_in_minutes, expected->check_in_minutes);
    assert_int_equal(found->working_days, expected->working_days);
    const Trigger *a = found->triggers, *b = expected->triggers;
    for (; a->name != NULL && b->name != NULL; a++, b++) {
        assert_string_equal(a->name, b->name);
        assert_string_equal(a->evidence, b->evidence);
        assert_int_equal(a->joint, b->joint);
    }
    assert_null(a->name);
    assert_null(b->name);
}

static void test_without_settings_the_defaults_are_the_frameworks_own(void **state)
{
    g_autoptr(Config) config = expect_fine(*state, "a workspace alone", ACME);
    const WorkspaceConfig *acme = g_ptr_array_index(config->workspaces, 0);

    expect_policy(&config->policy, &policy_default);
    assert_string_equal(config->store, "sqlite:/var/lib/anchord/anchord.db");
    assert_null(config->listen);
    assert_int_equal(config->log_level, 2);
    assert_int_equal(config->workspaces->len, 1);
    assert_string_equal(acme->name, "acme");
    assert_int_equal(acme->platform, PLATFORM_SLACK);
    assert_string_equal(acme->app_token, APP_TOKEN);
    assert_string_equal(acme->bot_token, BOT_TOKEN);
    assert_string_equal(acme->api_url, "https://slack.com/api/");
    assert_int_equal(acme->connections, 1);
    assert_null(acme->ca_file);
    assert_int_equal(acme->line, 2);
}

static void test_every_setting_reaches_its_place(void **state)
{
    static const char text[] =
        "store: sqlite:west.db\n"
        "listen: '[::1]:0'\n"
        "log: {level: debug}\n"
        "defaults: {timezone: Europe/Berlin, check_in: 8:05, check_in_minutes: 30,\n"
        "           working_days: Sun-Thu}\n"
        "policy:\n"
        "  max_active_sprints: 1\n"
        "  min_key_results: 2\n"
        "  max_key_results: 4\n"
        "  max_objectives: 1\n"
        "  min_window_days: 10\n"
        "  max_window_days: 20\n"
        "  window_past_period_days: 0\n"
        "  ahead: 110%\n"
        "  on_track: 0.95\n"
        "  at_risk: 62.5%\n"
        "  too_early: 0\n"
        "  signal: 25%\n"
        "  draft_days: 3\n"
        "  blocker_hours: 48\n"
        "  triggers:\n"
        "  - {name: Burning  platform, evidence: 'where it burns', joint: true}\n"
        "  - {name: Calm, evidence: how calm}\n"
        "workspaces:\n"
        "- name: West.1\n"
        "  platform: slack\n"
        "  app_token: ${T_APP}\n"
        "  bot_token: ${T_BOT}\n"
        "  api_url: http://127.0.0.1:8080/api\n"
        "  connections: 10\n"
        "  ca_file: " EXAMPLE "\n";
    static const Trigger triggers[] = {{"Burning platform", "where it burns", true},
                                       {"Calm", "how calm", false},
                                       {NULL, NULL, false}};
    static const Policy expected = {
        .max_active_sprints = 1,
        .min_key_results = 2,
        .max_key_results = 4,
        .max_objectives = 1,
        .window = {10, 20},
        .window_past_period_days = 0,
        .ahead = 1100,
        .on_track = 950,
        .at_risk = 625,
        .too_early = 0,
        .signal = 250,
        .draft_days = 3,
        .blocker_hours = 48,
        .triggers = triggers,
        .timezone = "Europe/Berlin",
        .check_in = 8 * 60 + 5,
        .check_in_minutes = 30,
        .working_days = 0x4f,
    };
    g_autoptr(Config) config = expect_fine(*state, "everything set", text);
    const WorkspaceConfig *west = g_ptr_array_index(config->workspaces, 0);

    expect_policy(&config->policy, &expected);
    assert_string_equal(config->store, "sqlite:west.db");
    assert_string_equal(config->listen, "[::1]:0");
    assert_int_equal(config->log_level, 3);
    assert_string_equal(west->name, "West.1");
    assert_string_equal(west->api_url, "http://127.0.0.1:8080/api/");
    assert_int_equal(west->connections, 10);
    assert_string_equal(west->ca_file, EXAMPLE);
}

typedef struct Fine {
    const char *promise, *text;
} Fine;

static const Fine fine[] = {
    {"a section whose keys are all remarks is empty", "policy:\n  # max_objectives: 1\n" ACME},
    {"JSON is YAML", "{\"workspaces\": [{\"name\": \"a\", \"platform\": \"slack\", \"app_token\": "
                     "\"${T_APP}\", \"bot_token\": \"${T_BOT}\"}]}"},
    {"a byte-order mark and CR LF do no harm",
     "\xef\xbb\xbfstore: sqlite:x\r\nlisten: off\r\n" ACME},
    {"a document may begin with its mark", "---\n" ACME},
    {"one document may end with its mark", ACME "...\n"},
    {"bounds belong to what is allowed",
     "policy: {min_window_days: 7, max_window_days: 7, too_early: 50%}\n"
     "defaults: {check_in_minutes: 60}\n" ACME},
    {"pace steps may coincide", "policy: {at_risk: 1, on_track: 1, ahead: 1}\n" ACME},
    {"localhost is this machine", "listen: localhost:80\n" ACME "  api_url: http://localhost/\n"},
    {"IPv6 loopback is this machine", ACME "  api_url: http://[::1]:1/\n"},
    {"a rotated bot token is a bot token", ACME "- name: b\n"
                                                "  platform: slack\n"
                                                "  app_token: ${T_APP_2}\n"
                                                "  bot_token: credential:rotated\n"},
};

static void test_fine_files(void **state)
{
    g_free(put_file(*state, "rotated", "xoxe.xoxb-1-abc\n", 16, 0444));
    for (size_t i = 0; i < G_N_ELEMENTS(fine); i++) {
        config_free(expect_fine(*state, fine[i].promise, fine[i].text));
    }
}

/* Mistakes ------------------------------------------------------------------------------------ */

typedef struct Wrong {
    const char *promise, *text, *told;
} Wrong;

static const Wrong wrongs[] = {
    /* keys */
    {"an unknown key offers the nearest", "defaults:\n  chek_in: 09:30\n" ACME,
     "2:3: defaults.chek_in: unknown key; did you mean check_in?\n"},
    {"one that is near nothing is just unknown", "colour: red\n" ACME,
     "1:1: colour: unknown key\n"},
    {"a misspelt key that is needed is not called missing as well",
     "workspaces:\n- nam: acme\n  platform: slack\n  app_token: ${T_APP}\n  bot_token: ${T_BOT}\n",
     "2:3: workspaces[1].nam: unknown key; did you mean name?\n"},
    {"a misspelt key hides nothing from the right one", ACME "  conections: 2\n  connections: 11\n",
     "6:3: workspaces[1].conections: unknown key; did you mean connections?\n"
     "7:16: workspaces[1].connections: 11 is above 10 (connections)\n"},
    {"keys are case-sensitive, and help is near", "Store: sqlite:x\n" ACME,
     "1:1: Store: unknown key; did you mean store?\n"},
    {"a key in the wrong section is unknown there", "check_in: 09:30\n" ACME,
     "1:1: check_in: unknown key\n"},
    {"a key that is there twice is told with its first line",
     "log: {level: info}\nlog:\n  level: debug\n" ACME,
     "2:1: log: given twice; the first is in line 1, remove one of them\n"},
    {"inside an entry too", ACME "  name: other\n",
     "6:3: workspaces[1].name: given twice; the first is in line 2, remove one of them\n"},
    {"merge keys are no keys", "defaults:\n  <<: {check_in: 09:30}\n" ACME,
     "2:3: defaults.<<: unknown key\n"},
    {"a token in the place of a key is not repeated", "xoxb-1-secret: 1\n" ACME,
     "1:1: [a token]: unknown key\n"},
    {"a key that steers a terminal is disarmed", "\"\\e[31mred\": 1\n" ACME,
     "1:1: [31mred: unknown key\n"},
    {"a key without end is cut", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee: 1\n" ACME,
     "1:1: aaaaaaaaaabbbbbbbbbbccccccccccddddddddd…: unknown key\n"},
    /* kinds */
    {"a section must hold keys", "policy: 3\n" ACME,
     "1:9: policy: must hold keys, each on its own line as \"key: value\"\n"},
    {"a list is no section", "log: [level]\n" ACME,
     "1:6: log: must hold keys, each on its own line as \"key: value\"\n"},
    {"a value is no list", "store: [a, b]\n" ACME,
     "1:8: store: holds a list where a single value belongs\n"},
    {"a value is no section", "store: {sqlite: x}\n" ACME,
     "1:8: store: holds a section where a single value belongs\n"},
    {"a key without a value is none", "listen:\nstore: ~\n" ACME,
     "1:1: listen: has no value; write one, or remove the line\n"
     "2:8: store: has no value; write one, or remove the line\n"},
    {"the file is a map", "- a\n- b\n",
     "1:1: the file: must hold keys, each on its own line as \"key: value\"\n"},
    {"and no single text", "anchord\n",
     "1:1: the file: must hold keys, each on its own line as \"key: value\"\n"},
    {"an empty file names what is needed", "",
     "1:1: the file holds no settings; name a workspace at least\n"},
    {"so does one of remarks", "# nothing\n",
     "1:1: the file holds no settings; name a workspace at least\n"},
    {"workspaces are needed", "store: sqlite:x\n",
     "1:1: workspaces: is missing (the chats that are served)\n"},
    {"at least one", "workspaces: []\n",
     "1:13: workspaces: must hold entries, each beginning with \"- \"\n"},
    {"a list without entries is none", "workspaces:\n",
     "1:1: workspaces: must hold entries, each beginning with \"- \"\n"},
    {"entries hold keys", "workspaces:\n- acme\n- ~\n",
     "2:3: workspaces[1]: must hold keys, each on its own line as \"key: value\"\n"
     "3:3: workspaces[2]: must hold keys, each on its own line as \"key: value\"\n"},
    /* numbers */
    {"a number above its bound says so with its unit", "defaults: {check_in_minutes: 90}\n" ACME,
     "1:30: defaults.check_in_minutes: 90 is above 60 (minutes)\n"},
    {"below it too", "defaults: {check_in_minutes: 4}\n" ACME,
     "1:30: defaults.check_in_minutes: 4 is below 5 (minutes)\n"},
    {"a negative one is below", "policy: {draft_days: -1}\n" ACME,
     "1:22: policy.draft_days: -1 is below 1 (days)\n"},
    {"one beyond every integer is above", "policy: {draft_days: 99999999999999999999}\n" ACME,
     "1:22: policy.draft_days: 99999999999999999999 is above 28 (days)\n"},
    {"and one far below is below", "policy: {draft_days: -99999999999999999999}\n" ACME,
     "1:22: policy.draft_days: -99999999999999999999 is below 1 (days)\n"},
    {"more than two active sprints are never allowed", "policy: {max_active_sprints: 3}\n" ACME,
     "1:30: policy.max_active_sprints: 3 is above 2 (sprints)\n"},
    {"a fraction is no whole number", "policy: {draft_days: 1.5}\n" ACME,
     "1:22: policy.draft_days: \"1.5\" is no whole number; write 1 to 28 (days)\n"},
    {"nor is a number with its unit", "policy: {draft_days: 7 days}\n" ACME,
     "1:22: policy.draft_days: \"7 days\" is no whole number; write 1 to 28 (days)\n"},
    {"nor is nothing", "policy: {draft_days: \"\"}\n" ACME,
     "1:22: policy.draft_days: \"\" is no whole number; write 1 to 28 (days)\n"},
    {"nor are hexadecimal digits", "policy: {draft_days: 0x7}\n" ACME,
     "1:22: policy.draft_days: \"0x7\" is no whole number; write 1 to 28 (days)\n"},
    {"a share without its point is above", "policy: {on_track: 90}\n" ACME,
     "1:20: policy.on_track: 90 is above 2; 90% is written 0.9 or 90%\n"},
    {"a threshold that every key result is off by is none", "policy: {signal: 0}\n" ACME,
     "1:18: policy.signal: 0 is below 0.05\n"},
    {"a share that is too fine is none", "policy: {on_track: 0.9001}\n" ACME,
     "1:20: policy.on_track: \"0.9001\" is no share; write a number such as 0.9 or 90%, with at "
     "most three places behind the point\n"},
    {"a share with a comma is none", "policy: {on_track: \"0,9\"}\n" ACME,
     "1:20: policy.on_track: \"0,9\" is no share; write a number such as 0.9 or 90%, with at most "
     "three places behind the point\n"},
    {"a share below its bound says so", "policy: {too_early: -1%}\n" ACME,
     "1:21: policy.too_early: -1% is below 0\n"},
    /* what belongs together */
    {"the later of two that contradict each other is to blame",
     "policy:\n  max_key_results: 2\n  min_key_results: 4\n" ACME,
     "3:20: policy.min_key_results: 4 is above max_key_results, which is 2\n"},
    {"in either order", "policy:\n  min_key_results: 4\n  max_key_results: 2\n" ACME,
     "3:20: policy.max_key_results: 2 is below min_key_results, which is 4\n"},
    {"a default counts", "policy: {max_key_results: 2}\n" ACME,
     "1:27: policy.max_key_results: 2 is below min_key_results, which is 3\n"},
    {"days too", "policy: {min_window_days: 21, max_window_days: 14}\n" ACME,
     "1:48: policy.max_window_days: 14 is below min_window_days, which is 21\n"},
    {"pace steps are in order", "policy: {at_risk: 95%, ahead: 0.8}\n" ACME,
     "1:19: policy.at_risk: 0.95 is above on_track, which is 0.9\n"
     "1:31: policy.ahead: 0.8 is below on_track, which is 0.9\n"},
    {"one that is wrong by itself contradicts nothing",
     "policy: {min_key_results: 9, max_key_results: 2}\n" ACME,
     "1:27: policy.min_key_results: 9 is above 5 (key results)\n"},
    /* types */
    {"a time is a time", "defaults: {check_in: 9}\n" ACME,
     "1:22: defaults.check_in: \"9\" is no time of the day; write it like \"09:30\"\n"},
    {"there is no 25th hour", "defaults: {check_in: 25:00}\n" ACME,
     "1:22: defaults.check_in: \"25:00\" is no time of the day; write it like \"09:30\"\n"},
    {"weekdays are weekdays", "defaults: {working_days: Mon-Fry}\n" ACME,
     "1:26: defaults.working_days: \"Mon-Fry\" are no weekdays; write them like Mon-Fri, or Mon, "
     "Tue, Thu\n"},
    {"a misspelt time zone offers the right one", "defaults: {timezone: Europe/Berln}\n" ACME,
     "1:22: defaults.timezone: \"Europe/Berln\" is no time zone; did you mean Europe/Berlin?\n"},
    {"one like nothing explains itself", "defaults: {timezone: ../../etc/passwd}\n" ACME,
     "1:22: defaults.timezone: \"../../etc/passwd\" is no time zone; write an IANA name such as "
     "Europe/Berlin\n"},
    {"a level is one of four", "log: {level: verbose}\n" ACME,
     "1:14: log.level: \"verbose\" is not known here; write error, warning, info or debug\n"},
    {"joint is true or false",
     "policy:\n  triggers:\n  - {name: a, evidence: b, joint: yes}\n" ACME,
     "3:35: policy.triggers[1].joint: \"yes\" is neither; write true or false\n"},
    {"a control character is no part of a value", "store: \"sqlite:a\\nb\"\n" ACME,
     "1:8: store: holds a character that cannot be seen\n"},
    /* store, listen */
    {"a store has a kind", "store: /var/lib/anchord.db\n" ACME,
     "1:8: store: a store is written sqlite:PATH\n"},
    {"a store has a file", "store: \"sqlite:\"\n" ACME,
     "1:8: store: names no file; write sqlite:PATH\n"},
    {"a folder is no store", "store: sqlite:/var/lib/\n" ACME,
     "1:8: store: names no file; write sqlite:PATH\n"},
    {"a store in memory is refused", "store: \"sqlite::memory:\"\n" ACME,
     "1:8: store: a store in memory would forget every sprint; name a file\n"},
    {"PostgreSQL is refused, and its password not repeated",
     "store: postgresql://anchord:secret@db/anchord\n" ACME,
     "1:8: store: PostgreSQL is not built in this version; write sqlite:PATH\n"},
    {"an address needs a port", "listen: 127.0.0.1\n" ACME,
     "1:9: listen: \"127.0.0.1\" is no address with a port; write it like 127.0.0.1:8089, or "
     "off\n"},
    {"a port has an end", "listen: 127.0.0.1:65536\n" ACME,
     "1:9: listen: \"127.0.0.1:65536\" is no address with a port; write it like 127.0.0.1:8089, or "
     "off\n"},
    /* triggers */
    {"a trigger needs its evidence", "policy:\n  triggers:\n  - name: a\n" ACME,
     "3:5: policy.triggers[1].evidence: is missing (what is asked for beside the situation)\n"},
    {"a trigger is given once",
     "policy:\n  triggers:\n  - {name: On fire, evidence: b}\n"
     "  - {name: on-fire, evidence: c}\n" ACME,
     "4:12: policy.triggers[2].name: this trigger was given above\n"},
    {"a trigger without a name is none", "policy:\n  triggers: [{name: \" \", evidence: b}]\n" ACME,
     "2:21: policy.triggers[1].name: holds no text\n"},
    {"an empty list of triggers is none", "policy: {triggers: []}\n" ACME,
     "1:20: policy.triggers: must hold entries, each beginning with \"- \"; remove the key for "
     "those built in\n"},
    /* workspaces */
    {"what is missing is told where its entry begins", "workspaces:\n- platform: slack\n",
     "2:3: workspaces[1].name: is missing (your name for it, in the log, the metrics and the "
     "store)\n"
     "2:3: workspaces[1].app_token: is missing (app-level token, scope connections:write)\n"
     "2:3: workspaces[1].bot_token: is missing (bot token of the installed app)\n"},
    {"names are given once, whatever their case",
     ACME "- name: ACME\n  platform: slack\n  app_token: ${T_APP_2}\n  bot_token: ${T_BOT}\n",
     "6:9: workspaces[2].name: ACME is the name of the workspace in line 2 too\n"},
    {"one app serves one workspace",
     ACME "- name: b\n  platform: slack\n  app_token: ${T_APP}\n  bot_token: ${T_BOT}\n",
     "8:14: workspaces[2].app_token: it is the token of the workspace in line 2 too\n"},
    {"a name is plain",
     "workspaces:\n- name: a b\n  platform: slack\n  app_token: ${T_APP}\n  bot_token: ${T_BOT}\n",
     "2:9: workspaces[1].name: \"a b\" is no name; write at most 40 letters, digits, \"-\", \"_\" "
     "and \".\"\n"},
    {"a platform is one of two",
     "workspaces:\n- name: a\n  platform: teams\n  app_token: ${T_APP}\n  bot_token: ${T_BOT}\n",
     "3:13: workspaces[1].platform: \"teams\" is not known here; write slack or matrix\n"},
    {"a Matrix account needs its user, a way in, and who may talk to it",
     "workspaces:\n- name: a\n  platform: matrix\n",
     "2:3: workspaces[1].user: is missing (the bot's own account, as @anchord:example.org)\n"
     "2:3: workspaces[1].allow: is missing (who may talk to it, and whose invitations it accepts, "
     "as [\"@*:example.org\"])\n"
     "2:3: workspaces[1].access_token: is missing (or a password: the bot logs in with one of "
     "them)\n"},
    {"a user is written whole", MATRIX "  user: anchord\n",
     "6:9: workspaces[1].user: \"anchord\" is no Matrix user; write it whole, like "
     "\"@anchord:example.org\"\n"},
    {"a user is one", MATRIX "  user: \"@*:example.org\"\n",
     "6:9: workspaces[1].user: \"@*:example.org\" is no Matrix user; write it whole, like "
     "\"@anchord:example.org\"\n"},
    {"who may talk to it are users", MATRIX_BOT "  allow: [\"@a:example.org\", example.org]\n",
     "6:29: workspaces[1].allow: \"example.org\" names no users; write them like "
     "\"@*:example.org\"\n"},
    {"and users alone", MATRIX_BOT "  allow: [{a: b}]\n",
     "6:11: workspaces[1].allow: holds something else than users; write [\"@*:example.org\"]\n"},
    {"and some", MATRIX_BOT "  allow: []\n",
     "6:10: workspaces[1].allow: holds 0 users; 1 to 100 may stand there\n"},
    {"the websocket needs its proxy and its token",
     "workspaces:\n- name: a\n  platform: matrix\n  password: ${T_BOT}\n"
     "  user: \"@anchord:example.org\"\n  allow: \"*\"\n  transport: websocket\n",
     "2:3: workspaces[1].access_token: is missing (the websocket takes the registration's "
     "as_token)\n"
     "4:13: workspaces[1].password: this is a bot token (xoxb-), which belongs in bot_token; the "
     "two may be swapped\n"
     "7:14: workspaces[1].transport: websocket needs a proxy_url, where mautrix-wsproxy is\n"},
    {"as_tokens are not sent in the clear",
     MATRIX_BOT "  allow: \"*\"\n  proxy_url: ws://matrix.example.org/\n",
     "7:14: workspaces[1].proxy_url: tokens are sent there: it must begin with wss:// (ws:// only "
     "to this machine, as 127.0.0.1)\n"},
    {"one user is one account",
     MATRIX_BOT "  allow: \"*\"\n- name: b\n  platform: matrix\n  access_token: ${T_MATRIX}\n"
                "  user: \"@anchord:example.org\"\n  allow: \"*\"\n",
     "10:9: workspaces[2].user: it is the user of the workspace in line 2 too\n"},
    {"what is slack's is not matrix's", MATRIX_BOT "  allow: \"*\"\n  app_token: ${T_APP}\n",
     "7:3: workspaces[1].app_token: is a setting of slack, not of this platform\n"},
    {"what is matrix's is not slack's", ACME "  homeserver: https://matrix.example.org\n",
     "6:3: workspaces[1].homeserver: is a setting of matrix, not of this platform\n"},
    /* URLs */
    {"tokens go nowhere in the clear", ACME "  api_url: http://slack.com/api/\n",
     "6:12: workspaces[1].api_url: tokens are sent there: it must begin with https:// (http:// "
     "only "
     "to this machine, as 127.0.0.1)\n"},
    {"a name that begins like this machine is another",
     ACME "  api_url: http://127.0.0.1.example.org/\n",
     "6:12: workspaces[1].api_url: tokens are sent there: it must begin with https:// (http:// "
     "only "
     "to this machine, as 127.0.0.1)\n"},
    {"so is one that hides behind a user", ACME "  api_url: http://127.0.0.1@example.org/\n",
     "6:12: workspaces[1].api_url: a name, a password, \"?\" or \"#\" have no place in this URL\n"},
    {"another scheme is refused", ACME "  api_url: file:///etc/passwd\n",
     "6:12: workspaces[1].api_url: this is no URL; write it like https://slack.com/api/\n"},
    {"a URL is whole", ACME "  api_url: slack.com/api\n",
     "6:12: workspaces[1].api_url: this is no URL; write it like https://slack.com/api/\n"},
    {"a certificate file must be there", ACME "  ca_file: /nowhere/ca.pem\n",
     "6:12: workspaces[1].ca_file: /nowhere/ca.pem cannot be read: No such file or directory\n"},
    {"and be a file", ACME "  ca_file: /\n",
     "6:12: workspaces[1].ca_file: / is not a regular file\n"},
    /* YAML */
    {"an alias is not read", "store: &x sqlite:x\nlisten: *x\n" ACME,
     "1:11: anchors (&), aliases (*) and tags (!) are not read; write the value out\n"},
    {"a tag is not read", "store: !!str sqlite:x\n" ACME,
     "1:14: anchors (&), aliases (*) and tags (!) are not read; write the value out\n"},
    {"a second document is refused", ACME "---\n" ACME,
     "6:1: a second document begins; remove the line \"---\"\n"},
    {"a list is no key", "? [a]\n: 1\n", "1:3: a key must be a plain word\n"},
    {"what escapes to no text is no value", "store: \"a\\0b\"\n" ACME,
     "1:8: holds bytes that are no text\n"},
    /* all at once */
    {"every mistake of a file is told, in its order",
     "listen: 8089\n"
     "policy:\n"
     "  draft_dayz: 3\n"
     "  max_objectives: 4\n"
     "workspaces:\n"
     "- name: acme\n"
     "  app_token: ${T_UNSET}\n"
     "  platform: slack\n",
     "1:9: listen: \"8089\" is no address with a port; write it like 127.0.0.1:8089, or off\n"
     "3:3: policy.draft_dayz: unknown key; did you mean draft_days?\n"
     "4:19: policy.max_objectives: 4 is above 3 (objectives)\n"
     "6:3: workspaces[1].bot_token: is missing (bot token of the installed app)\n"
     "7:14: workspaces[1].app_token: the environment variable T_UNSET is not set; set it, or write "
     "file:PATH or credential:NAME instead\n"},
};

static void test_mistakes(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(wrongs); i++) {
        g_autoptr(Config) config = read_text(*state, wrongs[i].text);

        expect_mistakes(*state, wrongs[i].promise, config, wrongs[i].told);
    }
}

/* The reader's own words follow, and they may change with its version. */
static void test_what_is_no_yaml_is_told_with_its_place(void **state)
{
    static const struct {
        const char *text, *begin;
    } broken[] = {
        {"store: sqlite:x\nlisten: \"127\n" ACME, "2:9: not YAML: "},
        {"store: sqlite:x\n listen: off\n" ACME, "1:8: not YAML: "},
        {"log: {level: info\n", "2:1: not YAML: "},
        {"\tstore: sqlite:x\n", "1:1: not YAML: "},
        {"store: @x\n", "1:8: not YAML: "},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(Config) config = read_text(*state, broken[i].text);
        g_autofree char *found = told(*state);

        if (config != NULL || !g_str_has_prefix(found, broken[i].begin) ||
            strlen(found) <= strlen(broken[i].begin) + 1) {
            fail_msg("%s\n  %s", broken[i].text, found);
        }
    }
}

/* Secrets ------------------------------------------------------------------------------------- */

/* The value of bot_token, in the last line of a file of that mode. */
typedef struct SecretCase {
    const char *promise, *value;
    mode_t mode;
    const char *told; /* behind "workspaces[1].bot_token: "; NULL: fine. %s is the folder */
} SecretCase;

static const SecretCase secret_cases[] = {
    {"a variable", "${T_BOT}", 0644, NULL},
    {"one that is not set is named", "${T_UNSET}", 0644,
     "the environment variable T_UNSET is not set; set it, or write file:PATH or credential:NAME "
     "instead"},
    {"one that is empty is none", "${T_EMPTY}", 0644, "the environment variable T_EMPTY is empty"},
    {"one with a blank is none", "${T_BLANK}", 0644,
     "the environment variable T_BLANK holds blanks or other bytes that no token has"},
    {"one that is not closed is none", "${T_BOT", 0644,
     "a variable is written ${NAME}, with letters, digits and _"},
    {"nor is one without a name", "${}", 0644,
     "a variable is written ${NAME}, with letters, digits and _"},
    {"nor is one with a command", "${T_BOT:-x}", 0644,
     "a variable is written ${NAME}, with letters, digits and _"},
    {"a file of one's own", "file:%s/own", 0644, NULL},
    {"a file for one's group, as root leaves it to a service", "file:%s/group", 0644, NULL},
    {"a file that the group may write", "file:%s/written", 0644,
     "%s/written is open to others (mode 0660); run: chmod g-w,o= %s/written"},
    {"a file of others", "file:%s/shared", 0644,
     "%s/shared is open to others (mode 0644); run: chmod g-w,o= %s/shared"},
    {"a file that is missing", "file:%s/none", 0644,
     "%s/none cannot be read: No such file or directory"},
    {"a folder", "file:%s", 0644, "%s is not a regular file"},
    {"a pipe does not hold anybody up", "file:%s/pipe", 0644, "%s/pipe is not a regular file"},
    {"no path", "\"file:\"", 0644, "file: cannot be read: No such file or directory"},
    {"an empty file", "file:%s/empty", 0644, "%s/empty is empty"},
    {"a file of two lines", "file:%s/two", 0644,
     "%s/two holds blanks or other bytes that no token has"},
    {"a huge file", "file:%s/huge", 0644, "%s/huge is too long"},
    {"a credential", "credential:own", 0644, NULL},
    {"a credential's mode is systemd's business", "credential:shared", 0644, NULL},
    {"a credential that is missing", "credential:none", 0644,
     "%s/none cannot be read: No such file or directory"},
    {"a credential elsewhere", "credential:../own", 0644,
     "a credential is named without a path: credential:NAME"},
    {"a token as it is, in a file of one's own", BOT_TOKEN, 0600, NULL},
    {"in a file for one's group", BOT_TOKEN, 0640, NULL},
    {"in a file for everybody", BOT_TOKEN, 0644,
     "the token stands in a file that everybody may read; run chmod o= on the file, or write "
     "${NAME}, file:PATH or credential:NAME instead"},
    {"the two tokens swapped", "${T_APP}", 0644,
     "this is an app-level token (xapp-), which belongs in app_token; the two may be swapped"},
    {"a user's token", "${T_USER}", 0644,
     "this is a user token (xoxp-); the right one begins with xoxb-"},
    {"no token at all", "${T_ODD}", 0644, "what it stands for does not begin with xoxb-"},
};

static char *in_folder(const Desk *desk, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "%s", -1);

    return g_strjoinv(desk->folder, parts);
}

static void put_secrets(Desk *desk)
{
    g_autofree char *pipe = g_build_filename(desk->folder, "pipe", NULL);
    char huge[SECRET_MAX + 2];

    memset(huge, 'x', sizeof(huge));
    g_free(put_file(desk, "own", BOT_TOKEN "\n", strlen(BOT_TOKEN) + 1, 0600));
    g_free(put_file(desk, "group", BOT_TOKEN "\n", strlen(BOT_TOKEN) + 1, 0640));
    g_free(put_file(desk, "written", BOT_TOKEN "\n", strlen(BOT_TOKEN) + 1, 0660));
    g_free(put_file(desk, "shared", BOT_TOKEN "\n", strlen(BOT_TOKEN) + 1, 0644));
    g_free(put_file(desk, "empty", " \n\n", 3, 0600));
    g_free(put_file(desk, "two", "xoxb-1\nxoxb-2\n", 14, 0600));
    g_free(put_file(desk, "huge", huge, sizeof(huge), 0600));
    assert_int_equal(mkfifo(pipe, 0600), 0);
}

static void expect_secret(Desk *desk, const SecretCase *c)
{
    g_autofree char *value = in_folder(desk, c->value);
    g_autofree char *text = g_strdup_printf("workspaces:\n- name: acme\n  platform: slack\n"
                                            "  app_token: ${T_APP_2}\n  bot_token: %s\n",
                                            value);
    g_autoptr(Config) config = read_bytes(desk, text, strlen(text), c->mode);

    if (c->told != NULL) {
        g_autofree char *why = in_folder(desk, c->told);
        g_autofree char *line = g_strdup_printf("5:14: workspaces[1].bot_token: %s\n", why);

        expect_mistakes(desk, c->promise, config, line);
        return;
    }
    g_autofree char *found = told(desk);
    const WorkspaceConfig *acme = config != NULL ? g_ptr_array_index(config->workspaces, 0) : NULL;

    if (acme == NULL || strcmp(acme->bot_token, BOT_TOKEN) != 0) {
        fail_msg("%s: not fine:\n%s", c->promise, found);
    }
}

static void test_secrets(void **state)
{
    Desk *desk = *state;

    put_secrets(desk);
    for (size_t i = 0; i < G_N_ELEMENTS(secret_cases); i++) {
        expect_secret(desk, &secret_cases[i]);
    }
}

static void test_without_systemd_a_credential_says_what_to_do(void **state)
{
    g_unsetenv("CREDENTIALS_DIRECTORY");
    g_autoptr(Config) config =
        read_text(*state, "workspaces:\n- name: acme\n  platform: slack\n"
                          "  app_token: ${T_APP}\n  bot_token: credential:slack\n");

    expect_mistakes(*state, "no credentials", config,
                    "5:14: workspaces[1].bot_token: there is no $CREDENTIALS_DIRECTORY; run under "
                    "systemd with LoadCredential=slack:PATH, or write file:PATH instead\n");
}

static void test_who_may_read_no_token_is_told_every_other_mistake(void **state)
{
    Desk *desk = *state;
    static const char slack[] = "workspaces:\n- name: acme\n  platform: slack\n"
                                "  app_token: credential:app\n  bot_token: credential:bot\n";
    g_autofree char *path = put_file(desk, "anchord.yaml", slack, strlen(slack), 0644);

    g_unsetenv("CREDENTIALS_DIRECTORY");
    g_ptr_array_set_size(desk->mistakes, 0);
    g_autoptr(Config) config = config_read_without_secrets(path, desk->mistakes);

    assert_non_null(config);
    assert_int_equal(config->workspaces->len, 1);
    g_autofree char *worse = g_strconcat(slack, "- name: acme\n", NULL);
    g_autofree char *again = put_file(desk, "anchord.yaml", worse, strlen(worse), 0644);

    assert_null(config_read_without_secrets(again, desk->mistakes));
    assert_true(desk->mistakes->len > 0);
}

/* Tokens everywhere that something is said about a value. */
static void test_no_mistake_repeats_a_token(void **state)
{
    Desk *desk = *state;
    static const char token[] = "xoxb-7-verysecret";
    static const char *const templates[] = {
        "%s: 1\n" ACME,
        "store: %s\n" ACME,
        "listen: %s\n" ACME,
        "log: {level: %s}\n" ACME,
        "defaults: {timezone: %s, check_in: %s, check_in_minutes: %s, working_days: %s}\n" ACME,
        "policy: {ahead: %s, draft_days: %s, triggers: %s}\n" ACME,
        "workspaces: %s\n",
        "workspaces:\n- %s\n",
        "workspaces:\n- {name: %s, platform: %s, app_token: %s, bot_token: \"%s x\"}\n",
        "workspaces:\n- {api_url: %s, connections: %s, ca_file: %s}\n",
        "workspaces:\n- {app_token: {%s: 1}, bot_token: [%s]}\n",
        "workspaces:\n- name: acme\n  %s\n  platform: slack\n",
        "bot_token: \"%s\n",
        "a: *%s\n",
        "a: !%s b\n",
        "%%%s\n---\na: b\n",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(templates); i++) {
        g_auto(GStrv) parts = g_strsplit(templates[i], "%s", -1);
        g_autofree char *text = g_strjoinv(token, parts);
        g_autoptr(Config) config = read_text(desk, text);
        g_autofree char *found = told(desk);

        assert_null(config);
        assert_true(desk->mistakes->len > 0);
        if (strstr(found, "verysecret") != NULL) {
            fail_msg("a token is repeated:\n%s%s", text, found);
        }
    }
}

/* Files --------------------------------------------------------------------------------------- */

static void expect_file(Desk *desk, const char *name, const char *expected)
{
    g_autofree char *path = g_build_filename(desk->folder, name, NULL);
    g_autofree char *line = g_strdup_printf("%s:1:1: the file cannot be read: %s", path, expected);

    g_ptr_array_set_size(desk->mistakes, 0);
    assert_null(config_read(path, desk->mistakes));
    assert_int_equal(desk->mistakes->len, 1);
    assert_string_equal(g_ptr_array_index(desk->mistakes, 0), line);
}

static void test_what_is_no_file_is_told(void **state)
{
    Desk *desk = *state;
    g_autofree char *pipe = g_build_filename(desk->folder, "pipe", NULL);

    assert_int_equal(mkfifo(pipe, 0600), 0);
    expect_file(desk, "none.yaml", "No such file or directory");
    expect_file(desk, ".", "it is a folder");
    expect_file(desk, "pipe", "it is not a regular file");
}

static void test_a_file_of_more_than_a_mebibyte_is_refused(void **state)
{
    Desk *desk = *state;
    size_t limit = (size_t)1024 * 1024;
    g_autofree char *blank = g_strnfill(limit - strlen(ACME), '\n');
    g_autofree char *bytes = g_strconcat(blank, ACME, "\n", NULL);

    g_free(put_file(desk, "large.yaml", bytes, limit + 1, 0600));
    expect_file(desk, "large.yaml", "it is larger than 1 MiB");
    g_autoptr(Config) config = read_bytes(desk, bytes, limit, 0600);

    assert_non_null(config);
}

typedef struct Bytes {
    const char *promise, *bytes;
    size_t len;
    const char *told;
} Bytes;

#define BYTES(text) text, sizeof(text) - 1

static const Bytes not_text[] = {
    {"Latin-1 is not UTF-8", BYTES("a: 1\nb: \xc3\xa9t\xe9\n"),
     "2:6: the byte 0xe9 is no text here; the file must be UTF-8\n"},
    {"NUL is no text", BYTES("store: sqlite:x\0\n" ACME),
     "1:16: the byte 0x00 is no text here; the file must be UTF-8\n"},
    {"a control is no text", BYTES("# \x1b[31m\n"),
     "1:3: the byte 0x1b is no text here; the file must be UTF-8\n"},
    {"UTF-16 is not UTF-8",
     BYTES("\xff\xfe"
           "a\0:\0 \0"),
     "1:1: the byte 0xff is no text here; the file must be UTF-8\n"},
    {"a character that ends too soon is none", BYTES("a: \xe2\x82"),
     "1:4: the byte 0xe2 is no text here; the file must be UTF-8\n"},
};

static void test_bytes_that_are_no_text_are_told_with_their_place(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(not_text); i++) {
        g_autoptr(Config) config = read_bytes(*state, not_text[i].bytes, not_text[i].len, 0600);

        expect_mistakes(*state, not_text[i].promise, config, not_text[i].told);
    }
}

/* Each of them is small to write and was made to be large to read. */
static void test_attacks_on_the_reader_end(void **state)
{
    Desk *desk = *state;
    g_autoptr(GString) text = g_string_new(NULL);
    static const struct {
        const char *unit;
        int times;
        const char *told; /* how the first line ends */
    } attacks[] = {
        {"[", 100000, "nested too deep"},
        {"- ", 100000, "nested too deep"},
        {"{a: ", 100000, "nested too deep"},
        {"? ", 100000, "a key must be a plain word"},
        {"- a\n", 200000, "the file holds too many values"},
        {"a: &a [*a,*a,*a]\n", 1,
         "anchors (&), aliases (*) and tags (!) are not read; write the value out"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(attacks); i++) {
        g_string_truncate(text, 0);
        for (int n = 0; n < attacks[i].times; n++) {
            g_string_append(text, attacks[i].unit);
        }
        g_autoptr(Config) config = read_text(desk, text->str);

        assert_null(config);
        assert_int_equal(desk->mistakes->len, 1);
        if (!g_str_has_suffix(g_ptr_array_index(desk->mistakes, 0), attacks[i].told)) {
            fail_msg("%s…: %s", attacks[i].unit, (char *)g_ptr_array_index(desk->mistakes, 0));
        }
    }
}

static void test_a_file_of_rubbish_is_not_told_without_end(void **state)
{
    Desk *desk = *state;
    g_autoptr(GString) text = g_string_new(NULL);

    for (int i = 0; i < 1000; i++) {
        g_string_append_printf(text, "rubbish%d: 1\n", i);
    }
    g_string_append(text, ACME);
    g_autoptr(Config) config = read_text(desk, text->str);

    assert_null(config);
    assert_int_equal(desk->mistakes->len, 101);
    assert_true(
        g_str_has_suffix(g_ptr_array_index(desk->mistakes, 100), ": and 900 mistakes more"));
}

/* Every prefix and every damaged byte of a good file: nothing but an answer comes of it. */
static void test_a_damaged_file_never_harms_the_reader(void **state)
{
    static const char text[] = "defaults: {check_in: \"09:30\"}\npolicy:\n  triggers:\n"
                               "  - {name: a, evidence: b}\n" ACME;
    static const char damage[] = "\0\"'[]{}:,&*!|>%@`#?-\n\t \xff";

    for (size_t len = 0; len < sizeof(text) - 1; len++) {
        config_free(read_bytes(*state, text, len, 0600));
    }
    for (size_t at = 0; at < sizeof(text) - 1; at++) {
        for (size_t d = at % 3; d < sizeof(damage) - 1; d += 3) {
            char bytes[sizeof(text)];

            memcpy(bytes, text, sizeof(text));
            bytes[at] = damage[d];
            g_autoptr(Config) config = read_bytes(*state, bytes, sizeof(text) - 1, 0600);
            g_autofree char *found = told(*state);

            assert_true((config == NULL) == (*found != '\0'));
        }
    }
}

static void test_the_file_that_is_read_where_none_is_named(void **state)
{
    (void)state;
    g_unsetenv("ANCHORD_CONFIG");
    assert_string_equal(config_default_path(), "/etc/anchord/anchord.yaml");
    g_setenv("ANCHORD_CONFIG", "", TRUE);
    assert_string_equal(config_default_path(), "/etc/anchord/anchord.yaml");
    g_setenv("ANCHORD_CONFIG", "/srv/anchord.yaml", TRUE);
    assert_string_equal(config_default_path(), "/srv/anchord.yaml");
    g_unsetenv("ANCHORD_CONFIG");
}

/* Addresses ----------------------------------------------------------------------------------- */

static void test_addresses(void **state)
{
    static const char *const good[] = {"127.0.0.1:8089", "0.0.0.0:1", "[::]:65535", "[::1]:0",
                                       "localhost:8089"};
    static const char *const bad[] = {
        "",          ":8089",        "8089",           "127.0.0.1",
        "::1:8089",  "[::1]",        "[]:1",           "[127.0.0.1]:1",
        "1.2.3:80",  "127.1:80",     "127.0.0.1:",     "127.0.0.1:-1",
        "host:80",   "127.0.0.1:+1", "127.0.0.1:1x",   "127.0.0.1: 1",
        "[::1:8089", "::1]:8089",    "127.0.0.1:65536"};
    struct sockaddr_storage address;
    socklen_t len = 0;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        if (!listen_parse(good[i], &address, &len)) {
            fail_msg("%s is an address", good[i]);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        if (listen_parse(bad[i], &address, &len)) {
            fail_msg("%s is no address", bad[i]);
        }
    }
}

static void test_this_machine(void **state)
{
    static const char *const here[] = {"localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"};
    static const char *const elsewhere[] = {"",        "example.org", "128.0.0.1",
                                            "0.0.0.0", "10.0.0.1",    "127.0.0.1.example",
                                            "::2",     "::",          "localhost.example.org"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(here); i++) {
        assert_true(host_is_loopback(here[i]));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
        assert_false(host_is_loopback(elsewhere[i]));
    }
}

/* The example --------------------------------------------------------------------------------- */

static char *example(void)
{
    char *text = NULL;

    assert_true(g_file_get_contents(EXAMPLE, &text, NULL, NULL));
    return text;
}

/* The example with every key that stands behind "#" brought to life: "#key: value", "#- key:
 * value". Remarks have a blank behind their "#". */
static char *awake(const char *text)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line != NULL; line++) {
        size_t indent = strspn(*line, " ");
        const char *rest = *line + indent;
        bool asleep = rest[0] == '#' && rest[1] != ' ' && rest[1] != '\0';

        g_string_append_printf(out, "%.*s%s\n", (int)indent, *line, asleep ? rest + 1 : rest);
    }
    return g_string_free(out, FALSE);
}

static void set_example_tokens(void)
{
    g_setenv("SLACK_APP_TOKEN", APP_TOKEN, TRUE);
    g_setenv("SLACK_BOT_TOKEN", BOT_TOKEN, TRUE);
}

static void expect_defaults(const Config *config)
{
    const WorkspaceConfig *acme = g_ptr_array_index(config->workspaces, 0);

    expect_policy(&config->policy, &policy_default);
    assert_string_equal(config->store, "sqlite:/var/lib/anchord/anchord.db");
    assert_int_equal(config->log_level, 2);
    assert_string_equal(acme->api_url, "https://slack.com/api/");
    assert_int_equal(acme->connections, 1);
}

static void test_the_example_is_fine_as_it_is(void **state)
{
    g_autofree char *text = example();

    set_example_tokens();
    g_autoptr(Config) config = expect_fine(*state, "the example", text);

    expect_defaults(config);
    assert_int_equal(config->workspaces->len, 1);
    assert_null(config->listen);
}

static void test_the_example_brought_to_life_says_the_defaults(void **state)
{
    g_autofree char *text = example(), *live = awake(text);
    g_autofree char *ca =
        strstr(live, "/etc/anchord/proxy-ca.pem") != NULL ? g_strdup(EXAMPLE) : NULL;

    assert_non_null(ca); /* the one file that it names is not on this machine */
    g_auto(GStrv) parts = g_strsplit(live, "/etc/anchord/proxy-ca.pem", -1);
    g_autofree char *mended = g_strjoinv(ca, parts);

    set_example_tokens();
    g_free(put_file(*state, "matrix", "syt_a", 5, 0600));
    g_free(put_file(*state, "matrix-password", "secret", 6, 0600));
    g_autoptr(Config) config = expect_fine(*state, "the example brought to life", mended);

    expect_defaults(config);
    assert_int_equal(config->workspaces->len, 2);
    const WorkspaceConfig *community = g_ptr_array_index(config->workspaces, 1);
    assert_int_equal(community->platform, PLATFORM_MATRIX);
    assert_string_equal(community->allow[0], "@*:example.org");
    assert_null(community->allow[1]);
    assert_int_equal(community->transport, TRANSPORT_SYNC);
    assert_int_equal(community->setup_power, 50);
    assert_string_equal(config->listen, "127.0.0.1:8089");
}

/* The value of that path in the example, in the nth entry of a list on the way; NULL. */
static const Node *value_of(const Node *node, const char *path, guint nth)
{
    g_auto(GStrv) steps = g_strsplit(path, ".", -1);

    for (char **step = steps; node != NULL && *step != NULL; step++) {
        bool list = g_str_has_suffix(*step, "[]");
        g_autofree char *key = g_strndup(*step, strlen(*step) - (list ? 2 : 0));

        node = node_find(node, key);
        if (node != NULL && list) {
            node = node->kind == NODE_LIST ? g_ptr_array_index(node->items, nth) : NULL;
        }
    }
    return node;
}

static void expect_row(const Node *root, const Setting *row)
{
    g_autofree char *path = setting_path(row);
    const Node *node = value_of(root, path, row->platforms == ON_MATRIX ? 1 : 0);
    const char *shown = row->def != NULL ? row->def : row->example;

    const char *found = node != NULL ? node->text : NULL;

    if (node == NULL || (shown != NULL && g_strcmp0(found, shown) != 0)) {
        fail_msg("the example shows %s as %s, not as %s", path, found, shown);
    }
}

static void test_the_example_shows_every_setting(void **state)
{
    g_autofree char *text = example(), *live = awake(text);
    g_auto(Mistakes) mistakes = {0};

    (void)state;
    mistakes_init(&mistakes);
    g_autoptr(Node) root = yaml_read(live, strlen(live), &mistakes);

    assert_non_null(root);
    for (size_t i = 0; i < setting_count; i++) {
        expect_row(root, &settings[i]);
    }
}

static void test_rows_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < setting_count; i++) {
        const Setting *row = &settings[i];
        bool numeric = row->type == SETTING_NUMBER || row->type == SETTING_RATIO;

        assert_ptr_equal(setting_find(row->scope, row->name), row); /* one row a key */
        assert_non_null(row->help);
        assert_true(!numeric || row->min < row->max);
        assert_true(row->type != SETTING_NUMBER || row->unit != NULL);
        assert_true(row->type != SETTING_CHOICE || row->choices != NULL);
        assert_true(row->type != SETTING_SECRET ||
                    (row->platforms == ON_SLACK) == (row->begins != NULL));
        assert_true(!row->required || row->def == NULL);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(test_without_settings_the_defaults_are_the_frameworks_own),
        TEST(test_every_setting_reaches_its_place),
        TEST(test_fine_files),
        TEST(test_mistakes),
        TEST(test_what_is_no_yaml_is_told_with_its_place),
        TEST(test_secrets),
        TEST(test_without_systemd_a_credential_says_what_to_do),
        TEST(test_who_may_read_no_token_is_told_every_other_mistake),
        TEST(test_no_mistake_repeats_a_token),
        TEST(test_what_is_no_file_is_told),
        TEST(test_a_file_of_more_than_a_mebibyte_is_refused),
        TEST(test_bytes_that_are_no_text_are_told_with_their_place),
        TEST(test_attacks_on_the_reader_end),
        TEST(test_a_file_of_rubbish_is_not_told_without_end),
        TEST(test_a_damaged_file_never_harms_the_reader),
        TEST(test_the_file_that_is_read_where_none_is_named),
        TEST(test_addresses),
        TEST(test_this_machine),
        TEST(test_the_example_is_fine_as_it_is),
        TEST(test_the_example_brought_to_life_says_the_defaults),
        TEST(test_the_example_shows_every_setting),
        TEST(test_rows_are_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
