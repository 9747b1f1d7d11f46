#include "bot/json.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#define JSON_DEPTH_MAX 100
#define JSON_EXACT_MAX ((int64_t)1 << 53)          /* beyond it, a double skips whole numbers */
#define JSON_PLAIN_MAX ((int64_t)1000000000000000) /* from here on the library writes 1e+15 */

/* Reading ---------------------------------------------------------------------------------------
 */

static bool is_ascii(const char *bytes, size_t len)
{
    uint64_t all = 0, word;
    size_t i = 0;

    for (; len - i >= sizeof word; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        all |= word;
    }
    for (; i < len; i++) {
        all |= (unsigned char)bytes[i];
    }
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* Valid UTF-8 without NULs; most of what comes is ASCII, which is told faster. */
static bool is_text(const char *bytes, size_t len)
{
    return is_ascii(bytes, len) ? memchr(bytes, '\0', len) == NULL
                                : g_utf8_validate_len(bytes, len, NULL);
}

/* Four hexadecimal digits; -1 where they are not that. */
static int unit_at(const char *digits)
{
    int unit = 0;

    for (int i = 0; i < 4; i++) {
        int digit = g_ascii_xdigit_value(digits[i]);

        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

/* A tree is one block: its values, then a copy of the text, in which the strings lie. */
typedef struct Reader {
    char *at;     /* in the copy, which a NUL ends */
    char *digits; /* where the next number's are kept; NULL: they are not */
    Json *spare;  /* the first value that is not in use */
} Reader;

/* As many as there can be: one, and one behind each bracket that opens and each comma. */
static size_t count_values(const char *bytes, size_t len)
{
    const char *end = bytes + len;
    size_t n = 1;

    for (const char *p = bytes; p < end; p++) {
        if (*p == '"') { /* to where it ends */
            for (p++; p < end && *p != '"'; p++) {
                p += *p == '\\';
            }
        } else {
            n += *p == ',' || *p == '{' || *p == '[';
        }
    }
    return n;
}

static void skip_blanks(Reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r' ||
           *reader->at == '\n') {
        reader->at++;
    }
}

static bool skip(Reader *reader, char c)
{
    skip_blanks(reader);
    bool found = *reader->at == c;

    reader->at += found;
    return found;
}

/* "\u00e9", and two of them where they are a pair. One that names no character, half of a pair
 * alone or NUL, becomes U+FFFD: what somebody wrote would be refused as a whole for the one, and
 * end at the other. Where it ends; NULL: it is none. */
static const char *unescape_unit(const char *escape, char **out)
{
    int unit = unit_at(escape + 2), low = -1;

    if (unit < 0) {
        return NULL;
    }
    escape += 6;
    if ((unit & 0xFC00) == 0xD800 && escape[0] == '\\' && escape[1] == 'u') {
        low = unit_at(escape + 2);
    }
    if (low >= 0 && (low & 0xFC00) == 0xDC00) {
        unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
        escape += 6;
    } else if (unit == 0 || (unit & 0xF800) == 0xD800) {
        unit = 0xFFFD;
    }
    *out += g_unichar_to_utf8((gunichar)unit, *out);
    return escape;
}

static const char *unescape(const char *escape, char **out)
{
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";

    if (escape[1] == 'u') {
        return unescape_unit(escape, out);
    }
    const char *name = escape[1] != '\0' ? strchr(names, escape[1]) : NULL;

    if (name == NULL) {
        return NULL;
    }
    *(*out)++ = meant[name - names];
    return escape + 2;
}

/* Unescaped where it stands: that is never longer. NULL where it is no string. */
static char *read_string(Reader *reader)
{
    if (!skip(reader, '"')) {
        return NULL;
    }
    char *string = reader->at, *out = string;

    while (*out != '"' && *out != '\\' && *out != '\0') {
        out++;
    }
    const char *from = out;

    while (*from != '"') {
        if (*from == '\0') {
            return NULL;
        }
        if (*from != '\\') {
            *out++ = *from++;
        } else if ((from = unescape(from, &out)) == NULL) {
            return NULL;
        }
    }
    reader->at += from + 1 - string;
    *out = '\0';
    return string;
}

static const char *past_digits(const char *at)
{
    while (g_ascii_isdigit(*at)) {
        at++;
    }
    return at;
}

/* Where the number ends that begins there; NULL where none does. */
static const char *past_number(const char *at)
{
    const char *digits = at + (*at == '-');
    const char *end = past_digits(digits);

    if (end == digits || (*digits == '0' && end > digits + 1)) {
        return NULL;
    }
    if (*end == '.') {
        digits = end + 1;
        end = past_digits(digits);
        if (end == digits) {
            return NULL;
        }
    }
    if (*end == 'e' || *end == 'E') {
        digits = end + 1 + (end[1] == '+' || end[1] == '-');
        end = past_digits(digits);
    }
    return end > digits ? end : NULL;
}

static bool read_number(Reader *reader, Json *value)
{
    const char *end = past_number(reader->at);

    if (end == NULL) {
        return false;
    }
    value->type = cJSON_Number;
    value->valuedouble = g_ascii_strtod(reader->at, NULL);
    value->valueint = (int)CLAMP(value->valuedouble, INT_MIN, INT_MAX); /* for json_print */
    if (reader->digits != NULL) {
        size_t len = (size_t)(end - reader->at);

        value->valuestring = memcpy(reader->digits, reader->at, len);
        reader->digits[len] = '\0';
        reader->digits += len + 1;
    }
    reader->at += end - reader->at;
    return true;
}

static bool read_word(Reader *reader, Json *value, const char *word, int type)
{
    size_t len = strlen(word);

    value->type = type;
    if (strncmp(reader->at, word, len) != 0) {
        return false;
    }
    reader->at += len;
    return true;
}

/* Of an array or an object only that it begins. */
static bool read_value(Reader *reader, Json *value)
{
    skip_blanks(reader);
    switch (*reader->at) {
    case '{':
        return read_word(reader, value, "{", cJSON_Object);
    case '[':
        return read_word(reader, value, "[", cJSON_Array);
    case '"':
        value->type = cJSON_String;
        value->valuestring = read_string(reader);
        return value->valuestring != NULL;
    case 't':
        return read_word(reader, value, "true", cJSON_True);
    case 'f':
        return read_word(reader, value, "false", cJSON_False);
    case 'n':
        return read_word(reader, value, "null", cJSON_NULL);
    default:
        return read_number(reader, value);
    }
}

/* A new value at the end of what holds it; in an object its name is read. NULL where there is none.
 */
static Json *begin_item(Reader *reader, Json *parent)
{
    Json *item = reader->spare++;

    if (parent->child == NULL) {
        parent->child = item;
    } else {
        item->prev = parent->child->prev;
        item->prev->next = item;
    }
    parent->child->prev = item; /* the library has the last one there */
    if (parent->type == cJSON_Object) {
        item->string = read_string(reader);
        return item->string != NULL && skip(reader, ':') ? item : NULL;
    }
    return item;
}

static bool skip_end(Reader *reader, const Json *parent)
{
    return skip(reader, parent->type == cJSON_Object ? '}' : ']');
}

/* Behind the bracket that ends what began before; nothing is read of what is in it. */
static bool skip_inside(Reader *reader)
{
    int64_t open = 1;

    for (char *p = reader->at; *p != '\0'; p++) {
        if (*p == '"') { /* to where it ends */
            for (p++; *p != '"'; p++) {
                p += *p == '\\';
                if (*p == '\0') {
                    return false;
                }
            }
        }
        open += (*p == '[' || *p == '{') - (*p == ']' || *p == '}');
        if (open == 0) {
            reader->at = p + 1;
            return true;
        }
    }
    return false;
}

static bool read_tree(Reader *reader, Json *value)
{
    Json *open[JSON_DEPTH_MAX]; /* what has begun and not ended */
    int depth = 0;

    while (value != NULL && read_value(reader, value)) {
        bool holds = value->type == cJSON_Object || value->type == cJSON_Array;

        if (holds && depth == JSON_DEPTH_MAX) {
            value->type = cJSON_NULL;
            if (!skip_inside(reader)) {
                return false;
            }
        } else if (holds) {
            open[depth++] = value;
            if (!skip_end(reader, value)) {
                value = begin_item(reader, value);
                continue;
            }
            depth--;
        }
        while (depth > 0 && skip_end(reader, open[depth - 1])) {
            depth--;
        }
        if (depth == 0) {
            return true;
        }
        value = skip(reader, ',') ? begin_item(reader, open[depth - 1]) : NULL;
    }
    return false;
}

/* In an exact one the numbers' digits lie behind the copy: between two numbers stands a byte that
 * is of neither, so there is room for their ends. */
static Json *read_whole(const char *bytes, size_t len, bool exact, size_t *at)
{
    size_t values = count_values(bytes, len);
    g_autofree Json *root = g_malloc(values * sizeof(Json) + (len + 1) * (exact ? 2 : 1));
    char *text = (char *)(root + values);
    Reader reader = {.at = text, .digits = exact ? text + len + 1 : NULL, .spare = root + 1};

    memset(root, 0, values * sizeof(Json));
    memcpy(text, bytes, len);
    text[len] = '\0';
    bool whole = read_tree(&reader, root);

    skip_blanks(&reader);
    if (!whole || reader.at != text + len) {
        *at = (size_t)(reader.at - text);
        return NULL;
    }
    root->type |= cJSON_IsReference; /* so the library frees the root alone: that is the block */
    return g_steal_pointer(&root);
}

Json *json_read(const char *bytes, size_t len)
{
    size_t at = 0;

    return bytes != NULL && len > 0 && is_text(bytes, len) ? read_whole(bytes, len, false, &at)
                                                           : NULL;
}

Json *json_read_exact(const char *bytes, size_t len, size_t *at)
{
    const char *end = bytes;

    if (len > 0 && g_utf8_validate_len(bytes, len, &end)) {
        return read_whole(bytes, len, true, at);
    }
    *at = (size_t)(end - bytes);
    return NULL;
}

Json *json_parse(const char *bytes, size_t len)
{
    g_autoptr(Json) read = json_read(bytes, len);

    return read != NULL ? cJSON_Duplicate(read, true) : NULL;
}

/* Most members differ in their first letter: the call that compares is for the others. */
static const Json *member(const Json *object, const char *key)
{
    if (!cJSON_IsObject(object)) {
        return NULL;
    }
    JSON_EACH (item, object) {
        if (item->string[0] == key[0] && strcmp(item->string, key) == 0) {
            return item;
        }
    }
    return NULL;
}

const char *json_string(const Json *value)
{
    return cJSON_IsString(value) && value->valuestring != NULL ? value->valuestring : "";
}

const char *json_text(const Json *object, const char *key)
{
    return json_string(member(object, key));
}

const char *json_text_or_null(const Json *object, const char *key)
{
    const Json *value = member(object, key);

    return cJSON_IsString(value) ? value->valuestring : NULL;
}

const char *json_digits(const Json *value)
{
    return cJSON_IsNumber(value) ? value->valuestring : NULL;
}

int64_t json_int(const Json *object, const char *key, int64_t otherwise)
{
    const Json *value = member(object, key);

    if (!cJSON_IsNumber(value) || !(fabs(value->valuedouble) <= (double)JSON_EXACT_MAX) ||
        trunc(value->valuedouble) < value->valuedouble ||
        trunc(value->valuedouble) > value->valuedouble) {
        return otherwise;
    }
    return (int64_t)value->valuedouble;
}

bool json_bool(const Json *object, const char *key)
{
    const Json *value = member(object, key);

    return cJSON_IsTrue(value) || strcmp(json_string(value), "true") == 0;
}

const Json *json_object(const Json *object, const char *key)
{
    const Json *value = member(object, key);

    return cJSON_IsObject(value) ? value : NULL;
}

const Json *json_array(const Json *object, const char *key)
{
    const Json *value = member(object, key);

    return cJSON_IsArray(value) ? value : NULL;
}

const Json *json_any(const Json *object, const char *key)
{
    const Json *value = member(object, key);

    return cJSON_IsNull(value) ? NULL : value;
}

const Json *json_path(const Json *object, const char *const *keys)
{
    for (; object != NULL && *keys != NULL; keys++) {
        object = json_any(object, *keys);
    }
    return object;
}

/* Building --------------------------------------------------------------------------------------
 */

Json *json_new_object(void)
{
    return cJSON_CreateObject();
}

Json *json_new_array(void)
{
    return cJSON_CreateArray();
}

/* What is not UTF-8 would make the whole text unreadable for the other side. */
static Json *new_text(const char *text)
{
    if (g_utf8_validate(text, -1, NULL)) {
        return cJSON_CreateString(text);
    }
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    return cJSON_CreateString(valid);
}

static Json *new_int(int64_t number)
{
    char digits[24];

    if (number > -JSON_PLAIN_MAX && number < JSON_PLAIN_MAX) {
        return cJSON_CreateNumber((double)number);
    }
    g_snprintf(digits, sizeof(digits), "%" PRId64, number);
    return cJSON_CreateRaw(digits);
}

Json *json_put(Json *object, const char *key, Json *take_value)
{
    cJSON_AddItemToObject(object, key, take_value);
    return take_value;
}

void json_put_text(Json *object, const char *key, const char *text)
{
    if (text != NULL) {
        json_put(object, key, new_text(text));
    }
}

void json_put_int(Json *object, const char *key, int64_t number)
{
    json_put(object, key, new_int(number));
}

void json_put_bool(Json *object, const char *key, bool value)
{
    json_put(object, key, cJSON_CreateBool(value));
}

Json *json_put_object(Json *object, const char *key)
{
    return json_put(object, key, cJSON_CreateObject());
}

Json *json_put_array(Json *object, const char *key)
{
    return json_put(object, key, cJSON_CreateArray());
}

void json_put_json(Json *object, const char *key, const char *json)
{
    json_put(object, key, cJSON_CreateRaw(json));
}

Json *json_add(Json *array, Json *take_value)
{
    cJSON_AddItemToArray(array, take_value);
    return take_value;
}

void json_add_text(Json *array, const char *text)
{
    json_add(array, new_text(text));
}

char *json_print(const Json *value, size_t *len)
{
    char *text = cJSON_PrintUnformatted(value);

    if (len != NULL) {
        *len = text != NULL ? strlen(text) : 0;
    }
    return text;
}
