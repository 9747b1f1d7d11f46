/* Every id follows from the number of teams (:t) and those of its place: period p, week w, sprint s
 * and check-in c count from 0, and team i, key result j and answer a from 1. */

#include "years.h"

#include "fill.h"

#define PERIOD      "(p.i * :t + i.i)"
#define OBJECTIVE   "((2 * p.i + o.i - 1) * :t + i.i)"
#define TACTICAL    "(6 * (p.i * :t + i.i - 1) + j)"
#define SPRINT      "(s.i * :t + i.i)"
#define SPRINT_KR   "(72 * :t + 3 * (s.i * :t + i.i - 1) + j)"
#define WEEKLY      "(w.i * :t + i.i)"
#define CHECKIN     "(156 * :t + (10 * s.i + c.i) * :t + i.i)"
#define W_READING   "(6 * (w.i * :t + i.i - 1) + j)"
#define S_READING   "(936 * :t + 3 * ((10 * s.i + c.i) * :t + i.i - 1) + j)"
#define LAST_PERIOD "11"
#define NEXT_ID     "10000 * :t"

/* The first day of a week, and its 09:30, but for summer time. */
#define DAY(week, days) "date('2022-10-03', (7 * (" week ") + (" days ")) || ' days')"
#define AT(week, days)  "(1664782200000000 + (7 * (" week ") + (" days ")) * 86400000000)"
#define QUARTER         "900000000" /* of an hour */

/* The week in which a sprint begins, the period that is in, and its anchor. */
#define BEGINS       "iif(s.i = 18, 154, 8 * s.i + 1)"
#define ANCHOR       "(6 * ((" BEGINS ") / 13 * :t + i.i - 1) + 1 + s.i % 6)"
#define ASKED(of)    of("(" BEGINS ") + c.i / 5", "c.i % 5")
#define WEEK_KR      "(6 * (w.i / 13 * :t + i.i - 1) + j)"
#define CLOSED_AFTER "17"

/* Somewhere on its way: behind, on or ahead of the line, by turns. */
#define VALUE(done, of)                                                                            \
    "baseline + (target - baseline) / 1000 * (" done ") / " of " * (700 + i.i * 37 % 11 * 50)"

#define MEMBER(number) "'u' || i.i || '-' || " number

static const char *const statements[] = {
    "CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)",
    "WITH RECURSIVE up(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM up WHERE i < max(:t, 200))"
    " INSERT INTO n SELECT i FROM up",
    "CREATE TEMP TABLE metric (j INTEGER PRIMARY KEY, statement, metric, unit, unit_name,"
    " direction, kind, baseline, target)",
    "INSERT INTO metric VALUES"
    " (1, 'Increase qualified B2B pipeline from $20M to $30M', 'qualified B2B pipeline', 'money',"
    "  '$', 'increase', 'level', 20000000000000, 30000000000000),"
    " (2, 'Increase ICP meeting acceptance rate from 22% to 35%', 'ICP meeting acceptance rate',"
    "  'percent', '', 'increase', 'level', 22000000, 35000000),"
    " (3, 'Reduce median time-to-first-meeting from 12 days to 7 days',"
    "  'median time-to-first-meeting', 'duration', 'day', 'decrease', 'level', 12000000, 7000000),"
    " (4, 'Grow weekly sign-ups from 400 to 600', 'weekly sign-ups', 'count', 'sign-ups',"
    "  'increase', 'level', 400000000, 600000000),"
    " (5, 'Reduce churn from 5% to 3%', 'churn', 'percent', '', 'decrease', 'level', 5000000,"
    "  3000000),"
    " (6, 'Increase net revenue retention from 98% to 110%', 'net revenue retention', 'percent',"
    "  '', 'increase', 'level', 98000000, 110000000)",
    "INSERT INTO workspace (id, name) VALUES (1, '" YEARS_SPACE "')",
    "UPDATE ids SET next = " NEXT_ID,
#define EACH_TEAM "n AS i WHERE i.i BETWEEN 1 AND :t"
#define OF(name, max)                                                                              \
    "n AS " name " CROSS JOIN n AS i ON i.i BETWEEN 1 AND :t AND " name ".i < " max
#define UP_TO(name, max)          " CROSS JOIN n AS " name " ON " name ".i BETWEEN 1 AND " max
#define KRS(max)                  " CROSS JOIN metric ON j <= " max
#define FILL(table, values, from) "INSERT INTO " table " SELECT " values " FROM " from,
#include "years.def"
#undef FILL
};

static const char *const due_statements[] = {
    "UPDATE checkin SET summarised = 0 WHERE id = 155 * :t + :team",
    "INSERT INTO timer (kind, team, sprint, subject, due)"
    " VALUES ('weekly summary', :team, 0, 155 * :t + :team, " AT("155", "1") ")",
};

void years_make(const char *path, int64_t teams)
{
    const FillNumber numbers[] = {{":t", teams}, {NULL, 0}};

    fill_new(path, &(Filling){statements, G_N_ELEMENTS(statements), numbers});
}

void years_make_due(const char *path, int64_t teams, int64_t team)
{
    const FillNumber numbers[] = {{":t", teams}, {":team", team}, {NULL, 0}};

    fill_more(path, &(Filling){due_statements, G_N_ELEMENTS(due_statements), numbers});
}
