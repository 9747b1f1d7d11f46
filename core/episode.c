#include "core/episode.h"

#include "core/wide.h"

static bool is_over(const Episode *episode, const Signal *signal)
{
    return signal->settled && day_cmp(signal->before.checkin, episode->checkin) > 0;
}

/* How far off the KR is in the direction of the signal, in shares of the distance. */
static Decimal off_by(const Signal *signal)
{
    int64_t off = signal->now.share.millionths;

    return (Decimal){signal->kind == SIGNAL_OPPORTUNITY ? -MAX(off, -INT64_MAX) : off};
}

static bool has_grown(const Episode *episode, const Signal *signal, const Policy *policy)
{
    Wide grown = (Wide)off_by(signal).millionths - episode->off.millionths;

    return grown * 1000 > (Wide)policy->signal * DECIMAL_ONE;
}

static bool is_news(const Episode *episode, const Signal *signal, const Policy *policy)
{
    switch (episode->state) {
    case EPISODE_NONE:
        return true;
    case EPISODE_PROPOSED:
        return false;
    case EPISODE_DISMISSED:
        return has_grown(episode, signal, policy);
    }
    return false;
}

bool episode_step(Episode *episode, const Signal *signal, const Policy *policy)
{
    if (is_over(episode, signal)) {
        *episode = (Episode){0};
    }
    if (!signal->found || !is_news(episode, signal, policy)) {
        return false;
    }
    *episode = (Episode){
        .state = EPISODE_PROPOSED,
        .checkin = signal->now.checkin,
        .off = off_by(signal),
    };
    return true;
}

void episode_dismiss(Episode *episode, const Signal *signal, const char *reason)
{
    if (episode->state == EPISODE_NONE) {
        return;
    }
    episode->state = EPISODE_DISMISSED;
    episode->reason = reason;
    if (signal->known) {
        episode->checkin = signal->now.checkin;
        episode->off = off_by(signal);
    }
}
