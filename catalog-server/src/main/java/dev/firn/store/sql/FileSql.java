package dev.firn.store.sql;

import dev.firn.store.KeptFile;
import dev.firn.store.NewFile;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The SQL over files that ride in a transaction until they are durable by themselves. */
final class FileSql {
    private FileSql() {}

    static void keep(Handle handle, NewFile file) {
        PositionalUpdate.execute(
                handle, "insert into kept_file (location, content) values (?, ?)", file.location(), file.content());
    }

    static List<KeptFile> oldest(Handle handle, long after, int limit) {
        return handle.createQuery(
                        "select file_id, location from kept_file where file_id > :after order by file_id limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new KeptFile(row.getLong("file_id"), row.getString("location")))
                .list();
    }

    static long newest(Handle handle) {
        return handle.createQuery("select coalesce(max(file_id), 0) from kept_file")
                .mapTo(long.class)
                .one();
    }

    static byte[] content(Handle handle, KeptFile file) {
        return handle.createQuery("select content from kept_file where file_id = :id")
                .bind("id", file.id())
                .mapTo(byte[].class)
                .one();
    }

    static void forget(Handle handle, long id) {
        handle.createUpdate("delete from kept_file where file_id = :id")
                .bind("id", id)
                .execute();
    }

    static void release(Handle handle, long lastId) {
        handle.createUpdate("delete from kept_file where file_id <= :last")
                .bind("last", lastId)
                .execute();
    }
}
