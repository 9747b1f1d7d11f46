/* Text forms: the first line names the form ("sprint open"), and all behind it is what was typed.
 */

#include <string.h>

#include "core/command.h"

#include "fuzz.h"

static void check_faults(const FormValues *values, const GPtrArray *faults)
{
    for (guint i = 0; i < faults->len; i++) {
        const FormFault *fault = g_ptr_array_index(faults, i);

        fuzz_that("a fault stands at an entry that is there",
                  fault->entry == SIZE_MAX || fault->entry < values->entries->len, fault->why);
        fuzz_that("a fault has its sentence", fault->why != NULL, values->form->name);
        fuzz_said("what is said of a form is clean", fault->why);
    }
}

static void check_round_trip(const FormValues *values)
{
    g_autofree char *text = form_text(values, false);
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) again = form_read(values->form, text, faults);
    g_autofree char *same = form_text(again, false);

    fuzz_clean("a form's text is clean", text);
    fuzz_same("a form reads back as it is printed", text, same);
    fuzz_that("as many entries come back", values->entries->len == again->entries->len, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_message(data, size);
    char *values_text = text != NULL ? strchr(text, '\n') : NULL;

    if (values_text == NULL) {
        return 0;
    }
    *values_text++ = '\0';
    const Form *form = form_named(text);

    if (form == NULL) {
        return 0;
    }
    g_autoptr(GPtrArray) faults = form_faults_new();
    g_autoptr(FormValues) values = form_read(form, values_text, faults);

    check_faults(values, faults);
    check_round_trip(values);
    form_take_answers(values, faults);
    check_faults(values, faults);
    check_round_trip(values);
    return 0;
}
