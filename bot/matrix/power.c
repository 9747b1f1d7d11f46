#include "bot/matrix/power.h"

#include <string.h>

#define CREATOR_WITHOUT_LEVELS 100
#define STATE_DEFAULT          50

void matrix_power_clear(MatrixPower *power)
{
    g_clear_pointer(&power->creators, g_hash_table_unref);
    g_clear_pointer(&power->levels, cJSON_Delete);
    *power = (MatrixPower){0};
}

/* --- the create event --- */

/* Versions whose create event names the creator in its content: later ones know its sender alone.
 */
static const char *const naming[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", NULL};

static bool has_creators_rule(const char *version)
{
    return !g_strv_contains(naming, version) && strcmp(version, "11") != 0;
}

static void add_creator(GHashTable *creators, const char *user)
{
    if (*user != '\0') {
        g_hash_table_add(creators, g_strdup(user));
    }
}

static const char *creator_of(const Json *event, const char *version)
{
    const char *named = json_text(json_object(event, "content"), "creator");

    return *named != '\0' && g_strv_contains(naming, version) ? named : json_text(event, "sender");
}

void matrix_power_create(MatrixPower *power, const Json *event)
{
    const Json *content = json_object(event, "content");
    const char *said = json_text(content, "room_version");
    const char *version = *said != '\0' ? said : "1";

    g_clear_pointer(&power->creators, g_hash_table_unref);
    power->created = true;
    power->creators_rule = has_creators_rule(version);
    power->creators = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    add_creator(power->creators, creator_of(event, version));
    if (power->creators_rule) {
        JSON_EACH (user, json_array(content, "additional_creators")) {
            add_creator(power->creators, json_string(user));
        }
    }
}

/* --- the levels --- */

void matrix_power_levels(MatrixPower *power, const Json *content)
{
    g_clear_pointer(&power->levels, cJSON_Delete);
    power->levels = content != NULL ? cJSON_Duplicate(content, true) : NULL;
    power->levelled = true;
}

bool matrix_power_known(const MatrixPower *power)
{
    return power->created && power->levelled;
}

/* A level that was written as text, as rooms up to version 9 may; blanks around it do not count. */
static bool level_of_text(const char *text, int64_t *level)
{
    g_autofree char *bare = g_strstrip(g_strdup(text));
    const char *digits = *bare == '+' ? bare + 1 : bare;

    return *digits != '+' &&
           g_ascii_string_to_signed(digits, 10, INT64_MIN / 2, INT64_MAX / 2, level, NULL);
}

static int64_t level_at(const Json *object, const char *key, int64_t otherwise)
{
    int64_t level = 0;

    if (level_of_text(json_text(object, key), &level)) {
        return level;
    }
    return json_int(object, key, otherwise);
}

bool matrix_power_of(const MatrixPower *power, const char *user, int64_t *level)
{
    if (!matrix_power_known(power)) {
        return false;
    }
    bool creator = g_hash_table_contains(power->creators, user);
    bool creators_count = power->creators_rule || power->levels == NULL;

    if (creators_count && g_hash_table_size(power->creators) == 0) {
        return false; /* it might be this one */
    }
    if (creator && power->creators_rule) {
        *level = MATRIX_POWER_ALL;
    } else if (power->levels == NULL) {
        *level = creator ? CREATOR_WITHOUT_LEVELS : 0;
    } else {
        *level = level_at(json_object(power->levels, "users"), user,
                          level_at(power->levels, "users_default", 0));
    }
    return true;
}

int64_t matrix_power_for_state(const MatrixPower *power, const char *type)
{
    return level_at(json_object(power->levels, "events"), type,
                    level_at(power->levels, "state_default", STATE_DEFAULT));
}

int64_t matrix_power_for_event(const MatrixPower *power, const char *type)
{
    return level_at(json_object(power->levels, "events"), type,
                    level_at(power->levels, "events_default", 0));
}
