/* One pass over the store: a workspace's teams with all that is theirs, then what lies between
 * them, then its sprints by number. */

#include "bot/transfer/export.h"

#include <stdio.h>
#include <string.h>

#include "bot/transfer/cell.h"
#include "bot/transfer/export_parts.h"
#include "bot/transfer/export_row.h"
#include "bot/transfer/open.h"
#include "core/words.h"

enum { EXIT_WRITTEN = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* For all parts ------------------------------------------------------------------------------- */

const char *export_team_name(const Export *export, TeamId id)
{
    return g_hash_table_lookup(export->teams, &id.v);
}

const Kr *export_kr(const Export *export, KrId id)
{
    return g_hash_table_lookup(export->krs, &id.v);
}

void export_put_sprint(const Export *export, Column column, SprintId id, SinkRow *row)
{
    int number = GPOINTER_TO_INT(g_hash_table_lookup(export->sprints, &id.v));

    row_take(row, column, number > 0 ? g_strdup_printf("%d", number) : NULL);
}

void export_begin_team_row(const Export *export, const char *team, SinkRow *row)
{
    row_put(row, COL_WORKSPACE, export->workspace);
    row_put(row, COL_TEAM, team);
}

void export_readings(Export *export, TableId table, SinkRow *row, const Kr *kr,
                     const GPtrArray *readings)
{
    g_autoptr(GHashTable) retracted = g_hash_table_new(g_int64_hash, g_int64_equal);

    row_of_kr(row, kr);
    row_unit(row, &kr->unit);
    for (guint i = 0; i < readings->len; i++) {
        Reading *reading = g_ptr_array_index(readings, i);

        g_hash_table_add(retracted, &reading->retracts.v);
    }
    for (guint i = 0; i < readings->len; i++) {
        const Reading *reading = g_ptr_array_index(readings, i);

        if (ID_SET(reading->retracts) || g_hash_table_contains(retracted, &reading->id.v)) {
            continue;
        }
        row_day(row, COL_DAY, reading->day);
        row_instant(row, COL_AT, reading->at);
        row_decimal(row, COL_VALUE, reading->value);
        row_put(row, COL_SOURCE, cell_of_source(reading->source));
        row_put(row, COL_SYSTEM, reading->system);
        row_put(row, COL_KEY, reading->source == READING_SYSTEM ? reading->message : NULL);
        sink_put(export->sink, table, row);
    }
}

/* Workspaces ---------------------------------------------------------------------------------- */

/* Which there are (appends SprintId, by number): their numbers are told by what they changed, too.
 */
static bool find_sprints(Export *export, WorkspaceId workspace, GArray *ids, GError **error)
{
    const StoreOps *ops = export->store->ops;
    int32_t next = 0;

    if (!ops->next_sprint_number(export->store, workspace, &next, error)) {
        return false;
    }
    for (int32_t number = 1; number < next; number++) {
        SprintId id = {0};

        if (!ops->sprint_numbered(export->store, workspace, number, &id, error)) {
            return false;
        }
        if (ID_SET(id)) {
            g_array_append_val(ids, id);
            g_hash_table_insert(export->sprints, g_memdup2(&id.v, sizeof id.v),
                                GINT_TO_POINTER(number));
        }
    }
    return true;
}

static bool export_teams(Export *export, const GArray *ids, GError **error)
{
    for (guint i = 0; i < ids->len; i++) {
        if (!export_team(export, g_array_index(ids, TeamId, i), error)) {
            return false;
        }
    }
    return true;
}

static bool export_signals(Export *export, const GArray *teams, GError **error)
{
    export_links(export);
    for (guint i = 0; i < teams->len; i++) {
        if (!export_proposals(export, g_array_index(teams, TeamId, i), error)) {
            return false;
        }
    }
    return true;
}

static bool export_sprints(Export *export, const GArray *ids, GError **error)
{
    for (guint i = 0; i < ids->len; i++) {
        if (!export_sprint(export, g_array_index(ids, SprintId, i), error)) {
            return false;
        }
    }
    return true;
}

static bool export_workspace(Export *export, const char *name, GError **error)
{
    const StoreOps *ops = export->store->ops;
    g_autoptr(GArray) teams = g_array_new(FALSE, FALSE, sizeof(TeamId));
    g_autoptr(GArray) sprints = g_array_new(FALSE, FALSE, sizeof(SprintId));
    WorkspaceId id = {0};

    export->workspace = name;
    g_ptr_array_set_size(export->links, 0);
    return ops->workspace(export->store, name, &id, error) &&
           ops->teams(export->store, id, teams, error) &&
           find_sprints(export, id, sprints, error) && export_teams(export, teams, error) &&
           export_signals(export, teams, error) && export_sprints(export, sprints, error);
}

static bool export_all(Export *export, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    if (!export->store->ops->workspaces(export->store, names, error)) {
        return false;
    }
    for (guint i = 0; i < names->len; i++) {
        if (!export_workspace(export, g_ptr_array_index(names, i), error)) {
            return false;
        }
    }
    return true;
}

static void free_kr(gpointer kr)
{
    kr_free(kr);
}

static void free_link(gpointer link)
{
    kr_link_free(link);
}

bool export_store(Store *store, Instant now, Sink *sink, GError **error)
{
    Export export = {
        .store = store,
        .sink = sink,
        .now = now,
        .teams = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free),
        .krs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_kr),
        .sprints = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
        .links = g_ptr_array_new_with_free_func(free_link),
    };
    bool done = export_all(&export, error);

    g_ptr_array_unref(export.links);
    g_hash_table_unref(export.sprints);
    g_hash_table_unref(export.krs);
    g_hash_table_unref(export.teams);
    return done;
}

/* The subcommand ------------------------------------------------------------------------------ */

static void tell_done(const Sink *sink, const char *where)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (TableId id = 0; id < TABLE_COUNT; id++) {
        g_string_append(list, list->len > 0 ? ", " : "");
        say_on(list, W_EXPORT_ROWS, N("n", sink_rows(sink, id)), S("table", tables[id].name));
    }
    g_autofree char *text = say(W_EXPORT_DONE, S("where", where), S("list", list->str));

    (void)fprintf(stderr, "%s\n", text); /* standard output may be the document */
}

static int export_to(Store *store, bool json, const char *out)
{
    g_autoptr(GError) error = NULL;
    const char *folder = out != NULL ? out : "anchord-export";
    g_autoptr(Sink) sink = json ? sink_json(out, &error) : sink_csv(folder, &error);

    if (sink == NULL || !export_store(store, (Instant){g_get_real_time()}, sink, &error) ||
        !sink_finish(sink, &error)) {
        (void)fprintf(stderr, "anchord export: %s\n", error->message);
        return EXIT_FAILED;
    }
    tell_done(sink, !json ? folder : out != NULL ? out : "-");
    return EXIT_WRITTEN;
}

static int complain(char *take_text)
{
    (void)fprintf(stderr, "%s\n", take_text);
    g_free(take_text);
    return EXIT_USAGE;
}

int export_main(int argc, char **argv)
{
    g_auto(Opened) opened = {0};
    g_autofree char *format = NULL, *out = NULL, *help = tables_help(false);
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_STRING, &format, words_template(W_EXPORT_FORMAT), "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &out, words_template(W_EXPORT_OUT), "PATH"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_set_prgname("anchord export");
    g_option_context_set_summary(context, words_template(W_EXPORT_ABOUT));
    g_option_context_set_description(context, help);
    opened_options(&opened, context);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        return complain(g_strdup_printf("anchord export: %s", error->message));
    }
    if (argc > 1) {
        return complain(say(W_TRANSFER_NOTHING, S("name", "export"), S("word", argv[1])));
    }
    if (format != NULL && strcmp(format, "csv") != 0 && strcmp(format, "json") != 0) {
        return complain(say(W_EXPORT_UNKNOWN_FORMAT, S("format", format)));
    }
    int code = opened_store(&opened, OPEN_NOT);
    return code != EXIT_WRITTEN ? code
                                : export_to(opened.store, g_strcmp0(format, "json") == 0, out);
}
