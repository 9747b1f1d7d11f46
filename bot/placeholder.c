#include "bot/log.h"
typedef int bot_placeholder;
