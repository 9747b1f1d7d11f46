#include "bot/readiness.h"

#include <systemd/sd-daemon.h>

#include "bot/log.h"

/* How often it is looked: until it is ready, and then. */
#define LOOK_SOON_MS 100
#define LOOK_MS      1000
/* So many workspaces are named in the status, and so much is said of each. */
#define NAMED_MAX 5
#define WHY_MAX   160

/* A newer version brings the store up to date when it opens it, and a store of many years takes
 * minutes: whoever gave up on it then would begin anew each time. */
#define OPENING_US (30 * G_TIME_SPAN_MINUTE)

struct Readiness {
    Loop *loop;
    const Workspaces *workspaces;
    LoopTimer *timer;
    int64_t until_ms;
    bool ready, stopping;
    char *status; /* that was told last */
};

/* One line without secrets, which is all that this protocol takes. */
static void add_why(GString *out, const char *why)
{
    g_autofree char *valid = g_utf8_make_valid(why, -1);
    g_autofree char *clean = log_redact(valid);
    const char *c = clean;

    for (int n = 0; *c != '\0' && n < WHY_MAX; n++, c = g_utf8_next_char(c)) {
        gunichar letter = g_utf8_get_char(c);

        g_string_append_unichar(out, g_unichar_iscntrl(letter) ? ' ' : letter);
    }
    g_string_append(out, *c != '\0' ? "…" : "");
}

char *readiness_status(const Workspaces *workspaces)
{
    guint n = workspaces_count(workspaces), connected = 0, named = 0;
    g_autoptr(GString) missing = g_string_new(NULL);

    for (guint i = 0; i < n; i++) {
        g_autoptr(GString) why = g_string_new(NULL);

        if (workspaces_state(workspaces, i, why) == ADAPTER_READY) {
            connected++;
        } else if (named < NAMED_MAX) {
            named++;
            g_string_append_printf(missing, "; %s: ", workspaces_name(workspaces, i));
            add_why(missing, why->str);
        }
    }
    if (n - connected > named) {
        g_string_append_printf(missing, "; and %u more", n - connected - named);
    }
    return g_strdup_printf("%u of %u workspace%s connected%s", connected, n, n == 1 ? "" : "s",
                           missing->str);
}

static void tell_status(Readiness *readiness)
{
    char *status = readiness_status(readiness->workspaces);

    if (g_strcmp0(status, readiness->status) != 0) {
        (void)sd_notifyf(0, "STATUS=%s", status);
    }
    g_free(readiness->status);
    readiness->status = status;
}

static bool all_known(const Workspaces *workspaces)
{
    g_autoptr(GString) unused = g_string_new(NULL);

    for (guint i = 0; i < workspaces_count(workspaces); i++) {
        if (workspaces_state(workspaces, i, unused) == ADAPTER_STARTING) {
            return false;
        }
    }
    return true;
}

static void tell_ready(Readiness *readiness)
{
    readiness->ready = true;
    log_info("ready", F_STR("status", readiness->status));
    (void)sd_notify(0, "READY=1");
}

static void look(void *arg)
{
    Readiness *readiness = arg;

    tell_status(readiness);
    if (!readiness->ready &&
        (all_known(readiness->workspaces) || loop_now_ms(readiness->loop) >= readiness->until_ms)) {
        tell_ready(readiness);
    }
    readiness->timer =
        loop_after(readiness->loop, readiness->ready ? LOOK_MS : LOOK_SOON_MS, look, readiness);
}

void readiness_opening(void)
{
    (void)sd_notifyf(0, "STATUS=opening the store\nEXTEND_TIMEOUT_USEC=%" G_GINT64_FORMAT,
                     OPENING_US);
}

Readiness *readiness_new(Loop *loop, const Workspaces *workspaces, int64_t patience_ms)
{
    Readiness *readiness = g_new0(Readiness, 1);

    *readiness = (Readiness){
        .loop = loop, .workspaces = workspaces, .until_ms = loop_now_ms(loop) + patience_ms};
    readiness->timer = loop_after(loop, 0, look, readiness);
    return readiness;
}

void readiness_free(Readiness *readiness)
{
    if (readiness != NULL) {
        loop_stop(&readiness->timer);
        g_free(readiness->status);
        g_free(readiness);
    }
}

/* Before it is ready there is nothing to take back. */
void readiness_reloading(Readiness *readiness)
{
    if (readiness->ready) {
        (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT,
                         g_get_monotonic_time());
    }
}

void readiness_reloaded(Readiness *readiness)
{
    if (readiness->ready && !readiness->stopping) {
        tell_status(readiness);
        (void)sd_notify(0, "READY=1");
    }
}

void readiness_stopping(Readiness *readiness)
{
    readiness->stopping = true;
    loop_stop(&readiness->timer);
    (void)sd_notify(0, "STOPPING=1\nSTATUS=stopping");
}
