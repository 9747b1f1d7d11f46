#include "core/rollup_show.h"

#include "core/followup_reading.h"
#include "core/show.h"
#include "core/words.h"

/* --- parts that its other forms share --- */

char *rollup_show_anchor(const Rollup *rollup, const Sprint *sprint)
{
    const Team *team = world_team(rollup->world, sprint->anchor_team);
    const Tactical *anchor = team != NULL ? team_tactical(team, sprint->anchor) : NULL;

    if (anchor == NULL) {
        return g_strdup(sprint->anchor_statement);
    }
    return team == rollup->team
               ? say(W_ROLLUP_ANCHOR, N("n", anchor->track->kr->number))
               : say(W_ROLLUP_ANCHOR_OF, N("n", anchor->track->kr->number), S("team", team->name));
}

char *rollup_show_state(const Sprint *sprint)
{
    bool early = sprint->ended_early;

    switch (sprint->state) {
    case SPRINT_CLOSED:
        return say(early ? W_ROLLUP_STATE_EARLY : W_ROLLUP_STATE_CLOSED);
    case SPRINT_CLOSING:
        return say(early ? W_ROLLUP_STATE_EARLY_CLOSING : W_ROLLUP_STATE_CLOSING);
    case SPRINT_DRAFT:
    case SPRINT_ACTIVE:
    case SPRINT_STATE_COUNT:
        break;
    }
    return say(W_ROLLUP_STATE_OPEN);
}

char *rollup_show_target(const Kr *kr, Decimal target, Decimal high)
{
    g_autofree char *low = value_text(target, &kr->unit);

    if (kr->direction != DIRECTION_WITHIN) {
        return g_steal_pointer(&low);
    }
    g_autofree char *edge = value_text(high, &kr->unit);
    return g_strdup_printf("%s to %s", low, edge);
}

char *rollup_show_targets(const Tactical *tactical)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < tactical->recalibrations->len; i++) {
        const Recalibration *change = g_ptr_array_index(tactical->recalibrations, i);
        g_autofree char *was =
            rollup_show_target(tactical->track->kr, change->was, change->was_high);

        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", was);
    }
    return g_string_free(out, FALSE);
}

/* --- the sums --- */

/* "5 of 9 reached (56%)" */
static void card_reached(Card *card, WordId label, int32_t reached, int32_t n)
{
    Decimal ratio = {0};

    if (n > 0 && decimal_ratio(DECIMAL(reached), DECIMAL(n), &ratio)) {
        g_autofree char *share = ratio_text(ratio);

        card_fact(card, say_args(label, (const Arg[]){{0}}),
                  say(W_ROLLUP_REACHED, N("reached", reached), N("n", n), S("share", share)));
    }
}

static void card_causes(Card *card, const Rollup *rollup)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (Cause cause = CAUSE_UNSAID + 1; cause < CAUSE_COUNT; cause++) {
        if (rollup->causes[cause] > 0) {
            g_string_append(list, list->len > 0 ? " · " : "");
            say_on(list, W_ROLLUP_CAUSE, N("n", rollup->causes[cause]),
                   S("cause", cause_name(cause)));
        }
    }
    if (list->len > 0) {
        card_fact(card, say(W_LABEL_ROLLUP_CAUSES), g_strdup(list->str));
    }
}

static void card_sums(Card *card, const Rollup *rollup)
{
    card_fact(card, say(W_LABEL_ROLLUP_SPRINTS),
              say(W_ROLLUP_SPRINTS, N("opened", rollup->opened), N("closed", rollup->closed),
                  N("open", rollup->opened - rollup->closed), N("early", rollup->ended_early)));
    card_reached(card, W_LABEL_ROLLUP_KRS, rollup->reached, rollup->krs);
    if (rollup->closed > 0) {
        card_fact(card, say(W_LABEL_ROLLUP_MOVED),
                  say(W_ROLLUP_MOVED, N("yes", rollup->moved[MOVED_YES]),
                      N("partly", rollup->moved[MOVED_PARTLY]), N("no", rollup->moved[MOVED_NO])));
    }
    card_fact(card, say(W_LABEL_CHECKINS),
              say(W_CLOSING_HELD, N("held", rollup->held), N("due", rollup->due)));
    card_causes(card, rollup);
}

/* --- sprint by sprint --- */

/* Where the next part of a row goes. */
static GString *next_part(GString *row)
{
    g_string_append(row, row->len > 0 ? " · " : "");
    return row;
}

static void row_movement(GString *row, const RollupSprint *of)
{
    const Unit *unit = &of->sprint->anchor_unit;

    say_on(next_part(row), W_ROLLUP_ROW_MOVED, S("moved", moved_name(of->sprint->retro.moved)));
    if (!of->moved) {
        return;
    }
    g_autofree char *moved = value_text_change(of->movement.moved, unit);
    g_string_append(next_part(row), moved);
    if (of->movement.share_known) {
        g_autofree char *share = ratio_text(of->movement.share);

        say_on(next_part(row), W_ROLLUP_ROW_SHARE, S("share", share));
    }
    if (of->movement.lift_known) {
        g_autofree char *lift = show_change(of->movement.lift, unit);

        say_on(next_part(row), W_ROLLUP_ROW_LIFT, S("lift", lift));
    } else {
        say_on(next_part(row), W_ROLLUP_ROW_NO_LIFT);
    }
}

static void row_result(GString *row, const RollupSprint *of)
{
    say_on(next_part(row), W_ROLLUP_ROW_KRS, N("reached", of->reached), N("n", of->krs));
    for (guint i = 0; i < of->sprint->follow_ups->len; i++) {
        const FollowUp *later = &g_array_index(of->sprint->follow_ups, FollowUp, i);
        g_autofree char *value = value_text(later->value, &of->sprint->anchor_unit);

        say_on(next_part(row), W_ROLLUP_ROW_AFTER, S("value", value), N("days", later->days));
    }
}

static void card_sprint(Card *card, const Rollup *rollup, const RollupSprint *of)
{
    g_autofree char *number = g_strdup_printf("%d", of->sprint->number);
    g_autofree char *anchor = rollup_show_anchor(rollup, of->sprint);
    g_autofree char *state = rollup_show_state(of->sprint);
    bool closed = of->sprint->state == SPRINT_CLOSED;
    GString *row = g_string_new(of->sprint->trigger);

    g_string_append(next_part(row), anchor);
    if (!closed || of->sprint->ended_early) {
        g_string_append(next_part(row), state);
    }
    if (closed) {
        row_movement(row, of);
        row_result(row, of);
    }
    card_item(card, number, g_string_free(row, FALSE));
}

/* --- KR by KR --- */

static Block *kr_block(const Rollup *rollup, const RollupKr *of)
{
    const Kr *kr = of->tactical->track->kr;
    Unit bare = unit_bare(&kr->unit);
    Block *block = block_new(BLOCK_KR);
    g_autofree char *baseline = value_text(kr->baseline, &bare);
    g_autofree char *value = of->read ? value_text(of->value, &bare) : say(W_ROLLUP_KR_NOT_READ);
    g_autofree char *target = rollup_show_target(kr, kr->target, kr->target_high);
    g_autofree char *targets = rollup_show_targets(of->tactical);
    GString *note = g_string_new(NULL);

    if (of->tactical->dropped) {
        say_on(note, W_ROLLUP_KR_DROPPED);
    } else if (rollup->over && !of->reached) { /* the status says what was reached */
        say_on(note, W_ROLLUP_KR_MISSED);
    }
    if (*targets != '\0') {
        say_on(next_part(note), W_ROLLUP_KR_WAS, S("targets", targets));
    }
    block->label = say(W_ROLLUP_ANCHOR, N("n", kr->number));
    block->text = g_strdup(kr->metric);
    block->values = g_strdup_printf("%s → %s → %s", baseline, value, target);
    block->note = g_string_free(note, FALSE);
    block->progress = of->progress_known
                          ? (int32_t)CLAMP(of->progress.millionths / 1000, -1000000, 1000000)
                          : PROGRESS_UNKNOWN;
    block->status = of->reached && !of->tactical->dropped ? PACE_DONE : PACE_NONE;
    return block;
}

/* --- whole --- */

void rollup_show(Card *card, const Rollup *rollup)
{
    const Period *period = rollup->period;

    card_title(card, say(rollup->over ? W_ROLLUP_TITLE : W_ROLLUP_TITLE_SO_FAR,
                         S("period", period->name), S("team", rollup->team->name)));
    if (rollup->opened > 0) {
        card_sums(card, rollup);
    } else {
        card_text(card, say(rollup->over ? W_ROLLUP_NONE : W_ROLLUP_NONE_SO_FAR));
    }
    card_reached(card, W_LABEL_ROLLUP_TARGETS, rollup->targets_reached, rollup->targets);
    for (guint i = 0; i < rollup->sprints->len; i++) {
        card_sprint(card, rollup, &g_array_index(rollup->sprints, RollupSprint, i));
    }
    for (guint i = 0; i < rollup->krs_of_period->len; i++) {
        card_block(card, kr_block(rollup, &g_array_index(rollup->krs_of_period, RollupKr, i)));
    }
    if (rollup->krs_of_period->len == 0) {
        card_text(card, say(W_ROLLUP_NO_KRS));
    }
    card_hint(card, say(W_ROLLUP_HINT, S("period", period->name)));
}
