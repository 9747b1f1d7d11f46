/* What came of batches, on its way from the engine to the workspaces. */

#include "bot/relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bot/log.h"
#include "bot/metrics.h"
#include "fake_adapter.h"
#include "notify.h"

typedef struct Office {
    Loop *loop;
    Workspaces *workspaces;
    Web *web; /* there is none */
    Relay *relay;
    EngineOut out;
} Office;

static int set_up(void **state)
{
    static const char *const names[] = {"west", "east", NULL};
    Office *office = g_new0(Office, 1);
    g_autoptr(GPtrArray) configs = fake_configs(names);

    log_set_level(LOG_LEVEL_NONE);
    office->loop = loop_new();
    office->workspaces = workspaces_new(&(AdapterShared){.loop = office->loop}, fake_makers);
    for (guint i = 0; i < configs->len; i++) {
        workspaces_add(office->workspaces, g_ptr_array_index(configs, i), (WorkspaceId){i + 1},
                       NULL);
    }
    office->relay = relay_new(office->loop, &office->workspaces, &office->web);
    office->out = relay_out(office->relay);
    *state = office;
    return 0;
}

static void end_office(Office *office)
{
    g_clear_pointer(&office->relay, relay_free);
    g_clear_pointer(&office->workspaces, workspaces_free);
    g_clear_pointer(&office->loop, loop_free);
}

static int tear_down(void **state)
{
    Office *office = *state;

    end_office(office);
    fake_forget();
    metrics_clear();
    g_free(office);
    return 0;
}

static void reply(Office *office, int64_t workspace, const char *tag, const char *text)
{
    g_autoptr(Event) event = event_new(EVENT_COMMAND, tag);
    Card *card = text != NULL ? card_new(CARD_REPLY) : NULL;

    event->workspace = (WorkspaceId){workspace};
    event->tag = (void *)(uintptr_t)tag;
    if (card != NULL) {
        card_text(card, g_strdup(text));
    }
    office->out.replied(office->out.arg, event, card, false, NULL);
}

/* What a batch was made of; it knows whether it was freed. */
static void free_spent(void *spent)
{
    ++*(int *)spent;
}

static bool is_spent(void *spent)
{
    return *(int *)spent > 0;
}

static void test_a_batch_goes_over_as_one_and_in_order(void **state)
{
    Office *office = *state;
    int freed = 0;

    reply(office, 1, "first", "Sprint 1");
    office->out.home(office->out.arg, (WorkspaceId){2}, "C1", "G2");
    reply(office, 2, "second", NULL);
    reply(office, 1, "third", "Sprint 3");
    office->out.told(office->out.arg, &freed, free_spent);
    fake_expect("nothing is told on the engine's thread", "");
    assert_int_equal(freed, 0);
    loop_until(office->loop, is_spent, &freed, "what is left of the batch is freed");
    fake_expect("all is told, then what was left is freed",
                "[first: Sprint 1 to west][home C1 G2 of east][second:  to east]"
                "[third: Sprint 3 to west]");
    assert_int_equal(freed, 1);
}

static void test_a_batch_of_which_nothing_is_told_wakes_nobody(void **state)
{
    Office *office = *state;
    int freed = 0;

    office->out.told(office->out.arg, &freed, free_spent);
    assert_int_equal(freed, 1);
    office->out.told(office->out.arg, NULL, free_spent);
}

static void test_what_is_for_a_workspace_that_left_is_for_nobody(void **state)
{
    Office *office = *state;
    int freed = 0;

    reply(office, 3, "late", "Sprint 1");
    office->out.told(office->out.arg, &freed, free_spent);
    loop_until(office->loop, is_spent, &freed, "what is left of the batch is freed");
    fake_expect("nobody is told", "");
}

static void test_what_was_on_its_way_at_the_end_is_freed(void **state)
{
    Office *office = *state;
    int freed = 0;

    reply(office, 1, "first", "Sprint 1");
    office->out.told(office->out.arg, &freed, free_spent);
    reply(office, 1, "second", "Sprint 1");
    end_office(office);
    assert_int_equal(freed, 1);
    fake_expect("nobody is told any more", "[free west][free east]");
}

#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_a_batch_goes_over_as_one_and_in_order),
        OFFICE_TEST(test_a_batch_of_which_nothing_is_told_wakes_nobody),
        OFFICE_TEST(test_what_is_for_a_workspace_that_left_is_for_nobody),
        OFFICE_TEST(test_what_was_on_its_way_at_the_end_is_freed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
