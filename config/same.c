#include "config/same.h"

#include <string.h>

#include "config/schema.h"

static const void *place_of(const WorkspaceConfig *workspace, const Setting *setting)
{
    return (const char *)workspace + setting->at;
}

static const char *text_at(const void *place)
{
    return *(const char *const *)place;
}

static bool same_list(const char *const *a, const char *const *b)
{
    return a == NULL || b == NULL ? a == b : g_strv_equal(a, b);
}

static bool same_value(const Setting *setting, const void *a, const void *b)
{
    switch (setting->type) {
    case SETTING_NUMBER:
    case SETTING_RATIO:
    case SETTING_MINUTE:
    case SETTING_CHOICE:
        return memcmp(a, b, sizeof(int32_t)) == 0;
    case SETTING_WEEKDAYS:
        return memcmp(a, b, sizeof(Weekdays)) == 0;
    case SETTING_FLAG:
        return memcmp(a, b, sizeof(bool)) == 0;
    case SETTING_USERS:
        return same_list(*(const char *const *const *)a, *(const char *const *const *)b);
    case SETTING_TEXT:
    case SETTING_NAME:
    case SETTING_ZONE:
    case SETTING_SECRET:
    case SETTING_URL:
    case SETTING_SOCKET:
    case SETTING_USER:
    case SETTING_STORE:
    case SETTING_LISTEN:
    case SETTING_FILE:
        return g_strcmp0(text_at(a), text_at(b)) == 0;
    case SETTING_SECTION:
    case SETTING_LIST:
        return true; /* a workspace has none */
    }
    return false;
}

bool workspace_same(const WorkspaceConfig *a, const WorkspaceConfig *b)
{
    for (size_t i = 0; i < setting_count; i++) {
        const Setting *setting = &settings[i];

        if (setting->scope == SCOPE_WORKSPACE &&
            !same_value(setting, place_of(a, setting), place_of(b, setting))) {
            return false;
        }
    }
    return true;
}

const WorkspaceConfig *config_workspace(const Config *config, const char *name)
{
    for (guint i = 0; i < config->workspaces->len; i++) {
        const WorkspaceConfig *workspace = g_ptr_array_index(config->workspaces, i);

        if (strcmp(workspace->name, name) == 0) {
            return workspace;
        }
    }
    return NULL;
}
