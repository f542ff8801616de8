package dev.firn.store.sql;

import org.jdbi.v3.core.HandleCallback;

/** Runs a query on a connection that cannot write. */
interface Reads {
    /** Throws {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now. */
    <T> T read(HandleCallback<T, RuntimeException> query);
}
