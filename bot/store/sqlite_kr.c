/* Key results of both sorts, which share a table and its first twelve columns; and their readings.
 */

#include "bot/store/sqlite_parts.h"

/* Readings ------------------------------------------------------------------------------------ */

static Reading *get_reading(Query *q)
{
    Reading *reading = reading_new();

    reading->id = (ReadingId){query_get_int(q)};
    reading->kr = (KrId){query_get_int(q)};
    reading->value = query_get_decimal(q);
    reading->at = query_get_instant(q);
    reading->day = query_get_day(q);
    reading->source = (ReadingSource)query_get_name(q, &names_source);
    reading->checkin = (CheckinId){query_get_int(q)};
    reading->message = query_get_optional(q);
    reading->system = query_get_optional(q);
    reading->retracts = (ReadingId){query_get_int(q)};
    return reading;
}

static void reverse(GPtrArray *array)
{
    for (guint i = 0, j = array->len; i + 1 < j; i++) {
        gpointer first = array->pdata[i];

        array->pdata[i] = array->pdata[--j];
        array->pdata[j] = first;
    }
}

/* The latest so many, oldest first. */
static bool load_readings(Sqlite *store, Track *track, int limit, GError **error)
{
    g_auto(Query) q = query_of(store, Q_READINGS);

    query_put_int(&q, track->kr->id.v);
    query_put_int(&q, limit);
    while (query_next(&q)) {
        g_ptr_array_add(track->readings, get_reading(&q));
    }
    reverse(track->readings);
    return query_done(&q, error);
}

/* A limit below zero is none. */
bool sqlite_readings(Store *store, KrId kr, GPtrArray *readings, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_READINGS);

    query_put_int(&q, kr.v);
    query_put_int(&q, -1);
    while (query_next(&q)) {
        g_ptr_array_add(readings, get_reading(&q));
    }
    reverse(readings);
    return query_done(&q, error);
}

bool sqlite_reading_keyed(Store *store, KrId kr, const char *key, Reading **reading, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_READING_KEYED);

    query_put_int(&q, kr.v);
    query_put_text(&q, key);
    g_autoptr(Reading) found = query_next(&q) ? get_reading(&q) : NULL;

    if (!query_done(&q, error)) {
        return false;
    }
    *reading = g_steal_pointer(&found);
    return true;
}

/* Of all the sprint's key results, which are there already. */
static bool load_sprint_readings(Sqlite *store, Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_SPRINT_READINGS);

    query_put_int(&q, sprint->id.v);
    while (query_next(&q)) {
        g_autoptr(Reading) reading = get_reading(&q);
        const SprintKr *kr = sprint_kr_of(sprint, reading->kr);

        q.odd = q.odd || kr == NULL;
        if (kr != NULL) {
            g_ptr_array_add(kr->track->readings, g_steal_pointer(&reading));
        }
    }
    return query_done(&q, error);
}

bool sqlite_save_reading(Sqlite *store, const Change *change, GError **error)
{
    const Reading *reading = change->what;
    g_auto(Query) q = query_of(store, Q_READING_ADD);

    query_put_int(&q, reading->id.v);
    query_put_int(&q, reading->kr.v);
    query_put_int(&q, reading->value.millionths);
    query_put_int(&q, reading->at.us);
    query_put_day(&q, reading->day);
    query_put_name(&q, &names_source, (int)reading->source);
    query_put_id(&q, reading->checkin.v);
    query_put_text(&q, reading->message);
    query_put_text(&q, reading->system);
    query_put_id(&q, reading->retracts.v);
    return query_run(&q, error);
}

/* Key results --------------------------------------------------------------------------------- */

static Kr *get_kr(Query *q)
{
    Kr *kr = kr_new();

    kr->id = (KrId){query_get_int(q)};
    kr->number = query_get_int32(q);
    kr->statement = query_get_text(q);
    kr->metric = query_get_text(q);
    query_get_unit(q, &kr->unit);
    kr->direction = (Direction)query_get_name(q, &names_direction);
    kr->kind = (KrKind)query_get_name(q, &names_kr_kind);
    kr->baseline = query_get_decimal(q);
    kr->target = query_get_decimal(q);
    kr->target_high = query_get_decimal(q);
    kr->kept_because = query_get_optional(q);
    return kr;
}

static void put_kr(Query *q, const Kr *kr)
{
    query_put_int(q, kr->id.v);
    query_put_int(q, kr->number);
    query_put_text(q, kr->statement);
    query_put_text(q, kr->metric);
    query_put_unit(q, &kr->unit);
    query_put_name(q, &names_direction, (int)kr->direction);
    query_put_name(q, &names_kr_kind, (int)kr->kind);
    query_put_int(q, kr->baseline.millionths);
    query_put_int(q, kr->target.millionths);
    query_put_int(q, kr->target_high.millionths);
    query_put_text(q, kr->kept_because);
}

bool sqlite_load_tacticals(Sqlite *store, Team *team, GError **error)
{
    g_auto(Query) q = query_of(store, Q_TACTICALS);

    query_put_int(&q, team->id.v);
    while (query_next(&q)) {
        Track *track = track_new(get_kr(&q));
        Tactical *tactical = tactical_new(track, (ObjectiveId){query_get_int(&q)});

        g_ptr_array_add(team->tacticals, tactical);
        tactical->confidence = query_get_confidence(&q);
        tactical->dropped = query_get_bool(&q);
        if (!load_readings(store, tactical->track, STORE_READINGS_MAX, error)) {
            return false;
        }
    }
    return query_done(&q, error);
}

bool sqlite_save_tactical(Sqlite *store, const Change *change, GError **error)
{
    const Tactical *tactical = change->what;
    g_auto(Query) q = query_of(store, Q_TACTICAL_SAVE);

    put_kr(&q, tactical->track->kr);
    query_put_int(&q, change->team->id.v);
    query_put_int(&q, tactical->objective.v);
    query_put_confidence(&q, tactical->confidence);
    query_put_int(&q, tactical->dropped);
    return query_run(&q, error);
}

bool sqlite_load_krs(Sqlite *store, Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_SPRINT_KRS);

    query_put_int(&q, sprint->id.v);
    while (query_next(&q)) {
        SprintKr *kr = sprint_kr_new(track_new(get_kr(&q)));

        g_ptr_array_add(sprint->krs, kr);
        kr->final_given = query_get_bool(&q);
        kr->cause = (Cause)query_get_name(&q, &names_cause);
    }
    return query_done(&q, error) && load_sprint_readings(store, sprint, error);
}

static bool save_kr(Sqlite *store, SprintId sprint, const SprintKr *kr, GError **error)
{
    g_auto(Query) q = query_of(store, Q_SPRINT_KR_SAVE);

    put_kr(&q, kr->track->kr);
    query_put_int(&q, sprint.v);
    query_put_int(&q, kr->final_given);
    query_put_name(&q, &names_cause, (int)kr->cause);
    return query_run(&q, error);
}

bool sqlite_save_krs(Sqlite *store, const Sprint *sprint, GError **error)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        if (!save_kr(store, sprint->id, g_ptr_array_index(sprint->krs, i), error)) {
            return false;
        }
    }
    return true;
}
