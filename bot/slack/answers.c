#include "bot/slack/answers.h"

#include <string.h>

#include "bot/log.h"
#include "bot/slack/tally.h"

/* What a view in an ack may measure, so that the frame around it still fits. */
#define VIEW_IN_ACK_MAX (SLACK_ACK_MAX - 512)
/* A trigger is good for three seconds; what a form guesses has to be known well before. */
#define GUESS_MS 1200
/* Whose home page is remembered, so that it is published only when it reads otherwise. */
#define HOMES_MAX  5000
#define GROUPS_MAX 90
/* Most answers have fewer. */
#define ANSWER_BYTES 4096

struct SlackAnswers {
    char *workspace;
    SlackApi *api;
    SlackSocket *socket;
    SlackDirectory *directory;
    GString *payload;    /* of the ack that is being written */
    GHashTable *errands; /* of Errand: under way */
    GHashTable *homes;   /* user -> checksum of their page */
    GPtrArray *groups;   /* of RowChoice */
    SlackCall *asking;   /* for the groups */
    SlackTally tally;
};

/* One answer on its way. */
typedef struct Errand {
    SlackAnswers *answers;
    Pending *pending;
    Card *card;
    bool by_url; /* tried through the response_url */
    bool alone;  /* tried in the direct conversation, whatever else there is */
} Errand;

static void errand_free(gpointer data)
{
    Errand *errand = data;

    pending_free(errand->pending);
    card_free(errand->card);
    g_free(errand);
}

static void errand_done(Errand *errand)
{
    g_hash_table_remove(errand->answers->errands, errand);
}

static SlackLook look_of(const SlackAnswers *answers)
{
    return (SlackLook){.names = {slack_directory_name, answers->directory}};
}

SlackAnswers *slack_answers_new(const char *workspace, SlackApi *api, SlackSocket *socket,
                                SlackDirectory *directory)
{
    SlackAnswers *answers = g_new0(SlackAnswers, 1);

    answers->workspace = g_strdup(workspace);
    answers->tally = slack_tally(workspace);
    answers->api = api;
    answers->socket = socket;
    answers->directory = directory;
    answers->payload = g_string_sized_new(ANSWER_BYTES);
    answers->errands = g_hash_table_new_full(NULL, NULL, errand_free, NULL);
    answers->homes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    answers->groups = row_choices_new();
    return answers;
}

void slack_answers_free(SlackAnswers *answers)
{
    if (answers == NULL) {
        return;
    }
    if (answers->asking != NULL) {
        slack_api_cancel(answers->asking);
    }
    g_string_free(answers->payload, TRUE);
    g_hash_table_unref(answers->errands);
    g_hash_table_unref(answers->homes);
    g_ptr_array_unref(answers->groups);
    g_free(answers->workspace);
    g_free(answers);
}

/* --- acknowledgements --- */

/* False where the payload did not go out with it. */
static bool ack(SlackAnswers *answers, Pending *pending, const char *payload, size_t len)
{
    if (pending->acked) {
        return false;
    }
    pending->acked = true;
    if (!slack_socket_ack(answers->socket, pending->envelope_id, pending->epoch, payload, len)) {
        return false;
    }
    int64_t took_us = g_get_monotonic_time() - pending->at_us;

    metric_observe_us(answers->tally.ack, took_us);
    log_debug("event_acknowledged", F_STR("workspace", answers->workspace),
              F_INT("request", pending->request), F_INT("took_us", took_us));
    return true;
}

void slack_answers_ack(SlackAnswers *answers, Pending *pending)
{
    (void)ack(answers, pending, NULL, 0); /* not sent: it comes again, and is known then */
}

/* --- private messages --- */

static void say_directly(Errand *errand);

static void on_said(void *arg, const SlackAnswer *answer)
{
    Errand *errand = arg;
    bool unsaid = answer->class != SLACK_OK && answer->class != SLACK_UNSURE;
    bool again = errand->by_url && unsaid;

    if (answer->class != SLACK_OK) {
        log_warning("answer_not_given", F_STR("workspace", errand->answers->workspace),
                    F_INT("request", errand->pending->request),
                    F_STR("by", errand->by_url ? "response_url" : "message"),
                    F_STR("error", answer->error));
    }
    if (!again && answer->class == SLACK_TARGET && !errand->alone) {
        again = errand->alone = true; /* the app may not be where the answer belongs */
    }
    if (again) {
        say_directly(errand);
    } else {
        errand_done(errand);
    }
}

/* chat.postEphemeral in a channel, chat.postMessage in the direct conversation. */
static void say_directly(Errand *errand)
{
    SlackAnswers *answers = errand->answers;
    const Intake *intake = &errand->pending->intake;
    bool direct = errand->alone || intake->by == ANSWER_DIRECT || intake->channel == NULL;
    const char *to = intake->channel != NULL && !errand->alone ? intake->channel : intake->user;
    SlackLook look = look_of(answers);
    Json *args = json_new_object();

    errand->by_url = false;
    errand->alone = errand->alone || to == intake->user;
    if (to == NULL || intake->user == NULL) {
        cJSON_Delete(args);
        errand_done(errand);
        return;
    }
    json_put_text(args, "channel", to);
    if (!direct) {
        json_put_text(args, "user", intake->user);
        json_put_text(args, "thread_ts", intake->thread_ts);
    } else {
        json_put_bool(args, "unfurl_links", false);
        json_put_bool(args, "unfurl_media", false);
    }
    slack_message(args, errand->card, intake->channel, &look);
    SlackAsk ask = {.method = direct ? "chat.postMessage" : "chat.postEphemeral",
                    .take_args = args,
                    .hurry = SLACK_SOON,
                    .deadline_ms = 60000};
    slack_api_call(answers->api, &ask, on_said, errand);
}

/* Through the response_url where there is one: it works even where the app may not post. */
static void say_privately(Errand *errand)
{
    SlackAnswers *answers = errand->answers;
    const Intake *intake = &errand->pending->intake;
    SlackLook look = look_of(answers);

    if (intake->response_url == NULL || intake->by == ANSWER_DIRECT) {
        say_directly(errand);
        return;
    }
    g_autoptr(GString) body = g_string_sized_new(ANSWER_BYTES);
    slack_ephemeral(body, errand->card, intake->channel, &look);
    errand->by_url = true;
    slack_api_post_url(answers->api, intake->response_url, "application/json; charset=utf-8",
                       body->str, body->len, on_said, errand);
}

static Errand *errand_new(SlackAnswers *answers, Pending *take_pending, Card *take_card)
{
    Errand *errand = g_new0(Errand, 1);

    *errand = (Errand){.answers = answers, .pending = take_pending, .card = take_card};
    g_hash_table_add(answers->errands, errand);
    return errand;
}

/* --- forms --- */

static FormRow *row_guessed(const FormView *view, RowKind kind)
{
    for (guint i = 0; i < view->rows->len; i++) {
        FormRow *row = g_ptr_array_index(view->rows, i);

        if (row->guess && row->kind == kind) {
            return row;
        }
    }
    return NULL;
}

/* Adds the workspace's groups to the row that asks who belongs to a team. */
static void offer_groups(const SlackAnswers *answers, FormView *view)
{
    FormRow *row = row_guessed(view, ROW_CHOICE);
    bool found = row == NULL || row->initial == NULL;

    for (guint i = 0; row != NULL && i < answers->groups->len; i++) {
        const RowChoice *group = g_ptr_array_index(answers->groups, i);

        row_choice(row->choices, g_strdup(group->text), g_strdup(group->value), NULL);
    }
    for (guint i = 0; !found && i < row->choices->len; i++) {
        found = strcmp(((const RowChoice *)g_ptr_array_index(row->choices, i))->value,
                       row->initial) == 0;
    }
    if (!found) { /* a group that is not listed stays what it is */
        row_choice(row->choices, g_strdup(row->initial), g_strdup(row->initial), NULL);
    }
}

static void on_opened(void *arg, const SlackAnswer *answer)
{
    Errand *errand = arg;

    if (answer->class == SLACK_OK) {
        errand_done(errand);
        return;
    }
    /* Too late or refused: a button brings it up again, with what was typed. */
    log_info("form_not_opened", F_STR("workspace", errand->answers->workspace),
             F_INT("request", errand->pending->request), F_STR("error", answer->error));
    say_privately(errand);
}

static void open_view(Errand *errand)
{
    SlackAnswers *answers = errand->answers;
    SlackLook look = look_of(answers);
    Json *args = json_new_object();

    json_put_text(args, "trigger_id", errand->pending->intake.trigger_id);
    offer_groups(answers, errand->card->form);
    json_put(args, "view", slack_modal(errand->card->form, 0, &look));
    SlackAsk ask = {
        .method = "views.open", .take_args = args, .hurry = SLACK_SOON, .deadline_ms = 2500};
    slack_api_call(answers->api, &ask, on_opened, errand);
}

static void on_zone(void *arg, const char *zone)
{
    Errand *errand = arg;
    FormRow *row = row_guessed(errand->card->form, ROW_LINE);

    if (zone != NULL && row != NULL) {
        g_free(row->initial);
        row->initial = g_strdup(zone);
    }
    open_view(errand);
}

static void open_form(Errand *errand)
{
    const Intake *intake = &errand->pending->intake;

    if (intake->trigger_id == NULL) {
        say_privately(errand);
    } else if (row_guessed(errand->card->form, ROW_LINE) != NULL) {
        slack_directory_zone(errand->answers->directory, intake->channel, intake->user, GUESS_MS,
                             on_zone, errand);
    } else {
        open_view(errand);
    }
}

static void on_updated(void *arg, const SlackAnswer *answer)
{
    Errand *errand = arg;

    if (answer->class != SLACK_OK) {
        log_info("form_not_updated", F_STR("workspace", errand->answers->workspace),
                 F_INT("request", errand->pending->request), F_STR("error", answer->error));
    }
    errand_done(errand);
}

/* The view is too long for the ack: mistakes at their fields go with it, the whole view after it.
 */
static void update_later(Errand *errand)
{
    SlackAnswers *answers = errand->answers;
    Pending *pending = errand->pending;
    SlackLook look = look_of(answers);
    g_autoptr(Json) errors = slack_modal_errors(errand->card->form, pending->intake.generation);
    size_t len = 0;
    g_autofree char *payload = json_print(errors, &len);

    if (!ack(answers, pending, payload, len)) {
        say_privately(errand); /* there is no view any more, or no connection */
        return;
    }
    Json *args = json_new_object();
    json_put_text(args, "view_id", pending->intake.view_id);
    json_put(args, "view", slack_modal(errand->card->form, pending->intake.generation + 1, &look));
    SlackAsk ask = {
        .method = "views.update", .take_args = args, .hurry = SLACK_SOON, .deadline_ms = 30000};
    slack_api_call(answers->api, &ask, on_updated, errand);
}

static void answer_view(Errand *errand)
{
    SlackAnswers *answers = errand->answers;
    Pending *pending = errand->pending;
    SlackLook look = look_of(answers);
    FormView *form = errand->card->form;

    if (form == NULL) {
        slack_answers_ack(answers, pending);
        say_privately(errand);
        return;
    }
    if (!form->faulty || !pending->takes_payload) { /* the view is gone with its ack: a new one */
        slack_answers_ack(answers, pending);
        open_form(errand);
        return;
    }
    offer_groups(answers, form);
    g_autoptr(Json) faults = slack_modal_faults(form, pending->intake.generation + 1, &look);
    size_t len = 0;
    g_autofree char *payload = json_print(faults, &len);
    if (len > VIEW_IN_ACK_MAX) {
        update_later(errand);
        return;
    }
    if (ack(answers, pending, payload, len)) {
        errand_done(errand);
    } else {
        say_privately(errand); /* nobody sees a view that was not sent */
    }
}

/* --- the home page --- */

static void on_published(void *arg, const SlackAnswer *answer)
{
    Errand *errand = arg;
    SlackAnswers *answers = errand->answers;

    if (answer->class != SLACK_OK) {
        g_hash_table_remove(answers->homes, errand->pending->intake.user);
        log_warning("home_not_published", F_STR("workspace", answers->workspace),
                    F_STR("error", answer->error));
    }
    errand_done(errand);
}

static void publish_home(Errand *errand)
{
    SlackAnswers *answers = errand->answers;
    const char *user = errand->pending->intake.user;
    SlackLook look = look_of(answers);
    g_autoptr(GString) view = g_string_sized_new(ANSWER_BYTES);

    slack_home(view, errand->card, &look);
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, view->str, -1);
    if (user == NULL || g_strcmp0(g_hash_table_lookup(answers->homes, user), sum) == 0) {
        errand_done(errand);
        return;
    }
    if (g_hash_table_size(answers->homes) >= HOMES_MAX) {
        g_hash_table_remove_all(answers->homes);
    }
    g_hash_table_replace(answers->homes, g_strdup(user), g_steal_pointer(&sum));
    Json *args = json_new_object();
    json_put_text(args, "user_id", user);
    json_put_json(args, "view", view->str);
    SlackAsk ask = {
        .method = "views.publish", .take_args = args, .hurry = SLACK_SOON, .deadline_ms = 60000};
    slack_api_call(answers->api, &ask, on_published, errand);
}

/* --- giving --- */

/* A slash command's answer travels in its ack. */
static void answer_command(SlackAnswers *answers, Pending *take_pending, Card *take_reply)
{
    g_autoptr(Card) reply = take_reply;
    SlackLook look = look_of(answers);

    if (reply->form != NULL || !take_pending->takes_payload) {
        slack_answers_ack(answers, take_pending);
        Errand *errand = errand_new(answers, take_pending, g_steal_pointer(&reply));
        if (errand->card->form != NULL) {
            open_form(errand);
        } else {
            say_privately(errand);
        }
        return;
    }
    g_string_truncate(answers->payload, 0);
    slack_ephemeral(answers->payload, reply, take_pending->intake.channel, &look);
    if (ack(answers, take_pending, answers->payload->str, answers->payload->len)) {
        pending_free(take_pending);
        return;
    }
    say_privately(errand_new(answers, take_pending, g_steal_pointer(&reply)));
}

void slack_answers_give(SlackAnswers *answers, Pending *take_pending, Card *take_reply)
{
    if (take_reply == NULL || take_pending->intake.by == ANSWER_NONE) {
        slack_answers_ack(answers, take_pending);
        pending_free(take_pending);
        card_free(take_reply);
        return;
    }
    if (take_pending->intake.by == ANSWER_ACK) {
        answer_command(answers, take_pending, take_reply);
        return;
    }
    Errand *errand = errand_new(answers, take_pending, take_reply);
    if (take_pending->intake.by == ANSWER_VIEW) {
        answer_view(errand);
        return;
    }
    slack_answers_ack(answers, take_pending);
    if (take_pending->intake.by == ANSWER_HOME) {
        publish_home(errand);
    } else if (take_reply->form != NULL) {
        open_form(errand);
    } else {
        say_privately(errand);
    }
}

/* --- groups --- */

static void on_groups(void *arg, const SlackAnswer *answer)
{
    SlackAnswers *answers = arg;

    answers->asking = NULL;
    if (answer->class != SLACK_OK) {
        return;
    }
    g_ptr_array_set_size(answers->groups, 0);
    JSON_EACH (group, json_array(answer->json, "usergroups")) {
        const char *id = json_text(group, "id"), *handle = json_text(group, "handle");

        if (*id != '\0' && *handle != '\0' && json_int(group, "date_delete", 0) == 0 &&
            answers->groups->len < GROUPS_MAX) {
            row_choice(answers->groups, g_strdup_printf("@%s", handle),
                       g_strdup_printf("<!subteam^%s>", id), NULL);
        }
    }
}

void slack_answers_learn_groups(SlackAnswers *answers)
{
    SlackAsk ask = {.method = "usergroups.list", .hurry = SLACK_QUEUE};

    if (answers->asking == NULL) {
        answers->asking = slack_api_call(answers->api, &ask, on_groups, answers);
    }
}
