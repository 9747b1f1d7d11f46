/* Who is who and where, against a Slack that is played here: it knows channels, groups and users,
 * answers when the test says so, and can fail in every way. Time is the test's own. */

#include "bot/slack/directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The loop ------------------------------------------------------------------------------------ */

struct LoopTimer {
    int64_t at_ms;
    LoopCall call;
    void *arg;
};

struct Loop {
    int64_t now_ms;
    GPtrArray *timers; /* of LoopTimer */
};

LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg)
{
    LoopTimer *timer = g_new(LoopTimer, 1);

    *timer = (LoopTimer){loop->now_ms + ms, call, arg};
    g_ptr_array_add(loop->timers, timer);
    return timer;
}

static Loop the_loop;

void loop_stop(LoopTimer **timer)
{
    if (*timer != NULL) {
        assert_true(g_ptr_array_remove(the_loop.timers, *timer));
        g_free(*timer);
        *timer = NULL;
    }
}

int64_t loop_now_ms(Loop *loop)
{
    return loop->now_ms;
}

static LoopTimer *take_due(void)
{
    for (guint i = 0; i < the_loop.timers->len; i++) {
        LoopTimer *timer = g_ptr_array_index(the_loop.timers, i);

        if (timer->at_ms <= the_loop.now_ms) {
            return g_ptr_array_remove_index(the_loop.timers, i);
        }
    }
    return NULL;
}

static size_t run_timers(void)
{
    LoopTimer *timer = NULL;
    size_t n = 0;

    for (; (timer = take_due()) != NULL; n++) {
        LoopTimer due = *timer;

        g_free(timer);
        due.call(due.arg);
    }
    return n;
}

/* Slack --------------------------------------------------------------------------------------- */

struct SlackCall {
    char *method;
    Json *args;
    SlackHurry hurry;
    SlackDone done;
    void *arg;
};

/* An answer that stands in for the real one. */
typedef struct Fault {
    const char *method; /* NULL: any */
    int times;
    SlackClass class;
    const char *error, *people;
    const char *json; /* where the answer is a wrong one; NULL: none */
} Fault;

struct SlackApi {
    GPtrArray *calls;  /* of SlackCall, in the order of asking */
    GHashTable *lists; /* channel or group -> GPtrArray of ids */
    GHashTable *users; /* id -> JSON text of the user object */
    GHashTable *asked; /* "users.info U1" -> how often */
    Fault fault;
    guint page; /* members of a page; 0: as asked */
    bool endless;
    int together, most; /* calls that wait for their answer; the most there were */
    int most_infos;
};

static void free_list(gpointer list)
{
    g_ptr_array_unref(list);
}

SlackCall *slack_api_call(SlackApi *api, const SlackAsk *ask, SlackDone done, void *arg)
{
    SlackCall *call = g_new0(SlackCall, 1);
    const Json *subject = ask->take_args->child;
    g_autofree char *name = g_strdup_printf("%s %s", ask->method, json_string(subject));
    int before = GPOINTER_TO_INT(g_hash_table_lookup(api->asked, name));

    *call = (SlackCall){g_strdup(ask->method), ask->take_args, ask->hurry, done, arg};
    assert_true(ask->deadline_ms > 0);
    g_ptr_array_add(api->calls, call);
    g_hash_table_insert(api->asked, g_steal_pointer(&name), GINT_TO_POINTER(before + 1));
    api->most = MAX(api->most, (int)api->calls->len);
    int infos = 0;
    for (guint i = 0; i < api->calls->len; i++) {
        const SlackCall *other = g_ptr_array_index(api->calls, i);

        infos += strcmp(other->method, "users.info") == 0;
    }
    api->most_infos = MAX(api->most_infos, infos);
    return call;
}

static void free_call(SlackCall *call)
{
    g_free(call->method);
    cJSON_Delete(call->args);
    g_free(call);
}

static SlackApi *the_api;

void slack_api_cancel(SlackCall *call)
{
    assert_true(g_ptr_array_remove(the_api->calls, call));
    free_call(call);
}

static Json *user_answer(const SlackApi *api, const SlackCall *call)
{
    const char *text = g_hash_table_lookup(api->users, json_text(call->args, "user"));
    Json *answer = json_new_object();

    if (text != NULL) {
        Json *user = json_parse(text, strlen(text));

        assert_non_null(user);
        json_put(answer, "user", user);
    }
    return answer;
}

/* Cursors are "at:N". */
static Json *page_answer(const SlackApi *api, const SlackCall *call, const GPtrArray *list)
{
    bool group = strcmp(call->method, "usergroups.users.list") == 0;
    const char *cursor = json_text(call->args, "cursor");
    guint64 at = *cursor != '\0' ? g_ascii_strtoull(cursor + 3, NULL, 10) : 0;
    guint64 size = group ? list->len : (guint64)json_int(call->args, "limit", 100);
    Json *answer = json_new_object();
    Json *members = json_put_array(answer, group ? "users" : "members");

    assert_true(group || size == 200);
    size = api->page > 0 && !group ? api->page : size;
    for (guint64 i = at; i < MIN(at + size, list->len); i++) {
        json_add_text(members, g_ptr_array_index(list, i));
    }
    if (!group && (at + size < list->len || api->endless)) {
        g_autofree char *next = g_strdup_printf("at:%" G_GUINT64_FORMAT, at + size);

        json_put_text(json_put_object(answer, "response_metadata"), "next_cursor", next);
    }
    return answer;
}

static void end_call(SlackCall *call, SlackClass class, const char *error, const char *people,
                     const Json *json)
{
    const SlackAnswer answer = {class, error, json, "", NULL, people};

    assert_true(g_ptr_array_remove(the_api->calls, call));
    call->done(call->arg, &answer);
    free_call(call);
}

static bool is_faulty(Fault *fault, const SlackCall *call)
{
    return fault->times > 0 &&
           (fault->method == NULL || strcmp(fault->method, call->method) == 0) &&
           fault->times-- > 0;
}

static void answer_call(SlackCall *call)
{
    SlackApi *api = the_api;

    if (is_faulty(&api->fault, call)) {
        const char *text = api->fault.json;
        g_autoptr(Json) json = text != NULL ? json_parse(text, strlen(text)) : NULL;

        end_call(call, api->fault.class, api->fault.error, api->fault.people, json);
        return;
    }
    if (strcmp(call->method, "users.info") == 0) {
        g_autoptr(Json) json = user_answer(api, call);
        bool known = json_object(json, "user") != NULL;

        end_call(call, known ? SLACK_OK : SLACK_TARGET, known ? "" : "user_not_found",
                 known ? "" : "nobody knows them", json);
        return;
    }
    const GPtrArray *list = g_hash_table_lookup(api->lists, json_string(call->args->child));
    g_autoptr(Json) json = list != NULL ? page_answer(api, call, list) : json_new_object();

    end_call(call, list != NULL ? SLACK_OK : SLACK_TARGET, list != NULL ? "" : "channel_not_found",
             list != NULL ? "" : "the channel is gone", json);
}

static bool answer_one(void)
{
    if (the_api->calls->len == 0) {
        return false;
    }
    answer_call(g_ptr_array_index(the_api->calls, 0));
    return true;
}

/* Until nothing is left to do now; an end that never comes fails. */
static void settle(void)
{
    int turns = 0;

    while (run_timers() > 0 || answer_one()) {
        if (++turns > 100000) {
            fail_msg("it never ends");
        }
    }
}

static void pass(int64_t ms)
{
    the_loop.now_ms += ms;
    settle();
}

static int times_asked(const char *what)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(the_api->asked, what));
}

/* The world ----------------------------------------------------------------------------------- */

typedef struct Told {
    int times;
    char *members; /* with blanks between; NULL: it failed */
    char *why;
    char *zone;
} Told;

typedef struct World {
    SlackDirectory *directory;
    Told told;
} World;

static void told_clear(Told *told)
{
    g_free(told->members);
    g_free(told->why);
    g_free(told->zone);
    *told = (Told){0};
}

static void on_members(void *arg, const char *const *members, const char *why)
{
    Told *told = arg;
    int times = told->times;

    assert_non_null(why);
    told_clear(told);
    told->times = times + 1;
    told->members = members != NULL ? g_strjoinv(" ", (char **)(uintptr_t)members) : NULL;
    told->why = g_strdup(why);
}

static void on_zone(void *arg, const char *zone)
{
    Told *told = arg;
    int times = told->times;

    told_clear(told);
    told->times = times + 1;
    told->zone = g_strdup(zone);
}

static void user(const char *id, const char *name, const char *zone, const char *flags)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "{\"id\":\"%s\",\"name\":\"%s\"", id, name);
    if (zone != NULL) {
        g_string_append_printf(text, ",\"tz\":\"%s\"", zone);
    }
    g_string_append_printf(text, ",\"profile\":{\"display_name\":\"%s\"}%s}", name, flags);
    g_hash_table_insert(the_api->users, g_strdup(id), g_strdup(text->str));
}

static void list(const char *id, const char *members)
{
    g_auto(GStrv) ids = g_strsplit(members, " ", -1);
    GPtrArray *all = g_ptr_array_new_with_free_func(g_free);

    for (char **at = ids; *at != NULL; at++) {
        if (**at != '\0') {
            g_ptr_array_add(all, g_strdup(*at));
        }
    }
    g_hash_table_insert(the_api->lists, g_strdup(id), all);
}

static void many(const char *id, int n)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(g_free);

    for (int i = 0; i < n; i++) {
        g_ptr_array_add(all, g_strdup_printf("U%05d", i));
    }
    g_hash_table_insert(the_api->lists, g_strdup(id), all);
}

static int open_world(void **state)
{
    World *world = g_new0(World, 1);

    the_loop = (Loop){.now_ms = 1000, .timers = g_ptr_array_new()};
    the_api = g_new0(SlackApi, 1);
    the_api->calls = g_ptr_array_new();
    the_api->lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    the_api->users = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    the_api->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    user("U1MARIA", "maria", "Europe/Berlin", "");
    user("U2JONAS", "jonas", "Europe/Berlin", "");
    user("U3INES", "ines", "America/New_York", "");
    user("U4GONE", "gone", NULL, ",\"deleted\":true");
    user("U5BOT", "robot", "America/Los_Angeles", ",\"is_bot\":true");
    user("USLACKBOT", "Slackbot", NULL, ",\"is_bot\":false");
    user("U0ANCHORD", "anchord", NULL, ",\"is_bot\":true");
    list("C1WEST", "U2JONAS U1MARIA U4GONE U5BOT U0ANCHORD USLACKBOT U3INES");
    list("S1SALES", "U3INES U1MARIA U4GONE");
    world->directory = slack_directory_new(&the_loop, the_api, "U0ANCHORD");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    World *world = *state;

    slack_directory_free(world->directory);
    assert_int_equal(the_loop.timers->len, 0); /* nothing of it is left behind */
    assert_int_equal(the_api->calls->len, 0);
    told_clear(&world->told);
    g_ptr_array_unref(the_loop.timers);
    g_ptr_array_unref(the_api->calls);
    g_hash_table_unref(the_api->lists);
    g_hash_table_unref(the_api->users);
    g_hash_table_unref(the_api->asked);
    g_free(the_api);
    g_free(world);
    return 0;
}

static void ask(World *world, const char *channel, bool fresh)
{
    slack_directory_channel(world->directory, channel, fresh, on_members, &world->told);
}

#define EXPECT_MEMBERS(world, expected)                                                            \
    do {                                                                                           \
        assert_int_equal((world)->told.times, 1);                                                  \
        assert_non_null((world)->told.members);                                                    \
        assert_string_equal((world)->told.members, expected);                                      \
        told_clear(&(world)->told);                                                                \
    } while (0)

#define EVERYBODY "U1MARIA U2JONAS U3INES"

static void learn(World *world, const char *text)
{
    g_autoptr(Json) json = json_parse(text, strlen(text));

    assert_non_null(json);
    slack_directory_user(world->directory, json);
}

/* Members ------------------------------------------------------------------------------------- */

static void test_a_channel_is_its_people(void **state)
{
    World *world = *state;

    ask(world, "C1WEST", false);
    assert_int_equal(world->told.times, 0); /* never from inside */
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
}

static void test_a_group_is_its_people(void **state)
{
    World *world = *state;

    slack_directory_group(world->directory, "S1SALES", false, on_members, &world->told);
    settle();
    EXPECT_MEMBERS(world, "U1MARIA U3INES");
    assert_int_equal(times_asked("usergroups.users.list S1SALES"), 1);
}

static void test_an_empty_channel_is_empty_and_no_failure(void **state)
{
    World *world = *state;

    list("C2EAST", "U0ANCHORD");
    ask(world, "C2EAST", false);
    settle();
    EXPECT_MEMBERS(world, "");
}

static void test_what_is_known_is_not_asked_again_for_an_hour(void **state)
{
    World *world = *state;

    ask(world, "C1WEST", false);
    settle();
    told_clear(&world->told);
    pass(INT64_C(59) * 60 * 1000);
    ask(world, "C1WEST", false);
    assert_int_equal(world->told.times, 0); /* not from inside either */
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
    assert_int_equal(times_asked("conversations.members C1WEST"), 1);
    pass(INT64_C(2) * 60 * 1000);
    ask(world, "C1WEST", false);
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
    assert_int_equal(times_asked("conversations.members C1WEST"), 2);
    assert_int_equal(times_asked("users.info U1MARIA"), 1);
}

static void test_fresh_is_read_anew(void **state)
{
    World *world = *state;

    ask(world, "C1WEST", false);
    settle();
    told_clear(&world->told);
    list("C1WEST", "U1MARIA");
    ask(world, "C1WEST", true);
    settle();
    EXPECT_MEMBERS(world, "U1MARIA");
}

static void test_who_asks_meanwhile_waits_for_the_same_reading(void **state)
{
    World *world = *state;
    Told others[3] = {{0}};

    ask(world, "C1WEST", false);
    for (int i = 0; i < 3; i++) {
        slack_directory_channel(world->directory, "C1WEST", i == 1, on_members, &others[i]);
        run_timers();
        answer_one();
    }
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(others[i].times, 1);
        assert_string_equal(others[i].members, EVERYBODY);
        told_clear(&others[i]);
    }
    assert_int_equal(times_asked("conversations.members C1WEST"), 1);
}

static void test_fresh_is_not_content_with_what_is_asked_about_from_memory(void **state)
{
    World *world = *state;
    Told first = {0};

    slack_directory_list(world->directory, "C1WEST", on_members, &first);
    settle();
    slack_directory_channel(world->directory, "C1WEST", false, on_members, &first);
    run_timers(); /* it asks who they are */
    list("C1WEST", "U1MARIA");
    ask(world, "C1WEST", true);
    settle();
    EXPECT_MEMBERS(world, "U1MARIA");
    assert_string_equal(first.members, "U1MARIA");
    assert_int_equal(first.times, 2);
    told_clear(&first);
}

static void test_pages_are_read_to_the_end(void **state)
{
    World *world = *state;

    many("C3BIG", 401);
    ask(world, "C3BIG", false);
    settle();
    assert_int_equal(times_asked("conversations.members C3BIG"), 3);
    assert_true(g_str_has_prefix(world->told.members, "U00000 "));
    assert_true(g_str_has_suffix(world->told.members, " U00400"));
}

static void test_pages_may_be_short_and_even_empty(void **state)
{
    World *world = *state;

    the_api->page = 1;
    ask(world, "C1WEST", false);
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
    the_api->page = 0;
    the_api->fault = (Fault){"conversations.members",
                             1,
                             SLACK_OK,
                             "",
                             "",
                             "{\"members\":[],\"response_metadata\":{\"next_cursor\":\"at:0\"}}"};
    ask(world, "C1WEST", true);
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
}

static void test_pages_without_end_are_not_followed_for_ever(void **state)
{
    World *world = *state;

    the_api->endless = true;
    ask(world, "C1WEST", false);
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
    assert_true(times_asked("conversations.members C1WEST") <= 100);
    assert_int_equal(slack_directory_standing(world->directory, "C1WEST", "U9NOBODY"),
                     STANDING_UNKNOWN);
}

static void test_a_huge_channel_is_cut(void **state)
{
    World *world = *state;

    many("C3BIG", 20000);
    slack_directory_list(world->directory, "C3BIG", on_members, &world->told);
    settle();
    g_auto(GStrv) ids = g_strsplit(world->told.members, " ", -1);
    assert_int_equal(g_strv_length(ids), 5000);
    assert_int_equal(times_asked("conversations.members C3BIG"), 25);
    assert_int_equal(slack_directory_standing(world->directory, "C3BIG", "U19999"),
                     STANDING_UNKNOWN);
    assert_int_equal(slack_directory_standing(world->directory, "C3BIG", "U00000"),
                     STANDING_INSIDE);
}

static void test_a_page_longer_than_asked_for_is_cut_too(void **state)
{
    World *world = *state;

    many("C3BIG", 6000);
    the_api->page = 6000;
    slack_directory_list(world->directory, "C3BIG", on_members, &world->told);
    settle();
    g_auto(GStrv) ids = g_strsplit(world->told.members, " ", -1);
    assert_int_equal(g_strv_length(ids), 5000);
    assert_int_equal(slack_directory_standing(world->directory, "C3BIG", "U05999"),
                     STANDING_UNKNOWN);
}

static void test_who_comes_to_a_full_channel_is_not_taken_for_an_outsider(void **state)
{
    World *world = *state;

    many("C3BIG", 5000);
    slack_directory_list(world->directory, "C3BIG", on_members, &world->told);
    settle();
    assert_int_equal(slack_directory_standing(world->directory, "C3BIG", "U6NEW"),
                     STANDING_OUTSIDE);
    slack_directory_joined(world->directory, "C3BIG", "U6NEW", true);
    assert_int_equal(slack_directory_standing(world->directory, "C3BIG", "U6NEW"),
                     STANDING_UNKNOWN);
}

static void test_the_bot_is_who_auth_test_says(void **state)
{
    World *world = *state;

    user("U7PERSON", "person", NULL, "");
    list("C2EAST", "U7PERSON U1MARIA");
    slack_directory_set_bot(world->directory, "U7PERSON");
    ask(world, "C2EAST", false);
    settle();
    EXPECT_MEMBERS(world, "U1MARIA");
    slack_directory_set_bot(world->directory, NULL);
    ask(world, "C2EAST", false);
    settle();
    EXPECT_MEMBERS(world, "U1MARIA U7PERSON");
}

static void test_an_old_cursor_begins_again_once(void **state)
{
    World *world = *state;

    the_api->page = 2;
    ask(world, "C1WEST", false);
    run_timers();
    answer_one();
    the_api->fault = (Fault){"conversations.members", 1, SLACK_REQUEST, "invalid_cursor", "", NULL};
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
    the_api->fault = (Fault){"conversations.members", 9, SLACK_REQUEST, "invalid_cursor", "", NULL};
    ask(world, "C1WEST", true);
    settle();
    assert_int_equal(world->told.times, 1);
    assert_null(world->told.members);
}

typedef struct FaultCase {
    const char *name;
    Fault fault;
    const char *why;
} FaultCase;

static const FaultCase fault_cases[] = {
    {"a channel that is gone says so",
     {NULL, 1, SLACK_TARGET, "channel_not_found", "the channel is gone", NULL},
     "the channel is gone"},
    {"a Slack that is down says nothing", {NULL, 1, SLACK_RETRY, "", "", NULL}, ""},
    {"a lost answer", {NULL, 1, SLACK_UNSURE, "", "", NULL}, ""},
    {"no word for people at all", {NULL, 1, SLACK_REQUEST, "x", NULL, NULL}, ""},
    {"an answer that is none", {NULL, 1, SLACK_OK, "", "", NULL}, ""},
    {"an answer without members", {NULL, 1, SLACK_OK, "", "", "{\"ok\":true}"}, ""},
    {"members of a wrong type", {NULL, 1, SLACK_OK, "", "", "{\"members\":{\"a\":\"U1\"}}"}, ""},
    {"an answer of a wrong type", {NULL, 1, SLACK_OK, "", "", "[\"members\"]"}, ""},
};

static void test_what_cannot_be_read_is_said(void **state)
{
    World *world = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
        the_api->fault = fault_cases[i].fault;
        ask(world, "C1WEST", true);
        settle();
        if (world->told.times != 1 || world->told.members != NULL ||
            strcmp(world->told.why, fault_cases[i].why) != 0) {
            fail_msg("%s", fault_cases[i].name);
        }
        told_clear(&world->told);
    }
    ask(world, "C1WEST", true); /* and none of it sticks */
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
}

static void test_rubbish_among_members_is_left_out(void **state)
{
    World *world = *state;

    the_api->fault =
        (Fault){"conversations.members",
                1,
                SLACK_OK,
                "",
                "",
                "{\"members\":[null,7,\"\",\"U1MARIA\",[],{\"id\":\"U2\"},\"U1MARIA\",\"a b\"],"
                "\"response_metadata\":7}"};
    ask(world, "C1WEST", false);
    settle();
    EXPECT_MEMBERS(world, "U1MARIA");
}

static void test_who_cannot_be_asked_about_is_taken_for_a_person(void **state)
{
    World *world = *state;

    list("C2EAST", "U1MARIA U8STRANGER");
    ask(world, "C2EAST", false);
    settle();
    EXPECT_MEMBERS(world, "U1MARIA U8STRANGER");
    ask(world, "C2EAST", true);
    settle();
    EXPECT_MEMBERS(world, "U1MARIA U8STRANGER");
    assert_int_equal(times_asked("users.info U8STRANGER"), 1); /* not again and again */
    pass(INT64_C(61) * 60 * 1000);
    ask(world, "C2EAST", false);
    settle();
    assert_int_equal(times_asked("users.info U8STRANGER"), 2); /* but later */
}

static void test_rubbish_about_a_user_is_survived(void **state)
{
    static const char *const texts[] = {
        "{\"user\":{}}",
        "{\"user\":7}",
        "{\"user\":{\"profile\":[],\"tz\":{},\"name\":7,\"is_bot\":\"maybe\"}}",
        "{\"user\":{\"id\":\"U9OTHER\",\"profile\":{\"display_name\":null}}}",
    };
    World *world = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *channel = g_strdup_printf("C%zu", i), *id = g_strdup_printf("UX%zu", i);

        list(channel, id);
        the_api->fault = (Fault){"users.info", 1, SLACK_OK, "", "", texts[i]};
        ask(world, channel, false);
        settle();
        EXPECT_MEMBERS(world, id);
        assert_string_equal(slack_directory_name(world->directory, id), "");
    }
}

static void test_not_everybody_of_a_big_channel_is_asked_about(void **state)
{
    World *world = *state;

    many("C3BIG", 1000);
    ask(world, "C3BIG", false);
    settle();
    assert_non_null(world->told.members);
    int asked = 0;
    for (int i = 0; i < 1000; i++) {
        g_autofree char *what = g_strdup_printf("users.info U%05d", i);

        asked += times_asked(what);
    }
    assert_int_equal(asked, 200);
    assert_true(the_api->most_infos <= 6);
}

static void test_many_channels_are_read_a_few_at_a_time(void **state)
{
    World *world = *state;
    Told told = {0};

    for (int i = 0; i < 300; i++) {
        g_autofree char *channel = g_strdup_printf("C%d", i);

        list(channel, "U1MARIA U2JONAS");
        slack_directory_channel(world->directory, channel, false, on_members, &told);
    }
    settle();
    assert_int_equal(told.times, 300);
    assert_true(the_api->most <= 4 + 6);
    assert_int_equal(times_asked("users.info U1MARIA"), 1);
    told_clear(&told);
}

static void test_who_cannot_wait_gets_the_list_alone(void **state)
{
    World *world = *state;
    Told patient = {0};

    slack_directory_channel(world->directory, "C1WEST", false, on_members, &patient);
    slack_directory_list(world->directory, "C1WEST", on_members, &world->told);
    run_timers();
    assert_true(answer_one()); /* the one page there is */
    run_timers();
    EXPECT_MEMBERS(world, "U1MARIA U2JONAS U3INES U4GONE U5BOT");
    assert_int_equal(patient.times, 0);
    settle();
    assert_string_equal(patient.members, EVERYBODY);
    assert_int_equal(world->told.times, 0);
    told_clear(&patient);
}

static void test_who_cannot_wait_goes_ahead_of_others(void **state)
{
    World *world = *state;
    Told others = {0};

    for (int i = 0; i < 20; i++) {
        g_autofree char *channel = g_strdup_printf("C%d", i);

        list(channel, "U1MARIA");
        slack_directory_channel(world->directory, channel, false, on_members, &others);
    }
    run_timers();
    slack_directory_list(world->directory, "C1WEST", on_members, &world->told);
    run_timers();
    assert_int_equal(times_asked("conversations.members C1WEST"), 1);
    const SlackCall *call = g_ptr_array_index(the_api->calls, the_api->calls->len - 1);
    assert_int_equal(call->hurry, SLACK_SOON);
    settle();
    assert_int_equal(others.times, 20);
    told_clear(&others);
}

/* Whoever is told may ask for more, also for the same. */
typedef struct Chain {
    SlackDirectory *directory;
    int left;
} Chain;

static void on_chain(void *arg, const char *const *members, const char *why)
{
    Chain *chain = arg;

    assert_non_null(members);
    assert_string_equal(why, "");
    if (chain->left-- > 0) {
        slack_directory_channel(chain->directory, "C1WEST", chain->left % 2 == 0, on_chain, chain);
    }
    assert_string_equal(members[0], "U1MARIA"); /* still there */
}

static void test_asking_again_from_the_answer_is_fine(void **state)
{
    World *world = *state;
    Chain chain = {world->directory, 10};

    slack_directory_channel(world->directory, "C1WEST", false, on_chain, &chain);
    settle();
    assert_int_equal(chain.left, -1);
}

static void test_the_directory_may_go_at_any_moment(void **state)
{
    World *world = *state;

    for (int moment = 0; moment < 14; moment++) {
        Told told = {0};
        SlackDirectory *directory = slack_directory_new(&the_loop, the_api, "U0ANCHORD");

        the_api->page = 2;
        slack_directory_channel(directory, "C1WEST", false, on_members, &told);
        slack_directory_group(directory, "S1SALES", false, on_members, &told);
        slack_directory_zone(directory, "C1WEST", "U1MARIA", 2000, on_zone, &told);
        slack_directory_name(directory, "U3INES");
        for (int i = 0; i < moment; i++) {
            run_timers();
            answer_one();
        }
        int times = told.times;
        slack_directory_free(directory);
        settle();
        assert_int_equal(told.times, times);
        told_clear(&told);
    }
    assert_int_equal(world->told.times, 0);
}

/* What events told ---------------------------------------------------------------------------- */

static void test_who_comes_and_goes_is_kept_right(void **state)
{
    World *world = *state;

    ask(world, "C1WEST", false);
    settle();
    told_clear(&world->told);
    slack_directory_joined(world->directory, "C1WEST", "U6NEW", true);
    slack_directory_joined(world->directory, "C1WEST", "U1MARIA", false);
    slack_directory_joined(world->directory, "C1WEST", "U7NEVER", false);
    slack_directory_joined(world->directory, "C8UNREAD", "U6NEW", true); /* nobody asked about it */
    ask(world, "C1WEST", false);
    settle();
    EXPECT_MEMBERS(world, "U2JONAS U3INES U6NEW");
}

static void test_who_comes_while_it_is_read_is_not_lost(void **state)
{
    World *world = *state;

    the_api->page = 3;
    ask(world, "C1WEST", false);
    run_timers();
    answer_one();
    slack_directory_joined(world->directory, "C1WEST", "U6NEW", true);
    slack_directory_joined(world->directory, "C1WEST", "U2JONAS", false); /* on a page before */
    slack_directory_joined(world->directory, "C1WEST", "U3INES", false);
    slack_directory_joined(world->directory, "C1WEST", "U3INES", true); /* the last word counts */
    settle();
    EXPECT_MEMBERS(world, "U1MARIA U3INES U6NEW");
}

static void test_where_the_bot_left_nothing_is_sure(void **state)
{
    World *world = *state;

    ask(world, "C1WEST", false);
    settle();
    told_clear(&world->told);
    assert_int_equal(slack_directory_standing(world->directory, "C1WEST", "U9NOBODY"),
                     STANDING_OUTSIDE);
    slack_directory_joined(world->directory, "C1WEST", "U0ANCHORD", false);
    assert_int_equal(slack_directory_standing(world->directory, "C1WEST", "U9NOBODY"),
                     STANDING_UNKNOWN);
    ask(world, "C1WEST", false);
    settle();
    assert_int_equal(times_asked("conversations.members C1WEST"), 2);
}

static void test_a_group_that_changed_is_read_anew(void **state)
{
    World *world = *state;

    slack_directory_group(world->directory, "S1SALES", false, on_members, &world->told);
    settle();
    told_clear(&world->told);
    list("S1SALES", "U2JONAS");
    slack_directory_forget_group(world->directory, "S1SALES");
    slack_directory_forget_group(world->directory, "S2NEVER");
    slack_directory_group(world->directory, "S1SALES", false, on_members, &world->told);
    settle();
    EXPECT_MEMBERS(world, "U2JONAS");
}

/* What is on its way is from before the change: who asks now is told what is so now. */
static void test_who_asks_after_a_change_is_not_told_what_was_before(void **state)
{
    World *world = *state;
    Told first = {0};

    slack_directory_group(world->directory, "S1SALES", false, on_members, &first);
    run_timers();
    list("S1SALES", "U2JONAS");
    slack_directory_forget_group(world->directory, "S1SALES");
    slack_directory_group(world->directory, "S1SALES", true, on_members, &world->told);
    settle();
    EXPECT_MEMBERS(world, "U2JONAS");
    assert_int_equal(first.times, 1);
    assert_string_equal(first.members, "U2JONAS");
    assert_int_equal(times_asked("usergroups.users.list S1SALES"), 2);
    told_clear(&first);
}

static void test_a_group_that_changes_while_it_is_read_is_read_once_more(void **state)
{
    World *world = *state;

    slack_directory_group(world->directory, "S1SALES", false, on_members, &world->told);
    run_timers();
    slack_directory_forget_group(world->directory, "S1SALES");
    settle();
    EXPECT_MEMBERS(world, "U1MARIA U3INES");
    slack_directory_group(world->directory, "S1SALES", false, on_members, &world->told);
    settle();
    EXPECT_MEMBERS(world, "U1MARIA U3INES");
    assert_int_equal(times_asked("usergroups.users.list S1SALES"), 2);
}

static void test_who_is_deactivated_belongs_no_more_and_comes_back(void **state)
{
    World *world = *state;

    ask(world, "C1WEST", false);
    settle();
    told_clear(&world->told);
    learn(world, "{\"id\":\"U1MARIA\",\"deleted\":true}"); /* all else is lost */
    assert_string_equal(slack_directory_name(world->directory, "U1MARIA"), "maria");
    ask(world, "C1WEST", false);
    settle();
    EXPECT_MEMBERS(world, "U2JONAS U3INES");
    learn(world, "{\"id\":\"U1MARIA\",\"deleted\":false,\"name\":\"maria\"}");
    ask(world, "C1WEST", false);
    settle();
    EXPECT_MEMBERS(world, EVERYBODY);
}

static void test_user_objects_of_strangers_and_rubbish_change_nothing(void **state)
{
    World *world = *state;

    learn(world, "{\"id\":\"U6STRANGER\",\"name\":\"stranger\"}");
    learn(world, "{}");
    learn(world, "[]");
    learn(world, "7");
    slack_directory_user(world->directory, NULL);
    assert_string_equal(slack_directory_name(world->directory, "U6STRANGER"), "");
}

/* Standing ------------------------------------------------------------------------------------ */

static void test_standing_is_from_memory_alone(void **state)
{
    World *world = *state;
    SlackDirectory *directory = world->directory;

    assert_int_equal(slack_directory_standing(directory, "C1WEST", "U1MARIA"), STANDING_UNKNOWN);
    settle();
    assert_int_equal(times_asked("conversations.members C1WEST"), 0);
    ask(world, "C1WEST", false);
    settle();
    assert_int_equal(slack_directory_standing(directory, "C1WEST", "U1MARIA"), STANDING_INSIDE);
    assert_int_equal(slack_directory_standing(directory, "C1WEST", "U9NOBODY"), STANDING_OUTSIDE);
    assert_int_equal(slack_directory_standing(directory, "C1WEST", NULL), STANDING_UNKNOWN);
    assert_int_equal(slack_directory_standing(directory, NULL, "U1MARIA"), STANDING_UNKNOWN);
    pass(INT64_C(61) * 60 * 1000);
    assert_int_equal(slack_directory_standing(directory, "C1WEST", "U1MARIA"), STANDING_INSIDE);
    assert_int_equal(slack_directory_standing(directory, "C1WEST", "U9NOBODY"), STANDING_UNKNOWN);
}

/* Names --------------------------------------------------------------------------------------- */

static void test_a_name_is_asked_for_once_and_shown_next_time(void **state)
{
    World *world = *state;

    for (int i = 0; i < 5; i++) {
        assert_string_equal(slack_directory_name(world->directory, "U1MARIA"), "");
    }
    assert_int_equal(the_api->calls->len, 0); /* not from inside */
    settle();
    assert_string_equal(slack_directory_name(world->directory, "U1MARIA"), "maria");
    assert_int_equal(times_asked("users.info U1MARIA"), 1);
}

static void test_what_is_no_id_is_never_asked_for(void **state)
{
    static const char *const ids[] = {"", " ", "U1 U2", "../U1", "<!channel>\n", "\x01U1\x03"};
    World *world = *state;
    g_autofree char *endless = g_strnfill(10000, 'U');

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        assert_string_equal(slack_directory_name(world->directory, ids[i]), "");
    }
    assert_string_equal(slack_directory_name(world->directory, endless), "");
    settle();
    assert_int_equal(g_hash_table_size(the_api->asked), 0);
}

static void test_only_so_many_names_are_waited_for(void **state)
{
    World *world = *state;

    for (int i = 0; i < 5000; i++) {
        g_autofree char *id = g_strdup_printf("U%05d", i);

        slack_directory_name(world->directory, id);
    }
    settle();
    assert_int_equal(g_hash_table_size(the_api->asked), 1000);
    assert_true(the_api->most_infos <= 6);
}

static void test_a_slack_that_is_down_is_not_asked_all_the_time(void **state)
{
    World *world = *state;

    the_api->fault = (Fault){NULL, 1, SLACK_RETRY, "", "", NULL};
    for (int i = 0; i < 3; i++) {
        slack_directory_name(world->directory, "U1MARIA");
        settle();
    }
    assert_int_equal(times_asked("users.info U1MARIA"), 1);
    pass(INT64_C(61) * 1000);
    slack_directory_name(world->directory, "U1MARIA");
    settle();
    assert_string_equal(slack_directory_name(world->directory, "U1MARIA"), "maria");
}

typedef struct NameCase {
    const char *name, *user, *expected;
} NameCase;

#define TEN "0123456789"

static const NameCase name_cases[] = {
    {"what they chose to be shown as",
     "{\"name\":\"m\",\"real_name\":\"Maria "
     "R\",\"profile\":{\"display_name\":\"maria\",\"real_name\":"
     "\"Maria Real\"}}",
     "maria"},
    {"else their own name",
     "{\"name\":\"m\",\"profile\":{\"display_name\":\"\",\"real_name\":\"Maria Real\"}}",
     "Maria Real"},
    {"else what the workspace calls them",
     "{\"name\":\"m\",\"real_name\":\"Maria R\",\"profile\":{\"display_name\":\" \"}}", "Maria R"},
    {"else their handle", "{\"name\":\"m\"}", "m"},
    {"one line", "{\"name\":\"maria\\n# jonas\\ttoo\"}", "maria # jonas too"},
    {"no marks of ours", "{\"name\":\"\\u0001maria\\u0003\\u0004U2JONAS\\u0003\"}", "mariaU2JONAS"},
    {"nothing that turns text around", "{\"name\":\"\\u202Emaria\\u2066\"}", "maria"},
    {"nothing invisible", "{\"name\":\"ma\\u200Bria\"}", "maria"},
    {"not only what is invisible",
     "{\"name\":\"m\",\"profile\":{\"display_name\":\"\\u200B\\u202E\"}}", "m"},
    {"no longer than a name", "{\"name\":\"" TEN TEN TEN TEN TEN TEN TEN TEN TEN "\"}",
     TEN TEN TEN TEN TEN TEN TEN "012345678…"},
};

static void test_names_are_one_clean_line(void **state)
{
    World *world = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(name_cases); i++) {
        g_autofree char *id = g_strdup_printf("UN%zu", i);
        g_autofree char *text = g_strdup_printf("{\"user\":%s}", name_cases[i].user);

        the_api->fault = (Fault){"users.info", 1, SLACK_OK, "", "", text};
        slack_directory_name(world->directory, id);
        settle();
        if (strcmp(slack_directory_name(world->directory, id), name_cases[i].expected) != 0) {
            fail_msg("%s: %s", name_cases[i].name, slack_directory_name(world->directory, id));
        }
    }
}

static void test_a_name_without_end_is_cut_between_characters(void **state)
{
    World *world = *state;
    g_autoptr(GString) name = g_string_new("x");

    while (name->len < 100000) {
        g_string_append(name, "ü");
    }
    user("U6LONG", name->str, NULL, "");
    slack_directory_name(world->directory, "U6LONG");
    settle();
    const char *shown = slack_directory_name(world->directory, "U6LONG");

    assert_true(g_utf8_validate(shown, -1, NULL));
    assert_int_equal(g_utf8_strlen(shown, -1), 80);
}

static void test_memory_has_a_bound(void **state)
{
    World *world = *state;

    for (int round = 0; round < 22; round++) {
        for (int i = 0; i < 1000; i++) {
            g_autofree char *id = g_strdup_printf("U%d", round * 1000 + i);

            user(id, "somebody", NULL, "");
            slack_directory_name(world->directory, id);
        }
        settle();
        assert_string_equal(slack_directory_name(world->directory, "U0"), "somebody");
    }
    assert_string_equal(slack_directory_name(world->directory, "U21999"), "somebody");
    assert_string_equal(slack_directory_name(world->directory, "U1"), ""); /* long forgotten */
    settle();
    assert_int_equal(times_asked("users.info U0"), 1); /* asked about all the time: kept */
}

static void test_rosters_have_a_bound(void **state)
{
    World *world = *state;

    for (int i = 0; i < 2100; i++) {
        g_autofree char *channel = g_strdup_printf("C%d", i);

        list(channel, "U1MARIA");
        ask(world, channel, false);
        settle();
    }
    assert_int_equal(slack_directory_standing(world->directory, "C0", "U1MARIA"), STANDING_UNKNOWN);
    assert_int_equal(slack_directory_standing(world->directory, "C2099", "U1MARIA"),
                     STANDING_INSIDE);
    for (int i = 0; i < 50; i++) {
        g_autofree char *channel = g_strdup_printf("C%dBIG", i);

        many(channel, 5000);
        slack_directory_list(world->directory, channel, on_members, &world->told);
        settle();
    }
    assert_int_equal(slack_directory_standing(world->directory, "C0BIG", "U00000"),
                     STANDING_UNKNOWN);
    assert_int_equal(slack_directory_standing(world->directory, "C49BIG", "U00000"),
                     STANDING_INSIDE);
}

/* Zones --------------------------------------------------------------------------------------- */

typedef struct ZoneCase {
    const char *name, *channel, *user, *expected;
} ZoneCase;

static const ZoneCase zone_cases[] = {
    {"where most of them live", "C1WEST", "U3INES", "Europe/Berlin"},
    {"their own, where as many live in another", "C2EVEN", "U3INES", "America/New_York"},
    {"their own, the other way round", "C2EVEN", "U1MARIA", "Europe/Berlin"},
    {"who asks from outside counts too", "C3BERLIN", "U3INES", "America/New_York"},
    {"bots live nowhere", "C4BOTS", "U1MARIA", "Europe/Berlin"},
    {"in a direct conversation it is their own", NULL, "U3INES", "America/New_York"},
    {"nobody says where they live", "C5SILENT", "U4GONE", NULL},
    {"a channel that cannot be read", "C9GONE", "U3INES", "America/New_York"},
    {"nobody asks", "C3BERLIN", NULL, "Europe/Berlin"},
    {"nobody asks from nowhere", NULL, NULL, NULL},
};

static void test_zones(void **state)
{
    World *world = *state;

    list("C2EVEN", "U1MARIA U3INES");
    list("C3BERLIN", "U1MARIA");
    list("C4BOTS", "U5BOT U1MARIA");
    list("C5SILENT", "U6SILENT");
    user("U6SILENT", "silent", "Not A Zone; DROP", "");
    for (size_t i = 0; i < G_N_ELEMENTS(zone_cases); i++) {
        const ZoneCase *c = &zone_cases[i];

        slack_directory_zone(world->directory, c->channel, c->user, 2000, on_zone, &world->told);
        assert_int_equal(world->told.times, 0);
        settle(); /* no time passes */
        if (world->told.times != 1 || g_strcmp0(world->told.zone, c->expected) != 0) {
            fail_msg("%s: %s (told %d times)", c->name, world->told.zone, world->told.times);
        }
        told_clear(&world->told);
    }
}

static void test_a_zone_is_told_in_time_whatever_slack_does(void **state)
{
    World *world = *state;

    slack_directory_zone(world->directory, "C1WEST", "U3INES", 2000, on_zone, &world->told);
    run_timers();
    assert_int_equal(the_api->calls->len, 2); /* nothing is answered */
    the_loop.now_ms += 1999;
    run_timers();
    assert_int_equal(world->told.times, 0);
    the_loop.now_ms += 1;
    run_timers();
    assert_int_equal(world->told.times, 1);
    assert_null(world->told.zone);
    settle(); /* late answers are for the next one */
    assert_int_equal(world->told.times, 1);
    told_clear(&world->told);
    slack_directory_zone(world->directory, "C1WEST", "U3INES", 2000, on_zone, &world->told);
    settle();
    assert_string_equal(world->told.zone, "Europe/Berlin");
}

static void test_what_is_known_in_time_counts(void **state)
{
    World *world = *state;

    slack_directory_zone(world->directory, "C1WEST", "U3INES", 2000, on_zone, &world->told);
    run_timers();
    for (guint i = 0; i < the_api->calls->len; i++) {
        SlackCall *call = g_ptr_array_index(the_api->calls, i);

        if (strcmp(call->method, "users.info") == 0) {
            assert_string_equal(json_text(call->args, "user"), "U3INES");
            assert_int_equal(call->hurry, SLACK_SOON);
            answer_call(call);
            break;
        }
    }
    the_loop.now_ms += 2000;
    run_timers();
    assert_string_equal(world->told.zone, "America/New_York");
}

static void test_who_can_wait_lets_others_go_ahead(void **state)
{
    World *world = *state;

    for (int i = 0; i < 500; i++) {
        g_autofree char *id = g_strdup_printf("U%05d", i);

        slack_directory_name(world->directory, id);
    }
    slack_directory_name(world->directory, "U3INES");
    run_timers(); /* six of them are under way */
    slack_directory_zone(world->directory, NULL, "U3INES", 2000, on_zone, &world->told);
    answer_one();
    assert_int_equal(times_asked("users.info U3INES"), 1);
    settle();
    assert_string_equal(world->told.zone, "America/New_York");
    assert_int_equal(times_asked("users.info U3INES"), 1);
}

static void test_a_zone_asks_about_fifty_at_most(void **state)
{
    World *world = *state;

    many("C3BIG", 1000);
    slack_directory_zone(world->directory, "C3BIG", "U1MARIA", 2000, on_zone, &world->told);
    settle();
    assert_string_equal(world->told.zone, "Europe/Berlin");
    assert_int_equal(g_hash_table_size(the_api->asked), 1 + 1 + 50);
}

static void test_too_many_who_ask_for_zones_get_what_is_known(void **state)
{
    World *world = *state;
    Told told = {0};

    for (int i = 0; i < 500; i++) {
        g_autofree char *channel = g_strdup_printf("C%d", i);

        slack_directory_zone(world->directory, channel, "U3INES", 2000, on_zone, &told);
    }
    run_timers();
    assert_int_equal(told.times, 500 - 64);
    assert_true(the_api->most <= 64 + 6);
    pass(2000);
    assert_int_equal(told.times, 500);
    told_clear(&told);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(test_a_channel_is_its_people),
        TEST(test_a_group_is_its_people),
        TEST(test_an_empty_channel_is_empty_and_no_failure),
        TEST(test_what_is_known_is_not_asked_again_for_an_hour),
        TEST(test_fresh_is_read_anew),
        TEST(test_who_asks_meanwhile_waits_for_the_same_reading),
        TEST(test_fresh_is_not_content_with_what_is_asked_about_from_memory),
        TEST(test_pages_are_read_to_the_end),
        TEST(test_pages_may_be_short_and_even_empty),
        TEST(test_pages_without_end_are_not_followed_for_ever),
        TEST(test_a_huge_channel_is_cut),
        TEST(test_a_page_longer_than_asked_for_is_cut_too),
        TEST(test_who_comes_to_a_full_channel_is_not_taken_for_an_outsider),
        TEST(test_the_bot_is_who_auth_test_says),
        TEST(test_an_old_cursor_begins_again_once),
        TEST(test_what_cannot_be_read_is_said),
        TEST(test_rubbish_among_members_is_left_out),
        TEST(test_who_cannot_be_asked_about_is_taken_for_a_person),
        TEST(test_rubbish_about_a_user_is_survived),
        TEST(test_not_everybody_of_a_big_channel_is_asked_about),
        TEST(test_many_channels_are_read_a_few_at_a_time),
        TEST(test_who_cannot_wait_gets_the_list_alone),
        TEST(test_who_cannot_wait_goes_ahead_of_others),
        TEST(test_asking_again_from_the_answer_is_fine),
        TEST(test_the_directory_may_go_at_any_moment),
        TEST(test_who_comes_and_goes_is_kept_right),
        TEST(test_who_comes_while_it_is_read_is_not_lost),
        TEST(test_where_the_bot_left_nothing_is_sure),
        TEST(test_a_group_that_changed_is_read_anew),
        TEST(test_who_asks_after_a_change_is_not_told_what_was_before),
        TEST(test_a_group_that_changes_while_it_is_read_is_read_once_more),
        TEST(test_who_is_deactivated_belongs_no_more_and_comes_back),
        TEST(test_user_objects_of_strangers_and_rubbish_change_nothing),
        TEST(test_standing_is_from_memory_alone),
        TEST(test_a_name_is_asked_for_once_and_shown_next_time),
        TEST(test_what_is_no_id_is_never_asked_for),
        TEST(test_only_so_many_names_are_waited_for),
        TEST(test_a_slack_that_is_down_is_not_asked_all_the_time),
        TEST(test_names_are_one_clean_line),
        TEST(test_a_name_without_end_is_cut_between_characters),
        TEST(test_memory_has_a_bound),
        TEST(test_rosters_have_a_bound),
        TEST(test_zones),
        TEST(test_a_zone_is_told_in_time_whatever_slack_does),
        TEST(test_what_is_known_in_time_counts),
        TEST(test_who_can_wait_lets_others_go_ahead),
        TEST(test_a_zone_asks_about_fifty_at_most),
        TEST(test_too_many_who_ask_for_zones_get_what_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
