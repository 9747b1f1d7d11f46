#pragma once

/* Is it a sprint at all? A way of three questions at most, which ends in the form, filled in, or in
 * what to do instead (framework: Not a sprint, and said so when somebody tries). Nothing is kept
 * between the questions: what was answered so far comes with each answer. */

#include "core/turn.h"

/* Goes as far as `path` answers, and asks the next. Typed it reads "1 2 1" or "number 2 yes", on a
 * button "number.2.yes". */
void guide_walk(Turn *turn, const char *path);
/* A button was pressed; what it carries may be anything. */
void guide_press(Turn *turn, const char *value);
