#include "judge.h"

#include <string.h>

#include "core/text.h"
#include "core/words.h"
#include "people.h"

struct Judge {
    GHashTable *seen;       /* of char *: what may reach people only once */
    GHashTable *asking;     /* of char *: the keys of proposals' cards that ask */
    char *summary_title[2]; /* what a summary's title begins with: a daily one's, a weekly one's */
};

char *judge_beginning(WordId word)
{
    const char *template = words_template(word);

    return g_strndup(template, strcspn(template, "{"));
}

/* And behind the last of that. Borrowed. */
static const char *end_of(WordId word)
{
    return strrchr(words_template(word), '}') + 1;
}

Judge *judge_new(void)
{
    Judge *judge = g_new0(Judge, 1);

    judge->asking = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    judge->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    judge->summary_title[0] = judge_beginning(W_CHECKIN_SUMMARY_TITLE);
    judge->summary_title[1] = judge_beginning(W_WEEKLY_SUMMARY_TITLE);
    return judge;
}

void judge_free(Judge *judge)
{
    if (judge != NULL) {
        g_hash_table_unref(judge->seen);
        g_hash_table_unref(judge->asking);
        g_free(judge->summary_title[0]);
        g_free(judge->summary_title[1]);
        g_free(judge);
    }
}

/* --- what stands in a card --- */

/* An unfilled placeholder: a brace with a letter behind it. The people here write braces only as
 * "{zq}". */
static bool has_placeholder(const char *text)
{
    for (const char *brace = strchr(text, '{'); brace != NULL; brace = strchr(brace + 1, '{')) {
        if (g_ascii_isalpha(brace[1]) && !g_str_has_prefix(brace, "{zq}")) {
            return true;
        }
    }
    return false;
}

/* People here write "zq" behind the bytes that would be marks: none may come through. */
static bool has_foreign_mark(const char *text)
{
    return strstr(text, MARK_BOLD "zq") != NULL || strstr(text, MARK_CODE "zq") != NULL ||
           strstr(text, MARK_MEMBER "zq") != NULL;
}

static void check_text(Sim *sim, const char *text)
{
    if (text == NULL) {
        return;
    }
    if (has_placeholder(text)) {
        sim_fail(sim, "a placeholder was left in “%s”", text);
    } else if (has_foreign_mark(text)) {
        sim_fail(sim, "somebody's own mark came through in “%s”", text);
    } else if (!g_utf8_validate(text, -1, NULL)) {
        sim_fail(sim, "a card's text is not UTF-8");
    }
}

void judge_card(Sim *sim, const Card *card)
{
    if (card->blocks->len == 0) {
        sim_fail(sim, "an empty card of kind %s", card_kind_name(card->kind));
    }
    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        check_text(sim, block->text);
        check_text(sim, block->values);
        check_text(sim, block->note);
    }
}

/* --- only once, and in time --- */

static void once(Sim *sim, char *take_what)
{
    if (!g_hash_table_add(sim->judge->seen, take_what)) {
        sim_fail(sim, "%s reached people twice", take_what);
    }
}

static char *day_word(Day day)
{
    return day_iso(day);
}

/* The day that the card is for: it expires with it. */
static Day day_of(const Posted *posted, const BookTeam *team)
{
    GTimeZone *zone = posted->zone != NULL ? posted->zone : team->zone;

    return instant_day((Instant){posted->row->card->expires.us - 1}, zone);
}

static bool is_over(const Sim *sim, const BookTeam *team, const Posted *posted, Day day)
{
    Instant now = sim_now(sim);
    GTimeZone *then = posted->zone != NULL ? posted->zone : team->zone;

    return day_cmp(instant_day(now, team->zone), day) > 0 &&
           day_cmp(instant_day(now, then), day) > 0;
}

static BookCheckin *checkin_of(Sim *sim, const char *key)
{
    const char *id = key != NULL ? strchr(key, '/') : NULL;
    bool known =
        id != NULL && (g_str_has_prefix(key, "prompt/") || g_str_has_prefix(key, "weekly/"));

    return books_checkin(sim->books, (CheckinId){known ? g_ascii_strtoll(id + 1, NULL, 10) : 0});
}

static bool is_weekly(const BookCheckin *checkin)
{
    return !ID_SET(checkin->sprint);
}

/* Only the clock's own cards expire: an answer's edit does not. */
static bool by_clock(const Posted *posted)
{
    return posted->row->card->expires.us != 0;
}

static bool is_summary(const Sim *sim, const Card *card)
{
    const Block *title = g_ptr_array_index(card->blocks, 0);

    return title->kind == BLOCK_TITLE &&
           (g_str_has_prefix(title->text, sim->judge->summary_title[0]) ||
            g_str_has_prefix(title->text, sim->judge->summary_title[1]));
}

/* A weekly one is edited by every late answer; that it was made once is on record (books.c). */
static void post_summary(Sim *sim, const Posted *posted, BookCheckin *checkin, const BookTeam *team)
{
    g_autofree char *day = day_word(checkin->day);

    checkin->summaries++;
    if (is_weekly(checkin)) {
        sim->stats->weekly_summaries += checkin->summaries == 1;
        return;
    }
    sim->stats->summaries++;
    if (checkin->summaries > 1) {
        sim_fail(sim, "the summary of %s was made twice", posted->row->card->key);
    } else if (is_over(sim, team, posted, checkin->day)) {
        sim_fail(sim, "the summary of %s came when %s was over", posted->row->card->key, day);
    }
}

/* Before its summary a weekly check-in shows nobody's confidence. */
static void check_hidden(Sim *sim, const Card *card)
{
    const char *label = words_template(W_LABEL_CONFIDENCE);

    for (guint i = 0; i < card->blocks->len; i++) {
        const Block *block = g_ptr_array_index(card->blocks, i);

        if (block->kind == BLOCK_FACT && g_str_has_prefix(block->label, label)) {
            sim_fail(sim, "%s shows confidence before it is summed up", card->key);
        }
    }
}

static char *prompt_of(const BookCheckin *checkin, const BookTeam *team)
{
    g_autofree char *day = day_word(checkin->day);

    return is_weekly(checkin)
               ? g_strdup_printf("the weekly check-in on %s in %s", day, team->home)
               : g_strdup_printf("the check-in of sprint %" G_GINT64_FORMAT " on %s in %s",
                                 checkin->sprint.v, day, team->home);
}

static void count_prompt(SimStats *stats, const BookCheckin *checkin)
{
    stats->prompts += !is_weekly(checkin);
    stats->weeklies += is_weekly(checkin);
}

static void post_prompt(Sim *sim, const Posted *posted)
{
    const Card *card = posted->row->card;
    BookCheckin *checkin = checkin_of(sim, card->key);

    if (checkin == NULL) {
        sim_fail(sim, "%s asks a check-in that is not on record", card->key);
        return;
    }
    const BookTeam *team = books_team(sim->books, checkin->team);
    if (is_summary(sim, card) && (by_clock(posted) || is_weekly(checkin))) {
        post_summary(sim, posted, checkin, team);
    } else if (is_weekly(checkin)) {
        check_hidden(sim, card);
    }
    if (posted->edit) {
        return;
    }
    /* A week's summary is wanted even where its prompt could not be sent. */
    bool made_up = is_weekly(checkin) && is_summary(sim, card);
    checkin->posts++;
    once(sim, prompt_of(checkin, team));
    if (!made_up && is_over(sim, team, posted, checkin->day)) {
        g_autofree char *day = day_word(checkin->day);

        sim_fail(sim, "%s came when %s was over", card->key, day);
    }
    if (!is_summary(sim, card)) {
        count_prompt(sim->stats, checkin);
        people_prompted(sim, checkin);
    }
}

/* The number behind the word "sprint": reminders and calls have no other name. */
static int32_t number_in(const Card *card)
{
    g_autofree char *plain = card_plain(card);
    g_autofree char *folded = g_utf8_casefold(plain, -1);
    const char *word = strstr(folded, "sprint ");

    return word != NULL ? (int32_t)g_ascii_strtoll(word + strlen("sprint "), NULL, 10) : 0;
}

/* Members are "m3.2", the second of team 3; anybody else may belong to several teams, or to none.
 */
static bool is_shared(const Card *card)
{
    return card->member != NULL && (card->member[0] != 'm' || !g_ascii_isdigit(card->member[1]));
}

static const BookTeam *first_owner(const Sim *sim, const Card *card)
{
    const BookSprint *sprint = books_numbered(sim->books, number_in(card));

    return sprint != NULL ? books_team(sim->books, g_array_index(sprint->owners, TeamId, 0)) : NULL;
}

static const BookTeam *team_of(const Sim *sim, const Card *card)
{
    if (card->channel != NULL) {
        return books_home(sim->books, card->channel);
    }
    if (is_shared(card)) {
        return first_owner(sim, card);
    }
    g_autofree char *home = g_strdup(card->member);
    *home = 'c';
    home[strcspn(home, ".")] = '\0';
    return books_home(sim->books, home);
}

/* Today, in every team: somebody who belongs to several has as many. */
static char *days_everywhere(const Sim *sim)
{
    GString *days = g_string_new(NULL);

    for (guint i = 0; i < sim->books->teams->len; i++) {
        const BookTeam *team = g_ptr_array_index(sim->books->teams, i);
        g_autofree char *day = day_word(instant_day(sim_now(sim), team->zone));

        g_string_append_printf(days, "%s%s", i > 0 ? " " : "", day);
    }
    return g_string_free(days, FALSE);
}

/* A word to one person: one a day, over all sprints. */
static void post_nudge(Sim *sim, const Posted *posted, const BookTeam *team)
{
    const Card *card = posted->row->card;
    g_autofree char *day = is_shared(card) ? days_everywhere(sim) : day_word(day_of(posted, team));

    once(sim, g_strdup_printf("a nudge for %s on %s", card->member, day));
}

static char *reminder_of(int32_t sprint, Day day, const char *home)
{
    g_autofree char *word = day_word(day);

    return g_strdup_printf("the reminder of sprint %d on %s in %s", sprint, word, home);
}

static void post_reminder(Sim *sim, const Posted *posted, const BookTeam *team)
{
    const Card *card = posted->row->card;
    sim->stats->reminders++;
    once(sim, reminder_of(number_in(card), day_of(posted, team), team->home));
}

bool judge_reminded(const Sim *sim, int32_t sprint, Day day, const char *home)
{
    g_autofree char *key = reminder_of(sprint, day, home);

    return g_hash_table_contains(sim->judge->seen, key);
}

static void post_ask(Sim *sim, const Posted *posted, const BookTeam *team)
{
    const Card *card = posted->row->card;
    const BookTeam *first = first_owner(sim, card);
    g_autofree char *day = day_word(day_of(posted, team));
    g_autofree char *first_day =
        day_word(instant_day(sim_now(sim), (first != NULL ? first : team)->zone));
    int32_t number = number_in(card);

    sim->stats->asks++;
    if (card->member != NULL) {
        post_nudge(sim, posted, team);
    }
    if (card->key == NULL) {
        const char *target = card->member != NULL ? card->member : card->channel;

        once(sim, g_strdup_printf("the call for the retrospective of %d on %s (%s) to %s", number,
                                  day, first_day, target));
    }
    people_asked(sim, number);
}

/* The period whose roll-up it is; NULL: it is none, or one that was asked for. */
static const BookPeriod *rolled_up(const Sim *sim, const Card *card)
{
    const BookTeam *team = card->channel != NULL ? books_home(sim->books, card->channel) : NULL;
    const Block *title = g_ptr_array_index(card->blocks, 0);

    if (team == NULL || card->kind != CARD_NOTICE || title->kind != BLOCK_TITLE ||
        (!g_str_has_suffix(title->text, end_of(W_ROLLUP_TITLE)) &&
         !g_str_has_suffix(title->text, end_of(W_ROLLUP_TITLE_SO_FAR)))) {
        return NULL;
    }
    for (guint i = 0; i < team->periods->len; i++) {
        const BookPeriod *period = g_ptr_array_index(team->periods, i);
        g_autofree char *begins = g_strconcat(period->name, " of ", NULL);

        if (g_str_has_prefix(title->text, begins)) {
            return period;
        }
    }
    return NULL;
}

void judge_put(Sim *sim, const Card *card)
{
    const BookPeriod *period = rolled_up(sim, card);

    if (period == NULL) {
        return;
    }
    const BookTeam *team = books_home(sim->books, card->channel);
    if (day_cmp(instant_day(sim_now(sim), team->zone), period->days.last) <= 0) {
        sim_fail(sim, "%s was rolled up in %s before its end", period->name, team->home);
    }
}

static void post_rollup(Sim *sim, const Card *card)
{
    const BookPeriod *period = rolled_up(sim, card);

    if (period != NULL) {
        sim->stats->rollups++;
        once(sim, g_strdup_printf("the roll-up of %s in %s", period->name, card->channel));
    }
}

#define PROPOSAL_KEY "proposal/"

static void post_proposal(Sim *sim, const Card *card)
{
    bool asks = false;

    if (card->key == NULL || !g_str_has_prefix(card->key, PROPOSAL_KEY)) {
        return;
    }
    for (guint i = 0; i < card->blocks->len; i++) {
        asks = asks || ((const Block *)g_ptr_array_index(card->blocks, i))->kind == BLOCK_BUTTON;
    }
    if (asks) {
        g_hash_table_add(sim->judge->asking, g_strdup(card->key));
    } else {
        g_hash_table_remove(sim->judge->asking, card->key);
    }
}

bool judge_asks(const Sim *sim, ProposalId id)
{
    g_autofree char *key = g_strdup_printf(PROPOSAL_KEY "%" G_GINT64_FORMAT, id.v);

    return g_hash_table_contains(sim->judge->asking, key);
}

void judge_post(Sim *sim, const Posted *posted)
{
    const Card *card = posted->row->card;
    const BookTeam *team = team_of(sim, card);

    judge_card(sim, card);
    sim_note(sim, card_kind_name(card->kind), posted->row->id, posted->edit,
             card->key != NULL      ? card->key
             : card->member != NULL ? card->member
                                    : card->channel);
    if (team == NULL && is_shared(card)) {
        return; /* somebody's lead by a slip of the tongue: nobody here knows their day */
    }
    if (team == NULL) {
        sim_fail(sim, "a card went to %s, which is nobody's home",
                 card->channel != NULL ? card->channel : card->member);
        return;
    }
    if (card->key != NULL && !posted->edit) {
        once(sim, g_strdup_printf("message %s", card->key));
    }
    if (card->expires.us != 0 && is_over(sim, team, posted, day_of(posted, team))) {
        sim_fail(sim, "a card of kind %s came when its day was over", card_kind_name(card->kind));
    }
    if (card->kind == CARD_PROMPT) {
        post_prompt(sim, posted);
    } else if (card->kind == CARD_NUDGE) {
        sim->stats->nudges++;
        post_nudge(sim, posted, team);
    } else if (card->kind == CARD_REMINDER) {
        post_reminder(sim, posted, team);
    } else if (card->kind == CARD_RETRO_ASK) {
        post_ask(sim, posted, team);
    } else if (card->kind == CARD_NOTICE) {
        post_rollup(sim, card);
        post_proposal(sim, card);
    }
}
