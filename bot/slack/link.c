#include "bot/slack/link.h"

#include <string.h>

/* A slot is a place that wants one serving connection. Its old connection, the replacement that is
 * being made and those that are closing are connections of the same slot; which of them serves is
 * read off them, never kept beside them. Every event ends in advance(), the only place that opens
 * anything. */

#define NEVER  INT64_MAX
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

#define PING_EVERY       (10 * SECOND)
#define DRAIN_MOST       (30 * SECOND) /* a replaced connection is read for so long */
#define STABLE_AFTER     MINUTE        /* since its hello; then failures are forgotten */
#define BACKOFF_FIRST    SECOND
#define BACKOFF_MOST     MINUTE
#define RETRY_AFTER_MOST HOUR
#define RENEW_BEFORE     MINUTE /* of the lifetime that Slack named */
#define RENEW_LEAST      (30 * SECOND)
#define LIFETIME_MOST_S  (INT64_C(7) * 24 * 3600)
#define OPENS_MOST       10 /* in each OPENS_WINDOW */
#define OPENS_WINDOW     MINUTE

typedef enum Phase {
    FREE,
    ASKING,     /* for a URL */
    CONNECTING, /* TCP, TLS and the upgrade */
    GREETING,   /* upgraded; hello is to come */
    READY,
    CLOSING, /* the close frame is on its way */
} Phase;

/* How long a phase may last; READY: since something was heard. */
static const int64_t phase_limit_ms[] = {
    [ASKING] = 30 * SECOND, [CONNECTING] = 10 * SECOND, [GREETING] = 10 * SECOND,
    [READY] = 30 * SECOND,  [CLOSING] = 3 * SECOND,
};

typedef enum Leaving {
    STAYS,
    AGED, /* we replace it of our own accord */
    TOLD, /* Slack is going to close it */
} Leaving;

typedef struct Conn {
    Phase phase;
    uint64_t epoch;
    int slot;
    Leaving leaving;
    bool replaced;    /* another one of its slot is ready */
    int64_t since_ms; /* the phase began */
    int64_t heard_ms;
    int64_t ping_ms;  /* the next one; from GREETING on */
    int64_t renew_ms; /* it has its age then; NEVER */
    int64_t drain_ms; /* once replaced: read until then */
} Conn;

typedef struct Slot {
    int64_t at_ms; /* no attempt before */
    int failures;  /* in a row, for the backoff */
} Slot;

struct Link {
    int wanted;
    bool running, stopped;
    bool tried; /* something was ever ready, or failed */
    GRand *rand;
    char *url;
    uint64_t epoch; /* the last one given */
    Conn conns[LINK_SLOTS_MAX];
    Slot slots[LINK_SLOTS_MAX];
    LinkState trouble; /* that concerns the app as a whole; LINK_STARTING: none */
    uint64_t
        trouble_epoch; /* the last one given when it began: earlier ones tell nothing new of it */
    int trouble_again;
    int64_t hold_ms;           /* no attempt of any slot before */
    int64_t opens[OPENS_MOST]; /* when the last ones were, a ring */
    int opens_next;            /* the oldest of them */
    int foreign;
    int64_t advanced_ms; /* the "now" of the last advance() */
};

Link *link_new(int wanted, uint32_t seed)
{
    Link *link = g_new0(Link, 1);

    link->wanted = CLAMP(wanted, 1, LINK_SLOTS_MAX);
    link->rand = g_rand_new_with_seed(seed);
    for (int i = 0; i < OPENS_MOST; i++) {
        link->opens[i] = INT64_MIN / 2;
    }
    link->advanced_ms = INT64_MIN / 2;
    return link;
}

void link_free(Link *link)
{
    if (link == NULL) {
        return;
    }
    g_rand_free(link->rand);
    g_free(link->url);
    g_free(link);
}

#define CONNS_END(link) ((link)->conns + LINK_SLOTS_MAX)

/* Connections --------------------------------------------------------------------------------- */

static bool conn_exists(const Conn *conn)
{
    return conn->phase != FREE;
}

static bool conn_trying(const Conn *conn)
{
    return conn->phase == ASKING || conn->phase == CONNECTING || conn->phase == GREETING;
}

static bool conn_serving(const Conn *conn)
{
    return conn->phase == READY && !conn->replaced && conn->leaving == STAYS;
}

static bool conn_upgraded(const Conn *conn)
{
    return conn->phase == GREETING || conn->phase == READY;
}

static Conn *conn_of(Link *link, uint64_t epoch)
{
    for (Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn->phase != FREE && conn->epoch == epoch) {
            return conn;
        }
    }
    return NULL;
}

static int count_conns(const Link *link, bool (*which)(const Conn *conn))
{
    int count = 0;

    for (const Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        count += which(conn);
    }
    return count;
}

static Slot *slot_of(Link *link, const Conn *conn)
{
    return &link->slots[conn->slot];
}

static void step(GArray *steps, LinkDo act, uint64_t epoch, const char *url)
{
    LinkStep one = {.act = act, .epoch = epoch, .url = url};

    g_array_append_val(steps, one);
}

static void enter(Conn *conn, Phase phase, int64_t now)
{
    conn->phase = phase;
    conn->since_ms = now;
    conn->heard_ms = now;
}

static void forget(Conn *conn)
{
    *conn = (Conn){.phase = FREE};
}

static void conn_close(Conn *conn, int64_t now, GArray *steps)
{
    step(steps, LINK_CLOSE, conn->epoch, NULL);
    enter(conn, CLOSING, now);
}

static void conn_drop(Conn *conn, GArray *steps)
{
    step(steps, LINK_DROP, conn->epoch, NULL);
    forget(conn);
}

/* Waiting ------------------------------------------------------------------------------------- */

static int64_t jitter(Link *link, int64_t most_ms)
{
    return most_ms <= 0 ? 0 : g_rand_int_range(link->rand, 0, (gint32)most_ms + 1);
}

/* Full jitter: anything from nothing to 1 s, 2 s, 4 s … 60 s. */
static void slot_back_off(Link *link, Slot *slot, int64_t now)
{
    int64_t most = MIN(BACKOFF_FIRST << MIN(slot->failures, 6), BACKOFF_MOST);

    slot->at_ms = now + jitter(link, most);
    slot->failures = MIN(slot->failures + 1, 6);
}

/* Only a connection that has stood for a while is a reason to forget failures. */
static bool slot_settle(Link *link, const Conn *conn, int64_t now)
{
    bool stable = conn_serving(conn) && now - conn->since_ms >= STABLE_AFTER;

    if (stable) {
        slot_of(link, conn)->failures = 0;
    }
    return stable;
}

/* Slots that wait come one after the other, each with a jitter of its own. */
static void stagger(Link *link, int64_t now)
{
    for (int i = 0; i < link->wanted; i++) {
        int64_t later = now + i * SECOND + (i > 0 ? jitter(link, SECOND) : 0);

        link->slots[i].at_ms = MAX(link->slots[i].at_ms, later);
    }
}

/* Trouble of the whole app -------------------------------------------------------------------- */

static const struct {
    int64_t first_ms, most_ms; /* doubled each time it is found again */
} holds[] = {
    [LINK_REFUSED] = {5 * MINUTE, 5 * MINUTE},
    [LINK_DISABLED] = {MINUTE, 5 * MINUTE},
    [LINK_CROWDED] = {30 * SECOND, 30 * SECOND},
};

/* Did `conn` begin after the trouble was known, so that how it ends says something new? */
static bool tells_news(const Link *link, const Conn *conn)
{
    return conn->epoch > link->trouble_epoch;
}

static void hold_for(Link *link, int64_t ms, int64_t now)
{
    int64_t until = now + ms + jitter(link, ms / 10);

    link->hold_ms = MAX(link->hold_ms, until);
}

static void trouble(Link *link, LinkState what, const Conn *conn, int64_t now)
{
    if (link->trouble == what && !tells_news(link, conn)) {
        return;
    }
    link->trouble_again = link->trouble == what ? MIN(link->trouble_again + 1, 6) : 0;
    link->trouble = what;
    link->trouble_epoch = link->epoch;
    hold_for(link, MIN(holds[what].first_ms << link->trouble_again, holds[what].most_ms), now);
}

/* Those that waited for it do not all go at once. */
static void relieve(Link *link, int64_t now)
{
    if (link->trouble != LINK_STARTING) {
        link->trouble = LINK_STARTING;
        stagger(link, MAX(now, link->hold_ms));
    }
}

/* An attempt failed for another reason than the one that is known: a probe of a refused token or a
 * disabled app is not repeated sooner for that; a crowd may well be gone. */
static void trouble_remains(Link *link, const Conn *conn, int64_t now)
{
    if (link->trouble == LINK_STARTING || !tells_news(link, conn)) {
        return;
    }
    if (link->trouble == LINK_CROWDED) {
        link->trouble = LINK_STARTING;
    } else {
        trouble(link, link->trouble, conn, now);
    }
}

/* Ends ---------------------------------------------------------------------------------------- */

/* A replacement that did not last gives its place back to the one that is still read. */
static void restore_others(Link *link, const Conn *gone)
{
    for (Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn != gone && conn->slot == gone->slot) {
            conn->replaced = false;
        }
    }
}

/* What it means for its slot that `conn` is over, or about to be. */
static void bereave(Link *link, const Conn *conn, int64_t now)
{
    if (conn->phase == READY && !conn->replaced) {
        restore_others(link, conn);
    }
    if (conn_trying(conn)) {
        trouble_remains(link, conn, now);
    } else if (!conn_serving(conn)) {
        return; /* it was to go anyway */
    }
    slot_settle(link, conn, now);
    slot_back_off(link, slot_of(link, conn), now);
    link->tried = true;
}

static void part(Link *link, Conn *conn, int64_t now, GArray *steps)
{
    bereave(link, conn, now);
    conn_close(conn, now, steps);
}

/* It overstayed its phase. A silent peer answers no close frame: only one that never said hello
 * may. */
static void expire(Link *link, Conn *conn, int64_t now, GArray *steps)
{
    if (conn->phase == GREETING) {
        part(link, conn, now, steps);
        return;
    }
    bereave(link, conn, now);
    conn_drop(conn, steps);
}

/* The connection stays in use until its replacement is ready. */
static void leave(Link *link, Conn *conn, Leaving why, bool routine, int64_t now)
{
    bool first = conn_serving(conn);
    bool stable = slot_settle(link, conn, now);

    conn->leaving = MAX(conn->leaving, why);
    if (!first) {
        return;
    }
    if (stable && routine) {
        slot_of(link, conn)->at_ms = now;
    } else {
        slot_back_off(link, slot_of(link, conn), now);
    }
}

/* Where Slack closes the old one itself it is read until then; nobody else ends what merely aged.
 */
static void replace_others(Link *link, const Conn *fresh, int64_t now, GArray *steps)
{
    for (Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn == fresh || conn->slot != fresh->slot || conn->phase != READY || conn->replaced) {
            continue;
        }
        conn->replaced = true;
        conn->drain_ms = now + DRAIN_MOST;
        if (conn->leaving != TOLD) {
            conn_close(conn, now, steps);
        }
    }
}

static void close_surplus(Link *link, int64_t now, GArray *steps)
{
    for (Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn->phase == READY && conn->replaced) {
            conn_close(conn, now, steps);
        }
    }
}

/* Opening ------------------------------------------------------------------------------------- */

static bool slot_needs(const Link *link, int slot)
{
    for (const Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn->slot == slot && (conn_serving(conn) || conn_trying(conn))) {
            return false;
        }
    }
    return true;
}

/* The first millisecond at which that slot may open one; NEVER while something else has to happen.
 */
static int64_t slot_when(const Link *link, int slot)
{
    int64_t bucket = link->opens[link->opens_next] + OPENS_WINDOW + 1;

    if (!slot_needs(link, slot)) {
        return NEVER;
    }
    if (link->trouble != LINK_STARTING && count_conns(link, conn_trying) > 0) {
        return NEVER; /* one that probes is enough */
    }
    return MAX(MAX(link->slots[slot].at_ms, link->hold_ms), bucket);
}

/* Of those that may, the one that has waited longest; -1: none. */
static int slot_due(const Link *link, int64_t now)
{
    int due = -1;

    for (int i = 0; i < link->wanted; i++) {
        if (slot_when(link, i) <= now &&
            (due < 0 || link->slots[i].at_ms < link->slots[due].at_ms)) {
            due = i;
        }
    }
    return due;
}

static bool conn_ready(const Conn *conn)
{
    return conn->phase == READY;
}

static bool conn_closing(const Conn *conn)
{
    return conn->phase == CLOSING;
}

static int room(const Link *link)
{
    return MIN(link->wanted + 1, LINK_SLOTS_MAX) - count_conns(link, conn_exists);
}

/* The one to give up so that `slot` can open another. With all ten wanted there is no room for a
 * replacement beside the old one: it goes first, while the nine others are ready. */
static Conn *expendable(Link *link, int slot)
{
    bool tight = link->wanted == LINK_SLOTS_MAX && count_conns(link, conn_ready) == link->wanted;
    Conn *found = NULL;

    for (Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn->phase == READY && (conn->replaced || (tight && conn->slot == slot)) &&
            (found == NULL || conn->replaced)) {
            found = conn;
        }
    }
    return found;
}

static void make_room(Link *link, int slot, int64_t now, GArray *steps)
{
    Conn *conn = count_conns(link, conn_closing) > 0 ? NULL : expendable(link, slot);

    if (conn != NULL) {
        conn_close(conn, now, steps);
    }
}

static void open_one(Link *link, int slot, int64_t now, GArray *steps)
{
    Conn *conn = link->conns;

    while (conn->phase != FREE) {
        conn++; /* there is one: room() said so */
    }
    *conn = (Conn){.epoch = ++link->epoch, .slot = slot, .renew_ms = NEVER};
    enter(conn, ASKING, now);
    link->opens[link->opens_next] = now;
    link->opens_next = (link->opens_next + 1) % OPENS_MOST;
    step(steps, LINK_ASK_URL, conn->epoch, NULL);
}

static void advance(Link *link, int64_t now, GArray *steps)
{
    int slot = -1;

    link->advanced_ms = now;
    while (link->running && (slot = slot_due(link, now)) >= 0) {
        if (room(link) <= 0) {
            make_room(link, slot, now, steps);
            return;
        }
        open_one(link, slot, now, steps);
    }
}

/* What happens -------------------------------------------------------------------------------- */

void link_start(Link *link, int64_t now_ms, GArray *steps)
{
    if (link->running || link->stopped) {
        return;
    }
    link->running = true;
    link->hold_ms = now_ms;
    for (int i = 0; i < link->wanted; i++) {
        link->slots[i].at_ms = now_ms;
    }
    stagger(link, now_ms);
    advance(link, now_ms, steps);
}

void link_url(Link *link, uint64_t epoch, const char *url, int64_t now_ms, GArray *steps)
{
    Conn *conn = conn_of(link, epoch);

    if (conn == NULL || conn->phase != ASKING) {
        return;
    }
    if (url == NULL || url[0] == '\0') {
        link_url_failed(link, epoch, false, -1, now_ms, steps);
        return;
    }
    if (link->trouble == LINK_REFUSED && tells_news(link, conn)) {
        relieve(link, now_ms);
    }
    g_free(link->url);
    link->url = g_strdup(url);
    enter(conn, CONNECTING, now_ms);
    step(steps, LINK_CONNECT, epoch, link->url);
    advance(link, now_ms, steps);
}

void link_url_failed(Link *link, uint64_t epoch, bool refused, int64_t retry_after_ms,
                     int64_t now_ms, GArray *steps)
{
    Conn *conn = conn_of(link, epoch);

    if (conn == NULL || conn->phase != ASKING) {
        return;
    }
    if (refused) {
        trouble(link, LINK_REFUSED, conn, now_ms);
    }
    if (retry_after_ms > 0) {
        hold_for(link, MIN(retry_after_ms, RETRY_AFTER_MOST), now_ms);
    }
    bereave(link, conn, now_ms);
    forget(conn);
    advance(link, now_ms, steps);
}

void link_opened(Link *link, uint64_t epoch, int64_t now_ms, GArray *steps)
{
    Conn *conn = conn_of(link, epoch);

    if (conn == NULL || conn->phase != CONNECTING) {
        return;
    }
    enter(conn, GREETING, now_ms);
    conn->ping_ms = now_ms + PING_EVERY;
    advance(link, now_ms, steps);
}

static bool conn_counts(const Conn *conn)
{
    return conn->phase != FREE && conn->phase != ASKING;
}

static void count_foreign(Link *link, int num_connections)
{
    if (num_connections > 0) {
        link->foreign = MAX(num_connections - count_conns(link, conn_counts), 0);
    }
}

/* A little before its time, so that those that began together do not go together. */
static int64_t renew_at(Link *link, int64_t lifetime_s, int64_t now)
{
    int64_t age = MIN(lifetime_s, LIFETIME_MOST_S) * SECOND - RENEW_BEFORE;

    if (lifetime_s <= 0) {
        return NEVER;
    }
    age -= jitter(link, age / 10);
    return now + MAX(age, RENEW_LEAST);
}

void link_hello(Link *link, uint64_t epoch, int64_t lifetime_s, int num_connections, int64_t now_ms,
                GArray *steps)
{
    Conn *conn = conn_of(link, epoch);

    if (conn == NULL || (conn->phase != CONNECTING && conn->phase != GREETING)) {
        return;
    }
    enter(conn, READY, now_ms);
    conn->ping_ms = now_ms + PING_EVERY;
    conn->renew_ms = renew_at(link, lifetime_s, now_ms);
    link->tried = true;
    count_foreign(link, num_connections);
    relieve(link, now_ms);
    replace_others(link, conn, now_ms, steps);
    advance(link, now_ms, steps);
}

void link_heard(Link *link, uint64_t epoch, int64_t now_ms)
{
    Conn *conn = conn_of(link, epoch);

    if (conn != NULL) {
        conn->heard_ms = now_ms;
    }
}

/* Disconnect ---------------------------------------------------------------------------------- */

static void leave_or_part(Link *link, Conn *conn, bool routine, int64_t now, GArray *steps)
{
    if (conn->phase == READY) {
        leave(link, conn, TOLD, routine, now);
    } else {
        part(link, conn, now, steps);
    }
}

static void on_refresh(Link *link, Conn *conn, int64_t now, GArray *steps)
{
    leave_or_part(link, conn, true, now, steps);
}

static void on_unknown(Link *link, Conn *conn, int64_t now, GArray *steps)
{
    leave_or_part(link, conn, false, now, steps);
}

static void on_disabled(Link *link, Conn *conn, int64_t now, GArray *steps)
{
    trouble(link, LINK_DISABLED, conn, now);
    part(link, conn, now, steps);
}

/* The only one that serves is better than none, for as long as Slack lets it. */
static void on_crowded(Link *link, Conn *conn, int64_t now, GArray *steps)
{
    trouble(link, LINK_CROWDED, conn, now);
    if (conn->phase == READY && count_conns(link, conn_ready) == 1) {
        leave(link, conn, TOLD, false, now);
    } else {
        part(link, conn, now, steps);
    }
    close_surplus(link, now, steps);
}

static const struct {
    const char *reason;
    void (*run)(Link *link, Conn *conn, int64_t now, GArray *steps);
} reasons[] = {
    {"warning", on_refresh},
    {"refresh_requested", on_refresh},
    {"link_disabled", on_disabled},
    {"too_many_websockets", on_crowded},
    {NULL, on_unknown}, /* any other */
};

void link_disconnect(Link *link, uint64_t epoch, const char *reason, int64_t now_ms, GArray *steps)
{
    Conn *conn = conn_of(link, epoch);
    size_t i = 0;

    if (conn == NULL || conn->phase == ASKING || conn->phase == CLOSING) {
        return;
    }
    while (reasons[i].reason != NULL && g_strcmp0(reasons[i].reason, reason) != 0) {
        i++;
    }
    reasons[i].run(link, conn, now_ms, steps);
    advance(link, now_ms, steps);
}

void link_closed(Link *link, uint64_t epoch, int64_t now_ms, GArray *steps)
{
    Conn *conn = conn_of(link, epoch);

    if (conn == NULL || conn->phase == ASKING) {
        return;
    }
    bereave(link, conn, now_ms);
    forget(conn);
    advance(link, now_ms, steps);
}

/* Time ---------------------------------------------------------------------------------------- */

static int64_t conn_deadline(const Conn *conn)
{
    int64_t since = conn->phase == READY ? conn->heard_ms : conn->since_ms;

    return since + phase_limit_ms[conn->phase];
}

/* When a ready connection is to be replaced, or to be read no longer. */
static int64_t conn_turns(const Conn *conn)
{
    if (conn->phase != READY) {
        return NEVER;
    }
    if (conn->replaced) {
        return conn->drain_ms;
    }
    return conn->leaving == STAYS ? conn->renew_ms : NEVER;
}

static void turn(Link *link, Conn *conn, int64_t now, GArray *steps)
{
    if (conn->replaced) {
        conn_close(conn, now, steps);
    } else {
        leave(link, conn, AGED, true, now);
    }
}

static void conn_tick(Link *link, Conn *conn, int64_t now, GArray *steps)
{
    if (conn_deadline(conn) <= now) {
        expire(link, conn, now, steps);
        return;
    }
    slot_settle(link, conn, now);
    if (conn_turns(conn) <= now) {
        turn(link, conn, now, steps);
    }
    if (conn_upgraded(conn) && conn->ping_ms <= now) {
        conn->ping_ms = now + PING_EVERY;
        step(steps, LINK_PING, conn->epoch, NULL);
    }
}

void link_tick(Link *link, int64_t now_ms, GArray *steps)
{
    for (Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn_exists(conn)) {
            conn_tick(link, conn, now_ms, steps);
        }
    }
    advance(link, now_ms, steps);
}

static int64_t conn_next(const Conn *conn)
{
    if (conn->phase == FREE) {
        return NEVER;
    }
    int64_t next = MIN(conn_deadline(conn), conn_turns(conn));

    return conn_upgraded(conn) ? MIN(next, conn->ping_ms) : next;
}

/* What was due at the last advance() and not opened waits for room, that is for an event. */
static int64_t slot_next(const Link *link, int slot)
{
    int64_t when = slot_when(link, slot);

    return when > link->advanced_ms ? when : NEVER;
}

int64_t link_next_ms(const Link *link)
{
    int64_t next = NEVER;

    for (const Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        next = MIN(next, conn_next(conn));
    }
    for (int i = 0; link->running && i < link->wanted; i++) {
        next = MIN(next, slot_next(link, i));
    }
    return next;
}

void link_stop(Link *link, int64_t now_ms, GArray *steps)
{
    link->running = false;
    link->stopped = true;
    for (Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn_upgraded(conn)) {
            conn_close(conn, now_ms, steps);
        } else if (conn_trying(conn)) {
            conn_drop(conn, steps);
        }
    }
}

/* How it stands ------------------------------------------------------------------------------- */

LinkState link_state(const Link *link)
{
    if (link_ready(link) > 0) {
        return LINK_READY;
    }
    if (link->trouble != LINK_STARTING) {
        return link->trouble;
    }
    return link->tried ? LINK_BROKEN : LINK_STARTING;
}

int link_ready(const Link *link)
{
    return count_conns(link, conn_ready);
}

int link_foreign(const Link *link)
{
    return link->foreign;
}

bool link_is_open(const Link *link, uint64_t epoch)
{
    for (const Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn->phase == READY && conn->epoch == epoch) {
            return true;
        }
    }
    return false;
}

uint64_t link_any(const Link *link)
{
    const Conn *best = NULL;

    for (const Conn *conn = link->conns; conn < CONNS_END(link); conn++) {
        if (conn->phase == READY && (best == NULL || (best->replaced && !conn->replaced))) {
            best = conn;
        }
    }
    return best != NULL ? best->epoch : 0;
}
