#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/decide.h"
#include "core/text.h"
#include "core/words.h"

/* A turn that asks this often never has what it needs. */
#define NEEDS_MAX 16
/* Timers that set each other for ever would never let the time come. */
#define TIMERS_MAX 20000

const char scene_form[] =
    "trigger: KR at Risk\n"
    "situation: Qualified pipeline stands at $21.2M against a $30M target at week 6\n"
    "anchor: 1\n"
    "window: 14 July - 28 July\n"
    "objective: Restore qualified pipeline momentum before the mid-review\n"
    "kr: Increase ICP meeting acceptance rate from 22% to 35%\n"
    "kr: Progress 6 stalled accounts from Discovery stage to Proposal stage\n"
    "kr: Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days\n"
    "initiative: Conduct 30 targeted outreach calls\n"
    "initiative: Personalise 40 email sequences";

/* --- expectations --- */

void expect_that(const char *promise, bool kept)
{
    if (!kept) {
        fail_msg("%s", promise);
    }
}

void expect_has(const char *promise, const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("%s: \"%s\" is not in:\n%s", promise, part, text);
    }
}

void expect_lacks(const char *promise, const char *text, const char *part)
{
    if (strstr(text, part) != NULL) {
        fail_msg("%s: \"%s\" is in:\n%s", promise, part, text);
    }
}

/* --- the scene --- */

static void free_scene_card(gpointer data)
{
    SceneCard *said = data;

    card_free(said->card);
    g_free(said);
}

Instant scene_instant(const Scene *scene, const char *when)
{
    g_auto(GStrv) parts = g_strsplit(when, " ", 2);
    Day day = DAY_NONE;
    int minute = 0;

    expect_that(when, parts[0] != NULL && parts[1] != NULL && day_parse_iso(parts[0], &day) &&
                          minute_parse(parts[1], &minute));
    return day_instant(day, minute, scene->zone);
}

Scene *scene_new(void)
{
    Scene *scene = g_new0(Scene, 1);

    scene->world = world_new();
    scene->policy = policy_default;
    scene->ids.next = 1000;
    scene->zone = zone_open("Europe/Berlin");
    scene->timers = g_array_new(FALSE, FALSE, sizeof(Timer));
    scene->cards = g_ptr_array_new_with_free_func(free_scene_card);
    scene->log = g_ptr_array_new_with_free_func(g_free);
    scene->nudged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    scene->threads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    scene->said = g_strdup("");
    scene->channel = SCENE_HOME;
    scene->conversation = true;
    scene->next_sprint = 1;
    scene->now = scene_instant(scene, "2025-07-14 08:00");
    return scene;
}

void scene_free(Scene *scene)
{
    if (scene == NULL) {
        return;
    }
    world_free(scene->world);
    g_time_zone_unref(scene->zone);
    g_array_unref(scene->timers);
    g_ptr_array_unref(scene->cards);
    g_ptr_array_unref(scene->log);
    g_hash_table_unref(scene->nudged);
    g_hash_table_unref(scene->threads);
    card_free(scene->reply);
    g_free(scene->said);
    g_free(scene);
}

/* --- timers --- */

static bool same_timer(const Timer *a, const Timer *b)
{
    return a->kind == b->kind && ID_EQ(a->team, b->team) && ID_EQ(a->sprint, b->sprint) &&
           a->subject == b->subject;
}

static void timer_drop(Scene *scene, const Timer *timer)
{
    for (guint i = scene->timers->len; i > 0; i--) {
        if (same_timer(&g_array_index(scene->timers, Timer, i - 1), timer)) {
            g_array_remove_index(scene->timers, i - 1);
        }
    }
}

static void timer_set(Scene *scene, const Timer *timer)
{
    guint at = 0;

    timer_drop(scene, timer);
    while (at < scene->timers->len &&
           g_array_index(scene->timers, Timer, at).due.us <= timer->due.us) {
        at++;
    }
    g_array_insert_val(scene->timers, at, *timer);
}

const Timer *scene_timer(const Scene *scene, TimerKind kind)
{
    for (guint i = 0; i < scene->timers->len; i++) {
        const Timer *timer = &g_array_index(scene->timers, Timer, i);

        if (timer->kind == kind) {
            return timer;
        }
    }
    return NULL;
}

/* --- what every turn must keep --- */

static void check_text(const char *text)
{
    if (text == NULL) {
        return;
    }
    expect_that("a card's text is UTF-8", g_utf8_validate(text, -1, NULL));
    for (const char *p = text; *p != '\0'; p++) {
        bool is_mark = strchr(MARK_BOLD MARK_CODE MARK_END MARK_MEMBER, *p) != NULL;

        expect_that("a card's text holds no control character but marks",
                    (guchar)*p >= ' ' || *p == '\n' || is_mark);
    }
}

static void check_card(const Card *card)
{
    expect_that("a card says something", card->blocks->len > 0);
    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        expect_that("a block has its text", block->text != NULL);
        check_text(block->label);
        check_text(block->text);
        check_text(block->values);
        check_text(block->note);
    }
}

/* One nudge a day is the ceiling for a person, whatever it is about. */
static void check_nudge(Scene *scene, const Card *card)
{
    g_autofree char *day = day_iso(instant_day(scene->now, scene->zone));
    g_autofree char *key = g_strdup_printf("%s %s", card->member, day);

    expect_that("nobody is nudged twice on a day",
                g_hash_table_add(scene->nudged, g_steal_pointer(&key)));
}

static void take_cards(Scene *scene, Turn *turn)
{
    for (guint i = 0; i < turn->cards->len; i++) {
        Card *card = g_ptr_array_index(turn->cards, i);
        SceneCard *said = g_new(SceneCard, 1);

        check_card(card);
        expect_that("a card goes somewhere", card->channel != NULL || card->member != NULL);
        expect_that("a card has not expired when it is sent",
                    card->expires.us == 0 || card->expires.us > scene->now.us);
        if (card->member != NULL && (card->kind == CARD_NUDGE || card->kind == CARD_RETRO_ASK)) {
            check_nudge(scene, card);
        }
        *said = (SceneCard){scene->now, card_copy(card)};
        g_ptr_array_add(scene->cards, said);
    }
}

/* --- turns --- */

static void free_digest(gpointer digest)
{
    digest_free(digest);
}

static Action *action_copy(const Action *action)
{
    Action *copy = action_new();

    *copy = *action;
    copy->text = g_strdup(action->text);
    copy->owner = g_strdup(action->owner);
    copy->dropped = g_strdup(action->dropped);
    return copy;
}

static void free_action(gpointer action)
{
    action_free(action);
}

static Digest *digest_of(const Sprint *sprint)
{
    Digest *digest = g_new0(Digest, 1);

    *digest = (Digest){.id = sprint->id,
                       .number = sprint->number,
                       .objective = g_strdup(sprint->objective),
                       .trigger = g_strdup(sprint->trigger),
                       .anchor_statement = g_strdup(sprint->anchor_statement),
                       .situation = g_strdup(sprint->situation),
                       .anchor = sprint->anchor,
                       .window = sprint->window,
                       .ended_early = sprint->ended_early,
                       .moved = sprint->retro.moved,
                       .learned = g_strdup(sprint->retro.learned),
                       .change = sprint->retro.change,
                       .actions = g_ptr_array_new_with_free_func(free_action)};
    for (guint i = 0; i < sprint->retro.actions->len; i++) {
        g_ptr_array_add(digest->actions, action_copy(g_ptr_array_index(sprint->retro.actions, i)));
    }
    return digest;
}

/* The team's closed sprints, newest first. */
static void put_digests(Scene *scene, TeamId team)
{
    GPtrArray *digests = g_ptr_array_new_with_free_func(free_digest);

    for (int32_t number = scene->next_sprint - 1; number > 0; number--) {
        const Sprint *sprint = world_sprint_numbered(scene->world, (WorkspaceId){1}, number);

        if (sprint != NULL && sprint->state == SPRINT_CLOSED && sprint_owned_by(sprint, team)) {
            g_ptr_array_add(digests, digest_of(sprint));
        }
    }
    world_put_digests(scene->world, team, digests);
}

/* Of the team's closed sprints, newest first, those that say each of the words somewhere. */
static void put_learnings(Scene *scene, TeamId team, const char *words)
{
    g_autofree char *folded = text_fold(words);
    g_auto(GStrv) wanted = g_strsplit(folded, " ", -1);
    GPtrArray *found = g_ptr_array_new_with_free_func(free_digest);

    for (int32_t number = scene->next_sprint - 1; number > 0; number--) {
        const Sprint *sprint = world_sprint_numbered(scene->world, (WorkspaceId){1}, number);

        if (sprint == NULL || sprint->state != SPRINT_CLOSED || !sprint_owned_by(sprint, team)) {
            continue;
        }
        g_autofree char *all =
            g_strjoin(" ", sprint->objective, sprint->situation, sprint->anchor_statement,
                      sprint->retro.learned, sprint->retro.moved_how, NULL);
        g_autofree char *text = text_fold(all);
        bool says = true;

        for (char **word = wanted; *word != NULL; word++) {
            says = says && strstr(text, *word) != NULL;
        }
        if (says) {
            g_ptr_array_add(found, digest_of(sprint));
        }
    }
    world_put_learnings(scene->world, team, words, found);
}

static void put_opened(Scene *scene, TeamId id, const char *text)
{
    const Team *team = world_team(scene->world, id);
    GArray *found = g_array_new(FALSE, FALSE, sizeof(SprintId));
    g_auto(GStrv) days = g_strsplit(text, " ", 2);
    Day first = DAY_NONE, last = DAY_NONE;

    assert_true(day_parse_iso(days[0], &first) && day_parse_iso(days[1], &last));
    for (int32_t number = 1; number < scene->next_sprint; number++) {
        const Sprint *sprint = world_sprint_numbered(scene->world, (WorkspaceId){1}, number);
        Day opened = sprint != NULL ? team_day(team, sprint->opened) : DAY_NONE;

        if (sprint != NULL && sprint_owned_by(sprint, id) && day_cmp(first, opened) <= 0 &&
            day_cmp(opened, last) <= 0) {
            g_array_append_val(found, sprint->id);
        }
    }
    world_put_opened(scene->world, id, text, found);
}

static void put_token(Scene *scene, const char *hash)
{
    TeamId found = {0};

    for (int64_t id = 1; id < scene->ids.next; id++) {
        const Team *team = world_team(scene->world, (TeamId){id});

        for (guint i = 0; team != NULL && i < team->tokens->len; i++) {
            const Token *token = g_ptr_array_index(team->tokens, i);

            found = strcmp(token->hash, hash) == 0 ? team->id : found;
        }
    }
    world_put_token(scene->world, hash, found);
}

static const Reading *keyed_in(const Track *track, const char *key)
{
    for (guint i = 0; i < track->readings->len; i++) {
        const Reading *reading = g_ptr_array_index(track->readings, i);

        if (reading->source == READING_SYSTEM && g_strcmp0(reading->message, key) == 0) {
            return reading;
        }
    }
    return NULL;
}

/* A key result of some team's period, or of one of its open sprints. */
static const Track *track_known(const Scene *scene, KrId kr)
{
    for (int64_t id = 1; id < scene->ids.next; id++) {
        const Team *team = world_team(scene->world, (TeamId){id});
        const Tactical *tactical = team != NULL ? team_tactical(team, kr) : NULL;

        if (tactical != NULL) {
            return tactical->track;
        }
        for (guint i = 0; team != NULL && i < team->sprints->len; i++) {
            const SprintKr *own = sprint_kr_of(g_ptr_array_index(team->sprints, i), kr);

            if (own != NULL) {
                return own->track;
            }
        }
    }
    return NULL;
}

static void put_keyed(Scene *scene, KrId kr, const char *key)
{
    const Track *track = track_known(scene, kr);
    const Reading *reading = track != NULL ? keyed_in(track, key) : NULL;

    if (reading != NULL) {
        Reading *copy = reading_new();

        *copy = *reading;
        copy->message = g_strdup(reading->message);
        copy->system = g_strdup(reading->system);
        world_put_keyed(scene->world, kr, key, copy);
    }
}

/* Secrets that count up. */
static void put_secret(Scene *scene)
{
    world_put_secret(scene->world, g_strdup_printf("%064x", ++scene->secrets));
}

static void answer_need(Scene *scene, const Need *need)
{
    switch (need->kind) {
    case NEED_DIGESTS:
        put_digests(scene, (TeamId){need->id});
        break;
    case NEED_LEARNINGS:
        put_learnings(scene, (TeamId){need->id}, need->text);
        break;
    case NEED_OPENED:
        put_opened(scene, (TeamId){need->id}, need->text);
        break;
    case NEED_TOKEN:
        put_token(scene, need->text);
        break;
    case NEED_KEYED:
        put_keyed(scene, (KrId){need->id}, need->text);
        break;
    case NEED_SECRET:
        put_secret(scene);
        break;
    case NEED_TEAM_NAMED:
    case NEED_TEAM:
    case NEED_SPRINT:
    case NEED_MEMBER:
    case NEED_NUMBER:
    case NEED_DRAFT:
        break; /* all there is, is loaded */
    }
}

static void answer_needs(Scene *scene, const Turn *turn)
{
    for (guint i = 0; i < turn->needs->len; i++) {
        const Need *need = &g_array_index(turn->needs, Need, i);

        answer_need(scene, need);
        world_mark(scene->world, need->kind, need->text, need->id);
    }
}

static void log_state(Scene *scene, const StateLog *log)
{
    const Sprint *sprint = world_sprint(scene->world, log->sprint);

    g_assert(sprint != NULL);
    g_ptr_array_add(scene->log,
                    g_strdup_printf("%d %s -> %s by %s: %s", sprint->number,
                                    sprint_state_name(log->from), sprint_state_name(log->to),
                                    *log->who != '\0' ? log->who : "the clock", log->why));
}

static void take_changes(Scene *scene, const Turn *turn)
{
    for (guint i = 0; i < turn->changes->len; i++) {
        const Change *change = &g_array_index(turn->changes, Change, i);

        g_assert(change->what != NULL);
        if (change->kind == CHANGE_TIMER) {
            timer_set(scene, change->what);
        } else if (change->kind == CHANGE_TIMER_GONE) {
            timer_drop(scene, change->what);
        } else if (change->kind == CHANGE_STATE) {
            log_state(scene, change->what);
        } else if (change->kind == CHANGE_SPRINT) {
            scene->next_sprint =
                MAX(scene->next_sprint, ((const Sprint *)change->what)->number + 1);
        }
    }
}

static void take_reply(Scene *scene, Turn *turn)
{
    g_clear_pointer(&scene->reply, card_free);
    g_clear_pointer(&scene->said, g_free);
    scene->reply = g_steal_pointer(&turn->reply);
    if (scene->reply != NULL) {
        check_card(scene->reply);
    }
    scene->said = scene->reply != NULL ? card_plain(scene->reply) : g_strdup("");
}

static void take_turn(Scene *scene, const Event *event, void (*act)(Turn *turn))
{
    for (int tries = 0; tries < NEEDS_MAX; tries++) {
        IdPool ids = scene->ids;
        g_autoptr(Turn) turn = turn_new(scene->world, event, scene->now, &scene->policy, &ids);

        turn->next_sprint = scene->next_sprint;
        act(turn);
        if (turn->needs->len > 0) {
            answer_needs(scene, turn);
            continue;
        }
        scene->ids = ids;
        take_changes(scene, turn);
        take_cards(scene, turn);
        take_reply(scene, turn);
        world_forget_marks(scene->world);
        return;
    }
    fail_msg("the turn never has what it needs");
}

/* --- what people do --- */

Event *scene_new_event(Scene *scene, EventKind kind, const char *who)
{
    g_autofree char *key = g_strdup_printf("event %d", ++scene->events);
    Event *event = event_new(kind, key);

    event->workspace = (WorkspaceId){1};
    event->channel = g_strdup(scene->channel);
    event->member = g_strdup(who);
    event->conversation = scene->conversation;
    return event;
}

const char *scene_event(Scene *scene, Event *take_event)
{
    g_autoptr(Event) event = take_event;

    take_turn(scene, event, decide);
    return scene->said;
}

void scene_act(Scene *scene, void (*act)(Turn *turn))
{
    g_autoptr(Event) event = scene_new_event(scene, EVENT_TIMER, NULL);

    take_turn(scene, event, act);
}

const char *scene_command(Scene *scene, const char *who, const char *text)
{
    Event *event = scene_new_event(scene, EVENT_COMMAND, who);

    event_set_text(event, text, strlen(text));
    return scene_event(scene, event);
}

static const char *say_text(Scene *scene, const char *who, const char *thread, const char *message,
                            const char *text, bool edited)
{
    Event *event = scene_new_event(scene, EVENT_TEXT, who);

    event->thread = g_strdup(thread);
    event->message = g_strdup(message != NULL ? message : event->key);
    event->edited = edited;
    if (!edited) {
        g_hash_table_replace(scene->threads, g_strdup(event->message), g_strdup(thread));
    }
    event_set_text(event, text, strlen(text));
    return scene_event(scene, event);
}

const char *scene_text(Scene *scene, const char *who, const char *text)
{
    return say_text(scene, who, NULL, NULL, text, false);
}

const char *scene_answer(Scene *scene, const char *who, int32_t sprint, const char *message,
                         const char *text)
{
    g_autofree char *thread =
        g_strdup_printf("prompt/%" G_GINT64_FORMAT, scene_checkin(scene, sprint)->id.v);

    return say_text(scene, who, thread, message, text, false);
}

const char *scene_answer_week(Scene *scene, const char *who, const char *message, const char *text)
{
    const GPtrArray *weeklies = scene_team(scene)->weeklies;

    expect_that("there is a weekly check-in", weeklies->len > 0);
    const Checkin *last = g_ptr_array_index(weeklies, weeklies->len - 1);
    g_autofree char *thread = g_strdup_printf("weekly/%" G_GINT64_FORMAT, last->id.v);
    return say_text(scene, who, thread, message, text, false);
}

const char *scene_edit(Scene *scene, const char *who, const char *message, const char *text)
{
    return say_text(scene, who, g_hash_table_lookup(scene->threads, message), message, text, true);
}

const char *scene_press(Scene *scene, const char *who, const char *action, const char *value)
{
    Event *event = scene_new_event(scene, EVENT_BUTTON, who);

    event->action = g_strdup(action);
    event->value = g_strdup(value);
    return scene_event(scene, event);
}

const char *scene_submit(Scene *scene, const char *who, const char *form, const char *values)
{
    Event *event = scene_new_event(scene, EVENT_FORM, who);

    event->action = g_strdup(form);
    event_set_text(event, values, strlen(values));
    return scene_event(scene, event);
}

/* --- time --- */

static void run_timer(Scene *scene, Timer timer)
{
    g_autoptr(Event) event = event_new(EVENT_TIMER, NULL);

    event->workspace = (WorkspaceId){1};
    event->timer = timer;
    expect_that("timers do not set each other for ever", ++scene->timers_run < TIMERS_MAX);
    take_turn(scene, event, decide);
}

/* Runs what is due by `to`, each at its instant, or `late` at that of the scene. */
static void run_timers(Scene *scene, Instant to)
{
    while (scene->timers->len > 0 && g_array_index(scene->timers, Timer, 0).due.us <= to.us) {
        Timer timer = g_array_index(scene->timers, Timer, 0);

        g_array_remove_index(scene->timers, 0);
        scene->now.us = MAX(scene->now.us, timer.due.us);
        run_timer(scene, timer);
    }
    scene->now = to;
}

void scene_until(Scene *scene, const char *when)
{
    Instant to = scene_instant(scene, when);

    expect_that("time only goes forward", to.us >= scene->now.us);
    run_timers(scene, to);
}

void scene_sleep_until(Scene *scene, const char *when)
{
    scene->now = scene_instant(scene, when);
    run_timers(scene, scene->now);
}

/* --- what is there --- */

Team *scene_team(const Scene *scene)
{
    return world_team_in(scene->world, (WorkspaceId){1}, scene->channel);
}

Sprint *scene_sprint_of(const Scene *scene, int32_t number)
{
    return world_sprint_numbered(scene->world, (WorkspaceId){1}, number);
}

Checkin *scene_checkin(const Scene *scene, int32_t sprint)
{
    Checkin *checkin = sprint_checkin_last(scene_sprint_of(scene, sprint), scene_team(scene)->id);

    expect_that("there is a check-in", checkin != NULL);
    return checkin;
}

Decimal scene_value(const Scene *scene, int32_t sprint, int32_t kr)
{
    return track_value(sprint_kr(scene_sprint_of(scene, sprint), kr)->track);
}

/* --- what was said --- */

void scene_forget(Scene *scene)
{
    g_ptr_array_set_size(scene->cards, 0);
}

int scene_count(const Scene *scene, CardKind kind, const char *member)
{
    int n = 0;

    for (guint i = 0; i < scene->cards->len; i++) {
        const Card *card = ((const SceneCard *)g_ptr_array_index(scene->cards, i))->card;

        n += card->kind == kind && g_strcmp0(card->member, member) == 0;
    }
    return n;
}

const Card *scene_card(const Scene *scene, CardKind kind)
{
    for (guint i = scene->cards->len; i > 0; i--) {
        const Card *card = ((const SceneCard *)g_ptr_array_index(scene->cards, i - 1))->card;

        if (card->kind == kind) {
            return card;
        }
    }
    return NULL;
}

char *scene_last(const Scene *scene, CardKind kind)
{
    const Card *card = scene_card(scene, kind);

    return card != NULL ? card_plain(card) : g_strdup("");
}

const char *scene_prompt(Scene *scene)
{
    g_free(scene->said);
    scene->said = scene_last(scene, CARD_PROMPT);
    return scene->said;
}

/* --- where stories begin --- */

Scene *scene_west(void)
{
    Scene *scene = scene_new();

    scene_command(scene, "maria",
                  "/sprint setup\nname: West\ntimezone: Europe/Berlin\ncheck-in: 09:30\nworking "
                  "days: Mon-Fri\n"
                  "members: @maria, @jonas, @lena, @tom\nlead: @lena\nescalation: @ines\n"
                  "weekly: never");
    expect_that("the team is there", scene_team(scene) != NULL);
    scene_command(scene, "maria",
                  "/okr objective\nobjective: Build the pipeline that carries the year\n"
                  "period: FY Q3, 2025-06-02 - 2025-08-31");
    scene_command(scene, "maria",
                  "/okr kr\nkr: Increase qualified B2B pipeline from $20M to $30M by Q3 close");
    scene_command(scene, "maria", "/okr kr\nkr: Raise win rate from 18% to 25%");
    scene_command(scene, "maria", "/okr update 1 $21.2M");
    expect_that("the tactical KRs are there", scene_team(scene)->tacticals->len == 2);
    scene_forget(scene);
    return scene;
}

Scene *scene_weekly(void)
{
    Scene *scene = scene_west();

    scene_command(scene, "maria", "/sprint setup\nweekly: Monday 09:30");
    scene_forget(scene);
    return scene;
}

Scene *scene_sprint(void)
{
    Scene *scene = scene_west();
    g_autofree char *text = g_strconcat("/sprint open\n", scene_form, NULL);

    expect_has("the sprint opens", scene_command(scene, "maria", text), "Sprint 1 is open");
    scene_forget(scene);
    return scene;
}

Scene *scene_asked(void)
{
    Scene *scene = scene_sprint();

    scene_until(scene, "2025-07-14 09:31");
    return scene;
}
