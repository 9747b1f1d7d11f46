#include "script.h"

#include <string.h>

#include "core/words.h"
#include "people.h"

/* Zones with summer times that begin and end on different days, at different hours, by half an
 * hour, or not at all. */
static const char *const zones[] = {
    "Europe/Berlin",       "Europe/London",       "America/New_York",
    "America/Los_Angeles", "Australia/Lord_Howe", "Australia/Sydney",
    "Asia/Kolkata",        "Asia/Tehran",         "Pacific/Auckland",
    "Pacific/Apia",        "America/St_Johns",    "America/Sao_Paulo",
    "Africa/Cairo",        "Asia/Jerusalem",      "UTC",
    "Pacific/Kiritimati",  "Pacific/Honolulu",    "Asia/Kathmandu",
};

static const char *const objectives[] = {
    "Restore qualified pipeline momentum before the mid-review",
    "Make the first week feel easy for new customers",
    "Win back the trust of accounts that went quiet",
    "Turn first meetings into real opportunities faster",
};

static const char *const key_results[] = {
    "Increase ICP meeting acceptance rate from 22% to 35%",
    "Progress 6 stalled accounts from Discovery stage to Proposal stage",
    "Reduce median time-to-first-meeting for ICP accounts from 12 days to 7 days",
    "Increase win rate from 18% to 25%",
    "Reduce monthly churn rate from 9% to 5%",
    "Increase demo-to-close rate from 10% to 20%",
};

/* "zq" behind the bytes that would be marks, and braces: none of it may come through as ours. */
static const char *const situations[] = {
    "Qualified pipeline stands at $21.2M against $30M; seen at 2 check-ins, and initiatives were "
    "revised twice",
    "=1+1 stands at 21 of 30 {zq} " MARK_BOLD "zq" MARK_END " <!channel> @channel",
    "7 accounts went quiet \xF0\x9F\x94\x87 \xE2\x80\xAE"
    "evil"
    "\xE2\x80\xAC in 2 weeks",
};

#define PICK(rng, list) ((list)[rng_below((rng), (int64_t)G_N_ELEMENTS(list))])

const char *script_zone(Rng *rng)
{
    return PICK(rng, zones);
}

static char *time_of_day(Rng *rng)
{
    return g_strdup_printf("%02d:%02d", (int)rng_between(rng, 0, 23),
                           (int)(15 * rng_below(rng, 4)));
}

static char *weekly_time(Rng *rng)
{
    static const char *const days[] = {"Monday", "Monday", "Tuesday", "Friday", "Sunday"};
    g_autofree char *time = time_of_day(rng);

    if (rng_chance(rng, 100)) {
        return g_strdup("never");
    }
    return rng_chance(rng, 400) ? g_strdup(PICK(rng, days))
                                : g_strdup_printf("%s %s", PICK(rng, days), time);
}

char *script_setup(Rng *rng, const char *name, const char *home, int members, const char *zone)
{
    GString *out = g_string_new("sprint setup\n");
    g_autofree char *time = time_of_day(rng);

    g_string_append_printf(out, "name: %s\ntimezone: %s\n", name, zone);
    g_string_append_printf(out, "check-in: %s\n", rng_chance(rng, 700) ? "09:30" : time);
    g_string_append_printf(out, "minutes: %d\n", (int)rng_between(rng, 5, 60));
    if (rng_chance(rng, 700)) {
        g_autofree char *weekly = weekly_time(rng);

        g_string_append_printf(out, "weekly: %s\n", weekly);
    }
    g_string_append_printf(out, "lead: @m%s.1\n", home + 1);
    if (rng_chance(rng, 500)) {
        g_string_append(out, "escalation: @" PEOPLE_SHARED "\n");
    } else {
        g_string_append_printf(out, "escalation: @m%s.9\n", home + 1);
    }
    g_string_append(out, "members: ");
    for (int i = 1; i <= members; i++) {
        g_string_append_printf(out, "%sm%s.%d", i > 1 ? ", " : "", home + 1, i);
    }
    return g_string_free(out, FALSE);
}

char *script_change(Rng *rng, bool *zone)
{
    static const char *const days[] = {"Mon-Fri", "Mon-Thu", "every day", "Sun-Thu",
                                       "Mon, Wed, Fri"};
    static const char *const holidays[] = {"none", "DE", "US, 2025-12-24",
                                           "2025-03-31, 2025-10-27"};
    g_autofree char *time = time_of_day(rng);

    *zone = false;
    g_autofree char *weekly = weekly_time(rng);

    switch (rng_below(rng, 6)) {
    case 0:
        *zone = true;
        return g_strdup_printf("sprint setup\ntimezone: %s", PICK(rng, zones));
    case 1:
        return g_strdup_printf("sprint setup\ncheck-in: %s", time);
    case 2:
        return g_strdup_printf("sprint setup\nminutes: %d", (int)rng_between(rng, 5, 60));
    case 3:
        return g_strdup_printf("sprint setup\nworking days: %s", PICK(rng, days));
    case 4:
        return g_strdup_printf("sprint setup\nweekly: %s", weekly);
    default:
        return g_strdup_printf("sprint setup\nholidays: %s", PICK(rng, holidays));
    }
}

char *script_objective(Day today, int64_t days, const char *period)
{
    g_autofree char *first = day_iso(day_plus(today, -1));
    g_autofree char *last = day_iso(day_plus(today, days));

    return g_strdup_printf(
        "okr objective\nobjective: Build the pipeline that carries the year\nperiod: %s, %s - %s",
        period, first, last);
}

char *script_tactical(int number, const char *period)
{
    static const struct {
        const char *metric, *way;
    } krs[] = {
        {"Increase qualified B2B pipeline", "from $20M to $30M"},
        {"Increase win rate", "from 18% to 25%"},
        {"Reduce monthly churn rate", "from 9% to 5%"},
        {"Increase demo-to-close rate", "from 10% to 20%"},
    };
    size_t i = (size_t)number % G_N_ELEMENTS(krs);

    return g_strdup_printf("okr kr\nkr: %s in %s %s", krs[i].metric, period, krs[i].way);
}

char *script_open(Rng *rng, Day today, int32_t anchor, const char *name, const char *with)
{
    GString *out = g_string_new("sprint open\n");
    Day first = day_plus(today, rng_below(rng, 4));
    g_autofree char *from = day_iso(first);
    g_autofree char *to = day_iso(day_plus(first, rng_between(rng, 7, 28)));
    int64_t krs = rng_between(rng, 3, 5), skip = rng_below(rng, G_N_ELEMENTS(key_results));

    g_string_append_printf(out, "trigger: %s\n",
                           with != NULL ? "Cross-Functional Gap" : "KR at Risk");
    g_string_append_printf(out, "situation: %s\n", PICK(rng, situations));
    g_string_append_printf(out, "anchor: %d\nwindow: %s - %s\n", anchor, from, to);
    if (with != NULL) {
        g_string_append_printf(out, "owner: %s, %s\n", name, with);
    }
    g_string_append_printf(out, "objective: %s\n", PICK(rng, objectives));
    for (int64_t i = 0; i < krs; i++) {
        g_string_append_printf(out, "kr: %s\n",
                               key_results[(skip + i) % (int64_t)G_N_ELEMENTS(key_results)]);
    }
    g_string_append(out, "initiative: Conduct 30 targeted outreach calls\ninitiative: Rewrite the "
                         "invitation {zq}\n");
    return g_string_free(out, FALSE);
}

/* --- values --- */

static SaidValue some_value(Rng *rng, const BookKr *kr)
{
    int64_t most = kr->unit.kind == UNIT_PERCENT ? 90 : 30;

    return (SaidValue){kr->number, HOW_IS, DECIMAL(rng_between(rng, 1, most))};
}

static char *value_word(Rng *rng, const BookKr *kr, Decimal value)
{
    return kr->unit.kind == UNIT_COUNT && rng_chance(rng, 700) ? decimal_text(value)
                                                               : value_text(value, &kr->unit);
}

static void add_value(Rng *rng, GString *out, const BookKr *kr, GArray *values)
{
    static const char *const between[] = {", ", "; ", "\n", "  "};
    SaidValue said = some_value(rng, kr);
    g_autofree char *word = value_word(rng, kr, said.value);

    g_string_append_printf(out, "%skr%d %s", out->len > 0 ? PICK(rng, between) : "", kr->number,
                           word);
    g_array_append_val(values, said);
}

char *script_values(Rng *rng, const BookSprint *sprint, GArray *values)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < sprint->krs->len; i++) {
        add_value(rng, out, g_ptr_array_index(sprint->krs, i), values);
    }
    return g_string_free(out, FALSE);
}

static char *some_values(Rng *rng, const BookSprint *sprint, GArray *values)
{
    GString *out = g_string_new(NULL);
    int64_t one = rng_below(rng, sprint->krs->len);

    for (guint i = 0; i < sprint->krs->len; i++) {
        if (i == one || rng_chance(rng, 500)) {
            add_value(rng, out, g_ptr_array_index(sprint->krs, i), values);
        }
    }
    return g_string_free(out, FALSE);
}

static char *all_same(GArray *values)
{
    SaidValue said = {.kr = 0, .how = HOW_SAME};

    g_array_append_val(values, said);
    return g_strdup("same");
}

static char *movement(Rng *rng, const BookSprint *sprint, GArray *values)
{
    const BookKr *kr = g_ptr_array_index(sprint->krs, rng_below(rng, sprint->krs->len));
    SaidValue said = {kr->number, HOW_BY, DECIMAL(rng_between(rng, 1, 4))};
    g_autofree char *word = decimal_text(said.value);

    g_array_append_val(values, said);
    return g_strdup_printf("kr%d +%s", kr->number, word);
}

static char *only_words(Rng *rng, const BookSprint *sprint)
{
    static const char *const words[] = {
        "confidence 6",
        "confidence 9; learned: shorter invitations work",
        "blocked: legal review",
        "learned: \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D {zq}",
        ("confidence 2\nblocked: the data {zq} " MARK_CODE "zq" MARK_END),
    };

    if (sprint->blockers > 0 && rng_chance(rng, 400)) {
        return g_strdup_printf("unblocked %d", (int)rng_between(rng, 1, sprint->blockers));
    }
    return g_strdup(PICK(rng, words));
}

static char *with_words(Rng *rng, char *take_text)
{
    static const char *const tails[] = {"",
                                        "",
                                        "; confidence 7",
                                        "\nconfidence 4",
                                        "; blocked: waiting for the contract",
                                        "; learned: names open doors"};
    g_autofree char *text = take_text;

    return g_strconcat(text, PICK(rng, tails), NULL);
}

static char *tasks(Rng *rng)
{
    static const char *const lines[] = {"I made calls all day", "Had a good talk with the team",
                                        "will look into it tomorrow", "\xF0\x9F\x91\x8D"};

    return g_strdup(PICK(rng, lines));
}

char *script_answer(Rng *rng, const BookSprint *sprint, GArray *values)
{
    int64_t shape = rng_below(rng, 100);

    if (shape < 40) {
        return with_words(rng, some_values(rng, sprint, values));
    }
    if (shape < 55) {
        return with_words(rng, script_values(rng, sprint, values));
    }
    if (shape < 70) {
        return all_same(values);
    }
    if (shape < 80) {
        return with_words(rng, movement(rng, sprint, values));
    }
    return shape < 92 ? only_words(rng, sprint) : tasks(rng);
}

/* --- the weekly check-in --- */

#define MILLION    INT64_C(1000000)
#define BLOCK_DAYS 28

Decimal script_course(const BookKr *kr, Day day)
{
    static const int64_t paces[] = {300, 1000, 1000, 1600}; /* thousandths of the line */
    int64_t total = day_diff(kr->period.last, kr->period.first) + 1;
    int64_t passed = CLAMP(day_diff(day, kr->period.first), 0, total);
    int64_t block = passed / BLOCK_DAYS;
    int64_t pace = paces[(kr->id.v * 7 + block * 5 + block * block) % (int64_t)G_N_ELEMENTS(paces)];
    int64_t distance = kr->target.millionths - kr->baseline.millionths;
    int64_t step = kr->unit.kind == UNIT_MONEY ? MILLION * MILLION / 10 : MILLION / 10;
    int64_t way = distance / total * passed / 1000 * pace;

    return (Decimal){MAX((kr->baseline.millionths + way) / step, 1) *
                     step}; /* "-2%" is a movement */
}

char *script_amount(const BookKr *kr, Decimal value)
{
    return value_text(value, &kr->unit);
}

static const char *const confidences[] = {"", "", "; confidence 7", "\nconfidence 4"};
static const char *const revisions[] = {"",
                                        "",
                                        "; revised: yes",
                                        "\nrevised: no",
                                        "; initiatives revised",
                                        "; learned: names open doors"};

/* Mostly as the story goes; now and then a slip. */
static Decimal weekly_value(Rng *rng, const BookKr *kr, Day day)
{
    Day about = day_plus(day, rng_chance(rng, 800) ? 0 : rng_between(rng, -60, 60));

    return script_course(kr, about);
}

static void add_weekly(Rng *rng, GString *out, const BookKr *kr, Day day, GArray *values)
{
    const SaidValue said = {kr->number, HOW_IS, weekly_value(rng, kr, day)};
    g_autofree char *word = script_amount(kr, said.value);

    g_string_append_printf(out, "%skr%d %s", out->len > 0 ? ", " : "", kr->number, word);
    if (rng_chance(rng, 200)) {
        g_string_append_printf(out, " confidence %d", (int)rng_between(rng, 0, 10));
    }
    g_array_append_val(values, said);
}

static char *weekly_values(Rng *rng, const GPtrArray *krs, Day day, bool whole, GArray *values)
{
    GString *out = g_string_new(NULL);
    int64_t one = rng_below(rng, krs->len);

    for (guint i = 0; i < krs->len; i++) {
        if (whole || i == one || rng_chance(rng, 600)) {
            add_weekly(rng, out, g_ptr_array_index(krs, i), day, values);
        }
    }
    g_string_append_printf(out, "%s%s", PICK(rng, confidences), PICK(rng, revisions));
    return g_string_free(out, FALSE);
}

static char *weekly_movement(Rng *rng, const GPtrArray *krs, GArray *values)
{
    const BookKr *kr = g_ptr_array_index(krs, rng_below(rng, krs->len));
    bool money = kr->unit.kind == UNIT_MONEY;
    int64_t tenths = rng_between(rng, 1, 9);
    SaidValue said = {kr->number, HOW_BY, {tenths * (money ? MILLION * MILLION : MILLION) / 10}};

    g_array_append_val(values, said);
    return money ? g_strdup_printf("kr%d +$0.%dM", kr->number, (int)tenths)
                 : g_strdup_printf("kr%d +0.%d", kr->number, (int)tenths);
}

static char *weekly_words(Rng *rng, const GPtrArray *krs)
{
    static const char *const words[] = {"confidence 6", "initiatives revised", "not revised",
                                        "learned: shorter invitations work {zq}",
                                        "revised: no; confidence 3"};
    const BookKr *kr = g_ptr_array_index(krs, rng_below(rng, krs->len));

    return rng_chance(rng, 300)
               ? g_strdup_printf("confidence kr%d %d", kr->number, (int)rng_between(rng, 0, 10))
               : g_strdup(PICK(rng, words));
}

char *script_weekly(Rng *rng, const GPtrArray *krs, Day day, bool whole, GArray *values)
{
    int64_t shape = whole ? 0 : rng_below(rng, 100);

    if (shape < 65) {
        return weekly_values(rng, krs, day, whole, values);
    }
    if (shape < 75) {
        return all_same(values);
    }
    if (shape < 82) {
        return weekly_movement(rng, krs, values);
    }
    return shape < 94 ? weekly_words(rng, krs) : tasks(rng);
}

/* --- the retrospective --- */

static void add_retro_krs(Rng *rng, GString *out, const BookSprint *sprint, bool whole)
{
    for (guint i = 0; i < sprint->krs->len; i++) {
        const BookKr *kr = g_ptr_array_index(sprint->krs, i);
        SaidValue said = some_value(rng, kr);
        g_autofree char *word = value_word(rng, kr, said.value);

        if (whole || rng_chance(rng, 400)) {
            g_string_append_printf(out, "kr%d: %s\ncause kr%d: %s\n", kr->number, word, kr->number,
                                   rng_chance(rng, 500) ? "dependency" : "ambition");
        }
    }
}

char *script_retro(Rng *rng, const BookSprint *sprint, Day today, const char *home, bool whole)
{
    static const char *const moved[] = {"yes, two accounts moved",
                                        "partly, two large accounts slipped", "no, it stood still"};
    static const char *const changes[] = {"keep", "keep", "raise to 30%", "lower to 20%", "drop"};
    GString *out = g_string_new(NULL);
    g_autofree char *anchor = value_text(sprint->anchor_open, &sprint->anchor_unit);
    g_autofree char *due = day_iso(day_plus(today, rng_between(rng, 1, 30)));

    g_string_append_printf(out, "sprint retro\nsprint: %d\n", sprint->number);
    add_retro_krs(rng, out, sprint, whole);
    if (whole || rng_chance(rng, 400)) {
        g_string_append_printf(out, "anchor: %s\nmoved: %s\n", anchor, PICK(rng, moved));
    }
    if (whole || rng_chance(rng, 400)) {
        g_string_append_printf(out,
                               "learned: shorter invitations work {zq}\nworked: 1\nchange: %s\n",
                               PICK(rng, changes));
    }
    if (whole || rng_chance(rng, 300)) {
        g_string_append_printf(out, "action: Hand the invitation on; owner: @m%s.%d; by: %s\n",
                               home + 1, (int)rng_between(rng, 1, 4), due);
    }
    g_string_append(out, whole ? "complete: yes\n" : "");
    return g_string_free(out, FALSE);
}

/* --- rubbish --- */

static char *repeated(const char *text, int64_t n)
{
    GString *out = g_string_new(NULL);

    for (int64_t i = 0; i < n; i++) {
        g_string_append(out, text);
    }
    return g_string_free(out, FALSE);
}

char *script_rubbish(Rng *rng, size_t *len)
{
    static const char *const pieces[] = {
        "kr1 ",
        "27%, ",
        "=1+1",
        "\xE2\x80\xAE", // NOLINT(misc-misleading-bidirectional): to be cleaned away
        "\xF0\x9F\x98\x80",
        "sprint ",
        "9,5 ",
        "#2 ",
        ": ",
        "\n",
        "\xC3",
        "confidence 11 ",
        "blocked: ",
        "'; DROP TABLE team; -- ",
        "{zq} ",
        "-"};
    char *text = repeated(PICK(rng, pieces), rng_between(rng, 1, rng_chance(rng, 100) ? 3000 : 20));

    *len = strlen(text);
    if (*len > 3 && rng_chance(rng, 100)) {
        text[rng_below(rng, (int64_t)*len)] = '\0'; /* the length stays: a NUL within */
    }
    return text;
}
