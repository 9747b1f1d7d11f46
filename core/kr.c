#include "core/kr.h"

Kr *kr_new(void)
{
    return g_new0(Kr, 1);
}

Kr *kr_copy(const Kr *kr)
{
    Kr *copy = g_new(Kr, 1);

    *copy = *kr;
    copy->statement = g_strdup(kr->statement);
    copy->metric = g_strdup(kr->metric);
    copy->kept_because = g_strdup(kr->kept_because);
    return copy;
}

void kr_free(Kr *kr)
{
    if (kr == NULL) {
        return;
    }
    g_free(kr->statement);
    g_free(kr->metric);
    g_free(kr->kept_because);
    g_free(kr);
}
