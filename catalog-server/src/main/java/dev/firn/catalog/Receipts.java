package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Receipt;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;

/** What is remembered of requests, so that a repetition is answered as the first was. Those that change something are stored with the change itself. */
public final class Receipts {
    private final CatalogStore store;
    private final TableDocuments tables;
    private final ViewDocuments views;

    /** In this state. */
    public Receipts(CatalogStore store, TableDocuments tables, ViewDocuments views) {
        this.store = store;
        this.tables = tables;
        this.views = views;
    }

    /** What is remembered of the request with this key. Throws {@link CommitStateUnknownException} if that cannot be read: it may have been done. */
    public Optional<Receipt> find(String key) {
        try {
            return store.receipt(key);
        } catch (ServiceUnavailableException e) {
            throw new CommitStateUnknownException(
                    "Cannot tell whether the request with this Idempotency-Key has been done: " + e.getMessage(), e);
        }
    }

    /** The state of a table that an outcome names. Throws {@link CommitStateUnknownException} if its file has been deleted since, or cannot be read. */
    public TableDocument table(String metadataLocation) {
        return found(metadataLocation, tables::read);
    }

    /** The state of a view that an outcome names. Throws {@link CommitStateUnknownException} if its file has been deleted since, or cannot be read. */
    public ViewDocument view(String metadataLocation) {
        return found(metadataLocation, views::read);
    }

    private static <T> T found(String metadataLocation, Function<String, T> read) {
        try {
            return read.apply(metadataLocation);
        } catch (OverBudgetException e) {
            throw new CommitStateUnknownException(
                    "The request was done and is not done again; its answer cannot be read now for want of memory: "
                            + metadataLocation,
                    e);
        } catch (ServiceFailureException e) {
            // Not 404 or 503: who is told so takes the change for refused, and deletes the files that it made for it.
            throw new CommitStateUnknownException(
                    "The request was done and is not done again, but its answer is no longer known: the metadata file that it wrote "
                            + (e.getCause() instanceof NotFoundException
                                    ? "has been deleted since, with its table or by an engine: "
                                    : "cannot be read: ")
                            + metadataLocation,
                    e);
        }
    }

    /**
     * Remembers a request that was refused and so changed nothing.
     *
     * @throws dev.firn.store.ReceiptTakenException if one with its key is remembered
     */
    public void remember(Receipt receipt) {
        store.remember(receipt);
    }
}
