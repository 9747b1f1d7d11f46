#include "core/governance.h"

#include <string.h>

#include "core/field_check.h"
#include "core/text.h"

/* "sprint 1 (ends after Mon 28 July) and sprint 2 (in closing)" */
static char *sprint_names(const Team *team)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < team->sprints->len; i++) {
        const Sprint *sprint = g_ptr_array_index(team->sprints, i);
        g_autofree char *end = day_text_short(sprint->window.last);
        g_autofree char *name = sprint->state == SPRINT_CLOSING
                                    ? say(W_GOV_SPRINT_CLOSING, N("n", sprint->number),
                                          S("objective", sprint->objective))
                                    : say(W_GOV_SPRINT_ENDS, N("n", sprint->number),
                                          S("objective", sprint->objective), S("end", end));

        g_string_append_printf(out, "%s%s", i == 0 ? "" : " and ", name);
    }
    return g_string_free(out, FALSE);
}

CheckResult governance_may_open(const Turn *turn, const Team *team, GString *why)
{
    g_autofree char *names = sprint_names(team);

    if ((int32_t)team->sprints->len >= turn->policy->max_active_sprints) {
        return wrong(why, say(W_GOV_TOO_MANY, S("team", team->name), N("n", team->sprints->len),
                              S("names", names), N("max", turn->policy->max_active_sprints)));
    }
    for (guint i = 0; i < team->sprints->len; i++) {
        const Sprint *sprint = g_ptr_array_index(team->sprints, i);

        if (sprint->state == SPRINT_CLOSING) {
            return wrong(why, say(W_GOV_CLOSING, S("team", team->name), S("names", names),
                                  N("n", sprint->number)));
        }
    }
    return CHECK_OK;
}

/* A pronoun, a mention, or somebody who is in the team. */
static bool is_person(const Team *team, const char *name)
{
    static const char *const pronouns[] = {"me",  "i",  "my",  "mine", "myself",
                                           "you", "he", "she", "him",  "her"};
    g_autofree char *id = member_typed(name);
    g_autofree char *folded = text_fold(name);

    if (*name == '@' || g_str_has_prefix(name, "<@")) {
        return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(pronouns); i++) {
        if (strcmp(folded, pronouns[i]) == 0) {
            return true;
        }
    }
    for (guint i = 0; i < team->members->len; i++) {
        const Member *member = g_ptr_array_index(team->members, i);

        if (id != NULL && g_ascii_strcasecmp(member->id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* "West, Marketing and Sales" in parts; a team's name may itself hold an "and", so commas alone
 * split where there are any. */
static char **owner_names(const Turn *turn, const char *text)
{
    g_autofree char *squeezed = text_squeeze(text);
    const char *separators[] = {",", ";", " + ", " & ", " and "};

    if (world_team_named(turn->world, turn->event->workspace, squeezed) != NULL) {
        return g_strsplit(squeezed, "\n", -1);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(separators); i++) {
        if (strstr(squeezed, separators[i]) == NULL) {
            continue;
        }
        g_auto(GStrv) parts = g_strsplit(squeezed, separators[i], -1);
        g_autoptr(GStrvBuilder) names = g_strv_builder_new();

        for (char **part = parts; *part != NULL; part++) {
            const char *name = g_str_has_prefix(g_strchug(*part), "and ") ? *part + 4 : *part;
            g_auto(GStrv) last = g_strsplit(name, i < 2 && part[1] == NULL ? " and " : "\n", -1);

            for (char **one = last; *one != NULL; one++) {
                g_strv_builder_add(names, g_strstrip(*one));
            }
        }
        return g_strv_builder_end(names);
    }
    return g_strsplit(squeezed, "\n", -1);
}

static CheckResult add_owner(Turn *turn, const char *name, GPtrArray *owners, GString *why)
{
    g_autofree char *quoted = text_cut(name, 60);

    if (*name == '\0') {
        return CHECK_OK;
    }
    if (is_person(turn->team, name)) {
        return wrong(why, say(W_GOV_PERSON, S("name", quoted), S("team", turn->team->name)));
    }
    if (!turn_needs_team_named(turn, name)) {
        return CHECK_NEED;
    }
    Team *team = world_team_named(turn->world, turn->event->workspace, name);
    if (team == NULL) {
        return wrong(why, say(W_GOV_NO_TEAM, S("name", quoted)));
    }
    if (!g_ptr_array_find(owners, team, NULL)) {
        g_ptr_array_add(owners, team);
    }
    return CHECK_OK;
}

CheckResult governance_owners(Turn *turn, const char *text, GPtrArray *owners, GString *why)
{
    g_ptr_array_set_size(owners, 0);
    g_ptr_array_add(owners, turn->team);
    if (text == NULL) {
        return CHECK_OK;
    }
    g_auto(GStrv) names = owner_names(turn, text);
    for (char **name = names; *name != NULL; name++) {
        CheckResult result = add_owner(turn, *name, owners, why);

        if (result != CHECK_OK) {
            return result;
        }
    }
    return CHECK_OK;
}

char *governance_anchor_list(const GPtrArray *owners)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < owners->len; i++) {
        const Team *team = g_ptr_array_index(owners, i);

        for (guint j = 0; j < team->tacticals->len; j++) {
            const Tactical *tactical = g_ptr_array_index(team->tacticals, j);
            const Kr *kr = tactical->track->kr;

            if (!tactical->dropped) {
                g_string_append_printf(list, "%s%s%s%d. %s", list->len > 0 ? "; " : "",
                                       i > 0 ? team->name : "", i > 0 ? " " : "", kr->number,
                                       kr->statement);
            }
        }
    }
    return g_string_free(list, FALSE);
}

typedef struct AnchorSearch {
    const char *key; /* the text's letters and digits */
    int fits;
    bool exact;
    Team *team;
    Tactical *anchor;
} AnchorSearch;

static void consider(AnchorSearch *search, Team *team, Tactical *tactical)
{
    g_autofree char *key = text_key(tactical->track->kr->statement);

    if (tactical->dropped || search->exact || *search->key == '\0') {
        return;
    }
    search->exact = strcmp(key, search->key) == 0;
    if (search->exact || strstr(key, search->key) != NULL) {
        search->fits = search->exact ? 1 : search->fits + 1;
        search->team = team;
        search->anchor = tactical;
    }
}

/* "2", "KR 2", or "Marketing 2" where several teams own the sprint. */
static Tactical *by_number(const GPtrArray *owners, const char *text, Team **team)
{
    const char *digits = strpbrk(text, "0123456789");
    int32_t number = 0;

    if (digits == NULL || !is_whole_number(digits, &number)) {
        return NULL;
    }
    g_autofree char *before = g_strndup(text, (gsize)(digits - text));
    g_autofree char *prefix = text_key(before);
    for (guint i = 0; i < owners->len; i++) {
        Team *owner = g_ptr_array_index(owners, i);
        g_autofree char *name = text_key(owner->name);
        g_autofree char *with_kr = g_strconcat(name, "kr", NULL);
        bool plain = *prefix == '\0' || strcmp(prefix, "kr") == 0;
        Tactical *found = team_tactical_number(owner, number);

        if (found != NULL && !found->dropped &&
            (plain || strcmp(prefix, name) == 0 || strcmp(prefix, with_kr) == 0)) {
            *team = owner;
            return found;
        }
    }
    return NULL;
}

CheckResult governance_anchor(const GPtrArray *owners, const char *text, Team **team,
                              Tactical **anchor, GString *why)
{
    g_autofree char *key = text_key(text);
    g_autofree char *quoted = text_cut(text, 80);
    g_autofree char *list = governance_anchor_list(owners);
    bool is_number = strspn(key, "0123456789") ==
                     strlen(key); /* which is no part of a sentence: "3" is not in "$30M" */
    AnchorSearch search = {.key = is_number ? "" : key};

    if (*list == '\0') {
        return wrong(why, say(W_GOV_NO_TACTICAL));
    }
    *anchor = by_number(owners, text, team);
    if (*anchor != NULL) {
        return CHECK_OK;
    }
    for (guint i = 0; i < owners->len; i++) {
        Team *owner = g_ptr_array_index(owners, i);

        for (guint j = 0; j < owner->tacticals->len; j++) {
            consider(&search, owner, g_ptr_array_index(owner->tacticals, j));
        }
    }
    if (search.fits == 1) {
        *team = search.team;
        *anchor = search.anchor;
        return CHECK_OK;
    }
    return wrong(why, search.fits > 1
                          ? say(W_GOV_ANCHOR_TWO, S("given", quoted), S("list", list))
                          : say(W_GOV_ANCHOR_UNKNOWN, S("given", quoted), S("list", list)));
}

CheckResult governance_window(const Turn *turn, const Team *team, const Tactical *anchor,
                              Window window, GString *why)
{
    const Period *period = team_tactical_period(team, anchor);

    if (period == NULL) {
        return CHECK_OK;
    }
    int64_t beyond = day_diff(window.last, period->days.last);
    g_autofree char *end = day_text(period->days.last);
    if (beyond > turn->policy->window_past_period_days) {
        return wrong(why,
                     say(W_GOV_WINDOW_PAST, S("period", period->name), S("end", end),
                         N("beyond", beyond), N("max", turn->policy->window_past_period_days)));
    }
    return CHECK_OK;
}
