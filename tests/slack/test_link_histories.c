/* Random histories of Socket Mode connections against a platform that does everything it may: hours
 * of storm, rain and calm, and after each event what must hold. */

#include "bot/slack/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "link_rig.h"

typedef enum Life { ASKED, DIALLED, UPGRADED, GREETED, ENDING, GONE } Life;

/* One connection as the platform sees it. */
typedef struct Peer {
    Life life;
    bool mute;        /* half open: says nothing any more */
    bool excused;     /* may be closed though nothing else is ready: the app was disabled */
    int64_t heard_ms; /* when it last said something */
    int64_t event_ms; /* its next own move */
    int64_t die_ms;   /* it closes by itself */
    int64_t lifetime_s;
    char *url;
} Peer;

/* Chances in a thousand. */
typedef struct Weather {
    int ask_fails, ask_refused, ask_hangs;
    int dial_fails, dial_hangs;
    int no_hello, early_disconnect;
    int mute, cut, disconnect; /* each half minute */
    int close_unanswered;
    int slow_ms;
} Weather;

static const Weather storm = {250, 30, 60, 200, 80, 80, 150, 20, 40, 80, 300, 12000};
static const Weather rain = {60, 2, 10, 50, 10, 10, 30, 5, 10, 30, 200, 3000};
static const Weather calm = {0, 0, 0, 0, 0, 0, 0, 0, 0, 15, 100, 900};

typedef struct World {
    Rig rig;
    GRand *rand;
    const Weather *weather;
    int wanted;
    GArray *peers; /* of Peer; epoch 1 is the first */
    GArray *opens; /* of int64_t */
    bool stopped;
    bool gapless; /* something must be ready at all times */
} World;

static bool chance(World *world, int per_mille)
{
    return g_rand_int_range(world->rand, 0, 1000) < per_mille;
}

static int64_t within(World *world, int64_t ms)
{
    return world->rig.now + 1 + g_rand_int_range(world->rand, 0, (gint32)ms);
}

static Peer *peer_of(const World *world, uint64_t epoch)
{
    assert_true(epoch >= 1 && epoch <= world->peers->len);
    return &g_array_index(world->peers, Peer, epoch - 1);
}

static int count_life(const World *world, Life least, Life most)
{
    int count = 0;

    for (guint i = 0; i < world->peers->len; i++) {
        Life life = g_array_index(world->peers, Peer, i).life;

        count += life >= least && life <= most;
    }
    return count;
}

/* What the link wants done --------------------------- */

static void on_ask(World *world, uint64_t epoch)
{
    Peer peer = {.life = ASKED, .event_ms = within(world, world->weather->slow_ms)};
    guint recent = 0;

    assert_false(world->stopped);
    assert_true(epoch == world->peers->len + 1); /* a new one each time */
    if (chance(world, world->weather->ask_hangs)) {
        peer.event_ms = NEVER;
    }
    g_array_append_val(world->peers, peer);
    g_array_append_val(world->opens, world->rig.now);
    for (guint i = 0; i < world->opens->len; i++) {
        recent += world->rig.now - g_array_index(world->opens, int64_t, i) <= MINUTE;
    }
    assert_true(recent <= 10);
}

static void on_connect(World *world, const LinkStep *step)
{
    Peer *peer = peer_of(world, step->epoch);

    assert_false(world->stopped);
    assert_int_equal(peer->life, ASKED);
    assert_non_null(peer->url); /* asked for and given, for this one, once */
    assert_string_equal(step->url, peer->url);
    peer->life = DIALLED;
    peer->event_ms =
        chance(world, world->weather->dial_hangs) ? NEVER : within(world, world->weather->slow_ms);
}

/* Nothing that serves is given up before something else serves. */
static void check_parting(const World *world, const Peer *peer)
{
    if (peer->life == GREETED && !world->stopped && !peer->excused &&
        world->rig.now - peer->heard_ms < 30 * SECOND) {
        assert_true(count_life(world, GREETED, GREETED) > 1);
    }
}

static void on_close(World *world, uint64_t epoch)
{
    Peer *peer = peer_of(world, epoch);

    assert_true(peer->life == UPGRADED || peer->life == GREETED || peer->life == DIALLED);
    check_parting(world, peer);
    peer->life = ENDING;
    peer->event_ms =
        peer->mute || chance(world, world->weather->close_unanswered) ? NEVER : within(world, 500);
}

static void on_drop(World *world, uint64_t epoch)
{
    Peer *peer = peer_of(world, epoch);

    assert_true(peer->life != GONE);
    check_parting(world, peer);
    assert_true(peer->life != GREETED || world->rig.now - peer->heard_ms >= 30 * SECOND);
    peer->life = GONE;
    peer->event_ms = NEVER;
}

static void on_ping(World *world, uint64_t epoch)
{
    Peer *peer = peer_of(world, epoch);

    assert_true(peer->life == UPGRADED || peer->life == GREETED);
    if (!peer->mute) {
        peer->heard_ms = world->rig.now;
        link_heard(world->rig.link, epoch, world->rig.now);
    }
}

static void check_books(const World *world)
{
    const Link *link = world->rig.link;
    int ready = count_life(world, GREETED, GREETED);

    assert_int_equal(link_ready(link), ready);
    assert_true((link_state(link) == LINK_READY) == (ready > 0));
    assert_true((link_any(link) != 0) == (ready > 0));
    assert_true(ready == 0 || peer_of(world, link_any(link))->life == GREETED);
    assert_true(count_life(world, ASKED, ENDING) <= MIN(world->wanted + 1, 10));
    assert_true(world->stopped || link_next_ms(link) < NEVER);
    assert_true(!world->gapless || ready > 0);
}

static void obey(World *world)
{
    for (guint i = 0; i < world->rig.steps->len; i++) {
        LinkStep step = g_array_index(world->rig.steps, LinkStep, i);

        switch (step.act) {
        case LINK_ASK_URL:
            on_ask(world, step.epoch);
            break;
        case LINK_CONNECT:
            on_connect(world, &step);
            break;
        case LINK_PING:
            on_ping(world, step.epoch);
            break;
        case LINK_CLOSE:
            on_close(world, step.epoch);
            break;
        case LINK_DROP:
            on_drop(world, step.epoch);
            break;
        }
    }
    g_array_set_size(world->rig.steps, 0);
    check_books(world);
}

/* What the platform does ----------------------------- */

static void told_to_go(World *world, uint64_t epoch)
{
    static const char *const reasons[] = {
        "warning",       "refresh_requested",   "warning",      "refresh_requested",
        "link_disabled", "too_many_websockets", "what_is_this", ""};
    gint32 count = world->weather == &calm ? 4 : (gint32)G_N_ELEMENTS(reasons);
    const char *reason = reasons[g_rand_int_range(world->rand, 0, count)];
    Peer *peer = peer_of(world, epoch);

    peer->excused = peer->excused || strcmp(reason, "link_disabled") == 0;
    link_disconnect(world->rig.link, epoch, reason, world->rig.now, world->rig.steps);
}

static void end(World *world, uint64_t epoch)
{
    Peer *peer = peer_of(world, epoch);

    peer->life = GONE;
    peer->event_ms = NEVER;
    link_closed(world->rig.link, epoch, world->rig.now, world->rig.steps);
}

static void move_asked(World *world, uint64_t epoch)
{
    Peer *peer = peer_of(world, epoch);
    bool refused = chance(world, world->weather->ask_refused);

    peer->event_ms = NEVER;
    if (refused || chance(world, world->weather->ask_fails)) {
        peer->life = GONE;
        link_url_failed(world->rig.link, epoch, refused, chance(world, 100) ? 7000 : -1,
                        world->rig.now, world->rig.steps);
        return;
    }
    peer->url = g_strdup_printf("wss://example.org/%d", (int)epoch);
    link_url(world->rig.link, epoch, peer->url, world->rig.now, world->rig.steps);
}

static void move_dialled(World *world, uint64_t epoch)
{
    Peer *peer = peer_of(world, epoch);

    if (chance(world, world->weather->dial_fails)) {
        end(world, epoch);
        return;
    }
    peer->life = UPGRADED;
    peer->heard_ms = world->rig.now;
    peer->event_ms =
        chance(world, world->weather->no_hello) ? NEVER : within(world, world->weather->slow_ms);
    link_opened(world->rig.link, epoch, world->rig.now, world->rig.steps);
}

static void move_upgraded(World *world, uint64_t epoch)
{
    Peer *peer = peer_of(world, epoch);

    peer->heard_ms = world->rig.now;
    peer->event_ms = within(world, 30 * SECOND);
    if (chance(world, world->weather->early_disconnect)) {
        told_to_go(world, epoch);
        return;
    }
    peer->life = GREETED;
    peer->lifetime_s = g_rand_int_range(world->rand, 200, 4000);
    peer->die_ms = world->rig.now + peer->lifetime_s * SECOND;
    link_hello(world->rig.link, epoch, peer->lifetime_s, count_life(world, UPGRADED, ENDING),
               world->rig.now, world->rig.steps);
}

/* A ready connection ages, is cut, falls silent, is told to go, or just talks. */
static void move_greeted(World *world, uint64_t epoch)
{
    Peer *peer = peer_of(world, epoch);

    if (world->rig.now >= peer->die_ms || chance(world, world->weather->cut)) {
        end(world, epoch);
        return;
    }
    int64_t next = within(world, MINUTE);

    peer->event_ms = MIN(next, peer->die_ms);
    if (chance(world, world->weather->mute)) {
        peer->mute = true;
        peer->event_ms = NEVER;
    } else if (chance(world, world->weather->disconnect)) {
        peer->heard_ms = world->rig.now;
        link_heard(world->rig.link, epoch, world->rig.now);
        peer->die_ms = MIN(peer->die_ms, world->rig.now + 10 * SECOND);
        peer->event_ms = peer->die_ms;
        told_to_go(world, epoch);
    }
}

static void move_ending(World *world, uint64_t epoch)
{
    end(world, epoch);
}

static void (*const moves[])(World *world, uint64_t epoch) = {
    [ASKED] = move_asked,     [DIALLED] = move_dialled, [UPGRADED] = move_upgraded,
    [GREETED] = move_greeted, [ENDING] = move_ending,
};

static void poke_a_dead_one(World *world)
{
    if (world->peers->len == 0) {
        return;
    }
    uint64_t epoch = 1 + (uint64_t)g_rand_int_range(world->rand, 0, (gint32)world->peers->len);
    int64_t next = link_next_ms(world->rig.link);
    LinkState state = link_state(world->rig.link);

    if (peer_of(world, epoch)->life != GONE) {
        return;
    }
    rig_say_all(&world->rig, epoch);
    assert_int_equal(world->rig.steps->len, 0);
    assert_true(link_next_ms(world->rig.link) == next);
    assert_int_equal(link_state(world->rig.link), state);
    assert_false(link_is_open(world->rig.link, epoch));
}

/* The next thing that happens, of the platform's or of the link's own; false: not before `end_ms`.
 */
static bool happen(World *world, int64_t end_ms)
{
    int64_t when = link_next_ms(world->rig.link);
    uint64_t who = 0;

    for (guint i = 0; i < world->peers->len; i++) {
        const Peer *peer = &g_array_index(world->peers, Peer, i);

        if (peer->life != GONE && peer->event_ms < when) {
            when = peer->event_ms;
            who = i + 1;
        }
    }
    if (when > end_ms) {
        world->rig.now = end_ms;
        return false;
    }
    world->rig.now = MAX(when, world->rig.now);
    if (who != 0) {
        moves[peer_of(world, who)->life](world, who);
    }
    /* Ticks come late and for nothing, too; those that are due come at once. */
    if (who == 0 || chance(world, 200) || link_next_ms(world->rig.link) <= world->rig.now) {
        obey(world);
        link_tick(world->rig.link, world->rig.now, world->rig.steps);
        assert_true(link_next_ms(world->rig.link) > world->rig.now);
    }
    obey(world);
    if (chance(world, 50)) {
        poke_a_dead_one(world);
    }
    return true;
}

static void let_pass(World *world, const Weather *weather, int64_t ms)
{
    int64_t end_ms = world->rig.now + ms;

    world->weather = weather;
    while (happen(world, end_ms)) {
    }
}

static void clear_peer(gpointer data)
{
    Peer *peer = data;

    g_free(peer->url);
}

static void stop_world(World *world)
{
    world->gapless = false;
    world->stopped = true;
    link_stop(world->rig.link, world->rig.now, world->rig.steps);
    obey(world);
    let_pass(world, &calm, 10 * SECOND);
    assert_int_equal(count_life(world, ASKED, ENDING), 0);
    assert_true(link_next_ms(world->rig.link) == NEVER);
}

static void live_through(int wanted, uint32_t seed)
{
    World world = {.rig = rig_new(wanted, seed),
                   .rand = g_rand_new_with_seed(seed ^ 0x5eed),
                   .weather = &storm,
                   .wanted = wanted,
                   .peers = g_array_new(FALSE, TRUE, sizeof(Peer)),
                   .opens = g_array_new(FALSE, TRUE, sizeof(int64_t))};

    g_array_set_clear_func(world.peers, clear_peer);
    link_start(world.rig.link, world.rig.now, world.rig.steps);
    obey(&world);
    let_pass(&world, &storm, 40 * MINUTE);
    let_pass(&world, &rain, 20 * MINUTE);
    let_pass(&world, &storm, 10 * MINUTE);
    let_pass(&world, &calm, 15 * MINUTE); /* the longest hold, and what was half open */
    assert_true(count_life(&world, GREETED, GREETED) >= MAX(wanted - 2, 1));
    world.gapless = true;
    let_pass(&world, &calm, HOUR);
    assert_true(count_life(&world, GREETED, GREETED) >= MAX(wanted - 2, 1));
    stop_world(&world);
    g_array_unref(world.peers);
    g_array_unref(world.opens);
    g_rand_free(world.rand);
    rig_clear(&world.rig);
}

static void test_random_histories(void **state)
{
    (void)state;
    for (int wanted = 1; wanted <= 10; wanted++) {
        for (uint32_t seed = 0; seed < 12; seed++) {
            live_through(wanted, seed * 101 + (uint32_t)wanted);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_histories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
