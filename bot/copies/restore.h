#pragma once

/* anchord restore: a copy takes the store's place. */

int restore_main(int argc, char **argv);
