/* A palette makes a small picture, and one that is written quickly. The edges of letters and lines
 * are what has many colours, and there, at three pixels for one, nobody sees the difference. */

#include "bot/chart/png.h"

#include <math.h>
#include <string.h>

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

static Rgb rgb_split(guint32 pixel)
{
    return (Rgb){(guint8)(pixel >> 16), (guint8)(pixel >> 8), (guint8)pixel};
}

static Rgb rgb_of(guint i)
{
    guint mixed = i - OWN;

    if (i < OWN) {
        return rgb_split(palette[i]);
    }
    return (Rgb){(guint8)(mixed / (LEVELS * LEVELS) * 255 / (LEVELS - 1)),
                 (guint8)(mixed / LEVELS % LEVELS * 255 / (LEVELS - 1)),
                 (guint8)(mixed % LEVELS * 255 / (LEVELS - 1))};
}

#define DARKEST 20 /* of what was white: black paper glares around light letters */

static guint8 lifted(int channel)
{
    return (guint8)(DARKEST + channel * (255 - DARKEST) / 255);
}

/* As light as the colour was dark, and of the same hue: so every mixture at an edge lies between
 * the colours beside it again. */
static Rgb rgb_dark(Rgb light)
{
    int most = MAX(MAX(light.red, light.green), light.blue);
    int least = MIN(MIN(light.red, light.green), light.blue);
    int by = 255 - most - least;

    return (Rgb){lifted(light.red + by), lifted(light.green + by), lifted(light.blue + by)};
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

/* Cairo aligns rows for it. */
static const guint32 *row_of(cairo_surface_t *surface, int y)
{
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);

    return (const guint32 *)(const void *)(cairo_image_surface_get_data(surface) +
                                           (size_t)y * stride);
}

/* A byte for each pixel. Many rows are as the one above. Caller frees. */
static guint8 *indexed(cairo_surface_t *surface, int width, int height)
{
    size_t length = (size_t)width;
    guint8 *out = g_malloc(length * (size_t)height);

    for (int y = 0; y < height; y++) {
        const guint32 *row = row_of(surface, y);
        guint8 *to = out + (size_t)y * length;

        if (y > 0 && memcmp(row, row_of(surface, y - 1), length * sizeof *row) == 0) {
            memcpy(to, to - length, length);
        } else {
            index_row(row, width, to);
        }
    }
    return out;
}

/* `map` belongs to a palette. */
static GBytes *encode(png_image *image, const void *pixels, const void *map, GError **error)
{
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(*image);
    g_autofree guint8 *out = g_malloc(size);

    if (png_image_write_to_memory(image, out, &size, 0, pixels, 0, map) == 0) {
        g_set_error(error, chart_error(), 0, "drawing a chart: %s", image->message);
        png_image_free(image);
        return NULL;
    }
    return g_bytes_new(out, size);
}

static png_image image_of(cairo_surface_t *surface, png_uint_32 format)
{
    return (png_image){.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)cairo_image_surface_get_width(surface),
                       .height = (png_uint_32)cairo_image_surface_get_height(surface),
                       .format = format,
                       .flags = PNG_IMAGE_FLAG_FAST,
                       .colormap_entries = COLOURS};
}

static GBytes *encode_indexed(cairo_surface_t *surface, bool dark, GError **error)
{
    png_image image = image_of(surface, PNG_FORMAT_RGB_COLORMAP);
    g_autofree guint8 *pixels = indexed(surface, (int)image.width, (int)image.height);
    Rgb map[COLOURS];

    for (guint i = 0; i < COLOURS; i++) {
        map[i] = dark ? rgb_dark(rgb_of(i)) : rgb_of(i);
    }
    return encode(&image, pixels, map, error);
}

/* Of another size lines stand between pixels, and what a palette has would tint them. */
static GBytes *encode_whole(cairo_surface_t *surface, bool dark, GError **error)
{
    png_image image = image_of(surface, PNG_FORMAT_RGB);
    g_autofree Rgb *pixels = g_new(Rgb, (size_t)image.width * image.height);

    for (png_uint_32 y = 0; y < image.height; y++) {
        const guint32 *row = row_of(surface, (int)y);

        for (png_uint_32 x = 0; x < image.width; x++) {
            Rgb rgb = rgb_split(row[x]);

            pixels[(size_t)y * image.width + x] = dark ? rgb_dark(rgb) : rgb;
        }
    }
    return encode(&image, pixels, NULL, error);
}

static bool draw(cairo_surface_t *surface, Type *type, const Sheet *sheet, double scale,
                 GError **error)
{
    g_autoptr(Canvas) cr = cairo_create(surface);

    cairo_scale(cr, scale, scale);
    type->cr = cr;
    draw_sheet(type, sheet);
    type->cr = NULL;
    return went_well(cairo_status(cr), error);
}

bool chart_has_fonts(void)
{
    g_auto(Type) type = {0};

    type_init(&type);
    return type_has_fonts(&type);
}

GBytes *chart_png(const Chart *chart, const ChartLook *look, GError **error)
{
    g_auto(Type) type = {0};
    int width = CLAMP(look->width, CHART_WIDTH_MIN, CHART_WIDTH_MAX);
    double scale = (double)width / SHEET_WIDTH;

    if (chart->panels->len == 0) {
        g_set_error_literal(error, chart_error(), 0, "drawing a chart: it has no key result");
        return NULL;
    }
    type_init(&type);
    Sheet sheet = sheet_of(chart, &type);
    int height = (int)ceil(sheet.height * scale);
    g_autoptr(Surface) surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);

    if (!went_well(cairo_surface_status(surface), error) ||
        !draw(surface, &type, &sheet, scale, error)) {
        return NULL;
    }
    cairo_surface_flush(surface);
    return width == SHEET_WIDTH ? encode_indexed(surface, look->dark, error)
                                : encode_whole(surface, look->dark, error);
}
