package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import org.jdbi.v3.core.Handle;

/** The SQL over metadata files that only versions pointed to which are no longer kept. */
final class FormerFileSql {
    private static final String REMEMBER = """
        insert into former_file (catalog_id, uuid, location, kind, ours) values (?, ?, ?, ?, ?)
        on conflict do update set ours = max(ours, excluded.ours)""";

    private FormerFileSql() {}

    static void remember(
            Handle handle, CatalogRecord catalog, String uuid, String kind, String location, boolean ours) {
        Positional.execute(handle, REMEMBER, catalog.id(), uuid, location, kind, ours ? 1 : 0);
    }

    /** What names the former files of this identity has changed. */
    static void lookAgain(Handle handle, CatalogRecord catalog, String uuid) {
        Positional.execute(
                handle,
                "insert into former_due (catalog_id, uuid) values (?, ?) on conflict do nothing",
                catalog.id(),
                uuid);
    }
}
