#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/card.h"
#include "core/text.h"
#include "core/words.h"

void fuzz_that(const char *promise, bool kept, const char *what)
{
    if (!kept) {
        (void)fprintf(stderr, "not kept: %s: %s\n", promise, what != NULL ? what : "(nothing)");
        abort();
    }
}

void fuzz_same(const char *promise, const char *a, const char *b)
{
    if (g_strcmp0(a, b) != 0) {
        g_autofree char *both = g_strdup_printf("\"%s\" is not \"%s\"", a, b);

        fuzz_that(promise, false, both);
    }
}

void fuzz_clean(const char *promise, const char *text)
{
    if (text == NULL) {
        return;
    }
    fuzz_that(promise, g_utf8_validate(text, -1, NULL), text);
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        fuzz_that(promise, *p == '\n' || !g_unichar_iscntrl(g_utf8_get_char(p)), text);
    }
}

void fuzz_said(const char *promise, const char *text)
{
    int open = 0;

    if (text == NULL) {
        return;
    }
    for (const char *p = text; *p != '\0'; p++) {
        open += *p == *MARK_BOLD || *p == *MARK_CODE || *p == *MARK_MEMBER;
        open -= *p == *MARK_END;
        fuzz_that(promise, open >= 0, text);
    }
    fuzz_that(promise, open == 0, text);
    g_autofree char *plain = marks_strip(text);

    fuzz_clean(promise, plain);
}

char *fuzz_message(const uint8_t *data, size_t size)
{
    char *text = NULL;
    size_t at = 0;

    if (text_clean((const char *)data, size, TEXT_MESSAGE_MAX, &text, &at) != TEXT_OK) {
        return NULL;
    }
    return text;
}

char *fuzz_bytes(const uint8_t *data, size_t size)
{
    return g_strndup((const char *)data, size);
}
