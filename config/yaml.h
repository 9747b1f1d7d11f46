#pragma once

/* YAML bytes in, a plain tree with places out. Only what a configuration needs: maps with text
 * keys, lists, and scalars as text. Anchors, aliases and tags are refused, so the tree is never
 * larger than the file that was written. */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "config/mistake.h"

typedef enum NodeKind { NODE_NULL, NODE_TEXT, NODE_LIST, NODE_MAP } NodeKind;

typedef struct Node {
    NodeKind kind;
    Place at;         /* of the value; of the key where there is no value */
    char *key;        /* in a map, else NULL */
    Place key_at;     /* of the key */
    char *text;       /* NODE_TEXT */
    GPtrArray *items; /* of Node: NODE_LIST, NODE_MAP; keys may repeat */
} Node;

void node_free(Node *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Node, node_free)

/* The document; NULL and a mistake when it is none. A file without a document is NODE_NULL. */
Node *yaml_read(const char *bytes, size_t len, Mistakes *mistakes)
    __attribute__((warn_unused_result));
/* The first member of that key; NULL. */
const Node *node_find(const Node *map, const char *key);
