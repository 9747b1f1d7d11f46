#include "bot/console/mail.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bot/footprint.h"

struct Mail {
    Clock *clock;
    Engine *engine;
    int fd;               /* an eventfd: above 0 while there may be letters */
    pthread_mutex_t lock; /* guards all below; a lock that ThreadSanitizer knows */
    GQueue letters;
    WorkspaceId workspace; /* that the barrier asks about */
    char *channel;
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
    g_free(letter->zone);
    g_free(letter);
}

static void free_letter(void *letter)
{
    letter_free(letter);
}

Mail *mail_new(Clock *clock, GError **error)
{
    g_autoptr(Mail) mail = g_new0(Mail, 1);

    mail->clock = clock;
    pthread_mutex_init(&mail->lock, NULL);
    g_queue_init(&mail->letters);
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
    g_queue_clear_full(&mail->letters, free_letter);
    pthread_mutex_destroy(&mail->lock);
    if (mail->fd >= 0) {
        close(mail->fd);
    }
    g_free(mail->channel);
    g_free(mail);
}

/* Engine's thread. */
static void post(Mail *mail, Letter *take_letter)
{
    uint64_t one = 1;

    pthread_mutex_lock(&mail->lock);
    g_queue_push_tail(&mail->letters, take_letter);
    pthread_mutex_unlock(&mail->lock);
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

/* It came before, and was perhaps shown by a console that then died; by now nobody wants it any
 * more. */
static bool is_over(const OutboxRow *row, Instant now)
{
    return row->card->expires.us != 0 && now.us >= row->card->expires.us;
}

/* A new message is named after its row in the outbox: no other ever has that number. */
static void on_deliver(void *arg, OutboxRow *take_row, const MessageRef *ref,
                       const MessageRef *thread)
{
    Mail *mail = arg;

    (void)thread; /* the card names it by its key */
    if (is_over(take_row, clock_now(mail->clock))) {
        engine_settle(mail->engine, take_row->workspace, take_row->id, OUTBOX_EXPIRED, NULL);
        outbox_row_free(take_row);
        return;
    }
    Letter *letter = letter_new(LETTER_DELIVER);
    g_autofree char *target = outbox_target(take_row->card);
    g_autofree char *id =
        ref != NULL ? g_strdup(ref->message) : g_strdup_printf("%" G_GINT64_FORMAT, take_row->id);
    MessageRef stands = {.channel = target, .message = id};
    WorkspaceId workspace = take_row->workspace;
    int64_t row = take_row->id;

    letter->row = take_row;
    letter->at = clock_now(mail->clock);
    letter->message = g_strdup(id);
    letter->edited = ref != NULL;
    post(mail, letter);
    engine_settle(mail->engine, workspace, row, OUTBOX_DELIVERED, &stands);
}

static void on_reached(void *arg, int64_t token)
{
    Mail *mail = arg;
    Letter *letter = letter_new(LETTER_REACHED);

    pthread_mutex_lock(&mail->lock);
    WorkspaceId workspace = mail->workspace;
    g_autofree char *channel = g_strdup(mail->channel);
    pthread_mutex_unlock(&mail->lock);
    letter->token = token;
    letter->zone = engine_zone_name(mail->engine, workspace, channel);
    post(mail, letter);
}

static void on_rested(void *arg)
{
    (void)arg;
    footprint_shrink();
}

EngineOut mail_slot(Mail *mail)
{
    return (EngineOut){
        .arg = mail,
        .replied = on_replied,
        .deliver = on_deliver,
        .reached = on_reached,
        .rested = on_rested,
    };
}

void mail_attach(Mail *mail, Engine *engine)
{
    mail->engine = engine;
}

void mail_barrier(Mail *mail, WorkspaceId workspace, const char *channel, int64_t token)
{
    pthread_mutex_lock(&mail->lock);
    g_free(mail->channel);
    mail->channel = g_strdup(channel);
    mail->workspace = workspace;
    pthread_mutex_unlock(&mail->lock);
    engine_barrier(mail->engine, token);
}

int mail_fd(const Mail *mail)
{
    return mail->fd;
}

static Letter *pop(Mail *mail)
{
    pthread_mutex_lock(&mail->lock);
    Letter *letter = g_queue_pop_head(&mail->letters);
    pthread_mutex_unlock(&mail->lock);
    return letter;
}

Letter *mail_take(Mail *mail)
{
    uint64_t count;
    Letter *letter = pop(mail);

    if (letter == NULL) {
        /* Only now is the count taken back, and then looked again: a letter that came in between is
         * not left lying. */
        ssize_t ignored = read(mail->fd, &count, sizeof count);
        (void)ignored;
        letter = pop(mail);
    }
    return letter;
}
