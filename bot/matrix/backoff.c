#include "bot/matrix/backoff.h"

#define DOUBLINGS_MAX 20

int64_t matrix_backoff_ms(guint failures, int64_t first_ms, int64_t most_ms)
{
    int64_t least = MIN(first_ms << MIN(failures, DOUBLINGS_MAX), most_ms / 2);

    return least + g_random_int_range(0, (gint32)least + 1);
}
