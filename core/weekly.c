/* Asking: when, whom, and what is made of it in the end. What the card shows is in weekly_card.c,
 * what members answer in weekly_answer.c. */

#include "core/weekly.h"

#include <string.h>

#include "core/checkin.h"
#include "core/confidence.h"
#include "core/nudge.h"
#include "core/proposing.h"
#include "core/weekly_days.h"
#include "core/words.h"

/* So long it is open, within its day. */
#define OPEN (8 * INSTANT_HOUR)
/* Fewer voices than this are no distribution before the time is over. */
#define VOICES_MIN 3
/* So many days back the check-in before is looked for, over holidays. */
#define BEFORE_MAX 28

/* --- what there is --- */

GPtrArray *weekly_tracks(const Team *team, Day day)
{
    GPtrArray *tracks = g_ptr_array_new();

    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);
        const Period *period = team_tactical_period(team, tactical);

        if (!tactical->dropped && period != NULL && day_cmp(period->days.first, day) <= 0 &&
            day_cmp(day, period->days.last) <= 0) {
            g_ptr_array_add(tracks, tactical->track);
        }
    }
    return tracks;
}

Checkin *weekly_last(const Team *team)
{
    return team->weeklies->len > 0 ? g_ptr_array_index(team->weeklies, team->weeklies->len - 1)
                                   : NULL;
}

Checkin *weekly_now(const Team *team, Day today)
{
    Checkin *last = weekly_last(team);

    return last != NULL && day_diff(today, last->day) < WEEKDAY_COUNT ? last : NULL;
}

Checkin *weekly_of(const Team *team, CheckinId id)
{
    for (guint i = 0; i < team->weeklies->len; i++) {
        Checkin *checkin = g_ptr_array_index(team->weeklies, i);

        if (ID_EQ(checkin->id, id)) {
            return checkin;
        }
    }
    return NULL;
}

Day weekly_since(const Team *team, Day day)
{
    g_autoptr(GArray) days = g_array_new(FALSE, FALSE, sizeof(Day));
    const Window before = {day_plus(day, -BEFORE_MAX), day_plus(day, -1)};

    weekly_days(team, before, days);
    return days->len > 0 ? g_array_index(days, Day, days->len - 1) : day_plus(day, -WEEKDAY_COUNT);
}

const Reading *weekly_reading(const Team *team, const Track *track, Day day)
{
    const Reading *reading = track_before(track, day_plus(day, 1));

    return reading != NULL && day_cmp(reading->day, weekly_since(team, day)) > 0 ? reading : NULL;
}

const Reading *weekly_from_system(const Team *team, const Track *track, Day day)
{
    const Reading *reading = weekly_reading(team, track, day);

    return reading != NULL && reading->source == READING_SYSTEM ? reading : NULL;
}

Revised weekly_revised(const Checkin *checkin)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    Revised revised = REVISED_UNSAID;

    for (guint i = checkin->answers->len; i > 0; i--) {
        const Answer *answer = g_ptr_array_index(checkin->answers, i - 1);

        if (!answer->withdrawn && answer->revised != REVISED_UNSAID &&
            g_hash_table_add(seen, answer->by) && revised != REVISED_YES) {
            revised = answer->revised;
        }
    }
    return revised;
}

/* --- its time --- */

static Instant due_on(const Team *team, Day day)
{
    return day_instant(day, team->weekly_at, team->zone);
}

void weekly_schedule(Turn *turn, Team *team)
{
    Day today = team_day(team, turn->now), day = weekly_next(team, today);

    if (day_is_set(day) && due_on(team, day).us <= turn->now.us) {
        day = weekly_next(team, day_plus(today, 1));
    }
    if (day_is_set(day)) {
        turn_timer(turn, TIMER_WEEKLY, team->id, (SprintId){0}, 0, due_on(team, day));
    } else {
        turn_timer_gone(turn, TIMER_WEEKLY, team->id, (SprintId){0}, 0);
    }
}

/* Today's check-in has not been asked yet, and its time has come; the timer may be that of a week
 * that was slept through. One that was set for a later time, or by a store that knew none (0), only
 * sets itself right. */
static bool is_due(const Turn *turn, const Team *team, const Timer *timer, Day today)
{
    const Checkin *last = weekly_last(team);

    if (team->weekly_at < 0 || day_cmp(weekly_next(team, today), today) != 0) {
        return false;
    }
    Instant due = due_on(team, today);
    return timer->due.us > 0 && timer->due.us <= due.us && due.us <= turn->now.us &&
           (last == NULL || day_cmp(last->day, today) < 0);
}

static void ask(Turn *turn, Team *team, Day today)
{
    Checkin *checkin = checkin_new();
    int64_t last_minute = team_midnight(team, day_plus(today, 1)).us - INSTANT_MINUTE;

    checkin->id = ID_NEW(CheckinId, turn->ids);
    checkin->team = team->id;
    checkin->day = today;
    checkin->asked = turn->now;
    checkin->closes.us = MAX(MIN(turn->now.us + OPEN, last_minute), turn->now.us);
    g_ptr_array_add(team->weeklies, checkin);
    turn_change(turn, CHANGE_CHECKIN, team, checkin);

    Card *card = weekly_card(turn, team, checkin);
    card->expires = nudge_expiry(turn, team);
    turn_card(turn, card);
    turn_timer(turn, TIMER_WEEKLY_NUDGE, team->id, (SprintId){0}, checkin->id.v,
               (Instant){turn->now.us + (checkin->closes.us - turn->now.us) / 2});
    turn_timer(turn, TIMER_WEEKLY_SUMMARY, team->id, (SprintId){0}, checkin->id.v, checkin->closes);
}

void weekly_prompt(Turn *turn, const Timer *timer, Sprint *none)
{
    Team *team = turn->team;
    Day today = team_day(team, turn->now);
    g_autoptr(GPtrArray) tracks = weekly_tracks(team, today);

    (void)none;
    if (is_due(turn, team, timer, today) && tracks->len > 0 && !checkin_nobody_there(team, today)) {
        ask(turn, team, today);
    }
    weekly_schedule(turn, team);
}

/* --- half way --- */

/* "kr1, kr3": those without a value; "" when there is none. Caller frees. */
static char *not_updated(const Team *team, Day day)
{
    g_autoptr(GPtrArray) tracks = weekly_tracks(team, day);
    GString *missing = g_string_new(NULL);

    for (guint i = 0; i < tracks->len; i++) {
        const Track *track = g_ptr_array_index(tracks, i);

        if (weekly_reading(team, track, day) == NULL) {
            g_string_append_printf(missing, "%skr%d", missing->len > 0 ? ", " : "",
                                   track->kr->number);
        }
    }
    return g_string_free(missing, FALSE);
}

void weekly_nudge(Turn *turn, const Timer *timer, Sprint *none)
{
    Team *team = turn->team;
    const Checkin *checkin = weekly_of(team, (CheckinId){timer->subject});

    (void)none;
    if (checkin == NULL || checkin->summarised ||
        day_cmp(checkin->day, team_day(team, turn->now)) != 0 || !nudge_ready(turn, team->lead)) {
        return;
    }
    g_autofree char *missing = not_updated(team, checkin->day);
    if (*missing != '\0') {
        Card *card = card_new(CARD_NUDGE);

        card->channel = g_strdup(team->home);
        card->thread = g_strdup_printf("weekly/%" G_GINT64_FORMAT, checkin->id.v);
        card_text(card, say(W_WEEKLY_NUDGE, S("krs", missing)));
        nudge_member(turn, team, team->lead, card);
    }
}

/* --- the end --- */

/* What the team thinks of each KR now is what its members told. */
static void settle_confidence(Turn *turn, Team *team, const Checkin *checkin)
{
    g_autoptr(GPtrArray) tracks = weekly_tracks(team, checkin->day);

    for (guint i = 0; i < tracks->len; i++) {
        KrId kr = ((const Track *)g_ptr_array_index(tracks, i))->kr->id;
        Tactical *tactical = team_tactical(team, kr);
        g_autoptr(GArray) spread = confidence_spread(checkin, kr);
        int32_t median = confidence_median(spread);

        if (median >= 0 && median != tactical->confidence) {
            tactical->confidence = median;
            turn_change(turn, CHANGE_TACTICAL, team, tactical);
        }
    }
}

/* Its summary, in place of the prompt or of what it said before. */
static void publish(Turn *turn, Checkin *checkin)
{
    Team *team = turn->team;

    settle_confidence(turn, team, checkin);
    turn_card(turn, weekly_card(turn, team, checkin));
    proposal_look(turn, team);
}

static void sum_up(Turn *turn, Checkin *checkin)
{
    TeamId team = turn->team->id;

    checkin->summarised = true;
    turn_change(turn, CHANGE_CHECKIN, turn->team, checkin);
    turn_timer_gone(turn, TIMER_WEEKLY_NUDGE, team, (SprintId){0}, checkin->id.v);
    turn_timer_gone(turn, TIMER_WEEKLY_SUMMARY, team, (SprintId){0}, checkin->id.v);
    publish(turn, checkin);
}

void weekly_summary(Turn *turn, const Timer *timer, Sprint *none)
{
    Checkin *checkin = weekly_of(turn->team, (CheckinId){timer->subject});

    (void)none;
    if (checkin != NULL && !checkin->summarised && proposal_ready(turn, turn->team)) {
        sum_up(turn, checkin);
    }
}

static bool has_answered(const Checkin *checkin, const char *member)
{
    for (guint i = 0; i < checkin->answers->len; i++) {
        const Answer *answer = g_ptr_array_index(checkin->answers, i);

        if (!answer->withdrawn && strcmp(answer->by, member) == 0) {
            return true;
        }
    }
    return false;
}

/* Everybody who is here has answered, and every KR has its value. */
static bool is_complete(const Team *team, const Checkin *checkin)
{
    g_autofree char *missing = not_updated(team, checkin->day);
    int voices = 0;

    for (guint i = 0; i < team->members->len; i++) {
        const Member *member = g_ptr_array_index(team->members, i);

        if (member->present && !member_away_on(member, checkin->day)) {
            if (!has_answered(checkin, member->id)) {
                return false;
            }
            voices++;
        }
    }
    return *missing == '\0' && voices >= VOICES_MIN;
}

void weekly_follow(Turn *turn, Checkin *checkin)
{
    if (checkin->summarised) {
        publish(turn, checkin);
    } else if (is_complete(turn->team, checkin)) {
        sum_up(turn, checkin);
    }
}
