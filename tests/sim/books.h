#pragma once

/* What is on record: copied from what the engine saved, change by change, and believed once it is
 * committed. The simulated people read it, as people look at their channel, and audits set it
 * against the store. */

#include "bot/store/store.h"

/* How an answer gives a value: as it is, as a movement, or as the one there was. */
typedef enum How { HOW_IS, HOW_BY, HOW_SAME } How;

/* A value that a message gave and that still counts. */
typedef struct Live {
    char *message; /* NULL: a command or a button, which cannot be edited */
    How how;       /* a sprint's are HOW_IS: nobody else moves its key results */
    Decimal value;
} Live;

typedef struct BookKr {
    KrId id;
    int32_t number;
    Unit unit;
    Decimal baseline;
    Decimal target; /* as this and the next four, of a tactical KR */
    Window period;
    bool dropped;
    int32_t confidence;
    guint imported;     /* readings that were merged from files */
    GPtrArray *reasons; /* of char *: why its target changed, as far as that was acknowledged */
    GArray *live;  /* of Live, in the order in which they were acknowledged: what the audits expect
                      to find */
    guint audited; /* readings that an audit has seen, and their sum: they may only be added to */
    uint64_t sum;
} BookKr;

typedef struct BookSprint {
    SprintId id;
    int32_t number;
    SprintState state;
    GArray *owners; /* of TeamId */
    Window window;
    char *facilitator;
    KrId anchor;
    Unit anchor_unit;
    Decimal anchor_open;
    GPtrArray *krs;      /* of BookKr */
    uint64_t follow_ups; /* a bit for each number of days after which the anchor was read again */
    int32_t blockers;    /* how many were ever reported */
    int32_t actions;
    bool dirty; /* changed since its last audit */
} BookSprint;

typedef struct BookCheckin {
    CheckinId id;
    SprintId sprint; /* none: a weekly one */
    TeamId team;
    Day day;
    bool summarised;
    int posts, summaries; /* what reached the channel */
} BookCheckin;

typedef struct BookPeriod {
    char *name;
    Window days;
} BookPeriod;

typedef struct BookProposal {
    ProposalId id;
    TeamId team, feeder_team;
    KrId kr, feeder;
    SignalKind kind;
    EpisodeState state;
    Decimal off;
    Day checkin;
    bool silent; /* another one speaks for it */
    bool taken;  /* a sprint was opened from it */
} BookProposal;

typedef struct BookTeam {
    TeamId id;
    char *home, *name, *zone_name;
    GTimeZone *zone;
    int32_t check_in;
    GPtrArray *tacticals; /* of BookKr, by number */
    GPtrArray *periods;   /* of BookPeriod */
    GPtrArray *sprints;   /* of BookSprint: not closed; borrowed */
    bool dirty;           /* its weekly answers or tactical KRs changed since their last audit */
} BookTeam;

typedef struct Books {
    GHashTable *sprints;  /* id -> BookSprint */
    GHashTable *checkins; /* id -> BookCheckin */
    GHashTable *last;     /* "sprint/team" -> BookCheckin: the newest one of each */
    GPtrArray *teams;     /* of BookTeam, in the order in which they were made */
    GPtrArray *all;       /* of BookSprint, in the order in which they were opened */
    GPtrArray *proposals; /* of BookProposal, by age */
    GPtrArray *proposed; /* of BookProposal: as they stood in each save of the last commit; borrowed
                            until the next */
    bool looked;         /* the last commit touched a weekly check-in that is summed up */
    const BookCheckin *voiced; /* the weekly one that the commit under way answered; NULL */
    const BookTeam *rated;     /* whose KR's confidence it changed; NULL */
    GPtrArray *pending;        /* of Fact: saved, not yet committed */
    bool moved;                /* sprints have changed since somebody last looked */
    char *wrong;               /* what a change did that none may do; NULL */
} Books;

Books *books_new(void);
void books_free(Books *books);
void books_saved(Books *books, const Change *change);
void books_committed(Books *books);
void books_undone(Books *books);

BookTeam *books_team(const Books *books, TeamId id);
BookTeam *books_home(const Books *books, const char *channel);
BookSprint *books_sprint(const Books *books, SprintId id);
BookSprint *books_numbered(const Books *books, int32_t number);
BookCheckin *books_checkin(const Books *books, CheckinId id);
/* The newest check-in of the sprint in that team, or of no sprint: its newest weekly one; NULL
 * before the first. */
BookCheckin *books_last(const Books *books, SprintId sprint, TeamId team);
BookKr *book_kr(const BookSprint *sprint, int32_t number);
Decimal book_value(const BookKr *kr);
BookKr *book_tactical(const BookTeam *team, KrId id); /* NULL if it is not this team's */
/* A weekly check-in on that day asks about it. */
bool book_asked(const BookKr *kr, Day day);
