/* Answers to a check-in, the daily and the weekly one. */

#include "core/reply.h"
#include "core/text.h"
#include "tests/core/worked_example.h"

#include "fuzz.h"

static void check_faults(const Reply *reply)
{
    fuzz_that("no more faults are told than are read", reply->faults->len <= REPLY_FAULTS_MAX,
              NULL);
    for (guint i = 0; i < reply->faults->len; i++) {
        const ReplyFault *fault = g_ptr_array_index(reply->faults, i);

        fuzz_clean("the part of a fault is clean", fault->part);
        fuzz_said("what is said of an answer is clean", fault->why);
    }
}

static void check_words(const char *words)
{
    fuzz_clean("kept words are clean", words);
    fuzz_that("kept words have their limit",
              words == NULL || g_utf8_strlen(words, -1) <= REPLY_WORDS_MAX, words);
}

static void check_reply(const Reply *reply, const char *text)
{
    check_faults(reply);
    check_words(reply->blocked);
    check_words(reply->learned);
    fuzz_clean("a note is clean", reply->note);
    fuzz_that("confidence is 0 to 10", reply->confidence >= -1 && reply->confidence <= 10, text);
    for (guint i = 0; i < reply->values->len; i++) {
        const ReplyValue *value = &g_array_index(reply->values, ReplyValue, i);

        fuzz_that("values come in the order of their key results",
                  i == 0 || g_array_index(reply->values, ReplyValue, i - 1).track->kr->number <
                                value->track->kr->number,
                  text);
    }
}

static void check_daily(const Sprint *sprint, const char *text)
{
    g_auto(Reply) reply = reply_read(text, sprint);
    g_autofree char *shown = reply_text(&reply);
    g_auto(Reply) again = reply_read(shown, sprint);
    g_autofree char *same = reply_text(&again);

    check_reply(&reply, text);
    fuzz_clean("what was understood is clean", shown);
    fuzz_same("what was understood reads back", shown, same);
}

static void check_weekly(const Sprint *sprint, const char *text)
{
    g_autoptr(GPtrArray) tracks = g_ptr_array_new();

    for (guint i = 0; i < sprint->krs->len; i++) {
        g_ptr_array_add(tracks, ((SprintKr *)g_ptr_array_index(sprint->krs, i))->track);
    }
    g_auto(Reply) reply = reply_read_weekly(text, tracks);

    check_reply(&reply, text);
    for (guint i = 0; reply.confidences != NULL && i < reply.confidences->len; i++) {
        const KrConfidence *one = &g_array_index(reply.confidences, KrConfidence, i);

        fuzz_that("each confidence is 0 to 10", one->confidence >= 0 && one->confidence <= 10,
                  text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_message(data, size);

    if (text == NULL) {
        return 0;
    }
    g_autoptr(Sprint) sprint = worked_example();
    const char *rest = NULL;

    check_daily(sprint, text);
    check_weekly(sprint, text);
    (void)reply_likely(text);
    fuzz_that("a sprint's number is one", reply_sprint(text, &rest) >= 0, text);
    return 0;
}
