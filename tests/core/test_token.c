/* Tokens: who may make them, what is shown to whom, and what is kept. */

#include "core/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

/* The scene's first secret, as it is shown. */
#define FIRST TOKEN_PREFIX "0000000000000000000000000000000000000000000000000000000000000001"

static const Token *token_at(const Scene *scene, guint i)
{
    return g_ptr_array_index(scene_team(scene)->tokens, i);
}

/* Everything that was said to everybody since scene_forget. */
static char *said_in_home(const Scene *scene)
{
    GString *all = g_string_new(NULL);

    for (guint i = 0; i < scene->cards->len; i++) {
        const Card *card = ((const SceneCard *)g_ptr_array_index(scene->cards, i))->card;
        g_autofree char *text = card->channel != NULL ? card_plain(card) : g_strdup("");

        g_string_append(all, text);
    }
    return g_string_free(all, FALSE);
}

static void test_what_is_kept_tells_only_whether_it_is_the_same(void **state)
{
    g_autofree char *text = token_text("00ff");
    g_autofree char *hash = token_hash("abc");

    (void)state;
    assert_string_equal(text, "anchord_00ff");
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void test_the_lead_makes_one_and_sees_it_once(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    g_autofree char *hash = token_hash(FIRST);
    const char *said = scene_command(scene, "lena", "/okr token HubSpot");

    (void)state;
    expect_has("the token is shown", said, FIRST);
    expect_has("it says that it is shown once", said, "cannot be shown again");
    expect_has("it says to delete the message", said, "delete this message");
    assert_int_equal(scene_team(scene)->tokens->len, 1);
    assert_string_equal(token_at(scene, 0)->name, "HubSpot");
    assert_string_equal(token_at(scene, 0)->hash, hash);
    assert_string_equal(token_at(scene, 0)->by, "lena");
    g_autofree char *home = said_in_home(scene);

    expect_has("the home hears of it", home, "HubSpot may now send values for West");
    expect_lacks("the home does not see it", home, TOKEN_PREFIX);
    expect_lacks("a list does not show it", scene_command(scene, "lena", "/okr token"),
                 TOKEN_PREFIX);
    expect_has("a list names it", scene->said, "HubSpot since 14 July 2025, by @lena");
}

/* On some platforms a reply in a room is read by all. */
static void test_where_others_read_the_token_goes_to_the_lead_alone(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Event *event = scene_new_event(scene, EVENT_COMMAND, "lena");

    (void)state;
    event->answer_out = true;
    event_set_text(event, "/okr token HubSpot", strlen("/okr token HubSpot"));
    expect_lacks("the reply does not hold it", scene_event(scene, event), TOKEN_PREFIX);
    expect_has("the reply says where it is", scene->said, "a message to you alone");
    g_autofree char *home = said_in_home(scene);

    expect_lacks("nor does the home", home, TOKEN_PREFIX);
    assert_int_equal(scene_count(scene, CARD_NOTICE, "lena"), 1);
    const Card *alone = ((const SceneCard *)g_ptr_array_index(scene->cards, 0))->card;
    g_autofree char *text = card_plain(alone);

    assert_null(alone->channel);
    expect_has("the message holds it", text, FIRST);
    expect_that("it does not wait for ever", alone->expires.us > scene->now.us);
}

static void test_in_a_direct_conversation_the_reply_is_enough(void **state)
{
    g_autoptr(Scene) scene = scene_west();
    Event *event = scene_new_event(scene, EVENT_COMMAND, "lena");

    (void)state;
    event->answer_out = true;
    event->direct = true;
    event_set_text(event, "/okr token HubSpot", strlen("/okr token HubSpot"));
    expect_has("the reply holds it", scene_event(scene, event), FIRST);
    assert_int_equal(scene_count(scene, CARD_NOTICE, "lena"), 0);
}

typedef struct Refused {
    const char *promise, *before, *who, *command, *says;
} Refused;

static const Refused refused[] = {
    {"a member makes none", NULL, "maria", "/okr token HubSpot", "Ask @lena"},
    {"a member revokes none", "/okr token HubSpot", "maria", "/okr token revoke HubSpot",
     "Only the lead of West"},
    {"a name that is in use", "/okr token HubSpot", "lena", "/okr token hubspot",
     "HubSpot has a token in use already"},
    {"a name that is too long", NULL, "lena",
     "/okr token The pipeline report that Marketing looks at", "40 characters are the most"},
    {"to revoke, and not which", NULL, "lena", "/okr token revoke", "No system was named"},
    {"to revoke what is not there", NULL, "lena", "/okr token revoke Metabase",
     "no token in use called “Metabase”"},
    {"to revoke twice", "/okr token revoke HubSpot", "lena", "/okr token revoke HubSpot",
     "no token in use called “HubSpot”"},
};

static void test_refusals_change_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        const Refused *c = &refused[i];
        g_autoptr(Scene) scene = scene_west();

        scene_command(scene, "lena", "/okr token HubSpot");
        if (c->before == NULL) {
            scene_command(scene, "lena", "/okr token revoke HubSpot");
        } else {
            scene_command(scene, "lena", c->before);
        }
        int in_use = token_count(scene_team(scene));

        scene_forget(scene);
        expect_has(c->promise, scene_command(scene, c->who, c->command), c->says);
        expect_that(c->promise, token_count(scene_team(scene)) == in_use);
        expect_that(c->promise, scene->cards->len == 0);
    }
}

static void test_without_a_lead_it_says_how_to_name_one(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    g_clear_pointer(&scene_team(scene)->lead, g_free);
    expect_has("it says why", scene_command(scene, "maria", "/okr token HubSpot"), "has no lead");
    expect_has("it says how", scene->said, "/sprint setup lead: @maria");
    scene_command(scene, "maria", "/sprint setup\nlead: @maria");
    expect_has("and then it works", scene_command(scene, "maria", "/okr token HubSpot"), FIRST);
}

static void test_a_team_has_so_many_at_most(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    for (int i = 1; i <= TOKENS_MAX; i++) {
        g_autofree char *command = g_strdup_printf("/okr token Report %d", i);

        expect_has("one more", scene_command(scene, "lena", command), TOKEN_PREFIX);
    }
    expect_has("but no more", scene_command(scene, "lena", "/okr token Another"),
               "10 tokens in use");
    expect_has("it names one to end", scene->said, "/okr token revoke Report 1");
    scene_command(scene, "lena", "/okr token revoke Report 1");
    expect_has("which makes room", scene_command(scene, "lena", "/okr token Another"),
               TOKEN_PREFIX);
}

static void test_what_was_revoked_is_told_and_its_name_is_free(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    expect_has("none yet", scene_command(scene, "maria", "/okr token"), "No other system");
    scene_command(scene, "lena", "/okr token HubSpot");
    scene_until(scene, "2025-07-16 10:00");
    scene_forget(scene);
    expect_has("it ends", scene_command(scene, "lena", "/okr token revoke hubspot"),
               "HubSpot can send nothing more for West");
    g_autofree char *home = said_in_home(scene);

    expect_has("the home hears of it", home, "HubSpot sends no more values for West");
    expect_that("it is kept as revoked", token_at(scene, 0)->revoked.us == scene->now.us);
    expect_has("the list tells it", scene_command(scene, "maria", "/okr token"),
               "HubSpot: revoked on 16 July 2025");
    expect_has("the name is free", scene_command(scene, "lena", "/okr token HubSpot"),
               TOKEN_PREFIX);
    assert_int_equal(scene_team(scene)->tokens->len, 2);
    assert_string_not_equal(token_at(scene, 0)->hash, token_at(scene, 1)->hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_kept_tells_only_whether_it_is_the_same),
        cmocka_unit_test(test_the_lead_makes_one_and_sees_it_once),
        cmocka_unit_test(test_where_others_read_the_token_goes_to_the_lead_alone),
        cmocka_unit_test(test_in_a_direct_conversation_the_reply_is_enough),
        cmocka_unit_test(test_refusals_change_nothing),
        cmocka_unit_test(test_without_a_lead_it_says_how_to_name_one),
        cmocka_unit_test(test_a_team_has_so_many_at_most),
        cmocka_unit_test(test_what_was_revoked_is_told_and_its_name_is_free),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
