/* Clauses are taken one by one; bare values wait until all are known, since only their number tells whether they are
 * a list in the order of the key results. */

#include "core/reply.h"

#include <string.h>

#include "core/clause.h"
#include "core/mention.h"
#include "core/reply_fault.h"
#include "core/text.h"

#define VALUE_BYTES_MAX 100 /* no value is longer */
#define PROSE_BLANKS    3   /* with so many, what only begins with a number is a sentence */
#define CONFIDENCE_MAX  10
#define NOT_GIVEN       -1

typedef struct Reader {
    const Sprint *sprint;
    Reply *reply;
    ClauseReader clauses;
    bool *told;    /* of each KR of the sprint, in order: it was named or confirmed, rightly or wrongly */
    bool *clashed; /* of each KR: two values came */
    GArray *items; /* of Clause: bare VALUE, SAME and SKIP, in order */
    GString *prose;
    GString *noted; /* what stood behind "note:" */
    bool rest_same;
    bool confidence_clashed;
    guint clause_count, prose_count;
} Reader;

/* What is said of the team's own doings. */
static const char *const doings[] = {
    "made",      "call",     "calls",    "called",   "calling",   "sent",      "send",      "sending",
    "email",     "emails",   "emailed",  "mails",    "met",       "meeting",   "meetings",  "finished",
    "finishing", "complete", "completed", "completing", "work",   "worked",    "working",   "wrote",
    "writing",   "did",      "doing",    "prepared", "preparing", "built",     "building",  "created",
    "creating",  "launched", "shipped",  "fixed",    "drafted",   "drafting",  "reviewed",  "reviewing",
    "updated",   "updating", "planned",  "planning", "presented", "presenting", "visited",  "talked",
    "spoke",     "demo",     "demos",    "held",     "ran",       "task",      "tasks",     "deck",
    "slides",    "workshop", "workshops", "training", "trained",  "followed up", "reached out", "scheduled",
    "posted",    "published", "interviewed", "interviews", NULL,
};

/* Values --------------------------------------------------------------------------------------------------------- */

static SprintKr *kr_at(const Reader *r, guint i)
{
    return g_ptr_array_index(r->sprint->krs, i);
}

static guint kr_place(const Reader *r, const SprintKr *kr)
{
    guint i = 0;

    while (kr_at(r, i) != kr) {
        i++;
    }
    return i;
}

static bool belongs_to_value(gunichar c)
{
    return g_unichar_isalnum(c) || g_unichar_type(c) == G_UNICODE_CURRENCY_SYMBOL ||
           (c < 0x80 && strchr("%)?~+", (int)c) != NULL);
}

/* Without what people put behind a value: a full stop, an emoji, "now". */
static Slice clean_value(Slice text)
{
    static const char *const tails[] = {" now", " today", " so far", " at the moment", " right now"};

    while (!slice_empty(text) && !belongs_to_value(g_utf8_get_char(g_utf8_prev_char(text.end)))) {
        text.end = g_utf8_prev_char(text.end);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(tails); i++) {
        size_t len = strlen(tails[i]);

        if ((size_t)(text.end - text.at) > len &&
            g_ascii_strncasecmp(text.end - len, tails[i], len) == 0) {
            text.end -= len;
        }
    }
    return slice_trim(text);
}

static bool is_signed(Slice text)
{
    return slice_starts(text, "+") || slice_starts(text, "-") || slice_starts(text, "\xe2\x88\x92");
}

/* What value_read makes of it for that KR. */
static ValueFault try_value(const SprintKr *kr, const Clause *clause, Slice text, ReplyValue *out)
{
    const Kr *about = kr->track->kr;
    Slice clean = clean_value(text);

    if (slice_empty(clean) || clean.end - clean.at > VALUE_BYTES_MAX || clause_loose_dash(clean) > 0) {
        return VALUE_NOT_A_NUMBER;
    }
    g_autofree char *words = slice_dup(clean);
    g_autofree char *value = g_strconcat(clause->absolute && is_signed(clean) ? "= " : "", words, NULL);
    return value_read(value, &about->unit, track_value(kr->track), about->target, &out->value, &out->delta);
}

static void put_value(Reader *r, SprintKr *kr, Slice whole, ReplyValue value)
{
    guint place = kr_place(r, kr);
    GArray *values = r->reply->values;

    r->told[place] = true;
    value.kr = kr;
    for (guint i = 0; i < values->len; i++) {
        Decimal earlier = g_array_index(values, ReplyValue, i).value;

        if (g_array_index(values, ReplyValue, i).kr != kr) {
            continue;
        }
        if (decimal_cmp(earlier, value.value) != 0) {
            r->clashed[place] = true;
            g_array_remove_index(values, i);
            fault_twice(r->reply, whole, kr, earlier, value.value);
        }
        return;
    }
    if (!r->clashed[place]) {
        g_array_append_val(values, value);
    }
}

static void put_same(Reader *r, SprintKr *kr, Slice whole)
{
    put_value(r, kr, whole, (ReplyValue){.value = track_value(kr->track), .same = true});
}

static void read_value(Reader *r, SprintKr *kr, const Clause *clause)
{
    ReplyValue value = {0};
    ValueFault fault = try_value(kr, clause, clause->text, &value);

    r->told[kr_place(r, kr)] = true;
    if (fault != VALUE_OK) {
        fault_value(r->reply, clause->whole, clean_value(clause->text), kr, fault);
    } else if (kr->track->kr->kind == KR_COUNT && value.value.millionths < 0) {
        fault_below_zero(r->reply, clause->whole, kr, value.value);
    } else {
        put_value(r, kr, clause->whole, value);
    }
}

/* Where the unit's own noun holds a keyword ("4 blocked tickets"), the clause ended too early. */
static Clause whole_value(Reader *r, const SprintKr *kr, const Clause *clause)
{
    Clause longer = *clause;
    ReplyValue value = {0};

    longer.text = clause_longer(clause);
    if (longer.text.end <= r->clauses.at || kr->track->kr->unit.kind != UNIT_COUNT ||
        try_value(kr, clause, longer.text, &value) != VALUE_OK) {
        return *clause;
    }
    longer.whole.end = longer.text.end;
    r->clauses.at = longer.text.end;
    return longer;
}

static void take_kr(Reader *r, const Clause *clause)
{
    SprintKr *kr = sprint_kr(r->sprint, clause->number);

    if (kr == NULL) {
        fault_no_such_kr(r->reply, clause, r->sprint);
    } else if (clause_is_same(clause->text)) {
        put_same(r, kr, clause->whole);
    } else if (slice_empty(clause->text)) {
        r->told[kr_place(r, kr)] = true;
        fault_no_value(r->reply, clause->whole, kr);
    } else if (!clause_is_dash(clause->text)) { /* a dash: not told */
        Clause whole = whole_value(r, kr, clause);

        read_value(r, kr, &whole);
    }
}

/* Lists ---------------------------------------------------------------------------------------------------------- */

/* How many KRs a bare value could belong to, one of them, and what else value_read found. */
typedef struct Fit {
    guint count;
    SprintKr *kr;       /* the first that fits */
    SprintKr *telling;  /* the one with the fault that says most */
    ValueFault fault;
} Fit;

static bool is_fault_of_unit(ValueFault fault)
{
    return fault == VALUE_FOREIGN_UNIT || fault == VALUE_UNKNOWN_UNIT;
}

static Fit fit_of(const Reader *r, const Clause *item)
{
    Fit fit = {.fault = VALUE_NOT_A_NUMBER};

    for (guint i = 0; i < r->sprint->krs->len; i++) {
        ReplyValue value = {0};
        ValueFault fault = try_value(kr_at(r, i), item, item->text, &value);

        if (fault == VALUE_OK || fault == VALUE_SCALE_UNCLEAR) {
            fit.kr = fit.count == 0 ? kr_at(r, i) : fit.kr;
            fit.count++;
        } else if (fit.telling == NULL || is_fault_of_unit(fit.fault) || fit.fault == VALUE_NOT_A_NUMBER) {
            fit.telling = kr_at(r, i);
            fit.fault = fault;
        }
    }
    return fit;
}

/* It begins with a number, and yet tells a story: "12 calls". */
static bool tells(const Reader *r, const Clause *item)
{
    Fit fit = fit_of(r, item);
    size_t blanks = 0;

    if (fit.count > 0 || (fit.fault != VALUE_NOT_A_NUMBER && fit.fault != VALUE_UNKNOWN_UNIT &&
                          fit.fault != VALUE_FOREIGN_UNIT)) {
        return false;
    }
    for (Slice rest = item->text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        blanks += *rest.at == ' ' ? 1 : 0;
    }
    return blanks >= PROSE_BLANKS || slice_has(item->text, doings);
}

static Clause *item_at(const Reader *r, guint i)
{
    return &g_array_index(r->items, Clause, i);
}

static void place_item(Reader *r, SprintKr *kr, const Clause *item)
{
    if (item->kind == CLAUSE_SAME) {
        put_same(r, kr, item->whole);
    } else if (item->kind == CLAUSE_VALUE) {
        read_value(r, kr, item);
    }
}

/* A bare value without a list: only its unit can tell whose it is. False when it fits several. */
static bool settle_item(Reader *r, const Clause *item, Fit *fit)
{
    *fit = fit_of(r, item);
    if (fit->count > 1) {
        return false;
    }
    if (fit->count == 1) {
        read_value(r, fit->kr, item);
    } else if (is_fault_of_unit(fit->fault) && r->sprint->krs->len > 1) {
        fault_no_fit(r->reply, item->whole, r->sprint);
    } else {
        fault_value(r->reply, item->whole, clean_value(item->text), fit->telling, fit->fault);
    }
    return true;
}

/* What stays unclear is asked back once, not for each. */
static void settle_some(Reader *r)
{
    Slice unclear = {0}, value = {0}, same = {0};
    SprintKr *kr = NULL;

    for (guint i = 0; i < r->items->len; i++) {
        const Clause *item = item_at(r, i);
        Fit fit = {0};

        if (item->kind == CLAUSE_SAME) {
            same = item->whole;
        } else if (item->kind == CLAUSE_VALUE && !settle_item(r, item, &fit)) {
            kr = kr != NULL ? kr : fit.kr;
            value = value.at != NULL ? value : clean_value(item->text);
            unclear = (Slice){unclear.at != NULL ? unclear.at : item->whole.at, item->whole.end};
        }
    }
    if (kr != NULL) {
        fault_which(r->reply, unclear, value, kr, r->sprint);
    }
    if (same.at != NULL) {
        fault_same_which(r->reply, same, r->sprint);
    }
}

static bool any_told(const Reader *r)
{
    for (guint i = 0; i < r->sprint->krs->len; i++) {
        if (r->told[i]) {
            return true;
        }
    }
    return false;
}

static void confirm_rest(Reader *r, Slice whole)
{
    for (guint i = 0; i < r->sprint->krs->len; i++) {
        if (!r->told[i]) {
            put_same(r, kr_at(r, i), whole);
        }
    }
}

static void settle_items(Reader *r)
{
    guint krs = r->sprint->krs->len, count = r->items->len;

    if (count == 0) {
        return;
    }
    if (count == 1 && item_at(r, 0)->kind == CLAUSE_SAME && !any_told(r)) {
        confirm_rest(r, item_at(r, 0)->whole);
    } else if (count == krs) {
        for (guint i = 0; i < count; i++) {
            place_item(r, kr_at(r, i), item_at(r, i));
        }
    } else if (count > krs) {
        Slice all = {item_at(r, 0)->whole.at, item_at(r, count - 1)->whole.end};

        fault_too_many(r->reply, all, count, r->sprint);
    } else {
        settle_some(r);
    }
}

/* Words ---------------------------------------------------------------------------------------------------------- */

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
    static const char *const nothing[] = {"no", "none", "nothing", "nobody", "n/a", "nope", "not today", NULL};
    size_t len = slice_phrases(text, nothing);
    Slice rest = slice_from(text, len);

    return clause_is_dash(text) || (len > 0 && (slice_empty(rest) || slice_is(rest, ".")));
}

/* Adds to a field of the reply; what is too long goes to the note. */
static void keep_words(Reader *r, char **field, Slice text, Slice whole)
{
    g_autoptr(GString) all = g_string_new(*field);

    add_words(all, text, ", ");
    glong length = g_utf8_strlen(all->str, -1);
    if (length > REPLY_WORDS_MAX) {
        fault_too_long(r->reply, whole, W_REPLY_TOO_LONG, length);
        g_autofree char *words = slice_dup(text);
        g_autofree char *beginning = text_cut(words, REPLY_WORDS_MAX);

        add_words(r->noted, slice_of(beginning), "; ");
        return;
    }
    g_free(*field);
    *field = g_strdup(all->str);
}

static void take_blocked(Reader *r, const Clause *clause)
{
    Slice place = {0};
    Slice text = clause->text;

    if (says_nothing(text)) {
        return;
    }
    if (slice_empty(text)) {
        fault_no_words(r->reply, clause->whole, W_REPLY_NO_BLOCKED);
        return;
    }
    if (r->reply->blocked_owner == NULL) {
        r->reply->blocked_owner = mention_first(text, &place);
    }
    if (place.at != NULL) {
        text = mention_behind(text, place);
    }
    keep_words(r, &r->reply->blocked, text, clause->whole);
}

static void take_learned(Reader *r, const Clause *clause)
{
    if (slice_empty(clause->text)) {
        fault_no_words(r->reply, clause->whole, W_REPLY_NO_LEARNED);
    } else if (!says_nothing(clause->text)) {
        keep_words(r, &r->reply->learned, clause->text, clause->whole);
    }
}

static void take_note(Reader *r, const Clause *clause)
{
    if (slice_empty(clause->text)) {
        fault_no_words(r->reply, clause->whole, W_REPLY_NO_NOTE);
    }
    add_words(r->noted, clause->text, "; ");
}

static void take_prose(Reader *r, const Clause *clause)
{
    r->prose_count++;
    add_words(r->prose, clause->whole, "; ");
}

static void take_item(Reader *r, const Clause *clause)
{
    if (clause->kind == CLAUSE_VALUE && tells(r, clause)) {
        take_prose(r, clause);
    } else {
        g_array_append_val(r->items, *clause);
    }
}

static void take_rest(Reader *r, const Clause *clause)
{
    (void)clause;
    r->rest_same = true;
}

/* Other clauses -------------------------------------------------------------------------------------------------- */

/* "6", "6/10", "6 of 10", "6 out of 10"; -1 when it is none of those. */
static int32_t confidence_of(Slice text)
{
    static const char *const of_ten[] = {"/10", "/ 10", "of 10", "out of 10", NULL};
    int32_t value = 0;
    Slice rest = clean_value(text);
    size_t digits = 0;

    for (; !slice_empty(rest) && g_ascii_isdigit(*rest.at) && digits < 3; digits++) {
        value = value * 10 + g_ascii_digit_value(*rest.at);
        rest = slice_from(rest, 1);
    }
    rest = slice_trim(rest);
    rest = slice_trim(slice_from(rest, slice_phrases(rest, of_ten)));
    return digits > 0 && slice_empty(rest) && value <= CONFIDENCE_MAX ? value : NOT_GIVEN;
}

static void take_confidence(Reader *r, const Clause *clause)
{
    int32_t before = r->reply->confidence;
    int32_t value = confidence_of(clause->text);

    if (value == NOT_GIVEN) {
        fault_confidence(r->reply, clause->whole);
    } else if (before != NOT_GIVEN && before != value) {
        fault_confidence_twice(r->reply, clause->whole, before, value);
        r->reply->confidence = NOT_GIVEN;
        r->confidence_clashed = true;
    } else if (!r->confidence_clashed) {
        r->reply->confidence = value;
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

    for (Slice rest = clause->text; !slice_empty(rest);) {
        if (!g_ascii_isdigit(*rest.at)) {
            rest = slice_from(rest, 1);
            continue;
        }
        char *end = NULL;
        gint64 number = MIN(g_ascii_strtoll(rest.at, &end, 10), INT32_MAX);

        rest.at = end;
        any = true;
        if (sprint_blocker(r->sprint, (int32_t)number) != NULL) {
            put_unblocked(r, (int32_t)number);
        } else {
            fault_blocker(r->reply, clause->whole, (int32_t)number, r->sprint);
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
    if (clause->number == r->reply->sprint || clause->number == r->sprint->number) {
        return;
    }
    clause_skip_line(&r->clauses);
    fault_other_sprint(r->reply, (Slice){clause->whole.at, r->clauses.at}, clause->number);
}

static void (*const takers[CLAUSE_KINDS])(Reader *, const Clause *) = {
    [CLAUSE_PROSE] = take_prose,           [CLAUSE_VALUE] = take_item,
    [CLAUSE_SKIP] = take_item,             [CLAUSE_SAME] = take_item,
    [CLAUSE_REST] = take_rest,             [CLAUSE_KR] = take_kr,
    [CLAUSE_CONFIDENCE] = take_confidence, [CLAUSE_BLOCKED] = take_blocked,
    [CLAUSE_UNBLOCKED] = take_unblocked,   [CLAUSE_LEARNED] = take_learned,
    [CLAUSE_NOTE] = take_note,             [CLAUSE_AWAY] = take_away,
    [CLAUSE_SPRINT] = take_sprint,
};

/* The whole ------------------------------------------------------------------------------------------------------ */

/* The note is what was told beside the rest; where there is no rest, the text as it came. */
static void settle_note(Reader *r, const char *text)
{
    Reply *reply = r->reply;
    bool nothing_else = r->prose_count == r->clause_count;
    g_autoptr(GString) note = g_string_new(nothing_else ? text : r->prose->str);

    add_words(note, slice_of(r->noted->str), "; ");
    g_autofree char *whole = g_strstrip(g_strdup(note->str));
    glong length = g_utf8_strlen(whole, -1);
    if (length == 0) {
        return;
    }
    if (length > REPLY_WORDS_MAX) {
        fault_too_long(reply, slice_of(whole), W_REPLY_NOTE_LONG, length);
    }
    reply->note = text_cut(whole, REPLY_WORDS_MAX);
    reply->tasks = r->prose->len > 0 && !any_told(r) && r->items->len == 0 &&
                   slice_has(slice_of(r->prose->str), doings);
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
        .confidence = NOT_GIVEN,
        .unblocked = g_array_new(FALSE, FALSE, sizeof(int32_t)),
    };
}

static void read_clauses(Reader *r)
{
    Clause clause = {0};

    while (clause_next(&r->clauses, &clause)) {
        r->clause_count++;
        takers[clause.kind](r, &clause);
    }
    settle_items(r);
    if (r->rest_same) {
        confirm_rest(r, (Slice){0});
    }
}

Reply reply_read(const char *text, const Sprint *sprint)
{
    Reply reply;
    const char *rest = text;
    g_autoptr(GString) prose = g_string_new(NULL);
    g_autoptr(GString) noted = g_string_new(NULL);
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(Clause));
    g_autofree bool *told = g_new0(bool, sprint->krs->len + 1);
    g_autofree bool *clashed = g_new0(bool, sprint->krs->len + 1);

    reply_init(&reply);
    reply.sprint = reply_sprint(text, &rest);
    g_autofree char *blanked = clause_blanks(rest);
    Reader reader = {
        .sprint = sprint,
        .reply = &reply,
        .clauses = {.at = blanked, .lone = sprint->krs->len == 1},
        .told = told,
        .clashed = clashed,
        .items = items,
        .prose = prose,
        .noted = noted,
    };
    read_clauses(&reader);
    settle_note(&reader, rest);
    return reply;
}

void reply_clear(Reply *reply)
{
    g_clear_pointer(&reply->values, g_array_unref);
    g_clear_pointer(&reply->faults, g_ptr_array_unref);
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
    return reply->values->len == 0 && reply->confidence == NOT_GIVEN && reply->blocked == NULL &&
           reply->unblocked->len == 0 && reply->learned == NULL && !reply->away;
}

/* An item of a list of values: a number with its unit and nothing more. `*digit`: it could be a choice, like "3". */
static bool is_listed(const Clause *clause, bool *digit)
{
    Value value = {0};
    const char *rest = NULL;
    g_autofree char *text = slice_dup(clean_value(clause->text));

    *digit = strlen(text) == 1;
    return value_scan(text + (is_signed(slice_of(text)) ? 1 : 0), &rest, &value) == VALUE_OK && *rest == '\0';
}

/* What one clause says about the text being an answer to a check-in. */
static bool is_telling(const Clause *clause, bool first)
{
    bool digit = !slice_empty(clause->text) && g_ascii_isdigit(*clause->text.at);

    switch (clause->kind) {
    case CLAUSE_KR:
        return clause_is_value(clause->text) || clause_is_same(clause->text);
    case CLAUSE_SAME: /* "no change" may as well answer what should change */
        return first && g_ascii_strncasecmp(clause->text.at, "no", 2) != 0;
    case CLAUSE_CONFIDENCE:
        return digit;
    case CLAUSE_BLOCKED:
    case CLAUSE_LEARNED:
        return clause->marked;
    case CLAUSE_REST:
    case CLAUSE_UNBLOCKED:
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
        bool splits = *p == ';' && (*behind == '\0' || clause_starts(slice_of(behind)));

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
        g_autofree char *text = reply_value_text(value->kr->track->kr, value->value);

        g_string_append_printf(out, "%s%s", i > 0 ? "; " : "", text);
    }
    if (reply->confidence != NOT_GIVEN) {
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
