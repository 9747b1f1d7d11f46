/* What must not be read by whoever reads the log. It is recognised by its looks, wherever it
 * stands; where in doubt, it goes. At each place of the text a few readers are asked whether a
 * secret begins there, and how long it is. */

#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "bot/log.h"

#define SECRET "[secret]"

/* Bytes of a token, in any of the forms that tokens have. */
static bool is_token_byte(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("-_.~+/=%", c) != NULL);
}

static size_t token_len(const char *text)
{
    size_t len = 0;

    while (is_token_byte(text[len])) {
        len++;
    }
    return len;
}

/* What ends a URL or a value within a sentence or JSON. */
static size_t run_len(const char *text)
{
    return strcspn(text, " \t\r\n\"'<>|`,;(){}[]");
}

static bool begins(const char *text, const char *word)
{
    return g_ascii_strncasecmp(text, word, strlen(word)) == 0;
}

/* How many bytes are kept, and how many behind them are secret. */
typedef struct Match {
    size_t keep, hide;
} Match;

/* xoxb-…, xoxe.xoxb-…, xapp-…; syt_… is Matrix's, anchord_… our own. */
static Match match_token(const char *text, bool word)
{
    static const char *const prefixes[] = {"xoxa-", "xoxb-", "xoxc-", "xoxd-", "xoxe-",
                                           "xoxe.", "xoxo-", "xoxp-", "xoxr-", "xoxs-",
                                           "xapp-", "xwfp-", "syt_",  "syl_",  "anchord_"};

    (void)word; /* it may be glued to something */
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        size_t len = begins(text, prefixes[i]) ? token_len(text) : 0;

        if (len > strlen(prefixes[i])) {
            return (Match){0, len};
        }
    }
    return (Match){0, 0};
}

/* "Authorization: Bearer …". */
static Match match_scheme(const char *text, bool word)
{
    static const struct {
        const char *name;
        size_t min; /* shorter ones are words of a sentence */
    } schemes[] = {{"bearer", 1}, {"basic", 8}};

    for (size_t i = 0; word && i < G_N_ELEMENTS(schemes); i++) {
        size_t name = strlen(schemes[i].name);
        size_t blanks = begins(text, schemes[i].name) ? strspn(text + name, " ") : 0;
        size_t len = blanks > 0 ? token_len(text + name + blanks) : 0;

        if (len >= schemes[i].min) {
            return (Match){name + blanks, len};
        }
    }
    return (Match){0, 0};
}

static bool has_digit(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (g_ascii_isdigit(text[i])) {
            return true;
        }
    }
    return false;
}

/* The value behind a telling name: token=…, "ticket": "…". Behind a bare colon it may be a
 * sentence. */
static Match match_value(const char *text)
{
    size_t quote = strspn(text, "\"'\\");
    size_t at = quote + strspn(text + quote, " ");
    bool sure = text[at] == '=';

    if (!sure && text[at] != ':') {
        return (Match){0, 0};
    }
    at++;
    at += strspn(text + at, " ");
    size_t open = strspn(text + at, "\"'\\");
    size_t len = strcspn(text + at + open, " \t\r\n\"'\\&<>,;(){}[]");

    sure = sure || (quote > 0 && open > 0) || (len >= 8 && has_digit(text + at + open, len));
    return sure && len > 0 ? (Match){at + open, len} : (Match){0, 0};
}

static Match match_name(const char *text, bool word)
{
    static const char *const names[] = {"token",  "ticket",        "secret", "password",
                                        "passwd", "authorization", "cookie", "api_key"};

    (void)word; /* access_token is one too */
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        size_t name = strlen(names[i]);
        Match value = begins(text, names[i]) ? match_value(text + name) : (Match){0, 0};

        if (value.hide > 0) {
            return (Match){name + value.keep, value.hide};
        }
    }
    return (Match){0, 0};
}

/* Hosts whose URLs let whoever knows them act, however they are written. */
static Match match_host(const char *text, bool word)
{
    static const char *const hosts[] = {"hooks.slack.com", "hooks.slack-gov.com", "files.slack.com",
                                        "files.slack-gov.com"};

    (void)word;
    for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
        if (begins(text, hosts[i])) {
            return (Match){0, run_len(text)};
        }
    }
    return (Match){0, 0};
}

/* The beginnings of paths that carry their own authority: response, upload and webhook URLs. */
static bool is_telling_path(const char *path)
{
    static const char *const paths[] = {"/actions/",  "/app/",    "/commands/", "/services/",
                                        "/triggers/", "/upload/", "/workflows/"};

    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        if (begins(path, paths[i])) {
            return true;
        }
    }
    return false;
}

/* A URL without the slashes' backslashes, which JSON may put there. */
static char *plain_url(const char *text, size_t len)
{
    char *url = g_malloc(len + 1);
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] != '\\') {
            url[n++] = text[i];
        }
    }
    url[n] = '\0';
    return url;
}

/* Whether all of it must go: somebody could act by it. `rest` is behind "scheme://". */
static bool is_secret_url(const char *url, const char *rest)
{
    const char *path = strchr(rest, '/');
    g_autofree char *host = path != NULL ? g_strndup(rest, (size_t)(path - rest)) : g_strdup(rest);

    if (begins(url, "ws") && (strchr(rest, '?') != NULL || strcasestr(rest, "ticket") != NULL)) {
        return true;
    }
    return g_ascii_strcasecmp(host, "hooks.slack.com") == 0 || strchr(host, '@') != NULL ||
           (path != NULL && is_telling_path(path));
}

/* Elsewhere only what is asked for may be secret: the address itself is worth knowing. */
static Match match_url(const char *text, bool word)
{
    static const char *const schemes[] = {"wss:", "ws:", "https:", "http:"};
    size_t len = run_len(text), scheme = 0;

    (void)word;
    for (size_t i = 0; scheme == 0 && i < G_N_ELEMENTS(schemes); i++) {
        scheme = begins(text, schemes[i]) ? strlen(schemes[i]) : 0;
    }
    if (scheme == 0 || strspn(text + scheme, "/\\") < 2) {
        return (Match){0, 0};
    }
    g_autofree char *url = plain_url(text, len);
    const char *query = memchr(text, '?', len);

    if (is_secret_url(url, url + scheme + strspn(url + scheme, "/"))) {
        return (Match){0, len};
    }
    return query != NULL && query + 1 < text + len
               ? (Match){(size_t)(query + 1 - text), (size_t)(text + len - query - 1)}
               : (Match){0, 0};
}

typedef Match (*Matcher)(const char *text, bool word);

static const Matcher matchers[] = {match_url, match_host, match_token, match_scheme, match_name};

static Match match_at(const char *text, bool word)
{
    Match match = {0, 0};

    for (size_t i = 0; match.hide == 0 && i < G_N_ELEMENTS(matchers); i++) {
        match = matchers[i](text, word);
    }
    return match;
}

/* A secret that was found further on: what stands before it is read as well, for it may hold
 * others. */
typedef struct Ahead {
    const char *from, *until; /* NULL: none */
} Ahead;

static void note_ahead(Ahead *ahead, const char *from, const char *until)
{
    ahead->from = ahead->from == NULL ? from : MIN(ahead->from, from);
    ahead->until = ahead->until == NULL ? until : MAX(ahead->until, until);
}

char *log_redact(const char *text)
{
    GString *out = g_string_new(NULL);
    Ahead ahead = {NULL, NULL};
    bool word = true; /* a word may begin here */

    while (*text != '\0') {
        Match match = match_at(text, word);

        if (match.hide > 0) {
            note_ahead(&ahead, text + match.keep, text + match.keep + match.hide);
        }
        if (text == ahead.from) {
            g_string_append(out, SECRET);
            text = ahead.until;
            ahead = (Ahead){NULL, NULL};
            word = true;
        } else {
            word = !g_ascii_isalnum(*text);
            g_string_append_c(out, *text++);
        }
    }
    return g_string_free(out, FALSE);
}
