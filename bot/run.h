#pragma once

/* `anchord run`: the daemon. The loop is the main thread; the engine has its own. They speak
 * through the inbox one way and through loop_post the other. */

int run_main(int argc, char **argv);
