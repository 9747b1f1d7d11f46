#pragma once

/* Servers of our own on loopback, each connection in a thread, read and written without mercy. A
 * connection that hears nothing for some seconds ends by itself. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "bot/loop.h"

typedef struct Peer Peer;
/* Plays one connection; `nth` counts from 0 as they were accepted. The descriptor is closed after
 * it. */
typedef void (*PeerServe)(Peer *peer, int fd, int nth);

Peer *peer_new(PeerServe serve, void *arg);
void peer_free(Peer *peer); /* cuts what is open, and waits for its threads */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Peer, peer_free)
void *peer_arg(Peer *peer);
int peer_port(const Peer *peer);
int peer_connections(Peer *peer);                                       /* how many came so far */
char *peer_url(const Peer *peer, const char *scheme, const char *rest); /* caller frees */
/* A port of loopback on which nobody listens. */
int peer_no_port(void);

/* The same behind TLS, by the program openssl: for the name localhost, believed by whom reads
 * `*ca_file`. NULL: there is no such program. One connection at a time. */
Peer *peer_new_tls(PeerServe serve, void *arg, const char **ca_file);

/* Bytes: false at the end, on failure, or when nothing came in time. */
bool peer_read(int fd, void *bytes, size_t len);
bool peer_write(int fd, const void *bytes, size_t len);
bool peer_say(int fd, const char *text);
void peer_reset(int fd); /* the close to come is a reset */
/* An HTTP head up to and with its empty line; NULL at the end. Caller frees. */
char *peer_head(int fd);
/* A whole request, head and body. Caller frees. */
char *peer_request(int fd);

/* Websockets. */
bool peer_upgrade(int fd, char **head); /* answers 101; `head` may be NULL, else the caller frees */
char *peer_accept_of(const char *head); /* what Sec-WebSocket-Accept must be; caller frees */
bool peer_frame(int fd, int opcode, bool final, const void *payload, size_t len);

typedef struct PeerFrame {
    int opcode;
    bool final, masked, reserved;
    uint8_t *payload; /* unmasked, NUL-ended; caller frees */
    size_t len;
} PeerFrame;

bool peer_read_frame(int fd, PeerFrame *frame);

/* Runs the loop until somebody quits it; fails the test when nobody does for a long while. */
void peer_run(Loop *loop);
