package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Moment;
import dev.firn.store.NamespaceVersion;
import dev.firn.store.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.jdbi.v3.core.Handle;

/** The SQL over the versions of namespaces. */
final class NamespaceSql {
    // As for entries: without a word the planner takes the index of all versions.
    static final String PRESENT = """
        select properties, from_change
          from namespace_version indexed by namespace_now
         where catalog_id = :catalog and parent = :parent and level = :level and to_change is null""";

    /** As for entries: versions of a name do not overlap. */
    static final String PAST = """
        select properties, from_change
          from (select *
                  from namespace_version
                 where catalog_id = :catalog and parent = :parent and level = :level and from_change <= :moment
                 order by from_change desc
                 limit 1)
         where to_change is null or to_change > :moment""";

    static final String PRESENT_CHILDREN = """
        select level
          from namespace_version indexed by namespace_now
         where catalog_id = :catalog and parent = :parent and level > :after and to_change is null
         order by level
         limit :limit""";

    /** As for entries: from name to name. */
    static final String PAST_CHILDREN = """
        with recursive known (level) as (
          select min(level)
            from namespace_version
           where catalog_id = :catalog and parent = :parent and level > :after
          union all
          select (select min(level)
                    from namespace_version
                   where catalog_id = :catalog and parent = :parent and level > known.level)
            from known
           where known.level is not null)
        select known.level
          from known
         cross join namespace_version version on version.rowid = (
               select rowid
                 from namespace_version
                where catalog_id = :catalog and parent = :parent and level = known.level and from_change <= :moment
                order by from_change desc
                limit 1)
         where version.to_change is null or version.to_change > :moment
         limit :limit""";

    /** As for entries: what has been in it and is gone is not looked through. */
    static final String HOLDS_ANYTHING = """
        select exists (select 1 from namespace_version indexed by namespace_now
                        where catalog_id = :catalog and parent = :namespace and to_change is null)
            or exists (select 1 from entry_version indexed by entry_now
                        where catalog_id = :catalog and namespace = :namespace and to_change is null)""";

    private NamespaceSql() {}

    static Optional<NamespaceVersion> find(Handle handle, CatalogRecord catalog, Namespace namespace, Moment moment) {
        if (namespace.isEmpty()) {
            return Optional.empty();
        }
        return Past.bind(handle.createQuery(moment.isPresent() ? PRESENT : PAST), moment)
                .bind("catalog", catalog.id())
                .bind("parent", Rows.parentColumn(namespace))
                .bind("level", Rows.lastLevel(namespace))
                .map((row, context) -> new NamespaceVersion(
                        namespace, Rows.properties(row.getString("properties")), row.getLong("from_change")))
                .findOne();
    }

    /** Whether it exists now. */
    static boolean exists(Handle handle, CatalogRecord catalog, Namespace namespace) {
        return !namespace.isEmpty()
                && Positional.first(
                                handle,
                                PRESENT,
                                row -> true,
                                catalog.id(),
                                Rows.parentColumn(namespace),
                                Rows.lastLevel(namespace))
                        .isPresent();
    }

    static List<Namespace> children(Handle handle, CatalogRecord catalog, Namespace parent, Moment moment, Page page) {
        return Past.bind(handle.createQuery(moment.isPresent() ? PRESENT_CHILDREN : PAST_CHILDREN), moment)
                .bind("catalog", catalog.id())
                .bind("parent", Rows.column(parent))
                .bind("after", page.after())
                .bind("limit", page.limit())
                .map((row, context) -> Rows.child(parent, row.getString("level")))
                .list();
    }

    static void begin(
            Handle handle,
            PresentVersions present,
            CatalogRecord catalog,
            Namespace namespace,
            Map<String, String> properties,
            long change) {
        present.hide(catalog, namespace);
        handle.createUpdate("""
            insert into namespace_version (catalog_id, namespace, parent, level, properties, from_change)
            values (:catalog, :namespace, :parent, :level, :properties, :change)""")
                .bind("catalog", catalog.id())
                .bind("namespace", Rows.column(namespace))
                .bind("parent", Rows.parentColumn(namespace))
                .bind("level", Rows.lastLevel(namespace))
                .bind("properties", Rows.json(properties))
                .bind("change", change)
                .execute();
    }

    /** Ends the present version and tells whether there was one. */
    static boolean end(
            Handle handle, PresentVersions present, CatalogRecord catalog, Namespace namespace, long change) {
        present.hide(catalog, namespace);
        return handle.createUpdate("""
                update namespace_version set to_change = :change
                 where catalog_id = :catalog and parent = :parent and level = :level and to_change is null""")
                        .bind("catalog", catalog.id())
                        .bind("parent", Rows.parentColumn(namespace))
                        .bind("level", Rows.lastLevel(namespace))
                        .bind("change", change)
                        .execute()
                == 1;
    }

    /** Deletes the version that a change ended, and tells which change had begun it. */
    static Optional<Long> forget(Handle handle, CatalogRecord catalog, Namespace namespace, long change) {
        return handle.createQuery("""
            delete from namespace_version
             where catalog_id = :catalog and parent = :parent and level = :level and to_change = :change
            returning from_change""")
                .bind("catalog", catalog.id())
                .bind("parent", Rows.parentColumn(namespace))
                .bind("level", Rows.lastLevel(namespace))
                .bind("change", change)
                .mapTo(long.class)
                .findOne();
    }

    /** Whether a change began a version that is there. */
    static boolean begins(Handle handle, CatalogRecord catalog, Namespace namespace, long change) {
        return handle.createQuery("""
            select exists (select 1 from namespace_version
                            where catalog_id = :catalog and parent = :parent and level = :level and from_change = :change)""")
                .bind("catalog", catalog.id())
                .bind("parent", Rows.parentColumn(namespace))
                .bind("level", Rows.lastLevel(namespace))
                .bind("change", change)
                .mapTo(boolean.class)
                .one();
    }

    /** Whether tables, views or namespaces are in it now. */
    static boolean holdsAnything(Handle handle, CatalogRecord catalog, Namespace namespace) {
        return handle.createQuery(HOLDS_ANYTHING)
                .bind("catalog", catalog.id())
                .bind("namespace", Rows.column(namespace))
                .mapTo(boolean.class)
                .one();
    }
}
