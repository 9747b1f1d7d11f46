#include "bot/net/trust.h"

#include <stdbool.h>
#include <string.h>

#include <curl/curl.h>
#include <glib.h>

static bool is_hashed_name(const char *name)
{
    return strspn(name, "0123456789abcdef") == 8 && strcmp(name + 8, ".0") == 0;
}

static bool is_hashed_dir(const char *path)
{
    g_autoptr(GDir) dir = path != NULL ? g_dir_open(path, 0, NULL) : NULL;
    const char *name = NULL;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (is_hashed_name(name)) {
            return true;
        }
    }
    return false;
}

static void init_system(Trust *trust)
{
    const curl_version_info_data *built = curl_version_info(CURLVERSION_NOW);
    const char *dir = g_getenv("SSL_CERT_DIR");
    const char *file = g_getenv("SSL_CERT_FILE");

    if (dir != NULL || file != NULL) {
        trust->dir = g_strdup(dir);
        trust->file = g_strdup(file);
    } else if (is_hashed_dir(built->capath)) {
        trust->dir = g_strdup(built->capath);
    } else {
        trust->file = g_strdup(built->cainfo);
    }
}

/* libcurl takes one file; a further one makes a bundle of both. */
static void add_file(Trust *trust, const char *extra)
{
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    g_autofree char *file = g_steal_pointer(&trust->file);

    if (file == NULL) {
        trust->file = g_strdup(extra);
        return;
    }
    g_file_get_contents(file, &first, NULL, NULL);
    g_file_get_contents(extra, &second, NULL, NULL);
    trust->bundle =
        g_strconcat(first != NULL ? first : "", "\n", second != NULL ? second : "", NULL);
    trust->bundle_len = strlen(trust->bundle);
}

void trust_init(Trust *trust, const char *extra)
{
    *trust = (Trust){0};
    init_system(trust);
    if (extra != NULL) {
        add_file(trust, extra);
    }
}

void trust_clear(Trust *trust)
{
    g_free(trust->dir);
    g_free(trust->file);
    g_free(trust->bundle);
    *trust = (Trust){0};
}
