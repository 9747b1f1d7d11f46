/* A card's blocks become paragraphs, lists and quotes: what belongs together stands in one. The
 * HTML is written first, within what it may have; the body beside it gets what is left. */

#include "bot/matrix/card.h"

#include <string.h>

#include "bot/look.h"
#include "core/text.h"
#include "core/words.h"

#define CONTENT_MAX  40000 /* bytes, as JSON: room is left for encryption and signatures */
#define EDIT_ROOM    2600  /* of those, in an edit: what stands around the new content */
#define FRAME        400   /* the names of the members, and what is in them always */
#define MENTIONS_MAX 3000  /* of the ids that are called */
#define BODY_MIN     3000  /* what the body gets however long the HTML is */
#define TAIL         4000 /* what comes however long the rest is: the buttons, and that there is more */
#define BLOCK_ROOM   500 /* the tags of a block, and a little text in it */
#define BUTTONS_MAX  10
#define BUTTON_CHARS 60  /* of a label */
#define VALUE_MAX    255 /* bytes of what a button carries; cut, it would mean something else */

/* --- buttons --- */

static const struct {
    const char *action, *emoji;
} emojis[] = {
    {"checkin.form", "📝"},  {"checkin.same", "✅"},     {"checkin.away", "🌴"},
    {"retro.form", "🔁"},    {"weekly.form", "📝"},      {"weekly.same", "✅"},
    {"form.open", "📋"},     {"tactical.apply", "📌"},   {"action.done", "✅"},
    {"proposal.open", "📋"}, {"proposal.dismiss", "🔕"},
};

static const char *const keycaps[BUTTONS_MAX] = {"1️⃣", "2️⃣", "3️⃣", "4️⃣",
                                                 "5️⃣", "6️⃣", "7️⃣", "8️⃣",
                                                 "9️⃣", "🔟"};

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static bool has_words(const char *text)
{
    return text != NULL && text[strspn(text, " \n\t")] != '\0';
}

static bool is_button(const Block *block)
{
    return block->kind == BLOCK_BUTTON && has_words(block->text) && has_words(block->label) &&
           strlen(block->label) <= VALUE_MAX && strlen(or_empty(block->values)) <= VALUE_MAX &&
           strlen(or_empty(block->note)) <= VALUE_MAX;
}

static bool is_taken(const GArray *buttons, const char *key)
{
    for (guint i = 0; i < buttons->len; i++) {
        if (strcmp(g_array_index(buttons, MatrixButton, i).key, key) == 0) {
            return true;
        }
    }
    return false;
}

/* "number.3": what has a number beside it is pressed by that number, where there is a key of it. */
static size_t own_number(const char *value)
{
    const char *dot = strrchr(value, '.');
    int64_t number = dot != NULL ? g_ascii_strtoll(dot + 1, NULL, 10) : 0;

    return number >= 1 && number <= BUTTONS_MAX ? (size_t)number - 1 : BUTTONS_MAX;
}

static const char *key_for(const GArray *buttons, const char *action, const char *value)
{
    size_t number = own_number(value);

    for (size_t i = 0; i < G_N_ELEMENTS(emojis); i++) {
        if (strcmp(emojis[i].action, action) == 0 && !is_taken(buttons, emojis[i].emoji)) {
            return emojis[i].emoji;
        }
    }
    if (number == BUTTONS_MAX || is_taken(buttons, keycaps[number])) {
        number = 0;
    }
    while (is_taken(buttons, keycaps[number])) {
        number++;
    }
    return keycaps[number];
}

void matrix_card_buttons(const Card *card, GArray *buttons)
{
    for (guint i = 0; i < card->blocks->len && buttons->len < BUTTONS_MAX; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        if (is_button(block)) {
            MatrixButton button = {.key = key_for(buttons, block->label, or_empty(block->values)),
                                   .action = block->label,
                                   .value = or_empty(block->values),
                                   .channel = block->note};

            g_array_append_val(buttons, button);
        }
    }
}

/* --- paragraphs --- */

typedef enum Shape {
    NO_SHAPE,
    TITLE,
    TEXT,
    FACTS,
    FIGURES,
    LIST,
    NUMBERED,
    QUOTE,
    CODE_LINES,
    HINT,
    BUTTONS,
} Shape;

static const struct {
    const char *open, *close;
    const char *joint; /* between two blocks in one; NULL: each is its own */
} shapes[] = {
    [NO_SHAPE] = {"", "", NULL},
    [TITLE] = {"<h4>", "</h4>", NULL},
    [TEXT] = {"<p>", "</p>", "<br>"},
    [FACTS] = {"<p>", "</p>", "<br>"},
    [FIGURES] = {"<p>", "</p>", NULL},
    [LIST] = {"<ul><li>", "</li></ul>", "</li><li>"},
    [NUMBERED] = {"<p>", "</p>", "<br>"},
    [QUOTE] = {"<blockquote>", "</blockquote>", "<br>"},
    [CODE_LINES] = {"<pre><code>", "</code></pre>", NULL},
    [HINT] = {"<p><em>", "</em></p>", "<br>"},
    [BUTTONS] = {"<p>", "</p>", NULL},
};

typedef struct Page {
    const Card *card;
    const MatrixNames *names;
    const GArray *buttons; /* of MatrixButton */
    MatrixText text;
    size_t limit;  /* of the HTML, for all but the tail */
    Shape shape;   /* that is open */
    guint pressed; /* of the buttons, how many are shown */
} Page;

static void leave(Page *page)
{
    matrix_text_raw(&page->text, "", shapes[page->shape].close);
    page->shape = NO_SHAPE;
}

/* In the body an empty line stands between paragraphs, but not below a title or above a list. */
static const char *gap(const Page *page, Shape before, Shape shape)
{
    bool close = before == TITLE || (before == TEXT && (shape == LIST || shape == NUMBERED));

    return page->text.plain->len == 0 ? "" : close ? "\n" : "\n\n";
}

/* Goes on in what is open, or begins anew. */
static void enter(Page *page, Shape shape)
{
    Shape before = page->shape;

    if (before == shape && shapes[shape].joint != NULL) {
        matrix_text_raw(&page->text, "\n", shapes[shape].joint);
        return;
    }
    leave(page);
    matrix_text_raw(&page->text, gap(page, before, shape), shapes[shape].open);
    page->shape = shape;
}

static void add(Page *page, const char *text)
{
    matrix_text_add(&page->text, or_empty(text), page->names);
}

static void add_bold(Page *page, const char *text)
{
    matrix_text_raw(&page->text, "", "<strong>");
    add(page, text);
    matrix_text_raw(&page->text, "", "</strong>");
}

/* --- one kind of block each --- */

static void put_title(Page *page, const Block *block)
{
    enter(page, TITLE);
    add(page, block->text);
}

static void put_text(Page *page, const Block *block)
{
    enter(page, TEXT);
    add(page, block->text);
}

static void put_fact(Page *page, const Block *block)
{
    g_autofree char *label = look_label(or_empty(block->label));

    enter(page, FACTS);
    add_bold(page, label);
    add(page, " ");
    add(page, block->text);
}

/* The bar and the status, on a line of their own. */
static void add_standing(Page *page, const Block *block)
{
    g_autoptr(GString) line = g_string_new(NULL);

    if (block->progress != PROGRESS_UNKNOWN) {
        look_bar(line, block->progress);
    }
    if (block->status != PACE_NONE) {
        g_string_append(line, line->len > 0 ? " · " : "");
        look_status(line, block->status);
    }
    if (line->len > 0) {
        matrix_text_raw(&page->text, "\n", "<br>");
        add(page, line->str);
    }
}

static void put_kr(Page *page, const Block *block)
{
    g_autoptr(GString) values = g_string_new(NULL);

    look_values(values, or_empty(block->values));
    enter(page, FIGURES);
    add_bold(page, block->label);
    add(page, " ");
    add(page, block->text);
    if (has_words(values->str)) {
        matrix_text_raw(&page->text, ": ", "<br>");
        add(page, values->str);
    }
    add_standing(page, block);
    if (has_words(block->note)) {
        matrix_text_raw(&page->text, "\n", "<br><em>");
        add(page, block->note);
        matrix_text_raw(&page->text, "", "</em>");
    }
}

static void put_item(Page *page, const Block *block)
{
    bool numbered = has_words(block->label);

    enter(page, numbered ? NUMBERED : LIST);
    if (numbered) {
        add(page, block->label);
        add(page, ". ");
    } else {
        matrix_text_raw(&page->text, "• ", "");
    }
    add(page, block->text);
}

/* Each line is marked as theirs, so that none can look like ours. */
static void put_quote(Page *page, const Block *block)
{
    g_auto(GStrv) lines = g_strsplit(or_empty(block->text), "\n", -1);

    enter(page, QUOTE);
    for (char **line = lines; *line != NULL && !page->text.full; line++) {
        add(page, line > lines ? "\n" : "");
        matrix_text_raw(&page->text, "> ", "");
        add(page, *line);
    }
}

static void put_code(Page *page, const Block *block)
{
    enter(page, CODE_LINES);
    matrix_text_add_code(&page->text, block->text);
}

static void put_hint(Page *page, const Block *block)
{
    enter(page, HINT);
    add(page, block->text);
}

static void add_button(GString *row, const Block *block, const char *key)
{
    g_autofree char *stripped = marks_strip(block->text);
    g_autofree char *line = text_squeeze(stripped);
    g_autofree char *label = text_cut(line, BUTTON_CHARS);

    g_string_append_printf(row, "%s%s %s", row->len > 0 ? " · " : "", key, label);
}

/* In the room that was kept for it. */
static void put_row(Page *page, const char *row)
{
    g_autofree char *said = say(W_SHOWN_REACT, S("buttons", row));

    page->text.max = 0;
    enter(page, BUTTONS);
    add(page, said);
    page->text.max = page->limit;
}

/* The buttons that follow each other at `i`, or `all` from there on; the last one's place. */
static guint put_buttons(Page *page, guint i, bool all)
{
    const GPtrArray *blocks = page->card->blocks;
    g_autoptr(GString) row = g_string_new(NULL);
    guint last = i;

    for (; i < blocks->len && page->pressed < page->buttons->len; i++) {
        const Block *block = g_ptr_array_index(blocks, i);

        if (is_button(block)) {
            add_button(row, block, g_array_index(page->buttons, MatrixButton, page->pressed++).key);
        } else if (block->kind != BLOCK_BUTTON && !all) {
            break;
        }
        last = i;
    }
    if (row->len > 0) {
        put_row(page, row->str);
    }
    return last;
}

typedef void (*Put)(Page *page, const Block *block);

static const Put rows[] = {
    [BLOCK_TITLE] = put_title, [BLOCK_TEXT] = put_text, [BLOCK_FACT] = put_fact,
    [BLOCK_KR] = put_kr,       [BLOCK_ITEM] = put_item, [BLOCK_QUOTE] = put_quote,
    [BLOCK_CODE] = put_code,   [BLOCK_HINT] = put_hint, [BLOCK_BUTTON] = NULL,
};

/* --- the card --- */

static bool says_something(const Block *block)
{
    return has_words(block->text) ||
           ((block->kind == BLOCK_KR || block->kind == BLOCK_FACT) && has_words(block->label));
}

/* There is more than fits: says so, and shows the buttons that are still to come. */
static void finish(Page *page, guint i)
{
    page->text.max = 0;
    page->text.full = false;
    enter(page, TEXT);
    add(page, words_template(W_SHOWN_REST));
    (void)put_buttons(page, i, true);
}

static void put_blocks(Page *page)
{
    const GPtrArray *blocks = page->card->blocks;

    for (guint i = 0; i < blocks->len; i++) {
        const Block *block = g_ptr_array_index(blocks, i);

        if (page->text.full || page->text.used + BLOCK_ROOM > page->limit) {
            finish(page, i);
            break;
        }
        if (block->kind == BLOCK_BUTTON) {
            i = put_buttons(page, i, false);
        } else if (says_something(block)) {
            rows[block->kind](page, block);
        }
    }
    if (page->text.plain->len == 0) {
        enter(page, TEXT);
        add(page, words_template(W_SHOWN_NOTHING));
    }
    leave(page);
}

/* --- who is called --- */

typedef enum Tone {
    TONE_NOTICE, /* it answers, or stands there to be looked up */
    TONE_TEXT,   /* it must be noticed */
    TONE_CALL,   /* it must be noticed by whom it calls or asks: clients are silent about notices */
} Tone;

static const struct {
    Tone tone;
    bool mentions; /* whom its text names */
} manners[] = {
    [CARD_REPLY] = {TONE_NOTICE, false},  [CARD_NOTICE] = {TONE_CALL, true},
    [CARD_SPRINT] = {TONE_NOTICE, false}, [CARD_PROMPT] = {TONE_TEXT, false},
    [CARD_NUDGE] = {TONE_TEXT, true},     [CARD_REMINDER] = {TONE_TEXT, true},
    [CARD_RETRO_ASK] = {TONE_TEXT, true}, [CARD_CLOSE] = {TONE_TEXT, false},
    [CARD_ECHO] = {TONE_NOTICE, false},   [CARD_QUESTION] = {TONE_NOTICE, false},
    [CARD_HOME] = {TONE_NOTICE, false},
};

static bool asks(const Card *card)
{
    for (guint i = 0; i < card->blocks->len; i++) {
        if (is_button(g_ptr_array_index(card->blocks, i))) {
            return true;
        }
    }
    return false;
}

static bool calls_somebody(const Card *card, const MatrixText *text)
{
    return card->member != NULL || text->mentioned->len > 0 || asks(card);
}

static const char *msgtype_of(const Card *card, const MatrixText *text)
{
    Tone tone = manners[card->kind].tone;
    bool notice = tone == TONE_NOTICE || (tone == TONE_CALL && !calls_somebody(card, text));

    return notice ? "m.notice" : "m.text";
}

static void add_id(Json *ids, const char *id, size_t *room)
{
    size_t bytes = strlen("\"\",") + matrix_text_bytes(id, strlen(id));

    if (bytes <= *room) {
        json_add_text(ids, id);
        *room -= bytes;
    }
}

static void put_mentions(Json *content, const Card *card, const MatrixText *text, bool edit)
{
    Json *mentions = json_put_object(content, "m.mentions");
    bool asker = card->channel != NULL && matrix_is_user(card->member);
    bool named = manners[card->kind].mentions && text->mentioned->len > 0;
    size_t room = MENTIONS_MAX;

    if (edit || !(asker || named)) {
        return;
    }
    Json *ids = json_put_array(mentions, "user_ids");
    if (asker) {
        add_id(ids, card->member, &room);
    }
    for (guint i = 0; named && i < text->mentioned->len; i++) {
        const char *id = g_ptr_array_index(text->mentioned, i);

        if (!asker || strcmp(id, card->member) != 0) {
            add_id(ids, id, &room);
        }
    }
}

/* --- the content --- */

/* What the message says of itself, for when somebody reacts to it; NULL: nothing. */
static Json *ours_of(const Card *card, const MatrixLook *look, const GArray *buttons)
{
    g_autoptr(Json) ours = json_new_object();

    json_put_text(ours, "row", look->row);
    json_put_text(ours, "card", look->row != NULL ? card->key : NULL);
    Json *keys = buttons->len > 0 ? json_put_object(ours, "buttons") : NULL;
    for (guint i = 0; i < buttons->len; i++) {
        const MatrixButton *button = &g_array_index(buttons, MatrixButton, i);
        Json *meaning = json_put_object(keys, button->key);

        json_put_text(meaning, "action", button->action);
        json_put_text(meaning, "value", button->value);
        json_put_text(meaning, "channel", button->channel);
    }
    return ours->child != NULL ? g_steal_pointer(&ours) : NULL;
}

static size_t json_bytes(const Json *value)
{
    size_t len = 0;

    if (value != NULL) {
        g_free(json_print(value, &len));
    }
    return len;
}

Json *matrix_card(const Card *card, const MatrixLook *look)
{
    g_autoptr(GArray) buttons = g_array_new(FALSE, FALSE, sizeof(MatrixButton));
    matrix_card_buttons(card, buttons);
    Json *ours = ours_of(card, look, buttons);
    size_t most = CONTENT_MAX - FRAME - MENTIONS_MAX - MIN(json_bytes(ours), CONTENT_MAX / 4) -
                  (look->edit ? EDIT_ROOM : 0);
    Page page = {.card = card,
                 .names = &look->names,
                 .buttons = buttons,
                 .text = matrix_text_new(),
                 .limit = most - BODY_MIN - TAIL};
    Json *content = json_new_object();

    page.text.max = page.limit;
    put_blocks(&page);
    matrix_text_cut(page.text.plain, most - MIN(page.text.used, most - BODY_MIN));
    json_put_text(content, "msgtype", msgtype_of(card, &page.text));
    json_put_text(content, "body", page.text.plain->str);
    json_put_text(content, "format", "org.matrix.custom.html");
    json_put_text(content, "formatted_body", page.text.html->str);
    put_mentions(content, card, &page.text, look->edit);
    if (ours != NULL) {
        json_put(content, MATRIX_OURS, ours);
    }
    matrix_text_clear(&page.text);
    return content;
}
