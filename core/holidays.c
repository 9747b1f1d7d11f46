/* A team's holidays: a short list of countries, and dates kept sorted. */

#include <string.h>

#include "core/calendar.h"
#include "core/country.h"
#include "core/date.h"
#include "core/text.h"
#include "core/words.h"

void holidays_clear(Holidays *h)
{
    g_clear_pointer(&h->countries, g_ptr_array_unref);
    g_clear_pointer(&h->dates, g_array_unref);
}

static void *copy_code(const void *code, void *arg)
{
    (void)arg;
    return g_strdup(code);
}

void holidays_copy(Holidays *to, const Holidays *from)
{
    *to = (Holidays){0};
    if (from->countries != NULL) {
        to->countries = g_ptr_array_copy(from->countries, copy_code, NULL);
        g_ptr_array_set_free_func(to->countries, g_free);
    }
    if (from->dates != NULL) {
        to->dates = g_array_copy(from->dates);
    }
}

static void add_country(Holidays *h, const Country *country)
{
    g_autofree char *code = country_code(country);

    if (h->countries == NULL) {
        h->countries = g_ptr_array_new_with_free_func(g_free);
    }
    if (!g_ptr_array_find_with_equal_func(h->countries, code, g_str_equal, NULL)) {
        g_ptr_array_add(h->countries, g_steal_pointer(&code));
    }
}

static void add_date(Holidays *h, Day day)
{
    if (h->dates == NULL) {
        h->dates = g_array_new(FALSE, FALSE, sizeof(Day));
    }
    g_array_append_val(h->dates, day);
}

static int compare_days(const void *a, const void *b)
{
    return day_cmp(*(const Day *)a, *(const Day *)b);
}

static void sort_dates(GArray *dates)
{
    guint kept = 0;

    g_array_sort(dates, compare_days);
    for (guint i = 0; i < dates->len; i++) {
        Day day = g_array_index(dates, Day, i);

        if (kept == 0 || day_cmp(g_array_index(dates, Day, kept - 1), day) != 0) {
            g_array_index(dates, Day, kept++) = day;
        }
    }
    g_array_set_size(dates, kept);
}

static bool add_part(Holidays *h, const char *part)
{
    Day day = DAY_NONE;

    if (date_parse(part, &day) == DATE_OK) {
        add_date(h, day);
        return true;
    }
    const Country *country = country_find(part);
    if (country == NULL) {
        return false;
    }
    add_country(h, country);
    return true;
}

static bool is_none(const char *text)
{
    g_autofree char *folded = text_fold(text);
    return *folded == '\0' || strcmp(folded, words_template(W_HOLIDAYS_NONE)) == 0;
}

/* Adds part after part; the first that is not understood ends it. */
static bool add_parts(Holidays *h, const char *text, char **wrong)
{
    g_auto(GStrv) parts = g_strsplit_set(text, ",;\n", -1);

    for (char **part = parts; *part != NULL; part++) {
        g_autofree char *squeezed = text_squeeze(*part);

        if (*squeezed != '\0' && !add_part(h, squeezed)) {
            *wrong = g_steal_pointer(&squeezed);
            return false;
        }
    }
    return true;
}

bool holidays_parse(const char *text, Holidays *out, char **wrong)
{
    *out = (Holidays){0};
    if (is_none(text)) {
        return true;
    }
    if (!add_parts(out, text, wrong)) {
        holidays_clear(out);
        return false;
    }
    if (out->dates != NULL) {
        sort_dates(out->dates);
    }
    return true;
}

static void add_text(GString *out, const char *text)
{
    g_string_append(out, out->len > 0 ? ", " : "");
    g_string_append(out, text);
}

char *holidays_text(const Holidays *h)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; h->countries != NULL && i < h->countries->len; i++) {
        add_text(out, g_ptr_array_index(h->countries, i));
    }
    for (guint i = 0; h->dates != NULL && i < h->dates->len; i++) {
        g_autofree char *day = day_iso(g_array_index(h->dates, Day, i));
        add_text(out, day);
    }
    if (out->len == 0) {
        return say(W_HOLIDAYS_NONE);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

bool holidays_any(const Holidays *h)
{
    return h != NULL && ((h->countries != NULL && h->countries->len > 0) ||
                         (h->dates != NULL && h->dates->len > 0));
}

bool holidays_on(const Holidays *h, Day day, const char **name)
{
    for (guint i = 0; h->countries != NULL && i < h->countries->len; i++) {
        const Country *country = country_of_code(g_ptr_array_index(h->countries, i));

        if (country != NULL && country_holiday_on(country, day, name)) {
            return true;
        }
    }
    if (h->dates == NULL || !g_array_binary_search(h->dates, &day, compare_days, NULL)) {
        return false;
    }
    if (name != NULL) {
        *name = words_template(W_HOLIDAY_TEAM);
    }
    return true;
}

const char *const *holidays_countries(void)
{
    return country_lines();
}
