/* Cards on their way out, against a homeserver that loses answers, forgets messages and refuses
 * what it is sent. Time is the test's: nothing here waits. */

#include "bot/matrix/post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bot/matrix/picture.h"
#include "core/chart.h"
#include "core/words.h"
#include "tests/matrix/replica_ports.h"

#define OWN       "@anchord:b.test"
#define ADA       "@ada:b.test"
#define ROOM      "!team:b.test"
#define OTHER     "!other:b.test"
#define DM        "!dm:b.test"
#define INSTALL   "west-1"
#define ROW       7
#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define DAY_MS    (1440 * MINUTE_MS)
#define SOON_MS   500

#define SENT      "PUT rooms/" ROOM "/send/m.room.message/west-1-7"
#define EDITED    "PUT rooms/" ROOM "/send/m.room.message/west-1-7-e"
#define PICTURED  "PUT rooms/" ROOM "/send/m.room.message/west-1-7-i"
#define REACTED   "PUT rooms/" ROOM "/send/m.reaction/*"
#define POLLED    "PUT rooms/" ROOM "/send/org.matrix.msc3381.poll.start/west-1-7-p"
#define POLL_OVER "PUT rooms/" ROOM "/send/org.matrix.msc3381.poll.end/*"
#define RELATED   "GET /_matrix/client/v1/rooms/" ROOM "/relations/$old/m.thread/m.room.message"
#define UPLOADED  "POST /_matrix/media/v3/upload"
#define PINS      "rooms/" ROOM "/state/m.room.pinned_events"

typedef struct Rig {
    MatrixRooms *rooms;
    MatrixPost *post;
    GString *told; /* "7 delivered !team:b.test $id " … */
    GString *lacking;
    GString *sent; /* ids of messages, as they stand */
    GBytes *png;   /* NULL: it cannot be drawn */
    bool slow;     /* it is never drawn */
    int drawn;
} Rig;

static void on_settled(void *arg, int64_t row, OutboxEnd end, const MessageRef *ref)
{
    static const char *const ends[] = {
        [OUTBOX_DELIVERED] = "delivered", [OUTBOX_EXPIRED] = "expired", [OUTBOX_DEAD] = "dead"};
    Rig *rig = arg;

    g_string_append_printf(rig->told, "%d %s", (int)row, ends[end]);
    if (ref != NULL && ref->channel != NULL) {
        g_string_append_printf(rig->told, " %s", ref->channel);
    }
    if (ref != NULL) {
        g_string_append_printf(rig->told, " %s", ref->message);
    }
    g_string_append_c(rig->told, '.');
}

static void draw(void *arg, int64_t row, const Chart *chart)
{
    Rig *rig = arg;

    assert_non_null(chart);
    rig->drawn++;
    if (!rig->slow) {
        matrix_post_drawn(rig->post, row, rig->png);
    }
}

static void on_lacking(void *arg, const char *room, const char *what, const char *why)
{
    assert_string_not_equal(why, "");
    g_string_append_printf(((Rig *)arg)->lacking, "%s %s.", room, what);
}

static void on_sent_out(void *arg, const char *room, const char *event_id, const Json *content)
{
    assert_non_null(room);
    assert_non_null(content);
    g_string_append_printf(((Rig *)arg)->sent, "%s.", event_id);
}

static Instant now(void *arg)
{
    (void)arg;
    return (Instant){replica_wall_us()};
}

static void nobody_moves(void *arg, const char *from, const char *to)
{
    (void)arg;
    fail_msg("%s to %s", from, to);
}

static void nobody_joins(void *arg, const char *room, bool direct)
{
    (void)arg;
    (void)direct;
    fail_msg("%s", room);
}

static void nobody_keeps(void *arg, const char *room, const char *what)
{
    (void)arg;
    (void)what;
    fail_msg("%s", room);
}

static GBytes *some_png(guint8 shade)
{
    guint8 bytes[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0,   0, 0, 13, 'I', 'H', 'D',
                      'R',  0,   0,   2,   128,  0,    0,    1,    104, 8, 2, 0,  0,   0,   shade};

    return g_bytes_new(bytes, sizeof bytes);
}

static void know_room(const char *room, const char *creator)
{
    g_autofree char *what = g_strdup_printf("GET rooms/%s/state/m.room.create", room);
    g_autofree char *json = g_strdup_printf(
        "{\"type\":\"m.room.create\",\"sender\":\"%s\",\"content\":{\"room_version\":\"11\"}}",
        creator);

    replica_say(what, -1, MATRIX_OK, "", json);
}

static int open_rig(void **state)
{
    static const char *const allow[] = {"*", NULL};
    static const MatrixRoomsConfig config = {"west", allow, 50};
    static const MatrixRoomsOps rooms_ops = {nobody_moves, nobody_joins, nobody_keeps};
    static const MatrixPostOps ops = {on_settled, draw, on_lacking, on_sent_out, now};
    Rig *rig = g_new0(Rig, 1);

    replica_open();
    replica_say("GET joined_rooms", -1, MATRIX_OK, "",
                "{\"joined_rooms\":[\"" ROOM "\",\"" OTHER "\",\"" DM "\"]}");
    replica_say("GET user/*", -1, MATRIX_OK, "", "{\"" ADA "\":[\"" DM "\"]}");
    replica_say("GET rooms/" DM "/state/m.room.member/" ADA, -1, MATRIX_OK, "",
                "{\"membership\":\"join\"}");
    replica_say(UPLOADED, -1, MATRIX_OK, "", "{\"content_uri\":\"mxc://b.test/one\"}");
    know_room(ROOM, OWN);
    know_room(OTHER, ADA);
    know_room(DM, ADA);
    rig->told = g_string_new(NULL);
    rig->lacking = g_string_new(NULL);
    rig->sent = g_string_new(NULL);
    rig->png = some_png(1);
    rig->rooms = matrix_rooms_new(replica_loop(), replica_api(), &config, &rooms_ops, rig);
    rig->post = matrix_post_new(replica_loop(), replica_api(), rig->rooms, INSTALL, &ops, rig);
    matrix_rooms_start(rig->rooms, OWN);
    replica_run(SOON_MS);
    *state = rig;
    return 0;
}

static int close_rig(void **state)
{
    Rig *rig = *state;

    matrix_post_free(rig->post);
    matrix_rooms_free(rig->rooms);
    replica_close();
    g_string_free(rig->told, TRUE);
    g_string_free(rig->lacking, TRUE);
    g_string_free(rig->sent, TRUE);
    g_clear_pointer(&rig->png, g_bytes_unref);
    g_free(rig);
    return 0;
}

/* --- cards --- */

static OutboxRow *some_row(CardKind kind, const char *channel, const char *member)
{
    OutboxRow *row = g_new0(OutboxRow, 1);

    row->id = ROW;
    row->attempts = 1;
    row->card = card_new(kind);
    row->card->channel = g_strdup(channel);
    row->card->member = g_strdup(member);
    card_text(row->card, g_strdup("Good morning"));
    return row;
}

static void post(Rig *rig, OutboxRow *take_row)
{
    matrix_post_card(rig->post, take_row, NULL, NULL);
    replica_run(SOON_MS);
}

static void post_some(Rig *rig)
{
    post(rig, some_row(CARD_NOTICE, ROOM, NULL));
}

static void edit_some(Rig *rig)
{
    const MessageRef edit = {(char[]){ROOM}, (char[]){"$old"}};

    matrix_post_card(rig->post, some_row(CARD_NOTICE, ROOM, NULL), &edit, NULL);
    replica_run(SOON_MS);
}

static const char *relation(const char *what, const char *key)
{
    return json_text(json_object(replica_body(what), "m.relates_to"), key);
}

/* --- text --- */

static void test_a_card_is_sent_under_its_rows_id(void **state)
{
    Rig *rig = *state;

    post_some(rig);
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $west-1-7.");
    assert_string_equal(rig->sent->str, "$west-1-7.");
    assert_int_equal(replica_count(SENT), 1);
    const Json *body = replica_body(SENT);

    assert_string_equal(json_text(json_object(body, MATRIX_OURS), "row"), "west-1/7");
    assert_non_null(json_object(body, "m.mentions"));
    assert_null(json_any(body, "m.relates_to"));
    assert_int_equal(matrix_post_depth(rig->post), 0);
}

static void test_what_is_uncertain_is_sent_again_under_the_same_id(void **state)
{
    Rig *rig = *state;

    replica_say(SENT, 1, MATRIX_UNSURE, "no_answer", NULL);
    replica_say(SENT, 1, MATRIX_RETRY, "M_LIMIT_EXCEEDED", NULL);
    post_some(rig);
    replica_run(MINUTE_MS);
    assert_int_equal(replica_count(SENT), 3);
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $west-1-7.");
}

static void test_a_homeserver_that_is_away_is_waited_for(void **state)
{
    Rig *rig = *state;

    replica_say(SENT, -1, MATRIX_UNSURE, "http_502", NULL);
    post_some(rig);
    replica_run(DAY_MS);
    assert_string_equal(rig->told->str, "");
    assert_int_equal(matrix_post_depth(rig->post), 1);
    replica_say(SENT, -1, MATRIX_OK, "", "{\"event_id\":\"$late\"}");
    replica_run(6 * MINUTE_MS);
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $late.");
}

static void test_a_card_that_expires_while_it_waits_is_not_sent(void **state)
{
    Rig *rig = *state;
    OutboxRow *row = some_row(CARD_REMINDER, ROOM, NULL);

    row->card->expires = (Instant){replica_wall_us() + MINUTE_MS * 1000};
    replica_say(SENT, -1, MATRIX_RETRY, "http_502", NULL);
    post(rig, row);
    replica_run(10 * MINUTE_MS);
    assert_string_equal(rig->told->str, "7 expired.");
}

static void test_our_own_message_coming_by_has_arrived(void **state)
{
    Rig *rig = *state;

    replica_hang(SENT, -1);
    post_some(rig);
    matrix_post_seen(rig->post, "west-1/8", ROOM, "$other");
    matrix_post_seen(rig->post, "west-1/7", OTHER, "$other");
    assert_string_equal(rig->told->str, "");
    matrix_post_seen(rig->post, "west-1/7", ROOM, "$seen");
    matrix_post_seen(rig->post, "west-1/7", ROOM, "$seen");
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $seen.");
}

static void test_a_refused_token_is_waited_for(void **state)
{
    Rig *rig = *state;

    replica_say(SENT, 1, MATRIX_AUTH, "M_UNKNOWN_TOKEN", NULL);
    post_some(rig);
    matrix_post_pause(rig->post, true);
    replica_run(DAY_MS);
    assert_int_equal(replica_count(SENT), 1);
    matrix_post_pause(rig->post, false);
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $west-1-7.");
}

static void test_while_paused_nothing_is_tried(void **state)
{
    Rig *rig = *state;

    matrix_post_pause(rig->post, true);
    post_some(rig);
    replica_run(MINUTE_MS);
    assert_int_equal(replica_count(SENT), 0);
    matrix_post_pause(rig->post, false);
    replica_run(SOON_MS);
    assert_int_equal(replica_count(SENT), 1);
}

/* --- refusals --- */

static void test_a_card_that_we_may_not_write_is_dead(void **state)
{
    Rig *rig = *state;

    replica_say(SENT, -1, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    post_some(rig);
    assert_string_equal(rig->told->str, "7 dead I may not write there.");
}

static void test_a_card_for_a_room_that_we_left_is_dead(void **state)
{
    Rig *rig = *state;

    replica_hang(SENT, -1);
    post_some(rig);
    matrix_rooms_left(rig->rooms, ROOM);
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "7 dead I am not in that room any more.");
}

static void test_a_card_for_a_room_that_we_are_not_in_is_dead(void **state)
{
    Rig *rig = *state;

    replica_say("GET rooms/!gone:b.test/*", -1, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    post(rig, some_row(CARD_NOTICE, "!gone:b.test", NULL));
    assert_string_equal(rig->told->str, "7 dead I am not in that room any more.");
}

static void test_nothing_is_said_in_an_encrypted_room(void **state)
{
    Rig *rig = *state;

    replica_say("GET rooms/" ROOM "/state/m.room.encryption", -1, MATRIX_OK, "",
                "{\"algorithm\":\"m.megolm.v1.aes-sha2\"}");
    post_some(rig);
    assert_string_equal(rig->told->str,
                        "7 dead this room is encrypted, and I cannot read or write there.");
    assert_int_equal(replica_count("PUT *"), 0);
}

static void test_nothing_is_said_before_that_is_known(void **state)
{
    Rig *rig = *state;

    replica_say("GET rooms/" ROOM "/state/m.room.encryption", 3, MATRIX_RETRY, "http_502", NULL);
    post_some(rig);
    assert_int_equal(replica_count("PUT *"), 0);
    replica_run(MINUTE_MS);
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $west-1-7.");
}

static void test_a_room_may_be_encrypted_while_a_card_waits(void **state)
{
    Rig *rig = *state;
    g_autoptr(Json) event = json_new_object();

    json_put_text(event, "type", "m.room.encryption");
    json_put_text(event, "state_key", "");
    replica_say(SENT, 1, MATRIX_RETRY, "http_502", NULL);
    post_some(rig);
    matrix_rooms_state(rig->rooms, ROOM, event);
    replica_run(MINUTE_MS);
    assert_true(g_str_has_prefix(rig->told->str, "7 dead this room is encrypted"));
    assert_int_equal(replica_count(SENT), 1);
}

static void test_a_card_that_is_too_large_is_cut_to_its_text(void **state)
{
    Rig *rig = *state;
    OutboxRow *row = some_row(CARD_NOTICE, ROOM, NULL);

    card_text(row->card, g_strnfill(20000, 'x'));
    replica_say(SENT, 1, MATRIX_TOO_LARGE, "M_TOO_LARGE", NULL);
    post(rig, row);
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $west-1-7.");
    const Json *body = replica_body(SENT);

    assert_null(json_any(body, "formatted_body"));
    assert_true(g_str_has_prefix(json_text(body, "body"), "Good morning"));
    assert_true(g_utf8_strlen(json_text(body, "body"), -1) <= 4001);
}

static void test_a_card_that_stays_too_large_is_dead(void **state)
{
    Rig *rig = *state;

    replica_say(SENT, -1, MATRIX_TOO_LARGE, "M_TOO_LARGE", NULL);
    post_some(rig);
    assert_int_equal(replica_count(SENT), 2);
    assert_string_equal(rig->told->str, "7 dead the homeserver finds it too long.");
}

static void test_a_card_that_the_homeserver_does_not_take_is_dead(void **state)
{
    Rig *rig = *state;

    replica_say(SENT, -1, MATRIX_REQUEST, "M_BAD_JSON", NULL);
    post_some(rig);
    assert_string_equal(rig->told->str, "7 dead the homeserver did not take it.");
    assert_int_equal(replica_logged("matrix_card_refused"), 1);
}

/* --- edits and threads --- */

static void test_an_edit_stands_where_its_message_does(void **state)
{
    Rig *rig = *state;

    edit_some(rig);
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $old.");
    assert_string_equal(rig->sent->str, ""); /* it counts once it comes by */
    assert_string_equal(relation(EDITED, "rel_type"), "m.replace");
    assert_string_equal(relation(EDITED, "event_id"), "$old");
}

static void test_an_edit_that_is_refused_is_posted_anew(void **state)
{
    static const MatrixClass refusals[] = {MATRIX_GONE, MATRIX_FORBIDDEN, MATRIX_REQUEST};

    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        Rig *rig = *state;

        g_string_truncate(rig->told, 0);
        replica_say(EDITED, 1, refusals[i], "M_UNKNOWN", NULL);
        edit_some(rig);
        assert_string_equal(rig->told->str, "7 delivered " ROOM " $west-1-7.");
        assert_null(json_any(replica_body(SENT), "m.new_content"));
    }
}

static void test_a_card_stands_in_its_thread(void **state)
{
    Rig *rig = *state;
    const MessageRef thread = {(char[]){ROOM}, (char[]){"$root"}};

    matrix_post_card(rig->post, some_row(CARD_ECHO, ROOM, NULL), NULL, &thread);
    replica_run(SOON_MS);
    assert_string_equal(relation(SENT, "rel_type"), "m.thread");
    assert_string_equal(relation(SENT, "event_id"), "$root");
}

static void test_an_answer_stands_under_what_it_answers(void **state)
{
    Rig *rig = *state;
    OutboxRow *row = some_row(CARD_REPLY, ROOM, ADA);

    row->card->under = g_strdup("$question");
    post(rig, row);
    assert_string_equal(relation(SENT, "event_id"), "$question");
}

static void test_another_rooms_thread_is_none(void **state)
{
    Rig *rig = *state;
    const MessageRef thread = {(char[]){OTHER}, (char[]){"$root"}};

    matrix_post_card(rig->post, some_row(CARD_ECHO, ROOM, NULL), NULL, &thread);
    replica_run(SOON_MS);
    assert_null(json_any(replica_body(SENT), "m.relates_to"));
}

static void test_a_card_whose_thread_is_refused_stands_for_itself(void **state)
{
    Rig *rig = *state;
    const MessageRef thread = {(char[]){ROOM}, (char[]){"$root"}};

    replica_say(SENT, 1, MATRIX_REQUEST, "M_UNKNOWN", NULL);
    matrix_post_card(rig->post, some_row(CARD_ECHO, ROOM, NULL), NULL, &thread);
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $west-1-7.");
    assert_null(json_any(replica_body(SENT), "m.relates_to"));
}

/* --- direct --- */

static void test_a_members_card_goes_to_their_direct_room(void **state)
{
    Rig *rig = *state;

    post(rig, some_row(CARD_NUDGE, NULL, ADA));
    assert_string_equal(rig->told->str, "7 delivered " DM " $west-1-7.");
    assert_int_equal(replica_count("PUT rooms/" DM "/send/m.room.message/west-1-7"), 1);
}

static void test_a_member_whom_we_cannot_reach_is_said(void **state)
{
    Rig *rig = *state;

    replica_say("POST createRoom", -1, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    post(rig, some_row(CARD_NUDGE, NULL, "@zoe:b.test"));
    assert_true(g_str_has_prefix(rig->told->str, "7 dead the homeserver does not let me"));
}

static void test_an_edit_in_a_lost_direct_room_is_posted_elsewhere(void **state)
{
    Rig *rig = *state;
    const MessageRef edit = {(char[]){"!lost:b.test"}, (char[]){"$old"}};

    replica_say("GET rooms/!lost:b.test/*", -1, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    matrix_post_card(rig->post, some_row(CARD_NUDGE, NULL, ADA), &edit, NULL);
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "7 delivered " DM " $west-1-7.");
}

static void test_rooms_do_not_wait_for_one_another(void **state)
{
    Rig *rig = *state;
    OutboxRow *other = some_row(CARD_NOTICE, OTHER, NULL);

    other->id = 8;
    replica_hang(SENT, -1);
    post_some(rig);
    post(rig, other);
    assert_string_equal(rig->told->str, "8 delivered " OTHER " $west-1-8.");
}

/* --- what follows a card --- */

static OutboxRow *with_chart(const char *key)
{
    OutboxRow *row = some_row(CARD_CLOSE, ROOM, NULL);

    row->card->key = g_strdup(key);
    row->card->chart = chart_new();
    g_free(row->card->chart->alt);
    row->card->chart->alt = g_strdup("KR1 is " MARK_BOLD "ahead" MARK_END);
    return row;
}

static void test_a_chart_follows_in_the_cards_thread(void **state)
{
    Rig *rig = *state;

    post(rig, with_chart("close/1"));
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $west-1-7.");
    const Json *body = replica_body(PICTURED);
    const Json *info = json_object(body, "info");

    assert_string_equal(json_text(body, "msgtype"), "m.image");
    assert_string_equal(json_text(body, "url"), "mxc://b.test/one");
    assert_string_equal(json_text(body, "body"), "KR1 is ahead");
    assert_int_equal(json_int(info, "w", 0), 640);
    assert_int_equal(json_int(info, "h", 0), 360);
    assert_string_equal(relation(PICTURED, "rel_type"), "m.thread");
    assert_string_equal(relation(PICTURED, "event_id"), "$west-1-7");
}

static void test_the_same_picture_is_shown_once(void **state)
{
    Rig *rig = *state;
    const MessageRef edit = {(char[]){ROOM}, (char[]){"$old"}};

    post(rig, with_chart("close/1"));
    matrix_post_card(rig->post, with_chart("close/1"), &edit, NULL);
    replica_run(SOON_MS);
    assert_int_equal(replica_count(UPLOADED), 1);
    g_bytes_unref(rig->png);
    rig->png = some_png(2);
    matrix_post_card(rig->post, with_chart("close/1"), &edit, NULL);
    replica_run(SOON_MS);
    assert_int_equal(replica_count(UPLOADED), 2);
    assert_string_equal(relation(PICTURED, "rel_type"), "m.replace"); /* in place of the first */
    assert_string_equal(relation(PICTURED, "event_id"), "$west-1-7-i");
    post(rig, with_chart("close/2"));
    assert_int_equal(replica_count(UPLOADED), 3);
}

static void test_a_picture_from_before_a_restart_is_replaced(void **state)
{
#define PICTURE_BY(sender, id, key)                                                                \
    "{\"event_id\":\"" id "\",\"sender\":\"" sender                                                \
    "\",\"content\":{\"anchord\":{\"picture\":\"" key "\"}}}"
    Rig *rig = *state;
    const MessageRef edit = {(char[]){ROOM}, (char[]){"$old"}};

    replica_say(
        RELATED, -1, MATRIX_OK, "",
        "{\"chunk\":[{\"event_id\":\"$talk\",\"content\":{}}," PICTURE_BY(
            ADA, "$hers", "close/1") "," PICTURE_BY(OWN, "$other",
                                                    "close/2") "," PICTURE_BY(OWN, "$first",
                                                                              "close/1") "]}");
    replica_say(RELATED, 1, MATRIX_RETRY, "http_502", NULL);
    replica_say(RELATED, 1, MATRIX_AUTH, "M_UNKNOWN_TOKEN", NULL); /* until there is another */
    matrix_post_card(rig->post, with_chart("close/1"), &edit, NULL);
    replica_run(MINUTE_MS);
    assert_string_equal(relation(PICTURED, "rel_type"), "m.replace");
    assert_string_equal(relation(PICTURED, "event_id"), "$first");
    matrix_post_card(rig->post, with_chart("close/3"), &edit, NULL); /* none is there */
    replica_run(MINUTE_MS);
    assert_string_equal(relation(PICTURED, "rel_type"), "m.thread");
}

static void test_an_upload_without_an_answer_is_made_again(void **state)
{
    Rig *rig = *state;

    replica_say(UPLOADED, 1, MATRIX_UNSURE, "no_answer", NULL);
    post(rig, with_chart("close/1"));
    replica_run(MINUTE_MS);
    assert_int_equal(replica_count(UPLOADED), 2);
    assert_int_equal(replica_count(PICTURED), 1);
}

static void test_a_picture_is_not_waited_for_without_end(void **state)
{
    Rig *rig = *state;

    replica_say(UPLOADED, -1, MATRIX_RETRY, "http_502", NULL);
    post(rig, with_chart("close/1"));
    assert_string_equal(rig->told->str, "7 delivered " ROOM " $west-1-7.");
    replica_run(2 * MINUTE_MS);
    int tried = replica_count(UPLOADED);

    replica_run(60 * MINUTE_MS);
    assert_int_equal(replica_count(UPLOADED), tried);
    assert_int_equal(replica_count(PICTURED), 0);
}

static void test_a_card_stands_without_its_picture(void **state)
{
    Rig *rig = *state;

    g_clear_pointer(&rig->png, g_bytes_unref);
    post(rig, with_chart("close/1"));
    rig->slow = true;
    post(rig, with_chart("close/2"));
    replica_run(2 * MINUTE_MS);
    assert_int_equal(rig->drawn, 2);
    assert_int_equal(replica_count(UPLOADED), 0);
}

static void test_a_homeserver_without_room_for_pictures_is_said_once(void **state)
{
    Rig *rig = *state;

    replica_say(UPLOADED, -1, MATRIX_TOO_LARGE, "M_TOO_LARGE", NULL);
    post(rig, with_chart("close/1"));
    post(rig, with_chart("close/1"));
    assert_string_equal(rig->lacking->str, ROOM " media/upload.");
}

static void test_rubbish_is_no_picture(void **state)
{
    g_autoptr(GBytes) rubbish = g_bytes_new("not a picture at all, really", 28);
    g_autoptr(GBytes) png = some_png(3);
    int32_t width = 0, height = 0;

    (void)state;
    assert_false(matrix_png_size(rubbish, &width, &height));
    assert_true(matrix_png_size(png, &width, &height));
    assert_int_equal(width, 640);
    assert_int_equal(height, 360);
}

static OutboxRow *check_in(void)
{
    OutboxRow *row = some_row(CARD_PROMPT, ROOM, NULL);

    card_button(row->card, g_strdup("Check in"), "checkin.form", "3");
    card_button(row->card, g_strdup("Same as yesterday"), "checkin.same", "3");
    card_button(row->card, g_strdup("Away"), "checkin.away", "3");
    card_button(row->card, g_strdup("Something else"), "other.thing", "3");
    return row;
}

static void test_a_check_in_gets_three_of_its_buttons(void **state)
{
    Rig *rig = *state;

    post(rig, check_in());
    assert_int_equal(replica_count(REACTED), 3);
    assert_int_equal(replica_count("PUT */send/m.reaction/west-1-7-r1"), 1);
    assert_string_equal(relation(REACTED, "rel_type"), "m.annotation");
    assert_string_equal(relation(REACTED, "event_id"), "$west-1-7");
    assert_string_not_equal(relation(REACTED, "key"), "");
}

static void test_other_cards_get_none(void **state)
{
    Rig *rig = *state;
    OutboxRow *row = some_row(CARD_NOTICE, ROOM, NULL);

    card_button(row->card, g_strdup("Check in"), "checkin.form", "3");
    post(rig, row);
    assert_int_equal(replica_count(REACTED), 0);
    assert_int_equal(replica_count(POLLED), 0);
}

static void test_a_room_without_reactions_is_said_once(void **state)
{
    Rig *rig = *state;

    replica_say(REACTED, -1, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    post(rig, check_in());
    assert_string_equal(rig->lacking->str, ROOM " m.reaction.");
}

static void summarise(Rig *rig)
{
    const MessageRef edit = {(char[]){ROOM}, (char[]){"$west-1-7"}};

    matrix_post_card(rig->post, some_row(CARD_PROMPT, ROOM, NULL), &edit, NULL);
    replica_run(SOON_MS);
}

static void test_a_check_in_has_a_poll_until_its_summary(void **state)
{
    Rig *rig = *state;

    post(rig, check_in());
    assert_int_equal(replica_count(POLLED), 1);
    assert_string_equal(rig->sent->str, "$west-1-7.$west-1-7-p.");
    assert_int_equal(replica_count(POLL_OVER), 0);
    summarise(rig);
    assert_int_equal(replica_count(POLL_OVER), 1);
    assert_string_equal(relation(POLL_OVER, "event_id"), "$west-1-7-p");
    summarise(rig);
    assert_int_equal(replica_count(POLL_OVER), 1);
}

static void test_a_weekly_check_in_has_its_buttons_and_its_poll(void **state)
{
    Rig *rig = *state;
    OutboxRow *row = some_row(CARD_PROMPT, ROOM, NULL);

    card_button(row->card, g_strdup("Check in"), "weekly.form", "3");
    card_button(row->card, g_strdup("Same as last week"), "weekly.same", "3");
    post(rig, row);
    assert_int_equal(replica_count(REACTED), 2);
    assert_int_equal(replica_count(POLLED), 1);
}

static void test_a_summary_may_come_before_the_poll_stands(void **state)
{
    Rig *rig = *state;

    post(rig, check_in());
    replica_run(SOON_MS);
    replica_hang(POLLED, 1);
    OutboxRow *later = check_in();
    const MessageRef edit = {(char[]){ROOM}, (char[]){"$west-1-8"}};

    later->id = 8;
    matrix_post_card(rig->post, later, NULL, NULL);
    replica_run(4 * REPLICA_ANSWER_MS - 15); /* the card stands, its poll is on its way */
    matrix_post_card(rig->post, some_row(CARD_PROMPT, ROOM, NULL), &edit, NULL);
    replica_run(SOON_MS);
    assert_int_equal(replica_count("PUT */send/org.matrix.msc3381.poll.end/*"), 1);
}

static void test_a_sprints_card_is_pinned_beside_the_others(void **state)
{
    Rig *rig = *state;

    replica_say("GET " PINS, -1, MATRIX_OK, "", "{\"pinned\":[\"$theirs\"]}");
    post(rig, some_row(CARD_SPRINT, ROOM, NULL));
    const Json *pinned = json_array(replica_body("PUT " PINS), "pinned");

    assert_int_equal(cJSON_GetArraySize(pinned), 2);
    assert_string_equal(json_string(pinned->child), "$theirs");
    assert_string_equal(json_string(pinned->child->next), "$west-1-7");
}

static void test_a_first_pin_and_a_pin_that_is_there(void **state)
{
    Rig *rig = *state;

    post(rig, some_row(CARD_SPRINT, ROOM, NULL));
    assert_int_equal(replica_count("PUT " PINS), 1);
    replica_say("GET " PINS, -1, MATRIX_OK, "", "{\"pinned\":[\"$west-1-7\"]}");
    post(rig, some_row(CARD_SPRINT, ROOM, NULL));
    assert_int_equal(replica_count("PUT " PINS), 1);
}

static void test_pins_do_not_cross(void **state)
{
    Rig *rig = *state;
    OutboxRow *second = some_row(CARD_SPRINT, ROOM, NULL);

    second->id = 8;
    matrix_post_card(rig->post, some_row(CARD_SPRINT, ROOM, NULL), NULL, NULL);
    matrix_post_card(rig->post, second, NULL, NULL);
    replica_run(SOON_MS);
    assert_true(replica_at_ms("GET " PINS, 1) >= replica_at_ms("PUT " PINS, 0));
}

static void test_a_room_where_we_may_not_pin_is_said_once(void **state)
{
    Rig *rig = *state;

    post(rig, some_row(CARD_SPRINT, OTHER, NULL));
    post(rig, some_row(CARD_SPRINT, OTHER, NULL));
    assert_string_equal(rig->lacking->str, OTHER " m.room.pinned_events.");
    assert_int_equal(replica_count("PUT */state/*"), 0);
}

static void test_what_is_under_way_may_be_left(void **state)
{
    Rig *rig = *state;

    replica_hang("PUT *", -1);
    replica_hang("GET rooms/" OTHER "/*", -1);
    post(rig, check_in());
    post(rig, with_chart("close/1"));
    post(rig, some_row(CARD_NOTICE, OTHER, NULL));
    post(rig, some_row(CARD_NUDGE, NULL, "@zoe:b.test"));
    assert_int_equal(matrix_post_depth(rig->post), 4);
}

#define post_test(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        post_test(test_a_card_is_sent_under_its_rows_id),
        post_test(test_what_is_uncertain_is_sent_again_under_the_same_id),
        post_test(test_a_homeserver_that_is_away_is_waited_for),
        post_test(test_a_card_that_expires_while_it_waits_is_not_sent),
        post_test(test_our_own_message_coming_by_has_arrived),
        post_test(test_a_refused_token_is_waited_for),
        post_test(test_while_paused_nothing_is_tried),
        post_test(test_a_card_that_we_may_not_write_is_dead),
        post_test(test_a_card_for_a_room_that_we_left_is_dead),
        post_test(test_a_card_for_a_room_that_we_are_not_in_is_dead),
        post_test(test_nothing_is_said_in_an_encrypted_room),
        post_test(test_nothing_is_said_before_that_is_known),
        post_test(test_a_room_may_be_encrypted_while_a_card_waits),
        post_test(test_a_card_that_is_too_large_is_cut_to_its_text),
        post_test(test_a_card_that_stays_too_large_is_dead),
        post_test(test_a_card_that_the_homeserver_does_not_take_is_dead),
        post_test(test_an_edit_stands_where_its_message_does),
        post_test(test_an_edit_that_is_refused_is_posted_anew),
        post_test(test_a_card_stands_in_its_thread),
        post_test(test_an_answer_stands_under_what_it_answers),
        post_test(test_another_rooms_thread_is_none),
        post_test(test_a_card_whose_thread_is_refused_stands_for_itself),
        post_test(test_a_members_card_goes_to_their_direct_room),
        post_test(test_a_member_whom_we_cannot_reach_is_said),
        post_test(test_an_edit_in_a_lost_direct_room_is_posted_elsewhere),
        post_test(test_rooms_do_not_wait_for_one_another),
        post_test(test_a_chart_follows_in_the_cards_thread),
        post_test(test_the_same_picture_is_shown_once),
        post_test(test_a_picture_from_before_a_restart_is_replaced),
        post_test(test_an_upload_without_an_answer_is_made_again),
        post_test(test_a_picture_is_not_waited_for_without_end),
        post_test(test_a_card_stands_without_its_picture),
        post_test(test_a_homeserver_without_room_for_pictures_is_said_once),
        post_test(test_rubbish_is_no_picture),
        post_test(test_a_check_in_gets_three_of_its_buttons),
        post_test(test_other_cards_get_none),
        post_test(test_a_room_without_reactions_is_said_once),
        post_test(test_a_check_in_has_a_poll_until_its_summary),
        post_test(test_a_weekly_check_in_has_its_buttons_and_its_poll),
        post_test(test_a_summary_may_come_before_the_poll_stands),
        post_test(test_a_sprints_card_is_pinned_beside_the_others),
        post_test(test_a_first_pin_and_a_pin_that_is_there),
        post_test(test_pins_do_not_cross),
        post_test(test_a_room_where_we_may_not_pin_is_said_once),
        post_test(test_what_is_under_way_may_be_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
