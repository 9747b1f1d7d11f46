#include "store_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store_fixture.h"

static void tell(GString *out, const char *field, const char *value)
{
    g_string_append_printf(out, "%s: %s\n", field, value != NULL ? value : "(none)");
}

static void tell_int(GString *out, const char *field, int64_t value)
{
    g_string_append_printf(out, "%s: %" G_GINT64_FORMAT "\n", field, value);
}

static void tell_day(GString *out, const char *field, Day day)
{
    g_string_append_printf(out, "%s: %d-%d-%d\n", field, day.year, day.month, day.day);
}

static void tell_unit(GString *out, const Unit *unit)
{
    g_string_append_printf(out, "unit: %d %s\n", (int)unit->kind, unit->name);
}

static void tell_texts(GString *out, const char *field, const GPtrArray *texts)
{
    for (guint i = 0; texts != NULL && i < texts->len; i++) {
        tell(out, field, g_ptr_array_index(texts, i));
    }
}

static void tell_reading(GString *out, const Reading *reading)
{
    tell_int(out, "reading", reading->id.v);
    tell_int(out, "kr", reading->kr.v);
    tell_int(out, "value", reading->value.millionths);
    tell_int(out, "at", reading->at.us);
    tell_day(out, "day", reading->day);
    tell_int(out, "source", (int)reading->source);
    tell_int(out, "checkin", reading->checkin.v);
    tell(out, "message", reading->message);
    tell(out, "system", reading->system);
    tell_int(out, "retracts", reading->retracts.v);
}

static void tell_track(GString *out, const Track *track)
{
    const Kr *kr = track->kr;

    tell_int(out, "kr", kr->id.v);
    tell_int(out, "number", kr->number);
    tell(out, "statement", kr->statement);
    tell(out, "metric", kr->metric);
    tell_unit(out, &kr->unit);
    tell_int(out, "direction", (int)kr->direction);
    tell_int(out, "kind", (int)kr->kind);
    tell_int(out, "baseline", kr->baseline.millionths);
    tell_int(out, "target", kr->target.millionths);
    tell_int(out, "target_high", kr->target_high.millionths);
    tell(out, "kept_because", kr->kept_because);
    for (guint i = 0; i < track->readings->len; i++) {
        tell_reading(out, g_ptr_array_index(track->readings, i));
    }
}

static void tell_member(GString *out, const Member *member)
{
    tell(out, "member", member->id);
    tell_int(out, "present", member->present);
    tell_int(out, "days_off", member->days_off);
    tell_day(out, "nudged", member->nudged);
    for (guint i = 0; i < member->away->len; i++) {
        tell_day(out, "away from", g_array_index(member->away, Window, i).first);
        tell_day(out, "away until", g_array_index(member->away, Window, i).last);
    }
}

static void tell_own(GString *out, const Team *team)
{
    tell_int(out, "team", team->id.v);
    tell_int(out, "workspace", team->workspace.v);
    tell(out, "name", team->name);
    tell(out, "home", team->home);
    tell(out, "zone_name", team->zone_name);
    tell(out, "zone", g_time_zone_get_identifier(team->zone));
    tell_int(out, "check_in", team->check_in);
    tell_int(out, "check_in_minutes", team->check_in_minutes);
    tell_int(out, "working", team->working);
    tell_int(out, "weekly_day", (int)team->weekly_day);
    tell_int(out, "weekly_at", team->weekly_at);
    tell_texts(out, "country", team->holidays.countries);
    for (guint i = 0; team->holidays.dates != NULL && i < team->holidays.dates->len; i++) {
        tell_day(out, "holiday", g_array_index(team->holidays.dates, Day, i));
    }
    tell(out, "lead", team->lead);
    tell(out, "escalation", team->escalation);
    tell(out, "roster", team->roster);
    for (char **word = team->outcome_words; word != NULL && *word != NULL; word++) {
        tell(out, "outcome word", *word);
    }
    for (char **word = team->activity_words; word != NULL && *word != NULL; word++) {
        tell(out, "activity word", *word);
    }
}

static void tell_recalibration(GString *out, const Recalibration *change)
{
    tell_int(out, "recalibration", change->id.v);
    tell_int(out, "kr", change->kr.v);
    tell_day(out, "from", change->from);
    tell_int(out, "was", change->was.millionths);
    tell_int(out, "was_high", change->was_high.millionths);
    tell_int(out, "target", change->target.millionths);
    tell_int(out, "target_high", change->target_high.millionths);
    tell(out, "statement_was", change->statement_was);
    tell_int(out, "at", change->at.us);
    tell(out, "who", change->who);
    tell(out, "why", change->why);
    tell_int(out, "sprint", change->sprint.v);
}

static void tell_link(GString *out, const KrLink *link)
{
    tell_int(out, "feeder_team", link->feeder_team.v);
    tell_int(out, "feeder", link->feeder.v);
    tell_int(out, "fed_team", link->fed_team.v);
    tell_int(out, "fed", link->fed.v);
    tell(out, "who", link->who);
    tell_int(out, "at", link->at.us);
}

static void tell_proposal(GString *out, const Proposal *proposal)
{
    tell_int(out, "proposal", proposal->id.v);
    tell_int(out, "team", proposal->team.v);
    tell_int(out, "kr", proposal->kr.v);
    tell_int(out, "feeder_team", proposal->feeder_team.v);
    tell_int(out, "feeder", proposal->feeder.v);
    tell_int(out, "kind", (int)proposal->kind);
    tell_int(out, "state", (int)proposal->state);
    tell_day(out, "checkin", proposal->checkin);
    tell_int(out, "off", proposal->off.millionths);
    tell(out, "evidence", proposal->evidence);
    tell(out, "reason", proposal->reason);
    tell(out, "by", proposal->by);
    tell_int(out, "sprint", proposal->sprint.v);
    tell_int(out, "at", proposal->at.us);
}

static void tell_token(GString *out, const Token *token)
{
    tell_int(out, "token", token->id.v);
    tell_int(out, "team", token->team.v);
    tell(out, "name", token->name);
    tell(out, "hash", token->hash);
    tell(out, "by", token->by);
    tell_int(out, "made", token->made.us);
    tell_int(out, "revoked", token->revoked.us);
}

static void tell_confidences(GString *out, const GArray *confidences)
{
    for (guint i = 0; confidences != NULL && i < confidences->len; i++) {
        const KrConfidence *one = &g_array_index(confidences, KrConfidence, i);

        tell_int(out, "in kr", one->kr.v);
        tell_int(out, "confidence", one->confidence);
    }
}

static void tell_checkin(GString *out, const Checkin *checkin)
{
    tell_int(out, "checkin", checkin->id.v);
    tell_int(out, "sprint", checkin->sprint.v);
    tell_int(out, "team", checkin->team.v);
    tell_day(out, "day", checkin->day);
    tell_int(out, "asked", checkin->asked.us);
    tell_int(out, "closes", checkin->closes.us);
    tell_int(out, "summarised", checkin->summarised);
    for (guint i = 0; i < checkin->answers->len; i++) {
        const Answer *answer = g_ptr_array_index(checkin->answers, i);

        tell_int(out, "answer of", answer->checkin.v);
        tell(out, "message", answer->message);
        tell(out, "by", answer->by);
        tell_int(out, "at", answer->at.us);
        tell_int(out, "late", answer->late);
        tell_int(out, "withdrawn", answer->withdrawn);
        tell_int(out, "confidence", answer->confidence);
        tell(out, "learned", answer->learned);
        tell(out, "note", answer->note);
        tell_int(out, "revised", (int)answer->revised);
        tell_confidences(out, answer->confidences);
    }
}

/* What is known of its key results beside their readings. */
static void tell_signals(GString *out, const Team *team)
{
    for (guint i = 0; i < team->links->len; i++) {
        tell_link(out, g_ptr_array_index(team->links, i));
    }
    for (guint i = 0; i < team->proposals->len; i++) {
        tell_proposal(out, g_ptr_array_index(team->proposals, i));
    }
    for (guint i = 0; i < team->tokens->len; i++) {
        tell_token(out, g_ptr_array_index(team->tokens, i));
    }
    for (guint i = 0; i < team->weeklies->len; i++) {
        tell_checkin(out, g_ptr_array_index(team->weeklies, i));
    }
}

char *fixture_team_text(const Team *team)
{
    GString *out = g_string_new(NULL);

    tell_own(out, team);
    for (guint i = 0; i < team->members->len; i++) {
        tell_member(out, g_ptr_array_index(team->members, i));
    }
    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);

        tell_int(out, "period", period->id.v);
        tell(out, "name", period->name);
        tell_day(out, "first", period->days.first);
        tell_day(out, "last", period->days.last);
    }
    for (guint i = 0; i < team->objectives->len; i++) {
        const Objective *objective = g_ptr_array_index(team->objectives, i);

        tell_int(out, "objective", objective->id.v);
        tell_int(out, "period", objective->period.v);
        tell_int(out, "number", objective->number);
        tell(out, "text", objective->text);
    }
    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        tell_track(out, tactical->track);
        tell_int(out, "objective", tactical->objective.v);
        tell_int(out, "confidence", tactical->confidence);
        tell_int(out, "dropped", tactical->dropped);
        for (guint j = 0; j < tactical->recalibrations->len; j++) {
            tell_recalibration(out, g_ptr_array_index(tactical->recalibrations, j));
        }
    }
    tell_signals(out, team);
    return g_string_free(out, FALSE);
}

static void tell_blocker(GString *out, const Blocker *blocker)
{
    tell_int(out, "blocker", blocker->id.v);
    tell_int(out, "sprint", blocker->sprint.v);
    tell_int(out, "number", blocker->number);
    tell(out, "text", blocker->text);
    tell(out, "owner", blocker->owner);
    tell(out, "message", blocker->message);
    tell_int(out, "since", blocker->since.us);
    tell_int(out, "cleared", blocker->cleared.us);
}

static void tell_retro(GString *out, const Retro *retro)
{
    tell_int(out, "moved", (int)retro->moved);
    tell(out, "moved_how", retro->moved_how);
    tell(out, "learned", retro->learned);
    tell_int(out, "change", (int)retro->change);
    tell(out, "change_to", retro->change_to);
    tell_int(out, "change_applied", retro->change_applied);
    tell_int(out, "anchor_known", retro->anchor_known);
    tell_int(out, "anchor_close", retro->anchor_close.millionths);
    tell_texts(out, "worked", retro->worked);
    tell_texts(out, "did_not", retro->did_not);
    tell(out, "confirmed_by", retro->confirmed_by);
    for (guint i = 0; i < retro->actions->len; i++) {
        const Action *action = g_ptr_array_index(retro->actions, i);

        tell_int(out, "action", action->id.v);
        tell_int(out, "sprint", action->sprint.v);
        tell_int(out, "number", action->number);
        tell(out, "text", action->text);
        tell(out, "owner", action->owner);
        tell_day(out, "due", action->due);
        tell_int(out, "done", action->done);
        tell(out, "dropped", action->dropped);
    }
}

static void tell_record(GString *out, const Sprint *sprint)
{
    tell_int(out, "sprint", sprint->id.v);
    tell_int(out, "workspace", sprint->workspace.v);
    tell_int(out, "number", sprint->number);
    tell_int(out, "state", (int)sprint->state);
    tell(out, "trigger", sprint->trigger);
    tell(out, "situation", sprint->situation);
    tell_int(out, "anchor_team", sprint->anchor_team.v);
    tell_int(out, "anchor", sprint->anchor.v);
    tell(out, "anchor_statement", sprint->anchor_statement);
    tell_unit(out, &sprint->anchor_unit);
    tell_int(out, "anchor_open", sprint->anchor_open.millionths);
    tell_int(out, "anchor_target", sprint->anchor_target.millionths);
    tell_day(out, "first", sprint->window.first);
    tell_day(out, "last", sprint->window.last);
    tell(out, "objective", sprint->objective);
    for (guint i = 0; i < sprint->owners->len; i++) {
        TeamId owner = g_array_index(sprint->owners, TeamId, i);

        tell_int(out, "owner", owner.v);
        tell_day(out, "reminded of the end", sprint_reminded(sprint, owner));
    }
    tell(out, "facilitator", sprint->facilitator);
    tell_texts(out, "initiative", sprint->initiatives);
    tell_int(out, "opened", sprint->opened.us);
    tell_int(out, "closing", sprint->closing.us);
    tell_int(out, "closed", sprint->closed.us);
    tell_int(out, "ended_early", sprint->ended_early);
    tell(out, "early_reason", sprint->early_reason);
    tell_day(out, "reminded", sprint->reminded);
}

char *fixture_sprint_text(const Sprint *sprint)
{
    GString *out = g_string_new(NULL);

    tell_record(out, sprint);
    for (guint i = 0; i < sprint->krs->len; i++) {
        const SprintKr *kr = g_ptr_array_index(sprint->krs, i);

        tell_track(out, kr->track);
        tell_int(out, "final_given", kr->final_given);
        tell_int(out, "cause", (int)kr->cause);
    }
    for (guint i = 0; i < sprint->checkins->len; i++) {
        tell_checkin(out, g_ptr_array_index(sprint->checkins, i));
    }
    for (guint i = 0; i < sprint->blockers->len; i++) {
        tell_blocker(out, g_ptr_array_index(sprint->blockers, i));
    }
    tell_retro(out, &sprint->retro);
    for (guint i = 0; i < sprint->follow_ups->len; i++) {
        const FollowUp *later = &g_array_index(sprint->follow_ups, FollowUp, i);

        tell_int(out, "read again for", later->sprint.v);
        tell_int(out, "days", later->days);
        tell_day(out, "day", later->day);
        tell_int(out, "value", later->value.millionths);
    }
    return g_string_free(out, FALSE);
}

/* Comparing ----------------------------------------------------------------------------------- */

static void expect_same(const char *promise, const char *wanted, const char *got)
{
    g_auto(GStrv) want = g_strsplit(wanted, "\n", -1);
    g_auto(GStrv) have = g_strsplit(got, "\n", -1);
    size_t at = 0;

    if (strcmp(wanted, got) == 0) {
        return;
    }
    while (want[at] != NULL && have[at] != NULL && strcmp(want[at], have[at]) == 0) {
        at++;
    }
    fail_msg("%s: line %zu: wanted \"%s\", got \"%s\"", promise, at + 1,
             want[at] != NULL ? want[at] : "the end", have[at] != NULL ? have[at] : "the end");
}

void fixture_expect_team(const char *promise, Store *store, const Team *team)
{
    g_autoptr(Team) back = fixture_load_team(store, team->id);

    assert_non_null(back);
    g_autofree char *wanted = fixture_team_text(team);
    g_autofree char *got = fixture_team_text(back);

    expect_same(promise, wanted, got);
    assert_int_equal(back->sprints->len, 0);
}

void fixture_expect_sprint(const char *promise, Store *store, const Sprint *sprint)
{
    g_autoptr(Sprint) back = fixture_load_sprint(store, sprint->id);

    assert_non_null(back);
    g_autofree char *wanted = fixture_sprint_text(sprint);
    g_autofree char *got = fixture_sprint_text(back);

    expect_same(promise, wanted, got);
}
