#include "core/show.h"

#include <string.h>

#include "core/digits.h"
#include "core/followup_reading.h"
#include "core/tactical_pace.h"
#include "core/text.h"
#include "core/words.h"

/* What one day's rows of a sprint have in common. */
typedef struct Shown {
    const Sprint *sprint;
    Calendar calendar;
    Day today;
    Elapsed elapsed;
    const Policy *policy;
    bool asked;
} Shown;

typedef struct KrFacts {
    const Track *track;
    Unit unit; /* bare: the noun stands beside the target alone */
    Pace pace;
    int32_t unconfirmed; /* working days; 0 once the sprint is over */
    bool stale;
} KrFacts;

/* Where the next part of a note goes. */
static GString *next_part(GString *note)
{
    if (note->len > 0) {
        text_add(note, " · ", strlen(" · "));
    }
    return note;
}

/* "KR1" */
static char *numbered(const char *prefix, int32_t n)
{
    char digits[DIGITS_MAX];

    return g_strconcat(prefix, digits_text(digits, n), NULL);
}

#define CHANGE_TEXT_MAX (VALUE_TEXT_MAX + 1)

static const char *write_change(char out[CHANGE_TEXT_MAX], Decimal change, const Unit *unit)
{
    bool up = change.millionths >= 0;
    Decimal size = {0};

    if (unit->kind != UNIT_MONEY || !decimal_scale(change, up ? 1 : -1, 1, &size)) {
        return value_write_change(out, decimal_round(change, 2), unit);
    }
    value_write_rounded(out + 1, size, unit);
    out[0] = up ? '+' : '-';
    return out;
}

static void note_pace(GString *note, const KrFacts *facts)
{
    const Pace *pace = &facts->pace;
    char value[CHANGE_TEXT_MAX];

    say_on(next_part(note), W_KR_EXPECTED,
           S("value", value_write_rounded(value, pace->expected, &facts->unit)));
    if (pace->status != PACE_TOO_EARLY && pace->status != PACE_DONE) {
        /* one place would do to compare, two are short enough to read */
        say_on(next_part(note), W_KR_PACE,
               S("pace", decimal_write(value, decimal_round(pace->pace, 2))));
    }
    if (pace->needed.millionths != 0 && pace->days_left > 0) {
        say_on(next_part(note), W_KR_NEEDED,
               S("change", write_change(value, pace->needed, &facts->unit)),
               S("rate", words_template(W_KR_PER_WORKING_DAY)));
    }
}

/* Where the readings so far are heading by the window's last day, as a range. */
static void note_forecast(GString *note, const KrFacts *facts, Day last)
{
    Forecast forecast;
    char low[VALUE_TEXT_MAX], high[VALUE_TEXT_MAX];

    if (!track_forecast(facts->track, last, &forecast)) {
        return;
    }
    value_write_rounded(low, forecast.low, &facts->unit);
    value_write_rounded(high, forecast.high, &facts->unit);
    if (strcmp(low, high) == 0) {
        say_on(next_part(note), W_KR_HEADING_TO, S("value", low));
    } else {
        say_on(next_part(note), W_KR_HEADING, S("low", low), S("high", high));
    }
}

/* What moved on the day itself; before anybody has told, what moved at the check-in before, or that
 * nobody told. */
static void note_movement(GString *note, const KrFacts *facts, Day today, bool asked)
{
    const Track *track = facts->track;
    const Reading *now = track_on(track, today);
    const Reading *last = now != NULL ? now : track_before(track, today);
    const Reading *before = last != NULL ? track_before(track, last->day) : NULL;
    Decimal from = before != NULL ? before->value : track->kr->baseline;
    Decimal change = {0};

    if (now == NULL && asked) {
        say_on(next_part(note), W_KR_NOT_UPDATED);
        return;
    }
    if (last != NULL && decimal_sub(last->value, from, &change)) {
        char moved[VALUE_TEXT_MAX];

        say_on(next_part(note),
               now == NULL      ? W_KR_AT_LAST
               : before == NULL ? W_KR_SINCE_START
                                : W_KR_SINCE_LAST,
               S("change", value_write_change(moved, change, &facts->unit)));
    }
}

static char *note_text(const KrFacts *facts, const Shown *shown)
{
    bool active = shown->sprint->state == SPRINT_ACTIVE;
    GString note = text_begin(TEXT_ROOM);

    if (active) {
        note_movement(&note, facts, shown->today, shown->asked);
    }
    if (facts->stale) {
        say_on(next_part(&note), W_KR_STALE, N("days", facts->unconfirmed));
    } else if (track_stalled(facts->track) && facts->pace.status != PACE_DONE) {
        say_on(next_part(&note), W_KR_STALLED);
    }
    if (active) {
        note_pace(&note, facts);
        note_forecast(&note, facts, shown->sprint->window.last);
    }
    return note.str;
}

static int32_t thousandths(Decimal ratio)
{
    return (int32_t)CLAMP(ratio.millionths / 1000, -1000000, 1000000);
}

static void add_value(GString *out, const char *joint, Decimal value, const Unit *unit)
{
    char text[VALUE_TEXT_MAX];

    text_add(out, joint, strlen(joint));
    value_write(text, value, unit);
    text_add(out, text, strlen(text));
}

/* "22% → 27% → 35%" */
static char *way_text(const Kr *kr, const Unit *bare, Decimal value)
{
    GString way = text_begin(TEXT_ROOM);

    add_value(&way, "", kr->baseline, bare);
    add_value(&way, " → ", value, bare);
    add_value(&way, " → ", kr->target, &kr->unit);
    if (kr->direction == DIRECTION_WITHIN) {
        add_value(&way, " to ", kr->target_high, &kr->unit);
    }
    return way.str;
}

static Block *kr_row(char *take_label, const Kr *kr, const Unit *bare, const Pace *pace)
{
    Block *block = block_new(BLOCK_KR);

    block->label = take_label;
    block->text = g_strdup(kr->metric);
    block->values = way_text(kr, bare, pace->value);
    block->progress = pace->known ? thousandths(pace->progress) : PROGRESS_UNKNOWN;
    block->status = pace->status;
    return block;
}

static Shown shown_on(const Sprint *sprint, const Team *team, Day today, const Policy *policy,
                      bool asked)
{
    Shown shown = {.sprint = sprint,
                   .calendar = team_calendar(team),
                   .today = today,
                   .policy = policy,
                   .asked = asked};

    shown.elapsed = elapsed_working(sprint->window, &shown.calendar, today);
    return shown;
}

static Block *show_row(const Shown *shown, const Track *track)
{
    const Kr *kr = track->kr;
    KrFacts facts = {.track = track,
                     .unit = unit_bare(&kr->unit),
                     .pace = pace_of(kr, track_value(track), shown->elapsed, shown->policy)};

    if (shown->sprint->state == SPRINT_ACTIVE) {
        facts.unconfirmed = track_days_unconfirmed(track, &shown->calendar,
                                                   shown->sprint->window.first, shown->today);
        facts.stale = facts.unconfirmed >= STALE_DAYS;
    }
    Block *block = kr_row(numbered("KR", kr->number), kr, &facts.unit, &facts.pace);
    block->status = facts.stale ? PACE_STALE : block->status;
    block->note = note_text(&facts, shown);
    return block;
}

Block *show_kr(const Sprint *sprint, const SprintKr *kr, const Team *team, Day today,
               const Policy *policy, bool asked)
{
    Shown shown = shown_on(sprint, team, today, policy, asked);

    return show_row(&shown, kr->track);
}

void show_krs(Card *card, const Sprint *sprint, const Team *team, Day today, const Policy *policy,
              bool asked)
{
    Shown shown = shown_on(sprint, team, today, policy, asked);

    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        card_block(card, show_row(&shown, kr->track));
    }
}

char *show_change(Decimal change, const Unit *unit)
{
    char text[CHANGE_TEXT_MAX];

    return g_strdup(write_change(text, change, unit));
}

/* "$3.4M (13.9%)"; one that rounds to nothing is none. */
static void note_gap(GString *note, WordId words, Decimal gap, Decimal of, const Unit *unit)
{
    char value[VALUE_TEXT_MAX], percent[DECIMAL_TEXT_MAX];
    Decimal share = {0};
    g_autoptr(GString) text = g_string_new(NULL);

    if (unit->kind == UNIT_PERCENT) {
        g_string_append(text, decimal_write(value, decimal_round(gap, 1)));
        g_string_append(text, " pp");
    } else {
        g_string_append(text, value_write_rounded(value, gap, unit));
    }
    if (strpbrk(text->str, "123456789") == NULL) {
        return;
    }
    if (decimal_ratio(gap, of, &share) && decimal_scale(share, 100, 1, &share)) {
        const char *shown = decimal_write(percent, decimal_round(share, 1));

        g_string_append(text, " (");
        g_string_append(text, *shown == '-' ? shown + 1 : shown);
        g_string_append(text, "%)");
    }
    say_on(next_part(note), words, S("gap", text->str));
}

/* How far `value` is from where it should be, and on which side of it. */
static void note_side(GString *note, Decimal gap, Decimal value, Decimal edge, const Unit *unit,
                      const WordId words[2])
{
    bool above = decimal_cmp(value, edge) > 0;

    note_gap(note, words[above], gap, edge, unit);
}

/* The edge of what was promised that `value` is outside of. */
static Decimal target_beside(const Kr *kr, Decimal value)
{
    return decimal_cmp(value, kr->target_high) > 0 ? kr->target_high : kr->target;
}

static void note_trajectory(GString *note, const Unit *unit, const Pace *pace)
{
    static const WordId short_of[] = {W_KR_GAP_TRAJECTORY, W_KR_GAP_TRAJECTORY_ABOVE};
    char expected[VALUE_TEXT_MAX];
    Decimal ahead = {0};

    say_on(next_part(note), W_KR_EXPECTED,
           S("value", value_write_rounded(expected, pace->expected, unit)));
    if (pace->gap_trajectory.millionths > 0) {
        note_side(note, pace->gap_trajectory, pace->value, pace->expected, unit, short_of);
    } else if (pace->gap_trajectory.millionths < 0 &&
               decimal_sub(DECIMAL(0), pace->gap_trajectory, &ahead)) {
        note_gap(note, W_KR_AHEAD, ahead, pace->expected, unit);
    }
}

/* Where it should be: by the trajectory today, and in the end. */
static void note_gaps(GString *note, const Kr *kr, const Unit *unit, const TacticalPace *stands)
{
    static const WordId short_of[] = {W_KR_GAP_TARGET, W_KR_GAP_TARGET_ABOVE};
    const Pace *pace = &stands->pace;

    if (!pace->known || kr_reached(kr, pace->value)) {
        return;
    }
    if (!stands->over) {
        note_trajectory(note, unit, pace);
    }
    if (pace->gap_target.millionths > 0) {
        note_side(note, pace->gap_target, pace->value, target_beside(kr, pace->value), unit,
                  short_of);
    }
}

/* "today", "yesterday", "3 days ago". Caller frees. */
static char *days_ago(int32_t days)
{
    return days == 0   ? say(W_DAYS_AGO_NONE)
           : days == 1 ? say(W_DAYS_AGO_ONE)
                       : say(W_DAYS_AGO, N("n", days));
}

static void note_freshness(GString *note, const TacticalPace *stands)
{
    const Reading *last = stands->last;

    if (last == NULL) {
        say_on(next_part(note), W_KR_NO_READING);
    } else if (stands->over) {
        g_autofree char *day = day_text_short(last->day);

        say_on(next_part(note), W_KR_LAST_READ, S("day", day));
    } else if (stands->pace.status == PACE_STALE) {
        say_on(next_part(note), W_KR_UNREAD, N("days", stands->days));
    } else {
        g_autofree char *when = days_ago(stands->days);

        say_on(next_part(note), last->system != NULL ? W_KR_UPDATED_BY : W_KR_UPDATED,
               S("when", when), S("system", last->system != NULL ? last->system : ""));
    }
}

/* The target that held before this one. */
static void note_target_was(GString *note, const Tactical *tactical)
{
    const Recalibration *change = tactical_last_target(tactical);

    if (change != NULL) {
        g_autofree char *was = kr_target_text(tactical->track->kr, change->was, change->was_high);

        say_on(next_part(note), W_KR_TARGET_WAS, S("target", was), N("day", change->from.day),
               S("month", month_name(change->from.month)));
    }
}

Block *show_tactical(const Team *team, const Tactical *tactical, Day today, const Policy *policy)
{
    const Kr *kr = tactical->track->kr;
    Unit unit = unit_bare(&kr->unit);
    TacticalPace stands = tactical_pace(team, tactical, today, policy);
    Block *block = kr_row(numbered("KR ", kr->number), kr, &unit, &stands.pace);
    GString note = text_begin(TEXT_ROOM);

    note_gaps(&note, kr, &unit, &stands);
    note_target_was(&note, tactical);
    if (tactical->confidence >= 0) {
        say_on(next_part(&note), W_KR_CONFIDENCE, N("n", tactical->confidence));
    }
    note_freshness(&note, &stands);
    block->note = note.str;
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
    show_krs(card, sprint, team, today, policy, false);
    followup_reading_show(card, world, sprint, now);
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

void show_today(Turn *turn, const Sprint *sprint, const Team *team)
{
    Card *card = show_sprint_card(turn->world, sprint, team, turn->now, turn->policy);

    card->quiet = true;
    turn_card(turn, card);
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
