/* The Events API: one row for each type that means something here. */

#include <string.h>

#include "bot/slack/called.h"
#include "bot/slack/id.h"
#include "bot/slack/intake_parts.h"
#include "bot/spoken.h"

typedef struct EventRow EventRow;
struct EventRow {
    const char *type;
    void (*read)(const Source *source, const Json *event, const EventRow *row, Intake *out);
    bool here; /* of the bot or the member: in the channel, from now on */
};

/* Equal in each repetition. */
static char *event_key(const Source *source)
{
    const char *id = slack_id(source->payload, "event_id");

    return id != NULL ? g_strjoin("/", "slack", source->team, "event", id, NULL)
                      : intake_envelope_key(source);
}

static bool is_somebody(const Source *source, const char *user)
{
    return user != NULL && strcmp(user, SLACK_SLACKBOT) != 0 &&
           g_strcmp0(user, source->who->bot_user_id) != 0;
}

static bool is_us(const Source *source, const char *user)
{
    return user != NULL && g_strcmp0(user, source->who->bot_user_id) == 0;
}

/* Messages ----------------------------------------------------------------------------------- */

/* What a person wrote; everything borrowed from the payload. */
typedef struct Said {
    const char *channel, *user, *ts;
    const char *thread; /* the message that begins its thread, where it is not that itself; NULL */
    const char *text;   /* as Slack wrote it */
    bool direct;
    bool to_us; /* the thread begins with a message of ours, as far as Slack says who did */
} Said;

/* Every other subtype is Slack talking about the channel, or a machine. */
static bool is_human_subtype(const Json *message)
{
    static const char *const human[] = {"file_share", "thread_broadcast", "me_message", NULL};
    const Json *subtype = json_any(message, "subtype");

    return subtype == NULL || g_strv_contains(human, json_string(subtype));
}

/* What bots post now often has no subtype and names a user: the bot_id tells. */
static bool is_of_bot(const Json *message)
{
    const Json *bot = json_any(message, "bot_id");

    return bot != NULL && !(cJSON_IsString(bot) && *json_string(bot) == '\0');
}

static bool is_human(const Source *source, const Json *message)
{
    return is_human_subtype(message) && !is_of_bot(message) &&
           is_somebody(source, slack_id(message, "user"));
}

/* `event` says where, `message` what: the same object unless it was changed or deleted. */
static bool read_said(const Source *source, const Json *event, const Json *message, Said *said)
{
    const char *ts = slack_ts(message, "ts"), *thread = slack_ts(message, "thread_ts");
    const char *channel = slack_id(event, "channel");

    if (channel == NULL || ts == NULL || !is_human(source, message)) {
        return false;
    }
    const char *parent = slack_id(message, "parent_user_id");

    *said = (Said){.channel = channel,
                   .to_us = parent == NULL || is_us(source, parent),
                   .user = slack_id(message, "user"),
                   .ts = ts,
                   .thread = g_strcmp0(thread, ts) != 0 ? thread : NULL,
                   .text = json_text(message, "text"),
                   .direct = intake_is_direct(channel) ||
                             strcmp(json_text(event, "channel_type"), "im") == 0};
    return true;
}

static Event *take_said(const Said *said, EventKind kind, char *take_key, Intake *out)
{
    Event *event = intake_event(out, kind, take_key, said->user);

    event->direct = said->direct;
    event->channel = said->direct ? NULL : g_strdup(said->channel);
    event->message = g_strconcat(said->channel, ":", said->ts, NULL);
    event->replies_to = g_strdup(said->thread);
    event->replies_to_us = said->thread != NULL && said->to_us;
    out->by = said->direct ? ANSWER_DIRECT : ANSWER_EPHEMERAL;
    out->channel = g_strdup(said->channel);
    out->thread_ts = g_strdup(said->thread);
    return event;
}

/* One key for the message and for the mention in it, which come as two events. */
static char *said_key(const Source *source, const Said *said)
{
    return g_strjoin("/", "slack", source->team, "message", said->channel, said->ts, NULL);
}

static void put_text(Event *event, const char *written)
{
    size_t len = 0;
    g_autofree char *text = intake_text(written, &len);

    event_set_text(event, text, len);
}

static void take_command(const Source *source, const Said *said, const GString *command,
                         Intake *out)
{
    Event *event = take_said(said, EVENT_COMMAND, said_key(source, said), out);

    event->addressed = !said->direct;
    event_set_text(event, command->str, command->len);
}

/* Said to the bot by name: a command, though perhaps an unknown one. */
static void take_addressed(const Source *source, const Said *said, const char *rest, Intake *out)
{
    g_autoptr(GString) command = g_string_new(NULL);
    size_t len = 0;
    g_autofree char *text = intake_text(rest, &len);

    spoken_order(text, len, command);
    take_command(source, said, command, out);
}

/* Said to the bot alone: a command where it begins like one. */
static void take_direct(const Source *source, const Said *said, const char *written, Intake *out)
{
    g_autoptr(GString) command = g_string_new(NULL);
    size_t len = 0;
    g_autofree char *text = intake_text(written, &len);

    if (spoken_command(text, len, command)) {
        take_command(source, said, command, out);
    } else if (len > 0) {
        Event *event = take_said(said, EVENT_TEXT, said_key(source, said), out);

        event_set_text(event, text, len);
    }
}

static void take_message(const Source *source, const Said *said, Intake *out)
{
    const char *rest = called_by_name(said->text, source->who->bot_user_id);

    if (said->direct) {
        take_direct(source, said, rest != NULL ? rest : said->text, out);
    } else if (rest != NULL) {
        take_addressed(source, said, rest, out);
    } else if (*said->text != '\0') { /* a picture without words says nothing to us */
        put_text(take_said(said, EVENT_TEXT, said_key(source, said), out), said->text);
    }
}

/* Links that unfold and other changes of Slack's own come as edits too: a person's has a date, and
 * says something else than before. */
static void take_edited(const Source *source, const Json *event, Intake *out)
{
    const Json *message = json_object(event, "message");
    const Json *before = json_object(event, "previous_message");
    const char *edited = slack_ts(json_object(message, "edited"), "ts");
    Said said;

    if (edited == NULL || !read_said(source, event, message, &said) ||
        (before != NULL && strcmp(said.text, json_text(before, "text")) == 0)) {
        return;
    }
    Event *change = take_said(
        &said, EVENT_TEXT,
        g_strjoin("/", "slack", source->team, "edit", said.channel, said.ts, edited, NULL), out);
    change->edited = true;
    put_text(change, said.text);
}

static void take_deleted(const Source *source, const Json *event, Intake *out)
{
    Said said;

    if (!read_said(source, event, json_object(event, "previous_message"), &said)) {
        return;
    }
    Event *change = take_said(
        &said, EVENT_TEXT,
        g_strjoin("/", "slack", source->team, "delete", said.channel, said.ts, NULL), out);
    change->edited = true;
    event_set_text(change, "", 0);
}

/* What others had answered to is not taken away when it is deleted, but leaves its tombstone. */
static void take_changed(const Source *source, const Json *event, Intake *out)
{
    if (strcmp(json_text(json_object(event, "message"), "subtype"), "tombstone") == 0) {
        take_deleted(source, event, out);
    } else {
        take_edited(source, event, out);
    }
}

static void read_message(const Source *source, const Json *event, const EventRow *row, Intake *out)
{
    const char *subtype = json_text(event, "subtype");
    Said said;

    (void)row;
    if (strcmp(subtype, "message_changed") == 0) {
        take_changed(source, event, out);
    } else if (strcmp(subtype, "message_deleted") == 0) {
        take_deleted(source, event, out);
    } else if (read_said(source, event, event, &said)) {
        take_message(source, &said, out);
    }
}

/* The message itself comes as well, where the bot may read it; one that only names the bot
 * somewhere is served by that. */
static void read_mention(const Source *source, const Json *event, const EventRow *row, Intake *out)
{
    Said said;

    (void)row;
    if (read_said(source, event, event, &said) && !said.direct &&
        called_by_name(said.text, source->who->bot_user_id) != NULL) {
        take_message(source, &said, out);
    }
}

/* People and places -------------------------------------------------------------------------- */

static void read_home(const Source *source, const Json *event, const EventRow *row, Intake *out)
{
    const char *user = slack_id(event, "user");
    const Json *view = json_object(event, "view");

    (void)row;
    if (!is_somebody(source, user) || strcmp(json_text(event, "tab"), "home") != 0) {
        return;
    }
    intake_event(out, EVENT_HOME, event_key(source), user)->direct = true;
    out->by = ANSWER_HOME;
    out->channel = g_strdup(slack_id(event, "channel"));
    out->view_id = g_strdup(slack_id(view, "id"));
    out->view_hash = g_strdup(slack_id(view, "hash"));
}

static void take_channel(const char *channel, bool here, Intake *out)
{
    out->kind = INTAKE_CHANNEL;
    out->channel = g_strdup(channel);
    out->here = here;
}

static void read_membership(const Source *source, const Json *event, const EventRow *row,
                            Intake *out)
{
    const char *channel = slack_id(event, "channel"), *user = slack_id(event, "user");

    if (channel == NULL) {
        return;
    }
    if (is_us(source, user)) {
        take_channel(channel, row->here, out);
    } else if (is_somebody(source, user)) {
        Event *moved =
            intake_event(out, row->here ? EVENT_JOINED : EVENT_LEFT, event_key(source), user);

        moved->channel = g_strdup(channel);
        out->channel = g_strdup(channel);
    }
}

static void read_channel(const Source *source, const Json *event, const EventRow *row, Intake *out)
{
    const char *channel = slack_id_in(event, "channel");

    (void)source;
    if (channel != NULL) {
        take_channel(channel, row->here, out);
    }
}

static void read_moved(const Source *source, const Json *event, const EventRow *row, Intake *out)
{
    const char *was = slack_id(event, "old_channel_id"), *is = slack_id(event, "new_channel_id");

    (void)row;
    if (was == NULL || is == NULL || strcmp(was, is) == 0) {
        return;
    }
    Event *moved = intake_event(out, EVENT_MOVED, event_key(source), NULL);

    moved->channel = g_strdup(was);
    moved->value = g_strdup(is);
    out->channel = g_strdup(was);
}

static void read_user(const Source *source, const Json *event, const EventRow *row, Intake *out)
{
    const Json *user = json_object(event, "user");
    const char *id = slack_id(user, "id");

    (void)source;
    (void)row;
    if (id != NULL) {
        out->kind = INTAKE_USER;
        out->user = g_strdup(id);
        out->user_object = user;
    }
}

static void read_group(const Source *source, const Json *event, const EventRow *row, Intake *out)
{
    const char *group = slack_id(event, "subteam_id");

    (void)source;
    (void)row;
    group = group != NULL ? group : slack_id(json_object(event, "subteam"), "id");
    if (group != NULL) {
        out->kind = INTAKE_GROUP;
        out->group = g_strdup(group);
    }
}

/* The installation ------------------------------------------------------------------------------
 */

static void read_uninstalled(const Source *source, const Json *event, const EventRow *row,
                             Intake *out)
{
    (void)source;
    (void)event;
    (void)row;
    out->kind = INTAKE_REVOKED;
}

/* Also told when only somebody's own token went, which we never had. */
static void read_revoked(const Source *source, const Json *event, const EventRow *row, Intake *out)
{
    const Json *tokens = json_object(event, "tokens");
    const Json *bots = json_array(tokens, "bot");

    (void)source;
    (void)row;
    if (tokens == NULL || (bots != NULL && bots->child != NULL)) {
        out->kind = INTAKE_REVOKED;
    }
}

static const EventRow rows[] = {
    {"message", read_message, false},
    {"app_mention", read_mention, false},
    {"app_home_opened", read_home, false},
    {"member_joined_channel", read_membership, true},
    {"member_left_channel", read_membership, false},
    {"channel_left", read_channel, false},
    {"group_left", read_channel, false},
    {"channel_archive", read_channel, false},
    {"group_archive", read_channel, false},
    {"channel_unarchive", read_channel, true},
    {"group_unarchive", read_channel, true},
    {"channel_deleted", read_channel, false},
    {"group_deleted", read_channel, false},
    {"channel_id_changed", read_moved, false},
    {"user_change", read_user, false},
    {"team_join", read_user, false},
    {"subteam_members_changed", read_group, false},
    {"subteam_updated", read_group, false},
    {"tokens_revoked", read_revoked, false},
    {"app_uninstalled", read_uninstalled, false},
};

const char *intake_event_name(size_t i)
{
    return i < G_N_ELEMENTS(rows) ? rows[i].type : NULL;
}

/* What says that there are too many events carries none. */
static bool is_limited(const Source *source)
{
    return strcmp(json_text(source->payload, "type"), "app_rate_limited") == 0;
}

void intake_events_api(const Source *source, Intake *out)
{
    const Json *event = json_object(source->payload, "event");
    const char *type = json_text(event, "type");

    if (is_limited(source)) {
        out->kind = INTAKE_LIMITED;
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].type, type) == 0) {
            rows[i].read(source, event, &rows[i], out);
            return;
        }
    }
}
