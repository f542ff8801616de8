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
    Transaction transaction(Change change) {
        return transaction(List.of(change), List.of());
    }

    Transaction transaction(List<Change> changes, List<NewFile> files) {
        if (!moment.isPresent()) {
            throw new ForbiddenException("A past catalog cannot be changed: %s", catalog.name());
        }
        return new Transaction(catalog, principal, changes, files);
    }
}
