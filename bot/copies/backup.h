#pragma once

/* anchord backup: a copy of the store, while the daemon runs. */

int backup_main(int argc, char **argv);
