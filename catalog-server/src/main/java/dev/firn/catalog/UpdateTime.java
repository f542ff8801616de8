package dev.firn.catalog;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.apache.iceberg.TableMetadata;

/**
 * Keeps the times of a table from going backwards with the clock of this machine. Iceberg refuses metadata that is more than a minute older than what it
 * replaces, so that nobody could commit until the clock has caught up; its builder takes the present time and has no way to be given another.
 */
final class UpdateTime {
    private static final VarHandle LAST_UPDATED = lastUpdated();

    private UpdateTime() {}

    private static VarHandle lastUpdated() {
        try {
            return MethodHandles.privateLookupIn(TableMetadata.Builder.class, MethodHandles.lookup())
                    .findVarHandle(TableMetadata.Builder.class, "lastUpdatedMillis", Long.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This version of Iceberg keeps the time of an update elsewhere", e);
        }
    }

    /** As {@link TableMetadata#buildFrom}; what is built is never older than {@code base}. */
    static TableMetadata.Builder buildFrom(TableMetadata base) {
        TableMetadata.Builder builder = TableMetadata.buildFrom(base);
        if (System.currentTimeMillis() < base.lastUpdatedMillis()) {
            LAST_UPDATED.set(builder, base.lastUpdatedMillis());
        }
        return builder;
    }
}
