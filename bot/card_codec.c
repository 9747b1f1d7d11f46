/* A card is a version byte and then a list of texts, each ended by a NUL: the card's own fields,
 * how many blocks there are, and each block's fields; since version 2 also how many charts there
 * are, none or one, and its fields; since version 3 what it answers,
 * and whether it is quiet; since version 4 what a period's chart has beyond a sprint's. A text that
 * is absent is a byte that UTF-8 never has. Kinds and statuses travel as their own words, so that a
 * new one in the middle of an enum changes no stored card, and numbers as digits, so that a
 * database can be carried. A form is for the moment in which it was asked for, and is not kept. */

#include "bot/card_codec.h"

#include <string.h>

#include "bot/store/store.h"
#include "core/chart.h"
#include "core/words.h"

#define VERSION        4
#define VERSION_CHART  2 /* the first with a chart */
#define VERSION_UNDER  3 /* with what it answers */
#define VERSION_PERIOD 4 /* with charts of a period */
#define ABSENT         0xff
#define BLOCKS_MAX     100000
#define PANELS_MAX     1000
#define POINTS_MAX     100000
#define LINES_MAX      1000
#define SPAN_MAX       INT32_MAX

static const char *const card_kinds[] = {
    [CARD_RECEIPT] = "receipt",   [CARD_REPLY] = "reply",       [CARD_NOTICE] = "notice",
    [CARD_SPRINT] = "sprint",     [CARD_PROMPT] = "prompt",     [CARD_NUDGE] = "nudge",
    [CARD_REMINDER] = "reminder", [CARD_RETRO_ASK] = "retro",   [CARD_CLOSE] = "close",
    [CARD_ECHO] = "echo",         [CARD_QUESTION] = "question", [CARD_HOME] = "home",
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

/* Writing ------------------------------------------------------------------------------------- */

/* Cards are clean UTF-8; should one not be, it is mended here rather than lost. */
static void put_text(GByteArray *out, const char *text)
{
    static const char absent[] = {(char)ABSENT, '\0'};
    const char *put = text != NULL ? text : absent;
    g_autofree char *mended = NULL;

    if (text != NULL && !g_utf8_validate(text, -1, NULL)) {
        mended = g_utf8_make_valid(text, -1);
        put = mended;
    }
    g_byte_array_append(out, (const guint8 *)put, (guint)strlen(put) + 1);
}

static void put_int(GByteArray *out, int64_t value)
{
    char digits[32];

    g_snprintf(digits, sizeof digits, "%" G_GINT64_FORMAT, value);
    put_text(out, digits);
}

static void put_block(GByteArray *out, const Block *block)
{
    put_text(out, block_kinds[block->kind]);
    put_text(out, block->label);
    put_text(out, block->text);
    put_text(out, block->values);
    put_text(out, block->note);
    put_text(out, statuses[block->status]);
    put_int(out, block->progress);
}

static void put_points(GByteArray *out, const GArray *points)
{
    put_int(out, points->len);
    for (guint i = 0; i < points->len; i++) {
        const ChartPoint *point = &g_array_index(points, ChartPoint, i);

        put_int(out, point->at);
        put_int(out, point->value.millionths);
    }
}

static void put_lines(GByteArray *out, const GPtrArray *lines)
{
    put_int(out, lines->len);
    for (guint i = 0; i < lines->len; i++) {
        put_points(out, g_ptr_array_index(lines, i));
    }
}

static void put_marks(GByteArray *out, const GPtrArray *marks)
{
    put_int(out, marks->len);
    for (guint i = 0; i < marks->len; i++) {
        const ChartMark *mark = g_ptr_array_index(marks, i);

        put_int(out, mark->at);
        put_text(out, mark->label);
    }
}

static void put_bands(GByteArray *out, const GPtrArray *bands)
{
    put_int(out, bands->len);
    for (guint i = 0; i < bands->len; i++) {
        const ChartBand *band = g_ptr_array_index(bands, i);

        put_int(out, band->from);
        put_int(out, band->to);
        put_text(out, band->label);
    }
}

static void put_panel(GByteArray *out, const ChartPanel *panel)
{
    put_text(out, panel->label);
    put_text(out, panel->metric);
    put_text(out, panel->now);
    put_text(out, panel->base_text);
    put_text(out, panel->target_text);
    put_text(out, panel->pace);
    put_text(out, statuses[panel->status]);
    put_int(out, panel->baseline.millionths);
    put_int(out, panel->target.millionths);
    put_int(out, panel->target_high.millionths);
    put_int(out, panel->line_first.millionths);
    put_int(out, panel->line_last.millionths);
    put_points(out, panel->readings);
    put_int(out, panel->forecast);
    put_int(out, panel->low.millionths);
    put_int(out, panel->high.millionths);
    put_text(out, panel->heading);
    put_text(out, panel->expected);
    put_points(out, panel->line);
    put_lines(out, panel->old_lines);
    put_marks(out, panel->marks);
    put_bands(out, panel->bands);
}

static void put_chart(GByteArray *out, const Chart *chart)
{
    put_text(out, chart->title);
    put_int(out, chart->span);
    put_int(out, chart->today);
    put_text(out, chart->first_text);
    put_text(out, chart->last_text);
    put_text(out, chart->today_text);
    put_text(out, chart->alt);
    put_int(out, chart->tick);
    put_int(out, chart->tall);
    put_int(out, chart->panels->len);
    for (guint i = 0; i < chart->panels->len; i++) {
        put_panel(out, g_ptr_array_index(chart->panels, i));
    }
}

GBytes *card_to_bytes(const Card *card)
{
    GByteArray *out = g_byte_array_sized_new(1024);

    g_byte_array_append(out, (const guint8[]){VERSION}, 1);
    put_text(out, card_kinds[card->kind]);
    put_text(out, card->key);
    put_text(out, card->channel);
    put_text(out, card->member);
    put_text(out, card->thread);
    put_int(out, card->expires.us);
    put_int(out, card->blocks->len);
    for (guint i = 0; i < card->blocks->len; i++) {
        put_block(out, g_ptr_array_index(card->blocks, i));
    }
    put_int(out, card->chart != NULL);
    if (card->chart != NULL) {
        put_chart(out, card->chart);
    }
    put_text(out, card->under);
    put_text(out, card->answers);
    put_int(out, card->quiet);
    return g_byte_array_free_to_bytes(out);
}

/* Reading ------------------------------------------------------------------------------------- */

/* What is left to read; the first thing that is odd sticks. */
typedef struct Source {
    const char *at, *end;
    int version;
    bool odd;
} Source;

/* The next text, borrowed from the bytes; NULL when it is absent, or odd. */
static const char *get_borrowed(Source *source)
{
    size_t left = (size_t)(source->end - source->at);
    const char *text = source->at;
    const char *nul = left > 0 ? memchr(text, '\0', left) : NULL;

    if (nul == NULL) {
        source->odd = true;
        return NULL;
    }
    source->at = nul + 1;
    if (nul == text + 1 && (guint8)*text == ABSENT) {
        return NULL;
    }
    if (!g_utf8_validate_len(text, (gsize)(nul - text), NULL)) {
        source->odd = true;
        return NULL;
    }
    return text;
}

static char *get_text(Source *source)
{
    return g_strdup(get_borrowed(source));
}

static int64_t get_int(Source *source, int64_t min, int64_t max)
{
    const char *text = get_borrowed(source);
    gint64 value = 0;

    if (text == NULL || !g_ascii_string_to_signed(text, 10, min, max, &value, NULL)) {
        source->odd = true;
    }
    return value;
}

/* The place of the next text in `words`. */
static int get_word(Source *source, const char *const *words, size_t count)
{
    const char *text = get_borrowed(source);
    int place = text != NULL ? place_of(text, words, count) : -1;

    source->odd = source->odd || place < 0;
    return MAX(place, 0);
}

static Block *get_block(Source *source)
{
    Block *block = block_new((BlockKind)get_word(source, block_kinds, G_N_ELEMENTS(block_kinds)));

    block->label = get_text(source);
    block->text = get_text(source);
    block->values = get_text(source);
    block->note = get_text(source);
    block->status = (PaceStatus)get_word(source, statuses, G_N_ELEMENTS(statuses));
    block->progress = (int32_t)get_int(source, INT32_MIN, INT32_MAX);
    return block;
}

static Decimal get_decimal(Source *source)
{
    return (Decimal){get_int(source, INT64_MIN, INT64_MAX)};
}

static void get_points(Source *source, int64_t span, GArray *points)
{
    int64_t count = get_int(source, 0, POINTS_MAX);

    for (int64_t i = 0; i < count && !source->odd; i++) {
        ChartPoint point = {.at = get_int(source, 0, span)};

        point.value = get_decimal(source);
        g_array_append_val(points, point);
    }
}

static void get_lines(Source *source, int64_t span, ChartPanel *panel)
{
    int64_t count = get_int(source, 0, LINES_MAX);

    for (int64_t i = 0; i < count && !source->odd; i++) {
        get_points(source, span, chart_old_line(panel));
    }
}

static void get_marks(Source *source, int64_t span, ChartPanel *panel)
{
    int64_t count = get_int(source, 0, LINES_MAX);

    for (int64_t i = 0; i < count && !source->odd; i++) {
        int64_t at = get_int(source, 0, span);

        chart_mark(panel, at, get_text(source));
    }
}

static void get_bands(Source *source, int64_t span, ChartPanel *panel)
{
    int64_t count = get_int(source, 0, LINES_MAX);

    for (int64_t i = 0; i < count && !source->odd; i++) {
        int64_t from = get_int(source, 0, span);
        int64_t to = get_int(source, from, span);

        chart_band(panel, from, to, get_text(source));
    }
}

static void get_panel(Source *source, int64_t span, ChartPanel *panel)
{
    panel->label = get_text(source);
    panel->metric = get_text(source);
    panel->now = get_text(source);
    panel->base_text = get_text(source);
    panel->target_text = get_text(source);
    panel->pace = get_text(source);
    panel->status = (PaceStatus)get_word(source, statuses, G_N_ELEMENTS(statuses));
    panel->baseline = get_decimal(source);
    panel->target = get_decimal(source);
    panel->target_high = get_decimal(source);
    panel->line_first = get_decimal(source);
    panel->line_last = get_decimal(source);
    get_points(source, span, panel->readings);
    panel->forecast = get_int(source, 0, 1) == 1;
    panel->low = get_decimal(source);
    panel->high = get_decimal(source);
    panel->heading = get_text(source);
    if (source->version >= VERSION_PERIOD) {
        panel->expected = get_text(source);
        get_points(source, span, panel->line);
        get_lines(source, span, panel);
        get_marks(source, span, panel);
        get_bands(source, span, panel);
    }
}

static Chart *get_chart(Source *source)
{
    Chart *chart = chart_new();

    chart->title = get_text(source);
    chart->span = get_int(source, 1, SPAN_MAX);
    chart->today = get_int(source, CHART_NO_TODAY, SPAN_MAX);
    chart->first_text = get_text(source);
    chart->last_text = get_text(source);
    chart->today_text = get_text(source);
    chart->alt = get_text(source);
    if (source->version >= VERSION_PERIOD) {
        chart->tick = get_int(source, 1, SPAN_MAX);
        chart->tall = get_int(source, 0, 1) == 1;
    }
    int64_t panels = get_int(source, 0, PANELS_MAX);

    for (int64_t i = 0; i < panels && !source->odd; i++) {
        get_panel(source, chart->span, chart_panel(chart));
    }
    return chart;
}

static Card *get_card(Source *source)
{
    Card *card = card_new((CardKind)get_word(source, card_kinds, G_N_ELEMENTS(card_kinds)));

    card->key = get_text(source);
    card->channel = get_text(source);
    card->member = get_text(source);
    card->thread = get_text(source);
    card->expires.us = get_int(source, INT64_MIN, INT64_MAX);
    int64_t blocks = get_int(source, 0, BLOCKS_MAX);

    for (int64_t i = 0; i < blocks && !source->odd; i++) {
        card_block(card, get_block(source));
    }
    if (source->version >= VERSION_CHART && get_int(source, 0, 1) == 1) {
        card->chart = get_chart(source);
    }
    if (source->version >= VERSION_UNDER) {
        card->under = get_text(source);
        card->answers = get_text(source);
        card->quiet = get_int(source, 0, 1) == 1;
    }
    return card;
}

/* Exactly one card, which is for somebody. */
static bool is_whole(const Source *source, const Card *card)
{
    return !source->odd && source->at == source->end &&
           (card->channel != NULL || card->member != NULL);
}

Card *card_from_bytes(const void *bytes, size_t len, GError **error)
{
    const char *text = bytes;

    if (len > 0 && text[0] >= 1 && text[0] <= VERSION) {
        Source source = {.at = text + 1, .end = text + len, .version = text[0]};
        g_autoptr(Card) card = get_card(&source);

        if (is_whole(&source, card)) {
            return g_steal_pointer(&card);
        }
    }
    g_set_error_literal(error, STORE_ERROR, STORE_ERROR_CORRUPT, words_template(W_STORE_ODD_CARD));
    return NULL;
}
