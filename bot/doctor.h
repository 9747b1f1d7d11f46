#pragma once

/* `anchord doctor`: connects to each workspace as the daemon would, and says what works, what scope
 * or right is missing, and how to mend it. Posts nothing. Exit code: 0 when all is well, 1 when
 * something is not. */

int doctor_main(int argc, char **argv);
