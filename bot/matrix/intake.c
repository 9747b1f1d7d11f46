/* One row for each type of event. A reader fills the intake only once everything it needs is there;
 * until then it stands as it began: nothing to do. */

#include "bot/matrix/intake.h"

#include <string.h>

#include "bot/matrix/call.h"
#include "bot/matrix/card.h"

#define ID_BYTES_MAX   255
#define CONFIDENCE_MAX 10

void matrix_intake_clear(MatrixIntake *intake)
{
    event_free(intake->event);
    g_free(intake->id);
    g_free(intake->row);
    *intake = (MatrixIntake){0};
}

typedef struct Source {
    const Json *event, *content;
    const MatrixPlace *place;
    const char *id, *sender;
} Source;

/* An id of an event; NULL: it is none. */
static const char *event_id_of(const Json *object, const char *key)
{
    const char *id = json_text(object, key);

    return *id != '\0' && strlen(id) <= ID_BYTES_MAX ? id : NULL;
}

static bool is_us(const Source *source, const char *user)
{
    return g_strcmp0(user, source->place->own_user) == 0;
}

/* --- what may become of it --- */

static Event *begin(const Source *source, EventKind kind, const char *member, MatrixIntake *out)
{
    const MatrixPlace *place = source->place;
    g_autofree char *key = g_strjoin("/", "matrix", place->workspace, source->id, NULL);
    Event *event = event_new(kind, key);

    event->channel = place->direct ? NULL : g_strdup(place->room);
    event->direct = place->direct;
    event->member = g_strdup(member);
    event->conversation = true;
    event->answer_out = true;
    out->kind = MATRIX_EVENT;
    out->event = event;
    return event;
}

static void put_text(Event *event, const char *text)
{
    event_set_text(event, text, strlen(text));
}

/* NULL, and the intake says so, when it must be looked at first. */
static const MatrixTarget *target_of(const Source *source, const char *id, MatrixIntake *out)
{
    const MatrixTarget *target =
        matrix_targets_find(source->place->targets, source->place->room, id);

    if (target == NULL) {
        out->kind = MATRIX_LOOK;
        out->id = g_strdup(id);
    }
    return target;
}

/* --- where it was said --- */

typedef struct Thread {
    const char *root; /* NULL: in none */
    bool ours;        /* it begins with a message of ours */
} Thread;

/* The thread that answers to a message belong in: the one that it stands in, or its own. */
static const char *root_of(const MatrixTarget *target)
{
    return target->root != NULL     ? target->root
           : target->edited != NULL ? target->edited
                                    : target->id;
}

/* As far as it is known. */
static bool is_ours(const Source *source, const char *id)
{
    const MatrixTarget *target =
        matrix_targets_find(source->place->targets, source->place->room, id);

    return target != NULL && is_us(source, target->sender);
}

/* False, when a message must be looked at first. In a direct conversation all is said to us. */
static bool find_thread(const Source *source, Thread *thread, MatrixIntake *out)
{
    const Json *relation = json_object(source->content, "m.relates_to");
    bool threaded = strcmp(json_text(relation, "rel_type"), "m.thread") == 0;
    const char *root = threaded ? event_id_of(relation, "event_id") : NULL;
    const Json *answered = json_object(relation, "m.in_reply_to");
    const char *to = root != NULL ? root : event_id_of(answered, "event_id");

    *thread = (Thread){.root = root};
    if (to == NULL || source->place->direct) {
        return true;
    }
    const MatrixTarget *target = target_of(source, to, out);
    if (target == NULL) {
        return false;
    }
    thread->ours = is_us(source, target->sender);
    if (root == NULL && thread->ours) {
        thread->root = root_of(target);
        thread->ours = target->root == NULL || is_ours(source, target->root);
    }
    return true;
}

static void put_thread(const Source *source, Event *event, const Thread *thread,
                       const char *message)
{
    const MatrixTarget *root =
        thread->root != NULL && thread->ours
            ? matrix_targets_find(source->place->targets, source->place->room, thread->root)
            : NULL;

    event->message = g_strdup(message);
    event->replies_to = g_strdup(thread->root);
    event->replies_to_us = thread->root != NULL && thread->ours;
    event->thread = root != NULL ? g_strdup(root->card) : NULL;
    if (!source->place->direct) {
        event->answer_under = g_strdup(thread->root != NULL ? thread->root : message);
    }
}

/* --- messages --- */

static void take_command_of(const Source *source, const char *member, const char *command,
                            bool addressed, const Thread *thread, MatrixIntake *out)
{
    Event *event = begin(source, EVENT_COMMAND, member, out);

    event->addressed = addressed;
    put_text(event, command);
    put_thread(source, event, thread, source->id);
    out->wants_rank = event->channel != NULL && call_names(command, "sprint", "setup");
}

static void take_message(const Source *source, const char *said, MatrixIntake *out)
{
    bool addressed = false;
    g_autofree char *command = call_command(said, source->content, source->place, &addressed);
    Thread thread = {0};

    if (!find_thread(source, &thread, out)) {
        return;
    }
    if (command != NULL) {
        take_command_of(source, source->sender, command, addressed, &thread, out);
    } else {
        Event *event = begin(source, EVENT_TEXT, source->sender, out);
        g_autofree char *answer = call_answer(said, source->place);

        put_text(event, answer);
        put_thread(source, event, &thread, source->id);
    }
}

static void take_change(const Source *source, const MatrixTarget *original, const char *text,
                        MatrixIntake *out)
{
    const char *by = original->sender != NULL ? original->sender : source->sender;
    Event *event = begin(source, EVENT_TEXT, by, out);
    Thread thread = {original->root, original->root != NULL && is_ours(source, original->root)};

    event->edited = true;
    put_text(event, text);
    put_thread(source, event, &thread, original->id);
}

static void take_edit(const Source *source, const Json *relation, MatrixIntake *out)
{
    const Json *content = json_object(source->content, "m.new_content");
    const char *id = event_id_of(relation, "event_id");
    g_autofree char *said =
        strcmp(json_text(content, "msgtype"), "m.text") == 0 ? matrix_said(content) : NULL;
    const MatrixTarget *original = said != NULL && id != NULL ? target_of(source, id, out) : NULL;

    if (original != NULL && g_strcmp0(original->sender, source->sender) == 0 &&
        original->edited == NULL && !original->gone) {
        g_autofree char *answer = call_answer(said, source->place);

        take_change(source, original, answer, out);
    }
}

static void read_message(const Source *source, MatrixIntake *out)
{
    const Json *relation = json_object(source->content, "m.relates_to");

    if (strcmp(json_text(relation, "rel_type"), "m.replace") == 0) {
        take_edit(source, relation, out);
        return;
    }
    g_autofree char *said = strcmp(json_text(source->content, "msgtype"), "m.text") == 0
                                ? matrix_said(source->content)
                                : NULL;
    if (said != NULL) {
        take_message(source, said, out);
    }
}

/* --- reactions and votes --- */

/* Who presses a button that names a channel means its team, wherever. */
static void mean_team_of(Event *event, const MatrixTargetButton *button)
{
    if (button->channel != NULL) {
        g_free(event->channel);
        event->channel = g_strdup(button->channel);
        event->direct = false;
    }
}

static bool relates(const Json *relation, const char *type)
{
    return strcmp(json_text(relation, "rel_type"), type) == 0;
}

static void read_reaction(const Source *source, MatrixIntake *out)
{
    const Json *relation = json_object(source->content, "m.relates_to");
    const char *id = relates(relation, "m.annotation") ? event_id_of(relation, "event_id") : NULL;
    const char *key = json_text(relation, "key");
    const MatrixTarget *target = id != NULL && *key != '\0' ? target_of(source, id, out) : NULL;
    int64_t at_ms = json_int(source->event, "origin_server_ts", 0);
    const MatrixTargetButton *button =
        target != NULL ? matrix_target_button(target, key, at_ms) : NULL;

    if (button == NULL) {
        return;
    }
    Event *event = begin(source, EVENT_BUTTON, source->sender, out);
    Thread thread = {root_of(target), true};
    put_thread(source, event, &thread, source->id);
    event->action = g_strdup(button->action);
    event->value = g_strdup(button->value);
    mean_team_of(event, button);
    out->wants_rank = event->channel != NULL && strcmp(button->action, "form.open") == 0 &&
                      call_names(button->value, "sprint", "setup");
}

/* The id of the answer that was chosen; "" where the vote was withdrawn, NULL where it is spoilt.
 */
static const char *chosen(const Json *content)
{
    const Json *unstable = json_array(json_object(content, MATRIX_POLL_RESPONSE), "answers");
    const Json *answers = unstable != NULL ? unstable : json_array(content, "m.selections");

    if (answers == NULL || answers->child == NULL) {
        return answers != NULL ? "" : NULL;
    }
    const char *id = json_string(answers->child);
    for (int i = 1; i <= CONFIDENCE_MAX; i++) {
        g_autofree char *number = g_strdup_printf("%d", i);

        if (strcmp(id, number) == 0) {
            return id;
        }
    }
    return NULL;
}

/* All votes of a member on a poll are one message that is edited; the core takes a first one the
 * same way. */
static void take_vote(const Source *source, const MatrixTarget *poll, const char *member,
                      const char *choice, MatrixIntake *out)
{
    Event *event = begin(source, EVENT_TEXT, member, out);
    g_autofree char *name = g_strjoin("/", "vote", poll->id, member, NULL);
    g_autofree char *text =
        *choice != '\0' ? g_strjoin(" ", poll->poll, choice, NULL) : g_strdup("");
    Thread thread = {root_of(poll), true};

    event->edited = true;
    event->secret = true;
    put_text(event, text);
    put_thread(source, event, &thread, name);
}

static void read_vote(const Source *source, MatrixIntake *out)
{
    const Json *relation = json_object(source->content, "m.relates_to");
    const char *id = relates(relation, "m.reference") ? event_id_of(relation, "event_id") : NULL;
    const char *choice = chosen(source->content);
    const MatrixTarget *poll = id != NULL && choice != NULL ? target_of(source, id, out) : NULL;

    if (poll != NULL && poll->poll != NULL) {
        take_vote(source, poll, source->sender, choice, out);
    }
}

/* --- redactions --- */

/* The button that the reaction pressed, as far as that is known; NULL. */
static const MatrixTargetButton *pressed(const Source *source, const MatrixTarget *reaction)
{
    const MatrixTarget *target =
        reaction->annotates != NULL && reaction->key != NULL
            ? matrix_targets_find(source->place->targets, source->place->room, reaction->annotates)
            : NULL;

    return target != NULL ? matrix_target_button(target, reaction->key, reaction->sent_ms) : NULL;
}

/* What was redacted may have been a vote, or have said that its sender is away, as far as it was
 * known before. */
static void take_redaction(const Source *source, const MatrixTarget *target, MatrixIntake *out)
{
    const MatrixTargetButton *button = pressed(source, target);

    if (button != NULL && g_strcmp0(button->action, "checkin.away") == 0) {
        Thread thread = {target->annotates, true};

        take_command_of(source, target->sender, "sprint away back", true, &thread, out);
        mean_team_of(out->event, button);
        return;
    }
    const MatrixTarget *poll =
        target->refers != NULL ? target_of(source, target->refers, out) : NULL;

    if (target->refers == NULL) {
        take_change(source, target, "", out);
    } else if (poll != NULL && poll->poll != NULL) {
        take_vote(source, poll, target->sender, "", out);
    }
}

/* Since version 11 of rooms the content tells what was redacted; before, the event itself. */
static void read_redaction(const Source *source, MatrixIntake *out)
{
    const char *newer = event_id_of(source->content, "redacts");
    const char *id = newer != NULL ? newer : event_id_of(source->event, "redacts");
    const MatrixTarget *target = id != NULL ? target_of(source, id, out) : NULL;

    if (target != NULL && !is_us(source, target->sender)) {
        take_redaction(source, target, out);
    }
}

/* --- the room --- */

static void read_encrypted(const Source *source, MatrixIntake *out)
{
    (void)source;
    out->kind = MATRIX_ENCRYPTED;
}

/* Servers put what was there before into either place. */
static const char *membership_before(const Json *event)
{
    const Json *now = json_object(json_object(event, "unsigned"), "prev_content");
    const Json *old = now != NULL ? now : json_object(event, "prev_content");

    return json_text_or_null(old, "membership");
}

static void read_member(const Source *source, MatrixIntake *out)
{
    const char *member = json_text(source->event, "state_key");
    const char *now = json_text(source->content, "membership");
    const char *before = membership_before(source->event);
    bool was_in = g_strcmp0(before, "join") == 0;
    bool joins = strcmp(now, "join") == 0 && !was_in;
    bool leaves =
        (strcmp(now, "leave") == 0 || strcmp(now, "ban") == 0) && (was_in || before == NULL);

    if (matrix_is_user(member) && !is_us(source, member) && !source->place->direct &&
        (joins || leaves)) {
        begin(source, joins ? EVENT_JOINED : EVENT_LEFT, member, out);
    }
    out->kind = MATRIX_MEMBER;
}

static void read_rules(const Source *source, MatrixIntake *out)
{
    (void)source;
    out->kind = MATRIX_RULES;
}

/* --- ours --- */

/* "INSTALL/12", where it is this daemon's. */
static const char *row_of(const Source *source)
{
    const Json *edited = json_object(source->content, "m.new_content");
    const Json *ours = json_object(edited != NULL ? edited : source->content, MATRIX_OURS);
    const char *row = json_text(ours, "row");
    const char *install = source->place->install;
    size_t len = install != NULL ? strlen(install) : 0;

    return len > 0 && strncmp(row, install, len) == 0 && row[len] == '/' ? row : NULL;
}

static void take_own(const Source *source, MatrixIntake *out)
{
    out->kind = MATRIX_OWN;
    out->id = g_strdup(source->id);
    out->row = g_strdup(row_of(source));
}

/* --- rows --- */

static const struct {
    const char *type;
    void (*read)(const Source *source, MatrixIntake *out);
    bool state; /* of the room, whoever set it */
} rows[] = {
    {"m.room.message", read_message, false},     {"m.reaction", read_reaction, false},
    {"m.room.redaction", read_redaction, false}, {MATRIX_POLL_RESPONSE, read_vote, false},
    {"m.poll.response", read_vote, false},       {"m.room.encrypted", read_encrypted, false},
    {"m.room.member", read_member, true},        {"m.room.power_levels", read_rules, true},
    {"m.room.encryption", read_rules, true},     {"m.room.name", read_rules, true},
    {"m.room.tombstone", read_rules, true},
};

static bool is_state(const Json *event)
{
    return cJSON_IsString(json_any(event, "state_key"));
}

MatrixIntake matrix_intake(const Json *event, const MatrixPlace *place)
{
    MatrixIntake out = {.kind = MATRIX_NOTHING};
    const Source source = {.event = event,
                           .content = json_object(event, "content"),
                           .place = place,
                           .id = event_id_of(event, "event_id"),
                           .sender = json_text(event, "sender")};
    bool redacted = json_any(json_object(event, "unsigned"), "redacted_because") != NULL;

    if (source.id == NULL || source.content == NULL || !matrix_is_user(source.sender)) {
        return out;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].type, json_text(event, "type")) != 0 ||
            rows[i].state != is_state(event)) {
            continue;
        }
        if (!rows[i].state && is_us(&source, source.sender)) {
            take_own(&source, &out);
        } else if (rows[i].state || !redacted) {
            rows[i].read(&source, &out);
        }
        return out;
    }
    if (!is_state(event) && is_us(&source, source.sender)) {
        take_own(&source, &out); /* a poll of ours */
    }
    return out;
}
