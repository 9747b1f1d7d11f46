#include "bot/store/sqlite_names.h"

#include <glib.h>

#include "core/event.h"
#include "core/proposal.h"
#include "core/sprint.h"

#define NAMES(name, ...)                                                                           \
    static const char *const name##_words[] = {__VA_ARGS__};                                       \
    const Names names_##name = {name##_words, G_N_ELEMENTS(name##_words)}

NAMES(unit, [UNIT_PLAIN] = "plain", [UNIT_PERCENT] = "percent", [UNIT_MONEY] = "money",
      [UNIT_DURATION] = "duration", [UNIT_COUNT] = "count");

NAMES(direction, [DIRECTION_INCREASE] = "increase", [DIRECTION_DECREASE] = "decrease",
      [DIRECTION_AT_LEAST] = "at least", [DIRECTION_AT_MOST] = "at most",
      [DIRECTION_WITHIN] = "within");

NAMES(kr_kind, [KR_LEVEL] = "level", [KR_COUNT] = "count");

NAMES(source, [READING_OPENING] = "opening", [READING_CHECKIN] = "check-in",
      [READING_UPDATE] = "update", [READING_RETRO] = "retrospective", [READING_SYSTEM] = "system");

NAMES(sprint_state, [SPRINT_DRAFT] = "draft", [SPRINT_ACTIVE] = "active",
      [SPRINT_CLOSING] = "closing", [SPRINT_CLOSED] = "closed");

NAMES(moved, [MOVED_UNSAID] = NULL, [MOVED_YES] = "yes", [MOVED_PARTLY] = "partly",
      [MOVED_NO] = "no");

NAMES(
    tactical_change, [TACTICAL_UNSAID] = NULL, [TACTICAL_KEEP] = "keep", [TACTICAL_RAISE] = "raise",
    [TACTICAL_LOWER] = "lower", [TACTICAL_REWRITE] = "rewrite", [TACTICAL_DROP] = "drop");

NAMES(cause, [CAUSE_UNSAID] = NULL, [CAUSE_AMBITION] = "ambition", [CAUSE_WRONG_KR] = "wrong KR",
      [CAUSE_DEPENDENCY] = "dependency", [CAUSE_CAPACITY] = "capacity",
      [CAUSE_PRIORITIES] = "priorities", [CAUSE_OUTSIDE] = "outside event",
      [CAUSE_LOST_FOCUS] = "lost focus", [CAUSE_RHYTHM] = "rhythm");

NAMES(timer, [TIMER_PROMPT] = "prompt", [TIMER_NUDGE] = "nudge", [TIMER_SUMMARY] = "summary",
      [TIMER_REMINDER] = "reminder", [TIMER_EXPIRY] = "expiry", [TIMER_LADDER] = "ladder",
      [TIMER_BLOCKER] = "blocker", [TIMER_ACTION] = "action", [TIMER_FOLLOW_UP] = "follow-up",
      [TIMER_DRAFT] = "draft", [TIMER_WEEKLY] = "weekly", [TIMER_WEEKLY_NUDGE] = "weekly nudge",
      [TIMER_WEEKLY_SUMMARY] = "weekly summary", [TIMER_FOLLOW_UP_TAKE] = "follow-up take",
      [TIMER_PERIOD] = "period");

NAMES(weekday, [MONDAY] = "monday", [TUESDAY] = "tuesday", [WEDNESDAY] = "wednesday",
      [THURSDAY] = "thursday", [FRIDAY] = "friday", [SATURDAY] = "saturday", [SUNDAY] = "sunday");

NAMES(revised, [REVISED_UNSAID] = NULL, [REVISED_YES] = "yes", [REVISED_NO] = "no");

NAMES(signal, [SIGNAL_RISK] = "risk", [SIGNAL_OPPORTUNITY] = "opportunity", [SIGNAL_GAP] = "gap");

NAMES(episode, [EPISODE_NONE] = "over", [EPISODE_PROPOSED] = "proposed",
      [EPISODE_DISMISSED] = "dismissed");
