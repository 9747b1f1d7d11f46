/* /okr dismiss: why a sprint that was proposed is not wanted now. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/proposal_answer.h"
#include "core/proposal_card.h"
#include "core/proposing.h"
#include "core/statement.h"
#include "core/text.h"

#define REASON_MAX 300

static const Kr *kr_of(const Turn *turn, const Proposal *proposal)
{
    return team_tactical(world_team(turn->world, proposal->team), proposal->kr)->track->kr;
}

/* "Marketing 2", "Marketing KR 2", "KR 2 of Marketing"; without a name "2", "KR 2". */
static bool is_called(const char *key, const char *team, int32_t n)
{
    g_autofree char *name = text_key(team);
    g_autofree char *plain = g_strdup_printf("%s%d", name, n);
    g_autofree char *with_kr = g_strdup_printf("%skr%d", name, n);
    g_autofree char *behind = g_strdup_printf("kr%dof%s", n, name);

    return strcmp(key, plain) == 0 || strcmp(key, with_kr) == 0 || strcmp(key, behind) == 0;
}

static bool is_named(const Turn *turn, const Proposal *proposal, const char *key)
{
    const Team *team = world_team(turn->world, proposal->team);
    int32_t n = kr_of(turn, proposal)->number;

    return is_called(key, team->name, n) || (team == turn->team && is_called(key, "", n));
}

/* Any one of those about the KR that a text names; NULL. */
static const Proposal *meant(const Turn *turn, const char *text)
{
    g_autoptr(GPtrArray) standing = g_ptr_array_new();
    g_autofree char *key = text_key(text);

    proposal_standing(turn, turn->team, standing);
    for (guint i = 0; i < standing->len; i++) {
        const Proposal *proposal = g_ptr_array_index(standing, i);

        if (is_named(turn, proposal, key)) {
            return proposal;
        }
    }
    return NULL;
}

static char *label(const Turn *turn, const Proposal *proposal)
{
    g_autofree char *name = proposal_kr_name(turn, proposal, turn->team);

    return say(W_DISMISS_CHOICE, S("kr", name), S("statement", kr_of(turn, proposal)->statement));
}

/* One for each KR, though several proposals may stand about it. */
static GPtrArray *choices(const Turn *turn)
{
    g_autoptr(GPtrArray) standing = g_ptr_array_new();
    GPtrArray *krs = g_ptr_array_new();

    proposal_standing(turn, turn->team, standing);
    for (guint i = 0; i < standing->len; i++) {
        const Proposal *proposal = g_ptr_array_index(standing, i);
        bool is_new = true;

        for (guint j = 0; j < krs->len; j++) {
            is_new =
                is_new && !ID_EQ(((const Proposal *)g_ptr_array_index(krs, j))->kr, proposal->kr);
        }
        if (is_new) {
            g_ptr_array_add(krs, g_ptr_array_index(standing, i));
        }
    }
    return krs;
}

static void kr_choices(Turn *turn, const FormValues *values, int32_t number, Card *card)
{
    (void)values, (void)number;
    if (!proposal_ready(turn, turn->team)) {
        return;
    }
    g_autoptr(GPtrArray) krs = choices(turn);
    for (guint i = 0; i < krs->len; i++) {
        card_item(card, "", label(turn, g_ptr_array_index(krs, i)));
    }
}

static void dress_kr(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    g_autoptr(GPtrArray) krs = choices(turn);
    const Proposal *there = entry != NULL ? meant(turn, entry->text) : NULL;

    (void)values;
    for (guint i = 0; i < krs->len; i++) {
        const Proposal *proposal = g_ptr_array_index(krs, i);
        char *name = proposal_kr_name(turn, proposal, turn->team);

        if (there != NULL && ID_EQ(there->kr, proposal->kr)) {
            g_free(row->initial);
            row->initial = g_strdup(name);
        }
        row_choice(row->choices, label(turn, proposal), name, NULL);
    }
}

static CheckResult check_kr(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *quoted = text_cut(entry->text, 60);

    (void)values;
    if (!proposal_ready(turn, turn->team)) {
        return CHECK_NEED;
    }
    if (meant(turn, entry->text) != NULL) {
        return CHECK_OK;
    }
    g_autoptr(GPtrArray) krs = choices(turn);
    for (guint i = 0; i < krs->len; i++) {
        g_autofree char *one = label(turn, g_ptr_array_index(krs, i));

        g_string_append_printf(list, "%s%s", i > 0 ? "; " : "", one);
    }
    return wrong(why, say(W_DISMISS_UNKNOWN, S("given", quoted), S("list", list->str)));
}

static const Field fields[] = {
    {.key = "kr",
     .aliases = "key result,proposal",
     .required = true,
     .max = STATEMENT_MAX,
     .question = W_DISMISS_ASK_KR,
     .help = W_DISMISS_HELP_KR,
     .check = check_kr,
     .choices = kr_choices,
     .row = ROW_CHOICE,
     .dress = dress_kr},
    {.key = "reason",
     .aliases = "why,because",
     .required = true,
     .max = REASON_MAX,
     .question = W_DISMISS_ASK_REASON,
     .help = W_DISMISS_HELP_REASON,
     .row = ROW_TEXT},
    {.key = NULL},
};

static CheckResult allow(Turn *turn, GString *why)
{
    g_autoptr(GPtrArray) standing = g_ptr_array_new();

    if (!proposal_ready(turn, turn->team)) {
        return CHECK_NEED;
    }
    proposal_standing(turn, turn->team, standing);
    return standing->len > 0 ? CHECK_OK : wrong(why, say(W_DISMISS_NONE));
}

static bool submit(Turn *turn, FormValues *values)
{
    proposal_dismiss_with(turn, meant(turn, form_get(values, "kr")), form_get(values, "reason"));
    turn_say(turn, say(W_DISMISS_DONE));
    return true;
}

const Form form_dismiss = {
    .name = "okr dismiss",
    .fields = fields,
    .first = "kr",
    .done = W_DISMISS_YES,
    .title = W_FORM_TITLE_DISMISS,
    .send = W_FORM_SEND_DISMISS,
    .fleeting = true,
    .allow = allow,
    .submit = submit,
};

static bool is_key(const char *text)
{
    g_autofree char *key = text_squeeze(text);

    for (const Field *field = fields; field->key != NULL; field++) {
        if (g_ascii_strcasecmp(key, field->key) == 0) {
            return true;
        }
    }
    return false;
}

/* "kr 2: the fair is in two weeks" as the lines of the form; NULL where it is none. */
static char *short_form(const char *rest)
{
    const char *colon = rest + strcspn(rest, ":\n");
    g_autofree char *kr = g_strndup(rest, (gsize)(colon - rest));

    if (*colon != ':' || is_key(kr)) {
        return NULL;
    }
    g_auto(GStrv) lines = g_strsplit(colon + 1, "\n", -1);
    g_autofree char *reason = g_strjoinv(" ", lines);
    return g_strdup_printf("kr: %s\nreason: %s", kr, reason);
}

const Command command_okr_dismiss = {
    .family = "okr",
    .name = "dismiss",
    .usage = "[KR: REASON]",
    .help = W_HELP_DISMISS,
    .example = W_EXAMPLE_DISMISS,
    .who = WHO_MEMBER,
    .form = &form_dismiss,
    .short_form = short_form,
};
