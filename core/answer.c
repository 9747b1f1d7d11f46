/* Answering a check-in: which one is meant, what it changes, and what is said back at once. */

#include <string.h>

#include "core/checkin.h"
#include "core/command.h"
#include "core/hand.h"
#include "core/show.h"
#include "core/text.h"
#include "core/words.h"

/* What the key of a prompt's card begins with; its check-in's id follows. */
#define PROMPT_KEY "prompt/"

/* --- which sprint, which check-in --- */

static Sprint *active_numbered(const Team *team, int32_t number)
{
    for (guint i = 0; i < team->sprints->len; i++) {
        Sprint *sprint = g_ptr_array_index(team->sprints, i);

        if (sprint->state == SPRINT_ACTIVE && sprint->number == number) {
            return sprint;
        }
    }
    return NULL;
}

/* The active sprints as "1, 2", how many, and the first. */
static char *active_list(const Team *team, int *n, Sprint **first)
{
    GString *out = g_string_new(NULL);

    *n = 0;
    *first = NULL;
    for (guint i = 0; i < team->sprints->len; i++) {
        Sprint *sprint = g_ptr_array_index(team->sprints, i);

        if (sprint->state == SPRINT_ACTIVE) {
            g_string_append_printf(out, "%s%d", out->len > 0 ? ", " : "", sprint->number);
            *first = *n == 0 ? sprint : *first;
            (*n)++;
        }
    }
    return g_string_free(out, FALSE);
}

static bool is_prompt(const char *thread)
{
    return thread != NULL && g_str_has_prefix(thread, PROMPT_KEY);
}

/* The check-in whose prompt was replied to; NULL when the thread is no prompt of this team's. */
static Checkin *checkin_of_thread(const Team *team, const char *thread, Sprint **sprint)
{
    if (!is_prompt(thread)) {
        return NULL;
    }
    CheckinId id = {g_ascii_strtoll(thread + strlen(PROMPT_KEY), NULL, 10)};
    for (guint i = 0; i < team->sprints->len; i++) {
        Sprint *candidate = g_ptr_array_index(team->sprints, i);
        Checkin *checkin = sprint_checkin(candidate, id);

        if (checkin != NULL) {
            *sprint = candidate;
            return checkin;
        }
    }
    return NULL;
}

/* --- what it changes --- */

/* The blocker that this message reported before it was edited, which keeps its number and its
 * clock; or a new one. */
static Blocker *blocker_row(Hand *hand, Sprint *sprint)
{
    GPtrArray *blockers = sprint->blockers;
    Blocker *blocker = NULL;

    for (guint i = 0; *hand->message != '\0' && i < blockers->len; i++) {
        blocker = g_ptr_array_index(blockers, i);
        if (strcmp(blocker->message, hand->message) == 0) {
            return blocker;
        }
    }
    blocker = blocker_new();
    blocker->id = ID_NEW(BlockerId, hand->turn->ids);
    blocker->sprint = sprint->id;
    blocker->number = (int32_t)blockers->len + 1;
    blocker->message = g_strdup(hand->message);
    blocker->since = hand->turn->now;
    g_ptr_array_add(blockers, blocker);
    return blocker;
}

static void take_blocked(Hand *hand, Sprint *sprint, const Reply *reply)
{
    Turn *turn = hand->turn;

    if (reply->blocked != NULL) {
        Blocker *blocker = blocker_row(hand, sprint);
        int64_t due = blocker->since.us + turn->policy->blocker_hours * INSTANT_HOUR;

        g_free(blocker->text);
        g_free(blocker->owner);
        blocker->text = g_strdup(reply->blocked);
        blocker->owner =
            g_strdup(reply->blocked_owner != NULL ? reply->blocked_owner : turn->event->member);
        blocker->cleared = (Instant){0};
        turn_change(turn, CHANGE_BLOCKER, turn->team, blocker);
        turn_timer(turn, TIMER_BLOCKER, turn->team->id, sprint->id, blocker->id.v,
                   (Instant){MAX(due, turn->now.us)});
        card_item(hand->echo, "",
                  say(W_ANSWER_BLOCKER, N("n", blocker->number), S("text", blocker->text),
                      S("owner", blocker->owner), N("hours", turn->policy->blocker_hours)));
    }
    for (guint i = 0; i < reply->unblocked->len; i++) {
        int32_t number = g_array_index(reply->unblocked, int32_t, i);
        Blocker *blocker = sprint_blocker(sprint, number);

        if (blocker == NULL || blocker->cleared.us != 0) {
            card_item(hand->echo, "", say(W_ANSWER_NO_BLOCKER, N("n", number)));
            continue;
        }
        blocker->cleared = turn->now;
        turn_change(turn, CHANGE_BLOCKER, turn->team, blocker);
        turn_timer_gone(turn, TIMER_BLOCKER, turn->team->id, sprint->id, blocker->id.v);
        card_item(hand->echo, "", say(W_ANSWER_UNBLOCKED, N("n", number)));
    }
}

static void refresh(Turn *turn, const Sprint *sprint, const Checkin *checkin)
{
    if (checkin != NULL && checkin->summarised) {
        turn_card(turn, checkin_card(turn, sprint, turn->team, checkin));
    }
}

static void echo_start(Hand *hand, const Sprint *sprint)
{
    g_autofree char *day = day_text_short(hand_day(hand));
    char *thread = hand->checkin != NULL
                       ? g_strdup_printf(PROMPT_KEY "%" G_GINT64_FORMAT, hand->checkin->id.v)
                       : NULL;

    hand_echo(hand, thread, say(W_ANSWER_HEAD, N("sprint", sprint->number), S("day", day)));
}

static void take_reply(Turn *turn, Sprint *sprint, Checkin *checkin, const Reply *reply)
{
    Hand hand = hand_of(turn, checkin);
    g_autofree char *example = checkin_example(sprint);
    bool says_something = !reply_empty(reply) || reply->note != NULL;

    echo_start(&hand, sprint);
    if (says_something) {
        hand_values(&hand, reply);
        take_blocked(&hand, sprint, reply);
        if (checkin != NULL) {
            hand_words(&hand, reply);
        } else if (reply_says_words(reply)) {
            card_text(hand.echo, say(W_ANSWER_BEFORE_FIRST));
        }
    }
    hand_rest(&hand, reply, example);
    if (says_something || turn->event->edited) {
        refresh(turn, sprint, checkin);
    }
}

/* Reads the text and takes what it says; what was not understood is said back with the rest kept.
 */
static void take(Turn *turn, Sprint *sprint, Checkin *checkin, const char *text)
{
    g_auto(Reply) reply = reply_read(text, sprint);

    if (reply.away) {
        hand_away(turn);
        if (hand_only_away(&reply)) {
            return;
        }
    }
    take_reply(turn, sprint, checkin, &reply);
}

void checkin_take(Turn *turn, Sprint *sprint, const Reply *reply)
{
    take_reply(turn, sprint, sprint_checkin_last(sprint, turn->team->id), reply);
}

bool checkin_is_plain(const Team *team)
{
    Sprint *first = NULL;
    int n = 0;

    g_free(active_list(team, &n, &first));
    return n == 1;
}

static void too_late(Turn *turn, const Sprint *sprint)
{
    g_autofree char *example = checkin_example(sprint);

    if (sprint->state != SPRINT_ACTIVE) {
        turn_say(turn, say(W_ANSWER_CLOSING, N("sprint", sprint->number)));
    } else {
        turn_say(turn, say(W_ANSWER_TOO_OLD, S("example", example)));
    }
}

/* --- where answers come from --- */

/* The sprint that was named by number in front of the answer, or NULL with the refusal said. */
static Sprint *named_sprint(Turn *turn, int32_t number)
{
    Sprint *sprint = active_numbered(turn->team, number), *first = NULL;
    int n = 0;

    if (sprint == NULL) {
        g_autofree char *numbers = active_list(turn->team, &n, &first);

        turn_say(turn, n == 0 ? say(W_ANSWER_NO_SPRINT, S("team", turn->team->name))
                              : say(W_ANSWER_NO_SUCH, S("team", turn->team->name), N("n", number),
                                    S("numbers", numbers)));
    }
    return sprint;
}

/* Answers go to the newest check-in of an active sprint, until the next one. */
static bool takes_answers(const Sprint *sprint, const Checkin *checkin)
{
    return sprint->state == SPRINT_ACTIVE && checkin == sprint_checkin_last(sprint, checkin->team);
}

bool checkin_awaits(const Turn *turn, const char *text)
{
    const char *rest = text;
    Sprint *sprint = NULL;
    int32_t number = reply_sprint(text, &rest);

    if (turn->team == NULL) {
        return false;
    }
    if (number > 0 && active_numbered(turn->team, number) != NULL) {
        return true;
    }
    const Checkin *checkin = checkin_of_thread(turn->team, turn->event->thread, &sprint);
    if (checkin != NULL) {
        return takes_answers(sprint, checkin);
    }
    return turn->event->conversation && sprints_any(turn->team->sprints, SPRINT_ACTIVE);
}

/* Platforms may deliver a message after its own edit or deletion: what it said first is void then.
 */
static bool was_overtaken(const Turn *turn)
{
    const char *message = turn->event->message;

    for (guint i = 0; !turn->event->edited && message != NULL && i < turn->team->sprints->len;
         i++) {
        if (sprint_answer(g_ptr_array_index(turn->team->sprints, i), message, NULL) != NULL) {
            return true;
        }
    }
    return false;
}

bool checkin_answer(Turn *turn, const char *text)
{
    Team *team = turn->team;
    Sprint *sprint = NULL;
    const char *rest = text;

    if (team == NULL) {
        return false;
    }
    if (was_overtaken(turn)) {
        return true;
    }
    Checkin *checkin = checkin_of_thread(team, turn->event->thread, &sprint);
    int32_t number = reply_sprint(text, &rest);
    if (number > 0 && (checkin != NULL || active_numbered(team, number) != NULL)) {
        sprint = named_sprint(turn, number);
        if (sprint != NULL) {
            take(turn, sprint, sprint_checkin_last(sprint, team->id), rest);
        }
        return true;
    }
    if (checkin == NULL && is_prompt(turn->event->thread) && reply_likely(text)) {
        turn_say(turn, say(W_ANSWER_OVER)); /* and it is no answer to another sprint, either */
        return true;
    }
    if (checkin == NULL) {
        return false;
    }
    if (takes_answers(sprint, checkin)) {
        take(turn, sprint, checkin, text);
    } else {
        too_late(turn, sprint);
    }
    return true;
}

/* Takes back everything that the message brought. */
static void take_back(Hand *hand, Sprint *sprint, Answer *answer)
{
    Turn *turn = hand->turn;

    for (guint i = 0; i < sprint->krs->len; i++) {
        hand_take_back(hand, ((SprintKr *)g_ptr_array_index(sprint->krs, i))->track);
    }
    for (guint i = 0; i < sprint->blockers->len; i++) {
        Blocker *blocker = g_ptr_array_index(sprint->blockers, i);

        if (strcmp(blocker->message, hand->message) == 0 && blocker->cleared.us == 0) {
            blocker->cleared = turn->now;
            turn_change(turn, CHANGE_BLOCKER, turn->team, blocker);
            turn_timer_gone(turn, TIMER_BLOCKER, turn->team->id, sprint->id, blocker->id.v);
        }
    }
    hand_withdraw(hand, answer);
}

static void note_deletion(Turn *turn)
{
    Sprint *sprint = NULL;
    Checkin *checkin = checkin_of_thread(turn->team, turn->event->thread, &sprint);

    if (checkin != NULL && takes_answers(sprint, checkin)) {
        Hand hand = hand_of(turn, checkin);

        hand_deleted(&hand);
    }
}

bool checkin_edit(Turn *turn, const char *text)
{
    Team *team = turn->team;
    const char *message = turn->event->message;
    const char *rest = text;

    if (team == NULL || message == NULL) {
        return false;
    }
    for (guint i = 0; i < team->sprints->len; i++) {
        Sprint *sprint = g_ptr_array_index(team->sprints, i);
        Checkin *checkin = NULL;
        Answer *answer = sprint_answer(sprint, message, &checkin);

        if (answer == NULL) {
            continue;
        }
        if (!takes_answers(sprint, checkin)) {
            too_late(turn, sprint);
            return true;
        }
        Hand hand = hand_of(turn, checkin);
        take_back(&hand, sprint, answer);
        if (*text != '\0') {
            reply_sprint(text, &rest);
            take(turn, sprint, checkin, rest);
        } else {
            turn_say(turn, say(W_ANSWER_WITHDRAWN));
            refresh(turn, sprint, checkin);
        }
        return true;
    }
    if (*text == '\0') {
        note_deletion(turn);
        return true;
    }
    /* It was not understood when it was new: perhaps it is now. */
    return checkin_answer(turn, text);
}

void checkin_command(Turn *turn, const char *text)
{
    Team *team = turn->team;
    Sprint *sprint = NULL, *first = NULL;
    const char *rest = text;
    int n = 0;
    int32_t number = reply_sprint(text, &rest);
    g_autofree char *numbers = active_list(team, &n, &first);

    if (number > 0) {
        sprint = named_sprint(turn, number);
        if (sprint == NULL) {
            return;
        }
    } else if (n == 0) {
        turn_say(turn, say(W_ANSWER_NO_SPRINT, S("team", team->name)));
        return;
    } else if (n > 1) {
        turn_say(turn, say(W_ANSWER_WHICH, S("team", team->name), N("n", n), S("numbers", numbers),
                           N("first", first->number)));
        return;
    } else {
        sprint = first;
    }
    if (*rest == '\0') {
        g_autofree char *example = checkin_example(sprint);

        turn_say(turn, say(W_ANSWER_ASK, N("sprint", sprint->number), S("example", example)));
        return;
    }
    take(turn, sprint, sprint_checkin_last(sprint, team->id), rest);
}

void checkin_button(Turn *turn, const char *action, const char *value)
{
    Sprint *sprint = NULL;

    if (turn->team == NULL || action == NULL) {
        return;
    }
    if (strcmp(action, "checkin.away") == 0) {
        hand_away(turn);
        return;
    }
    g_autofree char *thread = g_strdup_printf("prompt/%s", value != NULL ? value : "");
    Checkin *checkin = checkin_of_thread(turn->team, thread, &sprint);
    if (checkin == NULL) {
        return; /* a button of a sprint that is closed */
    }
    if (!takes_answers(sprint, checkin)) {
        too_late(turn, sprint);
    } else if (strcmp(action, "checkin.same") == 0) {
        take(turn, sprint, checkin, "same");
    } else if (!turn->event->conversation) {
        g_autofree char *about = g_strdup_printf("%d", sprint->number);

        command_form(turn, "sprint checkin", about);
    } else {
        g_autofree char *example = checkin_example(sprint);

        turn_say(turn, say(W_ANSWER_ASK, N("sprint", sprint->number), S("example", example)));
    }
}

bool checkin_unasked(Turn *turn, const char *text)
{
    if (turn->team == NULL || !reply_likely(text) ||
        !sprints_any(turn->team->sprints, SPRINT_ACTIVE)) {
        return false;
    }
    checkin_command(turn, text);
    return true;
}
