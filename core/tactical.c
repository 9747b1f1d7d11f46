#include "core/tactical.h"

Recalibration *recalibration_new(void)
{
    return g_new0(Recalibration, 1);
}

void recalibration_free(Recalibration *recalibration)
{
    if (recalibration == NULL) {
        return;
    }
    g_free(recalibration->statement_was);
    g_free(recalibration->who);
    g_free(recalibration->why);
    g_free(recalibration);
}

static void free_recalibration(gpointer recalibration)
{
    recalibration_free(recalibration);
}

Tactical *tactical_new(Track *take_track, ObjectiveId objective)
{
    Tactical *tactical = g_new0(Tactical, 1);

    *tactical = (Tactical){
        .track = take_track,
        .objective = objective,
        .confidence = -1,
        .recalibrations = g_ptr_array_new_with_free_func(free_recalibration),
    };
    return tactical;
}

void tactical_free(Tactical *tactical)
{
    if (tactical == NULL) {
        return;
    }
    track_free(tactical->track);
    g_ptr_array_unref(tactical->recalibrations);
    g_free(tactical);
}

const Recalibration *tactical_last_target(const Tactical *tactical)
{
    const GPtrArray *changes = tactical->recalibrations;
    const Kr *kr = tactical->track->kr;

    for (guint i = changes->len; i > 0; i--) {
        const Recalibration *change = g_ptr_array_index(changes, i - 1);
        const Recalibration *before = i > 1 ? g_ptr_array_index(changes, i - 2) : NULL;
        bool same_day = before != NULL && day_cmp(before->from, change->from) == 0;

        if (!same_day && (decimal_cmp(change->was, kr->target) != 0 ||
                          decimal_cmp(change->was_high, kr->target_high) != 0)) {
            return change;
        }
    }
    return NULL;
}

Trajectory tactical_line(const Tactical *tactical, Window period, GArray *aims)
{
    for (guint i = 0; i < tactical->recalibrations->len; i++) {
        const Recalibration *change = g_ptr_array_index(tactical->recalibrations, i);
        const Aim before = {period.first, change->was, change->was_high};
        const Aim after = {change->from, change->target, change->target_high};

        if (i == 0) {
            g_array_append_val(aims, before);
        }
        g_array_append_val(aims, after);
    }
    return (Trajectory){
        .period = period, .aims = (const Aim *)(const void *)aims->data, .aim_count = aims->len};
}
