#include "bot/chart/type.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <pango/pangocairo.h>

#define FAMILY    "DejaVu Sans, Noto Sans, Sans"
#define CHARS_MAX 200 /* more than fits any room; setting a line takes time */
#define HALO      8.0
#define RISE      0.73 /* of the size */
#define LEAST_FIT 0.6  /* of the size; below that nobody reads it */
#define TALLEST   1.5  /* of the size: stacked marks are cut off there, not drawn over others */
#define ABOVE     0.7  /* of that, above the baseline */

static const struct {
    double size;
    PangoWeight weight;
} faces[] = {
    [TYPE_TITLE] = {40, PANGO_WEIGHT_BOLD},    [TYPE_LABEL] = {36, PANGO_WEIGHT_BOLD},
    [TYPE_METRIC] = {36, PANGO_WEIGHT_NORMAL}, [TYPE_NOW] = {48, PANGO_WEIGHT_BOLD},
    [TYPE_STATUS] = {34, PANGO_WEIGHT_BOLD},   [TYPE_VALUE] = {34, PANGO_WEIGHT_BOLD},
    [TYPE_SMALL] = {34, PANGO_WEIGHT_NORMAL},
};

static void set_options(PangoContext *context)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
}

/* Its own fonts, which go with it: the library's would stay with the thread. */
void type_init(Type *type)
{
    type->cr = NULL;
    type->fonts = pango_cairo_font_map_new();
    type->context = pango_font_map_create_context(type->fonts);
    pango_context_set_base_dir(type->context, PANGO_DIRECTION_LTR);
    pango_context_set_language(type->context, pango_language_from_string("en"));
    set_options(type->context);
}

void type_clear(Type *type)
{
    g_clear_object(&type->context);
    g_clear_object(&type->fonts);
}

static bool is_blank(gunichar c)
{
    return g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029;
}

/* One line of UTF-8, and no more of it than could be seen. */
static char *one_line(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, (size_t)CHARS_MAX * 8));
    GString *out = g_string_new(NULL);
    int n = 0;

    for (char *p = valid; *p != '\0' && n < CHARS_MAX; p = g_utf8_next_char(p), n++) {
        gunichar c = g_utf8_get_char(p);

        g_string_append_unichar(out, is_blank(c) ? ' ' : c);
    }
    return g_string_free(out, FALSE);
}

struct TypeLine {
    PangoLayout *layout;
    double size; /* of its letters */
    double width;
};

static void line_measure(TypeLine *line)
{
    PangoRectangle extents;

    pango_layout_get_extents(line->layout, NULL, &extents);
    line->width = ceil((double)extents.width / PANGO_SCALE);
}

static void line_set_size(TypeLine *line, TypeFace face, double share)
{
    PangoFontDescription *font = pango_font_description_from_string(FAMILY);

    line->size = faces[face].size * share;
    pango_font_description_set_weight(font, faces[face].weight);
    pango_font_description_set_absolute_size(font, line->size * PANGO_SCALE);
    pango_layout_set_font_description(line->layout, font);
    pango_font_description_free(font);
    line_measure(line);
}

static void line_set_room(TypeLine *line, double room)
{
    if (line->width > room) {
        pango_layout_set_ellipsize(line->layout, PANGO_ELLIPSIZE_END);
        pango_layout_set_width(line->layout, (int)floor(fmax(room, 0) * PANGO_SCALE));
        line_measure(line);
    }
}

/* As wide as it likes. */
static TypeLine *line_new(const Type *type, TypeFace face, const char *text)
{
    TypeLine *line = g_new0(TypeLine, 1);
    g_autofree char *clean = one_line(text != NULL ? text : "");

    line->layout = pango_layout_new(type->context);
    pango_layout_set_single_paragraph_mode(line->layout, TRUE);
    pango_layout_set_auto_dir(line->layout, FALSE);
    pango_layout_set_text(line->layout, clean, -1);
    line_set_size(line, face, 1);
    return line;
}

/* Pango names some families whatever there is; a letter that nobody can draw tells. */
bool type_has_fonts(const Type *type)
{
    g_autoptr(TypeLine) line = line_new(type, TYPE_SMALL, "a");

    return pango_layout_get_unknown_glyphs_count(line->layout) == 0;
}

void type_line_free(TypeLine *line)
{
    if (line == NULL) {
        return;
    }
    g_object_unref(line->layout);
    g_free(line);
}

TypeLine *type_line(const Type *type, TypeFace face, const char *text, double room)
{
    TypeLine *line = line_new(type, face, text);

    line_set_room(line, room);
    return line;
}

TypeLine *type_line_fit(const Type *type, TypeFace face, const char *text, double room)
{
    TypeLine *line = line_new(type, face, text);

    if (line->width > room) {
        line_set_size(line, face, fmax(room / line->width, LEAST_FIT));
        line_set_room(line, room);
    }
    return line;
}

double type_width(const TypeLine *line)
{
    return line->width;
}

double type_rise(TypeFace face)
{
    return faces[face].size * RISE;
}

/* From here on nothing is drawn above or below the line's own strip. */
static void clip_strip(const Type *type, const TypeLine *line, double x, double baseline)
{
    double tall = line->size * TALLEST;

    cairo_rectangle(type->cr, x - HALO, baseline - tall * ABOVE, line->width + 2 * HALO, tall);
    cairo_clip(type->cr);
}

static void move_to_line(const Type *type, const TypeLine *line, double x, double baseline)
{
    double rise = (double)pango_layout_get_baseline(line->layout) / PANGO_SCALE;

    cairo_move_to(type->cr, x, baseline - rise);
}

void type_draw(const Type *type, const TypeLine *line, double x, double baseline)
{
    cairo_save(type->cr);
    clip_strip(type, line, x, baseline);
    move_to_line(type, line, x, baseline);
    pango_cairo_show_layout(type->cr, line->layout);
    cairo_restore(type->cr);
}

void type_draw_over(const Type *type, const TypeLine *line, double x, double baseline,
                    Colour colour)
{
    cairo_save(type->cr);
    clip_strip(type, line, x, baseline);
    COLOUR_SET(type->cr, colour);
    cairo_set_line_width(type->cr, HALO);
    cairo_set_line_join(type->cr, CAIRO_LINE_JOIN_ROUND);
    move_to_line(type, line, x, baseline);
    pango_cairo_layout_path(type->cr, line->layout);
    cairo_stroke(type->cr);
    cairo_restore(type->cr);
    type_draw(type, line, x, baseline);
}
