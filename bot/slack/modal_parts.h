#pragma once

/* What modal.c writes into a view and filled.c and more.c read back: the names of its blocks, and
 * what travels beside them. */

#include "bot/json.h"
#include "core/form_view.h"

#define MODAL_PREFIX   "anchord/" /* of a callback_id, in front of the form's name */
#define MODAL_VALUE    "value"    /* every element's action_id */
#define MODAL_MORE     "more/"    /* of a button's action_id, in front of the key */
#define MODAL_META_MAX 3000       /* bytes of private_metadata */

typedef enum RowPart { PART_VALUE, PART_ANSWER, PART_WORDS } RowPart;

/* "KEY:NUMBER", "KEY:NUMBER:GENERATION", each with ":answer" or ":words". */
typedef struct RowId {
    char *key;
    int32_t number;
    int generation;
    RowPart part;
} RowId;

char *row_id_text(const char *key, int32_t number, int generation, RowPart part); /* caller frees */
/* False when it is none of ours; then nothing is to be cleared. */
bool row_id_read(const char *block_id, RowId *id);
void row_id_clear(RowId *id);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RowId, row_id_clear)
/* Of an "input" block; false for every other block. */
bool row_id_of(const Json *block, RowId *id);

/* A row's number: its own where the key has one, else which of the key's rows it is. */
int32_t modal_number(const FormView *view, const FormRow *row);
/* private_metadata: {"c":channel,"a":about,"g":generation,"m":more,"x":more_max,"n":[numbered
 * keys], "u":{"kr:1":[before,after]}}. What does not fit is left out, units first. Caller frees. */
char *modal_meta(const FormView *view, int generation);
/* How many rows of a key there may be; 0: the key gets none more. */
int32_t modal_most(const char *more, const char *more_max, const char *key);
/* A ROW_NUMBER's `initial` that a number_input takes. */
bool modal_is_number(const char *text);
