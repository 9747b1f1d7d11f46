#pragma once

/* The rules that are not negotiable, in one place (framework: Governance rules). Each writes its
 * refusal. */

#include "core/form.h"

/* May this team open another sprint? Not with max_active_sprints of them, and not while one is in
 * closing. */
CheckResult governance_may_open(const Turn *turn, const Team *team, GString *why);

/* The owners a text names, the home team first ("West, Marketing"; NULL: the home team alone), as
 * an array of Team * (borrowed). CHECK_WRONG: a person, or a team nobody knows. CHECK_NEED: take
 * the turn again. */
CheckResult governance_owners(Turn *turn, const char *text, GPtrArray *owners, GString *why);

/* The tactical KR that a text names among the owners': by number (the home team's first), by
 * statement, by a unique part of it. An unknown one is answered with the list. */
CheckResult governance_anchor(const GPtrArray *owners, const char *text, Team **team,
                              Tactical **anchor, GString *why);

/* The window may outlast the anchor's period by so many days at most. */
CheckResult governance_window(const Turn *turn, const Team *team, const Tactical *anchor,
                              Window window, GString *why);

/* A list of the owners' tactical KRs: "1. …; 2. …". Caller frees. */
char *governance_anchor_list(const GPtrArray *owners);
