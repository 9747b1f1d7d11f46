#include "core/kr.h"

#include "core/words.h"

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

char *kr_value_typed(const Unit *unit, Decimal target, Decimal value)
{
    Unit bare = unit_bare(unit);
    g_autofree char *text = value_text(value, &bare);
    Decimal read = {0};
    bool delta = false;

    if (value_read(text, unit, value, target, &read, &delta) == VALUE_OK && !delta &&
        decimal_cmp(read, value) == 0) {
        return g_steal_pointer(&text);
    }
    return g_strconcat("= ", text, NULL);
}

char *kr_target_text(const Kr *kr, Decimal target, Decimal high)
{
    g_autofree char *low_text = value_text(target, &kr->unit);
    g_autofree char *high_text = value_text(high, &kr->unit);

    return kr->direction == DIRECTION_WITHIN
               ? say(W_KR_BAND, S("low", low_text), S("high", high_text))
               : g_steal_pointer(&low_text);
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
