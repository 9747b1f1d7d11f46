#pragma once

/* What the measurements share: one table that they fill, and a few ways to look at this machine. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

typedef enum Bound {
    BOUND_NONE,
    BOUND_AT_LEAST,
    BOUND_BELOW,
} Bound;

/* One row of the table. `unit` stands behind both figures. */
void table_row(const char *what, double measured, Bound bound, double limit, const char *unit);
/* A row of three: the median, the 99th of 100 and the longest of `times` (of double); the limit is
 * for the second. Sorts them. */
void table_spread(const char *what, GArray *times, double limit, const char *unit);
/* A row that is right or wrong, and never a matter of speed: wrong ends in a failure. */
void table_check(const char *what, int64_t got, int64_t wanted);
void table_print(void); /* and forgets the rows */
bool table_right(void); /* nothing was wrong, so far */

/* What cannot be measured ends the program, and says so. */
void bench_fail(const char *what, const GError *error) __attribute__((noreturn));

double seconds_since(int64_t monotonic_us);
double milliseconds_since(int64_t monotonic_us);
/* The value below which that share (of 100) of them lies; sorts them. */
double percentile(GArray *values /* of double */, int share);
/* Resident memory of a process, in megabytes; 0: of this one. */
double resident_mb(pid_t process);
/* The folder of this program, and its own path. Callers free. */
char *bench_folder(void);
char *bench_path(void);
/* The daemon: as in the tests' environment, else where a build puts it. Caller frees. */
char *bench_anchord(void);

/* The measurements. Folders are empty ones on the disk that is measured. */
void measure_disk(const char *folder);
void measure_events(const char *folder);
/* Many sprints: `file` is made unless it is there. */
void measure_many(const char *file, int64_t sprints);
/* Three years of many teams: `path` likewise. */
void measure_tactical(const char *path, const char *folder, int teams);
void measure_console(void);
/* The parts of measure_many that run in a process of their own; the exit code. */
int many_child(int argc, char **argv);
