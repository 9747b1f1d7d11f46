/* libedit reads the terminal through next_char, which waits with everything else that the console
 * waits for. What is written meanwhile stands above the line: edit_hide goes back to where the
 * prompt began, edit_show draws all anew. */

#include "bot/console/edit.h"

#include <errno.h>
#include <histedit.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "bot/console/flow.h"

#define HISTORY_MAX     1000
#define COLUMNS_DEFAULT 80
#define REPLACED        L'\xFFFD'
#define CLEAR_BELOW     "\r\x1b[J"
#define CURSOR_UP       "\x1b[%dA"

struct Edit {
    EditLine *el;
    History *history;
    const char *const *words;
    LineWait wait;
    void *arg;
    int fd;
    char *prompt;
    bool reading; /* a line is on the screen */
    bool cleared; /* it was interrupted */
    int stopped;  /* the signal that asks for the end; 0 */
};

static Edit *edit_of(EditLine *el)
{
    Edit *edit = NULL;

    el_get(el, EL_CLIENTDATA, &edit);
    g_assert(edit != NULL);
    return edit;
}

static char *prompt_of(EditLine *el)
{
    return edit_of(el)->prompt;
}

/* ^Z: the terminal is the shell's meanwhile. */
static void suspend(Edit *edit)
{
    el_set(edit->el, EL_PREP_TERM, 0);
    fputs("\n", stdout);
    fflush(stdout);
    raise(SIGSTOP);
    el_set(edit->el, EL_PREP_TERM, 1);
    el_set(edit->el, EL_REFRESH);
}

/* False when the line ends with this. */
static bool take_signal(Edit *edit, int signal)
{
    switch (signal) {
    case SIGWINCH:
        el_resize(edit->el);
        return true;
    case SIGTSTP:
        suspend(edit);
        return true;
    case SIGINT:
        edit->cleared = true;
        return false;
    case SIGTERM:
    case SIGHUP:
        edit->stopped = signal;
        return false;
    default:
        return true;
    }
}

/* One byte: 1; 0 at the end, which a signal may be. */
static int next_byte(Edit *edit, char *byte)
{
    for (;;) {
        int signal = edit->wait(edit->arg, edit->fd);

        if (signal != 0 && !take_signal(edit, signal)) {
            return 0;
        }
        ssize_t n = signal == 0 ? read(edit->fd, byte, 1) : -1;
        if (n == 1 && *byte == '\0') {
            continue; /* what a ^D becomes that was typed before the line was there */
        }
        if (n >= 0) {
            return (int)n;
        }
        if (signal == 0 && errno != EINTR && errno != EAGAIN) {
            return 0;
        }
    }
}

/* EL_GETCFN: a character, from the bytes that make it up. */
static int next_char(EditLine *el, wchar_t *c)
{
    Edit *edit = edit_of(el);
    mbstate_t state = {0};
    char byte;

    for (;;) {
        if (next_byte(edit, &byte) == 0) {
            return 0;
        }
        size_t n = mbrtowc(c, &byte, 1, &state);
        if (n == (size_t)-1) {
            *c = REPLACED;
            return 1;
        }
        if (n != (size_t)-2) {
            return 1;
        }
    }
}

/* The part of the line before the cursor. Caller frees. */
static char *before_cursor(EditLine *el)
{
    const LineInfo *info = el_line(el);

    return g_strndup(info->buffer, (gsize)(info->cursor - info->buffer));
}

/* What all words that begin with `start` have in common beyond it; `*count` tells how many there
 * are. */
static char *common_rest(const char *const *words, const char *start, size_t *count)
{
    const char *first = NULL;
    size_t same = 0;

    *count = 0;
    for (; *words != NULL; words++) {
        if (!g_str_has_prefix(*words, start)) {
            continue;
        }
        if ((*count)++ == 0) {
            first = *words;
            same = strlen(first);
        }
        for (size_t i = 0; i < same; i++) {
            same = first[i] == (*words)[i] ? same : i;
        }
    }
    size_t skip = strlen(start);
    return *count == 0 ? NULL : g_strndup(first + skip, same - skip);
}

/* Tab: completes as far as there is one way; shows the ways when there are several. */
static unsigned char complete(EditLine *el, int ch)
{
    Edit *edit = edit_of(el);
    g_autofree char *start = before_cursor(el);
    size_t count;
    g_autofree char *rest = common_rest(edit->words, start, &count);

    (void)ch;
    if (*start == '\0' || count == 0) {
        return CC_REFRESH_BEEP;
    }
    if (*rest != '\0' || count == 1) {
        el_insertstr(el, rest);
        return el_insertstr(el, count == 1 ? " " : "") == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
    }
    edit_hide(edit);
    for (size_t i = 0; edit->words[i] != NULL; i++) {
        if (g_str_has_prefix(edit->words[i], start)) {
            printf("  %s\n", edit->words[i]);
        }
    }
    return CC_REDISPLAY;
}

static void set_up(Edit *edit)
{
    HistEvent event;

    el_set(edit->el, EL_CLIENTDATA, edit);
    el_set(edit->el, EL_EDITOR, "emacs");
    el_set(edit->el, EL_PROMPT_ESC, prompt_of, '\1');
    el_set(edit->el, EL_GETCFN, next_char);
    el_wset(edit->el, EL_ADDFN, L"complete", L"Complete a command",
            complete); /* el_set leaks them */
    el_set(edit->el, EL_BIND, "^I", "complete", NULL);
    el_set(edit->el, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_source(edit->el, NULL);
    history(edit->history, &event, H_SETSIZE, HISTORY_MAX);
    history(edit->history, &event, H_SETUNIQUE, 1);
    el_set(edit->el, EL_HIST, history, edit->history);
}

Edit *edit_new(int fd, const char *const *words, LineWait wait, void *arg)
{
    Edit *edit = g_new0(Edit, 1);

    *edit = (Edit){.words = words, .wait = wait, .arg = arg, .fd = fd, .prompt = g_strdup("")};
    edit->el = el_init("anchord", stdin, stdout, stderr);
    edit->history = history_init();
    if (edit->el == NULL || edit->history == NULL) {
        edit_free(edit);
        return NULL;
    }
    set_up(edit);
    return edit;
}

void edit_free(Edit *edit)
{
    if (edit == NULL) {
        return;
    }
    if (edit->history != NULL) {
        history_end(edit->history);
    }
    if (edit->el != NULL) {
        el_end(edit->el);
    }
    g_free(edit->prompt);
    g_free(edit);
}

LineResult edit_read(Edit *edit, const char *prompt, GString *line)
{
    int count = 0;
    HistEvent event;

    g_free(edit->prompt);
    edit->prompt = g_strdup(prompt);
    edit->cleared = false;
    edit->reading = true;
    const char *text = el_gets(edit->el, &count);
    edit->reading = false;
    if (edit->stopped != 0) {
        return LINE_STOPPED;
    }
    if (text == NULL || count <= 0) {
        printf(edit->cleared ? "^C\n" : "\n");
        return edit->cleared ? LINE_CLEARED : LINE_END;
    }
    g_string_append_len(line, text, count);
    if (line->str[line->len - 1] == '\n') {
        g_string_truncate(line, line->len - 1);
    }
    if (line->len > 0) {
        history(edit->history, &event, H_ENTER, line->str);
    }
    return LINE_MESSAGE;
}

static int screen_columns(const Edit *edit)
{
    struct winsize size = {0};

    return ioctl(edit->fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                      : COLUMNS_DEFAULT;
}

/* The prompt without its escape sequences, which stand between bytes 1. */
static int32_t prompt_columns(const char *prompt)
{
    int32_t columns = 0;
    g_auto(GStrv) parts = g_strsplit(prompt, "\1", -1);

    for (guint i = 0; parts[i] != NULL; i += parts[i + 1] == NULL ? 1 : 2) {
        columns += text_columns(parts[i]);
    }
    return columns;
}

void edit_hide(Edit *edit)
{
    if (!edit->reading) {
        return;
    }
    g_autofree char *typed = before_cursor(edit->el);
    int rows = (prompt_columns(edit->prompt) + text_columns(typed)) / screen_columns(edit);

    fputs("\r", stdout);
    if (rows > 0) {
        printf(CURSOR_UP, rows);
    }
    fputs(CLEAR_BELOW, stdout);
    fflush(stdout);
}

void edit_show(Edit *edit)
{
    if (edit->reading) {
        el_set(edit->el, EL_REFRESH);
    }
}
