#include "core/command.h"

#include <string.h>

#include "core/commands/commands.h"
#include "core/text.h"

const Command *const commands[] = {
#define COMMAND(name) &command_##name,
#define FORM(name)
#include "core/commands/all.def"
#undef COMMAND
#undef FORM
    NULL,
};

static const Form *const forms[] = {
#define COMMAND(name)
#define FORM(name) &form_##name,
#include "core/commands/all.def"
#undef COMMAND
#undef FORM
};

const Form *form_named(const char *name)
{
    for (size_t i = 0; name != NULL && i < G_N_ELEMENTS(forms); i++) {
        if (strcmp(forms[i]->name, name) == 0) {
            return forms[i];
        }
    }
    return NULL;
}

/* `key` is text_key of what it may be called. */
static bool is_called(const Command *command, const char *key)
{
    if (text_is_key(key, command->name, strlen(command->name))) {
        return true;
    }
    for (const char *alias = command->aliases; alias != NULL && *alias != '\0';) {
        const char *end = strchrnul(alias, ',');

        if (text_is_key(key, alias, (size_t)(end - alias))) {
            return true;
        }
        alias = *end == ',' ? end + 1 : end;
    }
    return false;
}

static const Command *find(const char *family, const char *name)
{
    g_autofree char *key = text_key(name);

    for (const Command *const *command = commands; *command != NULL && *key != '\0'; command++) {
        if (strcmp((*command)->family, family) == 0 && is_called(*command, key)) {
            return *command;
        }
    }
    return NULL;
}

/* The first word of `text`, in lower case; `*rest` is what follows it and its blanks or colon (a
 * line break stays). */
static char *first_word(const char *text, const char **rest)
{
    size_t len = strcspn(text, " \n:");

    *rest = text + len + strspn(text + len, " :");
    return text_lower(text, len);
}

/* The command that `text` begins with the name of, or that it is the name of as a whole, in one
 * line: "is it a sprint?". `*args` is what follows. */
static const Command *find_in(const char *family, const char *text, const char **args)
{
    g_autofree char *name = first_word(text, args);
    const Command *command = find(family, name);

    if (command == NULL && strchr(text, '\n') == NULL) {
        command = find(family, text);
        *args = "";
    }
    return command;
}

static void unknown_command(Turn *turn, const char *family, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *shown = text_cut(name, 40);

    for (const Command *const *command = commands; *command != NULL; command++) {
        if (strcmp((*command)->family, family) == 0) {
            g_ptr_array_add(names, (gpointer)(uintptr_t)(*command)->name);
        }
    }
    g_ptr_array_add(names, NULL);
    const char *nearest = text_nearest(name, (const char *const *)names->pdata);
    turn_say(turn, nearest != NULL ? say(W_COMMAND_NEAR, S("name", shown), S("family", family),
                                         S("nearest", nearest))
                                   : say(W_COMMAND_UNKNOWN, S("name", shown), S("family", family)));
}

/* True when the command cannot be given here, which is said. */
static bool is_out_of_place(Turn *turn, const Command *command)
{
    if (command->who == WHO_MEMBER && turn->team == NULL) {
        turn_say(turn, !turn->event->direct ? say(W_COMMAND_NO_TEAM)
                       : turn->teams > 1    ? say(W_COMMAND_WHICH_TEAM)
                                            : say(W_COMMAND_NO_TEAM_DIRECT));
        return true;
    }
    return false;
}

void command_form(Turn *turn, const char *form, const char *text)
{
    const char *rest = NULL, *none = NULL;
    g_autofree char *family = first_word(form != NULL ? form : "", &rest);
    g_autofree char *name = first_word(rest, &none);
    const Command *command = find(family, name);

    if (form_named(form) != NULL && command != NULL && !is_out_of_place(turn, command)) {
        dialog_begin(turn, form_named(form), text);
    }
}

void command_take(Turn *turn, const char *form, const char *text, bool shut)
{
    const char *rest = NULL, *none = NULL;
    g_autofree char *family = first_word(form != NULL ? form : "", &rest);
    g_autofree char *name = first_word(rest, &none);
    const Form *named = form != NULL ? form_named(form) : NULL;
    const Command *command = find(family, name);

    if (named == NULL || command == NULL) {
        return;
    }
    if (shut && !(command->who == WHO_MEMBER && turn->team == NULL)) {
        dialog_shut(turn, named, text);
    } else if (!shut && !is_out_of_place(turn, command)) {
        dialog_take(turn, named, text);
    }
}

const Command *command_of(const char *text)
{
    const char *rest = NULL, *args = NULL;
    const char *start = *text == '/' || *text == '!' ? text + 1 : text;
    g_autofree char *family = first_word(start, &rest);

    return find_in(family, rest, &args);
}

bool command_known(const char *text)
{
    const char *rest = NULL, *args = NULL;
    const char *start = *text == '/' || *text == '!' ? text + 1 : text;
    g_autofree char *family = first_word(start, &rest);

    return *rest == '\0' || *rest == '\n' || find_in(family, rest, &args) != NULL;
}

char *command_two(const char *rest, const char *characters, const char *first, const char *second)
{
    size_t len = strspn(rest, characters);
    const char *behind = rest + len + strspn(rest + len, " :");

    return len > 0 && behind > rest + len && *behind != '\0' && strchr(rest, '\n') == NULL
               ? g_strdup_printf("%s: %.*s\n%s: %s", first, (int)len, rest, second, behind)
               : NULL;
}

static void begin_form(Turn *turn, const Command *command, const char *args)
{
    g_autofree char *lines = command->short_form != NULL ? command->short_form(args) : NULL;

    dialog_begin(turn, command->form, lines != NULL ? lines : args);
}

void command_run(Turn *turn, const char *text)
{
    const char *rest = NULL, *args = NULL;
    const char *start = *text == '/' || *text == '!' ? text + 1 : text;
    g_autofree char *family = first_word(start, &rest);
    g_autofree char *name = first_word(rest, &args);

    if (strcmp(family, "sprint") != 0 && strcmp(family, "okr") != 0) {
        g_autofree char *shown = text_cut(family, 40);

        turn_say(turn, say(W_COMMAND_NO_FAMILY, S("name", shown)));
        return;
    }
    if (*name == '\0') {
        find(family, "help")->run(turn, "");
        return;
    }
    const Command *command = find_in(family, rest, &args);
    if (command == NULL) {
        unknown_command(turn, family, name);
        return;
    }
    if (is_out_of_place(turn, command)) {
        return;
    }
    if (command->run != NULL) {
        command->run(turn, args);
    } else {
        begin_form(turn, command, args);
    }
}
