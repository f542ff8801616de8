package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Dropped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Handle;

/** The SQL over what was dropped. Its operations are those of the partial index on the ledger; unregistered tables are not among them. */
final class DroppedSql {
    /** The outcome of what has come back. */
    static final String UNDROPPED = "undropped";

    /** So many at a time are held against the present, however few are asked for. */
    private static final int PAGE = 1_000;

    private static final String COLUMNS = """
        dropped.change_id, dropped.changed_at, dropped.principal,
               coalesce((select requested_at from dropped_purge where change_id = dropped.change_id),
                        case when dropped.operation = 'purge-table' then dropped.changed_at end) as purged_at,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change""";

    private DroppedSql() {}

    /** Down the partial index, and for each drop one step down the index of versions: the last version of the name that began before. */
    private static final String BEFORE = """
        select %s
          from change dropped indexed by change_dropped
          join entry_version version on version.rowid = (
               select rowid
                 from entry_version
                where catalog_id = dropped.catalog_id and namespace = dropped.namespace and name = dropped.name
                  and from_change < dropped.change_id
                order by from_change desc
                limit 1)
         where dropped.catalog_id = :catalog and dropped.change_id < :before
           and dropped.operation in ('drop-table', 'drop-view', 'purge-table')
           and version.to_change = dropped.change_id
           and not exists (select 1 from dropped_outcome where change_id = dropped.change_id)
         order by dropped.change_id desc
         limit :limit""".formatted(COLUMNS);

    /** One walk through the present for a whole page: there is no index of identities. */
    private static final String THERE = """
        select uuid
          from entry_version indexed by entry_now
         where catalog_id = :catalog and to_change is null and uuid in (select value from json_each(:uuids))""";

    private static final String ONE = """
        select %s
          from change dropped
          join entry_version version indexed by entry_past
            on version.catalog_id = dropped.catalog_id and version.namespace = dropped.namespace and version.name = dropped.name
         where dropped.change_id = :change and dropped.catalog_id = :catalog
           and dropped.operation in ('drop-table', 'drop-view', 'purge-table')
           and version.to_change = dropped.change_id
           and not exists (select 1 from dropped_outcome where change_id = dropped.change_id)""".formatted(COLUMNS);

    /** Everything that was dropped under a name; a condition is to follow. */
    private static final String NAMED = """
        select %s
          from entry_version version indexed by entry_past
          join change dropped on dropped.change_id = version.to_change
         where version.catalog_id = :catalog and version.namespace = :namespace and version.name = :name
           and dropped.operation in ('drop-table', 'drop-view', 'purge-table')
        """.formatted(COLUMNS);

    private static final String NEWEST = NAMED + """
           and not exists (select 1 from dropped_outcome where change_id = dropped.change_id)
         order by version.from_change desc
         limit :limit""";

    private static final String PURGED = NAMED + """
           and (:change is null or dropped.change_id = :change)
           and exists (select 1 from dropped_outcome where change_id = dropped.change_id and outcome = 'purged')
         order by version.from_change desc
         limit 1""";

    static List<Dropped> before(Handle handle, CatalogRecord catalog, long change, int limit) {
        List<Dropped> found = new ArrayList<>();
        long before = change;
        while (true) {
            List<Dropped> page = page(handle, catalog, before, PAGE);
            Set<String> there = there(handle, catalog, uuids(page));
            page.stream()
                    .filter(dropped -> !there.contains(dropped.entry().uuid()))
                    .limit(limit - found.size())
                    .forEach(found::add);
            if (found.size() == limit || page.size() < PAGE) {
                return found;
            }
            before = page.get(page.size() - 1).change();
        }
    }

    private static List<Dropped> page(Handle handle, CatalogRecord catalog, long change, int limit) {
        return handle.createQuery(BEFORE)
                .bind("catalog", catalog.id())
                .bind("before", change)
                .bind("limit", limit)
                .map((row, context) -> dropped(row))
                .list();
    }

    /** Which of these objects have a name now. */
    static Set<String> there(Handle handle, CatalogRecord catalog, List<String> uuids) {
        if (uuids.isEmpty()) {
            return Set.of();
        }
        return handle.createQuery(THERE)
                .bind("catalog", catalog.id())
                .bind("uuids", Rows.json(uuids))
                .mapTo(String.class)
                .set();
    }

    private static List<String> uuids(List<Dropped> page) {
        return page.stream().map(dropped -> dropped.entry().uuid()).toList();
    }

    static Optional<Dropped> one(Handle handle, CatalogRecord catalog, long change) {
        return handle.createQuery(ONE)
                .bind("catalog", catalog.id())
                .bind("change", change)
                .map((row, context) -> dropped(row))
                .findOne();
    }

    static Optional<Dropped> newest(Handle handle, CatalogRecord catalog, TableIdentifier identifier) {
        List<Dropped> found = handle.createQuery(NEWEST)
                .bind("catalog", catalog.id())
                .bind("namespace", Rows.column(identifier.namespace()))
                .bind("name", identifier.name())
                .bind("limit", PAGE)
                .map((row, context) -> dropped(row))
                .list();
        // Of one alone it is told why it does not come back.
        Set<String> there = found.size() < 2 ? Set.of() : there(handle, catalog, uuids(found));
        return found.stream()
                .filter(dropped -> !there.contains(dropped.entry().uuid()))
                .findFirst()
                .or(() -> found.stream().findFirst());
    }

    /** What was dropped last under this name, or by this change if one is given, of that whose deletion has begun. */
    static Optional<Dropped> purged(
            Handle handle, CatalogRecord catalog, TableIdentifier identifier, OptionalLong change) {
        return handle.createQuery(PURGED)
                .bind("catalog", catalog.id())
                .bind("namespace", Rows.column(identifier.namespace()))
                .bind("name", identifier.name())
                .bind("change", change.isPresent() ? change.getAsLong() : null)
                .map((row, context) -> dropped(row))
                .findOne();
    }

    /**
     * Asks for the purge of what was dropped without one, and tells whether that was still open: it has not come back, and nobody has asked before.
     *
     * @param now milliseconds since 1970
     */
    static boolean requestPurge(Handle handle, CatalogRecord catalog, Dropped dropped, long now) {
        return handle.createUpdate("""
                insert into dropped_purge (change_id, catalog_id, requested_at)
                select change_id, catalog_id, :now
                  from change
                 where change_id = :change and object_uuid = :uuid and catalog_id = :catalog and operation = 'drop-table'
                   and not exists (select 1 from dropped_outcome where change_id = :change)
                on conflict (change_id) do nothing""")
                        .bind("change", dropped.change())
                        .bind("uuid", dropped.entry().uuid())
                        .bind("catalog", catalog.id())
                        .bind("now", now)
                        .execute()
                == 1;
    }

    /** Whether the files of what this change dropped are to be deleted, by the drop itself or as somebody has asked for it since. */
    static boolean isToBePurged(Handle handle, long change) {
        return handle.createQuery("""
                select exists (select 1 from change where change_id = :change and operation = 'purge-table')
                    or exists (select 1 from dropped_purge where change_id = :change)""")
                .bind("change", change)
                .mapTo(boolean.class)
                .one();
    }

    /** Whether this change dropped this object. The state may have become another since that was looked for, one that knows nothing of it: then the object may be there. */
    static boolean isDropped(Handle handle, long change, String uuid) {
        return handle.createQuery("""
                select exists (select 1
                                 from change
                                where change_id = :change and object_uuid = :uuid
                                  and operation in ('drop-table', 'drop-view', 'purge-table'))""")
                .bind("change", change)
                .bind("uuid", uuid)
                .mapTo(boolean.class)
                .one();
    }

    /** Settles what becomes of what was dropped, and tells whether that was still open: whoever comes first, to bring it back or to delete its files, has it. */
    static boolean settle(Handle handle, long change, String outcome) {
        forgetRequest(handle, change);
        return handle.createUpdate("""
                insert into dropped_outcome (change_id, outcome) values (:change, :outcome)
                on conflict (change_id) do nothing""")
                        .bind("change", change)
                        .bind("outcome", outcome)
                        .execute()
                == 1;
    }

    /** Nobody has to be reminded any more that the files of what this change dropped are to be deleted. */
    static void forgetRequest(Handle handle, long change) {
        Positional.execute(handle, "delete from dropped_purge where change_id = ?", change);
    }

    private static Dropped dropped(ResultSet row) throws SQLException {
        long purgedAt = row.getLong("purged_at");
        Instant purged = row.wasNull() ? null : Instant.ofEpochMilli(purgedAt);
        return new Dropped(
                EntrySql.entry(row),
                row.getLong("change_id"),
                Instant.ofEpochMilli(row.getLong("changed_at")),
                row.getString("principal"),
                purged);
    }
}
