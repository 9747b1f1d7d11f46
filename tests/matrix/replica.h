#pragma once

/* A homeserver that answers as it is told, and a clock that is the test's: nothing here waits. A
 * program that runs against it includes replica_ports.h once, in place of the real loop and
 * MatrixApi. */

#include "bot/matrix/api.h"

/* When an answer comes. */
#define REPLICA_ANSWER_MS 10

void replica_open(void);
/* Nothing may be under way any more. */
void replica_close(void);
Loop *replica_loop(void);
MatrixApi *replica_api(void);
int64_t replica_wall_us(void);

void replica_run(int64_t ms); /* everything that happens in so long */

/* The next `times` (-1: all) of such calls are answered so. `what` is "GET
 * rooms/!a:b.test/state/…": the method, then the path decoded, behind /_matrix/client/v3/ and
 * without its query, "*" for anything. The last one said counts. `json` NULL: no body. Calls that
 * nobody spoke of: what is read is not there, what is sent gets its transaction id as "$ID". */
void replica_say(const char *what, int times, MatrixClass class, const char *error,
                 const char *json);
void replica_hang(const char *what, int times); /* never answered */

int replica_count(const char *what);              /* how many were asked so far */
int64_t replica_at_ms(const char *what, int nth); /* when the nth (from 0) was asked; -1: never */
const Json *replica_body(const char *what);       /* of the last one asked; NULL: none */
const char *replica_path(const char *what); /* of the last one asked, decoded, with its query */
int replica_logged(const char *event);      /* lines that begin so */
int replica_dropped(void);                  /* calls of matrix_api_drop_room */

/* Behind replica_ports.h. */
LoopTimer *replica_after(int64_t ms, LoopCall call, void *arg);
void replica_stop(LoopTimer **timer);
void replica_retire(void *take, GDestroyNotify free_it);
int64_t replica_now_ms(void);
MatrixCall *replica_call(const MatrixAsk *ask, MatrixDone done, void *arg);
void replica_cancel(MatrixCall *call);
void replica_drop_room(const char *room);
char *replica_encode(const char *format, va_list parts);
void replica_log(const char *event);
