#pragma once

/* Which store is carried from or to: the one that -c or --db names. It is opened as the daemon
 * opens it, so not while a daemon runs. */

#include "bot/store/store.h"
#include "config/config.h"

typedef struct Opened {
    char *config_path, *db; /* what the options gave; NULL */
    Config *config;         /* NULL with --db */
    const Policy *policy;   /* the configuration's, else the framework's */
    Store *store;
} Opened;

/* When there is no such file yet. */
typedef enum OpenNew {
    OPEN_NOT,     /* it is a mistake */
    OPEN_MAKE,    /* it is made */
    OPEN_PRETEND, /* an empty one in memory stands in for it */
} OpenNew;

/* The two options, for a GOptionContext. */
void opened_options(Opened *opened, GOptionContext *context);
/* The path of the store; NULL when the configuration has mistakes, which have been printed. */
const char *opened_path(Opened *opened);
/* 0, or the exit code when something went wrong, which has been printed then: 1 for the store, 2
 * for the configuration. */
int opened_store(Opened *opened, OpenNew when_new) __attribute__((warn_unused_result));
void opened_clear(Opened *opened);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Opened, opened_clear)
