#include "core/proposing.h"

#include "core/proposal_card.h"
#include "core/weekly_days.h"

/* What a signal is about, found. */
typedef struct Subject {
    SignalKind kind;
    Team *team;
    Tactical *tactical;
    Team *feeder_team; /* SIGNAL_GAP; else NULL */
    Tactical *feeder;
} Subject;

/* --- what is loaded --- */

bool proposal_ready(Turn *turn, const Team *team)
{
    bool ready = true;

    for (guint i = 0; i < team->links->len; i++) {
        const KrLink *link = g_ptr_array_index(team->links, i);

        ready = turn_needs_team(turn, link->feeder_team) && ready;
        ready = turn_needs_team(turn, link->fed_team) && ready;
    }
    for (guint i = 0; i < team->proposals->len; i++) {
        const Proposal *proposal = g_ptr_array_index(team->proposals, i);

        ready = (!ID_SET(proposal->feeder_team) || turn_needs_team(turn, proposal->feeder_team)) &&
                ready;
    }
    return ready;
}

/* --- judging --- */

/* A KR's course, with what it borrows. */
typedef struct Way {
    GArray *aims, *checkins;
    Course course;
} Way;

static Way way_of(const Team *team, const Tactical *tactical, Instant now)
{
    const Window days = team_tactical_period(team, tactical)->days;
    Way way = {
        .aims = g_array_new(FALSE, FALSE, sizeof(Aim)),
        .checkins = g_array_new(FALSE, FALSE, sizeof(Day)),
    };

    weekly_days(team, days, way.checkins);
    way.course = (Course){
        .track = tactical->track,
        .line = tactical_line(tactical, days, way.aims),
        .checkins = (const Day *)(const void *)way.checkins->data,
        .checkin_count = way.checkins->len,
        .today = team_day(team, now),
    };
    return way;
}

static void way_clear(Way *way)
{
    g_clear_pointer(&way->aims, g_array_unref);
    g_clear_pointer(&way->checkins, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Way, way_clear)

static bool is_pursued(const Turn *turn, const Team *team, const Tactical *tactical)
{
    return team != NULL && tactical != NULL &&
           team_pursues(team, tactical, team_day(team, turn->now));
}

static bool is_whole(const Turn *turn, const Subject *subject)
{
    return is_pursued(turn, subject->team, subject->tactical) &&
           (subject->kind != SIGNAL_GAP || is_pursued(turn, subject->feeder_team, subject->feeder));
}

static Signal gap_of(const Turn *turn, const Subject *subject, const Course *fed)
{
    g_auto(Way) feeder = way_of(subject->feeder_team, subject->feeder, turn->now);

    return signal_gap(&feeder.course, fed, turn->policy);
}

static Signal judge(const Turn *turn, const Subject *subject)
{
    g_auto(Way) way = way_of(subject->team, subject->tactical, turn->now);

    switch (subject->kind) {
    case SIGNAL_RISK:
        return signal_risk(&way.course, turn->policy);
    case SIGNAL_OPPORTUNITY:
        return signal_opportunity(&way.course, turn->policy);
    case SIGNAL_GAP:
        return gap_of(turn, subject, &way.course);
    }
    return (Signal){0};
}

static Subject subject_of(const Turn *turn, const Proposal *proposal)
{
    Subject subject = {.kind = proposal->kind, .team = world_team(turn->world, proposal->team)};

    subject.tactical = subject.team != NULL ? team_tactical(subject.team, proposal->kr) : NULL;
    if (proposal->kind == SIGNAL_GAP) {
        subject.feeder_team = world_team(turn->world, proposal->feeder_team);
        subject.feeder = subject.feeder_team != NULL
                             ? team_tactical(subject.feeder_team, proposal->feeder)
                             : NULL;
    }
    return subject;
}

Signal proposal_signal(const Turn *turn, const Proposal *proposal)
{
    Subject subject = subject_of(turn, proposal);

    return is_whole(turn, &subject) ? judge(turn, &subject) : (Signal){.kind = proposal->kind};
}

/* --- the end of an episode --- */

void proposal_end(Turn *turn, Team *team, Proposal *proposal, WordId why)
{
    bool asked = proposal_stands(proposal);

    proposal_set_episode(proposal, &(Episode){0});
    turn_change(turn, CHANGE_PROPOSAL, team, proposal);
    if (asked) {
        proposal_card_settle(turn, proposal, say(why));
    }
}

static bool is_linked(const Team *team, const Proposal *proposal)
{
    const KrLink wanted = {.feeder = proposal->feeder, .fed = proposal->kr};

    for (guint i = 0; i < team->links->len; i++) {
        if (kr_link_same(g_ptr_array_index(team->links, i), &wanted)) {
            return true;
        }
    }
    return false;
}

static void end_what_is_gone(Turn *turn, Team *team)
{
    for (guint i = 0; i < team->proposals->len; i++) {
        Proposal *proposal = g_ptr_array_index(team->proposals, i);
        Subject subject = subject_of(turn, proposal);

        if (proposal->state == EPISODE_NONE) {
            continue;
        }
        if (!is_pursued(turn, team, subject.tactical)) {
            bool dropped = subject.tactical != NULL && subject.tactical->dropped;

            proposal_end(turn, team, proposal,
                         dropped ? W_PROPOSAL_DROPPED : W_PROPOSAL_PERIOD_OVER);
        } else if (!is_whole(turn, &subject) ||
                   (proposal->kind == SIGNAL_GAP && !is_linked(team, proposal))) {
            proposal_end(turn, team, proposal, W_PROPOSAL_UNLINKED);
        }
    }
}

/* --- proposing --- */

/* It is being worked on: no sprint is proposed beside the one there is. */
static bool is_anchor(const Subject *subject)
{
    for (guint i = 0; i < subject->team->sprints->len; i++) {
        const Sprint *sprint = g_ptr_array_index(subject->team->sprints, i);

        if (ID_EQ(sprint->anchor, subject->tactical->track->kr->id)) {
            return true;
        }
    }
    return false;
}

/* A gap in this KR was proposed, and its episode lasts. */
static bool has_gap(const Team *team, KrId kr)
{
    for (guint i = 0; i < team->proposals->len; i++) {
        const Proposal *proposal = g_ptr_array_index(team->proposals, i);

        if (proposal->kind == SIGNAL_GAP && ID_EQ(proposal->kr, kr) &&
            proposal->state != EPISODE_NONE) {
            return true;
        }
    }
    return false;
}

/* What the answers to the two check-ins of the evidence told of initiatives; yes outweighs no. */
static Revised revised_in(const Team *team, const Signal *signal)
{
    Revised revised = REVISED_UNSAID;

    for (guint i = 0; i < team->weeklies->len; i++) {
        const Checkin *checkin = g_ptr_array_index(team->weeklies, i);

        if (day_cmp(checkin->day, signal->before.checkin) < 0) {
            continue;
        }
        for (guint j = 0; j < checkin->answers->len; j++) {
            const Answer *answer = g_ptr_array_index(checkin->answers, j);

            if (!answer->withdrawn && answer->revised != REVISED_UNSAID && revised != REVISED_YES) {
                revised = answer->revised;
            }
        }
    }
    return revised;
}

static char *evidence_of(const Subject *subject, const Signal *signal)
{
    const Kr *feeder = subject->feeder != NULL ? subject->feeder->track->kr : NULL;
    g_autofree char *facts = signal_say(signal, subject->tactical->track->kr, feeder);
    Revised revised =
        signal->kind == SIGNAL_RISK ? revised_in(subject->team, signal) : REVISED_UNSAID;

    if (revised == REVISED_UNSAID) {
        return g_steal_pointer(&facts);
    }
    g_autofree char *more =
        say(revised == REVISED_YES ? W_PROPOSAL_REVISED : W_PROPOSAL_NOT_REVISED);
    return g_strjoin(" ", facts, more, NULL);
}

static Proposal *new_proposal(Turn *turn, const Subject *subject)
{
    Proposal *proposal = proposal_new();

    proposal->id = ID_NEW(ProposalId, turn->ids);
    proposal->team = subject->team->id;
    proposal->kr = subject->tactical->track->kr->id;
    proposal->kind = subject->kind;
    proposal->at = turn->now;
    if (subject->feeder != NULL) {
        proposal->feeder_team = subject->feeder_team->id;
        proposal->feeder = subject->feeder->track->kr->id;
    }
    return proposal;
}

static void free_proposal(gpointer proposal)
{
    proposal_free(proposal);
}

/* A new episode takes the old one's place, with an id and a message of its own; what changes there
 * were to the old one are still to be saved. */
static void replace(Turn *turn, Team *team, Proposal *old, Proposal *take_proposal)
{
    guint i = 0;

    if (g_ptr_array_find(team->proposals, old, &i)) {
        turn_own(turn, g_ptr_array_steal_index(team->proposals, i), free_proposal);
    }
    g_ptr_array_add(team->proposals, take_proposal);
    turn_change(turn, CHANGE_PROPOSAL, team, take_proposal);
}

static void propose(Turn *turn, const Subject *subject, Proposal *old, const Episode *episode,
                    const Signal *signal)
{
    Proposal *proposal = new_proposal(turn, subject);

    /* A gap says all that a risk of the same KR does, and where to look besides: two cards about
     * one number would only make people choose between them. So the risk counts as proposed. */
    bool is_said = subject->kind == SIGNAL_RISK && has_gap(subject->team, proposal->kr);

    proposal_set_episode(proposal, episode);
    proposal->evidence = is_said ? g_strdup("") : evidence_of(subject, signal);
    replace(turn, subject->team, old, proposal);
    proposal_card_ask(turn, proposal);
}

static void step(Turn *turn, const Subject *subject)
{
    const Kr *kr = subject->tactical->track->kr;
    KrId feeder = subject->feeder != NULL ? subject->feeder->track->kr->id : (KrId){0};
    Proposal *old = proposal_of(subject->team->proposals, kr->id, subject->kind, feeder);
    Episode episode = old != NULL ? proposal_episode(old) : (Episode){0};
    Signal signal = judge(turn, subject);

    if (episode_step(&episode, &signal, turn->policy)) {
        if (!is_anchor(subject)) {
            propose(turn, subject, old, &episode, &signal);
        }
    } else if (old != NULL && old->state != EPISODE_NONE && episode.state == EPISODE_NONE) {
        proposal_end(turn, subject->team, old,
                     subject->kind == SIGNAL_OPPORTUNITY ? W_PROPOSAL_BACK_AHEAD : W_PROPOSAL_BACK);
    }
}

static void look_between(Turn *turn, const KrLink *link)
{
    Subject subject = {
        .kind = SIGNAL_GAP,
        .team = world_team(turn->world, link->fed_team),
        .feeder_team = world_team(turn->world, link->feeder_team),
    };

    subject.tactical = subject.team != NULL ? team_tactical(subject.team, link->fed) : NULL;
    subject.feeder =
        subject.feeder_team != NULL ? team_tactical(subject.feeder_team, link->feeder) : NULL;
    if (is_whole(turn, &subject)) {
        step(turn, &subject);
    }
}

/* A risk that a gap spoke for is news once that gap is no more. */
static void forget_silent(Turn *turn, Team *team, KrId kr)
{
    Proposal *risk = proposal_of(team->proposals, kr, SIGNAL_RISK, (KrId){0});

    if (risk != NULL && risk->state != EPISODE_NONE && *risk->evidence == '\0' &&
        !has_gap(team, kr)) {
        proposal_end(turn, team, risk, W_PROPOSAL_BACK);
    }
}

static void look_at(Turn *turn, Team *team, Tactical *tactical)
{
    const SignalKind kinds[] = {SIGNAL_RISK, SIGNAL_OPPORTUNITY};

    forget_silent(turn, team, tactical->track->kr->id);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const Subject subject = {.kind = kinds[i], .team = team, .tactical = tactical};

        step(turn, &subject);
    }
}

void proposal_look(Turn *turn, Team *team)
{
    end_what_is_gone(turn, team);
    for (guint i = 0; i < team->links->len; i++) {
        look_between(turn, g_ptr_array_index(team->links, i));
    }
    for (guint i = 0; i < team->tacticals->len; i++) {
        Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (is_pursued(turn, team, tactical)) {
            look_at(turn, team, tactical);
        }
    }
}
