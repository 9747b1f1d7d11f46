#pragma once

/* JSON text written in one pass, appended to a string: no tree stands behind it. A comma is put
 * where one is due, which the text itself tells: `out` is empty, or stands where a value may come.
 * What was opened is closed, and a key is followed by its value; the writer does not check it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

void json_write_open(GString *out, char bracket);   /* '{' or '[' */
void json_write_close(GString *out, char bracket);  /* '}' or ']' */
void json_write_key(GString *out, const char *key); /* our own: nothing in it is escaped */
/* A string. What is not UTF-8 in it becomes U+FFFD, as in json_put_text. */
void json_write_text(GString *out, const char *text);
void json_write_text_len(GString *out, const char *text, size_t len);
void json_write_bool(GString *out, bool value);
/* A value that is JSON already, or begins so. */
void json_write_json(GString *out, const char *json);

/* An object's member. NULL: nothing is put. */
void json_write_member(GString *out, const char *key, const char *text);
