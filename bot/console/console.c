#include "bot/console/console.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "bot/console/session.h"
#include "bot/store/sqlite.h"
#include "core/words.h"

#define WORKSPACE     "console"
#define FIRST_CHANNEL "general"
#define FIRST_MEMBER  "you"
#define OUT_BUFFER    16384

enum { EXIT_FINE, EXIT_FAILED, EXIT_USAGE };

typedef struct Options {
    char *db; /* NULL: nothing is kept */
    gboolean plain;
    gboolean echo;
} Options;

/* How the two ends are connected. */
typedef struct Ends {
    LineKind input;
    RenderStyle style;
} Ends;

/* All that lives from the start to the end, in the order in which it is made. */
typedef struct Console {
    Store *store;
    Keep keep;
    char *zone; /* the machine's own, for teams that name none */
    Policy policy;
    Clock *clock;
    Mail *mail;
    int signals; /* a signalfd */
    EngineOut out;
    Engine *engine;
    GThread *thread;
} Console;

static bool is_dumb(void)
{
    const char *term = g_getenv("TERM");

    return term == NULL || *term == '\0' || strcmp(term, "dumb") == 0;
}

/* Colour is left out where it is not wanted (no-color.org) or not known. */
static Ends look_at_ends(const Options *options)
{
    const char *no_color = g_getenv("NO_COLOR");
    bool in = isatty(STDIN_FILENO) == 1;
    bool out = isatty(STDOUT_FILENO) == 1;
    bool able = out && !options->plain && !is_dumb();

    return (Ends){
        .input = !in || !out ? LINE_PIPE
                 : able      ? LINE_EDIT
                             : LINE_PROMPT,
        .style =
            {
                .terminal = out && !options->plain,
                .colour = able && (no_color == NULL || *no_color == '\0'),
            },
    };
}

/* libedit reads what is typed in the locale's encoding. */
static void use_utf8(void)
{
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
}

static int read_options(int *argc, char ***argv, Options *options)
{
    const GOptionEntry entries[] = {
        {"db", 0, 0, G_OPTION_ARG_FILENAME, &options->db, words_template(W_CONSOLE_OPTION_DB),
         "FILE"},
        {"plain", 0, 0, G_OPTION_ARG_NONE, &options->plain, words_template(W_CONSOLE_OPTION_PLAIN),
         NULL},
        {"echo", 0, 0, G_OPTION_ARG_NONE, &options->echo, words_template(W_CONSOLE_OPTION_ECHO),
         NULL},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_set_prgname("anchord console");
    g_option_context_set_summary(context, words_template(W_CONSOLE_SUMMARY));
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        g_autofree char *said = say(W_CONSOLE_BAD_OPTION, S("why", error->message));
        g_printerr("%s\n", said);
        return EXIT_USAGE;
    }
    if (*argc > 1) {
        g_autofree char *said = say(W_CONSOLE_TOO_MANY, S("word", (*argv)[1]));
        g_printerr("%s\n", said);
        return EXIT_USAGE;
    }
    return EXIT_FINE;
}

/* Signals wait to be read, in this thread and in those that it starts. */
static bool open_signals(LineKind input, int *fd, GError **error)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    if (input == LINE_EDIT) {
        sigaddset(&set, SIGTSTP);
        sigaddset(&set, SIGWINCH);
    }
    signal(SIGPIPE, SIG_IGN); /* a write that fails tells it as well */
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    *fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (*fd < 0) {
        int code = errno;
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "signalfd: %s",
                    g_strerror(code));
        return false;
    }
    return true;
}

static const char *first_member(void)
{
    const char *user = g_getenv("USER");

    return user != NULL && g_utf8_validate(user, -1, NULL) && name_valid(user) ? user
                                                                               : FIRST_MEMBER;
}

/* The machine's own zone stands in for teams that name none, where it has a name that teams may
 * use. */
static void set_policy(Console *console)
{
    g_autoptr(GTimeZone) local = g_time_zone_new_local();
    const char *name = g_time_zone_get_identifier(local);
    g_autoptr(GTimeZone) known = name != NULL ? zone_open(name) : NULL;

    console->policy = policy_default;
    console->zone = g_strdup(known != NULL ? name : policy_default.timezone);
    console->policy.timezone = console->zone;
}

static void *run_engine(void *arg)
{
    engine_run(arg);
    return NULL;
}

static bool console_open(Console *console, const char *db, LineKind input, WorkspaceId *workspace,
                         GError **error)
{
    console->store = sqlite_open(db != NULL ? db : ":memory:", error);
    if (console->store == NULL ||
        !keep_load(&console->keep, console->store, first_member(), FIRST_CHANNEL, error)) {
        return false;
    }
    set_policy(console);
    console->clock = console->keep.clock_set ? clock_manual(console->keep.clock) : clock_real();
    console->mail = mail_new(console->clock, error);
    if (console->mail == NULL || !open_signals(input, &console->signals, error)) {
        return false;
    }
    console->out = mail_slot(console->mail);
    console->engine =
        engine_new(console->store, console->clock, &console->policy, &console->out, error);
    if (console->engine == NULL ||
        !engine_workspace(console->engine, WORKSPACE, workspace, error)) {
        return false;
    }
    mail_attach(console->mail, console->engine);
    console->thread = g_thread_new("engine", run_engine, console->engine);
    return true;
}

/* From here the store is ours again. */
static void stop_engine(Console *console)
{
    if (console->thread != NULL) {
        engine_stop(console->engine);
        g_thread_join(g_steal_pointer(&console->thread));
    }
}

static bool save(Console *console, GError **error)
{
    console->keep.clock_set = clock_is_manual(console->clock);
    console->keep.clock = clock_now(console->clock);
    return keep_save(&console->keep, console->store, error);
}

static void console_close(Console *console)
{
    stop_engine(console);
    engine_free(console->engine);
    if (console->signals >= 0) {
        close(console->signals);
    }
    mail_free(console->mail);
    clock_free(console->clock);
    keep_clear(&console->keep);
    g_free(console->zone);
    store_close(console->store);
}

/* The sitting, from where the engine runs to where it has stopped. False when it ended because
 * nobody reads what it writes. */
static bool sit(Console *console, WorkspaceId workspace, const Ends *ends, const Options *options)
{
    Session session = {
        .engine = console->engine,
        .clock = console->clock,
        .mail = console->mail,
        .workspace = workspace,
        .keep = &console->keep,
        .signals = console->signals,
        .style = ends->style,
        .echo = options->echo,
        .out = stdout,
    };

    setvbuf(stdout, NULL, _IOFBF, OUT_BUFFER); /* what is shown is flushed as a whole */
    session_init(&session, STDIN_FILENO, ends->input);
    if (ends->input != LINE_PIPE) {
        session_banner(&session, options->db);
    }
    bool fine = session_run(&session);
    stop_engine(console);
    session_finish(&session);
    session_clear(&session);
    return fine;
}

static bool run(Console *console, const Options *options, bool *fine, GError **error)
{
    Ends ends = look_at_ends(options);
    WorkspaceId workspace;

    if (!console_open(console, options->db, ends.input, &workspace, error)) {
        return false;
    }
    *fine = sit(console, workspace, &ends, options);
    return save(console, error);
}

int console_main(int argc, char **argv)
{
    Options options = {0};
    Console console = {.signals = -1};
    g_autoptr(GError) error = NULL;
    bool fine = false;
    int code = read_options(&argc, &argv, &options);

    if (code == EXIT_FINE) {
        use_utf8();
        if (!run(&console, &options, &fine, &error)) {
            g_autofree char *said = say(W_CONSOLE_CANNOT_START, S("why", error->message));
            g_printerr("%s\n", said);
        }
        code = fine && error == NULL ? EXIT_FINE : EXIT_FAILED;
        console_close(&console);
    }
    g_free(options.db);
    return code;
}
