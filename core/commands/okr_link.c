/* /okr link, /okr unlink: which key result feeds which, within a team or between two. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/governance.h"
#include "core/proposing.h"
#include "core/text.h"

static const char feeds[] = " feeds ", of[] = " of ";

/* One end of a link. */
typedef struct End {
    Team *team;
    Tactical *tactical;
} End;

typedef struct Ends {
    End feeder, fed;
} Ends;

/* --- names --- */

/* Where `part` (ASCII) stands in the text, whatever its case; NULL. */
static const char *find(const char *text, const char *part)
{
    for (; *text != '\0'; text++) {
        if (g_ascii_strncasecmp(text, part, strlen(part)) == 0) {
            return text;
        }
    }
    return NULL;
}

/* "1", "KR 1", "Marketing 1", "Marketing KR 1": the number, and the words before it as `*team`
 * (caller frees). */
static bool ends_in_number(const char *text, char **team, int32_t *number)
{
    size_t digits = strlen(text);

    while (digits > 0 && g_ascii_isdigit(text[digits - 1])) {
        digits--;
    }
    if (!is_whole_number(text + digits, number)) {
        return false;
    }
    if (digits > 0 && text[digits - 1] == '#') {
        digits--;
    }
    g_autofree char *before = g_strchomp(g_strndup(text, digits));
    size_t len = strlen(before);
    bool is_kr = len >= 2 && g_ascii_strcasecmp(before + len - 2, "kr") == 0 &&
                 (len == 2 || before[len - 3] == ' ');

    *team = g_strchomp(g_strndup(before, is_kr ? len - 2 : len));
    return true;
}

/* The same, and "KR 1 of Marketing". */
static bool read_number(const char *text, char **team, int32_t *number)
{
    const char *behind = find(text, of);

    if (behind != NULL) {
        g_autofree char *front = g_strndup(text, (gsize)(behind - text));
        g_autofree char *other = NULL;

        if (ends_in_number(front, &other, number) && *other == '\0') {
            *team = g_strdup(behind + strlen(of));
            return true;
        }
    }
    return ends_in_number(text, team, number);
}

static CheckResult unknown(const char *text, const GPtrArray *teams, WordId word, GString *why)
{
    g_autofree char *quoted = text_cut(text, 60);
    g_autofree char *list = governance_anchor_list(teams);

    return wrong(why, say(word, S("given", quoted), S("list", list)));
}

static CheckResult by_number(const char *text, int32_t number, Team *team, const GPtrArray *teams,
                             End *end, GString *why)
{
    if (!g_ptr_array_find((GPtrArray *)(uintptr_t)teams, team, NULL)) {
        return wrong(why, say(W_LINK_NOT_IN, S("team", team->name)));
    }
    *end = (End){team, team_tactical_number(team, number)};
    return end->tactical != NULL ? CHECK_OK : unknown(text, teams, W_LINK_UNKNOWN, why);
}

/* The only one that is pursued and whose sentence has these words. */
static CheckResult by_sentence(const Turn *turn, const char *text, const GPtrArray *teams, End *end,
                               GString *why)
{
    g_autofree char *key = text_key(text);
    int fits = 0;

    for (guint i = 0; i < teams->len && *key != '\0'; i++) {
        Team *team = g_ptr_array_index(teams, i);

        for (guint j = 0; j < team->tacticals->len; j++) {
            Tactical *tactical = g_ptr_array_index(team->tacticals, j);
            g_autofree char *sentence = text_key(tactical->track->kr->statement);

            if (team_pursues(team, tactical, team_day(team, turn->now)) &&
                strstr(sentence, key) != NULL) {
                *end = (End){team, tactical};
                fits++;
            }
        }
    }
    return fits == 1 ? CHECK_OK
                     : unknown(text, teams, fits > 1 ? W_LINK_SEVERAL : W_LINK_UNKNOWN, why);
}

/* The KR that a text names among those of these teams, of which the home's is the first. */
static CheckResult end_named(Turn *turn, const char *text, const GPtrArray *teams, End *end,
                             GString *why)
{
    g_autofree char *name = NULL;
    int32_t number = 0;

    if (!read_number(text, &name, &number)) {
        return by_sentence(turn, text, teams, end, why);
    }
    if (*name == '\0') {
        return by_number(text, number, turn->team, teams, end, why);
    }
    if (!turn_needs_team_named(turn, name)) {
        return CHECK_NEED;
    }
    Team *team = world_team_named(turn->world, turn->event->workspace, name);
    return team != NULL ? by_number(text, number, team, teams, end, why)
                        : by_sentence(turn, text, teams, end, why);
}

/* "A feeds B"; false where the turn asks for something, or after a refusal. */
static bool read_ends(Turn *turn, const char *command, const char *text, const GPtrArray *teams,
                      Ends *ends)
{
    const char *between = find(text, feeds);
    g_autoptr(GString) why = g_string_new(NULL);

    if (between == NULL) {
        turn_say(turn, say(W_LINK_HOW, S("name", command)));
        return false;
    }
    g_autofree char *feeder = g_strndup(text, (gsize)(between - text));
    CheckResult result = end_named(turn, feeder, teams, &ends->feeder, why);
    if (result == CHECK_OK) {
        result = end_named(turn, between + strlen(feeds), teams, &ends->fed, why);
    }
    if (result == CHECK_OK && ends->feeder.team != turn->team && ends->fed.team != turn->team) {
        result = wrong(why, say(W_LINK_NOT_OURS, S("team", turn->team->name)));
    }
    if (result == CHECK_WRONG) {
        turn_say(turn, g_strdup(why->str));
    }
    return result == CHECK_OK;
}

static char *end_text(const End *end, const Team *home)
{
    const Kr *kr = end->tactical->track->kr;

    return end->team == home ? say(W_LINK_KR, N("n", kr->number), S("statement", kr->statement))
                             : say(W_LINK_KR_OF, N("n", kr->number), S("team", end->team->name),
                                   S("statement", kr->statement));
}

/* A sentence that names both. */
static char *ends_text(WordId word, const Ends *ends, const Team *home, const char *member)
{
    g_autofree char *feeder = end_text(&ends->feeder, home);
    g_autofree char *fed = end_text(&ends->fed, home);

    return say(word, S("feeder", feeder), S("fed", fed), S("member", member));
}

/* --- what is linked --- */

static KrLink link_of(const Ends *ends)
{
    g_assert(ends->feeder.team != NULL && ends->fed.team != NULL); /* both were named */
    return (KrLink){
        .feeder_team = ends->feeder.team->id,
        .fed_team = ends->fed.team->id,
        .feeder = ends->feeder.tactical->track->kr->id,
        .fed = ends->fed.tactical->track->kr->id,
    };
}

static bool is_pursued(const Turn *turn, const End *end)
{
    return team_pursues(end->team, end->tactical, team_day(end->team, turn->now));
}

static void tell(Turn *turn, const Ends *ends, WordId word)
{
    const Team *homes[] = {ends->feeder.team, ends->fed.team};
    size_t count = homes[0] == homes[1] ? 1 : 2;

    for (size_t i = 0; i < count; i++) {
        Card *card = card_new(CARD_NOTICE);

        card->channel = g_strdup(homes[i]->home);
        card_text(card, ends_text(word, ends, homes[i], turn->event->member));
        turn_card(turn, card);
    }
}

/* --- /okr link --- */

static void list_links(Turn *turn)
{
    const Team *team = turn->team;
    int shown = 0;

    if (!proposal_ready(turn, team)) {
        return;
    }
    for (guint i = 0; i < team->links->len; i++) {
        const KrLink *link = g_ptr_array_index(team->links, i);
        Ends ends = {{.team = world_team(turn->world, link->feeder_team)},
                     {.team = world_team(turn->world, link->fed_team)}};

        if (ends.feeder.team == NULL || ends.fed.team == NULL) {
            continue;
        }
        ends.feeder.tactical = team_tactical(ends.feeder.team, link->feeder);
        ends.fed.tactical = team_tactical(ends.fed.team, link->fed);
        if (is_pursued(turn, &ends.feeder) && is_pursued(turn, &ends.fed)) {
            if (shown++ == 0) {
                card_text(turn_reply(turn), say(W_LINK_TITLE));
            }
            card_item(turn_reply(turn), "", ends_text(W_LINK_ROW, &ends, team, ""));
        }
    }
    if (shown == 0) {
        turn_say(turn, say(W_LINK_NONE, S("team", team->name)));
    }
}

/* Who speaks belongs to the team, as far as it says who does. */
static bool is_in(const Turn *turn, const Team *team)
{
    const Member *member = team_member(team, turn->event->member);

    return (member != NULL && member->present) || (team == turn->team && team->roster == NULL);
}

/* NULL where nothing speaks against it. */
static char *refusal(const Turn *turn, const Ends *ends, const GPtrArray *teams)
{
    const End *both[] = {&ends->feeder, &ends->fed};
    const KrLink wanted = link_of(ends);
    const KrLink reverse = {.feeder = wanted.fed, .fed = wanted.feeder};

    if (ID_EQ(wanted.feeder, wanted.fed)) {
        g_autofree char *kr = end_text(both[0], turn->team);
        return say(W_LINK_ITSELF, S("kr", kr));
    }
    if (both[0]->team != both[1]->team && !is_in(turn, turn->team)) {
        return say(W_LINK_NOT_IN, S("team", turn->team->name));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(both); i++) {
        if (!is_pursued(turn, both[i])) {
            g_autofree char *kr = end_text(both[i], turn->team);
            g_autofree char *list = governance_anchor_list(teams);
            return say(W_LINK_ENDED, S("kr", kr), S("list", list));
        }
    }
    if (team_link(turn->team, &wanted) != NULL) {
        return ends_text(W_LINK_TWICE, ends, turn->team, "");
    }
    if (team_link(turn->team, &reverse) != NULL) {
        return ends_text(W_LINK_CYCLE, ends, turn->team, "");
    }
    for (size_t i = 0; i < G_N_ELEMENTS(both); i++) {
        int32_t count = team_links_pursued(both[i]->team, team_day(both[i]->team, turn->now));

        if (count >= TEAM_LINKS_MAX) {
            return say(W_LINK_TOO_MANY, S("team", both[i]->team->name), N("n", count));
        }
    }
    return NULL;
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* As the store gives them. */
static gint by_age(gconstpointer pa, gconstpointer pb)
{
    const KrLink *a = *(const KrLink *const *)pa, *b = *(const KrLink *const *)pb;
    int ages = compare(a->at.us, b->at.us), feeders = compare(a->feeder.v, b->feeder.v);

    return ages != 0 ? ages : feeders != 0 ? feeders : compare(a->fed.v, b->fed.v);
}

/* The clock may have been stepped back since the last one. */
static void list_link(Team *team, KrLink *take_link)
{
    g_ptr_array_add(team->links, take_link);
    g_ptr_array_sort(team->links, by_age);
}

static void add_link(Turn *turn, const Ends *ends)
{
    KrLink wanted = link_of(ends);
    KrLink *link = NULL;

    wanted.who = turn->event->member;
    wanted.at = turn->now;
    link = kr_link_copy(&wanted);
    list_link(ends->feeder.team, link);
    if (ends->fed.team != ends->feeder.team) {
        list_link(ends->fed.team, kr_link_copy(link));
    }
    turn_change(turn, CHANGE_LINK, turn->team, link);
}

static void run_link(Turn *turn, const char *rest)
{
    g_autofree char *text = text_squeeze(rest);
    g_autoptr(GPtrArray) teams = g_ptr_array_new();
    Ends ends = {0};

    if (*text == '\0') {
        list_links(turn);
        return;
    }
    /* Naming another team's KR shows it here: only to who could read it there. */
    if (!turn_needs_member(turn, turn->event->member)) {
        return;
    }
    world_teams_of(turn->world, turn->event->workspace, turn->event->member, teams);
    g_ptr_array_remove(teams, turn->team);
    g_ptr_array_insert(teams, 0, turn->team);
    if (!read_ends(turn, "link", text, teams, &ends)) {
        return;
    }
    char *why = refusal(turn, &ends, teams);
    if (why != NULL) {
        turn_say(turn, why);
        return;
    }
    add_link(turn, &ends);
    tell(turn, &ends, W_LINK_ADDED);
    turn_say(turn, say(W_LINK_ADDED_DONE));
}

const Command command_okr_link = {
    .family = "okr",
    .name = "link",
    .aliases = "links",
    .usage = "[KR feeds KR]",
    .help = W_HELP_LINK,
    .example = W_EXAMPLE_LINK,
    .who = WHO_MEMBER,
    .run = run_link,
};

/* --- /okr unlink --- */

/* The home's team, and those at the other end of its links. */
static void linked_teams(const Turn *turn, GPtrArray *teams)
{
    g_ptr_array_add(teams, turn->team);
    for (guint i = 0; i < turn->team->links->len; i++) {
        const KrLink *link = g_ptr_array_index(turn->team->links, i);
        const TeamId ids[] = {link->feeder_team, link->fed_team};

        for (size_t j = 0; j < G_N_ELEMENTS(ids); j++) {
            Team *team = world_team(turn->world, ids[j]);

            if (team != NULL && !g_ptr_array_find(teams, team, NULL)) {
                g_ptr_array_add(teams, team);
            }
        }
    }
}

/* It goes from both teams; the change keeps a copy. */
static void remove_link(Turn *turn, const Ends *ends)
{
    const KrLink wanted = link_of(ends);
    Team *teams[] = {ends->feeder.team, ends->fed.team};
    KrLink *gone = kr_link_copy(team_link(turn->team, &wanted));
    Proposal *gap = proposal_of(ends->fed.team->proposals, wanted.fed, SIGNAL_GAP, wanted.feeder);

    turn_own(turn, gone, (GDestroyNotify)kr_link_free);
    for (size_t i = 0; i < G_N_ELEMENTS(teams); i++) {
        g_ptr_array_remove(teams[i]->links, team_link(teams[i], &wanted));
    }
    turn_change(turn, CHANGE_LINK_GONE, turn->team, gone);
    if (gap != NULL && gap->state != EPISODE_NONE) {
        proposal_end(turn, ends->fed.team, gap, W_PROPOSAL_UNLINKED);
    }
}

static void run_unlink(Turn *turn, const char *rest)
{
    g_autofree char *text = text_squeeze(rest);
    g_autoptr(GPtrArray) teams = g_ptr_array_new();
    Ends ends = {0};

    if (!proposal_ready(turn, turn->team)) {
        return;
    }
    linked_teams(turn, teams);
    if (!read_ends(turn, "unlink", text, teams, &ends)) {
        return;
    }
    const KrLink wanted = link_of(&ends);
    if (team_link(turn->team, &wanted) == NULL) {
        turn_say(turn, ends_text(W_LINK_NOT_THERE, &ends, turn->team, ""));
        return;
    }
    remove_link(turn, &ends);
    tell(turn, &ends, W_LINK_REMOVED);
    turn_say(turn, say(W_LINK_REMOVED_DONE));
}

const Command command_okr_unlink = {
    .family = "okr",
    .name = "unlink",
    .usage = "KR feeds KR",
    .help = W_HELP_UNLINK,
    .example = W_EXAMPLE_UNLINK,
    .who = WHO_MEMBER,
    .run = run_unlink,
};
