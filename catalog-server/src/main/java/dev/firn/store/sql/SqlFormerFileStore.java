package dev.firn.store.sql;

import dev.firn.store.FormerFile;
import dev.firn.store.FormerFileStore;
import dev.firn.store.Holder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;

/** Former files, in the file of state. */
final class SqlFormerFileStore implements FormerFileStore {
    /** So many changes are looked through in one read: no long read is to keep the writer from tidying its log. */
    private static final long STEP = 50_000;

    /** So many rows are deleted in one step of the writer. */
    private static final int ROWS = 200;

    /** About what a row that is changed adds to the log, in bytes: the page that it is in. */
    private static final long ROW_BYTES = 4_096;

    private final Reads reads;
    private final GroupCommit writer;
    private final Checkpoints checkpoints;
    private final LongSupplier now;

    /** {@code now}: the time by which remembered requests are forgotten, in milliseconds since 1970. */
    SqlFormerFileStore(Reads reads, GroupCommit writer, Checkpoints checkpoints, LongSupplier now) {
        this.reads = reads;
        this.writer = writer;
        this.checkpoints = checkpoints;
        this.now = now;
    }

    @Override
    public List<Identity> due(int limit) {
        return reads.read(handle -> FormerFileSql.due(handle, limit));
    }

    @Override
    public List<FormerFile> of(Identity identity, int limit) {
        return reads.read(handle -> FormerFileSql.of(handle, identity, limit));
    }

    @Override
    public List<Holder> versions(long after, int limit) {
        return reads.read(handle -> EntrySql.versions(handle, after, limit));
    }

    @Override
    public List<Registration> registrations(long after, long until) {
        List<Registration> found = new ArrayList<>();
        for (long begin = after; begin < until; begin += STEP) {
            long from = begin;
            found.addAll(reads.read(handle -> FormerFileSql.registrations(handle, from, Math.min(until, from + STEP))));
        }
        return found;
    }

    @Override
    public Set<String> needed() {
        return reads.read(handle -> FormerFileSql.needed(handle, now.getAsLong()));
    }

    @Override
    public boolean registeredSince(long change) {
        // Behind all that waits to be written.
        return writer.submit(handle -> FormerFileSql.registeredSince(handle, change));
    }

    @Override
    public void forget(Collection<FormerFile> files) {
        inSteps(files, FormerFileSql::forget);
    }

    @Override
    public void looked(Collection<Identity> identities) {
        inSteps(identities, FormerFileSql::looked);
    }

    private <T> void inSteps(Collection<T> rows, BiConsumer<Handle, List<T>> change) {
        List<T> all = List.copyOf(rows);
        for (int begin = 0; begin < all.size(); begin += ROWS) {
            List<T> step = all.subList(begin, Math.min(all.size(), begin + ROWS));
            writer.submit(handle -> {
                checkpoints.wrote(step.size() * ROW_BYTES);
                change.accept(handle, step);
                return step;
            });
        }
    }
}
