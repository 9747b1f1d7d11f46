#include "core/learnings.h"

#include <string.h>

#include "core/field_check.h"
#include "core/text.h"
#include "core/words.h"

/* No team's name has more words. */
#define NAME_WORDS_MAX 6

static const struct {
    const char *key, *many;
} keys[LEARNING_FILTER_COUNT] = {
    [LEARNING_TEAM] = {"team", "teams"},
    [LEARNING_TRIGGER] = {"trigger", "triggers"},
    [LEARNING_ANCHOR] = {"anchor", "anchors"},
};

const char *learning_filter_key(LearningFilter filter)
{
    return keys[filter].key;
}

void learning_search_clear(LearningSearch *search)
{
    g_clear_pointer(&search->teams, g_ptr_array_unref);
    g_clear_pointer(&search->mine, g_ptr_array_unref);
    g_clear_pointer(&search->words, g_free);
    for (int i = 0; i < LEARNING_FILTER_COUNT; i++) {
        g_clear_pointer(&search->asked[i], g_free);
    }
}

/* --- the text in its parts --- */

/* The words behind each key, and those that stand behind none. All of char *, owned. */
typedef struct Parts {
    GPtrArray *words;
    GPtrArray *filters[LEARNING_FILTER_COUNT]; /* NULL: its key does not stand there */
} Parts;

static void parts_clear(Parts *parts)
{
    g_clear_pointer(&parts->words, g_ptr_array_unref);
    for (int i = 0; i < LEARNING_FILTER_COUNT; i++) {
        g_clear_pointer(&parts->filters[i], g_ptr_array_unref);
    }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

/* "team:", "Team:East": `*value` is what follows the colon. LEARNING_FILTER_COUNT: it is no key. */
static LearningFilter key_of(const char *word, const char **value)
{
    const char *colon = strchr(word, ':');
    int filter = colon == NULL ? LEARNING_FILTER_COUNT : 0;

    for (; filter < LEARNING_FILTER_COUNT; filter++) {
        g_autofree char *key = text_lower(word, (size_t)(colon - word));

        if (strcmp(key, keys[filter].key) == 0 || strcmp(key, keys[filter].many) == 0) {
            *value = colon + 1;
            break;
        }
    }
    return (LearningFilter)filter;
}

static void add_line(Parts *parts, const char *line)
{
    g_autofree char *squeezed = text_squeeze(line);
    g_auto(GStrv) words = g_strsplit(squeezed, " ", -1);
    GPtrArray *part = parts->words;

    for (char **word = words; *word != NULL; word++) {
        const char *value = *word;
        LearningFilter filter = key_of(*word, &value);

        if (filter != LEARNING_FILTER_COUNT) { /* given twice, the later one counts */
            g_clear_pointer(&parts->filters[filter], g_ptr_array_unref);
            part = parts->filters[filter] = g_ptr_array_new_with_free_func(g_free);
        }
        if (*value != '\0') {
            g_ptr_array_add(part, g_strdup(value));
        }
    }
}

static void parts_of(Parts *parts, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    parts->words = g_ptr_array_new_with_free_func(g_free);
    for (char **line = lines; *line != NULL; line++) {
        add_line(parts, *line);
    }
}

/* The words from `from` on, before `to`. Caller frees. */
static char *join(const GPtrArray *words, guint from, guint to)
{
    GString *out = g_string_new(NULL);

    for (guint i = from; i < to; i++) {
        g_string_append_printf(out, "%s%s", i > from ? " " : "",
                               (const char *)g_ptr_array_index(words, i));
    }
    return g_string_free(out, FALSE);
}

/* The filter's value ended before its word `from`: the rest is searched for. */
static void give_back(Parts *parts, LearningFilter filter, guint from)
{
    GPtrArray *words = parts->filters[filter];

    while (words->len > from) {
        g_ptr_array_add(parts->words, g_ptr_array_steal_index(words, from));
    }
}

/* --- teams --- */

typedef struct TeamSearch {
    Turn *turn;
    LearningSearch *search;
    char **refused;
} TeamSearch;

static Team *team_among(const GPtrArray *teams, const char *name)
{
    g_autofree char *wanted = text_fold(name);

    for (guint i = 0; i < teams->len; i++) {
        Team *team = g_ptr_array_index(teams, i);
        g_autofree char *folded = text_fold(team->name);

        if (strcmp(folded, wanted) == 0) {
            return team;
        }
    }
    return NULL;
}

/* "West, East". Caller frees. */
static char *team_names(const GPtrArray *teams)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < teams->len; i++) {
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               ((const Team *)g_ptr_array_index(teams, i))->name);
    }
    return g_string_free(out, FALSE);
}

/* Says whether it is a team that they are not in, or none at all; unless the turn asks first. */
static void refuse_team(TeamSearch *teams, const GPtrArray *words, guint from, guint to)
{
    Turn *turn = teams->turn;
    const Team *found = NULL;
    g_autofree char *given = join(words, from, to);
    g_autofree char *quoted = text_cut(given, 60);
    g_autofree char *mine = team_names(teams->search->mine);

    for (guint end = to; end > from && found == NULL; end--) {
        g_autofree char *name = join(words, from, end);

        if (turn_needs_team_named(turn, name)) {
            found = world_team_named(turn->world, turn->event->workspace, name);
        }
    }
    if (turn->needs->len == 0) {
        *teams->refused = found != NULL
                              ? say(W_LEARNINGS_NOT_YOURS, S("team", found->name), S("mine", mine))
                              : say(W_LEARNINGS_NO_TEAM, S("given", quoted), S("mine", mine));
    }
}

static void add_team(LearningSearch *search, Team *team)
{
    if (!g_ptr_array_find(search->teams, team, NULL)) {
        g_ptr_array_add(search->teams, team);
    }
}

/* The team, or all, that the words from `from` on name, before `to` at most; the longest name wins.
 * Gives where it ends; `from` where it was refused. */
static guint take_team(TeamSearch *teams, const GPtrArray *words, guint from, guint to)
{
    LearningSearch *search = teams->search;
    guint most = MIN(to, from + NAME_WORDS_MAX);

    for (guint end = most; end > from; end--) {
        g_autofree char *name = join(words, from, end);
        Team *team = team_among(search->mine, name);

        if (team != NULL) {
            add_team(search, team);
            return end;
        }
        if (g_ascii_strcasecmp(name, "all") == 0) {
            for (guint i = 0; i < search->mine->len; i++) {
                add_team(search, g_ptr_array_index(search->mine, i));
            }
            return end;
        }
    }
    refuse_team(teams, words, from, most);
    return from;
}

/* Commas become words of their own ends: "East,", "West" and "East,West" are two names. */
static GPtrArray *split_commas(const GPtrArray *words)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < words->len; i++) {
        g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(words, i), ",", -1);

        for (char **part = parts; *part != NULL; part++) {
            if (part > parts) {
                g_ptr_array_add(out, g_strdup(","));
            }
            if (**part != '\0') {
                g_ptr_array_add(out, g_strdup(*part));
            }
        }
    }
    return out;
}

static guint next_comma(const GPtrArray *words, guint from)
{
    while (from < words->len && strcmp(g_ptr_array_index(words, from), ",") != 0) {
        from++;
    }
    return from;
}

static bool is_and(const GPtrArray *words, guint at)
{
    return at + 1 < words->len && g_ascii_strcasecmp(g_ptr_array_index(words, at), "and") == 0;
}

/* Names between commas, of which the last may have words behind it. */
static bool read_teams(TeamSearch *teams, Parts *parts)
{
    LearningSearch *search = teams->search;
    GPtrArray *words = split_commas(parts->filters[LEARNING_TEAM]);
    guint end = 0;

    g_ptr_array_unref(parts->filters[LEARNING_TEAM]);
    parts->filters[LEARNING_TEAM] = words;
    for (guint from = 0; from < words->len; from = end + 1) {
        guint comma = next_comma(words, from);

        end = comma > from ? take_team(teams, words, from, comma) : comma;
        if (end == from && comma > from) {
            return false;
        }
        if (end < comma && !is_and(words, end)) {
            break;
        }
    }
    give_back(parts, LEARNING_TEAM, end);
    search->asked[LEARNING_TEAM] = team_names(search->teams);
    return true;
}

/* --- trigger, anchor --- */

/* By its name, or by a part that no other one has. */
static const char *trigger_named(const Policy *policy, const char *text)
{
    g_autofree char *wanted = text_key(text);
    const char *found = NULL;
    int fits = 0;

    for (const Trigger *trigger = policy->triggers; trigger->name != NULL; trigger++) {
        g_autofree char *key = text_key(trigger->name);

        if (strcmp(key, wanted) == 0) {
            return trigger->name;
        }
        if (*wanted != '\0' && strstr(key, wanted) != NULL) {
            found = trigger->name;
            fits++;
        }
    }
    return fits == 1 ? found : NULL;
}

static char *trigger_list(const Policy *policy)
{
    GString *out = g_string_new(NULL);

    for (const Trigger *trigger = policy->triggers; trigger->name != NULL; trigger++) {
        g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", trigger->name);
    }
    return g_string_free(out, FALSE);
}

static bool read_trigger(const Turn *turn, Parts *parts, LearningSearch *search, char **refused)
{
    const GPtrArray *words = parts->filters[LEARNING_TRIGGER];

    for (guint end = MIN(words->len, NAME_WORDS_MAX); end > 0; end--) {
        g_autofree char *name = join(words, 0, end);
        const char *trigger = trigger_named(turn->policy, name);

        if (trigger != NULL) {
            search->asked[LEARNING_TRIGGER] = g_strdup(trigger);
            give_back(parts, LEARNING_TRIGGER, end);
            return true;
        }
    }
    g_autofree char *given = join(words, 0, words->len);
    g_autofree char *quoted = text_cut(given, 60);
    g_autofree char *list = trigger_list(turn->policy);
    *refused = say(W_LEARNINGS_NO_TRIGGER, S("given", quoted), S("list", list));
    return false;
}

/* A number, with words behind it; else a part of the sentence. */
static void read_anchor(Parts *parts, LearningSearch *search)
{
    GPtrArray *words = parts->filters[LEARNING_ANCHOR];
    int32_t number = 0;

    if (words->len > 1 && g_ascii_strcasecmp(g_ptr_array_index(words, 0), "kr") == 0) {
        g_ptr_array_remove_index(words, 0);
    }
    if (is_whole_number(g_ptr_array_index(words, 0), &number)) {
        search->asked[LEARNING_ANCHOR] = g_strdup_printf("%d", number);
        give_back(parts, LEARNING_ANCHOR, 1);
    } else {
        search->asked[LEARNING_ANCHOR] = join(words, 0, words->len);
    }
}

static bool read_filters(Turn *turn, Parts *parts, LearningSearch *search, char **refused)
{
    TeamSearch teams = {turn, search, refused};

    for (int i = 0; i < LEARNING_FILTER_COUNT; i++) {
        if (parts->filters[i] != NULL && parts->filters[i]->len == 0) {
            *refused = say(W_LEARNINGS_EMPTY, S("key", keys[i].key));
            return false;
        }
    }
    if (parts->filters[LEARNING_TEAM] != NULL && !read_teams(&teams, parts)) {
        return false;
    }
    if (parts->filters[LEARNING_TRIGGER] != NULL && !read_trigger(turn, parts, search, refused)) {
        return false;
    }
    if (parts->filters[LEARNING_ANCHOR] != NULL) {
        read_anchor(parts, search);
    }
    return true;
}

/* --- words --- */

/* Without what stands around it: quotes, commas. Borrowed from `word`; may be empty. */
static char *bare(char *word)
{
    char *end = word + strlen(word);

    while (*word != '\0' && !g_unichar_isalnum(g_utf8_get_char(word))) {
        word = g_utf8_next_char(word);
    }
    while (end > word && !g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(end)))) {
        end = g_utf8_prev_char(end);
    }
    *end = '\0';
    return word;
}

static char *clean_words(const GPtrArray *words, bool *cut)
{
    GString *out = g_string_new(NULL);
    int taken = 0;

    for (guint i = 0; i < words->len; i++) {
        g_autofree char *folded = text_fold(g_ptr_array_index(words, i));
        const char *word = bare(folded);
        glong chars = g_utf8_strlen(out->str, -1) + g_utf8_strlen(word, -1) + (taken > 0);

        if (*word == '\0') {
            continue;
        }
        if (taken == LEARNING_WORDS_MAX || chars > LEARNING_CHARS_MAX) {
            *cut = true;
            break;
        }
        g_string_append_printf(out, "%s%s", taken++ > 0 ? " " : "", word);
    }
    return g_string_free(out, FALSE);
}

/* --- reading --- */

/* Every team that they are in; in a team's home also that one. */
static void find_mine(const Turn *turn, LearningSearch *search)
{
    world_teams_of(turn->world, turn->event->workspace, turn->event->member, search->mine);
    if (turn->team != NULL && !g_ptr_array_find(search->mine, turn->team, NULL)) {
        g_ptr_array_add(search->mine, turn->team);
    }
}

/* Where no team was named: the channel's, else all. */
static void take_own(const Turn *turn, LearningSearch *search)
{
    if (turn->team != NULL) {
        g_ptr_array_add(search->teams, turn->team);
    } else {
        g_ptr_array_extend(search->teams, search->mine, NULL, NULL);
    }
}

bool learnings_read(Turn *turn, const char *text, LearningSearch *search, char **refused)
{
    g_auto(Parts) parts = {0};

    if (!turn_needs_member(turn, turn->event->member)) {
        return false;
    }
    search->teams = g_ptr_array_new();
    search->mine = g_ptr_array_new();
    find_mine(turn, search);
    if (search->mine->len == 0) {
        *refused = say(W_COMMAND_NO_TEAM_DIRECT);
        return false;
    }
    parts_of(&parts, text);
    if (!read_filters(turn, &parts, search, refused)) {
        return false;
    }
    if (search->teams->len == 0) {
        take_own(turn, search);
    }
    search->words = clean_words(parts.words, &search->cut);
    return true;
}

/* --- finding --- */

bool learnings_ready(Turn *turn, const LearningSearch *search)
{
    bool ready = true;

    for (guint i = 0; i < search->teams->len; i++) {
        const Team *team = g_ptr_array_index(search->teams, i);

        ready = turn_needs_learnings(turn, team->id, search->words) && ready;
    }
    return ready;
}

static bool says_all(const char *statement, const char *part)
{
    g_autofree char *text = text_fold(statement);
    g_autofree char *wanted = text_fold(part);
    g_auto(GStrv) words = g_strsplit(wanted, " ", -1);

    for (char **word = words; *word != NULL; word++) {
        if (strstr(text, bare(*word)) == NULL) {
            return false;
        }
    }
    return true;
}

static bool is_on_anchor(const Team *team, const Digest *digest, const char *anchor)
{
    int32_t number = 0;

    if (!is_whole_number(anchor, &number)) {
        return says_all(digest->anchor_statement, anchor);
    }
    const Tactical *tactical = team_tactical(team, digest->anchor);
    return tactical != NULL && tactical->track->kr->number == number;
}

static bool fits(const LearningSearch *search, LearningFilter without, const Team *team,
                 const Digest *digest)
{
    const char *trigger = without != LEARNING_TRIGGER ? search->asked[LEARNING_TRIGGER] : NULL;
    const char *anchor = without != LEARNING_ANCHOR ? search->asked[LEARNING_ANCHOR] : NULL;

    return digest->learned != NULL &&
           (trigger == NULL || g_strcmp0(digest->trigger, trigger) == 0) &&
           (anchor == NULL || is_on_anchor(team, digest, anchor));
}

static bool is_there(const GArray *found, const Digest *digest)
{
    for (guint i = 0; i < found->len; i++) {
        if (ID_EQ(g_array_index(found, LearningFound, i).digest->id, digest->id)) {
            return true; /* a joint sprint is in several teams' books */
        }
    }
    return false;
}

static int last_closed_first(gconstpointer a, gconstpointer b)
{
    const Digest *da = ((const LearningFound *)a)->digest;
    const Digest *db = ((const LearningFound *)b)->digest;
    int order = day_cmp(db->window.last, da->window.last);

    return order != 0 ? order : (da->number < db->number) - (da->number > db->number);
}

/* The search ranks within one team; between teams their best stand side by side. */
GArray *learnings_find(const Turn *turn, const LearningSearch *search, LearningFilter without)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(LearningFound));
    bool more = true;

    for (guint rank = 0; more; rank++) {
        more = false;
        for (guint i = 0; i < search->teams->len; i++) {
            const Team *team = g_ptr_array_index(search->teams, i);
            const GPtrArray *digests = world_learnings(turn->world, team->id, search->words);

            if (digests == NULL || rank >= digests->len) {
                continue;
            }
            LearningFound one = {team, g_ptr_array_index(digests, rank)};
            more = true;
            if (fits(search, without, team, one.digest) && !is_there(found, one.digest)) {
                g_array_append_val(found, one);
            }
        }
    }
    if (*search->words == '\0' && search->teams->len > 1) {
        g_array_sort(found, last_closed_first);
    }
    return found;
}
