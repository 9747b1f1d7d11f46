#include "bench.h"

#include <fcntl.h>
#include <unistd.h>

#define WRITES 300
#define PAGE   4096

/* What one commit has to wait for: a page appended to a file, and on the disk. */
void measure_disk(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "disk", NULL);
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
    const char page[PAGE] = {1};
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    for (int i = 0; fd >= 0 && i < WRITES; i++) {
        int64_t start = g_get_monotonic_time();

        if (write(fd, page, PAGE) != PAGE || fdatasync(fd) != 0) {
            bench_fail(path, NULL);
        }
        double ms = milliseconds_since(start);

        g_array_append_val(times, ms);
    }
    if (fd < 0) {
        bench_fail(path, NULL);
    }
    close(fd);
    unlink(path);
    table_row("this disk: 4 KiB written and synced, median", percentile(times, 50), BOUND_NONE, 0,
              "ms");
    table_row("this disk: 4 KiB written and synced, p99", percentile(times, 99), BOUND_NONE, 0,
              "ms");
}
