#include "bot/store/store.h"

GQuark store_error_quark(void)
{
    return g_quark_from_static_string("store-error-quark");
}

bool store_is_unwell(const GError *failure)
{
    static const StoreError unwell[] = {STORE_ERROR_IN_USE, STORE_ERROR_READ_ONLY, STORE_ERROR_FULL,
                                        STORE_ERROR_DISK};

    for (size_t i = 0; i < G_N_ELEMENTS(unwell); i++) {
        if (g_error_matches(failure, STORE_ERROR, (gint)unwell[i])) {
            return true;
        }
    }
    return false;
}

void outbox_row_free(OutboxRow *row)
{
    if (row == NULL) {
        return;
    }
    card_free(row->card);
    g_free(row);
}

char *outbox_target(const Card *card)
{
    g_assert(card->channel != NULL || card->member != NULL);
    return card->channel != NULL ? g_strdup(card->channel) : g_strconcat("@", card->member, NULL);
}

void message_ref_clear(MessageRef *ref)
{
    g_clear_pointer(&ref->channel, g_free);
    g_clear_pointer(&ref->message, g_free);
}

void store_close(Store *store)
{
    if (store != NULL) {
        store->ops->close(store);
    }
}

void home_clear(Home *home)
{
    g_free(home->channel);
    g_free(home->roster);
}
