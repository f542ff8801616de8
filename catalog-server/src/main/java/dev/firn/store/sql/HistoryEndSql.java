package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * The SQL that ends history. It goes down the ledger, change by change: what a change ended before the start is visible at no moment that is kept. The row of the
 * change goes with it, unless a version that stays refers to it.
 */
final class HistoryEndSql {
    /** About what a step adds to the log, in bytes. */
    static final long STEP_BYTES = 1024L * 1024;

    /** So many changes in one step: a few milliseconds of the writer. */
    private static final int STEP = 200;

    /** What follows the ledger and has still to be told of it. It does not wait for webhooks that are disabled, whose receiver has said that it is gone. */
    private static final String TOLD = """
        select min(follower.change_id)
          from follower
          left join webhook on follower.name = 'webhook:' || webhook.webhook_id
         where (webhook.webhook_id is null and follower.name not like 'webhook:%')
            or (webhook.disabled is null and webhook.catalog_id = :catalog)""";

    /** All rows of a transaction have the same time, so the last row until a time is the end of one. */
    private static final String LAST_UNTIL = """
        select change_id
          from change
         where catalog_id = :catalog and changed_at <= :until
         order by changed_at desc, change_id desc
         limit 1""";

    /** The end of the last transaction that is whole before a number. */
    private static final String LAST_WHOLE = """
        with last (change_id, transaction_id) as (
          select change_id, transaction_id
            from change not indexed
           where catalog_id = :catalog and change_id <= :told
           order by change_id desc
           limit 1)
        select case when (select transaction_id from change not indexed
                           where catalog_id = :catalog and change_id > :told order by change_id limit 1) is last.transaction_id
                    then (select max(change_id) from change not indexed
                           where catalog_id = :catalog and change_id < last.transaction_id)
                    else last.change_id end
          from last""";

    private static final String DROPS = "'drop-table', 'drop-view', 'purge-table'";

    /** The version that a change ended, and whether the server wrote its metadata file for it; one that was registered over stays as a dropped one does. */
    private static final String ENDED = """
        select version.rowid as position, version.from_change, version.kind, version.uuid, version.metadata_location,
               coalesce(made.operation in ('create-table', 'create-view', 'commit-table', 'commit-view', 'restore-table', 'restore-view')
                        and made.detail not like '%%"register"%%' and ended.detail not like '%%"register"%%', 0) as ours
          from change ended not indexed
          join entry_version version on version.rowid = (
               select rowid
                 from entry_version
                where catalog_id = ended.catalog_id and namespace = ended.namespace and name = ended.name
                  and from_change < ended.change_id
                order by from_change desc
                limit 1)
          left join change made on made.change_id = version.from_change
         where ended.change_id > :after and ended.change_id <= :through and ended.catalog_id = :catalog
           and version.to_change = ended.change_id
           and %s""";

    private static final String ENDED_BY_OTHERS =
            ENDED.formatted("ended.operation not in ('unregister-table', 'unregister-view', " + DROPS + ")");

    private static final String ENDED_BY_DROP = ENDED.formatted("ended.operation in (" + DROPS + ")");

    /** A rename makes its version under the name it gives, every other change under its own. */
    private static final String FORGET_CHANGES = """
        delete from change
         where change_id > :after and change_id <= :through and +catalog_id = :catalog and name is not null
           and operation not in (%s) and not %s
           and not exists (
               select 1
                 from entry_version begun
                where begun.catalog_id = change.catalog_id
                  and begun.namespace = case when detail ->> '$.destination.name' is null then change.namespace
                      else (select group_concat(value, char(31)) from json_each(detail, '$.destination.namespace')) end
                  and begun.name = coalesce(detail ->> '$.destination.name', change.name)
                  and begun.from_change = change.change_id)""".formatted(DROPS, FormerFileSql.REGISTERS);

    private static final String FORGET_BEGINNING =
            "delete from change where change_id = ? and not " + FormerFileSql.REGISTERS;

    /** Drops that have been settled since, and whose files nobody deletes now. */
    private static final String SETTLED = """
        select settled.change_id
          from dropped_outcome settled
          cross join change dropped on dropped.change_id = settled.change_id
         where dropped.catalog_id = :catalog and settled.change_id <= :swept
           and not exists (select 1
                             from purge indexed by purge_unfinished
                            where finished_at is null
                              and (purge.change_id = settled.change_id or purge.uuid = dropped.object_uuid))
         order by settled.change_id
         limit :limit""";

    private record Start(long change, long swept) {}

    private record Ended(long position, long from, String kind, String uuid, String location, boolean ours) {}

    private record NamespaceChange(long change, String namespace) {}

    private HistoryEndSql() {}

    static boolean advance(Handle handle, CatalogRecord catalog, Instant until) {
        long told = told(handle, catalog);
        Optional<Long> last = handle.createQuery(LAST_UNTIL)
                .bind("catalog", catalog.id())
                .bind("until", until.toEpochMilli())
                .mapTo(long.class)
                .findOne();
        if (last.isPresent() && last.get() > told) {
            last = handle.createQuery(LAST_WHOLE)
                    .bind("catalog", catalog.id())
                    .bind("told", told)
                    .mapTo(Long.class)
                    .findOne();
        }
        if (last.isEmpty()) {
            return false;
        }
        return handle.createUpdate("""
            insert into history_start (catalog_id, change_id) values (:catalog, :change)
            on conflict (catalog_id) do update set change_id = excluded.change_id where excluded.change_id > change_id""")
                        .bind("catalog", catalog.id())
                        .bind("change", last.get())
                        .execute()
                > 0;
    }

    private static long told(Handle handle, CatalogRecord catalog) {
        return handle.createQuery(TOLD)
                .bind("catalog", catalog.id())
                .mapTo(Long.class)
                .findOne()
                .orElse(Long.MAX_VALUE);
    }

    static boolean endSome(Handle handle, CatalogRecord catalog) {
        Optional<Start> start = handle.createQuery(
                        "select change_id, swept from history_start where catalog_id = :catalog")
                .bind("catalog", catalog.id())
                .map((row, context) -> new Start(row.getLong("change_id"), row.getLong("swept")))
                .findOne();
        if (start.isEmpty()) {
            return false;
        }
        long swept = start.get().swept();
        // The row of the start itself stays: it tells when that moment was.
        long told = told(handle, catalog);
        long last = Math.min(start.get().change() - 1, told);
        Optional<Long> through = handle.createQuery("""
            select max(change_id)
              from (select change_id
                      from change not indexed
                     where catalog_id = :catalog and change_id > :swept and change_id <= :last
                     order by change_id
                     limit :limit)""")
                .bind("catalog", catalog.id())
                .bind("swept", swept)
                .bind("last", last)
                .bind("limit", STEP)
                .mapTo(Long.class)
                .findOne();
        if (through.isEmpty()) {
            if (start.get().change() <= told) {
                // What it ended is not visible any more at the start.
                end(handle, catalog, range(handle, catalog, ENDED_BY_OTHERS, last, last + 1), true);
            }
            return endSettled(handle, catalog, swept);
        }
        end(handle, catalog, range(handle, catalog, ENDED_BY_OTHERS, swept, through.get()), true);
        endNamespaces(handle, catalog, swept, through.get());
        handle.createUpdate(FORGET_CHANGES)
                .bind("catalog", catalog.id())
                .bind("after", swept)
                .bind("through", through.get())
                .execute();
        handle.createUpdate("update history_start set swept = :through where catalog_id = :catalog")
                .bind("through", through.get())
                .bind("catalog", catalog.id())
                .execute();
        return true;
    }

    private static List<Ended> range(Handle handle, CatalogRecord catalog, String query, long after, long through) {
        Query ended = handle.createQuery(query)
                .bind("catalog", catalog.id())
                .bind("after", after)
                .bind("through", through);
        return ended.map((row, context) -> new Ended(
                        row.getLong("position"),
                        row.getLong("from_change"),
                        row.getString("kind"),
                        row.getString("uuid"),
                        row.getString("metadata_location"),
                        row.getBoolean("ours")))
                .list();
    }

    /** {@code remember}: their metadata files are still there, as far as this is known. */
    private static void end(Handle handle, CatalogRecord catalog, List<Ended> versions, boolean remember) {
        for (Ended version : versions) {
            Positional.execute(handle, "delete from entry_version where rowid = ?", version.position());
            Positional.execute(handle, FORGET_BEGINNING, version.from());
            if (remember) {
                FormerFileSql.remember(
                        handle, catalog, version.uuid(), version.kind(), version.location(), version.ours());
            }
            FormerFileSql.lookAgain(handle, catalog, version.uuid());
        }
    }

    private static void endNamespaces(Handle handle, CatalogRecord catalog, long after, long through) {
        List<NamespaceChange> changes = handle.createQuery("""
            select change_id, namespace
              from change not indexed
             where change_id > :after and change_id <= :through and catalog_id = :catalog and name is null""")
                .bind("after", after)
                .bind("through", through)
                .bind("catalog", catalog.id())
                .map((row, context) -> new NamespaceChange(row.getLong("change_id"), row.getString("namespace")))
                .list();
        for (NamespaceChange change : changes) {
            Namespace namespace = Rows.namespace(change.namespace());
            boolean begunStays = false;
            if (!namespace.isEmpty()) {
                endNamespace(handle, catalog, namespace, change.change());
                begunStays = NamespaceSql.begins(handle, catalog, namespace, change.change());
            }
            if (!begunStays) {
                Positional.execute(handle, FORGET_BEGINNING, change.change());
            }
        }
    }

    private static void endNamespace(Handle handle, CatalogRecord catalog, Namespace namespace, long change) {
        NamespaceSql.forget(handle, catalog, namespace, change)
                .ifPresent(from -> Positional.execute(handle, FORGET_BEGINNING, from));
    }

    /** What came back is as any other version; of what was purged the files are gone. That it was purged stays known, for a backup that still has it. */
    private static boolean endSettled(Handle handle, CatalogRecord catalog, long swept) {
        List<Long> settled = handle.createQuery(SETTLED)
                .bind("catalog", catalog.id())
                .bind("swept", swept)
                .bind("limit", STEP)
                .mapTo(long.class)
                .list();
        for (long change : settled) {
            DroppedSql.forgetRequest(handle, change);
            boolean cameBack = Positional.execute(
                            handle,
                            "delete from dropped_outcome where change_id = ? and outcome = ?",
                            change,
                            DroppedSql.UNDROPPED)
                    == 1;
            end(handle, catalog, range(handle, catalog, ENDED_BY_DROP, change - 1, change), cameBack);
            Positional.execute(handle, "delete from change where change_id = ?", change);
        }
        return settled.size() == STEP;
    }
}
