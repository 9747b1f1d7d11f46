#include "core/noun.h"

#include <string.h>

#include <glib.h>

#include "core/lead.h"

/* What may not be inside a noun phrase. */
static const char stops[] = "of in on at to for from by with without per each every across among "
                            "between within under over above below "
                            "during after before until till that which who whose where when while "
                            "as than via through into onto towards "
                            "toward against about around vs versus worth are is were was be been "
                            "being has have having currently now today "
                            "use using not least most older newer longer shorter larger smaller";

/* What a participle may be followed by. */
static const char particles[] = "back in up out on off to over";

/* End in s, and are no plurals. */
static const char singulars[] = "sales analytics progress access success business address process "
                                "status bonus series news focus basis analysis "
                                "gross loss class mass aws saas paas devops ops finops revops opex "
                                "capex logistics operations economics premises "
                                "gas bus plus less minus bias canvas campus census consensus lens "
                                "thanks always sms kubernetes this its";

/* Plurals of what is measured, not counted: nobody has five response times. */
static const char measures[] =
    "times rates scores costs levels margins prices revenues earnings savings ratings ratios "
    "values sizes volumes "
    "lengths durations latencies percentages shares points expenses profits losses bookings";

static const char plurals[] = "people children men women staff personnel criteria";

/* The word at `p`, folded, without the punctuation around it; `*len` is its length as written. */
static char *word_at(const char *p, size_t *len)
{
    size_t clean;

    *len = strcspn(p, " ");
    clean = *len;
    while (clean > 0 && strchr(",;:.)]!?\"", p[clean - 1]) != NULL) {
        clean--;
    }
    return g_utf8_casefold(p, (gssize)clean);
}

static bool is_stop(const char *p)
{
    size_t len;
    g_autofree char *word = word_at(p, &len);

    return len == 0 || *p == '(' || *p == '[' || strncmp(p, "–", strlen("–")) == 0 ||
           strncmp(p, "—", strlen("—")) == 0 || word_listed(word, stops);
}

/* "closed", "certified", and the "back" of "brought back". */
static bool is_done(const char *word)
{
    return lead_is_done(word) || strcmp(word, "back") == 0 ||
           (strlen(word) > 4 && g_str_has_suffix(word, "ed"));
}

/* In front of a preposition or at the end it tells what became of the things; "closed deals" are
 * the things. */
static bool tells_done(const char *p)
{
    size_t len;
    g_autofree char *word = word_at(p, &len);
    const char *next = p + len + strspn(p + len, " ");
    size_t next_len;
    g_autofree char *following = word_at(next, &next_len);

    return is_done(word) &&
           (is_stop(next) || is_done(following) || word_listed(following, particles));
}

size_t noun_phrase_len(const char *text)
{
    const char *p = text;
    size_t behind = 0;

    while (!is_stop(p) && !(behind > 0 && tells_done(p))) {
        size_t len = strcspn(p, " ");
        bool ends = strchr(",;:", p[len - 1]) != NULL;

        behind = (size_t)(p - text) + len - (ends ? 1 : 0);
        p += len + strspn(p + len, " ");
        if (ends) {
            break;
        }
    }
    return behind;
}

bool noun_is_plural(const char *phrase, size_t len)
{
    size_t start = len;

    while (start > 0 && phrase[start - 1] != ' ') {
        start--;
    }
    const char *last = phrase + start;
    g_autofree char *word = g_utf8_casefold(last, (gssize)(len - start));
    size_t word_len = strlen(word);

    if (word_listed(word, plurals)) {
        return true;
    }
    /* a capital S ends an acronym: NPS */
    return word_len > 2 && phrase[len - 1] == 's' && strchr("siu'", word[word_len - 2]) == NULL &&
           !word_listed(word, singulars) && !word_listed(word, measures);
}

/* Behind "number of", "count of" and the like. */
static const char *counted(const char *metric)
{
    static const char *const heads[] = {"the ",      "total ",  "overall ",
                                        "average ",  "median ", "number of ",
                                        "count of ", "# of ",   "no. of "};

    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
        if (g_ascii_strncasecmp(metric, heads[i], strlen(heads[i])) == 0) {
            metric += strlen(heads[i]);
        }
    }
    return metric;
}

Unit noun_count(const char *phrase, size_t len)
{
    while (len > UNIT_NAME_MAX) {
        const char *blank = memchr(phrase, ' ', len);

        if (blank == NULL) {
            break;
        }
        len -= (size_t)(blank + 1 - phrase);
        phrase = blank + 1;
    }
    return unit_named(UNIT_COUNT, phrase, len);
}

Unit noun_unit(const char *metric)
{
    const char *phrase = counted(metric);
    size_t len = noun_phrase_len(phrase);

    return noun_is_plural(phrase, len) ? noun_count(phrase, len) : (Unit){.kind = UNIT_PLAIN};
}
