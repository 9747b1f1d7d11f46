#pragma once

/* Slack's Web API for one workspace: one client that knows each method's form of body and its
 * limits, waits ahead of time where Slack would say no, honours Retry-After per method, and says
 * what an error means (Slack's Web API reference: rate limits, errors of each method).
 *
 * It repeats by itself only what certainly was not done (429, no connection); what may have been
 * done is handed back as SLACK_UNSURE, since a second chat.postMessage would be a second message.
 *
 * Thread: the loop's. */

#include "bot/json.h"
#include "bot/net/http.h"

typedef struct SlackApi SlackApi;
typedef struct SlackCall SlackCall;

typedef enum SlackClass {
    SLACK_OK,      /* done, or as good as done (already_pinned) */
    SLACK_AUTH,    /* the installation is over: stop, tell, probe at a low rate */
    SLACK_SETUP,   /* a scope or setting is missing: this feature is off until somebody mends it */
    SLACK_TARGET,  /* for good for this channel, user or message */
    SLACK_REQUEST, /* our own mistake, or one we do not know: never repeated; logged */
    SLACK_LATE,    /* the trigger, view or hash is gone */
    SLACK_RETRY,   /* certainly not done; may be tried again (the deadline came first, or Slack
                      asks for a wait that is the caller's to plan: team_added_to_org) */
    SLACK_UNSURE,  /* may have been done */
} SlackClass;

typedef struct SlackAnswer {
    SlackClass class;
    const char *error;  /* Slack's own code ("channel_not_found"), "http_404" without one, or "" */
    const Json *json;   /* the whole answer; NULL when there was none */
    const char *needed; /* the scopes missing_scope named; "" */
    const char *scopes; /* what is granted, as the answer's header said; NULL */
    const char *people; /* what to tell people of it: "the channel is archived"; "" when SLACK_OK */
} SlackAnswer;

typedef void (*SlackDone)(void *arg, const SlackAnswer *answer); /* borrowed for the call */

/* `token` is kept and never printed; `api_url` ends in "/"; `ca_file` as in HttpRequest. The http
 * client is borrowed. */
SlackApi *slack_api_new(Loop *loop, Http *http, const char *workspace, const char *api_url,
                        const char *ca_file, const char *token);
void slack_api_free(SlackApi *api); /* calls under way end untold */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SlackApi, slack_api_free)
/* Why the last call got no answer, in the transport's own words; "" when it got one. */
const char *slack_api_lost(const SlackApi *api);

typedef enum SlackHurry {
    SLACK_SOON,  /* somebody waits for it: goes ahead of what can wait (views.open, ephemerals) */
    SLACK_QUEUE, /* in turn */
} SlackHurry;

typedef struct SlackAsk {
    const char *method; /* "chat.postMessage" */
    Json *take_args;    /* an object; NULL: none */
    SlackHurry hurry;
    int64_t deadline_ms; /* from now: what cannot be sent by then is SLACK_RETRY, or SLACK_UNSURE
                            where an attempt may have done it; 0: ten minutes */
    const char *token;   /* instead of the workspace's (apps.connections.open); NULL */
} SlackAsk;

/* Methods on one channel that Slack counts per channel (chat.postMessage, chat.postEphemeral) keep
 * one second between them; the channel is read from the arguments. `done` is called exactly once,
 * never from inside, unless the call is cancelled. */
SlackCall *slack_api_call(SlackApi *api, const SlackAsk *ask, SlackDone done, void *arg);
void slack_api_cancel(SlackCall *call);
/* A POST of JSON to a response_url, or of bytes to an upload URL: secrets, used once, never logged.
 * The answer's class tells how it ended: SLACK_LATE when the URL is used up. Tried for a minute. */
SlackCall *slack_api_post_url(SlackApi *api, const char *url, const char *content_type,
                              const void *body, size_t len, SlackDone done, void *arg);

/* While the token is refused, calls but auth.test end as SLACK_AUTH at once, and so does what
 * waits. Calls with a token of their own and secret URLs go on: it says nothing about them. */
bool slack_api_refused(const SlackApi *api);
void slack_api_set_refused(SlackApi *api, bool refused);
/* Slack holds a method back (429) until then, in the loop's milliseconds: told each time. Nothing
 * may be called from inside. */
typedef void (*SlackHeldBack)(void *arg, const char *method, int64_t until_ms);
void slack_api_on_held_back(SlackApi *api, SlackHeldBack held_back, void *arg);
/* How many calls wait or are under way, for metrics. */
size_t slack_api_depth(const SlackApi *api);

/* The tables behind it (method.c), also for tests and for `anchord doctor`. */
typedef struct SlackMethod {
    const char *name;
    bool json;          /* takes a JSON body; else form-encoded */
    int32_t per_minute; /* the tier's allowance */
    bool per_channel;   /* one a second and channel */
    bool repeatable;    /* doing it twice does no harm: what is unsure is tried again */
    const char *scope;  /* that it needs, by comma where the kind of channel decides; "" */
    bool waited_for;    /* a person waits for it, and a trigger that ends soon */
} SlackMethod;

const SlackMethod *slack_methods(size_t *count);   /* all that we use */
const SlackMethod *slack_method(const char *name); /* NULL: not one we use */
/* `people` may be NULL. An error that is not known is SLACK_REQUEST. */
SlackClass slack_error_class(const char *method, const char *error, const char **people);
const char *slack_class_people(SlackClass class); /* what can be said of it without an error */
