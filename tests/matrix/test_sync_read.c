/* One answer of /sync, read: in which order it is handled, what of it is news and what is from
 * before we came, and which gaps there are. Quotes are written as ' in the cases. */

#include "bot/matrix/sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "stage.h"

#define ME "@anchord:example.org"

#define MESSAGE(id) "{'event_id':'" id "','type':'m.room.message','origin_server_ts':1000}"
#define MESSAGE_AS(id, membership)                                                                 \
    "{'event_id':'" id "','type':'m.room.message','unsigned':{'membership':'" membership "'}}"
#define MESSAGE_AT(id, ts) "{'event_id':'" id "','type':'m.room.message','origin_server_ts':" ts "}"
#define OWN(id, membership, before)                                                                \
    "{'event_id':'" id "','type':'m.room.member','state_key':'" ME "','origin_server_ts':1000,"    \
    "'content':{'membership':'" membership "'},"                                                   \
    "'unsigned':{'prev_content':{'membership':'" before "'}}}"
#define OWN_BARE(id, membership)                                                                   \
    "{'event_id':'" id "','type':'m.room.member','state_key':'" ME "','origin_server_ts':1000,"    \
    "'content':{'membership':'" membership "'}}"
#define NAME(id)            "{'event_id':'" id "','type':'m.room.name','state_key':''}"
#define TIMELINE(events)    "'timeline':{'events':[" events "]}"
#define LIMITED(events)     "'timeline':{'limited':true,'prev_batch':'p1','events':[" events "]}"
#define STATE(events)       "'state':{'events':[" events "]}"
#define STATE_AFTER(events) "'state_after':{'events':[" events "]}"
#define ROOMS(kind, rooms)  "{'next_batch':'s2','rooms':{'" kind "':{" rooms "}}}"
/* We are in !known already, and not in !new. */
#define KNOWN(room) ROOMS("join", "'!known':{" room "}")
#define NEW(room)   ROOMS("join", "'!new':{" room "}")

static bool is_known(void *arg, const char *room)
{
    (void)arg;
    return strcmp(room, "!known") == 0;
}

static char *quoted(const char *text)
{
    char *copy = g_strdup(text);

    g_strdelimit(copy, "'", '"');
    return copy;
}

static char *read_text(const char *answer, bool first)
{
    g_autofree char *bytes = quoted(answer);
    g_autoptr(GArray) gaps = matrix_gaps_new();
    Json *json = json_parse(bytes, strlen(bytes));

    assert_non_null(json);
    g_autoptr(MatrixBatch) batch = matrix_sync_read(json, ME, first, is_known, NULL, gaps);
    if (batch == NULL) {
        assert_int_equal(gaps->len, 0);
        return g_strdup("nothing");
    }
    g_autofree char *text = batch_text(batch);
    GString *all = g_string_new(text);

    for (guint i = 0; i < gaps->len; i++) {
        const MatrixGap *gap = &g_array_index(gaps, MatrixGap, i);

        g_string_append_printf(all, "; gap %s %s at %u", gap->room, gap->prev_batch, gap->at);
    }
    return g_string_free(all, FALSE);
}

static void test_answers(void **state)
{
    static const struct {
        const char *name, *answer, *expected;
        bool first;
    } cases[] = {
        {"an idle poll brings its token", "{'next_batch':'s2'}", "since=s2", false},
        {"without a token it is no answer", "{'rooms':{}}", "nothing", false},
        {"nor with one that is no text", "{'next_batch':7}", "nothing", false},
        {"nor is a list", "[]", "nothing", false},
        {"rooms of the wrong shape are passed over",
         "{'next_batch':'s2','rooms':{'join':[1],'leave':7,'invite':null}}", "since=s2", false},
        {"so are events", KNOWN("'timeline':{'events':[1,null,[],{}," MESSAGE("$1") "]}"),
         "EVENT !known $1, since=s2", false},
        {"so is what has no id or no type",
         KNOWN(TIMELINE("{'type':'m.room.message'},{'event_id':'$1'},{'event_id':'','type':'x'}")),
         "since=s2", false},

        {"left before invited before joined before events",
         "{'next_batch':'s2','rooms':{'join':{'!known':{" TIMELINE(MESSAGE(
             "$1")) "},'!new':{" TIMELINE(OWN("$2", "join",
                                              "invite")) "}},'invite':{'!i':{'invite_state':{'"
                                                         "events':[{},{}]}}},"
                                                         "'leave':{'!gone':{" TIMELINE(
                                                             MESSAGE("$3") "," OWN("$4", "ban",
                                                                                   "join")) "}}}}",
         "LEFT !gone $4, INVITE !i [2], JOINED !new, EVENT !known $1, EVENT !new $2, since=s2",
         false},
        {"banned and invited again between two polls",
         "{'next_batch':'s2','rooms':{'invite':{'!a':{'invite_state':{'events':[{}]}}},"
         "'leave':{'!a':{" TIMELINE(OWN("$1", "ban", "join")) "}}}}",
         "LEFT !a $1, INVITE !a [1], since=s2", false},
        {"a leave that the state tells",
         ROOMS("leave", "'!known':{" STATE(OWN("$1", "leave", "join")) "}"),
         "LEFT !known $1, since=s2", false},
        {"a leave that nothing tells", ROOMS("leave", "'!known':{}"), "LEFT !known, since=s2",
         false},
        {"an invitation without a word", ROOMS("invite", "'!i':{}"), "INVITE !i [0], since=s2",
         false},
        {"the state before the timeline",
         KNOWN(STATE(NAME("$n") ",{'event_id':'$x','type':'m.room.message'}") "," TIMELINE(
             MESSAGE("$1") "," NAME("$2"))),
         "STATE !known $n, EVENT !known $1, EVENT !known $2, since=s2", false},
        {"state_after where that is there", KNOWN(STATE_AFTER(NAME("$n")) "," TIMELINE("")),
         "STATE !known $n, since=s2", false},

        {"the first sync is history, but for invitations",
         "{'next_batch':'s2','rooms':{'invite':{'!i':{'invite_state':{'events':[{}]}}},"
         "'join':{'!new':{" STATE(NAME("$n")) "," LIMITED(
             OWN("$1", "join", "invite") "," MESSAGE_AS("$2", "join")) "}}}}",
         "INVITE !i [1], STATE !new $n, HISTORY !new $1, HISTORY !new $2, since=s2", true},

        {"what a join brings is history up to the join",
         NEW(LIMITED(MESSAGE("$1") "," OWN("$2", "join", "invite") "," MESSAGE("$3"))),
         "JOINED !new, HISTORY !new $1, EVENT !new $2, EVENT !new $3, since=s2", false},
        {"a join without what was before it",
         NEW(TIMELINE(MESSAGE("$1") "," OWN_BARE("$2", "join") "," MESSAGE("$3"))),
         "JOINED !new, HISTORY !new $1, EVENT !new $2, EVENT !new $3, since=s2", false},
        {"a name changed after the join is not the join",
         NEW(TIMELINE(OWN("$1", "join", "invite") "," MESSAGE("$2") "," OWN("$3", "join", "join"))),
         "JOINED !new, EVENT !new $1, EVENT !new $2, EVENT !new $3, since=s2", false},
        {"said while we were invited, sorted behind the join",
         NEW(TIMELINE(OWN("$1", "join",
                          "invite") "," MESSAGE_AS("$2", "invite") "," MESSAGE_AS("$3", "join"))),
         "JOINED !new, EVENT !new $1, HISTORY !new $2, EVENT !new $3, since=s2", false},
        {"kicked and back, what was said before is the past, though we were there",
         NEW(TIMELINE(MESSAGE_AS("$1", "join") "," OWN("$2", "leave", "join") "," OWN(
             "$3", "join", "leave") "," MESSAGE_AS("$4", "join"))),
         "JOINED !new, HISTORY !new $1, HISTORY !new $2, EVENT !new $3, EVENT !new $4, since=s2",
         false},
        {"kicked and back between two polls",
         KNOWN(LIMITED(MESSAGE("$1") "," OWN("$2", "join", "invite") "," MESSAGE("$3"))),
         "JOINED !known, HISTORY !known $1, EVENT !known $2, EVENT !known $3, since=s2", false},
        {"a changed name of ours, where we are, changes nothing else",
         KNOWN(TIMELINE(MESSAGE("$1") "," OWN_BARE("$2", "join"))),
         "EVENT !known $1, EVENT !known $2, since=s2", false},
        {"somebody else's join is not ours",
         KNOWN(TIMELINE(MESSAGE("$1") ",{'event_id':'$2','type':'m.room.member','state_key':'@b:x',"
                                      "'content':{'membership':'join'}}")),
         "EVENT !known $1, EVENT !known $2, since=s2", false},

        {"a join that lies before the window: all of it is since",
         NEW(STATE(OWN_BARE("$0", "join")) "," LIMITED(MESSAGE("$1"))),
         "JOINED !new, STATE !new $0, EVENT !new $1, since=s2", false},
        {"a join that lies anywhere: times tell, as a last resort",
         NEW(STATE_AFTER(OWN_BARE("$0", "join")) "," LIMITED(
             MESSAGE_AT("$1", "999") "," MESSAGE_AT("$2", "1000"))),
         "JOINED !new, STATE !new $0, HISTORY !new $1, EVENT !new $2, since=s2", false},
        {"what the homeserver says that we were counts before times",
         NEW(STATE_AFTER(OWN_BARE("$0", "join")) "," LIMITED(
             MESSAGE_AS("$1", "join") "," MESSAGE_AS("$2", "leave"))),
         "JOINED !new, STATE !new $0, EVENT !new $1, HISTORY !new $2, since=s2", false},
        {"a join that nothing tells of: nothing is answered",
         NEW(LIMITED(MESSAGE("$1") "," MESSAGE_AS("$2", "join"))),
         "JOINED !new, HISTORY !new $1, EVENT !new $2, since=s2", false},

        {"a gap, and where its filling belongs",
         "{'next_batch':'s2','rooms':{'invite':{'!i':{}},'join':{'!known':{" STATE(
             NAME("$n")) "," LIMITED(MESSAGE("$1")) "}}}}",
         "INVITE !i [0], STATE !known $n, EVENT !known $1, since=s2; gap !known p1 at 1", false},
        {"a gap behind which nothing is told", KNOWN(LIMITED("")), "since=s2; gap !known p1 at 0",
         false},
        {"no gap where nothing says what is before it",
         KNOWN("'timeline':{'limited':true,'events':[" MESSAGE("$1") "]}"),
         "EVENT !known $1, since=s2", false},
        {"no gap where we just came", NEW(LIMITED(OWN("$1", "join", "invite"))),
         "JOINED !new, EVENT !new $1, since=s2", false},
        {"no gap in the first sync", KNOWN(LIMITED(MESSAGE("$1"))), "HISTORY !known $1, since=s2",
         true},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = read_text(cases[i].answer, cases[i].first);

        if (strcmp(text, cases[i].expected) != 0) {
            fail_msg("%s:\n%s\nis not\n%s", cases[i].name, text, cases[i].expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
