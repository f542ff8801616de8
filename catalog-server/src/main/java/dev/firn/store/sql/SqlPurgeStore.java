package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.Holder;
import dev.firn.store.Purge;
import dev.firn.store.PurgeStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Purges, in the file of state. */
final class SqlPurgeStore implements PurgeStore {
    private final Reads reads;
    private final GroupCommit writer;
    private final Clock clock;

    SqlPurgeStore(Reads reads, GroupCommit writer, Clock clock) {
        this.reads = reads;
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public List<CatalogRecord> catalogs() {
        return reads.read(PurgeSql::catalogs);
    }

    @Override
    public List<Purge> due(Instant until, int limit) {
        return reads.read(handle -> PurgeSql.catalogs(handle).stream()
                .flatMap(catalog -> PurgeSql.due(handle, catalog, until, limit).stream())
                .sorted(Comparator.comparingLong(Purge::change))
                .limit(limit)
                .toList());
    }

    @Override
    public List<Purge> unfinished() {
        return reads.read(PurgeSql::unfinished);
    }

    @Override
    public boolean begin(Purge purge, String location) {
        return writer.submit(handle -> PurgeSql.begin(handle, purge, location, clock.millis()));
    }

    @Override
    public void waits(Purge purge, String reason) {
        writer.submit(handle -> {
            PurgeSql.waits(handle, purge, reason);
            return purge;
        });
    }

    @Override
    public void finish(Purge purge, long deleted, long left, String note) {
        writer.submit(handle -> {
            PurgeSql.finish(handle, purge, deleted, left, note, clock.millis());
            return purge;
        });
    }

    @Override
    public Optional<Instant> begunAt(CatalogRecord catalog, String uuid) {
        long millis = reads.read(handle -> PurgeSql.begunAt(handle, catalog, uuid));
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    @Override
    public boolean isGoing(CatalogRecord catalog, String uuid) {
        return reads.read(handle -> PurgeSql.isGoing(handle, catalog, uuid));
    }

    @Override
    public List<Purge> begun(CatalogRecord catalog, String uuid) {
        return reads.read(handle -> PurgeSql.begun(handle, catalog, uuid));
    }

    @Override
    public List<Entry> versions(CatalogRecord catalog, String uuid) {
        return reads.read(handle -> PurgeSql.versions(handle, catalog, uuid));
    }

    @Override
    public List<Entry> history(CatalogRecord catalog, Entry version) {
        return reads.read(handle -> HistorySql.versions(handle, catalog, version));
    }

    @Override
    public List<Holder> present(long after, int limit) {
        return reads.read(handle -> PurgeSql.present(handle, after, limit));
    }

    @Override
    public List<Holder> ended(CatalogRecord catalog, long after, int limit) {
        return reads.read(handle -> Stream.concat(
                        PurgeSql.dropped(handle, catalog, after, limit).stream(),
                        PurgeSql.unregistered(handle, catalog, after, limit).stream())
                .sorted(Comparator.comparingLong(Holder::position))
                .limit(limit)
                .toList());
    }

    @Override
    public void forgetFiles(Collection<String> locations) {
        Set<String> names = Set.copyOf(locations);
        writer.submit(handle -> {
            List<Long> kept = FileSql.oldest(handle, 0, Integer.MAX_VALUE).stream()
                    .filter(file -> names.contains(file.location()))
                    .map(file -> file.id())
                    .toList();
            kept.forEach(id -> FileSql.forget(handle, id));
            return kept.size();
        });
    }
}
