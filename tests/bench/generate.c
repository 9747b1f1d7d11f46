/* Every id follows from the numbers of teams (:t) and sprints (:s), so that each statement can name
 * the rows of the others. */

#include "generate.h"

#include "fill.h"

#define PERIOD    "(:t + i)"
#define OBJECTIVE "(2 * :t + i)"
#define TACTICAL  "(3 * :t + i)"
#define SPRINT    "(4 * :t + i)"
#define KR        "(4 * :t + :s + 3 * (i - 1) + j)"
#define CHECKIN   "(4 * :t + 4 * :s + i)"
#define TODAY     "(4 * :t + 5 * :s + i)"
#define READING   "(4 * :t + 6 * :s + 3 * (i - 1) + j)"
#define NEXT_ID   "(4 * :t + 9 * :s + 1)"
#define TEAM_OF   "((i - 1) % :t + 1)"

#define AT_OPENING "1752242400000000" /* 11 July, 16:00 in Berlin */
#define AT_FIRST   "1752478200000000" /* 14 July, 09:30 */
#define AT_TODAY   "1752564600000000" /* 15 July, 09:30 */
#define QUARTER    "900000000"        /* of an hour */
#define DAY        "86400000000"

#define COUNT_TO(last)                                                                             \
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " last ") "
#define KEY_RESULTS                                                                                \
    "(SELECT 1 AS j, 'ICP meeting acceptance rate' AS metric, 'percent' AS unit,"                  \
    " '' AS unit_name, 'increase' AS direction, 'level' AS kind, 22000000 AS baseline,"            \
    " 35000000 AS target, 24000000 AS first UNION ALL VALUES"                                      \
    " (2, 'accounts in Proposal stage', 'count', 'accounts', 'increase', 'count',"                 \
    "  0, 6000000, 1000000),"                                                                      \
    " (3, 'median time-to-first-meeting', 'duration', 'day', 'decrease', 'level',"                 \
    "  12000000, 7000000, 11000000))"

#define WITH_TEAM   COUNT_TO(":t")
#define WITH_MEMBER COUNT_TO(":t")
#define WITH_SPRINT COUNT_TO(":s")
#define WITH_KR     COUNT_TO(":s")
#define WITH_ASKED  COUNT_TO(":s")
#define FROM_TEAM   "n"
#define FROM_MEMBER "n, (SELECT 1 AS j UNION ALL VALUES (2), (3), (4), (5))"
#define FROM_SPRINT "n"
#define FROM_KR     "n, " KEY_RESULTS
#define FROM_ASKED  "n WHERE :asked"

static const char *const statements[] = {
    "INSERT INTO workspace (id, name) VALUES (1, '" GENERATED_SPACE "')",
    "UPDATE ids SET next = " NEXT_ID,
#define FILL(each, table, values)                                                                  \
    WITH_##each "INSERT INTO " table " SELECT " values " FROM " FROM_##each,
#include "generate.def"
#undef FILL
};

/* As it was before an earlier burst; then so many are due. */
static const char *const due_statements[] = {
    "DELETE FROM checkin WHERE day = '2025-07-15'",
    "DELETE FROM timer WHERE kind IN ('nudge', 'summary')",
    "UPDATE timer SET due = " AT_TODAY " + " DAY " WHERE kind = 'prompt' AND due <> " AT_TODAY
    " + " DAY,
    COUNT_TO(":count") "UPDATE timer SET due = " AT_TODAY " WHERE kind = 'prompt' AND team IN"
                       " (SELECT 1 + (i - 1) * :t / :count FROM n)",
};

/* What the parameters stand for, up to one without a name. */
static void numbers_of(const Generated *what, int64_t due, FillNumber numbers[])
{
    numbers[0] = (FillNumber){":t", what->teams};
    numbers[1] = (FillNumber){":s", what->sprints};
    numbers[2] = (FillNumber){":asked", what->asked};
    numbers[3] = (FillNumber){":count", due};
    numbers[4] = (FillNumber){NULL, 0};
}

void generate(const char *path, const Generated *what)
{
    FillNumber numbers[5];

    numbers_of(what, 0, numbers);
    fill_new(path, &(Filling){statements, G_N_ELEMENTS(statements), numbers});
}

int64_t generated_checkin(const Generated *what, int64_t team)
{
    return 4 * what->teams + 5 * what->sprints + team;
}

void generated_make_due(const char *path, const Generated *what, int64_t teams)
{
    FillNumber numbers[5];

    numbers_of(what, teams, numbers);
    fill_more(path, &(Filling){due_statements, G_N_ELEMENTS(due_statements), numbers});
}
