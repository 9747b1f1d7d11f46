/* Who we are on the homeserver. Loop and transport are fakes (wire.h): each line of a story is what
 * was asked and what is answered. */

#include "bot/matrix/account.h"

#include "wire.h"

#define USER     "@anchord:example.org"
#define HOME     "https://hs.test"
#define TOKEN    "syt_secret_given"
#define PASSWORD "p-secret"
#define VERSIONS "{\"versions\":[\"v1.1\",\"v1.11\"]}"
#define FLOWS    "{\"flows\":[{\"type\":\"m.login.sso\"},{\"type\":\"m.login.password\"}]}"
#define WHOAMI   "{\"user_id\":\"" USER "\",\"device_id\":\"DEV\"}"
#define LOGIN    "{\"user_id\":\"" USER "\",\"device_id\":\"DEV\",\"access_token\":\"syt_secret_new\"}"
#define UNKNOWN  "{\"errcode\":\"M_UNKNOWN_TOKEN\"}"
#define SOFT     "{\"errcode\":\"M_UNKNOWN_TOKEN\",\"soft_logout\":true}"

#define ASK_VERSIONS "GET " HOME "/_matrix/client/versions"
#define ASK_WHOAMI   "GET " HOME "/_matrix/client/v3/account/whoami"
#define ASK_FLOWS    "GET " HOME "/_matrix/client/v3/login"
#define ASK_LOGIN    "POST " HOME "/_matrix/client/v3/login"

static MatrixApi *api;
static MatrixAccount *account;
static GString *changes; /* a letter for each state that was told */
static char *kept_homeserver, *kept_device, *kept_token;
static int keeps;
static guint next; /* the request to look at */

static void on_changed(void *arg, AccountState state)
{
    (void)arg;
    g_string_append_c(changes, "SRBX"[state]); /* starting, ready, broken, refused */
    assert_int_equal(matrix_account_state(account), state);
    assert_true((*matrix_account_why(account) == '\0') == (state == ACCOUNT_READY));
}

static void forget_kept(void)
{
    g_clear_pointer(&kept_homeserver, g_free);
    g_clear_pointer(&kept_device, g_free);
    g_clear_pointer(&kept_token, g_free);
}

static void on_keep(void *arg, const char *homeserver, const char *device, const char *token)
{
    (void)arg;
    forget_kept();
    keeps++;
    kept_homeserver = g_strdup(homeserver);
    kept_device = g_strdup(device);
    kept_token = g_strdup(token);
}

static int open_rig(void **state)
{
    (void)state;
    wire_open();
    api = matrix_api_new(&wire_loop, NULL, "acme", NULL, NULL);
    changes = g_string_new(NULL);
    keeps = 0;
    next = 0;
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    g_clear_pointer(&account, matrix_account_free);
    g_clear_pointer(&api, matrix_api_free);
    forget_kept();
    g_string_free(changes, TRUE);
    wire_close();
    return 0;
}

static void start(MatrixAccountConfig config)
{
    const MatrixAccountOps ops = {on_changed, on_keep};

    config.workspace = "acme";
    config.user = config.user != NULL ? config.user : USER;
    account = matrix_account_new(&wire_loop, api, &config, &ops, NULL);
    matrix_account_start(account);
    assert_int_equal(changes->len, 0);
    pass(0);
}

/* What is asked next, and what comes back. */
static void plays(const char *asked, int status, const char *body)
{
    assert_string_equal(sent(next)->line, asked);
    answer(next++, status, body);
}

static void quiet(void)
{
    assert_int_equal(sent_count(), next);
}

static void to_ready(void)
{
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_WHOAMI, 200, WHOAMI);
    assert_int_equal(matrix_account_state(account), ACCOUNT_READY);
}

static void use(void *arg, const MatrixAnswer *answer)
{
    (void)answer;
    (void)arg;
}

/* Somebody uses the token, and it is refused. */
static void token_ends(const char *body)
{
    matrix_api_call(api, &(MatrixAsk){.method = "GET", .path = "/x", .line = MATRIX_SOON}, use,
                    NULL);
    pass(0);
    plays("GET " HOME "/x", 401, body);
}

static void assert_why(const char *part)
{
    if (strstr(matrix_account_why(account), part) == NULL) {
        fail_msg("\"%s\" is not in: %s", part, matrix_account_why(account));
    }
    assert_null(strstr(matrix_account_why(account), "secret"));
}

/* A given token ------------------------------------------------------------------------------ */

static void a_given_token_is_ready_once_whoami_agrees(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME "/", .access_token = TOKEN});
    assert_int_equal(matrix_account_state(account), ACCOUNT_STARTING);
    assert_null(matrix_account_user(account));
    assert_null(strstr(sent(0)->headers, "Authorization"));
    to_ready();
    assert_non_null(strstr(sent(1)->headers, "Bearer " TOKEN));
    assert_string_equal(changes->str, "R");
    assert_string_equal(matrix_account_user(account), USER);
    assert_string_equal(matrix_account_device(account), "DEV");
    assert_int_equal(keeps, 0);
    quiet();
}

static void an_application_service_asks_for_its_user_and_needs_no_device(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .access_token = TOKEN, .appservice = true});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_WHOAMI "?user_id=%40anchord%3Aexample.org", 200, "{\"user_id\":\"" USER "\"}");
    assert_string_equal(changes->str, "R");
    assert_null(matrix_account_device(account));
}

static void a_token_of_somebody_else_is_refused_and_both_are_named(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .access_token = TOKEN});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_WHOAMI, 200, "{\"user_id\":\"@maria:example.org\",\"device_id\":\"DEV\"}");
    assert_string_equal(changes->str, "X");
    assert_why("@maria:example.org");
    assert_why(USER);
    pass(HOUR);
    quiet();
}

static void a_refused_token_is_asked_again_every_five_minutes(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .access_token = TOKEN});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_WHOAMI, 401, UNKNOWN);
    assert_string_equal(changes->str, "X");
    assert_why("access_token");
    pass(5 * MINUTE - 1);
    quiet();
    pass(1);
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_WHOAMI, 401, UNKNOWN);
    assert_string_equal(changes->str, "X");
    pass(5 * MINUTE);
    to_ready();
    assert_string_equal(changes->str, "XR");
}

static void a_token_that_ends_while_it_is_used_is_said(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .access_token = TOKEN});
    to_ready();
    token_ends(SOFT);
    assert_string_equal(changes->str, "RX");
    assert_why("access_token");
    quiet();
    pass(5 * MINUTE);
    to_ready();
    assert_string_equal(changes->str, "RXR");
}

static const struct {
    const char *body, *why;
    int status;
} accounts[] = {
    {"{\"errcode\":\"M_USER_LOCKED\",\"soft_logout\":true}", "locked", 401},
    {"{\"errcode\":\"M_USER_SUSPENDED\"}", "suspended", 403},
    {"{\"errcode\":\"M_USER_DEACTIVATED\"}", "deactivated", 403},
    {"{\"errcode\":\"M_CONSENT_NOT_GIVEN\"}", "terms", 403},
};

/* A login would end the same way. */
static void what_is_wrong_with_the_account_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(accounts); i++) {
        close_rig(NULL);
        open_rig(NULL);
        start(
            (MatrixAccountConfig){.homeserver = HOME, .access_token = TOKEN, .password = PASSWORD});
        plays(ASK_VERSIONS, 200, VERSIONS);
        plays(ASK_WHOAMI, accounts[i].status, accounts[i].body);
        assert_string_equal(changes->str, "X");
        assert_why(accounts[i].why);
        pass(5 * MINUTE);
        to_ready();
    }
}

static void without_any_login_it_says_what_is_missing(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME});
    plays(ASK_VERSIONS, 200, VERSIONS);
    assert_string_equal(changes->str, "X");
    assert_why("password");
}

/* A password --------------------------------------------------------------------------------- */

static void log_in(void)
{
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 200, LOGIN);
}

static void a_login_is_stored_before_it_is_used(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
    log_in();
    assert_string_equal(sent(2)->body,
                        "{\"identifier\":{\"type\":\"m.id.user\",\"user\":\"" USER
                        "\"},\"type\":\"m.login.password\",\"password\":\"" PASSWORD
                        "\",\"initial_device_display_name\":\"anchord\",\"refresh_token\":false}");
    assert_null(strstr(sent(2)->headers, "Authorization"));
    assert_int_equal(keeps, 1);
    assert_string_equal(kept_homeserver, HOME);
    assert_string_equal(kept_device, "DEV");
    assert_string_equal(kept_token, "syt_secret_new");
    quiet();
    matrix_account_kept(account);
    pass(0);
    assert_non_null(strstr(sent(next)->headers, "Bearer syt_secret_new"));
    plays(ASK_WHOAMI, 200, WHOAMI);
    assert_string_equal(changes->str, "R");
}

static void restart(MatrixAccountConfig config)
{
    g_autofree char *device = g_strdup(kept_device);
    g_autofree char *token = g_strdup(kept_token);
    g_autofree char *homeserver = g_strdup(kept_homeserver);

    close_rig(NULL);
    open_rig(NULL);
    config.kept_homeserver = homeserver;
    config.kept_device = device;
    config.kept_token = token;
    start(config);
}

static void a_kept_login_is_used_after_a_restart(void **state)
{
    const MatrixAccountConfig config = {.homeserver = HOME, .password = PASSWORD};

    (void)state;
    start(config);
    log_in();
    restart(config);
    to_ready();
    assert_non_null(strstr(sent(1)->headers, "Bearer syt_secret_new"));
    quiet();
}

static void a_kept_login_that_ended_is_renewed_with_its_device(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME,
                                .password = PASSWORD,
                                .kept_homeserver = HOME,
                                .kept_device = "OLD",
                                .kept_token = "syt_secret_old"});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_WHOAMI, 401, UNKNOWN);
    plays(ASK_FLOWS, 200, FLOWS);
    assert_non_null(strstr(sent(next)->body, "\"device_id\":\"OLD\""));
    plays(ASK_LOGIN, 200, LOGIN);
    assert_int_equal(keeps, 1);
}

static void a_kept_login_of_another_homeserver_is_not_used(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME,
                                .password = PASSWORD,
                                .kept_homeserver = "https://other.test",
                                .kept_device = "OLD",
                                .kept_token = "syt_secret_old"});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    assert_null(strstr(sent(next)->body, "OLD"));
    plays(ASK_LOGIN, 200, LOGIN);
}

static void a_kept_login_of_another_user_is_not_used(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME,
                                .password = PASSWORD,
                                .kept_homeserver = HOME,
                                .kept_device = "OLD",
                                .kept_token = "syt_secret_old"});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_WHOAMI, 200, "{\"user_id\":\"@old:example.org\",\"device_id\":\"OLD\"}");
    plays(ASK_FLOWS, 200, FLOWS);
    assert_null(strstr(sent(next)->body, "OLD"));
    plays(ASK_LOGIN, 200, LOGIN);
}

static void a_given_token_comes_first_and_the_password_last(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME,
                                .access_token = TOKEN,
                                .password = PASSWORD,
                                .kept_homeserver = HOME,
                                .kept_token = "syt_secret_old"});
    plays(ASK_VERSIONS, 200, VERSIONS);
    assert_non_null(strstr(sent(next)->headers, TOKEN));
    plays(ASK_WHOAMI, 401, UNKNOWN);
    assert_non_null(strstr(sent(next)->headers, "syt_secret_old"));
    plays(ASK_WHOAMI, 401, UNKNOWN);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 200, LOGIN);
}

static void a_soft_logout_is_followed_by_a_login_with_the_same_device(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME,
                                .password = PASSWORD,
                                .kept_homeserver = HOME,
                                .kept_device = "DEV",
                                .kept_token = "syt_secret_old"});
    to_ready();
    token_ends(SOFT);
    assert_string_equal(changes->str, "RS");
    plays(ASK_FLOWS, 200, FLOWS);
    assert_non_null(strstr(sent(next)->body, "\"device_id\":\"DEV\""));
    plays(ASK_LOGIN, 200, LOGIN);
    matrix_account_kept(account);
    pass(0);
    plays(ASK_WHOAMI, 200, WHOAMI);
    assert_string_equal(changes->str, "RSR");
}

static void a_password_is_used_once_in_ten_minutes(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
    log_in();
    matrix_account_kept(account);
    pass(0);
    plays(ASK_WHOAMI, 200, WHOAMI);
    token_ends(UNKNOWN);
    assert_string_equal(changes->str, "RB");
    assert_why("600 seconds");
    pass(10 * MINUTE - 1);
    quiet();
    pass(1);
    log_in();
    assert_int_equal(keeps, 2);
}

static void a_wrong_password_is_not_tried_again(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 403, "{\"errcode\":\"M_FORBIDDEN\"}");
    assert_string_equal(changes->str, "X");
    assert_why("password");
    pass(24 * HOUR);
    quiet();
}

static void a_deactivated_account_is_not_tried_again(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 403, "{\"errcode\":\"M_USER_DEACTIVATED\"}");
    assert_why("deactivated");
    pass(24 * HOUR);
    quiet();
}

static void a_login_that_came_too_often_keeps_its_wait(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":333000}");
    assert_string_equal(changes->str, "B");
    assert_why("333 seconds");
    pass(333 * SECOND - 1);
    quiet();
    pass(1);
    log_in();
}

static void a_login_that_never_left_is_tried_again_soon(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 0, "");
    assert_string_equal(changes->str, "B");
    pass(2 * SECOND);
    log_in();
}

static void a_login_that_may_have_been_counts_as_used(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 502, "<html>");
    pass(2 * SECOND);
    plays(ASK_VERSIONS, 200, VERSIONS);
    quiet();
    assert_why("password");
    pass(10 * MINUTE);
    log_in();
}

static const struct {
    const char *name;
    int status;
    const char *body;
} without_passwords[] = {
    {"only others are offered", 200, "{\"flows\":[{\"type\":\"m.login.sso\"}]}"},
    {"none are offered", 200, "{}"},
    {"the homeserver has OAuth alone", 404, "{\"errcode\":\"M_UNRECOGNIZED\"}"},
};

static void where_no_password_is_taken_a_token_is_asked_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(without_passwords); i++) {
        close_rig(NULL);
        open_rig(NULL);
        start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
        plays(ASK_VERSIONS, 200, VERSIONS);
        plays(ASK_FLOWS, without_passwords[i].status, without_passwords[i].body);
        if (matrix_account_state(account) != ACCOUNT_REFUSED) {
            fail_msg("%s", without_passwords[i].name);
        }
        assert_why("access_token");
    }
}

static const char *const odd_logins[] = {
    "{}",
    "{\"user_id\":\"" USER "\",\"device_id\":\"DEV\"}",
    "{\"user_id\":\"" USER "\",\"access_token\":\"syt_secret\"}",
    "{\"user_id\":7,\"device_id\":\"DEV\",\"access_token\":\"syt_secret\"}",
    "<html>",
};

static void a_login_without_its_parts_is_not_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(odd_logins); i++) {
        close_rig(NULL);
        open_rig(NULL);
        start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
        plays(ASK_VERSIONS, 200, VERSIONS);
        plays(ASK_FLOWS, 200, FLOWS);
        plays(ASK_LOGIN, 200, odd_logins[i]);
        assert_string_equal(changes->str, "X");
        assert_int_equal(keeps, 0);
    }
}

static void a_login_as_somebody_else_is_not_kept(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 200,
          "{\"user_id\":\"@x:y\",\"device_id\":\"DEV\",\"access_token\":\"syt_secret\"}");
    assert_string_equal(changes->str, "X");
    assert_why("@x:y");
    assert_int_equal(keeps, 0);
}

/* The homeserver ----------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int status; /* 0: no connection */
    const char *body;
    const char *found; /* who is asked next; NULL: nobody, it is said */
} discoveries[] = {
    {"a base URL is used", 200, "{\"m.homeserver\":{\"base_url\":\"https://m.example.org\"}}",
     "https://m.example.org"},
    {"its slash is left out", 200, "{\"m.homeserver\":{\"base_url\":\"https://m.example.org/\"}}",
     "https://m.example.org"},
    {"it may have a path", 200, "{\"m.homeserver\":{\"base_url\":\"https://example.org/m/\"}}",
     "https://example.org/m"},
    {"without a file it is the server itself", 404, "<html>", "https://example.org"},
    {"a plain URL is not used", 200, "{\"m.homeserver\":{\"base_url\":\"http://example.org\"}}",
     NULL},
    {"but on this machine", 200, "{\"m.homeserver\":{\"base_url\":\"http://127.0.0.1:8008\"}}",
     "http://127.0.0.1:8008"},
    {"a URL with a login is not used", 200,
     "{\"m.homeserver\":{\"base_url\":\"https://a:b@example.org\"}}", NULL},
    {"what is no URL is not used", 200, "{\"m.homeserver\":{\"base_url\":\"example.org\"}}", NULL},
    {"another scheme is not used", 200, "{\"m.homeserver\":{\"base_url\":\"file:///etc\"}}", NULL},
    {"a file without it is said", 200, "{}", NULL},
    {"a file with something else is said", 200, "{\"m.homeserver\":{\"base_url\":7}}", NULL},
    {"a file that is no JSON is said", 200, "<html>", NULL},
    {"a server error is said", 500, "", NULL},
    {"no right is said", 403, "", NULL},
    {"no server is said", 0, "", NULL},
};

static void discovery_uses_what_is_said_and_guesses_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(discoveries); i++) {
        close_rig(NULL);
        open_rig(NULL);
        start((MatrixAccountConfig){.user = "@anchord:example.org", .access_token = TOKEN});
        plays("GET https://example.org/.well-known/matrix/client", discoveries[i].status,
              discoveries[i].body);
        g_autofree char *asked =
            discoveries[i].found != NULL
                ? g_strconcat("GET ", discoveries[i].found, "/_matrix/client/versions", NULL)
                : NULL;

        if (asked == NULL ? matrix_account_state(account) != ACCOUNT_BROKEN
                          : sent_count() != 2 || strcmp(sent(1)->line, asked) != 0) {
            fail_msg("%s: %s", discoveries[i].name, matrix_account_why(account));
        }
        if (asked == NULL) {
            assert_why("homeserver");
            pass(2 * SECOND); /* and asked again */
            assert_int_equal(sent_count(), 2);
        }
    }
}

static const struct {
    const char *name, *user, *asked; /* NULL: nothing; it is refused */
} users[] = {
    {"a server has no port there", "@a:example.org:8448",
     "GET https://example.org/.well-known/matrix/client"},
    {"this machine is asked without TLS", "@a:localhost:8008",
     "GET http://localhost:8008/.well-known/matrix/client"},
    {"an address is a server", "@a:[::1]:8008", "GET http://[::1]:8008/.well-known/matrix/client"},
    {"the server begins at the first colon", "@a:b:1", "GET https://b/.well-known/matrix/client"},
    {"no sigil is no user", "a:example.org", NULL},
    {"no server is no user", "@a", NULL},
    {"an empty server is no user", "@a:", NULL},
    {"a path is no server", "@a:example.org/x", NULL},
    {"a login is no server", "@a:x@example.org", NULL},
};

static void the_server_is_read_from_the_user(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(users); i++) {
        close_rig(NULL);
        open_rig(NULL);
        start((MatrixAccountConfig){.user = users[i].user, .access_token = TOKEN});
        if (users[i].asked == NULL
                ? matrix_account_state(account) != ACCOUNT_REFUSED
                : sent_count() != 1 || strcmp(sent(0)->line, users[i].asked) != 0) {
            fail_msg("%s: %s", users[i].name, sent_count() > 0 ? sent(0)->line : "nothing");
        }
    }
}

static void moves(const char *to)
{
    answer_with(
        next++,
        (HttpReply){.outcome = HTTP_ANSWERED, .status = 302, .moved = to, .retry_after_ms = -1});
}

static void a_redirect_is_followed(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.access_token = TOKEN});
    moves("https://www.example.org/m.json");
    plays("GET https://www.example.org/m.json", 200,
          "{\"m.homeserver\":{\"base_url\":\"" HOME "\"}}");
    to_ready();
}

static void redirects_in_a_circle_end(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.access_token = TOKEN});
    for (int i = 0; i < 6; i++) {
        assert_int_equal(sent_count(), i + 1);
        moves("https://example.org/.well-known/matrix/client");
    }
    assert_int_equal(sent_count(), 6);
    assert_string_equal(changes->str, "B");
}

static void a_redirect_without_tls_is_not_followed(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.access_token = TOKEN});
    moves("http://example.org/x");
    assert_int_equal(sent_count(), 1);
    assert_string_equal(changes->str, "B");
}

static void a_kept_homeserver_is_not_looked_for_again(void **state)
{
    (void)state;
    start((MatrixAccountConfig){
        .access_token = TOKEN, .kept_homeserver = HOME, .kept_token = "syt_secret_old"});
    to_ready();
}

static void a_kept_homeserver_that_is_gone_is_looked_for(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.access_token = TOKEN, .kept_homeserver = "https://old.test"});
    plays("GET https://old.test/_matrix/client/versions", 0, "");
    pass(2 * SECOND);
    plays("GET https://example.org/.well-known/matrix/client", 200,
          "{\"m.homeserver\":{\"base_url\":\"" HOME "\"}}");
    to_ready();
    assert_string_equal(changes->str, "BR");
}

static void a_login_may_name_another_homeserver(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.password = PASSWORD});
    plays("GET https://example.org/.well-known/matrix/client", 200,
          "{\"m.homeserver\":{\"base_url\":\"" HOME "\"}}");
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 200,
          "{\"user_id\":\"" USER "\",\"device_id\":\"DEV\",\"access_token\":\"syt_secret\","
          "\"well_known\":{\"m.homeserver\":{\"base_url\":\"https://new.test/\"}}}");
    assert_string_equal(kept_homeserver, "https://new.test");
    matrix_account_kept(account);
    pass(0);
    plays("GET https://new.test/_matrix/client/v3/account/whoami", 200, WHOAMI);
    assert_string_equal(changes->str, "R");
}

static void a_configured_homeserver_wins(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_FLOWS, 200, FLOWS);
    plays(ASK_LOGIN, 200,
          "{\"user_id\":\"" USER "\",\"device_id\":\"DEV\",\"access_token\":\"syt_secret\","
          "\"well_known\":{\"m.homeserver\":{\"base_url\":\"https://new.test/\"}}}");
    assert_string_equal(kept_homeserver, HOME);
}

static void a_homeserver_without_tls_is_refused(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = "http://hs.test", .access_token = TOKEN});
    assert_string_equal(changes->str, "X");
    quiet();
}

static void a_homeserver_that_is_down_is_tried_again_with_growing_pauses(void **state)
{
    int64_t last = 0, longest = 0;

    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .access_token = TOKEN});
    for (guint i = 0; i < 20; i++) {
        int64_t pause = sent(i)->at_ms - last;

        assert_true(i == 0 || (pause >= SECOND && pause <= 2 * MINUTE));
        longest = MAX(longest, i > 0 ? pause : 0);
        last = wire_loop.now;
        plays(ASK_VERSIONS, i % 2 == 0 ? 0 : 502, "");
        assert_why(HOME);
        pass(2 * MINUTE);
    }
    assert_true(longest >= MINUTE);
    to_ready();
    assert_string_equal(changes->str, "BR");
}

static void what_is_no_homeserver_is_said(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .access_token = TOKEN});
    plays(ASK_VERSIONS, 404, "<html>");
    assert_why("no Matrix homeserver");
    pass(2 * SECOND);
    plays(ASK_VERSIONS, 200, "{\"versions\":\"v1.11\"}");
    assert_why("no Matrix homeserver");
    assert_string_equal(changes->str, "B");
}

static const struct {
    const char *versions;
    bool old;
} ages[] = {
    {"[\"r0.6.1\",\"v1.1\",\"v1.10\"]", true},
    {"[\"v1.10\",\"v1.11\"]", false},
    {"[\"v1.12\"]", false},
    {"[\"v2.0\"]", false},
    {"[]", true},
    {"[7,\"x\",\"v\"]", true},
};

static void an_old_homeserver_is_used_and_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(ages); i++) {
        g_autofree char *body = g_strdup_printf("{\"versions\":%s}", ages[i].versions);

        close_rig(NULL);
        open_rig(NULL);
        start((MatrixAccountConfig){.homeserver = HOME, .access_token = TOKEN});
        plays(ASK_VERSIONS, 200, body);
        plays(ASK_WHOAMI, 200, WHOAMI);
        assert_string_equal(changes->str, "R");
        assert_true((strstr(logged->str, "matrix_homeserver_old") != NULL) == ages[i].old);
    }
}

static void whoami_without_a_user_starts_nothing(void **state)
{
    (void)state;
    start((MatrixAccountConfig){.homeserver = HOME, .access_token = TOKEN});
    plays(ASK_VERSIONS, 200, VERSIONS);
    plays(ASK_WHOAMI, 200, "{}");
    assert_string_equal(changes->str, "B");
    assert_null(matrix_account_user(account));
}

static void it_can_be_freed_at_any_step(void **state)
{
    static const char *const bodies[] = {VERSIONS, FLOWS, LOGIN, WHOAMI};

    (void)state;
    for (guint steps = 0; steps < 5; steps++) {
        close_rig(NULL);
        open_rig(NULL);
        start((MatrixAccountConfig){.homeserver = HOME, .password = PASSWORD});
        for (guint i = 0; i < steps; i++) {
            answer(i, 200, bodies[i]);
            matrix_account_kept(account);
            pass(0);
        }
    }
}

#define T(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_given_token_is_ready_once_whoami_agrees),
        T(an_application_service_asks_for_its_user_and_needs_no_device),
        T(a_token_of_somebody_else_is_refused_and_both_are_named),
        T(a_refused_token_is_asked_again_every_five_minutes),
        T(a_token_that_ends_while_it_is_used_is_said),
        T(what_is_wrong_with_the_account_is_said),
        T(without_any_login_it_says_what_is_missing),
        T(a_login_is_stored_before_it_is_used),
        T(a_kept_login_is_used_after_a_restart),
        T(a_kept_login_that_ended_is_renewed_with_its_device),
        T(a_kept_login_of_another_homeserver_is_not_used),
        T(a_kept_login_of_another_user_is_not_used),
        T(a_given_token_comes_first_and_the_password_last),
        T(a_soft_logout_is_followed_by_a_login_with_the_same_device),
        T(a_password_is_used_once_in_ten_minutes),
        T(a_wrong_password_is_not_tried_again),
        T(a_deactivated_account_is_not_tried_again),
        T(a_login_that_came_too_often_keeps_its_wait),
        T(a_login_that_never_left_is_tried_again_soon),
        T(a_login_that_may_have_been_counts_as_used),
        T(where_no_password_is_taken_a_token_is_asked_for),
        T(a_login_without_its_parts_is_not_kept),
        T(a_login_as_somebody_else_is_not_kept),
        T(discovery_uses_what_is_said_and_guesses_nothing),
        T(the_server_is_read_from_the_user),
        T(a_redirect_is_followed),
        T(redirects_in_a_circle_end),
        T(a_redirect_without_tls_is_not_followed),
        T(a_kept_homeserver_is_not_looked_for_again),
        T(a_kept_homeserver_that_is_gone_is_looked_for),
        T(a_login_may_name_another_homeserver),
        T(a_configured_homeserver_wins),
        T(a_homeserver_without_tls_is_refused),
        T(a_homeserver_that_is_down_is_tried_again_with_growing_pauses),
        T(what_is_no_homeserver_is_said),
        T(an_old_homeserver_is_used_and_said),
        T(whoami_without_a_user_starts_nothing),
        T(it_can_be_freed_at_any_step),
    };

    return cmocka_run_group_tests_name("matrix.account", tests, NULL, NULL);
}
