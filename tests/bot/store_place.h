#pragma once

/* For tests of the store's file: a folder that goes away, and what other programs might do in it.
 */

#include "bot/store/store.h"

/* A folder of its own for each test, with the path of a database in it. */
typedef struct Place {
    char *folder;
    char *path;
} Place;

/* A test with a place of its own. */
#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_drop)

int place_make(void **state);
int place_drop(void **state);
void place_empty(const char *folder); /* removes the files in it */

Store *place_open(const char *path); /* has to succeed */
void place_write(const char *path, const char *bytes, size_t len);
GBytes *place_read(const char *path); /* caller frees */
/* Runs SQL on the file as another program would; asks it for one number. */
void place_run(const char *path, const char *sql);
int64_t place_ask(const char *path, const char *sql);
