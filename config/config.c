/* The tree of the file goes through the table of settings: sections and lists open a scope,
 * everything else is taken by its type. A fresh Config is filled; with the first mistake it is
 * given up, and the rest is read all the same, for its mistakes. */

#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/schema.h"
#include "config/secret.h"
#include "config/take.h"
#include "core/decimal.h"
#include "core/text.h"

#define FILE_MAX ((size_t)1024 * 1024)

typedef struct Reader {
    Mistakes mistakes;
    Config *config;
    mode_t mode; /* of the file */
    bool without_secrets;
    GArray *given;    /* of Given, by row: outside of lists */
    GArray *triggers; /* of Trigger: those of the file */
} Reader;

/* What became of a setting. */
typedef struct Given {
    Place at; /* of its value; nowhere: not in the file */
    bool wrong;
} Given;

/* A key of the map that is being read. */
typedef struct Seen {
    Place at;   /* where it stands; nowhere: not yet */
    bool meant; /* it was probably misspelt, and need not be called missing as well */
} Seen;

/* The keys of one map. */
typedef struct Map {
    const Node *node;
    Scope scope;
    const char *path; /* "workspaces[1]."; "" */
    void *base;       /* what the offsets of its rows count from */
    unsigned platforms;
} Map;

static void read_map(Reader *r, const Map *map);

/* The file ------------------------------------------------------------------------------------ */

const char *config_default_path(void)
{
    const char *named = g_getenv("ANCHORD_CONFIG");

    return named != NULL && *named != '\0' ? named : "/etc/anchord/anchord.yaml";
}

static bool check_file(Reader *r, int fd)
{
    struct stat st = {0};
    const char *why = NULL;

    if (fstat(fd, &st) != 0) {
        why = g_strerror(errno);
    } else if (S_ISDIR(st.st_mode)) {
        why = "it is a folder";
    } else if (!S_ISREG(st.st_mode)) {
        why = "it is not a regular file";
    } else if (st.st_size > (off_t)FILE_MAX) {
        why = "it is larger than 1 MiB";
    }
    if (why != NULL) {
        mistake(&r->mistakes, PLACE_FIRST, "the file cannot be read: %s", why);
    }
    r->mode = st.st_mode;
    return why == NULL;
}

static GString *read_open(Reader *r, int fd)
{
    g_autoptr(GString) bytes = g_string_sized_new(4096);
    char some[4096];
    ssize_t n = 0;

    while (bytes->len <= FILE_MAX && (n = read(fd, some, sizeof(some))) > 0) {
        g_string_append_len(bytes, some, n);
    }
    explicit_bzero(some, sizeof(some));
    if (n < 0 || bytes->len > FILE_MAX) { /* it grew meanwhile */
        mistake(&r->mistakes, PLACE_FIRST, "the file cannot be read: %s",
                n < 0 ? g_strerror(errno) : "it is larger than 1 MiB");
        return NULL;
    }
    return g_steal_pointer(&bytes);
}

/* O_NONBLOCK: a pipe that nobody writes to must not hold us up. */
static GString *read_file(Reader *r, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0) {
        mistake(&r->mistakes, PLACE_FIRST, "the file cannot be read: %s", g_strerror(errno));
        return NULL;
    }
    GString *bytes = check_file(r, fd) ? read_open(r, fd) : NULL;

    (void)close(fd);
    return bytes;
}

static bool is_odd_control(char c)
{
    return g_ascii_iscntrl(c) && c != '\n' && c != '\r' && c != '\t';
}

/* The offset of the first byte that is no text; `len` when all is well. */
static size_t text_until(const char *bytes, size_t len)
{
    const char *end = NULL;

    (void)g_utf8_validate(bytes, (gssize)len, &end);
    for (const char *c = bytes; c < end; c++) {
        if (is_odd_control(*c)) {
            return (size_t)(c - bytes);
        }
    }
    return (size_t)(end - bytes);
}

static bool check_text(Reader *r, const GString *bytes)
{
    size_t until = text_until(bytes->str, bytes->len);
    Place at = PLACE_FIRST;
    const char *line = bytes->str;

    if (until == bytes->len) {
        return true;
    }
    for (size_t i = 0; i < until; i++) {
        if (bytes->str[i] == '\n') {
            at.line++;
            line = bytes->str + i + 1;
        }
    }
    at.column += (int32_t)g_utf8_strlen(line, bytes->str + until - line);
    mistake(&r->mistakes, at, "the byte 0x%02x is no text here; the file must be UTF-8",
            (unsigned char)bytes->str[until]);
    return false;
}

/* A section holds a list, and a list maps: as deep as the table of settings, and no deeper. */
// NOLINTBEGIN(misc-no-recursion)

/* Maps ---------------------------------------------------------------------------------------- */

static Given *given_of(Reader *r, const Setting *setting)
{
    return &g_array_index(r->given, Given, setting - settings);
}

static bool is_list_scope(Scope scope)
{
    return scope == SCOPE_TRIGGER || scope == SCOPE_WORKSPACE;
}

static bool is_for(const Setting *setting, const Map *map)
{
    return setting->platforms == 0 || (setting->platforms & map->platforms) != 0;
}

static bool is_map(Reader *r, const Node *node, const char *path)
{
    if (node->kind == NODE_MAP) {
        return true;
    }
    mistake(&r->mistakes, node->at, "%s: must hold keys, each on its own line as \"key: value\"",
            *path != '\0' ? path : "the file");
    return false;
}

/* Not just because nobody knows which platform is meant. */
static bool is_surely_for(const Setting *setting, const Map *map)
{
    return setting->platforms == 0 || setting->platforms == map->platforms;
}

static void read_section(Reader *r, const Setting *setting, const Node *node, const char *path)
{
    g_autofree char *prefix = g_strconcat(path, ".", NULL);
    Map map = {.node = node, .scope = setting->inside, .path = prefix, .base = r->config};

    if (node->kind != NODE_NULL && is_map(r, node, path)) { /* all its keys may be remarks */
        read_map(r, &map);
    }
}

/* Defaults ------------------------------------------------------------------------------------ */

static void set_defaults(Scope scope, void *base)
{
    for (size_t i = 0; i < setting_count; i++) {
        const Setting *setting = &settings[i];

        if (setting->scope == scope && setting->def != NULL) {
            g_auto(Mistakes) mistakes = {0};
            g_autofree char *text = g_strdup(setting->def);
            Node node = {.kind = NODE_TEXT, .at = PLACE_FIRST, .text = text};
            Taking taking = {setting, &node, setting->name, 0, &mistakes};

            mistakes_init(&mistakes);
            bool taken = take_value(&taking, base);

            g_assert(taken);
        }
    }
}

/* Lists --------------------------------------------------------------------------------------- */

static void trigger_read_clear(TriggerRead *trigger)
{
    g_free(trigger->name);
    g_free(trigger->evidence);
}

static void add_trigger(Reader *r, const TriggerRead *take_trigger)
{
    Trigger trigger = {take_trigger->name, take_trigger->evidence, take_trigger->joint};

    g_ptr_array_add(r->config->trigger_texts, take_trigger->name);
    g_ptr_array_add(r->config->trigger_texts, take_trigger->evidence);
    g_array_append_val(r->triggers, trigger);
}

static bool has_trigger(const GArray *triggers, const char *name)
{
    g_autofree char *key = text_key(name);

    for (guint i = 0; i < triggers->len; i++) {
        g_autofree char *other = text_key(g_array_index(triggers, Trigger, i).name);

        if (strcmp(key, other) == 0) {
            return true;
        }
    }
    return false;
}

static void read_trigger(Reader *r, const Node *node, const char *path)
{
    g_autofree char *prefix = g_strconcat(path, ".", NULL);
    TriggerRead read = {0};
    Map map = {.node = node, .scope = SCOPE_TRIGGER, .path = prefix, .base = &read};

    if (!is_map(r, node, path)) {
        return;
    }
    set_defaults(SCOPE_TRIGGER, &read);
    read_map(r, &map);
    if (read.name != NULL && has_trigger(r->triggers, read.name)) {
        mistake(&r->mistakes, node_find(node, "name")->at, "%s.name: this trigger was given above",
                path);
    }
    if (read.name != NULL && read.evidence != NULL) {
        add_trigger(r, &read);
    } else {
        trigger_read_clear(&read);
    }
}

/* The platform decides which keys the rest may have; where it is unknown, all of them. */
static unsigned platforms_of(const Node *node)
{
    const Node *platform = node_find(node, "platform");
    const char *name = platform != NULL && platform->kind == NODE_TEXT ? platform->text : "";

    if (strcmp(name, "slack") == 0) {
        return ON_SLACK;
    }
    return strcmp(name, "matrix") == 0 ? ON_MATRIX : ON_SLACK | ON_MATRIX;
}

static void workspace_free(gpointer data)
{
    WorkspaceConfig *workspace = data;

    secret_free(workspace->app_token);
    secret_free(workspace->bot_token);
    g_free(workspace->name);
    g_free(workspace->api_url);
    secret_free(workspace->access_token);
    secret_free(workspace->password);
    g_free(workspace->homeserver);
    g_free(workspace->user);
    g_free(workspace->proxy_url);
    g_strfreev(workspace->allow);
    g_free(workspace->ca_file);
    g_free(workspace);
}

/* Two entries with one name, one app or one user: each would get half of what is meant for it. */
static void compare_workspaces(Reader *r, const WorkspaceConfig *workspace, const Node *node,
                               const char *path)
{
    const GPtrArray *others = r->config->workspaces;

    for (guint i = 0; i < others->len; i++) {
        const WorkspaceConfig *other = g_ptr_array_index(others, i);

        if (workspace->name != NULL && other->name != NULL &&
            g_ascii_strcasecmp(workspace->name, other->name) == 0) {
            mistake(&r->mistakes, node_find(node, "name")->at,
                    "%s.name: %s is the name of the workspace in line %d too", path,
                    workspace->name, other->line);
        }
        if (g_strcmp0(workspace->user, other->user) == 0 && workspace->user != NULL) {
            mistake(&r->mistakes, node_find(node, "user")->at,
                    "%s.user: it is the user of the workspace in line %d too", path, other->line);
        }
        if (g_strcmp0(workspace->app_token, other->app_token) == 0 &&
            workspace->app_token != NULL) {
            mistake(&r->mistakes, node_find(node, "app_token")->at,
                    "%s.app_token: it is the token of the workspace in line %d too", path,
                    other->line);
        }
    }
}

/* What one key of Matrix's asks of another. */
static void check_matrix(Reader *r, const WorkspaceConfig *workspace, const Node *node,
                         const char *path)
{
    bool websocket = workspace->transport == TRANSPORT_WEBSOCKET;

    if (node_find(node, "access_token") == NULL &&
        (websocket || node_find(node, "password") == NULL)) {
        mistake(&r->mistakes, node->at, "%s.access_token: is missing (%s)", path,
                websocket ? "the websocket takes the registration's as_token"
                          : "or a password: the bot logs in with one of them");
    }
    if (websocket && node_find(node, "proxy_url") == NULL) {
        mistake(&r->mistakes, node_find(node, "transport")->at,
                "%s.transport: websocket needs a proxy_url, where mautrix-wsproxy is", path);
    }
}

static void read_workspace(Reader *r, const Node *node, const char *path)
{
    g_autofree char *prefix = g_strconcat(path, ".", NULL);
    WorkspaceConfig *workspace = NULL;
    unsigned platforms = platforms_of(node);

    if (!is_map(r, node, path)) {
        return;
    }
    workspace = g_new0(WorkspaceConfig, 1);
    workspace->line = node->at.line;
    set_defaults(SCOPE_WORKSPACE, workspace);
    Map map = {node, SCOPE_WORKSPACE, prefix, workspace, platforms};

    read_map(r, &map);
    if (platforms == ON_MATRIX) {
        check_matrix(r, workspace, node, path);
    }
    compare_workspaces(r, workspace, node, path);
    g_ptr_array_add(r->config->workspaces, workspace);
}

static bool is_list(Reader *r, const Setting *setting, const Node *node, const char *path)
{
    if (node->kind != NODE_LIST || node->items->len == 0) {
        mistake(&r->mistakes, node->at, "%s: must hold entries, each beginning with \"- \"%s", path,
                setting->required ? "" : "; remove the key for those built in");
        return false;
    }
    if (node->items->len > (guint)setting->max) {
        mistake(&r->mistakes, node->at, "%s: %u entries are too many; at most %d", path,
                node->items->len, setting->max);
        return false;
    }
    return true;
}

static void read_list(Reader *r, const Setting *setting, const Node *node, const char *path)
{
    if (!is_list(r, setting, node, path)) {
        return;
    }
    for (guint i = 0; i < node->items->len; i++) {
        const Node *item = g_ptr_array_index(node->items, i);
        g_autofree char *entry = g_strdup_printf("%s[%u]", path, i + 1);

        if (setting->inside == SCOPE_TRIGGER) {
            read_trigger(r, item, entry);
        } else {
            read_workspace(r, item, entry);
        }
    }
}

/* Those of the file replace those built in. */
static void keep_triggers(Reader *r)
{
    Trigger end = {NULL, NULL, false};
    Config *config = r->config;

    if (r->triggers->len > 0) {
        g_array_append_val(r->triggers, end);
        config->triggers = g_array_steal(r->triggers, NULL);
        config->policy.triggers = config->triggers;
    }
}

/* Keys ---------------------------------------------------------------------------------------- */

static void read_setting(Reader *r, const Map *map, const Setting *setting, const Node *node)
{
    g_autofree char *path = g_strconcat(map->path, setting->name, NULL);
    Taking taking = {setting, node, path, r->mode, &r->mistakes, r->without_secrets};

    if (setting->type == SETTING_SECTION) {
        read_section(r, setting, node, path);
    } else if (setting->type == SETTING_LIST) {
        read_list(r, setting, node, path);
    } else {
        bool taken = take_value(&taking, map->base);

        if (!is_list_scope(map->scope)) {
            *given_of(r, setting) = (Given){node->at, !taken};
        }
    }
}

static void refuse_unknown(Reader *r, const Map *map, const Node *node, Seen *seen)
{
    const Setting *near = setting_nearest(map->scope, node->key);
    g_autofree char *quote = mistake_quote(node->key);

    if (near != NULL) {
        mistake(&r->mistakes, node->key_at, "%s%s: unknown key; did you mean %s?", map->path, quote,
                near->name);
        seen[near - settings].meant = true;
    } else {
        mistake(&r->mistakes, node->key_at, "%s%s: unknown key", map->path, quote);
    }
}

static void read_known(Reader *r, const Map *map, const Setting *setting, const Node *node,
                       Seen *seen)
{
    if (seen->at.line != 0) {
        mistake(&r->mistakes, node->key_at,
                "%s%s: given twice; the first is in line %d, remove one of them", map->path,
                setting->name, seen->at.line);
        return;
    }
    seen->at = node->key_at;
    if (is_for(setting, map)) {
        read_setting(r, map, setting, node);
    } else {
        mistake(&r->mistakes, node->key_at, "%s%s: is a setting of %s, not of this platform",
                map->path, setting->name, setting->platforms == ON_SLACK ? "slack" : "matrix");
    }
}

static void tell_missing(Reader *r, const Map *map, const Seen *seen)
{
    for (size_t i = 0; i < setting_count; i++) {
        const Setting *setting = &settings[i];

        if (setting->scope == map->scope && setting->required && is_surely_for(setting, map) &&
            seen[i].at.line == 0 && !seen[i].meant) {
            mistake(&r->mistakes, map->node->at, "%s%s: is missing (%s)", map->path, setting->name,
                    setting->help);
        }
    }
}

static void read_map(Reader *r, const Map *map)
{
    g_autofree Seen *seen = g_new0(Seen, setting_count); /* by row */

    for (guint i = 0; i < map->node->items->len; i++) {
        const Node *node = g_ptr_array_index(map->node->items, i);
        const Setting *setting = setting_find(map->scope, node->key);

        if (setting != NULL) {
            read_known(r, map, setting, node, &seen[setting - settings]);
        } else {
            refuse_unknown(r, map, node, seen);
        }
    }
    tell_missing(r, map, seen);
}

// NOLINTEND(misc-no-recursion)

/* Config -------------------------------------------------------------------------------------- */

static Config *config_new(const char *path)
{
    static const Scope scopes[] = {SCOPE_FILE, SCOPE_LOG, SCOPE_DEFAULTS, SCOPE_POLICY};
    Config *config = g_new0(Config, 1);

    config->path = g_strdup(path);
    config->policy = policy_default;
    config->workspaces = g_ptr_array_new_with_free_func(workspace_free);
    config->trigger_texts = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(scopes); i++) {
        set_defaults(scopes[i], config);
    }
    return config;
}

void config_free(Config *config)
{
    if (config == NULL) {
        return;
    }
    g_ptr_array_unref(config->workspaces);
    g_ptr_array_unref(config->trigger_texts);
    g_free(config->triggers);
    g_free(config->timezone);
    g_free(config->path);
    g_free(config->store);
    g_free(config->listen);
    g_free(config);
}

/* What belongs together ----------------------------------------------------------------------- */

/* Settings of the policy in their order: the first is never above the second. */
static const struct {
    const char *low, *high;
} orders[] = {
    {"min_key_results", "max_key_results"},
    {"min_window_days", "max_window_days"},
    {"at_risk", "on_track"},
    {"on_track", "ahead"},
};

static int32_t number_at(const Config *config, const Setting *setting)
{
    int32_t number = 0;

    memcpy(&number, (const char *)config + setting->at, sizeof(number));
    return number;
}

static char *number_text(const Setting *setting, int32_t number)
{
    return setting->type == SETTING_RATIO
               ? decimal_text((Decimal){(int64_t)number * (DECIMAL_ONE / 1000)})
               : g_strdup_printf("%d", number);
}

static bool is_later(Place a, Place b)
{
    return a.line != b.line ? a.line > b.line : a.column > b.column;
}

/* The one that stands later in the file is to blame. */
static void check_order(Reader *r, const Setting *low, const Setting *high)
{
    Given low_given = *given_of(r, low), high_given = *given_of(r, high);
    bool blame_low = is_later(low_given.at, high_given.at);
    int32_t low_number = number_at(r->config, low), high_number = number_at(r->config, high);
    g_autofree char *low_text = number_text(low, low_number);
    g_autofree char *high_text = number_text(high, high_number);

    if (low_given.wrong || high_given.wrong || low_number <= high_number) {
        return;
    }
    if (blame_low) {
        mistake(&r->mistakes, low_given.at, "policy.%s: %s is above %s, which is %s", low->name,
                low_text, high->name, high_text);
    } else {
        mistake(&r->mistakes, high_given.at, "policy.%s: %s is below %s, which is %s", high->name,
                high_text, low->name, low_text);
    }
}

static void check_orders(Reader *r)
{
    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        check_order(r, setting_find(SCOPE_POLICY, orders[i].low),
                    setting_find(SCOPE_POLICY, orders[i].high));
    }
}

/* Everything ---------------------------------------------------------------------------------- */

static void read_tree(Reader *r, const Node *root)
{
    Map map = {.node = root, .scope = SCOPE_FILE, .path = "", .base = r->config};

    if (root->kind == NODE_NULL) {
        mistake(&r->mistakes, PLACE_FIRST, "the file holds no settings; name a workspace at least");
        return;
    }
    if (is_map(r, root, "")) {
        read_map(r, &map);
        check_orders(r);
        keep_triggers(r);
    }
    r->config->policy.timezone = r->config->timezone;
}

static void read_bytes(Reader *r, const GString *bytes)
{
    g_autoptr(Node) root =
        check_text(r, bytes) ? yaml_read(bytes->str, bytes->len, &r->mistakes) : NULL;

    if (root != NULL) {
        read_tree(r, root);
    }
}

static void string_wipe(GString *bytes)
{
    explicit_bzero(bytes->str, bytes->allocated_len);
    g_string_free(bytes, TRUE);
}

GPtrArray *config_mistakes_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static Config *read_config(const char *path, bool without_secrets, GPtrArray *mistakes)
{
    Reader r = {.config = config_new(path),
                .without_secrets = without_secrets,
                .given = g_array_new(FALSE, TRUE, sizeof(Given)),
                .triggers = g_array_new(FALSE, TRUE, sizeof(Trigger))};

    mistakes_init(&r.mistakes);
    g_array_set_size(r.given, (guint)setting_count);
    GString *bytes = read_file(&r, path);

    if (bytes != NULL) {
        read_bytes(&r, bytes);
        string_wipe(bytes);
    }
    if (r.mistakes.list->len > 0) {
        mistakes_tell(&r.mistakes, path, mistakes);
        g_clear_pointer(&r.config, config_free);
    }
    mistakes_clear(&r.mistakes);
    g_array_unref(r.given);
    g_array_unref(r.triggers);
    return r.config;
}

Config *config_read(const char *path, GPtrArray *mistakes)
{
    return read_config(path, false, mistakes);
}

Config *config_read_without_secrets(const char *path, GPtrArray *mistakes)
{
    return read_config(path, true, mistakes);
}
