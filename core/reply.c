/* Clauses are taken one by one, each by the function of its kind. */

#include "core/reply.h"

#include <string.h>

#include "core/clause.h"
#include "core/clause_start.h"
#include "core/mention.h"
#include "core/reply_confidence.h"
#include "core/reply_fault.h"
#include "core/reply_value.h"
#include "core/text.h"
#include "core/wording.h"

typedef struct Reader {
    const Sprint *sprint; /* NULL: the check-in is a weekly one */
    Reply *reply;
    ClauseReader clauses;
    ReplyValues values;
    ReplyConfidences confidences;
    GString *prose;
    GString *noted; /* what stood behind "note:" */
    guint clause_count, prose_count;
} Reader;

static void add_words(GString *to, Slice words, const char *between)
{
    if (slice_empty(words)) {
        return;
    }
    g_string_append(to, to->len > 0 ? between : "");
    g_string_append_len(to, words.at, words.end - words.at);
}

static bool says_nothing(Slice text)
{
    static const char *const nothing[] = {"no",  "none", "nothing",   "nobody",
                                          "n/a", "nope", "not today", NULL};
    size_t len = slice_phrases(text, nothing);
    Slice rest = slice_from(text, len);

    return wording_is_dash(text) || (len > 0 && (slice_empty(rest) || slice_is(rest, ".")));
}

/* Adds to a field of the reply; what is too long goes to the note. */
static void keep_words(Reader *r, char **field, const Clause *clause, WordId example)
{
    g_autoptr(GString) all = g_string_new(*field);

    add_words(all, clause->text, ", ");
    glong length = g_utf8_strlen(all->str, -1);
    if (length > REPLY_WORDS_MAX) {
        g_autofree char *words = slice_dup(clause->text);
        g_autofree char *beginning = text_cut(words, REPLY_WORDS_MAX);

        fault_too_long(r->reply, clause->whole, example, length);
        add_words(r->noted, slice_of(beginning), "; ");
        return;
    }
    g_free(*field);
    *field = g_strdup(all->str);
}

static void take_blocked(Reader *r, const Clause *clause)
{
    if (slice_empty(clause->text)) {
        fault_no_words(r->reply, clause->whole, W_REPLY_NO_BLOCKED, W_REPLY_EXAMPLE_BLOCKED);
    } else if (!says_nothing(clause->text)) {
        keep_words(r, &r->reply->blocked, clause, W_REPLY_EXAMPLE_BLOCKED);
    }
}

/* Whoever is named first owns it; behind the words the name is no part of them. */
static void settle_owner(Reply *reply)
{
    Slice place = {0};

    if (reply->blocked == NULL) {
        return;
    }
    Slice words = slice_of(reply->blocked);
    reply->blocked_owner = mention_first(words, &place);
    if (reply->blocked_owner != NULL) {
        char *rest = slice_dup(mention_behind(words, place));

        g_free(reply->blocked);
        reply->blocked = rest;
    }
}

static void take_learned(Reader *r, const Clause *clause)
{
    if (slice_empty(clause->text)) {
        fault_no_words(r->reply, clause->whole, W_REPLY_NO_LEARNED, W_REPLY_EXAMPLE_LEARNED);
    } else if (!says_nothing(clause->text)) {
        keep_words(r, &r->reply->learned, clause, W_REPLY_EXAMPLE_LEARNED);
    }
}

static void take_note(Reader *r, const Clause *clause)
{
    if (slice_empty(clause->text)) {
        fault_no_words(r->reply, clause->whole, W_REPLY_NO_NOTE, W_REPLY_EXAMPLE_NOTE);
    }
    add_words(r->noted, clause->text, "; ");
}

static void take_prose(Reader *r, const Clause *clause)
{
    static const char *const no_blocker[] = {
        "no blockers",    "no blocker", "not blocked", "nothing blocked",
        "nothing blocks", "no blocks",  NULL,
    };

    if (slice_phrases(clause->whole, no_blocker) ==
        (size_t)(clause->whole.end - clause->whole.at)) {
        return;
    }
    r->prose_count++;
    add_words(r->prose, clause->whole, "; ");
}

static void take_item(Reader *r, const Clause *clause)
{
    if (clause->kind == CLAUSE_VALUE && reply_values_prose(&r->values, clause)) {
        take_prose(r, clause);
    } else {
        reply_values_item(&r->values, clause);
    }
}

static void take_kr(Reader *r, const Clause *clause)
{
    if (!reply_confidences_kr(&r->confidences, clause)) {
        reply_values_kr(&r->values, clause, &r->clauses);
    }
}

static void take_rest(Reader *r, const Clause *clause)
{
    (void)clause;
    r->values.rest_same = true;
}

static void take_confidence(Reader *r, const Clause *clause)
{
    reply_confidences_take(&r->confidences, clause, &r->values);
}

static void take_revised(Reader *r, const Clause *clause)
{
    if (clause->number < 0) {
        fault_revised(r->reply, clause->whole);
        add_words(r->noted, clause->whole, "; ");
    } else {
        r->reply->revised = clause->number > 0 ? REVISED_YES : REVISED_NO;
    }
}

/* Nobody keeps a clock on it there; what was said is kept. */
static void take_weekly_blocked(Reader *r, const Clause *clause)
{
    if (!slice_empty(clause->text) && !says_nothing(clause->text)) {
        fault_weekly_blocker(r->reply, clause->whole);
        add_words(r->noted, clause->whole, "; ");
    }
}

static void put_unblocked(Reader *r, int32_t number)
{
    for (guint i = 0; i < r->reply->unblocked->len; i++) {
        if (g_array_index(r->reply->unblocked, int32_t, i) == number) {
            return;
        }
    }
    g_array_append_val(r->reply->unblocked, number);
}

/* The one blocker that is open, if it is the only one; else 0. */
static int32_t only_blocker(const Sprint *sprint)
{
    int32_t only = 0;

    for (guint i = 0; i < sprint->blockers->len; i++) {
        const Blocker *blocker = g_ptr_array_index(sprint->blockers, i);

        if (blocker->cleared.us == 0) {
            if (only != 0) {
                return 0;
            }
            only = blocker->number;
        }
    }
    return only;
}

static void take_unblocked(Reader *r, const Clause *clause)
{
    bool any = false;
    size_t digits = 0;

    for (Slice rest = clause->text; !slice_empty(rest); rest = slice_from(rest, MAX(digits, 1))) {
        int32_t number = 0;

        digits = slice_number(rest, &number);
        any = any || digits > 0;
        if (digits > 0 && sprint_blocker(r->sprint, number) != NULL) {
            put_unblocked(r, number);
        } else if (digits > 0) {
            fault_blocker(r->reply, clause->whole, number, r->sprint);
        }
    }
    if (!any && slice_empty(clause->text) && only_blocker(r->sprint) != 0) {
        put_unblocked(r, only_blocker(r->sprint));
    } else if (!any) {
        fault_blocker(r->reply, clause->whole, 0, r->sprint);
    }
}

static void take_away(Reader *r, const Clause *clause)
{
    if (slice_empty(clause->text)) {
        r->reply->away = true;
    } else {
        fault_away(r->reply, clause->whole);
    }
}

static void take_sprint(Reader *r, const Clause *clause)
{
    if (r->sprint != NULL &&
        (clause->number == r->reply->sprint || clause->number == r->sprint->number)) {
        return;
    }
    clause_skip_line(&r->clauses);
    fault_other_sprint(r->reply, (Slice){clause->whole.at, r->clauses.at});
}

typedef void (*Taker)(Reader *r, const Clause *clause);

static const Taker daily_takers[CLAUSE_KINDS] = {
    [CLAUSE_PROSE] = take_prose,
    [CLAUSE_VALUE] = take_item,
    [CLAUSE_SKIP] = take_item,
    [CLAUSE_SAME] = take_item,
    [CLAUSE_REST] = take_rest,
    [CLAUSE_KR] = take_kr,
    [CLAUSE_CONFIDENCE] = take_confidence,
    [CLAUSE_BLOCKED] = take_blocked,
    [CLAUSE_UNBLOCKED] = take_unblocked,
    [CLAUSE_LEARNED] = take_learned,
    [CLAUSE_NOTE] = take_note,
    [CLAUSE_REVISED] = take_prose,
    [CLAUSE_AWAY] = take_away,
    [CLAUSE_SPRINT] = take_sprint,
};

static const Taker weekly_takers[CLAUSE_KINDS] = {
    [CLAUSE_PROSE] = take_prose,
    [CLAUSE_VALUE] = take_item,
    [CLAUSE_SKIP] = take_item,
    [CLAUSE_SAME] = take_item,
    [CLAUSE_REST] = take_rest,
    [CLAUSE_KR] = take_kr,
    [CLAUSE_CONFIDENCE] = take_confidence,
    [CLAUSE_BLOCKED] = take_weekly_blocked,
    [CLAUSE_UNBLOCKED] = take_weekly_blocked,
    [CLAUSE_LEARNED] = take_learned,
    [CLAUSE_NOTE] = take_note,
    [CLAUSE_REVISED] = take_revised,
    [CLAUSE_AWAY] = take_away,
    [CLAUSE_SPRINT] = take_sprint,
};

/* The note is what was told beside the rest; where there is no rest, the text as it came. */
static void settle_note(Reader *r, const char *text)
{
    Reply *reply = r->reply;
    bool nothing_else = r->prose_count > 0 && r->prose_count == r->clause_count;
    g_autoptr(GString) note = g_string_new(nothing_else ? text : r->prose->str);

    add_words(note, slice_of(r->noted->str), "; ");
    g_autofree char *whole = g_strstrip(g_strdup(note->str));
    glong length = g_utf8_strlen(whole, -1);
    if (length == 0) {
        return;
    }
    if (length > REPLY_WORDS_MAX) {
        fault_note_too_long(reply, slice_of(whole), length);
    }
    reply->note = text_cut(whole, REPLY_WORDS_MAX);
    reply->tasks = !reply_values_any(&r->values) && wording_tells_of_work(slice_of(r->prose->str));
}

static void free_fault(gpointer data)
{
    ReplyFault *fault = data;

    g_free(fault->part);
    g_free(fault->why);
    g_free(fault);
}

static void reply_init(Reply *reply)
{
    *reply = (Reply){
        .values = g_array_new(FALSE, FALSE, sizeof(ReplyValue)),
        .faults = g_ptr_array_new_with_free_func(free_fault),
        .confidence = CONFIDENCE_NOT_GIVEN,
        .confidences = g_array_new(FALSE, FALSE, sizeof(KrConfidence)),
        .unblocked = g_array_new(FALSE, FALSE, sizeof(int32_t)),
    };
}

static void read_clauses(Reader *r)
{
    const Taker *takers = r->sprint != NULL ? daily_takers : weekly_takers;
    Clause clause = {0};

    while (clause_next(&r->clauses, &clause)) {
        r->clause_count++;
        takers[clause.kind](r, &clause);
        reply_confidences_after(&r->confidences, &clause);
    }
    reply_values_settle(&r->values);
    reply_confidences_settle(&r->confidences, &r->values);
}

/* `sprint`: as in Reader. */
static void read_into(Reply *reply, const char *text, const Sprint *sprint, const GPtrArray *tracks)
{
    g_autoptr(GString) prose = g_string_new(NULL);
    g_autoptr(GString) noted = g_string_new(NULL);
    g_autofree char *blanked = clause_blanks(text);
    Reader reader = {
        .sprint = sprint,
        .reply = reply,
        .clauses = {.at = blanked},
        .prose = prose,
        .noted = noted,
    };

    reply_values_init(&reader.values, tracks, reply);
    reply_confidences_init(&reader.confidences, tracks, sprint == NULL, reply);
    read_clauses(&reader);
    settle_owner(reply);
    settle_note(&reader, text);
    reply_confidences_clear(&reader.confidences);
    reply_values_clear(&reader.values);
}

Reply reply_read(const char *text, const Sprint *sprint)
{
    Reply reply;
    const char *rest = text;
    g_autoptr(GPtrArray) tracks = g_ptr_array_new();

    for (guint i = 0; i < sprint->krs->len; i++) {
        g_ptr_array_add(tracks, ((SprintKr *)g_ptr_array_index(sprint->krs, i))->track);
    }
    reply_init(&reply);
    reply.sprint = reply_sprint(text, &rest);
    read_into(&reply, rest, sprint, tracks);
    return reply;
}

Reply reply_read_weekly(const char *text, const GPtrArray *tracks)
{
    Reply reply;

    reply_init(&reply);
    read_into(&reply, text, NULL, tracks);
    return reply;
}

Track *reply_track(const GPtrArray *tracks, int32_t number)
{
    for (guint i = 0; i < tracks->len; i++) {
        Track *track = g_ptr_array_index(tracks, i);

        if (track->kr->number == number) {
            return track;
        }
    }
    return NULL;
}

void reply_clear(Reply *reply)
{
    g_clear_pointer(&reply->values, g_array_unref);
    g_clear_pointer(&reply->faults, g_ptr_array_unref);
    g_clear_pointer(&reply->confidences, g_array_unref);
    g_clear_pointer(&reply->unblocked, g_array_unref);
    g_free(reply->blocked);
    g_free(reply->blocked_owner);
    g_free(reply->learned);
    g_free(reply->note);
    *reply = (Reply){0};
}

int32_t reply_sprint(const char *text, const char **rest)
{
    return clause_sprint(text, rest);
}

bool reply_empty(const Reply *reply)
{
    return reply->values->len == 0 && reply->confidence == CONFIDENCE_NOT_GIVEN &&
           reply->confidences->len == 0 && reply->revised == REVISED_UNSAID &&
           reply->blocked == NULL && reply->unblocked->len == 0 && reply->learned == NULL &&
           !reply->away;
}

bool reply_says_words(const Reply *reply)
{
    return reply->confidence != CONFIDENCE_NOT_GIVEN || reply->confidences->len > 0 ||
           reply->revised != REVISED_UNSAID || reply->learned != NULL || reply->note != NULL;
}

/* An item of a list of values: a number with its unit and nothing more. `*digit`: it could be a
 * choice, like "3". */
static bool is_listed(const Clause *clause, bool *digit)
{
    Value value = {0};
    const char *rest = NULL;
    g_autofree char *text = slice_dup(reply_value_clean(clause->text));

    *digit = strlen(text) == 1;
    return value_scan(text + (*text == '+' || *text == '-' ? 1 : 0), &rest, &value) == VALUE_OK &&
           *rest == '\0';
}

/* What one clause says about the text being an answer to a check-in. */
static bool is_telling(const Clause *clause, bool first)
{
    bool digit = !slice_empty(clause->text) && g_ascii_isdigit(*clause->text.at);

    switch (clause->kind) {
    case CLAUSE_KR:
        return wording_is_value(clause->text) || wording_is_same(clause->text);
    case CLAUSE_SAME: /* "no change" may as well answer what should change */
        return first && g_ascii_strncasecmp(clause->text.at, "no", 2) != 0;
    case CLAUSE_CONFIDENCE:
        return digit;
    case CLAUSE_BLOCKED:
    case CLAUSE_LEARNED:
        return clause->marked;
    case CLAUSE_REST:
    case CLAUSE_UNBLOCKED:
    case CLAUSE_REVISED:
    case CLAUSE_AWAY:
        return true;
    case CLAUSE_VALUE:
        return first && slice_starts(clause->text, "+");
    case CLAUSE_PROSE:
    case CLAUSE_SKIP:
    case CLAUSE_NOTE:
    case CLAUSE_SPRINT:
    case CLAUSE_KINDS:
        return false;
    }
    return false;
}

bool reply_likely(const char *text)
{
    const char *rest = text;
    (void)reply_sprint(text, &rest);
    g_autofree char *blanked = clause_blanks(rest);
    ClauseReader reader = {.at = blanked};
    Clause clause = {0};
    guint listed = 0, digits = 0;
    bool list = true, first = true;

    for (; clause_next(&reader, &clause); first = false) {
        bool digit = false;

        if (is_telling(&clause, first)) {
            return true;
        }
        if (clause.kind == CLAUSE_VALUE && is_listed(&clause, &digit)) {
            listed++;
            digits += digit ? 1 : 0;
        } else if (clause.kind != CLAUSE_SKIP && clause.kind != CLAUSE_SAME) {
            list = false;
        }
    }
    return list && listed > 1 && digits < listed; /* "1, 3" picks from a list */
}

/* "; blocked: legal review", in one line that reads back whole. */
static void add_field(GString *out, const char *keyword, const char *text)
{
    g_string_append_printf(out, "%s%s: ", out->len > 0 ? "; " : "", keyword);
    for (const char *p = text; *p != '\0'; p++) {
        const char *behind = p + 1 + strspn(p + 1, " ");
        bool splits = *p == ';' && (*behind == '\0' || start_behind_blank(slice_of(behind)));

        g_string_append_c(out, *p == '\n' ? ' ' : splits ? ',' : *p);
    }
}

static void add_blocked(GString *out, const Reply *reply)
{
    Slice place = {0};
    g_autofree char *named = mention_first(slice_of(reply->blocked), &place);
    g_autofree char *with_owner = g_strdup(reply->blocked);

    if (reply->blocked_owner != NULL && g_strcmp0(named, reply->blocked_owner) != 0) {
        bool sign = reply->blocked_owner[0] == '@';

        g_free(with_owner);
        with_owner = g_strconcat(reply->blocked, sign ? " " : " @", reply->blocked_owner, NULL);
    }
    add_field(out, "blocked", with_owner);
}

char *reply_text(const Reply *reply)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < reply->values->len; i++) {
        const ReplyValue *value = &g_array_index(reply->values, ReplyValue, i);
        g_autofree char *text = reply_value_text(value->track->kr, value->value);

        g_string_append_printf(out, "%s%s", i > 0 ? "; " : "", text);
    }
    if (reply->confidence != CONFIDENCE_NOT_GIVEN) {
        g_string_append_printf(out, "%sconfidence %d", out->len > 0 ? "; " : "", reply->confidence);
    }
    if (reply->blocked != NULL) {
        add_blocked(out, reply);
    }
    if (reply->learned != NULL) {
        add_field(out, "learned", reply->learned);
    }
    return g_string_free(out, FALSE);
}
