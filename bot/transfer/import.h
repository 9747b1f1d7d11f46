#pragma once

/* anchord import: objectives, key results and readings from files into the store (docs/export.md).
 */

/* The subcommand; argv[0] is "import". 0: done; 1: a mistake in a file, each told with its place,
 * or the store failed, and nothing was changed; 2: wrong usage. */
int import_main(int argc, char **argv);
