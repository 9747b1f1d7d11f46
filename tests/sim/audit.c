#include "audit.h"

#include "audit_tactical.h"
#include "core/schedule.h"
#include "judge.h"
#include "people.h"
#include "platform.h"

#define TEAM_SPRINTS_MAX 2
/* Steps that say nothing of sprints are believed, but for every so many. */
#define LOOK_ANYWAY 50

static const StoreOps *real_ops(const Sim *sim)
{
    return sim->store->real->ops;
}

static Sprint *load(Sim *sim, SprintId id)
{
    g_autoptr(GError) error = NULL;
    Sprint *sprint = NULL;

    if (!real_ops(sim)->sprint_load(sim->store->real, id, &sprint, &error)) {
        sim_fail(sim, "loading sprint %" G_GINT64_FORMAT ": %s", id.v, error->message);
    } else if (sprint == NULL) {
        sim_fail(sim, "sprint %" G_GINT64_FORMAT " is gone from the store", id.v);
    }
    return sprint;
}

/* --- after each step --- */

static bool is_listed(const GArray *ids, SprintId id)
{
    for (guint i = 0; i < ids->len; i++) {
        if (ID_EQ(g_array_index(ids, SprintId, i), id)) {
            return true;
        }
    }
    return false;
}

static void audit_team(Sim *sim, const BookTeam *team)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(SprintId));
    g_autoptr(GError) error = NULL;

    if (!real_ops(sim)->team_sprints(sim->store->real, team->id, ids, &error)) {
        sim_fail(sim, "asking for a team's sprints: %s", error->message);
    } else if (ids->len > TEAM_SPRINTS_MAX) {
        sim_fail(sim, "%s has %u sprints that are not closed", team->home, ids->len);
    } else if (ids->len != team->sprints->len) {
        sim_fail(sim, "%s has %u open sprints in the store and %u on record", team->home, ids->len,
                 team->sprints->len);
    }
    for (guint i = 0; i < team->sprints->len; i++) {
        const BookSprint *sprint = g_ptr_array_index(team->sprints, i);

        if (!is_listed(ids, sprint->id)) {
            sim_fail(sim, "sprint %d left %s without being closed", sprint->number, team->home);
        }
    }
}

void audit_step(Sim *sim)
{
    if (sim->books->wrong != NULL) {
        sim_fail(sim, "%s", sim->books->wrong);
    }
    if (!sim->books->moved && sim->stats->engine_steps % LOOK_ANYWAY != 0) {
        return;
    }
    sim->books->moved = false;
    for (guint i = 0; i < sim->books->teams->len; i++) {
        audit_team(sim, g_ptr_array_index(sim->books->teams, i));
    }
}

/* --- a sprint's record --- */

static void audit_closed(Sim *sim, const Sprint *sprint)
{
    const Retro *retro = &sprint->retro;

    if (retro->confirmed_by == NULL || retro->moved == MOVED_UNSAID || retro->learned == NULL ||
        retro->change == TACTICAL_UNSAID || sprint->closed.us == 0) {
        sim_fail(sim, "sprint %d is closed without its retrospective", sprint->number);
    }
}

/* By one of those before `end`. */
static bool is_retracted(const GPtrArray *readings, guint i, guint end)
{
    const Reading *reading = g_ptr_array_index(readings, i);

    for (guint j = i + 1; j < end; j++) {
        if (ID_EQ(((const Reading *)g_ptr_array_index(readings, j))->retracts, reading->id)) {
            return true;
        }
    }
    return false;
}

/* What counted when the ith reading came. */
static Decimal value_before(const GPtrArray *readings, guint i, Decimal baseline)
{
    for (guint j = i; j > 0; j--) {
        const Reading *reading = g_ptr_array_index(readings, j - 1);

        if (!ID_SET(reading->retracts) && !is_retracted(readings, j - 1, i)) {
            return reading->value;
        }
    }
    return baseline;
}

/* What that reading is to be, as it was said. */
static Decimal wanted_value(const GPtrArray *readings, guint i, const BookKr *book,
                            const Live *live)
{
    Decimal value = live->value;

    if (live->how != HOW_IS) {
        Decimal before = value_before(readings, i, book->baseline);

        value.millionths = before.millionths + (live->how == HOW_BY ? value.millionths : 0);
    }
    return value;
}

/* The answers' values that count, in order, must be those that were acknowledged. */
static void audit_values(Sim *sim, const char *whose, const GPtrArray *readings, const BookKr *book)
{
    guint n = 0;

    for (guint i = 0; i < readings->len; i++) {
        const Reading *reading = g_ptr_array_index(readings, i);

        if (reading->source != READING_CHECKIN || ID_SET(reading->retracts) ||
            is_retracted(readings, i, readings->len)) {
            continue;
        }
        const Live *live = n < book->live->len ? &g_array_index(book->live, Live, n) : NULL;
        Decimal value = live != NULL ? wanted_value(readings, i, book, live) : (Decimal){0};
        n++;
        if (live == NULL || decimal_cmp(value, reading->value) != 0 ||
            g_strcmp0(live->message, reading->message) != 0) {
            g_autofree char *found = decimal_text(reading->value);
            g_autofree char *wanted = live != NULL ? decimal_text(value) : g_strdup("nothing");

            sim_fail(sim, "KR%d of %s: answer %u is %s from %s, but %s from %s was acknowledged",
                     book->number, whose, n, found, reading->message, wanted,
                     live != NULL ? live->message : "nobody");
            return;
        }
    }
    if (n < book->live->len) {
        const Live *live = &g_array_index(book->live, Live, n);
        g_autofree char *wanted = decimal_text(live->value);

        sim_fail(sim, "KR%d of %s lost an acknowledged answer: %s from %s", book->number, whose,
                 wanted, live->message);
    }
}

static uint64_t sum_of(const GPtrArray *readings, guint n)
{
    uint64_t sum = 0;

    for (guint i = 0; i < n; i++) {
        const Reading *reading = g_ptr_array_index(readings, i);

        sum = sum * 31 + (uint64_t)reading->id.v;
        sum = sum * 31 + (uint64_t)reading->value.millionths;
        sum = sum * 31 + (uint64_t)reading->retracts.v;
    }
    return sum;
}

void audit_readings(Sim *sim, const char *whose, const GPtrArray *readings, BookKr *book)
{
    if (readings->len < book->audited || sum_of(readings, book->audited) != book->sum) {
        sim_fail(sim, "a reading of KR%d of %s was changed or lost", book->number, whose);
    }
    book->audited = readings->len;
    book->sum = sum_of(readings, book->audited);
    audit_values(sim, whose, readings, book);
}

static void audit_kr(Sim *sim, const Sprint *sprint, BookKr *book)
{
    const SprintKr *kr = sprint_kr_of(sprint, book->id);
    g_autofree char *whose = g_strdup_printf("sprint %d", sprint->number);

    if (kr == NULL) {
        sim_fail(sim, "KR%d of %s is gone", book->number, whose);
    } else {
        audit_readings(sim, whose, kr->track->readings, book);
    }
}

static void audit_checkins(Sim *sim, const Sprint *sprint)
{
    for (guint i = 0; i < sprint->checkins->len; i++) {
        const Checkin *checkin = g_ptr_array_index(sprint->checkins, i);
        const BookCheckin *book = books_checkin(sim->books, checkin->id);

        if (book == NULL || !ID_EQ(book->sprint, sprint->id) || !ID_EQ(book->team, checkin->team) ||
            day_cmp(book->day, checkin->day) != 0) {
            sim_fail(sim, "check-in %" G_GINT64_FORMAT " of sprint %d is not what was recorded",
                     checkin->id.v, sprint->number);
        }
        if (sprint_checkin_on(sprint, checkin->team, checkin->day) != checkin) {
            sim_fail(sim, "sprint %d asked twice on one day", sprint->number);
        }
        if (sprint_checkin_last(sprint, checkin->team)->id.v !=
            books_last(sim->books, sprint->id, checkin->team)->id.v) {
            sim_fail(sim, "sprint %d: a reload takes another check-in for the newest",
                     sprint->number);
        }
    }
}

static void audit_sprint(Sim *sim, BookSprint *book)
{
    g_autoptr(Sprint) sprint = load(sim, book->id);

    if (sprint == NULL) {
        return;
    }
    sim->stats->audits++;
    if (sprint->state != book->state || sprint->number != book->number) {
        sim_fail(sim, "sprint %d is %s in the store and %s on record", book->number,
                 sprint_state_name(sprint->state), sprint_state_name(book->state));
    }
    if (sprint->state == SPRINT_CLOSED) {
        audit_closed(sim, sprint);
    }
    for (guint i = 0; i < book->krs->len; i++) {
        audit_kr(sim, sprint, g_ptr_array_index(book->krs, i));
    }
    audit_checkins(sim, sprint);
    book->dirty = false;
}

void audit_dirty(Sim *sim)
{
    for (guint i = 0; !sim->down && i < sim->books->all->len && sim->failure == NULL; i++) {
        BookSprint *book = g_ptr_array_index(sim->books->all, i);

        if (book->dirty) {
            audit_sprint(sim, book);
        }
    }
    for (guint i = 0; !sim->down && i < sim->books->teams->len && sim->failure == NULL; i++) {
        BookTeam *team = g_ptr_array_index(sim->books->teams, i);

        if (team->dirty) {
            audit_tacticals(sim, team);
        }
    }
}

/* --- when all is delivered --- */

static void free_row(gpointer row)
{
    outbox_row_free(row);
}

static void audit_outbox(Sim *sim)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    g_autoptr(GError) error = NULL;

    if (!real_ops(sim)->outbox_pending(sim->store->real, sim->workspace, 0, 10, rows, &error)) {
        sim_fail(sim, "asking for the outbox: %s", error->message);
    } else if (rows->len > 0) {
        const OutboxRow *row = g_ptr_array_index(rows, 0);

        sim_fail(sim, "the outbox does not drain: card %" G_GINT64_FORMAT " (%s) waits", row->id,
                 card_kind_name(row->card->kind));
    }
}

/* Which kinds of timers may be left of what. */
static const struct {
    bool no_sprint; /* it is about a team, or a draft */
    bool closed;    /* it goes on behind a sprint's close */
} timer_rules[TIMER_KIND_COUNT] = {
    [TIMER_DRAFT] = {.no_sprint = true},  [TIMER_WEEKLY] = {.no_sprint = true},
    [TIMER_PERIOD] = {.no_sprint = true}, [TIMER_WEEKLY_NUDGE] = {.no_sprint = true},
    [TIMER_ACTION] = {.closed = true},    [TIMER_WEEKLY_SUMMARY] = {.no_sprint = true},
    [TIMER_FOLLOW_UP] = {.closed = true}, [TIMER_FOLLOW_UP_TAKE] = {.closed = true},
};

static void audit_timer(Sim *sim, const Timer *timer)
{
    const BookSprint *sprint = books_sprint(sim->books, timer->sprint);

    if (timer_rules[timer->kind].no_sprint) {
        return;
    }
    if (sprint == NULL) {
        sim_fail(sim, "a %s timer names no sprint", timer_kind_name(timer->kind));
    } else if (sprint->state == SPRINT_CLOSED && !timer_rules[timer->kind].closed) {
        sim_fail(sim, "a %s timer is left of sprint %d, which is closed",
                 timer_kind_name(timer->kind), sprint->number);
    }
}

/* When that timer is due; INT64_MAX: there is none. */
static int64_t due_of(const GArray *timers, TimerKind kind, SprintId sprint, const Team *team)
{
    for (guint i = 0; i < timers->len; i++) {
        const Timer *timer = &g_array_index(timers, Timer, i);

        if (timer->kind == kind && ID_EQ(timer->sprint, sprint) &&
            (team == NULL || ID_EQ(timer->team, team->id))) {
            return timer->due.us;
        }
    }
    return INT64_MAX;
}

/* The next reminder that nobody has seen yet is set. */
static void audit_reminder(Sim *sim, const GArray *timers, const Sprint *sprint, const Team *team)
{
    Day days[3];
    int n = schedule_reminder_days(sprint, team, days);

    for (int i = 0; i < n; i++) {
        int64_t due = team_check_in(team, days[i]).us;
        g_autofree char *day = day_iso(days[i]);

        if (due > sim->latest && !judge_reminded(sim, sprint->number, days[i], team->home)) {
            if (due_of(timers, TIMER_REMINDER, sprint->id, team) > due) {
                sim_fail(sim, "sprint %d will not be called to mind in %s on %s", sprint->number,
                         team->home, day);
            }
            return;
        }
    }
}

/* The team will be asked on its next working day, and reminded of the end. */
static void audit_home(Sim *sim, const GArray *timers, const Sprint *sprint, TeamId id)
{
    g_autoptr(GError) error = NULL;
    Team *loaded = NULL;

    if (!real_ops(sim)->team_load(sim->store->real, id, &loaded, &error)) {
        sim_fail(sim, "loading a team: %s", error->message);
        return;
    }
    g_autoptr(Team) team = loaded;
    NextDay next = schedule_next_prompt(sprint, team, sim_now(sim), false);
    bool comes_again =
        next.any && next.due.us <= sim->latest; /* what was decided on that day stands */
    if (next.any && !comes_again && due_of(timers, TIMER_PROMPT, sprint->id, team) > next.due.us) {
        g_autofree char *day = day_iso(next.day);

        sim_fail(sim, "sprint %d will not be asked after in %s on %s", sprint->number, team->home,
                 day);
    }
    if (sim->calm) { /* else one may still be on its way */
        audit_reminder(sim, timers, sprint, team);
    }
}

/* What is open has a clock that drives it on. */
static void audit_driven(Sim *sim, const GArray *timers, const BookSprint *book)
{
    bool active = book->state == SPRINT_ACTIVE;

    if (book->state == SPRINT_CLOSED) {
        return;
    }
    if (due_of(timers, active ? TIMER_EXPIRY : TIMER_LADDER, book->id, NULL) == INT64_MAX) {
        sim_fail(sim, "sprint %d is %s, and nothing will drive it on", book->number,
                 sprint_state_name(book->state));
    }
    g_autoptr(Sprint) sprint = active ? load(sim, book->id) : NULL;
    for (guint i = 0; sprint != NULL && i < book->owners->len; i++) {
        audit_home(sim, timers, sprint, g_array_index(book->owners, TeamId, i));
    }
}

void audit_timers(Sim *sim)
{
    g_autoptr(GArray) timers = g_array_new(FALSE, FALSE, sizeof(Timer));
    g_autoptr(GError) error = NULL;

    if (sim->down) {
        return;
    }
    if (!real_ops(sim)->timers_due(sim->store->real, (Instant){INT64_MAX}, 100000, timers,
                                   &error)) {
        sim_fail(sim, "asking for the timers: %s", error->message);
        return;
    }
    for (guint i = 0; i < timers->len; i++) {
        audit_timer(sim, &g_array_index(timers, Timer, i));
    }
    for (guint i = 0; i < sim->books->all->len; i++) {
        audit_driven(sim, timers, g_ptr_array_index(sim->books->all, i));
    }
    for (guint i = 0; i < sim->books->teams->len; i++) {
        audit_weekly_timer(sim, timers, g_ptr_array_index(sim->books->teams, i));
    }
}

/* What a member sees who asks, in every team. */
static char *look(Sim *sim)
{
    static const char *const questions[] = {"sprint status",    "sprint list", "sprint history",
                                            "sprint learnings", "okr list",    "sprint actions",
                                            "sprint help away", "okr show 1",  "okr link",
                                            "okr rollup",       "okr token",   "okr rollup csv"};
    GString *seen = g_string_new(NULL);

    for (guint i = 0; i < sim->books->teams->len; i++) {
        const BookTeam *team = g_ptr_array_index(sim->books->teams, i);
        g_autofree char *member = g_strdup_printf("m%s.1", team->home + 1);

        for (size_t q = 0; q < G_N_ELEMENTS(questions) + team->sprints->len; q++) {
            size_t n = q - G_N_ELEMENTS(questions);
            g_autofree char *show =
                q >= G_N_ELEMENTS(questions)
                    ? g_strdup_printf("sprint show %d",
                                      ((BookSprint *)g_ptr_array_index(team->sprints, n))->number)
                    : g_strdup(questions[q]);
            char *answer = NULL;
            Sent *sent = sent_new(EVENT_COMMAND, team->home, member, show);

            sent->wants = &answer;
            platform_send_now(sim, sent);
            g_string_append_printf(seen, "%s, %s:\n%s\n", team->home, show,
                                   answer != NULL ? answer : "(nothing)");
            g_free(answer);
        }
    }
    return g_string_free(seen, FALSE);
}

/* The first line in which two texts differ. */
static void tell_difference(Sim *sim, const char *before, const char *after)
{
    g_auto(GStrv) a = g_strsplit(before, "\n", -1);
    g_auto(GStrv) b = g_strsplit(after, "\n", -1);

    for (guint i = 0; a[i] != NULL && b[i] != NULL; i++) {
        if (g_strcmp0(a[i], b[i]) != 0) {
            sim_fail(sim, "a restart changes what people see: “%s” becomes “%s”", a[i], b[i]);
            return;
        }
    }
    sim_fail(sim, "a restart changes how much people see");
}

void audit_calm(Sim *sim)
{
    sim->stats->calms++;
    audit_outbox(sim);
    audit_timers(sim);
    audit_dirty(sim);
    audit_proposals(sim);
    if (sim->failure != NULL) {
        return;
    }
    g_autofree char *before = look(sim);
    sim_restart(sim);
    sim_settle(sim);
    g_autofree char *after = look(sim);
    if (sim->failure == NULL && g_strcmp0(before, after) != 0) {
        tell_difference(sim, before, after);
    }
}
