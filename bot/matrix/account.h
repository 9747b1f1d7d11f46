#pragma once

/* Who we are on the homeserver: discovery (.well-known), versions, a given access token or a
 * password (then the device and its token are kept, and used again), whoami. A daemon that logs in
 * at each start locks itself out: the password is used only where no kept token is good, at most
 * once in ten minutes, always with the kept device.
 *
 * Thread: the loop's. */

#include "bot/matrix/api.h"

typedef struct MatrixAccount MatrixAccount;

typedef enum AccountState {
    ACCOUNT_STARTING, /* looking for the homeserver, logging in, asking who we are */
    ACCOUNT_READY,    /* whoami answered, and it is who the configuration names */
    ACCOUNT_BROKEN,   /* the homeserver cannot be reached; trying again, 1 s to 2 min apart */
    ACCOUNT_REFUSED,  /* final until an administrator acts: `why` says what to do; asked again every
                         five minutes only where a token may be good again (the account was locked,
                         the token's end was an error) */
} AccountState;

typedef struct MatrixAccountConfig {
    const char *workspace;    /* for the log */
    const char *homeserver;   /* base URL; NULL: discovered from `user` */
    const char *user;         /* "@anchord:example.org" */
    const char *access_token; /* NULL: */
    const char *password;     /* … then this; NULL: none */
    bool appservice; /* the token is an as_token: whoami has no device, and asks for `user` */
    /* Kept from an earlier run; NULL: nothing. */
    const char *kept_homeserver, *kept_device, *kept_token;
} MatrixAccountConfig;

typedef struct MatrixAccountOps {
    void (*changed)(void *arg, AccountState state);
    /* To be stored before the login is used: NULL-valued names are forgotten. matrix_account_kept
     * says that it is stored. */
    void (*keep)(void *arg, const char *homeserver, const char *device, const char *token);
} MatrixAccountOps;

MatrixAccount *matrix_account_new(Loop *loop, MatrixApi *api, const MatrixAccountConfig *config,
                                  const MatrixAccountOps *ops, void *arg);
void matrix_account_free(MatrixAccount *account);
void matrix_account_start(MatrixAccount *account);
/* What `keep` told is stored: the login may be used. */
void matrix_account_kept(MatrixAccount *account);
AccountState matrix_account_state(const MatrixAccount *account);
/* For people: what is wrong and how to mend it; "" when ACCOUNT_READY. Holds no token. */
const char *matrix_account_why(const MatrixAccount *account);
const char *matrix_account_user(const MatrixAccount *account);   /* as whoami said; NULL before */
const char *matrix_account_device(const MatrixAccount *account); /* NULL: none */
