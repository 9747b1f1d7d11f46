#include "config/take.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/listen.h"
#include "config/secret.h"
#include "core/calendar.h"
#include "core/decimal.h"
#include "core/text.h"
#include "core/zone.h"

#define wrong(taking, ...) (complain((taking), g_strdup_printf(__VA_ARGS__)), false)

static void complain(const Taking *taking, char *take_why)
{
    g_autofree char *why = take_why;

    mistake(taking->mistakes, taking->node->at, "%s: %s", taking->path, why);
}

static bool put_text(char **place, char *take_text)
{
    g_free(*place);
    *place = take_text;
    return true;
}

/* Through memcpy: an enum of the same size may stand there. */
static bool put_number(void *place, int64_t number)
{
    int32_t value = (int32_t)number;

    memcpy(place, &value, sizeof(value));
    return true;
}

static bool take_text(const Taking *t, void *place)
{
    g_autofree char *clean = NULL;
    size_t at = 0;
    TextFault fault =
        text_clean(t->node->text, strlen(t->node->text), (size_t)t->setting->max, &clean, &at);

    if (fault == TEXT_TOO_LONG) {
        return wrong(t, "%zu characters are too many; at most %d", at, t->setting->max);
    }
    g_autofree char *line = fault == TEXT_OK ? text_squeeze(clean) : g_strdup("");

    if (*line == '\0') {
        return wrong(t, "holds no text");
    }
    return put_text(place, g_steal_pointer(&line));
}

static bool take_name(const Taking *t, void *place)
{
    const char *text = t->node->text;
    size_t len = strlen(text);
    g_autofree char *quote = mistake_quote(text);

    if (len == 0 || len > (size_t)t->setting->max || !g_ascii_isalnum(*text) ||
        strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.") != len) {
        return wrong(t,
                     "\"%s\" is no name; write at most %d letters, digits, \"-\", \"_\" and \".\"",
                     quote, t->setting->max);
    }
    return put_text(place, g_strdup(text));
}

/* "hours" in brackets, where there is a unit to say. */
static char *unit_of(const Setting *setting)
{
    return setting->unit != NULL ? g_strdup_printf(" (%s)", setting->unit) : g_strdup("");
}

static bool take_number(const Taking *t, void *place)
{
    const Setting *row = t->setting;
    gint64 number = 0;
    g_autoptr(GError) error = NULL;
    g_autofree char *quote = mistake_quote(t->node->text), *unit = unit_of(row);

    (void)g_ascii_string_to_signed(t->node->text, 10, row->min, row->max, &number, &error);
    if (error == NULL) {
        return put_number(place, number);
    }
    if (!g_error_matches(error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS)) {
        return wrong(t, "\"%s\" is no whole number; write %d to %d%s", quote, row->min, row->max,
                     unit);
    }
    bool below = *t->node->text == '-' || (g_ascii_string_to_signed(t->node->text, 10, INT64_MIN,
                                                                    INT64_MAX, &number, NULL) &&
                                           number < row->min);

    return below ? wrong(t, "%s is below %d%s", quote, row->min, unit)
                 : wrong(t, "%s is above %d%s", quote, row->max, unit);
}

static char *ratio_text(int64_t thousandths)
{
    return decimal_text((Decimal){thousandths * (DECIMAL_ONE / 1000)});
}

/* In thousandths; false when it is no number or finer than that. */
static bool ratio_parse(const char *text, int64_t *thousandths)
{
    size_t len = strlen(text);
    bool percent = len > 0 && text[len - 1] == '%';
    int64_t one = percent ? DECIMAL_ONE / 10 : DECIMAL_ONE / 1000;
    Decimal read = {0};

    if (decimal_parse(text, percent ? len - 1 : len, &read) != DECIMAL_OK ||
        read.millionths % one != 0) {
        return false;
    }
    *thousandths = read.millionths / one;
    return true;
}

static bool take_ratio(const Taking *t, void *place)
{
    const Setting *row = t->setting;
    g_autofree char *quote = mistake_quote(t->node->text);
    g_autofree char *min = ratio_text(row->min), *max = ratio_text(row->max);
    int64_t thousandths = 0;

    if (!ratio_parse(t->node->text, &thousandths)) {
        return wrong(t,
                     "\"%s\" is no share; write a number such as 0.9 or 90%%, with at most "
                     "three places behind the point",
                     quote);
    }
    if (thousandths < row->min) {
        return wrong(t, "%s is below %s", quote, min);
    }
    if (thousandths > row->max) {
        return wrong(t, "%s is above %s; 90%% is written 0.9 or 90%%", quote, max);
    }
    return put_number(place, thousandths);
}

static bool take_minute(const Taking *t, void *place)
{
    g_autofree char *quote = mistake_quote(t->node->text);
    int minute = 0;

    if (!minute_parse(t->node->text, &minute)) {
        return wrong(t, "\"%s\" is no time of the day; write it like \"09:30\"", quote);
    }
    return put_number(place, minute);
}

static bool take_weekdays(const Taking *t, void *place)
{
    g_autofree char *quote = mistake_quote(t->node->text);
    Weekdays days = 0;

    if (!weekdays_parse(t->node->text, &days)) {
        return wrong(t, "\"%s\" are no weekdays; write them like Mon-Fri, or Mon, Tue, Thu", quote);
    }
    memcpy(place, &days, sizeof(days));
    return true;
}

static bool take_zone(const Taking *t, void *place)
{
    g_autoptr(GTimeZone) zone = zone_open(t->node->text);

    if (zone != NULL) {
        return put_text(place, g_strdup(t->node->text));
    }
    g_autofree char *quote = mistake_quote(t->node->text);
    g_auto(GStrv) near = zone_suggest(t->node->text, 3);
    g_autofree char *list = g_strjoinv(", ", near);

    return *list != '\0' ? wrong(t, "\"%s\" is no time zone; did you mean %s?", quote, list)
                         : wrong(t,
                                 "\"%s\" is no time zone; write an IANA name such as "
                                 "Europe/Berlin",
                                 quote);
}

static bool take_choice(const Taking *t, void *place)
{
    const char *const *choices = t->setting->choices;
    g_autofree char *quote = mistake_quote(t->node->text), *list = NULL;

    for (int64_t i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], t->node->text) == 0) {
            return put_number(place, i);
        }
    }
    for (size_t i = 0; choices[i] != NULL; i++) {
        const char *between = list == NULL ? "" : choices[i + 1] != NULL ? ", " : " or ";
        char *longer = g_strconcat(list != NULL ? list : "", between, choices[i], NULL);

        g_free(list);
        list = longer;
    }
    return wrong(t, "\"%s\" is not known here; write %s", quote, list);
}

static bool take_flag(const Taking *t, void *place)
{
    g_autofree char *quote = mistake_quote(t->node->text);
    bool yes = strcmp(t->node->text, "true") == 0;

    if (!yes && strcmp(t->node->text, "false") != 0) {
        return wrong(t, "\"%s\" is neither; write true or false", quote);
    }
    memcpy(place, &yes, sizeof(yes));
    return true;
}

/* By their prefixes alone: lengths and inner structure are the platform's business. The longer come
 * first. */
static const struct {
    const char *begins, *what;
} token_kinds[] = {
    {"xoxe.xoxb-", "a bot token (xoxe.xoxb-)"},
    {"xoxe.xoxp-", "a configuration or user token (xoxe.xoxp-)"},
    {"xoxe-", "a refresh token (xoxe-)"},
    {"xoxb-", "a bot token (xoxb-)"},
    {"xoxp-", "a user token (xoxp-)"},
    {"xapp-", "an app-level token (xapp-)"},
    {"xwfp-", "a workflow token (xwfp-)"},
};

static const char *kind_of_token(const char *secret)
{
    for (size_t i = 0; i < G_N_ELEMENTS(token_kinds); i++) {
        if (g_str_has_prefix(secret, token_kinds[i].begins)) {
            return token_kinds[i].what;
        }
    }
    return NULL;
}

/* The setting of the same scope that wants such a token. */
static const Setting *home_of_token(const Setting *row, const char *secret)
{
    for (size_t i = 0; i < setting_count; i++) {
        const Setting *other = &settings[i];

        for (const char *const *begin = other->begins; begin != NULL && *begin != NULL; begin++) {
            if (other->scope == row->scope && g_str_has_prefix(secret, *begin)) {
                return other;
            }
        }
    }
    return NULL;
}

static bool is_right_token(const Taking *t, const char *secret)
{
    const Setting *home = home_of_token(t->setting, secret);
    const char *kind = kind_of_token(secret);

    if (home == t->setting || (home == NULL && t->setting->begins == NULL)) {
        return true;
    }
    if (home != NULL) {
        return wrong(t, "this is %s, which belongs in %s; the two may be swapped", kind,
                     home->name);
    }
    if (kind != NULL) {
        return wrong(t, "this is %s; the right one begins with %s", kind, t->setting->begins[0]);
    }
    return wrong(t, "what it stands for does not begin with %s", t->setting->begins[0]);
}

static bool take_secret(const Taking *t, void *place)
{
    char **to = place;
    g_autofree char *why = NULL;

    if (t->without_secrets) {
        return true;
    }
    char *secret = secret_resolve(t->node->text, t->config_mode, &why);

    if (secret == NULL) {
        return wrong(t, "%s", why);
    }
    if (!is_right_token(t, secret)) {
        secret_free(secret);
        return false;
    }
    secret_free(*to);
    *to = secret;
    return true;
}

typedef struct UrlKind {
    const char *safe, *bare; /* schemes: with TLS, and without it, to this machine alone */
    const char *no_url, *unsafe;
} UrlKind;

/* Why tokens must not be sent there; NULL when they may. */
static const char *fault_of_url(const char *text, const UrlKind *kind)
{
    g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_HAS_PASSWORD, NULL);

    if (uri == NULL || g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0') {
        return kind->no_url;
    }
    if (g_uri_get_userinfo(uri) != NULL || g_uri_get_query(uri) != NULL ||
        g_uri_get_fragment(uri) != NULL) {
        return "a name, a password, \"?\" or \"#\" have no place in this URL";
    }
    if (strcmp(g_uri_get_scheme(uri), kind->safe) == 0) {
        return NULL;
    }
    return strcmp(g_uri_get_scheme(uri), kind->bare) == 0 && host_is_loopback(g_uri_get_host(uri))
               ? NULL
               : kind->unsafe;
}

static bool take_url_of(const Taking *t, const UrlKind *kind, void *place)
{
    const char *text = t->node->text;
    const char *fault = fault_of_url(text, kind);

    if (fault != NULL) {
        return wrong(t, "%s", fault);
    }
    return put_text(place, g_strconcat(text, g_str_has_suffix(text, "/") ? "" : "/", NULL));
}

static bool take_url(const Taking *t, void *place)
{
    static const UrlKind kind = {
        "https", "http", "this is no URL; write it like https://slack.com/api/",
        "tokens are sent there: it must begin with https:// (http:// only to this machine, as "
        "127.0.0.1)"};

    return take_url_of(t, &kind, place);
}

static bool take_socket(const Taking *t, void *place)
{
    static const UrlKind kind = {
        "wss", "ws", "this is no URL; write it like wss://matrix.example.org/",
        "tokens are sent there: it must begin with wss:// (ws:// only to this machine, as "
        "127.0.0.1)"};

    return take_url_of(t, &kind, place);
}

/* "@local:server", each part with something in it that can be there. With `pattern`, "*" may stand
 * for any part of it, and for all of it. */
static bool is_user(const char *text, bool pattern)
{
    const char *colon = strchr(text, ':');

    if (pattern && strcmp(text, "*") == 0) {
        return true;
    }
    return *text == '@' && colon != NULL && colon > text + 1 && colon[1] != '\0' &&
           strlen(text) <= 255 && strpbrk(text, " /#!$") == NULL &&
           (pattern || strchr(text, '*') == NULL);
}

static bool take_user(const Taking *t, void *place)
{
    g_autofree char *quote = mistake_quote(t->node->text);

    if (!is_user(t->node->text, false)) {
        return wrong(t, "\"%s\" is no Matrix user; write it whole, like \"@anchord:example.org\"",
                     quote);
    }
    return put_text(place, g_strdup(t->node->text));
}

static bool add_pattern(const Taking *t, const Node *node, GPtrArray *patterns)
{
    Taking one = *t;

    one.node = node;
    if (node->kind != NODE_TEXT) {
        return wrong(&one, "holds something else than users; write [\"@*:example.org\"]");
    }
    g_autofree char *quote = mistake_quote(node->text);
    if (!is_user(node->text, true)) {
        return wrong(&one, "\"%s\" names no users; write them like \"@*:example.org\"", quote);
    }
    g_ptr_array_add(patterns, g_strdup(node->text));
    return true;
}

/* A list that holds values and no keys; one value may stand alone. */
static bool take_users(const Taking *t, void *place)
{
    g_autoptr(GPtrArray) patterns = g_ptr_array_new_with_free_func(g_free);
    const GPtrArray *items = t->node->kind == NODE_LIST ? t->node->items : NULL;
    char ***to = place;
    bool fine = items != NULL || add_pattern(t, t->node, patterns);

    if (items != NULL && (items->len == 0 || items->len > (guint)t->setting->max)) {
        return wrong(t, "holds %u users; 1 to %d may stand there", items->len, t->setting->max);
    }
    for (guint i = 0; items != NULL && i < items->len; i++) {
        fine = add_pattern(t, g_ptr_array_index(items, i), patterns) && fine;
    }
    if (!fine) {
        return false;
    }
    g_ptr_array_add(patterns, NULL);
    g_strfreev(*to);
    *to = (char **)g_ptr_array_free(g_steal_pointer(&patterns), FALSE);
    return true;
}

/* Why nothing can be kept there; NULL when it can. */
static const char *fault_of_store(const char *text)
{
    static const char sqlite[] = "sqlite:";
    const char *path = text + strlen(sqlite);

    if (g_str_has_prefix(text, "postgresql:") || g_str_has_prefix(text, "postgres:")) {
        return "PostgreSQL is not built in this version; write sqlite:PATH";
    }
    if (!g_str_has_prefix(text, sqlite)) {
        return "a store is written sqlite:PATH";
    }
    if (*path == '\0' || g_str_has_suffix(path, "/")) {
        return "names no file; write sqlite:PATH";
    }
    return strcmp(path, ":memory:") == 0
               ? "a store in memory would forget every sprint; name a file"
               : NULL;
}

static bool take_store(const Taking *t, void *place)
{
    const char *fault = fault_of_store(t->node->text);

    return fault != NULL ? wrong(t, "%s", fault) : put_text(place, g_strdup(t->node->text));
}

static bool take_listen(const Taking *t, void *place)
{
    struct sockaddr_storage address;
    socklen_t len = 0;
    g_autofree char *quote = mistake_quote(t->node->text);

    if (strcmp(t->node->text, "off") == 0) {
        return put_text(place, NULL);
    }
    if (!listen_parse(t->node->text, &address, &len)) {
        return wrong(t, "\"%s\" is no address with a port; write it like 127.0.0.1:8089, or off",
                     quote);
    }
    return put_text(place, g_strdup(t->node->text));
}

static bool take_file(const Taking *t, void *place)
{
    g_autofree char *quote = mistake_quote(t->node->text);
    struct stat st = {0};
    int fd = open(t->node->text, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int code = fd < 0 || fstat(fd, &st) != 0 ? errno : 0;

    if (fd >= 0) {
        (void)close(fd);
    }
    if (code != 0) {
        return wrong(t, "%s cannot be read: %s", quote, g_strerror(code));
    }
    if (!S_ISREG(st.st_mode)) {
        return wrong(t, "%s is not a regular file", quote);
    }
    return put_text(place, g_strdup(t->node->text));
}

static bool take_nothing(const Taking *t, void *place)
{
    (void)place;
    return wrong(t, "holds keys of its own");
}

typedef bool (*Taker)(const Taking *t, void *place);

static const Taker takers[] = {
    [SETTING_SECTION] = take_nothing, [SETTING_LIST] = take_nothing,
    [SETTING_TEXT] = take_text,       [SETTING_NAME] = take_name,
    [SETTING_NUMBER] = take_number,   [SETTING_RATIO] = take_ratio,
    [SETTING_MINUTE] = take_minute,   [SETTING_WEEKDAYS] = take_weekdays,
    [SETTING_ZONE] = take_zone,       [SETTING_CHOICE] = take_choice,
    [SETTING_FLAG] = take_flag,       [SETTING_SECRET] = take_secret,
    [SETTING_URL] = take_url,         [SETTING_STORE] = take_store,
    [SETTING_LISTEN] = take_listen,   [SETTING_FILE] = take_file,
    [SETTING_SOCKET] = take_socket,   [SETTING_USER] = take_user,
    [SETTING_USERS] = take_users,
};

/* What cannot be seen has no business in any setting; "\n" and its like come out of quotes. */
static bool holds_controls(const char *text)
{
    for (; *text != '\0'; text++) {
        if (g_ascii_iscntrl(*text)) {
            return true;
        }
    }
    return false;
}

bool take_value(const Taking *taking, void *base)
{
    const Node *node = taking->node;
    SettingType type = taking->setting->type;

    if (node->kind == NODE_NULL) {
        return wrong(taking, "has no value; write one, or remove the line");
    }
    if (node->kind != NODE_TEXT && type != SETTING_USERS) {
        return wrong(taking, "holds a %s where a single value belongs",
                     node->kind == NODE_LIST ? "list" : "section");
    }
    if (type != SETTING_TEXT && node->kind == NODE_TEXT && holds_controls(node->text)) {
        return wrong(taking, "holds a character that cannot be seen");
    }
    return takers[type](taking, (char *)base + taking->setting->at);
}
