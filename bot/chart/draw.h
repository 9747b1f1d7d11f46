#pragma once

/* The whole picture, on a surface of the sheet's size. */

#include "bot/chart/sheet.h"

void draw_sheet(const Type *type, const Sheet *sheet);
