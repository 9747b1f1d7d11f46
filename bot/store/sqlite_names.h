#pragma once

/* Choices as words: how enums stand in the database. These words are kept for ever, whatever people
 * are shown, so they are the store's own; the schema's CHECKs name the same ones. */

typedef struct Names {
    const char *const *words; /* by enum value; NULL stands for SQL's NULL */
    int count;
} Names;

extern const Names names_unit;
extern const Names names_direction;
extern const Names names_kr_kind;
extern const Names names_source;
extern const Names names_sprint_state;
extern const Names names_moved;
extern const Names names_tactical_change;
extern const Names names_cause;
extern const Names names_timer;
extern const Names names_weekday;
extern const Names names_revised;
extern const Names names_signal;
extern const Names names_episode;
