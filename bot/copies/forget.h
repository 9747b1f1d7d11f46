#pragma once

/* anchord forget: a member's name and words go, the team's numbers stay. */

int forget_main(int argc, char **argv);
