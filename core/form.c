/* Text forms are read line by line; checks and conversations work on the entries. */

#include "core/form.h"

#include <string.h>

#include "core/text.h"

static void free_entry(gpointer data)
{
    FormEntry *entry = data;

    g_free(entry->text);
    g_free(entry);
}

FormValues *form_values_new(const Form *form)
{
    FormValues *values = g_new0(FormValues, 1);

    values->form = form;
    values->entries = g_ptr_array_new_with_free_func(free_entry);
    return values;
}

void form_values_free(FormValues *values)
{
    if (values == NULL) {
        return;
    }
    g_ptr_array_unref(values->entries);
    g_free(values);
}

static void free_fault(gpointer data)
{
    FormFault *fault = data;

    g_free(fault->lost);
    g_free(fault->why);
    g_free(fault);
}

GPtrArray *form_faults_new(void)
{
    return g_ptr_array_new_with_free_func(free_fault);
}

void form_fault_add(GPtrArray *faults, const Field *field, size_t entry, int32_t line,
                    char *take_why)
{
    FormFault *fault = g_new0(FormFault, 1);

    *fault = (FormFault){.field = field, .entry = entry, .line = line, .why = take_why};
    g_ptr_array_add(faults, fault);
}

const Field *form_field(const Form *form, const char *key)
{
    for (const Field *field = form->fields; field->key != NULL; field++) {
        if (strcmp(field->key, key) == 0) {
            return field;
        }
    }
    return NULL;
}

/* Whether `key` (already reduced by text_key) is one of the field's spellings. */
static bool field_is(const Field *field, const char *key)
{
    g_autofree char *own = text_key(field->key);
    g_auto(GStrv) aliases = g_strsplit(field->aliases != NULL ? field->aliases : "", ",", -1);

    if (strcmp(own, key) == 0) {
        return true;
    }
    for (char **alias = aliases; *alias != NULL; alias++) {
        g_autofree char *other = text_key(*alias);

        if (*other != '\0' && strcmp(other, key) == 0) {
            return true;
        }
    }
    return false;
}

/* Finds the field of a key as it was typed; a number at its end belongs to numbered and repeating
 * fields. */
static const Field *field_find(const Form *form, const char *typed, int32_t *number)
{
    g_autofree char *key = text_key(typed);
    size_t len = strlen(key);
    size_t digits = 0;

    *number = 0;
    for (const Field *field = form->fields; field->key != NULL; field++) {
        if (!field->numbered && field_is(field, key)) {
            return field;
        }
    }
    while (digits < len && g_ascii_isdigit(key[len - 1 - digits])) {
        digits++;
    }
    if (digits == 0 || digits > 4) {
        return NULL;
    }
    gint64 n = g_ascii_strtoll(key + len - digits, NULL, 10);
    key[len - digits] = '\0';
    for (const Field *field = form->fields; field->key != NULL; field++) {
        if ((field->numbered || field->repeat) && field_is(field, key)) {
            *number = (int32_t)n;
            return field;
        }
    }
    return NULL;
}

static FormEntry *put(FormValues *values, guint at, const Field *field, int32_t number,
                      const char *text)
{
    FormEntry *entry = g_new0(FormEntry, 1);

    entry->field = field;
    entry->number = number;
    entry->text = g_strdup(text);
    g_ptr_array_insert(values->entries, (gint)at, entry);
    return entry;
}

FormEntry *form_put(FormValues *values, const char *key, int32_t number, const char *text)
{
    const Field *field = form_field(values->form, key);

    g_assert(field != NULL);
    return put(values, values->entries->len, field, number, text);
}

static guint index_of(const FormValues *values, const FormEntry *entry)
{
    guint i = 0;

    g_assert(g_ptr_array_find(values->entries, entry, &i));
    return i;
}

FormEntry *form_put_after(FormValues *values, const FormEntry *after, const char *key,
                          const char *text)
{
    const Field *field = form_field(values->form, key);

    g_assert(field != NULL);
    return put(values, index_of(values, after) + 1, field, 0, text);
}

FormEntry *form_after(const FormValues *values, const FormEntry *entry)
{
    guint i = index_of(values, entry) + 1;

    return i < values->entries->len ? g_ptr_array_index(values->entries, i) : NULL;
}

/* Removes the lines that speak of this one. */
static void drop_behind(FormValues *values, const FormEntry *entry)
{
    guint next = index_of(values, entry) + 1;

    while (next < values->entries->len &&
           ((const FormEntry *)g_ptr_array_index(values->entries, next))->field->behind) {
        g_ptr_array_remove_index(values->entries, next);
    }
}

void form_remove(FormValues *values, FormEntry *entry)
{
    drop_behind(values, entry);
    g_ptr_array_remove(values->entries, entry);
}

void form_rewrite(FormValues *values, FormEntry *entry, char *take_text)
{
    if (strcmp(entry->text, take_text) != 0) {
        drop_behind(values, entry);
    }
    entry_set(entry, take_text);
}

void entry_set(FormEntry *entry, char *take_text)
{
    g_free(entry->text);
    entry->text = take_text;
}

FormEntry *form_entry(const FormValues *values, const char *key, size_t n)
{
    for (guint i = 0; i < values->entries->len; i++) {
        FormEntry *entry = g_ptr_array_index(values->entries, i);

        if (strcmp(entry->field->key, key) == 0 && n-- == 0) {
            return entry;
        }
    }
    return NULL;
}

FormEntry *form_entry_numbered(const FormValues *values, const char *key, int32_t number)
{
    for (guint i = 0; i < values->entries->len; i++) {
        FormEntry *entry = g_ptr_array_index(values->entries, i);

        if (strcmp(entry->field->key, key) == 0 && entry->number == number) {
            return entry;
        }
    }
    return NULL;
}

const char *form_get(const FormValues *values, const char *key)
{
    const FormEntry *entry = key != NULL ? form_entry(values, key, 0) : NULL;

    return entry != NULL ? entry->text : NULL;
}

size_t form_count(const FormValues *values, const char *key)
{
    size_t n = 0;

    for (guint i = 0; i < values->entries->len; i++) {
        n += strcmp(((const FormEntry *)g_ptr_array_index(values->entries, i))->field->key, key) ==
             0;
    }
    return n;
}

/* “wimdow” is not a line of this form; did you mean “window”? */
static char *unknown_key(const Form *form, const char *typed)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *shown = text_cut(typed, 40);

    for (const Field *field = form->fields; field->key != NULL; field++) {
        char *shown_key = g_strconcat(field->key, field->numbered ? "1" : "", NULL);

        g_ptr_array_add(keys, shown_key);
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", shown_key);
    }
    g_ptr_array_add(keys, NULL);
    const char *nearest = text_nearest(typed, (const char *const *)keys->pdata);
    return nearest != NULL ? say(W_FORM_UNKNOWN_KEY_NEAR, S("key", shown), S("nearest", nearest))
                           : say(W_FORM_UNKNOWN_KEY, S("key", shown), S("keys", list->str));
}

typedef struct Reader {
    FormValues *values;
    GPtrArray *faults;
    FormEntry *last; /* a line that begins with a blank goes on here … */
    FormFault *lost; /* … or with a line that could not be taken */
} Reader;

/* A line that belongs nowhere: said, and kept as it was typed. */
static void lose(Reader *reader, const Field *field, const char *text, int32_t line, char *take_why)
{
    form_fault_add(reader->faults, field, SIZE_MAX, line, take_why);
    reader->last = NULL;
    reader->lost = g_ptr_array_index(reader->faults, reader->faults->len - 1);
    reader->lost->lost = g_strdup(text);
}

/* A second line for a key that may stand once: the later one would silently win, so it is asked
 * back. */
static bool is_second(const Reader *reader, const Field *field, int32_t number)
{
    return !field->repeat && form_entry_numbered(reader->values, field->key, number) != NULL;
}

static void add_line(Reader *reader, const Field *field, int32_t number, const char *text,
                     int32_t line)
{
    g_autofree char *squeezed = text_squeeze(text);

    reader->last = put(reader->values, reader->values->entries->len, field, number, squeezed);
    reader->last->line = line;
    reader->lost = NULL;
}

static void go_on(Reader *reader, const char *text)
{
    g_autofree char *squeezed = text_squeeze(text);
    char **slot = reader->last != NULL ? &reader->last->text : &reader->lost->lost;
    g_autofree char *before = *slot;

    *slot = *before == '\0' ? g_steal_pointer(&squeezed) : g_strconcat(before, " ", squeezed, NULL);
}

/* Stands behind an entry that was challenged: "answer: keep: reason". */
static const Field answer_field = {.key = "answer", .behind = true, .repeat = true, .max = 400};

static bool takes_answers(const Form *form)
{
    for (const Field *field = form->fields; field->key != NULL; field++) {
        if (field->take != NULL) {
            return true;
        }
    }
    return false;
}

/* One slip away from a key of four letters or more: "timezon:" is no name of a team. */
static bool is_slip(const Form *form, const char *typed)
{
    g_autofree char *key = text_key(typed);

    for (const Field *field = form->fields; field->key != NULL; field++) {
        g_autofree char *own = text_key(field->key);

        if (strlen(own) >= 4 && text_distance(own, key) == 1) {
            return true;
        }
    }
    return false;
}

static void read_line(Reader *reader, const char *text, int32_t line)
{
    const char *colon = strchr(text, ':');
    const Form *form = reader->values->form;
    const Field *first = form->first != NULL ? form_field(form, form->first) : NULL;
    int32_t number = 0;

    if ((reader->last != NULL || reader->lost != NULL) && g_ascii_isspace(*text)) {
        go_on(reader, text);
        return;
    }
    if (colon != NULL && colon - text <= 60) {
        g_autofree char *key = g_strndup(text, (gsize)(colon - text));
        const Field *field = field_find(form, key, &number);

        if (field == NULL && takes_answers(form) && field_is(&answer_field, key)) {
            field = &answer_field;
        }
        if (field != NULL && is_second(reader, field, number)) {
            lose(reader, field, text, line,
                 say(W_FORM_TWICE, S("key", field->key), N("line", line)));
            reader->lost->number = number;
            return;
        }
        if (field != NULL) {
            add_line(reader, field, number, colon + 1, line);
            return;
        }
        if (first == NULL || line > 1 || is_slip(form, key)) {
            g_autofree char *squeezed = text_squeeze(key);

            lose(reader, NULL, text, line, unknown_key(form, squeezed));
            return;
        }
    }
    if (first != NULL && line == 1) {
        add_line(reader, first, 0, text, line);
        return;
    }
    g_autofree char *shown = text_cut(text, 40);
    lose(reader, NULL, text, line,
         say(W_FORM_NO_KEY, S("text", shown), S("key", form->fields[0].key)));
}

FormValues *form_read(const Form *form, const char *text, GPtrArray *faults)
{
    Reader reader = {.values = form_values_new(form), .faults = faults};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (int32_t i = 0; lines[i] != NULL; i++) {
        g_autofree char *squeezed = text_squeeze(lines[i]);

        if (*squeezed != '\0') {
            read_line(&reader, i == 0 ? squeezed : lines[i], i + 1);
        }
    }
    return reader.values;
}

void form_take_answers(FormValues *values, GPtrArray *faults)
{
    for (guint i = 0; i < values->entries->len; i++) {
        FormEntry *answer = g_ptr_array_index(values->entries, i);
        FormEntry *about = i > 0 ? g_ptr_array_index(values->entries, i - 1) : NULL;
        g_autoptr(GString) why = g_string_new(NULL);

        if (answer->field != &answer_field) {
            continue;
        }
        g_autofree char *text = g_steal_pointer(&answer->text);
        g_ptr_array_remove_index(values->entries, i--);
        if (about == NULL || about->field->take == NULL || *text == '\0') {
            continue;
        }
        if (about->field->take(values, about, text, why) && why->len > 0) {
            form_fault_add(faults, about->field, i, 0, g_strdup(why->str));
        }
        i--; /* another entry may stand there now */
    }
}

char *form_text(const FormValues *values, bool with_command)
{
    GString *out = g_string_new(NULL);

    if (with_command) {
        g_string_append_printf(out, "/%s", values->form->name);
    }
    for (guint i = 0; i < values->entries->len; i++) {
        const FormEntry *entry = g_ptr_array_index(values->entries, i);

        g_string_append_printf(out, "%s%s", out->len > 0 ? "\n" : "", entry->field->key);
        if (entry->field->numbered) {
            g_string_append_printf(out, "%d", entry->number);
        }
        g_string_append_printf(out, ": %s", entry->text);
    }
    return g_string_free(out, FALSE);
}

/* Which one of its key it is, as people count. */
static int32_t number_of(const FormValues *values, const FormEntry *entry)
{
    int32_t n = 1;

    if (entry->field->numbered) {
        return entry->number;
    }
    for (guint i = 0; g_ptr_array_index(values->entries, i) != entry; i++) {
        n += ((const FormEntry *)g_ptr_array_index(values->entries, i))->field == entry->field;
    }
    return n;
}

CheckResult form_check_entry(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    glong length = g_utf8_strlen(entry->text, -1);

    if (*entry->text == '\0') {
        g_autofree char *question = say(entry->field->question, N("n", number_of(values, entry)));

        g_string_append(why, question);
        return CHECK_WRONG;
    }
    if ((size_t)length > entry->field->max) {
        g_autofree char *said = say(W_FORM_TOO_LONG, S("key", entry->field->key),
                                    N("length", length), N("max", (int64_t)entry->field->max));

        g_string_append(why, said);
        return CHECK_WRONG;
    }
    return entry->field->check != NULL ? entry->field->check(turn, values, entry, why) : CHECK_OK;
}

int32_t form_at_least(const Turn *turn, const FormValues *values, const Field *field)
{
    if (values->form->at_least != NULL) {
        return values->form->at_least(turn, values, field);
    }
    return field->required && (values->whole || !values->form->sittings) ? 1 : 0;
}

void form_wanted(const Turn *turn, const FormValues *values, const Field *field, GArray *numbers)
{
    g_array_set_size(numbers, 0);
    if (field->numbered && values->form->numbers != NULL &&
        (values->whole || !values->form->sittings)) {
        values->form->numbers(turn, values, field, numbers);
    }
}

/* Faults of too many or too few entries of one field. */
static void check_counts(Turn *turn, FormValues *values, const Field *field, GPtrArray *faults)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(int32_t));
    int32_t n = (int32_t)form_count(values, field->key);
    int32_t least = form_at_least(turn, values, field);
    int32_t most = field->repeat && values->form->at_most != NULL
                       ? values->form->at_most(turn, field)
                       : INT32_MAX;

    form_wanted(turn, values, field, numbers);
    for (guint i = 0; i < numbers->len; i++) {
        int32_t number = g_array_index(numbers, int32_t, i);

        if (form_entry_numbered(values, field->key, number) == NULL) {
            g_autofree char *key = g_strdup_printf("%s%d", field->key, number);

            form_fault_add(faults, field, SIZE_MAX, 0, say(W_FORM_MISSING, S("key", key)));
            ((FormFault *)g_ptr_array_index(faults, faults->len - 1))->number = number;
        }
    }
    if (n < least) {
        form_fault_add(faults, field, SIZE_MAX, 0,
                       least > 1
                           ? say(W_FORM_TOO_FEW, S("key", field->key), N("n", n), N("least", least))
                           : say(W_FORM_MISSING, S("key", field->key)));
    }
    if (n > most) {
        FormEntry *last = form_entry(values, field->key, (size_t)n - 1);

        form_fault_add(faults, field, index_of(values, last), last->line,
                       say(W_FORM_TOO_MANY, S("key", field->key), N("n", n), N("most", most)));
    }
}

static CheckResult check_field(Turn *turn, FormValues *values, const Field *field,
                               GPtrArray *faults)
{
    for (guint i = 0; i < values->entries->len; i++) {
        FormEntry *entry = g_ptr_array_index(values->entries, i);
        g_autoptr(GString) why = g_string_new(NULL);

        if (entry->field != field) {
            continue;
        }
        switch (form_check_entry(turn, values, entry, why)) {
        case CHECK_OK:
            break;
        case CHECK_NEED:
            return CHECK_NEED;
        case CHECK_WRONG:
            form_fault_add(faults, field, i, entry->line, g_strdup(why->str));
            break;
        }
    }
    check_counts(turn, values, field, faults);
    return CHECK_OK;
}

CheckResult form_check(Turn *turn, FormValues *values, GPtrArray *faults)
{
    for (const Field *field = values->form->fields; field->key != NULL; field++) {
        if (check_field(turn, values, field, faults) == CHECK_NEED) {
            return CHECK_NEED;
        }
    }
    return faults->len > 0 ? CHECK_WRONG : CHECK_OK;
}
