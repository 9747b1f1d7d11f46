/* Charts are drawn by another program: it may be missing, end, or answer with rubbish, and the
 * daemon goes on without a picture. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bot/artist.h"
#include "bot/artist_frame.h"

#include <unistd.h>

/* A chart as a team's first day makes it. */
static Chart *chart_of_a_day(void)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    g_autoptr(Team) team = team_new();
    g_autoptr(Sprint) sprint = sprint_new();
    Kr *kr = kr_new();
    Policy policy = policy_default;

    team->zone = g_time_zone_ref(zone);
    team->working = WEEKDAYS_MON_FRI;
    sprint->number = 1;
    sprint->window = (Window){{2025, 7, 14}, {2025, 7, 28}};
    kr->number = 1;
    kr->metric = g_strdup("ICP meeting acceptance rate");
    kr->statement = g_strdup("Increase ICP meeting acceptance rate from 22% to 35%");
    kr->unit.kind = UNIT_PERCENT;
    kr->baseline.millionths = 22000000;
    kr->target.millionths = kr->target_high.millionths = 35000000;
    g_ptr_array_add(sprint->krs, sprint_kr_new(track_new(kr)));
    return chart_of_sprint(sprint, team, (Day){2025, 7, 16}, &policy);
}

static char *program(void)
{
    const char *anchord = getenv("ANCHORD");
    g_autofree char *folder = anchord != NULL ? g_path_get_dirname(anchord) : NULL;

    return folder != NULL ? g_build_filename(folder, "anchord-chart", NULL) : NULL;
}

static void test_pictures_come_one_after_another(void **state)
{
    g_autofree char *path = program();
    g_autoptr(Artist) artist = artist_new(path);
    g_autoptr(Chart) chart = chart_of_a_day();

    (void)state;
    if (path == NULL) {
        skip();
    }
    for (int i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) png = artist_draw(artist, chart, &error);

        assert_null(error);
        assert_non_null(png);
        assert_memory_equal(g_bytes_get_data(png, NULL), "\x89PNG", 4);
    }
}

static void test_a_picture_looks_as_it_is_asked_for(void **state)
{
    static const struct {
        ChartLook look;
        uint8_t width[4]; /* as a PNG says it */
    } cases[] = {
        {{.width = 1080}, {0, 0, 4, 56}},
        {{.width = 750, .dark = true}, {0, 0, 2, 238}},
        {{.width = -5}, {0, 0, 1, 104}}, /* never smaller than can be read */
        {{.width = 99999}, {0, 0, 8, 112}},
    };
    g_autofree char *path = program();
    g_autoptr(Chart) chart = chart_of_a_day();
    enum { WIDTH_AT = 16 };

    (void)state;
    if (path == NULL) {
        skip();
    }
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Artist) artist = artist_new(path);

        artist_look(artist, &cases[i].look);
        g_autoptr(GBytes) png = artist_draw(artist, chart, NULL);
        assert_non_null(png);
        assert_memory_equal((const uint8_t *)g_bytes_get_data(png, NULL) + WIDTH_AT, cases[i].width,
                            sizeof cases[i].width);
    }
}

static void test_whatever_the_other_program_does_is_survived(void **state)
{
    static const struct {
        const char *promise, *program;
    } cases[] = {
        {"there is none", "/nonexistent/anchord-chart"},
        {"it ends at once", "/bin/true"},
        {"it fails at once", "/bin/false"},
        {"it answers with what it was told", "/bin/cat"},
    };
    g_autoptr(Chart) chart = chart_of_a_day();

    (void)state;
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
        g_autoptr(Artist) artist = artist_new(cases[i / 2].program);

        if (i % 2 == 1) {
            artist_start(artist);
        }
        for (int again = 0; again < 2; again++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(GBytes) png = artist_draw(artist, chart, &error);

            if (png != NULL || error == NULL) {
                print_error("%s: taken for a picture\n", cases[i / 2].promise);
                fail();
            }
        }
    }
}

static void test_a_frame_is_whole_or_nothing(void **state)
{
    static const struct {
        const char *promise;
        const char *bytes;
        size_t len;
        bool whole;
    } cases[] = {
        {"an empty frame", "\0\0\0\0", 4, true},
        {"three bytes", "\3\0\0\0abc", 7, true},
        {"half a head", "\3\0", 2, false},
        {"fewer bytes than promised", "\3\0\0\0ab", 6, false},
        {"nothing", "", 0, false},
        {"more than anybody draws", "\xff\xff\xff\x7f", 4, false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int ends[2] = {-1, -1};

        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], cases[i].bytes, cases[i].len), (ssize_t)cases[i].len);
        close(ends[1]);
        g_autoptr(GBytes) frame = artist_read(ends[0], 1000);
        close(ends[0]);
        if ((frame != NULL) != cases[i].whole) {
            print_error("%s\n", cases[i].promise);
            fail();
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pictures_come_one_after_another),
        cmocka_unit_test(test_a_picture_looks_as_it_is_asked_for),
        cmocka_unit_test(test_whatever_the_other_program_does_is_survived),
        cmocka_unit_test(test_a_frame_is_whole_or_nothing),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
