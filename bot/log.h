#pragma once

/* The log: a stable event name and fields, one event a line, to stderr or the journal. Never a
 * token, never what people wrote. Logging cannot fail and does not block for long.
 *
 *     log_info("socket_ready", F_STR("workspace", name), F_INT("connections", n));
 *
 * Thread: any. */

#include <stddef.h>
#include <stdint.h>

typedef enum LogLevel {
    LOG_LEVEL_NONE = -1, /* for log_set_level alone */
    LOG_LEVEL_ERROR,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
} LogLevel;

typedef struct LogField {
    const char *name; /* lower_case; NULL ends a list */
    const char *text; /* borrowed; NULL where it is a number */
    int64_t number;
} LogField;

static inline const char *log_or_empty(const char *text)
{
    return text != NULL ? text : "";
}

#define F_STR(n, v) ((LogField){.name = (n), .text = log_or_empty(v)}) /* NULL becomes "" */
#define F_INT(n, v) ((LogField){.name = (n), .number = (v)})

/* Once, before threads start: to the journal where stderr is connected to it ($JOURNAL_STREAM),
 * else JSON lines to stderr; and what GLib has to say goes the same way. Before that: JSON lines.
 */
void log_init(void);
/* Where the journal listens; log_init and tests. NULL: to stderr again. */
void log_use_journal(const char *socket_path);
/* Everything up to this level is written; LOG_LEVEL_INFO at first. Before threads start. */
void log_set_level(LogLevel level);
void log_event(LogLevel level, const char *event, const LogField *fields);

#define log_error(...)              log_pick(LOG_LEVEL_ERROR, __VA_ARGS__, (LogField){0})
#define log_warning(...)            log_pick(LOG_LEVEL_WARNING, __VA_ARGS__, (LogField){0})
#define log_info(...)               log_pick(LOG_LEVEL_INFO, __VA_ARGS__, (LogField){0})
#define log_debug(...)              log_pick(LOG_LEVEL_DEBUG, __VA_ARGS__, (LogField){0})
#define log_pick(level, event, ...) log_event(level, event, (const LogField[]){__VA_ARGS__})

/* `text` with everything that looks like a secret (xoxb-…, xapp-…, ws URLs with a ticket, Bearer …,
 * URLs that carry their own authority such as response and upload URLs) replaced by "[secret]".
 * Every field goes through it anyway. Caller frees. */
char *log_redact(const char *text);
