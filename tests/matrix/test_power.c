/* Who may do what, in rooms of every version; and who may talk to us at all. */

#include "bot/matrix/power.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/matrix/allow.h"
#include "bot/matrix/names.h"

#define CREATE_1  "{\"content\":{\"creator\":\"@ada:b.test\"},\"sender\":\"@ada:b.test\"}"
#define CREATE_10 "{\"content\":{\"creator\":\"@ada:b.test\",\"room_version\":\"10\"}}"
#define CREATE_11 "{\"content\":{\"room_version\":\"11\"},\"sender\":\"@ada:b.test\"}"
#define CREATE_12                                                                                  \
    "{\"content\":{\"room_version\":\"12\",\"additional_creators\":[\"@bea:b.test\"]},"            \
    "\"sender\":\"@ada:b.test\"}"
#define CREATE_NEW "{\"content\":{\"room_version\":\"of.later\"},\"sender\":\"@ada:b.test\"}"
/* Who sent it is not known. */
#define CREATE_BARE    "{\"content\":{\"room_version\":\"12\"}}"
#define CREATE_11_BARE "{\"content\":{\"room_version\":\"11\",\"creator\":\"@eve:b.test\"}}"

#define NOT_KNOWN    (-1)
#define LEVELS(json) "{" json "}"

typedef struct Case {
    const char *promise;
    const char *create; /* NULL: not known */
    const char *levels; /* "" there are none; NULL: not known */
    const char *user;
    int64_t level;
} Case;

static const Case cases[] = {
    {"without power levels the creator has 100", CREATE_1, "", "@ada:b.test", 100},
    {"without power levels others have 0", CREATE_1, "", "@cy:b.test", 0},
    {"up to version 10 the content names the creator", CREATE_10, "", "@ada:b.test", 100},
    {"in version 11 the sender is the creator", CREATE_11, "", "@ada:b.test", 100},
    {"in version 11 the content's creator is nobody", CREATE_11_BARE, "", "@eve:b.test", NOT_KNOWN},
    {"a level is the member's own", CREATE_11, LEVELS("\"users\":{\"@cy:b.test\":50}"),
     "@cy:b.test", 50},
    {"others have the default", CREATE_11,
     LEVELS("\"users\":{\"@cy:b.test\":50},\"users_default\":7"), "@di:b.test", 7},
    {"where there is no default it is 0", CREATE_11, LEVELS(""), "@di:b.test", 0},
    {"with power levels a creator of old has what they say", CREATE_11,
     LEVELS("\"users\":{\"@ada:b.test\":3}"), "@ada:b.test", 3},
    {"a level may be a text", CREATE_1, LEVELS("\"users\":{\"@cy:b.test\":\" 50 \"}"), "@cy:b.test",
     50},
    {"a text may have a sign", CREATE_1, LEVELS("\"users\":{\"@cy:b.test\":\"+50\"}"), "@cy:b.test",
     50},
    {"a text may be below nothing", CREATE_1, LEVELS("\"users\":{\"@cy:b.test\":\"-5\"}"),
     "@cy:b.test", -5},
    {"the default may be a text", CREATE_1, LEVELS("\"users_default\":\"25\""), "@cy:b.test", 25},
    {"two signs are no level", CREATE_1, LEVELS("\"users\":{\"@cy:b.test\":\"++9\"}"), "@cy:b.test",
     0},
    {"a word is no level", CREATE_1, LEVELS("\"users\":{\"@cy:b.test\":\"all\"}"), "@cy:b.test", 0},
    {"a list is no level", CREATE_1, LEVELS("\"users\":{\"@cy:b.test\":[100]}"), "@cy:b.test", 0},
    {"user ids differ by case", CREATE_1, LEVELS("\"users\":{\"@Cy:b.test\":50}"), "@cy:b.test", 0},
    {"a creator of version 12 is above all levels", CREATE_12, LEVELS("\"users_default\":0"),
     "@ada:b.test", MATRIX_POWER_ALL},
    {"so is an additional one", CREATE_12, LEVELS(""), "@bea:b.test", MATRIX_POWER_ALL},
    {"in version 12 others have their level", CREATE_12, LEVELS("\"users\":{\"@cy:b.test\":99}"),
     "@cy:b.test", 99},
    {"a version that we do not know is as 12", CREATE_NEW, LEVELS(""), "@ada:b.test",
     MATRIX_POWER_ALL},
    {"a creator that is not known could be anybody", CREATE_BARE, LEVELS(""), "@ada:b.test",
     NOT_KNOWN},
    {"nothing is known without the create event", NULL, LEVELS(""), "@ada:b.test", NOT_KNOWN},
    {"nothing is known without the levels", CREATE_11, NULL, "@ada:b.test", NOT_KNOWN},
};

static Json *parse(const char *json)
{
    Json *parsed = json_parse(json, strlen(json));

    assert_non_null(parsed);
    return parsed;
}

static void tell(MatrixPower *power, const char *create, const char *levels)
{
    if (create != NULL) {
        g_autoptr(Json) event = parse(create);

        matrix_power_create(power, event);
    }
    if (levels != NULL) {
        g_autoptr(Json) content = *levels != '\0' ? parse(levels) : NULL;

        matrix_power_levels(power, content);
    }
}

static void test_levels(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(MatrixPower) power = {0};
        int64_t level = NOT_KNOWN;

        tell(&power, cases[i].create, cases[i].levels);
        bool known = matrix_power_of(&power, cases[i].user, &level);
        if (level != cases[i].level || known != (cases[i].level != NOT_KNOWN)) {
            fail_msg("%s: %" G_GINT64_FORMAT, cases[i].promise, level);
        }
    }
}

static const struct {
    const char *promise, *levels;
    int64_t needed;
} needs[] = {
    {"a state event takes 50 where nothing is said", "", 50},
    {"or what the room asks for state", LEVELS("\"state_default\":70"), 70},
    {"or for this one", LEVELS("\"state_default\":70,\"events\":{\"m.room.pinned_events\":0}"), 0},
    {"as a text too", LEVELS("\"events\":{\"m.room.pinned_events\":\"10\"}"), 10},
};

static void test_needs(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(needs); i++) {
        g_auto(MatrixPower) power = {0};

        tell(&power, CREATE_11, needs[i].levels);
        if (matrix_power_for_state(&power, "m.room.pinned_events") != needs[i].needed) {
            fail_msg("%s", needs[i].promise);
        }
    }
}

static void test_messages_take_less(void **state)
{
    static const struct {
        const char *promise, *levels;
        int64_t needed;
    } messages[] = {
        {"a message takes nothing where nothing is said", "", 0},
        {"or what the room asks for events", LEVELS("\"events_default\":25"), 25},
        {"or for messages", LEVELS("\"events_default\":25,\"events\":{\"m.room.message\":5}"), 5},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_auto(MatrixPower) power = {0};

        tell(&power, CREATE_11, messages[i].levels);
        if (matrix_power_for_event(&power, "m.room.message") != messages[i].needed) {
            fail_msg("%s", messages[i].promise);
        }
    }
}

static void test_facts_change(void **state)
{
    g_auto(MatrixPower) power = {0};
    int64_t level = 0;

    (void)state;
    tell(&power, CREATE_12, LEVELS("\"users\":{\"@cy:b.test\":50}"));
    tell(&power, CREATE_12, LEVELS("\"users\":{\"@cy:b.test\":10}"));
    assert_true(matrix_power_of(&power, "@cy:b.test", &level));
    assert_int_equal(level, 10);
    matrix_power_clear(&power);
    assert_false(matrix_power_known(&power));
}

static const struct {
    const char *pattern, *user;
    bool fits;
} patterns[] = {
    {"@*:example.test", "@maria:example.test", true},
    {"@*:example.test", "@maria:example.test.evil", false},
    {"@*:example.test", "@maria:notexample.test", false},
    {"@*:example.test", "@maria:EXAMPLE.test", false},
    {"@*:example.test", "@a:b:example.test", true},
    {"@maria:example.test", "@maria:example.test", true},
    {"@maria:example.test", "@maria2:example.test", false},
    {"*", "@anybody:any.where", true},
    {"@*:*.example.test", "@maria:chat.example.test", true},
    {"@*:*.example.test", "@maria:example.test", false},
    {"@m*a:*t", "@mama:b.test", true},
    {"@a?:b.test", "@ab:b.test", false},
    {"", "@maria:example.test", false},
    {"", "", true},
    {"***", "@maria:example.test", true},
};

static void test_patterns(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
        if (matrix_pattern_fits(patterns[i].pattern, patterns[i].user) != patterns[i].fits) {
            fail_msg("%s on %s", patterns[i].pattern, patterns[i].user);
        }
    }
    assert_false(matrix_allows(NULL, "@maria:example.test"));
}

/* A pattern full of stars on what almost fits: it ends. */
static void test_a_pattern_full_of_stars_ends(void **state)
{
    g_autofree char *user = g_strnfill(255, 'a');
    GString *pattern = g_string_new(NULL);

    (void)state;
    for (int i = 0; i < 100; i++) {
        g_string_append(pattern, "*a");
    }
    g_string_append_c(pattern, 'b');
    assert_false(matrix_pattern_fits(pattern->str, user));
    g_string_free(pattern, TRUE);
}

static void test_names(void **state)
{
    MatrixNameBook *names = matrix_names_new(2);
    g_autofree char *long_name = g_strnfill(5000, 'x');

    (void)state;
    matrix_names_put(names, "@a:b.test", "  Ada\n\aByron ");
    assert_string_equal(matrix_names_find(names, "@a:b.test"), "Ada Byron");
    matrix_names_put(names, "@a:b.test", long_name);
    assert_true(g_utf8_strlen(matrix_names_find(names, "@a:b.test"), -1) <= MATRIX_NAME_MAX);
    matrix_names_put(names, "@a:b.test", NULL);
    assert_string_equal(matrix_names_find(names, "@a:b.test"), "");
    matrix_names_put(names, "@a:b.test", "Ada");
    matrix_names_put(names, "@b:b.test", "Bea");
    matrix_names_put(names, "@a:b.test", "Ada B");
    matrix_names_put(names, "@c:b.test", "Cy");
    assert_string_equal(matrix_names_find(names, "@a:b.test"), "Ada B");
    assert_string_equal(matrix_names_find(names, "@b:b.test"), "");
    assert_string_equal(matrix_names_find(names, "@c:b.test"), "Cy");
    matrix_names_free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_needs),
        cmocka_unit_test(test_messages_take_less),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_a_pattern_full_of_stars_ends),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_facts_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
