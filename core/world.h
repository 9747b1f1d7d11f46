#pragma once

/* What is loaded while a turn is taken: teams and sprints by id, and what else a turn asked for.
 * The engine fills it from the store and owns it; the core reads it, and changes what it finds
 * there only by way of a turn. */

#include "core/sprint.h"
#include "core/team.h"

/* What is kept of a closed sprint for lists, and for the next opening. */
typedef struct Digest {
    SprintId id;
    int32_t number;
    char *objective, *trigger, *anchor_statement, *situation;
    KrId anchor;
    Window window;
    Day closed; /* in UTC: the team's own date may be one off */
    bool ended_early;
    Moved moved;
    char *movement; /* "+$2.9M, 33% of the gap"; NULL when the anchor was not given */
    char *learned;
    TacticalChange change;
    GPtrArray *actions; /* of Action; NULL when there are none */
} Digest;

void digest_free(Digest *digest);

/* A form being filled in: its values as a text form, and where the conversation stands. */
typedef struct Draft {
    DraftId id;
    WorkspaceId workspace;
    char *channel, *member;
    char *form;    /* the form's name: "sprint open" */
    char *values;  /* as a text form: what is printed can be read back */
    char *thread;  /* where the conversation goes on, by the platform's id; NULL: anywhere there */
    char *field;   /* the field that is asked for; "" at the summary; NULL when it rests */
    int32_t entry; /* which of the field's entries, from 0 */
    bool full;     /* begun empty: optional fields are asked for too */
    Instant updated;
} Draft;

Draft *draft_new(void);
void draft_free(Draft *draft);

typedef enum NeedKind {
    NEED_TEAM_NAMED, /* text: a team's name, in this workspace */
    NEED_TEAM,       /* id: a team */
    NEED_SPRINT,     /* id: a sprint's number, in this workspace: closed ones too */
    NEED_DIGESTS,    /* id: a team: its closed sprints, newest first */
    NEED_MEMBER,     /* text: somebody's id: every team they are in, in this workspace */
    NEED_NUMBER,     /* the number that the workspace's next sprint will have */
    NEED_DRAFT,      /* this member's draft in this channel */
    NEED_LEARNINGS,  /* id: a team; text: words: what its retrospectives say of them */
    NEED_OPENED,     /* id: a team; text: "2025-06-02 2025-08-31": its sprints that were opened on
                        these days (of the team's zone), closed ones too */
    NEED_TOKEN,      /* text: the hash of a token: whose it is, that team, and the token */
    NEED_KEYED,      /* id: a KR; text: a caller's key: the reading that it brought */
    NEED_SECRET,     /* a fresh secret, which nobody can guess */
} NeedKind;

typedef struct World World;

World *world_new(void);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)
void world_clear(World *world); /* forgets everything */
/* About how many small things (readings, answers, members …) came with the teams and sprints that
 * were added. */
size_t world_weight(const World *world);

Team *world_team(const World *world, TeamId id);
Team *world_team_in(const World *world, WorkspaceId workspace, const char *channel);
/* By name, without case; the name must have been asked for (turn.h, needs) or the team be loaded
 * anyway. */
Team *world_team_named(const World *world, WorkspaceId workspace, const char *name);
/* The teams that the member is in now, of those that are loaded (turn.h, needs: the member), by id.
 * Appends Team. */
void world_teams_of(const World *world, WorkspaceId workspace, const char *member,
                    GPtrArray *teams);
Sprint *world_sprint(const World *world, SprintId id);
/* By number; of loaded sprints. */
Sprint *world_sprint_numbered(const World *world, WorkspaceId workspace, int32_t number);

/* Has any of their teams, of those that are loaded, nudged them on what is today for that team? */
bool world_nudged(const World *world, WorkspaceId workspace, const char *member, Instant now);
/* The team lives in another channel now. */
void world_move_team(World *world, Team *team, const char *channel);
/* Takes the team / sprint; replaces nothing: asserts that it is not there yet. A sprint not closed
 * is also listed in the owners that are loaded. */
void world_add_team(World *world, Team *take_team);
void world_add_sprint(World *world, Sprint *take_sprint);
/* A closed sprint leaves its owners' lists (it stays loaded until the world is cleared). */
void world_unlist_sprint(World *world, Sprint *sprint);

/* Drafts: a member has at most one in a channel. */
Draft *world_draft(const World *world, WorkspaceId workspace, const char *channel,
                   const char *member);
Draft *world_draft_of(const World *world, DraftId id);
void world_put_draft(World *world,
                     Draft *take_draft); /* replaces that member's draft in that channel */
void world_drop_draft(World *world, Draft *draft);

/* What was asked for beyond that, and whether the store has been asked: the engine marks each need
 * once it has looked, found or not, and forgets the marks and the digests when the event is done.
 */
bool world_knows(const World *world, NeedKind kind, const char *text, int64_t id);
void world_mark(World *world, NeedKind kind, const char *text, int64_t id);
void world_put_digests(World *world, TeamId team, GPtrArray *take_digests);
const GPtrArray *world_digests(const World *world,
                               TeamId team); /* NULL when they were not asked for */
/* What a search found, best first: of Digest. NULL when it was not asked for. */
void world_put_learnings(World *world, TeamId team, const char *words, GPtrArray *take_digests);
const GPtrArray *world_learnings(const World *world, TeamId team, const char *words);
/* Of SprintId, by age; the sprints are loaded. NULL when they were not asked for. */
void world_put_opened(World *world, TeamId team, const char *days, GArray *take_sprints);
const GArray *world_opened(const World *world, TeamId team, const char *days);
/* Whose token has this hash, revoked or not; none: nobody's. The team is loaded. */
void world_put_token(World *world, const char *hash, TeamId team);
TeamId world_token(const World *world, const char *hash);
/* The reading that came with this key for this KR, from another system; NULL: none did. */
void world_put_keyed(World *world, KrId kr, const char *key, Reading *take_reading);
const Reading *world_keyed(const World *world, KrId kr, const char *key);
/* 64 hexadecimal digits; NULL until it was asked for. */
void world_put_secret(World *world, char *take_secret);
const char *world_secret(const World *world);
void world_forget_marks(World *world);
