#pragma once

/* Text to and from Slack (Slack's formatting reference). Out: the three characters that mean
 * something are escaped, marks become *bold*, `code` and mentions, and nothing else of what people
 * wrote can become a mention, a link or formatting. In: entities and <…> forms become plain text.
 *
 * A U+200B on either side of a marker (or behind the first character of a mention or an emoji's
 * name) keeps it from formatting; core/text.h takes it out again where somebody copies the text
 * back. */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

/* What a member is called, for text that names one without mentioning them; "" when not known. The
 * result is borrowed until the next call. */
typedef const char *(*SlackName)(void *arg, const char *member);

typedef struct SlackNames {
    SlackName name; /* NULL: ids are shown */
    void *arg;
} SlackNames;

/* For mrkdwn objects (with verbatim: true) and top-level text. Marks as in core/words.h. At most
 * `max` bytes (so at most as many characters) after escaping; what is cut ends in "…" and never
 * inside an escape, a mark or a character. Literal "<@U123>" that a person typed becomes "@name".
 * Appends. */
void slack_mrkdwn(GString *out, const char *text, size_t max, const SlackNames *names);
/* The same, all of it bold. */
void slack_mrkdwn_bold(GString *out, const char *text, size_t max, const SlackNames *names);

#define SLACK_MARKS_DEEP 8 /* marks inside marks; deeper ones change nothing */

/* A text in pieces, where it is longer than one block may hold. */
typedef struct SlackPiece {
    const char *rest; /* what is still to be said; NULL: nothing */
    bool code;        /* it will stand between ```, where only a ``` of its own means something */
    int depth;        /* of the marks that are open where `rest` begins */
    char marks[SLACK_MARKS_DEEP];
} SlackPiece;

/* Appends what fits into `max` bytes (at least 300), up to the end of a line or a word where there
 * is one, and moves on. */
void slack_mrkdwn_piece(GString *out, SlackPiece *piece, size_t max, const SlackNames *names);

/* The UTF-16 units of a text. */
size_t slack_units(const char *text);
/* For plain_text objects: marks removed, members as @name, nothing escaped, at most `max`
 * characters (UTF-16 units, since Slack does not say what it counts). */
void slack_plain(GString *out, const char *text, size_t max, const SlackNames *names);
/* What a person sent: "&lt;" and so on decoded; <@U123|maria> → <@U123> (core/mention.h reads it),
 * <#C1|west> → #west, <!subteam^S1|@sales> → <!subteam^S1>, <!here> → @here, <https://x|label> →
 * label (or the URL where there is no label), <!date^…|fallback> → fallback. Caller frees; `*len`
 * its bytes, which may hold NULs. */
char *slack_decode(const char *text, size_t len, size_t *out_len);
