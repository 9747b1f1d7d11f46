/* The loop, the log and the MatrixApi of a program that runs against it: this is included by one
 * file, which thereby defines them. */

#include <stdarg.h>

#include "bot/log.h"
#include "tests/matrix/replica.h"

LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg)
{
    (void)loop;
    return replica_after(ms, call, arg);
}

void loop_stop(LoopTimer **timer)
{
    replica_stop(timer);
}

void loop_retire(Loop *loop, void *take, GDestroyNotify free_it)
{
    (void)loop;
    replica_retire(take, free_it);
}

int64_t loop_now_ms(Loop *loop)
{
    (void)loop;
    return replica_now_ms();
}

void log_event(LogLevel level, const char *event, const LogField *fields)
{
    (void)level;
    (void)fields;
    replica_log(event);
}

MatrixCall *matrix_api_call(MatrixApi *api, const MatrixAsk *ask, MatrixDone done, void *arg)
{
    (void)api;
    return replica_call(ask, done, arg);
}

void matrix_api_cancel(MatrixCall *call)
{
    replica_cancel(call);
}

void matrix_api_drop_room(MatrixApi *api, const char *room)
{
    (void)api;
    replica_drop_room(room);
}

char *matrix_path(const char *format, ...)
{
    va_list parts;

    va_start(parts, format);
    char *path = replica_encode(format, parts);

    va_end(parts);
    return path;
}
