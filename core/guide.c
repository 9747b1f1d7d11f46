/* Each question takes the next word of the path, or asks. A key result is named by its own number
 * and a team by its name, so an old button means what it meant; where that is gone, it is asked
 * again. */

#include "core/guide.h"

#include <string.h>

#include "core/command.h"
#include "core/dialog.h"
#include "core/field_check.h"
#include "core/pace.h"
#include "core/show.h"
#include "core/text.h"
#include "core/trajectory.h"

#define KRS_SHOWN   9
#define ANSWERS_MAX 200 /* characters; longer is no path of ours */
#define METRIC_MAX  300 /* characters, in the situation */

typedef struct Walk {
    Turn *turn;
    const char *rest; /* of the path */
    GString *path;    /* as far as it is taken, as buttons carry it: "number.2" */
    GString *typed;   /* and as it is typed: "1 2" */
} Walk;

static void walk_clear(Walk *walk)
{
    g_string_free(walk->path, TRUE);
    g_string_free(walk->typed, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static void walk_on(Walk *walk, const char *key, const char *typed)
{
    g_string_append_printf(walk->path, "%s%s", walk->path->len > 0 ? "." : "", key);
    g_string_append_printf(walk->typed, "%s%s", walk->typed->len > 0 ? " " : "", typed);
}

/* The next word of the path, in lower case; NULL: it ends. Caller frees. */
static char *next_word(Walk *walk)
{
    const char *start = walk->rest + strspn(walk->rest, " .,");
    size_t len = strcspn(start, " .,");

    walk->rest = start + len;
    return len > 0 ? text_lower(start, len) : NULL;
}

/* --- asking --- */

/* What was given in the place of an answer is none; NULL: nothing was. */
static void say_unknown(Walk *walk, const char *given)
{
    if (given != NULL) {
        g_autofree char *quoted = text_cut(given, 40);

        turn_say(walk->turn, say(W_GUIDE_UNKNOWN, S("given", quoted)));
    }
}

/* A button that goes on from here by `key`. */
static void put_button(const Walk *walk, char *take_label, const char *key)
{
    g_autofree char *value =
        g_strdup_printf("%s%s%s", walk->path->str, walk->path->len > 0 ? "." : "", key);

    card_button(turn_reply(walk->turn), take_label, "decide", value);
}

static void put_typed(const Walk *walk, WordId words, const char *next)
{
    g_autofree char *path =
        g_strdup_printf("%s%s%s", walk->typed->str, walk->typed->len > 0 ? " " : "", next);

    card_hint(turn_reply(walk->turn), say(words, S("path", path)));
}

typedef struct Choice {
    const char *key;
    WordId label;
} Choice;

static const Choice got[] = {
    {"number", W_GUIDE_NUMBER}, {"chance", W_GUIDE_CHANCE}, {"handoff", W_GUIDE_HANDOFF},
    {"list", W_GUIDE_LIST},     {"always", W_GUIDE_ALWAYS},
};
static const Choice yes_no[] = {{"yes", W_GUIDE_YES}, {"no", W_GUIDE_NO}};
enum { YES, NO };

#define NOTHING_CHOSEN (-1)

static void ask_choices(Walk *walk, const Choice *choices, size_t n, char *take_question)
{
    Card *card = turn_reply(walk->turn);

    card_text(card, take_question);
    for (size_t i = 0; i < n; i++) {
        g_autofree char *label = g_strdup_printf("%zu", i + 1);

        card_item(card, label, say(choices[i].label));
    }
    for (size_t i = 0; i < n; i++) {
        put_button(walk, say(choices[i].label), choices[i].key);
    }
    put_typed(walk, W_GUIDE_TYPED, "1");
}

/* Which of the choices comes next; NOTHING_CHOSEN: it was asked. */
static int choose(Walk *walk, const Choice *choices, size_t n, char *take_question)
{
    g_autofree char *question = take_question;
    g_autofree char *word = next_word(walk);
    int32_t number = 0;

    for (size_t i = 0; word != NULL && i < n; i++) {
        if (strcmp(word, choices[i].key) == 0 ||
            (is_whole_number(word, &number) && number == (int32_t)i + 1)) {
            g_autofree char *typed = g_strdup_printf("%zu", i + 1);

            walk_on(walk, choices[i].key, typed);
            return (int)i;
        }
    }
    say_unknown(walk, word);
    ask_choices(walk, choices, n, g_steal_pointer(&question));
    return NOTHING_CHOSEN;
}

#define CHOOSE(walk, choices, take_question)                                                       \
    choose(walk, choices, G_N_ELEMENTS(choices), take_question)

static void end(const Walk *walk, char *take_text)
{
    turn_say(walk->turn, take_text);
}

/* --- key results --- */

/* How far from good a status is: the farthest first. */
static int urgency(PaceStatus status)
{
    switch (status) {
    case PACE_BEHIND:
        return 0;
    case PACE_AT_RISK:
        return 1;
    case PACE_STALE:
    case PACE_TOO_EARLY:
    case PACE_NONE:
        return 2;
    case PACE_ON_TRACK:
        return 3;
    case PACE_AHEAD:
        return 4;
    case PACE_DONE:
        break;
    }
    return 5;
}

typedef struct Row {
    const Tactical *tactical;
    Block *shown;
} Row;

static void row_clear(gpointer row)
{
    block_free(((Row *)row)->shown);
}

static int by_urgency(gconstpointer a, gconstpointer b)
{
    const Row *ra = a, *rb = b;
    int order = urgency(ra->shown->status) - urgency(rb->shown->status);

    return order != 0 ? order : ra->tactical->track->kr->number - rb->tactical->track->kr->number;
}

/* The team's KRs of the period that holds today (of Row), those behind first. */
static GArray *rows_of(Turn *turn)
{
    const Team *team = turn->team;
    const Period *period = team_period(team, turn_today(turn));
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(Row));

    g_array_set_clear_func(rows, row_clear);
    for (guint i = 0; i < team->tacticals->len; i++) {
        const Tactical *tactical = g_ptr_array_index(team->tacticals, i);

        if (!tactical->dropped && period != NULL &&
            team_tactical_period(team, tactical) == period) {
            Row row = {tactical, show_tactical(team, tactical, turn_today(turn), turn->policy)};

            g_array_append_val(rows, row);
        }
    }
    g_array_sort(rows, by_urgency);
    return rows;
}

static void ask_kr(Walk *walk, GArray *rows, WordId question, WordId none)
{
    Card *card = turn_reply(walk->turn);
    guint shown = MIN(rows->len, KRS_SHOWN);

    card_text(card, say(question));
    for (guint i = 0; i < shown; i++) {
        card_block(card, g_steal_pointer(&g_array_index(rows, Row, i).shown));
    }
    card_item(card, "0", say(none));
    if (rows->len > shown) {
        card_hint(card, say(W_GUIDE_KR_MORE, N("n", rows->len - shown)));
    }
    for (guint i = 0; i < shown; i++) {
        const Kr *kr = g_array_index(rows, Row, i).tactical->track->kr;
        g_autofree char *key = g_strdup_printf("%d", kr->number);

        put_button(walk, say(W_GUIDE_KR_BUTTON, N("n", kr->number), S("metric", kr->metric)), key);
    }
    put_button(walk, say(none), "none");
    g_autofree char *first =
        g_strdup_printf("%d", g_array_index(rows, Row, 0).tactical->track->kr->number);
    put_typed(walk, W_GUIDE_TYPED_KR, first);
}

typedef enum KrAnswer { KR_ASKED, KR_NONE, KR_NAMED } KrAnswer;

/* Which key result comes next. Where there is none to choose from, none is meant. */
static KrAnswer choose_kr(Walk *walk, WordId question, WordId none, const Tactical **tactical)
{
    g_autoptr(GArray) rows = rows_of(walk->turn);
    g_autofree char *word = next_word(walk);
    int32_t number = 0;

    if (rows->len == 0 || g_strcmp0(word, "none") == 0 || g_strcmp0(word, "0") == 0) {
        return KR_NONE;
    }
    for (guint i = 0; word != NULL && is_whole_number(word, &number) && i < rows->len; i++) {
        *tactical = g_array_index(rows, Row, i).tactical;
        if ((*tactical)->track->kr->number == number) {
            walk_on(walk, word, word);
            return KR_NAMED;
        }
    }
    say_unknown(walk, word);
    ask_kr(walk, rows, question, none);
    return KR_ASKED;
}

/* --- what is known of one --- */

/* Where it stands today, as text. */
typedef struct KrStanding {
    const Kr *kr;
    PaceStatus status;
    bool known;  /* what was expected */
    bool behind; /* it is short of that, by `gap` */
    char value[VALUE_TEXT_MAX], expected[VALUE_TEXT_MAX], gap[VALUE_TEXT_MAX];
} KrStanding;

static KrStanding standing_of(Turn *turn, const Tactical *tactical)
{
    const Kr *kr = tactical->track->kr;
    const Period *period = team_tactical_period(turn->team, tactical);
    g_autoptr(GArray) aims = g_array_new(FALSE, FALSE, sizeof(Aim));
    Trajectory line = tactical_line(tactical, period->days, aims);
    Block *shown = show_tactical(turn->team, tactical, turn_today(turn), turn->policy);
    Unit bare = unit_bare(&kr->unit);
    KrStanding standing = {.kr = kr, .status = shown->status};
    Deviation deviation;

    block_free(shown);
    value_write(standing.value, track_value(tactical->track), &kr->unit);
    standing.known =
        trajectory_deviation(&line, kr, turn_today(turn), track_value(tactical->track), &deviation);
    if (standing.known) {
        const char *gap = value_write_change(standing.gap, deviation.gap, &bare);

        memmove(standing.gap, gap + (*gap == '+'), strlen(gap) + 1 - (*gap == '+'));
        value_write_rounded(standing.expected, deviation.expected, &bare);
        standing.behind = deviation.gap.millionths > 0;
    }
    return standing;
}

static char *situation_of(Turn *turn, const Tactical *tactical, const KrStanding *standing)
{
    const Kr *kr = standing->kr;
    const Period *period = team_tactical_period(turn->team, tactical);
    Elapsed elapsed = elapsed_calendar(period->days, turn_today(turn));
    g_autofree char *metric = text_cut(kr->metric, METRIC_MAX);
    g_autofree char *day = day_text_short(turn_today(turn));
    g_autofree char *target = value_text(kr->target, &kr->unit);

    return standing->behind
               ? say(W_GUIDE_SITUATION, N("kr", kr->number), S("metric", metric),
                     S("value", standing->value), S("day", day),
                     N("n", MIN(elapsed.passed + 1, elapsed.total)), N("m", elapsed.total),
                     S("period", period->name), S("expected", standing->expected),
                     S("gap", standing->gap), S("target", target))
               : say(W_GUIDE_SITUATION_BARE, N("kr", kr->number), S("metric", metric),
                     S("value", standing->value), S("day", day), S("target", target));
}

/* --- the form --- */

/* What the form is filled in with; NULL where that is not known. */
typedef struct Known {
    const char *trigger, *situation, *owner;
    const Tactical *anchor;
} Known;

static void put(FormValues *values, const char *key, const char *text)
{
    g_autofree char *line = text != NULL ? text_squeeze(text) : NULL;

    if (line != NULL) {
        form_put(values, key, 0, line);
    }
}

static void open_form(Walk *walk, const Known *known)
{
    g_autoptr(FormValues) values = form_values_new(form_named("sprint open"));
    g_autofree char *anchor =
        known->anchor != NULL ? g_strdup_printf("%d", known->anchor->track->kr->number) : NULL;

    put(values, "trigger", known->trigger);
    put(values, "situation", known->situation);
    put(values, "owner", known->owner);
    put(values, "anchor", anchor);
    dialog_fill(walk->turn, values);
}

/* A deployment may have named its triggers otherwise; then it is asked. */
static const char *trigger_called(const Turn *turn, const char *name)
{
    for (const Trigger *trigger = turn->policy->triggers; trigger->name != NULL; trigger++) {
        if (g_ascii_strcasecmp(trigger->name, name) == 0) {
            return trigger->name;
        }
    }
    return NULL;
}

static const char *joint_trigger(const Turn *turn)
{
    const Trigger *trigger = turn->policy->triggers;

    while (trigger->name != NULL && !trigger->joint) {
        trigger++;
    }
    return trigger->name;
}

/* --- a number --- */

static char *say_fine(const KrStanding *standing)
{
    const char *status = pace_status_name(standing->status);

    if (!standing->known) {
        return say(W_GUIDE_FINE_BARE, N("n", standing->kr->number), S("value", standing->value),
                   S("status", status));
    }
    return standing->status == PACE_TOO_EARLY
               ? say(W_GUIDE_EARLY, N("n", standing->kr->number), S("value", standing->value),
                     S("expected", standing->expected))
               : say(W_GUIDE_FINE, N("n", standing->kr->number), S("value", standing->value),
                     S("expected", standing->expected), S("status", status));
}

/* It needs none by its figures; the team decides all the same. */
static void number_is_fine(Walk *walk, const Tactical *tactical, const KrStanding *standing)
{
    g_autofree char *word = next_word(walk);

    if (g_strcmp0(word, "anyway") == 0) {
        end(walk, say(W_GUIDE_IS_KNOWN));
        open_form(walk, &(Known){.anchor = tactical});
        return;
    }
    end(walk, say_fine(standing));
    put_button(walk, say(W_GUIDE_ANYWAY), "anyway");
    put_typed(walk, W_GUIDE_YOUR_CALL, "anyway");
}

static void number_is_short(Walk *walk, const Tactical *tactical, const KrStanding *standing)
{
    int32_t n = standing->kr->number;
    char *question = standing->behind
                         ? say(W_GUIDE_ASK_REVISED, N("n", n), S("value", standing->value),
                               S("expected", standing->expected), S("gap", standing->gap))
                         : say(W_GUIDE_ASK_REVISED_BARE, N("n", n), S("value", standing->value));
    int revised = CHOOSE(walk, yes_no, question);

    if (revised == NO) {
        end(walk, say(W_GUIDE_INITIATIVES_FIRST, N("n", n)));
    } else if (revised == YES) {
        const char *trigger = trigger_called(walk->turn, "KR at Risk");
        g_autofree char *situation = situation_of(walk->turn, tactical, standing);

        end(walk, trigger != NULL ? say(W_GUIDE_IS_RISK, S("trigger", trigger), N("n", n))
                                  : say(W_GUIDE_IS_KNOWN));
        open_form(walk, &(Known){.trigger = trigger, .situation = situation, .anchor = tactical});
    }
}

static bool is_short(const KrStanding *standing)
{
    return standing->status == PACE_BEHIND || standing->status == PACE_AT_RISK ||
           standing->status == PACE_NONE;
}

static void way_number(Walk *walk)
{
    const Tactical *tactical = NULL;

    switch (choose_kr(walk, W_GUIDE_ASK_KR, W_GUIDE_KR_NONE, &tactical)) {
    case KR_ASKED:
        return;
    case KR_NONE:
        end(walk, say(W_GUIDE_METRIC));
        return;
    case KR_NAMED:
        break;
    }
    KrStanding standing = standing_of(walk->turn, tactical);
    if (track_current(tactical->track) == NULL) {
        end(walk, say(W_GUIDE_NOT_READ, N("n", standing.kr->number)));
    } else if (is_short(&standing)) {
        number_is_short(walk, tactical, &standing);
    } else {
        number_is_fine(walk, tactical, &standing);
    }
}

/* --- a chance --- */

static void way_chance(Walk *walk)
{
    const Tactical *tactical = NULL;
    int big = CHOOSE(walk, yes_no, say(W_GUIDE_ASK_BIG));

    if (big == NO) {
        end(walk, say(W_GUIDE_INITIATIVE));
    }
    if (big != YES) {
        return;
    }
    switch (choose_kr(walk, W_GUIDE_ASK_SERVES, W_GUIDE_KR_NONE, &tactical)) {
    case KR_ASKED:
        return;
    case KR_NONE:
        end(walk, say(W_GUIDE_NO_ANCHOR));
        return;
    case KR_NAMED:
        break;
    }
    const char *trigger = trigger_called(walk->turn, "Emergent Opportunity");
    end(walk,
        trigger != NULL ? say(W_GUIDE_IS_CHANCE, S("trigger", trigger)) : say(W_GUIDE_IS_KNOWN));
    open_form(walk, &(Known){.trigger = trigger, .anchor = tactical});
}

/* --- a hand-off --- */

/* The asker's other teams, by age; false: the turn asks first. */
static bool find_others(Turn *turn, GPtrArray *others)
{
    if (!turn_needs_member(turn, turn->event->member)) {
        return false;
    }
    world_teams_of(turn->world, turn->event->workspace, turn->event->member, others);
    g_ptr_array_remove(others, turn->team);
    return true;
}

static void ask_team(Walk *walk, const GPtrArray *others)
{
    Card *card = turn_reply(walk->turn);

    if (others->len == 0) {
        card_text(card, say(W_GUIDE_ASK_TEAM_TYPED, S("path", walk->typed->str)));
        return;
    }
    card_text(card, say(W_GUIDE_ASK_TEAM));
    for (guint i = 0; i < others->len; i++) {
        card_item(card, "", g_strdup(((const Team *)g_ptr_array_index(others, i))->name));
    }
    for (guint i = 0; i < others->len && i < KRS_SHOWN; i++) {
        const Team *team = g_ptr_array_index(others, i);

        put_button(walk, g_strdup(team->name), team->name);
    }
    put_typed(walk, W_GUIDE_TYPED_TEAM, ((const Team *)g_ptr_array_index(others, 0))->name);
}

/* The team that the next `len` bytes name, which may have blanks and points in them; NULL. */
static const Team *team_of(Walk *walk, const char *start, size_t len)
{
    Turn *turn = walk->turn;
    g_autofree char *name = g_strndup(start, len);

    if (len == 0 || !turn_needs_team_named(turn, name)) {
        return NULL;
    }
    const Team *team = world_team_named(turn->world, turn->event->workspace, name);
    walk->rest = team != NULL ? start + len : walk->rest;
    return team;
}

/* All that is left is a team's name, or all but its last word. */
static const Team *team_ahead(Walk *walk)
{
    const char *start = walk->rest + strspn(walk->rest, " .,");
    size_t len = strlen(start), front = len;
    const Team *team = team_of(walk, start, len);

    while (front > 0 && strchr(" .", start[front - 1]) == NULL) {
        front--;
    }
    return team != NULL ? team : team_of(walk, start, front > 0 ? front - 1 : 0);
}

/* The other team; NULL: it was asked, or the turn asks first. */
static const Team *choose_team(Walk *walk)
{
    Turn *turn = walk->turn;
    g_autoptr(GPtrArray) others = g_ptr_array_new();
    const Team *team = team_ahead(walk);
    g_autofree char *given = text_cut(walk->rest + strspn(walk->rest, " .,"), 60);

    if (!find_others(turn, others) || turn->needs->len > 0) {
        return NULL;
    }
    if (team != NULL && team != turn->team) {
        walk_on(walk, team->name, team->name);
        return team;
    }
    if (team != NULL) {
        turn_say(turn, say(W_GUIDE_OWN_TEAM, S("given", team->name)));
    } else if (*given != '\0') {
        turn_say(turn, say(W_GUIDE_NO_TEAM, S("given", given)));
    }
    ask_team(walk, others);
    return NULL;
}

static void way_handoff(Walk *walk)
{
    Turn *turn = walk->turn;
    const Tactical *tactical = NULL;
    const Team *other = choose_team(walk);

    if (other == NULL ||
        choose_kr(walk, W_GUIDE_ASK_SHOWS, W_GUIDE_KR_THEIRS, &tactical) == KR_ASKED) {
        return;
    }
    const char *trigger = joint_trigger(turn);
    g_autofree char *owner = g_strdup_printf("%s, %s", turn->team->name, other->name);
    end(walk, trigger != NULL ? say(W_GUIDE_IS_GAP, S("trigger", trigger),
                                    S("team", turn->team->name), S("other", other->name))
                              : say(W_GUIDE_IS_KNOWN));
    open_form(walk, &(Known){.trigger = trigger, .owner = owner, .anchor = tactical});
}

/* --- work --- */

static void way_list(Walk *walk)
{
    switch (CHOOSE(walk, yes_no, say(W_GUIDE_ASK_LIST))) {
    case YES:
        end(walk, say(W_GUIDE_LIST_IS_INITIATIVES));
        break;
    case NO:
        end(walk, say(W_GUIDE_ACTIVITY));
        break;
    default:
        break;
    }
}

static void way_always(Walk *walk)
{
    end(walk, say(W_GUIDE_STANDING));
}

/* --- the way --- */

void guide_walk(Turn *turn, const char *path)
{
    static void (*const ways[])(Walk * walk) = {way_number, way_chance, way_handoff, way_list,
                                                way_always};
    g_autofree char *whole = text_squeeze(path);
    bool ours = g_utf8_strlen(whole, -1) <= ANSWERS_MAX;
    g_auto(Walk) walk = {.turn = turn,
                         .rest = ours ? whole : "",
                         .path = g_string_new(NULL),
                         .typed = g_string_new(NULL)};
    int way = CHOOSE(&walk, got, say(W_GUIDE_ASK_GOT));

    if (way != NOTHING_CHOSEN) {
        ways[way](&walk);
    }
}

void guide_press(Turn *turn, const char *value)
{
    const char *raw = value != NULL ? value : "";
    g_autofree char *path = NULL;
    size_t at = 0;

    if (text_clean(raw, strlen(raw), ANSWERS_MAX, &path, &at) != TEXT_OK) {
        path = g_strdup("");
    }
    g_autofree char *command = g_strconcat("sprint decide ", path, NULL);
    command_run(turn, command);
}
