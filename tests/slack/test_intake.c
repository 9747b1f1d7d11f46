/* What Slack sends, and what becomes of it. Every case begins with a whole envelope of payloads/,
 * changes a few members of it, and says in one line what is to come out. */

#include "bot/slack/intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define PAYLOADS TEST_DATA "/../slack/payloads/"

static const IntakeWho us = {"T1ACME", "U0ANCHORD", "B0ANCHORD"};
static const IntakeWho nobody = {NULL, NULL, NULL};

/* Envelopes ----------------------------------------------------------------------------------- */

static Json *read_payload(const char *name)
{
    g_autofree char *path = g_strconcat(PAYLOADS, name, ".json", NULL);
    g_autofree char *bytes = NULL;
    g_autoptr(GError) error = NULL;
    size_t len = 0;

    if (!g_file_get_contents(path, &bytes, &len, &error)) {
        fail_msg("%s", error->message);
    }
    Json *json = json_parse(bytes, len);
    if (json == NULL) {
        fail_msg("%s.json is not JSON", name);
    }
    return json;
}

static Json *member_of(Json *parent, const char *key)
{
    return cJSON_IsArray(parent) ? cJSON_GetArrayItem(parent, (int)g_ascii_strtoll(key, NULL, 10))
                                 : cJSON_GetObjectItemCaseSensitive(parent, key);
}

/* Puts a value in its place, or takes away what is there: NULL. */
static void put(Json *parent, const char *key, Json *take_value)
{
    Json *there = member_of(parent, key);

    if (there != NULL && take_value != NULL && cJSON_IsObject(parent)) {
        cJSON_ReplaceItemInObjectCaseSensitive(parent, key, take_value);
    } else if (there != NULL && take_value != NULL) {
        cJSON_ReplaceItemViaPointer(parent, there, take_value);
    } else if (there != NULL) {
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, there));
    } else if (take_value != NULL) {
        cJSON_AddItemToObject(parent, key, take_value);
    }
}

static void put_at(Json *root, const char *path, Json *take_value)
{
    g_auto(GStrv) keys = g_strsplit(path, ".", -1);
    guint n = g_strv_length(keys);
    Json *parent = root;

    for (guint i = 0; i + 1 < n; i++) {
        parent = member_of(parent, keys[i]);
        if (parent == NULL) {
            fail_msg("nothing at %s", path);
        }
    }
    put(parent, keys[n - 1], take_value);
}

/* "payload.event.bot_id = \"B1\"", or "payload.event.user" to take it away. */
static void change(Json *root, const char *what)
{
    g_auto(GStrv) sides = g_strsplit(what, " = ", 2);
    Json *value = NULL;

    if (sides[1] != NULL) {
        value = json_parse(sides[1], strlen(sides[1]));
        if (value == NULL) {
            fail_msg("not JSON: %s", what);
        }
    }
    put_at(root, sides[0], value);
}

static SlackEnvelope *envelope_of(const Json *root)
{
    SlackEnvelope *envelope = g_new0(SlackEnvelope, 1);

    envelope->id = g_strdup(json_text(root, "envelope_id"));
    envelope->type = g_strdup(json_text(root, "type"));
    envelope->payload = cJSON_Duplicate(json_any(root, "payload"), true);
    envelope->takes_payload = json_bool(root, "accepts_response_payload");
    if (envelope->payload == NULL) {
        envelope->payload = json_new_object();
    }
    return envelope;
}

static void free_envelope(SlackEnvelope *envelope)
{
    g_free(envelope->id);
    g_free(envelope->type);
    cJSON_Delete(envelope->payload);
    g_free(envelope);
}

#define CHANGES_MAX 5

static SlackEnvelope *envelope_with(const char *name, const char *const *changes)
{
    g_autoptr(Json) root = read_payload(name);

    for (size_t i = 0; i < CHANGES_MAX && changes != NULL && changes[i] != NULL; i++) {
        change(root, changes[i]);
    }
    return envelope_of(root);
}

/* In one line --------------------------------------------------------------------------------- */

static const char *const event_names[] = {
    [EVENT_COMMAND] = "command", [EVENT_TEXT] = "text",   [EVENT_BUTTON] = "button",
    [EVENT_FORM] = "form",       [EVENT_SHUT] = "shut",   [EVENT_HOME] = "home",
    [EVENT_JOINED] = "joined",   [EVENT_LEFT] = "left",   [EVENT_ROSTER] = "roster",
    [EVENT_MOVED] = "moved",     [EVENT_TIMER] = "timer", [EVENT_UNDELIVERABLE] = "undeliverable",
};

static const char *const answer_names[] = {
    [ANSWER_ACK] = "ack",       [ANSWER_VIEW] = "view", [ANSWER_EPHEMERAL] = "ephemeral",
    [ANSWER_DIRECT] = "direct", [ANSWER_HOME] = "home", [ANSWER_NONE] = "none",
};

static void tell(GString *out, const char *label, const char *value)
{
    if (value != NULL) {
        g_string_append_printf(out, "%s%s", label, value);
    }
}

static void tell_event(GString *out, const Intake *intake)
{
    const Event *event = intake->event;

    tell(out, event_names[event->kind], "");
    tell(out, " in ", event->channel);
    tell(out, " by ", event->member);
    tell(out, " '", event->text);
    tell(out, "", event->text != NULL ? "'" : NULL);
    tell(out, " action ", event->action);
    tell(out, " value ", event->value);
    tell(out, " message ", event->message);
    tell(out, " replies to ", event->replies_to);
    tell(out, event->edited ? " edited" : "", "");
    tell(out, event->direct ? " direct" : "", "");
    tell(out, event->addressed ? " addressed" : "", "");
    tell(out, " > ", answer_names[intake->by]);
    tell(out, " in ", intake->channel);
    tell(out, " thread ", intake->thread_ts);
    assert_true(event->text == NULL || strlen(event->text) == event->text_len);
    assert_int_equal(event->standing, STANDING_UNASKED);
    assert_string_equal(intake->user != NULL ? intake->user : "-",
                        event->member != NULL ? event->member : "-");
}

static char *told(const Intake *intake)
{
    GString *out = g_string_new(NULL);

    switch (intake->kind) {
    case INTAKE_NOTHING:
        g_string_append(out, "nothing");
        assert_null(intake->event);
        break;
    case INTAKE_EVENT:
        tell_event(out, intake);
        break;
    case INTAKE_MORE:
        tell(out, "more by ", intake->user);
        break;
    case INTAKE_CHANNEL:
        tell(out, intake->here ? "here " : "gone ", intake->channel);
        break;
    case INTAKE_USER:
        tell(out, "user ", intake->user);
        assert_string_equal(json_text(intake->user_object, "id"), intake->user);
        break;
    case INTAKE_GROUP:
        tell(out, "group ", intake->group);
        break;
    case INTAKE_REVOKED:
        g_string_append(out, "revoked");
        break;
    case INTAKE_LIMITED:
        g_string_append(out, "limited");
        break;
    }
    return g_string_free(out, FALSE);
}

typedef struct Case {
    const char *name, *payload;
    const char *expected;
    const char *changes[CHANGES_MAX];
} Case;

static void check(const Case *cases, size_t n, const IntakeWho *who)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        SlackEnvelope *envelope = envelope_with(cases[i].payload, cases[i].changes);
        g_auto(Intake) intake = intake_read(envelope, who);
        g_autofree char *found = told(&intake);

        if (strcmp(found, cases[i].expected) != 0) {
            print_error("%s:\n  expected %s\n  found    %s\n", cases[i].name, cases[i].expected,
                        found);
            wrong++;
        }
        free_envelope(envelope);
    }
    assert_int_equal(wrong, 0);
}

/* Slash commands ------------------------------------------------------------------------------ */

#define SLASH(text) "command in C1WEST by U1MARIA '" text "' > ack in C1WEST"

static const Case slash_cases[] = {
    {"a command comes as it was typed", "slash", SLASH("sprint status")},
    {"the other family keeps its name",
     "slash",
     SLASH("okr status"),
     {"payload.command = \"/okr\""}},
    {"a renamed family is known by its end",
     "slash",
     SLASH("okr status"),
     {"payload.command = \"/west-OKR\""}},
    {"a renamed command is a sprint's",
     "slash",
     SLASH("sprint status"),
     {"payload.command = \"/anchord\""}},
    {"a command without a name is a sprint's",
     "slash",
     SLASH("sprint status"),
     {"payload.command"}},
    {"a command alone has no blank behind it", "slash", SLASH("sprint"), {"payload.text = \"\""}},
    {"a command without text is a command alone", "slash", SLASH("sprint"), {"payload.text"}},
    {"text of a wrong type is no text", "slash", SLASH("sprint"), {"payload.text = 7"}},
    {"lines stay lines",
     "slash",
     SLASH("sprint setup\nname: West\nlead: <@U2JONAS>"),
     {"payload.text = \"setup\\nname: West\\nlead: <@U2JONAS|jonas>\""}},
    {"what Slack escaped is read back",
     "slash",
     SLASH("sprint a < b & c"),
     {"payload.text = \"a &lt; b &amp; c\""}},
    {"a mention that was only typed is no mention",
     "slash",
     SLASH("sprint &lt;@U2JONAS>"),
     {"payload.text = \"&amp;lt;@U2JONAS&gt;\""}},
    {"in a direct conversation there is no channel",
     "slash",
     "command by U1MARIA 'sprint status' direct > ack in D1MARIA",
     {"payload.channel_id = \"D1MARIA\""}},
    {"a private channel of old is a channel",
     "slash",
     "command in G1OLD by U1MARIA 'sprint status' > ack in G1OLD",
     {"payload.channel_id = \"G1OLD\""}},
    {"nobody's command is none", "slash", "nothing", {"payload.user_id = null"}},
    {"a command from nowhere is none", "slash", "nothing", {"payload.channel_id = \"\""}},
    {"an id with a slash in it is no id", "slash", "nothing", {"payload.user_id = \"U1/U2\""}},
    {"another workspace's command is not ours",
     "slash",
     "nothing",
     {"payload.team_id = \"T2OTHER\""}},
    {"a command without a workspace is ours", "slash", SLASH("sprint status"), {"payload.team_id"}},
};

static void test_slash_commands(void **state)
{
    (void)state;
    check(slash_cases, G_N_ELEMENTS(slash_cases), &us);
}

static void test_a_slash_command_can_be_answered_in_every_way(void **state)
{
    (void)state;
    SlackEnvelope *envelope = envelope_with("slash", NULL);
    g_auto(Intake) intake = intake_read(envelope, &us);

    assert_string_equal(intake.trigger_id, "100.200.slash");
    assert_string_equal(intake.response_url, "https://hooks.slack.test/commands/T1ACME/1/secret");
    free_envelope(envelope);
}

static void test_a_huge_text_is_cut_between_characters(void **state)
{
    (void)state;
    SlackEnvelope *envelope = envelope_with("slash", NULL);
    g_autoptr(GString) huge = g_string_new("x");

    while (huge->len < (size_t)3 * 1024 * 1024) {
        g_string_append(huge, "ü");
    }
    put(envelope->payload, "text", cJSON_CreateString(huge->str));
    g_auto(Intake) intake = intake_read(envelope, &us);

    assert_true(intake.event->text_len <= (size_t)1024 * 1024 + strlen("sprint "));
    assert_true(intake.event->text_len > 1024 * 1024 - 4);
    assert_true(g_utf8_validate(intake.event->text, (gssize)intake.event->text_len, NULL));
    free_envelope(envelope);
}

/* Buttons ------------------------------------------------------------------------------------- */

#define PRESSED "button in C1WEST by U1MARIA action checkin.same value 7"

static const Case button_cases[] = {
    {"a button is pressed in its channel", "button", PRESSED " > ephemeral in C1WEST"},
    {"in a thread the answer goes there",
     "button",
     PRESSED " > ephemeral in C1WEST thread 1752478100.000001",
     {"payload.container.thread_ts = \"1752478100.000001\""}},
    {"a message that others answered still stands in the channel",
     "button",
     PRESSED " > ephemeral in C1WEST",
     {"payload.container.thread_ts = \"1752478200.000100\""}},
    {"a thread that is none is left out",
     "button",
     PRESSED " > ephemeral in C1WEST",
     {"payload.container.thread_ts = \"here; drop\""}},
    {"an ephemeral message has no message of its own",
     "button",
     PRESSED " > ephemeral in C1WEST",
     {"payload.message", "payload.container.is_ephemeral = true"}},
    {"the container knows the channel too",
     "button",
     PRESSED " > ephemeral in C1WEST",
     {"payload.channel = null"}},
    {"in a direct conversation its own channel is meant",
     "button",
     PRESSED " > direct in D1MARIA",
     {"payload.channel.id = \"D1MARIA\"", "payload.container.channel_id = \"D1MARIA\""}},
    {"a button of the direct conversation itself",
     "button",
     "button by U1MARIA action checkin.same value 7 direct > direct in D1MARIA",
     {"payload.channel.id = \"D1MARIA\"", "payload.actions.0.value = \"D1MARIA 7\""}},
    {"on a member's own page the answer goes to them", "home_button",
     "button in C1WEST by U1MARIA action checkin.form value 7 > direct"},
    {"a link's button only wants an ack",
     "button",
     "nothing",
     {"payload.actions.0.action_id = \"b1\"", "payload.actions.0.value",
      "payload.actions.0.url = \"https://example.org\""}},
    {"a choice is not a press",
     "button",
     "nothing",
     {"payload.actions.0.type = \"static_select\""}},
    {"no action at all", "button", "nothing", {"payload.actions = []"}},
    {"actions of a wrong type", "button", "nothing", {"payload.actions = {\"0\": 1}"}},
    {"actions that are none", "button", "nothing", {"payload.actions = [null, 7, \"x\", []]"}},
    {"a press by nobody", "button", "nothing", {"payload.user = null"}},
    {"somebody of another workspace in a shared channel",
     "button",
     "button in C1WEST by U5GUEST action checkin.same value 7 > ephemeral in C1WEST",
     {"payload.user = {\"id\": \"U5GUEST\", \"team_id\": \"T2OTHER\"}"}},
    {"another workspace's press is not ours",
     "button",
     "nothing",
     {"payload.team.id = \"T2OTHER\""}},
    {"without its workspace the user's counts",
     "button",
     "nothing",
     {"payload.team = null", "payload.user.team_id = \"T2OTHER\""}},
    {"shortcuts are not ours", "shortcut", "nothing"},
    {"nor are those of messages", "message_action", "nothing"},
    {"suggestions only want an ack", "suggestion", "nothing"},
    {"an interaction that nobody knows yet",
     "button",
     "nothing",
     {"payload.type = \"block_dance\""}},
    {"an interaction without its type", "button", "nothing", {"payload.type"}},
    {"an envelope that nobody knows yet", "button", "nothing", {"type = \"agent_events\""}},
};

static void test_buttons(void **state)
{
    (void)state;
    check(button_cases, G_N_ELEMENTS(button_cases), &us);
}

static void test_a_press_can_be_answered_by_its_secrets(void **state)
{
    (void)state;
    SlackEnvelope *envelope = envelope_with("button", NULL);
    g_auto(Intake) intake = intake_read(envelope, &us);

    assert_string_equal(intake.trigger_id, "100.200.button");
    assert_string_equal(intake.response_url, "https://hooks.slack.test/actions/T1ACME/2/secret");
    free_envelope(envelope);
}

static void test_clearing_leaves_nothing(void **state)
{
    (void)state;
    const Intake empty = {0};
    SlackEnvelope *envelope = envelope_with("button", NULL);
    Intake intake = intake_read(envelope, &us);

    intake_clear(&intake);
    assert_memory_equal(&intake, &empty, sizeof(empty));
    intake_clear(&intake);
    free_envelope(envelope);
}

/* Forms --------------------------------------------------------------------------------------- */

static Json *modal(const char *channel)
{
    g_autoptr(FormView) view = form_view_new("okr kr", channel);

    g_free(view->title);
    view->title = g_strdup("Key result");
    g_free(view->submit);
    view->submit = g_strdup("Save");
    g_free(view->more);
    view->more = g_strdup("kr");
    g_free(view->more_max);
    view->more_max = g_strdup("3");
    FormRow *row = form_view_row(view, "kr", 1, ROW_TEXT);
    row->label = g_strdup("Key result");
    row->initial = g_strdup("Grow");
    row->max = 300;
    return slack_modal(view, 2, &(SlackLook){0});
}

/* As Slack sends it back: with an id, a hash, and what was typed. */
static SlackEnvelope *filled(const char *payload, const char *channel, const char *typed)
{
    g_autoptr(Json) root = read_payload(payload);
    Json *view = modal(channel);
    Json *values = json_put_object(json_put_object(view, "state"), "values");

    json_put_text(view, "id", "V1FORM");
    json_put_text(view, "hash", "1752478300.hash");
    JSON_EACH (block, json_array(view, "blocks")) {
        if (strcmp(json_text(block, "type"), "input") == 0) {
            Json *value =
                json_put_object(json_put_object(values, json_text(block, "block_id")), "value");

            json_put_text(value, "type", "plain_text_input");
            json_put_text(value, "value", typed);
        }
    }
    put_at(root, "payload.view", view);
    return envelope_of(root);
}

typedef struct FormCase {
    const char *name, *payload, *channel, *typed, *expected;
} FormCase;

static const FormCase form_cases[] = {
    {"a form is sent", "submission", "C1WEST", "Grow to $30M",
     "form in C1WEST by U1MARIA 'kr: Grow to $30M' action okr kr > view in C1WEST"},
    {"a form is sent as it came", "submission", "C1WEST", "Grow",
     "form in C1WEST by U1MARIA 'kr: Grow' action okr kr > view in C1WEST"},
    {"a form of the direct conversation", "submission", NULL, "Grow to $30M",
     "form by U1MARIA 'kr: Grow to $30M' action okr kr direct > view"},
    {"what was typed is kept when it is closed", "closed", "C1WEST", "Grow to $30M",
     "shut in C1WEST by U1MARIA 'kr: Grow to $30M' action okr kr > ephemeral in C1WEST"},
    {"so is that of a direct conversation", "closed", NULL, "Grow to $30M",
     "shut by U1MARIA 'kr: Grow to $30M' action okr kr direct > direct"},
    {"an untouched form is closed and forgotten", "closed", "C1WEST", "Grow", "nothing"},
};

static void test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(form_cases); i++) {
        const FormCase *c = &form_cases[i];
        SlackEnvelope *envelope = filled(c->payload, c->channel, c->typed);
        g_auto(Intake) intake = intake_read(envelope, &us);
        g_autofree char *found = told(&intake);

        if (strcmp(found, c->expected) != 0) {
            fail_msg("%s: expected %s, found %s", c->name, c->expected, found);
        }
        free_envelope(envelope);
    }
}

static void test_a_form_names_its_view(void **state)
{
    (void)state;
    SlackEnvelope *envelope = filled("submission", "C1WEST", "Grow to $30M");
    g_auto(Intake) intake = intake_read(envelope, &us);

    assert_string_equal(intake.view_id, "V1FORM");
    assert_string_equal(intake.view_hash, "1752478300.hash");
    assert_string_equal(intake.trigger_id, "100.200.submission");
    assert_int_equal(intake.generation, 2);
    free_envelope(envelope);
}

/* Whoever presses again sends the same, by another trigger. */
static void test_a_form_names_what_was_filled_in(void **state)
{
    (void)state;
    static const char *const texts[] = {"Grow to $30M", "Grow to $30M", "Grow to $31M"};
    char *filled_in[G_N_ELEMENTS(texts)];

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        SlackEnvelope *envelope = filled("submission", "C1WEST", texts[i]);
        g_auto(Intake) intake = intake_read(envelope, &us);

        filled_in[i] = g_strdup(intake.event->filled);
        free_envelope(envelope);
    }
    assert_true(g_str_has_prefix(filled_in[0], "slack/"));
    assert_non_null(strstr(filled_in[0], "/filled/V1FORM/"));
    assert_string_equal(filled_in[0], filled_in[1]);
    assert_string_not_equal(filled_in[0], filled_in[2]);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_free(filled_in[i]);
    }

    SlackEnvelope *shut = filled("closed", "C1WEST", "Grow to $30M");
    g_auto(Intake) intake = intake_read(shut, &us);
    assert_true(intake.event == NULL || intake.event->filled == NULL);
    free_envelope(shut);
}

static void test_a_form_gets_one_more_row(void **state)
{
    (void)state;
    SlackEnvelope *envelope = filled("more", "C1WEST", "Grow to $30M");
    const Json *before = json_array(json_object(envelope->payload, "view"), "blocks");
    g_auto(Intake) intake = intake_read(envelope, &us);
    g_autofree char *found = told(&intake);

    assert_string_equal(found, "more by U1MARIA");
    assert_true(cJSON_GetArraySize(json_array(intake.view, "blocks")) > cJSON_GetArraySize(before));
    assert_string_equal(json_text(intake.view, "type"), "modal");
    assert_string_equal(intake.view_id, "V1FORM");
    assert_string_equal(intake.view_hash, "1752478300.hash");
    free_envelope(envelope);
}

static void test_no_more_rows_than_there_may_be(void **state)
{
    (void)state;
    static const char *const names[] = {"more/", "more/nothing", "more", "more/../kr"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        SlackEnvelope *envelope = filled("more", "C1WEST", "Grow");
        Json *actions = member_of(envelope->payload, "actions");

        put(cJSON_GetArrayItem(actions, 0), "action_id", cJSON_CreateString(names[i]));
        g_auto(Intake) intake = intake_read(envelope, &us);
        assert_int_equal(intake.kind, INTAKE_NOTHING);
        assert_null(intake.view);
        free_envelope(envelope);
    }
}

/* Views that are not ours, as the samples hold them. */
static const Case foreign_views[] = {
    {"a view of nobody's is sent", "submission", "nothing"},
    {"a view of nobody's is closed", "closed", "nothing"},
    {"a view of nobody's wants more", "more", "nothing"},
    {"there is no view", "submission", "nothing", {"payload.view = null"}},
    {"a list is no view", "closed", "nothing", {"payload.view = []"}},
    {"state that is a list", "submission", "nothing", {"payload.view.state = {\"values\": []}"}},
};

static void test_foreign_views(void **state)
{
    (void)state;
    check(foreign_views, G_N_ELEMENTS(foreign_views), &us);
}

/* Messages ------------------------------------------------------------------------------------ */

#define SAID      "text in C1WEST by U1MARIA 'kr1 27% & kr2 +2' message C1WEST:1752478500.000200"
#define SAID_THEN SAID " > ephemeral in C1WEST"
#define REPLIED                                                                                    \
    "text in C1WEST by U1MARIA 'kr1 27%' message C1WEST:1752478500.000300 replies to "             \
    "1752478200.000100 > ephemeral in C1WEST thread 1752478200.000100"

static const Case message_cases[] = {
    {"people talk", "message", SAID_THEN},
    {"a reply names what it answers", "reply", REPLIED},
    {"a message that others answered is no reply",
     "message",
     SAID_THEN,
     {"payload.event.thread_ts = \"1752478500.000200\""}},
    {"a reply that is shown in the channel too is a reply",
     "reply",
     REPLIED,
     {"payload.event.subtype = \"thread_broadcast\""}},
    {"words beside a file", "message", SAID_THEN, {"payload.event.subtype = \"file_share\""}},
    {"a file without words",
     "message",
     "nothing",
     {"payload.event.subtype = \"file_share\"", "payload.event.text = \"\""}},
    {"words about oneself", "message", SAID_THEN, {"payload.event.subtype = \"me_message\""}},
    {"a null subtype is none", "message", SAID_THEN, {"payload.event.subtype = null"}},
    {"a bot's message", "message", "nothing", {"payload.event.bot_id = \"B2OTHER\""}},
    {"our own message",
     "message",
     "nothing",
     {"payload.event.bot_id = \"B0ANCHORD\"", "payload.event.user = \"U0ANCHORD\""}},
    {"our own message without its bot's id",
     "message",
     "nothing",
     {"payload.event.user = \"U0ANCHORD\""}},
    {"a bot's id of a wrong type is still one", "message", "nothing", {"payload.event.bot_id = 7"}},
    {"a null bot is none", "message", SAID_THEN, {"payload.event.bot_id = null"}},
    {"Slack's own bot", "message", "nothing", {"payload.event.user = \"USLACKBOT\""}},
    {"a classic bot's message", "message", "nothing", {"payload.event.subtype = \"bot_message\""}},
    {"somebody came", "message", "nothing", {"payload.event.subtype = \"channel_join\""}},
    {"a subtype that nobody knows yet",
     "message",
     "nothing",
     {"payload.event.subtype = \"something_new\""}},
    {"a subtype of a wrong type", "message", "nothing", {"payload.event.subtype = {}"}},
    {"a message without its author", "message", "nothing", {"payload.event.user"}},
    {"a message without its channel", "message", "nothing", {"payload.event.channel"}},
    {"a message without its time", "message", "nothing", {"payload.event.ts = null"}},
    {"a time that is a number has lost digits",
     "message",
     "nothing",
     {"payload.event.ts = 1752478500.0002"}},
    {"a time with letters", "message", "nothing", {"payload.event.ts = \"1752478500.x\""}},
    {"a message without text", "message", "nothing", {"payload.event.text"}},
    {"an event that is none", "message", "nothing", {"payload.event = null"}},
    {"an event of a wrong type", "message", "nothing", {"payload.event = [\"message\"]"}},
    {"an event that nobody knows yet",
     "message",
     "nothing",
     {"payload.event.type = \"something_new\""}},
    {"a payload without its event", "message", "nothing", {"payload.event"}},
    {"an envelope without its payload", "message", "nothing", {"payload"}},
    {"a guest from another workspace, in a shared channel of ours",
     "message",
     SAID_THEN,
     {"payload.team_id = \"T2OTHER\"", "payload.event.team = \"T2OTHER\""}},
    {"a message to another installation",
     "message",
     "nothing",
     {"payload.authorizations.0.team_id = \"T2OTHER\""}},
    {"an installation of a whole organisation",
     "message",
     SAID_THEN,
     {"payload.authorizations.0.team_id = null"}},
    {"another workspace of that organisation",
     "message",
     "nothing",
     {"payload.authorizations.0.team_id = null", "payload.context_team_id = \"T2OTHER\""}},
    {"authorizations of a wrong type", "message", SAID_THEN, {"payload.authorizations = \"none\""}},
    {"an event that comes again is the same",
     "message",
     SAID_THEN,
     {"retry_attempt = 3", "retry_reason = \"timeout\""}},
};

static void test_messages(void **state)
{
    (void)state;
    check(message_cases, G_N_ELEMENTS(message_cases), &us);
}

#define IN_DIRECT    " message D1MARIA:1752478500.000400 direct > direct in D1MARIA"
#define DIRECT(text) "payload.event.text = \"" text "\""

static const Case direct_cases[] = {
    {"a command's own name", "direct", "command by U1MARIA 'sprint status'" IN_DIRECT},
    {"a slash that Slack did not take",
     "direct",
     "command by U1MARIA 'sprint status'" IN_DIRECT,
     {DIRECT(" /sprint status")}},
    {"as elsewhere", "direct", "command by U1MARIA 'okr list'" IN_DIRECT, {DIRECT("!okr list")}},
    {"in words",
     "direct",
     "command by U1MARIA 'Sprint status'" IN_DIRECT,
     {DIRECT("Sprint status")}},
    {"the other family", "direct", "command by U1MARIA 'okr list'" IN_DIRECT, {DIRECT("okr list")}},
    {"a family alone", "direct", "command by U1MARIA 'sprint'" IN_DIRECT, {DIRECT("sprint")}},
    {"however it is written",
     "direct",
     "command by U1MARIA 'sprint Check-in kr1 27%'" IN_DIRECT,
     {DIRECT("Check-in kr1 27%")}},
    {"by another name",
     "direct",
     "command by U1MARIA 'sprint vacation until Monday'" IN_DIRECT,
     {DIRECT("vacation until Monday")}},
    {"with a slash of its own",
     "direct",
     "command by U1MARIA 'sprint status'" IN_DIRECT,
     {DIRECT("/status")}},
    {"lines stay lines",
     "direct",
     "command by U1MARIA 'sprint setup\nname: West'" IN_DIRECT,
     {DIRECT("setup\\nname: West")}},
    {"by name",
     "direct",
     "command by U1MARIA 'sprint status'" IN_DIRECT,
     {DIRECT("<@U0ANCHORD> status")}},
    {"talk is talk", "direct", "text by U1MARIA 'kr1 27%'" IN_DIRECT, {DIRECT("kr1 27%")}},
    {"words that only begin alike",
     "direct",
     "text by U1MARIA 'sprinting is fun'" IN_DIRECT,
     {DIRECT("sprinting is fun")}},
    {"a sigil alone", "direct", "text by U1MARIA '/'" IN_DIRECT, {DIRECT("/")}},
    {"a name of nothing", "direct", "text by U1MARIA '/nothing'" IN_DIRECT, {DIRECT("/nothing")}},
    {"a comma is no name", "direct", "text by U1MARIA ',,,'" IN_DIRECT, {DIRECT(",,,")}},
    {"one word that never ends",
     "direct",
     "text by U1MARIA 'statusstatusstatusstatusstatusstatusstatusstatus'" IN_DIRECT,
     {DIRECT("statusstatusstatusstatusstatusstatusstatusstatus")}},
    {"a thread there",
     "direct",
     "text by U1MARIA 'yes' message D1MARIA:1752478500.000400 replies to 1752478400.000001 direct "
     "> direct in D1MARIA thread 1752478400.000001",
     {DIRECT("yes"), "payload.event.thread_ts = \"1752478400.000001\""}},
    {"its type says so too",
     "direct",
     "text by U1MARIA 'yes' message X1MARIA:1752478500.000400 direct > direct in X1MARIA",
     {DIRECT("yes"), "payload.event.channel = \"X1MARIA\""}},
    {"nothing at all", "direct", "nothing", {DIRECT("")}},
};

static void test_direct_messages(void **state)
{
    (void)state;
    check(direct_cases, G_N_ELEMENTS(direct_cases), &us);
}

#define NAMED(text)                                                                                \
    "command in C1WEST by U1MARIA '" text                                                          \
    "' message C1WEST:1752478500.000500 addressed > ephemeral in C1WEST"

static const Case mention_cases[] = {
    {"a mention begins a command", "mention", NAMED("sprint status")},
    {"so does the message it comes in", "named", NAMED("sprint status")},
    {"a family behind it", "named", NAMED("okr list"), {DIRECT("<@U0ANCHORD> okr list")}},
    {"its label is not read",
     "named",
     NAMED("sprint status"),
     {DIRECT("<@U0ANCHORD|sprint> status")}},
    {"people write a colon", "named", NAMED("sprint status"), {DIRECT("<@U0ANCHORD>: status")}},
    {"the editor writes a no-break space",
     "named",
     NAMED("sprint status"),
     {DIRECT("\\u00a0<@U0ANCHORD>\\u00a0status")}},
    {"alone it asks for help", "named", NAMED("sprint"), {DIRECT("<@U0ANCHORD>")}},
    {"what is no command is told so",
     "named",
     NAMED("sprint statsu, please"),
     {DIRECT("<@U0ANCHORD> statsu, please")}},
    {"in its thread",
     "named",
     "command in C1WEST by U1MARIA 'sprint status' message C1WEST:1752478500.000500 replies to "
     "1752478200.000100 addressed > ephemeral in C1WEST thread 1752478200.000100",
     {"payload.event.thread_ts = \"1752478200.000100\""}},
    {"in the middle it is talk",
     "named",
     "text in C1WEST by U1MARIA 'ask <@U0ANCHORD> for the status' message "
     "C1WEST:1752478500.000500 > ephemeral in C1WEST",
     {DIRECT("ask <@U0ANCHORD> for the status")}},
    {"which comes as a message", "mention", "nothing", {DIRECT("ask <@U0ANCHORD> for the status")}},
    {"a mention of somebody else",
     "named",
     "text in C1WEST by U1MARIA '<@U2JONAS> status' message C1WEST:1752478500.000500 > ephemeral "
     "in "
     "C1WEST",
     {DIRECT("<@U2JONAS> status")}},
    {"of somebody whose id begins alike",
     "named",
     "text in C1WEST by U1MARIA '<@U0ANCHORD2> status' message C1WEST:1752478500.000500 > "
     "ephemeral "
     "in C1WEST",
     {DIRECT("<@U0ANCHORD2> status")}},
    {"a mention that does not end",
     "named",
     "text in C1WEST by U1MARIA '<@U0ANCHORD' message C1WEST:1752478500.000500 > ephemeral in "
     "C1WEST",
     {DIRECT("<@U0ANCHORD")}},
    {"a mention that was only typed",
     "named",
     "text in C1WEST by U1MARIA '<@U0ANCHORD> status' message C1WEST:1752478500.000500 > ephemeral "
     "in C1WEST",
     {DIRECT("&lt;@U0ANCHORD&gt; status")}},
    {"by a bot", "mention", "nothing", {"payload.event.bot_id = \"B2OTHER\""}},
    {"in a document", "mention", "nothing", {"payload.event.subtype = \"document_mention\""}},
};

static void test_mentions(void **state)
{
    (void)state;
    check(mention_cases, G_N_ELEMENTS(mention_cases), &us);
}

#define EDITED(text)                                                                               \
    "text in C1WEST by U1MARIA '" text "' message C1WEST:1752478500.000300 replies to "            \
    "1752478200.000100 edited > ephemeral in C1WEST "                                              \
    "thread 1752478200.000100"

static const Case edit_cases[] = {
    {"an edit says what it says now", "changed", EDITED("kr1 29%")},
    {"an edit without what was there",
     "changed",
     EDITED("kr1 29%"),
     {"payload.event.previous_message"}},
    {"links that unfold are no edit", "changed", "nothing", {"payload.event.message.edited"}},
    {"nor is one that says the same",
     "changed",
     "nothing",
     {"payload.event.message.text = \"kr1 27%\""}},
    {"an edit that leaves nothing", "changed", EDITED(""), {"payload.event.message.text = \"\""}},
    {"a bot's edit", "changed", "nothing", {"payload.event.message.bot_id = \"B0ANCHORD\""}},
    {"an edit of nobody's", "changed", "nothing", {"payload.event.message.user"}},
    {"an edit of nothing", "changed", "nothing", {"payload.event.message = null"}},
    {"an edit of a wrong type", "changed", "nothing", {"payload.event.message = \"kr1\""}},
    {"a time of a wrong type",
     "changed",
     "nothing",
     {"payload.event.message.edited = \"1752478600.000000\""}},
    {"a deleted message says nothing", "deleted", EDITED("")},
    {"a bot's message is deleted",
     "deleted",
     "nothing",
     {"payload.event.previous_message.bot_id = \"B0ANCHORD\""}},
    {"nobody knows what was deleted", "deleted", "nothing", {"payload.event.previous_message"}},
    {"what was answered leaves a tombstone",
     "changed",
     EDITED(""),
     {"payload.event.message = {\"type\": \"message\", \"subtype\": \"tombstone\", \"user\": "
      "\"USLACKBOT\", \"text\": \"This message was deleted.\", \"ts\": \"1752478500.000300\"}"}},
    {"an edit in the direct conversation",
     "changed",
     "text by U1MARIA 'kr1 29%' message D1MARIA:1752478500.000300 replies to 1752478200.000100 "
     "edited direct > direct in D1MARIA thread 1752478200.000100",
     {"payload.event.channel = \"D1MARIA\""}},
};

static void test_edits(void **state)
{
    (void)state;
    check(edit_cases, G_N_ELEMENTS(edit_cases), &us);
}

/* All else ------------------------------------------------------------------------------------ */

#define TYPE(name) "payload.event.type = \"" name "\""

static const Case other_cases[] = {
    {"a member looks at their page", "home", "home by U1MARIA direct > home in D1MARIA"},
    {"or at the conversation", "home", "nothing", {"payload.event.tab = \"messages\""}},
    {"or nobody says at what", "home", "nothing", {"payload.event.tab"}},
    {"nobody looks", "home", "nothing", {"payload.event.user"}},
    {"somebody comes", "joined", "joined in C1WEST by U2JONAS > none in C1WEST"},
    {"somebody goes", "left", "left in C1WEST by U2JONAS > none in C1WEST"},
    {"the bot itself comes", "joined", "here C1WEST", {"payload.event.user = \"U0ANCHORD\""}},
    {"the bot itself goes", "left", "gone C1WEST", {"payload.event.user = \"U0ANCHORD\""}},
    {"nobody comes", "joined", "nothing", {"payload.event.user = null"}},
    {"somebody comes nowhere", "joined", "nothing", {"payload.event.channel = 7"}},
    {"an archived channel", "channel", "gone C1WEST"},
    {"one that is back", "channel", "here C1WEST", {TYPE("channel_unarchive")}},
    {"a deleted channel", "channel", "gone C1WEST", {TYPE("channel_deleted")}},
    {"the bot was removed", "channel", "gone C1WEST", {TYPE("channel_left")}},
    {"an archived private channel", "channel", "gone C1WEST", {TYPE("group_archive")}},
    {"a private one that is back", "channel", "here C1WEST", {TYPE("group_unarchive")}},
    {"a deleted private channel", "channel", "gone C1WEST", {TYPE("group_deleted")}},
    {"the bot was removed from a private channel", "channel", "gone C1WEST", {TYPE("group_left")}},
    {"a channel as an object",
     "channel",
     "gone C1WEST",
     {"payload.event.channel = {\"id\": \"C1WEST\", \"name\": \"west\"}"}},
    {"no channel", "channel", "nothing", {"payload.event.channel"}},
    {"a new name means nothing", "channel", "nothing", {TYPE("channel_rename")}},
    {"a channel has another id", "moved", "moved in C1WEST value C9WEST > none in C1WEST"},
    {"the same id", "moved", "nothing", {"payload.event.new_channel_id = \"C1WEST\""}},
    {"only half of it", "moved", "nothing", {"payload.event.new_channel_id"}},
    {"a user changes", "user", "user U2JONAS"},
    {"a new user", "user", "user U2JONAS", {TYPE("team_join")}},
    {"a user who is only an id", "user", "nothing", {"payload.event.user = \"U2JONAS\""}},
    {"a user without an id", "user", "nothing", {"payload.event.user.id"}},
    {"a group changes", "group", "group S1SALES"},
    {"a group is another one now",
     "group",
     "group S1SALES",
     {TYPE("subteam_updated"), "payload.event.subteam_id",
      "payload.event.subteam = {\"id\": \"S1SALES\", \"handle\": \"sales\"}"}},
    {"no group", "group", "nothing", {"payload.event.subteam_id = []"}},
    {"the token is revoked", "revoked", "revoked"},
    {"somebody else's token is",
     "revoked",
     "nothing",
     {"payload.event.tokens = {\"oauth\": [\"U1MARIA\"], \"bot\": []}"}},
    {"nobody says whose", "revoked", "revoked", {"payload.event.tokens"}},
    {"the app is removed", "uninstalled", "revoked"},
    {"there are too many events", "limited", "limited"},
    {"another workspace has too many", "limited", "nothing", {"payload.team_id = \"T2OTHER\""}},
};

static void test_all_else(void **state)
{
    (void)state;
    check(other_cases, G_N_ELEMENTS(other_cases), &us);
}

/* Before auth.test has said who we are. */
static const Case early_cases[] = {
    {"any workspace's", "slash", SLASH("sprint status"), {"payload.team_id = \"T2OTHER\""}},
    {"a mention of nobody known", "named",
     "text in C1WEST by U1MARIA '<@U0ANCHORD> status' message C1WEST:1752478500.000500 > ephemeral "
     "in C1WEST"},
    {"a bot is still known by its id",
     "message",
     "nothing",
     {"payload.event.bot_id = \"B0ANCHORD\""}},
    {"nobody is nobody", "joined", "nothing", {"payload.event.user = null"}},
};

static void test_before_we_know_who_we_are(void **state)
{
    (void)state;
    check(early_cases, G_N_ELEMENTS(early_cases), &nobody);
}

/* Keys ---------------------------------------------------------------------------------------- */

typedef struct KeyCase {
    const char *name, *payload, *expected;
    const char *changes[CHANGES_MAX];
} KeyCase;

static const KeyCase key_cases[] = {
    {"a command is its trigger, whatever envelope it comes in",
     "slash",
     "slack/T1ACME/trigger/100.200.slash",
     {"envelope_id = \"another\""}},
    {"a command without a trigger is its envelope",
     "slash",
     "slack/T1ACME/envelope/one",
     {"payload.trigger_id = null", "envelope_id = \"one\""}},
    {"a trigger that is no id does not count",
     "slash",
     "slack/T1ACME/envelope/one",
     {"payload.trigger_id = \"../T2OTHER/x\"", "envelope_id = \"one\""}},
    {"a press is its trigger", "button", "slack/T1ACME/trigger/100.200.button"},
    {"a message is its channel and time", "message",
     "slack/T1ACME/message/C1WEST/1752478500.000200"},
    {"so is a mention", "mention", "slack/T1ACME/message/C1WEST/1752478500.000500"},
    {"and the message it came in", "named", "slack/T1ACME/message/C1WEST/1752478500.000500"},
    {"an edit has a time of its own", "changed",
     "slack/T1ACME/edit/C1WEST/1752478500.000300/1752478600.000000"},
    {"a message is deleted once", "deleted", "slack/T1ACME/delete/C1WEST/1752478500.000300"},
    {"all else is its event",
     "joined",
     "slack/T1ACME/event/Ev1JOINED",
     {"envelope_id = \"another\"", "retry_attempt = 2"}},
    {"an event without an id is its envelope",
     "joined",
     "slack/T1ACME/envelope/one",
     {"payload.event_id", "envelope_id = \"one\""}},
    {"a page is looked at again and again", "home", "slack/T1ACME/event/Ev1HOME"},
    {"a guest's event is kept among ours",
     "message",
     "slack/T1ACME/message/C1WEST/1752478500.000200",
     {"payload.team_id = \"T2OTHER\""}},
    {"one that names no workspace too",
     "slash",
     "slack/T1ACME/trigger/100.200.slash",
     {"payload.team_id"}},
};

static void test_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(key_cases); i++) {
        SlackEnvelope *envelope = envelope_with(key_cases[i].payload, key_cases[i].changes);
        g_auto(Intake) intake = intake_read(envelope, &us);

        if (intake.event == NULL || strcmp(intake.event->key, key_cases[i].expected) != 0) {
            fail_msg("%s: %s", key_cases[i].name,
                     intake.event != NULL ? intake.event->key : "nothing");
        }
        free_envelope(envelope);
    }
}

static void test_a_closed_form_is_known_by_its_envelope(void **state)
{
    (void)state;
    SlackEnvelope *envelope = filled("closed", "C1WEST", "Grow to $30M");
    g_auto(Intake) intake = intake_read(envelope, &us);

    assert_true(g_str_has_prefix(intake.event->key, "slack/T1ACME/envelope/"));
    free_envelope(envelope);
}

/* Rubbish ------------------------------------------------------------------------------------- */

/* What may stand in any place. */
static const char *const rubbish[] = {
    "null",          "true",   "0",          "-1e300",
    "\"\"",          "\"x\"",  "[]",         "{}",
    "[[[]]]",        "[null]", "{\"id\":7}", "\"\\u0001/../\\ud83d\\ude00\"",
    "{\"type\":[]}", NULL, /* nothing at all */
};

static void check_sane(const SlackEnvelope *envelope)
{
    g_auto(Intake) intake = intake_read(envelope, &us);
    g_autofree char *line = told(&intake);

    assert_true(*line != '\0');
    if (intake.kind == INTAKE_EVENT) {
        assert_true(g_str_has_prefix(intake.event->key, "slack/T1ACME/"));
        assert_true(intake.event->member != NULL || intake.event->kind == EVENT_MOVED);
        assert_true(intake.event->direct || intake.event->channel != NULL);
        assert_true(intake.by != ANSWER_EPHEMERAL || intake.channel != NULL);
    }
    g_auto(Intake) early = intake_read(envelope, &nobody); /* of any workspace */
    assert_true((early.kind == INTAKE_EVENT) == (early.event != NULL));
}

static size_t spoil(Json *root, Json *place);

/* Puts each piece of rubbish in the place of `child`, reads it, and puts `child` back. */
// NOLINTNEXTLINE(misc-no-recursion): as deep as the payloads beside this file
static size_t spoil_child(Json *root, Json *place, Json *child)
{
    g_autoptr(Json) was = cJSON_Duplicate(child, true);
    g_autofree char *key = g_strdup(child->string);
    Json *there = child;

    for (size_t i = 0; i < G_N_ELEMENTS(rubbish); i++) {
        bool absent = rubbish[i] == NULL;
        Json *piece = absent ? cJSON_CreateNull() : json_parse(rubbish[i], strlen(rubbish[i]));

        if (key != NULL) {
            piece->string = g_strdup(absent ? "absent" : key);
        }
        cJSON_ReplaceItemViaPointer(place, there, piece);
        there = piece;
        SlackEnvelope *envelope = envelope_of(root);
        check_sane(envelope);
        free_envelope(envelope);
    }
    Json *again = cJSON_Duplicate(was, true);
    if (key != NULL && again->string == NULL) {
        again->string = g_strdup(key);
    }
    cJSON_ReplaceItemViaPointer(place, there, again);
    return G_N_ELEMENTS(rubbish) + spoil(root, again);
}

// NOLINTNEXTLINE(misc-no-recursion)
static size_t spoil(Json *root, Json *place)
{
    size_t n = 0;

    for (int i = 0; i < cJSON_GetArraySize(place); i++) {
        n += spoil_child(root, place, cJSON_GetArrayItem(place, i));
    }
    return n;
}

static void test_rubbish_in_any_place_is_survived(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(PAYLOADS, 0, &error);
    const char *name = NULL;
    size_t files = 0, spoilt = 0;

    assert_non_null(dir);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *stem = g_strndup(name, strcspn(name, "."));
        g_autoptr(Json) root = read_payload(stem);

        spoilt += spoil(root, member_of(root, "payload"));
        files++;
    }
    assert_true(files >= 25);
    assert_true(spoilt > 5000);
}

static void test_rubbish_in_a_form_is_survived(void **state)
{
    (void)state;
    static const char *const payloads[] = {"submission", "closed", "more"};

    for (size_t i = 0; i < G_N_ELEMENTS(payloads); i++) {
        SlackEnvelope *envelope = filled(payloads[i], "C1WEST", "Grow to $30M");
        g_autoptr(Json) root = json_new_object();

        json_put_text(root, "envelope_id", "one");
        json_put_text(root, "type", "interactive");
        json_put(root, "payload", cJSON_Duplicate(envelope->payload, true));
        spoil(root, member_of(root, "payload"));
        free_envelope(envelope);
    }
}

/* Whoever wrote "intake_event_name" wrote a row that a sample can reach. */
static void test_every_event_is_named_once(void **state)
{
    (void)state;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    size_t n = 0;

    for (const char *name = NULL; (name = intake_event_name(n)) != NULL; n++) {
        assert_true(g_hash_table_add(seen, (gpointer)(uintptr_t)name));
    }
    assert_true(n >= 20);
    assert_null(intake_event_name(n + 1));
    assert_null(intake_event_name(SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slash_commands),
        cmocka_unit_test(test_a_slash_command_can_be_answered_in_every_way),
        cmocka_unit_test(test_a_huge_text_is_cut_between_characters),
        cmocka_unit_test(test_buttons),
        cmocka_unit_test(test_a_press_can_be_answered_by_its_secrets),
        cmocka_unit_test(test_clearing_leaves_nothing),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_a_form_names_its_view),
        cmocka_unit_test(test_a_form_names_what_was_filled_in),
        cmocka_unit_test(test_a_form_gets_one_more_row),
        cmocka_unit_test(test_no_more_rows_than_there_may_be),
        cmocka_unit_test(test_foreign_views),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_direct_messages),
        cmocka_unit_test(test_mentions),
        cmocka_unit_test(test_edits),
        cmocka_unit_test(test_all_else),
        cmocka_unit_test(test_before_we_know_who_we_are),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_a_closed_form_is_known_by_its_envelope),
        cmocka_unit_test(test_rubbish_in_any_place_is_survived),
        cmocka_unit_test(test_rubbish_in_a_form_is_survived),
        cmocka_unit_test(test_every_event_is_named_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
