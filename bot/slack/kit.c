#include "bot/slack/kit.h"

#include <string.h>

#include "core/text.h"

#define SHOWN_FOR_NOTHING "–"

bool kit_has_words(const char *text)
{
    while (text != NULL && (*text == ' ' || *text == '\n' || *text == '\t')) {
        text++;
    }
    return text != NULL && *text != '\0';
}

static GString plain_of(const char *text, size_t max, const SlackNames *names)
{
    GString plain = text_begin(SLACK_HEADER_MAX);

    slack_plain(&plain, text != NULL ? text : "", max, names);
    if (!kit_has_words(plain.str)) {
        g_string_assign(&plain, SHOWN_FOR_NOTHING);
    }
    return plain;
}

/* --- a tree's --- */

void kit_put_plain(Json *object, const char *key, const char *text, size_t max,
                   const SlackNames *names)
{
    g_auto(GString) plain = plain_of(text, max, names);
    Json *value = json_put_object(object, key);

    json_put_text(value, "type", "plain_text");
    json_put_text(value, "text", plain.str);
}

Json *kit_add_block(Json *blocks, const char *type)
{
    Json *block = json_add(blocks, json_new_object());

    json_put_text(block, "type", type);
    return block;
}

static void fill_mrkdwn(Json *object, const char *mrkdwn)
{
    json_put_text(object, "type", "mrkdwn");
    json_put_text(object, "text", mrkdwn);
    json_put_bool(object, "verbatim", true);
}

void kit_add_section(Json *blocks, const char *mrkdwn)
{
    fill_mrkdwn(json_put_object(kit_add_block(blocks, "section"), "text"), mrkdwn);
}

void kit_add_context(Json *blocks, const char *mrkdwn)
{
    Json *elements = json_put_array(kit_add_block(blocks, "context"), "elements");

    fill_mrkdwn(json_add(elements, json_new_object()), mrkdwn);
}

/* --- written --- */

void kit_write_plain(GString *out, const char *key, const char *text, size_t max,
                     const SlackNames *names)
{
    g_auto(GString) plain = plain_of(text, max, names);

    json_write_key(out, key);
    json_write_json(out, "{\"type\":\"plain_text\",\"text\":");
    json_write_text_len(out, plain.str, plain.len);
    json_write_close(out, '}');
}

static void write_mrkdwn(GString *out, const GString *mrkdwn)
{
    json_write_json(out, "{\"type\":\"mrkdwn\",\"text\":");
    json_write_text_len(out, mrkdwn->str, mrkdwn->len);
    g_string_append(out, ",\"verbatim\":true}");
}

void kit_write_section(GString *blocks, const GString *mrkdwn)
{
    json_write_json(blocks, "{\"type\":\"section\",\"text\":");
    write_mrkdwn(blocks, mrkdwn);
    json_write_close(blocks, '}');
}

void kit_write_context(GString *blocks, const GString *mrkdwn)
{
    json_write_json(blocks, "{\"type\":\"context\",\"elements\":[");
    write_mrkdwn(blocks, mrkdwn);
    json_write_close(blocks, ']');
    json_write_close(blocks, '}');
}
