#include "core/token.h"

#include <string.h>

#include "core/text.h"

Token *token_new(void)
{
    return g_new0(Token, 1);
}

char *token_text(const char *secret)
{
    return g_strconcat(TOKEN_PREFIX, secret, NULL);
}

char *token_hash(const char *text)
{
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

bool token_in_use(const Token *token)
{
    return token->revoked.us == 0;
}

Token *token_named(const Team *team, const char *name)
{
    g_autofree char *wanted = text_fold(name);

    for (guint i = 0; i < team->tokens->len; i++) {
        Token *token = g_ptr_array_index(team->tokens, i);
        g_autofree char *folded = text_fold(token->name);

        if (token_in_use(token) && strcmp(folded, wanted) == 0) {
            return token;
        }
    }
    return NULL;
}

const Token *token_of(const Team *team, const char *hash)
{
    for (guint i = 0; i < team->tokens->len; i++) {
        const Token *token = g_ptr_array_index(team->tokens, i);

        if (strcmp(token->hash, hash) == 0) {
            return token;
        }
    }
    return NULL;
}

int token_count(const Team *team)
{
    int n = 0;

    for (guint i = 0; i < team->tokens->len; i++) {
        n += token_in_use(g_ptr_array_index(team->tokens, i));
    }
    return n;
}
