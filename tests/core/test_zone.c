#include "core/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_names_are_exact_and_have_a_place_in_them(void **state)
{
    static const char *const known[] = {
        "UTC",
        "Europe/Berlin",
        "America/Argentina/Buenos_Aires",
        "America/Port-au-Prince",
        "Asia/Kolkata",
        "Asia/Calcutta",
        "Australia/Lord_Howe",
        "Etc/UTC",
        "America/St_Johns",
    };
    static const char *const refused[] = {
        "",
        " ",
        "Berlin",
        "europe/berlin",
        "EUROPE/BERLIN",
        "Europe/Berlin ",
        " Europe/Berlin",
        "Europe/Berlin/",
        "/Europe/Berlin",
        "Europe//Berlin",
        "Europe/",
        "Europe",
        "America/Argentina",
        "Europe/Atlantis",
        "+02:00",
        "-05:00",
        "+2",
        "Z",
        "UTC+2",
        "GMT",
        "CET",
        "EST",
        "EST5EDT",
        "EST-5",
        "Etc/GMT+5",
        "Etc/GMT-14",
        "<+03>-3",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "../../etc/passwd",
        "Europe/../Europe/Berlin",
        "Europe/../../../../etc/hostname",
        "/etc/localtime",
        "/usr/share/zoneinfo/Europe/Berlin",
        "./Europe/Berlin",
        ":Europe/Berlin",
        "posix/Europe/Berlin",
        "right/Europe/Berlin",
        "Europe/Berlin\nx",
        "Europe\\Berlin",
        "Europe/Bërlin",
        "zone.tab",
        "=1+1",
        "🌍/🌍",
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autoptr(GTimeZone) zone = zone_open(known[i]);
        if (zone == NULL) {
            fail_msg("%s is a zone", known[i]);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GTimeZone) zone = zone_open(refused[i]);
        if (zone != NULL) {
            fail_msg("\"%s\" is no zone by name", refused[i]);
        }
    }
}

static void test_a_name_of_any_length_may_be_asked(void **state)
{
    g_autofree char *letters = g_strnfill(8000, 'A');
    g_autofree char *slashes = g_strnfill(8000, '/');
    g_autofree char *place = g_strconcat("Europe/", letters, NULL);
    const char *const names[] = {letters, slashes, place};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_auto(GStrv) suggested = zone_suggest(names[i], 3);

        assert_null(zone_open(names[i]));
        assert_int_equal(g_strv_length(suggested), 0);
    }
}

static void test_what_may_have_been_meant(void **state)
{
    static const struct {
        const char *typed, *first, *second; /* NULL: nothing, or whatever */
    } cases[] = {
        {"berlin", "Europe/Berlin", NULL},
        {"Berlin", "Europe/Berlin", NULL},
        {"europe/berlin", "Europe/Berlin", NULL},
        {"EUROPE/BERLIN", "Europe/Berlin", NULL},
        {"Europe/Berln", "Europe/Berlin", NULL},
        {"Europa/Berlin", "Europe/Berlin", NULL},
        {"Germany", "Europe/Berlin", NULL},
        {"München", "Europe/Berlin", NULL},
        {"CET", "Europe/Berlin", "Europe/Paris"},
        {"EST", "America/New_York", "America/Toronto"},
        {"PST", "America/Los_Angeles", "America/Vancouver"},
        {"US/Pacific", "America/Los_Angeles", NULL},
        {"new york", "America/New_York", NULL},
        {"New York City", NULL, NULL},
        {"NYC", "America/New_York", NULL},
        {"London", "Europe/London", NULL},
        {"GMT", "UTC", "Europe/London"},
        {"utc", "UTC", NULL},
        {"IST", "Europe/Dublin", "Asia/Jerusalem"},
        {"Bangalore", "Asia/Kolkata", NULL},
        {"São Paulo", "America/Sao_Paulo", NULL},
        {"sao_paulo", "America/Sao_Paulo", NULL},
        {"Zürich", "Europe/Zurich", NULL},
        {"Kiev", "Europe/Kyiv", NULL},
        {"America/Buenos_Aires", "America/Argentina/Buenos_Aires", NULL},
        {"Tokio", "Asia/Tokyo", NULL},
        {"San Fran", "America/Los_Angeles", NULL},
        {"", NULL, NULL},
        {"/", NULL, NULL},
        {"xyzzyxyzzy", NULL, NULL},
        {"東京", NULL, NULL},
        {"=1+1", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) got = zone_suggest(cases[i].typed, 3);

        if (g_strcmp0(got[0], cases[i].first) != 0 ||
            (cases[i].second != NULL && g_strcmp0(got[1], cases[i].second) != 0)) {
            g_autofree char *all = g_strjoinv(", ", got);
            fail_msg("\"%s\" suggests: %s", cases[i].typed, all);
        }
    }
}

/* The beginning of an area brings all of its zones. */
static void test_every_suggestion_is_a_zone(void **state)
{
    static const char *const areas[] = {"Africa",    "America", "Asia",   "Atlantic",
                                        "Australia", "Europe",  "Indian", "Pacific"};
    guint count = 0;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(areas); i++) {
        g_autofree char *typed = g_strndup(areas[i], 5); /* "Austr": not the name of a country */
        g_auto(GStrv) got = zone_suggest(typed, 1000);

        count += g_strv_length(got);
        for (char **name = got; *name != NULL; name++) {
            g_autoptr(GTimeZone) zone = zone_open(*name);
            if (zone == NULL) {
                fail_msg("%s is suggested and not known", *name);
            }
        }
    }
    assert_true(count >= 190);
}

static void test_no_more_than_asked_for(void **state)
{
    g_auto(GStrv) none = zone_suggest("CET", 0);
    g_auto(GStrv) one = zone_suggest("CET", 1);
    g_auto(GStrv) two = zone_suggest("CET", 9);

    (void)state;
    assert_int_equal(g_strv_length(none), 0);
    assert_int_equal(g_strv_length(one), 1);
    assert_int_equal(g_strv_length(two), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_exact_and_have_a_place_in_them),
        cmocka_unit_test(test_a_name_of_any_length_may_be_asked),
        cmocka_unit_test(test_what_may_have_been_meant),
        cmocka_unit_test(test_every_suggestion_is_a_zone),
        cmocka_unit_test(test_no_more_than_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
