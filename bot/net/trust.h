#pragma once

/* Whose certificates libcurl believes. A directory of hashed certificates is read as needed; the
 * one file that holds them all costs a megabyte in each process, so the directory is taken where
 * there is one. SSL_CERT_FILE and SSL_CERT_DIR say otherwise, as they do for OpenSSL itself, and so
 * for the websockets. Thread: any; reads the environment and files. */

#include <stddef.h>

/* What to do: behind what is wrong with a certificate. */
#define TRUST_ADVICE                                                                               \
    "; is it the right host, and this machine's clock right? A private authority goes into "       \
    "ca_file"

typedef struct Trust {
    char *dir;    /* NULL: none */
    char *file;   /* NULL: none */
    char *bundle; /* PEM of several files in one; NULL: none */
    size_t bundle_len;
} Trust;

/* The system's, and what `extra` (a PEM file; NULL: none) holds. */
void trust_init(Trust *trust, const char *extra);
void trust_clear(Trust *trust);
