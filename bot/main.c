/* anchord: one program, one subcommand per way of running it. */

#include <stdio.h>
#include <string.h>

#include "bot/chart_file.h"
#include "bot/check.h"
#include "bot/console/console.h"
#include "bot/copies/backup.h"
#include "bot/copies/forget.h"
#include "bot/copies/restore.h"
#include "bot/copies/verify.h"
#include "bot/doctor.h"
#include "bot/lint.h"
#include "bot/run.h"
#include "bot/transfer/export.h"
#include "bot/transfer/import.h"

#define EXIT_USAGE 2

typedef struct Subcommand {
    const char *name;
    const char *usage;
    const char *help;
    int (*run)(int argc, char **argv);
} Subcommand;

static const Subcommand subcommands[] = {
    {"run", "[-c FILE]", "the daemon, in the foreground", run_main},
    {"check", "[-c FILE]", "validate the configuration", check_main},
    {"doctor", "[-c FILE]", "connect to each workspace; say what works and how to mend the rest",
     doctor_main},
    {"console", "[--db FILE]", "the whole bot in this terminal; no account, no network",
     console_main},
    {"lint", "[FILE...]", "judge key results, one a line: outcome or activity, and by which rule",
     lint_main},
    {"import", "FILE...", "objectives, key results and readings from CSV or JSON into the store",
     import_main},
    {"export", "[-o PATH]", "everything that teams own, as CSV or JSON; nothing per person",
     export_main},
    {"backup", "FILE", "a copy of the store, while the daemon runs", backup_main},
    {"restore", "COPY", "put a copy in the store's place; the daemon is stopped", restore_main},
    {"verify", "[FILE]", "is the store, or a copy of it, as it should be?", verify_main},
    {"forget", "USER", "a member's name and words go, the team's numbers stay", forget_main},
    {"chart", "-o FILE", "a team's key results as a picture (PNG)", chart_main},
};

static void usage(FILE *to)
{
    fputs("Usage: anchord COMMAND [OPTION...]\n\n", to);
    for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++) {
        fprintf(to, "  anchord %-8s %-12s  %s\n", subcommands[i].name, subcommands[i].usage,
                subcommands[i].help);
    }
    fputs("\nanchord COMMAND --help tells more. Exit codes: 0 fine, 1 failed, 2 wrong usage.\n",
          to);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++) {
        if (strcmp(name, subcommands[i].name) == 0) {
            return subcommands[i].run(argc - 1, argv + 1);
        }
    }
    if (strcmp(name, "--version") == 0) {
        puts("anchord " ANCHORD_VERSION);
        return 0;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
        usage(stdout);
        return 0;
    }
    if (*name != '\0') {
        fprintf(stderr, "anchord: unknown command “%s”\n\n", name);
    }
    usage(stderr);
    return EXIT_USAGE;
}
