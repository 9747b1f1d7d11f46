#include "core/world.h"

#include <string.h>

#include "core/text.h"

struct World {
    GHashTable *teams;   /* int64 id -> Team, owned */
    GHashTable *sprints; /* int64 id -> Sprint, owned */
    GHashTable *homes;   /* Home -> Team, borrowed */
    GPtrArray *drafts;   /* of Draft */
    GHashTable *marks;   /* "kind id text" of needs that were looked up */
    GHashTable *found;   /* the same -> Found: what came of a need beyond teams and sprints */
    GHashTable *absent; /* int64 id of a team that is not loaded -> GPtrArray of its loaded Sprints,
                           borrowed */
    size_t weight;
};

/* Where a team lives. */
typedef struct Home {
    WorkspaceId workspace;
    const char *channel; /* owned by the keys of a world's table, borrowed to look one up */
} Home;

static guint home_hash(gconstpointer key)
{
    const Home *home = key;

    return g_int64_hash(&home->workspace.v) ^ g_str_hash(home->channel);
}

static gboolean home_equal(gconstpointer a, gconstpointer b)
{
    const Home *one = a, *other = b;

    return ID_EQ(one->workspace, other->workspace) && strcmp(one->channel, other->channel) == 0;
}

static Home *home_new(WorkspaceId workspace, const char *channel)
{
    Home *home = g_malloc(sizeof *home + strlen(channel) + 1);

    *home = (Home){workspace, (const char *)(home + 1)};
    memcpy(home + 1, channel, strlen(channel) + 1);
    return home;
}

typedef struct Found {
    gpointer thing;
    GDestroyNotify free_it;
} Found;

static void free_found(gpointer data)
{
    Found *found = data;

    found->free_it(found->thing);
    g_free(found);
}

static char *mark_key(NeedKind kind, const char *text, int64_t id)
{
    return g_strdup_printf("%d %" G_GINT64_FORMAT " %s", (int)kind, id, text != NULL ? text : "");
}

void digest_free(Digest *digest)
{
    if (digest == NULL) {
        return;
    }
    g_free(digest->objective);
    g_free(digest->trigger);
    g_free(digest->anchor_statement);
    g_free(digest->situation);
    g_free(digest->movement);
    g_free(digest->learned);
    g_clear_pointer(&digest->actions, g_ptr_array_unref);
    g_free(digest);
}

Draft *draft_new(void)
{
    return g_new0(Draft, 1);
}

void draft_free(Draft *draft)
{
    if (draft == NULL) {
        return;
    }
    g_free(draft->channel);
    g_free(draft->thread);
    g_free(draft->member);
    g_free(draft->form);
    g_free(draft->values);
    g_free(draft->field);
    g_free(draft);
}

static void free_team(gpointer team)
{
    team_free(team);
}

static void free_sprint(gpointer sprint)
{
    sprint_free(sprint);
}

static void free_draft(gpointer draft)
{
    draft_free(draft);
}

World *world_new(void)
{
    World *world = g_new0(World, 1);

    world->teams = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_team);
    world->sprints = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_sprint);
    world->homes = g_hash_table_new_full(home_hash, home_equal, g_free, NULL);
    world->drafts = g_ptr_array_new_with_free_func(free_draft);
    world->marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    world->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_found);
    world->absent = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                          (GDestroyNotify)g_ptr_array_unref);
    return world;
}

void world_free(World *world)
{
    if (world == NULL) {
        return;
    }
    g_hash_table_unref(world->teams);
    g_hash_table_unref(world->sprints);
    g_ptr_array_unref(world->drafts);
    g_hash_table_unref(world->homes);
    g_hash_table_unref(world->marks);
    g_hash_table_unref(world->found);
    g_hash_table_unref(world->absent);
    g_free(world);
}

void world_clear(World *world)
{
    g_hash_table_remove_all(world->homes);
    g_hash_table_remove_all(world->absent);
    g_hash_table_remove_all(world->teams);
    g_hash_table_remove_all(world->sprints);
    g_ptr_array_set_size(world->drafts, 0);
    world_forget_marks(world);
    world->weight = 0;
}

size_t world_weight(const World *world)
{
    return world->weight;
}

/* What a team or sprint weighs by itself. */
#define WEIGHT_ALONE 10

static size_t track_weight(const Track *track)
{
    return 3 + track->readings->len;
}

static size_t team_weight(const Team *team)
{
    size_t weight = WEIGHT_ALONE + team->members->len + team->periods->len + team->objectives->len;

    for (guint i = 0; i < team->tacticals->len; i++) {
        weight += track_weight(((const Tactical *)g_ptr_array_index(team->tacticals, i))->track);
    }
    for (guint i = 0; i < team->weeklies->len; i++) {
        weight += 1 + ((const Checkin *)g_ptr_array_index(team->weeklies, i))->answers->len;
    }
    return weight;
}

static size_t sprint_weight(const Sprint *sprint)
{
    size_t weight = WEIGHT_ALONE + sprint->initiatives->len + sprint->blockers->len;

    for (guint i = 0; i < sprint->krs->len; i++) {
        weight += track_weight(((const SprintKr *)g_ptr_array_index(sprint->krs, i))->track);
    }
    for (guint i = 0; i < sprint->checkins->len; i++) {
        weight += 1 + ((const Checkin *)g_ptr_array_index(sprint->checkins, i))->answers->len;
    }
    return weight;
}

Team *world_team(const World *world, TeamId id)
{
    return g_hash_table_lookup(world->teams, &id.v);
}

Team *world_team_in(const World *world, WorkspaceId workspace, const char *channel)
{
    const Home key = {workspace, channel};

    return g_hash_table_lookup(world->homes, &key);
}

Team *world_team_named(const World *world, WorkspaceId workspace, const char *name)
{
    GHashTableIter iter;
    gpointer value = NULL;
    g_autofree char *wanted = text_fold(name);

    g_hash_table_iter_init(&iter, world->teams);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Team *team = value;
        g_autofree char *folded = text_fold(team->name);

        if (ID_EQ(team->workspace, workspace) && strcmp(folded, wanted) == 0) {
            return team;
        }
    }
    return NULL;
}

Sprint *world_sprint(const World *world, SprintId id)
{
    return g_hash_table_lookup(world->sprints, &id.v);
}

Sprint *world_sprint_numbered(const World *world, WorkspaceId workspace, int32_t number)
{
    GHashTableIter iter;
    gpointer value = NULL;

    g_hash_table_iter_init(&iter, world->sprints);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Sprint *sprint = value;

        if (ID_EQ(sprint->workspace, workspace) && sprint->number == number) {
            return sprint;
        }
    }
    return NULL;
}

static bool by_number(const Sprint *a, const Sprint *b)
{
    return a->number < b->number;
}

/* Keeps a team's open sprints in the order of their numbers, whatever order they were loaded in. */
static void list_in(Team *team, Sprint *sprint)
{
    guint i = 0;

    if (g_ptr_array_find(team->sprints, sprint, NULL)) {
        return;
    }
    while (i < team->sprints->len && by_number(g_ptr_array_index(team->sprints, i), sprint)) {
        i++;
    }
    g_ptr_array_insert(team->sprints, (gint)i, sprint);
}

/* Keeps in mind that the sprint belongs in that team's list as well, once it is loaded. */
static void note_absent(World *world, TeamId team, Sprint *sprint)
{
    GPtrArray *sprints = g_hash_table_lookup(world->absent, &team.v);

    if (sprints == NULL) {
        sprints = g_ptr_array_new();
        g_hash_table_insert(world->absent, g_memdup2(&team.v, sizeof team.v), sprints);
    }
    g_ptr_array_add(sprints, sprint);
}

void world_add_team(World *world, Team *take_team)
{
    const GPtrArray *sprints = g_hash_table_lookup(world->absent, &take_team->id.v);

    g_assert(world_team(world, take_team->id) == NULL);
    world->weight += team_weight(take_team);
    g_hash_table_insert(world->teams, &take_team->id.v, take_team);
    g_hash_table_insert(world->homes, home_new(take_team->workspace, take_team->home), take_team);
    for (guint i = 0; sprints != NULL && i < sprints->len; i++) {
        Sprint *sprint = g_ptr_array_index(sprints, i);

        if (sprint->state != SPRINT_CLOSED) {
            list_in(take_team, sprint);
        }
    }
    g_hash_table_remove(world->absent, &take_team->id.v);
}

void world_add_sprint(World *world, Sprint *take_sprint)
{
    g_assert(world_sprint(world, take_sprint->id) == NULL);
    world->weight += sprint_weight(take_sprint);
    g_hash_table_insert(world->sprints, &take_sprint->id.v, take_sprint);
    if (take_sprint->state == SPRINT_CLOSED) {
        return;
    }
    for (guint i = 0; i < take_sprint->owners->len; i++) {
        TeamId owner = g_array_index(take_sprint->owners, TeamId, i);
        Team *team = world_team(world, owner);

        if (team != NULL) {
            list_in(team, take_sprint);
        } else {
            note_absent(world, owner, take_sprint);
        }
    }
}

void world_unlist_sprint(World *world, Sprint *sprint)
{
    for (guint i = 0; i < sprint->owners->len; i++) {
        Team *team = world_team(world, g_array_index(sprint->owners, TeamId, i));

        if (team != NULL) {
            g_ptr_array_remove(team->sprints, sprint);
        }
    }
}

Draft *world_draft(const World *world, WorkspaceId workspace, const char *channel,
                   const char *member)
{
    for (guint i = 0; i < world->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(world->drafts, i);

        if (ID_EQ(draft->workspace, workspace) && g_strcmp0(draft->channel, channel) == 0 &&
            g_strcmp0(draft->member, member) == 0) {
            return draft;
        }
    }
    return NULL;
}

Draft *world_draft_of(const World *world, DraftId id)
{
    for (guint i = 0; i < world->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(world->drafts, i);

        if (ID_EQ(draft->id, id)) {
            return draft;
        }
    }
    return NULL;
}

void world_put_draft(World *world, Draft *take_draft)
{
    Draft *old = world_draft(world, take_draft->workspace, take_draft->channel, take_draft->member);

    if (old != NULL && old != take_draft) {
        world_drop_draft(world, old);
    }
    if (old != take_draft) {
        g_ptr_array_add(world->drafts, take_draft);
    }
}

void world_drop_draft(World *world, Draft *draft)
{
    g_ptr_array_remove_fast(world->drafts, draft);
}

bool world_knows(const World *world, NeedKind kind, const char *text, int64_t id)
{
    g_autofree char *key = mark_key(kind, text, id);

    return g_hash_table_contains(world->marks, key);
}

void world_mark(World *world, NeedKind kind, const char *text, int64_t id)
{
    g_hash_table_add(world->marks, mark_key(kind, text, id));
}

/* Takes what came of a need. */
static void put_found(World *world, NeedKind kind, const char *text, int64_t id, gpointer take,
                      GDestroyNotify free_it)
{
    Found *found = g_new(Found, 1);

    *found = (Found){take, free_it};
    g_hash_table_replace(world->found, mark_key(kind, text, id), found);
}

static gpointer find(const World *world, NeedKind kind, const char *text, int64_t id)
{
    g_autofree char *key = mark_key(kind, text, id);
    const Found *found = g_hash_table_lookup(world->found, key);

    return found != NULL ? found->thing : NULL;
}

static void free_list(gpointer list)
{
    g_ptr_array_unref(list);
}

static void free_array(gpointer array)
{
    g_array_unref(array);
}

static void free_reading(gpointer reading)
{
    reading_free(reading);
}

void world_put_digests(World *world, TeamId team, GPtrArray *take_digests)
{
    put_found(world, NEED_DIGESTS, NULL, team.v, take_digests, free_list);
}

const GPtrArray *world_digests(const World *world, TeamId team)
{
    return find(world, NEED_DIGESTS, NULL, team.v);
}

void world_put_learnings(World *world, TeamId team, const char *words, GPtrArray *take_digests)
{
    put_found(world, NEED_LEARNINGS, words, team.v, take_digests, free_list);
}

const GPtrArray *world_learnings(const World *world, TeamId team, const char *words)
{
    return find(world, NEED_LEARNINGS, words, team.v);
}

void world_put_opened(World *world, TeamId team, const char *days, GArray *take_sprints)
{
    put_found(world, NEED_OPENED, days, team.v, take_sprints, free_array);
}

const GArray *world_opened(const World *world, TeamId team, const char *days)
{
    return find(world, NEED_OPENED, days, team.v);
}

void world_put_token(World *world, const char *hash, TeamId team)
{
    TeamId *id = g_new(TeamId, 1);

    *id = team;
    put_found(world, NEED_TOKEN, hash, 0, id, g_free);
}

TeamId world_token(const World *world, const char *hash)
{
    const TeamId *id = find(world, NEED_TOKEN, hash, 0);

    return id != NULL ? *id : (TeamId){0};
}

void world_put_keyed(World *world, KrId kr, const char *key, Reading *take_reading)
{
    put_found(world, NEED_KEYED, key, kr.v, take_reading, free_reading);
}

const Reading *world_keyed(const World *world, KrId kr, const char *key)
{
    return find(world, NEED_KEYED, key, kr.v);
}

void world_put_secret(World *world, char *take_secret)
{
    put_found(world, NEED_SECRET, NULL, 0, take_secret, g_free);
}

const char *world_secret(const World *world)
{
    return find(world, NEED_SECRET, NULL, 0);
}

void world_forget_marks(World *world)
{
    g_hash_table_remove_all(world->marks);
    g_hash_table_remove_all(world->found);
}

void world_move_team(World *world, Team *team, const char *channel)
{
    const Home old = {team->workspace, team->home};

    g_hash_table_remove(world->homes, &old);
    g_free(team->home);
    team->home = g_strdup(channel);
    g_hash_table_insert(world->homes, home_new(team->workspace, team->home), team);
}

static int by_team_id(gconstpointer a, gconstpointer b)
{
    const Team *ta = *(const Team *const *)a, *tb = *(const Team *const *)b;

    return ta->id.v < tb->id.v ? -1 : ta->id.v > tb->id.v;
}

void world_teams_of(const World *world, WorkspaceId workspace, const char *member, GPtrArray *teams)
{
    GHashTableIter iter;
    gpointer value = NULL;

    g_hash_table_iter_init(&iter, world->teams);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Team *team = value;
        const Member *row = ID_EQ(team->workspace, workspace) ? team_member(team, member) : NULL;

        if (row != NULL && row->present) {
            g_ptr_array_add(teams, team);
        }
    }
    g_ptr_array_sort(teams, by_team_id);
}

bool world_nudged(const World *world, WorkspaceId workspace, const char *member, Instant now)
{
    GHashTableIter iter;
    gpointer value = NULL;

    g_hash_table_iter_init(&iter, world->teams);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Team *team = value;
        const Member *row = ID_EQ(team->workspace, workspace) ? team_member(team, member) : NULL;

        if (row != NULL && day_cmp(row->nudged, team_day(team, now)) >= 0) {
            return true;
        }
    }
    return false;
}
