/*
 * What the parts of the library share: which descriptors are watched, the log of what was done to files, and the faults to make.
 */
#ifndef FIRN_RECORD_H
#define FIRN_RECORD_H

#include <stddef.h>
#include <stdint.h>

/* What happened; the reader of the log is Log.java of the tests. */
enum event {
    OPENED = 'O',      /* inode, path */
    CREATED = 'C',     /* inode, path */
    FOLDER_MADE = 'M', /* inode, path */
    WRITTEN = 'W',     /* inode, offset, bytes */
    CUT_TO = 'T',      /* inode, new size */
    SYNC_BEGUN = 'S',  /* inode, ticket */
    SYNC_DONE = 'D',   /* inode, ticket */
    SYNC_FAILED = 'F', /* inode */
    ALL_SYNC_BEGUN = 'A', /* ticket */
    ALL_SYNC_DONE = 'B', /* ticket */
    ALL_SYNC_FAILED = 'E',
    RENAMED = 'R',     /* path, path */
    LINKED = 'L',      /* path, path */
    REMOVED = 'U',     /* path */
    UNKNOWN = 'X'      /* the name of a call that the log cannot tell about: the test has to fail */
};

/* Whether a path is to be watched. The shared memory beside SQLite's file is not: after a power cut it is made anew. */
int watched_path(const char *path);

/* The inode behind a watched descriptor; 0 if it is not watched. */
uint64_t watched(int fd);
const char *path_of(int fd);
void watch(int fd, uint64_t inode, const char *path);
void forget(int fd);

/* One at a time: the order of the log is the order in which things happened. */
void enter(void);
void leave(void);

void record(enum event event, uint64_t inode, int64_t number, const char *path, const void *bytes, size_t length);

/* The error that the test wants for this kind of call ("open", "create", "read", "write", "sync", "syncfs", "rename", "remove", "lie") on this path; 0 for none. */
int fault(const char *call, const char *path);
int64_t clock_shift_millis(void);

/* A rule with this error lets half of a long write through, as a disk does that is getting full. */
#define FAULT_SHORT 1000
/* A read or a sync waits until it is no fault any more. */
#define FAULT_NO_ANSWER 1001

#endif
