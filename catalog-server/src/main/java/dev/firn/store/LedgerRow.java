package dev.firn.store;

import java.time.Instant;
import org.apache.iceberg.catalog.Namespace;
import org.jspecify.annotations.Nullable;

/**
 * One row of the ledger: a change that was made.
 *
 * @param change its number; later changes have greater ones
 * @param transaction the number of the first change of its transaction
 * @param at when, never before the row before
 * @param principal who asked for it
 * @param operation the word for it, as in {@code create-table}
 * @param namespace which namespace, or that of the name
 * @param name which table or view; null for a change of the namespace itself
 * @param uuid the identity of the table or view
 * @param detail what else is to be said, as a JSON object
 * @param metadataLocation the metadata file of the version that the change made; null if it made none, or if that is no longer kept
 * @param endsTransaction whether it is the last change of its transaction
 */
public record LedgerRow(
        long change,
        long transaction,
        Instant at,
        String principal,
        String operation,
        Namespace namespace,
        @Nullable String name,
        @Nullable String uuid,
        String detail,
        @Nullable String metadataLocation,
        boolean endsTransaction) {}
