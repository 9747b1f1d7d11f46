/* Another program that holds the database, as somebody's shell does in the middle of a transaction:
 * from where it says "held" until its input ends. */

#include <stdio.h>

#include <sqlite3.h>

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    int result = argc == 2 ? sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) : 1;

    sqlite3_busy_timeout(db, 5000);
    if (result == SQLITE_OK) {
        result = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    }
    puts(result == SQLITE_OK ? "held" : "not held");
    (void)fflush(stdout);
    while (getchar() != EOF) {
    }
    sqlite3_close(db); /* rolls back */
    return result == SQLITE_OK ? 0 : 1;
}
