/* What a turn holds, and how modules add to it; what it decides is in decide.c. */

#include "core/turn.h"

#include <string.h>

#include "core/text.h"
#include "core/words.h"

typedef struct Owned {
    gpointer thing;
    GDestroyNotify free_it;
} Owned;

static void free_owned(gpointer data)
{
    Owned *owned = data;

    owned->free_it(owned->thing);
    g_free(owned);
}

static void clear_need(gpointer data)
{
    g_free(((Need *)data)->text);
}

static void free_card(gpointer card)
{
    card_free(card);
}

Turn *turn_new(World *world, const Event *event, Instant now, const Policy *policy, IdPool *ids)
{
    Turn *turn = g_new0(Turn, 1);

    turn->world = world;
    turn->event = event;
    turn->now = now;
    turn->policy = policy;
    turn->ids = ids;
    turn->needs = g_array_new(FALSE, TRUE, sizeof(Need));
    g_array_set_clear_func(turn->needs, clear_need);
    turn->changes = g_array_new(FALSE, TRUE, sizeof(Change));
    turn->cards = g_ptr_array_new_with_free_func(free_card);
    turn->owned = g_ptr_array_new_with_free_func(free_owned);
    return turn;
}

void turn_free(Turn *turn)
{
    if (turn == NULL) {
        return;
    }
    g_array_unref(turn->needs);
    g_array_unref(turn->changes);
    g_ptr_array_unref(turn->cards);
    card_free(turn->reply);
    g_ptr_array_unref(turn->owned);
    g_clear_pointer(&turn->zone, g_time_zone_unref);
    g_free(turn->text);
    g_free(turn);
}

/* --- needs --- */

static void need(Turn *turn, NeedKind kind, const char *text, int64_t id)
{
    Need wanted = {.kind = kind, .text = g_strdup(text), .id = id};

    g_assert(turn->changes->len == 0); /* what is missing is asked for before anything is changed */
    g_array_append_val(turn->needs, wanted);
}

bool turn_needs_team_named(Turn *turn, const char *name)
{
    g_autofree char *folded = text_fold(name);

    if (world_team_named(turn->world, turn->event->workspace, name) != NULL ||
        world_knows(turn->world, NEED_TEAM_NAMED, folded, 0)) {
        return true;
    }
    need(turn, NEED_TEAM_NAMED, folded, 0);
    return false;
}

bool turn_needs_sprint(Turn *turn, int32_t number)
{
    if (world_sprint_numbered(turn->world, turn->event->workspace, number) != NULL ||
        world_knows(turn->world, NEED_SPRINT, NULL, number)) {
        return true;
    }
    need(turn, NEED_SPRINT, NULL, number);
    return false;
}

/* True once the store has been asked. */
static bool asked_for(Turn *turn, NeedKind kind, const char *text, int64_t id)
{
    if (world_knows(turn->world, kind, text, id)) {
        return true;
    }
    need(turn, kind, text, id);
    return false;
}

bool turn_needs_digests(Turn *turn, TeamId team)
{
    return asked_for(turn, NEED_DIGESTS, NULL, team.v);
}

bool turn_needs_member(Turn *turn, const char *id)
{
    return asked_for(turn, NEED_MEMBER, id, 0);
}

bool turn_needs_team(Turn *turn, TeamId id)
{
    return world_team(turn->world, id) != NULL || asked_for(turn, NEED_TEAM, NULL, id.v);
}

bool turn_needs_learnings(Turn *turn, TeamId team, const char *words)
{
    return asked_for(turn, NEED_LEARNINGS, words, team.v);
}

static char *days_key(Window days)
{
    g_autofree char *first = day_iso(days.first);
    g_autofree char *last = day_iso(days.last);

    return g_strdup_printf("%s %s", first, last);
}

bool turn_needs_opened(Turn *turn, TeamId team, Window days)
{
    g_autofree char *key = days_key(days);

    return asked_for(turn, NEED_OPENED, key, team.v);
}

const GArray *turn_opened(const Turn *turn, TeamId team, Window days)
{
    g_autofree char *key = days_key(days);

    return world_opened(turn->world, team, key);
}

bool turn_needs_token(Turn *turn, const char *hash)
{
    return asked_for(turn, NEED_TOKEN, hash, 0);
}

bool turn_needs_keyed(Turn *turn, KrId kr, const char *key)
{
    return asked_for(turn, NEED_KEYED, key, kr.v);
}

bool turn_needs_secret(Turn *turn)
{
    return asked_for(turn, NEED_SECRET, NULL, 0);
}

bool turn_needs_number(Turn *turn)
{
    if (turn->next_sprint > 0) {
        return true;
    }
    need(turn, NEED_NUMBER, NULL, 0);
    return false;
}

bool turn_needs_draft(Turn *turn)
{
    return asked_for(turn, NEED_DRAFT, NULL, 0);
}

const GPtrArray *turn_digests(const Turn *turn, TeamId team)
{
    return world_digests(turn->world, team);
}

/* --- what comes out --- */

void turn_own(Turn *turn, gpointer take, GDestroyNotify free_it)
{
    Owned *owned = g_new(Owned, 1);

    *owned = (Owned){take, free_it};
    g_ptr_array_add(turn->owned, owned);
}

void turn_change(Turn *turn, ChangeKind kind, Team *team, void *what)
{
    Change change = {.kind = kind, .team = team, .what = what};

    g_assert(turn->needs->len == 0);
    g_array_append_val(turn->changes, change);
}

static void timer_change(Turn *turn, ChangeKind kind, Timer timer)
{
    Timer *kept = g_new(Timer, 1);

    *kept = timer;
    turn_own(turn, kept, g_free);
    turn_change(turn, kind, NULL, kept);
}

void turn_timer(Turn *turn, TimerKind kind, TeamId team, SprintId sprint, int64_t subject,
                Instant due)
{
    timer_change(turn, CHANGE_TIMER, (Timer){kind, team, sprint, subject, due});
}

void turn_timer_gone(Turn *turn, TimerKind kind, TeamId team, SprintId sprint, int64_t subject)
{
    timer_change(turn, CHANGE_TIMER_GONE,
                 (Timer){.kind = kind, .team = team, .sprint = sprint, .subject = subject});
}

void state_log_free(StateLog *line)
{
    g_free(line->who);
    g_free(line->why);
    g_free(line);
}

static void free_log(gpointer line)
{
    state_log_free(line);
}

SprintAct turn_step(Turn *turn, Sprint *sprint, SprintEvent event, const char *who, const char *why)
{
    SprintState next = sprint->state;
    SprintAct act = sprint_step(sprint->state, event, &next);

    if (act == DO_REFUSE) {
        return act;
    }
    StateLog *log = g_new0(StateLog, 1);
    *log = (StateLog){.sprint = sprint->id,
                      .from = sprint->state,
                      .to = next,
                      .at = turn->now,
                      .who = g_strdup(who != NULL ? who : ""),
                      .why = g_strdup(why != NULL ? why : "")};
    turn_own(turn, log, free_log);
    sprint->state = next;
    turn_change(turn, CHANGE_SPRINT, NULL, sprint);
    turn_change(turn, CHANGE_STATE, NULL, log);
    return act;
}

void turn_card(Turn *turn, Card *take_card)
{
    g_ptr_array_add(turn->cards, take_card);
}

Card *turn_reply(Turn *turn)
{
    if (turn->reply == NULL) {
        turn->reply = card_new(CARD_REPLY);
        turn->reply->channel = g_strdup(turn->event->channel);
        turn->reply->member = g_strdup(turn->event->member);
    }
    return turn->reply;
}

void turn_say(Turn *turn, char *take_text)
{
    card_text(turn_reply(turn), take_text);
}

GTimeZone *turn_zone(Turn *turn)
{
    if (turn->team != NULL) {
        return turn->team->zone;
    }
    if (turn->zone == NULL) {
        turn->zone = zone_open(turn->policy->timezone);
    }
    if (turn->zone == NULL) {
        turn->zone = g_time_zone_new_utc();
    }
    return turn->zone;
}

Day turn_today(Turn *turn)
{
    return instant_day(turn->now, turn_zone(turn));
}

Member *turn_member(Turn *turn)
{
    Member *member = team_member(turn->team, turn->event->member);

    bool by_group = turn->team->roster != NULL; /* which says who belongs to it, not who writes */

    if (member != NULL && (member->present || by_group)) {
        return member;
    }
    if (member == NULL) {
        member = member_new(turn->event->member);
        g_ptr_array_add(turn->team->members, member);
    }
    member->present = !by_group;
    turn_change(turn, CHANGE_MEMBER, turn->team, member);
    return member;
}
