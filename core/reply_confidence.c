#include "core/reply_confidence.h"

#include <string.h>

#include "core/reply_fault.h"

#define CONFIDENCE_MAX 10

/* A confidence that stands directly behind a bare value. */
typedef struct BesideValue {
    Slice whole;
    int32_t confidence;
    guint item; /* of the bare values, from 1 */
} BesideValue;

void reply_confidences_init(ReplyConfidences *c, const GPtrArray *tracks, bool by_kr, Reply *reply)
{
    *c = (ReplyConfidences){.tracks = tracks,
                            .by_kr = by_kr,
                            .reply = reply,
                            .beside = g_array_new(FALSE, FALSE, sizeof(BesideValue))};
}

void reply_confidences_clear(ReplyConfidences *c)
{
    g_clear_pointer(&c->beside, g_array_unref);
}

/* "6", "6/10", "6 of 10", "6 out of 10"; CONFIDENCE_NOT_GIVEN when it is none of those. */
static int32_t confidence_of(Slice text)
{
    static const char *const of_ten[] = {"/10", "/ 10", "of 10", "out of 10", NULL};
    int32_t value = 0;
    Slice clean = reply_value_clean(text);
    size_t digits = slice_number(clean, &value);
    Slice rest = slice_trim(slice_from(clean, digits));

    rest = slice_from(rest, slice_phrases(rest, of_ten));
    return digits > 0 && slice_empty(rest) && value <= CONFIDENCE_MAX ? value
                                                                      : CONFIDENCE_NOT_GIVEN;
}

/* --- of one KR --- */

static KrConfidence *told_of(const ReplyConfidences *c, KrId kr)
{
    for (guint i = 0; i < c->reply->confidences->len; i++) {
        KrConfidence *told = &g_array_index(c->reply->confidences, KrConfidence, i);

        if (ID_EQ(told->kr, kr)) {
            return told;
        }
    }
    return NULL;
}

static void put_kr(ReplyConfidences *c, const Track *track, int32_t value, Slice whole)
{
    KrConfidence told = {track->kr->id, value};
    const KrConfidence *earlier = told_of(c, told.kr);

    if (earlier == NULL) {
        g_array_append_val(c->reply->confidences, told);
    } else if (earlier->confidence != value) {
        fault_confidence_twice(c->reply, whole, earlier->confidence, value);
        g_array_remove_index(
            c->reply->confidences,
            (guint)(earlier - (KrConfidence *)(void *)c->reply->confidences->data));
    }
}

/* Only these may stand between the KRs of one list. */
static bool goes_on(const ReplyConfidences *c, const Clause *clause)
{
    const char *p = c->before.whole.end;

    while (p < clause->whole.at && strchr(" ,&/", *p) != NULL) {
        p++;
    }
    return p == clause->whole.at;
}

bool reply_confidences_kr(ReplyConfidences *c, const Clause *clause)
{
    const Track *track = reply_track(c->tracks, clause->number);
    int32_t value = confidence_of(clause->text);

    c->naming = c->naming && goes_on(c, clause);
    if (!c->naming) {
        c->krs++;
        return false;
    }
    c->open = (Slice){0};
    if (track == NULL) {
        fault_no_such_kr(c->reply, clause, c->tracks);
    } else if (value == CONFIDENCE_NOT_GIVEN) {
        fault_confidence(c->reply, clause->whole);
    } else {
        put_kr(c, track, value, clause->whole);
    }
    return true;
}

/* --- of all --- */

static void put_all(ReplyConfidences *c, int32_t value, Slice whole)
{
    Reply *reply = c->reply;

    if (reply->confidence != CONFIDENCE_NOT_GIVEN && reply->confidence != value) {
        fault_confidence_twice(reply, whole, reply->confidence, value);
        reply->confidence = CONFIDENCE_NOT_GIVEN;
        c->clashed = true;
    } else if (!c->clashed) {
        reply->confidence = value;
    }
}

/* --- whose it is --- */

/* Nothing but blanks between the clause before and this one. */
static bool is_directly_behind(const ReplyConfidences *c, const Clause *clause, ClauseKind kind)
{
    return c->before.kind == kind && c->before.whole.at != NULL &&
           slice_blanks((Slice){c->before.whole.end, clause->whole.at}) ==
               (size_t)(clause->whole.at - c->before.whole.end);
}

/* "kr1 $21.2M confidence 6"; false when the clause before names no KR, or one that is not asked. */
static bool put_behind_kr(ReplyConfidences *c, int32_t value, Slice whole, ReplyValues *values)
{
    const Track *track = reply_track(c->tracks, c->before.number);

    if (track == NULL) {
        return false;
    }
    if (slice_empty(c->before.text)) {
        reply_values_only_named(values);
        put_kr(c, track, value, whole);
    } else if (c->krs > 1) {
        fault_confidence_whose(c->reply, whole, track, value);
    } else {
        put_kr(c, track, value, whole);
    }
    return true;
}

/* "confidence for kr1 6": the KR is a clause of its own. */
static bool only_leads(Slice text)
{
    static const char *const leads[] = {"for", "in", "of", "on", "per", NULL};

    return slice_empty(text) || slice_phrases(text, leads) == (size_t)(text.end - text.at);
}

/* "$21.2M confidence 6"; false when no bare value stands before it. Whose it is, the end tells. */
static bool put_beside(ReplyConfidences *c, int32_t value, const Clause *clause,
                       const ReplyValues *values)
{
    BesideValue beside = {clause->whole, value, values->items->len};

    if (!is_directly_behind(c, clause, CLAUSE_VALUE) &&
        !is_directly_behind(c, clause, CLAUSE_SAME)) {
        return false;
    }
    g_array_append_val(c->beside, beside);
    return true;
}

void reply_confidences_take(ReplyConfidences *c, const Clause *clause, ReplyValues *values)
{
    int32_t value = confidence_of(clause->text);

    if (c->by_kr && only_leads(clause->text)) {
        c->naming = true;
        c->open = clause->whole;
        return;
    }
    c->naming = false;
    if (value == CONFIDENCE_NOT_GIVEN) {
        fault_confidence(c->reply, clause->whole);
    } else if (!c->by_kr || ((!is_directly_behind(c, clause, CLAUSE_KR) ||
                              !put_behind_kr(c, value, clause->whole, values)) &&
                             !put_beside(c, value, clause, values))) {
        put_all(c, value, clause->whole);
    }
    c->krs = 0;
}

void reply_confidences_after(ReplyConfidences *c, const Clause *clause)
{
    bool open = c->open.at != NULL;

    if (open && clause->kind != CLAUSE_CONFIDENCE) { /* nothing was told behind it */
        fault_confidence(c->reply, c->open);
        c->open = (Slice){0};
    }
    c->naming = c->naming && (clause->kind == CLAUSE_CONFIDENCE || clause->kind == CLAUSE_KR);
    c->before = *clause;
}

static const BesideValue *beside_at(const ReplyConfidences *c, guint i)
{
    return &g_array_index(c->beside, BesideValue, i);
}

static Track *track_at(const ReplyConfidences *c, guint i)
{
    return g_ptr_array_index(c->tracks, i);
}

static bool has_value(const Reply *reply, const Track *track)
{
    for (guint i = 0; i < reply->values->len; i++) {
        if (g_array_index(reply->values, ReplyValue, i).track == track) {
            return true;
        }
    }
    return false;
}

/* The list has a value for each KR, in order, and a confidence behind each. */
static bool beside_each(const ReplyConfidences *c, const ReplyValues *values)
{
    bool each = c->tracks->len > 1 && values->items->len == c->tracks->len &&
                c->beside->len == c->tracks->len;

    for (guint i = 0; each && i < c->beside->len; i++) {
        each = beside_at(c, i)->item == i + 1;
    }
    return each;
}

/* One alone, behind the last value of a whole list or behind "same". */
static bool beside_all(const ReplyConfidences *c, const ReplyValues *values)
{
    guint count = values->items->len;
    bool same = count == 1 && g_array_index(values->items, Clause, 0).kind == CLAUSE_SAME;

    return c->beside->len == 1 && beside_at(c, 0)->item == count &&
           (same || count == c->tracks->len);
}

/* Where the value is asked back, so is what stands behind it. */
static void settle_beside(ReplyConfidences *c, const ReplyValues *values)
{
    bool each = beside_each(c, values), all = beside_all(c, values);
    bool in_order = values->items->len == c->tracks->len;

    for (guint i = 0; i < c->beside->len; i++) {
        const BesideValue *beside = beside_at(c, i);
        Track *track = track_at(c, in_order && beside->item > 0 ? beside->item - 1 : 0);

        if (each && has_value(c->reply, track)) {
            put_kr(c, track, beside->confidence, beside->whole);
        } else if (all) {
            put_all(c, beside->confidence, beside->whole);
        } else {
            fault_confidence_whose(c->reply, beside->whole, track, beside->confidence);
        }
    }
}

void reply_confidences_settle(ReplyConfidences *c, const ReplyValues *values)
{
    if (c->open.at != NULL) {
        fault_confidence(c->reply, c->open);
    }
    settle_beside(c, values);
}
