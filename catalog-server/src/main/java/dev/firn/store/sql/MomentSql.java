package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.HistoryStart;
import dev.firn.store.Moment;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL that finds moments. A moment is always the end of a transaction: nobody has ever seen the middle of one. */
final class MomentSql {
    private MomentSql() {}

    /** The rows of a transaction share a number and follow each other, so its end is the last row before the first of another. After a restore numbers are missing between these two. */
    static Optional<Moment> of(Handle handle, CatalogRecord catalog, long change) {
        return handle.createQuery("""
                select (select max(change_id)
                          from change
                         where change_id < coalesce((select min(later.change_id)
                                                       from change later
                                                      where later.change_id > held.change_id
                                                        and later.transaction_id <> held.transaction_id),
                                                    9223372036854775807))
                  from change held
                 where held.change_id = :change and held.catalog_id = :catalog and held.change_id >= :start""")
                .bind("change", change)
                .bind("catalog", catalog.id())
                .bind("start", start(handle, catalog))
                .map((row, context) -> new Moment(row.getLong(1)))
                .findOne();
    }

    /** All rows of a transaction have the same time, so the last row until a time is the end of one. */
    static Optional<Moment> at(Handle handle, CatalogRecord catalog, Instant instant) {
        return handle.createQuery("""
                select change_id
                  from change
                 where catalog_id = :catalog and changed_at <= :at
                 order by changed_at desc, change_id desc
                 limit 1""")
                .bind("catalog", catalog.id())
                .bind("at", instant.toEpochMilli())
                .mapTo(long.class)
                .findOne()
                .filter(change -> change >= start(handle, catalog))
                .map(Moment::new);
    }

    /** The oldest moment that can be read. After a restore it may be that of the restore, behind the start itself. */
    static Optional<HistoryStart> oldest(Handle handle, CatalogRecord catalog) {
        return handle.createQuery("""
                select change.change_id, change.changed_at
                  from history_start start
                  join change on change.change_id = (select min(change_id)
                                                       from change not indexed
                                                      where catalog_id = start.catalog_id and change_id >= start.change_id)
                 where start.catalog_id = :catalog""")
                .bind("catalog", catalog.id())
                .map((row, context) ->
                        new HistoryStart(row.getLong("change_id"), Instant.ofEpochMilli(row.getLong("changed_at"))))
                .findOne();
    }

    /** The change from which on the catalog can be read; 0 for its beginning. */
    static long start(Handle handle, CatalogRecord catalog) {
        return handle.createQuery("select change_id from history_start where catalog_id = :catalog")
                .bind("catalog", catalog.id())
                .mapTo(long.class)
                .findOne()
                .orElse(0L);
    }
}
