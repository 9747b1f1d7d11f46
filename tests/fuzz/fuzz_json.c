/* JSON from a platform, by the three ways to read it. */

#include <string.h>

#include "bot/json.h"

#include "fuzz.h"

/* Every text in it is one that C can hold. */
// NOLINTNEXTLINE(misc-no-recursion): as deep as is read
static void check_texts(const Json *value, int depth)
{
    fuzz_that("no value lies deeper than is read", depth <= 101, NULL);
    if (cJSON_IsString(value)) {
        fuzz_that("a text is UTF-8", g_utf8_validate(json_string(value), -1, NULL),
                  json_string(value));
    }
    fuzz_that("a name is UTF-8", value->string == NULL || g_utf8_validate(value->string, -1, NULL),
              value->string);
    if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
        JSON_EACH (item, value) {
            check_texts(item, depth + 1);
        }
    }
}

static void check_print(const Json *value)
{
    size_t len = 0;
    g_autofree char *printed = json_print(value, &len);
    g_autoptr(Json) again = json_parse(printed, len);
    g_autofree char *same = again != NULL ? json_print(again, NULL) : NULL;

    fuzz_same("what is printed reads back", printed, same);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    size_t at = SIZE_MAX;
    g_autoptr(Json) parsed = json_parse(bytes, size);
    g_autoptr(Json) read = json_read(bytes, size);
    g_autoptr(Json) exact = json_read_exact(bytes, size, &at);

    fuzz_that("each way reads the same bytes",
              (parsed != NULL) == (read != NULL) && (read != NULL) == (exact != NULL), NULL);
    if (parsed == NULL) {
        fuzz_that("the place of a mistake is in the text", at <= size, NULL);
        return 0;
    }
    g_autofree char *one = json_print(parsed, NULL), *other = json_print(read, NULL);

    check_texts(parsed, 0);
    check_texts(exact, 0);
    check_print(parsed);
    fuzz_same("each way reads the same value", one, other);
    return 0;
}
