#pragma once

/* What was proposed last for a KR and a kind of signal, so that a proposal comes once per episode.
 * A proposal begins an episode; it is over when the KR was back on track at two weekly check-ins in
 * a row, both after the proposal. Dismissed, it stays quiet until the KR is off by a further
 * threshold of the distance expected so far. A value: the caller keeps it, one per KR and kind;
 * zeroed is none. */

#include "core/signal.h"

typedef enum EpisodeState {
    EPISODE_NONE, /* nothing is proposed: the next signal is news */
    EPISODE_PROPOSED,
    EPISODE_DISMISSED,
} EpisodeState;

typedef struct Episode {
    EpisodeState state;
    Day checkin;        /* the latest check-in of the evidence that was proposed, or dismissed */
    Decimal off;        /* how far off the line it was then, in shares of the distance */
    const char *reason; /* why it was dismissed, NULL otherwise; borrowed */
} Episode;

/* Takes in what a signal says now; true when it is to be proposed. */
bool episode_step(Episode *episode, const Signal *signal, const Policy *policy)
    __attribute__((warn_unused_result));
/* A member dismissed the proposal, as the KR stands by `signal`. Without an episode, nothing. */
void episode_dismiss(Episode *episode, const Signal *signal, const char *reason);
