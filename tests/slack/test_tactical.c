/* The tactical layer's cards and forms as the core makes them and Slack shows them: as a person
 * last looked at them (golden/), and within every limit for the longest that may be written. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../core/proposals.h"
#include "blockkit.h"
#include "bot/slack/blocks.h"
#include "bot/slack/modal.h"
#include "core/form_view.h"

#define GOLDEN TEST_DATA "/../slack/golden"

/* In the scenes a member's id is their name. */
static const char *name_of(void *arg, const char *member)
{
    (void)arg;
    return member;
}

static const SlackLook look = {.names = {name_of, NULL}};
static const SlackLook pictured = {
    .names = {name_of, NULL}, .image = "F1", .image_alt = "KR 1 is behind"};

static Json *message_of(const Card *card)
{
    g_autoptr(Json) args = json_new_object();
    size_t len = 0;

    slack_message(args, card, "C1", card->chart != NULL ? &pictured : &look);
    g_autofree char *body = json_print(args, &len);
    return json_parse(body, len);
}

/* What a button is about has another id whenever the scene before it is another. */
static Card *without_ids(const Card *card)
{
    Card *copy = card_copy(card);

    for (guint i = 0; i < copy->blocks->len; i++) {
        Block *block = g_ptr_array_index(copy->blocks, i);

        if (block->kind == BLOCK_BUTTON && g_ascii_isdigit(*block->values)) {
            g_free(block->values);
            block->values = g_strdup("7");
        }
    }
    return copy;
}

static void expect_card(const char *name, const Card *card)
{
    g_autoptr(Card) shown = without_ids(card);
    g_autoptr(Json) message = message_of(shown);

    expect_message(name, message);
    expect_golden(GOLDEN, name, message);
}

static Json *modal_of(const Scene *scene)
{
    assert_non_null(scene->reply);
    assert_non_null(scene->reply->form);
    return slack_modal(scene->reply->form, 0, &look);
}

static void expect_form(const char *name, const Scene *scene)
{
    g_autoptr(Json) modal = modal_of(scene);

    expect_view(name, modal);
    expect_golden(GOLDEN, name, modal);
}

/* --- as they were last looked at --- */

/* Monday 7 July, 10:00: West's KR 1 stands still, and a sprint is proposed. */
static Scene *stalled(void)
{
    static const char *const values[] = {"10", "20", "30", "30", "30"};
    Scene *scene = proposals_scene();

    for (size_t week = 0; week < G_N_ELEMENTS(values); week++) {
        proposals_week(scene, "west", (int)week, values[week]);
    }
    scene->channel = "west";
    scene->conversation = false;
    return scene;
}

static void press(Scene *scene, const char *action)
{
    g_autofree char *id = proposals_id(proposals_card(scene, "west"));

    scene_press(scene, "maria", action, id);
}

static void test_a_week_asked_and_summed_up(void **state)
{
    g_autoptr(Scene) scene = scene_weekly();

    (void)state;
    scene_until(scene, "2025-07-14 09:31");
    expect_card("weekly", scene_card(scene, CARD_PROMPT));
    scene->conversation = false;
    scene_command(scene, "maria", "/okr checkin");
    expect_form("form-weekly", scene);
    scene_answer_week(scene, "maria", "m1",
                      "kr1 $21.6M, kr2 19%, confidence kr1 4, kr2 6\nrevised: yes");
    expect_card("weekly-echo", scene->reply);
    scene_answer_week(scene, "jonas", "m2", "confidence 7\nlearned: figures open doors");
    scene_until(scene, "2025-07-14 17:31");
    expect_card("weekly-summary", scene_card(scene, CARD_PROMPT));
}

static void test_a_proposal_and_what_becomes_of_it(void **state)
{
    g_autoptr(Scene) scene = stalled();

    (void)state;
    expect_card("proposal", proposals_card(scene, "west"));
    press(scene, "proposal.open");
    expect_form("form-proposal", scene);
    press(scene, "proposal.dismiss");
    expect_form("form-dismiss", scene);
    scene_submit(scene, "maria", "okr dismiss", "kr: 1\nreason: the fair is in two weeks");
    expect_card("proposal-dismissed", proposals_card(scene, "west"));
}

static void test_a_target_and_a_key_result_in_full(void **state)
{
    g_autoptr(Scene) scene = scene_west();

    (void)state;
    scene->conversation = false;
    scene_command(scene, "maria", "/okr target");
    expect_form("form-target", scene);
    scene_command(scene, "maria", "/okr target 1 $32M: two enterprise deals moved to Q4");
    expect_card("target", scene_card(scene, CARD_NOTICE));
    scene_command(scene, "maria", "/okr show 1");
    expect_card("kr", scene->reply);
}

static void test_a_period_is_summed_up(void **state)
{
    g_autoptr(Scene) scene = scene_sprint();

    (void)state;
    scene_until(scene, "2025-07-29 08:00");
    scene_command(scene, "maria",
                  "/sprint retro\nkr1: 31%\nkr2: 5\nkr3: 8 days\nanchor: $24.1M\n"
                  "moved: partly, two large accounts slipped\nlearned: invitations that name a "
                  "figure are accepted\ncause kr1: capacity\nchange: keep\ncomplete: yes");
    scene_until(scene, "2025-08-12 09:31");
    expect_card("followup", scene_card(scene, CARD_NOTICE));
    scene->conversation = false;
    scene_press(scene, "maria", "form.open", "sprint followup 1");
    expect_form("form-followup", scene);
    scene_command(scene, "maria", "/sprint followup 1: $24.5M");
    scene_until(scene, "2025-09-01 09:31");
    expect_card("rollup", scene_card(scene, CARD_NOTICE));
}

/* --- the longest that may be written --- */

/* `n` characters of a unit that grows when it is escaped, or means something to Slack. */
static char *awkward(size_t n, const char *unit)
{
    GString *out = g_string_new(NULL);
    size_t len = (size_t)g_utf8_strlen(unit, -1);

    for (size_t i = 0; (i + 1) * (len + 1) <= n; i++) {
        g_string_append_printf(out, "%s%s", i > 0 ? i % 9 == 8 ? " " : "y" : "", unit);
    }
    return g_string_free(out, FALSE);
}

static const char *const units[] = {"&", "<", "*",  "`",   "é",    "😀",    "ש",
                                    "a", "_", ">x", ":a:", "```x", "@here"};

static const char *command(Scene *scene, const char *format, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(format, "{}", 2);
    g_autofree char *line = g_strjoin(text, parts[0], parts[1], NULL);

    return scene_command(scene, "maria", line);
}

/* Where a unit makes no sentence of it, plain letters are as long. */
static void add_krs(Scene *scene, const char *unit)
{
    static const char *const ends[] = {"renewal", "win", "churn", "acceptance", "response"};
    g_autofree char *words = awkward(240, unit), *letters = awkward(240, "a");

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autofree char *kr =
            g_strdup_printf("/okr kr Increase {} %s rate from 18%% to 100%%", ends[i]);

        command(scene, kr, words);
        if (scene_team(scene)->tacticals->len == i) {
            expect_has(unit, command(scene, kr, letters), "under objective 1");
        }
    }
}

/* A team whose every word is as long as it may be, with five key results, asked this week. */
static Scene *longest(const char *unit)
{
    Scene *scene = scene_new();
    g_autofree char *name = awkward(54, unit), *objective = awkward(16, unit),
                    *period = awkward(80, unit);
    g_autofree char *first =
        g_strconcat("/okr objective\nobjective: Win back all our {}\nperiod: ", period,
                    ", 2025-06-02 - 2025-08-31", NULL);

    command(scene,
            "/sprint setup\nname: West {}\ntimezone: Europe/Berlin\nlead: @maria\nweekly: Monday",
            name);
    expect_that("the team is there", scene_team(scene) != NULL);
    expect_has(unit, command(scene, first, objective), "Next: 3 to 5 key results");
    scene->conversation = false;
    add_krs(scene, unit);
    scene_until(scene, "2025-07-14 09:31");
    return scene;
}

static void expect_legal(const char *promise, const Card *card)
{
    g_autoptr(Json) message = message_of(card);

    expect_message(promise, message);
}

static void expect_all_legal(const char *promise, const Scene *scene)
{
    for (guint i = 0; i < scene->cards->len; i++) {
        expect_legal(promise, ((const SceneCard *)g_ptr_array_index(scene->cards, i))->card);
    }
}

static void expect_reply_and_form(const char *promise, Scene *scene, const char *line)
{
    scene_command(scene, "maria", line);
    expect_legal(promise, scene->reply);
    if (scene->reply->form != NULL) {
        g_autoptr(Json) modal = modal_of(scene);

        expect_view(promise, modal);
    }
}

static void test_the_longest_words_are_within_every_limit(void **state)
{
    static const char *const lines[] = {
        "/okr list",  "/okr show 1",  "/okr target", "/okr target 1",        "/okr checkin",
        "/okr token", "/okr chart",   "/okr rollup", "/okr rollup markdown", "/okr rollup csv",
        "/okr link",  "/sprint open", "/okr update", "/sprint decide 1",     "/okr checkin same",
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(Scene) scene = longest(units[i]);
        g_autofree char *reason = awkward(480, units[i]), *system = awkward(40, units[i]),
                        *learned = awkward(2000, units[i]);

        expect_has(units[i], command(scene, "/okr target 1 99%: as {} as that", reason), "99%");
        command(scene, "/okr token {}", system);
        command(scene, "/okr checkin kr1 20%, confidence 6\nlearned: {}", learned);
        for (size_t j = 0; j < G_N_ELEMENTS(lines); j++) {
            expect_reply_and_form(units[i], scene, lines[j]);
        }
        scene_until(scene, "2025-09-01 12:00"); /* no more is told: it stalls, and it is over */
        expect_all_legal(units[i], scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_week_asked_and_summed_up),
        cmocka_unit_test(test_a_proposal_and_what_becomes_of_it),
        cmocka_unit_test(test_a_target_and_a_key_result_in_full),
        cmocka_unit_test(test_a_period_is_summed_up),
        cmocka_unit_test(test_the_longest_words_are_within_every_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
