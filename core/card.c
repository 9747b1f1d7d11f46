#include "core/card.h"

#include <string.h>

#include "core/chart.h"
#include "core/form_view.h"
#include "core/words.h"

/* Room for as many as most cards have. */
#define CARD_BLOCKS 16

/* Where the texts are. */
#define CARD_TEXTS(card)                                                                           \
    {                                                                                              \
        &(card)->key, &(card)->channel, &(card)->member, &(card)->thread, &(card)->under,          \
            &(card)->answers                                                                       \
    }
#define BLOCK_TEXTS(block)                                                                         \
    {                                                                                              \
        &(block)->label, &(block)->text, &(block)->values, &(block)->note                          \
    }

Block *block_new(BlockKind kind)
{
    Block *block = g_new(Block, 1);

    *block = (Block){.kind = kind, .progress = PROGRESS_UNKNOWN};
    return block;
}

void block_free(Block *block)
{
    if (block == NULL) {
        return;
    }
    g_free(block->label);
    g_free(block->text);
    g_free(block->values);
    g_free(block->note);
    g_free(block);
}

static void free_block(gpointer block)
{
    block_free(block);
}

Card *card_new(CardKind kind)
{
    Card *card = g_new(Card, 1);

    *card = (Card){.kind = kind, .blocks = g_ptr_array_new_full(CARD_BLOCKS, free_block)};
    return card;
}

static void free_texts(Card *card)
{
    char **const texts[] = CARD_TEXTS(card);

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_free(*texts[i]);
    }
}

void card_free(Card *card)
{
    if (card == NULL) {
        return;
    }
    if (!card->packed) {
        free_texts(card);
    }
    g_ptr_array_unref(card->blocks);
    chart_free(card->chart);
    form_view_free(card->form);
    g_free(card);
}

static Block *block_copy(const Block *block)
{
    Block *copy = g_new(Block, 1);

    *copy = *block;
    copy->label = g_strdup(block->label);
    copy->text = g_strdup(block->text);
    copy->values = g_strdup(block->values);
    copy->note = g_strdup(block->note);
    return copy;
}

Card *card_copy(const Card *card)
{
    Card *copy = card_new(card->kind);

    copy->key = g_strdup(card->key);
    copy->channel = g_strdup(card->channel);
    copy->member = g_strdup(card->member);
    copy->thread = g_strdup(card->thread);
    copy->under = g_strdup(card->under);
    copy->answers = g_strdup(card->answers);
    copy->quiet = card->quiet;
    copy->expires = card->expires;
    copy->chart = card->chart != NULL ? chart_copy(card->chart) : NULL;
    for (guint i = 0; i < card->blocks->len; i++) {
        card_block(copy, block_copy(g_ptr_array_index(card->blocks, i)));
    }
    return copy;
}

/* --- in one piece --- */

static size_t room(char **const *texts, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        size += *texts[i] != NULL ? strlen(*texts[i]) + 1 : 0;
    }
    return size;
}

static size_t packed_size(Card *card)
{
    char **const of_card[] = CARD_TEXTS(card);
    size_t size = sizeof(Card) + room(of_card, G_N_ELEMENTS(of_card));

    for (guint i = 0; i < card->blocks->len; i++) {
        Block *block = g_ptr_array_index(card->blocks, i);
        char **const of_block[] = BLOCK_TEXTS(block);

        size += sizeof(Block) + room(of_block, G_N_ELEMENTS(of_block));
    }
    return size;
}

/* The texts go to `at`; returns where the next ones go. */
static char *move_texts(char **const *texts, size_t count, char *at)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = *texts[i];

        if (text != NULL) {
            *texts[i] = at;
            at = stpcpy(at, text) + 1;
        }
    }
    return at;
}

static void pack_into(Card *packed, const Card *card)
{
    Block *blocks = (Block *)(packed + 1);
    char *at = (char *)(blocks + card->blocks->len);
    char **const of_card[] = CARD_TEXTS(packed);

    *packed = *card;
    packed->packed = true;
    packed->blocks = g_ptr_array_sized_new(card->blocks->len);
    at = move_texts(of_card, G_N_ELEMENTS(of_card), at);
    for (guint i = 0; i < card->blocks->len; i++) {
        char **const of_block[] = BLOCK_TEXTS(&blocks[i]);

        blocks[i] = *(const Block *)g_ptr_array_index(card->blocks, i);
        at = move_texts(of_block, G_N_ELEMENTS(of_block), at);
        g_ptr_array_add(packed->blocks, &blocks[i]);
    }
}

Card *card_pack(Card *take_card)
{
    Card *packed = g_malloc(packed_size(take_card));

    pack_into(packed, take_card);
    take_card->chart = NULL;
    take_card->form = NULL;
    card_free(take_card);
    return packed;
}

const char *card_kind_name(CardKind kind)
{
    static const char *const names[] = {
        [CARD_REPLY] = "reply",       [CARD_NOTICE] = "notice", [CARD_SPRINT] = "sprint",
        [CARD_PROMPT] = "prompt",     [CARD_NUDGE] = "nudge",   [CARD_REMINDER] = "reminder",
        [CARD_RETRO_ASK] = "retro",   [CARD_CLOSE] = "close",   [CARD_ECHO] = "echo",
        [CARD_QUESTION] = "question", [CARD_HOME] = "home",
    };

    return names[kind];
}

void card_block(Card *card, Block *take_block)
{
    g_ptr_array_add(card->blocks, take_block);
}

static Block *add(Card *card, BlockKind kind, char *take_text)
{
    Block *block = block_new(kind);

    block->text = take_text;
    card_block(card, block);
    return block;
}

void card_title(Card *card, char *take_text)
{
    add(card, BLOCK_TITLE, take_text);
}

void card_text(Card *card, char *take_text)
{
    add(card, BLOCK_TEXT, take_text);
}

void card_fact(Card *card, char *take_label, char *take_text)
{
    add(card, BLOCK_FACT, take_text)->label = take_label;
}

void card_item(Card *card, const char *label, char *take_text)
{
    add(card, BLOCK_ITEM, take_text)->label = g_strdup(label);
}

void card_quote(Card *card, const char *text)
{
    add(card, BLOCK_QUOTE, g_strdup(text));
}

void card_code(Card *card, char *take_text)
{
    add(card, BLOCK_CODE, take_text);
}

void card_hint(Card *card, char *take_text)
{
    add(card, BLOCK_HINT, take_text);
}

void card_button(Card *card, char *take_text, const char *action, const char *value)
{
    Block *block = add(card, BLOCK_BUTTON, take_text);

    block->label = g_strdup(action);
    block->values = g_strdup(value);
}

char *marks_strip(const char *text)
{
    GString *out = g_string_sized_new(strlen(text));

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == MARK_MEMBER[0]) {
            g_string_append_c(out, '@');
        } else if (*p > MARK_MEMBER[0] || *p < 0) {
            g_string_append_c(out, *p);
        }
    }
    return g_string_free(out, FALSE);
}

char *card_plain(const Card *card)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);
        const char *const parts[] = {block->label, block->text, block->values, block->note};

        for (size_t j = 0; j < G_N_ELEMENTS(parts); j++) {
            if (parts[j] != NULL && *parts[j] != '\0') {
                g_autofree char *plain = marks_strip(parts[j]);

                g_string_append_printf(
                    out, "%s%s", j > 0 && out->len > 0 && out->str[out->len - 1] != '\n' ? " " : "",
                    plain);
            }
        }
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}
