#include "link_rig.h"

#define T0 INT64_C(5000000)

Rig rig_new(int wanted, uint32_t seed)
{
    Rig rig = {link_new(wanted, seed), T0, g_array_new(FALSE, FALSE, sizeof(LinkStep))};

    return rig;
}

void rig_clear(Rig *rig)
{
    link_free(rig->link);
    g_array_unref(rig->steps);
    *rig = (Rig){0};
}

void rig_say_all(Rig *rig, uint64_t epoch)
{
    link_url(rig->link, epoch, "wss://stale", rig->now, rig->steps);
    link_url_failed(rig->link, epoch, true, 9, rig->now, rig->steps);
    link_opened(rig->link, epoch, rig->now, rig->steps);
    link_hello(rig->link, epoch, 1, 99, rig->now, rig->steps);
    link_heard(rig->link, epoch, rig->now);
    link_disconnect(rig->link, epoch, "link_disabled", rig->now, rig->steps);
    link_disconnect(rig->link, epoch, "too_many_websockets", rig->now, rig->steps);
    link_closed(rig->link, epoch, rig->now, rig->steps);
}
