#include "core/kr_field.h"

#include <string.h>

#include "core/challenge.h"
#include "core/field_check.h"
#include "core/text.h"

/* A reason has to say something. */
#define REASON_MIN_WORDS 3

/* The reason that was recorded for keeping this KR: the "keep" line behind it; NULL. */
static const char *reason_behind(const FormValues *values, const FormEntry *entry)
{
    const FormEntry *next = form_after(values, entry);

    return next != NULL && strcmp(next->field->key, "keep") == 0 ? next->text : NULL;
}

/* How it can be settled depends on what there is to settle it by. */
static WordId challenge_words(const Turn *turn, const FormValues *values)
{
    if (!turn->event->conversation) {
        return W_KR_CHALLENGED_FORM;
    }
    return form_field(values->form, "initiative") != NULL ? W_KR_CHALLENGED_MOVE : W_KR_CHALLENGED;
}

static CheckResult challenged(const Turn *turn, const FormValues *values, const FormEntry *entry,
                              const Judgement *judgement, GString *why)
{
    g_autofree char *quoted = text_cut(entry->text, 80);

    if (reason_behind(values, entry) != NULL) {
        return CHECK_OK;
    }
    g_autofree char *said =
        say(challenge_words(turn, values), S("kr", quoted), S("why", judgement->why),
            S("instead", judgement->instead != NULL ? judgement->instead : ""),
            S("rule", judgement->rule));
    g_string_append(why, said);
    return CHECK_WRONG;
}

CheckResult kr_field_check(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    ChallengeWords words =
        turn->team != NULL ? team_words(turn->team) : (ChallengeWords){NULL, NULL};
    g_auto(Judgement) judgement = challenge_kr(entry->text, &words);
    g_auto(StatementReading) reading = statement_read(entry->text, NULL);

    if (judgement.verdict == VERDICT_REFUSE) {
        g_autofree char *said =
            say(W_KR_REFUSED, S("why", judgement.why),
                S("instead", judgement.instead != NULL ? judgement.instead : ""));

        g_string_append(why, said);
        return CHECK_WRONG;
    }
    if (judgement.verdict != VERDICT_PASS &&
        challenged(turn, values, entry, &judgement, why) == CHECK_WRONG) {
        return CHECK_WRONG;
    }
    if (reading.fault != STATEMENT_OK) {
        g_autofree char *said = statement_fault_say(&reading);

        g_string_append(why, said);
        return CHECK_WRONG;
    }
    return CHECK_OK;
}

CheckResult kr_field_check_keep(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)turn, (void)values;
    if (text_words(entry->text) >= REASON_MIN_WORDS) {
        return CHECK_OK;
    }
    g_autofree char *said = say(W_KR_REASON_SHORT);
    g_string_append(why, said);
    return CHECK_WRONG;
}

static bool move_to_initiatives(FormValues *values, FormEntry *entry)
{
    if (form_field(values->form, "initiative") == NULL) {
        return false;
    }
    form_put(values, "initiative", 0, entry->text);
    form_remove(values, entry);
    return true;
}

static void keep(FormValues *values, FormEntry *entry, const char *reason)
{
    g_autofree char *squeezed = text_squeeze(reason);
    FormEntry *next = form_after(values, entry);

    if (next != NULL && strcmp(next->field->key, "keep") == 0) {
        entry_set(next, g_steal_pointer(&squeezed));
        return;
    }
    FormEntry *stray = form_entry(values, "keep", 0);

    if (stray != NULL && !stray->field->repeat) { /* it stood in front of what it is about */
        g_ptr_array_remove(values->entries, stray);
    }
    form_put_after(values, entry, "keep", squeezed);
}

/* "18%", where the sentence lacks only its baseline: it is written into the sentence, so that it
 * stays readable. */
static bool baseline(FormEntry *entry, const char *answer)
{
    g_auto(StatementReading) reading = statement_read(entry->text, NULL);
    const char *number =
        text_starts_word(answer, "now") ? answer + 3 + strspn(answer + 3, " ") : answer;

    if (reading.fault != STATEMENT_NO_BASELINE) {
        return false;
    }
    g_autofree char *sentence = g_strdup_printf("%s (now %s)", entry->text, number);
    g_auto(StatementReading) whole = statement_read(sentence, NULL);
    if (whole.fault != STATEMENT_OK) {
        return false;
    }
    entry_set(entry, g_steal_pointer(&sentence));
    return true;
}

/* The reason in "keep: reason" and "keep it because …"; NULL in "Keep churn at most 3%", which is a
 * key result. */
static const char *reason_in(const char *answer)
{
    if (!text_starts_word(answer, "keep")) {
        return NULL;
    }
    const char *behind = answer + strlen("keep");
    behind += strspn(behind, " ");
    bool marked = *behind == ':' || *behind == ',' || *behind == '-' ||
                  text_starts_word(behind, "it") || text_starts_word(behind, "because");
    return marked || *behind == '\0' ? behind + strspn(behind, " :,-") : NULL;
}

bool kr_field_take(FormValues *values, FormEntry *entry, const char *answer, GString *why)
{
    const char *reason = reason_in(answer);

    if (text_starts_word(answer, "move") && strlen(answer) <= strlen("move it")) {
        return move_to_initiatives(values, entry);
    }
    if (reason == NULL) {
        return baseline(entry, answer);
    }
    if (text_words(reason) >= REASON_MIN_WORDS) {
        keep(values, entry, reason);
    } else {
        wrong(why, say(W_KR_REASON_SHORT));
    }
    return true;
}

void kr_field_answers(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    ChallengeWords words =
        turn->team != NULL ? team_words(turn->team) : (ChallengeWords){NULL, NULL};
    g_auto(Judgement) judgement = challenge_kr(entry->text, &words);

    if (judgement.verdict == VERDICT_PASS) {
        return; /* something else is wrong with it */
    }
    row_choice(row->answers, say(W_ANSWER_REWRITE_LABEL), g_strdup(""), NULL);
    if (form_field(values->form, "initiative") != NULL) {
        row_choice(row->answers, say(W_ANSWER_MOVE_LABEL), g_strdup("move"), NULL);
    }
    if (judgement.verdict != VERDICT_REFUSE) {
        row_choice(row->answers, say(W_ANSWER_KEEP_LABEL), g_strdup("keep: "), NULL);
    }
}

Kr *kr_field_kr(const FormValues *values, size_t n, int32_t number)
{
    const FormEntry *entry = form_entry(values, "kr", n);
    g_auto(StatementReading) reading = statement_read(entry->text, NULL);

    g_assert(reading.fault == STATEMENT_OK);
    Kr *kr = g_steal_pointer(&reading.kr);
    kr->number = number;
    kr->kept_because = g_strdup(reason_behind(values, entry));
    return kr;
}
