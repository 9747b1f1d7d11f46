#pragma once

/* Adapters that do nothing but remember what was asked of them, for what stands around adapters. */

#include "bot/workspaces.h"

typedef struct FakeAdapter {
    Adapter base;
    char *name;
    AdapterState state;
    const char *why;
    guint kept; /* so many things of earlier runs it was given */
    bool started;
    LoopCall left; /* it is leaving, and says so when told to */
    void *left_arg;
} FakeAdapter;

extern const AdapterMaker fake_makers[]; /* for each platform */

/* What happened: "[start west]", "[stop west]", "[free west]", "[home C1 G2 of west]", and of a
 * reply, whose tag is a text, "[TAG: text to west]"; cleared by asking. */
void fake_expect(const char *promise, const char *wanted);
void fake_forget(void);
/* The one of that name, which is there; NULL where there is none. */
FakeAdapter *fake_of(const char *name);
FakeAdapter *fake_find(const char *name);
void fake_leave(FakeAdapter *adapter); /* it has closed */
/* A configuration of workspaces by these names, which ends with NULL. Its list is the caller's. */
GPtrArray *fake_configs(const char *const *names);
