#include "bot/net/resolver.h"

#include <netdb.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#define ADDRESSES_MAX 8

struct Lookup {
    pthread_mutex_t lock; /* guards loop */
    Loop *loop;           /* NULL: cancelled */
    gint refs;            /* atomic */
    LookupDone done;
    void *arg;
    char *host;
    char *addresses[ADDRESSES_MAX + 1];
    const char *why;
};

static void lookup_unref(void *data)
{
    Lookup *lookup = data;

    if (!g_atomic_int_dec_and_test(&lookup->refs)) {
        return;
    }
    for (size_t i = 0; lookup->addresses[i] != NULL; i++) {
        g_free(lookup->addresses[i]);
    }
    pthread_mutex_destroy(&lookup->lock);
    g_free(lookup->host);
    g_free(lookup);
}

/* On the loop's thread; the reference is the post's. */
static void lookup_told(void *data)
{
    Lookup *lookup = data;

    if (lookup->loop != NULL) { /* this thread alone clears it */
        lookup->done(lookup->arg, (const char *const *)lookup->addresses, lookup->why);
        lookup_cancel(lookup);
    }
    lookup_unref(lookup);
}

static void keep_addresses(Lookup *lookup, const struct addrinfo *found)
{
    size_t n = 0;
    char text[64];

    for (; found != NULL && n < ADDRESSES_MAX; found = found->ai_next) {
        if (getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0,
                        NI_NUMERICHOST) == 0) {
            lookup->addresses[n++] = g_strdup(text);
        }
    }
    lookup->why = n > 0 ? "" : "the name has no address";
}

static gpointer lookup_run(gpointer data)
{
    Lookup *lookup = data;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(lookup->host, NULL, &hints, &found);

    if (error != 0) {
        lookup->why = gai_strerror(error);
    } else {
        keep_addresses(lookup, found);
        freeaddrinfo(found);
    }
    pthread_mutex_lock(&lookup->lock);
    if (lookup->loop != NULL) {
        g_atomic_int_inc(&lookup->refs);
        loop_post(lookup->loop, lookup_told, lookup, lookup_unref);
    }
    pthread_mutex_unlock(&lookup->lock);
    lookup_unref(lookup);
    return NULL;
}

static bool is_numeric(const char *host)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;

    if (getaddrinfo(host, NULL, &hints, &found) != 0) {
        return false;
    }
    freeaddrinfo(found);
    return true;
}

Lookup *lookup_start(Loop *loop, const char *host, LookupDone done, void *arg)
{
    Lookup *lookup = g_new0(Lookup, 1);

    pthread_mutex_init(&lookup->lock, NULL);
    lookup->refs = 2; /* the caller's, until told or cancelled; the thread's, or the post's */
    lookup->loop = loop;
    lookup->done = done;
    lookup->arg = arg;
    lookup->host = g_strdup(host);
    lookup->why = "";
    if (is_numeric(host)) {
        lookup->addresses[0] = g_strdup(host);
        loop_post(loop, lookup_told, lookup, lookup_unref);
        return lookup;
    }
    GThread *thread = g_thread_try_new("lookup", lookup_run, lookup, NULL);

    if (thread == NULL) {
        lookup->why = "no thread for a look-up";
        loop_post(loop, lookup_told, lookup, lookup_unref);
    } else {
        g_thread_unref(thread);
    }
    return lookup;
}

void lookup_cancel(Lookup *lookup)
{
    if (lookup == NULL) {
        return;
    }
    pthread_mutex_lock(&lookup->lock);
    lookup->loop = NULL;
    pthread_mutex_unlock(&lookup->lock);
    lookup_unref(lookup);
}
