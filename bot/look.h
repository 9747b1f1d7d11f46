#pragma once

/* How a card's numbers look wherever they are shown as rich text: texts with marks (core/words.h),
 * for adapters to render. Pure. */

#include "core/card.h"

/* Appends "22% → 27% → 35%" with where it stands in bold, since that is what people look for; other
 * texts as they are. */
void look_values(GString *out, const char *values);
/* Appends "▰▰▰▱▱▱▱▱▱▱ 38%"; `progress` in thousandths, known. */
void look_bar(GString *out, int32_t progress);
/* Appends "▼ behind": a shape and a word, so that no status is told by its colour alone. */
void look_status(GString *out, PaceStatus status);
/* A fact's label: "Owner:", "Did it move?". Caller frees. */
char *look_label(const char *label);
