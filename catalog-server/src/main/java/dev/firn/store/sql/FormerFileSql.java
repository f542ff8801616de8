package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.FormerFile;
import dev.firn.store.FormerFileStore.Identity;
import dev.firn.store.FormerFileStore.Registration;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The SQL over metadata files that only versions pointed to which are no longer kept. */
final class FormerFileSql {
    private static final String REMEMBER = """
        insert into former_file (catalog_id, uuid, location, kind, ours) values (?, ?, ?, ?, ?)
        on conflict do update set ours = max(ours, excluded.ours)""";

    /** Changes after which metadata is named that was not written here for the identity that it has, or that another catalog has. Their rows stay. */
    static final String REGISTERS = """
        (operation in ('register-table', 'register-view', 'unregister-table', 'unregister-view', 'restore-catalog')
         or detail like '%"register"%' or detail like '%"assign-uuid"%')""";

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

    static List<Identity> due(Handle handle, int limit) {
        return handle.createQuery("""
                select former_due.catalog_id, catalog.name as catalog_name, former_due.uuid
                  from former_due
                  join catalog on catalog.catalog_id = former_due.catalog_id
                 limit :limit""")
                .bind("limit", limit)
                .map((row, context) -> new Identity(Rows.catalog(row), row.getString("uuid")))
                .list();
    }

    static List<FormerFile> of(Handle handle, Identity identity, int limit) {
        return handle.createQuery("""
                select former_file.*, catalog.name as catalog_name
                  from former_file
                  join catalog on catalog.catalog_id = former_file.catalog_id
                 where former_file.catalog_id = :catalog and uuid = :uuid
                 order by location
                 limit :limit""")
                .bind("limit", limit)
                .bind("catalog", identity.catalog().id())
                .bind("uuid", identity.uuid())
                .map((row, context) -> file(row))
                .list();
    }

    static List<Registration> registrations(Handle handle, long after, long until) {
        return handle.createQuery("""
                select change_id, operation, coalesce(object_uuid, '') as uuid
                  from change
                 where change_id > :after and change_id <= :until and %s
                 order by change_id""".formatted(REGISTERS))
                .bind("after", after)
                .bind("until", until)
                .map((row, context) -> new Registration(
                        row.getLong("change_id"),
                        row.getString("uuid"),
                        row.getString("operation").startsWith("unregister"),
                        row.getString("operation").equals("restore-catalog")))
                .list();
    }

    static Set<String> needed(Handle handle, long now) {
        return handle.createQuery("""
                select metadata_location from receipt where metadata_location is not null and kept_until > :now
                union
                select location from kept_file
                union
                select base from kept_file where base is not null""").bind("now", now).mapTo(String.class).set();
    }

    static boolean registeredSince(Handle handle, long change) {
        return handle.createQuery("select exists (select 1 from change where change_id > :seen and " + REGISTERS + ")")
                .bind("seen", change)
                .mapTo(boolean.class)
                .one();
    }

    static void forget(Handle handle, List<FormerFile> files) {
        for (FormerFile file : files) {
            Positional.execute(
                    handle,
                    "delete from former_file where catalog_id = ? and uuid = ? and location = ?",
                    file.catalog().id(),
                    file.uuid(),
                    file.location());
        }
    }

    static void looked(Handle handle, List<Identity> identities) {
        for (Identity identity : identities) {
            Positional.execute(
                    handle,
                    "delete from former_due where catalog_id = ? and uuid = ?",
                    identity.catalog().id(),
                    identity.uuid());
        }
    }

    private static FormerFile file(ResultSet row) throws SQLException {
        return new FormerFile(
                Rows.catalog(row), row.getString("uuid"), row.getString("location"), row.getBoolean("ours"));
    }
}
