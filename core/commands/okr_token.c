/* /okr token: which systems may send values for the team, and what they prove it with. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/text.h"
#include "core/token.h"

/* A token that waits in the outbox for longer is of no use: its maker has made another. */
#define SHOWN_FOR INSTANT_HOUR
/* Revoked ones that a list tells, the latest. */
#define REVOKED_MAX 5

/* --- list --- */

static void add_row(Card *card, const Team *team, const Token *token)
{
    bool used = token_in_use(token);
    g_autofree char *day = day_text(team_day(team, used ? token->made : token->revoked));

    card_item(card, "",
              used ? say(W_TOKEN_ROW, S("name", token->name), S("day", day), S("by", token->by))
                   : say(W_TOKEN_ROW_REVOKED, S("name", token->name), S("day", day)));
}

/* Those in use by age; of the others the latest. */
static const Token *add_rows(Card *card, const Team *team, bool in_use)
{
    int skip = (int)team->tokens->len - token_count(team) - REVOKED_MAX;
    const Token *last = NULL;

    for (guint i = 0; i < team->tokens->len; i++) {
        const Token *token = g_ptr_array_index(team->tokens, i);

        if (token_in_use(token) == in_use && (in_use || skip-- <= 0)) {
            add_row(card, team, token);
            last = token;
        }
    }
    return last;
}

static void list(Turn *turn)
{
    const Team *team = turn->team;

    if (team->tokens->len == 0) {
        turn_say(turn, say(W_TOKEN_NONE, S("team", team->name)));
        return;
    }
    turn_say(turn, say(W_TOKEN_LIST, S("team", team->name), N("n", token_count(team))));
    const Token *last = add_rows(turn_reply(turn), team, true);

    add_rows(turn_reply(turn), team, false);
    if (last != NULL) {
        card_hint(turn_reply(turn), say(W_TOKEN_LIST_HINT, S("name", last->name)));
    }
}

/* --- make, revoke --- */

static bool is_lead(Turn *turn)
{
    const Team *team = turn->team;

    if (g_strcmp0(team->lead, turn->event->member) == 0) {
        return true;
    }
    turn_say(turn, team->lead == NULL
                       ? say(W_TOKEN_NO_LEAD, S("team", team->name))
                       : say(W_TOKEN_NOT_LEAD, S("team", team->name), S("lead", team->lead)));
    return false;
}

/* Everybody in the home knows whose values they will see. */
static void announce(Turn *turn, WordId news, const Token *token)
{
    Card *card = card_new(CARD_NOTICE);

    card->channel = g_strdup(turn->team->home);
    card_text(card, say(news, S("name", token->name), S("team", turn->team->name),
                        S("by", turn->event->member)));
    turn_card(turn, card);
}

/* Of those in use; there is one. */
static const Token *oldest(const Team *team)
{
    guint i = 0;

    while (!token_in_use(g_ptr_array_index(team->tokens, i))) {
        i++;
    }
    return g_ptr_array_index(team->tokens, i);
}

/* Why there can be no token of that name; NULL: there can. */
static char *refusal(const Team *team, const char *name)
{
    if (g_utf8_strlen(name, -1) > TOKEN_NAME_MAX) {
        return say(W_TOKEN_NAME_LONG, N("max", TOKEN_NAME_MAX));
    }
    if (token_named(team, name) != NULL) {
        return say(W_TOKEN_NAME_TAKEN, S("name", token_named(team, name)->name));
    }
    if (token_count(team) >= TOKENS_MAX) {
        return say(W_TOKEN_MANY, S("team", team->name), N("max", TOKENS_MAX),
                   S("name", oldest(team)->name));
    }
    return NULL;
}

static void show(Card *card, const Team *team, const Token *token, const char *text)
{
    card_text(card, say(W_TOKEN_MADE, S("name", token->name), S("team", team->name)));
    card_code(card, g_strdup(text));
    card_hint(card, say(W_TOKEN_ONCE, S("name", token->name)));
}

/* To its maker alone: where others would read the reply, in a message of its own. */
static void hand_over(Turn *turn, const Token *token, const char *text)
{
    bool overheard = turn->event->answer_out && !turn->event->direct;

    if (!overheard) {
        show(turn_reply(turn), turn->team, token, text);
        return;
    }
    Card *card = card_new(CARD_NOTICE);

    card->member = g_strdup(turn->event->member);
    card->expires = (Instant){turn->now.us + SHOWN_FOR};
    show(card, turn->team, token, text);
    turn_card(turn, card);
    turn_say(turn, say(W_TOKEN_SENT, S("name", token->name), S("team", turn->team->name)));
}

static void make_token(Turn *turn, const char *name)
{
    Team *team = turn->team;
    char *why = is_lead(turn) ? refusal(team, name) : NULL;

    if (why != NULL) {
        turn_say(turn, why);
    }
    if (turn->reply != NULL || !turn_needs_secret(turn)) {
        return;
    }
    g_autofree char *text = token_text(world_secret(turn->world));
    Token *token = token_new();

    *token = (Token){.id = ID_NEW(TokenId, turn->ids),
                     .team = team->id,
                     .name = g_strdup(name),
                     .hash = token_hash(text),
                     .by = g_strdup(turn->event->member),
                     .made = turn->now};
    g_ptr_array_add(team->tokens, token);
    turn_change(turn, CHANGE_TOKEN, team, token);
    hand_over(turn, token, text);
    announce(turn, W_TOKEN_NEWS_MADE, token);
}

static void revoke_token(Turn *turn, const char *name)
{
    Team *team = turn->team;
    Token *token = token_named(team, name);

    if (!is_lead(turn)) {
        return;
    }
    if (token == NULL) {
        g_autofree char *quoted = text_cut(name, TOKEN_NAME_MAX);

        turn_say(turn, *name == '\0'
                           ? say(W_TOKEN_REVOKE_WHICH)
                           : say(W_TOKEN_UNKNOWN, S("team", team->name), S("name", quoted)));
        return;
    }
    token->revoked = turn->now;
    turn_change(turn, CHANGE_TOKEN, team, token);
    turn_say(turn, say(W_TOKEN_REVOKED, S("name", token->name), S("team", team->name)));
    announce(turn, W_TOKEN_NEWS_REVOKED, token);
}

static void run(Turn *turn, const char *rest)
{
    g_autofree char *name = text_squeeze(rest);

    if (text_starts_word(name, "revoke")) {
        const char *which = name + strlen("revoke");

        revoke_token(turn, which + strspn(which, " :"));
    } else if (*name == '\0' || g_ascii_strcasecmp(name, "list") == 0) {
        list(turn);
    } else {
        make_token(turn, name);
    }
}

const Command command_okr_token = {
    .family = "okr",
    .name = "token",
    .aliases = "tokens",
    .usage = "[NAME | revoke NAME]",
    .help = W_HELP_TOKEN,
    .example = W_EXAMPLE_TOKEN,
    .who = WHO_MEMBER,
    .run = run,
};
