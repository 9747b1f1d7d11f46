/* A palette makes a small picture, and one that is written quickly. The edges of letters and lines
 * are what has many colours, and there, at three pixels for one, nobody sees the difference. */

#include "bot/chart/png.h"

#include <cairo.h>
#include <png.h>

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
        g_set_error(error, chart_error(), (int)status, "drawing a chart: %s",
                    cairo_status_to_string(status));
    }
    return status == CAIRO_STATUS_SUCCESS;
}

/* The palette's colours, and behind them every mixture of a few levels in each channel. */
#define X(name, rgb) +1
enum { OWN = 0 PALETTE(X), COLOURS = OWN + LEVELS * LEVELS * LEVELS };
#undef X
G_STATIC_ASSERT(COLOURS <= 256);

static const guint32 palette[OWN] = {
#define X(name, rgb) (rgb),
    PALETTE(X)
#undef X
};

typedef struct Rgb {
    guint8 red, green, blue;
} Rgb;

static Rgb rgb_of(guint i)
{
    guint mixed = i - OWN;

    if (i < OWN) {
        return (Rgb){(guint8)(palette[i] >> 16), (guint8)(palette[i] >> 8), (guint8)palette[i]};
    }
    return (Rgb){(guint8)(mixed / (LEVELS * LEVELS) * 255 / (LEVELS - 1)),
                 (guint8)(mixed / LEVELS % LEVELS * 255 / (LEVELS - 1)),
                 (guint8)(mixed % LEVELS * 255 / (LEVELS - 1))};
}

static guint8 index_of(guint32 pixel)
{
    guint mixed = 0;

    for (guint i = 0; i < OWN; i++) {
        if (pixel == palette[i]) {
            return (guint8)i;
        }
    }
    for (int shift = 16; shift >= 0; shift -= 8) {
        mixed = mixed * LEVELS + (((pixel >> shift) & 0xff) * (LEVELS - 1) + 127) / 255;
    }
    return (guint8)(OWN + mixed);
}

static void index_row(const guint32 *pixels, int width, guint8 *out)
{
    guint32 last = palette[0];
    guint8 index = 0;

    for (int x = 0; x < width; x++) {
        guint32 pixel = pixels[x] & 0xffffff;

        if (pixel != last) {
            last = pixel;
            index = index_of(pixel);
        }
        out[x] = index;
    }
}

/* A byte for each pixel. Caller frees. */
static guint8 *indexed(cairo_surface_t *surface, int width, int height)
{
    guint8 *out = g_malloc((size_t)width * (size_t)height);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);

    cairo_surface_flush(surface);
    for (int y = 0; y < height; y++) {
        const unsigned char *row = cairo_image_surface_get_data(surface) + (size_t)y * stride;

        /* Cairo aligns rows for it */
        index_row((const guint32 *)(const void *)row, width, out + (size_t)y * (size_t)width);
    }
    return out;
}

static GBytes *encode(cairo_surface_t *surface, GError **error)
{
    int width = cairo_image_surface_get_width(surface);
    int height = cairo_image_surface_get_height(surface);
    g_autofree guint8 *pixels = indexed(surface, width, height);
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)width,
                       .height = (png_uint_32)height,
                       .format = PNG_FORMAT_RGB_COLORMAP,
                       .colormap_entries = COLOURS};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    g_autofree guint8 *out = g_malloc(size);
    Rgb map[COLOURS];

    for (guint i = 0; i < COLOURS; i++) {
        map[i] = rgb_of(i);
    }
    if (png_image_write_to_memory(&image, out, &size, 0, pixels, 0, map) == 0) {
        g_set_error(error, chart_error(), 0, "drawing a chart: %s", image.message);
        png_image_free(&image);
        return NULL;
    }
    return g_bytes_new(out, size);
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
    return encode(surface, error);
}
