/* What was said lately is not said again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bot/seldom.h"

#define MINUTE 60000

static void the_same_is_said_once_a_minute(void **state)
{
    g_autoptr(Seldom) seldom = seldom_new(MINUTE);

    (void)state;
    assert_true(seldom_is_time(seldom, "chat.postMessage", "ratelimited", 5));
    assert_false(seldom_is_time(seldom, "chat.postMessage", "ratelimited", 5 + MINUTE - 1));
    assert_true(seldom_is_time(seldom, "chat.postMessage", "ratelimited", 5 + MINUTE));
    assert_false(seldom_is_time(seldom, "chat.postMessage", "ratelimited", 5 + MINUTE + 1));
}

static void something_else_is_said_at_once(void **state)
{
    g_autoptr(Seldom) seldom = seldom_new(MINUTE);

    (void)state;
    assert_true(seldom_is_time(seldom, "chat.postMessage", "ratelimited", 5));
    assert_true(seldom_is_time(seldom, "chat.postMessage", "fatal_error", 6));
    assert_true(seldom_is_time(seldom, "views.open", "ratelimited", 7));
}

static void what_is_made_up_fills_no_memory(void **state)
{
    g_autoptr(Seldom) seldom = seldom_new(MINUTE);
    int said = 0;

    (void)state;
    for (int i = 0; i < 4500; i++) {
        g_autofree char *what = g_strdup_printf("error_%d", i);

        said += seldom_is_time(seldom, "users.info", what, 5);
    }
    assert_int_equal(said, 4500);
    assert_true(seldom_is_time(seldom, "users.info", "error_0", 6)); /* it was forgotten */
    assert_false(seldom_is_time(seldom, "users.info", "error_4499", 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_is_said_once_a_minute),
        cmocka_unit_test(something_else_is_said_at_once),
        cmocka_unit_test(what_is_made_up_fills_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
