#include "bot/doctor.h"

#include <stdio.h>
#include <string.h>

#include "bot/examination.h"
#include "bot/log.h"
#include "bot/matrix/examine.h"
#include "bot/setting.h"
#include "bot/slack/examine.h"

typedef struct Doctor {
    const Config *config;
    guint at; /* the workspace that comes next */
    Examination examination;
} Doctor;

typedef struct Practice {
    const char *name;
    void (*examine)(Examination *examination);
} Practice;

static const Practice practices[] = {
    [PLATFORM_SLACK] = {"Slack", slack_examine},
    [PLATFORM_MATRIX] = {"Matrix", matrix_examine},
};

static void next_workspace(void *arg)
{
    Doctor *doctor = arg;
    Examination *examination = &doctor->examination;

    if (doctor->at == doctor->config->workspaces->len) {
        loop_quit(examination->loop);
        return;
    }
    const WorkspaceConfig *workspace = g_ptr_array_index(doctor->config->workspaces, doctor->at++);
    const Practice *practice = &practices[workspace->platform];

    printf("%s (%s)\n", workspace->name, practice->name);
    examination->workspace = workspace;
    practice->examine(examination);
}

/* Opening it would make one that belongs to whoever examines, and the daemon could not write to it.
 */
static bool is_new(const Config *config)
{
    static const char scheme[] = "sqlite:";
    const char *path =
        config->store + (g_str_has_prefix(config->store, scheme) ? strlen(scheme) : 0);
    g_autofree char *folder = g_path_get_dirname(path);

    return !g_file_test(path, G_FILE_TEST_EXISTS) && g_file_test(folder, G_FILE_TEST_IS_DIR);
}

/* The store may be in use, or not there yet: neither is an illness. */
static void examine_store(Doctor *doctor)
{
    Examination *examination = &doctor->examination;
    g_autoptr(GError) error = NULL;

    printf("store %s\n", doctor->config->store);
    if (is_new(doctor->config)) {
        examination_good(examination, "store", "not there yet; the daemon makes it");
        examination->without_store = "there is no store yet";
        return;
    }
    examination->store = setting_store(doctor->config, &error);
    if (examination->store != NULL) {
        examination_good(examination, "store", "can be opened");
    } else if (g_error_matches(error, STORE_ERROR, STORE_ERROR_IN_USE)) {
        examination_good(examination, "store", "a running daemon has it open");
        examination->without_store = "a running daemon holds the store; its log and /readyz tell";
    } else {
        examination_bad(examination, "store", error->message);
        examination->without_store = "the store cannot be opened";
    }
}

int doctor_main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    int code = 0;
    g_autoptr(Config) config =
        setting_config(argc, argv, "Says what works, and how to mend the rest.", &code);

    if (config == NULL) {
        return code;
    }
    log_init();
    log_set_level(LOG_LEVEL_NONE); /* what it would say is told in lines */
    Doctor doctor = {.config = config};
    Examination *examination = &doctor.examination;

    *examination =
        (Examination){.loop = loop_new(), .out = stdout, .over = next_workspace, .arg = &doctor};
    examination->http = http_new(examination->loop, &error);
    if (examination->http == NULL) {
        fprintf(stderr, "anchord: %s\n", error->message);
        examination->ill = true;
    } else {
        examine_store(&doctor);
        loop_after(examination->loop, 0, next_workspace, &doctor);
        loop_run(examination->loop);
    }
    examination_clear(examination);
    http_free(examination->http);
    loop_free(examination->loop);
    store_close(examination->store);
    printf(examination->ill ? "Something needs mending.\n" : "All is well.\n");
    return examination->ill ? 1 : 0;
}
