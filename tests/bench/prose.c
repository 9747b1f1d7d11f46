#include "prose.h"

#include <math.h>
#include <stdint.h>

#include <glib.h>

static const char *const syllables[] = {"ba", "be", "bo", "ce", "co", "da", "di", "fe", "ga", "ho",
                                        "ka", "le", "lu", "ma", "ni", "po", "ra", "su", "ti", "zo"};
#define SYLLABLES G_N_ELEMENTS(syllables)
G_STATIC_ASSERT(SYLLABLES *SYLLABLES *SYLLABLES == PROSE_WORDS);

/* Mixes the bits (splitmix64). */
static uint64_t mix(uint64_t bits)
{
    bits += 0x9e3779b97f4a7c15U;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31);
}

/* From 0, which comes most often. */
static size_t next_rank(uint64_t *state)
{
    *state = mix(*state);
    double share = (double)(*state >> 11) / (double)(INT64_C(1) << 53);

    return (size_t)pow(PROSE_WORDS + 1, share) - 1;
}

static void append_word(GString *text, size_t rank)
{
    g_string_append_printf(text, "%s%s%s%s", text->len > 0 ? " " : "",
                           syllables[rank / SYLLABLES / SYLLABLES % SYLLABLES],
                           syllables[rank / SYLLABLES % SYLLABLES], syllables[rank % SYLLABLES]);
}

static void prose(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    g_autoptr(GString) text = g_string_new(NULL);
    uint64_t state = (uint64_t)sqlite3_value_int64(argv[0]);
    int words = sqlite3_value_int(argv[1]);

    (void)argc;
    for (int i = 0; i < words; i++) {
        append_word(text, next_rank(&state));
    }
    sqlite3_result_text(context, text->str, (int)text->len, SQLITE_TRANSIENT);
}

void prose_define(sqlite3 *db)
{
    sqlite3_create_function(db, "prose", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, prose, NULL,
                            NULL);
}
