package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Dropped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Handle;

/** The SQL over what was dropped. Its operations are those of the partial index on the ledger; unregistered tables are not among them. */
final class DroppedSql {
    /** The outcome of what has come back. */
    static final String UNDROPPED = "undropped";

    /** So many at a time are held against the present, however few are asked for. */
    private static final int PAGE = 1_000;

    private DroppedSql() {}

    /** Down the partial index, and for each drop one step down the index of versions: the last version of the name that began before. */
    private static final String BEFORE = """
        select dropped.change_id, dropped.changed_at, dropped.principal, dropped.operation,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change
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
         limit :limit""";

    /** One walk through the present for a whole page: there is no index of identities. */
    private static final String THERE = """
        select uuid
          from entry_version indexed by entry_now
         where catalog_id = :catalog and to_change is null and uuid in (select value from json_each(:uuids))""";

    private static final String ONE = """
        select dropped.change_id, dropped.changed_at, dropped.principal, dropped.operation,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change
          from change dropped
          join entry_version version indexed by entry_past
            on version.catalog_id = dropped.catalog_id and version.namespace = dropped.namespace and version.name = dropped.name
         where dropped.change_id = :change and dropped.catalog_id = :catalog
           and dropped.operation in ('drop-table', 'drop-view', 'purge-table')
           and version.to_change = dropped.change_id
           and not exists (select 1 from dropped_outcome where change_id = dropped.change_id)""";

    private static final String NEWEST = """
        select dropped.change_id, dropped.changed_at, dropped.principal, dropped.operation,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change
          from entry_version version indexed by entry_past
          join change dropped on dropped.change_id = version.to_change
         where version.catalog_id = :catalog and version.namespace = :namespace and version.name = :name
           and dropped.operation in ('drop-table', 'drop-view', 'purge-table')
           and not exists (select 1 from dropped_outcome where change_id = dropped.change_id)
         order by version.from_change desc
         limit :limit""";

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
        return handle.createUpdate("""
                insert into dropped_outcome (change_id, outcome) values (:change, :outcome)
                on conflict (change_id) do nothing""")
                        .bind("change", change)
                        .bind("outcome", outcome)
                        .execute()
                == 1;
    }

    private static Dropped dropped(ResultSet row) throws SQLException {
        return new Dropped(
                EntrySql.entry(row),
                row.getLong("change_id"),
                Instant.ofEpochMilli(row.getLong("changed_at")),
                row.getString("principal"),
                row.getString("operation").startsWith("purge"));
    }
}
