/* /sprint setup: makes the channel a team's home, or changes how it is asked. */

#include <string.h>

#include "core/commands/commands.h"
#include "core/field_check.h"
#include "core/mention.h"
#include "core/schedule.h"
#include "core/text.h"
#include "core/weekly.h"
#include "core/weekly_days.h"

/* As `members`: whoever is in the channel. */
#define ROSTER_CHANNEL "channel"

static CheckResult check_name(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    (void)values;
    if (*entry->text == '@') {
        return wrong(why, say(W_SETUP_PERSON, S("name", entry->text)));
    }
    if (strchr(entry->text, ',') != NULL) {
        return wrong(why, say(W_SETUP_COMMA));
    }
    if (!turn_needs_team_named(turn, entry->text)) {
        return CHECK_NEED;
    }
    const Team *other = world_team_named(turn->world, turn->event->workspace, entry->text);
    if (other != NULL && other != turn->team) {
        return wrong(why, say(W_SETUP_NAME_TAKEN, S("name", other->name), S("home", other->home)));
    }
    return CHECK_OK;
}

static CheckResult check_zone(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    GTimeZone *zone = zone_open(entry->text);

    (void)turn, (void)values;
    if (zone != NULL) {
        g_time_zone_unref(zone);
        return CHECK_OK;
    }
    g_auto(GStrv) near = zone_suggest(entry->text, 3);
    g_autofree char *quoted = text_cut(entry->text, 60);
    if (near == NULL || near[0] == NULL) {
        return wrong(why, say(W_SETUP_ZONE, S("zone", quoted)));
    }
    g_autofree char *list = g_strjoinv(", ", near);
    return wrong(why, say(W_SETUP_ZONE_NEAR, S("zone", quoted), S("near", list)));
}

static CheckResult check_time(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    int minute = 0;

    (void)turn, (void)values;
    if (minute_parse(entry->text, &minute)) {
        entry_set(entry, minute_text(minute));
        return CHECK_OK;
    }
    g_autofree char *quoted = text_cut(entry->text, 40);
    return wrong(why, say(W_SETUP_TIME, S("time", quoted)));
}

static CheckResult check_minutes(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    int32_t n = 0;

    (void)turn, (void)values;
    if (is_whole_number(entry->text, &n) && n >= 5 && n <= 60) {
        return CHECK_OK;
    }
    return wrong(why, say(W_SETUP_MINUTES));
}

static CheckResult check_days(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    Weekdays days = 0;

    (void)turn, (void)values;
    if (weekdays_parse(entry->text, &days)) {
        entry_set(entry, weekdays_text(days));
        return CHECK_OK;
    }
    g_autofree char *quoted = text_cut(entry->text, 60);
    return wrong(why, say(W_SETUP_DAYS, S("days", quoted)));
}

static CheckResult check_weekly(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    WeeklyTime time;

    (void)turn, (void)values;
    if (weekly_time_parse(entry->text, &time)) {
        return CHECK_OK;
    }
    g_autofree char *quoted = text_cut(entry->text, 40);
    return wrong(why, say(W_SETUP_WEEKLY, S("text", quoted)));
}

static CheckResult check_holidays(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_auto(Holidays) holidays = {0};
    g_autofree char *part = NULL;

    (void)turn, (void)values;
    if (holidays_parse(entry->text, &holidays, &part)) {
        entry_set(entry, holidays_text(&holidays));
        return CHECK_OK;
    }
    g_autofree char *quoted = text_cut(part, 60);
    return wrong(why, say(W_SETUP_HOLIDAYS, S("part", quoted)));
}

static CheckResult check_members(Turn *turn, FormValues *values, FormEntry *entry, GString *why)
{
    g_auto(GStrv) parts = g_strsplit_set(entry->text, ", ", -1);
    g_autofree char *group = mention_group(entry->text);

    (void)turn, (void)values;
    if (group != NULL) {
        return CHECK_OK;
    }
    for (char **part = parts; *part != NULL; part++) {
        g_autofree char *id = **part != '\0' ? member_typed(*part) : g_strdup("");

        if (id == NULL) {
            return wrong(why, say(W_FIELD_MEMBER, S("text", *part), S("key", "members")));
        }
    }
    return CHECK_OK;
}

/* Where nobody chose one yet, whoever knows the members' zones may put a better one there. */
static void dress_zone(Turn *turn, const FormValues *values, const FormEntry *entry, FormRow *row)
{
    (void)values;
    row->guess = entry == NULL;
    if (entry == NULL) {
        row->initial = g_strdup(turn->policy->timezone);
    }
}

/* The platform adds the groups it knows. */
static void dress_members(Turn *turn, const FormValues *values, const FormEntry *entry,
                          FormRow *row)
{
    (void)turn, (void)values;
    row->guess = true;
    g_free(row->label);
    row->label = say(W_SETUP_LABEL_MEMBERS);
    row_choice(row->choices, say(W_SETUP_MEMBERS_CHANNEL), g_strdup(ROSTER_CHANNEL), NULL);
    if (entry == NULL) {
        row->initial = g_strdup(ROSTER_CHANNEL);
    }
}

static const Field fields[] = {
    {.key = "name",
     .aliases = "team",
     .required = true,
     .max = 60,
     .question = W_SETUP_ASK_NAME,
     .help = W_SETUP_HELP_NAME,
     .check = check_name},
    {.key = "timezone",
     .aliases = "zone,tz",
     .max = 64,
     .question = W_SETUP_ASK_ZONE,
     .help = W_SETUP_HELP_ZONE,
     .check = check_zone,
     .dress = dress_zone},
    {.key = "check-in",
     .aliases = "time,check-in time",
     .max = 20,
     .question = W_SETUP_ASK_TIME,
     .help = W_SETUP_HELP_TIME,
     .check = check_time,
     .row = ROW_TIME},
    {.key = "minutes",
     .aliases = "check-in minutes",
     .max = 10,
     .quiet = true,
     .question = W_SETUP_HELP_MINUTES,
     .help = W_SETUP_HELP_MINUTES,
     .check = check_minutes,
     .hidden = true},
    {.key = "working days",
     .aliases = "days,weekdays",
     .max = 80,
     .question = W_SETUP_ASK_DAYS,
     .help = W_SETUP_HELP_DAYS,
     .check = check_days},
    {.key = "weekly",
     .aliases = "weekly check-in",
     .max = 40,
     .quiet = true,
     .question = W_SETUP_ASK_WEEKLY,
     .help = W_SETUP_HELP_WEEKLY,
     .check = check_weekly},
    {.key = "holidays",
     .max = 600,
     .question = W_SETUP_ASK_HOLIDAYS,
     .help = W_SETUP_HELP_HOLIDAYS,
     .check = check_holidays},
    {.key = "members",
     .max = 2000,
     .quiet = true,
     .question = W_SETUP_HELP_MEMBERS,
     .help = W_SETUP_HELP_MEMBERS,
     .check = check_members,
     .row = ROW_CHOICE,
     .dress = dress_members},
    {.key = "lead",
     .max = 255,
     .question = W_SETUP_ASK_LEAD,
     .help = W_SETUP_HELP_LEAD,
     .check = check_member,
     .row = ROW_MEMBER},
    {.key = "escalation",
     .aliases = "escalation contact,sponsor",
     .max = 255,
     .question = W_SETUP_ASK_ESCALATION,
     .help = W_SETUP_HELP_LEAD,
     .check = check_member,
     .row = ROW_MEMBER},
    {.key = "outcome words",
     .max = 600,
     .quiet = true,
     .question = W_SETUP_HELP_WORDS,
     .help = W_SETUP_HELP_WORDS,
     .hidden = true},
    {.key = "activity words",
     .max = 600,
     .quiet = true,
     .question = W_SETUP_HELP_WORDS,
     .help = W_SETUP_HELP_WORDS,
     .hidden = true},
    {.key = NULL},
};

static void put_words(FormValues *values, const char *key, char **words)
{
    if (words != NULL && *words != NULL) {
        g_autofree char *list = g_strjoinv(", ", words);

        form_put(values, key, 0, list);
    }
}

static FormValues *team_values(const Team *team)
{
    FormValues *values = form_values_new(&form_setup);
    g_autofree char *time = minute_text(team->check_in);
    g_autofree char *minutes = g_strdup_printf("%d", team->check_in_minutes);
    g_autofree char *days = weekdays_text(team->working);
    g_autofree char *weekly = weekly_time_text(team);
    g_autofree char *holidays = holidays_text(&team->holidays);

    form_put(values, "name", 0, team->name);
    form_put(values, "timezone", 0, team->zone_name);
    form_put(values, "check-in", 0, time);
    form_put(values, "minutes", 0, minutes);
    form_put(values, "working days", 0, days);
    form_put(values, "weekly", 0, weekly);
    form_put(values, "holidays", 0, holidays);
    if (team->lead != NULL) {
        form_put(values, "lead", 0, team->lead);
    }
    if (team->escalation != NULL) {
        form_put(values, "escalation", 0, team->escalation);
    }
    if (team->roster != NULL) {
        g_autofree char *group = mention_of_group(team->roster);

        form_put(values, "members", 0, group);
    }
    put_words(values, "outcome words", team->outcome_words);
    put_words(values, "activity words", team->activity_words);
    return values;
}

/* What everybody in the channel is asked every day is theirs to decide, not anybody's. */
static CheckResult allow(Turn *turn, GString *why)
{
    switch (turn->event->standing) {
    case STANDING_OUTSIDE:
        return wrong(why, say(W_SETUP_OUTSIDER));
    case STANDING_LOW:
        return wrong(why, say(W_SETUP_LOW));
    case STANDING_UNKNOWN:
        return wrong(why, say(W_SETUP_UNSEEN));
    case STANDING_UNASKED:
    case STANDING_INSIDE:
        break;
    }
    return CHECK_OK;
}

static CheckResult prefill(Turn *turn, FormValues *values)
{
    if (turn->team != NULL) {
        g_autoptr(FormValues) known = team_values(turn->team);

        for (guint i = 0; i < known->entries->len; i++) {
            const FormEntry *entry = g_ptr_array_index(known->entries, i);

            form_put(values, entry->field->key, 0, entry->text);
        }
    }
    return CHECK_OK;
}

static char **words_list(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    g_autoptr(GStrvBuilder) out = g_strv_builder_new();

    for (char **part = parts; *part != NULL; part++) {
        g_autofree char *word = text_squeeze(*part);

        if (*word != '\0') {
            g_strv_builder_add(out, word);
        }
    }
    return g_strv_builder_end(out);
}

static void set_text(char **slot, const char *given)
{
    if (given != NULL) {
        g_free(*slot);
        *slot = g_strdup(given);
    }
}

static void set_words(char ***slot, const char *given)
{
    if (given != NULL) {
        g_strfreev(*slot);
        *slot = words_list(given);
    }
}

static void set_zone(Team *team, const char *name)
{
    g_clear_pointer(&team->zone, g_time_zone_unref);
    g_free(team->zone_name);
    team->zone_name = g_strdup(name);
    team->zone = zone_open(name);
    if (team->zone == NULL) { /* a default that this machine does not know */
        team->zone = g_time_zone_new_utc();
    }
}

static void set_roster(Team *team, const char *members)
{
    g_autofree char *group = members != NULL ? mention_group(members) : NULL;

    if (group != NULL || g_strcmp0(members, ROSTER_CHANNEL) == 0) {
        g_free(team->roster);
        team->roster = g_steal_pointer(&group);
    }
}

/* Where nobody chose it yet, it is on the first working day of the week. */
static void set_weekly(Team *team, const char *text, bool is_new)
{
    WeeklyTime time = {.day = weekly_first_day(team->working), .at = team->check_in};

    if (text != NULL) {
        bool read = weekly_time_parse(text, &time);
        g_assert(read);
    } else if (!is_new) {
        return;
    }
    team->weekly_day = time.day;
    team->weekly_at = time.at == WEEKLY_AT_CHECK_IN ? team->check_in : time.at;
}

static void apply(Team *team, const FormValues *values, bool is_new)
{
    const char *zone = form_get(values, "timezone"), *time = form_get(values, "check-in");
    const char *minutes = form_get(values, "minutes"), *days = form_get(values, "working days");
    const char *holidays = form_get(values, "holidays");
    g_autofree char *unused = NULL;

    set_text(&team->name, form_get(values, "name"));
    set_text(&team->lead, form_get(values, "lead"));
    set_text(&team->escalation, form_get(values, "escalation"));
    set_roster(team, form_get(values, "members"));
    set_words(&team->outcome_words, form_get(values, "outcome words"));
    set_words(&team->activity_words, form_get(values, "activity words"));
    if (zone != NULL) {
        set_zone(team, zone);
    }
    if (time != NULL) {
        bool read = minute_parse(time, &team->check_in);
        g_assert(read);
    }
    if (minutes != NULL) {
        bool read = is_whole_number(minutes, &team->check_in_minutes);
        g_assert(read);
    }
    if (days != NULL) {
        bool read = weekdays_parse(days, &team->working);
        g_assert(read);
    }
    set_weekly(team, form_get(values, "weekly"), is_new);
    if (holidays != NULL) {
        holidays_clear(&team->holidays);
        bool read = holidays_parse(holidays, &team->holidays, &unused);
        g_assert(read);
    }
}

static Team *team_begin(Turn *turn)
{
    Team *team = team_new();
    const Policy *policy = turn->policy;

    team->id = ID_NEW(TeamId, turn->ids);
    team->workspace = turn->event->workspace;
    team->home = g_strdup(turn->event->channel);
    set_zone(team, policy->timezone);
    team->check_in = policy->check_in;
    team->check_in_minutes = policy->check_in_minutes;
    team->working = policy->working_days;
    return team;
}

static void take_members(Turn *turn, const FormValues *values)
{
    const char *list = form_get(values, "members");
    g_autofree char *group = list != NULL ? mention_group(list) : NULL;

    if (group != NULL || g_strcmp0(list, ROSTER_CHANNEL) == 0) {
        return; /* the platform tells who they are */
    }
    g_auto(GStrv) parts = g_strsplit_set(list != NULL ? list : "", ", ", -1);

    for (char **part = parts; *part != NULL; part++) {
        g_autofree char *id = **part != '\0' ? member_typed(*part) : NULL;

        if (id != NULL && team_member(turn->team, id) == NULL) {
            Member *member = member_new(id);

            member->present = true;
            g_ptr_array_add(turn->team->members, member);
            turn_change(turn, CHANGE_MEMBER, turn->team, member);
        }
    }
}

/* Whether the check-in's time is skipped or doubled on some day of the next year; `*day` is the
 * first. */
static int clock_change(const Team *team, Day today, Day *day)
{
    for (int i = 0; i < 366; i++) {
        *day = day_plus(today, i);
        Instant at = team_check_in(team, *day);

        if (instant_minute(at, team->zone) != team->check_in) {
            return -1;
        }
        for (int later = 30; later <= 60; later += 30) {
            if (instant_minute((Instant){at.us + later * INSTANT_MINUTE}, team->zone) ==
                team->check_in) {
                return 1;
            }
        }
    }
    return 0;
}

static void hint_clock_change(Card *card, const Team *team, Day today)
{
    Day day = DAY_NONE;
    int change = clock_change(team, today, &day);
    g_autofree char *when = day_is_set(day) ? day_text(day) : NULL;
    g_autofree char *time = minute_text(team->check_in);

    if (change < 0) {
        g_autofree char *instead =
            minute_text(instant_minute(team_check_in(team, day), team->zone));

        card_hint(card, say(W_SETUP_GAP, S("day", when), S("time", time), S("instead", instead)));
    } else if (change > 0) {
        card_hint(card, say(W_SETUP_FOLD, S("day", when), S("time", time)));
    }
}

static void announce(Turn *turn, bool is_new)
{
    const Team *team = turn->team;
    g_autoptr(FormValues) values = team_values(team);
    Card *card = card_new(CARD_NOTICE);

    card->channel = g_strdup(team->home);
    card_title(card, is_new ? say(W_SETUP_NEW, S("team", team->name))
                            : say(W_SETUP_CHANGED, S("team", team->name),
                                  S("member", turn->event->member)));
    for (guint i = 0; i < values->entries->len; i++) {
        const FormEntry *entry = g_ptr_array_index(values->entries, i);

        bool is_member = entry->field->row == ROW_MEMBER;

        card_fact(card, g_strdup(entry->field->key),
                  is_member ? g_strconcat(MARK_MEMBER, entry->text, MARK_END, NULL)
                            : g_strdup(entry->text));
    }
    hint_clock_change(card, team, team_day(team, turn->now));
    if (is_new) {
        card_hint(card, say(W_SETUP_NEXT));
    }
    turn_card(turn, card);
}

/* Today's check-in is still to come: when its time is moved into the past, it is asked at once. */
static bool waits_today(Turn *turn)
{
    return team_check_in(turn->team, turn_today(turn)).us > turn->now.us;
}

static bool submit(Turn *turn, FormValues *values)
{
    bool is_new = turn->team == NULL;
    bool waits = !is_new && waits_today(turn);

    if (turn->event->channel == NULL) {
        turn_say(turn, say(W_SETUP_NO_CHANNEL));
        return false;
    }
    if (is_new) {
        turn->team = team_begin(turn);
    }
    apply(turn->team, values, is_new);
    turn_change(turn, CHANGE_TEAM, turn->team, turn->team);
    if (is_new) {
        world_add_team(turn->world, turn->team);
    }
    take_members(turn, values);
    for (guint i = 0; i < turn->team->sprints->len; i++) {
        schedule_sprint(turn, g_ptr_array_index(turn->team->sprints, i), waits);
    }
    weekly_schedule(turn, turn->team);
    announce(turn, is_new);
    return true;
}

const Form form_setup = {
    .name = "sprint setup",
    .fields = fields,
    .first = "name",
    .done = W_SETUP_DONE,
    .title = W_FORM_TITLE_SETUP,
    .send = W_FORM_SEND_SETUP,
    .allow = allow,
    .prefill = prefill,
    .submit = submit,
    .at_least = NULL,
};

static void run(Turn *turn, const char *rest)
{
    if (turn->event->channel == NULL) {
        turn_say(turn, say(W_SETUP_NO_CHANNEL));
        return;
    }
    /* A change may name only what changes: the team's own name stands in. */
    if (turn->team != NULL && *rest != '\0') {
        g_autoptr(GPtrArray) faults = form_faults_new();
        g_autoptr(FormValues) given = form_read(&form_setup, rest, faults);

        if (form_get(given, "name") == NULL) {
            g_autofree char *whole =
                g_strdup_printf("name: %s\n%s", turn->team->name, *rest == '\n' ? rest + 1 : rest);

            dialog_begin(turn, &form_setup, whole);
            return;
        }
    }
    dialog_begin(turn, &form_setup, rest);
}

const Command command_setup = {
    .family = "sprint",
    .name = "setup",
    .usage = "",
    .help = W_HELP_SETUP,
    .example = W_EXAMPLE_SETUP,
    .who = WHO_ANYONE,
    .run = run,
};
