/*
 * The calls that change what is in files and that make it durable, and the clock.
 */
#define _GNU_SOURCE
#include "record.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name, ...)                                     \
    static type (*real)(__VA_ARGS__);                             \
    if (real == NULL) {                                           \
        real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);      \
    }

#define HERE (-1)
#define SECTOR 512

static ssize_t really_write(int fd, const void *bytes, size_t count, off64_t offset) {
    REAL(ssize_t, "write", int, const void *, size_t)
    static ssize_t (*real_at)(int, const void *, size_t, off64_t);
    if (real_at == NULL) {
        real_at = (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    }
    return offset == HERE ? real(fd, bytes, count) : real_at(fd, bytes, count, offset);
}

/* Where the next write goes that names no place. */
static off64_t position(int fd) {
    struct stat status;
    if (fcntl(fd, F_GETFL) & O_APPEND) {
        return fstat(fd, &status) == 0 ? status.st_size : 0;
    }
    return lseek64(fd, 0, SEEK_CUR);
}

static ssize_t writing(int fd, const void *bytes, size_t count, off64_t offset) {
    off64_t place;
    ssize_t written;
    int error;
    if (!watched(fd)) {
        return really_write(fd, bytes, count, offset);
    }
    enter();
    error = fault("write", path_of(fd));
    if (error == FAULT_SHORT && count > SECTOR) {
        count /= 2;
    } else if (error != 0) {
        leave();
        errno = error == FAULT_SHORT ? ENOSPC : error;
        return -1;
    }
    place = offset == HERE ? position(fd) : offset;
    written = really_write(fd, bytes, count, offset);
    if (written > 0) {
        record(WRITTEN, watched(fd), place, "", bytes, (size_t)written);
    }
    leave();
    return written;
}

/* The fault of a call on a watched descriptor, once the disk answers. */
static int answered(const char *call, int fd) {
    int error;
    do {
        enter();
        error = fault(call, path_of(fd));
        leave();
    } while (error == FAULT_NO_ANSWER && (usleep(10000) == 0 || errno == EINTR));
    return error;
}

/* What a broken sector does to those who read it. */
static int unreadable(int fd) {
    int error = watched(fd) ? answered("read", fd) : 0;
    if (error != 0) {
        errno = error;
    }
    return error;
}

ssize_t read(int fd, void *bytes, size_t count) {
    REAL(ssize_t, "read", int, void *, size_t)
    return unreadable(fd) ? -1 : real(fd, bytes, count);
}
ssize_t pread64(int fd, void *bytes, size_t count, off64_t offset) {
    REAL(ssize_t, "pread64", int, void *, size_t, off64_t)
    return unreadable(fd) ? -1 : real(fd, bytes, count, offset);
}
ssize_t pread(int fd, void *bytes, size_t count, off_t offset) { return pread64(fd, bytes, count, offset); }
ssize_t readv(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, "readv", int, const struct iovec *, int)
    return unreadable(fd) ? -1 : real(fd, parts, count);
}

ssize_t write(int fd, const void *bytes, size_t count) { return writing(fd, bytes, count, HERE); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return writing(fd, bytes, count, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) { return writing(fd, bytes, count, offset); }

/* One part after another: the caller must expect a short write anyway. */
static ssize_t gathering(int fd, const struct iovec *parts, int count, off64_t offset) {
    ssize_t whole = 0;
    for (int part = 0; part < count; part++) {
        ssize_t written = writing(fd, parts[part].iov_base, parts[part].iov_len, offset == HERE ? HERE : offset + whole);
        if (written < 0) {
            return whole > 0 ? whole : -1;
        }
        whole += written;
        if ((size_t)written < parts[part].iov_len) {
            break;
        }
    }
    return whole;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int)
    return watched(fd) ? gathering(fd, parts, count, HERE) : real(fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t)
    return watched(fd) ? gathering(fd, parts, count, offset) : real(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) { return pwritev(fd, parts, count, offset); }

int ftruncate64(int fd, off64_t size) {
    int error;
    int result;
    REAL(int, "ftruncate64", int, off64_t)
    if (!watched(fd)) {
        return real(fd, size);
    }
    enter();
    if ((error = fault("write", path_of(fd))) != 0) {
        leave();
        errno = error == FAULT_SHORT ? ENOSPC : error;
        return -1;
    }
    result = real(fd, size);
    if (result == 0) {
        record(CUT_TO, watched(fd), size, "", "", 0);
    }
    leave();
    return result;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

/* The times of a file: nobody asks what a power cut leaves of them, only whether they can be set. */
int futimens(int fd, const struct timespec times[2]) {
    int error = 0;
    REAL(int, "futimens", int, const struct timespec *)
    if (watched(fd)) {
        enter();
        error = fault("times", path_of(fd));
        leave();
    }
    if (error != 0) {
        errno = error;
        return -1;
    }
    return real(fd, times);
}

static int64_t tickets;

/* Only what was written before the sync began is durable when it ends. */
static int syncing(int fd, int (*real)(int)) {
    int64_t ticket;
    uint64_t inode = watched(fd);
    int error;
    int lie;
    int result;
    if (!inode) {
        return real(fd);
    }
    error = answered("sync", fd);
    enter();
    if (error != 0) {
        record(SYNC_FAILED, inode, 0, "", "", 0);
        leave();
        errno = error;
        return -1;
    }
    lie = fault("lie", path_of(fd));
    ticket = ++tickets;
    if (!lie) {
        record(SYNC_BEGUN, inode, ticket, "", "", 0);
    }
    leave();
    result = real(fd);
    if (result == 0 && !lie) {
        enter();
        record(SYNC_DONE, inode, ticket, "", "", 0);
        leave();
    }
    return result;
}

int fsync(int fd) {
    REAL(int, "fsync", int)
    return syncing(fd, real);
}
int fdatasync(int fd) {
    REAL(int, "fdatasync", int)
    return syncing(fd, real);
}

/* The whole file system that a watched folder stands in. */
int syncfs(int fd) {
    int64_t ticket;
    int error;
    int result;
    REAL(int, "syncfs", int)
    if (!watched(fd)) {
        return real(fd);
    }
    enter();
    error = fault("syncfs", path_of(fd));
    if (error != 0) {
        record(ALL_SYNC_FAILED, 0, 0, "", "", 0);
        leave();
        errno = error;
        return -1;
    }
    ticket = ++tickets;
    record(ALL_SYNC_BEGUN, 0, ticket, "", "", 0);
    leave();
    result = real(fd);
    if (result == 0) {
        enter();
        record(ALL_SYNC_DONE, 0, ticket, "", "", 0);
        leave();
    }
    return result;
}

/* What else could change a file without a write: if anything does, the log is no longer the truth. */
static void unexpected(int fd, const char *call) {
    if (watched(fd)) {
        enter();
        record(UNKNOWN, watched(fd), 0, call, "", 0);
        leave();
    }
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
    REAL(void *, "mmap64", void *, size_t, int, int, int, off64_t)
    if ((protection & PROT_WRITE) && (flags & MAP_SHARED)) {
        unexpected(fd, "mmap");
    }
    return real(address, length, protection, flags, fd, offset);
}
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap64(address, length, protection, flags, fd, offset);
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
    REAL(int, "fallocate64", int, int, off64_t, off64_t)
    unexpected(fd, "fallocate");
    return real(fd, mode, offset, length);
}
int fallocate(int fd, int mode, off_t offset, off_t length) { return fallocate64(fd, mode, offset, length); }
int posix_fallocate64(int fd, off64_t offset, off64_t length) {
    REAL(int, "posix_fallocate64", int, off64_t, off64_t)
    unexpected(fd, "posix_fallocate");
    return real(fd, offset, length);
}
int posix_fallocate(int fd, off_t offset, off_t length) { return posix_fallocate64(fd, offset, length); }
ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
    REAL(ssize_t, "sendfile64", int, int, off64_t *, size_t)
    unexpected(to, "sendfile");
    return real(to, from, offset, count);
}
ssize_t copy_file_range(int from, off64_t *in, int to, off64_t *out, size_t length, unsigned flags) {
    REAL(ssize_t, "copy_file_range", int, off64_t *, int, off64_t *, size_t, unsigned)
    unexpected(to, "copy_file_range");
    return real(from, in, to, out, length, flags);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(int, "clock_gettime", clockid_t, struct timespec *)
    int result = real(clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) {
        time->tv_sec += clock_shift_millis() / 1000;
    }
    return result;
}
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    REAL(int, "gettimeofday", struct timeval *, void *)
    int result = real(time, zone);
    if (result == 0) {
        time->tv_sec += clock_shift_millis() / 1000;
    }
    return result;
}
