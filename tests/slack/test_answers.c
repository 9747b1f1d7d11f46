/* How an answer goes back, against a Slack that is played here: what is acknowledged, what is tried
 * after it, and where it ends, whatever Slack says to each of them. */

#include "bot/slack/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/log.h"
#include "bot/slack/tally.h"

#define CHANNEL "C1WEST"
#define USER    "U1MARIA"
#define URL     "https://hooks.slack.test/commands/T1ACME/1/secret"

/* What was logged --------------------------------------------------------------------------- */

static GString *logged;

void log_event(LogLevel level, const char *event, const LogField *fields)
{
    (void)level;
    g_string_append(logged, event);
    for (; fields->name != NULL; fields++) {
        g_string_append_printf(logged, " %s=%s", fields->name, log_or_empty(fields->text));
    }
    g_string_append_c(logged, '\n');
}

/* What is known of an envelope goes when its answer has ended ---------------------------------- */

static int pendings;

void pending_free(Pending *pending)
{
    if (pending == NULL) {
        return;
    }
    pendings--;
    g_free(pending->envelope_id);
    intake_clear(&pending->intake);
    g_free(pending->unseen);
    g_free(pending);
}

/* The socket -------------------------------------------------------------------------------- */

typedef struct Acks {
    int tried, sent;
    bool fail;     /* nothing goes out */
    char *payload; /* of the last; NULL: none */
} Acks;

static Acks acks;

bool slack_socket_ack(SlackSocket *socket, const char *envelope_id, uint64_t epoch,
                      const char *payload, size_t payload_len)
{
    assert_null(socket);
    assert_string_equal(envelope_id, "envelope-1");
    assert_int_equal(epoch, 7);
    acks.tried++;
    if (acks.fail) {
        return false;
    }
    assert_true(payload_len <= SLACK_ACK_MAX - 300); /* the frame fits around it */
    acks.sent++;
    g_free(acks.payload);
    acks.payload = g_strndup(payload, payload_len);
    return true;
}

/* The Web API and the directory ------------------------------------------------------------- */

struct SlackCall {
    char *name; /* a method, "url" or "zone" */
    Json *args; /* NULL: none */
    char *body;
    SlackDone done;
    SlackZone zone;
    void *arg;
};

static GPtrArray *calls; /* of SlackCall, under way */
static int cancelled;

static SlackCall *call_new(const char *name, SlackDone done, void *arg)
{
    SlackCall *call = g_new0(SlackCall, 1);

    call->name = g_strdup(name);
    call->done = done;
    call->arg = arg;
    g_ptr_array_add(calls, call);
    return call;
}

static void call_free(gpointer data)
{
    SlackCall *call = data;

    g_free(call->name);
    cJSON_Delete(call->args);
    g_free(call->body);
    g_free(call);
}

SlackCall *slack_api_call(SlackApi *api, const SlackAsk *ask, SlackDone done, void *arg)
{
    SlackCall *call = call_new(ask->method, done, arg);

    assert_null(api);
    assert_non_null(slack_method(ask->method));
    assert_true(ask->deadline_ms > 0 || ask->hurry == SLACK_QUEUE);
    assert_null(ask->token);
    if (ask->take_args != NULL) { /* what is printed already can only be read when it is parsed */
        size_t len = 0;

        call->body = json_print(ask->take_args, &len);
        call->args = json_parse(call->body, len);
        assert_non_null(call->args);
        cJSON_Delete(ask->take_args);
    }
    return call;
}

SlackCall *slack_api_post_url(SlackApi *api, const char *url, const char *content_type,
                              const void *body, size_t len, SlackDone done, void *arg)
{
    SlackCall *call = call_new("url", done, arg);

    assert_null(api);
    assert_string_equal(url, URL);
    assert_true(g_str_has_prefix(content_type, "application/json"));
    call->body = g_strndup(body, len);
    call->args = json_parse(body, len);
    assert_non_null(call->args);
    return call;
}

void slack_api_cancel(SlackCall *call)
{
    assert_true(g_ptr_array_remove(calls, call));
    cancelled++;
}

const char *slack_directory_name(void *directory, const char *user)
{
    (void)directory, (void)user;
    return "";
}

void slack_directory_zone(SlackDirectory *directory, const char *channel, const char *user,
                          int64_t within_ms, SlackZone done, void *arg)
{
    SlackCall *call = call_new("zone", NULL, arg);

    assert_null(directory);
    assert_string_equal(channel, CHANNEL);
    assert_string_equal(user, USER);
    assert_in_range(within_ms, 1, 1500); /* the trigger ends after three seconds */
    call->zone = done;
}

static SlackCall *only_call(void)
{
    assert_int_equal(calls->len, 1);
    return g_ptr_array_index(calls, 0);
}

/* Ends a call; it is out of the list before anybody is told, as with the real one. */
static void end_call(SlackCall *call, SlackClass class, const char *json)
{
    g_autoptr(Json) whole = json != NULL ? json_parse(json, strlen(json)) : NULL;
    const SlackAnswer answer = {.class = class,
                                .error = class == SLACK_OK ? "" : "some_error",
                                .json = whole,
                                .needed = "",
                                .people = class == SLACK_OK ? "" : "it did not work"};

    assert_true(g_ptr_array_find(calls, call, NULL));
    g_ptr_array_steal_index(calls, (guint)0);
    if (call->zone != NULL) {
        call->zone(call->arg, json);
    } else {
        call->done(call->arg, &answer);
    }
    call_free(call);
}

/* What is answered ---------------------------------------------------------------------------- */

typedef enum Reply {
    REPLY_NONE,
    REPLY_TEXT,
    REPLY_FORM,    /* to fill in */
    REPLY_GUESSED, /* with a zone that somebody may know better */
    REPLY_FAULTY,  /* a mistake at a field */
    REPLY_HUGE,    /* the same, and more than an ack holds */
    REPLY_HOME,
} Reply;

static FormRow *row_of(FormView *form, int number, bool faulty)
{
    FormRow *row = form_view_row(form, "kr", number, ROW_LINE);

    row->numbered = true;
    row->max = 200;
    g_free(row->label);
    row->label = g_strdup_printf("Key result %d", number);
    row->fault = faulty ? g_strdup("There is no number in it.") : NULL;
    return row;
}

/* A fault with answers of its own makes the whole view go back; long labels make it long. */
static void make_huge(FormView *form)
{
    for (int i = 2; i <= 30; i++) {
        FormRow *row = row_of(form, i, false);

        row->initial = g_strnfill(190, 'v');
        row->hint = g_strnfill(600, 'h');
    }
    FormRow *row = g_ptr_array_index(form->rows, 0);
    row->answers = row_choices_new();
    row_choice(row->answers, g_strdup("It is an outcome"), g_strdup("keep"), NULL);
}

static FormView *form_of(Reply reply)
{
    FormView *form = form_view_new("sprint open", CHANNEL);
    bool faulty = reply == REPLY_FAULTY || reply == REPLY_HUGE;

    g_free(form->title);
    form->title = g_strdup("Open a sprint");
    g_free(form->submit);
    form->submit = g_strdup("Open");
    form->faulty = faulty;
    FormRow *row = row_of(form, 1, faulty);
    row->guess = reply == REPLY_GUESSED;
    row->initial = row->guess ? g_strdup("Etc/UTC") : NULL;
    if (reply == REPLY_HUGE) {
        make_huge(form);
    }
    return form;
}

static Card *card_of(Reply reply)
{
    if (reply == REPLY_NONE) {
        return NULL;
    }
    Card *card = card_new(reply == REPLY_HOME ? CARD_HOME : CARD_REPLY);

    card_text(card, g_strdup("Here it is."));
    if (reply != REPLY_TEXT && reply != REPLY_HOME) {
        card->form = form_of(reply);
    }
    return card;
}

static Pending *pending_of(AnswerBy by, const char *without)
{
    Pending *pending = g_new0(Pending, 1);

    pendings++;
    pending->envelope_id = g_strdup("envelope-1");
    pending->epoch = 7;
    pending->takes_payload = strstr(without, "payload") == NULL;
    pending->acked = strstr(without, "ack") != NULL;
    pending->at_us = g_get_monotonic_time();
    pending->intake.by = by;
    pending->intake.channel = strstr(without, "channel") == NULL ? g_strdup(CHANNEL) : NULL;
    pending->intake.user = strstr(without, "user") == NULL ? g_strdup(USER) : NULL;
    pending->intake.response_url = strstr(without, "url") == NULL ? g_strdup(URL) : NULL;
    pending->intake.trigger_id = strstr(without, "trigger") == NULL ? g_strdup("1.2.t") : NULL;
    pending->intake.thread_ts = g_strdup("1700000000.000100");
    pending->intake.view_id = g_strdup("V1");
    return pending;
}

static SlackAnswers *answers;

static int set_up(void **state)
{
    (void)state;
    logged = g_string_new(NULL);
    calls = g_ptr_array_new_with_free_func(call_free);
    acks = (Acks){0};
    cancelled = 0;
    pendings = 0;
    answers = slack_answers_new("acme", NULL, NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slack_answers_free(answers);
    assert_int_equal(pendings, 0);
    assert_null(strstr(logged->str, "hooks.slack.test"));
    assert_null(strstr(logged->str, "Here it is"));
    g_ptr_array_unref(calls);
    g_free(acks.payload);
    g_string_free(logged, TRUE);
    metrics_clear();
    return 0;
}

/* One answer, from its acknowledgement to its end ------------------------------------------- */

typedef enum Acked { ACKED_NOT, ACKED_BARE, ACKED_WITH, ACKED_LOST } Acked;

/* `then` is what is asked of Slack one after the other, and how it ends: "views.open late, url ok".
 */
typedef struct Case {
    const char *promise;
    AnswerBy by;
    const char *without; /* what the envelope came without */
    Reply reply;
    Acked acked;
    const char *then;
} Case;

static const Case cases[] = {
    {"a command is answered in its ack", ANSWER_ACK, "", REPLY_TEXT, ACKED_WITH, ""},
    {"a command without an answer is acknowledged", ANSWER_ACK, "", REPLY_NONE, ACKED_BARE, ""},
    {"an ack that does not go out is followed by the response_url", ANSWER_ACK, "", REPLY_TEXT,
     ACKED_LOST, "url ok"},
    {"a command whose ack takes no payload is answered by its response_url", ANSWER_ACK, "payload",
     REPLY_TEXT, ACKED_BARE, "url ok"},
    {"a response_url that is used up is followed by a message", ANSWER_ACK, "payload", REPLY_TEXT,
     ACKED_BARE, "url late, chat.postEphemeral ok"},
    {"what may have been said is not said twice", ANSWER_ACK, "payload", REPLY_TEXT, ACKED_BARE,
     "url unsure"},
    {"a message that may have been said is not said twice", ANSWER_ACK, "payload url", REPLY_TEXT,
     ACKED_BARE, "chat.postEphemeral unsure"},
    {"where the app may not be, the answer comes in the direct conversation", ANSWER_ACK, "payload",
     REPLY_TEXT, ACKED_BARE, "url late, chat.postEphemeral target, chat.postMessage ok"},
    {"who cannot be reached at all is tried once each way", ANSWER_ACK, "payload", REPLY_TEXT,
     ACKED_BARE, "url late, chat.postEphemeral target, chat.postMessage target"},
    {"a refused token ends it", ANSWER_ACK, "payload url", REPLY_TEXT, ACKED_BARE,
     "chat.postEphemeral auth"},
    {"a message that Slack does not take ends it", ANSWER_ACK, "payload url", REPLY_TEXT,
     ACKED_BARE, "chat.postEphemeral request"},
    {"a form comes up behind a bare ack", ANSWER_ACK, "", REPLY_FORM, ACKED_BARE, "views.open ok"},
    {"a form that comes too late leaves a button", ANSWER_ACK, "", REPLY_FORM, ACKED_BARE,
     "views.open late, url ok"},
    {"a form that is refused leaves a button, however", ANSWER_ACK, "url", REPLY_FORM, ACKED_BARE,
     "views.open request, chat.postEphemeral ok"},
    {"a form without a trigger is a button at once", ANSWER_ACK, "trigger", REPLY_FORM, ACKED_BARE,
     "url ok"},
    {"a zone is guessed before the form comes up", ANSWER_ACK, "", REPLY_GUESSED, ACKED_BARE,
     "zone ok, views.open ok"},
    {"a zone that nobody knows does not keep the form", ANSWER_ACK, "", REPLY_GUESSED, ACKED_BARE,
     "zone late, views.open late, url ok"},
    {"a mistake goes back in the ack, and the modal stays", ANSWER_VIEW, "url", REPLY_FAULTY,
     ACKED_WITH, ""},
    {"a mistake whose ack does not go out is said", ANSWER_VIEW, "url", REPLY_FAULTY, ACKED_LOST,
     "chat.postEphemeral ok"},
    {"a mistake that the ack may not carry comes in a new modal", ANSWER_VIEW, "url payload",
     REPLY_FAULTY, ACKED_BARE, "views.open ok"},
    {"a modal too large for the ack follows it", ANSWER_VIEW, "url", REPLY_HUGE, ACKED_WITH,
     "views.update ok"},
    {"a modal that is closed meanwhile is left alone", ANSWER_VIEW, "url", REPLY_HUGE, ACKED_WITH,
     "views.update late"},
    {"a modal too large for the ack, which does not go out either, is a message", ANSWER_VIEW,
     "url", REPLY_HUGE, ACKED_LOST, "chat.postEphemeral ok"},
    {"what a form leads to is said beside it", ANSWER_VIEW, "url", REPLY_TEXT, ACKED_BARE,
     "chat.postEphemeral ok"},
    {"a form in the direct conversation is answered there", ANSWER_VIEW, "url channel", REPLY_TEXT,
     ACKED_BARE, "chat.postMessage ok"},
    {"a form that leads to another one opens it", ANSWER_VIEW, "url", REPLY_FORM, ACKED_BARE,
     "views.open ok"},
    {"a button is answered by its response_url", ANSWER_EPHEMERAL, "", REPLY_TEXT, ACKED_BARE,
     "url ok"},
    {"a message is answered for its sender's eyes", ANSWER_EPHEMERAL, "url", REPLY_TEXT, ACKED_BARE,
     "chat.postEphemeral ok"},
    {"a button that opens a form does so", ANSWER_EPHEMERAL, "", REPLY_FORM, ACKED_BARE,
     "views.open ok"},
    {"a direct message is answered as one, whatever URL there is", ANSWER_DIRECT, "", REPLY_TEXT,
     ACKED_BARE, "chat.postMessage ok"},
    {"a direct conversation that is gone is opened anew", ANSWER_DIRECT, "", REPLY_TEXT, ACKED_BARE,
     "chat.postMessage target, chat.postMessage ok"},
    {"who closed their account is not asked twice", ANSWER_DIRECT, "channel", REPLY_TEXT,
     ACKED_BARE, "chat.postMessage target"},
    {"a home page is published", ANSWER_HOME, "", REPLY_HOME, ACKED_BARE, "views.publish ok"},
    {"a home page that is not taken is left", ANSWER_HOME, "", REPLY_HOME, ACKED_BARE,
     "views.publish setup"},
    {"nobody's home page is nobody's", ANSWER_HOME, "user", REPLY_HOME, ACKED_BARE, ""},
    {"what wants no answer gets none", ANSWER_NONE, "", REPLY_TEXT, ACKED_BARE, ""},
    {"an answer to nobody ends", ANSWER_EPHEMERAL, "user channel url", REPLY_TEXT, ACKED_BARE, ""},
    {"a second answer is not acknowledged again", ANSWER_EPHEMERAL, "ack", REPLY_TEXT, ACKED_NOT,
     "url ok"},
    {"nor is its silence", ANSWER_EPHEMERAL, "ack", REPLY_NONE, ACKED_NOT, ""},
};

static SlackClass class_of(const char *word)
{
    static const struct {
        const char *word;
        SlackClass class;
    } classes[] = {{"ok", SLACK_OK},         {"auth", SLACK_AUTH},       {"setup", SLACK_SETUP},
                   {"target", SLACK_TARGET}, {"request", SLACK_REQUEST}, {"late", SLACK_LATE},
                   {"unsure", SLACK_UNSURE}, {"retry", SLACK_RETRY}};

    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (strcmp(classes[i].word, word) == 0) {
            return classes[i].class;
        }
    }
    fail_msg("no class: %s", word);
    return SLACK_OK;
}

/* What each call has to hold to reach its reader. */
static void expect_addressed(const SlackCall *call, bool last_direct)
{
    const Json *view = json_object(call->args, "view");

    if (strcmp(call->name, "chat.postEphemeral") == 0) {
        assert_string_equal(json_text(call->args, "channel"), CHANNEL);
        assert_string_equal(json_text(call->args, "user"), USER);
        assert_string_equal(json_text(call->args, "thread_ts"), "1700000000.000100");
    } else if (strcmp(call->name, "chat.postMessage") == 0) {
        assert_string_equal(json_text(call->args, "channel"), last_direct ? USER : CHANNEL);
        assert_null(json_any(call->args, "thread_ts"));
    } else if (strcmp(call->name, "views.open") == 0) {
        assert_string_equal(json_text(call->args, "trigger_id"), "1.2.t");
        assert_string_equal(json_text(view, "type"), "modal");
    } else if (strcmp(call->name, "views.update") == 0) {
        assert_string_equal(json_text(call->args, "view_id"), "V1");
        assert_string_equal(json_text(view, "type"), "modal");
    } else if (strcmp(call->name, "views.publish") == 0) {
        assert_string_equal(json_text(call->args, "user_id"), USER);
        assert_string_equal(json_text(view, "type"), "home");
    } else if (strcmp(call->name, "url") == 0) {
        assert_false(json_bool(call->args, "replace_original"));
        assert_string_not_equal(json_text(call->args, "response_type"), "in_channel");
    }
    if (g_str_has_prefix(call->name, "chat.") || strcmp(call->name, "url") == 0) {
        assert_non_null(strstr(call->body, "Here it is."));
    }
}

static void expect_ack(const Case *one)
{
    assert_int_equal(acks.tried, one->acked == ACKED_NOT ? 0 : 1);
    assert_int_equal(acks.sent, one->acked == ACKED_NOT || one->acked == ACKED_LOST ? 0 : 1);
    if (one->acked == ACKED_BARE) {
        assert_null(acks.payload);
    } else if (one->acked == ACKED_WITH) {
        assert_non_null(acks.payload);
    }
    assert_int_equal(metric_value(slack_tally("acme").ack), acks.sent);
}

static void play_case(const Case *one)
{
    g_auto(GStrv) steps = g_strsplit(one->then, ", ", -1);
    bool to_user = strstr(one->without, "channel") != NULL;

    acks.fail = one->acked == ACKED_LOST;
    slack_answers_give(answers, pending_of(one->by, one->without), card_of(one->reply));
    expect_ack(one);
    for (char **step = steps; *step != NULL && **step != '\0'; step++) {
        g_auto(GStrv) words = g_strsplit(*step, " ", 2);
        SlackCall *call = only_call();

        assert_string_equal(call->name, words[0]);
        expect_addressed(call, to_user || step > steps);
        end_call(call, class_of(words[1]), NULL);
    }
    assert_int_equal(calls->len, 0); /* it has ended */
    assert_int_equal(pendings, 0);
    expect_ack(one);
}

static void answers_find_their_way(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("%s\n", cases[i].promise);
        play_case(&cases[i]);
        tear_down(state);
        set_up(state);
    }
}

/* The same cases, cut off at each of their calls. */
static void the_end_may_come_at_any_time(void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) steps = g_strsplit(cases[i].then, ", ", -1);
        guint n = *cases[i].then != '\0' ? g_strv_length(steps) : 0;

        for (guint cut = 0; cut < n; cut++) {
            acks.fail = cases[i].acked == ACKED_LOST;
            slack_answers_give(answers, pending_of(cases[i].by, cases[i].without),
                               card_of(cases[i].reply));
            for (guint at = 0; at < cut; at++) {
                end_call(only_call(), class_of(strrchr(steps[at], ' ') + 1), NULL);
            }
            tear_down(state); /* what is left behind would be found as a leak */
            set_up(state);
        }
    }
}

/* What exactly goes out ----------------------------------------------------------------------- */

static void a_mistake_stands_at_its_field(void **state)
{
    (void)state;
    slack_answers_give(answers, pending_of(ANSWER_VIEW, "url"), card_of(REPLY_FAULTY));
    g_autoptr(Json) payload = json_parse(acks.payload, strlen(acks.payload));
    assert_string_equal(json_text(payload, "response_action"), "errors");
    assert_non_null(json_at(payload, "errors", "kr:1", NULL));
}

static void a_large_modal_says_its_mistakes_at_once(void **state)
{
    (void)state;
    slack_answers_give(answers, pending_of(ANSWER_VIEW, "url"), card_of(REPLY_HUGE));
    g_autoptr(Json) payload = json_parse(acks.payload, strlen(acks.payload));
    assert_string_equal(json_text(payload, "response_action"), "errors");
    SlackCall *call = only_call();
    assert_string_equal(call->name, "views.update");
    assert_true(strlen(call->body) > SLACK_ACK_MAX - 512); /* else it would have gone with it */
    assert_null(json_any(call->args, "hash")); /* whatever was typed meanwhile, the faults show */
    end_call(call, SLACK_OK, NULL);
}

static const char *initial_of(const SlackCall *call)
{
    const Json *blocks = json_array(json_object(call->args, "view"), "blocks");

    JSON_EACH (block, blocks) {
        const char *initial = json_text(json_object(block, "element"), "initial_value");

        if (*initial != '\0') {
            return initial;
        }
    }
    return "";
}

static void the_guessed_zone_stands_in_the_form(void **state)
{
    (void)state;
    slack_answers_give(answers, pending_of(ANSWER_ACK, ""), card_of(REPLY_GUESSED));
    end_call(only_call(), SLACK_OK, "Europe/Berlin");
    assert_string_equal(initial_of(only_call()), "Europe/Berlin");
    end_call(only_call(), SLACK_OK, NULL);
}

static void without_a_guess_the_default_stands(void **state)
{
    (void)state;
    slack_answers_give(answers, pending_of(ANSWER_ACK, ""), card_of(REPLY_GUESSED));
    end_call(only_call(), SLACK_LATE, NULL);
    assert_string_equal(initial_of(only_call()), "Etc/UTC");
    end_call(only_call(), SLACK_OK, NULL);
}

static void an_ack_alone_goes_once(void **state)
{
    (void)state;
    Pending *pending = pending_of(ANSWER_ACK, "");

    slack_answers_ack(answers, pending);
    slack_answers_ack(answers, pending);
    assert_int_equal(acks.tried, 1);
    assert_null(acks.payload);
    slack_answers_give(answers, pending, card_of(REPLY_TEXT)); /* no payload behind it any more */
    assert_int_equal(acks.tried, 1);
    assert_string_equal(only_call()->name, "url");
    end_call(only_call(), SLACK_OK, NULL);
}

/* Home pages ---------------------------------------------------------------------------------- */

static void show_home(const char *user, const char *text)
{
    Pending *pending = pending_of(ANSWER_HOME, "user");
    Card *card = card_new(CARD_HOME);

    pending->intake.user = g_strdup(user);
    card_text(card, g_strdup(text));
    slack_answers_give(answers, pending, card);
}

static void expect_published(const char *user, SlackClass class)
{
    assert_string_equal(only_call()->name, "views.publish");
    assert_string_equal(json_text(only_call()->args, "user_id"), user);
    end_call(only_call(), class, NULL);
}

static void a_home_page_is_published_when_it_reads_otherwise(void **state)
{
    (void)state;
    show_home("U1", "one");
    expect_published("U1", SLACK_OK);
    show_home("U1", "one");
    assert_int_equal(calls->len, 0);
    show_home("U2", "one");
    expect_published("U2", SLACK_OK);
    show_home("U1", "two");
    expect_published("U1", SLACK_OK);
    show_home("U1", "one");
    expect_published("U1", SLACK_OK);
    assert_int_equal(acks.sent, 5); /* published or not */
}

static void a_home_page_that_may_not_stand_is_published_again(void **state)
{
    static const SlackClass classes[] = {SLACK_RETRY, SLACK_UNSURE, SLACK_SETUP, SLACK_AUTH,
                                         SLACK_LATE};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        show_home("U1", "one");
        expect_published("U1", classes[i]);
    }
    show_home("U1", "one");
    expect_published("U1", SLACK_OK);
}

static void a_home_page_is_not_published_twice_at_a_time(void **state)
{
    (void)state;
    show_home("U1", "one");
    show_home("U1", "one");
    expect_published("U1", SLACK_OK);
    assert_int_equal(calls->len, 0);
}

static void home_pages_are_not_remembered_without_end(void **state)
{
    (void)state;
    for (int i = 0; i <= 5000; i++) {
        g_autofree char *user = g_strdup_printf("U%d", i);

        show_home(user, "one");
        expect_published(user, SLACK_OK);
    }
    show_home("U5000", "one");
    assert_int_equal(calls->len, 0);
    show_home("U1", "one"); /* forgotten: once more, and no harm done */
    expect_published("U1", SLACK_OK);
}

/* Groups -------------------------------------------------------------------------------------- */

static Card *asks_for_members(const char *initial)
{
    Card *card = card_new(CARD_REPLY);
    FormView *form = form_view_new("sprint setup", CHANNEL);
    FormRow *row = form_view_row(form, "members", 1, ROW_CHOICE);

    g_free(form->title);
    form->title = g_strdup("Set up");
    g_free(form->submit);
    form->submit = g_strdup("Set up");
    row->guess = true;
    g_free(row->label);
    row->label = g_strdup("Who belongs to the team?");
    row->initial = g_strdup(initial);
    if (row->choices == NULL) {
        row->choices = row_choices_new();
    }
    row_choice(row->choices, g_strdup("Everybody in this channel"), g_strdup("channel"), NULL);
    card->form = form;
    return card;
}

/* The values offered, with blanks between; caller frees. */
static char *offered(const char *initial)
{
    GString *values = g_string_new(NULL);

    slack_answers_give(answers, pending_of(ANSWER_ACK, ""), asks_for_members(initial));
    SlackCall *call = only_call();
    JSON_EACH (block, json_array(json_object(call->args, "view"), "blocks")) {
        JSON_EACH (option, json_array(json_object(block, "element"), "options")) {
            g_string_append_printf(values, "%s%s", values->len > 0 ? " " : "",
                                   json_text(option, "value"));
        }
    }
    end_call(call, SLACK_OK, NULL);
    return g_string_free(values, FALSE);
}

static void learn(SlackClass class, const char *json)
{
    slack_answers_learn_groups(answers);
    assert_string_equal(only_call()->name, "usergroups.list");
    end_call(only_call(), class, json);
}

typedef struct GroupCase {
    const char *promise;
    const char *json;
    const char *initial;
    const char *offered;
} GroupCase;

static const GroupCase group_cases[] = {
    {"without groups there is the channel", "{}", NULL, "channel"},
    {"a group can be chosen",
     "{\"usergroups\":[{\"id\":\"S1\",\"handle\":\"west\",\"date_delete\":0}]}", NULL,
     "channel <!subteam^S1>"},
    {"what lacks an id or a handle, or is deleted, cannot",
     "{\"usergroups\":[{\"id\":\"S1\"},{\"handle\":\"x\"},null,7,\"S2\","
     "{\"id\":\"S3\",\"handle\":\"old\",\"date_delete\":1700000000}]}",
     NULL, "channel"},
    {"a list that is none is none", "{\"usergroups\":\"S1\"}", NULL, "channel"},
    {"a team's group that is not listed stays chosen", "{\"usergroups\":[]}", "<!subteam^S9>",
     "channel <!subteam^S9>"},
    {"a team's group that is listed is listed once",
     "{\"usergroups\":[{\"id\":\"S1\",\"handle\":\"west\"}]}", "<!subteam^S1>",
     "channel <!subteam^S1>"},
};

static void groups_are_offered(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(group_cases); i++) {
        print_message("%s\n", group_cases[i].promise);
        learn(SLACK_OK, group_cases[i].json);
        g_autofree char *values = offered(group_cases[i].initial);
        assert_string_equal(values, group_cases[i].offered);
    }
}

static void more_groups_than_fit_are_left_out(void **state)
{
    g_autoptr(GString) json = g_string_new("{\"usergroups\":[");

    (void)state;
    for (int i = 0; i < 300; i++) {
        g_string_append_printf(json, "%s{\"id\":\"S%d\",\"handle\":\"g%d\"}", i > 0 ? "," : "", i,
                               i);
    }
    g_string_append(json, "]}");
    learn(SLACK_OK, json->str);
    g_autofree char *values = offered("<!subteam^S299>");
    g_auto(GStrv) list = g_strsplit(values, " ", -1);
    assert_int_equal(g_strv_length(list), 92); /* a menu takes 100 */
    assert_true(g_strv_contains((const char *const *)list, "<!subteam^S299>"));
    assert_true(g_strv_contains((const char *const *)list, "<!subteam^S0>"));
}

static void groups_that_cannot_be_read_stay_as_they_were(void **state)
{
    (void)state;
    learn(SLACK_OK, "{\"usergroups\":[{\"id\":\"S1\",\"handle\":\"west\"}]}");
    learn(SLACK_SETUP, NULL);
    g_autofree char *values = offered(NULL);
    assert_string_equal(values, "channel <!subteam^S1>");
}

static void groups_are_asked_for_once_at_a_time(void **state)
{
    (void)state;
    slack_answers_learn_groups(answers);
    slack_answers_learn_groups(answers);
    end_call(only_call(), SLACK_OK, "{}");
    slack_answers_learn_groups(answers);
    assert_int_equal(calls->len, 1);
    slack_answers_free(answers);
    assert_int_equal(cancelled, 1); /* its answer would find nobody */
    answers = slack_answers_new("acme", NULL, NULL, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answers_find_their_way),
        TEST(the_end_may_come_at_any_time),
        TEST(a_mistake_stands_at_its_field),
        TEST(a_large_modal_says_its_mistakes_at_once),
        TEST(the_guessed_zone_stands_in_the_form),
        TEST(without_a_guess_the_default_stands),
        TEST(an_ack_alone_goes_once),
        TEST(a_home_page_is_published_when_it_reads_otherwise),
        TEST(a_home_page_that_may_not_stand_is_published_again),
        TEST(a_home_page_is_not_published_twice_at_a_time),
        TEST(home_pages_are_not_remembered_without_end),
        TEST(groups_are_offered),
        TEST(more_groups_than_fit_are_left_out),
        TEST(groups_that_cannot_be_read_stay_as_they_were),
        TEST(groups_are_asked_for_once_at_a_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
