#pragma once

/* `anchord console [--db FILE]`: the whole bot in a terminal, or in a pipe; no account, no network.
 */

/* argv[0] is "console". Exit codes: 0 fine, 1 failed at run time, 2 wrong usage. */
int console_main(int argc, char **argv);
