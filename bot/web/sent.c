#include "bot/web/sent.h"

#include <stdbool.h>
#include <string.h>

#include "bot/json.h"
#include "bot/json_writer.h"
#include "core/readings.h"
#include "core/text.h"
#include "core/words.h"

/* Commas and brackets in a body: each becomes a value in memory. */
#define PARTS_MAX ((size_t)32 * READINGS_MAX)

static void free_sent(gpointer sent)
{
    sent_reading_free(sent);
}

/* --- a reading's fields --- */

typedef struct Form {
    SentReading *sent;
    char *sprint; /* beside "kr": a sprint's own */
} Form;

/* A number may only stand where one is meant; its digits are taken as they are. */
static char *take_number(const Json *value, bool plain, const char *field, char **out)
{
    const char *digits = json_digits(value);

    if (!plain) {
        return say(W_READINGS_FIELD_TEXT, S("field", field));
    }
    if (strpbrk(digits, "eE") != NULL) {
        g_autofree char *cut = g_strndup(digits, 40);

        return say(W_READINGS_FIELD_EXPONENT, S("text", cut));
    }
    /* Bare, a sign would mean a movement. */
    *out = g_strconcat(*digits == '-' ? "= " : "", digits, NULL);
    return NULL;
}

static char *take_field(const Json *value, bool plain, char **out)
{
    const char *field = value->string;

    if (*out != NULL) {
        return say(W_READINGS_FIELD_TWICE, S("field", field));
    }
    if (json_digits(value) != NULL) {
        return take_number(value, plain, field, out);
    }
    if (cJSON_IsString(value)) {
        *out = g_strdup(json_string(value));
        return NULL;
    }
    return cJSON_IsNull(value)
               ? NULL
               : say(plain ? W_READINGS_FIELD_PLAIN : W_READINGS_FIELD_TEXT, S("field", field));
}

/* What somebody else chose to call a field. */
static char *name_shown(const char *name)
{
    g_autofree char *clean = NULL;
    size_t at = 0;

    return text_clean(name, strlen(name), TEXT_MESSAGE_MAX, &clean, &at) == TEXT_OK
               ? text_cut(clean, 40)
               : g_strdup("…");
}

static char *take_member(Form *form, const Json *value)
{
    SentReading *sent = form->sent;
    const struct {
        const char *name;
        bool plain; /* a number, or a text */
        char **out;
    } fields[] = {
        {"kr", true, &sent->kr},          {"value", true, &sent->value},
        {"day", false, &sent->day},       {"at", false, &sent->at},
        {"source", false, &sent->source}, {"key", false, &sent->key},
        {"sprint", true, &form->sprint},
    };
    g_autoptr(GString) known = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (strcmp(value->string, fields[i].name) == 0) {
            return take_field(value, fields[i].plain, fields[i].out);
        }
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", fields[i].name);
    }
    g_autofree char *named = name_shown(value->string);

    return say(W_READINGS_FIELD_UNKNOWN, S("field", named), S("known", known->str));
}

/* {"sprint": 3, "kr": 2} is "sprint 3 kr 2". */
static void join_sprint(Form *form)
{
    g_autofree char *sprint = g_steal_pointer(&form->sprint);
    g_autofree char *kr = sprint != NULL ? g_steal_pointer(&form->sent->kr) : NULL;

    if (sprint != NULL && kr != NULL) {
        form->sent->kr = g_strdup_printf("sprint %s kr %s", sprint, kr);
    }
}

static SentReading *read_one(const Json *row)
{
    SentReading *sent = g_new0(SentReading, 1);
    Form form = {.sent = sent};

    if (!cJSON_IsObject(row)) {
        sent->fault = say(W_READINGS_ROW_SHAPE);
        return sent;
    }
    JSON_EACH (value, row) {
        if (sent->fault == NULL) {
            sent->fault = take_member(&form, value);
        }
    }
    join_sprint(&form);
    return sent;
}

/* --- the body --- */

static char *say_not_json(const char *body, size_t at)
{
    int64_t line = 1, column = 1;

    for (size_t i = 0; i < at; i++) {
        bool ends = body[i] == '\n';

        line += ends;
        column =
            ends ? 1 : column + ((body[i] & 0xC0) != 0x80); /* a character has one first byte */
    }
    return say(W_READINGS_NOT_JSON, N("line", line), N("column", column));
}

static size_t count_parts(const char *body, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        n += body[i] == ',' || body[i] == '[' || body[i] == '{';
    }
    return n;
}

/* The array of readings, or the one; NULL: it is neither. */
static const Json *find_readings(const Json *body)
{
    bool wrapped = cJSON_IsObject(body) && json_any(body, "readings") != NULL;

    if (wrapped) {
        const Json *list = json_array(body, "readings");

        return list != NULL && body->child->next == NULL ? list : NULL;
    }
    return cJSON_IsObject(body) || cJSON_IsArray(body) ? body : NULL;
}

static void put_key(GPtrArray *sent, const char *key)
{
    for (guint i = 0; key != NULL && i < sent->len; i++) {
        SentReading *one = g_ptr_array_index(sent, i);

        if (one->key == NULL) {
            one->key = i == 0 ? g_strdup(key) : g_strdup_printf("%s/%u", key, i + 1);
        }
    }
}

static GPtrArray *read_all(const Json *readings)
{
    GPtrArray *sent = g_ptr_array_new_with_free_func(free_sent);

    if (cJSON_IsObject(readings)) {
        g_ptr_array_add(sent, read_one(readings));
        return sent;
    }
    JSON_EACH (row, readings) {
        g_ptr_array_add(sent, read_one(row));
    }
    return sent;
}

GPtrArray *sent_parse(const char *body, size_t len, const char *key, Response *refusal)
{
    size_t at = 0;

    if (count_parts(body, len) > PARTS_MAX) {
        *refusal = response_error(413, say(W_READINGS_PARTS, N("max", READINGS_MAX)));
        return NULL;
    }
    g_autoptr(Json) json = json_read_exact(body, len, &at);
    const Json *readings = json != NULL ? find_readings(json) : NULL;

    if (readings == NULL) {
        *refusal =
            response_error(400, json == NULL ? say_not_json(body, at) : say(W_READINGS_SHAPE));
        return NULL;
    }
    GPtrArray *sent = read_all(readings);

    put_key(sent, key);
    return sent;
}

/* --- the answer --- */

static const char *fact(const Card *receipt, const char *name)
{
    for (guint i = 0; i < receipt->blocks->len; i++) {
        const Block *block = g_ptr_array_index(receipt->blocks, i);

        if (block->kind == BLOCK_FACT && strcmp(block->label, name) == 0) {
            return block->text;
        }
    }
    return NULL;
}

static Response answer_json(int status, GString *take_text)
{
    g_string_append_c(take_text, '\n');
    return (Response){.status = status, .text = g_string_free(take_text, FALSE), .json = true};
}

static Response answer_taken(const char *taken, const char *repeated, SentCount *count)
{
    GString *out = g_string_new(NULL);

    count->taken += g_ascii_strtoll(taken, NULL, 10);
    count->repeated += g_ascii_strtoll(repeated, NULL, 10);
    json_write_open(out, '{');
    json_write_key(out, RECEIPT_TAKEN);
    json_write_json(out, taken);
    json_write_key(out, RECEIPT_REPEATED);
    json_write_json(out, repeated);
    json_write_close(out, '}');
    return answer_json(200, out);
}

static void write_fault(GString *out, const Block *item)
{
    g_autofree char *why = marks_strip(item->text);

    json_write_open(out, '{');
    json_write_key(out, "row");
    json_write_json(out, item->label);
    json_write_member(out, "error", why);
    json_write_close(out, '}');
}

static Response answer_faults(const Card *receipt, const char *error, SentCount *count)
{
    GString *out = g_string_new(NULL);

    json_write_open(out, '{');
    json_write_member(out, "error", error);
    json_write_key(out, "faults");
    json_write_open(out, '[');
    for (guint i = 0; i < receipt->blocks->len; i++) {
        const Block *block = g_ptr_array_index(receipt->blocks, i);

        if (block->kind == BLOCK_ITEM) {
            write_fault(out, block);
            count->refused++;
        }
    }
    json_write_close(out, ']');
    json_write_close(out, '}');
    return answer_json(422, out);
}

Response sent_answer(const Card *receipt, SentCount *count)
{
    const char *stranger = fact(receipt, RECEIPT_STRANGER), *error = fact(receipt, RECEIPT_ERROR);

    if (stranger != NULL) {
        return response_error(401, g_strdup(stranger));
    }
    return error != NULL
               ? answer_faults(receipt, error, count)
               : answer_taken(fact(receipt, RECEIPT_TAKEN), fact(receipt, RECEIPT_REPEATED), count);
}
