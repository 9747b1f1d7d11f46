/* Readings that another system sends, through the engine and the store: all of a request is in the
 * books, or none, whatever fails and whenever. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/token.h"
#include "engine_rig.h"
#include "store_fixture.h"

#define IN_BOOKS "SELECT count(*) FROM reading WHERE source = 'system'"

static void give_token(Rig *rig)
{
    Token *token = token_new();

    *token = (Token){.id = {9000},
                     .team = {1100},
                     .name = g_strdup("HubSpot"),
                     .hash = token_hash(TOKEN_PREFIX "1"),
                     .by = g_strdup("maria"),
                     .made = rig_at(14, 9, 0)};
    fixture_begin(&rig->store->base);
    fixture_save(&rig->store->base, CHANGE_TOKEN, NULL, token);
    fixture_commit(&rig->store->base);
    token_free(token);
}

static void free_sent(gpointer sent)
{
    sent_reading_free(sent);
}

static void add_row(Event *event, const char *kr, const char *value, const char *key)
{
    SentReading *sent = g_new0(SentReading, 1);

    sent->kr = g_strdup(kr);
    sent->value = g_strdup(value);
    sent->key = g_strdup(key);
    g_ptr_array_add(event->sent, sent);
}

static void send_both(Rig *rig, const char *value)
{
    Event *event = event_new(EVENT_READINGS, NULL);

    event->value = token_hash(TOKEN_PREFIX "1");
    event->sent = g_ptr_array_new_with_free_func(free_sent);
    add_row(event, "1", value, "a");
    add_row(event, "sprint 1 kr 1", "24%", "b");
    rig_post(rig, event);
    rig_run(rig);
}

static void test_readings_are_in_the_books_once_they_are_told(void **state)
{
    Rig *rig = *state;

    give_token(rig);
    send_both(rig, "$21400000");
    assert_null(rig_last(rig)->failure);
    assert_string_equal(rig_last(rig)->reply, "taken 2\nrepeated 0\n");
    assert_int_equal(rig_count(rig, IN_BOOKS " AND system = 'HubSpot'"), 2);
    rig_close(rig);
    rig_open(rig);
    send_both(rig, "$21400000");
    assert_string_equal(rig_last(rig)->reply, "taken 0\nrepeated 2\n");
    assert_false(rig_last(rig)->repeated); /* the same request is answered, not passed over */
    assert_int_equal(rig_count(rig, IN_BOOKS), 2);
    assert_int_equal(rig->posts->len, 0);
}

static void test_a_request_with_a_fault_leaves_nothing(void **state)
{
    Rig *rig = *state;

    give_token(rig);
    send_both(rig, "soon");
    assert_non_null(strstr(rig_last(rig)->reply, "error Nothing was taken"));
    assert_int_equal(rig_count(rig, IN_BOOKS), 0);
}

/* Sends until it is answered, and brings the process back where it went. */
static void send_until_taken(Rig *rig)
{
    while (true) {
        guint told = rig->told->len;

        send_both(rig, "$21400000");
        if (rig->store->dead) {
            rig_close(rig);
            rig_open(rig);
        } else {
            faulty_set(rig->store, FAULT_NONE, 0);
        }
        int64_t in_books = rig_count(rig, IN_BOOKS);

        if (in_books != 0 && in_books != 2) {
            fail_msg("half of a request is in the books");
        }
        if (rig->told->len > told && rig_last(rig)->failure == NULL) {
            assert_int_equal(in_books, 2);
            return;
        }
    }
}

static int calls_of_a_request(Rig *rig)
{
    give_token(rig);
    faulty_set(rig->store, FAULT_NONE, 0);
    send_both(rig, "$21400000");
    return rig->store->calls;
}

static void test_all_or_nothing_wherever_it_breaks(void **state)
{
    static const Fault faults[] = {FAULT_ONCE, FAULT_FROM, FAULT_KILLED, FAULT_KILLED_AFTER};
    Rig *rig = *state;
    int calls = calls_of_a_request(rig);

    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        for (int at = 1; at <= calls; at++) {
            rig_renew(rig);
            give_token(rig);
            faulty_set(rig->store, faults[i], at);
            send_until_taken(rig);
            assert_int_equal(rig_count(rig, IN_BOOKS), 2);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_readings_are_in_the_books_once_they_are_told),
        RIG_TEST(test_a_request_with_a_fault_leaves_nothing),
        RIG_TEST(test_all_or_nothing_wherever_it_breaks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
