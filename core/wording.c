#include "core/wording.h"

#include <string.h>

#include <glib.h>

#include "core/value.h"

#define VALUE_BYTES_MAX 64

static const char *const sames[] = {
    "same",
    "the same",
    "all same",
    "all the same",
    "all unchanged",
    "unchanged",
    "no change",
    "no changes",
    "not changed",
    "nothing changed",
    "did not move",
    "didn't move",
    "still same",
    "still the same",
    "still unchanged",
    "has not changed",
    "hasn't changed",
    "ditto",
    "has not moved",
    "hasn't moved",
    "nothing has changed",
    "nothing moved",
    "no movement",
    NULL,
};
static const char *const same_tails[] = {
    "as yesterday", "as before", "as last time", "since yesterday",
    "today",        "again",     "for now",      NULL,
};
static const char *const fillers[] = {
    "is",       "is now",     "is at",      "is now at", "now",          "now at",     "now is",
    "at",       "to",         "went up to", "went to",   "went down to", "up to",      "down to",
    "is up to", "is down to", "rose to",    "fell to",   "grew to",      "dropped to", "climbed to",
    "moved to", "reached",    "stands at",  "is still",  "still at",     "still",      "stays at",
    "stays",    "remains at", "remains",    "today",     "is still at",  NULL,
};
static const char *const arrows[] = {"->", "=>", "\xe2\x86\x92", NULL};
static const char *const doubts[] = {
    "maybe",    "perhaps",      "about",     "around",    "roughly",  "approx",   "approximately",
    "almost",   "nearly",       "circa",     "ca",        "i think",  "i guess",  "i believe",
    "probably", "likely",       "hopefully", "should be", "could be", "might be", "or so",
    "ish",      "give or take", "estimated", "not sure",  "unsure",   NULL,
};
static const char *const doubt_signs[] = {"~", "\xe2\x89\x88", "?", NULL};

/* What is said of the team's own doings. */
static const char *const doings[] = {
    "made",      "call",     "calls",     "called",      "calling",    "sent",        "send",
    "sending",   "email",    "emails",    "emailed",     "mails",      "met",         "meeting",
    "meetings",  "finished", "finishing", "complete",    "completed",  "completing",  "work",
    "worked",    "working",  "wrote",     "writing",     "did",        "doing",       "prepared",
    "preparing", "built",    "building",  "created",     "creating",   "launched",    "shipped",
    "fixed",     "drafted",  "drafting",  "reviewed",    "reviewing",  "updated",     "updating",
    "planned",   "planning", "presented", "presenting",  "visited",    "talked",      "spoke",
    "demo",      "demos",    "held",      "ran",         "task",       "tasks",       "deck",
    "slides",    "workshop", "workshops", "training",    "trained",    "followed up", "reached out",
    "scheduled", "posted",   "published", "interviewed", "interviews", NULL,
};

/* "=" with nothing behind it says "same". */
static bool stands_alone(Slice text)
{
    Slice behind = slice_starts(text, "=") ? slice_skip_blanks(slice_from(text, 1)) : text;

    return slice_starts(text, "=") && (slice_empty(behind) || strchr(",;/", *behind.at) != NULL);
}

/* One step of wording_skip_lead: what it is, and its length; 0 when the value begins. */
static WordingLead lead_at(Slice text, bool apart, size_t *len)
{
    size_t filler = slice_phrases(text, fillers);

    *len = filler > 0 ? filler : slice_signs(text, arrows);
    if (*len > 0) {
        return LEAD_ABSOLUTE;
    }
    *len = slice_starts(text, ":") || (slice_starts(text, "=") && !stands_alone(text)) ? 1 : 0;
    if (!slice_starts(text, "=")) {
        return LEAD_NONE;
    }
    return apart ? LEAD_LITERAL : LEAD_ABSOLUTE;
}

WordingLead wording_skip_lead(Slice *text)
{
    WordingLead lead = LEAD_NONE;

    for (;;) {
        Slice words = slice_unwrap(*text);
        size_t len = 0;
        WordingLead found = lead_at(words, words.at > text->at, &len);

        *text = slice_from(words, len);
        if (len == 0) {
            return lead;
        }
        lead = MAX(lead, found);
    }
}

size_t wording_same(Slice text)
{
    size_t len = slice_phrases(text, sames);

    while (len > 0) {
        Slice rest = slice_skip_blanks(slice_from(text, len));
        size_t tail = slice_phrases(rest, same_tails);

        if (tail == 0) {
            break;
        }
        len = (size_t)(rest.at - text.at) + tail;
    }
    return len;
}

bool wording_is_same(Slice text)
{
    size_t len = 0;

    text = slice_unwrap(text);
    len = slice_starts(text, "=") ? 1 : wording_same(text);
    for (text = slice_from(text, len); slice_starts(text, ".") || slice_starts(text, "!");) {
        text = slice_from(text, 1);
    }
    return len > 0 && slice_empty(text);
}

bool wording_doubts(Slice text)
{
    for (Slice rest = text; !slice_empty(rest); rest = slice_from(rest, 1)) {
        if (slice_signs(rest, doubt_signs) > 0) {
            return true;
        }
    }
    return slice_has(text, doubts);
}

size_t wording_dash(Slice text)
{
    static const char *const dashes[] = {"-", "\xe2\x80\x93", "\xe2\x80\x94", NULL};

    return slice_signs(text, dashes);
}

size_t wording_loose_dash(Slice text)
{
    size_t dash = wording_dash(text);
    Slice behind = slice_from(text, dash);

    return dash > 0 && slice_starts(behind, " ") ? dash + slice_blanks(behind) : 0;
}

bool wording_is_dash(Slice text)
{
    size_t dash = wording_dash(text);

    return dash > 0 && slice_empty(slice_from(text, dash));
}

/* Without words and signs in front of the number. */
static Slice skip_to_number(Slice text)
{
    static const char *const signs[] = {"+", "-", "\xe2\x88\x92", "~", "\xe2\x89\x88", "<", ">",
                                        "#", NULL};

    for (;;) {
        (void)wording_skip_lead(&text);
        size_t doubt = slice_phrases(text, doubts);
        size_t len = doubt > 0 ? doubt : slice_signs(text, signs);

        if (len == 0) {
            return text;
        }
        text = slice_from(text, len);
    }
}

/* As much of the text as a value may need, cut between characters. Caller frees. */
static char *value_head(Slice text)
{
    const char *end = text.at;

    while (end < text.end && end - text.at < VALUE_BYTES_MAX) {
        end = g_utf8_next_char(end);
    }
    return slice_dup((Slice){text.at, end});
}

bool wording_is_value(Slice text)
{
    g_autofree char *head = value_head(skip_to_number(text));
    const char *rest = NULL;
    Value value = {0};
    ValueFault fault = value_scan(head, &rest, &value);

    return fault == VALUE_OK || fault == VALUE_DECIMAL_COMMA || fault == VALUE_TOO_PRECISE ||
           fault == VALUE_OUT_OF_RANGE;
}

bool wording_tells_of_work(Slice text)
{
    return slice_has(text, doings);
}
