/* Markdown, and the pieces in which a long text fits into messages. */

#include "core/rollup_text.h"

#include <string.h>

#include "core/followup_reading.h"
#include "core/rollup_show.h"
#include "core/show.h"
#include "core/words.h"

/* --- text of people within it --- */

/* In one line, with a backslash before whatever Markdown would take for markup. */
static char *plain(const char *text)
{
    GString *out = g_string_new(NULL);

    for (const char *p = text; *p != '\0'; p++) {
        if (strchr("\\`*_{}[]<>()#|~&!", *p) != NULL) {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, *p == '\n' ? ' ' : *p);
    }
    return g_string_free(out, FALSE);
}

/* Appends a cell of a table row, and frees it. */
static void cell(GString *out, char *take_text)
{
    g_autofree char *text = take_text;

    g_string_append_printf(out, " %s |", text);
}

static void cell_said(GString *out, const char *text)
{
    cell(out, plain(text));
}

static void line(GString *out, char *take_text)
{
    g_autofree char *text = take_text;

    g_string_append(out, text);
    g_string_append_c(out, '\n');
}

/* --- sprints --- */

static char *change_cell(bool known, Decimal change, const Unit *unit)
{
    return known ? show_change(change, unit) : g_strdup("");
}

static char *ratio_cell(bool known, Decimal ratio)
{
    return known ? ratio_text(ratio) : g_strdup("");
}

static void movement_cells(GString *out, const RollupSprint *of)
{
    const Movement *movement = &of->movement;
    const Unit *unit = &of->sprint->anchor_unit;
    g_autofree char *moved = change_cell(of->moved, movement->moved, unit);
    g_autofree char *lift = change_cell(of->moved && movement->lift_known, movement->lift, unit);

    cell_said(out, moved_name(of->sprint->retro.moved));
    cell_said(out, moved);
    cell(out, ratio_cell(of->moved && movement->share_known, movement->share));
    cell_said(out, lift);
}

static char *of_text(int32_t reached, int32_t n)
{
    return say(W_ROLLUP_MD_OF, N("reached", reached), N("n", n));
}

static void later_cells(GString *out, const Sprint *sprint)
{
    for (size_t i = 0; i < FOLLOWUP_READING_COUNT; i++) {
        const FollowUp *later = followup_reading_of(sprint, followup_reading_days[i]);
        g_autofree char *value =
            later != NULL ? value_text(later->value, &sprint->anchor_unit) : g_strdup("");

        cell_said(out, value);
    }
}

static void sprint_row(GString *out, const RollupSprint *of)
{
    const Sprint *sprint = of->sprint;
    bool closed = sprint->state == SPRINT_CLOSED;
    g_autofree char *state = rollup_show_state(sprint);

    g_string_append(out, "|");
    cell(out, g_strdup_printf("%d", sprint->number));
    cell_said(out, sprint->trigger);
    cell_said(out, sprint->anchor_statement);
    cell(out, g_strdup(state));
    movement_cells(out, of);
    cell(out, closed ? of_text(of->reached, of->krs) : g_strdup(""));
    cell(out, of_text(of->held, of->due));
    later_cells(out, sprint);
    g_string_append_c(out, '\n');
}

static void sprints(GString *out, const Rollup *rollup)
{
    if (rollup->opened == 0) {
        line(out, say(rollup->over ? W_ROLLUP_NONE : W_ROLLUP_NONE_SO_FAR));
        return;
    }
    line(out, say(W_ROLLUP_MD_SUMS, N("opened", rollup->opened), N("closed", rollup->closed),
                  N("open", rollup->opened - rollup->closed), N("early", rollup->ended_early),
                  N("reached", rollup->reached), N("krs", rollup->krs), N("held", rollup->held),
                  N("due", rollup->due), N("yes", rollup->moved[MOVED_YES]),
                  N("partly", rollup->moved[MOVED_PARTLY]), N("no", rollup->moved[MOVED_NO])));
    g_string_append_c(out, '\n');
    line(out, say(W_ROLLUP_MD_SPRINTS));
    for (guint i = 0; i < rollup->sprints->len; i++) {
        sprint_row(out, &g_array_index(rollup->sprints, RollupSprint, i));
    }
}

static void causes(GString *out, const Rollup *rollup)
{
    bool any = false;

    for (Cause cause = CAUSE_UNSAID + 1; cause < CAUSE_COUNT; cause++) {
        if (rollup->causes[cause] > 0) {
            if (!any) {
                g_string_append_c(out, '\n');
                line(out, say(W_ROLLUP_MD_CAUSES));
                g_string_append_c(out, '\n');
            }
            any = true;
            g_string_append(out, "- ");
            line(out,
                 say(W_ROLLUP_CAUSE, N("n", rollup->causes[cause]), S("cause", cause_name(cause))));
        }
    }
}

/* --- tactical KRs --- */

static char *result_text(const RollupKr *of)
{
    return say(of->tactical->dropped ? W_ROLLUP_KR_DROPPED
               : of->reached         ? W_ROLLUP_MD_YES
                                     : W_ROLLUP_MD_NO);
}

static void kr_line(GString *out, const RollupKr *of)
{
    const Kr *kr = of->tactical->track->kr;
    g_autofree char *baseline = value_text(kr->baseline, &kr->unit);
    g_autofree char *value =
        of->read ? value_text(of->value, &kr->unit) : say(W_ROLLUP_KR_NOT_READ);
    g_autofree char *target = rollup_show_target(kr, kr->target, kr->target_high);
    g_autofree char *before = rollup_show_targets(of->tactical);

    g_string_append(out, "|");
    cell(out, g_strdup_printf("%d", kr->number));
    cell_said(out, kr->statement);
    cell_said(out, baseline);
    cell_said(out, value);
    cell_said(out, target);
    cell_said(out, before);
    cell(out, ratio_cell(of->progress_known, of->progress));
    cell(out, result_text(of));
    g_string_append_c(out, '\n');
}

static void krs(GString *out, const Rollup *rollup)
{
    if (rollup->krs_of_period->len == 0) {
        return;
    }
    g_string_append_c(out, '\n');
    line(out, say(W_ROLLUP_MD_KRS));
    for (guint i = 0; i < rollup->krs_of_period->len; i++) {
        kr_line(out, &g_array_index(rollup->krs_of_period, RollupKr, i));
    }
}

char *rollup_text_markdown(const Rollup *rollup)
{
    GString *out = g_string_new(NULL);
    g_autofree char *period = plain(rollup->period->name);
    g_autofree char *team = plain(rollup->team->name);
    g_autofree char *first = day_text(rollup->period->days.first);
    g_autofree char *last = day_text(rollup->period->days.last);

    line(out, say(rollup->over ? W_ROLLUP_MD_TITLE : W_ROLLUP_MD_TITLE_SO_FAR, S("period", period),
                  S("team", team)));
    g_string_append_c(out, '\n');
    line(out, say(W_ROLLUP_MD_DAYS, S("first", first), S("last", last)));
    g_string_append_c(out, '\n');
    sprints(out, rollup);
    causes(out, rollup);
    krs(out, rollup);
    return g_string_free(out, FALSE);
}

/* --- pieces --- */

static void free_text(gpointer text)
{
    g_free(text);
}

GPtrArray *rollup_text_pieces(const char *text, size_t max)
{
    GPtrArray *pieces = g_ptr_array_new_with_free_func(free_text);
    const char *start = text, *end = text;

    while (*end != '\0') {
        const char *next = end + strcspn(end, "\n");

        next += *next == '\n';
        if (end > start && (size_t)(next - start) > max) {
            g_ptr_array_add(pieces, g_strndup(start, (gsize)(end - start)));
            start = end;
        }
        end = next;
    }
    if (end > start) {
        g_ptr_array_add(pieces, g_strndup(start, (gsize)(end - start)));
    }
    return pieces;
}
