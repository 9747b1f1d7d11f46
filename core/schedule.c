#include "core/schedule.h"

NextDay schedule_next_prompt(const Sprint *sprint, const Team *team, Instant now, bool today_too)
{
    Calendar calendar = team_calendar(team);
    Day today = team_day(team, now);
    Day day = day_cmp(today, sprint->window.first) < 0 ? sprint->window.first : today;

    for (; day_cmp(day, sprint->window.last) <= 0; day = day_plus(day, 1)) {
        Instant due = team_check_in(team, day);
        bool in_time = due.us > now.us || (today_too && day_cmp(day, today) == 0);

        if (in_time && calendar_works(&calendar, day) &&
            sprint_checkin_on(sprint, team->id, day) == NULL) {
            return (NextDay){.any = true, .day = day, .due = due.us > now.us ? due : now};
        }
    }
    return (NextDay){.any = false};
}

Instant schedule_end(const World *world, const Sprint *sprint)
{
    Instant end = {0};

    for (guint i = 0; i < sprint->owners->len; i++) {
        const Team *team = world_team(world, g_array_index(sprint->owners, TeamId, i));

        if (team != NULL) {
            Instant midnight = team_midnight(team, day_plus(sprint->window.last, 1));

            end = midnight.us > end.us ? midnight : end;
        }
    }
    return end;
}

int schedule_reminder_days(const Sprint *sprint, const Team *team, Day days[3])
{
    static const int before[] = {3, 1, 0};
    Calendar calendar = team_calendar(team);
    int n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
        Day day = calendar_previous(&calendar, day_plus(sprint->window.last, -before[i]));

        if (day_cmp(day, sprint->window.first) > 0 && (n == 0 || day_cmp(day, days[n - 1]) > 0)) {
            days[n++] = day;
        }
    }
    return n;
}

Day schedule_ladder_start(const Sprint *sprint, const Team *team)
{
    Calendar calendar = team_calendar(team);

    return calendar_next(&calendar, team_day(team, sprint->closing));
}

void schedule_prompt(Turn *turn, Sprint *sprint, Team *team, bool today_too)
{
    NextDay next = schedule_next_prompt(sprint, team, turn->now, today_too);

    if (next.any) {
        turn_timer(turn, TIMER_PROMPT, team->id, sprint->id, 0, next.due);
    } else {
        turn_timer_gone(turn, TIMER_PROMPT, team->id, sprint->id, 0);
    }
}

void schedule_reminder(Turn *turn, Sprint *sprint, Team *team)
{
    Day days[3];
    int n = schedule_reminder_days(sprint, team, days);

    for (int i = 0; i < n; i++) {
        Instant due = team_check_in(team, days[i]);

        if (due.us > turn->now.us && day_cmp(days[i], sprint_reminded(sprint, team->id)) > 0) {
            turn_timer(turn, TIMER_REMINDER, team->id, sprint->id, 0, due);
            return;
        }
    }
    turn_timer_gone(turn, TIMER_REMINDER, team->id, sprint->id, 0);
}

void schedule_ladder(Turn *turn, Sprint *sprint, Team *team)
{
    Calendar calendar = team_calendar(team);
    Day day = schedule_ladder_start(sprint, team);
    Day today = team_day(team, turn->now);

    if (day_cmp(day, today) < 0) {
        day = calendar_next(&calendar, today);
    }
    while (team_check_in(team, day).us <= turn->now.us || day_cmp(day, sprint->reminded) <= 0) {
        day = calendar_next(&calendar, day_plus(day, 1));
    }
    turn_timer(turn, TIMER_LADDER, team->id, sprint->id, 0, team_check_in(team, day));
}

static void schedule_active(Turn *turn, Sprint *sprint, bool today_too)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        Team *team = world_team(turn->world, g_array_index(sprint->owners, TeamId, i));

        if (team != NULL) {
            schedule_prompt(turn, sprint, team, today_too);
            schedule_reminder(turn, sprint, team);
        }
    }
    turn_timer(turn, TIMER_EXPIRY, g_array_index(sprint->owners, TeamId, 0), sprint->id, 0,
               schedule_end(turn->world, sprint));
}

void schedule_sprint(Turn *turn, Sprint *sprint, bool today_too)
{
    switch (sprint->state) {
    case SPRINT_ACTIVE:
        schedule_active(turn, sprint, today_too);
        break;
    case SPRINT_CLOSING: {
        Team *team = world_team(turn->world, g_array_index(sprint->owners, TeamId, 0));

        if (team != NULL) {
            schedule_ladder(turn, sprint, team);
        }
        break;
    }
    case SPRINT_DRAFT:
    case SPRINT_CLOSED:
    case SPRINT_STATE_COUNT:
        break;
    }
}
