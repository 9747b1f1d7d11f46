/* Few colours make a small picture, and one that is written quickly. The edges of letters and lines
 * are what has many, and there, at three pixels for one, nobody sees the difference. */

#include "bot/chart/png.h"

#include <cairo.h>

#include "bot/chart/draw.h"
#include "bot/chart/palette.h"

#define LEVELS 5 /* in each channel, from black to white */

typedef cairo_surface_t Surface;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Surface, cairo_surface_destroy)
typedef cairo_t Canvas;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Canvas, cairo_destroy)

static GQuark chart_error(void)
{
    return g_quark_from_static_string("anchord-chart-error");
}

static bool went_well(cairo_status_t status, GError **error)
{
    if (status != CAIRO_STATUS_SUCCESS) {
        g_set_error(error, chart_error(), status, "drawing a chart: %s",
                    cairo_status_to_string(status));
    }
    return status == CAIRO_STATUS_SUCCESS;
}

static bool in_palette(guint32 pixel)
{
    static const guint32 palette[] = {
#define X(name, rgb) (rgb),
        PALETTE(X)
#undef X
    };

    for (size_t i = 0; i < G_N_ELEMENTS(palette); i++) {
        if (pixel == palette[i]) {
            return true;
        }
    }
    return false;
}

/* The palette's colours stay; of all others each channel becomes the nearest of a few levels. */
static guint32 fewer(guint32 pixel)
{
    guint32 out = 0;

    if (in_palette(pixel)) {
        return pixel;
    }
    for (int shift = 0; shift < 24; shift += 8) {
        guint32 level = (((pixel >> shift) & 0xff) * (LEVELS - 1) + 127) / 255;

        out |= (level * 255 / (LEVELS - 1)) << shift;
    }
    return out;
}

static void reduce_row(guint32 *pixels, int width)
{
    guint32 last = 0, reduced = 0;

    for (int x = 0; x < width; x++) {
        guint32 pixel = pixels[x] & 0xffffff;

        if (pixel != last) {
            last = pixel;
            reduced = fewer(pixel);
        }
        pixels[x] = reduced;
    }
}

static void reduce_colours(cairo_surface_t *surface)
{
    int width = cairo_image_surface_get_width(surface);
    int height = cairo_image_surface_get_height(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);

    cairo_surface_flush(surface);
    for (int y = 0; y < height; y++) {
        unsigned char *row = cairo_image_surface_get_data(surface) + (size_t)y * stride;

        reduce_row((guint32 *)(void *)row, width); /* Cairo aligns rows for it */
    }
    cairo_surface_mark_dirty(surface);
}

static cairo_status_t append(void *closure, const unsigned char *data, unsigned int length)
{
    GByteArray *out = closure;

    g_byte_array_append(out, data, length);
    return CAIRO_STATUS_SUCCESS;
}

static GBytes *encode(cairo_surface_t *surface, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();

    if (!went_well(cairo_surface_write_to_png_stream(surface, append, out), error)) {
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static bool draw(cairo_surface_t *surface, Type *type, const Sheet *sheet, GError **error)
{
    g_autoptr(Canvas) cr = cairo_create(surface);

    type->cr = cr;
    draw_sheet(type, sheet);
    type->cr = NULL;
    return went_well(cairo_status(cr), error);
}

GBytes *chart_png(const Chart *chart, GError **error)
{
    g_auto(Type) type = {0};

    if (chart->panels->len == 0) {
        g_set_error_literal(error, chart_error(), 0, "drawing a chart: it has no key result");
        return NULL;
    }
    type_init(&type);
    Sheet sheet = sheet_of(chart, &type);
    g_autoptr(Surface) surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, SHEET_WIDTH, sheet.height);

    if (!went_well(cairo_surface_status(surface), error) || !draw(surface, &type, &sheet, error)) {
        return NULL;
    }
    reduce_colours(surface);
    return encode(surface, error);
}
