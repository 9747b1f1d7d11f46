#include "core/form_show.h"

#include <string.h>

#include "core/text.h"

/* How many rows a key without an own limit may have, and how many empty ones it begins with. */
#define ROWS_MAX 12

typedef struct Showing {
    Turn *turn;
    const FormValues *values;
    const GPtrArray *faults;
    FormView *view;
    GArray *told; /* of bool: the fault of the same index has found its row */
} Showing;

/* --- one row --- */

static void join(char **text, const char *more)
{
    char *joined = *text != NULL ? g_strconcat(*text, " ", more, NULL) : g_strdup(more);

    g_free(*text);
    *text = joined;
}

static bool is_about(const Showing *showing, const FormFault *fault, const FormEntry *entry,
                     const FormRow *row)
{
    if (fault->entry != SIZE_MAX) {
        return g_ptr_array_index(showing->values->entries, fault->entry) == (gconstpointer)entry;
    }
    return entry == NULL && fault->field != NULL && strcmp(fault->field->key, row->key) == 0 &&
           (!row->numbered || fault->number == row->number);
}

static void put_faults(Showing *showing, const Field *field, const FormEntry *entry, FormRow *row)
{
    for (guint i = 0; showing->faults != NULL && i < showing->faults->len; i++) {
        const FormFault *fault = g_ptr_array_index(showing->faults, i);
        bool *told = &g_array_index(showing->told, bool, i);

        if (!*told && is_about(showing, fault, entry, row)) {
            *told = true;
            join(&row->fault, fault->why);
        }
    }
    if (row->fault != NULL && entry != NULL && field->answers != NULL) {
        row->answers = row_choices_new();
        field->answers(showing->turn, showing->values, entry, row);
    }
}

static bool is_choice(RowKind kind)
{
    return kind == ROW_CHOICE || kind == ROW_CHOICES;
}

static void add_row(Showing *showing, const Field *field, int32_t number, bool required,
                    const FormEntry *entry)
{
    FormRow *row = form_view_row(showing->view, field->key, number, field->row);

    row->numbered = field->numbered;
    row->label = say(field->question, N("n", number));
    row->hint = field->help != field->question && !is_choice(field->row)
                    ? say(field->help, N("n", number))
                    : NULL;
    row->initial = entry != NULL && *entry->text != '\0' ? g_strdup(entry->text) : NULL;
    row->required = required;
    row->max = field->max;
    row->before = g_strdup("");
    row->after = g_strdup("");
    if (is_choice(field->row)) {
        row->choices = row_choices_new();
    }
    if (field->dress != NULL) {
        field->dress(showing->turn, showing->values, entry, row);
    }
    put_faults(showing, field, entry, row);
}

/* --- the rows of a field --- */

static int by_number(gconstpointer a, gconstpointer b)
{
    return *(const int32_t *)a - *(const int32_t *)b;
}

static void add_number(GArray *numbers, int32_t number)
{
    for (guint i = 0; i < numbers->len; i++) {
        if (g_array_index(numbers, int32_t, i) == number) {
            return;
        }
    }
    g_array_append_val(numbers, number);
}

/* Those that are wanted, and those that something is there for. */
static void show_numbered(Showing *showing, const Field *field)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(int32_t));

    if (showing->values->form->numbers != NULL) {
        showing->values->form->numbers(showing->turn, showing->values, field, numbers);
    }
    for (guint i = 0; i < showing->values->entries->len; i++) {
        const FormEntry *entry = g_ptr_array_index(showing->values->entries, i);

        if (entry->field == field) {
            add_number(numbers, entry->number);
        }
    }
    g_array_sort(numbers, by_number);
    for (guint i = 0; i < numbers->len; i++) {
        int32_t number = g_array_index(numbers, int32_t, i);

        add_row(showing, field, number, false,
                form_entry_numbered(showing->values, field->key, number));
    }
}

/* What stands behind an entry is shown behind its row. */
static void show_behind(Showing *showing, const FormEntry *entry)
{
    const FormEntry *next = form_after(showing->values, entry);

    while (next != NULL && next->field->behind) {
        add_row(showing, next->field, 1, false, next);
        next = form_after(showing->values, next);
    }
}

static void add_more(FormView *view, const char *key, int32_t most)
{
    char *more = g_strdup_printf("%s%s%s", view->more, *view->more != '\0' ? "," : "", key);
    char *max = g_strdup_printf("%s%s%d", view->more_max, *view->more_max != '\0' ? "," : "", most);

    g_free(view->more);
    g_free(view->more_max);
    view->more = more;
    view->more_max = max;
}

static void show_repeated(Showing *showing, const Field *field)
{
    const Form *form = showing->values->form;
    int32_t least = form_at_least(showing->turn, showing->values, field);
    int32_t count = (int32_t)form_count(showing->values, field->key);
    int32_t most = form->at_most != NULL ? form->at_most(showing->turn, field) : INT32_MAX;
    int32_t rows = MAX(count, MAX(least, 1));

    for (int32_t i = 0; i < rows; i++) {
        const FormEntry *entry = form_entry(showing->values, field->key, (size_t)i);

        add_row(showing, field, i + 1, i < least && !form->sittings, entry);
        if (entry != NULL) {
            show_behind(showing, entry);
        }
    }
    if (rows < MIN(most, ROWS_MAX)) {
        add_more(showing->view, field->key, MIN(most, ROWS_MAX));
    }
}

static void show_field(Showing *showing, const Field *field)
{
    const Form *form = showing->values->form;
    const FormEntry *entry = form_entry(showing->values, field->key, 0);

    if (field->behind || (form->sittings && g_strcmp0(field->key, form->first) == 0)) {
        return; /* shown with what it stands behind; what the form is about is its `about` */
    }
    if (field->numbered) {
        show_numbered(showing, field);
    } else if (field->repeat) {
        show_repeated(showing, field);
    } else if (!field->hidden || entry != NULL ||
               form_at_least(showing->turn, showing->values, field) > 0) {
        add_row(showing, field, 1,
                !form->sittings && form_at_least(showing->turn, showing->values, field) > 0, entry);
    }
}

/* --- what is above them --- */

static void say_about(Showing *showing)
{
    const Form *form = showing->values->form;
    const char *about = form->sittings ? form_get(showing->values, form->first) : NULL;

    if (about != NULL) {
        g_free(showing->view->about);
        showing->view->about = g_strdup_printf("%s: %s", form->first, about);
    }
}

/* Faults that are about no row. */
static void say_rest(Showing *showing)
{
    FormView *view = showing->view;

    for (guint i = 0; showing->faults != NULL && i < showing->faults->len; i++) {
        const FormFault *fault = g_ptr_array_index(showing->faults, i);

        view->faulty = true;
        if (!g_array_index(showing->told, bool, i)) {
            card_text(view->intro, g_strdup(fault->why));
            if (fault->lost != NULL) {
                card_code(view->intro, g_strdup(fault->lost));
            }
        }
    }
}

FormView *form_show(Turn *turn, const FormValues *values, const GPtrArray *faults)
{
    const Form *form = values->form;
    FormView *view = form_view_new(form->name, turn->event->channel);
    Showing showing = {turn, values, faults, view, g_array_new(FALSE, TRUE, sizeof(bool))};

    g_array_set_size(showing.told, faults != NULL ? faults->len : 0);
    view->title = g_strdup(words_template(form->title));
    view->submit = g_strdup(words_template(form->send));
    if (form->intro != NULL) {
        form->intro(turn, values, view->intro);
    }
    say_about(&showing);
    for (const Field *field = form->fields; field->key != NULL; field++) {
        show_field(&showing, field);
    }
    say_rest(&showing);
    g_array_unref(showing.told);
    return view;
}

/* --- values --- */

static bool is_number_char(char c)
{
    return g_ascii_isdigit(c) || c == '.';
}

/* "$21.2M" into "$", "21.2", "M"; false where there is not exactly one plain number in it. */
static bool split_value(const char *typed, char **before, char **number, char **after)
{
    const char *begin = typed + strcspn(typed, "0123456789");
    const char *start = begin > typed && begin[-1] == '-' ? begin - 1 : begin;
    const char *end = begin;

    while (is_number_char(*end) || (*end == ',' && g_ascii_isdigit(end[1]))) {
        end++;
    }
    if (end == begin || strpbrk(end, "0123456789") != NULL) {
        return false;
    }
    g_auto(GStrv) parts = NULL;
    *before = g_strndup(typed, (gsize)(start - typed));
    *after = g_strdup(end);
    g_autofree char *grouped = g_strndup(start, (gsize)(end - start));
    parts = g_strsplit(grouped, ",", -1);
    *number = g_strjoinv("", parts);
    return true;
}

/* In the unit of `text`; false where that is no number with signs around it. */
static bool put_number(FormRow *row, const char *text, bool with_value)
{
    g_autofree char *before = NULL, *number = NULL, *after = NULL;

    if (text == NULL || !split_value(text, &before, &number, &after)) {
        return false;
    }
    g_free(row->before);
    g_free(row->after);
    row->kind = ROW_NUMBER;
    row->before = g_steal_pointer(&before);
    row->after = g_steal_pointer(&after);
    row->initial = with_value ? g_steal_pointer(&number) : NULL;
    return true;
}

void form_row_value(FormRow *row, const char *typed, const char *like)
{
    bool is_empty = typed == NULL || *typed == '\0';

    g_clear_pointer(&row->initial, g_free);
    if (!put_number(row, is_empty ? like : typed, !is_empty)) {
        row->kind = ROW_LINE;
        row->initial = is_empty ? NULL : g_strdup(typed);
    }
}

char *form_row_value_label(const FormRow *row, int32_t number, const char *metric)
{
    g_autofree char *unit = g_strconcat(row->before, row->after, NULL);

    g_strstrip(unit);
    return row->kind == ROW_NUMBER && *unit != '\0'
               ? say(W_FORM_VALUE_UNIT, N("n", number), S("metric", metric), S("unit", unit))
               : say(W_FORM_VALUE, N("n", number), S("metric", metric));
}
