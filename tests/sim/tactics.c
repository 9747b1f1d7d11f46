#include "tactics.h"

#include <string.h>

#include "people.h"
#include "script.h"

void tactics_target(Sim *sim, Crew *crew)
{
    const BookKr *kr = crew_kr(sim, crew);

    if (kr == NULL) {
        return;
    }
    int64_t tenth = (kr->target.millionths - kr->baseline.millionths) / 10;
    const Decimal target = {kr->target.millionths + rng_between(&sim->rng, -4, 4) * tenth};
    g_autofree char *amount = script_amount(kr, target);
    g_autofree char *member = crew_speaker(sim, crew);
    char *reason = g_strdup_printf("the market moved, for the %" G_GUINT64_FORMAT "th time {zq}",
                                   rng_next(&sim->rng) % 1000000);
    Sent *sent = crew_command(crew, member,
                              g_strdup_printf("okr target %d %s: %s", kr->number, amount, reason));

    sent->target = kr->id;
    sent->reason = reason;
    platform_send(sim, sent);
}

static const BookSprint *closed_sprint(Sim *sim)
{
    const GPtrArray *all = sim->books->all;
    const BookSprint *sprint =
        all->len > 0 ? g_ptr_array_index(all, rng_below(&sim->rng, all->len)) : NULL;

    return sprint != NULL && sprint->state == SPRINT_CLOSED ? sprint : NULL;
}

void tactics_apply(Sim *sim, Crew *crew)
{
    const BookSprint *sprint = closed_sprint(sim);

    if (sprint != NULL) {
        platform_send(sim, crew_press(sim, crew, "tactical.apply", sprint->number));
    }
}

void tactics_follow_up(Sim *sim, Crew *crew)
{
    const BookSprint *sprint = closed_sprint(sim);

    if (sprint != NULL) {
        crew_say(sim, crew,
                 g_strdup_printf("sprint followup %d: %s", sprint->number,
                                 rng_chance(&sim->rng, 500) ? "$23.5M" : "21.5%"));
    }
}

/* --- links --- */

/* Only who belongs to both teams may link their KRs. */
static void link_beyond(Sim *sim, Crew *crew, const BookKr *feeder)
{
    const BookTeam *other =
        g_ptr_array_index(sim->books->teams, rng_below(&sim->rng, sim->books->teams->len));

    if (other->tacticals->len == 0) {
        return;
    }
    const BookKr *fed = g_ptr_array_index(other->tacticals, other->tacticals->len - 1);
    platform_send(sim, sent_new(EVENT_JOINED, other->home, PEOPLE_SHARED, NULL));
    platform_send(sim, crew_command(crew, PEOPLE_SHARED,
                                    g_strdup_printf("okr link %d feeds %s KR %d", feeder->number,
                                                    other->name, fed->number)));
}

void tactics_link(Sim *sim, Crew *crew)
{
    const BookKr *feeder = crew_kr(sim, crew), *fed = crew_kr(sim, crew);

    if (feeder == NULL) {
        return;
    }
    if (rng_chance(&sim->rng, 500)) {
        link_beyond(sim, crew, feeder);
    } else if (fed != feeder) {
        const char *what = rng_chance(&sim->rng, 800) ? "link" : "unlink";

        crew_say(sim, crew,
                 g_strdup_printf("okr %s %d feeds %d", what, feeder->number, fed->number));
    }
}

/* --- proposals --- */

static bool stands_here(const BookProposal *proposal, const BookTeam *team)
{
    return proposal->state == EPISODE_PROPOSED && !proposal->taken && !proposal->silent &&
           (ID_EQ(proposal->team, team->id) || ID_EQ(proposal->feeder_team, team->id));
}

static const BookProposal *standing(Sim *sim, const BookTeam *team)
{
    const GPtrArray *all = sim->books->proposals;
    guint from = all->len > 0 ? (guint)rng_below(&sim->rng, all->len) : 0;

    for (guint i = 0; i < all->len; i++) {
        const BookProposal *proposal = g_ptr_array_index(all, (from + i) % all->len);

        if (stands_here(proposal, team)) {
            return proposal;
        }
    }
    return NULL;
}

/* "2", or "West 3 KR 2" where it is another team's. */
static char *name_of(const Sim *sim, const BookProposal *proposal, const BookTeam *here)
{
    const BookTeam *team = books_team(sim->books, proposal->team);
    const BookKr *kr = book_tactical(team, proposal->kr);

    return team == here ? g_strdup_printf("%d", kr->number)
                        : g_strdup_printf("%s KR %d", team->name, kr->number);
}

static void dismiss(Sim *sim, const Crew *crew, const BookProposal *proposal)
{
    g_autofree char *kr = name_of(sim, proposal, crew_book(sim, crew));

    if (!crew->conversation) {
        platform_send(sim, crew_press(sim, crew, "proposal.dismiss", proposal->id.v));
    }
    crew_fill(sim, crew, "okr dismiss",
              g_strdup_printf("kr: %s\nreason: the fair is in two weeks {zq}", kr));
}

/* Where forms are conversations the button would begin one, which somebody else goes on with. */
static void take_up(Sim *sim, const Crew *crew, const BookProposal *proposal)
{
    const BookTeam *team = books_team(sim->books, proposal->team);
    const BookKr *kr = book_tactical(team, proposal->kr);
    const BookTeam *here = crew_book(sim, crew);

    if (!crew->conversation) {
        platform_send(sim, crew_press(sim, crew, "proposal.open", proposal->id.v));
    }
    if (team == here) {
        g_autofree char *text =
            script_open(&sim->rng, crew_today(sim, crew), kr->number, team->name, NULL);

        crew_fill(sim, crew, "sprint open", g_strdup(text + strlen("sprint open\n")));
    }
}

void tactics_proposal(Sim *sim, Crew *crew)
{
    const BookProposal *proposal = standing(sim, crew_book(sim, crew));

    if (proposal == NULL || rng_chance(&sim->rng, 300)) {
        return;
    }
    if (rng_chance(&sim->rng, 600)) {
        dismiss(sim, crew, proposal);
    } else {
        take_up(sim, crew, proposal);
    }
}
