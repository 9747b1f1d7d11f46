#include "agenda.h"

struct Agenda {
    GArray *heap; /* of Happening; the first is the next */
    uint64_t order;
};

Agenda *agenda_new(void)
{
    Agenda *agenda = g_new0(Agenda, 1);

    agenda->heap = g_array_new(FALSE, FALSE, sizeof(Happening));
    return agenda;
}

void agenda_free(Agenda *agenda)
{
    if (agenda != NULL) {
        g_array_unref(agenda->heap);
        g_free(agenda);
    }
}

static Happening *at(const Agenda *agenda, guint i)
{
    return &g_array_index(agenda->heap, Happening, i);
}

static bool sooner(const Happening *a, const Happening *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(Agenda *agenda, guint i, guint j)
{
    Happening kept = *at(agenda, i);

    *at(agenda, i) = *at(agenda, j);
    *at(agenda, j) = kept;
}

static void rise(Agenda *agenda, guint i)
{
    while (i > 0 && sooner(at(agenda, i), at(agenda, (i - 1) / 2))) {
        swap(agenda, i, (i - 1) / 2);
        i = (i - 1) / 2;
    }
}

static void sink(Agenda *agenda, guint i)
{
    for (;;) {
        guint next = i;

        for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < agenda->heap->len; child++) {
            next = sooner(at(agenda, child), at(agenda, next)) ? child : next;
        }
        if (next == i) {
            return;
        }
        swap(agenda, i, next);
        i = next;
    }
}

void agenda_put(Agenda *agenda, int64_t when, HappeningKind kind, int what, gpointer whom,
                int64_t which)
{
    Happening happening = {when, agenda->order++, kind, what, whom, which};

    g_array_append_val(agenda->heap, happening);
    rise(agenda, agenda->heap->len - 1);
}

bool agenda_next(const Agenda *agenda, int64_t *when)
{
    if (agenda->heap->len == 0) {
        return false;
    }
    *when = at(agenda, 0)->at;
    return true;
}

bool agenda_take(Agenda *agenda, int64_t now, Happening *out)
{
    if (agenda->heap->len == 0 || at(agenda, 0)->at > now) {
        return false;
    }
    *out = *at(agenda, 0);
    *at(agenda, 0) = *at(agenda, agenda->heap->len - 1);
    g_array_set_size(agenda->heap, agenda->heap->len - 1);
    if (agenda->heap->len > 0) {
        sink(agenda, 0);
    }
    return true;
}
