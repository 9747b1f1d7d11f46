#pragma once

/* A team, its people, its period's objectives and tactical KRs (framework: Words). A team is never
 * a person. */

#include "core/calendar.h"
#include "core/challenge.h"
#include "core/proposal.h"
#include "core/tactical.h"
#include "core/when.h"

typedef struct Sprint Sprint;

/* Somebody in a team's home. Ids are the platform's own ("maria", "U0123ABCD",
 * "@maria:example.org"). */
typedef struct Member {
    char *id;
    bool present;      /* in the home now; a member who left keeps the row */
    Weekdays days_off; /* part-time: never asked or missed on these */
    GArray *away;      /* of Window; last day inside */
    Day nudged;        /* the day of the last nudge: one a day is the ceiling, over all sprints */
} Member;

Member *member_new(const char *id);
void member_free(Member *member);
bool member_away_on(const Member *member, Day day);

typedef struct Period {
    PeriodId id;
    char *name;
    Window days;
} Period;

typedef struct Objective {
    ObjectiveId id;
    PeriodId period;
    int32_t number; /* 1 to 3 within team and period */
    char *text;
} Objective;

/* What another system gives readings with (framework: The tactical layer): a secret that is shown
 * once; what is kept tells only whether one that comes is the same. */
typedef struct Token {
    TokenId id;
    TeamId team;
    char *name; /* the system's, as it is shown beside its values: "HubSpot" */
    char *hash; /* SHA-256 of the secret, 64 hexadecimal digits */
    char *by;   /* who made it */
    Instant made;
    Instant revoked; /* us == 0 while it may be used */
} Token;

void token_free(Token *token);

typedef struct Team {
    TeamId id;
    WorkspaceId workspace;
    char *name;
    char *home; /* channel or room */
    char *zone_name;
    GTimeZone *zone;
    int32_t check_in; /* minute of the day */
    int32_t check_in_minutes;
    Weekdays working;
    Weekday weekly_day; /* of the weekly check-in on the tactical KRs */
    int32_t weekly_at;  /* minute of the day; -1: there is none */
    Holidays holidays;
    char *lead; /* member ids; NULL when none was named */
    char *escalation;
    char *roster; /* who belongs to it: NULL for whoever is in the home, else the platform's id of a
                     group */
    char *
        *outcome_words; /* what the team added to the challenge's lists; NULL-terminated or NULL */
    char **activity_words;
    GPtrArray *members;    /* of Member */
    GPtrArray *periods;    /* of Period, by first day */
    GPtrArray *objectives; /* of Objective */
    GPtrArray *tacticals;  /* of Tactical */
    GPtrArray *weeklies;   /* of Checkin: the latest weekly ones, by time asked */
    GPtrArray *links;      /* of KrLink, with one end here at least */
    GPtrArray *proposals;  /* of Proposal about a KR of this team: the last of each KR, kind and
                              feeder */
    GPtrArray *tokens;     /* of Token, revoked ones too, by age */
    GPtrArray *sprints; /* of Sprint: not closed, owned by this team alone or jointly; borrowed from
                           the world */
} Team;

Team *team_new(void);
void team_free(Team *team);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Team, team_free)

Calendar team_calendar(const Team *team);         /* borrowed from the team */
Day team_day(const Team *team, Instant at);       /* the team's date then */
Instant team_check_in(const Team *team, Day day); /* when it is asked on that day */
Instant team_midnight(const Team *team, Day day); /* the first instant of that day */
ChallengeWords team_words(const Team *team);

Member *team_member(const Team *team, const char *id); /* NULL if unknown */
size_t team_present(const Team *team, Day day); /* members who are here and not away that day */

const Period *
team_period(const Team *team,
            Day day); /* the one that contains `day`, else the next, else the last; NULL */
const Period *team_period_called(const Team *team, const char *name); /* without case; NULL */
const Period *team_period_of(const Team *team, PeriodId id);
const Objective *team_objective(const Team *team, ObjectiveId id);
const Period *team_tactical_period(const Team *team, const Tactical *tactical);
/* Not dropped, and its period is not over. */
bool team_pursues(const Team *team, const Tactical *tactical, Day today);
/* The KRs (of Tactical) of a period's objectives, without those that were dropped. Caller frees the
 * array. */
GPtrArray *team_tacticals_in(const Team *team, const Period *period);
Tactical *team_tactical(const Team *team, KrId id); /* NULL if it is not this team's */
Tactical *team_tactical_number(const Team *team, int32_t number);
/* The link between the same two KRs, of those of this team; NULL. */
KrLink *team_link(const Team *team, const KrLink *wanted);
/* How many of its links have an end here that is pursued: what is over takes no room. */
int32_t team_links_pursued(const Team *team, Day today);
#define TEAM_LINKS_MAX 20
/* How many tactical KRs an objective has, without those that were dropped. */
int32_t team_tacticals_under(const Team *team, ObjectiveId objective);
