#pragma once

/* anchord check [-c FILE]: is the configuration fit to run with? Nothing is started, and no network
 * is used. */

/* 0: no mistakes, said on stdout. 2: each mistake on stderr as "FILE:LINE:COLUMN: what is wrong",
 * or wrong usage. `argv[0]` is the subcommand's name. */
int check_main(int argc, char **argv);
