package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.LedgerRow;
import dev.firn.store.Moment;
import dev.firn.store.NamedFiles;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The SQL over the ledger. */
final class LedgerSql {
    private static final String APPEND = """
        insert into change (change_id, transaction_id, catalog_id, changed_at, principal, operation,
                            namespace, name, object_uuid, detail)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String TELL_LOSS =
            tellRestored("select ?, ?, max(?, coalesce(max(changed_at), 0)) from main.change");

    /** Who makes the changes that nobody asked for. */
    private static final String NOBODY = "firn";

    /**
     * A rename makes its version under the name it gives, every other change under its own. The planner, left alone, reads the whole ledger by its times and sorts it, for
     * each page.
     */
    static final String AFTER = """
        select change.*, version.metadata_location,
               not exists (
                   select 1
                     from change following
                    where following.change_id = change.change_id + 1
                      and following.transaction_id = change.transaction_id) as ends_transaction
          from change not indexed
          left join entry_version version
            on version.catalog_id = change.catalog_id
           and version.namespace = case when detail ->> '$.destination.name' is null then change.namespace
               else (select group_concat(value, char(31)) from json_each(detail, '$.destination.namespace')) end
           and version.name = coalesce(detail ->> '$.destination.name', change.name)
           and version.from_change = change.change_id
         where change.change_id > :after and change.change_id <= :until and change.catalog_id = :catalog
         order by change.change_id
         limit :limit""";

    private LedgerSql() {}

    /** The number and time of the newest row; of a row before all others if there is none. */
    static Position newest(Handle handle) {
        return Positional.first(
                        handle,
                        "select change_id, changed_at from change order by change_id desc limit 1",
                        row -> new Position(row.getLong("change_id"), row.getLong("changed_at")))
                .orElse(new Position(0, 0));
    }

    /** The mark before the first change is in every ledger. */
    static boolean contains(Handle handle, NamedFiles.Mark mark) {
        return mark.change() == 0
                || handle.createQuery(
                                "select exists (select 1 from change where change_id = :change and changed_at = :at)")
                        .bind("change", mark.change())
                        .bind("at", mark.changedAt())
                        .mapTo(boolean.class)
                        .one();
    }

    static void append(Handle handle, CatalogRecord catalog, String principal, Row row) {
        Positional.execute(
                handle,
                APPEND,
                row.change(),
                row.transaction(),
                catalog.id(),
                row.changedAt(),
                principal,
                row.operation(),
                Rows.column(row.namespace()),
                row.name(),
                row.uuid(),
                Rows.json(row.detail()));
    }

    /** Tells that what was told of the changes between these two is not true any more. */
    static void tellLoss(Handle handle, long keptUntil, long given, long now) {
        Positional.execute(handle, TELL_LOSS, given, keptUntil, now, NOBODY);
    }

    /**
     * Tells that the state is not what it had come to: one row for each catalog, of one transaction, behind every number that was ever given. Its last parameter is the
     * principal.
     *
     * @param last selects the highest number that was given, the newest change that is still true, and the time of the rows
     */
    static String tellRestored(String last) {
        return """
            insert into main.change (change_id, transaction_id, catalog_id, changed_at, principal, operation,
                                     namespace, name, object_uuid, detail)
            with last (given, kept, at) as materialized (%s)
            select last.given + row_number() over (order by catalog_id), last.given + 1, catalog_id, last.at, ?, 'restore-catalog',
                   '', null, null, json_object('kept-until', last.kept, 'undone-until', last.given)
              from main.catalog, last""".formatted(last);
    }

    static List<LedgerRow> after(Handle handle, CatalogRecord catalog, long after, Moment until, int limit) {
        return handle.createQuery(AFTER)
                .bind("catalog", catalog.id())
                .bind("after", after)
                .bind("until", until.change())
                .bind("limit", limit)
                .map((row, context) -> new LedgerRow(
                        row.getLong("change_id"),
                        row.getLong("transaction_id"),
                        Instant.ofEpochMilli(row.getLong("changed_at")),
                        row.getString("principal"),
                        row.getString("operation"),
                        Rows.namespace(row.getString("namespace")),
                        row.getString("name"),
                        row.getString("object_uuid"),
                        row.getString("detail"),
                        row.getString("metadata_location"),
                        row.getBoolean("ends_transaction")))
                .list();
    }

    static Optional<Long> position(Handle handle, String follower) {
        return handle.createQuery("select change_id from follower where name = :name")
                .bind("name", follower)
                .mapTo(long.class)
                .findOne();
    }

    static void advance(Handle handle, String follower, long change) {
        handle.createUpdate("""
            insert into follower (name, change_id) values (:name, :change)
            on conflict (name) do update set change_id = excluded.change_id""").bind("name", follower).bind("change", change).execute();
    }

    static void forget(Handle handle, String follower) {
        handle.createUpdate("delete from follower where name = :name")
                .bind("name", follower)
                .execute();
    }

    /** Where the ledger stands. */
    record Position(long change, long changedAt) {}

    /** What a row says beside whose it is. */
    record Row(
            long change,
            long transaction,
            long changedAt,
            String operation,
            Namespace namespace,
            @Nullable String name,
            @Nullable String uuid,
            Map<String, ?> detail) {}
}
