#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void secret_free(char *secret)
{
    if (secret != NULL) {
        explicit_bzero(secret, strlen(secret));
        g_free(secret);
    }
}

static char *refuse(char **wrong, char *take_why)
{
    *wrong = take_why;
    return NULL;
}

/* One line of visible ASCII; a file's last newline is no part of it. */
static char *checked(const char *bytes, size_t len, const char *where, char **wrong)
{
    while (len > 0 && g_ascii_isspace(bytes[len - 1])) {
        len--;
    }
    if (len == 0) {
        return refuse(wrong, g_strdup_printf("%s is empty", where));
    }
    if (len > SECRET_MAX) {
        return refuse(wrong, g_strdup_printf("%s is too long", where));
    }
    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isgraph(bytes[i])) {
            return refuse(
                wrong, g_strdup_printf("%s holds blanks or other bytes that no token has", where));
        }
    }
    return g_strndup(bytes, len);
}

static bool is_variable_name(const char *name)
{
    size_t len = strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");

    return len > 0 && name[len] == '\0' && !g_ascii_isdigit(*name);
}

static char *from_environment(const char *text, char **wrong)
{
    size_t len = strlen(text);
    g_autofree char *name = len > 3 ? g_strndup(text + 2, len - 3) : g_strdup("");

    if (text[len - 1] != '}' || !is_variable_name(name)) {
        return refuse(wrong, g_strdup("a variable is written ${NAME}, with letters, digits and _"));
    }
    const char *value = g_getenv(name);

    if (value == NULL) {
        *wrong = g_strdup_printf("the environment variable %s is not set; set it, or write "
                                 "file:PATH or credential:NAME instead",
                                 name);
        return NULL;
    }
    g_autofree char *where = g_strdup_printf("the environment variable %s", name);

    return checked(value, strlen(value), where, wrong);
}

static char *cannot_read(const char *path, int code, char **wrong)
{
    return refuse(wrong, g_strdup_printf("%s cannot be read: %s", path, g_strerror(code)));
}

/* `shared`: whoever put it there answers for who may read it. */
static bool may_use(int fd, const char *path, bool shared, char **wrong)
{
    struct stat st;

    if (fstat(fd, &st) != 0) {
        (void)cannot_read(path, errno, wrong);
        return false;
    }
    if (!S_ISREG(st.st_mode)) {
        *wrong = g_strdup_printf("%s is not a regular file", path);
        return false;
    }
    if (!shared && (st.st_mode & (S_IWGRP | S_IRWXO)) != 0) {
        *wrong = g_strdup_printf("%s is open to others (mode %04o); run: chmod g-w,o= %s", path,
                                 (unsigned)(st.st_mode & 07777), path);
        return false;
    }
    return true;
}

static char *read_secret(int fd, const char *path, char **wrong)
{
    char bytes[SECRET_MAX + 1];
    size_t len = 0;
    ssize_t n = 0;

    while (len < sizeof(bytes) && (n = read(fd, bytes + len, sizeof(bytes) - len)) > 0) {
        len += (size_t)n;
    }
    char *secret = n < 0 ? cannot_read(path, errno, wrong) : checked(bytes, len, path, wrong);

    explicit_bzero(bytes, sizeof(bytes));
    return secret;
}

/* O_NONBLOCK: a pipe that nobody writes to must not hold us up. */
static char *from_file(const char *path, bool shared, char **wrong)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0) {
        return cannot_read(*path != '\0' ? path : "file:", errno, wrong);
    }
    char *secret = may_use(fd, path, shared, wrong) ? read_secret(fd, path, wrong) : NULL;

    (void)close(fd);
    return secret;
}

static char *from_credential(const char *name, char **wrong)
{
    const char *folder = g_getenv("CREDENTIALS_DIRECTORY");

    if (*name == '\0' || *name == '.' || strchr(name, '/') != NULL) {
        return refuse(wrong, g_strdup("a credential is named without a path: credential:NAME"));
    }
    if (folder == NULL) {
        *wrong = g_strdup_printf("there is no $CREDENTIALS_DIRECTORY; run under systemd with "
                                 "LoadCredential=%s:PATH, or write file:PATH instead",
                                 name);
        return NULL;
    }
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return from_file(path, true, wrong);
}

static char *from_text(const char *text, mode_t config_mode, char **wrong)
{
    if ((config_mode & S_IROTH) != 0) {
        *wrong = g_strdup("the token stands in a file that everybody may read; run chmod o= on the "
                          "file, or write ${NAME}, file:PATH or credential:NAME instead");
        return NULL;
    }
    return checked(text, strlen(text), "the token", wrong);
}

char *secret_resolve(const char *text, mode_t config_mode, char **wrong)
{
    static const char file[] = "file:", credential[] = "credential:";

    if (g_str_has_prefix(text, "${")) {
        return from_environment(text, wrong);
    }
    if (g_str_has_prefix(text, file)) {
        return from_file(text + strlen(file), false, wrong);
    }
    if (g_str_has_prefix(text, credential)) {
        return from_credential(text + strlen(credential), wrong);
    }
    return from_text(text, config_mode, wrong);
}
