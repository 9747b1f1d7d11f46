#pragma once

/* Brings what a turn needs from the store into the world. Thread: the engine's. */

#include "bot/store/store.h"

typedef struct Loader {
    Store *store;
    World *world;
} Loader;

/* The team of that channel, if it is one's home, with its open sprints and their other owners. */
bool loader_channel(Loader *loader, WorkspaceId workspace, const char *channel, GError **error)
    __attribute__((warn_unused_result));
bool loader_team(Loader *loader, TeamId id, GError **error) __attribute__((warn_unused_result));
/* A sprint, closed ones too, with its owners. Nothing happens when there is none of that id. */
bool loader_sprint(Loader *loader, SprintId id, GError **error) __attribute__((warn_unused_result));
bool loader_draft(Loader *loader, DraftId id, GError **error) __attribute__((warn_unused_result));
/* What the turn asked for; found or not, it is marked as looked up. */
bool loader_need(Loader *loader, const Event *event, const Need *need, GError **error)
    __attribute__((warn_unused_result));
