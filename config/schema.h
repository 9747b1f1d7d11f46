#pragma once

/* Every setting there is, one row each: what the reader takes, what `anchord check` says, and what
 * the example file must show all come from here. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

/* Which keys may stand together. */
typedef enum Scope {
    SCOPE_FILE,
    SCOPE_LOG,
    SCOPE_DEFAULTS,
    SCOPE_POLICY,
    SCOPE_TRIGGER,
    SCOPE_WORKSPACE,
} Scope;

typedef enum SettingType {
    SETTING_SECTION,  /* keys of `inside` */
    SETTING_LIST,     /* entries, each with keys of `inside`; at most `max` */
    SETTING_TEXT,     /* char *; at most `max` characters; one line */
    SETTING_NAME,     /* char *; at most `max` letters, digits, "-", "_" and "." */
    SETTING_NUMBER,   /* int32_t */
    SETTING_RATIO,    /* int32_t in thousandths: "0.9", "90%" */
    SETTING_MINUTE,   /* int32_t: minute of the day */
    SETTING_WEEKDAYS, /* Weekdays */
    SETTING_ZONE,     /* char *: an IANA name */
    SETTING_CHOICE,   /* int32_t, or an enum of its size: the index in `choices` */
    SETTING_FLAG,     /* bool */
    SETTING_SECRET,   /* char *: what it resolves to */
    SETTING_URL,      /* char *: https, or http to this machine; ends in "/" */
    SETTING_SOCKET,   /* char *: wss, or ws to this machine; ends in "/" */
    SETTING_USER,     /* char *: "@anchord:example.org" */
    SETTING_USERS,    /* char **: patterns of users; a list, or one of them */
    SETTING_STORE,    /* char * */
    SETTING_LISTEN,   /* char *; "off" and NULL are the same */
    SETTING_FILE,     /* char *: a file that can be read */
} SettingType;

#define ON_SLACK  (1U << PLATFORM_SLACK)
#define ON_MATRIX (1U << PLATFORM_MATRIX)

/* What an entry of policy.triggers is read into. */
typedef struct TriggerRead {
    char *name, *evidence;
    bool joint;
} TriggerRead;

typedef struct Setting {
    Scope scope;
    const char *name;
    SettingType type;
    size_t at;                  /* in Config, TriggerRead or WorkspaceConfig */
    int32_t min, max;           /* both inside; ratios in thousandths */
    const char *unit;           /* for messages; NULL */
    const char *def;            /* as it is written in the file; NULL: none */
    const char *example;        /* what the example file shows where there is no default */
    const char *const *choices; /* ends with NULL */
    const char *const *begins;  /* SETTING_SECRET: what a right one begins with; ends with NULL */
    Scope inside;               /* of a section's or a list's entries */
    unsigned platforms;         /* SCOPE_WORKSPACE: on which it means something; 0: on each */
    bool required;
    const char *help;
} Setting;

extern const Setting settings[];
extern const size_t setting_count;

/* The row of that key; NULL. */
const Setting *setting_find(Scope scope, const char *name);
/* The row whose key is nearest to a misspelt one; NULL when none is near. */
const Setting *setting_nearest(Scope scope, const char *name);
/* "policy.max_objectives", "workspaces[].name"; caller frees. */
char *setting_path(const Setting *setting);
