#pragma once

/* The websocket to the proxy, kept connected: opened again with backoff, pinged, dropped when it is
 * silent, given up for good when another instance took over. Frames in, text out. Thread: the
 * loop's. */

#include "bot/matrix/push_frame.h"
#include "bot/net/websocket.h"

typedef struct MatrixWire MatrixWire;

typedef enum WireState {
    WIRE_STARTING,
    WIRE_CONNECTED, /* the proxy has us: what happens from here on comes */
    WIRE_BROKEN,    /* trying again, 2 s to 2 min apart with jitter */
    WIRE_REFUSED,   /* the proxy does not know the token: tried again every 5 min */
    WIRE_REPLACED,  /* another instance took over (4001): final */
} WireState;

typedef struct MatrixWireOps {
    void (*changed)(void *arg, WireState state);
    /* A transaction, while it is connected. */
    void (*transaction)(void *arg, PushFrame *take_frame, size_t len);
    /* May it be opened now? Else it is asked again later. */
    bool (*wanted)(void *arg);
} MatrixWireOps;

typedef struct MatrixWireConfig {
    const char *workspace; /* for the log */
    const char *proxy_url; /* wss://… (or ws:// to this machine), without the path */
    const char *as_token;
    const char *ca_file; /* as in WebSocketRequest */
} MatrixWireConfig;

MatrixWire *matrix_wire_new(Loop *loop, WebSockets *sockets, const MatrixWireConfig *config,
                            const MatrixWireOps *ops, void *arg);
void matrix_wire_free(MatrixWire *wire);
void matrix_wire_start(MatrixWire *wire); /* once */
/* Closes cleanly, for good; `done` when it is over, never from inside. Nothing else is told. */
void matrix_wire_stop(MatrixWire *wire, LoopCall done, void *arg);
/* Cuts the connection: what it brought cannot be taken. It is opened again as after any loss. */
void matrix_wire_cut(MatrixWire *wire, const char *why);
/* Counts the connections: an answer belongs on the one that its question came by. */
uint64_t matrix_wire_epoch(const MatrixWire *wire);
void matrix_wire_send(MatrixWire *wire, const char *text); /* lost where it is not connected */
WireState matrix_wire_state(const MatrixWire *wire);
