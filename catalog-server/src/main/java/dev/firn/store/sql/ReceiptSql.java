package dev.firn.store.sql;

import dev.firn.store.EntryKind;
import dev.firn.store.Outcome;
import dev.firn.store.Receipt;
import dev.firn.store.ReceiptTakenException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL over what is remembered of requests. All times are milliseconds since 1970. */
final class ReceiptSql {
    /** How many expired rows one new row takes with it at the most: more than one, so that they become fewer. */
    private static final int CLEANED_AT_ONCE = 16;

    private ReceiptSql() {}

    static Optional<Receipt> find(Handle handle, String key, long now) {
        return handle.createQuery("""
            select request, status, kind, metadata_location, body, kept_until
              from receipt
             where receipt_key = :key and kept_until > :now""")
                .bind("key", key)
                .bind("now", now)
                .map((row, context) -> new Receipt(
                        key,
                        row.getString("request"),
                        outcome(row),
                        Duration.ofMillis(row.getLong("kept_until") - now)))
                .findOne();
    }

    /** Throws {@link ReceiptTakenException} if this key has a receipt. */
    static void requireNone(Handle handle, String key, long now) {
        if (find(handle, key, now).isPresent()) {
            throw new ReceiptTakenException(key);
        }
    }

    /**
     * Stores a receipt, whose key has none, and deletes some that have expired.
     *
     * @param change the change with which it is stored; 0 if there is none
     */
    static void store(Handle handle, Receipt receipt, long change, long now) {
        clean(handle, now);
        Outcome outcome = receipt.outcome();
        handle.createUpdate("""
            insert or replace into receipt (receipt_key, request, status, kind, metadata_location, body, kept_until)
            values (:key, :request, :status, :kind, :location,
                    case when :tells then json_set(:body, '$.change', :change) else :body end, :until)""")
                .bind("key", receipt.key())
                .bind("request", receipt.request())
                .bind("status", outcome.status())
                .bind("kind", outcome.kind() == null ? null : outcome.kind().id())
                .bind("location", outcome.metadataLocation())
                .bind("body", outcome.body())
                .bind("tells", outcome.tellsChange())
                .bind("change", change)
                .bind("until", now + receipt.lifetime().toMillis())
                .execute();
    }

    private static void clean(Handle handle, long now) {
        handle.createUpdate("""
            delete from receipt
             where receipt_key in (select receipt_key from receipt where kept_until <= :now order by kept_until limit :most)""").bind("now", now).bind("most", CLEANED_AT_ONCE).execute();
    }

    private static Outcome outcome(ResultSet row) throws SQLException {
        String kind = row.getString("kind");
        return new Outcome(
                row.getInt("status"),
                kind == null ? null : EntryKind.of(kind),
                row.getString("metadata_location"),
                row.getString("body"),
                false);
    }
}
