#include "bot/console/steer.h"

#include <string.h>

#include "bot/console/help.h"
#include "bot/console/moment.h"
#include "core/command.h"
#include "core/text.h"
#include "core/words.h"
#include "core/zone.h"

#define QUOTED_MAX   60 /* characters of what was typed, in an answer */
#define DM_SHOWN_MAX 10

/* What was typed, for quoting it back. Caller frees. */
static char *quoted(const char *text)
{
    return text_cut(text, QUOTED_MAX);
}

/* Who and where. */

static void say_who(Session *session)
{
    session_note(session, say(W_CONSOLE_YOU_ARE, S("member", session->keep->member),
                              S("channel", session->keep->channel)));
}

/* A name without the sign that may stand before it; NULL, and it is said why, when it cannot be
 * one. */
static const char *read_name(Session *session, const char *text, char sign, const char *example)
{
    const char *name = *text == sign ? text + 1 : text;

    if (name_valid(name)) {
        return name;
    }
    g_autofree char *quote = quoted(text);
    session_note(session, say(W_CONSOLE_BAD_NAME, S("name", quote), N("max", NAME_CHARS_MAX),
                              S("example", example)));
    return NULL;
}

static void steer_as(Session *session, const SteerRest *rest)
{
    const char *name = read_name(session, rest->text, '@', ":as maria");

    if (name != NULL) {
        g_free(session->keep->member);
        session->keep->member = g_strdup(name);
        say_who(session);
    }
}

static void steer_in(Session *session, const SteerRest *rest)
{
    const char *name = read_name(session, rest->text, '#', ":in west");

    if (name != NULL) {
        g_free(session->keep->channel);
        session->keep->channel = g_strdup(name);
        session_settle(session); /* the team there may have another zone */
        say_who(session);
    }
}

static bool is_direct_to(const Message *message, const char *member)
{
    return message->channel == NULL && g_strcmp0(message->member, member) == 0;
}

/* The newest ones, in the order in which they came; what is left out is counted. */
static void steer_dm(Session *session, const SteerRest *rest)
{
    const char *name = *rest->text == '\0' ? session->keep->member
                                           : read_name(session, rest->text, '@', ":dm maria");
    const Message *newest[DM_SHOWN_MAX];
    size_t count = 0;

    if (name == NULL) {
        return;
    }
    for (const Message *m = NULL; (m = shown_previous(session->shown, m)) != NULL;) {
        if (is_direct_to(m, name)) {
            if (count < DM_SHOWN_MAX) {
                newest[count] = m;
            }
            count++;
        }
    }
    if (count == 0) {
        session_note(session, say(W_CONSOLE_DM_NONE, S("member", name)));
    } else if (count > DM_SHOWN_MAX) {
        session_note(session, say(W_CONSOLE_DM_EARLIER, N("n", (int64_t)(count - DM_SHOWN_MAX))));
    }
    for (size_t i = MIN(count, DM_SHOWN_MAX); i > 0; i--) {
        session_show(session, newest[i - 1], NULL, false);
    }
}

/* The clock. */

/* `alone`: it is only asked for. */
static void say_time(Session *session, bool alone)
{
    g_autoptr(GTimeZone) zone = session_zone(session);
    g_autofree char *time = instant_text(clock_now(session->clock), zone);
    bool stands = alone && clock_is_manual(session->clock);

    session_note(session, say(stands ? W_CONSOLE_TIME_STANDS : W_CONSOLE_TIME_IS, S("time", time),
                              S("zone", g_time_zone_get_identifier(zone))));
}

/* Moves the clock; a real one stands still from here on, and may be put back this once. */
static void move_clock(Session *session, Instant to)
{
    Instant now = clock_now(session->clock);

    if (!clock_is_manual(session->clock)) {
        clock_set(session->clock, to.us < now.us ? to : now);
    }
    session->moving = true;
    engine_advance(session->engine, to);
    session_settle(session);
    session->moving = false;
}

static void steer_time(Session *session, const SteerRest *rest)
{
    g_autoptr(GTimeZone) zone = session_zone(session);
    g_autofree char *quote = quoted(rest->text);
    Instant now = clock_now(session->clock);
    Instant to = now;

    if (*rest->text == '\0') {
        say_time(session, true);
        return;
    }
    switch (moment_read(rest->text, now, zone, &to)) {
    case MOMENT_NOT_UNDERSTOOD:
        session_note(session, say(W_CONSOLE_TIME_BAD, S("text", quote)));
        return;
    case MOMENT_TOO_FAR:
        session_note(session, say(W_CONSOLE_TIME_FAR, S("text", quote)));
        return;
    case MOMENT_OK:
        break;
    }
    if (clock_is_manual(session->clock) && to.us < now.us) {
        g_autofree char *time = instant_text(now, zone);
        session_note(session, say(W_CONSOLE_TIME_BACK, S("text", quote), S("time", time)));
        return;
    }
    move_clock(session, to);
    say_time(session, false);
}

static void steer_zone(Session *session, const SteerRest *rest)
{
    g_autoptr(GTimeZone) zone = *rest->text == '\0' ? session_zone(session) : zone_open(rest->text);

    if (zone == NULL) {
        g_autofree char *quote = quoted(rest->text);
        g_auto(GStrv) near = zone_suggest(quote, 3);
        g_autofree char *list = near != NULL ? g_strjoinv(", ", near) : g_strdup("");

        session_note(session, *list != '\0'
                                  ? say(W_CONSOLE_ZONE_NEAR, S("text", quote), S("near", list))
                                  : say(W_CONSOLE_ZONE_BAD, S("text", quote)));
        return;
    }
    if (*rest->text != '\0') {
        g_free(session->keep->zone);
        session->keep->zone = g_strdup(rest->text);
    }
    session_note(session, say(W_CONSOLE_ZONE_IS, S("zone", g_time_zone_get_identifier(zone))));
}

/* One's own messages. */

/* The last thing said here now reads so. */
static void change_said(Session *session, const char *bytes, size_t len)
{
    const Said *said = session_said(session);

    if (said == NULL) {
        session_note(session, say(W_CONSOLE_EDIT_NONE, S("member", session->keep->member),
                                  S("channel", session->keep->channel)));
        return;
    }
    Event *event = session_event(session, EVENT_TEXT);
    event_set_text(event, bytes, len);
    event->message = g_strdup(said->message);
    event->thread = g_strdup(said->thread);
    event->edited = true;
    session_post(session, event);
}

static void steer_edit(Session *session, const SteerRest *rest)
{
    if (*rest->text == '\0') {
        session_note(session, say(W_CONSOLE_EDIT_EMPTY));
        return;
    }
    change_said(session, rest->bytes, rest->len);
}

static void steer_delete(Session *session, const SteerRest *rest)
{
    (void)rest;
    change_said(session, "", 0);
}

static void steer_again(Session *session, const SteerRest *rest)
{
    (void)rest;
    if (session->last == NULL) {
        session_note(session, say(W_CONSOLE_AGAIN_NONE));
        return;
    }
    session_post(session, g_steal_pointer(&session->last));
}

/* The bot's messages. */

/* A whole number above or equal to 0 of at most 9 digits, perhaps in brackets; -1. */
static int64_t read_number(const char *text)
{
    size_t len = strlen(text);
    bool brackets = len > 2 && text[0] == '[' && text[len - 1] == ']';
    g_autofree char *digits = brackets ? g_strndup(text + 1, len - 2) : g_strdup(text);
    gint64 number;

    return strlen(digits) <= 9 && g_ascii_string_to_signed(digits, 10, 0, G_MAXINT32, &number, NULL)
               ? number
               : -1;
}

static const Block *button_on(const Card *card, const char *text, int64_t number)
{
    return number > 0 ? card_button_numbered(card, number) : card_button_labelled(card, text);
}

/* The newest message that can be seen from here and has this button. By number, the newest with any
 * button counts. */
static const Message *find_button(const Session *session, const char *text, const Block **button)
{
    int64_t number = read_number(text);

    for (const Message *m = NULL; (m = shown_previous(session->shown, m)) != NULL;) {
        if (!message_seen_by(m, session->keep->member, session->keep->channel)) {
            continue;
        }
        *button = button_on(m->card, text, number);
        if (*button != NULL || (number > 0 && card_button_numbered(m->card, 1) != NULL)) {
            return *button != NULL ? m : NULL;
        }
    }
    return NULL;
}

/* The label that may have been meant, of all that can be seen from here; NULL. Caller frees. */
static char *near_label(const Session *session, const char *text)
{
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);

    for (const Message *m = NULL; (m = shown_previous(session->shown, m)) != NULL;) {
        const Block *button;

        if (!message_seen_by(m, session->keep->member, session->keep->channel)) {
            continue;
        }
        for (int64_t n = 1; (button = card_button_numbered(m->card, n)) != NULL; n++) {
            g_ptr_array_add(labels, marks_strip(button->text));
        }
    }
    g_ptr_array_add(labels, NULL);
    return g_strdup(text_nearest(text, (const char *const *)labels->pdata));
}

static void refuse_press(Session *session, const char *text)
{
    g_autofree char *near = near_label(session, text);
    Arg member = S("member", session->keep->member);
    Arg channel = S("channel", session->keep->channel);

    session_note(session,
                 near != NULL
                     ? say(W_CONSOLE_PRESS_NEAR, member, channel, S("text", text), S("near", near))
                     : say(W_CONSOLE_PRESS_NONE, member, channel, S("text", text)));
}

static void steer_press(Session *session, const SteerRest *rest)
{
    const Block *button = NULL;

    if (*rest->text == '\0') {
        session_note(session, say(W_CONSOLE_PRESS_EMPTY));
        return;
    }
    const Message *message = find_button(session, rest->text, &button);
    if (message == NULL) {
        g_autofree char *quote = quoted(rest->text);
        refuse_press(session, quote);
        return;
    }
    Event *event = session_event(session, EVENT_BUTTON);
    event->action = g_strdup(button->label);
    event->value = g_strdup(button->values);
    event->thread =
        g_strdup(message->card->key != NULL ? message->card->key : message->card->thread);
    session_post(session, event);
}

static void say_thread(Session *session)
{
    const char *channel = session->keep->channel;
    const char *key = g_hash_table_lookup(session->keep->prompts, channel);
    const Message *message = key != NULL ? shown_with_key(session->shown, key) : NULL;

    if (key == NULL) {
        session_note(session, say(W_CONSOLE_THREAD_NONE, S("channel", channel)));
    } else if (message == NULL) {
        session_note(session, say(W_CONSOLE_THREAD_EARLIER, S("channel", channel)));
    } else {
        session_note(session,
                     say(W_CONSOLE_THREAD_IS, S("channel", channel), N("number", message->number)));
    }
}

static void steer_thread(Session *session, const SteerRest *rest)
{
    const char *channel = session->keep->channel;
    int64_t number = read_number(rest->text);
    const Message *message = shown_numbered(session->shown, number);

    if (number == 0) {
        g_hash_table_remove(session->keep->prompts, channel);
    } else if (message != NULL && message->card->key != NULL &&
               g_strcmp0(message->channel, channel) == 0) {
        g_hash_table_replace(session->keep->prompts, g_strdup(channel),
                             g_strdup(message->card->key));
    } else if (*rest->text != '\0') {
        g_autofree char *quote = quoted(rest->text);
        session_note(session, say(W_CONSOLE_THREAD_BAD, S("text", quote), S("channel", channel)));
        return;
    }
    say_thread(session);
}

/* The console itself. */

static void steer_help(Session *session, const SteerRest *rest)
{
    (void)rest;
    session_put(session, help_text(&session->style));
}

static void steer_quit(Session *session, const SteerRest *rest)
{
    (void)rest;
    session->ended = true;
}

const Steer steers[] = {
    {"as", NULL, "NAME", W_CONSOLE_HELP_AS, steer_as},
    {"in", NULL, "CHANNEL", W_CONSOLE_HELP_IN, steer_in},
    {"dm", NULL, "NAME", W_CONSOLE_HELP_DM, steer_dm},
    {"time", NULL, "WHEN", W_CONSOLE_HELP_TIME, steer_time},
    {"zone", NULL, "NAME", W_CONSOLE_HELP_ZONE, steer_zone},
    {"edit", NULL, "TEXT", W_CONSOLE_HELP_EDIT, steer_edit},
    {"delete", NULL, NULL, W_CONSOLE_HELP_DELETE, steer_delete},
    {"press", NULL, "BUTTON", W_CONSOLE_HELP_PRESS, steer_press},
    {"thread", NULL, "N", W_CONSOLE_HELP_THREAD, steer_thread},
    {"again", NULL, NULL, W_CONSOLE_HELP_AGAIN, steer_again},
    {"help", "h", NULL, W_CONSOLE_HELP_HELP, steer_help},
    {"quit", "q,exit", NULL, W_CONSOLE_HELP_QUIT, steer_quit},
    {0},
};

static bool is_called(const Steer *row, const char *word)
{
    g_auto(GStrv) aliases = g_strsplit(row->aliases != NULL ? row->aliases : "", ",", -1);

    return strcmp(row->name, word) == 0 || g_strv_contains((const char *const *)aliases, word);
}

static const Steer *find(const char *word)
{
    for (const Steer *row = steers; row->name != NULL; row++) {
        if (is_called(row, word)) {
            return row;
        }
    }
    return NULL;
}

static void refuse_word(Session *session, const char *word)
{
    const char *names[G_N_ELEMENTS(steers)] = {0};
    g_autofree char *quote = quoted(word);

    for (size_t i = 0; steers[i].name != NULL; i++) {
        names[i] = steers[i].name;
    }
    const char *near = text_nearest(quote, names);
    session_note(session, near != NULL
                              ? say(W_CONSOLE_UNKNOWN_NEAR, S("word", quote), S("near", near))
                              : say(W_CONSOLE_UNKNOWN, S("word", quote)));
}

void steer(Session *session, const char *bytes, size_t len)
{
    size_t word_len = 0;

    while (word_len < len && !g_ascii_isspace(bytes[word_len])) {
        word_len++;
    }
    size_t start = word_len;
    while (start < len && g_ascii_isspace(bytes[start])) {
        start++;
    }
    g_autofree char *valid = g_utf8_make_valid(bytes, (gssize)word_len);
    g_autofree char *word = g_ascii_strdown(valid, -1);
    g_autofree char *text = g_strchomp(g_utf8_make_valid(bytes + start, (gssize)(len - start)));
    const Steer *row = find(word);

    if (row == NULL) {
        refuse_word(session, word);
    } else if (row->usage == NULL && *text != '\0') {
        g_autofree char *quote = quoted(text);
        session_note(session, say(W_CONSOLE_NO_ARGUMENT, S("word", row->name), S("text", quote)));
    } else {
        row->run(session, &(SteerRest){text, bytes + start, len - start});
    }
}

static gpointer make_words(gpointer arg)
{
    GPtrArray *words = g_ptr_array_new();

    (void)arg;
    for (const Steer *row = steers; row->name != NULL; row++) {
        g_ptr_array_add(words, g_strconcat(":", row->name, NULL));
    }
    for (const Command *const *c = commands; *c != NULL && (*c)->name != NULL; c++) {
        g_ptr_array_add(words, g_strdup_printf("/%s %s", (*c)->family, (*c)->name));
    }
    g_ptr_array_add(words, NULL);
    return g_ptr_array_free(words, FALSE);
}

const char *const *steer_words(void)
{
    static GOnce once = G_ONCE_INIT;

    return g_once(&once, make_words, NULL);
}
