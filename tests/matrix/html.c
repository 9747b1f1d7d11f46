#include "html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#define LINK_OPENS "a href=\"https://matrix.to/#/%40"
#define DEEP_MAX   20

uint32_t roll(Dice *dice, uint32_t sides)
{
    dice->state = dice->state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(dice->state >> 33) % sides;
}

static bool is_link(const char *tag)
{
    const char *id = g_str_has_prefix(tag, LINK_OPENS) ? tag + strlen(LINK_OPENS) : NULL;

    return id != NULL && id[strcspn(id, "\"<>& '")] == '"' && g_str_has_suffix(id, "\"") &&
           strchr(id, '"') == id + strlen(id) - 1;
}

static bool is_known(const char *name)
{
    static const char *const names[] = {"h4", "p",  "strong", "em",         "code",
                                        "ul", "li", "pre",    "blockquote", NULL};

    return g_strv_contains(names, name);
}

/* Takes one tag; false: it may not stand there. */
static bool take_tag(const char *tag, GPtrArray *open)
{
    const char *last = open->len > 0 ? g_ptr_array_index(open, open->len - 1) : "";

    if (strcmp(tag, "br") == 0) {
        return true;
    }
    if (*tag == '/') {
        bool closes = strcmp(last, tag + 1) == 0;

        if (closes) {
            g_ptr_array_remove_index(open, open->len - 1);
        }
        return closes;
    }
    g_ptr_array_add(open, g_strdup(is_link(tag) ? "a" : tag));
    return (is_known(tag) || is_link(tag)) && open->len < DEEP_MAX;
}

static bool is_entity(const char *amp)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

    for (size_t i = 0; i < G_N_ELEMENTS(entities); i++) {
        if (g_str_has_prefix(amp, entities[i])) {
            return true;
        }
    }
    return false;
}

static bool is_odd(const char *p)
{
    return strchr(">\"'", *p) != NULL || (*p == '&' && !is_entity(p)) ||
           (*p > 0 && *p < ' ' && *p != '\n');
}

char *html_fault(const char *html)
{
    g_autoptr(GPtrArray) open = g_ptr_array_new_with_free_func(g_free);

    if (!g_utf8_validate(html, -1, NULL)) {
        return g_strdup("not UTF-8");
    }
    for (const char *p = html; *p != '\0'; p++) {
        if (*p == '<') {
            size_t len = strcspn(p, ">");
            g_autofree char *tag = g_strndup(p + 1, len - 1);

            if (p[len] == '\0' || !take_tag(tag, open)) {
                return g_strdup_printf("<%s>", tag);
            }
            p += len;
        } else if (is_odd(p)) {
            return g_strdup_printf("at %.40s", p);
        }
    }
    return open->len > 0 ? g_strdup_printf("<%s> is open", (char *)g_ptr_array_index(open, 0))
                         : NULL;
}

void expect_html(const char *promise, const char *html)
{
    g_autofree char *fault = html_fault(html);

    if (fault != NULL) {
        fail_msg("%s: %s in %s", promise, fault, html);
    }
}
