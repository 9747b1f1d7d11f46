#include "bot/json.h"

#include <inttypes.h>
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

static bool has_more(const char *bytes, size_t len, char c, size_t than)
{
    const char *end = bytes + len;
    size_t n = 0;

    for (const char *p = bytes; n <= than && (p = memchr(p, c, (size_t)(end - p))) != NULL; p++) {
        n++;
    }
    return n > than;
}

/* The library descends by recursion and would follow a thousand levels. */
static bool is_shallow(const char *bytes, size_t len)
{
    size_t depth = 0;
    bool in_string = false;

    if (!has_more(bytes, len, '{', JSON_DEPTH_MAX / 2) &&
        !has_more(bytes, len, '[', JSON_DEPTH_MAX / 2)) {
        return true; /* as nearly everything is */
    }
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];

        if (in_string) {
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX) {
                return false;
            }
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return true;
}

static bool is_blank(const char *from, const char *end)
{
    while (from < end && (*from == ' ' || *from == '\t' || *from == '\r' || *from == '\n')) {
        from++;
    }
    return from == end;
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

static bool is_pair(const char *escape, size_t len)
{
    return len >= 12 && (unit_at(escape + 2) & 0xFC00) == 0xD800 && escape[6] == '\\' &&
           escape[7] == 'u' && (unit_at(escape + 8) & 0xFC00) == 0xDC00;
}

/* Escapes that name no character, half of a pair alone or NUL, become U+FFFD: what somebody wrote
 * would be refused as a whole for the one, and end at the other. */
static void mend_escapes(char *text, size_t len)
{
    for (size_t i = 0; i + 6 <= len; i++) {
        if (text[i] != '\\') {
            continue;
        }
        if (text[i + 1] != 'u') {
            i++;
        } else if (is_pair(text + i, len - i)) {
            i += 11;
        } else {
            int unit = unit_at(text + i + 2);

            if (unit == 0 || (unit & 0xF800) == 0xD800) {
                // NOLINTNEXTLINE(bugprone-not-null-terminated-result): it goes on behind them
                memcpy(text + i + 2, "fffd", 4);
            }
            i += 5;
        }
    }
}

static bool may_need_mending(const char *bytes, size_t len)
{
    const char *end = bytes + len;
    const char *p = memchr(bytes, '\\', len);

    for (; p != NULL && end - p >= 6; p = memchr(p + 2, '\\', (size_t)(end - p - 2))) {
        if (p[1] == 'u' && (g_ascii_tolower(p[2]) == 'd' || memcmp(p + 2, "0000", 4) == 0)) {
            return true;
        }
    }
    return false;
}

Json *json_parse(const char *bytes, size_t len)
{
    const char *end = NULL;

    if (bytes == NULL || len == 0 || !is_text(bytes, len) || !is_shallow(bytes, len)) {
        return NULL;
    }
    g_autofree char *mended = may_need_mending(bytes, len) ? g_memdup2(bytes, len) : NULL;

    if (mended != NULL) {
        mend_escapes(mended, len);
        bytes = mended;
    }
    g_autoptr(Json) value = cJSON_ParseWithLengthOpts(bytes, len, &end, false);

    if (value == NULL || !is_blank(end, bytes + len)) {
        return NULL;
    }
    return g_steal_pointer(&value);
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
