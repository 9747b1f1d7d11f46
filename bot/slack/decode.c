/* What a person sent: one pass over text that Slack has escaped. */

#include <stdint.h>
#include <string.h>

#include "bot/slack/mrkdwn.h"

static const struct {
    const char *entity;
    char c;
} entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}};

/* Appends text without <…> forms. */
static void put_text(GString *out, const char *p, const char *end)
{
    while (p < end) {
        const char *amp = memchr(p, '&', (size_t)(end - p));
        size_t skip = 1;
        char c = '&';

        g_string_append_len(out, p, (amp != NULL ? amp : end) - p);
        if (amp == NULL) {
            return;
        }
        for (size_t i = 0; i < G_N_ELEMENTS(entities); i++) {
            size_t len = strlen(entities[i].entity);

            if ((size_t)(end - amp) >= len && memcmp(amp, entities[i].entity, len) == 0) {
                c = entities[i].c;
                skip = len;
            }
        }
        g_string_append_c(out, c);
        p = amp + skip;
    }
}

/* What stands between < and >: its head, and its label behind the bar. */
typedef struct Inside {
    const char *head, *head_end;
    const char *label, *end; /* label == NULL: none, or an empty one */
} Inside;

static bool head_starts(const Inside *inside, const char *with)
{
    size_t len = strlen(with);

    return (size_t)(inside->head_end - inside->head) >= len && memcmp(inside->head, with, len) == 0;
}

/* Kept as an id: "<@U123>", "<!subteam^S1>". */
static void put_id(GString *out, const Inside *inside)
{
    g_string_append_c(out, '<');
    g_string_append_len(out, inside->head, inside->head_end - inside->head);
    g_string_append_c(out, '>');
}

/* The label as it is shown, with `before` in front unless it has that already; else the head. */
static void put_label(GString *out, const Inside *inside, const char *before, size_t skip)
{
    const char *from = inside->label != NULL ? inside->label : inside->head + skip;
    const char *to = inside->label != NULL ? inside->end : inside->head_end;

    if (from == to || *from != *before) {
        g_string_append(out, before);
    }
    put_text(out, from, to);
}

static void put_form(GString *out, const Inside *inside)
{
    static const struct {
        const char *starts;
        const char *before; /* NULL: the id is kept */
        size_t skip;
    } forms[] = {
        {"@", NULL, 0},    {"!subteam^", NULL, 0}, {"#", "#", 1},
        {"!date^", "", 0}, {"!", "@", 1},          {"", "", 0},
    };
    size_t i = 0;

    while (!head_starts(inside, forms[i].starts)) {
        i++;
    }
    if (forms[i].before == NULL) {
        put_id(out, inside);
    } else {
        put_label(out, inside, forms[i].before, forms[i].skip);
    }
}

static Inside inside_of(const char *less, const char *greater)
{
    const char *head = less + 1;
    const char *bar = memchr(head, '|', (size_t)(greater - head));
    bool labelled = bar != NULL && bar + 1 < greater;

    return (Inside){.head = head,
                    .head_end = bar != NULL ? bar : greater,
                    .label = labelled ? bar + 1 : NULL,
                    .end = greater};
}

char *slack_decode(const char *text, size_t len, size_t *out_len)
{
    GString *out = g_string_sized_new(len);
    const char *p = text, *end = text + len;

    while (p < end) {
        const char *less = memchr(p, '<', (size_t)(end - p));
        const char *greater = less != NULL ? memchr(less, '>', (size_t)(end - less)) : NULL;

        if (greater == NULL) {
            break; /* no form is left */
        }
        less = memrchr(less, '<', (size_t)(greater - less)); /* one inside of it is none */
        put_text(out, p, less);
        if (greater == less + 1) {
            g_string_append(out, "<>");
        } else {
            Inside inside = inside_of(less, greater);
            put_form(out, &inside);
        }
        p = greater + 1;
    }
    put_text(out, p, end);
    if (out_len != NULL) {
        *out_len = out->len;
    }
    return g_string_free(out, FALSE);
}
