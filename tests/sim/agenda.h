#pragma once

/* What will happen, by true time: a heap. What happens at the same instant happens in the order in
 * which it was put down. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

typedef enum HappeningKind {
    HAPPENS_ARRIVAL,  /* an event reaches the engine, or is sent again */
    HAPPENS_DELIVERY, /* the adapter tries to post a card */
    HAPPENS_PERSON,   /* somebody does something */
    HAPPENS_DAY,      /* a team's day is planned */
    HAPPENS_FAULT,    /* something goes wrong */
} HappeningKind;

typedef struct Happening {
    int64_t at; /* microseconds of true time */
    uint64_t order;
    HappeningKind kind;
    int what;      /* as the kind wants it */
    gpointer whom; /* borrowed */
    int64_t which;
} Happening;

typedef struct Agenda Agenda;

Agenda *agenda_new(void);
void agenda_free(Agenda *agenda);
void agenda_put(Agenda *agenda, int64_t when, HappeningKind kind, int what, gpointer whom,
                int64_t which);
/* When the next happens; false when nothing will. */
bool agenda_next(const Agenda *agenda, int64_t *when);
/* Takes what happens next, if that is up to `now`. */
bool agenda_take(Agenda *agenda, int64_t now, Happening *out);
