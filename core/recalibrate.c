#include "core/recalibrate.h"

#include <string.h>

#include "core/challenge.h"
#include "core/field_check.h"
#include "core/statement.h"
#include "core/text.h"

bool recalibrate_may(const Team *team, const Tactical *tactical, Day today, GString *why)
{
    const Period *period = team_tactical_period(team, tactical);
    int32_t number = tactical->track->kr->number;

    if (tactical->dropped) {
        (void)wrong(why, say(W_TARGET_DROPPED, N("n", number)));
        return false;
    }
    if (period != NULL && day_cmp(today, period->days.last) > 0) {
        g_autofree char *last = day_text(period->days.last);

        (void)wrong(why,
                    say(W_TARGET_OVER, N("n", number), S("period", period->name), S("day", last)));
        return false;
    }
    return true;
}

/* Targets ------------------------------------------------------------------------------------- */

static const char *skip_word(const char *text, const char *word)
{
    return text_starts_word(text, word) ? text + strlen(word) + strspn(text + strlen(word), " ")
                                        : text;
}

/* "40% - 60%" and "40% to 60%" in two; false where there is only one. */
static bool in_two(const char *text, char **low, char **high)
{
    static const char *const joints[] = {" and ", " to ", "–", "—", "-"};

    for (size_t i = 0; i < G_N_ELEMENTS(joints); i++) {
        const char *joint = *text != '\0' ? strstr(text + 1, joints[i]) : NULL; /* a sign is none */

        if (joint != NULL) {
            g_autofree char *before = g_strndup(text, (gsize)(joint - text));

            *low = text_squeeze(before);
            *high = text_squeeze(joint + strlen(joints[i]));
            return true;
        }
    }
    return false;
}

/* One edge of a band. A minus belongs to its figure; a step is refused, since there are two that it
 * could be a step from. */
static bool read_edge(const Kr *kr, const char *text, Decimal *edge, GString *why)
{
    g_autofree char *literal = g_strconcat("= ", text, NULL);
    bool negative = *text == '-' || g_str_has_prefix(text, "−");
    bool delta = false;
    ValueFault fault =
        value_read(negative ? literal : text, &kr->unit, kr->target, kr->target, edge, &delta);

    if (fault != VALUE_OK) {
        (void)wrong(why, value_fault_say(fault, text, &kr->unit, kr->target));
    } else if (delta) {
        (void)wrong(why, say(W_TARGET_BAND_STEP, S("step", text)));
    }
    return fault == VALUE_OK && !delta;
}

static bool set_band(Kr *kr, const char *text, GString *why)
{
    g_autofree char *low = NULL, *high = NULL;
    g_autofree char *now = kr_target_text(kr, kr->target, kr->target_high);
    Decimal edges[2] = {{0}, {0}};

    if (!in_two(skip_word(text, "between"), &low, &high)) {
        (void)wrong(why, say(W_TARGET_BAND, S("now", now)));
        return false;
    }
    if (!read_edge(kr, low, &edges[0], why) || !read_edge(kr, high, &edges[1], why)) {
        return false;
    }
    if (decimal_cmp(edges[0], edges[1]) >= 0) {
        (void)wrong(why, say(W_STATEMENT_BAD_BAND, S("at", text)));
        return false;
    }
    kr->target = edges[0];
    kr->target_high = edges[1];
    return true;
}

static bool set_value(Kr *kr, const char *text, GString *why)
{
    bool delta = false;
    ValueFault fault = value_read(text, &kr->unit, kr->target, kr->target, &kr->target, &delta);

    if (fault != VALUE_OK) {
        (void)wrong(why, value_fault_say(fault, text, &kr->unit, kr->target));
        return false;
    }
    kr->target_high = kr->target;
    return true;
}

/* Beyond the baseline it would ask for a movement the other way. */
static bool turns_round(const Kr *kr)
{
    int side = decimal_cmp(kr->target, kr->baseline);

    return (kr->direction == DIRECTION_INCREASE && side <= 0) ||
           (kr->direction == DIRECTION_DECREASE && side >= 0);
}

static bool is_new_target(const Kr *kr, const Kr *before, GString *why)
{
    g_autofree char *target = kr_target_text(kr, kr->target, kr->target_high);
    g_autofree char *baseline = value_text(kr->baseline, &kr->unit);

    if (decimal_cmp(kr->target, before->target) == 0 &&
        decimal_cmp(kr->target_high, before->target_high) == 0) {
        (void)wrong(why, say(W_TARGET_SAME, S("target", target), N("n", kr->number)));
        return false;
    }
    if (turns_round(kr)) {
        (void)wrong(why,
                    say(kr->direction == DIRECTION_INCREASE ? W_TARGET_NOT_UP : W_TARGET_NOT_DOWN,
                        S("target", target), S("baseline", baseline)));
        return false;
    }
    return true;
}

/* Gives it the sentence that says what it has become; false where none can be read back. */
static bool set_statement(Kr *kr, GString *why)
{
    g_free(kr->statement);
    kr->statement = statement_text(kr);
    g_auto(StatementReading) reading = statement_read(kr->statement, NULL);

    if (reading.fault != STATEMENT_OK) {
        (void)wrong(why, statement_fault_say(&reading));
        return false;
    }
    return true;
}

Kr *recalibrate_target(const Kr *kr, const char *text, GString *why)
{
    g_autoptr(Kr) changed = kr_copy(kr);
    g_autofree char *given = text_squeeze(skip_word(text, "to"));
    bool taken = kr->direction == DIRECTION_WITHIN ? set_band(changed, given, why)
                                                   : set_value(changed, given, why);

    return taken && is_new_target(changed, kr, why) && set_statement(changed, why)
               ? g_steal_pointer(&changed)
               : NULL;
}

/* Sentences ----------------------------------------------------------------------------------- */

/* The sentence with the baseline that it lacks, so that it says all of the KR wherever it is read
 * again: "Win rate above 27% (now 18%)". */
static char *whole_sentence(const Kr *kr, const char *text)
{
    g_autofree char *baseline = value_text(kr->baseline, &kr->unit);
    g_autofree char *whole = g_strdup_printf("%s (now %s)", text, baseline);
    g_auto(StatementReading) said = statement_read(text, NULL);
    g_auto(StatementReading) reading = statement_read(whole, NULL);

    return said.fault == STATEMENT_NO_BASELINE && reading.fault == STATEMENT_OK
               ? g_steal_pointer(&whole)
               : g_strdup(text);
}

Kr *recalibrate_sentence(const Team *team, const Kr *kr, const char *text, GString *why)
{
    const Value now = {.amount = kr->baseline, .unit = kr->unit};
    ChallengeWords words = team_words(team);
    g_autofree char *whole = whole_sentence(kr, text);
    g_auto(StatementReading) reading = statement_read(whole, &now);
    g_auto(Judgement) judgement = challenge_kr(text, &words);

    if (judgement.verdict != VERDICT_PASS) {
        (void)wrong(why, say(W_KR_REFUSED, S("why", judgement.why),
                             S("instead", judgement.instead != NULL ? judgement.instead : "")));
        return NULL;
    }
    if (reading.fault != STATEMENT_OK) {
        (void)wrong(why, statement_fault_say(&reading));
        return NULL;
    }
    if (!unit_same(&reading.kr->unit, &kr->unit)) {
        (void)wrong(why, say(W_TACTICAL_UNIT));
        return NULL;
    }
    reading.kr->id = kr->id;
    reading.kr->number = kr->number;
    return g_steal_pointer(&reading.kr);
}

/* The record ---------------------------------------------------------------------------------- */

const Recalibration *recalibrate(Turn *turn, Team *team, Tactical *tactical, Kr *take_kr,
                                 const char *why, SprintId sprint)
{
    g_autoptr(Kr) before = g_steal_pointer(&tactical->track->kr);
    Recalibration *change = recalibration_new();

    *change = (Recalibration){
        .id = ID_NEW(RecalibrationId, turn->ids),
        .kr = take_kr->id,
        .from = team_day(team, turn->now),
        .was = before->target,
        .was_high = before->target_high,
        .target = take_kr->target,
        .target_high = take_kr->target_high,
        .statement_was = g_strdup(before->statement),
        .at = turn->now,
        .who = g_strdup(turn->event->member),
        .why = g_strdup(why),
        .sprint = sprint,
    };
    tactical->track->kr = take_kr;
    g_ptr_array_add(tactical->recalibrations, change);
    turn_change(turn, CHANGE_TACTICAL, team, tactical);
    turn_change(turn, CHANGE_RECALIBRATION, team, change);
    return change;
}
