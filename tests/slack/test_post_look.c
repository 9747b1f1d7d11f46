/* A card that may stand there already is looked for first. */

#include "post_stage.h"

typedef struct Earlier {
    const char *name;
    const char *key, *event, *channel;
    bool thread, ours;
} Earlier;

static void test_only_its_own_message_is_taken_for_a_card(void **state)
{
    static const Earlier earlier[] = {
        {"its own", INSTALL "/7", "anchord_card", "C1", false, true},
        {"another card", INSTALL "/77", "anchord_card", "C1", false, false},
        {"another store's", "east/7", "anchord_card", "C1", false, false},
        {"another program's", INSTALL "/7", "task_created", "C1", false, false},
        {"another channel's", INSTALL "/7", "anchord_card", "C2", false, false},
        {"a thread's", INSTALL "/7", "anchord_card", "C1", true, false},
        {"without a key", "", "anchord_card", "C1", false, false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(earlier); i++) {
        void *opened = NULL;

        open_rig(&opened);
        Rig *rig = opened;
        Message *message = stand_already(rig, earlier[i].channel,
                                         earlier[i].thread ? BEFORE_IT_ALL : NULL, earlier[i].key);

        json_put(message->metadata, "odd", cJSON_CreateNumber(7));
        cJSON_ReplaceItemInObjectCaseSensitive(message->metadata, "event_type",
                                               cJSON_CreateString(earlier[i].event));
        deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
        run_until(DAY_MS);
        if ((g_strcmp0(only(rig)->message, message->ts) == 0) != earlier[i].ours) {
            fail_msg("%s: asked %s", earlier[i].name, rig->slack.asked->str);
        }
        close_rig(&opened);
    }
}

static void chatter(Rig *rig, int n)
{
    for (int i = 0; i < n; i++) {
        add_message(&rig->slack, "C1", NULL, "talk");
    }
}

static guint times_asked(const Rig *rig, const char *method)
{
    g_auto(GStrv) asked = g_strsplit(rig->slack.asked->str, " ", -1);
    guint n = 0;

    for (guint i = 0; asked[i] != NULL; i++) {
        n += strcmp(asked[i], method) == 0 ? 1 : 0;
    }
    return n;
}

static void test_a_card_is_found_pages_back(void **state)
{
    Rig *rig = *state;
    const Message *message = stand_already(rig, "C1", NULL, INSTALL "/7");

    chatter(rig, 950);
    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
    run_until(DAY_MS);
    assert_string_equal(only(rig)->message, message->ts);
    assert_int_equal(times_asked(rig, H), 5);
}

static void test_a_cursor_that_goes_bad_costs_no_message(void **state)
{
    Rig *rig = *state;
    const Message *message = stand_already(rig, "C1", NULL, INSTALL "/7");

    chatter(rig, 950);
    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
    run_until(2000 + 3 * ANSWER_MS);
    rig->slack.faults[0] = (Fault){H, 1, SLACK_LATE, "invalid_cursor", false};
    run_until(DAY_MS);
    assert_string_equal(only(rig)->message, message->ts);
    assert_int_equal(times_asked(rig, H), 3 + 1 + 5);
}

static void test_a_look_ends_after_a_thousand_messages(void **state)
{
    Rig *rig = *state;

    chatter(rig, 5000);
    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
    run_until(DAY_MS);
    assert_int_equal(times_asked(rig, H), 2 * 5);
    assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
}

static void test_pages_without_messages_end_too(void **state)
{
    Rig *rig = *state;

    chatter(rig, 3);
    rig->slack.page = 0;
    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2});
    run_until(DAY_MS);
    assert_int_equal(times_asked(rig, H), 2 * 20);
    assert_int_equal(only(rig)->end, OUTBOX_DELIVERED);
}

/* Whatever a method answers, the card ends, once; and rubbish is never taken for its message. */
static void test_rubbish_for_an_answer_ends(void **state)
{
    static const char *const rubbish[] = {
        "{}",
        "[]",
        "7",
        "{\"channel\":7,\"ts\":[],\"messages\":{},\"upload_url\":1,\"file_id\":null}",
        "{\"channel\":{\"id\":9},\"ts\":\"\",\"messages\":\"none\"}",
        "{\"messages\":[],\"response_metadata\":{\"next_cursor\":\"again\"}}",
        "{\"messages\":[null,1,\"x\",[],{},{\"metadata\":5},{\"ts\":\"1\",\"metadata\":{\"event_"
        "type\":"
        "\"anchord_card\",\"event_payload\":[\"" INSTALL "/7\"]}}],\"response_metadata\":[]}",
        "{\"messages\":[{\"metadata\":{\"event_type\":\"anchord_card\",\"event_payload\":{\"key\":"
        "\"" INSTALL "/7\"}}}]}", /* ours, but nowhere */
    };
    static const char *const babblers[] = {P, H, R, O, N, G, B, C};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rubbish) * G_N_ELEMENTS(babblers); i++) {
        void *opened = NULL;

        open_rig(&opened);
        Rig *rig = opened;

        rig->slack.rubbish = rubbish[i % G_N_ELEMENTS(rubbish)];
        rig->slack.babbles = babblers[i / G_N_ELEMENTS(rubbish)];
        rig->slack.faults[0] = (Fault)ANSWER_LOST(P);
        deliver_as(rig, &(Spec){CARD_SPRINT, .chart = true, .expires_ms = 100 * DAY_MS}, 7);
        deliver_as(rig, &(Spec){CARD_NUDGE, TO_MEMBER, .attempts = 2, .key = "k"}, 8);
        deliver_as(rig, &(Spec){CARD_ECHO, .thread = true, .attempts = 2}, 9);
        run_until(5 * DAY_MS);
        assert_int_equal(rig->settled->len, 3);
        close_rig(&opened);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_its_own_message_is_taken_for_a_card),
        RIGGED(test_a_card_is_found_pages_back),
        RIGGED(test_a_cursor_that_goes_bad_costs_no_message),
        RIGGED(test_a_look_ends_after_a_thousand_messages),
        RIGGED(test_pages_without_messages_end_too),
        cmocka_unit_test(test_rubbish_for_an_answer_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
