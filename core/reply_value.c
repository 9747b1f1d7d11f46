/* Bare values wait until all are known, since only their number tells whether they are a list in
 * the order of the key results. */

#include "core/reply_value.h"

#include <string.h>

#include "core/reply_fault.h"
#include "core/wording.h"

#define VALUE_BYTES_MAX 100 /* no value is longer */
#define PROSE_BLANKS    3   /* with so many, what only begins with a number is a sentence */

static SprintKr *kr_at(const ReplyValues *v, guint i)
{
    return g_ptr_array_index(v->sprint->krs, i);
}

static guint kr_place(const ReplyValues *v, const SprintKr *kr)
{
    guint i = 0;

    while (kr_at(v, i) != kr) {
        i++;
    }
    return i;
}

static bool belongs_to_value(gunichar c)
{
    return g_unichar_isalnum(c) || g_unichar_type(c) == G_UNICODE_CURRENCY_SYMBOL ||
           (c < 0x80 && strchr("%)?~+", (int)c) != NULL);
}

Slice reply_value_clean(Slice text)
{
    static const char *const tails[] = {" now", " today", " so far", " at the moment",
                                        " right now"};

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
    return slice_unwrap(text);
}

static bool is_signed(Slice text)
{
    return slice_starts(text, "+") || slice_starts(text, "-") || slice_starts(text, "\xe2\x88\x92");
}

/* What value_read makes of it for that KR. */
static ValueFault try_value(const SprintKr *kr, const Clause *clause, Slice text, ReplyValue *out)
{
    const Kr *about = kr->track->kr;
    Slice clean = reply_value_clean(text);
    bool literal =
        clause->lead == LEAD_LITERAL || (clause->lead == LEAD_ABSOLUTE && is_signed(clean));

    if (slice_empty(clean) || clean.end - clean.at > VALUE_BYTES_MAX ||
        wording_loose_dash(clean) > 0) {
        return VALUE_NOT_A_NUMBER;
    }
    g_autofree char *words = slice_dup(clean);
    g_autofree char *value = g_strconcat(literal ? "= " : "", words, NULL);
    return value_read(value, &about->unit, track_value(kr->track), about->target, &out->value,
                      &out->delta);
}

static void put_value(ReplyValues *v, SprintKr *kr, Slice whole, ReplyValue value)
{
    guint place = kr_place(v, kr);
    GArray *values = v->reply->values;

    v->told[place] = true;
    value.kr = kr;
    for (guint i = 0; i < values->len; i++) {
        Decimal earlier = g_array_index(values, ReplyValue, i).value;

        if (g_array_index(values, ReplyValue, i).kr != kr) {
            continue;
        }
        if (decimal_cmp(earlier, value.value) != 0) {
            v->clashed[place] = true;
            g_array_remove_index(values, i);
            fault_twice(v->reply, whole, kr, earlier, value.value);
        }
        return;
    }
    if (!v->clashed[place]) {
        g_array_append_val(values, value);
    }
}

static void put_same(ReplyValues *v, SprintKr *kr, Slice whole)
{
    put_value(v, kr, whole, (ReplyValue){.value = track_value(kr->track), .same = true});
}

static void read_value(ReplyValues *v, SprintKr *kr, const Clause *clause)
{
    ReplyValue value = {0};
    ValueFault fault = try_value(kr, clause, clause->text, &value);

    v->told[kr_place(v, kr)] = true;
    if (fault != VALUE_OK) {
        fault_value(v->reply, clause->whole, reply_value_clean(clause->text), kr, fault);
    } else if (kr->track->kr->kind == KR_COUNT && value.value.millionths < 0) {
        fault_below_zero(v->reply, clause->whole, kr, value.value);
    } else {
        put_value(v, kr, clause->whole, value);
    }
}

/* Where the unit's own noun holds a keyword ("4 blocked tickets"), the clause ended too early. */
static Clause whole_value(const SprintKr *kr, const Clause *clause, ClauseReader *reader)
{
    Clause longer = *clause;
    ReplyValue value = {0};

    longer.text = clause_longer(clause);
    if (kr->track->kr->unit.kind != UNIT_COUNT || longer.text.end <= reader->at ||
        try_value(kr, clause, longer.text, &value) != VALUE_OK) {
        return *clause;
    }
    longer.whole.end = longer.text.end;
    reader->at = longer.text.end;
    return longer;
}

/* "kr1 and kr2 same": the first waits for the second. */
static bool is_joined(const Clause *first, const Clause *second)
{
    const char *p = first->whole.end;

    while (p < second->whole.at && strchr(" ,&/", *p) != NULL) {
        p++;
    }
    return p == second->whole.at;
}

/* The KRs that waited for a value: they are the same, or have none. */
static void settle_waiting(ReplyValues *v, const Clause *next)
{
    for (guint i = v->waiting->len; i > 0; i--) {
        const Clause *clause = &g_array_index(v->waiting, Clause, i - 1);
        SprintKr *kr = sprint_kr(v->sprint, clause->number);

        next = next != NULL && is_joined(clause, next) ? clause : NULL;
        if (next != NULL) {
            put_same(v, kr, clause->whole);
        } else {
            fault_no_value(v->reply, clause->whole, kr);
        }
    }
    g_array_set_size(v->waiting, 0);
}

void reply_values_kr(ReplyValues *v, const Clause *clause, ClauseReader *reader)
{
    SprintKr *kr = sprint_kr(v->sprint, clause->number);

    if (kr == NULL) {
        fault_no_such_kr(v->reply, clause, v->sprint);
        return;
    }
    v->told[kr_place(v, kr)] |= !wording_is_dash(clause->text);
    if (slice_empty(clause->text)) {
        g_array_append_val(v->waiting, *clause);
    } else if (wording_is_same(clause->text)) {
        settle_waiting(v, clause);
        put_same(v, kr, clause->whole);
    } else if (!wording_is_dash(clause->text)) { /* a dash: not told */
        Clause whole = whole_value(kr, clause, reader);

        read_value(v, kr, &whole);
    }
}

/* How many KRs a bare value could belong to, the first of them, and what is wrong with it where
 * there is none. */
typedef struct Fit {
    guint count;
    SprintKr *kr;
    SprintKr *telling; /* the one with the fault that says most */
    ValueFault fault;
} Fit;

/* A wrong unit says least: the value may be another KR's. */
static int fault_weight(ValueFault fault)
{
    switch (fault) {
    case VALUE_OK:
    case VALUE_SCALE_UNCLEAR:
        return 0; /* fits */
    case VALUE_FOREIGN_UNIT:
        return 1;
    case VALUE_UNKNOWN_UNIT:
        return 2;
    case VALUE_EMPTY:
    case VALUE_NOT_A_NUMBER:
        return 3;
    case VALUE_TOO_PRECISE:
    case VALUE_OUT_OF_RANGE:
    case VALUE_DECIMAL_COMMA:
    case VALUE_RANGE:
        return 4;
    }
    return 3;
}

static Fit fit_of(const ReplyValues *v, const Clause *item)
{
    Fit fit = {0};

    for (guint i = 0; i < v->sprint->krs->len; i++) {
        ReplyValue value = {0};
        ValueFault fault = try_value(kr_at(v, i), item, item->text, &value);
        int weight = fault_weight(fault);

        if (weight == 0) {
            fit.kr = fit.count == 0 ? kr_at(v, i) : fit.kr;
            fit.count++;
        } else if (weight > fault_weight(fit.fault)) {
            fit.telling = kr_at(v, i);
            fit.fault = fault;
        }
    }
    return fit;
}

/* "27,4,9.5", "27 4 9.5": one value for each KR, if only they were told apart. */
static bool runs_together(const ReplyValues *v, const Clause *clause)
{
    g_autofree char *text = slice_dup(clause->text);
    g_auto(GStrv) parts = g_strsplit_set(text, " ,", (gint)v->sprint->krs->len + 1);
    guint count = g_strv_length(parts);

    for (guint i = 0; i < count; i++) {
        if (!wording_is_value(slice_of(parts[i]))) {
            return false;
        }
    }
    return count > 1 && count == v->sprint->krs->len;
}

bool reply_values_prose(const ReplyValues *v, const Clause *clause)
{
    Fit fit = fit_of(v, clause);
    size_t blanks = 0;

    if (fit.count > 0 || fault_weight(fit.fault) > fault_weight(VALUE_NOT_A_NUMBER) ||
        runs_together(v, clause)) {
        return false;
    }
    for (Slice rest = clause->text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        blanks += *rest.at == ' ' ? 1 : 0;
    }
    return blanks >= PROSE_BLANKS || wording_tells_of_work(clause->text);
}

/* A bare value that fits no KR. */
static void fault_item(ReplyValues *v, const Clause *item, const Fit *fit)
{
    bool unit = fit->fault == VALUE_FOREIGN_UNIT || fit->fault == VALUE_UNKNOWN_UNIT;

    if (runs_together(v, item)) {
        fault_run_together(v->reply, item->text, v->sprint);
    } else if (unit && v->sprint->krs->len > 1) {
        fault_no_fit(v->reply, item->whole, v->sprint);
    } else {
        fault_value(v->reply, item->whole, reply_value_clean(item->text), fit->telling, fit->fault);
    }
}

static Clause *item_at(const ReplyValues *v, guint i)
{
    return &g_array_index(v->items, Clause, i);
}

static void place_item(ReplyValues *v, SprintKr *kr, const Clause *item)
{
    if (item->kind == CLAUSE_SAME) {
        put_same(v, kr, item->whole);
    } else if (item->kind == CLAUSE_VALUE) {
        read_value(v, kr, item);
    }
}

/* A bare value without a list: only its unit can tell whose it is. False when it fits several. */
static bool settle_item(ReplyValues *v, const Clause *item, Fit *fit)
{
    *fit = fit_of(v, item);
    if (fit->count > 1) {
        return false;
    }
    if (fit->count == 1) {
        read_value(v, fit->kr, item);
    } else {
        fault_item(v, item, fit);
    }
    return true;
}

/* What stays unclear is asked back once, not for each. */
static void settle_some(ReplyValues *v)
{
    Slice unclear = {0}, value = {0}, same = {0};
    SprintKr *kr = NULL;

    for (guint i = 0; i < v->items->len; i++) {
        const Clause *item = item_at(v, i);
        Fit fit = {0};

        if (item->kind == CLAUSE_SAME) {
            same = item->whole;
        } else if (item->kind == CLAUSE_VALUE && !settle_item(v, item, &fit)) {
            kr = kr != NULL ? kr : fit.kr;
            value = value.at != NULL ? value : reply_value_clean(item->text);
            unclear = (Slice){unclear.at != NULL ? unclear.at : item->whole.at, item->whole.end};
        }
    }
    if (kr != NULL) {
        fault_which(v->reply, unclear, value, kr, v->sprint);
    }
    if (same.at != NULL) {
        fault_same_which(v->reply, same, v->sprint);
    }
}

static bool any_told(const ReplyValues *v)
{
    for (guint i = 0; i < v->sprint->krs->len; i++) {
        if (v->told[i]) {
            return true;
        }
    }
    return false;
}

static void confirm_rest(ReplyValues *v, Slice whole)
{
    for (guint i = 0; i < v->sprint->krs->len; i++) {
        if (!v->told[i]) {
            put_same(v, kr_at(v, i), whole);
        }
    }
}

static void settle_items(ReplyValues *v)
{
    guint krs = v->sprint->krs->len, count = v->items->len;

    if (count == 0) {
        return;
    }
    if (count == 1 && item_at(v, 0)->kind == CLAUSE_SAME && !any_told(v)) {
        confirm_rest(v, item_at(v, 0)->whole);
    } else if (count == krs) {
        for (guint i = 0; i < count; i++) {
            place_item(v, kr_at(v, i), item_at(v, i));
        }
    } else if (count > krs) {
        Slice all = {item_at(v, 0)->whole.at, item_at(v, count - 1)->whole.end};

        fault_too_many(v->reply, all, count, v->sprint);
    } else {
        settle_some(v);
    }
}

void reply_values_item(ReplyValues *v, const Clause *clause)
{
    g_array_append_val(v->items, *clause);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const ReplyValue *left = a, *right = b;

    return left->kr->track->kr->number - right->kr->track->kr->number;
}

void reply_values_settle(ReplyValues *v)
{
    settle_waiting(v, NULL);
    settle_items(v);
    if (v->rest_same) {
        confirm_rest(v, (Slice){0});
    }
    g_array_sort(v->reply->values, by_number);
}

bool reply_values_any(const ReplyValues *v)
{
    return any_told(v) || v->items->len > 0;
}

void reply_values_init(ReplyValues *v, const Sprint *sprint, Reply *reply)
{
    *v = (ReplyValues){
        .sprint = sprint,
        .reply = reply,
        .told = g_new0(bool, sprint->krs->len),
        .clashed = g_new0(bool, sprint->krs->len),
        .items = g_array_new(FALSE, FALSE, sizeof(Clause)),
        .waiting = g_array_new(FALSE, FALSE, sizeof(Clause)),
    };
}

void reply_values_clear(ReplyValues *v)
{
    g_free(v->told);
    g_free(v->clashed);
    g_clear_pointer(&v->items, g_array_unref);
    g_clear_pointer(&v->waiting, g_array_unref);
    *v = (ReplyValues){0};
}
