package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.Holder;
import dev.firn.store.Purge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jdbi.v3.core.Handle;

/** The SQL over purges. */
final class PurgeSql {
    /** The outcome of what is deleted. */
    static final String PURGED = "purged";

    private static final String LAST_VERSION = """
        join entry_version version on version.rowid = (
             select rowid
               from entry_version
              where catalog_id = dropped.catalog_id and namespace = dropped.namespace and name = dropped.name
                and from_change < dropped.change_id
              order by from_change desc
              limit 1)""";

    /** Down the partial index on drops. */
    private static final String DUE = """
        select dropped.change_id, dropped.changed_at, catalog.catalog_id, catalog.name as catalog_name,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change
          from change dropped indexed by change_dropped
          join catalog on catalog.catalog_id = dropped.catalog_id
          %s
         where dropped.catalog_id = :catalog
           and dropped.operation in ('drop-table', 'drop-view', 'purge-table') and dropped.operation = 'purge-table'
           and dropped.changed_at <= :until
           and version.to_change = dropped.change_id
           and not exists (select 1 from dropped_outcome where change_id = dropped.change_id)
         order by dropped.change_id
         limit :limit""".formatted(LAST_VERSION);

    /** Those that were dropped without a purge, for which somebody asked later. */
    private static final String REQUESTED = """
        select dropped.change_id, dropped.changed_at, catalog.catalog_id, catalog.name as catalog_name,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change
          from dropped_purge requested
          cross join change dropped on dropped.change_id = requested.change_id
          join catalog on catalog.catalog_id = dropped.catalog_id
          %s
         where requested.catalog_id = :catalog and requested.requested_at <= :until
           and version.to_change = dropped.change_id
           and not exists (select 1 from dropped_outcome where change_id = dropped.change_id)
         order by requested.change_id
         limit :limit""".formatted(LAST_VERSION);

    private static final String BEGUN = """
        select dropped.change_id, dropped.changed_at, catalog.catalog_id, catalog.name as catalog_name,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change
          from purge
          join change dropped on dropped.change_id = purge.change_id
          join catalog on catalog.catalog_id = dropped.catalog_id
          %s
         where %s
         order by purge.change_id""";

    private static final String UNFINISHED = BEGUN.formatted(LAST_VERSION, "purge.finished_at is null");

    private static final String BEGUN_OF_TABLE =
            BEGUN.formatted(LAST_VERSION, "purge.catalog_id = :catalog and purge.uuid = :uuid");

    private static final String VERSIONS = """
        select namespace, name, kind, uuid, metadata_location, from_change
          from entry_version
         where catalog_id = :catalog and uuid = :uuid and kind = 'table'""";

    private static final String PRESENT = """
        select version.rowid as position, 0 as ended_by, catalog.catalog_id, catalog.name as catalog_name,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change
          from entry_version version
          join catalog on catalog.catalog_id = version.catalog_id
         where version.rowid > :after and version.to_change is null and version.kind = 'table'
         order by version.rowid
         limit :limit""";

    private static final String DROPPED = """
        select dropped.change_id as position, dropped.change_id as ended_by, catalog.catalog_id, catalog.name as catalog_name,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change
          from change dropped indexed by change_dropped
          join catalog on catalog.catalog_id = dropped.catalog_id
          %s
         where dropped.catalog_id = :catalog and dropped.change_id > :after
           and dropped.operation in ('drop-table', 'drop-view', 'purge-table')
           and version.to_change = dropped.change_id and version.kind = 'table'
           and not exists (select 1 from dropped_outcome where change_id = dropped.change_id)
         order by dropped.change_id
         limit :limit""".formatted(LAST_VERSION);

    private static final String UNREGISTERED = """
        select dropped.change_id as position, dropped.change_id as ended_by, catalog.catalog_id, catalog.name as catalog_name,
               version.namespace, version.name, version.kind, version.uuid, version.metadata_location, version.from_change
          from change dropped indexed by change_unregistered
          join catalog on catalog.catalog_id = dropped.catalog_id
          %s
         where dropped.catalog_id = :catalog and dropped.change_id > :after
           and dropped.operation = 'unregister-table' and version.to_change = dropped.change_id
         order by dropped.change_id
         limit :limit""".formatted(LAST_VERSION);

    private PurgeSql() {}

    static List<CatalogRecord> catalogs(Handle handle) {
        return Positional.list(
                handle, "select catalog_id, name as catalog_name from catalog order by catalog_id", Rows::catalog);
    }

    /** The first {@code limit} that were dropped so, and as many of the others. */
    static List<Purge> due(Handle handle, CatalogRecord catalog, Instant until, int limit) {
        List<Purge> due = new ArrayList<>(due(handle, DUE, catalog, until, limit));
        due.addAll(due(handle, REQUESTED, catalog, until, limit));
        return due;
    }

    private static List<Purge> due(Handle handle, String query, CatalogRecord catalog, Instant until, int limit) {
        return Positional.list(handle, query, PurgeSql::purge, catalog.id(), until.toEpochMilli(), limit);
    }

    static List<Purge> unfinished(Handle handle) {
        return Positional.list(handle, UNFINISHED, PurgeSql::purge);
    }

    static List<Purge> begun(Handle handle, CatalogRecord catalog, String uuid) {
        return handle.createQuery(BEGUN_OF_TABLE)
                .bind("catalog", catalog.id())
                .bind("uuid", uuid)
                .map((row, context) -> purge(row))
                .list();
    }

    static List<Entry> versions(Handle handle, CatalogRecord catalog, String uuid) {
        return handle.createQuery(VERSIONS)
                .bind("catalog", catalog.id())
                .bind("uuid", uuid)
                .map((row, context) -> EntrySql.entry(row))
                .list();
    }

    static List<Holder> present(Handle handle, long after, int limit) {
        return handle.createQuery(PRESENT)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> holder(row))
                .list();
    }

    static List<Holder> dropped(Handle handle, CatalogRecord catalog, long after, int limit) {
        return ended(handle, DROPPED, catalog, after, limit);
    }

    static List<Holder> unregistered(Handle handle, CatalogRecord catalog, long after, int limit) {
        return ended(handle, UNREGISTERED, catalog, after, limit);
    }

    private static List<Holder> ended(Handle handle, String query, CatalogRecord catalog, long after, int limit) {
        return handle.createQuery(query)
                .bind("catalog", catalog.id())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> holder(row))
                .list();
    }

    /** Begins a deletion, unless the table has come back, or its drop or the wish to purge it is no more, and tells whether it has begun. */
    static boolean begin(Handle handle, Purge purge, String location, long now) {
        boolean settled =
                DroppedSql.isDropped(handle, purge.change(), purge.last().uuid())
                        && DroppedSql.isToBePurged(handle, purge.change())
                        && DroppedSql.settle(handle, purge.change(), PURGED);
        if (settled) {
            handle.createUpdate("""
                insert into purge (change_id, catalog_id, uuid, location, begun_at)
                values (:change, :catalog, :uuid, :location, :now)""")
                    .bind("change", purge.change())
                    .bind("catalog", purge.catalog().id())
                    .bind("uuid", purge.last().uuid())
                    .bind("location", location)
                    .bind("now", now)
                    .execute();
        }
        return settled;
    }

    static void waits(Handle handle, Purge purge, String reason) {
        handle.createUpdate("update purge set note = :note where change_id = :change")
                .bind("note", reason)
                .bind("change", purge.change())
                .execute();
    }

    static void finish(Handle handle, Purge purge, long deleted, long left, String note, long now) {
        handle.createUpdate("""
            update purge set finished_at = :now, deleted = :deleted, left_files = :left, note = :note
             where change_id = :change""")
                .bind("now", now)
                .bind("deleted", deleted)
                .bind("left", left)
                .bind("note", note)
                .bind("change", purge.change())
                .execute();
    }

    /** When the deletion of files of this identity began last; 0 if it never did. */
    static long begunAt(Handle handle, CatalogRecord catalog, String uuid) {
        return handle.createQuery(
                        "select coalesce(max(begun_at), 0) from purge where catalog_id = :catalog and uuid = :uuid")
                .bind("catalog", catalog.id())
                .bind("uuid", uuid)
                .mapTo(long.class)
                .one();
    }

    static boolean isGoing(Handle handle, CatalogRecord catalog, String uuid) {
        return handle.createQuery("""
            select exists (select 1 from purge where catalog_id = :catalog and uuid = :uuid and finished_at is null)
               and not exists (select 1
                                 from entry_version indexed by entry_now
                                where catalog_id = :catalog and to_change is null and uuid = :uuid)""")
                .bind("catalog", catalog.id())
                .bind("uuid", uuid)
                .mapTo(boolean.class)
                .one();
    }

    /** Refuses what would point to files that are being deleted: after the deletion began nobody looks at all tables again. */
    static void requireStaying(Handle handle, String uuid, String metadataLocation) {
        boolean going = handle.createQuery("""
            select exists (select 1
                             from purge indexed by purge_unfinished
                            where finished_at is null
                              and (uuid = :uuid or substr(:metadata, 1, length(location) + 1) = location || '/'))""")
                .bind("uuid", uuid)
                .bind("metadata", metadataLocation)
                .mapTo(boolean.class)
                .one();
        if (going) {
            throw new BadRequestException(
                    "The files of this table are being deleted, because it was purged: %s", metadataLocation);
        }
    }

    private static Purge purge(ResultSet row) throws SQLException {
        return new Purge(
                row.getLong("change_id"),
                Rows.catalog(row),
                EntrySql.entry(row),
                Instant.ofEpochMilli(row.getLong("changed_at")));
    }

    private static Holder holder(ResultSet row) throws SQLException {
        return new Holder(row.getLong("position"), Rows.catalog(row), EntrySql.entry(row), row.getLong("ended_by"));
    }
}
