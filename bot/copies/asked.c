#include "bot/copies/asked.h"

#include <stdio.h>

enum { EXIT_FAILED = 1, EXIT_MISTAKEN = 2 };

int asked_fail(char *take_text)
{
    (void)fprintf(stderr, "anchord: %s\n", take_text);
    g_free(take_text);
    return EXIT_FAILED;
}

int asked_fail_with(const GError *error)
{
    return asked_fail(g_strdup(error->message));
}

static bool complain(const Asked *asked, char *take_text)
{
    (void)fprintf(stderr, "anchord %s: %s\n", asked->name, take_text);
    g_free(take_text);
    return false;
}

bool asked_read(const Asked *asked, Opened *opened, int *argc, char ***argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new(asked->words);
    g_autofree char *program = g_strconcat("anchord ", asked->name, NULL);
    g_autoptr(GError) error = NULL;

    g_set_prgname(program);
    g_option_context_set_summary(context, words_template(asked->about));
    opened_options(opened, context);
    g_option_context_add_main_entries(context, asked->entries, NULL);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        return complain(asked, g_strdup(error->message));
    }
    if (*argc - 1 < asked->least || (*argc > 1 && *(*argv)[1] == '\0')) {
        return complain(asked, say(asked->missing));
    }
    if (*argc - 1 > asked->most) {
        return complain(asked, say(W_COPIES_WORD_TOO_MANY, S("word", (*argv)[asked->most + 1])));
    }
    return true;
}

const char *asked_store(Opened *opened, int *code)
{
    const char *path = opened_path(opened);

    if (path == NULL) {
        *code = EXIT_MISTAKEN;
    } else if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        *code = asked_fail(say(W_TRANSFER_NO_STORE, S("path", path)));
        path = NULL;
    }
    return path;
}
