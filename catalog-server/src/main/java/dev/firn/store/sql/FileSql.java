package dev.firn.store.sql;

import dev.firn.store.KeptContent;
import dev.firn.store.KeptFile;
import dev.firn.store.NewFile;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL over files that ride in a transaction until they are durable by themselves. */
final class FileSql {
    private FileSql() {}

    static void keep(Handle handle, NewFile file) {
        Positional.execute(
                handle,
                "insert into kept_file (location, base, content) values (?, ?, ?)",
                file.location(),
                file.content().base(),
                file.content().bytes());
    }

    static List<KeptFile> oldest(Handle handle, long after, int limit) {
        return Positional.list(
                handle,
                "select file_id, location, base from kept_file where file_id > ? order by file_id limit ?",
                row -> new KeptFile(row.getLong("file_id"), row.getString("location"), row.getString("base")),
                after,
                limit);
    }

    static long newest(Handle handle) {
        return Positional.first(handle, "select max(file_id) as newest from kept_file", row -> row.getLong("newest"))
                .orElse(0L);
    }

    /** What is kept of a file; empty if it has been released meanwhile. */
    static Optional<KeptContent> find(Handle handle, KeptFile file) {
        return handle.createQuery("select base, content from kept_file where file_id = :id")
                .bind("id", file.id())
                .map((row, context) -> new KeptContent(row.getString("base"), row.getBytes("content")))
                .findOne();
    }

    static void forget(Handle handle, long id) {
        handle.createUpdate("delete from kept_file where file_id = :id")
                .bind("id", id)
                .execute();
    }

    /** Exactly these: what stands between them may not be safe, and a number may be another file's in a state that was restored meanwhile. */
    static int release(Handle handle, List<KeptFile> safe) {
        return handle.createUpdate("""
                delete from kept_file
                 where file_id in (select file_id
                                     from json_each(:files) safe
                                    cross join kept_file on file_id = safe.value ->> 0 and location = safe.value ->> 1)""")
                .bind(
                        "files",
                        Rows.json(safe.stream()
                                .map(file -> List.of(file.id(), file.location()))
                                .toList()))
                .execute();
    }
}
