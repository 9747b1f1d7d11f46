#pragma once

/* The rows of the command table and the forms behind them; each command is one file in this folder.
 */

#include "core/command.h"
#include "core/dialog.h"
#include "core/form.h"

#define COMMAND(name) extern const Command command_##name;
#define FORM(name)    extern const Form form_##name;
#include "core/commands/all.def"
#undef COMMAND
#undef FORM
