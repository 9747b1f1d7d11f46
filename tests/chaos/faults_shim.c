/* Preloaded into the daemon, so that its disk, its names and its clock fail when a test says so
 * (faults.mjs). The test and this share a page, the file named by ANCHORD_FAULTS: for each fault a
 * setting, zero while all is well, and how often it struck. Of the files, those beside the page
 * fail and no others. Without the variable everything is passed on. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* What each setting means; faults_kit.mjs has the same list. */
enum {
    FAULT_WRITE, /* errno of every write that would make or fill a file */
    FAULT_SYNC,  /* errno of fsync and fdatasync */
    FAULT_NAMES, /* names are not found, after so many milliseconds */
    FAULT_CLOCK, /* the wall clock is off by so many microseconds */
    FAULT_COUNT,
};

typedef struct Fault {
    _Atomic int64_t setting, struck;
} Fault;

static Fault none[FAULT_COUNT];
static Fault *faults = none;
static char folder[PATH_MAX]; /* with a slash behind it */

__attribute__((constructor)) static void join(void)
{
    const char *path = getenv("ANCHORD_FAULTS");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (fd < 0) {
        return;
    }
    void *page = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    close(fd);
    if (page != MAP_FAILED && strlen(path) < sizeof folder) {
        memcpy(folder, path, (size_t)(strrchr(path, '/') - path) + 1);
        faults = page;
    }
}

/* The function that is hidden by ours. A union, since ISO C has no cast from data to code. */
#define HIDDEN(name)                                                                               \
    static union {                                                                                 \
        void *data;                                                                                \
        __typeof__(&name) code;                                                                    \
    } hidden;                                                                                      \
    if (hidden.data == NULL) {                                                                     \
        hidden.data = dlsym(RTLD_NEXT, #name);                                                     \
    }

static int64_t strike(int fault)
{
    int64_t setting = faults[fault].setting;

    if (setting != 0) {
        faults[fault].struck++;
    }
    return setting;
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): libc's are not for reading. */

/* Files --------------------------------------------------------------------------------------- */

static bool is_ours(int fd)
{
    char entry[32];
    char file[PATH_MAX];

    (void)snprintf(entry, sizeof entry, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(entry, file, sizeof file);

    return len > 0 && (size_t)len > strlen(folder) && strncmp(file, folder, strlen(folder)) == 0;
}

/* True, with errno set, when that call on the file fails. */
static bool file_fails(int fault, int fd)
{
    if (faults[fault].setting == 0 || !is_ours(fd)) {
        return false;
    }
    int64_t error = strike(fault); /* which may be over by now */

    if (error != 0) {
        errno = (int)error;
    }
    return error != 0;
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    HIDDEN(write);
    return file_fails(FAULT_WRITE, fd) ? -1 : hidden.code(fd, bytes, len);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    HIDDEN(pwrite);
    return file_fails(FAULT_WRITE, fd) ? -1 : hidden.code(fd, bytes, len, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
    HIDDEN(pwrite64);
    return file_fails(FAULT_WRITE, fd) ? -1 : hidden.code(fd, bytes, len, at);
}

int posix_fallocate(int fd, off_t offset, off_t len)
{
    HIDDEN(posix_fallocate);
    return file_fails(FAULT_WRITE, fd) ? errno : hidden.code(fd, offset, len);
}

int posix_fallocate64(int fd, off64_t offset, off64_t len)
{
    HIDDEN(posix_fallocate64);
    return file_fails(FAULT_WRITE, fd) ? errno : hidden.code(fd, offset, len);
}

int fsync(int fd)
{
    HIDDEN(fsync);
    return file_fails(FAULT_SYNC, fd) ? -1 : hidden.code(fd);
}

int fdatasync(int fd)
{
    HIDDEN(fdatasync);
    return file_fails(FAULT_SYNC, fd) ? -1 : hidden.code(fd);
}

/* Names --------------------------------------------------------------------------------------- */

static bool is_numeric(const char *host, const struct addrinfo *hints)
{
    return host == NULL || (hints != NULL && (hints->ai_flags & AI_NUMERICHOST) != 0) ||
           host[strspn(host, "0123456789.")] == '\0' || strchr(host, ':') != NULL;
}

/* A name that ends in ".test", which nobody may have (RFC 2606), is this machine. */
static bool is_test_name(const char *host)
{
    size_t len = strlen(host);

    return len > 5 && strcmp(host + len - 5, ".test") == 0;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *req,
                struct addrinfo **pai)
{
    HIDDEN(getaddrinfo);
    if (is_numeric(name, req)) {
        return hidden.code(name, service, req, pai);
    }
    int64_t ms = strike(FAULT_NAMES);

    if (ms != 0) {
        (void)nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
        return EAI_AGAIN;
    }
    return hidden.code(is_test_name(name) ? "127.0.0.1" : name, service, req, pai);
}

/* The clock ----------------------------------------------------------------------------------- */

static void step(time_t *seconds, int64_t *fraction, int64_t per_second)
{
    int64_t us = strike(FAULT_CLOCK);
    int64_t at = *fraction + us % 1000000 * (per_second / 1000000);

    *seconds += us / 1000000 + (at >= per_second) - (at < 0);
    *fraction = at + (at < 0 ? per_second : 0) - (at >= per_second ? per_second : 0);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    HIDDEN(clock_gettime);
    int result = hidden.code(clock, now);

    if (result == 0 && clock == CLOCK_REALTIME) {
        int64_t ns = now->tv_nsec;

        step(&now->tv_sec, &ns, 1000000000);
        now->tv_nsec = (long)ns;
    }
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    HIDDEN(gettimeofday);
    int result = hidden.code(now, zone);

    if (result == 0) {
        int64_t us = now->tv_usec;

        step(&now->tv_sec, &us, 1000000);
        now->tv_usec = (suseconds_t)us;
    }
    return result;
}

time_t time(time_t *timer)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (timer != NULL) {
        *timer = now.tv_sec;
    }
    return now.tv_sec;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
