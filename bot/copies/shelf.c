#include "bot/copies/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/words.h"

/* What SQLite keeps beside a database, and this for itself while a copy is put together. */
static const char *const beside[] = {"-wal", "-shm", "-journal", NULL};

static bool fail(const char *path, int errsv, GError **error)
{
    g_autofree char *text =
        say(W_COPIES_CANNOT_WRITE, S("path", path), S("why", g_strerror(errsv)));

    g_set_error_literal(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errsv), text);
    return false;
}

char *shelf_whole(const char *path, GError **error)
{
    char *there = realpath(path, NULL);

    if (there == NULL) {
        g_autofree char *folder = g_path_get_dirname(path);
        g_autofree char *name = g_path_get_basename(path);
        char *whole = realpath(folder, NULL);

        if (whole == NULL) {
            fail(path, errno, error);
            return NULL;
        }
        char *will_be = g_build_filename(whole, name, NULL);
        free(whole);
        return will_be;
    }
    char *copy = g_strdup(there);
    free(there);
    return copy;
}

bool shelf_same(const char *a, const char *b)
{
    struct stat one, other;

    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* Parts --------------------------------------------------------------------------------------- */

char *shelf_part(const char *path, GError **error)
{
    char *part = g_strconcat(path, ".part-XXXXXX", NULL);
    int fd = g_mkstemp_full(part, O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0) {
        fail(path, errno, error);
        g_free(part);
        return NULL;
    }
    close(fd);
    return part;
}

static bool sync_file(const char *which, int flags, const char *told, GError **error)
{
    int fd = open(which, flags | O_CLOEXEC);
    int errsv = fd < 0 || fsync(fd) != 0 ? errno : 0;

    if (fd >= 0) {
        close(fd);
    }
    return errsv == 0 || fail(told, errsv, error);
}

/* The name itself is on the disk once its folder is. */
static bool sync_name(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    return sync_file(folder, O_RDONLY | O_DIRECTORY, path, error);
}

/* Some file systems cannot rename with a look at what is there; then the look comes first. */
static bool rename_to(const char *from, const char *to, bool over)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, over ? 0 : RENAME_NOREPLACE) == 0) {
        return true;
    }
    if (over || errno != EINVAL) {
        return false;
    }
    struct stat info;

    if (lstat(to, &info) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(from, to) == 0;
}

bool shelf_put(const char *part, const char *path, bool over, GError **error)
{
    if (!sync_file(part, O_RDONLY, path, error)) {
        return false;
    }
    return rename_to(part, path, over) ? sync_name(path, error) : fail(path, errno, error);
}

void shelf_drop(const char *part)
{
    unlink(part);
    for (size_t i = 0; beside[i] != NULL; i++) {
        g_autofree char *name = g_strconcat(part, beside[i], NULL);

        unlink(name);
    }
}

/* Whose ---------------------------------------------------------------------------------------- */

/* The file itself, whatever its folder's account may have put under its name meanwhile. */
static bool give(const char *part, const struct stat *to)
{
    int fd = open(part, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat info;

    if (fd < 0) {
        return false;
    }
    bool ours = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1;
    int errsv = !ours ? EPERM : fchown(fd, to->st_uid, to->st_gid) != 0 ? errno : 0;

    close(fd);
    errno = errsv;
    return errsv == 0;
}

bool shelf_give(const char *part, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    struct stat info;

    if (geteuid() != 0) {
        return true;
    }
    if ((stat(path, &info) != 0 && stat(folder, &info) != 0) || !give(part, &info)) {
        return fail(path, errno, error);
    }
    return true;
}

/* Aside --------------------------------------------------------------------------------------- */

static bool move(const char *from, const char *to, const char *suffix, GError **error)
{
    g_autofree char *old_name = g_strconcat(from, suffix, NULL);
    g_autofree char *new_name = g_strconcat(to, suffix, NULL);

    return rename_to(old_name, new_name, false) || errno == ENOENT || fail(new_name, errno, error);
}

static bool move_logs(const char *from, const char *to, GError **error)
{
    for (size_t i = 0; beside[i] != NULL; i++) {
        if (!move(from, to, beside[i], error)) {
            return false;
        }
    }
    return true;
}

/* Else what is put back might be another's. */
static bool expect_free(const char *aside, GError **error)
{
    struct stat info;
    bool none = lstat(aside, &info) != 0;

    for (size_t i = 0; none && beside[i] != NULL; i++) {
        g_autofree char *name = g_strconcat(aside, beside[i], NULL);

        none = lstat(name, &info) != 0;
    }
    return none || fail(aside, EEXIST, error);
}

/* `both`: it has either name now, since most file systems can do that; else it was renamed, or is
 * not there. */
static bool name_aside(const char *path, const char *aside, bool *both, GError **error)
{
    *both = link(path, aside) == 0;
    return *both || move(path, aside, "", error);
}

/* The database first: where something else has come meanwhile, its log stays where it is. */
static void put_back(const char *path, const char *aside, bool both)
{
    if (both ? unlink(aside) == 0 : move(aside, path, "", NULL)) {
        (void)move_logs(aside, path, NULL);
    }
}

bool shelf_swap(const char *part, const char *path, const char *aside, GError **error)
{
    bool both = false;

    if (!sync_file(part, O_RDONLY, path, error) || !expect_free(aside, error)) {
        return false;
    }
    /* The logs first: one is never read with another file. */
    if (move_logs(path, aside, error) && name_aside(path, aside, &both, error) &&
        (rename_to(part, path, both) || fail(path, errno, error))) {
        return sync_name(path, error);
    }
    put_back(path, aside, both);
    return false;
}
