#include "core/show.h"

#include <string.h>

#include "core/text.h"
#include "core/words.h"

typedef struct KrFacts {
    const Track *track;
    Pace pace;
    Day today;
    bool stale;
    const char *rate; /* what `needed` is per: "a working day" */
} KrFacts;

static void note_add(GString *note, char *take_text)
{
    g_autofree char *text = take_text;

    g_string_append_printf(note, "%s%s", note->len > 0 ? " · " : "", text);
}

/* Pace 0.8, with one place: enough to compare, short enough to read. */
static char *pace_number(Decimal pace)
{
    return decimal_text(decimal_round(pace, 2));
}

static void note_pace(GString *note, const KrFacts *facts)
{
    const Kr *kr = facts->track->kr;
    const Pace *pace = &facts->pace;
    Unit unit = unit_bare(&kr->unit);
    g_autofree char *expected = value_text_rounded(pace->expected, &unit);

    note_add(note, say(W_KR_EXPECTED, S("value", expected)));
    if (pace->status != PACE_TOO_EARLY && pace->status != PACE_DONE) {
        g_autofree char *number = pace_number(pace->pace);

        note_add(note, say(W_KR_PACE, S("pace", number)));
    }
    if (pace->needed.millionths != 0 && pace->days_left > 0) {
        g_autofree char *needed = show_change(pace->needed, &unit);

        note_add(note, say(W_KR_NEEDED, S("change", needed), S("rate", facts->rate)));
    }
}

/* Where the readings so far are heading by the window's last day, as a range. */
static void note_forecast(GString *note, const Track *track, Day last)
{
    Forecast forecast;

    if (!track_forecast(track, last, &forecast)) {
        return;
    }
    Unit unit = unit_bare(&track->kr->unit);
    g_autofree char *low = value_text_rounded(forecast.low, &unit);
    g_autofree char *high = value_text_rounded(forecast.high, &unit);

    note_add(note, strcmp(low, high) == 0 ? say(W_KR_HEADING_TO, S("value", low))
                                          : say(W_KR_HEADING, S("low", low), S("high", high)));
}

/* What moved on the day itself; before anybody has told, what moved at the check-in before, or that
 * nobody told. */
static void note_movement(GString *note, const Track *track, Day today, bool asked)
{
    const Reading *now = track_on(track, today);
    const Reading *last = now != NULL ? now : track_before(track, today);
    const Reading *before = last != NULL ? track_before(track, last->day) : NULL;
    Decimal from = before != NULL ? before->value : track->kr->baseline;
    Decimal change = {0};

    if (now == NULL && asked) {
        note_add(note, say(W_KR_NOT_UPDATED));
        return;
    }
    if (last != NULL && decimal_sub(last->value, from, &change)) {
        Unit unit = unit_bare(&track->kr->unit);
        g_autofree char *moved = value_text_change(change, &unit);

        note_add(note, now == NULL      ? say(W_KR_AT_LAST, S("change", moved))
                       : before == NULL ? say(W_KR_SINCE_START, S("change", moved))
                                        : say(W_KR_SINCE_LAST, S("change", moved)));
    }
}

static int32_t thousandths(Decimal ratio)
{
    return (int32_t)CLAMP(ratio.millionths / 1000, -1000000, 1000000);
}

static Block *kr_row(const char *label, const Track *track, const Pace *pace)
{
    const Kr *kr = track->kr;
    Block *block = block_new(BLOCK_KR);
    Unit unit = unit_bare(&kr->unit);
    g_autofree char *base = value_text(kr->baseline, &unit);
    g_autofree char *now = value_text(track_value(track), &unit);
    g_autofree char *target = value_text(kr->target, &kr->unit);
    g_autofree char *high = value_text(kr->target_high, &kr->unit);
    g_autofree char *band = kr->direction == DIRECTION_WITHIN
                                ? g_strdup_printf("%s to %s", target, high)
                                : g_strdup(target);

    block->label = g_strdup(label);
    block->text = g_strdup(kr->metric);
    block->values = g_strdup_printf("%s → %s → %s", base, now, band);
    block->progress = pace->known ? thousandths(pace->progress) : PROGRESS_UNKNOWN;
    return block;
}

Block *show_kr(const Sprint *sprint, const SprintKr *kr, const Team *team, Day today,
               const Policy *policy, bool asked)
{
    Calendar calendar = team_calendar(team);
    Elapsed elapsed = elapsed_working(sprint->window, &calendar, today);
    KrFacts facts = {.track = kr->track,
                     .pace = pace_of(kr->track->kr, track_value(kr->track), elapsed, policy),
                     .today = today,
                     .stale = sprint->state == SPRINT_ACTIVE &&
                              track_stale(kr->track, &calendar, sprint->window.first, today),
                     .rate = words_template(W_KR_PER_WORKING_DAY)};
    g_autofree char *label = g_strdup_printf("KR%d", kr->track->kr->number);
    Block *block = kr_row(label, kr->track, &facts.pace);
    g_autoptr(GString) note = g_string_new(NULL);

    if (sprint->state == SPRINT_ACTIVE) {
        note_movement(note, kr->track, today, asked);
    }
    if (facts.stale) {
        note_add(note,
                 say(W_KR_STALE, N("days", track_days_unconfirmed(kr->track, &calendar,
                                                                  sprint->window.first, today))));
    } else if (track_stalled(kr->track) && facts.pace.status != PACE_DONE) {
        note_add(note, say(W_KR_STALLED));
    }
    if (sprint->state == SPRINT_ACTIVE) {
        note_pace(note, &facts);
        note_forecast(note, kr->track, sprint->window.last);
    }
    block->status = facts.stale ? PACE_STALE : facts.pace.status;
    block->note = g_string_free(g_steal_pointer(&note), FALSE);
    return block;
}

char *show_change(Decimal change, const Unit *unit)
{
    bool up = change.millionths >= 0;
    Decimal size = {0};

    if (unit->kind != UNIT_MONEY || !decimal_scale(change, up ? 1 : -1, 1, &size)) {
        return value_text_change(decimal_round(change, 2), unit);
    }
    g_autofree char *text = value_text_rounded(size, unit);
    return g_strconcat(up ? "+" : "-", text, NULL);
}

/* "$3.4M (13.9%)" */
static char *gap_text(Decimal gap, Decimal of, const Unit *unit)
{
    g_autofree char *rounded = value_text_rounded(gap, unit);
    g_autofree char *points =
        unit->kind == UNIT_PERCENT ? decimal_text(decimal_round(gap, 1)) : NULL;
    g_autofree char *value = points != NULL ? g_strconcat(points, " pp", NULL) : g_strdup(rounded);
    Decimal share = {0};

    if (!decimal_ratio(gap, of, &share) || !decimal_scale(share, 100, 1, &share)) {
        return g_steal_pointer(&value);
    }
    g_autofree char *percent = decimal_text(decimal_round(share, 1));
    return g_strdup_printf("%s (%s%%)", value, *percent == '-' ? percent + 1 : percent);
}

Block *show_tactical(const Team *team, const Tactical *tactical, Day today, const Policy *policy)
{
    const Kr *kr = tactical->track->kr;
    Unit unit = unit_bare(&kr->unit);
    const Period *period = team_tactical_period(team, tactical);
    Elapsed elapsed =
        elapsed_calendar(period != NULL ? period->days : (Window){today, today}, today);
    Pace pace = pace_of(kr, track_value(tactical->track), elapsed, policy);
    g_autofree char *label = g_strdup_printf("KR %d", kr->number);
    Block *block = kr_row(label, tactical->track, &pace);
    g_autoptr(GString) note = g_string_new(NULL);

    if (pace.known && pace.status != PACE_DONE) {
        g_autofree char *expected = value_text_rounded(pace.expected, &unit);

        note_add(note, say(W_KR_EXPECTED, S("value", expected)));
        if (pace.gap_trajectory.millionths > 0) {
            g_autofree char *gap = gap_text(pace.gap_trajectory, pace.expected, &unit);

            note_add(note, say(W_KR_GAP_TRAJECTORY, S("gap", gap)));
        }
        if (pace.gap_target.millionths > 0) {
            g_autofree char *to_target = gap_text(pace.gap_target, kr->target, &unit);

            note_add(note, say(W_KR_GAP_TARGET, S("gap", to_target)));
        }
    }
    if (tactical->confidence >= 0) {
        note_add(note, say(W_KR_CONFIDENCE, N("n", tactical->confidence)));
    }
    if (track_current(tactical->track) == NULL) {
        note_add(note, say(W_KR_NO_READING));
    } else {
        g_autofree char *day = day_text_short(track_current(tactical->track)->day);

        note_add(note, say(W_KR_READ_ON, S("day", day)));
    }
    block->status = pace.status;
    block->note = g_string_free(g_steal_pointer(&note), FALSE);
    return block;
}

void show_day_of(const Sprint *sprint, const Team *team, Day today, int32_t *n, int32_t *m)
{
    Calendar calendar = team_calendar(team);
    Elapsed elapsed = elapsed_working(sprint->window, &calendar, today);

    *n = MIN(elapsed.passed + 1, elapsed.total);
    *m = elapsed.total;
}

char *show_owners(const World *world, const Sprint *sprint)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < sprint->owners->len; i++) {
        const Team *team = world_team(world, g_array_index(sprint->owners, TeamId, i));
        const char *joint = i == 0 ? "" : i + 1 == sprint->owners->len ? " and " : ", ";

        g_string_append_printf(out, "%s%s", joint, team != NULL ? team->name : "…");
    }
    return g_string_free(out, FALSE);
}

static void card_facts(Card *card, const World *world, const Sprint *sprint)
{
    g_autofree char *open = value_text(sprint->anchor_open, &sprint->anchor_unit);

    card_fact(card, say(W_LABEL_TRIGGER), g_strdup(sprint->trigger));
    card_fact(card, say(W_LABEL_SITUATION), g_strdup(sprint->situation));
    card_fact(card, say(W_LABEL_ANCHOR),
              say(W_SPRINT_ANCHOR, S("statement", sprint->anchor_statement), S("value", open)));
    card_fact(card, say(W_LABEL_WINDOW), window_text_long(sprint->window));
    card_fact(card, say(W_LABEL_OWNER), show_owners(world, sprint));
}

static void card_initiatives(Card *card, const Sprint *sprint)
{
    if (sprint->initiatives->len == 0) {
        return;
    }
    card_text(card, say(W_SPRINT_INITIATIVES));
    for (guint i = 0; i < sprint->initiatives->len; i++) {
        g_autofree char *number = g_strdup_printf("%u", i + 1);

        card_item(card, number, g_strdup(g_ptr_array_index(sprint->initiatives, i)));
    }
}

static char *state_line(const Sprint *sprint, const Team *team, Day today)
{
    g_autofree char *end = day_text_short(sprint->window.last);
    int32_t n = 0, m = 0;

    switch (sprint->state) {
    case SPRINT_ACTIVE:
        if (day_cmp(today, sprint->window.first) < 0) {
            g_autofree char *first = day_text_short(sprint->window.first);
            return say(W_SPRINT_STARTS, S("day", first));
        }
        show_day_of(sprint, team, today, &n, &m);
        return say(W_SPRINT_DAY_OF, N("n", n), N("m", m), S("end", end));
    case SPRINT_CLOSING:
        return say(W_SPRINT_IN_CLOSING);
    case SPRINT_CLOSED:
        return say(W_SPRINT_IS_CLOSED);
    case SPRINT_DRAFT:
    case SPRINT_STATE_COUNT:
        break;
    }
    return g_strdup("");
}

Card *show_sprint_card(const World *world, const Sprint *sprint, const Team *team, Instant now,
                       const Policy *policy)
{
    Card *card = card_new(CARD_SPRINT);
    Day today =
        sprint->state == SPRINT_ACTIVE ? team_day(team, now) : day_plus(sprint->window.last, 1);

    card->key =
        g_strdup_printf("sprint/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, sprint->id.v, team->id.v);
    card->channel = g_strdup(team->home);
    card_title(card,
               say(W_SPRINT_TITLE, N("n", sprint->number), S("objective", sprint->objective)));
    card_text(card, state_line(sprint, team, today));
    card_facts(card, world, sprint);
    for (guint i = 0; i < sprint->krs->len; i++) {
        card_block(card,
                   show_kr(sprint, g_ptr_array_index(sprint->krs, i), team, today, policy, false));
    }
    card_initiatives(card, sprint);
    return card;
}

void show_refresh(Turn *turn, Sprint *sprint)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        const Team *team = world_team(turn->world, g_array_index(sprint->owners, TeamId, i));

        if (team != NULL) {
            turn_card(turn, show_sprint_card(turn->world, sprint, team, turn->now, turn->policy));
        }
    }
}

char *show_text_form(const World *world, const Sprint *sprint)
{
    g_autoptr(FormValues) values = form_values_new(form_named("sprint open"));
    g_autofree char *window = window_text(sprint->window);

    form_put(values, "trigger", 0, sprint->trigger);
    form_put(values, "situation", 0, sprint->situation);
    form_put(values, "anchor", 0, sprint->anchor_statement);
    form_put(values, "window", 0, window);
    if (sprint->owners->len > 1) {
        g_autofree char *owners = show_owners(world, sprint);

        form_put(values, "owner", 0, owners);
    }
    form_put(values, "objective", 0, sprint->objective);
    for (guint i = 0; i < sprint->krs->len; i++) {
        const Kr *kr = ((const SprintKr *)g_ptr_array_index(sprint->krs, i))->track->kr;

        form_put(values, "kr", 0, kr->statement);
        if (kr->kept_because != NULL) {
            form_put(values, "keep", 0, kr->kept_because);
        }
    }
    for (guint i = 0; i < sprint->initiatives->len; i++) {
        form_put(values, "initiative", 0, g_ptr_array_index(sprint->initiatives, i));
    }
    return form_text(values, true);
}

void show_choices(Card *card, const Team *team, const char *prefix)
{
    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (!tactical->dropped) {
            g_autofree char *number = g_strdup_printf("%s%d", prefix, tactical->track->kr->number);

            card_item(card, number, g_strdup(tactical->track->kr->statement));
        }
    }
}
