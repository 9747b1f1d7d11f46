/* Each home is asked for what its state says, one event after the other, and then judged by all of
 * it. */

#include "bot/matrix/examine_parts.h"

#include <string.h>

#include "bot/matrix/power.h"

typedef enum Fact { FACT_NAME, FACT_END, FACT_ENCRYPTION, FACT_CREATE, FACT_POWER, FACTS } Fact;

static const char *const facts[FACTS] = {
    [FACT_NAME] = "m.room.name",
    [FACT_END] = "m.room.tombstone",
    [FACT_ENCRYPTION] = "m.room.encryption",
    [FACT_CREATE] = "m.room.create?format=event", /* its sender counts */
    [FACT_POWER] = "m.room.power_levels",
};

typedef struct Look {
    Examination *examination;
    MatrixApi *api;
    GHashTable *rooms;  /* set of those that we are in */
    GPtrArray *homes;   /* of char *: still to be looked at */
    Json *found[FACTS]; /* of the first of them; NULL: its state has none */
    Fact fact;          /* that is asked for next; FACTS: all are known */
} Look;

static void forget_facts(Look *look)
{
    for (int i = 0; i < FACTS; i++) {
        g_clear_pointer(&look->found[i], cJSON_Delete);
    }
    look->fact = 0;
}

static void look_free(gpointer data)
{
    Look *look = data;

    forget_facts(look);
    g_hash_table_unref(look->rooms);
    g_ptr_array_unref(look->homes);
    g_free(look);
}

/* One home ----------------------------------------------------------------------------------- */

static const char *home_of(const Look *look)
{
    return g_ptr_array_index(look->homes, 0);
}

/* "home West", or by its id. Caller frees. */
static char *title(const Look *look)
{
    const char *name = json_text(look->found[FACT_NAME], "name");

    return g_strconcat("home ", *name != '\0' ? name : home_of(look), NULL);
}

/* Homeservers that know no format give the content alone. */
static void read_power(const Look *look, MatrixPower *power)
{
    const Json *create = look->found[FACT_CREATE];
    g_autoptr(Json) event = json_new_object();

    if (create != NULL && json_object(create, "content") == NULL) {
        json_put(event, "content", cJSON_Duplicate(create, true));
        create = event;
    }
    if (create != NULL) {
        matrix_power_create(power, create);
    }
    matrix_power_levels(power, look->found[FACT_POWER]);
}

/* What is not known is no illness. True: it may. */
static bool examine_power(const Look *look, const char *what)
{
    const char *user = look->examination->workspace->user;
    g_auto(MatrixPower) power = {0};
    int64_t level = 0;

    read_power(look, &power);
    if (!matrix_power_of(&power, user, &level)) {
        return true;
    }
    int64_t to_send = matrix_power_for_event(&power, "m.room.message");
    int64_t to_pin = matrix_power_for_state(&power, "m.room.pinned_events");

    if (level < to_send) {
        matrix_examine_bad(look->examination, what,
                           say(W_EXAMINE_HOME_MUTE, N("level", level), N("needed", to_send)));
        return false;
    }
    if (level < to_pin) {
        matrix_examine_note(look->examination, what,
                            say(W_EXAMINE_HOME_NO_PIN, N("level", level), N("needed", to_pin)));
    }
    return true;
}

static void examine_end(const Look *look, const char *what)
{
    const char *room = json_text(look->found[FACT_END], "replacement_room");

    matrix_examine_bad(look->examination, what,
                       *room != '\0' ? say(W_EXAMINE_HOME_REPLACED, S("room", room))
                                     : say(W_EXAMINE_HOME_ENDED));
}

static void examine_home(const Look *look)
{
    g_autofree char *what = title(look);

    if (look->found[FACT_END] != NULL) {
        examine_end(look, what);
    } else if (look->found[FACT_ENCRYPTION] != NULL) {
        matrix_examine_bad(look->examination, what, say(W_EXAMINE_HOME_ENCRYPTED));
    } else if (examine_power(look, what)) {
        examination_good(look->examination, what, "");
    }
}

/* One after the other ------------------------------------------------------------------------ */

static void go_on(Look *look);

static void leave_home(Look *look)
{
    g_ptr_array_remove_index(look->homes, 0);
    forget_facts(look);
}

static void on_fact(void *arg, const MatrixAnswer *answer)
{
    Look *look = arg;

    if (answer->class == MATRIX_OK || answer->class == MATRIX_GONE) {
        look->found[look->fact++] =
            answer->class == MATRIX_OK ? cJSON_Duplicate(answer->json, true) : NULL;
    } else {
        g_autofree char *what = title(look);

        matrix_examine_bad_answer(look->examination, what, answer);
        leave_home(look);
    }
    go_on(look);
}

static void ask_fact(Look *look)
{
    g_autofree char *state = matrix_path("/_matrix/client/v3/rooms/%s/state/", home_of(look));
    g_autofree char *path = g_strconcat(state, facts[look->fact], NULL);

    matrix_examine_ask(look->examination, look->api,
                       &(MatrixAsk){.method = "GET", .path = path, .line = MATRIX_SOON}, on_fact,
                       look);
}

static void tell_out(const Look *look)
{
    g_autofree char *what = title(look);

    matrix_examine_bad(look->examination, what, say(W_EXAMINE_HOME_OUT));
}

static void go_on(Look *look)
{
    while (look->homes->len > 0) {
        if (!g_hash_table_contains(look->rooms, home_of(look))) {
            tell_out(look);
        } else if (look->fact < FACTS) {
            ask_fact(look);
            return;
        } else {
            examine_home(look);
        }
        leave_home(look);
    }
    examination_done(look->examination);
}

static void on_rooms(void *arg, const MatrixAnswer *answer)
{
    Look *look = arg;

    if (answer->class != MATRIX_OK) {
        matrix_examine_bad_answer(look->examination, "rooms", answer);
        examination_done(look->examination);
        return;
    }
    JSON_EACH (room, json_array(answer->json, "joined_rooms")) {
        g_hash_table_add(look->rooms, g_strdup(json_string(room)));
    }
    matrix_examine_good(look->examination, "rooms",
                        say(W_EXAMINE_ROOMS, N("n", g_hash_table_size(look->rooms))));
    examination_homes(look->examination, look->homes);
    go_on(look);
}

void matrix_examine_homes(Examination *examination, MatrixApi *api)
{
    Look *look = g_new0(Look, 1);

    look->examination = examination;
    look->api = api;
    look->rooms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    look->homes = g_ptr_array_new_with_free_func(g_free);
    examination_hold(examination, look, look_free);
    matrix_examine_ask(examination, api,
                       &(MatrixAsk){.method = "GET",
                                    .path = "/_matrix/client/v3/joined_rooms",
                                    .line = MATRIX_SOON},
                       on_rooms, look);
}
