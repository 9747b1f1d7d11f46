#include "proposals.h"

#include <string.h>

#include "core/proposing.h"

static void add_team(Scene *scene, const char *channel, const char *name, const char *members,
                     const char *counted, Weekday weekly)
{
    g_autofree char *setup = g_strdup_printf("/sprint setup\nname: %s\ntimezone: Europe/Berlin\n"
                                             "check-in: 09:00\nmembers: %s",
                                             name, members);
    g_autofree char *kr = g_strdup_printf("/okr kr Increase %s from 0 to 130", counted);

    scene->channel = channel;
    scene_command(scene, "maria", setup);
    scene_team(scene)->weekly_day = weekly;
    scene_team(scene)->weekly_at = 9 * 60 + 30;
    scene_command(scene, "maria",
                  "/okr objective\nobjective: Build the pipeline that carries the year\n"
                  "period: FY Q3, 2025-06-02 - 2025-08-31");
    scene_command(scene, "maria", kr);
    scene_command(scene, "maria", "/okr kr Raise win rate from 18% to 25%");
    expect_that("the KRs are there", scene_team(scene)->tacticals->len == 2);
}

Scene *proposals_scene(void)
{
    Scene *scene = scene_new();

    scene->now = scene_instant(scene, "2025-06-02 08:00");
    add_team(scene, "marketing", "Marketing", "@maria, @ines", "qualified leads", WEDNESDAY);
    add_team(scene, "west", "West", "@maria, @jonas, @tom", "paying customers", MONDAY);
    scene_forget(scene);
    return scene;
}

Team *proposals_team(const Scene *scene, const char *channel)
{
    return world_team_in(scene->world, (WorkspaceId){1}, channel);
}

/* Which team is looked at: the turn's channel says. */
static void look(Turn *turn)
{
    turn->team = world_team_in(turn->world, turn->event->workspace, turn->event->channel);
    if (proposal_ready(turn, turn->team)) {
        proposal_look(turn, turn->team);
    }
}

void proposals_look(Scene *scene, const char *channel)
{
    const char *before = scene->channel;

    scene->channel = channel;
    scene_act(scene, look);
    scene->channel = before;
}

static void read_value(Scene *scene, const char *channel, const char *value)
{
    const char *before = scene->channel;
    g_autofree char *text = g_strdup_printf("/okr update 1 %s", value);

    scene->channel = channel;
    expect_has("the value is taken", scene_command(scene, "maria", text), "Noted for KR 1");
    scene->channel = before;
}

void proposals_week(Scene *scene, const char *channel, int week, const char *value)
{
    int after = proposals_team(scene, channel)->weekly_day == MONDAY ? 0 : 2;
    g_autofree char *day = day_iso(day_plus((Day){2025, 6, 9}, 7 * week + after));
    g_autofree char *when = g_strconcat(day, " 10:00", NULL);

    scene_until(scene, when);
    if (value != NULL && strcmp(value, "-") != 0) {
        read_value(scene, channel, value);
    }
    proposals_look(scene, channel);
}

static bool is_proposal(const Card *card, const char *channel)
{
    return card->key != NULL && g_str_has_prefix(card->key, "proposal/") &&
           (channel == NULL || strcmp(card->channel, channel) == 0);
}

const Card *proposals_card(const Scene *scene, const char *channel)
{
    for (guint i = scene->cards->len; i > 0; i--) {
        const Card *card = ((const SceneCard *)g_ptr_array_index(scene->cards, i - 1))->card;

        if (is_proposal(card, channel)) {
            return card;
        }
    }
    return NULL;
}

static const Block *button(const Card *card)
{
    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        if (block->kind == BLOCK_BUTTON) {
            return block;
        }
    }
    return NULL;
}

bool proposals_asks(const Card *card)
{
    return card != NULL && button(card) != NULL;
}

int proposals_asked(const Scene *scene)
{
    int asked = 0;

    for (guint i = 0; i < scene->cards->len; i++) {
        const Card *card = ((const SceneCard *)g_ptr_array_index(scene->cards, i))->card;

        asked += is_proposal(card, NULL) && proposals_asks(card);
    }
    return asked;
}

char *proposals_id(const Card *card)
{
    const Block *asks = button(card);

    expect_that("the card asks", asks != NULL);
    return asks != NULL ? g_strdup(asks->values) : NULL;
}

static void reload(GPtrArray *proposals)
{
    for (guint i = 0; i < proposals->len; i++) {
        Proposal *old = g_ptr_array_index(proposals, i), *again = proposal_new();

        *again = *old;
        again->evidence = g_strdup(old->evidence);
        again->reason = g_strdup(old->reason);
        again->by = g_strdup(old->by);
        proposal_free(old);
        g_ptr_array_index(proposals, i) = again;
    }
}

void proposals_reload(Scene *scene)
{
    reload(proposals_team(scene, "west")->proposals);
    reload(proposals_team(scene, "marketing")->proposals);
}
