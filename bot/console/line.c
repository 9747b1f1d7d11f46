#include "bot/console/line.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bot/console/edit.h"

#define CHUNK        65536
#define PROMPT_GO_ON "… > "

struct Line {
    int fd;
    LineKind kind;
    Edit *edit; /* of LINE_EDIT; else NULL */
    LineWait wait;
    void *arg;
    char *chunk; /* read, and taken up to `at` */
    size_t at, len;
    const char *prompt; /* of LINE_PROMPT, while a line is read */
};

Line *line_new(int fd, LineKind kind, const char *const *words, LineWait wait, void *arg)
{
    Line *line = g_new0(Line, 1);

    *line = (Line){.fd = fd, .kind = kind, .wait = wait, .arg = arg};
    if (kind == LINE_EDIT) {
        line->edit = edit_new(fd, words, wait, arg);
    }
    if (line->edit == NULL) {
        line->kind = kind == LINE_PIPE ? LINE_PIPE : LINE_PROMPT;
        line->chunk = g_malloc(CHUNK);
    }
    return line;
}

void line_free(Line *line)
{
    if (line != NULL) {
        edit_free(line->edit);
        g_free(line->chunk);
        g_free(line);
    }
}

/* Fills the chunk again. */
static LineResult fill(Line *line)
{
    for (;;) {
        int signal = line->wait(line->arg, line->fd);

        if (signal == SIGINT && line->kind == LINE_PROMPT) {
            return LINE_CLEARED; /* the terminal forgot what was typed */
        }
        if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
            return LINE_STOPPED;
        }
        ssize_t n = signal == 0 ? read(line->fd, line->chunk, CHUNK) : -1;
        if (n == 0) {
            return LINE_END;
        }
        if (n > 0) {
            line->at = 0;
            line->len = (size_t)n;
            return LINE_MESSAGE;
        }
        if (signal == 0 && errno != EINTR && errno != EAGAIN) {
            return LINE_END; /* as good as the end: nothing more will come */
        }
    }
}

/* Takes bytes up to a line's end; of a line that is too long only the last bytes are kept: they
 * tell whether it goes on. */
static void keep(GString *text, const char *bytes, size_t len, bool *too_long)
{
    if (len > LINE_BYTES_MAX || text->len > LINE_BYTES_MAX - len) {
        *too_long = true;
        g_string_truncate(text, 0);
    }
    g_string_append_len(text, bytes, (gssize)len);
}

static LineResult read_plain(Line *line, GString *text, bool *too_long)
{
    bool begun = false;

    for (;;) {
        LineResult result = line->at < line->len ? LINE_MESSAGE : fill(line);

        if (result == LINE_END && begun) {
            return LINE_MESSAGE; /* the last line may lack its end */
        }
        if (result != LINE_MESSAGE) {
            return result;
        }
        const char *start = line->chunk + line->at;
        const char *end = memchr(start, '\n', line->len - line->at);
        size_t len = end != NULL ? (size_t)(end - start) : line->len - line->at;

        keep(text, start, len, too_long);
        begun = true;
        line->at += len + (end != NULL ? 1 : 0);
        if (end != NULL) {
            return LINE_MESSAGE;
        }
    }
}

static void show_prompt(const Line *line)
{
    if (line->kind == LINE_PROMPT) {
        fputs(line->prompt, stdout);
        fflush(stdout);
    }
}

static LineResult read_one(Line *line, const char *prompt, GString *text, bool *too_long)
{
    LineResult result;

    if (line->edit != NULL) {
        result = edit_read(line->edit, prompt, text);
    } else {
        line->prompt = prompt;
        show_prompt(line);
        result = read_plain(line, text, too_long);
        line->prompt = NULL;
        if (line->kind == LINE_PROMPT && result != LINE_MESSAGE) {
            fputs("\n", stdout);
        }
    }
    if (text->len > 0 && text->str[text->len - 1] == '\r') {
        g_string_truncate(text, text->len - 1);
    }
    return result;
}

/* Takes off the backslash, and the blanks that were there for its looks. */
static bool goes_on(GString *text)
{
    if (text->len == 0 || text->str[text->len - 1] != '\\') {
        return false;
    }
    size_t len = text->len - 1;
    while (len > 0 && text->str[len - 1] == ' ') {
        len--;
    }
    g_string_truncate(text, len);
    return true;
}

/* "#" alone or before a blank; "#2 27%" answers sprint 2. */
static bool is_comment(const GString *text)
{
    return text->len > 0 && text->str[0] == '#' &&
           (text->len == 1 || text->str[1] == ' ' || text->str[1] == '\t');
}

LineResult line_read(Line *line, const char *prompt, GString *message)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bool too_long = false;
    bool first = true;

    g_string_truncate(message, 0);
    for (;;) {
        g_string_truncate(text, 0);
        LineResult result = read_one(line, first ? prompt : PROMPT_GO_ON, text, &too_long);

        if (result == LINE_END && !first) {
            break; /* the end comes next time */
        }
        if (result != LINE_MESSAGE) {
            return result;
        }
        if (first && !too_long && is_comment(text)) {
            continue;
        }
        bool more = goes_on(text);
        keep(message, first ? "" : "\n", first ? 0 : 1, &too_long);
        keep(message, text->str, text->len, &too_long);
        first = false;
        if (!more) {
            break;
        }
    }
    return too_long ? LINE_TOO_LONG : LINE_MESSAGE;
}

void line_hide(Line *line)
{
    if (line->edit != NULL) {
        edit_hide(line->edit);
    } else if (line->kind == LINE_PROMPT && line->prompt != NULL) {
        fputs("\n", stdout);
    }
}

void line_show(Line *line)
{
    if (line->edit != NULL) {
        edit_show(line->edit);
    } else if (line->prompt != NULL) {
        show_prompt(line);
    }
}
