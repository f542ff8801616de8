package dev.firn.catalog;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Change;
import dev.firn.store.Moment;
import dev.firn.store.NewFile;
import dev.firn.store.Transaction;
import java.util.List;
import org.apache.iceberg.exceptions.ForbiddenException;

/**
 * Which catalog a request is about, at what moment, and for whom.
 *
 * @param catalog the catalog
 * @param moment the moment at which it is read; only the present can be changed
 * @param principal who asks
 */
public record CatalogSession(CatalogRecord catalog, Moment moment, String principal) {
    /** The name under which this very session can be opened again: {@code main}, or {@code main@change:1234}. */
    public String name() {
        return moment.isPresent() ? catalog.name() : catalog.name() + "@change:" + moment.change();
    }

    /** Throws {@link ForbiddenException} if this is a past catalog: to be called before anything is written for a change. */
    void requirePresent() {
        if (!moment.isPresent()) {
            throw new ForbiddenException("A past catalog is read-only: %s", name());
        }
    }

    Transaction transaction(Change change) {
        return transaction(List.of(change), List.of());
    }

    Transaction transaction(List<Change> changes, List<NewFile> files) {
        requirePresent();
        return new Transaction(catalog, principal, changes, files);
    }
}
