/* Asking: the prompt, the nudge half way, the summary. What members answer is in answer.c. */

#include "core/checkin.h"

#include <string.h>

#include "core/chart.h"
#include "core/confidence.h"
#include "core/digits.h"
#include "core/nudge.h"
#include "core/schedule.h"
#include "core/show.h"
#include "core/text.h"
#include "core/words.h"

/* Confidence from here up is high. */
#define HIGH_CONFIDENCE 8
#define CONFIDENCE_DROP 3
#define STALE_TELL_LEAD 3

/* Long enough for three key results. */
#define EXAMPLE_LEN 64

char *checkin_example(const Sprint *sprint)
{
    GString *out = g_string_sized_new(EXAMPLE_LEN);

    for (guint i = 0; i < sprint->krs->len; i++) {
        const Track *track = ((const SprintKr *)g_ptr_array_index(sprint->krs, i))->track;
        g_autofree char *value =
            kr_value_typed(&track->kr->unit, track->kr->target, track_value(track));
        char number[DIGITS_MAX];

        g_string_append(out, "kr");
        g_string_append(out, digits_text(number, track->kr->number));
        g_string_append_c(out, ' ');
        g_string_append(out, value);
        g_string_append(out, ", ");
    }
    g_string_append(out, "confidence 6");
    return g_string_free(out, FALSE);
}

void checkin_rhythm(const Sprint *sprint, int32_t *held, int32_t *due)
{
    *held = 0;
    *due = (int32_t)sprint->checkins->len;
    for (guint i = 0; i < sprint->checkins->len; i++) {
        *held += checkin_answered(g_ptr_array_index(sprint->checkins, i));
    }
}

/* --- the card --- */

static char *age_text(Instant since, Instant now)
{
    int64_t hours = MAX((now.us - since.us) / INSTANT_HOUR, 0);

    return hours < 1    ? say(W_AGE_NEW)
           : hours < 48 ? say(W_AGE_HOURS, N("n", hours))
                        : say(W_AGE_DAYS, N("n", hours / 24));
}

static void card_blockers(Card *card, const Turn *turn, const Sprint *sprint)
{
    for (guint i = 0; i < sprint->blockers->len; i++) {
        const Blocker *blocker = g_ptr_array_index(sprint->blockers, i);
        int64_t limit = blocker->since.us + turn->policy->blocker_hours * INSTANT_HOUR;

        if (blocker->cleared.us == 0) {
            g_autofree char *age = age_text(blocker->since, turn->now);

            card_item(card, "",
                      say(turn->now.us >= limit ? W_CHECKIN_BLOCKER_OVER : W_CHECKIN_BLOCKER,
                          N("n", blocker->number), S("text", blocker->text),
                          S("owner", blocker->owner), S("age", age),
                          N("hours", turn->policy->blocker_hours)));
        }
    }
}

static int32_t median_confidence(const Checkin *checkin)
{
    g_autoptr(GArray) spread = confidence_spread(checkin, (KrId){0});

    return confidence_median(spread);
}

static void card_confidence(Card *card, const Checkin *checkin)
{
    g_autoptr(GArray) spread = confidence_spread(checkin, (KrId){0});
    char *text = confidence_text(spread);

    if (text != NULL) {
        card_fact(card, say(W_LABEL_CONFIDENCE), text);
    }
}

/* Points out confidence that does not go with the numbers, or that fell. */
static void card_alarms(Card *card, const Sprint *sprint, const Checkin *checkin)
{
    int32_t now = median_confidence(checkin);
    int looked = 0;

    for (guint i = 0; now >= HIGH_CONFIDENCE && i < sprint->krs->len; i++) {
        const Track *track = ((const SprintKr *)g_ptr_array_index(sprint->krs, i))->track;

        if (track_stalled(track) && !kr_reached(track->kr, track_value(track))) {
            card_text(card, say(W_CHECKIN_CONFIDENT_BUT_FLAT, N("median", now),
                                N("kr", track->kr->number)));
            break;
        }
    }
    for (guint i = sprint->checkins->len; now >= 0 && i > 0 && looked < 2; i--) {
        const Checkin *earlier = g_ptr_array_index(sprint->checkins, i - 1);

        if (!ID_EQ(earlier->team, checkin->team) || day_cmp(earlier->day, checkin->day) >= 0) {
            continue;
        }
        int32_t then = median_confidence(earlier);
        looked++;
        if (then - now >= CONFIDENCE_DROP) {
            g_autofree char *day = day_text_short(earlier->day);

            card_text(card, say(W_CHECKIN_CONFIDENCE_FELL, N("then", then), N("now", now),
                                S("day", day)));
            break;
        }
    }
}

void checkin_card_learned(Card *card, const Checkin *checkin)
{
    for (guint i = 0; i < checkin->answers->len; i++) {
        const Answer *answer = g_ptr_array_index(checkin->answers, i);

        if (!answer->withdrawn && answer->learned != NULL) {
            card_fact(card, say(W_LABEL_LEARNED), g_strdup(answer->learned));
        }
    }
}

int64_t checkin_late(const Checkin *checkin)
{
    int64_t n = 0;

    for (guint i = 0; i < checkin->answers->len; i++) {
        const Answer *answer = g_ptr_array_index(checkin->answers, i);

        n += answer->late && !answer->withdrawn;
    }
    return n;
}

/* Asked this much after its time, a prompt says that it is late. */
#define LATE (5 * INSTANT_MINUTE)

void checkin_card_late(Card *card, const Checkin *checkin, Instant due, int minute)
{
    if (checkin->asked.us - due.us > LATE) {
        g_autofree char *at = minute_text(minute);

        card_text(card, say(W_CHECKIN_LATE, S("time", at)));
    }
}

static void card_ask(Card *card, const Turn *turn, const Sprint *sprint, const Team *team,
                     const Checkin *checkin)
{
    g_autofree char *example = checkin_example(sprint);
    char digits[DIGITS_MAX];
    const char *id = digits_text(digits, checkin->id.v);
    Instant due = team_check_in(team, checkin->day);

    checkin_card_late(card, checkin, due, team->check_in);
    card_blockers(card, turn, sprint);
    card_text(card, say(W_CHECKIN_ASK));
    card_hint(card, say(W_CHECKIN_HOW, S("example", example)));
    card_button(card, say(W_BUTTON_CHECK_IN), "checkin.form", id);
    card_button(card, say(W_BUTTON_SAME), "checkin.same", id);
    card_button(card, say(W_BUTTON_AWAY), "checkin.away", id);
}

static void card_sum_up(Card *card, const Turn *turn, const Sprint *sprint, const Checkin *checkin)
{
    int64_t late = checkin_late(checkin);

    if (!checkin_answered(checkin)) {
        card_text(card, say(W_CHECKIN_MISSED));
    }
    card_confidence(card, checkin);
    card_alarms(card, sprint, checkin);
    checkin_card_learned(card, checkin);
    card_blockers(card, turn, sprint);
    if (late > 0) {
        card_hint(card, say(W_CHECKIN_LATE_ANSWERS, N("n", late)));
    }
    card_hint(card, say(W_CHECKIN_UNTIL_NEXT));
}

Card *checkin_card(const Turn *turn, const Sprint *sprint, const Team *team, const Checkin *checkin)
{
    Card *card = card_new(CARD_PROMPT);
    int32_t n = 0, m = 0;
    char id[DIGITS_MAX];
    g_autofree char *day = day_text_short(checkin->day);

    show_day_of(sprint, team, checkin->day, &n, &m);
    card->key = g_strconcat("prompt/", digits_text(id, checkin->id.v), NULL);
    card->channel = g_strdup(team->home);
    card_title(card, say(checkin->summarised ? W_CHECKIN_SUMMARY_TITLE : W_CHECKIN_TITLE,
                         S("day", day), N("sprint", sprint->number), N("n", n), N("m", m)));
    card_text(card, g_strdup(sprint->objective));
    show_krs(card, sprint, team, checkin->day, turn->policy, checkin->summarised);
    if (checkin->summarised) {
        card_sum_up(card, turn, sprint, checkin);
        card->chart = chart_of_sprint(sprint, team, checkin->day, turn->policy);
    } else {
        card_ask(card, turn, sprint, team, checkin);
    }
    return card;
}

/* --- timers --- */

static void ask(Turn *turn, Sprint *sprint, Team *team, Day today)
{
    Checkin *checkin = checkin_new();
    int64_t minutes = team->check_in_minutes;

    checkin->id = ID_NEW(CheckinId, turn->ids);
    checkin->sprint = sprint->id;
    checkin->team = team->id;
    checkin->day = today;
    checkin->asked = turn->now;
    checkin->closes = (Instant){turn->now.us + minutes * INSTANT_MINUTE};
    g_ptr_array_add(sprint->checkins, checkin);
    turn_change(turn, CHANGE_CHECKIN, team, checkin);

    Card *card = checkin_card(turn, sprint, team, checkin);
    card->expires = nudge_expiry(turn, team);
    turn_card(turn, card);
    turn_timer(turn, TIMER_NUDGE, team->id, sprint->id, checkin->id.v,
               (Instant){turn->now.us + minutes * INSTANT_MINUTE / 2});
    turn_timer(turn, TIMER_SUMMARY, team->id, sprint->id, checkin->id.v, checkin->closes);
}

bool checkin_nobody_there(const Team *team, Day today)
{
    return team->members->len > 0 && team_present(team, today) == 0;
}

void checkin_prompt(Turn *turn, const Timer *timer, Sprint *sprint)
{
    Team *team = turn->team;
    Day today = team_day(team, turn->now);
    Calendar calendar = team_calendar(team);
    bool in_window =
        day_cmp(sprint->window.first, today) <= 0 && day_cmp(today, sprint->window.last) <= 0;

    (void)timer;
    if (sprint->state != SPRINT_ACTIVE) {
        return;
    }
    if (in_window && calendar_works(&calendar, today) &&
        sprint_checkin_on(sprint, team->id, today) == NULL &&
        turn->now.us >= team_check_in(team, today).us && !checkin_nobody_there(team, today)) {
        ask(turn, sprint, team, today);
    }
    schedule_prompt(turn, sprint, team, false);
}

/* The timer's check-in, while its day lasts; NULL otherwise. */
static Checkin *todays(const Turn *turn, const Timer *timer, const Sprint *sprint)
{
    Checkin *checkin = sprint_checkin(sprint, (CheckinId){timer->subject});

    return checkin != NULL && day_cmp(checkin->day, team_day(turn->team, turn->now)) == 0 ? checkin
                                                                                          : NULL;
}

void checkin_nudge(Turn *turn, const Timer *timer, Sprint *sprint)
{
    const Checkin *checkin = todays(turn, timer, sprint);
    g_autoptr(GString) missing = g_string_new(NULL);

    if (checkin == NULL || checkin->summarised || sprint->state != SPRINT_ACTIVE ||
        !nudge_ready(turn, sprint->facilitator)) {
        return;
    }
    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        if (track_on(kr->track, checkin->day) == NULL) {
            g_string_append_printf(missing, "%skr%d", missing->len > 0 ? ", " : "",
                                   kr->track->kr->number);
        }
    }
    if (missing->len > 0) {
        Card *card = card_new(CARD_NUDGE);

        card->channel = g_strdup(turn->team->home);
        card->thread = g_strdup_printf("prompt/%" G_GINT64_FORMAT, checkin->id.v);
        card_text(card, say(W_CHECKIN_NUDGE, N("sprint", sprint->number), S("krs", missing->str)));
        nudge_member(turn, turn->team, sprint->facilitator, card);
    }
}

/* How many check-ins of this team up to `checkin` had no answer, without a break. */
static int missed_in_row(const Sprint *sprint, const Checkin *checkin)
{
    int n = 0;

    for (guint i = 0; i < sprint->checkins->len; i++) {
        const Checkin *other = g_ptr_array_index(sprint->checkins, i);

        if (ID_EQ(other->team, checkin->team)) {
            n = checkin_answered(other) ? 0 : n + 1;
        }
        if (other == checkin) {
            break;
        }
    }
    return n;
}

/* Two in a row are said in the channel and to the facilitator, once. */
static void tell_missed(Turn *turn, const Sprint *sprint, const Checkin *checkin)
{
    if (missed_in_row(sprint, checkin) != 2) {
        return;
    }
    Card *card = card_new(CARD_NOTICE);
    card->channel = g_strdup(turn->team->home);
    card->expires = nudge_expiry(turn, turn->team);
    card_text(card, say(W_CHECKIN_MISSED_TWICE, N("sprint", sprint->number),
                        S("facilitator", sprint->facilitator)));
    turn_card(turn, card);
}

static void tell_lead(Turn *turn, const Sprint *sprint, Day today)
{
    Calendar calendar = team_calendar(turn->team);
    g_autoptr(GString) krs = g_string_new(NULL);

    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        if (track_on(kr->track, today) == NULL &&
            track_days_unconfirmed(kr->track, &calendar, sprint->window.first, today) ==
                STALE_TELL_LEAD) {
            g_string_append_printf(krs, "%sKR%d", krs->len > 0 ? ", " : "", kr->track->kr->number);
        }
    }
    if (krs->len > 0 && turn->team->lead != NULL) {
        Card *card = card_new(CARD_NOTICE);

        card->member = g_strdup(turn->team->lead);
        card->expires = nudge_expiry(turn, turn->team);
        card_text(card, say(W_CHECKIN_STALE_LEAD, N("sprint", sprint->number), S("krs", krs->str),
                            N("days", STALE_TELL_LEAD)));
        turn_card(turn, card);
    }
}

void checkin_summary(Turn *turn, const Timer *timer, Sprint *sprint)
{
    Checkin *checkin = sprint_checkin(sprint, (CheckinId){timer->subject});

    if (checkin == NULL || checkin->summarised) {
        return;
    }
    checkin->summarised = true;
    turn_change(turn, CHANGE_CHECKIN, turn->team, checkin);
    if (todays(turn, timer, sprint) == NULL || sprint->state != SPRINT_ACTIVE) {
        return; /* its day is over: nobody wants to read it now */
    }
    Card *card = checkin_card(turn, sprint, turn->team, checkin);
    card->expires = nudge_expiry(turn, turn->team);
    turn_card(turn, card);
    show_today(turn, sprint, turn->team);
    tell_missed(turn, sprint, checkin);
    tell_lead(turn, sprint, checkin->day);
}

/* A blocker that stands for a day: its owner is asked, on a working day, when nothing else has
 * nudged them. */
void checkin_blocker_due(Turn *turn, const Timer *timer, Sprint *sprint)
{
    Team *team = turn->team;
    Calendar calendar = team_calendar(team);
    Day today = team_day(team, turn->now);
    Blocker *blocker = NULL;

    for (guint i = 0; i < sprint->blockers->len; i++) {
        Blocker *other = g_ptr_array_index(sprint->blockers, i);

        blocker = other->id.v == timer->subject ? other : blocker;
    }
    if (blocker == NULL || blocker->cleared.us != 0 || sprint->state != SPRINT_ACTIVE ||
        !nudge_ready(turn, blocker->owner)) {
        return;
    }
    if (calendar_works(&calendar, today)) {
        Card *card = card_new(CARD_NUDGE);

        card_text(card,
                  say(W_CHECKIN_BLOCKER_DUE, N("n", blocker->number), N("sprint", sprint->number),
                      S("text", blocker->text), N("hours", turn->policy->blocker_hours)));
        if (nudge_member(turn, team, blocker->owner, card)) {
            return;
        }
    }
    Day next = calendar_next(&calendar, day_plus(today, 1));
    if (day_cmp(next, sprint->window.last) <= 0) {
        turn_timer(turn, TIMER_BLOCKER, team->id, sprint->id, blocker->id.v,
                   team_check_in(team, next));
    }
}
