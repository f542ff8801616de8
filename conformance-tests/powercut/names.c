/*
 * The calls that make, name and open files and folders, and those that hand descriptors around.
 */
#define _GNU_SOURCE
#include "record.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(type, name, ...)                                     \
    static type (*real)(__VA_ARGS__);                             \
    if (real == NULL) {                                           \
        real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);      \
    }

/* The whole path of a name that is relative to an open folder. */
static const char *whole(int folder, const char *path, char *room) {
    char link[64];
    ssize_t length;
    if (path == NULL || path[0] == '/') {
        return path;
    }
    if (folder == AT_FDCWD) {
        if (getcwd(room, PATH_MAX) == NULL) {
            return path;
        }
        length = (ssize_t)strlen(room);
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(link, room, PATH_MAX - 1);
        if (length < 0) {
            return path;
        }
    }
    snprintf(room + length, PATH_MAX - (size_t)length, "/%s", path);
    return room;
}

static int refuse(int error) {
    leave();
    errno = error;
    return -1;
}

static int opening(int folder, const char *name, int flags, mode_t mode) {
    char room[PATH_MAX];
    const char *path = whole(folder, name, room);
    struct stat status;
    int existed;
    int error;
    int fd;
    REAL(int, "openat64", int, const char *, int, ...)
    if (!watched_path(path)) {
        fd = real(folder, name, flags, mode);
        forget(fd);
        return fd;
    }
    enter();
    existed = stat(path, &status) == 0;
    error = fault(existed || !(flags & O_CREAT) ? "open" : "create", path);
    /* A file system that has become read-only still lets everybody read. */
    if (error != 0 && (flags & O_ACCMODE) != O_RDONLY) {
        return refuse(error);
    }
    fd = real(folder, name, flags, mode);
    if (fd >= 0 && fstat(fd, &status) == 0) {
        watch(fd, status.st_ino, path);
        if (flags & O_TMPFILE & ~O_DIRECTORY) {
            record(UNKNOWN, 0, 0, "O_TMPFILE", "", 0);
        }
        record(existed ? OPENED : CREATED, status.st_ino, 0, path, "", 0);
        if (existed && (flags & O_TRUNC)) {
            record(CUT_TO, status.st_ino, 0, "", "", 0);
        }
    }
    leave();
    return fd;
}

static mode_t mode_in(int flags, va_list arguments) {
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(function)                                  \
    int function(const char *path, int flags, ...) {    \
        va_list arguments;                              \
        mode_t mode;                                    \
        va_start(arguments, flags);                     \
        mode = mode_in(flags, arguments);               \
        va_end(arguments);                              \
        return opening(AT_FDCWD, path, flags, mode);    \
    }
#define OPEN_AT(function)                                       \
    int function(int folder, const char *path, int flags, ...) { \
        va_list arguments;                                      \
        mode_t mode;                                            \
        va_start(arguments, flags);                             \
        mode = mode_in(flags, arguments);                       \
        va_end(arguments);                                      \
        return opening(folder, path, flags, mode);              \
    }
OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
int __open_2(const char *path, int flags) { return opening(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opening(AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) { return opening(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return opening(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int mkdirat(int folder, const char *name, mode_t mode) {
    char room[PATH_MAX];
    const char *path = whole(folder, name, room);
    struct stat status;
    int error;
    int result;
    REAL(int, "mkdirat", int, const char *, mode_t)
    if (!watched_path(path)) {
        return real(folder, name, mode);
    }
    enter();
    if ((error = fault("create", path)) != 0) {
        return refuse(error);
    }
    result = real(folder, name, mode);
    if (result == 0 && stat(path, &status) == 0) {
        record(FOLDER_MADE, status.st_ino, 0, path, "", 0);
    }
    leave();
    return result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int unlinkat(int folder, const char *name, int flags) {
    char room[PATH_MAX];
    const char *path = whole(folder, name, room);
    int error;
    int result;
    REAL(int, "unlinkat", int, const char *, int)
    if (!watched_path(path)) {
        return real(folder, name, flags);
    }
    enter();
    if ((error = fault("remove", path)) != 0) {
        return refuse(error);
    }
    result = real(folder, name, flags);
    if (result == 0) {
        record(REMOVED, 0, 0, path, "", 0);
    }
    leave();
    return result;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

static int moving(int from, const char *old, int to, const char *new, unsigned flags) {
    char room[PATH_MAX];
    char other_room[PATH_MAX];
    const char *source = whole(from, old, room);
    const char *target = whole(to, new, other_room);
    int error;
    int result;
    REAL(int, "renameat2", int, const char *, int, const char *, unsigned)
    if (!watched_path(source) && !watched_path(target)) {
        return real(from, old, to, new, flags);
    }
    enter();
    if ((error = fault("create", target)) != 0 || (error = fault("rename", target)) != 0) {
        return refuse(error);
    }
    result = real(from, old, to, new, flags);
    if (result == 0) {
        record(flags == 0 || flags == 1 ? RENAMED : UNKNOWN, 0, 0, source, target, strlen(target));
    }
    leave();
    return result;
}
int rename(const char *old, const char *new) { return moving(AT_FDCWD, old, AT_FDCWD, new, 0); }
int renameat(int from, const char *old, int to, const char *new) { return moving(from, old, to, new, 0); }
int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    return moving(from, old, to, new, flags);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
    char room[PATH_MAX];
    char other_room[PATH_MAX];
    const char *source = whole(from, old, room);
    const char *target = whole(to, new, other_room);
    int error;
    int result;
    REAL(int, "linkat", int, const char *, int, const char *, int)
    if (!watched_path(target)) {
        return real(from, old, to, new, flags);
    }
    enter();
    if ((error = fault("create", target)) != 0) {
        return refuse(error);
    }
    result = real(from, old, to, new, flags);
    if (result == 0) {
        record(LINKED, 0, 0, source, target, strlen(target));
    }
    leave();
    return result;
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

int symlink(const char *target, const char *path) {
    REAL(int, "symlink", const char *, const char *)
    if (watched_path(path)) {
        record(UNKNOWN, 0, 0, "symlink", "", 0);
    }
    return real(target, path);
}

int close(int fd) {
    REAL(int, "close", int)
    forget(fd);
    return real(fd);
}

/* The C library closes the descriptor of a folder that was listed by itself, and the next to be opened may get its number. */
int closedir(DIR *folder) {
    REAL(int, "closedir", DIR *)
    forget(dirfd(folder));
    return real(folder);
}

static int copied(int fd, int copy) {
    if (copy >= 0 && copy != fd) {
        forget(copy);
        if (watched(fd)) {
            watch(copy, watched(fd), path_of(fd));
        }
    }
    return copy;
}
int dup(int fd) {
    REAL(int, "dup", int)
    return copied(fd, real(fd));
}
int dup2(int fd, int copy) {
    REAL(int, "dup2", int, int)
    return copied(fd, real(fd, copy));
}
int dup3(int fd, int copy, int flags) {
    REAL(int, "dup3", int, int, int)
    return copied(fd, real(fd, copy, flags));
}
