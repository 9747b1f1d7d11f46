/* /okr target: another target for a tactical KR, in mid-period and with a reason. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/recalibrate.h"
#include "core/show.h"
#include "core/statement.h"
#include "core/tactical_field.h"
#include "core/text.h"

static Tactical *meant(const Turn *turn, const FormValues *values)
{
    const char *named = form_get(values, "kr");

    return named != NULL ? tactical_named(turn->team, named) : NULL;
}

static CheckResult check_kr(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    if (tactical_field_check(turn, values, entry, why) == CHECK_WRONG) {
        return CHECK_WRONG;
    }
    const Tactical *tactical = tactical_named(turn->team, entry->text);

    return recalibrate_may(turn->team, tactical, turn_today(turn), why) ? CHECK_OK : CHECK_WRONG;
}

static CheckResult check_target(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    const Tactical *tactical = meant(turn, values);

    if (tactical == NULL) {
        return CHECK_OK; /* the KR is asked for first; then the target is checked again */
    }
    g_autoptr(Kr) kr = recalibrate_target(tactical->track->kr, entry->text, why);

    return kr != NULL ? CHECK_OK : CHECK_WRONG;
}

static CheckResult check_reason(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)turn, (void)values;
    return text_words(entry->text) >= RECALIBRATE_WHY_WORDS
               ? CHECK_OK
               : wrong(why, say(W_TARGET_REASON_SHORT));
}

/* What it is now, beside the question what it shall be. */
static void show_target(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    const Tactical *tactical = meant(turn, values);

    (void)number;
    if (tactical != NULL) {
        card_block(card, show_tactical(turn->team, tactical, turn_today(turn), turn->policy));
    }
}

static const Field fields[] = {
    {.key = "kr",
     .aliases = "key result",
     .required = true,
     .max = STATEMENT_MAX,
     .question = W_UPDATE_ASK_KR,
     .help = W_UPDATE_HELP_KR,
     .check = check_kr,
     .choices = tactical_field_choices,
     .row = ROW_CHOICE,
     .dress = tactical_field_dress},
    {.key = "target",
     .required = true,
     .movement = true,
     .max = 80,
     .question = W_TARGET_ASK,
     .help = W_TARGET_HELP,
     .check = check_target,
     .choices = show_target},
    {.key = "reason",
     .aliases = "why,because",
     .required = true,
     .max = 500,
     .question = W_TARGET_ASK_REASON,
     .help = W_TARGET_HELP_REASON,
     .check = check_reason,
     .row = ROW_TEXT},
    {.key = NULL},
};

static CheckResult allow(Turn *turn, GString *why)
{
    return turn->team->tacticals->len > 0 ? CHECK_OK : wrong(why, say(W_UPDATE_NONE));
}

static void announce(Turn *turn, const Kr *kr, const Recalibration *change)
{
    Card *card = card_new(CARD_NOTICE);
    g_autofree char *was = kr_target_text(kr, change->was, change->was_high);
    g_autofree char *now = kr_target_text(kr, kr->target, kr->target_high);

    card->channel = g_strdup(turn->team->home);
    card_text(card, say(W_TARGET_NOTICE, N("n", kr->number), S("metric", kr->metric), S("was", was),
                        S("now", now), S("member", change->who)));
    card_quote(card, change->why);
    turn_card(turn, card);
    turn_say(turn, say(W_TARGET_DONE, N("n", kr->number), S("now", now)));
}

/* Others may have changed it since it was checked. */
static bool submit(Turn *turn, FormValues *values)
{
    Tactical *tactical = meant(turn, values);
    g_autoptr(GString) why = g_string_new(NULL);
    Kr *kr = recalibrate_may(turn->team, tactical, turn_today(turn), why)
                 ? recalibrate_target(tactical->track->kr, form_get(values, "target"), why)
                 : NULL;

    if (kr == NULL) {
        turn_say(turn, g_strdup(why->str));
        return false;
    }
    const Recalibration *change =
        recalibrate(turn, turn->team, tactical, kr, form_get(values, "reason"), (SprintId){0});
    announce(turn, kr, change);
    card_block(turn_reply(turn),
               show_tactical(turn->team, tactical, turn_today(turn), turn->policy));
    return true;
}

const Form form_target = {
    .name = "okr target",
    .fields = fields,
    .first = "kr",
    .done = W_TARGET_YES,
    .title = W_FORM_TITLE_TARGET,
    .send = W_FORM_SEND_SAVE,
    .allow = allow,
    .submit = submit,
};

/* "$32M: two deals moved" or "$32M because two deals moved": how long the target is, and where the
 * reason begins. */
static size_t target_len(const char *text, const char **reason)
{
    static const char because[] = " because ";
    g_autofree char *small = g_ascii_strdown(text, -1);
    const char *word = strstr(small, because);
    size_t len = strcspn(text, ":");

    if (word != NULL && (size_t)(word - small) < len) {
        len = (size_t)(word - small);
        *reason = text + len + strlen(because);
    } else {
        *reason = text[len] == ':' ? text + len + 1 : "";
    }
    return len;
}

/* "1 $32M: two enterprise deals moved to Q4" as the lines of the form; NULL where it is none of
 * that. */
static char *short_form(const char *rest)
{
    g_autofree char *line = text_squeeze(rest);
    const char *number = g_ascii_strncasecmp(line, "kr", 2) == 0 ? line + 2 : line;
    const char *behind = number + strcspn(number, " ");
    g_autofree char *first = g_strndup(number, (gsize)(behind - number));
    int32_t n = 0;

    if (*behind == '\0' || strchr(rest, '\n') != NULL || !is_whole_number(first, &n)) {
        return NULL;
    }
    const char *target = behind + 1, *reason = NULL;
    size_t len = target_len(target, &reason);

    return *reason != '\0'
               ? g_strdup_printf("kr: %d\ntarget: %.*s\nreason: %s", n, (int)len, target, reason)
               : g_strdup_printf("kr: %d\ntarget: %.*s", n, (int)len, target);
}

const Command command_okr_target = {
    .family = "okr",
    .name = "target",
    .aliases = "recalibrate",
    .usage = "[KR TARGET: REASON]",
    .help = W_HELP_TARGET,
    .example = W_EXAMPLE_TARGET,
    .who = WHO_MEMBER,
    .form = &form_target,
    .short_form = short_form,
};
