#pragma once

/* JSON as adapters use it: parsed by length, then read through accessors that ask for presence and
 * type, never by bare pointers. Keys are case-sensitive; the first of a repeated key counts. Ids
 * travel as strings: cJSON's numbers are doubles. Thread: any; values are not shared. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <glib.h>

typedef cJSON Json;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, cJSON_Delete)

/* NULL unless the bytes are one whole JSON value in valid UTF-8 without NULs. What is more than 100
 * deep in it reads as null, so that what one person wrote does not hide what stands beside it. An
 * escape that names no character (half of a pair, NUL) reads as U+FFFD. */
Json *json_parse(const char *bytes, size_t len);
/* The same for half the work: one block, only to be read, and freed as a whole. What is to be
 * changed, or to outlive it, is copied out. */
Json *json_read(const char *bytes, size_t len);
/* The same, and numbers keep their digits. NULL: `*at` is the byte up to which it could be read. */
Json *json_read_exact(const char *bytes, size_t len, size_t *at);
/* A number of json_read_exact as it was written, "21.20"; NULL for anything else. */
const char *json_digits(const Json *value);

/* Of an object's member: the default ("", 0, false, NULL) where it is absent, null, of another
 * type, or `object` is NULL or no object. */
const char *json_text(const Json *object, const char *key); /* "" */
const char *json_text_or_null(const Json *object, const char *key);
int64_t json_int(const Json *object, const char *key,
                 int64_t otherwise);                          /* a whole number in range */
bool json_bool(const Json *object, const char *key);          /* true, or the string "true" */
const Json *json_object(const Json *object, const char *key); /* NULL unless an object */
const Json *json_array(const Json *object, const char *key);  /* NULL unless an array */
const Json *json_any(const Json *object, const char *key);    /* NULL when absent or null */
/* Down a path of members: json_at(payload, "view", "state", "values", NULL). NULL where it breaks.
 */
#define json_at(object, ...) json_path((object), (const char *const[]){__VA_ARGS__})
const Json *json_path(const Json *object, const char *const *keys); /* they end with NULL */
const char *json_string(const Json *value); /* a string's own text; "" for anything else */

#define JSON_EACH(item, array)                                                                     \
    for (const Json *item = (array) != NULL ? (array)->child : NULL; item != NULL;                 \
         item = item->next)

/* Building. Texts are copied; `take_` values are owned by the parent from there. */
Json *json_new_object(void);
Json *json_new_array(void);
void json_put_text(Json *object, const char *key, const char *text); /* NULL: nothing is put */
void json_put_int(Json *object, const char *key, int64_t number);
void json_put_bool(Json *object, const char *key, bool value);
Json *json_put(Json *object, const char *key, Json *take_value); /* returns the value */
Json *json_put_object(Json *object, const char *key);            /* a new one, in place */
Json *json_put_array(Json *object, const char *key);
/* A value that is JSON already: it is printed as it is, and nothing can be read from it. */
void json_put_json(Json *object, const char *key, const char *json);
Json *json_add(Json *array, Json *take_value); /* returns the value */
void json_add_text(Json *array, const char *text);
/* Without blanks; caller frees. `*len` may be NULL. */
char *json_print(const Json *value, size_t *len);
