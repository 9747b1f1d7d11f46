#include "bot/console/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "bot/console/steer.h"
#include "core/text.h"
#include "core/words.h"
#include "core/zone.h"

#define MIB ((size_t)1024 * 1024)

static void said_free(void *arg)
{
    Said *said = arg;

    g_free(said->message);
    g_free(said->thread);
    g_free(said);
}

/* Writing. */

static void fit_width(Session *session)
{
    struct winsize size = {0};

    if (session->style.terminal && ioctl(fileno(session->out), TIOCGWINSZ, &size) == 0 &&
        size.ws_col > 0) {
        session->style.width = CLAMP(size.ws_col, RENDER_WIDTH_MIN, RENDER_WIDTH_MAX);
    }
}

void session_put(Session *session, char *take_rendered)
{
    g_autofree char *text = take_rendered;
    size_t len = strlen(text);

    if (!session->broken &&
        (fwrite(text, 1, len, session->out) != len || fflush(session->out) != 0)) {
        session->broken = true;
        session->ended = true;
    }
}

void session_note(Session *session, char *take_text)
{
    g_autofree char *text = take_text;

    fit_width(session);
    session_put(session, render_note(text, &session->style));
}

static int64_t thread_number(const Session *session, const Card *card)
{
    const Message *message =
        card->thread != NULL ? shown_with_key(session->shown, card->thread) : NULL;

    return message != NULL ? message->number : 0;
}

void session_show(Session *session, const Message *message, const char *when, bool edited)
{
    const char *channel = message->channel;
    bool here = g_strcmp0(channel, session->keep->channel) == 0;
    RenderHead head = {
        .number = message->number,
        .thread = thread_number(session, message->card),
        .when = when,
        .edited = edited,
        .reply = message->id == NULL,
        .channel = here ? NULL : channel,
        .member = message->member,
    };

    fit_width(session);
    session_put(session, render_card(message->card, &head, &session->style));
}

/* Nothing came of what was typed: it is given back. */
static void show_failure(Session *session, const char *why, const char *words)
{
    bool typed = *words != '\0';
    g_autofree char *note =
        typed ? say(W_CONSOLE_FAILED_TEXT, S("why", why)) : say(W_CONSOLE_FAILED, S("why", why));

    fit_width(session);
    session_put(session, typed ? render_kept(note, words, &session->style)
                               : render_note(note, &session->style));
}

/* What the engine tells. */

static void on_replied(Session *session, Letter *letter)
{
    if (letter->failure != NULL) {
        show_failure(session, letter->failure, letter->text);
    } else if (letter->repeated) {
        session_note(session, say(W_CONSOLE_REPEATED));
    } else if (letter->reply != NULL) {
        Card *card = g_steal_pointer(&letter->reply);
        session_show(session,
                     shown_add(session->shown, NULL, letter->channel, letter->member, card), NULL,
                     false);
    }
}

/* A weekly check-in, while a sprint's goes first. */
static bool waits_behind(const Session *session, const Card *card)
{
    const char *first = g_hash_table_lookup(session->keep->prompts, card->channel);

    return g_str_has_prefix(card->key, "weekly/") && first != NULL &&
           !g_str_has_prefix(first, "weekly/");
}

/* Plain text in a channel answers the newest check-in there, until its sprint may be the one that
 * has closed. */
static void follow_prompt(Session *session, const Card *card)
{
    if (card->kind == CARD_PROMPT && card->channel != NULL && card->key != NULL) {
        if (waits_behind(session, card)) {
            return;
        }
        g_hash_table_replace(session->keep->prompts, g_strdup(card->channel), g_strdup(card->key));
    } else if (card->kind == CARD_CLOSE && card->channel != NULL) {
        g_hash_table_remove(session->keep->prompts, card->channel);
    }
}

/* The message that the card is put in: where its key stands, or a new one. */
static Message *place_card(Session *session, const char *id, Card *take_card)
{
    Message *message = shown_with_id(session->shown, id);

    if (message != NULL) {
        message_replace(message, take_card);
        return message;
    }
    return shown_add(session->shown, id, take_card->channel, take_card->member, take_card);
}

/* "Mon 14 July 09:30"; NULL while the clock is where the person put it. */
static char *when_text(const Session *session, Instant at)
{
    if (!session->moving) {
        return NULL;
    }
    g_autoptr(GTimeZone) zone = session_zone(session);
    g_autofree char *day = day_text_short(instant_day(at, zone));
    g_autofree char *minute = minute_text(instant_minute(at, zone));
    return g_strdup_printf("%s %s", day, minute);
}

static void on_deliver(Session *session, Letter *letter)
{
    Card *card = g_steal_pointer(&letter->row->card);
    g_autofree char *when = when_text(session, letter->at);

    if (!letter->edited) {
        follow_prompt(session, card);
    }
    bool quiet = letter->edited && card->quiet;
    const Message *message = place_card(session, letter->message, card);

    if (!quiet) {
        session_show(session, message, when, letter->edited);
    }
}

static void on_letter(Session *session, Letter *letter)
{
    switch (letter->kind) {
    case LETTER_REPLIED:
        on_replied(session, letter);
        break;
    case LETTER_DELIVER:
        on_deliver(session, letter);
        break;
    case LETTER_REACHED:
        session->reached = letter->token;
        g_free(session->team_zone);
        session->team_zone = g_steal_pointer(&letter->zone);
        break;
    }
}

static void take_letters(Session *session)
{
    g_autoptr(Letter) letter = mail_take(session->mail);

    if (letter == NULL) {
        return;
    }
    line_hide(session->line);
    while (letter != NULL && !session->broken) {
        on_letter(session, letter);
        letter_free(letter);
        letter = mail_take(session->mail);
    }
    line_show(session->line);
}

/* Waiting. */

static int take_signal(Session *session)
{
    struct signalfd_siginfo info;

    return read(session->signals, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

/* Waits for anything, and shows what the engine tells. The signal that came, or 0; `*ready`: `fd`
 * can be read. */
static int wait_once(Session *session, int fd, bool *ready)
{
    struct pollfd polled[] = {
        {.fd = mail_fd(session->mail), .events = POLLIN},
        {.fd = session->signals, .events = POLLIN},
        {.fd = fd, .events = POLLIN}, /* poll passes over a negative one */
    };

    *ready = false;
    if (poll(polled, G_N_ELEMENTS(polled), -1) < 0) {
        return errno == EINTR ? 0 : SIGTERM;
    }
    if (polled[0].revents != 0) {
        take_letters(session);
    }
    if (session->broken) {
        return SIGTERM;
    }
    if (polled[1].revents != 0) {
        return take_signal(session);
    }
    *ready = polled[2].revents != 0;
    return 0;
}

/* LineWait. */
static int wait_to_read(void *arg, int fd)
{
    Session *session = arg;
    bool ready = false;
    int signal = 0;

    while (!ready && signal == 0) {
        signal = wait_once(session, fd, &ready);
    }
    return signal;
}

static bool asks_for_end(int signal)
{
    return signal == SIGINT || signal == SIGTERM || signal == SIGHUP;
}

void session_settle(Session *session)
{
    bool ready;

    mail_barrier(session->mail, session->workspace, session->keep->channel, ++session->barrier);
    while (session->reached < session->barrier && !session->ended) {
        if (asks_for_end(wait_once(session, -1, &ready))) {
            session->ended = true;
        }
    }
}

/* Saying. */

GTimeZone *session_zone(const Session *session)
{
    const char *name = session->keep->zone != NULL ? session->keep->zone : session->team_zone;
    GTimeZone *zone = name != NULL ? zone_open(name) : NULL;

    return zone != NULL ? zone : g_time_zone_new_local();
}

static char *said_key(const Session *session)
{
    return g_strdup_printf("%s\n%s", session->keep->member, session->keep->channel);
}

const Said *session_said(const Session *session)
{
    g_autofree char *key = said_key(session);

    return g_hash_table_lookup(session->said, key);
}

Event *session_event(Session *session, EventKind kind)
{
    g_autofree char *key = g_strdup_printf("console/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                                           session->keep->start, ++session->events);
    Event *event = event_new(kind, key);

    event->workspace = session->workspace;
    event->channel = g_strdup(session->keep->channel);
    event->member = g_strdup(session->keep->member);
    event->conversation = true;
    return event;
}

void session_post(Session *session, Event *take_event)
{
    g_autoptr(Event) copy = event_copy(take_event);

    if (!engine_post(session->engine, take_event)) {
        g_autofree char *words = event_words(copy);
        show_failure(session, words_template(W_CONSOLE_FULL), words);
        return;
    }
    event_free(session->last);
    session->last = g_steal_pointer(&copy);
    session_settle(session);
}

static void say_command(Session *session, const char *bytes, size_t len)
{
    Event *event = session_event(session, EVENT_COMMAND);

    event_set_text(event, bytes, len);
    session_post(session, event);
}

static void say_text(Session *session, const char *bytes, size_t len)
{
    Event *event = session_event(session, EVENT_TEXT);
    Said *said = g_new0(Said, 1);

    event_set_text(event, bytes, len);
    event->message = g_strconcat("said/", event->key, NULL);
    event->thread = g_strdup(g_hash_table_lookup(session->keep->prompts, event->channel));
    said->message = g_strdup(event->message);
    said->thread = g_strdup(event->thread);
    g_hash_table_replace(session->said, said_key(session), said);
    session_post(session, event);
}

static bool is_blank(const GString *message)
{
    for (size_t i = 0; i < message->len; i++) {
        if (!g_ascii_isspace(message->str[i])) {
            return false;
        }
    }
    return true;
}

/* ":as" steers; ":)" and ":+1:" are said. */
static bool is_steering(const GString *message)
{
    return message->str[0] == ':' && g_ascii_isalpha(message->str[1]);
}

/* "> /sprint setup\", "> name: West": what was read, as it can be typed again. */
static void echo(Session *session, const GString *message)
{
    g_auto(GStrv) lines = g_strsplit(message->str, "\n", -1);
    g_autofree char *joined = g_strjoinv("\\\n> ", lines);

    session_put(session, g_strdup_printf("> %s\n", joined));
}

static void take_message(Session *session, const GString *message)
{
    if (is_blank(message)) {
        return;
    }
    if (session->echo) {
        echo(session, message);
    }
    if (message->str[0] == '/') {
        say_command(session, message->str + 1, message->len - 1);
    } else if (is_steering(message)) {
        steer(session, message->str + 1, message->len - 1);
    } else {
        say_text(session, message->str, message->len);
    }
}

/* The sitting. */

void session_init(Session *session, int input, LineKind kind)
{
    session->line = line_new(input, kind, steer_words(), wait_to_read, session);
    session->shown = shown_new();
    session->said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, said_free);
    session->style.width = RENDER_WIDTH_MAX;
}

void session_clear(Session *session)
{
    line_free(session->line);
    shown_free(session->shown);
    g_clear_pointer(&session->said, g_hash_table_unref);
    event_free(session->last);
    g_free(session->team_zone);
    *session = (Session){0};
}

void session_finish(Session *session)
{
    take_letters(session);
}

void session_banner(Session *session, const char *file)
{
    const Keep *keep = session->keep;

    session_note(session,
                 say(W_CONSOLE_BANNER, S("member", keep->member), S("channel", keep->channel)));
    session_note(session, say(W_CONSOLE_BANNER_FIRST));
    session_note(session, file != NULL ? say(W_CONSOLE_BANNER_KEPT, S("file", file))
                                       : say(W_CONSOLE_BANNER_LOST));
    session_put(session, g_strdup("\n"));
}

/* Ink in a prompt stands between bytes 1, for edit.c; two such sequences must not touch (libedit).
 */
static void put_ink(const Session *session, GString *prompt, const char *sequence)
{
    if (session->style.colour) {
        g_string_append_printf(prompt, "\1\x1b[%sm\1", sequence);
    }
}

static void put_time(Session *session, GString *prompt)
{
    g_autoptr(GTimeZone) zone = session_zone(session);
    Instant now = clock_now(session->clock);
    g_autofree char *day = day_text_short(instant_day(now, zone));
    g_autofree char *minute = minute_text(instant_minute(now, zone));

    g_string_append_printf(prompt, " %s %s", day, minute);
}

/* "maria #west Mon 14 July 09:30 > "; the time only while it stands still. */
static char *prompt_text(Session *session)
{
    GString *prompt = g_string_new(NULL);

    put_ink(session, prompt, "1");
    g_string_append(prompt, session->keep->member);
    put_ink(session, prompt, "0;34");
    g_string_append_printf(prompt, " #%s", session->keep->channel);
    if (clock_is_manual(session->clock)) {
        put_ink(session, prompt, "0;2");
        put_time(session, prompt);
    }
    put_ink(session, prompt, "0");
    g_string_append(prompt, " > ");
    return g_string_free(prompt, FALSE);
}

static void read_message(Session *session, GString *message)
{
    g_autofree char *prompt = prompt_text(session);

    switch (line_read(session->line, prompt, message)) {
    case LINE_MESSAGE:
        take_message(session, message);
        break;
    case LINE_TOO_LONG:
        session_note(session, say(W_CONSOLE_TOO_LONG, N("max", (int64_t)(LINE_BYTES_MAX / MIB))));
        break;
    case LINE_CLEARED:
        break;
    case LINE_END:
    case LINE_STOPPED:
        session->ended = true;
        break;
    }
}

bool session_run(Session *session)
{
    g_autoptr(GString) message = g_string_new(NULL);

    session_settle(session); /* what was left from the last time, and what is overdue */
    while (!session->ended) {
        read_message(session, message);
    }
    return !session->broken;
}
