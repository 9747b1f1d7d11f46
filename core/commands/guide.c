/* /sprint decide, also "help me decide" and "is it a sprint?" */

#include "core/guide.h"
#include "core/commands/commands.h"

const Command command_decide = {.family = "sprint",
                                .name = "decide",
                                .aliases = "is it a sprint,is this a sprint",
                                .usage = "",
                                .help = W_HELP_DECIDE,
                                .example = W_EXAMPLE_DECIDE,
                                .who = WHO_MEMBER,
                                .run = guide_walk};
