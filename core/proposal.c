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
