#include "core/event.h"

#include <string.h>

Event *event_new(EventKind kind, const char *key)
{
    Event *event = g_new0(Event, 1);

    event->kind = kind;
    event->key = g_strdup(key);
    return event;
}

void event_free(Event *event)
{
    if (event == NULL) {
        return;
    }
    g_free(event->key);
    g_free(event->filled);
    g_free(event->channel);
    g_free(event->member);
    g_free(event->text);
    g_free(event->thread);
    g_free(event->replies_to);
    g_free(event->message);
    g_free(event->answer_under);
    g_free(event->action);
    g_free(event->value);
    g_clear_pointer(&event->sent, g_ptr_array_unref);
    g_free(event);
}

void sent_reading_free(SentReading *sent)
{
    if (sent == NULL) {
        return;
    }
    g_free(sent->kr);
    g_free(sent->value);
    g_free(sent->day);
    g_free(sent->at);
    g_free(sent->source);
    g_free(sent->key);
    g_free(sent->fault);
    g_free(sent);
}

Event *event_copy(const Event *event)
{
    Event *copy = g_new(Event, 1);

    *copy = *event;
    copy->key = g_strdup(event->key);
    copy->filled = g_strdup(event->filled);
    copy->channel = g_strdup(event->channel);
    copy->member = g_strdup(event->member);
    copy->text = NULL;
    copy->thread = g_strdup(event->thread);
    copy->replies_to = g_strdup(event->replies_to);
    copy->message = g_strdup(event->message);
    copy->answer_under = g_strdup(event->answer_under);
    copy->action = g_strdup(event->action);
    copy->value = g_strdup(event->value);
    copy->sent = event->sent != NULL ? g_ptr_array_ref(event->sent) : NULL;
    if (event->text != NULL) {
        event_set_text(copy, event->text, event->text_len);
    }
    return copy;
}

void event_set_text(Event *event, const char *bytes, size_t len)
{
    g_free(event->text);
    event->text = g_malloc(len + 1);
    memcpy(event->text, bytes, len);
    event->text[len] = '\0';
    event->text_len = len;
}

const char *timer_kind_name(TimerKind kind)
{
    static const char *const names[TIMER_KIND_COUNT] = {
        [TIMER_PROMPT] = "prompt",
        [TIMER_NUDGE] = "nudge",
        [TIMER_SUMMARY] = "summary",
        [TIMER_REMINDER] = "reminder",
        [TIMER_EXPIRY] = "expiry",
        [TIMER_LADDER] = "ladder",
        [TIMER_BLOCKER] = "blocker",
        [TIMER_ACTION] = "action",
        [TIMER_FOLLOW_UP] = "follow_up",
        [TIMER_DRAFT] = "draft",
        [TIMER_WEEKLY] = "weekly",
        [TIMER_WEEKLY_NUDGE] = "weekly_nudge",
        [TIMER_WEEKLY_SUMMARY] = "weekly_summary",
        [TIMER_FOLLOW_UP_TAKE] = "follow_up_take",
        [TIMER_PERIOD] = "period",
    };

    return names[kind];
}
