#include "bot/slack/trace.h"

#include <string.h>

#define PAGE 200

struct SlackTrace {
    SlackApi *api;
    char *key, *channel, *member, *thread_ts;
    int64_t oldest_us;
    char *cursor; /* of the page to read; NULL: the first */
    int pages, messages;
    bool restarted; /* a cursor had gone bad once */
    SlackCall *call;
    TraceDone done;
    void *arg;
};

/* What a class of failure says about the history. */
static const TraceEnd ends[] = {
    [SLACK_OK] = TRACE_LATER, /* an answer that holds nothing it should */
    [SLACK_AUTH] = TRACE_LATER,        [SLACK_SETUP] = TRACE_UNREADABLE,
    [SLACK_TARGET] = TRACE_UNREADABLE, [SLACK_REQUEST] = TRACE_UNREADABLE,
    [SLACK_LATE] = TRACE_UNREADABLE,   [SLACK_RETRY] = TRACE_LATER,
    [SLACK_UNSURE] = TRACE_LATER,
};

static void ask_page(SlackTrace *trace);

static const char *page_method(const SlackTrace *trace)
{
    return trace->thread_ts != NULL ? "conversations.replies" : "conversations.history";
}

static void finish(SlackTrace *trace, TraceEnd end, const char *method, const SlackAnswer *answer)
{
    const TraceResult result = {.end = end, .method = method, .answer = answer};

    trace->done(trace->arg, &result);
}

static bool is_ours(const SlackTrace *trace, const Json *message)
{
    const Json *metadata = json_object(message, "metadata");

    return strcmp(json_text(metadata, "event_type"), SLACK_CARD_EVENT) == 0 &&
           strcmp(json_text(json_object(metadata, "event_payload"), "key"), trace->key) == 0 &&
           *json_text(message, "ts") != '\0';
}

static const Json *find(SlackTrace *trace, const Json *messages)
{
    JSON_EACH (message, messages) {
        if (is_ours(trace, message)) {
            return message;
        }
        trace->messages++;
    }
    return NULL;
}

/* Leads to the next page, unless that was the last or the farthest. */
static bool turn_page(SlackTrace *trace, const SlackAnswer *answer)
{
    const char *cursor = json_text(json_object(answer->json, "response_metadata"), "next_cursor");

    if (*cursor == '\0' || trace->messages >= SLACK_TRACE_MESSAGES_MAX ||
        trace->pages >= SLACK_TRACE_PAGES_MAX) {
        return false;
    }
    g_free(trace->cursor);
    trace->cursor = g_strdup(cursor);
    return true;
}

static void read_page(SlackTrace *trace, const SlackAnswer *answer)
{
    const Json *messages = json_array(answer->json, "messages");

    if (messages == NULL) {
        finish(trace, TRACE_LATER, page_method(trace), answer);
        return;
    }
    const Json *message = find(trace, messages);

    if (message != NULL) {
        const TraceResult result = {TRACE_FOUND, trace->channel, json_text(message, "ts"),
                                    page_method(trace), answer};

        trace->done(trace->arg, &result);
    } else if (turn_page(trace, answer)) {
        ask_page(trace);
    } else {
        finish(trace, TRACE_ABSENT, page_method(trace), answer);
    }
}

static void rewind_pages(SlackTrace *trace)
{
    trace->messages = 0;
    g_clear_pointer(&trace->cursor, g_free);
}

/* Cursors expire, once or so; and where a thread is gone, its replies are posted outside it. */
static bool start_over(SlackTrace *trace, const SlackAnswer *answer)
{
    bool stale = strcmp(answer->error, "invalid_cursor") == 0 && !trace->restarted;
    bool gone = strcmp(answer->error, "thread_not_found") == 0 && trace->thread_ts != NULL;

    if (gone) {
        g_clear_pointer(&trace->thread_ts, g_free);
    }
    if (stale) {
        trace->restarted = true;
    }
    if (stale || gone) {
        rewind_pages(trace);
    }
    return stale || gone;
}

static void on_page(void *arg, const SlackAnswer *answer)
{
    SlackTrace *trace = arg;

    trace->call = NULL;
    if (answer->class == SLACK_OK) {
        read_page(trace, answer);
    } else if (start_over(trace, answer)) {
        ask_page(trace);
    } else {
        finish(trace, ends[answer->class], page_method(trace), answer);
    }
}

static void ask(SlackTrace *trace, const char *method, Json *take_args, SlackDone done)
{
    const SlackAsk what = {.method = method, .take_args = take_args, .hurry = SLACK_QUEUE};

    trace->call = slack_api_call(trace->api, &what, done, trace);
}

static void ask_page(SlackTrace *trace)
{
    Json *args = json_new_object();
    g_autofree char *oldest =
        g_strdup_printf("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT,
                        trace->oldest_us / G_USEC_PER_SEC, trace->oldest_us % G_USEC_PER_SEC);

    trace->pages++;
    json_put_text(args, "channel", trace->channel);
    json_put_text(args, "ts", trace->thread_ts);
    json_put_text(args, "oldest", oldest);
    json_put_text(args, "cursor", trace->cursor);
    json_put_int(args, "limit", PAGE);
    json_put_bool(args, "include_all_metadata", true);
    ask(trace, page_method(trace), args, on_page);
}

static void on_opened(void *arg, const SlackAnswer *answer)
{
    SlackTrace *trace = arg;
    const char *channel = json_text(json_object(answer->json, "channel"), "id");

    trace->call = NULL;
    if (answer->class != SLACK_OK || *channel == '\0') {
        finish(trace, ends[answer->class], "conversations.open", answer);
        return;
    }
    trace->channel = g_strdup(channel);
    ask_page(trace);
}

static void ask_open(SlackTrace *trace)
{
    Json *args = json_new_object();

    json_put_text(args, "users", trace->member);
    ask(trace, "conversations.open", args, on_opened);
}

SlackTrace *slack_trace_new(SlackApi *api, const TraceFor *what, TraceDone done, void *arg)
{
    SlackTrace *trace = g_new0(SlackTrace, 1);

    trace->api = api;
    trace->key = g_strdup(what->key);
    trace->channel = g_strdup(what->channel);
    trace->member = g_strdup(what->member);
    trace->thread_ts = g_strdup(what->thread_ts);
    trace->oldest_us = MAX(what->oldest_us, 0);
    trace->done = done;
    trace->arg = arg;
    if (trace->channel != NULL) {
        ask_page(trace);
    } else {
        ask_open(trace);
    }
    return trace;
}

void slack_trace_free(SlackTrace *trace)
{
    if (trace == NULL) {
        return;
    }
    if (trace->call != NULL) {
        slack_api_cancel(trace->call);
    }
    g_free(trace->key);
    g_free(trace->channel);
    g_free(trace->member);
    g_free(trace->thread_ts);
    g_free(trace->cursor);
    g_free(trace);
}
