/* /sprint learnings: what retrospectives taught, by words, team, trigger and anchor. */

#include "core/learnings.h"
#include "core/commands/commands.h"
#include "core/text.h"

#define SHOWN_MAX   8
#define LEARNED_MAX 300 /* characters */

static char *names_of(const GPtrArray *teams)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < teams->len; i++) {
        const char *joint = i == 0 ? "" : i + 1 == teams->len ? " and " : ", ";

        g_string_append_printf(out, "%s%s", joint,
                               ((const Team *)g_ptr_array_index(teams, i))->name);
    }
    return g_string_free(out, FALSE);
}

static void add_row(Card *card, const LearningFound *found, bool several)
{
    const Digest *digest = found->digest;
    g_autofree char *label = g_strdup_printf("%d", digest->number);
    g_autofree char *learned = text_cut(digest->learned, LEARNED_MAX);
    g_autofree char *days = window_text(digest->window);
    g_autofree char *where =
        several ? say(W_LEARNINGS_OF_TEAM, S("team", found->team->name), S("window", days))
                : g_steal_pointer(&days);

    card_item(card, label,
              digest->movement != NULL
                  ? say(W_LEARNINGS_ROW, S("learned", learned), S("where", where),
                        S("moved", moved_name(digest->moved)), S("movement", digest->movement))
                  : say(W_LEARNINGS_ROW_UNMEASURED, S("learned", learned), S("where", where),
                        S("moved", moved_name(digest->moved))));
}

static void show_found(Card *card, const LearningSearch *search, const GArray *found)
{
    g_autofree char *names = names_of(search->teams);

    card_text(card, say(W_LEARNINGS_TITLE, S("team", names)));
    for (guint i = 0; i < found->len && i < SHOWN_MAX; i++) {
        add_row(card, &g_array_index(found, LearningFound, i), search->teams->len > 1);
    }
    if (found->len > SHOWN_MAX) {
        card_hint(card, say(W_LEARNINGS_MORE, N("n", found->len - SHOWN_MAX)));
    }
    if (search->cut) {
        card_hint(card, say(W_LEARNINGS_CUT, S("words", search->words)));
    }
}

/* “dependency invoices”, trigger: KR at Risk. */
static char *what_was_searched(const LearningSearch *search)
{
    GString *out = g_string_new(NULL);

    if (*search->words != '\0') {
        say_on(out, W_LEARNINGS_WORDS, S("words", search->words));
    }
    for (int i = LEARNING_TRIGGER; i < LEARNING_FILTER_COUNT; i++) {
        if (search->asked[i] != NULL) {
            g_autofree char *asked = text_cut(search->asked[i], 80);

            g_string_append(out, out->len > 0 ? ", " : "");
            say_on(out, W_LEARNINGS_FILTER, S("key", learning_filter_key((LearningFilter)i)),
                   S("value", asked));
        }
    }
    return g_string_free(out, FALSE);
}

/* What to leave out, so that something is found. */
static char *advice(const Turn *turn, const LearningSearch *search)
{
    for (int i = LEARNING_TRIGGER; i < LEARNING_FILTER_COUNT; i++) {
        g_autoptr(GArray) without =
            search->asked[i] != NULL ? learnings_find(turn, search, (LearningFilter)i) : NULL;

        if (without != NULL && without->len > 0) {
            return say(W_LEARNINGS_DROP, S("key", learning_filter_key((LearningFilter)i)),
                       N("n", without->len));
        }
    }
    if (search->teams->len < search->mine->len) {
        return say(W_LEARNINGS_ALL_TEAMS);
    }
    return say(*search->words != '\0' ? W_LEARNINGS_FEWER : W_LEARNINGS_FEWER_FILTERS);
}

static void show_none(Turn *turn, const LearningSearch *search)
{
    g_autofree char *names = names_of(search->teams);
    g_autofree char *what = what_was_searched(search);
    g_autofree char *instead = advice(turn, search);

    turn_say(turn,
             *what == '\0'
                 ? say(W_LEARNINGS_NOT_YET, S("team", names), N("n", search->teams->len))
                 : say(W_LEARNINGS_NONE, S("team", names), S("what", what), S("instead", instead)));
}

/* Whether others read the answer who may be in none of these teams: where there are no forms, a
 * reply stands in the channel. */
static bool is_overheard(const Turn *turn, const LearningSearch *search)
{
    bool own = search->teams->len == 1 && g_ptr_array_index(search->teams, 0) == turn->team;

    return turn->event->conversation && !turn->event->direct && !own;
}

static Card *card_for(Turn *turn, const LearningSearch *search)
{
    if (!is_overheard(turn, search)) {
        return turn_reply(turn);
    }
    Card *alone = card_new(CARD_NOTICE);

    alone->member = g_strdup(turn->event->member);
    turn_card(turn, alone);
    turn_say(turn, say(W_LEARNINGS_ALONE));
    return alone;
}

static void run(Turn *turn, const char *rest)
{
    g_auto(LearningSearch) search = {0};
    g_autofree char *refused = NULL;

    if (!learnings_read(turn, rest, &search, &refused)) {
        if (refused != NULL) {
            turn_say(turn, g_steal_pointer(&refused));
        }
        return;
    }
    if (!learnings_ready(turn, &search)) {
        return;
    }
    g_autoptr(GArray) found = learnings_find(turn, &search, LEARNING_FILTER_COUNT);
    if (found->len > 0) {
        show_found(card_for(turn, &search), &search, found);
    } else {
        show_none(turn, &search);
    }
}

const Command command_learnings = {.family = "sprint",
                                   .name = "learnings",
                                   .aliases = "lessons",
                                   .usage = "[WORDS] [team: …] [trigger: …] [anchor: …]",
                                   .help = W_HELP_LEARNINGS,
                                   .example = W_EXAMPLE_LEARNINGS,
                                   .who = WHO_ANYONE,
                                   .run = run};
