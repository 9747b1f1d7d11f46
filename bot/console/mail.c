#include "bot/console/mail.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct Mail {
    GAsyncQueue *letters;
    int fd; /* an eventfd: above 0 while there may be letters */
};

void letter_free(Letter *letter)
{
    if (letter == NULL) {
        return;
    }
    card_free(letter->reply);
    g_free(letter->member);
    g_free(letter->channel);
    g_free(letter->text);
    g_free(letter->failure);
    if (letter->row != NULL) {
        outbox_row_free(letter->row);
    }
    g_free(letter->message);
    g_free(letter);
}

static void free_letter(void *letter)
{
    letter_free(letter);
}

Mail *mail_new(GError **error)
{
    g_autoptr(Mail) mail = g_new0(Mail, 1);

    mail->letters = g_async_queue_new_full(free_letter);
    mail->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (mail->fd < 0) {
        int code = errno;
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "eventfd: %s",
                    g_strerror(code));
        return NULL;
    }
    return g_steal_pointer(&mail);
}

void mail_free(Mail *mail)
{
    if (mail == NULL) {
        return;
    }
    g_async_queue_unref(mail->letters);
    if (mail->fd >= 0) {
        close(mail->fd);
    }
    g_free(mail);
}

/* Engine's thread. */
static void post(Mail *mail, Letter *take_letter)
{
    uint64_t one = 1;

    g_async_queue_push(mail->letters, take_letter);
    /* It only fails when the count is full, and then the loop is woken all the same. */
    ssize_t ignored = write(mail->fd, &one, sizeof one);
    (void)ignored;
}

char *event_words(const Event *event)
{
    g_autofree char *text = event->text != NULL
                                ? g_utf8_make_valid(event->text, (gssize)event->text_len)
                                : g_strdup("");

    return g_strconcat(event->kind == EVENT_COMMAND ? "/" : "", text, NULL);
}

static Letter *letter_new(LetterKind kind)
{
    Letter *letter = g_new0(Letter, 1);

    letter->kind = kind;
    return letter;
}

static void on_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                       const GError *failure)
{
    Letter *letter = letter_new(LETTER_REPLIED);

    letter->reply = take_reply;
    letter->member = g_strdup(event->member);
    letter->channel = g_strdup(event->channel);
    letter->repeated = repeated;
    if (failure != NULL) {
        letter->failure = g_strdup(failure->message);
        letter->text = event_words(event);
    }
    post(arg, letter);
}

static void on_deliver(void *arg, OutboxRow *take_row, const MessageRef *ref)
{
    Letter *letter = letter_new(LETTER_DELIVER);

    letter->row = take_row;
    letter->message = ref != NULL ? g_strdup(ref->message) : NULL;
    post(arg, letter);
}

static void on_reached(void *arg, int64_t token)
{
    Letter *letter = letter_new(LETTER_REACHED);

    letter->token = token;
    post(arg, letter);
}

EngineOut mail_slot(Mail *mail)
{
    return (EngineOut){
        .arg = mail,
        .replied = on_replied,
        .deliver = on_deliver,
        .reached = on_reached,
    };
}

int mail_fd(const Mail *mail)
{
    return mail->fd;
}

Letter *mail_take(Mail *mail)
{
    uint64_t count;
    Letter *letter = g_async_queue_try_pop(mail->letters);

    if (letter == NULL) {
        /* Only now is the count taken back, and then looked again: a letter that came in between is
         * not left lying. */
        ssize_t ignored = read(mail->fd, &count, sizeof count);
        (void)ignored;
        letter = g_async_queue_try_pop(mail->letters);
    }
    return letter;
}
