/* At each place where a clause may begin, the readers below are asked in turn; what none of them takes is a bare value
 * or prose. Every look-ahead is bounded, so the whole is linear in the text. */

#include "core/clause.h"

#include <string.h>

#include <glib.h>

#include "core/value.h"

#define NUMBER_DIGITS_MAX 9
#define LIST_MAX          20
#define VALUE_BYTES_MAX   64
#define LONGER_BYTES_MAX  80

static const char *const we_are[] = {
    "we are", "we're", "we are still", "we're still", "i am",      "i'm",
    "still",  "is",    "i am still",   "i'm still",   "currently", NULL,
};
static const char *const we[] = {"we", "i", "today we", "today i", "we have", "i have", "i've", "we've", NULL};
static const char *const our[] = {"my", "our", "the", "team", NULL};

typedef struct Keyword {
    const char *words;
    ClauseKind kind;
    bool colon;               /* counts only with a colon behind it: the word alone is too common */
    bool marked;              /* as Clause.marked, also without a colon */
    const char *const *leads; /* what may stand in front; NULL: nothing */
} Keyword;

/* Longer ones first. */
static const Keyword keywords[] = {
    {"confidence level", CLAUSE_CONFIDENCE, .leads = our},
    {"confidence", CLAUSE_CONFIDENCE, .leads = our},
    {"conf.", CLAUSE_CONFIDENCE},
    {"conf", CLAUSE_CONFIDENCE},
    {"blocked by", CLAUSE_BLOCKED, .marked = true, .leads = we_are},
    {"blocked on", CLAUSE_BLOCKED, .marked = true, .leads = we_are},
    {"blocked", CLAUSE_BLOCKED, .leads = we_are},
    {"blocker is", CLAUSE_BLOCKED, .marked = true, .leads = our},
    {"blockers", CLAUSE_BLOCKED, .colon = true},
    {"blocker", CLAUSE_BLOCKED, .colon = true},
    {"blocking", CLAUSE_BLOCKED, .colon = true},
    {"learned that", CLAUSE_LEARNED, .marked = true, .leads = we},
    {"learnt that", CLAUSE_LEARNED, .marked = true, .leads = we},
    {"learned", CLAUSE_LEARNED, .leads = we},
    {"learnt", CLAUSE_LEARNED, .leads = we},
    {"lesson learned", CLAUSE_LEARNED, .colon = true},
    {"lessons learned", CLAUSE_LEARNED, .colon = true},
    {"lesson learnt", CLAUSE_LEARNED, .colon = true},
    {"lessons", CLAUSE_LEARNED, .colon = true},
    {"lesson", CLAUSE_LEARNED, .colon = true},
    {"learnings", CLAUSE_LEARNED, .colon = true},
    {"learning", CLAUSE_LEARNED, .colon = true},
    {"notes", CLAUSE_NOTE, .colon = true},
    {"note", CLAUSE_NOTE, .colon = true},
};

static const char *const sames[] = {
    "same",          "the same",       "all same",          "all the same",   "all unchanged", "unchanged",
    "no change",     "no changes",     "not changed",       "nothing changed", "did not move", "didn't move",
    "still same",    "still the same", "still unchanged",   "has not changed", "hasn't changed", "ditto",
    "has not moved", "hasn't moved",   "nothing has changed", "nothing moved", "no movement",  NULL,
};
static const char *const same_tails[] = {
    "as yesterday", "as before", "as last time", "since yesterday", "today", "again", "for now", NULL,
};
static const char *const rests[] = {
    "rest",          "the rest",        "rest is",  "the rest is", "others",  "the others", "others are",
    "all others",    "all the others",  "all else", "the others are", "rest are", "the rest are",
    "everything else", "everything else is", NULL,
};
static const char *const excepts[] = {"except", "except for", "but", "apart from", "besides", NULL};

static const char *const away_leads[] = {"i'm", "i am", "im", "i will be", "i'll be", NULL};
static const char *const away_words[] = {
    "away", "ooo", "out of office", "out of the office", "on vacation", "on holiday", "on leave",
    "on pto", "off sick", "out sick", "sick", "day off", NULL,
};
static const char *const off_words[] = {"off", "out", NULL}; /* with "I'm" in front or "today" behind */
static const char *const today_words[] = {"today", "for today", "for the day", "all day", "the whole day", NULL};
static const char *const until_words[] = {"until", "till", "tomorrow", "next", "for", NULL};

static const char *const fillers[] = {
    "is",        "is now",       "is at",    "is now at", "now",         "now at",  "now is",     "at",
    "to",        "went up to",   "went to",  "went down to", "up to",    "down to", "is up to",   "is down to",
    "rose to",   "fell to",      "grew to",  "dropped to", "climbed to", "moved to", "reached",
    "stands at", "is still",     "still at", "still",     "stays at",    "stays",   "remains at", "remains",
    "today",     "is still at",  NULL,
};
static const char *const arrows[] = {"->", "=>", "=", "\xe2\x86\x92", NULL};

static const char *const doubts[] = {
    "maybe",    "perhaps", "about",   "around",  "roughly",  "approx",    "approximately", "almost",
    "nearly",   "circa",   "ca",      "i think", "i guess",  "i believe", "probably",      "likely",
    "hopefully", "should be", "could be", "might be", "or so", "ish",     "give or take",  "estimated",
    "not sure", "unsure",  NULL,
};
static const char *const doubt_signs[] = {"~", "\xe2\x89\x88", "?", NULL};

static const char *const joints[] = {"and", "but", "also", "plus", "then", "with", NULL};
static const char *const numbers_between[] = {",", ", and", "and", "&", "#", ", #", NULL};
static const char *const unblocked_words[] = {"unblocked", "unblock", "cleared", "cleared blocker", NULL};
static const char *const cleared_words[] = {
    "cleared",   "is cleared",  "done", "is done",  "solved", "is solved",
    "resolved",  "is resolved", "gone", "is gone",  "fixed",  "is fixed", NULL,
};

/* Signs ------------------------------------------------------------------------------------------------------------ */

/* As slice_phrases, for what is no word: a boundary does not matter. */
static size_t sign_at(Slice text, const char *const *signs)
{
    for (; *signs != NULL; signs++) {
        if (slice_starts(text, *signs)) {
            return strlen(*signs);
        }
    }
    return 0;
}

static Slice skip_blanks(Slice text)
{
    return slice_from(text, slice_blanks(text));
}

static bool starts_with(Slice text, char c)
{
    return !slice_empty(text) && *text.at == c;
}

static size_t dash_at(Slice text)
{
    static const char *const dashes[] = {"-", "\xe2\x80\x93", "\xe2\x80\x94", NULL};

    return sign_at(text, dashes);
}

/* A whole number at the start of the text; 0 bytes when there is none. Too many digits make a number nobody has. */
static size_t number_at(Slice text, int32_t *number)
{
    size_t n = 0;
    int32_t value = 0;

    for (; text.at + n < text.end && g_ascii_isdigit(text.at[n]); n++) {
        value = n < NUMBER_DIGITS_MAX ? value * 10 + g_ascii_digit_value(text.at[n]) : INT32_MAX;
    }
    *number = value;
    return n;
}

/* A number ended there, and was not the beginning of a value: "1%", "1.5", "1,200", "1k". */
static bool number_ends(Slice rest)
{
    if (slice_empty(rest)) {
        return true;
    }
    gunichar c = g_utf8_get_char(rest.at);
    bool digit_follows = rest.end - rest.at > 1 && g_ascii_isdigit(rest.at[1]);

    return !g_unichar_isalnum(c) && c != '%' && !((c == '.' || c == ',' || c == '/') && digit_follows);
}

/* Starts of clauses ------------------------------------------------------------------------------------------------ */

/* Skips what leads up to a value: ":", "=", "is now". True when it says that the value itself follows. */
static bool skip_lead(Slice *text)
{
    bool absolute = false;

    for (;;) {
        *text = slice_trim(*text);
        size_t filler = slice_phrases(*text, fillers);
        size_t len = filler > 0 ? filler : sign_at(*text, arrows);

        if (len > 0) {
            absolute = true;
        } else if (starts_with(*text, ':')) {
            len = 1;
        } else {
            return absolute;
        }
        *text = slice_from(*text, len);
    }
}

static bool kr_at(Slice line, Clause *clause)
{
    static const char *const names[] = {"kr", "key result", NULL};
    Slice rest = line;

    for (const char *const *name = names; *name != NULL; name++) {
        if (g_ascii_strncasecmp(line.at, *name, strlen(*name)) == 0) {
            rest = skip_blanks(slice_from(line, strlen(*name)));
            break;
        }
    }
    if (starts_with(rest, '#')) {
        rest = slice_from(rest, 1);
    }
    size_t digits = rest.at > line.at ? number_at(rest, &clause->number) : 0;
    rest = slice_from(rest, digits);
    if (digits == 0 || !number_ends(rest)) {
        return false;
    }
    clause->kind = CLAUSE_KR;
    clause->absolute = skip_lead(&rest);
    clause->text = rest;
    return true;
}

/* The keyword's length with what may lead up to it; 0: it is not there. */
static size_t keyword_length(Slice line, const Keyword *keyword)
{
    size_t lead = keyword->leads != NULL ? slice_phrases(line, keyword->leads) : 0;
    Slice behind = skip_blanks(slice_from(line, lead));
    size_t len = slice_phrase(behind, keyword->words);

    return len > 0 ? (size_t)(behind.at - line.at) + len : 0;
}

static Slice skip_dashes(Slice text)
{
    text = skip_blanks(text);
    return slice_from(text, clause_loose_dash(text));
}

static bool keyword_at(Slice line, Clause *clause)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keywords); i++) {
        const Keyword *keyword = &keywords[i];
        size_t len = keyword_length(line, keyword);
        Slice rest = skip_blanks(slice_from(line, len));
        bool colon = starts_with(rest, ':');

        if (len == 0 || (keyword->colon && !colon)) {
            continue;
        }
        clause->kind = keyword->kind;
        clause->marked = colon || keyword->marked;
        clause->text = colon ? slice_from(rest, 1) : rest;
        if (keyword->kind == CLAUSE_CONFIDENCE) {
            (void)skip_lead(&clause->text);
        } else {
            clause->text = skip_dashes(clause->text);
        }
        return true;
    }
    return false;
}

/* A number of a list ended there: "1,2" are two. */
static bool item_ends(Slice rest)
{
    return number_ends(rest) || starts_with(rest, ',');
}

/* "1", "1, 2 and 3": its length, as far as it is nothing but numbers. */
static size_t numbers_at(Slice text)
{
    Slice rest = text;
    size_t taken = 0;

    for (int i = 0; i < LIST_MAX; i++) {
        int32_t number = 0;

        rest = skip_blanks(rest);
        rest = skip_blanks(slice_from(rest, slice_phrases(rest, numbers_between)));
        size_t digits = number_at(rest, &number);
        if (digits == 0 || !item_ends(slice_from(rest, digits))) {
            break;
        }
        rest = slice_from(rest, digits);
        taken = (size_t)(rest.at - text.at);
    }
    return taken;
}

/* Nothing belongs to the words in front of `rest` any more. */
static bool ends_here(Slice rest)
{
    Clause next = {0};

    while (starts_with(rest, ' ') || starts_with(rest, '.') || starts_with(rest, '!')) {
        rest = slice_from(rest, 1);
    }
    return slice_empty(rest) || strchr(",;/", *rest.at) != NULL || kr_at(rest, &next) ||
           keyword_at(rest, &next) || slice_phrases(rest, unblocked_words) > 0 ||
           slice_phrases(rest, rests) > 0 || slice_phrases(rest, sames) > 0;
}

/* "blocker 1 is cleared" */
static bool cleared_at(Slice line, Clause *clause)
{
    Slice rest = skip_blanks(slice_from(line, slice_phrase(line, "blocker")));
    size_t numbers = rest.at > line.at ? numbers_at(rest) : 0;
    Slice behind = skip_blanks(slice_from(rest, numbers));
    size_t cleared = numbers > 0 ? slice_phrases(behind, cleared_words) : 0;

    if (cleared == 0) {
        return false;
    }
    clause->kind = CLAUSE_UNBLOCKED;
    clause->text = (Slice){rest.at, behind.at + cleared};
    return true;
}

static bool unblocked_at(Slice line, Clause *clause)
{
    size_t len = slice_phrases(line, unblocked_words);
    Slice rest = skip_blanks(slice_from(line, len));
    bool colon = starts_with(rest, ':');

    if (len == 0) {
        return cleared_at(line, clause);
    }
    rest = colon ? skip_blanks(slice_from(rest, 1)) : rest;
    size_t numbers = numbers_at(rest);
    Slice behind = slice_from(rest, numbers);
    if (!colon && !ends_here(behind)) {
        return false; /* "unblocked 2 deals" */
    }
    clause->kind = CLAUSE_UNBLOCKED;
    clause->marked = colon;
    clause->text = (Slice){rest.at, behind.at};
    if (numbers == 0 && colon) {
        clause->text.end = rest.at + strcspn(rest.at, ";\n"); /* words instead of numbers */
    }
    return true;
}

static size_t same_length(Slice text)
{
    size_t len = slice_phrases(text, sames);

    while (len > 0) {
        Slice rest = skip_blanks(slice_from(text, len));
        size_t tail = slice_phrases(rest, same_tails);

        if (tail == 0) {
            break;
        }
        len = (size_t)(rest.at - text.at) + tail;
    }
    return len;
}

static bool clause_ends(Slice line, size_t len, ClauseKind kind, Clause *clause)
{
    if (len == 0 || !ends_here(slice_from(line, len))) {
        return false;
    }
    clause->kind = kind;
    clause->text = (Slice){line.at, line.at + len};
    return true;
}

/* "rest same"; "same except" in front of a key result. */
static bool rest_at(Slice line, Clause *clause)
{
    size_t rest_len = slice_phrases(line, rests);
    Slice behind = skip_blanks(slice_from(line, rest_len));
    size_t same = same_length(behind);
    Slice tail = skip_blanks(slice_from(behind, same));
    size_t except = rest_len == 0 && same > 0 ? slice_phrases(tail, excepts) : 0;
    Clause next = {0};

    if (except > 0 && kr_at(skip_blanks(slice_from(tail, except)), &next)) {
        clause->kind = CLAUSE_REST;
        clause->text = (Slice){line.at, tail.at + except};
        return true;
    }
    return rest_len > 0 && same > 0 &&
           clause_ends(line, (size_t)(behind.at - line.at) + same, CLAUSE_REST, clause);
}

static bool same_at(Slice line, Clause *clause)
{
    size_t len = starts_with(line, '=') ? 1 : same_length(line);

    return clause_ends(line, len, CLAUSE_SAME, clause);
}

static bool skip_at(Slice line, Clause *clause)
{
    size_t len = starts_with(line, '?') ? 1 : dash_at(line);

    return clause_ends(line, len, CLAUSE_SKIP, clause);
}

static bool away_at(Slice line, Clause *clause)
{
    size_t lead = slice_phrases(line, away_leads);
    Slice words = skip_blanks(slice_from(line, lead));
    size_t away = slice_phrases(words, away_words);
    size_t off = away == 0 ? slice_phrases(words, off_words) : 0;
    Slice rest = skip_blanks(slice_from(words, away + off));
    size_t today = slice_phrases(rest, today_words);
    bool until = slice_phrases(rest, until_words) > 0 && today == 0;

    if (away + off == 0 || (off > 0 && lead == 0 && today == 0)) {
        return false;
    }
    if (until) {
        clause->kind = CLAUSE_AWAY;
        clause->text = rest;
        return true;
    }
    rest = slice_from(rest, today);
    if (!ends_here(rest)) {
        return false;
    }
    clause->kind = CLAUSE_AWAY;
    clause->text = (Slice){rest.at, rest.at};
    return true;
}

/* What may begin behind a blank. */
bool clause_starts(Slice line)
{
    Clause clause = {0};

    return kr_at(line, &clause) || keyword_at(line, &clause) || unblocked_at(line, &clause) ||
           rest_at(line, &clause) || same_at(line, &clause);
}

/* What ends prose wherever it stands. */
static bool starts_surely(Slice line)
{
    Clause clause = {0};

    if (kr_at(line, &clause)) {
        return clause_is_value(clause.text) || same_length(clause.text) > 0;
    }
    if (!keyword_at(line, &clause)) {
        return false;
    }
    bool number = !slice_empty(clause.text) && g_ascii_isdigit(*clause.text.at);
    return clause.kind == CLAUSE_CONFIDENCE ? number : clause.marked;
}

/* Ends of clauses -------------------------------------------------------------------------------------------------- */

/* A comma that separates, not one inside a number. */
static bool is_comma(Slice rest)
{
    Slice behind = slice_from(rest, 1);

    return starts_with(rest, ',') &&
           (slice_empty(behind) || strchr(" ,;", *behind.at) != NULL || clause_starts(behind));
}

static const char *value_end(Slice text, bool slashes)
{
    size_t same = same_length(text);

    if (same > 0 && ends_here(slice_from(text, same))) {
        return text.at + same;
    }
    if (clause_starts(text)) {
        return text.at;
    }
    for (Slice rest = text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        if (starts_with(rest, ';') || is_comma(rest) || (slashes && slice_starts(rest, " / ")) ||
            (starts_with(rest, ' ') && clause_starts(slice_from(rest, 1)))) {
            return rest.at;
        }
    }
    return text.end;
}

static const char *words_end(Slice text)
{
    for (Slice rest = text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        Slice behind = starts_with(rest, ';') ? skip_blanks(slice_from(rest, 1)) : (Slice){0};

        if (behind.at != NULL && (slice_empty(behind) || clause_starts(behind))) {
            return rest.at;
        }
    }
    return text.end;
}

static const char *prose_end(Slice text)
{
    for (Slice rest = text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        Slice behind = slice_from(rest, 1);
        bool comma = starts_with(rest, ',') && starts_with(behind, ' ');

        if (starts_with(rest, ';') || (starts_with(rest, ' ') && starts_surely(behind)) ||
            (comma && clause_starts(skip_blanks(behind)))) {
            return rest.at;
        }
    }
    return text.end;
}

/* Without the "and" that joined it to the next clause. */
static Slice without_joint(Slice text)
{
    text = slice_trim(text);
    for (const char *const *joint = joints; *joint != NULL; joint++) {
        size_t len = strlen(*joint) + 1;

        if ((size_t)(text.end - text.at) > len && text.end[-(ptrdiff_t)len] == ' ' &&
            g_ascii_strncasecmp(text.end - len + 1, *joint, len - 1) == 0) {
            text.end -= len;
            return slice_trim(text);
        }
    }
    return text;
}

/* The reader ----------------------------------------------------------------------------------------------------- */

int32_t clause_sprint(const char *text, const char **rest)
{
    Slice all = skip_blanks(slice_of(text));
    Slice behind = skip_blanks(slice_from(all, slice_phrase(all, "sprint")));
    int32_t number = 0;

    *rest = text;
    if (starts_with(behind, '#')) {
        behind = slice_from(behind, 1);
    }
    size_t digits = behind.at > all.at ? number_at(behind, &number) : 0;
    behind = slice_from(behind, digits);
    bool ends = slice_empty(behind) || strchr(" :,;\n", *behind.at) != NULL;
    if (digits == 0 || !ends || number == 0) {
        return 0;
    }
    behind = skip_blanks(behind);
    *rest = starts_with(behind, ':') ? skip_blanks(slice_from(behind, 1)).at : behind.at;
    return number;
}

/* "kr2 is blocked by legal" tells of a blocker: the words are kept whole. */
static bool kr_blocked_at(Slice line, Clause *clause)
{
    Clause inner = {0};

    if (!kr_at(line, clause) || !keyword_at(clause->text, &inner) || inner.kind != CLAUSE_BLOCKED) {
        return false;
    }
    clause->kind = CLAUSE_BLOCKED;
    clause->text = line;
    return true;
}

/* In front of a later line; "#1 priority" is prose. */
static bool sprint_at(Slice line, Clause *clause)
{
    const char *rest = NULL;

    clause->number = clause_sprint(line.at, &rest);
    clause->kind = CLAUSE_SPRINT;
    clause->text = (Slice){rest, rest};
    Slice behind = {rest, line.end};
    bool colon = memchr(line.at, ':', (size_t)(rest - line.at)) != NULL;
    return clause->number != 0 && (colon || clause_starts(behind) || clause_is_value(behind));
}

static bool clause_at(Slice line, Clause *clause)
{
    static bool (*const readers[])(Slice, Clause *) = {
        kr_blocked_at, kr_at, keyword_at, unblocked_at, rest_at, same_at, away_at, skip_at,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
        *clause = (Clause){0};
        if (readers[i](line, clause)) {
            return true;
        }
    }
    *clause = (Clause){0};
    return false;
}

/* Whatever it is, there is a clause: prose if nothing else. Its text is not ended yet. */
static void clause_begin(Slice line, bool inside, Clause *clause)
{
    size_t joint = slice_phrases(line, joints);

    if ((!inside && sprint_at(line, clause)) || clause_at(line, clause) ||
        (joint > 0 && clause_at(skip_blanks(slice_from(line, joint)), clause))) {
        return;
    }
    *clause = (Clause){.text = line};
    if (clause_is_value(line)) {
        clause->kind = CLAUSE_VALUE;
        clause->absolute = skip_lead(&clause->text);
    }
}

static void clause_end(bool lone, Clause *clause)
{
    switch (clause->kind) {
    case CLAUSE_PROSE:
        clause->text.end = prose_end(clause->text);
        break;
    case CLAUSE_VALUE:
        clause->text.end = value_end(clause->text, !lone);
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
    case CLAUSE_SKIP:
    case CLAUSE_SAME:
    case CLAUSE_REST:
    case CLAUSE_SPRINT:
    case CLAUSE_KINDS:
        break; /* ended where they began */
    }
}

/* Separators, and the bullets and quotes that people copy along. */
static size_t gap_at(Slice text, bool inside)
{
    static const char *const gaps[] = {
        " ", ",", ";", "/", "|", "&", "`", "*", "\"", "!", "\xe2\x80\xa2", "\xc2\xb7", "\xe2\x80\x9c", "\xe2\x80\x9d", NULL,
    };
    Slice behind = slice_empty(text) ? text : slice_from(text, 1);
    bool stop = starts_with(text, '.') && (slice_empty(behind) || starts_with(behind, ' '));
    bool bullet = !inside && starts_with(text, '-') && starts_with(behind, ' ') &&
                  behind.end - behind.at > 1 && g_ascii_isalpha(behind.at[1]);

    return stop || bullet ? 1 : sign_at(text, gaps);
}

static Slice line_of(const char *text)
{
    return (Slice){text, text + strcspn(text, "\n")};
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
    clause_end(reader->lone, clause);
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

        if (rest.at - text.at >= LONGER_BYTES_MAX || (starts_with(rest, ',') && starts_with(behind, ' ')) ||
            (starts_with(rest, ' ') && kr_at(behind, &next))) {
            text.end = rest.at;
        }
    }
    return slice_trim(text);
}

/* Values ----------------------------------------------------------------------------------------------------------- */

bool clause_is_same(Slice text)
{
    size_t len = 0;

    text = slice_trim(text);
    len = starts_with(text, '=') ? 1 : same_length(text);
    for (text = slice_from(text, len); starts_with(text, '.') || starts_with(text, '!');) {
        text = slice_from(text, 1);
    }
    return len > 0 && slice_empty(text);
}

bool clause_doubts(Slice text)
{
    for (Slice rest = text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        if (sign_at(rest, doubt_signs) > 0) {
            return true;
        }
    }
    return slice_has(text, doubts);
}

size_t clause_loose_dash(Slice text)
{
    size_t dash = dash_at(text);
    Slice behind = slice_from(text, dash);

    return dash > 0 && starts_with(behind, ' ') ? dash + slice_blanks(behind) : 0;
}

bool clause_is_dash(Slice text)
{
    size_t dash = dash_at(text);

    return dash > 0 && slice_empty(slice_from(text, dash));
}

/* Without words and signs in front of the number. */
static Slice skip_to_number(Slice text)
{
    static const char *const signs[] = {"+", "-", "\xe2\x88\x92", "~", "\xe2\x89\x88", "<", ">", "#", NULL};

    for (;;) {
        (void)skip_lead(&text);
        size_t doubt = slice_phrases(text, doubts);
        size_t len = doubt > 0 ? doubt : sign_at(text, signs);

        if (len == 0) {
            return text;
        }
        text = slice_from(text, len);
    }
}

/* As much of the text as a value may need, cut between characters. Caller frees. */
static char *value_head(Slice text)
{
    const char *end = text.at;

    while (end < text.end && end - text.at < VALUE_BYTES_MAX) {
        end = g_utf8_next_char(end);
    }
    return slice_dup((Slice){text.at, end});
}

bool clause_is_value(Slice text)
{
    g_autofree char *head = value_head(skip_to_number(text));
    const char *rest = NULL;
    Value value = {0};
    ValueFault fault = value_scan(head, &rest, &value);

    return fault == VALUE_OK || fault == VALUE_DECIMAL_COMMA || fault == VALUE_TOO_PRECISE ||
           fault == VALUE_OUT_OF_RANGE;
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
