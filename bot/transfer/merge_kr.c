/* Tactical key results. A sentence says all of one; where it lacks its figures, those in the
 * columns are written into it, so that there is one reader and one challenge for all of them. */

#include <string.h>

#include "bot/transfer/cell.h"
#include "bot/transfer/merge_parts.h"
#include "core/field_check.h"
#include "core/form.h"
#include "core/kr_field.h"
#include "core/text.h"

/* Finding ------------------------------------------------------------------------------------- */

static char *key_of(const Team *team, const char *sentence)
{
    g_autofree char *key = text_key(sentence);

    return g_strdup_printf("%" G_GINT64_FORMAT " %s", team->id.v, key);
}

static void know_kr(Merge *merge, const Team *team, Tactical *tactical)
{
    if (!tactical->dropped) {
        g_hash_table_insert(merge->krs, key_of(team, tactical->track->kr->statement), tactical);
    }
}

void merge_know_krs(Merge *merge, const Team *team)
{
    for (guint i = 0; i < team->tacticals->len; i++) {
        know_kr(merge, team, g_ptr_array_index(team->tacticals, i));
    }
}

static Tactical *kr_saying(Merge *merge, const Team *team, const char *sentence)
{
    g_autofree char *key = key_of(team, sentence);

    return g_hash_table_lookup(merge->krs, key);
}

/* A KR's number in that cell; 0 where it is empty. */
static bool read_number(Merge *merge, Record *record, Column column, int32_t *number)
{
    const char *cell = record_get(record, column);

    *number = 0;
    if (cell == NULL || is_whole_number(cell, number)) {
        return true;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    records_fault(merge->records, record,
                  say(W_IMPORT_NUMBER, S("column", column_name(column)), S("text", quoted)));
    return false;
}

/* Sentences ----------------------------------------------------------------------------------- */

/* A figure as a sentence has it: with its unit, where the cell has a bare number. */
static char *figure(const Record *record, Column column)
{
    const char *cell = record_get(record, column), *unit_cell = record_get(record, COL_UNIT);
    Decimal amount = {0};

    if (unit_cell == NULL || decimal_parse(cell, strlen(cell), &amount) != DECIMAL_OK) {
        return g_strdup(cell);
    }
    Unit unit = cell_to_unit(unit_cell);

    return value_text(amount, &unit);
}

/* The whole sentence of a row. Caller frees. */
static char *sentence_of(const Record *record)
{
    const char *said = record_get(record, COL_KR);
    g_auto(StatementReading) reading = statement_read(said, NULL);
    bool has_baseline = record_get(record, COL_BASELINE) != NULL;
    bool has_target = record_get(record, COL_TARGET) != NULL;

    if (reading.fault == STATEMENT_NO_BASELINE && has_baseline) {
        g_autofree char *now = figure(record, COL_BASELINE);

        return g_strdup_printf("%s (now %s)", said, now);
    }
    if (reading.fault == STATEMENT_NO_NUMBER && has_baseline && has_target) {
        g_autofree char *from = figure(record, COL_BASELINE), *to = figure(record, COL_TARGET);

        return g_strdup_printf("%s from %s to %s", said, from, to);
    }
    return g_strdup(said);
}

/* The one that a row's sentence is on the books as, with or without the figures of its columns. */
static Tactical *kr_meant(Merge *merge, const Team *team, const Record *record)
{
    Tactical *found = kr_saying(merge, team, record_get(record, COL_KR));

    if (found != NULL) {
        return found;
    }
    g_autofree char *sentence = sentence_of(record);

    return kr_saying(merge, team, sentence);
}

/* The challenge of /okr kr; NULL with the fault told. */
static Kr *read_kr(Merge *merge, Record *record, Team *team, const char *sentence, int32_t number)
{
    g_autoptr(Turn) turn = merge_turn(merge, team, team->workspace, team->home);
    g_autoptr(FormValues) values = form_values_new(form_named("okr kr"));
    g_autoptr(GString) why = g_string_new(NULL);
    const char *keep = record_get(record, COL_KEEP);
    FormEntry *entry = form_put(values, "kr", 0, sentence);
    FormEntry *reason = keep != NULL ? form_put(values, "keep", 0, keep) : NULL;

    if (form_check_entry(turn, values, entry, why) == CHECK_OK &&
        (reason == NULL || form_check_entry(turn, values, reason, why) == CHECK_OK)) {
        return kr_field_kr(values, 0, number);
    }
    records_fault(merge->records, record, g_strdup(why->str));
    return NULL;
}

/* Figures ------------------------------------------------------------------------------------- */

/* Beside a unit a bare number is exact. Elsewhere it is read as in chat, where -5 would be a
 * movement; in a file it cannot be one. */
static char *amount_fault(const char *cell, Column column, bool exact, const Kr *kr, Decimal *value)
{
    bool delta = false;
    g_autofree char *text = *cell == '-' ? g_strconcat("= ", cell, NULL) : g_strdup(cell);

    if (exact && decimal_parse(cell, strlen(cell), value) == DECIMAL_OK) {
        return NULL;
    }
    ValueFault fault = value_read(text, &kr->unit, kr->baseline, kr->target, value, &delta);

    if (fault == VALUE_OK && !delta) {
        return NULL;
    }
    g_autofree char *quoted = text_cut(cell, 60);
    g_autofree char *why =
        fault != VALUE_OK ? value_fault_say(fault, quoted, &kr->unit, kr->baseline) : NULL;
    return why != NULL
               ? say(W_IMPORT_CELL, S("column", column_name(column)), S("why", why))
               : say(W_IMPORT_MOVEMENT, S("column", column_name(column)), S("text", quoted));
}

static char *unit_fault(const char *cell, const Kr *kr)
{
    Unit unit = cell_to_unit(cell);

    if (unit_same(&unit, &kr->unit)) {
        return NULL;
    }
    g_autofree char *known = cell_of_unit(&kr->unit), *given = text_cut(cell, 60);

    return say(W_IMPORT_UNIT, S("known", known), S("given", given));
}

bool merge_amount(Merge *merge, Record *record, Column column, const Kr *kr, Decimal *value)
{
    const char *unit = record_get(record, COL_UNIT);
    char *fault = unit != NULL ? unit_fault(unit, kr) : NULL;

    fault = fault != NULL
                ? fault
                : amount_fault(record_get(record, column), column, unit != NULL, kr, value);
    if (fault != NULL) {
        records_fault(merge->records, record, fault);
    }
    return fault == NULL;
}

static bool agrees(Merge *merge, Record *record, Column column, const Kr *kr, Decimal known)
{
    const char *cell = record_get(record, column);
    Decimal given = known;

    if (cell == NULL) {
        return true;
    }
    if (!merge_amount(merge, record, column, kr, &given)) {
        return false;
    }
    if (decimal_cmp(given, known) == 0) {
        return true;
    }
    g_autofree char *said = value_text(given, &kr->unit), *stands = value_text(known, &kr->unit);
    records_fault(merge->records, record,
                  say(W_IMPORT_DIFFERS, S("column", column_name(column)), S("given", said),
                      S("known", stands)));
    return false;
}

/* Nothing in the row's columns speaks against the key result. Beside what it was, a target is the
 * one that it became then, which may have been changed again. */
static bool all_agree(Merge *merge, Record *record, const Kr *kr)
{
    return agrees(merge, record, COL_BASELINE, kr, kr->baseline) &&
           (record_get(record, COL_WAS) != NULL ||
            (agrees(merge, record, COL_TARGET, kr, kr->target) &&
             agrees(merge, record, COL_TARGET_HIGH, kr, kr->target_high)));
}

/* Adding -------------------------------------------------------------------------------------- */

static bool read_confidence(Merge *merge, Record *record, int32_t *confidence)
{
    const char *cell = record_get(record, COL_CONFIDENCE);

    *confidence = cell == NULL ? -1 : 0;
    if (cell == NULL || strcmp(cell, "0") == 0 ||
        (is_whole_number(cell, confidence) && *confidence <= 10)) {
        return true;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    records_fault(merge->records, record, say(W_IMPORT_CONFIDENCE, S("text", quoted)));
    return false;
}

static bool read_dropped(Merge *merge, Record *record, bool *dropped)
{
    const char *cell = record_get(record, COL_DROPPED);
    g_autofree char *word = cell != NULL ? text_fold(cell) : g_strdup(cell_of_yes(false));

    *dropped = strcmp(word, cell_of_yes(true)) == 0;
    if (*dropped || strcmp(word, cell_of_yes(false)) == 0) {
        return true;
    }
    g_autofree char *quoted = text_cut(cell, 40);
    records_fault(merge->records, record,
                  say(W_IMPORT_YES, S("column", column_name(COL_DROPPED)), S("text", quoted)));
    return false;
}

static int32_t next_number(const Team *team)
{
    int32_t number = 0;

    for (guint i = 0; i < team->tacticals->len; i++) {
        number = MAX(number,
                     ((const Tactical *)g_ptr_array_index(team->tacticals, i))->track->kr->number);
    }
    return number + 1;
}

static void tell_kr(Merge *merge, const Team *team, const Kr *kr, const Objective *objective)
{
    say_on(merge->merged->news, W_IMPORT_NEW_KR, S("team", team->name), N("n", kr->number),
           N("objective", objective->number), S("text", kr->statement));
    g_string_append_c(merge->merged->news, '\n');
}

/* As /okr kr refuses it. True where there is room for one more. */
static bool has_room(Merge *merge, Record *record, const Team *team, const Objective *objective)
{
    if (team_tacticals_under(team, objective->id) < TACTICAL_MOST) {
        return true;
    }
    records_fault(merge->records, record,
                  say(W_IMPORT_KR_TOO_MANY, N("n", objective->number),
                      S("period", team_period_of(team, objective->period)->name),
                      N("most", TACTICAL_MOST)));
    return false;
}

static bool add_kr(Merge *merge, Record *record, Team *team, int32_t number, GError **error)
{
    g_autofree char *sentence = sentence_of(record);
    int32_t confidence = -1;
    bool dropped = false;
    Objective *objective = merge_objective_of(merge, record, team);

    if (objective == NULL || !read_confidence(merge, record, &confidence) ||
        !read_dropped(merge, record, &dropped) ||
        (!dropped && !has_room(merge, record, team, objective))) {
        return true;
    }
    g_autoptr(Kr) kr =
        read_kr(merge, record, team, sentence, number > 0 ? number : next_number(team));

    if (kr == NULL || !all_agree(merge, record, kr)) {
        return true;
    }
    kr->id = ID_NEW(KrId, &merge->ids);
    Tactical *tactical = tactical_new(track_new(g_steal_pointer(&kr)), objective->id);

    tactical->confidence = confidence;
    tactical->dropped = dropped;
    g_ptr_array_add(team->tacticals, tactical);
    know_kr(merge, team, tactical);
    g_hash_table_insert(merge->touched, objective, team);
    merge->merged->krs++;
    tell_kr(merge, team, tactical->track->kr, objective);
    return merge_save(merge, record, CHANGE_TACTICAL, team, tactical, error);
}

/* Rows ---------------------------------------------------------------------------------------- */

static bool says_the_same(const char *a, const char *b)
{
    g_autofree char *key_a = text_key(a), *key_b = text_key(b);

    return strcmp(key_a, key_b) == 0;
}

/* What the row says of the KR of that number, or of the one that reads alike, does not fit; NULL
 * where it does. */
static char *kr_fault(const Tactical *numbered, const Tactical *same, const Record *record,
                      int32_t number)
{
    if (numbered != NULL) {
        const Kr *kr = numbered->track->kr;
        g_autofree char *sentence = numbered != same ? sentence_of(record) : NULL;

        return numbered == same || says_the_same(kr->statement, sentence)
                   ? NULL
                   : say(W_IMPORT_KR_OTHER, N("n", number), S("text", kr->statement));
    }
    return same != NULL && number > 0
               ? say(W_IMPORT_KR_NUMBERED, N("n", same->track->kr->number), N("given", number))
               : NULL;
}

/* A dropped one may read like another. */
static bool is_dropped_row(const Record *record)
{
    const char *cell = record_get(record, COL_DROPPED);

    return cell != NULL && g_ascii_strcasecmp(cell, cell_of_yes(true)) == 0;
}

bool merge_kr(Merge *merge, Record *record, Team *team, GError **error)
{
    int32_t number = 0;

    if (!read_number(merge, record, COL_KR_NUMBER, &number)) {
        return true;
    }
    const Tactical *numbered = number > 0 ? team_tactical_number(team, number) : NULL;
    const Tactical *same = is_dropped_row(record) ? NULL : kr_meant(merge, team, record);
    char *fault = kr_fault(numbered, same, record, number);

    if (fault != NULL) {
        records_fault(merge->records, record, fault);
        return true;
    }
    const Tactical *known = numbered != NULL ? numbered : same;

    if (known != NULL) {
        (void)all_agree(merge, record, known->track->kr);
        return true;
    }
    return add_kr(merge, record, team, number, error);
}

static void tell_unknown(Merge *merge, Record *record, const Team *team, Column number, Column said)
{
    const char *numbered = column_name(number), *sentence = column_name(said);

    records_fault(merge->records, record,
                  record_get(record, number) == NULL && record_get(record, said) == NULL
                      ? say(W_IMPORT_KR_WHICH, S("number", numbered), S("said", sentence))
                      : say(W_IMPORT_KR_UNKNOWN, S("team", team->name), S("number", numbered),
                            S("said", sentence)));
}

Tactical *merge_kr_of(Merge *merge, Record *record, const Team *team)
{
    const char *said = record_get(record, COL_KR);
    Tactical *found = NULL;
    int32_t number = 0;

    if (!read_number(merge, record, COL_KR_NUMBER, &number)) {
        return NULL;
    }
    if (number > 0) {
        found = team_tactical_number(team, number);
    } else if (said != NULL) {
        found = kr_meant(merge, team, record);
    }
    if (found == NULL) {
        tell_unknown(merge, record, team, COL_KR_NUMBER, COL_KR);
    }
    return found;
}

Tactical *merge_kr_fed(Merge *merge, Record *record, const Team *team)
{
    const char *said = record_get(record, COL_FEEDS);
    Tactical *found = NULL;
    int32_t number = 0;

    if (!read_number(merge, record, COL_FEEDS_NUMBER, &number)) {
        return NULL;
    }
    if (number > 0) {
        found = team_tactical_number(team, number);
    } else if (said != NULL) {
        found = kr_saying(merge, team, said);
    }
    if (found == NULL) {
        tell_unknown(merge, record, team, COL_FEEDS_NUMBER, COL_FEEDS);
    } else if (said != NULL && !says_the_same(found->track->kr->statement, said)) {
        records_fault(
            merge->records, record,
            say(W_IMPORT_KR_OTHER, N("n", number), S("text", found->track->kr->statement)));
        found = NULL;
    }
    return found;
}

/* At least three ------------------------------------------------------------------------------- */

void merge_tell_counts(Merge *merge)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, merge->touched);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const Objective *objective = key;
        const Team *team = value;
        int32_t n = team_tacticals_under(team, objective->id);

        if (n < TACTICAL_LEAST) {
            say_on(merge->merged->news, W_IMPORT_FEW, S("team", team->name),
                   N("n", objective->number),
                   S("period", team_period_of(team, objective->period)->name), N("count", n));
            g_string_append_c(merge->merged->news, '\n');
        }
    }
}
