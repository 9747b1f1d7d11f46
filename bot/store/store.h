#pragma once

/* The store: what is kept, as a port. One implementation now (sqlite.h); nothing outside its files
 * knows SQL.
 *
 * Thread: the engine's alone. Everything between begin and commit is one transaction; on any
 * failure the caller rolls back, forgets its world and tells what failed. Functions return false
 * and set `error` on failure; outputs are written only on success. What they hand out is the
 * caller's. Errors name no text that a person wrote. */

#include <stdbool.h>

#include "core/card.h"
#include "core/turn.h"

typedef struct Store Store;

#define STORE_ERROR store_error_quark()
GQuark store_error_quark(void);
typedef enum StoreError {
    STORE_ERROR_FAILED,  /* anything not named below */
    STORE_ERROR_NEWER,   /* written by a newer version: refused */
    STORE_ERROR_FOREIGN, /* somebody else's file: refused, and nothing in it was touched */
    STORE_ERROR_IN_USE,  /* another daemon has it open, or another program holds it just now */
    STORE_ERROR_CORRUPT,
    STORE_ERROR_READ_ONLY,
    STORE_ERROR_FULL, /* the disk or quota is full */
    STORE_ERROR_DISK, /* reading or writing it failed */
} StoreError;

/* It cannot be written just now, whatever is to be saved: the same may be saved later. */
bool store_is_unwell(const GError *failure);

/* A card on its way out. */
typedef struct OutboxRow {
    int64_t id; /* increasing; also the transaction id on platforms that know one */
    WorkspaceId workspace;
    Card *card; /* owned */
    Instant created;
    int32_t attempts;
} OutboxRow;

void outbox_row_free(OutboxRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutboxRow, outbox_row_free)
/* The card's target: its channel, or "@member" where it goes to a member alone. Caller frees. */
char *outbox_target(const Card *card);

typedef enum OutboxEnd {
    OUTBOX_DELIVERED,
    OUTBOX_EXPIRED, /* not worth sending any more */
    OUTBOX_DEAD,    /* cannot be delivered for good */
} OutboxEnd;

/* Where a delivered card stands on its platform. */
typedef struct MessageRef {
    char *channel, *message; /* the platform's own ids; owned */
} MessageRef;

void message_ref_clear(MessageRef *ref);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MessageRef, message_ref_clear)

/* A team's channel, and who belongs to it: "" those in the channel, else a group's id. */
typedef struct Home {
    char *channel, *roster; /* owned */
} Home;

void home_clear(Home *home);

#define STORE_READINGS_MAX 400
#define STORE_WEEKLIES_MAX 6

typedef struct StoreOps {
    void (*close)(Store *store);
    bool (*begin)(Store *store, GError **error);
    bool (*commit)(Store *store, GError **error);
    void (*rollback)(Store *store);
    /* Between transactions, when nobody waits: gives back memory, and does what it put off. */
    void (*rest)(Store *store);

    /* Event keys: notes the key; `*fresh` tells whether it was new. */
    bool (*note_event)(Store *store, const char *key, Instant now, bool *fresh, GError **error);
    bool (*knows_event)(Store *store, const char *key, bool *known, GError **error);
    /* Forgets keys noted before `before` where it comes by on its round through them all, which
     * goes on twice as fast as keys are noted. */
    bool (*forget_events)(Store *store, Instant before, GError **error);

    /* Ids and numbers. A workspace's id is the store's own, and not from the pool. */
    bool (*ids_load)(Store *store, IdPool *ids, GError **error);
    bool (*ids_save)(Store *store, const IdPool *ids,
                     GError **error); /* never goes back: an id is used once */
    bool (*next_sprint_number)(Store *store, WorkspaceId workspace, int32_t *number,
                               GError **error);
    bool (*workspace)(Store *store, const char *name, WorkspaceId *id,
                      GError **error); /* made when new */

    /* Loading. NULL (or a zero id) with no error: there is none. Teams come without sprints; the
     * engine adds those. A tactical KR comes with its latest STORE_READINGS_MAX readings, a
     * sprint's with all of them; a team with its latest STORE_WEEKLIES_MAX weekly check-ins. */
    bool (*team_in)(Store *store, WorkspaceId workspace, const char *channel, TeamId *id,
                    GError **error);
    bool (*team_named)(Store *store, WorkspaceId workspace, const char *name, TeamId *id,
                       GError **error);
    bool (*team_load)(Store *store, TeamId id, Team **team, GError **error);
    /* The teams that a member is or was in, in this workspace. Appends to `ids` (of TeamId). */
    bool (*teams_of)(Store *store, WorkspaceId workspace, const char *member, GArray *ids,
                     GError **error);
    /* Where the workspace's teams live. Appends Home; the array frees what it holds. */
    bool (*homes)(Store *store, WorkspaceId workspace, GArray *homes, GError **error);
    bool (*team_sprints)(Store *store, TeamId id, GArray *ids /* of SprintId: not closed, by age */,
                         GError **error);
    bool (*sprint_numbered)(Store *store, WorkspaceId workspace, int32_t number, SprintId *id,
                            GError **error);
    bool (*sprint_load)(Store *store, SprintId id, Sprint **sprint, GError **error);
    /* Appends the team's closed sprints, of Digest, the last closed first. */
    bool (*digests)(Store *store, TeamId id, int limit, GPtrArray *digests, GError **error);
    bool (*draft_load)(Store *store, WorkspaceId workspace, const char *channel, const char *member,
                       Draft **draft, GError **error);
    bool (*draft_by_id)(Store *store, DraftId id, Draft **draft, GError **error);

    /* Within one transaction the order of changes is free, but that a check-in is saved before
     * readings that name it, and an anchor before its sprint. Refused are what the framework rules
     * out: a reading changed, a target's change changed, a sprint deleted, moved back, or closed
     * without its retrospective. */
    bool (*save)(Store *store, const Change *change, GError **error);

    /* Timers. */
    bool (*timer_next)(Store *store, bool *any, Instant *due, GError **error);
    bool (*timers_due)(Store *store, Instant now, int limit, GArray *timers /* of Timer, by due */,
                       GError **error);
    bool (*timer_clear)(Store *store, const Timer *timer, GError **error);

    /* Outbox. */
    bool (*outbox_put)(Store *store, WorkspaceId workspace, const Card *card, Instant now,
                       int64_t *id, GError **error);
    /* Every card has a target: its channel, or "@member" where it goes to a member alone. Per
     * target, cards are delivered in order, one at a time. */
    bool (*outbox_pending)(
        Store *store, WorkspaceId workspace, int64_t after, int limit, GPtrArray *rows,
        GError **error); /* not ended, id above `after`, in order; appends OutboxRow */
    bool (*outbox_next)(
        Store *store, WorkspaceId workspace, const char *target, OutboxRow **row,
        GError **error); /* the first that has not ended for that target; NULL: none */
    /* Whether a later card of that key waits for the same target. */
    bool (*outbox_replaced)(Store *store, WorkspaceId workspace, const char *target,
                            const char *key, int64_t id, bool *replaced, GError **error);
    /* About to be given to the adapter: counted before it is sent, so that after a crash an earlier
     * attempt is known. */
    bool (*outbox_attempt)(Store *store, int64_t id, GError **error);
    /* A delivered card is forgotten (message_put keeps where it stands), and so is one that a later
     * card says again; of the others a line is kept for a while. */
    bool (*outbox_end)(Store *store, int64_t id, OutboxEnd end, Instant now, GError **error);

    /* Where cards stand: by key. */
    bool (*message_put)(Store *store, WorkspaceId workspace, const char *card_key,
                        const MessageRef *ref, GError **error);
    bool (*message_find)(Store *store, WorkspaceId workspace, const char *card_key, MessageRef *ref,
                         bool *found, GError **error);
    bool (*message_card)(Store *store, WorkspaceId workspace, const char *channel,
                         const char *message, char **card_key, GError **error);

    /* The platform calls a channel by another id now. */
    bool (*messages_move)(Store *store, WorkspaceId workspace, const char *from, const char *to,
                          GError **error);

    /* Small settings of the program itself (the console's clock), and what adapters keep. NULL
     * value: none. */
    bool (*setting_get)(Store *store, const char *name, char **value, GError **error);
    bool (*setting_set)(Store *store, const char *name, const char *value, GError **error);
    /* All whose names begin so: name -> value (char *, both owned by the table). */
    bool (*settings)(Store *store, const char *prefix, GHashTable *values, GError **error);

    /* All of a kind, for what is carried out of the store whole, or into it. Each appends. */
    bool (*workspaces)(Store *store, GPtrArray *names /* of char *, the caller's */,
                       GError **error);
    bool (*teams)(Store *store, WorkspaceId workspace, GArray *ids /* of TeamId, by age */,
                  GError **error);
    bool (*readings)(Store *store, KrId kr,
                     GPtrArray *readings /* of Reading, oldest first; empty before */,
                     GError **error);
    bool (*history)(Store *store, SprintId sprint, GPtrArray *lines /* of StateLog, by age */,
                    GError **error);
    bool (*weeklies)(Store *store, TeamId team,
                     GPtrArray *checkins /* of Checkin, by time asked; empty before */,
                     GError **error);
    bool (*proposals)(Store *store, TeamId team,
                      GPtrArray *proposals /* of Proposal, by age; empty before */, GError **error);

    /* What closed sprints' retrospectives say of the words (every one of them, or its beginning),
     * best first; where there are no words, the last closed first. Appends Digest. */
    bool (*learnings)(Store *store, TeamId team, const char *words, int limit, GPtrArray *digests,
                      GError **error);
    /* The team's sprints that were opened from `from` on and before `until`, by age. Appends
     * SprintId. */
    bool (*opened)(Store *store, TeamId team, Instant from, Instant until, GArray *ids,
                   GError **error);
    /* Whose token has this hash; none: nobody's. */
    bool (*token_team)(Store *store, const char *hash, TeamId *id, GError **error);
    /* The reading that another system sent for this KR under its key; NULL: none. */
    bool (*reading_keyed)(Store *store, KrId kr, const char *key, Reading **reading,
                          GError **error);
    /* How many cards of that workspace have not ended, and since when the oldest of them waits;
     * where there is none, `oldest` is zero. */
    bool (*outbox_depth)(Store *store, WorkspaceId workspace, int64_t *cards, Instant *oldest,
                         GError **error);
} StoreOps;

/* Every implementation's first member. */
struct Store {
    const StoreOps *ops;
};

void store_close(Store *store); /* NULL is fine */
