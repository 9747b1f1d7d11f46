#include "bot/store/sqlite_parts.h"

/* Answers ------------------------------------------------------------------------------------- */

static Answer *get_answer(Query *q)
{
    Answer *answer = answer_new();

    answer->checkin = (CheckinId){query_get_int(q)};
    answer->message = query_get_text(q);
    answer->by = query_get_text(q);
    answer->at = query_get_instant(q);
    answer->late = query_get_bool(q);
    answer->withdrawn = query_get_bool(q);
    answer->confidence = query_get_confidence(q);
    answer->learned = query_get_optional(q);
    answer->note = query_get_optional(q);
    return answer;
}

/* Of all the sprint's check-ins, which are there already. */
static bool load_answers(Sqlite *store, Sprint *sprint, GError **error)
{
    g_auto(Query) q = query_of(store, Q_ANSWERS);

    query_put_int(&q, sprint->id.v);
    while (query_next(&q)) {
        Answer *answer = get_answer(&q);
        const Checkin *checkin = sprint_checkin(sprint, answer->checkin);

        if (checkin != NULL) {
            g_ptr_array_add(checkin->answers, answer);
        } else {
            answer_free(answer);
            q.odd = true;
        }
    }
    return query_done(&q, error);
}

bool sqlite_save_answer(Sqlite *store, const Change *change, GError **error)
{
    const Answer *answer = change->what;
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
    return query_run(&q, error);
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

bool sqlite_save_checkin(Sqlite *store, const Change *change, GError **error)
{
    const Checkin *checkin = change->what;
    g_auto(Query) q = query_of(store, Q_CHECKIN_SAVE);

    query_put_int(&q, checkin->id.v);
    query_put_int(&q, checkin->sprint.v);
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
