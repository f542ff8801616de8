/* Which descriptors are watched, the log, and the rules of the control page. */
#define _GNU_SOURCE
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 65536
#define RULES_SIZE 4088

static uint64_t inodes[DESCRIPTORS];
static char *paths[DESCRIPTORS];
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static const char *root;
static size_t root_length;
static const char *control;

/* How a record starts; the path and the bytes follow. */
struct head {
    uint32_t event;
    uint32_t path_length;
    uint32_t length;
    uint32_t zero;
    uint64_t inode;
    int64_t number;
};

static void fatal(const char *what) {
    perror(what);
    abort();
}

__attribute__((constructor)) static void start(void) {
    const char *log = getenv("POWERCUT_LOG");
    const char *rules = getenv("POWERCUT_RULES");
    root = getenv("POWERCUT_ROOT");
    if (root == NULL || log == NULL) {
        root = NULL;
        return;
    }
    root_length = strlen(root);
    /* Plain system calls: these files are not to be seen by the very functions that this library replaces. */
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0) {
        fatal(log);
    }
    if (rules != NULL) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, rules, O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            fatal(rules);
        }
        control = (const char *)syscall(SYS_mmap, NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
        if (control == MAP_FAILED) {
            fatal(rules);
        }
        syscall(SYS_close, fd);
    }
}

int watched_path(const char *path) {
    size_t length;
    if (root == NULL || path == NULL || strncmp(path, root, root_length) != 0) {
        return 0;
    }
    if (path[root_length] != '/' && path[root_length] != '\0') {
        return 0;
    }
    length = strlen(path);
    return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

uint64_t watched(int fd) { return fd >= 0 && fd < DESCRIPTORS ? inodes[fd] : 0; }

const char *path_of(int fd) { return paths[fd] == NULL ? "" : paths[fd]; }

void watch(int fd, uint64_t inode, const char *path) {
    if (fd < 0 || fd >= DESCRIPTORS) {
        fatal("more descriptors than the library can watch");
    }
    forget(fd);
    paths[fd] = strdup(path);
    inodes[fd] = inode;
}

void forget(int fd) {
    if (fd >= 0 && fd < DESCRIPTORS && inodes[fd] != 0) {
        inodes[fd] = 0;
        free(paths[fd]);
        paths[fd] = NULL;
    }
}

void enter(void) { pthread_mutex_lock(&one); }

void leave(void) { pthread_mutex_unlock(&one); }

void record(enum event event, uint64_t inode, int64_t number, const char *path, const void *bytes, size_t length) {
    int before = errno;
    struct head head = {event, (uint32_t)strlen(path), (uint32_t)length, 0, inode, number};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)path, head.path_length}, {(void *)bytes, length}};
    ssize_t whole = (ssize_t)(sizeof head + head.path_length + length);
    if (syscall(SYS_writev, log_fd, parts, 3) != whole) {
        fatal("cannot write the log of what is done to files");
    }
    errno = before;
}

/* Whether a text is in a path; with a dollar sign behind it, at its end. */
static int meant(const char *path, char *part) {
    size_t length = strlen(part);
    size_t whole = strlen(path);
    if (length > 0 && part[length - 1] == '$') {
        part[--length] = '\0';
        return whole >= length && strcmp(path + whole - length, part) == 0;
    }
    return strstr(path, part) != NULL;
}

/* Whether a thing happens that happens so many times in a hundred. */
static int happens(int percent) {
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (int)(state % 100) < percent;
}

int fault(const char *call, const char *path) {
    char rules[RULES_SIZE + 1];
    char *rest = rules;
    char *line;
    if (control == NULL || control[0] == '\0') {
        return 0;
    }
    memcpy(rules, control, RULES_SIZE);
    rules[RULES_SIZE] = '\0';
    while ((line = strsep(&rest, "\n")) != NULL) {
        char name[16];
        char part[256];
        int error;
        int percent = 100;
        if (sscanf(line, "%15s %d %255s %d", name, &error, part, &percent) >= 3 && strcmp(name, call) == 0
                && meant(path, part) && happens(percent)) {
            return error;
        }
    }
    return 0;
}

int64_t clock_shift_millis(void) {
    int64_t shift = 0;
    if (control != NULL) {
        memcpy(&shift, control + RULES_SIZE, sizeof shift);
    }
    return shift;
}
