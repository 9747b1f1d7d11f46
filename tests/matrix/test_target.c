/* What the messages are that others point at. */

#include "bot/matrix/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define OWN   "@anchord:example.org"
#define MARIA "@maria:example.org"
#define ROOM  "!west:example.org"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatrixTarget, matrix_target_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatrixTargets, matrix_targets_free)

#define BUTTONS(key)                                                                               \
    "\"anchord\":{\"row\":\"a/1\",\"buttons\":{\"" key "\":{\"action\":\"act\","                   \
    "\"value\":\"7\",\"channel\":\"!c\"}}}"

/* --- reading --- */

static void tell(GString *out, const char *label, const char *value)
{
    if (value != NULL) {
        g_string_append_printf(out, "%s%s%s", out->len > 0 ? " " : "", label, value);
    }
}

static char *told(const MatrixTarget *target)
{
    GString *out = g_string_new(NULL);

    if (target == NULL) {
        return g_string_free(g_string_append(out, "none"), FALSE);
    }
    tell(out, "", target->id);
    tell(out, "by ", target->sender);
    tell(out, "in ", target->root);
    tell(out, "row ", target->row);
    tell(out, "poll ", target->poll);
    for (guint i = 0; target->buttons != NULL && i < target->buttons->len; i++) {
        const MatrixTargetButton *button = &g_array_index(target->buttons, MatrixTargetButton, i);

        tell(out, "button ", button->key);
        tell(out, "", button->action);
        tell(out, "", button->value);
        tell(out, "at ", button->channel);
    }
    tell(out, "gone", target->gone ? "" : NULL);
    tell(out, "edits ", target->edited);
    tell(out, "on ", target->annotates);
    tell(out, "key ", target->key);
    tell(out, "refers to ", target->refers);
    return g_string_free(out, FALSE);
}

#define EVENT(sender, rest) "{\"event_id\":\"$1\",\"sender\":\"" sender "\"," rest "}"
#define LATER(sender)                                                                              \
    "\"unsigned\":{\"m.relations\":{\"m.replace\":{\"event_id\":\"$2\",\"sender\":\"" sender       \
    "\",\"content\":{\"m.new_content\":{" BUTTONS("B") "}}}}}"

static const struct {
    const char *promise, *json, *want;
} cases[] = {
    {"a member's message", EVENT(MARIA, "\"content\":{\"body\":\"x\"}"), "$1 by " MARIA},
    {"in a thread",
     EVENT(MARIA, "\"content\":{\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"$0\"}}"),
     "$1 by " MARIA " in $0"},
    {"an edit",
     EVENT(MARIA,
           "\"content\":{\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$0\"}}"),
     "$1 by " MARIA " edits $0"},
    {"a reaction",
     EVENT(MARIA, "\"content\":{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":"
                  "\"$0\",\"key\":\"A\"}}"),
     "$1 by " MARIA " on $0 key A"},
    {"a vote",
     EVENT(MARIA,
           "\"content\":{\"m.relates_to\":{\"rel_type\":\"m.reference\",\"event_id\":\"$0\"}}"),
     "$1 by " MARIA " refers to $0"},
    {"ours, with its buttons", EVENT(OWN, "\"content\":{" BUTTONS("A") "}"),
     "$1 by " OWN " row a/1 button A act 7 at !c"},
    {"ours, with a poll", EVENT(OWN, "\"content\":{\"anchord\":{\"poll\":\"confidence\"}}"),
     "$1 by " OWN " poll confidence"},
    {"an edit of ours tells what holds now",
     EVENT(OWN, "\"content\":{\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$0\"},"
                "\"m.new_content\":{" BUTTONS("B") "}}"),
     "$1 by " OWN " row a/1 button B act 7 at !c edits $0"},
    {"a member cannot pass for us", EVENT(MARIA, "\"content\":{" BUTTONS("A") "}"), "$1 by " MARIA},
    {"the latest edit counts", EVENT(OWN, "\"content\":{" BUTTONS("A") "}," LATER(OWN)),
     "$1 by " OWN " row a/1 button B act 7 at !c"},
    {"but not a member's", EVENT(OWN, "\"content\":{" BUTTONS("A") "}," LATER(MARIA)),
     "$1 by " OWN " row a/1 button A act 7 at !c"},
    {"redacted, as servers say",
     EVENT(OWN, "\"content\":{" BUTTONS("A") "},\"unsigned\":{\"redacted_because\":{}}"),
     "$1 by " OWN " gone"},
    {"redacted, as it looks", EVENT(OWN, "\"content\":{}"), "$1 by " OWN " gone"},
    {"without content", EVENT(OWN, "\"x\":1"), "$1 by " OWN " gone"},
    {"buttons of wrong types",
     EVENT(OWN,
           "\"content\":{\"anchord\":{\"row\":7,\"buttons\":{\"A\":1,\"B\":{\"action\":[]}}}}"),
     "$1 by " OWN " button A   button B  "},
    {"no buttons of a wrong type", EVENT(OWN, "\"content\":{\"anchord\":{\"buttons\":[1]}}"),
     "$1 by " OWN},
    {"not ours at all", EVENT(OWN, "\"content\":{\"anchord\":\"a/1\"}"), "$1 by " OWN},
    {"without an id", "{\"sender\":\"@a:b\",\"content\":{\"a\":1}}", "none"},
    {"without a sender", "{\"event_id\":\"$1\",\"content\":{\"a\":1}}", "none"},
    {"from nobody that can be named",
     "{\"event_id\":\"$1\",\"sender\":\">a:b\",\"content\":{\"a\":1}}", "none"},
    {"no event", "[]", "none"},
};

static void test_what_an_event_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Json) event = json_parse(cases[i].json, strlen(cases[i].json));

        if (event == NULL) {
            fail_msg("%s: not JSON: %s", cases[i].promise, cases[i].json);
        }
        g_autoptr(MatrixTarget) target = matrix_target_read(event, ROOM, OWN);
        g_autofree char *got = told(target);
        if (strcmp(got, cases[i].want) != 0) {
            fail_msg("%s: '%s'", cases[i].promise, got);
        }
    }
    assert_null(matrix_target_read(NULL, ROOM, OWN));
}

/* --- the last of them --- */

static MatrixTarget *target(const char *id, const char *sender, const char *edited, const char *key)
{
    MatrixTarget *made = matrix_target_gone(ROOM, id);

    made->gone = false;
    made->sender = g_strdup(sender);
    made->edited = g_strdup(edited);
    if (key != NULL) {
        g_autofree char *json = g_strdup_printf(
            "{\"event_id\":\"$x\",\"sender\":\"" OWN "\",\"content\":{" BUTTONS("%s") "}}", key);
        g_autoptr(Json) event = json_parse(json, strlen(json));
        g_autoptr(MatrixTarget) with = matrix_target_read(event, ROOM, OWN);

        made->buttons = g_steal_pointer(&with->buttons);
    }
    return made;
}

static void expect_button(const MatrixTargets *targets, const char *id, const char *key)
{
    const MatrixTarget *found = matrix_targets_find(targets, ROOM, id);

    assert_non_null(found);
    const char *got =
        found->buttons != NULL ? g_array_index(found->buttons, MatrixTargetButton, 0).key : NULL;
    assert_true(g_strcmp0(got, key) == 0);
}

static void test_the_last_ones_are_kept(void **state)
{
    g_autoptr(MatrixTargets) targets = matrix_targets_new(3);

    (void)state;
    for (int i = 1; i <= 5; i++) {
        g_autofree char *id = g_strdup_printf("$%d", i);

        matrix_targets_put(targets, target(id, MARIA, NULL, NULL));
    }
    assert_null(matrix_targets_find(targets, ROOM, "$2"));
    assert_non_null(matrix_targets_find(targets, ROOM, "$3"));
    assert_null(matrix_targets_find(targets, "!east:example.org", "$3"));
    matrix_targets_put(targets, target("$3", OWN, NULL, NULL)); /* seen anew: the youngest */
    matrix_targets_put(targets, target("$6", OWN, NULL, NULL));
    assert_string_equal(matrix_targets_find(targets, ROOM, "$3")->sender, OWN);
    assert_null(matrix_targets_find(targets, ROOM, "$4"));
    matrix_targets_put(targets, matrix_target_gone(ROOM, "$3"));
    assert_true(matrix_targets_find(targets, ROOM, "$3")->gone);
}

static void test_an_edit_replaces_the_buttons_of_its_sender_s_message(void **state)
{
    g_autoptr(MatrixTargets) targets = matrix_targets_new(10);

    (void)state;
    matrix_targets_put(targets, target("$1", OWN, NULL, "A"));
    matrix_targets_put(targets, target("$2", OWN, "$1", "B"));
    expect_button(targets, "$1", "B");
    expect_button(targets, "$2", "B");
    matrix_targets_put(targets, target("$3", MARIA, "$1", "C"));
    expect_button(targets, "$1", "B");
    matrix_targets_put(targets, target("$4", OWN, "$1", NULL));
    expect_button(targets, "$1", NULL);
    matrix_targets_put(targets, target("$5", OWN, "$unknown", "D"));
    expect_button(targets, "$5", "D");
    matrix_targets_put(targets, target("$6", OWN, "$6", "E")); /* of itself, which nobody makes */
    matrix_targets_put(targets, target("$6", OWN, "$6", "F"));
    expect_button(targets, "$6", "F");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_an_event_is),
        cmocka_unit_test(test_the_last_ones_are_kept),
        cmocka_unit_test(test_an_edit_replaces_the_buttons_of_its_sender_s_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
