#pragma once

/* The rows of the command table and the forms behind them; each command is one file in this folder.
 */

#include "core/command.h"
#include "core/dialog.h"
#include "core/form.h"

extern const Command command_open, command_status, command_mine, command_show, command_checkin,
    command_away, command_close, command_retro, command_list, command_history, command_learnings,
    command_actions, command_decide, command_setup, command_help, command_okr_objective,
    command_okr_kr, command_okr_update, command_okr_list, command_okr_help, command_okr_link,
    command_okr_unlink, command_okr_dismiss;

extern const Form form_open, form_checkin, form_setup, form_close, form_retro, form_objective,
    form_kr, form_update, form_dismiss;
