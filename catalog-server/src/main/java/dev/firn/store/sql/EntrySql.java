package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.Moment;
import dev.firn.store.Page;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Handle;

/** The SQL over the versions of tables and views: their names and their pointers. */
final class EntrySql {
    private EntrySql() {}

    static Optional<Entry> find(Handle handle, CatalogRecord catalog, TableIdentifier identifier, Moment moment) {
        String sql = """
        select kind, uuid, metadata_location, from_change
          from entry_version
         where catalog_id = :catalog and namespace = :namespace and name = :name and\s""" + Visible.at(moment);
        return Visible.bind(handle.createQuery(sql), moment)
                .bind("catalog", catalog.id())
                .bind("namespace", Rows.column(identifier.namespace()))
                .bind("name", identifier.name())
                .map((row, context) -> new Entry(
                        EntryKind.of(row.getString("kind")),
                        identifier,
                        row.getString("uuid"),
                        row.getString("metadata_location"),
                        row.getLong("from_change")))
                .findOne();
    }

    static List<String> names(
            Handle handle, CatalogRecord catalog, Namespace namespace, EntryKind kind, Moment moment, Page page) {
        String sql = """
        select name
          from entry_version
         where catalog_id = :catalog and namespace = :namespace and name > :after and kind = :kind and %s
         order by name
         limit :limit""".formatted(Visible.at(moment));
        return Visible.bind(handle.createQuery(sql), moment)
                .bind("catalog", catalog.id())
                .bind("namespace", Rows.column(namespace))
                .bind("kind", kind.id())
                .bind("after", page.after())
                .bind("limit", page.limit())
                .mapTo(String.class)
                .list();
    }

    static void begin(Handle handle, CatalogRecord catalog, Entry entry) {
        handle.createUpdate("""
            insert into entry_version (catalog_id, namespace, name, kind, uuid, metadata_location, from_change)
            values (:catalog, :namespace, :name, :kind, :uuid, :location, :change)""")
                .bind("catalog", catalog.id())
                .bind("namespace", Rows.column(entry.identifier().namespace()))
                .bind("name", entry.identifier().name())
                .bind("kind", entry.kind().id())
                .bind("uuid", entry.uuid())
                .bind("location", entry.metadataLocation())
                .bind("change", entry.fromChange())
                .execute();
    }

    /** Ends the version {@code expected} if it is the present one, and tells whether it was: the compare-and-set of every pointer. */
    static boolean end(Handle handle, CatalogRecord catalog, Entry expected, long change) {
        return handle.createUpdate("""
                update entry_version set to_change = :change
                 where catalog_id = :catalog and namespace = :namespace and name = :name
                   and to_change is null and from_change = :expected""")
                        .bind("catalog", catalog.id())
                        .bind("namespace", Rows.column(expected.identifier().namespace()))
                        .bind("name", expected.identifier().name())
                        .bind("expected", expected.fromChange())
                        .bind("change", change)
                        .execute()
                == 1;
    }
}
