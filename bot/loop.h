#pragma once

/* The loop's thread: one GMainContext, in which libwebsockets, libcurl and the small HTTP server
 * are guests. Other threads hand work to it by loop_post; everything else here is its own.
 *
 * Nothing is freed inside its own callback: retire it, and the loop frees it after the turn. */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

typedef struct Loop Loop;
typedef void (*LoopCall)(void *arg);
typedef struct LoopTimer LoopTimer;

Loop *loop_new(void);
void loop_free(Loop *loop); /* runs nothing any more; what was posted is freed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Loop, loop_free)
GMainContext *loop_context(Loop *loop); /* borrowed; also the thread's default while it runs */
void loop_run(Loop *loop);              /* until loop_quit */
void loop_quit(Loop *loop);             /* any thread */

/* Any thread: `call(arg)` happens on the loop's thread, in the order of posting. Calls that are
 * posted while the loop is busy come in one go. `drop` frees `arg` where the loop ends first; NULL:
 * nothing to free. */
void loop_post(Loop *loop, LoopCall call, void *arg, GDestroyNotify drop);

/* Calls once, `ms` from now (0: after this turn). The timer is freed when it has run or been
 * stopped. */
LoopTimer *loop_after(Loop *loop, int64_t ms, LoopCall call, void *arg);
void loop_stop(LoopTimer **timer); /* NULL inside is fine; sets it to NULL */
/* Freed after the turn that is under way. */
void loop_retire(Loop *loop, void *take, GDestroyNotify free_it);
/* Milliseconds, monotonic, read once a turn. For time-outs; never stored. */
int64_t loop_now_ms(Loop *loop);
