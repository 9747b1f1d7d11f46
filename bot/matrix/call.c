#include "bot/matrix/call.h"

#include <string.h>

#include "bot/spoken.h"
#include "core/command.h"
#include "core/text.h"

#define NO_BREAK "\xC2\xA0"

/* --- by name --- */

static bool ends_name(const char *p)
{
    return *p == '\0' || *p == ',' || g_ascii_isspace(*p) || g_str_has_prefix(p, NO_BREAK) ||
           (*p == ':' && (p[1] == '\0' || g_ascii_isspace(p[1])));
}

/* Behind `name` at `text`, where it stands there as a word; NULL otherwise. */
static const char *behind_name(const char *text, const char *name)
{
    size_t len = name != NULL ? strlen(name) : 0;
    bool named = len > 0 && g_ascii_strncasecmp(text, name, len) == 0 && ends_name(text + len);

    return named ? text + len : NULL;
}

/* "anchord: status", "anchord status"; but "anchord is down again" is talk about us. */
static const char *behind_bare(const char *text, const char *name)
{
    const char *behind = behind_name(text, name);
    g_autoptr(GString) command = g_string_new(NULL);

    if (behind == NULL || *behind == ':' || *behind == ',') {
        return behind;
    }
    return spoken_command(behind, strlen(behind), command) ? behind : NULL;
}

static bool is_id_char(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("-_=+/", c) != NULL);
}

/* Whether an id ends here: what may stand inside of one may also be the sentence's, at its end. */
static bool ends_id(const char *p)
{
    return !is_id_char(*p) && !((*p == '.' || *p == ':') && is_id_char(p[1]));
}

/* Behind our id at `text`; NULL: it does not stand there. */
static const char *behind_id(const char *text, const MatrixPlace *place)
{
    size_t len = strlen(place->own_user);

    return strncmp(text, place->own_user, len) == 0 && ends_id(text + len) ? text + len : NULL;
}

/* Our id, from `text` on; NULL: it is not there. */
static const char *find_us(const char *text, const MatrixPlace *place)
{
    const char *found = strstr(text, place->own_user);

    while (found != NULL && behind_id(found, place) == NULL) {
        found = strstr(found + 1, place->own_user);
    }
    return found;
}

/* The text behind our id or name that it begins with; NULL where it begins otherwise. */
static const char *behind_us(const char *text, const MatrixPlace *place)
{
    const char *start = spoken_past_blanks(text, text + strlen(text));
    g_autofree char *local = g_strndup(place->own_user, strcspn(place->own_user, ":"));
    const char *rest = behind_id(start, place);

    if (rest == NULL && *start == '@') {
        rest = behind_name(start, local);
        rest = rest == NULL ? behind_name(start + 1, place->own_name) : rest;
    } else if (rest == NULL) {
        rest = behind_bare(start, place->own_name);
        rest = rest == NULL && *local == '@' ? behind_bare(start, local + 1) : rest;
    }
    return rest != NULL ? spoken_behind_name(rest) : NULL;
}

/* The text without our id, wherever a mention put it. Caller frees. */
static char *without_us(const char *text, const MatrixPlace *place)
{
    GString *out = g_string_new(NULL);

    for (const char *us = find_us(text, place); us != NULL; us = find_us(text, place)) {
        const char *rest = us + strlen(place->own_user);

        g_string_append_len(out, text, us - text);
        bool begins = out->len == 0 || g_ascii_isspace(out->str[out->len - 1]);
        text = begins ? spoken_behind_name(rest) : rest;
    }
    g_string_append(out, text);
    return g_strchomp(g_string_free(out, FALSE));
}

static bool is_mentioned(const Json *content, const char *user)
{
    JSON_EACH (id, json_array(json_object(content, "m.mentions"), "user_ids")) {
        if (strcmp(json_string(id), user) == 0) {
            return true;
        }
    }
    return false;
}

/* A reply of its own, not one that only says where its thread stands. */
static bool is_reply(const Json *content)
{
    const Json *relation = json_object(content, "m.relates_to");

    return json_object(relation, "m.in_reply_to") != NULL &&
           !json_bool(relation, "is_falling_back");
}

/* What was said to us by name; NULL: it was not. Clients mention whom a reply answers, so that
 * there our name must stand in the text. Caller frees. */
static char *said_to_us(const char *said, const Json *content, const MatrixPlace *place)
{
    const char *rest = behind_us(said, place);

    if (rest == NULL && is_mentioned(content, place->own_user) &&
        (!is_reply(content) || find_us(said, place) != NULL)) {
        rest = said;
    }
    return rest != NULL ? without_us(rest, place) : NULL;
}

/* --- by a command --- */

/* Behind the "!" of "!sprint …" or "!okr …", in any case; NULL: it is none. What a client lets
 * through with "/" is the same. */
static const char *behind_mark(const char *said)
{
    static const char *const families[] = {"sprint", "okr"};
    const char *start = spoken_past_blanks(said, said + strlen(said));

    for (size_t i = 0; i < G_N_ELEMENTS(families) && (*start == '!' || *start == '/'); i++) {
        size_t len = strlen(families[i]);

        if (g_ascii_strncasecmp(start + 1, families[i], len) == 0 &&
            strchr(" \t\r\n:", start[1 + len]) != NULL) {
            return start + 1;
        }
    }
    return NULL;
}

/* Appends the command, or what the core is to refuse as one; false: it is talk. */
static bool add_command(GString *out, const char *text, bool to_us, bool direct)
{
    const char *marked = behind_mark(text);

    if (marked != NULL) {
        g_string_append(out, marked);
        return true;
    }
    if (to_us && !direct) {
        spoken_order(text, strlen(text), out);
        return true;
    }
    return direct && spoken_command(text, strlen(text), out);
}

char *call_command(const char *said, const Json *content, const MatrixPlace *place, bool *addressed)
{
    g_autofree char *to_us = said_to_us(said, content, place);
    g_autoptr(GString) out = g_string_new(NULL);

    const char *text = to_us != NULL ? to_us : said;

    *addressed = to_us != NULL || (place->direct && behind_mark(text) != NULL);
    if (!add_command(out, text, to_us != NULL, place->direct)) {
        return NULL;
    }
    for (size_t i = 0; g_ascii_isalpha(out->str[i]); i++) {
        out->str[i] = g_ascii_tolower(out->str[i]); /* the family */
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

bool call_names(const char *command, const char *family, const char *name)
{
    g_autofree char *clean = NULL;
    size_t at = 0;

    if (text_clean(command, strlen(command), TEXT_MESSAGE_MAX, &clean, &at) != TEXT_OK) {
        return false; /* the core refuses it */
    }
    const Command *named = command_of(clean);
    return named != NULL && strcmp(named->family, family) == 0 && strcmp(named->name, name) == 0;
}

/* Past its family and its name. */
static const char *arguments(const char *command)
{
    for (int i = 0; i < 2; i++) {
        command += strcspn(command, " \n:");
        command += strspn(command, " :");
    }
    return command;
}

/* Given as a command, it is an answer all the same. */
static bool is_answer(const char *command)
{
    return call_names(command, "sprint", "checkin") || call_names(command, "okr", "checkin");
}

char *call_answer(const char *said, const MatrixPlace *place)
{
    const char *rest = behind_us(said, place);
    const char *text = rest != NULL ? rest : said;
    const char *command = behind_mark(text);

    return g_strdup(command != NULL && is_answer(command) ? arguments(command) : text);
}
