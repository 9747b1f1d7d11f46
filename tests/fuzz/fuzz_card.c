/* Cards as the outbox keeps them: bytes of a damaged file are an error and nothing worse, and what
 * reads as a card is one that every platform can show. */

#include <string.h>

#include "bot/card_codec.h"
#include "bot/console/render.h"
#include "bot/matrix/card.h"
#include "bot/slack/blocks.h"
#include "core/text.h"
#include "tests/matrix/html.h"
#include "tests/slack/blockkit.h"

#include "fuzz.h"

static void check_slack(const Card *card)
{
    g_autoptr(Json) args = json_new_object();
    size_t len = 0;

    slack_message(args, card, "C0WEST", &(SlackLook){0});
    g_autofree char *bytes = json_print(args, &len);
    g_autoptr(Json) message = json_parse(bytes, len);
    g_autofree char *fault = blockkit_fault_of_message(message);

    fuzz_that("Slack takes every card", fault == NULL, fault);
}

static void check_matrix(const Card *card)
{
    g_autoptr(Json) content = matrix_card(card, &(MatrixLook){.row = "INSTALL/12"});
    g_autofree char *fault = html_fault(json_text(content, "formatted_body"));
    g_autofree char *printed = json_print(content, NULL);

    fuzz_that("Matrix takes every card", fault == NULL && strlen(printed) <= 60000, fault);
}

static void check_console(const Card *card)
{
    static const RenderHead head = {.number = 1};
    static const RenderStyle style = {.terminal = true, .width = 60};
    g_autofree char *text = render_card(card, &head, &style);

    fuzz_that("a terminal shows every card", g_utf8_validate(text, -1, NULL), text);
    fuzz_that("a terminal obeys no card", strpbrk(text, "\x1b\x07\x08\r\x7f") == NULL, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Card) card = card_from_bytes(data, size, &error);

    if (card == NULL) {
        fuzz_that("what is no card is an error", error != NULL, NULL);
        return 0;
    }
    g_autoptr(GBytes) bytes = card_to_bytes(card);
    g_autoptr(Card) again =
        card_from_bytes(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);

    fuzz_that("a card's bytes are a card", again != NULL, error != NULL ? error->message : NULL);
    g_autoptr(GBytes) same = card_to_bytes(again);

    fuzz_that("a card comes back as it was", g_bytes_equal(bytes, same), NULL);
    check_console(card);
    g_autofree char *plain = card_plain(card), *text = text_squeeze(plain);

    if (*text != '\0') { /* no turn makes a card that says nothing */
        check_slack(card);
        check_matrix(card);
    }
    return 0;
}
