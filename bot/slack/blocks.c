#include "bot/slack/blocks.h"

#include <string.h>

#include "bot/slack/kit.h"
#include "core/text.h"
#include "core/words.h"

#define FALLBACK_MAX 3900 /* bytes; chat.update takes no more than 4000 characters */
#define CARD_BYTES   4096 /* most cards have fewer */
#define TEXT_BYTES   512  /* most fallbacks, too */

/* --- the line for notifications, and for those who have pictures and blocks read to them --- */

static void add_part(GString *out, const char *before, const char *text, const SlackLook *look)
{
    if (text != NULL && *text != '\0' && out->len + 64 < FALLBACK_MAX) {
        text_add(out, before, strlen(before));
        slack_mrkdwn(out, text, FALLBACK_MAX - out->len, &look->names);
    }
}

static void add_line(GString *out, const Block *block, const SlackLook *look)
{
    const char *before = out->len > 0 ? "\n" : "";
    bool kr = block->kind == BLOCK_KR;

    if (block->kind == BLOCK_BUTTON || block->kind == BLOCK_CODE) {
        return;
    }
    if (block->label != NULL && *block->label != '\0') {
        add_part(out, before, block->label, look);
        before = kr ? " " : block->kind == BLOCK_ITEM ? ". " : ": ";
    }
    add_part(out, before, block->text, look);
    add_part(out, ": ", kr ? block->values : NULL, look);
}

static GString fallback_of(const Card *card, const SlackLook *look)
{
    GString text = text_begin(TEXT_BYTES);

    for (guint i = 0; i < card->blocks->len && text.len + 64 < FALLBACK_MAX; i++) {
        add_line(&text, g_ptr_array_index(card->blocks, i), look);
    }
    if (!kit_has_words(text.str)) {
        g_string_assign(&text, words_template(W_SHOWN_NOTHING));
    }
    return text;
}

/* --- the three places for a card --- */

static void write_blocks(GString *out, const Card *card, const char *channel, const SlackLook *look,
                         size_t most)
{
    const KitCard wanted = {.card = card,
                            .channel = channel,
                            .look = look,
                            .most = most,
                            .rest = words_template(W_SHOWN_REST),
                            .nothing = words_template(W_SHOWN_NOTHING)};

    kit_write_card(out, &wanted);
}

void slack_message(Json *args, const Card *card, const char *channel, const SlackLook *look)
{
    g_auto(GString) text = fallback_of(card, look);
    g_autoptr(GString) blocks = g_string_sized_new(CARD_BYTES);

    write_blocks(blocks, card, channel, look, SLACK_BLOCKS_MAX);
    json_put_text(args, "text", text.str);
    json_put_json(args, "blocks", blocks->str);
}

void slack_ephemeral(GString *out, const Card *card, const char *channel, const SlackLook *look)
{
    g_auto(GString) text = fallback_of(card, look);

    /* An answer takes no message's place. */
    json_write_json(out, "{\"response_type\":\"ephemeral\",\"replace_original\":false");
    json_write_key(out, "text");
    json_write_text_len(out, text.str, text.len);
    json_write_key(out, "blocks");
    write_blocks(out, card, channel, look, SLACK_BLOCKS_MAX);
    json_write_close(out, '}');
}

void slack_home(GString *out, const Card *card, const SlackLook *look)
{
    json_write_json(out, "{\"type\":\"home\",\"blocks\":");
    write_blocks(out, card, NULL, look, SLACK_VIEW_BLOCKS_MAX);
    json_write_close(out, '}');
}

/* --- buttons, read back --- */

static bool is_number(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

bool slack_button(const char *action_id, const char *value, char **action, char **channel,
                  char **argument)
{
    const char *slash = action_id != NULL ? strrchr(action_id, '/') : NULL;
    const char *blank = value != NULL ? strchr(value, ' ') : NULL;

    if (slash == NULL || slash == action_id || !is_number(slash + 1) || blank == NULL) {
        return false;
    }
    *action = g_strndup(action_id, (gsize)(slash - action_id));
    *channel = blank > value ? g_strndup(value, (gsize)(blank - value)) : NULL;
    *argument = g_strdup(blank + 1);
    return true;
}
