/* A day is planned when it begins: what will be done, by chance, at which hour. What is said is
 * made up at the moment it is said, from what stands in the channel then. */

#include "people.h"

#include <string.h>

#include "core/words.h"
#include "crew.h"
#include "script.h"
#include "systems.h"
#include "tactics.h"

#define SECOND INSTANT_SECOND
#define HOUR_S INT64_C(3600)
#define DAY_S  (24 * HOUR_S)

/* A message that may be edited or deleted later. */
typedef struct Again {
    Crew *crew;
    CheckinId checkin;
    char *message, *member;
} Again;

struct People {
    GPtrArray *crews;  /* of Crew */
    GPtrArray *agains; /* of Again */
    int64_t messages;
};

typedef enum Act {
    ACT_SETUP,
    ACT_CHANGE,
    ACT_PERIOD,
    ACT_TACTICAL,
    ACT_OPEN,
    ACT_TRY_OPEN,
    ACT_CLOSE,
    ACT_SITTING,
    ACT_RETRO,
    ACT_AWAY,
    ACT_BACK,
    ACT_LEAVE,
    ACT_JOIN,
    ACT_LOOK,
    ACT_UPDATE,
    ACT_DRAFT,
    ACT_DRAFT_WORD,
    ACT_ACTION,
    ACT_RUBBISH,
    ACT_FOREIGN,
    ACT_TARGET,
    ACT_APPLY,
    ACT_LINK,
    ACT_PROPOSAL,
    ACT_FOLLOW_UP,
    ACT_TOKEN,
    ACT_REVOKE,
    ACT_FEED,
    ACT_DAILY_COUNT, /* what follows is never planned by the day */
    ACT_ANSWER = ACT_DAILY_COUNT,
    ACT_EDIT,
    ACT_COUNT,
} Act;

static void crew_free(gpointer data)
{
    Crew *crew = data;

    g_free(crew->home);
    g_free(crew->name);
    system_free(crew->system);
    g_free(crew);
}

static void again_free(gpointer data)
{
    Again *again = data;

    g_free(again->message);
    g_free(again->member);
    g_free(again);
}

static Crew *crew_begin(Sim *sim, int number)
{
    static const int64_t closes[] = {900, 500, 200, 40}, eager[] = {15, 40, 150};
    Crew *crew = g_new0(Crew, 1);

    *crew = (Crew){.number = number,
                   .home = g_strdup_printf("c%d", number),
                   .name = g_strdup_printf("West %d", number),
                   .members = (int)rng_between(&sim->rng, 2, 6),
                   .diligence = rng_between(&sim->rng, 50, 700),
                   .eager = eager[rng_below(&sim->rng, G_N_ELEMENTS(eager))],
                   .closes = closes[rng_below(&sim->rng, G_N_ELEMENTS(closes))],
                   .conversation = rng_chance(&sim->rng, 500)};
    return crew;
}

People *people_new(Sim *sim, int teams)
{
    People *people = g_new0(People, 1);

    people->crews = g_ptr_array_new_with_free_func(crew_free);
    people->agains = g_ptr_array_new_with_free_func(again_free);
    for (int i = 1; i <= teams; i++) {
        Crew *crew = crew_begin(sim, i);

        g_ptr_array_add(people->crews, crew);
        agenda_put(sim->agenda, sim_soon(sim, 0, HOUR_S), HAPPENS_PERSON, ACT_SETUP, crew, 0);
        agenda_put(sim->agenda, sim_soon(sim, 2 * HOUR_S, DAY_S), HAPPENS_DAY, 0, crew, 0);
    }
    return people;
}

void people_free(People *people)
{
    if (people != NULL) {
        g_ptr_array_unref(people->crews);
        g_ptr_array_unref(people->agains);
        g_free(people);
    }
}

int people_teams(const People *people)
{
    return (int)people->crews->len;
}

/* The one who fills in forms by conversation says nothing else, lest an answer be taken for a
 * form's. */
static char *the_writer(const Crew *crew)
{
    return g_strdup_printf("m%d.8", crew->number);
}

static BookSprint *sprint_in(Sim *sim, const Crew *crew, SprintState state)
{
    const BookTeam *team = crew_book(sim, crew);
    guint n = team->sprints->len, from = n > 0 ? (guint)rng_below(&sim->rng, n) : 0;

    for (guint i = 0; i < n; i++) {
        BookSprint *sprint = g_ptr_array_index(team->sprints, (from + i) % n);

        if (sprint->state == state) {
            return sprint;
        }
    }
    return NULL;
}

/* --- setting up --- */

static void act_setup(Sim *sim, Crew *crew)
{
    const char *zone = script_zone(&sim->rng);

    crew_say(sim, crew, script_setup(&sim->rng, crew->name, crew->home, crew->members, zone));
}

static void act_change(Sim *sim, Crew *crew)
{
    bool zone = false;

    crew_say(sim, crew, script_change(&sim->rng, &zone));
    sim->stats->zone_changes += zone;
}

static char *period_name(const Crew *crew)
{
    return g_strdup_printf("cycle %d", crew->period);
}

static void act_period(Sim *sim, Crew *crew)
{
    int64_t days = rng_between(&sim->rng, 35, 110);

    if (sim->time < crew->period_ends) {
        return;
    }
    crew->period++;
    crew->period_ends = sim->time + (days + 1) * DAY_S * SECOND;
    crew->tacticals = 0;
    g_autofree char *period = period_name(crew);
    crew_say(sim, crew, script_objective(crew_today(sim, crew), days, period));
    for (int64_t i = rng_between(&sim->rng, 1, 3); i > 0; i--) {
        agenda_put(sim->agenda, sim_soon(sim, 60, HOUR_S), HAPPENS_PERSON, ACT_TACTICAL, crew, 0);
    }
}

static void act_tactical(Sim *sim, Crew *crew)
{
    g_autofree char *period = period_name(crew);

    crew_say(sim, crew, script_tactical(crew->period + crew->tacticals++, period));
}

/* --- opening and ending --- */

static void open_sprint(Sim *sim, Crew *crew)
{
    const BookTeam *team = crew_book(sim, crew), *with = NULL;

    if (team->tacticals->len == 0) {
        return;
    }
    const BookKr *anchor = crew_kr(sim, crew);
    int32_t number = anchor != NULL ? anchor->number : 1;

    if (rng_chance(&sim->rng, 300)) {
        with = g_ptr_array_index(sim->books->teams, rng_below(&sim->rng, sim->books->teams->len));
    }
    const char *other = with != NULL && with != team ? with->name : NULL;
    crew_say(sim, crew, script_open(&sim->rng, crew_today(sim, crew), number, team->name, other));
}

static void act_open(Sim *sim, Crew *crew)
{
    if (rng_chance(&sim->rng, crew->eager) && crew_book(sim, crew)->sprints->len < 2 &&
        sprint_in(sim, crew, SPRINT_CLOSING) == NULL) {
        open_sprint(sim, crew);
    }
}

static void act_try_open(Sim *sim, Crew *crew)
{
    if (crew_book(sim, crew)->sprints->len >= 2 || sprint_in(sim, crew, SPRINT_CLOSING) != NULL) {
        sim->stats->refused_opens++;
        open_sprint(sim, crew);
    }
}

static void act_close(Sim *sim, Crew *crew)
{
    const BookSprint *sprint = sprint_in(sim, crew, SPRINT_ACTIVE);

    if (sprint != NULL) {
        crew_say(
            sim, crew,
            g_strdup_printf("sprint close\nsprint: %d\nreason: the window of opportunity is over",
                            sprint->number));
    }
}

static void hold_retro(Sim *sim, Crew *crew, bool whole)
{
    const BookSprint *sprint = sprint_in(sim, crew, SPRINT_CLOSING);

    if (sprint != NULL) {
        crew_say(sim, crew,
                 script_retro(&sim->rng, sprint, crew_today(sim, crew), crew->home, whole));
    }
}

static void act_sitting(Sim *sim, Crew *crew)
{
    hold_retro(sim, crew, false);
}

static void act_retro(Sim *sim, Crew *crew)
{
    if (rng_chance(&sim->rng, crew->closes)) {
        hold_retro(sim, crew, true);
    }
}

/* --- coming and going --- */

static void act_away(Sim *sim, Crew *crew)
{
    static const char *const ways[] = {"sprint away until Monday", "sprint away for 3 days",
                                       "sprint away every Friday", "sprint away tomorrow"};

    crew_say(sim, crew, g_strdup(ways[rng_below(&sim->rng, G_N_ELEMENTS(ways))]));
}

static void act_back(Sim *sim, Crew *crew)
{
    crew_say(sim, crew, g_strdup("sprint away back"));
}

static void come_or_go(Sim *sim, const Crew *crew, EventKind kind)
{
    g_autofree char *member = crew_member(sim, crew);

    platform_send(sim, sent_new(kind, crew->home, member, NULL));
}

static void act_leave(Sim *sim, Crew *crew)
{
    come_or_go(sim, crew, EVENT_LEFT);
}

static void act_join(Sim *sim, Crew *crew)
{
    come_or_go(sim, crew, EVENT_JOINED);
}

/* --- small talk --- */

static void act_look(Sim *sim, Crew *crew)
{
    static const char *const looks[] = {
        "sprint status", "sprint list", "sprint history", "sprint learnings invitation",
        "okr list",      "sprint help", "sprint actions", "sprint shwo",
        "okr help kr",   "okr rollup",  "okr link",       "sprint decide",
        "okr show 1",    "okr token",   "okr chart 1",    "okr rollup markdown"};

    crew_say(sim, crew, g_strdup(looks[rng_below(&sim->rng, G_N_ELEMENTS(looks))]));
}

static void act_update(Sim *sim, Crew *crew)
{
    const BookKr *kr = crew_kr(sim, crew);

    if (kr != NULL) {
        crew_say(sim, crew,
                 g_strdup_printf(
                     "okr update %d %s%d%s confidence %d", kr->number,
                     rng_chance(&sim->rng, 500) ? "$" : "", (int)rng_between(&sim->rng, 18, 30),
                     rng_chance(&sim->rng, 500) ? "M" : "%", (int)rng_between(&sim->rng, 0, 10)));
    }
}

/* A form begun by conversation, and often left lying. */
static void act_draft(Sim *sim, Crew *crew)
{
    static const char *const begins[] = {
        "sprint open",  "okr kr",       "okr update",
        "sprint retro", "sprint setup", "sprint open\ntrigger: KR at Risk\nwindow: yesterday",
        "sprint close"};
    g_autofree char *member = the_writer(crew);
    Sent *sent = sent_new(EVENT_COMMAND, crew->home, member,
                          begins[rng_below(&sim->rng, G_N_ELEMENTS(begins))]);

    sent->event->conversation = true;
    platform_send(sim, sent);
    for (int64_t i = rng_below(&sim->rng, 6); i > 0; i--) {
        agenda_put(sim->agenda, sim_soon(sim, 30, HOUR_S), HAPPENS_PERSON, ACT_DRAFT_WORD, crew, 0);
    }
}

static void act_draft_word(Sim *sim, Crew *crew)
{
    static const char *const words[] = {"1",
                                        "skip",
                                        "back",
                                        "cancel",
                                        "later",
                                        "yes",
                                        "2 weeks",
                                        "KR at Risk",
                                        "Win rate above 25%",
                                        "done",
                                        "restart",
                                        "keep",
                                        "remove",
                                        "objective: Restore momentum before the review"};
    g_autofree char *member = the_writer(crew);
    Sent *sent =
        sent_new(EVENT_TEXT, crew->home, member, words[rng_below(&sim->rng, G_N_ELEMENTS(words))]);

    sent->event->conversation = true;
    sent->event->message = g_strdup_printf("w%" G_GINT64_FORMAT, ++sim->people->messages);
    platform_send(sim, sent);
}

static void act_action(Sim *sim, Crew *crew)
{
    if (sim->books->all->len > 0) {
        const BookSprint *sprint =
            g_ptr_array_index(sim->books->all, rng_below(&sim->rng, sim->books->all->len));

        crew_say(sim, crew,
                 g_strdup_printf("sprint actions %d.1 %s", sprint->number,
                                 rng_chance(&sim->rng, 700) ? "done" : "dropped: no time"));
    }
}

static void act_rubbish(Sim *sim, Crew *crew)
{
    static const EventKind kinds[] = {EVENT_TEXT, EVENT_COMMAND, EVENT_FORM, EVENT_BUTTON};
    EventKind kind = kinds[rng_below(&sim->rng, G_N_ELEMENTS(kinds))];
    g_autofree char *member = the_writer(crew);
    size_t len = 0;
    g_autofree char *text = script_rubbish(&sim->rng, &len);
    Sent *sent = sent_new(kind, crew->home, member, NULL);

    event_set_text(sent->event, text, len);
    sent->event->message =
        kind == EVENT_TEXT ? g_strdup_printf("w%" G_GINT64_FORMAT, ++sim->people->messages) : NULL;
    sent->event->action = kind == EVENT_FORM     ? g_strdup("sprint open")
                          : kind == EVENT_BUTTON ? g_strdup("checkin.same")
                                                 : NULL;
    sent->event->value = kind == EVENT_BUTTON ? g_strdup("99999999999999999999") : NULL;
    platform_send(sim, sent);
}

/* Somewhere that is no team's home. */
static void act_foreign(Sim *sim, Crew *crew)
{
    g_autofree char *member = crew_member(sim, crew);

    platform_send(sim, sent_new(EVENT_COMMAND, "nowhere", member, "sprint open"));
    platform_send(sim, sent_new(EVENT_COMMAND, NULL, member, "sprint help"));
}

/* --- check-ins --- */

static Sent *answer_new_sent(Sim *sim, const Crew *crew, const BookCheckin *checkin, EventKind kind,
                             const char *text)
{
    g_autofree char *member = crew_member(sim, crew);
    Sent *sent = sent_new(kind, crew->home, member, text);

    sent->event->conversation = crew->conversation;
    sent->answers = true;
    sent->checkin = checkin->id;
    sent->sprint = checkin->sprint;
    return sent;
}

static bool is_weekly(const BookCheckin *checkin)
{
    return !ID_SET(checkin->sprint);
}

static void press_same(Sim *sim, const Crew *crew, const BookCheckin *checkin)
{
    Sent *sent = answer_new_sent(sim, crew, checkin, EVENT_BUTTON, NULL);
    SaidValue said = {.kr = 0, .how = HOW_SAME};

    sent->event->action = g_strdup(is_weekly(checkin) ? "weekly.same" : "checkin.same");
    sent->event->value = g_strdup_printf("%" G_GINT64_FORMAT, checkin->id.v);
    g_array_append_val(sent->values, said);
    platform_send(sim, sent);
}

static void maybe_again(Sim *sim, Crew *crew, const Sent *sent)
{
    Again *again = NULL;
    bool soon = rng_chance(&sim->rng, 400);

    if (!rng_chance(&sim->rng, 150)) {
        return;
    }
    again = g_new0(Again, 1);
    *again =
        (Again){crew, sent->checkin, g_strdup(sent->event->message), g_strdup(sent->event->member)};
    g_ptr_array_add(sim->people->agains, again);
    agenda_put(sim->agenda, soon ? sim_soon(sim, 1, 20) : sim_soon(sim, 20, 40 * HOUR_S),
               HAPPENS_PERSON, ACT_EDIT, again, 0);
}

static char *thread_of(const BookCheckin *checkin)
{
    return g_strdup_printf("%s/%" G_GINT64_FORMAT, is_weekly(checkin) ? "weekly" : "prompt",
                           checkin->id.v);
}

/* What somebody says there; `whole`: each key result with its value. */
static char *words_of(Sim *sim, const BookCheckin *checkin, bool whole, GArray *values)
{
    if (is_weekly(checkin)) {
        const BookTeam *team = books_team(sim->books, checkin->team);
        g_autoptr(GPtrArray) asked = g_ptr_array_new();

        for (guint i = 0; i < team->tacticals->len; i++) {
            BookKr *kr = g_ptr_array_index(team->tacticals, i);

            if (book_asked(kr, checkin->day)) {
                g_ptr_array_add(asked, kr);
            }
        }
        return asked->len == 0 ? g_strdup("nothing to tell")
                               : script_weekly(&sim->rng, asked, checkin->day, whole, values);
    }
    const BookSprint *sprint = books_sprint(sim->books, checkin->sprint);

    return whole ? script_values(&sim->rng, sprint, values)
                 : script_answer(&sim->rng, sprint, values);
}

/* This week's form, filled in. */
static void fill_in(Sim *sim, const Crew *crew, const BookCheckin *checkin)
{
    const BookKr *kr = crew_kr(sim, crew);
    SaidValue said = {.how = HOW_IS};

    if (kr == NULL || !book_asked(kr, checkin->day)) {
        return;
    }
    said.kr = kr->number;
    said.value = script_course(kr, checkin->day);
    g_autofree char *amount = script_amount(kr, said.value);
    g_autofree char *text = g_strdup_printf("kr%d: %s\nconfidence: %d\nrevised: no", kr->number,
                                            amount, (int)rng_between(&sim->rng, 0, 10));
    Sent *sent = answer_new_sent(sim, crew, checkin, EVENT_FORM, text);
    sent->event->action = g_strdup("okr checkin");
    g_array_append_val(sent->values, said);
    platform_send(sim, sent);
}

static void answer(Sim *sim, Crew *crew, CheckinId id)
{
    const BookCheckin *checkin = books_checkin(sim->books, id);
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(SaidValue));

    if (rng_chance(&sim->rng, 100)) {
        press_same(sim, crew, checkin);
        return;
    }
    if (is_weekly(checkin) && !crew->conversation && rng_chance(&sim->rng, 150)) {
        fill_in(sim, crew, checkin);
        return;
    }
    g_autofree char *text = words_of(sim, checkin, false, values);
    Sent *sent = answer_new_sent(sim, crew, checkin, EVENT_TEXT, text);
    sent->event->message = g_strdup_printf("w%" G_GINT64_FORMAT, ++sim->people->messages);
    sent->event->thread = thread_of(checkin);
    g_array_append_vals(sent->values, values->data, values->len);
    maybe_again(sim, crew, sent);
    platform_send(sim, sent);
}

static void edit(Sim *sim, Again *again)
{
    const BookCheckin *checkin = books_checkin(sim->books, again->checkin);
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(SaidValue));
    bool gone = rng_chance(&sim->rng, 300);
    g_autofree char *text = gone ? g_strdup("") : words_of(sim, checkin, true, values);
    Sent *sent = answer_new_sent(sim, again->crew, checkin, EVENT_TEXT, text);

    g_free(sent->event->member);
    sent->event->member = g_strdup(again->member);
    sent->event->message = g_strdup(again->message);
    sent->event->thread = thread_of(checkin);
    sent->event->edited = true;
    g_array_append_vals(sent->values, values->data, values->len);
    platform_send(sim, sent);
}

void people_prompted(Sim *sim, const BookCheckin *checkin)
{
    const BookTeam *team = books_team(sim->books, checkin->team);

    for (guint i = 0; i < sim->people->crews->len; i++) {
        Crew *crew = g_ptr_array_index(sim->people->crews, i);

        for (int m = 0; strcmp(crew->home, team->home) == 0 && m < crew->members; m++) {
            if (rng_chance(&sim->rng, crew->diligence)) {
                int64_t late = is_weekly(checkin) ? 8 * DAY_S : 30 * HOUR_S;
                int64_t soon = is_weekly(checkin) ? 6 * HOUR_S : 1200;
                int64_t limit = rng_chance(&sim->rng, 850) ? soon : late;

                agenda_put(sim->agenda, sim_soon(sim, 5, limit), HAPPENS_PERSON, ACT_ANSWER, crew,
                           checkin->id.v);
            }
        }
    }
}

void people_asked(Sim *sim, int32_t number)
{
    const BookSprint *sprint = books_numbered(sim->books, number);

    if (sprint == NULL) {
        sim_fail(sim, "a retrospective is asked for of sprint %d, which is not on record", number);
    }
}

/* --- the days --- */

typedef struct Habit {
    void (*act)(Sim *sim, Crew *crew);
    int64_t chance; /* of a thousand days */
} Habit;

static const Habit habits[ACT_DAILY_COUNT] = {
    [ACT_SETUP] = {act_setup, 0},
    [ACT_CHANGE] = {act_change, 30},
    [ACT_PERIOD] = {act_period, 1000},
    [ACT_TACTICAL] = {act_tactical, 0},
    [ACT_OPEN] = {act_open, 1000},
    [ACT_TRY_OPEN] = {act_try_open, 20},
    [ACT_CLOSE] = {act_close, 8},
    [ACT_SITTING] = {act_sitting, 200},
    [ACT_RETRO] = {act_retro, 700},
    [ACT_AWAY] = {act_away, 40},
    [ACT_BACK] = {act_back, 20},
    [ACT_LEAVE] = {act_leave, 8},
    [ACT_JOIN] = {act_join, 15},
    [ACT_LOOK] = {act_look, 60},
    [ACT_UPDATE] = {act_update, 70},
    [ACT_DRAFT] = {act_draft, 20},
    [ACT_DRAFT_WORD] = {act_draft_word, 0},
    [ACT_ACTION] = {act_action, 30},
    [ACT_RUBBISH] = {act_rubbish, 15},
    [ACT_FOREIGN] = {act_foreign, 3},
    [ACT_TARGET] = {tactics_target, 30},
    [ACT_APPLY] = {tactics_apply, 50},
    [ACT_LINK] = {tactics_link, 20},
    [ACT_PROPOSAL] = {tactics_proposal, 250},
    [ACT_FOLLOW_UP] = {tactics_follow_up, 60},
    [ACT_TOKEN] = {systems_make, 20},
    [ACT_REVOKE] = {systems_revoke, 4},
    [ACT_FEED] = {systems_feed, 300},
};

void people_day(Sim *sim, const Happening *happening)
{
    Crew *crew = happening->whom;

    agenda_put(sim->agenda, sim->time + DAY_S * SECOND, HAPPENS_DAY, 0, crew, 0);
    if (crew_book(sim, crew) == NULL) {
        agenda_put(sim->agenda, sim_soon(sim, 0, HOUR_S), HAPPENS_PERSON, ACT_SETUP, crew, 0);
        return;
    }
    for (int act = 0; act < ACT_DAILY_COUNT; act++) {
        if (rng_chance(&sim->rng, habits[act].chance)) {
            agenda_put(sim->agenda, sim_soon(sim, 0, DAY_S), HAPPENS_PERSON, act, crew, 0);
        }
    }
}

void people_act(Sim *sim, const Happening *happening)
{
    if (happening->what == ACT_ANSWER) {
        answer(sim, happening->whom, (CheckinId){happening->which});
    } else if (happening->what == ACT_EDIT) {
        edit(sim, happening->whom);
    } else {
        habits[happening->what].act(sim, happening->whom);
    }
}
