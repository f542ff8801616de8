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

    /** Stores a receipt, and deletes some that have expired. Throws {@link ReceiptTakenException} if its key has one. */
    static void store(Handle handle, Receipt receipt, long now) {
        if (find(handle, receipt.key(), now).isPresent()) {
            throw new ReceiptTakenException(receipt.key());
        }
        clean(handle, now);
        Outcome outcome = receipt.outcome();
        handle.createUpdate("""
            insert or replace into receipt (receipt_key, request, status, kind, metadata_location, body, kept_until)
            values (:key, :request, :status, :kind, :location, :body, :until)""")
                .bind("key", receipt.key())
                .bind("request", receipt.request())
                .bind("status", outcome.status())
                .bind("kind", outcome.kind() == null ? null : outcome.kind().id())
                .bind("location", outcome.metadataLocation())
                .bind("body", outcome.body())
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
                row.getString("body"));
    }
}
