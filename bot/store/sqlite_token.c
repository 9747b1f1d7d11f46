/* Tokens: what is kept of the secrets that other systems send with is only their hashes. */

#include "bot/store/sqlite_parts.h"

bool sqlite_load_tokens(Sqlite *store, Team *team, GError **error)
{
    g_auto(Query) q = query_of(store, Q_TOKENS);

    query_put_int(&q, team->id.v);
    while (query_next(&q)) {
        Token *token = g_new0(Token, 1);

        g_ptr_array_add(team->tokens, token);
        token->id = (TokenId){query_get_int(&q)};
        token->team = (TeamId){query_get_int(&q)};
        token->name = query_get_text(&q);
        token->hash = query_get_text(&q);
        token->by = query_get_text(&q);
        token->made = query_get_instant(&q);
        token->revoked = query_get_instant(&q);
    }
    return query_done(&q, error);
}

bool sqlite_save_token(Sqlite *store, const Change *change, GError **error)
{
    const Token *token = change->what;
    g_auto(Query) q = query_of(store, Q_TOKEN_SAVE);

    query_put_int(&q, token->id.v);
    query_put_int(&q, token->team.v);
    query_put_text(&q, token->name);
    query_put_text(&q, token->hash);
    query_put_text(&q, token->by);
    query_put_int(&q, token->made.us);
    query_put_instant(&q, token->revoked);
    return query_run(&q, error);
}

bool sqlite_token_team(Store *store, const char *hash, TeamId *id, GError **error)
{
    g_auto(Query) q = query_of(sqlite_of(store), Q_TOKEN_TEAM);

    query_put_text(&q, hash);
    TeamId found = {query_next(&q) ? query_get_int(&q) : 0};

    if (!query_done(&q, error)) {
        return false;
    }
    *id = found;
    return true;
}
