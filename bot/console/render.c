/* One table row per kind of block says how it stands on the screen; what a block says becomes a
 * flow (flow.h). */

#include "bot/console/render.h"

#include <string.h>

#include "bot/console/bar.h"
#include "bot/console/flow.h"
#include "core/pace.h"
#include "core/text.h"
#include "core/value.h"
#include "core/words.h"

#define NAME_SHOWN_MAX 40 /* characters of a channel's or member's name above a card */
#define RULE           "┃ "
#define PLAIN_INDENT   "  "
#define NOTE_MARK      ": "

/* What a card is rendered with and into. */
typedef struct Page {
    const RenderStyle *style;
    Ink rule;
    const char *margin; /* before every line of the card's body */
    GString *out;
} Page;

typedef struct StatusLook {
    const char *symbol; /* so that no status is told by its colour alone */
    Ink ink;
} StatusLook;

static const StatusLook looks[] = {
    [PACE_NONE] = {"", INK_PLAIN},      [PACE_TOO_EARLY] = {"○", INK_DIM},
    [PACE_BEHIND] = {"▼", INK_RED},     [PACE_AT_RISK] = {"◆", INK_YELLOW},
    [PACE_ON_TRACK] = {"●", INK_GREEN}, [PACE_AHEAD] = {"▲", INK_GREEN},
    [PACE_DONE] = {"✔", INK_GREEN},     [PACE_STALE] = {"?", INK_PURPLE},
};

static Ink rule_ink(CardKind kind)
{
    switch (kind) {
    case CARD_REPLY:
    case CARD_ECHO:
    case CARD_NOTICE:
    case CARD_RECEIPT:
        return INK_BLUE;
    case CARD_SPRINT:
    case CARD_CLOSE:
        return INK_GREEN;
    case CARD_PROMPT:
    case CARD_RETRO_ASK:
    case CARD_QUESTION:
    case CARD_HOME:
        return INK_PURPLE;
    case CARD_NUDGE:
    case CARD_REMINDER:
        return INK_YELLOW;
    }
    return INK_PLAIN;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* Writes what the flow holds; `before` is what its first line begins with, after the margin. */
static void put_flow(Page *page, Flow *flow, const char *before, bool keep_lines)
{
    g_autofree char *first = g_strconcat(page->margin, before, NULL);
    g_autofree char *blanks = g_strnfill((gsize)text_columns(before), ' ');
    g_autofree char *rest = g_strconcat(page->margin, blanks, NULL);
    Shape shape = {
        .first = first,
        .rest = rest,
        .rule = page->rule,
        .width = page->style->terminal ? page->style->width : 0,
        .one_line = !keep_lines,
        .colour = page->style->colour,
    };

    flow_write(flow, &shape, page->out);
}

static void put_text(Page *page, const char *text, Ink ink, const char *before)
{
    g_autoptr(Flow) flow = flow_new();

    flow_add(flow, text, ink);
    put_flow(page, flow, before, page->style->terminal);
}

static void put_blank(Page *page)
{
    if (page->style->terminal) {
        put_text(page, "", INK_PLAIN, "");
    }
}

static void put_fact(Page *page, const Block *block)
{
    g_autoptr(Flow) flow = flow_new();

    flow_add(flow, or_empty(block->label), INK_DIM);
    flow_add(flow, ": ", INK_DIM);
    flow_add(flow, or_empty(block->text), INK_PLAIN);
    put_flow(page, flow, "", page->style->terminal);
}

static void put_item(Page *page, const Block *block)
{
    const char *label = or_empty(block->label);
    g_autofree char *before = *label == '\0' ? g_strdup("• ") : g_strdup_printf("%s. ", label);

    put_text(page, or_empty(block->text), INK_PLAIN, before);
}

/* A person's words: each line is marked as theirs, so that none can look like ours. */
static void put_quote(Page *page, const Block *block)
{
    g_autofree char *bar = g_strconcat(page->margin, page->style->terminal ? "│ " : "> ", NULL);
    g_autoptr(Flow) flow = flow_new();
    Shape shape = {
        .first = bar,
        .rest = bar,
        .rule = page->rule,
        .width = page->style->terminal ? page->style->width : 0,
        .colour = page->style->colour,
    };

    flow_add(flow, or_empty(block->text), INK_PLAIN);
    flow_write(flow, &shape, page->out);
}

/* A text form as the console reads it in one message: every line but the last goes on. */
static char *form_to_type(const char *text)
{
    if (*text != '/') {
        return g_strdup(text);
    }
    g_autofree char *trimmed = g_strchomp(g_strdup(text));
    g_auto(GStrv) lines = g_strsplit(trimmed, "\n", -1);
    return g_strjoinv(" \\\n", lines);
}

/* Nothing stands before its lines on a terminal, and none is wrapped, so that it can be copied. */
static void put_code(Page *page, const Block *block)
{
    g_autofree char *text = form_to_type(or_empty(block->text));
    g_autoptr(Flow) flow = flow_new();
    const char *before = page->style->terminal ? "" : PLAIN_INDENT;
    Shape shape = {.first = before, .rest = before, .colour = page->style->colour};

    flow_add(flow, text, INK_CODE);
    flow_write(flow, &shape, page->out);
}

static void add_status(Flow *flow, PaceStatus status)
{
    flow_add(flow, looks[status].symbol, looks[status].ink);
    flow_add(flow, " ", INK_PLAIN);
    flow_add(flow, pace_status_name(status), looks[status].ink);
}

static char *share_text(const Block *block)
{
    return ratio_text((Decimal){(int64_t)block->progress * 1000});
}

/* The bar, the share and the status, on a line of their own. */
static void put_standing(Page *page, const Block *block, const char *before)
{
    bool known = block->progress != PROGRESS_UNKNOWN;
    g_autoptr(Flow) flow = flow_new();

    if (!known && block->status == PACE_NONE) {
        return;
    }
    if (known) {
        g_autofree char *bar = bar_text(block->progress);
        g_autofree char *share = share_text(block);

        flow_add(flow, bar, looks[block->status].ink);
        flow_add(flow, " ", INK_PLAIN);
        flow_add(flow, share, INK_BOLD);
        flow_add(flow, "  ", INK_PLAIN);
    }
    if (block->status != PACE_NONE) {
        add_status(flow, block->status);
    }
    put_flow(page, flow, before, false);
}

static void put_kr_lines(Page *page, const Block *block)
{
    g_autofree char *label = g_strconcat(or_empty(block->label), " ", NULL);
    g_autofree char *indent = g_strnfill((gsize)text_columns(label), ' ');

    put_text(page, or_empty(block->text), INK_BOLD, label);
    if (block->values != NULL) {
        put_text(page, block->values, INK_PLAIN, indent);
    }
    put_standing(page, block, indent);
    if (block->note != NULL) {
        put_text(page, block->note, INK_DIM, indent);
    }
}

static void add_part(GString *line, const char *part)
{
    if (part != NULL && *part != '\0') {
        g_string_append_printf(line, " · %s", part);
    }
}

/* In a pipe: "KR1 metric: values · 38% of the way · behind · note". */
static void put_kr_line(Page *page, const Block *block)
{
    g_autoptr(GString) line = g_string_new(or_empty(block->label));

    g_string_append_printf(line, " %s: %s", or_empty(block->text), or_empty(block->values));
    if (block->progress != PROGRESS_UNKNOWN) {
        g_autofree char *share = share_text(block);
        g_autofree char *part = say(W_CONSOLE_SHARE, S("share", share));
        add_part(line, part);
    }
    if (block->status != PACE_NONE) {
        add_part(line, pace_status_name(block->status));
    }
    add_part(line, block->note);
    put_text(page, line->str, INK_PLAIN, "");
}

static void put_block(Page *page, const Block *block)
{
    switch (block->kind) {
    case BLOCK_TITLE:
        put_text(page, or_empty(block->text), INK_BOLD, "");
        break;
    case BLOCK_TEXT:
        put_text(page, or_empty(block->text), INK_PLAIN, "");
        break;
    case BLOCK_FACT:
        put_fact(page, block);
        break;
    case BLOCK_KR:
        if (page->style->terminal) {
            put_kr_lines(page, block);
        } else {
            put_kr_line(page, block);
        }
        break;
    case BLOCK_ITEM:
        put_item(page, block);
        break;
    case BLOCK_QUOTE:
        put_quote(page, block);
        break;
    case BLOCK_CODE:
        put_code(page, block);
        break;
    case BLOCK_HINT:
        put_text(page, or_empty(block->text), INK_DIM, "");
        break;
    case BLOCK_BUTTON:
        break; /* all of them stand together: put_buttons */
    }
}

/* Buttons that follow each other, numbered as `:press` counts them; on a terminal they share a
 * line. */
static guint put_buttons(Page *page, const GPtrArray *blocks, guint i, int32_t *number)
{
    g_autoptr(Flow) flow = flow_new();

    for (; i < blocks->len; i++) {
        const Block *block = g_ptr_array_index(blocks, i);
        g_autofree char *mark = g_strdup_printf("[%d] ", *number + 1);

        if (block->kind != BLOCK_BUTTON) {
            break;
        }
        (*number)++;
        if (page->style->terminal && flow_columns(flow) > 0) {
            flow_add(flow, "   ", INK_PLAIN);
        }
        flow_add(flow, mark, INK_CODE);
        flow_add(flow, or_empty(block->text), INK_BOLD);
        if (!page->style->terminal) {
            put_flow(page, flow, "", false);
        }
    }
    if (page->style->terminal) {
        put_flow(page, flow, "", false);
    }
    return i;
}

/* Whether an empty line belongs between two blocks on a terminal. */
static bool apart(const Block *before, const Block *block)
{
    if (before == NULL) {
        return false;
    }
    if (block->kind == BLOCK_KR || block->kind == BLOCK_CODE) {
        return true;
    }
    return before->kind != block->kind && before->kind != BLOCK_TITLE;
}

static void put_blocks(Page *page, const GPtrArray *blocks)
{
    const Block *before = NULL;
    int32_t buttons = 0;

    for (guint i = 0; i < blocks->len;) {
        const Block *block = g_ptr_array_index(blocks, i);

        if (apart(before, block)) {
            put_blank(page);
        }
        if (block->kind == BLOCK_BUTTON) {
            i = put_buttons(page, blocks, i, &buttons);
        } else {
            put_block(page, block);
            i++;
        }
        before = block;
    }
}

/* " · in #west": `id` has one argument, `name`. */
static void add_named(GString *line, WordId id, const char *name)
{
    g_autofree char *shown = text_cut(name, NAME_SHOWN_MAX);
    g_autofree char *part = say(id, S("name", shown));

    add_part(line, part);
}

static char *head_details(const Card *card, const RenderHead *head)
{
    GString *line = g_string_new(NULL);

    add_part(line, head->when);
    if (head->channel != NULL) {
        add_named(line, W_CONSOLE_IN_CHANNEL, head->channel);
    }
    if (head->reply) {
        add_part(line, words_template(W_CONSOLE_ONLY_YOU));
    } else if (head->member != NULL) {
        bool direct = card->channel == NULL;
        add_named(line, direct ? W_CONSOLE_TO_ALONE : W_CONSOLE_ONLY_MEMBER, head->member);
    }
    if (head->thread != 0) {
        g_autofree char *part = say(W_CONSOLE_IN_THREAD, N("number", head->thread));
        add_part(line, part);
    }
    if (head->edited) {
        add_part(line, words_template(W_CONSOLE_EDITED));
    }
    return g_string_free(line, FALSE);
}

/* "anchord [12] · in #west · edited"; on a terminal the number stands at the right. */
static void put_head(Page *page, const Card *card, const RenderHead *head)
{
    g_autofree char *details = head_details(card, head);
    g_autofree char *number =
        head->number != 0 ? g_strdup_printf("[%" G_GINT64_FORMAT "]", head->number) : g_strdup("");
    g_autoptr(Flow) flow = flow_new();

    flow_add(flow, words_template(W_CONSOLE_BOT), INK_BOLD);
    if (!page->style->terminal) {
        flow_add(flow, *number != '\0' ? " " : "", INK_PLAIN);
        flow_add(flow, number, INK_DIM);
        flow_add(flow, details, INK_DIM);
        put_flow(page, flow, "", false);
        return;
    }
    flow_add(flow, details, INK_DIM);
    int32_t used = text_columns(RULE) + flow_columns(flow) + text_columns(number);
    g_autofree char *gap = g_strnfill((gsize)MAX(page->style->width - used, 1), ' ');
    flow_add(flow, gap, INK_PLAIN);
    flow_add(flow, number, INK_DIM);
    put_flow(page, flow, "", false);
}

char *render_card(const Card *card, const RenderHead *head, const RenderStyle *style)
{
    g_autoptr(GString) out = g_string_new(NULL);
    Page page = {
        .style = style,
        .rule = rule_ink(card->kind),
        .margin = style->terminal ? RULE : "",
        .out = out,
    };

    put_head(&page, card, head);
    page.margin = style->terminal ? RULE : PLAIN_INDENT;
    put_blocks(&page, card->blocks);
    if (style->terminal) {
        g_string_append_c(out, '\n');
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void put_note(GString *out, const char *text, const RenderStyle *style)
{
    g_autoptr(Flow) flow = flow_new();
    Shape shape = {
        .first = NOTE_MARK,
        .rule = INK_DIM,
        .width = style->terminal ? style->width : 0,
        .colour = style->colour,
    };

    flow_add(flow, text, INK_PLAIN);
    flow_write(flow, &shape, out);
}

char *render_note(const char *text, const RenderStyle *style)
{
    g_autoptr(GString) out = g_string_new(NULL);

    put_note(out, text, style);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *render_kept(const char *note, const char *words, const RenderStyle *style)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(Flow) flow = flow_new();
    Shape shape = {.first = PLAIN_INDENT, .colour = style->colour};

    put_note(out, note, style);
    flow_add(flow, words, INK_CODE);
    flow_write(flow, &shape, out);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
