/* The targets that key results had before. All rows are gathered first and put in order of time;
 * then each key result's are held against what is on the books: they go on from its last change,
 * each from the target that the one before led to, and the last leads to the target of today, which
 * only the chat changes. */

#include "bot/transfer/merge_parts.h"
#include "core/recalibrate.h"
#include "core/statement.h"
#include "core/text.h"

/* A row that tells of one. */
typedef struct Incoming {
    Record *record;
    Team *team;
    Tactical *tactical;
    When when;
    Decimal was, was_high, target, target_high;
    guint order;
} Incoming;

GArray *merge_changes_new(void)
{
    return g_array_new(FALSE, TRUE, sizeof(Incoming));
}

/* Rows ---------------------------------------------------------------------------------------- */

static bool is_there(Merge *merge, Record *record, Column column)
{
    if (record_get(record, column) != NULL) {
        return true;
    }
    records_fault(merge->records, record,
                  say(W_IMPORT_CHANGE_MISSING, S("column", column_name(column))));
    return false;
}

/* A target, and for a band its upper edge; false with the fault told. */
static bool read_target(Merge *merge, Record *record, const Kr *kr, Column column, Column high,
                        Decimal out[2])
{
    bool is_band = kr->direction == DIRECTION_WITHIN;

    if (!is_there(merge, record, column) || (is_band && !is_there(merge, record, high)) ||
        !merge_amount(merge, record, column, kr, &out[0])) {
        return false;
    }
    out[1] = out[0];
    return record_get(record, high) == NULL || merge_amount(merge, record, high, kr, &out[1]);
}

/* No later than its period, whose figures are final behind it. */
static char *period_fault(const Incoming *in)
{
    const Period *period = team_tactical_period(in->team, in->tactical);

    if (period == NULL || day_cmp(in->when.day, period->days.last) <= 0) {
        return NULL;
    }
    g_autofree char *last = day_text(period->days.last);
    return say(W_TARGET_OVER, N("n", in->tactical->track->kr->number), S("period", period->name),
               S("day", last));
}

static bool read_when(Merge *merge, Incoming *in)
{
    char *fault = merge_when(merge, in->record, in->team, W_IMPORT_CHANGE_MISSING, &in->when);

    fault = fault != NULL ? fault : period_fault(in);
    if (fault != NULL) {
        records_fault(merge->records, in->record, fault);
    }
    return fault == NULL;
}

static bool read_targets(Merge *merge, Incoming *in)
{
    const Kr *kr = in->tactical->track->kr;
    Decimal was[2] = {{0}, {0}}, target[2] = {{0}, {0}};

    if (!read_target(merge, in->record, kr, COL_WAS, COL_WAS_HIGH, was) ||
        !read_target(merge, in->record, kr, COL_TARGET, COL_TARGET_HIGH, target)) {
        return false;
    }
    in->was = was[0];
    in->was_high = was[1];
    in->target = target[0];
    in->target_high = target[1];
    return true;
}

/* As /okr target asks for it. */
static bool read_why(Merge *merge, Record *record)
{
    const char *why = record_get(record, COL_WHY);

    if (!is_there(merge, record, COL_WHY)) {
        return false;
    }
    if (text_words(why) >= RECALIBRATE_WHY_WORDS) {
        return true;
    }
    g_autofree char *quoted = text_cut(why, 60);
    records_fault(merge->records, record, say(W_IMPORT_WHY, S("text", quoted)));
    return false;
}

bool merge_recalibration(Merge *merge, Record *record, Team *team, GError **error)
{
    Incoming in = {.record = record, .team = team, .order = merge->changes->len};

    (void)error;
    in.tactical = merge_kr_of(merge, record, team);
    if (in.tactical != NULL && read_when(merge, &in) && read_targets(merge, &in) &&
        read_why(merge, record)) {
        g_array_append_val(merge->changes, in);
    }
    return true;
}

/* Chains -------------------------------------------------------------------------------------- */

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_kr_and_time(gconstpointer pa, gconstpointer pb)
{
    const Incoming *a = pa, *b = pb;
    int krs = compare(a->tactical->track->kr->id.v, b->tactical->track->kr->id.v);
    int days = day_cmp(a->when.day, b->when.day);
    int instants = compare(a->when.at.us, b->when.at.us);

    return krs != 0        ? krs
           : days != 0     ? days
           : instants != 0 ? instants
                           : compare(a->order, b->order);
}

static bool same(Decimal a, Decimal a_high, Decimal b, Decimal b_high)
{
    return decimal_cmp(a, b) == 0 && decimal_cmp(a_high, b_high) == 0;
}

static bool is_known(const Incoming *in)
{
    const GPtrArray *changes = in->tactical->recalibrations;

    for (guint i = 0; i < changes->len; i++) {
        const Recalibration *change = g_ptr_array_index(changes, i);

        if (day_cmp(change->from, in->when.day) == 0 &&
            (!in->when.timed || change->at.us == in->when.at.us) &&
            same(change->was, change->was_high, in->was, in->was_high) &&
            same(change->target, change->target_high, in->target, in->target_high)) {
            return true;
        }
    }
    return false;
}

static const Recalibration *last_of(const Tactical *tactical)
{
    const GPtrArray *changes = tactical->recalibrations;

    return changes->len > 0 ? g_ptr_array_index(changes, changes->len - 1) : NULL;
}

static bool is_older(const Incoming *in, const Recalibration *last)
{
    int days = day_cmp(in->when.day, last->from);

    return days < 0 || (days == 0 && in->when.timed && in->when.at.us < last->at.us);
}

/* It goes on from the last change; NULL, or what is wrong. */
static char *link_fault(const Incoming *in, const Recalibration *last)
{
    const Kr *kr = in->tactical->track->kr;

    if (last == NULL) {
        return NULL;
    }
    if (is_older(in, last)) {
        g_autofree char *day = day_iso(last->from);
        return say(W_IMPORT_CHANGE_OLD, N("n", kr->number), S("day", day));
    }
    if (same(in->was, in->was_high, last->target, last->target_high)) {
        return NULL;
    }
    g_autofree char *was = kr_target_text(kr, in->was, in->was_high);
    g_autofree char *before = kr_target_text(kr, last->target, last->target_high);
    g_autofree char *day = day_iso(last->from);
    return say(W_IMPORT_CHANGE_CHAIN, S("was", was), S("before", before), S("day", day),
               N("n", kr->number));
}

/* The target of today is where all the changes lead. */
static char *end_fault(const Tactical *tactical)
{
    const Kr *kr = tactical->track->kr;
    const Recalibration *last = last_of(tactical);

    g_assert(last != NULL); /* one was just added */
    if (same(last->target, last->target_high, kr->target, kr->target_high)) {
        return NULL;
    }
    g_autofree char *target = kr_target_text(kr, last->target, last->target_high);
    g_autofree char *now = kr_target_text(kr, kr->target, kr->target_high);
    return say(W_IMPORT_CHANGE_END, S("target", target), S("now", now), N("n", kr->number));
}

/* Saving -------------------------------------------------------------------------------------- */

/* How the key result read then; where the row does not tell, as it reads today with that target. */
static char *statement_was(const Incoming *in)
{
    const char *told = record_get(in->record, COL_KR_WAS);
    g_autoptr(Kr) kr = kr_copy(in->tactical->track->kr);

    kr->target = in->was;
    kr->target_high = in->was_high;
    return told != NULL ? g_strdup(told) : statement_text(kr);
}

static void tell_change(Merge *merge, const Incoming *in)
{
    const Kr *kr = in->tactical->track->kr;
    g_autofree char *was = kr_target_text(kr, in->was, in->was_high);
    g_autofree char *target = kr_target_text(kr, in->target, in->target_high);
    g_autofree char *day = day_iso(in->when.day);

    say_on(merge->merged->news, W_IMPORT_NEW_CHANGE, S("team", in->team->name), N("n", kr->number),
           S("was", was), S("target", target), S("day", day));
    g_string_append_c(merge->merged->news, '\n');
}

static bool add_change(Merge *merge, const Incoming *in, const Recalibration *last, GError **error)
{
    Recalibration *change = recalibration_new();
    bool same_day = last != NULL && day_cmp(last->from, in->when.day) == 0;

    *change = (Recalibration){
        .id = ID_NEW(RecalibrationId, &merge->ids),
        .kr = in->tactical->track->kr->id,
        .from = in->when.day,
        .was = in->was,
        .was_high = in->was_high,
        .target = in->target,
        .target_high = in->target_high,
        .statement_was = statement_was(in),
        .at = {same_day ? MAX(in->when.at.us, last->at.us) : in->when.at.us},
        .who = g_strdup(""), /* a person, who is not carried; as the sprint is not */
        .why = g_strdup(record_get(in->record, COL_WHY)),
    };
    g_ptr_array_add(in->tactical->recalibrations, change);
    merge->merged->changes++;
    tell_change(merge, in);
    return merge_save(merge, in->record, CHANGE_RECALIBRATION, in->team, change, error);
}

/* What is wrong with a row is told, and it is added all the same, so that the next one has what it
 * goes on from; one mistake takes all of it back. */
static bool take_change(Merge *merge, const Incoming *in, GError **error)
{
    const Recalibration *last = last_of(in->tactical);
    char *fault = link_fault(in, last);

    if (fault != NULL) {
        records_fault(merge->records, in->record, fault);
    }
    return add_change(merge, in, last, error);
}

static bool is_last_row(const GArray *changes, guint i)
{
    return i + 1 == changes->len || g_array_index(changes, Incoming, i + 1).tactical !=
                                        g_array_index(changes, Incoming, i).tactical;
}

bool merge_recalibrations_done(Merge *merge, GError **error)
{
    GArray *changes = merge->changes;
    bool added = false; /* to that key result */

    g_array_sort(changes, by_kr_and_time);
    for (guint i = 0; i < changes->len; i++) {
        const Incoming *in = &g_array_index(changes, Incoming, i);

        if (!is_known(in)) {
            if (!take_change(merge, in, error)) {
                return false;
            }
            added = true;
        }
        if (is_last_row(changes, i)) {
            char *fault = added ? end_fault(in->tactical) : NULL;

            if (fault != NULL) {
                records_fault(merge->records, in->record, fault);
            }
            added = false;
        }
    }
    return true;
}
