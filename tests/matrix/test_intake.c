/* What happens in a room, and what becomes of it. Every case begins with a whole event, changes a
 * few members of it, and says in one line what is to come out; each is read in /sync's form and in
 * the older one that homeservers push to application services. */

#include "bot/matrix/intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "html.h"

#define OWN   "@anchord:example.org"
#define MARIA "@maria:example.org"
#define JONAS "@jonas:example.org"
#define WEST  "!west:example.org"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatrixTargets, matrix_targets_free)

/* Events -------------------------------------------------------------------------------------- */

#define HEAD(type)                                                                                 \
    "\"type\":\"" type "\",\"event_id\":\"$1\",\"sender\":\"" MARIA                                \
    "\",\"origin_server_ts\":1752478500000,\"unsigned\":{\"age\":5,\"membership\":\"join\"}"
#define RELATES(type, to) "\"m.relates_to\":{\"rel_type\":\"" type "\",\"event_id\":\"" to "\"}"

typedef struct Sample {
    const char *name, *json;
} Sample;

static const Sample samples[] = {
    {"message", "{" HEAD("m.room.message") ",\"content\":{\"msgtype\":\"m.text\",\"body\":"
                                           "\"kr1 27%\",\"m.mentions\":{}}}"},
    {"thread",
     "{" HEAD("m.room.message") ",\"content\":{\"msgtype\":\"m.text\",\"body\":\"kr1 27%\","
                                "\"m.mentions\":{},\"m.relates_to\":{\"rel_type\":\"m.thread\","
                                "\"event_id\":\"$prompt\",\"is_falling_back\":true,"
                                "\"m.in_reply_to\":{\"event_id\":\"$inside\"}}}}"},
    {"reply", "{" HEAD("m.room.message") ",\"content\":{\"msgtype\":\"m.text\",\"body\":\"> <" OWN
                                         "> Where do they stand?\\n\\nkr1 27%\",\"m.mentions\":"
                                         "{\"user_ids\":[\"" OWN "\"]},\"m.relates_to\":"
                                         "{\"m.in_reply_to\":{\"event_id\":\"$prompt\"}}}}"},
    {"mention",
     "{" HEAD("m.room.message") ",\"content\":{\"msgtype\":\"m.text\",\"body\":"
                                "\"Sprint Anchor: status\",\"format\":\"org.matrix.custom.html\","
                                "\"formatted_body\":\"<a href=\\\"https://matrix.to/#/" OWN
                                "\\\">Sprint Anchor</a>: status\",\"m.mentions\":{\"user_ids\":"
                                "[\"" OWN "\"]}}}"},
    {"edit",
     "{" HEAD("m.room.message") ",\"content\":{\"msgtype\":\"m.text\",\"body\":\"* kr1 30%\","
                                "\"m.new_content\":{\"msgtype\":\"m.text\",\"body\":\"kr1 "
                                "30%\"}," RELATES("m.replace", "$inside") "}}"},
    {"redaction",
     "{" HEAD("m.room.redaction") ",\"redacts\":\"$inside\",\"content\":{\"reason\":\"typo\"}}"},
    {"reaction",
     "{" HEAD("m.reaction") ",\"content\":{\"m.relates_to\":{\"rel_type\":\"m.annotation\","
                            "\"event_id\":\"$prompt\",\"key\":\"✅\"}}}"},
    {"vote", "{" HEAD("org.matrix.msc3381.poll.response") ",\"content\":{" RELATES(
                 "m.reference", "$poll") ",\"org.matrix.msc3381.poll.response\":{\"answers\":"
                                         "[\"7\"]}}}"},
    {"stable vote", "{" HEAD("m.poll.response") ",\"content\":{" RELATES(
                        "m.reference", "$poll") ",\"m.selections\":[\"7\"]}}"},
    {"member",
     "{" HEAD("m.room.member") ",\"state_key\":\"" MARIA "\",\"content\":{\"membership\":\"join\","
                               "\"displayname\":\"Maria\"}}"},
    {"power", "{" HEAD("m.room.power_levels") ",\"state_key\":\"\",\"content\":{\"users\":{}}}"},
    {"encrypted", "{" HEAD("m.room.encrypted") ",\"content\":{\"algorithm\":"
                                               "\"m.megolm.v1.aes-sha2\",\"ciphertext\":\"x\"}}"},
    {"poll", "{" HEAD("org.matrix.msc3381.poll.start") ",\"content\":{\"anchord\":{\"row\":"
                                                       "\"install/7\"}}}"},
};

static Json *sample(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        if (strcmp(samples[i].name, name) == 0) {
            Json *json = json_parse(samples[i].json, strlen(samples[i].json));

            if (json == NULL) {
                fail_msg("%s is not JSON: %s", name, samples[i].json);
            }
            return json;
        }
    }
    fail_msg("no sample %s", name);
    return NULL;
}

/* Puts a value in its place, or takes away what is there: NULL. */
static void put(Json *parent, const char *key, Json *take_value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(parent, key);
    if (take_value != NULL) {
        cJSON_AddItemToObject(parent, key, take_value);
    }
}

/* "content/body = \"x\"", or "content/body" to take it away. */
static void change(Json *root, const char *what)
{
    g_auto(GStrv) sides = g_strsplit(what, " = ", 2);
    g_auto(GStrv) keys = g_strsplit(sides[0], "/", -1);
    Json *value = sides[1] != NULL ? json_parse(sides[1], strlen(sides[1])) : NULL;
    Json *parent = root;
    guint n = g_strv_length(keys);

    if (sides[1] != NULL && value == NULL) {
        fail_msg("not JSON: %s", what);
    }
    for (guint i = 0; i + 1 < n; i++) {
        parent = cJSON_GetObjectItemCaseSensitive(parent, keys[i]);
        if (parent == NULL) {
            fail_msg("nothing at %s", what);
        }
    }
    put(parent, keys[n - 1], value);
}

/* The same as homeservers push it. */
static void make_old(Json *root)
{
    Json *extra = cJSON_GetObjectItemCaseSensitive(root, "unsigned");
    Json *before = cJSON_DetachItemFromObjectCaseSensitive(extra, "prev_content");

    cJSON_DeleteItemFromObjectCaseSensitive(extra, "membership");
    json_put_text(root, "room_id", WEST);
    json_put_text(root, "user_id", json_text(root, "sender"));
    json_put_int(root, "age", 5);
    if (before != NULL) {
        cJSON_AddItemToObject(root, "prev_content", before);
    }
}

/* What is known of the room ------------------------------------------------------------------- */

#define PRESS(key, action, value, more)                                                            \
    "\"" key "\":{\"action\":\"" action "\",\"value\":\"" value "\"" more "}"
#define FROM(id, sender, content)                                                                  \
    "{\"event_id\":\"" id "\",\"sender\":\"" sender "\",\"content\":{" content "}}"

#define AT(ms, id, content)                                                                        \
    "{\"event_id\":\"" id "\",\"sender\":\"" OWN "\",\"origin_server_ts\":" ms                     \
    ",\"content\":{" content "}}"
#define WITH_SAME "\"anchord\":{\"buttons\":{" PRESS("✅", "checkin.same", "7", "") "}}"
#define WITH_NEXT "\"anchord\":{\"buttons\":{" PRESS("✅", "checkin.same", "8", "") "}}"
#define SUMMED    "1752478500000" /* as the samples' own */

static const char *const known[] = {
    FROM("$changed", OWN, "\"body\":\"x\"," RELATES("m.replace", "$prompt")),
    FROM("$prompt", OWN,
         "\"anchord\":{\"row\":\"install/1\",\"buttons\":{" PRESS(
             "✅", "checkin.same", "7",
             "") "," PRESS("1️⃣", "form.open", "sprint setup",
                           "") "," PRESS("🌴", "checkin.away", "7",
                                         ",\"channel\":\"!east:example.org\"") "}}"),
    FROM("$poll", OWN,
         "\"anchord\":{\"row\":\"install/2\",\"poll\":\"confidence\"}," RELATES("m.thread",
                                                                                "$prompt")),
    FROM("$question", OWN, "\"body\":\"Which?\"," RELATES("m.thread", "$begun")),
    FROM("$begun", MARIA, "\"body\":\"!sprint open\""),
    FROM("$inside", MARIA, "\"body\":\"kr1 27%\"," RELATES("m.thread", "$prompt")),
    FROM("$talk", JONAS, "\"body\":\"hello\""),
    FROM("$pressed", MARIA,
         "\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$prompt\",\"key\":\"✅\"}"),
    FROM("$left", MARIA,
         "\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$prompt\",\"key\":\"🌴\"}"),
    FROM("$voted", MARIA, RELATES("m.reference", "$poll")),
    FROM("$voted elsewhere", MARIA, RELATES("m.reference", "$talk")),
    FROM("$taken", MARIA, ""),
    AT("1752477600000", "$asked", WITH_SAME),
    AT(SUMMED, "$summed", "\"body\":\"x\"," RELATES("m.replace", "$asked")),
    AT("1752478600000", "$again", "\"body\":\"y\"," RELATES("m.replace", "$asked")),
    "{\"event_id\":\"$fetched\",\"sender\":\"" OWN "\",\"content\":{" WITH_SAME
    "},\"unsigned\":{\"m.relations\":{\"m.replace\":" AT(SUMMED, "$later",
                                                         "\"m.new_content\":{}") "}}}",
    "{\"event_id\":\"$kept\",\"sender\":\"" OWN "\",\"content\":{" WITH_SAME
    "},\"unsigned\":{\"m.relations\":{\"m.replace\":" AT(SUMMED, "$turned",
                                                         "\"m.new_content\":{" WITH_NEXT "}") "}}}",
    AT(SUMMED, "$turned", "\"m.new_content\":{" WITH_NEXT "}," RELATES("m.replace", "$kept")),
};

static MatrixTargets *targets_of_room(void)
{
    MatrixTargets *targets = matrix_targets_new(50);

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autoptr(Json) event = json_parse(known[i], strlen(known[i]));

        assert_non_null(event);
        matrix_targets_put(targets, matrix_target_read(event, WEST, OWN));
    }
    matrix_targets_put(targets, matrix_target_gone(WEST, "$gone"));
    return targets;
}

static MatrixPlace place_with(const MatrixTargets *targets, bool direct)
{
    return (MatrixPlace){.workspace = "acme",
                         .room = WEST,
                         .direct = direct,
                         .own_user = OWN,
                         .own_name = "Sprint Anchor",
                         .install = "install",
                         .targets = targets};
}

/* In one line --------------------------------------------------------------------------------- */

static const char *const event_names[] = {
    [EVENT_COMMAND] = "command", [EVENT_TEXT] = "text", [EVENT_BUTTON] = "button",
    [EVENT_JOINED] = "joined",   [EVENT_LEFT] = "left",
};

static const char *const kind_names[] = {
    [MATRIX_NOTHING] = "nothing",
    [MATRIX_EVENT] = "",
    [MATRIX_OWN] = "own",
    [MATRIX_LOOK] = "look at",
    [MATRIX_ENCRYPTED] = "encrypted",
    [MATRIX_MEMBER] = "member",
    [MATRIX_RULES] = "rules",
};

static void tell(GString *out, const char *label, const char *value)
{
    if (value != NULL) {
        g_string_append_printf(out, "%s%s%s", out->len > 0 ? " " : "", label, value);
    }
}

static void tell_event(GString *out, const Event *event)
{
    g_autofree char *quoted = event->text != NULL ? g_strdup_printf("'%s'", event->text) : NULL;

    tell(out, "", event_names[event->kind]);
    if (g_strcmp0(event->channel, WEST) != 0) {
        tell(out, "in ", event->channel != NULL ? event->channel : "no channel");
    }
    if (g_strcmp0(event->member, MARIA) != 0) {
        tell(out, "by ", event->member);
    }
    tell(out, "", quoted);
    tell(out, "action ", event->action);
    tell(out, "value ", event->value);
    tell(out, "as ", event->message);
    tell(out, event->replies_to_us ? "to our " : "to ", event->replies_to);
    tell(out, "under ", event->answer_under);
    tell(out, "edited", event->edited ? "" : NULL);
    tell(out, "secret", event->secret ? "" : NULL);
    tell(out, "direct", event->direct ? "" : NULL);
    tell(out, "addressed", event->addressed ? "" : NULL);
    assert_string_equal(event->key, "matrix/acme/$1");
    assert_true(event->conversation && event->answer_out);
    assert_true(event->text == NULL || strlen(event->text) == event->text_len);
    assert_true(event->thread == NULL && event->tag == NULL);
    assert_int_equal(event->standing, STANDING_UNASKED);
}

static char *told(const MatrixIntake *intake)
{
    GString *out = g_string_new(kind_names[intake->kind]);

    tell(out, "", intake->id);
    tell(out, "row ", intake->row);
    if (intake->event != NULL) {
        tell_event(out, intake->event);
    }
    tell(out, "wants rank", intake->wants_rank ? "" : NULL);
    return g_string_free(out, FALSE);
}

#define CHANGES_MAX 5

typedef struct Case {
    const char *promise, *sample, *want;
    const char *changes[CHANGES_MAX];
} Case;

static void check_one(const Case *one, bool direct, bool old)
{
    g_autoptr(Json) root = sample(one->sample);
    g_autoptr(MatrixTargets) targets = targets_of_room();
    MatrixPlace place = place_with(targets, direct);

    for (size_t i = 0; i < CHANGES_MAX && one->changes[i] != NULL; i++) {
        change(root, one->changes[i]);
    }
    if (old) {
        make_old(root);
    }
    g_auto(MatrixIntake) intake = matrix_intake(root, &place);
    g_autofree char *got = told(&intake);
    if (strcmp(got, one->want) != 0) {
        fail_msg("%s%s: %s", one->promise, old ? " (pushed)" : "", got);
    }
}

static void check(const Case *cases, size_t n, bool direct)
{
    for (size_t i = 0; i < n; i++) {
        check_one(&cases[i], direct, false);
        check_one(&cases[i], direct, true);
    }
}

/* Talk ---------------------------------------------------------------------------------------- */

static const Case talk[] = {
    {"people talk", "message", "text 'kr1 27%' as $1 under $1"},
    {"what programs say", "message", "nothing", {"content/msgtype = \"m.notice\""}},
    {"what people do", "message", "nothing", {"content/msgtype = \"m.emote\""}},
    {"a picture", "message", "nothing", {"content/msgtype = \"m.image\""}},
    {"a message of no type", "message", "nothing", {"content/msgtype"}},
    {"a message without words", "message", "nothing", {"content/body = \"\""}},
    {"a redacted message", "message", "nothing", {"content = {}"}},
    {"a redacted message, as servers say",
     "message",
     "nothing",
     {"unsigned/redacted_because = {}"}},
    {"a message without content", "message", "nothing", {"content"}},
    {"without a sender", "message", "nothing", {"sender"}},
    {"from who is none", "message", "nothing", {"sender = \"maria\""}},
    {"without an id", "message", "nothing", {"event_id"}},
    {"of no type", "message", "nothing", {"type = 7"}},
    {"of a type that nobody knows yet", "message", "nothing", {"type = \"org.x.new\""}},
    {"a message that says it is state", "message", "nothing", {"state_key = \"\""}},
    {"the core judges what NULs mean",
     "message",
     "text 'a\xEF\xBF\xBD"
     "b' as $1 under $1",
     {"content/body = \"a\\u0000b\""}},
    {"who mentions somebody names their id",
     "message",
     "text 'ask " JONAS "' as $1 under $1",
     {"content/body = \"ask Jonas\"", "content/format = \"org.matrix.custom.html\"",
      "content/formatted_body = \"ask <a href='https://matrix.to/#/" JONAS "'>Jonas</a>\""}},

    {"in a prompt's thread", "thread", "text 'kr1 27%' as $1 to our $prompt under $prompt"},
    {"a reply inside of a thread",
     "thread",
     "text 'kr1 27%' as $1 to our $prompt under $prompt",
     {"content/m.relates_to/is_falling_back = false"}},
    {"in a thread that a member began",
     "thread",
     "text 'kr1 27%' as $1 to $begun under $begun",
     {"content/m.relates_to/event_id = \"$begun\""}},
    {"in a thread that nobody knows",
     "thread",
     "look at $x",
     {"content/m.relates_to/event_id = \"$x\""}},
    {"in a thread whose beginning is gone",
     "thread",
     "text 'kr1 27%' as $1 to $gone under $gone",
     {"content/m.relates_to/event_id = \"$gone\""}},
    {"in a thread of nothing",
     "thread",
     "text 'kr1 27%' as $1 under $1",
     {"content/m.relates_to = {\"rel_type\":\"m.thread\"}"}},

    {"a reply to the prompt is said in its thread, and to nobody by name", "reply",
     "text 'kr1 27%' as $1 to our $prompt under $prompt"},
    {"a reply to our question is said in the question's thread",
     "reply",
     "text 'kr1 27%' as $1 to $begun under $begun",
     {"content/m.relates_to/m.in_reply_to/event_id = \"$question\""}},
    {"a reply to an edit of ours is one to the message",
     "reply",
     "text 'kr1 27%' as $1 to our $prompt under $prompt",
     {"content/m.relates_to/m.in_reply_to/event_id = \"$changed\""}},
    {"a reply to a member is talk",
     "reply",
     "text 'kr1 27%' as $1 under $1",
     {"content/m.relates_to/m.in_reply_to/event_id = \"$talk\""}},
    {"a reply to what nobody knows",
     "reply",
     "look at $x",
     {"content/m.relates_to/m.in_reply_to/event_id = \"$x\""}},
    {"a reply to what is gone",
     "reply",
     "text 'kr1 27%' as $1 under $1",
     {"content/m.relates_to/m.in_reply_to/event_id = \"$gone\""}},
    {"a reply of quotes alone", "reply", "nothing", {"content/body = \"> kr1 27%\""}},
    {"relations of wrong types",
     "reply",
     "nothing",
     {"content/m.relates_to = [1]", "content/body = 1"}},
};

static void test_people_talk(void **state)
{
    (void)state;
    check(talk, G_N_ELEMENTS(talk), false);
}

/* Commands ------------------------------------------------------------------------------------ */

#define BODY(text)    "content/body = \"" text "\""
#define NO_HTML       "content/format"
#define MENTIONS_NONE "content/m.mentions = {}"

static const Case commands_given[] = {
    {"a command", "message", "command 'sprint status' as $1 under $1", {BODY("!sprint status")}},
    {"of the other family", "message", "command 'okr list' as $1 under $1", {BODY("!okr list")}},
    {"in capitals", "message", "command 'sprint Status' as $1 under $1", {BODY("!SPRINT Status")}},
    {"without more", "message", "command 'sprint' as $1 under $1", {BODY("!sprint")}},
    {"with lines",
     "message",
     "command 'sprint open\ntrigger: x' as $1 under $1",
     {BODY("!sprint open\\ntrigger: x")}},
    {"behind blanks",
     "message",
     "command 'sprint status' as $1 under $1",
     {BODY(" \\n!sprint status")}},
    {"that a client let through",
     "message",
     "command 'sprint status' as $1 under $1",
     {BODY("/sprint status")}},
    {"that nobody knows",
     "message",
     "command 'sprint hello' as $1 under $1",
     {BODY("!sprint hello")}},
    {"a blank in between is none", "message", "text '! sprint' as $1 under $1", {BODY("! sprint")}},
    {"a longer word is none", "message", "text '!sprintfoo' as $1 under $1", {BODY("!sprintfoo")}},
    {"a command's own word in a room is talk",
     "message",
     "text 'status' as $1 under $1",
     {BODY("status")}},
    {"its family without its mark is talk",
     "message",
     "text 'sprint status' as $1 under $1",
     {BODY("sprint status")}},
    {"in a thread",
     "thread",
     "command 'sprint status' as $1 to our $prompt under $prompt",
     {BODY("!sprint status")}},
    {"setting up is for those who may",
     "message",
     "command 'sprint setup\nname: West' as $1 under $1 wants rank",
     {BODY("!sprint setup\\nname: West")}},
    {"however it is spelled",
     "message",
     "command 'sprint S\u200BET-up' as $1 under $1 wants rank",
     {BODY("!Sprint S\u200BET-up")}},

    {"called by a mention", "mention", "command 'sprint status' as $1 under $1 addressed"},
    {"with a mark",
     "mention",
     "command 'okr list' as $1 under $1 addressed",
     {BODY("Sprint Anchor !okr list")}},
    {"for what is no command",
     "mention",
     "command 'sprint kr1 27%' as $1 under $1 addressed",
     {BODY("Sprint Anchor kr1 27%")}},
    {"without more words",
     "mention",
     "command 'sprint' as $1 under $1 addressed",
     {BODY("Sprint Anchor ")}},
    {"in the middle",
     "mention",
     "command 'sprint kr1 27% please' as $1 under $1 addressed",
     {BODY("kr1 27% Sprint Anchor, please"),
      "content/formatted_body = \"kr1 27% <a href='https://matrix.to/#/" OWN
      "'>Sprint Anchor</a>, please\""}},
    {"by id",
     "mention",
     "command 'sprint status' as $1 under $1 addressed",
     {BODY(OWN " status"), NO_HTML, MENTIONS_NONE}},
    {"by its short id",
     "mention",
     "command 'sprint status' as $1 under $1 addressed",
     {BODY("@Anchord: status"), NO_HTML, MENTIONS_NONE}},
    {"by name",
     "mention",
     "command 'sprint hello' as $1 under $1 addressed",
     {BODY("sprint anchor: hello"), NO_HTML, MENTIONS_NONE}},
    {"by name and for a command",
     "mention",
     "command 'sprint status' as $1 under $1 addressed",
     {BODY("anchord status"), NO_HTML, MENTIONS_NONE}},
    {"somewhere, as its client says",
     "mention",
     "command 'sprint what about it' as $1 under $1 addressed",
     {BODY("what about it"), NO_HTML}},
    {"to set up",
     "mention",
     "command 'sprint setup' as $1 under $1 addressed wants rank",
     {BODY("Sprint Anchor setup")}},
    {"talk about us is talk",
     "mention",
     "text 'anchord is down again' as $1 under $1",
     {BODY("anchord is down again"), NO_HTML, MENTIONS_NONE}},
    {"a namesake elsewhere is somebody else",
     "mention",
     "text '@anchord:other.org status' as $1 under $1",
     {BODY("@anchord:other.org status"), NO_HTML, MENTIONS_NONE}},
    {"a longer id is somebody else",
     "mention",
     "text '@anchord:example.org.uk status' as $1 under $1",
     {BODY("@anchord:example.org.uk status"), NO_HTML, MENTIONS_NONE}},
    {"a mention of a wrong type",
     "mention",
     "text 'hello' as $1 under $1",
     {BODY("hello"), NO_HTML, "content/m.mentions = {\"user_ids\":[7,{}]}"}},
    {"by name in a reply",
     "reply",
     "command 'sprint status' as $1 to our $prompt under $prompt addressed",
     {BODY("@anchord status")}},
};

static void test_commands(void **state)
{
    (void)state;
    check(commands_given, G_N_ELEMENTS(commands_given), false);
}

/* Alone with us ------------------------------------------------------------------------------- */

static const Case direct[] = {
    {"an answer", "message", "text in no channel 'kr1 27%' as $1 direct"},
    {"a command's own word",
     "message",
     "command in no channel 'sprint status' as $1 direct",
     {BODY("status")}},
    {"its family", "message", "command in no channel 'okr list' as $1 direct", {BODY("OKR list")}},
    {"its mark",
     "message",
     "command in no channel 'sprint status' as $1 direct addressed",
     {BODY("!sprint status")}},
    {"our name in front says nothing more", "mention",
     "command in no channel 'sprint status' as $1 direct addressed"},
    {"our name before an answer",
     "mention",
     "text in no channel 'kr1 27%' as $1 direct",
     {BODY("Sprint Anchor: kr1 27%")}},
    {"a team is not set up here",
     "message",
     "command in no channel 'sprint setup' as $1 direct",
     {BODY("setup")}},
    {"a thread", "thread", "text in no channel 'kr1 27%' as $1 to $prompt direct"},
    {"a reply to what nobody knows",
     "reply",
     "text in no channel 'kr1 27%' as $1 direct",
     {"content/m.relates_to/m.in_reply_to/event_id = \"$x\""}},
    {"a button", "reaction",
     "button in no channel action checkin.same value 7 as $1 to our $prompt direct"},
    {"a button that names a team's channel",
     "reaction",
     "button in !east:example.org action checkin.away value 7 as $1 to our $prompt",
     {"content/m.relates_to/key = \"🌴\""}},
    {"an edit", "edit", "text in no channel 'kr1 30%' as $inside to our $prompt edited direct"},
    {"who comes means nothing to a team", "member", "member"},
};

static void test_alone_with_us(void **state)
{
    (void)state;
    check(direct, G_N_ELEMENTS(direct), true);
}

/* Changes ------------------------------------------------------------------------------------- */

static const Case changes[] = {
    {"an edit says what the message says now", "edit",
     "text 'kr1 30%' as $inside to our $prompt under $prompt edited"},
    {"an edit of what stood alone",
     "edit",
     "text 'kr1 30%' as $begun under $begun edited",
     {"content/m.relates_to/event_id = \"$begun\""}},
    {"an edit by somebody else", "edit", "nothing", {"sender = \"" JONAS "\""}},
    {"an edit of what nobody knows",
     "edit",
     "look at $x",
     {"content/m.relates_to/event_id = \"$x\""}},
    {"an edit of what is gone", "edit", "nothing", {"content/m.relates_to/event_id = \"$gone\""}},
    {"an edit of what was redacted",
     "edit",
     "nothing",
     {"content/m.relates_to/event_id = \"$taken\""}},
    {"an edit without its new content", "edit", "nothing", {"content/m.new_content"}},
    {"an edit of nothing", "edit", "nothing", {"content/m.relates_to/event_id"}},
    {"an edit to a notice", "edit", "nothing", {"content/m.new_content/msgtype = \"m.notice\""}},
    {"an edit is no new command",
     "edit",
     "text '!sprint status' as $begun under $begun edited",
     {"content/m.relates_to/event_id = \"$begun\"",
      "content/m.new_content/body = \"!sprint status\""}},
    {"an edited check-in is its answer",
     "edit",
     "text 'kr1 30%' as $begun under $begun edited",
     {"content/m.relates_to/event_id = \"$begun\"",
      "content/m.new_content/body = \"!sprint check-in kr1 30%\""}},
    {"an edited call is what was said to us",
     "edit",
     "text 'kr1 30%' as $begun under $begun edited",
     {"content/m.relates_to/event_id = \"$begun\"",
      "content/m.new_content/body = \"@anchord: kr1 30%\""}},

    {"a redacted message is one without words", "redaction",
     "text '' as $inside to our $prompt under $prompt edited"},
    {"a newer room tells it in the content",
     "redaction",
     "text '' as $begun under $begun edited",
     {"redacts", "content/redacts = \"$begun\""}},
    {"the content counts where both tell",
     "redaction",
     "text '' as $begun under $begun edited",
     {"content/redacts = \"$begun\""}},
    {"a moderator's redaction is not theirs",
     "redaction",
     "text by " JONAS " '' as $talk under $talk edited",
     {"redacts = \"$talk\""}},
    {"a reaction taken back",
     "redaction",
     "text '' as $pressed under $pressed edited",
     {"redacts = \"$pressed\""}},
    {"who takes back that they are away is back, in the team that the button meant",
     "redaction",
     "command in !east:example.org 'sprint away back' as $1 to our $prompt under $prompt addressed",
     {"redacts = \"$left\""}},
    {"a vote redacted is one taken back",
     "redaction",
     "text '' as vote/$poll/" MARIA " to our $prompt under $prompt edited secret",
     {"redacts = \"$voted\""}},
    {"a vote on what is no poll of ours",
     "redaction",
     "nothing",
     {"redacts = \"$voted elsewhere\""}},
    {"what was redacted already",
     "redaction",
     "text '' as $taken under $taken edited",
     {"redacts = \"$taken\""}},
    {"what only the redaction tells of",
     "redaction",
     "text '' as $gone under $gone edited",
     {"redacts = \"$gone\""}},
    {"what nobody knows", "redaction", "look at $x", {"redacts = \"$x\""}},
    {"a redacted message of ours", "redaction", "nothing", {"redacts = \"$prompt\""}},
    {"a redaction of nothing", "redaction", "nothing", {"redacts"}},
    {"a redaction of a wrong type", "redaction", "nothing", {"redacts = 7"}},
};

static void test_changes(void **state)
{
    (void)state;
    check(changes, G_N_ELEMENTS(changes), false);
}

/* Reactions and votes ------------------------------------------------------------------------- */

#define SAME "button action checkin.same value 7 as $1 to our $prompt under $prompt"

static const Case presses[] = {
    {"a reaction is a button", "reaction", SAME},
    {"with a variation selector", "reaction", SAME, {"content/m.relates_to/key = \"✅\uFE0F\""}},
    {"with a skin tone", "reaction", SAME, {"content/m.relates_to/key = \"✅\U0001F3FD\""}},
    {"without its variation selector",
     "reaction",
     "button action form.open value sprint setup as $1 to our $prompt under $prompt wants rank",
     {"content/m.relates_to/key = \"1\u20E3\""}},
    {"that names a channel",
     "reaction",
     "button in !east:example.org action checkin.away value 7 as $1 to our $prompt under $prompt",
     {"content/m.relates_to/key = \"🌴\""}},
    {"from before the edit that took the button away",
     "reaction",
     "button action checkin.same value 7 as $1 to our $asked under $asked",
     {"content/m.relates_to/event_id = \"$asked\"", "origin_server_ts = 1752478499999"}},
    {"from right after it, by who had not seen it yet",
     "reaction",
     "button action checkin.same value 7 as $1 to our $asked under $asked",
     {"content/m.relates_to/event_id = \"$asked\""}},
    {"from after it",
     "reaction",
     "nothing",
     {"content/m.relates_to/event_id = \"$asked\"", "origin_server_ts = 1752478505000"}},
    {"from before an edit that is told with the message",
     "reaction",
     "button action checkin.same value 7 as $1 to our $fetched under $fetched",
     {"content/m.relates_to/event_id = \"$fetched\"", "origin_server_ts = 1752478499999"}},
    {"from after that",
     "reaction",
     "nothing",
     {"content/m.relates_to/event_id = \"$fetched\"", "origin_server_ts = 1752478505000"}},
    {"from before an edit that is told with the message, and comes by as well",
     "reaction",
     "button action checkin.same value 7 as $1 to our $kept under $kept",
     {"content/m.relates_to/event_id = \"$kept\"", "origin_server_ts = 1752478499999"}},
    {"from after that edit",
     "reaction",
     "button action checkin.same value 8 as $1 to our $kept under $kept",
     {"content/m.relates_to/event_id = \"$kept\""}},
    {"a reaction that means nothing", "reaction", "nothing", {"content/m.relates_to/key = \"🎉\""}},
    {"no key", "reaction", "nothing", {"content/m.relates_to/key"}},
    {"an empty key", "reaction", "nothing", {"content/m.relates_to/key = \"\""}},
    {"a key of nothing but selectors",
     "reaction",
     "nothing",
     {"content/m.relates_to/key = \"\uFE0F\""}},
    {"on a member's message", "reaction", "nothing", {"content/m.relates_to/event_id = \"$talk\""}},
    {"on what nobody knows", "reaction", "look at $x", {"content/m.relates_to/event_id = \"$x\""}},
    {"on what is gone", "reaction", "nothing", {"content/m.relates_to/event_id = \"$gone\""}},
    {"of another relation",
     "reaction",
     "nothing",
     {"content/m.relates_to/rel_type = \"m.reference\""}},
    {"our own", "reaction", "own $1", {"sender = \"" OWN "\""}},

    {"a vote is an answer", "vote",
     "text 'confidence 7' as vote/$poll/" MARIA " to our $prompt under $prompt edited secret"},
    {"in its later form", "stable vote",
     "text 'confidence 7' as vote/$poll/" MARIA " to our $prompt under $prompt edited secret"},
    {"a vote taken back",
     "vote",
     "text '' as vote/$poll/" MARIA " to our $prompt under $prompt edited secret",
     {"content/org.matrix.msc3381.poll.response/answers = []"}},
    {"the first of several counts",
     "vote",
     "text 'confidence 10' as vote/$poll/" MARIA " to our $prompt under $prompt edited secret",
     {"content/org.matrix.msc3381.poll.response/answers = [\"10\",\"1\"]"}},
    {"an answer that the poll does not have",
     "vote",
     "nothing",
     {"content/org.matrix.msc3381.poll.response/answers = [\"11\"]"}},
    {"an answer of a wrong type",
     "vote",
     "nothing",
     {"content/org.matrix.msc3381.poll.response/answers = [7]"}},
    {"no answers", "vote", "nothing", {"content/org.matrix.msc3381.poll.response"}},
    {"on a poll that nobody knows",
     "vote",
     "look at $x",
     {"content/m.relates_to/event_id = \"$x\""}},
    {"on what is no poll of ours",
     "vote",
     "nothing",
     {"content/m.relates_to/event_id = \"$prompt\""}},
};

static void test_reactions_and_votes(void **state)
{
    (void)state;
    check(presses, G_N_ELEMENTS(presses), false);
}

/* The room, and ours -------------------------------------------------------------------------- */

static const Case others[] = {
    {"our own message", "message", "own $1", {"sender = \"" OWN "\""}},
    {"our own message, with its row",
     "message",
     "own $1 row install/12",
     {"sender = \"" OWN "\"", "content/anchord = {\"row\":\"install/12\"}"}},
    {"our own edit, with its row",
     "edit",
     "own $1 row install/13",
     {"sender = \"" OWN "\"", "content/m.new_content/anchord = {\"row\":\"install/13\"}"}},
    {"the row of another installation",
     "message",
     "own $1",
     {"sender = \"" OWN "\"", "content/anchord = {\"row\":\"installed/12\"}"}},
    {"a row of a member's",
     "message",
     "text 'kr1 27%' as $1 under $1",
     {"content/anchord = {\"row\":\"install/12\"}"}},
    {"our own command is none",
     "message",
     "own $1",
     {"sender = \"" OWN "\"", BODY("!sprint status")}},
    {"our own poll", "poll", "own $1 row install/7", {"sender = \"" OWN "\""}},
    {"a member's poll", "poll", "nothing"},
    {"our own redaction", "redaction", "own $1", {"sender = \"" OWN "\""}},

    {"what we cannot read", "encrypted", "encrypted"},
    {"power levels", "power", "rules"},
    {"power levels that we set", "power", "rules", {"sender = \"" OWN "\""}},
    {"power levels that are no state", "power", "nothing", {"state_key"}},
    {"a room's encryption", "power", "rules", {"type = \"m.room.encryption\""}},
    {"a room's name", "power", "rules", {"type = \"m.room.name\""}},
    {"a room's end", "power", "rules", {"type = \"m.room.tombstone\""}},
    {"a room's topic", "power", "nothing", {"type = \"m.room.topic\""}},

    {"somebody comes", "member", "member joined"},
    {"somebody comes who was invited",
     "member",
     "member joined",
     {"unsigned/prev_content = {\"membership\":\"invite\"}"}},
    {"somebody has another name",
     "member",
     "member",
     {"unsigned/prev_content = {\"membership\":\"join\"}"}},
    {"somebody goes",
     "member",
     "member left",
     {"content/membership = \"leave\"", "unsigned/prev_content = {\"membership\":\"join\"}"}},
    {"somebody goes, and nothing is known of before",
     "member",
     "member left",
     {"content/membership = \"leave\""}},
    {"somebody is removed",
     "member",
     "member left by " JONAS,
     {"content/membership = \"leave\"", "sender = \"@admin:example.org\"",
      "state_key = \"" JONAS "\"", "unsigned/prev_content = {\"membership\":\"join\"}"}},
    {"somebody is banned",
     "member",
     "member left",
     {"content/membership = \"ban\"", "unsigned/prev_content = {\"membership\":\"join\"}"}},
    {"somebody declines",
     "member",
     "member",
     {"content/membership = \"leave\"", "unsigned/prev_content = {\"membership\":\"invite\"}"}},
    {"somebody is invited", "member", "member", {"content/membership = \"invite\""}},
    {"we come", "member", "member", {"state_key = \"" OWN "\"", "sender = \"" OWN "\""}},
    {"a membership of nobody", "member", "member", {"state_key = \"west\""}},
    {"a membership of no kind", "member", "member", {"content/membership = 7"}},
};

static void test_the_room_and_ours(void **state)
{
    (void)state;
    check(others, G_N_ELEMENTS(others), false);
}

static void test_without_a_name_of_our_own(void **state)
{
    g_autoptr(Json) root = sample("message");
    g_autoptr(MatrixTargets) targets = targets_of_room();
    MatrixPlace place = place_with(targets, false);

    (void)state;
    place.own_name = NULL;
    place.install = NULL;
    change(root, BODY("anchord: status"));
    g_auto(MatrixIntake) intake = matrix_intake(root, &place);
    g_autofree char *got = told(&intake);
    assert_string_equal(got, "command 'sprint status' as $1 under $1 addressed");
}

static void test_clearing_leaves_nothing(void **state)
{
    g_autoptr(Json) root = sample("message");
    g_autoptr(MatrixTargets) targets = targets_of_room();
    MatrixPlace place = place_with(targets, false);
    MatrixIntake intake = matrix_intake(root, &place);

    (void)state;
    matrix_intake_clear(&intake);
    matrix_intake_clear(&intake);
    assert_true(intake.event == NULL && intake.kind == MATRIX_NOTHING);
}

/* Rubbish ------------------------------------------------------------------------------------- */

/* Whatever comes: what is promised of each kind holds. */
static void check_sane(const Json *event, bool is_direct)
{
    g_autoptr(MatrixTargets) targets = targets_of_room();
    MatrixPlace place = place_with(targets, is_direct);
    g_auto(MatrixIntake) intake = matrix_intake(event, &place);

    assert_true(intake.kind != MATRIX_EVENT || intake.event != NULL);
    assert_true((intake.kind == MATRIX_LOOK || intake.kind == MATRIX_OWN) == (intake.id != NULL));
    if (intake.event != NULL) {
        const Event *made = intake.event;

        assert_true(made->member != NULL && g_str_has_prefix(made->key, "matrix/acme/"));
        assert_true(made->direct == (made->channel == NULL));
        assert_true(made->text == NULL || g_utf8_validate(made->text, -1, NULL));
        assert_true((made->answer_under == NULL) == is_direct || intake.kind == MATRIX_MEMBER);
    }
    matrix_target_free(matrix_target_read(event, WEST, OWN));
    matrix_target_free(matrix_target_read(event, WEST, json_text(event, "sender")));
}

#define OWN_JSON   "\"@anchord:example.org\""
#define MARIA_JSON "\"@maria:example.org\""

static const char *const rubbish[] = {
    "null",
    "true",
    "0",
    "-1",
    "1e300",
    "\"\"",
    "\"\\u0000\"",
    "\"x\"",
    "[]",
    "[[]]",
    "{}",
    "[1]",
    "\"$prompt\"",
    "\"$x\"",
    OWN_JSON,
    MARIA_JSON,
    "\"m.thread\"",
    "\"m.replace\"",
    "{\"event_id\":\"$prompt\"}",
    "\"!sprint\"",
    "\"@\"",
    "\"> \"",
};

/* Changes one place in the tree, at random. */
static void spoil(Json *root, Dice *dice)
{
    const char *piece = rubbish[roll(dice, G_N_ELEMENTS(rubbish))];
    Json *parent = NULL, *place = root;

    while (place->child != NULL && (parent == NULL || roll(dice, 3) > 0)) {
        parent = place;
        place = cJSON_GetArrayItem(place, (int)roll(dice, (uint32_t)cJSON_GetArraySize(place)));
    }
    if (parent == NULL) {
        return;
    }
    if (roll(dice, 4) == 0) {
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, place));
        return;
    }
    Json *value = json_parse(piece, strlen(piece));
    value->string = g_strdup(place->string);
    cJSON_ReplaceItemViaPointer(parent, place, value);
}

static void test_rubbish_in_any_place_is_survived(void **state)
{
    Dice dice = {5};

    (void)state;
    for (int i = 0; i < 6000; i++) {
        g_autoptr(Json) root = sample(samples[roll(&dice, G_N_ELEMENTS(samples))].name);

        for (uint32_t n = 1 + roll(&dice, 3); n > 0; n--) {
            spoil(root, &dice);
        }
        check_sane(root, roll(&dice, 4) == 0);
    }
    check_sane(NULL, false);
}

static void test_giant_bodies_are_survived(void **state)
{
    static const char *const shards[] = {"@anchord:example.org ", "@anchord ", "!sprint ", "> ",
                                         "Sprint Anchor: ",       "\n",        "x",        "😀"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(shards); i++) {
        g_autoptr(Json) root = sample("mention");
        g_autoptr(GString) body = g_string_new(NULL);

        while (body->len < (size_t)64 * 1024) {
            g_string_append(body, shards[i]);
        }
        put(cJSON_GetObjectItemCaseSensitive(root, "content"), "body",
            cJSON_CreateString(body->str));
        check_sane(root, false);
        check_sane(root, true);
    }
}

/* Known by what our own message says, though nobody has stored yet where it stands. */
static void test_an_answer_names_its_card(void **state)
{
    static const char ours[] =
        FROM("$asked", OWN, "\"anchord\":{\"row\":\"install/9\",\"card\":\"prompt/7\"}");
    static const char theirs[] =
        FROM("$forged", JONAS, "\"anchord\":{\"row\":\"install/9\",\"card\":\"prompt/7\"}");
    static const struct {
        const char *event, *root, *thread;
    } cases[] = {{ours,
                  "content = {\"msgtype\":\"m.text\",\"body\":\"27%\",\"m.relates_to\":"
                  "{\"rel_type\":\"m.thread\",\"event_id\":\"$asked\"}}",
                  "prompt/7"},
                 {theirs,
                  "content = {\"msgtype\":\"m.text\",\"body\":\"27%\",\"m.relates_to\":"
                  "{\"rel_type\":\"m.thread\",\"event_id\":\"$forged\"}}",
                  NULL}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(MatrixTargets) targets = matrix_targets_new(5);
        g_autoptr(Json) event = json_parse(cases[i].event, strlen(cases[i].event));
        g_autoptr(Json) answer = sample("message");
        MatrixPlace place = place_with(targets, false);

        matrix_targets_put(targets, matrix_target_read(event, WEST, OWN));
        change(answer, cases[i].root);
        g_auto(MatrixIntake) intake = matrix_intake(answer, &place);
        assert_int_equal(intake.kind, MATRIX_EVENT);
        if (g_strcmp0(intake.event->thread, cases[i].thread) != 0) {
            fail_msg("the thread is %s", intake.event->thread);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_names_its_card),
        cmocka_unit_test(test_people_talk),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_alone_with_us),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_reactions_and_votes),
        cmocka_unit_test(test_the_room_and_ours),
        cmocka_unit_test(test_without_a_name_of_our_own),
        cmocka_unit_test(test_clearing_leaves_nothing),
        cmocka_unit_test(test_rubbish_in_any_place_is_survived),
        cmocka_unit_test(test_giant_bodies_are_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
