#include "bot/store/sqlite_parts.h"

/* Answers ------------------------------------------------------------------------------------- */

static void get_confidence(Query *q, Answer *answer)
{
    KrConfidence one = {.kr = {query_get_int(q)}};

    one.confidence = query_get_confidence(q);
    if (one.confidence < 0) {
        return;
    }
    if (answer->confidences == NULL) {
        answer->confidences = g_array_new(FALSE, FALSE, sizeof(KrConfidence));
    }
    g_array_append_val(answer->confidences, one);
}

/* A row for each confidence in a key result, or one for none; the row's answer is the last one, or
 * a new one. */
static void get_answer(Query *q, const Checkin *checkin)
{
    g_autofree char *message = query_get_text(q);
    GPtrArray *answers = checkin->answers;
    Answer *answer = answers->len > 0 ? g_ptr_array_index(answers, answers->len - 1) : NULL;

    if (answer != NULL && g_strcmp0(answer->message, message) == 0) {
        get_confidence(q, answer);
        return;
    }
    answer = answer_new();
    g_ptr_array_add(answers, answer);
    answer->checkin = checkin->id;
    answer->message = g_steal_pointer(&message);
    get_confidence(q, answer);
    answer->by = query_get_text(q);
    answer->at = query_get_instant(q);
    answer->late = query_get_bool(q);
    answer->withdrawn = query_get_bool(q);
    answer->confidence = query_get_confidence(q);
    answer->learned = query_get_optional(q);
    answer->note = query_get_optional(q);
    answer->revised = (Revised)query_get_name(q, &names_revised);
}

/* Answers come by age, and mostly belong to the newest check-ins. */
static const Checkin *find_checkin(const GPtrArray *checkins, CheckinId id)
{
    for (guint i = checkins->len; i > 0; i--) {
        const Checkin *checkin = g_ptr_array_index(checkins, i - 1);

        if (ID_EQ(checkin->id, id)) {
            return checkin;
        }
    }
    return NULL;
}

/* Of all these check-ins. */
static bool get_answers(Query *q, const GPtrArray *checkins, GError **error)
{
    while (query_next(q)) {
        const Checkin *checkin = find_checkin(checkins, (CheckinId){query_get_int(q)});

        q->odd = q->odd || checkin == NULL;
        if (checkin != NULL) {
            get_answer(q, checkin);
        }
    }
    return query_done(q, error);
}

static bool load_answers(Sqlite *store, const Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_ANSWERS);

    query_put_int(&q, sprint->id.v);
    return get_answers(&q, sprint->checkins, error);
}

static bool save_answer(Sqlite *store, const Answer *answer, GError **error)
{
    g_auto(Query) q = query_of(store, Q_ANSWER_SAVE);

    query_put_int(&q, answer->checkin.v);
    query_put_text(&q, answer->message);
    query_put_text(&q, answer->by);
    query_put_int(&q, answer->at.us);
    query_put_int(&q, answer->late);
    query_put_int(&q, answer->withdrawn);
    query_put_confidence(&q, answer->confidence);
    query_put_text(&q, answer->learned);
    query_put_text(&q, answer->note);
    query_put_name(&q, &names_revised, (int)answer->revised);
    return query_run(&q, error);
}

static bool drop_confidences(Sqlite *store, const Answer *answer, GError **error)
{
    g_auto(Query) q = query_of(store, Q_CONFIDENCES_DROP);

    query_put_int(&q, answer->checkin.v);
    query_put_text(&q, answer->message);
    return query_run(&q, error);
}

static bool save_confidences(Sqlite *store, const Answer *answer, GError **error)
{
    for (guint i = 0; answer->confidences != NULL && i < answer->confidences->len; i++) {
        KrConfidence one = g_array_index(answer->confidences, KrConfidence, i);
        g_auto(Query) q = query_of(store, Q_CONFIDENCE_ADD);

        query_put_int(&q, answer->checkin.v);
        query_put_text(&q, answer->message);
        query_put_int(&q, one.kr.v);
        query_put_int(&q, one.confidence);
        if (!query_run(&q, error)) {
            return false;
        }
    }
    return true;
}

bool sqlite_save_answer(Sqlite *store, const Change *change, GError **error)
{
    const Answer *answer = change->what;

    return save_answer(store, answer, error) && drop_confidences(store, answer, error) &&
           save_confidences(store, answer, error);
}

/* Check-ins ----------------------------------------------------------------------------------- */

static Checkin *get_checkin(Query *q)
{
    Checkin *checkin = checkin_new();

    checkin->id = (CheckinId){query_get_int(q)};
    checkin->sprint = (SprintId){query_get_int(q)};
    checkin->team = (TeamId){query_get_int(q)};
    checkin->day = query_get_day(q);
    checkin->asked = query_get_instant(q);
    checkin->closes = query_get_instant(q);
    checkin->summarised = query_get_bool(q);
    return checkin;
}

bool sqlite_load_checkins(Sqlite *store, Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_CHECKINS);

    query_put_int(&q, sprint->id.v);
    while (query_next(&q)) {
        g_ptr_array_add(sprint->checkins, get_checkin(&q));
    }
    return query_done(&q, error) && load_answers(store, sprint, error);
}

/* Of check-ins that are there already, by day. */
static bool load_weekly_answers(Sqlite *store, TeamId team, const GPtrArray *checkins,
                                GError **error)
{
    g_auto(Query) q = query_of(store, Q_WEEKLY_ANSWERS);

    if (checkins->len == 0) {
        return true;
    }
    query_put_int(&q, team.v);
    query_put_day(&q, ((const Checkin *)g_ptr_array_index(checkins, 0))->day);
    return get_answers(&q, checkins, error);
}

/* The latest so many, oldest first; a limit below zero is none. */
bool sqlite_load_weeklies(Sqlite *store, TeamId team, int limit, GPtrArray *checkins,
                          GError **error)
{
    g_auto(Query) q = query_of(store, Q_WEEKLIES);

    query_put_int(&q, team.v);
    query_put_int(&q, limit);
    while (query_next(&q)) {
        g_ptr_array_insert(checkins, 0, get_checkin(&q));
    }
    return query_done(&q, error) && load_weekly_answers(store, team, checkins, error);
}

bool sqlite_weeklies(Store *store, TeamId team, GPtrArray *checkins, GError **error)
{
    return sqlite_load_weeklies(sqlite_of(store), team, -1, checkins, error);
}

bool sqlite_save_checkin(Sqlite *store, const Change *change, GError **error)
{
    const Checkin *checkin = change->what;
    g_auto(Query) q = query_of(store, Q_CHECKIN_SAVE);

    query_put_int(&q, checkin->id.v);
    query_put_id(&q, checkin->sprint.v);
    query_put_int(&q, checkin->team.v);
    query_put_day(&q, checkin->day);
    query_put_int(&q, checkin->asked.us);
    query_put_int(&q, checkin->closes.us);
    query_put_int(&q, checkin->summarised);
    return query_run(&q, error);
}

/* Blockers ------------------------------------------------------------------------------------ */

static Blocker *get_blocker(Query *q)
{
    Blocker *blocker = blocker_new();

    blocker->id = (BlockerId){query_get_int(q)};
    blocker->sprint = (SprintId){query_get_int(q)};
    blocker->number = query_get_int32(q);
    blocker->text = query_get_text(q);
    blocker->owner = query_get_text(q);
    blocker->message = query_get_optional(q);
    blocker->since = query_get_instant(q);
    blocker->cleared = query_get_instant(q);
    return blocker;
}

bool sqlite_load_blockers(Sqlite *store, Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_BLOCKERS);

    query_put_int(&q, sprint->id.v);
    while (query_next(&q)) {
        g_ptr_array_add(sprint->blockers, get_blocker(&q));
    }
    return query_done(&q, error);
}

bool sqlite_save_blocker(Sqlite *store, const Change *change, GError **error)
{
    const Blocker *blocker = change->what;
    g_auto(Query) q = query_of(store, Q_BLOCKER_SAVE);

    query_put_int(&q, blocker->id.v);
    query_put_int(&q, blocker->sprint.v);
    query_put_int(&q, blocker->number);
    query_put_text(&q, blocker->text);
    query_put_text(&q, blocker->owner);
    query_put_text(&q, blocker->message);
    query_put_int(&q, blocker->since.us);
    query_put_instant(&q, blocker->cleared);
    return query_run(&q, error);
}
