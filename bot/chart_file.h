#pragma once

/* `anchord chart`: a team's key results, or a sprint's, as a PNG file. Nothing in the store is
 * changed. */

int chart_main(int argc, char **argv);
