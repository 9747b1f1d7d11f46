/* The states are a table; the rest of this file finds its way in a sprint's record. */

#include "core/sprint.h"

#include <string.h>

typedef struct Step {
    SprintState next;
    SprintAct act;
} Step;

static const Step steps[SPRINT_STATE_COUNT][SPRINT_EVENT_COUNT] = {
    [SPRINT_DRAFT][ON_OPEN] = {SPRINT_ACTIVE, DO_ANNOUNCE},
    [SPRINT_ACTIVE][ON_WINDOW_OVER] = {SPRINT_CLOSING, DO_ASK_RETRO},
    [SPRINT_ACTIVE][ON_END_EARLY] = {SPRINT_CLOSING, DO_ASK_RETRO},
    [SPRINT_CLOSING][ON_RETRO_DONE] = {SPRINT_CLOSED, DO_PUBLISH},
}; /* an empty cell is DO_REFUSE, state unchanged: there is no other way out */

SprintAct sprint_step(SprintState state, SprintEvent event, SprintState *next)
{
    const Step *step = &steps[state][event];

    *next = step->act == DO_REFUSE ? state : step->next;
    return step->act;
}

const char *sprint_state_name(SprintState state)
{
    static const char *const names[SPRINT_STATE_COUNT] = {
        [SPRINT_DRAFT] = "draft",
        [SPRINT_ACTIVE] = "active",
        [SPRINT_CLOSING] = "closing",
        [SPRINT_CLOSED] = "closed",
    };

    g_assert(state >= 0 && state < SPRINT_STATE_COUNT);
    return names[state];
}

const char *moved_name(Moved moved)
{
    static const char *const names[] = {"", "yes", "partly", "no"};

    return names[moved];
}

const char *tactical_change_name(TacticalChange change)
{
    static const char *const names[] = {"", "keep", "raise", "lower", "rewrite", "drop"};

    return names[change];
}

const char *cause_name(Cause cause)
{
    static const char *const names[CAUSE_COUNT] = {
        [CAUSE_UNSAID] = "",
        [CAUSE_AMBITION] = "ambition",
        [CAUSE_WRONG_KR] = "wrong KR",
        [CAUSE_DEPENDENCY] = "dependency",
        [CAUSE_CAPACITY] = "capacity",
        [CAUSE_PRIORITIES] = "priorities changed",
        [CAUSE_OUTSIDE] = "outside event",
        [CAUSE_LOST_FOCUS] = "lost focus",
        [CAUSE_RHYTHM] = "rhythm not held",
    };

    return names[cause];
}

Answer *answer_new(void)
{
    Answer *answer = g_new0(Answer, 1);

    answer->confidence = -1;
    return answer;
}

void answer_free(Answer *answer)
{
    if (answer == NULL) {
        return;
    }
    g_free(answer->message);
    g_free(answer->by);
    g_free(answer->learned);
    g_free(answer->note);
    g_clear_pointer(&answer->confidences, g_array_unref);
    g_free(answer);
}

static void free_answer(gpointer answer)
{
    answer_free(answer);
}

Checkin *checkin_new(void)
{
    Checkin *checkin = g_new0(Checkin, 1);

    checkin->answers = g_ptr_array_new_with_free_func(free_answer);
    return checkin;
}

void checkin_free(Checkin *checkin)
{
    if (checkin == NULL) {
        return;
    }
    g_ptr_array_unref(checkin->answers);
    g_free(checkin);
}

static void free_checkin(gpointer checkin)
{
    checkin_free(checkin);
}

Blocker *blocker_new(void)
{
    return g_new0(Blocker, 1);
}

void blocker_free(Blocker *blocker)
{
    if (blocker == NULL) {
        return;
    }
    g_free(blocker->text);
    g_free(blocker->owner);
    g_free(blocker->message);
    g_free(blocker);
}

static void free_blocker(gpointer blocker)
{
    blocker_free(blocker);
}

Action *action_new(void)
{
    return g_new0(Action, 1);
}

void action_free(Action *action)
{
    if (action == NULL) {
        return;
    }
    g_free(action->text);
    g_free(action->owner);
    g_free(action->dropped);
    g_free(action);
}

static void free_action(gpointer action)
{
    action_free(action);
}

SprintKr *sprint_kr_new(Track *take_track)
{
    SprintKr *kr = g_new0(SprintKr, 1);

    kr->track = take_track;
    return kr;
}

void sprint_kr_free(SprintKr *kr)
{
    if (kr == NULL) {
        return;
    }
    track_free(kr->track);
    g_free(kr);
}

static void free_sprint_kr(gpointer kr)
{
    sprint_kr_free(kr);
}

Sprint *sprint_new(void)
{
    Sprint *sprint = g_new0(Sprint, 1);

    sprint->owners = g_array_new(FALSE, TRUE, sizeof(TeamId));
    sprint->reminded_in = g_array_new(FALSE, TRUE, sizeof(Day));
    sprint->krs = g_ptr_array_new_with_free_func(free_sprint_kr);
    sprint->initiatives = g_ptr_array_new_with_free_func(g_free);
    sprint->checkins = g_ptr_array_new_with_free_func(free_checkin);
    sprint->blockers = g_ptr_array_new_with_free_func(free_blocker);
    sprint->retro.worked = g_ptr_array_new_with_free_func(g_free);
    sprint->retro.did_not = g_ptr_array_new_with_free_func(g_free);
    sprint->retro.actions = g_ptr_array_new_with_free_func(free_action);
    sprint->follow_ups = g_array_new(FALSE, TRUE, sizeof(FollowUp));
    return sprint;
}

static void retro_clear(Retro *retro)
{
    g_free(retro->moved_how);
    g_free(retro->learned);
    g_free(retro->change_to);
    g_free(retro->confirmed_by);
    g_ptr_array_unref(retro->worked);
    g_ptr_array_unref(retro->did_not);
    g_ptr_array_unref(retro->actions);
}

void sprint_free(Sprint *sprint)
{
    if (sprint == NULL) {
        return;
    }
    g_free(sprint->trigger);
    g_free(sprint->situation);
    g_free(sprint->anchor_statement);
    g_free(sprint->objective);
    g_free(sprint->facilitator);
    g_free(sprint->early_reason);
    g_array_unref(sprint->owners);
    g_array_unref(sprint->reminded_in);
    g_array_unref(sprint->follow_ups);
    g_ptr_array_unref(sprint->krs);
    g_ptr_array_unref(sprint->initiatives);
    g_ptr_array_unref(sprint->checkins);
    g_ptr_array_unref(sprint->blockers);
    retro_clear(&sprint->retro);
    g_free(sprint);
}

/* The team's place among the owners; their number when it is none. */
static guint owner_place(const Sprint *sprint, TeamId team)
{
    guint i = 0;

    while (i < sprint->owners->len && !ID_EQ(g_array_index(sprint->owners, TeamId, i), team)) {
        i++;
    }
    return i;
}

bool sprints_any(const GPtrArray *sprints, SprintState state)
{
    for (guint i = 0; i < sprints->len; i++) {
        if (((const Sprint *)g_ptr_array_index(sprints, i))->state == state) {
            return true;
        }
    }
    return false;
}

bool sprint_owned_by(const Sprint *sprint, TeamId team)
{
    return owner_place(sprint, team) < sprint->owners->len;
}

Day sprint_reminded(const Sprint *sprint, TeamId team)
{
    guint i = owner_place(sprint, team);

    return i < sprint->reminded_in->len ? g_array_index(sprint->reminded_in, Day, i) : DAY_NONE;
}

void sprint_set_reminded(Sprint *sprint, TeamId team, Day day)
{
    guint i = owner_place(sprint, team);

    g_assert(i < sprint->owners->len);
    if (sprint->reminded_in->len <= i) {
        g_array_set_size(sprint->reminded_in, sprint->owners->len);
    }
    g_array_index(sprint->reminded_in, Day, i) = day;
}

SprintKr *sprint_kr(const Sprint *sprint, int32_t number)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        if (kr->track->kr->number == number) {
            return kr;
        }
    }
    return NULL;
}

SprintKr *sprint_kr_of(const Sprint *sprint, KrId id)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        if (ID_EQ(kr->track->kr->id, id)) {
            return kr;
        }
    }
    return NULL;
}

Checkin *sprint_checkin(const Sprint *sprint, CheckinId id)
{
    for (guint i = sprint->checkins->len; i > 0; i--) {
        Checkin *checkin = g_ptr_array_index(sprint->checkins, i - 1);

        if (ID_EQ(checkin->id, id)) {
            return checkin;
        }
    }
    return NULL;
}

Checkin *sprint_checkin_on(const Sprint *sprint, TeamId team, Day day)
{
    for (guint i = sprint->checkins->len; i > 0; i--) {
        Checkin *checkin = g_ptr_array_index(sprint->checkins, i - 1);

        if (ID_EQ(checkin->team, team) && day_cmp(checkin->day, day) == 0) {
            return checkin;
        }
    }
    return NULL;
}

Checkin *sprint_checkin_last(const Sprint *sprint, TeamId team)
{
    for (guint i = sprint->checkins->len; i > 0; i--) {
        Checkin *checkin = g_ptr_array_index(sprint->checkins, i - 1);

        if (ID_EQ(checkin->team, team)) {
            return checkin;
        }
    }
    return NULL;
}

Answer *checkin_answer_of(const Checkin *checkin, const char *message)
{
    for (guint i = 0; i < checkin->answers->len; i++) {
        Answer *answer = g_ptr_array_index(checkin->answers, i);

        if (strcmp(answer->message, message) == 0) {
            return answer;
        }
    }
    return NULL;
}

Answer *sprint_answer(const Sprint *sprint, const char *message, Checkin **checkin)
{
    for (guint i = sprint->checkins->len; i > 0; i--) {
        Checkin *c = g_ptr_array_index(sprint->checkins, i - 1);
        Answer *answer = checkin_answer_of(c, message);

        if (answer != NULL) {
            if (checkin != NULL) {
                *checkin = c;
            }
            return answer;
        }
    }
    return NULL;
}

Blocker *sprint_blocker(const Sprint *sprint, int32_t number)
{
    for (guint i = 0; i < sprint->blockers->len; i++) {
        Blocker *blocker = g_ptr_array_index(sprint->blockers, i);

        if (blocker->number == number) {
            return blocker;
        }
    }
    return NULL;
}

bool checkin_answered(const Checkin *checkin)
{
    for (guint i = 0; i < checkin->answers->len; i++) {
        if (!((const Answer *)g_ptr_array_index(checkin->answers, i))->withdrawn) {
            return true;
        }
    }
    return false;
}
