/* One reader for each kind of clause; each sees the rest of a line and looks a bounded way ahead.
 */

#include "core/clause_start.h"

#include <string.h>

#include <glib.h>

#include "core/wording.h"

#define LIST_MAX 20

static const char *const we_are[] = {
    "we are", "we're", "we are still", "we're still", "i am",      "i'm",
    "still",  "is",    "i am still",   "i'm still",   "currently", NULL,
};
static const char *const we[] = {"we",     "i",    "today we", "today i", "we have",
                                 "i have", "i've", "we've",    NULL};
static const char *const our[] = {"my", "our", "the", "team", NULL};

typedef struct Keyword {
    const char *words;
    ClauseKind kind;
    bool colon;               /* counts only with a colon behind it: the word alone is too common */
    bool number;              /* or with a number */
    bool marked;              /* as Clause.marked, also without a colon */
    const char *const *leads; /* what may stand in front; NULL: nothing */
} Keyword;

/* Longer ones first. */
static const Keyword keywords[] = {
    {"confidence level", CLAUSE_CONFIDENCE, .leads = our},
    {"confidence", CLAUSE_CONFIDENCE, .leads = our},
    {"conf.", CLAUSE_CONFIDENCE, .colon = true, .number = true},
    {"conf", CLAUSE_CONFIDENCE, .colon = true, .number = true},
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

static const char *const rests[] = {
    "rest",         "the rest",        "rest is",
    "the rest is",  "others",          "the others",
    "others are",   "all others",      "all the others",
    "all else",     "the others are",  "rest are",
    "the rest are", "everything else", "everything else is",
    NULL,
};
static const char *const excepts[] = {"except", "except for", "but", "apart from", "besides", NULL};
static const char *const away_leads[] = {"i'm", "i am", "im", "i will be", "i'll be", NULL};
static const char *const away_words[] = {
    "away",     "ooo",    "out of office", "out of the office", "on vacation", "on holiday",
    "on leave", "on pto", "off sick",      "out sick",          "sick",        "day off",
    NULL,
};
static const char *const off_words[] = {"off", "out",
                                        NULL}; /* with "I'm" in front or "today" behind */
static const char *const today_words[] = {"today",   "for today",     "for the day",
                                          "all day", "the whole day", NULL};
static const char *const until_words[] = {"until", "till", "tomorrow", "next", "for", NULL};
static const char *const numbers_between[] = {",",   ", and", "and", "&", "#",
                                              ", #", "and #", "& #", NULL};
static const char *const unblocked_words[] = {"unblocked", "unblock", "cleared", "cleared blocker",
                                              NULL};
static const char *const cleared_words[] = {
    "cleared",     "is cleared", "done",    "is done", "solved",   "is solved", "resolved",
    "is resolved", "gone",       "is gone", "fixed",   "is fixed", NULL,
};

/* A number ended there, and was not the beginning of a value: "1%", "1.5", "1,200", "1k". */
static bool number_ends(Slice rest)
{
    if (slice_empty(rest)) {
        return true;
    }
    gunichar c = g_utf8_get_char(rest.at);
    bool digit_follows = rest.end - rest.at > 1 && g_ascii_isdigit(rest.at[1]);

    return !g_unichar_isalnum(c) && c != '%' &&
           !((c == '.' || c == ',' || c == '/') && digit_follows);
}

bool start_of_kr(Slice line, Clause *clause)
{
    static const char *const names[] = {"kr", "kr#", "key result", "key result #", NULL};
    size_t name = slice_beginnings(line, names);
    Slice rest = slice_skip_blanks(slice_from(line, name));
    size_t digits = name > 0 ? slice_number(rest, &clause->number) : 0;

    rest = slice_from(rest, digits);
    if (digits == 0 || !number_ends(rest)) {
        return false;
    }
    clause->kind = CLAUSE_KR;
    clause->lead = wording_skip_lead(&rest);
    clause->text = rest;
    return true;
}

/* The keyword's length with what may lead up to it; 0: it is not there. */
static size_t keyword_length(Slice line, const Keyword *keyword)
{
    size_t lead = keyword->leads != NULL ? slice_phrases(line, keyword->leads) : 0;
    Slice behind = slice_skip_blanks(slice_from(line, lead));
    size_t len = slice_phrase(behind, keyword->words);

    return len > 0 ? (size_t)(behind.at - line.at) + len : 0;
}

static bool starts_number(Slice text)
{
    return !slice_empty(text) && g_ascii_isdigit(*text.at);
}

static Slice skip_dashes(Slice text)
{
    text = slice_skip_blanks(text);
    while (wording_loose_dash(text) > 0) {
        text = slice_from(text, wording_loose_dash(text));
    }
    return text;
}

static bool keyword_at(Slice line, Clause *clause)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keywords); i++) {
        const Keyword *keyword = &keywords[i];
        size_t len = keyword_length(line, keyword);
        Slice rest = slice_skip_blanks(slice_from(line, len));
        bool colon = slice_starts(rest, ":");

        if (len == 0 || (keyword->colon && !colon && !(keyword->number && starts_number(rest)))) {
            continue;
        }
        clause->kind = keyword->kind;
        clause->marked = colon || keyword->marked;
        clause->text = colon ? slice_from(rest, 1) : rest;
        if (keyword->kind == CLAUSE_CONFIDENCE) {
            (void)wording_skip_lead(&clause->text);
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
    return number_ends(rest) || slice_starts(rest, ",");
}

/* "1", "1, 2 and 3": its length, as far as it is nothing but numbers. */
static size_t numbers_at(Slice text)
{
    Slice rest = text;
    size_t taken = 0;

    for (int i = 0; i < LIST_MAX; i++) {
        int32_t number = 0;

        rest = slice_skip_blanks(rest);
        rest = slice_skip_blanks(slice_from(rest, slice_phrases(rest, numbers_between)));
        size_t digits = slice_number(rest, &number);
        if (digits == 0 || !item_ends(slice_from(rest, digits))) {
            break;
        }
        rest = slice_from(rest, digits);
        taken = (size_t)(rest.at - text.at);
    }
    return taken;
}

bool start_or_end(Slice rest)
{
    Clause next = {0};

    while (slice_starts(rest, " ") || slice_starts(rest, ".") || slice_starts(rest, "!")) {
        rest = slice_from(rest, 1);
    }
    return slice_empty(rest) || strchr(",;/", *rest.at) != NULL || start_of_kr(rest, &next) ||
           keyword_at(rest, &next) || slice_phrases(rest, unblocked_words) > 0 ||
           slice_phrases(rest, rests) > 0 || wording_same(rest) > 0;
}

/* "blocker 1 is cleared" */
static bool cleared_at(Slice line, Clause *clause)
{
    Slice rest = slice_skip_blanks(slice_from(line, slice_phrase(line, "blocker")));
    size_t numbers = rest.at > line.at ? numbers_at(rest) : 0;
    Slice behind = slice_skip_blanks(slice_from(rest, numbers));
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
    Slice rest = slice_skip_blanks(slice_from(line, len));
    bool colon = slice_starts(rest, ":");

    if (len == 0) {
        return cleared_at(line, clause);
    }
    rest = colon ? slice_skip_blanks(slice_from(rest, 1)) : rest;
    size_t numbers = numbers_at(rest);
    Slice behind = slice_from(rest, numbers);
    if (!colon && !start_or_end(behind)) {
        return false; /* "unblocked 2 deals" */
    }
    clause->kind = CLAUSE_UNBLOCKED;
    clause->marked = colon;
    clause->text = (Slice){rest.at, behind.at};
    return true;
}

static const char *const revised_keys[] = {"revised",
                                           "initiatives revised",
                                           "initiatives were revised",
                                           "were initiatives revised",
                                           "initiatives",
                                           NULL};
static const char *const revised_words[] = {
    "initiatives revised",           "initiatives were revised",
    "initiatives have been revised", "revised initiatives",
    "revised the initiatives",       "revised our initiatives",
    "we revised initiatives",        "we revised the initiatives",
    "we revised our initiatives",    NULL};
static const char *const unrevised_words[] = {
    "initiatives not revised",     "initiatives were not revised",
    "initiatives weren't revised", "no initiatives revised",
    "no initiatives were revised", "initiatives unchanged",
    "initiatives not changed",     NULL};
static const char *const yes_words[] = {"yes", "y", "yep", "true", "revised", "they were", NULL};
static const char *const no_words[] = {"no",        "n",           "nope",      "none",
                                       "not",       "not revised", "unchanged", "not yet",
                                       "no change", "false",       NULL};

/* "revised: yes", "initiatives: not revised"; what is neither yes nor no is unclear. */
static bool revised_key_at(Slice line, Clause *clause)
{
    Slice rest = slice_skip_blanks(slice_from(line, slice_phrases(line, revised_keys)));
    bool colon = rest.at > line.at && slice_starts(rest, ":");

    if (!colon) {
        return false;
    }
    rest = slice_skip_blanks(slice_from(rest, 1));
    size_t no = slice_phrases(rest, no_words), yes = no == 0 ? slice_phrases(rest, yes_words) : 0;
    Slice behind = slice_from(rest, no + yes);
    bool ends = no + yes > 0 && start_or_end(behind);

    clause->kind = CLAUSE_REVISED;
    clause->number = !ends ? -1 : no > 0 ? 0 : 1;
    clause->text = (Slice){rest.at, ends ? behind.at : rest.end};
    return true;
}

/* "initiatives revised", "initiatives were not revised" */
static bool revised_at(Slice line, Clause *clause)
{
    size_t no = slice_phrases(line, unrevised_words);
    size_t yes = no == 0 ? slice_phrases(line, revised_words) : 0;

    if (revised_key_at(line, clause)) {
        return true;
    }
    if (no + yes == 0 || !start_or_end(slice_from(line, no + yes))) {
        return false;
    }
    clause->kind = CLAUSE_REVISED;
    clause->number = no > 0 ? 0 : 1;
    clause->text = (Slice){line.at, line.at + no + yes};
    return true;
}

/* "revised", "not revised": only as a clause of its own, since a value may be a revised one, too.
 */
static bool only_revised_at(Slice line, Clause *clause)
{
    static const char *const words[] = {"not revised", "nothing revised", "revised", NULL};
    size_t len = slice_phrases(line, words);

    if (len == 0 || !start_or_end(slice_from(line, len))) {
        return false;
    }
    clause->kind = CLAUSE_REVISED;
    clause->number = g_ascii_tolower(*line.at) == 'n' ? 0 : 1;
    clause->text = (Slice){line.at, line.at + len};
    return true;
}

static bool clause_ends(Slice line, size_t len, ClauseKind kind, Clause *clause)
{
    if (len == 0 || !start_or_end(slice_from(line, len))) {
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
    Slice behind = slice_skip_blanks(slice_from(line, rest_len));
    size_t same = wording_same(behind);
    Slice tail = slice_skip_blanks(slice_from(behind, same));
    size_t except = rest_len == 0 && same > 0 ? slice_phrases(tail, excepts) : 0;
    Clause next = {0};

    if (except > 0 && start_of_kr(slice_skip_blanks(slice_from(tail, except)), &next)) {
        clause->kind = CLAUSE_REST;
        clause->text = (Slice){line.at, tail.at + except};
        return true;
    }
    return rest_len > 0 && same > 0 &&
           clause_ends(line, (size_t)(behind.at - line.at) + same, CLAUSE_REST, clause);
}

static bool same_at(Slice line, Clause *clause)
{
    size_t len = slice_starts(line, "=") ? 1 : wording_same(line);

    return clause_ends(line, len, CLAUSE_SAME, clause);
}

static bool skip_at(Slice line, Clause *clause)
{
    size_t len = slice_starts(line, "?") ? 1 : wording_dash(line);

    return clause_ends(line, len, CLAUSE_SKIP, clause);
}

static bool away_at(Slice line, Clause *clause)
{
    size_t lead = slice_phrases(line, away_leads);
    Slice words = slice_skip_blanks(slice_from(line, lead));
    size_t away = slice_phrases(words, away_words);
    size_t off = away == 0 ? slice_phrases(words, off_words) : 0;
    Slice rest = slice_skip_blanks(slice_from(words, away + off));
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
    if (!start_or_end(rest)) {
        return false;
    }
    clause->kind = CLAUSE_AWAY;
    clause->text = (Slice){rest.at, rest.at};
    return true;
}

/* "kr2 is blocked by legal" tells of a blocker: the words are kept whole. */
static bool kr_blocked_at(Slice line, Clause *clause)
{
    Clause inner = {0};

    if (!start_of_kr(line, clause) || !keyword_at(clause->text, &inner) ||
        inner.kind != CLAUSE_BLOCKED) {
        return false;
    }
    clause->kind = CLAUSE_BLOCKED;
    clause->text = line;
    return true;
}

bool start_behind_blank(Slice line)
{
    Clause clause = {0};

    return start_of_kr(line, &clause) || keyword_at(line, &clause) || unblocked_at(line, &clause) ||
           rest_at(line, &clause) || same_at(line, &clause) || revised_at(line, &clause);
}

bool start_for_sure(Slice line)
{
    Clause clause = {0};

    if (start_of_kr(line, &clause)) {
        return wording_is_value(clause.text) || wording_same(clause.text) > 0;
    }
    if (!keyword_at(line, &clause)) {
        return false;
    }
    return clause.kind == CLAUSE_CONFIDENCE ? starts_number(clause.text) : clause.marked;
}

int32_t clause_sprint(const char *text, const char **rest)
{
    Slice all = slice_skip_blanks(slice_of(text));
    Slice behind = slice_skip_blanks(slice_from(all, slice_phrase(all, "sprint")));
    int32_t number = 0;

    *rest = text;
    if (slice_starts(behind, "#")) {
        behind = slice_from(behind, 1);
    }
    size_t digits = behind.at > all.at ? slice_number(behind, &number) : 0;
    behind = slice_from(behind, digits);
    bool ends = slice_empty(behind) || strchr(" :,;\n", *behind.at) != NULL;
    if (digits == 0 || !ends || number == 0) {
        return 0;
    }
    behind = slice_skip_blanks(behind);
    *rest = slice_starts(behind, ":") ? slice_skip_blanks(slice_from(behind, 1)).at : behind.at;
    return number;
}

bool start_of_sprint(Slice line, Clause *clause)
{
    const char *rest = NULL;

    clause->number = clause_sprint(line.at, &rest);
    clause->kind = CLAUSE_SPRINT;
    clause->text = (Slice){rest, rest};
    Slice behind = {rest, line.end};
    bool colon = memchr(line.at, ':', (size_t)(rest - line.at)) != NULL;
    return clause->number != 0 && (colon || start_behind_blank(behind) || wording_is_value(behind));
}

bool start_of(Slice line, Clause *clause)
{
    static bool (*const readers[])(Slice, Clause *) = {
        kr_blocked_at, start_of_kr, keyword_at, unblocked_at,    rest_at,
        same_at,       away_at,     revised_at, only_revised_at, skip_at,
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
