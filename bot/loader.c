#include "bot/loader.h"

#include <errno.h>
#include <unistd.h>

/* How many closed sprints are looked through for history and learnings. */
#define DIGESTS_MAX 200

static bool load_sprint_only(Loader *loader, SprintId id, GError **error)
{
    Sprint *sprint = NULL;

    if (world_sprint(loader->world, id) != NULL) {
        return true;
    }
    if (!loader->store->ops->sprint_load(loader->store, id, &sprint, error)) {
        return false;
    }
    if (sprint != NULL) {
        world_add_sprint(loader->world, sprint);
    }
    return true;
}

/* Teams and sprints reach each other through joint sprints; adding the team first ends the
 * recursion. */
// NOLINTBEGIN(misc-no-recursion)
static bool load_owners(Loader *loader, const Sprint *sprint, GError **error)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        if (!loader_team(loader, g_array_index(sprint->owners, TeamId, i), error)) {
            return false;
        }
    }
    return world_team(loader->world, sprint->anchor_team) != NULL ||
           loader_team(loader, sprint->anchor_team, error);
}

bool loader_team(Loader *loader, TeamId id, GError **error)
{
    g_autoptr(GArray) sprints = g_array_new(FALSE, FALSE, sizeof(SprintId));
    Team *team = NULL;

    if (!ID_SET(id) || world_team(loader->world, id) != NULL) {
        return true;
    }
    if (!loader->store->ops->team_load(loader->store, id, &team, error)) {
        return false;
    }
    if (team == NULL) {
        return true;
    }
    world_add_team(loader->world, team);
    if (!loader->store->ops->team_sprints(loader->store, id, sprints, error)) {
        return false;
    }
    for (guint i = 0; i < sprints->len; i++) {
        if (!loader_sprint(loader, g_array_index(sprints, SprintId, i), error)) {
            return false;
        }
    }
    return true;
}

bool loader_sprint(Loader *loader, SprintId id, GError **error)
{
    if (!ID_SET(id)) {
        return true;
    }
    if (!load_sprint_only(loader, id, error)) {
        return false;
    }
    const Sprint *sprint = world_sprint(loader->world, id);
    return sprint == NULL || load_owners(loader, sprint, error);
}
// NOLINTEND(misc-no-recursion)

bool loader_channel(Loader *loader, WorkspaceId workspace, const char *channel, GError **error)
{
    TeamId id = {0};

    if (channel == NULL || world_team_in(loader->world, workspace, channel) != NULL) {
        return true;
    }
    return loader->store->ops->team_in(loader->store, workspace, channel, &id, error) &&
           loader_team(loader, id, error);
}

bool loader_draft(Loader *loader, DraftId id, GError **error)
{
    Draft *draft = NULL;

    if (world_draft_of(loader->world, id) != NULL) {
        return true;
    }
    if (!loader->store->ops->draft_by_id(loader->store, id, &draft, error)) {
        return false;
    }
    if (draft != NULL) {
        world_put_draft(loader->world, draft);
    }
    return true;
}

static bool need_draft(Loader *loader, const Event *event, GError **error)
{
    const char *channel = event->channel != NULL ? event->channel : "";
    Draft *draft = NULL;

    if (world_draft(loader->world, event->workspace, channel, event->member) != NULL) {
        return true;
    }
    if (!loader->store->ops->draft_load(loader->store, event->workspace, channel, event->member,
                                        &draft, error)) {
        return false;
    }
    if (draft != NULL) {
        world_put_draft(loader->world, draft);
    }
    return true;
}

static void free_digest(gpointer digest)
{
    digest_free(digest);
}

static bool need_digests(Loader *loader, TeamId team, GError **error)
{
    g_autoptr(GPtrArray) digests = g_ptr_array_new_with_free_func(free_digest);

    if (!loader->store->ops->digests(loader->store, team, DIGESTS_MAX, digests, error)) {
        return false;
    }
    world_put_digests(loader->world, team, g_steal_pointer(&digests));
    return true;
}

static bool need_member(Loader *loader, const Event *event, const char *member, GError **error)
{
    g_autoptr(GArray) teams = g_array_new(FALSE, FALSE, sizeof(TeamId));

    if (!loader->store->ops->teams_of(loader->store, event->workspace, member, teams, error)) {
        return false;
    }
    for (guint i = 0; i < teams->len; i++) {
        if (!loader_team(loader, g_array_index(teams, TeamId, i), error)) {
            return false;
        }
    }
    return true;
}

/* How many retrospectives a search brings at most. */
#define LEARNINGS_MAX 200

static bool need_learnings(Loader *loader, TeamId team, const char *words, GError **error)
{
    g_autoptr(GPtrArray) digests = g_ptr_array_new_with_free_func(free_digest);

    if (!loader->store->ops->learnings(loader->store, team, words, LEARNINGS_MAX, digests, error)) {
        return false;
    }
    world_put_learnings(loader->world, team, words, g_steal_pointer(&digests));
    return true;
}

/* "2025-06-02 2025-08-31" */
static bool days_read(const char *text, Window *days)
{
    g_auto(GStrv) both = g_strsplit(text, " ", 2);

    return g_strv_length(both) == 2 && day_parse_iso(both[0], &days->first) &&
           day_parse_iso(both[1], &days->last);
}

static bool need_opened(Loader *loader, TeamId id, const char *text, GError **error)
{
    const Team *team = world_team(loader->world, id);
    g_autoptr(GArray) sprints = g_array_new(FALSE, FALSE, sizeof(SprintId));
    Window days;

    if (team == NULL || !days_read(text, &days)) {
        return true;
    }
    Instant from = team_midnight(team, days.first);
    Instant until = team_midnight(team, day_plus(days.last, 1));
    if (!loader->store->ops->opened(loader->store, id, from, until, sprints, error)) {
        return false;
    }
    for (guint i = 0; i < sprints->len; i++) {
        if (!loader_sprint(loader, g_array_index(sprints, SprintId, i), error)) {
            return false;
        }
    }
    world_put_opened(loader->world, id, text, g_steal_pointer(&sprints));
    return true;
}

static bool need_token(Loader *loader, const char *hash, GError **error)
{
    TeamId team = {0};

    if (!loader->store->ops->token_team(loader->store, hash, &team, error) ||
        !loader_team(loader, team, error)) {
        return false;
    }
    world_put_token(loader->world, hash, team);
    return true;
}

static bool need_keyed(Loader *loader, KrId kr, const char *key, GError **error)
{
    Reading *reading = NULL;

    if (!loader->store->ops->reading_keyed(loader->store, kr, key, &reading, error)) {
        return false;
    }
    if (reading != NULL) {
        world_put_keyed(loader->world, kr, key, reading);
    }
    return true;
}

#define SECRET_BYTES 32

/* From the kernel, which waits for enough of it at boot and never fails after. */
static bool need_secret(Loader *loader)
{
    uint8_t bytes[SECRET_BYTES];
    GString *digits = g_string_sized_new(sizeof bytes * 2);

    if (getentropy(bytes, sizeof bytes) != 0) {
        g_error("no randomness: %s", g_strerror(errno));
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        g_string_append_printf(digits, "%02x", bytes[i]);
    }
    world_put_secret(loader->world, g_string_free(digits, FALSE));
    return true;
}

static bool look_up(Loader *loader, const Event *event, const Need *need, GError **error)
{
    const StoreOps *ops = loader->store->ops;
    TeamId team = {0};
    SprintId sprint = {0};

    switch (need->kind) {
    case NEED_TEAM_NAMED:
        return ops->team_named(loader->store, event->workspace, need->text, &team, error) &&
               loader_team(loader, team, error);
    case NEED_TEAM:
        return loader_team(loader, (TeamId){need->id}, error);
    case NEED_SPRINT:
        return ops->sprint_numbered(loader->store, event->workspace, (int32_t)need->id, &sprint,
                                    error) &&
               loader_sprint(loader, sprint, error);
    case NEED_DIGESTS:
        return need_digests(loader, (TeamId){need->id}, error);
    case NEED_MEMBER:
        return need_member(loader, event, need->text, error);
    case NEED_NUMBER:
        return true; /* the engine's own affair */
    case NEED_DRAFT:
        return need_draft(loader, event, error);
    case NEED_LEARNINGS:
        return need_learnings(loader, (TeamId){need->id}, need->text, error);
    case NEED_OPENED:
        return need_opened(loader, (TeamId){need->id}, need->text, error);
    case NEED_TOKEN:
        return need_token(loader, need->text, error);
    case NEED_KEYED:
        return need_keyed(loader, (KrId){need->id}, need->text, error);
    case NEED_SECRET:
        return need_secret(loader);
    }
    return true;
}

bool loader_need(Loader *loader, const Event *event, const Need *need, GError **error)
{
    if (!look_up(loader, event, need, error)) {
        return false;
    }
    world_mark(loader->world, need->kind, need->text, need->id);
    return true;
}
