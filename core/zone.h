#pragma once

/* Time zones by their IANA names, and what to offer to somebody who typed another one. */

#include <glib.h>

/* A zone by its IANA name, exactly: "Europe/Berlin", "America/Argentina/Ushuaia", or "UTC"; NULL
 * when there is none of that name. Refused are offsets ("+02:00", "Etc/GMT+5") and the old short
 * names ("CET", "EST"): half of them know no summer time, and nobody remembers which half. Any text
 * may be given; only what is shaped like a name is looked up. Free with g_time_zone_unref. */
GTimeZone *zone_open(const char *name) __attribute__((warn_unused_result));

/* The zones that may have been meant, for "did you mean": at most `max`, best first, from a list of
 * our own by city, country and abbreviation ("berlin", "Germany", "CET", "PST", "Europe/Berln").
 * May be empty. Free with g_strfreev. */
char **zone_suggest(const char *name, unsigned max);
