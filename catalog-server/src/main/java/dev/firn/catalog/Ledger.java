package dev.firn.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.store.CatalogStore;
import dev.firn.store.HistoryStart;
import dev.firn.store.LedgerRow;
import dev.firn.store.LedgerStore;
import java.time.Duration;
import java.util.List;

/** What has happened in a catalog, in order. */
public final class Ledger {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LedgerStore store;

    /** The ledger of this state. */
    public Ledger(CatalogStore store) {
        this.store = store.ledger();
    }

    /** The changes after one of them, in order, at most {@code limit}; none that a past catalog has not seen. */
    public List<LedgerRow> changes(CatalogSession session, long after, int limit) {
        return store.changes(session.catalog(), after, session.moment(), limit);
    }

    /**
     * Throws {@link HistoryEndedException} if there were changes after this one that are no longer kept. To be asked after they were read: then none is missing
     * between those that were.
     */
    public void requireKept(CatalogSession session, long after) {
        store.startAfter(session.catalog(), after).ifPresent(start -> {
            throw new HistoryEndedException(after, start);
        });
    }

    /** The change behind which the history of a catalog begins that is kept; 0 if all of it is. */
    public long start(CatalogSession session) {
        return store.start(session.catalog()).map(HistoryStart::change).orElse(0L);
    }

    /** The number of the newest change of any catalog; 0 before the first. */
    public long newest() {
        return store.newestChange();
    }

    /** Waits until there is a change of any catalog after this one, at most for the time given, and tells whether there is. */
    public boolean await(long after, Duration patience) throws InterruptedException {
        return store.awaitChange(after, patience);
    }

    /** How far a follower that must not miss a change has come. One who is new begins behind the newest. */
    public long position(String follower) {
        return store.position(follower).orElseGet(() -> {
            long newest = store.newestChange();
            store.advance(follower, newest);
            return newest;
        });
    }

    /** Keeps, durably, how far a follower has come. */
    public void advance(String follower, long change) {
        store.advance(follower, change);
    }

    /** A change as it is told to the world. */
    public static ObjectNode json(LedgerRow row) {
        ObjectNode json = JSON.createObjectNode();
        json.put("change", row.change());
        json.put("transaction", row.transaction());
        json.put("transaction-end", row.endsTransaction());
        json.put("at", row.at().toString());
        json.put("principal", row.principal());
        json.put("operation", row.operation());
        ArrayNode namespace = json.putArray("namespace");
        for (String level : row.namespace().levels()) {
            namespace.add(level);
        }
        if (row.name() != null) {
            json.put("name", row.name());
        }
        if (row.uuid() != null) {
            json.put("uuid", row.uuid());
        }
        if (row.metadataLocation() != null) {
            json.put("metadata-location", row.metadataLocation());
        }
        try {
            json.set("detail", JSON.readTree(row.detail()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The ledger holds a detail that is no JSON: " + row.detail(), e);
        }
        return json;
    }
}
