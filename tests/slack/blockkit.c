#include "blockkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ZERO_WIDTH "\xE2\x80\x8B"

/* What is being walked over; the first fault stays. */
typedef struct Check {
    char *fault;
    const char *place;
    bool modal, view;
    bool inputs; /* some were seen */
    GHashTable *block_ids;
    GHashTable *action_ids; /* of one block */
} Check;

__attribute__((format(printf, 3, 4))) static bool must(Check *check, bool fine, const char *format,
                                                       ...)
{
    va_list args;

    if (!fine && check->fault == NULL) {
        va_start(args, format);
        g_autofree char *what = g_strdup_vprintf(format, args);
        va_end(args);
        check->fault = g_strdup_printf("%s: %s", check->place, what);
    }
    return fine;
}

static size_t units(const char *text)
{
    size_t n = 0;

    for (const char *p = text; *p != '\0'; p++) {
        uint8_t c = (uint8_t)*p;

        n += (c & 0xC0) == 0x80 ? 0 : c >= 0xF0 ? 2 : 1;
    }
    return n;
}

static bool is_blank(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (strncmp(p, ZERO_WIDTH, 3) == 0) {
            p += 2;
        } else if (*p != ' ' && *p != '\n') {
            return false;
        }
    }
    return true;
}

/* --- texts --- */

static bool is_control(const char *p)
{
    uint8_t c = (uint8_t)*p;

    return (c < ' ' && c != '\n') || c == 0x7F ||
           (c == 0xC2 && (uint8_t)p[1] >= 0x80 && (uint8_t)p[1] <= 0x9F) ||
           (c == 0xE2 && (uint8_t)p[1] == 0x80 && (uint8_t)p[2] >= 0xAA && (uint8_t)p[2] <= 0xAE) ||
           (c == 0xE2 && (uint8_t)p[1] == 0x81 && (uint8_t)p[2] >= 0xA6 && (uint8_t)p[2] <= 0xA9);
}

static void check_clean(Check *check, const char *text)
{
    must(check, g_utf8_validate(text, -1, NULL), "not UTF-8");
    for (const char *p = text; *p != '\0'; p++) {
        must(check, !is_control(p), "a control character at byte %td", p - text);
    }
}

static size_t mention_len(const char *p)
{
    size_t id = strncmp(p, "<@U", 3) == 0 || strncmp(p, "<@W", 3) == 0
                    ? strspn(p + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
                    : 0;

    return id > 1 && p[2 + id] == '>' ? id + 3 : 0;
}

static bool is_escape(const char *amp)
{
    return g_str_has_prefix(amp, "&amp;") || g_str_has_prefix(amp, "&lt;") ||
           g_str_has_prefix(amp, "&gt;");
}

static void check_mrkdwn(Check *check, const char *text)
{
    check_clean(check, text);
    for (const char *p = text; *p != '\0' && check->fault == NULL; p++) {
        bool line_begins = p == text || p[-1] == '\n';

        if (*p == '<') {
            size_t len = mention_len(p);

            must(check, len > 0, "a < that is no member's mention: %.20s", p);
            p += len > 0 ? len - 1 : 0;
        } else if (*p == '>') {
            must(check, line_begins, "a > inside a line: %.20s", p);
        } else if (*p == '&') {
            must(check, is_escape(p), "a bare &: %.20s", p);
        } else if (*p == '@') {
            must(check,
                 !g_str_has_prefix(p, "@here") && !g_str_has_prefix(p, "@channel") &&
                     !g_str_has_prefix(p, "@everyone"),
                 "it calls everybody: %.20s", p);
        }
    }
}

static void check_length(Check *check, const char *text, size_t max)
{
    must(check, !is_blank(text), "an empty text");
    must(check, units(text) <= max, "%zu characters, at most %zu", units(text), max);
}

static void check_text(Check *check, const Json *text, const char *type, size_t max)
{
    if (!must(check, cJSON_IsObject(text), "no text object") ||
        !must(check, strcmp(json_text(text, "type"), type) == 0, "not %s", type)) {
        return;
    }
    check_length(check, json_text(text, "text"), max);
    if (strcmp(type, "mrkdwn") == 0) {
        must(check, json_bool(text, "verbatim"), "not verbatim");
        check_mrkdwn(check, json_text(text, "text"));
    } else {
        check_clean(check, json_text(text, "text"));
        must(check, json_any(text, "verbatim") == NULL, "plain_text takes no verbatim");
    }
}

static void check_plain(Check *check, const Json *parent, const char *key, size_t max)
{
    check_text(check, json_any(parent, key), "plain_text", max);
}

/* --- elements --- */

static void check_action_id(Check *check, const Json *element)
{
    const char *id = json_text(element, "action_id");

    must(check, *id != '\0' && units(id) <= 255, "action_id “%s”", id);
    must(check, g_hash_table_add(check->action_ids, g_strdup(id)), "action_id %s twice", id);
}

static void check_button(Check *check, const Json *element)
{
    const char *style = json_text_or_null(element, "style");

    check_plain(check, element, "text", 75);
    must(check, units(json_text(element, "value")) <= 2000, "a value too long");
    must(check, style == NULL || strcmp(style, "primary") == 0 || strcmp(style, "danger") == 0,
         "style %s", style);
}

static bool is_option(const Json *options, const Json *wanted)
{
    JSON_EACH (option, options) {
        if (cJSON_Compare(option, wanted, true)) {
            return true;
        }
    }
    return false;
}

static void check_options(Check *check, const Json *element, int most)
{
    const Json *options = json_array(element, "options");
    const Json *initial = json_any(element, "initial_option");
    const Json *initials = json_any(element, "initial_options");

    must(check, cJSON_GetArraySize(options) >= 1 && cJSON_GetArraySize(options) <= most,
         "%d options, 1 to %d", cJSON_GetArraySize(options), most);
    JSON_EACH (option, options) {
        check_plain(check, option, "text", 75);
        must(check,
             units(json_text(option, "value")) >= 1 && units(json_text(option, "value")) <= 150,
             "an option's value");
        if (json_any(option, "description") != NULL) {
            check_plain(check, option, "description", 75);
        }
    }
    must(check, initial == NULL || is_option(options, initial), "initial_option is none of them");
    must(check, initials == NULL || initials->child != NULL, "initial_options without any");
    JSON_EACH (item, initials) {
        must(check, is_option(options, item), "one of initial_options is none of them");
    }
}

static void check_many(Check *check, const Json *element)
{
    check_options(check, element, 100);
}

static void check_few(Check *check, const Json *element)
{
    check_options(check, element, 10);
}

static void check_input_text(Check *check, const Json *element)
{
    const char *initial = json_text(element, "initial_value");
    int64_t max = json_int(element, "max_length", 3000);

    must(check, max >= 1 && max <= 3000, "max_length");
    must(check, (int64_t)units(initial) <= max, "initial_value above max_length");
    must(check, json_bool(element, "multiline") || strchr(initial, '\n') == NULL,
         "lines in a single line");
    must(check, json_text_or_null(element, "initial_value") == NULL || *initial != '\0',
         "an empty initial_value");
}

static bool matches(const char *pattern, const char *text)
{
    return g_regex_match_simple(pattern, text, G_REGEX_DOLLAR_ENDONLY, 0);
}

static void check_number(Check *check, const Json *element)
{
    const char *initial = json_text_or_null(element, "initial_value");

    must(check, cJSON_IsBool(json_any(element, "is_decimal_allowed")), "is_decimal_allowed");
    must(check, initial == NULL || matches("^-?[0-9]+(\\.[0-9]+)?$", initial), "“%s” is no number",
         initial);
}

static void check_time(Check *check, const Json *element)
{
    const char *initial = json_text_or_null(element, "initial_time");

    must(check, initial == NULL || matches("^([01][0-9]|2[0-3]):[0-5][0-9]$", initial),
         "“%s” is no time", initial);
}

static void check_user(Check *check, const Json *element)
{
    const char *initial = json_text_or_null(element, "initial_user");

    must(check, initial == NULL || matches("^[UW][A-Z0-9]+$", initial), "“%s” is no user", initial);
}

static const struct ElementKind {
    const char *type;
    void (*check)(Check *check, const Json *element);
    bool acts, fills; /* in actions; in input */
} element_kinds[] = {
    {"button", check_button, true, false},
    {"static_select", check_many, true, true},
    {"multi_static_select", check_many, false, true},
    {"radio_buttons", check_few, true, true},
    {"checkboxes", check_few, true, true},
    {"plain_text_input", check_input_text, false, true},
    {"number_input", check_number, false, true},
    {"timepicker", check_time, true, true},
    {"users_select", check_user, true, true},
};

static void check_element(Check *check, const Json *element, bool fills)
{
    const char *type = json_text(element, "type");

    check_action_id(check, element);
    for (size_t i = 0; i < G_N_ELEMENTS(element_kinds); i++) {
        const struct ElementKind *kind = &element_kinds[i];

        if (strcmp(kind->type, type) == 0) {
            must(check, fills ? kind->fills : kind->acts, "no %s here", type);
            kind->check(check, element);
            return;
        }
    }
    must(check, false, "unknown element “%s”", type);
}

/* --- blocks --- */

static void check_section(Check *check, const Json *block)
{
    check_text(check, json_any(block, "text"), "mrkdwn", 3000);
}

static void check_header(Check *check, const Json *block)
{
    check_plain(check, block, "text", 150);
}

static void check_context(Check *check, const Json *block)
{
    const Json *elements = json_array(block, "elements");

    must(check, cJSON_GetArraySize(elements) >= 1 && cJSON_GetArraySize(elements) <= 10,
         "elements");
    JSON_EACH (element, elements) {
        check_text(check, element, "mrkdwn", 3000);
    }
}

static void check_actions(Check *check, const Json *block)
{
    const Json *elements = json_array(block, "elements");

    must(check, cJSON_GetArraySize(elements) >= 1 && cJSON_GetArraySize(elements) <= 25,
         "elements");
    JSON_EACH (element, elements) {
        check_element(check, element, false);
    }
}

static void check_image(Check *check, const Json *block)
{
    const Json *file = json_object(block, "slack_file");

    must(check, *json_text(file, "id") != '\0' && json_any(file, "url") == NULL, "slack_file");
    must(check, json_any(block, "image_url") == NULL, "image_url beside slack_file");
    check_length(check, json_text(block, "alt_text"), 2000);
    check_clean(check, json_text(block, "alt_text"));
}

static void check_input(Check *check, const Json *block)
{
    check->inputs = true;
    must(check, check->modal, "an input outside a modal");
    must(check, cJSON_IsBool(json_any(block, "optional")), "optional");
    check_plain(check, block, "label", 2000);
    if (json_any(block, "hint") != NULL) {
        check_plain(check, block, "hint", 2000);
    }
    check_element(check, json_any(block, "element"), true);
}

static const struct {
    const char *type;
    void (*check)(Check *check, const Json *block);
} block_kinds[] = {
    {"section", check_section}, {"header", check_header}, {"context", check_context},
    {"actions", check_actions}, {"image", check_image},   {"input", check_input},
};

static void check_block(Check *check, const Json *block, int at)
{
    const char *type = json_text(block, "type");
    bool named = json_any(block, "block_id") != NULL;
    const char *id = json_text(block, "block_id");
    g_autofree char *place = g_strdup_printf("block %d (%s)", at, type);
    size_t i = 0;

    check->place = place;
    g_hash_table_remove_all(check->action_ids);
    must(check, !named || (*id != '\0' && units(id) <= 255), "block_id “%s”", id);
    must(check, !named || g_hash_table_add(check->block_ids, g_strdup(id)), "block_id %s twice",
         id);
    while (i < G_N_ELEMENTS(block_kinds) && strcmp(block_kinds[i].type, type) != 0) {
        i++;
    }
    if (must(check, i < G_N_ELEMENTS(block_kinds), "unknown")) {
        block_kinds[i].check(check, block);
    }
    check->place = "it";
}

static void check_blocks(Check *check, const Json *blocks, int most)
{
    int at = 0;

    check->block_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    check->action_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    must(check, cJSON_GetArraySize(blocks) >= 1 && cJSON_GetArraySize(blocks) <= most,
         "%d blocks, 1 to %d", cJSON_GetArraySize(blocks), most);
    JSON_EACH (block, blocks) {
        check_block(check, block, at++);
    }
    g_hash_table_unref(check->block_ids);
    g_hash_table_unref(check->action_ids);
}

char *blockkit_fault_of_mrkdwn(const char *text)
{
    Check check = {.place = "the text"};

    check_mrkdwn(&check, text);
    return check.fault;
}

char *blockkit_fault_of_message(const Json *message)
{
    Check check = {.place = "it"};

    check_length(&check, json_text(message, "text"), 3900);
    check_mrkdwn(&check, json_text(message, "text"));
    check_blocks(&check, json_array(message, "blocks"), 50);
    return check.fault;
}

static void check_modal(Check *check, const Json *view)
{
    check_plain(check, view, "title", 24);
    check_plain(check, view, "close", 24);
    must(check, !check->inputs || json_any(view, "submit") != NULL, "inputs without submit");
    if (json_any(view, "submit") != NULL) {
        check_plain(check, view, "submit", 24);
    }
    must(check, units(json_text(view, "private_metadata")) <= 3000, "private_metadata");
    must(check, units(json_text(view, "callback_id")) <= 255, "callback_id");
}

char *blockkit_fault_of_view(const Json *view)
{
    Check check = {
        .place = "it", .view = true, .modal = strcmp(json_text(view, "type"), "modal") == 0};
    size_t len = 0;
    char *printed = json_print(view, &len);

    g_free(printed);
    must(&check, check.modal || strcmp(json_text(view, "type"), "home") == 0, "its type");
    must(&check, len <= 250000, "%zu bytes", len);
    check_blocks(&check, json_array(view, "blocks"), 100);
    if (check.modal) {
        check_modal(&check, view);
    }
    return check.fault;
}

void expect_message(const char *promise, const Json *message)
{
    g_autofree char *fault = blockkit_fault_of_message(message);

    if (fault != NULL) {
        fail_msg("%s: %s", promise, fault);
    }
}

void expect_view(const char *promise, const Json *view)
{
    g_autofree char *fault = blockkit_fault_of_view(view);

    if (fault != NULL) {
        fail_msg("%s: %s", promise, fault);
    }
}

/* --- golden files --- */

/* A string's JSON, with what cannot be seen as an escape. */
static void print_string(GString *out, const Json *value)
{
    g_autofree char *printed = json_print(value, NULL);
    g_auto(GStrv) parts = g_strsplit(printed, ZERO_WIDTH, -1);
    g_autofree char *shown = g_strjoinv("\\u200b", parts);

    g_string_append(out, shown);
}

static bool is_short(const Json *value)
{
    return value->child == NULL;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as our own output
static void print_pretty(GString *out, const Json *value, int depth)
{
    bool object = cJSON_IsObject(value);

    if (is_short(value)) {
        print_string(out, value);
        return;
    }
    g_string_append(out, object ? "{" : "[");
    JSON_EACH (item, value) {
        g_string_append_printf(out, "%s\n%*s", item == value->child ? "" : ",", depth * 2 + 2, "");
        if (object) {
            g_string_append_printf(out, "\"%s\": ", item->string);
        }
        print_pretty(out, item, depth + 1);
    }
    g_string_append_printf(out, "\n%*s%s", depth * 2, "", object ? "}" : "]");
}

void expect_golden(const char *folder, const char *name, const Json *value)
{
    g_autofree char *file = g_strdup_printf("%s/%s.json", folder, name);
    g_autoptr(GString) got = g_string_new(NULL);
    g_autofree char *want = NULL;

    print_pretty(got, value, 0);
    g_string_append_c(got, '\n');
    if (getenv("ANCHORD_ACCEPT") != NULL) {
        assert_true(g_file_set_contents(file, got->str, (gssize)got->len, NULL));
        return;
    }
    if (!g_file_get_contents(file, &want, NULL, NULL)) {
        fail_msg("%s is missing; ANCHORD_ACCEPT=1 writes it", file);
    }
    if (strcmp(want, got->str) != 0) {
        fail_msg("%s: rendered otherwise now (ANCHORD_ACCEPT=1 takes it over):\n%s", name,
                 got->str);
    }
}
