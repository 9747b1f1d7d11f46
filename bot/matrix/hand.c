#include "bot/matrix/hand.h"

#define AGAIN_MS      1000
#define AGAIN_MOST_MS 30000
#define DOUBLINGS_MAX 5

struct MatrixHand {
    Loop *loop;
    MatrixSink sink;
    LoopCall stored;
    void *arg;
    MatrixBatch *batch; /* NULL: free */
    bool given;         /* the sink has it, and did not say yet */
    guint refused;      /* how often */
    LoopTimer *timer;   /* to hand on again, or to tell that it is stored */
};

MatrixHand *matrix_hand_new(Loop *loop, const MatrixSink *sink, LoopCall stored, void *arg)
{
    MatrixHand *hand = g_new(MatrixHand, 1);

    *hand = (MatrixHand){.loop = loop, .sink = *sink, .stored = stored, .arg = arg};
    return hand;
}

static void hand_free(void *data)
{
    MatrixHand *hand = data;

    matrix_batch_free(hand->batch);
    g_free(hand);
}

void matrix_hand_free(MatrixHand *hand)
{
    if (hand != NULL) {
        loop_stop(&hand->timer);
        loop_retire(hand->loop, hand, hand_free);
    }
}

bool matrix_hand_is_free(const MatrixHand *hand)
{
    return hand->batch == NULL;
}

static void give(void *arg)
{
    MatrixHand *hand = arg;

    hand->timer = NULL;
    hand->given = true;
    hand->sink.batch(hand->sink.arg, matrix_batch_ref(hand->batch));
}

void matrix_hand_on(MatrixHand *hand, MatrixBatch *take_batch)
{
    g_assert(hand->batch == NULL);
    hand->batch = take_batch;
    hand->refused = 0;
    give(hand);
}

static void on_stored(void *arg)
{
    MatrixHand *hand = arg;

    hand->timer = NULL;
    g_clear_pointer(&hand->batch, matrix_batch_free);
    hand->stored(hand->arg);
}

void matrix_hand_taken(MatrixHand *hand, bool stored)
{
    if (!hand->given) {
        return;
    }
    hand->given = false;
    if (stored) {
        hand->timer = loop_after(hand->loop, 0, on_stored, hand);
    } else {
        int64_t wait = MIN(AGAIN_MS << MIN(hand->refused, DOUBLINGS_MAX), AGAIN_MOST_MS);

        hand->refused++;
        hand->timer = loop_after(hand->loop, wait, give, hand);
    }
}
