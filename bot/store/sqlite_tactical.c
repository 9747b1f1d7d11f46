/* What hangs from tactical key results: the targets they have had, the links between them, and what
 * was proposed for them. */

#include "bot/store/sqlite_parts.h"

/* Recalibrations ------------------------------------------------------------------------------ */

static Recalibration *get_recalibration(Query *q)
{
    Recalibration *change = recalibration_new();

    change->id = (RecalibrationId){query_get_int(q)};
    change->kr = (KrId){query_get_int(q)};
    change->from = query_get_day(q);
    change->was = query_get_decimal(q);
    change->was_high = query_get_decimal(q);
    change->target = query_get_decimal(q);
    change->target_high = query_get_decimal(q);
    change->statement_was = query_get_text(q);
    change->at = query_get_instant(q);
    change->who = query_get_text(q);
    change->why = query_get_text(q);
    change->sprint = (SprintId){query_get_int(q)};
    return change;
}

/* Of all the team's tactical key results, which are there already. */
bool sqlite_load_recalibrations(Sqlite *store, Team *team, GError **error)
{
    g_auto(Query) q = query_of(store, Q_RECALIBRATIONS);

    query_put_int(&q, team->id.v);
    while (query_next(&q)) {
        Recalibration *change = get_recalibration(&q);
        const Tactical *tactical = team_tactical(team, change->kr);

        if (tactical != NULL) {
            g_ptr_array_add(tactical->recalibrations, change);
        } else {
            recalibration_free(change);
            q.odd = true;
        }
    }
    return query_done(&q, error);
}

bool sqlite_save_recalibration(Sqlite *store, const Change *change, GError **error)
{
    const Recalibration *what = change->what;
    g_auto(Query) q = query_of(store, Q_RECALIBRATION_ADD);

    query_put_int(&q, what->id.v);
    query_put_int(&q, what->kr.v);
    query_put_day(&q, what->from);
    query_put_int(&q, what->was.millionths);
    query_put_int(&q, what->was_high.millionths);
    query_put_int(&q, what->target.millionths);
    query_put_int(&q, what->target_high.millionths);
    query_put_text(&q, what->statement_was);
    query_put_int(&q, what->at.us);
    query_put_text(&q, what->who);
    query_put_text(&q, what->why);
    query_put_id(&q, what->sprint.v);
    return query_run(&q, error);
}

/* Links --------------------------------------------------------------------------------------- */

bool sqlite_load_links(Sqlite *store, Team *team, GError **error)
{
    g_auto(Query) q = query_of(store, Q_LINKS);

    query_put_int(&q, team->id.v);
    while (query_next(&q)) {
        KrLink *link = kr_link_new();

        g_ptr_array_add(team->links, link);
        link->feeder_team = (TeamId){query_get_int(&q)};
        link->feeder = (KrId){query_get_int(&q)};
        link->fed_team = (TeamId){query_get_int(&q)};
        link->fed = (KrId){query_get_int(&q)};
        link->who = query_get_text(&q);
        link->at = query_get_instant(&q);
    }
    return query_done(&q, error);
}

bool sqlite_save_link(Sqlite *store, const Change *change, GError **error)
{
    const KrLink *link = change->what;
    g_auto(Query) q = query_of(store, Q_LINK_ADD);

    query_put_int(&q, link->feeder_team.v);
    query_put_int(&q, link->feeder.v);
    query_put_int(&q, link->fed_team.v);
    query_put_int(&q, link->fed.v);
    query_put_text(&q, link->who);
    query_put_int(&q, link->at.us);
    return query_run(&q, error);
}

bool sqlite_drop_link(Sqlite *store, const Change *change, GError **error)
{
    const KrLink *link = change->what;
    g_auto(Query) q = query_of(store, Q_LINK_DROP);

    query_put_int(&q, link->feeder.v);
    query_put_int(&q, link->fed.v);
    return query_run(&q, error);
}

/* Proposals ----------------------------------------------------------------------------------- */

static Proposal *get_proposal(Query *q)
{
    Proposal *proposal = proposal_new();

    proposal->id = (ProposalId){query_get_int(q)};
    proposal->team = (TeamId){query_get_int(q)};
    proposal->kr = (KrId){query_get_int(q)};
    proposal->feeder_team = (TeamId){query_get_int(q)};
    proposal->feeder = (KrId){query_get_int(q)};
    proposal->kind = (SignalKind)query_get_name(q, &names_signal);
    proposal->state = (EpisodeState)query_get_name(q, &names_episode);
    proposal->checkin = query_get_day(q);
    proposal->off = query_get_decimal(q);
    proposal->evidence = query_get_text(q);
    proposal->reason = query_get_optional(q);
    proposal->by = query_get_optional(q);
    proposal->sprint = (SprintId){query_get_int(q)};
    proposal->at = query_get_instant(q);
    return proposal;
}

static bool load_proposals(Sqlite *store, QueryId id, TeamId team, GPtrArray *proposals,
                           GError **error)
{
    g_auto(Query) q = query_of(store, id);

    query_put_int(&q, team.v);
    while (query_next(&q)) {
        g_ptr_array_add(proposals, get_proposal(&q));
    }
    return query_done(&q, error);
}

bool sqlite_load_proposals(Sqlite *store, Team *team, GError **error)
{
    return load_proposals(store, Q_PROPOSALS_LAST, team->id, team->proposals, error);
}

bool sqlite_proposals(Store *store, TeamId team, GPtrArray *proposals, GError **error)
{
    return load_proposals(sqlite_of(store), Q_PROPOSALS, team, proposals, error);
}

bool sqlite_save_proposal(Sqlite *store, const Change *change, GError **error)
{
    const Proposal *proposal = change->what;
    g_auto(Query) q = query_of(store, Q_PROPOSAL_SAVE);

    query_put_int(&q, proposal->id.v);
    query_put_int(&q, proposal->team.v);
    query_put_int(&q, proposal->kr.v);
    query_put_id(&q, proposal->feeder_team.v);
    query_put_id(&q, proposal->feeder.v);
    query_put_name(&q, &names_signal, (int)proposal->kind);
    query_put_name(&q, &names_episode, (int)proposal->state);
    query_put_day(&q, proposal->checkin);
    query_put_int(&q, proposal->off.millionths);
    query_put_text(&q, proposal->evidence);
    query_put_text(&q, proposal->reason);
    query_put_text(&q, proposal->by);
    query_put_id(&q, proposal->sprint.v);
    query_put_int(&q, proposal->at.us);
    return query_run(&q, error);
}
