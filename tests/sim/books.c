#include "books.h"

#include <string.h>

#include "core/weekly_days.h"

/* A copy of what one change said. */
typedef struct Fact {
    ChangeKind kind;
    TeamId team;
    SprintId in;
    int32_t number; /* of a blocker, or the days of a follow-up reading */
    BookSprint *sprint;
    BookCheckin *checkin;
    BookTeam *of;
    BookKr *kr;
    BookPeriod *period;
    BookProposal *proposal;
    CheckinId answered; /* by an answer that changed */
    char *fault;        /* what no change may do */
} Fact;

static void live_clear(gpointer live)
{
    g_free(((Live *)live)->message);
}

static void kr_free_book(gpointer data)
{
    BookKr *kr = data;

    if (kr != NULL) {
        g_array_unref(kr->live);
        g_ptr_array_unref(kr->reasons);
        g_free(kr);
    }
}

static void period_free_book(gpointer data)
{
    BookPeriod *period = data;

    if (period != NULL) {
        g_free(period->name);
        g_free(period);
    }
}

static void sprint_free_book(gpointer data)
{
    BookSprint *sprint = data;

    if (sprint != NULL) {
        g_array_unref(sprint->owners);
        g_free(sprint->facilitator);
        g_ptr_array_unref(sprint->krs);
        g_free(sprint);
    }
}

static void team_free_book(gpointer data)
{
    BookTeam *team = data;

    if (team != NULL) {
        g_free(team->home);
        g_free(team->name);
        g_free(team->zone_name);
        g_time_zone_unref(team->zone);
        g_ptr_array_unref(team->tacticals);
        g_ptr_array_unref(team->periods);
        g_ptr_array_unref(team->sprints);
        g_free(team);
    }
}

static void fact_free(gpointer data)
{
    Fact *fact = data;

    sprint_free_book(fact->sprint);
    team_free_book(fact->of);
    kr_free_book(fact->kr);
    period_free_book(fact->period);
    g_free(fact->checkin);
    g_free(fact->proposal);
    g_free(fact->fault);
    g_free(fact);
}

Books *books_new(void)
{
    Books *books = g_new0(Books, 1);

    books->sprints = g_hash_table_new(g_int64_hash, g_int64_equal);
    books->checkins = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    books->last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    books->teams = g_ptr_array_new_with_free_func(team_free_book);
    books->all = g_ptr_array_new_with_free_func(sprint_free_book);
    books->proposals = g_ptr_array_new_with_free_func(g_free);
    books->proposed = g_ptr_array_new_with_free_func(g_free);
    books->pending = g_ptr_array_new_with_free_func(fact_free);
    return books;
}

void books_free(Books *books)
{
    if (books == NULL) {
        return;
    }
    g_hash_table_unref(books->sprints);
    g_hash_table_unref(books->checkins);
    g_hash_table_unref(books->last);
    g_ptr_array_unref(books->teams);
    g_ptr_array_unref(books->all);
    g_ptr_array_unref(books->proposals);
    g_ptr_array_unref(books->proposed);
    g_ptr_array_unref(books->pending);
    g_free(books->wrong);
    g_free(books);
}

/* --- copying --- */

static BookKr *copy_kr(const Kr *kr)
{
    BookKr *copy = g_new0(BookKr, 1);

    *copy = (BookKr){.id = kr->id,
                     .number = kr->number,
                     .unit = kr->unit,
                     .baseline = kr->baseline,
                     .target = kr->target,
                     .reasons = g_ptr_array_new_with_free_func(g_free)};
    copy->live = g_array_new(FALSE, TRUE, sizeof(Live));
    g_array_set_clear_func(copy->live, live_clear);
    return copy;
}

static void copy_sprint(Fact *fact, const Change *change)
{
    const Sprint *sprint = change->what;
    BookSprint *copy = g_new0(BookSprint, 1);

    *copy = (BookSprint){.id = sprint->id,
                         .number = sprint->number,
                         .state = sprint->state,
                         .owners = g_array_copy(sprint->owners),
                         .window = sprint->window,
                         .facilitator = g_strdup(sprint->facilitator),
                         .anchor = sprint->anchor,
                         .anchor_unit = sprint->anchor_unit,
                         .anchor_open = sprint->anchor_open,
                         .krs = g_ptr_array_new_with_free_func(kr_free_book),
                         .actions = (int32_t)sprint->retro.actions->len};
    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        g_ptr_array_add(copy->krs, copy_kr(kr->track->kr));
    }
    fact->sprint = copy;
}

static void copy_team(Fact *fact, const Change *change)
{
    const Team *team = change->what;

    fact->of = g_new0(BookTeam, 1);
    *fact->of = (BookTeam){.id = team->id,
                           .home = g_strdup(team->home),
                           .name = g_strdup(team->name),
                           .zone_name = g_strdup(team->zone_name),
                           .zone = g_time_zone_ref(team->zone),
                           .check_in = team->check_in,
                           .tacticals = g_ptr_array_new_with_free_func(kr_free_book),
                           .periods = g_ptr_array_new_with_free_func(period_free_book),
                           .sprints = g_ptr_array_new()};
}

/* A weekly check-in is asked on its day: which that is the core tells (weekly_days.h). */
static char *fault_of_day(const Team *team, const Checkin *checkin)
{
    g_autofree char *day = day_iso(checkin->day);

    return ID_SET(checkin->sprint) || checkin->summarised ||
                   day_cmp(weekly_next(team, checkin->day), checkin->day) == 0
               ? NULL
               : g_strdup_printf("%s asked its weekly check-in on %s", team->home, day);
}

static void copy_checkin(Fact *fact, const Change *change)
{
    const Checkin *checkin = change->what;

    fact->checkin = g_new0(BookCheckin, 1);
    *fact->checkin = (BookCheckin){.id = checkin->id,
                                   .sprint = checkin->sprint,
                                   .team = checkin->team,
                                   .day = checkin->day,
                                   .summarised = checkin->summarised};
    fact->fault = fault_of_day(change->team, checkin);
}

static void copy_answer(Fact *fact, const Change *change)
{
    fact->answered = ((const Answer *)change->what)->checkin;
}

static void copy_blocker(Fact *fact, const Change *change)
{
    const Blocker *blocker = change->what;

    fact->in = blocker->sprint;
    fact->number = blocker->number;
}

static void copy_follow_up(Fact *fact, const Change *change)
{
    const FollowUp *follow_up = change->what;

    fact->in = follow_up->sprint;
    fact->number = follow_up->days;
}

static void copy_tactical(Fact *fact, const Change *change)
{
    const Tactical *tactical = change->what;

    fact->kr = copy_kr(tactical->track->kr);
    fact->kr->period = team_tactical_period(change->team, tactical)->days;
    fact->kr->dropped = tactical->dropped;
    fact->kr->confidence = tactical->confidence;
}

static void copy_period(Fact *fact, const Change *change)
{
    const Period *period = change->what;

    fact->period = g_new0(BookPeriod, 1);
    *fact->period = (BookPeriod){.name = g_strdup(period->name), .days = period->days};
}

static void copy_proposal(Fact *fact, const Change *change)
{
    const Proposal *proposal = change->what;

    fact->proposal = g_new0(BookProposal, 1);
    *fact->proposal = (BookProposal){.id = proposal->id,
                                     .team = proposal->team,
                                     .feeder_team = proposal->feeder_team,
                                     .kr = proposal->kr,
                                     .feeder = proposal->feeder,
                                     .kind = proposal->kind,
                                     .state = proposal->state,
                                     .off = proposal->off,
                                     .checkin = proposal->checkin,
                                     .silent = *proposal->evidence == '\0',
                                     .taken = ID_SET(proposal->sprint)};
}

/* What is noted of a change of that kind, and what is made of it once it is committed. */
typedef struct FactKind {
    void (*copy)(Fact *fact, const Change *change);
    void (*believe)(Books *books, Fact *fact);
} FactKind;

static const FactKind fact_kinds[CHANGE_KIND_COUNT];

void books_saved(Books *books, const Change *change)
{
    Fact *fact = NULL;

    if (fact_kinds[change->kind].copy == NULL) {
        return;
    }
    fact = g_new0(Fact, 1);
    fact->kind = change->kind;
    fact->team = change->team != NULL ? change->team->id : (TeamId){0};
    fact_kinds[change->kind].copy(fact, change);
    g_ptr_array_add(books->pending, fact);
}

/* --- believing --- */

/* What a change speaks of is on record. */
static BookTeam *team_there(const Books *books, TeamId id)
{
    BookTeam *team = books_team(books, id);

    g_assert(team != NULL);
    return team;
}

static BookSprint *sprint_there(const Books *books, SprintId id)
{
    BookSprint *sprint = books_sprint(books, id);

    g_assert(sprint != NULL);
    return sprint;
}

static void list_open(Books *books, BookSprint *sprint)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        BookTeam *team = team_there(books, g_array_index(sprint->owners, TeamId, i));

        if (sprint->state == SPRINT_CLOSED) {
            g_ptr_array_remove(team->sprints, sprint);
        } else if (!g_ptr_array_find(team->sprints, sprint, NULL)) {
            g_ptr_array_add(team->sprints, sprint);
        }
    }
}

static void wrong(Books *books, char *take_what)
{
    if (books->wrong != NULL) {
        g_free(take_what);
        return;
    }
    books->wrong = take_what;
}

static void believe_sprint(Books *books, Fact *fact)
{
    BookSprint *there = books_sprint(books, fact->sprint->id);

    if (there == NULL) {
        there = g_steal_pointer(&fact->sprint);
        if (there->state != SPRINT_ACTIVE) {
            wrong(books, g_strdup_printf("sprint %d began as %s", there->number,
                                         sprint_state_name(there->state)));
        }
        g_hash_table_insert(books->sprints, &there->id.v, there);
        g_ptr_array_add(books->all, there);
    } else {
        if (fact->sprint->state < there->state || fact->sprint->state > there->state + 1 ||
            fact->sprint->number != there->number) {
            wrong(books, g_strdup_printf("sprint %d went from %s to %s", there->number,
                                         sprint_state_name(there->state),
                                         sprint_state_name(fact->sprint->state)));
        }
        there->state = fact->sprint->state;
        there->actions = fact->sprint->actions;
    }
    there->dirty = true;
    books->moved = true;
    list_open(books, there);
}

static void believe_team(Books *books, Fact *fact)
{
    BookTeam *there = books_team(books, fact->of->id);

    if (there == NULL) {
        g_ptr_array_add(books->teams, g_steal_pointer(&fact->of));
        return;
    }
    BookTeam kept = *there;
    *there = *fact->of;
    there->sprints = kept.sprints;
    there->tacticals = kept.tacticals;
    there->periods = kept.periods;
    there->dirty = kept.dirty;
    kept.sprints = fact->of->sprints;
    kept.tacticals = fact->of->tacticals;
    kept.periods = fact->of->periods;
    *fact->of = kept;
}

static char *last_key(SprintId sprint, TeamId team)
{
    return g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, sprint.v, team.v);
}

/* Whose records are to be read again. */
static void touch(Books *books, const BookCheckin *checkin)
{
    if (ID_SET(checkin->sprint)) {
        sprint_there(books, checkin->sprint)->dirty = true;
        return;
    }
    team_there(books, checkin->team)->dirty = true;
    books->looked = books->looked || checkin->summarised;
}

static void believe_checkin(Books *books, Fact *fact)
{
    BookCheckin *there = books_checkin(books, fact->checkin->id);

    if (there == NULL) {
        there = g_steal_pointer(&fact->checkin);
        g_hash_table_insert(books->checkins, &there->id.v, there);
        g_hash_table_replace(books->last, last_key(there->sprint, there->team), there);
        if (fact->fault != NULL) {
            wrong(books, g_steal_pointer(&fact->fault));
        }
    } else if (there->summarised && !ID_SET(there->sprint)) {
        wrong(books, g_strdup_printf("weekly check-in %" G_GINT64_FORMAT " was summed up twice",
                                     there->id.v));
    } else {
        there->summarised = fact->checkin->summarised;
    }
    touch(books, there);
}

static void believe_answer(Books *books, Fact *fact)
{
    const BookCheckin *checkin = books_checkin(books, fact->answered);

    touch(books, checkin);
    books->voiced = ID_SET(checkin->sprint) ? books->voiced : checkin;
}

static void believe_blocker(Books *books, Fact *fact)
{
    BookSprint *sprint = sprint_there(books, fact->in);

    sprint->blockers = MAX(sprint->blockers, fact->number);
}

static void believe_follow_up(Books *books, Fact *fact)
{
    BookSprint *sprint = sprint_there(books, fact->in);
    uint64_t bit = UINT64_C(1) << fact->number;

    if ((sprint->follow_ups & bit) != 0) {
        wrong(books, g_strdup_printf("sprint %d was read twice %d days after its close",
                                     sprint->number, fact->number));
    }
    sprint->follow_ups |= bit;
}

static void believe_tactical(Books *books, Fact *fact)
{
    BookTeam *team = team_there(books, fact->team);
    BookKr *there = book_tactical(team, fact->kr->id);

    team->dirty = true;
    if (there == NULL) {
        g_ptr_array_add(team->tacticals, g_steal_pointer(&fact->kr));
        return;
    }
    books->rated = there->confidence != fact->kr->confidence ? team : books->rated;
    there->unit = fact->kr->unit;
    there->target = fact->kr->target;
    there->dropped = fact->kr->dropped;
    there->confidence = fact->kr->confidence;
}

static void believe_period(Books *books, Fact *fact)
{
    g_ptr_array_add(team_there(books, fact->team)->periods, g_steal_pointer(&fact->period));
}

static BookProposal *proposal_there(const Books *books, ProposalId id)
{
    for (guint i = books->proposals->len; i > 0; i--) {
        BookProposal *proposal = g_ptr_array_index(books->proposals, i - 1);

        if (ID_EQ(proposal->id, id)) {
            return proposal;
        }
    }
    return NULL;
}

static void believe_proposal(Books *books, Fact *fact)
{
    BookProposal *there = proposal_there(books, fact->proposal->id);

    if (there == NULL) {
        there = g_new0(BookProposal, 1);
        g_ptr_array_add(books->proposals, there);
    }
    *there = *fact->proposal;
    g_ptr_array_add(books->proposed, g_steal_pointer(&fact->proposal));
}

static const FactKind fact_kinds[CHANGE_KIND_COUNT] = {
    [CHANGE_TEAM] = {copy_team, believe_team},
    [CHANGE_PERIOD] = {copy_period, believe_period},
    [CHANGE_TACTICAL] = {copy_tactical, believe_tactical},
    [CHANGE_SPRINT] = {copy_sprint, believe_sprint},
    [CHANGE_CHECKIN] = {copy_checkin, believe_checkin},
    [CHANGE_ANSWER] = {copy_answer, believe_answer},
    [CHANGE_BLOCKER] = {copy_blocker, believe_blocker},
    [CHANGE_PROPOSAL] = {copy_proposal, believe_proposal},
    [CHANGE_FOLLOW_UP] = {copy_follow_up, believe_follow_up},
};

void books_undone(Books *books)
{
    g_ptr_array_set_size(books->pending, 0);
}

void books_committed(Books *books)
{
    g_ptr_array_set_size(books->proposed, 0);
    books->looked = false;
    books->voiced = NULL;
    books->rated = NULL;
    for (guint i = 0; i < books->pending->len; i++) {
        Fact *fact = g_ptr_array_index(books->pending, i);

        fact_kinds[fact->kind].believe(books, fact);
    }
    if (books->voiced != NULL && books->rated != NULL && !books->voiced->summarised &&
        ID_EQ(books->voiced->team, books->rated->id)) {
        wrong(books, g_strdup_printf("%s got to know confidence before its weekly check-in closed",
                                     books->rated->home));
    }
    g_ptr_array_set_size(books->pending, 0);
}

/* --- looking up --- */

BookTeam *books_team(const Books *books, TeamId id)
{
    for (guint i = 0; i < books->teams->len; i++) {
        BookTeam *team = g_ptr_array_index(books->teams, i);

        if (ID_EQ(team->id, id)) {
            return team;
        }
    }
    return NULL;
}

BookTeam *books_home(const Books *books, const char *channel)
{
    for (guint i = 0; i < books->teams->len; i++) {
        BookTeam *team = g_ptr_array_index(books->teams, i);

        if (g_strcmp0(team->home, channel) == 0) {
            return team;
        }
    }
    return NULL;
}

BookSprint *books_sprint(const Books *books, SprintId id)
{
    return g_hash_table_lookup(books->sprints, &id.v);
}

BookSprint *books_numbered(const Books *books, int32_t number)
{
    for (guint i = 0; i < books->all->len; i++) {
        BookSprint *sprint = g_ptr_array_index(books->all, i);

        if (sprint->number == number) {
            return sprint;
        }
    }
    return NULL;
}

BookCheckin *books_checkin(const Books *books, CheckinId id)
{
    return g_hash_table_lookup(books->checkins, &id.v);
}

BookCheckin *books_last(const Books *books, SprintId sprint, TeamId team)
{
    g_autofree char *key = last_key(sprint, team);

    return g_hash_table_lookup(books->last, key);
}

BookKr *book_kr(const BookSprint *sprint, int32_t number)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        BookKr *kr = g_ptr_array_index(sprint->krs, i);

        if (kr->number == number) {
            return kr;
        }
    }
    return NULL;
}

Decimal book_value(const BookKr *kr)
{
    return kr->live->len > 0 ? g_array_index(kr->live, Live, kr->live->len - 1).value
                             : kr->baseline;
}

BookKr *book_tactical(const BookTeam *team, KrId id)
{
    for (guint i = 0; i < team->tacticals->len; i++) {
        BookKr *kr = g_ptr_array_index(team->tacticals, i);

        if (ID_EQ(kr->id, id)) {
            return kr;
        }
    }
    return NULL;
}

bool book_asked(const BookKr *kr, Day day)
{
    return !kr->dropped && day_cmp(kr->period.first, day) <= 0 &&
           day_cmp(day, kr->period.last) <= 0;
}
