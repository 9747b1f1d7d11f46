/* What a member meant to say: the body is what they typed, and the HTML beside it tells which of
 * its names are mentions. Both are read from left to right, once. */

#include <stdint.h>
#include <string.h>

#include "bot/matrix/text.h"

#define HTML   "org.matrix.custom.html"
#define QUOTED "mx-reply"

/* --- links --- */

static const char *behind(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);

    return g_ascii_strncasecmp(text, prefix, len) == 0 ? text + len : NULL;
}

/* The member that a link names: https://matrix.to/#/@maria:example.org, matrix:u/maria:example.org,
 * their parts percent-encoded or not; NULL: none. Caller frees. */
static char *user_of_link(const char *link)
{
    static const struct {
        const char *prefix, *sigil;
    } forms[] = {{"https://matrix.to/#/", ""},
                 {"http://matrix.to/#/", ""},
                 {"matrix:u/", "@"},
                 {"matrix:user/", "@"}};

    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        const char *rest = behind(link, forms[i].prefix);

        if (rest != NULL) {
            g_autofree char *encoded = g_strndup(rest, strcspn(rest, "?/"));
            g_autofree char *decoded = g_uri_unescape_string(encoded, NULL);
            g_autofree char *id =
                decoded != NULL ? g_strconcat(forms[i].sigil, decoded, NULL) : NULL;

            return matrix_is_user(id) ? g_steal_pointer(&id) : NULL;
        }
    }
    return NULL;
}

/* --- HTML --- */

/* Appends the character that an entity stands for; the result is behind it. */
static const char *put_entity(GString *out, const char *amp, const char *end)
{
    static const struct {
        const char *entity, *text;
    } named[] = {{"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
                 {"&quot;", "\""}, {"&apos;", "'"}, {"&nbsp;", "\xC2\xA0"}};
    uint64_t c = 0;
    char *stop = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
        size_t len = strlen(named[i].entity);

        if ((size_t)(end - amp) >= len && memcmp(amp, named[i].entity, len) == 0) {
            g_string_append(out, named[i].text);
            return amp + len;
        }
    }
    if (end - amp > 3 && amp[1] == '#') {
        bool hex = amp[2] == 'x' || amp[2] == 'X';
        const char *digits = amp + (hex ? 3 : 2);

        c = g_ascii_isxdigit(*digits) ? g_ascii_strtoull(digits, &stop, hex ? 16 : 10) : 0;
    }
    if (stop != NULL && *stop == ';' && c > 0 && c <= 0x10FFFF && g_unichar_validate((gunichar)c)) {
        g_string_append_unichar(out, (gunichar)c);
        return stop + 1;
    }
    g_string_append_c(out, '&');
    return amp + 1;
}

static void put_html_text(GString *out, const char *p, const char *end)
{
    while (p < end) {
        const char *amp = memchr(p, '&', (size_t)(end - p));

        g_string_append_len(out, p, (amp != NULL ? amp : end) - p);
        p = amp != NULL ? put_entity(out, amp, end) : end;
    }
}

/* Whether the tag between < and > is of that name. */
static bool is_tag(const char *inside, const char *name)
{
    const char *rest = behind(inside, name);

    return rest != NULL && strchr(" \t\n\r/>", *rest) != NULL;
}

/* Whom <a href="…"> names; NULL: nobody. Caller frees. */
static char *user_of_anchor(const char *inside, const char *greater)
{
    static const char attribute[] = "href=";
    g_autofree char *tag = g_strndup(inside, (gsize)(greater - inside));
    const char *href = strstr(tag, attribute);
    const char *quote = href != NULL ? href + strlen(attribute) : "";
    const char *end = *quote == '"' || *quote == '\'' ? strchr(quote + 1, *quote) : NULL;
    g_autoptr(GString) link = g_string_new(NULL);

    if (end != NULL) {
        put_html_text(link, quote + 1, end);
    }
    return user_of_link(link->str);
}

/* A mention in the HTML. */
typedef struct Pill {
    char *id;
    GString *label; /* as it is shown */
} Pill;

static void pill_clear(Pill *pill)
{
    g_clear_pointer(&pill->id, g_free);
    if (pill->label != NULL) {
        g_string_free(g_steal_pointer(&pill->label), TRUE);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pill, pill_clear)

typedef struct Reader {
    const char *p, *end;
    GString *between; /* text since the pill before */
} Reader;

/* Behind the tag at `less`; what old clients quote of the message that is answered is gone past. */
static const char *past_tag(const char *less, const char *greater, const char *end)
{
    static const char close[] = "</" QUOTED ">";
    const char *ends = is_tag(less + 1, QUOTED) ? g_strstr_len(less, end - less, close) : NULL;

    if (ends != NULL) {
        return ends + strlen(close);
    }
    return is_tag(less + 1, QUOTED) ? end : greater + 1;
}

/* Reads on to the next mention; false: there is none. */
static bool next_pill(Reader *reader, Pill *pill)
{
    pill_clear(pill);
    g_string_truncate(reader->between, 0);
    while (reader->p < reader->end) {
        GString *text = pill->id != NULL ? pill->label : reader->between;
        const char *less = memchr(reader->p, '<', (size_t)(reader->end - reader->p));
        const char *greater = less != NULL ? memchr(less, '>', (size_t)(reader->end - less)) : NULL;

        put_html_text(text, reader->p, greater != NULL ? less : reader->end);
        if (greater == NULL) {
            reader->p = reader->end;
            break;
        }
        reader->p = past_tag(less, greater, reader->end);
        if (pill->id != NULL && is_tag(less + 1, "/a")) {
            return true;
        }
        if (pill->id == NULL && is_tag(less + 1, "a")) {
            pill->id = user_of_anchor(less + 1, greater);
            pill->label = pill->id != NULL ? g_string_new(NULL) : NULL;
        }
    }
    return false;
}

/* --- the body --- */

/* The name where it stands in the body, behind as many of its like as the HTML has in front. */
static const char *find_name(const char *body, const GString *name, const char *between)
{
    const char *place = strstr(body, name->str);

    for (const char *like = strstr(between, name->str); like != NULL && place != NULL;
         like = strstr(like + name->len, name->str)) {
        place = strstr(place + name->len, name->str);
    }
    return place;
}

/* Some clients leave the link in the body as it is typed: "[Maria](https://matrix.to/#/@maria:…)".
 * True: from `*start` to `*end`. */
static bool widen_to_link(const char *body, const char *id, const char **start, const char **end)
{
    bool opens = *start > body && (*start)[-1] == '[' && g_str_has_prefix(*end, "](");
    const char *link = opens ? *end + 2 : NULL;
    const char *close = link != NULL ? strchr(link, ')') : NULL;

    if (close == NULL) {
        return false;
    }
    bool angled = *link == '<' && close[-1] == '>';
    g_autofree char *inside = g_strndup(link + angled, (gsize)(close - link) - (angled ? 2 : 0));
    g_autofree char *named = user_of_link(inside);
    if (g_strcmp0(named, id) != 0) {
        return false;
    }
    (*start)--;
    *end = close + 1;
    return true;
}

static char *with_ids(const char *body, const char *html)
{
    GString *out = g_string_sized_new(strlen(body));
    g_autoptr(GString) between = g_string_new(NULL);
    Reader reader = {html, html + strlen(html), between};
    g_auto(Pill) pill = {0};

    while (next_pill(&reader, &pill)) {
        const char *start =
            pill.label->len > 0 ? find_name(body, pill.label, reader.between->str) : NULL;
        const char *end = start != NULL ? start + pill.label->len : NULL;

        if (start != NULL) {
            widen_to_link(body, pill.id, &start, &end);
            g_string_append_len(out, body, start - body);
            g_string_append(out, pill.id);
            body = end;
        }
    }
    g_string_append(out, body);
    return g_string_free(out, FALSE);
}

/* --- the quoted fallback --- */

/* A thread's messages name one before them for old clients, and quote nothing. */
static bool has_quote(const Json *content, const char *html)
{
    const Json *relation = json_object(content, "m.relates_to");

    return (json_object(relation, "m.in_reply_to") != NULL &&
            !json_bool(relation, "is_falling_back")) ||
           behind(html, "<" QUOTED ">") != NULL;
}

static const char *past_quote(const char *body)
{
    const char *p = body;

    while (g_str_has_prefix(p, "> ") || g_str_has_prefix(p, ">\n")) {
        p += strcspn(p, "\n");
        p += *p == '\n';
    }
    return p > body && *p == '\n' ? p + 1 : p;
}

char *matrix_said(const Json *content)
{
    const char *body = json_text(content, "body");
    const char *html =
        strcmp(json_text(content, "format"), HTML) == 0 ? json_text(content, "formatted_body") : "";

    if (has_quote(content, html)) {
        body = past_quote(body);
    }
    return *body != '\0' ? with_ids(body, html) : NULL;
}
