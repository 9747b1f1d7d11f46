/* What becomes of one card, and what is said to Slack with it. */

#include "post_stage.h"

/* --- what becomes of one card --- */

typedef struct Case {
    const char *name;
    Spec card;
    Fault faults[FAULTS_MAX];
    const char *asked; /* of Slack, in order; NULL: it depends on chance */
    OutboxEnd end;
    const char *channel; /* where it stands; NULL: not known */
    int stands;          /* how often members see it as a new message */
    const char *why;     /* OUTBOX_DEAD */
    const char *lacking; /* NULL: nothing */
    int64_t lag_ms, file_lag_ms;
    int64_t draw_ms; /* 0: as ever */
    bool no_png;
} Case;

/* A case is two lines or three. */
/* clang-format off */
static const Case cases[] = {
    {"a card is posted",
     {CARD_NOTICE}, {{0}}, P, OUTBOX_DELIVERED, "C1", 1},
    {"a card to a member alone stands in the direct conversation",
     {CARD_NOTICE, TO_MEMBER}, {{0}}, P, OUTBOX_DELIVERED, "D1", 1},
    {"a card of the same key is edited",
     {CARD_NOTICE, .edit = true}, {{0}}, U, OUTBOX_DELIVERED, "C1", 0},
    {"a card for one member in a channel is ephemeral, and stands nowhere",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {{0}}, E, OUTBOX_DELIVERED, NULL, 0},
    {"an ephemeral card is never an edit",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL, .edit = true}, {{0}}, E, OUTBOX_DELIVERED, NULL, 0},

    /* Was it posted? */
    {"a card whose answer was lost is found, not posted again",
     {CARD_NOTICE}, {ANSWER_LOST(P)}, P AND H, OUTBOX_DELIVERED, "C1", 1},
    {"a message that shows late is found at the second look",
     {CARD_NOTICE}, {ANSWER_LOST(P)}, P AND H AND H, OUTBOX_DELIVERED, "C1", 1, .lag_ms = 6000},
    {"a card that was not posted is posted again after two looks",
     {CARD_NOTICE}, {NEVER_SENT(P)}, P AND H AND H AND P, OUTBOX_DELIVERED, "C1", 1},
    {"a card may be lost twice",
     {CARD_NOTICE}, {NEVER_SENT(P), ANSWER_LOST(P)}, P AND H AND H AND P AND H, OUTBOX_DELIVERED,
     "C1", 1},
    {"in a thread its replies are looked through",
     {CARD_NOTICE, .thread = true}, {ANSWER_LOST(P)}, P AND R, OUTBOX_DELIVERED, "C1", 1},
    {"for a member alone the conversation is opened first",
     {CARD_NOTICE, TO_MEMBER}, {ANSWER_LOST(P)}, P AND O AND H, OUTBOX_DELIVERED, "D1", 1},
    {"in a thread of a direct conversation it is known",
     {CARD_NOTICE, TO_MEMBER, .thread = true}, {ANSWER_LOST(P)}, P AND R, OUTBOX_DELIVERED, "D1",
     1},
    {"an earlier attempt is looked for before anything is posted",
     {CARD_NOTICE, .attempts = 2}, {{0}}, H AND H AND P, OUTBOX_DELIVERED, "C1", 1},
    {"an edit is simply repeated",
     {CARD_NOTICE, .edit = true, .attempts = 3}, {ANSWER_LOST(U)}, U AND U, OUTBOX_DELIVERED, "C1",
     0},
    {"a look without an answer is repeated",
     {CARD_NOTICE}, {ANSWER_LOST(P), {H, 2, SLACK_UNSURE, "", false}}, P AND H AND H AND H,
     OUTBOX_DELIVERED, "C1", 1},
    {"history without messages is no answer",
     {CARD_NOTICE}, {ANSWER_LOST(P), {H, 2, SLACK_OK, "", false}}, P AND H AND H AND H,
     OUTBOX_DELIVERED, "C1", 1},
    {"a direct conversation without an id is no answer",
     {CARD_NOTICE, TO_MEMBER}, {ANSWER_LOST(P), {O, 1, SLACK_OK, "", false}}, P AND O AND O AND H,
     OUTBOX_DELIVERED, "D1", 1},
    {"a cursor that went bad is begun anew",
     {CARD_NOTICE}, {ANSWER_LOST(P), {H, 1, SLACK_LATE, "invalid_cursor", false}}, P AND H AND H,
     OUTBOX_DELIVERED, "C1", 1},
    {"a cursor that is always bad ends as an unreadable history",
     {CARD_NOTICE, .expires_ms = DAY_MS}, {ANSWER_LOST(P), {H, -1, SLACK_LATE, "invalid_cursor",
     false}}, P AND H AND H, OUTBOX_EXPIRED, NULL, 1},
    {"a reply to a thread that is gone is looked for outside it",
     {CARD_NOTICE, .thread = true}, {NEVER_SENT(P), {R, -1, SLACK_TARGET, "thread_not_found",
     false}}, P AND R AND H AND R AND H AND P, OUTBOX_DELIVERED, "C1", 1},
    {"posted without saying where is posted",
     {CARD_NOTICE, .key = "k"}, {{P, 1, SLACK_OK, "", true}}, P, OUTBOX_DELIVERED, NULL, 1},

    /* A history that cannot be read. */
    {"a card that expires is not repeated unseen",
     {CARD_PROMPT, .expires_ms = DAY_MS}, {ANSWER_LOST(P), LACKS_SCOPE(H)}, P AND H,
     OUTBOX_EXPIRED, NULL, 1, NULL, H ":a:scope "},
    {"nor after a restart",
     {CARD_PROMPT, .expires_ms = DAY_MS, .attempts = 2}, {LACKS_SCOPE(H)}, H, OUTBOX_EXPIRED, NULL,
     0, NULL, H ":a:scope "},
    {"nor where the bot is not in the channel",
     {CARD_PROMPT, .expires_ms = DAY_MS}, {ANSWER_LOST(P), {H, -1, SLACK_TARGET, "not_in_channel",
     false}}, P AND H, OUTBOX_EXPIRED, NULL, 1},
    {"nor where the direct conversation cannot be opened",
     {CARD_NUDGE, TO_MEMBER, .expires_ms = DAY_MS}, {ANSWER_LOST(P), LACKS_SCOPE(O)}, P AND O,
     OUTBOX_EXPIRED, NULL, 1, NULL, O ":a:scope "},
    {"a card that must arrive is repeated unseen",
     {CARD_CLOSE}, {NEVER_SENT(P), LACKS_SCOPE(H)}, P AND H AND P, OUTBOX_DELIVERED, "C1", 1, NULL,
     H ":a:scope "},
    {"but not without end",
     {CARD_CLOSE}, {{P, -1, SLACK_UNSURE, "", false}, {H, -1, SLACK_TARGET, "channel_not_found",
     false}}, P AND H AND P AND H AND P AND H AND P AND H AND P AND H AND P AND H, OUTBOX_DEAD,
     NULL, 0, "Slack did not say whether it arrived"},
    {"a history that never answers counts as unreadable after a day",
     {CARD_PROMPT, .expires_ms = 100 * DAY_MS}, {ANSWER_LOST(P), {H, -1, SLACK_RETRY, "", false}},
     NULL, OUTBOX_EXPIRED, NULL, 1},

    /* What has expired. */
    {"an expired card is not posted",
     {CARD_PROMPT, .expires_ms = -1}, {{0}}, "", OUTBOX_EXPIRED, NULL, 0},
    {"an expired edit is not made",
     {CARD_PROMPT, .edit = true, .expires_ms = -1}, {{0}}, "", OUTBOX_EXPIRED, NULL, 0},
    {"a card that expires while it is looked for is not posted again",
     {CARD_PROMPT, .key = "prompt/1/1", .expires_ms = 4000}, {NEVER_SENT(P)}, P AND H AND H,
     OUTBOX_EXPIRED, NULL, 0},
    {"one that can never be edited is not even looked for",
     {CARD_NUDGE, .expires_ms = 4000}, {NEVER_SENT(P)}, P AND H, OUTBOX_EXPIRED, NULL, 0},
    {"an expired card of an earlier attempt is looked for: its key must be known",
     {CARD_PROMPT, .key = "prompt/1/1", .expires_ms = -1, .attempts = 2}, {{0}}, H AND H,
     OUTBOX_EXPIRED, NULL, 0},
    {"a card that expires between tries is not posted",
     {CARD_PROMPT, .expires_ms = 10000}, {{P, -1, SLACK_RETRY, "", false}}, NULL, OUTBOX_EXPIRED,
     NULL, 0},

    /* What Slack refuses. */
    {"what was certainly not done is tried until it is",
     {CARD_NOTICE}, {{P, 3, SLACK_RETRY, "ratelimited", false}}, P AND P AND P AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"an archived channel is said to be closed",
     {CARD_NOTICE, .channel = "C-ARCHIVED"}, {{0}}, P, OUTBOX_DEAD, NULL, 0,
     "the channel is closed"},
    {"a public channel is joined",
     {CARD_NOTICE, .channel = "C-PUBLIC"}, {{0}}, P AND J AND P, OUTBOX_DELIVERED, "C-PUBLIC", 1},
    {"a private one is not",
     {CARD_NOTICE}, {{P, -1, SLACK_TARGET, "not_in_channel", false}}, P AND J, OUTBOX_DEAD, NULL,
     0, "the channel is closed"},
    {"it is joined only once",
     {CARD_NOTICE, .channel = "C-PUBLIC"}, {{P, -1, SLACK_TARGET, "not_in_channel", false}}, P AND
     J AND P, OUTBOX_DEAD, NULL, 0, "the channel is closed"},
    {"joining may lack a scope",
     {CARD_NOTICE, .channel = "C-PUBLIC"}, {LACKS_SCOPE(J)}, P AND J, OUTBOX_DEAD, NULL, 0,
     "the channel is closed", J ":a:scope "},
    {"joining may take two tries",
     {CARD_NOTICE, .channel = "C-PUBLIC"}, {{J, 1, SLACK_RETRY, "", false}}, P AND J AND P AND J
     AND P, OUTBOX_DELIVERED, "C-PUBLIC", 1},
    {"a member's conversation is never joined",
     {CARD_NOTICE, TO_MEMBER}, {{P, -1, SLACK_TARGET, "not_in_channel", false}}, P, OUTBOX_DEAD,
     NULL, 0, "the channel is closed"},
    {"a thread that is gone is left out",
     {CARD_NOTICE, .thread = true}, {{P, 1, SLACK_TARGET, "thread_not_found", false}}, P AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"an edit whose message was deleted is posted anew",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_TARGET, "message_not_found", false}}, U AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"an edit of what is not ours any more is posted anew",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_TARGET, "cant_update_message", false}}, U AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"an edit that comes too late for Slack is posted anew",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_TARGET, "edit_window_closed", false}}, U AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"posting anew is looked for after a restart too",
     {CARD_NOTICE, .edit = true, .attempts = 2}, {{U, 1, SLACK_TARGET, "message_not_found",
     false}}, U AND H AND H AND P, OUTBOX_DELIVERED, "C1", 1},
    {"an edit in an archived channel is dead",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_TARGET, "is_archived", false}}, U, OUTBOX_DEAD,
     NULL, 0, "the channel is closed"},
    {"blocks that are refused become plain text",
     {CARD_NOTICE}, {{P, 1, SLACK_REQUEST, "invalid_blocks", false}}, P AND P, OUTBOX_DELIVERED,
     "C1", 1},
    {"an edit's too",
     {CARD_NOTICE, .edit = true}, {{U, 1, SLACK_REQUEST, "msg_too_long", false}}, U AND U,
     OUTBOX_DELIVERED, "C1", 0},
    {"and plain text that is refused is dead",
     {CARD_NOTICE}, {{P, -1, SLACK_REQUEST, "msg_too_long", false}}, P AND P, OUTBOX_DEAD, NULL, 0,
     "Slack did not take it"},
    {"an error of another world ends as well",
     {CARD_NOTICE}, {{P, -1, SLACK_LATE, "", false}}, P AND P, OUTBOX_DEAD, NULL, 0,
     "Slack did not take it"},
    {"a missing permission is told once, and waited for",
     {CARD_NOTICE}, {{P, 3, SLACK_SETUP, "missing_scope", false}}, P AND P AND P AND P,
     OUTBOX_DELIVERED, "C1", 1, NULL, P ":a:scope "},
    {"but not for more than a day",
     {CARD_NOTICE}, {LACKS_SCOPE(P)}, NULL, OUTBOX_DEAD, NULL, 0, "Slack did not take it", P
     ":a:scope "},
    {"nor for what expires",
     {CARD_PROMPT, .expires_ms = DAY_MS / 24}, {LACKS_SCOPE(P)}, NULL, OUTBOX_EXPIRED, NULL, 0,
     NULL, P ":a:scope "},
    {"a refused token is tried again also when nobody says so",
     {CARD_NOTICE}, {{P, 1, SLACK_AUTH, "invalid_auth", false}}, P AND P, OUTBOX_DELIVERED, "C1",
     1},

    /* Ephemeral: delivered or dropped. */
    {"an ephemeral card is not repeated when it may have been seen",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {NEVER_SENT(E)}, E, OUTBOX_DELIVERED, NULL, 0},
    {"nor after a restart",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL, .attempts = 2}, {{0}}, "", OUTBOX_EXPIRED, NULL, 0},
    {"nor when it is late",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {{E, -1, SLACK_RETRY, "", false}}, E, OUTBOX_EXPIRED,
     NULL, 0},
    {"nobody is told when its member has left",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {{E, -1, SLACK_TARGET, "user_not_in_channel", false}}, E,
     OUTBOX_EXPIRED, NULL, 0},
    {"its blocks may be refused",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {{E, -1, SLACK_REQUEST, "invalid_blocks", false}}, E AND
     E, OUTBOX_EXPIRED, NULL, 0},
    {"it lacks a scope",
     {CARD_REPLY, FOR_MEMBER_IN_CHANNEL}, {LACKS_SCOPE(E)}, E, OUTBOX_EXPIRED, NULL, 0, NULL, E
     ":a:scope "},

    /* Pins. */
    {"a sprint's card is pinned",
     {CARD_SPRINT}, {{0}}, P AND N, OUTBOX_DELIVERED, "C1", 1},
    {"an edit of it is not",
     {CARD_SPRINT, .edit = true}, {{0}}, U, OUTBOX_DELIVERED, "C1", 0},
    {"one that was found is, since that may have been missed",
     {CARD_SPRINT}, {ANSWER_LOST(P)}, P AND H AND N, OUTBOX_DELIVERED, "C1", 1},
    {"one that was posted anew is",
     {CARD_SPRINT, .edit = true}, {{U, 1, SLACK_TARGET, "message_not_found", false}}, U AND P AND
     N, OUTBOX_DELIVERED, "C1", 1},
    {"a pin that is refused stops nothing",
     {CARD_SPRINT}, {LACKS_SCOPE(N)}, P AND N, OUTBOX_DELIVERED, "C1", 1, NULL, N ":a:scope "},
    {"nor does one without an answer",
     {CARD_SPRINT}, {{N, -1, SLACK_UNSURE, "", false}}, P AND N, OUTBOX_DELIVERED, "C1", 1, NULL, N
     ":no answer "},
    {"a pin waits for the token",
     {CARD_SPRINT}, {{N, 1, SLACK_AUTH, "invalid_auth", false}}, P AND N AND N, OUTBOX_DELIVERED,
     "C1", 1},

    /* Pictures. */
    {"a chart is uploaded, then shown",
     {CARD_NOTICE, .chart = true}, {{0}}, G AND B AND C AND P, OUTBOX_DELIVERED, "C1", 1},
    {"in an edit as well",
     {CARD_NOTICE, .chart = true, .edit = true}, {{0}}, G AND B AND C AND U, OUTBOX_DELIVERED,
     "C1", 0},
    {"it is not uploaded again for another try",
     {CARD_NOTICE, .chart = true}, {NEVER_SENT(P)}, G AND B AND C AND P AND H AND H AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"nor drawn for a card that stands already",
     {CARD_NOTICE, .chart = true}, {ANSWER_LOST(P)}, G AND B AND C AND P AND H, OUTBOX_DELIVERED,
     "C1", 1},
    {"a file that is shown late is tried again",
     {CARD_NOTICE, .chart = true}, {{0}}, G AND B AND C AND P AND P AND P, OUTBOX_DELIVERED, "C1",
     1, .file_lag_ms = 3000},
    {"and left out in the end",
     {CARD_NOTICE, .chart = true}, {{0}}, G AND B AND C AND P AND P AND P AND P AND P,
     OUTBOX_DELIVERED, "C1", 1, .file_lag_ms = DAY_MS},
    {"a card whose blocks are wrong anyway loses picture and blocks",
     {CARD_NOTICE, .chart = true}, {{P, 5, SLACK_REQUEST, "invalid_blocks", false}}, G AND B AND C
     AND P AND P AND P AND P AND P AND P, OUTBOX_DELIVERED, "C1", 1},
    {"another refusal is not the picture's fault",
     {CARD_NOTICE, .chart = true}, {{P, 1, SLACK_REQUEST, "msg_too_long", false}}, G AND B AND C
     AND P AND P, OUTBOX_DELIVERED, "C1", 1},
    {"without the scope there is no picture",
     {CARD_NOTICE, .chart = true}, {LACKS_SCOPE(G)}, G AND P, OUTBOX_DELIVERED, "C1", 1, NULL, G
     ":a:scope "},
    {"a place without an address is none",
     {CARD_NOTICE, .chart = true}, {{G, -1, SLACK_OK, "", false}}, G AND P, OUTBOX_DELIVERED, "C1",
     1},
    {"bytes that get lost make no picture",
     {CARD_NOTICE, .chart = true}, {{B, -1, SLACK_UNSURE, "", false}}, G AND B AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"nor do those that are refused",
     {CARD_NOTICE, .chart = true}, {{C, -1, SLACK_REQUEST, "file_not_found", false}}, G AND B AND C
     AND P, OUTBOX_DELIVERED, "C1", 1, NULL, C ":file_not_found "},
    {"an upload that hangs does not hold up the text",
     {CARD_PROMPT, .chart = true}, {{B, 1, SLACK_UNSURE, HANGS, false}}, G AND B AND P,
     OUTBOX_DELIVERED, "C1", 1},
    {"nor does a drawing",
     {CARD_PROMPT, .chart = true}, {{0}}, P, OUTBOX_DELIVERED, "C1", 1, .draw_ms = -1},
    {"a drawing that comes too late is left out",
     {CARD_PROMPT, .chart = true}, {{0}}, P, OUTBOX_DELIVERED, "C1", 1, .draw_ms = 30000},
    {"also while the card still waits for something else",
     {CARD_PROMPT, .chart = true}, {{P, 1, SLACK_SETUP, "missing_scope", false}}, P AND P,
     OUTBOX_DELIVERED, "C1", 1, NULL, P ":a:scope ", .draw_ms = 30000},
    {"drawing and uploading share their time",
     {CARD_PROMPT, .chart = true}, {{G, 1, SLACK_UNSURE, HANGS, false}}, G AND P, OUTBOX_DELIVERED,
     "C1", 1, .draw_ms = 19000},
    {"what cannot be drawn is left out",
     {CARD_PROMPT, .chart = true}, {{0}}, P, OUTBOX_DELIVERED, "C1", 1, .no_png = true},
    {"an upload waits for the token",
     {CARD_NOTICE, .chart = true}, {{G, 1, SLACK_AUTH, "invalid_auth", false}}, G AND G AND B AND C
     AND P, OUTBOX_DELIVERED, "C1", 1},
};
/* clang-format on */

static const char *const end_names[] = {
    [OUTBOX_DELIVERED] = "delivered", [OUTBOX_EXPIRED] = "expired", [OUTBOX_DEAD] = "dead"};

static void check_text(const Case *c, const char *what, const char *expected, const char *got)
{
    if (g_strcmp0(expected, got) != 0) {
        fail_msg("%s: %s is\n  %s\nnot\n  %s", c->name, what, got != NULL ? got : "(none)",
                 expected != NULL ? expected : "(none)");
    }
}

static void check_case(const Case *c, const Rig *rig)
{
    const Message *which = NULL;
    int stands = standing(&rig->slack, ROW, &which);

    if (rig->settled->len != 1) {
        fail_msg("%s: settled %u times; asked %s", c->name, rig->settled->len,
                 rig->slack.asked->str);
    }
    const Settled *settled = &g_array_index(rig->settled, Settled, 0);

    check_text(c, "its end", end_names[c->end], end_names[settled->end]);
    if (c->asked != NULL) {
        check_text(c, "what was asked", c->asked, rig->slack.asked->str);
    }
    check_text(c, "its channel", c->channel, settled->channel);
    check_text(c, "what is lacking", c->lacking != NULL ? c->lacking : "", rig->lacking->str);
    if (c->end == OUTBOX_DEAD) {
        check_text(c, "why", c->why, settled->message);
    }
    if (stands != c->stands) {
        fail_msg("%s: it stands there %d times", c->name, stands);
    }
    if (c->end == OUTBOX_DELIVERED && c->channel != NULL) {
        check_text(c, "its message", stands > 0 ? which->ts : BEFORE_IT_ALL, settled->message);
    }
    assert_int_equal(slack_post_depth(rig->post), 0);
}

static void run_case(const Case *c)
{
    void *state = NULL;

    open_rig(&state);
    Rig *rig = state;

    memcpy(rig->slack.faults, c->faults, sizeof(c->faults));
    rig->slack.lag_ms = c->lag_ms;
    rig->slack.file_lag_ms = c->file_lag_ms;
    rig->draw_ms = c->draw_ms != 0 ? c->draw_ms : rig->draw_ms;
    rig->png = c->no_png ? NULL : rig->png;
    deliver(rig, &c->card);
    assert_int_equal(rig->settled->len, 0); /* never from inside */
    run_until(40 * DAY_MS);
    check_case(c, rig);
    close_rig(&state);
}

static void test_what_becomes_of_a_card(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        run_case(&cases[i]);
    }
    print_message("%zu cases\n", G_N_ELEMENTS(cases));
}

/* --- what is said to Slack --- */

static void test_a_card_carries_its_key_and_unfolds_nothing(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_NOTICE});
    run_until(DAY_MS);
    the_card(rig); /* by its key; the flags were checked on the way in */
    const Json *said = rig->slack.last;
    assert_string_equal(json_text(said, "channel"), "C1");
    assert_null(json_any(said, "thread_ts"));
    assert_non_null(json_array(said, "blocks"));
}

static void test_a_reply_stands_in_its_thread(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_ECHO, .thread = true});
    run_until(DAY_MS);
    assert_string_equal(the_card(rig)->thread_ts, BEFORE_IT_ALL);
}

static void test_a_thread_of_another_channel_is_not_followed(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_ECHO, .thread = true, .elsewhere = true});
    run_until(DAY_MS);
    assert_null(the_card(rig)->thread_ts);
    assert_string_equal(the_card(rig)->channel, "C1");
}

static void test_a_reply_to_a_member_alone_stands_in_its_thread(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_QUESTION, TO_MEMBER, .thread = true});
    run_until(DAY_MS);
    assert_string_equal(the_card(rig)->thread_ts, BEFORE_IT_ALL);
    assert_string_equal(the_card(rig)->channel, "D1");
}

static const char *button_channel(const Rig *rig)
{
    return json_text_or_null(json_array(rig->slack.last, "blocks")->child, "block_id");
}

/* A member is no channel: with none said, a button speaks of the place where it is pressed. */
static void test_buttons_speak_of_the_card_s_channel(void **state)
{
    Rig *rig = *state;

    deliver_as(rig, &(Spec){CARD_NOTICE}, 1);
    run_until(1000);
    assert_string_equal(button_channel(rig), "C1");
    deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER}, 2);
    run_until(2000);
    assert_null(button_channel(rig));
    deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER, .thread = true}, 3);
    run_until(3000);
    assert_string_equal(button_channel(rig), "D1");
    deliver_as(rig, &(Spec){CARD_NOTICE, TO_MEMBER, .edit = true}, 4);
    run_until(4000);
    assert_string_equal(button_channel(rig), "D1");
}

static void test_plain_text_goes_without_blocks(void **state)
{
    Rig *rig = *state;

    rig->slack.faults[0] = (Fault){P, 1, SLACK_REQUEST, "invalid_blocks", false};
    deliver(rig, &(Spec){CARD_NOTICE});
    run_until(DAY_MS);
    assert_true(the_card(rig)->plain);
    assert_string_equal(the_card(rig)->text, "what is said\n");
}

static void test_a_look_begins_a_minute_before_the_first_attempt(void **state)
{
    Rig *rig = *state;

    rig->slack.faults[0] = (Fault)NEVER_SENT(P);
    rig->slack.faults[1] = (Fault)NEVER_SENT(P);
    deliver(rig, &(Spec){CARD_NOTICE});
    run_until(DAY_MS);
    assert_string_equal(rig->slack.oldest, "1752476340.000000"); /* the last look's as well */
}

static void test_after_a_restart_a_look_goes_back_to_where_it_was_put(void **state)
{
    Rig *rig = *state;

    deliver(rig, &(Spec){CARD_NOTICE, .attempts = 2, .age_ms = 3 * DAY_MS});
    run_until(DAY_MS);
    assert_string_equal(rig->slack.oldest, "1752217140.000000"); /* a minute before */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_becomes_of_a_card),
        RIGGED(test_a_card_carries_its_key_and_unfolds_nothing),
        RIGGED(test_a_reply_stands_in_its_thread),
        RIGGED(test_a_thread_of_another_channel_is_not_followed),
        RIGGED(test_a_reply_to_a_member_alone_stands_in_its_thread),
        RIGGED(test_buttons_speak_of_the_card_s_channel),
        RIGGED(test_plain_text_goes_without_blocks),
        RIGGED(test_a_look_begins_a_minute_before_the_first_attempt),
        RIGGED(test_after_a_restart_a_look_goes_back_to_where_it_was_put),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
