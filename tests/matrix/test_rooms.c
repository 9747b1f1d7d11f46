/* Rooms against a homeserver that refuses, forgets, loses answers and is invited by the hundred.
 * Time is the test's: nothing here waits. */

#include "bot/matrix/rooms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/matrix/replica_ports.h"

#define OWN       "@anchord:b.test"
#define ADA       "@ada:good.test"
#define EVE       "@eve:evil.test"
#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define SOON_MS   100 /* an answer, and what follows from it */
#define ROOM      "!team:b.test"

#define JOINED(room) "{\"room_id\":\"" room "\"}"
#define M_DIRECT     "user/" OWN "/account_data/m.direct"
#define CREATED_BY(user)                                                                           \
    "{\"type\":\"m.room.create\",\"sender\":\"" user "\",\"content\":{\"room_version\":\"11\"}}"

typedef struct Rig {
    MatrixRooms *rooms;
    GString *told;    /* "joined !a direct " "moved !a !b " … */
    char *direct;     /* what the last wish came to */
    GHashTable *kept; /* room -> what: on our way there */
} Rig;

static void on_moved(void *arg, const char *from, const char *to)
{
    g_string_append_printf(((Rig *)arg)->told, "moved %s %s ", from, to);
}

static void on_joined(void *arg, const char *room, bool direct)
{
    g_string_append_printf(((Rig *)arg)->told, "joined %s%s ", room, direct ? " direct" : "");
}

static void on_keep(void *arg, const char *room, const char *what)
{
    GHashTable *kept = ((Rig *)arg)->kept;

    if (what != NULL) {
        g_hash_table_replace(kept, g_strdup(room), g_strdup(what));
    } else {
        g_hash_table_remove(kept, room);
    }
}

static void open_rooms(Rig *rig)
{
    static const char *const allow[] = {"@*:good.test", "@ines:else.test", NULL};
    static const MatrixRoomsConfig config = {"west", allow, 50};
    static const MatrixRoomsOps ops = {on_moved, on_joined, on_keep};

    rig->rooms = matrix_rooms_new(replica_loop(), replica_api(), &config, &ops, rig);
}

static int open_rig(void **state)
{
    Rig *rig = g_new0(Rig, 1);

    replica_open();
    rig->told = g_string_new(NULL);
    rig->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    open_rooms(rig);
    *state = rig;
    return 0;
}

static int close_rig(void **state)
{
    Rig *rig = *state;

    matrix_rooms_free(rig->rooms);
    replica_close();
    g_string_free(rig->told, TRUE);
    g_hash_table_unref(rig->kept);
    g_free(rig->direct);
    g_free(rig);
    return 0;
}

static Json *parse(const char *json)
{
    Json *parsed = json_parse(json, strlen(json));

    assert_non_null(parsed);
    return parsed;
}

/* The homeserver says that we are in these; then the account is ready. */
static void start_in(Rig *rig, const char *rooms)
{
    g_autofree char *json = g_strdup_printf("{\"joined_rooms\":[%s]}", rooms);

    replica_say("GET joined_rooms", -1, MATRIX_OK, "", json);
    matrix_rooms_start(rig->rooms, OWN);
    replica_run(SOON_MS);
}

static void start(Rig *rig)
{
    start_in(rig, "\"" ROOM "\"");
}

static void invite(Rig *rig, const char *room, const char *inviter, bool direct)
{
    g_autofree char *json =
        g_strdup_printf("[{\"type\":\"m.room.member\",\"state_key\":\"" OWN "\",\"sender\":\"%s\","
                        "\"content\":{\"membership\":\"invite\",\"is_direct\":%s}}]",
                        inviter, direct ? "true" : "false");
    g_autoptr(Json) stripped = parse(json);

    matrix_rooms_invited(rig->rooms, room, stripped);
}

static void tell_state(Rig *rig, const char *room, const char *type, const char *key,
                       const char *sender, const char *content)
{
    g_autoptr(Json) event = json_new_object();

    json_put_text(event, "type", type);
    json_put_text(event, "state_key", key);
    json_put_text(event, "sender", sender);
    json_put(event, "content", parse(content));
    matrix_rooms_state(rig->rooms, room, event);
}

/* --- invitations --- */

static void test_an_allowed_members_invitation_is_accepted(void **state)
{
    Rig *rig = *state;

    start(rig);
    invite(rig, "!new:good.test", ADA, false);
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "joined !new:good.test ");
    assert_string_equal(replica_path("POST join/*"),
                        "join/!new:good.test?via=good.test&server_name=good.test");
    assert_true(matrix_rooms_is_in(rig->rooms, "!new:good.test"));
    assert_int_equal(replica_count("PUT " M_DIRECT), 0);
}

static void test_the_sync_may_tell_of_a_join_before_its_answer(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_hang("POST join/*", 1);
    invite(rig, "!new:good.test", ADA, false);
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "");
    matrix_rooms_entered(rig->rooms, "!new:good.test");
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "joined !new:good.test ");
}

static void test_strangers_are_ignored_with_one_line_a_day(void **state)
{
    Rig *rig = *state;

    start(rig);
    for (int i = 0; i < 100; i++) {
        g_autofree char *room = g_strdup_printf("!%d:evil.test", i);

        invite(rig, room, EVE, false);
    }
    replica_run(DAY_MS - HOUR_MS);
    invite(rig, "!again:evil.test", EVE, false);
    assert_int_equal(replica_logged("matrix_invitation_ignored"), 1);
    replica_run(HOUR_MS);
    invite(rig, "!again:evil.test", EVE, false);
    replica_run(SOON_MS);
    assert_int_equal(replica_logged("matrix_invitation_ignored"), 2);
    assert_int_equal(replica_count("POST *"), 0);
    assert_string_equal(rig->told->str, "");
}

static void test_an_invitation_without_a_sender_is_ignored(void **state)
{
    Rig *rig = *state;
    g_autoptr(Json) nothing = parse("[]");

    start(rig);
    matrix_rooms_invited(rig->rooms, "!new:good.test", nothing);
    matrix_rooms_invited(rig->rooms, "!new:good.test", NULL);
    replica_run(SOON_MS);
    assert_int_equal(replica_count("POST *"), 0);
}

static void test_a_join_is_tried_again_and_then_rests(void **state)
{
    static const int64_t waits_ms[] = {1 * SECOND_MS, 5 * SECOND_MS, 30 * SECOND_MS,
                                       120 * SECOND_MS};
    Rig *rig = *state;

    start(rig);
    replica_say("POST join/*", 5, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    invite(rig, "!new:good.test", ADA, false);
    replica_run(HOUR_MS);
    assert_int_equal(replica_count("POST join/*"), 5);
    for (int i = 0; i < 4; i++) {
        int64_t wait_ms = replica_at_ms("POST join/*", i + 1) - replica_at_ms("POST join/*", i);

        assert_int_equal(wait_ms, waits_ms[i] + REPLICA_ANSWER_MS);
    }
    assert_int_equal(replica_count("POST */leave"), 0);
    invite(rig, "!new:good.test", ADA, false);
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "joined !new:good.test ");
}

static void test_a_room_that_no_server_has_is_left_and_forgotten(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("POST join/*", -1, MATRIX_GONE, "M_UNKNOWN", NULL);
    invite(rig, "!new:good.test", ADA, false);
    replica_run(HOUR_MS);
    assert_int_equal(replica_count("POST join/*"), 1);
    assert_int_equal(replica_count("POST rooms/!new:good.test/leave"), 1);
    assert_int_equal(replica_count("POST rooms/!new:good.test/forget"), 1);
    assert_string_equal(rig->told->str, "");
}

static void test_an_invitation_that_is_withdrawn_is_not_joined(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("POST join/*", -1, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    invite(rig, "!new:good.test", ADA, false);
    replica_run(SOON_MS);
    matrix_rooms_left(rig->rooms, "!new:good.test");
    replica_run(HOUR_MS);
    assert_int_equal(replica_count("POST join/*"), 1);
}

static void test_no_more_than_sixty_joins_an_hour(void **state)
{
    Rig *rig = *state;

    start(rig);
    for (int i = 0; i < 70; i++) {
        g_autofree char *room = g_strdup_printf("!%d:good.test", i);

        invite(rig, room, ADA, false);
    }
    replica_run(HOUR_MS - MINUTE_MS);
    assert_int_equal(replica_count("POST join/*"), 60);
    replica_run(2 * MINUTE_MS);
    assert_int_equal(replica_count("POST join/*"), 70);
}

static void test_no_more_than_five_hundred_rooms(void **state)
{
    Rig *rig = *state;

    start(rig);
    for (int i = 0; i < 600; i++) {
        g_autofree char *room = g_strdup_printf("!%d:good.test", i);

        invite(rig, room, ADA, false);
    }
    replica_run(DAY_MS);
    assert_int_equal(replica_count("POST join/*"), 499); /* and the one that we are in */
    assert_int_equal(replica_logged("matrix_rooms_full"), 101);
}

static void test_a_direct_invitation_is_written_beside_the_others(void **state)
{
    Rig *rig = *state;

    replica_say("GET " M_DIRECT, -1, MATRIX_OK, "",
                "{\"@bo:b.test\":[\"!bo:b.test\"],\"" ADA "\":\"rubbish\"}");
    start(rig);
    invite(rig, "!one:good.test", ADA, true);
    invite(rig, "!two:good.test", "@ines:else.test", true);
    replica_run(SOON_MS);
    const Json *written = replica_body("PUT " M_DIRECT);

    assert_string_equal(rig->told->str,
                        "joined !one:good.test direct joined !two:good.test direct ");
    assert_string_equal(json_string(json_array(written, "@bo:b.test")->child), "!bo:b.test");
    assert_true(matrix_rooms_is_direct(rig->rooms, "!one:good.test"));
    assert_true(matrix_rooms_is_direct(rig->rooms, "!two:good.test"));
    assert_false(matrix_rooms_is_direct(rig->rooms, ROOM));
    assert_string_equal(matrix_rooms_direct_of(rig->rooms, ADA), "!one:good.test");
}

static void test_what_could_not_be_written_is_written_later(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("PUT " M_DIRECT, 1, MATRIX_UNSURE, "no_answer", NULL);
    invite(rig, "!one:good.test", ADA, true);
    replica_run(MINUTE_MS);
    assert_int_equal(replica_count("PUT " M_DIRECT), 2);
    replica_run(HOUR_MS);
    assert_int_equal(replica_count("PUT " M_DIRECT), 2);
}

/* --- upgrades --- */

#define NEW_ROOM "!next:b.test"
#define TOMB     "{\"body\":\"moved\",\"replacement_room\":\"" NEW_ROOM "\"}"
#define FOLLOWS  "{\"predecessor\":{\"room_id\":\"" ROOM "\"}}"

static void bury(Rig *rig)
{
    replica_say("GET rooms/" ROOM "/state/m.room.tombstone", -1, MATRIX_OK, "", TOMB);
    tell_state(rig, ROOM, "m.room.tombstone", "", "@mo:other.test", TOMB);
    replica_run(SOON_MS);
}

static void test_a_room_is_followed_where_it_lives_on(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("GET rooms/" NEW_ROOM "/state/m.room.create", -1, MATRIX_OK, "", FOLLOWS);
    bury(rig);
    assert_string_equal(replica_path("POST join/*"),
                        "join/" NEW_ROOM "?via=other.test&server_name=other.test");
    assert_string_equal(rig->told->str, "moved " ROOM " " NEW_ROOM " ");
}

static void test_a_room_that_does_not_name_the_old_one_is_left(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("GET rooms/" NEW_ROOM "/state/m.room.create", -1, MATRIX_OK, "", "{}");
    bury(rig);
    assert_string_equal(rig->told->str, "");
    assert_int_equal(replica_count("POST rooms/" NEW_ROOM "/leave"), 1);
}

static void test_a_room_that_we_were_in_is_not_left_for_it(void **state)
{
    Rig *rig = *state;

    start_in(rig, "\"" ROOM "\",\"" NEW_ROOM "\"");
    replica_say("GET rooms/" NEW_ROOM "/state/m.room.create", -1, MATRIX_OK, "", "{}");
    bury(rig);
    assert_string_equal(rig->told->str, "");
    assert_int_equal(replica_count("POST *"), 0);
}

static void test_a_room_may_let_us_in_later(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("GET rooms/" NEW_ROOM "/state/m.room.create", -1, MATRIX_OK, "", FOLLOWS);
    replica_say("POST join/*", 5, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    bury(rig);
    replica_run(HOUR_MS);
    assert_string_equal(rig->told->str, "");
    invite(rig, NEW_ROOM, EVE, false); /* whoever invites us: the old room said where to go */
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "moved " ROOM " " NEW_ROOM " ");
}

static void test_an_invitation_to_where_a_room_lives_on_moves_it(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("GET rooms/" NEW_ROOM "/state/m.room.create", -1, MATRIX_OK, "", FOLLOWS);
    replica_say("GET rooms/" ROOM "/state/m.room.tombstone", -1, MATRIX_OK, "", TOMB);
    invite(rig, NEW_ROOM, ADA, false);
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "moved " ROOM " " NEW_ROOM " ");
}

static void test_a_room_that_claims_another_moves_nothing(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("GET rooms/" NEW_ROOM "/state/m.room.create", -1, MATRIX_OK, "", FOLLOWS);
    invite(rig, NEW_ROOM, ADA, false);
    replica_run(SOON_MS);
    assert_string_equal(rig->told->str, "joined " NEW_ROOM " ");
}

/* --- killed on the way --- */

/* Killed, and started again: nobody tells of the way a second time. */
static void restart(Rig *rig)
{
    g_autoptr(GList) rooms = g_hash_table_get_keys(rig->kept);

    matrix_rooms_free(rig->rooms);
    open_rooms(rig);
    start(rig);
    for (GList *at = rooms; at != NULL; at = at->next) {
        matrix_rooms_resume(rig->rooms, at->data, g_hash_table_lookup(rig->kept, at->data));
    }
    replica_run(SOON_MS);
}

static void test_an_invitation_is_accepted_after_a_restart_as_well(void **state)
{
    static const struct {
        bool direct;
        const char *told;
    } cases[] = {{false, "joined !new:good.test "}, {true, "joined !new:good.test direct "}};
    Rig *rig = *state;

    start(rig);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        replica_hang("POST join/*", 1);
        invite(rig, "!new:good.test", ADA, cases[i].direct);
        replica_run(SOON_MS);
        assert_string_equal(rig->told->str, "");
        restart(rig);
        assert_string_equal(rig->told->str, cases[i].told);
        assert_int_equal(g_hash_table_size(rig->kept), 0);
        g_string_truncate(rig->told, 0);
        matrix_rooms_left(rig->rooms, "!new:good.test");
    }
}

static void test_a_room_is_followed_after_a_restart_as_well(void **state)
{
    static const char *const held[] = {
        "POST join/*",
        "GET rooms/" NEW_ROOM "/state/m.room.create",
        "GET rooms/" ROOM "/state/m.room.tombstone",
    };
    Rig *rig = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(held); i++) {
        start(rig);
        replica_say("GET rooms/" NEW_ROOM "/state/m.room.create", -1, MATRIX_OK, "", FOLLOWS);
        replica_say("GET rooms/" ROOM "/state/m.room.tombstone", -1, MATRIX_OK, "", TOMB);
        replica_hang(held[i], 1);
        tell_state(rig, ROOM, "m.room.tombstone", "", "@mo:other.test", TOMB);
        replica_run(SOON_MS);
        assert_string_equal(rig->told->str, "");
        restart(rig);
        assert_string_equal(rig->told->str, "moved " ROOM " " NEW_ROOM " ");
        assert_int_equal(g_hash_table_size(rig->kept), 0);
        g_string_truncate(rig->told, 0);
        matrix_rooms_left(rig->rooms, NEW_ROOM);
    }
}

static void test_a_way_that_leads_nowhere_is_forgotten(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("GET rooms/" NEW_ROOM "/state/m.room.create", -1, MATRIX_OK, "", "{}");
    bury(rig);
    assert_int_equal(g_hash_table_size(rig->kept), 0);
    replica_hang("POST join/*", 1);
    invite(rig, "!new:good.test", ADA, false);
    replica_run(SOON_MS);
    matrix_rooms_left(rig->rooms, "!new:good.test"); /* the invitation was taken back */
    assert_int_equal(g_hash_table_size(rig->kept), 0);
}

static void test_what_was_kept_of_a_way_may_be_damaged(void **state)
{
    static const char *const whats[] = {"", " ", "follow", "follow b.test", "direct"};
    Rig *rig = *state;

    start(rig);
    for (size_t i = 0; i < G_N_ELEMENTS(whats); i++) {
        matrix_rooms_resume(rig->rooms, NEW_ROOM, whats[i]);
    }
    replica_run(SOON_MS);
    assert_int_equal(replica_count("POST *"), 0);
}

/* --- what is known of a room --- */

static void on_learnt(void *arg, bool ok)
{
    *(int *)arg = ok ? 1 : 0;
}

static int learn(Rig *rig, const char *room)
{
    int learnt = -1;

    matrix_rooms_learn(rig->rooms, room, on_learnt, &learnt);
    assert_int_equal(learnt, -1); /* never from inside */
    replica_run(SOON_MS);
    return learnt;
}

static void know_creator(const char *room, const char *user)
{
    g_autofree char *what = g_strdup_printf("GET rooms/%s/state/m.room.create", room);
    g_autofree char *json =
        g_strdup_printf("{\"type\":\"m.room.create\",\"sender\":\"%s\",\"state_key\":\"\","
                        "\"content\":{\"room_version\":\"12\"}}",
                        user);

    replica_say(what, -1, MATRIX_OK, "", json);
}

static void test_a_room_is_asked_about_once(void **state)
{
    Rig *rig = *state;

    know_creator(ROOM, ADA);
    start(rig);
    assert_int_equal(learn(rig, ROOM), 1);
    assert_int_equal(replica_count("GET rooms/" ROOM "/state/*"), 3);
    assert_int_equal(learn(rig, ROOM), 1);
    assert_int_equal(replica_count("GET rooms/" ROOM "/state/*"), 3);
    assert_false(matrix_rooms_is_encrypted(rig->rooms, ROOM));
}

static void test_nothing_is_asked_before_we_know_where_we_are(void **state)
{
    Rig *rig = *state;
    int learnt = -1;

    know_creator(ROOM, ADA);
    matrix_rooms_learn(rig->rooms, ROOM, on_learnt, &learnt);
    replica_run(HOUR_MS);
    assert_int_equal(replica_count("*"), 0);
    start(rig);
    replica_run(SOON_MS);
    assert_int_equal(learnt, 1);
}

static void test_what_cannot_be_learnt_is_not_made_up(void **state)
{
    Rig *rig = *state;

    know_creator(ROOM, ADA);
    start(rig);
    replica_say("GET rooms/" ROOM "/state/m.room.encryption", 1, MATRIX_RETRY, "http_502", NULL);
    assert_int_equal(learn(rig, ROOM), 0);
    assert_true(matrix_rooms_is_in(rig->rooms, ROOM));
    assert_int_equal(learn(rig, ROOM), 1);
}

static void test_a_room_that_shows_us_nothing_is_not_ours(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("GET rooms/" ROOM "/*", -1, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    assert_int_equal(learn(rig, ROOM), 0);
    assert_false(matrix_rooms_is_in(rig->rooms, ROOM));
}

static void test_encrypted_once_is_encrypted_for_ever(void **state)
{
    Rig *rig = *state;

    start(rig);
    tell_state(rig, ROOM, "m.room.encryption", "", ADA, "{\"algorithm\":\"m.megolm.v1.aes-sha2\"}");
    assert_true(matrix_rooms_is_encrypted(rig->rooms, ROOM));
    tell_state(rig, ROOM, "m.room.encryption", "", ADA, "{}");
    matrix_rooms_left(rig->rooms, ROOM);
    matrix_rooms_entered(rig->rooms, ROOM);
    assert_true(matrix_rooms_is_encrypted(rig->rooms, ROOM));
    replica_run(SOON_MS);
}

static void test_a_room_that_we_left_is_forgotten(void **state)
{
    Rig *rig = *state;
    int learnt = -1;

    know_creator(ROOM, OWN);
    start(rig);
    assert_int_equal(learn(rig, ROOM), 1);
    assert_true(matrix_rooms_may(rig->rooms, ROOM, "m.room.pinned_events"));
    matrix_rooms_learn(rig->rooms, ROOM, on_learnt, &learnt);
    matrix_rooms_left(rig->rooms, ROOM);
    replica_run(SOON_MS);
    assert_int_equal(learnt, 0);
    assert_int_equal(replica_dropped(), 1);
    assert_false(matrix_rooms_is_in(rig->rooms, ROOM));
    assert_false(matrix_rooms_may(rig->rooms, ROOM, "m.room.pinned_events"));
}

static void on_ranked(void *arg, Standing standing)
{
    *(Standing *)arg = standing;
}

static Standing rank(Rig *rig, const char *user)
{
    Standing standing = STANDING_UNASKED;

    matrix_rooms_rank(rig->rooms, ROOM, user, on_ranked, &standing);
    replica_run(SOON_MS);
    return standing;
}

static void test_power_decides_who_may_set_up(void **state)
{
    Rig *rig = *state;

    know_creator(ROOM, ADA);
    start(rig);
    replica_say("GET rooms/" ROOM "/state/m.room.power_levels", -1, MATRIX_OK, "",
                "{\"users\":{\"@mo:b.test\":\"50\",\"@lo:b.test\":49}}");
    assert_int_equal(rank(rig, ADA), STANDING_INSIDE);
    assert_int_equal(rank(rig, "@mo:b.test"), STANDING_INSIDE);
    assert_int_equal(rank(rig, "@lo:b.test"), STANDING_LOW);
    tell_state(rig, ROOM, "m.room.power_levels", "", ADA, "{\"users\":{\"@lo:b.test\":60}}");
    assert_int_equal(rank(rig, "@lo:b.test"), STANDING_INSIDE);
    assert_int_equal(rank(rig, "@mo:b.test"), STANDING_LOW);
}

static void test_rank_is_unknown_where_the_homeserver_does_not_say(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("GET rooms/" ROOM "/state/*", -1, MATRIX_RETRY, "http_502", NULL);
    assert_int_equal(rank(rig, ADA), STANDING_UNKNOWN);
}

/* --- members --- */

#define MEMBERS                                                                                    \
    "{\"joined\":{\"" OWN "\":{},\"@zoe:b.test\":{\"display_name\":\"Zoe\"},\"" ADA                \
    "\":{\"display_name\":\"Ada \\u202eB\"}}}"

static void on_members(void *arg, const char *const *members)
{
    char **told = arg;

    g_free(*told);
    *told =
        members != NULL ? g_strjoinv(" ", (char **)(uintptr_t)members) : g_strdup("nobody knows");
}

static char *members(Rig *rig, bool fresh)
{
    char *told = NULL;

    matrix_rooms_members(rig->rooms, ROOM, fresh, on_members, &told);
    replica_run(SOON_MS);
    return told;
}

#define assert_members(rig, fresh, expected)                                                       \
    do {                                                                                           \
        g_autofree char *told_ = members((rig), (fresh));                                          \
        assert_string_equal(told_, (expected));                                                    \
    } while (0)

static void test_members_are_kept_for_an_hour(void **state)
{
    Rig *rig = *state;

    replica_say("GET rooms/" ROOM "/joined_members", -1, MATRIX_OK, "", MEMBERS);
    start(rig);
    assert_members(rig, false, ADA " @zoe:b.test");
    assert_members(rig, false, ADA " @zoe:b.test");
    assert_int_equal(replica_count("GET */joined_members"), 1);
    assert_members(rig, true, ADA " @zoe:b.test");
    assert_int_equal(replica_count("GET */joined_members"), 2);
    replica_run(HOUR_MS);
    assert_members(rig, false, ADA " @zoe:b.test");
    assert_int_equal(replica_count("GET */joined_members"), 3);
    assert_string_equal(matrix_rooms_name(rig->rooms, ADA), "Ada B");
    assert_string_equal(matrix_rooms_name(rig->rooms, "@nobody:b.test"), "");
}

static void test_members_come_and_go(void **state)
{
    Rig *rig = *state;

    replica_say("GET rooms/" ROOM "/joined_members", -1, MATRIX_OK, "", MEMBERS);
    start(rig);
    assert_members(rig, false, ADA " @zoe:b.test");
    tell_state(rig, ROOM, "m.room.member", "@bo:b.test", "@bo:b.test",
               "{\"membership\":\"join\",\"displayname\":\"Bo\"}");
    tell_state(rig, ROOM, "m.room.member", ADA, ADA, "{\"membership\":\"leave\"}");
    assert_members(rig, false, "@bo:b.test @zoe:b.test");
    assert_string_equal(matrix_rooms_name(rig->rooms, "@bo:b.test"), "Bo");
    assert_string_equal(matrix_rooms_name(rig->rooms, ADA), "Ada B");
}

static void test_members_that_cannot_be_read_are_unknown(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say("GET rooms/" ROOM "/joined_members", 1, MATRIX_RETRY, "http_502", NULL);
    assert_members(rig, false, "nobody knows");
    replica_say("GET rooms/" ROOM "/joined_members", -1, MATRIX_OK, "", MEMBERS);
    assert_members(rig, false, ADA " @zoe:b.test");
}

static void test_members_are_not_asked_for_with_every_card(void **state)
{
    Rig *rig = *state;

    know_creator(ROOM, ADA);
    start(rig);
    replica_say("GET rooms/" ROOM "/joined_members", -1, MATRIX_UNSURE, "answer_too_long", NULL);
    assert_int_equal(learn(rig, ROOM), 1);
    assert_int_equal(learn(rig, ROOM), 1);
    assert_int_equal(replica_count("GET */joined_members"), 1);
    replica_run(2 * HOUR_MS);
    assert_int_equal(learn(rig, ROOM), 1);
    assert_int_equal(replica_count("GET */joined_members"), 2);
}

static void test_a_crowd_is_no_direct_conversation(void **state)
{
    Rig *rig = *state;

    replica_say("GET " M_DIRECT, -1, MATRIX_OK, "", "{\"" ADA "\":[\"" ROOM "\"]}");
    know_creator(ROOM, ADA);
    replica_say("GET rooms/" ROOM "/joined_members", -1, MATRIX_OK, "", MEMBERS);
    start(rig);
    assert_true(matrix_rooms_is_direct(rig->rooms, ROOM));
    assert_int_equal(learn(rig, ROOM), 1);
    assert_false(matrix_rooms_is_direct(rig->rooms, ROOM));
}

/* --- direct rooms --- */

static void on_direct(void *arg, const char *room, const char *why)
{
    char **told = arg;

    assert_null(*told);
    *told = g_strdup(room != NULL ? room : why);
}

#define DM         "!dm:b.test"
#define IS_THERE   "{\"membership\":\"join\"}"
#define OWN_DIRECT "{\"" ADA "\":[\"!old:b.test\",\"" DM "\"]}"
#define MADE       "POST createRoom"

static char *wish(Rig *rig, int64_t ms)
{
    matrix_rooms_direct(rig->rooms, ADA, on_direct, &rig->direct);
    assert_null(rig->direct);
    replica_run(ms);
    return g_steal_pointer(&rig->direct);
}

#define assert_direct(rig, ms, expected)                                                           \
    do {                                                                                           \
        g_autofree char *told_ = wish((rig), (ms));                                                \
        assert_non_null(told_);                                                                    \
        assert_string_equal(told_, (expected));                                                    \
    } while (0)

static void start_with_direct(Rig *rig)
{
    replica_say("GET " M_DIRECT, -1, MATRIX_OK, "", OWN_DIRECT);
    know_creator(DM, ADA);
    replica_say("GET rooms/" DM "/state/m.room.member/" ADA, -1, MATRIX_OK, "", IS_THERE);
    start_in(rig, "\"" DM "\"");
}

static void test_an_old_direct_room_serves(void **state)
{
    Rig *rig = *state;

    start_with_direct(rig);
    assert_direct(rig, SOON_MS, DM);
    assert_direct(rig, SOON_MS, DM);
    assert_int_equal(replica_count("GET rooms/" DM "/state/m.room.member/*"), 1);
    assert_int_equal(replica_count(MADE), 0);
    assert_string_equal(matrix_rooms_direct_of(rig->rooms, ADA), DM);
}

static void test_a_direct_room_that_the_member_left_does_not(void **state)
{
    Rig *rig = *state;

    start_with_direct(rig);
    assert_direct(rig, SOON_MS, DM);
    tell_state(rig, DM, "m.room.member", ADA, ADA, "{\"membership\":\"leave\"}");
    replica_say("GET rooms/" DM "/state/m.room.member/" ADA, -1, MATRIX_OK, "",
                "{\"membership\":\"leave\"}");
    replica_say(MADE, -1, MATRIX_OK, "", JOINED("!made:b.test"));
    assert_direct(rig, SOON_MS, "!made:b.test");
}

static void test_two_wishes_make_one_room(void **state)
{
    Rig *rig = *state;
    char *first = NULL, *second = NULL;

    start(rig);
    replica_say(MADE, -1, MATRIX_OK, "", JOINED("!made:b.test"));
    matrix_rooms_direct(rig->rooms, ADA, on_direct, &first);
    matrix_rooms_direct(rig->rooms, ADA, on_direct, &second);
    replica_run(SOON_MS);
    assert_string_equal(first, "!made:b.test");
    assert_string_equal(second, "!made:b.test");
    assert_int_equal(replica_count(MADE), 1);
    const Json *body = replica_body(MADE);

    assert_string_equal(json_text(body, "preset"), "trusted_private_chat");
    assert_true(json_bool(body, "is_direct"));
    assert_string_equal(json_string(json_array(body, "invite")->child), ADA);
    assert_string_equal(json_string(json_array(replica_body("PUT " M_DIRECT), ADA)->child),
                        "!made:b.test");
    assert_true(matrix_rooms_is_direct(rig->rooms, "!made:b.test"));
    g_free(first);
    g_free(second);
}

static void test_a_room_that_may_have_been_made_is_looked_for(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say(MADE, 1, MATRIX_UNSURE, "no_answer", NULL);
    replica_say("GET joined_rooms", -1, MATRIX_OK, "",
                "{\"joined_rooms\":[\"" ROOM "\",\"!other:b.test\",\"!made:b.test\"]}");
    know_creator("!other:b.test", ADA);
    know_creator("!made:b.test", OWN);
    matrix_rooms_entered(rig->rooms, "!other:b.test");
    replica_say("GET rooms/!made:b.test/state/m.room.member/" ADA, -1, MATRIX_OK, "",
                "{\"membership\":\"invite\"}");
    assert_direct(rig, MINUTE_MS, "!made:b.test");
    assert_int_equal(replica_count(MADE), 1);
    assert_string_equal(json_string(json_array(replica_body("PUT " M_DIRECT), ADA)->child),
                        "!made:b.test");
}

static void test_a_room_that_was_not_made_is_made_again(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say(MADE, -1, MATRIX_OK, "", JOINED("!made:b.test"));
    replica_say(MADE, 1, MATRIX_UNSURE, "no_answer", NULL);
    assert_direct(rig, MINUTE_MS, "!made:b.test");
    assert_int_equal(replica_count(MADE), 2);
    assert_int_equal(replica_count("GET joined_rooms"), 3);
}

static void test_an_encrypted_direct_room_is_passed_over(void **state)
{
    Rig *rig = *state;

    start_with_direct(rig);
    replica_say("GET rooms/" DM "/state/m.room.encryption", -1, MATRIX_OK, "",
                "{\"algorithm\":\"m.megolm.v1.aes-sha2\"}");
    replica_say(MADE, -1, MATRIX_OK, "", JOINED("!made:b.test"));
    assert_direct(rig, SOON_MS, "!made:b.test");
}

static void test_where_ours_are_encrypted_too_there_is_no_use_in_more(void **state)
{
    Rig *rig = *state;

    start_with_direct(rig);
    know_creator(DM, OWN);
    replica_say("GET rooms/" DM "/state/m.room.encryption", -1, MATRIX_OK, "",
                "{\"algorithm\":\"m.megolm.v1.aes-sha2\"}");
    assert_direct(rig, SOON_MS, DM);
    assert_int_equal(replica_count(MADE), 0);
}

static void test_a_refusal_says_why(void **state)
{
    Rig *rig = *state;

    start(rig);
    replica_say(MADE, -1, MATRIX_FORBIDDEN, "M_FORBIDDEN", NULL);
    assert_direct(rig, SOON_MS, "the homeserver does not let me open a conversation with them");
}

static void test_where_a_member_spoke_last_is_where_they_are_answered(void **state)
{
    Rig *rig = *state;

    replica_say("GET " M_DIRECT, -1, MATRIX_OK, "", OWN_DIRECT);
    start_in(rig, "\"!old:b.test\",\"" DM "\"");
    assert_string_equal(matrix_rooms_direct_of(rig->rooms, ADA), DM);
    matrix_rooms_spoke(rig->rooms, "!old:b.test", ADA);
    assert_string_equal(matrix_rooms_direct_of(rig->rooms, ADA), "!old:b.test");
    matrix_rooms_left(rig->rooms, "!old:b.test");
    assert_string_equal(matrix_rooms_direct_of(rig->rooms, ADA), DM);
    replica_run(SOON_MS);
}

static void test_nobody_waits_in_vain(void **state)
{
    Rig *rig = *state;
    char *told = NULL, *known = NULL;
    int learnt = -1;
    static const MatrixRoomsConfig config = {"east", NULL, 50};
    static const MatrixRoomsOps ops = {on_moved, on_joined, on_keep};
    MatrixRooms *rooms = matrix_rooms_new(replica_loop(), replica_api(), &config, &ops, rig);

    replica_hang("GET rooms/*", -1);
    replica_say("GET " M_DIRECT, -1, MATRIX_OK, "", OWN_DIRECT);
    replica_say("GET joined_rooms", -1, MATRIX_OK, "", "{\"joined_rooms\":[\"" DM "\"]}");
    matrix_rooms_start(rooms, OWN);
    replica_run(SOON_MS);
    matrix_rooms_direct(rooms, ADA, on_direct, &told);
    matrix_rooms_learn(rooms, DM, on_learnt, &learnt);
    matrix_rooms_members(rooms, DM, false, on_members, &known);
    replica_run(SOON_MS);
    matrix_rooms_free(rooms);
    assert_int_equal(learnt, 0);
    assert_string_equal(known, "nobody knows");
    assert_non_null(told);
    g_free(told);
    g_free(known);
}

#define rooms_test(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        rooms_test(test_an_allowed_members_invitation_is_accepted),
        rooms_test(test_the_sync_may_tell_of_a_join_before_its_answer),
        rooms_test(test_strangers_are_ignored_with_one_line_a_day),
        rooms_test(test_an_invitation_without_a_sender_is_ignored),
        rooms_test(test_a_join_is_tried_again_and_then_rests),
        rooms_test(test_a_room_that_no_server_has_is_left_and_forgotten),
        rooms_test(test_an_invitation_that_is_withdrawn_is_not_joined),
        rooms_test(test_no_more_than_sixty_joins_an_hour),
        rooms_test(test_no_more_than_five_hundred_rooms),
        rooms_test(test_a_direct_invitation_is_written_beside_the_others),
        rooms_test(test_what_could_not_be_written_is_written_later),
        rooms_test(test_a_room_is_followed_where_it_lives_on),
        rooms_test(test_a_room_that_does_not_name_the_old_one_is_left),
        rooms_test(test_a_room_that_we_were_in_is_not_left_for_it),
        rooms_test(test_a_room_may_let_us_in_later),
        rooms_test(test_an_invitation_to_where_a_room_lives_on_moves_it),
        rooms_test(test_a_room_that_claims_another_moves_nothing),
        rooms_test(test_an_invitation_is_accepted_after_a_restart_as_well),
        rooms_test(test_a_room_is_followed_after_a_restart_as_well),
        rooms_test(test_a_way_that_leads_nowhere_is_forgotten),
        rooms_test(test_what_was_kept_of_a_way_may_be_damaged),
        rooms_test(test_a_room_is_asked_about_once),
        rooms_test(test_nothing_is_asked_before_we_know_where_we_are),
        rooms_test(test_what_cannot_be_learnt_is_not_made_up),
        rooms_test(test_a_room_that_shows_us_nothing_is_not_ours),
        rooms_test(test_encrypted_once_is_encrypted_for_ever),
        rooms_test(test_a_room_that_we_left_is_forgotten),
        rooms_test(test_power_decides_who_may_set_up),
        rooms_test(test_rank_is_unknown_where_the_homeserver_does_not_say),
        rooms_test(test_members_are_kept_for_an_hour),
        rooms_test(test_members_come_and_go),
        rooms_test(test_members_that_cannot_be_read_are_unknown),
        rooms_test(test_members_are_not_asked_for_with_every_card),
        rooms_test(test_a_crowd_is_no_direct_conversation),
        rooms_test(test_an_old_direct_room_serves),
        rooms_test(test_a_direct_room_that_the_member_left_does_not),
        rooms_test(test_two_wishes_make_one_room),
        rooms_test(test_a_room_that_may_have_been_made_is_looked_for),
        rooms_test(test_a_room_that_was_not_made_is_made_again),
        rooms_test(test_an_encrypted_direct_room_is_passed_over),
        rooms_test(test_where_ours_are_encrypted_too_there_is_no_use_in_more),
        rooms_test(test_a_refusal_says_why),
        rooms_test(test_where_a_member_spoke_last_is_where_they_are_answered),
        rooms_test(test_nobody_waits_in_vain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
