/* The configuration: a file that is refused has a place for each of its mistakes, and no secret is
 * told in one. */

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/config.h"

#include "fuzz.h"

/* libfyaml, which reads it, is not what is tested here; a person writes no longer a file. */
#define CONFIG_MAX 4096

static void check_config(const Config *config)
{
    for (guint i = 0; i < config->workspaces->len; i++) {
        const WorkspaceConfig *one = g_ptr_array_index(config->workspaces, i);

        fuzz_clean("a name is clean", one->name);
        fuzz_that("a workspace has a name", one->name != NULL && *one->name != '\0', NULL);
        fuzz_that("a workspace has what it needs to connect",
                  one->platform == PLATFORM_SLACK
                      ? one->app_token != NULL && one->bot_token != NULL
                      : one->access_token != NULL || one->password != NULL,
                  one->name);
    }
}

static void check_mistakes(const GPtrArray *mistakes, const char *path)
{
    fuzz_that("what is refused has its mistakes", mistakes->len > 0, NULL);
    for (guint i = 0; i < mistakes->len; i++) {
        const char *mistake = g_ptr_array_index(mistakes, i);

        fuzz_clean("a mistake is said cleanly", mistake);
        fuzz_that("a mistake is a line with its place",
                  g_str_has_prefix(mistake, path) && strchr(mistake, '\n') == NULL, mistake);
        fuzz_that("no secret is told", strstr(mistake, "xoxb-secret") == NULL, mistake);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("anchord.yaml", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autoptr(GPtrArray) mistakes = config_mistakes_new();

    g_setenv("BOT_TOKEN", "xoxb-secret", TRUE);
    size = MIN(size, CONFIG_MAX);
    fuzz_that("the file is written", fd >= 0 && write(fd, data, size) == (ssize_t)size, path);
    g_autoptr(Config) config = config_read(path, mistakes);

    (void)close(fd);
    if (config != NULL) {
        check_config(config);
    } else {
        check_mistakes(mistakes, path);
    }
    return 0;
}
