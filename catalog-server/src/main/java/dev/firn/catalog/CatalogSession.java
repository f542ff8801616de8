package dev.firn.catalog;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Change;
import dev.firn.store.Moment;
import dev.firn.store.NewFile;
import dev.firn.store.Receipt;
import dev.firn.store.Transaction;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.jspecify.annotations.Nullable;

/**
 * Which catalog a request is about, at what moment, and for whom.
 *
 * @param catalog the catalog
 * @param moment the moment at which it is read; only the present can be changed
 * @param principal who asks
 * @param share what the request takes of the memory for those that wait; null if it is not counted
 * @param once makes what is to be remembered of the request; null if it may be done more than once
 */
public record CatalogSession(
        CatalogRecord catalog,
        Moment moment,
        String principal,
        MemoryBudget.@Nullable Share share,
        @Nullable Once once) {
    /** A session of a request that may be done more than once. */
    public CatalogSession(CatalogRecord catalog, Moment moment, String principal) {
        this(catalog, moment, principal, null, null);
    }

    /** The same for a request that is to be done once. */
    public CatalogSession doing(Once request) {
        return new CatalogSession(catalog, moment, principal, share, request);
    }

    /** The same for a request that is counted. */
    public CatalogSession within(MemoryBudget.Share request) {
        return new CatalogSession(catalog, moment, principal, request, once);
    }

    /** Takes of the budget what the request makes. Throws {@link OverBudgetException} if there is not so much: to be called before anything is written. */
    void take(long bytes) {
        if (share != null) {
            share.take(bytes);
        }
    }

    /** As {@link #take}, but waits a while for other requests if there is not so much. */
    void await(long bytes) {
        if (share != null) {
            share.await(bytes);
        }
    }

    /** Gives back what was taken for what has come to nothing. */
    void give(long bytes) {
        if (share != null) {
            share.give(bytes);
        }
    }

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

    /** What is to be remembered if the request has this result and changes nothing. */
    public Optional<Receipt> receipt(@Nullable Object result) {
        return once == null ? Optional.empty() : Optional.of(once.receipt(result));
    }

    /** A change that the request answers without a body. */
    Transaction transaction(Change change) {
        return transaction(List.of(change), List.of(), null);
    }

    /** A change, and the result of the request if it is made. */
    Transaction transaction(Change change, @Nullable Object result) {
        return transaction(List.of(change), List.of(), result);
    }

    /** Changes with the files that they point to, and the result of the request if they are made. */
    Transaction transaction(List<Change> changes, List<NewFile> files, @Nullable Object result) {
        requirePresent();
        return new Transaction(catalog, principal, changes, files, once == null ? null : once.receipt(result));
    }
}
