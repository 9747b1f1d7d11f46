#include "books.h"

#include <string.h>

/* A copy of what one change said. */
typedef struct Fact {
    ChangeKind kind;
    TeamId team;
    SprintId in;
    int32_t number; /* of a blocker or a tactical KR */
    BookSprint *sprint;
    BookCheckin *checkin;
    BookTeam *of;
} Fact;

static void live_clear(gpointer live)
{
    g_free(((Live *)live)->message);
}

static void kr_free_book(gpointer data)
{
    BookKr *kr = data;

    g_array_unref(kr->live);
    g_free(kr);
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
        g_ptr_array_unref(team->sprints);
        g_free(team);
    }
}

static void fact_free(gpointer data)
{
    Fact *fact = data;

    sprint_free_book(fact->sprint);
    team_free_book(fact->of);
    g_free(fact->checkin);
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
    g_ptr_array_unref(books->pending);
    g_free(books->wrong);
    g_free(books);
}

/* --- copying --- */

static BookSprint *copy_sprint(const Sprint *sprint)
{
    BookSprint *copy = g_new0(BookSprint, 1);

    *copy = (BookSprint){.id = sprint->id,
                         .number = sprint->number,
                         .state = sprint->state,
                         .owners = g_array_copy(sprint->owners),
                         .window = sprint->window,
                         .facilitator = g_strdup(sprint->facilitator),
                         .anchor_unit = sprint->anchor_unit,
                         .anchor_open = sprint->anchor_open,
                         .krs = g_ptr_array_new_with_free_func(kr_free_book),
                         .actions = (int32_t)sprint->retro.actions->len};
    for (guint i = 0; i < sprint->krs->len; i++) {
        const Kr *kr = ((const SprintKr *)g_ptr_array_index(sprint->krs, i))->track->kr;
        BookKr *mine = g_new0(BookKr, 1);

        *mine = (BookKr){
            .id = kr->id, .number = kr->number, .unit = kr->unit, .baseline = kr->baseline};
        mine->live = g_array_new(FALSE, TRUE, sizeof(Live));
        g_array_set_clear_func(mine->live, live_clear);
        g_ptr_array_add(copy->krs, mine);
    }
    return copy;
}

static BookTeam *copy_team(const Team *team)
{
    BookTeam *copy = g_new0(BookTeam, 1);

    *copy = (BookTeam){.id = team->id,
                       .home = g_strdup(team->home),
                       .name = g_strdup(team->name),
                       .zone_name = g_strdup(team->zone_name),
                       .zone = g_time_zone_ref(team->zone),
                       .check_in = team->check_in,
                       .sprints = g_ptr_array_new()};
    return copy;
}

static BookCheckin *copy_checkin(const Checkin *checkin)
{
    BookCheckin *copy = g_new0(BookCheckin, 1);

    *copy = (BookCheckin){
        .id = checkin->id, .sprint = checkin->sprint, .team = checkin->team, .day = checkin->day};
    return copy;
}

void books_saved(Books *books, const Change *change)
{
    Fact *fact = g_new0(Fact, 1);

    fact->kind = change->kind;
    fact->team = change->team != NULL ? change->team->id : (TeamId){0};
    if (change->kind == CHANGE_SPRINT) {
        fact->sprint = copy_sprint(change->what);
    } else if (change->kind == CHANGE_TEAM) {
        fact->of = copy_team(change->what);
    } else if (change->kind == CHANGE_CHECKIN) {
        fact->checkin = copy_checkin(change->what);
    } else if (change->kind == CHANGE_BLOCKER) {
        fact->in = ((const Blocker *)change->what)->sprint;
        fact->number = ((const Blocker *)change->what)->number;
    } else if (change->kind == CHANGE_TACTICAL) {
        fact->number = ((const Tactical *)change->what)->track->kr->number;
    }
    g_ptr_array_add(books->pending, fact);
}

void books_undone(Books *books)
{
    g_ptr_array_set_size(books->pending, 0);
}

/* --- believing --- */

static void list_open(Books *books, BookSprint *sprint)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        BookTeam *team = books_team(books, g_array_index(sprint->owners, TeamId, i));

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
    kept.sprints = fact->of->sprints;
    *fact->of = kept;
}

static char *last_key(SprintId sprint, TeamId team)
{
    return g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, sprint.v, team.v);
}

static void believe_checkin(Books *books, Fact *fact)
{
    BookCheckin *checkin = fact->checkin;
    BookSprint *sprint = books_sprint(books, checkin->sprint);

    g_assert(sprint != NULL);
    sprint->dirty = true;
    if (books_checkin(books, checkin->id) != NULL) {
        return;
    }
    fact->checkin = NULL;
    g_hash_table_insert(books->checkins, &checkin->id.v, checkin);
    g_hash_table_replace(books->last, last_key(checkin->sprint, checkin->team), checkin);
}

static void believe(Books *books, Fact *fact)
{
    if (fact->kind == CHANGE_SPRINT) {
        believe_sprint(books, fact);
    } else if (fact->kind == CHANGE_TEAM) {
        believe_team(books, fact);
    } else if (fact->kind == CHANGE_CHECKIN) {
        believe_checkin(books, fact);
    } else if (fact->kind == CHANGE_BLOCKER) {
        BookSprint *sprint = books_sprint(books, fact->in);

        g_assert(sprint != NULL);
        sprint->blockers = MAX(sprint->blockers, fact->number);
    } else if (fact->kind == CHANGE_TACTICAL) {
        BookTeam *team = books_team(books, fact->team);

        g_assert(team != NULL);
        team->tacticals = MAX(team->tacticals, fact->number);
    }
}

void books_committed(Books *books)
{
    for (guint i = 0; i < books->pending->len; i++) {
        believe(books, g_ptr_array_index(books->pending, i));
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
