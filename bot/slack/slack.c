#include "bot/slack/slack.h"

#include <string.h>

#include "bot/drawing.h"
#include "bot/log.h"
#include "bot/request_id.h"
#include "bot/slack/answers.h"
#include "bot/slack/post.h"
#include "bot/slack/roster.h"
#include "bot/slack/scopes.h"
#include "bot/slack/tally.h"
#include "bot/trouble.h"
#include "core/commands/commands.h"
#include "core/text.h"
#include "core/words.h"

/* Channels that got another id are remembered so far; they are few. */
#define MOVED_MAX 1000
/* A refused token is tried again this often: an administrator may have mended it. */
#define PROBE_MS INT64_C(300000)
/* And one that was good: not every refusal is told by an event. */
#define ASK_AGAIN_MS INT64_C(900000)
/* While Slack's answer says nothing of it. */
#define UNSURE_MS INT64_C(30000)
/* What came before we know who we are; and how often that is asked then. */
#define UNREAD_MAX 256
#define UNKNOWN_MS INT64_C(2000)
/* An acknowledgement waits so long for who is in the channel: Slack has it wait three seconds. */
#define CHECK_MS INT64_C(1500)

typedef struct Slack {
    Adapter adapter;
    char *name;
    AdapterShared shared;
    SlackApi *api;
    SlackSocket *socket;
    SlackDirectory *directory;
    SlackAnswers *answers;
    SlackRosters *rosters;
    SlackPost *post;
    Drawing *drawing;
    GHashTable *pending;  /* of Pending: the engine has their events */
    GHashTable *checking; /* of Checking: whether somebody is in a channel */
    GHashTable *out;      /* int64_t row -> char *: the target of each card on its way */
    GHashTable *moved;    /* char * -> char *: channels that got another id while we run */
    Troubles *troubles;
    SlackTally tally;

    /* Of auth.test; NULL until it has answered. */
    char *team_id, *bot_user_id, *bot_id;
    GPtrArray *unread; /* of SlackEnvelope: what came until then */
    char *refused;     /* why the token is, for people; NULL while it is not */
    bool full;         /* the inbox was full: said once */
    bool was_ready;
    LoopTimer *probe;
} Slack;

static Slack *slack_of(Adapter *adapter)
{
    return (Slack *)adapter;
}

/* Waiting to know whether a sender is in the channel; the event is NULL once it waits no more. */
typedef struct Checking {
    Slack *slack;
    Event *event;
    Pending *pending;
    LoopTimer *late;
} Checking;

static void checking_free(gpointer data)
{
    Checking *checking = data;

    loop_stop(&checking->late);
    event_free(checking->event);
    pending_free(checking->pending);
    g_free(checking);
}

static void free_envelope(gpointer data)
{
    slack_envelope_free(data);
}

static void free_pending(gpointer data)
{
    pending_free(data);
}

/* Refreshed whenever something happens: between, nobody touches them. */
static void tell_levels(const Slack *slack)
{
    metric_set(slack->tally.connections, slack_socket_ready(slack->socket));
    metric_set(slack->tally.calls, (int64_t)slack_api_depth(slack->api));
    metric_set(slack->tally.cards, (int64_t)slack_post_depth(slack->post));
}

/* --- who we are --- */

static void probe(void *arg);

static void probe_after(Slack *slack, int64_t ms)
{
    loop_stop(&slack->probe);
    slack->probe = loop_after(slack->shared.loop, ms, probe, slack);
}

static void set_refused(Slack *slack, const char *why)
{
    bool is_refused = why != NULL;

    if (is_refused != (slack->refused != NULL)) {
        if (is_refused) {
            log_error("token_refused", F_STR("workspace", slack->name), F_STR("why", why));
        } else {
            log_info("token_accepted", F_STR("workspace", slack->name));
        }
        slack_api_set_refused(slack->api, is_refused);
        slack_post_pause(slack->post, is_refused);
    }
    g_free(slack->refused);
    slack->refused = g_strdup(why);
    if (is_refused) {
        probe_after(slack, PROBE_MS);
    }
}

static void tell_missing_scopes(const Slack *slack, const char *granted)
{
    g_autoptr(GPtrArray) missing = g_ptr_array_new();

    slack_scopes_missing(granted, missing);
    for (guint i = 0; i < missing->len; i++) {
        const SlackScope *scope = g_ptr_array_index(missing, i);

        log_warning("scope_missing", F_STR("workspace", slack->name), F_STR("scope", scope->name),
                    F_STR("needed_for", scope->why));
    }
}

static void take_identity(Slack *slack, const Json *json)
{
    g_free(slack->team_id);
    g_free(slack->bot_user_id);
    g_free(slack->bot_id);
    slack->team_id = g_strdup(json_text_or_null(json, "team_id"));
    slack->bot_user_id = g_strdup(json_text_or_null(json, "user_id"));
    slack->bot_id = g_strdup(json_text_or_null(json, "bot_id"));
    slack_directory_set_bot(slack->directory, slack->bot_user_id);
}

static void take_envelope(Slack *slack, const SlackEnvelope *envelope);

static void read_unread(Slack *slack)
{
    while (slack->unread->len > 0) {
        g_autoptr(SlackEnvelope) envelope = g_ptr_array_steal_index(slack->unread, 0);

        take_envelope(slack, envelope);
    }
}

static void on_auth(void *arg, const SlackAnswer *answer)
{
    Slack *slack = arg;
    bool is_new = slack->team_id == NULL;

    switch (answer->class) {
    case SLACK_OK:
        take_identity(slack, answer->json);
        set_refused(slack, NULL);
        if (is_new) {
            log_info("workspace_known", F_STR("workspace", slack->name),
                     F_STR("team", slack->team_id != NULL ? slack->team_id : ""));
            if (answer->scopes != NULL) {
                tell_missing_scopes(slack, answer->scopes);
            }
            slack_answers_learn_groups(slack->answers);
        }
        read_unread(slack);
        slack_rosters_retry(slack->rosters);
        probe_after(slack, ASK_AGAIN_MS);
        break;
    case SLACK_AUTH:
    case SLACK_SETUP:
        set_refused(slack, answer->people);
        g_ptr_array_set_size(slack->unread, 0); /* a press must not count hours later */
        break;
    case SLACK_TARGET:
    case SLACK_REQUEST:
    case SLACK_LATE:
    case SLACK_RETRY:
    case SLACK_UNSURE:
        probe_after(slack, is_new ? UNKNOWN_MS : UNSURE_MS);
        break;
    }
}

static void probe(void *arg)
{
    Slack *slack = arg;
    SlackAsk ask = {.method = "auth.test", .hurry = SLACK_SOON};

    loop_stop(&slack->probe);
    slack_api_call(slack->api, &ask, on_auth, slack);
}

/* --- envelopes --- */

/* However it is written: "sprint  Set-Up", cleaned as the core cleans it. A way of writing it that
 * is missed here would let a stranger set the channel up. */
static bool is_setup_command(const char *text, size_t len)
{
    g_autofree char *clean = NULL;
    size_t at = 0;

    if (text_clean(text, len, TEXT_MESSAGE_MAX, &clean, &at) != TEXT_OK) {
        return false; /* the core refuses it */
    }
    return command_of(clean) == &command_setup;
}

static bool is_setup(const Event *event)
{
    return (event->kind == EVENT_FORM && g_strcmp0(event->action, "sprint setup") == 0) ||
           (event->kind == EVENT_COMMAND && event->text != NULL &&
            is_setup_command(event->text, event->text_len));
}

/* False where the inbox is full: `pending` is the caller's again. */
static bool post_event(Slack *slack, Event *take_event, Pending *pending)
{
    take_event->workspace = slack->adapter.workspace;
    take_event->tag = pending;
    if (pending != NULL) {
        g_hash_table_add(slack->pending, pending);
    }
    if (engine_post(slack->shared.engine, take_event)) {
        slack->full = false;
        return true;
    }
    if (pending != NULL) {
        g_hash_table_steal(slack->pending, pending);
    }
    if (!slack->full) {
        log_warning("inbox_full", F_STR("workspace", slack->name));
        slack->full = true;
    }
    return false;
}

/* Posts what waited. `unseen`: why its sender could not be looked for; NULL: they were. */
static void put_checked(Checking *checking, Standing standing, const char *unseen)
{
    Event *event = g_steal_pointer(&checking->event);
    Pending *pending = g_steal_pointer(&checking->pending);

    loop_stop(&checking->late);
    event->standing = standing;
    pending->unseen = g_strdup(unseen);
    if (!post_event(checking->slack, event, pending)) {
        pending_free(pending); /* not acknowledged: Slack sends it again */
    }
}

static void on_checked(void *arg, const char *const *members, const char *why)
{
    Checking *checking = arg;

    if (checking->event != NULL && members == NULL) {
        put_checked(checking, STANDING_UNKNOWN, why != NULL ? why : "");
    } else if (checking->event != NULL) {
        bool inside = g_strv_contains(members, checking->event->member);

        put_checked(checking, inside ? STANDING_INSIDE : STANDING_OUTSIDE, NULL);
    }
    g_hash_table_remove(checking->slack->checking, checking);
}

static void on_check_late(void *arg)
{
    Checking *checking = arg;

    checking->late = NULL;
    put_checked(checking, STANDING_UNKNOWN, words_template(W_SETUP_CHECK_LATE));
}

/* Only a channel's own people set it up. True where that is not known and looked up first: what is
 * not taken is not acknowledged either, so it comes again if we are killed meanwhile. */
static bool waits_for_standing(Slack *slack, Event *event, Pending *pending)
{
    if (!is_setup(event) || event->channel == NULL) {
        return false;
    }
    event->standing = slack_directory_standing(slack->directory, event->channel, event->member);
    if (event->standing != STANDING_UNKNOWN) {
        return false;
    }
    Checking *checking = g_new0(Checking, 1);

    *checking = (Checking){.slack = slack, .event = event, .pending = pending};
    checking->late = loop_after(slack->shared.loop, CHECK_MS, on_check_late, checking);
    g_hash_table_add(slack->checking, checking);
    slack_directory_list(slack->directory, event->channel, on_checked, checking);
    return true;
}

/* What is on its way while a channel gets another id still names the old one. */
static void note_moved(Slack *slack, const char *from, const char *to)
{
    if (from != NULL && to != NULL && g_hash_table_size(slack->moved) < MOVED_MAX) {
        g_hash_table_replace(slack->moved, g_strdup(from), g_strdup(to));
    }
}

/* The id that the channel has now. */
static const char *channel_now(const Slack *slack, const char *channel)
{
    const char *to = channel != NULL ? g_hash_table_lookup(slack->moved, channel) : NULL;

    return to != NULL ? to : channel;
}

static void take_event(Slack *slack, const SlackEnvelope *envelope, Intake *intake)
{
    Pending *pending = pending_new(envelope, intake);
    Event *event = g_steal_pointer(&pending->intake.event);

    log_debug("event_came", F_STR("workspace", slack->name), F_INT("request", pending->request),
              F_STR("type", envelope->type), F_INT("retry", envelope->retry));

    if (waits_for_standing(slack, event, pending)) {
        return;
    }
    if ((event->kind == EVENT_JOINED || event->kind == EVENT_LEFT) && event->channel != NULL) {
        slack_directory_joined(slack->directory, event->channel, event->member,
                               event->kind == EVENT_JOINED);
    }
    if (event->kind == EVENT_MOVED) {
        note_moved(slack, event->channel, event->value);
    }
    if (!post_event(slack, event, pending)) {
        pending_free(pending); /* not acknowledged: Slack sends it again */
    }
}

static void on_row_added(void *arg, const SlackAnswer *answer)
{
    Slack *slack = arg;

    if (answer->class != SLACK_OK) {
        log_info("row_not_added", F_STR("workspace", slack->name), F_STR("error", answer->error));
    }
}

static void add_row(Slack *slack, Intake *intake)
{
    Json *args = json_new_object();

    json_put_text(args, "view_id", intake->view_id);
    json_put_text(args, "hash", intake->view_hash);
    json_put(args, "view", g_steal_pointer(&intake->view));
    SlackAsk ask = {
        .method = "views.update", .take_args = args, .hurry = SLACK_SOON, .deadline_ms = 10000};
    slack_api_call(slack->api, &ask, on_row_added, slack);
}

static void on_channel_read(void *arg, const char *const *members, const char *why)
{
    (void)arg, (void)members, (void)why; /* known now, for whoever sets a team up next */
}

static void take_channel(Slack *slack, const Intake *intake)
{
    log_info(intake->here ? "channel_joined" : "channel_left", F_STR("workspace", slack->name),
             F_STR("channel", intake->channel));
    if (intake->here && slack_rosters_by_channel(slack->rosters, intake->channel)) {
        slack_rosters_reread(slack->rosters, intake->channel);
    } else if (intake->here) {
        slack_directory_channel(slack->directory, intake->channel, true, on_channel_read, slack);
    } else if (slack->bot_user_id != NULL) { /* nobody tells any more who comes and goes */
        slack_directory_joined(slack->directory, intake->channel, slack->bot_user_id, false);
    }
}

/* What needs no engine: done here, and acknowledged at once. */
static void take_own(Slack *slack, const SlackEnvelope *envelope, Intake *intake)
{
    (void)slack_socket_ack(slack->socket, envelope->id, envelope->epoch, NULL, 0);
    switch (intake->kind) {
    case INTAKE_NOTHING:
    case INTAKE_EVENT:
        break;
    case INTAKE_MORE:
        add_row(slack, intake);
        break;
    case INTAKE_CHANNEL:
        take_channel(slack, intake);
        break;
    case INTAKE_USER:
        slack_directory_user(slack->directory, intake->user_object);
        break;
    case INTAKE_GROUP:
        slack_rosters_group_changed(slack->rosters, intake->group);
        slack_answers_learn_groups(slack->answers);
        break;
    case INTAKE_REVOKED:
        probe(slack);
        break;
    case INTAKE_LIMITED:
        log_warning("events_limited", F_STR("workspace", slack->name));
        break;
    }
}

static void take_envelope(Slack *slack, const SlackEnvelope *envelope)
{
    IntakeWho who = {slack->team_id, slack->bot_user_id, slack->bot_id};
    g_auto(Intake) intake = intake_read(envelope, &who);

    if (intake.kind == INTAKE_EVENT) {
        take_event(slack, envelope, &intake);
    } else {
        take_own(slack, envelope, &intake);
    }
    tell_levels(slack);
}

/* As long as we do not know who we are, nobody can tell what is said to us: it is kept. Where it is
 * too much, or the token is refused, it is not acknowledged, and comes again. */
static void on_envelope(void *arg, SlackEnvelope *taken)
{
    Slack *slack = arg;
    g_autoptr(SlackEnvelope) envelope = taken;

    metric_add(slack->tally.envelopes, 1);
    envelope->at_us = g_get_monotonic_time();
    if (slack->team_id != NULL) {
        take_envelope(slack, envelope);
    } else if (slack->refused == NULL && slack->unread->len < UNREAD_MAX) {
        g_ptr_array_add(slack->unread, g_steal_pointer(&envelope));
    }
}

/* Who came and went while nothing was connected is looked up; all else comes again as retries. The
 * first connection may come long after the start, when nobody could be asked yet. */
static void on_link_changed(void *arg, LinkState state)
{
    Slack *slack = arg;

    if (state == LINK_READY && slack->was_ready) {
        slack_rosters_refresh(slack->rosters);
    } else if (state == LINK_READY) {
        slack_rosters_retry(slack->rosters);
    }
    slack->was_ready = slack->was_ready || state == LINK_READY;
    tell_levels(slack);
}

/* --- what the engine said --- */

/* In place of the answer; its words are kept as a draft. A form is shut, and told beside it. */
static void say_unseen(Slack *slack, Pending *take_pending)
{
    Intake *intake = &take_pending->intake;
    Card *card = card_new(CARD_REPLY);

    card_text(card, say(W_SETUP_CANNOT_CHECK, S("why", take_pending->unseen)));
    if (intake->by == ANSWER_VIEW) {
        slack_answers_ack(slack->answers, take_pending);
        intake->by = intake->channel != NULL ? ANSWER_EPHEMERAL : ANSWER_DIRECT;
    }
    slack_answers_give(slack->answers, take_pending, card);
}

static void replied(Adapter *adapter, void *tag, Card *take_reply, bool repeated, bool failed)
{
    Slack *slack = slack_of(adapter);
    Pending *pending = tag;
    g_autoptr(Card) reply = take_reply;

    if (pending == NULL || !g_hash_table_steal(slack->pending, pending)) {
        return;
    }
    if (failed) {
        pending_free(pending); /* not acknowledged: Slack sends it again */
        return;
    }
    if (pending->unseen != NULL && !repeated) {
        say_unseen(slack, pending);
        return;
    }
    slack_answers_give(slack->answers, pending, g_steal_pointer(&reply));
}

static void deliver(Adapter *adapter, OutboxRow *take_row, const MessageRef *edit,
                    const MessageRef *thread)
{
    Slack *slack = slack_of(adapter);
    int64_t *row = g_new(int64_t, 1);

    *row = take_row->id;
    g_hash_table_replace(slack->out, row, outbox_target(take_row->card));
    if (take_row->card->channel != NULL) {
        char *channel = g_strdup(channel_now(slack, take_row->card->channel));

        g_free(take_row->card->channel);
        take_row->card->channel = channel;
    }
    slack_post_card(slack->post, take_row, edit, thread);
}

static void home(Adapter *adapter, const char *channel, const char *roster)
{
    slack_rosters_home(slack_of(adapter)->rosters, channel, roster);
}

/* --- the way out --- */

/* A target that cannot be reached is said until it can. */
static void note_target(Slack *slack, int64_t row, OutboxEnd end, const MessageRef *ref)
{
    const char *target = g_hash_table_lookup(slack->out, &row);

    if (target == NULL) {
        return;
    }
    if (end == OUTBOX_DEAD) {
        log_warning("undeliverable", F_STR("workspace", slack->name), F_STR("target", target),
                    F_STR("why", ref->message));
        troubles_put(slack->troubles, target, ref->message, 0);
    } else if (end == OUTBOX_DELIVERED) {
        troubles_clear(slack->troubles, target);
    }
    g_hash_table_remove(slack->out, &row);
}

static void on_held_back(void *arg, const char *method, int64_t until_ms)
{
    Slack *slack = arg;

    log_warning("held_back", F_STR("workspace", slack->name), F_STR("method", method),
                F_INT("for_ms", until_ms - loop_now_ms(slack->shared.loop)));
    troubles_put(slack->troubles, method, "Slack asks to wait before more of these", until_ms);
}

static void on_settled(void *arg, int64_t row, OutboxEnd end, const MessageRef *ref)
{
    Slack *slack = arg;

    g_auto(MessageRef) now_at = {0};

    note_target(slack, row, end, ref);
    if (ref != NULL) {
        now_at = (MessageRef){g_strdup(channel_now(slack, ref->channel)), g_strdup(ref->message)};
    }
    engine_settle(slack->shared.engine, slack->adapter.workspace, row, end,
                  ref != NULL ? &now_at : NULL);
    tell_levels(slack);
}

static void on_drawn(void *arg, int64_t row, GBytes *png)
{
    Slack *slack = arg;

    slack_post_drawn(slack->post, row, png);
}

static void draw(void *arg, int64_t row, const Chart *chart)
{
    Slack *slack = arg;

    drawing_draw(slack->drawing, row, chart);
}

static void on_lacking(void *arg, const char *method, const char *why)
{
    Slack *slack = arg;

    troubles_put(slack->troubles, method, why, 0);
    log_warning("feature_lacking", F_STR("workspace", slack->name), F_STR("method", method),
                F_STR("why", why));
}

static Instant now(void *arg)
{
    Slack *slack = arg;

    return clock_now(slack->shared.clock);
}

static bool post_roster(void *arg, Event *take_event)
{
    Slack *slack = arg;
    char *key = g_strdup_printf("slack/%s/%s", slack->name, take_event->key);

    g_free(take_event->key);
    take_event->key = key;
    return post_event(slack, take_event, NULL);
}

/* --- its life --- */

static const SlackSocketOps socket_ops = {.envelope = on_envelope, .changed = on_link_changed};
static const SlackPostOps post_ops = {
    .settled = on_settled, .draw = draw, .lacking = on_lacking, .now = now};

static void free_all(Adapter *adapter)
{
    Slack *slack = slack_of(adapter);

    loop_stop(&slack->probe);
    slack_socket_free(slack->socket);
    drawing_free(slack->drawing);
    slack_post_free(slack->post);
    slack_directory_free(slack->directory);
    slack_rosters_free(slack->rosters);
    slack_answers_free(slack->answers);
    slack_api_free(slack->api);
    g_ptr_array_unref(slack->unread);
    g_hash_table_unref(slack->pending);
    g_hash_table_unref(slack->checking);
    g_hash_table_unref(slack->out);
    troubles_free(slack->troubles);
    g_hash_table_unref(slack->moved);
    g_free(slack->team_id);
    g_free(slack->bot_user_id);
    g_free(slack->bot_id);
    g_free(slack->refused);
    g_free(slack->name);
    g_free(slack);
}

static void start(Adapter *adapter)
{
    Slack *slack = slack_of(adapter);

    slack_socket_start(slack->socket);
    probe(slack);
}

static void stop(Adapter *adapter, LoopCall done, void *arg)
{
    slack_socket_stop(slack_of(adapter)->socket, done, arg);
}

/* What the transport says of it: of the Web API, which tells where to connect to, else of the last
 * connection. */
static void add_transport(const Slack *slack, GString *why)
{
    const char *lost = slack_api_lost(slack->api);
    const char *words = *lost != '\0' ? lost : slack_socket_why(slack->socket);

    if (*words != '\0') {
        g_string_append_printf(why, ": %s", words);
    }
}

static AdapterState state_of(Adapter *adapter, GString *why)
{
    const Slack *slack = slack_of(adapter);
    static const char *const states[] = {
        [LINK_STARTING] = "connecting",
        [LINK_BROKEN] = "not connected; trying again",
        [LINK_REFUSED] = "the app token is refused; put a valid one into the configuration",
        [LINK_DISABLED] = "Socket Mode is switched off in the app's settings",
        [LINK_CROWDED] = "other programs hold all of the app's connections; stop them",
    };
    LinkState state = slack_socket_state(slack->socket);

    if (slack->refused != NULL) {
        g_string_append(why, slack->refused);
        return ADAPTER_TROUBLED;
    }
    if (state != LINK_READY) {
        g_string_append(why, states[state]);
        if (state == LINK_STARTING || state == LINK_BROKEN) {
            add_transport(slack, why);
        }
        return state == LINK_STARTING ? ADAPTER_STARTING : ADAPTER_TROUBLED;
    }
    if (slack->team_id == NULL) {
        g_string_append(why, "waiting for the first answer of the Web API");
        return ADAPTER_STARTING;
    }
    return ADAPTER_READY;
}

static void tell_troubles(Adapter *adapter, GString *out)
{
    const Slack *slack = slack_of(adapter);

    troubles_tell(slack->troubles, slack->name, loop_now_ms(slack->shared.loop), out);
}

static const AdapterOps adapter_ops = {.free = free_all,
                                       .start = start,
                                       .stop = stop,
                                       .replied = replied,
                                       .deliver = deliver,
                                       .home = home,
                                       .state = state_of,
                                       .troubles = tell_troubles};

Adapter *slack_new(const WorkspaceConfig *config, const AdapterShared *shared,
                   WorkspaceId workspace, GHashTable *kept)
{
    (void)kept;
    Slack *slack = g_new0(Slack, 1);

    slack->adapter = (Adapter){&adapter_ops, workspace};
    slack->name = g_strdup(config->name);
    slack->shared = *shared;
    slack->tally = slack_tally(slack->name);
    slack->unread = g_ptr_array_new_with_free_func(free_envelope);
    slack->pending = g_hash_table_new_full(NULL, NULL, free_pending, NULL);
    slack->checking = g_hash_table_new_full(NULL, NULL, checking_free, NULL);
    slack->api = slack_api_new(shared->loop, shared->http, config->name, config->api_url,
                               config->ca_file, config->bot_token);
    slack->out = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    slack->troubles = troubles_new();
    slack->moved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    slack_api_on_held_back(slack->api, on_held_back, slack);
    slack->directory = slack_directory_new(shared->loop, slack->api, NULL);
    const SlackNames names = {slack_directory_name, slack->directory};
    slack->post =
        slack_post_new(shared->loop, slack->api, shared->install, &names, &post_ops, slack);
    slack->drawing = drawing_new(shared->loop, on_drawn, slack);
    SlackSocketConfig socket = {.workspace = slack->name,
                                .app_token = config->app_token,
                                .ca_file = config->ca_file,
                                .connections = config->connections};
    slack->socket =
        slack_socket_new(shared->loop, shared->sockets, slack->api, &socket, &socket_ops, slack);
    slack->answers = slack_answers_new(slack->name, slack->api, slack->socket, slack->directory);
    slack->rosters = slack_rosters_new(slack->directory, post_roster, slack);
    return &slack->adapter;
}
