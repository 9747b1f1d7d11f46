# What every target of ours is compiled with.
add_library(warnings INTERFACE)
target_compile_options(warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wswitch-enum -Wundef -Wvla -Wformat=2 -Wwrite-strings
  -Wnull-dereference -Wimplicit-fallthrough -Wdouble-promotion
  # clang looks into GLib's macros, and g_utf8_next_char() casts const away
  $<$<C_COMPILER_ID:GNU>:-Wcast-qual>
  # GLib's G_DEFINE_AUTOPTR and friends, and designated tables with empty cells
  -Wno-missing-field-initializers)
if(ANCHORD_WERROR)
  target_compile_options(warnings INTERFACE -Werror)
endif()
target_compile_definitions(warnings INTERFACE
  _GNU_SOURCE GLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_74 GLIB_VERSION_MAX_ALLOWED=GLIB_VERSION_2_74)
