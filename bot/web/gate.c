#include "bot/web/gate.h"

#include <string.h>

#include "core/token.h"
#include "core/words.h"

/* "Bearer anchord_…"; NULL where it is nothing of the kind. */
static const char *bearer(const char *authorization)
{
    size_t scheme = strlen("Bearer ");

    if (authorization == NULL || g_ascii_strncasecmp(authorization, "Bearer ", scheme) != 0) {
        return NULL;
    }
    authorization += scheme;
    authorization += strspn(authorization, " ");
    return *authorization != '\0' ? authorization : NULL;
}

/* "application/json", whatever its charset is said to be: JSON is UTF-8. */
static bool is_json(const char *type)
{
    size_t len = type != NULL ? strcspn(type, "; \t") : 0;

    return len == strlen("application/json") &&
           g_ascii_strncasecmp(type, "application/json", len) == 0;
}

/* What stands in the way before anybody knows whose request it is. */
static bool is_refused(const Request *request, Response *refusal)
{
    if (strcmp(request->method, "POST") != 0) {
        *refusal = response_error(405, say(W_READINGS_METHOD));
        refusal->allow = "POST";
    } else if (request->query) {
        *refusal = response_error(400, say(W_READINGS_URL));
    } else if (bearer(request->authorization) == NULL) {
        *refusal = response_error(401, say(W_READINGS_NO_TOKEN));
    } else if (request->length < 0) {
        *refusal = response_error(411, say(W_READINGS_LENGTH));
    } else if (request->length > GATE_BODY_MAX) {
        *refusal = response_error(413, say(W_READINGS_LARGE, N("max", GATE_BODY_MAX)));
    } else if (!is_json(request->content_type)) {
        *refusal = response_error(415, say(W_READINGS_TYPE));
    } else {
        return false;
    }
    return true;
}

bool gate_pass(const Request *request, Ration *ration, int64_t now_us, char **hash,
               Response *refusal)
{
    int retry_s = 0;

    if (is_refused(request, refusal)) {
        return false;
    }
    g_autofree char *whose = token_hash(bearer(request->authorization));

    if (!ration_take(ration, whose, now_us, &retry_s)) {
        *refusal = response_error(
            429, say(W_READINGS_OFTEN, N("max", RATION_REQUESTS), N("seconds", retry_s)));
        refusal->retry_s = retry_s;
        return false;
    }
    *hash = g_steal_pointer(&whose);
    return true;
}
