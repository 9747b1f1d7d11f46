/* One daemon at a time. The lock is on a file of its own beside the database: locks on the database
 * itself are SQLite's, and a process loses all of those as soon as it closes any other descriptor
 * of the same file. */

#include "bot/store/sqlite_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is this descriptor still the file of that name? Whoever held the lock before may have removed it.
 */
static bool is_at(int fd, const char *path)
{
    struct stat ours;
    struct stat there;

    return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_dev == there.st_dev &&
           ours.st_ino == there.st_ino;
}

/* What root makes and leaves behind when it is killed must not keep out the folder's own account.
 */
static void give_to_folder(int fd, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    struct stat info;

    if (geteuid() == 0 && stat(folder, &info) == 0) {
        (void)!fchown(fd, info.st_uid, info.st_gid); /* where it cannot be given, it stays root's */
    }
}

/* One that is there already is taken as it is. -1 with errno set. */
static int open_lock(const char *path)
{
    const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;

    for (;;) {
        int fd = open(path, flags | O_CREAT | O_EXCL, 0600);

        if (fd >= 0) {
            give_to_folder(fd, path);
            return fd;
        }
        if (errno != EEXIST) {
            return -1;
        }
        fd = open(path, flags);
        if (fd >= 0 || errno != ENOENT) { /* else it was removed in between */
            return fd;
        }
    }
}

/* The descriptor that holds the lock; -1 with errno set. */
static int take(const char *path)
{
    for (;;) {
        int fd = open_lock(path);

        if (fd < 0) {
            return -1;
        }
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            int errsv = errno;

            close(fd);
            errno = errsv;
            return -1;
        }
        if (is_at(fd, path)) {
            return fd;
        }
        close(fd);
    }
}

bool sqlite_lock(Sqlite *store, GError **error)
{
    const char *file = sqlite3_db_filename(store->db, "main"); /* whole, without links */

    return file == NULL || *file == '\0' || sqlite_lock_file(store, file, error);
}

bool sqlite_lock_file(Sqlite *store, const char *file, GError **error)
{
    g_autofree char *path = g_strconcat(file, "-lock", NULL);

    store->lock = take(path);
    if (store->lock >= 0) {
        store->lock_path = g_steal_pointer(&path);
        return true;
    }
    if (errno != EWOULDBLOCK) {
        return sqlite_failed_errno(store, errno, error);
    }
    return sqlite_refuse(STORE_ERROR_IN_USE, say(W_STORE_IN_USE, S("path", store->path)), error);
}

void sqlite_unlock(Sqlite *store)
{
    if (store->lock >= 0) {
        unlink(store->lock_path); /* first: nobody can take a lock on it in between */
        close(store->lock);
    }
    g_free(store->lock_path);
}
