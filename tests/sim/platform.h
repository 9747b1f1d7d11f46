#pragma once

/* The chat platform and its adapter: carries events to the engine at least once, sometimes twice,
 * late or in another order; posts cards, sometimes slowly, at the second attempt, or never;
 * remembers what stands in its channels. */

#include "sim.h"

/* What an answer says of one key result. */
typedef struct SaidValue {
    int32_t kr;
    How how;
    Decimal value;
} SaidValue;

/* What somebody sent. */
typedef struct Sent {
    Event *event;
    bool answers; /* it is an answer to a check-in: */
    CheckinId checkin;
    SprintId sprint; /* none: to the team's weekly one */
    GArray *values;  /* of SaidValue */
    KrId target;     /* it sets another target, for this reason: */
    char *reason;
    bool acknowledged;
    int arrivals; /* on the agenda */
    int tries;
    char **wants;      /* where the reply's text goes; NULL */
    struct Feed *feed; /* it comes from another system (systems.h); NULL */
} Sent;

Platform *platform_new(void);
void platform_free(Platform *platform);

Sent *sent_new(EventKind kind, const char *channel, const char *member, const char *text);
/* On its way, from now on. */
void platform_send(Sim *sim, Sent *take_sent);
/* Without any delay, and settled when this returns: for audits. */
void platform_send_now(Sim *sim, Sent *take_sent);
void platform_arrival(Sim *sim, const Happening *happening);
void platform_delivery(Sim *sim, const Happening *happening);

/* What the engine calls. */
void platform_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                      const GError *failure);
void platform_deliver(void *arg, OutboxRow *take_row, const MessageRef *ref,
                      const MessageRef *thread);
/* A card was put in the outbox. */
void platform_put(Sim *sim, int64_t row, const Card *card);
void platform_reached(void *arg, int64_t token);

/* The daemon is gone, and with it every card the adapter held. */
void platform_cut(Sim *sim);
/* It is back: what of the events that were out was committed? */
void platform_resume(Sim *sim);
/* Nothing is on its way in or out. */
bool platform_idle(const Sim *sim);
/* Out of order until then. */
void platform_outage(Sim *sim, int64_t until);
