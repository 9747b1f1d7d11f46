#include "fake_adapter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static GString *happened;
static GHashTable *alive; /* name -> FakeAdapter */

static void note(const char *what, const FakeAdapter *adapter)
{
    if (happened == NULL) {
        happened = g_string_new(NULL);
    }
    g_string_append_printf(happened, "[%s %s]", what, adapter->name);
}

void fake_forget(void)
{
    if (happened != NULL) {
        g_string_free(happened, TRUE);
        happened = NULL;
    }
    g_clear_pointer(&alive, g_hash_table_unref);
}

void fake_expect(const char *promise, const char *wanted)
{
    const char *got = happened != NULL ? happened->str : "";

    if (strcmp(got, wanted) != 0) {
        fail_msg("%s: %s, not %s", promise, got, wanted);
    }
    if (happened != NULL) {
        g_string_truncate(happened, 0);
    }
}

static FakeAdapter *fake(Adapter *adapter)
{
    return (FakeAdapter *)adapter;
}

static void fake_free(Adapter *adapter)
{
    FakeAdapter *self = fake(adapter);

    note("free", self);
    g_hash_table_remove(alive, self->name);
    g_free(self->name);
    g_free(self);
}

static void fake_start(Adapter *adapter)
{
    note("start", fake(adapter));
    fake(adapter)->started = true;
}

static void fake_stop(Adapter *adapter, LoopCall done, void *arg)
{
    note("stop", fake(adapter));
    fake(adapter)->left = done;
    fake(adapter)->left_arg = arg;
}

static void fake_replied(Adapter *adapter, void *tag, Card *take_reply, bool repeated, bool failed)
{
    g_autoptr(Card) reply = take_reply;
    g_autofree char *text = reply != NULL ? card_plain(reply) : g_strdup("");
    g_autofree char *what = g_strdup_printf("%s%s: %s to", failed ? "failed " : "",
                                            (const char *)tag, g_strchomp(text));

    (void)repeated;
    note(what, fake(adapter));
}

static void fake_home(Adapter *adapter, const char *channel, const char *roster)
{
    g_autofree char *what = g_strdup_printf("home %s %s of", channel, roster);

    note(what, fake(adapter));
}

static AdapterState fake_state(Adapter *adapter, GString *why)
{
    g_string_append(why, fake(adapter)->why != NULL ? fake(adapter)->why : "");
    return fake(adapter)->state;
}

static void fake_troubles(Adapter *adapter, GString *out)
{
    (void)adapter;
    (void)out;
}

static const AdapterOps ops = {.free = fake_free,
                               .start = fake_start,
                               .stop = fake_stop,
                               .replied = fake_replied,
                               .home = fake_home,
                               .state = fake_state,
                               .troubles = fake_troubles};

static Adapter *fake_new(const WorkspaceConfig *config, const AdapterShared *shared,
                         WorkspaceId workspace, GHashTable *kept)
{
    FakeAdapter *self = g_new0(FakeAdapter, 1);

    (void)shared;
    self->base = (Adapter){&ops, workspace};
    self->name = g_strdup(config->name);
    self->kept = kept != NULL ? g_hash_table_size(kept) : 0;
    if (alive == NULL) {
        alive = g_hash_table_new(g_str_hash, g_str_equal);
    }
    g_hash_table_insert(alive, self->name, self);
    return &self->base;
}

const AdapterMaker fake_makers[] = {[PLATFORM_SLACK] = fake_new, [PLATFORM_MATRIX] = fake_new};

FakeAdapter *fake_find(const char *name)
{
    return alive != NULL ? g_hash_table_lookup(alive, name) : NULL;
}

FakeAdapter *fake_of(const char *name)
{
    FakeAdapter *adapter = fake_find(name);

    assert_non_null(adapter);
    return adapter;
}

void fake_leave(FakeAdapter *adapter)
{
    adapter->left(adapter->left_arg);
}

static void config_free_one(gpointer data)
{
    g_free(((WorkspaceConfig *)data)->name);
    g_free(data);
}

GPtrArray *fake_configs(const char *const *names)
{
    GPtrArray *configs = g_ptr_array_new_with_free_func(config_free_one);

    for (; *names != NULL; names++) {
        WorkspaceConfig *config = g_new0(WorkspaceConfig, 1);

        config->name = g_strdup(*names);
        g_ptr_array_add(configs, config);
    }
    return configs;
}
