#pragma once

/* What another system proves itself with when it sends readings (framework: The tactical layer): a
 * secret that is shown once. Kept is its SHA-256 alone, and a token that comes is looked up by
 * that: what is compared is no part of the secret, so how long it takes tells nothing. A secret has
 * 256 random bits, which no table of hashes holds; salt and slow hashing are for what people
 * choose. */

#include "core/team.h"

#define TOKEN_PREFIX   "anchord_"
#define TOKENS_MAX     10 /* that a team may have in use */
#define TOKEN_NAME_MAX 40 /* characters */

Token *token_new(void);
/* A secret as it is shown and sent: "anchord_" and its 64 hexadecimal digits. Caller frees. */
char *token_text(const char *secret);
/* What is kept of that text. Caller frees. */
char *token_hash(const char *text);

bool token_in_use(const Token *token);
/* By name, without case, among those in use; NULL. */
Token *token_named(const Team *team, const char *name);
/* By what is kept of it, revoked or not; NULL. */
const Token *token_of(const Team *team, const char *hash);
int token_count(const Team *team); /* in use */
