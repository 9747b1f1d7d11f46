/* What Slack's methods take and allow, and what its errors mean. Two tables; a method or an error
 * is a row.
 *
 * Allowances are the documented floors of the tiers (2: 20, 3: 50, 4: 100 a minute); for the
 * methods with limits of their own, a cautious reading of "hundreds a minute". */

#include <string.h>

#include "bot/slack/api.h"
#include "core/words.h"

#define TIER_2 20
#define TIER_3 50
#define TIER_4 100
/* chat.postMessage: several hundred a minute in a whole workspace. */
#define POSTS 300

#define JSON true
#define FORM false
/* Doing it twice: */
#define SAME  true
#define TWICE false

#define ANY_READ    "channels:read,groups:read,im:read,mpim:read"
#define ANY_HISTORY "channels:history,groups:history,im:history,mpim:history"

/* Not repeatable by themselves: what posts; what uses up a trigger, since a second views.open of
 * one that was done says that the trigger is gone; and apps.connections.open, whose caller counts
 * its attempts. */
static const SlackMethod methods[] = {
    {"apps.connections.open", FORM, TIER_3, false, TWICE, "connections:write"},
    {"auth.test", JSON, TIER_4, false, SAME, ""},
    {"bots.info", FORM, TIER_3, false, SAME, "users:read"},
    {"chat.delete", JSON, TIER_3, false, SAME, "chat:write"},
    {"chat.getPermalink", FORM, TIER_4, false, SAME, ""},
    {"chat.postEphemeral", JSON, TIER_4, true, TWICE, "chat:write"},
    {"chat.postMessage", JSON, POSTS, true, TWICE, "chat:write"},
    {"chat.update", JSON, TIER_3, false, SAME, "chat:write"},
    {"conversations.history", JSON, TIER_3, false, SAME, ANY_HISTORY},
    {"conversations.info", FORM, TIER_3, false, SAME, ANY_READ},
    {"conversations.join", JSON, TIER_3, false, SAME, "channels:join"},
    {"conversations.members", FORM, TIER_4, false, SAME, ANY_READ},
    {"conversations.open", JSON, TIER_3, false, SAME, "im:write"},
    {"conversations.replies", FORM, TIER_3, false, SAME, ANY_HISTORY},
    {"files.completeUploadExternal", JSON, TIER_4, false, TWICE, "files:write"},
    {"files.getUploadURLExternal", FORM, TIER_4, false, SAME, "files:write"},
    {"pins.add", JSON, TIER_2, false, SAME, "pins:write"},
    {"team.info", JSON, TIER_3, false, SAME, "team:read"},
    {"usergroups.list", FORM, TIER_2, false, SAME, "usergroups:read"},
    {"usergroups.users.list", FORM, TIER_2, false, SAME, "usergroups:read"},
    {"users.conversations", FORM, TIER_3, false, SAME, ANY_READ},
    {"users.info", FORM, TIER_4, false, SAME, "users:read"},
    {"users.list", FORM, TIER_2, false, SAME, "users:read"},
    {"views.open", JSON, TIER_4, false, TWICE, "", .waited_for = true},
    {"views.publish", JSON, TIER_4, false, SAME, "", .waited_for = true},
    {"views.push", JSON, TIER_4, false, TWICE, "", .waited_for = true},
    {"views.update", JSON, TIER_4, false, SAME, "", .waited_for = true},
};

const SlackMethod *slack_methods(size_t *count)
{
    *count = G_N_ELEMENTS(methods);
    return methods;
}

const SlackMethod *slack_method(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (strcmp(methods[i].name, name) == 0) {
            return &methods[i];
        }
    }
    return NULL;
}

typedef struct ErrorRow {
    const char *error;
    SlackClass class;
    WordId words; /* 0: the class's own */
} ErrorRow;

/* What an error means for one method alone; looked at first. "views." stands for all of them. */
static const struct {
    const char *method;
    ErrorRow row;
} special[] = {
    {"chat.delete", {"message_not_found", SLACK_OK, 0}}, /* gone, as was wanted */
    {"views.", {"not_found", SLACK_LATE, 0}},            /* closed meanwhile */
    {"views.publish", {"not_enabled", SLACK_SETUP, W_SLACK_NO_HOME}},
};

/* In Slack's own order of things: the installation, the set-up, the target, the request, time. */
static const ErrorRow errors[] = {
    {"access_denied", SLACK_AUTH, W_SLACK_REFUSED},
    {"account_inactive", SLACK_AUTH, W_SLACK_REMOVED},
    {"invalid_auth", SLACK_AUTH, W_SLACK_REFUSED},
    {"not_authed", SLACK_AUTH, W_SLACK_REFUSED},
    {"org_login_required", SLACK_AUTH, W_SLACK_LOGIN},
    {"token_expired", SLACK_AUTH, W_SLACK_REFUSED},
    {"token_revoked", SLACK_AUTH, W_SLACK_REMOVED},

    {"accesslimited", SLACK_SETUP, W_SLACK_FORBIDDEN},
    {"deprecated_endpoint", SLACK_SETUP, W_SLACK_GONE_METHOD},
    {"ekm_access_denied", SLACK_SETUP, W_SLACK_FORBIDDEN},
    {"enterprise_is_restricted", SLACK_SETUP, W_SLACK_FORBIDDEN},
    {"file_type_not_allowed", SLACK_SETUP, W_SLACK_NO_FILES},
    {"file_upload_size_restricted", SLACK_SETUP, W_SLACK_NO_FILES},
    {"file_uploads_disabled", SLACK_SETUP, W_SLACK_NO_FILES},
    {"forbidden_team", SLACK_SETUP, W_SLACK_FORBIDDEN},
    {"is_bot", SLACK_SETUP, W_SLACK_TOKEN_KIND},
    {"messages_tab_disabled", SLACK_SETUP, W_SLACK_NO_MESSAGES},
    {"method_deprecated", SLACK_SETUP, W_SLACK_GONE_METHOD},
    {"missing_scope", SLACK_SETUP, W_SLACK_NO_SCOPE},
    {"no_permission", SLACK_SETUP, W_SLACK_NO_SCOPE},
    {"not_allowed_token_type", SLACK_SETUP, W_SLACK_TOKEN_KIND},
    {"not_enabled", SLACK_SETUP, W_SLACK_FORBIDDEN},
    {"permission_denied", SLACK_SETUP, W_SLACK_FORBIDDEN},
    {"socket_mode_not_enabled", SLACK_SETUP, W_SLACK_NO_SOCKET},
    {"storage_limit_reached", SLACK_SETUP, W_SLACK_NO_FILES},
    {"team_access_not_granted", SLACK_SETUP, W_SLACK_NOT_GRANTED},
    {"two_factor_setup_required", SLACK_SETUP, W_SLACK_FORBIDDEN},
    {"unknown_method", SLACK_SETUP, W_SLACK_GONE_METHOD},

    {"app_access_restricted", SLACK_TARGET, W_SLACK_USER_NO_APPS},
    {"cannot_reply_to_message", SLACK_TARGET, W_SLACK_THREAD_CLOSED},
    {"cant_delete_message", SLACK_TARGET, W_SLACK_NOT_MINE},
    {"cant_update_message", SLACK_TARGET, W_SLACK_NOT_MINE},
    {"channel_is_limited_access", SLACK_TARGET, W_SLACK_NO_ACCESS},
    {"channel_not_found", SLACK_TARGET, W_SLACK_NO_CHANNEL},
    {"edit_window_closed", SLACK_TARGET, W_SLACK_TOO_OLD},
    {"invalid_channel", SLACK_TARGET, W_SLACK_NO_CHANNEL},
    {"invalid_user_combination", SLACK_TARGET, W_SLACK_USERS_APART},
    {"is_archived", SLACK_TARGET, W_SLACK_ARCHIVED},
    {"is_inactive", SLACK_TARGET, W_SLACK_ARCHIVED},
    {"message_not_found", SLACK_TARGET, W_SLACK_NO_MESSAGE},
    {"method_not_supported_for_channel_type", SLACK_TARGET, W_SLACK_CHANNEL_KIND},
    {"no_such_subteam", SLACK_TARGET, W_SLACK_NO_GROUP},
    {"not_in_channel", SLACK_TARGET, W_SLACK_NOT_IN_CHANNEL},
    {"not_pinnable", SLACK_TARGET, W_SLACK_NOT_PINNABLE},
    {"not_reactable", SLACK_TARGET, W_SLACK_MAY_NOT_POST},
    {"plan_upgrade_required", SLACK_TARGET, W_SLACK_NO_GROUP},
    {"posting_to_channel_denied", SLACK_TARGET, W_SLACK_MAY_NOT_POST},
    {"restricted_action", SLACK_TARGET, W_SLACK_MAY_NOT_POST},
    {"restricted_action_non_threadable_channel", SLACK_TARGET, W_SLACK_MAY_NOT_POST},
    {"restricted_action_read_only_channel", SLACK_TARGET, W_SLACK_MAY_NOT_POST},
    {"restricted_action_thread_locked", SLACK_TARGET, W_SLACK_THREAD_CLOSED},
    {"restricted_action_thread_only_channel", SLACK_TARGET, W_SLACK_MAY_NOT_POST},
    {"thread_locked", SLACK_TARGET, W_SLACK_THREAD_CLOSED},
    {"thread_not_found", SLACK_TARGET, W_SLACK_NO_THREAD},
    {"too_many_bookmarks", SLACK_TARGET, W_SLACK_TOO_MANY_MARKS},
    {"too_many_emoji", SLACK_TARGET, W_SLACK_TOO_MANY_MARKS},
    {"too_many_members", SLACK_TARGET, W_SLACK_CHANNEL_FULL},
    {"too_many_pins", SLACK_TARGET, W_SLACK_TOO_MANY_PINS},
    {"too_many_reactions", SLACK_TARGET, W_SLACK_TOO_MANY_MARKS},
    {"user_disabled", SLACK_TARGET, W_SLACK_USER_GONE},
    {"user_not_found", SLACK_TARGET, W_SLACK_NO_USER},
    {"user_not_in_channel", SLACK_TARGET, W_SLACK_USER_NOT_THERE},
    {"user_not_visible", SLACK_TARGET, W_SLACK_USER_HIDDEN},
    {"users_not_found", SLACK_TARGET, W_SLACK_NO_USER},

    {"app_not_found", SLACK_REQUEST, 0},
    {"attachment_payload_limit_exceeded", SLACK_REQUEST, 0},
    {"bad_timestamp", SLACK_REQUEST, 0},
    {"block_mismatch", SLACK_REQUEST, 0},
    {"channels_limit_exceeded", SLACK_REQUEST, 0},
    {"duplicate_channel_not_found", SLACK_REQUEST, 0},
    {"duplicate_external_id", SLACK_REQUEST, 0},
    {"duplicate_message_not_found", SLACK_REQUEST, 0},
    {"failed_export", SLACK_REQUEST, 0},
    {"insecure_request", SLACK_REQUEST, 0},
    {"invalid_app", SLACK_REQUEST, 0},
    {"invalid_arg_name", SLACK_REQUEST, 0},
    {"invalid_arguments", SLACK_REQUEST, 0},
    {"invalid_array_arg", SLACK_REQUEST, 0},
    {"invalid_blocks", SLACK_REQUEST, 0},
    {"invalid_blocks_format", SLACK_REQUEST, 0},
    {"invalid_charset", SLACK_REQUEST, 0},
    {"invalid_emoji", SLACK_REQUEST, 0},
    {"invalid_form_data", SLACK_REQUEST, 0},
    {"invalid_json", SLACK_REQUEST, 0},
    {"invalid_limit", SLACK_REQUEST, 0},
    {"invalid_link", SLACK_REQUEST, 0},
    {"invalid_manifest", SLACK_REQUEST, 0},
    {"invalid_metadata_format", SLACK_REQUEST, 0},
    {"invalid_metadata_schema", SLACK_REQUEST, 0},
    {"invalid_name", SLACK_REQUEST, 0},
    {"invalid_post_type", SLACK_REQUEST, 0},
    {"invalid_time", SLACK_REQUEST, 0},
    {"invalid_ts_latest", SLACK_REQUEST, 0},
    {"invalid_ts_oldest", SLACK_REQUEST, 0},
    {"invalid_types", SLACK_REQUEST, 0},
    {"json_not_object", SLACK_REQUEST, 0},
    {"limit_required", SLACK_REQUEST, 0},
    {"markdown_text_conflict", SLACK_REQUEST, 0},
    {"metadata_must_be_sent_from_app", SLACK_REQUEST, 0},
    {"metadata_too_large", SLACK_REQUEST, 0},
    {"missing_args", SLACK_REQUEST, 0},
    {"missing_argument", SLACK_REQUEST, 0},
    {"missing_post_type", SLACK_REQUEST, 0},
    {"msg_blocks_too_long", SLACK_REQUEST, 0},
    {"msg_too_long", SLACK_REQUEST, 0},
    {"no_text", SLACK_REQUEST, 0},
    {"not_enough_users", SLACK_REQUEST, 0},
    {"push_limit_reached", SLACK_REQUEST, 0},
    {"snippet_too_large", SLACK_REQUEST, 0},
    {"streaming_state_conflict", SLACK_REQUEST, 0},
    {"team_not_found", SLACK_REQUEST, 0},
    {"time_in_past", SLACK_REQUEST, 0},
    {"time_too_far", SLACK_REQUEST, 0},
    {"too_many_attachments", SLACK_REQUEST, 0},
    {"too_many_users", SLACK_REQUEST, 0},
    {"update_failed", SLACK_REQUEST, 0},
    {"users_list_not_supplied", SLACK_REQUEST, 0},
    {"view_too_large", SLACK_REQUEST, 0},

    {"already_in_channel", SLACK_OK, 0},
    {"already_pinned", SLACK_OK, 0},
    {"already_reacted", SLACK_OK, 0},

    {"exchanged_trigger_id", SLACK_LATE, 0},
    {"expired_trigger_id", SLACK_LATE, 0},
    {"expired_url", SLACK_LATE, 0},
    {"file_not_found", SLACK_LATE, 0}, /* the upload was not finished in time */
    {"hash_conflict", SLACK_LATE, 0},
    {"invalid_cursor", SLACK_LATE, 0}, /* begin again at the first page */
    {"invalid_scheduled_message_id", SLACK_LATE, 0},
    {"invalid_trigger_id", SLACK_LATE, 0},
    {"used_url", SLACK_LATE, 0},

    {"external_channel_migrating", SLACK_RETRY, 0},
    {"message_limit_exceeded", SLACK_RETRY, 0}, /* for hours */
    {"rate_limited", SLACK_RETRY, 0},
    {"ratelimited", SLACK_RETRY, 0},
    {"restricted_too_many", SLACK_RETRY, 0},
    {"team_added_to_org", SLACK_RETRY, 0},
    {"too_many_requests", SLACK_RETRY, 0},

    {"fatal_error", SLACK_UNSURE, 0},
    {"fetch_members_failed", SLACK_UNSURE, 0},
    {"file_update_failed", SLACK_UNSURE, 0},
    {"internal_error", SLACK_UNSURE, 0},
    {"request_timeout", SLACK_UNSURE, 0},
    {"service_unavailable", SLACK_UNSURE, 0},
};

/* Reasons for a restriction come and go. */
static const ErrorRow restricted = {"restricted_action_", SLACK_TARGET, W_SLACK_MAY_NOT_POST};
static const ErrorRow unknown = {"", SLACK_REQUEST, 0};

/* "views." is every method of that family. */
static bool is_for(const char *row, const char *method)
{
    return g_str_has_suffix(row, ".") ? g_str_has_prefix(method, row) : strcmp(row, method) == 0;
}

static const ErrorRow *row_of(const char *method, const char *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(special); i++) {
        if (is_for(special[i].method, method) && strcmp(special[i].row.error, error) == 0) {
            return &special[i].row;
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (strcmp(errors[i].error, error) == 0) {
            return &errors[i];
        }
    }
    return g_str_has_prefix(error, restricted.error) ? &restricted : &unknown;
}

const char *slack_class_people(SlackClass class)
{
    switch (class) {
    case SLACK_OK:
        return "";
    case SLACK_AUTH:
        return words_template(W_SLACK_REFUSED);
    case SLACK_SETUP:
        return words_template(W_SLACK_FORBIDDEN);
    case SLACK_TARGET:
        return words_template(W_SLACK_NO_CHANNEL);
    case SLACK_REQUEST:
        return words_template(W_SLACK_ODD);
    case SLACK_LATE:
        return words_template(W_SLACK_TOO_LATE);
    case SLACK_RETRY:
        return words_template(W_SLACK_BUSY);
    case SLACK_UNSURE:
        return words_template(W_SLACK_SILENT);
    }
    return "";
}

SlackClass slack_error_class(const char *method, const char *error, const char **people)
{
    const ErrorRow *row = row_of(method, error);

    if (people != NULL) {
        *people = row->words != 0 ? words_template(row->words) : slack_class_people(row->class);
    }
    return row->class;
}
