#pragma once

/* What is on record: copied from what the engine saved, change by change, and believed once it is
 * committed. The simulated people read it, as people look at their channel, and audits set it
 * against the store. */

#include "bot/store/store.h"

/* A value that a message gave and that still counts. */
typedef struct Live {
    char *message; /* NULL: a command or a button, which cannot be edited */
    Decimal value;
} Live;

typedef struct BookKr {
    KrId id;
    int32_t number;
    Unit unit;
    Decimal baseline;
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
    Unit anchor_unit;
    Decimal anchor_open;
    GPtrArray *krs;   /* of BookKr */
    int32_t blockers; /* how many were ever reported */
    int32_t actions;
    bool dirty; /* changed since its last audit */
} BookSprint;

typedef struct BookCheckin {
    CheckinId id;
    SprintId sprint;
    TeamId team;
    Day day;
    int posts, summaries; /* what reached the channel */
} BookCheckin;

typedef struct BookTeam {
    TeamId id;
    char *home, *name, *zone_name;
    GTimeZone *zone;
    int32_t check_in;
    int32_t tacticals;
    GPtrArray *sprints; /* of BookSprint: not closed; borrowed */
} BookTeam;

typedef struct Books {
    GHashTable *sprints;  /* id -> BookSprint */
    GHashTable *checkins; /* id -> BookCheckin */
    GHashTable *last;     /* "sprint/team" -> BookCheckin: the newest one of each */
    GPtrArray *teams;     /* of BookTeam, in the order in which they were made */
    GPtrArray *all;       /* of BookSprint, in the order in which they were opened */
    GPtrArray *pending;   /* of Fact: saved, not yet committed */
    bool moved;           /* sprints have changed since somebody last looked */
    char *wrong;          /* what a change did that none may do; NULL */
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
/* The newest check-in of the sprint in that team; NULL before the first. */
BookCheckin *books_last(const Books *books, SprintId sprint, TeamId team);
BookKr *book_kr(const BookSprint *sprint, int32_t number);
Decimal book_value(const BookKr *kr);
