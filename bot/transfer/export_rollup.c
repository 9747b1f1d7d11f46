/* The roll-up of each period that has begun: its sums as a row, and all of it to read. */

#include "bot/transfer/export_parts.h"
#include "bot/transfer/export_row.h"
#include "core/rollup.h"
#include "core/rollup_text.h"

/* "dependency 2, capacity 1" */
static char *causes_of(const Rollup *rollup)
{
    GString *list = g_string_new(NULL);

    for (Cause cause = CAUSE_UNSAID + 1; cause < CAUSE_COUNT; cause++) {
        if (rollup->causes[cause] > 0) {
            g_string_append_printf(list, "%s%s %d", list->len > 0 ? ", " : "", cause_name(cause),
                                   rollup->causes[cause]);
        }
    }
    return g_string_free(list, FALSE);
}

static void put_sums(const Rollup *rollup, SinkRow *row)
{
    const struct {
        Column column;
        int32_t sum;
    } sums[] = {
        {COL_SPRINTS_OPENED, rollup->opened},
        {COL_SPRINTS_CLOSED, rollup->closed},
        {COL_SPRINTS_ENDED_EARLY, rollup->ended_early},
        {COL_CHECK_INS_DUE, rollup->due},
        {COL_CHECK_INS_HELD, rollup->held},
        {COL_SPRINT_KRS, rollup->krs},
        {COL_SPRINT_KRS_REACHED, rollup->reached},
        {COL_MOVED_YES, rollup->moved[MOVED_YES]},
        {COL_MOVED_PARTLY, rollup->moved[MOVED_PARTLY]},
        {COL_MOVED_NO, rollup->moved[MOVED_NO]},
        {COL_KRS, rollup->targets},
        {COL_KRS_REACHED, rollup->targets_reached},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(sums); i++) {
        row_number(row, sums[i].column, sums[i].sum);
    }
}

static void export_period(Export *export, const Rollup *rollup)
{
    g_auto(SinkRow) row = {0};
    g_autofree char *text = rollup_text_markdown(rollup);

    export_begin_team_row(export, rollup->team->name, &row);
    row_put(&row, COL_PERIOD, rollup->period->name);
    row_day(&row, COL_FIRST_DAY, rollup->period->days.first);
    row_day(&row, COL_LAST_DAY, rollup->period->days.last);
    row_yes(&row, COL_OVER, rollup->over);
    put_sums(rollup, &row);
    row_take(&row, COL_CAUSES, causes_of(rollup));
    sink_put(export->sink, TABLE_ROLLUPS, &row);
    sink_page(export->sink, text);
}

/* The sprints that the team opened on those days (appends SprintId), loaded. */
static bool load_opened(Export *export, Loader *loader, const Team *team, Window days, GArray *ids,
                        GError **error)
{
    Instant from = team_midnight(team, days.first);
    Instant until = team_midnight(team, day_plus(days.last, 1));

    if (!export->store->ops->opened(export->store, team->id, from, until, ids, error)) {
        return false;
    }
    for (guint i = 0; i < ids->len; i++) {
        if (!loader_sprint(loader, g_array_index(ids, SprintId, i), error)) {
            return false;
        }
    }
    return true;
}

bool export_rollups(Export *export, Loader *loader, const Team *team, GError **error)
{
    Day today = team_day(team, export->now);

    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);
        g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(SprintId));

        if (day_cmp(period->days.first, today) > 0) {
            continue;
        }
        if (!load_opened(export, loader, team, period->days, ids, error)) {
            return false;
        }
        g_autoptr(Rollup) rollup = rollup_of(loader->world, team, period, ids, today);
        export_period(export, rollup);
    }
    return true;
}
