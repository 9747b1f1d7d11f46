/* One row for each type of envelope and interaction. A reader fills the intake only once everything
 * it needs is there; until then it stands as it began: nothing to do. */

#include "bot/slack/intake.h"

#include <string.h>

#include "bot/slack/called.h"
#include "bot/slack/id.h"
#include "bot/slack/intake_parts.h"

/* The core refuses what is longer than a message may be, and says so; this only bounds memory. */
#define INTAKE_TEXT_MAX ((size_t)1024 * 1024)

void intake_clear(Intake *intake)
{
    event_free(intake->event);
    g_free(intake->channel);
    g_free(intake->user);
    g_free(intake->thread_ts);
    g_free(intake->trigger_id);
    g_free(intake->response_url);
    g_free(intake->view_id);
    g_free(intake->view_hash);
    cJSON_Delete(intake->view);
    g_free(intake->group);
    memset(intake, 0, sizeof(*intake));
}

Event *intake_event(Intake *out, EventKind kind, char *take_key, const char *user)
{
    out->kind = INTAKE_EVENT;
    out->event = event_new(kind, NULL);
    out->event->key = take_key;
    out->event->member = g_strdup(user);
    out->user = g_strdup(user);
    return out->event;
}

/* At most INTAKE_TEXT_MAX bytes, and no character cut in two. */
static size_t bounded(const char *text)
{
    size_t len = strnlen(text, INTAKE_TEXT_MAX + 1);

    if (len > INTAKE_TEXT_MAX) {
        len = INTAKE_TEXT_MAX;
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80) {
            len--;
        }
    }
    return len;
}

char *intake_text(const char *text, size_t *len)
{
    return slack_decode(text, bounded(text), len);
}

void intake_command(Event *event, const char *family, const char *text, size_t len)
{
    size_t before = strlen(family);
    char *whole = g_malloc(before + 1 + len + 1);

    memcpy(whole, family, before);
    whole[before] = ' ';
    memcpy(whole + before + 1, text, len);
    event->text_len = len > 0 ? before + 1 + len : before;
    whole[event->text_len] = '\0';
    event->text = whole;
}

char *intake_envelope_key(const Source *source)
{
    return g_strjoin("/", "slack", source->team, "envelope", source->envelope->id, NULL);
}

bool intake_is_direct(const char *channel)
{
    return channel != NULL && *channel == 'D';
}

/* Slash commands and interactions are sent again with the trigger they had. */
static char *trigger_key(const Source *source)
{
    const char *trigger = slack_id(source->payload, "trigger_id");

    return trigger != NULL ? g_strjoin("/", "slack", source->team, "trigger", trigger, NULL)
                           : intake_envelope_key(source);
}

/* What lets an interaction be answered beside its channel. */
static void keep_answers(const Source *source, Intake *out)
{
    const char *url = json_text(source->payload, "response_url");

    out->trigger_id = g_strdup(slack_id(source->payload, "trigger_id"));
    out->response_url = *url != '\0' ? g_strdup(url) : NULL;
}

/* Slash commands ----------------------------------------------------------------------------- */

static void read_slash(const Source *source, Intake *out)
{
    const char *channel = slack_id(source->payload, "channel_id");
    const char *user = slack_id(source->payload, "user_id");
    size_t len = 0;

    if (channel == NULL || user == NULL) {
        return;
    }
    g_autofree char *text = intake_text(json_text(source->payload, "text"), &len);
    Event *event = intake_event(out, EVENT_COMMAND, trigger_key(source), user);

    event->direct = intake_is_direct(channel);
    event->channel = event->direct ? NULL : g_strdup(channel);
    intake_command(event, called_family(json_text(source->payload, "command")), text, len);
    out->by = ANSWER_ACK;
    out->channel = g_strdup(channel);
    keep_answers(source, out);
}

/* Forms -------------------------------------------------------------------------------------- */

static const char *user_of(const Source *source)
{
    return slack_id_in(source->payload, "user");
}

static void keep_view(const Json *view, Intake *out)
{
    out->view_id = g_strdup(slack_id(view, "id"));
    out->view_hash = g_strdup(slack_id(view, "hash"));
}

static void take_form(const Source *source, EventKind kind, const SlackFilled *filled, Intake *out)
{
    Event *event = intake_event(out, kind, trigger_key(source), user_of(source));

    event->channel = slack_is_id(filled->channel) && !intake_is_direct(filled->channel)
                         ? g_strdup(filled->channel)
                         : NULL;
    event->direct = event->channel == NULL;
    event->action = g_strdup(filled->form);
    event_set_text(event, filled->text, bounded(filled->text));
    out->channel = g_strdup(event->channel);
    out->generation = filled->generation;
    keep_answers(source, out);
    keep_view(json_object(source->payload, "view"), out);
}

/* By the view and what stands in it: another press of its button has another trigger. */
static char *filled_key(const Source *source, const Event *event, const char *view_id)
{
    g_autofree char *sum = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, (const guchar *)event->text, event->text_len);

    return view_id != NULL ? g_strjoin("/", "slack", source->team, "filled", view_id, sum, NULL)
                           : NULL;
}

static void read_submission(const Source *source, Intake *out)
{
    g_auto(SlackFilled) filled = {0};

    if (user_of(source) != NULL &&
        slack_modal_filled(json_object(source->payload, "view"), &filled)) {
        take_form(source, EVENT_FORM, &filled, out);
        out->event->filled = filled_key(source, out->event, out->view_id);
        out->by = ANSWER_VIEW;
    }
}

static void read_closed(const Source *source, Intake *out)
{
    g_auto(SlackFilled) filled = {0};

    if (user_of(source) != NULL &&
        slack_modal_filled(json_object(source->payload, "view"), &filled) && filled.touched) {
        take_form(source, EVENT_SHUT, &filled, out);
        out->by = out->event->direct ? ANSWER_DIRECT : ANSWER_EPHEMERAL;
    }
}

/* Buttons ------------------------------------------------------------------------------------ */

/* Where the button stands, as far as an answer needs it. */
typedef struct Place {
    AnswerBy by;
    const char *channel;   /* where the answer goes; NULL where only the member is known */
    const char *thread_ts; /* NULL: in no thread */
} Place;

static const char *channel_of(const Source *source)
{
    const char *channel = slack_id_in(source->payload, "channel");

    return channel != NULL ? channel
                           : slack_id(json_object(source->payload, "container"), "channel_id");
}

/* The root of the thread that the button's message answers in. A message that others answer names
 * itself: it still stands in the channel. */
static const char *thread_of(const Json *container)
{
    const char *thread = slack_ts(container, "thread_ts");

    return g_strcmp0(thread, slack_ts(container, "message_ts")) != 0 ? thread : NULL;
}

/* `named` is the channel that the button itself names; NULL: none. */
static Place place_of(const Source *source, const char *named)
{
    const Json *view = json_object(source->payload, "view");
    const char *channel = view == NULL ? channel_of(source) : NULL;

    if (view != NULL && strcmp(json_text(view, "type"), "home") == 0) {
        return (Place){.by = ANSWER_DIRECT};
    }
    if (channel == NULL) { /* a modal stands nowhere */
        channel = named;
    }
    if (channel == NULL || intake_is_direct(channel)) {
        return (Place){.by = ANSWER_DIRECT, .channel = channel};
    }
    return (Place){.by = ANSWER_EPHEMERAL,
                   .channel = channel,
                   .thread_ts = thread_of(json_object(source->payload, "container"))};
}

static const char *id_or_null(const char *text)
{
    return slack_is_id(text) ? text : NULL;
}

static bool read_button(const Source *source, const Json *action, Intake *out)
{
    g_autofree char *name = NULL, *named = NULL, *argument = NULL;

    if (!slack_button(json_text(action, "action_id"), json_text(action, "value"), &name, &named,
                      &argument)) {
        return false;
    }
    Place place = place_of(source, id_or_null(named));
    const char *about = id_or_null(named) != NULL ? named : place.channel;
    Event *event = intake_event(out, EVENT_BUTTON, trigger_key(source), user_of(source));

    event->channel = intake_is_direct(about) ? NULL : g_strdup(about);
    event->direct = event->channel == NULL; /* who names a channel means its team, wherever */
    event->action = g_steal_pointer(&name);
    event->value = g_steal_pointer(&argument);
    out->by = place.by;
    out->channel = g_strdup(place.channel);
    out->thread_ts = g_strdup(place.thread_ts);
    keep_answers(source, out);
    keep_view(json_object(source->payload, "view"), out);
    return true;
}

#define MORE "more/"

static bool read_more(const Source *source, const Json *action, Intake *out)
{
    const Json *view = json_object(source->payload, "view");
    const char *name = json_text(action, "action_id");

    if (view == NULL || !g_str_has_prefix(name, MORE)) {
        return false;
    }
    out->view = slack_modal_more(view, name + strlen(MORE));
    if (out->view == NULL) {
        return false;
    }
    out->kind = INTAKE_MORE;
    out->user = g_strdup(user_of(source));
    keep_view(view, out);
    return true;
}

/* One payload is one press, though it comes as an array. */
static void read_actions(const Source *source, Intake *out)
{
    if (user_of(source) == NULL) {
        return;
    }
    JSON_EACH (action, json_array(source->payload, "actions")) {
        if (strcmp(json_text(action, "type"), "button") == 0 &&
            (read_more(source, action, out) || read_button(source, action, out))) {
            return;
        }
    }
}

/* Everything --------------------------------------------------------------------------------- */

typedef struct ReadRow {
    const char *type;
    void (*read)(const Source *source, Intake *out);
} ReadRow;

static void read_row(const ReadRow *rows, const char *type, const Source *source, Intake *out)
{
    for (; rows->type != NULL; rows++) {
        if (strcmp(rows->type, type) == 0) {
            rows->read(source, out);
            return;
        }
    }
}

/* Shortcuts and block_suggestion are not ours to answer. */
static const ReadRow interactions[] = {
    {"block_actions", read_actions},
    {"view_submission", read_submission},
    {"view_closed", read_closed},
    {NULL, NULL},
};

static void read_interaction(const Source *source, Intake *out)
{
    read_row(interactions, json_text(source->payload, "type"), source, out);
}

static const ReadRow envelopes[] = {
    {"slash_commands", read_slash},
    {"interactive", read_interaction},
    {"events_api", intake_events_api},
    {NULL, NULL},
};

/* The workspace through which it came to us. A shared channel brings events and people of others,
 * so what says whose installation it is goes before what says where it began. */
static const char *team_of(const Json *payload)
{
    const Json *authorizations = json_array(payload, "authorizations");
    const Json *view = json_object(payload, "view");
    const char *const found[] = {
        slack_id(authorizations != NULL ? authorizations->child : NULL, "team_id"),
        slack_id(payload, "context_team_id"),
        slack_id(payload, "team_id"),
        slack_id_in(payload, "team"),
        slack_id(view, "app_installed_team_id"),
        slack_id(view, "team_id"),
        slack_id(json_object(payload, "user"), "team_id"),
    };

    for (size_t i = 0; i < G_N_ELEMENTS(found); i++) {
        if (found[i] != NULL) {
            return found[i];
        }
    }
    return NULL;
}

Intake intake_read(const SlackEnvelope *envelope, const IntakeWho *who)
{
    Intake out = {.kind = INTAKE_NOTHING, .by = ANSWER_NONE};
    const char *team = team_of(envelope->payload);

    if (who->team_id != NULL && team != NULL && strcmp(team, who->team_id) != 0) {
        return out;
    }
    if (who->team_id != NULL) {
        team = who->team_id;
    }
    Source source = {envelope, envelope->payload, who, team != NULL ? team : ""};
    read_row(envelopes, envelope->type != NULL ? envelope->type : "", &source, &out);
    return out;
}
