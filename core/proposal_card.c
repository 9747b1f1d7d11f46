#include "core/proposal_card.h"

#include "core/governance.h"
#include "core/words.h"

static const Team *team_of(const Turn *turn, const Proposal *proposal)
{
    return world_team(turn->world, proposal->team);
}

static const Kr *kr_of(const Turn *turn, const Proposal *proposal)
{
    return team_tactical(team_of(turn, proposal), proposal->kr)->track->kr;
}

static bool is_ours(const Proposal *proposal, const Team *home)
{
    return ID_EQ(proposal->team, home->id);
}

size_t proposal_homes(const Turn *turn, const Proposal *proposal, const Team *homes[2])
{
    const Team *feeder = world_team(turn->world, proposal->feeder_team);
    size_t count = 0;

    homes[count++] = team_of(turn, proposal);
    if (feeder != NULL && !is_ours(proposal, feeder)) {
        homes[count++] = feeder;
    }
    return count;
}

char *proposal_kr_name(const Turn *turn, const Proposal *proposal, const Team *home)
{
    int32_t number = kr_of(turn, proposal)->number;

    return is_ours(proposal, home)
               ? g_strdup_printf("%d", number)
               : g_strdup_printf("%s %d", team_of(turn, proposal)->name, number);
}

static char *title(const Turn *turn, const Proposal *proposal, const Team *home)
{
    static const WordId titles[] = {
        [SIGNAL_RISK] = W_PROPOSAL_TITLE_RISK,
        [SIGNAL_OPPORTUNITY] = W_PROPOSAL_TITLE_OPPORTUNITY,
        [SIGNAL_GAP] = W_PROPOSAL_TITLE_GAP,
    };
    int32_t number = kr_of(turn, proposal)->number;

    return is_ours(proposal, home) ? say(titles[proposal->kind], N("n", number))
                                   : say(W_PROPOSAL_TITLE_GAP_THERE, N("n", number),
                                         S("team", team_of(turn, proposal)->name));
}

/* With what stays when the question is answered. */
static Card *card_in(const Turn *turn, const Proposal *proposal, const Team *home)
{
    Card *card = card_new(CARD_NOTICE);

    card->channel = g_strdup(home->home);
    card->key = is_ours(proposal, home)
                    ? g_strdup_printf("proposal/%" G_GINT64_FORMAT, proposal->id.v)
                    : g_strdup_printf("proposal/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                                      proposal->id.v, home->id.v);
    card_title(card, title(turn, proposal, home));
    card_text(card, say(W_PROPOSAL_KR, S("statement", kr_of(turn, proposal)->statement)));
    card_text(card, g_strdup(proposal->evidence));
    return card;
}

static WordId question(const Proposal *proposal)
{
    switch (proposal->kind) {
    case SIGNAL_RISK:
        return W_PROPOSAL_ASK_RISK;
    case SIGNAL_OPPORTUNITY:
        return W_PROPOSAL_ASK_OPPORTUNITY;
    case SIGNAL_GAP:
        break;
    }
    return ID_EQ(proposal->team, proposal->feeder_team) ? W_PROPOSAL_ASK_GAP_WITHIN
                                                        : W_PROPOSAL_ASK_GAP;
}

static void ask_in(Turn *turn, const Proposal *proposal, const Team *home)
{
    Card *card = card_in(turn, proposal, home);
    g_autofree char *kr = proposal_kr_name(turn, proposal, home);
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, proposal->id.v);
    g_autoptr(GString) first = g_string_new(NULL);

    card_text(card, say(question(proposal)));
    if (governance_may_open(turn, home, first) == CHECK_WRONG) {
        card_text(card, g_strdup(first->str));
    }
    card_hint(card, say(W_PROPOSAL_HOW, S("kr", kr)));
    card_button(card, say(W_BUTTON_PROPOSAL_OPEN), "proposal.open", id);
    card_button(card, say(W_BUTTON_PROPOSAL_DISMISS), "proposal.dismiss", id);
    turn_card(turn, card);
}

void proposal_card_ask(Turn *turn, const Proposal *proposal)
{
    const Team *homes[2];
    size_t count = proposal_homes(turn, proposal, homes);

    for (size_t i = 0; i < count && *proposal->evidence != '\0'; i++) {
        ask_in(turn, proposal, homes[i]);
    }
}

void proposal_card_settle(Turn *turn, const Proposal *proposal, char *take_line)
{
    const Team *homes[2];
    size_t count = proposal_homes(turn, proposal, homes);
    g_autofree char *line = take_line;

    for (size_t i = 0; i < count && *proposal->evidence != '\0'; i++) {
        Card *card = card_in(turn, proposal, homes[i]);

        card->quiet = true;
        card_text(card, g_strdup(line));
        turn_card(turn, card);
    }
}
