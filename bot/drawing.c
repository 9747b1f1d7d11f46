#include "bot/drawing.h"

#include "bot/artist.h"
#include "bot/log.h"

struct Drawing {
    gint refs; /* the owner's, and one for each picture under way */
    Loop *loop;
    DrawingDone done; /* NULL once the owner is gone */
    void *arg;
    GThreadPool *pool; /* made for the first chart: many a day has none */
    Artist *artist;
};

typedef struct Sheet {
    Drawing *drawing;
    int64_t row;
    Chart *chart;
    GBytes *png;
} Sheet;

static void drawing_unref(Drawing *drawing)
{
    if (g_atomic_int_dec_and_test(&drawing->refs)) {
        artist_free(drawing->artist);
        g_free(drawing);
    }
}

static void sheet_free(gpointer data)
{
    Sheet *sheet = data;

    drawing_unref(sheet->drawing);
    chart_free(sheet->chart);
    g_clear_pointer(&sheet->png, g_bytes_unref);
    g_free(sheet);
}

static void hand_over(void *arg)
{
    Sheet *sheet = arg;

    if (sheet->drawing->done != NULL) {
        sheet->drawing->done(sheet->drawing->arg, sheet->row, sheet->png);
    }
    sheet_free(sheet);
}

/* On the pool's thread. */
static void draw(gpointer data, gpointer user_data)
{
    g_autoptr(GError) error = NULL;
    Sheet *sheet = data;

    (void)user_data;
    sheet->png = artist_draw(sheet->drawing->artist, sheet->chart, &error);
    if (sheet->png == NULL) {
        log_warning("chart_not_drawn", F_STR("why", error->message));
    }
    loop_post(sheet->drawing->loop, hand_over, sheet, sheet_free);
}

Drawing *drawing_new(Loop *loop, DrawingDone done, void *arg)
{
    Drawing *drawing = g_new0(Drawing, 1);

    *drawing =
        (Drawing){.refs = 1, .loop = loop, .done = done, .arg = arg, .artist = artist_new(NULL)};
    return drawing;
}

void drawing_free(Drawing *drawing)
{
    if (drawing == NULL) {
        return;
    }
    drawing->done = NULL;
    if (drawing->pool != NULL) {
        /* Waits for the one that is being drawn: nobody would see the others. */
        g_thread_pool_free(drawing->pool, TRUE, TRUE);
    }
    drawing_unref(drawing);
}

void drawing_draw(Drawing *drawing, int64_t row, const Chart *chart)
{
    Sheet *sheet = g_new0(Sheet, 1);

    *sheet = (Sheet){drawing, row, chart_copy(chart), NULL};
    g_atomic_int_inc(&drawing->refs);
    if (drawing->pool == NULL) {
        drawing->pool = g_thread_pool_new_full(draw, NULL, sheet_free, 1, FALSE, NULL);
    }
    g_thread_pool_push(drawing->pool, sheet, NULL);
    // cppcheck-suppress memleak ; it is the pool's
}
