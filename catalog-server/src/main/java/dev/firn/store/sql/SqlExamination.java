package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.Examination;
import dev.firn.store.HistoryStart;
import dev.firn.store.Holder;
import dev.firn.store.KeptContent;
import dev.firn.store.KeptFile;
import dev.firn.store.Purge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Examines the file of state through a connection that cannot write. */
public final class SqlExamination implements Examination {
    private static final int PAGE = 1_000;
    private static final int MOST_FAULTS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(SqlExamination.class);

    private final Path file;
    private final Handle handle;

    /** Opens the file. Throws {@link org.jdbi.v3.core.JdbiException} if that is not possible. */
    public SqlExamination(Path file) {
        this.file = file;
        this.handle = KeptStatements.open(() -> Sqlite.openExaminer(file));
    }

    @Override
    public Optional<String> otherShape() {
        int version = Sqlite.version(handle);
        int known = Migrations.newest();
        if (version == known) {
            return Optional.empty();
        }
        return Optional.of("the state has the shape of version " + version + ", this program knows that of version "
                + known + (version < known ? "; a start of the server brings it there" : "; use the newer program"));
    }

    @Override
    public List<String> damage() {
        List<String> faults = new ArrayList<>();
        if (hasForeignLog()) {
            faults.add(BackupSum.FOREIGN_LOG);
        }
        faults.addAll(texts("pragma integrity_check(" + MOST_FAULTS + ")"));
        faults.removeIf(line -> line.equals("ok"));
        handle
                .createQuery("pragma foreign_key_check")
                .map((row, context) -> "row " + row.getString("rowid") + " of " + row.getString("table")
                        + " names a row of " + row.getString("parent") + " that does not exist")
                .stream()
                .limit(MOST_FAULTS)
                .forEach(faults::add);
        return faults;
    }

    private boolean hasForeignLog() {
        try {
            return BackupSum.hasForeignLog(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look at " + file + " and its log: " + e.getMessage(), e);
        }
    }

    @Override
    public List<String> ledgerFaults() {
        List<String> faults = new ArrayList<>();
        // Before the start of history only those rows are left that something else refers to.
        long start = historyStart();
        faults.addAll(texts("""
            select 'changes ' || (previous + 1) || ' to ' || (change_id - 1) || ' are missing'
              from (select change_id, operation, detail,
                           lag(change_id, 1, case when %1$d = 0 then 0 end) over (order by change_id) as previous
                      from change
                     where change_id >= %1$d)
             where change_id <> previous + 1
               and not (operation = 'restore-catalog'
                        and detail ->> '$.kept-until' <= previous and detail ->> '$.undone-until' = change_id - 1)
             limit 20""".formatted(start)));
        faults.addAll(texts("""
            select 'change ' || change_id || ' is older than the one before it'
              from (select change_id, changed_at, lag(changed_at, 1, 0) over (order by change_id) as previous from change)
             where changed_at < previous
             limit 20"""));
        faults.addAll(texts("""
            select 'change ' || change_id || ' is of transaction ' || transaction_id || ', which does not begin before it'
              from (select change_id, transaction_id,
                           lag(transaction_id, 1, case when %1$d = 0 then 0 end) over (order by change_id) as previous
                      from change
                     where change_id >= %1$d)
             where transaction_id <> change_id and transaction_id <> previous
             limit 20""".formatted(start)));
        return faults;
    }

    @Override
    public long historyStart() {
        return handle.createQuery("select coalesce(max(change_id), 0) from history_start")
                .mapTo(long.class)
                .one();
    }

    @Override
    public List<String> versionFaults() {
        List<String> faults = new ArrayList<>();
        for (String table : List.of("entry_version", "namespace_version")) {
            String name = table.equals("entry_version") ? "namespace || '.' || name" : "namespace";
            faults.addAll(texts("""
                select 'versions of ' || replace(name, char(31), '.') || ' overlap from change ' || next
                  from (select %1$s as name, to_change,
                               lead(from_change) over (partition by catalog_id, %1$s order by from_change) as next
                          from %2$s)
                 where next is not null and (to_change is null or to_change > next)
                 limit 20""".formatted(name, table)));
            faults.addAll(texts("""
                select 'the version of ' || replace(%1$s, char(31), '.') || ' from change ' || from_change || ' ends before it begins'
                  from %2$s
                 where to_change <= from_change
                 limit 20""".formatted(name, table)));
        }
        return faults;
    }

    private List<String> texts(String query) {
        return handle.createQuery(query).mapTo(String.class).list();
    }

    /** In pages, so that no long read keeps a server from tidying its log. */
    @Override
    public void eachVersion(Consumer<Version> each) {
        long after = 0;
        for (List<Holder> page = versions(after); !page.isEmpty(); page = versions(after)) {
            after = page.get(page.size() - 1).position();
            page.forEach(version -> each.accept(new Version(version.catalog(), version.entry(), version.endedBy())));
        }
    }

    private List<Holder> versions(long after) {
        return EntrySql.versions(handle, after, PAGE);
    }

    @Override
    public boolean isPresent(Entry entry) {
        return handle.createQuery("""
            select exists (select 1
                             from entry_version
                            where metadata_location = :location and from_change = :from and to_change is null)""")
                .bind("location", entry.metadataLocation())
                .bind("from", entry.fromChange())
                .mapTo(boolean.class)
                .one();
    }

    @Override
    public void eachDropped(Consumer<Holder> each) {
        for (CatalogRecord catalog : PurgeSql.catalogs(handle)) {
            long after = 0;
            for (List<Holder> page = PurgeSql.dropped(handle, catalog, after, PAGE);
                    !page.isEmpty();
                    page = PurgeSql.dropped(handle, catalog, after, PAGE)) {
                after = page.get(page.size() - 1).position();
                Set<String> there = DroppedSql.there(
                        handle,
                        catalog,
                        page.stream().map(drop -> drop.entry().uuid()).toList());
                page.stream()
                        .filter(drop -> !there.contains(drop.entry().uuid()))
                        .forEach(each);
            }
        }
    }

    @Override
    public boolean canComeBack(long drop) {
        return handle.createQuery("""
            select exists (select 1 from change where change_id = :drop)
               and not exists (select 1 from dropped_outcome where change_id = :drop)""").bind("drop", drop).mapTo(boolean.class).one();
    }

    @Override
    public boolean isToBePurged(long drop) {
        return DroppedSql.isToBePurged(handle, drop);
    }

    @Override
    public List<Purge> waitingPurges() {
        return PurgeSql.catalogs(handle).stream()
                .flatMap(catalog ->
                        PurgeSql.due(handle, catalog, Instant.ofEpochMilli(Long.MAX_VALUE), Integer.MAX_VALUE).stream())
                .toList();
    }

    @Override
    public List<UnfinishedPurge> unfinishedPurges() {
        return PurgeSql.unfinished(handle).stream()
                .map(purge -> new UnfinishedPurge(
                        purge,
                        handle.createQuery("select note from purge where change_id = :change")
                                .bind("change", purge.change())
                                .mapTo(String.class)
                                .one()))
                .toList();
    }

    @Override
    public Set<String> goneIdentities() {
        Set<String> gone = new HashSet<>(texts("select uuid from purge"));
        eachDropped(drop -> {
            if (isToBePurged(drop.endedBy())) {
                gone.add(drop.entry().uuid());
            }
        });
        gone.addAll(texts(
                "select object_uuid from change where operation = 'unregister-table' and object_uuid is not null"));
        return gone;
    }

    @Override
    public Set<String> sharedIdentities() {
        return new HashSet<>(texts("""
            select distinct object_uuid
              from change
             where object_uuid is not null
               and (operation in ('register-table', 'unregister-table') or detail like '%"register"%')"""));
    }

    @Override
    public void eachKeptFile(BiConsumer<KeptFile, KeptContent> each) {
        for (KeptFile file : FileSql.oldest(handle, 0, Integer.MAX_VALUE)) {
            FileSql.find(handle, file).ifPresent(content -> each.accept(file, content));
        }
    }

    @Override
    public boolean names(String metadataLocation) {
        return handle.createQuery("""
            select exists (select 1 from entry_version where metadata_location = :location)
                or exists (select 1 from receipt where metadata_location = :location)
                or exists (select 1 from kept_file where location = :location)
                or exists (select 1 from former_file where location = :location)""")
                .bind("location", metadataLocation)
                .mapTo(boolean.class)
                .one();
    }

    @Override
    public void eachNamedBeforeRestores(Consumer<String> each) {
        for (Path before : SqlBackupStore.statesBefore(file)) {
            try (Handle state = Jdbi.create(() -> Sqlite.openExaminer(before)).open()) {
                state.createQuery(namedIn(state)).mapTo(String.class).useStream(locations -> locations.forEach(each));
            } catch (JdbiException e) {
                LOG.warn("Cannot read {}: {}", before, Reasons.of(e));
            }
        }
    }

    /** An older state may be of a shape that has no former files. */
    private static String namedIn(Handle state) {
        boolean hasFormerFiles = state.createQuery(
                        "select exists (select 1 from sqlite_schema where name = 'former_file')")
                .mapTo(boolean.class)
                .one();
        return "select metadata_location from entry_version union select location from kept_file"
                + (hasFormerFiles ? " union select location from former_file" : "");
    }

    @Override
    public void eachFormerFile(Consumer<String> each) {
        handle.createQuery("select location from former_file")
                .mapTo(String.class)
                .useStream(locations -> locations.forEach(each));
    }

    @Override
    public Optional<HistoryStart> oldestMoment() {
        return handle.createQuery(
                        "select change_id, changed_at from change where change_id >= :start order by change_id limit 1")
                .bind("start", historyStart())
                .map((row, context) ->
                        new HistoryStart(row.getLong("change_id"), Instant.ofEpochMilli(row.getLong("changed_at"))))
                .findOne();
    }

    @Override
    public long historyBytes() {
        return handle.createQuery("""
            select coalesce((select sum(length(namespace) + length(name) + length(uuid) + length(metadata_location) + 24)
                               from entry_version where to_change is not null), 0)
                 + coalesce((select sum(length(namespace) + length(level) + length(properties) + 24)
                               from namespace_version where to_change is not null), 0)
                 + coalesce((select sum(length(uuid) + length(location) + 12) from former_file), 0)
                 + coalesce((select sum(length(principal) + length(operation) + length(namespace) + coalesce(length(name), 0)
                                        + coalesce(length(object_uuid), 0) + length(detail) + 24)
                               from change
                              where change_id not in (select from_change from entry_version where to_change is null)
                                and change_id not in (select from_change from namespace_version where to_change is null)), 0)""").mapTo(long.class).one();
    }

    @Override
    public long newestChange() {
        // A state without a shape has no ledger yet, or has lost it.
        return Sqlite.version(handle) == 0 ? 0 : LedgerSql.newest(handle).change();
    }

    @Override
    public Optional<Instant> newestChangeAt() {
        LedgerSql.Position newest = LedgerSql.newest(handle);
        return newest.change() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(newest.changedAt()));
    }

    @Override
    public void close() {
        handle.close();
    }
}
