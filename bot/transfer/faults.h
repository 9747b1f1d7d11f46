#pragma once

/* What is wrong with the files that are imported, each with its place; told all at once, in the
 * order of the files. */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#define FAULTS_TOLD_MAX 100

typedef struct Faults {
    GArray *list; /* of Fault */
} Faults;

void faults_init(Faults *faults);
void faults_clear(Faults *faults);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Faults, faults_clear)

/* `file`: which of them, from 0; `line`: 0 for the file as a whole. Marks in the text go. */
void faults_add(Faults *faults, guint file, const char *name, size_t line, char *take_text);
bool faults_any(const Faults *faults);
guint faults_count(const Faults *faults);
/* "FILE:LINE: what is wrong", the first FAULTS_TOLD_MAX of them. Caller frees. */
char *faults_text(Faults *faults);
