/* Frames of the proxy that passes a homeserver's transactions on. */

#include <string.h>

#include "bot/matrix/push_frame.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_auto(PushFrame) frame = push_frame_read((const char *)data, size);
    g_autofree char *id = fuzz_bytes(data, size);
    bool is_text = g_utf8_validate(id, -1, NULL);
    g_autofree char *ack = push_frame_ack(frame.id, is_text ? id : "");
    g_autoptr(Json) answer = json_parse(ack, strlen(ack));

    fuzz_that("rubbish holds nothing", (frame.kind == PUSH_FRAME_RUBBISH) == (frame.json == NULL),
              id);
    fuzz_that("an acknowledgement is JSON", answer != NULL, ack);
    return 0;
}
