#include "bot/console/keep.h"

#include <string.h>

#define START   "console.start"
#define MEMBER  "console.member"
#define CHANNEL "console.channel"
#define ZONE    "console.zone"
#define CLOCK   "console.clock"   /* µs since 1970; none while it is the machine's */
#define PROMPTS "console.prompts" /* a line each: channel, blank, key */

bool name_valid(const char *name)
{
    if (*name == '\0' || g_utf8_strlen(name, -1) > NAME_CHARS_MAX) {
        return false;
    }
    for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (!g_unichar_isalnum(c) && !g_unichar_ismark(c) &&
            (c > 0x7F || strchr("._-", (int)c) == NULL)) {
            return false;
        }
    }
    return true;
}

static bool get(Store *store, const char *name, char **value, GError **error)
{
    if (!store->ops->setting_get(store, name, value, error)) {
        g_prefix_error(error, "reading the setting %s: ", name);
        return false;
    }
    if (*value != NULL && **value == '\0') {
        g_clear_pointer(value, g_free);
    }
    return true;
}

/* NULL: there is none any more. */
static bool set(Store *store, const char *name, const char *value, GError **error)
{
    if (!store->ops->setting_set(store, name, value, error)) {
        g_prefix_error(error, "saving the setting %s: ", name);
        return false;
    }
    return true;
}

static bool set_number(Store *store, const char *name, int64_t number, GError **error)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

    return set(store, name, text, error);
}

/* False when there is none, or it is none. */
static bool read_number(const char *text, int64_t *number)
{
    return text != NULL &&
           g_ascii_string_to_signed(text, 10, INT64_MIN, INT64_MAX - 1, number, NULL);
}

static void read_prompts(Keep *keep, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++) {
        char *blank = strchr(lines[i], ' ');

        if (blank != NULL) {
            g_hash_table_replace(keep->prompts, g_strndup(lines[i], (gsize)(blank - lines[i])),
                                 g_strdup(blank + 1));
        }
    }
}

static char *prompts_text(const Keep *keep)
{
    GString *text = g_string_new(NULL);
    GHashTableIter iter;
    gpointer channel, key;

    g_hash_table_iter_init(&iter, keep->prompts);
    while (g_hash_table_iter_next(&iter, &channel, &key)) {
        g_string_append_printf(text, "%s %s\n", (const char *)channel, (const char *)key);
    }
    return g_string_free(text, FALSE);
}

static bool read_all(Keep *keep, Store *store, GError **error)
{
    g_autofree char *start = NULL;
    g_autofree char *clock = NULL;
    g_autofree char *prompts = NULL;

    if (!get(store, START, &start, error) || !get(store, MEMBER, &keep->member, error) ||
        !get(store, CHANNEL, &keep->channel, error) || !get(store, ZONE, &keep->zone, error) ||
        !get(store, CLOCK, &clock, error) || !get(store, PROMPTS, &prompts, error)) {
        return false;
    }
    if (!read_number(start, &keep->start)) {
        keep->start = 0;
    }
    keep->clock_set = read_number(clock, &keep->clock.us);
    read_prompts(keep, prompts);
    return true;
}

static bool write_all(const Keep *keep, Store *store, GError **error)
{
    g_autofree char *prompts = prompts_text(keep);

    return set_number(store, START, keep->start, error) &&
           set(store, MEMBER, keep->member, error) && set(store, CHANNEL, keep->channel, error) &&
           set(store, ZONE, keep->zone, error) && set(store, PROMPTS, prompts, error) &&
           (keep->clock_set ? set_number(store, CLOCK, keep->clock.us, error)
                            : set(store, CLOCK, NULL, error));
}

bool keep_save(const Keep *keep, Store *store, GError **error)
{
    if (!store->ops->begin(store, error)) {
        return false;
    }
    if (!write_all(keep, store, error)) {
        store->ops->rollback(store);
        return false;
    }
    return store->ops->commit(store, error);
}

static void default_name(char **name, const char *first)
{
    if (*name == NULL || !name_valid(*name)) {
        g_free(*name);
        *name = g_strdup(first);
    }
}

bool keep_load(Keep *keep, Store *store, const char *member, const char *channel, GError **error)
{
    g_auto(Keep) fresh = {
        .prompts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
    };

    if (!read_all(&fresh, store, error)) {
        return false;
    }
    default_name(&fresh.member, member);
    default_name(&fresh.channel, channel);
    fresh.start++;
    if (!keep_save(&fresh, store, error)) {
        return false;
    }
    *keep = fresh;
    fresh = (Keep){0};
    return true;
}

void keep_clear(Keep *keep)
{
    g_free(keep->member);
    g_free(keep->channel);
    g_free(keep->zone);
    g_clear_pointer(&keep->prompts, g_hash_table_unref);
    *keep = (Keep){0};
}
