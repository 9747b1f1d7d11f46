/* A card's blocks are gathered: what belongs together becomes one section, so that a phone shows it
 * in one glance. A card that has too many blocks that way is gathered a second time, tightly: all
 * its text in as few sections as will hold it. */

#include "bot/slack/kit.h"

#include <string.h>

#include "bot/look.h"
#include "core/chart.h"
#include "core/text.h"
#include "core/words.h"

#define METRIC_MAX     2000 /* bytes of a KR's parts, so that they fit into one section together */
#define VALUES_MAX     600
#define LABEL_MAX      200
#define FACT_LABEL_MAX 600
#define BYTES_MAX                                                                                  \
    100000 /* of text; a view may have 250,000 bytes, and quotes and newlines count twice */
#define TEXT_BYTES 512 /* most sections have fewer */
#define CODE_OPENS "```\n"
#define CODE_ENDS  "\n```"

typedef enum Surface { NO_SURFACE, SECTION, CONTEXT } Surface;

typedef struct Page {
    const KitCard *wanted;
    GString *blocks; /* JSON, an array that is still open */
    size_t left;     /* blocks that may still come */
    size_t kept;     /* of those, for what comes last */
    size_t bytes;    /* of text so far */
    bool tight;
    bool over;
    GString *text;   /* gathered so far */
    GString *para;   /* being written */
    GString *marked; /* a KR's values, with where it stands marked */
    Surface surface;
    BlockKind last; /* what was gathered last */
    size_t buttons;
    size_t row; /* of those, in the actions that are still open; 0: none are */
} Page;

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static const SlackNames *names_of(const Page *page)
{
    return &page->wanted->look->names;
}

/* --- gathering --- */

static void end_row(Page *page)
{
    if (page->row > 0) {
        g_string_append(page->blocks, "]}");
    }
    page->row = 0;
}

/* Whether one more block may be added; false once, and the card is over. */
static bool take_block(Page *page)
{
    end_row(page);
    if (page->left <= page->kept) {
        page->over = true;
        return false;
    }
    page->left--;
    return true;
}

static void flush(Page *page)
{
    if (page->text->len > 0 && page->bytes + page->text->len > BYTES_MAX) {
        page->over = true;
    } else if (page->text->len > 0 && take_block(page)) {
        page->bytes += page->text->len;
        (page->surface == CONTEXT ? kit_write_context : kit_write_section)(page->blocks,
                                                                           page->text);
    }
    g_string_truncate(page->text, 0);
    page->surface = NO_SURFACE;
}

/* What goes on in the section that the block before began. */
static bool goes_on(const Page *page, BlockKind kind)
{
    bool listed = kind == BLOCK_ITEM || kind == BLOCK_QUOTE;

    return kind != BLOCK_KR && kind != BLOCK_TITLE && kind != BLOCK_CODE &&
           (page->last == kind || (page->last == BLOCK_TEXT && listed));
}

/* Adds the paragraph in `para` to what is gathered, or begins anew with it. */
static void gather(Page *page, Surface surface, BlockKind kind)
{
    bool on = goes_on(page, kind);
    size_t joint = on ? 1 : 2; /* newlines */

    if (!kit_has_words(page->para->str)) {
        g_string_truncate(page->para, 0);
        return;
    }
    end_row(page); /* what is pressed below a text stands below it */
    if (page->surface != surface || (!on && !page->tight) ||
        page->text->len + joint + page->para->len > SLACK_TEXT_MAX) {
        flush(page);
    }
    if (page->text->len > 0) {
        text_add(page->text, "\n\n", joint);
    }
    text_add(page->text, page->para->str, page->para->len);
    page->surface = surface;
    page->last = kind;
    g_string_truncate(page->para, 0);
}

/* A text in as many paragraphs as it takes; `para` holds what stands in front of the first. */
static void gather_text(Page *page, Surface surface, BlockKind kind, const char *text)
{
    SlackPiece piece = {.rest = text};

    while (piece.rest != NULL && !page->over) {
        slack_mrkdwn_piece(page->para, &piece, SLACK_TEXT_MAX - page->para->len, names_of(page));
        gather(page, surface, kind);
    }
}

/* --- one kind of block each --- */

static Surface small(const Page *page)
{
    return page->tight ? SECTION : CONTEXT;
}

/* In units, of which a text has no more than bytes. */
static bool is_longer(const char *text, size_t max)
{
    return strlen(text) > max && slack_units(text) > max;
}

static void put_title(Page *page, const Block *block)
{
    const char *text = or_empty(block->text);

    if (page->tight || is_longer(text, SLACK_HEADER_MAX) || strchr(text, '\n') != NULL) {
        slack_mrkdwn_bold(page->para, text, SLACK_TEXT_MAX, names_of(page));
        gather(page, SECTION, BLOCK_TITLE);
        return;
    }
    flush(page);
    if (take_block(page)) {
        json_write_json(page->blocks, "{\"type\":\"header\"");
        kit_write_plain(page->blocks, "text", text, SLACK_HEADER_MAX, names_of(page));
        json_write_close(page->blocks, '}');
    }
    page->last = BLOCK_TITLE;
}

static void put_text(Page *page, const Block *block)
{
    gather_text(page, SECTION, BLOCK_TEXT, or_empty(block->text));
}

static void put_fact(Page *page, const Block *block)
{
    g_autofree char *label = look_label(or_empty(block->label));

    slack_mrkdwn_bold(page->para, label, FACT_LABEL_MAX, names_of(page));
    g_string_append_c(page->para, ' ');
    gather_text(page, SECTION, BLOCK_FACT, or_empty(block->text));
}

static void put_item(Page *page, const Block *block)
{
    const char *label = or_empty(block->label);

    if (!kit_has_words(block->text)) {
        return;
    }
    if (*label == '\0') {
        g_string_append(page->para, "• ");
    } else {
        slack_mrkdwn(page->para, label, LABEL_MAX, names_of(page));
        g_string_append(page->para, ". ");
    }
    gather_text(page, SECTION, BLOCK_ITEM, or_empty(block->text));
}

static void put_quote_line(Page *page, const char *line)
{
    SlackPiece piece = {.rest = line};

    while (piece.rest != NULL && !page->over) {
        g_string_append(page->para, "> ");
        slack_mrkdwn_piece(page->para, &piece, SLACK_TEXT_MAX - page->para->len, names_of(page));
        gather(page, SECTION, BLOCK_QUOTE);
    }
}

static void put_quote(Page *page, const Block *block)
{
    g_auto(GStrv) lines = g_strsplit(or_empty(block->text), "\n", -1);

    for (char **line = kit_has_words(block->text) ? lines : NULL;
         line != NULL && *line != NULL && !page->over; line++) {
        put_quote_line(page, *line);
    }
}

static void put_code(Page *page, const Block *block)
{
    SlackPiece piece = {.rest = kit_has_words(block->text) ? block->text : NULL, .code = true};

    while (piece.rest != NULL && !page->over) {
        g_string_append(page->para, CODE_OPENS);
        slack_mrkdwn_piece(page->para, &piece,
                           SLACK_TEXT_MAX - strlen(CODE_OPENS) - strlen(CODE_ENDS), NULL);
        g_string_append(page->para, CODE_ENDS);
        gather(page, SECTION, BLOCK_CODE);
    }
}

static void put_hint(Page *page, const Block *block)
{
    gather_text(page, small(page), BLOCK_HINT, or_empty(block->text));
}

static void add_values(Page *page, const char *values)
{
    GString *marked = g_string_truncate(page->marked, 0);

    look_values(marked, values);
    slack_mrkdwn(page->para, marked->str, VALUES_MAX, names_of(page));
}

static void add_standing(Page *page, const Block *block)
{
    bool known = block->progress != PROGRESS_UNKNOWN;

    if (block->values != NULL || known) {
        g_string_append_c(page->para, '\n');
        add_values(page, or_empty(block->values));
    }
    if (known) {
        text_add(page->para, "  ", block->values != NULL ? 2 : 0);
        look_bar(page->para, block->progress);
    }
    if (block->status != PACE_NONE) {
        g_string_append_c(page->para, '\n');
        look_status(page->para, block->status);
    }
}

static void put_kr(Page *page, const Block *block)
{
    slack_mrkdwn_bold(page->para, or_empty(block->label), LABEL_MAX, names_of(page));
    g_string_append_c(page->para, ' ');
    slack_mrkdwn(page->para, or_empty(block->text), METRIC_MAX, names_of(page));
    add_standing(page, block);
    gather(page, SECTION, BLOCK_KR);
    if (kit_has_words(block->note)) {
        page->last = page->tight ? BLOCK_HINT : BLOCK_KR; /* right below its row */
        gather_text(page, small(page), BLOCK_HINT, block->note);
        page->last = BLOCK_KR;
    }
}

/* --- buttons --- */

static bool leads(CardKind kind)
{
    return kind == CARD_PROMPT || kind == CARD_RETRO_ASK;
}

/* Whether there is a place for one more button. */
static bool take_button(Page *page)
{
    if (page->row > 0 && page->row < SLACK_BUTTONS_MAX) {
        return true;
    }
    flush(page);
    if (!take_block(page)) {
        return false;
    }
    json_write_json(page->blocks, "{\"type\":\"actions\",\"elements\":[");
    return true;
}

static void write_button(const Page *page, const Block *block, const char *id, const char *value)
{
    GString *out = page->blocks;

    json_write_json(out, "{\"type\":\"button\"");
    json_write_member(out, "action_id", id);
    kit_write_plain(out, "text", block->text, SLACK_BUTTON_MAX, names_of(page));
    json_write_member(out, "value", value);
    if (page->buttons == 0 && leads(page->wanted->card->kind)) {
        json_write_member(out, "style", "primary");
    }
    json_write_close(out, '}');
}

static void put_button(Page *page, const Block *block)
{
    const char *channel = block->note != NULL ? block->note : or_empty(page->wanted->channel);
    g_autofree char *id = g_strdup_printf("%s/%zu", or_empty(block->label), page->buttons + 1);
    g_autofree char *value = g_strdup_printf("%s %s", channel, or_empty(block->values));

    if (strlen(id) > SLACK_ID_LEN_MAX || strlen(value) > SLACK_LABEL_MAX) {
        return; /* cut, it would mean something else */
    }
    if (take_button(page)) {
        write_button(page, block, id, value);
        page->row++;
        page->buttons++;
        page->last = BLOCK_BUTTON;
    }
}

/* --- the picture --- */

static void put_image(Page *page)
{
    const SlackLook *look = page->wanted->look;
    const Chart *chart = page->wanted->card->chart;
    const char *alt = look->image_alt != NULL ? look->image_alt
                      : chart != NULL         ? or_empty(chart->alt)
                                              : "";
    g_autoptr(GString) plain = g_string_new(NULL);

    flush(page);
    if (!take_block(page)) {
        return;
    }
    slack_plain(plain, kit_has_words(alt) ? alt : words_template(W_SHOWN_CHART), SLACK_LABEL_MAX,
                &look->names);
    json_write_json(page->blocks, "{\"type\":\"image\",\"slack_file\":{\"id\":");
    json_write_text(page->blocks, look->image);
    json_write_close(page->blocks, '}');
    json_write_member(page->blocks, "alt_text", plain->str);
    json_write_close(page->blocks, '}');
    page->last = BLOCK_TITLE;
}

/* The picture stands behind the last key result; without one, before what is to be done. */
static guint image_place(const GPtrArray *blocks)
{
    guint place = blocks->len;
    bool ends = true;

    for (guint i = blocks->len; i > 0; i--) {
        const Block *block = g_ptr_array_index(blocks, i - 1);

        if (block->kind == BLOCK_KR) {
            return i;
        }
        ends = ends && (block->kind == BLOCK_BUTTON || block->kind == BLOCK_HINT);
        place = ends ? i - 1 : place;
    }
    return place;
}

/* --- the card --- */

typedef void (*Put)(Page *page, const Block *block);

static const Put rows[] = {
    [BLOCK_TITLE] = put_title, [BLOCK_TEXT] = put_text, [BLOCK_FACT] = put_fact,
    [BLOCK_KR] = put_kr,       [BLOCK_ITEM] = put_item, [BLOCK_QUOTE] = put_quote,
    [BLOCK_CODE] = put_code,   [BLOCK_HINT] = put_hint, [BLOCK_BUTTON] = put_button,
};

static bool is_button(const Block *block)
{
    return block->kind == BLOCK_BUTTON;
}

/* In a tight card what can be pressed stands at the end, and always finds its place there. */
static bool is_later(const Page *page, const Block *block)
{
    return is_button(block) && (page->tight || page->wanted->bare);
}

static size_t button_blocks(const GPtrArray *blocks)
{
    size_t n = 0;

    for (guint i = 0; i < blocks->len; i++) {
        n += is_button(g_ptr_array_index(blocks, i));
    }
    return (n + SLACK_BUTTONS_MAX - 1) / SLACK_BUTTONS_MAX;
}

static void put_blocks(Page *page)
{
    const GPtrArray *blocks = page->wanted->card->blocks;
    bool pictured = page->wanted->look->image != NULL && !page->wanted->bare;
    guint image = pictured ? image_place(blocks) : G_MAXUINT;

    for (guint i = 0; i <= blocks->len && !page->over; i++) {
        if (i == image) {
            put_image(page);
        }
        if (i < blocks->len) {
            const Block *block = g_ptr_array_index(blocks, i);

            if (!is_later(page, block)) {
                rows[block->kind](page, block);
            }
        }
    }
    flush(page);
}

/* Says that there is more, and puts the buttons that were kept for the end. */
static void finish(Page *page)
{
    const GPtrArray *blocks = page->wanted->card->blocks;

    if (page->over) {
        page->kept--; /* the place for saying so */
        page->over = false;
        slack_mrkdwn(page->para, page->wanted->rest, SLACK_TEXT_MAX, NULL);
        gather(page, SECTION, BLOCK_TEXT);
        flush(page);
    }
    page->kept = 0;
    for (guint i = 0; i < blocks->len && page->tight && !page->wanted->bare; i++) {
        if (is_button(g_ptr_array_index(blocks, i))) {
            put_button(page, g_ptr_array_index(blocks, i));
        }
    }
}

/* Says `nothing` where no block came of the card. */
static void end_blocks(Page *page, size_t start)
{
    end_row(page);
    if (page->blocks->len == start && page->wanted->nothing != NULL) {
        g_string_assign(page->text, page->wanted->nothing);
        kit_write_section(page->blocks, page->text);
    }
    json_write_close(page->blocks, ']');
}

/* False where the blocks are too many and could be fewer. */
static bool gather_card(GString *out, const KitCard *wanted, bool tight)
{
    g_auto(GString) text = text_begin(TEXT_BYTES);
    g_auto(GString) para = text_begin(TEXT_BYTES);
    g_auto(GString) marked = text_begin(TEXT_ROOM);
    Page page = {.wanted = wanted,
                 .blocks = out,
                 .left = wanted->most,
                 .tight = tight,
                 .text = &text,
                 .para = &para,
                 .marked = &marked,
                 .last = BLOCK_TITLE};

    if (tight) {
        size_t buttons = wanted->bare ? 0 : button_blocks(wanted->card->blocks);

        page.kept = MIN(buttons + 1, wanted->most);
    }
    json_write_open(out, '[');
    size_t start = out->len;
    put_blocks(&page);
    if (page.over && !tight) {
        return false;
    }
    finish(&page);
    end_blocks(&page, start);
    return true;
}

void kit_write_card(GString *out, const KitCard *wanted)
{
    size_t before = out->len;

    if (!gather_card(out, wanted, false)) {
        g_string_truncate(out, before);
        (void)gather_card(out, wanted, true);
    }
}

Json *kit_card(const KitCard *wanted)
{
    g_autoptr(GString) out = g_string_sized_new(1024);

    kit_write_card(out, wanted);
    return json_parse(out->str, out->len);
}
