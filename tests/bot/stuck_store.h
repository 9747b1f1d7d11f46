#pragma once

/* A store whose commits can be held up, as by a disk that does not answer. One at a time. */

#include "bot/store/store.h"

/* From now on it is that store's commits that are held up, while they are. */
void stuck_store_use(Store *store);
void stuck_store_hold(void);
void stuck_store_let_go(void);
/* A commit is being held up. Any thread. */
bool stuck_store_holds(void);
