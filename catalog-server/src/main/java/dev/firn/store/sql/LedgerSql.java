package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The SQL over the ledger. */
final class LedgerSql {
    private LedgerSql() {}

    /** The number and time of the newest row; of a row before all others if there is none. */
    static Position newest(Handle handle) {
        return handle.createQuery("select change_id, changed_at from change order by change_id desc limit 1")
                .map((row, context) -> new Position(row.getLong("change_id"), row.getLong("changed_at")))
                .findOne()
                .orElse(new Position(0, 0));
    }

    static void append(Handle handle, CatalogRecord catalog, String principal, Row row) {
        handle.createUpdate("""
            insert into change (change_id, transaction_id, catalog_id, changed_at, principal, operation,
                                namespace, name, object_uuid, detail)
            values (:change, :transaction, :catalog, :at, :principal, :operation,
                    :namespace, :name, :uuid, :detail)""")
                .bind("change", row.change())
                .bind("transaction", row.transaction())
                .bind("catalog", catalog.id())
                .bind("at", row.changedAt())
                .bind("principal", principal)
                .bind("operation", row.operation())
                .bind("namespace", Rows.column(row.namespace()))
                .bind("name", row.name())
                .bind("uuid", row.uuid())
                .bind("detail", Rows.json(row.detail()))
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
