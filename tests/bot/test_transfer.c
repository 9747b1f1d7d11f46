/* Import and export between files and a store: the rules of the chat, the place of each mistake,
 * all or nothing, and nothing lost on the way out and in again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "bot/store/sqlite.h"
#include "bot/transfer/export.h"
#include "bot/transfer/merge.h"
#include "core/policy.h"
#include "faulty_store.h"
#include "store_fixture.h"
#include "store_place.h"

#define NOW FIXTURE_NOW /* 14 July 2025, 08:00 UTC and a bit */

/* A team, its period, two objectives, three key results and some readings. */
#define BASE                                                                                       \
    "workspace,team,home,timezone,period,first_day,last_day,objective,kr\n"                        \
    "acme,West,C1,Europe/Berlin,FY Q3,2025-06-02,2025-08-31,Build the pipeline that carries the "  \
    "year,Increase qualified B2B pipeline from $20M to $30M\n"                                     \
    ",,,,FY Q3,,,Make every renewal feel like a given,Increase renewal rate from 80% to 90%\n"     \
    ",,,,FY Q3,,,Make every renewal feel like a given,Cut support backlog from 40 tickets to 5 "   \
    "tickets\n"

static void bring(Store *store, const char *text, size_t len, bool dry_run, Records *records,
                  Merged *merged)
{
    const MergeAsk ask = {
        .store = store, .policy = &policy_default, .now = NOW, .dry_run = dry_run};
    g_autoptr(GError) error = NULL;

    records_init(records);
    merged_init(merged);
    records_take(records, "f.csv", text, len);
    if (!merge(&ask, records, merged, &error)) {
        fixture_fail("merge", error);
    }
}

/* What is wrong with the text, every fault a line; "" when it was imported. */
static char *faults_of(Store *store, const char *text, size_t len)
{
    g_auto(Records) records = {0};
    g_auto(Merged) merged = {0};

    bring(store, text, len, false, &records, &merged);
    return faults_text(&records.faults);
}

static void must_import(Store *store, const char *text)
{
    g_autofree char *faults = faults_of(store, text, strlen(text));

    assert_string_equal(faults, "");
}

/* What an import added, or would add. */
static char *added_by(Store *store, const char *text, bool dry_run)
{
    g_auto(Records) records = {0};
    g_auto(Merged) merged = {0};

    bring(store, text, strlen(text), dry_run, &records, &merged);
    assert_false(faults_any(&records.faults));
    return g_strdup_printf("%u %u %u %u, %u %u, %u, %u known", merged.teams, merged.periods,
                           merged.objectives, merged.krs, merged.changes, merged.links,
                           merged.readings, merged.known);
}

/* All that the store holds, as the JSON document. */
static char *document_of(Store *store)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "anchord-transfer-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    char *text = NULL;
    g_autoptr(Sink) sink = sink_json(path, &error);

    assert_true(fd >= 0 && g_close(fd, NULL));
    if (!export_store(store, NOW, sink, &error) || !sink_finish(sink, &error) ||
        !g_file_get_contents(path, &text, NULL, &error)) {
        fixture_fail("export", error);
    }
    g_unlink(path);
    return text;
}

static Store *open_store(void)
{
    g_autoptr(GError) error = NULL;
    Store *store = sqlite_open(":memory:", &error);

    if (store == NULL) {
        fixture_fail("open", error);
    }
    return store;
}

#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* Mistakes ------------------------------------------------------------------------------------ */

typedef struct Mistake {
    const char *promise, *text, *says; /* a part of what is said; NULL: nothing is wrong */
} Mistake;

static const Mistake mistakes[] = {
    /* the file */
    {"an empty file is none", "", "f.csv: is empty"},
    {"an unknown column is named, with the one that was meant", "objektive,kr\nx,y\n",
     "f.csv:1: there is no column “objektive”; did you mean objective?"},
    {"what a column is called moves no cursor", "o\x1b[2J\x7f,kr\nx,y\n",
     "f.csv:1: there is no column “o[2J”"},
    {"what a table is called moves no cursor", "{\"ro\x7fws\": []}", "f.csv: “rows” is no table"},
    {"a file without any known column is refused", ",\n", "f.csv:1: none of these columns"},
    {"a column stands once", "kr,KR\nx,y\n", "f.csv:1: the column kr stands here twice"},
    {"more cells than columns are no row", "objective\na,b\n", "f.csv:2: 2 cells"},
    {"fewer are filled up", "period,objective,kr,value\nFY Q3,Earn the trust of every region\n",
     NULL},
    {"an open quote is told where it opens", "kr_number,value\n1,\"22\n",
     "f.csv:2: a quote opens here"},
    {"Latin-1 is refused with what to do", "objective\nVerk\xe4ufe\n",
     "f.csv:2: is not UTF-8 here"},
    {"UTF-16 is refused with what to do", "\xff\xfeo\x01", "f.csv: is UTF-16"},
    {"a byte-order mark is no part of a column",
     "\xef\xbb\xbfobjective\nEarn the trust of every region\n", NULL},
    {"a JSON file is one value", "{\"key-results\": [}", "f.csv: is no JSON"},
    {"a JSON document holds tables", "{\"rows\": []}", "f.csv: “rows” is no table"},
    {"a JSON row is an object", "[\n1]", "a row is an object"},
    {"a JSON row names columns, and is told by its line", "[{\"day\":\"\"},\n{\"krr\":1}]",
     "f.csv:2: there is no column “krr”; did you mean kr?"},
    {"a JSON cell is no list", "[{\"kr\": []}]", "f.csv:1: kr is a list"},
    {"a JSON text may hold brackets", "[{\"source\":\"}{][\\\"\"},\n{\"krr\":1}]",
     "f.csv:2: there is no column “krr”"},
    /* whose it is */
    {"an unknown workspace is refused", "workspace,objective\nother,x\n",
     "f.csv:2: there is no workspace “other”; there are: acme"},
    {"an unknown team is refused", "team,objective\nEast,x\n",
     "f.csv:2: there is no team “East” in acme"},
    {"in each of its rows", "team,objective\nEast,x\nEast,y\n",
     "f.csv:3: there is no team “East” in acme"},
    {"a channel is one team's", "team,home\nEast,C1\n", "f.csv:2: C1 is the home of West already"},
    {"a team's settings are checked as in chat", "team,home,timezone\nEast,C2,Mars/Olympus\n",
     "f.csv:2: There is no time zone “Mars/Olympus”"},
    {"the weekly check-in is one weekday's", "team,home,weekly\nEast,C2,twice a month\n",
     "f.csv:2: “twice a month” is not one weekday with a time"},
    /* periods */
    {"a day is an ISO day", "period,first_day,last_day\nQ4,1.10.2025,2025-12-31\n",
     "f.csv:2: first_day: “1.10.2025” is no day"},
    {"a day exists", "period,first_day,last_day\nQ4,2025-09-31,2025-12-31\n",
     "f.csv:2: first_day: “2025-09-31” is no day"},
    {"a new period has both its days", "period,first_day\nQ4,2025-10-01\n",
     "f.csv:2: the period Q4 is new"},
    {"a period begins before it ends", "period,first_day,last_day\nQ4,2025-12-31,2025-10-01\n",
     "f.csv:2: the period ends"},
    {"a period's days are not moved", "period,first_day,last_day\nfy q3,2025-06-01,2025-08-31\n",
     "f.csv:2: FY Q3 is on the books already"},
    {"an objective's period is known", "period,objective\nQ4,Earn the trust of every region\n",
     "f.csv:2: West has no period “Q4”"},
    /* objectives */
    {"an objective has no figures", "objective\nReach 12 new regions this year\n",
     "f.csv:2: “12” is a figure"},
    {"there are three objectives",
     "objective\nEarn the trust of every region\nShorten the way from order to use\n",
     "f.csv:3: FY Q3 has 3 objectives already"},
    {"an objective is not rewritten", "objective_number,objective\n1,Earn the trust of all\n",
     "f.csv:2: objective 1 of FY Q3 reads otherwise"},
    {"an objective keeps its number",
     "objective_number,objective\n2,Build the pipeline that carries the year\n",
     "f.csv:2: this objective is number 1"},
    /* key results */
    {"an activity is challenged", "objective_number,kr\n1,Conduct 30 outreach calls\n",
     "f.csv:2: “Conduct 30 outreach calls”"},
    {"it is kept with a reason",
     "objective_number,kr,keep\n1,Conduct 30 outreach calls,we cannot see the CRM until August\n",
     NULL},
    {"a reason says something", "objective_number,kr,keep\n1,Conduct 30 outreach calls,because\n",
     "f.csv:2: The reason"},
    {"what has no number is refused even with a reason",
     "objective_number,kr,keep\n1,Improve satisfaction,we have no other measure for it\n",
     "f.csv:2: There is no number"},
    {"a baseline is asked for", "objective_number,kr\n1,Win rate above 25%\n",
     "f.csv:2: Where does “Win rate” stand now?"},
    {"it may stand in its column", "objective_number,kr,baseline,unit\n1,Win rate above 25%,18,%\n",
     NULL},
    {"so may all the figures",
     "objective_number,kr,baseline,target,unit\n1,Increase win rate,18,25,%\n", NULL},
    {"columns and sentence agree",
     "objective_number,kr,baseline\n1,Increase win rate from 18% to 25%,19%\n",
     "f.csv:2: baseline: this row says 19%, and the key result 18%"},
    {"the unit is the sentence's",
     "objective_number,kr,unit,target\n1,Increase win rate from 18% to 25%,days,25\n",
     "f.csv:2: unit: the key result is in %, not in days"},
    {"a key result proves one of several objectives", "kr\nIncrease win rate from 18% to 25%\n",
     "f.csv:2: which of the 2 objectives"},
    {"an objective has five key results",
     "objective_number,kr\n1,Increase win rate from 18% to 25%\n1,Cut churn from 5% to 3%\n"
     "1,Increase average deal size from $40k to $50k\n1,Reduce sales cycle from 60 days to 45 "
     "days\n"
     "1,Increase renewal rate from 70% to 75%\n",
     "f.csv:6: objective 1 of FY Q3 has 5 key results already"},
    {"beside those that were dropped",
     "objective_number,kr,dropped\n1,Increase win rate from 18% to 25%,\n1,Cut churn from 5% to "
     "3%,\n1,Increase average deal size from $40k to $50k,\n1,Reduce sales cycle from 60 days to "
     "45 "
     "days,\n1,Increase quote acceptance rate from 70% to 75%,yes\n",
     NULL},
    {"a key result keeps its number",
     "kr_number,kr\n2,Increase qualified B2B pipeline from $20M to $30M\n",
     "f.csv:2: KR 2 reads otherwise on the books"},
    {"a key result is not rewritten",
     "kr_number,kr\n1,Increase qualified B2B pipeline from $20M to $35M\n",
     "f.csv:2: KR 1 reads otherwise on the books"},
    {"confidence is 0 to 10",
     "objective_number,kr,confidence\n1,Increase win rate from 18% to 25%,11\n",
     "f.csv:2: confidence: “11”"},
    {"dropped is yes or no",
     "objective_number,kr,dropped\n1,Increase win rate from 18% to "
     "25%,perhaps\n",
     "f.csv:2: dropped: “perhaps” is neither yes nor no"},
    /* changed targets */
    {"a target that was changed goes on from the one before",
     "kr_number,day,was,target,why\n1,2025-06-10,$25M,$28M,two deals came early\n"
     "1,2025-06-20,$27M,$30M,and a third one too\n",
     "f.csv:3: was: this row says $27M, and the change before it, of 2025-06-10, led KR 1 to $28M"},
    {"the last leads to the target of today",
     "kr_number,day,was,target,why\n1,2025-06-10,$25M,$28M,two deals came early\n",
     "f.csv:2: target: the last change of KR 1 leads to $28M, and its target is $30M"},
    {"so it does where it stands twice",
     "kr_number,day,was,target,why\n1,2025-06-10,$25M,$28M,two deals came early\n"
     "1,2025-06-10,$25M,$28M,two deals came early\n",
     "target: the last change of KR 1 leads to $28M"},
    {"changes may stand in any order",
     "kr_number,day,was,target,why\n1,2025-06-20,$28M,$30M,and a third one too\n"
     "1,2025-06-10,$25M,$28M,two deals came early\n",
     NULL},
    {"one mistake is no two",
     "kr_number,day,was,target,why\n1,2025-06-10,$25M,$28M,two deals came early\n"
     "1,2025-06-20,$27M,$29M,and a third one too\n1,2025-06-30,$29M,$30M,and a fourth one too\n",
     "f.csv:3: was: this row says $27M, and the change before it, of 2025-06-10, led KR 1 to "
     "$28M. Each goes on from the one before; add the one that is missing, or correct this row\n"},
    {"a change has a day", "kr_number,was,target,why\n1,$25M,$30M,two deals came early\n",
     "f.csv:2: a changed target needs its day, what it was, what it became and why; day is empty"},
    {"it tells what was", "kr_number,day,target,why\n1,2025-06-10,$30M,two deals came early\n",
     "f.csv:2: a changed target needs its day, what it was, what it became and why; was is empty"},
    {"it tells what it became", "kr_number,day,was,why\n1,2025-06-10,$25M,two deals came early\n",
     "target is empty"},
    {"it tells why", "kr_number,day,was,target\n1,2025-06-10,$25M,$30M\n", "why is empty"},
    {"a reason for it says something",
     "kr_number,day,was,target,why\n1,2025-06-10,$25M,$30M,because\n",
     "f.csv:2: why: “because” is too short"},
    {"both edges of a band are told",
     "objective_number,kr,kr_number,day,was,was_high,target,why\n"
     "1,Keep uptime between 98% and 99% (now 97%),,,,,,\n"
     ",,4,2025-06-10,97%,98%,98%,the old machines are gone\n",
     "f.csv:3: a changed target needs its day, what it was, what it became and why; target_high"},
    {"a changed target is a value",
     "kr_number,day,was,target,why\n1,2025-06-10,+$5M,$30M,two deals came early\n",
     "f.csv:2: was: “+$5M” is a movement"},
    {"in the key result's unit",
     "kr_number,day,was,target,unit,why\n1,2025-06-10,25,30,%,two deals came early\n",
     "f.csv:2: unit: the key result is in $, not in %"},
    {"a target is not changed tomorrow",
     "kr_number,day,was,target,why\n1,2025-07-15,$25M,$30M,two deals came early\n",
     "f.csv:2: 2025-07-15 is still to come"},
    {"nor behind its period",
     "period,first_day,last_day,objective,kr,kr_number,day,was,target,why\n"
     "Q1,2025-03-01,2025-05-31,Earn the trust of every region,Increase win rate from 18% to 25%"
     ",,,,,\n,,,,,4,2025-06-10,20%,25%,two deals came early\n",
     "f.csv:3: Q1 ended on 31 May 2025"},
    {"a changed key result is a known one",
     "kr_number,day,was,target,why\n9,2025-06-10,$25M,$30M,two deals came early\n",
     "f.csv:2: West has no such key result"},
    {"a row may tell a key result, a change and a value",
     "objective_number,kr,kr_number,day,was,target,why,value\n"
     "1,Increase win rate from 18% to 25%,4,2025-06-10,22%,23%,the fair was a success,19%\n"
     "1,Increase win rate from 18% to 25%,4,2025-06-11,23%,25%,the fair was a success,\n",
     NULL},
    /* links */
    {"a key result does not feed itself", "kr_number,feeds_number\n1,1\n",
     "f.csv:2: KR 1 of West “Increase qualified B2B pipeline from $20M to $30M” cannot feed "
     "itself"},
    {"of two that feed each other none comes first", "kr_number,feeds_number\n1,2\n2,1\n",
     "f.csv:3: KR 1 of West “Increase qualified B2B pipeline from $20M to $30M” feeds KR 2"},
    {"a link twice is one", "kr_number,feeds_number\n1,2\n1,2\n", NULL},
    {"what is fed is known", "kr_number,feeds_number\n1,9\n",
     "f.csv:2: West has no such key result: fill the column feeds_number or feeds"},
    {"what is fed is told", "kr_number,feeds_team\n1,West\n",
     "f.csv:2: which key result? Fill the column feeds_number or feeds"},
    {"what feeds is told", "feeds_number\n1\n",
     "f.csv:2: which key result? Fill the column kr_number or kr"},
    {"the other team is known", "kr_number,feeds_team,feeds_number\n1,East,1\n",
     "f.csv:2: there is no team “East” in acme"},
    {"both may be told by their sentences",
     "kr,feeds\nIncrease qualified B2B pipeline from $20M to $30M,"
     "Increase renewal rate from 80% to 90%\n",
     NULL},
    {"number and sentence are of one", "kr_number,feeds_number,feeds\n1,2,Increase win rate\n",
     "f.csv:2: KR 2 reads otherwise on the books"},
    {"a link is no number of days ahead", "kr_number,feeds_number,at\n1,2,2025-07-15T07:00:00Z\n",
     "f.csv:2: 2025-07-15 is still to come"},
    /* readings */
    {"a reading is of a known key result", "kr_number,day,value\n9,2025-07-01,1\n",
     "f.csv:2: West has no such key result"},
    {"a reading says of which", "day,value\n2025-07-01,1\n", "f.csv:2: which key result?"},
    {"a reading has a day", "kr_number,value\n1,$21M\n", "f.csv:2: a reading needs both"},
    {"a reading has a value", "kr_number,day\n1,2025-07-01\n", "f.csv:2: a reading needs both"},
    {"a reading does not tell the future", "kr_number,day,value\n1,2025-07-15,$21M\n",
     "f.csv:2: 2025-07-15 is still to come"},
    {"nor a later hour of today", "kr_number,at,value\n1,2025-07-14T09:00:00Z,$21M\n",
     "f.csv:2: 2025-07-14 is still to come"},
    {"today is fine", "kr_number,day,value\n1,2025-07-14,$21M\n", NULL},
    {"a formula is no value", "kr_number,day,value\n1,2025-07-01,=1+1\n", "f.csv:2: value: “=1+1”"},
    {"a bare figure may be ambiguous", "kr_number,day,value\n1,2025-07-01,21.2\n",
     "f.csv:2: value: “21.2” could mean"},
    {"beside its unit it is not", "kr_number,day,value,unit\n1,2025-07-01,21.2,$\n", NULL},
    {"a decimal comma is asked back", "kr_number;day;value\n2;2025-07-01;82,5\n",
     "f.csv:2: value: “82,5”"},
    {"a wrong unit is asked back", "kr_number,day,value\n2,2025-07-01,9 days\n",
     "f.csv:2: value: “9 days” is in another unit"},
    {"a movement is no value", "kr_number,day,value\n2,2025-07-01,+2\n",
     "f.csv:2: value: “+2” is a movement"},
    {"a value may be below 0", "kr_number,day,value\n2,2025-07-01,-2\n", NULL},
    {"one day has one value",
     "kr_number,day,value\n2,2025-07-02,82%\n2,2025-07-01,81%\n2,2025-07-02,83%\n",
     "f.csv:4: KR 2 has a reading of 2025-07-02 in f.csv:2 already"},
    {"the same row twice is told, too", "kr_number,day,value\n2,2025-07-01,81%\n2,2025-07-01,81%\n",
     "f.csv:3: KR 2 has a reading of 2025-07-01 in f.csv:2 already"},
    {"with their time, a day has several",
     "kr_number,at,value\n2,2025-07-01T08:00:00Z,81%\n2,2025-07-01T07:00:00Z,82%\n", NULL},
    {"rows may stand in any order",
     "kr_number,day,value\n2,2025-07-03,83%\n2,2025-07-01,81%\n2,2025-07-02,82%\n", NULL},
    {"a source is one of ours", "kr_number,day,value,source\n2,2025-07-01,81%,hearsay\n",
     "f.csv:2: source: “hearsay”"},
    {"only a system has a name", "kr_number,day,value,source,system\n2,2025-07-01,81%,update,CRM\n",
     "f.csv:2: system: only a reading whose source is system"},
    {"and a key", "kr_number,day,value,source,key\n2,2025-07-01,81%,check-in,a\n",
     "f.csv:2: key: only a reading whose source is system"},
    {"a key is short", "kr_number,day,value,key\n2,2025-07-01,81%," HUNDRED HUNDRED "1\n",
     "f.csv:2: key: at most 200 characters"},
    {"a key names one reading", "kr_number,day,value,key\n2,2025-07-01,81%,a\n2,2025-07-02,82%,a\n",
     "f.csv:3: key: “a” brought 81% for KR 2 before"},
    {"the same under a key is known",
     "kr_number,at,value,key\n2,2025-07-01T08:00:00Z,81%,a\n2,2025-07-02T08:00:00Z,81%,a\n", NULL},
    {"a key is one key result's",
     "kr_number,day,value,key\n2,2025-07-01,81%,a\n3,2025-07-01,30,a\n", NULL},
    {"an instant is one", "kr_number,at,value\n2,yesterday,81%\n", "f.csv:2: at: “yesterday”"},
};

/* One store serves all that is refused, since nothing of it stays. */
static void test_mistakes(void **state)
{
    must_import(*state, BASE);
    g_autofree char *before = document_of(*state);
    for (size_t i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        const Mistake *m = &mistakes[i];

        if (m->says == NULL) {
            continue;
        }
        g_autofree char *faults = faults_of(*state, m->text, strlen(m->text));
        g_autofree char *after = document_of(*state);
        if (strstr(faults, m->says) == NULL) {
            fail_msg("%s: %s", m->promise, faults);
        }
        if (strcmp(before, after) != 0) {
            fail_msg("%s: something was changed all the same", m->promise);
        }
    }
}

static void test_what_is_no_mistake(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        const Mistake *m = &mistakes[i];

        if (m->says != NULL) {
            continue;
        }
        Store *store = open_store();
        must_import(store, BASE);
        g_autofree char *faults = faults_of(store, m->text, strlen(m->text));
        if (*faults != '\0') {
            fail_msg("%s: %s", m->promise, faults);
        }
        store_close(store);
    }
}

static void test_a_nul_is_told_with_its_line(void **state)
{
    static const char text[] = "objective,kr\nx,y\0z\n";
    g_autofree char *faults = faults_of(*state, text, sizeof text - 1);

    assert_string_equal(faults, "f.csv:2: holds a NUL byte, which no text does. Is it the right "
                                "file?\n");
}

static void test_a_huge_cell_is_refused(void **state)
{
    g_autoptr(GString) text = g_string_new("kr_number,day,value\n1,2025-07-01,");

    must_import(*state, BASE);
    for (int i = 0; i < 1000000; i++) {
        g_string_append_c(text, '9');
    }
    g_autofree char *faults = faults_of(*state, text->str, text->len);
    assert_non_null(strstr(faults, "f.csv:2: value: That is 1000000 characters long"));
}

static void test_mistakes_are_told_in_order_and_a_hundred_at_most(void **state)
{
    g_autoptr(GString) text = g_string_new("kr_number,day,value,objective\n1,2025-07-01,x,\n");

    must_import(*state, BASE);
    for (int i = 0; i < 150; i++) {
        g_string_append(text, ",,,Launch it\n"); /* told before readings are looked at */
    }
    g_autofree char *faults = faults_of(*state, text->str, text->len);
    assert_true(g_str_has_prefix(faults, "f.csv:2: value: “x”"));
    assert_non_null(strstr(faults, "\nf.csv:101: "));
    assert_null(strstr(faults, "\nf.csv:102: "));
    assert_true(g_str_has_suffix(faults, "and 51 more mistakes\n"));
}

/* On the books -------------------------------------------------------------------------------- */

static void test_the_same_file_twice_changes_nothing(void **state)
{
    static const char readings[] = "kr_number,day,value\n1,2025-07-01,$21.2M\n2,2025-07-01,82%\n";
    g_autofree char *first = added_by(*state, BASE, false);
    g_autofree char *second = added_by(*state, BASE, false);
    g_autofree char *third = added_by(*state, readings, false);
    g_autofree char *fourth = added_by(*state, readings, false);

    assert_string_equal(first, "1 1 2 3, 0 0, 0, 0 known");
    assert_string_equal(second, "0 0 0 0, 0 0, 0, 3 known");
    assert_string_equal(third, "0 0 0 0, 0 0, 2, 0 known");
    assert_string_equal(fourth, "0 0 0 0, 0 0, 0, 2 known");
}

static void test_figures_from_columns_are_found_again(void **state)
{
    static const char text[] = "objective_number,kr,baseline,target,unit,day,value\n"
                               "1,Increase win rate,18,25,%,2025-07-01,19\n"
                               "1,Demo rate above 30%,20,,%,2025-07-01,21\n";
    must_import(*state, BASE);
    g_autofree char *first = added_by(*state, text, false);
    g_autofree char *second = added_by(*state, text, false);

    assert_string_equal(first, "0 0 0 2, 0 0, 2, 0 known");
    assert_string_equal(second, "0 0 0 0, 0 0, 0, 2 known");
}

static void test_a_dry_run_tells_and_changes_nothing(void **state)
{
    g_autofree char *before = document_of(*state);
    g_autofree char *would = added_by(*state, BASE, true);
    g_autofree char *after = document_of(*state);

    assert_string_equal(would, "1 1 2 3, 0 0, 0, 0 known");
    assert_string_equal(before, after);
}

static void test_an_older_reading_does_not_become_the_latest(void **state)
{
    static const char older[] = "kr_number,day,value\n1,2025-07-02,$21M\n";

    must_import(*state, BASE);
    must_import(*state, "kr_number,day,value\n1,2025-07-08,$22M\n");
    g_autofree char *faults = faults_of(*state, older, strlen(older));
    assert_non_null(strstr(faults, "f.csv:2: KR 1 stands at a newer reading, of 2025-07-08"));
}

static void test_changes_are_only_added(void **state)
{
    static const char first[] =
        "kr_number,at,was,target,why\n1,2025-06-10T08:00:00Z,$25M,$28M,two deals came early\n"
        "1,2025-06-20T08:00:00Z,$28M,$30M,and a third one too\n";
    static const char between[] = "kr_number,day,was,target,why\n"
                                  "1,2025-06-15,$28M,$28M,nobody remembers now\n";
    static const char on[] = "kr_number,day,was,target,why\n"
                             "1,2025-06-20,$30M,$31M,a day too early\n"
                             "1,2025-06-20,$31M,$30M,and taken back then\n";
    must_import(*state, BASE);
    g_autofree char *once = added_by(*state, first, false);
    g_autofree char *twice = added_by(*state, first, false);
    g_autofree char *faults = faults_of(*state, between, strlen(between));
    g_autofree char *more = added_by(*state, on, false);

    assert_string_equal(once, "0 0 0 0, 2 0, 0, 0 known");
    assert_string_equal(twice, "0 0 0 0, 0 0, 0, 2 known");
    assert_string_equal(faults, "f.csv:2: the target of KR 1 was changed later, on 2025-06-20, on "
                                "the books already. Changes are only ever added, so an older one "
                                "cannot come between\n");
    assert_string_equal(more, "0 0 0 0, 2 0, 0, 0 known");
}

/* Seven key results, and a link from each to all behind it. */
static void test_a_team_has_twenty_links(void **state)
{
    g_autoptr(GString) links = g_string_new("kr_number,feeds_number\n");

    must_import(*state, BASE);
    must_import(*state, "objective_number,kr\n1,Increase win rate from 18% to 25%\n"
                        "1,Cut churn from 5% to 3%\n"
                        "1,Increase average deal size from $40k to $50k\n"
                        "1,Reduce sales cycle from 60 days to 45 days\n");
    for (int from = 1; from < 7; from++) {
        for (int to = from + 1; to <= 7; to++) {
            g_string_append_printf(links, "%d,%d\n", from, to);
        }
    }
    g_autofree char *faults = faults_of(*state, links->str, links->len);
    assert_true(g_str_has_prefix(faults, "f.csv:22: West has 20 links"));
}

static void test_a_link_is_known_to_both_teams(void **state)
{
    static const char link[] = "team,kr_number,feeds_team,feeds_number\nWest,1,east,1\n";
    TeamId id = {0};

    must_import(*state, BASE);
    must_import(*state, "team,home,period,first_day,last_day,objective,kr\n"
                        "East,C2,Q3,2025-07-01,2025-09-30,Earn the trust of every region,"
                        "Increase win rate from 18% to 25%\n");
    g_autofree char *first = added_by(*state, link, false);
    g_autofree char *second = added_by(*state, link, false);
    assert_string_equal(first, "0 0 0 0, 0 1, 0, 0 known");
    assert_string_equal(second, "0 0 0 0, 0 0, 0, 1 known");
    MUST((Store *)*state, team_named, fixture_workspace(*state, "acme"), "East", &id);
    g_autoptr(Team) team = fixture_load_team(*state, id);
    assert_int_equal(team->links->len, 1);
}

static void test_a_correction_of_the_same_day_counts(void **state)
{
    must_import(*state, BASE);
    must_import(*state, "kr_number,at,value\n1,2025-07-08T20:00:00Z,$22M\n");
    must_import(*state, "kr_number,day,value\n1,2025-07-08,$23M\n");
    TeamId id = {0};
    MUST((Store *)*state, team_named, fixture_workspace(*state, "acme"), "West", &id);
    g_autoptr(Team) team = fixture_load_team(*state, id);

    assert_int_equal(track_value(team_tactical_number(team, 1)->track).millionths,
                     DECIMAL(23000000).millionths);
}

static void test_several_teams_are_told_apart(void **state)
{
    must_import(*state, BASE);
    must_import(*state, "team,home\nEast,C2\n");
    static const char text[] = "objective\nEarn the trust of every region\n";
    g_autofree char *faults = faults_of(*state, text, strlen(text));

    assert_non_null(strstr(faults, "f.csv:2: which team?"));
    must_import(*state, "team,period,first_day,last_day,objective\n"
                        "east,Q3,2025-07-01,2025-09-30,Earn the trust of every region\n");
}

/* There and back ------------------------------------------------------------------------------ */

static const char rich[] =
    "workspace,team,home,timezone,check_in,check_in_minutes,working_days,holidays,outcome_words,"
    "group,weekly,period,first_day,last_day,objective_number,objective,kr_number,kr,keep,"
    "confidence,dropped,at,value,unit,source\n"
    "acme,West,C1,Europe/Berlin,10:15,20,Sun-Thu,\"DE, 2025-12-24\",demo,<!subteam^S01|@west>"
    ",Friday 14:00,,,,,,,,,,,,,,\n"
    "acme,West,,,,,,,,,,\"=1+1\",2025-03-03,2025-06-01,2,The year's first quarter was well begun"
    ",7,Cut churn below 3% (now 4.2%),,0,yes,2025-05-05T07:30:00.123456Z,-0.000001,%,update\n"
    "acme,West,,,,,,,,,,\"=1+1\",,,2,,7,,,,,2025-05-05T07:30:00.123456Z,4,%,update\n"
    "acme,West,,,,,,,,,,FY Q3,2025-06-02,2025-08-31,1,Build the pipeline that carries the year"
    ",8,Cut churn below 3% (now 4.2%),,10,no,2025-07-07T07:30:00Z,4.1,%,check-in\n"
    "acme,West,,,,,,,,,,FY Q3,,,1,,9,Conduct 30 outreach calls,\"-we cannot see, or \"\"know\"\"\","
    ",,2025-07-07T07:30:00Z,12,outreach calls,opening\n"
    "acme,West,,,,,,,,,,FY Q3,,,1,,10,Increase qualified B2B pipeline from $20M to $30M,,,,"
    "2025-07-07T07:30:00Z,15000,$,system\n"
    "acme,East,C2,UTC,,,,,,,never,Q3,2025-07-01,2025-09-30,,Earn the trust of every region,,"
    "Reduce median time-to-hire from 45 days to 30 days,,,,2025-07-07T07:30:00Z,44.5,days,\n";

/* What hangs from these. */
static const char rich_changes[] =
    "team,kr_number,at,was,target,unit,kr_was,why\n"
    "West,8,2025-07-01T07:00:00.500000Z,2,2.5,%,Cut churn below 2% (now 4.2%),\"Sprint 3: a first "
    "line\nand a second\"\n"
    "West,8,2025-07-01T07:00:00.500000Z,2.5,3,%,,=two accounts moved away\n"
    "West,9,2025-06-10T07:00:00Z,40,30,outreach calls,,-and nobody has time\n";
static const char rich_links[] =
    "team,kr_number,feeds_team,feeds_number,feeds,at\n"
    "West,9,,10,,2025-07-02T07:00:00Z\n"
    "West,10,East,,Reduce median time-to-hire from 45 days to 30 days,2025-07-02T07:00:00.000001Z\n"
    "East,1,West,8,,2025-07-01T07:00:00Z\n";
static const char rich_readings[] =
    "team,kr_number,at,value,unit,system,key\n"
    "West,10,2025-07-08T07:30:00Z,16000,$,HubSpot: deals,\"=key,1\"\n"
    "West,10,2025-07-08T07:30:00Z,16000,$,HubSpot,'2\n"
    "West,10,2025-07-09T07:30:00Z,16000,$,HubSpot,\n";

static void must_import_rich(Store *store)
{
    must_import(store, rich);
    must_import(store, rich_changes);
    must_import(store, rich_links);
    must_import(store, rich_readings);
}

static void test_what_goes_out_comes_in_again(void **state)
{
    Store *other = open_store();

    must_import_rich(*state);
    g_autofree char *document = document_of(*state);
    must_import(other, document);
    g_autofree char *again = document_of(other);
    assert_string_equal(document, again);
    store_close(other);
}

static void test_so_it_does_by_way_of_csv(void **state)
{
    g_autoptr(GError) error = NULL;
    const Place *place = *state;
    g_autofree char *folder = g_build_filename(place->folder, "out", NULL);
    Store *store = open_store(), *other = open_store();
    g_auto(Records) records = {0};
    g_auto(Merged) merged = {0};
    const MergeAsk ask = {.store = other, .policy = &policy_default, .now = NOW};

    must_import_rich(store);
    g_autoptr(Sink) sink = sink_csv(folder, &error);
    assert_true(export_store(store, NOW, sink, &error) && sink_finish(sink, &error));
    records_init(&records);
    merged_init(&merged);
    records_read(&records, folder);
    assert_true(merge(&ask, &records, &merged, &error));
    g_autofree char *faults = faults_text(&records.faults);
    assert_string_equal(faults, "");
    g_autofree char *document = document_of(store), *again = document_of(other);
    assert_string_equal(document, again);
    place_empty(folder);
    g_rmdir(folder);
    store_close(store);
    store_close(other);
}

static void test_an_export_that_fails_leaves_nothing(void **state)
{
    g_autoptr(GError) error = NULL;
    const Place *place = *state;
    g_autofree char *folder = g_build_filename(place->folder, "out", NULL);
    Store *store = open_store();
    Sink *sink = sink_csv(folder, &error);

    must_import(store, BASE);
    assert_true(export_store(store, NOW, sink, &error));
    sink_free(sink); /* before it was finished */
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    assert_null(g_dir_read_name(dir));
    assert_null(sink_csv("/proc/none/out", &error));
    assert_non_null(error);
    g_rmdir(folder);
    store_close(store);
}

static void test_files_are_their_owners_alone(void **state)
{
    g_autoptr(GError) error = NULL;
    const Place *place = *state;
    g_autofree char *folder = g_build_filename(place->folder, "out", NULL);
    g_autofree char *file = g_build_filename(folder, "teams.csv", NULL);
    g_autoptr(Sink) sink = sink_csv(folder, &error);
    struct stat info;

    assert_true(sink_finish(sink, &error));
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    place_empty(folder);
    g_rmdir(folder);
}

static void test_a_roll_up_is_there_to_read(void **state)
{
    g_autoptr(GError) error = NULL;
    const Place *place = *state;
    g_autofree char *folder = g_build_filename(place->folder, "out", NULL);
    g_autofree char *page = g_build_filename(folder, "rollup.md", NULL);
    g_autofree char *text = NULL;
    Store *store = open_store();

    must_import(store, BASE);
    must_import(store, "period,first_day,last_day\nQ1,2025-03-01,2025-05-31\n"
                       "Q4,2025-09-01,2025-11-30\n");
    g_autoptr(Sink) sink = sink_csv(folder, &error);
    assert_true(export_store(store, NOW, sink, &error));
    assert_int_equal(sink_rows(sink, TABLE_ROLLUPS), 2); /* none of what has not begun */
    assert_true(sink_finish(sink, &error) && g_file_get_contents(page, &text, NULL, &error));
    assert_true(g_str_has_prefix(text, "# Q1 of West\n"));
    assert_non_null(strstr(text, "\n\n# FY Q3 of West, so far\n"));
    assert_null(strstr(text, "Q4"));
    place_empty(folder);
    g_rmdir(folder);
    store_close(store);
}

/* The fixture's people and what only they said. */
static void test_nobody_is_exported(void **state)
{
    g_autoptr(Team) team = fixture_saved_team(*state);
    g_autoptr(Sprint) sprint = fixture_sprint(team, 300, 1);

    fixture_save_whole(*state, sprint);
    g_autofree char *document = document_of(*state);
    const char *const hidden[] = {"maria",
                                  "jonas",
                                  "ines",
                                  "lena",
                                  "\"tom\"",
                                  "\"confidence\":\"6\"",
                                  "\"owner\"",
                                  "\"who\"",
                                  "\"message\"",
                                  ((const Token *)team->tokens->pdata[0])->hash,
                                  ((const Token *)team->tokens->pdata[1])->hash};
    const char *const shown[] = {"\"state\":\"closed\"",
                                 sprint->objective,
                                 "\"held\":\"yes\"",
                                 "\"revised\":\"no\"",
                                 "\"why\":\"two accounts moved\"",
                                 "\"trigger\":\"Cross-Functional Gap\",\"feeder_team\"",
                                 "\"state\":\"dismissed\",\"why\":\"the fair is next week\"",
                                 "\"feeds_number\":\"2\"",
                                 "\"weekly\":\"Sunday 23:58\"",
                                 "\"days\":\"14\"",
                                 "\"sprints_opened\":\"1\""};
    for (size_t i = 0; i < G_N_ELEMENTS(hidden); i++) {
        if (strstr(document, hidden[i]) != NULL) {
            fail_msg("nobody is exported: %s stands in %s", hidden[i], document);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
        if (strstr(document, shown[i]) == NULL) {
            fail_msg("all the rest is: %s is missing in %s", shown[i], document);
        }
    }
}

/* Far figures stay exact: the fixture's target is the largest decimal there is. */
static void test_numbers_are_exact(void **state)
{
    g_autoptr(Team) team = fixture_saved_team(*state);
    g_autofree char *document = document_of(*state);

    assert_non_null(team);
    assert_non_null(strstr(document, "\"target\":\"9223372036854.775807\""));
    assert_non_null(strstr(document, "\"baseline\":\"-22.5\""));
}

/* Failing ------------------------------------------------------------------------------------- */

/* Whatever call of the store fails, nothing is half applied. */
static void test_a_store_that_fails_keeps_what_it_had(void **state)
{
    bool done = false;

    must_import(*state, BASE);
    g_autofree char *before = document_of(*state);
    for (int at = 1; !done; at++) {
        Faulty *faulty = faulty_new(open_store());
        g_auto(Records) records = {0};
        g_auto(Merged) merged = {0};
        g_autoptr(GError) error = NULL;
        const MergeAsk ask = {.store = &faulty->base, .policy = &policy_default, .now = NOW};

        must_import(&faulty->base, BASE);
        records_init(&records);
        merged_init(&merged);
        records_take(&records, "f.csv", rich, strlen(rich));
        records_take(&records, "g.csv", rich_changes, strlen(rich_changes));
        records_take(&records, "h.csv", rich_links, strlen(rich_links));
        records_take(&records, "i.csv", rich_readings, strlen(rich_readings));
        faulty_set(faulty, FAULT_ONCE, at);
        done = merge(&ask, &records, &merged, &error);
        faulty_set(faulty, FAULT_ONCE, 0);
        g_autofree char *after = document_of(&faulty->base);
        if (!done && (error == NULL || strcmp(before, after) != 0)) {
            fail_msg("call %d failed, and %s was left", at, after);
        }
        store_close(&faulty->base);
    }
}

static void test_an_export_tells_that_the_store_failed(void **state)
{
    Faulty *faulty = faulty_new(open_store());
    bool done = false;

    (void)state;
    must_import(&faulty->base, BASE);
    for (int at = 1; !done; at++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Sink) sink = sink_json(NULL, &error);

        faulty_set(faulty, FAULT_ONCE, at);
        done = export_store(&faulty->base, NOW, sink, &error);
        assert_true(done == (error == NULL));
    }
    store_close(&faulty->base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_mistakes),
        cmocka_unit_test(test_what_is_no_mistake),
        STORE_TEST(test_a_nul_is_told_with_its_line),
        STORE_TEST(test_a_huge_cell_is_refused),
        STORE_TEST(test_mistakes_are_told_in_order_and_a_hundred_at_most),
        STORE_TEST(test_the_same_file_twice_changes_nothing),
        STORE_TEST(test_figures_from_columns_are_found_again),
        STORE_TEST(test_a_dry_run_tells_and_changes_nothing),
        STORE_TEST(test_an_older_reading_does_not_become_the_latest),
        STORE_TEST(test_changes_are_only_added),
        STORE_TEST(test_a_team_has_twenty_links),
        STORE_TEST(test_a_link_is_known_to_both_teams),
        STORE_TEST(test_a_correction_of_the_same_day_counts),
        STORE_TEST(test_several_teams_are_told_apart),
        STORE_TEST(test_what_goes_out_comes_in_again),
        PLACE_TEST(test_so_it_does_by_way_of_csv),
        PLACE_TEST(test_an_export_that_fails_leaves_nothing),
        PLACE_TEST(test_files_are_their_owners_alone),
        PLACE_TEST(test_a_roll_up_is_there_to_read),
        STORE_TEST(test_nobody_is_exported),
        STORE_TEST(test_numbers_are_exact),
        STORE_TEST(test_a_store_that_fails_keeps_what_it_had),
        cmocka_unit_test(test_an_export_tells_that_the_store_failed),
    };

    return cmocka_run_group_tests_name("bot.transfer", tests, NULL, NULL);
}
