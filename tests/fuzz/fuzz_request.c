/* The head of an HTTP request on `listen`, and whether it may come in. */

#include <string.h>

#include "bot/web/gate.h"

#include "fuzz.h"

static void check_refusal(Response take_refusal)
{
    fuzz_that("a refusal says why", take_refusal.status >= 400 && take_refusal.text != NULL, NULL);
    g_autoptr(GString) bytes = response_bytes(take_refusal);

    fuzz_that("an answer is one answer, and text",
              g_utf8_validate(bytes->str, (gssize)bytes->len, NULL) &&
                  strlen(bytes->str) == bytes->len,
              bytes->str);
}

static void check_gate(const Request *request)
{
    g_autoptr(Ration) ration = ration_new();
    g_autofree char *hash = NULL;
    Response refusal = {0};

    if (!gate_pass(request, ration, 0, &hash, &refusal)) {
        check_refusal(refusal);
        return;
    }
    fuzz_that("only what has a length comes in", request->length >= 0, request->path);
    fuzz_that("only a short body comes in", request->length <= GATE_BODY_MAX, request->path);
    fuzz_that("a token is kept as its hash",
              hash != NULL && strstr(request->authorization, hash) == NULL, hash);
}

static void check_request(const char *bytes, const Request *request)
{
    g_auto(Request) less = {0};

    fuzz_that("a head ends where it says", request->head <= REQUEST_MAX, bytes);
    fuzz_that("a request has a method and a path",
              *request->method != '\0' && *request->path == '/', request->path);
    fuzz_that("a path has no query in it", strchr(request->path, '?') == NULL, request->path);
    fuzz_that("a length is one", request->length >= -1, bytes);
    fuzz_that("a length and chunks are not both believed",
              request->length < 0 || request->transfer_encoding == NULL, bytes);
    fuzz_that("a head that is cut short waits for its rest",
              request_parse(bytes, request->head - 1, &less) == REQUEST_MORE, bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_auto(Request) request = {0};
    RequestFound found = request_parse((const char *)data, size, &request);

    if (found == REQUEST_FINE) {
        g_autofree char *bytes = fuzz_bytes(data, size);

        check_request(bytes, &request);
        check_gate(&request);
    }
    fuzz_that("what is too large is told so", found != REQUEST_MORE || size < REQUEST_MAX, NULL);
    return 0;
}
