/* What a homeserver's errors mean: a table; an error is a row. What has no row is judged by the
 * status alone. */

#include <string.h>

#include "bot/matrix/api.h"
#include "core/words.h"

typedef struct ErrorRow {
    const char *error;
    MatrixClass class;
    WordId words; /* 0: the class's own */
} ErrorRow;

/* They count with every status from 400 to 499: servers do not agree on those. */
static const ErrorRow errors[] = {
    {"M_CONSENT_NOT_GIVEN", MATRIX_AUTH, W_HOMESERVER_CONSENT},
    {"M_MISSING_TOKEN", MATRIX_AUTH, 0},
    {"M_UNKNOWN_TOKEN", MATRIX_AUTH, 0},
    {"M_USER_DEACTIVATED", MATRIX_AUTH, W_HOMESERVER_DEACTIVATED},
    {"M_USER_LOCKED", MATRIX_AUTH, W_HOMESERVER_LOCKED},
    {"M_USER_SUSPENDED", MATRIX_AUTH, W_HOMESERVER_SUSPENDED},
    {"ORG.MATRIX.MSC3823.USER_ACCOUNT_SUSPENDED", MATRIX_AUTH, W_HOMESERVER_SUSPENDED},

    {"M_BAD_STATE", MATRIX_FORBIDDEN, W_HOMESERVER_BANNED},
    {"M_FORBIDDEN", MATRIX_FORBIDDEN, 0},
    {"M_GUEST_ACCESS_FORBIDDEN", MATRIX_FORBIDDEN, 0},
    {"M_INCOMPATIBLE_ROOM_VERSION", MATRIX_FORBIDDEN, W_HOMESERVER_ROOM_VERSION},
    {"M_RESOURCE_LIMIT_EXCEEDED", MATRIX_FORBIDDEN, W_HOMESERVER_FULL},
    {"M_UNABLE_TO_AUTHORISE_JOIN", MATRIX_FORBIDDEN, 0},
    {"M_UNABLE_TO_GRANT_JOIN", MATRIX_FORBIDDEN, 0},
    {"M_UNSUPPORTED_ROOM_VERSION", MATRIX_FORBIDDEN, W_HOMESERVER_ROOM_VERSION},

    {"M_NOT_FOUND", MATRIX_GONE, 0},
    {"M_UNRECOGNIZED", MATRIX_GONE, 0},

    {"M_TOO_LARGE", MATRIX_TOO_LARGE, 0},

    {"M_BAD_JSON", MATRIX_REQUEST, 0},
    {"M_EXCLUSIVE", MATRIX_REQUEST, 0},
    {"M_INVALID_PARAM", MATRIX_REQUEST, 0},
    {"M_INVALID_ROOM_STATE", MATRIX_REQUEST, 0},
    {"M_MISSING_PARAM", MATRIX_REQUEST, 0},
    {"M_NOT_JSON", MATRIX_REQUEST, 0},
    {"M_ROOM_IN_USE", MATRIX_REQUEST, 0},
    {"M_UNKNOWN_DEVICE", MATRIX_REQUEST, 0},
    {"M_USER_IN_USE", MATRIX_REQUEST, 0},

    {"M_DUPLICATE_ANNOTATION", MATRIX_OK, 0},

    {"M_LIMIT_EXCEEDED", MATRIX_RETRY, 0},
};

static MatrixClass status_class(int status)
{
    if (status >= 500) {
        return MATRIX_UNSURE;
    }
    switch (status) {
    case 401:
        return MATRIX_AUTH;
    case 403:
        return MATRIX_FORBIDDEN;
    case 404:
    case 410:
        return MATRIX_GONE;
    case 408:
        return MATRIX_UNSURE;
    case 413:
        return MATRIX_TOO_LARGE;
    case 429:
        return MATRIX_RETRY;
    default:
        return status >= 200 && status < 300 ? MATRIX_OK : MATRIX_REQUEST;
    }
}

static const ErrorRow *row_of(int status, const char *errcode)
{
    for (size_t i = 0; status >= 400 && status < 500 && i < G_N_ELEMENTS(errors); i++) {
        if (strcmp(errors[i].error, errcode) == 0) {
            return &errors[i];
        }
    }
    return NULL;
}

const char *matrix_class_people(MatrixClass class)
{
    switch (class) {
    case MATRIX_OK:
        return "";
    case MATRIX_AUTH:
        return words_template(W_HOMESERVER_TOKEN);
    case MATRIX_FORBIDDEN:
        return words_template(W_HOMESERVER_FORBIDDEN);
    case MATRIX_GONE:
        return words_template(W_HOMESERVER_GONE);
    case MATRIX_TOO_LARGE:
        return words_template(W_HOMESERVER_TOO_LARGE);
    case MATRIX_REQUEST:
        return words_template(W_HOMESERVER_ODD);
    case MATRIX_RETRY:
        return words_template(W_HOMESERVER_BUSY);
    case MATRIX_UNSURE:
        return words_template(W_HOMESERVER_SILENT);
    }
    return "";
}

MatrixClass matrix_error_class(int status, const char *errcode, const char **people)
{
    const ErrorRow *row = row_of(status, errcode);
    MatrixClass class = row != NULL ? row->class : status_class(status);

    if (people != NULL) {
        *people = row != NULL && row->words != 0 ? words_template(row->words)
                                                 : matrix_class_people(class);
    }
    return class;
}
