#include "core/field_check.h"

#include <string.h>

#include "core/challenge.h"
#include "core/text.h"

CheckResult wrong(GString *why, char *take_text)
{
    g_string_append(why, take_text);
    g_free(take_text);
    return CHECK_WRONG;
}

char *member_typed(const char *text)
{
    g_autofree char *word = text_squeeze(text);
    size_t len = strlen(word);

    if (len > 3 && g_str_has_prefix(word, "<@") && word[len - 1] == '>') {
        word[len - 1] = '\0';
        memmove(word, word + 2, len - 2);
    } else if (*word == '@' && strchr(word, ':') == NULL) {
        memmove(word, word + 1, len);
    }
    if (*word == '\0' || strchr(word, ' ') != NULL || strlen(word) > 255) {
        return NULL;
    }
    return g_steal_pointer(&word);
}

CheckResult check_member(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    char *id = member_typed(entry->text);

    (void)turn, (void)values;
    if (id == NULL) {
        g_autofree char *quoted = text_cut(entry->text, 60);

        return wrong(why, say(W_FIELD_MEMBER, S("text", quoted), S("key", entry->field->key)));
    }
    entry_set(entry, id);
    return CHECK_OK;
}

CheckResult check_yes(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_autofree char *key = text_key(entry->text);

    (void)turn, (void)values;
    if (strcmp(key, "yes") == 0 || strcmp(key, "y") == 0 || strcmp(key, "no") == 0 ||
        strcmp(key, "n") == 0) {
        entry_set(entry, g_strdup(*key == 'y' ? "yes" : "no"));
        return CHECK_OK;
    }
    return wrong(why, say(W_FIELD_YES, S("key", entry->field->key)));
}

CheckResult check_objective(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_auto(Judgement) judgement = challenge_objective(entry->text);

    (void)turn, (void)values;
    if (judgement.verdict != VERDICT_REFUSE) {
        return CHECK_OK;
    }
    return wrong(why, say(W_FIELD_OBJECTIVE, S("why", judgement.why),
                          S("instead", judgement.instead != NULL ? judgement.instead : "")));
}

int choice_index(const char *text, const char *const *names)
{
    g_autofree char *key = text_key(text);
    int found = -1, fits = 0;

    for (int i = 0; names[i] != NULL; i++) {
        g_autofree char *name = text_key(names[i]);

        if (*name != '\0' && strcmp(name, key) == 0) {
            return i;
        }
        if (strlen(key) >= 2 && g_str_has_prefix(name, key)) {
            found = i;
            fits++;
        }
    }
    return fits == 1 ? found : -1;
}

bool is_whole_number(const char *text, int32_t *n)
{
    char *end = NULL;
    gint64 value = g_ascii_strtoll(text + (*text == '#'), &end, 10);

    if (end == text + (*text == '#') || *end != '\0' || value <= 0 || value > 1000000000) {
        return false;
    }
    *n = (int32_t)value;
    return true;
}

static char *numbers_in(const Team *team, SprintState state, Sprint **only, int *n)
{
    GString *out = g_string_new(NULL);

    *n = 0;
    *only = NULL;
    for (guint i = 0; i < team->sprints->len; i++) {
        Sprint *sprint = g_ptr_array_index(team->sprints, i);

        if (sprint->state == state) {
            g_string_append_printf(out, "%s%d", out->len > 0 ? ", " : "", sprint->number);
            *only = sprint;
            (*n)++;
        }
    }
    return g_string_free(out, FALSE);
}

Sprint *sprint_meant(Turn *turn, const FormValues *values, SprintState state, GString *why)
{
    const char *given = form_get(values, "sprint");
    const Team *team = turn->team;
    Sprint *only = NULL;
    int n = 0;
    int32_t number = 0;
    g_autofree char *numbers = numbers_in(team, state, &only, &n);
    const char *name = sprint_state_name(state);

    if (n == 0) {
        wrong(why, say(state == SPRINT_ACTIVE ? W_FIELD_NO_ACTIVE : W_FIELD_NO_CLOSING,
                       S("team", team->name)));
        return NULL;
    }
    if (given == NULL) {
        if (n > 1) {
            wrong(why, say(W_FIELD_WHICH_SPRINT, S("team", team->name), N("n", n), S("state", name),
                           S("numbers", numbers)));
            return NULL;
        }
        return only;
    }
    for (guint i = 0; is_whole_number(given, &number) && i < team->sprints->len; i++) {
        Sprint *sprint = g_ptr_array_index(team->sprints, i);

        if (sprint->number == number && sprint->state == state) {
            return sprint;
        }
    }
    g_autofree char *quoted = text_cut(given, 40);
    wrong(why,
          say(W_FIELD_NO_SUCH_SPRINT, S("given", quoted), S("state", name), S("numbers", numbers)));
    return NULL;
}
