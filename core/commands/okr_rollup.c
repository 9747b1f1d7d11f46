/* /okr rollup: what a period came to, as a message or as a text to copy. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/rollup_show.h"
#include "core/rollup_text.h"
#include "core/text.h"

/* A code block of that many bytes is one piece on every platform, whatever is escaped in it; and so
 * many of them are one message. */
#define PIECE_MAX  2600
#define PIECES_MAX 4

typedef struct Copy {
    const char *name, *alias;
    WordId head;
    char *(*text)(const Rollup *rollup);
} Copy;

static const Copy copies[] = {
    {"markdown", "md", W_ROLLUP_COPY_MARKDOWN, rollup_text_markdown},
    {"csv", "table", W_ROLLUP_COPY_CSV, rollup_text_csv},
};

/* --- which period, and how --- */

/* Takes the last word off `text` where it says how; NULL: as a message. */
static const Copy *take_copy(char *text)
{
    char *last = strrchr(text, ' ');
    char *word = last != NULL ? last + 1 : text;

    for (size_t i = 0; i < G_N_ELEMENTS(copies); i++) {
        if (g_ascii_strcasecmp(word, copies[i].name) == 0 ||
            g_ascii_strcasecmp(word, copies[i].alias) == 0) {
            *(last != NULL ? last : text) = '\0';
            return &copies[i];
        }
    }
    return NULL;
}

/* The one that holds today, else the last that is over, else the next. */
static const Period *latest_period(const Team *team, Day today)
{
    const Period *found = g_ptr_array_index(team->periods, 0);

    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);

        found = day_cmp(period->days.first, today) <= 0 ? period : found;
    }
    return found;
}

/* By its name, or a part of it that no other has; NULL: which is meant is unclear. */
static const Period *period_named(const Team *team, const char *text)
{
    g_autofree char *wanted = text_fold(text);
    const Period *found = NULL;
    int fits = 0;

    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);
        g_autofree char *name = text_fold(period->name);

        if (strcmp(name, wanted) == 0) {
            return period;
        }
        if (strstr(name, wanted) != NULL) {
            found = period;
            fits++;
        }
    }
    return fits == 1 ? found : NULL;
}

static void say_unknown(Turn *turn, const char *given)
{
    const Team *team = turn->team;
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *quoted = text_cut(given, 60);

    for (guint i = 0; i < team->periods->len; i++) {
        const Period *period = g_ptr_array_index(team->periods, i);

        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", period->name);
    }
    turn_say(turn, say(W_ROLLUP_UNKNOWN, S("team", team->name), S("given", quoted),
                       S("list", list->str)));
}

/* NULL with the reply given. */
static const Period *period_meant(Turn *turn, const char *text)
{
    const Team *team = turn->team;
    Day today = turn_today(turn);

    if (team->periods->len == 0) {
        turn_say(turn, say(W_ROLLUP_NO_PERIOD, S("team", team->name)));
        return NULL;
    }
    const Period *period = *text == '\0' ? latest_period(team, today) : period_named(team, text);
    if (period == NULL) {
        say_unknown(turn, text);
        return NULL;
    }
    if (day_cmp(today, period->days.first) < 0) {
        g_autofree char *day = day_text_short(period->days.first);

        turn_say(turn, say(W_ROLLUP_AHEAD, S("period", period->name), S("day", day)));
        return NULL;
    }
    return period;
}

/* --- the reply --- */

/* Whole, or not at all. */
static void give_copy(Turn *turn, const Copy *copy, const Rollup *rollup)
{
    g_autofree char *text = copy->text(rollup);
    g_autoptr(GPtrArray) pieces = rollup_text_pieces(text, PIECE_MAX);
    const char *period = rollup->period->name, *team = rollup->team->name;

    if (pieces->len > PIECES_MAX) {
        turn_say(turn, say(W_ROLLUP_TOO_LONG, S("period", period), S("team", team)));
        return;
    }
    Card *card = turn_reply(turn);
    card_text(card, say_args(copy->head, (const Arg[]){S("period", period), S("team", team), {0}}));
    if (pieces->len > 1) {
        card_text(card, say(W_ROLLUP_COPY_PARTS, N("n", pieces->len)));
    }
    for (guint i = 0; i < pieces->len; i++) {
        char *piece = g_strdup(g_ptr_array_index(pieces, i));

        card_code(card, g_strchomp(piece));
    }
}

static void run(Turn *turn, const char *rest)
{
    g_autofree char *text = text_squeeze(rest);
    const Team *team = turn->team;
    const Copy *copy = take_copy(text);
    const Period *period = period_meant(turn, text);

    if (period == NULL || !turn_needs_opened(turn, team->id, period->days)) {
        return;
    }
    g_autoptr(Rollup) rollup = rollup_of(
        turn->world, team, period, turn_opened(turn, team->id, period->days), turn_today(turn));
    if (copy != NULL) {
        give_copy(turn, copy, rollup);
    } else {
        rollup_show(turn_reply(turn), rollup);
    }
}

const Command command_okr_rollup = {
    .family = "okr",
    .name = "rollup",
    .aliases = "roll-up,summary",
    .usage = "[PERIOD] [markdown | csv]",
    .help = W_HELP_ROLLUP,
    .example = W_EXAMPLE_ROLLUP,
    .who = WHO_MEMBER,
    .run = run,
};
