/* Steps that follow one another: where the homeserver is, what it speaks, which login is good, who
 * that is. Each step is a question with an answer that leads to the next one, to a pause after
 * which all begins anew, or to an end. At most one question is under way.
 *
 * `changed` and `keep` are the last thing that a step does: they may call back. */

#include "bot/matrix/account.h"

#include <string.h>

#include "bot/log.h"
#include "bot/net/proxy.h"
#include "core/words.h"

#define SECOND         INT64_C(1000)
#define MINUTE         (60 * SECOND)
#define ANSWER_MS      (30 * SECOND)
#define PAUSE_MS       (2 * SECOND)
#define PAUSE_MAX_MS   (2 * MINUTE)
#define PROBE_EVERY    (5 * MINUTE)
#define LOGIN_EVERY    (10 * MINUTE)
#define HOPS_MAX       5
#define VERSION_NEEDED 11  /* v1.11: authenticated media */
#define SHOWN_MAX      200 /* of what the homeserver says, in words for people */

/* Which login the token in use is of. */
typedef enum Source { SOURCE_NONE, SOURCE_GIVEN, SOURCE_KEPT } Source;

typedef struct Login {
    char *homeserver, *device, *token;
} Login;

struct MatrixAccount {
    Loop *loop;
    MatrixApi *api;
    char *workspace, *configured, *user, *given, *password;
    bool appservice;
    MatrixAccountOps ops;
    void *arg;
    AccountState state;
    char *why;
    char *found; /* the homeserver, discovered or kept; NULL: not known */
    char *asked; /* the URL that discovery asks */
    int hops;    /* redirects followed so far */
    Login kept;  /* stored */
    Login fresh; /* to be stored, then it is used */
    bool given_bad, kept_bad;
    Source source;
    char *whoami, *device; /* as whoami said */
    MatrixCall *call;
    LoopTimer *timer;      /* the next step */
    int failures;          /* in a row */
    int64_t login_from_ms; /* the password is not used before */
    char *refused;         /* what the token in use was refused with; NULL */
    bool soft_logout;
};

static void begin(void *arg);
static void use_login(MatrixAccount *account);

/* Life --------------------------------------------------------------------------------------- */

static void login_clear(Login *login)
{
    g_free(login->homeserver);
    g_free(login->device);
    g_free(login->token);
    *login = (Login){0};
}

static char *without_slash(const char *url)
{
    size_t len = url != NULL ? strlen(url) : 0;

    while (len > 0 && url[len - 1] == '/') {
        len--;
    }
    return url != NULL ? g_strndup(url, len) : NULL;
}

static void on_refused(void *arg, const char *error, bool soft_logout);

MatrixAccount *matrix_account_new(Loop *loop, MatrixApi *api, const MatrixAccountConfig *config,
                                  const MatrixAccountOps *ops, void *arg)
{
    MatrixAccount *account = g_new0(MatrixAccount, 1);

    account->loop = loop;
    account->api = api;
    account->workspace = g_strdup(config->workspace);
    account->configured = without_slash(config->homeserver);
    account->user = g_strdup(config->user);
    account->given = g_strdup(config->access_token);
    account->password = g_strdup(config->password);
    account->appservice = config->appservice;
    account->ops = *ops;
    account->arg = arg;
    account->why = say(W_ACCOUNT_SEARCHING);
    account->kept = (Login){without_slash(config->kept_homeserver), g_strdup(config->kept_device),
                            g_strdup(config->kept_token)};
    account->found = g_strdup(account->kept.homeserver);
    matrix_api_on_refused(api, on_refused, account);
    return account;
}

void matrix_account_free(MatrixAccount *account)
{
    if (account == NULL) {
        return;
    }
    matrix_api_on_refused(account->api, NULL, NULL);
    matrix_api_cancel(account->call);
    loop_stop(&account->timer);
    login_clear(&account->kept);
    login_clear(&account->fresh);
    g_free(account->workspace);
    g_free(account->configured);
    g_free(account->user);
    g_free(account->given);
    g_free(account->password);
    g_free(account->why);
    g_free(account->found);
    g_free(account->asked);
    g_free(account->whoami);
    g_free(account->device);
    g_free(account->refused);
    g_free(account);
}

AccountState matrix_account_state(const MatrixAccount *account)
{
    return account->state;
}

const char *matrix_account_why(const MatrixAccount *account)
{
    return account->why;
}

const char *matrix_account_user(const MatrixAccount *account)
{
    return account->whoami;
}

const char *matrix_account_device(const MatrixAccount *account)
{
    return account->device;
}

/* States ------------------------------------------------------------------------------------- */

static void step_after(MatrixAccount *account, int64_t ms, LoopCall step)
{
    loop_stop(&account->timer);
    account->timer = loop_after(account->loop, ms, step, account);
}

static void log_state(const MatrixAccount *account)
{
    const LogField workspace = F_STR("workspace", account->workspace);

    switch (account->state) {
    case ACCOUNT_STARTING:
        log_info("matrix_account_starting", workspace, F_STR("why", account->why));
        break;
    case ACCOUNT_READY:
        log_info("matrix_account_ready", workspace, F_STR("user", account->whoami),
                 F_STR("device", account->device));
        break;
    case ACCOUNT_BROKEN:
        log_warning("matrix_account_broken", workspace, F_STR("why", account->why));
        break;
    case ACCOUNT_REFUSED:
        log_error("matrix_account_refused", workspace, F_STR("why", account->why));
        break;
    }
}

static void set_state(MatrixAccount *account, AccountState state, char *take_why)
{
    bool is_new = state != account->state;
    bool is_news = is_new || strcmp(account->why, take_why) != 0;

    g_free(account->why);
    account->why = take_why;
    account->state = state;
    if (is_news) {
        log_state(account);
    }
    if (is_new) {
        account->ops.changed(account->arg, state);
    }
}

/* A new login is on its way. */
static void not_ready(MatrixAccount *account)
{
    if (account->state == ACCOUNT_READY) {
        set_state(account, ACCOUNT_STARTING, say(W_ACCOUNT_LOGGING_IN));
    }
}

/* Tries again: not before `wait_ms`, and later each time. */
static void broken(MatrixAccount *account, int64_t wait_ms, char *take_why)
{
    int64_t most = MIN(PAUSE_MS << MIN(account->failures, 6), PAUSE_MAX_MS);
    int64_t pause = g_random_int_range((gint32)most / 2, (gint32)most + 1);

    account->failures++;
    step_after(account, MAX(pause, wait_ms), begin);
    set_state(account, ACCOUNT_BROKEN, take_why);
}

static void probe(void *arg)
{
    MatrixAccount *account = arg;

    account->timer = NULL;
    account->given_bad = false;
    account->kept_bad = false;
    begin(account);
}

/* Final; or asked again, rarely, where somebody may mend it meanwhile. */
static void refused(MatrixAccount *account, bool again, char *take_why)
{
    if (again) {
        step_after(account, PROBE_EVERY, probe);
    }
    set_state(account, ACCOUNT_REFUSED, take_why);
}

static int64_t seconds_of(int64_t ms)
{
    return (ms + SECOND - 1) / SECOND;
}

/* Questions ---------------------------------------------------------------------------------- */

static void ask(MatrixAccount *account, const MatrixAsk *question, MatrixDone done)
{
    account->call = matrix_api_call(account->api, question, done, account);
}

static MatrixAccount *answered(void *arg)
{
    MatrixAccount *account = arg;

    account->call = NULL;
    return account;
}

static bool may_pass(const MatrixAnswer *answer)
{
    return answer->class == MATRIX_RETRY || answer->class == MATRIX_UNSURE;
}

/* An answer that leads nowhere. */
static void no_answer(MatrixAccount *account, const MatrixAnswer *answer)
{
    const char *error = answer->class == MATRIX_OK ? "bad_answer" : answer->error;
    WordId words = may_pass(answer) ? W_ACCOUNT_UNREACHABLE : W_ACCOUNT_NO_MATRIX;

    if (account->configured == NULL) {
        g_clear_pointer(&account->found, g_free); /* it may have moved */
    }
    broken(account, answer->wait_ms,
           say(words, S("url", matrix_api_homeserver(account->api)), S("error", error)));
}

/* A login that is kept is of one homeserver. */
static bool is_kept_here(const MatrixAccount *account)
{
    return g_strcmp0(account->kept.homeserver, matrix_api_homeserver(account->api)) == 0;
}

static bool may_use_kept(const MatrixAccount *account)
{
    return account->kept.token != NULL && !account->kept_bad && is_kept_here(account);
}

/* Who ---------------------------------------------------------------------------------------- */

static void token_refused(MatrixAccount *account, const char *error, const char *people)
{
    bool is_account = strcmp(people, matrix_class_people(MATRIX_AUTH)) != 0;

    if (is_account) { /* locked, suspended …: another token would not help */
        refused(account, true, g_strdup(people));
        return;
    }
    if (account->source == SOURCE_GIVEN) {
        account->given_bad = true;
    } else {
        account->kept_bad = true;
    }
    if (account->password != NULL || may_use_kept(account)) {
        use_login(account);
    } else {
        refused(account, true,
                say(W_ACCOUNT_TOKEN_REFUSED, S("error", error), S("user", account->user)));
    }
}

static void is_other(MatrixAccount *account, const char *user)
{
    matrix_api_set_token(account->api, NULL);
    if (account->source == SOURCE_KEPT) { /* from before the configuration changed */
        login_clear(&account->kept);
        use_login(account);
        return;
    }
    g_autofree char *other = g_utf8_substring(user, 0, MIN(g_utf8_strlen(user, -1), SHOWN_MAX));

    refused(account, false, say(W_ACCOUNT_OTHER_USER, S("other", other), S("user", account->user)));
}

static void is_ready(MatrixAccount *account, const Json *json)
{
    g_free(account->whoami);
    g_free(account->device);
    account->whoami = g_strdup(json_text(json, "user_id"));
    account->device = g_strdup(json_text_or_null(json, "device_id"));
    account->failures = 0;
    set_state(account, ACCOUNT_READY, g_strdup(""));
}

static void on_whoami(void *arg, const MatrixAnswer *answer)
{
    MatrixAccount *account = answered(arg);
    const char *user = json_text(answer->json, "user_id");

    if (answer->class == MATRIX_AUTH || answer->class == MATRIX_FORBIDDEN) {
        token_refused(account, answer->error,
                      answer->class == MATRIX_AUTH ? answer->people
                                                   : matrix_class_people(MATRIX_AUTH));
    } else if (answer->class != MATRIX_OK || *user == '\0') {
        no_answer(account, answer);
    } else if (strcmp(user, account->user) != 0) {
        is_other(account, user);
    } else {
        is_ready(account, answer->json);
    }
}

static void ask_whoami(MatrixAccount *account, Source source, const char *token)
{
    g_autofree char *as = account->appservice ? matrix_path("?user_id=%s", account->user) : NULL;
    g_autofree char *path =
        g_strconcat("/_matrix/client/v3/account/whoami", as != NULL ? as : "", NULL);

    account->source = source;
    g_clear_pointer(&account->refused, g_free);
    matrix_api_set_token(account->api, token);
    ask(account,
        &(MatrixAsk){.method = "GET", .path = path, .line = MATRIX_OPEN, .deadline_ms = ANSWER_MS},
        on_whoami);
    not_ready(account);
}

/* Login -------------------------------------------------------------------------------------- */

static bool is_fit(const char *url)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);

    if (uri == NULL || g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
        g_uri_get_userinfo(uri) != NULL || g_uri_get_query(uri) != NULL ||
        g_uri_get_fragment(uri) != NULL) {
        return false;
    }
    return strcmp(g_uri_get_scheme(uri), "https") == 0 ||
           (strcmp(g_uri_get_scheme(uri), "http") == 0 && proxy_is_loopback(g_uri_get_host(uri)));
}

static char *base_of(const Json *well_known)
{
    return without_slash(json_text(json_object(well_known, "m.homeserver"), "base_url"));
}

static void logged_in(MatrixAccount *account, const Json *json)
{
    g_autofree char *base = base_of(json_object(json, "well_known"));
    bool moves = account->configured == NULL && is_fit(base);

    login_clear(&account->fresh);
    account->fresh =
        (Login){g_strdup(moves ? base : matrix_api_homeserver(account->api)),
                g_strdup(json_text(json, "device_id")), g_strdup(json_text(json, "access_token"))};
    account->ops.keep(account->arg, account->fresh.homeserver, account->fresh.device,
                      account->fresh.token);
}

void matrix_account_kept(MatrixAccount *account)
{
    if (account->fresh.token == NULL) {
        return;
    }
    login_clear(&account->kept);
    account->kept = account->fresh;
    account->fresh = (Login){0};
    account->kept_bad = false;
    g_free(account->found);
    account->found = g_strdup(account->kept.homeserver);
    matrix_api_set_homeserver(account->api, account->kept.homeserver);
    ask_whoami(account, SOURCE_KEPT, account->kept.token);
}

static void login_later(MatrixAccount *account, const MatrixAnswer *answer)
{
    int64_t now = loop_now_ms(account->loop);

    if (answer->class == MATRIX_UNSURE) { /* it counts as used */
        no_answer(account, answer);
        return;
    }
    account->login_from_ms = now + answer->wait_ms;
    if (answer->wait_ms == 0) {
        no_answer(account, answer);
        return;
    }
    broken(account, answer->wait_ms,
           say(W_ACCOUNT_WAITING, N("seconds", seconds_of(answer->wait_ms))));
}

static void on_login(void *arg, const MatrixAnswer *answer)
{
    MatrixAccount *account = answered(arg);
    const char *user = json_text(answer->json, "user_id");
    bool whole = *user != '\0' && *json_text(answer->json, "access_token") != '\0' &&
                 *json_text(answer->json, "device_id") != '\0';

    if (answer->class == MATRIX_OK && whole && strcmp(user, account->user) == 0) {
        logged_in(account, answer->json);
    } else if (answer->class == MATRIX_OK && whole) {
        account->source = SOURCE_NONE;
        is_other(account, user);
    } else if (may_pass(answer)) {
        login_later(account, answer);
    } else if (answer->class == MATRIX_FORBIDDEN) {
        refused(account, false, say(W_ACCOUNT_WRONG_PASSWORD, S("user", account->user)));
    } else if (answer->class == MATRIX_AUTH) {
        refused(account, false, g_strdup(answer->people));
    } else {
        refused(account, false,
                say(W_ACCOUNT_ODD,
                    S("error", answer->class == MATRIX_OK ? "bad_answer" : answer->error)));
    }
}

static void ask_login(MatrixAccount *account)
{
    Json *body = json_new_object();
    Json *identifier = json_put_object(body, "identifier");

    json_put_text(body, "type", "m.login.password");
    json_put_text(identifier, "type", "m.id.user");
    json_put_text(identifier, "user", account->user);
    json_put_text(body, "password", account->password);
    json_put_text(body, "device_id", is_kept_here(account) ? account->kept.device : NULL);
    json_put_text(body, "initial_device_display_name", "anchord");
    json_put_bool(body, "refresh_token", false);
    account->login_from_ms = loop_now_ms(account->loop) + LOGIN_EVERY;
    ask(account,
        &(MatrixAsk){.method = "POST",
                     .path = "/_matrix/client/v3/login",
                     .take_body = body,
                     .line = MATRIX_OPEN,
                     .deadline_ms = ANSWER_MS,
                     .once = true,
                     .bare = true},
        on_login);
}

static bool has_password_flow(const Json *json)
{
    JSON_EACH (flow, json_array(json, "flows")) {
        if (strcmp(json_text(flow, "type"), "m.login.password") == 0) {
            return true;
        }
    }
    return false;
}

static void on_flows(void *arg, const MatrixAnswer *answer)
{
    MatrixAccount *account = answered(arg);

    if (answer->class == MATRIX_OK && has_password_flow(answer->json)) {
        ask_login(account);
    } else if (answer->class == MATRIX_OK || answer->class == MATRIX_GONE) {
        refused(account, false, say(W_ACCOUNT_NO_PASSWORD_LOGIN));
    } else {
        no_answer(account, answer);
    }
}

static void ask_flows(MatrixAccount *account)
{
    int64_t wait_ms = account->login_from_ms - loop_now_ms(account->loop);

    if (wait_ms > 0) {
        broken(account, wait_ms, say(W_ACCOUNT_TOO_SOON, N("seconds", seconds_of(wait_ms))));
        return;
    }
    ask(account,
        &(MatrixAsk){.method = "GET",
                     .path = "/_matrix/client/v3/login",
                     .line = MATRIX_OPEN,
                     .deadline_ms = ANSWER_MS,
                     .bare = true},
        on_flows);
    not_ready(account);
}

/* The given token, then the kept one, then the password. */
static void use_login(MatrixAccount *account)
{
    if (account->given != NULL && !account->given_bad) {
        ask_whoami(account, SOURCE_GIVEN, account->given);
    } else if (may_use_kept(account)) {
        ask_whoami(account, SOURCE_KEPT, account->kept.token);
    } else if (account->password != NULL) {
        ask_flows(account);
    } else {
        refused(account, false, say(W_ACCOUNT_NO_LOGIN, S("user", account->user)));
    }
}

static void after_refusal(void *arg)
{
    MatrixAccount *account = arg;
    g_autofree char *error = g_steal_pointer(&account->refused);
    const char *people = NULL;

    account->timer = NULL;
    matrix_error_class(401, error, &people);
    log_warning("matrix_token_refused", F_STR("workspace", account->workspace),
                F_STR("error", error), F_INT("soft_logout", account->soft_logout));
    token_refused(account, error, people);
}

/* What whoami finds refused, it says itself. */
static void on_refused(void *arg, const char *error, bool soft_logout)
{
    MatrixAccount *account = arg;

    if (account->state != ACCOUNT_READY || account->refused != NULL) {
        return;
    }
    account->refused = g_strdup(error);
    account->soft_logout = soft_logout;
    step_after(account, 0, after_refusal);
}

/* Where -------------------------------------------------------------------------------------- */

/* "v1.11" and what came after it. */
static bool is_new_enough(const char *version)
{
    char *end = NULL;

    if (*version != 'v') {
        return false;
    }
    guint64 major = g_ascii_strtoull(version + 1, &end, 10);
    guint64 minor = *end == '.' ? g_ascii_strtoull(end + 1, NULL, 10) : 0;

    return major > 1 || (major == 1 && minor >= VERSION_NEEDED);
}

static void check_versions(const MatrixAccount *account, const Json *versions)
{
    JSON_EACH (version, versions) {
        if (is_new_enough(json_string(version))) {
            return;
        }
    }
    log_warning("matrix_homeserver_old", F_STR("workspace", account->workspace),
                F_STR("why", words_template(W_ACCOUNT_OLD)));
}

static void on_versions(void *arg, const MatrixAnswer *answer)
{
    MatrixAccount *account = answered(arg);
    const Json *versions = json_array(answer->json, "versions");

    if (answer->class != MATRIX_OK || versions == NULL) {
        no_answer(account, answer);
        return;
    }
    check_versions(account, versions);
    use_login(account);
}

static void ask_versions(MatrixAccount *account, const char *homeserver)
{
    matrix_api_set_homeserver(account->api, homeserver);
    ask(account,
        &(MatrixAsk){.method = "GET",
                     .path = "/_matrix/client/versions",
                     .line = MATRIX_OPEN,
                     .deadline_ms = ANSWER_MS,
                     .bare = true},
        on_versions);
}

/* Where a server of that name is asked: this machine without TLS. NULL: it is no name. */
static char *origin_of(const char *server, bool with_port)
{
    g_autofree char *url = g_strconcat("https://", server, NULL);
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);

    if (uri == NULL || !is_fit(url) || *g_uri_get_path(uri) != '\0') {
        return NULL;
    }
    bool here = proxy_is_loopback(g_uri_get_host(uri));
    int port = here || with_port ? g_uri_get_port(uri) : -1;

    return g_uri_join(G_URI_FLAGS_ENCODED, here ? "http" : "https", NULL, g_uri_get_host(uri), port,
                      "", NULL, NULL);
}

static const char *server_of(const char *user)
{
    const char *colon = user != NULL && *user == '@' ? strchr(user, ':') : NULL;

    return colon != NULL ? colon + 1 : "";
}

static void found(MatrixAccount *account, const char *base)
{
    if (!is_fit(base)) {
        broken(account, 0, say(W_ACCOUNT_BAD_URL, S("url", account->asked)));
        return;
    }
    g_free(account->found);
    account->found = g_strdup(base);
    log_info("matrix_homeserver_found", F_STR("workspace", account->workspace),
             F_STR("homeserver", base));
    ask_versions(account, base);
}

static void ask_well_known(MatrixAccount *account, const char *url);

static void on_well_known(void *arg, const MatrixAnswer *answer)
{
    MatrixAccount *account = answered(arg);
    g_autofree char *base = base_of(answer->json);

    if (answer->moved != NULL && account->hops++ < HOPS_MAX && is_fit(answer->moved)) {
        ask_well_known(account, answer->moved);
    } else if (answer->status == 404) {
        g_autofree char *itself = origin_of(server_of(account->user), true);

        found(account, itself);
    } else if (answer->class == MATRIX_OK && *base != '\0') {
        found(account, base);
    } else {
        broken(account, answer->wait_ms,
               say(W_ACCOUNT_DISCOVERY, S("url", account->asked),
                   S("error", answer->class == MATRIX_OK ? "bad_answer" : answer->error)));
    }
}

static void ask_well_known(MatrixAccount *account, const char *url)
{
    const char *authority = strstr(url, "://") + 3;
    const char *path = authority + strcspn(authority, "/");
    g_autofree char *origin = g_strndup(url, (size_t)(path - url));

    g_free(account->asked);
    account->asked = g_strdup(url);
    matrix_api_set_homeserver(account->api, origin);
    ask(account,
        &(MatrixAsk){.method = "GET",
                     .path = path,
                     .line = MATRIX_OPEN,
                     .deadline_ms = ANSWER_MS,
                     .bare = true},
        on_well_known);
}

static void discover(MatrixAccount *account)
{
    g_autofree char *origin = origin_of(server_of(account->user), false);

    if (origin == NULL) {
        refused(account, false, say(W_ACCOUNT_BAD_USER, S("user", account->user)));
        return;
    }
    g_autofree char *url = g_strconcat(origin, "/.well-known/matrix/client", NULL);

    account->hops = 0;
    ask_well_known(account, url);
}

static void begin(void *arg)
{
    MatrixAccount *account = arg;

    account->timer = NULL;
    if (account->configured != NULL && !is_fit(account->configured)) {
        refused(account, false, say(W_ACCOUNT_BAD_URL, S("url", account->configured)));
    } else if (account->configured != NULL) {
        ask_versions(account, account->configured);
    } else if (account->found != NULL) {
        ask_versions(account, account->found);
    } else {
        discover(account);
    }
}

void matrix_account_start(MatrixAccount *account)
{
    step_after(account, 0, begin);
}
