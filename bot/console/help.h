#pragma once

/* What `:help` shows. */

#include "bot/console/render.h"

char *help_text(const RenderStyle *style); /* caller frees */
