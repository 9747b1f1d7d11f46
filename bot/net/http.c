#include "bot/net/http.h"

#include <curl/curl.h>
#include <glib-unix.h>
#include <string.h>
#include <time.h>

#include "bot/net/proxy.h"
#include "bot/net/trust.h"

/* libcurl says which descriptors it waits for and until when; each becomes a source of the loop's
 * context. What has ended is told after libcurl has returned, never from inside it, so that whoever
 * is told may send, cancel and free.
 *
 * Nothing may be sent twice without its caller knowing. libcurl itself repeats a request when a
 * kept-alive connection is cut before a byte of the answer came, even though the server may have
 * done it already. It asks on_begin() before each try: a second one is refused, but for GET. The
 * same call tells what certainly was never begun (HTTP_UNSENT). Fresh connections for every request
 * would avoid the matter too, at the price of a TLS handshake each. */

#define ANSWER_MAX_DEFAULT       ((size_t)4 * 1024 * 1024)
#define SCOPES_MAX               4096
#define CONNECTIONS_MAX          64L
#define CONNECTIONS_PER_HOST_MAX 16L
#define CONNECTIONS_IDLE_MAX     16L
/* Many servers and middle boxes forget a connection after a minute. */
#define CONNECTION_IDLE_S  50L
#define BUFFER_SIZE        16384L
#define RETRY_AFTER_MAX_MS ((int64_t)7 * 24 * 3600 * 1000)

struct Http {
    Loop *loop;
    CURLM *multi;   /* NULL: freed */
    GSource *timer; /* libcurl's one time-out */
    GQueue calls;   /* of HttpCall, by their links */
    Trust system;
};

struct HttpCall {
    GList link; /* Http.calls */
    Http *http;
    CURL *easy;
    struct curl_slist *headers;
    HttpDone done;
    void *arg;
    GString *body;
    size_t answer_max;
    int64_t retry_after_ms;
    char *scopes;
    char *moved;
    const char *refused; /* why it is not even tried; NULL */
    LoopTimer *refusal;
    int begun;       /* how often a request was about to be written */
    bool repeatable; /* a GET */
    bool too_long;
    char error[CURL_ERROR_SIZE];
};

/* A descriptor that libcurl waits for. */
typedef struct Watch {
    GSource source; /* first: GLib allocates it */
    Http *http;
    gpointer tag;
    curl_socket_t fd;
} Watch;

static void tell_ended(Http *http);

/* Waiting ---------------------------------------------------------------------------------------
 */

static void act(Http *http, curl_socket_t fd, int what)
{
    int running = 0;

    curl_multi_socket_action(http->multi, fd, what, &running);
    tell_ended(http);
}

static gboolean watch_dispatch(GSource *source, GSourceFunc unused, gpointer unused_too)
{
    Watch *watch = (Watch *)source;
    GIOCondition ready = g_source_query_unix_fd(source, watch->tag);
    int what = 0;

    (void)unused;
    (void)unused_too;
    what |= ready & (G_IO_IN | G_IO_HUP) ? CURL_CSELECT_IN : 0;
    what |= ready & G_IO_OUT ? CURL_CSELECT_OUT : 0;
    what |= ready & (G_IO_ERR | G_IO_NVAL) ? CURL_CSELECT_ERR : 0;
    act(watch->http, watch->fd, what);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs watch_funcs = {.dispatch = watch_dispatch};

static Watch *watch_new(Http *http, curl_socket_t fd)
{
    GSource *source = g_source_new(&watch_funcs, sizeof(Watch));
    Watch *watch = (Watch *)source;

    watch->http = http;
    watch->fd = fd;
    watch->tag = g_source_add_unix_fd(source, fd, 0);
    g_source_attach(source, loop_context(http->loop));
    return watch;
}

static void watch_free(Watch *watch)
{
    g_source_destroy(&watch->source);
    g_source_unref(&watch->source);
}

static GIOCondition condition_of(int what)
{
    switch (what) {
    case CURL_POLL_IN:
        return G_IO_IN;
    case CURL_POLL_OUT:
        return G_IO_OUT;
    case CURL_POLL_INOUT:
        return G_IO_IN | G_IO_OUT;
    default:
        return 0;
    }
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    Http *http = arg;
    Watch *watch = known;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL) {
            watch_free(watch);
        }
        return 0;
    }
    if (watch == NULL) {
        watch = watch_new(http, fd);
        curl_multi_assign(http->multi, fd, watch);
    }
    g_source_modify_unix_fd(&watch->source, watch->tag, condition_of(what));
    return 0;
}

typedef struct Alarm {
    GSource source; /* first: GLib allocates it */
    Http *http;
} Alarm;

static gboolean alarm_dispatch(GSource *source, GSourceFunc unused, gpointer unused_too)
{
    (void)unused;
    (void)unused_too;
    g_source_set_ready_time(source, -1);
    act(((Alarm *)source)->http, CURL_SOCKET_TIMEOUT, 0);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs alarm_funcs = {.dispatch = alarm_dispatch};

static int on_timer(CURLM *multi, long ms, void *arg)
{
    Http *http = arg;

    (void)multi;
    g_source_set_ready_time(http->timer, ms < 0 ? -1 : g_get_monotonic_time() + ms * 1000);
    return 0;
}

/* Life ------------------------------------------------------------------------------------------
 */

static bool init_library(void)
{
    static gsize once = 0;
    static CURLcode result = CURLE_OK;

    if (g_once_init_enter(&once)) {
        result = curl_global_init(CURL_GLOBAL_DEFAULT);
        g_once_init_leave(&once, 1);
    }
    return result == CURLE_OK;
}

static GSource *alarm_new(Http *http)
{
    GSource *source = g_source_new(&alarm_funcs, sizeof(Alarm));

    ((Alarm *)source)->http = http;
    g_source_attach(source, loop_context(http->loop));
    return source;
}

Http *http_new(Loop *loop, GError **error)
{
    CURLM *multi = init_library() ? curl_multi_init() : NULL;

    if (multi == NULL) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "libcurl does not start");
        return NULL;
    }
    Http *http = g_new0(Http, 1);

    http->loop = loop;
    http->multi = multi;
    http->timer = alarm_new(http);
    g_queue_init(&http->calls);
    trust_init(&http->system, NULL);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, http);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, CONNECTIONS_MAX);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, CONNECTIONS_PER_HOST_MAX);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_IDLE_MAX);
    return http;
}

/* Out of libcurl and off the list; `done` will not be called again. */
static void call_leave(HttpCall *call)
{
    g_queue_unlink(&call->http->calls, &call->link);
    loop_stop(&call->refusal);
    if (call->easy != NULL) {
        curl_multi_remove_handle(call->http->multi, call->easy);
        curl_easy_cleanup(call->easy);
        call->easy = NULL;
    }
    call->http = NULL;
}

static void call_free(HttpCall *call)
{
    curl_slist_free_all(call->headers);
    g_string_free(call->body, TRUE);
    g_free(call->scopes);
    g_free(call->moved);
    g_free(call);
}

void http_cancel(HttpCall *call)
{
    if (call->http != NULL) { /* else it is being told, and freed after that */
        call_leave(call);
        call_free(call);
    }
}

void http_free(Http *http)
{
    if (http == NULL) {
        return;
    }
    while (http->calls.head != NULL) {
        http_cancel(http->calls.head->data);
    }
    curl_multi_cleanup(http->multi);
    http->multi = NULL;
    g_source_destroy(http->timer);
    g_source_unref(http->timer);
    trust_clear(&http->system);
    loop_retire(http->loop, http, g_free); /* it may be telling */
}

/* Answers ---------------------------------------------------------------------------------------
 */

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
    HttpCall *call = arg;
    size_t len = size * n;

    if (len > call->answer_max - call->body->len) {
        call->too_long = true;
        return 0;
    }
    g_string_append_len(call->body, bytes, (gssize)len);
    return len;
}

static bool is_digits(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int64_t read_retry_after(const char *value)
{
    if (is_digits(value)) {
        guint64 seconds = g_ascii_strtoull(value, NULL, 10);

        return seconds < RETRY_AFTER_MAX_MS / 1000 ? (int64_t)seconds * 1000 : RETRY_AFTER_MAX_MS;
    }
    time_t at = curl_getdate(value, NULL);

    if (at == -1) {
        return -1;
    }
    return CLAMP(((int64_t)at - (int64_t)time(NULL)) * 1000, 0, RETRY_AFTER_MAX_MS);
}

/* The value of the header `name`, in fresh memory; NULL when the line is another one. */
static char *header_value(const char *line, size_t len, const char *name)
{
    size_t name_len = strlen(name);

    if (len <= name_len || line[name_len] != ':' ||
        g_ascii_strncasecmp(line, name, name_len) != 0) {
        return NULL;
    }
    return g_strstrip(g_strndup(line + name_len + 1, MIN(len - name_len - 1, SCOPES_MAX)));
}

static void forget_answer(HttpCall *call)
{
    g_string_truncate(call->body, 0);
    call->retry_after_ms = -1;
    g_clear_pointer(&call->scopes, g_free);
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
    HttpCall *call = arg;
    size_t len = size * n;
    g_autofree char *retry_after = header_value(line, len, "retry-after");
    g_autofree char *scopes = header_value(line, len, "x-oauth-scopes");

    if (len > 5 && memcmp(line, "HTTP/", 5) == 0) { /* what came before was an interim answer */
        forget_answer(call);
    }
    if (retry_after != NULL) {
        call->retry_after_ms = read_retry_after(retry_after);
    }
    if (scopes != NULL) {
        g_free(call->scopes);
        call->scopes = g_steal_pointer(&scopes);
    }
    return len;
}

static int on_begin(void *arg, char *to, char *from, int to_port, int from_port)
{
    HttpCall *call = arg;

    (void)to;
    (void)from;
    (void)to_port;
    (void)from_port;
    call->begun++;
    return call->begun == 1 || call->repeatable ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* Details only of failures whose details hold neither the URL nor a proxy's password. */
static const char *why_of(const HttpCall *call, CURLcode code)
{
    switch ((int)code) {
    case CURLE_OK:
        return "";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_OPERATION_TIMEDOUT:
        return call->error[0] != '\0' ? call->error : curl_easy_strerror(code);
    case CURLE_WRITE_ERROR:
        return call->too_long ? "the answer is too long" : curl_easy_strerror(code);
    case CURLE_ABORTED_BY_CALLBACK:
        return "the connection was cut before an answer came";
    default:
        return curl_easy_strerror(code);
    }
}

static void read_answer(HttpCall *call, HttpReply *reply)
{
    long status = 0;
    char *moved = NULL; /* the handle's */

    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(call->easy, CURLINFO_REDIRECT_URL, &moved);
    call->moved = g_strdup(moved);
    *reply = (HttpReply){.outcome = HTTP_ANSWERED,
                         .status = (int)status,
                         .body = call->body->str,
                         .body_len = call->body->len,
                         .retry_after_ms = call->retry_after_ms,
                         .scopes = call->scopes,
                         .moved = call->moved,
                         .why = ""};
}

/* What `reply` points to is the call's, and is freed with it after the telling. */
static void tell(HttpCall *call, const HttpReply *reply)
{
    call_leave(call);
    call->done(call->arg, reply);
    call_free(call);
}

static void call_end(HttpCall *call, CURLcode code)
{
    if (code == CURLE_PEER_FAILED_VERIFICATION && g_str_has_prefix(call->error, "SSL")) {
        g_strlcat(call->error, TRUST_ADVICE, sizeof call->error);
    }
    HttpReply reply = {.outcome = call->begun == 0 ? HTTP_UNSENT : HTTP_UNKNOWN,
                       .body = "",
                       .retry_after_ms = -1,
                       .too_long = call->too_long,
                       .why = why_of(call, code)};

    if (code == CURLE_OK) {
        read_answer(call, &reply);
    }
    tell(call, &reply);
}

static void tell_ended(Http *http)
{
    CURLMsg *message = NULL;
    int left = 0;

    while (http->multi != NULL && (message = curl_multi_info_read(http->multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        char *call = NULL;

        if (message->msg == CURLMSG_DONE) {
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
            call_end((HttpCall *)(void *)call, code);
        }
    }
}

/* Requests --------------------------------------------------------------------------------------
 */

static void refuse(void *arg)
{
    HttpCall *call = arg;
    const HttpReply reply = {
        .outcome = HTTP_UNSENT, .body = "", .retry_after_ms = -1, .why = call->refused};

    call->refusal = NULL;
    tell(call, &reply);
}

static const char *add_headers(HttpCall *call, const char *const *headers)
{
    call->headers = curl_slist_append(NULL, "Expect:"); /* no waiting for 100 Continue */
    for (; headers != NULL && *headers != NULL; headers++) {
        if (strpbrk(*headers, "\r\n") != NULL) {
            return "a header holds a line break";
        }
        call->headers = curl_slist_append(call->headers, *headers);
    }
    return NULL;
}

static void set_trust(CURL *easy, const Trust *trust)
{
    struct curl_blob bundle = {trust->bundle, trust->bundle_len, CURL_BLOB_COPY};

    curl_easy_setopt(easy, CURLOPT_CAPATH, trust->dir);
    curl_easy_setopt(easy, CURLOPT_CAINFO, trust->file);
    if (trust->bundle != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &bundle);
    }
}

/* A further file is read for each request: it may have been renewed. */
static void set_authorities(HttpCall *call, const char *ca_file)
{
    Trust both = {0};

    if (ca_file == NULL) {
        set_trust(call->easy, &call->http->system);
        return;
    }
    trust_init(&both, ca_file);
    set_trust(call->easy, &both);
    trust_clear(&both);
}

/* The same proxies as for websockets; "" keeps libcurl from asking the environment itself. */
static const char *set_place(CURL *easy, const char *url)
{
    g_autofree char *scheme = NULL;
    g_autofree char *host = NULL;

    if (!g_uri_split_network(url, G_URI_FLAGS_ENCODED, &scheme, &host, NULL, NULL) ||
        host == NULL) {
        return "this is no URL";
    }
    bool tls = g_ascii_strcasecmp(scheme, "https") == 0;
    const char *proxy = proxy_for(tls, host);

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L); /* "..", in a part that somebody named, stays */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, proxy != NULL ? proxy : "");
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, tls ? 1L : 0L); /* one connection serves many */
    return NULL;
}

static void set_body(CURL *easy, const HttpRequest *request)
{
    bool is_get = strcmp(request->method, "GET") == 0;

    if (!is_get || request->body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)(request->body != NULL ? request->body_len : 0));
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body != NULL ? request->body : "");
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void set_limits(CURL *easy, int64_t timeout_ms, int64_t quiet_ms)
{
    int64_t connect_ms = quiet_ms > 0 ? MIN(timeout_ms / 2, quiet_ms) : timeout_ms / 2;

    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* never waits for a look-up to end */
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)CLAMP(timeout_ms, 1, G_MAXINT));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CLAMP(connect_ms, 1, G_MAXINT));
    if (quiet_ms > 0) {
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
                         (long)CLAMP((quiet_ms + 999) / 1000, 1, G_MAXINT));
    }
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, CONNECTION_IDLE_S);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, BUFFER_SIZE);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, BUFFER_SIZE);
}

static void set_callbacks(HttpCall *call)
{
    CURL *easy = call->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_begin);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
}

/* NULL, or why it cannot be tried. */
static const char *prepare(HttpCall *call, const HttpRequest *request)
{
    const char *refused = add_headers(call, request->headers);

    if (call->easy == NULL) {
        return "libcurl has no room";
    }
    if (refused == NULL) {
        refused = set_place(call->easy, request->url);
    }
    curl_easy_setopt(call->easy, CURLOPT_USERAGENT, "anchord");
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
    set_authorities(call, request->ca_file);
    set_body(call->easy, request);
    set_limits(call->easy, request->timeout_ms, request->quiet_ms);
    set_callbacks(call);
    return refused;
}

HttpCall *http_send(Http *http, const HttpRequest *request, HttpDone done, void *arg)
{
    HttpCall *call = g_new0(HttpCall, 1);

    call->http = http;
    call->link.data = call;
    g_queue_push_tail_link(&http->calls, &call->link);
    call->done = done;
    call->arg = arg;
    call->body = g_string_new(NULL);
    call->answer_max = request->answer_max != 0 ? request->answer_max : ANSWER_MAX_DEFAULT;
    call->retry_after_ms = -1;
    call->repeatable = strcmp(request->method, "GET") == 0;
    call->easy = curl_easy_init();
    call->refused = prepare(call, request);
    if (call->refused == NULL && curl_multi_add_handle(http->multi, call->easy) != CURLM_OK) {
        call->refused = "libcurl does not take the request";
    }
    if (call->refused != NULL) {
        call->refusal = loop_after(http->loop, 0, refuse, call);
    }
    return call;
}
