/* An entry is built in one piece and handed over in one call, so that entries of several threads
 * never mix. Whoever takes them may be slow or gone; nobody waits for that: the entry is dropped,
 * and how many were is told with the next one that gets through. */

#include "bot/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <glib.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* What a pipe takes whole or not at all (PIPE_BUF), and without waiting where it says it has room.
 */
#define LINE_MAX_BYTES 4096
#define FIELD_MAX      500 /* characters of a field */
#define TEXT_MAX_BYTES ((size_t)4 * FIELD_MAX)
#define TAIL           ",\"cut\":true}\n"

typedef struct Level {
    const char *name;
    int priority; /* syslog's */
} Level;

static const Level levels[] = {
    [LOG_LEVEL_ERROR] = {"error", LOG_ERR},
    [LOG_LEVEL_WARNING] = {"warning", LOG_WARNING},
    [LOG_LEVEL_INFO] = {"info", LOG_INFO},
    [LOG_LEVEL_DEBUG] = {"debug", LOG_DEBUG},
};

static gint max_level = LOG_LEVEL_INFO; /* atomic */
static pthread_mutex_t lock =
    PTHREAD_MUTEX_INITIALIZER; /* guards everything below, and one entry after the other */
static int journal = -1;
static struct sockaddr_un journal_address;
static int64_t lost; /* entries that nobody took */

static _Thread_local bool inside; /* what GLib says while we log is not logged */

/* Text ---------------------------------------------------------------------------------------- */

/* Controls, and characters that turn or break a line for whoever reads it. */
static bool is_odd(gunichar c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static void add_char(GString *out, gunichar c)
{
    if (c == '"' || c == '\\') {
        g_string_append_c(out, '\\');
        g_string_append_c(out, (char)c);
    } else if (c == '\n') {
        g_string_append(out, "\\n");
    } else if (is_odd(c)) {
        g_string_append_printf(out, "\\u%04x", c);
    } else {
        g_string_append_unichar(out, c);
    }
}

/* As it stands between JSON's quotes: without secrets, whole characters, at most FIELD_MAX of them.
 */
static void add_escaped(GString *out, const char *text)
{
    g_autofree char *start = g_strndup(text, TEXT_MAX_BYTES + 1);
    g_autofree char *valid = g_utf8_make_valid(start, -1);
    g_autofree char *clean = log_redact(valid);
    const char *c = clean;

    for (int n = 0; *c != '\0' && n < FIELD_MAX; n++) {
        add_char(out, g_utf8_get_char(c));
        c = g_utf8_next_char(c);
    }
    if (*c != '\0' || strlen(start) > TEXT_MAX_BYTES) {
        g_string_append(out, "…");
    }
}

/* JSON lines ---------------------------------------------------------------------------------- */

static void add_time(GString *out)
{
    gint64 now_us = g_get_real_time();
    g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(now_us / G_USEC_PER_SEC);
    g_autofree char *text = g_date_time_format(at, "%Y-%m-%dT%H:%M:%S");

    g_string_append_printf(out, "%s.%03dZ", text, (int)(now_us % G_USEC_PER_SEC / 1000));
}

static bool is_ours(const char *name)
{
    return strcmp(name, "at") == 0 || strcmp(name, "level") == 0 || strcmp(name, "event") == 0 ||
           strcmp(name, "cut") == 0;
}

/* A field of a name that is taken gets "_" behind it: a key stands once. */
static void add_json_field(GString *out, const LogField *field)
{
    g_string_append(out, ",\"");
    add_escaped(out, field->name);
    g_string_append(out, is_ours(field->name) ? "_\":" : "\":");
    if (field->text == NULL) {
        g_string_append_printf(out, "%" G_GINT64_FORMAT, field->number);
        return;
    }
    g_string_append_c(out, '"');
    add_escaped(out, field->text);
    g_string_append_c(out, '"');
}

static GString *json_line(LogLevel level, const char *event, const LogField *fields)
{
    GString *out = g_string_new("{\"at\":\"");
    const char *end = "}\n";

    add_time(out);
    g_string_append_printf(out, "\",\"level\":\"%s\",\"event\":\"", levels[level].name);
    add_escaped(out, event);
    g_string_append_c(out, '"');
    for (; fields->name != NULL; fields++) {
        gsize before = out->len;

        add_json_field(out, fields);
        if (out->len + strlen(TAIL) > LINE_MAX_BYTES) {
            g_string_truncate(out, before);
            end = TAIL;
        }
    }
    return g_string_append(out, end);
}

/* A full pipe, or one that nobody reads, is left alone: a write would wait, or raise SIGPIPE. */
static bool write_stderr(const GString *line)
{
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};

    if (poll(&room, 1, 0) != 1 || room.revents != POLLOUT) {
        return false;
    }
    return write(STDERR_FILENO, line->str, line->len) == (ssize_t)line->len;
}

/* The journal --------------------------------------------------------------------------------- */

/* Upper-case letters, digits and "_", and not "_" in front: that is the journal's own. */
static void add_journal_name(GString *out, const char *name)
{
    if (!g_ascii_isalpha(*name)) {
        g_string_append(out, "F_");
    }
    for (size_t i = 0; i < 60 && name[i] != '\0'; i++) {
        g_string_append_c(out, g_ascii_isalnum(name[i]) ? g_ascii_toupper(name[i]) : '_');
    }
}

static void add_value(GString *out, const LogField *field)
{
    if (field->text != NULL) {
        add_escaped(out, field->text);
    } else {
        g_string_append_printf(out, "%" G_GINT64_FORMAT, field->number);
    }
}

/* systemd's "Native Journal Protocol": one datagram of NAME=value lines. Values hold no newline,
 * since they are escaped. libsystemd's sd_journal_sendv is the same, but waits while the journal is
 * busy. */
static GString *journal_entry(LogLevel level, const char *event, const LogField *fields)
{
    GString *out = g_string_new("SYSLOG_IDENTIFIER=anchord\n");

    g_string_append_printf(out, "PRIORITY=%d\nEVENT=", levels[level].priority);
    add_escaped(out, event);
    g_string_append(out, "\nMESSAGE=");
    add_escaped(out, event);
    for (const LogField *field = fields; field->name != NULL; field++) {
        g_string_append_c(out, ' ');
        add_escaped(out, field->name);
        g_string_append_c(out, '=');
        add_value(out, field);
    }
    g_string_append_c(out, '\n');
    for (const LogField *field = fields; field->name != NULL; field++) {
        add_journal_name(out, field->name);
        g_string_append(out, is_ours(field->name) ? "_=" : "=");
        add_value(out, field);
        g_string_append_c(out, '\n');
    }
    return out;
}

static bool send_journal(const GString *entry)
{
    return sendto(journal, entry->str, entry->len, MSG_DONTWAIT | MSG_NOSIGNAL,
                  (const struct sockaddr *)(const void *)&journal_address,
                  sizeof(journal_address)) == (ssize_t)entry->len;
}

/* Entries ------------------------------------------------------------------------------------- */

/* While the journal is away, stderr may still lead somewhere. */
static bool hand_over(LogLevel level, const char *event, const LogField *fields)
{
    if (journal >= 0) {
        g_autoptr(GString) entry = journal_entry(level, event, fields);

        if (send_journal(entry)) {
            return true;
        }
        if (errno == EAGAIN || errno == ENOBUFS) {
            return false;
        }
    }
    g_autoptr(GString) line = json_line(level, event, fields);

    return write_stderr(line);
}

static void tell_lost(void)
{
    const LogField fields[] = {F_INT("entries", lost), {0}};

    if (lost > 0 && hand_over(LOG_LEVEL_WARNING, "log_lost", fields)) {
        lost = 0;
    }
}

void log_event(LogLevel level, const char *event, const LogField *fields)
{
    int saved = errno;

    if ((gint)level > g_atomic_int_get(&max_level) || inside) {
        return;
    }
    inside = true;
    pthread_mutex_lock(&lock);
    tell_lost();
    if (!hand_over(level, event, fields)) {
        lost++;
    }
    pthread_mutex_unlock(&lock);
    inside = false;
    errno = saved;
}

/* Setting up ---------------------------------------------------------------------------------- */

void log_set_level(LogLevel level)
{
    g_atomic_int_set(&max_level, (gint)level);
}

void log_use_journal(const char *socket_path)
{
    pthread_mutex_lock(&lock);
    if (journal >= 0) {
        (void)close(journal);
        journal = -1;
    }
    if (socket_path != NULL && strlen(socket_path) < sizeof(journal_address.sun_path)) {
        journal_address = (struct sockaddr_un){.sun_family = AF_UNIX};
        memcpy(journal_address.sun_path, socket_path, strlen(socket_path) + 1);
        journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    }
    pthread_mutex_unlock(&lock);
}

/* $JOURNAL_STREAM holds device and inode of the stream that systemd gave us: "8:12345". Somebody
 * may have redirected stderr since. */
static bool is_journal_stream(int fd)
{
    g_auto(GStrv) parts =
        g_strsplit(g_getenv("JOURNAL_STREAM") != NULL ? g_getenv("JOURNAL_STREAM") : "", ":", 2);
    guint64 device = 0, inode = 0;
    struct stat st;

    return g_strv_length(parts) == 2 &&
           g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXUINT64, &device, NULL) &&
           g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXUINT64, &inode, NULL) &&
           fstat(fd, &st) == 0 && st.st_dev == (dev_t)device && st.st_ino == (ino_t)inode;
}

static LogLevel level_of(GLogLevelFlags flags)
{
    if ((flags & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0) {
        return LOG_LEVEL_ERROR;
    }
    if ((flags & G_LOG_LEVEL_WARNING) != 0) {
        return LOG_LEVEL_WARNING;
    }
    return (flags & G_LOG_LEVEL_DEBUG) != 0 ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

/* The value of a field that GLib hands over; length -1: it ends with NUL. */
static char *glib_field(const GLogField *fields, gsize n, const char *key)
{
    for (gsize i = 0; i < n; i++) {
        if (strcmp(fields[i].key, key) == 0) {
            return fields[i].length < 0 ? g_strdup(fields[i].value)
                                        : g_strndup(fields[i].value, (gsize)fields[i].length);
        }
    }
    return g_strdup("");
}

static GLogWriterOutput on_glib(GLogLevelFlags flags, const GLogField *fields, gsize n,
                                gpointer arg)
{
    g_autofree char *domain = glib_field(fields, n, "GLIB_DOMAIN");
    g_autofree char *message = glib_field(fields, n, "MESSAGE");
    const LogField ours[] = {F_STR("domain", domain), F_STR("message", message), {0}};

    (void)arg;
    log_event(level_of(flags), "glib", ours);
    return G_LOG_WRITER_HANDLED;
}

void log_init(void)
{
    static gsize once;

    log_use_journal(is_journal_stream(STDERR_FILENO) ? JOURNAL_SOCKET : NULL);
    if (g_once_init_enter(&once)) { /* GLib takes a writer only once */
        g_log_set_writer_func(on_glib, NULL, NULL);
        g_once_init_leave(&once, 1);
    }
}
