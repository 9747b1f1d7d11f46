#pragma once

/* The colours of a chart, each 0xRRGGBB. Light paper with an edge that shows on light and on dark;
 * what is to be read stands out from its ground by 4.5 to 1 or more. */

#define PALETTE(X)                                                                                 \
    X(PAPER, 0xf7f7f7)                                                                             \
    X(EDGE, 0x8c949c)                                                                              \
    X(GROUND, 0xffffff) /* of a plot */                                                            \
    X(RULE, 0xd6dee7)                                                                              \
    X(INK, 0x182131)                                                                               \
    X(MUTED, 0x525a6b)                                                                             \
    X(READING, 0x1852bd)                                                                           \
    X(LINE, 0x6b7384) /* the trajectory, dashed */                                                 \
    X(TARGET, 0x186b39)                                                                            \
    X(BAND, 0xe7f7ef) /* between two targets */                                                    \
    X(WEDGE, 0xe7efff)                                                                             \
    X(HATCH, 0x94b5ef)                                                                             \
    X(SPRINT, 0xf3eef7)                                                                            \
    X(SPRINT_HATCH, 0xc4b3d4)                                                                      \
    X(GOOD, 0x186b39)                                                                              \
    X(WARN, 0x8c4a00)                                                                              \
    X(BAD, 0xb51829)

typedef enum Colour {
#define X(name, rgb) COLOUR_##name = (rgb),
    PALETTE(X)
#undef X
} Colour;

#define COLOUR_SET(cr, colour)                                                                     \
    cairo_set_source_rgb((cr), (((colour) >> 16) & 0xff) / 255.0,                                  \
                         (((colour) >> 8) & 0xff) / 255.0, ((colour)&0xff) / 255.0)
