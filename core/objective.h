#pragma once

/* Judges objectives: one sentence that says a direction, and neither figures nor work. */

#include "core/challenge.h"

Judgement objective_judge(const char *text);
