#include "core/undeliverable.h"

#include "core/words.h"

void undeliverable_tell(Turn *turn, const char *why)
{
    const Team *team = turn->team;
    const char *tell = NULL;

    if (team == NULL) {
        return;
    }
    for (guint i = 0; i < team->sprints->len && tell == NULL; i++) {
        tell = ((const Sprint *)g_ptr_array_index(team->sprints, i))->facilitator;
    }
    if (tell == NULL) {
        tell = team->lead;
    }
    if (tell != NULL) {
        Card *card = card_new(CARD_NOTICE);

        card->member = g_strdup(tell);
        card_text(card,
                  say(W_UNDELIVERABLE, S("where", team->name), S("why", why != NULL ? why : "")));
        turn_card(turn, card);
    }
}
