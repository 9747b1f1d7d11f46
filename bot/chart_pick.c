#include "bot/chart_pick.h"

#include "bot/loader.h"
#include "core/text.h"
#include "core/words.h"

#define QUOTED_MAX 60  /* characters of what was asked for */
#define LISTED_MAX 20  /* names in a refusal */
#define TEAMS_MAX  500 /* whose names are looked at for the nearest */

typedef struct Pick {
    const ChartAsk *ask;
    Loader loader;
    WorkspaceId workspace;
    Team *team;
    char *refusal; /* why there is no such chart; NULL as long as there may be one */
} Pick;

static void refuse(Pick *pick, char *take_why)
{
    g_free(pick->refusal);
    pick->refusal = take_why;
}

static char *list_of(const GPtrArray *names)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < names->len && i < LISTED_MAX; i++) {
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(names, i));
    }
    g_string_append(list, names->len > LISTED_MAX ? ", …" : "");
    return g_string_free(list, FALSE);
}

/* --- the workspace --- */

static void refuse_workspace(Pick *pick, const GPtrArray *names)
{
    g_autofree char *list = list_of(names);
    const char *asked = pick->ask->workspace;
    g_autofree char *quoted = text_cut(asked != NULL ? asked : "", QUOTED_MAX);

    refuse(pick, names->len == 0 ? say(W_CHART_FILE_NO_TEAMS)
                 : asked == NULL
                     ? say(W_CHART_FILE_WHICH_WORKSPACE, S("list", list))
                     : say(W_CHART_FILE_UNKNOWN_WORKSPACE, S("name", quoted), S("list", list)));
}

static bool find_workspace(Pick *pick, GError **error)
{
    Store *store = pick->loader.store;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name = pick->ask->workspace;

    if (!store->ops->workspaces(store, names, error)) {
        return false;
    }
    if (name == NULL && names->len == 1) {
        name = g_ptr_array_index(names, 0);
    }
    if (name == NULL || !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL)) {
        refuse_workspace(pick, names);
        return true;
    }
    return store->ops->workspace(store, name, &pick->workspace, error);
}

/* --- the team --- */

static bool team_names(Pick *pick, GPtrArray *names, GError **error)
{
    Store *store = pick->loader.store;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(TeamId));

    if (!store->ops->teams(store, pick->workspace, ids, error)) {
        return false;
    }
    for (guint i = 0; i < MIN(ids->len, TEAMS_MAX); i++) {
        g_autoptr(Team) team = NULL;

        if (!store->ops->team_load(store, g_array_index(ids, TeamId, i), &team, error)) {
            return false;
        }
        if (team != NULL) {
            g_ptr_array_add(names, g_strdup(team->name));
        }
    }
    return true;
}

static char *unknown_team(const char *name, GPtrArray *names)
{
    g_autofree char *quoted = text_cut(name, QUOTED_MAX);
    g_autofree char *list = list_of(names);

    g_ptr_array_add(names, NULL);
    const char *nearest = text_nearest(name, (const char *const *)names->pdata);

    return nearest != NULL ? say(W_CHART_FILE_TEAM_NEAR, S("name", quoted), S("nearest", nearest))
                           : say(W_CHART_FILE_UNKNOWN_TEAM, S("name", quoted), S("list", list));
}

static bool refuse_team(Pick *pick, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name = pick->ask->team;

    if (!team_names(pick, names, error)) {
        return false;
    }
    g_autofree char *list = list_of(names);
    refuse(pick, names->len == 0 ? say(W_CHART_FILE_NO_TEAMS)
                 : name == NULL  ? say(W_CHART_FILE_WHICH_TEAM, S("list", list))
                                 : unknown_team(name, names));
    return true;
}

static bool team_id(Pick *pick, TeamId *id, GError **error)
{
    Store *store = pick->loader.store;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(TeamId));

    if (pick->ask->team != NULL) {
        return store->ops->team_named(store, pick->workspace, pick->ask->team, id, error);
    }
    if (!store->ops->teams(store, pick->workspace, ids, error)) {
        return false;
    }
    *id = ids->len == 1 ? g_array_index(ids, TeamId, 0) : (TeamId){0};
    return true;
}

static bool find_team(Pick *pick, GError **error)
{
    TeamId id = {0};

    if (!team_id(pick, &id, error) || !loader_team(&pick->loader, id, error)) {
        return false;
    }
    pick->team = world_team(pick->loader.world, id);
    return pick->team != NULL || refuse_team(pick, error);
}

static Day today_of(const Pick *pick)
{
    return day_is_set(pick->ask->today) ? pick->ask->today
                                        : team_day(pick->team, (Instant){g_get_real_time()});
}

/* --- a sprint's chart --- */

static bool draw_sprint(Pick *pick, Chart **chart, GError **error)
{
    Store *store = pick->loader.store;
    SprintId id = {0};

    if (!store->ops->sprint_numbered(store, pick->workspace, pick->ask->sprint, &id, error) ||
        !loader_sprint(&pick->loader, id, error)) {
        return false;
    }
    const Sprint *sprint = world_sprint(pick->loader.world, id);
    if (sprint == NULL || !sprint_owned_by(sprint, pick->team->id)) {
        refuse(pick, say(W_CHART_FILE_UNKNOWN_SPRINT, N("n", pick->ask->sprint),
                         S("team", pick->team->name)));
        return true;
    }
    *chart = chart_of_sprint(sprint, pick->team, today_of(pick), pick->ask->policy);
    return true;
}

/* --- a period's --- */

static char *known_krs(const Team *team)
{
    g_autoptr(GPtrArray) numbers = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        g_ptr_array_add(numbers, g_strdup_printf("%d", tactical->track->kr->number));
    }
    return list_of(numbers);
}

/* The KRs that are meant, or NULL, refused. */
static GPtrArray *krs_meant(Pick *pick)
{
    const Team *team = pick->team;
    const Period *period = team_period(team, today_of(pick));
    Tactical *one = team_tactical_number(team, pick->ask->kr);
    g_autoptr(GPtrArray) krs = NULL;

    if (pick->ask->kr != 0) {
        krs = g_ptr_array_new();
        if (one != NULL && team_tactical_period(team, one) != NULL) {
            g_ptr_array_add(krs, one);
        }
    } else if (period != NULL) {
        krs = team_tacticals_in(team, period);
    }
    if (krs != NULL && krs->len > 0) {
        return g_steal_pointer(&krs);
    }
    g_autofree char *list = known_krs(team);
    refuse(pick, pick->ask->kr == 0 || team->tacticals->len == 0
                     ? say(W_CHART_FILE_NO_KR, S("team", team->name))
                     : say(W_CHART_FILE_UNKNOWN_KR, N("n", pick->ask->kr), S("team", team->name),
                           S("list", list)));
    return NULL;
}

static bool load_opened(Pick *pick, Window days, GPtrArray *sprints, GError **error)
{
    Store *store = pick->loader.store;
    Instant from = team_midnight(pick->team, days.first);
    Instant until = team_midnight(pick->team, day_plus(days.last, 1));
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(SprintId));

    if (!store->ops->opened(store, pick->team->id, from, until, ids, error)) {
        return false;
    }
    for (guint i = 0; i < ids->len; i++) {
        SprintId id = g_array_index(ids, SprintId, i);

        if (!loader_sprint(&pick->loader, id, error)) {
            return false;
        }
        if (world_sprint(pick->loader.world, id) != NULL) {
            g_ptr_array_add(sprints, world_sprint(pick->loader.world, id));
        }
    }
    return true;
}

static bool draw_krs(Pick *pick, Chart **chart, GError **error)
{
    g_autoptr(GPtrArray) krs = krs_meant(pick), sprints = g_ptr_array_new();

    if (krs == NULL) {
        return true;
    }
    const Period *period = team_tactical_period(pick->team, g_ptr_array_index(krs, 0));
    if (!load_opened(pick, period->days, sprints, error)) {
        return false;
    }
    *chart =
        chart_of_tacticals(pick->team, period, krs, sprints, today_of(pick), pick->ask->policy);
    return true;
}

/* --- the whole --- */

static bool draw(Pick *pick, Chart **chart, GError **error)
{
    if (!find_workspace(pick, error)) {
        return false;
    }
    if (pick->refusal == NULL && !find_team(pick, error)) {
        return false;
    }
    if (pick->refusal != NULL) {
        return true;
    }
    return pick->ask->sprint != 0 ? draw_sprint(pick, chart, error) : draw_krs(pick, chart, error);
}

bool chart_pick(Store *store, const ChartAsk *ask, Chart **chart, char **refusal, GError **error)
{
    g_autoptr(World) world = world_new();
    Pick pick = {.ask = ask, .loader = {store, world}};
    bool looked = draw(&pick, chart, error);

    *refusal = pick.refusal;
    return looked;
}
