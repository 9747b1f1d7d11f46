#pragma once

/* A sprint that was proposed, and the links along which a Cross-Functional Gap is looked for
 * (framework: The tactical layer, Signals). The daemon proposes, and never opens. */

#include "core/episode.h"

/* "A feeds B": declared by a member; the two may be of one team or of two. */
typedef struct KrLink {
    TeamId feeder_team, fed_team;
    KrId feeder, fed;
    char *who; /* member id */
    Instant at;
} KrLink;

KrLink *kr_link_new(void);
KrLink *kr_link_copy(const KrLink *link);
void kr_link_free(KrLink *link);
bool kr_link_same(const KrLink *a, const KrLink *b); /* the same two KRs in the same order */

/* An episode's proposal: posted once, taken up or dismissed or over. */
typedef struct Proposal {
    ProposalId id;
    TeamId team; /* whose KR it is about: the fed one, for SIGNAL_GAP */
    KrId kr;
    TeamId feeder_team; /* SIGNAL_GAP; else none */
    KrId feeder;
    SignalKind kind;
    EpisodeState state; /* EPISODE_NONE: the episode is over */
    Day checkin;        /* as in Episode */
    Decimal off;
    char *evidence;  /* in numbers, as it was posted; "" where another proposal spoke for it */
    char *reason;    /* why it was dismissed; NULL */
    char *by;        /* who dismissed it, or opened the sprint; NULL */
    SprintId sprint; /* opened from it; none */
    Instant at;      /* when it was proposed */
} Proposal;

Proposal *proposal_new(void);
void proposal_free(Proposal *proposal);

/* That of this KR, kind and feeder (none where nothing feeds it); NULL. */
Proposal *proposal_of(const GPtrArray *proposals, KrId kr, SignalKind kind, KrId feeder);
/* It was proposed, and nobody has answered yet. */
bool proposal_stands(const Proposal *proposal);
Episode proposal_episode(const Proposal *proposal); /* borrows the reason */
/* What became of the episode; not its reason. */
void proposal_set_episode(Proposal *proposal, const Episode *episode);
