#include "core/reply_fault.h"

#include <string.h>

#include "core/text.h"
#include "core/wording.h"

#define PART_MAX   80
#define METRIC_MAX 40

/* What nobody's sprint lends an example for. */
#define EXAMPLE_WITHOUT_KRS "kr1 27"

static void add(Reply *reply, Slice part, char *take_why)
{
    if (reply->faults->len >= REPLY_FAULTS_MAX) {
        g_free(take_why);
        return;
    }
    g_autofree char *words = slice_dup(part);
    g_autofree char *line = text_squeeze(words);
    ReplyFault *fault = g_new0(ReplyFault, 1);

    fault->part = text_cut(line, PART_MAX);
    fault->why = take_why;
    g_ptr_array_add(reply->faults, fault);
}

/* Words that would fall apart between "kr2" and the next clause. */
static bool falls_apart(const char *value)
{
    return strpbrk(value, ";\n/") != NULL || strstr(value, ", ") != NULL;
}

static bool reads_back(const Kr *kr, const char *text, Decimal value)
{
    Decimal read = {0};
    bool delta = false;

    return value_read(text, &kr->unit, value, kr->target, &read, &delta) == VALUE_OK && !delta &&
           decimal_cmp(read, value) == 0;
}

char *reply_value_text(const Kr *kr, Decimal value)
{
    g_autofree char *printed = value_text(value, &kr->unit);
    g_autofree char *bare = decimal_text(value);
    const char *text = falls_apart(printed) ? bare : printed;
    WordId id = reads_back(kr, text, value) ? W_REPLY_EXAMPLE : W_REPLY_EXAMPLE_SIGNED;

    return say(id, N("number", kr->number), S("value", text));
}

static char *example_now(const Track *track)
{
    return reply_value_text(track->kr, track_value(track));
}

static char *example_first(const GPtrArray *tracks)
{
    if (tracks->len == 0) {
        return g_strdup(EXAMPLE_WITHOUT_KRS);
    }
    return example_now(g_ptr_array_index(tracks, 0));
}

/* "kr1 (ICP meeting acceptance rate), kr2 (stalled accounts)" */
static char *list_krs(const GPtrArray *tracks)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < tracks->len; i++) {
        const Kr *kr = ((const Track *)g_ptr_array_index(tracks, i))->kr;
        g_autofree char *metric = text_cut(kr->metric != NULL ? kr->metric : "", METRIC_MAX);

        g_string_append(list, i > 0 ? ", " : "");
        say_to(list, W_REPLY_KR, (const Arg[]){N("number", kr->number), S("metric", metric), {0}});
    }
    return g_string_free(list, FALSE);
}

void fault_no_such_kr(Reply *reply, const Clause *clause, const GPtrArray *tracks)
{
    g_autofree char *list = list_krs(tracks);
    g_autofree char *example = example_first(tracks);

    add(reply, clause->whole,
        say(W_REPLY_NO_SUCH_KR, N("number", clause->number), S("list", list),
            S("example", example)));
}

void fault_no_value(Reply *reply, Slice part, const Track *track)
{
    g_autofree char *example = example_now(track);

    add(reply, part, say(W_REPLY_NO_VALUE, N("number", track->kr->number), S("example", example)));
}

void fault_twice(Reply *reply, Slice part, const Track *track, Decimal one, Decimal other)
{
    g_autofree char *first = value_text(one, &track->kr->unit);
    g_autofree char *second = value_text(other, &track->kr->unit);
    g_autofree char *example = reply_value_text(track->kr, one);

    add(reply, part,
        say(W_REPLY_TWICE, N("number", track->kr->number), S("one", first), S("other", second),
            S("example", example)));
}

void fault_below_zero(Reply *reply, Slice part, const Track *track, Decimal value)
{
    g_autofree char *low = value_text(value, &track->kr->unit);
    g_autofree char *current = value_text(track_value(track), &track->kr->unit);
    g_autofree char *example = example_now(track);

    add(reply, part,
        say(W_REPLY_BELOW_ZERO, N("number", track->kr->number), S("value", low),
            S("current", current), S("example", example)));
}

static char *say_dash(Slice behind, const Kr *kr)
{
    g_autofree char *value = slice_dup(behind);
    g_autofree char *line = text_cut(value, METRIC_MAX);

    return say(W_REPLY_DASH, N("number", kr->number), S("value", line));
}

static char *say_doubt(const Track *track)
{
    g_autofree char *example = example_now(track);

    return say(W_REPLY_DOUBT, S("example", example));
}

void fault_value(Reply *reply, Slice part, Slice value, const Track *track, ValueFault fault)
{
    size_t dash = wording_loose_dash(value);
    g_autofree char *text = slice_dup(value);

    if (dash > 0 && wording_is_value(slice_from(value, dash))) {
        add(reply, part, say_dash(slice_from(value, dash), track->kr));
    } else if (wording_doubts(value)) {
        add(reply, part, say_doubt(track));
    } else {
        add(reply, part, value_fault_say(fault, text, &track->kr->unit, track_value(track)));
    }
}

void fault_which(Reply *reply, Slice part, Slice value, const Track *track, const GPtrArray *tracks)
{
    g_autofree char *list = list_krs(tracks);
    g_autofree char *words = slice_dup(value);

    add(reply, part,
        say(W_REPLY_WHICH, S("list", list), N("number", track->kr->number), S("value", words)));
}

void fault_no_fit(Reply *reply, Slice part, const GPtrArray *tracks)
{
    g_autofree char *list = list_krs(tracks);
    g_autofree char *example = example_first(tracks);

    add(reply, part, say(W_REPLY_NO_FIT, S("list", list), S("example", example)));
}

/* "22%, 0 stalled accounts, 12 days": the values as they stand, in order. */
static char *list_values(const GPtrArray *tracks)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < tracks->len; i++) {
        const Track *track = g_ptr_array_index(tracks, i);
        g_autofree char *value = value_text(track_value(track), &track->kr->unit);

        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", value);
    }
    return g_string_free(list, FALSE);
}

void fault_too_many(Reply *reply, Slice part, int64_t count, const GPtrArray *tracks)
{
    g_autofree char *list = list_values(tracks);
    g_autofree char *example = example_first(tracks);

    add(reply, part,
        say(W_REPLY_TOO_MANY, N("count", count), N("krs", tracks->len), S("list", list),
            S("example", example)));
}

void fault_run_together(Reply *reply, Slice part, const GPtrArray *tracks)
{
    g_autofree char *words = slice_dup(part);
    g_auto(GStrv) items = g_strsplit_set(words, " ,", -1);
    g_autofree char *list = g_strjoinv(", ", items);

    add(reply, part, say(W_REPLY_RUN_TOGETHER, S("list", list), N("count", tracks->len)));
}

void fault_same_which(Reply *reply, Slice part, const GPtrArray *tracks)
{
    const Track *first = g_ptr_array_index(tracks, 0);

    add(reply, part, say(W_REPLY_SAME_WHICH, N("number", first->kr->number)));
}

void fault_confidence(Reply *reply, Slice part)
{
    add(reply, part, say(W_REPLY_CONFIDENCE));
}

void fault_confidence_twice(Reply *reply, Slice part, int32_t one, int32_t other)
{
    add(reply, part, say(W_REPLY_CONFIDENCE_TWICE, N("one", one), N("other", other)));
}

void fault_confidence_whose(Reply *reply, Slice part, const Track *track, int32_t confidence)
{
    add(reply, part,
        say(W_WEEKLY_WHOSE, N("number", track->kr->number), N("confidence", confidence)));
}

void fault_revised(Reply *reply, Slice part)
{
    add(reply, part, say(W_WEEKLY_REVISED_HOW));
}

void fault_weekly_blocker(Reply *reply, Slice part)
{
    add(reply, part, say(W_WEEKLY_NO_BLOCKERS));
}

void fault_too_long(Reply *reply, Slice part, WordId example, int64_t length)
{
    add(reply, part,
        say(W_REPLY_TOO_LONG, N("length", length), N("max", REPLY_WORDS_MAX),
            S("example", words_template(example))));
}

void fault_note_too_long(Reply *reply, Slice part, int64_t length)
{
    add(reply, part, say(W_REPLY_NOTE_LONG, N("length", length), N("max", REPLY_WORDS_MAX)));
}

void fault_no_words(Reply *reply, Slice part, WordId words, WordId example)
{
    add(reply, part, say(words, S("example", words_template(example))));
}

/* "1 (legal review), 2 (price list)", and the first number. */
static char *list_blockers(const Sprint *sprint, int64_t *count, int32_t *first)
{
    GString *list = g_string_new(NULL);

    *count = 0;
    for (guint i = 0; i < sprint->blockers->len; i++) {
        const Blocker *blocker = g_ptr_array_index(sprint->blockers, i);
        g_autofree char *text = text_cut(blocker->text != NULL ? blocker->text : "", METRIC_MAX);

        if (blocker->cleared.us != 0) {
            continue;
        }
        *first = *count == 0 ? blocker->number : *first;
        g_string_append(list, *count > 0 ? ", " : "");
        say_to(list, W_REPLY_OPEN_BLOCKER,
               (const Arg[]){N("number", blocker->number), S("text", text), {0}});
        (*count)++;
    }
    return g_string_free(list, FALSE);
}

void fault_blocker(Reply *reply, Slice part, int32_t number, const Sprint *sprint)
{
    int64_t count = 0;
    int32_t first = 0;
    g_autofree char *list = list_blockers(sprint, &count, &first);
    g_autofree char *open =
        count > 0
            ? say(W_REPLY_OPEN_BLOCKERS, N("count", count), S("list", list), N("number", first))
            : say(W_REPLY_NO_OPEN_BLOCKERS, S("example", words_template(W_REPLY_EXAMPLE_BLOCKED)));

    add(reply, part,
        number > 0 ? say(W_REPLY_NO_BLOCKER, N("number", number), S("open", open))
                   : say(W_REPLY_WHICH_BLOCKER, S("open", open)));
}

void fault_other_sprint(Reply *reply, Slice line)
{
    g_autofree char *words = slice_dup(slice_trim(line));
    g_autofree char *cut = text_cut(words, PART_MAX);

    add(reply, line, say(W_REPLY_OTHER_SPRINT, S("line", cut)));
}

void fault_away(Reply *reply, Slice part)
{
    add(reply, part, say(W_REPLY_AWAY_LONGER));
}
