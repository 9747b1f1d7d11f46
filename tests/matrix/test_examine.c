/* What `anchord doctor` says of a Matrix account: a homeserver (and a proxy) of a few answers, a
 * store that knows a few homes, and the lines that come of it, to the letter. What stands in braces
 * is known only once the homeserver runs: see `fill`. */

#include "bot/matrix/examine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../net/peer.h"
#include "bot/log.h"

#define TOKEN    "s3cret-token"
#define PASSWORD "s3cret-password"
#define ROWS     8

/* The world ----------------------------------------------------------------------------------- */

/* What is answered to a GET. */
typedef struct Route {
    const char *path;
    int status;
    const char *body;
} Route;

#define VERSIONS   "/_matrix/client/versions"
#define WHOAMI     "/_matrix/client/v3/account/whoami"
#define WHOAMI_AS  WHOAMI "?user_id={user%}"
#define LOGIN      "/_matrix/client/v3/login"
#define JOINED     "/_matrix/client/v3/joined_rooms"
#define WELL_KNOWN "/.well-known/matrix/client"
#define PROXY      "/_matrix/client/unstable/fi.mau.as_sync"
#define STATE      "/_matrix/client/v3/rooms/%21west%3Ab.test/state/"

#define UNKNOWN_TOKEN "{\"errcode\":\"M_UNKNOWN_TOKEN\"}"

/* Of a homeserver, and a room, in which all is well. */
static const Route usual[] = {
    {VERSIONS, 200, "{\"versions\":[\"r0.6.1\",\"v1.12\",\"v1.9\"]}"},
    {WHOAMI, 200, "{\"user_id\":\"{user}\",\"device_id\":\"DEV\"}"},
    {WHOAMI_AS, 200, "{\"user_id\":\"{user}\"}"},
    {LOGIN, 200, "{\"flows\":[{\"type\":\"m.login.sso\"},{\"type\":\"m.login.password\"}]}"},
    {JOINED, 200, "{\"joined_rooms\":[\"!west:b.test\",\"!else:b.test\"]}"},
    {STATE "m.room.name", 200, "{\"name\":\"West\"}"},
    {STATE "m.room.create?format=event", 200,
     "{\"type\":\"m.room.create\",\"sender\":\"@ada:b.test\",\"content\":{\"room_version\":\"11\"}"
     "}"},
    {STATE "m.room.power_levels", 200, "{\"users\":{\"{user}\":50}}"},
};

typedef struct Case {
    const char *promise;
    const char *homeserver; /* NULL: found by the user's server */
    const char *token, *password;
    const char *allow; /* "@*:b.test" where NULL */
    bool websocket;
    const char *proxy;         /* "ws…/"; NULL: the homeserver's own place */
    const char *kept[3];       /* homeserver, device, token; NULL: none */
    const char *homes[ROWS];   /* … the store knows; NULL: none */
    const char *without_store; /* it is not open */
    Route routes[ROWS];        /* … before the usual ones */
    bool ill;
    const char *lines;
} Case;

typedef struct World {
    const Case *one;
    Peer *peer;
    int nobody; /* a port */
    GMutex lock;
    GString *asked; /* the requests, whole */
    bool posted;    /* one of them was no GET */
} World;

/* Caller frees. */
static char *fill(const World *world, const char *text)
{
    g_autofree char *server = g_strdup_printf("127.0.0.1:%d", peer_port(world->peer));
    g_autofree char *nobody = g_strdup_printf("127.0.0.1:%d", world->nobody);
    g_autofree char *user = g_strconcat("@anchord:", server, NULL);
    g_autofree char *escaped = g_uri_escape_string(user, NULL, FALSE);
    g_autofree char *url = g_strconcat("http://", server, NULL);
    const char *const values[][2] = {
        {"{server}", server}, {"{nobody}", nobody}, {"{user}", user},
        {"{user%}", escaped}, {"{url}", url},
    };
    GString *filled = g_string_new(text);

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_string_replace(filled, values[i][0], values[i][1], 0);
    }
    return g_string_free(filled, FALSE);
}

static const Route *route_among(const World *world, const Route *routes, size_t n, const char *path)
{
    for (size_t i = 0; i < n && routes[i].path != NULL; i++) {
        g_autofree char *filled = fill(world, routes[i].path);

        if (strcmp(filled, path) == 0) {
            return &routes[i];
        }
    }
    return NULL;
}

static const Route *route_of(const World *world, const char *path)
{
    static const Route none = {"", 404, "{\"errcode\":\"M_NOT_FOUND\"}"};
    const Route *own = route_among(world, world->one->routes, ROWS, path);
    const Route *route = own != NULL ? own : route_among(world, usual, G_N_ELEMENTS(usual), path);

    return route != NULL ? route : &none;
}

static void note_asked(World *world, const char *request)
{
    g_mutex_lock(&world->lock);
    g_string_append(world->asked, request);
    world->posted = world->posted || !g_str_has_prefix(request, "GET ");
    g_mutex_unlock(&world->lock);
}

static void serve(Peer *peer, int fd, int nth)
{
    World *world = peer_arg(peer);
    char *request = NULL;

    (void)nth;
    while ((request = peer_request(fd)) != NULL) {
        g_auto(GStrv) words = g_strsplit(request, " ", 3);
        const Route *route = route_of(world, words[1]);
        g_autofree char *body = fill(world, route->body);
        g_autofree char *answer = g_strdup_printf(
            "HTTP/1.1 %d Such\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
            route->status, strlen(body), body);

        note_asked(world, request);
        g_free(request);
        if (!peer_say(fd, answer)) {
            return;
        }
    }
}

/* A store that only tells --------------------------------------------------------------------- */

typedef struct Told {
    Store base;
    const World *world;
    bool open;
} Told;

static bool store_begin(Store *store, GError **error)
{
    (void)error;
    Told *told = (Told *)store;

    assert_false(told->open);
    told->open = true;
    return true;
}

static void store_rollback(Store *store)
{
    ((Told *)store)->open = false;
}

static bool store_workspace(Store *store, const char *name, WorkspaceId *id, GError **error)
{
    (void)store, (void)error;
    assert_string_equal(name, "community");
    *id = (WorkspaceId){7};
    return true;
}

static bool store_homes(Store *store, WorkspaceId workspace, GArray *homes, GError **error)
{
    const Told *told = (Told *)store;

    (void)error;
    assert_true(ID_EQ(workspace, (WorkspaceId){7}));
    for (int i = 0; i < ROWS && told->world->one->homes[i] != NULL; i++) {
        const Home home = {g_strdup(told->world->one->homes[i]), g_strdup("")};

        g_array_append_val(homes, home);
    }
    return true;
}

static bool store_settings(Store *store, const char *prefix, GHashTable *values, GError **error)
{
    static const char *const names[] = {"homeserver", "device", "token"};
    const Told *told = (Told *)store;

    (void)error;
    assert_string_equal(prefix, "matrix/community/");
    for (size_t i = 0; i < G_N_ELEMENTS(names) && told->world->one->kept[i] != NULL; i++) {
        g_hash_table_insert(values, g_strconcat(prefix, names[i], NULL),
                            fill(told->world, told->world->one->kept[i]));
    }
    return true;
}

static const StoreOps store_ops = {
    .begin = store_begin,
    .rollback = store_rollback,
    .workspace = store_workspace,
    .homes = store_homes,
    .settings = store_settings,
};

/* Cases --------------------------------------------------------------------------------------- */

#define HERE       .homeserver = "{url}/"
#define WITH_TOKEN HERE, .token = TOKEN
#define WEST       .homes = {"!west:b.test"}
#define ON_SOCKET  WITH_TOKEN, .websocket = true
#define FOUND      "  ok    homeserver: {url}, as configured\n  ok    versions: Matrix v1.12\n"
#define LET_IN     FOUND "  ok    access token: {user}\n"
#define IN_ROOMS   LET_IN "  ok    rooms: in 2 rooms\n"
#define PASSWORD_OK                                                                                \
    "  ok    password: the homeserver takes passwords. This one was not tried, since attempts "    \
    "are "                                                                                         \
    "counted; the daemon logs in with it when it starts and no good login is kept\n"
#define NO_HOMES "  --    homes: not looked at, since they need a login\n"

static const Case cases[] = {
    {.promise = "all is well", WITH_TOKEN, WEST, .lines = IN_ROOMS "  ok    home West\n"},
    {.promise = "a team may have no home yet", WITH_TOKEN, .lines = IN_ROOMS},
    {.promise = "a running daemon has the store, and that is well",
     WITH_TOKEN,
     .without_store = "a daemon has it",
     .lines = IN_ROOMS "  --    homes: not looked at, since a daemon has it\n"},

    /* The homeserver. */
    {.promise = "the homeserver is found by the name of the user",
     .token = TOKEN,
     .routes = {{WELL_KNOWN, 200, "{\"m.homeserver\":{\"base_url\":\"{url}/\"}}"}},
     .lines = "  ok    homeserver: {url}, found by the name of {user}\n"
              "  ok    versions: Matrix v1.12\n  ok    access token: {user}\n"
              "  ok    rooms: in 2 rooms\n"},
    {.promise = "without .well-known the server itself is asked",
     .token = TOKEN,
     .lines = "  ok    homeserver: {url}, found by the name of {user}\n"
              "  ok    versions: Matrix v1.12\n  ok    access token: {user}\n"
              "  ok    rooms: in 2 rooms\n"},
    {.promise = "a .well-known that says nothing is named",
     .token = TOKEN,
     .routes = {{WELL_KNOWN, 200, "{}"}},
     .ill = true,
     .lines = "  FAIL  homeserver: {url}/.well-known/matrix/client does not say where the "
              "homeserver is (bad_answer); the configuration can name it as homeserver\n"},
    {.promise = "a homeserver that is not there is named, and nothing else",
     .token = TOKEN,
     .homeserver = "http://{nobody}/",
     .ill = true,
     .lines =
         "  FAIL  homeserver: the homeserver http://{nobody} cannot be reached (unreachable)\n"},
    {.promise = "what is no homeserver is not taken for one",
     WITH_TOKEN,
     .routes = {{VERSIONS, 200, "<html>"}},
     .ill = true,
     .lines = "  FAIL  homeserver: there is no Matrix homeserver at {url} (bad_answer); the "
              "configuration can name another one as homeserver\n"},
    {.promise = "an old homeserver is named, with what does not work",
     WITH_TOKEN,
     .routes = {{VERSIONS, 200, "{\"versions\":[\"r0.6.1\",\"v1.10\",\"v1.x\"]}"}},
     .ill = true,
     .lines = "  ok    homeserver: {url}, as configured\n"
              "  FAIL  versions: the homeserver is older than Matrix v1.11, so pictures such as "
              "charts will not show; its administrator can update it\n"
              "  ok    access token: {user}\n  ok    rooms: in 2 rooms\n"},

    /* A token. */
    {.promise = "a token that is refused is one thing to mend",
     WITH_TOKEN,
     WEST,
     .routes = {{WHOAMI, 401, UNKNOWN_TOKEN}},
     .ill = true,
     .lines = FOUND "  FAIL  access token: the homeserver does not accept the access token "
                    "(M_UNKNOWN_TOKEN); a new one of {user} can be put into the configuration as "
                    "access_token, and is used after a restart\n" NO_HOMES},
    {.promise = "a token of somebody else is named",
     WITH_TOKEN,
     .routes = {{WHOAMI, 200, "{\"user_id\":\"@eve:b.test\"}"}},
     .ill = true,
     .lines = FOUND "  FAIL  access token: the login belongs to @eve:b.test, but the configuration "
                    "names {user} as user; one of the two is wrong\n" NO_HOMES},
    {.promise = "beside a token that is refused, the password is looked at",
     WITH_TOKEN,
     .password = PASSWORD,
     .routes = {{WHOAMI, 401, UNKNOWN_TOKEN}},
     .ill = true,
     .lines = FOUND "  FAIL  access token: the homeserver does not accept the access token "
                    "(M_UNKNOWN_TOKEN); a new one of {user} can be put into the configuration as "
                    "access_token, and is used after a restart\n"
                    "  --    login: none is kept yet\n" PASSWORD_OK NO_HOMES},
    {.promise = "a token that is good needs no password",
     WITH_TOKEN,
     .password = PASSWORD,
     .routes = {{LOGIN, 500, ""}},
     .lines = IN_ROOMS},

    /* A password. */
    {.promise = "a password is not tried",
     HERE,
     .password = PASSWORD,
     .lines = FOUND "  --    login: none is kept yet\n" PASSWORD_OK NO_HOMES},
    {.promise = "a login that is kept is used to look",
     HERE,
     WEST,
     .password = PASSWORD,
     .kept = {"{url}", "DEV", TOKEN},
     .lines = FOUND "  ok    login: {user}, as device DEV, from an earlier login\n"
                    "  ok    rooms: in 2 rooms\n  ok    home West\n"},
    {.promise = "a login that is kept of another homeserver is none",
     HERE,
     .password = PASSWORD,
     .kept = {"https://old.test", "DEV", TOKEN},
     .lines = FOUND "  --    login: none is kept yet\n" PASSWORD_OK NO_HOMES},
    {.promise = "a login that is kept and refused is no illness: there is a password",
     HERE,
     .password = PASSWORD,
     .kept = {"{url}", "DEV", TOKEN},
     .routes = {{WHOAMI, 401, UNKNOWN_TOKEN}},
     .lines = FOUND "  --    login: the one that is kept is not accepted any more "
                    "(M_UNKNOWN_TOKEN)\n" PASSWORD_OK NO_HOMES},
    {.promise = "an account that is locked is named",
     HERE,
     .password = PASSWORD,
     .kept = {"{url}", "DEV", TOKEN},
     .routes = {{WHOAMI, 401, "{\"errcode\":\"M_USER_LOCKED\"}"}},
     .ill = true,
     .lines = FOUND "  FAIL  login: my account is locked; an administrator of the homeserver can "
                    "unlock it (M_USER_LOCKED)\n" NO_HOMES},
    {.promise = "what a running daemon keeps is not looked at",
     HERE,
     .password = PASSWORD,
     .without_store = "a daemon has it",
     .lines = FOUND
     "  --    login: whether one is kept was not looked at, since a daemon has it\n" PASSWORD_OK
         NO_HOMES},
    {.promise = "a homeserver that takes no passwords is named",
     HERE,
     .password = PASSWORD,
     .routes = {{LOGIN, 200, "{\"flows\":[{\"type\":\"m.login.sso\"}]}"}},
     .ill = true,
     .lines = FOUND "  --    login: none is kept yet\n"
                    "  FAIL  password: the homeserver takes no passwords from programs; put an "
                    "access_token into the configuration instead\n" NO_HOMES},
    {.promise = "so is one that has no such login at all",
     HERE,
     .password = PASSWORD,
     .routes = {{LOGIN, 404, "{\"errcode\":\"M_UNRECOGNIZED\"}"}},
     .ill = true,
     .lines = FOUND "  --    login: none is kept yet\n"
                    "  FAIL  password: the homeserver takes no passwords from programs; put an "
                    "access_token into the configuration instead\n" NO_HOMES},

    /* Who may talk to it. */
    {.promise = "it is said when everybody may talk to it",
     WITH_TOKEN,
     .allow = "*",
     .lines = LET_IN "  --    allow: \"*\" lets everybody on any server talk to it, and invite it; "
                     "name those who may, like \"@*:{server}\"\n"
                     "  ok    rooms: in 2 rooms\n"},
    {.promise = "however that is written",
     WITH_TOKEN,
     .allow = "@*:*",
     .lines = LET_IN "  --    allow: \"@*:*\" lets everybody on any server talk to it, and invite "
                     "it; name those who may, like \"@*:{server}\"\n"
                     "  ok    rooms: in 2 rooms\n"},

    /* The websocket. */
    {.promise = "a proxy that wants an upgrade is well",
     ON_SOCKET,
     .routes = {{PROXY, 400, "Bad Request\n"}},
     .lines = LET_IN "  ok    proxy: ws://{server}/ answers, and knows the as_token\n"
                     "  ok    rooms: in 2 rooms\n"},
    {.promise = "a proxy that does not know the token is named",
     ON_SOCKET,
     .routes = {{PROXY, 403, UNKNOWN_TOKEN}},
     .ill = true,
     .lines = LET_IN
     "  FAIL  proxy: ws://{server}/ does not know the access_token (M_UNKNOWN_TOKEN); it "
     "must be the as_token of matrix-registration.yaml, in the configuration of "
     "mautrix-wsproxy too\n"
     "  ok    rooms: in 2 rooms\n"},
    {.promise = "what is no proxy is not taken for one",
     ON_SOCKET,
     .ill = true,
     .lines = LET_IN
     "  FAIL  proxy: what answers at ws://{server}/ is not mautrix-wsproxy (status 404); "
     "look at proxy_url\n"
     "  ok    rooms: in 2 rooms\n"},
    {.promise = "a proxy that is not there is named",
     ON_SOCKET,
     .proxy = "ws://{nobody}/",
     .ill = true,
     .lines =
         LET_IN "  FAIL  proxy: nobody answers at ws://{nobody}/; look at proxy_url, and whether "
                "mautrix-wsproxy runs there\n"
                "  ok    rooms: in 2 rooms\n"},
    {.promise = "an as_token that the homeserver does not know leads to the registration",
     ON_SOCKET,
     .routes = {{PROXY, 400, ""}, {WHOAMI_AS, 401, UNKNOWN_TOKEN}},
     .ill = true,
     .lines = FOUND
     "  FAIL  access token: the homeserver does not accept the access token (M_UNKNOWN_TOKEN); "
     "a new one of {user} can be put into the configuration as access_token, and is used after "
     "a restart; here that is the as_token of matrix-registration.yaml, which the homeserver "
     "must have read at its start, and whose namespace must hold the account\n"
     "  ok    proxy: ws://{server}/ answers, and knows the as_token\n" NO_HOMES},

    /* Homes. */
    {.promise = "a home that the bot is not in is named by its id",
     WITH_TOKEN,
     .homes = {"!north:b.test", "!west:b.test"},
     .ill = true,
     .lines = IN_ROOMS "  FAIL  home !north:b.test: the bot is not in this room; invite it again\n"
                       "  ok    home West\n"},
    {.promise = "an encrypted home is named",
     WITH_TOKEN,
     WEST,
     .routes = {{STATE "m.room.encryption", 200, "{\"algorithm\":\"m.megolm.v1.aes-sha2\"}"}},
     .ill = true,
     .lines =
         IN_ROOMS "  FAIL  home West: this room is encrypted, and the bot can neither read nor "
                  "post there; set the team up in a room without encryption\n"},
    {.promise = "a home that lives on elsewhere is named, with where",
     WITH_TOKEN,
     WEST,
     .routes = {{STATE "m.room.tombstone", 200, "{\"replacement_room\":\"!new:b.test\"}"}},
     .ill = true,
     .lines = IN_ROOMS "  FAIL  home West: this room was replaced by !new:b.test; invite the bot "
                       "there, and the team moves with it\n"},
    {.promise = "a home that was closed is named",
     WITH_TOKEN,
     WEST,
     .routes = {{STATE "m.room.tombstone", 200, "{}"}},
     .ill = true,
     .lines = IN_ROOMS "  FAIL  home West: this room was closed for good; set the team up in "
                       "another one\n"},
    {.promise = "a home in which it may not speak is named",
     WITH_TOKEN,
     WEST,
     .routes = {{STATE "m.room.power_levels", 200, "{\"events_default\":25}"}},
     .ill = true,
     .lines = IN_ROOMS "  FAIL  home West: the bot may not send messages there: its power level is "
                       "0, and that takes 25; raise it, or lower what it takes\n"},
    {.promise = "not to pin is no illness",
     WITH_TOKEN,
     WEST,
     .routes = {{STATE "m.room.power_levels", 200, "{}"}},
     .lines = IN_ROOMS "  --    home West: sprints are not pinned there, since that takes power "
                       "level 50, and the bot has 0\n"
                       "  ok    home West\n"},
    {.promise = "a homeserver that gives the create event bare is understood",
     WITH_TOKEN,
     WEST,
     .routes = {{STATE "m.room.create?format=event", 200, "{\"room_version\":\"11\"}"}},
     .lines = IN_ROOMS "  ok    home West\n"},
    {.promise = "where its power is not known, nothing is said of it",
     WITH_TOKEN,
     WEST,
     .routes = {{STATE "m.room.create?format=event", 200, "{\"room_version\":\"12\"}"},
                {STATE "m.room.power_levels", 200, "{\"events_default\":25}"}},
     .lines = IN_ROOMS "  ok    home West\n"},
    {.promise = "a room's name cannot steer a terminal",
     WITH_TOKEN,
     WEST,
     .routes = {{STATE "m.room.name", 200, "{\"name\":\"W\\u001b[31m\\nest\"}"}},
     .lines = IN_ROOMS "  ok    home W[31m est\n"},
    {.promise = "a home that may not be looked at does not hide the next",
     WITH_TOKEN,
     .homes = {"!else:b.test", "!west:b.test"},
     .routes = {{"/_matrix/client/v3/rooms/%21else%3Ab.test/state/m.room.name", 403,
                 "{\"errcode\":\"M_FORBIDDEN\"}"}},
     .ill = true,
     .lines = IN_ROOMS "  FAIL  home !else:b.test: I may not do that in this room; I am not in it, "
                       "or lack the right. Somebody with the right can invite me, or allow it "
                       "(M_FORBIDDEN)\n"
                       "  ok    home West\n"},
    {.promise = "rooms that the homeserver does not tell are named",
     WITH_TOKEN,
     WEST,
     .routes = {{JOINED, 400, "{\"errcode\":\"M_UNKNOWN\"}"}},
     .ill = true,
     .lines = LET_IN "  FAIL  rooms: the homeserver did not accept it, which is a fault in the app "
                     "and not yours; its log says more (M_UNKNOWN)\n"},
};

/* One case, played ---------------------------------------------------------------------------- */

static void on_over(void *arg)
{
    loop_quit(arg);
}

static void configure(const World *world, WorkspaceConfig *config)
{
    const Case *one = world->one;
    g_autofree char *allow = fill(world, one->allow != NULL ? one->allow : "@*:b.test");

    config->name = g_strdup("community");
    config->platform = PLATFORM_MATRIX;
    config->user = fill(world, "{user}");
    config->homeserver = one->homeserver != NULL ? fill(world, one->homeserver) : NULL;
    config->access_token = g_strdup(one->token);
    config->password = g_strdup(one->password);
    config->transport = one->websocket ? TRANSPORT_WEBSOCKET : TRANSPORT_SYNC;
    config->proxy_url = fill(world, one->proxy != NULL ? one->proxy : "ws://{server}/");
    config->allow = g_strsplit(allow, ",", -1);
}

static void config_clear(WorkspaceConfig *config)
{
    g_free(config->name);
    g_free(config->user);
    g_free(config->homeserver);
    g_free(config->access_token);
    g_free(config->password);
    g_free(config->proxy_url);
    g_strfreev(config->allow);
}

/* Whether something bad was found; `*lines` is what was told. */
static bool examine(const World *world, char **lines)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(Http) http = http_new(loop, NULL);
    WorkspaceConfig config = {0};
    Told told = {{&store_ops}, world, false};
    size_t len = 0;
    Examination examination = {
        .loop = loop,
        .http = http,
        .store = world->one->without_store == NULL ? &told.base : NULL,
        .without_store = world->one->without_store,
        .workspace = &config,
        .out = open_memstream(lines, &len),
        .over = on_over,
        .arg = loop,
    };

    configure(world, &config);
    matrix_examine(&examination);
    peer_run(loop);
    examination_clear(&examination);
    fclose(examination.out);
    config_clear(&config);
    assert_false(told.open);
    return examination.ill;
}

/* Nothing is posted, no login used up, no daemon's websocket replaced; and no token is told. */
static void assert_harmless(const World *world, const char *lines)
{
    assert_false(world->posted);
    assert_null(strcasestr(world->asked->str, "upgrade:"));
    assert_null(strstr(world->asked->str, PASSWORD));
    assert_null(strstr(lines, "s3cret"));
}

static void play(const Case *one)
{
    World world = {.one = one, .nobody = peer_no_port(), .asked = g_string_new(NULL)};
    char *lines = NULL;

    g_mutex_init(&world.lock);
    world.peer = peer_new(serve, &world);
    bool ill = examine(&world, &lines);
    g_autofree char *wanted = fill(&world, one->lines);

    if (strcmp(lines, wanted) != 0 || ill != one->ill) {
        fail_msg("%s:\n%s(ill: %d), and not\n%s", one->promise, lines, ill, wanted);
    }
    assert_harmless(&world, lines);
    free(lines);
    peer_free(world.peer);
    g_string_free(world.asked, TRUE);
    g_mutex_clear(&world.lock);
}

static void test_what_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("  %s\n", cases[i].promise);
        play(&cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_is_found)};

    log_set_level(LOG_LEVEL_NONE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
