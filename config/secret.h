#pragma once

/* Where a secret comes from: the environment, a file, a credential that systemd hands over, or the
 * configuration itself. Nothing said here ever holds the secret. */

#include <sys/types.h>

#include <glib.h>

#define SECRET_MAX 4096

/* "${NAME}", "file:PATH", "credential:NAME" (in $CREDENTIALS_DIRECTORY), or the secret as it is;
 * that one is refused when the configuration, whose mode is given, may be read by everybody, as a
 * file is that others may read or its group may write. NULL, and in `*wrong` what is wrong and what
 * to do (caller frees, as the result). */
char *secret_resolve(const char *text, mode_t config_mode, char **wrong)
    __attribute__((warn_unused_result));
void secret_free(char *secret); /* NULL is fine; leaves nothing behind */
