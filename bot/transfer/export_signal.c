/* What lies between key results: the links that were declared, and the sprints that were proposed.
 */

#include "bot/transfer/cell.h"
#include "bot/transfer/export_parts.h"
#include "bot/transfer/export_row.h"

void export_links(Export *export)
{
    g_auto(SinkRow) row = {0};

    for (guint i = 0; i < export->links->len; i++) {
        const KrLink *link = g_ptr_array_index(export->links, i);
        const Kr *feeder = export_kr(export, link->feeder), *fed = export_kr(export, link->fed);

        if (feeder != NULL && fed != NULL) {
            export_begin_team_row(export, export_team_name(export, link->feeder_team), &row);
            row_of_kr(&row, feeder);
            row_put(&row, COL_FEEDS_TEAM, export_team_name(export, link->fed_team));
            row_number(&row, COL_FEEDS_NUMBER, fed->number);
            row_put(&row, COL_FEEDS, fed->statement);
            row_instant(&row, COL_AT, link->at);
            sink_put(export->sink, TABLE_LINKS, &row);
        }
    }
}

static void put_feeder(const Export *export, const Proposal *proposal, SinkRow *row)
{
    const Kr *feeder = export_kr(export, proposal->feeder);

    row_put(row, COL_FEEDER_TEAM, export_team_name(export, proposal->feeder_team));
    row_take(row, COL_FEEDER_NUMBER, feeder != NULL ? g_strdup_printf("%d", feeder->number) : NULL);
}

static void export_proposal(Export *export, const Proposal *proposal)
{
    const Kr *kr = export_kr(export, proposal->kr);
    g_auto(SinkRow) row = {0};

    if (kr == NULL) {
        return;
    }
    export_begin_team_row(export, export_team_name(export, proposal->team), &row);
    row_of_kr(&row, kr);
    row_put(&row, COL_TRIGGER, cell_of_signal(proposal->kind));
    put_feeder(export, proposal, &row);
    row_instant(&row, COL_AT, proposal->at);
    row_day(&row, COL_DAY, proposal->checkin);
    row_put(&row, COL_EVIDENCE, proposal->evidence);
    row_put(&row, COL_STATE, cell_of_episode(proposal->state));
    row_put(&row, COL_WHY, proposal->reason);
    export_put_sprint(export, COL_SPRINT, proposal->sprint, &row);
    sink_put(export->sink, TABLE_PROPOSALS, &row);
}

static void free_proposal(gpointer proposal)
{
    proposal_free(proposal);
}

bool export_proposals(Export *export, TeamId team, GError **error)
{
    g_autoptr(GPtrArray) proposals = g_ptr_array_new_with_free_func(free_proposal);

    if (!export->store->ops->proposals(export->store, team, proposals, error)) {
        return false;
    }
    for (guint i = 0; i < proposals->len; i++) {
        export_proposal(export, g_ptr_array_index(proposals, i));
    }
    return true;
}
