#pragma once

/* A key result's values over time (framework: Words, Numbers). Readings are only ever added: a
 * correction is a newer reading, and an answer that was edited away leaves a reading that retracts
 * it. */

#include "core/day.h"
#include "core/kr.h"

typedef enum ReadingSource {
    READING_OPENING, /* known when the KR was stated */
    READING_CHECKIN, /* a member's answer */
    READING_UPDATE,  /* /okr update */
    READING_RETRO,   /* the final value, from the retrospective */
    READING_SYSTEM,  /* another system, through the readings endpoint */
} ReadingSource;

typedef struct Reading {
    ReadingId id;
    KrId kr;
    Decimal value;
    Instant at;
    Day day; /* the day it speaks for, in the team's zone: a late answer speaks for its check-in's
                day */
    ReadingSource source;
    CheckinId checkin; /* whose answer it is, or none */
    char *message; /* the message that brought it, NULL if none; READING_SYSTEM: the caller's key;
                      owned */
    char *system;  /* READING_SYSTEM: where it came from, as it is shown; else NULL; owned */
    ReadingId retracts; /* this reading only takes that one back (its value is the one before); else
                           none */
} Reading;

Reading *reading_new(void);
void reading_free(Reading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reading, reading_free)

/* A KR with its readings, oldest first. */
typedef struct Track {
    Kr *kr;
    GPtrArray *readings; /* of Reading, owned */
} Track;

Track *track_new(Kr *take_kr);
void track_free(Track *track);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Track, track_free)

/* Does the ith reading count, or does it take one back, or was it taken back? */
bool track_counts(const Track *track, guint i);
/* The reading that counts now, leaving out what was retracted; NULL before the first. Borrowed. */
const Reading *track_current(const Track *track);
/* The value now: the current reading's, else the baseline. */
Decimal track_value(const Track *track);
/* The last reading that counts and speaks for a day before `day`; NULL if none. */
const Reading *track_before(const Track *track, Day day);
/* The last reading that counts and speaks for exactly that day; NULL if none. */
const Reading *track_on(const Track *track, Day day);
/* The last reading that counts of the latest day before that of `after`; of the latest day of all
 * where that is NULL. NULL if none. A reading may speak for a day that is over, so this is not the
 * order in which they came. */
const Reading *track_next_day(const Track *track, const Reading *after);
/* The reading of this message, which a member wrote, that still counts; NULL if none. */
const Reading *track_of_message(const Track *track, const char *message);
