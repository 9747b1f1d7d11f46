#include "core/proposal.h"

KrLink *kr_link_new(void)
{
    return g_new0(KrLink, 1);
}

KrLink *kr_link_copy(const KrLink *link)
{
    KrLink *copy = g_new0(KrLink, 1);

    *copy = *link;
    copy->who = g_strdup(link->who);
    return copy;
}

void kr_link_free(KrLink *link)
{
    if (link == NULL) {
        return;
    }
    g_free(link->who);
    g_free(link);
}

bool kr_link_same(const KrLink *a, const KrLink *b)
{
    return ID_EQ(a->feeder, b->feeder) && ID_EQ(a->fed, b->fed);
}

Proposal *proposal_new(void)
{
    return g_new0(Proposal, 1);
}

void proposal_free(Proposal *proposal)
{
    if (proposal == NULL) {
        return;
    }
    g_free(proposal->evidence);
    g_free(proposal->reason);
    g_free(proposal->by);
    g_free(proposal);
}

Proposal *proposal_of(const GPtrArray *proposals, KrId kr, SignalKind kind, KrId feeder)
{
    for (guint i = 0; i < proposals->len; i++) {
        Proposal *proposal = g_ptr_array_index(proposals, i);

        if (ID_EQ(proposal->kr, kr) && proposal->kind == kind && ID_EQ(proposal->feeder, feeder)) {
            return proposal;
        }
    }
    return NULL;
}

bool proposal_stands(const Proposal *proposal)
{
    return proposal->state == EPISODE_PROPOSED && !ID_SET(proposal->sprint);
}

Episode proposal_episode(const Proposal *proposal)
{
    return (Episode){
        .state = proposal->state,
        .checkin = proposal->checkin,
        .off = proposal->off,
        .reason = proposal->reason,
    };
}

void proposal_set_episode(Proposal *proposal, const Episode *episode)
{
    proposal->state = episode->state;
    proposal->checkin = episode->checkin;
    proposal->off = episode->off;
}
