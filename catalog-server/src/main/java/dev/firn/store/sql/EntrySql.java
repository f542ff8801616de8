package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.Holder;
import dev.firn.store.Moment;
import dev.firn.store.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Handle;

/** The SQL over the versions of tables and views: their names and their pointers. */
final class EntrySql {
    private EntrySql() {}

    // The planner, left alone, prefers the index of all versions, which grows with every commit.
    static final String PRESENT = """
        select kind, uuid, metadata_location, from_change
          from entry_version indexed by entry_now
         where catalog_id = :catalog and namespace = :namespace and name = :name and to_change is null""";

    /** One step down the index, however many versions there are: versions of a name do not overlap, so only the last that began until then can be it. */
    static final String PAST = """
        select kind, uuid, metadata_location, from_change
          from (select *
                  from entry_version
                 where catalog_id = :catalog and namespace = :namespace and name = :name and from_change <= :moment
                 order by from_change desc
                 limit 1)
         where to_change is null or to_change > :moment""";

    static final String PRESENT_NAMES = """
        select name
          from entry_version indexed by entry_now
         where catalog_id = :catalog and namespace = :namespace and name > :after and kind = :kind and to_change is null
         order by name
         limit :limit""";

    /** Views have an index of their own: among many tables there are few of them. */
    static final String PRESENT_VIEWS = """
        select name
          from entry_version indexed by view_now
         where catalog_id = :catalog and namespace = :namespace and name > :after and kind = :kind and to_change is null
           and kind = 'view' -- as the index says
         order by name
         limit :limit""";

    /** From name to name, and for each to its version then: the time does not grow with the number of versions. */
    static final String PAST_NAMES = """
        with recursive known (name) as (
          select min(name)
            from entry_version
           where catalog_id = :catalog and namespace = :namespace and name > :after
          union all
          select (select min(name)
                    from entry_version
                   where catalog_id = :catalog and namespace = :namespace and name > known.name)
            from known
           where known.name is not null)
        select known.name
          from known
         cross join entry_version version on version.rowid = (
               select rowid
                 from entry_version
                where catalog_id = :catalog and namespace = :namespace and name = known.name and from_change <= :moment
                order by from_change desc
                limit 1)
         where version.kind = :kind and (version.to_change is null or version.to_change > :moment)
         limit :limit""";

    private static final String BEGIN = """
        insert into entry_version (catalog_id, namespace, name, kind, uuid, metadata_location, from_change)
        values (?, ?, ?, ?, ?, ?, ?)""";

    /** With its index, as SQLite would look at the value of {@code kind} to choose one, which is to compile the statement again for each commit. */
    private static final String END = """
        update entry_version indexed by entry_now set to_change = ?
         where catalog_id = ? and namespace = ? and name = ?
           and to_change is null and metadata_location = ? and kind = ?""";

    static Optional<Entry> find(Handle handle, CatalogRecord catalog, TableIdentifier identifier, Moment moment) {
        if (moment.isPresent()) {
            return Positional.first(
                    handle,
                    PRESENT,
                    row -> named(identifier, row),
                    catalog.id(),
                    Rows.column(identifier.namespace()),
                    identifier.name());
        }
        return Past.bind(handle.createQuery(PAST), moment)
                .bind("catalog", catalog.id())
                .bind("namespace", Rows.column(identifier.namespace()))
                .bind("name", identifier.name())
                .map((row, context) -> named(identifier, row))
                .findOne();
    }

    private static Entry named(TableIdentifier identifier, ResultSet row) throws SQLException {
        return new Entry(
                EntryKind.of(row.getString("kind")),
                identifier,
                row.getString("uuid"),
                row.getString("metadata_location"),
                row.getLong("from_change"));
    }

    static List<String> names(
            Handle handle, CatalogRecord catalog, Namespace namespace, EntryKind kind, Moment moment, Page page) {
        String present = kind == EntryKind.VIEW ? PRESENT_VIEWS : PRESENT_NAMES;
        return Past.bind(handle.createQuery(moment.isPresent() ? present : PAST_NAMES), moment)
                .bind("catalog", catalog.id())
                .bind("namespace", Rows.column(namespace))
                .bind("after", page.after())
                .bind("kind", kind.id())
                .bind("limit", page.limit())
                .mapTo(String.class)
                .list();
    }

    private static final String IDENTITY_PRESENT = """
        select namespace, name, kind, uuid, metadata_location, from_change
          from entry_version indexed by entry_now
         where catalog_id = :catalog and to_change is null and uuid = :uuid
         limit 1""";

    private static final String IDENTITY_PAST = """
        select namespace, name, kind, uuid, metadata_location, from_change
          from entry_version
         where catalog_id = :catalog and uuid = :uuid
           and from_change <= :moment and (to_change is null or to_change > :moment)
         limit 1""";

    /** What an object was called. There is no index for that: every commit would pay for it. */
    static Optional<Entry> find(Handle handle, CatalogRecord catalog, String uuid, Moment moment) {
        return Past.bind(handle.createQuery(moment.isPresent() ? IDENTITY_PRESENT : IDENTITY_PAST), moment)
                .bind("catalog", catalog.id())
                .bind("uuid", uuid)
                .map((row, context) -> entry(row))
                .findOne();
    }

    /** All versions of all names, in the order in which they came to be. */
    static List<Holder> versions(Handle handle, long after, int limit) {
        return handle.createQuery("""
                select version.rowid as position, catalog.catalog_id, catalog.name as catalog_name, version.*
                  from entry_version version
                  join catalog on catalog.catalog_id = version.catalog_id
                 where version.rowid > :after
                 order by version.rowid
                 limit :limit""")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) ->
                        new Holder(row.getLong("position"), Rows.catalog(row), entry(row), row.getLong("to_change")))
                .list();
    }

    /** A row with its name. */
    static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                EntryKind.of(row.getString("kind")),
                TableIdentifier.of(Rows.namespace(row.getString("namespace")), row.getString("name")),
                row.getString("uuid"),
                row.getString("metadata_location"),
                row.getLong("from_change"));
    }

    static void begin(Handle handle, PresentVersions present, CatalogRecord catalog, Entry entry) {
        present.begin(catalog, entry);
        Positional.execute(
                handle,
                BEGIN,
                catalog.id(),
                Rows.column(entry.identifier().namespace()),
                entry.identifier().name(),
                entry.kind().id(),
                entry.uuid(),
                entry.metadataLocation(),
                entry.fromChange());
    }

    /**
     * Ends the version {@code expected} if it is the present one, and tells whether it was: the compare-and-set of every pointer. What is compared is the
     * pointer itself, as the number of a version is not known before it is durable, and commits that wait build on each other.
     */
    static boolean end(Handle handle, PresentVersions present, CatalogRecord catalog, Entry expected, long change) {
        present.hide(catalog, expected.identifier());
        return Positional.execute(
                        handle,
                        END,
                        change,
                        catalog.id(),
                        Rows.column(expected.identifier().namespace()),
                        expected.identifier().name(),
                        expected.metadataLocation(),
                        expected.kind().id())
                == 1;
    }
}
