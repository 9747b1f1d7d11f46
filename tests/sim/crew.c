#include "crew.h"

char *crew_member(Sim *sim, const Crew *crew)
{
    return g_strdup_printf("m%d.%d", crew->number, (int)rng_between(&sim->rng, 1, crew->members));
}

char *crew_speaker(Sim *sim, const Crew *crew)
{
    return crew->conversation ? g_strdup_printf("m%d.7", crew->number) : crew_member(sim, crew);
}

Sent *crew_command(const Crew *crew, const char *member, char *take_text)
{
    g_autofree char *text = take_text;
    Sent *sent = sent_new(EVENT_COMMAND, crew->home, member, text);

    sent->event->conversation = crew->conversation;
    return sent;
}

void crew_say(Sim *sim, const Crew *crew, char *take_text)
{
    g_autofree char *member = crew_speaker(sim, crew);

    platform_send(sim, crew_command(crew, member, take_text));
}

void crew_fill(Sim *sim, const Crew *crew, const char *form, char *take_values)
{
    g_autofree char *values = take_values;
    g_autofree char *member = crew_speaker(sim, crew);

    if (crew->conversation) {
        crew_say(sim, crew, g_strdup_printf("%s\n%s", form, values));
        return;
    }
    Sent *sent = sent_new(EVENT_FORM, crew->home, member, values);

    sent->event->action = g_strdup(form);
    platform_send(sim, sent);
}

Sent *crew_press(Sim *sim, const Crew *crew, const char *action, int64_t value)
{
    g_autofree char *member = crew_speaker(sim, crew);
    Sent *sent = sent_new(EVENT_BUTTON, crew->home, member, NULL);

    sent->event->conversation = crew->conversation;
    sent->event->action = g_strdup(action);
    sent->event->value = g_strdup_printf("%" G_GINT64_FORMAT, value);
    return sent;
}

BookTeam *crew_book(const Sim *sim, const Crew *crew)
{
    return books_home(sim->books, crew->home);
}

Day crew_today(const Sim *sim, const Crew *crew)
{
    return instant_day(sim_now(sim), crew_book(sim, crew)->zone);
}

BookKr *crew_kr(Sim *sim, const Crew *crew)
{
    const BookTeam *team = crew_book(sim, crew);
    Day today = crew_today(sim, crew);
    guint n = team->tacticals->len, from = n > 0 ? (guint)rng_below(&sim->rng, n) : 0;

    for (guint i = 0; i < n; i++) {
        BookKr *kr = g_ptr_array_index(team->tacticals, (from + i) % n);

        if (book_asked(kr, today)) {
            return kr;
        }
    }
    return NULL;
}
