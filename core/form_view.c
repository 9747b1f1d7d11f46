#include "core/form_view.h"

#include "core/card.h"

static void choice_free(gpointer data)
{
    RowChoice *choice = data;

    g_free(choice->text);
    g_free(choice->value);
    g_free(choice->note);
    g_free(choice);
}

GPtrArray *row_choices_new(void)
{
    return g_ptr_array_new_with_free_func(choice_free);
}

RowChoice *row_choice(GPtrArray *choices, char *take_text, char *take_value, char *take_note)
{
    RowChoice *choice = g_new0(RowChoice, 1);

    *choice = (RowChoice){take_text, take_value, take_note};
    g_ptr_array_add(choices, choice);
    return choice;
}

static void row_free(gpointer data)
{
    FormRow *row = data;

    g_free(row->label);
    g_free(row->hint);
    g_free(row->initial);
    g_free(row->before);
    g_free(row->after);
    g_free(row->fault);
    g_free(row->note);
    g_clear_pointer(&row->choices, g_ptr_array_unref);
    g_clear_pointer(&row->answers, g_ptr_array_unref);
    g_free(row);
}

FormView *form_view_new(const char *form, const char *channel)
{
    FormView *view = g_new0(FormView, 1);

    view->form = g_strdup(form);
    view->channel = g_strdup(channel);
    view->about = g_strdup("");
    view->more = g_strdup("");
    view->more_max = g_strdup("");
    view->intro = card_new(CARD_QUESTION);
    view->rows = g_ptr_array_new_with_free_func(row_free);
    return view;
}

void form_view_free(FormView *view)
{
    if (view == NULL) {
        return;
    }
    g_free(view->form);
    g_free(view->channel);
    g_free(view->title);
    g_free(view->submit);
    g_free(view->about);
    g_free(view->more);
    g_free(view->more_max);
    card_free(view->intro);
    g_ptr_array_unref(view->rows);
    g_free(view);
}

FormRow *form_view_row(FormView *view, const char *key, int32_t number, RowKind kind)
{
    FormRow *row = g_new0(FormRow, 1);

    row->key = key;
    row->number = number;
    row->kind = kind;
    g_ptr_array_add(view->rows, row);
    return row;
}
