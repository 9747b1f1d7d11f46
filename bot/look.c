#include "bot/look.h"

#include <string.h>

#include "core/pace.h"
#include "core/text.h"
#include "core/value.h"
#include "core/words.h"

#define BAR_CELLS 10
#define WHOLE     1000 /* thousandths */
#define ARROW     " → "

static const char *const shapes[] = {
    [PACE_NONE] = "",      [PACE_TOO_EARLY] = "◌", [PACE_BEHIND] = "▼", [PACE_AT_RISK] = "◆",
    [PACE_ON_TRACK] = "●", [PACE_AHEAD] = "▲",     [PACE_DONE] = "✓",   [PACE_STALE] = "…",
};

void look_values(GString *out, const char *values)
{
    const char *first = strstr(values, ARROW);
    const char *now = first != NULL ? first + strlen(ARROW) : NULL;
    const char *second = now != NULL ? strstr(now, ARROW) : NULL;

    if (second == NULL || second == now) {
        text_add(out, values, strlen(values));
        return;
    }
    text_add(out, values, (size_t)(now - values));
    g_string_append_c(out, MARK_BOLD[0]);
    text_add(out, now, (size_t)(second - now));
    g_string_append_c(out, MARK_END[0]);
    text_add(out, second, strlen(second));
}

void look_bar(GString *out, int32_t progress)
{
    static const char full[] = "▰▰▰▰▰▰▰▰▰▰", empty[] = "▱▱▱▱▱▱▱▱▱▱";
    const size_t cell = strlen("▰");
    size_t filled = (size_t)CLAMP(progress, 0, WHOLE) * BAR_CELLS / WHOLE;
    char share[VALUE_TEXT_MAX];

    text_add(out, full, filled * cell);
    text_add(out, empty, (BAR_CELLS - filled) * cell);
    g_string_append_c(out, ' ');
    ratio_write(share, (Decimal){(int64_t)progress * 1000});
    text_add(out, share, strlen(share));
}

void look_status(GString *out, PaceStatus status)
{
    say_on(out, W_SHOWN_STATUS, S("shape", shapes[status]), S("status", pace_status_name(status)));
}

char *look_label(const char *label)
{
    bool ends = *label == '\0' || strchr("?:.", label[strlen(label) - 1]) != NULL;

    return ends ? g_strdup(label) : say(W_SHOWN_FACT, S("label", label));
}
