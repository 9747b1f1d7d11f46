/* What the weekly check-in shows: what it asks, and what came of it. */

#include "core/weekly.h"

#include <string.h>

#include "core/chart.h"
#include "core/checkin.h"
#include "core/confidence.h"
#include "core/digits.h"
#include "core/show.h"
#include "core/text.h"
#include "core/words.h"

/* Long enough for three key results. */
#define EXAMPLE_LEN 64

static const Track *track_at(const GPtrArray *tracks, guint i)
{
    return g_ptr_array_index(tracks, i);
}

char *weekly_example(const Team *team, Day day)
{
    g_autoptr(GPtrArray) tracks = weekly_tracks(team, day);
    GString *out = g_string_sized_new(EXAMPLE_LEN);

    for (guint i = 0; i < tracks->len; i++) {
        const Track *track = track_at(tracks, i);

        if (weekly_from_system(team, track, day) == NULL) {
            g_autofree char *value =
                kr_value_typed(&track->kr->unit, track->kr->target, track_value(track));

            g_string_append_printf(out, "kr%d %s, ", track->kr->number, value);
        }
    }
    g_string_append(out, "confidence 6");
    return g_string_free(out, FALSE);
}

/* --- the rows --- */

/* What became of it in the week; what nobody told is not shown as unchanged. */
static void add_movement(Block *row, const Team *team, const Track *track, Day day)
{
    const Reading *now = weekly_reading(team, track, day);
    const Reading *before = track_before(track, day_plus(weekly_since(team, day), 1));
    Decimal from = before != NULL ? before->value : track->kr->baseline, change = {0};
    Unit unit = unit_bare(&track->kr->unit);
    g_autoptr(GString) note = g_string_new(NULL);
    g_autofree char *rest = row->note;

    if (now == NULL) {
        say_on(note, W_WEEKLY_NOT_UPDATED);
    } else if (decimal_sub(now->value, from, &change)) {
        g_autofree char *moved = value_text_change(change, &unit);

        say_on(note,
               change.millionths == 0 ? W_WEEKLY_SAME
               : before != NULL       ? W_KR_SINCE_LAST
                                      : W_KR_SINCE_START,
               S("change", moved));
    }
    if (rest != NULL && *rest != '\0') {
        g_string_append(note, note->len > 0 ? " · " : "");
        g_string_append(note, rest);
    }
    row->note = g_strdup(note->str);
}

static void card_rows(Card *card, const Turn *turn, const Team *team, const Checkin *checkin,
                      const GPtrArray *tracks)
{
    for (guint i = 0; i < tracks->len; i++) {
        const Track *track = track_at(tracks, i);
        Block *row =
            show_tactical(team, team_tactical(team, track->kr->id), checkin->day, turn->policy);

        if (checkin->summarised) {
            add_movement(row, team, track, checkin->day);
        }
        card_block(card, row);
    }
}

/* --- the prompt --- */

static void card_systems(Card *card, const Team *team, const Checkin *checkin,
                         const GPtrArray *tracks)
{
    for (guint i = 0; i < tracks->len; i++) {
        const Reading *reading = weekly_from_system(team, track_at(tracks, i), checkin->day);

        if (reading != NULL) {
            card_text(card, say(W_WEEKLY_SYSTEM, N("n", track_at(tracks, i)->kr->number),
                                S("system", reading->system != NULL ? reading->system : "")));
        }
    }
}

static void card_ask(Card *card, const Team *team, const Checkin *checkin, const GPtrArray *tracks)
{
    g_autofree char *example = weekly_example(team, checkin->day);
    g_autofree char *until = minute_text(instant_minute(checkin->closes, team->zone));
    Instant due = day_instant(checkin->day, team->weekly_at, team->zone);
    char digits[DIGITS_MAX];
    const char *id = digits_text(digits, checkin->id.v);

    checkin_card_late(card, checkin, due, team->weekly_at);
    card_systems(card, team, checkin, tracks);
    card_text(card, say(W_WEEKLY_ASK, S("time", until)));
    card_hint(card, say(W_WEEKLY_HOW, S("example", example)));
    if (tracks->len > 1) {
        card_hint(card, say(W_WEEKLY_HOW_EACH, N("kr", track_at(tracks, 0)->kr->number)));
    }
    if (team->weeklies->len == 1) {
        card_hint(card, say(W_WEEKLY_FIRST));
    }
    card_button(card, say(W_BUTTON_CHECK_IN), "weekly.form", id);
    card_button(card, say(W_BUTTON_SAME_WEEK), "weekly.same", id);
}

/* --- the summary --- */

static bool is_same(const GArray *a, const GArray *b)
{
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->data, b->data, a->len * sizeof(int32_t)) == 0);
}

/* One line where everybody told the same of all. */
static void card_confidence(Card *card, const Checkin *checkin, const GPtrArray *tracks)
{
    g_autoptr(GPtrArray) spreads = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    bool same = true;

    for (guint i = 0; i < tracks->len; i++) {
        g_ptr_array_add(spreads, confidence_spread(checkin, track_at(tracks, i)->kr->id));
        same = same && is_same(g_ptr_array_index(spreads, 0), g_ptr_array_index(spreads, i));
    }
    for (guint i = 0; i < (same ? MIN(tracks->len, 1) : tracks->len); i++) {
        char *text = confidence_text(g_ptr_array_index(spreads, i));

        if (text != NULL) {
            card_fact(card,
                      same
                          ? say(W_LABEL_CONFIDENCE)
                          : say(W_WEEKLY_LABEL_CONFIDENCE, N("n", track_at(tracks, i)->kr->number)),
                      text);
        }
    }
}

static WordId revised_words(Revised revised)
{
    switch (revised) {
    case REVISED_YES:
        return W_WEEKLY_SUMMARY_REVISED;
    case REVISED_NO:
        return W_WEEKLY_SUMMARY_NOT_REVISED;
    case REVISED_UNSAID:
        break;
    }
    return W_WEEKLY_SUMMARY_UNSAID;
}

static void card_sum_up(Card *card, const Checkin *checkin, const GPtrArray *tracks)
{
    int64_t late = checkin_late(checkin);

    if (!checkin_answered(checkin)) {
        card_text(card, say(W_WEEKLY_MISSED));
    } else {
        card_confidence(card, checkin, tracks);
        card_fact(card, say(W_WEEKLY_LABEL_INITIATIVES),
                  say(revised_words(weekly_revised(checkin))));
    }
    checkin_card_learned(card, checkin);
    if (late > 0) {
        card_hint(card, say(W_CHECKIN_LATE_ANSWERS, N("n", late)));
    }
    card_hint(card, say(W_WEEKLY_UNTIL_NEXT));
}

/* --- the card --- */

/* Whose KRs they are; NULL where all were dropped since. */
static const Period *period_of(const Team *team, const GPtrArray *tracks)
{
    return tracks->len > 0
               ? team_tactical_period(team, team_tactical(team, track_at(tracks, 0)->kr->id))
               : NULL;
}

static char *title_of(const Checkin *checkin, const Period *period)
{
    g_autofree char *day = day_text_short(checkin->day);
    WordId title = checkin->summarised ? W_WEEKLY_SUMMARY_TITLE : W_WEEKLY_TITLE;

    if (period == NULL) {
        return say(W_WEEKLY_TITLE_ALONE, S("day", day));
    }
    return say(title, S("day", day), S("period", period->name),
               N("n", day_diff(checkin->day, period->days.first) / WEEKDAY_COUNT + 1),
               N("m", day_diff(period->days.last, period->days.first) / WEEKDAY_COUNT + 1));
}

Card *weekly_card(const Turn *turn, const Team *team, const Checkin *checkin)
{
    Card *card = card_new(CARD_PROMPT);
    g_autoptr(GPtrArray) tracks = weekly_tracks(team, checkin->day);
    const Period *period = period_of(team, tracks);

    card->key = g_strdup_printf("weekly/%" G_GINT64_FORMAT, checkin->id.v);
    card->channel = g_strdup(team->home);
    card_title(card, title_of(checkin, period));
    card_rows(card, turn, team, checkin, tracks);
    if (checkin->summarised) {
        card_sum_up(card, checkin, tracks);
        card->chart = period != NULL
                          ? chart_of_tacticals(team, period, NULL, NULL, checkin->day, turn->policy)
                          : NULL;
    } else {
        card_ask(card, team, checkin, tracks);
    }
    return card;
}
