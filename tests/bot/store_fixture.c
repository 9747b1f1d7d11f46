#include "store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bot/store/sqlite.h"

#define DAY(y, m, d) ((Day){(y), (m), (d)})

/* Doing --------------------------------------------------------------------------------------- */

void fixture_fail(const char *operation, const GError *error)
{
    fail_msg("%s: %s", operation, error != NULL ? error->message : "failed without an error");
    abort(); /* fail_msg does not come back, but does not say so */
}

void fixture_begin(Store *store)
{
    g_autoptr(GError) error = NULL;

    if (!store->ops->begin(store, &error)) {
        fixture_fail("begin", error);
    }
}

void fixture_commit(Store *store)
{
    g_autoptr(GError) error = NULL;

    if (!store->ops->commit(store, &error)) {
        fixture_fail("commit", error);
    }
}

void fixture_save(Store *store, ChangeKind kind, Team *team, void *what)
{
    MUST(store, save, &((Change){.kind = kind, .team = team, .what = what}));
}

WorkspaceId fixture_workspace(Store *store, const char *name)
{
    WorkspaceId id = {0};

    MUST(store, workspace, name, &id);
    return id;
}

Team *fixture_load_team(Store *store, TeamId id)
{
    Team *team = NULL;

    MUST(store, team_load, id, &team);
    return team;
}

Sprint *fixture_load_sprint(Store *store, SprintId id)
{
    Sprint *sprint = NULL;

    MUST(store, sprint_load, id, &sprint);
    return sprint;
}

int fixture_open(void **state)
{
    g_autoptr(GError) error = NULL;

    *state = sqlite_open(":memory:", &error);
    if (*state == NULL) {
        fixture_fail("open", error);
    }
    return 0;
}

int fixture_close(void **state)
{
    store_close(*state);
    return 0;
}

/* Making -------------------------------------------------------------------------------------- */

static Instant after(int64_t minutes)
{
    return (Instant){FIXTURE_NOW.us + minutes * INSTANT_MINUTE};
}

static void add_reading(Track *track, int64_t id, ReadingSource source, int64_t checkin,
                        const char *message, int64_t retracts)
{
    Reading *reading = reading_new();

    reading->id = (ReadingId){id};
    reading->kr = track->kr->id;
    reading->value = (Decimal){-id * 1000001};
    reading->at = after(id);
    reading->day = day_plus(DAY(2025, 7, 14), id % 10);
    reading->source = source;
    reading->checkin = (CheckinId){checkin};
    reading->message = g_strdup(message);
    reading->system = g_strdup(source == READING_SYSTEM ? "HubSpot" : NULL);
    reading->retracts = (ReadingId){retracts};
    g_ptr_array_add(track->readings, reading);
}

static Track *make_track(int64_t id, int32_t number, Direction direction, KrKind kind, Unit unit)
{
    Kr *kr = kr_new();

    kr->id = (KrId){id};
    kr->number = number;
    kr->statement = g_strdup("Increase ICP meeting acceptance rate from 22% to 35%");
    kr->metric = g_strdup("ICP meeting acceptance rate");
    kr->unit = unit;
    kr->direction = direction;
    kr->kind = kind;
    kr->baseline = (Decimal){-22500000};
    kr->target = (Decimal){INT64_MAX};
    kr->target_high = (Decimal){INT64_MIN};
    kr->kept_because = g_strdup("=1+1 \"it's\" what the board asked for; DROP TABLE kr; --");
    return track_new(kr);
}

static void add_member(Team *team, const char *id, bool present, Weekdays off)
{
    Member *member = member_new(id);

    member->present = present;
    member->days_off = off;
    if (off != 0) {
        Window away[] = {{DAY(2025, 7, 21), DAY(2025, 7, 25)}, {DAY(2025, 7, 1), DAY(2025, 7, 1)}};

        g_array_append_vals(member->away, away, G_N_ELEMENTS(away));
        member->nudged = DAY(2025, 7, 14);
    }
    g_ptr_array_add(team->members, member);
}

static void add_period(Team *team, int64_t id, const char *name, Day first, Day last)
{
    Period *period = g_new0(Period, 1);

    period->id = (PeriodId){id};
    period->name = g_strdup(name);
    period->days = (Window){first, last};
    g_ptr_array_add(team->periods, period);
}

static void add_objective(Team *team, int64_t id, int64_t period, int32_t number)
{
    Objective *objective = g_new0(Objective, 1);

    objective->id = (ObjectiveId){id};
    objective->period = (PeriodId){period};
    objective->number = number;
    objective->text = g_strdup("Build the pipeline that carries the year");
    g_ptr_array_add(team->objectives, objective);
}

static void add_tactical(Team *team, Track *track, int64_t objective, int32_t confidence,
                         bool dropped)
{
    Tactical *tactical = tactical_new(track, (ObjectiveId){objective});

    tactical->confidence = confidence;
    tactical->dropped = dropped;
    g_ptr_array_add(team->tacticals, tactical);
}

static void add_tacticals(Team *team, int64_t first)
{
    Track *track =
        make_track(first + 20, 1, DIRECTION_AT_LEAST, KR_LEVEL, (Unit){UNIT_MONEY, "\u20ac"});

    add_reading(track, first + 40, READING_OPENING, 0, NULL, 0);
    add_reading(track, first + 41, READING_SYSTEM, 0, "system/1", 0);
    add_reading(track, first + 42, READING_UPDATE, 0, "m/42", first + 41);
    add_tactical(team, track, first + 10, 7, true);
    add_tactical(
        team, make_track(first + 21, 2, DIRECTION_AT_MOST, KR_COUNT, (Unit){UNIT_DURATION, "day"}),
        first + 11, -1, false);
    add_tactical(team,
                 make_track(first + 22, 3, DIRECTION_WITHIN, KR_LEVEL, (Unit){UNIT_PLAIN, ""}),
                 first + 11, 0, false);
}

static void add_recalibration(Team *team, guint tactical, int64_t id, const char *why)
{
    const Tactical *of = g_ptr_array_index(team->tacticals, tactical);
    Recalibration *change = recalibration_new();

    change->id = (RecalibrationId){id};
    change->kr = of->track->kr->id;
    change->from = day_plus(DAY(2025, 7, 14), id % 10);
    change->was = (Decimal){-id};
    change->was_high = (Decimal){id};
    change->target = (Decimal){INT64_MIN};
    change->target_high = (Decimal){INT64_MAX};
    change->statement_was = g_strdup("Increase qualified pipeline from $20M to $30M");
    change->at = after(id);
    change->who = g_strdup("ines");
    change->why = g_strdup(why);
    g_ptr_array_add(of->recalibrations, change);
}

static void add_link(Team *team, int64_t feeder, int64_t fed)
{
    KrLink *link = kr_link_new();

    *link = (KrLink){team->id, team->id, {feeder}, {fed}, g_strdup("tom"), after(feeder)};
    g_ptr_array_add(team->links, link);
}

static Proposal *add_proposal(Team *team, int64_t id, int64_t kr, SignalKind kind,
                              EpisodeState state)
{
    Proposal *proposal = proposal_new();

    proposal->id = (ProposalId){id};
    proposal->team = team->id;
    proposal->kr = (KrId){kr};
    proposal->kind = kind;
    proposal->state = state;
    proposal->checkin = DAY(2025, 7, 7);
    proposal->off = (Decimal){-id};
    proposal->evidence = g_strdup("$3.4M below its line at two check-ins in a row");
    proposal->at = after(id);
    g_ptr_array_add(team->proposals, proposal);
    return proposal;
}

static void add_proposals(Team *team, int64_t first)
{
    Proposal *gap = add_proposal(team, first + 70, first + 21, SIGNAL_GAP, EPISODE_PROPOSED);
    Proposal *risk = add_proposal(team, first + 71, first + 21, SIGNAL_RISK, EPISODE_DISMISSED);
    Proposal *over = add_proposal(team, first + 72, first + 22, SIGNAL_OPPORTUNITY, EPISODE_NONE);

    gap->feeder_team = team->id;
    gap->feeder = (KrId){first + 20};
    risk->reason = g_strdup("the fair is next week");
    risk->by = g_strdup("lena");
    over->checkin = DAY_NONE;
}

static void add_token(Team *team, int64_t id, const char *name, Instant revoked)
{
    Token *token = g_new0(Token, 1);

    *token = (Token){.id = {id}, .team = team->id, .name = g_strdup(name)};
    token->hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)&id, sizeof id);
    token->by = g_strdup("jonas");
    token->made = after(id);
    token->revoked = revoked;
    g_ptr_array_add(team->tokens, token);
}

Checkin *fixture_weekly(const Team *team, int64_t id, Day day)
{
    Checkin *checkin = checkin_new();

    checkin->id = (CheckinId){id};
    checkin->team = team->id;
    checkin->day = day;
    checkin->asked = after(id);
    checkin->closes = after(id + 60);
    checkin->summarised = true;
    return checkin;
}

Answer *fixture_weekly_answer(Checkin *checkin, const char *message, Revised revised)
{
    Answer *answer = answer_new();

    answer->checkin = checkin->id;
    answer->message = g_strdup(message);
    answer->by = g_strdup("tom");
    answer->at = after(4);
    answer->confidence = 5;
    answer->revised = revised;
    g_ptr_array_add(checkin->answers, answer);
    return answer;
}

static void add_weeklies(Team *team, int64_t first)
{
    const KrConfidence apart[] = {{{first + 20}, 0}, {{first + 21}, 10}};
    Checkin *before = fixture_weekly(team, first + 80, DAY(2025, 7, 7));
    Checkin *now = fixture_weekly(team, first + 81, DAY(2025, 7, 14));
    Answer *answer = fixture_weekly_answer(now, "z/arrived first", REVISED_YES);

    answer->confidences = g_array_new(FALSE, FALSE, sizeof(KrConfidence));
    g_array_append_vals(answer->confidences, apart, G_N_ELEMENTS(apart));
    fixture_weekly_answer(now, "a/arrived second", REVISED_NO);
    fixture_weekly_answer(before, "late", REVISED_UNSAID);
    g_ptr_array_add(team->weeklies, before);
    g_ptr_array_add(team->weeklies, now);
}

static void add_signals(Team *team, int64_t first)
{
    add_recalibration(team, 0, first + 60, "two accounts moved");
    add_recalibration(team, 1, first + 61, "");
    add_recalibration(team, 0, first + 62, "and one came back");
    add_link(team, first + 20, first + 21);
    add_link(team, first + 21, first + 20);
    add_proposals(team, first);
    add_token(team, first + 75, "HubSpot", (Instant){0});
    add_token(team, first + 76, "HubSpot", after(5));
    add_weeklies(team, first);
}

void fixture_forget_signals(Team *team)
{
    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        g_ptr_array_set_size(tactical->recalibrations, 0);
    }
    g_ptr_array_set_size(team->links, 0);
    g_ptr_array_set_size(team->proposals, 0);
    g_ptr_array_set_size(team->tokens, 0);
    g_ptr_array_set_size(team->weeklies, 0);
}

Team *fixture_team(WorkspaceId workspace, int64_t first)
{
    Team *team = team_new();
    Day dates[] = {DAY(2025, 12, 24), DAY(2025, 12, 31)};

    team->id = (TeamId){first};
    team->workspace = workspace;
    team->name = g_strdup_printf("W\u00c9st %d", (int)first);
    team->home = g_strdup_printf("C%d", (int)first);
    team->zone_name = g_strdup("America/Argentina/Ushuaia");
    team->zone = zone_open(team->zone_name);
    team->check_in = 1439;
    team->check_in_minutes = 20;
    team->working = 0x5f;
    team->weekly_day = SUNDAY;
    team->weekly_at = 1438;
    team->holidays.countries = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(team->holidays.countries, g_strdup("US"));
    g_ptr_array_add(team->holidays.countries, g_strdup("DE"));
    team->holidays.dates = g_array_new(FALSE, TRUE, sizeof(Day));
    g_array_append_vals(team->holidays.dates, dates, G_N_ELEMENTS(dates));
    team->lead = g_strdup("maria");
    team->escalation = g_strdup("@maria:example.org");
    team->roster = g_strdup("S0123");
    team->outcome_words = g_strsplit("sales-qualified opportunity|win", "|", 0);
    team->activity_words = g_strsplit("d\u00e9mo \U0001f469\u200d\U0001f52c", "|", 0);
    add_member(team, "maria", true, 0x10);
    add_member(team, "U0123ABCD", false, 0);
    add_period(team, first + 1, "FY Q3", DAY(2025, 6, 2), DAY(2025, 8, 31));
    add_period(team, first + 2, "FY Q4", DAY(2025, 9, 1), DAY(2025, 11, 30));
    add_objective(team, first + 10, first + 1, 1);
    add_objective(team, first + 11, first + 1, 2);
    add_objective(team, first + 12, first + 2, 1);
    add_tacticals(team, first);
    add_signals(team, first);
    return team;
}

static void add_answer(Checkin *checkin, const char *message, int32_t confidence, bool all)
{
    Answer *answer = answer_new();

    answer->checkin = checkin->id;
    answer->message = g_strdup(message);
    answer->by = g_strdup("maria");
    answer->at = after(2);
    answer->late = all;
    answer->withdrawn = all;
    answer->confidence = confidence;
    answer->learned =
        all ? g_strdup("acceptance rose once the invitation named the figures") : NULL;
    answer->note = all ? g_strdup("I made 12 calls") : NULL;
    g_ptr_array_add(checkin->answers, answer);
}

static void add_checkin(Sprint *sprint, int64_t id, Day day, bool summarised)
{
    Checkin *checkin = checkin_new();

    checkin->id = (CheckinId){id};
    checkin->sprint = sprint->id;
    checkin->team = sprint->anchor_team;
    checkin->day = day;
    checkin->asked = after(id);
    checkin->closes = after(id + 15);
    checkin->summarised = summarised;
    g_ptr_array_add(sprint->checkins, checkin);
}

static void add_blocker(Sprint *sprint, int64_t id, int32_t number, const char *message,
                        Instant cleared)
{
    Blocker *blocker = blocker_new();

    blocker->id = (BlockerId){id};
    blocker->sprint = sprint->id;
    blocker->number = number;
    blocker->text = g_strdup("legal review");
    blocker->owner = g_strdup("maria");
    blocker->message = g_strdup(message);
    blocker->since = after(3);
    blocker->cleared = cleared;
    g_ptr_array_add(sprint->blockers, blocker);
}

static void add_action(Sprint *sprint, int64_t id, int32_t number, bool done, const char *dropped)
{
    Action *action = action_new();

    action->id = (ActionId){id};
    action->sprint = sprint->id;
    action->number = number;
    action->text = g_strdup("Hand the new invitation on");
    action->owner = g_strdup("maria");
    action->due = DAY(2025, 8, 15);
    action->done = done;
    action->dropped = g_strdup(dropped);
    g_ptr_array_add(sprint->retro.actions, action);
}

static void add_kr(Sprint *sprint, Track *track)
{
    g_ptr_array_add(sprint->krs, sprint_kr_new(track));
}

Sprint *fixture_sprint_active(const Team *team, int64_t first, int32_t number)
{
    const Tactical *anchor = g_ptr_array_index(team->tacticals, 0);
    Sprint *sprint = sprint_new();

    sprint->id = (SprintId){first};
    sprint->workspace = team->workspace;
    sprint->number = number;
    sprint->state = SPRINT_ACTIVE;
    sprint->trigger = g_strdup("KR at Risk");
    sprint->situation = g_strdup("Qualified pipeline stands at $21.2M\nat week 6");
    sprint->anchor_team = team->id;
    sprint->anchor = anchor->track->kr->id;
    sprint->anchor_statement = g_strdup("Increase qualified B2B pipeline from $20M to $30M");
    sprint->anchor_unit = (Unit){UNIT_MONEY, "$"};
    sprint->anchor_open = (Decimal){INT64_C(21200000000001)};
    sprint->anchor_target = DECIMAL(30000000);
    sprint->window = (Window){DAY(2025, 7, 14), DAY(2025, 7, 28)};
    sprint->objective = g_strdup("Restore qualified pipeline momentum");
    g_array_append_val(sprint->owners, team->id);
    sprint->facilitator = g_strdup("maria");
    add_kr(sprint,
           make_track(first + 1, 1, DIRECTION_INCREASE, KR_LEVEL, (Unit){UNIT_PERCENT, ""}));
    add_kr(sprint, make_track(first + 2, 2, DIRECTION_DECREASE, KR_COUNT,
                              (Unit){UNIT_COUNT, "stalled accounts"}));
    g_ptr_array_add(sprint->initiatives, g_strdup("Conduct 30 targeted outreach calls"));
    g_ptr_array_add(sprint->initiatives, g_strdup("A pipeline review"));
    sprint->opened = after(1);
    sprint->reminded = DAY(2025, 7, 25);
    sprint_set_reminded(sprint, team->id, DAY(2025, 7, 24));
    return sprint;
}

static void add_follow_up(Sprint *sprint, int32_t days)
{
    const FollowUp later = {sprint->id, days, day_plus(DAY(2025, 7, 28), days), {-days}};

    g_array_append_val(sprint->follow_ups, later);
}

static void end_sprint(Sprint *sprint, int64_t first)
{
    SprintKr *kr = g_ptr_array_index(sprint->krs, 1);

    sprint->state = SPRINT_CLOSED;
    sprint->closing = after(100);
    sprint->closed = after(200 + sprint->number);
    sprint->ended_early = true;
    sprint->early_reason = g_strdup("the window of opportunity is over");
    sprint->retro.moved = MOVED_PARTLY;
    sprint->retro.moved_how = g_strdup("two large accounts slipped");
    sprint->retro.learned = g_strdup("\u0627\u0644\u0639\u0631\u0628\u064a\u0629 learned");
    sprint->retro.change = TACTICAL_REWRITE;
    sprint->retro.change_to = g_strdup("$32M");
    sprint->retro.change_applied = true;
    sprint->retro.anchor_known = true;
    sprint->retro.anchor_close = (Decimal){INT64_C(24100000000001)};
    g_ptr_array_add(sprint->retro.worked, g_strdup("A pipeline review"));
    g_ptr_array_add(sprint->retro.did_not, g_strdup("Conduct 30 targeted outreach calls"));
    sprint->retro.confirmed_by = g_strdup("maria");
    kr->final_given = true;
    kr->cause = CAUSE_RHYTHM;
    add_follow_up(sprint, 14);
    add_follow_up(sprint, 28);
    add_action(sprint, first + 60, 1, true, NULL);
    add_action(sprint, first + 61, 2, false, "no longer needed");
}

Sprint *fixture_sprint(const Team *team, int64_t first, int32_t number)
{
    Sprint *sprint = fixture_sprint_active(team, first, number);
    SprintKr *kr = g_ptr_array_index(sprint->krs, 0);

    add_checkin(sprint, first + 10, DAY(2025, 7, 14), true);
    add_checkin(sprint, first + 11, DAY(2025, 7, 15), false);
    add_answer(g_ptr_array_index(sprint->checkins, 0), "z/arrived first", 10, true);
    add_answer(g_ptr_array_index(sprint->checkins, 0), "a/arrived second", -1, false);
    add_reading(kr->track, first + 30, READING_CHECKIN, first + 10, "z/arrived first", 0);
    add_reading(kr->track, first + 31, READING_CHECKIN, first + 10, "z/arrived first", first + 30);
    add_reading(kr->track, first + 32, READING_RETRO, 0, NULL, 0);
    add_blocker(sprint, first + 50, 1, "z/arrived first", after(9));
    add_blocker(sprint, first + 51, 2, NULL, (Instant){0});
    end_sprint(sprint, first);
    return sprint;
}

/* Saving -------------------------------------------------------------------------------------- */

static void save_each(Store *store, ChangeKind kind, Team *team, const GPtrArray *things)
{
    for (guint i = 0; i < things->len; i++) {
        fixture_save(store, kind, team, g_ptr_array_index(things, i));
    }
}

void fixture_save_checkins(Store *store, const GPtrArray *checkins)
{
    save_each(store, CHANGE_CHECKIN, NULL, checkins);
    for (guint i = 0; i < checkins->len; i++) {
        const Checkin *checkin = g_ptr_array_index(checkins, i);

        save_each(store, CHANGE_ANSWER, NULL, checkin->answers);
    }
}

void fixture_save_team(Store *store, Team *team)
{
    fixture_save(store, CHANGE_TEAM, team, team);
    save_each(store, CHANGE_MEMBER, team, team->members);
    save_each(store, CHANGE_PERIOD, team, team->periods);
    save_each(store, CHANGE_OBJECTIVE, team, team->objectives);
    save_each(store, CHANGE_TACTICAL, team, team->tacticals);
    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        save_each(store, CHANGE_READING, NULL, tactical->track->readings);
        save_each(store, CHANGE_RECALIBRATION, NULL, tactical->recalibrations);
    }
    save_each(store, CHANGE_LINK, NULL, team->links);
    save_each(store, CHANGE_PROPOSAL, NULL, team->proposals);
    save_each(store, CHANGE_TOKEN, NULL, team->tokens);
    fixture_save_checkins(store, team->weeklies);
}

void fixture_save_sprint(Store *store, Sprint *sprint)
{
    fixture_save(store, CHANGE_SPRINT, NULL, sprint);
    fixture_save_checkins(store, sprint->checkins);
    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        save_each(store, CHANGE_READING, NULL, kr->track->readings);
    }
    save_each(store, CHANGE_BLOCKER, NULL, sprint->blockers);
    for (guint i = 0; i < sprint->follow_ups->len; i++) {
        fixture_save(store, CHANGE_FOLLOW_UP, NULL,
                     &g_array_index(sprint->follow_ups, FollowUp, i));
    }
}

Team *fixture_saved_team(Store *store)
{
    Team *team = fixture_team(fixture_workspace(store, "acme"), 100);

    fixture_begin(store);
    fixture_save_team(store, team);
    fixture_commit(store);
    return team;
}

void fixture_save_whole(Store *store, Sprint *sprint)
{
    fixture_begin(store);
    fixture_save_sprint(store, sprint);
    fixture_commit(store);
}
