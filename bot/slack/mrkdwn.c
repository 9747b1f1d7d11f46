/* One pass over the source: what is ordinary is copied in runs, one table says which bytes are not.
 * A point remembers the last beginning of a word and of a line, so that a text too long goes back
 * to it. */

#include "bot/slack/mrkdwn.h"

#include <stdint.h>
#include <string.h>

#include "bot/slack/typed.h"
#include "core/text.h"
#include "core/words.h"

#define ZERO_WIDTH    "\xE2\x80\x8B" /* U+200B */
#define ELLIPSIS      "…"
#define LOOKALIKE     "\xCB\x8B" /* U+02CB, for a ` where nothing else would do */
#define BULLET        "•"
#define NAME_MAX_LEN  240 /* bytes of a member's name, escaped */
#define GAP_LINES_MAX 2   /* newlines in a row: one empty line */
#define GAP_BLANKS    64  /* blanks in a row */
#define TAIL          96  /* from here to the end, words are counted one by one */

/* Where a text may be cut. */
typedef struct Point {
    const char *at; /* in the source */
    size_t len;     /* of `out` */
    bool bold_on, code_on;
    int depth;
    char marks[SLACK_MARKS_DEEP];
} Point;

typedef struct Writer {
    GString *out;
    size_t start, max;
    const SlackNames *names;
    SlackPiece *piece;
    bool bold_on, code_on; /* our marker stands open in `out` */
    bool closed;           /* one of ours was closed just now */
    bool fresh;            /* nothing but blanks on this line yet */
    bool full;
    size_t lines, blanks; /* the white space that is due before the next word */
    uint8_t before;       /* the source's byte before */
    Point word, line;     /* the last beginning of each; at == NULL: none yet */
    Point hard;           /* when full: where it is, whatever stands there */
} Writer;

/* --- what may be where --- */

static bool is_word(uint8_t c)
{
    return c < 0x80 && g_ascii_isalnum((char)c);
}

static bool is_blank(uint8_t c)
{
    return c == '\0' || c == ' ' || c == '\n' || c == '\t';
}

/* * _ ~ format at the edge of a word; inside of one, or standing alone, they are what they are. */
static bool formats_between(uint8_t before, uint8_t next)
{
    return !(is_blank(before) && is_blank(next)) && !(is_word(before) && is_word(next));
}

/* Bytes that are dropped: they must not hide a word from us that they do not hide from Slack. */
static size_t unseen_len(const char *p)
{
    uint8_t c = (uint8_t)p[0], second = c != 0 ? (uint8_t)p[1] : 0;

    if ((c > 0 && c < ' ' && c != '\n' && c != '\t') || c == 0x7F) {
        return 1;
    }
    if (c == 0xC2 && second >= 0x80 && second <= 0x9F) {
        return 2;
    }
    uint8_t third = c == 0xE2 && second != 0 ? (uint8_t)p[2] : 0;
    bool turns = (second == 0x80 && third >= 0xAA && third <= 0xAE) ||
                 (second == 0x81 && third >= 0xA6 && third <= 0xA9);
    return turns ? 3 : 0;
}

static bool is_name_char(char c)
{
    return is_word((uint8_t)c) || (uint8_t)c >= 0x80 || (c != '\0' && strchr("_+-'", c) != NULL);
}

/* Whether ":name:" begins at the colon. */
static bool is_emoji(const char *colon)
{
    const char *p = colon + 1;

    while (p - colon <= 100 && (is_name_char(*p) || unseen_len(p) > 0)) {
        p++;
    }
    return p > colon + 1 && *p == ':';
}

static bool begins_with(const char *p, const char *word)
{
    for (; *word != '\0'; word++, p++) {
        for (size_t len = unseen_len(p); len > 0; len = unseen_len(p)) {
            p += len;
        }
        if (g_ascii_tolower(*p) != *word) {
            return false;
        }
    }
    return true;
}

/* Whether `after` goes on as one of the words that call a whole channel. */
static bool calls_all(const char *after)
{
    static const char *const words[] = {"here", "channel", "everyone", "group"};

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (begins_with(after, words[i])) {
            return true;
        }
    }
    return false;
}

/* --- writing --- */

static bool has_mark(const Writer *w, char mark)
{
    for (int i = 0; i < MIN(w->piece->depth, SLACK_MARKS_DEEP); i++) {
        if (w->piece->marks[i] == mark) {
            return true;
        }
    }
    return false;
}

/* False, and full, when it does not fit; what closes the markers always does. */
static bool put(Writer *w, const char *bytes, size_t len)
{
    size_t closers = (size_t)w->bold_on + (size_t)w->code_on;

    if (w->full || w->out->len - w->start + len + closers > w->max) {
        w->full = true;
        return false;
    }
    text_add(w->out, bytes, len);
    return true;
}

static void close_code(Writer *w)
{
    if (w->code_on) {
        g_string_append_c(w->out, '`');
        w->code_on = false;
        w->closed = true;
    }
}

static void close_bold(Writer *w)
{
    if (w->bold_on) {
        g_string_append_c(w->out, '*');
        w->bold_on = false;
        w->closed = true;
    }
}

static bool ends_in_zero_width(const Writer *w)
{
    return w->out->len - w->start >= strlen(ZERO_WIDTH) &&
           memcmp(w->out->str + w->out->len - strlen(ZERO_WIDTH), ZERO_WIDTH, strlen(ZERO_WIDTH)) ==
               0;
}

/* Our markers format at the edge of a word only; inside of one an edge is made. */
static bool put_marker(Writer *w, const char *marker, bool *on)
{
    uint8_t last = w->out->len > w->start ? (uint8_t)w->out->str[w->out->len - 1] : ' ';

    if ((is_word(last) || last >= 0x80) && !ends_in_zero_width(w) &&
        !put(w, ZERO_WIDTH, strlen(ZERO_WIDTH))) {
        return false;
    }
    *on = true; /* room for its twin is kept from here */
    if (!put(w, marker, 1)) {
        *on = false;
        return false;
    }
    return true;
}

/* Written field by field and rarely read: a copy of the whole would wait for its parts. */
static void point_here(Point *point, const Writer *w, const char *at)
{
    point->at = at;
    point->len = w->out->len;
    point->bold_on = w->bold_on;
    point->code_on = w->code_on;
    point->depth = w->piece->depth;
    memcpy(point->marks, w->piece->marks, sizeof point->marks);
}

static bool put_gap(Writer *w, const char *at)
{
    if (w->out->len > w->start) {
        point_here(&w->word, w, at);
        if (w->lines > 0) {
            point_here(&w->line, w, at);
            if (!put(w, "\n\n", MIN(w->lines, GAP_LINES_MAX))) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < MIN(w->blanks, GAP_BLANKS); i++) {
        if (!put(w, " ", 1)) {
            return false;
        }
    }
    w->lines = w->blanks = 0;
    w->closed = false;
    return true;
}

static bool ends_in_at(const Writer *w)
{
    return w->out->len > w->start && w->out->str[w->out->len - 1] == '@';
}

/* The white space, an edge behind a marker of ours, something between an @ and the words that would
 * call everybody, and the markers that are due. */
static bool put_due(Writer *w, const char *at)
{
    if ((w->lines > 0 || w->blanks > 0) && !put_gap(w, at)) {
        return false;
    }
    if (w->closed && (is_word((uint8_t)*at) || (uint8_t)*at >= 0x80) &&
        !put(w, ZERO_WIDTH, strlen(ZERO_WIDTH))) {
        return false;
    }
    w->closed = false;
    if (ends_in_at(w) && calls_all(at) && !put(w, ZERO_WIDTH, strlen(ZERO_WIDTH))) {
        return false;
    }
    if (w->piece->code) {
        return true;
    }
    if (!w->bold_on && !w->code_on && has_mark(w, MARK_BOLD[0]) &&
        !put_marker(w, "*", &w->bold_on)) {
        return false;
    }
    return w->code_on || !has_mark(w, MARK_CODE[0]) || put_marker(w, "`", &w->code_on);
}

/* Before anything that is seen. */
static bool begin(Writer *w, const char *at)
{
    bool due = w->lines > 0 || w->blanks > 0 || w->closed || w->piece->depth > 0 || ends_in_at(w);

    return !due || put_due(w, at);
}

/* A word that is not cut: an escape, a mention. */
static void put_token(Writer *w, const char *at, const char *bytes, size_t len)
{
    Point before;

    point_here(&before, w, at);
    if (!begin(w, at) || !put(w, bytes, len)) {
        w->hard = before;
    }
    w->fresh = false;
}

/* --- what stands in the source --- */

static const char *put_amp(Writer *w, const char *p)
{
    put_token(w, p, "&amp;", 5);
    return p + 1;
}

static void put_name(Writer *w, const char *at, const char *id)
{
    const char *known =
        w->names != NULL && w->names->name != NULL ? w->names->name(w->names->arg, id) : "";
    g_autoptr(GString) name = g_string_new("@");

    if (known == NULL || *known == '\0') {
        known = id;
    }
    slack_mrkdwn(name, known, NAME_MAX_LEN, NULL);
    if (name->len == 1 || calls_all(name->str + 1)) {
        g_string_insert(name, 1, ZERO_WIDTH);
    }
    put_token(w, at, name->str, name->len);
}

static const char *put_less(Writer *w, const char *p)
{
    SlackTyped typed;

    if (!slack_typed(p, &typed)) {
        put_token(w, p, "&lt;", 4);
        return p + 1;
    }
    put_name(w, p, typed.id);
    return typed.end;
}

static const char *put_greater(Writer *w, const char *p)
{
    bool quotes = w->fresh && !w->piece->code;

    put_token(w, p, quotes ? ZERO_WIDTH "&gt;" : "&gt;", quotes ? 7 : 4);
    return p + 1;
}

/* A marker with U+200B on either side. */
static void put_blunt(Writer *w, const char *p)
{
    char bytes[] = ZERO_WIDTH "?" ZERO_WIDTH;
    bool follows = ends_in_zero_width(w) && w->lines == 0 && w->blanks == 0;
    size_t skip = follows && w->before > MARK_MEMBER[0] ? strlen(ZERO_WIDTH) : 0;

    bytes[strlen(ZERO_WIDTH)] = *p;
    put_token(w, p, bytes + skip, sizeof bytes - 1 - skip);
}

static const char *put_marker_char(Writer *w, const char *p)
{
    bool literal = w->piece->code || has_mark(w, MARK_CODE[0]);

    if (!literal && formats_between(w->before, (uint8_t)p[1])) {
        put_blunt(w, p);
    } else {
        put_token(w, p, p, 1);
    }
    return p + 1;
}

static const char *put_backtick(Writer *w, const char *p)
{
    bool doubled = w->out->len > w->start && w->out->str[w->out->len - 1] == '`';

    if (w->piece->code) {
        put_token(w, p, doubled ? ZERO_WIDTH "`" : "`", doubled ? 4 : 1);
    } else if (has_mark(w, MARK_CODE[0])) {
        put_token(w, p, LOOKALIKE, strlen(LOOKALIKE));
    } else {
        put_blunt(w, p);
    }
    return p + 1;
}

static const char *put_colon(Writer *w, const char *p)
{
    bool literal = w->piece->code || has_mark(w, MARK_CODE[0]);

    put_token(w, p, ":" ZERO_WIDTH, !literal && is_emoji(p) ? 4 : 1);
    return p + 1;
}

/* Alone, so that what follows it is looked at. */
static const char *put_at(Writer *w, const char *p)
{
    put_token(w, p, "@", 1);
    return p + 1;
}

static const char *put_newline(Writer *w, const char *p)
{
    close_code(w); /* no marker reaches over the end of a line */
    close_bold(w);
    w->lines++;
    w->blanks = 0;
    w->fresh = true;
    return p + 1;
}

static const char *put_blank(Writer *w, const char *p)
{
    w->blanks++;
    return p + 1;
}

static bool is_bullet(const char *p)
{
    return strncmp(p, BULLET, strlen(BULLET)) == 0;
}

/* What begins with E2 or C2 and is not ordinary: bullets, what turns the direction of a line, C1
 * controls. */
static const char *put_lead(Writer *w, const char *p)
{
    bool lists = w->fresh && !w->piece->code;

    if (!is_bullet(p)) {
        return p + unseen_len(p);
    }
    put_token(w, p, lists ? ZERO_WIDTH BULLET : BULLET,
              lists ? strlen(ZERO_WIDTH BULLET) : strlen(BULLET));
    return p + strlen(BULLET);
}

static const char *drop(Writer *w, const char *p)
{
    (void)w;
    return p + 1;
}

static const char *open_mark(Writer *w, const char *p)
{
    if (w->piece->depth < SLACK_MARKS_DEEP) {
        w->piece->marks[w->piece->depth] = *p;
    }
    w->piece->depth++;
    return p + 1;
}

static const char *end_mark(Writer *w, const char *p)
{
    if (w->piece->depth > 0) {
        w->piece->depth--;
    }
    if (!has_mark(w, MARK_CODE[0])) {
        close_code(w);
    }
    if (!has_mark(w, MARK_BOLD[0])) {
        close_bold(w);
    }
    return p + 1;
}

static const char *put_member(Writer *w, const char *p)
{
    const char *end = strchr(p, MARK_END[0]);

    if (end == NULL) {
        return p + 1;
    }
    g_autofree char *id = g_strndup(p + 1, (gsize)(end - p - 1));
    bool literal = w->piece->code || has_mark(w, MARK_CODE[0]);

    if (!literal && slack_is_member(id, strlen(id))) {
        g_autofree char *mention = g_strdup_printf("<@%s>", id);

        put_token(w, p, mention, strlen(mention));
    } else {
        put_name(w, p, id);
    }
    return end + 1;
}

typedef const char *(*Put)(Writer *w, const char *p);

static const Put handlers[256] = {
    ['\0'] = drop, /* where every run ends */
    [0x01] = open_mark,      [0x02] = open_mark,   [0x03] = end_mark,       [0x04] = put_member,
    ['\t'] = put_blank,      ['\n'] = put_newline, [0x7F] = drop,           ['&'] = put_amp,
    ['<'] = put_less,        ['>'] = put_greater,  ['*'] = put_marker_char, ['_'] = put_marker_char,
    ['~'] = put_marker_char, ['`'] = put_backtick, [':'] = put_colon,       ['@'] = put_at,
    [0xE2] = put_lead,       [0xC2] = put_lead,    [0x05] = drop,           [0x06] = drop,
    [0x07] = drop,           [0x08] = drop,        [0x0B] = drop,           [0x0C] = drop,
    [0x0D] = drop,           [0x0E] = drop,        [0x0F] = drop,           [0x10] = drop,
    [0x11] = drop,           [0x12] = drop,        [0x13] = drop,           [0x14] = drop,
    [0x15] = drop,           [0x16] = drop,        [0x17] = drop,           [0x18] = drop,
    [0x19] = drop,           [0x1A] = drop,        [0x1B] = drop,           [0x1C] = drop,
    [0x1D] = drop,           [0x1E] = drop,        [0x1F] = drop,
};

/* --- runs --- */

static const char *plain_end(const char *p)
{
    while (handlers[(uint8_t)*p] == NULL) {
        p++;
    }
    return p;
}

/* Behind the ordinary bytes that begin at `p`. */
static const char *run_end(const char *p)
{
    const char *end = plain_end(p);

    while (handlers[(uint8_t)*end] == put_lead && !is_bullet(end) && unseen_len(end) == 0) {
        end = plain_end(end + 1);
    }
    return end;
}

/* As much of the run as fits, up to a character's end; for a word longer than a piece. */
static size_t fitting(const Writer *w, const char *run, size_t len)
{
    size_t used = w->out->len - w->start + (size_t)w->bold_on + (size_t)w->code_on;
    size_t room = used < w->max ? w->max - used : 0;

    len = MIN(len, room);
    while (len > 0 && ((uint8_t)run[len] & 0xC0) == 0x80) {
        len--;
    }
    return len;
}

/* One word of a run, or several. */
static void put_word(Writer *w, const char *word, size_t len)
{
    Point before;

    point_here(&before, w, word);
    if (!begin(w, word)) {
        w->hard = before;
    } else if (!put(w, word, len)) {
        size_t part = fitting(w, word, len);

        text_add(w->out, word, part);
        point_here(&w->hard, w, word + part);
    }
    w->fresh = false;
}

/* Ordinary bytes up to `end`: as they are while there is room, then word by word. */
static void put_run(Writer *w, const char *run, const char *end)
{
    const char *last = end;

    while (last > run && last[-1] == ' ') {
        last--;
    }
    while (run < last && !w->full) {
        for (; *run == ' '; run++) {
            w->blanks++;
        }
        size_t len = (size_t)(last - run);

        if (w->out->len - w->start + len + TAIL > w->max) {
            const char *blank = memchr(run, ' ', len);

            len = blank != NULL ? (size_t)(blank - run) : len;
        }
        put_word(w, run, len);
        run += len;
    }
    w->blanks += (size_t)(end - MAX(last, run));
}

/* --- pieces --- */

static void go_back(Writer *w, const Point *point)
{
    g_string_truncate(w->out, point->len);
    w->bold_on = point->bold_on;
    w->code_on = point->code_on;
    w->piece->depth = point->depth;
    memcpy(w->piece->marks, point->marks, sizeof point->marks);
    w->piece->rest = point->at;
}

/* The end of a line or of a word is the better place, unless it leaves half of the room empty. */
static Point best_cut(const Writer *w)
{
    const Point *const points[] = {&w->line, &w->word};

    for (size_t i = 0; i < G_N_ELEMENTS(points); i++) {
        if (points[i]->at != NULL && (points[i]->len - w->start) * 2 > w->max) {
            return *points[i];
        }
    }
    return w->hard;
}

void slack_mrkdwn_piece(GString *out, SlackPiece *piece, size_t max, const SlackNames *names)
{
    Writer w = {
        .out = out, .start = out->len, .max = max, .names = names, .piece = piece, .fresh = true};
    const char *p = piece->rest;

    while (*p != '\0' && !w.full) {
        const char *run = p;

        p = run_end(run);
        if (p > run) {
            put_run(&w, run, p);
            w.before = (uint8_t)p[-1];
        }
        if (*p != '\0' && !w.full) {
            uint8_t c = (uint8_t)*p;

            p = handlers[c](&w, p);
            w.before = c;
        }
    }
    piece->rest = NULL;
    if (w.full) {
        Point cut = best_cut(&w);

        go_back(&w, &cut);
    }
    close_code(&w);
    close_bold(&w);
}

/* --- one text --- */

static SlackPiece whole(const char *text, bool bold)
{
    return bold ? (SlackPiece){.rest = text, .depth = 1, .marks = {MARK_BOLD[0]}}
                : (SlackPiece){.rest = text};
}

static void put_cut(GString *out, const char *text, bool bold, size_t max, const SlackNames *names)
{
    SlackPiece piece = whole(text, bold);
    size_t start = out->len;

    slack_mrkdwn_piece(out, &piece, max, names);
    if (piece.rest != NULL) {
        g_string_truncate(out, start);
        if (max >= strlen(ELLIPSIS)) {
            piece = whole(text, bold);
            slack_mrkdwn_piece(out, &piece, max - strlen(ELLIPSIS), names);
            g_string_append(out, ELLIPSIS);
        }
    }
}

void slack_mrkdwn(GString *out, const char *text, size_t max, const SlackNames *names)
{
    put_cut(out, text, false, max, names);
}

void slack_mrkdwn_bold(GString *out, const char *text, size_t max, const SlackNames *names)
{
    put_cut(out, text, true, max, names);
}
