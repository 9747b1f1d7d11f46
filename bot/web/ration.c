#include "bot/web/ration.h"

#define MINUTE_US INT64_C(60000000)

struct Ration {
    GHashTable *counts; /* hash -> Count */
};

typedef struct Count {
    int64_t since_us; /* its minute began */
    int requests;
} Count;

Ration *ration_new(void)
{
    Ration *ration = g_new(Ration, 1);

    ration->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return ration;
}

void ration_free(Ration *ration)
{
    if (ration != NULL) {
        g_hash_table_unref(ration->counts);
        g_free(ration);
    }
}

static Count *count_of(Ration *ration, const char *hash)
{
    Count *count = g_hash_table_lookup(ration->counts, hash);

    if (count == NULL) {
        if (g_hash_table_size(ration->counts) >= RATION_TOKENS) {
            g_hash_table_remove_all(ration->counts);
        }
        count = g_new0(Count, 1);
        g_hash_table_insert(ration->counts, g_strdup(hash), count);
    }
    return count;
}

bool ration_take(Ration *ration, const char *hash, int64_t now_us, int *retry_s)
{
    Count *count = count_of(ration, hash);

    if (count->requests == 0 || now_us - count->since_us >= MINUTE_US) {
        *count = (Count){.since_us = now_us};
    }
    if (count->requests >= RATION_REQUESTS) {
        *retry_s = (int)((count->since_us + MINUTE_US - now_us + 999999) / 1000000);
        return false;
    }
    count->requests++;
    return true;
}
