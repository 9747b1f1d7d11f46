#include "core/confidence.h"

#include "core/words.h"

/* What the answer says of that KR; -1: nothing. */
static int32_t told_of(const Answer *answer, KrId kr)
{
    for (guint i = 0; answer->confidences != NULL && i < answer->confidences->len; i++) {
        const KrConfidence *told = &g_array_index(answer->confidences, KrConfidence, i);

        if (ID_EQ(told->kr, kr)) {
            return told->confidence;
        }
    }
    return answer->confidence;
}

static int by_size(gconstpointer a, gconstpointer b)
{
    return *(const int32_t *)a - *(const int32_t *)b;
}

GArray *confidence_spread(const Checkin *checkin, KrId kr)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(int32_t));
    g_autoptr(GHashTable) last = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer value = NULL;

    for (guint i = 0; i < checkin->answers->len; i++) {
        const Answer *answer = g_ptr_array_index(checkin->answers, i);
        int32_t told = told_of(answer, kr);

        if (!answer->withdrawn && told >= 0) {
            g_hash_table_replace(last, answer->by, GINT_TO_POINTER(told));
        }
    }
    g_hash_table_iter_init(&iter, last);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        int32_t confidence = GPOINTER_TO_INT(value);

        g_array_append_val(out, confidence);
    }
    g_array_sort(out, by_size);
    return out;
}

int32_t confidence_median(const GArray *spread)
{
    if (spread->len == 0) {
        return -1;
    }
    return (g_array_index(spread, int32_t, (spread->len - 1) / 2) +
            g_array_index(spread, int32_t, spread->len / 2)) /
           2;
}

char *confidence_text(const GArray *spread)
{
    if (spread->len == 0) {
        return NULL;
    }
    int32_t low = g_array_index(spread, int32_t, 0);
    int32_t high = g_array_index(spread, int32_t, spread->len - 1);

    return low == high ? say(W_CHECKIN_CONFIDENCE_ONE, N("n", low), N("answers", spread->len))
                       : say(W_CHECKIN_CONFIDENCE, N("low", low), N("high", high),
                             N("median", confidence_median(spread)), N("answers", spread->len));
}
