#include "bot/copies/backup.h"

#include <stdio.h>
#include <sys/stat.h>

#include "bot/copies/asked.h"
#include "bot/copies/shelf.h"
#include "bot/store/sqlite_copy.h"

/* True: a copy may stand there. Anything but a file of some sort is never replaced. */
static bool may_stand(const char *path, const char *store, bool force, int *code)
{
    struct stat info;

    if (shelf_same(path, store)) {
        *code = asked_fail(say(W_BACKUP_SAME, S("path", path)));
        return false;
    }
    if (lstat(path, &info) == 0 && (!force || !S_ISREG(info.st_mode))) {
        *code = asked_fail(S_ISREG(info.st_mode) ? say(W_BACKUP_THERE, S("path", path))
                                                 : say(W_BACKUP_NO_FILE, S("path", path)));
        return false;
    }
    return true;
}

static void tell(const char *path, const StoreTally *tally)
{
    g_autofree char *size = g_format_size_full((guint64)tally->bytes, G_FORMAT_SIZE_IEC_UNITS);
    g_autofree char *text =
        say(W_BACKUP_DONE, S("path", path), N("teams", tally->teams), N("sprints", tally->sprints),
            N("readings", tally->readings), S("size", size));

    (void)printf("%s\n", text);
}

static int back_up(const char *store, const char *path, bool force)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *part = shelf_part(path, &error);
    StoreTally tally = {0};

    if (part == NULL) {
        return asked_fail_with(error);
    }
    if (!sqlite_copy(store, part, path, &tally, &error) || !shelf_put(part, path, force, &error)) {
        shelf_drop(part);
        return asked_fail_with(error);
    }
    tell(path, &tally);
    return 0;
}

int backup_main(int argc, char **argv)
{
    g_auto(Opened) opened = {0};
    gboolean force = FALSE;
    const GOptionEntry entries[] = {
        {"force", 0, 0, G_OPTION_ARG_NONE, &force, words_template(W_BACKUP_FORCE), NULL},
        G_OPTION_ENTRY_NULL,
    };
    const Asked asked = {"backup", W_BACKUP_ABOUT, words_template(W_COPIES_FILE), W_BACKUP_WHERE, 1,
                         1,        entries};
    int code = 2;

    if (!asked_read(&asked, &opened, &argc, &argv)) {
        return code;
    }
    const char *store = asked_store(&opened, &code);

    return store != NULL && may_stand(argv[1], store, force, &code) ? back_up(store, argv[1], force)
                                                                    : code;
}
