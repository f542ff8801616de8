package dev.firn.catalog;

import dev.firn.store.Receipt;
import org.jspecify.annotations.Nullable;

/** Makes what is to be remembered of a request that is to be done once. The catalog stores it together with the change. */
@FunctionalInterface
public interface Once {
    /**
     * The receipt of a request that has this result.
     *
     * @param result the state of a table or view, or what else the operation returns; null if it returns nothing
     */
    Receipt receipt(@Nullable Object result);
}
