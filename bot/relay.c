#include "bot/relay.h"

#include "bot/footprint.h"
#include "bot/log.h"
#include "bot/request_id.h"

struct Relay {
    Loop *loop;
    Workspaces **workspaces;
    Web **web;
    GArray *notes;       /* of Note: what the batch under way had to tell; the engine's thread */
    char *store_trouble; /* NULL: there is none; the loop's thread */
};

typedef enum NoteKind {
    NOTE_REPLIED,
    NOTE_RECEIPT,
    NOTE_STORED,
    NOTE_DELIVER,
    NOTE_HOME,
    NOTE_STORE, /* of no workspace */
} NoteKind;

typedef struct Note {
    NoteKind kind;
    WorkspaceId workspace;
    void *tag; /* NOTE_REPLIED, NOTE_STORED; NOTE_RECEIPT: the web's, of no workspace */
    Card *reply;
    bool repeated, failed;
    Stored stored;  /* NOTE_STORED */
    OutboxRow *row; /* NOTE_DELIVER */
    bool edit, threaded;
    MessageRef ref, thread;
    char *channel, *roster; /* NOTE_HOME */
    char *why;              /* NOTE_STORE; NULL: it is well */
} Note;

/* What goes over in one. */
typedef struct Bundle {
    Relay *relay;
    GArray *notes; /* of Note */
    void *spent;   /* what the batch was made of; NULL: nothing */
    GDestroyNotify free_spent;
} Bundle;

static void note_clear(gpointer data)
{
    Note *note = data;

    card_free(note->reply);
    outbox_row_free(note->row);
    message_ref_clear(&note->ref);
    message_ref_clear(&note->thread);
    g_free(note->channel);
    g_free(note->roster);
    g_free(note->why);
}

static void take_note(Relay *relay, Note *note)
{
    Adapter *adapter = workspaces_adapter(*relay->workspaces, note->workspace);

    if (adapter == NULL && note->kind != NOTE_RECEIPT && note->kind != NOTE_STORE) {
        return;
    }
    switch (note->kind) {
    case NOTE_STORE:
        g_free(relay->store_trouble);
        relay->store_trouble = g_steal_pointer(&note->why);
        break;
    case NOTE_RECEIPT:
        web_replied(*relay->web, note->tag, g_steal_pointer(&note->reply), note->failed);
        break;
    case NOTE_REPLIED:
        adapter->ops->replied(adapter, note->tag, g_steal_pointer(&note->reply), note->repeated,
                              note->failed);
        break;
    case NOTE_STORED:
        adapter->ops->stored(adapter, note->tag, note->stored);
        break;
    case NOTE_DELIVER:
        adapter->ops->deliver(adapter, g_steal_pointer(&note->row), note->edit ? &note->ref : NULL,
                              note->threaded ? &note->thread : NULL);
        break;
    case NOTE_HOME:
        adapter->ops->home(adapter, note->channel, note->roster);
        break;
    }
}

static GArray *notes_new(void)
{
    GArray *notes = g_array_new(FALSE, TRUE, sizeof(Note));

    g_array_set_clear_func(notes, note_clear);
    return notes;
}

static void spend(void *spent, GDestroyNotify free_spent)
{
    if (spent != NULL) {
        free_spent(spent);
    }
}

static void bundle_free(gpointer data)
{
    Bundle *bundle = data;

    g_array_unref(bundle->notes);
    spend(bundle->spent, bundle->free_spent);
    g_free(bundle);
}

static void on_bundle(void *arg)
{
    Bundle *bundle = arg;

    for (guint i = 0; i < bundle->notes->len; i++) {
        take_note(bundle->relay, &g_array_index(bundle->notes, Note, i));
    }
    bundle_free(bundle);
}

/* The next of the batch, to be filled in before there is another. */
static Note *note_add(Relay *relay, NoteKind kind, WorkspaceId workspace)
{
    g_array_set_size(relay->notes, relay->notes->len + 1);
    Note *note = &g_array_index(relay->notes, Note, relay->notes->len - 1);

    note->kind = kind;
    note->workspace = workspace;
    return note;
}

/* A batch's notes go over in one: the loop is woken once, and its answers leave together. The
 * events go with them, back to the thread that made them: freed here, each would have the two wait
 * for each other. */
static void on_told(void *arg, void *take_spent, GDestroyNotify free_spent)
{
    Relay *relay = arg;

    if (relay->notes->len == 0) {
        spend(take_spent, free_spent);
        return;
    }
    Bundle *bundle = g_new(Bundle, 1);

    *bundle = (Bundle){relay, relay->notes, take_spent, free_spent};
    relay->notes = notes_new();
    loop_post(relay->loop, on_bundle, bundle, bundle_free);
}

/* What the store itself lacks is told once, and not again with each thing that waits for it. */
static LogLevel level_of(const GError *failure)
{
    return store_is_unwell(failure) ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR;
}

static void on_replied(void *arg, const Event *event, Card *take_reply, bool repeated,
                       const GError *failure)
{
    NoteKind kind = event->kind == EVENT_READINGS ? NOTE_RECEIPT : NOTE_REPLIED;
    Note *note = note_add(arg, kind, event->workspace);

    if (failure != NULL) {
        log_pick(level_of(failure), "event_failed", F_REQUEST(event->key),
                 F_INT("kind", (int64_t)event->kind), F_STR("why", failure->message),
                 (LogField){0});
    } else {
        log_debug("event_done", F_REQUEST(event->key), F_INT("repeated", repeated),
                  F_INT("replied", take_reply != NULL));
    }
    note->tag = event->tag;
    note->reply = take_reply != NULL ? card_pack(take_reply) : NULL;
    note->repeated = repeated;
    note->failed = failure != NULL;
}

static Stored stored_as(const GError *failure)
{
    if (failure == NULL) {
        return STORED;
    }
    return store_is_unwell(failure) ? STORED_NOT_NOW : STORED_NOT;
}

static void on_stored(void *arg, WorkspaceId workspace, void *tag, const GError *failure)
{
    Note *note = note_add(arg, NOTE_STORED, workspace);

    if (failure != NULL) {
        log_pick(level_of(failure), "piece_failed", F_STR("why", failure->message), (LogField){0});
    }
    note->tag = tag;
    note->stored = stored_as(failure);
}

static void on_unwell(void *arg, const GError *failure)
{
    Note *note = note_add(arg, NOTE_STORE, (WorkspaceId){0});

    if (failure != NULL) {
        log_error("store_unwell", F_STR("why", failure->message));
        note->why = g_strdup(failure->message);
    } else {
        log_info("store_well");
    }
}

static MessageRef ref_copy(const MessageRef *ref)
{
    return ref != NULL ? (MessageRef){g_strdup(ref->channel), g_strdup(ref->message)}
                       : (MessageRef){0};
}

static void on_deliver(void *arg, OutboxRow *take_row, const MessageRef *edit,
                       const MessageRef *thread)
{
    Note *note = note_add(arg, NOTE_DELIVER, take_row->workspace);

    log_debug("card_out", F_INT("row", take_row->id), F_INT("attempt", take_row->attempts));
    note->row = take_row;
    note->edit = edit != NULL;
    note->threaded = thread != NULL;
    note->ref = ref_copy(edit);
    note->thread = ref_copy(thread);
}

static void on_home(void *arg, WorkspaceId workspace, const char *channel, const char *roster)
{
    Note *note = note_add(arg, NOTE_HOME, workspace);

    note->channel = g_strdup(channel);
    note->roster = g_strdup(roster);
}

static void shrink(void *arg)
{
    (void)arg;
    footprint_shrink();
}

static void on_reached(void *arg, int64_t token)
{
    (void)arg, (void)token; /* nobody sets barriers here */
}

Relay *relay_new(Loop *loop, Workspaces **workspaces, Web **web)
{
    Relay *relay = g_new0(Relay, 1);

    *relay = (Relay){loop, workspaces, web, notes_new(), NULL};
    return relay;
}

void relay_free(Relay *relay)
{
    if (relay != NULL) {
        g_array_unref(relay->notes);
        g_free(relay->store_trouble);
        g_free(relay);
    }
}

EngineOut relay_out(Relay *relay)
{
    return (EngineOut){.arg = relay,
                       .replied = on_replied,
                       .stored = on_stored,
                       .unwell = on_unwell,
                       .deliver = on_deliver,
                       .home = on_home,
                       .told = on_told,
                       .rested = shrink,
                       .reached = on_reached};
}

const char *relay_store_trouble(const Relay *relay)
{
    return relay->store_trouble;
}
