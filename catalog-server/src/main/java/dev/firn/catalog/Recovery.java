package dev.firn.catalog;

import dev.firn.store.CatalogStore;
import dev.firn.store.Dropped;
import java.util.List;
import org.apache.iceberg.exceptions.BadRequestException;

/** Gives back what was there before: tables and views that were dropped. */
public final class Recovery {
    private final CatalogStore store;

    /** Over this state. */
    public Recovery(CatalogStore store) {
        this.store = store;
    }

    /**
     * What was dropped and can come back, what was dropped last first.
     *
     * @param before only what was dropped before this change
     * @param limit at most so many
     */
    public List<Dropped> dropped(CatalogSession session, long before, int limit) {
        if (!session.moment().isPresent()) {
            throw new BadRequestException("Only into the present can something come back: %s", session.name());
        }
        return store.dropped().before(session.catalog(), before, limit);
    }
}
