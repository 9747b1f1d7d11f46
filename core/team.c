#include "core/team.h"

#include <string.h>

#include "core/sprint.h"
#include "core/text.h"

Member *member_new(const char *id)
{
    Member *member = g_new0(Member, 1);

    member->id = g_strdup(id);
    member->away = g_array_new(FALSE, TRUE, sizeof(Window));
    return member;
}

void member_free(Member *member)
{
    if (member == NULL) {
        return;
    }
    g_free(member->id);
    g_array_unref(member->away);
    g_free(member);
}

bool member_away_on(const Member *member, Day day)
{
    if (member->days_off & (1U << day_weekday(day))) {
        return true;
    }
    for (guint i = 0; i < member->away->len; i++) {
        Window days = g_array_index(member->away, Window, i);

        if (day_cmp(days.first, day) <= 0 && day_cmp(day, days.last) <= 0) {
            return true;
        }
    }
    return false;
}

static void free_member(gpointer member)
{
    member_free(member);
}

static void free_period(gpointer data)
{
    Period *period = data;

    g_free(period->name);
    g_free(period);
}

static void free_objective(gpointer data)
{
    Objective *objective = data;

    g_free(objective->text);
    g_free(objective);
}

static void free_tactical(gpointer tactical)
{
    tactical_free(tactical);
}

static void free_weekly(gpointer checkin)
{
    checkin_free(checkin);
}

static void free_kr_link(gpointer link)
{
    kr_link_free(link);
}

static void free_proposal(gpointer proposal)
{
    proposal_free(proposal);
}

void token_free(Token *token)
{
    if (token == NULL) {
        return;
    }
    g_free(token->name);
    g_free(token->hash);
    g_free(token->by);
    g_free(token);
}

static void free_token(gpointer token)
{
    token_free(token);
}

Team *team_new(void)
{
    Team *team = g_new0(Team, 1);

    team->members = g_ptr_array_new_with_free_func(free_member);
    team->periods = g_ptr_array_new_with_free_func(free_period);
    team->objectives = g_ptr_array_new_with_free_func(free_objective);
    team->tacticals = g_ptr_array_new_with_free_func(free_tactical);
    team->weeklies = g_ptr_array_new_with_free_func(free_weekly);
    team->links = g_ptr_array_new_with_free_func(free_kr_link);
    team->proposals = g_ptr_array_new_with_free_func(free_proposal);
    team->tokens = g_ptr_array_new_with_free_func(free_token);
    team->sprints = g_ptr_array_new();
    return team;
}

void team_free(Team *team)
{
    if (team == NULL) {
        return;
    }
    g_free(team->name);
    g_free(team->home);
    g_free(team->zone_name);
    g_clear_pointer(&team->zone, g_time_zone_unref);
    holidays_clear(&team->holidays);
    g_free(team->lead);
    g_free(team->escalation);
    g_free(team->roster);
    g_strfreev(team->outcome_words);
    g_strfreev(team->activity_words);
    g_ptr_array_unref(team->members);
    g_ptr_array_unref(team->periods);
    g_ptr_array_unref(team->objectives);
    g_ptr_array_unref(team->tacticals);
    g_ptr_array_unref(team->weeklies);
    g_ptr_array_unref(team->links);
    g_ptr_array_unref(team->proposals);
    g_ptr_array_unref(team->tokens);
    g_ptr_array_unref(team->sprints);
    g_free(team);
}

Calendar team_calendar(const Team *team)
{
    return (Calendar){.working = team->working, .holidays = &team->holidays};
}

Day team_day(const Team *team, Instant at)
{
    return instant_day(at, team->zone);
}

Instant team_check_in(const Team *team, Day day)
{
    return day_instant(day, team->check_in, team->zone);
}

Instant team_midnight(const Team *team, Day day)
{
    return day_instant(day, 0, team->zone);
}

ChallengeWords team_words(const Team *team)
{
    return (ChallengeWords){
        .outcomes = (const char *const *)team->outcome_words,
        .activities = (const char *const *)team->activity_words,
    };
}

Member *team_member(const Team *team, const char *id)
{
    for (guint i = 0; i < team->members->len; i++) {
        Member *member = g_ptr_array_index(team->members, i);

        if (strcmp(member->id, id) == 0) {
            return member;
        }
    }
    return NULL;
}

size_t team_present(const Team *team, Day day)
{
    size_t n = 0;

    for (guint i = 0; i < team->members->len; i++) {
        const Member *member = g_ptr_array_index(team->members, i);

        n += member->present && !member_away_on(member, day);
    }
    return n;
}

const Period *team_period(const Team *team, Day day)
{
    const Period *period = NULL;

    for (guint i = 0; i < team->periods->len; i++) {
        period = g_ptr_array_index(team->periods, i);
        if (day_cmp(day, period->days.last) <= 0) {
            return period;
        }
    }
    return period;
}

const Period *team_period_called(const Team *team, const char *name)
{
    g_autofree char *wanted = text_fold(name);

    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);
        g_autofree char *folded = text_fold(period->name);

        if (strcmp(folded, wanted) == 0) {
            return period;
        }
    }
    return NULL;
}

const Period *team_period_of(const Team *team, PeriodId id)
{
    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);

        if (ID_EQ(period->id, id)) {
            return period;
        }
    }
    return NULL;
}

const Objective *team_objective(const Team *team, ObjectiveId id)
{
    for (guint i = 0; i < team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(team->objectives, i);

        if (ID_EQ(objective->id, id)) {
            return objective;
        }
    }
    return NULL;
}

const Period *team_tactical_period(const Team *team, const Tactical *tactical)
{
    const Objective *objective = team_objective(team, tactical->objective);

    return objective != NULL ? team_period_of(team, objective->period) : NULL;
}

bool team_pursues(const Team *team, const Tactical *tactical, Day today)
{
    const Period *period = team_tactical_period(team, tactical);

    return !tactical->dropped && period != NULL && day_cmp(today, period->days.last) <= 0;
}

GPtrArray *team_tacticals_in(const Team *team, const Period *period)
{
    GPtrArray *krs = g_ptr_array_new();

    for (guint i = 0; i < team->tacticals->len; i++) {
        Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (!tactical->dropped && team_tactical_period(team, tactical) == period) {
            g_ptr_array_add(krs, tactical);
        }
    }
    return krs;
}

Tactical *team_tactical(const Team *team, KrId id)
{
    for (guint i = 0; i < team->tacticals->len; i++) {
        Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (ID_EQ(tactical->track->kr->id, id)) {
            return tactical;
        }
    }
    return NULL;
}

Tactical *team_tactical_number(const Team *team, int32_t number)
{
    for (guint i = 0; i < team->tacticals->len; i++) {
        Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (tactical->track->kr->number == number) {
            return tactical;
        }
    }
    return NULL;
}

int32_t team_tacticals_under(const Team *team, ObjectiveId objective)
{
    int32_t n = 0;

    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        n += ID_EQ(tactical->objective, objective) && !tactical->dropped;
    }
    return n;
}

KrLink *team_link(const Team *team, const KrLink *wanted)
{
    for (guint i = 0; i < team->links->len; i++) {
        KrLink *link = g_ptr_array_index(team->links, i);

        if (kr_link_same(link, wanted)) {
            return link;
        }
    }
    return NULL;
}

int32_t team_links_pursued(const Team *team, Day today)
{
    int32_t count = 0;

    for (guint i = 0; i < team->links->len; i++) {
        const KrLink *link = g_ptr_array_index(team->links, i);
        const KrId kr = ID_EQ(link->feeder_team, team->id) ? link->feeder : link->fed;
        const Tactical *tactical = team_tactical(team, kr);

        count += tactical != NULL && team_pursues(team, tactical, today);
    }
    return count;
}
