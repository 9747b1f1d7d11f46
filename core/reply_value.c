/* Bare values wait until all are known, since only their number tells whether they are a list in
 * the order of the key results. */

#include "core/reply_value.h"

#include <string.h>

#include "core/reply_fault.h"
#include "core/wording.h"

#define VALUE_BYTES_MAX 100 /* no value is longer */
#define PROSE_BLANKS    3   /* with so many, what only begins with a number is a sentence */

static Track *track_at(const ReplyValues *v, guint i)
{
    return g_ptr_array_index(v->tracks, i);
}

static guint place_of(const ReplyValues *v, const Track *track)
{
    guint i = 0;

    while (track_at(v, i) != track) {
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
static ValueFault try_value(const Track *track, const Clause *clause, Slice text, ReplyValue *out)
{
    const Kr *about = track->kr;
    Slice clean = reply_value_clean(text);
    bool literal =
        clause->lead == LEAD_LITERAL || (clause->lead == LEAD_ABSOLUTE && is_signed(clean));

    if (slice_empty(clean) || clean.end - clean.at > VALUE_BYTES_MAX ||
        wording_loose_dash(clean) > 0) {
        return VALUE_NOT_A_NUMBER;
    }
    g_autofree char *words = slice_dup(clean);
    g_autofree char *value = g_strconcat(literal ? "= " : "", words, NULL);
    return value_read(value, &about->unit, track_value(track), about->target, &out->value,
                      &out->delta);
}

static void put_value(ReplyValues *v, Track *track, Slice whole, ReplyValue value)
{
    guint place = place_of(v, track);
    GArray *values = v->reply->values;

    v->told[place] = true;
    value.track = track;
    for (guint i = 0; i < values->len; i++) {
        Decimal earlier = g_array_index(values, ReplyValue, i).value;

        if (g_array_index(values, ReplyValue, i).track != track) {
            continue;
        }
        if (decimal_cmp(earlier, value.value) != 0) {
            v->clashed[place] = true;
            g_array_remove_index(values, i);
            fault_twice(v->reply, whole, track, earlier, value.value);
        }
        return;
    }
    if (!v->clashed[place]) {
        g_array_append_val(values, value);
    }
}

static void put_same(ReplyValues *v, Track *track, Slice whole)
{
    put_value(v, track, whole, (ReplyValue){.value = track_value(track), .same = true});
}

static void read_value(ReplyValues *v, Track *track, const Clause *clause)
{
    ReplyValue value = {0};
    ValueFault fault = try_value(track, clause, clause->text, &value);

    v->told[place_of(v, track)] = true;
    if (fault != VALUE_OK) {
        fault_value(v->reply, clause->whole, reply_value_clean(clause->text), track, fault);
    } else if (track->kr->kind == KR_COUNT && value.value.millionths < 0) {
        fault_below_zero(v->reply, clause->whole, track, value.value);
    } else {
        put_value(v, track, clause->whole, value);
    }
}

/* Where the unit's own noun holds a keyword ("4 blocked tickets"), the clause ended too early. */
static Clause whole_value(const Track *track, const Clause *clause, ClauseReader *reader)
{
    Clause longer = *clause;
    ReplyValue value = {0};

    longer.text = clause_longer(clause);
    if (track->kr->unit.kind != UNIT_COUNT || longer.text.end <= reader->at ||
        try_value(track, clause, longer.text, &value) != VALUE_OK) {
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
        Track *track = reply_track(v->tracks, clause->number);

        next = next != NULL && is_joined(clause, next) ? clause : NULL;
        if (next != NULL) {
            put_same(v, track, clause->whole);
        } else {
            v->told[place_of(v, track)] = true;
            fault_no_value(v->reply, clause->whole, track);
        }
    }
    g_array_set_size(v->waiting, 0);
}

void reply_values_kr(ReplyValues *v, const Clause *clause, ClauseReader *reader)
{
    Track *track = reply_track(v->tracks, clause->number);

    if (track == NULL) {
        fault_no_such_kr(v->reply, clause, v->tracks);
        return;
    }
    if (slice_empty(clause->text)) {
        g_array_append_val(v->waiting, *clause);
        return;
    }
    v->told[place_of(v, track)] |= !wording_is_dash(clause->text);
    if (wording_is_same(clause->text)) {
        settle_waiting(v, clause);
        put_same(v, track, clause->whole);
    } else if (!wording_is_dash(clause->text)) { /* a dash: not told */
        Clause whole = whole_value(track, clause, reader);

        read_value(v, track, &whole);
    }
}

void reply_values_only_named(ReplyValues *v)
{
    if (v->waiting->len > 0) {
        g_array_set_size(v->waiting, v->waiting->len - 1);
    }
}

/* How many KRs a bare value could belong to, the first of them, and what is wrong with it where
 * there is none. */
typedef struct Fit {
    guint count;
    Track *track;
    Track *telling; /* the one with the fault that says most */
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

    for (guint i = 0; i < v->tracks->len; i++) {
        ReplyValue value = {0};
        ValueFault fault = try_value(track_at(v, i), item, item->text, &value);
        int weight = fault_weight(fault);

        if (weight == 0) {
            fit.track = fit.count == 0 ? track_at(v, i) : fit.track;
            fit.count++;
        } else if (weight > fault_weight(fit.fault)) {
            fit.telling = track_at(v, i);
            fit.fault = fault;
        }
    }
    return fit;
}

/* "27,4,9.5", "27 4 9.5": one value for each KR, if only they were told apart. */
static bool runs_together(const ReplyValues *v, const Clause *clause)
{
    g_autofree char *text = slice_dup(clause->text);
    g_auto(GStrv) parts = g_strsplit_set(text, " ,", (gint)v->tracks->len + 1);
    guint count = g_strv_length(parts);

    for (guint i = 0; i < count; i++) {
        if (!wording_is_value(slice_of(parts[i]))) {
            return false;
        }
    }
    return count > 1 && count == v->tracks->len;
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
        fault_run_together(v->reply, item->text, v->tracks);
    } else if (unit && v->tracks->len > 1) {
        fault_no_fit(v->reply, item->whole, v->tracks);
    } else {
        fault_value(v->reply, item->whole, reply_value_clean(item->text), fit->telling, fit->fault);
    }
}

static Clause *item_at(const ReplyValues *v, guint i)
{
    return &g_array_index(v->items, Clause, i);
}

static void place_item(ReplyValues *v, Track *track, const Clause *item)
{
    if (item->kind == CLAUSE_SAME) {
        put_same(v, track, item->whole);
    } else if (item->kind == CLAUSE_VALUE) {
        read_value(v, track, item);
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
        read_value(v, fit->track, item);
    } else {
        fault_item(v, item, fit);
    }
    return true;
}

/* What stays unclear is asked back once, not for each. */
static void settle_some(ReplyValues *v)
{
    Slice unclear = {0}, value = {0}, same = {0};
    Track *track = NULL;

    for (guint i = 0; i < v->items->len; i++) {
        const Clause *item = item_at(v, i);
        Fit fit = {0};

        if (item->kind == CLAUSE_SAME) {
            same = item->whole;
        } else if (item->kind == CLAUSE_VALUE && !settle_item(v, item, &fit)) {
            track = track != NULL ? track : fit.track;
            value = value.at != NULL ? value : reply_value_clean(item->text);
            unclear = (Slice){unclear.at != NULL ? unclear.at : item->whole.at, item->whole.end};
        }
    }
    if (track != NULL) {
        fault_which(v->reply, unclear, value, track, v->tracks);
    }
    if (same.at != NULL) {
        fault_same_which(v->reply, same, v->tracks);
    }
}

static bool any_told(const ReplyValues *v)
{
    for (guint i = 0; i < v->tracks->len; i++) {
        if (v->told[i]) {
            return true;
        }
    }
    return false;
}

static void confirm_rest(ReplyValues *v, Slice whole)
{
    for (guint i = 0; i < v->tracks->len; i++) {
        if (!v->told[i]) {
            put_same(v, track_at(v, i), whole);
        }
    }
}

static void settle_items(ReplyValues *v)
{
    guint krs = v->tracks->len, count = v->items->len;

    if (count == 0) {
        return;
    }
    if (count == 1 && item_at(v, 0)->kind == CLAUSE_SAME && !any_told(v)) {
        confirm_rest(v, item_at(v, 0)->whole);
    } else if (count == krs) {
        for (guint i = 0; i < count; i++) {
            place_item(v, track_at(v, i), item_at(v, i));
        }
    } else if (count > krs) {
        Slice all = {item_at(v, 0)->whole.at, item_at(v, count - 1)->whole.end};

        fault_too_many(v->reply, all, count, v->tracks);
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

    return left->track->kr->number - right->track->kr->number;
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

void reply_values_init(ReplyValues *v, const GPtrArray *tracks, Reply *reply)
{
    *v = (ReplyValues){
        .tracks = tracks,
        .reply = reply,
        .told = g_new0(bool, tracks->len),
        .clashed = g_new0(bool, tracks->len),
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
