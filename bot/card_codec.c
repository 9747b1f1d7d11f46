/* Kinds and statuses travel as their own words, so that a new one in the middle of an enum changes
 * no stored card. GVariant's bytes are the machine's own order; they are kept little-endian, so
 * that a database can be carried. */

#include "bot/card_codec.h"

#include <string.h>

#include "bot/store/store.h"
#include "core/words.h"

#define VERSION      1
#define BLOCK_FORMAT "(smsmsmsmssi)"
#define CARD_FORMAT  "(smsmsmsmsxa" BLOCK_FORMAT ")"

static const char *const card_kinds[] = {
    [CARD_REPLY] = "reply",       [CARD_NOTICE] = "notice", [CARD_SPRINT] = "sprint",
    [CARD_PROMPT] = "prompt",     [CARD_NUDGE] = "nudge",   [CARD_REMINDER] = "reminder",
    [CARD_RETRO_ASK] = "retro",   [CARD_CLOSE] = "close",   [CARD_ECHO] = "echo",
    [CARD_QUESTION] = "question",
};

static const char *const block_kinds[] = {
    [BLOCK_TITLE] = "title", [BLOCK_TEXT] = "text", [BLOCK_FACT] = "fact",
    [BLOCK_KR] = "kr",       [BLOCK_ITEM] = "item", [BLOCK_QUOTE] = "quote",
    [BLOCK_CODE] = "code",   [BLOCK_HINT] = "hint", [BLOCK_BUTTON] = "button",
};

static const char *const statuses[] = {
    [PACE_NONE] = "",           [PACE_TOO_EARLY] = "too early", [PACE_BEHIND] = "behind",
    [PACE_AT_RISK] = "at risk", [PACE_ON_TRACK] = "on track",   [PACE_AHEAD] = "ahead",
    [PACE_DONE] = "done",       [PACE_STALE] = "stale",
};

/* The place of `word` in `words`, or -1. */
static int place_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* Cards are clean UTF-8; should one not be, it is mended here rather than lost. */
static GVariant *maybe_text(const char *text)
{
    GVariant *value = NULL;

    if (text != NULL) {
        value = g_variant_new_take_string(g_utf8_make_valid(text, -1));
    }
    return g_variant_new_maybe(G_VARIANT_TYPE_STRING, value);
}

static GVariant *block_variant(const Block *block)
{
    return g_variant_new("(s@ms@ms@ms@mssi)", block_kinds[block->kind], maybe_text(block->label),
                         maybe_text(block->text), maybe_text(block->values),
                         maybe_text(block->note), statuses[block->status], block->progress);
}

static GVariant *card_variant(const Card *card)
{
    GVariantBuilder blocks;

    g_variant_builder_init(&blocks, G_VARIANT_TYPE("a" BLOCK_FORMAT));
    for (guint i = 0; i < card->blocks->len; i++) {
        g_variant_builder_add_value(&blocks, block_variant(g_ptr_array_index(card->blocks, i)));
    }
    return g_variant_ref_sink(g_variant_new("(s@ms@ms@ms@msxa" BLOCK_FORMAT ")",
                                            card_kinds[card->kind], maybe_text(card->key),
                                            maybe_text(card->channel), maybe_text(card->member),
                                            maybe_text(card->thread), card->expires.us, &blocks));
}

/* Between the machine's order and the stored one; takes and gives a reference. */
static GVariant *stored_order(GVariant *take_variant)
{
    if (G_BYTE_ORDER == G_LITTLE_ENDIAN) {
        return take_variant;
    }
    g_autoptr(GVariant) variant = take_variant;

    return g_variant_byteswap(variant);
}

GBytes *card_to_bytes(const Card *card)
{
    g_autoptr(GVariant) variant = stored_order(card_variant(card));
    GByteArray *bytes = g_byte_array_new();

    g_byte_array_append(bytes, (const guint8[]){VERSION}, 1);
    g_byte_array_append(bytes, g_variant_get_data(variant), (guint)g_variant_get_size(variant));
    return g_byte_array_free_to_bytes(bytes);
}

/* NULL where a word is none of ours. */
static Block *block_of(GVariant *variant)
{
    const char *kind = NULL;
    const char *status = NULL;
    Block *block = block_new(BLOCK_TEXT);

    g_variant_get(variant, "(&smsmsmsms&si)", &kind, &block->label, &block->text, &block->values,
                  &block->note, &status, &block->progress);
    int kind_at = place_of(kind, block_kinds, G_N_ELEMENTS(block_kinds));
    int status_at = place_of(status, statuses, G_N_ELEMENTS(statuses));

    if (kind_at < 0 || status_at < 0) {
        block_free(block);
        return NULL;
    }
    block->kind = (BlockKind)kind_at;
    block->status = (PaceStatus)status_at;
    return block;
}

static bool add_blocks(Card *card, GVariant *blocks)
{
    size_t n = g_variant_n_children(blocks);

    for (size_t i = 0; i < n; i++) {
        g_autoptr(GVariant) child = g_variant_get_child_value(blocks, i);
        Block *block = block_of(child);

        if (block == NULL) {
            return false;
        }
        card_block(card, block);
    }
    return true;
}

/* NULL where a word is none of ours, or nobody is addressed. */
static Card *card_of(GVariant *variant)
{
    g_autoptr(Card) card = card_new(CARD_NOTICE);
    g_autoptr(GVariant) blocks = NULL;
    const char *kind = NULL;

    g_variant_get(variant, "(&smsmsmsmsx@a" BLOCK_FORMAT ")", &kind, &card->key, &card->channel,
                  &card->member, &card->thread, &card->expires.us, &blocks);
    int kind_at = place_of(kind, card_kinds, G_N_ELEMENTS(card_kinds));

    if (kind_at < 0 || (card->channel == NULL && card->member == NULL) ||
        !add_blocks(card, blocks)) {
        return NULL;
    }
    card->kind = (CardKind)kind_at;
    return g_steal_pointer(&card);
}

/* The variant in the bytes, or NULL where they are not exactly one. */
static GVariant *variant_of(const uint8_t *bytes, size_t len)
{
    if (len < 1 || bytes[0] != VERSION) {
        return NULL;
    }
    g_autoptr(GBytes) rest = g_bytes_new(bytes + 1, len - 1); /* aligned, as GVariant wants it */
    g_autoptr(GVariant) variant = stored_order(
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(CARD_FORMAT), rest, FALSE)));

    return g_variant_is_normal_form(variant) ? g_steal_pointer(&variant) : NULL;
}

Card *card_from_bytes(const void *bytes, size_t len, GError **error)
{
    g_autoptr(GVariant) variant = variant_of(bytes, len);
    Card *card = variant != NULL ? card_of(variant) : NULL;

    if (card == NULL) {
        g_set_error_literal(error, STORE_ERROR, STORE_ERROR_CORRUPT,
                            words_template(W_STORE_ODD_CARD));
    }
    return card;
}
