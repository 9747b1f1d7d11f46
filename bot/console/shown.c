/* Messages stand in the order of their numbers; the oldest are forgotten when there are very many.
 */

#include "bot/console/shown.h"

#include "core/text.h"

#define KEPT_MAX     5000
#define KEPT_AT_ONCE 1000 /* forgotten together, so that forgetting costs nothing each time */

struct Shown {
    GPtrArray *messages; /* of Message */
    GHashTable *by_id;   /* id -> Message; both borrowed */
    int64_t last;        /* the newest number */
};

static void message_free(void *arg)
{
    Message *message = arg;

    g_free(message->id);
    g_free(message->channel);
    g_free(message->member);
    card_free(message->card);
    g_free(message);
}

Shown *shown_new(void)
{
    Shown *shown = g_new0(Shown, 1);

    shown->messages = g_ptr_array_new_with_free_func(message_free);
    shown->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    return shown;
}

void shown_free(Shown *shown)
{
    if (shown != NULL) {
        g_hash_table_unref(shown->by_id);
        g_ptr_array_unref(shown->messages);
        g_free(shown);
    }
}

static void forget_oldest(Shown *shown)
{
    if (shown->messages->len < KEPT_MAX) {
        return;
    }
    for (guint i = 0; i < KEPT_AT_ONCE; i++) {
        const Message *message = g_ptr_array_index(shown->messages, i);

        if (message->id != NULL) {
            g_hash_table_remove(shown->by_id, message->id);
        }
    }
    g_ptr_array_remove_range(shown->messages, 0, KEPT_AT_ONCE);
}

Message *shown_add(Shown *shown, const char *id, const char *channel, const char *member,
                   Card *take_card)
{
    Message *message = g_new0(Message, 1);

    forget_oldest(shown);
    message->number = ++shown->last;
    message->id = g_strdup(id);
    message->channel = g_strdup(channel);
    message->member = g_strdup(member);
    message->card = take_card;
    g_ptr_array_add(shown->messages, message);
    if (id != NULL) {
        g_hash_table_replace(shown->by_id, message->id, message);
    }
    return message;
}

Message *shown_with_id(Shown *shown, const char *id)
{
    return g_hash_table_lookup(shown->by_id, id);
}

/* Where a number stands in the array; beyond its end when it does not. */
static int64_t place_of(const Shown *shown, int64_t number)
{
    return number - (shown->last - (int64_t)shown->messages->len) - 1;
}

const Message *shown_numbered(const Shown *shown, int64_t number)
{
    if (number < 1 || number > shown->last || place_of(shown, number) < 0) {
        return NULL;
    }
    return g_ptr_array_index(shown->messages, place_of(shown, number));
}

const Message *shown_with_key(const Shown *shown, const char *key)
{
    const Message *message = NULL;

    while ((message = shown_previous(shown, message)) != NULL) {
        if (g_strcmp0(message->card->key, key) == 0) {
            break;
        }
    }
    return message;
}

void message_replace(Message *message, Card *take_card)
{
    card_free(message->card);
    message->card = take_card;
}

const Message *shown_previous(const Shown *shown, const Message *before)
{
    return shown_numbered(shown, before == NULL ? shown->last : before->number - 1);
}

bool message_seen_by(const Message *message, const char *member, const char *channel)
{
    if (message->member != NULL && g_strcmp0(message->member, member) != 0) {
        return false;
    }
    return message->channel == NULL || g_strcmp0(message->channel, channel) == 0;
}

const Block *card_button_numbered(const Card *card, int64_t n)
{
    for (guint i = 0; n > 0 && i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        if (block->kind == BLOCK_BUTTON && --n == 0) {
            return block;
        }
    }
    return NULL;
}

const Block *card_button_labelled(const Card *card, const char *label)
{
    g_autofree char *wanted = text_fold(label);

    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);
        g_autofree char *plain = marks_strip(block->text != NULL ? block->text : "");
        g_autofree char *folded = text_fold(plain);

        if (block->kind == BLOCK_BUTTON && g_strcmp0(folded, wanted) == 0) {
            return block;
        }
    }
    return NULL;
}
