/* /sprint away: whoever is away is neither asked nor missed. */

#include "core/commands/commands.h"
#include "core/text.h"

static void back_from_away(Turn *turn, Member *member)
{
    Day today = turn_today(turn);

    for (guint i = member->away->len; i > 0; i--) {
        Window *days = &g_array_index(member->away, Window, i - 1);

        if (day_cmp(days->first, today) >= 0) {
            g_array_remove_index(member->away, i - 1);
        } else if (day_cmp(days->last, today) >= 0) {
            days->last = day_plus(today, -1);
        }
    }
    member->days_off = 0;
}

static void run_away(Turn *turn, const char *rest)
{
    Absence absence = {0};
    g_autofree char *given = text_squeeze(rest);
    WhenFault fault = when_absence(given, turn_today(turn), &absence);

    if (fault != WHEN_OK) {
        g_autofree char *said =
            fault == WHEN_NOT_UNDERSTOOD || fault == WHEN_EMPTY
                ? NULL
                : when_fault_say(fault, WHEN_AN_ABSENCE, given, turn->policy->window, (Window){0});

        turn_say(turn, said != NULL ? g_steal_pointer(&said) : say(W_AWAY_HOW));
        return;
    }
    Member *member = turn_member(turn);
    if (absence.back) {
        back_from_away(turn, member);
        turn_say(turn, say(W_AWAY_BACK));
    } else if (absence.weekly != 0) {
        g_autofree char *days = weekdays_text(absence.weekly);

        member->days_off = absence.weekly;
        turn_say(turn, say(W_AWAY_WEEKLY, S("days", days)));
    } else {
        g_autofree char *first = day_text_short(absence.days.first);
        g_autofree char *last = day_text_short(absence.days.last);

        g_array_append_val(member->away, absence.days);
        turn_say(turn, day_cmp(absence.days.first, absence.days.last) == 0
                           ? say(W_AWAY_DAY, S("day", first))
                           : say(W_AWAY_DAYS, S("first", first), S("last", last)));
    }
    turn_change(turn, CHANGE_MEMBER, turn->team, member);
}

const Command command_away = {.family = "sprint",
                              .name = "away",
                              .aliases = "ooo,vacation",
                              .usage = "until DAY | DAY - DAY | every DAY | back",
                              .help = W_HELP_AWAY,
                              .example = W_EXAMPLE_AWAY,
                              .who = WHO_MEMBER,
                              .run = run_away};
