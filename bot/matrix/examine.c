#include "bot/matrix/examine.h"

#include <string.h>

#include "bot/matrix/account.h"
#include "bot/matrix/examine_parts.h"
#include "bot/matrix/matrix.h"

/* The account asks where the homeserver is, what it speaks and who we are, each for up to half a
 * minute. */
#define ACCOUNT_PATIENCE_MS (4 * EXAMINATION_PATIENCE_MS)
#define VERSION_NEEDED      11 /* v1.11: authenticated media */

typedef struct Look {
    Examination *examination;
    MatrixApi *api;
    MatrixAccount *account; /* only until it found out */
    LoopTimer *step;        /* to what it found out */
    AccountState state;
    char *why;
    char *kept_device;
    bool logged_in;
} Look;

static void look_free(gpointer data)
{
    Look *look = data;

    loop_stop(&look->step);
    matrix_account_free(look->account);
    matrix_api_free(look->api);
    g_free(look->why);
    g_free(look->kept_device);
    g_free(look);
}

static const WorkspaceConfig *workspace_of(const Look *look)
{
    return look->examination->workspace;
}

/* What all parts share ----------------------------------------------------------------------- */

void matrix_examine_ask(Examination *examination, MatrixApi *api, const MatrixAsk *ask,
                        MatrixDone done, void *arg)
{
    MatrixAsk patient = *ask;

    examination_wait(examination, EXAMINATION_PATIENCE_MS);
    patient.deadline_ms = EXAMINATION_ANSWER_MS;
    matrix_api_call(api, &patient, done, arg);
}

void matrix_examine_good(const Examination *examination, const char *what, char *take_detail)
{
    g_autofree char *detail = take_detail;

    examination_good(examination, what, detail);
}

void matrix_examine_bad(Examination *examination, const char *what, char *take_why)
{
    g_autofree char *why = take_why;

    examination_bad(examination, what, why);
}

void matrix_examine_note(const Examination *examination, const char *what, char *take_detail)
{
    g_autofree char *detail = take_detail;

    examination_note(examination, what, detail);
}

void matrix_examine_bad_answer(Examination *examination, const char *what,
                               const MatrixAnswer *answer)
{
    bool odd = answer->class == MATRIX_OK; /* and yet not what was asked for */
    const char *people = odd ? matrix_class_people(MATRIX_REQUEST) : answer->people;
    const char *error = odd ? "bad_answer" : answer->error;

    matrix_examine_bad(examination, what,
                       say(W_EXAMINE_ANSWER, S("people", people), S("error", error)));
}

static void ask(Look *look, const char *path, MatrixDone done)
{
    matrix_examine_ask(look->examination, look->api,
                       &(MatrixAsk){.method = "GET", .path = path, .line = MATRIX_OPEN}, done,
                       look);
}

/* Who may talk to it, the proxy, the rooms ---------------------------------------------------- */

static void look_at_rooms(void *arg)
{
    Look *look = arg;

    if (look->logged_in) {
        matrix_examine_homes(look->examination, look->api);
    } else {
        matrix_examine_note(look->examination, "homes", say(W_EXAMINE_HOMES_UNSEEN));
        examination_done(look->examination);
    }
}

/* "*", "@*:*": nothing in it tells people apart. */
static bool names_everybody(const char *pattern)
{
    return pattern[strspn(pattern, "@*:")] == '\0';
}

static void tell_allow(const Look *look)
{
    const WorkspaceConfig *workspace = workspace_of(look);
    const char *server = strchr(workspace->user, ':') + 1; /* the configuration's reader saw it */

    for (char **pattern = workspace->allow; pattern != NULL && *pattern != NULL; pattern++) {
        if (names_everybody(*pattern)) {
            matrix_examine_note(
                look->examination, "allow",
                say(W_EXAMINE_EVERYBODY, S("pattern", *pattern), S("server", server)));
        }
    }
}

static void after_login(Look *look, bool logged_in)
{
    const WorkspaceConfig *workspace = workspace_of(look);

    look->logged_in = logged_in;
    tell_allow(look);
    if (workspace->transport == TRANSPORT_WEBSOCKET) {
        matrix_examine_proxy(look->examination, look_at_rooms, look);
    } else {
        look_at_rooms(look);
    }
}

/* The password, and the login that came of it ------------------------------------------------- */

static bool takes_passwords(const Json *answer)
{
    JSON_EACH (flow, json_array(answer, "flows")) {
        if (strcmp(json_text(flow, "type"), "m.login.password") == 0) {
            return true;
        }
    }
    return false;
}

static void on_flows(void *arg, const MatrixAnswer *answer)
{
    Look *look = arg;

    if (answer->class == MATRIX_OK && takes_passwords(answer->json)) {
        matrix_examine_good(look->examination, "password", say(W_EXAMINE_PASSWORD));
    } else if (answer->class == MATRIX_OK || answer->class == MATRIX_GONE) {
        matrix_examine_bad(look->examination, "password", say(W_EXAMINE_NO_PASSWORDS));
    } else {
        matrix_examine_bad_answer(look->examination, "password", answer);
    }
    after_login(look, false);
}

static void look_at_password(Look *look)
{
    matrix_api_set_token(look->api, NULL);
    ask(look, "/_matrix/client/v3/login", on_flows);
}

/* Another token would not help: the account is locked, suspended … */
static bool is_account(const MatrixAnswer *answer)
{
    return answer->class == MATRIX_AUTH &&
           strcmp(answer->people, matrix_class_people(MATRIX_AUTH)) != 0;
}

static void on_kept(void *arg, const MatrixAnswer *answer)
{
    Look *look = arg;
    const char *user = json_text(answer->json, "user_id");
    bool refused = answer->class == MATRIX_AUTH || answer->class == MATRIX_FORBIDDEN;

    if (answer->class == MATRIX_OK && strcmp(user, workspace_of(look)->user) == 0) {
        matrix_examine_good(look->examination, "login",
                            say(W_EXAMINE_KEPT, S("user", user), S("device", look->kept_device)));
        after_login(look, true);
    } else if (answer->class == MATRIX_OK || (refused && !is_account(answer))) {
        matrix_examine_note(look->examination, "login",
                            say(W_EXAMINE_KEPT_BAD, S("error", refused ? answer->error : user)));
        look_at_password(look);
    } else {
        matrix_examine_bad_answer(look->examination, "login", answer);
        after_login(look, false);
    }
}

/* A login that is kept is of one homeserver; NULL: none is kept. */
static const char *kept_token(GHashTable *kept, const char *prefix, const char *homeserver)
{
    g_autofree char *where = g_strconcat(prefix, "homeserver", NULL);
    g_autofree char *token = g_strconcat(prefix, "token", NULL);
    const char *kept_where = g_hash_table_lookup(kept, where);

    return g_strcmp0(kept_where, homeserver) == 0 ? g_hash_table_lookup(kept, token) : NULL;
}

static void look_at_kept(Look *look)
{
    g_autofree char *prefix = matrix_kept_prefix(workspace_of(look)->name);
    g_autofree char *device = g_strconcat(prefix, "device", NULL);
    g_autoptr(GHashTable) kept = examination_kept(look->examination, prefix);
    const char *token = kept_token(kept, prefix, matrix_api_homeserver(look->api));

    if (token != NULL) {
        const char *name = g_hash_table_lookup(kept, device);

        look->kept_device = g_strdup(name != NULL ? name : "");
        matrix_api_set_token(look->api, token);
        ask(look, "/_matrix/client/v3/account/whoami", on_kept);
        return;
    }
    matrix_examine_note(
        look->examination, "login",
        look->examination->store == NULL
            ? say(W_EXAMINE_KEPT_NOT_SEEN, S("why", look->examination->without_store))
            : say(W_EXAMINE_KEPT_NONE));
    look_at_password(look);
}

/* The given token ---------------------------------------------------------------------------- */

static void tell_token(Look *look)
{
    const WorkspaceConfig *workspace = workspace_of(look);

    if (look->state == ACCOUNT_READY) {
        examination_good(look->examination, "access token", workspace->user);
    } else if (workspace->transport == TRANSPORT_WEBSOCKET) {
        matrix_examine_bad(look->examination, "access token",
                           say(W_EXAMINE_AS_TOKEN, S("why", look->why)));
    } else {
        examination_bad(look->examination, "access token", look->why);
    }
}

static void tell_login(Look *look)
{
    const WorkspaceConfig *workspace = workspace_of(look);

    if (workspace->access_token != NULL) {
        tell_token(look);
    }
    if (look->state == ACCOUNT_READY || workspace->password == NULL) {
        after_login(look, look->state == ACCOUNT_READY);
    } else {
        look_at_kept(look);
    }
}

/* The homeserver ----------------------------------------------------------------------------- */

/* The minor one of "v1.11"; -1: it is another kind of version. */
static int64_t minor_of(const char *version)
{
    guint64 minor = 0;

    return g_str_has_prefix(version, "v1.") &&
                   g_ascii_string_to_unsigned(version + strlen("v1."), 10, 0, G_MAXINT32, &minor,
                                              NULL)
               ? (int64_t)minor
               : -1;
}

static int64_t newest(const Json *versions)
{
    int64_t most = -1;

    JSON_EACH (version, versions) {
        most = MAX(most, minor_of(json_string(version)));
    }
    return most;
}

static void on_versions(void *arg, const MatrixAnswer *answer)
{
    Look *look = arg;
    int64_t minor = newest(json_array(answer->json, "versions"));

    if (answer->class != MATRIX_OK) {
        matrix_examine_bad_answer(look->examination, "versions", answer);
    } else if (minor < VERSION_NEEDED) {
        matrix_examine_bad(look->examination, "versions", say(W_EXAMINE_OLD));
    } else {
        matrix_examine_good(look->examination, "versions",
                            say(W_EXAMINE_VERSION, N("minor", minor)));
    }
    tell_login(look);
}

static void tell_homeserver(Look *look)
{
    const WorkspaceConfig *workspace = workspace_of(look);
    const char *url = matrix_api_homeserver(look->api);

    if (look->state == ACCOUNT_BROKEN || url == NULL) {
        examination_bad(look->examination, "homeserver", look->why);
        examination_done(look->examination);
        return;
    }
    matrix_examine_good(look->examination, "homeserver",
                        workspace->homeserver != NULL
                            ? say(W_EXAMINE_CONFIGURED, S("url", url))
                            : say(W_EXAMINE_DISCOVERED, S("url", url), S("user", workspace->user)));
    ask(look, "/_matrix/client/versions", on_versions);
}

/* It would go on by itself, and ask again. */
static void account_over(void *arg)
{
    Look *look = arg;

    look->step = NULL;
    look->state = matrix_account_state(look->account);
    look->why = g_strdup(matrix_account_why(look->account));
    g_clear_pointer(&look->account, matrix_account_free);
    tell_homeserver(look);
}

static void on_account(void *arg, AccountState state)
{
    Look *look = arg;

    if (state != ACCOUNT_STARTING && look->step == NULL) {
        look->step = loop_after(look->examination->loop, 0, account_over, look);
    }
}

/* It is given no password, so that it logs in nowhere and has nothing to keep. Without a token too
 * it ends refused, once the homeserver is found. */
static void start_account(Look *look)
{
    const WorkspaceConfig *workspace = workspace_of(look);
    const MatrixAccountConfig config = {
        .workspace = workspace->name,
        .homeserver = workspace->homeserver,
        .user = workspace->user,
        .access_token = workspace->access_token,
        .appservice = workspace->transport == TRANSPORT_WEBSOCKET,
    };
    const MatrixAccountOps ops = {.changed = on_account};

    examination_wait(look->examination, ACCOUNT_PATIENCE_MS);
    look->account = matrix_account_new(look->examination->loop, look->api, &config, &ops, look);
    matrix_account_start(look->account);
}

void matrix_examine(Examination *examination)
{
    Look *look = g_new0(Look, 1);

    look->examination = examination;
    look->api = matrix_api_new(examination->loop, examination->http, examination->workspace->name,
                               NULL, examination->workspace->ca_file);
    examination_hold(examination, look, look_free);
    start_account(look);
}
