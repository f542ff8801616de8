package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Receipt;
import java.util.Optional;

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

    /** What is remembered of the request with this key. */
    public Optional<Receipt> find(String key) {
        return store.receipt(key);
    }

    /** The state of a table that an outcome names. */
    public TableDocument table(String metadataLocation) {
        return tables.read(metadataLocation);
    }

    /** The state of a view that an outcome names. */
    public ViewDocument view(String metadataLocation) {
        return views.read(metadataLocation);
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
