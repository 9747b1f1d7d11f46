/* What somebody wrote, on its way in and out again: nothing in it formats, mentions or hides. */

#include <string.h>

#include "bot/matrix/text.h"
#include "bot/slack/mrkdwn.h"
#include "core/mention.h"
#include "core/text.h"
#include "core/words.h"
#include "tests/matrix/html.h"
#include "tests/slack/blockkit.h"

#include "fuzz.h"

#define SLACK_MAX 300

static void check_clean(const char *text)
{
    char *again = NULL;
    size_t at = 0;

    fuzz_clean("a message is clean once it came in", text);
    fuzz_that("no mark comes in", strpbrk(text, MARK_BOLD MARK_CODE MARK_END MARK_MEMBER) == NULL,
              text);
    fuzz_that("what is clean is not refused",
              text_clean(text, strlen(text), (size_t)4 * TEXT_MESSAGE_MAX, &again, &at) == TEXT_OK,
              text);
    g_autofree char *same = again;

    fuzz_same("what is clean stays as it is", text, same);
}

static void check_tools(const char *text)
{
    g_autofree char *squeezed = text_squeeze(text), *cut = text_cut(text, 10);
    g_autofree char *folded = text_fold(text), *key = text_key(text);

    fuzz_clean("squeezed text is clean", squeezed);
    fuzz_clean("cut text is clean", cut);
    fuzz_that("cut text is short", g_utf8_strlen(cut, -1) <= 10, cut);
    fuzz_that("folded text is UTF-8", g_utf8_validate(folded, -1, NULL), text);
    fuzz_that("a key is UTF-8", g_utf8_validate(key, -1, NULL), text);
}

static void check_mentions(const char *text)
{
    Slice whole = slice_of(text), place = {0};
    g_autofree char *member = mention_first(whole, &place);

    if (member == NULL) {
        return;
    }
    Slice rest = mention_behind(whole, place);

    fuzz_that("a mention stands in the text",
              place.at >= text && place.at < place.end && place.end <= whole.end, text);
    fuzz_that("a mention names somebody", *member != '\0', text);
    fuzz_that("what is left is of the text", rest.at >= text && rest.end <= whole.end, text);
}

static void check_slack(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL), plain = g_string_new(NULL);

    slack_mrkdwn(out, text, SLACK_MAX, &(SlackNames){0});
    g_autofree char *fault = blockkit_fault_of_mrkdwn(out->str);

    fuzz_that("nothing that was written means something to Slack", fault == NULL, fault);
    fuzz_that("a text keeps its limit", out->len <= SLACK_MAX, out->str);
    fuzz_that("nobody is mentioned by what was written", strchr(out->str, '<') == NULL, out->str);
    slack_plain(plain, text, SLACK_MAX, &(SlackNames){0});
    fuzz_that("plain text keeps its limit", slack_units(plain->str) <= SLACK_MAX, plain->str);
}

static void check_matrix(const char *text)
{
    g_auto(MatrixText) out = matrix_text_new();

    matrix_text_add(&out, text, &(MatrixNames){0});
    g_autofree char *fault = html_fault(out.html->str);

    fuzz_that("nothing that was written is HTML", fault == NULL, fault);
    fuzz_that("nobody is mentioned by what was written", out.mentioned->len == 0, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_message(data, size);
    size_t len = 0;
    g_autofree char *decoded = slack_decode((const char *)data, size, &len);

    fuzz_that("what Slack sends does not grow", len <= size + 1, decoded);
    if (text == NULL) {
        return 0;
    }
    check_clean(text);
    check_tools(text);
    check_mentions(text);
    check_slack(text);
    check_matrix(text);
    return 0;
}
