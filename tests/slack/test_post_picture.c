/* Cards with pictures. */

#include "post_stage.h"

static void deliver_chart(Rig *rig, int64_t row, const char *key, const char *png)
{
    rig->png = png;
    g_string_truncate(rig->slack.asked, 0);
    deliver_as(rig, &(Spec){CARD_SPRINT, .key = key, .chart = true, .edit = true}, row);
    run_until(the_loop.now_ms + DAY_MS);
    assert_int_equal(rig->settled->len, row);
}

static const char *shown(const Rig *rig)
{
    return message_at(&rig->slack, "C1", BEFORE_IT_ALL)->image;
}

static void test_a_chart_that_has_not_changed_is_not_uploaded_again(void **state)
{
    Rig *rig = *state;

    deliver_chart(rig, 1, "sprint/1", "day 1");
    assert_string_equal(shown(rig), "F0");
    deliver_chart(rig, 2, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, U);
    assert_string_equal(shown(rig), "F0");
    deliver_chart(rig, 3, "sprint/1", "day 2");
    assert_string_equal(shown(rig), "F1");
    deliver_chart(rig, 4, "sprint/1", "day 1"); /* not what it showed last */
    assert_string_equal(shown(rig), "F2");
    deliver_chart(rig, 5, "sprint/2", "day 1");
    assert_string_equal(shown(rig), "F3");
    deliver_chart(rig, 6, NULL, "day 1");
    deliver_chart(rig, 7, NULL, "day 1");
    assert_string_equal(shown(rig), "F5");
}

static void test_a_picture_that_was_deleted_is_uploaded_anew(void **state)
{
    Rig *rig = *state;

    deliver_chart(rig, 1, "sprint/1", "day 1");
    g_array_index(rig->slack.files, File, 0).complete = false;
    deliver_chart(rig, 2, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, U AND G AND B AND C AND U);
    assert_string_equal(shown(rig), "F1");
    deliver_chart(rig, 3, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, U);
}

static void test_a_picture_that_was_deleted_is_not_tried_a_second_time(void **state)
{
    Rig *rig = *state;

    deliver_chart(rig, 1, "sprint/1", "day 1");
    g_array_index(rig->slack.files, File, 0).complete = false;
    rig->slack.faults[0] = (Fault){C, 1, SLACK_UNSURE, "", false};
    deliver_chart(rig, 2, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, U AND G AND B AND C AND U);
    assert_null(shown(rig));
    deliver_chart(rig, 3, "sprint/1", "day 1");
    assert_string_equal(rig->slack.asked->str, G AND B AND C AND U);
}

static void test_without_a_place_nothing_is_uploaded(void **state)
{
    Rig *rig = *state;

    rig->slack.nowhere = true;
    deliver(rig, &(Spec){CARD_PROMPT, .chart = true});
    run_until(DAY_MS);
    assert_string_equal(rig->slack.asked->str, G AND P);
    assert_string_equal(rig->lacking->str, "");
}

static void test_a_picture_that_was_not_shown_is_not_remembered(void **state)
{
    Rig *rig = *state;

    rig->slack.faults[0] = (Fault){U, 1, SLACK_REQUEST, "msg_too_long", false};
    deliver_chart(rig, 1, "sprint/1", "day 1"); /* as plain text */
    assert_null(shown(rig));
    deliver_chart(rig, 2, "sprint/1", "day 1");
    assert_string_equal(shown(rig), "F1");
}

static void test_the_text_waits_twenty_seconds_for_its_picture(void **state)
{
    Rig *rig = *state;

    rig->draw_ms = -1;
    deliver(rig, &(Spec){CARD_PROMPT, .chart = true});
    run_until(19000);
    assert_string_equal(rig->slack.asked->str, "");
    run_until(21000);
    assert_string_equal(rig->slack.asked->str, P);
    give_picture(rig, ROW);     /* too late */
    give_picture(rig, ROW + 1); /* and for nobody */
    run_until(DAY_MS);
    assert_string_equal(rig->slack.asked->str, P);
    assert_null(the_card(rig)->image);
}

static void test_a_picture_may_come_at_once(void **state)
{
    Rig *rig = *state;

    rig->draw_ms = 0;
    deliver(rig, &(Spec){CARD_PROMPT, .chart = true});
    run_until(DAY_MS);
    assert_string_equal(the_card(rig)->image, "F0");
    assert_int_equal(rig->drawn, 1);
}

static void test_an_empty_picture_is_none(void **state)
{
    Rig *rig = *state;

    rig->png = "";
    deliver(rig, &(Spec){CARD_PROMPT, .chart = true});
    run_until(DAY_MS);
    assert_string_equal(rig->slack.asked->str, P);
}

static void test_the_gallery_forgets_what_was_not_looked_at_for_longest(void **state)
{
    g_autoptr(Gallery) gallery = gallery_new(3);

    (void)state;
    gallery_put(gallery, "a", "1", "Fa");
    gallery_put(gallery, "b", "1", "Fb");
    gallery_put(gallery, "c", "1", "Fc");
    assert_string_equal(gallery_find(gallery, "a", "1"), "Fa");
    assert_null(gallery_find(gallery, "b", "2"));
    gallery_put(gallery, "d", "1", "Fd");
    assert_int_equal(gallery_size(gallery), 3);
    assert_null(gallery_find(gallery, "b", "1"));
    assert_string_equal(gallery_find(gallery, "a", "1"), "Fa");
    gallery_put(gallery, "a", "2", gallery_find(gallery, "a", "1")); /* its own text */
    assert_string_equal(gallery_find(gallery, "a", "2"), "Fa");
    assert_int_equal(gallery_size(gallery), 3);
    gallery_forget(gallery, "a");
    gallery_forget(gallery, "a");
    assert_null(gallery_find(gallery, "a", "2"));
    assert_int_equal(gallery_size(gallery), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIGGED(test_a_chart_that_has_not_changed_is_not_uploaded_again),
        RIGGED(test_a_picture_that_was_deleted_is_uploaded_anew),
        RIGGED(test_a_picture_that_was_deleted_is_not_tried_a_second_time),
        RIGGED(test_without_a_place_nothing_is_uploaded),
        RIGGED(test_a_picture_that_was_not_shown_is_not_remembered),
        RIGGED(test_the_text_waits_twenty_seconds_for_its_picture),
        RIGGED(test_a_picture_may_come_at_once),
        RIGGED(test_an_empty_picture_is_none),
        cmocka_unit_test(test_the_gallery_forgets_what_was_not_looked_at_for_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
