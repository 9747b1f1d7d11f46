/* Which key result feeds which. The rules are those of /okr link, but that an end may be over: an
 * export has those links, too. */

#include "bot/transfer/merge_parts.h"

/* One end. */
typedef struct End {
    Team *team;
    const Tactical *tactical;
} End;

static char *end_text(const End *end)
{
    return say(W_LINK_KR_OF, N("n", end->tactical->track->kr->number), S("team", end->team->name),
               S("statement", end->tactical->track->kr->statement));
}

static char *ends_text(WordId word, const End *feeder, const End *fed)
{
    g_autofree char *from = end_text(feeder), *to = end_text(fed);

    return say(word, S("feeder", from), S("fed", to));
}

/* NULL where there is room for one more at that end. */
static char *too_many(const Merge *merge, const End *end)
{
    Day today = team_day(end->team, merge->ask->now);
    int32_t count = team_links_pursued(end->team, today);

    return count >= TEAM_LINKS_MAX && team_pursues(end->team, end->tactical, today)
               ? say(W_LINK_TOO_MANY, S("team", end->team->name), N("n", count))
               : NULL;
}

/* NULL where nothing speaks against it. */
static char *refusal(const Merge *merge, const End *feeder, const End *fed, const KrLink *wanted)
{
    const KrLink reverse = {.feeder = wanted->fed, .fed = wanted->feeder};

    if (ID_EQ(wanted->feeder, wanted->fed)) {
        g_autofree char *kr = end_text(feeder);
        return say(W_LINK_ITSELF, S("kr", kr));
    }
    if (team_link(feeder->team, &reverse) != NULL) {
        return ends_text(W_LINK_CYCLE, feeder, fed);
    }
    char *full = too_many(merge, feeder);
    return full != NULL ? full : too_many(merge, fed);
}

static bool add_link(Merge *merge, Record *record, const End *feeder, const End *fed,
                     const KrLink *wanted, GError **error)
{
    KrLink *link = kr_link_copy(wanted);
    g_autofree char *news = ends_text(W_IMPORT_NEW_LINK, feeder, fed);

    g_ptr_array_add(feeder->team->links, link);
    if (fed->team != feeder->team) {
        g_ptr_array_add(fed->team->links, kr_link_copy(link));
    }
    merge->merged->links++;
    g_string_append_printf(merge->merged->news, "%s\n", news);
    return merge_save(merge, record, CHANGE_LINK, feeder->team, link, error);
}

/* Since when: now, where the row does not tell. NULL, or what is wrong. */
static char *read_at(const Merge *merge, const Record *record, const Team *team, Instant *at)
{
    When when = {.at = merge->ask->now};
    bool told = record_get(record, COL_AT) != NULL;
    char *fault = told ? merge_when(merge, record, team, W_IMPORT_AT, &when) : NULL;

    *at = when.at;
    return fault;
}

bool merge_link(Merge *merge, Record *record, Team *team, GError **error)
{
    static char nobody[] = ""; /* who declared it is not carried */
    const char *other = record_get(record, COL_FEEDS_TEAM);
    End feeder = {.team = team}, fed = {.team = team};

    if (other != NULL && !merge_team_called(merge, record, other, &fed.team, error)) {
        return false;
    }
    feeder.tactical = fed.team != NULL ? merge_kr_of(merge, record, team) : NULL;
    fed.tactical = feeder.tactical != NULL ? merge_kr_fed(merge, record, fed.team) : NULL;
    if (fed.tactical == NULL) {
        return true;
    }
    KrLink wanted = {.feeder_team = team->id,
                     .fed_team = fed.team->id,
                     .feeder = feeder.tactical->track->kr->id,
                     .fed = fed.tactical->track->kr->id,
                     .who = nobody};
    if (team_link(team, &wanted) != NULL) {
        return true;
    }
    char *fault = read_at(merge, record, team, &wanted.at);

    fault = fault != NULL ? fault : refusal(merge, &feeder, &fed, &wanted);
    if (fault != NULL) {
        records_fault(merge->records, record, fault);
        return true;
    }
    return add_link(merge, record, &feeder, &fed, &wanted, error);
}
