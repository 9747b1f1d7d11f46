#include "core/followup_reading.h"

#include "core/nudge.h"
#include "core/series.h"
#include "core/words.h"

const int32_t followup_reading_days[FOLLOWUP_READING_COUNT] = {14, 28};

/* A reading no older than that need not be asked for again. */
#define FRESH_DAYS 3
/* For so long after the question the answer still speaks for its day. */
#define TAKE_DAYS 7

/* The days around one follow-up reading, in the calendar of the anchor's team. */
typedef struct Span {
    Day due;   /* so many days after the close */
    Day asked; /* the working day on which it is asked for */
    Day last;  /* until when an answer is taken */
} Span;

static Span span_of(const Sprint *sprint, const Team *team, int32_t days)
{
    Calendar calendar = team_calendar(team);
    Day due = day_plus(team_day(team, sprint->closed), days);
    Day asked = calendar_next(&calendar, due);

    return (Span){.due = due, .asked = asked, .last = day_plus(asked, TAKE_DAYS)};
}

Tactical *followup_reading_anchor(const World *world, const Sprint *sprint, Team **team)
{
    *team = world_team(world, sprint->anchor_team);
    Tactical *anchor = *team != NULL ? team_tactical(*team, sprint->anchor) : NULL;

    return anchor == NULL || anchor->dropped ? NULL : anchor;
}

const FollowUp *followup_reading_of(const Sprint *sprint, int32_t days)
{
    for (guint i = 0; i < sprint->follow_ups->len; i++) {
        const FollowUp *known = &g_array_index(sprint->follow_ups, FollowUp, i);

        if (known->days == days) {
            return known;
        }
    }
    return NULL;
}

void followup_reading_schedule(Turn *turn, const Sprint *sprint)
{
    const Team *team = world_team(turn->world, sprint->anchor_team);

    for (size_t i = 0; team != NULL && i < FOLLOWUP_READING_COUNT; i++) {
        Span span = span_of(sprint, team, followup_reading_days[i]);

        turn_timer(turn, TIMER_FOLLOW_UP, team->id, sprint->id, followup_reading_days[i],
                   team_check_in(team, span.asked));
    }
}

/* --- the record --- */

static void record(Turn *turn, Sprint *sprint, int32_t days, Day day, Decimal value)
{
    FollowUp *saved = g_new(FollowUp, 1);
    guint at = 0;

    *saved = (FollowUp){.sprint = sprint->id, .days = days, .day = day, .value = value};
    while (at < sprint->follow_ups->len &&
           g_array_index(sprint->follow_ups, FollowUp, at).days < days) {
        at++;
    }
    g_array_insert_val(sprint->follow_ups, at, *saved);
    turn_own(turn, saved, g_free);
    turn_change(turn, CHANGE_FOLLOW_UP, NULL, saved);
}

/* "+$0.4M"; "?" where the movement leaves the range. */
static char *moved_text(Decimal from, Decimal to, const Unit *unit)
{
    Decimal moved = {0};

    return decimal_sub(to, from, &moved) ? value_text_change(moved, unit) : g_strdup("?");
}

/* One line for all, since the number is the team's. */
static void tell(Turn *turn, const Sprint *sprint, const Team *team, int32_t days, Decimal value)
{
    const Unit *unit = &sprint->anchor_unit;
    g_autofree char *text = value_text(value, unit);
    g_autofree char *since_close = moved_text(sprint->retro.anchor_close, value, unit);
    g_autofree char *since_open = moved_text(sprint->anchor_open, value, unit);
    Card *card = card_new(CARD_NOTICE);

    card->channel = g_strdup(team->home);
    card_text(card, say(W_FOLLOW_UP_READ, N("days", days), N("sprint", sprint->number),
                        S("statement", sprint->anchor_statement), S("value", text),
                        S("close", since_close), S("open", since_open)));
    turn_card(turn, card);
}

/* --- the timers --- */

/* The latest reading of a day that is not long past; what was known when the KR was stated is none.
 */
static const Reading *fresh_reading(const Track *track, Day today)
{
    g_autoptr(GArray) latest = series_of(track, today, 1);
    const Reading *reading = latest->len > 0 ? series_at(latest, 0) : NULL;

    return reading != NULL && reading->source != READING_OPENING &&
                   day_diff(today, reading->day) <= FRESH_DAYS
               ? reading
               : NULL;
}

static void ask(Turn *turn, const Sprint *sprint, const Team *team, int32_t days)
{
    Card *card = card_new(CARD_NOTICE);
    g_autofree char *close = value_text(sprint->retro.anchor_close, &sprint->anchor_unit);
    g_autofree char *form = g_strdup_printf("sprint followup %d", sprint->number);

    card->channel = g_strdup(team->home);
    card->expires = nudge_expiry(turn, team);
    card_text(card, say(W_FOLLOW_UP, N("days", days), N("sprint", sprint->number),
                        S("statement", sprint->anchor_statement), S("close", close)));
    card_button(card, say(W_BUTTON_FOLLOW_UP), "form.open", form);
    turn_card(turn, card);
}

void followup_reading_due(Turn *turn, const Timer *timer, Sprint *sprint)
{
    int32_t days = (int32_t)timer->subject;
    Team *team = NULL;
    const Tactical *anchor = followup_reading_anchor(turn->world, sprint, &team);

    if (anchor == NULL || followup_reading_of(sprint, days) != NULL) {
        return;
    }
    Day today = team_day(team, turn->now);
    Span span = span_of(sprint, team, days);
    if (day_cmp(today, span.due) < 0) { /* the clock or the zone has moved */
        turn_timer(turn, TIMER_FOLLOW_UP, timer->team, sprint->id, days,
                   team_check_in(team, span.asked));
        return;
    }
    const Reading *fresh = fresh_reading(anchor->track, today);
    if (fresh != NULL && day_cmp(today, span.last) <= 0) {
        record(turn, sprint, days, fresh->day, fresh->value);
        tell(turn, sprint, team, days, fresh->value);
        return;
    }
    turn_timer(turn, TIMER_FOLLOW_UP_TAKE, timer->team, sprint->id, days,
               team_check_in(team, span.last));
    if (day_cmp(instant_day(timer->due, team->zone), today) == 0) {
        ask(turn, sprint, team, days); /* an old question is not asked again */
    }
}

/* The first reading from the day that it was due, while an answer was taken; NULL: none. */
static const Reading *first_reading(const Track *track, Span span)
{
    g_autoptr(GArray) series = series_of(track, span.last, G_MAXUINT);
    const Reading *first = NULL;

    for (guint i = 0; i < series->len && day_cmp(series_at(series, i)->day, span.due) >= 0; i++) {
        first = series_at(series, i);
    }
    return first;
}

void followup_reading_take(Turn *turn, const Timer *timer, Sprint *sprint)
{
    int32_t days = (int32_t)timer->subject;
    Team *team = NULL;
    const Tactical *anchor = followup_reading_anchor(turn->world, sprint, &team);

    if (anchor == NULL || followup_reading_of(sprint, days) != NULL) {
        return;
    }
    Span span = span_of(sprint, team, days);
    Instant end = team_check_in(team, span.last);
    if (turn->now.us < end.us) {
        turn_timer(turn, TIMER_FOLLOW_UP_TAKE, timer->team, sprint->id, days, end);
        return;
    }
    const Reading *reading = first_reading(anchor->track, span);
    if (reading != NULL) {
        record(turn, sprint, days, reading->day, reading->value);
    }
}

/* --- given by a member --- */

/* The latest one whose day has come; 0 before the first. */
static int32_t latest_due(const Sprint *sprint, const Team *team, Day today)
{
    int32_t days = 0;

    for (size_t i = 0; i < FOLLOWUP_READING_COUNT; i++) {
        Day due = span_of(sprint, team, followup_reading_days[i]).due;

        days = day_cmp(due, today) <= 0 ? followup_reading_days[i] : days;
    }
    return days;
}

int32_t followup_reading_wanted(const World *world, const Sprint *sprint, Instant now, char **why)
{
    Team *team = NULL;
    const Tactical *anchor = followup_reading_anchor(world, sprint, &team);

    if (sprint->state != SPRINT_CLOSED) {
        *why = say(W_FOLLOW_UP_NOT_CLOSED, N("sprint", sprint->number));
        return 0;
    }
    if (anchor == NULL) {
        *why = say(W_FOLLOW_UP_GONE, N("sprint", sprint->number));
        return 0;
    }
    Day today = team_day(team, now);
    int32_t days = latest_due(sprint, team, today);
    int32_t n = anchor->track->kr->number;
    Day first = span_of(sprint, team, followup_reading_days[0]).due;
    const FollowUp *known = followup_reading_of(sprint, days);

    if (known != NULL) {
        g_autofree char *value = value_text(known->value, &sprint->anchor_unit);

        *why = say(W_FOLLOW_UP_KNOWN, N("days", days), N("sprint", sprint->number),
                   S("value", value), N("n", n));
        return 0;
    }
    if (days == 0 || day_cmp(today, span_of(sprint, team, days).last) > 0) {
        g_autofree char *day = day_text_short(days == 0 ? first : span_of(sprint, team, days).last);

        *why = say(days == 0 ? W_FOLLOW_UP_EARLY : W_FOLLOW_UP_OVER, N("sprint", sprint->number),
                   S("day", day), N("days", days), N("n", n));
        return 0;
    }
    return days;
}

void followup_reading_give(Turn *turn, Sprint *sprint, int32_t days, Decimal value)
{
    Team *team = NULL;
    Tactical *anchor = followup_reading_anchor(turn->world, sprint, &team);
    Reading *reading = reading_new();

    g_assert(anchor != NULL && team != NULL); /* the form was checked for it */
    reading->id = ID_NEW(ReadingId, turn->ids);
    reading->kr = anchor->track->kr->id;
    reading->value = value;
    reading->at = turn->now;
    reading->day = team_day(team, turn->now);
    reading->source = READING_UPDATE;
    reading->message = g_strdup(turn->event->message);
    g_ptr_array_add(anchor->track->readings, reading);
    turn_change(turn, CHANGE_READING, team, reading);
    record(turn, sprint, days, reading->day, value);
    tell(turn, sprint, team, days, value);
}

/* --- shown --- */

void followup_reading_show(Card *card, const World *world, const Sprint *sprint, Instant now)
{
    const Team *team = world_team(world, sprint->anchor_team);

    for (size_t i = 0; team != NULL && sprint->state == SPRINT_CLOSED && i < FOLLOWUP_READING_COUNT;
         i++) {
        int32_t days = followup_reading_days[i];
        const FollowUp *known = followup_reading_of(sprint, days);

        if (known != NULL) {
            g_autofree char *value = value_text(known->value, &sprint->anchor_unit);
            g_autofree char *since =
                moved_text(sprint->retro.anchor_close, known->value, &sprint->anchor_unit);

            card_fact(card, say(W_LABEL_FOLLOW_UP, N("days", days)),
                      say(W_FOLLOW_UP_SINCE, S("value", value), S("close", since)));
        } else if (day_cmp(team_day(team, now), span_of(sprint, team, days).last) > 0) {
            card_fact(card, say(W_LABEL_FOLLOW_UP, N("days", days)), say(W_FOLLOW_UP_NOT_READ));
        }
    }
}
