/* libfyaml reads the bytes and hands out events; the tree of them is our own, built on a stack of
 * open maps and lists, so that depth and size have a bound and each mistake a place. */

#include "config/yaml.h"

#include <string.h>

#include <libfyaml.h>

#define DEPTH_MAX 16
#define NODES_MAX 50000

typedef struct Builder {
    const char *bytes;
    size_t len;
    Mistakes *mistakes;
    Node *root;
    GPtrArray *open; /* of Node: maps and lists not closed yet, outermost first; borrowed */
    char *key;       /* in a map: read, and its value is next */
    Place key_at;
    size_t nodes, documents;
} Builder;

static void free_node(gpointer node)
{
    node_free(node);
}

void node_free(Node *node)
{
    if (node == NULL) {
        return;
    }
    if (node->items != NULL) {
        g_ptr_array_unref(node->items);
    }
    if (node->text != NULL) {
        explicit_bzero(node->text, strlen(node->text)); /* it may be a token */
    }
    g_free(node->text);
    g_free(node->key);
    g_free(node);
}

const Node *node_find(const Node *map, const char *key)
{
    for (guint i = 0; map->kind == NODE_MAP && i < map->items->len; i++) {
        const Node *item = g_ptr_array_index(map->items, i);

        if (strcmp(item->key, key) == 0) {
            return item;
        }
    }
    return NULL;
}

static Node *innermost(const Builder *b)
{
    return b->open->len > 0 ? g_ptr_array_index(b->open, b->open->len - 1) : NULL;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* The mark of a quoted text is behind its quote, where people look for it. */
static bool is_behind_quote(const Builder *b, const struct fy_event *event,
                            const struct fy_mark *mark)
{
    size_t at = mark->input_pos;

    return event->type == FYET_SCALAR && at > 0 && at < b->len && mark->column > 0 &&
           is_quote(b->bytes[at - 1]) && fy_token_scalar_style(event->scalar.value) != FYSS_PLAIN;
}

/* An empty value has no place of its own. */
static Place place_of(const Builder *b, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);

    if (mark != NULL) {
        return (Place){mark->line + 1, mark->column + (is_behind_quote(b, event, mark) ? 0 : 1)};
    }
    return b->key != NULL ? b->key_at : PLACE_FIRST;
}

static bool refuse(Builder *b, Place at, const char *why)
{
    mistake(b->mistakes, at, "%s", why);
    return false;
}

static bool wants_key(const Builder *b)
{
    const Node *parent = innermost(b);

    return parent != NULL && parent->kind == NODE_MAP && b->key == NULL;
}

/* Where there are two documents, the second has nowhere to go. */
static bool add_node(Builder *b, Node *take_node)
{
    Node *parent = innermost(b);

    take_node->key = g_steal_pointer(&b->key);
    take_node->key_at = b->key_at;
    if (parent != NULL) {
        g_ptr_array_add(parent->items, take_node);
    } else {
        b->root = take_node;
    }
    return ++b->nodes <= NODES_MAX || refuse(b, take_node->at, "the file holds too many values");
}

static bool open_node(Builder *b, Node *take_node)
{
    if (b->open->len >= DEPTH_MAX) {
        Place at = take_node->at;

        node_free(take_node);
        return refuse(b, at, "nested too deep");
    }
    take_node->items = g_ptr_array_new_with_free_func(free_node);
    if (!add_node(b, take_node)) {
        return false;
    }
    g_ptr_array_add(b->open, take_node);
    return true;
}

static Node *node_new(const Builder *b, struct fy_event *event, NodeKind kind)
{
    Node *node = g_new0(Node, 1);

    node->kind = kind;
    node->at = place_of(b, event);
    return node;
}

static bool is_null(const char *text, size_t len, enum fy_scalar_style style)
{
    return style == FYSS_PLAIN &&
           (len == 0 || (len == 1 && *text == '~') || (len == 4 && memcmp(text, "null", 4) == 0));
}

static bool on_scalar(Builder *b, struct fy_event *event)
{
    struct fy_token *token = fy_event_get_token(event);
    size_t len = 0;
    const char *text = token != NULL ? fy_token_get_text(token, &len) : NULL;
    Place at = place_of(b, event);

    text = text != NULL ? text : "";
    if (memchr(text, '\0', len) != NULL || !g_utf8_validate(text, (gssize)len, NULL)) {
        return refuse(b, at, "holds bytes that are no text");
    }
    if (wants_key(b)) {
        b->key = g_strndup(text, len);
        b->key_at = at;
        return true;
    }
    bool null = token == NULL || is_null(text, len, fy_token_scalar_style(token));
    Node *node = node_new(b, event, null ? NODE_NULL : NODE_TEXT);

    node->text = null ? NULL : g_strndup(text, len);
    return add_node(b, node);
}

static bool on_start(Builder *b, struct fy_event *event, NodeKind kind)
{
    if (wants_key(b)) {
        return refuse(b, place_of(b, event), "a key must be a plain word");
    }
    return open_node(b, node_new(b, event, kind));
}

static bool on_end(Builder *b)
{
    g_ptr_array_set_size(b->open, (gint)b->open->len - 1);
    return true;
}

static bool on_document(Builder *b, struct fy_event *event)
{
    return ++b->documents == 1 ||
           refuse(b, place_of(b, event), "a second document begins; remove the line \"---\"");
}

static bool has_marks(struct fy_event *event)
{
    return fy_event_get_anchor_token(event) != NULL || fy_event_get_tag_token(event) != NULL;
}

static bool on_event(Builder *b, struct fy_event *event)
{
    if (event->type == FYET_ALIAS || has_marks(event)) {
        return refuse(b, place_of(b, event),
                      "anchors (&), aliases (*) and tags (!) are not read; write the value out");
    }
    switch (event->type) {
    case FYET_SCALAR:
        return on_scalar(b, event);
    case FYET_MAPPING_START:
        return on_start(b, event, NODE_MAP);
    case FYET_SEQUENCE_START:
        return on_start(b, event, NODE_LIST);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return on_end(b);
    case FYET_DOCUMENT_START:
        return on_document(b, event);
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
    case FYET_ALIAS:
        return true;
    }
    return true;
}

/* The first error is the one that somebody made; those behind it follow from it. */
static void tell_error(struct fy_diag *diag, Mistakes *mistakes)
{
    void *before = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &before);

    if (error == NULL) {
        mistake(mistakes, PLACE_FIRST, "this is not YAML");
        return;
    }
    g_autofree char *why = mistake_quote(error->msg);

    mistake(mistakes, (Place){MAX(error->line, 1), MAX(error->column, 1)}, "not YAML: %s", why);
}

static bool build(Builder *b, struct fy_parser *parser)
{
    struct fy_event *event = NULL;
    bool fine = true, ended = false;

    while (fine && !ended && (event = fy_parser_parse(parser)) != NULL) {
        fine = on_event(b, event);
        ended = event->type == FYET_STREAM_END;
        fy_parser_event_free(parser, event);
    }
    return fine;
}

static Node *read_stream(Builder *b, struct fy_parser *parser, struct fy_diag *diag)
{
    bool fine = build(b, parser);

    if (fine && fy_parser_get_stream_error(parser)) {
        tell_error(diag, b->mistakes);
        fine = false;
    }
    if (!fine) {
        g_clear_pointer(&b->root, node_free);
    } else if (b->root == NULL) {
        b->root = g_new0(Node, 1);
        b->root->at = PLACE_FIRST;
    }
    return b->root;
}

Node *yaml_read(const char *bytes, size_t len, Mistakes *mistakes)
{
    Builder b = {bytes, len, .mistakes = mistakes, .open = g_ptr_array_new()};
    struct fy_diag_cfg diag_settings;
    Node *root = NULL;

    fy_diag_cfg_default(&diag_settings);
    struct fy_diag *diag = fy_diag_create(&diag_settings);
    struct fy_parse_cfg settings = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
        .diag = diag,
    };

    fy_diag_set_collect_errors(diag, true);
    struct fy_parser *parser = fy_parser_create(&settings);

    if (parser == NULL || fy_parser_set_string(parser, bytes, len) != 0) {
        mistake(mistakes, PLACE_FIRST, "the YAML reader does not start");
    } else {
        root = read_stream(&b, parser, diag);
    }
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    g_ptr_array_unref(b.open);
    g_free(b.key);
    return root;
}
