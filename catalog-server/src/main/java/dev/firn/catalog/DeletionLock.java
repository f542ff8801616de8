package dev.firn.catalog;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps those who delete metadata files apart from those who have seen that such a file is there and are about to make the state point to it: a registration and a restored
 * backup. Between their look at the file and their transaction no file is deleted, so the pointer never comes too late.
 */
public final class DeletionLock {
    private static final long PATIENCE_MILLIS = 100;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** Of each who relies on files now: what is completed when it has come to its end. */
    private final Set<CompletableFuture<@Nullable Void>> begun = ConcurrentHashMap.newKeySet();

    /** Does what relies on files from a look at them until the state names them. Any number may do so at once. */
    <T> T withoutDeletions(Supplier<T> action) {
        lock.readLock().lock();
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        begun.add(end);
        try {
            return action.get();
        } finally {
            begun.remove(end);
            end.complete(null);
            lock.readLock().unlock();
        }
    }

    /**
     * Does something that deletes files, while nobody relies on any.
     *
     * @return what it returned; false, and nothing is done, if somebody goes on relying on files
     */
    public boolean deleting(BooleanSupplier action) {
        if (!locked()) {
            return false;
        }
        try {
            return action.getAsBoolean();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Returns when all who rely on files now have come to their end. Not by the lock: who waits for that keeps out those who come later, and a registration takes long where a disk is slow. */
    public void awaitThoseBegun() {
        List.copyOf(begun).forEach(CompletableFuture::join);
    }

    private boolean locked() {
        try {
            return lock.writeLock().tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
