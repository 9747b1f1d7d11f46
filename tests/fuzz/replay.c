/* What drives a target where clang's libFuzzer does not: every file that is named, or lies in a
 * folder that is named, and then so many changes of them. The dice are the same each time, so that
 * a failure comes again. The input that broke a promise is left in the working folder.
 *
 *     fuzz.NAME [-runs=N] [-dict=FILE] FILE|FOLDER... */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sanitizer/common_interface_defs.h>

#include "fuzz.h"

#pragma weak __sanitizer_set_death_callback /* where there is no sanitizer */

#define INPUT_MAX 4096 /* bytes of a changed input */
#define CHANGES   6    /* of one input, at most */

typedef struct Fuzzer {
    GPtrArray *inputs; /* of GBytes, in the order of their names */
    GPtrArray *words;  /* of GBytes: the dictionary */
    uint64_t dice;
} Fuzzer;

/* Running ------------------------------------------------------------------------------------- */

static const GByteArray *running; /* for when the process ends inside a target */

#define KEPT "fuzz-found"

/* May come as a signal, so that nothing but system calls is used. */
static void keep_input(void)
{
    static const char said[] = "the input is kept in " KEPT "\n";
    int fd = running != NULL ? open(KEPT, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

    if (fd >= 0 && write(fd, running->data, running->len) == (ssize_t)running->len &&
        write(STDERR_FILENO, said, strlen(said)) > 0) {
        running = NULL;
    }
}

static void on_abort(int number)
{
    (void)number;
    keep_input();
}

static void run(GByteArray *input)
{
    running = input;
    (void)LLVMFuzzerTestOneInput(input->data, input->len);
    running = NULL;
}

/* Inputs -------------------------------------------------------------------------------------- */

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_file(Fuzzer *fuzzer, const char *path)
{
    g_autoptr(GError) error = NULL;
    char *bytes = NULL;
    size_t len = 0;

    if (!g_file_get_contents(path, &bytes, &len, &error)) {
        (void)fprintf(stderr, "%s\n", error->message);
        exit(1);
    }
    g_ptr_array_add(fuzzer->inputs, g_bytes_new_take(bytes, len));
}

static void add_path(Fuzzer *fuzzer, const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name = NULL;

    if (folder == NULL) {
        add_file(fuzzer, path);
        return;
    }
    while ((name = g_dir_read_name(folder)) != NULL) {
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    }
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        add_file(fuzzer, g_ptr_array_index(names, i));
    }
}

/* Lines of "word" with escapes, as libFuzzer reads them; all else is passed over. */
static void add_words(Fuzzer *fuzzer, const char *path)
{
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line != NULL; line++) {
        char *end = strrchr(*line, '"');

        if (**line != '"' || end == *line) {
            continue;
        }
        *end = '\0';
        char *word = g_strcompress(*line + 1);

        g_ptr_array_add(fuzzer->words, g_bytes_new_take(word, strlen(word)));
    }
}

/* Changes ------------------------------------------------------------------------------------- */

/* splitmix64 */
static uint32_t roll(Fuzzer *fuzzer, uint32_t sides)
{
    uint64_t z = fuzzer->dice += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) % sides);
}

static void insert(GByteArray *input, guint at, const uint8_t *bytes, guint len)
{
    guint behind = input->len - at;

    if (len == 0 || input->len + len > INPUT_MAX) {
        return;
    }
    g_byte_array_set_size(input, input->len + len);
    memmove(input->data + at + len, input->data + at, behind);
    memcpy(input->data + at, bytes, len);
}

static void insert_of(Fuzzer *fuzzer, GByteArray *input, GPtrArray *pieces)
{
    if (pieces->len == 0) {
        return;
    }
    size_t len = 0;
    const uint8_t *piece =
        g_bytes_get_data(g_ptr_array_index(pieces, roll(fuzzer, pieces->len)), &len);
    guint from = 0, count = (guint)len;

    if (pieces != fuzzer->words && len > 0) {
        from = roll(fuzzer, (uint32_t)len);
        count = roll(fuzzer, 64);
        count = MIN(count, (guint)len - from);
    }
    insert(input, roll(fuzzer, input->len + 1), piece + from, count);
}

static void change(Fuzzer *fuzzer, GByteArray *input)
{
    static const uint8_t odd[] = {0,   '\n', ' ', '"',  '\'', ',',  '-',  ':',  '<',
                                  '>', '\\', '{', 0x7F, 0x80, 0xC2, 0xE2, 0xF0, 0xFF};
    guint at = input->len > 0 ? roll(fuzzer, input->len) : 0;
    guint len = input->len > 0 ? 1 + roll(fuzzer, MIN(input->len - at, 32)) : 0;
    uint8_t byte =
        (uint8_t)(roll(fuzzer, 2) == 0 ? roll(fuzzer, 256) : odd[roll(fuzzer, sizeof(odd))]);

    switch (roll(fuzzer, 7)) {
    case 0:
        insert(input, at, &byte, 1);
        break;
    case 1:
        insert_of(fuzzer, input, fuzzer->inputs);
        break;
    case 2: {
        uint8_t again[32];

        memcpy(again, len > 0 ? input->data + at : again, len);
        insert(input, roll(fuzzer, input->len + 1), again, len);
        break;
    }
    case 3:
        if (len > 0) {
            g_byte_array_remove_range(input, at, len);
        }
        break;
    case 4:
        if (len > 0) {
            input->data[at] = byte;
        }
        break;
    default:
        insert_of(fuzzer, input, fuzzer->words);
        break;
    }
}

static void run_changed(Fuzzer *fuzzer)
{
    g_autoptr(GByteArray) input = g_byte_array_new();

    if (fuzzer->inputs->len > 0) {
        size_t len = 0;
        const uint8_t *bytes = g_bytes_get_data(
            g_ptr_array_index(fuzzer->inputs, roll(fuzzer, fuzzer->inputs->len)), &len);

        g_byte_array_append(input, bytes, (guint)MIN(len, INPUT_MAX));
    }
    for (uint32_t n = 1 + roll(fuzzer, CHANGES); n > 0; n--) {
        change(fuzzer, input);
    }
    run(input);
}

static void free_bytes(gpointer bytes)
{
    g_bytes_unref(bytes);
}

int main(int argc, char **argv)
{
    Fuzzer fuzzer = {.inputs = g_ptr_array_new_with_free_func(free_bytes),
                     .words = g_ptr_array_new_with_free_func(free_bytes)};
    int64_t runs = 0;

    for (int i = 1; i < argc; i++) {
        if (g_str_has_prefix(argv[i], "-runs=")) {
            runs = g_ascii_strtoll(argv[i] + strlen("-runs="), NULL, 10);
        } else if (g_str_has_prefix(argv[i], "-dict=")) {
            add_words(&fuzzer, argv[i] + strlen("-dict="));
        } else {
            add_path(&fuzzer, argv[i]);
        }
    }
    (void)signal(SIGABRT, on_abort);
    (void)atexit(keep_input);
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(keep_input);
    }
    for (guint i = 0; i < fuzzer.inputs->len; i++) {
        g_autoptr(GByteArray) input =
            g_bytes_unref_to_array(g_bytes_ref(g_ptr_array_index(fuzzer.inputs, i)));

        run(input);
    }
    for (int64_t i = 0; i < runs; i++) {
        run_changed(&fuzzer);
    }
    (void)printf("%u inputs, %" G_GINT64_FORMAT " changes of them\n", fuzzer.inputs->len, runs);
    g_ptr_array_unref(fuzzer.inputs);
    g_ptr_array_unref(fuzzer.words);
    return 0;
}
