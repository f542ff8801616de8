package dev.firn.store.sql;

import dev.firn.store.AddedWebhook;
import dev.firn.store.CatalogRecord;
import dev.firn.store.ChangeFilter;
import dev.firn.store.NewWebhook;
import dev.firn.store.Receipt;
import dev.firn.store.Webhook;
import dev.firn.store.WebhookStore;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jdbi.v3.core.Handle;

/** Webhooks in the file of state, which no other user of the machine can read from the first of them on. */
final class SqlWebhookStore implements WebhookStore {
    private static final String SPACE = " ";

    private static final String ALL = """
        select webhook.*, catalog.name
          from webhook
          join catalog using (catalog_id)
         order by webhook_id""";

    private final Path file;
    private final Clock clock;
    private final Reads reads;
    private final GroupCommit writer;
    private final LongSupplier lifetimes;

    SqlWebhookStore(Path file, Clock clock, Reads reads, GroupCommit writer, LongSupplier lifetimes) {
        this.file = file;
        this.clock = clock;
        this.reads = reads;
        this.writer = writer;
        this.lifetimes = lifetimes;
    }

    @Override
    public AddedWebhook add(NewWebhook wanted, Function<AddedWebhook, Optional<Receipt>> receipt) {
        OwnerOnly.protect(file);
        Instant now = Instant.ofEpochMilli(clock.millis());
        return writer.submit(handle -> {
            long id = insert(handle, wanted, now);
            Webhook webhook = new Webhook(
                    id,
                    wanted.catalog(),
                    wanted.url(),
                    wanted.secret(),
                    wanted.filter(),
                    now,
                    wanted.principal(),
                    null);
            long newest = LedgerSql.newest(handle).change();
            long after = wanted.after() == null ? newest : Math.min(wanted.after(), newest);
            long start = MomentSql.start(handle, wanted.catalog());
            if (after < start) {
                throw new BadRequestException(
                        "The changes after %s are no longer all kept, the oldest to begin behind is %s", after, start);
            }
            LedgerSql.advance(handle, webhook.follower(), after);
            AddedWebhook added = new AddedWebhook(webhook, after, newest - after);
            receipt.apply(added).ifPresent(made -> remember(handle, made));
            return added;
        });
    }

    private void remember(Handle handle, Receipt receipt) {
        ReceiptSql.requireNone(handle, receipt.key(), lifetimes.getAsLong());
        ReceiptSql.store(handle, receipt, 0, lifetimes.getAsLong());
    }

    private static long insert(Handle handle, NewWebhook wanted, Instant now) {
        return handle.createQuery("""
            insert into webhook (catalog_id, url, secret, operations, namespace, created_at, created_by)
            values (:catalog, :url, :secret, :operations, :namespace, :at, :by)
            returning webhook_id""")
                .bind("catalog", wanted.catalog().id())
                .bind("url", wanted.url())
                .bind("secret", wanted.secret())
                .bind("operations", String.join(SPACE, wanted.filter().operations()))
                .bind("namespace", Rows.column(wanted.filter().namespace()))
                .bind("at", now.toEpochMilli())
                .bind("by", wanted.principal())
                .mapTo(long.class)
                .one();
    }

    @Override
    public List<Webhook> all() {
        return reads.read(handle -> Positional.list(handle, ALL, SqlWebhookStore::webhook));
    }

    private static Webhook webhook(ResultSet row) throws SQLException {
        String operations = row.getString("operations");
        String namespace = row.getString("namespace");
        return new Webhook(
                row.getLong("webhook_id"),
                new CatalogRecord(row.getInt("catalog_id"), row.getString("name")),
                row.getString("url"),
                row.getString("secret"),
                new ChangeFilter(
                        operations.isEmpty() ? Set.of() : Set.of(operations.split(SPACE, -1)),
                        namespace.isEmpty() ? Namespace.empty() : Rows.namespace(namespace)),
                Instant.ofEpochMilli(row.getLong("created_at")),
                row.getString("created_by"),
                row.getString("disabled"));
    }

    @Override
    public void disable(Webhook webhook, String reason) {
        writer.submit(handle -> handle.createUpdate("update webhook set disabled = :reason where webhook_id = :id")
                .bind("reason", reason)
                .bind("id", webhook.id())
                .execute());
    }

    @Override
    public boolean enable(Webhook webhook) {
        return writer.submit(handle -> {
            long position = LedgerSql.position(handle, webhook.follower()).orElse(0L);
            long start = MomentSql.start(handle, webhook.catalog());
            if (position < start) {
                throw new BadRequestException(
                        "Webhook %s was told up to change %s, and the changes after that are no longer all kept: remove it, and add it behind %s or later",
                        webhook.id(), position, start);
            }
            return handle.createUpdate("update webhook set disabled = null where webhook_id = :id")
                            .bind("id", webhook.id())
                            .execute()
                    > 0;
        });
    }

    @Override
    public boolean remove(Webhook webhook, Optional<Receipt> receipt) {
        return writer.submit(handle -> {
            receipt.ifPresent(made -> remember(handle, made));
            LedgerSql.forget(handle, webhook.follower());
            return handle.createUpdate("delete from webhook where webhook_id = :id")
                            .bind("id", webhook.id())
                            .execute()
                    > 0;
        });
    }
}
