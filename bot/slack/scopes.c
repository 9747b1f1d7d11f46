#include "bot/slack/scopes.h"

#include <stdint.h>

const SlackScope slack_scopes[] = {
    {"app_mentions:read", "answering when it is mentioned"},
    {"channels:history", "reading answers in threads of public channels"},
    {"channels:join", "coming to a public channel to post there"},
    {"channels:read", "knowing who is in a public channel"},
    {"chat:write", "posting anything at all"},
    {"commands", "/sprint and /okr"},
    {"files:write", "charts"},
    {"groups:history", "reading answers in threads of private channels"},
    {"groups:read", "knowing who is in a private channel"},
    {"im:history", "reading what is written to it alone"},
    {"im:read", "knowing its direct conversations"},
    {"im:write", "nudging somebody alone"},
    {"pins:write", "pinning the sprint's card"},
    {"usergroups:read", "a user group as a team's members"},
    {"users:read", "names and time zones"},
    {NULL, NULL},
};

void slack_scopes_missing(const char *granted, GPtrArray *missing)
{
    g_auto(GStrv) list = g_strsplit(granted, ",", -1);

    for (char **scope = list; *scope != NULL; scope++) {
        g_strstrip(*scope);
    }
    for (const SlackScope *scope = slack_scopes; scope->name != NULL; scope++) {
        if (!g_strv_contains((const char *const *)list, scope->name)) {
            g_ptr_array_add(missing, (gpointer)(uintptr_t)scope);
        }
    }
}
