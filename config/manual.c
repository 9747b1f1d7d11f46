/* manual PAGE: the manual page of the configuration (scdoc), with one entry for each row of the
 * table of settings where the page says @SETTINGS@. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "config/schema.h"

#define PLACE "@SETTINGS@\n"

/* What scdoc would take for markup. */
static char *plain(const char *text)
{
    GString *out = g_string_new(NULL);

    for (const char *c = text; *c != '\0'; c++) {
        if (strchr("_*\\@~", *c) != NULL) {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, *c);
    }
    return g_string_free(out, FALSE);
}

static void add_bounds(GString *out, const Setting *setting)
{
    if (setting->type == SETTING_NUMBER) {
        g_string_append_printf(out, " From %d to %d.", setting->min, setting->max);
    } else if (setting->type == SETTING_RATIO) {
        g_string_append_printf(out, " From %d%% to %d%%.", setting->min / 10, setting->max / 10);
    }
}

static void add_setting(GString *out, const Setting *setting)
{
    g_autofree char *path = setting_path(setting);
    g_autofree char *key = plain(path);
    g_autofree char *help = plain(setting->help);

    g_string_append_printf(out, "*%s*\n\t%c%s.", key, g_ascii_toupper(*help), help + 1);
    add_bounds(out, setting);
    if (setting->required) {
        g_string_append(out, " Needed.");
    }
    if (setting->def != NULL) {
        g_autofree char *def = plain(setting->def);

        g_string_append_printf(out, " Default: %s.", def);
    } else if (setting->example != NULL) {
        g_autofree char *example = plain(setting->example);

        g_string_append_printf(out, " For example %s.", example);
    }
    if (setting->platforms == ON_SLACK || setting->platforms == ON_MATRIX) {
        g_string_append(out, setting->platforms == ON_SLACK ? " Slack." : " Matrix.");
    }
    g_string_append(out, "\n\n");
}

int main(int argc, char **argv)
{
    g_autofree char *page = NULL;
    g_autoptr(GError) error = NULL;

    if (argc != 2 || !g_file_get_contents(argv[1], &page, NULL, &error)) {
        fprintf(stderr, "manual: %s\n", error != NULL ? error->message : "manual PAGE");
        return EXIT_FAILURE;
    }
    const char *place = strstr(page, PLACE);

    if (place == NULL) {
        fprintf(stderr, "manual: %s has no line %s", argv[1], PLACE);
        return EXIT_FAILURE;
    }
    GString *out = g_string_new_len(page, place - page);

    for (size_t i = 0; i < setting_count; i++) {
        add_setting(out, &settings[i]);
    }
    g_string_truncate(out, out->len - 1); /* the page goes on with an empty line */
    g_string_append(out, place + strlen(PLACE));
    fputs(out->str, stdout);
    g_string_free(out, TRUE);
    return EXIT_SUCCESS;
}
