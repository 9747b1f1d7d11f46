/* What is not a card: relations, polls and pictures. */

#include <string.h>

#include "bot/matrix/card.h"
#include "core/words.h"

#define MSC_TEXT       "org.matrix.msc1767.text"
#define UNDISCLOSED    "org.matrix.msc3381.poll.undisclosed"
#define CONFIDENCE_MAX 10
#define FALLBACK_MAX   2000 /* bytes; for clients that know no edits */

/* --- relations --- */

void matrix_put_thread(Json *content, const char *root, const char *latest)
{
    Json *relation = json_put_object(content, "m.relates_to");

    json_put_text(relation, "rel_type", "m.thread");
    json_put_text(relation, "event_id", root);
    json_put_bool(relation, "is_falling_back", true);
    json_put_text(json_put_object(relation, "m.in_reply_to"), "event_id",
                  latest != NULL ? latest : root);
}

static void put_reference(Json *content, const char *to)
{
    Json *relation = json_put_object(content, "m.relates_to");

    json_put_text(relation, "rel_type", "m.reference");
    json_put_text(relation, "event_id", to);
}

/* A picture is none without these, for clients that know no edits either. */
static void copy_file(Json *to, const Json *from)
{
    static const char *const keys[] = {"filename", "url", "info"};

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        const Json *value = json_any(from, keys[i]);

        if (value != NULL) {
            json_put(to, keys[i], cJSON_Duplicate(value, true));
        }
    }
}

Json *matrix_edit_of(Json *take_content, const char *original)
{
    Json *edit = json_new_object();
    g_autoptr(GString) fallback = g_string_new("* ");

    g_string_append(fallback, json_text(take_content, "body"));
    matrix_text_cut(fallback, FALLBACK_MAX);
    json_put_text(edit, "msgtype", json_text(take_content, "msgtype"));
    json_put_text(edit, "body", fallback->str);
    json_put_object(edit, "m.mentions");
    copy_file(edit, take_content);
    cJSON_DeleteItemFromObjectCaseSensitive(take_content, "m.relates_to");
    json_put(edit, "m.new_content", take_content);
    Json *relation = json_put_object(edit, "m.relates_to");
    json_put_text(relation, "rel_type", "m.replace");
    json_put_text(relation, "event_id", original);
    return edit;
}

/* --- polls --- */

static char *plain_of(const char *marked)
{
    g_auto(MatrixText) text = matrix_text_new();

    matrix_text_add(&text, marked, NULL);
    return g_strdup(text.plain->str);
}

Json *matrix_confidence_poll(const char *question, const char *root, const char *row)
{
    g_autofree char *asked = plain_of(question);
    g_autoptr(GString) fallback = g_string_new(asked);
    Json *content = json_new_object();
    Json *poll = json_put_object(content, MATRIX_POLL_START);
    Json *head = json_put_object(poll, "question");
    Json *answers = json_put_array(poll, "answers");

    json_put_text(head, MSC_TEXT, asked);
    json_put_text(head, "body", asked);
    json_put_text(head, "msgtype", "m.text");
    json_put_text(poll, "kind", UNDISCLOSED);
    json_put_int(poll, "max_selections", 1);
    for (int i = 1; i <= CONFIDENCE_MAX; i++) {
        g_autofree char *number = g_strdup_printf("%d", i);
        Json *answer = json_add(answers, json_new_object());

        json_put_text(answer, "id", number);
        json_put_text(answer, MSC_TEXT, number);
        g_string_append_printf(fallback, "\n%s", number);
    }
    json_put_text(content, MSC_TEXT, fallback->str);
    json_put_object(content, "m.mentions");
    if (root != NULL) {
        matrix_put_thread(content, root, NULL);
    }
    Json *ours = json_put_object(content, MATRIX_OURS);
    json_put_text(ours, "row", row);
    json_put_text(ours, "poll", "confidence");
    return content;
}

Json *matrix_poll_end(const char *poll, const char *text)
{
    g_autofree char *said = plain_of(text);
    Json *content = json_new_object();

    json_put_object(content, MATRIX_POLL_END);
    json_put_text(content, MSC_TEXT, said);
    json_put_object(content, "m.mentions");
    put_reference(content, poll);
    return content;
}

/* --- pictures --- */

/* With a file's name of its own, the body is what is read out and shown beneath. */
Json *matrix_image(const char *mxc, const char *alt, size_t len, int32_t width, int32_t height)
{
    bool told = alt != NULL && *alt != '\0';
    g_autofree char *said = plain_of(told ? alt : words_template(W_SHOWN_CHART));
    Json *content = json_new_object();

    json_put_text(content, "msgtype", "m.image");
    json_put_text(content, "body", said);
    json_put_text(content, "filename", "chart.png");
    json_put_text(content, "url", mxc);
    Json *info = json_put_object(content, "info");
    json_put_text(info, "mimetype", "image/png");
    json_put_int(info, "size", (int64_t)len);
    json_put_int(info, "w", width);
    json_put_int(info, "h", height);
    json_put_object(content, "m.mentions");
    return content;
}
