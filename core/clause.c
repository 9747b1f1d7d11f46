/* At each place where a clause may begin, the readers of clause_start.c are asked in turn; what
 * none of them takes is a bare value or prose. Every look-ahead is bounded, so the whole is linear
 * in the text. */

#include "core/clause.h"

#include <string.h>

#include <glib.h>

#include "core/clause_start.h"
#include "core/wording.h"

#define LONGER_BYTES_MAX 80

static const char *const joints[] = {"and", "but", "also", "plus", "then", "with", NULL};

static Slice line_of(const char *text)
{
    return (Slice){text, text + strcspn(text, "\n")};
}

/* A comma that separates, not one inside a number. */
static bool is_comma(Slice rest)
{
    Slice behind = slice_from(rest, 1);

    return slice_starts(rest, ",") &&
           (slice_empty(behind) || strchr(" ,;", *behind.at) != NULL || start_behind_blank(behind));
}

static const char *value_end(Slice text, bool slashes)
{
    size_t same = slice_starts(text, "=") ? 1 : wording_same(text);

    if (same > 0 && start_or_end(slice_from(text, same))) {
        return text.at + same;
    }
    if (start_behind_blank(text)) {
        return text.at;
    }
    for (Slice rest = text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        if (slice_starts(rest, ";") || is_comma(rest) || (slashes && slice_starts(rest, " / ")) ||
            (slice_starts(rest, " ") && start_behind_blank(slice_from(rest, 1)))) {
            return rest.at;
        }
    }
    return text.end;
}

static const char *words_end(Slice text)
{
    for (Slice rest = text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        Slice behind =
            slice_starts(rest, ";") ? slice_skip_blanks(slice_from(rest, 1)) : (Slice){0};

        if (behind.at != NULL && (slice_empty(behind) || start_behind_blank(behind))) {
            return rest.at;
        }
    }
    return text.end;
}

static const char *prose_end(Slice text)
{
    for (Slice rest = text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        Slice behind = slice_from(rest, 1);
        bool comma = slice_starts(rest, ",") && slice_starts(behind, " ");

        if (slice_starts(rest, ";") || (slice_starts(rest, " ") && start_for_sure(behind)) ||
            (comma && start_behind_blank(slice_skip_blanks(behind)))) {
            return rest.at;
        }
    }
    return text.end;
}

/* Without the "and" that joined it to the next clause. */
static Slice without_joint(Slice text)
{
    text = slice_unwrap(text);
    if (slice_phrases(text, joints) == (size_t)(text.end - text.at)) {
        return (Slice){text.end, text.end};
    }
    for (const char *const *joint = joints; *joint != NULL; joint++) {
        size_t len = strlen(*joint) + 1;

        if ((size_t)(text.end - text.at) > len && text.end[-(ptrdiff_t)len] == ' ' &&
            g_ascii_strncasecmp(text.end - len + 1, *joint, len - 1) == 0) {
            text.end -= len;
            return slice_unwrap(text);
        }
    }
    return text;
}

/* Whatever it is, there is a clause: prose if nothing else. Its text is not ended yet. */
static void clause_begin(Slice line, bool inside, Clause *clause)
{
    size_t joint = slice_phrases(line, joints);

    if ((!inside && start_of_sprint(line, clause)) || start_of(line, clause) ||
        (joint > 0 && start_of(slice_skip_blanks(slice_from(line, joint)), clause))) {
        return;
    }
    *clause = (Clause){.text = line};
    if (wording_is_value(line)) {
        clause->kind = CLAUSE_VALUE;
        clause->lead = wording_skip_lead(&clause->text);
        clause->lead = slice_starts(line, "=") ? LEAD_LITERAL : clause->lead;
    }
}

static void clause_end(Clause *clause)
{
    switch (clause->kind) {
    case CLAUSE_PROSE:
        clause->text.end = prose_end(clause->text);
        break;
    case CLAUSE_VALUE:
        clause->text.end = value_end(clause->text, true);
        break;
    case CLAUSE_KR:
    case CLAUSE_CONFIDENCE:
    case CLAUSE_AWAY:
        clause->text.end = value_end(clause->text, false);
        break;
    case CLAUSE_BLOCKED:
    case CLAUSE_LEARNED:
    case CLAUSE_NOTE:
        clause->text.end = words_end(clause->text);
        break;
    case CLAUSE_UNBLOCKED:
        if (clause->marked && slice_empty(clause->text)) {
            clause->text.end = value_end(line_of(clause->text.at), false); /* words, no numbers */
        }
        break;
    case CLAUSE_SKIP:
    case CLAUSE_SAME:
    case CLAUSE_REST:
    case CLAUSE_REVISED:
    case CLAUSE_SPRINT:
    case CLAUSE_KINDS:
        break; /* ended where they began */
    }
}

/* Separators, and the bullets and quotes that people copy along. */
static size_t gap_at(Slice text, bool inside)
{
    static const char *const gaps[] = {
        " ",
        ",",
        ";",
        "/",
        "|",
        "&",
        "`",
        "*",
        "\"",
        "!",
        "\xe2\x80\xa2",
        "\xc2\xb7",
        "\xe2\x80\x9c",
        "\xe2\x80\x9d",
        NULL,
    };
    Slice behind = slice_empty(text) ? text : slice_from(text, 1);
    bool stop = slice_starts(text, ".") && (slice_empty(behind) || slice_starts(behind, " "));
    bool bullet = !inside && slice_starts(text, "-") && slice_starts(behind, " ") &&
                  behind.end - behind.at > 1 && g_ascii_isalpha(behind.at[1]);

    return stop || bullet ? 1 : slice_signs(text, gaps);
}

static void skip_gaps(ClauseReader *reader)
{
    for (Slice line = line_of(reader->at);; line.at = reader->at) {
        size_t gap = gap_at(line, reader->inside);

        if (gap > 0) {
            reader->at += gap;
        } else if (*reader->at == '\n') {
            reader->at++;
            reader->inside = false;
            line = line_of(reader->at);
        } else {
            return;
        }
    }
}

bool clause_next(ClauseReader *reader, Clause *clause)
{
    skip_gaps(reader);
    if (*reader->at == '\0') {
        return false;
    }
    Slice line = line_of(reader->at);

    clause_begin(line, reader->inside, clause);
    clause_end(clause);
    reader->at = clause->text.end;
    reader->inside = true;
    clause->whole = slice_trim((Slice){line.at, clause->text.end});
    clause->text = clause->kind == CLAUSE_KR || clause->kind == CLAUSE_VALUE ||
                           clause->kind == CLAUSE_CONFIDENCE
                       ? without_joint(clause->text)
                       : slice_trim(clause->text);
    return true;
}

void clause_skip_line(ClauseReader *reader)
{
    reader->at = line_of(reader->at).end;
}

Slice clause_longer(const Clause *clause)
{
    Slice text = {clause->text.at, clause->text.at + strcspn(clause->text.at, ";\n")};

    for (Slice rest = text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        Clause next = {0};
        Slice behind = slice_from(rest, 1);
        bool comma = slice_starts(rest, ",") && slice_starts(behind, " ");

        if (comma || (slice_starts(rest, " ") && start_of_kr(behind, &next))) {
            text.end = rest.at;
        } else if (rest.at - text.at >= LONGER_BYTES_MAX) {
            return clause->text;
        }
    }
    return slice_trim(text);
}

char *clause_blanks(const char *text)
{
    GString *out = g_string_sized_new(strlen(text));

    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (c == '\n' || !g_unichar_isspace(c)) {
            g_string_append_unichar(out, c);
        } else if (out->len > 0 && out->str[out->len - 1] != ' ') {
            g_string_append_c(out, ' ');
        }
    }
    return g_string_free(out, FALSE);
}
