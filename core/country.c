/* The tables. A new holiday is a new row; a new country is a table, a line in words/country.def and
 * a row at the end. */

#include "core/country.h"

#include <string.h>

#include "core/holiday_rule.h"
#include "core/text.h"

#define IS(holiday)         .name = W_HOLIDAY_##holiday
#define DATE(m, d)          .kind = RULE_DATE, .month = (m), .day = (d)
#define FIRST(w, m, d)      .kind = RULE_WEEKDAY_FROM, .weekday = (w), .month = (m), .day = (d)
#define EASTER_PLUS(days)   .kind = RULE_EASTER, .day = (days)
#define ORTHODOX_PLUS(days) .kind = RULE_ORTHODOX_EASTER, .day = (days)
#define COMPUTE(function)   .kind = RULE_COMPUTED, .compute = (function)
#define SHIFT(how)          .shift = SHIFT_##how
#define IN(mask)            .parts = (mask)
#define SINCE(year)         .from = (year)
#define ONLY(year)          .from = (year), .to = (year)

static const Rule austria[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(EPIPHANY), DATE(1, 6)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(NATIONAL), DATE(10, 26)},
    {IS(LABOUR), DATE(5, 1)},
    {IS(ASCENSION), EASTER_PLUS(39)},
    {IS(WHIT_MONDAY), EASTER_PLUS(50)},
    {IS(CORPUS_CHRISTI), EASTER_PLUS(60)},
    {IS(ASSUMPTION), DATE(8, 15)},
    {IS(ALL_SAINTS), DATE(11, 1)},
    {IS(IMMACULATE), DATE(12, 8)},
    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(STEPHEN), DATE(12, 26)},
};

enum { NSW = 1 << 0, QLD = 1 << 1, VIC = 1 << 2 };

/* Anzac Day at a weekend is made up for in some states only; the Friday before the football final
 * of Victoria is set year by year. */
static const Rule australia[] = {
    {IS(NEW_YEAR), DATE(1, 1), SHIFT(TO_MONDAY)},
    {IS(AUSTRALIA), DATE(1, 26), SHIFT(TO_MONDAY)},
    {IS(LABOUR), FIRST(MONDAY, 3, 8), IN(VIC)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(ANZAC), DATE(4, 25)},
    {IS(LABOUR), FIRST(MONDAY, 5, 1), IN(QLD)},
    {IS(KING_BIRTHDAY), FIRST(MONDAY, 6, 8), IN(NSW | VIC)},
    {IS(LABOUR), FIRST(MONDAY, 10, 1), IN(NSW)},
    {IS(KING_BIRTHDAY), FIRST(MONDAY, 10, 1), IN(QLD)},
    {IS(MELBOURNE_CUP), FIRST(TUESDAY, 11, 1), IN(VIC)},
    {IS(CHRISTMAS), DATE(12, 25), SHIFT(TWO_DAYS_ON)},
    {IS(BOXING), DATE(12, 26), SHIFT(TWO_DAYS_ON)},
};

static const Rule belgium[] = {
    {IS(NEW_YEAR), DATE(1, 1)},         {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(LABOUR), DATE(5, 1)},           {IS(ASCENSION), EASTER_PLUS(39)},
    {IS(WHIT_MONDAY), EASTER_PLUS(50)}, {IS(NATIONAL), DATE(7, 21)},
    {IS(ASSUMPTION), DATE(8, 15)},      {IS(ALL_SAINTS), DATE(11, 1)},
    {IS(ARMISTICE), DATE(11, 11)},      {IS(CHRISTMAS), DATE(12, 25)},
};

static const Rule brazil[] = {
    {IS(NEW_YEAR), DATE(1, 1)},     {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(TIRADENTES), DATE(4, 21)},  {IS(LABOUR), DATE(5, 1)},
    {IS(INDEPENDENCE), DATE(9, 7)}, {IS(APARECIDA), DATE(10, 12)},
    {IS(ALL_SOULS), DATE(11, 2)},   {IS(REPUBLIC), DATE(11, 15)},
    {IS(CHRISTMAS), DATE(12, 25)},  {IS(BLACK_AWARENESS), DATE(11, 20), SINCE(2024)},
};

/* Federal. */
static const Rule canada[] = {
    {IS(NEW_YEAR), DATE(1, 1), SHIFT(TO_MONDAY)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(VICTORIA), FIRST(MONDAY, 5, 18)},
    {IS(CANADA), DATE(7, 1), SHIFT(TO_MONDAY)},
    {IS(LABOUR), FIRST(MONDAY, 9, 1)},
    {IS(TRUTH), DATE(9, 30), SHIFT(TO_MONDAY)},
    {IS(THANKSGIVING), FIRST(MONDAY, 10, 8)},
    {IS(REMEMBRANCE), DATE(11, 11), SHIFT(TO_MONDAY)},
    {IS(CHRISTMAS), DATE(12, 25), SHIFT(TWO_DAYS_ON)},
    {IS(BOXING), DATE(12, 26), SHIFT(TWO_DAYS_ON)},
};

enum { ZH = 1 << 0, CH_BE = 1 << 1, BS = 1 << 2, GE = 1 << 3, VD = 1 << 4 };
#define MOST_CANTONS (ZH | CH_BE | BS | GE | VD)

/* The country as a whole shares four days. */
static const Rule switzerland[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(BERCHTOLD), DATE(1, 2), IN(CH_BE | VD)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2), IN(MOST_CANTONS)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1), IN(MOST_CANTONS)},
    {IS(LABOUR), DATE(5, 1), IN(ZH | BS)},
    {IS(ASCENSION), EASTER_PLUS(39)},
    {IS(WHIT_MONDAY), EASTER_PLUS(50), IN(MOST_CANTONS)},
    {IS(NATIONAL), DATE(8, 1)},
    {IS(GENEVA_FAST), FIRST(THURSDAY, 9, 5), IN(GE)},
    {IS(FEDERAL_FAST), FIRST(MONDAY, 9, 16), IN(VD)},
    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(STEPHEN), DATE(12, 26), IN(ZH | CH_BE | BS)},
    {IS(RESTORATION), DATE(12, 31), IN(GE)},
};

static const Rule czechia[] = {
    {IS(NEW_YEAR), DATE(1, 1)},          {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)}, {IS(LABOUR), DATE(5, 1)},
    {IS(VICTORY), DATE(5, 8)},           {IS(CYRIL), DATE(7, 5)},
    {IS(JAN_HUS), DATE(7, 6)},           {IS(STATEHOOD), DATE(9, 28)},
    {IS(CZECHOSLOVAK), DATE(10, 28)},    {IS(STRUGGLE), DATE(11, 17)},
    {IS(CHRISTMAS_EVE), DATE(12, 24)},   {IS(CHRISTMAS), DATE(12, 25)},
    {IS(STEPHEN), DATE(12, 26)},
};

enum {
    BB = 1 << 0,
    DE_BE = 1 << 1,
    BW = 1 << 2,
    BY = 1 << 3,
    HB = 1 << 4,
    HE = 1 << 5,
    HH = 1 << 6,
    MV = 1 << 7,
    NI = 1 << 8,
    NW = 1 << 9,
    RP = 1 << 10,
    SH = 1 << 11,
    SL = 1 << 12,
    SN = 1 << 13,
    ST = 1 << 14,
    TH = 1 << 15,
};

/* In Bavaria, Assumption Day is kept where most are Catholic, which is nearly everywhere. */
static const Rule germany[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(EPIPHANY), DATE(1, 6), IN(BW | BY | ST)},
    {IS(WOMEN), DATE(3, 8), IN(DE_BE), SINCE(2019)},
    {IS(WOMEN), DATE(3, 8), IN(MV), SINCE(2023)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(EASTER), EASTER_PLUS(0), IN(BB)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(LABOUR), DATE(5, 1)},
    {IS(LIBERATION), DATE(5, 8), IN(DE_BE), ONLY(2025)},
    {IS(ASCENSION), EASTER_PLUS(39)},
    {IS(WHIT_SUNDAY), EASTER_PLUS(49), IN(BB)},
    {IS(WHIT_MONDAY), EASTER_PLUS(50)},
    {IS(CORPUS_CHRISTI), EASTER_PLUS(60), IN(BW | BY | HE | NW | RP | SL)},
    {IS(ASSUMPTION), DATE(8, 15), IN(BY | SL)},
    {IS(CHILDREN), DATE(9, 20), IN(TH), SINCE(2019)},
    {IS(UNITY), DATE(10, 3)},
    {IS(REFORMATION), DATE(10, 31), IN(BB | HB | HH | MV | NI | SH | SN | ST | TH)},
    {IS(ALL_SAINTS), DATE(11, 1), IN(BW | BY | NW | RP | SL)},
    {IS(REPENTANCE), FIRST(WEDNESDAY, 11, 16), IN(SN)},
    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(CHRISTMAS_2), DATE(12, 26)},
};

static const Rule denmark[] = {
    {IS(NEW_YEAR), DATE(1, 1)},          {IS(MAUNDY_THURSDAY), EASTER_PLUS(-3)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},  {IS(EASTER), EASTER_PLUS(0)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)}, {IS(ASCENSION), EASTER_PLUS(39)},
    {IS(WHIT_SUNDAY), EASTER_PLUS(49)},  {IS(WHIT_MONDAY), EASTER_PLUS(50)},
    {IS(CHRISTMAS), DATE(12, 25)},       {IS(CHRISTMAS_2), DATE(12, 26)},
};

static const Rule spain[] = {
    {IS(NEW_YEAR), DATE(1, 1)},         {IS(EPIPHANY), DATE(1, 6)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)}, {IS(LABOUR), DATE(5, 1)},
    {IS(ASSUMPTION), DATE(8, 15)},      {IS(HISPANIC), DATE(10, 12)},
    {IS(ALL_SAINTS), DATE(11, 1)},      {IS(CONSTITUTION), DATE(12, 6)},
    {IS(IMMACULATE), DATE(12, 8)},      {IS(CHRISTMAS), DATE(12, 25)},
};

/* The two eves are days off by nearly every collective agreement. */
static const Rule finland[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(EPIPHANY), DATE(1, 6)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(EASTER), EASTER_PLUS(0)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(MAY_DAY), DATE(5, 1)},
    {IS(ASCENSION), EASTER_PLUS(39)},
    {IS(WHIT_SUNDAY), EASTER_PLUS(49)},
    {IS(MIDSUMMER_EVE), FIRST(FRIDAY, 6, 19)},
    {IS(MIDSUMMER), FIRST(SATURDAY, 6, 20)},
    {IS(ALL_SAINTS), FIRST(SATURDAY, 10, 31)},
    {IS(INDEPENDENCE), DATE(12, 6)},
    {IS(CHRISTMAS_EVE), DATE(12, 24)},
    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(STEPHEN), DATE(12, 26)},
};

static const Rule france[] = {
    {IS(NEW_YEAR), DATE(1, 1)},       {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(LABOUR), DATE(5, 1)},         {IS(VICTORY), DATE(5, 8)},
    {IS(ASCENSION), EASTER_PLUS(39)}, {IS(WHIT_MONDAY), EASTER_PLUS(50)},
    {IS(BASTILLE), DATE(7, 14)},      {IS(ASSUMPTION), DATE(8, 15)},
    {IS(ALL_SAINTS), DATE(11, 1)},    {IS(ARMISTICE), DATE(11, 11)},
    {IS(CHRISTMAS), DATE(12, 25)},
};

enum { ENG = 1 << 0, NIR = 1 << 1, SCT = 1 << 2 }; /* Wales is as England */

static const Rule united_kingdom[] = {
    {IS(NEW_YEAR), DATE(1, 1), SHIFT(TO_MONDAY), IN(ENG | NIR)},
    {IS(NEW_YEAR), DATE(1, 1), SHIFT(TWO_DAYS_ON), IN(SCT)},
    {IS(NEW_YEAR_2), DATE(1, 2), SHIFT(TWO_DAYS_ON), IN(SCT)},
    {IS(PATRICK), DATE(3, 17), SHIFT(TO_MONDAY), IN(NIR)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1), IN(ENG | NIR)},
    {IS(EARLY_MAY), FIRST(MONDAY, 5, 1)},
    {IS(SPRING), FIRST(MONDAY, 5, 25)},
    {IS(BOYNE), DATE(7, 12), SHIFT(TO_MONDAY), IN(NIR)},
    {IS(SUMMER), FIRST(MONDAY, 8, 1), IN(SCT)},
    {IS(SUMMER), FIRST(MONDAY, 8, 25), IN(ENG | NIR)},
    {IS(ANDREW), DATE(11, 30), SHIFT(TO_MONDAY), IN(SCT)},
    {IS(CHRISTMAS), DATE(12, 25), SHIFT(TWO_DAYS_ON)},
    {IS(BOXING), DATE(12, 26), SHIFT(TWO_DAYS_ON)},
};

static const Rule greece[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(EPIPHANY), DATE(1, 6)},
    {IS(CLEAN_MONDAY), ORTHODOX_PLUS(-48)},
    {IS(INDEPENDENCE), DATE(3, 25)},
    {IS(GOOD_FRIDAY), ORTHODOX_PLUS(-2)},
    {IS(EASTER), ORTHODOX_PLUS(0)},
    {IS(EASTER_MONDAY), ORTHODOX_PLUS(1)},
    {IS(LABOUR), DATE(5, 1)},
    {IS(WHIT_MONDAY), ORTHODOX_PLUS(50)},
    {IS(ASSUMPTION), DATE(8, 15)},
    {IS(OHI), DATE(10, 28)},
    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(CHRISTMAS_2), DATE(12, 26)},
};

/* Holidays at the weekend are kept on the Monday after by banks and most employers. */
static const Rule ireland[] = {
    {IS(NEW_YEAR), DATE(1, 1), SHIFT(TO_MONDAY)},
    {IS(BRIGID), COMPUTE(rule_brigid), SINCE(2023)},
    {IS(PATRICK), DATE(3, 17), SHIFT(TO_MONDAY)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(MAY_DAY), FIRST(MONDAY, 5, 1)},
    {IS(JUNE), FIRST(MONDAY, 6, 1)},
    {IS(AUGUST), FIRST(MONDAY, 8, 1)},
    {IS(OCTOBER), FIRST(MONDAY, 10, 25)},
    {IS(CHRISTMAS), DATE(12, 25), SHIFT(TWO_DAYS_ON)},
    {IS(STEPHEN), DATE(12, 26), SHIFT(TWO_DAYS_ON)},
};

static const Rule india[] = {
    {IS(REPUBLIC), DATE(1, 26)},
    {IS(INDEPENDENCE), DATE(8, 15)},
    {IS(GANDHI), DATE(10, 2)},
};

static const Rule italy[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(EPIPHANY), DATE(1, 6)},
    {IS(EASTER), EASTER_PLUS(0)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(LIBERATION), DATE(4, 25)},
    {IS(LABOUR), DATE(5, 1)},
    {IS(REPUBLIC), DATE(6, 2)},
    {IS(ASSUMPTION), DATE(8, 15)},
    {IS(FRANCIS), DATE(10, 4), SINCE(2026)},
    {IS(ALL_SAINTS), DATE(11, 1)},
    {IS(IMMACULATE), DATE(12, 8)},
    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(STEPHEN), DATE(12, 26)},
};

/* Substitutes are computed: japan_rests. */
static const Rule japan[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(COMING_OF_AGE), FIRST(MONDAY, 1, 8)},
    {IS(FOUNDATION), DATE(2, 11)},
    {IS(EMPEROR), DATE(2, 23), SINCE(2020)},
    {IS(VERNAL), COMPUTE(rule_vernal_equinox)},
    {IS(SHOWA), DATE(4, 29)},
    {IS(MEMORIAL_CONSTITUTION), DATE(5, 3)},
    {IS(GREENERY), DATE(5, 4)},
    {IS(CHILDREN), DATE(5, 5)},
    {IS(MARINE), FIRST(MONDAY, 7, 15)},
    {IS(MOUNTAIN), DATE(8, 11), SINCE(2016)},
    {IS(AGED), FIRST(MONDAY, 9, 15)},
    {IS(AUTUMNAL), COMPUTE(rule_autumnal_equinox)},
    {IS(SPORTS), FIRST(MONDAY, 10, 8)},
    {IS(CULTURE), DATE(11, 3)},
    {IS(THANKS_LABOUR), DATE(11, 23)},
};

static const Rule luxembourg[] = {
    {IS(NEW_YEAR), DATE(1, 1)},       {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(LABOUR), DATE(5, 1)},         {IS(EUROPE), DATE(5, 9)},
    {IS(ASCENSION), EASTER_PLUS(39)}, {IS(WHIT_MONDAY), EASTER_PLUS(50)},
    {IS(NATIONAL), DATE(6, 23)},      {IS(ASSUMPTION), DATE(8, 15)},
    {IS(ALL_SAINTS), DATE(11, 1)},    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(STEPHEN), DATE(12, 26)},
};

/* Liberation Day is a day off for all in every fifth year. */
static const Rule netherlands[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(EASTER), EASTER_PLUS(0)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(KING), DATE(4, 27), SHIFT(SUNDAY_BEFORE)},
    {IS(LIBERATION), DATE(5, 5), ONLY(2025)},
    {IS(LIBERATION), DATE(5, 5), ONLY(2030)},
    {IS(LIBERATION), DATE(5, 5), ONLY(2035)},
    {IS(ASCENSION), EASTER_PLUS(39)},
    {IS(WHIT_SUNDAY), EASTER_PLUS(49)},
    {IS(WHIT_MONDAY), EASTER_PLUS(50)},
    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(CHRISTMAS_2), DATE(12, 26)},
};

static const Rule norway[] = {
    {IS(NEW_YEAR), DATE(1, 1)},          {IS(MAUNDY_THURSDAY), EASTER_PLUS(-3)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},  {IS(EASTER), EASTER_PLUS(0)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)}, {IS(LABOUR), DATE(5, 1)},
    {IS(CONSTITUTION), DATE(5, 17)},     {IS(ASCENSION), EASTER_PLUS(39)},
    {IS(WHIT_SUNDAY), EASTER_PLUS(49)},  {IS(WHIT_MONDAY), EASTER_PLUS(50)},
    {IS(CHRISTMAS), DATE(12, 25)},       {IS(CHRISTMAS_2), DATE(12, 26)},
};

static const Rule new_zealand[] = {
    {IS(NEW_YEAR), DATE(1, 1), SHIFT(TWO_DAYS_ON)},
    {IS(NEW_YEAR_2), DATE(1, 2), SHIFT(TWO_DAYS_ON)},
    {IS(WAITANGI), DATE(2, 6), SHIFT(TO_MONDAY)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(ANZAC), DATE(4, 25), SHIFT(TO_MONDAY)},
    {IS(KING_BIRTHDAY), FIRST(MONDAY, 6, 1)},
    {IS(MATARIKI), COMPUTE(rule_matariki)},
    {IS(LABOUR), FIRST(MONDAY, 10, 22)},
    {IS(CHRISTMAS), DATE(12, 25), SHIFT(TWO_DAYS_ON)},
    {IS(BOXING), DATE(12, 26), SHIFT(TWO_DAYS_ON)},
};

static const Rule poland[] = {
    {IS(NEW_YEAR), DATE(1, 1)},         {IS(EPIPHANY), DATE(1, 6)},
    {IS(EASTER), EASTER_PLUS(0)},       {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(LABOUR), DATE(5, 1)},           {IS(CONSTITUTION), DATE(5, 3)},
    {IS(WHIT_SUNDAY), EASTER_PLUS(49)}, {IS(CORPUS_CHRISTI), EASTER_PLUS(60)},
    {IS(ASSUMPTION), DATE(8, 15)},      {IS(ALL_SAINTS), DATE(11, 1)},
    {IS(INDEPENDENCE), DATE(11, 11)},   {IS(CHRISTMAS_EVE), DATE(12, 24), SINCE(2025)},
    {IS(CHRISTMAS), DATE(12, 25)},      {IS(CHRISTMAS_2), DATE(12, 26)},
};

static const Rule portugal[] = {
    {IS(NEW_YEAR), DATE(1, 1)},    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(EASTER), EASTER_PLUS(0)},  {IS(FREEDOM), DATE(4, 25)},
    {IS(LABOUR), DATE(5, 1)},      {IS(CORPUS_CHRISTI), EASTER_PLUS(60)},
    {IS(PORTUGAL), DATE(6, 10)},   {IS(ASSUMPTION), DATE(8, 15)},
    {IS(REPUBLIC), DATE(10, 5)},   {IS(ALL_SAINTS), DATE(11, 1)},
    {IS(RESTORED), DATE(12, 1)},   {IS(IMMACULATE), DATE(12, 8)},
    {IS(CHRISTMAS), DATE(12, 25)},
};

static const Rule romania[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(NEW_YEAR_2), DATE(1, 2)},
    {IS(EPIPHANY), DATE(1, 6), SINCE(2024)},
    {IS(JOHN), DATE(1, 7), SINCE(2024)},
    {IS(UNIFICATION), DATE(1, 24)},
    {IS(GOOD_FRIDAY), ORTHODOX_PLUS(-2)},
    {IS(EASTER), ORTHODOX_PLUS(0)},
    {IS(EASTER_MONDAY), ORTHODOX_PLUS(1)},
    {IS(LABOUR), DATE(5, 1)},
    {IS(CHILDREN), DATE(6, 1)},
    {IS(WHIT_SUNDAY), ORTHODOX_PLUS(49)},
    {IS(WHIT_MONDAY), ORTHODOX_PLUS(50)},
    {IS(ASSUMPTION), DATE(8, 15)},
    {IS(ANDREW), DATE(11, 30)},
    {IS(GREAT_UNION), DATE(12, 1)},
    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(CHRISTMAS_2), DATE(12, 26)},
};

/* The three eves are days off by law or custom for nearly all. */
static const Rule sweden[] = {
    {IS(NEW_YEAR), DATE(1, 1)},
    {IS(EPIPHANY), DATE(1, 6)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(EASTER), EASTER_PLUS(0)},
    {IS(EASTER_MONDAY), EASTER_PLUS(1)},
    {IS(MAY_DAY), DATE(5, 1)},
    {IS(ASCENSION), EASTER_PLUS(39)},
    {IS(WHIT_SUNDAY), EASTER_PLUS(49)},
    {IS(NATIONAL), DATE(6, 6)},
    {IS(MIDSUMMER_EVE), FIRST(FRIDAY, 6, 19)},
    {IS(MIDSUMMER), FIRST(SATURDAY, 6, 20)},
    {IS(ALL_SAINTS), FIRST(SATURDAY, 10, 31)},
    {IS(CHRISTMAS_EVE), DATE(12, 24)},
    {IS(CHRISTMAS), DATE(12, 25)},
    {IS(CHRISTMAS_2), DATE(12, 26)},
    {IS(NEW_YEAR_EVE), DATE(12, 31)},
};

/* Federal. */
static const Rule united_states[] = {
    {IS(NEW_YEAR), DATE(1, 1), SHIFT(NEAREST)},
    {IS(MARTIN_LUTHER_KING), FIRST(MONDAY, 1, 15)},
    {IS(WASHINGTON), FIRST(MONDAY, 2, 15)},
    {IS(MEMORIAL), FIRST(MONDAY, 5, 25)},
    {IS(JUNETEENTH), DATE(6, 19), SHIFT(NEAREST), SINCE(2021)},
    {IS(INDEPENDENCE), DATE(7, 4), SHIFT(NEAREST)},
    {IS(LABOR), FIRST(MONDAY, 9, 1)},
    {IS(COLUMBUS), FIRST(MONDAY, 10, 8)},
    {IS(VETERANS), DATE(11, 11), SHIFT(NEAREST)},
    {IS(THANKSGIVING), FIRST(THURSDAY, 11, 22)},
    {IS(CHRISTMAS), DATE(12, 25), SHIFT(NEAREST)},
};

static const Rule south_africa[] = {
    {IS(NEW_YEAR), DATE(1, 1), SHIFT(SUNDAY_ON)},
    {IS(HUMAN_RIGHTS), DATE(3, 21), SHIFT(SUNDAY_ON)},
    {IS(GOOD_FRIDAY), EASTER_PLUS(-2)},
    {IS(FAMILY), EASTER_PLUS(1)},
    {IS(FREEDOM), DATE(4, 27), SHIFT(SUNDAY_ON)},
    {IS(WORKERS), DATE(5, 1), SHIFT(SUNDAY_ON)},
    {IS(YOUTH), DATE(6, 16), SHIFT(SUNDAY_ON)},
    {IS(WOMEN), DATE(8, 9), SHIFT(SUNDAY_ON)},
    {IS(HERITAGE), DATE(9, 24), SHIFT(SUNDAY_ON)},
    {IS(RECONCILIATION), DATE(12, 16), SHIFT(SUNDAY_ON)},
    {IS(CHRISTMAS), DATE(12, 25), SHIFT(SUNDAY_ON)},
    {IS(GOODWILL), DATE(12, 26), SHIFT(SUNDAY_ON)},
};

/* Countries. */

struct Country {
    const char *also; /* other names it is known under, divided by bars */
    const Rule *rules;
    size_t rule_count;
    uint32_t part;    /* the rules' bit for it; 0 for a country as a whole */
    bool substitutes; /* as in Japan: rule_japan_rests */
};

static const char *const lines[] = {
#define W(name, text) text,
#include "core/words/country.def"
#undef W
    NULL,
};

#define COUNTRY_COUNT (G_N_ELEMENTS(lines) - 1)
#define ROW(code)     [W_COUNTRY_##code - W_COUNTRY_AT] /* the first of them */
#define RULES(table)  .rules = (table), .rule_count = G_N_ELEMENTS(table)

static const Country countries[COUNTRY_COUNT] = {
    ROW(AT) = {"Österreich|Oesterreich", RULES(austria)},
    ROW(AU) = {"", RULES(australia)},
    ROW(AU_NSW) = {"NSW|Sydney", RULES(australia), .part = NSW},
    ROW(AU_QLD) = {"QLD|Brisbane", RULES(australia), .part = QLD},
    ROW(AU_VIC) = {"VIC|Melbourne", RULES(australia), .part = VIC},
    ROW(BE) = {"Belgique|België|Belgien", RULES(belgium)},
    ROW(BR) = {"Brasil", RULES(brazil)},
    ROW(CA) = {"", RULES(canada)},
    ROW(CH) = {"Schweiz|Suisse|Svizzera", RULES(switzerland)},
    ROW(CH_BE) = {"Bern|Berne", RULES(switzerland), .part = CH_BE},
    ROW(CH_BS) = {"Basel|Basel City", RULES(switzerland), .part = BS},
    ROW(CH_GE) = {"Geneva|Genève|Genf", RULES(switzerland), .part = GE},
    ROW(CH_VD) = {"Waadt|Lausanne", RULES(switzerland), .part = VD},
    ROW(CH_ZH) = {"Zurich|Zürich", RULES(switzerland), .part = ZH},
    ROW(CZ) = {"Czech Republic|Česko|Tschechien", RULES(czechia)},
    ROW(DE) = {"Deutschland", RULES(germany)},
    ROW(DE_BB) = {"", RULES(germany), .part = BB},
    ROW(DE_BE) = {"", RULES(germany), .part = DE_BE},
    ROW(DE_BW) = {"Baden-Wuerttemberg", RULES(germany), .part = BW},
    ROW(DE_BY) = {"Bayern", RULES(germany), .part = BY},
    ROW(DE_HB) = {"", RULES(germany), .part = HB},
    ROW(DE_HE) = {"Hessen", RULES(germany), .part = HE},
    ROW(DE_HH) = {"", RULES(germany), .part = HH},
    ROW(DE_MV) = {"Mecklenburg-Vorpommern", RULES(germany), .part = MV},
    ROW(DE_NI) = {"Niedersachsen", RULES(germany), .part = NI},
    ROW(DE_NW) = {"Nordrhein-Westfalen|NRW", RULES(germany), .part = NW},
    ROW(DE_RP) = {"Rheinland-Pfalz", RULES(germany), .part = RP},
    ROW(DE_SH) = {"", RULES(germany), .part = SH},
    ROW(DE_SL) = {"", RULES(germany), .part = SL},
    ROW(DE_SN) = {"Sachsen", RULES(germany), .part = SN},
    ROW(DE_ST) = {"Sachsen-Anhalt", RULES(germany), .part = ST},
    ROW(DE_TH) = {"Thüringen|Thueringen", RULES(germany), .part = TH},
    ROW(DK) = {"Danmark", RULES(denmark)},
    ROW(ES) = {"España", RULES(spain)},
    ROW(FI) = {"Suomi", RULES(finland)},
    ROW(FR) = {"", RULES(france)},
    ROW(GB) = {"UK|United Kingdom|Great Britain|Britain", RULES(united_kingdom), .part = ENG},
    ROW(GB_ENG) = {"", RULES(united_kingdom), .part = ENG},
    ROW(GB_NIR) = {"", RULES(united_kingdom), .part = NIR},
    ROW(GB_SCT) = {"", RULES(united_kingdom), .part = SCT},
    ROW(GB_WLS) = {"", RULES(united_kingdom), .part = ENG},
    ROW(GR) = {"Hellas|EL", RULES(greece)},
    ROW(IE) = {"Republic of Ireland|Éire", RULES(ireland)},
    ROW(IN) = {"Bharat", RULES(india)},
    ROW(IT) = {"Italia", RULES(italy)},
    ROW(JP) = {"Nippon", RULES(japan), .substitutes = true},
    ROW(LU) = {"", RULES(luxembourg)},
    ROW(NL) = {"The Netherlands|Holland|Nederland", RULES(netherlands)},
    ROW(NO) = {"Norge", RULES(norway)},
    ROW(NZ) = {"Aotearoa", RULES(new_zealand)},
    ROW(PL) = {"Polska", RULES(poland)},
    ROW(PT) = {"", RULES(portugal)},
    ROW(RO) = {"România", RULES(romania)},
    ROW(SE) = {"Sverige", RULES(sweden)},
    ROW(US) = {"USA|United States of America|America", RULES(united_states)},
    ROW(ZA) = {"RSA", RULES(south_africa)},
};

static const char *line_of(const Country *country)
{
    return lines[country - countries];
}

static size_t code_length(const Country *country)
{
    return strcspn(line_of(country), " ");
}

static bool is_called(const Country *country, const char *key)
{
    const char *line = line_of(country);
    size_t code = code_length(country);

    if (text_is_key(key, line, code) || text_is_key(key, line + code, strlen(line + code))) {
        return true;
    }
    for (const char *name = country->also; *name != '\0';) {
        size_t len = strcspn(name, "|");

        if (text_is_key(key, name, len)) {
            return true;
        }
        name += len + (name[len] == '|' ? 1 : 0);
    }
    return false;
}

const Country *country_find(const char *text)
{
    g_autofree char *key = text_key(text);

    for (size_t i = 0; *key != '\0' && i < COUNTRY_COUNT; i++) {
        if (is_called(&countries[i], key)) {
            return &countries[i];
        }
    }
    return NULL;
}

const Country *country_of_code(const char *code)
{
    size_t len = strlen(code);

    for (size_t i = 0; i < COUNTRY_COUNT; i++) {
        if (*lines[i] == *code && strncmp(lines[i], code, len) == 0 && lines[i][len] == ' ') {
            return &countries[i];
        }
    }
    return NULL;
}

char *country_code(const Country *country)
{
    return g_strndup(line_of(country), code_length(country));
}

bool country_holiday_on(const Country *country, Day day, const char **name)
{
    const Rules rules = {country->rules, country->rule_count, country->part};
    WordId id = W_HOLIDAY_SUBSTITUTE;

    if (!rules_on(&rules, day, &id) && !(country->substitutes && rules_japan_rest(&rules, day))) {
        return false;
    }
    if (name != NULL) {
        *name = words_template(id);
    }
    return true;
}

const char *const *country_lines(void)
{
    return lines;
}
