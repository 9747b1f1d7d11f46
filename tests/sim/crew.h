#pragma once

/* A team as its people know it, and how they speak. */

#include "platform.h"

typedef struct System System; /* systems.h */

typedef struct Crew {
    char *home, *name;
    int number, members;
    int64_t diligence;   /* how often a member answers, of a thousand */
    int64_t eager;       /* how often a sprint is opened on a day that allows one, of a thousand */
    int64_t closes;      /* how often a due retrospective is held on a day, of a thousand */
    bool conversation;   /* their platform knows no forms */
    int period;          /* how many they have begun */
    int64_t period_ends; /* true time */
    int tacticals;       /* KRs that they have asked for in this one */
    System *system;      /* that sends values for them; NULL */
} Crew;

/* A member who may answer. Caller frees. */
char *crew_member(Sim *sim, const Crew *crew);
/* Where forms are conversations, one member gives the commands, and the others answer: plain text
 * of somebody whose form waits may be meant for that. Caller frees. */
char *crew_speaker(Sim *sim, const Crew *crew);
Sent *crew_command(const Crew *crew, const char *member, char *take_text);
void crew_say(Sim *sim, const Crew *crew, char *take_text);
/* A form that was filled in; where they know none, its text form. */
void crew_fill(Sim *sim, const Crew *crew, const char *form, char *take_values);
/* A button in their channel. Caller sends it. */
Sent *crew_press(Sim *sim, const Crew *crew, const char *action, int64_t value);

BookTeam *crew_book(const Sim *sim, const Crew *crew);
Day crew_today(const Sim *sim, const Crew *crew);
/* One of the KRs that a weekly check-in would ask about today; NULL. */
BookKr *crew_kr(Sim *sim, const Crew *crew);
